"""Units compared on counts: the columns of ``indicators compare``, from arrays alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial

import numpy as np
import pandas as pd

from indicators.statistics import funnel, heterogeneity, overdispersion, ranking, shrinkage
from indicators.statistics.distributions import binomial_above, binomial_at, binomial_below
from indicators.statistics.intervals import exact
from indicators.statistics.multiplicity import benjamini_hochberg
from indicators.statistics.overdispersion import Overdispersion
from indicators.statistics.proportions import fisher_mid_p
from indicators.statistics.standardisation import observed_expected
from indicators.statistics.verdict import borne_out, judge, thin, zones

COLUMNS = (
    *("unit", "denominator", "numerator", "missing", "rate", "lower", "upper", "worst", "best"),
    *("limit95_low", "limit95_high", "limit998_low", "limit998_high", "zone"),
    *("shrunken", "shrunken_lower", "shrunken_upper", "rank", "rank_lower", "rank_upper"),
    *("expected", "oe", "oe_lower", "oe_upper", "p", "q", "signal", "certain"),
)
#: The share beyond the 95 % and the 99.8 % limit on one side.
TAILS = ((1 - funnel.ATTENTION) / 2, (1 - funnel.ALARM) / 2)
COUNTED = ("denominator", "numerator", "missing", "rank", "rank_lower", "rank_upper")


@dataclass(frozen=True)
class Summary:
    """One line about all units. ``national``: the whole country's rate, also of patients without a unit.

    ``phi``, ``phi_winsorised``, ``tau2``: overdispersion; ``adjusted``: the limits allow for it. ``sigma``, ``mor``,
    ``icc``: variation between units, 0/1/0 where none is detectable. ``rankability``: 0–1. ``units``: those with a
    denominator. NaN where there is nothing to estimate from.
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

    ``limits(sizes)``: the four columns of limits for units of any sizes, as the frame's, for a curve.
    """

    frame: pd.DataFrame
    summary: Summary
    limits: Callable[[np.ndarray], dict[str, np.ndarray]]


def compare_counts(units: Units, higher_is_better: bool = True, expected: np.ndarray | None = None) -> Compared:
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
    curve = partial(control_limits, national, tau2=spread.drawn)
    limits = curve(n)
    columns |= limits
    columns["zone"] = zones(rate, limits)
    shrunken, model = shrinkage.fit(xs, ns), heterogeneity.fit(xs, ns)
    columns |= _shrunken(shrunken, known, len(n), higher_is_better)
    e = np.full(len(n), np.nan) if expected is None else np.where(n > 0, expected, np.nan)
    oe, oe_lower, oe_upper = observed_expected(x, e)
    p = fisher_mid_p(x, n, events - x, total - n) if len(n) else np.zeros(0)
    columns |= {"expected": e, "oe": oe, "oe_lower": oe_lower, "oe_upper": oe_upper}
    columns |= {"p": p, "q": benjamini_hochberg(p)}
    summary = _summary(national, spread, model, xs, ns)
    columns["signal"], columns["certain"] = judge(
        partial(_judged, national, curve), x, n, u, columns["zone"], thin(n, lower, upper)
    )
    return Compared(framed(columns), summary, curve)


def _judged(
    national: float, curve: Callable[[np.ndarray], dict[str, np.ndarray]], x: np.ndarray, n: np.ndarray
) -> np.ndarray:
    """Zones of x of n as far as the binomial tails about the national rate bear them out."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found = zones(x / n, curve(n))
    if not 0 < national < 1:
        return found
    half = binomial_at(x, n, national) / 2
    low, high = binomial_below(x, n, national) - half, binomial_above(x, n, national) + half
    return borne_out(found, low, high, TAILS)


def framed(columns: dict[str, object]) -> pd.DataFrame:
    """The columns in their order, whole numbers as whole numbers with gaps, empty texts as None."""
    return pd.DataFrame({name: _whole(columns[name]) if name in COUNTED else columns[name] for name in COLUMNS})


def _whole(values) -> pd.arrays.IntegerArray:
    values = np.asarray(values, dtype=float)
    gaps = np.isnan(values)
    return pd.arrays.IntegerArray(np.where(gaps, 0, values).astype(np.int64), gaps)


def control_limits(national: float, n: np.ndarray, tau2: float) -> dict[str, np.ndarray]:
    """The four columns of limits; NaN where a unit has no denominator, or the country none."""
    found = {}
    n = np.asarray(n)
    inside = (n > 0) & (not np.isnan(national))
    for name, level in (("limit95", funnel.ATTENTION), ("limit998", funnel.ALARM)):
        low, high = np.full(len(n), np.nan), np.full(len(n), np.nan)
        if inside.any():
            low[inside], high[inside] = overdispersion.limits(national, n[inside], level, tau2)
        found |= {f"{name}_low": low, f"{name}_high": high}
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
    return columns


def _summary(
    national: float,
    spread: Overdispersion,
    model: heterogeneity.Heterogeneity | None,
    x: np.ndarray,
    n: np.ndarray,
) -> Summary:
    sigma = mor = icc = share = np.nan
    if model is not None:
        sigma, mor, icc = model.sigma, model.mor, model.icc
        # Variance of a unit's own log odds; half a patient each way where all or none have the event (Haldane,
        # Anscombe), else many such units would make it infinite, and no ranking would ever be worth anything.
        half = np.where((x == 0) | (x == n), 0.5, 0.0)
        share = ranking.rankability(sigma**2, 1 / (x + half) + 1 / (n - x + half))
    return Summary(
        *(national, spread.phi, spread.phi_winsorised, spread.tau2, spread.adjusted),
        *(sigma, mor, icc, share, len(n)),
    )
