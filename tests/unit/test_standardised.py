"""Standardised survival: without case mix the plain curves, with it a second program and numerical derivatives."""

from __future__ import annotations

import math

import numpy as np
import pytest

from survival.estimators import DailyCounts
from survival.standardised import standardised

YEAR = 365.25
Z = 1.959963984540054


def patients(seed: int, size: int = 60) -> tuple[np.ndarray, ...]:
    """Day, died, unit, and two columns of case mix of each patient."""
    rng = np.random.default_rng(seed)
    unit = rng.integers(0, 3, size)
    mix = np.stack([rng.random(size) < 0.2 + 0.3 * unit, rng.random(size) < 0.5], axis=1).astype(float)
    day = np.floor(rng.exponential(900 * np.exp(-0.8 * mix[:, 0]))).astype(int)
    out = rng.integers(200, 2600, size)
    return np.minimum(day, out), day <= out, unit, mix


def counted(day: np.ndarray, died: np.ndarray) -> DailyCounts:
    """Each patient a pattern of their own: patterns must not matter."""
    return DailyCounts.of(len(day), np.arange(len(day)), day, cancer=died.astype(int), censored=(~died).astype(int))


class Second:
    """The same quantity as a plain function of deaths and effects, differentiated numerically."""

    def __init__(self, day, died, unit, mix, time) -> None:
        self.day, self.unit, self.mix, self.time = day, unit, mix, time
        self.days = sorted({int(one) for one, dead in zip(day, died, strict=True) if dead and one <= time})
        self.deaths = np.array(
            [[((day == when) & died & (unit == one)).sum() for when in self.days] for one in range(3)], dtype=float
        )

    def mean(self, one: int | None, effects: np.ndarray, deaths: np.ndarray) -> tuple[float, float]:
        """Survival and days lived of a unit (None: the country)."""
        relative = np.exp(self.mix @ effects)
        chosen = np.ones(len(self.day), bool) if one is None else self.unit == one
        hazard, lived, before, survival = 0.0, 0.0, 0.0, 1.0
        for n, when in enumerate(self.days):
            lived += survival * (when - before)
            before = when
            number = deaths[:, n].sum() if one is None else deaths[one, n]
            if number:
                hazard += number / relative[chosen & (self.day >= when)].sum()
            survival = float(np.exp(-hazard * relative).mean())
        return survival, lived + survival * (self.time - before)

    def error(self, of, effects: np.ndarray, covariance: np.ndarray) -> float:
        """Standard error of ``of(effects, deaths)``: deaths are Poisson, effects have the covariance."""
        variance, step = 0.0, 1e-4
        for place in zip(*np.nonzero(self.deaths), strict=True):
            more, less = self.deaths.copy(), self.deaths.copy()
            more[place] += step
            less[place] -= step
            variance += ((of(effects, more) - of(effects, less)) / (2 * step)) ** 2 * self.deaths[place]
        slope = []
        for n in range(len(effects)):
            shift = np.zeros(len(effects))
            shift[n] = step
            slope.append((of(effects + shift, self.deaths) - of(effects - shift, self.deaths)) / (2 * step))
        return math.sqrt(variance + np.array(slope) @ covariance @ np.array(slope))


@pytest.mark.parametrize("seed", range(2))
def test_a_second_program_agrees(seed: int) -> None:
    day, died, unit, mix = patients(seed)
    effects, covariance = np.array([0.7, -0.2]), np.array([[0.04, 0.01], [0.01, 0.05]])
    for time, found in zip(
        (YEAR / 2, 1.5 * YEAR),
        standardised(counted(day, died), unit, 3, mix, effects, covariance, [YEAR / 2, 1.5 * YEAR]),
        strict=True,
    ):
        other = Second(day, died, unit, mix, time)
        country = other.mean(None, effects, other.deaths)
        assert found.country == pytest.approx(country[0], abs=1e-12)
        for one in range(3):
            survival, lived = other.mean(one, effects, other.deaths)
            assert found.estimate[one] == pytest.approx(survival, abs=1e-12)
            assert found.lived[one] == pytest.approx(lived, abs=1e-9)
            assert found.difference[one] == pytest.approx(survival - country[0], abs=1e-12)
            assert found.gap[one] == pytest.approx(lived - country[1], abs=1e-9)
            error = other.error(lambda e, d, one=one, mean=other.mean: mean(one, e, d)[0], effects, covariance)
            width = Z * error / (survival * -math.log(survival))
            assert found.lower[one] == pytest.approx(survival ** math.exp(width), abs=1e-6)
            assert found.upper[one] == pytest.approx(survival ** math.exp(-width), abs=1e-6)
            for place, low, high, value in (
                (0, found.difference_lower, found.difference_upper, survival - country[0]),
                (1, found.gap_lower, found.gap_upper, lived - country[1]),
            ):

                def against(e, d, one=one, place=place, mean=other.mean):
                    return mean(one, e, d)[place] - mean(None, e, d)[place]

                error = other.error(against, effects, covariance)
                assert low[one] == pytest.approx(value - Z * error, abs=1e-5 if place == 0 else 1e-2)
                assert high[one] == pytest.approx(value + Z * error, abs=1e-5 if place == 0 else 1e-2)


def test_without_case_mix_it_is_each_units_own_curve() -> None:
    day, died, unit, _ = patients(11, 400)
    none = np.zeros((400, 0))
    (found,) = standardised(counted(day, died), unit, 3, none, np.zeros(0), np.zeros((0, 0)), [2 * YEAR])
    for one in range(3):
        mine, dead = day[unit == one], died[unit == one]
        hazard = sum(
            ((mine == when) & dead).sum() / (mine >= when).sum() for when in set(mine[dead]) if when <= 2 * YEAR
        )
        assert found.estimate[one] == pytest.approx(math.exp(-hazard), abs=1e-12)


def test_one_unit_is_the_country() -> None:
    day, died, _, mix = patients(5)
    (found,) = standardised(
        counted(day, died), np.zeros(60, int), 1, mix, np.array([0.5, 0.1]), np.eye(2) / 20, [2 * YEAR]
    )
    assert found.estimate[0] == found.country and found.difference[0] == 0
    assert found.difference_lower[0] == pytest.approx(0, abs=1e-9)


def test_beyond_the_follow_up_and_without_deaths() -> None:
    day, died = np.array([100, 800, 900, 1000]), np.array([True, False, False, False])
    unit = np.array([0, 0, 1, -1])
    one, two = standardised(
        counted(day, died), unit, 3, np.zeros((4, 0)), np.zeros(0), np.zeros((0, 0)), [2 * YEAR, 850]
    )
    assert one.estimate[0] == pytest.approx(math.exp(-0.5)) and one.estimate[1] == one.lower[1] == one.upper[1] == 1
    assert np.isnan(two.estimate).tolist() == [True, False, True]
    assert one.country == pytest.approx(math.exp(-1 / 3))  # who has no unit is not part of it
