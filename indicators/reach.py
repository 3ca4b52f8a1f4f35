"""Patients still within reach: not fulfilled, and not yet failed, on a day (the data cut).

Which they are, and until when, stands at each indicator (``Indicator.reach``); waiting times come by leg, from the
legal maximum of each. Rows are personal data: the registry staff's command, and pages of the working edition.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from data.past import Rows
from data.schema import LEGS
from data.text import Text
from indicators.catalogue import CATALOGUE, UnknownIndicator, why_not_reported, why_waits_not_reported
from indicators.declaration import Indicator
from indicators.waits import legs_sql

COLUMNS = ("unit", "indicator", "case_id", "due", "days_left", "missing")
COUNTED = ("unit", "indicator", "cases")
REACHED: tuple[Indicator, ...] = tuple(one for one in CATALOGUE if one.reach is not None)
#: What the legs of waiting are listed under; "waits" is all of them.
WAITS = {f"waits_{leg}": leg for leg in LEGS}
NAMES = (*(one.id for one in REACHED), *WAITS)
ALL_WAITS = "waits"


def wanted(name: str | None) -> tuple[str, ...]:
    """The lists that a name stands for, all without one; raises UnknownIndicator naming those that exist."""
    if name is None:
        return NAMES
    if name == ALL_WAITS:
        return tuple(WAITS)
    if name not in NAMES:
        raise UnknownIndicator(
            f"--indicator: '{name}' has no patients to reach; there are {', '.join(NAMES)}, {ALL_WAITS}"
        )
    return (name,)


def why_no_list(name: str, rows: Rows, database: str) -> Text | None:
    """Why a database has no such list: the indicator is not reported. None where it has."""
    info = rows.info(database)
    if name in WAITS:
        return why_waits_not_reported(info)
    return why_not_reported(next(one for one in REACHED if one.id == name), info)


def reachable(rows: Rows, database: str, names: Sequence[str] = NAMES, unit: str | None = None) -> pd.DataFrame:
    """COLUMNS of the patients still within reach at the data cut of ``rows``, the fewest days left first.

    ``due``: the last day on which it can still be met, None where the definition sets none (then last); ``days_left``:
    due − data cut. ``case_id``: of a referral or a leg without one, its own id. Lists that the database does not report
    are empty (:func:`why_no_list`). ``unit``: only of that department.
    """
    found = [_list(rows, database, name, unit) for name in names if why_no_list(name, rows, database) is None]
    found = [one for one in found if len(one)]
    if not found:
        return pd.DataFrame(columns=list(COLUMNS))
    whole = pd.concat(found, ignore_index=True)
    whole["days_left"] = whole["days_left"].astype("Int64")
    whole["due"] = whole["due"].astype(object)
    return whole.sort_values(
        ["days_left", "unit", "case_id", "indicator"], na_position="last", kind="stable", ignore_index=True
    )


def counted(listed: pd.DataFrame) -> pd.DataFrame:
    """COUNTED of a list: how many rows each unit has of each indicator."""
    if listed.empty:
        return pd.DataFrame(columns=list(COUNTED))
    found = listed.groupby(["unit", "indicator"], dropna=False, sort=True).size()
    return found.rename("cases").reset_index()[list(COUNTED)]


def _list(rows: Rows, database: str, name: str, unit: str | None) -> pd.DataFrame:
    if name in WAITS:
        source, picked = legs_sql(), f"r.leg = '{WAITS[name]}' AND r.\"end\" IS NULL AND over_days <= 0"
        columns = (
            "department",
            "coalesce(r.case_id, r.wait_id)",
            "$data_cut::DATE - over_days::INTEGER",
            "CASE WHEN booked_date IS NULL THEN 'booking' ELSE 'start' END",
        )
    else:
        one = next(one for one in REACHED if one.id == name)
        source, picked = f"{one.rows} r", one.reach.when
        named = "coalesce(r.case_id, r.course_id)" if one.rows == "palliative" else "r.case_id"
        columns = (one.reach.unit or one.unit, named, one.reach.due or "NULL::DATE", f"'{one.reach.missing}'")
    of_unit = f" AND {columns[0]} = $unit" if unit is not None else ""
    sql = (
        f"SELECT {columns[0]} AS unit, '{name}' AS indicator, {columns[1]} AS case_id, {columns[2]} AS due, "
        f"(due - $data_cut::DATE)::INTEGER AS days_left, {columns[3]} AS missing FROM {source} "
        f"WHERE {picked}{of_unit}"
    )
    params = {"data_cut": rows.info(database).data_cut} | ({"unit": unit} if unit is not None else {})
    found = pd.DataFrame(rows.rows(database, sql, params), columns=list(COLUMNS))
    return found
