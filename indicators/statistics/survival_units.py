"""Units compared on their survival at a fixed time: the columns of ``indicators compare``, from arrays alone.

Everything is done on the complementary log-log scale g = log(−log S), on which survival is closest to normal and a
difference is a log hazard ratio (Klein et al., Stat Med 2007;26:4505–4519, fixed-time comparison).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from indicators.statistics import funnel, heterogeneity, overdispersion, ranking
from indicators.statistics import law as laws
from indicators.statistics.comparison import COLUMNS, LARGE, Compared, Summary, placed, with_variation
from indicators.statistics.distributions import (
    binomial_above,
    binomial_at,
    binomial_below,
    normal_above,
    normal_below,
    normal_quantile,
)
from indicators.statistics.law import TAILS, Deaths
from indicators.statistics.multiplicity import benjamini_hochberg
from indicators.statistics.search import lowest
from indicators.statistics.shrinkage import FACTORS
from indicators.statistics.standardisation import observed_expected
from indicators.statistics.verdict import borne_out, signals, thin, zones

_Z95 = normal_quantile(0.975)
_POINTS = 200


@dataclass(frozen=True)
class National:
    """The whole country's survival at the time, its Greenwood sum Σ d/(n(n − d)), and the number of cases."""

    survival: float
    greenwood: float
    cases: int

    def variance(self, n) -> np.ndarray:
        """Variance of g for units of ``n`` cases that are followed as the country is."""
        return self.greenwood * self.cases / np.asarray(n, dtype=float) / np.log(self.survival) ** 2

    def effective(self, n) -> np.ndarray:
        """The number of fully followed cases that say as much as ``n`` cases do, rounded down, at least 1."""
        share = (1 - self.survival) / (self.survival * self.greenwood * self.cases)
        return np.maximum(1, np.floor(np.asarray(n, dtype=float) * min(share, 1.0) + 1e-9)).astype(np.int64)


@dataclass(frozen=True)
class SurvivalUnits:
    """One entry per unit: cases, Kaplan–Meier with limits (NaN: not reached), survival of all others at the time.

    ``at_risk``: how many are still followed at the time.
    """

    unit: tuple[str, ...]
    cases: np.ndarray
    rate: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    rest: np.ndarray
    deaths: np.ndarray
    at_risk: np.ndarray


