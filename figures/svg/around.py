"""What stands around and over the traces of a figure: grid, ticks, titles, shapes, labels."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from figures.svg.element import Element, group, number, paint
from figures.svg.frame import Frame
from figures.svg.known import FONT, NOTE, SHAPE, TITLE, Undrawable, check, one_of
from figures.svg.pen import Pen, PenBox, Place
from figures.svg.scale import PlotScale
from figures.svg.traces import stroke
from figures.svg.words import ASCENT, Line, height, lines, widest, written

_EDGE = 1  # px: a grid line so near the end of the plot is left out, as plotly does
_TICK_GAP = 1  # px between the plot and a tick's text at the side
#: px from the plot to the baseline of an axis' title, besides twice its size and a little.
_TITLE_GAP = 10
_NUMBER = re.compile(r"[MLCZHV]|-?[\d.]+(?:e-?\d+)?")
_ARROW = 0.1  # px below which an arrow has no length


def _other(frame: Frame, axis: PlotScale, letter: str) -> PlotScale:
    """The axis that an axis stands at."""
    return frame.axis(axis.name, axis.said.get("anchor", "y" if letter == "x" else "x"))


def grid(frame: Frame, pen: Pen) -> Element | None:
    """The grid lines of all axes."""
    found = []
    for name, axis in frame.axes.items():
        if not axis.shown or not axis.said.get("showgrid", True):
            continue
        letter = name[0]
        box = frame.box(axis, _other(frame, axis, "x")) if letter == "x" else frame.box(_other(frame, axis, "y"), axis)
        look = {**paint("stroke", axis.said["gridcolor"]), "stroke-width": 1, "shape-rendering": "crispEdges"}
        for value in axis.said["tickvals"]:
            share = axis.share(value)
            if letter == "x":
                if axis.start + 1e-6 < share < axis.end - 1e-6:
                    found.append(pen.straight(Place(share, box.top), Place(share, box.bottom), **look))
                continue
            down = frame.down(share)
            if box.top + _EDGE < down < box.bottom - _EDGE:
                found.append(pen.straight(Place(box.left, down), Place(box.right, down), **look))
    return group(found, class_="grid")


def ticks(frame: Frame, pen: Pen) -> list[Element]:
    """The axes' lines, ticks, texts and titles."""
    found: list[Element | None] = []
    for name, axis in frame.axes.items():
        if axis.shown:
            found += _x_axis(frame, pen, axis) if name[0] == "x" else _y_axis(frame, pen, axis)
    return [one for one in found if one is not None]


def _inside(axis: PlotScale, value: object) -> bool:
    return axis.start - 1e-6 <= axis.share(value) <= axis.end + 1e-6


def _x_axis(frame: Frame, pen: Pen, axis: PlotScale) -> list[Element | None]:
    said = axis.said
    box = frame.box(axis, _other(frame, axis, "x"))
    outside = said.get("ticklen", 5) if said.get("ticks") == "outside" else 0
    found: list[Element | None] = []
    if said.get("showline"):
        look = {**paint("stroke", said["linecolor"]), "shape-rendering": "crispEdges"}
        found.append(pen.straight(Place(box.left, box.bottom + 0.5), Place(box.right, box.bottom + 0.5), **look))
    colour = paint("stroke", said.get("tickcolor", "#444"))
    if outside and colour["stroke"] != "none":
        found.append(
            group(
                pen.straight(Place(axis.share(one), box.bottom), Place(axis.share(one), box.bottom + outside), **colour)
                for one in said["tickvals"]
                if _inside(axis, one)
            )
        )
    size, tone = _font(frame, axis, said.get("tickfont", {}))
    down = box.bottom + outside + 0.5 + size + (0.2 * size if outside or said.get("showline") else 0)
    lowest = down
    if said.get("showticklabels", True):
        texts = []
        for value, text in zip(said["tickvals"], said["ticktext"], strict=True):
            if text and _inside(axis, value):
                of = lines(text, size, tone)
                texts += written(pen, of, Place(axis.share(value), down), size, "center")
                lowest = max(lowest, down + (len(of) - 1) * 1.3 * size)
        found.append(group(texts, class_="ticks"))
    if said.get("title"):
        title, size, tone = _title(frame, axis)
        room = said["title"].get("standoff")
        below = box.bottom + _TITLE_GAP + 2.2 * size if room is None else lowest + room + ASCENT * size
        place = Place((axis.start + axis.end) / 2, below)
        found += written(pen, lines(title, size, tone), place, size, "center")
    return found


