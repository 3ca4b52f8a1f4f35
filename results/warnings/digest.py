"""One hospital's early warnings of one quarter, over all databases: what is new, continues, or has ended."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from data import reference
from data.once import BeingMade
from results.places import path_code
from results.view import View
from results.warnings.signals import (
    Absorbed,
    ShownSignal,
    Watch,
    charted_units,
    dated,
    days,
    everywhere,
    frames,
    of_databases,
    ready,
    unit_names,
)


@dataclass(frozen=True)
class Hospital:
    """``code``: the name as a part of an address. ``departments``: codes of its units in any database."""

    code: str
    name: str
    region: str
    departments: frozenset[str]


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter."""

    year: int
    number: int

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> dt.date:
        return self.next.first - dt.timedelta(days=1)

    @property
    def next(self) -> Quarter:
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> Quarter:
        return of_day(self.first - dt.timedelta(days=1))

    def __str__(self) -> str:
        return f"{self.year}K{self.number}"


@dataclass(frozen=True)
class Digest:
    """A hospital's quarter. ``new``: with news in it; ``ended``: no longer in signal at its end.

    What stands at the end without news for so long that it is not listed is in ``watch.standing``, neither continuing
    nor ended. ``absorbed``: whose years became what is expected within the quarter.

    Where a database's beginning of the quarter cannot be told, new is what could not be known before it, and nothing
    has ended. ``watch``: all as it stands at the quarter's end, or at the data cut where that comes first (``as_of``).
    ``databases``: those that the hospital is charted in or has patients in, and whose end of the quarter is one of
    ``days``; ``not_yet``: those whose data end before the quarter begins. ``awaited``: those whose boards are being
    made and which are not in anything of this.
    """

    hospital: Hospital
    quarter: Quarter
    watch: Watch
    new: tuple[ShownSignal, ...]
    continuing: tuple[ShownSignal, ...]
    ended: tuple[ShownSignal, ...]
    databases: tuple[str, ...]
    not_yet: tuple[str, ...]
    absorbed: tuple[Absorbed, ...] = ()
    awaited: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the data reach the quarter's end."""
        return self.watch.as_of >= self.quarter.last


