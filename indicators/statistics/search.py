"""The lowest point of a function of one number: golden section.

Importing scipy.optimize for this one search takes longer than the page that needs it.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

_RATIO = (sqrt(5) - 1) / 2


def lowest(function: Callable[[float], float], low: float, high: float, tolerance: float) -> float:
    """Where ``function``, which falls and then rises between ``low`` and ``high``, is lowest, to within ``tolerance``.

    Closer than about 1e-8 of the answer the function itself has no more digits to tell by. Kiefer, Proceedings of the
    AMS 1953.
    """
    left, right = high - _RATIO * (high - low), low + _RATIO * (high - low)
    at_left, at_right = function(left), function(right)
    while high - low > tolerance:
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - _RATIO * (high - low)
            at_left = function(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _RATIO * (high - low)
            at_right = function(right)
    return (low + high) / 2
