"""Charts of many units through the years: each year is judged by the three years before it.

A unit with enough outcomes in three whole years is judged by its own level. Where :class:`Judges` is given, the others
are too: a new unit by the pooled level of those it succeeds, and one of few patients, or new, by the country's level
and as much of its own as is known (a normal prior of standard deviation COUNTRY_SD), with thresholds of their own.

A pure function of counts in time order. What it says of a day depends on the days before only, so that later data
never change what was said: neither a baseline nor a threshold nor a sum of the past.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from indicators.statistics.cusum import ARMS, OWN_LEVEL_SD, CusumState, Told, advance, own_level, weights
from indicators.statistics.worsening import Signals, WorseningSignal

BASELINE_YEARS = 3
#: With fewer events, or non-events, in the baseline years (five a year) a chart has no level of its own.
LEAST_EVENTS = 15
#: Standard deviation of the units' log odds about the country's (median odds ratio 1.4): so strongly are units of few
#: patients and new ones drawn towards it.
COUNTRY_SD = 0.35


@dataclass(frozen=True)
class MonitoredCounts:
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

    @property
    def kinds(self) -> np.ndarray:
        """``indicator``, or 0 of every chart."""
        return np.zeros(self.charts, dtype=np.int64) if self.indicator is None else self.indicator


#: By what a chart is judged: nothing (silent); its own level; its predecessors' pooled level; the country's and its own
#: level of few patients; the country's and its own since it began, less than three years before.
SILENT, OWN, PREDECESSORS, FEW, NEW = range(5)
#: A chart on which even a tripling would typically take more years to show is silent.
LONGEST_TRIPLING = 5.0
#: Of the first year of a new unit at least this part is taken as gone when its patients a year are reckoned.
_LEAST_PART = 0.25

Threshold = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
Delays = Callable[[np.ndarray, np.ndarray], np.ndarray]
#: ``logits(b, k, rows)``: expected log odds of the groups of patients ``rows`` (places in the counts, of the years
#: k−3 … k) by the country's patients of the years b−3 … b−1, in year k moved as the country has moved until then.
Logits = Callable[[int, int, slice], np.ndarray]


@dataclass(frozen=True)
class Judges:
    """How charts without a level of their own are judged.

    ``few``, ``new``: thresholds as of ``monitor``, and years until doubled and tripled odds show (last axis), of charts
    of few patients and of new units. ``successions``: pairs of charts (predecessor, successor).
    """

    few: tuple[Threshold, Delays]
    new: tuple[Threshold, Delays]
    successions: tuple[tuple[int, int], ...] = ()


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
    before are its baseline, as place in ``turns``; −1: silent), ``threshold`` arms × charts (infinite: silent),
    ``judged`` (by what: SILENT … NEW), ``doubling`` and ``tripling`` (years until odds so many times as high typically
    signal; NaN where nothing can be reckoned, for a silent chart too: how long it would take).
    ``years``: each charted year at its end. ``signals``: those that stand, by (arm, chart). ``absorbed``: by (arm,
    chart) the start of the last signal whose three whole years became the baseline, and the place in ``turns`` of the
    year from which they are.
    """

    first: int
    state: CusumState
    expected: np.ndarray
    sums: np.ndarray
    volume: np.ndarray
    proportion: np.ndarray
    typical: np.ndarray
    dispersion: np.ndarray
    baseline: np.ndarray
    threshold: np.ndarray
    years: tuple[Year, ...]
    signals: dict[tuple[int, int], WorseningSignal]
    absorbed: dict[tuple[int, int], tuple[int, int]]
    judged: np.ndarray
    doubling: np.ndarray
    tripling: np.ndarray


def monitor(
    counts: MonitoredCounts,
    turns: np.ndarray,
    last: np.ndarray,
    logits: Logits,
    threshold: Threshold,
    keep_sums: bool = False,
    judges: Judges | None = None,
) -> Monitored:
    """Chart every unit from the fourth year on: ``monitor_on`` of one day."""
    return monitor_on(counts, turns, (last,), logits, threshold, keep_sums, judges)[0]


