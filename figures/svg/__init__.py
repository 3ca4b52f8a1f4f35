"""Figures drawn by the server: a plotly figure, as a plain dict, becomes SVG without any script.

Two forms of the same drawing. ``on_page``: it stretches with the page, texts and marks keep their size. ``in_file``: of
a fixed width, in px alone, for files, documents and other programs. What a figure asks for and this package does not
draw raises ``Undrawable`` with its name; nothing is left out in silence.

Every mark carries what it is, from plotly's own keys of a trace: ``name`` → data-series, ``ids`` → data-id (a unit),
``customdata`` → data-of (the indicator or the year of a point), ``meta`` → class ('intervals', 'curve', 'points').
"""

from __future__ import annotations

from collections.abc import Mapping

from figures.svg import around
from figures.svg.element import Element, paint
from figures.svg.frame import Frame, frame
from figures.svg.known import FIGURE, Undrawable, check
from figures.svg.pen import Pen, PenBox
from figures.svg.traces import drawn

__all__ = ["FILE_FONTS", "Undrawable", "in_file", "on_page"]

#: Fonts that other programs have, where they lack ours.
FILE_FONTS = "Inter, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"


def on_page(figure: Mapping, name: str) -> str:
    """The figure as HTML that takes the width it is given; ``name``: its id on the page. Raises Undrawable."""
    made = frame(figure)
    said = {"class": "drawing", "width": "100%", "height": made.height, "aria-hidden": "true", "data-figure": name}
    svg = Element("svg", said, _parts(figure, made, Pen(), name))
    room = f"padding:0 {made.right:g}px 0 {made.left:g}px"
    return f'<div class="drawing-box" style="{room}">{svg}</div>'


def in_file(figure: Mapping, name: str, width: float) -> Element:
    """The figure as an <svg> element of ``width`` px, in px alone. Raises Undrawable."""
    made = frame(figure)
    said = {
        "xmlns": "http://www.w3.org/2000/svg", "width": width, "height": made.height,
        "viewBox": f"0 0 {width:g} {made.height:g}", "font-family": FILE_FONTS,
    }  # fmt: skip
    return Element("svg", said, _parts(figure, made, Pen(width - made.left - made.right, made.left), name))


def _parts(figure: Mapping, made: Frame, pen: Pen, name: str) -> list[Element]:
    check("figure", figure, FIGURE)
    scaled = made.scaled
    if scaled is None:
        return _drawn(figure, made, pen, name)
    # A map: as high as the figure, as wide as its scale makes it, in the middle of what there is.
    upward = made.axes["y"]
    wide = made.high * abs(scaled.high - scaled.low) / abs(upward.high - upward.low)
    inside = _drawn(figure, made, Pen(wide, -wide / 2), name)
    if pen.stretches:
        return [Element("svg", {"x": "50%"}, inside)]
    return [Element("g", {"transform": f"translate({pen.left + pen.inside / 2:g},0)"}, inside)]


def _drawn(figure: Mapping, made: Frame, pen: Pen, name: str) -> list[Element]:
    traces, patterns = drawn(figure, made, pen, name)
    ground = paint("fill", made.layout.get("plot_bgcolor"))
    parts: list[Element | None] = [Element("defs", {}, patterns) if patterns else None]
    if not pen.stretches and ground["fill"] not in ("none", "#fff"):
        parts.append(pen.block(PenBox(0, 1, made.top, made.foot), **ground))
    parts += around.shapes(made, pen, "below")
    parts += [around.grid(made, pen), *traces, *around.ticks(made, pen)]
    parts += [*around.shapes(made, pen, "above"), *around.notes(made, pen)]
    return [one for one in parts if one is not None]
