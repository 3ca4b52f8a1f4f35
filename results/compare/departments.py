"""Chosen departments (hospitals, regions) side by side: the rows of their own pages, one line for each indicator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from data import reference
from data.text import Text
from indicators.catalogue import CATALOGUE
from results import department as data
from results.audit import Cell
from results.compare.units import listed, rows_of
from results.department import DepartmentRow, DepartmentUnit
from results.foundation import both_bear
from results.survival import curves
from results.survival.curves import HORIZON, Cohort, Survival, SurvivalGroup
from results.view import View, reporting_year

MOST = 6  # units side by side
#: Why something of larger units is not told in the public edition.
NOT_PUBLIC = Text(
    "Vises kun for afdelinger i den offentlige udgave: Af tallene for et helt hospital eller en region og dem for de "
    "viste afdelinger kunne en skjult afdelings regnes ud.",
    "Shown for departments alone in the public edition: from the numbers of a whole hospital or region and those of "
    "the departments that are shown a hidden department's could be worked out.",
)


@dataclass(frozen=True)
class ClearDifference:
    """Two departments (by their places) whose intervals do not overlap; ``points``: higher − lower, a fraction."""

    points: float
    high: int
    low: int


@dataclass(frozen=True)
class SideBySide:
    """One indicator (of one site where standards are by site): the row of each department, None where it has none.

    ``any``: a row that is there, for what is the same in all: indicator, title, standard, the country.
    """

    rows: tuple[DepartmentRow | None, ...]

    @property
    def any(self) -> DepartmentRow:
        return next(row for row in self.rows if row is not None)

    @property
    def key(self) -> str:
        """Its name for programs: the indicator, with its site."""
        return f"{self.any.indicator.id}.{self.any.site}" if self.any.site else self.any.indicator.id

    @property
    def cells(self) -> tuple[Cell | None, ...]:
        """Each department's result in the view's period."""
        return tuple(None if row is None else row.now for row in self.rows)

    @property
    def difference(self) -> float | None:
        """The largest difference between two departments whose results both bear a sentence; None with fewer than two.

        A fraction of 1, of the rates as they are (results.foundation has the rule).
        """
        pairs = combinations(self.cells, 2)
        return max((abs(one.rate - two.rate) for one, two in pairs if both_bear(one, two)), default=None)

    @property
    def clear(self) -> ClearDifference | None:
        """The largest difference between two departments that both bear a sentence and whose intervals lie apart."""
        found = []
        for (i, one), (k, two) in combinations(enumerate(self.cells), 2):
            if both_bear(one, two) and (one.lower > two.upper or two.lower > one.upper):
                high, low = (i, k) if one.rate > two.rate else (k, i)
                found.append(ClearDifference(abs(one.rate - two.rate), high, low))
        return max(found, key=lambda each: each.points, default=None)


def side_by_side(view: View, units: Sequence[DepartmentUnit]) -> tuple[SideBySide, ...]:
    """Every indicator on which one of the departments has rows in the view's three periods, in catalogue order."""
    order = {one.id: place for place, one in enumerate(CATALOGUE)}
    by_unit = [{(row.indicator.id, row.site): row for row in rows_of(view, unit)} for unit in units]
    keys = sorted({key for rows in by_unit for key in rows}, key=lambda key: (order[key[0]], key[1]))
    return tuple(SideBySide(tuple(rows.get(key) for rows in by_unit)) for key in keys)


def most_different_first(rows: Sequence[SideBySide]) -> tuple[SideBySide, ...]:
    """By difference, the largest first; those without one stand last, as they stood."""
    return tuple(sorted(rows, key=lambda row: (row.difference is None, -(row.difference or 0.0))))


def survival_by_unit(view: View, level: str) -> tuple[Survival, Survival]:
    """Overall survival by unit of two cohorts: those that the indicators of 1- and 5-year survival report.

    They are the reporting years one and five years before the view's. Where the database has no cases of that year it
    is the latest one that has been followed as long, else the oldest.
    """
    there, years = data.treating(view), curves.diagnosis_years(view)
    found, now = [], reporting_year(view)
    for followed in (1, HORIZON):
        year = now - followed
        latest = curves.latest_followed(view, followed) or curves.default_cohort(view)
        cohort = Cohort(year, year) if year in years else latest
        found.append(curves.survival(there, level, "overall", cohort))
    return found[0], found[1]


def survives(result: Survival, unit: DepartmentUnit) -> SurvivalGroup | None:
    """The unit's group of a survival by its level; None where the cohort has no cases of it."""
    if unit.level == "department":
        return result.find("department", unit.code)
    return result.find("group", unit.hospital if unit.level == "hospital" else unit.code)


def shows_patients(view: View, level: str) -> bool:
    """Whether survival curves and case mix of these units may be told: see NOT_PUBLIC."""
    return level == "department" or not view.edition.hides


def by_region(view: View, level: str = "department") -> tuple[tuple[str, tuple[DepartmentUnit, ...]], ...]:
    """(name of the region, its units with anything counted), in the order of the regions, then by name."""
    found: dict[str, list[DepartmentUnit]] = {}
    for unit in listed(view, level):
        found.setdefault(unit.region, []).append(unit)
    return tuple(
        (reference.region_name(code), tuple(found[code])) for code in reference.region_order() if code in found
    )
