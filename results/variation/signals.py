"""What a comparison says beyond the command's columns: do the units differ at all?"""

from __future__ import annotations

import numpy as np

from indicators.statistics import homogeneity
from results.variation.public import Result


def whole_of(result: Result) -> dict[str, object]:
    """The values of the whole indicator: summary and p of no difference."""
    summary = result.summary
    shown = ~np.isnan(np.asarray(result.columns["rate"], dtype=float))
    p_same = p_worst = p_best = float("nan")
    if result.survival:
        p_same = homogeneity.of_scores(summary.phi, int(shown.sum()))
    elif shown.any():
        n, x = (np.asarray(result.columns[name])[shown].astype(np.int64) for name in ("denominator", "numerator"))
        u = result.most_missing[shown].astype(np.int64)
        p_same = homogeneity.of_proportions(x, n, summary.national)
        p_worst = homogeneity.of_proportions(x, n + u, result.worst)
        p_best = homogeneity.of_proportions(x + u, n + u, result.best)
    whole = {name: getattr(summary, name) for name in summary.__dataclass_fields__}
    whole |= {"p_same": p_same, "p_worst": p_worst, "p_best": p_best}
    return whole | {
        "model": result.card.stands,
        "hidden": result.hidden,
        "covered": result.covered,
        "without_unit": result.without_unit,
    }
