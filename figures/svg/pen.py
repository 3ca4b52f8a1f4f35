"""Where things stand: a drawing that stretches with the page, or one of a fixed width for a file.

Across, a place is a share of the plot area and px beside it; downwards it is px from the top. On the page the plot area
is as wide as there is room: its ends are the ends of the <svg>, shares are per cent, margins are padding around it, and
curves stand in an inner <svg> that is stretched across alone. Text, marks and the thickness of lines keep their size.
In a file everything has its px, since other programs know less of SVG than a browser does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from figures.svg.element import Element, number

#: Units across an inner <svg> that is stretched: a tenth of one is at most 0.2 px.
_ACROSS = 1000


class PenBox(NamedTuple):
    """A part of the plot area: shares across, px downwards."""

    left: float
    right: float
    top: float
    bottom: float


class Place(NamedTuple):
    """A place: a share of the plot area and ``aside`` px beside it, ``down`` px from the top."""

    share: float
    down: float
    aside: float = 0


Path = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Pen:
    """Writes elements. ``inside``: the plot area's width in px, None where it stretches; ``left``: px before it."""

    inside: float | None = None
    left: float = 0

    @property
    def stretches(self) -> bool:
        return self.inside is None

    def across(self, place: Place) -> float:
        """px from the left edge; only where nothing stretches."""
        return self.left + place.share * self.inside + place.aside

    def x(self, share: float) -> str:
        return f"{number(100 * share, 2)}%" if self.stretches else number(self.left + share * self.inside, 2)

    def straight(self, start: Place, end: Place, **attributes: object) -> Element:
        """A straight line between two places without anything aside."""
        ends = {"x1": self.x(start.share), "y1": number(start.down), "x2": self.x(end.share), "y2": number(end.down)}
        return Element("line", {**ends, **attributes})

    def block(self, box: PenBox, **attributes: object) -> Element:
        """A rectangle."""
        width = box.right - box.left
        size = f"{number(100 * width, 2)}%" if self.stretches else number(width * self.inside, 2)
        place = {"x": self.x(box.left), "y": number(box.top), "width": size, "height": number(box.bottom - box.top)}
        return Element("rect", {**place, **attributes})

    def disc(self, place: Place, radius: float, **attributes: object) -> Element:
        """A circle of ``radius`` px."""
        at = {"cx": self.x(place.share), "cy": number(place.down, 2), "r": number(radius, 2)}
        return Element("circle", {**at, **attributes})

    def at(self, place: Place, path: str, **attributes: object) -> Element:
        """A path in px about a place."""
        if self.stretches:
            shift = f"translate({number(place.aside)})" if place.aside else None
            drawn = Element("path", {"d": path, "transform": shift, "opacity": attributes.pop("opacity", None)})
            return Element("svg", {"x": self.x(place.share), "y": number(place.down, 2), **attributes}, [drawn])
        move = f"translate({number(self.across(place), 2)},{number(place.down, 2)})"
        return Element("path", {"d": path, "transform": move, **attributes})

    def curve(self, paths: Sequence[Path], box: PenBox, *, closed: bool = False, **attributes: object) -> Element:
        """Lines through (share, px) as one path; where the drawing stretches, for ``stretched`` of that box."""
        places = [[self._in(box, one) for one in path] for path in paths]
        return Element("path", {"d": "".join(_path(one, closed) for one in places if one), **attributes})

    def _in(self, box: PenBox, place: tuple[float, float]) -> tuple[float, float]:
        share, down = place
        if self.stretches:
            return (share - box.left) / (box.right - box.left) * _ACROSS, down
        return self.left + share * self.inside, down

    def stretched(self, curves: Sequence[Element], box: PenBox, free: bool) -> Element:
        """The inner <svg> of curves in a box, which it cuts off unless they are ``free``."""
        size = f"{number(100 * (box.right - box.left), 2)}%", number(box.bottom - box.top)
        said = {
            "class": "curves free" if free else "curves",
            "x": self.x(box.left), "y": number(box.top), "width": size[0], "height": size[1],
            "viewBox": f"0 {number(box.top)} {_ACROSS} {size[1]}", "preserveAspectRatio": "none",
        }  # fmt: skip
        return Element("svg", said, list(curves))


def _path(places: Path, closed: bool) -> str:
    """M, then h, v and l by what changed since the last place, to a tenth; what stands still is left out."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in places]
    (x, y), rest = tenths[0], tenths[1:]
    parts = [f"M{_tenths(x)} {_tenths(y)}"]
    last = ""
    for step, dx, dy in _steps((x, y), rest):
        text = _tenths(dy) if step == "v" else _tenths(dx) if step == "h" else _pair(_tenths(dx), _tenths(dy))
        parts.append(_follows(text) if step == last == "l" else f"{step}{text}")
        last = step
    return "".join(parts) + ("Z" if closed else "")


def _steps(start: tuple[int, int], rest: Sequence[tuple[int, int]]) -> list[tuple[str, int, int]]:
    """The way from place to place: up and down, across, or both; what goes on the same way is one step."""
    found: list[tuple[str, int, int]] = []
    x, y = start
    for to_x, to_y in rest:
        dx, dy = to_x - x, to_y - y
        x, y = to_x, to_y
        if not dx and not dy:
            continue
        step = "v" if not dx else "h" if not dy else "l"
        if found and found[-1][0] == step != "l" and (dx + dy > 0) == (found[-1][1] + found[-1][2] > 0):
            dx, dy = dx + found[-1][1], dy + found[-1][2]
            found.pop()
        found.append((step, dx, dy))
    return found


@lru_cache(maxsize=50_000)
def _tenths(whole: int) -> str:
    """So many tenths as a number."""
    return number(whole / 10)


def _pair(first: str, second: str) -> str:
    return f"{first}{_follows(second)}"


def _follows(text: str) -> str:
    """A number after a number: its sign parts them, else a blank."""
    return text if text.startswith("-") else f" {text}"