def compare_survival(units: SurvivalUnits, national: National, expected: np.ndarray | None = None) -> Compared:
    """Units compared with the country and with each other; ``expected`` deaths of a case-mix model, if any.

    ``oe`` is observed deaths against expected deaths. There is no numerator and no missing: Kaplan–Meier handles
    those who are not followed to the end.
    """
    n = np.asarray(units.cases, dtype=float)
    rows = len(n)
    empty = np.full(rows, np.nan)
    inside = 0 < national.survival < 1
    known = np.flatnonzero(~np.isnan(units.rate)) if inside else np.zeros(0, dtype=int)
    centre = float(np.log(-np.log(national.survival))) if inside else np.nan
    y = log_minus_log(units.rate[known], n[known])
    s2 = national.variance(n[known]) if inside else np.zeros(0)
    spread = overdispersion.estimate(y, s2, centre)
    tau2 = overdispersion.between(spread, partial(_winsorised, s2))
    curve = partial(control_limits, national, tau2=tau2)
    limits = curve(n)
    columns: dict[str, object] = {
        "unit": list(units.unit),
        "denominator": n,
        "numerator": empty,
        "missing": np.zeros(rows),
        "rate": units.rate,
        "lower": units.lower,
        "upper": units.upper,
        "worst": empty,
        "best": empty,
        **limits,
        "zone": zones(units.rate, limits),
    }
    names = ("shrunken", "shrunken_lower", "shrunken_upper", "rank", "rank_lower", "rank_upper")
    columns |= {name: empty.copy() for name in names}
    summary = Summary(
        *(national.survival, spread.phi, spread.phi_winsorised, spread.tau2, spread.adjusted),
        *(np.nan, np.nan, np.nan, np.nan, int((~np.isnan(units.rate)).sum())),
    )
    if len(known) > 1:
        between = between_units(y, s2)
        for name, values in _shrunken(y, s2, centre, between).items():
            columns[name][known] = values
        columns["rank"] = placed(columns["rank"], columns["rank_lower"], columns["rank_upper"], len(known))
        sigma = float(np.sqrt(between))
        icc = between / (between + np.pi**2 / 6)
        summary = with_variation(summary, sigma, heterogeneity.profile_limits(partial(_height, y, s2), sigma), icc, s2)
    few = thin(units.at_risk, units.lower, units.upper)
    columns |= _against_expected(units.deaths, expected, n, few)
    p = _p(units, national, n)
    columns |= {"p": p, "q": benjamini_hochberg(p)}
    signal = columns["zone"]
    chance, large = np.full(2, np.nan if np.isnan(national.survival) else 0.0), ()
    if inside:
        size = national.effective(np.maximum(n, 1))
        lived = np.floor(np.nan_to_num(units.rate) * size + 1e-9)
        half = binomial_at(lived, size, national.survival) / 2
        low = binomial_below(lived, size, national.survival) - half
        high = binomial_above(lived, size, national.survival) + half
        # Where the numbers are large the limits are those of the scale log(−log S), wider than these tails.
        signal = borne_out(columns["zone"], low, high, TAILS)
        own = _against_others(units, national, n, tau2)
        signal = np.where(pd.isna(own), signal, own).astype(object)
        large = tuple(units.unit[row] for row in np.flatnonzero(~pd.isna(own)))
        chance = _outside(limits, national, n, tau2, known[~few[known]])
    zone = np.where(n > LARGE * national.cases, signal, columns["zone"]).astype(object)
    columns["signal"], columns["certain"] = signals(zone, signal, ~np.isnan(units.rate) & ~few)
    summary = replace(
        summary, tau2_drawn=tau2 if inside else np.nan, expected95=float(chance[0]), expected998=float(chance[1])
    )
    return Compared({name: columns[name] for name in COLUMNS}, summary, curve, large)


def _winsorised(s2: np.ndarray, sigma: float) -> float:
    """The winsorised mean z² of units with these sampling variances that spread by ``sigma``."""
    spread = np.sqrt(1 + sigma**2 / s2)[:, None]
    return laws.winsorised_mean_square(np.zeros_like(spread), spread, np.ones(1), overdispersion.WINSOR)


def _against_others(units: SurvivalUnits, national: National, n: np.ndarray, tau2: float) -> np.ndarray:
    """Zones of units with a large share of the country, judged against the others; None of all other units."""
    found = np.full(len(n), None, dtype=object)
    for row in np.flatnonzero((n > LARGE * national.cases) & (units.rest > 0) & (units.rest < 1)):
        others = replace(national, survival=float(units.rest[row]))
        extra = float(national.variance(national.cases - n[row]))
        found[row] = zones(units.rate[[row]], control_limits(others, n[[row]], tau2 + extra))[0]
    return found


def _outside(
    limits: dict[str, np.ndarray], national: National, n: np.ndarray, tau2: float, rows: np.ndarray
) -> np.ndarray:
    """How many units the normal law of log(−log S) puts outside the limits that are drawn."""
    centre = np.log(-np.log(national.survival))
    spread = np.sqrt(national.variance(n[rows]) + tau2)
    found = []
    for name in ("limit95", "limit998"):
        with np.errstate(divide="ignore"):
            ends = (np.abs(np.log(-np.log(limits[f"{name}_{side}"][rows])) - centre) for side in ("low", "high"))
            found.append(sum(float(normal_above(end / spread).sum()) for end in ends))
    return np.array(found)


