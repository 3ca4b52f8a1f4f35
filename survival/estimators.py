"""Kaplan–Meier, Aalen–Johansen and the log-rank test on daily counts, all groups at once.

Pure functions of arrays. Time is whole days since diagnosis. Every curve is right-continuous: an event on
day
d counts at all t ≥ d, a death on the day of diagnosis is an event at 0. Number at risk at t = those whose
follow-up is ≥ t days (R's ``summary(survfit, times)``). Limits are 95 % and log-log.

Sources: Kaplan & Meier 1958; Greenwood 1926; Kalbfleisch & Prentice (log-log limits); Aalen & Johansen
1978; Gaynor et al. 1993 and Marubini & Valsecchi 1995, eq. 10.12 (variance of a cumulative incidence); Peto
& Peto 1972 (log-rank).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import chdtrc

YEAR = 365.25

#: 97.5 % point of the normal distribution.
Z95 = 1.959963984540054

CAUSES = ("cancer", "other", "unknown")

#: The ways to leave follow-up.
LEAVING = (*CAUSES, "censored")

#: Why there is no estimate.
NO_CASES, NOT_REACHED, LAST_OTHER = "no_cases", "not_reached", "last_other"

_SPAN = 1 << 32  # larger than any day, so that group · span + day sorts by group, then day


@dataclass(frozen=True)
class DailyCounts:
    """How many left follow-up, per group and day: of cancer, of another or an unknown cause, or censored.

    Arrays of one length, sorted by group (0 … ``groups`` − 1), then day, each pair once; a group may have
    no rows. Build one with :meth:`of`. Raises ValueError for a day or a count below 0 and for rows out of
    order.
    """

    groups: int
    group: np.ndarray
    day: np.ndarray
    cancer: np.ndarray
    other: np.ndarray
    unknown: np.ndarray
    censored: np.ndarray

    def __post_init__(self) -> None:
        if (self.day < 0).any():
            leaving = int(self.leaving[self.day < 0].sum())
            raise ValueError(
                f"followup_days: {leaving} case(s) end before the day of diagnosis (smallest "
                f"{self.day.min()}); correct vital_date or diagnosis_date in the extract and load it again"
            )
        for name in LEAVING:
            if (getattr(self, name) < 0).any():
                raise ValueError(f"daily counts: {name} holds a count below 0")
        if (self.leaving == 0).any():
            raise ValueError("daily counts: a row in which nobody leaves")
        if (np.diff(self.key) <= 0).any() or ((self.group < 0) | (self.group >= self.groups)).any():
            raise ValueError(f"daily counts: rows must be unique and sorted by group (0–{self.groups - 1}), then day")

    @classmethod
    def of(cls, groups: int, group, day, cancer=0, other=0, unknown=0, censored=0) -> DailyCounts:
        """Counts from rows in any order; rows of the same group and day are added up, empty rows dropped.

        Raises ValueError when days or counts are not whole numbers.
        """
        group, day, *counts = np.broadcast_arrays(group, day, cancer, other, unknown, censored)
        whole = [
            _whole(values, name) for values, name in zip((group, day, *counts), ("group", "day", *LEAVING), strict=True)
        ]
        group, day, counts = whole[0], whole[1], np.stack(whole[2:])
        filled = counts.any(axis=0)
        group, day, counts = group[filled], day[filled], counts[:, filled]
        order = np.lexsort((day, group))
        group, day, counts = group[order], day[order], counts[:, order]
        first = np.flatnonzero(np.r_[True, (np.diff(group) != 0) | (np.diff(day) != 0)][: len(day)])
        if len(first):
            counts = np.add.reduceat(counts, first, axis=1)
        return cls(groups, group[first], day[first], *counts)

    @classmethod
    def of_codes(cls, groups: Sequence[Sequence[int]]) -> DailyCounts:
        """Counts from one whole number per case, 4 · day + place in LEAVING; one sequence per group."""
        none = np.zeros(0, dtype=np.int64)
        every = np.concatenate([none, *(np.asarray(codes, dtype=np.int64) for codes in groups)])
        of = np.repeat(np.arange(len(groups)), np.array([len(codes) for codes in groups], dtype=np.int64))
        least, most = int(every.min(initial=0)), int(every.max(initial=0))  # below 0: refused, with how many
        keys, number = np.unique(of * (most - least + 1) + every - least, return_counts=True)
        group, codes = np.divmod(keys, most - least + 1)
        codes = codes + least
        day, way = codes >> 2, codes & 3
        first = np.ones(len(codes), dtype=bool)
        first[1:] = (np.diff(day) != 0) | (np.diff(group) != 0)
        counts = np.zeros((len(LEAVING), int(first.sum())), dtype=np.int64)
        counts[way, np.cumsum(first) - 1] = number
        return cls(len(groups), group[first], day[first], *counts)

    @classmethod
    def of_cases(cls, days: Sequence[int], causes: Sequence[str], group=0, groups: int = 1) -> DailyCounts:
        """Counts from one row per case; cause is ``cancer``, ``other``, ``unknown`` or ``censored``."""
        causes = np.asarray(causes, dtype=object)
        strange = set(causes) - set(LEAVING)
        if strange:
            raise ValueError(f"cause {sorted(map(str, strange))}: use {', '.join(CAUSES)} or censored")
        return cls.of(groups, group, np.asarray(days), *((causes == name) for name in LEAVING))

    @cached_property
    def leaving(self) -> np.ndarray:
        return self.cancer + self.other + self.unknown + self.censored

    @cached_property
    def key(self) -> np.ndarray:
        return self.group.astype(np.int64) * _SPAN + self.day

    @cached_property
    def bounds(self) -> np.ndarray:
        """First row of each group, and the number of rows at the end."""
        return np.searchsorted(self.group, np.arange(self.groups + 1))

    @cached_property
    def cases(self) -> np.ndarray:
        """Number of cases of each group."""
        return np.bincount(self.group, self.leaving, self.groups).astype(np.int64)

    @cached_property
    def at_risk_rows(self) -> np.ndarray:
        """Number at risk just before each row's day."""
        cumulated = np.r_[0, np.cumsum(self.leaving)]
        return self.cases[self.group] - (cumulated[:-1] - cumulated[self.bounds[self.group]])

    def deaths(self, causes: Sequence[str]) -> np.ndarray:
        """Deaths of these causes, per row."""
        return sum((getattr(self, name) for name in causes), np.zeros(len(self.day), dtype=np.int64))

    def at_risk(self, times) -> np.ndarray:
        """Groups × times: number with a follow-up of at least t days."""
        place = self._place(np.ceil(times), "left")
        inside = place < self.bounds[1:, None]
        return np.where(inside, np.r_[self.at_risk_rows, 0][place], 0)

    def cumulated(self, causes: Sequence[str], times) -> np.ndarray:
        """Groups × times: deaths of these causes on day t or before."""
        total = np.r_[0, np.cumsum(self.deaths(causes))]
        return total[self._place(np.floor(times), "right")] - total[self.bounds[:-1], None]

    def unknown_as_other(self) -> DailyCounts:
        """The same deaths with those of unknown cause counted as of another cause."""
        return DailyCounts(
            self.groups,
            self.group,
            self.day,
            self.cancer,
            self.other + self.unknown,
            np.zeros_like(self.unknown),
            self.censored,
        )

    def pooled(self) -> DailyCounts:
        """All groups as one."""
        return DailyCounts.of(1, 0, self.day, self.cancer, self.other, self.unknown, self.censored)

    def only(self, group: int) -> DailyCounts:
        """One group alone."""
        rows = slice(self.bounds[group], self.bounds[group + 1])
        arrays = (getattr(self, name)[rows] for name in ("day", *LEAVING))
        return DailyCounts(1, np.zeros_like(self.group[rows]), *arrays)

    def _place(self, days: np.ndarray, side: str) -> np.ndarray:
        keys = np.arange(self.groups)[:, None] * _SPAN + np.asarray(days).astype(np.int64)[None, :]
        return np.searchsorted(self.key, keys, side)


