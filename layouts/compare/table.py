"""The indicators of the chosen departments: a row each, a strip with a lane for each department, a cell for each.

The standard stands on one vertical line in all rows and right is better. On phones a row becomes a block with a line
for each department: the same elements, placed by assets/page-compare.css; so rows and cells say their roles.
"""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc

from exports.cells import verdict, verdict_of
from exports.compare import EXPORT
from figures import compare as drawing
from layouts.compare.bar import remove
from layouts.department.rows import counts_text, missing_text, title_of
from layouts.overview.parts import link_to
from layouts.parts import answers, html, marks, tables
from layouts.parts import figure as figures
from layouts.parts.downloads import links
from results.audit import Cell
from results.compare.departments import SideBySide
from results.department import DepartmentRow, DepartmentUnit
from results.table import Column, Kind, Table, TableRow, of
from words import format as fmt
from words import verdicts, whom
from words.answer import of_department
from words.chosen import sorting
from words.chosen.compare import ChosenUnits
from words.overview import aside
from words.verdicts import GRADES

ID = "indikatorer"
_LEAST_FOR_SCALE = 30  # the limits of fewer patients may run off the scale, their points never
_FIRST = 8  # rows before the others fold away, where they are sorted by difference
_WITH_TREND = 3  # departments at most beside whose numbers there is room for the trend


def section(chosen: ChosenUnits, rows: Sequence[SideBySide]) -> html.Div:
    """The table with its key, links and cards. ``rows`` in the order in which they shall stand."""
    context, t = chosen.context, chosen.context.t
    plain = f"{t('Indikatorer', 'Indicators')} {context.period_label}"
    title = f"{plain}{whom.suffix(context)}"
    caption = t(f"{title}: {chosen.noun.all} side om side", f"{title}: {chosen.noun.all} side by side")
    shown = of_indicators(chosen, rows, caption)
    columns = [tables.Heading(t("Indikator", "Indicator"), of="name")]
    columns += [tables.Heading(chosen.names[unit.code], of=_column(n)) for n, unit in enumerate(chosen.units)]
    by_key = {row.key: row for row in rows}
    rows = [by_key[one.row.key] for one in tables.in_order(context, shown, columns)]
    heads, said, menu = tables.ordering(context, shown, columns, shown.lines)
    is_sorted = sorting.chosen(context.state, shown.id) is not None
    folds = chosen.order == "forskel" and not is_sorted and len(chosen.units) > 1 and len(rows) > _FIRST + 2
    first, rest = (rows[:_FIRST], rows[_FIRST:]) if folds else (rows, ())
    tables_: list = [_table(chosen, first, heads, caption)]
    if rest:
        many = fmt.count(len(rest), context.lang)
        more = t(f"Vis {many} indikatorer, hvor forskellen er mindre",
                 f"Show {many} indicators with smaller differences")  # fmt: skip
        tables_.append(
            html.Details([html.Summary(more), _table(chosen, rest, heads, more)], className="twin", id="resten")
        )
    box = html.Div(tables_, className="graph", **{"aria-label": caption, **said})
    cards = {
        answers.key(unit.code, row.key): of_department(context, unit, one)
        for row in rows
        for unit, one in zip(chosen.units, row.rows, strict=True)
        if one is not None and one.now.rate is not None
    }
    every = [_lane_row(chosen, row) for row in rows]
    heads_ = (t("← dårligere", "← worse"), t("standard", "standard"), t("bedre →", "better →"))
    names = fmt.listed([chosen.names[code] for code in chosen.codes], context.lang)
    how = t(
        "En linje for hver enhed. Standarden står på samme lodrette linje i alle rækker, og højre er bedre.",
        "A line for each unit. The standard stands on the same vertical line in all rows, and right is better.",
    )
    part = figures.figure(
        "sammenligning", drawing.drawn(every, heads_), context=context, title=plain,
        export_title=f"{names}. {plain}, {context.database}", height=drawing.height(every), width=drawing.WIDTH,
        alt=caption, caption=how, shown=box, downloads=links(context, EXPORT), cards=cards or None,
    )  # fmt: skip
    if len(chosen.units) > 1:
        part.children[0].children.insert(1, _orders(chosen, is_sorted))
    part.children[1:1] = [_key(chosen), *([] if menu is None else [menu])]
    return html.Div(part, className="compare-section", id=ID)


