"""The report of overruns of the legal maximum to Sundhedsstyrelsen, for a quarter or a week.

Statuses by leg and region of residence, the change since the report of the same period that was sent last (data
arrive late), what stands in the way of the report, and the legs behind it. Exact counts: for the registry's own
staff and the working edition; tables.waits_report_public is what the public edition may show.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from data import reference
from data.schema import LEGS
from data.sent_reports import SentReport
from data.store import Snapshot
from indicators.catalogue import why_waits_not_reported
from indicators.waits import ENDED_STATUSES, OTHER_STATUSES, legs_sql
from results.waits.obstacles import OBSTACLES
from results.waits.period import WaitPeriod

STATUSES = (*ENDED_STATUSES, *OTHER_STATUSES)
COUNTS = ("legs", *STATUSES)
KEPT = ("within", "over_health", "over_wish", "over_capacity_informed")
NATION = ""
#: The lenient reading, beside the strict one that decides the status: an alternative offered is offer enough.
LENIENT = ("rules_broken_lenient", "kept_low_lenient", "kept_high_lenient")

CASE_COLUMNS = (
    "wait_id",
    "leg",
    "department",
    "region",
    "referral_date",
    "consent_date",
    "stop_date",
    "end",
    "status",
    "wait_days",
    "over_days",
    "overrun_reason",
    "alternative_offered",
    "offer_documented",
    "accepted_wait_date",
)


@dataclass(frozen=True)
class Report:
    """One report. ``databases``: those with waiting times; ``absent``: those asked for without any.

    ``table``: leg, region ("" = Denmark), COUNTS, in_time, rules_kept_low, rules_kept_high, LENIENT, over_days (sum),
    over_max, ``change_`` of each count (missing where no report was sent).
    ``obstacles``: obstacle, leg, department, legs.
    ``not_covered``: leg → legs that ended in the period and have no legal maximum; they are in nothing else.
    ``cases``: database, CASE_COLUMNS and one flag per obstacle; every leg that is not ``within`` or has an obstacle.
    """

    period: WaitPeriod
    asked: str
    databases: tuple[str, ...]
    absent: tuple[str, ...]
    snapshot: Snapshot
    previous: SentReport | None
    table: pd.DataFrame
    obstacles: pd.DataFrame
    cases: pd.DataFrame
    not_covered: dict[str, int]

    @property
    def complete(self) -> bool:
        """Whether the period had ended in every extract."""
        return all(self.period.complete_on(self.snapshot.info(one).data_cut) for one in self.databases)

    @property
    def data_cuts(self) -> tuple[dt.date, ...]:
        return tuple(sorted({self.snapshot.info(one).data_cut for one in self.databases}))

    @property
    def synthetic(self) -> bool:
        return any(self.snapshot.info(one).synthetic for one in self.databases)

    def sent(self, moment: dt.datetime) -> SentReport:
        """The entry of the register for this report, sent at ``moment`` (UTC)."""
        rows = self.table[self.table["region"] != NATION].to_dict("records")
        counts = {f"{row['leg']}/{row['region']}": {one: int(row[one]) for one in COUNTS} for row in rows}
        return SentReport(self.asked, self.period.text, moment, self.snapshot.id, counts)


def with_waits(snapshot: Snapshot, asked: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The databases of a report (a code or ``all``) that deliver waiting times, and those that do not."""
    codes = tuple(row.code for row in reference.databases() if row.code in snapshot.databases)
    codes = codes if asked == "all" else (asked,)
    there = tuple(code for code in codes if why_waits_not_reported(snapshot.info(code)) is None)
    return there, tuple(code for code in codes if code not in there)


def report(snapshot: Snapshot, asked: str, period: WaitPeriod, previous: SentReport | None = None) -> Report:
    """The report of a database (a code) or of ``all``; ``previous``: the one that was sent last."""
    databases, absent = with_waits(snapshot, asked)
    counts, cases, found = [], [], []
    uncovered: dict[str, int] = {}
    for code in databases:
        counts.append(status_counts(snapshot, code, period))
        cases.append(_cases(snapshot, code, period).assign(database=code))
        for leg, legs in _not_covered(snapshot, code, period):
            uncovered[leg] = uncovered.get(leg, 0) + legs
    table = _table(_joined(counts, _COUNT_COLUMNS), previous)
    listed = _joined(cases, ("database", *CASE_COLUMNS, *OBSTACLES))[["database", *CASE_COLUMNS, *OBSTACLES]]
    for name in OBSTACLES:
        hit = listed[listed[name].astype(bool)]
        found.append(hit.groupby(["leg", "department"], as_index=False).size().assign(obstacle=name))
    obstacles = _joined(found, ("obstacle", "leg", "department", "size"))
    obstacles = obstacles.rename(columns={"size": "legs"})[["obstacle", "leg", "department", "legs"]]
    return Report(period, asked, databases, absent, snapshot, previous, table, obstacles, listed, uncovered)


