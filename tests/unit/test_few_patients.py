"""Early warning of few patients: as many false signals are listed as the board promises."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.simulate_cusum import FewCountry
from indicators.statistics.monitoring import COUNTRY_SD
from indicators.thresholds import FEW, thresholds


def test_each_direction_keeps_its_promise_in_control() -> None:
    """Charted by the engine, nothing ever changing. Shares of one arm of a known level alone promise a third too few
    of the better direction."""
    rng = np.random.default_rng(9)
    made = [FewCountry.drawn(rng, 13, 0.14, COUNTRY_SD) for _ in range(24)]
    ratios = []
    for arm in (0, 1):
        side = [(one.typical, 1 - one.typical)[arm] for one in made]
        promised = sum(
            thresholds(FEW).share_listed(one.volume, part)[:, 0].sum() for one, part in zip(made, side, strict=True)
        )
        ratios.append(sum(one.listed[arm].sum() for one in made) / promised)
    assert ratios == pytest.approx([1, 1], abs=0.25)
    assert sum(one.promised() for one in made) > 500
