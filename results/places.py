"""The departments and hospitals of all databases, by name: what is searched, chosen and put together."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from data import reference
from data.published import Published
from data.store import Snapshot
from indicators.catalogue import CATALOGUE, why_not_reported
from indicators.declaration import Indicator

#: Every unit that a patient is registered under, whatever for.
_REGISTERED = """
SELECT code, name, hospital, region FROM units WHERE code IN (
    SELECT department FROM cases UNION SELECT department FROM treatments UNION SELECT unit FROM palliative
)"""


@dataclass(frozen=True)
class DepartmentPlace:
    """A unit and the databases that have patients under it, in the order of the list."""

    code: str
    name: str
    hospital: str
    region: str
    databases: tuple[str, ...]


@dataclass(frozen=True)
class HospitalPlace:
    """``code``: the name as a part of an address."""

    code: str
    name: str
    region: str
    departments: tuple[DepartmentPlace, ...]

    @property
    def databases(self) -> tuple[str, ...]:
        """Those of any of its departments, in the order of the list."""
        there = {code for one in self.departments for code in one.databases}
        return tuple(row.code for row in reference.databases() if row.code in there)


@dataclass(frozen=True)
class Findable:
    """All that has a page of its own; each indicator with the databases that report it."""

    databases: tuple[str, ...]
    indicators: tuple[tuple[Indicator, tuple[str, ...]], ...]
    departments: tuple[DepartmentPlace, ...]
    hospitals: tuple[HospitalPlace, ...]


def findable(snapshot: Snapshot) -> Findable:
    """What a search looks through."""

    def build() -> Findable:
        codes = tuple(row.code for row in reference.databases() if row.code in snapshot.databases)
        listed = []
        for one in CATALOGUE:
            there = tuple(code for code in codes if why_not_reported(one, snapshot.info(code)) is None)
            listed += [(one, there)] if there else []
        return Findable(codes, tuple(listed), departments(snapshot), hospitals(snapshot))

    return snapshot.remember(("findable",), build)


def departments(snapshot: Snapshot) -> tuple[DepartmentPlace, ...]:
    """Every department with patients in any database, by region and name."""
    return snapshot.remember(("departments of all",), lambda: _departments(snapshot))


def _departments(snapshot: Snapshot) -> tuple[DepartmentPlace, ...]:
    found: dict[str, tuple[str, str, str, list[str]]] = {}
    for database in (row.code for row in reference.databases() if row.code in snapshot.databases):
        if isinstance(snapshot, Published):
            units = snapshot.frame(database, "units")
            rows = units.loc[units["active"], ["code", "name", "hospital", "region"]]
        else:
            rows = snapshot.query(database, _REGISTERED)
        for code, name, hospital, region in rows.itertuples(index=False):
            found.setdefault(code, (name, hospital or "", region, []))[3].append(database)
    order = reference.region_order()
    made = [DepartmentPlace(code, *rest, tuple(there)) for code, (*rest, there) in found.items()]
    return tuple(sorted(made, key=lambda one: (order.index(one.region), reference.danish_key(one.name))))


def hospitals(snapshot: Snapshot) -> tuple[HospitalPlace, ...]:
    """Every hospital with patients in any database, by region and name."""
    return snapshot.remember(("hospitals of all",), lambda: _hospitals(snapshot))


def _hospitals(snapshot: Snapshot) -> tuple[HospitalPlace, ...]:
    by_name: dict[str, list[DepartmentPlace]] = {}
    for one in departments(snapshot):
        if one.hospital:
            by_name.setdefault(one.hospital, []).append(one)
    made: list[HospitalPlace] = []
    for name, members in by_name.items():
        region, code = members[0].region, path_code(name)
        if any(one.code == code for one in made):
            code = f"{code}-{region}"
        made.append(HospitalPlace(code, name, region, tuple(members)))
    order = reference.region_order()
    return tuple(sorted(made, key=lambda one: (order.index(one.region), reference.danish_key(one.name))))


def path_code(name: str) -> str:
    """A name as a part of an address: 'Nykøbing F.' → 'nykoebing-f'."""
    text = name.lower().translate(str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"}))
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")
