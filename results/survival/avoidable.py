"""How many fewer would die within a year, had every region the best region's mortality: for people, working edition."""

from __future__ import annotations

from dataclasses import dataclass

from data import reference
from data.text import Text
from indicators.avoidable import AvoidableDeaths, avoidable_deaths
from indicators.engine import period_end
from results.survival import groups
from results.survival.groups import Cohort
from results.view import View
from survival.estimators import YEAR

_PUBLIC = Text(
    "Undgåelige dødsfald vises ikke i den offentlige udgave.", "Avoidable deaths are not shown in the public edition."
)
_SHORT = Text("Ikke alle er fulgt i et år endnu.", "Not all have been followed for a year yet.")


@dataclass(frozen=True)
class AvoidableRow:
    """A region, or all ("")."""

    region: str
    patients: int
    deaths: int
    fewer: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Avoidable:
    """``rows``: the regions, then all together. ``refused``: why there is no estimate (then no rows)."""

    view: View
    cohort: Cohort
    rows: tuple[AvoidableRow, ...]
    differ: bool
    refused: Text | None

    @property
    def whole(self) -> AvoidableRow:
        return self.rows[-1]


def avoidable(view: View, cohort: Cohort) -> Avoidable:
    """Of one cohort, within a year of the diagnosis; regions as the view has them (five or four, treating or home)."""
    key = ("avoidable", view.key, cohort)
    return view.snapshot.remember(key, lambda: _avoidable(view, cohort))


def _avoidable(view: View, cohort: Cohort) -> Avoidable:
    if view.edition.hides:
        return Avoidable(view, cohort, (), False, _PUBLIC)
    if (view.info.data_cut - period_end(cohort.last, view.first_month)).days < YEAR - 1:
        return Avoidable(view, cohort, (), False, _SHORT)
    found: AvoidableDeaths = avoidable_deaths(
        view.snapshot,
        view.database,
        groups.column(view, "region"),
        YEAR,
        groups.selection(view, "none", cohort),
        [one for one in reference.region_order() if groups.code_of(view, "region", one) == one],
        lambda value: groups.code_of(view, "region", value),
        view.first_month,
    )
    rows = tuple(
        AvoidableRow(code, int(patients), int(deaths), float(fewer), float(low), float(high))
        for code, patients, deaths, fewer, low, high in zip(
            found.region, found.patients, found.deaths, found.fewer, found.lower, found.upper, strict=True
        )
        if patients
    )
    return Avoidable(view, cohort, rows, found.differ, found.refused)
