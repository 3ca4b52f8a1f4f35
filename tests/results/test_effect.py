"""The effect of an improvement, read from a store: points, cut-offs, refusals, and the command."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest

from data.improvement_texts import known
from data.improvements import Register
from data.store import Snapshot, Store
from indicators.__main__ import main
from indicators.catalogue import BY_ID
from indicators.effect import COLUMNS, DESIGNS, QUARTER, add_months, effect, effect_table, registration_lag, warnings
from tests.support.extracts import load_extract

UNITS = ("HER-KIR", "AAL-KIR", "AAR-KIR", "BIS-KIR", "HIL-KIR", "HVI-KIR", "KOE-KIR", "ODE-KIR", "RAN-KIR")
START, PROJECT, CUT = dt.date(2021, 1, 1), dt.date(2023, 1, 15), dt.date(2024, 12, 31)
STAGE = BY_ID["stage_known"]


def cases(months=48, size=10, jump=5, lag=20, units=UNITS):
    """``size`` cases a month in each unit, 5 or 6 with a stage; the first unit has ``jump`` more from PROJECT on."""
    rows = []
    for month in range(months):
        first = add_months(START, month)
        for unit in units:
            for k in range(size):
                day = first + dt.timedelta(days=3 * k)
                if day + dt.timedelta(days=lag or 0) > CUT:  # not registered yet
                    continue
                known = size // 2 + (month % 2) + (jump if unit == units[0] and day >= PROJECT else 0)
                # Spread over the month: the cases with a stage are not the first ones.
                stage = "II" if (7 * k) % size < known else ""
                rows.append(
                    {
                        "case_id": f"{unit}{month}-{k}",
                        "diagnosis_date": day,
                        "department": unit,
                        "stage": stage,
                        "vital_date": CUT,
                    }
                    | ({"registered_date": day + dt.timedelta(days=lag)} if lag is not None else {})
                )
    return rows


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory) -> Snapshot:
    return load_extract(tmp_path_factory.mktemp("effect"), data_cut="2024-12-31", cases=cases(),
                        period=("2021-01-01", "2024-12-31"))  # fmt: skip


@pytest.fixture
def run(snapshot, capsys):
    def call(*words, unit="HER-KIR", date="2023-01-15", indicator="stage_known", database="DCCG"):
        words = ["--indicator", indicator, "--unit", unit, "--date", date, "--format", "csv", *words]
        code = main(["effect", "--store", str(snapshot.root), "--database", database, *words])
        out, err = capsys.readouterr()
        return code, list(csv.DictReader(io.StringIO(out))), err

    return call


# --- the answer -------------------------------------------------------------------------------------------------------


def test_the_planted_jump_is_found_and_nothing_elsewhere(snapshot):
    found = effect(snapshot, "DCCG", STAGE, ("HER-KIR",), PROJECT)
    level, slope, difference = (found.estimate(design) for design in DESIGNS)
    assert level.lower < 0.45 < level.upper and level.p < 0.01
    assert difference.value == pytest.approx(0.45, abs=0.06) and difference.p == pytest.approx(1 / 9)
    assert not slope.clear
    for unit in ("AAL-KIR", "ODE-KIR"):
        other = effect(snapshot, "DCCG", STAGE, (unit,), PROJECT)
        assert not any(other.estimate(design).clear for design in DESIGNS)


def test_the_points_hold_every_patient_once(snapshot):
    found = effect(snapshot, "DCCG", STAGE, ("HER-KIR",), PROJECT)
    first, last = found.points[0].start, found.points[-1].end
    own = [row for row in cases() if row["department"] == "HER-KIR" and first <= row["diagnosis_date"] < last]
    for after, (x, n) in ((False, found.before), (True, found.after)):
        side = [row for row in own if (row["diagnosis_date"] >= PROJECT) is after]
        assert (x, n) == (sum(row["stage"] != "" for row in side), len(side))
    assert sum(point.others_denominator for point in found.points) == (len(UNITS) - 1) * len(own)


def test_points_never_straddle_the_date_and_the_washout_is_left_out(snapshot):
    plain = effect(snapshot, "DCCG", STAGE, ("HER-KIR",), PROJECT)
    washed = effect(snapshot, "DCCG", STAGE, ("HER-KIR",), PROJECT, washout=40)
    assert any(point.start == PROJECT for point in plain.points)
    assert (washed.points_before, washed.points_after) == (plain.points_before, plain.points_after - 2)
    unused = [point.start for point in washed.points if not point.used]
    assert unused == [dt.date(2023, 1, 15), dt.date(2023, 2, 15)]


def test_the_end_is_cut_by_follow_up_and_registration_lag(snapshot, tmp_path):
    found = effect(snapshot, "DCCG", STAGE, ("HER-KIR",), PROJECT)
    assert (found.lag, found.lag_known) == (30, True)
    assert found.last == dt.date(2024, 12, 2) and found.points[-1].end == dt.date(2024, 11, 15)
    late = effect(snapshot, "DCCG", BY_ID["registered_30d"], ("HER-KIR",), PROJECT)
    assert late.last == dt.date(2024, 11, 2)  # 30 days of follow-up and 30 of lag
    slow = load_extract(tmp_path, data_cut="2024-12-31", cases=cases(lag=100), period=("2021-01-01", "2024-12-31"))
    assert registration_lag(slow, "DCCG", STAGE) == 120


def test_nothing_after_the_extracts_period_counts(tmp_path):
    """A treatment after the last month of diagnosis belongs to a selected few."""
    short = load_extract(tmp_path, data_cut=str(CUT), cases=cases(), period=("2021-01-01", "2024-06-30"))
    found = effect(short, "DCCG", STAGE, ("HER-KIR",), PROJECT)
    assert found.last == dt.date(2024, 7, 1) and found.points[-1].end == dt.date(2024, 6, 15)


def test_without_registration_dates_a_lag_is_assumed(tmp_path):
    bare = load_extract(tmp_path, data_cut="2024-12-31", cases=cases(lag=None), period=("2021-01-01", "2024-12-31"))
    found = effect(bare, "DCCG", STAGE, ("HER-KIR",), PROJECT)
    assert (found.lag, found.lag_known) == (30, False)


def test_few_patients_make_quarters_of_the_months(tmp_path):
    few = load_extract(
        tmp_path, data_cut="2024-12-31", cases=cases(size=4, jump=2), period=("2021-01-01", "2024-12-31")
    )
    middle = effect(few, "DCCG", STAGE, ("HER-KIR",), dt.date(2023, 1, 1))
    assert middle.width == QUARTER and middle.points[0].end == dt.date(2021, 4, 1)
    assert middle.points_before == 8 and middle.points_after == 7
    assert "7 quarters after the date; 8 are needed" in middle.reasons["difference"].en


def test_a_department_that_shrinks_gets_quarters_too(tmp_path):
    """20 a month before and 3 after: 13 on average, but months of 3 would refuse what quarters of 9 can carry."""
    rows = [row for row in cases(size=20, jump=0, lag=None) if row["department"] != "HER-KIR"
            or row["diagnosis_date"] < PROJECT or int(row["case_id"].rsplit("-", 1)[1]) < 3]  # fmt: skip
    shrunk = load_extract(tmp_path, data_cut="2024-12-31", cases=rows, period=("2021-01-01", "2024-12-31"))
    found = effect(shrunk, "DCCG", STAGE, ("HER-KIR",), PROJECT)
    assert found.width == QUARTER and all("quarters after the date" in why.en for why in found.reasons.values())


def test_several_departments_count_together_and_are_no_controls(snapshot):
    pair = effect(snapshot, "DCCG", STAGE, ("HER-KIR", "AAL-KIR"), PROJECT)
    one = effect(snapshot, "DCCG", STAGE, ("HER-KIR",), PROJECT)
    assert pair.before[1] == 2 * one.before[1] and pair.controls == one.controls - 1
    assert pair.estimate("difference").value == pytest.approx(one.estimate("difference").value / 2, abs=0.02)


def test_too_few_controls_refuse_the_difference_alone(tmp_path):
    small = load_extract(tmp_path, data_cut="2024-12-31", cases=cases(units=UNITS[:5]),
                         period=("2021-01-01", "2024-12-31"))  # fmt: skip
    table = effect_table(effect(small, "DCCG", STAGE, ("HER-KIR",), PROJECT)).set_index("design")
    assert table["estimate"].notna().to_dict() == {
        "segmented_level": True, "segmented_slope": True, "difference": False
    }  # fmt: skip
    assert table.loc["difference", "note"].startswith("only 4 other departments")


def test_the_demonstration_projects_one_worked_and_one_did_not(synthetic_store: Store):
    """On a sixth of the patients of the full demonstration data: too few for the level, enough for the difference."""
    snapshot = synthetic_store.current()
    worked = effect(snapshot, "DCCG", BY_ID["tnm_complete"], ("AAB-KIR",), dt.date(2023, 7, 1))
    failed = effect(snapshot, "DCCG", BY_ID["mdt_before_treatment"], ("ESB-KIR",), dt.date(2024, 1, 1))
    difference = worked.estimate("difference")
    assert difference.lower > 0 and difference.p == pytest.approx(1 / (worked.controls + 1))
    assert not any(failed.estimate(design) is not None and failed.estimate(design).clear for design in DESIGNS)


def test_a_chance_low_before_the_date_is_warned_of(tmp_path):
    rows = cases(jump=0)
    low = [
        row
        for row in rows
        if row["department"] == "HER-KIR" and "2022-07-15" <= str(row["diagnosis_date"]) < "2023-01-15"
    ]
    for number, row in enumerate(low):
        row["stage"] = "II" if number % 5 == 0 else ""
    snapshot = load_extract(tmp_path, data_cut="2024-12-31", cases=rows, period=("2021-01-01", "2024-12-31"))
    found = effect(snapshot, "DCCG", STAGE, ("HER-KIR",), PROJECT)
    assert found.extreme.warned == "own"
    assert any(text.en.startswith("regression to the mean") for text in warnings(found))
    assert any(text.da.startswith("regression mod middelværdien") for text in warnings(found))


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_columns_are_the_contracts(run, snapshot):
    code, rows, err = run()
    assert (code, err) == (0, "")
    assert tuple(rows[0]) == COLUMNS == (
        "design", "points_before", "points_after", "estimate", "lower", "upper", "p", "note"
    )  # fmt: skip
    assert [row["design"] for row in rows] == list(DESIGNS)
    wanted = effect_table(effect(snapshot, "DCCG", STAGE, ("HER-KIR",), PROJECT))
    assert [float(row["estimate"]) for row in rows] == wanted["estimate"].tolist()


def test_refused_designs_are_rows_with_a_reason(run):
    code, rows, err = run(date="2024-08-01")
    assert (code, err) == (0, "")
    assert len(rows) == 3
    for row in rows:
        assert (row["estimate"], row["lower"], row["upper"], row["p"]) == ("", "", "", "")
        assert "too few data: 4 months after the date; 8 are needed" in row["note"]
        assert row["points_before"] == "36" and row["points_after"] == "4"  # hidden days are cut off the end


def test_one_point_is_one_month(snapshot):
    found = effect(snapshot, "DCCG", STAGE, ("HER-KIR",), dt.date(2024, 11, 1))
    assert found.points_after == 1
    why = found.reasons["difference"]
    assert "1 måned efter datoen; der skal" in why.da and "1 month after the date" in why.en


@pytest.mark.parametrize("date", ["1999-01-01", "2031-01-01"])
def test_a_date_outside_the_data_is_refused_with_a_reason(run, date):
    code, rows, _ = run(date=date)
    assert code == 0 and all(row["estimate"] == "" and "too few data" in row["note"] for row in rows)


def test_survival_is_refused_with_a_reason(run):
    code, rows, _ = run(indicator="survival_1y")
    assert code == 0 and all("survival is not counted by month" in row["note"] for row in rows)


def test_an_indicator_that_is_not_reported_has_no_rows(run):
    code, rows, err = run(indicator="coverage")
    assert (code, rows) == (0, []) and err.startswith("not reported: the extract of DCCG has no table coverage")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"unit": ""}, "--unit: is empty"),
        ({"unit": "HERLEV"}, "--unit: there is no department 'HERLEV' in DCCG"),
        ({"indicator": "beauty"}, "unknown indicator 'beauty'"),
        ({"database": "DBCG"}, "--database: 'DBCG' is not in the store"),
        ({"date": "15-01-2023"}, "--date: '15-01-2023' is not a date; write YYYY-MM-DD"),
        ({"date": "2023-02-30"}, "--date: '2023-02-30' is not a date"),
        ({"date": "0001-01-01"}, "--date: 0001-01-01 is outside 1900–2100"),
    ],
)
def test_unknown_words_are_usage_errors(run, change, message):
    code, rows, err = run(**change)
    assert code == 2 and rows == [] and message in err


@pytest.mark.parametrize("washout", ["-1", "731"])
def test_a_washout_has_bounds(run, washout):
    code, _, err = run("--washout", washout)
    assert code == 2 and "--washout" in err


def test_departments_with_an_initiative_of_their_own_are_no_controls(tmp_path):
    snapshot = load_extract(
        tmp_path, data_cut="2024-12-31", cases=cases(), period=("2021-01-01", "2024-12-31")
    )  # fmt: skip
    before = effect(snapshot, "DCCG", STAGE, ("HER-KIR",), PROJECT)
    texts = {"database": "DCCG", "title": "Stadie på konferencen", "departments": "HER-KIR AAL-KIR",
             "indicator": STAGE.id, "start": "2024-01-01", "done": "Skema.", "owner": "Ledelsen"}  # fmt: skip
    known_here = known(None, BY_ID)
    Register(snapshot.root).add(texts, known_here)
    Register(snapshot.root).add({**texts, "departments": "ODE-KIR", "indicator": "tnm_complete"}, known_here)
    after = effect(snapshot, "DCCG", STAGE, ("HER-KIR",), PROJECT)
    assert (before.left_out, after.left_out) == ((), ("AAL-KIR",))
    assert after.controls == before.controls - 1
    assert after.points[0].others_denominator < before.points[0].others_denominator
    table = effect_table(after).set_index("design")
    assert table.loc["difference", "note"].startswith("1 left out of the controls, with a registered initiative")
    assert "AAL-KIR" in table.loc["difference", "note"]
