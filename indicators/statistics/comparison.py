"""Units compared on counts: the columns of ``indicators compare``, from arrays alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import partial

import numpy as np
import pandas as pd
from scipy.special import expit

from indicators.statistics import funnel, heterogeneity, overdispersion, ranking, shrinkage
from indicators.statistics import law as laws
from indicators.statistics.intervals import exact
from indicators.statistics.law import Law, Standardised
from indicators.statistics.multiplicity import benjamini_hochberg
from indicators.statistics.overdispersion import Overdispersion
from indicators.statistics.proportions import fisher_mid_p
from indicators.statistics.standardisation import observed_expected
from indicators.statistics.verdict import WITHIN, settled, signals, thin, zones

COLUMNS = (
    *("unit", "denominator", "numerator", "missing", "rate", "lower", "upper", "worst", "best"),
    *("limit95_low", "limit95_high", "limit998_low", "limit998_high", "zone"),
    *("shrunken", "shrunken_lower", "shrunken_upper", "rank", "rank_lower", "rank_upper"),
    *("expected", "oe", "oe_lower", "oe_upper", "p", "q", "signal", "certain", "adjusted_signal"),
)
#: A unit with more than this share of the country's patients is judged against the others alone.
LARGE = 0.2
#: Up to this national share an outcome is rare: Byar's limits are right for it.
RARE = 0.1
COUNTED = ("denominator", "numerator", "missing", "rank", "rank_lower", "rank_upper")


@dataclass(frozen=True)
class Summary:
    """One line about all units. ``national``: the whole country's rate, also of patients without a unit.

    ``phi``, ``phi_winsorised``, ``tau2``: overdispersion; ``adjusted``: the limits allow for it. ``sigma``, ``mor``,
    ``icc``: variation between units, 0/1/0 where none is detectable. ``rankability``: 0–1. ``units``: those with a
    denominator. NaN where there is nothing to estimate from. ``tau2`` is the published moment on the scale of the
    rates; ``tau2_drawn`` what the limits allow for: log odds, of survival log(−log S), 0 where they are not widened.
    ``*_lower``, ``*_upper``: 95 % limits by profile likelihood. ``expected95``, ``expected998``: how many certain
    signals the law of the limits itself gives.
    """

    national: float
    phi: float
    phi_winsorised: float
    tau2: float
    adjusted: bool
    sigma: float
    mor: float
    icc: float
    rankability: float
    units: int
    tau2_drawn: float = float("nan")
    sigma_lower: float = float("nan")
    sigma_upper: float = float("nan")
    mor_lower: float = float("nan")
    mor_upper: float = float("nan")
    rankability_lower: float = float("nan")
    rankability_upper: float = float("nan")
    expected95: float = float("nan")
    expected998: float = float("nan")

    def frame(self) -> pd.DataFrame:
        """The summary as a table of one row, columns in the order of the command."""
        return pd.DataFrame([{name: getattr(self, name) for name in SUMMARY}])


SUMMARY = tuple(one.name for one in fields(Summary))


@dataclass(frozen=True)
class Units:
    """What is compared: one entry per unit, and the patients who have none (``elsewhere``: n, x, missing)."""

    unit: tuple[str, ...]
    denominator: np.ndarray
    numerator: np.ndarray
    missing: np.ndarray
    elsewhere: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True)
class Compared:
    """``frame``: one row per unit in :data:`COLUMNS`; ``summary``.

    ``limits(sizes)``: the four columns of limits for units of any sizes, as the frame's, for a curve. ``large``: the
    units with more than LARGE of the country's patients, which are judged against the others alone.
    """

    frame: pd.DataFrame
    summary: Summary
    limits: Callable[[np.ndarray], dict[str, np.ndarray]]
    large: tuple[str, ...] = ()


def compare_counts(units: Units, higher_is_better: bool = True, expected: Standardised | None = None) -> Compared:
    """Units compared with the country and with each other; ``expected`` numerators of a case-mix model, if any.

    A unit without a denominator keeps its row, with its counts and bounds alone. Raises ValueError for a numerator
    outside 0..denominator and for a unit named twice.
    """
    if len(set(units.unit)) != len(units.unit):
        raise ValueError("a unit is named twice; add its counts up first")
    n, x, u = (np.asarray(value, dtype=float) for value in (units.denominator, units.numerator, units.missing))
    total, events = n.sum() + units.elsewhere[0], x.sum() + units.elsewhere[1]
    lower, upper = exact(x, n)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate, worst, best = x / n, x / (n + u), (x + u) / (n + u)
        national = float(events / total) if total else np.nan
    known = np.flatnonzero(n > 0)
    xs, ns = x[known], n[known]
    spread = _overdispersion(xs, ns, national)
    tau2 = overdispersion.between(spread, partial(_winsorised, national, ns))
    columns: dict[str, object] = {
        "unit": list(units.unit),
        "denominator": n.astype(np.int64),
        "numerator": x.astype(np.int64),
        "missing": u.astype(np.int64),
        "rate": rate,
        "lower": lower,
        "upper": upper,
        "worst": worst,
        "best": best,
    }
    curve = partial(control_limits, national, tau2=tau2)
    inside = 0 < national < 1
    law = laws.crude(ns, national, tau2) if inside else None
    limits = control_limits(national, n, tau2, law)
    columns |= limits
    columns["zone"] = zones(rate, limits)
    shrunken, model = shrinkage.fit(xs, ns), heterogeneity.fit(xs, ns)
    columns |= _shrunken(shrunken, known, len(n), higher_is_better)
    columns["p"] = fisher_mid_p(x, n, events - x, total - n) if len(n) else np.zeros(0)
    columns["q"] = benjamini_hochberg(columns["p"])
    few = thin(n, lower, upper)
    columns |= _against_expected(expected, x, n, national, few)
    chance, large = np.full(2, np.nan if np.isnan(national) else 0.0), ()
    if law is None:
        columns["signal"], columns["certain"] = signals(columns["zone"], columns["zone"], ~few)
    else:
        centres = _Centres.of(x, n, u, total, events, tau2)
        columns["signal"], columns["certain"] = _judged(centres, columns["zone"], few)
        chance = (centres.law(n)[0].of(known) if centres.large.any() else law).outside()
        large = tuple(units.unit[row] for row in np.flatnonzero(centres.large))
    summary = _summary(national, spread, model, xs, ns)
    summary = replace(
        summary,
        tau2_drawn=tau2 if inside else np.nan,
        expected95=float(chance[0]),
        expected998=float(chance[1]),
    )
    return Compared(framed(columns), summary, curve, large)


@dataclass(frozen=True)
class _Centres:
    """What each unit is judged by: the country, or for a ``large`` unit the others, with their own uncertainty."""

    x: np.ndarray
    n: np.ndarray
    missing: np.ndarray
    large: np.ndarray
    centre: np.ndarray
    tau2: np.ndarray

    @classmethod
    def of(cls, x, n, missing, total: float, events: float, tau2: float) -> _Centres:
        with np.errstate(invalid="ignore", divide="ignore"):
            others = (events - x) / (total - n)
            large = (n > LARGE * total) & (others > 0) & (others < 1)
            extra = 1 / ((total - n) * others * (1 - others))
        return cls(x, n, missing, large, np.where(large, others, events / total), np.where(large, tau2 + extra, tau2))

    def law(self, n: np.ndarray) -> tuple[Law, np.ndarray]:
        """The law of each unit, had it n patients; 1 is put for 0, and which those are."""
        return laws.crude(np.maximum(n, 1), self.centre, self.tau2), n > 0


def _judged(centres: _Centres, zone: np.ndarray, few: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Signal and certainty of each unit: what known, lowest and highest possible rate say by the law's tails."""
    x, n, u = centres.x, centres.n, centres.missing
    law, there = centres.law(n)
    known = law.zones(x)
    # On the limit is within, by the columns' own numbers; a large unit is not judged by them.
    same_side = np.array([str(one).rpartition("_")[2] == str(by).rpartition("_")[2]
                          for one, by in zip(known, zone, strict=True)], dtype=bool)  # fmt: skip
    known = np.where(centres.large | same_side, known, WITHIN).astype(object)
    mildest, same = known, np.ones(len(x), dtype=bool)
    if (u > 0).any():
        wider, _ = centres.law(n + u)
        mildest, same = settled(known, [wider.zones(least) for least in (x, x + u)])
    mildest = np.where(there, mildest, None).astype(object)
    return signals(np.where(centres.large, mildest, zone).astype(object), mildest, same & ~few)


