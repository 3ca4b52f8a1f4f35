"""Graded evidence that a standard is met: the probability of the true value lying on its side.

The posterior of a share with Jeffreys' prior is Beta(x + ½, n − x + ½) (Brown et al., Stat Sci 2001;16:101–133).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc

from indicators.statistics.distributions import normal_below

#: From this probability on, or down from the other, the word is *probably*.
PROBABLY, PROBABLY_NOT = 0.8, 0.2
#: In the order of the pages' marks, worst last.
GRADES = ("met", "probably_met", "unsettled", "probably_not_met", "not_met")
_TWO_SIDED = 1.959963984540054


def probability_met(numerator: ArrayLike, denominator: ArrayLike, operator: str, value: ArrayLike) -> np.ndarray:
    """P(the true share meets ``operator value``) after x of n; NaN where n is 0 or anything is not known.

    ``operator``: >=, >, <= or < (a share is never exactly the standard: > and >= are one).
    """
    x, n, limit = (np.asarray(one, dtype=float) for one in (numerator, denominator, value))
    with np.errstate(invalid="ignore"):
        below = betainc(x + 0.5, n - x + 0.5, np.clip(limit, 0.0, 1.0))
        below = np.where((n > 0) & (x >= 0) & (x <= n), below, np.nan)
    return below if operator.startswith("<") else 1.0 - below


def probability_survival(rate: float, lower: float, upper: float, operator: str, value: float) -> float:
    """The same of a survival estimate with log-log 95 % limits: normal on the log(−log) scale.

    NaN where the interval is degenerate (nobody or everybody has died) and says nothing.
    """
    if not (0 < lower < rate < upper < 1 and 0 < value < 1):
        return math.nan

    def scale(share: float) -> float:
        return math.log(-math.log(share))

    error = (scale(lower) - scale(upper)) / (2 * _TWO_SIDED)
    above = float(normal_below((scale(value) - scale(rate)) / error))
    return 1.0 - above if operator.startswith("<") else above


def grade(clear: str, known: float, lowest: float, highest: float) -> str:
    """The graded word. ``clear``: "met" or "not_met" where the interval and both bounds say so, else "".

    The probabilities are of the known patients and with the missing all unfulfilled and all fulfilled: the weakest of
    the three decides.
    """
    if clear:
        return clear
    every = (known, lowest, highest)
    if any(math.isnan(one) for one in every):
        return "unsettled"
    if min(every) >= PROBABLY:
        return "probably_met"
    return "probably_not_met" if max(every) <= PROBABLY_NOT else "unsettled"
