"""Which results another extract moves: the yearly table of every indicator before and after."""

from __future__ import annotations

import pandas as pd

from data.selection import Selection
from data.store import Snapshot
from indicators.catalogue import CATALOGUE, why_not_reported
from indicators.declaration import Indicator
from indicators.engine import COUNTS, table

_TOLD = ("denominator", "numerator", "rate", "verdict")
COLUMNS = ("indicator", "year", *_TOLD, *(f"new_{name}" for name in _TOLD))


def moved(before: Snapshot | None, after: Snapshot, database: str) -> pd.DataFrame:
    """COLUMNS of every indicator and calendar year in which a count or the rate is another one after.

    Empty cells where a side has no such row, or does not report the indicator; rates are fractions.
    """
    found = [_moved(before, after, database, one) for one in CATALOGUE]
    found = [one for one in found if len(one)]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(COLUMNS))


def _moved(before: Snapshot | None, after: Snapshot, database: str, indicator: Indicator) -> pd.DataFrame:
    old, new = (_rows(one, database, indicator) for one in (before, after))
    rows = []
    for year in sorted({*old, *new}):
        was, now = old.get(year), new.get(year)
        if was is None or now is None or any(_plain(was[name]) != _plain(now[name]) for name in (*COUNTS, "rate")):
            told = [[None] * len(_TOLD) if one is None else [_plain(one[name]) for name in _TOLD] for one in (was, now)]
            rows.append((indicator.id, year, *told[0], *told[1]))
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def _rows(snapshot: Snapshot | None, database: str, indicator: Indicator) -> dict[int, dict]:
    if snapshot is None or why_not_reported(indicator, snapshot.info(database)) is not None:
        return {}
    found = table(snapshot, database, indicator, Selection(("year",)))
    return {int(row["year"]): row for row in found.to_dict("records")}


def _plain(value: object) -> object:
    return None if value is None or value is pd.NA or value != value else value