def _y_axis(frame: Frame, pen: Pen, axis: PlotScale) -> list[Element | None]:
    said = axis.said
    box = frame.box(_other(frame, axis, "y"), axis)
    if said.get("showline") or said.get("ticks"):
        raise Undrawable(
            f"{axis.name}: no line and no ticks are drawn on an upright axis; leave showline and ticks out"
        )
    size, tone = _font(frame, axis, said.get("tickfont", {}))
    found: list[Element | None] = []
    if said.get("showticklabels", True):
        texts = []
        for value, text in zip(said["tickvals"], said["ticktext"], strict=True):
            if text and _inside(axis, value):
                down = frame.down(axis.share(value)) + 0.35 * size
                place = Place(box.left, down, -_TICK_GAP)
                texts += written(pen, lines(text, size, tone), place, size, "right")
        found.append(group(texts, class_="ticks"))
    if said.get("title"):
        title, size, tone = _title(frame, axis)
        middle = (box.top + box.bottom) / 2
        if box.left:
            raise Undrawable(f"{axis.name}.title: drawn for an axis at the left edge of the figure")
        aside = -(_TITLE_GAP + 2 * size)
        x, y = (aside if pen.stretches else pen.left + aside), number(middle)
        look = {"text-anchor": "middle", **paint("fill", tone), "font-size": size}
        said_at = {"transform": f"translate({number(x)},{y}) rotate(-90)", **look}
        found.append(Element("text", said_at, [title]))
    return found


def _font(frame: Frame, axis: PlotScale, font: Mapping) -> tuple[float, str]:
    check(f"{axis.name}.tickfont", font, FONT)
    usual = frame.layout["font"]
    return font.get("size", usual["size"]), font.get("color", usual["color"])


def _title(frame: Frame, axis: PlotScale) -> tuple[str, float, str]:
    said = axis.said["title"]
    check(f"{axis.name}.title", said, TITLE)
    font, usual = said.get("font", {}), frame.layout["font"]
    check(f"{axis.name}.title.font", font, FONT)
    # plotly's own: a fifth larger than the figure's text
    return said["text"], font.get("size", round(1.2 * usual["size"])), font.get("color", usual["color"])


# --- shapes ---


def shapes(frame: Frame, pen: Pen, layer: str) -> list[Element]:
    """The shapes of a layer: below the traces, or above."""
    found = []
    for order, one in enumerate(frame.layout.get("shapes", ())):
        where = f"shape {order}"
        check(where, one, SHAPE)
        one_of(f"{where}.layer", one.get("layer", "above"), ("above", "below"))
        if one.get("layer", "above") == layer:
            drawn = _shape(frame, pen, where, one)
            found += [drawn] if drawn is not None else []
    return found


def _shape(frame: Frame, pen: Pen, where: str, one: Mapping) -> Element | None:
    kind = one["type"]
    one_of(f"{where}.type", kind, ("line", "rect", "circle", "path"))
    across = frame.axis(where, one.get("xref", "x"))
    upward = frame.axis(where, one.get("yref", "y"))
    look = stroke(f"{where}.line", one.get("line", {}), "#444")
    fill = paint("fill", one.get("fillcolor"))
    if "xsizemode" in one or "ysizemode" in one:
        one_of(f"{where}.xsizemode", one.get("xsizemode"), ("pixel",))
        one_of(f"{where}.ysizemode", one.get("ysizemode"), ("pixel",))
        place = Place(across.share(one["xanchor"]), frame.down(upward.share(one["yanchor"])))
        return _in_pixels(pen, where, one, place, {**fill, **look})
    if kind not in ("line", "rect"):
        raise Undrawable(f"{where}: a {kind} is drawn in pixels alone; give it xsizemode and ysizemode")
    x0, x1 = (_kept(across, across.share(one[key])) for key in ("x0", "x1"))
    y0, y1 = (_kept(upward, upward.share(one[key])) for key in ("y0", "y1"))
    if kind == "line":
        return pen.straight(Place(x0, frame.down(y0)), Place(x1, frame.down(y1)), **look)
    box = PenBox(min(x0, x1), max(x0, x1), frame.down(max(y0, y1)), frame.down(min(y0, y1)))
    return pen.block(box, **fill, **(look if look["stroke"] != "none" else {}))


def _kept(axis: PlotScale, share: float) -> float:
    """A share kept within its axis: plotly cuts shapes off there; the paper has no edge."""
    return share if axis.name == "paper" else min(axis.end, max(axis.start, share))


def _in_pixels(pen: Pen, where: str, one: Mapping, place: Place, look: dict[str, object]) -> Element:
    """A shape of a size in px about a place; its y counts upwards."""
    if look.get("stroke") == "none":
        del look["stroke"]
    if one["type"] == "path":
        return pen.at(place, _turned(where, one["path"]), **look)
    if one["type"] != "circle":
        raise Undrawable(f"{where}: a {one['type']} in pixels cannot be drawn; known are circle, path")
    x0, x1, y0, y1 = (float(one[key]) for key in ("x0", "x1", "y0", "y1"))
    if abs((x1 - x0) - (y1 - y0)) > 1e-9:
        raise Undrawable(f"{where}: a circle in pixels is as wide as high; this is {x1 - x0:g} by {y1 - y0:g}")
    middle = Place(place.share, place.down - (y0 + y1) / 2, place.aside + (x0 + x1) / 2)
    if pen.stretches and middle.aside:
        r, wide = number((x1 - x0) / 2, 2), number(x1 - x0, 2)
        return pen.at(middle, f"M-{r} 0a{r} {r} 0 1 0 {wide} 0a{r} {r} 0 1 0 -{wide} 0Z", **look)
    shift = Place(middle.share + (middle.aside / pen.inside if not pen.stretches else 0), middle.down)
    return pen.disc(shift, (x1 - x0) / 2, **look)