def _against_expected(
    deaths: np.ndarray, expected: np.ndarray | None, n: np.ndarray, few: np.ndarray
) -> dict[str, np.ndarray]:
    """Observed against expected deaths: limits and verdict of one law; low and high are those of survival."""
    empty = np.full(len(n), np.nan)
    columns = {"expected": empty, "oe": empty, "oe_lower": empty, "oe_upper": empty}
    columns["adjusted_signal"] = np.full(len(n), None, dtype=object)
    if expected is None:
        return columns
    found = {name: values.copy() for name, values in columns.items()}
    found["expected"] = np.asarray(expected, dtype=float)
    known = np.flatnonzero(expected > 0)
    e, x = found["expected"][known], np.asarray(deaths, dtype=float)[known]
    tau2 = _deaths_tau2(e, x)
    law = Deaths(e, tau2)
    inner, outer = (
        law.ratio_limits(x, level) if tau2 else observed_expected(x, e, level)[1:]  # Byar: of a Poisson number
        for level in (funnel.ATTENTION, funnel.ALARM)
    )
    found["oe"][known] = x / e
    found["oe_lower"][known], found["oe_upper"][known] = inner
    zone = laws.zones_of_ratio(tuple(1 / one for one in _away(inner)), tuple(1 / one for one in _away(outer)))
    found["adjusted_signal"][known] = np.where(few[known], None, zone)
    return found


