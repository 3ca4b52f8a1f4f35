"""Units compared on counts: the columns of ``indicators compare``, from arrays alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property, partial

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import expit

from indicators.statistics import funnel, heterogeneity, overdispersion, ranking, shrinkage
from indicators.statistics import law as laws
from indicators.statistics.grouped import Groups
from indicators.statistics.intervals import exact
from indicators.statistics.law import Law, Standardised
from indicators.statistics.multiplicity import benjamini_hochberg
from indicators.statistics.overdispersion import Overdispersion, explaining
from indicators.statistics.proportions import fisher_mid_p
from indicators.statistics.search import together
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
    """``columns``: those of :data:`COLUMNS`, an entry per unit; ``summary``.

    ``limits(sizes)``: the four columns of limits for units of any sizes, as the frame's, for a curve. ``large``: the
    units with more than LARGE of the country's patients, which are judged against the others alone.
    """

    columns: dict[str, np.ndarray]
    summary: Summary
    limits: Callable[[np.ndarray], dict[str, np.ndarray]]
    large: tuple[str, ...] = ()

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row per unit in :data:`COLUMNS`; made when it is asked for."""
        return framed(self.columns)


@dataclass(frozen=True)
class Counted:
    """The units of one indicator; ``expected`` numerators of a case-mix model, if any."""

    units: Units
    higher_is_better: bool = True
    expected: Standardised | None = None


def compare_counts(units: Units, higher_is_better: bool = True, expected: Standardised | None = None) -> Compared:
    """Units compared with the country and with each other; ``expected`` numerators of a case-mix model, if any.

    A unit without a denominator keeps its row, with its counts and bounds alone. Raises ValueError for a numerator
    outside 0..denominator and for a unit named twice.
    """
    return compare_all_counts([Counted(units, higher_is_better, expected)])[0]


def compare_all_counts(counted: Sequence[Counted]) -> list[Compared]:
    """``compare_counts`` of several indicators: the units of all are one array, and searches go on side by side."""
    there = [place for place, one in enumerate(counted) if len(one.units.unit)]
    found = dict(zip(there, _compared([counted[place] for place in there]), strict=True)) if there else {}
    return [found.get(place) or _empty(one.units) for place, one in enumerate(counted)]


@dataclass(frozen=True)
class _All:
    """All units end to end, by group (indicator): counts, and of each group the country's ``total`` and ``events``."""

    groups: Groups
    n: np.ndarray
    x: np.ndarray
    missing: np.ndarray
    total: np.ndarray
    events: np.ndarray

    @classmethod
    def of(cls, counted: Sequence[Counted]) -> _All:
        for one in counted:
            if len(set(one.units.unit)) != len(one.units.unit):
                raise ValueError("a unit is named twice; add its counts up first")
        names = ("denominator", "numerator", "missing")
        n, x, missing = (
            np.concatenate([np.asarray(getattr(one.units, name), dtype=float) for one in counted]) for name in names
        )
        groups = Groups.of([one.units.unit for one in counted])
        elsewhere = np.array([one.units.elsewhere[:2] for one in counted], dtype=float)
        return cls(groups, n, x, missing, groups.sum(n) + elsewhere[:, 0], groups.sum(x) + elsewhere[:, 1])

    @cached_property
    def national(self) -> np.ndarray:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.total > 0, self.events / self.total, np.nan)

    @cached_property
    def inside(self) -> np.ndarray:
        """The groups in which some but not all patients have the event."""
        return np.flatnonzero((self.national > 0) & (self.national < 1))


