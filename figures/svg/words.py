"""Texts of figures: plotly's mark-up (<b>, <br>, <span style>) as lines of runs, and those as SVG."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import unescape

from figures.svg.element import Element, number, paint
from figures.svg.known import Undrawable
from figures.svg.letters import ASCENT, DESCENT, width
from figures.svg.pen import Pen, Place

LINE = 1.3  # of the size, from one baseline to the next
_TAG = re.compile(r"<(/?)(b|br|span)(?:\s+style=(?:'([^']*)'|\"([^\"]*)\"))?\s*/?>")
_ANCHORS = {"left": "start", "center": "middle", "right": "end"}


@dataclass(frozen=True)
class Run:
    """Letters of one look."""

    text: str
    size: float
    colour: str
    bold: bool = False

    @property
    def width(self) -> float:
        return width(self.text, self.size, 700 if self.bold else 400)

    def look(self) -> dict[str, object]:
        return {**paint("fill", self.colour), "font-size": self.size, "font-weight": 700 if self.bold else None}


Line = tuple[Run, ...]


def lines(text: str, size: float, colour: str) -> tuple[Line, ...]:
    """The lines of a text in plotly's mark-up. What only looks like mark-up ('<', an unknown tag) is said as it is;
    blanks are kept. Raises Undrawable for a style or an end of a tag that is not known."""
    looks = [Run("", size, colour)]
    found: list[list[Run]] = [[]]
    at = 0
    for tag in _TAG.finditer(text):
        _add(found, looks[-1], text[at : tag.start()])
        at = tag.end()
        ends, name = bool(tag[1]), tag[2]
        if name == "br":
            found.append([])
        elif ends:
            if len(looks) == 1:
                raise Undrawable(f"text {text!r}: </{name}> ends nothing")
            looks.pop()
        else:
            looks.append(replace(looks[-1], bold=True) if name == "b" else _styled(looks[-1], tag[3] or tag[4] or ""))
    _add(found, looks[-1], text[at:])
    return tuple(tuple(line) for line in found)


def _add(found: list[list[Run]], look: Run, text: str) -> None:
    if text:
        blanks = r" {2,}" if found[-1] else r"^ +| {2,}"
        kept = re.sub(blanks, lambda some: "\u00a0" * len(some[0]), unescape(text))
        found[-1].append(replace(look, text=kept))


def _styled(look: Run, style: str) -> Run:
    for part in filter(None, (one.strip() for one in style.split(";"))):
        name, _, value = (one.strip() for one in part.partition(":"))
        if name == "color":
            look = replace(look, colour=value)
        elif name == "font-size" and value.endswith("px"):
            look = replace(look, size=float(value.removesuffix("px")))
        else:
            raise Undrawable(f"a text's style '{part}' cannot be drawn; known are color and font-size in px")
    return look


def height(of: Sequence[Line], size: float) -> float:
    """The height of lines in px."""
    return (len(of) - 1) * LINE * size + (ASCENT + DESCENT) * size


def widest(of: Sequence[Line]) -> float:
    """The width of the longest line in px."""
    return max((sum(run.width for run in line) for line in of), default=0)


def written(pen: Pen, of: Sequence[Line], place: Place, size: float, side: str, **attributes: object) -> list[Element]:
    """Lines as SVG, the first one's baseline at ``place``; ``side``: which side of them stands there (left, center,
    right). In a file each run is a text of its own, since other programs set parts of one over each other."""
    found = []
    for row, line in enumerate(of):
        if line:
            down = Place(place.share, place.down + row * LINE * size, place.aside)
            found += (
                _line(pen, line, down, side, attributes) if pen.stretches else _runs(pen, line, down, side, attributes)
            )
    return found


def _line(pen: Pen, line: Line, place: Place, side: str, attributes: dict[str, object]) -> list[Element]:
    shift = number(place.aside) if place.aside else None
    said = {"x": pen.x(place.share), "dx": shift, "y": number(place.down), "text-anchor": _anchor(side), **attributes}
    if len(line) == 1:
        return [Element("text", {**said, **line[0].look()}, [line[0].text])]
    first = line[0].look()
    parts: list[Element | str] = []
    for run in line:
        look = {key: value for key, value in run.look().items() if value != first.get(key)}
        if run.look().get("font-weight") is None and first.get("font-weight"):
            look["font-weight"] = 400
        look = {key: value for key, value in look.items() if value is not None}
        parts.append(Element("tspan", look, [run.text]) if look else run.text)
    return [Element("text", {**said, **first}, parts)]


def _runs(pen: Pen, line: Line, place: Place, side: str, attributes: dict[str, object]) -> list[Element]:
    whole = sum(run.width for run in line)
    if len(line) == 1:
        anchor, x = _anchor(side), pen.across(place)
    else:
        anchor, x = None, pen.across(place) - {"left": 0, "center": whole / 2, "right": whole}[side]
    found = []
    for run in line:
        bare = run.text.lstrip(" ")  # XML would drop a blank at the start of a text
        x += run.width - replace(run, text=bare).width
        said = {"x": number(x, 2), "y": number(place.down, 2), "text-anchor": anchor, **attributes}
        found.append(Element("text", {**said, **run.look()}, [bare]))
        x += replace(run, text=bare).width
    return found


def _anchor(side: str) -> str | None:
    found = _ANCHORS[side]
    return None if found == "start" else found
