"""``python -m indicators waits``: each status and its limits, three populations, periods, groups, by hand count."""

from __future__ import annotations

import csv
import io
import math
from datetime import date, timedelta

import pytest

from data.schema import BY_NAME
from indicators.__main__ import main
from tests.support.extracts import DATA_CUT, load_extract, rows_of

STATUSES = ["within", "over_health", "over_wish", "over_capacity_informed", "rules_broken", "over_unsettled"]
SHARES = ["in_time", "rules_kept_low", "rules_kept_high"]
ENDED = ["legs", *STATUSES, *SHARES, "over_days_mean", "over_days_max", "median_days", "p90_days"]
WAITING = ["legs", "waiting_within", "waiting_unbooked", "waiting_booked_over", "waiting_over", "max_days_over"]
STARTED = ["legs", "ended", "share_14", "share_14_lower", "share_14_upper", "median_days"]
CUT = date.fromisoformat(DATA_CUT)
FIRST = date(2026, 6, 1)
CAPACITY = {
    "overrun_reason": "capacity",
    "alternative_offered": True,
    "offer_documented": True,
    "accepted_wait_date": FIRST,
}


def dated(columns: dict, zero: date) -> dict:
    """Columns with the days of ``referral consent booked stop`` counted from ``zero``."""
    return {
        f"{name}_date" if isinstance(value, int) and not isinstance(value, bool) else name: zero + timedelta(value)
        if isinstance(value, int) and not isinstance(value, bool)
        else value
        for name, value in columns.items()
    }


def ended(leg: str, referral: int, consent: int | None, stop: int, end: str = "started", **more) -> dict:
    days = {"referral": referral, "consent": consent, "stop": stop}
    return {"leg": leg, "end": end} | dated({k: v for k, v in days.items() if v is not None}, FIRST) | more


def waiting(leg: str, referral: int, consent: int | None = None, booked: int | None = None) -> dict:
    """A leg still waiting: days before the cut; ``booked`` days after it (negative: before)."""
    days = {"referral": -referral, "consent": None if consent is None else -consent, "booked": booked}
    return {"leg": leg} | dated({k: v for k, v in days.items() if v is not None}, CUT)


