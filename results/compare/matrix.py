"""All departments of a database × its indicators: a cell for each, past disclosure."""

from __future__ import annotations

from dataclasses import dataclass

from data.reference import Standard
from data.text import Text
from indicators.catalogue import BY_ID, CATALOGUE
from indicators.declaration import Indicator
from results import department as data
from results.audit import NATION, NO_CELL, Cell, cells_of, goal, indicator_title
from results.department import DepartmentUnit
from results.view import View


@dataclass(frozen=True)
class MatrixColumn:
    """An indicator (of one site where standards are by site) with its standard and the country's result."""

    indicator: Indicator
    site: str
    standard: Standard | None
    nation: Cell

    @property
    def key(self) -> tuple[str, str]:
        return self.indicator.id, self.site

    @property
    def title(self) -> Text:
        return indicator_title(self.indicator, self.site)


@dataclass(frozen=True)
class Matrix:
    """``regions``: (code, name, departments) as in the list of departments; ``cells`` by department and column."""

    columns: tuple[MatrixColumn, ...]
    regions: tuple[tuple[str, str, tuple[DepartmentUnit, ...]], ...]
    cells: dict[tuple[str, tuple[str, str]], Cell]

    def cell(self, unit: DepartmentUnit, column: MatrixColumn) -> Cell:
        """The department's result; an empty one where it has no rows."""
        return self.cells.get((unit.code, column.key), NO_CELL)


def matrix(view: View) -> Matrix:
    """The departments of the list that have rows in the view's period, against every indicator they have rows in."""
    there = data.treating(view)
    return view.snapshot.remember(("matrix", there.key, view.period), lambda: _matrix(there))


def _matrix(view: View) -> Matrix:
    cells: dict[tuple[str, tuple[str, str]], Cell] = {}
    nations: dict[tuple[str, str], Cell] = {}
    goals: dict[tuple[str, str], Standard | None] = {}
    for site, tree in data.site_trees(view):
        at = view.for_site(site)
        years = tree[tree["level"].isin(("department", NATION))]
        for (id, level, code, period), cell in cells_of(at, years, three=True).items():
            if period != view.period or not data.is_shown(view, site, id):
                continue
            if level == NATION:
                nations[id, site] = cell
            elif code:
                cells[code, (id, site)] = cell
                goals[id, site] = goal(at, id, view.period)
    order = {one.id: place for place, one in enumerate(CATALOGUE)}
    keys = sorted(goals, key=lambda key: (order[key[0]], key[1]))
    columns = tuple(MatrixColumn(BY_ID[key[0]], key[1], goals[key], nations.get(key, NO_CELL)) for key in keys)
    filled = {code for code, _ in cells}
    regions = []
    for code, name, members in data.listing(view).regions:
        kept = tuple(one.unit for one in members if one.unit.code in filled)
        if kept:
            regions.append((code, name, kept))
    return Matrix(columns, tuple(regions), cells)