def _lane_row(chosen: ChosenUnits, row: SideBySide) -> drawing.LaneRow:
    """What the files draw of a row."""
    lang, scale, goal = chosen.context.lang, scale_of(row), row.any.now.standard
    national = row.any.nation[row.any.period].rate
    found = []
    for unit, cell in zip(chosen.units, row.cells, strict=True):
        shown = cell is not None and cell.rate is not None
        value, limits = "–", ""
        if shown:
            value, limits = fmt.percent_number(cell.rate, 1, lang), fmt.interval(cell.lower, cell.upper, 1, lang)
        elif cell is not None and cell.hidden:
            value = chosen.context.t("skjult", "hidden")
        ends = tuple(sorted((scale.position(cell.lower), scale.position(cell.upper)))) if shown else None
        place = scale.position(cell.rate) if shown else None
        own = unit.code == chosen.own
        found.append(drawing.Lane(chosen.names[unit.code], own, cell, place, ends, value, limits))
    return drawing.LaneRow(
        title_of(chosen.context, row.any), " · ".join(_facts(chosen, row)), _ends(scale, lang),
        None if goal is None else scale.position(goal.value), row.any.is_target,
        None if national is None else scale.position(national), tuple(found),
    )  # fmt: skip


def of_indicators(chosen: ChosenUnits, rows: Sequence[SideBySide], title: str) -> Table:
    """What the table can be sorted by: the indicator's name, and each department's verdicts, the worst first."""
    context = chosen.context
    columns = (
        *of(Kind.TEXT, context.t("Indikator", "Indicator"), keys="name"),
        *[Column(chosen.names[unit.code], Kind.TEXT, key=_column(n)) for n, unit in enumerate(chosen.units)],
    )
    lines = []
    for row in rows:
        said = [
            None if cell is None else verdict(context, "no_standard") if one.is_target else verdict_of(context, cell)
            for one, cell in zip(row.rows, row.cells, strict=True)
        ]
        lines.append(TableRow((title_of(context, row.any), *said), key=row.key))
    return Table(title, columns, tuple(lines), id="sammenlign")


def _column(place: int) -> str:
    return f"afdeling{place + 1}"


def _table(chosen: ChosenUnits, rows: Sequence[SideBySide], heads: Sequence[html.Th], caption: str) -> html.Table:
    return html.Table(
        [
            html.Caption(caption, className="visually-hidden"),
            html.Thead(_heading(chosen, heads), role="rowgroup"),
            html.Tbody([_row(chosen, row) for row in rows], role="rowgroup"),
        ],
        className=f"table compare units-{len(chosen.units)}",
        role="table",
    )


def _orders(chosen: ChosenUnits, is_sorted: bool) -> html.Span:
    """The two orders of the rows; none is chosen where the table is sorted by a column."""
    context, t = chosen.context, chosen.context.t
    words = {
        "forskel": t("største forskel", "largest difference"),
        "katalog": t("katalogets orden", "order of the catalogue"),
    }
    links = []
    for name, word in words.items():
        if name == chosen.order and not is_sorted:
            links.append(html.Span(word, className="is-chosen", **{"aria-current": "true"}))
        else:
            links.append(dcc.Link(word, href=context.here(orden=None if name == "forskel" else name, sort="")))
    label = t("Rækkefølge", "Order")
    return html.Span(
        [html.Span(label, className="chips-label"), html.Span(links, className="switch")],
        className="compare-order", id="orden", role="group", **{"aria-label": label},
    )  # fmt: skip


def _key(chosen: ChosenUnits) -> html.Div:
    t, lang = chosen.context.t, chosen.context.lang
    return marks.key(
        *[marks.verdict(name, lang) for name in GRADES],
        marks.key_entry("interval", t("95 %-interval", "95% interval")),
        marks.key_entry("standard", t("standard", "standard")),
        marks.key_entry("reference", t("Danmark", "Denmark")),
    )


def _letter(chosen: ChosenUnits, unit: DepartmentUnit) -> html.Span:
    return html.Span(chosen.letters[unit.code], className="letter", **{"aria-hidden": "true"})


def _is_own(chosen: ChosenUnits, unit: DepartmentUnit) -> str:
    return " is-own" if unit.code == chosen.own else ""


