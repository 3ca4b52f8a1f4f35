"""The shapes of points, by the names and sizes that plotly gives them."""

from __future__ import annotations

import math
from collections.abc import Callable

from figures.svg.element import number as n
from figures.svg.known import one_of


def _square(r: float) -> str:
    return f"M{n(-r, 2)} {n(-r, 2)}h{n(2 * r, 2)}v{n(2 * r, 2)}h{n(-2 * r, 2)}Z"


def _diamond(r: float) -> str:
    r *= 1.3
    return f"M{n(r, 2)} 0L0 {n(r, 2)}L{n(-r, 2)} 0L0 {n(-r, 2)}Z"


def _corners(*places: tuple[float, float]) -> str:
    first, *rest = (f"{n(x, 2)} {n(y, 2)}" for x, y in places)
    return f"M{first}{''.join(f'L{one}' for one in rest)}Z"


def _up(r: float) -> str:
    wide = 2 * r / math.sqrt(3)
    return _corners((-wide, r / 2), (wide, r / 2), (0, -r))


def _left(r: float) -> str:
    high = 2 * r / math.sqrt(3)
    return _corners((r / 2, -high), (r / 2, high), (-r, 0))


def _right(r: float) -> str:
    high = 2 * r / math.sqrt(3)
    return _corners((-r / 2, -high), (-r / 2, high), (r, 0))


def _south_east(r: float) -> str:
    near, far = 0.6 * r, 1.2 * r
    return _corners((near, -far), (near, near), (-far, near))


def _cross(r: float) -> str:
    a, b = n(r, 2), n(-r, 2)
    return f"M{a} {a}L{b} {b}M{a} {b}L{b} {a}"


#: Name → path of a symbol of radius r; a circle is a circle.
_PATHS: dict[str, Callable[[float], str]] = {
    "square": _square,
    "diamond": _diamond,
    "triangle-up": _up,
    "triangle-left": _left,
    "triangle-right": _right,
    "triangle-se": _south_east,
    "x-thin": _cross,
}
NAMES = ("circle", *_PATHS)
#: A symbol that is lines alone.
THIN = ("x-thin",)


def shape(where: str, symbol: str, size: float) -> tuple[str | None, bool]:
    """The path of a symbol (None: a circle) of ``size`` px, and whether it is open. Raises Undrawable for another."""
    name, is_open = symbol.removesuffix("-open"), symbol.endswith("-open")
    one_of(f"{where}.symbol", name, NAMES)
    return None if name == "circle" else _PATHS[name](size / 2), is_open
