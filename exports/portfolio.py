"""Standards met, not met and uncertain by database, region and year, and by hospital, as tables and files."""

from __future__ import annotations

from collections.abc import Sequence

from data import reference
from exports.files import Sheet
from exports.registry import export, stamp
from results.portfolio import FulfilledRow, HospitalFulfilled, by_hospital, portfolio
from results.table import Kind, Link, Role, Table, TableRow, of
from words import format as fmt
from words.reader import Reader
from words.verdicts import GRADES, groups_text, verdict_text

#: The tally's columns in the table's order.
COUNTED = (
    "judged",
    "met",
    "probably_met",
    "unsettled",
    "probably_not_met",
    "not_met",
    "uncertain",
    "hidden",
    "not_mature",
    "target",
    "no_standard",
)


@export("opfyldelse", whole=True)
def rows_of(context: Reader, subject: str) -> Sheet:
    """Every database, region and year; it has no subject."""
    return _sheet(context, context.t("Opfyldelse", "Fulfilment"), of_years(context, portfolio(context.view)))


@export("hospitaler", whole=True)
def hospital_rows(context: Reader, subject: str) -> Sheet:
    """Every hospital over all databases; it has no subject."""
    return _sheet(context, context.t("Hospitaler", "Hospitals"), of_hospitals(context, by_hospital(context.view)))


def _sheet(context: Reader, name: str, table: Table) -> Sheet:
    t = context.t
    whose = ((t("Databaser", "Databases"), t("alle", "all")),)
    rest = tuple(row for row in stamp(context, "") if row[0] != t("Database", "Database"))
    return Sheet(name, table, (*whose, *rest), database=t("alle", "all"))


def of_years(context: Reader, rows: Sequence[FulfilledRow]) -> Table:
    """One row for each database, place and reporting year."""
    t, names = context.t, _names(context)
    columns = (
        *of(Kind.CODE, "Database", keys="database"),
        *of(Kind.TEXT, t("Enhed", "Place"), keys="place"), *of(Kind.CODE, t("Regionskode", "Region code"), keys="code"),
        *of(Kind.PERIOD, t("Opgørelsesår", "Reporting year"), keys="period"),
        *of(Kind.COUNT, *(names[one] for one in COUNTED), keys=" ".join(COUNTED)),
    )  # fmt: skip
    country = t("Danmark", "Denmark")
    found = tuple(
        TableRow(
            (one.database, reference.region_name(one.region) if one.region else country, one.region,
             fmt.period(one.period, one.first_month), *(getattr(one.tally, name) for name in COUNTED)),
            Role.REGION if one.region else Role.PLAIN,
            key=f"{one.database}.{one.region}.{one.period}",
        )
        for one in rows
    )  # fmt: skip
    title = t(f"Standarder {groups_text(context)} efter database, region og år",
              f"Standards {groups_text(context)} by database, region and year")  # fmt: skip
    return Table(title, columns, found, id="opfyldelse")


def _names(context: Reader) -> dict[str, str]:
    """What the columns of a tally are called."""
    t = context.t
    return {
        **{name: verdict_text(name, context.lang).capitalize() for name in (*GRADES, "uncertain")},
        "judged": t("Standarder vurderet", "Standards judged"),
        "hidden": t("Skjult", "Hidden"), "not_mature": t("Endnu ikke moden", "Not yet mature"),
        "target": t("Udviklingsmål", "Development targets"), "no_standard": t("Uden standard", "Without standard"),
    }  # fmt: skip


def of_hospitals(context: Reader, rows: Sequence[HospitalFulfilled]) -> Table:
    """One row for each hospital: its departments' results in all databases, each in its latest mature year."""
    t, names = context.t, _names(context)
    columns = (
        *of(Kind.TEXT, "Hospital", "Region", keys="name region"),
        *of(Kind.COUNT, t("Databaser", "Databases"), keys="databases"),
        *of(Kind.COUNT, *(names[one] for one in COUNTED), keys=" ".join(COUNTED)),
    )
    found = tuple(
        TableRow(
            (one.place.name, reference.region_name(one.place.region), len(one.databases),
             *(getattr(one.tally, name) for name in COUNTED)),
            key=one.place.code,
            link=Link("hospital", one.place.code),
        )
        for one in rows
    )  # fmt: skip
    title = t(f"Standarder {groups_text(context)} efter hospital",
              f"Standards {groups_text(context)} by hospital")  # fmt: skip
    return Table(title, columns, found, id="hospitaler")
