"""The waiting-time engine against the naive second implementation, and the example that shows why cohorts count."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.selection import BY_NAME, Selection
from data.store import Snapshot
from indicators.reach import reachable
from indicators.reach import wanted as reach_wanted
from indicators.waits import COLUMNS, WaitQuery, waits_table
from survival.estimators import DailyCounts, aalen_johansen
from tests.support import naive_waits as naive
from tests.support.extracts import load_extract
from tests.support.strategies import FEW

CUT = date(2026, 10, 31)
UNITS = {"HER-KIR": ("1084", "Herlev"), "ROS-GYN": ("1085", "Roskilde"), "AAL-KIR": ("1081", "Aalborg")}
#: Waits in days on both sides of the limits, of the 4 days left, and negative by mistake.
WAITS = (-1, 0, 1, 9, 10, 11, 13, 14, 15, 16, 24, 25, 27, 28, 29, 30, 45)
#: Ends of waits on both sides of New Year and of month ends.
STOPS = (
    date(2024, 12, 29),
    date(2024, 12, 30),
    date(2025, 1, 1),
    date(2026, 5, 31),
    date(2026, 6, 1),
    date(2026, 7, 9),
)
CASES = {"c1": {"sex": "F", "age": 50, "stage": "I"}, "c2": {"sex": "M", "age": 80, "stage": None}}
GROUPS = ((), ("region",), ("department", "week"), ("month", "sex"), ("year", "modality"), ("age_group", "stage"))


@st.composite
def legs(draw, number: int) -> dict:
    """One leg on or beside a limit; ended or waiting."""
    end = draw(
        st.sampled_from([None, None, "started", "started", "started", "started", *naive.OTHER_ENDS, "transferred"])
    )
    leg = draw(st.sampled_from(["examination", "treatment", "treatment", "aftercare"]))
    until = CUT if end is None else draw(st.sampled_from(STOPS))
    referral = until - timedelta(draw(st.sampled_from(WAITS[1:] if end is None else WAITS)))
    consented = leg != "examination" and draw(st.integers(0, 9)) > 0
    consent = until - timedelta(draw(st.sampled_from(WAITS[1:] if end is None else WAITS))) if consented else None
    booked = draw(st.sampled_from([None, *(until + timedelta(d) for d in (-2, 0, 1, 3, 4, 5, 14, 15))]))
    return {
        "wait_id": f"w{number}",
        "case_id": draw(st.sampled_from([None, *CASES])),
        "leg": leg,
        "department": draw(st.sampled_from(list(UNITS))),
        "residence_region": draw(st.sampled_from(["1081", "1084", "1085"])),
        "referral_date": referral,
        "consent_date": consent,
        "booked_date": booked,
        "stop_date": None if end is None else until,
        "end": end,
        "modality": draw(st.sampled_from([None, "surgery", "systemic", "radiotherapy", "transplant"])),
        "package": draw(st.sampled_from([None, "B01", "NMSC"])),
        "overrun_reason": draw(st.sampled_from([None, "health", "patient_wish", "capacity", "capacity"])),
        "alternative_offered": draw(st.sampled_from([True, True, True, False, None])),
        "offer_documented": draw(st.sampled_from([True, True, True, False, None])),
        "accepted_wait_date": draw(st.sampled_from([referral, referral, None])),
    }  # fmt: skip


@st.composite
def tables(draw) -> list[dict]:
    """Forty to sixty legs."""
    return [draw(legs(number)) for number in range(draw(st.integers(40, 60)))]


def value(leg: dict, name: str, population: str) -> str | None:
    """The group of a leg under a --by name."""
    case = CASES.get(leg["case_id"], {})
    day = leg["stop_date"] if population == "ended" else naive.clock_start(leg)
    if name in ("sex", "stage"):
        return case.get(name)
    if name == "age_group":
        return {50: "45-54", 80: "75-84", None: None}[case.get("age")]
    if name == "region":
        return leg["residence_region"]
    if name == "year":
        return str(day.year)
    if name == "month":
        return day.isoformat()[:7]
    return naive.week(day) if name == "week" else leg[name]


def text(cell: object) -> str | None:
    return None if pd.isna(cell) else str(cell)


def compare(snapshot: Snapshot, waits: list[dict], population: str, leg: str, by=(), start=None, end=None) -> None:
    """Assert that both implementations give the same groups and the same numbers."""
    asked = f"{population} {leg} by {by} [{start}, {end})"
    chosen = naive.population([one for one in waits if one["leg"] == leg], population, start, end)
    wanted: dict[tuple, list[dict]] = {} if by else {(): []}
    for one in chosen:
        wanted.setdefault(tuple(value(one, name, population) for name in by), []).append(one)
    query = WaitQuery(population, leg, Selection(tuple(by), (), start, end))
    rows = waits_table(snapshot, "DCCG", query).to_dict("records")
    found = {tuple(text(row[name]) for name in by): row for row in rows}
    assert len(found) == len(rows), f"{asked}: a group stands twice"
    assert set(found) == set(wanted), asked
    for group, members in wanted.items():
        expected = naive.ROW[population](members, CUT)
        for name in COLUMNS[population]:
            number = None if pd.isna(found[group][name]) else float(found[group][name])
            assert (number is None) == (expected[name] is None), (asked, group, name, number, expected[name])
            if number is not None:
                assert number == pytest.approx(expected[name], abs=1e-9), (asked, group, name)


@FEW
@given(waits=tables(), since=st.sampled_from([None, *STOPS]), until=st.sampled_from([None, *STOPS]))
def test_engine_equals_the_naive_implementation(tmp_path_factory, waits, since, until):
    cases = [{"case_id": name} | columns for name, columns in CASES.items()]
    root = tmp_path_factory.mktemp("oracle")
    snapshot = load_extract(root, cases=cases, waits=waits, data_cut=CUT.isoformat())
    if since and until and since > until:
        since, until = until, since
    for leg in ("examination", "treatment", "aftercare"):
        for by in GROUPS:
            compare(snapshot, waits, "ended", leg, by, since, until)
            compare(snapshot, waits, "started", leg, by, since, until)
            if not {"week", "month", "year"} & set(by):
                compare(snapshot, waits, "waiting", leg, by, since, until)


@FEW
@given(waits=tables())
def test_who_can_still_be_booked_is_who_waits_within_the_limit(tmp_path_factory, waits):
    cases = [{"case_id": name} | columns for name, columns in CASES.items()]
    snapshot = load_extract(tmp_path_factory.mktemp("reach"), cases=cases, waits=waits, data_cut=CUT.isoformat())
    wanted = Counter(
        (
            one["department"],
            f"waits_{one['leg']}",
            one["case_id"] or one["wait_id"],
            -naive.days_over(one, CUT),
            "start" if one["booked_date"] else "booking",
        )
        for one in waits
        if one["end"] is None and naive.covered(one) and naive.days_over(one, CUT) <= 0
    )
    found = reachable(snapshot, "DCCG", reach_wanted("waits"))
    assert wanted == Counter(
        (row.unit, row.indicator, row.case_id, row.days_left, row.missing) for row in found.itertuples()
    )
    assert [pd.Timestamp(due).date() - CUT for due in found["due"]] == [
        timedelta(int(left)) for left in found["days_left"]
    ]


def test_every_group_of_the_oracle_is_a_name_of_the_engine():
    assert {name for by in GROUPS for name in by} <= set(BY_NAME)


# --- why the share among those completed flatters ---------------------------------------------------------------------

#: The published example: of all waits 72.2 % last at most 14 days, of those completed so far 85.9 %.
TRUE_SHARE, NAIVE_SHARE = 0.722, 0.859
#: Legs that began evenly over the five weeks before the cut; ln(wait) is normal with this spread.
LEGS, DAYS, SPREAD = 6000, 35, 0.75
#: The 72.2 % point of the standard normal distribution.
POINT = 0.5887932


def simulated(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Waits in whole days, 72.2 % of them at most 14, and the days that each leg was followed up to the cut."""
    rng = np.random.default_rng(seed)
    waits = np.exp(np.log(15) + SPREAD * (rng.standard_normal(LEGS) - POINT)).astype(int)
    return waits, rng.integers(0, DAYS, LEGS)


