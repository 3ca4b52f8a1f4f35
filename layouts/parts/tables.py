"""Real tables: caption, scopes, aligned numbers, groups, the reader's own unit, foot-notes.

``drawn`` makes one of a results.table.Table, whose values it shows; ``table`` of components, for pages whose table is a
layout of prose and has no file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from dash import dcc
from dash.development.base_component import Component

from layouts.parts import html
from results.table import Kind, Line, Link, Table, Value, ordered
from words import values
from words.chosen import sorting
from words.reader import Reader

Draw = Callable[[Line], object]


@dataclass(frozen=True)
class Heading:
    """A column: heading (``sub``: its second, lighter line), alignment left/right/centre, extra class.

    ``wide_only``: left out on phones, so put nothing there that the reader must have. ``of``: the keys of the columns
    of a Table that it shows; without ``title`` it has the name of the first, and by the first it is sorted. ``draw``
    makes the cell of a line's values where it is more than the value as text. Where a page's row is of several of the
    Table's, ``value`` finds the cell's among them, under the name ``key``.
    """

    title: object = None
    align: str = "right"
    sub: object = None
    css: str = ""
    width: str | None = None
    wide_only: bool = False
    link: str = ""
    order: str = ""
    of: str = ""
    draw: Draw | None = None
    value: Callable[[Line], Value] | None = None
    key: str = ""

    @property
    def sorts(self) -> str:
        """The name it is sorted under; empty where it cannot be."""
        return self.key or self.of.partition(" ")[0]


@dataclass(frozen=True)
class Row:
    """A row: its heading cell, then the other cells. kind: unit, region, total, plain; own: the own unit.

    ``unit``: the code of the unit that it is of, which the figures' marks light up. ``leads``: the link of its heading
    cell is the whole row's.
    """

    head: object
    cells: Sequence[object]
    kind: str = "plain"
    own: bool = False
    id: str | None = None
    unit: str = ""
    leads: bool = False


@dataclass(frozen=True)
class Group:
    """Rows under a heading of their own (without title: rows alone)."""

    title: object | None
    rows: Sequence[Row] = field(default_factory=tuple)


def cell(value: object, *more: object, css: str = "") -> html.Span:
    """A cell of several lines: the value, then smaller lines below it."""
    lines = [html.Span(part, className="cell-sub") for part in more]
    return html.Span([html.Span(value, className=f"cell-main {css}".strip()), *lines], className="cell")


def drawn(
    context: Reader,
    shown: Table,
    columns: Sequence[Heading],
    *,
    css: str = "",
    caption: str = "",
    show_caption: bool = False,
    footnotes: Sequence[object] = (),
    id: str | None = None,
    lines: Sequence[Line] | None = None,
    group: Callable[[str], object] = str,
    whole_rows: bool = True,
) -> html.Div:
    """A Table as a page shows it: one row per line, each column as its heading says, else the value as text.

    A table with an id can be sorted by each heading that says what it is ``of``. ``caption``: instead of the table's
    title; ``lines``: some of the rows; ``group`` draws the heading of a group; ``whole_rows``: a row that leads
    somewhere is a link as a whole, else its name alone (where rows are to be copied). Raises KeyError for a heading of
    a column that the table does not have.
    """
    heads = [
        one if one.title is not None else replace(one, title=shown.column(one.of.split()[0]).name) for one in columns
    ]
    draws = [one.draw or _texts(context, shown, one) for one in columns]
    for one in columns:
        for key in one.of.split():
            shown.column(key)
    lines = in_order(context, shown, columns, lines)
    rows: list[Row | Group] = []
    for title, members in groupby(lines, key=lambda line: line.row.group):
        part = tuple(_row(context, line, draws, whole_rows) for line in members)
        rows += [Group(group(title), part)] if title else part
    notes = [*shown.footnotes, *footnotes]
    menu = None
    if _sortable(shown, lines):
        heads = [_with_order(context, shown, one) for one in heads]
        if any(one.wide_only or "wide-only" in one.css for one in heads if one.sorts):
            menu = order_menu(context, shown, columns)
    part = table(
        caption or shown.title, heads, rows, css=css, show_caption=show_caption, footnotes=notes,
        id=id or (f"tabel-{shown.id}" if shown.id else None),
    )  # fmt: skip
    if sorts := [one.sorts for one in heads if one.link]:
        setattr(part, "data-sorts", " ".join((shown.id, *sorts)))
    if menu is not None:
        part.children.insert(0, menu)
    return part


# --- order -------------------------------------------------------------------------------------------

LEAST_TO_SORT = 3  # rows


def in_order(
    context: Reader, shown: Table, columns: Sequence[Heading], lines: Sequence[Line] | None = None
) -> Sequence[Line]:
    """The lines as the reader has sorted the table; in their own order where they have not."""
    lines = shown.lines if lines is None else lines
    order = sorting.chosen(context.state, shown.id) if _sortable(shown, lines) else None
    heading = next((one for one in columns if order is not None and one.sorts == order[0]), None)
    if heading is None:
        return lines
    return ordered(lines, [_value(heading, line) for line in lines], order[1])


def _sortable(shown: Table, lines: Sequence[Line]) -> bool:
    return bool(shown.id) and len(lines) >= LEAST_TO_SORT


def _value(heading: Heading, line: Line) -> Value:
    return heading.value(line) if heading.value is not None else line[heading.sorts]


def _next(context: Reader, shown: Table, heading: Heading) -> bool | None:
    """What a click on the heading gives: first the way most ask for, then the other, then the table's own order."""
    first = _down_first(shown, heading)
    order = sorting.chosen(context.state, shown.id)
    if order is None or order[0] != heading.sorts:
        return first
    return not first if order[1] == first else None


