"""The probability that a standard is met, and the words that rest on it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from data.reference import Standard
from indicators.graded import evidence
from indicators.statistics.evidence import grade, more_needed, probability_met, probability_of, probability_survival
from indicators.statistics.intervals import exact


@pytest.mark.parametrize("x, n, value", [(0, 10, 0.1), (10, 10, 0.9), (41, 50, 0.9), (5, 10, 0.5), (18, 20, 0.8)])
def test_the_posterior_is_that_of_jeffreys(x, n, value):
    above = stats.beta(x + 0.5, n - x + 0.5).sf(value)
    assert probability_met(x, n, ">=", value) == pytest.approx(above, abs=1e-12)
    assert probability_met(x, n, "<=", value) == pytest.approx(1 - above, abs=1e-12)
    assert probability_met(n - x, n, "<=", 1 - value) == pytest.approx(above, abs=1e-12)  # the other outcome's mirror


def test_half_is_even_and_nothing_is_not_known():
    assert probability_met(5, 10, ">=", 0.5) == pytest.approx(0.5)
    assert np.isnan(probability_met([0, 3], [0, 2], ">", 0.5)).all()


def test_probably_is_right_as_often_as_it_says():
    """Over truths drawn as the prior has them the share that meets the standard is the stated probability."""
    made = np.random.default_rng(7)
    truth = made.beta(0.5, 0.5, 200_000)
    x = made.binomial(30, truth)
    said = probability_met(x, 30, ">=", 0.9)
    for low, high in ((0.05, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 0.95)):
        among = (said >= low) & (said < high)
        assert (truth[among] >= 0.9).mean() == pytest.approx(said[among].mean(), abs=0.02)


def test_a_survival_estimate_is_judged_on_the_scale_of_its_limits():
    assert probability_survival(0.6, 0.5, 0.69, ">=", 0.6) == pytest.approx(0.5)
    assert probability_survival(0.6, 0.5, 0.69, ">=", 0.5) == pytest.approx(0.975, abs=0.01)
    assert probability_survival(0.6, 0.5, 0.69, "<=", 0.5) == pytest.approx(0.025, abs=0.01)
    assert math.isnan(probability_survival(1.0, 1.0, 1.0, ">=", 0.9))


@pytest.mark.parametrize(
    "clear, known, lowest, highest, word",
    [
        ("met", 0.99, 0.97, 0.99, "met"),
        ("not_met", 0.01, 0.01, 0.02, "not_met"),
        ("", 0.9, 0.8, 0.95, "probably_met"),
        ("", 0.9, 0.79, 0.95, "unsettled"),
        ("", 0.1, 0.05, 0.2, "probably_not_met"),
        ("", 0.1, 0.05, 0.21, "unsettled"),
        ("", math.nan, 0.9, 0.9, "unsettled"),
    ],
)
def test_the_weakest_of_the_three_decides(clear, known, lowest, highest, word):
    assert grade(clear, known, lowest, highest) == word


def row(numerator, missing, lower, upper) -> dict:
    found = {"numerator": numerator, "denominator": 100, "missing": missing}
    return found | {"rate": numerator / 100, "lower": lower, "upper": upper}


def test_the_missing_can_take_a_verdict_back():
    standard = Standard("DCCG", "tnm_complete", "", "", None, None, ">=", 0.9, "standard", "", False)
    assert evidence(standard, row(98, 0, 0.93, 0.998)).word == "met"
    assert evidence(standard, row(98, 8, 0.93, 0.998)).word == "met"  # 98 of 106 still meets it
    assert evidence(standard, row(98, 12, 0.93, 0.998)).word == "unsettled"  # 98 of 110 does not
    assert evidence(standard, row(94, 0, 0.87, 0.978)).word == "probably_met"
    assert evidence(standard, row(94, 3, 0.87, 0.978)).word == "unsettled"  # 94 of 97 or 97 of 103: both likely
    assert evidence(standard, row(94, 0, 0.87, 0.978)).probability == pytest.approx(0.907, abs=0.01)


@pytest.mark.parametrize("x, n", [(0, 10), (41, 50), (10, 10), (0, 0)])
@pytest.mark.parametrize("operator", [">=", "<="])
def test_one_share_is_as_many(x, n, operator):
    one, many = probability_of(x, n, operator, 0.9), float(probability_met(x, n, operator, 0.9))
    assert one == pytest.approx(many, abs=1e-15) or (math.isnan(one) and math.isnan(many))


@pytest.mark.parametrize(
    "x, n, operator, value", [(19, 20, ">=", 0.9), (17, 20, ">=", 0.9), (188, 200, ">=", 0.9), (1, 20, "<=", 0.03)]
)
def test_so_many_more_and_no_fewer_settle_it(x, n, operator, value):
    """Against the interval itself, at the nearest whole number of fulfilled: one step fewer is not clear."""
    more = more_needed(x, n, operator, value)
    for extra, clear in ((more + more // 4 + 12, True), (more // 2, False)):
        total = n + extra
        lower, upper = (float(one) for one in exact(round(x / n * total), total))
        assert (lower > value or upper < value) == clear


def test_what_is_settled_needs_nobody_and_what_lies_at_the_standard_never_settles():
    assert more_needed(10, 20, ">=", 0.9) == 0
    assert more_needed(18, 20, ">=", 0.9) is None
    assert more_needed(0, 0, ">=", 0.9) is None
