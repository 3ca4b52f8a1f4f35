"""Limits of a funnel plot against the published reference values."""

import numpy as np
import pytest

from indicators.statistics.funnel import ALARM, limits


def test_the_reference_values():
    lower, upper = limits(0.9, [10, 50, 1000])
    assert np.round(lower, 6).tolist() == [0.621264, 0.800277, 0.880517]
    assert np.round(upper, 6).tolist() == [0.992830, 0.966137, 0.917721]
    lower, upper = limits(0.9, 50, ALARM)
    assert (round(float(lower), 6), round(float(upper), 6)) == (0.739872, 0.996119)


def test_the_limits_hold_the_centre_and_close_in():
    sizes = np.arange(1, 400)
    for centre in (0.02, 0.5, 0.9, 0.99):
        lower, upper = limits(centre, sizes)
        wide_lower, wide_upper = limits(centre, sizes, ALARM)
        assert (lower >= 0).all() and (upper <= 1).all()
        assert (wide_lower <= lower + 1e-12).all() and (wide_upper >= upper - 1e-12).all()
        assert (lower[50:] < centre).all() and (upper[50:] > centre).all()


def test_the_ends_and_what_is_refused():
    assert [float(one[0]) for one in limits(1.0, [20])] == [1.0, 1.0]
    with pytest.raises(ValueError, match="centre"):
        limits(1.2, [20])
    with pytest.raises(ValueError, match="size"):
        limits(0.9, [0])