@dataclass(frozen=True)
class Values:
    """What is known at given times, groups × times; the estimate is nan where ``status`` is not ""."""

    events: np.ndarray
    at_risk: np.ndarray
    estimate: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    status: np.ndarray  # "", NO_CASES, NOT_REACHED or LAST_OTHER


@dataclass(frozen=True)
class Steps:
    """A step function per group: its value and limits from the day of each row of ``counts`` on.

    ``start`` is the value before the first row. ``settled`` (per group): the value holds for ever after the
    last day, because nobody is left who could have an event; else it is unknown from the last day on.
    """

    counts: DailyCounts
    causes: tuple[str, ...]
    start: float
    estimate: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    settled: np.ndarray

    def at(self, times) -> Values:
        """Value, limits, events so far and number at risk at ``times`` (days ≥ 0; fractions allowed)."""
        counts = self.counts
        times = np.asarray(times, dtype=float)
        if not (np.isfinite(times).all() and (times >= 0).all()):
            raise ValueError(f"times {times.tolist()}: days since diagnosis are 0 or more")
        at_risk = counts.at_risk(times)
        row = counts._place(np.floor(times), "right") - 1
        begun = row >= counts.bounds[:-1, None]
        status = np.full(at_risk.shape, "", dtype=object)
        status[(at_risk == 0) & ~self.settled[:, None]] = NOT_REACHED
        has_rows = counts.cases > 0
        last = np.maximum(counts.bounds[1:] - 1, 0)
        none_censored = has_rows & (np.r_[counts.censored, 0][last] == 0)
        status[(status == NOT_REACHED) & none_censored[:, None]] = LAST_OTHER
        status[~has_rows] = NO_CASES

        def value(rows: np.ndarray) -> np.ndarray:
            found = np.where(begun, np.r_[rows, self.start][np.where(begun, row, len(rows))], self.start)
            return np.where(status == "", found, np.nan)

        return Values(
            counts.cumulated(self.causes, times),
            at_risk,
            value(self.estimate),
            value(self.lower),
            value(self.upper),
            status,
        )

    def only(self, group: int) -> Steps:
        """One group alone."""
        bounds = self.counts.bounds
        arrays = (getattr(self, name)[bounds[group] : bounds[group + 1]] for name in ("estimate", "lower", "upper"))
        settled = self.settled[group : group + 1]
        return Steps(self.counts.only(group), self.causes, self.start, *arrays, settled)


