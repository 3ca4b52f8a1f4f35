"""The picture of an early warning's chart: months joined to the points shown, with p′ limits and run rules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators.declaration import Indicator
from indicators.statistics.pchart import pchart
from indicators.statistics.runs import Runs, runs

MONTH, QUARTER = 1, 3
#: Points are months where as many unwanted (and other) outcomes are counted in each, else quarters.
LEAST_PER_POINT = 5


@dataclass(frozen=True)
class Picture:
    """Points with what they are judged by. ``runs``: over all points with patients, None without any.

    Columns of ``points``: those of ``joined``, ``rate`` and ``expected_rate`` (as the indicator is read), ``lower`` and
    ``upper`` (p′ limits of the rate, estimated from the points of the baseline); NaN where not known.
    """

    points: pd.DataFrame
    centre: float
    runs: Runs | None


def width(months: pd.DataFrame) -> int:
    """MONTH or QUARTER: how many months a point needs for limits, by LEAST_PER_POINT."""
    rarer = min(months["unwanted"].mean(), (months["n"] - months["unwanted"]).mean())
    return MONTH if rarer >= LEAST_PER_POINT else QUARTER


def picture(months: pd.DataFrame, indicator: Indicator, size: int) -> Picture:
    """The picture of a chart's ``months`` (see signals.Chart), ``size`` months in a point from the first on."""
    points = joined(months, np.arange(len(months)) // size)
    n, x = points["n"].to_numpy(float), points["unwanted"].to_numpy(float)
    fulfilled = n - x if indicator.higher_is_better else x
    limits = pchart(fulfilled, n, points["baseline"].to_numpy(bool))
    with np.errstate(invalid="ignore", divide="ignore"):
        rate, expected = fulfilled / n, points["expected"].to_numpy(float) / n
    points["rate"] = rate
    points["expected_rate"] = 1 - expected if indicator.higher_is_better else expected
    points["lower"], points["upper"] = limits.lower, limits.upper
    used = rate[np.isfinite(rate)]
    return Picture(points, limits.centre, runs(used) if len(used) else None)


def joined(months: pd.DataFrame, group: np.ndarray) -> pd.DataFrame:
    """Months of the same ``group`` (in order) together: start, n, unwanted, baseline, expected, size (in months).

    Counts are added; ``expected`` is the sum of what is known, NaN where nothing is.
    """
    first = np.flatnonzero(np.diff(group, prepend=-1))
    expected = months["expected"].to_numpy(float)
    known = np.add.reduceat(np.isfinite(expected), first)
    return pd.DataFrame(
        {
            "start": months["start"].to_numpy()[first],
            "n": np.add.reduceat(months["n"].to_numpy(), first),
            "unwanted": np.add.reduceat(months["unwanted"].to_numpy(), first),
            "baseline": months["baseline"].to_numpy()[first],
            "expected": np.where(known, np.add.reduceat(np.nan_to_num(expected), first), np.nan),
            "size": np.diff(first, append=len(group)),
        }
    )
