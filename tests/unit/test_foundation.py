"""The rule for which results bear a sentence."""

from __future__ import annotations

import pytest

from results.audit import NO_CELL, Cell
from results.foundation import bears, both_bear, thin


def share(numerator, denominator, lower, upper):
    rate = numerator / denominator if denominator else None
    return Cell(denominator, numerator, 0, 0, 0, rate, lower, upper, None, "no_standard", None)


@pytest.mark.parametrize(
    ("number", "lower", "upper", "expected"),
    [
        (9, 0.80, 0.90, True),  # too few, however narrow
        (10, 0.80, 0.90, False),
        (10, 0.60, 0.9, False),  # 30 points, whatever the last bit of the float
        (10, 0.60, 0.90001, True),  # wider than 30 points
        (400, 0.60, 0.89, False),
        (400, 0.0, 0.0, True),  # fallen together at none
        (400, 1.0, 1.0, True),  # and at all
        (None, 0.4, 0.5, True),  # hidden
        (50, None, None, True),
        (0, None, None, True),
    ],
)
def test_thin(number, lower, upper, expected):
    assert thin(number, lower, upper) is expected


def test_a_trend_needs_both_ends():
    firm, one = share(80, 100, 0.711, 0.867), share(1, 1, 0.207, 1.0)
    assert bears(firm) and not bears(one) and not bears(NO_CELL) and not bears(None)
    assert both_bear(firm, firm)
    assert not both_bear(one, firm) and not both_bear(firm, one)
