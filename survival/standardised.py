"""Survival of units as if each had treated the country's patients: direct standardisation by Cox's model.

Each unit has a baseline hazard of its own, the case mix a common effect exp(xγ) (Cox's model with the units as strata;
Zhang, Loberiza, Klein & Zhang, Comput Methods Programs Biomed 2007;88:95–101). A unit's survival is the mean over all
the country's patients of exp(−H_u(t)·exp(xγ)), the country's the same with one baseline of all units. Baselines are
Breslow's (1974), limits by the delta method from the variance of the baseline's steps and of γ; a unit is part of the
country, and the covariance of the two is taken into account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from survival.estimators import CAUSES, Z95, DailyCounts


@dataclass(frozen=True)
class StandardisedSurvival:
    """Of each unit at one time; arrays of one value per unit, nan where its follow-up does not reach the time.

    ``estimate`` with log-log limits and ``country`` are survival; ``difference`` is estimate − country. ``lived`` is
    the mean of the days lived until then, ``gap`` its difference from the country's.
    """

    estimate: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    country: float
    difference: np.ndarray
    difference_lower: np.ndarray
    difference_upper: np.ndarray
    lived: np.ndarray
    gap: np.ndarray
    gap_lower: np.ndarray
    gap_upper: np.ndarray


def standardised(
    counts: DailyCounts,
    unit: np.ndarray,
    units: int,
    matrix: np.ndarray,
    effects: np.ndarray,
    covariance: np.ndarray,
    times: Sequence[float],
    causes: Sequence[str] = CAUSES,
) -> list[StandardisedSurvival]:
    """One result per time (days), of deaths of these causes; other deaths are censored.

    ``counts`` by pattern of unit and case mix; per pattern ``unit`` (−1: none, not part of anything) and a row of
    ``matrix``; ``effects`` are the log hazard ratios of its columns and ``covariance`` theirs.
    """
    inside = unit >= 0
    model = _Model(counts, np.where(inside, unit, -1), matrix, effects, causes)
    whole = model.baseline(inside)
    each = [model.baseline(unit == one) for one in range(units)]
    return [_at(model, whole, each, covariance, float(time)) for time in times]


def _at(
    model: _Model, whole: _Baseline, each: list[_Baseline], covariance: np.ndarray, time: float
) -> StandardisedSurvival:
    country = model.mean(whole, time)
    rows = []
    for one in each:
        if not one.reaches(time):
            rows.append((np.nan,) * 10)
            continue
        mine = model.mean(one, time)
        error, _ = _spread(mine, None, covariance, "value", "slope")
        rows.append(
            (
                mine.value,
                *_log_log(mine.value, error),
                *_difference(mine, country, covariance, "value", "slope"),
                mine.lived,
                *_difference(mine, country, covariance, "lived", "lived_slope"),
            )
        )
    columns = [np.array(column) for column in zip(*rows, strict=True)] or [np.zeros(0)] * 10
    return StandardisedSurvival(*columns[:3], country.value if whole.reaches(time) else np.nan, *columns[3:])


def _difference(
    mine: _Mean, country: _Mean, covariance: np.ndarray, value: str, slope: str
) -> tuple[float, float, float]:
    error, gap = _spread(mine, country, covariance, value, slope)
    return gap, gap - Z95 * error, gap + Z95 * error


def _spread(mine: _Mean, country: _Mean | None, covariance: np.ndarray, value: str, slope: str) -> tuple[float, float]:
    """Standard error and value of a unit's survival or days, or of its difference from the country's."""
    pull = getattr(mine, slope)  # change of the value with each step of the baseline, per death in it
    by_effects = getattr(mine, f"{value}_by_effects")
    if country is None:
        variance = float((pull**2 * mine.base.deaths[: len(pull)] / mine.base.score[: len(pull)] ** 2).sum())
        gap = getattr(mine, value)
    else:
        gap = getattr(mine, value) - getattr(country, value)
        by_effects = by_effects - getattr(country, f"{value}_by_effects")
        other = getattr(country, slope)
        place = np.searchsorted(country.base.day[: len(other)], mine.base.day[: len(pull)])
        own = pull / mine.base.score[: len(pull)]
        shared = other / country.base.score[: len(other)]
        variance = float(
            (own**2 * mine.base.deaths[: len(pull)]).sum()
            - 2 * (own * shared[place] * mine.base.deaths[: len(pull)]).sum()
            + (shared**2 * country.base.deaths[: len(other)]).sum()
        )
    variance += float(by_effects @ covariance @ by_effects)
    return float(np.sqrt(max(variance, 0.0))), float(gap)


def _log_log(value: float, error: float) -> tuple[float, float]:
    if not 0 < value < 1:
        return value, value
    width = Z95 * error / (value * -np.log(value))
    return float(value ** np.exp(width)), float(value ** np.exp(-width))


@dataclass(frozen=True)
class _Baseline:
    """Steps of a cumulative baseline hazard: on ``day``, ``deaths`` among patients whose relative hazards add to
    ``score``; ``drift`` is the sum of those times x. ``last``: the last day of follow-up, ``dead``: nobody lived on."""

    day: np.ndarray
    deaths: np.ndarray
    score: np.ndarray
    drift: np.ndarray
    last: int

    def reaches(self, time: float) -> bool:
        return self.last >= time

    @cached_property
    def hazard(self) -> np.ndarray:
        return np.cumsum(self.deaths / self.score)

    @cached_property
    def by_effects(self) -> np.ndarray:
        """Derivative of ``hazard`` by the effects: days × effects."""
        return -np.cumsum((self.deaths / self.score**2)[:, None] * self.drift, axis=0)


@dataclass(frozen=True)
class _Mean:
    """The mean over the standard population. ``slope`` and ``lived_slope`` by the steps of the baseline up to then."""

    base: _Baseline
    value: float
    slope: np.ndarray
    value_by_effects: np.ndarray
    lived: float
    lived_slope: np.ndarray
    lived_by_effects: np.ndarray


class _Model:
    """Counts with the relative hazard of each pattern, and the standard population: all patients with a unit."""

    def __init__(
        self, counts: DailyCounts, unit: np.ndarray, matrix: np.ndarray, effects: np.ndarray, causes: Sequence[str]
    ) -> None:
        self.counts, self.causes = counts, causes
        self.matrix = np.asarray(matrix, dtype=float).reshape(len(unit), -1)
        self.relative = np.exp(self.matrix @ effects)
        weight = np.where(unit >= 0, counts.cases, 0).astype(float)
        # Patterns that differ only by unit are one in the standard population.
        self.mix, place = np.unique(self.matrix, axis=0, return_inverse=True)
        self.share = np.bincount(place.ravel(), weight, len(self.mix)) / max(weight.sum(), 1)
        self.ratio = np.exp(self.mix @ effects)

    def baseline(self, chosen: np.ndarray) -> _Baseline:
        """Of the patients in the chosen patterns."""
        counts = self.counts
        rows = chosen[counts.group]
        day, leaving, pattern = counts.day[rows], counts.leaving[rows], counts.group[rows]
        died = counts.deaths(self.causes)[rows]
        if not len(day):
            return _Baseline(*(np.zeros(0) for _ in range(3)), np.zeros((0, self.matrix.shape[1])), -1)
        days, place = np.unique(day, return_inverse=True)
        score = leaving * self.relative[pattern]

        def later(values: np.ndarray) -> np.ndarray:
            return np.cumsum(np.bincount(place, values, len(days))[::-1])[::-1]

        deaths = np.bincount(place, died, len(days))
        at_risk = later(score)
        columns = [later(score * column[pattern]) for column in self.matrix.T]
        drift = np.stack(columns, axis=1) if columns else np.zeros((len(days), 0))
        with_death = deaths > 0
        return _Baseline(days[with_death], deaths[with_death], at_risk[with_death], drift[with_death], int(days[-1]))

    def mean(self, base: _Baseline, time: float) -> _Mean:
        steps = int((base.day <= time).sum())
        hazard = np.r_[0.0, base.hazard[:steps]]
        slope_of_hazard = np.vstack([np.zeros((1, self.matrix.shape[1])), base.by_effects[:steps]])
        alive = np.exp(-hazard[:, None] * self.ratio) * self.share  # intervals × patterns
        falling = alive * self.ratio
        survival, pull = alive.sum(axis=1), -falling.sum(axis=1)
        by_effects = pull[:, None] * slope_of_hazard - hazard[:, None] * (falling @ self.mix)
        width = np.diff(np.r_[0.0, base.day[:steps], time])
        # A step of the baseline moves the survival of all later days.
        after = np.cumsum((pull * width)[::-1])[::-1]
        return _Mean(
            base,
            float(survival[-1]),
            np.full(steps, pull[-1]),
            by_effects[-1],
            float(survival @ width),
            after[1:],
            width @ by_effects,
        )
