"""Early warning: where an indicator has changed from the unit's own level, in which direction, since when.

See docs/methods-early-warning.md for the rules and docs/decisions/0009-early-warning.md for why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from data import reference
from data.output import UsageError
from data.store import Snapshot, StoreError
from indicators.catalogue import BY_ID
from indicators.declaration import Indicator
from indicators.monitored import Panel, panels, period, registration_known, watched, window
from indicators.statistics.monitoring import (
    BASELINE_YEARS,
    LEAST_EVENTS,
    LONGEST_TRIPLING,
    Judges,
    Monitored,
    MonitoredCounts,
    monitor_on,
)
from indicators.thresholds import FALSE_ALARM_YEARS, FEW, NEW, thresholds

WORSE, BETTER = "worse", "better"
DIRECTIONS = (WORSE, BETTER)  # in the order of the arms: more of the unwanted, less of it
COLUMNS = (
    *("unit", "indicator", "direction", "since", "observed", "expected", "excess", "months"),
    *("false_alarm_years", "false_signals_expected", "news", "known_from", "first_since"),
)
#: Calendar months that a signal is listed from its last news, that of its alarm among them. One that has not become
#: worse again for so long is no news, but stands: ``Board.standing``.
LISTED_MONTHS = 24
#: By what a chart is judged, as ``statistics.monitoring`` numbers it: nothing, the unit's own level, the pooled level
#: of the units it succeeds, the country's level and that of its few patients, the country's until it has its own.
JUDGED = ("", "own", "predecessors", "few", "new")
#: Why a chart is silent: even a tripling would take too long; no patients the year before; the country too has too few.
TOO_FEW, ABSENT, COUNTRY_TOO_FEW = "few", "absent", "country"
#: What stands for a unit where the whole country is watched in the place of units with too few patients.
COUNTRY = "DK"


@dataclass(frozen=True)
class Board:
    """Every chart as it stands. ``charts``: a row per unit × indicator × direction that is not silent.

    Columns of ``charts``: those of the signals, ``volume`` (patients a year in the baseline), ``baseline`` (expected
    proportion of the unwanted), ``threshold`` and ``cusum`` (which stays at it in signal), ``evidence`` (the sum since
    the start without that ceiling), ``alarm`` (the day of the signal's last news), ``active``, ``strong`` (as high as
    chance takes one chart in STRONG_ALARM_YEARS), ``listed``, ``until`` (the last day whose patients are used),
    ``first_since`` and ``first_alarm`` (of the signal's first change), ``known_from`` (when its news could be known),
    ``absorbed_since`` and ``absorbed`` (the start of an earlier signal whose three whole years are in the baseline, and
    the first day they were), ``dispersion`` (how many times as much the months vary as by chance; the thresholds allow
    for it), ``doubling_months`` (until doubled odds typically signal, before follow-up and registration), ``judged``
    (by what: one of JUDGED) and ``predecessors`` (their codes, where it is by theirs), ``false`` and ``false_strong``
    (the share of time that it is listed, and as strong, though nothing has changed).
    ``silent``: a row per unit × indicator without a chart: ``unit``, ``indicator``, ``reason`` (TOO_FEW, ABSENT or
    COUNTRY_TOO_FEW) and ``tripling_months`` (until tripled odds would typically show; NaN: not
    reckoned, infinite: a single outcome would do for a signal).
    ``in_place``: the whole country's charts (``unit`` COUNTRY; columns of ``charts``) of the indicators with units of
    too few patients; not in the list, and not counted among its false signals.
    ``since`` and what is counted from it are of the last change: where ``news`` is "again", of the further one.
    ``left_out``: indicators not charted because registration is not known on a past day. ``undated``: by department,
    the cases without a registration date, which are not used where others have one.
    """

    as_of: dt.date
    registration_known: bool
    left_out: tuple[str, ...]
    charts: pd.DataFrame
    false_signals_expected: float
    false_strong_expected: float
    undated: tuple[tuple[str, int], ...] = ()
    silent: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(_SILENT)))
    in_place: pd.DataFrame = field(default_factory=lambda: _nothing())

    @property
    def listed(self) -> pd.DataFrame:
        """The rows of ``charts`` that are listed: strong before others, then worse before better, then by evidence."""
        order = {"strong": False, "direction": False, "evidence": False, "unit": True, "indicator": True}
        listed = self.charts[self.charts["listed"]].sort_values(list(order), ascending=list(order.values()))
        return listed.reset_index(drop=True)

    @property
    def standing(self) -> pd.DataFrame:
        """The rows of ``charts`` in signal without news for LISTED_MONTHS, the oldest first."""
        standing = self.charts[self.charts["active"] & ~self.charts["listed"]]
        return standing.sort_values(["first_since", "unit", "indicator"]).reset_index(drop=True)

    @property
    def absorbed(self) -> pd.DataFrame:
        """The rows of ``charts`` whose baseline holds the years of an earlier signal, the newest first."""
        absorbed = self.charts[self.charts["absorbed"].notna()]
        return absorbed.sort_values(["absorbed", "unit", "indicator"], ascending=[False, True, True]).reset_index(
            drop=True
        )

    @property
    def notes(self) -> list[str]:
        """What a reader of the list must know about the data; English, for the command."""
        notes = []
        if not self.registration_known:
            notes.append("the extract has no registered_date: registration delay is not known, and not allowed for")
        if self.left_out:
            notes.append(f"not charted, as registration of their rows is not known: {', '.join(self.left_out)}")
        if self.undated:
            named = ", ".join(f"{unit or 'no department'} {count}" for unit, count in self.undated[:_NAMED])
            more = ", …" if len(self.undated) > _NAMED else ""
            total = sum(count for _, count in self.undated)
            notes.append(f"cases without registered_date, which are not used: {total} ({named}{more})")
        for row in self.standing.itertuples():
            notes.append(f"stands, without news for {LISTED_MONTHS} months: {row.unit} {row.indicator} {row.direction} "
                         f"since {row.first_since}")  # fmt: skip
        for row in self.absorbed.itertuples():
            notes.append(f"{row.unit} {row.indicator}: the {row.direction} years since {row.absorbed_since} are "
                         f"what is expected from {row.absorbed} on")  # fmt: skip
        notes += _judged_notes(self)
        if not len(self.charts):
            notes.append(f"no chart on {self.as_of}: a unit needs {BASELINE_YEARS} whole years with {LEAST_EVENTS} "
                         "unwanted and other outcomes before the year that is charted")  # fmt: skip
        return notes

    @property
    def signals(self) -> pd.DataFrame:
        """The listed signals with COLUMNS."""
        stated = {"false_alarm_years": FALSE_ALARM_YEARS, "false_signals_expected": self.false_signals_expected}
        return self.listed.assign(**stated)[list(COLUMNS)]


def signals(snapshot: Snapshot, database: str, as_of: dt.date | None = None) -> pd.DataFrame:
    """The signals of all watched indicators and units as known on ``as_of`` (default: the data cut); COLUMNS.

    Raises UsageError for a day after the data cut, StoreError for a past day where registration dates are absent.
    """
    return board(snapshot, database, as_of).signals


def board(snapshot: Snapshot, database: str, as_of: dt.date | None = None) -> Board:
    """Every chart of a database as it stands on ``as_of``; raises as ``signals``."""
    return boards(snapshot, database, (as_of or snapshot.info(database).data_cut,))[0][-1]


def boards(
    snapshot: Snapshot, database: str, days: Sequence[dt.date], pictured: bool = False
) -> tuple[tuple[Board, ...], dict[tuple[str, str], Chart]]:
    """The boards of several days in one pass, which takes hardly longer than one; the charts listed on the latest.

    ``pictured``: with those charts, by unit and indicator, else none. Raises as ``signals``.
    """
    asked = [_asked(snapshot, database, watched(snapshot, database), day) for day in days]
    found: dict[dt.date, Board] = {}
    charts: dict[tuple[str, str], Chart] = {}
    # What is left out on past days, as its registration is not known, may be charted at the data cut.
    for left_out in dict.fromkeys(one[3] for one in asked):
        alike = [one for one in asked if one[3] == left_out]
        watching, registered = alike[0][:2]
        those = sorted({day for _, _, day, _ in alike})
        made = panels(snapshot, database, watching, those[-1], registered)
        drawn = pictured and those[-1] == max(days)
        together = _charted_on(made, snapshot, database, those, drawn)
        frames = {day: _frame(_standing(together[day])) if day in together else _nothing() for day in those}
        silent = {
            day: pd.DataFrame(_silent(together[day]) if day in together else [], columns=list(_SILENT)) for day in those
        }
        whole_of = {day: set(one["indicator"][one["reason"] == TOO_FEW]) for day, one in silent.items()}
        every = set().union(*whole_of.values())
        wholes = [_whole(panel) for panel in made if panel.indicator.id in every]
        whole = _charted_on(wholes, snapshot, database, those, moved=False)
        undated = _undated(snapshot, database) if registered["cases"] else ()
        for day in those:
            country = _frame(_standing(whole[day], whole_of[day])) if day in whole else _nothing()
            false = (float(frames[day][name].sum()) for name in ("false", "false_strong"))
            found[day] = Board(day, registered["cases"], left_out, frames[day], *false, undated, silent[day], country)
        if drawn and those[-1] in together:
            listed = frames[those[-1]].query("listed")
            pairs = dict.fromkeys(zip(listed["unit"], listed["indicator"], strict=True))
            places = {name: place for place, name in enumerate(together[those[-1]].names)}
            charts = {
                (unit, indicator): _pictured(together[those[-1]], places[indicator, unit]) for unit, indicator in pairs
            }
    return tuple(found[day] for _, _, day, _ in asked), charts


def _nothing() -> pd.DataFrame:
    """A board without charts."""
    return _frame(dict.fromkeys(_BOARD, ()))


def _frame(columns: dict[str, Sequence]) -> pd.DataFrame:
    """A board of its columns."""
    columns = {name: columns[name] if len(columns[name]) else np.zeros(0, dtype=object) for name in _BOARD}
    columns |= {name: np.array(columns[name], dtype=bool) for name in ("listed", "strong", "active")}
    columns |= {name: pd.array(columns[name], dtype="Int64") for name in ("observed", "months")}
    return pd.DataFrame(columns)


def _whole(panel: Panel) -> Panel:
    """The panel's patients as those of one unit, the country; expected of all alike, for its case mix hardly moves."""
    return replace(panel, units=(COUNTRY,), unit=np.zeros_like(panel.unit), codes={})


def _judged_notes(board: Board) -> list[str]:
    """By what the charts without a level of their own are judged, which are silent and why; for the command."""
    notes = []
    charts = board.charts[board.charts["direction"] == WORSE]
    for row in board.listed[board.listed["judged"].isin({"predecessors", "new"})].itertuples():
        notes.append(f"{row.unit} {row.indicator} {row.direction}: {_WORDS[row.judged]}{row.predecessors}")
    few = board.listed[board.listed["judged"] == "few"]
    if len(few):
        names = ", ".join(f"{row.unit} {row.indicator} {row.direction}" for row in few.itertuples())
        notes.append(f"listed signals {_WORDS['few']}: {names}")
    for judged, count in charts["judged"].value_counts().reindex(JUDGED[2:]).dropna().items():
        notes.append(f"charts {_WORDS[judged].rstrip(': ')}: {int(count)} of {len(charts)}")
    few = board.silent[board.silent["reason"] == TOO_FEW]
    if len(few):
        notes.append(f"charts with too few to watch (a tripling would typically take more than {LONGEST_TRIPLING:.0f} "
                     f"years to show, or one outcome would do for a signal): {len(few)}; the whole country is "
                     "watched in their place")  # fmt: skip
    for row in board.in_place[board.in_place["active"]].itertuples():
        notes.append(f"the whole country in their place: {row.indicator} {row.direction} since {row.since}, observed "
                     f"{row.observed}, expected {row.expected:.1f}")  # fmt: skip
    for reason, words in ((ABSENT, "without patients the year before"),
                          (COUNTRY_TOO_FEW, "not watched, as the whole country has too few outcomes")):  # fmt: skip
        count = int((board.silent["reason"] == reason).sum())
        if count:
            notes.append(f"silent charts {words}: {count}")
    return notes


_WORDS = {
    "predecessors": "judged by the pooled level of the units it succeeds: ",
    "few": "judged by the country's level and that of its few patients",
    "new": "judged by the country's level until it has three years of its own",
}


def _undated(snapshot: Snapshot, database: str) -> tuple[tuple[str, int], ...]:
    """Cases without a registration date by department, most first."""
    sql = (
        "SELECT coalesce(department, ''), count(*) FROM cases WHERE registered_date IS NULL "
        "GROUP BY ALL ORDER BY 2 DESC, 1"
    )
    return tuple((unit, count) for unit, count in snapshot.rows(database, sql))


#: How many departments a note names.
_NAMED = 6
_BOARD = (
    *COLUMNS[:8],
    *("volume", "baseline", "threshold", "cusum", "evidence", "alarm", "active", "strong", "listed", "until"),
    *("news", "known_from", "first_since", "first_alarm", "absorbed_since", "absorbed"),
    *("dispersion", "doubling_months", "judged", "predecessors", "false", "false_strong"),
)
_SILENT = ("unit", "indicator", "reason", "tripling_months")


def _asked(
    snapshot: Snapshot, database: str, indicators: Sequence[Indicator], as_of: dt.date | None
) -> tuple[list[Indicator], dict[str, bool], dt.date, tuple[str, ...]]:
    """The indicators that can be charted as of the day, whether registration is known, the day, and the others."""
    cut = snapshot.info(database).data_cut
    day = as_of or cut
    if day > cut:
        raise UsageError(f"--asof: {day} lies after the data cut {cut} of {database}; the latest day is {cut}")
    sources = ["cases", *sorted({one.rows for one in indicators} - {"cases"})]
    registered = {rows: registration_known(snapshot, database, rows) for rows in sources}
    if day < cut and not registered["cases"]:
        raise StoreError(
            f"{database}: the extract has no registered_date, so what was known on {day} cannot be told; "
            f"leave --asof out, or load an extract with registered_date"
        )
    kept = [one for one in indicators if day == cut or registered[one.rows]]
    return kept, registered, day, tuple(one.id for one in indicators if one not in kept)


@dataclass(frozen=True)
class Chart:
    """One indicator of one unit by month from the start of its baseline; ``indicators.picture`` draws from it.

    Columns of ``months``: ``start``, ``n``, ``unwanted``, ``expected`` (unwanted), ``cusum_worse``, ``cusum_better``
    (at its end; NaN, as ``expected``, before the sums begin), ``baseline`` (whether of the years that the first year
    charted is judged by). ``until``: the last day whose patients are used. ``silent``: too few to chart; then no sums.
    ``threshold``: by direction. ``dispersion``, ``doubling_months``, ``judged``, ``predecessors``: as of the board.
    """

    until: dt.date
    months: pd.DataFrame
    silent: bool
    threshold: dict[str, float]
    dispersion: float = 1.0
    doubling_months: float = float("nan")
    judged: str = "own"
    predecessors: str = ""


def chart(
    snapshot: Snapshot, database: str, indicator: Indicator, department: str, as_of: dt.date | None = None
) -> Chart | None:
    """The chart of one unit; None where it has no patients or too few years.

    Raises as ``signals``, and ValueError for an indicator that is not watched.
    """
    if indicator not in watched(snapshot, database):
        raise ValueError(f"{indicator.id} is not watched in {database}")
    watching, registered, day, _ = _asked(snapshot, database, [indicator], as_of)
    together = _charted(panels(snapshot, database, watching, day, registered), snapshot, database, day, True)
    if together is None or (indicator.id, department) not in together.names:
        return None
    return _pictured(together, together.names.index((indicator.id, department)))


def _pictured(together: Charted, place: int) -> Chart:
    """One of the charts, whose sums are kept."""
    found = together.monitored
    until = dt.date.fromordinal(int(together.last[place]))
    silent = bool(found.baseline[place] < 0)
    year = found.baseline[place] if not silent else until.year - together.first_year
    first = dt.date(together.first_year + max(int(year) - BASELINE_YEARS, 0), 1, 1)
    threshold = {direction: float(found.threshold[arm, place]) for arm, direction in enumerate(DIRECTIONS)}
    doubling = float("nan") if silent else 12 * float(found.doubling[place])
    months = _by_month(together, place, first, until)
    judged = JUDGED[found.judged[place]]
    return Chart(
        until, months, silent, threshold, float(found.dispersion[place]), doubling, judged, together.heritage(place)
    )


def _by_month(charted: Charted, place: int, first: dt.date, until: dt.date) -> pd.DataFrame:
    starts = _starts(first, until)
    edges = np.array([one.toordinal() for one in starts] + [until.toordinal() + 1])
    day = np.arange(charted.begin, charted.begin + len(charted.patients))
    month = np.searchsorted(edges, day, side="right") - 1
    inside = (month >= 0) & (month < len(starts))

    def summed(values: np.ndarray) -> np.ndarray:
        return np.bincount(month[inside], values[inside], len(starts))

    found = charted.monitored
    hoped = np.full(len(day), np.nan)
    hoped[found.first - charted.begin :] = found.expected[:, place]
    at_end = edges[1:] - 1 - found.first
    sums = np.full((len(starts), len(DIRECTIONS)), np.nan)
    sums[at_end >= 0] = found.sums[at_end[at_end >= 0], :, place]
    return pd.DataFrame(
        {
            "start": starts,
            "n": summed(charted.patients[:, place]).astype(int),
            "unwanted": summed(charted.events[:, place]).astype(int),
            "expected": summed(hoped),
            **{f"cusum_{direction}": sums[:, arm] for arm, direction in enumerate(DIRECTIONS)},
            "baseline": edges[:-1] < dt.date(first.year + BASELINE_YEARS, 1, 1).toordinal(),
        }
    )


def _starts(first: dt.date, last: dt.date) -> list[dt.date]:
    """First days of the months from January of ``first`` to the one that holds ``last``."""
    count = (last.year - first.year) * 12 + last.month
    return [dt.date(first.year + month // 12, month % 12 + 1, 1) for month in range(count)]


@dataclass(frozen=True)
class Charted:
    """Panels charted together: the chart (indicator, unit) of each number, its last day, and counts by day.

    ``events`` and ``patients``: days × charts from day ``begin``, 1 January of ``first_year``; those of a past day go
    on beyond ``last``. ``there``: the charts that had patients by then.
    """

    names: tuple[tuple[str, str], ...]
    last: np.ndarray
    monitored: Monitored
    first_year: int
    begin: int
    events: np.ndarray
    patients: np.ndarray
    there: np.ndarray
    successions: tuple[tuple[int, int], ...] = ()

    def known(self, values: np.ndarray, begin: int, chart: int, since: int) -> np.ndarray:
        """A chart's values by day (from ``begin``) from day ``since`` to the last whose patients were known."""
        return values[since - begin : int(self.last[chart]) + 1 - begin, chart]

    def heritage(self, chart: int) -> str:
        """The codes of the units whose level the chart has inherited, with ' + ' between them; else ''."""
        if JUDGED[self.monitored.judged[chart]] != "predecessors":
            return ""
        before = {chart}
        while more := {old for old, new in self.successions if new in before} - before:
            before |= more
        return " + ".join(sorted(self.names[one][1] for one in before - {chart}))


def _successions(names: Sequence[tuple[str, str]]) -> tuple[tuple[int, int], ...]:
    """Pairs of charts of the same indicator: a unit and the one that the reference names as its successor."""
    places = {name: place for place, name in enumerate(names)}
    heirs = {one.code: one.successor for one in reference.departments() if one.successor}
    pairs = ((place, places.get((indicator, heirs.get(unit, "")))) for (indicator, unit), place in places.items())
    return tuple((old, new) for old, new in pairs if new is not None)


def _charted(
    made: Sequence[Panel],
    snapshot: Snapshot,
    database: str,
    as_of: dt.date,
    keep_sums: bool = False,
    moved: bool = True,
) -> Charted | None:
    """``_charted_on`` of one day; None where nothing is charted."""
    return _charted_on(made, snapshot, database, (as_of,), keep_sums, moved).get(as_of)


def _charted_on(
    made: Sequence[Panel],
    snapshot: Snapshot,
    database: str,
    days: Sequence[dt.date],
    keep_sums: bool = False,
    moved: bool = True,
) -> dict[dt.date, Charted]:
    """All panels in one pass through time (many times faster than one by one), as they stood on each of ``days``.

    ``days``: the earliest first; the panels are of the last one, which alone has sums. Without those on which nothing
    is charted. ``moved``: what is expected moves with the country; not of the country itself.
    """
    periods = {
        day: {panel.indicator.id: period(snapshot, database, panel.indicator, day) for panel in made} for day in days
    }
    latest = periods[days[-1]]
    made = [panel for panel in made if latest[panel.indicator.id].charted and panel.units]
    if not made:
        return {}
    turns = max((latest[panel.indicator.id].turns for panel in made), key=len)
    names = tuple((panel.indicator.id, unit) for panel in made for unit in panel.units)
    lasts = [np.array([periods[day][indicator].last.toordinal() for indicator, _ in names]) for day in days]
    starts = np.cumsum([0, *(len(panel.units) for panel in made)])
    day = np.concatenate([panel.day for panel in made])
    order = np.argsort(day, kind="stable")
    begins = np.cumsum([0, *(len(panel.day) for panel in made[:-1])])

    def joined(parts: list[np.ndarray]) -> np.ndarray:
        return np.concatenate(parts)[order]

    counts = MonitoredCounts(
        len(names),
        joined([panel.unit + start for panel, start in zip(made, starts, strict=False)]),
        day[order],
        joined([panel.patients for panel in made]),
        joined([panel.events for panel in made]),
        np.repeat(np.arange(len(made)), [len(panel.units) for panel in made]),
    )

    fitted: dict[int, list[np.ndarray]] = {}

    at = np.searchsorted(counts.day, turns)

    def logits(baseline: int, year: int, rows: slice) -> np.ndarray:
        if baseline not in fitted:
            fitted[baseline] = [panel.logits(turns[baseline - BASELINE_YEARS], turns[baseline]) for panel in made]
            fitted.pop(baseline - BASELINE_YEARS - 2, None)  # no chart keeps a baseline so long
        # Only the years asked for are laid out, panel by panel as they lie in ``order``.
        first, stop = turns[np.searchsorted(at, (rows.start, rows.stop))] if rows.stop > rows.start else turns[:2]
        values = np.empty(len(order))
        for panel, eta, start in zip(made, fitted[baseline], begins, strict=True):
            own = slice(*np.searchsorted(panel.day, (first, stop)))
            odds = eta[panel.pattern[own]]
            if moved:
                turned = np.searchsorted(panel.day[own], turns[year])
                odds[turned:] += panel.moved(eta, turns[year - 1], turns[year])
            values[start + own.start : start + own.stop] = odds
        return values[order[rows]]

    few, new = thresholds(FEW), thresholds(NEW)
    successions = _successions(names)
    judges = Judges((few.of, few.delays), (new.of, new.delays), successions)
    monitored = monitor_on(counts, turns, lasts, logits, thresholds().of, keep_sums, judges)
    begin = int(turns[0])
    length = int(turns[-1]) - begin
    cell = (counts.day - begin) * len(names) + counts.chart

    def by_day(values: np.ndarray) -> np.ndarray:
        return np.bincount(cell, values, length * len(names)).reshape(length, len(names))

    first_year = dt.date.fromordinal(begin).year
    by_days = by_day(counts.events), by_day(counts.patients)
    born = np.full(len(names), np.iinfo(np.int64).max)
    np.minimum.at(born, counts.chart, counts.day)
    found = {}
    for day_of, last, standing in zip(days, lasts, monitored, strict=True):
        charted = np.array([periods[day_of][indicator].charted for indicator, _ in names])
        there = charted & (born <= last)
        if there.any():
            own = tuple(pair for pair in successions if there[list(pair)].all())
            found[day_of] = Charted(names, last, standing, first_year, begin, *by_days, there, own)
    return found


def _silent(charted: Charted) -> list[dict[str, object]]:
    """The charts without a baseline and why."""
    found, rows = charted.monitored, []
    for chart in np.flatnonzero((found.baseline < 0) & charted.there):
        indicator, unit = charted.names[chart]
        turn = dt.date(dt.date.fromordinal(int(charted.last[chart])).year, 1, 1).toordinal() - charted.begin
        year_before = charted.patients[max(turn - 366, 0) : turn, chart].sum()
        reason, tripling = TOO_FEW, 12 * float(found.tripling[chart])
        if np.isnan(tripling):
            reason = COUNTRY_TOO_FEW if year_before else ABSENT
        rows.append(dict(zip(_SILENT, (unit, indicator, reason, tripling), strict=True)))
    return rows


def _shares(found: Monitored) -> np.ndarray:
    """Directions × charts × (listed, listed as strong): shares of time in control, by what the charts are judged by."""
    as_many = found.volume / found.dispersion  # patients who vary by chance alone
    tables = {"few": thresholds(FEW), "new": thresholds(NEW)}
    shares = np.zeros((len(DIRECTIONS), len(as_many), 2))
    for number, judged in enumerate(JUDGED):
        where = (found.judged == number) & (found.baseline >= 0)
        if where.any():
            table = tables.get(judged, thresholds())
            for arm, part in enumerate((found.typical, 1 - found.typical)):
                shares[arm, where] = table.share_listed(as_many[where], part[where])
    return shares


def _standing(charted: Charted, among: Collection[str] | None = None) -> dict[str, list]:
    """The board's columns, a chart's two directions side by side; of the indicators ``among`` (None: of all)."""
    found, state = charted.monitored, charted.monitored.state
    charts = np.flatnonzero((found.baseline >= 0) & charted.there)
    if among is not None:
        charts = charts[[charted.names[one][0] in among for one in charts]]
    shares, size = _shares(found)[:, charts], len(charts)

    def of_charts(values: Iterable) -> list:
        return [value for value in values for _ in DIRECTIONS]

    def of_arms(values: np.ndarray) -> list:
        return values[:, charts].T.ravel().tolist()

    names = [charted.names[one] for one in charts]
    ends = {int(day): dt.date.fromordinal(int(day)) for day in np.unique(charted.last[charts])}
    columns: dict[str, list] = {name: [None] * (len(DIRECTIONS) * size) for name in _BOARD}
    columns |= {
        "unit": of_charts(unit for _, unit in names),
        "indicator": of_charts(indicator for indicator, _ in names),
        "direction": list(DIRECTIONS) * size,
        "volume": of_charts(found.volume[charts].tolist()),
        "baseline": of_charts(found.proportion[charts].tolist()),
        "threshold": of_arms(found.threshold),
        "cusum": of_arms(state.value),
        "evidence": of_arms(state.free),
        "active": of_arms(state.active),
        "strong": of_arms(state.strong),
        "listed": [False] * (len(DIRECTIONS) * size),
        "until": of_charts(ends[int(day)] for day in charted.last[charts]),
        "news": [""] * (len(DIRECTIONS) * size),
        "dispersion": of_charts(found.dispersion[charts].tolist()),
        "doubling_months": of_charts((12 * found.doubling[charts]).tolist()),
        "judged": of_charts(JUDGED[judged] for judged in found.judged[charts]),
        "predecessors": of_charts(charted.heritage(int(one)) for one in charts),
        "false": shares[..., 0].T.ravel().tolist(),
        "false_strong": shares[..., 1].T.ravel().tolist(),
    }
    place = {int(chart): len(DIRECTIONS) * number for number, chart in enumerate(charts)}

    def fill(row: int, **values: object) -> None:
        for name, value in values.items():
            columns[name][row] = value

    for arm, chart in found.absorbed:
        if chart in place:
            since, first = _absorbed(charted, arm, chart)
            fill(place[chart] + arm, absorbed_since=since, absorbed=first)
    for chart, first_row in place.items():
        for arm in np.flatnonzero(state.active[:, chart]).tolist():
            one, last = found.signals[arm, chart], ends[int(charted.last[chart])]
            since, alarm, first, begun = (
                dt.date.fromordinal(int(day)) for day in (one.since, one.alarm, one.first, one.begun)
            )
            observed = int(charted.known(charted.events, charted.begin, chart, one.since).sum())
            expected = float(charted.known(found.expected, found.first, chart, one.since).sum())
            known = alarm + dt.timedelta(days=window(BY_ID[charted.names[chart][0]]))
            fill(
                first_row + arm,
                since=since,
                observed=observed,
                expected=expected,
                excess=observed - expected,
                months=_months(since, last),
                alarm=alarm,
                listed=_months(alarm, last) <= LISTED_MONTHS,
                news=one.news,
                known_from=known,
                first_since=first,
                first_alarm=begun,
            )
    return columns


def _absorbed(charted: Charted, arm: int, chart: int) -> tuple[dt.date | None, dt.date | None]:
    """The start of a signal whose years the baseline holds, and the first day that they were expected."""
    found = charted.monitored
    since, turn = found.absorbed.get((arm, chart), (0, -BASELINE_YEARS))
    if found.baseline[chart] - turn >= BASELINE_YEARS:
        return None, None
    return dt.date.fromordinal(since), dt.date(charted.first_year + turn, 1, 1)


def _months(since: dt.date, last: dt.date) -> int:
    """Calendar months from ``since`` to ``last``, both counted."""
    return (last.year - since.year) * 12 + last.month - since.month + 1
