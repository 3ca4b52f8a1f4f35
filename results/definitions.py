"""What has changed in the definitions behind a report, and since when: declared ones by their dates, those of the
program since the last final report and since the snapshot before.

A final report keeps the definitions that it was made by (``results.comments.finish``), each as short sums of its parts:
enough to tell which part is another now, without keeping its words.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from data import reference
from data.reference import Standard, WaitLimit
from data.registers import FINAL, VERSIONS, Registers
from data.store import DatabaseInfo, Store, StoreError
from indicators.catalogue import CATALOGUE, why_not_reported
from indicators.declaration import Indicator
from indicators.standards import printed, resolve
from results.nodes import units
from results.view import View

#: Years of reporting years whose definitions are looked through: those that the tables show.
_YEARS = 3
#: The parts of a definition, by what they change of a result.
PARTS = ("population", "excluded", "numerator", "date", "attribution", "follow_up", "standard")


@dataclass(frozen=True)
class StandardChange:
    """From ``day`` on another standard holds; None: there was, or is, none."""

    indicator: str
    site: str
    day: dt.date
    before: Standard | None
    now: Standard | None


@dataclass(frozen=True)
class PlaceChange:
    """A region or department that began (``opened``) or ended on ``day``; ``successor``: its name, or ""."""

    name: str
    opened: bool
    day: dt.date
    successor: str


@dataclass(frozen=True)
class Redefined:
    """Indicators that are defined otherwise than in the last final report, of ``period`` and ``at``: id → PARTS.

    ``new`` and ``gone``: indicators that were not there then, or are not now. ``known`` False: no final report has kept
    its definitions.
    """

    known: bool
    period: int = 0
    at: dt.date | None = None
    changed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True)
class DeliveredChange:
    """Tables and columns that another snapshot's delivery had, or had not. ``snapshot`` "": none to compare."""

    snapshot: str = ""
    data_cut: dt.date | None = None
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True)
class DefinitionChanges:
    """All that has changed in the definitions behind a report. ``span``: first and last day that is looked through."""

    span: tuple[dt.date, dt.date]
    standards: tuple[StandardChange, ...]
    limits: tuple[WaitLimit, ...]
    places: tuple[PlaceChange, ...]
    redefined: Redefined
    delivered: DeliveredChange

    @property
    def any(self) -> bool:
        r, d = self.redefined, self.delivered
        return bool(self.standards or self.limits or self.places or r.changed or r.new or r.gone or d.gained or d.lost)


def kept(view: View) -> dict[str, dict[str, str]]:
    """indicator → part → short sum: what a final report keeps of its definitions."""
    info = view.info
    return {one.id: parts_of(view, one) for one in CATALOGUE if why_not_reported(one, info) is None}


def parts_of(view: View, one: Indicator) -> dict[str, str]:
    """The short sums of an indicator's parts, of PARTS."""
    day = dt.date(view.period, view.first_month, 1)
    sites = sorted({row.site for row in reference.standards() if row.indicator == one.id})
    goals = [printed(resolve(view.database, one.id, day, site)) for site in ("", *sites)]
    texts = {
        "population": f"{one.rows}|{one.population}",
        "excluded": one.exclusion,
        "numerator": f"{one.numerator}|{one.survival_years}|{one.improvement}",
        "date": one.index_date,
        "attribution": one.unit,
        "follow_up": str(one.follow_up),
        "standard": "|".join(goals),
    }
    return {name: hashlib.sha256(text.encode()).hexdigest()[:8] for name, text in texts.items()}


def changes(view: View) -> DefinitionChanges:
    """The changes that a report of the view's database and period tells of."""
    first = dt.date(view.period - _YEARS + 1, view.first_month, 1)
    last = dt.date(view.period + 1, view.first_month, 1) - dt.timedelta(days=1)
    span = (first, last)
    limits = tuple(one for one in reference.wait_limits() if first < one.valid_from <= last)
    limits = limits if "waits" in view.info.tables else ()
    return DefinitionChanges(span, _standards(view, span), limits, _places(view, span), _redefined(view),
                             _delivered(view))  # fmt: skip


