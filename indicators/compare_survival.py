"""Units compared on 1- and 5-year survival: Kaplan–Meier per unit, expected deaths of a proportional-hazards model.

The model is a Poisson regression on person-time with the hazard constant within bands (Holford, Biometrics
1980;36:299–305; Laird & Olivier 1981): as Cox's model, and whoever is followed shorter counts for so long.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.selection import Selection
from data.store import Snapshot
from data.text import Text
from indicators import casemix
from indicators.casemix import ModelCard
from indicators.declaration import Indicator
from indicators.statistics import logistic
from indicators.statistics.comparison import Compared
from indicators.statistics.survival_units import National, SurvivalUnits, compare_survival
from survival.engine import daily_counts
from survival.estimators import CAUSES, YEAR, DailyCounts, kaplan_meier

#: Days at which the hazard may change; those before the time asked for are used.
BANDS = (30, 90, 180, 365, 730, 1096, 1461)
_SHORT = Text("Opfølgningen når ikke så langt.", "Follow-up does not reach this time.")


def together(
    snapshot: Snapshot,
    database: str,
    indicators: tuple[Indicator, ...],
    by: str,
    selection: Selection,
) -> dict[str, tuple[Compared, ModelCard, int]]:
    """What ``compare`` needs of each survival indicator, and the cases without a unit, from one reading.

    ``selection``: the patients and their period.
    """
    grouped = daily_counts(snapshot, database, selection.grouped(by, *indicators[0].case_mix))
    groups, counts = grouped.groups, grouped.counts
    place, names = pd.factorize(groups[by], sort=True)  # −1: no unit
    row = place[counts.group]
    rows = row >= 0
    units = DailyCounts.of(len(names), row[rows], counts.day[rows], *(getattr(counts, cause)[rows] for cause in
                           (*CAUSES, "censored")))  # fmt: skip
    without = int(counts.cases[place < 0].sum())
    return {
        one.id: (*_at(one, one.survival_years * YEAR, groups, counts, place, tuple(names), units), without)
        for one in indicators
    }


def _at(
    indicator: Indicator,
    time: float,
    groups: pd.DataFrame,
    counts: DailyCounts,
    place: np.ndarray,
    names: tuple[str, ...],
    units: DailyCounts,
) -> tuple[Compared, ModelCard]:
    whole = _Table.of(counts.pooled(), time)
    each = _Table.of(units, time)
    values = kaplan_meier(units).at([time])
    pooled = kaplan_meier(counts.pooled()).at([time])
    national = National(float(pooled.estimate[0, 0]), float(whole.greenwood[0]), int(counts.cases.sum()))
    rest = _Table(whole.at_risk - each.at_risk, whole.deaths - each.deaths)
    found = SurvivalUnits(
        names,
        units.cases,
        *(getattr(values, name)[:, 0] for name in ("estimate", "lower", "upper")),
        rest.survival,
        each.deaths.sum(axis=1),
        each.at_risk[:, -1],
    )
    if np.isnan(national.survival):
        card, expected = (
            casemix.refusal("poisson", float(units.cases.sum()), float(found.deaths.sum()), (), _SHORT),
            None,
        )
    else:
        card, expected = _model(indicator, time, groups, counts, place >= 0)
    hoped = None if expected is None else np.bincount(place[place >= 0], expected, len(names))
    return compare_survival(found, national, hoped), card


@dataclass(frozen=True)
class _Table:
    """Number at risk and deaths, groups × days 0 … t."""

    at_risk: np.ndarray
    deaths: np.ndarray

    @classmethod
    def of(cls, counts: DailyCounts, time: float) -> _Table:
        days = np.arange(int(time) + 1)
        deaths = np.zeros((counts.groups, len(days)))
        soon = counts.day < len(days)
        deaths[counts.group[soon], counts.day[soon]] = counts.deaths(CAUSES)[soon]
        return cls(counts.at_risk(days).astype(float), deaths)

    @property
    def survival(self) -> np.ndarray:
        """Kaplan–Meier at the last day; NaN where nobody is at risk any more and not all have died."""
        with np.errstate(invalid="ignore", divide="ignore"):
            kept = np.where(self.at_risk > 0, 1 - self.deaths / self.at_risk, 1.0).prod(axis=1)
        return np.where((self.at_risk[:, -1] > 0) | (kept == 0), kept, np.nan)

    @property
    def greenwood(self) -> np.ndarray:
        """Σ d/(n(n − d)) over the days on which not all at risk die."""
        n, d = self.at_risk, self.deaths
        return np.divide(d, n * (n - d), out=np.zeros_like(d), where=n > d).sum(axis=1)


def _model(
    indicator: Indicator, time: float, groups: pd.DataFrame, counts: DailyCounts, placed: np.ndarray
) -> tuple[ModelCard, np.ndarray | None]:
    """The card, and the expected deaths of each group that has a unit."""
    edges = np.array([0.0, *(day for day in BANDS if day < time - 30), time])
    index = np.cumsum(placed) - 1
    rows = placed[counts.group]
    group, day = index[counts.group[rows]], counts.day[rows].astype(float)
    leaving, deaths = counts.leaving[rows].astype(float), counts.deaths(CAUSES)[rows].astype(float)
    size, bands = int(placed.sum()), len(edges) - 1
    # Whoever leaves on day d was followed for half of that day.
    lived = np.clip(np.minimum(day + 0.5, time)[:, None] - edges[None, :-1], 0, np.diff(edges)[None, :])
    exposure = np.stack([np.bincount(group, leaving * lived[:, band], size) for band in range(bands)], axis=1)
    soon = day <= time
    band = np.clip(np.searchsorted(edges, day + 0.5, "left") - 1, 0, bands - 1)
    died = np.bincount(group[soon] * bands + band[soon], deaths[soon], size * bands).reshape(size, bands)
    cases = np.bincount(group, leaving, size)
    codes, pattern, first = casemix.patterns(groups[placed], indicator.case_mix)
    cases_each = np.bincount(pattern, cases, len(first))
    events = np.bincount(pattern, died.sum(axis=1), len(first))
    columns = casemix.design(
        indicator, {name: code[first] for name, code in codes.items()}, cases_each, events, cases_each - events
    )
    why = casemix.why_refused(columns.variables, events.sum(), cases_each.sum() - events.sum())
    if why is not None:
        return casemix.refusal("poisson", cases.sum(), events.sum(), columns.variables, why), None
    pattern = columns.row[pattern]  # from here on what differs in the model alone
    kinds, cases_each, events = len(columns.distinct), columns.sum(cases_each), columns.sum(events)
    exposure_each, died_each = _summed(exposure, pattern, kinds), _summed(died, pattern, kinds)
    groups_of_bands = _joined(died_each.sum(axis=0))
    joint = np.stack([exposure_each[:, list(one)].sum(axis=1) for one in groups_of_bands], axis=1)
    joint_died = np.stack([died_each[:, list(one)].sum(axis=1) for one in groups_of_bands], axis=1)
    number = len(groups_of_bands)
    fitted = logistic.poisson(columns.distinct, joint_died, joint)
    relative = np.exp(columns.distinct @ fitted.coefficients[number:])
    base = np.exp(fitted.coefficients[0] + np.r_[0.0, fitted.coefficients[1:number]])
    widths = np.array([np.diff(edges)[list(one)].sum() for one in groups_of_bands])
    risk = 1 - np.exp(-relative * (base @ widths))
    per_group = np.stack([exposure[:, list(one)].sum(axis=1) for one in groups_of_bands], axis=1) @ base
    expected = per_group * relative[pattern]
    expected_each = np.bincount(pattern, expected, kinds)
    reached = np.bincount(pattern, np.bincount(group, leaving * (day >= time), size), kinds)
    card = ModelCard(
        "poisson",
        cases.sum(),
        events.sum(),
        columns.with_ratios(fitted, number),
        columns.distinct.shape[1],
        logistic.auc(risk, events, events + reached),
        logistic.calibration(risk, events, cases_each, expected_each),
        fitted.ridge,
        None,
    )
    return card, expected


def _summed(values: np.ndarray, pattern: np.ndarray, size: int) -> np.ndarray:
    return np.stack([np.bincount(pattern, column, size) for column in values.T], axis=1)


def _joined(deaths: np.ndarray) -> list[tuple[int, ...]]:
    """Bands with deaths enough: a thin one joins the one before it, the first the one after it."""
    groups: list[tuple[int, ...]] = []
    for band in range(len(deaths)):
        if groups and (deaths[band] < casemix.LEAST or deaths[list(groups[-1])].sum() < casemix.LEAST):
            groups[-1] = (*groups[-1], band)
        else:
            groups.append((band,))
    return groups
