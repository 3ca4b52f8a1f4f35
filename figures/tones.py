"""The colours and the common scale of compared units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from figures.theme import AMBER, AMBER_MARK, GREY, INK, RED
from results.variation.comparison import ComparedPlace, Comparison

WIDTH, HEIGHT = 300, 104
_TOP, _BOTTOM, _EDGE = 10, 10, 8
_HALVES = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)
_LEAST = 20  # patients; the scale is not made for smaller units
_HELD = 0.9


@dataclass(frozen=True)
class PointsScale:
    """Percentage points from −half to +half about the national level; right is better."""

    half: float

    def deviation(self, found: Comparison, value: float) -> float:
        sign = 1 if found.indicator.higher_is_better else -1
        return sign * (value - found.summary.national)

    def x(self, found: Comparison, value: float, width: int = WIDTH) -> float:
        """The place in px, kept within the edges."""
        share = (self.deviation(found, value) / self.half + 1) / 2
        return round(_EDGE + (width - 2 * _EDGE) * min(1.0, max(0.0, share)), 1)

    def beyond(self, found: Comparison, value: float) -> bool:
        return abs(self.deviation(found, value)) > self.half


def scale_of(every: Iterable[Comparison]) -> PointsScale:
    """The least half-width that holds nine of ten units that are not small; the others stand at the edges."""
    away = sorted(
        abs(place.rate - found.summary.national)
        for found in every
        for place in found.shown
        if (place.denominator or 0) >= _LEAST
    )
    most = away[int(_HELD * (len(away) - 1))] if away else 0.0
    return PointsScale(next((half for half in _HALVES if most <= half), _HALVES[-1]))


def tone(found: Comparison, place: ComparedPlace) -> str:
    """Red for an alarm on the bad side, amber for attention, ink on the good side, grey within the limits."""
    if not place.deviates:
        return GREY
    if not place.worse(found.indicator.higher_is_better):
        return INK
    return RED if place.alarm else AMBER_MARK


def text_tone(found: Comparison, place: ComparedPlace) -> str:
    """``tone`` as words have it: the mark's amber is too light to read."""
    colour = tone(found, place)
    return AMBER if colour == AMBER_MARK else colour
