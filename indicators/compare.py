"""Departments, hospitals or regions compared honestly on one indicator and period, from the store.

The methods are in :mod:`indicators.statistics`; choices in docs/decisions/0008-comparison.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from data.selection import Selection, SelectionError
from data.store import Snapshot
from indicators import casemix, compare_survival
from indicators.casemix import ModelCard
from indicators.catalogue import CATALOGUE, why_not_reported
from indicators.declaration import Indicator
from indicators.engine import COUNTS, check_groups, count_together, shared
from indicators.statistics.comparison import Compared, Counted, Summary, Units, compare_all_counts
from indicators.statistics.law import CaseMix, Standardised

LEVELS = ("department", "hospital", "region")
#: By what the patients compared may be chosen.
FILTERS = ("sex", "age_group", "stage", "site")
Where = tuple[tuple[str, object], ...]


@dataclass(frozen=True)
class UnitComparison:
    """Units compared. ``compared``: an entry per unit, the columns of ``statistics.comparison``; NaN where no value is.

    ``card``: the case-mix model. ``without_unit``: patients of the denominator that are registered under no unit; they
    count in the national value. ``expected``: the law of the expected numerators, a row for each unit; None without a
    model and of survival.
    """

    indicator: Indicator
    by: str
    compared: Compared
    card: ModelCard
    without_unit: int
    expected: Standardised | None = None

    @property
    def frame(self) -> pd.DataFrame:
        """One row per unit; NaN/NA where no value is."""
        return self.compared.frame

    @property
    def summary(self) -> Summary:
        """One line about all units."""
        return self.compared.summary

    @property
    def limits(self) -> Callable[[np.ndarray], dict[str, np.ndarray]]:
        """``limits(sizes)``: the four limit columns for units of any sizes, for the funnel's curves."""
        return self.compared.limits

    @property
    def large(self) -> tuple[str, ...]:
        """Units judged against the others alone."""
        return self.compared.large


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
    return _together(snapshot, database, tuple(wanted), by, start, end, where)


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
        found, counted = {}, []
        for key in dict.fromkeys(map(_pass, indicators)):
            alike = tuple(one for one in indicators if _pass(one) == key)
            if alike[0].survival_years:
                made = compare_survival.together(snapshot, database, alike, by, selection)
                found |= {one.id: UnitComparison(one, by, *made[one.id]) for one in alike}
            else:
                counts = count_together(snapshot, database, alike, selection.grouped(by, *alike[0].case_mix))
                counted += _counted(alike, by, counts)
        # The units of all indicators are compared as one array.
        compared = compare_all_counts([one.units for one in counted])
        for one, result in zip(counted, compared, strict=True):
            found[one.indicator.id] = UnitComparison(
                one.indicator, by, result, one.card, one.without_unit, one.units.expected
            )
        return {one.id: found[one.id] for one in indicators}

    return snapshot.remember(("compare", database, tuple(one.id for one in indicators), by, start, end, where), build)


@dataclass(frozen=True)
class _Modelled:
    """The units of an indicator with what its case-mix model expects of them."""

    indicator: Indicator
    units: Counted
    card: ModelCard
    without_unit: int


def _counted(indicators: Sequence[Indicator], by: str, counts: pd.DataFrame) -> list[_Modelled]:
    """The indicators of one pass: their units, and the case-mix models."""
    # Words become numbers once for all indicators, which come one after another.
    place, names = pd.factorize(counts[by], sort=True)  # −1: no unit
    which = counts["indicator"].to_numpy(object)
    edges = np.flatnonzero(np.r_[True, which[1:] != which[:-1], True]) if len(which) else np.zeros(1, dtype=np.int64)
    parts = {which[first]: slice(first, last) for first, last in pairwise(edges.tolist())}
    coded = casemix.Coded.of(counts, indicators[0].case_mix)
    values = {name: counts[name].to_numpy(float) for name in COUNTS}
    found = []
    for one in indicators:
        rows = np.arange(len(counts))[parts.get(one.id, slice(0))]
        placed = place[rows] >= 0
        none = tuple(int(values[name][rows[~placed]].sum()) for name in ("denominator", "numerator", "missing"))
        rows = rows[placed]
        n = values["denominator"][rows]
        card, expected = casemix.fit_coded(one, coded.rows(rows), n, values["numerator"][rows])
        there, unit = np.unique(place[rows], return_inverse=True)
        total = (np.bincount(unit, values[name][rows], len(there)) for name in ("denominator", "numerator", "missing"))
        units = Units(tuple(str(name) for name in names[there]), *total, none)
        hoped = None if expected is None else _standardised(unit, len(there), expected, n)
        found.append(_Modelled(one, Counted(units, one.higher_is_better, hoped), card, none[0]))
    return found


def _standardised(place: np.ndarray, units: int, expected: np.ndarray, patients: np.ndarray) -> Standardised:
    """What is expected of each unit, with the law of it."""
    share = np.divide(expected, patients, out=np.full(len(patients), 0.5), where=patients > 0)
    share = np.clip(share, 1e-9, 1 - 1e-9)
    mix = CaseMix.of(place, np.log(share / (1 - share)), patients, units)
    return Standardised.of(mix, np.bincount(place, expected, units))
