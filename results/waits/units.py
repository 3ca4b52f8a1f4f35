"""Departments compared on their ended legs: the share in time against the funnel about the whole, medians, 90 %."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from indicators.statistics.funnel import ALARM, ATTENTION, limits
from indicators.statistics.intervals import exact
from results.waits.legs import (
    LEAST_FOR_MEDIAN,
    Ended,
    Scope,
    WaitPlace,
    ended_rows,
    ended_trees,
    make_ended,
    placed,
    places,
)


@dataclass(frozen=True)
class UnitRow:
    """One place. ``side``: 1 above, -1 below the funnel; ``level``: "attention" (95 %), "alarm" (99.8 %) or "".

    Median and 90th percentile of the wait in days, None below LEAST_FOR_MEDIAN legs or where hidden.
    """

    place: WaitPlace
    ended: Ended
    median: float | None
    p90: float | None
    side: int = 0
    level: str = ""


@dataclass(frozen=True)
class ComparedWaits:
    """``nation`` first, then the places in table order. ``centre``: the whole country's share, the funnel's line."""

    rows: tuple[UnitRow, ...]
    centre: float | None

    def of_level(self, level: str) -> tuple[UnitRow, ...]:
        return tuple(one for one in self.rows if one.place.level == level)


def compared(scope: Scope) -> ComparedWaits:
    """Every place with ended legs in the complete weeks, whatever the scope's node; the funnel is of the nation."""
    whole = scope.whole()

    def build() -> ComparedWaits:
        fine, coarse = ended_trees(whole)
        frame = ended_rows(whole)
        nation = make_ended(fine[("nation", "")], coarse[("nation", "")])
        centre = nation.in_time
        waits = _waits(whole, frame)
        rows = []
        for place in (WaitPlace("nation", "", ""), *places(whole, list(coarse))):
            node = (place.level, place.code)
            found = make_ended(fine[node], coarse[node])
            days = np.concatenate([*waits.get(node, ()), np.array([], dtype=int)])
            median = p90 = None
            if found.in_time is not None and found.coarse.legs == len(days) >= LEAST_FOR_MEDIAN:
                median, p90 = (float(one) for one in np.quantile(days, (0.5, 0.9)))
            rows.append(UnitRow(place, found, median, p90))
        return ComparedWaits(_positioned(rows, centre), centre)

    return whole.remember("compared", build)


def _waits(scope: Scope, frame: pd.DataFrame) -> dict[tuple[str, str], list[np.ndarray]]:
    """Node → the waits in days of its legs, one value per leg, in parts."""
    at = placed(scope, frame)
    found: dict[tuple[str, str], list[np.ndarray]] = {}
    for code, rows in frame.groupby("code", observed=True).indices.items():
        days = np.repeat(frame["wait_days"].to_numpy()[rows], frame["n"].to_numpy()[rows])
        home, unit, _ = at[code]
        for node in (("nation", ""), ("region", home), ("department", unit)):
            found.setdefault(node, []).append(days)
    return found


@dataclass(frozen=True)
class Within:
    """The started legs at a place: the share that waited at most so many days, and quartiles of the wait in days.

    The exact interval of the share; quartiles None below LEAST_FOR_MEDIAN legs.
    """

    place: WaitPlace
    legs: int
    within: int
    lower: float
    upper: float
    quartiles: tuple[float, float, float] | None

    @property
    def share(self) -> float:
        return self.within / self.legs


def within(scope: Scope, days: int) -> tuple[Within, ...]:
    """Each place's ended legs that waited at most ``days``, the country first: a description, not a verdict.

    The wait is from consent, else from referral, as its median is. Nothing in the public edition: shares at any day
    would give hidden counts away.
    """
    if scope.public:
        return ()
    whole = scope.whole()

    def build() -> tuple[Within, ...]:
        waits = _waits(whole, ended_rows(whole))
        found = []
        for place in (WaitPlace("nation", "", ""), *places(whole, list(waits))):
            waited = np.concatenate(waits.get((place.level, place.code), [np.array([], dtype=int)]))
            if not len(waited):
                continue
            count = int((waited <= days).sum())
            lower, upper = exact(count, len(waited))
            enough = len(waited) >= LEAST_FOR_MEDIAN
            quartiles = tuple(float(one) for one in np.quantile(waited, (0.25, 0.5, 0.75))) if enough else None
            found.append(Within(place, len(waited), count, float(lower), float(upper), quartiles))
        return tuple(found)

    return whole.remember(f"within {days}", build)


def funnel(centre: float, most: int) -> list[tuple[int, float, float, float, float]]:
    """(n, 95 % lower, upper, 99.8 % lower, upper) at sizes up to ``most``."""
    sizes = np.unique(np.linspace(5, max(most, 10), 60).astype(int))
    inner, outer = limits(centre, sizes, ATTENTION), limits(centre, sizes, ALARM)
    return [(int(n), *(float(one) for one in values)) for n, *values in zip(sizes, *inner, *outer, strict=True)]


def _positioned(rows: list[UnitRow], centre: float | None) -> tuple[UnitRow, ...]:
    """The rows, those of departments with their side of the funnel; 99.8 % before 95 %."""
    found = list(rows)
    judged = [n for n, row in enumerate(rows) if row.place.level == "department" and row.place.code]
    judged = [n for n in judged if rows[n].ended.in_time is not None]
    if centre is None or not judged:
        return tuple(found)
    shares = np.array([rows[n].ended.in_time for n in judged])
    sizes = np.array([rows[n].ended.coarse.legs for n in judged])
    for level, name in ((ATTENTION, "attention"), (ALARM, "alarm")):
        lower, upper = limits(centre, sizes, level)
        for n, side in zip(judged, (shares > upper).astype(int) - (shares < lower), strict=True):
            if side:
                found[n] = replace(found[n], side=int(side), level=name)
    return tuple(found)
