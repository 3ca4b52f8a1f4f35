"""Units compared on survival, from arrays: known variances, limits, shrinkage; and the averaged intervals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import betaln, expit
from scipy.stats import beta, norm

from indicators.statistics import funnel, shrinkage
from indicators.statistics.survival_units import (
    National,
    SurvivalUnits,
    between_units,
    compare_survival,
    control_limits,
)


def followed(survival: float, cases: int) -> National:
    """A country in which everybody is followed to the time: Greenwood's sum is (1 − S)/(S·N)."""
    return National(survival, (1 - survival) / (survival * cases), cases)


def test_without_censoring_it_is_the_binomial_on_another_scale():
    national = followed(0.8, 4000)
    assert national.variance(100) == pytest.approx(0.2 / 0.8 / 100 / np.log(0.8) ** 2)
    assert list(national.effective([1, 50, 100])) == [1, 50, 100]
    shorter = National(0.8, 2 * national.greenwood, 4000)
    assert list(shorter.effective([1, 50, 100])) == [1, 25, 50] and shorter.variance(100) == 2 * national.variance(100)


def test_limits_are_on_the_log_log_scale_and_never_tighter_than_exact():
    national = followed(0.8, 4000)
    sizes = np.array([4, 10, 60, 3000])
    found = control_limits(national, sizes, 0.0)
    for name, level in (("limit95", funnel.ATTENTION), ("limit998", funnel.ALARM)):
        low, high = funnel.limits(0.8, sizes, level)
        assert (found[f"{name}_low"] <= low).all() and (found[f"{name}_high"] >= high).all()
    wide = control_limits(national, sizes, 0.02)
    half = norm.ppf(0.975) * np.sqrt(national.variance(3000) + 0.02)
    centre = np.log(-np.log(0.8))
    assert wide["limit95_low"][3] == pytest.approx(np.exp(-np.exp(centre + half)))
    assert wide["limit95_high"][3] == pytest.approx(np.exp(-np.exp(centre - half)))
    # The normal approximation alone would let ten patients without a death be an alarm.
    assert found["limit95_high"][1] == funnel.limits(0.8, [10])[1] > 0.97


def test_p_is_against_all_others():
    national = followed(0.8, 1000)
    rows = SurvivalUnits(
        ("A", "B"),
        np.array([300, 700]),
        np.array([0.7, 0.84]),
        *np.full((2, 2), np.nan),
        np.array([0.84, 0.7]),
        np.zeros(2),
        np.array([200, 500]),
    )
    found = compare_survival(rows, national).frame
    own, rest = np.log(-np.log(0.7)), np.log(-np.log(0.84))
    z = (own - rest) / np.sqrt(national.variance(300) + national.variance(700))
    assert found.p.tolist() == pytest.approx([2 * norm.sf(abs(z))] * 2)
    assert list(found["rank"]) == [2, 1]


def test_shrunken_survival_lies_between_the_unit_and_the_country():
    national = followed(0.8, 5000)
    n = np.full(12, 400)
    rate = np.array([0.7, 0.9, *np.linspace(0.76, 0.84, 10)])
    found = compare_survival(
        SurvivalUnits(tuple("ABCDEFGHIJKL"), n, rate, rate, rate, rate, n * (1 - rate), n), national
    )
    frame, y = found.frame, np.log(-np.log(rate))
    tau2, s2 = found.summary.sigma**2, national.variance(n)
    assert tau2 == pytest.approx(between_units(y, s2))
    weight = tau2 / (tau2 + s2)
    expected = np.exp(-np.exp(weight * y + (1 - weight) * np.log(-np.log(0.8))))
    assert frame.shrunken.tolist() == pytest.approx(expected.tolist(), abs=1e-9)
    assert (frame.shrunken_lower < frame.shrunken).all() and (frame.shrunken < frame.shrunken_upper).all()
    width = np.exp(-np.exp(np.log(-np.log(frame.shrunken)) - 1.96 * np.sqrt(weight * s2))) - frame.shrunken
    assert (frame.shrunken_upper - frame.shrunken).tolist() == pytest.approx(width.tolist(), rel=0.4), (
        "a little wider than with known τ²"
    )
    assert found.summary.mor == pytest.approx(np.exp(np.sqrt(2 * tau2) * 0.67449), rel=1e-4)


def test_between_units_is_the_maximum_of_the_likelihood():
    rng = np.random.default_rng(5)
    y, s2 = rng.normal(0, 0.4, 15), rng.uniform(0.01, 0.1, 15)
    tau2 = between_units(y, s2)

    def likelihood(t: float) -> float:
        v = s2 + t
        mean = np.average(y, weights=1 / v)
        return float(-np.sum(np.log(v) + (y - mean) ** 2 / v))

    assert tau2 > 0 and likelihood(tau2) >= max(likelihood(tau2 * 1.001), likelihood(tau2 / 1.001))
    assert between_units(np.full(5, 0.3), np.full(5, 0.1)) == 0


@pytest.mark.parametrize("x, n", [([40, 52, 45], [50, 60, 60]), ([12, 40, 18, 9], [90, 120, 80, 40])])
def test_intervals_of_counts_are_those_of_the_whole_posterior(x, n):
    """Against the mixture on a grid of shrinkage factors and means, without the normal and beta approximations."""
    x, n = np.array(x, dtype=float), np.array(n, dtype=float)
    typical = len(n) / np.sum(1 / n)
    sizes = (typical * shrinkage.FACTORS / (1 - shrinkage.FACTORS))[:, None]
    means = expit(np.linspace(-8, 8, 801))[None, :]  # uniform on the log odds, as in the approximation
    log = sum(
        betaln(sizes * means + a, sizes * (1 - means) + b - a) - betaln(sizes * means, sizes * (1 - means))
        for a, b in zip(x, n, strict=True)
    )
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    lower, upper = shrinkage.fit(x, n).interval()
    for unit in range(len(n)):
        a, b = sizes * means + x[unit], sizes * (1 - means) + n[unit] - x[unit]
        below = [np.sum(weight * beta.cdf(at, a, b)) for at in (lower[unit], upper[unit])]
        assert below == pytest.approx([0.025, 0.975], abs=0.015), unit
