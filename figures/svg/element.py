"""SVG elements, written short: rounded numbers, what siblings share said once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

#: Attributes that an element takes from the group around it.
_INHERITED = ("fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray", "font-size",
              "font-weight", "text-anchor", "shape-rendering")  # fmt: skip
_RGBA = re.compile(r"rgba\((\d+),\s*(\d+),\s*(\d+),\s*([\d.]+)\)")


@dataclass
class Element:
    """A tag with attributes, and what it holds: elements and texts."""

    tag: str
    attributes: dict[str, object] = field(default_factory=dict)
    inside: Sequence[Element | str] = ()

    def __str__(self) -> str:
        said = "".join(f' {key}="{_text(value)}"' for key, value in self.attributes.items() if value is not None)
        if not self.inside:
            return f"<{self.tag}{said}/>"
        held = "".join(escape(one, quote=False) if isinstance(one, str) else str(one) for one in self.inside)
        return f"<{self.tag}{said}>{held}</{self.tag}>"


def group(inside: Iterable[Element], **attributes: object) -> Element | None:
    """A group of elements with what all of them say said once; one element alone if the group says nothing of its
    own; None of nothing."""
    elements = list(inside)
    if not elements:
        return None
    said = {name.replace("_", "-").strip("-"): value for name, value in attributes.items() if value is not None}
    if len(elements) == 1 and not said:
        return elements[0]
    first = elements[0].attributes
    for name in _INHERITED:
        value = first.get(name)
        if value is not None and all(one.attributes.get(name) == value for one in elements):
            said[name] = value
            for one in elements:
                del one.attributes[name]
    return Element("g", said, elements) if said or len(elements) > 1 else elements[0]


def number(value: float, decimals: int = 1) -> str:
    """A number as short as it can be: 12.0 → '12', 0.5 → '.5', -0.04 → '0'."""
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in ("-0", ""):
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def paint(name: str, colour: str | None) -> dict[str, object]:
    """``fill`` or ``stroke`` of a colour, with its opacity apart: other programs do not know rgba()."""
    if colour is None or colour == "none":
        return {name: "none"}
    found = _RGBA.fullmatch(colour)
    if found is None:
        return {name: _short(colour)}
    red, green, blue = (int(one) for one in found.groups()[:3])
    share = float(found[4])
    if share == 0:
        return {name: "none"}
    return {name: _short(f"#{red:02x}{green:02x}{blue:02x}"), f"{name}-opacity": number(share, 3)}


def _short(colour: str) -> str:
    """#ffffff → #fff."""
    long = len(colour) == 7 and colour[1::2] == colour[2::2]
    return f"#{colour[1::2]}" if long else colour


def _text(value: object) -> str:
    if isinstance(value, float | int):
        return number(value, 2)
    return escape(str(value), quote=True)
