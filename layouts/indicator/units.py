"""Departments by region on one common scale: a real table with interval boxes, and its plotly twin for PNG and SVG."""

from __future__ import annotations

from collections.abc import Iterator

from dash import dcc

from exports.indicator import of_units
from figures import theme
from figures.axis import Axis
from figures.departments import WIDTH, axis_of, drawn, height, much_missing, printed
from layouts.parts import downloads, html, marks, pick, tables
from layouts.parts import figure as figures
from results.audit import Cell, Unit, UnitTable
from results.cube import DEFINITION_VERSION
from words import answer, verdicts
from words import format as fmt
from words import indicator as words
from words.reader import Reader
from words.verdicts import GRADES

ID = "afdelinger"


def section(context: Reader, table: UnitTable, heading: str) -> html.Section:
    """The figure on the page: heading with its links, the table, the key and a caption."""
    axis, units = axis_of(table), words.shown_units(table)
    heading_text = f"{words.title(context, table)}. {heading}"
    shown = html.Div([_table(context, table, units, axis), _key(context, table)])
    return figures.figure(
        ID,
        drawn(context, table, units, axis),
        context=context,
        title=heading,
        height=height(len(units)),
        width=WIDTH,
        shown=shown,
        export_title=heading_text,
        caption=_caption(context, table, units, axis),
        alt=heading_text,
        definition=f"definition {DEFINITION_VERSION}",
        downloads=downloads.links(context, "enheder", table.indicator.id),
        cards={theme.known_as(unit): answer.of_unit(context, table, unit) for unit in units},
        more=(pick.start(context),) if table.view.place == "treating" else (),
    )


def alone(context: Reader, table: UnitTable) -> html.Div:
    """The table with its key and caption, without what belongs to the page: files, picking, answers."""
    axis, units = axis_of(table), words.shown_units(table)
    caption = html.P(_caption(context, table, units, axis), className="caption")
    return html.Div([_table(context, table, units, axis), _key(context, table), caption], className="figure")


def _table(context: Reader, table: UnitTable, units: list[Unit], axis: Axis) -> html.Div:
    t = context.t
    survival = bool(table.indicator.survival_years)
    shown = of_units(context, table)
    now = {one.row.key: one for one in shown.lines if one["period"] == words.cohort(context, table)}
    lines = [now[f"{unit.level}.{unit.code}"] for unit in units]
    name = tables.Heading(html.Span(t("Enhed", "Unit"), className="visually-hidden"), "left")
    columns = [
        tables.Heading("%", css="value", of="rate"),
        tables.Heading(t("95 % CI", "95% CI"), css="ci", of="lower upper"),
        tables.Heading("n" if survival else "n/N", css="counts", of="denominator numerator"),
        tables.Heading(t("Uoplyst", "Missing"), css="missing", of="missing"),
        *([tables.Heading(t("Tre år", "3 years"), css="three", of="three_years")] if _has_three(table) else []),
    ]
    known = {f"{unit.level}.{unit.code}": unit for unit in units}
    units = [known[one.row.key] for one in tables.in_order(context, shown, columns, lines)]
    cells, attributes, menu = tables.ordering(context, shown, columns, lines)
    (first, *_), _, _ = tables.ordering(context, shown, [name], lines)
    plot = html.Th(_line_labels(context, table, axis), scope="col", className="plot-head")
    for cell in (first, plot, *cells):
        cell.role = "columnheader"
    head = html.Thead(html.Tr([first, plot, *cells], role="row"), role="rowgroup")
    bodies = [html.Tbody(list(rows), role="rowgroup") for rows in _groups(context, table, units, axis)]
    ticks = [
        html.Span(
            axis.label(value, context.lang) + (fmt.percent_sign(context.lang) if value == axis.high else ""),
            style={"left": f"{axis.place(value):g}%"},
        )
        for value in axis.ticks
    ]
    foot = html.Tfoot(
        html.Tr(
            [
                html.Td(),
                html.Td(html.Span(ticks, className="plot-ticks"), className="plot"),
                html.Td(colSpan=len(columns)),
            ]
        ),
        **{"aria-hidden": "true"},
    )
    national = table.cell(table.nation).rate
    places = {"--step": f"{100 / (len(axis.ticks) - 1):g}%"}
    css = ["table", "units"]
    if table.standard is not None:
        places["--standard"] = f"{axis.place(table.standard.value):g}%"
        css.append(f"has-{table.standard.kind}")
    if national is not None:
        places["--national"] = f"{axis.place(national):g}%"
        css.append("has-national")
    caption = html.Caption(
        f"{words.title(context, table)}, {words.period_words(context, table)}", className="visually-hidden"
    )
    drawn = html.Table([caption, head, *bodies, foot], className=" ".join(css), role="table")
    return html.Div(
        [*([menu] if menu is not None else []), drawn],
        className="units-box",
        style=places,
        id="tabel-enheder",
        **attributes,
    )


def _groups(context: Reader, table: UnitTable, units: list[Unit], axis: Axis) -> Iterator[list[html.Tr]]:
    rows: list[html.Tr] = []
    for unit in units:
        if unit.level != "department" and rows:
            yield rows
            rows = []
        rows.append(_row(context, table, unit, axis))
    yield rows


