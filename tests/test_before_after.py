"""Segmented regression, difference with permutation, regression to the mean: closed forms and planted answers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from indicators.statistics import before_after as method

MONTHS = np.r_[-24:0, 0:20]
TIME = (MONTHS + 0.5) / 12
AFTER = MONTHS >= 0


def series(level=0.8, jump=0.0, slope=0.0, turn=0.0, size=400, wave=0.0):
    """Proportions without noise as counts of ``size``: (x, n)."""
    start = TIME[AFTER].min()
    y = level + slope * TIME + AFTER * (jump + turn * (TIME - start)) + wave * np.sin(2 * np.pi * TIME)
    n = np.full(len(TIME), size)
    return y * n, n


# --- segmented regression -----------------------------------------------------------------------------------------


def test_a_jump_and_a_turn_without_noise_are_found_exactly():
    x, n = series(jump=0.07, slope=-0.02, turn=0.03)
    found = method.segmented(TIME, x, n, AFTER)
    assert found.level.value == pytest.approx(0.07)
    assert found.slope.value == pytest.approx(0.03)
    assert found.pre_slope.value == pytest.approx(-0.02)


def test_the_level_is_the_gap_between_two_separate_regressions():
    """With a level and a slope on both sides the model is two lines: scipy's linregress is the oracle."""
    rng = np.random.default_rng(1)
    n = np.full(len(TIME), 50)
    x = rng.binomial(50, 0.7 + 0.1 * AFTER)
    found = method.segmented(TIME, x, n, AFTER)
    before, after = (stats.linregress(TIME[side], x[side] / 50) for side in (~AFTER, AFTER))
    start = TIME[AFTER].min()
    gap = after.intercept + after.slope * start - before.intercept - before.slope * start
    assert found.level.value == pytest.approx(gap)
    assert found.slope.value == pytest.approx(after.slope - before.slope)
    assert found.pre_slope.value == pytest.approx(before.slope)
    # Each side keeps its own line, so its slope's error is linregress's, but for the pooled dispersion.
    half = found.pre_slope.upper - found.pre_slope.value
    assert half == pytest.approx(before.stderr * stats.t.ppf(0.975, 40), rel=0.25)


def test_a_season_is_taken_out_and_only_with_points_enough():
    x, n = series(jump=0.05, wave=0.05)
    phase = TIME % 1
    with_season = method.segmented(TIME, x, n, AFTER, phase)
    assert with_season.seasonal and with_season.level.value == pytest.approx(0.05)
    assert abs(method.segmented(TIME, x, n, AFTER).level.value - 0.05) > 0.01
    some = (MONTHS >= -10) & (MONTHS < 10)
    few = method.segmented(TIME[some], x[some], n[some], AFTER[some], phase[some])
    assert not few.seasonal


def test_overdispersion_widens_the_interval():
    rng = np.random.default_rng(2)
    n = np.full(len(TIME), 200)
    calm = method.segmented(TIME, rng.binomial(200, 0.8, len(TIME)), n, AFTER)
    rates = np.clip(0.8 + rng.normal(0, 0.1, len(TIME)), 0, 1)
    wild = method.segmented(TIME, rng.binomial(200, rates), n, AFTER)
    assert calm.dispersion < 2 < wild.dispersion
    assert wild.level.upper - wild.level.lower > 2 * (calm.level.upper - calm.level.lower)


def test_points_all_alike_still_have_an_uncertainty():
    n = np.full(len(TIME), 10)
    found = method.segmented(TIME, n, n, AFTER)
    assert found.level.value == pytest.approx(0, abs=1e-12)
    assert found.level.upper > 0.001 and found.level.p > 0.5


def test_a_washout_does_not_turn_a_slope_into_a_jump():
    """The jump is read where counting begins again; a steady trend gives none."""
    x, n = series(slope=0.06)
    kept = (MONTHS < 0) | (MONTHS >= 6)
    found = method.segmented(TIME[kept], x[kept], n[kept], AFTER[kept])
    assert found.level.value == pytest.approx(0) and found.slope.value == pytest.approx(0)


def test_neighbours_alike_are_told():
    rng = np.random.default_rng(3)
    drift = np.repeat(rng.choice([-0.08, 0.08], 11), 4)
    n = np.full(len(TIME), 300)
    assert method.segmented(TIME, (0.8 + drift) * n, n, AFTER).autocorrelated
    assert not method.segmented(TIME, rng.binomial(300, 0.8, len(TIME)), n, AFTER).autocorrelated


def test_seven_points_on_a_side_are_refused():
    some = MONTHS < 7
    x, n = series()
    with pytest.raises(ValueError, match="24 and 7 points"):
        method.segmented(TIME[some], x[some], n[some], AFTER[some])


