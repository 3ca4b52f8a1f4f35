"""Run rules of a run chart: whether a series about its median varies by more than chance.

Anhøj & Olesen, PLoS ONE 2014;9(11):e113825; Anhøj & Wentzel-Larsen, BMC Med Res Methodol 2018;18:122. Points on the
median are left out. A shift is an unusually long run on one side; too few crossings are unusually few changes of side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indicators.statistics.distributions import binomial_quantile

#: Fewer points than this are not judged.
LEAST_POINTS = 12


@dataclass(frozen=True)
class Runs:
    """``useful``: points not on the median. ``longest_limit``: a longer run signals; ``fewest``: fewer crossings do."""

    median: float
    useful: int
    longest: int
    longest_limit: int
    crossings: int
    fewest: int

    @property
    def judged(self) -> bool:
        """Whether there are points enough to say anything."""
        return self.useful >= LEAST_POINTS

    @property
    def shift(self) -> bool:
        """The longest run is longer than chance gives."""
        return self.judged and self.longest > self.longest_limit

    @property
    def few_crossings(self) -> bool:
        """The median is crossed more rarely than chance gives."""
        return self.judged and self.crossings < self.fewest

    @property
    def signal(self) -> bool:
        return self.shift or self.few_crossings


def runs(values: Sequence[float]) -> Runs:
    """The run rules for a series in time order, about its own median. Raises ValueError for an empty series or NaN."""
    series = np.asarray(values, dtype=float)
    if not len(series) or np.isnan(series).any():
        raise ValueError("runs: the series is empty or holds NaN; leave out what is not known")
    median = float(np.median(series))
    sides = np.sign(series - median)
    sides = sides[sides != 0]
    useful = len(sides)
    if not useful:
        return Runs(median, 0, 0, 0, 0, 0)
    changes = np.flatnonzero(np.diff(sides) != 0)
    lengths = np.diff(np.r_[-1, changes, useful - 1])
    limit = int(np.round(np.log2(useful))) + 3
    fewest = int(binomial_quantile(0.05, useful - 1, 0.5)) if useful > 1 else 0
    return Runs(median, useful, int(lengths.max()), limit, len(changes), fewest)
