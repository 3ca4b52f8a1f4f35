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
from scipy.special import betainc, betaincinv

from indicators.statistics.shrinkage import LEVEL, Shrunken

#: Points of the grid that carries the units' posteriors.
_POINTS = 200


@dataclass(frozen=True)
class Ranks:
    """Whole numbers, 1 = best: the place by posterior expected rank (ties share the middle) and its 95 % limits."""

    rank: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    expected: np.ndarray


def ranks(shrunken: Shrunken, higher_is_better: bool, level: float = LEVEL) -> Ranks:
    """Ranks of units under the distributions of their rates.

    Where no variation was found every unit shares the middle rank and may stand anywhere.
    """
    a, b = shrunken.a[:, None], shrunken.b[:, None]
    if shrunken.pooled:
        return all_alike(len(a))
    levels = np.linspace(0.001, 0.999, max(4, _POINTS // len(a)))
    edges = np.unique(np.r_[0.0, betaincinv(a, b, levels[None, :]).ravel(), 1.0])
    if len(edges) > _POINTS + 2:
        edges = edges[np.unique(np.linspace(0, len(edges) - 1, _POINTS).round().astype(int))]
    return of_grid(betainc(a, b, edges[None, :]), higher_is_better, level)


def of_grid(below: np.ndarray, higher_is_better: bool, level: float = LEVEL) -> Ranks:
    """Ranks from distribution functions on a common grid (units × edges, from 0 to 1)."""
    weight = np.diff(below, axis=1)
    middle = (below[:, 1:] + below[:, :-1]) / 2
    better = 1 - middle if higher_is_better else middle
    units = len(weight)
    chance = np.einsum("ig,igk->ik", weight, _numbers_without(better))
    places = np.arange(1, units + 1)
    expected = chance @ places
    cumulated = np.cumsum(chance, axis=1)
    tail = (1 - level) / 2
    lower = 1 + np.sum(cumulated < tail - 1e-12, axis=1)
    upper = 1 + np.sum(cumulated < 1 - tail - 1e-12, axis=1)
    rank = _middle(expected)
    return Ranks(rank, np.minimum(lower, rank), np.minimum(np.maximum(upper, rank), units), expected)


def _numbers_without(better: np.ndarray) -> np.ndarray:
    """[i, g, k]: probability that k units other than i are better, from the units' probabilities in cell g.

    The Poisson-binomial distribution of all units, from which unit i is taken out again: from the bottom where it is
    rather not better, from the top where it is, so that errors shrink instead of grow.
    """
    units, cells = better.shape
    whole = np.zeros((cells, units + 1))
    whole[:, 0] = 1.0
    for share in better:
        moved = whole * share[:, None]
        whole -= moved
        whole[:, 1:] += moved[:, :-1]
    found = np.zeros((units, cells, units))
    low = better <= 0.5
    p, q = np.where(low, better, 0.0), np.where(low, 1.0, better)
    up, down = np.zeros_like(better), np.zeros_like(better)
    for step in range(units):
        up = (whole[:, step] - p * up) / (1 - p)
        down = (whole[:, units - step] - (1 - q) * down) / q
        found[:, :, step] += np.where(low, up, 0.0)
        found[:, :, units - 1 - step] += np.where(low, 0.0, down)
    return np.maximum(found, 0.0)


def _middle(expected: np.ndarray) -> np.ndarray:
    # Rounded first: equal units differ in the last digits by the order of summation.
    _, place, alike = np.unique(np.round(expected, 9), return_inverse=True, return_counts=True)
    return np.floor(np.cumsum(alike) - (alike - 1) / 2).astype(np.int64)[place]


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
