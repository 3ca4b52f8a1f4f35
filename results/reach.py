"""Patients still within reach, for the people who can reach them: lists of one department, with ids.

Personal data: there is nothing of it in the public edition, and no place of it is kept on disk. The caller says which
databases the reader may see in full; ``layouts`` asks the visitor.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from data.store import Snapshot
from data.text import Text
from indicators import reach as engine
from indicators.catalogue import BY_ID
from indicators.declaration import MISSING, Indicator
from results.places import DepartmentPlace, departments
from results.view import Edition

#: The days of the first list: the data cut and the six after it.
WEEK = 7


class NotForAll(ValueError):
    """Lists of patients were asked for in an edition that has none."""


@dataclass(frozen=True)
class ReachedPatient:
    """One line of a list. ``indicator`` None: a leg of waiting, ``leg`` then says which; ``due``, ``days_left`` None
    where the definition sets no last day; ``missing``: what is to happen or be registered."""

    database: str
    unit: str
    indicator: Indicator | None
    leg: str
    case_id: str
    due: dt.date | None
    days_left: int | None
    missing: str

    @property
    def missing_text(self) -> Text:
        return MISSING[self.missing]

    @property
    def name(self) -> str:
        """The list: an indicator's id, or "waits_" with the leg."""
        return self.indicator.id if self.indicator is not None else f"waits_{self.leg}"

    @property
    def this_week(self) -> bool:
        return self.days_left is not None and self.days_left < WEEK


@dataclass(frozen=True)
class ReachList:
    """Those of one department in some databases, the fewest days left first; ``cuts``: the data cut of each."""

    place: DepartmentPlace
    patients: tuple[ReachedPatient, ...]
    cuts: dict[str, dt.date]

    @property
    def this_week(self) -> tuple[ReachedPatient, ...]:
        return tuple(one for one in self.patients if one.this_week)

    def of(self, name: str) -> ReachList:
        """Those of one indicator, or of a leg ("waits_treatment")."""
        return replace(self, patients=tuple(one for one in self.patients if one.name == name))

    @property
    def names(self) -> tuple[str, ...]:
        """The lists that somebody stands on, in the order of the catalogue."""
        there = {one.name for one in self.patients}
        return tuple(one for one in engine.NAMES if one in there)

    @property
    def later(self) -> tuple[ReachedPatient, ...]:
        return tuple(one for one in self.patients if one.days_left is not None and not one.this_week)

    @property
    def undated(self) -> tuple[ReachedPatient, ...]:
        return tuple(one for one in self.patients if one.days_left is None)


def people(patients: Sequence[ReachedPatient]) -> int:
    """How many patients they are: one may stand on several lists."""
    return len({(one.database, one.case_id) for one in patients})


def of_department(snapshot: Snapshot, edition: Edition, place: DepartmentPlace, databases: Sequence[str]) -> ReachList:
    """Everybody whom a department can still reach. Raises NotForAll in an edition that hides."""
    found = [
        one for code in databases if code in place.databases for one in _of_database(snapshot, edition, code)
        if one.unit == place.code
    ]  # fmt: skip
    found.sort(key=lambda one: (one.days_left is None, one.days_left or 0, one.database, one.case_id))
    cuts = {code: snapshot.info(code).data_cut for code in databases if code in place.databases}
    return ReachList(place, tuple(found), cuts)


def by_department(snapshot: Snapshot, edition: Edition, database: str) -> list[ReachList]:
    """A list of every department of a database that can reach anybody, by region and name."""
    found = _of_database(snapshot, edition, database)
    cut = {database: snapshot.info(database).data_cut}
    lists = []
    for place in departments(snapshot):
        own = tuple(one for one in found if one.unit == place.code)
        if own:
            lists.append(ReachList(place, own, cut))
    return lists


def _of_database(snapshot: Snapshot, edition: Edition, database: str) -> tuple[ReachedPatient, ...]:
    if edition.hides:
        raise NotForAll(f"the {edition.name} edition has no lists of patients")
    return snapshot.remember(("reach", database), lambda: _listed(snapshot, database))


def _listed(snapshot: Snapshot, database: str) -> tuple[ReachedPatient, ...]:
    found = engine.reachable(snapshot, database)
    none = found["days_left"].isna()
    return tuple(
        ReachedPatient(
            database,
            "" if pd.isna(row.unit) else row.unit,
            BY_ID.get(row.indicator),
            engine.WAITS.get(row.indicator, ""),
            row.case_id,
            None if empty else pd.Timestamp(row.due).date(),
            None if empty else int(row.days_left),
            row.missing,
        )
        for row, empty in zip(found.itertuples(index=False), none, strict=True)
    )