#: name: (leg, status, days over the limit broken most or None)
LEGS = {
    "examination day 14": (ended("examination", 0, None, 14), "within", None),
    "examination day 15": (ended("examination", 0, None, 15), "over_unsettled", 1),
    "from consent day 14": (ended("treatment", 0, 10, 24), "within", None),
    "from consent day 15": (ended("treatment", 0, 10, 25), "over_unsettled", 1),
    "from referral day 28": (ended("treatment", 0, 20, 28), "within", None),
    "from referral day 29": (ended("treatment", 0, 20, 29), "over_unsettled", 1),
    "no consent day 28": (ended("treatment", 0, None, 28), "within", None),
    "no consent day 29": (ended("treatment", 0, None, 29), "over_unsettled", 1),
    "both broken, consent most": (ended("treatment", 0, 5, 35), "over_unsettled", 16),
    "both broken, referral most": (ended("treatment", 0, 30, 50), "over_unsettled", 22),
    "consent late, referral broken alone": (ended("treatment", 0, 30, 40), "over_unsettled", 12),
    "consent before referral day 14": (ended("treatment", 3, 0, 14), "within", None),
    "consent before referral day 15": (ended("treatment", 3, 0, 15), "over_unsettled", 1),
    "aftercare from consent day 14": (ended("aftercare", 0, 6, 20), "within", None),
    "aftercare from consent day 15": (ended("aftercare", 0, 6, 21), "over_unsettled", 1),
    "aftercare from referral day 14": (ended("aftercare", 6, 0, 20), "within", None),
    "aftercare from referral day 15": (ended("aftercare", 6, 0, 21), "over_unsettled", 1),
    "the day it begins": (ended("treatment", 0, 0, 0), "within", None),
    "stop before start": (ended("treatment", 0, 10, 9), "within", None),
    "health": (ended("treatment", 0, 0, 20, overrun_reason="health"), "over_health", 6),
    "wish": (ended("treatment", 0, 0, 20, overrun_reason="patient_wish"), "over_wish", 6),
    "informed": (ended("treatment", 0, 0, 20, **CAPACITY), "over_capacity_informed", 6),
    "not offered": (ended("treatment", 0, 0, 20, **CAPACITY | {"alternative_offered": False}), "rules_broken", 6),
    "offer empty": (ended("treatment", 0, 0, 20, **CAPACITY | {"alternative_offered": None}), "rules_broken", 6),
    "undocumented": (ended("treatment", 0, 0, 20, **CAPACITY | {"offer_documented": False}), "rules_broken", 6),
    "document empty": (ended("treatment", 0, 0, 20, **CAPACITY | {"offer_documented": None}), "rules_broken", 6),
    "not accepted": (ended("treatment", 0, 0, 20, **CAPACITY | {"accepted_wait_date": None}), "rules_broken", 6),
    "consent alone": (
        ended("treatment", 0, 0, 20, overrun_reason="capacity", accepted_wait_date=FIRST),
        "rules_broken",
        6,
    ),
    "accepted without a reason": (
        ended("treatment", 0, 0, 20, **CAPACITY | {"overrun_reason": None}),
        "over_unsettled",
        6,
    ),
    "capacity within": (ended("treatment", 0, 0, 14, overrun_reason="capacity"), "within", None),
    "disproved": (ended("examination", 0, None, 20, "disproved"), "ended_otherwise", None),
    "not relevant": (ended("treatment", 0, 0, 20, "not_relevant"), "ended_otherwise", None),
    "ended by wish": (ended("treatment", 0, 0, 20, "patient_wish"), "ended_otherwise", None),
    "died": (ended("treatment", 0, 0, 20, "died"), "ended_otherwise", None),
    "transferred": (ended("treatment", 0, 0, 20, "transferred"), "transferred", None),
    "waiting at the limit, booked": (waiting("examination", 14, booked=0), "waiting_within", None),
    "waiting at the limit, unbooked": (waiting("examination", 14), "waiting_unbooked", None),
    "waiting at limit + 1": (waiting("examination", 15), "waiting_over", 1),
    "waiting 4 days left": (waiting("examination", 10), "waiting_unbooked", None),
    "waiting 5 days left": (waiting("examination", 9), "waiting_within", None),
    "booked on the limit": (waiting("examination", 10, booked=4), "waiting_within", None),
    "booked beyond the limit": (waiting("examination", 10, booked=5), "waiting_booked_over", None),
    "booked beyond it, far off": (waiting("examination", 1, booked=30), "waiting_booked_over", None),
    "booked long ago": (waiting("examination", 10, booked=-3), "waiting_within", None),
    "over and booked beyond": (waiting("examination", 20, booked=3), "waiting_over", 6),
    "treatment at 14 from consent": (waiting("treatment", 20, 14), "waiting_unbooked", None),
    "treatment at 15 from consent": (waiting("treatment", 20, 15), "waiting_over", 1),
    "treatment at 28 from referral": (waiting("treatment", 28, 5), "waiting_unbooked", None),
    "treatment at 29 from referral": (waiting("treatment", 29, 5), "waiting_over", 1),
    "treatment over both": (waiting("treatment", 50, 20), "waiting_over", 22),
    "4 left from referral": (waiting("treatment", 24, 2), "waiting_unbooked", None),
    "5 left from referral": (waiting("treatment", 23, 2), "waiting_within", None),
    "booked beyond 28 alone": (waiting("treatment", 23, 2, booked=6), "waiting_booked_over", None),
    "booked beyond 14 alone": (waiting("treatment", 5, 5, booked=10), "waiting_booked_over", None),
    "no consent at 28": (waiting("treatment", 28, booked=0), "waiting_within", None),
    "no consent at 29": (waiting("treatment", 29, booked=0), "waiting_over", 1),
    "aftercare at 14": (waiting("aftercare", 20, 14, booked=0), "waiting_within", None),
    "aftercare at 15": (waiting("aftercare", 15, 20), "waiting_over", 1),
}


