"""The share of a stratified sample: exact where there is one stratum, weighted where there are several, and its limits
hold the truth as often as they say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.statistics.intervals import exact
from indicators.statistics.stratified import StratumCounts, stratified_share
from tests.support.amount import examples


def test_one_stratum_is_the_exact_interval():
    found = stratified_share([StratumCounts(400, 40, 30, 38)])
    low, high = exact(30, 38)
    assert (found.share, found.lower, found.upper) == pytest.approx((30 / 38, float(low), float(high)))


def test_each_stratum_weighs_as_many_as_it_stands_for():
    """Ten of each of two departments with 900 and 100 cases: 9 and 1 of 10 are .82 of the country, not .50."""
    found = stratified_share([StratumCounts(900, 10, 9, 10), StratumCounts(100, 10, 1, 10)])
    assert found.share == pytest.approx(0.9 * 0.9 + 0.1 * 0.1)
    # By hand: variance 0.81·0.9·0.1/9 + 0.01·0.1·0.9/9, effective size 0.82·0.18/0.0082 = 18, of 20 answers.
    low, high = exact(0.82 * 18, 18)
    assert (found.lower, found.upper) == pytest.approx((float(low), float(high)), abs=1e-6)


def test_it_is_not_said_before_every_stratum_has_answers():
    assert stratified_share([StratumCounts(900, 10, 9, 10), StratumCounts(100, 0, 0, 0)]) is None
    assert stratified_share([StratumCounts(900, 10, 0, 0)]) is None
    assert stratified_share([StratumCounts(900, 10, 9, 10), StratumCounts(0, 0, 0, 0)]) is not None


def test_counts_that_do_not_fit_are_refused():
    for wrong in ((10, 20, 5, 5), (10, 5, 3, 2), (10, 5, 2, 6)):
        with pytest.raises(ValueError, match="do not follow"):
            stratified_share([StratumCounts(*wrong)])


@st.composite
def strata(draw) -> list[StratumCounts]:
    made = []
    for _ in range(draw(st.integers(1, 5))):
        answered = draw(st.integers(1, 30))
        bottom = draw(st.integers(0, answered))
        made.append(StratumCounts(answered + draw(st.integers(0, 400)), answered, draw(st.integers(0, bottom)), bottom))
    return made


@settings(max_examples=examples(200), deadline=None)
@given(strata())
def test_the_limits_hold_the_share_and_never_claim_more_than_the_answers(found):
    made = stratified_share(found)
    if made is None:
        assert not any(one.denominator for one in found)
        return
    assert 0 <= made.lower <= made.share <= made.upper <= 1
    many = sum(one.denominator for one in found)
    low, high = exact(made.share * many, many)
    assert made.lower <= low + 1e-9 and made.upper >= high - 1e-9


def test_the_limits_hold_the_truth_as_often_as_they_say():
    """Four departments of different size and level, twelve cases of each: 95 of 100 intervals hold the country's."""
    random = np.random.default_rng(14)
    sizes, levels = np.array([1200, 500, 200, 60]), np.array([0.92, 0.8, 0.7, 0.55])
    truth = float((sizes * levels).sum() / sizes.sum())
    held = 0
    for _ in range(400):
        found = stratified_share(
            [StratumCounts(int(n), 12, int(random.binomial(12, p)), 12) for n, p in zip(sizes, levels, strict=True)]
        )
        held += found.lower <= truth <= found.upper
    assert held / 400 >= 0.94