def _against_expected(
    expected: Standardised | None, x: np.ndarray, n: np.ndarray, national: float, few: np.ndarray
) -> dict[str, np.ndarray]:
    """Observed against expected: limits and verdict of one law, with what units vary beyond their case mix."""
    empty = np.full(len(n), np.nan)
    columns = {"expected": empty, "oe": empty, "oe_lower": empty, "oe_upper": empty}
    columns["adjusted_signal"] = np.full(len(n), None, dtype=object)
    known = np.flatnonzero((n > 0) & (expected.expected > 0)) if expected is not None else np.zeros(0, dtype=int)
    if expected is None or not len(known):
        return columns
    part = expected.rows(known)
    found = {name: values.copy() for name, values in columns.items()}
    found["expected"][n > 0] = expected.expected[n > 0]
    tau2 = adjusted_tau2(part, x[known])
    inner, outer = _ratio_limits(part, tau2, x[known], national, (funnel.ATTENTION, funnel.ALARM))
    found["oe"][known] = x[known] / part.expected
    found["oe_lower"][known], found["oe_upper"][known] = inner
    found["adjusted_signal"][known] = np.where(few[known], None, laws.zones_of_ratio(inner, outer))
    return found


def _ratio_limits(
    part: Standardised, tau2: float, x: np.ndarray, national: float, levels: tuple[float, ...]
) -> list[tuple[np.ndarray, np.ndarray]]:
    if tau2 == 0 and national <= RARE:
        return [observed_expected(x, part.expected, level)[1:] for level in levels]
    return laws.ratio_limits(part, tau2, x, levels)


