"""Survival of fixed yearly cohorts as a table: the public edition's page and file."""

from __future__ import annotations

from collections.abc import Sequence

from exports.files import Sheet
from exports.registry import export, stamp
from indicators.catalogue import CATALOGUE
from results.audit import UnitTable, unit_table
from results.nodes import divisible
from results.table import Kind, Role, Said, Table, TableRow, of
from words import indicator as words
from words.reader import Reader


def survival_tables(context: Reader) -> list[UnitTable]:
    """One and five years after the diagnosis, of the cohorts that have been followed so long, the latest first."""
    view, found = context.view, []
    for one in CATALOGUE:
        if one.survival_years and divisible(view, one.id):
            table = unit_table(view, one.id, context.periods)
            followed = tuple(year for year in table.periods if table.cell(table.nation, year).state != "no_data")
            if followed:
                found.append(unit_table(view, one.id, followed))
    return found


def of_cohorts(context: Reader, found: Sequence[UnitTable]) -> Table:
    """Cases, share alive and limits of the country and the regions, by year of diagnosis and years since."""
    t = context.t
    columns = (
        *of(Kind.YEARS, t("år fra diagnosen", "years since diagnosis"), decimals=0, keys="years"),
        *of(Kind.PERIOD, t("diagnosticeret", "diagnosed"), keys="cohort"),
        *of(Kind.TEXT, t("sted", "place"), keys="unit"), *of(Kind.CODE, t("kode", "code"), keys="code"),
        *of(Kind.COUNT, t("forløb", "cases"), keys="cases"),
        *of(Kind.SHARE, t("andel i live", "share alive"), t("nedre 95 %", "lower 95%"), t("øvre 95 %", "upper 95%"),
            keys="rate lower upper"),
    )  # fmt: skip
    rows = []
    for table in found:
        for period in table.periods:
            for unit in (table.nation, *table.of_level("region")):
                cell = table.cell(unit, period)
                numbers = (cell.denominator, cell.rate, cell.lower, cell.upper)
                shown = (Said.HIDDEN if cell.hidden else value for value in numbers)
                values = (table.indicator.survival_years, words.cohort(context, table, period),
                          words.unit_name(context, unit), unit.code, *shown)  # fmt: skip
                role = Role.TOTAL if unit is table.nation else Role.REGION
                rows.append(TableRow(values, role, key=f"{table.indicator.id}.{unit.level}.{unit.code}"))
    return Table(t("Overlevelse af faste årgange", "Survival of fixed cohorts"), columns, tuple(rows))


@export("aarsoverlevelse", whole=True)
def sheet(context: Reader, subject: str) -> Sheet:
    """The table as a file; it has no subject."""
    return Sheet("aarsoverlevelse", of_cohorts(context, survival_tables(context)), stamp(context, period=""))