def kaplan_meier(counts: DailyCounts, causes: Sequence[str] = CAUSES) -> Steps:
    """Probability of no death of these causes, other deaths censored; Greenwood variance, log-log limits.

    Limits are 1–1 before the first event and 0–0 once the last at risk has died.
    """
    n, d = counts.at_risk_rows, counts.deaths(causes)
    survival = _surviving(n, d, counts)
    # Where all at risk die the curve is 0 and its limits are 0–0, so that the infinite term is never used.
    terms = np.divide(d, n * (n - d), out=np.zeros(len(d)), where=n > d)
    lower, upper = _log_log(survival, np.sqrt(_within(np.add, terms, counts)))
    return Steps(counts, tuple(causes), 1.0, survival, lower, upper, _final(survival, counts) == 0)


def aalen_johansen(counts: DailyCounts, causes: Sequence[str]) -> Steps:
    """Cumulative incidence of death of these causes with deaths of the other causes as competing events.

    Variance by the delta method on multinomial daily hazards; limits F^exp(±z·se/(F·ln F)), as R's survfit
    gives for the probability of a state. Limits are 0–0 before the first event and 1–1 at F = 1.
    """
    n, d, k = counts.at_risk_rows, counts.deaths(CAUSES), counts.deaths(causes)
    survival = _surviving(n, d, counts)
    before = np.r_[1.0, survival[:-1]]
    before[counts.bounds[:-1][counts.cases > 0]] = 1.0
    incidence = _within(np.add, before * k / n, counts)
    # All have died, and all of these causes: 1 in exact arithmetic.
    incidence[(survival == 0) & (_within(np.add, d - k, counts) == 0)] = 1.0
    # Var F(t) = Σ (F(t) − F_i)²·g + S²·k·(n − k)/n³ − 2·(F(t) − F_i)·S·k/n² over the days i up to t, with
    # S before day i and g = d/(n(n − d)); expanded in powers of F(t) it is three running sums. Where all at
    # risk die, F stays at F_i and the infinite g meets a factor 0.
    g = np.divide(d, n * (n - d), out=np.zeros(len(d)), where=n > d)
    h = before * k / n**2
    square = _within(np.add, g, counts)
    linear = _within(np.add, incidence * g + h, counts)
    constant = _within(np.add, incidence**2 * g + 2 * incidence * h + before**2 * k * (n - k) / n**3, counts)
    variance = np.maximum(incidence**2 * square - 2 * incidence * linear + constant, 0)
    relative = np.divide(np.sqrt(variance), incidence, out=np.zeros(len(d)), where=incidence > 0)
    lower, upper = _log_log(incidence, relative)
    return Steps(counts, tuple(causes), 0.0, incidence, lower, upper, _final(survival, counts) == 0)


