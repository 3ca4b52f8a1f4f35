"""A figure's frame of reference: its height and margins, its axes, where their values stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from figures.svg.known import FONT, LAYOUT, Undrawable, check
from figures.svg.pen import PenBox
from figures.svg.scale import PlotScale, scale

_PAPER = PlotScale("paper", "linear", 0, 1, 0, 1, {})


@dataclass(frozen=True)
class Frame:
    """``height`` of the figure, ``left right top bottom`` its margins (px), ``axes`` by name ('x', 'y2')."""

    height: float
    left: float
    right: float
    top: float
    bottom: float
    axes: Mapping[str, PlotScale]
    layout: Mapping

    @property
    def high(self) -> float:
        """The plot area's height in px."""
        return self.height - self.top - self.bottom

    @property
    def foot(self) -> float:
        """px from the top to the foot of the plot area."""
        return self.height - self.bottom

    def axis(self, where: str, name: str) -> PlotScale:
        """The axis that something refers to; 'paper' is the plot area. Raises Undrawable for one that there is not."""
        if name == "paper":
            return _PAPER
        if name not in self.axes:
            raise Undrawable(f"{where}: there is no axis '{name}'; there are {', '.join(self.axes)}, paper")
        return self.axes[name]

    def down(self, share: float) -> float:
        """px from the top of a share of the plot area's height, counted from its foot."""
        return self.top + (1 - share) * self.high

    def box(self, across: PlotScale, upward: PlotScale) -> PenBox:
        """The part of the plot area that two axes span."""
        return PenBox(across.start, across.end, self.down(upward.end), self.down(upward.start))

    @property
    def scaled(self) -> PlotScale | None:
        """The x axis whose unit is as long as that of y (maps); None where there is none."""
        return next((one for one in self.axes.values() if "scaleanchor" in one.said), None)


def frame(figure: Mapping) -> Frame:
    """The frame of a figure. Raises Undrawable for a layout that cannot be drawn."""
    layout = figure.get("layout", {})
    axes = {key: value for key, value in layout.items() if key.startswith(("xaxis", "yaxis"))}
    check("layout", {key: value for key, value in layout.items() if key not in axes}, LAYOUT)
    check("layout.font", layout.get("font", {}), FONT)
    if layout.get("showlegend", False):
        raise Undrawable("layout.showlegend: no legend is drawn; label directly")
    missing = [key for key in ("height", "margin", "font") if key not in layout]
    if missing:
        raise Undrawable(f"layout: '{missing[0]}' is not said; figures.theme.layout says it")
    margin = layout["margin"]
    scales = {key.replace("axis", ""): scale(key, value) for key, value in axes.items()}
    made = Frame(layout["height"], margin["l"], margin["r"], margin["t"], margin["b"], scales, layout)
    whole = set(scales) == {"x", "y"} and not margin["l"] and not margin["r"]
    if made.scaled is not None and (made.scaled.said["scaleanchor"] != "y" or not whole):
        raise Undrawable("layout.xaxis.scaleanchor: drawn for one pair of axes, x to y, without margins at the side")
    return made
