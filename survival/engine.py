"""Survival from a snapshot: daily counts by Selection, the contract's result table, curves and tests.

``snapshot`` is a :class:`data.Snapshot`. Groups refer to the diagnosis: the case's department, region and
stage, and the diagnosis date is the index date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data import Snapshot
from data.selection import Selection
from survival.curves import Curve, step_curves
from survival.endpoints import NO_ESTIMATE, Endpoint, endpoint
from survival.estimators import LEAVING, YEAR, DailyCounts, LogRank, log_rank

#: The columns of ``survival table`` after those of the groups.
COLUMNS = ("years", "cases", "events", "at_risk", "estimate", "lower", "upper", "note")

#: Every case of a database as one group.
ALL_CASES = Selection()

# One list per group with one whole number per case, 4 · day + place in LEAVING: five times as fast as counting by
# day in SQL, because the group's names are not repeated and only the groups are hashed.
_LEAVING = """
SELECT {columns}coalesce(list((4 * r.followup_days + CASE
    WHEN r.vital_status <> 'dead' THEN {censored}
    WHEN r.cause_of_death = 'cancer' THEN {cancer}
    WHEN r.cause_of_death = 'other' THEN {other}
    ELSE {unknown} END)::INTEGER), []) AS leaving
FROM cases r {join}
WHERE {where}
GROUP BY ALL
"""


@dataclass(frozen=True)
class GroupedCounts:
    """Daily counts with the names of their groups: row g of ``groups`` describes group g of ``counts``."""

    groups: pd.DataFrame  # one column per name of Selection.by; None = not registered
    counts: DailyCounts


def daily_counts(
    snapshot: Snapshot, database: str, selection: Selection = ALL_CASES, first_month: int = 1
) -> GroupedCounts:
    """How many left follow-up on each day after diagnosis, by cause, in each group that has cases.

    Groups are sorted, not registered last. Without grouping names there is one group, also when it has no
    cases. ``first_month``: the month in which the database's reporting year starts (for the grouping
    ``period``). Raises StoreError for an unknown database and ValueError for a follow-up that ends before
    the diagnosis.
    """
    parts = selection.compile(first_month=first_month)
    sql = _LEAVING.format(
        columns="".join(f"{column}, " for column in parts.columns),
        join=parts.join,
        where=parts.where,
        **{name: place for place, name in enumerate(LEAVING)},
    )
    if parts.columns:
        sql += "ORDER BY " + ", ".join(f"{place} NULLS LAST" for place in range(1, len(parts.columns) + 1))
    rows = snapshot.query(database, sql, parts.params)
    leaving = rows.pop("leaving")
    return GroupedCounts(rows, DailyCounts.of_codes(leaving))


def survival_table(
    snapshot: Snapshot,
    database: str,
    endpoint_id: str,
    years: Sequence[float] = (1, 5),
    selection: Selection = ALL_CASES,
    first_month: int = 1,
) -> pd.DataFrame:
    """One row per group and time: the selection's ``by`` names, then :data:`COLUMNS`.

    ``cases`` all in the group; ``events`` and ``at_risk`` (follow-up ≥ t) as of that time; ``estimate``
    with its 95 % limits as fractions, nan with a ``note`` where it does not exist. For an endpoint by cause
    the note also says how many deaths of unknown cause count as cancer, and what the estimate is if they
    all were of another cause. A year is 365.25 days. Raises as :func:`daily_counts`; ValueError for an
    unknown endpoint or time.
    """
    return table_of(daily_counts(snapshot, database, selection, first_month), endpoint(endpoint_id), years)


def table_of(grouped: GroupedCounts, chosen: Endpoint, years: Sequence[float]) -> pd.DataFrame:
    """As :func:`survival_table`, from counts that are already there."""
    times = np.asarray(years, dtype=float) * YEAR
    counts = grouped.counts
    values = chosen.fit(counts).at(times)
    table = grouped.groups.loc[grouped.groups.index.repeat(len(times))].reset_index(drop=True)
    shown = [int(year) if float(year).is_integer() else float(year) for year in years]
    table["years"] = pd.Series(shown * counts.groups, dtype=object, index=table.index)
    table["cases"] = np.repeat(counts.cases, len(times))
    for name in ("events", "at_risk", "estimate", "lower", "upper"):
        table[name] = getattr(values, name).ravel()
    notes = np.vectorize(lambda status: NO_ESTIMATE[status].en if status else "", otypes=[object])(values.status)
    if chosen.by_cause and counts.unknown.any():
        unknown, other_way = unknown_bound(counts, chosen, times)
        for place in zip(*np.nonzero((unknown > 0) & (values.status == "")), strict=True):
            notes[place] = _unknown_note(unknown[place], other_way[place])
    table["note"] = notes.ravel()
    return table


def unknown_bound(counts: DailyCounts, chosen: Endpoint, times: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    """Deaths of unknown cause so far, and the estimate if they were of another cause; groups × times (days).

    The main estimate counts them as cancer: it and this one are the bounds.
    """
    unknown = counts.cumulated(("unknown",), times)
    return unknown, chosen.fit(counts.unknown_as_other()).at(times).estimate


def _unknown_note(unknown: int, other_way: float) -> str:
    bound = "no estimate" if np.isnan(other_way) else f"estimate {other_way:.4f}"
    return f"deaths of unknown cause counted as cancer: {unknown}; {bound} if all were of another cause"


def curves(
    snapshot: Snapshot,
    database: str,
    endpoint_id: str,
    horizon_years: float = 5,
    selection: Selection = ALL_CASES,
    first_month: int = 1,
    points: int | None = 200,
) -> tuple[GroupedCounts, list[Curve]]:
    """The counts and each group's curve up to the horizon, of at most ``points`` points (None: all)."""
    grouped = daily_counts(snapshot, database, selection, first_month)
    return grouped, step_curves(endpoint(endpoint_id).fit(grouped.counts), horizon_years * YEAR, points)


def group_log_rank(grouped: GroupedCounts, endpoint_id: str) -> LogRank | None:
    """Log-rank test between the groups for ``overall`` or ``cancer_specific``; None with nothing to compare.

    Raises ValueError for a cumulative incidence: the log-rank test compares hazards, which is what
    ``cancer_specific`` asks; it does not compare cumulative incidences.
    """
    chosen = endpoint(endpoint_id)
    if not chosen.falls:
        raise ValueError(f"endpoint '{endpoint_id}': the log-rank test does not compare cumulative incidences")
    return log_rank(grouped.counts, chosen.causes)
