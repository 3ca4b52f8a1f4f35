"""Limits of a funnel plot of proportions.

Spiegelhalter, Stat Med 2005;24:1185–1202, appendix A.1.1: exact binomial limits, interpolated so that they run
smoothly with the size: r = min{r: P(R ≤ r) ≥ p}, α = (P(R ≤ r) − p) / P(R = r), limit = (r − α) / n.
"""

from __future__ import annotations

import numpy as np

from indicators.statistics.distributions import binomial_at, binomial_below, binomial_quantile

ATTENTION, ALARM = 0.95, 0.998


def limits(centre: float, sizes, level: float = ATTENTION) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper limits (fractions, within [0, 1]) about ``centre`` for units of the given sizes.

    Raises ValueError for a centre outside [0, 1] or a size below 1.
    """
    n = np.asarray(sizes, dtype=np.int64)
    if not 0 <= centre <= 1:
        raise ValueError(f"funnel: centre {centre} lies outside 0–1")
    if (n < 1).any():
        raise ValueError("funnel: a size below 1")
    tail = (1 - level) / 2
    return _limit(centre, n, tail), _limit(centre, n, 1 - tail)


def _limit(centre: float, n: np.ndarray, p: float) -> np.ndarray:
    if centre in (0, 1):
        return np.full(n.shape, float(centre))
    r = binomial_quantile(p, n, centre)
    share = (binomial_below(r, n, centre) - p) / binomial_at(r, n, centre)
    return np.clip((r - share) / n, 0, 1)