def whole(rows) -> list[dict]:
    """The rows with every column of the table, so that none counts as not delivered."""
    return [dict.fromkeys(BY_NAME["waits"].names, "") | row for row in rows_of(rows)]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """DCCG: each leg above, its name as its package. DLCR, DMD, DBCG: see the tests. CLL: no waits."""
    root = tmp_path_factory.mktemp("waits")

    def cases(icd10: str) -> list[dict]:
        return [{"case_id": "a", "sex": "M", "age": "80", "stage": "II", "icd10": icd10}]

    place = {"department": "HER-KIR", "residence_region": "1084"}
    rows = [{"wait_id": f"w{n}", "package": name, **place, **leg} for n, (name, (leg, *_)) in enumerate(LEGS.items())]
    load_extract(root, cases=cases("C187"), waits=whole(rows))
    load_extract(root, database="DLCR", cases=cases("C340"), waits=whole(WEEKS))
    load_extract(root, database="DBCG", cases=cases("C509"), waits=whole(GROUPED))
    load_extract(root, database="DMD", cases=cases("C439"), waits=whole(COHORTS))
    load_extract(root, database="CLL", cases=cases("C911"))
    return str(root / "store")


#: Examinations that ended around New Year, after 0–3 days; one still waits.
WEEKS = """
    wait_id | leg         | department | residence_region | referral_date | stop_date  | end
    a       | examination | HER-KIR    | 1084             | 2024-12-27    | 2024-12-29 | started
    b       | examination | HER-KIR    | 1084             | 2024-12-29    | 2024-12-30 | started
    c       | examination | HER-KIR    | 1084             | 2024-12-31    | 2025-01-01 | started
    d       | examination | HER-KIR    | 1084             | 2021-01-01    | 2021-01-03 | started
    e       | examination | HER-KIR    | 1084             | 2021-01-04    | 2021-01-04 | started
    f       | examination | HER-KIR    | 1084             | 2026-10-30    |            |
"""
#: Two places: HER-KIR lies in 1084, its patients live in 1085 too; case a is a man of 80.
GROUPED = """
    wait_id | case_id | leg       | department | residence_region | referral_date | consent_date | stop_date  | end     | modality | overrun_reason
    a       | a       | treatment | HER-KIR    | 1085             | 2026-01-01    | 2026-01-11   | 2026-01-13 | started | surgery  |
    b       |         | treatment | HER-KIR    | 1084             | 2026-01-01    | 2026-01-11   | 2026-01-15 | started | surgery  |
    c       |         | treatment | HER-KIR    | 1084             | 2026-01-01    |              | 2026-01-11 | started | systemic |
    d       | a       | treatment | AAL-KIR    | 1081             | 2026-01-01    | 2026-01-01   | 2026-01-21 | started |          | health
    e       |         | aftercare | AAL-KIR    | 1081             | 2026-01-01    | 2026-01-01   | 2026-01-02 | started |          |
    f       |         | treatment | AAL-KIR    | 1081             | 2026-02-01    | 2026-02-03   | 2026-02-20 | died    |          |
"""  # noqa: E501


def cohort(name: str, waits: list[tuple[int, str | None]], leg: str = "examination") -> list[dict]:
    """Legs that started on one day (the package's number from the cut back) and ended so many days later."""
    return [
        {
            "wait_id": f"{name} {n}",
            "package": name,
            "leg": leg,
            "department": "HER-KIR",
            "residence_region": "1084",
            "referral_date": FIRST if end else CUT - timedelta(days),
            "stop_date": FIRST + timedelta(days) if end else None,
            "end": end,
        }
        for n, (days, end) in enumerate(waits)
    ]


COHORTS = [
    *cohort("competing", [(5, "died"), (10, "started"), (12, "transferred"), (14, "started")]),
    *cohort("plain", [*[(14, "started")] * 7, *[(15, "started")] * 3]),
    *cohort("short", [(3, "started"), (9, None), (13, None)]),
    *cohort("to the day", [(3, "started"), (14, None)]),
    *cohort("transferred early", [(3, "started"), (13, "transferred")]),
    *cohort("all done", [(3, "started"), (5, "started")]),
    *cohort("none started", [(3, "died"), (20, None)]),
    *cohort("other ends", [(n, end) for n, end in enumerate(["disproved", "not_relevant", "patient_wish", "died"])]),
    *cohort("negative", [(-2, "started"), (20, "started")]),
]


