"""The tails and quantiles against scipy.stats, and binomial ones against sums of exact fractions."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from scipy import stats

from indicators.statistics import distributions as own
from indicators.statistics.ranking import _middle
from indicators.statistics.search import lowest

#: Without 0.5: where P(X ≤ k) is one half by symmetry, rounding decides which whole number scipy names.
P = np.array([1e-6, 0.001, 0.025, 0.3, 0.49, 0.75, 0.975, 0.999])
SIZES = (1, 2, 7, 10, 99, 1000, 250_000)
CENTRES = (1e-4, 0.03, 0.5, 0.9, 0.9999)


@pytest.mark.parametrize("n", [1, 2, 7, 10])
@pytest.mark.parametrize("centre", [Fraction(1, 30), Fraction(1, 2), Fraction(9, 10)])
def test_binomial_is_the_sum_of_fractions(n, centre):
    exact = [comb(n, k) * centre**k * (1 - centre) ** (n - k) for k in range(n + 1)]
    k = np.arange(-1, n + 2)
    sums = [sum(exact[: max(0, one + 1)], Fraction(0)) for one in k]
    np.testing.assert_allclose(own.binomial_at(k, n, float(centre)), [0, *map(float, exact), 0], rtol=1e-12)
    np.testing.assert_allclose(own.binomial_below(k, n, float(centre)), [float(one) for one in sums], rtol=1e-12)
    above = [float(1 - one) for one in sums]
    np.testing.assert_allclose(own.binomial_above(k, n, float(centre)), above, rtol=1e-12)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("centre", CENTRES)
def test_binomial_against_scipy(n, centre):
    k = np.unique(np.clip(np.round(n * centre + np.arange(-6, 7) * np.sqrt(n * centre * (1 - centre))), 0, n))
    np.testing.assert_allclose(own.binomial_at(k, n, centre), stats.binom.pmf(k, n, centre), rtol=1e-8, atol=1e-300)
    np.testing.assert_allclose(own.binomial_below(k, n, centre), stats.binom.cdf(k, n, centre), rtol=1e-9)
    np.testing.assert_allclose(own.binomial_above(k, n, centre), stats.binom.sf(k, n, centre), rtol=1e-9, atol=1e-300)
    quantile = own.binomial_quantile(P, n, centre)
    np.testing.assert_array_equal(quantile, stats.binom.ppf(P, n, centre))
    assert (own.binomial_below(quantile, n, centre) >= P).all()
    assert (own.binomial_below(quantile - 1, n, centre) < P).all()


def test_the_others_against_scipy():
    x = np.array([-8.0, -1.96, 0.0, 0.3, 2.5, 9.0])
    np.testing.assert_allclose(own.normal_quantile(P), stats.norm.ppf(P), rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(own.normal_below(x), stats.norm.cdf(x), rtol=1e-13)
    np.testing.assert_allclose(own.normal_above(x), stats.norm.sf(x), rtol=1e-13)
    for freedom in (1, 4, 30.0):
        np.testing.assert_allclose(own.t_above(x, freedom), stats.t.sf(x, freedom), rtol=1e-11)
        np.testing.assert_allclose(own.t_quantile(P, freedom), stats.t.ppf(P, freedom), rtol=1e-10, atol=1e-14)
        np.testing.assert_allclose(own.chi2_above(x[2:], freedom), stats.chi2.sf(x[2:], freedom), rtol=1e-12)
        np.testing.assert_allclose(own.chi2_quantile(P, freedom), stats.chi2.ppf(P, freedom), rtol=1e-11)
        found = own.gamma_above(x[2:], freedom, 0.7)
        np.testing.assert_allclose(found, stats.gamma.sf(x[2:], freedom, scale=0.7), rtol=1e-12)


def test_middle_ranks_share_ties():
    values = np.array([3.0, 1.0, 3.0, 3.0, 2.0, 1.0])
    assert _middle(values).tolist() == np.floor(stats.rankdata(values)).astype(int).tolist() == [5, 1, 5, 5, 3, 1]


def test_lowest_is_found_between_and_at_the_ends():
    assert abs(lowest(lambda x: (x - 0.3) ** 4 + x, -5, 9, 1e-9) - (0.3 - 0.25 ** (1 / 3))) < 1e-6
    assert abs(lowest(np.cosh, -1, 30, 1e-9)) < 1e-7
    assert lowest(np.exp, 2, 30, 1e-9) < 2 + 1e-8 and lowest(lambda x: -x, 2, 30, 1e-9) > 30 - 1e-8
