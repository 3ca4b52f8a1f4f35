"""Curves for figures: exact values, ends, thinning, and the protected edition's grid."""

from __future__ import annotations

import numpy as np
import pytest

from survival.curves import MONTH, monthly_curves, step_curves
from survival.endpoints import endpoint
from survival.estimators import YEAR, DailyCounts


def counts_of(cases):
    return DailyCounts.of_cases([day for day, _ in cases], [cause for _, cause in cases])


def many(size=3000, seed=3):
    random = np.random.default_rng(seed)
    days = random.exponential(900, size).astype(int)
    end = random.integers(200, 2500, size)
    causes = np.where(days <= end, random.choice(["cancer", "other"], size), "censored").astype(object)
    return DailyCounts.of_cases(np.minimum(days, end), causes)


def test_a_point_at_0_at_each_event_and_at_the_end_of_follow_up():
    counts = counts_of([(10, "cancer"), (20, "censored"), (30, "other"), (40, "censored")])
    (curve,) = step_curves(endpoint("overall").fit(counts), 365.25)
    assert curve.days.tolist() == [0, 10, 30, 40]
    assert curve.estimate.tolist() == pytest.approx([1, 0.75, 0.375, 0.375])
    assert curve.at_risk.tolist() == [4, 4, 2, 1]
    (cancer,) = step_curves(endpoint("cif_cancer").fit(counts), 365.25)
    assert cancer.days.tolist() == [0, 10, 40]


def test_the_horizon_cuts_and_a_finished_curve_reaches_it():
    counts = counts_of([(0, "cancer"), (10, "cancer"), (400, "other")])
    (curve,) = step_curves(endpoint("overall").fit(counts), 100)
    assert curve.days.tolist() == [0, 10, 100]
    (curve,) = step_curves(endpoint("overall").fit(counts), 5 * YEAR)
    assert curve.days.tolist() == [0, 10, 400, 5 * YEAR]
    assert (curve.estimate[-1], curve.lower[-1], curve.upper[-1], curve.at_risk[-1]) == (0, 0, 0, 0)
    (curve,) = step_curves(endpoint("cancer_specific").fit(counts), 5 * YEAR)
    assert curve.days[-1] == 400
    assert curve.years[-1] == 400 / YEAR


def test_no_cases_no_points():
    (curve,) = step_curves(endpoint("overall").fit(counts_of([])), 365.25)
    assert curve.days.size == curve.estimate.size == 0


def test_thinned_curve_has_true_values_on_whole_days():
    steps = endpoint("cif_cancer").fit(many())
    (full,), (thin,) = step_curves(steps, 5 * YEAR), step_curves(steps, 5 * YEAR, points=200)
    assert len(full.days) > 600
    assert 100 < len(thin.days) <= 200
    assert (thin.days[0], thin.days[-1]) == (0, full.days[-1])
    assert (thin.days[:-1] == np.floor(thin.days[:-1])).all()
    assert np.diff(thin.days).max() <= 5 * YEAR / 199 + 1
    exact = full.estimate[np.searchsorted(full.days, thin.days, "right") - 1]
    assert thin.estimate.tolist() == exact.tolist()
    assert not np.isnan(thin.estimate).any()
    with pytest.raises(ValueError, match="at least 2"):
        step_curves(steps, 5 * YEAR, points=1)


def test_protected_curve_shows_no_event_day_and_stops_below_ten_at_risk():
    counts = many(60)
    (curve,) = monthly_curves(endpoint("overall").fit(counts), 5 * YEAR)
    assert curve.days.tolist() == pytest.approx((np.arange(len(curve.days)) * MONTH).tolist())
    assert 0 < len(curve.days) < 60
    assert curve.at_risk.min() >= 10
    assert counts.at_risk([len(curve.days) * MONTH])[0, 0] < 10
    assert not np.isnan(curve.estimate).any()
    (few,) = monthly_curves(endpoint("overall").fit(many(9)), 5 * YEAR)
    assert few.days.size == 0
    (whole,) = monthly_curves(endpoint("overall").fit(many()), 5 * YEAR)
    assert len(whole.days) == 61 and whole.days[-1] == pytest.approx(5 * YEAR)


def test_protected_curve_at_exactly_ten_at_risk_is_shown():
    (curve,) = monthly_curves(endpoint("overall").fit(counts_of([(40, "censored")] * 10)), YEAR)
    assert len(curve.days) == 2


def test_each_group_has_its_own_curve():
    counts = DailyCounts.of(2, [0, 0, 1], [5, 9, 7], cancer=[1, 0, 1], censored=[0, 1, 0])
    first, second = step_curves(endpoint("overall").fit(counts), 30)
    assert (first.days.tolist(), first.estimate.tolist()) == ([0, 5, 9], [1, 0.5, 0.5])
    assert (second.days.tolist(), second.estimate.tolist()) == ([0, 7, 30], [1, 0, 0])
