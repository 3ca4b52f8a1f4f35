"""Two proportions: the difference with limits, and the test of one unit against the rest."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from indicators.statistics.intervals import wilson


def newcombe(x1, n1, x2, n2, level: float = 0.95) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x1/n1 − x2/n2 with limits, method 10 of Newcombe, Stat Med 1998;17:873–890 (from Wilson limits).

    NaN where a denominator is 0.
    """
    x1, n1, x2, n2 = (np.asarray(value, dtype=float) for value in (x1, n1, x2, n2))
    low1, high1 = wilson(x1, n1, level)
    low2, high2 = wilson(x2, n2, level)
    with np.errstate(invalid="ignore", divide="ignore"):
        p1, p2 = x1 / n1, x2 / n2
    difference = p1 - p2
    lower = difference - np.sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2)
    upper = difference + np.sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2)
    return difference, lower, upper


def fisher_mid_p(x1, n1, x2, n2) -> np.ndarray:
    """Two-sided mid-p of Fisher's exact test, twice the smaller tail; NaN where a denominator is 0.

    Lancaster, J Am Stat Assoc 1961;56:223–234; Agresti, Stat Sci 1992;7:131–153: not conservative on average, and
    valid for the rare outcomes for which χ² is not.
    """
    x1, n1, x2, n2 = (np.atleast_1d(np.asarray(value, dtype=float)) for value in (x1, n1, x2, n2))
    total, size = x1 + x2, n1 + n2
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(size > 0, n1 * total / size, 0.0)
        spread = np.sqrt(np.where(size > 1, mean * (1 - total / size) * n2 / (size - 1), 0.0))
    first, last = np.maximum(0, total - n2), np.minimum(n1, total)
    # Twelve standard deviations to either side hold all that a double can tell from 0.
    low = np.maximum(first, np.floor(mean - 12 * spread - 12))
    high = np.minimum(last, np.ceil(mean + 12 * spread + 12))
    k = low[:, None] + np.arange(int(np.max(high - low, initial=0)) + 1)
    inside = k <= high[:, None]
    safe = np.where(inside, k, low[:, None])
    log = -(
        gammaln(safe + 1)
        + gammaln(n1[:, None] - safe + 1)
        + gammaln(total[:, None] - safe + 1)
        + gammaln((n2 - total)[:, None] + safe + 1)
    )
    log -= np.where(inside, log, -np.inf).max(axis=1, keepdims=True)
    chance = np.where(inside, np.exp(log), 0.0)
    chance /= chance.sum(axis=1, keepdims=True)
    here = np.where(k == x1[:, None], chance, 0.0).sum(axis=1)
    below = np.where(k < x1[:, None], chance, 0.0).sum(axis=1) + here / 2
    above = np.where(k > x1[:, None], chance, 0.0).sum(axis=1) + here / 2
    return np.where((n1 > 0) & (n2 > 0), np.minimum(1.0, 2 * np.minimum(below, above)), np.nan)
