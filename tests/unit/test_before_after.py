"""Segmented regression, difference with permutation, regression to the mean: closed forms and planted answers."""

from __future__ import annotations

import datetime as dt
import itertools

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
    found = method.segmented(TIME, x, n, AFTER, correlated=False)
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


#: Acute coronary episodes in Sicily a month from January 2002, and the standard population; smoking was banned in
#: January 2005. Lopez Bernal, Cummins & Gasparrini, Int J Epidemiol 2017;46:348–355 (data of the paper, CC BY).
SICILY = (
    "728 659 791 734 757 726 760 740 720 814 795 858 887 766 851 769 781 756 766 752 765 831 879 928 914 808 937 "
    "840 916 828 845 818 860 839 887 886 831 796 833 820 877 758 767 738 781 843 850 908 1021 859 976 888 962 838 "
    "810 876 843 936 912"
)
POPULATION = (
    "379875.3 376495.5 377040.8 377116.4 377383.4 374113.1 379513.3 376295.5 374653.2 378485.6 375955.5 378349.7 "
    "376762.4 379032.3 379360.4 376162 377972.4 381830.7 379888.6 380872.2 380966.9 381240.4 382104.9 381802.7 "
    "381656.3 383680 383504.2 386462.9 383783.1 380836.8 383483 380906.2 382926.8 384052.4 384449.6 383428.4 "
    "388153.2 388373.2 386470.1 386033.2 383686.4 385509.3 385901.9 386516.6 388436.5 383255.2 390148.7 385874.9 "
    "391613.6 391750.4 394005.6 391364.9 391664.6 389022.3 391878.5 388575.3 392989 390018.8 390712.3"
)


def sicily(correlated: bool):
    """The study by months of the calendar, the population in units of 250 persons."""
    starts = [dt.date(2002 + month // 12, month % 12 + 1, 1) for month in range(60)]
    middle = [(one.toordinal() + next_one.toordinal()) / 2 for one, next_one in itertools.pairwise(starts)]
    new_year = [dt.date(dt.date.fromordinal(int(day)).year, 1, 1).toordinal() for day in middle]
    time = (np.array(middle) - dt.date(2005, 1, 1).toordinal()) / 365.25
    phase = (np.array(middle) - new_year) / 365.25
    n = np.round(np.array(POPULATION.split(), dtype=float) / 250)
    return method.segmented(time, np.array(SICILY.split(), dtype=float), n, time > 0, phase, correlated)


def test_the_smoking_ban_in_sicily() -> None:
    found = sicily(correlated=False).level
    assert found.value == pytest.approx(-0.0759823875, abs=1e-9)
    assert (found.lower, found.upper) == pytest.approx((-0.1084303, -0.0435345), abs=1e-7)
    assert found.p == pytest.approx(1.911e-5, rel=1e-3)
    # Its months are not alike beyond their season: allowing for it changes little.
    allowed = sicily(correlated=True)
    assert allowed.level.value == pytest.approx(found.value, abs=2e-3) and not allowed.autocorrelated
    assert allowed.level.clear and allowed.level.p > found.p


def autoregressive(rng, rho: float, own: float, points: int) -> np.ndarray:
    """A series of variance 1: ``own`` of it first-order autoregressive, the rest independent."""
    noise = rng.normal(size=points)
    for place in range(1, points):
        noise[place] = rho * noise[place - 1] + np.sqrt(1 - rho**2) * noise[place]
    return np.sqrt(own) * noise + np.sqrt(1 - own) * rng.normal(size=points)


@pytest.mark.some(1)
@pytest.mark.parametrize(("rho", "own"), [(0.0, 1.0), (0.5, 1.0), (0.7, 1.0), (0.6, 0.45)])
def test_neighbours_alike_do_not_make_effects(rho, own) -> None:
    """Independent points in the formula would find an effect in 25–40 % of such series (10–20 % of the last)."""
    rng = np.random.default_rng(11)
    n, false = np.full(len(TIME), 400.0), 0
    for _ in range(150):
        y = 0.7 + 0.03 * autoregressive(rng, rho, own, len(TIME))
        false += method.segmented(TIME, y * n, n, AFTER, TIME % 1).level.p < 0.05
    assert 0.01 <= false / 150 <= 0.10


def test_limits_cover_what_they_are_made_of() -> None:
    """p and limits of the mixture are one law."""
    x, n = series(jump=0.05, size=60)
    rng = np.random.default_rng(4)
    found = method.segmented(TIME, np.clip(x + rng.normal(0, 3, len(x)), 0, n), n, AFTER)
    assert found.level.lower < found.level.value < found.level.upper
    assert found.level.clear == (found.level.p < 0.05)


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
    for _ in range(150):
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