def _heading(chosen: ChosenUnits, heads: Sequence[html.Th]) -> html.Tr:
    """The headings' links sort; beside each department's stand its letter and the link that removes it."""
    context, t = chosen.context, chosen.context.t
    directions = html.Span(
        [html.Span(t("← dårligere", "← worse")), html.Span("standard"), html.Span(t("bedre →", "better →"))],
        className="strip-heading",
    )
    cells: list = [
        _sorting(heads[0], [heads[0].children], "compare-name"),
        html.Th(directions, scope="col", role="columnheader", className="compare-lanes"),
    ]
    for unit, head in zip(chosen.units, heads[1:], strict=True):
        parts: list = [_letter(chosen, unit), head.children]
        if _is_own(chosen, unit):
            parts.append(tables.own_tag(context.lang) if chosen.level == "department" else _own_part(chosen))
        if len(chosen.units) > 1:
            parts.append(remove(chosen, unit.code))
        css = f"compare-unit{_is_own(chosen, unit)}"
        cells.append(_sorting(head, parts, css, **{"data-unit": unit.code}))
    return html.Tr(cells, role="row")


def _own_part(chosen: ChosenUnits) -> html.Span:
    """That the reader's own department is a part of the hospital or region."""
    words = {"hospital": ("dit hospital", "your hospital"), "region": ("din region", "your region")}[chosen.level]
    return html.Span(chosen.context.t(*words), className="own-tag")


def _sorting(head: html.Th, parts: list, css: str, **more: str) -> html.Th:
    """The heading with other content, in the order that it says."""
    now = getattr(head, "aria-sort", None)
    return html.Th(
        parts, scope="col", role="columnheader", className=css, **({"aria-sort": now} if now else {}), **more
    )


def _row(chosen: ChosenUnits, row: SideBySide) -> html.Tr:
    cells: list = [
        html.Th(_name(chosen, row), scope="row", role="rowheader", className="compare-name"),
        html.Td(lanes(chosen, row), role="cell", className="compare-lanes"),
    ]
    for unit, one in zip(chosen.units, row.rows, strict=True):
        named = html.Span([_letter(chosen, unit), chosen.names[unit.code]], className="only-phone compare-who")
        css = f"compare-unit{_is_own(chosen, unit)}"
        cells.append(html.Td([named, _cell(chosen, one)], role="cell", className=css, **{"data-unit": unit.code}))
    return html.Tr(cells, role="row")


def _name(chosen: ChosenUnits, row: SideBySide) -> html.Span:
    context = chosen.context
    facts = html.Span(" · ".join(_facts(chosen, row)), className="cell-sub")
    return html.Span([dcc.Link(title_of(context, row.any), href=link_to(context, row.any)), facts], className="cell")


def _facts(chosen: ChosenUnits, row: SideBySide) -> list[str]:
    """The standard, what the title leaves out, and the country's result."""
    context, t, one = chosen.context, chosen.context.t, row.any
    title = title_of(context, one)
    goal, beside, country = one.now.standard, aside(context, one), one.nation[one.period]
    facts = []
    if goal is not None:
        target = t(" (udviklingsmål)", " (target)") if one.is_target else ""
        facts.append(f"{fmt.standard(goal.operator, goal.value, context.lang)}{target}")
    else:
        facts.append(t("ingen standard", "no standard"))
    if beside and beside not in title:
        facts.append(beside)
    if country.rate is not None:
        facts.append(f"{t('Danmark', 'Denmark')}{fmt.NBSP}{fmt.percent(country.rate, 1, context.lang)}")
    return facts


def _cell(chosen: ChosenUnits, row: DepartmentRow | None) -> html.Span:
    """Value and interval, the verdict's mark and word, counts and missing; the trend where there is room."""
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    if row is None or row.now.state == "no_data":
        nothing = html.Span(t("ingen patienter", "no patients"), className="visually-hidden")
        return html.Span([html.Span(fmt.NONE, **{"aria-hidden": "true"}), nothing], className="light")
    cell = row.now
    if cell.rate is None:
        return html.Span(verdicts.verdict_text(cell.state, lang, context.threshold), className="light")
    value = html.Span(
        [
            html.Span(fmt.percent_number(cell.rate, 1, lang), className=f"value-main value-{_css(cell)}"),
            " ",
            html.Span(fmt.interval(cell.lower, cell.upper, 1, lang), className="value-interval"),
        ],
        className="compare-value",
    )
    parts: list = [value]
    if len(chosen.units) <= _WITH_TREND:
        parts.append(html.Span(_trend(chosen, row), className="compare-trend only-wide"))
    if (word := _word(chosen, row)) is not None:
        parts.append(html.Span(word, className="compare-word"))
    facts: list = [counts_text(context, row, cell)]
    if cell.missing is None or cell.missing:
        facts += [" · ", missing_text(context, cell)]
    parts.append(html.Span(facts, className="compare-facts"))
    return html.Span(parts, className="compare-cell")


def _css(cell: Cell) -> str:
    return cell.said.replace("_", "-")


