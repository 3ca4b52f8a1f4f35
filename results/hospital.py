"""A hospital over all databases: its departments' results side by side, as their own pages have them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from data import reference
from indicators.catalogue import BY_ID, CATALOGUE
from results.across import AcrossRow, Tally, graded_kind, latest_views, tally
from results.audit import Cell, cells_of
from results.department import is_shown, site_trees, treating
from results.places import DepartmentPlace, HospitalPlace, hospitals
from results.view import View
from results.waits import legs
from results.waits.scope import Scope


@dataclass(frozen=True)
class HospitalColumn:
    """One department in one database, in the database's own reporting year (``view``). ``cells``: by (indicator, site),
    of all patients; without those that it has no rows of."""

    view: View
    department: DepartmentPlace
    cells: dict[tuple[str, str], Cell]

    @property
    def database(self) -> str:
        return self.view.database

    @property
    def verdicts(self) -> Tally:
        """How many of its results have which verdict."""
        return tally(graded_kind(cell) for cell in self.cells.values())


@dataclass(frozen=True)
class HospitalTable:
    """``lines`` in catalogue order, ``columns`` in the order of the databases."""

    place: HospitalPlace
    lines: tuple[AcrossRow, ...]
    columns: tuple[HospitalColumn, ...]

    def cell(self, line: AcrossRow, column: HospitalColumn) -> Cell | None:
        return column.cells.get((line.indicator.id, line.site))

    @property
    def verdicts(self) -> Tally:
        """Those of all columns."""
        return tally(graded_kind(cell) for column in self.columns for cell in column.cells.values())


def find(view: View, code: str) -> HospitalPlace | None:
    """The hospital of that name in an address; None where there is none."""
    return next((one for one in hospitals(view.snapshot) if one.code == code), None)


def table(view: View, place: HospitalPlace) -> HospitalTable:
    """The hospital's results, each database in its latest mature year, past the door as on the departments' pages."""
    key = ("hospital", view.edition, view.regions, place.code)
    return view.snapshot.remember(key, lambda: _table(view, place))


def _table(view: View, place: HospitalPlace) -> HospitalTable:
    columns = []
    for one in latest_views(view.snapshot, view.edition, "treating", view.regions):
        here = [department for department in place.departments if one.database in department.databases]
        if here:
            columns += _columns(treating(one), here)
    used = {key for column in columns for key in column.cells}
    order = {one.id: at for at, one in enumerate(CATALOGUE)}
    keys = sorted(used, key=lambda key: (order[key[0]], key[1]))
    return HospitalTable(place, tuple(AcrossRow(BY_ID[id], site) for id, site in keys), tuple(columns))


def _columns(view: View, departments: list[DepartmentPlace]) -> list[HospitalColumn]:
    """The departments with any result in the year, by name."""
    cells: dict[str, dict[tuple[str, str], Cell]] = {one.code: {} for one in departments}
    for site, tree in site_trees(view):
        at = (tree["level"] == "department") & tree["code"].isin(list(cells))
        for (id, _, code, period), cell in cells_of(view.for_site(site), tree[at], three=True).items():
            if period == view.period and is_shown(view, site, id):
                cells[code][id, site] = cell
    there = sorted((one for one in departments if cells[one.code]), key=lambda one: reference.danish_key(one.name))
    return [HospitalColumn(view, one, cells[one.code]) for one in there]


@dataclass(frozen=True)
class HospitalWaits:
    """Those waiting now for a leg at the hospital's departments, of all databases that deliver waits.

    None: hidden for any of the departments.
    """

    leg: str
    waiting: int | None
    over: int | None
    booked_over: int | None


def waits(view: View, place: HospitalPlace, chosen: tuple[str, ...]) -> tuple[HospitalWaits, ...]:
    """By leg of ``chosen``, without the legs that nobody waits for there; () where no database delivers waits."""
    databases = legs.delivering(view.snapshot)
    if not databases:
        return ()
    found = []
    for leg in chosen:
        scope = Scope(replace(treating(view), where=()), databases, leg, "nation", "")
        nodes = legs.waiting(scope).nodes
        own = [nodes[at] for one in place.departments if (at := ("department", one.code)) in nodes]
        if own:
            counts = (_sum([one[name] for one in own]) for name in ("legs", "waiting_over", "waiting_booked_over"))
            found.append(HospitalWaits(leg, *counts))
    return tuple(found)


def _sum(parts: list[int | None]) -> int | None:
    return None if None in parts else sum(parts)
