"""Waiting times for a page: equal to the engine's numbers, and what the public edition may not give away."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pandas as pd
import pytest

from data.selection import Selection
from indicators.waits import ENDED_STATUSES, WAITING_STATUSES, WaitQuery, waits_table
from results.view import Edition, View
from results.waits import frames
from results.waits import legs as tables
from results.waits import started as cohort
from results.waits import units as compared_units
from results.waits import weeks as weekly
from tests.support.extracts import load_extract
from tests.support.waits_rows import CUT, UNITS, invented


@pytest.fixture(scope="module")
def snapshot(waits_store):
    return waits_store.current()


def scope(snapshot, edition="working", databases=("DCCG",), **more):
    place, regions = more.pop("place", "treating"), more.pop("regions", 5)
    view = View(snapshot, Edition(edition), databases[0], 2025, place, regions=regions)
    return tables.Scope(view, databases, more.pop("leg", "treatment"), **more)


def engine(snapshot, population, by=(), start=None, end=None, database="DCCG", leg="treatment"):
    return waits_table(snapshot, database, WaitQuery(population, leg, Selection(by, (), start, end)))


def test_those_waiting_are_the_engines(snapshot):
    found = tables.waiting(scope(snapshot))
    truth = engine(snapshot, "waiting").iloc[0]
    assert found.counts.values == {name: truth[name] for name in ("legs", *WAITING_STATUSES)}
    assert found.longest[("nation", "")] == truth["max_days_over"]
    for row in engine(snapshot, "waiting", ("department",)).to_dict("records"):
        node = found.nodes[("department", row["department"])]
        assert node.values == {name: row[name] for name in ("legs", *WAITING_STATUSES)}
    residence = tables.waiting(scope(snapshot, place="residence"))
    for row in engine(snapshot, "waiting", ("region",)).to_dict("records"):
        assert residence.nodes[("region", row["region"])].legs == row["legs"]
    assert not [node for node in residence.nodes if node[0] == "department"]


def test_ended_legs_of_the_complete_weeks_are_the_engines(snapshot):
    own = scope(snapshot)
    complete = tables.period(own)
    start, end = complete[0].start, complete[-1].start + dt.timedelta(days=7)
    truth = engine(snapshot, "ended", (), start, end).iloc[0]
    found = tables.ended(own)
    assert found.counts.values == {name: truth[name] for name in ("legs", *ENDED_STATUSES)}
    assert found.in_time == pytest.approx(truth["in_time"])
    assert found.rules_kept == pytest.approx((truth["rules_kept_low"], truth["rules_kept_high"]))
    weeks = engine(snapshot, "ended", ("week",), start, end).set_index("week")
    for one in weekly.weekly(own)[: len(complete)]:
        year, week, _ = one.week.start.isocalendar()
        assert one.counts == {name: weeks.loc[f"{year}-W{week:02d}", name] for name in ENDED_STATUSES}
    rows = {one.place.code: one for one in compared_units.compared(own).of_level("department")}
    for row in engine(snapshot, "ended", ("department",), start, end).to_dict("records"):
        one = rows[row["department"]]
        assert one.ended.coarse.legs == row["legs"]
        assert (one.median, one.p90) == pytest.approx((row["median_days"], row["p90_days"]))
    every, *reasons = weekly.overruns(own)
    assert every.mean == pytest.approx(truth["over_days_mean"]) and every.most == truth["over_days_max"]
    assert sum(one.legs for one in reasons) == every.legs == found.coarse["over"]


def test_the_started_cohort_is_the_engines(snapshot):
    own = scope(snapshot)
    complete = tables.period(own)
    truth = engine(snapshot, "started", (), complete[0].start, complete[-1].start + dt.timedelta(days=7)).iloc[0]
    found = cohort.started(own)
    assert (found.legs, found.median) == (truth["legs"], truth["median_days"])
    assert (found.share, found.lower, found.upper) == pytest.approx(
        (truth["share_14"], truth["share_14_lower"], truth["share_14_upper"])
    )
    months = engine(snapshot, "started", ("month",)).set_index("month")
    for one in cohort.by_month(own):
        row = months.loc[one.month.strftime("%Y-%m")]
        assert one.legs == row["legs"]
        assert one.share == pytest.approx(row["share_14"])
    assert found.flatters == pytest.approx(found.naive - found.share)


def test_a_week_is_as_complete_as_older_legs_were_at_its_age(snapshot):
    weeks = tables.weeks(scope(snapshot))
    assert len(weeks) == frames.WEEKS
    assert weeks[-1].start == dt.date(2026, 10, 26)
    delays = Counter()
    for row in invented():
        stop = row["stop_date"]
        if row["end"] == "started" and CUT - dt.timedelta(weeks=65) <= stop < CUT - dt.timedelta(weeks=13):
            delays[(row["registered_date"] - stop).days] += 1
    total = sum(delays.values())
    expected = sum(sum(n for delay, n in delays.items() if delay <= age) for age in range(6)) / total / 7
    assert weeks[-1].completeness == pytest.approx(expected)  # six days of the week lie before the cut
    assert weeks[-1].provisional and not weeks[0].provisional
    assert tables.period(scope(snapshot))[-1].start < weeks[-1].start


def test_the_flow_and_the_planning_line(snapshot):
    own = scope(snapshot)
    flow = weekly.flow(own)
    inflow = engine(snapshot, "started", ("week",)).set_index("week")["legs"]
    for one in flow:
        year, week, _ = one.week.start.isocalendar()
        assert one.inflow == inflow.get(f"{year}-W{week:02d}", 0)
    found = weekly.plan(own)
    counts = tables.waiting(own).counts
    assert found.backlog == counts["waiting_over"] + counts["waiting_booked_over"]
    for weeks, extra in found.extra:
        assert extra >= found.backlog / weeks + found.growth - 1e-9 or extra == 0
        assert extra == 0 or extra - 1 < found.backlog / weeks + found.growth


def test_notice_is_eight_working_days(snapshot):
    own = scope(snapshot, leg="examination")
    assert tables.waiting(own).notice == 2
    listed = tables.to_act_on(own, "HER-KIR")
    assert {one.wait_id for one in listed if one.no_notice} == {"e2", "e3"}
    assert [one.days_left for one in listed] == sorted(one.days_left for one in listed)


def test_the_list_holds_what_can_be_acted_on(snapshot):
    own = scope(snapshot)
    counts = tables.waiting(own).nodes
    for code in UNITS:
        listed = Counter(one.status for one in tables.to_act_on(own, code))
        assert listed["waiting_within"] == 0
        for status in ("waiting_over", "waiting_booked_over", "waiting_unbooked"):
            assert listed[status] == counts[("department", code)][status]


def test_consents_by_hand(snapshot):
    own = scope(snapshot)
    complete = tables.period(own)
    last = complete[-1].start + dt.timedelta(days=7)
    rows = [
        row for row in invented()
        if row["end"] == "started" and complete[0].start <= row["stop_date"] < last and row["accepted_wait_date"] != ""
    ]  # fmt: skip
    found = weekly.consents(own)
    assert found.legs == len(rows)
    assert found.undocumented == len(found.listed) == sum(not row["offer_documented"] for row in rows)
    assert {one.wait_id for one in found.listed} == {row["wait_id"] for row in rows if not row["offer_documented"]}
    assert sum(total for total, _ in found.halves) == found.legs


def test_all_databases_are_the_sum(snapshot):
    both = scope(snapshot, databases=("DCCG", "DLCR"))
    parts = [tables.waiting(scope(snapshot, databases=(code,))).counts for code in ("DCCG", "DLCR")]
    assert tables.waiting(both).counts.values == {
        name: sum(part[name] for part in parts) for name in ("legs", *WAITING_STATUSES)
    }
    assert tables.delivering(snapshot) == ("DCCG", "DLCR")


@pytest.mark.slow
def test_a_database_without_consents_is_read_beside_one_with(tmp_path):
    within = [row for row in invented(200) if row["overrun_reason"] != "capacity"]
    load_extract(tmp_path, cases=[{"case_id": "a"}], waits=within)
    found = load_extract(tmp_path, database="DLCR", cases=[{"case_id": "a", "icd10": "C340"}], waits=invented(400))
    frames.prepare(found)
    both, one = (weekly.consents(scope(found, databases=codes)) for codes in (("DCCG", "DLCR"), ("DLCR",)))
    assert both.undocumented == len(both.listed) == one.undocumented > 0


# --- the public edition ---


@pytest.mark.parametrize("place", ["treating", "residence"])
def test_the_public_edition_shows_no_small_count(snapshot, place):
    own = scope(snapshot, "public", place=place)
    fine, coarse = tables.ended_trees(own)
    for nodes in (tables.waiting(own).nodes, fine, coarse):
        for counts in nodes.values():
            assert not any(value and 0 < value < 5 for value in counts.values.values()), counts


@pytest.mark.parametrize("name", ["waiting", "ended"])
def test_nothing_hidden_follows_from_the_sums(snapshot, name):
    working, public = scope(snapshot), scope(snapshot, "public")
    if name == "waiting":
        true, shown = tables.waiting(working).nodes, tables.waiting(public).nodes
    else:
        true, shown = tables.ended_trees(working)[1], tables.ended_trees(public)[1]
    homes = UNITS
    for region in {*homes.values()}:
        if shown[("region", region)].legs is None:
            assert all(shown[("department", code)].legs is None for code in homes if homes[code] == region)
            continue
        lost = [code for code in homes if homes[code] == region and shown.get(("department", code)) is not None
                and shown[("department", code)].legs is None]  # fmt: skip
        for column in true[("nation", "")].values:
            rest = sum(true[("department", code)][column] for code in lost)
            assert not 0 < rest < 5 or shown[("nation", "")][column] is None


def test_the_public_edition_has_no_lists_weeks_or_single_days(snapshot):
    own = scope(snapshot, "public")
    with pytest.raises(PermissionError):
        tables.to_act_on(own, "HER-KIR")
    assert weekly.weekly(own) == weekly.flow(own) == cohort.by_month(own) == ()
    assert tables.ages(own) is None and weekly.plan(own) is None and weekly.run_chart(own) is None
    assert tables.waiting(own).longest == {}
    assert all(one.most is None for one in weekly.overruns(own))
    found = weekly.consents(own)
    assert found is None or (found.listed, found.most) == ((), None)
    assert cohort.started(own).curve is None


def test_all_databases_in_public_are_the_sum_of_what_each_shows(snapshot):
    both = tables.ended_trees(scope(snapshot, "public", databases=("DCCG", "DLCR")))[1]
    parts = [tables.ended_trees(scope(snapshot, "public", databases=(code,)))[1] for code in ("DCCG", "DLCR")]
    for node, counts in both.items():
        shown = [part[node] for part in parts if node in part and None not in part[node].values.values()]
        for name, value in counts.values.items():
            assert value == (sum(part[name] for part in shown) if shown else None)


def test_no_waiting_leg_at_all(tmp_path):
    rows = [row for row in invented(200) if row["end"]]
    found = load_extract(tmp_path, cases=[{"case_id": "a"}], waits=rows)
    own = scope(found, leg="aftercare")
    assert tables.waiting(own).counts.legs == 0
    assert tables.ended(own).in_time is None and tables.ended(own).rules_kept is None
    assert cohort.started(own).share is None
    assert weekly.overruns(own)[0].legs == 0
    assert pd.isna(engine(found, "ended", leg="aftercare").iloc[0]["in_time"])


def noticed(number: int, referral: str, notified: str = "", **more: object) -> dict:
    return {"wait_id": f"n{number}", "case_id": "", "leg": "examination", "department": "HER-KIR",
            "residence_region": "1084", "registered_date": referral, "referral_date": referral,
            "notified_date": notified, **more}  # fmt: skip


NOTICED = {
    "in_time": [
        noticed(1, "2026-09-01", "2026-09-11"),  # Tue → Fri: 8 working days, 10 days
        noticed(2, "2026-09-01", "2026-09-01"),
        noticed(3, "2026-09-05", "2026-09-16"),  # Sat → Wed: 7 working days, 11 days
    ],
    "late": [
        noticed(4, "2026-09-01", "2026-09-14"),  # Tue → Mon: 9 working days
        noticed(5, "2026-09-04", "2026-09-16"),  # Fri → Wed: 8 working days, but 12 days
        noticed(6, "2026-09-01", "2026-09-20", stop_date="2026-09-03", end="started"),
    ],
    "none": [
        noticed(7, "2026-09-01"),
        noticed(8, "2026-09-01", stop_date="2026-10-01", end="started"),
    ],
    "left out": [
        noticed(9, "2026-09-01", stop_date="2026-09-03", end="started"),  # ended before the notice was due
        noticed(10, "2026-10-28"),  # not due at the data cut
        noticed(11, "2026-10-28", "2026-10-29"),
        noticed(12, "2026-01-05", "2026-01-06"),  # before the weeks of the page
    ],
}  # fmt: skip


def test_notice_of_the_date_by_place(tmp_path):
    rows = [row for some in NOTICED.values() for row in some]
    rows.append(noticed(13, "2026-09-02", department="VEJ-KIR", residence_region="1083"))
    snapshot = load_extract(tmp_path, cases=[{"case_id": "k"}], waits=rows, data_cut=str(CUT))
    found = {
        one.place.code: (one.in_time, one.late, one.none) for one in tables.notices(scope(snapshot, leg="examination"))
    }
    assert found[""] == (3, 3, 3) and found["HER-KIR"] == found["1084"] == (3, 3, 2) and found["VEJ-KIR"] == (0, 0, 1)
    own = scope(snapshot, leg="examination", level="department", code="VEJ-KIR")
    assert [one.place.code for one in tables.notices(own)] == [one.place.code for one in tables.notices(own.whole())]
    assert tables.notices(scope(snapshot)) is None
    assert tables.notices(scope(snapshot, "public", leg="examination")) is None


def test_the_lenient_reading_counts_an_offer_alone(snapshot):
    own = scope(snapshot)
    complete = tables.period(own)
    start, end = complete[0].start, complete[-1].start + dt.timedelta(days=7)
    rows = [
        row for row in invented() if row["end"] == "started" and row["stop_date"] and start <= row["stop_date"] < end
        and row["overrun_reason"] == "capacity" and row["alternative_offered"] and not row["offer_documented"]
    ]  # fmt: skip
    low, high = tables.ended(own).kept
    assert rows and tables.lenient(own) == (low + len(rows), high + len(rows))
    assert tables.lenient(scope(snapshot, "public")) is None


@pytest.mark.parametrize("days", [7, 14, 42])
def test_the_share_within_days_is_that_of_the_legs(snapshot, days):
    own = scope(snapshot)
    found = {one.place.code: one for one in compared_units.within(own, days)}
    frame = tables.ended_rows(own)
    for code, one in found.items():
        mine = frame if code == "" else frame[frame["code"] == code]
        if code != "" and code not in UNITS:
            continue
        waited = [day for day, n in zip(mine["wait_days"], mine["n"], strict=True) for _ in range(n)]
        assert (one.legs, one.within) == (len(waited), sum(day <= days for day in waited))
        if len(waited) >= tables.LEAST_FOR_MEDIAN:
            assert one.quartiles == pytest.approx([pd.Series(waited).quantile(q) for q in (0.25, 0.5, 0.75)])
    assert found[""].legs == tables.ended(own).counts.legs
    assert compared_units.within(scope(snapshot, "public"), days) == ()
