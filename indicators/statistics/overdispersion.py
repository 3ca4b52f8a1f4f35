"""Whether units differ by more than chance, and how much (the limits that allow for it: ``law``).

Spiegelhalter, Stat Med 2005;24:1185–1202 and Qual Saf Health Care 2005;14:347–351: z-scores about the common value,
winsorised at the 10 and 90 % points, φ = mean z². Units are overdispersed when I·φ > I − 1; the variance between
them is then estimated by moments (DerSimonian & Laird, Control Clin Trials 1986;7:177–188).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import numpy as np

from indicators.statistics.search import Search, alone

#: Adjusted limits are drawn only with so many units: φ of fewer is mostly chance.
LEAST_UNITS = 10
#: The share of z-scores that is drawn in at each end.
WINSOR = 0.10
#: A standard deviation between units beyond this is taken for this.
MOST_SPREAD = 4.0
#: Into so many cells its bracket is divided; the answer is the middle of one.
_CELLS = 512
#: So many cells are guessed before the bracket is halved.
_GUESSES = 6
#: About the winsorised mean square of units that vary by chance alone: where the first guess begins.
_PLAIN = 0.68


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


def between(found: Overdispersion, expected: Callable[[float], float]) -> float:
    """The variance between units that explains the winsorised φ: 0 unless ``found`` calls for widened limits.

    ``expected``: the winsorised mean z² that a standard deviation between units gives. Winsorising takes out a third of
    what units vary by, so that DerSimonian and Laird's moment of it leaves too many units outside; solved for, it does
    not, and still no single unit can hide itself.
    """
    return alone(explaining(found), expected)


def explaining(found: Overdispersion) -> Search[float, float, float]:
    """``between`` as a search, which asks for the winsorised mean z² of a standard deviation between units."""
    if not found.adjusted:
        return 0.0
    wanted = found.phi_winsorised * found.units / (found.units - 1)  # the centre is estimated
    low, high, before = 0.0, 0.25, (0.0, _PLAIN)
    while (found := (yield high)) < wanted and high < MOST_SPREAD:
        low, high, before = high, 2 * high, (high**2, found)
    # The cell in which the mean square crosses what is wanted: by secants, for it is nearly straight in the variance;
    # the bracket is halved where they do not close in.
    first, width, below, above, last = low, (high - low) / _CELLS, 0, _CELLS, (high**2, found)
    for step in count():
        if above - below == 1:
            return (first + (below + above) * width / 2) ** 2
        place = (below + above) // 2
        if step < _GUESSES and last[1] != before[1]:
            crossing = last[0] + (wanted - last[1]) * (last[0] - before[0]) / (last[1] - before[1])
            guess = int((np.sqrt(max(crossing, 0.0)) - first) / width)
            place = min(max(guess, below + 1), above - 1)
        at = first + place * width
        before, last = last, (at**2, (yield at))
        if last[1] < wanted:
            below = place
        else:
            above = place
