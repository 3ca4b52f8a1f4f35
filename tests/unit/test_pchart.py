"""p- and p′-charts: limits by hand, Laney's factor never tightens, points enough."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from indicators.statistics.pchart import pchart


def test_limits_by_hand() -> None:
    n = np.array([20, 50, 100, 80] * 3)
    x = np.array([4, 9, 21, 16, 5, 10, 19, 15, 3, 11, 22, 17])
    found = pchart(x, n)
    centre = 152 / 750
    z = [(a / b - centre) / (centre * (1 - centre) / b) ** 0.5 for a, b in zip(x, n, strict=True)]
    sigma = sum(abs(b - a) for a, b in itertools.pairwise(z)) / 11 / 1.128
    assert found.centre == pytest.approx(centre) and found.sigma_z == pytest.approx(sigma)
    assert sigma < 1  # so the limits are the p-chart's
    half = 3 * (centre * (1 - centre) / 20) ** 0.5
    assert found.upper[0] == pytest.approx(centre + half)
    assert found.lower[0] == 0 and found.lower[2] == pytest.approx(centre - 3 * (centre * (1 - centre) / 100) ** 0.5)


def test_more_variation_than_binomial_widens() -> None:
    n, x = np.full(12, 400), np.array([20, 80] * 6)
    found = pchart(x, n)
    z = 2 * 30 / 400 / (0.125 * 0.875 / 400) ** 0.5
    assert found.sigma_z == pytest.approx(z / 1.128)
    plain = pchart(x, n, laney=False)
    assert found.upper[0] - found.centre == pytest.approx((plain.upper[0] - plain.centre) * found.sigma_z)
    assert pchart(x, n).sigma_z == pytest.approx(plain.sigma_z)


@pytest.mark.parametrize(("points", "judged"), [(11, False), (12, True)])
def test_twelve_points_before_limits(points, judged) -> None:
    found = pchart([3] * points + [0], [10] * points + [0])
    assert found.judged is judged
    assert np.isnan(found.lower[-1]) and np.isnan(found.upper[-1])  # no patients, no limit
    assert np.isfinite(found.upper[0]) == judged


def test_baseline_alone_decides_centre_and_width() -> None:
    base = np.arange(20) < 12
    found = pchart(np.where(base, 5, 40), np.full(20, 50), base)
    assert found.centre == pytest.approx(0.1) and found.sigma_z == 0
    assert (found.upper[12:] < 0.8).all()


def test_nothing_or_everything_gives_limits_at_the_end() -> None:
    for events, end in ((0, 0.0), (9, 1.0)):
        found = pchart([events] * 12, [9] * 12)
        assert found.centre == end and (found.lower == end).all() and (found.upper == end).all()
    with pytest.raises(ValueError, match="pchart"):
        pchart([3], [2])
