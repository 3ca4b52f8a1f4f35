"""Real tables: caption, scopes, aligned numbers, groups, the reader's own unit, foot-notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from layouts.parts import html


@dataclass(frozen=True)
class Heading:
    """A column: heading (``sub``: its second, lighter line), alignment left/right/centre, extra class.

    ``wide_only``: left out on phones, so put nothing there that the reader must have.
    """

    title: object
    align: str = "right"
    sub: object = None
    css: str = ""
    width: str | None = None
    wide_only: bool = False


@dataclass(frozen=True)
class Row:
    """A row: its heading cell, then the other cells. kind: unit, region, total, plain; own: the own
    unit; unit: the code of the unit that it is of, which the figures' marks light up.
    """

    head: object
    cells: Sequence[object]
    kind: str = "plain"
    own: bool = False
    id: str | None = None
    unit: str = ""


@dataclass(frozen=True)
class Group:
    """Rows under a heading of their own (without title: rows alone)."""

    title: object | None
    rows: Sequence[Row] = field(default_factory=tuple)


def cell(value: object, *more: object, css: str = "") -> html.Span:
    """A cell of several lines: the value, then smaller lines below it."""
    lines = [html.Span(part, className="cell-sub") for part in more]
    return html.Span([html.Span(value, className=f"cell-main {css}".strip()), *lines], className="cell")


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
    return html.Th([html.Span(column.title), *below], scope="col", className=_classes(column), **style)


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
        css = f"row-{row.kind}" + (" is-own" if row.own else "")
        named = {"id": row.id} if row.id else {}
        if row.unit:
            named["data-unit"] = row.unit
        lines.append(html.Tr(cells, className=css, **named))
    return html.Tbody(lines)


def own_tag(lang: str = "da") -> html.Span:
    """'din afdeling' beside the own unit's name."""
    return html.Span([" ", "din afdeling" if lang == "da" else "your department"], className="own-tag")
