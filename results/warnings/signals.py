"""Early warnings of a database as people see them: signals, how many charts are watched, when they were known.

What the public edition shows of a signal: that it stands, its direction, since which month, and its size rounded to
``public_step`` patients, nothing of fewer unwanted outcomes than the threshold. Rounded, and at the ends of quarters
only, so that no count follows from a difference between two days or from the yearly results of the other pages. The
points of a chart pass ``results.warnings.charts``. Kept frames are unprotected; only results/warnings read them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from data import reference
from data.cache import is_kept, kept_frame, kept_rows
from data.once import Frame
from data.store import DatabaseInfo, Snapshot
from indicators import monitored, signals, thresholds
from indicators.catalogue import BY_ID
from indicators.declaration import Indicator
from indicators.signals import ABSENT, COUNTRY_TOO_FEW, DIRECTIONS, LISTED_MONTHS, TOO_FEW, WORSE
from indicators.statistics.monitoring import LEAST_EVENTS
from indicators.statistics.worsening import AGAIN
from indicators.thresholds import FALSE_ALARM_YEARS, LONGEST, STRONG_ALARM_YEARS
from results import cube
from results.disclosure import unsafe
from results.nodes import units
from results.view import Edition, View

#: Past days that one can go back to, besides the data cut: the ends of so many quarters.
QUARTERS = 12
_SHOWN_TO = 5  # patients; the public edition rounds to this or its threshold
#: Names kept frames of warnings.
VERSION = cube.method_version(thresholds.FILE, thresholds.FEW, thresholds.NEW, Path(__file__))
_UNITS = f"units-{VERSION}"
__all__ = ["ABSENT", "COUNTRY_TOO_FEW", "FALSE_ALARM_YEARS", "LEAST_EVENTS", "LISTED_MONTHS", "LONGEST",
           "STRONG_ALARM_YEARS", "TOO_FEW", "VERSION", "Absorbed", "Quiet", "ShownSignal",
           "Watch", "dated", "days", "everywhere", "frames", "is_ready", "now", "of_databases", "past", "prepare",
           "prepare_past", "public_step", "ready", "watch"]  # fmt: skip


@dataclass(frozen=True)
class ShownSignal:
    """One signal that stands. ``observed``, ``expected``: unwanted outcomes from ``since`` to ``until`` (both counted).

    ``alarm``: the day of its last news, which ``news`` names ("new", "strong" or "again": a further change, and then
    ``since`` and what is counted are of that). ``first_since``: the start of its first change.

    The public edition has no signal of few patients whose size it hides. In it both are None and ``excess`` is rounded
    (``rounded``), or None where it is hidden.
    ``judged``: by what, one of indicators.signals.JUDGED; ``predecessors``: whose level it has inherited.
    ``excess`` is negative for an improvement. ``strong``: as chance takes one chart once in STRONG_ALARM_YEARS.
    """

    database: str
    unit: str
    unit_name: str
    hospital: str
    indicator: Indicator
    direction: str
    since: dt.date
    alarm: dt.date
    until: dt.date
    months: int
    strong: bool
    observed: int | None
    expected: float | None
    excess: float | None
    rounded: bool = False
    news: str = "new"
    first_since: dt.date | None = None
    first_alarm: dt.date | None = None
    judged: str = "own"
    predecessors: str = ""

    @property
    def again(self) -> bool:
        """Whether its last news is a further change in the same direction."""
        return self.news == AGAIN

    @property
    def worse(self) -> bool:
        return self.direction == WORSE

    @property
    def years(self) -> int:
        """A chart in control gives one false signal of this strength in so many years."""
        return STRONG_ALARM_YEARS if self.strong else FALSE_ALARM_YEARS

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes it the same signal on another day."""
        return (self.database, self.unit, self.indicator.id, self.direction)

    @property
    def seen(self) -> dt.date:
        """The day of the patient who gave the alarm: the first one, of a further change that of its own."""
        return self.alarm if self.again or self.first_alarm is None else self.first_alarm

    @property
    def known_from(self) -> dt.date:
        """The first day on which it could be known: follow-up and registration after the patient who gave it."""
        return self.seen + dt.timedelta(days=monitored.window(self.indicator))

    @property
    def news_from(self) -> dt.date:
        """The first day on which its last news could be known."""
        return self.alarm + dt.timedelta(days=monitored.window(self.indicator))