@pytest.fixture
def run(store, capsys):
    """Exit code, output and messages of ``indicators waits``."""

    def call(*words, database="DCCG", form="csv"):
        code = main(["waits", "--store", store, "--database", database, "--format", form, *words])
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def rows(run):
    """Rows of a table that must succeed; header first."""

    def call(*words, **more):
        code, out, err = run(*words, **more)
        assert (code, err) == (0, "")
        reader = csv.DictReader(io.StringIO(out))
        return reader.fieldnames, list(reader)

    return call


@pytest.fixture(scope="module")
def statuses(store):
    """Each named leg of DCCG: its row in each population."""
    out = {}
    for leg in ("examination", "treatment", "aftercare"):
        for population in ("ended", "waiting", "started"):
            stream = io.StringIO()
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("sys.stdout", stream)
                words = ["--population", population, "--leg", leg, "--by", "package", "--format", "csv"]
                assert main(["waits", "--store", store, "--database", "DCCG", *words]) == 0
            for row in csv.DictReader(io.StringIO(stream.getvalue())):
                out[row.pop("package"), population] = row
    return out


# --- the status of each leg -------------------------------------------------------------------------------------------


@pytest.mark.some(12)
@pytest.mark.parametrize("name", LEGS)
def test_status_and_days_over(statuses, name):
    leg, status, over = LEGS[name]
    row = {population: statuses.get((name, population)) for population in ("ended", "waiting", "started")}
    assert row["started"]["legs"] == "1" and row["started"]["ended"] == ("1" if "end" in leg else "0")
    if status in STATUSES:
        assert row["waiting"] is None
        found = row["ended"]
        assert [one for one in STATUSES if found[one] == "1"] == [status]
        assert found["legs"] == "1" and sum(int(found[one]) for one in STATUSES) == 1
        assert found["over_days_max"] == ("" if over is None else str(over)), "whole days"
        assert found["over_days_mean"] == ("" if over is None else f"{over}.0")
    elif status in WAITING:
        assert row["ended"] is None
        found = row["waiting"]
        assert [one for one in WAITING[1:5] if found[one] == "1"] == [status]
        assert found["max_days_over"] == ("" if over is None else str(over))
    else:
        assert row["ended"] is None and row["waiting"] is None


# --- ended ------------------------------------------------------------------------------------------------------------


def test_shares_and_the_range_of_rules_kept(rows):
    names, [row] = rows()
    assert names == ENDED
    counts = {name: sum(leg["leg"] == "treatment" and s == name for leg, s, _ in LEGS.values()) for name in STATUSES}
    assert {name: int(row[name]) for name in STATUSES} == counts
    total = sum(counts.values())
    kept = counts["within"] + counts["over_health"] + counts["over_wish"] + counts["over_capacity_informed"]
    assert int(row["legs"]) == total
    assert float(row["in_time"]) == counts["within"] / total
    assert float(row["rules_kept_low"]) == kept / total
    assert float(row["rules_kept_high"]) == (kept + counts["over_unsettled"]) / total
    over = [days for leg, status, days in LEGS.values() if leg["leg"] == "treatment" and status in STATUSES and days]
    assert float(row["over_days_mean"]) == pytest.approx(sum(over) / len(over), rel=1e-12)
    assert row["over_days_max"] == "22"


def test_wait_counts_from_consent_else_from_referral_and_quantiles_interpolate(rows):
    """Treatment waits of DBCG: 2, 4, 10 (from referral), 20 days."""
    [row] = rows(database="DBCG")[1]
    assert (row["legs"], float(row["median_days"])) == ("4", 7.0)
    assert float(row["p90_days"]) == pytest.approx(10 + 0.7 * 10, abs=1e-12)


def test_without_overruns_the_days_over_are_empty(rows):
    [row] = rows("--leg", "aftercare", database="DBCG")[1]
    assert (row["within"], row["in_time"], row["over_days_mean"], row["over_days_max"]) == ("1", "1.0", "", "")


def test_nothing_in_the_period_is_one_row_of_zeros(rows):
    for population in ("ended", "started"):
        words = ["--population", population, "--from", "2019-01-01", "--to", "2019-02-01"]
        names, [row] = rows(*words)
        assert row["legs"] == "0"
        shares = {"in_time", "rules_kept_low", "rules_kept_high", "share_14", "median_days", "p90_days"}
        assert {row[name] for name in shares & set(names)} == {""}
        assert rows(*words, "--by", "region")[1] == []


