"""The kept frames behind the page of waiting times: made once per database file, small, and unprotected.

Only results/waits read them; what they give a page has passed results.disclosure. Dates are days without time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from data.cache import kept_frame, kept_rows
from data.schema import LEGS
from data.store import Snapshot
from indicators.catalogue import why_waits_not_reported
from indicators.waits import ENDED_STATUSES, OTHER_STATUSES, legs_sql
from results.cube import DEFINITION_VERSION
from results.waits.obstacles import last_quarter

#: Weeks of the weekly figures, the last of them the week of the data cut.
WEEKS = 26
#: Whole months of the started cohorts, besides the month of the data cut.
MONTHS = 6
#: Delays are measured on legs that ended so many weeks before the data cut: long enough to be registered.
DELAY_FROM, DELAY_TO = 65, 13
#: A week is provisional below this expected completeness.
COMPLETE = 0.95
#: A patient shall be told the date within so many working days of the referral, and so many calendar days at most.
NOTICE_DAYS, NOTICE_CALENDAR_DAYS = 8, 11
#: How the notice of the date came out; a leg that ended before the notice was due and has none is in none of them.
NOTICES = ("in_time", "late", "none")
_VERSION = 7  # of the frames' columns


#: The statuses of ended legs by number.
STATUSES = (*ENDED_STATUSES, *OTHER_STATUSES)
#: Filters on the patient of a leg: pairs of sex, age_group or stage and its value, "" not registered.
Where = tuple[tuple[str, str], ...]
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


def now(snapshot: Snapshot, database: str, where: Where = ()) -> pd.DataFrame:
    """One row per leg that waits at the data cut."""
    sql = (
        "SELECT wait_id, leg, department, region, referral_date, consent_date, "
        # Where nobody knows who has been told, nobody is said not to have been.
        "CASE WHEN notified_delivered THEN notified_date ELSE referral_date END AS notified_date, booked_date, "
        "clock_start, wait_days, over_days, booked_over_days, status "
        f'FROM {legs_sql()} WHERE r."end" IS NULL{_patients(where)} ORDER BY wait_id'
    )
    return _kept(snapshot, database, "now", sql, where=where)


def ended(snapshot: Snapshot, database: str, where: Where = ()) -> pd.DataFrame:
    """Counts ``n`` of the legs that ended (in any way) in the last WEEKS weeks, for each part (see ``part``).

    part, code (of the place), week, status (its number in STATUSES), wait_days.
    """
    numbered = ", ".join(f"'{one}'" for one in STATUSES)
    columns = (
        f"date_trunc('week', stop_date)::DATE AS week, (list_position([{numbered}], status) - 1)::TINYINT AS status, "
        "wait_days::INTEGER AS wait_days, count(*)::BIGINT AS n"
    )
    sql = _parted(columns, f"stop_date >= $first{_patients(where)}")
    return _kept(snapshot, database, "ended", sql, first_week, where)


def overruns(snapshot: Snapshot, database: str, where: Where = ()) -> pd.DataFrame:
    """Counts ``n`` of the legs that started past a limit in the last WEEKS weeks, by all that the page divides by.

    ``wait_id`` is given only where the patient consented without a documented offer, else "": a column of nothing but
    NULL has no type in its file and could not be read beside those of other databases.
    """
    consented = "accepted_wait_date IS NOT NULL"
    documented = "coalesce(alternative_offered AND offer_documented, false)"
    offered = "coalesce(alternative_offered, false)"
    sql = (
        "SELECT leg, department, region, date_trunc('week', stop_date)::DATE AS week, status, "
        f"over_days::INTEGER AS over_days, ({consented}) AS consented, {documented} AS documented, "
        f"{offered} AS offered, "
        f"CASE WHEN {consented} AND NOT {documented} THEN wait_id ELSE '' END AS wait_id, count(*)::BIGINT AS n "
        f"FROM {legs_sql()} WHERE r.\"end\" = 'started' AND over_days > 0 AND stop_date >= $first{_patients(where)} "
        "GROUP BY ALL ORDER BY ALL"
    )
    return _kept(snapshot, database, "overruns", sql, first_week, where)


def started(snapshot: Snapshot, database: str, where: Where = ()) -> pd.DataFrame:
    """Counts of the legs whose clock started in the last weeks and months, by day of leaving, as started_counts.

    part, code, week, month, day; ``event`` started, ``competing`` ended otherwise, ``censored`` transferred or still
    waiting.
    """
    columns = (
        "date_trunc('week', clock_start)::DATE AS week, "
        "date_trunc('month', clock_start)::DATE AS month, greatest(wait_days, 0)::INTEGER AS day, "
        "(count(*) FILTER (r.\"end\" = 'started'))::BIGINT AS event, "
        "(count(*) FILTER (r.\"end\" NOT IN ('started', 'transferred')))::BIGINT AS competing, "
        '(count(*) FILTER (r."end" IS NULL OR r."end" = \'transferred\'))::BIGINT AS censored'
    )
    sql = _parted(columns, f"clock_start >= $first{_patients(where)}")
    return _kept(snapshot, database, "started", sql, lambda cut: min(first_week(cut), first_month(cut)), where)


def _patients(where: Where) -> str:
    """SQL of the filters on a leg's patient, for the end of a condition; a leg whose case is not known fails them."""
    conditions = [f"r.{name} IS NULL" if value == "" else f"r.{name} = $patients_{name}" for name, value in where]
    known = ["r.case_id IN (SELECT case_id FROM cases)"] if where else []
    return "".join(f" AND {one}" for one in [*known, *conditions])


