"""Waiting times against the legal maximum: one status per leg, and three populations that are never mixed.

ended: legs that ended with treatment or examination started, by stop date (the authority's view). started: legs whose
clock started in the period, also those still waiting (performance). waiting: the stock at the data cut (for action).
Legs that the legal maximum does not cover are in none of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.schema import LEGS
from data.selection import PUBLIC_NAMES, Selection, SelectionError
from data.store import Snapshot
from data.waiting import UNBOOKED_DAYS, clock_start, covered, days_over
from survival.estimators import DailyCounts, aalen_johansen

ENDED_STATUSES = (
    "within",
    "over_health",
    "over_wish",
    "over_capacity_informed",
    "rules_broken",
    "over_unsettled",
)
WAITING_STATUSES = ("waiting_within", "waiting_unbooked", "waiting_booked_over", "waiting_over")
OTHER_STATUSES = ("transferred", "ended_otherwise")

POPULATIONS = ("ended", "started", "waiting")
#: What each population's rows are dated by; the stock has no date.
_INDEX = {"ended": "r.stop_date", "started": "r.clock_start", "waiting": "r.clock_start"}
_TIME_NAMES = ("week", "year", "month")
#: The names that waits take in --by and --where.
NAMES = ("week", *PUBLIC_NAMES, "leg", "modality", "package")

COLUMNS = {
    "ended": (
        "legs",
        *ENDED_STATUSES,
        "in_time",
        "rules_kept_low",
        "rules_kept_high",
        "over_days_mean",
        "over_days_max",
        "median_days",
        "p90_days",
    ),
    "started": ("legs", "ended", "share_14", "share_14_lower", "share_14_upper", "median_days"),
    "waiting": ("legs", *WAITING_STATUSES, "max_days_over"),
}
#: The day of the headline share of the started cohort.
SHARE_DAY = 14


@dataclass(frozen=True)
class WaitQuery:
    """Which legs: a population, one leg (None: only with ``leg`` among the groups), and a selection."""

    population: str
    leg: str | None
    selection: Selection

    def __post_init__(self) -> None:
        if self.population not in POPULATIONS:
            raise SelectionError(f"unknown population '{self.population}'; there are {', '.join(POPULATIONS)}")
        if self.leg is not None and self.leg not in LEGS:
            raise SelectionError(f"unknown leg '{self.leg}'; there are {', '.join(LEGS)}")
        if self.leg is None and "leg" not in self.selection.names:
            raise SelectionError("legs are never mixed: name one, or group by leg")
        if self.population == "waiting":
            for name in self.selection.names:
                if name in _TIME_NAMES:
                    raise SelectionError(f"{name} is not offered for those waiting: the stock is of the data cut")


def _column(name: str) -> str:
    return f'w."{name}"'


#: The derived columns of a leg. ``until``: the day the wait is measured to (the end, else the data cut).
_STATUS = f"""
CASE WHEN d."end" = 'started' THEN
    CASE WHEN over_days <= 0 THEN 'within'
        WHEN d.overrun_reason = 'health' THEN 'over_health'
        WHEN d.overrun_reason = 'patient_wish' THEN 'over_wish'
        WHEN d.overrun_reason = 'capacity' AND d.offers_delivered THEN
            CASE WHEN d.alternative_offered AND d.offer_documented AND d.accepted_wait_date IS NOT NULL
                THEN 'over_capacity_informed' ELSE 'rules_broken' END
        ELSE 'over_unsettled' END
