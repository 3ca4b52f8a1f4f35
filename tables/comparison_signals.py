"""What a comparison says beyond the command's columns: what the law of its limits expects, and do the units differ?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from indicators.statistics import homogeneity
from indicators.statistics.comparison import TAILS
from indicators.statistics.distributions import (
    binomial_above,
    binomial_at,
    binomial_below,
    normal_above,
    normal_quantile,
)
from indicators.statistics.verdict import WITHIN, borne_out, zones
from tables.comparison_public import Result

_LIMITS = ("limit95_low", "limit95_high", "limit998_low", "limit998_high")


def whole_of(result: Result) -> dict[str, object]:
    """The values of the whole indicator: summary, p of no difference, how many units chance alone puts outside."""
    summary = result.summary
    shown = result.frame[result.frame["rate"].notna()]
    chance = np.zeros((len(shown), 2))
    p_same = p_worst = p_best = float("nan")
    if result.survival:
        p_same = homogeneity.of_scores(summary.phi, len(shown))
        chance = _survival_chances(shown, summary.national, summary.tau2 if summary.adjusted else 0.0)
    elif len(shown):
        n = shown["denominator"].to_numpy(np.int64)
        x = shown["numerator"].to_numpy(np.int64)
        u = result.most_missing.loc[shown.index].to_numpy(np.int64)
        limits = {name: shown[name].to_numpy(float) for name in _LIMITS}
        chance = np.array([_chances(int(size), {name: values[row] for name, values in limits.items()},
                                    summary.national) for row, size in enumerate(n)])  # fmt: skip
        p_same = homogeneity.of_proportions(x, n, summary.national)
        p_worst = homogeneity.of_proportions(x, n + u, result.worst)
        p_best = homogeneity.of_proportions(x + u, n + u, result.best)
    whole = {name: getattr(summary, name) for name in summary.__dataclass_fields__}
    whole |= {"p_same": p_same, "p_worst": p_worst, "p_best": p_best}
    whole |= {"chance95": float(chance[:, 0].sum()), "chance998": float(chance[:, 1].sum())}
    return whole | {
        "model": result.card.stands,
        "hidden": result.hidden,
        "covered": result.covered,
        "without_unit": result.without_unit,
    }


def _signals(x: np.ndarray, n: np.ndarray, limits: dict[str, np.ndarray], centre: float) -> np.ndarray:
    found = zones(x / n, limits)
    if not 0 < centre < 1:
        return found
    half = binomial_at(x, n, centre) / 2
    return borne_out(found, binomial_below(x, n, centre) - half, binomial_above(x, n, centre) + half, TAILS)


def _chances(n: int, limits: dict[str, float], centre: float) -> tuple[float, float]:
    """Probabilities that a unit of n at the national level signals, and that it is an alarm: by counting them all."""
    if not 0 < centre < 1:
        return 0.0, 0.0
    # Beyond 7 standard deviations there is no probability to speak of.
    reach = 7 * np.sqrt(n * centre * (1 - centre)) + 7
    x = np.arange(max(0, int(n * centre - reach)), min(n, int(n * centre + reach)) + 1)
    each = {name: np.full(len(x), value) for name, value in limits.items()}
    found, mass = _signals(x, np.full(len(x), n), each, centre), binomial_at(x, n, centre)
    alarm = np.array([str(one).startswith("alarm") for one in found])
    return float(mass[found != WITHIN].sum()), float(mass[alarm].sum())


def _survival_chances(shown: pd.DataFrame, national: float, tau2: float) -> np.ndarray:
    """The same on the scale log(−log S), where the limits are ± 1.96 and ± 3.09 standard errors (with τ²)."""
    if shown.empty or not 0 < national < 1:
        return np.zeros((len(shown), 2))
    centre = np.log(-np.log(national))
    with np.errstate(divide="ignore"):
        ends = {name: np.abs(np.log(-np.log(shown[name].to_numpy(float))) - centre) for name in _LIMITS}
    wide = np.minimum(ends["limit95_low"], ends["limit95_high"]) / normal_quantile(0.975)
    own = np.sqrt(np.maximum(wide**2 - tau2, 1e-12))
    return np.column_stack(
        [
            normal_above(ends[f"{name}_low"] / own) + normal_above(ends[f"{name}_high"] / own)
            for name in ("limit95", "limit998")
        ]
    )