def adjusted_tau2(part: Standardised, x: np.ndarray) -> float:
    """What units vary beyond their case mix (log odds), by the same rule as the crude limits; 0 where there is none."""
    zero = len(laws.SHIFTS) // 2
    variance = part.variance[:, zero]
    if len(x) < 2 or not (variance > 0).all():
        return 0.0
    error = np.sqrt(variance)
    spread = overdispersion.estimate((x - part.expected) / error, np.ones(len(x)), 0.0)

    def winsorised(sigma: float) -> float:
        at, weight = laws.nodes(sigma, 0.0)
        mean, spread = part.at(part.centre(sigma, at, weight) + sigma * np.broadcast_to(at, (len(x), len(at))))
        scaled = (mean - part.expected[:, None]) / error[:, None]
        return laws.winsorised_mean_square(scaled, np.sqrt(spread) / error[:, None], weight, overdispersion.WINSOR)

    return overdispersion.between(spread, winsorised)


def _winsorised(national: float, n: np.ndarray, sigma: float) -> float:
    """The winsorised mean z² that units of these sizes have when their log odds spread by ``sigma``."""
    at, weight = laws.nodes(sigma, 0.0)
    p = expit(laws.middle(np.array([national]), np.array([sigma]), at, weight) + sigma * at)
    error = np.sqrt(national * (1 - national))
    mean = np.sqrt(n)[:, None] * (p - national) / error
    spread = np.broadcast_to(np.sqrt(p * (1 - p)) / error, mean.shape)
    return laws.winsorised_mean_square(mean, spread, weight, overdispersion.WINSOR)


