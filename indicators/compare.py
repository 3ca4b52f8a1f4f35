"""Departments, hospitals or regions compared honestly on one indicator and period, from the store.

The methods are in :mod:`indicators.statistics`; choices in docs/decisions/0008-comparison.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.selection import Selection, SelectionError
from data.store import Snapshot
from indicators import casemix, compare_survival
from indicators.casemix import ModelCard
from indicators.catalogue import CATALOGUE, why_not_reported
from indicators.declaration import Indicator
from indicators.engine import COUNTS, check_groups, count_together, shared
from indicators.statistics.comparison import Compared, Summary, Units, compare_counts
from indicators.statistics.law import CaseMix, Standardised

LEVELS = ("department", "hospital", "region")
#: By what the patients compared may be chosen.
FILTERS = ("sex", "age_group", "stage", "site")
Where = tuple[tuple[str, object], ...]


@dataclass(frozen=True)
class UnitComparison:
    """Units compared. ``frame``: one row per unit, the columns of ``statistics.comparison``; NaN/NA where no value is.

    ``limits(sizes)``: the four limit columns for units of any sizes, for the funnel's curves. ``card``: the case-mix
    model. ``without_unit``: patients of the denominator that are registered under no unit; they count in the national
    value. ``large``: units judged against the others alone. ``expected``: the law of the expected numerators, a row for
    each of ``frame``; None without a model and of survival.
    """

    indicator: Indicator
    by: str
    frame: pd.DataFrame
    summary: Summary
    limits: Callable[[np.ndarray], dict[str, np.ndarray]]
    card: ModelCard
    without_unit: int
    expected: Standardised | None = None
    large: tuple[str, ...] = ()


def compare(
    snapshot: Snapshot,
    database: str,
    indicator: Indicator,
    by: str = "department",
    start: dt.date | None = None,
    end: dt.date | None = None,
    where: Where = (),
) -> UnitComparison:
    """One indicator compared, index dates in [start, end). Remembered by the snapshot.

    ``where``: of which patients (``FILTERS``). The country's rate and the case-mix model are those of the patients
    chosen; a variable that is the same for all of them is no part of it.

    Raises SelectionError where the indicator cannot be divided by ``by``. Whether the database reports the indicator
    is for the caller to ask (``why_not_reported``).
    """
    return _together(snapshot, database, (indicator,), by, start, end, where)[indicator.id]


def compare_all(
    snapshot: Snapshot,
    database: str,
    by: str = "department",
    start: dt.date | None = None,
    end: dt.date | None = None,
    indicators: Sequence[Indicator] = CATALOGUE,
    where: Where = (),
) -> dict[str, UnitComparison]:
    """All indicators that the database reports and that can be divided by ``by``, by id in catalogue order."""
    info = snapshot.info(database)
    names = {by, *(name for name, _ in where)}
    wanted = [
        one
        for one in indicators
        if why_not_reported(one, info) is None and (not one.groups or names <= set(one.groups))
    ]
    found: dict[str, UnitComparison] = {}
    for key in dict.fromkeys(_pass(one) for one in wanted):
        together = tuple(one for one in wanted if _pass(one) == key)
        found |= _together(snapshot, database, together, by, start, end, where)
    return {one.id: found[one.id] for one in wanted}


def _pass(one: Indicator) -> tuple:
    """Indicators of the same key are counted in one query."""
    return (*shared(one), one.case_mix, one.survival_years > 0)


def _together(
    snapshot: Snapshot,
    database: str,
    indicators: tuple[Indicator, ...],
    by: str,
    start: dt.date | None,
    end: dt.date | None,
    where: Where,
) -> dict[str, UnitComparison]:
    if by not in LEVELS:
        raise ValueError(f"units are {', '.join(LEVELS)}, not '{by}'")
    for name, _ in where:
        if name not in FILTERS:
            raise SelectionError(f"a comparison is filtered by {', '.join(FILTERS)}, not '{name}'")
    selection = Selection((by,), where, start, end)
    for one in indicators:
        check_groups(one, selection)

    def build() -> dict[str, UnitComparison]:
        if indicators[0].survival_years:
            found = compare_survival.together(snapshot, database, indicators, by, selection)
            return {one.id: _comparison(one, by, *found[one.id]) for one in indicators}
        counts = count_together(snapshot, database, indicators, selection.grouped(by, *indicators[0].case_mix))
        parts = dict(iter(counts.groupby("indicator", sort=False)))
        return {one.id: _counted(one, by, parts.get(one.id, counts.iloc[:0])) for one in indicators}

    return snapshot.remember(("compare", database, tuple(one.id for one in indicators), by, start, end, where), build)


def _counted(indicator: Indicator, by: str, groups: pd.DataFrame) -> UnitComparison:
    placed = groups[by].notna().to_numpy()
    none = groups.loc[~placed, ["denominator", "numerator", "missing"]].sum()
    rows = groups[placed]
    card, expected = casemix.fit(indicator, rows)
    place, names = pd.factorize(rows[by], sort=True)
    total = {name: np.bincount(place, rows[name].to_numpy(float), len(names)) for name in COUNTS}
    units = Units(
        tuple(names),
        *(total[name] for name in ("denominator", "numerator", "missing")),
        tuple(int(value) for value in none),
    )
    patients = rows["denominator"].to_numpy(float)
    hoped = None if expected is None else _standardised(place, len(names), expected, patients)
    found = compare_counts(units, indicator.higher_is_better, hoped)
    return _comparison(indicator, by, found, card, int(none["denominator"]), hoped)


def _standardised(place: np.ndarray, units: int, expected: np.ndarray, patients: np.ndarray) -> Standardised:
    """What is expected of each unit, with the law of it."""
    share = np.divide(expected, patients, out=np.full(len(patients), 0.5), where=patients > 0)
    share = np.clip(share, 1e-9, 1 - 1e-9)
    mix = CaseMix.of(place, np.log(share / (1 - share)), patients, units)
    return Standardised.of(mix, np.bincount(place, expected, units))


def _comparison(
    indicator: Indicator,
    by: str,
    found: Compared,
    card: ModelCard,
    without: int,
    expected: Standardised | None = None,
) -> UnitComparison:
    return UnitComparison(indicator, by, found.frame, found.summary, found.limits, card, without, expected, found.large)