@dataclass(frozen=True)
class LogRank:
    """Log-rank statistic (chi-square), its degrees of freedom and p-value."""

    statistic: float
    degrees_of_freedom: int
    p: float


def log_rank(counts: DailyCounts, causes: Sequence[str] = CAUSES) -> LogRank | None:
    """Log-rank test that all groups have the same hazard of death of these causes (other deaths censored).

    Hypergeometric variance at ties. Groups that never were at risk at a death are left out; returns None
    when fewer than two groups remain.
    """
    pooled = counts.pooled()
    days = pooled.day[pooled.deaths(causes) > 0]
    total, deaths = pooled.at_risk(days)[0], pooled.deaths(causes)[pooled.deaths(causes) > 0]
    share = counts.at_risk(days) / total
    observed = np.bincount(counts.group, counts.deaths(causes), counts.groups)
    weight = deaths * (total - deaths) / np.maximum(total - 1, 1)
    variance = np.diag(share @ weight) - (share * weight) @ share.T
    difference = observed - share @ deaths
    used = np.flatnonzero(np.diag(variance) > 0)
    if len(used) < 2:
        return None
    # The differences add up to 0, so one group is redundant.
    used = used[:-1]
    part = difference[used]
    statistic = float(part @ np.linalg.solve(variance[np.ix_(used, used)], part))
    return LogRank(statistic, len(used), float(chdtrc(len(used), statistic)))


def _log_log(value: np.ndarray, relative_error: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """value^exp(±z·se/(value·ln value)) from se/value; the value itself at 0 and 1."""
    inside = (value > 0) & (value < 1)
    log = np.log(value, out=np.full(len(value), -1.0), where=inside)
    width = Z95 * relative_error / -log
    return (
        np.where(inside, np.exp(log * np.exp(width)), value),
        np.where(inside, np.exp(log * np.exp(-width)), value),
    )


def _surviving(n: np.ndarray, d: np.ndarray, counts: DailyCounts) -> np.ndarray:
    """Kaplan–Meier's product Π (n − d)/n within each group.

    Days on which nobody is censored cancel to (n − d of the last)/(n of the first), taken in one division: without
    censoring the result is exactly alive/all, and 80 of 100 is 0.8, not a hair above a standard of 80 %.
    """
    left = n - d
    opens = np.ones(len(n), dtype=bool)
    opens[1:] = n[1:] != left[:-1]
    opens[counts.bounds[:-1][counts.cases > 0]] = True
    fraction = left / n[opens][np.cumsum(opens) - 1]
    closes = np.r_[opens[1:], True][: len(n)]
    product = _within(np.multiply, np.where(closes, fraction, 1.0), counts)
    return np.where(closes, product, product * fraction)


def _within(ufunc: np.ufunc, values: np.ndarray, counts: DailyCounts) -> np.ndarray:
    """Running sum or product within each group."""
    result = np.empty(len(values), dtype=float)
    bounds = counts.bounds.tolist()
    for start, stop in itertools.pairwise(bounds):
        ufunc.accumulate(values[start:stop], out=result[start:stop], dtype=float)
    return result


def _final(values: np.ndarray, counts: DailyCounts) -> np.ndarray:
    """The last value of each group, nan for a group without rows."""
    last = np.maximum(counts.bounds[1:] - 1, 0)
    return np.where(counts.cases > 0, np.r_[values, np.nan][last], np.nan)


def _whole(values: np.ndarray, name: str) -> np.ndarray:
    whole = np.asarray(values).astype(np.int64)
    if not np.array_equal(whole, values):
        raise ValueError(f"daily counts: {name} must be whole numbers")
    return whole
