"""Limits of a funnel plot of proportions.

Spiegelhalter, Stat Med 2005;24:1185–1202, appendix A.1.1: exact binomial limits, interpolated so that they run
smoothly with the size: r = min{r: P(R ≤ r) ≥ p}, α = (P(R ≤ r) − p) / P(R = r), limit = (r − α) / n.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from indicators.statistics.distributions import binomial_at, binomial_below, binomial_quantile

ATTENTION, ALARM = 0.95, 0.998


def limits(centre: ArrayLike, sizes: ArrayLike, level: float = ATTENTION) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper limits (fractions, within [0, 1]) about ``centre`` (of all, or of each) for units of the given
    sizes.

    Raises ValueError for a centre outside [0, 1] or a size below 1.
    """
    n = np.asarray(sizes, dtype=np.int64)
    centres = np.broadcast_to(np.asarray(centre, dtype=float), n.shape)
    wrong = ~((centres >= 0) & (centres <= 1))
    if wrong.any():
        raise ValueError(f"funnel: centre {centres[wrong].flat[0]} lies outside 0–1")
    if (n < 1).any():
        raise ValueError("funnel: a size below 1")
    tail = (1 - level) / 2
    return _limit(centres, n, tail), _limit(centres, n, 1 - tail)


def _limit(centre: np.ndarray, n: np.ndarray, p: float) -> np.ndarray:
    found = centre.copy()  # where nobody or everybody has the event there is no other rate
    inside = (centre > 0) & (centre < 1)
    c, m = centre[inside], n[inside]
    r = binomial_quantile(p, m, c)
    share = (binomial_below(r, m, c) - p) / binomial_at(r, m, c)
    found[inside] = np.clip((r - share) / m, 0, 1)
    return found