def monitor_on(
    counts: MonitoredCounts,
    turns: np.ndarray,
    lasts: Sequence[np.ndarray],
    logits: Logits,
    threshold: Threshold,
    keep_sums: bool = False,
    judges: Judges | None = None,
) -> tuple[Monitored, ...]:
    """Chart every unit from the fourth year on, as known on several days: one pass tells what each of them would.

    ``lasts``: for each day, the earliest first, by chart the last day whose patients were known; ``counts`` are those
    of the last one. ``expected`` reaches to the end for all of them, ``sums`` and ``years`` are those of the last.

    ``turns``: first day of each year and of the year after the last. ``logits``: see Logits.
    ``threshold(volume, proportion)``: thresholds (of a signal, of a strong one) of arms that look for more of what has
    that proportion. ``judges``: how charts of few patients and of new units are judged; None: they are silent.

    The baseline stays as it was while a chart stands in signal at the turn of the year, so that a decline does not
    become what is expected; once three whole years lie after the start of its last change they are the new baseline and
    it begins again. A chart without a level of its own may take years to signal: there the three years are those after
    its last news.
    """
    charts, last = counts.charts, lasts[-1]
    at = np.searchsorted(counts.day, turns)
    pooled = _pooled(counts, judges.successions) if judges is not None and judges.successions else None
    born = np.full(charts, np.iinfo(np.int64).max)
    np.minimum.at(born, counts.chart, counts.day)
    state = CusumState.zero(charts)
    base, judged = np.full(charts, -1), np.full(charts, SILENT)
    level, volume, proportion, typical = (np.zeros(charts) for _ in range(4))
    dispersion = np.ones(charts)
    doubling, tripling = np.full((2, charts), np.nan)
    limit, strong = np.full((2, len(ARMS), charts), np.inf)
    expected, sums, years = [np.empty((0, charts))], [np.empty((0, len(ARMS), charts))], []
    signals = Signals(counts.chart, counts.day, counts.patients, counts.events)
    absorbed: dict[tuple[int, int], tuple[int, int]] = {}

    def standing() -> dict[str, np.ndarray]:
        return {
            **vars(state),
            **{"volume": volume, "proportion": proportion, "typical": typical, "dispersion": dispersion},
            **{"baseline": base, "threshold": limit, "judged": judged, "doubling": doubling, "tripling": tripling},
        }

    before = [_Then(one, standing()) for one in lasts[:-1]]
    for k in range(BASELINE_YEARS, len(turns) - 1):
        rows = slice(at[k], at[k + 1])
        begun = turns[k] <= last
        for (arm, chart), one in list(signals.live.items()):
            own = judged[chart] == OWN
            if begun[chart] and (one.since if own else one.alarm) < turns[k - BASELINE_YEARS]:
                absorbed[arm, chart] = one.since, k
                state.reset(np.arange(charts) == chart)
                signals.drop(chart)
        renewed = begun & ~state.active.any(0)
        known = {int(b): logits(int(b), k, rows) for b in np.unique(base[~renewed & (base >= 0)])}
        before_and_now = logits(k, k, slice(at[k - BASELINE_YEARS], at[k + 1]))
        window, known[k] = np.split(before_and_now, [at[k] - at[k - BASELINE_YEARS]])
        fresh = _baseline(counts, window, turns, k)
        if judges is not None:
            fresh = _others(fresh, counts, pooled, window, turns, k, born)
        for old, new in zip((level, volume, proportion, typical, dispersion), fresh.values, strict=True):
            old[renewed] = new[renewed]
        found = _limits(fresh, threshold, judges)
        judged[renewed] = np.where(found.speaks, fresh.judged, SILENT)[renewed]
        base[renewed] = np.where(found.speaks, k, -1)[renewed]
        doubling[renewed], tripling[renewed] = found.doubling[renewed], found.tripling[renewed]
        limit, strong = (
            np.where(renewed, np.where(base >= 0, new, np.inf), old)
            for new, old in zip(found.limits, (limit, strong), strict=True)
        )
        state.reset(base < 0)
        scores, hoped, signals.logit[rows] = _scores(
            counts, rows, int(turns[k + 1] - turns[k]), int(turns[k]), base, level, known
        )
        told: list[Told] = []
        first, stop = int(turns[k]), int(turns[k + 1])
        ends = {int(end) for one in before for end in np.unique(one.last) if first <= end < stop - 1}
        begin = first
        for end in (*sorted(ends), stop - 1):
            moved = advance(state, scores[begin - first : end + 1 - first], limit, strong, begin, told)
            begin = end + 1
            if keep_sums:
                sums.append(moved)
            for one in before:
                if (one.last == end).any():
                    one.take(end, standing(), signals.until(told, limit, first, end + 1, one.last == end), absorbed)
        signals.year(told, limit, first, stop)
        expected.append(hoped)
        news = state.alarm.copy()
        for place, one in signals.live.items():
            news[place] = one.alarm
        years.append(Year(base.copy(), limit, state.active.copy(), news, state.strong.copy()))
    begun_on, hoped = int(turns[min(BASELINE_YEARS, len(turns) - 1)]), np.concatenate(expected)
    whole = Monitored(
        begun_on,
        state,
        hoped,
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
        judged,
        doubling,
        tripling,
    )
    return (*(one.monitored(begun_on, hoped) for one in before), whole)


