"""Where a figure's words stand: names at their points, the horizontal lines' labels where they cover no point.

Places are worked out for the width of a phone, where a label takes the greatest part of the figure: what is free there
is free on a wider screen. Boxes are (left, right) as shares of the plot's width and (low, high) in px above its foot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

PHONE = 246  # px between the axes of a figure on a phone of 390 px
MARGIN = 48  # px beside the plot that a name may use
_LETTER = 6.6  # px of a letter of 12 px, on average
_LINE = 15  # px of a line of text
_RADIUS = 7  # px of the largest mark


@dataclass(frozen=True)
class Box:
    """A rectangle that a word or a mark takes."""

    left: float
    right: float
    low: float
    high: float

    def meets(self, other: Box) -> bool:
        return self.shared(other) > 0

    def shared(self, other: Box) -> float:
        """How much of the two is common, in square px on a phone."""
        across = min(self.right, other.right) - max(self.left, other.left)
        upward = min(self.high, other.high) - max(self.low, other.low)
        return max(0.0, across) * PHONE * max(0.0, upward)


def width(text: str) -> float:
    """The text's width on a phone, as a share of the plot."""
    return len(text) * _LETTER / PHONE


def mark(x: float, y: float) -> Box:
    """The box of a point at a share of the width and px above the foot."""
    return Box(x - _RADIUS / PHONE, x + _RADIUS / PHONE, y - _RADIUS, y + _RADIUS)


def along(points: Sequence[tuple[float, float | None]], between: int = 3) -> list[Box]:
    """The boxes of a line's points and of places on the way from each to the next; None: a gap."""
    found = [mark(x, y) for x, y in points if y is not None]
    for (x, y), (x_next, y_next) in pairwise(points):
        if y is None or y_next is None:
            continue
        for step in range(1, between + 1):
            share = step / (between + 1)
            at = x + share * (x_next - x), y + share * (y_next - y)
            found.append(Box(at[0] - 1 / PHONE, at[0] + 1 / PHONE, at[1] - 1, at[1] + 1))
    return found


def to_the_left(x: float, text: str) -> bool:
    """Whether a name stands to the left of its point: far right, or where it has no room to the right but has there."""
    beside = MARGIN / PHONE
    room_left, room_right = x + beside, 1 - x + beside
    return x > 0.7 or (width(text) > room_right and room_left > room_right)


def beside(x: float, y: float, text: str, left: bool) -> Box:
    """The box of a name at its point."""
    start = x + 12 / PHONE
    ends = (x - 12 / PHONE - width(text), x - 12 / PHONE) if left else (start, start + width(text))
    return Box(*ends, y - _LINE / 2, y + _LINE / 2)


def around(x: float, y: float, text: str, taken: Sequence[Box], high: float) -> tuple[Box, dict]:
    """Box and annotation keys of a name about its point: the nearest place that covers least of ``taken``.

    Above, below, to the right, to the left, then further up and down; inside the figure, which ends ``high`` px above
    the foot of its plot, as far as may be.
    """
    share = width(text)
    options = []
    for away in (13, -13, 26, -26, 39, -39):
        for end, left in (("center", x - share / 2), ("left", x), ("right", x - share)):
            box = Box(left, left + share, y + away - _LINE / 2, y + away + _LINE / 2)
            options.append((box, {"xanchor": end, "yshift": away}))
    for left in (False, True):
        box = beside(x, y, text, left)
        options.append((box, {"xanchor": "right" if left else "left", "xshift": -12 if left else 12}))
    margin = MARGIN / PHONE

    def outside(box: Box) -> float:
        return max(0.0, -box.left) + max(0.0, box.right - 1 - margin / 4) + max(0.0, -box.low, box.high - high)

    def cost(option: tuple[Box, dict]) -> tuple:
        covered = sum(option[0].shared(other) for other in taken)
        return outside(option[0]) > 0, covered > 0, covered, abs(option[1].get("yshift", 20))

    return min(options, key=cost)


def on_line(y: float, text: str, taken: Sequence[Box], below: bool) -> tuple[dict, Box]:
    """Annotation keys and box of a horizontal line's label: at an end of the line, above or below it.

    The first place that covers nothing of ``taken``, else the one that covers least. ``below``: the side tried first.
    """
    share = width(text)
    places = [(end, under) for end in ("right", "left") for under in (below, not below)]

    def box(end: str, under: bool) -> Box:
        sides = (1 - share, 1.0) if end == "right" else (0.0, share)
        return Box(*sides, y - _LINE - 2, y - 1) if under else Box(*sides, y + 1, y + _LINE + 2)

    end, under = min(places, key=lambda place: sum(box(*place).shared(one) for one in taken))
    keys = {"x": 1 if end == "right" else 0, "xanchor": end, "xshift": -2 if end == "right" else 4,
            "yanchor": "top" if under else "bottom"}  # fmt: skip
    return keys, box(end, under)
