"""The download of a hospital: its departments' results in all databases."""

from __future__ import annotations

from dataclasses import replace

from data.output import UsageError
from exports.cells import cell_columns, cell_values
from exports.files import Sheet
from exports.registry import export, stamp
from results import hospital as data
from results.table import Kind, Table, Value, of
from words import format as fmt
from words.reader import Reader

#: The download's name in its address.
EXPORT = "hospital"


@export(EXPORT, whole=True)
def results(context: Reader, code: str) -> Sheet:
    """Every result of the hospital's departments, each database in its latest mature year."""
    place = data.find(context.view, code)
    if place is None:
        raise UsageError(f"there is no hospital '{code}'")
    t, table = context.t, data.table(context.view, place)
    columns = (
        *of(Kind.CODE, t("Database", "Database")), *of(Kind.TEXT, t("Enhed", "Unit")),
        *of(Kind.CODE, t("Enhedskode", "Unit code")), *of(Kind.TEXT, t("Indikator", "Indicator")),
        *of(Kind.CODE, t("Indikatorkode", "Indicator code"), t("Lokalisation", "Site")),
        *of(Kind.PERIOD, t("Periode", "Period")), *cell_columns(context),
    )  # fmt: skip
    lines: list[tuple[Value, ...]] = []
    for one in table.columns:
        label = fmt.period(one.view.period, one.view.first_month)
        for row in table.lines:
            cell = table.cell(row, one)
            if cell is not None:
                unit = (one.database, one.department.name, one.department.code)
                identity = (row.title.in_(context.lang), row.indicator.id, row.site, label)
                lines.append((*unit, *identity, *cell_values(context, row, cell)))
    title = t(f"{place.name}: resultater i alle databaser", f"{place.name}: results in all databases")
    synthetic = any(one.view.info.synthetic for one in table.columns) or context.synthetic
    said = stamp(replace(context, synthetic=synthetic), period="")
    several = ("Database", t("Data til og med", "Data up to and including"))  # each database has its own
    kept = tuple((label, value) for label, value in said if label not in several)
    return Sheet(t("Hospital", "Hospital"), Table(title, columns, tuple(lines)), kept)
