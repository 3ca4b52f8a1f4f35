"""/afdeling?vis=matrix: the departments of a database by region × its indicators, each cell a link."""

from __future__ import annotations

from dash import dcc

from layouts.frame import shell
from layouts.parts import html, marks, tables
from results.audit import Cell
from results.compare.matrix import Matrix, MatrixColumn, matrix
from results.department import DepartmentUnit
from words import format as fmt
from words import verdicts
from words.reader import Reader


def lead(context: Reader) -> str:
    """How the matrix is read."""
    return context.t(
        "Hver celle er afdelingens resultat i procent med vurderingen mod standarden, og den fører til indikatoren med "
        "afdelingen fremhævet. Ikke case-mix-justeret.",
        "Each cell is the department's result in per cent with the verdict against the standard, and leads to the "
        "indicator with the department marked. Not case-mix adjusted.",
    )


def body(context: Reader) -> list:
    """Key and table; nothing where no department has anything counted."""
    t, lang, found = context.t, context.lang, matrix(context.view)
    if not found.columns:
        return []
    columns = [tables.Heading(t("Afdeling", "Department"), "left", css="matrix-name")]
    columns += [_heading(context, one) for one in found.columns]
    nation = [_number(context, one.nation, one) or _nothing(context) for one in found.columns]
    rows: list = [tables.Row(t("Danmark", "Denmark"), nation, kind="total")]
    for _, name, members in found.regions:
        rows.append(tables.Group(name, tuple(_row(context, found, unit) for unit in members)))
    caption = t(
        f"Afdelinger og indikatorer i {context.database} {context.period_label}",
        f"Departments and indicators of {context.database} {context.period_label}",
    )
    key = marks.key(
        *[marks.verdict(name, lang) for name in ("met", "uncertain", "not_met")],
        html.Span(t("– ingen patienter", "– no patients"), className="key-plain"),
    )
    note = t(
        "Indikatorer uden standard har intet mærke. Et mål er et udviklingsmål, ikke en standard.",
        "Indicators without a standard have no mark. A target is a development target, not a standard.",
    )
    table = tables.table(caption, columns, rows, css="matrix dense", id="matrix")
    return [key, html.Div(table, className="matrix-part"), shell.caption(note)]


def _heading(context: Reader, one: MatrixColumn) -> tables.Heading:
    goal, t = one.standard, context.t
    below = t("uden standard", "no standard")
    if goal is not None:
        target = t("mål ", "target ") if goal.kind == "target" else ""
        below = f"{target}{fmt.standard(goal.operator, goal.value, context.lang)}"
    title = one.title.in_(context.lang)
    qualifier = one.indicator.qualifier.in_(context.lang) if one.indicator.qualifier else ""
    link = dcc.Link(title, href=_address(context, one), title=" · ".join(part for part in (title, qualifier) if part))
    return tables.Heading(link, "right", sub=below, css="matrix-column")


def _address(context: Reader, one: MatrixColumn, **changes: object) -> str:
    extra = (("lokalisation", one.site),) if one.site else ()
    return context.to(f"/indikator/{one.indicator.id}", extra=extra, **changes)


def _row(context: Reader, found: Matrix, unit: DepartmentUnit) -> tables.Row:
    own = unit.code == context.state.unit
    name: list = [dcc.Link(unit.name, href=context.to(f"/afdeling/{unit.code}", unit=unit.code))]
    if own:
        name.append(tables.own_tag(context.lang))
    cells = []
    for one in found.columns:
        number = _number(context, found.cell(unit, one), one)
        cells.append(
            _nothing(context) if number is None else dcc.Link(number, href=_address(context, one, unit=unit.code))
        )
    return tables.Row(html.Span(name), cells, own=own, unit=unit.code)


def _number(context: Reader, cell: Cell, one: MatrixColumn) -> html.Span | None:
    """Mark and number, for screen readers the word too; 'skjult'; None where there is nothing to count."""
    lang = context.lang
    if cell.hidden:
        return html.Span(context.t("skjult", "hidden"), className="light")
    if cell.rate is None:
        return None
    number = fmt.percent_number(cell.rate, 1, lang)
    if one.standard is None:
        return html.Span(number)
    said = (verdicts.target_text if one.standard.kind == "target" else verdicts.verdict_text)(cell.state, lang)
    css = f"matrix-cell value-{cell.state.replace('_', '-')}"
    return html.Span(
        [marks.mark(cell.state), number, html.Span(f" {said}", className="visually-hidden")], className=css
    )


def _nothing(context: Reader) -> html.Span:
    said = html.Span(context.t("ingen patienter", "no patients"), className="visually-hidden")
    return html.Span([html.Span(fmt.NONE, **{"aria-hidden": "true"}), said], className="light")