def _standards(view: View, span: tuple[dt.date, dt.date]) -> tuple[StandardChange, ...]:
    first, last = span
    found = []
    for one in CATALOGUE:
        if why_not_reported(one, view.info) is not None:
            continue
        of = (view.database, "*")
        rows = [row for row in reference.standards() if row.indicator == one.id and row.database in of]
        days = {row.valid_from for row in rows if row.valid_from} | {
            row.valid_to + dt.timedelta(days=1) for row in rows if row.valid_to
        }
        for day in sorted(day for day in days if first < day <= last):
            for site in sorted({row.site for row in rows}):
                earlier, now = (resolve(view.database, one.id, on, site) for on in (day - dt.timedelta(days=1), day))
                if printed(earlier) != printed(now):
                    found.append(StandardChange(one.id, site, day, earlier, now))
    return tuple(found)


def _places(view: View, span: tuple[dt.date, dt.date]) -> tuple[PlaceChange, ...]:
    """Those of the database's own list of units, and the regions."""
    first, last = span
    names = units(view)["name"].to_dict()
    known = {one.code: one.name for one in (*reference.regions(), *reference.departments())} | names
    every = [*reference.regions(), *(one for one in reference.departments() if one.code in names)]
    found = []
    for one in every:
        if one.valid_from is not None and first < one.valid_from <= last:
            found.append(PlaceChange(known[one.code], True, one.valid_from, ""))
        if one.valid_to is not None and first <= one.valid_to <= last:
            successor = known.get(one.successor, one.successor) if one.successor else ""
            found.append(PlaceChange(known[one.code], False, one.valid_to, successor))
    return tuple(sorted(found, key=lambda one: (one.day, one.opened, one.name)))


def _redefined(view: View) -> Redefined:
    """Against the latest final report of an earlier year that has kept its definitions."""
    registers = Registers(view.snapshot.root)
    start = f"{view.database}/"
    years = sorted((int(name.removeprefix(start)) for name in registers.latest(VERSIONS, start)), reverse=True)
    for year in (year for year in years if year < view.period):
        for entry in registers.history(VERSIONS, f"{start}{year}"):
            then = entry.body.get("definitions")
            if entry.body["state"] == FINAL and not entry.beside and then:
                return _compared(then, kept(view), year, entry.at.date())
    return Redefined(False)


def _compared(then: Mapping[str, Mapping[str, str]], now: Mapping, year: int, at: dt.date) -> Redefined:
    changed = []
    for id in (id for id in now if id in then):
        parts = tuple(part for part in PARTS if then[id].get(part) != now[id][part])
        if parts:
            changed.append((id, parts))
    new, gone = (tuple(id for id in one if id not in other) for one, other in ((now, then), (then, now)))
    return Redefined(True, year, at, tuple(changed), new, gone)


def _delivered(view: View) -> DeliveredChange:
    """Against the snapshot of the latest final report of an earlier year, else the one before this."""
    store, registers, start = Store(view.snapshot.root), Registers(view.snapshot.root), f"{view.database}/"
    finals = {
        int(name.removeprefix(start)): str(entry.body["snapshot"])
        for name, entry in registers.latest(VERSIONS, start).items()
        if entry.body["state"] == FINAL and int(name.removeprefix(start)) < view.period
    }
    wanted = finals[max(finals)] if finals else view.snapshot.parent
    if not wanted or wanted == view.snapshot.id:
        return DeliveredChange()
    try:
        info = store.manifest(wanted).databases.get(view.database)
    except StoreError:  # of an earlier version of the program, or pruned: nothing to compare with
        return DeliveredChange()
    if info is None:
        return DeliveredChange()
    then, now = _columns(info), _columns(view.info)
    return DeliveredChange(wanted, info.data_cut, tuple(sorted(now - then)), tuple(sorted(then - now)))


def _columns(info: DatabaseInfo) -> frozenset[str]:
    return frozenset(f"{table}.{column}" for table, columns in info.columns.items() for column in columns)