def _compared(counted: Sequence[Counted]) -> list[Compared]:
    every = _All.of(counted)
    groups, n, x, u = every.groups, every.n, every.x, every.missing
    national = every.national
    lower, upper = exact(x, n)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate, worst, best = x / n, x / (n + u), (x + u) / (n + u)
    known = n > 0
    xs, ns = ([one[has] for one, has in zip(groups.split(part), groups.split(known), strict=True)] for part in (x, n))
    spreads = [_overdispersion(*one) for one in zip(xs, ns, national.tolist(), strict=True)]
    tau2 = np.array(together([explaining(one) for one in spreads], partial(_winsorised, national, ns)))
    law, at_law = _law(every, n, np.flatnonzero(known), tau2)
    limits = _limits(every, law, at_law)
    zone = zones(rate, limits)
    shrunken, models = shrinkage.fit_all(xs, ns), heterogeneity.fit_all(xs, ns)
    few = thin(n, lower, upper)
    columns = {"rate": rate, "lower": lower, "upper": upper, "worst": worst, "best": best, **limits, "zone": zone}
    columns |= _against_expected(counted, every, few)
    columns["signal"], columns["certain"], chance, large = _judged(every, tau2, zone, few, law, at_law)
    split = {name: groups.split(values) for name, values in columns.items()}
    found = []
    for place, one in enumerate(counted):
        own = slice(groups.first[place], groups.first[place] + groups.sizes[place])
        made: dict[str, object] = {
            "unit": list(one.units.unit),
            "denominator": n[own].astype(np.int64),
            "numerator": x[own].astype(np.int64),
            "missing": u[own].astype(np.int64),
            **{name: parts[place] for name, parts in split.items()},
        }
        made |= _shrunken(shrunken[place], np.flatnonzero(known[own]), len(one.units.unit), one.higher_is_better)
        made["p"] = fisher_mid_p(x[own], n[own], every.events[place] - x[own], every.total[place] - n[own])
        made["q"] = benjamini_hochberg(made["p"])
        country, extra = float(national[place]), float(tau2[place])
        summary = replace(
            _summary(country, spreads[place], models[place], xs[place], ns[place]),
            tau2_drawn=extra if 0 < country < 1 else np.nan,
            expected95=float(chance[0, place]),
            expected998=float(chance[1, place]),
        )
        names = tuple(one.units.unit[row] for row in np.flatnonzero(large[own]))
        found.append(Compared(_in_order(made), summary, partial(control_limits, country, tau2=extra), names))
    return found


def _empty(units: Units) -> Compared:
    """No unit: an empty frame, and what can be said of the country."""
    total, events = units.elsewhere[:2]
    national = events / total if total else np.nan
    nothing = np.zeros(0)
    columns: dict[str, object] = dict.fromkeys(COLUMNS, nothing)
    columns |= {"unit": [], **{name: nothing.astype(np.int64) for name in ("denominator", "numerator", "missing")}}
    columns |= {name: nothing.astype(object) for name in ("zone", "signal", "adjusted_signal")}
    columns["certain"] = nothing.astype(bool)
    inside = 0 < national < 1
    chance = np.nan if np.isnan(national) else 0.0
    summary = replace(
        _summary(national, _overdispersion(nothing, nothing, national), None, nothing, nothing),
        tau2_drawn=0.0 if inside else np.nan,
        expected95=chance,
        expected998=chance,
    )
    return Compared(columns, summary, partial(control_limits, national, tau2=0.0))


def _law(every: _All, n: np.ndarray, rows: np.ndarray, tau2: np.ndarray) -> tuple[Law, np.ndarray]:
    """The law of some units, had they ``n`` patients; of those of indicators with a rate inside 0–1, and which."""
    groups = every.groups
    rows = rows[np.isin(groups.group[rows], every.inside)]
    if not len(rows):
        return laws.crude(np.zeros(0), 0.5, 0.0), rows
    sizes = np.bincount(groups.group[rows], minlength=len(groups))
    mine = groups.group[rows]
    return laws.crude_of(n[rows], every.national[mine], tau2[mine], Groups(sizes[sizes > 0])), rows


def _limits(every: _All, law: Law, at_law: np.ndarray) -> dict[str, np.ndarray]:
    """The four columns of limits; NaN where a unit has no denominator, or the country none."""
    names = ("limit95_low", "limit95_high", "limit998_low", "limit998_high")
    country = every.groups.spread(every.national)
    # Where nobody or everybody has the event there is nothing outside.
    bare = np.where((every.n > 0) & ((country == 0) | (country == 1)), country, np.nan)
    found = {name: bare.copy() for name in names}
    for name, values in laws.limits(law, country[at_law]).items():
        found[name][at_law] = values
    return found


