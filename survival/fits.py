"""Survival through lifelines: curves with their bands, differences at a fixed time, restricted means, log-rank.

The same daily counts as :mod:`survival.estimators`, as weights of ``lifelines``' fitters. This module and
:mod:`survival.cox` are the only ones that import lifelines, and only when something is fitted: the import takes a
second (:func:`load` does it beforehand; docs/decisions/0026-lifelines.md).

What lifelines accepts silently is refused here: follow-up below 0 days by DailyCounts, and times past the end of
follow-up, to which it carries its last value.
"""

from __future__ import annotations

import importlib
import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from survival.estimators import CAUSES, Z95, DailyCounts, LogRank, Steps


@dataclass(frozen=True)
class SurvivalDifference:
    """``value`` with 95 % limits, and the p-value of no difference; all nan where it does not exist."""

    value: float
    lower: float
    upper: float
    p: float

    @property
    def exists(self) -> bool:
        return not math.isnan(self.value)


#: Where one of the two has no estimate.
NO_DIFFERENCE = SurvivalDifference(math.nan, math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class Mean:
    """Restricted mean survival time and its standard error in days; nan where follow-up does not reach the end."""

    days: float
    error: float


_LOADING = threading.Lock()


def load() -> None:
    """Import lifelines, one thread at a time and always from the same end; whatever uses it calls this first.

    Its modules import each other in a circle: two threads that begin at different ends find half a module.
    """
    with _LOADING:
        for name in ("lifelines", "lifelines.statistics", "lifelines.utils"):
            importlib.import_module(name)


def kaplan_meier(counts: DailyCounts, causes: Sequence[str] = CAUSES) -> Steps:
    """As :func:`survival.estimators.kaplan_meier`, each group fitted by ``lifelines.KaplanMeierFitter``.

    Some 15 to 25 milliseconds a group: for the few curves of a figure. The two are held equal to 1e-10.
    """
    estimate, lower, upper = (np.empty(len(counts.day)) for _ in range(3))
    for group in np.flatnonzero(counts.cases > 0):
        rows = slice(counts.bounds[group], counts.bounds[group + 1])
        fitter = _fitted(counts.only(group), causes)
        estimate[rows] = fitter.survival_function_.loc[counts.day[rows]].to_numpy()[:, 0]
        lower[rows], upper[rows] = fitter.confidence_interval_.loc[counts.day[rows]].to_numpy().T
    # On the log-log scale 0 and 1 have no limits: the value itself, as in survival.estimators.
    inside = (estimate > 0) & (estimate < 1)
    last = np.maximum(counts.bounds[1:] - 1, 0)
    settled = (counts.cases > 0) & (np.r_[estimate, np.nan][last] == 0)
    limits = (np.where(inside, limit, estimate) for limit in (lower, upper))
    return Steps(counts, tuple(causes), 1.0, estimate, *limits, settled)


def log_rank(counts: DailyCounts, causes: Sequence[str] = CAUSES) -> LogRank | None:
    """As :func:`survival.estimators.log_rank`, by ``lifelines.statistics.multivariate_logrank_test``."""
    load()
    from lifelines.statistics import multivariate_logrank_test

    first = counts.pooled().day[counts.pooled().deaths(causes) > 0]
    if len(first) == 0:
        return None
    # A group that nobody is left of at the first death says nothing, and lifelines would count it as a group.
    used = np.flatnonzero(counts.at_risk(first[:1])[:, 0] > 0)
    if len(used) < 2:
        return None
    days, events, weights, groups = _rows(counts, causes)
    rows = np.isin(groups, used)
    found = multivariate_logrank_test(days[rows], groups[rows], events[rows], weights=weights[rows])
    statistic = float(found.test_statistic)
    return LogRank(statistic, len(used) - 1, float(chdtrc(len(used) - 1, statistic)))


def difference(one: Steps, other: Steps, time: float) -> SurvivalDifference:
    """Survival at ``time`` days of the one group of ``one`` less that of ``other``, from their own patients.

    Limits by the square-and-add of the two log-log intervals (Zou & Donner, Stat Med 2008;27:1693–1702; for
    proportions it is Newcombe's method 10). p by the log(−log) test of Klein et al., Stat Med 2007;26:4505–4519, as in
    ``lifelines.statistics.survival_difference_at_fixed_point_in_time_test``, which interpolates the variance between
    two events; here it is the step that it is. nan for p where one of the two is 0 or 1.
    """
    first, second = one.at([time]), other.at([time])
    a, b = float(first.estimate[0, 0]), float(second.estimate[0, 0])
    if math.isnan(a) or math.isnan(b):
        return NO_DIFFERENCE
    (low_a, high_a), (low_b, high_b) = ((float(x.lower[0, 0]), float(x.upper[0, 0])) for x in (first, second))
    lower = a - b - math.hypot(a - low_a, high_b - b)
    upper = a - b + math.hypot(high_a - a, b - low_b)
    if not (0 < a < 1 and 0 < b < 1):
        return SurvivalDifference(a - b, lower, upper, math.nan)
    spread = greenwood(one, time) / math.log(a) ** 2 + greenwood(other, time) / math.log(b) ** 2
    statistic = (math.log(-math.log(a)) - math.log(-math.log(b))) ** 2 / spread
    return SurvivalDifference(a - b, lower, upper, float(chdtrc(1, statistic)))


def restricted_mean(one: Steps, horizon: float) -> Mean:
    """The mean of the days lived within ``horizon`` days after the diagnosis: the area below the curve of one group.

    The area by ``lifelines.utils.restricted_mean_survival_time``. The variance that it offers is that of the patients'
    times, not that of the mean; the standard error is √Σ A²·d/(n(n − d)), with A the area from the day to the horizon
    (Klein & Moeschberger 2003, eq. 4.5.2; R's survfit).
    """
    load()
    from lifelines.utils import restricted_mean_survival_time

    counts = one.counts
    if math.isnan(float(one.at([horizon]).estimate[0, 0])):
        return Mean(math.nan, math.nan)
    area = float(restricted_mean_survival_time(_fitted(counts, one.causes), t=horizon))
    days, values = counts.day[counts.day < horizon], one.estimate[counts.day < horizon]
    after = np.cumsum((values * np.diff(np.r_[days, horizon]))[::-1])[::-1]
    n, d = (part[: len(days)] for part in (counts.at_risk_rows, counts.deaths(one.causes)))
    terms = np.divide(d, n * (n - d), out=np.zeros(len(days)), where=n > d)
    return Mean(area, math.sqrt(float((after**2) @ terms)))


def difference_of_means(one: Mean, other: Mean) -> SurvivalDifference:
    """Days of the one mean less the other, of different patients."""
    error = math.hypot(one.error, other.error)
    value = one.days - other.days
    if math.isnan(value):
        return NO_DIFFERENCE
    p = float(chdtrc(1, (value / error) ** 2)) if error > 0 else math.nan
    return SurvivalDifference(value, value - Z95 * error, value + Z95 * error, p)


def greenwood(one: Steps, time: float) -> float:
    """Σ d/(n(n − d)) of one group up to ``time``, over the days on which not all at risk die."""
    n, d = one.counts.at_risk_rows, one.counts.deaths(one.causes)
    terms = np.divide(d, n * (n - d), out=np.zeros(len(d)), where=n > d)
    return float(terms[one.counts.day <= time].sum())


def _fitted(one: DailyCounts, causes: Sequence[str]):
    """The KaplanMeierFitter of a single group."""
    load()
    from lifelines import KaplanMeierFitter

    days, events, weights, _ = _rows(one, causes)
    return KaplanMeierFitter().fit(days, events, weights=weights)


def _rows(counts: DailyCounts, causes: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Days, whether they end with an event, how many cases they stand for, and their group."""
    died = counts.deaths(causes)
    weights = np.r_[died, counts.leaving - died]
    filled = weights > 0
    event = np.arange(len(weights)) < len(died)
    return np.tile(counts.day, 2)[filled], event[filled], weights[filled], np.tile(counts.group, 2)[filled]
