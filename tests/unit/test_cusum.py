"""CUSUM: reference weights, charts against a loop in plain Python, a unit's own level."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import expit, logit

from indicators.statistics.cusum import CusumState, advance, own_level, weights
from indicators.statistics.monitoring import MonitoredCounts, monitor


@pytest.mark.parametrize(
    ("risk", "odds_ratio", "without", "with_event"),
    [
        (0.024602, 2.0, -0.02430, 0.66884),
        (0.542398, 2.0, -0.43334, 0.25981),
        (0.024602, 0.5, 0.01238, -0.68077),
        (0.542398, 0.5, 0.31636, -0.37679),
    ],
)
def test_weights_of_steiner_2000(risk, odds_ratio, without, with_event) -> None:
    found = weights(risk, odds_ratio)
    np.testing.assert_allclose(found, [without, with_event], rtol=0, atol=1e-5)  # the risks are rounded too


def test_weights_at_the_ends_and_of_impossible_risks() -> None:
    without, with_event = weights(np.array([0.0, 1.0]))
    np.testing.assert_allclose(without, [0, -math.log(2)])
    np.testing.assert_allclose(with_event, [math.log(2), 0])
    for risk, odds_ratio in ((-0.1, 2), (1.1, 2), (np.nan, 2), (0.5, 0)):
        with pytest.raises(ValueError, match="cusum"):
            weights(risk, odds_ratio)


def test_own_level_is_the_root_of_its_equation() -> None:
    rng = np.random.default_rng(1)
    unit, eta, n = rng.integers(0, 4, 60), rng.normal(-2, 1, 60), rng.integers(1, 20, 60)
    x = rng.binomial(n, expit(eta + np.array([-3, 0, 1, 4.0])[unit]))
    found = own_level(unit, eta, n, x, 5)
    for one in range(4):
        at = unit == one

        def equation(d, at=at):
            return (x[at] - n[at] * expit(eta[at] + d)).sum() - d

        assert found[one] == pytest.approx(brentq(equation, -20, 20), abs=1e-8)
    assert found[4] == 0  # without patients: the country's


def test_own_level_of_units_with_no_or_only_events_is_finite_and_a_large_unit_keeps_its_own() -> None:
    found = own_level([0, 1, 2], [0.0, 0.0, logit(0.9)], [40, 40, 600], [0, 40, 468], 3)
    assert -4 < found[0] < -2 and found[1] == pytest.approx(-found[0])
    assert expit(logit(0.9) + found[2]) == pytest.approx(0.78, abs=0.002)


def loop(scores, thresholds, strong) -> list[tuple]:
    """One chart with both arms, told as the methods page tells it."""
    arms = [{"sum": 0.0, "free": 0.0, "active": False, "strong": False, "start": -1, "alarm": -1} for _ in range(2)]
    nothing = {"sum": 0.0, "free": 0.0, "active": False, "strong": False, "start": -1, "alarm": -1}
    told = []
    for step, both in enumerate(scores):
        alarms = []
        for number, arm in enumerate(arms):
            before = arm["sum"]
            total = before + both[number]
            if total <= (thresholds[number] / 3 if arm["active"] else 0):
                arm.update(nothing)
                continue
            if before == 0:
                arm.update(start=step, free=0.0)
            arm["free"] += both[number]
            arm["sum"] = min(total, thresholds[number])
            if total >= thresholds[number] and both[number] > 0 and not arm["active"]:
                arm.update(active=True, alarm=step)
                alarms.append(number)
        for number in alarms:
            arms[1 - number].update(nothing)
        for number, arm in enumerate(arms):
            arm["strong"] = arm["strong"] or (arm["active"] and arm["free"] >= strong[number])
        told.append(tuple((a["sum"], a["active"], a["strong"], a["start"], a["alarm"]) for a in arms))
    return told


def test_charts_against_a_loop_whichever_way_the_steps_are_cut() -> None:
    rng = np.random.default_rng(7)
    charts, steps = 30, 400
    p = rng.uniform(0.05, 0.9, charts)
    hits = rng.random((steps, charts)) < np.where(np.arange(steps)[:, None] < 200, p, np.clip(p * 1.6, 0, 0.97))
    scores = np.stack([np.where(hits, *weights(p, r)[::-1]) for r in (2.0, 0.5)], axis=1)
    scores[rng.random(scores.shape[0]) < 0.2] = 0  # days without patients
    limits, strong = np.full((2, charts), 2.0), np.full((2, charts), 3.5)
    state, sums, both = CusumState.zero(charts), [], 0
    for first, last in ((0, 150), (150, 151), (151, steps)):
        sums.append(advance(state, scores[first:last], limits, strong, first))
    sums = np.concatenate(sums)
    alarmed = strongly = 0
    for chart in range(charts):
        told = loop(scores[:, :, chart], limits[:, chart], strong[:, chart])
        np.testing.assert_allclose(sums[:, :, chart], [[arm[0] for arm in one] for one in told], atol=1e-12)
        for arm in range(2):
            _, active, is_strong, start, alarm = told[-1][arm]
            assert (state.active[arm, chart], state.strong[arm, chart]) == (active, is_strong)
            assert (state.start[arm, chart], state.alarm[arm, chart]) == (start, alarm)
        alarmed += any(arm[1] for one in told for arm in one)
        strongly += any(arm[2] for one in told for arm in one)
        both += any(one[0][1] and one[1][1] for one in told)
    assert alarmed > 10 and strongly > 3 and both == 0


def test_a_sum_exactly_at_the_threshold_signals_and_a_third_of_it_ends() -> None:
    limits, strong = np.full((2, 1), 1.0), np.full((2, 1), 2.0)
    state = CusumState.zero(1)
    up = np.array([[[0.5], [0.0]], [[0.5], [-1.0]]])
    advance(state, up, limits, strong)
    assert state.active[0, 0] and state.alarm[0, 0] == 1 and state.start[0, 0] == 0 and not state.strong[0, 0]
    advance(state, np.array([[[1.0], [0.0]]]), limits, strong, 2)
    assert state.strong[0, 0] and state.value[0, 0] == 1.0  # the ceiling holds, the free sum goes on
    advance(state, np.array([[[-0.66], [0.2]]]), limits, strong, 3)
    assert state.active[0, 0] and state.value[0, 0] == pytest.approx(0.34)
    advance(state, np.array([[[-0.34 + 1 / 3], [0.2]]]), limits, strong, 4)
    assert state.value[0, 0] == 0 and state.value[1, 0] == pytest.approx(0.4)
    assert not state.active[0, 0] and state.start[0, 0] == -1 and state.free[0, 0] == 0


def test_an_alarm_one_way_ends_the_signal_the_other_way() -> None:
    limits, strong = np.full((2, 1), 1.0), np.full((2, 1), 9.0)
    state = CusumState.zero(1)
    advance(state, np.array([[[0.0], [1.0]]]), limits, strong)
    assert state.active.tolist() == [[False], [True]]
    advance(state, np.array([[[1.0], [0.0]]]), limits, strong, 1)
    assert state.active.tolist() == [[True], [False]]
    assert state.value.tolist() == [[1.0], [0.0]] and state.alarm.tolist() == [[1], [-1]]


YEAR = 100


def steady(volume: int, p: float, years: int, seed: int = 3, fall: tuple[int, float] | None = None) -> MonitoredCounts:
    """One unit with the same number of patients each day of short years; from ``fall[0]`` on with its own risk."""
    rng = np.random.default_rng(seed)
    day = np.arange(years * YEAR)
    risk = np.where(day >= fall[0], fall[1], p) if fall else p
    n = np.full(len(day), volume / YEAR)
    return MonitoredCounts(1, np.zeros(len(day), dtype=int), day, n, rng.binomial(n.astype(int), risk).astype(float))


def run(counts: MonitoredCounts, years: int, limits=(6.0, 8.0)):
    turns = np.arange(years + 1) * YEAR
    whole = np.full(len(counts.day), logit(0.1))
    return monitor(
        counts, turns, np.array([turns[-1] - 1]), lambda b, k, rows: whole[rows],
        lambda v, p: (np.full(1, limits[0]), np.full(1, limits[1])), keep_sums=True,
    )  # fmt: skip


def test_a_decline_does_not_become_what_is_expected_until_three_years_have_passed() -> None:
    fall = 4 * YEAR + 50
    for years in (6, 7, 8):
        found = run(steady(300, 0.1, years, fall=(fall, 0.4)), years)
        assert found.state.active[0, 0] and abs(found.state.start[0, 0] - fall) < 20
        assert found.baseline[0] == 4  # years 1, 2 and 3
    after = run(steady(300, 0.1, 9, fall=(fall, 0.4)), 9)  # years 5, 6 and 7 lie wholly after its start
    assert not after.state.active[0, 0] and after.baseline[0] == 8
    assert after.proportion[0] == pytest.approx(0.4, abs=0.03)


def test_a_unit_that_was_always_low_is_not_in_decline() -> None:
    low = run(steady(300, 0.22, 8), 8)  # the country has 10 %
    assert not low.state.active.any()
    assert low.proportion[0] == pytest.approx(0.22, abs=0.03)


@pytest.mark.parametrize(("events", "speaks"), [(14, False), (15, True), (285, True), (286, False)])
def test_too_few_events_or_others_in_the_baseline_are_silent(events, speaks) -> None:
    day = np.arange(4 * YEAR)
    x = np.zeros(len(day))
    x[:events] = 1
    found = run(MonitoredCounts(1, np.zeros(len(day), dtype=int), day, np.ones(len(day)), x), 4)
    assert (found.baseline[0] >= 0) == speaks
    assert np.isfinite(found.threshold).all() == speaks
    assert speaks or not found.expected.any()


def test_a_year_without_patients_in_the_baseline_is_silent() -> None:
    counts = steady(300, 0.3, 4)
    gap = (counts.day < YEAR) | (counts.day >= 2 * YEAR)
    part = MonitoredCounts(1, counts.chart[gap], counts.day[gap], counts.patients[gap], counts.events[gap])
    assert run(part, 4).baseline[0] == -1