def uncovered(snapshot: Snapshot, database: str, where: Where = ()) -> pd.DataFrame:
    """Counts ``n`` of the legs without a legal maximum that wait, or ended in the last WEEKS weeks: part, code, n."""
    chosen = f"(stop_date IS NULL OR stop_date >= $first){_patients(where)}"
    sql = _parted("count(*)::BIGINT AS n", chosen, "not_covered")
    return _kept(snapshot, database, "uncovered", sql, first_week, where)


def without_case(snapshot: Snapshot, database: str, leg: str) -> int:
    """How many of the legs that wait, or ended in the last WEEKS weeks, no filter on patients can place."""
    cut = snapshot.info(database).data_cut
    sql = (
        f"SELECT count(*) FROM {legs_sql()} WHERE leg = $leg AND (stop_date IS NULL OR stop_date >= $first) "
        "AND (case_id IS NULL OR case_id NOT IN (SELECT case_id FROM cases))"
    )
    params = {"leg": leg, "first": first_week(cut), "data_cut": cut}
    key = ("waits without case", database, leg)
    return snapshot.remember(key, lambda: snapshot.rows(database, sql, params)[0][0])


def part(leg: str, place: str) -> str:
    """The name of the rows of a leg by a place: a kept file is read by one column alone."""
    return f"{leg} {place}"


def _parted(columns: str, where: str, which: str = "covered") -> str:
    """SQL of grouped ``columns`` of all legs for each place: part, code and the columns."""
    selects = [
        f"SELECT leg || ' {place}' AS part, coalesce({column}, '') AS code, {columns} "
        f"FROM {legs_sql(which)} WHERE {where} GROUP BY ALL"
        for place, column in PLACE_COLUMNS.items()
    ]
    return " UNION ALL ".join(selects) + " ORDER BY ALL"


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
    """Whether the patient was told the date too late after the referral, or not yet and it is ``too_late``."""
    return too_late(frame["referral_date"], frame["notified_date"].fillna(pd.Timestamp(cut)))


def too_late(referral: pd.Series, told: pd.Series) -> np.ndarray:
    """Whether more than NOTICE_DAYS working days or NOTICE_CALENDAR_DAYS days lie between the referral and ``told``.

    Working days are Monday to Friday; public holidays count as working days, so a few are flagged too early.
    """
    first, last = (one.to_numpy().astype("datetime64[D]") for one in (referral, told))
    return (np.busday_count(first, last) > NOTICE_DAYS) | ((last - first).astype(int) > NOTICE_CALENDAR_DAYS)


def notices(snapshot: Snapshot, database: str, where: Where = ()) -> pd.DataFrame:
    """Counts ``n`` of the legs of examination referred in the last WEEKS weeks whose notice was due by the data cut.

    leg, department, region, notice (one of NOTICES). Left out is a leg that ended before its notice was due, without
    one: nobody knows whether the patient was told by word of mouth.
    """

    def build() -> pd.DataFrame:
        cut = snapshot.info(database).data_cut
        sql = (
            "SELECT leg, department, region, referral_date, notified_date, stop_date "
            f"FROM {legs_sql()} WHERE leg = 'examination' AND notified_delivered AND referral_date >= $first"
            f"{_patients(where)}"
        )
        params = {"data_cut": cut, "first": first_week(cut)}
        params |= {f"patients_{one}": value for one, value in where if value != ""}
        rows = snapshot.query(database, sql, params)
        due = too_late(rows["referral_date"], pd.Series(pd.Timestamp(cut), rows.index))
        told = rows["notified_date"].notna()
        ended_first = ~told & rows["stop_date"].notna()
        ended_first &= ~too_late(rows["referral_date"], rows["stop_date"].fillna(pd.Timestamp(cut)))
        late = too_late(rows["referral_date"], rows["notified_date"].fillna(pd.Timestamp(cut)))
        notice = np.select([told & ~late, told], NOTICES[:2], NOTICES[2])
        keys = ["leg", "department", "region", "notice"]
        kept = rows.assign(notice=notice)[due & ~ended_first]
        kept[["department", "region"]] = kept[["department", "region"]].fillna("").astype(str)
        return kept.groupby(keys, as_index=False).size().rename(columns={"size": "n"})[[*keys, "n"]]

    if where:
        return snapshot.remember(("waits", "notices", database, where), build)
    return kept_frame(snapshot, database, _key("notices"), build)