@dataclass(frozen=True)
class Absorbed:
    """A chart whose baseline holds the years of an earlier signal: what was worse is now expected, from ``turn`` on."""

    database: str
    unit: str
    unit_name: str
    hospital: str
    indicator: Indicator
    direction: str
    since: dt.date
    turn: dt.date

    @property
    def worse(self) -> bool:
        return self.direction == WORSE

    @property
    def key(self) -> tuple[str, str, str, str]:
        """As of the signal that it was."""
        return (self.database, self.unit, self.indicator.id, self.direction)


@dataclass(frozen=True)
class Quiet:
    """A chart that is silent, and why: ``reason`` of indicators.signals, or "" where it has no three years before.

    ``months``: until a tripling would typically show; None where it was not reckoned, or one outcome would signal.
    ``whole``: of the whole country, which is watched in its place: "worse", "better", "none" (watched, no
    signal), or "" (not watched).
    """

    database: str
    unit: str
    unit_name: str
    indicator: Indicator
    reason: str
    months: float | None
    whole: str


@dataclass(frozen=True)
class Watch:
    """The signals of some units as known on ``as_of``, strongest first, and what was watched.

    ``standing``: signals without news for LISTED_MONTHS, the oldest first; they are not among ``signals``.
    ``absorbed``: charts whose baseline holds the years of an earlier signal.

    ``watched``: charts (unit × indicator, both directions), ``borrowed`` of them judged by the country's level or that
    of predecessors; ``silent``: those with patients in the last years but no chart, ``quiet`` says why. ``false``: by
    (strong, direction), the signals to expect in the list though nothing has changed.
    ``refused``: databases whose registration dates are not known, so that a past day cannot be told. ``undated``: by
    unit ("": none), most first, the cases without a registration date, which are not used; empty in the public edition.
    """

    as_of: dt.date
    signals: tuple[ShownSignal, ...]
    watched: int
    silent: int
    false: Mapping[tuple[bool, str], float]
    until: dt.date | None = None
    registration_known: bool = True
    left_out: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    undated: tuple[tuple[str, int], ...] = ()
    standing: tuple[ShownSignal, ...] = ()
    absorbed: tuple[Absorbed, ...] = ()
    borrowed: int = 0
    quiet: tuple[Quiet, ...] = ()

    def some(self, strong: bool, direction: str | None = None) -> tuple[ShownSignal, ...]:
        """The strong signals, or the others; of one direction where named."""
        return tuple(one for one in self.signals if one.strong == strong and direction in (None, one.direction))

    def expected(self, strong: bool, direction: str | None = None) -> float:
        """How many of ``some`` are to be expected though nothing has changed."""
        return sum(value for (of, to), value in self.false.items() if of == strong and direction in (None, to))


def days(info: DatabaseInfo) -> tuple[dt.date, ...]:
    """The days that can be asked for, newest first: the data cut and the ends of the quarters before it."""
    ends, day = [info.data_cut], quarter_start(info.data_cut)
    for _ in range(QUARTERS):
        ends.append(day - dt.timedelta(days=1))
        day = quarter_start(ends[-1])
    return tuple(one for one in ends if one > info.period_start)


def dated(view: View) -> bool:
    """Whether the database has dates of registration, so that a past day can be told."""
    key = ("dated", view.database)
    return view.snapshot.remember(key, lambda: monitored.registration_known(view.snapshot, view.database, "cases"))


def quarter_start(day: dt.date) -> dt.date:
    """The first day of the calendar quarter that holds ``day``."""
    return dt.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def watch(view: View, as_of: dt.date | None = None, among: Collection[str] | None = None) -> Watch:
    """The database's signals as known on ``as_of``, one of ``days`` (None: the data cut); of the units ``among``.

    Raises ValueError for another day: each day shown would tell more of the days between. As everything here that
    reads a board, raises data.store.BeingMade while another process makes it.
    """
    allowed = days(view.info)
    day = as_of or allowed[0]
    if day not in allowed:
        raise ValueError(f"{day} is none of the days shown: {', '.join(map(str, allowed))}")
    key = ("watch", view.edition, view.database, day, None if among is None else tuple(among))
    return view.snapshot.remember(key, lambda: of_databases([view], {view.database: day}, among))


