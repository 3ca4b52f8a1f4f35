"""Survival through lifelines: equal to the vectorised estimators, to R's numbers, and to its own laws."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survival import estimators, fits
from survival.estimators import CAUSES, YEAR, DailyCounts
from tests.support.amount import examples
from tests.unit.test_survival_estimators import cases, counts_of, lung, oracle, some_cases

PROJECT = Path(__file__).parents[2]
CANCER = ("cancer", "unknown")
causes = st.sampled_from([CAUSES, CANCER])
#: Ties, a censoring on the day of a death, a death on the day of diagnosis, all dead, none dead, one case, nobody.
EDGES = [
    [(0, "cancer"), (0, "censored"), (3, "other"), (3, "censored"), (3, "cancer"), (7, "censored")],
    [(day, "cancer") for day in (1, 2, 2, 3, 5, 8, 13)],
    [(day, "censored") for day in (1, 2, 2, 3)],
    [(5, "cancer")],
    [],
]


def same(one, other, atol=1e-10):
    for name in ("estimate", "lower", "upper"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=0, atol=atol, err_msg=name)
    assert one.settled.tolist() == other.settled.tolist()


@settings(max_examples=examples(25), deadline=None)
@given(st.lists(cases, min_size=1, max_size=4), causes)
def test_curves_are_those_of_the_tables(groups, chosen):
    counts = counts_of(*groups)
    same(fits.kaplan_meier(counts, chosen), estimators.kaplan_meier(counts, chosen))


@pytest.mark.parametrize("chosen", [CAUSES, CANCER])
def test_curves_are_those_of_the_tables_at_the_edges(chosen):
    counts = counts_of(*EDGES)
    same(fits.kaplan_meier(counts, chosen), estimators.kaplan_meier(counts, chosen))


def test_curves_of_many_cases_are_those_of_the_tables():
    random = np.random.default_rng(7)
    days = random.integers(0, 2000, 40_000)
    names = random.choice(["cancer", "other", "unknown", "censored"], 40_000)
    counts = DailyCounts.of_cases(days, names, random.integers(0, 3, 40_000), 3)
    same(fits.kaplan_meier(counts), estimators.kaplan_meier(counts))


@settings(max_examples=examples(20), deadline=None)
@given(some_cases, st.integers(2, 4))
def test_a_weight_is_so_many_patients(group, times):
    once, often = counts_of(group * times), counts_of(group)
    often = DailyCounts.of(1, often.group, often.day, *(times * getattr(often, one) for one in estimators.LEAVING))
    same(fits.kaplan_meier(once), fits.kaplan_meier(often), 0)


@settings(max_examples=examples(25), deadline=None)
@given(st.lists(cases, min_size=2, max_size=4), causes)
def test_the_log_rank_test_is_that_of_the_tables(groups, chosen):
    ours, theirs = (one.log_rank(counts_of(*groups), chosen) for one in (estimators, fits))
    if ours is None or theirs is None or ours.degrees_of_freedom != theirs.degrees_of_freedom:
        # One of the two left out a group that was at risk at a death but could not have more or fewer of them.
        assert theirs is None or ours is None or ours.degrees_of_freedom < theirs.degrees_of_freedom
        return
    assert theirs.statistic == pytest.approx(ours.statistic, rel=1e-8, abs=1e-9)
    assert theirs.p == pytest.approx(ours.p, rel=1e-7, abs=1e-12)


def test_lung_by_sex_has_rs_log_rank_and_means():
    men, women = lung()
    test = fits.log_rank(counts_of(men, women))
    assert (test.statistic, test.degrees_of_freedom) == (pytest.approx(10.326742, abs=5e-7), 1)
    # R: print(survfit(Surv(time, status) ~ 1, lung), rmean = 1022), and of the men. The women's follow-up ends at 965.
    means = [fits.restricted_mean(fits.kaplan_meier(counts_of(one)), 1022) for one in (men + women, men, women)]
    assert [round(one.days, 1) for one in means[:2]] == [376.3, 326.1]
    assert [round(one.error, 1) for one in means[:2]] == [19.7, 22.9]
    assert math.isnan(means[2].days)


def test_the_mean_of_the_fully_followed_is_their_mean():
    """Without censoring the restricted mean is the mean of min(time, horizon), its error that of a mean (÷ n)."""
    days = np.array([0, 3, 3, 10, 25, 40, 41, 60])
    found = fits.restricted_mean(fits.kaplan_meier(counts_of([(int(day), "other") for day in days])), 41.5)
    lived = np.minimum(days, 41.5)
    assert (found.days, found.error) == pytest.approx((lived.mean(), lived.std() / math.sqrt(len(days))), abs=1e-12)


def test_the_difference_at_a_day_with_events_is_lifelines_test():
    from lifelines.statistics import survival_difference_at_fixed_point_in_time_test as lifelines_test

    men, women = lung()
    both = 310  # a day with events among men and among women
    one, other = (fits.kaplan_meier(counts_of(group)) for group in (men, women))
    assert all(both in curve.counts.day for curve in (one, other))
    theirs = lifelines_test(both, *(fits._fitted(curve.counts, CAUSES) for curve in (one, other)))
    assert fits.difference(one, other, both).p == pytest.approx(theirs.p_value, rel=1e-10)
    # Between two events nothing happens, so nothing may change.
    assert fits.difference(one, other, 310.9) == fits.difference(one, other, 310)


def test_the_difference_without_censoring_is_that_of_two_shares():
    """56 of 70 against 48 of 80, with each group's own log-log limits squared and added."""
    one = [(10, "cancer")] * 14 + [(500, "censored")] * 56
    other = [(20, "cancer")] * 32 + [(500, "censored")] * 48
    curves = [fits.kaplan_meier(counts_of(group)) for group in (one, other)]
    found = fits.difference(*curves, YEAR)
    (low_a, high_a), (low_b, high_b) = ((x.lower[0, 0], x.upper[0, 0]) for x in (c.at([YEAR]) for c in curves))
    assert found.value == pytest.approx(0.2, abs=1e-12)
    assert found.lower == pytest.approx(0.2 - math.sqrt((0.8 - low_a) ** 2 + (high_b - 0.6) ** 2))
    assert found.upper == pytest.approx(0.2 + math.sqrt((high_a - 0.8) ** 2 + (0.6 - low_b) ** 2))
    assert (found.lower, found.upper) == pytest.approx((0.052, 0.334), abs=0.012)  # Newcombe's method 10