def of_day(day: dt.date) -> Quarter:
    """The quarter that holds a day."""
    return Quarter(day.year, (day.month + 2) // 3)


def hospitals(view: View) -> tuple[Hospital, ...]:
    """Every hospital with departments in the databases of the snapshot that are ready, by region and name."""
    return view.snapshot.remember(("hospitals", ready(view.snapshot)), lambda: _hospitals(view))


def _hospitals(view: View) -> tuple[Hospital, ...]:
    there = charted_units(view.snapshot)
    found: dict[str, tuple[str, set[str]]] = {}
    for (database, code), (_, name, region) in unit_names(everywhere(view)).items():
        if name and code in there[database]:
            found.setdefault(name, (region, set()))[1].add(code)
    order = reference.region_order()
    made: list[Hospital] = []
    for name, (region, codes) in found.items():
        code = path_code(name)
        if any(one.code == code for one in made):
            code = f"{code}-{region}"
        made.append(Hospital(code, name, region, frozenset(codes)))
    return tuple(sorted(made, key=lambda one: (order.index(one.region), reference.danish_key(one.name))))


def quarters(view: View) -> tuple[Quarter, ...]:
    """The quarters that can be asked for, newest first: those whose beginning and end can be told."""
    # Of the latest data cut the one that reaches farthest back; the others follow its quarters.
    infos = [view.snapshot.info(code) for code in view.snapshot.databases]
    latest = max(infos, key=lambda info: (info.data_cut, -info.period_start.toordinal()))
    quarter, found, oldest = of_day(latest.data_cut), [], min(days(latest))
    while quarter.before.last >= oldest:
        found.append(quarter)
        quarter = quarter.before
    return tuple(found)


def latest_complete(view: View) -> Quarter:
    """The newest quarter whose end the data reach, else the newest."""
    listed = quarters(view)
    cut = max(view.snapshot.info(code).data_cut for code in view.snapshot.databases)
    return next((one for one in listed if one.last <= cut), listed[0])


def digest(view: View, hospital: Hospital, quarter: Quarter) -> Digest:
    """The hospital's digest of one of ``quarters``, of the databases that are ready.

    Raises data.once.BeingMade where none of those that it is charted in is.
    """
    snapshot, asked = view.snapshot, boards(view, quarter)
    there = ready(snapshot, asked)
    awaited = tuple(one.database for one in everywhere(view) if one.database not in there)
    key = ("digest", view.edition, hospital.code, hospital.departments, quarter, awaited)
    found = snapshot.remember(key, lambda: _digest(view, hospital, quarter, awaited))
    if awaited and not found.databases:
        raise BeingMade(f"{hospital.name}, {quarter}: the boards are being made", frames(snapshot, asked))
    return found


def all_ready(view: View, quarter: Quarter | None = None) -> None:
    """Raise data.once.BeingMade unless every database's units are there, and the boards of the quarter."""
    asked = boards(view, quarter) if quarter is not None else None
    if len(ready(view.snapshot, asked)) < len(view.snapshot.databases):
        raise BeingMade("the boards are being made", frames(view.snapshot, asked))


def boards(view: View, quarter: Quarter) -> dict[str, tuple[dt.date, ...]]:
    """By database the days whose boards the quarter's digests need."""
    asked = {}
    for one in everywhere(view):
        wanted = [day for day in _days_of(one, quarter) if day is not None]
        # A past day that cannot be told has no board.
        asked[one.database] = tuple(day for day in wanted if day == one.info.data_cut or dated(one))
    return asked


def _days_of(view: View, quarter: Quarter) -> tuple[dt.date | None, dt.date | None]:
    """The day that tells the database's end of the quarter, and the one of its beginning; None where none does."""
    shown, cut = days(view.info), view.info.data_cut
    if cut < quarter.first or (quarter.last not in shown and cut > quarter.last):
        return None, None  # not yet, or before what can be told of this database
    before = quarter.before.last if quarter.before.last in shown else None
    return min(quarter.last, cut), before


def _digest(view: View, hospital: Hospital, quarter: Quarter, awaited: tuple[str, ...] = ()) -> Digest:
    charted = charted_units(view.snapshot)
    there = [one for one in everywhere(view) if hospital.departments & charted[one.database]]
    now, before, not_yet = {}, {}, []
    for one in there:
        if one.info.data_cut < quarter.first:
            not_yet.append(one.database)
            continue
        at_end, at_start = _days_of(one, quarter)
        if at_end is None or one.database in awaited:
            continue
        now[one.database] = at_end
        if at_start is not None:
            before[one.database] = at_start
    read = [one for one in there if one.database in now]
    nothing = Watch(quarter.last, (), 0, 0, {})
    at_end = of_databases(read, now, hospital.departments) if read else nothing
    earlier = [one for one in read if one.database in before]
    at_start = of_databases(earlier, before, hospital.departments) if earlier else nothing
    known = {(one.key, one.alarm) for one in at_start.signals}  # worse again is news again
    absorbed = {one.key for one in at_end.absorbed}
    still = {one.key for one in (*at_end.signals, *at_end.standing)} | absorbed
    before_end = {one.key for one in at_start.absorbed}
    told = set(before) - set(at_start.refused)

    def continues(one: ShownSignal) -> bool:
        return (one.key, one.alarm) in known if one.database in told else one.news_from < quarter.first

    return Digest(
        hospital, quarter, at_end,
        tuple(one for one in at_end.signals if not continues(one)),
        tuple(one for one in at_end.signals if continues(one)),
        tuple(one for one in (*at_start.signals, *at_start.standing) if one.key not in still),
        tuple(one.database for one in read), tuple(not_yet),
        tuple(one for one in at_end.absorbed if one.key not in before_end), awaited,
    )  # fmt: skip