WHEN d."end" = 'transferred' THEN 'transferred'
WHEN d."end" IS NOT NULL THEN 'ended_otherwise'
WHEN over_days > 0 THEN 'waiting_over'
WHEN booked_over_days > 0 THEN 'waiting_booked_over'
WHEN d.booked_delivered AND d.booked_date IS NULL AND -over_days <= {UNBOOKED_DAYS} THEN 'waiting_unbooked'
ELSE 'waiting_within' END
"""


def legs_sql(which: str = "covered") -> str:
    """SQL of the legs with their derived columns, as a table expression aliased ``r``; takes ``$data_cut``.

    clock_start, until, wait_days (until − clock_start), over_days (past the limit broken most; ≤ 0 within),
    booked_over_days, status, region (of residence) and the case's sex, age_group, stage and site where known.
    ``which``: those the legal maximum covers, those it does not ("not_covered"), or "all".
    """
    rule = covered(_column, "(SELECT database FROM meta)")
    where = {"covered": f" WHERE {rule}", "not_covered": f" WHERE NOT {rule}", "all": ""}[which]
    until = "coalesce(w.stop_date, $data_cut::DATE)"
    return (
        f"(SELECT *, {_STATUS} AS status FROM (SELECT w.*, w.residence_region AS region, "
        "c.sex, c.age_group, c.stage, c.site, "
        f"{clock_start(_column)} AS clock_start, {until} AS until, {until} - ({clock_start(_column)}) AS wait_days, "
        f"{days_over(until, _column)} AS over_days, {days_over('w.booked_date', _column)} AS booked_over_days "
        f"FROM waits w LEFT JOIN cases c ON c.case_id = w.case_id{where}) d) r"
    )


def waits_table(snapshot: Snapshot, database: str, query: WaitQuery) -> pd.DataFrame:
    """The contract's table: group names, then COLUMNS of the population; one row per group that has rows.

    Without groups one row, of zeros where there are no legs. Shares are fractions, days whole or interpolated;
    NaN where there is nothing to tell.
    """
    if query.population == "started":
        return _started(snapshot, database, query)
    selection, parts = _parts(query)
    cut = {"data_cut": snapshot.info(database).data_cut}
    names = "".join(f'"{name}", ' for name in selection.by)
    columns = "".join(f"{column}, " for column in parts.columns)
    group = f"GROUP BY {names.rstrip(', ')} ORDER BY {names.rstrip(', ')}" if names else ""
    counts, having = (_ENDED, _ENDED_ROWS) if query.population == "ended" else (_WAITING, _WAITING_ROWS)
    sql = (
        f"SELECT {names}{counts} FROM (SELECT {columns}r.status, r.over_days, r.wait_days "
        f"FROM {legs_sql()} {parts.join} WHERE {having} AND {parts.where}) {group}"
    )
    found = snapshot.query(database, sql, parts.params | cut)
    if query.population == "ended":
        legs = found["legs"].where(found["legs"] > 0)
        kept = found[["within", "over_health", "over_wish", "over_capacity_informed"]].sum(axis=1)
        found["in_time"] = found["within"] / legs
        found["rules_kept_low"] = kept / legs
        found["rules_kept_high"] = (kept + found["over_unsettled"]) / legs
    return found[[*selection.by, *COLUMNS[query.population]]]


def _counted(statuses: tuple[str, ...]) -> str:
    return ", ".join(f"(count(*) FILTER (status = '{one}'))::BIGINT AS {one}" for one in statuses)


_ENDED_ROWS = "r.\"end\" = 'started'"
_WAITING_ROWS = 'r."end" IS NULL'
_ENDED = (
    f"count(*)::BIGINT AS legs, {_counted(ENDED_STATUSES)}, "
    "avg(over_days) FILTER (over_days > 0) AS over_days_mean, (max(over_days) FILTER (over_days > 0))::BIGINT "
    "AS over_days_max, quantile_cont(wait_days, 0.5) AS median_days, quantile_cont(wait_days, 0.9) AS p90_days"
)
_WAITING = (
    f"count(*)::BIGINT AS legs, {_counted(WAITING_STATUSES)}, "
    "(max(over_days) FILTER (over_days > 0))::BIGINT AS max_days_over"
)


def not_covered(snapshot: Snapshot, database: str, query: WaitQuery) -> int:
    """How many legs of the population and selection the legal maximum does not cover; waits_table has none of them."""
    _, parts = _parts(query)
    having = {"ended": _ENDED_ROWS, "waiting": _WAITING_ROWS, "started": "TRUE"}[query.population]
    sql = f"SELECT count(*) FROM {legs_sql('not_covered')} {parts.join} WHERE {having} AND {parts.where}"
    cut = {"data_cut": snapshot.info(database).data_cut}
    return snapshot.rows(database, sql, parts.params | cut)[0][0]


def _parts(query: WaitQuery):
    selection = query.selection if query.leg is None else query.selection.filtered(leg=query.leg)
    if query.population == "waiting":
        selection = selection.within(None, None)
    return selection, selection.compile(_INDEX[query.population], "r.department")


def started_counts(snapshot: Snapshot, database: str, query: WaitQuery) -> tuple[pd.DataFrame, DailyCounts, np.ndarray]:
    """Groups, daily counts and ended legs of the started population.

    In the counts ``cancer`` is the start of treatment or examination (the event), ``other`` any other end (competing),
    ``censored`` a transfer, where the clock runs on elsewhere, or still waiting. A stop before the start (a warning at
    import) counts on day 0.
    """
    selection, parts = _parts(query)
    cut = {"data_cut": snapshot.info(database).data_cut}
    columns = "".join(f"{column}, " for column in parts.columns)
    sql = (
        f"SELECT {columns}greatest(r.wait_days, 0)::INTEGER AS day, "
        "(count(*) FILTER (r.\"end\" = 'started'))::BIGINT AS event, "
        "(count(*) FILTER (r.\"end\" NOT IN ('started', 'transferred')))::BIGINT AS competing, "
        '(count(*) FILTER (r."end" IS NULL OR r."end" = \'transferred\'))::BIGINT AS censored, '
        f'count(r."end")::BIGINT AS ended FROM {legs_sql()} {parts.join} WHERE {parts.where} '
        f"GROUP BY ALL ORDER BY {', '.join(f'{n} NULLS LAST' for n in range(1, len(selection.by) + 2))}"
    )
    rows = snapshot.query(database, sql, parts.params | cut)
    by = list(selection.by)
    if by:
        number = rows.groupby(by, dropna=False, sort=False).ngroup().to_numpy()
        groups = rows[by].drop_duplicates(ignore_index=True)
    else:
        number, groups = np.zeros(len(rows), dtype=np.int64), pd.DataFrame(index=[0])
    counts = DailyCounts.of(
        len(groups), number, rows["day"].to_numpy(), rows["event"].to_numpy(), rows["competing"].to_numpy(), 0,
        rows["censored"].to_numpy(),
    )  # fmt: skip
    ended = np.bincount(number, rows["ended"].to_numpy(), len(groups)).astype(np.int64)
    return groups, counts, ended


def _started(snapshot: Snapshot, database: str, query: WaitQuery) -> pd.DataFrame:
    groups, counts, ended = started_counts(snapshot, database, query)
    treated = aalen_johansen(counts, ("cancer",))
    share = treated.at([SHARE_DAY])
    found = groups.copy()
    found["legs"] = counts.cases
    found["ended"] = ended
    found["share_14"] = share.estimate[:, 0]
    found["share_14_lower"] = share.lower[:, 0]
    found["share_14_upper"] = share.upper[:, 0]
    found["median_days"] = medians(counts)
    return found


def medians(counts: DailyCounts) -> np.ndarray:
    """First day by which half of each group has started (cumulative incidence ≥ ½); NaN where never reached."""
    treated = aalen_johansen(counts, ("cancer",))
    result = np.full(counts.groups, np.nan)
    for group in range(counts.groups):
        rows = slice(counts.bounds[group], counts.bounds[group + 1])
        # The estimate is a sum of floats: a half may come out a hair below it.
        reached = treated.estimate[rows] >= 0.5 - 1e-12
        if reached.any():
            result[group] = counts.day[rows][int(np.argmax(reached))]
    return result