def _judged(
    every: _All, tau2: np.ndarray, zone: np.ndarray, few: np.ndarray, law: Law, at_law: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Signal and certainty of each unit, how many the law puts outside in each group (2 × groups), the large units.

    A unit is judged by the country, or a ``large`` one by the others, with their own uncertainty: what known, lowest
    and highest possible rate say by the law's tails.
    """
    groups, x, n, u = every.groups, every.x, every.n, every.missing
    total, events, own = (groups.spread(one) for one in (every.total, every.events, tau2))
    with np.errstate(invalid="ignore", divide="ignore"):
        others = (events - x) / (total - n)
        large = (n > LARGE * total) & (others > 0) & (others < 1)
        extra = 1 / ((total - n) * others * (1 - others))
    inside = np.isin(groups.group, every.inside)
    large &= inside
    centre = np.where(large, others, groups.spread(every.national))
    between = np.where(large, own + extra, own)
    signal, sure = zone.copy(), ~few
    mildest = zone.copy()
    rows = np.flatnonzero(inside)
    if len(rows):
        sizes = np.bincount(groups.group[rows], minlength=len(groups))
        part = Groups(sizes[sizes > 0])

        def judge(patients: np.ndarray) -> Law:
            """The law of each unit, had it so many patients; 1 is put for 0."""
            return laws.crude_of(np.maximum(patients, 1), centre[rows], between[rows], part)

        own_law = law if len(rows) == len(at_law) and not large.any() else judge(n[rows])
        known = own_law.zones(x[rows])
        # On the limit is within, by the columns' own numbers; a large unit is not judged by them.
        same_side = np.array([str(one).rpartition("_")[2] == str(by).rpartition("_")[2]
                              for one, by in zip(known, zone[rows], strict=True)], dtype=bool)  # fmt: skip
        known = np.where(large[rows] | same_side, known, WITHIN).astype(object)
        mild, same = known, np.ones(len(rows), dtype=bool)
        if (u[rows] > 0).any():
            wider = judge((n + u)[rows])
            mild, same = settled(known, [wider.zones(least) for least in (x[rows], (x + u)[rows])])
        mildest[rows] = np.where(n[rows] > 0, mild, None).astype(object)
        signal[rows] = np.where(large[rows], mildest[rows], zone[rows])
        sure[rows] &= same
    signal, certain = signals(signal, mildest, sure)
    chance = np.where(np.isnan(every.national), np.nan, np.zeros((2, len(groups))))
    if len(at_law):
        # Of an indicator with a large unit as they are judged, of the others as the limits are drawn.
        changed = np.isin(groups.group[at_law], groups.group[large])
        each = np.zeros((2, len(n)))
        each[:, at_law[~changed]] = law.of(~changed).outside_each() if changed.any() else law.outside_each()
        if changed.any():
            each[:, at_law[changed]] = own_law.of(np.searchsorted(rows, at_law[changed])).outside_each()
        chance[:, every.inside] = groups.sum(each)[:, every.inside]
    return signal, certain, chance, large


def _against_expected(counted: Sequence[Counted], every: _All, few: np.ndarray) -> dict[str, np.ndarray]:
    """Observed against expected: limits and verdict of one law, with what units vary beyond their case mix."""
    names = ("expected", "oe", "oe_lower", "oe_upper")
    found: dict[str, np.ndarray] = {name: np.full(len(every.n), np.nan) for name in names}
    found["adjusted_signal"] = np.full(len(every.n), None, dtype=object)
    parts, rows, of = [], [], []
    for place, (one, first) in enumerate(zip(counted, every.groups.first.tolist(), strict=True)):
        if one.expected is None:
            continue
        n = every.n[first : first + len(one.units.unit)]
        known = np.flatnonzero((n > 0) & (one.expected.expected > 0))
        if not len(known):
            continue
        there = np.flatnonzero(n > 0)
        found["expected"][first + there] = one.expected.expected[there]
        parts.append(one.expected.rows(known))
        rows.append(first + known)
        of.append(place)
    if not parts:
        return found
    at = np.concatenate(rows)
    x = every.x[at]
    tau2 = _adjusted_tau2(parts, [every.x[one] for one in rows])
    inner, outer = _ratio_limits(parts, tau2, x, every.national[of])
    found["oe"][at] = x / np.concatenate([part.expected for part in parts])
    found["oe_lower"][at], found["oe_upper"][at] = inner
    found["adjusted_signal"][at] = np.where(few[at], None, laws.zones_of_ratio(inner, outer))
    return found


def _ratio_limits(
    parts: Sequence[Standardised], tau2: np.ndarray, x: np.ndarray, national: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray]]:
    """95 and 99.8 % limits of O/E: Byar's where the outcome is rare and units do not vary, else those of the law."""
    levels = (funnel.ATTENTION, funnel.ALARM)
    byar = (tau2 == 0) & (national <= RARE)
    sizes = np.array([len(part.expected) for part in parts])
    at_byar = np.repeat(byar, sizes)
    found = [(np.empty(len(x)), np.empty(len(x))) for _ in levels]
    expected = np.concatenate([part.expected for part in parts])
    for level, (low, high) in zip(levels, found, strict=True):
        low[at_byar], high[at_byar] = observed_expected(x[at_byar], expected[at_byar], level)[1:]
    others = np.flatnonzero(~byar)
    if len(others):
        sought = laws.ratio_limits_of([parts[one] for one in others], tau2[others].tolist(), x[~at_byar], levels)
        for (low, high), ends in zip(found, sought, strict=True):
            low[~at_byar], high[~at_byar] = ends
    return found


def adjusted_tau2(part: Standardised, x: np.ndarray) -> float:
    """What units vary beyond their case mix (log odds), by the same rule as the crude limits; 0 where there is none."""
    return float(_adjusted_tau2([part], [x])[0])


def _adjusted_tau2(parts: Sequence[Standardised], xs: Sequence[np.ndarray]) -> np.ndarray:
    """``adjusted_tau2`` of the units of each of several indicators."""
    zero = len(laws.SHIFTS) // 2
    spreads, errors = [], []
    for part, x in zip(parts, xs, strict=True):
        variance = part.variance[:, zero]
        errors.append(np.sqrt(variance))
        fit = len(x) > 1 and (variance > 0).all()
        z = (x - part.expected) / errors[-1] if fit else np.zeros(0)
        spreads.append(overdispersion.estimate(z, np.ones(len(z)), 0.0))

    def winsorised(places: list[int], sigmas: list[float]) -> list[float]:
        means, widths = [], []
        for place, sigma in zip(places, sigmas, strict=True):
            part, error = parts[place], errors[place][:, None]
            at, weight = laws.nodes(sigma, 0.0)
            shift = part.centre(sigma, at, weight) + sigma * np.broadcast_to(at, (len(error), len(at)))
            mean, variance = part.at(shift)
            means.append((mean - part.expected[:, None]) / error)
            widths.append(np.sqrt(variance) / error)
        return _winsorised_of(means, widths, laws.nodes(sigmas[0], 0.0)[1])

    return np.array(together([explaining(one) for one in spreads], winsorised))


def _winsorised_of(means: list[np.ndarray], widths: list[np.ndarray], weight: np.ndarray) -> list[float]:
    found = laws.winsorised_mean_squares(
        np.concatenate(means), np.concatenate(widths), weight, overdispersion.WINSOR, Groups.of(means)
    )
    return found.tolist()


def _winsorised(
    national: np.ndarray, sizes: Sequence[np.ndarray], places: list[int], sigmas: list[float]
) -> list[float]:
    """The winsorised mean z² that units of these sizes have when their log odds spread by sigma."""
    at, weight = laws.nodes(sigmas[0], 0.0)
    rates = national[places]
    middles = laws.middle(rates, np.array(sigmas), at, weight)
    means, widths = [], []
    for place, rate, middle, sigma in zip(places, rates, middles, sigmas, strict=True):
        p = expit(middle + sigma * at)
        error = np.sqrt(rate * (1 - rate))
        means.append(np.sqrt(sizes[place])[:, None] * (p - rate) / error)
        widths.append(np.broadcast_to(np.sqrt(p * (1 - p)) / error, means[-1].shape))
    return _winsorised_of(means, widths, weight)


def framed(columns: dict[str, np.ndarray]) -> pd.DataFrame:
    """The columns in their order, whole numbers as whole numbers with gaps, empty texts as None."""
    return pd.DataFrame({name: with_gaps(columns[name]) if name in COUNTED else columns[name] for name in COLUMNS})


def _in_order(columns: dict[str, object]) -> dict[str, np.ndarray]:
    return {name: columns[name] for name in COLUMNS}


def with_gaps(values: ArrayLike) -> pd.arrays.IntegerArray:
    """Whole numbers, with gaps where there is none."""
    values = np.asarray(values, dtype=float)
    gaps = np.isnan(values)
    return pd.arrays.IntegerArray(np.where(gaps, 0, values).astype(np.int64), gaps)


def control_limits(national: float, n: np.ndarray, tau2: float) -> dict[str, np.ndarray]:
    """The four columns of limits about the national rate; NaN where a unit has no denominator, or the country none."""
    n = np.asarray(n, dtype=float)
    inside = (n > 0) & (not np.isnan(national))
    names = ("limit95_low", "limit95_high", "limit998_low", "limit998_high")
    found = {name: np.full(len(n), np.nan) for name in names}
    if not inside.any():
        return found
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
