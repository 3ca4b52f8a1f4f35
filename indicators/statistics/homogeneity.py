"""Whether units differ at all: the sum of squared z-scores about the common rate, with its exact first two moments.

Cochran, Biometrics 1954;10:417–451. For x ~ Binomial(n, θ), E z⁴ = 3 + (1 − 6θ(1 − θ))/(nθ(1 − θ)), so the variance of
z² is 2 + (1 − 6θ(1 − θ))/(nθ(1 − θ)). The sum is referred to the gamma distribution with its mean and variance: the χ²
distribution itself calls rare events in small units different far too often (Satterthwaite, Biometrics 1946;2:110–114).
"""

from __future__ import annotations

import numpy as np

from indicators.statistics.distributions import chi2_above, gamma_above


def of_proportions(numerator, denominator, centre: float) -> float:
    """p of "all units have the same rate", denominators of at least 1; NaN where nothing can be compared.

    ``centre``: the common rate, estimated from at least these units.
    """
    x, n = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    if len(n) < 2 or not 0 < centre < 1:
        return float("nan")
    variance = centre * (1 - centre)
    statistic = np.sum((x - n * centre) ** 2 / (n * variance))
    # The centre is estimated from the units: one degree of freedom in all.
    mean = len(n) - 1
    spread = np.sum(2 + (1 - 6 * variance) / (n * variance)) * mean / len(n)
    if spread <= 0:  # of single patients at one half z² is 1 whatever happens
        return 1.0
    return float(gamma_above(statistic, mean**2 / spread, spread / mean))


def of_scores(mean_square: float, units: int) -> float:
    """p of "all units are alike" from the mean of squared normal z-scores; NaN for fewer than two units."""
    if units < 2 or np.isnan(mean_square):
        return float("nan")
    return float(chi2_above(mean_square * units, units - 1))
