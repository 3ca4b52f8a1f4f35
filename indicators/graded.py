"""What a result is evidence of: the probability that the standard is met, and three years in the same words.

One year of a department is often too little to tell; three years beside it often are not.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from data.reference import Standard
from data.selection import Selection
from data.store import Snapshot
from indicators import standards
from indicators.declaration import Indicator
from indicators.engine import last_day, table
from indicators.statistics.evidence import grade, probability_of, probability_survival

YEARS = 3
COLUMNS = ("probability", "three_year_verdict")
_TIME = ("year", "month")


@dataclass(frozen=True)
class Evidence:
    """``probability``: that the true value meets the standard, NaN without data; ``word``: one of the grades.

    ``said``: the probability of what a *probably* says, with the missing at the poorer of their extremes; else NaN.
    """

    probability: float
    word: str
    said: float = math.nan


def evidence(standard: Standard, row: Mapping[str, object]) -> Evidence:
    """The evidence in a result with counts (numerator empty: survival), rate and limits; fractions.

    Clear where the interval lies on one side and the missing could not turn it.
    """
    rate, lower, upper = (_number(row[name]) for name in ("rate", "lower", "upper"))
    if math.isnan(rate):
        return Evidence(math.nan, "no_data")
    side = standards.holds(standard, rate)
    agree = standards.clear(standard, rate, lower, upper)
    numerator, denominator, missing = (_number(row[name]) for name in ("numerator", "denominator", "missing"))
    if math.isnan(numerator):
        known = probability_survival(rate, lower, upper, standard.operator, standard.value)
        return _evidence(("met" if side else "not_met") if agree else "", known, known, known)
    total = denominator + (0 if math.isnan(missing) else missing)
    known, lowest, highest = (
        probability_of(x, n, standard.operator, standard.value)
        for x, n in ((numerator, denominator), (numerator, total), (numerator + total - denominator, total))
    )
    bounds = (numerator / total, (numerator + total - denominator) / total)
    agree = agree and all(standards.holds(standard, one) == side for one in bounds)
    return _evidence(("met" if side else "not_met") if agree else "", known, lowest, highest)


def _evidence(clear: str, known: float, lowest: float, highest: float) -> Evidence:
    word = grade(clear, known, lowest, highest)
    if word == "probably_met":
        return Evidence(known, word, min(known, lowest, highest))
    if word == "probably_not_met":
        return Evidence(known, word, 1.0 - max(known, lowest, highest))
    return Evidence(known, word)


def graded(
    snapshot: Snapshot, database: str, indicator: Indicator, selection: Selection, rows: pd.DataFrame, interval: str
) -> pd.DataFrame:
    """``rows`` of ``engine.table`` with COLUMNS added.

    ``three_year_verdict``: the graded word (met, probably_met, unsettled, probably_not_met, not_met) of the three years
    up to the end of the row's period (its year or month, else ``selection``'s end, else the data cut), in the row's
    other groups; no_standard and no_data as for ``verdict``.
    """
    data_cut = snapshot.info(database).data_cut
    groups = tuple(name for name in selection.by if name not in _TIME)
    fixed = tuple(pair for pair in selection.where if pair[0] not in _TIME)
    ends: dict[dt.date, dict[tuple, dict]] = {}
    columns: dict[str, list] = {name: [] for name in COLUMNS}
    for row in rows.to_dict("records"):
        end = last_day({**dict(selection.where), **{name: row[name] for name in selection.by}}, selection, data_cut)
        if end not in ends:
            after = end + dt.timedelta(days=1)
            wide = replace(selection, by=groups, where=fixed, start=_back(after), end=after)
            # A period that begins after the data end has no years before it that could stand for it.
            found = (
                []
                if selection.start is not None and selection.start > end
                else table(snapshot, database, indicator, wide, interval).to_dict("records")
            )
            ends[end] = {_key(one, groups): one for one in found}
        three = ends[end].get(_key(row, groups))
        standard = standards.resolve(
            database, indicator.id, end, *(str(_of(row, selection, name) or "") for name in ("site", "stage"))
        )
        if standard is None:
            columns["probability"].append(None)
            columns["three_year_verdict"].append("no_standard")
            continue
        columns["probability"].append(evidence(standard, row).probability)
        columns["three_year_verdict"].append("no_data" if three is None else evidence(standard, three).word)
    return rows.assign(
        probability=pd.array(columns["probability"], dtype="Float64"),
        three_year_verdict=columns["three_year_verdict"],
    )


def _back(day: dt.date) -> dt.date:
    """The same day three years earlier; the last of February where that year has no 29th."""
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - YEARS, day=28 if leap else day.day)


def _key(row: Mapping[str, object], groups: tuple[str, ...]) -> tuple:
    return tuple("" if pd.isna(row[name]) else row[name] for name in groups)


def _of(row: Mapping[str, object], selection: Selection, name: str) -> object:
    found = row[name] if name in selection.by else dict(selection.where).get(name)
    return None if found is None or found != found or found is pd.NA else found


def _number(value: object) -> float:
    return math.nan if value is None or value is pd.NA or value != value else float(value)