def of_databases(views: Sequence[View], at: dict[str, dt.date], among: Collection[str] | None = None) -> Watch:
    """The signals of several databases, each as known on its day ``at``; strong before others, worse before better."""
    snapshot = views[0].snapshot
    told = _told(snapshot, at)
    refused = [view.database for view in views if view.database not in told]
    shown = {view.database: view for view in views if view.database not in refused}
    false = {(strong, direction): 0.0 for strong in (True, False) for direction in DIRECTIONS}
    if not shown:
        return Watch(max(at.values()), (), 0, 0, false, refused=tuple(refused))
    frame = _charts(snapshot, {database: at[database] for database in shown}, among)
    notes = frame[frame["unit"] == ""]
    undated = Counter()
    for kept in () if views[0].edition.hides else notes["undated"]:
        undated.update(_undated(kept))
    frame = frame[frame["unit"] != ""]
    rows = frame[frame["direction"] != ""]
    sums = rows.groupby("direction")[["false", "false_strong"]].sum()
    for direction, every, strong in zip(sums.index, sums["false"], sums["false_strong"], strict=True):
        false[True, direction], false[False, direction] = float(strong), float(every - strong)
    names = unit_names(views)
    found = [
        _signal(shown[row["database"]], row, names.get((row["database"], row["unit"])))
        for row in rows[rows["listed"].astype(bool)].to_dict("records")
    ]
    still = [
        _signal(shown[row["database"]], row, names.get((row["database"], row["unit"])))[0]
        for row in rows[rows["active"].astype(bool) & ~rows["listed"].astype(bool)].to_dict("records")
    ]
    if views[0].edition.hides:
        # Of few patients a signal itself tells of some of the few unwanted outcomes.
        found, still = ([one for one in found if _tellable(one[0])], [one for one in still if _tellable(one)])
    still.sort(key=lambda one: (one.first_since, one.database, one.unit, one.indicator.id))
    taken = rows[rows["absorbed"].notna()].to_dict("records")
    absorbed = [_absorbed(row, names.get((row["database"], row["unit"]))) for row in taken]
    order = {id(one): place for place, (one, _) in enumerate(found)}
    found.sort(key=lambda pair: (not pair[0].strong, not pair[0].worse, *_rank(pair, order)))
    return Watch(
        as_of=max(at.values()),
        signals=tuple(one for one, _ in found),
        watched=len(rows) // len(DIRECTIONS),
        silent=len(frame) - len(rows),
        false=false,
        until=_day(rows["until"].max()) if len(rows) else None,
        registration_known=bool(notes["strong"].all()),
        left_out=tuple(sorted({one for ids in notes["indicator"] for one in ids.split(",") if one})),
        refused=tuple(refused),
        undated=tuple(sorted((one for one in undated.items() if among is None or one[0] in among), key=_most)),
        standing=tuple(still),
        borrowed=int((rows["judged"] != "own").sum()) // len(DIRECTIONS),
        quiet=_quiet(frame[frame["direction"] == ""], notes, names),
        absorbed=tuple(sorted(absorbed, key=lambda one: (one.turn, one.database, one.unit, one.indicator.id))),
    )


def _tellable(signal: ShownSignal) -> bool:
    """Whether the public edition may show the signal at all: not one of few patients whose size is hidden."""
    return signal.judged in {"own", "predecessors"} or signal.excess is not None


def _quiet(rows: pd.DataFrame, notes: pd.DataFrame, names: Mapping) -> tuple[Quiet, ...]:
    """The silent charts by unit, with what is seen of the whole country in their place."""
    whole = {
        (database, *one.split(":"))
        for database, kept in zip(notes["database"], notes["in_place"], strict=True)
        for one in kept.split(",")
        if one
    }
    found = []
    for row in rows.to_dict("records"):
        database, unit, indicator = row["database"], row["unit"], row["indicator"]
        states = {state for code, name, state in whole if (code, name) == (database, indicator)}
        state = next((one for one in DIRECTIONS if one in states), "none" if states else "")
        name = (names.get((database, unit)) or (unit,))[0]
        months = float(row["tripling"]) if np.isfinite(row["tripling"]) else None
        found.append(Quiet(database, unit, name, BY_ID[indicator], row["reason"], months, state))
    return tuple(sorted(found, key=lambda one: (one.database, one.indicator.id, one.unit)))


def _undated(kept: str) -> dict[str, int]:
    """'SLA-KIR:40,VIB-KIR:2' as kept in a board's first row."""
    parts = (one.rpartition(":") for one in kept.split(",") if one)
    return {unit: int(number) for unit, _, number in parts}


def _most(one: tuple[str, int]) -> tuple[int, str]:
    return (-one[1], one[0])


