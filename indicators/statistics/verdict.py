"""Which zone of a unit can be relied on: the signal that pages, files and the command show alike.

A zone counts where three things hold. The tail of the distribution is as small as the limit says (mid-p: Lancaster,
J Am Stat Assoc 1961;56:223–234): the interpolated limits lie inside 0–100 % even where one cannot be outside them, so
that 3 of 3 patients would be an alarm. The missing could not bring the unit to or from a side. And the foundation is
not thin.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

WITHIN = "within"
ZONES = ("alarm_low", "attention_low", WITHIN, "attention_high", "alarm_high")
#: Fewer patients than this, or an interval wider than this, and nothing is certain.
LEAST_PATIENTS = 10
WIDEST = 0.30


def zones(rate: np.ndarray, limits: dict[str, np.ndarray]) -> np.ndarray:
    """Where each rate lies: strictly outside 99.8 % alarm, strictly outside 95 % attention.

    None without a rate or without limits.
    """
    found = np.full(len(rate), WITHIN, dtype=object)
    found[rate < limits["limit95_low"]] = "attention_low"
    found[rate > limits["limit95_high"]] = "attention_high"
    found[rate < limits["limit998_low"]] = "alarm_low"
    found[rate > limits["limit998_high"]] = "alarm_high"
    found[np.isnan(rate) | np.isnan(limits["limit95_low"]) | np.isnan(limits["limit95_high"])] = None
    return found


def thin(patients: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> np.ndarray:
    """Whether a result stands on too little: few patients, an interval wider than 30 points, or 0–0 and 1–1."""
    n, low, high = (np.asarray(one, dtype=float) for one in (patients, lower, upper))
    # A hair of rounding must not call an interval of exactly 30 points wider.
    return (n < LEAST_PATIENTS) | ~(high - low <= WIDEST + 1e-12) | (low == high)


def borne_out(zone: np.ndarray, low_tail: np.ndarray, high_tail: np.ndarray, tails: tuple[float, float]) -> np.ndarray:
    """The zones as far as the tails bear them out: an alarm may be attention or within.

    ``tails``: the share beyond the 95 % and the 99.8 % limit on one side.
    """
    high = np.array([str(one).endswith("_high") for one in zone], dtype=bool)
    tail = np.where(high, high_tail, low_tail)
    softer = np.array([None if one is None else str(one).replace("alarm", "attention") for one in zone], dtype=object)
    found = np.where(tail <= tails[1], zone, np.where(tail <= tails[0], softer, WITHIN)).astype(object)
    found[np.array([one is None for one in zone], dtype=bool)] = None
    return found


def settled(known: np.ndarray, bounds: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The mildest of the zones of known, lowest and highest possible rate, and whether all lie on one side."""
    mildest, same = known.copy(), np.ones(len(known), dtype=bool)
    for row, zone in enumerate(known):
        every = (zone, *(bound[row] for bound in bounds))
        if len({str(one).rpartition("_")[2] for one in every}) > 1:  # low, high, within
            same[row] = False
        else:
            mildest[row] = next((one for one in every if str(one).startswith("attention")), zone)
    return mildest, same


def signals(zone: np.ndarray, signal: np.ndarray, sure: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``signal`` where it is sure, else None; and whether it is certain.

    A zone outside the limits of which nothing is left is not certainly within them: the patients are too few to tell.
    """
    left = np.array([one is not None and not (one == WITHIN and was != WITHIN)
                     for one, was in zip(signal, zone, strict=True)], dtype=bool)  # fmt: skip
    certain = sure & left
    return np.where(certain, signal, None).astype(object), certain
