"""The tails and quantiles of the distributions that the statistics use.

On scipy.special, as scipy.stats has them itself: importing scipy.stats takes a third of the dashboard's start.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import (
    bdtrik,
    betainc,
    betaln,
    chdtrc,
    gammaincc,
    gammaincinv,
    ndtr,
    ndtri,
    stdtr,
    stdtrit,
    xlog1py,
    xlogy,
)


def normal_quantile(p: ArrayLike) -> np.ndarray:
    """The value that a standard normal variable is below with probability ``p``."""
    return ndtri(p)


def normal_below(x: ArrayLike) -> np.ndarray:
    """P(X ≤ x) of a standard normal variable."""
    return ndtr(x)


def normal_above(x: ArrayLike) -> np.ndarray:
    """P(X > x) of a standard normal variable."""
    return ndtr(-np.asarray(x, dtype=float))


def binomial_at(k: ArrayLike, n: ArrayLike, p: ArrayLike) -> np.ndarray:
    """P(X = k) of a binomial variable; ``k`` whole, 0 outside 0 … n."""
    k, n, p = (np.asarray(one, dtype=float) for one in (k, n, p))
    inside = (k >= 0) & (k <= n)
    at = np.where(inside, k, 0.0)
    log = xlogy(at, p) + xlog1py(n - at, -p) - betaln(at + 1, n - at + 1) - np.log(n + 1)
    return np.where(inside, np.exp(log), 0.0)


def binomial_below(k: ArrayLike, n: ArrayLike, p: ArrayLike) -> np.ndarray:
    """P(X ≤ k) of a binomial variable; ``k`` whole."""
    k, n, p = (np.asarray(one, dtype=float) for one in (k, n, p))
    inside = (k >= 0) & (k < n)
    at = np.where(inside, k, 0.0)
    found = betainc(np.where(inside, n - at, 1.0), at + 1, 1 - p)
    return np.where(inside, found, np.where(k < 0, 0.0, 1.0))


def binomial_above(k: ArrayLike, n: ArrayLike, p: ArrayLike) -> np.ndarray:
    """P(X > k) of a binomial variable, by the incomplete beta function; ``k`` whole."""
    k, n, p = (np.asarray(one, dtype=float) for one in (k, n, p))
    inside = (k >= 0) & (k < n)
    at = np.where(inside, k, 0.0)
    found = betainc(at + 1, np.where(inside, n - at, 1.0), p)
    return np.where(inside, found, np.where(k < 0, 1.0, 0.0))


def binomial_quantile(q: ArrayLike, n: ArrayLike, p: ArrayLike) -> np.ndarray:
    """The smallest whole k with P(X ≤ k) ≥ ``q``."""
    q, n, p = np.broadcast_arrays(*(np.asarray(one, dtype=float) for one in (q, n, p)))
    k = np.clip(np.nan_to_num(np.ceil(bdtrik(q, n, p))), 0, n)  # a start: the inverse rounds
    while (short := binomial_below(k, n, p) < q).any():
        k = k + short
    while (far := (k > 0) & (binomial_below(k - 1, n, p) >= q)).any():
        k = k - far
    return k


def chi2_above(x: ArrayLike, freedom: ArrayLike) -> np.ndarray:
    """P(X > x) of a χ² variable."""
    return chdtrc(freedom, x)


def chi2_quantile(p: ArrayLike, freedom: ArrayLike) -> np.ndarray:
    """The value that a χ² variable is below with probability ``p``."""
    return 2 * gammaincinv(np.asarray(freedom, dtype=float) / 2, p)


def gamma_above(x: ArrayLike, shape: ArrayLike, scale: ArrayLike) -> np.ndarray:
    """P(X > x) of a gamma variable."""
    return gammaincc(shape, np.asarray(x, dtype=float) / scale)


def t_above(x: ArrayLike, freedom: ArrayLike) -> np.ndarray:
    """P(X > x) of Student's t."""
    return stdtr(freedom, -np.asarray(x, dtype=float))


def t_quantile(p: ArrayLike, freedom: ArrayLike) -> np.ndarray:
    """The value that Student's t is below with probability ``p``."""
    return stdtrit(freedom, p)