def _rank(pair: tuple[ShownSignal, float], order: dict[int, int]) -> tuple:
    """By evidence; in the public edition, whose order must say no more than its numbers, by size and name."""
    signal, evidence = pair
    if signal.rounded or signal.observed is None:
        return (-abs(signal.excess or 0), signal.unit_name, signal.indicator.id)
    return (-evidence, order[id(signal)])


def everywhere(view: View) -> tuple[View, ...]:
    """The view of each database of the snapshot, all patients, in the order of the list."""
    return tuple(
        replace(view, database=row.code, where=(), place="treating")
        for row in reference.databases()
        if row.code in view.snapshot.databases
    )


def public_step(edition: Edition) -> int:
    """The public edition rounds a signal's size to a multiple of so many patients."""
    return max(_SHOWN_TO, edition.threshold)


def unit_names(views: Sequence[View]) -> dict[tuple[str, str], tuple[str, str, str]]:
    """(database, code) → name, hospital, region of every unit of the views' databases (perhaps of others too)."""
    first, columns = views[0], ("database", "code", "name", "hospital", "region")
    if len(views) == 1:
        listed = units(first).assign(database=first.database)
    else:
        listed = _units(first.snapshot, ready(first.snapshot))
    rows = zip(*(listed[name].tolist() for name in columns), strict=True)
    return {(database, code): tuple(rest) for database, code, *rest in rows}


def charted_units(snapshot: Snapshot) -> dict[str, frozenset[str]]:
    """Database → the units that it charts, or are too small to chart, at its data cut; none where not ``ready``."""
    there = ready(snapshot)

    def build() -> dict[str, frozenset[str]]:
        found = _units(snapshot, there)
        codes = found[found["charted"]].groupby("database")["code"].agg(frozenset).to_dict()
        return {database: codes.get(database, frozenset()) for database in snapshot.databases}

    return snapshot.remember(("charted units", there), build)


def _signal(view: View, row: dict, known: tuple[str, str, str] | None) -> tuple[ShownSignal, float]:
    name, hospital, _ = known or (row["unit"], "", "")
    observed, expected, excess = int(row["observed"]), float(row["expected"]), float(row["excess"])
    shown: tuple = (observed, expected, excess, False)
    if view.edition.hides:
        step = public_step(view.edition)
        size = step * round(excess / step)
        closed = unsafe((observed,), view.edition.threshold) or size == 0
        shown = (None, None, None if closed else float(size), not closed)
    signal = ShownSignal(
        view.database, row["unit"], name, hospital, BY_ID[row["indicator"]], row["direction"],
        _day(row["since"]), _day(row["alarm"]), _day(row["until"]), int(row["months"]), bool(row["strong"]), *shown,
        row["news"], _day(row["first_since"]), _day(row["first_alarm"]), row["judged"], row["predecessors"],
    )  # fmt: skip
    return signal, float(row["evidence"])


def _absorbed(row: dict, known: tuple[str, str, str] | None) -> Absorbed:
    name, hospital, _ = known or (row["unit"], "", "")
    days = (_day(row[one]) for one in ("absorbed_since", "absorbed"))
    return Absorbed(
        row["database"], row["unit"], name, hospital, BY_ID[row["indicator"]], row["direction"], *days
    )  # fmt: skip


def _day(value: object) -> dt.date:
    return pd.Timestamp(value).date()


# --- kept frames -----------------------------------------------------------------------------------


def _told(snapshot: Snapshot, at: Mapping[str, dt.date]) -> set[str]:
    """The databases whose signals of their day can be told: a past day needs the registration dates."""
    past = {database for database, day in at.items() if day != snapshot.info(database).data_cut}
    if len(past) > 1:
        listed = _units(snapshot, ready(snapshot))
        dated = set(listed["database"][listed["dated"]])
    else:
        dated = {database for database in past if monitored.registration_known(snapshot, database, "cases")}
    return (set(at) - past) | (past & dated)


def _charts(snapshot: Snapshot, at: Mapping[str, dt.date], among: Collection[str] | None) -> pd.DataFrame:
    """The rows of the databases' boards, each of its day, of the units ``among``; with a column ``database``."""
    if among is None or len(at) == 1:
        boards = [_board(snapshot, database, day).assign(database=database) for database, day in at.items()]
        rows = pd.concat(boards, ignore_index=True)
        return rows if among is None else rows[rows["unit"].isin({"", *among})]
    wanted = ("", *sorted(among))

    def read(day: dt.date) -> pd.DataFrame:
        asked = {database: wanted for database, one in at.items() if one == day}
        return kept_rows(snapshot, _key(day), "unit", asked, lambda code: _made(snapshot, code, day), slow=True)

    return pd.concat([read(day) for day in sorted(set(at.values()))], ignore_index=True)


