"""The methods behind the comparison of units: published numbers, known limits, laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import binom, hypergeom, norm

from benchmarks.simulate_comparison import tails
from indicators.statistics import (
    heterogeneity,
    logistic,
    multiplicity,
    overdispersion,
    proportions,
    ranking,
    shrinkage,
    standardisation,
)
from indicators.statistics import law as laws
from indicators.statistics.comparison import COLUMNS, SUMMARY, Units, compare_counts, control_limits
from indicators.statistics.intervals import exact
from indicators.statistics.verdict import thin, zones
from tests.support.amount import examples

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
    assert found.adjusted


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
        found = control_limits(0.9, np.array([n]), 0.0)
        assert [found["limit95_low"][0], found["limit95_high"][0]] == pytest.approx([low, high], abs=5e-7)
        law = laws.crude(np.array([n]), 0.9, 0.0)  # the law without widening is the binomial's own
        assert [law.limit(0.025)[0], law.limit(0.975)[0]] == pytest.approx([low, high], abs=5e-7)
    found = control_limits(0.9, np.array([50]), 0.0)
    assert [found["limit998_low"][0], found["limit998_high"][0]] == pytest.approx([0.739872, 0.996119], abs=5e-7)


# --- overdispersion ---------------------------------------------------------------------------------------------------


def test_limits_are_widened_by_ten_units_and_real_excess_only():
    few = overdispersion.of_proportions(DEATHS[:9], SIZES[:9], CENTRE)
    assert few.tau2 > 0 and not few.adjusted and overdispersion.between(few, lambda _: 0.0) == 0
    even = overdispersion.of_proportions(np.full(12, 10), np.full(12, 100), 0.1)
    assert even.phi == 0 and even.tau2 == 0 and not even.adjusted
    one = overdispersion.of_proportions([5], [10], 0.4)
    assert np.isnan([one.phi, one.phi_winsorised, one.tau2]).all() and not one.adjusted


def test_widened_limits_leave_room_on_both_sides_and_are_never_tighter_than_exact_ones():
    sizes = np.array([5, 20, 100, 2000])
    plain, wide = control_limits(0.94, sizes, 0.0), control_limits(0.94, sizes, 0.3)
    for name in ("limit95", "limit998"):
        assert (wide[f"{name}_low"] <= plain[f"{name}_low"]).all()
        assert (wide[f"{name}_high"] >= plain[f"{name}_high"]).all()
        assert 0.94 < wide[f"{name}_high"][-1] < 0.995, "a large unit can be good"
    # A large unit's limits are nearly those of the log odds themselves, whose mean rate is the country's.
    at = np.linspace(-8, 8, 4001)
    weight = np.exp(-at * at / 2) / np.exp(-at * at / 2).sum()
    middle = laws.middle(np.array([0.94]), np.array([0.3**0.5]), at, weight)[0]
    far = control_limits(0.94, np.array([400_000]), 0.3)
    assert far["limit95_low"][0] == pytest.approx(expit(middle - 1.959964 * 0.3**0.5), abs=5e-4)
    assert far["limit95_high"][0] == pytest.approx(expit(middle + 1.959964 * 0.3**0.5), abs=5e-4)


def test_the_law_is_the_average_of_binomials():
    law = laws.crude(np.array([40]), 0.9, 0.25)
    x = np.arange(41)
    at, weight = laws.nodes(0.5, 3.6)
    mean = laws.middle(np.array([0.9]), np.array([0.5]), at, weight)[0]
    by_hand = (weight[:, None] * binom.cdf(x[None, :], 40, expit(mean + 0.5 * at)[:, None])).sum(axis=0)
    assert law.of(np.zeros(41, dtype=int)).below(x) == pytest.approx(by_hand, abs=1e-10)
    assert law.mean[0] == pytest.approx(36)
    zone = law.of(np.zeros(41, dtype=int)).zones(x)
    chance = np.diff(by_hand, prepend=0)
    thin_ones = thin(np.full(41, 40), *exact(x, np.full(41, 40)))
    assert law.outside()[0] == pytest.approx(chance[(zone != "within") & ~thin_ones].sum(), abs=1e-9)
    large = laws.crude(np.array([60]), 0.9, 0.25)
    y = np.arange(61)
    zone = large.of(np.zeros(61, dtype=int)).zones(y)
    chance = np.diff(large.of(np.zeros(61, dtype=int)).below(y), prepend=0)
    assert large.outside() == pytest.approx(
        [chance[zone != "within"].sum(), chance[np.char.startswith(zone.astype(str), "alarm")].sum()]
    )


def expected_of(shares: np.ndarray, patients: np.ndarray) -> laws.Standardised:
    """Units × kinds of patient of one expected share each."""
    place = np.repeat(np.arange(len(shares)), shares.shape[1])
    mix = laws.CaseMix.of(place, logit(shares).ravel(), patients.ravel().astype(float), len(shares))
    return laws.Standardised.of(mix, (shares * patients).sum(axis=1))


def test_the_adjusted_law_is_the_poisson_binomial():
    shares, patients = np.array([[0.97, 0.8], [0.9, 0.85]]), np.array([[60, 20], [30, 50]])
    law = expected_of(shares, patients).law(0.0)()
    for row in range(2):
        exact_one = np.array([1.0])
        for share, number in zip(shares[row], patients[row], strict=True):
            exact_one = np.convolve(exact_one, binom.pmf(np.arange(number + 1), number, share))
        x = np.arange(81)
        assert law.of(np.full(81, row)).below(x) == pytest.approx(np.cumsum(exact_one), abs=0.004)


@pytest.mark.parametrize("rate", [0.03, 0.6, 0.97])
def test_the_chance_of_one_number_is_the_step_of_the_law(rate):
    patients = np.array([[1, 0], [7, 5], [40, 21], [600, 300]])
    shares = expit(logit(rate) + np.tile([-0.6, 0.6], (4, 1)))
    of_units = expected_of(shares, patients)
    for law in (of_units.law(0.0)(), of_units.law(0.4)(), laws.crude(patients.sum(axis=1), rate, 0.3)):
        for x in (np.zeros(4), np.floor(law.patients / 3), law.patients - 1, law.patients):
            assert law.exactly(x) == pytest.approx(law.below(x) - law.below(x - 1), abs=1e-11)


@pytest.mark.parametrize("tau2", [0.0, 0.02, 1.0])
def test_the_quantile_of_the_law_is_the_smallest_number_with_chance_enough(tau2):
    n = np.array([1, 2, 9, 49, 50, 733, 20_000])
    for rate in (0.002, 0.3, 0.97):
        law = laws.crude(n, rate, tau2)
        for p in (0.001, 0.025, 0.5, 0.975, 0.999):
            found = law.quantile(p)
            assert (law.below(found) >= p).all() and ((found == 0) | (law.below(found - 1) < p)).all()


def test_what_is_settled_is_the_binomials_own():
    """Far from its mean a binomial is 0 or 1; no number of events may be taken for settled that is not."""
    for n in (3, 60, 4000):
        numbers, shares = np.arange(-1, n + 1, max(1, n // 50)), [0.0, 1e-9, 0.02, 0.5, 0.98, 1.0]
        k, p = (one.ravel() for one in np.meshgrid(numbers, shares))
        found = laws._below(k.astype(float), np.full(len(k), float(n)), p)
        assert found == pytest.approx(binom.cdf(k, n, p), abs=1e-14)
        assert ((found == 0) | (found == 1)).any() and (n < 60 or ((found > 0) & (found < 1)).any())


def test_the_variance_that_explains_the_spread_is_where_halving_ends():
    draw = np.random.default_rng(8)

    def halved(found: overdispersion.Overdispersion, expected) -> float:
        wanted, low, high = found.phi_winsorised * found.units / (found.units - 1), 0.0, 0.25
        while expected(high) < wanted and high < overdispersion.MOST_SPREAD:
            low, high = high, 2 * high
        for _ in range(9):
            middle = (low + high) / 2
            low, high = (middle, high) if expected(middle) < wanted else (low, middle)
        return ((low + high) / 2) ** 2

    for _ in range(200):
        base, slope, bend = draw.uniform(0.5, 1.1), draw.uniform(0.05, 60), draw.uniform(0, 0.3)
        found = overdispersion.Overdispersion(int(draw.integers(10, 40)), 1.0, draw.uniform(1.1, 9), 0.1)

        def expected(sigma: float, base=base, slope=slope, bend=bend) -> float:
            return base + slope * sigma**2 / (1 + bend * slope * sigma**2)

        assert overdispersion.between(found, expected) == halved(found, expected)


def test_ratio_limits_sought_together_are_each_what_it_is_alone():
    draw = np.random.default_rng(5)
    patients = draw.integers(15, 300, (11, 2))
    shares = np.broadcast_to(expit(logit(0.2) + np.array([-0.5, 0.5])), (11, 2))
    x = draw.binomial(patients, shares).sum(axis=1)
    x[:2] = 0, patients[1].sum()  # nobody, and all
    of_units = expected_of(shares, patients)
    together = laws.ratio_limits(of_units, 0.15, x, (0.95, 0.998))
    law, rows = of_units.law(0.15), np.arange(2, 11)
    for level, (lower, upper) in zip((0.95, 0.998), together, strict=True):
        (alone,) = laws.ratio_limits(of_units, 0.15, x, (level,))
        assert np.array([lower, upper]) == pytest.approx(np.array(alone), rel=1e-12)
        # At its limit a unit's tail is the tail asked for.
        for end, side in ((lower, 2), (upper, 1)):
            shift = laws.crossing(
                lambda at, part, side=side: law(at, rows[part]).tails(x[rows[part]])[side],
                (1 - level) / 2, np.zeros(9), side == 2,
            )  # fmt: skip
            assert end[rows] == pytest.approx(law(shift, rows).mean / law(0.0).mean[rows], rel=1e-5)
    assert together[0][0][0] == 0 and together[0][1][1] == pytest.approx(patients[1].sum() / of_units.expected[1])


def test_the_winsorised_mean_square_is_that_of_the_mixture():
    draw = np.random.default_rng(4)
    mean, spread = draw.normal(0, 1.5, (6, 3)), draw.uniform(0.7, 1.3, (6, 3))
    weight = np.array([0.2, 0.5, 0.3])
    found = laws.winsorised_mean_square(mean, spread, weight, 0.1)
    # The same laws laid out on a fine grid of equally likely values.
    grid = np.linspace(-14, 14, 400_001)
    chance = sum(
        weight[column] / 6 * norm.pdf(grid, mean[row, column], spread[row, column])
        for row in range(6) for column in range(3)
    )  # fmt: skip
    cumulated = np.cumsum(chance) * (grid[1] - grid[0])
    low, high = np.interp([0.1, 0.9], cumulated, grid)
    assert found == pytest.approx(np.sum(chance * np.clip(grid, low, high) ** 2) * (grid[1] - grid[0]), rel=1e-4)


@pytest.mark.parametrize("rate", [0.04, 0.5, 0.94])
def test_interval_and_verdict_of_the_adjusted_are_one(rate):
    draw = np.random.default_rng(2)
    patients = draw.integers(20, 200, (14, 2))
    shares = np.broadcast_to(expit(logit(rate) + np.array([-0.5, 0.5])), (14, 2))
    for spread in (0.0, 0.8):
        moved = expit(logit(shares) + spread * draw.standard_normal(14)[:, None])
        x = draw.binomial(patients, moved).sum(axis=1)
        rows = named(list(zip(patients.sum(axis=1), x, np.zeros(14, dtype=int), strict=True)))
        found = compare_counts(units(rows), expected=expected_of(shares, patients)).frame
        for row in found.to_dict("records"):
            if row["adjusted_signal"] is None:
                continue
            out = "high" if row["oe_lower"] > 1 else "low" if row["oe_upper"] < 1 else "within"
            assert row["adjusted_signal"].endswith(out)
            assert row["oe_lower"] <= row["oe"] <= row["oe_upper"]


def test_a_rare_outcome_without_overdispersion_has_byars_limits():
    patients = np.array([[200], [400], [300]])
    found = compare_counts(units(named([(200, 5, 0), (400, 13, 0), (300, 9, 0)])),
                           expected=expected_of(np.full((3, 1), 0.03), patients)).frame  # fmt: skip
    _, low, high = standardisation.observed_expected([5, 13, 9], [6, 12, 9])
    assert np.allclose(found.oe_lower, low) and np.allclose(found.oe_upper, high)


def test_a_large_unit_is_judged_against_the_others():
    """It is four tenths of the country and pulls the country's rate to itself."""
    counts = [("A", 800, 720, 0), ("B", 400, 372, 0), ("C", 400, 372, 0), ("D", 400, 372, 0)]
    compared = compare_counts(units(counts))
    found = compared.frame
    assert compared.large == ("A",) and compare_counts(units(counts * 1 + [("E", 4000, 3700, 0)])).large == ("E",)
    z = (0.9 - 0.93) / np.sqrt(0.93 * 0.07 * (1 / 800 + 1 / 1200))
    assert -norm.ppf(0.999) < z < -norm.ppf(0.975)
    assert found.signal[0] == "attention_low" and found.certain[0]
    assert list(found.signal[1:]) == ["within"] * 3