def framed(columns: dict[str, object]) -> pd.DataFrame:
    """The columns in their order, whole numbers as whole numbers with gaps, empty texts as None."""
    return pd.DataFrame({name: _whole(columns[name]) if name in COUNTED else columns[name] for name in COLUMNS})


def _whole(values) -> pd.arrays.IntegerArray:
    values = np.asarray(values, dtype=float)
    gaps = np.isnan(values)
    return pd.arrays.IntegerArray(np.where(gaps, 0, values).astype(np.int64), gaps)


def control_limits(national: float, n: np.ndarray, tau2: float, law: Law | None = None) -> dict[str, np.ndarray]:
    """The four columns of limits about the national rate; NaN where a unit has no denominator, or the country none.

    ``law``: that of the units with a denominator, where it is made already.
    """
    n = np.asarray(n, dtype=float)
    inside = (n > 0) & (not np.isnan(national))
    names = ("limit95_low", "limit95_high", "limit998_low", "limit998_high")
    found = {name: np.full(len(n), np.nan) for name in names}
    if not inside.any():
        return found
    if law is None:
        law = laws.crude(n[inside], national, tau2 if 0 < national < 1 else 0.0)
    for name, values in laws.limits(law, national).items():
        found[name][inside] = values
    return found


def _overdispersion(x: np.ndarray, n: np.ndarray, national: float) -> Overdispersion:
    if not 0 < national < 1:
        return Overdispersion(len(n), np.nan, np.nan, np.nan)
    return overdispersion.of_proportions(x, n, national)


def _shrunken(
    found: shrinkage.Shrunken | None, known: np.ndarray, rows: int, higher_is_better: bool
) -> dict[str, np.ndarray]:
    names = ("shrunken", "shrunken_lower", "shrunken_upper", "rank", "rank_lower", "rank_upper")
    columns = {name: np.full(rows, np.nan) for name in names}
    if found is not None:
        ranks = ranking.ranks(found, higher_is_better)
        values = (found.mean, *found.interval(), ranks.rank, ranks.lower, ranks.upper)
        for name, value in zip(names, values, strict=True):
            columns[name][known] = value
        columns["rank"] = placed(columns["rank"], columns["rank_lower"], columns["rank_upper"], len(known))
    return columns


def placed(rank: np.ndarray, lower: np.ndarray, upper: np.ndarray, units: int) -> np.ndarray:
    """The ranks, none where the interval spans more than half the list: such a place says nothing."""
    return np.where(upper - lower + 1 > units / 2, np.nan, rank)


def _summary(
    national: float,
    spread: Overdispersion,
    model: heterogeneity.Heterogeneity | None,
    x: np.ndarray,
    n: np.ndarray,
) -> Summary:
    found = Summary(
        *(national, spread.phi, spread.phi_winsorised, spread.tau2, spread.adjusted),
        *(np.nan, np.nan, np.nan, np.nan, len(n)),
    )
    if model is None:
        return found
    # Variance of a unit's own log odds; half a patient each way where all or none have the event (Haldane,
    # Anscombe), else many such units would make it infinite, and no ranking would ever be worth anything.
    half = np.where((x == 0) | (x == n), 0.5, 0.0)
    within = 1 / (x + half) + 1 / (n - x + half)
    return with_variation(found, model.sigma, (model.lower, model.upper), model.icc, within)


def with_variation(
    found: Summary, sigma: float, limits: tuple[float, float], icc: float, within: np.ndarray
) -> Summary:
    """The summary with σ and what follows from it, each with its limits; ``within``: the units' sampling variances."""
    low, high = limits
    return replace(
        found,
        sigma=sigma,
        mor=heterogeneity.median_ratio(sigma),
        icc=icc,
        rankability=ranking.rankability(sigma**2, within),
        sigma_lower=low,
        sigma_upper=high,
        mor_lower=heterogeneity.median_ratio(low),
        mor_upper=heterogeneity.median_ratio(high),
        rankability_lower=ranking.rankability(low**2, within),
        rankability_upper=ranking.rankability(high**2, within) if np.isfinite(high) else 1.0,
    )