def _units(snapshot: Snapshot, databases: Sequence[str]) -> pd.DataFrame:
    """Every unit of these databases: database, code, name, hospital, region, charted, dated.

    ``charted``: whether ``charted_units`` has it; ``dated``: whether its database has dates of registration.
    """
    if not databases:
        none = pd.DataFrame(columns=["database", "code", "name", "hospital", "region", "charted", "dated"])
        return none.astype({"charted": bool, "dated": bool})
    every = dict.fromkeys(databases, (True, False))
    return snapshot.remember(
        ("warned units", tuple(databases)),
        lambda: kept_rows(snapshot, _UNITS, "charted", every, lambda code: _units_of(snapshot, code), slow=True),
    )


def _units_of(snapshot: Snapshot, database: str) -> pd.DataFrame:
    board = _board(snapshot, database, snapshot.info(database).data_cut)
    listed = snapshot.query(database, "SELECT code, name, hospital, region FROM units ORDER BY code")
    dated = monitored.registration_known(snapshot, database, "cases")
    return listed.assign(charted=listed["code"].isin(board["unit"]), dated=dated)


def _key(day: dt.date) -> str:
    return f"warnings-{VERSION}-{day:%Y%m%d}"


def _board(snapshot: Snapshot, database: str, day: dt.date) -> pd.DataFrame:
    return kept_frame(snapshot, database, _key(day), lambda: _made(snapshot, database, day), slow=True)


def listed_charts(snapshot: Snapshot, database: str) -> list[tuple[str, str]]:
    """(unit, indicator) of the signals listed at the data cut."""
    board = _board(snapshot, database, snapshot.info(database).data_cut)
    rows = board[board["listed"].astype(bool)]
    return list(dict.fromkeys(zip(rows["unit"], rows["indicator"], strict=True)))


def _with_patients(snapshot: Snapshot, database: str) -> list[tuple[str, str]]:
    """Unit × watched indicator with patients in the last three reporting years, in order."""
    ids = {one.id for one in monitored.watched(snapshot, database)}
    leaves = cube.leaf_counts(snapshot, database)
    recent = leaves["period"] > leaves["period"].max() - 3
    leaves = leaves[(leaves["denominator"] > 0) & recent & leaves["indicator"].isin(ids) & (leaves["department"] != "")]
    return sorted(set(zip(leaves["department"], leaves["indicator"], strict=True)))


def _days_told(snapshot: Snapshot, database: str) -> tuple[dt.date, ...]:
    """``days``; the data cut alone where registration is not known."""
    every = days(snapshot.info(database))
    return every if monitored.registration_known(snapshot, database, "cases") else every[:1]


def in_one_pass(
    snapshot: Snapshot, database: str
) -> tuple[dict[dt.date, signals.Board], dict[tuple[str, str], signals.Chart]]:
    """The boards of all ``days``, which together take hardly longer than one, and the charts listed at the data cut.

    Without the past days where registration is not known. Charts by unit and indicator.
    """

    def build() -> tuple[dict, dict]:
        asked = _days_told(snapshot, database)
        boards, charts = signals.boards(snapshot, database, asked, pictured=True)
        return dict(zip(asked, boards, strict=True)), charts

    return snapshot.remember(("boards", database), build)


#: Columns of a kept board that are days.
_DAYS = ("since", "alarm", "until", "first_since", "first_alarm", "absorbed_since", "absorbed")


