"""Many comparisons at once: false-discovery control. Benjamini & Hochberg, J R Stat Soc B 1995;57:289–300."""

from __future__ import annotations

import numpy as np


def benjamini_hochberg(p) -> np.ndarray:
    """Adjusted p-values (q), in the order given; NaN stays NaN and is not counted among the comparisons."""
    values = np.asarray(p, dtype=float)
    q = np.full(values.shape, np.nan)
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        return q
    order = known[np.argsort(values[known], kind="stable")]
    raised = values[order] * len(order) / np.arange(1, len(order) + 1)
    q[order] = np.minimum.accumulate(raised[::-1])[::-1].clip(max=1)
    q[order] = np.maximum(q[order], values[order])  # n/n is 1, but p·n/n may be a hair less than p
    return q