class _Then:
    """Charts as they stood on an earlier day, ``last`` of each; gathered while the charts move on."""

    def __init__(self, last: np.ndarray, standing: Mapping[str, np.ndarray]) -> None:
        self.last = last
        self._held = {name: values.copy() for name, values in standing.items()}
        self._signals: dict[tuple[int, int], WorseningSignal] = {}
        self._absorbed: dict[tuple[int, int], tuple[int, int]] = {}

    def take(
        self,
        day: int,
        standing: Mapping[str, np.ndarray],
        signals: Mapping[tuple[int, int], WorseningSignal],
        absorbed: Mapping[tuple[int, int], tuple[int, int]],
    ) -> None:
        """How the charts stand whose last day has come."""
        where = self.last == day
        for name, values in self._held.items():
            values[..., where] = standing[name][..., where]
        self._signals |= signals
        self._absorbed |= {key: one for key, one in absorbed.items() if where[key[1]]}

    def monitored(self, first: int, expected: np.ndarray) -> Monitored:
        state = CusumState(**{name: self._held.pop(name) for name in CusumState.__dataclass_fields__})
        sums = np.empty((0, *state.value.shape))
        return Monitored(
            first=first,
            state=state,
            expected=expected,
            sums=sums,
            years=(),
            signals=self._signals,
            absorbed=self._absorbed,
            **self._held,
        )


