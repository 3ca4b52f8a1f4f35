"""An axis as a function: from a value to its place, as a share of the plot area."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass

from figures.svg.known import AXIS, Undrawable, check, one_of


@dataclass(frozen=True)
class PlotScale:
    """One axis: ``low``–``high`` in its own units (log10 on a logarithmic axis, days on one of dates) over the part
    ``start``–``end`` of the plot area; ``said`` is the axis as the figure has it."""

    name: str
    kind: str
    low: float
    high: float
    start: float
    end: float
    said: Mapping

    def share(self, value: object, *, logged: bool = False) -> float:
        """The place of a value as a share of the plot area: from its left, or from its foot. ``logged``: the value is
        a logarithm already, as annotations on a logarithmic axis have it."""
        within = (self.number(value, logged=logged) - self.low) / (self.high - self.low)
        return self.start + within * (self.end - self.start)

    def number(self, value: object, *, logged: bool = False) -> float:
        """The value in the axis' own units. Raises Undrawable for one that the axis cannot place."""
        if self.kind == "date":
            if not isinstance(value, str):
                raise Undrawable(f"{self.name}: {value!r} is no date; write it as '2025-03-31'")
            moment = dt.datetime.fromisoformat(value)
            return moment.toordinal() + (moment.hour * 60 + moment.minute) / 1440
        number = float(value)
        if self.kind == "log" and not logged:
            if number <= 0:
                raise Undrawable(f"{self.name}: {value!r} has no place on a logarithmic axis")
            number = math.log10(number)
        if not math.isfinite(number):
            raise Undrawable(f"{self.name}: {value!r} has no place on an axis")
        return number

    @property
    def shown(self) -> bool:
        return bool(self.said.get("visible", True))


def scale(name: str, said: Mapping) -> PlotScale:
    """The axis called ``name`` ('xaxis2'). Raises Undrawable where its ends, or its ticks, are not said."""
    check(name, said, AXIS)
    kind = said.get("type", "linear")
    one_of(f"{name}.type", kind, ("linear", "log", "date"))
    for key, only in (("zeroline", (False,)), ("automargin", (False,)), ("tickangle", (0,)), ("scaleratio", (1,))):
        if key in said:
            one_of(f"{name}.{key}", said[key], only)
    one_of(f"{name}.ticks", said.get("ticks", ""), ("", "outside"))
    if len(said.get("range", ())) != 2:
        raise Undrawable(f"{name}: its ends are not said; give it a range")
    start, end = said.get("domain", (0, 1))
    bare = PlotScale(
        name, "linear" if kind == "log" else kind, 0, 1, start, end, said
    )  # the range of a log axis is logged
    low, high = (bare.number(one) for one in said["range"])
    if low == high:
        raise Undrawable(f"{name}: its range {said['range']!r} has no width")
    made = PlotScale(name, kind, low, high, start, end, said)
    values, texts = said.get("tickvals"), said.get("ticktext")
    if made.shown and (values is None or texts is None or len(values) != len(texts)):
        raise Undrawable(f"{name}: its ticks are not said; give it tickvals and as many ticktext, or visible False")
    return made
