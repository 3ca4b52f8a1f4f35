"""Ranks with their uncertainty, and how much of a ranking is real.

The rank of a unit is 1 + the number of units that are better. Its distribution is computed, not simulated: given the
unit's own rate, the number of better units is a sum of independent yes/no draws (Poisson-binomial), averaged over the
unit's posterior on a grid. Goldstein & Spiegelhalter, J R Stat Soc A 1996;159:385–443 (ranks only with an interval);
Laird & Louis, J Educ Stat 1989;14:29–46 (posterior expected rank). Rankability: van Houwelingen, Brand & Louis 2000;
Lingsma et al., BMC Med Res Methodol 2010;10:23.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv
from scipy.stats import rankdata

from indicators.statistics.shrinkage import LEVEL, BetaPrior

#: Points of the grid that carries the units' posteriors.
_POINTS = 200


@dataclass(frozen=True)
class Ranks:
    """Whole numbers, 1 = best: the place by posterior expected rank (ties share the middle) and its 95 % limits."""

    rank: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    expected: np.ndarray


def ranks(prior: BetaPrior, numerator, denominator, higher_is_better: bool, level: float = LEVEL) -> Ranks:
    """Ranks of units with denominators of at least 1 under their posteriors.

    Where no variation was found every unit shares the middle rank and may stand anywhere.
    """
    x = np.asarray(numerator, dtype=float)
    if prior.pooled:
        return all_alike(len(x))
    a, b = prior.posterior(numerator, denominator)
    levels = (np.arange(max(4, _POINTS // len(x))) + 0.5) / max(4, _POINTS // len(x))
    edges = np.unique(np.r_[0.0, betaincinv(a[:, None], b[:, None], levels[None, :]).ravel(), 1.0])
    if len(edges) > _POINTS + 2:
        edges = edges[np.unique(np.linspace(0, len(edges) - 1, _POINTS).astype(int))]
    return of_grid(prior.cdf(numerator, denominator, edges), higher_is_better, level)


def of_grid(below: np.ndarray, higher_is_better: bool, level: float = LEVEL) -> Ranks:
    """Ranks from distribution functions on a common grid (units × edges, from 0 to 1)."""
    weight = np.diff(below, axis=1)
    middle = (below[:, 1:] + below[:, :-1]) / 2
    better = 1 - middle if higher_is_better else middle
    units, cells = weight.shape
    # number[i, g, k]: probability that k other units are better than unit i when its rate lies in cell g.
    number = np.zeros((units, cells, units))
    number[:, :, 0] = 1.0
    for other in range(units):
        share = np.broadcast_to(better[other][None, :, None], (units, cells, 1)).copy()
        share[other] = 0.0  # a unit is not compared with itself
        moved = number * share
        number -= moved
        number[:, :, 1:] += moved[:, :, :-1]
    chance = np.einsum("ig,igk->ik", weight, number)
    places = np.arange(1, units + 1)
    expected = chance @ places
    cumulated = np.cumsum(chance, axis=1)
    tail = (1 - level) / 2
    lower = 1 + np.sum(cumulated < tail - 1e-12, axis=1)
    upper = 1 + np.sum(cumulated < 1 - tail - 1e-12, axis=1)
    rank = _middle(expected)
    return Ranks(rank, np.minimum(lower, rank), np.minimum(np.maximum(upper, rank), units), expected)


def _middle(expected: np.ndarray) -> np.ndarray:
    # Rounded first: equal units differ in the last digits by the order of summation.
    return np.floor(rankdata(np.round(expected, 9), method="average")).astype(np.int64)


def all_alike(units: int) -> Ranks:
    """Ranks of units that do not differ: all share the middle one, and each may stand anywhere."""
    expected = np.full(units, (units + 1) / 2)
    return Ranks(_middle(expected), np.ones(units, dtype=np.int64), np.full(units, units, dtype=np.int64), expected)


def rankability(between: float, within) -> float:
    """The share of the variation that is real: σ²/(σ² + median of the units' sampling variances); 0–1.

    ``between`` is σ² and ``within`` the variances of the units' own estimates, on the same scale (infinite allowed).
    """
    middle = float(np.median(np.asarray(within, dtype=float)))
    if between == 0:
        return 0.0
    return between / (between + middle)
