"""The run rules on series counted by hand."""

import math

import pytest

from indicators.statistics.runs import runs


def test_runs_and_crossings_counted_by_hand():
    found = runs([1, 3, 1, 3, 3, 1, 1, 1, 3, 3])  # median 2: - + - ++ --- ++
    assert (found.median, found.useful, found.longest, found.crossings) == (2.0, 10, 3, 5)
    assert found.longest_limit == round(math.log2(10)) + 3
    assert found.fewest == 2  # qbinom(.05, 9, .5)
    assert not found.judged and not found.signal  # fewer than 12 points


def test_points_on_the_median_are_left_out():
    found = runs([1, 2, 3, 2, 1, 2, 3])
    assert (found.median, found.useful, found.crossings, found.longest) == (2.0, 4, 3, 1)


@pytest.mark.parametrize(("n", "limit", "fewest"), [(12, 7, 3), (16, 7, 4), (20, 7, 6), (24, 8, 8), (26, 8, 8)])
def test_the_published_limits(n, limit, fewest):
    found = runs([1, 3] * (n // 2))
    assert (found.useful, found.longest_limit, found.fewest) == (n, limit, fewest)
    assert not found.signal


def test_a_shift_and_too_few_crossings():
    found = runs([3] * 12 + [1] * 12)
    assert (found.longest, found.crossings) == (12, 1)
    assert found.shift and found.few_crossings and found.signal


def test_what_cannot_be_judged():
    assert not runs([5, 5, 5]).judged
    with pytest.raises(ValueError, match="empty"):
        runs([])
    with pytest.raises(ValueError, match="NaN"):
        runs([1.0, float("nan")])