def _word(chosen: ChosenUnits, row: DepartmentRow) -> object:
    """Mark and word of the verdict; the row's heading says where there is no standard."""
    lang, state = chosen.context.lang, row.now.said
    if state == "no_standard":
        return None
    if row.is_target:
        word = html.Span(verdicts.cell_text(row.now, lang), className="verdict-word")
        return html.Span([marks.mark(state), word], className=f"verdict verdict-{_css(row.now)}")
    return marks.verdict(state, lang, text=verdicts.cell_text(row.now, lang, chosen.context.threshold))


def _trend(chosen: ChosenUnits, row: DepartmentRow) -> object:
    context = chosen.context
    periods = context.view.three_periods
    values = [row.own[period].rate for period in periods]
    texts = [
        f"{fmt.period(period, context.first_month, context.lang)}: "
        + (fmt.NONE if value is None else fmt.percent(value, 1, context.lang))
        for period, value in zip(periods, values, strict=True)
    ]
    goal = row.now.standard
    return marks.sparkline(values, "; ".join(texts), standard=goal.value if goal else None, width=60, height=26)


# --- the strip ---------------------------------------------------------------------------------------


def scale_of(row: SideBySide) -> marks.Scale:
    """Holds all points, the country's, and the limits of all but the small departments."""
    values = [cell.rate for cell in (*row.cells, row.any.nation[row.any.period]) if cell and cell.rate is not None]
    for cell in row.cells:
        if cell and cell.rate is not None and cell.denominator >= _LEAST_FOR_SCALE:
            values += [cell.lower, cell.upper]
    better = "higher" if row.any.indicator.higher_is_better else "lower"
    goal = row.any.now.standard
    if goal is None or not 0 < goal.value < 1:
        return marks.scale_over([*values, *([] if goal is None else [goal.value])], better)
    return marks.scale_holding(goal.value, values, better)


def lanes(chosen: ChosenUnits, row: SideBySide) -> html.Div:
    """A lane for each department on one scale; all of it is said in the row's cells."""
    lang, scale, goal = chosen.context.lang, scale_of(row), row.any.now.standard
    start, end = (scale.position(value) for value in scale.ends)
    ends = _ends(scale, lang)
    plot: list = []
    if goal is not None:
        plot.append(html.I(className=f"lanes-{goal.kind}", style=_at(scale.position(goal.value))))
    national = row.any.nation[row.any.period].rate
    if national is not None:
        plot.append(html.I(className="lanes-reference", style=_at(scale.position(national))))
    drawn = []
    for unit, cell in zip(chosen.units, row.cells, strict=True):
        inside: list = [html.I(className="lane-track", style={"left": f"{start:g}%", "right": f"{100 - end:g}%"})]
        if cell is not None and cell.rate is not None:
            inside += _interval(scale, cell)
            inside.append(
                html.I(
                    className=f"lane-point mark mark-{_css(cell)}", style=_at(scale.position(cell.rate)),
                    **{"data-id": unit.code, "data-of": row.key},
                )
            )  # fmt: skip
        tone = "" if cell is None else f" tone-{_css(cell)}"
        drawn.append(
            html.Div(
                [_letter(chosen, unit), html.Span(inside, className="lane-plot")],
                className=f"lane{tone}{_is_own(chosen, unit)}", **{"data-unit": unit.code},
            )
        )  # fmt: skip
    labels = [
        html.Span(ends[0], className="lanes-end", style=_at(start)),
        html.Span(ends[1], className="lanes-end right", style=_at(end)),
    ]
    over = html.Div([*plot, *labels], className="lanes-over")
    return html.Div([*drawn, over], className="lanes", **{"aria-hidden": "true"})


def _ends(scale: marks.Scale, lang: str) -> tuple[str, str]:
    """The scale's ends as text."""
    left, right = (fmt.percent_number(value, 0 if round(value * 1000) % 10 == 0 else 1, lang) for value in scale.ends)
    return left, right


def _interval(scale: marks.Scale, cell: Cell) -> list:
    """The interval; an arrow at an end that lies beyond the scale."""
    low, high = sorted((scale.position(cell.lower), scale.position(cell.upper)))
    css = "lane-interval"
    beyond = [value for value in (cell.lower, cell.upper) if scale.outside(value)]
    css += " to-left" if any(scale.raw(value) < 0 for value in beyond) else ""
    css += " to-right" if any(scale.raw(value) > 100 for value in beyond) else ""
    return [html.I(className=css, style={"left": f"{low:g}%", "width": f"{round(high - low, 2):g}%"})]


def _at(percent: float) -> dict[str, str]:
    return {"left": f"{percent:g}%"}