def test_the_share_among_those_completed_flatters_and_the_cohort_does_not(tmp_path):
    waits, followed = simulated(20261031)
    rows = [
        {
            "wait_id": f"w{number}",
            "leg": "examination",
            "department": "HER-KIR",
            "residence_region": "1084",
            "referral_date": CUT - timedelta(int(days)),
            "stop_date": CUT - timedelta(int(days - wait)) if wait <= days else None,
            "end": "started" if wait <= days else None,
        }
        for number, (wait, days) in enumerate(zip(waits, followed, strict=True))
    ]
    assert (waits <= 14).mean() == pytest.approx(TRUE_SHARE, abs=0.01), "as drawn"
    snapshot = load_extract(tmp_path, cases=[{"case_id": "a"}], waits=rows, data_cut=CUT.isoformat())
    [ended] = waits_table(snapshot, "DCCG", WaitQuery("ended", "examination", Selection())).to_dict("records")
    [started] = waits_table(snapshot, "DCCG", WaitQuery("started", "examination", Selection())).to_dict("records")
    assert ended["in_time"] == pytest.approx(NAIVE_SHARE, abs=0.01)
    assert started["share_14_lower"] < TRUE_SHARE < started["share_14_upper"] < ended["in_time"]
    assert started["share_14"] == pytest.approx(TRUE_SHARE, abs=0.015)


def test_the_cohort_covers_the_truth_in_95_of_100_simulations():
    inside, shares, completed = 0, [], []
    for seed in range(300):
        waits, followed = simulated(seed)
        done = waits <= followed
        days = np.minimum(waits, followed)
        counts = DailyCounts.of(1, 0, days, cancer=done, censored=~done)
        found = aalen_johansen(counts, ("cancer",)).at([14])
        inside += found.lower[0, 0] <= TRUE_SHARE <= found.upper[0, 0]
        shares.append(found.estimate[0, 0])
        completed.append((waits[done] <= 14).mean())
    assert np.mean(shares) == pytest.approx(TRUE_SHARE, abs=0.002)
    assert np.mean(completed) == pytest.approx(NAIVE_SHARE, abs=0.003)
    assert 0.92 <= inside / 300 <= 0.98