def _row(context: Reader, table: UnitTable, unit: Unit, axis: Axis) -> html.Tr:
    cell, own = table.cell(unit), unit.level == "department" and unit.code == context.state.unit
    name: list = [words.unit_name(context, unit)]
    if unit.level == "department" and unit.code:
        name = [dcc.Link(name, href=context.to(f"/afdeling/{unit.code}"))]
    if own:
        name.append(tables.own_tag(context.lang))
    css = f"row-{unit.level} tone-{cell.said.replace('_', '-')}" + (" is-own" if own else "")
    css += " is-link" if unit.level == "department" and unit.code else ""
    values = cell_texts(context, table, cell)
    cells = [
        html.Td(text, className=f"to-right {name}", role="cell")
        for name, text in zip(("value", "ci", "counts"), values, strict=False)
    ]
    word = html.Span(context.t("uoplyst ", "missing "), className="only-phone")
    cells.append(html.Td([word, values[3]], className="to-right missing", role="cell"))
    if _has_three(table):
        cells.append(html.Td(_three(context, cell), className="to-right three", role="cell"))
    known = theme.known_as(unit)
    plot = html.Td(_plot(context, cell, axis, known), className="plot", role="cell")
    named = {"data-unit": known}
    return html.Tr([html.Th(name, scope="row", role="rowheader"), plot, *cells], className=css, role="row", **named)


def _has_three(table: UnitTable) -> bool:
    """Whether three years together stand beside the one: of any unit."""
    return table.standard is not None and any(table.cell(unit).three_years for unit in table.units)


def _three(context: Reader, cell: Cell) -> object:
    """The mark of three years together; its word for screen readers."""
    if not cell.three_years:
        return html.Span(fmt.NONE, className="light")
    said = verdicts.three_years_text(cell, context.lang).partition(": ")[2]
    return html.Span([marks.mark(cell.three_years), html.Span(said, className="visually-hidden")])


def cell_texts(context: Reader, table: UnitTable, cell: Cell) -> tuple:
    """%, interval, counts and missing of a cell as the row prints them; much missing stands out."""
    *texts, missing = printed(context, table, cell)
    return *texts, html.Span(missing, className="is-high") if much_missing(cell) else missing


def _plot(context: Reader, cell: Cell, axis: Axis, known: str) -> html.Span:
    """The row's piece of the figure: interval, point and, for screen readers, the verdict's word."""
    parts: list = [html.I(className="plot-national")]
    if cell.lower is not None and cell.upper is not None:
        start, end = axis.place(cell.lower), axis.place(cell.upper)
        cut = " cut-left" * (cell.lower < axis.low - 1e-9) + " cut-right" * (cell.upper > axis.high + 1e-9)
        box = {"left": f"{start:g}%", "width": f"{round(end - start, 2):g}%"}
        parts.append(html.I(className=f"plot-interval{cut}", style=box, **{"data-id": known}))
    if cell.rate is not None:
        shape = f"plot-point mark mark-{cell.said.replace('_', '-')}"
        parts.append(html.I(className=shape, style={"left": f"{axis.place(cell.rate):g}%"}, **{"data-id": known}))
    word = verdicts.full_text(cell, context.lang, context.threshold)
    parts.append(html.Span(word, className="visually-hidden"))
    return html.Span(parts, className="plot-box")


def _line_labels(context: Reader, table: UnitTable, axis: Axis) -> html.Span:
    """'Standard ≥ 90 %' and 'Danmark 93,6 %' above their lines, on either side of each other."""
    parts: list = []
    national, standard = table.cell(table.nation).rate, table.standard
    behind = standard is not None and national is not None and national < standard.value
    if standard is not None:
        kind = context.t("Standard", "Standard") if standard.kind == "standard" else context.t("Mål", "Target")
        text = f"{kind} {fmt.standard(standard.operator, standard.value, context.lang)}"
        place = {"left": f"{axis.place(standard.value):g}%"}
        parts.append(html.Span(text, className=f"line-label standard {'after' if behind else 'before'}", style=place))
    if national is not None:
        text = f"{context.t('Danmark', 'Denmark')} {fmt.percent(national, 1, context.lang)}"
        side = "before" if behind or (standard is None and axis.place(national) > 60) else "after"
        place = {"left": f"{axis.place(national):g}%"}
        parts.append(html.Span(text, className=f"line-label national {side}", style=place))
    return html.Span(parts, className="line-labels")


def _key(context: Reader, table: UnitTable) -> html.Div:
    entries: list = []
    if table.standard is not None:
        entries = [marks.verdict(name, context.lang) for name in GRADES]
    return marks.key(*entries, of="kort")  # the map beside has the same marks


def _caption(context: Reader, table: UnitTable, units: list[Unit], axis: Axis) -> list:
    t = context.t
    texts = [t("Streg: 95 %-interval.", "Line: 95% interval.")]
    if table.standard is not None:
        texts.append(verdicts.how_briefly(context))
    texts.append(axis.sentence(context.lang))
    cells = [table.cell(unit) for unit in units]
    if any(cell.lower is not None and (cell.lower < axis.low or cell.upper > axis.high) for cell in cells):
        texts.append(t("Pil: intervallet fortsætter uden for aksen.", "Arrow: the interval runs off the axis."))
    if table.view.place != "treating":
        texts.append(
            t(
                "Opgjort efter patientens bopælsregion; afdelinger vises kun for behandlende sted.",
                "Counted by the patient's region of residence; departments are shown by place of treatment only.",
            )
        )
    elif context.state.unit and context.state.unit not in {unit.code for unit in units}:
        texts.append(
            t("Din afdeling har ingen patienter i denne opgørelse.", "Your department has no patients in this figure.")
        )
    if any(cell.hidden or cell.missing_hidden for cell in cells):
        texts.append(words.hidden_note(context))
    return [" ".join(texts)]
