"""/afdeling?vis=matrix: the departments of a database by region × its indicators, each cell a link."""

from __future__ import annotations

from dash import dcc

from exports.compare import MATRIX
from layouts.department.rows import title_of
from layouts.frame import shell
from layouts.parts import html, marks, pick, tables
from layouts.parts.downloads import line
from results.audit import Cell
from results.compare.matrix import Matrix, MatrixColumn, matrix
from results.table import Column, Kind, Line, Link, Role, Said, Table, TableRow, Value, of
from words import format as fmt
from words import verdicts
from words.reader import Reader
from words.verdicts import GRADES


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
    columns = [tables.Heading(align="left", css="matrix-name", of="name", draw=_name(context))]
    columns += [_heading(context, found, one) for one in found.columns]
    key = marks.key(
        *[marks.verdict(name, lang) for name in GRADES],
        html.Span(t("– ingen patienter", "– no patients"), className="key-plain"),
    )
    note = t(
        "Indikatorer uden standard har intet mærke. Et mål er et udviklingsmål, ikke en standard.",
        "Indicators without a standard have no mark. A target is a development target, not a standard.",
    )
    links = html.P(line(context, MATRIX), className="section-links")
    drawn = tables.drawn(context, of_departments(context, found), columns, css="matrix dense", whole_rows=False)
    head = html.Div([key, pick.start(context)], className="matrix-head")
    return [head, html.Div(drawn, className="matrix-part"), shell.caption(note), links]


def of_departments(context: Reader, found: Matrix) -> Table:
    """The country and the departments by region: the result of each indicator."""
    t = context.t
    columns = (
        *of(Kind.CODE, t("Kode", "Code"), keys="code"),
        *of(Kind.TEXT, t("Afdeling", "Department"), keys="name"),
        *[Column(title_of(context, one), Kind.SHARE, key=_key(one)) for one in found.columns],
    )
    nation = tuple(_value(one.nation) for one in found.columns)
    rows = [TableRow(("", t("Danmark", "Denmark"), *nation), Role.TOTAL)]
    for _, region, members in found.regions:
        for unit in members:
            values = tuple(_value(found.cell(unit, one)) for one in found.columns)
            own = unit.code == context.state.unit
            link = Link("unit", unit.code)
            rows.append(TableRow((unit.code, unit.name, *values), own=own, key=unit.code, group=region, link=link))
    title = t(
        f"Afdelinger og indikatorer i {context.database} {context.period_label}",
        f"Departments and indicators of {context.database} {context.period_label}",
    )
    return Table(title, columns, tuple(rows), id="matrix")


def _key(one: MatrixColumn) -> str:
    return f"{one.indicator.id}.{one.site.lower()}" if one.site else one.indicator.id


def _value(cell: Cell) -> Value:
    return Said.HIDDEN if cell.hidden else cell.rate


def _heading(context: Reader, found: Matrix, one: MatrixColumn) -> tables.Heading:
    goal, t = one.standard, context.t
    below = t("uden standard", "no standard")
    if goal is not None:
        target = t("mål ", "target ") if goal.kind == "target" else ""
        below = f"{target}{fmt.standard(goal.operator, goal.value, context.lang)}"
    units = {unit.code: unit for _, _, members in found.regions for unit in members}

    def draw(line: Line) -> object:
        unit = units.get(line["code"])
        number = _number(context, one.nation if unit is None else found.cell(unit, one), one)
        if number is None:
            return _nothing(context)
        return dcc.Link(number, href=_address(context, one, **({} if unit is None else {"unit": unit.code})))

    return tables.Heading(sub=below, css="matrix-column", of=_key(one), draw=draw)


def _address(context: Reader, one: MatrixColumn, **changes: object) -> str:
    extra = (("lokalisation", one.site),) if one.site else ()
    return context.to(f"/indikator/{one.indicator.id}", extra=extra, **changes)


def _name(context: Reader) -> tables.Draw:
    def draw(line: Line) -> object:
        if not line["code"]:
            return line["name"]
        parts: list = [dcc.Link(line["name"], href=context.to(f"/afdeling/{line['code']}", unit=line["code"]))]
        if line.row.own:
            parts.append(tables.own_tag(context.lang))
        return html.Span(parts)

    return draw


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
    said = verdicts.cell_text(cell, lang)
    css = f"matrix-cell value-{cell.said.replace('_', '-')}"
    return html.Span([marks.mark(cell.said), number, html.Span(f" {said}", className="visually-hidden")], className=css)


def _nothing(context: Reader) -> html.Span:
    said = html.Span(context.t("ingen patienter", "no patients"), className="visually-hidden")
    return html.Span([html.Span(fmt.NONE, **{"aria-hidden": "true"}), said], className="light")