def _down_first(shown: Table, heading: Heading) -> bool:
    """Numbers the highest first; names and periods from the start."""
    if heading.value is not None:
        return True
    return shown.column(heading.sorts).kind not in (Kind.TEXT, Kind.CODE, Kind.PERIOD, Kind.MONTH, Kind.DATE)


def _link(context: Reader, shown: Table, heading: Heading, down: bool | None) -> str:
    return context.here(sort=sorting.changed(context.state, shown.id, heading.sorts, down))


def _with_order(context: Reader, shown: Table, heading: Heading) -> Heading:
    """The heading as a link that sorts; the order it stands in, for screen readers and for its arrow."""
    if not heading.sorts:
        return heading
    order = sorting.chosen(context.state, shown.id)
    now = ""
    if order is not None and order[0] == heading.sorts:
        now = "descending" if order[1] else "ascending"
    return replace(heading, order=now, link=_link(context, shown, heading, _next(context, shown, heading)))


def ordering(
    context: Reader, shown: Table, columns: Sequence[Heading], lines: Sequence[Line]
) -> tuple[list[html.Th], dict[str, str], html.Details | None]:
    """For a table that a page draws itself: its heading cells, its attributes, and the phone's menu of orders."""
    heads = [replace(one, title=_name_of(shown, one)) if one.title is None else one for one in columns]
    if not _sortable(shown, lines):
        return [_heading(one) for one in heads], {}, None
    heads = [_with_order(context, shown, one) for one in heads]
    known = " ".join((shown.id, *(one.sorts for one in heads if one.link)))
    return [_heading(one) for one in heads], {"data-sorts": known}, order_menu(context, shown, columns)


def order_menu(context: Reader, shown: Table, columns: Sequence[Heading]) -> html.Details:
    """On phones, where some columns are left out: every column that the table can be sorted by."""
    t, order = context.t, sorting.chosen(context.state, shown.id)
    items, now = [], t("som vist", "as shown")
    for one in columns:
        if not one.sorts:
            continue
        name = _name_of(shown, one)
        if order is not None and order[0] == one.sorts:
            now = f"{name} {'↓' if order[1] else '↑'}"
        css = "is-chosen" if order is not None and order[0] == one.sorts else ""
        items.append(
            html.Li(dcc.Link(name, href=_link(context, shown, one, _next(context, shown, one)), className=css))
        )
    summary = html.Summary(
        [t("Sortér: ", "Sort: "), html.Span(now, className="choice-value"), html.Span(className="caret")],
        id=f"sorter-{shown.id}",
    )
    return html.Details([summary, html.Ul(items, className="menu-list")], className="menu order-menu only-phone")


def _name_of(shown: Table, heading: Heading) -> str:
    parts = [one for one in (heading.title, heading.sub) if isinstance(one, str) and one]
    return " ".join(parts) if parts else shown.column(heading.sorts).name


def sorts_of(tree: object) -> dict[str, set[str]]:
    """table → the names of the columns by which the tables in a page's components can be sorted."""
    found: dict[str, set[str]] = {}
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list | tuple):
            waiting += one
        elif isinstance(one, Component):
            if known := vars(one).get("data-sorts"):
                table_id, _, keys = known.partition(" ")
                found.setdefault(table_id, set()).update(keys.split())
            waiting.append(getattr(one, "children", None))
    return found


# --- rows that lead somewhere ------------------------------------------------------------------------


def address(context: Reader, link: Link) -> str:
    """The page that a row leads to."""
    if link.kind == "hospital":
        return context.to(f"/hospital/{link.code}")
    if link.kind == "unit":
        return context.to(f"/afdeling/{link.code}")
    if link.kind == "indicator":
        extra = (("lokalisation", link.site),) if link.site else ()
        return context.to(f"/indikator/{link.code}", extra=extra)
    raise ValueError(f"no page is known for a link to {link.kind} {link.code}; add it to layouts.parts.tables.address")