# --- groups and periods -----------------------------------------------------------------------------------------------


def test_weeks_are_iso_weeks_of_the_stop_date(rows):
    found = rows("--leg", "examination", "--by", "week", database="DLCR")[1]
    assert {row["week"]: row["legs"] for row in found} == {
        "2020-W53": "1",  # 2021-01-03 is a Sunday
        "2021-W01": "1",
        "2024-W52": "1",
        "2025-W01": "2",  # 2024-12-30 is a Monday
    }


def test_started_weeks_are_of_the_clock(rows):
    found = rows("--leg", "examination", "--population", "started", "--by", "week", database="DLCR")[1]
    weeks = ["2020-W53", "2021-W01", "2024-W52", "2025-W01", "2026-W44"]
    assert [row["week"] for row in found] == weeks
    assert [row["legs"] for row in found] == ["1", "1", "2", "1", "1"]


def test_the_period_is_half_open_on_the_date_of_the_population(rows):
    def legs(population, start, end):
        words = ["--leg", "examination", "--population", population, "--from", start, "--to", end]
        return rows(*words, database="DLCR")[1][0]["legs"]

    assert legs("ended", "2024-12-29", "2025-01-01") == "2"
    assert legs("ended", "2024-12-30", "2025-01-02") == "2"
    assert legs("started", "2024-12-29", "2024-12-31") == "1"
    assert legs("started", "2024-12-27", "2025-01-01") == "3"
    assert legs("waiting", "2000-01-01", "2000-01-02") == "1", "the stock has no period"


def test_the_clock_of_a_started_treatment_is_consent_else_referral(rows):
    def legs(start, end):
        words = ["--population", "started", "--from", start, "--to", end]
        return rows(*words, database="DBCG")[1][0]["legs"]

    assert legs("2026-01-01", "2026-01-02") == "2"  # one without consent, one with consent on the day
    assert legs("2026-01-11", "2026-01-12") == "2"
    assert legs("2026-02-01", "2026-02-03") == "0"
    assert legs("2026-02-03", "2026-02-04") == "1"


@pytest.mark.some(4)
@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("region", {"1084": "2", "1085": "1", "1081": "1"}),
        ("treating_region", {"1084": "3", "1081": "1"}),
        ("department", {"HER-KIR": "3", "AAL-KIR": "1"}),
        ("hospital", {"Herlev": "3", "Aalborg": "1"}),
        ("sex", {"M": "2", "": "2"}),
        ("age_group", {"75-84": "2", "": "2"}),
        ("stage", {"II": "2", "": "2"}),
        ("site", {"C50": "2", "": "2"}),
        ("modality", {"surgery": "2", "systemic": "1", "": "1"}),
        ("month", {"2026-01": "4"}),
        ("year", {"2026": "4"}),
    ],
)
def test_groups(rows, name, wanted):
    """region is the residence registered with the leg; what belongs to the case is empty without one."""
    names, found = rows("--by", name, database="DBCG")
    assert names == [name, *ENDED]
    assert {row[name]: row["legs"] for row in found} == wanted
    for value, legs in wanted.items():
        assert rows("--where", f"{name}={value}", database="DBCG")[1][0]["legs"] == legs


def test_legs_are_never_mixed(rows):
    assert rows(database="DBCG") == rows("--leg", "treatment", database="DBCG")
    found = rows("--by", "leg", database="DBCG")[1]
    assert {row["leg"]: row["legs"] for row in found} == {"aftercare": "1", "treatment": "4"}


# --- waiting ----------------------------------------------------------------------------------------------------------


def test_the_stock_by_department(rows):
    names, [row] = rows("--population", "waiting", "--leg", "examination", "--by", "department")
    assert names == ["department", *WAITING]
    expected = [s for leg, s, _ in LEGS.values() if leg["leg"] == "examination" and s in WAITING]
    assert [int(row[name]) for name in WAITING[:5]] == [len(expected), *(expected.count(n) for n in WAITING[1:5])]
    assert row["max_days_over"] == "6"