def _away(limits: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The limits turned round: many deaths are a low survival."""
    return np.maximum(limits[1], 1e-12), np.maximum(limits[0], 1e-12)


def _deaths_tau2(expected: np.ndarray, deaths: np.ndarray) -> float:
    """What units' deaths vary beyond their case mix (log), by the same rule as the limits; 0 without overdispersion."""
    spread = overdispersion.estimate((deaths - expected) / np.sqrt(expected), np.ones(len(expected)), 0.0)

    def winsorised(sigma: float) -> float:
        at, weight = laws.nodes(sigma, 0.0)
        times = np.exp(sigma * at - sigma**2 / 2)[None, :]
        mean = np.sqrt(expected)[:, None] * (times - 1)
        return laws.winsorised_mean_square(
            mean, np.broadcast_to(np.sqrt(times), mean.shape), weight, overdispersion.WINSOR
        )

    return overdispersion.between(spread, winsorised)


def _height(y: np.ndarray, s2: np.ndarray, sigma: float) -> float:
    """The profile log likelihood of σ, the common mean chosen for it."""
    variance = s2 + sigma**2
    mean = np.sum(y / variance) / np.sum(1 / variance)
    return -float(np.sum(np.log(variance) + (y - mean) ** 2 / variance)) / 2


def between_units(y: np.ndarray, s2: np.ndarray) -> float:
    """Variance between units by maximum likelihood (normal random effects, common mean estimated); 0: none found.

    Not winsorised as the limits' τ²: one deviating unit must not be pulled to the middle.
    """

    def negative(log_tau2: float) -> float:
        variance = s2 + np.exp(log_tau2)
        mean = np.sum(y / variance) / np.sum(1 / variance)
        return float(np.sum(np.log(variance) + (y - mean) ** 2 / variance))

    low, high = np.log(s2.min()) - 12, np.log(np.var(y) + s2.max()) + 1
    found = lowest(negative, low, high, 1e-8)
    return 0.0 if found < low + 4 or negative(found) >= negative(-np.inf) else float(np.exp(found))


def log_minus_log(survival: np.ndarray, n: np.ndarray) -> np.ndarray:
    """g of each survival; 0 and 1 are taken half a patient inward, where g is finite."""
    margin = 0.5 / np.maximum(n, 1)
    return np.log(-np.log(np.clip(survival, margin, 1 - margin)))


def control_limits(national: National, n: np.ndarray, tau2: float) -> dict[str, np.ndarray]:
    """Funnel limits on the complementary log-log scale, never tighter than the exact binomial ones.

    The exact ones are those of the effective number of cases: the normal approximation alone would call small units
    without deaths deviant.
    """
    found = {}
    n = np.asarray(n)
    inside = (n > 0) & bool(0 < national.survival < 1)
    for name, level in (("limit95", funnel.ATTENTION), ("limit998", funnel.ALARM)):
        low, high = np.full(len(n), np.nan), np.full(len(n), np.nan)
        if national.survival in (0, 1):
            low[n > 0] = high[n > 0] = national.survival
        if inside.any():
            centre = np.log(-np.log(national.survival))
            half = normal_quantile((1 + level) / 2) * np.sqrt(national.variance(n[inside]) + tau2)
            exact_low, exact_high = funnel.limits(national.survival, national.effective(n[inside]), level)
            low[inside] = np.minimum(np.exp(-np.exp(centre + half)), exact_low)
            high[inside] = np.maximum(np.exp(-np.exp(centre - half)), exact_high)
        found |= {f"{name}_low": low, f"{name}_high": high}
    return found


def _shrunken(y: np.ndarray, s2: np.ndarray, centre: float, between: float) -> dict[str, np.ndarray]:
    """Normal empirical Bayes estimates on the scale of g, their limits and ranks, turned into survival."""
    middle, spread = _averaged(y, s2)
    if between == 0:
        mean, ranks = np.full(len(y), centre), ranking.all_alike(len(y))
    else:
        precision = 1 / s2 + 1 / between
        mean = (y / s2 + centre / between) / precision
        levels = np.linspace(0.001, 0.999, max(4, _POINTS // len(y)))
        edges = np.unique(middle[:, None] + spread[:, None] * normal_quantile(levels)[None, :])
        edges = np.r_[-np.inf, edges, np.inf]
        # Long survival is a small g.
        ranks = ranking.of_grid(normal_below((edges[None, :] - middle[:, None]) / spread[:, None]), False)
    lower, upper = np.minimum(middle - _Z95 * spread, mean), np.maximum(middle + _Z95 * spread, mean)
    return {
        "shrunken": np.exp(-np.exp(mean)),
        "shrunken_lower": np.exp(-np.exp(upper)),
        "shrunken_upper": np.exp(-np.exp(lower)),
        "rank": ranks.rank,
        "rank_lower": ranks.lower,
        "rank_upper": ranks.upper,
    }


def _averaged(y: np.ndarray, s2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each unit's g over all shrinkage factors, as for counts (see ``shrinkage``)."""
    typical = len(s2) / np.sum(1 / s2)
    between = (typical * (1 - FACTORS) / FACTORS)[:, None]
    weight = 1 / (s2 + between)
    total = weight.sum(axis=1, keepdims=True)
    centre = np.sum(weight * y, axis=1, keepdims=True) / total
    log = np.sum(np.log(weight) - weight * (y - centre) ** 2, axis=1) / 2 - np.log(total[:, 0]) / 2
    chance = np.exp(log - log.max())
    chance = (chance / chance.sum())[:, None]
    kept = between * weight  # how much of a unit's own result is kept
    mean = kept * y + (1 - kept) * centre
    variance = kept * s2 + (1 - kept) ** 2 / total
    middle = np.sum(chance * mean, axis=0)
    return middle, np.sqrt(np.sum(chance * (variance + mean**2), axis=0) - middle**2)


def _p(units: SurvivalUnits, national: National, n: np.ndarray) -> np.ndarray:
    """Two-sided p of a unit's g against that of everybody else, with the variances of the common survival."""
    rest = national.cases - n
    found = np.full(len(n), np.nan)
    at = np.flatnonzero(~np.isnan(units.rate) & ~np.isnan(units.rest) & (rest > 0))
    if 0 < national.survival < 1 and len(at):
        own, others = log_minus_log(units.rate[at], n[at]), log_minus_log(units.rest[at], rest[at])
        z = (own - others) / np.sqrt(national.variance(n[at]) + national.variance(rest[at]))
        found[at] = 2 * normal_above(np.abs(z))
    return found
