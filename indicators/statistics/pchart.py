"""p-charts of proportions over time, with Laney's allowance for variation between periods.

Shewhart's p-chart: p̄ ± 3·√(p̄(1−p̄)/n). Laney, Quality Engineering 2002;14:531–537 (p′): the width times
σz = mean|Δz| / 1.128, where z are the standardised points. A σz below 1 never tightens the limits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Fewer points than this get no limits.
LEAST_POINTS = 12
#: d₂ for moving ranges of two points.
_D2 = 1.128


@dataclass(frozen=True)
class PChart:
    """Centre, σz as estimated, and limits (fractions in [0, 1]) of each point; NaN where a point has no patients.

    ``sigma_z`` is NaN, and every limit NaN, where there are fewer than LEAST_POINTS points with patients.
    """

    centre: float
    sigma_z: float
    lower: np.ndarray
    upper: np.ndarray

    @property
    def judged(self) -> bool:
        """Whether there are points enough for limits."""
        return bool(np.isfinite(self.sigma_z))


def pchart(events, patients, baseline: np.ndarray | None = None, laney: bool = True) -> PChart:
    """The p′-chart (p-chart without ``laney``) of points in time order; a point without patients is passed over.

    ``baseline``: which points centre and σz are estimated from (default all). Raises ValueError for impossible counts.
    """
    x, n = np.asarray(events, dtype=float), np.asarray(patients, dtype=float)
    if (x < 0).any() or (x > n).any():
        raise ValueError("pchart: the events of a point lie outside 0..patients")
    used = n > 0 if baseline is None else (n > 0) & np.asarray(baseline, dtype=bool)
    nowhere = np.full(n.shape, np.nan)
    centre = float(x[used].sum() / n[used].sum()) if used.any() else np.nan
    if used.sum() < LEAST_POINTS:
        return PChart(centre, np.nan, nowhere, nowhere.copy())
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(centre * (1 - centre) / n)
        z = (x[used] / n[used] - centre) / error[used] if 0 < centre < 1 else np.zeros(used.sum())
    sigma_z = float(np.abs(np.diff(z)).mean() / _D2)
    half = 3 * error * (max(sigma_z, 1.0) if laney else 1.0)
    lower, upper = np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)
    return PChart(centre, sigma_z, np.where(n > 0, lower, np.nan), np.where(n > 0, upper, np.nan))