def test_nobody_waiting(rows):
    [row] = rows("--population", "waiting", "--leg", "aftercare", database="DBCG")[1]
    assert [row[name] for name in WAITING] == ["0"] * 5 + [""]


# --- started ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def cohorts(rows):
    names, found = rows("--population", "started", "--leg", "examination", "--by", "package", database="DMD")
    assert names == ["package", *STARTED]
    return {row["package"]: row for row in found}


def log_log(share: float, error: float) -> tuple[float, float]:
    width = 1.959963984540054 * error / (share * -math.log(share))
    return share ** math.exp(width), share ** math.exp(-width)


def test_other_ends_compete_and_a_transfer_is_censored(cohorts):
    """Death on day 5 (4 at risk), start on 10 (3), transfer on 12 (2), start on 14 (the last): 1/4 + 1/2."""
    row = cohorts["competing"]
    assert (row["legs"], row["ended"], float(row["median_days"])) == ("4", "4", 14.0)
    assert float(row["share_14"]) == pytest.approx(0.75, abs=1e-12)


def test_without_censoring_the_limits_are_of_a_binomial_share_on_the_log_log_scale(cohorts):
    row = cohorts["plain"]
    lower, upper = log_log(0.7, math.sqrt(0.7 * 0.3 / 10))
    assert [float(row[name]) for name in STARTED[2:5]] == pytest.approx([0.7, lower, upper], abs=1e-12)
    assert float(row["median_days"]) == 14.0


@pytest.mark.parametrize("name", ["short", "transferred early"])
def test_no_share_where_nobody_was_followed_to_day_14(cohorts, name):
    assert [cohorts[name][column] for column in STARTED[2:5]] == ["", "", ""]


def test_one_followed_to_day_14_suffices(cohorts):
    assert float(cohorts["to the day"]["share_14"]) == 0.5


def test_ends_of_every_leg_settle_the_share(cohorts):
    assert [cohorts["all done"][name] for name in STARTED[:5]] == ["2", "2", "1.0", "1.0", "1.0"]
    assert [cohorts["other ends"][name] for name in STARTED] == ["4", "4", "0.0", "0.0", "0.0", ""]


def test_nobody_started(cohorts):
    row = cohorts["none started"]
    assert [row[name] for name in STARTED] == ["2", "1", "0.0", "0.0", "0.0", ""]


def test_a_stop_before_the_start_counts_on_day_0(cohorts):
    row = cohorts["negative"]
    assert (float(row["share_14"]), float(row["median_days"])) == (0.5, 0.0)


# --- refused, and not reported ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--population", "waiting", "--by", "week"], "week is not offered for those waiting"),
        (["--population", "waiting", "--where", "week=2026-W01"], "week is not offered"),
        (["--by", "weekday"], "unknown name 'weekday'; it takes week, year, month, region"),
        (["--where", "week=2026-7"], "not of the right form"),
        (["--from", "2026-02-30"], "not a date"),
        (["--from", "2026-03-01", "--to", "2026-02-01"], "is after"),
        (["--where", "department=XXX"], "department has no value 'XXX'"),
        (["--where", "leg=operation"], "it takes examination, treatment, aftercare"),
    ],
)
def test_usage(run, words, message):
    code, out, err = run(*words)
    assert (code, out) == (2, "") and message in err


@pytest.mark.parametrize("words", [["--leg", "operation"], ["--population", "all"], ["--format", "xml"]])
def test_unknown_choices_exit_2_and_say_which_exist(run, capsys, words):
    with pytest.raises(SystemExit) as stop:
        run(*words)
    assert stop.value.code == 2 and "choose from" in capsys.readouterr().err


def test_unknown_database_and_store(run, tmp_path, capsys):
    assert run(database="DPCD")[0] == 2
    assert main(["waits", "--store", str(tmp_path / "none"), "--database", "DCCG"]) == 1
    assert "refused" in capsys.readouterr().err


@pytest.mark.parametrize(("population", "columns"), [("ended", ENDED), ("waiting", WAITING), ("started", STARTED)])
def test_not_reported_is_the_header_alone(run, population, columns):
    code, out, err = run("--population", population, "--by", "region", database="CLL")
    assert (code, out) == (0, ",".join(["region", *columns]) + "\n")
    assert "not reported" in err and "waits" in err


