"""Whether a chart in signal has become worse again (or better again) than the level that its signal was given for.

A CUSUM answers one question: has the level left what is expected? Once it has, its sum stands at the threshold and a
second, larger change is never told. So a signal is followed by a second sum, of the same kind, whose patients are
expected at the level of the signal itself: the odds since its start. When that sum reaches the threshold the change is
news again, with a date and a start of its own, and the next sum begins from the new level.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from indicators.statistics.cusum import ARMS, Told, weights

#: What made the last news of a signal: its first alarm, reaching the strong threshold, or a further change.
NEW, STRONG, AGAIN = "new", "strong", "again"
#: Prior standard deviation of the log odds ratio of a signal's level to what was expected, about the odds ratio that
#: the chart looks for: the days before an alarm are few.
LEVEL_SD = 1.0
#: Until the level is known to within a factor 2 (95 %) nothing is said of a further change: information of its log
#: odds.
LEAST_INFORMATION = (1.96 / np.log(2)) ** 2
#: The level is estimated anew when the patients of the signal are so many times those of the last estimate.
GROWTH = 1.1


@dataclass
class WorseningSignal:
    """One chart's signal in one direction; days as steps.

    ``since``: the start of the last change, ``alarm``: the day of the last news and ``news`` what it was; ``first``:
    the start of the first change, ``begun``: the first alarm. ``level``: log odds ratio to what is expected of the
    ``known`` patients until the sum was last zero, and ``information`` of it. ``value``, ``start``: the sum of what is
    beyond that level and its standard error, and the first day after it was last zero.
    """

    since: int
    alarm: int
    news: str
    first: int
    begun: int
    level: float = 0.0
    known: float = 0.0
    information: float = 0.0
    value: float = 0.0
    start: int = -1

    @property
    def bound(self) -> float:
        """The level with its standard error added: a further change lies beyond it."""
        return self.level + np.sign(self.level) / np.sqrt(self.information + 1 / LEVEL_SD**2)

    @property
    def sure(self) -> bool:
        """Whether the level is known well enough to tell a further change from it."""
        return self.information >= LEAST_INFORMATION


class Signals:
    """The signals of charts through the years, by (arm, chart).

    ``chart``, ``day``, ``patients``, ``events``: groups of patients in order of the day. ``logit``: the expected log
    odds of each group on its day, NaN before it was judged; whoever charts a year fills it before ``year``.
    """

    def __init__(self, chart: np.ndarray, day: np.ndarray, patients: np.ndarray, events: np.ndarray) -> None:
        order = np.argsort(chart, kind="stable")
        charts = int(chart.max(initial=-1)) + 1
        self._ends = np.searchsorted(chart[order], np.arange(charts + 1))
        self._order, self._day = order, day
        self._own: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        self._patients, self._events = patients, events
        self.logit = np.full(len(chart), np.nan)
        self.live: dict[tuple[int, int], WorseningSignal] = {}

    def year(self, told: Sequence[Told], thresholds: np.ndarray, first: int, stop: int) -> None:
        """Follow the signals through the days ``first`` … ``stop`` − 1, of which the charts have ``told``."""
        begins = dict.fromkeys(self.live, first)
        strong: dict[tuple[int, int], int] = {}
        for event in told:
            key = (event.arm, event.chart)
            if event.what == "end":
                for kept in (self.live, begins, strong):
                    kept.pop(key, None)
            elif event.what == "strong":
                strong[key] = event.step
            else:
                self.live[key] = WorseningSignal(event.start, event.step, NEW, event.start, event.step)
                self._estimate(key, event.step + 1)
                begins[key] = event.step + 1
        for key, begin in begins.items():
            self._follow(key, float(thresholds[key]), begin, stop)
            one = self.live[key]
            if strong.get(key, -1) >= one.alarm:
                one.alarm, one.news = strong[key], NEW if one.begun == strong[key] else STRONG

    def until(
        self, told: Sequence[Told], thresholds: np.ndarray, first: int, stop: int, charts: np.ndarray
    ) -> dict[tuple[int, int], WorseningSignal]:
        """The signals of some charts (true in ``charts``) after ``year`` of those days; nothing here changes."""
        then = copy.copy(self)
        then.live = {key: replace(one) for key, one in self.live.items() if charts[key[1]]}
        then.year([event for event in told if charts[event.chart]], thresholds, first, stop)
        return then.live

    def drop(self, chart: int) -> None:
        """Forget the signals of a chart that begins again."""
        for arm in range(len(ARMS)):
            self.live.pop((arm, chart), None)

    def _rows(self, chart: int, first: int, stop: int) -> np.ndarray:
        """Places of the judged groups of a chart on these days."""
        if chart not in self._own:
            own = self._order[self._ends[chart] : self._ends[chart + 1]]
            self._own[chart] = own, self._day[own]
        own, days = self._own[chart]
        own = own[slice(*np.searchsorted(days, (first, stop)))]
        return own[np.isfinite(self.logit[own])]

    def _estimate(self, key: tuple[int, int], stop: int) -> None:
        """The signal's level by its patients until ``stop``: the mode of the log odds ratio to what was expected.

        At least half of what the chart looks for.
        """
        arm, chart = key
        one = self.live[key]
        rows = self._rows(chart, one.since, stop)
        eta, n, x = self.logit[rows], self._patients[rows], self._events[rows]
        looked_for = float(np.log(ARMS[arm]))
        level = looked_for
        for _ in range(100):
            risk = expit(eta + level)
            information = float((n * risk * (1 - risk)).sum())
            score = float((x - n * risk).sum()) - (level - looked_for) / LEVEL_SD**2
            step = score / (information + 1 / LEVEL_SD**2)
            level += min(max(step, -1.0), 1.0)
            if abs(step) < 1e-10:
                break
        one.level = max(level, looked_for / 2) if looked_for > 0 else min(level, looked_for / 2)
        one.known, one.information = float(n.sum()), information

    def _turned(self, key: tuple[int, int], stop: int) -> int:
        """The most likely first day of the further change: where the sum beyond the level itself was lowest."""
        arm, chart = key
        one = self.live[key]
        rows = self._rows(chart, one.since, stop)
        n, x = self._patients[rows], self._events[rows]
        without, with_event = weights(expit(self.logit[rows] + one.level), ARMS[arm])
        sums = np.cumsum(x * with_event + (n - x) * without)
        days = self._day[rows]
        lowest = int(np.argmin(sums[:-1]))
        later = days[days > days[lowest]]
        return int(later[0]) if len(later) else one.start

    def _follow(self, key: tuple[int, int], threshold: float, begin: int, stop: int) -> None:
        arm, chart = key
        one = self.live[key]
        while begin < stop:
            rows = self._rows(chart, begin, stop)
            if not len(rows):
                return
            n, x = self._patients[rows], self._events[rows]
            risk = expit(self.logit[rows] + one.bound)
            if not one.sure:
                known = one.information + np.cumsum(n * risk * (1 - risk))
                begin = (
                    stop
                    if known[-1] < LEAST_INFORMATION
                    else int(self._day[rows[known.searchsorted(LEAST_INFORMATION)]])
                )
                begin = min(begin + 1, stop)
                self._estimate(key, begin)
                continue
            without, with_event = weights(risk, ARMS[arm])
            days, place = np.unique(self._day[rows], return_inverse=True)
            scores = np.bincount(place, x * with_event + (n - x) * without)
            so_far = self._patients[self._rows(chart, one.since, begin)].sum() + np.cumsum(np.bincount(place, n))
            begin = stop
            for day, score, many in zip(days.tolist(), scores.tolist(), so_far.tolist(), strict=True):
                raised = one.value + score
                if raised <= 0:
                    one.value, one.start = 0.0, -1
                    if many >= GROWTH * one.known:
                        begin = day + 1
                        self._estimate(key, begin)
                        break
                    continue
                if one.value == 0:
                    one.start = day
                one.value = raised
                if raised >= threshold and score > 0:
                    begin = day + 1
                    since = self._turned(key, begin)
                    self.live[key] = one = WorseningSignal(since, day, AGAIN, one.first, one.begun)
                    self._estimate(key, begin)
                    break
