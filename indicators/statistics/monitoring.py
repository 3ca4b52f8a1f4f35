"""Charts of many units through the years: each year is judged by the three years before it.

A pure function of counts in time order. What it says of a day depends on the days before only, so that later data
never change what was said: neither a baseline nor a threshold nor a sum of the past.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.special import expit

from indicators.statistics.cusum import ARMS, State, Told, advance, own_level, weights
from indicators.statistics.worsening import Signal, Signals

BASELINE_YEARS = 3
#: Fewer events, or non-events, in the baseline years (five a year): the chart is silent.
LEAST_EVENTS = 15


@dataclass(frozen=True)
class Counts:
    """Groups of patients in order of ``day``: their chart (0 … charts−1), day number, number, and events among them.

    ``indicator``: of each chart the number of what it charts; charts of the same share what is known of how much their
    months vary. None: all chart the same.
    """

    charts: int
    chart: np.ndarray
    day: np.ndarray
    patients: np.ndarray
    events: np.ndarray
    indicator: np.ndarray | None = None


@dataclass(frozen=True)
class Year:
    """Charts at the end of a year, as :class:`Monitored` names it; ``active``, ``alarm``, ``strong``: arms × charts.

    ``alarm``: the day of the signal's last news.
    """

    baseline: np.ndarray
    threshold: np.ndarray
    active: np.ndarray
    alarm: np.ndarray
    strong: np.ndarray


@dataclass(frozen=True)
class Monitored:
    """Charts from day ``first`` on; arms in the order of ``cusum.ARMS``.

    ``expected`` days × charts; ``sums`` days × arms × charts (empty unless kept). By chart, as of its last year:
    ``volume`` (patients a year in the baseline), ``proportion`` (events expected), ``typical`` (the risk of patients
    all alike whose events vary as much as these: the thresholds are of it), ``dispersion`` (how many times as
    much the months vary as by chance, at least 1), ``baseline`` (the year whose three years
    before are its baseline, as place in ``turns``; −1: silent), ``threshold`` arms × charts (infinite: silent).
    ``years``: each charted year at its end. ``signals``: those that stand, by (arm, chart). ``absorbed``: by (arm,
    chart) the start of the last signal whose three whole years became the baseline, and the place in ``turns`` of the
    year from which they are.
    """

    first: int
    state: State
    expected: np.ndarray
    sums: np.ndarray
    volume: np.ndarray
    proportion: np.ndarray
    typical: np.ndarray
    dispersion: np.ndarray
    baseline: np.ndarray
    threshold: np.ndarray
    years: tuple[Year, ...]
    signals: dict[tuple[int, int], Signal]
    absorbed: dict[tuple[int, int], tuple[int, int]]


def monitor(
    counts: Counts,
    turns: np.ndarray,
    last: np.ndarray,
    logits: Callable[[int, int], np.ndarray],
    threshold: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]],
    keep_sums: bool = False,
) -> Monitored:
    """Chart every unit from the fourth year on.

    ``turns``: first day of each year and of the year after the last. ``last``: by chart, the last day whose patients
    are known; later ones must not be in ``counts``. ``logits(b, k)``: expected log odds of every group by the country's
    patients of the years b−3 … b−1, in year k moved as the country has moved until then. ``threshold(volume,
    proportion)``: thresholds (of a signal, of a strong one) of arms that look for more of what has that proportion.

    The baseline stays as it was while a chart stands in signal at the turn of the year, so that a decline does not
    become what is expected; once three whole years lie after the start of its last change they are the new baseline and
    it begins again.
    """
    charts = counts.charts
    at = np.searchsorted(counts.day, turns)
    state = State.zero(charts)
    base = np.full(charts, -1)
    level, volume, proportion, typical = (np.zeros(charts) for _ in range(4))
    dispersion = np.ones(charts)
    limit, strong = np.full((2, len(ARMS), charts), np.inf)
    expected, sums, years = [np.empty((0, charts))], [np.empty((0, len(ARMS), charts))], []
    signals = Signals(counts.chart, counts.day, counts.patients, counts.events)
    absorbed: dict[tuple[int, int], tuple[int, int]] = {}
    for k in range(BASELINE_YEARS, len(turns) - 1):
        window, rows = slice(at[k - BASELINE_YEARS], at[k]), slice(at[k], at[k + 1])
        begun = turns[k] <= last
        for (arm, chart), one in list(signals.live.items()):
            if begun[chart] and one.since < turns[k - BASELINE_YEARS]:
                absorbed[arm, chart] = one.since, k
                state.reset(np.arange(charts) == chart)
                signals.drop(chart)
        renewed = begun & ~state.active.any(0)
        known = {int(b): logits(int(b), k) for b in np.unique(np.r_[k, base[~renewed & (base >= 0)]])}
        years_at = at[k - BASELINE_YEARS : k + 1]
        fresh = _baseline(counts, window, known[k][window], years_at, turns[k - BASELINE_YEARS : k + 1])
        for old, new in zip((level, volume, proportion, typical, dispersion), fresh[:5], strict=True):
            old[renewed] = new[renewed]
        base[renewed] = np.where(fresh[5], k, -1)[renewed]
        # Months that vary φ times as much: as of 1/φ of the patients, each of whom counts φ times.
        arms = zip(
            *([dispersion * one for one in threshold(volume / dispersion, part)] for part in (typical, 1 - typical)),
            strict=True,
        )
        limit, strong = (
            np.where(renewed, np.where(base >= 0, np.stack(new), np.inf), old)
            for new, old in zip(arms, (limit, strong), strict=True)
        )
        state.reset(base < 0)
        scores, hoped, signals.logit[rows] = _scores(
            counts, rows, int(turns[k + 1] - turns[k]), int(turns[k]), base, level, known
        )
        told: list[Told] = []
        moved = advance(state, scores, limit, strong, int(turns[k]), told)
        signals.year(told, limit, int(turns[k]), int(turns[k + 1]))
        expected.append(hoped)
        if keep_sums:
            sums.append(moved)
        news = state.alarm.copy()
        for place, one in signals.live.items():
            news[place] = one.alarm
        years.append(Year(base.copy(), limit, state.active.copy(), news, state.strong.copy()))
    return Monitored(
        int(turns[min(BASELINE_YEARS, len(turns) - 1)]),
        state,
        np.concatenate(expected),
        np.concatenate(sums),
        volume,
        proportion,
        typical,
        dispersion,
        base,
        limit,
        tuple(years),
        signals.live,
        absorbed,
    )


def _scores(
    counts: Counts, rows: slice, days: int, first: int, base: np.ndarray, level: np.ndarray, known: dict
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What each day of a year adds to the sums (days × arms × charts), the events expected (days × charts), and the
    expected log odds of each group of patients (NaN where the chart is silent)."""
    charts, chart = counts.charts, counts.chart[rows]
    n, x = counts.patients[rows], counts.events[rows]
    own = base[chart]
    heard = own >= 0
    eta = np.zeros(len(chart))
    for b in np.unique(own[heard]):
        eta = np.where(own == b, known[int(b)][rows], eta)
    risk = expit(eta + level[chart])
    cell = (counts.day[rows] - first) * charts + chart

    def by_day(values: np.ndarray) -> np.ndarray:
        return np.bincount(cell, np.where(heard, values, 0.0), days * charts).reshape(days, charts)

    scores = []
    for odds_ratio in ARMS:
        without, with_event = weights(risk, odds_ratio)
        scores.append(by_day(x * with_event + (n - x) * without))
    return np.stack(scores, axis=1), by_day(n * risk), np.where(heard, eta + level[chart], np.nan)