# --- difference ---------------------------------------------------------------------------------------------------


def rows(changes, size=500, level=0.7):
    return [(level * size, size, (level + change) * size, size) for change in changes]


def test_the_difference_is_the_change_less_the_others():
    found = method.difference(rows([0.2])[0], rows([0.01, 0.02, 0.03, 0.02, 0.02, 0.02]))
    assert found.change == pytest.approx(0.2)
    assert found.others == pytest.approx(0.02, abs=1e-3)
    assert found.estimate.value == pytest.approx(found.change - found.others)
    assert found.estimate.clear


@pytest.mark.parametrize("controls", [5, 9, 16])
def test_the_smallest_p_is_one_among_all_units(controls):
    found = method.difference(rows([0.2])[0], rows(np.linspace(-0.03, 0.03, controls)))
    assert found.estimate.p == pytest.approx(1 / (controls + 1)) == pytest.approx(found.smallest_p)


def test_p_counts_the_others_that_changed_as_much():
    # Two of the nine others changed by more, one up and one down.
    changes = [0.12, -0.12, 0.01, 0.02, -0.01, 0, 0.01, -0.02, 0.02]
    assert method.difference(rows([0.06])[0], rows(changes)).estimate.p == pytest.approx(3 / 10)


def test_a_small_department_that_jumps_by_chance_is_no_benchmark():
    """Without studentising, the noise of a tiny control would always be 'as extreme' as a real effect."""
    tiny = (7, 10, 10, 10)
    found = method.difference(rows([0.2])[0], [tiny, *rows(np.linspace(-0.01, 0.01, 8))])
    assert abs(found.placebo[0]) > found.estimate.value
    assert found.estimate.p == pytest.approx(1 / 10)


def test_controls_that_move_widen_the_interval():
    still = method.difference(rows([0.1])[0], rows([0.0] * 8))
    moving = method.difference(rows([0.1])[0], rows([-0.2, 0.2, -0.15, 0.15, 0.1, -0.1, 0.05, -0.05]))
    assert still.between == 0 < moving.between
    assert still.estimate.clear and not moving.estimate.clear


def test_four_controls_are_too_few():
    with pytest.raises(ValueError, match="4 controls; 5 are needed"):
        method.difference(rows([0.1])[0], rows([0.0] * 4))


def test_null_p_values_of_the_permutation_are_uniform_on_their_steps():
    rng = np.random.default_rng(5)
    found = []
    for _ in range(300):
        size = rng.integers(80, 600, 10)
        before, after = rng.binomial(size, 0.8), rng.binomial(size, np.clip(0.8 + rng.normal(0, 0.03, 10), 0, 1))
        every = np.column_stack([before, size, after, size])
        found.append(method.difference(every[0], every[1:]).estimate.p - rng.uniform() / 10)
    assert stats.kstest(found, "uniform").pvalue > 0.01


# --- trend before, regression to the mean --------------------------------------------------------------------------


def test_the_trend_against_the_others_is_theirs_taken_off():
    n = np.full(len(TIME), 1000)
    found = method.slope_between(TIME, (0.6 + 0.05 * TIME) * n, n, (0.8 + 0.02 * TIME) * n, n)
    assert found.value == pytest.approx(0.03) and found.clear


OTHERS = (np.array([160, 162, 158, 161, 159, 160]), np.full(6, 200))


def points(rate, months, size=20):
    return np.full(months, rate * size), np.full(months, float(size))


def test_a_bad_half_year_after_a_good_past_warns():
    found = method.regression_to_mean(points(0.6, 6), points(0.8, 24), OTHERS, OTHERS, True)
    assert found.warned == "own" and found.own < -3
    assert found.back == pytest.approx(0.2)


def test_who_was_always_low_is_not_warned_of():
    found = method.regression_to_mean(points(0.6, 6), points(0.6, 24), OTHERS, OTHERS, True)
    assert found.others < -3 and found.warned == ""


def test_without_a_past_the_others_are_the_yardstick():
    none = (np.array([]), np.array([]))
    found = method.regression_to_mean(points(0.6, 6), none, OTHERS, OTHERS, True)
    assert found.warned == "others" and np.isnan(found.own)


def test_worse_is_upwards_where_less_is_better():
    bad = method.regression_to_mean(points(0.3, 6), points(0.1, 24), OTHERS, OTHERS, False)
    good = method.regression_to_mean(points(0.3, 6), points(0.1, 24), OTHERS, OTHERS, True)
    assert (bad.warned, good.warned) == ("own", "")