_COUNT_COLUMNS = ("leg", "region", "status", "legs", "over_days", "offered", "over_max")


def _joined(frames: list[pd.DataFrame], columns: tuple[str, ...]) -> pd.DataFrame:
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=list(columns))


def _params(snapshot: Snapshot, database: str, period: WaitPeriod) -> dict[str, object]:
    return {"data_cut": snapshot.info(database).data_cut, "from_date": period.start, "to_date": period.end}


def status_counts(snapshot: Snapshot, database: str, period: WaitPeriod) -> pd.DataFrame:
    """Legs that ended in the period by leg, region of residence and status, with the days over the limit."""
    over = "FILTER (\"end\" = 'started' AND over_days > 0)"
    sql = (
        f"SELECT leg, region, status, count(*)::BIGINT AS legs, (coalesce(sum(over_days) {over}, 0))::BIGINT "
        "AS over_days, (count(*) FILTER (status = 'rules_broken' AND alternative_offered))::BIGINT AS offered, "
        f"(coalesce(max(over_days) {over}, 0))::BIGINT AS over_max FROM {legs_sql()} "
        "WHERE stop_date >= $from_date AND stop_date < $to_date GROUP BY ALL"
    )
    return snapshot.query(database, sql, _params(snapshot, database, period))


def _not_covered(snapshot: Snapshot, database: str, period: WaitPeriod) -> list[tuple[str, int]]:
    """(leg, legs that ended in the period without a legal maximum)."""
    sql = (
        f"SELECT leg, count(*) FROM {legs_sql('not_covered')} "
        "WHERE stop_date >= $from_date AND stop_date < $to_date GROUP BY leg ORDER BY leg"
    )
    return snapshot.rows(database, sql, _params(snapshot, database, period))


def _cases(snapshot: Snapshot, database: str, period: WaitPeriod) -> pd.DataFrame:
    columns = ", ".join(f'"{name}"' for name in CASE_COLUMNS)
    flags = ", ".join(f"coalesce({condition}, FALSE) AS {name}" for name, condition in OBSTACLES.items())
    hit = " OR ".join(f"({condition})" for condition in OBSTACLES.values())
    sql = (
        f"SELECT {columns}, {flags} FROM {legs_sql()} WHERE stop_date >= $from_date AND stop_date < $to_date "
        f"AND (status <> 'within' OR {hit}) ORDER BY leg, region, department, stop_date, wait_id"
    )
    return snapshot.query(database, sql, _params(snapshot, database, period))


def _table(counts: pd.DataFrame, previous: SentReport | None) -> pd.DataFrame:
    sent = _sent_counts(previous)
    keys = set(zip(counts["leg"], counts["region"], strict=True)) | set(sent)
    order = [*reference.region_order(), NATION]
    keys |= {(leg, NATION) for leg in LEGS}
    rows = []
    for leg, region in sorted(keys, key=lambda key: (LEGS.index(key[0]), order.index(key[1]))):
        here = counts[(counts["leg"] == leg) & ((counts["region"] == region) | (region == NATION))]
        row = {name: int(here.loc[here["status"] == name, "legs"].sum()) for name in STATUSES}
        legs = sum(row[name] for name in ENDED_STATUSES)
        kept = sum(row[name] for name in KEPT)
        shares = {"in_time": row["within"], "rules_kept_low": kept, "rules_kept_high": kept + row["over_unsettled"]}
        offered = int(here["offered"].sum())
        lenient = (row["rules_broken"] - offered, kept + offered, kept + offered + row["over_unsettled"])
        shares |= {"kept_low_lenient": lenient[1], "kept_high_lenient": lenient[2]}
        rows.append(
            {"leg": leg, "region": region, "legs": legs, **row}
            | {name: value / legs if legs else None for name, value in shares.items()}
            | {"rules_broken_lenient": lenient[0]}
            | {"over_days": int(here["over_days"].sum()), "over_max": int(here["over_max"].max()) if len(here) else 0}
            | {f"change_{name}": value for name, value in _change({"legs": legs, **row}, leg, region, previous, sent)}
        )
    return pd.DataFrame(rows)


def _sent_counts(previous: SentReport | None) -> dict[tuple[str, str], dict[str, int]]:
    pairs = (key.split("/") for key in previous.counts) if previous else ()
    return {(leg, region): previous.counts[f"{leg}/{region}"] for leg, region in pairs}


def _change(row: dict, leg: str, region: str, previous: SentReport | None, sent: dict):
    for name in COUNTS:
        if previous is None:
            yield name, None
        elif region == NATION:
            yield name, row[name] - sum(one[name] for (key, _), one in sent.items() if key == leg)
        else:
            yield name, row[name] - sent.get((leg, region), {}).get(name, 0)
