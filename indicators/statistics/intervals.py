"""Confidence intervals of proportions, on arrays."""

from __future__ import annotations

import numpy as np
from scipy.special import betaincinv

from indicators.statistics.distributions import normal_quantile

LEVEL = 0.95


def exact(numerator, denominator, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """Clopper–Pearson limits (fractions) of ``numerator``/``denominator``; NaN where the denominator is 0.

    Clopper & Pearson, Biometrika 1934;26:404–413: quantiles of beta distributions.
    """
    x, n = _counts(numerator, denominator)
    tail = (1 - level) / 2
    with np.errstate(invalid="ignore"):
        lower = np.where(x == 0, 0.0, betaincinv(np.maximum(x, 1), n - x + 1, tail))
        upper = np.where(x == n, 1.0, betaincinv(x + 1, np.maximum(n - x, 1), 1 - tail))
    return _limits(lower, upper, n)


def wilson(numerator, denominator, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """Wilson score limits (fractions), clamped to [0, 1]; NaN where the denominator is 0.

    Wilson, J Am Stat Assoc 1927;22:209–212.
    """
    x, n = _counts(numerator, denominator)
    z = normal_quantile((1 + level) / 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = x / n
        centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    lower = np.where(x == 0, 0.0, np.clip(centre - half, 0, 1))
    upper = np.where(x == n, 1.0, np.clip(centre + half, 0, 1))
    return _limits(lower, upper, n)


METHODS = {"exact": exact, "wilson": wilson}


def _counts(numerator, denominator) -> tuple[np.ndarray, np.ndarray]:
    x, n = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    if np.any(x < 0) or np.any(x > n):
        raise ValueError("a numerator lies outside 0..denominator")
    return x, n


def _limits(lower: np.ndarray, upper: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.where(n > 0, lower, np.nan), np.where(n > 0, upper, np.nan)