@pytest.mark.some(1)
@pytest.mark.parametrize(("units_", "size", "rate", "spread"), [(26, 200, 0.94, 0.73), (26, 200, 0.94, 0.0),
                                                                (18, 250, 0.8, 0.3)])  # fmt: skip
def test_each_tail_keeps_its_word_without_outliers(units_, size, rate, spread):
    """Both tails, crude and adjusted; a few countries: 4 standard errors of room."""
    countries = examples(25, 6)
    for count in tails(countries, units_, size, rate, spread):
        for side in ("low", "high"):
            for zones_, tail in (((f"attention_{side}", f"alarm_{side}"), 0.025), ((f"alarm_{side}",), 0.001)):
                assert count.share(*zones_) <= 1.5 * tail + 4 * (tail / count.units) ** 0.5, (side, zones_)


def test_units_of_a_country_at_94_percent_can_be_good():
    n, rate = np.full(26, 300), expit(2.75 + 0.5 * norm.ppf((np.arange(26) + 0.5) / 26))
    x = np.rint(n * rate).astype(int)
    x[-1] = 300
    n[-1] = 900
    x[-1] = 899
    found = compare_counts(units(named(list(zip(n, x, np.zeros(26, dtype=int), strict=True)))))
    assert found.summary.adjusted and found.frame.signal[25] in ("attention_high", "alarm_high")


