"""Curves for figures, from the step functions of :mod:`survival.estimators`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survival.estimators import YEAR, Steps

MONTH = YEAR / 12

#: The protected edition's curves stop where fewer are at risk.
PROTECTED_AT_RISK = 10


@dataclass(frozen=True)
class Curve:
    """A right-continuous step curve: from ``days[i]`` until ``days[i + 1]`` the value is ``estimate[i]``.

    Days since diagnosis; ``estimate``, ``lower`` and ``upper`` are fractions; ``at_risk`` those with a
    follow-up of at least that many days. The last point is where the curve ends: the horizon, or the end of
    follow-up.
    """

    days: np.ndarray
    estimate: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    at_risk: np.ndarray

    @property
    def years(self) -> np.ndarray:
        return self.days / YEAR


def step_curves(steps: Steps, horizon: float, points: int | None = None) -> list[Curve]:
    """One curve per group with a point at day 0, at each day of an event, and at the end.

    ``horizon`` in days. A curve ends with the last follow-up unless nobody is left who could have an event;
    a group without cases has an empty curve. With ``points``, a curve of more points is drawn on a grid of
    whole days instead: its values there are exact, and a step shows at most one grid interval late.
    """
    if points is not None and points < 2:
        raise ValueError(f"a curve of {points} point(s): give at least 2")
    result = []
    for group in range(steps.counts.groups):
        one = steps.only(group)
        days = one.counts.day
        if len(days) == 0:
            result.append(_curve(one, days))
            continue
        end = float(horizon) if one.settled[0] else min(float(horizon), float(days[-1]))
        grid = np.unique(np.r_[0.0, days[(one.counts.deaths(one.causes) > 0) & (days <= end)], end])
        if points is not None and len(grid) > points:
            grid = np.unique(np.r_[np.floor(np.linspace(0, end, points)[:-1]), end])
        result.append(_curve(one, grid))
    return result


def monthly_curves(steps: Steps, horizon: float, months: int = 1, smallest: int = PROTECTED_AT_RISK) -> list[Curve]:
    """One curve per group on a fixed grid of ``months`` months, for the protected edition.

    No event day shows; a curve stops before the first grid point with fewer than ``smallest`` at risk.
    """
    grid = np.arange(0, int(horizon / MONTH + 1e-9) + 1, months) * MONTH
    at_risk = steps.counts.at_risk(grid)
    return [
        _curve(steps.only(group), grid[: int(np.argmax(np.r_[at_risk[group] < smallest, True]))])
        for group in range(steps.counts.groups)
    ]


def _curve(one: Steps, days: np.ndarray) -> Curve:
    values = one.at(days)
    return Curve(days, values.estimate[0], values.lower[0], values.upper[0], values.at_risk[0])