def _made(snapshot: Snapshot, database: str, day: dt.date) -> pd.DataFrame:
    """The charts of a board with what to expect of each, and the silent ones (direction "").

    The first row (unit "") tells of the data.
    """
    every = in_one_pass(snapshot, database)[0]
    found = every[day] if day in every else signals.board(snapshot, database, day)
    charts = found.charts.reset_index(drop=True)
    names = ("unit", "indicator", "direction", "observed", "months", "listed", "strong", "active", "news", "judged",
             "predecessors")  # fmt: skip
    kept = charts[list(names)].assign(
        expected=charts["expected"].astype(float),
        excess=charts["excess"].astype(float),
        evidence=charts["evidence"].astype(float),
        false=charts["false"].astype(float),
        false_strong=charts["false_strong"].astype(float),
        undated="",
        reason="",
        tripling=np.nan,
        in_place="",
        **{name: pd.to_datetime(charts[name]) for name in _DAYS},
    )
    notes = {"unit": "", "indicator": ",".join(found.left_out), "direction": "", "listed": False, "active": False}
    notes |= {"strong": found.registration_known, "false": 0.0, "false_strong": 0.0}
    notes["undated"] = ",".join(f"{unit}:{number}" for unit, number in found.undated)
    whole = zip(found.in_place["indicator"], found.in_place["direction"], found.in_place["active"], strict=True)
    notes |= {"judged": "", "predecessors": "", "reason": "", "tripling": np.nan}
    notes["in_place"] = ",".join(f"{one}:{direction if on else 'none'}" for one, direction, on in whole)
    why = {(row.unit, row.indicator): (row.reason, row.tripling_months) for row in found.silent.itertuples()}
    speaking = set(zip(kept["unit"], kept["indicator"], strict=True))
    quiet = [pair for pair in _with_patients(snapshot, database) if pair not in speaking]
    silent = notes | {"strong": False, "undated": "", "in_place": ""}
    others = pd.DataFrame(
        [
            notes,
            *(
                silent | {"unit": pair[0], "indicator": pair[1]}
                | dict(zip(("reason", "tripling"), why.get(pair, ("", np.nan)), strict=True))
                for pair in quiet
            ),
        ]
    )  # fmt: skip
    both = pd.concat([others, kept], ignore_index=True) if len(kept) else others
    both = both.reindex(columns=[*kept.columns])
    for name in _DAYS:
        both[name] = pd.to_datetime(both[name])
    both["observed"], both["months"] = (both[name].astype("Int64") for name in ("observed", "months"))
    return both


def prepare(snapshot: Snapshot, databases: Sequence[str]) -> None:
    """Make the boards of these databases, so that no reader has to wait for one: those of past quarters come with them.

    One pass tells them all (``in_one_pass``).
    """
    for database in databases:
        _board(snapshot, database, snapshot.info(database).data_cut)
        kept_frame(snapshot, database, _UNITS, lambda code=database: _units_of(snapshot, code))
        for day in _days_told(snapshot, database):
            _board(snapshot, database, day)


def now(snapshot: Snapshot, database: str) -> str:
    """The key of the kept board of the database's data cut."""
    return _key(snapshot.info(database).data_cut)


def ready(snapshot: Snapshot, at: Mapping[str, Sequence[dt.date]] | None = None) -> tuple[str, ...]:
    """The databases whose board of the data cut and units are there, and the boards of the days ``at`` of each.

    All of them, where no other process is making what is missing: then whoever asks makes it.
    """
    if not snapshot.made_elsewhere():
        return tuple(snapshot.databases)
    return tuple(
        code
        for code, info in snapshot.databases.items()
        if is_kept(snapshot, code, _UNITS)
        and all(is_kept(snapshot, code, _key(day)) for day in {info.data_cut, *(at or {}).get(code, ())})
    )


def frames(snapshot: Snapshot, at: Mapping[str, Sequence[dt.date]] | None = None) -> list[Frame]:
    """The kept frames that ``ready`` asks for, of every database."""
    return [
        (code, key)
        for code, info in snapshot.databases.items()
        for key in (_UNITS, *map(_key, sorted({info.data_cut, *(at or {}).get(code, ())})))
    ]


def is_ready(snapshot: Snapshot, database: str) -> bool:
    """Whether the board of the database's data cut is kept."""
    return database in snapshot.databases and is_kept(snapshot, database, now(snapshot, database))


def past(snapshot: Snapshot) -> list[tuple[str, str, Callable[[], object]]]:
    """(database, key of its frame, what makes it) of the boards of the past quarters, the newest first."""
    asked = [
        (place, database, day)
        for database in snapshot.databases
        if monitored.registration_known(snapshot, database, "cases")
        for place, day in enumerate(days(snapshot.info(database)))
        if place
    ]
    return [
        (database, _key(day), lambda database=database, day=day: _board(snapshot, database, day))
        for _, database, day in sorted(asked)
    ]


def prepare_past(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Make the boards of the past quarters, the newest first; yields after each, so that the caller may stop.

    Those that ``prepare`` has made are there.
    """
    for database, key, make in past(snapshot):
        make()
        yield database, key
