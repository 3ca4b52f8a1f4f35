"""The overview of a database's indicators as a table: on its page, as a file and in the report."""

from __future__ import annotations

from collections.abc import Sequence

from exports.cells import cell_columns, cell_values
from exports.files import Sheet
from exports.registry import stamp
from indicators.declaration import FAMILIES
from results.across import overview_units
from results.audit import NATION, OverviewRow
from results.table import Kind, Link, Named, On, Role, Said, Table, TableRow, of
from words import format as fmt
from words.indicator import full_name
from words.overview import period_span
from words.reader import Reader


def of_indicators(context: Reader, rows: Sequence[OverviewRow]) -> Table:
    """One row per indicator × unit (Danmark, regions) × period; a page has Danmark's now, by family."""
    t, lang = context.t, context.lang
    columns = (
        *of(Kind.TEXT, t("Indikator", "Indicator"), keys="indicator"),
        *of(Kind.CODE, t("Indikatorkode", "Indicator code"), t("Lokalisation", "Site"), keys="id site"),
        *of(Kind.TEXT, t("Enhed", "Unit"), keys="unit"), *of(Kind.CODE, t("Enhedskode", "Unit code"), keys="code"),
        *of(Kind.PERIOD, t("Periode", "Period"), keys="period"), *cell_columns(context),
        *of(Kind.SHARE, t("Standardens værdi", "Value of the standard"), keys="goal", on=On.PAGE),
    )  # fmt: skip
    families = {one.id: one.title.in_(lang) for one in FAMILIES}
    units = overview_units(context.view, rows)
    now = context.view.three_periods[-1]
    lines: list[TableRow] = []
    for row in rows:
        title, id, site = row.title.in_(lang), row.indicator.id, row.site
        if row.not_reported is not None:
            label = fmt.period(context.period, context.first_month, context.lang)
            reason = f"{Said.NOT_REPORTED.in_(lang)}: {row.not_reported.in_(lang)}"
            values_ = (title, id, site, t("Danmark", "Denmark"), "", label, *(Said.NOT_REPORTED,) * 8, None, None)
            lines.append(TableRow((*values_, Named("not_reported", reason), None, None, None, None), on=On.FILE))
            continue
        for unit, period, cell in units[id, site]:
            identity = (
                title,
                id,
                site,
                full_name(context, unit),
                unit.code,
                fmt.period(period, context.first_month, context.lang),
            )
            nation = unit.level == NATION
            goal = row.standard.value if row.standard is not None and nation else None
            is_shown = nation and period == now
            lines.append(
                TableRow(
                    (*identity, *cell_values(context, row, cell), goal),
                    Role.PLAIN if is_shown else Role.TOTAL if nation else Role.REGION,
                    key=f"{id}.{site}",
                    group=families[row.indicator.family],
                    link=Link("indicator", id, site),
                    on=On.BOTH if is_shown else On.FILE,
                )
            )
    title = t(
        f"Indikatorer i {context.database}, {period_span(context)}",
        f"Indicators of {context.database}, {period_span(context)}",
    )
    return Table(title, columns, tuple(lines), id="indikatorer")


def sheet(context: Reader, rows: Sequence[OverviewRow]) -> Sheet:
    """The table as a file."""
    name = context.t("Overblik", "Overview")
    return Sheet(name, of_indicators(context, rows), stamp(context), period_span(context))
