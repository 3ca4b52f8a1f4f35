"""Deaths that would not be, had every region the mortality of the best for patients of the same age and stage.

Cox's model of all deaths within the time, of region, age group and stage; each region's baseline H(t) is Breslow's. The
best of some regions is partly the luckiest: the baselines' logarithms are therefore drawn towards their mean (empirical
Bayes, between-region variance by DerSimonian & Laird 1986), and estimate and limits are the mean and the 2.5 and 97.5 %
points over draws from what is then believed of them, the best being another in each draw. Where the regions do not
differ more than by chance nothing is avoidable, and that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from data.selection import Selection
from data.store import Snapshot
from data.text import Text
from indicators import casemix
from indicators.adjusted_survival import REFUSALS, fitted
from indicators.catalogue import BY_ID
from survival.cox import NoModel
from survival.engine import daily_counts
from survival.estimators import CAUSES

#: What patients must be alike in.
MIX = ("age_group", "stage")
_DRAWS, _SEED = 4000, 20260131
_ONE = Text("Der er færre end to regioner med dødsfald.", "Fewer than two regions have deaths.")


@dataclass(frozen=True)
class AvoidableDeaths:
    """Of each region and all together (last): patients, deaths within the time, and how many fewer, with 95 % limits.

    ``refused``: why there is no estimate; then the arrays are empty. ``differ``: whether the regions differ more than
    by chance; if not, all estimates are 0.
    """

    region: tuple[str, ...]
    patients: np.ndarray
    deaths: np.ndarray
    fewer: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    differ: bool
    refused: Text | None


def avoidable_deaths(
    snapshot: Snapshot,
    database: str,
    by: str,
    days: float,
    selection: Selection,
    codes: Sequence[str],
    code_of: Callable[[object], str],
    first_month: int,
) -> AvoidableDeaths:
    """``by``: region or treating_region; ``codes``: the regions, in order; ``code_of``: that of a value.

    Raises as ``daily_counts``.
    """
    mix = [name for name in MIX if name in BY_ID["survival_1y"].case_mix and name not in dict(selection.where)]
    read = daily_counts(snapshot, database, selection.grouped(by, *mix), first_month)
    index = {code: n for n, code in enumerate(codes)}
    place = np.array([index.get(code_of(value), -1) for value in read.groups[by]], dtype=np.int64)
    counts, inside = read.counts, place >= 0
    deaths = np.bincount(counts.group, counts.deaths(CAUSES) * (counts.day <= days), counts.groups)
    coded, pattern, first = casemix.patterns(read.groups, mix)
    each, died = (np.bincount(pattern[inside], part[inside], len(first)) for part in (counts.cases, deaths))
    levels = {name: code[first] for name, code in coded.items()}
    design = casemix.design(BY_ID["survival_1y"], levels, each, died, each - died)
    dead = np.bincount(place[inside], deaths[inside], len(codes)).astype(int)
    patients = np.bincount(place[inside], counts.cases[inside], len(codes)).astype(int)
    why = casemix.why_refused(design.variables, died.sum(), (each - died).sum())
    if why is None and (dead > 0).sum() < 2:
        why = _ONE
    if why is not None:
        return _refused(why)
    matrix = design.matrix[pattern]
    try:
        model, there = fitted(counts, place, dead, matrix, days)
    except NoModel as error:
        return _refused(REFUSALS[error.reason])
    relative = np.exp(matrix @ model.coefficients[len(there) - 1 :])
    log_hazard, variance = _baselines(counts, place, relative, there, days)
    draws, differ = _believed(log_hazard, variance)
    fewer = np.zeros((len(draws), len(codes)))
    best = np.exp(draws.min(axis=1))
    for n, one in enumerate(there):
        rows = place == one
        ratio, at = np.unique(relative[rows], return_inverse=True)
        number = np.bincount(at.ravel(), counts.cases[rows])
        alive = [np.exp(-hazard[:, None] * ratio) for hazard in (best, np.exp(draws[:, n]))]
        fewer[:, one] = (alive[0] - alive[1]) @ number
    whole = np.column_stack([fewer, fewer.sum(axis=1)])
    low, high = np.percentile(whole, [2.5, 97.5], axis=0)
    both = ((*patients, patients.sum()), (*dead, dead.sum()))
    return AvoidableDeaths(
        (*codes, ""), *(np.array(one, dtype=int) for one in both), whole.mean(axis=0), low, high, differ, None
    )


def _refused(why: Text) -> AvoidableDeaths:
    return AvoidableDeaths((), *(np.zeros(0) for _ in range(5)), False, why)


def _baselines(
    counts, place: np.ndarray, relative: np.ndarray, there: np.ndarray, days: float
) -> tuple[np.ndarray, np.ndarray]:
    """ln H of each region at the time, and its variance Σ d/S0² / H²."""
    logs, spread = [], []
    for one in there:
        rows = (place == one)[counts.group]
        day, at = np.unique(counts.day[rows], return_inverse=True)
        died = np.bincount(at, counts.deaths(CAUSES)[rows], len(day))
        score = np.bincount(at, counts.leaving[rows] * relative[counts.group[rows]], len(day))
        score = np.cumsum(score[::-1])[::-1]
        steps = (died > 0) & (day <= days)
        hazard = float((died[steps] / score[steps]).sum())
        logs.append(np.log(hazard))
        spread.append(float((died[steps] / score[steps] ** 2).sum()) / hazard**2)
    return np.array(logs), np.array(spread)


def _believed(values: np.ndarray, variance: np.ndarray) -> tuple[np.ndarray, bool]:
    """Draws of the regions' true values: draws × regions; and whether there is any variation between them."""
    weight = 1 / variance
    mean = (weight @ values) / weight.sum()
    heterogeneity = float(weight @ (values - mean) ** 2)
    between = max(0.0, (heterogeneity - (len(values) - 1)) / (weight.sum() - (weight**2).sum() / weight.sum()))
    if between == 0:
        return np.full((1, len(values)), mean), False
    weight = 1 / (variance + between)
    mean = (weight @ values) / weight.sum()
    own = between / (between + variance)
    centre, error = mean + own * (values - mean), np.sqrt(own * variance)
    draws = np.random.default_rng(_SEED).standard_normal((_DRAWS, len(values)))
    return centre + error * draws, True