def _turned(where: str, path: str) -> str:
    """A path whose y counts upwards, as SVG has it. Only absolute M, L, C and Z."""
    parts, found, odd = _NUMBER.findall(path), [], 0
    if "".join(parts) != re.sub(r"[ ,]", "", path) or re.search("[HVmlchvz]", path):
        raise Undrawable(f"{where}.path: {path!r} cannot be drawn; known are M, L, C and Z in absolute numbers")
    for part in parts:
        if part in "MLCZ":
            found.append(part)
            odd = 0
            continue
        value = float(part) * (-1 if odd % 2 else 1)
        found.append(f"{' ' if (odd and value >= 0) or (odd and found[-1][-1:] == ' ') else ''}{number(value, 2)}")
        odd += 1
    return "".join(found)


# --- labels ---


def notes(frame: Frame, pen: Pen) -> list[Element]:
    """The annotations: texts at their places, some on a ground, some joined to a point by a line."""
    found = []
    for order, one in enumerate(frame.layout.get("annotations", ())):
        where = f"annotation {order}"
        check(where, one, NOTE)
        parts = _note(frame, pen, where, one)
        named = group(parts, data_series=one["name"]) if one.get("name") else None
        found += parts if named is None else [named]
    return found


def _note(frame: Frame, pen: Pen, where: str, one: Mapping) -> list[Element]:
    across = frame.axis(where, one.get("xref", "x"))
    upward = frame.axis(where, one.get("yref", "y"))
    share = across.share(one["x"], logged=True)
    place = Place(share, frame.down(upward.share(one["y"], logged=True)))
    if one.get("showarrow", True):
        return _arrow(pen, where, one, place)
    font, usual = one.get("font", {}), frame.layout["font"]
    check(f"{where}.font", font, FONT)
    size = font.get("size", usual["size"])
    of = lines(one["text"], size, font.get("color", usual["color"]))
    x_side = _side(where, one.get("xanchor", "auto"), share if across.name == "paper" else 0.5, "left center right")
    y_from_top = 1 - upward.share(one["y"], logged=True) if upward.name == "paper" else 0.5
    y_side = _side(where, one.get("yanchor", "auto"), y_from_top, "top middle bottom")
    # As plotly has it: around the text a border of 1 px that is not seen, and room within it.
    rim = 1 + one.get("borderpad", 1)
    tall = height(of, size) + 2 * rim
    top = place.down + {"top": 0, "middle": -tall / 2, "bottom": -tall}[y_side] - one.get("yshift", 0)
    aside = {"left": rim, "center": 0, "right": -rim}[x_side] + one.get("xshift", 0)
    align = one.get("align", "center")
    one_of(f"{where}.align", align, ("left", "center", "right"))
    if len(of) > 1 and align != x_side:
        wide = widest(of)
        aside += wide * ({"left": 0, "center": 0.5, "right": 1}[align] - {"left": 0, "center": 0.5, "right": 1}[x_side])
        x_side = align
    start = Place(share, top + rim + ASCENT * size, aside)
    texts = written(pen, of, start, size, x_side)
    if one.get("bgcolor"):
        texts = [_ground(pen, of, size, start, x_side, top, tall, rim, one["bgcolor"]), *texts]
    return texts


def _side(where: str, anchor: str, share: float, names: str) -> str:
    """The side of a text that stands at its place; by itself, as plotly, after the third of the figure it is in."""
    known = names.split()
    if anchor != "auto":
        one_of(f"{where}: its anchor", anchor, known)
        return anchor
    return known[0] if share < 1 / 3 else known[2] if share > 2 / 3 else known[1]


def _ground(
    pen: Pen, of: tuple[Line, ...], size: float, start: Place, side: str, top: float, tall: float, rim: float, fill: str
) -> Element:
    wide = widest(of) + 2 * rim
    left = {"left": -rim, "center": -wide / 2, "right": rim - wide}[side]
    path = f"M{number(left)} 0h{number(wide)}v{number(tall)}h{number(-wide)}Z"
    return pen.at(Place(start.share, top, start.aside), path, **paint("fill", fill))


def _arrow(pen: Pen, where: str, one: Mapping, place: Place) -> list[Element]:
    """A line to a point from (ax, ay) px beside it; without a text and a head."""
    if one.get("text") or one.get("arrowhead", 1) != 0:
        raise Undrawable(
            f"{where}: a label with an arrow cannot be drawn; known is the line alone (arrowhead 0, no text)"
        )
    look = {**paint("stroke", one.get("arrowcolor", "#444")), "stroke-width": one.get("arrowwidth", 1)}
    ax, ay, off = one.get("ax", -10), one.get("ay", -30), one.get("standoff", 0)
    length = math.hypot(ax, ay)
    if look["stroke"] == "none" or length - off < _ARROW:
        return []
    x, y = (part * off / length for part in (ax, ay))
    return [pen.at(place, f"M{number(ax)} {number(ay)}L{number(x)} {number(y)}", **look)]