def _scores(
    counts: MonitoredCounts, rows: slice, days: int, first: int, base: np.ndarray, level: np.ndarray, known: dict
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What each day of a year adds to the sums (days × arms × charts), the events expected (days × charts), and the
    expected log odds of each group of patients (NaN where the chart is silent). ``known``: of the year's groups, by the
    year of the baseline."""
    charts, chart = counts.charts, counts.chart[rows]
    n, x = counts.patients[rows], counts.events[rows]
    own = base[chart]
    heard = own >= 0
    eta = np.zeros(len(chart))
    for b in np.unique(own[heard]):
        eta = np.where(own == b, known[int(b)], eta)
    risk = expit(eta + level[chart])
    cell = (counts.day[rows] - first) * charts + chart

    def by_day(values: np.ndarray) -> np.ndarray:
        return np.bincount(cell, np.where(heard, values, 0.0), days * charts).reshape(days, charts)

    scores = []
    for odds_ratio in ARMS:
        without, with_event = weights(risk, odds_ratio)
        scores.append(by_day(x * with_event + (n - x) * without))
    return np.stack(scores, axis=1), by_day(n * risk), np.where(heard, eta + level[chart], np.nan)


@dataclass(frozen=True)
class _Baseline:
    """By chart: own level, yearly volume, expected proportion, typical risk, dispersion, and by what it is judged."""

    level: np.ndarray
    volume: np.ndarray
    proportion: np.ndarray
    typical: np.ndarray
    dispersion: np.ndarray
    judged: np.ndarray

    @property
    def values(self) -> tuple[np.ndarray, ...]:
        return self.level, self.volume, self.proportion, self.typical, self.dispersion


@dataclass(frozen=True)
class _Limits:
    """Thresholds (of a signal, of a strong one) of both arms, delays in years, and whether the chart may speak."""

    limits: tuple[np.ndarray, np.ndarray]
    doubling: np.ndarray
    tripling: np.ndarray
    speaks: np.ndarray


@dataclass(frozen=True)
class _Window:
    """What the three years before a year hold, by chart."""

    total: np.ndarray
    events: np.ndarray
    mean: np.ndarray
    typical: np.ndarray
    yearly: np.ndarray  # years × charts: patients

    @property
    def enough(self) -> np.ndarray:
        """Whether there are outcomes enough for a level of its own, and patients in each year."""
        least = np.minimum(self.events, self.total - self.events) >= LEAST_EVENTS
        return least & (self.yearly > 0).all(0)


def _window(counts: MonitoredCounts, risk: np.ndarray, turns: np.ndarray) -> _Window:
    """What the years that begin at ``turns`` hold; ``counts``: of them, with the risk expected of each group."""
    charts, chart, n = counts.charts, counts.chart, counts.patients
    total, events = (np.bincount(chart, part, charts) for part in (n, counts.events))
    mean, variance = (np.bincount(chart, n * part, charts) / np.maximum(total, 1) for part in (risk, risk * (1 - risk)))
    year = np.searchsorted(turns, counts.day, side="right") - 1
    yearly = np.bincount(year * charts + chart, n, (len(turns) - 1) * charts).reshape(-1, charts)
    return _Window(total, events, mean, _alike(mean, variance), yearly)


def _levels(counts: MonitoredCounts, logit: np.ndarray, sd: float) -> tuple[np.ndarray, np.ndarray]:
    """Own levels under a prior of that standard deviation, and the risk of each group."""
    level = own_level(counts.chart, logit, counts.patients, counts.events, counts.charts, sd)
    return level, expit(logit + level[counts.chart])


def _alike(mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """The risk of patients all alike whose events vary as much."""
    lower = (1 - np.sqrt(np.maximum(1 - 4 * variance, 0))) / 2
    return np.clip(np.where(mean <= 0.5, lower, 1 - lower), 1e-6, 1 - 1e-6)


def _cut(counts: MonitoredCounts, turns: np.ndarray, k: int) -> tuple[slice, MonitoredCounts]:
    """The places and the counts of the three years before year ``k``."""
    rows = slice(*np.searchsorted(counts.day, turns[[k - BASELINE_YEARS, k]]))
    parts = (part[rows] for part in (counts.chart, counts.day, counts.patients, counts.events))
    return rows, MonitoredCounts(counts.charts, *parts, counts.indicator)


def _baseline(counts: MonitoredCounts, logit: np.ndarray, turns: np.ndarray, k: int) -> _Baseline:
    """The charts judged by their own level in year ``k``; the others silent. ``logit``: of the groups of patients of
    the three years before."""
    _, there = _cut(counts, turns, k)
    years = turns[k - BASELINE_YEARS : k + 1]
    level, risk = _levels(there, logit, OWN_LEVEL_SD)
    window = _window(there, risk, years)
    judged = np.where(window.enough, OWN, SILENT)
    own, mean = _dispersion(there, risk, years, window.enough)
    dispersion = np.maximum(np.where(window.enough, (own + mean) / 2, mean), 1.0)
    return _Baseline(level, window.total / BASELINE_YEARS, window.mean, window.typical, dispersion, judged)


def _pooled(counts: MonitoredCounts, successions: tuple[tuple[int, int], ...]) -> tuple[np.ndarray, MonitoredCounts]:
    """The successors' patients and those of the units they succeed, as patients of the successors, and their places.

    A successor of a successor has the patients of both.
    """
    before: dict[int, set[int]] = {}
    for old, new in successions:
        before.setdefault(new, {new}).add(old)
    for _ in before:
        for members in before.values():
            members |= set().union(*(before.get(one, set()) for one in tuple(members)))
    places, charts = [], []
    for new, members in before.items():
        where = np.flatnonzero(np.isin(counts.chart, list(members)))
        places.append(where)
        charts.append(np.full(len(where), new))
    place, chart = np.concatenate(places), np.concatenate(charts)
    order = np.argsort(counts.day[place], kind="stable")
    place, chart = place[order], chart[order]
    rest = (part[place] for part in (counts.day, counts.patients, counts.events))
    return place, MonitoredCounts(counts.charts, chart, *rest, counts.indicator)


def _others(
    own: _Baseline,
    counts: MonitoredCounts,
    pooled: tuple[np.ndarray, MonitoredCounts] | None,
    logit: np.ndarray,
    turns: np.ndarray,
    k: int,
    born: np.ndarray,
) -> _Baseline:
    """With those judged by their predecessors' or the country's level. ``born``: the day of each chart's first patient.

    Silent is a chart without patients in the year before unless it had none before at all, and an indicator on which
    the country itself has too few outcomes or a year without patients.
    """
    rows, there = _cut(counts, turns, k)
    years = turns[k - BASELINE_YEARS : k + 1]
    kind, number = counts.kinds, int(counts.kinds.max(initial=0)) + 1
    together = MonitoredCounts(number, kind[there.chart], there.day, there.patients, there.events)
    country = _window(together, expit(logit), years)
    few = own.judged[there.chart] != OWN
    there = MonitoredCounts(
        there.charts, there.chart[few], there.day[few], there.patients[few], there.events[few], counts.indicator
    )
    level, risk = _levels(there, logit[few], COUNTRY_SD)
    window = _window(there, risk, years)
    unborn = born >= turns[k]
    young = born >= turns[k - BASELINE_YEARS + 1]
    judged = np.where(young, NEW, FEW)
    judged[~country.enough[kind] | ~(unborn | (window.yearly[-1] > 0))] = SILENT
    # Patients a year since the first; of a unit without any the mean of the others'.
    gone = np.clip((turns[k] - np.where(unborn, turns[k], born)) / 365.25, _LEAST_PART, BASELINE_YEARS)
    units = np.maximum(np.bincount(kind, window.total > 0, number), 1)
    volume = np.where(young, window.total / gone, window.total / BASELINE_YEARS)
    volume = np.where(unborn, (country.total / units / BASELINE_YEARS)[kind], volume)
    none = window.total == 0
    mean = np.where(none, country.mean[kind], window.mean)
    typical = np.where(none, country.typical[kind], window.typical)
    found = [level, volume, mean, typical, own.dispersion]
    if pooled is not None:
        place, both = pooled
        part, inherited = _cut(both, turns, k)
        for sd in (COUNTRY_SD, OWN_LEVEL_SD):
            heirs, risk = _levels(inherited, logit[place[part] - rows.start], sd)
            of_heirs = _window(inherited, risk, years)
            # Until it has three whole years; the predecessors' were whole, and their last year had patients.
            whole = (of_heirs.yearly > 0).all(0) & young & (of_heirs.total > window.total) & (judged != SILENT)
            used = whole & (of_heirs.enough if sd == OWN_LEVEL_SD else True)
            values = (heirs, of_heirs.total / BASELINE_YEARS, of_heirs.mean, of_heirs.typical, own.dispersion)
            found = [np.where(used, new, old) for new, old in zip(values, found, strict=True)]
            judged = np.where(used, PREDECESSORS if sd == OWN_LEVEL_SD else FEW, judged)
    kept = own.judged == OWN
    values = (np.where(kept, old, new) for old, new in zip(own.values, found, strict=True))
    return _Baseline(*values, np.where(kept, OWN, judged))


def _limits(fresh: _Baseline, threshold: Threshold, judges: Judges | None) -> _Limits:
    """Thresholds by what the charts are judged by; silent where even a tripling would take too long."""
    charts = len(fresh.volume)
    limits = [np.full((len(ARMS), charts), np.inf) for _ in range(2)]
    doubling, tripling = np.full((2, charts), np.nan)

    def fill(where: np.ndarray, of: Threshold) -> None:
        volume, typical, phi = (part[where] for part in (fresh.volume, fresh.typical, fresh.dispersion))
        for arm, part in enumerate((typical, 1 - typical)):
            # Months that vary φ times as much: as of 1/φ of the patients, each of whom counts φ times.
            for found, value in zip(limits, of(volume / phi, part), strict=True):
                found[arm, where] = phi * value

    own = (fresh.judged == OWN) | (fresh.judged == PREDECESSORS)
    fill(own, threshold)
    for times, delay in ((2.0, doubling), (3.0, tripling)):
        delay[own] = shown_years(fresh.volume[own], fresh.typical[own], limits[0][0, own], times)
    for kind, judge in ((FEW, judges and judges.few), (NEW, judges and judges.new)):
        where = fresh.judged == kind
        if judge is not None and where.any():
            fill(where, judge[0])
            delays = judge[1](fresh.volume[where] / fresh.dispersion[where], fresh.typical[where])
            doubling[where], tripling[where] = delays[..., 0], delays[..., 1]
    speaks = fresh.judged != SILENT
    if judges is not None:
        speaks &= own | (tripling <= LONGEST_TRIPLING)
    return _Limits((limits[0], limits[1]), doubling, tripling, speaks)


def _dispersion(
    counts: MonitoredCounts, risk: np.ndarray, turns: np.ndarray, speaks: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """How many times as much the months' events vary as by chance, by chart, and the mean of its indicator's charts.

    Pearson's χ² of a chart's months by its degrees of freedom (McCullagh & Nelder 1989, section 4.5). Half of it, and
    half of the mean of the charts of the same indicator that speak, are used: 36 months alone are wrong by a quarter
    (one standard error). ``counts``: of the years that begin at ``turns``.
    """
    charts, chart, day = counts.charts, counts.chart, counts.day
    n, x = counts.patients, counts.events
    year = np.searchsorted(turns, day, side="right") - 1
    month = 12 * year + (day - turns[year]) * 12 // (turns[year + 1] - turns[year])
    cell, size = month * charts + chart, 12 * (len(turns) - 1) * charts

    def summed(values: np.ndarray) -> np.ndarray:
        return np.bincount(cell, values, size).reshape(-1, charts)

    variance = summed(n * risk * (1 - risk))
    with np.errstate(invalid="ignore", divide="ignore"):
        squares = np.where(variance > 0, summed(x - n * risk) ** 2 / variance, 0.0).sum(0)
    own = squares / np.maximum((variance > 0).sum(0) - 1, 1)
    indicator = counts.kinds
    kinds = int(indicator.max(initial=0)) + 1
    among = np.bincount(indicator, speaks, kinds)
    mean = np.bincount(indicator, np.where(speaks, own, 0.0), kinds) / np.maximum(among, 1)
    return own, mean[indicator]


def shown_years(volume: np.ndarray, risk: np.ndarray, threshold: np.ndarray, times: float = 2.0) -> np.ndarray:
    """Years until the sum of patients whose odds are ``times`` as high typically reaches it: by their mean score."""
    raised = times * risk / (1 - risk + times * risk)
    without, with_event = weights(risk)
    with np.errstate(divide="ignore"):
        return threshold / (volume * (raised * with_event + (1 - raised) * without))
