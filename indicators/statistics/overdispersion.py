"""Whether units differ by more than chance, and funnel limits that allow for it.

Spiegelhalter, Stat Med 2005;24:1185–1202 and Qual Saf Health Care 2005;14:347–351: z-scores about the common value,
winsorised at the 10 and 90 % points, φ = mean z². Units are overdispersed when I·φ > I − 1; the variance between
them is then estimated by moments (DerSimonian & Laird, Control Clin Trials 1986;7:177–188).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indicators.statistics import funnel
from indicators.statistics.distributions import normal_quantile

#: Adjusted limits are drawn only with so many units: φ of fewer is mostly chance.
LEAST_UNITS = 10
#: The share of z-scores that is drawn in at each end.
WINSOR = 0.10


@dataclass(frozen=True)
class Overdispersion:
    """``phi`` and ``phi_winsorised``: mean z²; ``tau2``: variance between units on the scale of the z-scores (0: none).

    ``adjusted``: whether limits are widened by it. NaN where there is nothing to estimate from.
    """

    units: int
    phi: float
    phi_winsorised: float
    tau2: float

    @property
    def adjusted(self) -> bool:
        """Whether the limits are widened: units enough, and more variation than chance gives."""
        return self.units >= LEAST_UNITS and self.tau2 > 0

    @property
    def drawn(self) -> float:
        """The variance between units that the limits allow for: 0 unless ``adjusted``."""
        return self.tau2 if self.adjusted else 0.0


def estimate(values, variances, centre: float) -> Overdispersion:
    """Overdispersion of units' ``values`` with sampling ``variances`` about ``centre``; of two units or more."""
    y, s2 = np.asarray(values, dtype=float), np.asarray(variances, dtype=float)
    units = len(y)
    if units < 2 or not (s2 > 0).all():
        return Overdispersion(units, np.nan, np.nan, np.nan)
    z = (y - centre) / np.sqrt(s2)
    # Quantiles interpolated between order statistics (type 7).
    low, high = np.quantile(z, [WINSOR, 1 - WINSOR])
    phi = float(np.mean(np.clip(z, low, high) ** 2))
    weight = 1 / s2
    tau2 = (units * phi - (units - 1)) / (weight.sum() - (weight**2).sum() / weight.sum())
    return Overdispersion(units, float(np.mean(z**2)), phi, max(0.0, float(tau2)))


def of_proportions(numerator, denominator, centre: float) -> Overdispersion:
    """Overdispersion of proportions, every denominator at least 1; the variance is the common value's, θ(1 − θ)/n."""
    x, n = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    return estimate(x / n, centre * (1 - centre) / n, centre)


def limits(centre: float, sizes, level: float = funnel.ATTENTION, tau2: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Funnel limits (fractions) of proportions of these sizes, never tighter than the exact ones.

    With ``tau2`` > 0 the additive limits θ ± z·√(θ(1 − θ)/n + τ²), or the exact limits where those are wider: the
    normal approximation alone would call small units deviant that chance explains.
    """
    low, high = funnel.limits(centre, sizes, level)
    if tau2 <= 0:
        return low, high
    half = normal_quantile((1 + level) / 2) * np.sqrt(centre * (1 - centre) / np.asarray(sizes, dtype=float) + tau2)
    return np.clip(np.minimum(low, centre - half), 0, 1), np.clip(np.maximum(high, centre + half), 0, 1)
