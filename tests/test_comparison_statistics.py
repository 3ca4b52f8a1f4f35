"""The methods behind the comparison of units: published numbers, known limits, laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom, norm

from indicators.statistics import (
    funnel,
    heterogeneity,
    logistic,
    multiplicity,
    overdispersion,
    proportions,
    ranking,
    shrinkage,
    standardisation,
)
from indicators.statistics.comparison import COLUMNS, SUMMARY, Units, compare_counts
from indicators.statistics.verdict import zones

SIZES = np.array([47, 148, 119, 810, 211, 196, 148, 215, 207, 97, 256, 360])
DEATHS = np.array([0, 18, 8, 46, 8, 13, 9, 31, 14, 8, 29, 24])
CENTRE = DEATHS.sum() / SIZES.sum()


# --- published numbers: the surgical example of twelve hospitals ------------------------------------------------------


def test_overdispersion_of_the_surgical_example():
    found = overdispersion.of_proportions(DEATHS, SIZES, CENTRE)
    assert pytest.approx(0.073916, abs=5e-7) == CENTRE
    assert found.phi == pytest.approx(3.21297, abs=5e-6)
    assert found.phi_winsorised == pytest.approx(2.363287, abs=5e-7)
    assert found.tau2 == pytest.approx(0.00049, abs=5e-6)
    assert found.adjusted and found.drawn == found.tau2


def test_shrunken_estimates_of_the_surgical_example():
    found = shrinkage.fit(DEATHS, SIZES)
    # The published α and β are a search's that stopped a little early: the likelihood is no higher there.
    assert found.alpha == pytest.approx(8.253419, rel=2e-5)
    assert found.beta == pytest.approx(99.636021, rel=2e-5)
    expected = [0.053286, 0.102597, 0.071636, 0.059107, 0.050969, 0.069938]
    expected += [0.067425, 0.121569, 0.070671, 0.079328, 0.102376, 0.068934]
    assert found.mean == pytest.approx(expected, abs=5e-7)
    lower, upper = found.interval()
    assert ((lower < found.mean) & (found.mean < upper)).all()


def test_random_intercept_model_of_the_surgical_example():
    found = heterogeneity.fit(DEATHS, SIZES)
    # As above: the published σ is 3e-6 from the maximum, and the likelihood is no higher there.
    assert found.sigma == pytest.approx(0.357701, abs=4e-6)
    assert found.mor == pytest.approx(1.406636, abs=5e-6)
    assert found.icc == pytest.approx(0.037436, abs=1e-6)
    best = heterogeneity.log_likelihood(DEATHS, SIZES, found.mu, found.sigma)
    assert best >= heterogeneity.log_likelihood(DEATHS, SIZES, found.mu, 0.357701)
    assert heterogeneity.median_ratio(0.357701) == pytest.approx(1.406636, abs=5e-7)


def test_newcombe_method_10():
    assert [float(one) for one in proportions.newcombe(56, 70, 48, 80)] == pytest.approx(
        [0.20, 0.052431, 0.333873], abs=5e-7
    )
    assert [float(one) for one in proportions.newcombe(0, 10, 0, 20)] == pytest.approx(
        [0, -0.161125, 0.277533], abs=5e-7
    )
    assert all(np.isnan(one) for one in proportions.newcombe(0, 0, 3, 20))


def test_byar_limits():
    assert [float(one) for one in standardisation.observed_expected(12, 8.5)] == pytest.approx(
        [1.411765, 0.728648, 2.466219], abs=5e-7
    )
    ratio, lower, upper = standardisation.observed_expected([0, 3], [2.0, 0.0])
    assert (ratio[0], lower[0]) == (0, 0) and upper[0] > 1
    assert np.isnan([ratio[1], lower[1], upper[1]]).all(), "nothing expected: no ratio"


def test_funnel_limits_where_nothing_is_adjusted():
    for n, low, high in ((10, 0.621264, 0.992830), (50, 0.800277, 0.966137), (1000, 0.880517, 0.917721)):
        assert [one[0] for one in overdispersion.limits(0.9, [n])] == pytest.approx([low, high], abs=5e-7)
    assert [one[0] for one in overdispersion.limits(0.9, [50], funnel.ALARM)] == pytest.approx(
        [0.739872, 0.996119], abs=5e-7
    )


# --- overdispersion ---------------------------------------------------------------------------------------------------


def test_limits_are_widened_by_ten_units_and_real_excess_only():
    few = overdispersion.of_proportions(DEATHS[:9], SIZES[:9], CENTRE)
    assert few.tau2 > 0 and not few.adjusted and few.drawn == 0
    even = overdispersion.of_proportions(np.full(12, 10), np.full(12, 100), 0.1)
    assert even.phi == 0 and even.tau2 == 0 and not even.adjusted
    one = overdispersion.of_proportions([5], [10], 0.4)
    assert np.isnan([one.phi, one.phi_winsorised, one.tau2]).all() and not one.adjusted


def test_adjusted_limits_are_additive_and_never_tighter_than_exact_ones():
    sizes = np.array([5, 20, 100, 2000])
    for level in (funnel.ATTENTION, funnel.ALARM):
        plain = funnel.limits(0.9, sizes, level)
        low, high = overdispersion.limits(0.9, sizes, level, 0.0004)
        assert (low <= plain[0]).all() and (high >= plain[1]).all()
        half = norm.ppf((1 + level) / 2) * np.sqrt(0.09 / 2000 + 0.0004)
        assert low[-1] == pytest.approx(0.9 - half, abs=1e-12)
        assert (low >= 0).all() and (high <= 1).all()
    assert overdispersion.limits(0.9, [5], funnel.ATTENTION, 0.0004)[0] == funnel.limits(0.9, [5])[0], "5 is too few"


# --- shrinkage and ranks ----------------------------------------------------------------------------------------------


def test_without_variation_everything_is_pooled():
    found = shrinkage.fit([10, 10, 11, 9], [100, 100, 100, 100])
    assert found.pooled and found.mean == pytest.approx([0.1] * 4)
    assert heterogeneity.fit([10, 10, 11, 9], [100, 100, 100, 100]).sigma == 0
    ranks = ranking.ranks(found, True)
    assert set(ranks.rank) == {2} and set(ranks.lower) == {1} and set(ranks.upper) == {4}


@pytest.mark.parametrize("x, n", [([0, 0, 0], [5, 6, 7]), ([5, 6], [5, 6]), ([3], [9]), ([], [])])
def test_nothing_to_estimate(x, n):
    assert shrinkage.fit(x, n) is None
    assert heterogeneity.fit(x, n) is None


def test_units_without_overlap_are_estimated_too():
    x, n = [0, 50, 0, 40], [50, 50, 60, 40]
    found = shrinkage.fit(x, n)
    assert not found.pooled and found.mean == pytest.approx([0, 1, 0, 1], abs=0.02)
    assert heterogeneity.fit(x, n) is None, "the likelihood rises without end with σ"


def test_ranks_are_those_of_simulation():
    found = shrinkage.fit(DEATHS, SIZES)
    exact = ranking.ranks(found, False)
    draws = np.random.default_rng(1).beta(found.a, found.b, (40_000, 12)).argsort(1).argsort(1) + 1
    assert exact.expected == pytest.approx(draws.mean(axis=0), abs=0.05)
    assert np.abs(exact.lower - np.quantile(draws, 0.025, axis=0)).max() <= 1
    assert np.abs(exact.upper - np.quantile(draws, 0.975, axis=0)).max() <= 1
    assert sorted(exact.rank) == list(range(1, 13))
    assert exact.rank[4] == 1 and exact.rank[7] == 12, "few deaths are best"
    assert (ranking.ranks(found, True).rank == 13 - exact.rank).all()


def test_a_unit_apart_has_a_certain_rank():
    x, n = np.array([990, 800, 801, 799]), np.full(4, 1000)
    found = ranking.ranks(shrinkage.fit(x, n), True)
    assert (found.rank[0], found.lower[0], found.upper[0]) == (1, 1, 1)
    assert (found.upper[1:] == 4).all() and (found.lower[1:] == 2).all()


def test_rankability():
    assert ranking.rankability(0.0, [0.1, 0.2]) == 0
    assert ranking.rankability(0.3, [0.1, 0.1, np.inf]) == pytest.approx(0.75)
    assert ranking.rankability(0.3, [np.inf, np.inf, 0.1]) == 0


# --- tests ------------------------------------------------------------------------------------------------------------


def test_mid_p_against_the_hypergeometric_distribution():
    rest, others = DEATHS.sum() - DEATHS, SIZES.sum() - SIZES
    spread = hypergeom(SIZES.sum(), DEATHS.sum(), SIZES)
    below = spread.cdf(DEATHS) - spread.pmf(DEATHS) / 2
    expected = 2 * np.minimum(below, 1 - below)
    assert proportions.fisher_mid_p(DEATHS, SIZES, rest, others) == pytest.approx(expected, rel=1e-8)
    assert proportions.fisher_mid_p(9, 10, 91_000, 100_000)[0] > 0.5
    assert proportions.fisher_mid_p(400, 1000, 90_000, 100_000)[0] < 1e-12
    assert np.isnan(proportions.fisher_mid_p([0, 5], [0, 9], [1, 0], [9, 0])).all()


def test_benjamini_hochberg():
    # The fifteen p-values of Benjamini & Hochberg 1995, section 3.2: four are rejected at 5 %.
    p = np.array([1, 4, 19, 95, 201, 278, 298, 344, 459, 3240, 4262, 5719, 6528, 7590, 10000]) / 10_000
    q = multiplicity.benjamini_hochberg(p)
    assert (q <= 0.05).sum() == 4
    assert q[3] == pytest.approx(0.0095 * 15 / 4) and q[0] == pytest.approx(0.0015)
    mixed = multiplicity.benjamini_hochberg([np.nan, 0.04, 0.01, np.nan])
    assert mixed[1:3] == pytest.approx([0.04, 0.02]) and np.isnan(mixed[[0, 3]]).all()


# --- regression -------------------------------------------------------------------------------------------------------


def test_logistic_regression_of_a_two_by_two_table():
    fitted = logistic.logistic(np.array([[1.0, 0.0], [1.0, 1.0]]), [20, 30], [100, 60])
    assert np.exp(fitted.coefficients) == pytest.approx([20 / 80, (30 / 30) / (20 / 80)])
    assert fitted.errors[1] == pytest.approx(np.sqrt(1 / 20 + 1 / 80 + 1 / 30 + 1 / 30))
    assert fitted.ridge == 0


def test_separation_needs_a_penalty_and_keeps_the_sum():
    design = np.array([[1.0, 0.0], [1.0, 1.0]])
    fitted = logistic.logistic(design, [20, 30], [100, 30])
    assert fitted.ridge == logistic.RIDGE
    assert fitted.fitted @ [100, 30] == pytest.approx(50, abs=1e-7)
    with pytest.raises(ValueError, match="both"):
        logistic.logistic(design, [0, 0], [10, 10])


def test_poisson_regression_of_two_rates():
    fitted = logistic.poisson(np.array([[1.0, 0.0], [1.0, 1.0]]), [10, 40], [1000.0, 500.0])
    assert np.exp(fitted.coefficients) == pytest.approx([0.01, 8])
    assert fitted.fitted.sum() == pytest.approx(50)


def test_auc_counts_pairs():
    rng = np.random.default_rng(2)
    p, x, n = rng.choice([0.1, 0.3, 0.7], 8), rng.integers(0, 4, 8), np.full(8, 4)
    pairs = [
        (1.0 if a > b else 0.5 if a == b else 0.0, one * other)
        for a, one in zip(p, x, strict=True)
        for b, other in zip(p, n - x, strict=True)
    ]
    assert logistic.auc(p, x, n) == pytest.approx(sum(w * c for w, c in pairs) / sum(c for _, c in pairs))
    assert np.isnan(logistic.auc([0.5], [0], [3]))


def test_calibration_bands_hold_everyone_once():
    rng = np.random.default_rng(3)
    p, n = rng.uniform(0.05, 0.9, 60).round(2), rng.integers(1, 20, 60)
    x = rng.binomial(n, p)
    bands = logistic.calibration(p, x, n)
    assert 8 <= len(bands) <= 10
    assert sum(one.patients for one in bands) == n.sum() and sum(one.observed for one in bands) == x.sum()
    assert sum(one.expected for one in bands) == pytest.approx(n @ p)
    shares = [one.expected / one.patients for one in bands]
    assert shares == sorted(shares)
    assert len(logistic.calibration([0.2, 0.2, 0.2], [1, 0, 1], [5, 5, 5])) == 1, "equal risks stay together"


# --- the columns, from counts -----------------------------------------------------------------------------------------


def units(rows, elsewhere=(0, 0, 0)) -> Units:
    names, n, x, u = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Units(tuple(names), np.array(n, dtype=float), np.array(x, dtype=float), np.array(u, dtype=float), elsewhere)


def named(rows):
    return [(f"U{place:02}", *row) for place, row in enumerate(rows)]


def test_columns_and_zones_of_counts():
    rows = named([(200, 180, 5)] * 11 + [(200, 120, 0), (400, 395, 0), (0, 0, 4), (0, 0, 0)])
    found = compare_counts(units(rows))
    frame = found.frame.set_index("unit")
    assert tuple(found.frame.columns) == COLUMNS and found.summary.units == 13
    assert found.summary.national == pytest.approx((11 * 180 + 120 + 395) / (13 * 200 + 200))
    assert frame.zone["U11"].endswith("_low") and frame.zone["U12"].endswith("_high") and frame.zone["U00"] == "within"
    silent = frame.loc["U13"]
    assert silent.isna().drop(["denominator", "numerator", "missing", "worst", "best", "certain"]).all()
    assert (silent.worst, silent.best) == (0, 1)
    assert frame.loc["U14"][["worst", "best", "zone"]].isna().all()
    assert frame["rank"]["U12"] == 1 and frame["rank"]["U11"] == 13
    low = compare_counts(units(rows), higher_is_better=False).frame.set_index("unit")
    assert low["rank"]["U12"] == 13 and low["rank"]["U11"] == 1 and list(low.zone) == list(frame.zone)
    assert not found.frame.certain[13] and not found.frame.certain[14]


def test_zones_are_strictly_outside_and_the_missing_make_them_uncertain():
    rows = named([(100, 50, 0)] * 5 + [(100, 33, 14), (100, 33, 0)])
    found = compare_counts(units(rows))
    assert list(found.frame.zone[5:]) == ["attention_low", "attention_low"]
    assert list(found.frame.certain[5:]) == [False, True]
    assert list(found.frame.signal[5:]) == [None, "attention_low"]
    rows = named([(10, 10, 0), (10, 10, 0)])
    assert list(compare_counts(units(rows)).frame.zone) == ["within", "within"], "on the limit is within"


def test_what_chance_gives_often_is_no_certain_signal():
    found = compare_counts(units([("A", 10, 10, 0), ("B", 9000, 8100, 0), ("C", 200, 199, 0)]))
    assert list(found.frame.zone) == ["alarm_high", "within", "alarm_high"]
    assert list(found.frame.certain) == [False, True, True], "10 of 10 come every third time"


def test_the_rest_is_the_country_without_the_unit():
    found = compare_counts(units([("A", 50, 40, 0), ("B", 60, 30, 0)], (10, 9, 1))).frame
    assert found.p[0] == pytest.approx(proportions.fisher_mid_p(40, 50, 39, 70)[0])
    assert found.p[1] == pytest.approx(proportions.fisher_mid_p(30, 60, 49, 60)[0])
    alone = compare_counts(units([("A", 50, 40, 0)])).frame
    assert alone.p.isna().all() and alone.q.isna().all(), "there is no rest"
    assert alone.zone[0] == "within" and alone["rank"].isna().all()


def test_units_that_are_all_or_nothing_have_no_estimate_of_the_variation_but_a_ranking_that_holds():
    assert heterogeneity.fit([0, 15, 50], [40, 30, 50]) is None, "the likelihood rises without end"
    found = compare_counts(units([("A", 400, 0, 0), ("B", 400, 40, 0), ("C", 400, 120, 0)]))
    assert 0.5 < found.summary.rankability < 1
    many = compare_counts(units(named([(300, 0, 0), (300, 0, 0), (300, 30, 0)])))
    assert many.summary.rankability > 0, "units without events do not make every ranking worthless"


def test_no_zone_without_limits():
    limits = {name: np.array([np.nan]) for name in ("limit95_low", "limit95_high", "limit998_low", "limit998_high")}
    assert list(zones(np.array([0.0]), limits)) == [None]


def test_q_is_never_below_p():
    p = np.random.default_rng(1).uniform(size=17) ** 3
    assert (multiplicity.benjamini_hochberg(p) >= p).all()


def test_no_units_and_doubled_units():
    empty = compare_counts(units([]))
    assert len(empty.frame) == 0 and tuple(empty.frame.columns) == COLUMNS
    assert empty.summary.units == 0 and np.isnan(empty.summary.national)
    assert tuple(empty.summary.frame().columns) == SUMMARY
    with pytest.raises(ValueError, match="twice"):
        compare_counts(units([("A", 1, 1, 0), ("A", 2, 1, 0)]))


COUNTS = st.integers(0, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(0, 5)))


@settings(max_examples=25, deadline=None)
@given(st.lists(COUNTS, min_size=1, max_size=14), st.randoms(use_true_random=False), st.booleans())
def test_laws_of_any_counts(counts, random, higher):
    """Order and names do not matter; turning events round mirrors everything; values stay in their range."""
    rows = named(counts)
    found = compare_counts(units(rows), higher)
    frame = found.frame.set_index("unit")
    shuffled = list(rows)
    random.shuffle(shuffled)
    again = compare_counts(units([(f"new {name}", *row) for name, *row in shuffled]), higher)
    other = again.frame.assign(unit=again.frame.unit.str[4:]).set_index("unit").loc[frame.index]
    for name in frame.columns:
        if name in ("zone", "signal"):
            assert list(frame[name]) == list(other[name])
        else:
            close = np.isclose(frame[name].astype(float), other[name].astype(float), atol=2e-5, equal_nan=True)
            assert close.all(), name
    turned = compare_counts(units([(name, n, n - x, u) for name, n, x, u in rows]), not higher).frame.set_index("unit")
    assert np.allclose(1 - turned.rate, frame.rate, equal_nan=True)
    assert np.allclose(turned.p, frame.p, equal_nan=True)
    assert np.allclose(1 - turned.shrunken, frame.shrunken, atol=2e-5, equal_nan=True)
    known = frame[frame.denominator > 0]
    for low, value, high in (("lower", "rate", "upper"), ("worst", "rate", "best"),
                             ("shrunken_lower", "shrunken", "shrunken_upper"), ("rank_lower", "rank", "rank_upper"),
                             ("limit998_low", "limit95_low", "limit95_high")):  # fmt: skip
        three = known[[low, value, high]].astype(float).dropna()
        assert (three[low] <= three[value] + 1e-12).all() and (three[value] <= three[high] + 1e-12).all(), value
    shown = known[["p", "q"]].dropna()
    assert (shown.p <= shown.q + 1e-12).all() and shown.q.between(0, 1).all()
    ranks = known["rank"].dropna()
    assert ranks.between(1, len(known)).all()


@pytest.mark.parametrize(
    ("counts", "certain"),
    [
        ((9, 9), False), ((9, 0), False), ((10, 10), False),  # 10 of 10: 69–100 %
        ((40, 20), False),  # 34–66 %
        ((40, 38), True), ((30, 0), True), ((14, 0), True), ((9, 5), False),
    ],
)  # fmt: skip
def test_nothing_is_certain_on_a_thin_foundation(counts, certain):
    n, x = counts
    rest = round(x / n * 900) if x not in (0, n) else (4 if x == 0 else 896)
    found = compare_counts(units([("A", n, x, 0), ("B", 900, rest, 0)])).frame
    assert found.certain[0] == certain and (found.signal[0] is not None) == certain


def test_a_signal_is_the_zone_or_a_milder_one_and_stands_only_where_it_is_certain():
    draw = np.random.default_rng(3)
    for rate in (0.03, 0.5, 0.94):
        n = draw.integers(1, 400, 30)
        u = draw.integers(0, 3, 30)
        found = compare_counts(units(named(list(zip(n, draw.binomial(n, draw.beta(9, 9, 30) * 2 * rate * (1 - rate) +
                                                                    rate * rate), u, strict=True))))).frame  # fmt: skip
        for zone, signal, certain in zip(found.zone, found.signal, found.certain, strict=True):
            assert certain == (signal is not None)
            assert signal in (None, zone, zone.replace("alarm", "attention"))
