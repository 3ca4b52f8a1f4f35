"""Confidence intervals of proportions: reference numbers, scipy, published rows, edges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binomtest

from indicators.statistics.intervals import METHODS, exact, wilson

#: Numerator, denominator, exact limits, Wilson limits.
REFERENCE = [
    (0, 10, (0, 0.308497), (0, 0.277533)),
    (1, 10, (0.002529, 0.445016), (0.017876, 0.404150)),
    (10, 10, (0.691503, 1), (0.722467, 1)),
    (81, 263, (0.252737, 0.367622), (0.255289, 0.366210)),
    (65, 100, (0.548151, 0.742706), (0.552544, 0.736358)),
]

#: Rows of published annual reports: numerator, denominator, limits in percent, decimals printed.
PUBLISHED = [
    (30, 109, 19.4, 36.9, 1),
    (21, 51, 27.6, 55.8, 1),
    (292, 379, 72.5, 81.2, 1),
    (593, 9333, 5.87, 6.87, 2),
    (300, 970, 28.0, 33.9, 1),
]

GRID = [(x, n) for n in (1, 2, 3, 9, 10, 37, 100) for x in {0, 1, n // 3, n // 2, n - 1, n}]


@pytest.mark.parametrize("x, n, clopper_pearson, score", REFERENCE)
def test_reference_numbers(x, n, clopper_pearson, score):
    for limits, wanted in ((exact(x, n), clopper_pearson), (wilson(x, n), score)):
        assert [round(float(limit), 6) for limit in limits] == list(wanted)


@pytest.mark.parametrize("x, n, lower, upper, decimals", PUBLISHED)
def test_published_rows_are_exact_intervals(x, n, lower, upper, decimals):
    assert [round(100 * float(limit), decimals) for limit in exact(x, n)] == [lower, upper]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("level", [0.95, 0.998])
def test_scipy_agrees(method, level):
    numerators, denominators = np.array(GRID).T
    lower, upper = METHODS[method](numerators, denominators, level)
    for place, (x, n) in enumerate(GRID):
        other = binomtest(x, n).proportion_ci(level, method=method)
        assert lower[place] == pytest.approx(other.low, abs=1e-10), (x, n)
        assert upper[place] == pytest.approx(other.high, abs=1e-10), (x, n)


@pytest.mark.parametrize("method", METHODS)
def test_limits_stay_within_0_and_1_and_hold_the_rate(method):
    for n in (1, 10, 1000, 10**6):
        x = np.array([0, 1, n // 2, n - 1, n])
        lower, upper = METHODS[method](x, np.full(5, n))
        assert np.all((lower >= 0) & (upper <= 1) & (lower <= x / n) & (x / n <= upper))
        assert lower[0] == 0 and upper[-1] == 1, "nothing and everything reach the edge exactly"


@pytest.mark.parametrize("method", METHODS)
def test_no_denominator_no_limits(method):
    lower, upper = METHODS[method]([0, 1], [0, 2])
    assert math.isnan(lower[0]) and math.isnan(upper[0])
    assert 0 < lower[1] < upper[1] < 1
    assert [len(limits) for limits in METHODS[method]([], [])] == [0, 0]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("x, n", [(-1, 10), (11, 10)])
def test_impossible_counts_are_refused(method, x, n):
    with pytest.raises(ValueError, match=r"outside 0\.\.denominator"):
        METHODS[method](x, n)


def test_the_command_offers_exact_and_wilson():
    assert list(METHODS) == ["exact", "wilson"]