@settings(max_examples=examples(20), deadline=None)
@given(some_cases, some_cases, st.integers(1, 12))
def test_turned_round_the_difference_changes_its_sign(group, other_group, day):
    one, other = (fits.kaplan_meier(counts_of(each)) for each in (group, other_group))
    means = [fits.restricted_mean(each, day) for each in (one, other)]
    for found, turned in (
        (fits.difference(one, other, day), fits.difference(other, one, day)),
        (fits.difference_of_means(*means), fits.difference_of_means(*means[::-1])),
    ):
        assert found.exists == turned.exists
        if found.exists:
            assert (found.value, found.lower, found.upper) == pytest.approx(
                (-turned.value, -turned.upper, -turned.lower)
            )
            assert found.p == pytest.approx(turned.p, nan_ok=True)
            assert found.lower <= found.value + 1e-12 and found.value <= found.upper + 1e-12


def test_past_the_follow_up_nothing_is_said():
    """lifelines would carry its last value on: S(5 years) = .667 after 300 days."""
    short = fits.kaplan_meier(counts_of([(100, "cancer"), (300, "censored"), (300, "censored")]))
    whole = fits.kaplan_meier(counts_of([(100, "cancer"), (2000, "censored")]))
    assert math.isnan(short.at([5 * YEAR]).estimate[0, 0])
    assert not fits.difference(short, whole, 5 * YEAR).exists
    assert math.isnan(fits.restricted_mean(short, 5 * YEAR).days)
    assert not fits.difference_of_means(*(fits.restricted_mean(one, 5 * YEAR) for one in (short, whole))).exists


def test_colon_deaths_are_rs():
    rows = oracle("colon_death.csv")
    curve = fits.kaplan_meier(
        counts_of([(int(r["time"]), "cancer" if r["status"] == "1" else "censored") for r in rows])
    )
    values = curve.at([YEAR, 5 * YEAR])
    assert values.at_risk.tolist() == [[851, 511]]
    assert values.estimate[0] == pytest.approx([0.916039, 0.564417], abs=5e-7)
    assert values.lower[0] == pytest.approx([0.896287, 0.531844], abs=5e-7)
    assert values.upper[0] == pytest.approx([0.932172, 0.595643], abs=5e-7)


@pytest.mark.live
def test_a_server_starts_without_lifelines():
    """Importing it takes most of a second, which the first page is not to wait for."""
    code = "import app, layouts.survival.adjusted, results.prepare, sys; sys.exit('lifelines' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT).returncode == 0


#: Eight readers whose first fits come while the first one's import is under way, in a fresh process.
AT_ONCE = """
import sys, threading
from survival import estimators, fits
from tests.unit.test_survival_estimators import counts_of, lung
counts = counts_of(*lung())
steps = estimators.kaplan_meier(counts.pooled())
fit = (lambda: fits.kaplan_meier(counts), lambda: fits.log_rank(counts), lambda: fits.restricted_mean(steps, 100))
failed = []
def read(number):
    while number and "lifelines" not in sys.modules:  # its import has begun
        pass
    try:
        fit[number % 3]()
    except ImportError as error:
        failed.append(error)
readers = [threading.Thread(target=read, args=(number,)) for number in range(8)]
for one in readers:
    one.start()
for one in readers:
    one.join()
raise SystemExit(str(failed) if failed else 0)
"""


@pytest.mark.live
def test_many_may_be_the_first_to_fit():
    """lifelines' modules import each other in a circle: readers that came together met half a module (500)."""
    done = subprocess.run([sys.executable, "-c", AT_ONCE], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
