"""Whether a unit's result has changed between two periods, judged from the shown cells alone."""

from __future__ import annotations

import math
from dataclasses import dataclass

from results.audit import Cell


@dataclass(frozen=True)
class Change:
    """after − before as a fraction with its 95 % limits."""

    difference: float
    lower: float
    upper: float

    @property
    def clear(self) -> bool:
        """Whether the whole interval lies on one side of no change."""
        return self.lower > 0 or self.upper < 0

    @property
    def least(self) -> float:
        """The smallest change, without sign, that the interval allows; 0 where it allows none."""
        return max(0.0, self.lower, -self.upper)


def change(before: Cell, after: Cell) -> Change | None:
    """The difference of two independent results, None where one of them is missing or hidden.

    Square-and-add limits from the two intervals as they are shown (Newcombe 1998, method 10, generalised to any
    single-sample limits by Zou and Donner 2008): they hold for exact limits and for Kaplan-Meier alike, and use
    nothing that the public edition hides.
    """
    if None in (before.rate, before.lower, before.upper, after.rate, after.lower, after.upper):
        return None
    difference = after.rate - before.rate
    down = math.hypot(after.rate - after.lower, before.upper - before.rate)
    up = math.hypot(after.upper - after.rate, before.rate - before.lower)
    return Change(difference, max(-1.0, difference - down), min(1.0, difference + up))