def weeks(snapshot: Snapshot, database: str) -> pd.DataFrame:
    """leg, start (Monday), completeness of the last WEEKS weeks, by the database's own delays."""

    def build() -> pd.DataFrame:
        past, cut = delays(snapshot, database), snapshot.info(database).data_cut
        rows = [(leg, *one) for leg in LEGS for one in week_shares(past[past["leg"] == leg], cut)]
        return pd.DataFrame(rows, columns=["leg", "start", "completeness"]).astype({"start": "datetime64[s]"})

    return kept_frame(snapshot, database, _key("weeks"), build)


def brief(snapshot: Snapshot, database: str, where: Where = ()) -> pd.DataFrame:
    """The counts of both headlines, few enough to be read in a moment.

    part, code (a department or a region of residence; "" not registered), status, n; of those waiting also ``most``
    (days past the limit of the one furthest past it) and ``no_notice`` (legs of examination).
    Ended legs are those of the complete weeks by the database's own delays.
    """
    if where:
        key = ("waits", "brief", database, where)
        return snapshot.remember(key, lambda: _brief(snapshot, database, where))
    return kept_frame(snapshot, database, _key("brief"), lambda: _brief(snapshot, database))


def _brief(snapshot: Snapshot, database: str, where: Where = ()) -> pd.DataFrame:
    waiting, gone, spans = now(snapshot, database, where), ended(snapshot, database, where), weeks(snapshot, database)
    late = without_notice(waiting, snapshot.info(database).data_cut) & (waiting["leg"] == "examination")
    waiting = waiting.assign(
        n=1, most=waiting["over_days"].where(waiting["status"] == "waiting_over", 0), no_notice=late.astype(int)
    )
    last = {}
    for leg, rows in spans.groupby("leg"):
        whole = complete_weeks(list(zip(rows["start"], rows["completeness"], strict=True)))
        last[leg] = whole[-1][0] if whole else pd.NaT
    gone = gone[gone["status"] < len(ENDED_STATUSES)]
    leg = gone["part"].str.split(" ").str[0]
    gone = gone[gone["week"] <= leg.map(last)]
    parts = [gone.assign(status=gone["status"].map(dict(enumerate(STATUSES))), most=0, no_notice=0)]
    for place, column in PLACE_COLUMNS.items():
        parts.append(waiting.assign(part=waiting["leg"] + f" {place}", code=waiting[column].fillna("").astype(str)))
    rows = pd.concat(parts)[["part", "code", "status", "n", "most", "no_notice"]]
    sums = rows.groupby(["part", "code", "status"]).agg({"n": "sum", "most": "max", "no_notice": "sum"})
    return sums.reset_index()


#: Name → frame, and the column that its rows are chosen by.
NAMES = {"now": now, "overruns": overruns, "ended": ended, "started": started, "delays": delays, "weeks": weeks}
NAMES |= {"notices": notices}
PARTED = {"ended": ended, "started": started, "brief": brief, "uncovered": uncovered}
NAMES |= PARTED


#: The frames that hold the same for every patient: how late legs are registered.
OF_ALL = ("delays", "weeks")


def of(
    snapshot: Snapshot, name: str, databases: Sequence[str], leg: str, place: str, where: Where = ()
) -> pd.DataFrame:
    """The rows of a frame (a name of NAMES) of one leg by place, with a column ``database``; many are read together.

    With ``where`` the legs of the patients chosen; those frames live in memory alone.
    """
    column, value = ("part", part(leg, place)) if name in PARTED else ("leg", leg)
    if where and name not in OF_ALL:
        found = [(code, NAMES[name](snapshot, code, where)) for code in databases]
        return pd.concat([one[one[column] == value].assign(database=code) for code, one in found], ignore_index=True)
    if len(databases) == 1:
        frame = NAMES[name](snapshot, databases[0])
        return frame[frame[column] == value].assign(database=databases[0])
    wanted = dict.fromkeys(databases, (value,))
    return kept_rows(snapshot, _key(name), column, wanted, lambda code: NAMES[name](snapshot, code), slow=True)


def prepare(snapshot: Snapshot, databases: Sequence[str] | None = None) -> None:
    """Make every frame of these databases (None: of all) that is not kept yet, so that no reader has to wait for it."""
    for code in snapshot.databases if databases is None else databases:
        info = snapshot.info(code)
        if why_waits_not_reported(info) is None:
            for make in NAMES.values():
                make(snapshot, code)
            last_quarter(snapshot, code)


def _key(name: str) -> str:
    return f"waits-{name}-{_VERSION}-{DEFINITION_VERSION}"


def _kept(
    snapshot: Snapshot,
    database: str,
    name: str,
    sql: str,
    first: Callable[[dt.date], dt.date] | None = None,
    where: Where = (),
) -> pd.DataFrame:
    cut = snapshot.info(database).data_cut
    params = {"data_cut": cut} | ({"first": first(cut)} if first else {})
    if where:
        params |= {f"patients_{one}": value for one, value in where if value != ""}
        key = ("waits", name, database, where)
        return snapshot.remember(key, lambda: snapshot.query(database, sql, params))
    return kept_frame(snapshot, database, _key(name), lambda: snapshot.query(database, sql, params))
