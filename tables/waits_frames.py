"""The kept frames behind the page of waiting times: made once per database file, small, and unprotected.

Only tables/waits*.py read them; what they give a page has passed tables.disclosure. Dates are days without time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from data.cache import kept_frame, kept_rows
from data.schema import LEGS
from data.store import Snapshot
from indicators.waits import ENDED_STATUSES, legs_sql
from tables.cube import DEFINITION_VERSION

#: Weeks of the weekly figures, the last of them the week of the data cut.
WEEKS = 26
#: Whole months of the started cohorts, besides the month of the data cut.
MONTHS = 6
#: Delays are measured on legs that ended so many weeks before the data cut: long enough to be registered.
DELAY_FROM, DELAY_TO = 65, 13
#: A week is provisional below this expected completeness.
COMPLETE = 0.95
#: A patient shall be told the date within so many working days of the referral.
NOTICE_DAYS = 8
_VERSION = 3  # of the frames' columns


#: How the reader divides by place → the column of a leg that says where.
PLACE_COLUMNS = {"treating": "department", "residence": "region"}


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


def week_shares(delays: pd.DataFrame, cut: dt.date) -> list[tuple[dt.date, float]]:
    """(Monday, share of the week's ended legs expected to be registered by the data cut) of the last WEEKS weeks.

    ``delays``: of one leg, as the frame of that name. The share is the mean over the week's days of the share of older
    legs that were registered within as many days as the day is old; 0 for days after the cut.
    """
    table = delays.groupby("delay")["n"].sum()
    total = int(table.sum())
    cumulated = np.cumsum(np.bincount(table.index.astype(int), table.to_numpy())) if total else np.array([0])
    found = []
    for number in range(WEEKS):
        first = first_week(cut) + dt.timedelta(weeks=number)
        past = [(cut - first).days - day for day in range(7)]
        known = sum(int(cumulated[min(age, len(cumulated) - 1)]) for age in past if age >= 0)
        found.append((first, known / total / 7 if total else 0.0))
    return found


def complete_weeks(shares: Sequence[tuple[dt.date, float]]) -> Sequence[tuple[dt.date, float]]:
    """The weeks before the first provisional one."""
    whole = [share >= COMPLETE for _, share in shares]
    return shares[: whole.index(False)] if False in whole else shares


def without_notice(frame: pd.DataFrame, cut: dt.date) -> np.ndarray:
    """Whether the patient was told the date later than NOTICE_DAYS working days after the referral, or not yet.

    Working days are Monday to Friday; public holidays count as working days, so a few are flagged too early.
    """
    referral = frame["referral_date"].to_numpy().astype("datetime64[D]")
    told = frame["notified_date"].fillna(pd.Timestamp(cut)).to_numpy().astype("datetime64[D]")
    return np.busday_count(referral, told) > NOTICE_DAYS


def weeks(snapshot: Snapshot, database: str) -> pd.DataFrame:
    """leg, start (Monday), completeness of the last WEEKS weeks, by the database's own delays."""

    def build() -> pd.DataFrame:
        past, cut = delays(snapshot, database), snapshot.info(database).data_cut
        rows = [(leg, *one) for leg in LEGS for one in week_shares(past[past["leg"] == leg], cut)]
        return pd.DataFrame(rows, columns=["leg", "start", "completeness"]).astype({"start": "datetime64[s]"})

    return kept_frame(snapshot, database, _key("weeks"), build)


def brief(snapshot: Snapshot, database: str) -> pd.DataFrame:
    """The counts of both headlines, few enough to be read in a moment.

    leg, place (treating: ``code`` is a department; residence: a region; "" not registered), code, status, n; of those
    waiting also ``most`` (days past the limit of the one furthest past it) and ``no_notice`` (legs of examination).
    Ended legs are those of the complete weeks by the database's own delays.
    """
    return kept_frame(snapshot, database, _key("brief"), lambda: _brief(snapshot, database))


def _brief(snapshot: Snapshot, database: str) -> pd.DataFrame:
    waiting, gone, spans = (make(snapshot, database) for make in (now, ended, weeks))
    late = without_notice(waiting, snapshot.info(database).data_cut) & (waiting["leg"] == "examination")
    waiting = waiting.assign(
        n=1, most=waiting["over_days"].where(waiting["status"] == "waiting_over", 0), no_notice=late.astype(int)
    )
    last = {}
    for leg, rows in spans.groupby("leg"):
        whole = complete_weeks(list(zip(rows["start"], rows["completeness"], strict=True)))
        last[leg] = whole[-1][0] if whole else pd.NaT
    gone = gone[gone["status"].isin(ENDED_STATUSES) & (gone["week"] <= gone["leg"].map(last))]
    rows = pd.concat([waiting, gone.assign(most=0, no_notice=0)])[
        ["leg", "department", "region", "status", "n", "most", "no_notice"]
    ]
    frames = []
    for place, column in PLACE_COLUMNS.items():
        here = rows.assign(place=place, code=rows[column].fillna("").astype(str))
        sums = here.groupby(["leg", "place", "code", "status"]).agg({"n": "sum", "most": "max", "no_notice": "sum"})
        frames.append(sums.reset_index())
    return pd.concat(frames, ignore_index=True)


NAMES = {"now": now, "ended": ended, "started": started, "delays": delays, "weeks": weeks, "brief": brief}


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
