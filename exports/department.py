"""Downloads of a department: its indicators with region and country, its cases per year, its case mix."""

from __future__ import annotations

from data.output import UsageError
from exports.cells import cell_columns, cell_values
from exports.files import Sheet
from exports.registry import export, stamp
from results import department as data
from results.department import DepartmentUnit
from results.table import Kind, Said, Table, Value, of
from words import format as fmt
from words.reader import Reader


def unit_of(context: Reader, code: str) -> DepartmentUnit:
    """The department; raises UsageError for a code that the database does not have."""
    unit = data.department(context.view, code)
    if unit is None:
        raise UsageError(f"there is no department '{code}' in {context.database}")
    return unit


@export("afdeling")
def indicators(context: Reader, code: str) -> Sheet:
    """All indicators of the department in three periods, with its region and the country."""
    t, unit = context.t, unit_of(context, code)
    columns = (
        *of(Kind.TEXT, t("Indikator", "Indicator")),
        *of(Kind.CODE, t("Indikatorkode", "Indicator code"), t("Lokalisation", "Site")),
        *of(Kind.TEXT, t("Enhed", "Unit")), *of(Kind.CODE, t("Enhedskode", "Unit code")),
        *of(Kind.PERIOD, t("Periode", "Period")), *cell_columns(context),
    )  # fmt: skip
    lines: list[tuple[Value, ...]] = []
    for row in data.compare(context.view, unit):
        places = ((unit.name, unit.code, row.own), (unit.region_name, unit.region, row.region))
        for name, place, cells in (*places, (t("Danmark", "Denmark"), "", row.nation)):
            for period, cell in cells.items():
                identity = (row.title.in_(context.lang), row.indicator.id, row.site, name, place)
                label = fmt.period(period, context.first_month, context.lang)
                lines.append((*identity, label, *cell_values(context, row, cell)))
    first, _, last = context.view.three_periods
    span = fmt.periods(first, last, context.first_month, context.lang)
    title = t(
        f"{unit.name}: indikatorer i {context.database}, {span}",
        f"{unit.name}: indicators of {context.database}, {span}",
    )
    return Sheet(t("Afdeling", "Department"), Table(title, columns, tuple(lines)), by_treatment(context), span)


@export("forloeb")
def volumes(context: Reader, code: str) -> Sheet:
    """Cases diagnosed per reporting year."""
    t, unit = context.t, unit_of(context, code)
    table = of_years(context, unit)
    span = f"{table.rows[0].values[0]}{fmt.EN_DASH}{table.rows[-1].values[0]}"
    return Sheet(t("Forløb", "Cases"), table, by_treatment(context), span)


def of_years(context: Reader, unit: DepartmentUnit) -> Table:
    """Cases diagnosed per reporting year."""
    t = context.t
    counts = data.volumes(context.view, unit, tuple(reversed(context.periods)))
    rows = tuple(
        (fmt.period(period, context.first_month, context.lang), Said.HIDDEN if count is None else count)
        for period, count in counts.items()
    )
    title = t(f"{unit.name}: forløb pr. år i {context.database}", f"{unit.name}: cases per year in {context.database}")
    columns = (
        *of(Kind.PERIOD, t("Periode", "Period"), keys="period"),
        *of(Kind.COUNT, t("Forløb", "Cases"), keys="cases"),
    )
    return Table(title, columns, rows)


@export("casemix")
def case_mix(context: Reader, code: str) -> Sheet:
    """The department's case mix beside the country's."""
    t, unit = context.t, unit_of(context, code)
    return Sheet(t("Case-mix", "Case mix"), of_patients(context, unit), by_treatment(context))


def of_patients(context: Reader, unit: DepartmentUnit) -> Table:
    """Each category of the case-mix variables: the department's cases and share, the country's share."""
    t = context.t
    rows = []
    for mix in data.case_mix(context.view, unit):
        for one in mix.shares:
            own = (Said.HIDDEN, Said.HIDDEN) if one.own_count is None else (one.own_count, one.own)
            # The country has cases wherever the department has; a share that is not there is hidden.
            nation = Said.HIDDEN if one.nation is None else one.nation
            rows.append((mix.title.in_(context.lang), one.label.in_(context.lang), *own, nation))
    columns = (
        *of(Kind.TEXT, t("Variabel", "Variable"), t("Kategori", "Category"), keys="variable category"),
        *of(Kind.COUNT, t("Afdelingens forløb", "Cases of the department"), keys="cases"),
        *of(Kind.SHARE, t("Afdelingens andel", "Share of the department"), t("Danmarks andel", "Share of Denmark"),
            keys="own nation"),
    )  # fmt: skip
    title = t(f"{unit.name}: patientsammensætning, {context.database} {context.period_label}",
              f"{unit.name}: case mix, {context.database} {context.period_label}")  # fmt: skip
    return Table(title, columns, tuple(rows))


def by_treatment(context: Reader) -> tuple[tuple[str, str], ...]:
    """The stamp; departments are counted by place of treatment whatever the reader chose."""
    t = context.t
    place = t("Sted", "Place")
    return tuple(
        (label, t("behandlende afdeling og region", "treating department and region") if label == place else value)
        for label, value in stamp(context)
    )