def test_limits_of_sigma_are_where_the_profile_has_fallen():
    found = heterogeneity.fit(DEATHS, SIZES)
    top = heterogeneity.log_likelihood(DEATHS, SIZES, found.mu, found.sigma)
    for limit in (found.lower, found.upper):
        mu = np.linspace(found.mu - 0.5, found.mu + 0.5, 401)
        height = max(heterogeneity.log_likelihood(DEATHS, SIZES, one, limit) for one in mu)
        assert 2 * (top - height) == pytest.approx(3.841459, abs=0.01)
    none = heterogeneity.fit([10, 10, 11, 9], [100, 100, 100, 100])
    assert none.lower == 0 and 0.1 < none.upper < 1


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
    fitted = logistic.poisson(np.array([[0.0], [1.0]]), [[10], [40]], [[1000.0], [500.0]])
    assert np.exp(fitted.coefficients) == pytest.approx([0.01, 8])
    assert fitted.fitted.sum() == pytest.approx(50)


def test_poisson_regression_by_bands_is_that_of_the_cells_written_out():
    """At its top the slope is 0, and the errors are of the information, both of one row for each cell."""
    draw = np.random.default_rng(6)
    design = draw.integers(0, 2, (30, 3)).astype(float)
    time = draw.uniform(0, 400, (30, 4))
    time[:3, 2] = 0
    hazard = np.exp(-4 + np.array([0.0, 0.4, -0.5, 0.2]) + (design @ [0.5, -0.3, 0.1])[:, None])
    events = draw.poisson(time * hazard).astype(float)
    found = logistic.poisson(design, events, time)
    intercepts = np.tile(np.eye(4)[:, 1:], (30, 1))
    cells = np.column_stack([np.ones(120), intercepts, np.repeat(design, 4, axis=0)])
    mean = time.ravel() * np.exp(cells @ found.coefficients)
    assert found.fitted.ravel() == pytest.approx(mean)
    assert cells.T @ (events.ravel() - mean) == pytest.approx(np.zeros(7), abs=1e-6)
    assert found.errors == pytest.approx(np.sqrt(np.diag(np.linalg.inv(cells.T @ (cells * mean[:, None])))))


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


@settings(max_examples=examples(25), deadline=None)
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