def _has_link(component: object) -> bool:
    if isinstance(component, dcc.Link):
        return True
    children = component if isinstance(component, list | tuple) else getattr(component, "children", None)
    if isinstance(children, list | tuple):
        return any(_has_link(one) for one in children)
    return isinstance(children, Component) and _has_link(children)


def _texts(context: Reader, shown: Table, heading: Heading) -> Draw:
    if heading.value is not None:
        raise ValueError(f"heading {heading.title!r}: a value of several rows needs a draw")
    if not heading.of:
        raise ValueError(f"heading {heading.title!r}: neither of a column nor drawn")
    key = heading.of.split()[0]
    column = shown.column(key)
    return lambda line: values.text(column, line[key], context.lang)


def _row(context: Reader, line: Line, draws: Sequence[Draw], whole: bool) -> Row:
    head, *cells = (draw(line) for draw in draws)
    if line.row.link is not None and not _has_link(head):
        head = dcc.Link(head, href=address(context, line.row.link))
    unit = line.row.link.code if line.row.link is not None and line.row.link.kind == "unit" else ""
    leads = whole and _has_link(head)
    return Row(head, cells, kind=line.row.role.value, own=line.row.own, unit=unit, leads=leads)


def table(
    caption: str,
    columns: Sequence[Heading],
    rows: Sequence[Row | Group],
    *,
    css: str = "",
    show_caption: bool = False,
    footnotes: Sequence[object] = (),
    id: str | None = None,
) -> html.Div:
    """A table with its foot-notes. ``columns[0]`` is the row headings' column (align left by habit).

    The caption says what the table holds and is always read aloud; ``show_caption`` also prints it. The box
    scrolls sideways by itself where the screen is too narrow, with the first column in place. Raises
    ValueError for a row whose cells do not fit the columns.
    """
    groups: list[Group] = []
    loose: list[Row] = []
    for one in rows:
        if isinstance(one, Group):
            if loose:
                groups.append(Group(None, tuple(loose)))
                loose = []
            groups.append(one)
        else:
            loose.append(one)
    if loose:
        groups.append(Group(None, tuple(loose)))
    parts: list = [
        html.Caption(caption, className="" if show_caption else "visually-hidden"),
        html.Thead(html.Tr([_heading(column) for column in columns])),
    ]
    parts += [_body(group, columns, caption) for group in groups]
    named = {"id": id} if id else {}
    box = html.Div(
        html.Table(parts, className=f"table {css}".strip()),
        className="table-box",
        role="region",
        tabIndex=0,
        **{"aria-label": caption},
    )
    notes = [html.P(note, className="footnote") for note in footnotes]
    return html.Div([box, *notes], className="table-part", **named)


def _classes(column: Heading) -> str:
    return " ".join(
        part for part in (f"to-{column.align}", column.css, "wide-only" if column.wide_only else "") if part
    )


def _heading(column: Heading) -> html.Th:
    style = {"style": {"width": column.width}} if column.width else {}
    below = [html.Span(column.sub, className="th-sub")] if column.sub is not None else []
    inside: list = [html.Span(column.title), *below]
    if not column.link:
        return html.Th(inside, scope="col", className=_classes(column), **style)
    if column.order:
        style["aria-sort"] = column.order
    link = dcc.Link(inside, href=column.link, className="sort")
    return html.Th(link, scope="col", className=_classes(column), **style)


def _body(group: Group, columns: Sequence[Heading], caption: str) -> html.Tbody:
    lines = []
    if group.title is not None:
        head = html.Th(group.title, colSpan=len(columns), scope="rowgroup")
        lines.append(html.Tr(head, className="group"))
    for row in group.rows:
        if len(row.cells) != len(columns) - 1:
            raise ValueError(
                f"table '{caption}', row {row.head!r}: {len(row.cells)} cells for {len(columns) - 1} columns"
            )
        cells: list = [html.Th(row.head, scope="row", className=_classes(columns[0]))]
        cells += [
            html.Td(value, className=_classes(column)) for column, value in zip(columns[1:], row.cells, strict=True)
        ]
        css = f"row-{row.kind}" + (" is-own" if row.own else "") + (" is-link" if row.leads else "")
        named = {"id": row.id} if row.id else {}
        if row.unit:
            named["data-unit"] = row.unit
        lines.append(html.Tr(cells, className=css, **named))
    return html.Tbody(lines)


def own_tag(lang: str = "da") -> html.Span:
    """'din afdeling' beside the own unit's name."""
    return html.Span([" ", "din afdeling" if lang == "da" else "your department"], className="own-tag")
