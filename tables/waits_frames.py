"""The kept frames behind the page of waiting times: made once per database file, small, and unprotected.

Only tables/waits*.py read them; what they give a page has passed tables.disclosure. Dates are days without time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import pandas as pd

from data.cache import kept_frame, kept_rows
from data.store import Snapshot
from indicators.waits import legs_sql
from tables.cube import DEFINITION_VERSION

#: Weeks of the weekly figures, the last of them the week of the data cut.
WEEKS = 26
#: Whole months of the started cohorts, besides the month of the data cut.
MONTHS = 6
#: Delays are measured on legs that ended so many weeks before the data cut: long enough to be registered.
DELAY_FROM, DELAY_TO = 65, 13
_VERSION = 2  # of the frames' columns


def monday(day: dt.date) -> dt.date:
    """The Monday of the day's ISO week."""
    return day - dt.timedelta(days=day.weekday())


def first_week(cut: dt.date) -> dt.date:
    """The Monday of the first week of the weekly figures."""
    return monday(cut) - dt.timedelta(weeks=WEEKS - 1)


def first_month(cut: dt.date) -> dt.date:
    """The first day of the first month of the started cohorts."""
    months = cut.year * 12 + cut.month - 1 - MONTHS
    return dt.date(months // 12, months % 12 + 1, 1)


def now(snapshot: Snapshot, database: str) -> pd.DataFrame:
    """One row per leg that waits at the data cut."""
    sql = (
        "SELECT wait_id, leg, department, region, referral_date, consent_date, notified_date, booked_date, "
        "clock_start, wait_days, over_days, booked_over_days, status "
        f'FROM {legs_sql()} WHERE r."end" IS NULL ORDER BY wait_id'
    )
    return _kept(snapshot, database, "now", sql)


def ended(snapshot: Snapshot, database: str) -> pd.DataFrame:
    """Counts ``n`` of the legs that ended (in any way) in the last WEEKS weeks, by all that the page divides by.

    ``wait_id`` is given only for overruns to which the patient consented without a documented offer.
    """
    consented = "accepted_wait_date IS NOT NULL"
    documented = "coalesce(alternative_offered AND offer_documented, false)"
    over = "r.\"end\" = 'started' AND over_days > 0"
    sql = (
        "SELECT leg, department, region, date_trunc('week', stop_date)::DATE AS week, status, "
        "greatest(over_days, 0)::INTEGER AS over_days, wait_days::INTEGER AS wait_days, overrun_reason, "
        f"({consented}) AS consented, {documented} AS documented, "
        f"CASE WHEN {over} AND {consented} AND NOT {documented} THEN wait_id END AS wait_id, count(*)::BIGINT AS n "
        f"FROM {legs_sql()} WHERE stop_date >= $first GROUP BY ALL ORDER BY ALL"
    )
    return _kept(snapshot, database, "ended", sql, first=first_week)


def started(snapshot: Snapshot, database: str) -> pd.DataFrame:
    """Counts of the legs whose clock started in the last weeks and months, by day of leaving, as started_counts.

    ``event`` started, ``competing`` ended otherwise, ``censored`` transferred or still waiting.
    """
    sql = (
        "SELECT leg, department, region, date_trunc('week', clock_start)::DATE AS week, "
        "date_trunc('month', clock_start)::DATE AS month, greatest(wait_days, 0)::INTEGER AS day, "
        "(count(*) FILTER (r.\"end\" = 'started'))::BIGINT AS event, "
        "(count(*) FILTER (r.\"end\" NOT IN ('started', 'transferred')))::BIGINT AS competing, "
        '(count(*) FILTER (r."end" IS NULL OR r."end" = \'transferred\'))::BIGINT AS censored '
        f"FROM {legs_sql()} WHERE clock_start >= $first GROUP BY ALL ORDER BY ALL"
    )
    return _kept(snapshot, database, "started", sql, first=lambda cut: min(first_week(cut), first_month(cut)))


def delays(snapshot: Snapshot, database: str) -> pd.DataFrame:
    """leg, days from stop to registration (0: the same day or before) and how many, of older legs that started."""
    sql = (
        "SELECT leg, greatest(registered_date - stop_date, 0)::INTEGER AS delay, count(*)::BIGINT AS n "
        f"FROM {legs_sql()} WHERE r.\"end\" = 'started' AND registered_date IS NOT NULL "
        f"AND stop_date >= $first AND stop_date < $data_cut::DATE - {DELAY_TO * 7} GROUP BY ALL ORDER BY ALL"
    )
    return _kept(snapshot, database, "delays", sql, first=lambda cut: cut - dt.timedelta(weeks=DELAY_FROM))


NAMES = {"now": now, "ended": ended, "started": started, "delays": delays}


def of_many(snapshot: Snapshot, name: str, databases: Sequence[str], leg: str) -> pd.DataFrame:
    """One leg's rows of a frame (a name of NAMES) of several databases, with a column ``database``, read together."""
    wanted = dict.fromkeys(databases, (leg,))
    return kept_rows(snapshot, _key(name), "leg", wanted, lambda code: NAMES[name](snapshot, code))


def prepare(snapshot: Snapshot) -> None:
    """Make every frame that is not kept yet, so that no reader has to wait for one."""
    for code, info in snapshot.databases.items():
        if "waits" in info.tables:
            for make in NAMES.values():
                make(snapshot, code)


def _key(name: str) -> str:
    return f"waits-{name}-{_VERSION}-{DEFINITION_VERSION}"


def _kept(
    snapshot: Snapshot, database: str, name: str, sql: str, first: Callable[[dt.date], dt.date] | None = None
) -> pd.DataFrame:
    cut = snapshot.info(database).data_cut
    params = {"data_cut": cut} | ({"first": first(cut)} if first else {})
    return kept_frame(snapshot, database, _key(name), lambda: snapshot.query(database, sql, params))
