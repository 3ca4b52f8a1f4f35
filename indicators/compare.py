"""Departments, hospitals or regions compared honestly on one indicator and period, from the store.

The methods are in :mod:`indicators.statistics`; choices in docs/decisions/0008-comparison.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from data.selection import Selection, SelectionError
from data.store import Snapshot
from indicators import casemix, compare_survival
from indicators.casemix import ModelCard
from indicators.catalogue import CATALOGUE, why_not_reported
from indicators.declaration import Indicator
from indicators.engine import CountedGroups, check_groups, count_groups, shared
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


@dataclass(frozen=True)
class Asked:
    """One comparison of several: which indicators by which units, index dates in [start, end)."""

    indicators: tuple[Indicator, ...]
    by: str
    start: dt.date | None = None
    end: dt.date | None = None


def _together(
    snapshot: Snapshot,
    database: str,
    indicators: tuple[Indicator, ...],
    by: str,
    start: dt.date | None,
    end: dt.date | None,
    where: Where,
) -> dict[str, UnitComparison]:
    key = ("compare", database, tuple(one.id for one in indicators), by, start, end, where)
    asked = Asked(indicators, by, start, end)
    return snapshot.remember(key, lambda: compare_several(snapshot, database, [asked], where)[0])


def compare_several(
    snapshot: Snapshot, database: str, asked: Sequence[Asked], where: Where = ()
) -> list[dict[str, UnitComparison]]:
    """Several comparisons of the same patients, each by id in its order of indicators; raises as ``compare``.

    Together they take little longer than the largest: rows are counted once, and the units of all are one array.
    """
    for name, _ in where:
        if name not in FILTERS:
            raise SelectionError(f"a comparison is filtered by {', '.join(FILTERS)}, not '{name}'")
    passes: dict[tuple, list[int]] = {}
    for place, one in enumerate(asked):
        if one.by not in LEVELS:
            raise ValueError(f"units are {', '.join(LEVELS)}, not '{one.by}'")
        for indicator in one.indicators:
            check_groups(indicator, Selection((one.by,), where, one.start, one.end))
        for key in dict.fromkeys(map(_pass, one.indicators)):
            passes.setdefault(key, []).append(place)
    found: list[dict[str, UnitComparison]] = [{} for _ in asked]
    counted: list[tuple[int, _Modelled]] = []
    for key, places in passes.items():
        those = {place: _of_pass(asked[place], key) for place in places}
        if key[-1]:
            for place, one in those.items():
                selection = Selection((one.by,), where, one.start, one.end)
                made = compare_survival.together(snapshot, database, one.indicators, one.by, selection)
                found[place] |= {one_.id: UnitComparison(one_, one.by, *made[one_.id]) for one_ in one.indicators}
        else:
            for place, rows in _rows(snapshot, database, those, where):
                counted += [(place, one) for one in _counted(those[place], rows)]
    # The units of all indicators are compared as one array.
    compared = compare_all_counts([one.units for _, one in counted])
    for (place, one), result in zip(counted, compared, strict=True):
        found[place][one.indicator.id] = UnitComparison(
            one.indicator, asked[place].by, result, one.card, one.without_unit, one.units.expected
        )
    return [{one.id: made[one.id] for one in wish.indicators} for wish, made in zip(asked, found, strict=True)]


def _of_pass(asked: Asked, key: tuple) -> Asked:
    return replace(asked, indicators=tuple(one for one in asked.indicators if _pass(one) == key))


@dataclass(frozen=True)
class _Rows:
    """Counted rows, words as numbers once for all comparisons. ``which``: the place of each indicator in ``counts``.
    ``place``, ``names``: by kind of unit (−1: no unit).

    ``period``: the reporting year of each row, where they are of more than one comparison's.
    """

    which: dict[str, int]
    counts: dict[str, np.ndarray]
    coded: casemix.Coded
    place: dict[str, np.ndarray]
    names: dict[str, np.ndarray]
    period: np.ndarray | None

    @classmethod
    def of(
        cls, indicators: Sequence[Indicator], found: CountedGroups, units: Sequence[str], case_mix: Sequence[str]
    ) -> _Rows:
        return cls(
            {one.id: place for place, one in enumerate(indicators)},
            found.counts,
            casemix.Coded.of_counted(found, case_mix),
            {by: found.place[by] for by in units},
            {by: found.values[by] for by in units},
            found.groups["period"].to_numpy() if "period" in found.groups else None,
        )

    def of_indicator(self, id: str, asked: Asked) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """The places of an indicator's rows in the period asked for, and their counts."""
        counts = {name: values[self.which[id]] for name, values in self.counts.items()}
        there = counts["population"] > 0
        if self.period is not None:
            there &= (self.period >= asked.start.year) & (self.period < asked.end.year)
        rows = np.flatnonzero(there)
        return rows, {name: values[rows].astype(float) for name, values in counts.items()}


def _rows(snapshot: Snapshot, database: str, those: dict[int, Asked], where: Where) -> Iterator[tuple[int, _Rows]]:
    """The rows of each comparison of one pass; those of the same reporting years' kind are counted together."""
    together: dict[object, list[int]] = {}
    for place, one in those.items():
        month = _first_month(one)
        together.setdefault(place if month is None else ("month", month), []).append(place)
    for places in together.values():
        alike = [those[place] for place in places]
        indicators = tuple(dict.fromkeys(one for asked in alike for one in asked.indicators))
        units, mix = tuple(dict.fromkeys(one.by for one in alike)), indicators[0].case_mix
        start, end = alike[0].start, alike[0].end
        if len({(one.start, one.end) for one in alike}) > 1:
            start, end = min(one.start for one in alike), max(one.end for one in alike)
            selection = Selection(("period", *units, *mix), where, start, end)
            found = count_groups(snapshot, database, indicators, selection, start.month)
        else:
            found = count_groups(snapshot, database, indicators, Selection((*units, *mix), where, start, end))
        rows = _Rows.of(indicators, found, units, mix)
        for place in places:
            yield place, rows


def _first_month(asked: Asked) -> int | None:
    """The month in which the reporting years asked for begin; None where it is no whole years that are asked for."""
    if asked.start is None or asked.end is None or (asked.start.day, asked.end.day) != (1, 1):
        return None
    return asked.start.month if asked.start.month == asked.end.month else None


@dataclass(frozen=True)
class _Modelled:
    """The units of an indicator with what its case-mix model expects of them."""

    indicator: Indicator
    units: Counted
    card: ModelCard
    without_unit: int


def _counted(asked: Asked, counted: _Rows) -> list[_Modelled]:
    """The indicators of one pass: their units, and the case-mix models."""
    place, names = counted.place[asked.by], counted.names[asked.by]
    found = []
    for one in asked.indicators:
        rows, values = counted.of_indicator(one.id, asked)
        placed = place[rows] >= 0
        none = tuple(int(values[name][~placed].sum()) for name in ("denominator", "numerator", "missing"))
        rows, values = rows[placed], {name: each[placed] for name, each in values.items()}
        n = values["denominator"]
        card, expected = casemix.fit_coded(one, counted.coded.rows(rows), n, values["numerator"])
        there, unit = np.unique(place[rows], return_inverse=True)
        total = (np.bincount(unit, values[name], len(there)) for name in ("denominator", "numerator", "missing"))
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