def _baseline(
    counts: Counts, window: slice, logit: np.ndarray, turns_at: np.ndarray, turns: np.ndarray
) -> tuple[np.ndarray, ...]:
    """By chart: own level, yearly volume, expected proportion, typical risk, dispersion, whether it may speak."""
    charts = counts.charts
    chart, n, x = counts.chart[window], counts.patients[window], counts.events[window]
    level = own_level(chart, logit, n, x, charts)
    total, events = (np.bincount(chart, part, charts) for part in (n, x))
    risk = expit(logit + level[chart])
    mean, variance = (np.bincount(chart, n * part, charts) / np.maximum(total, 1) for part in (risk, risk * (1 - risk)))
    lower = (1 - np.sqrt(np.maximum(1 - 4 * variance, 0))) / 2
    typical = np.where(mean <= 0.5, lower, 1 - lower)
    speaks = (events >= LEAST_EVENTS) & (total - events >= LEAST_EVENTS)
    for start, stop in pairwise(turns_at):  # patients in each year
        speaks &= np.bincount(counts.chart[start:stop], counts.patients[start:stop], charts) > 0
    dispersion = _dispersion(counts, window, risk, turns, speaks)
    return level, total / BASELINE_YEARS, mean, np.clip(typical, 1e-6, 1 - 1e-6), dispersion, speaks


def _dispersion(counts: Counts, window: slice, risk: np.ndarray, turns: np.ndarray, speaks: np.ndarray) -> np.ndarray:
    """How many times as much the months' events vary as by chance, by chart, at least 1.

    Pearson's χ² of a chart's months by its degrees of freedom (McCullagh & Nelder 1989, section 4.5): half of it, and
    half of the mean of the charts of the same indicator that speak, for 36 months alone are wrong by a quarter (one
    standard error).
    """
    charts, chart, day = counts.charts, counts.chart[window], counts.day[window]
    n, x = counts.patients[window], counts.events[window]
    year = np.searchsorted(turns, day, side="right") - 1
    month = 12 * year + (day - turns[year]) * 12 // (turns[year + 1] - turns[year])
    cell, size = month * charts + chart, 12 * (len(turns) - 1) * charts

    def summed(values: np.ndarray) -> np.ndarray:
        return np.bincount(cell, values, size).reshape(-1, charts)

    variance = summed(n * risk * (1 - risk))
    with np.errstate(invalid="ignore", divide="ignore"):
        squares = np.where(variance > 0, summed(x - n * risk) ** 2 / variance, 0.0).sum(0)
    own = squares / np.maximum((variance > 0).sum(0) - 1, 1)
    indicator = np.zeros(charts, dtype=np.int64) if counts.indicator is None else counts.indicator
    kinds = int(indicator.max(initial=0)) + 1
    among = np.bincount(indicator, speaks, kinds)
    mean = np.bincount(indicator, np.where(speaks, own, 0.0), kinds) / np.maximum(among, 1)
    return np.maximum((own + mean[indicator]) / 2, 1.0)


def doubling_years(volume: np.ndarray, risk: np.ndarray, threshold: np.ndarray) -> np.ndarray:
    """Years until the sum of patients whose odds have doubled typically reaches its threshold: by their mean score."""
    doubled = 2 * risk / (1 + risk)
    without, with_event = weights(risk)
    with np.errstate(divide="ignore"):
        return threshold / (volume * (doubled * with_event + (1 - doubled) * without))
