"""Units side by side as a plotly figure: what PNG and SVG show. The page shows the same as a table with lanes."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from figures import theme
from figures.theme import (
    BLUE,
    BLUE_SOFT,
    GREY_SOFT,
    HAIRLINE,
    INK,
    INK_2,
    INK_3,
    axis,
    layout,
    line,
    text_at,
)
from results.audit import Cell

WIDTH = 1000
_LANE, _TOP, _BOTTOM = 20, 30, 10  # px
_BETWEEN = 0.7  # lanes of room between two indicators
_PLOT = (0.37, 0.66)  # the scale's part of the width; the rest is text
_NAMES, _VALUES, _LIMITS = 0.705, 0.9, 1.0
_LETTERS = 44  # of a title on one line


@dataclass(frozen=True)
class LaneRow:
    """One indicator. Places in per cent of the scale from its left end; ``standard``, ``national``: None without one.

    ``facts``: standard and country in words; ``ends``: the scale's ends as text; ``is_target``: the standard is a
    development target; ``lanes``: one for each unit, in the units' order.
    """

    title: str
    facts: str
    ends: tuple[str, str]
    standard: float | None
    is_target: bool
    national: float | None
    lanes: tuple[Lane, ...]


@dataclass(frozen=True)
class Lane:
    """One unit's result: its name, cell, place and interval (None where nothing is shown), its numbers as text."""

    name: str
    own: bool
    cell: Cell | None
    place: float | None
    interval: tuple[float, float] | None
    value: str
    limits: str


def height(rows: Sequence[LaneRow]) -> int:
    """The figure's height in px."""
    return round(_TOP + _BOTTOM + _LANE * sum(_lanes(row) for row in rows))


def _lanes(row: LaneRow) -> float:
    return max(2 if len(row.title) <= _LETTERS else 3, len(row.lanes)) + _BETWEEN


def drawn(rows: Sequence[LaneRow], heads: tuple[str, str, str]) -> dict:
    """A block for each indicator with a lane for each unit; ``heads``: worse, standard and better, above the scale."""
    data: dict[str, dict] = {}
    shapes, notes, y = [], [], 0.0
    for row in rows:
        shapes += _behind(row, y)
        notes += _words(row, y)
        for n, lane in enumerate(row.lanes):
            if lane.interval is not None:
                tone = theme.tone_of(lane.cell.said)
                trace = data.setdefault(tone, _intervals(tone))
                trace["x"] += [*lane.interval, None]
                trace["y"] += [y + n, y + n, None]
            if lane.place is not None:
                shapes += theme.mark_shapes(lane.place, round(y + n, 2), lane.cell.said, size=11)
        y += _lanes(row)
    low, standard, better = heads
    above = {"xref": "x", "yref": "paper", "yanchor": "bottom", "yshift": 8}
    notes += [
        text_at(0, 1, low, xanchor="left", **above), text_at(50, 1, f"<b>{standard}</b>", **above),
        text_at(100, 1, better, xanchor="right", **above),
    ]  # fmt: skip
    return {
        "data": list(data.values()),
        "layout": layout(
            height(rows),
            width=WIDTH,
            plot_bgcolor="rgba(0,0,0,0)",
            margin={"l": 4, "r": 8, "t": _TOP, "b": _BOTTOM},
            xaxis=axis(domain=list(_PLOT), range=[0, 100], visible=False),
            yaxis=axis(range=[y - 0.5, -0.5], visible=False),
            shapes=shapes,
            annotations=notes,
        ),
    }


def _intervals(tone: str) -> dict:
    return {"type": "scatter", "mode": "lines", "x": [], "y": [], "line": {"color": tone, "width": 2},
            "meta": "intervals"}  # fmt: skip


def _behind(row: LaneRow, y: float) -> list[dict]:
    """What lies under the points: the rule above, the own unit's lane, tracks, the country and the standard."""
    last = y + len(row.lanes) - 1
    found = []
    if y:
        edge = y - 0.5 - _BETWEEN / 2
        found.append(line(x0=0, x1=1, xref="paper", y0=edge, y1=edge, line={"color": HAIRLINE, "width": 1}))
    for n, lane in enumerate(row.lanes):
        if lane.own:
            found.append(
                {"type": "rect", "xref": "paper", "x0": _PLOT[0] - 0.005, "x1": 1, "y0": y + n - 0.45,
                 "y1": y + n + 0.45, "fillcolor": BLUE_SOFT, "line": {"width": 0}, "layer": "below"}
            )  # fmt: skip
        track = {"color": GREY_SOFT, "width": 1}
        found.append(line(x0=0, x1=100, y0=y + n, y1=y + n, line=track, layer="below"))
    for place, stroke in (
        (row.national, {"color": BLUE, "width": 1.5, "dash": "dot"}),
        (row.standard, {"color": INK_2, "width": 1.5, "dash": "dash" if row.is_target else "solid"}),
    ):
        if place is not None:
            found.append(line(x0=place, x1=place, y0=y - 0.5, y1=last + 0.5, line=stroke, layer="below"))
    return found


def _words(row: LaneRow, y: float) -> list[dict]:
    left = {"xref": "paper", "xanchor": "left"}
    titles = [row.title] if len(row.title) <= _LETTERS else textwrap.wrap(row.title, _LETTERS)[:2]
    found = [
        text_at(0, y + n, f"<b>{theme.plain(title)}</b>", font={"size": 13, "color": INK}, **left)
        for n, title in enumerate(titles)
    ]
    found.append(text_at(0, y + len(titles), theme.plain(row.facts), font={"color": INK_3}, **left))
    small = {"size": 11.5, "color": INK_3}
    found += [
        text_at(0, y, row.ends[0], xref="x", xanchor="right", xshift=-6, font=small),
        text_at(100, y, row.ends[1], xref="x", xanchor="left", xshift=6, font=small),
    ]
    for n, lane in enumerate(row.lanes):
        wrong = lane.cell is not None and lane.cell.said in ("not_met", "probably_not_met")
        tone = theme.tone_of(lane.cell.said) if wrong else INK
        found += [
            text_at(_NAMES, y + n, theme.plain(lane.name), font={"color": BLUE if lane.own else INK_2}, **left),
            text_at(_VALUES, y + n, f"<b>{lane.value}</b>", xref="paper", xanchor="right", font={"color": tone}),
            text_at(_LIMITS, y + n, lane.limits, xref="paper", xanchor="right", font={"color": INK_3}),
        ]
    return found
