"""Indirect standardisation: observed against expected, with Byar's limits.

Breslow & Day, Statistical Methods in Cancer Research II, IARC 1987, p. 69 (Byar's approximation of the exact Poisson
limits). Two units' O/E are never compared with each other: each is weighted by its own case mix.
"""

from __future__ import annotations

import numpy as np

from indicators.statistics.distributions import normal_quantile


def observed_expected(observed, expected, level: float = 0.95) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """O/E with its limits; NaN where nothing is expected or E is not known."""
    o, e = np.asarray(observed, dtype=float), np.asarray(expected, dtype=float)
    e = np.where(e > 0, e, np.nan)
    z = normal_quantile((1 + level) / 2)
    base = np.where(o > 0, o, 1.0)
    lower = np.where(o > 0, o * np.maximum(1 - 1 / (9 * base) - z / (3 * np.sqrt(base)), 0) ** 3, 0.0)
    upper = (o + 1) * (1 - 1 / (9 * (o + 1)) + z / (3 * np.sqrt(o + 1))) ** 3
    return o / e, lower / e, upper / e
