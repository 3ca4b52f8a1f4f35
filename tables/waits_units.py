"""Departments compared on their ended legs: the share in time against the funnel about the whole, medians, 90 %."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indicators.statistics.funnel import ALARM, ATTENTION, limits
from tables.waits import LEAST_FOR_MEDIAN, Ended, Place, Scope, ended_rows, ended_trees, make_ended, places


@dataclass(frozen=True)
class UnitRow:
    """One place. ``side``: 1 above, -1 below the funnel; ``level``: "attention" (95 %), "alarm" (99.8 %) or "".

    Median and 90th percentile of the wait in days, None below LEAST_FOR_MEDIAN legs or where hidden.
    """

    place: Place
    ended: Ended
    median: float | None
    p90: float | None
    side: int = 0
    level: str = ""


@dataclass(frozen=True)
class Compared:
    """``nation`` first, then the places in table order. ``centre``: the whole country's share, the funnel's line."""

    rows: tuple[UnitRow, ...]
    centre: float | None

    def of_level(self, level: str) -> tuple[UnitRow, ...]:
        return tuple(one for one in self.rows if one.place.level == level)


def compared(scope: Scope) -> Compared:
    """Every place with ended legs in the complete weeks, whatever the scope's node; the funnel is of the nation."""
    whole = scope.whole()

    def build() -> Compared:
        fine, coarse = ended_trees(whole)
        frame = ended_rows(whole)
        nation = make_ended(fine[("nation", "")], coarse[("nation", "")])
        centre = nation.in_time
        rows = []
        for place in (Place("nation", "", ""), *places(whole, list(coarse))):
            node = (place.level, place.code)
            found = make_ended(fine[node], coarse[node])
            part = whole.of(frame, place.level, place.code)
            days = np.repeat(part["wait_days"].to_numpy(), part["n"].to_numpy())
            median = p90 = None
            if found.in_time is not None and found.coarse.legs == len(days) >= LEAST_FOR_MEDIAN:
                median, p90 = (float(one) for one in np.quantile(days, (0.5, 0.9)))
            side, level = _position(found, centre) if place.level == "department" and place.code else (0, "")
            rows.append(UnitRow(place, found, median, p90, side, level))
        return Compared(tuple(rows), centre)

    return whole.remember("compared", build)


def funnel(centre: float, most: int) -> list[tuple[int, float, float, float, float]]:
    """(n, 95 % lower, upper, 99.8 % lower, upper) at sizes up to ``most``."""
    sizes = np.unique(np.linspace(5, max(most, 10), 60).astype(int))
    inner, outer = limits(centre, sizes, ATTENTION), limits(centre, sizes, ALARM)
    return [(int(n), *(float(one) for one in values)) for n, *values in zip(sizes, *inner, *outer, strict=True)]


def _position(found: Ended, centre: float | None) -> tuple[int, str]:
    if found.in_time is None or centre is None:
        return 0, ""
    for level, name in ((ALARM, "alarm"), (ATTENTION, "attention")):
        lower, upper = limits(centre, found.coarse.legs, level)
        if found.in_time < lower:
            return -1, name
        if found.in_time > upper:
            return 1, name
    return 0, ""