def test_json_has_null_where_csv_is_empty(run):
    code, out, _ = run("--leg", "aftercare", database="DBCG", form="json")
    assert code == 0 and '"over_days_max": null' in out and '"within": 1' in out


def test_the_text_table_shows_shares_of_the_national_size(run):
    """Formatting: 4 legs, 3 in time."""
    code, out, _ = run(database="DBCG", form="table")
    assert code == 0 and "0.7500" in out and out.splitlines()[0].split() == ENDED


def test_help_names_every_group(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["waits", "--help"])
    words = capsys.readouterr().out.replace(",", " ").split()
    assert stopped.value.code == 0 and {"week", "region", "leg", "modality", "package"} <= set(words)


# --- columns that were not delivered ----------------------------------------------------------------------------------

#: An overrun for capacity that was offered elsewhere, one without a reason, one from consent alone, one waiting.
DELIVERED = [
    ended("treatment", 0, 0, 20, **CAPACITY),
    ended("treatment", 0, 0, 20, **CAPACITY | {"alternative_offered": False}),
    ended("treatment", 0, 0, 20, overrun_reason="health"),
    ended("treatment", 0, 0, 14),
    waiting("treatment", 12, 12),
    waiting("treatment", 8, 8, booked=9),
]


@pytest.fixture
def lacking(tmp_path, capsys):
    """The row and the messages of a population in DELIVERED without some columns."""

    def call(population: str, *columns: str):
        place = {"department": "HER-KIR", "residence_region": "1084"}
        rows = [{"wait_id": f"w{n}", **place, **leg} for n, leg in enumerate(DELIVERED)]
        rows = [{name: cell for name, cell in row.items() if name not in columns} for row in whole(rows)]
        load_extract(tmp_path / population, cases=[{"case_id": "a"}], waits=rows)
        store = str(tmp_path / population / "store")
        words = ["--store", store, "--database", "DCCG", "--format", "csv", "--population", population]
        assert main(["waits", *words]) == 0
        out, err = capsys.readouterr()
        found = list(csv.DictReader(io.StringIO(out)))
        return (found[0] if found else out), err

    return call


@pytest.mark.parametrize("population", ["ended", "started", "waiting"])
@pytest.mark.parametrize("columns", [("end", "stop_date")])
def test_without_the_end_nobody_knows_who_waits(lacking, population, columns):
    out, err = lacking(population, *columns)
    assert out == ",".join({"ended": ENDED, "started": STARTED, "waiting": WAITING}[population]) + "\n"
    assert err == "not reported: the columns stop_date, end were not delivered\n"


@pytest.mark.parametrize("column", ["alternative_offered", "offer_documented", "accepted_wait_date"])
def test_no_rule_is_said_to_be_broken_for_a_column_that_is_not_there(lacking, column):
    row, err = lacking("ended", column)
    assert (row["over_capacity_informed"], row["rules_broken"], row["over_unsettled"]) == ("0", "0", "2")
    assert (row["rules_kept_low"], row["rules_kept_high"]) == ("0.5", "1.0")
    assert err == f"note: the column {column} was not delivered: overruns for capacity stand as not settled\n"


def test_without_reasons_every_overrun_is_unsettled(lacking):
    row, err = lacking("ended", "overrun_reason")
    assert row["over_unsettled"] == "3" and row["rules_broken"] == "0"
    assert err == "note: the column overrun_reason was not delivered: every overrun stands as not settled\n"


def test_nobody_is_without_a_date_where_dates_were_not_delivered(lacking):
    row, err = lacking("waiting", "booked_date")
    assert [row[name] for name in WAITING] == ["2", "2", "0", "0", "0", ""]
    assert "cases without a date and cases booked beyond the limit cannot be told" in err


def test_everything_delivered_says_nothing(lacking):
    for population in ("ended", "started"):
        assert lacking(population)[1] == ""
    row, err = lacking("waiting", "notified_date")
    assert [row[name] for name in WAITING] == ["2", "0", "1", "1", "0", ""] and err == ""


def test_without_consent_the_limit_from_referral_alone(lacking):
    row, err = lacking("ended", "consent_date")
    assert row["within"] == row["legs"] == "4"
    assert err == "note: the column consent_date was not delivered: judged by the limit from referral alone\n"
