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
#: The grades between the two clear ones.
BETWEEN = GRADES[1:-1]
#: More patients than this are not asked for.
MOST = 5_000
TAIL = 0.025
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


def probability_of(numerator: float, denominator: float, operator: str, value: float) -> float:
    """``probability_met`` of one share with 0 ≤ x ≤ n; NaN where n is 0."""
    if denominator <= 0:
        return math.nan
    below = float(betainc(numerator + 0.5, denominator - numerator + 0.5, min(1.0, max(0.0, value))))
    return below if operator.startswith("<") else 1.0 - below


def more_needed(numerator: int, denominator: int, operator: str, value: float) -> int | None:
    """How many patients more, at the same share, would bring the exact 95 % interval to one side of the standard.

    None where the share is so near the standard that MOST would not.
    """
    if denominator <= 0 or not 0 < value < 1:
        return None
    share = numerator / denominator
    above = share > value

    def is_clear(more: int) -> bool:
        n = denominator + more
        x = share * n
        # The limit on the standard's side lies beyond it where the tail there is below 2.5 %.
        if above:
            return float(betainc(x, n - x + 1, value)) < TAIL
        return 1.0 - float(betainc(x + 1, n - x, value)) < TAIL

    if is_clear(0):
        return 0
    high = 1
    while not is_clear(high):
        high *= 2
        if high > MOST:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_clear(middle) else (middle, high)
    return high


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
