"""``python -m survival table`` and its functions on a small store."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math

import numpy as np
import pytest

from benchmarks.bench_survival import measure
from data.selection import Selection
from survival.__main__ import main
from survival.endpoints import BY_ID
from survival.engine import COLUMNS, curves, daily_counts, group_log_rank, survival_table
from tests.support.extracts import load_extract
from tests.support.naive_survival import naive

CUT = dt.date(2026, 10, 31)
DEPARTMENTS = ("HER-KIR", "AAL-KIR", "")
NOTES = {
    "not_reached": "follow-up does not reach",
    "last_other": "died of another cause",
    "no_cases": "no cases",
}


def invented_cases():
    """Cases with ties, deaths on the day of diagnosis, unknown causes, emigrants, and empty stages."""
    random = np.random.default_rng(7)
    rows = []
    for number in range(200):
        diagnosed = dt.date(2016, 1, 1) + dt.timedelta(int(random.integers(0, 3800)))
        lived = int(random.exponential(1400)) if number % 20 else 0
        possible = (CUT - diagnosed).days
        status = "dead" if lived <= possible else ("emigrated" if number % 7 == 0 else "alive")
        rows.append(
            {
                "case_id": f"c{number}",
                "diagnosis_date": diagnosed,
                "sex": random.choice(["F", "M"]),
                "stage": random.choice(["I", "II", "III", "IV", ""]),
                "department": random.choice(DEPARTMENTS),
                "residence_region": random.choice(["1084", "1083", ""]),
                "vital_status": status,
                "vital_date": diagnosed + dt.timedelta(min(lived, possible)),
                "cause_of_death": random.choice(["cancer", "cancer", "other", ""]) if status == "dead" else "",
                "icd10": random.choice(["C180", "C20"]),
            }
        )
    return rows


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tmp_path_factory.mktemp("survival")


@pytest.fixture(scope="module")
def rows():
    return invented_cases()


@pytest.fixture(scope="module")
def snapshot(root, rows):
    return load_extract(root, cases=rows)


@pytest.fixture
def run(root, snapshot, capsys):
    """Run the command; returns exit code, output, messages."""

    def run(*words, database="DCCG"):
        try:
            code = main(["table", "--store", str(root / "store"), "--database", database, *words])
        except SystemExit as stop:
            code = stop.code
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def as_cases(rows):
    """(day, cause) of each row, as the naive program wants them."""
    result = []
    for row in rows:
        cause = row["cause_of_death"] or "unknown"
        day = (row["vital_date"] - row["diagnosis_date"]).days
        result.append((day, cause if row["vital_status"] == "dead" else "censored"))
    return result


@pytest.mark.parametrize("endpoint_id", sorted(BY_ID))
@pytest.mark.parametrize("by", [("stage",), ("sex", "year"), ("department",), ()])
def test_equals_the_naive_program(snapshot, rows, endpoint_id, by):
    table = survival_table(snapshot, "DCCG", endpoint_id, (0.5, 1, 5), Selection(by=by))
    assert tuple(table.columns) == (*by, *COLUMNS)
    groups = {}
    for row in rows:
        values = {**row, "year": row["diagnosis_date"].year}
        groups.setdefault(tuple(values[name] for name in by), []).append(row)
    assert len(table) == 3 * len(groups)
    for found in table.to_dict("records"):
        group = groups[tuple(found[name] if isinstance(found[name], str | int) else "" for name in by)]
        events, at_risk, *numbers, status = naive(as_cases(group), endpoint_id, found["years"] * 365.25)
        assert (found["cases"], found["events"], found["at_risk"]) == (len(group), events, at_risk)
        shown = [found[name] for name in ("estimate", "lower", "upper")]
        expected = [math.nan if x is None else x for x in numbers]
        assert shown == pytest.approx(expected, abs=1e-10, nan_ok=True)
        assert NOTES[status] in found["note"] if status else "reach" not in found["note"]


def test_groups_are_sorted_with_not_registered_last(snapshot):
    table = survival_table(snapshot, "DCCG", "overall", (1,), Selection(by=("stage", "sex")))
    stages = table["stage"].where(table["stage"].notna(), "").tolist()
    assert stages == ["I"] * 2 + ["II"] * 2 + ["III"] * 2 + ["IV"] * 2 + [""] * 2
    assert table["sex"].tolist() == ["F", "M"] * 5


def test_a_year_is_365_and_a_quarter_days(tmp_path):
    """A death on day 1826 lies within five years; a follow-up of 365 days does not reach one year."""
    snapshot = load_extract(
        tmp_path,
        cases="""
        case_id | diagnosis_date | vital_status | vital_date | cause_of_death
        a       | 2015-01-01     | dead         | 2020-01-01 | cancer
        b       | 2015-01-01     | alive        | 2016-01-01 |
        c       | 2015-01-01     | alive        | 2026-10-31 |
        d       | 2015-01-01     | alive        | 2026-10-31 |
        """,
    )
    table = survival_table(snapshot, "DCCG", "overall")
    assert table["at_risk"].tolist() == [3, 2]
    assert table["events"].tolist() == [0, 1]
    assert table["estimate"].tolist() == pytest.approx([1, 2 / 3])


def test_four_years_are_1461_days(tmp_path):
    snapshot = load_extract(
        tmp_path,
        cases="""
        case_id | diagnosis_date | vital_status | vital_date | cause_of_death
        a       | 2015-01-01     | dead         | 2019-01-01 | cancer
        b       | 2015-01-01     | alive        | 2026-10-31 |
        """,
    )
    table = survival_table(snapshot, "DCCG", "overall", (3.999, 4, 4.001))
    assert table["events"].tolist() == [0, 1, 1]
    assert table["at_risk"].tolist() == [2, 2, 1]
    assert table["years"].tolist() == [3.999, 4, 4.001]


def test_reporting_year_starts_in_the_month_of_the_database(snapshot, rows):
    table = survival_table(
        snapshot,
        "DCCG",
        "overall",
        (1,),
        Selection(by=("period",), where=(("period", "2020"),)),
        first_month=9,
    )
    expected = sum(dt.date(2020, 9, 1) <= row["diagnosis_date"] < dt.date(2021, 9, 1) for row in rows)
    assert (table["period"].tolist(), table["cases"].tolist()) == ([2020], [expected])


def test_curves_and_log_rank_from_the_store(snapshot):
    grouped, drawn = curves(snapshot, "DCCG", "overall", 5, Selection(by=("sex",)))
    table = survival_table(snapshot, "DCCG", "overall", (5,), Selection(by=("sex",)))
    assert grouped.groups["sex"].tolist() == ["F", "M"]
    for curve, estimate in zip(drawn, table["estimate"], strict=True):
        assert len(curve.days) <= 200
        assert curve.estimate[-1] == pytest.approx(estimate)
    assert 0 <= group_log_rank(grouped, "overall").p <= 1
    assert group_log_rank(daily_counts(snapshot, "DCCG"), "overall") is None
    with pytest.raises(ValueError, match="does not compare cumulative incidences"):
        group_log_rank(grouped, "cif_cancer")


@pytest.mark.slow
def test_benchmark_compares_the_same_numbers(snapshot):
    result = measure(snapshot, "DCCG", repeats=1)
    assert result["departments"] == 2
    assert result["largest_difference"] <= 1e-10


# --- the command ---


def test_csv_json_and_table_show_the_same_rows(run, snapshot):
    words = ("--endpoint", "cif_cancer", "--by", "stage,sex", "--years", "1,0.5")
    code, text, errors = run(*words, "--format", "csv")
    assert (code, errors) == (0, "")
    assert text.splitlines()[0] == "stage,sex,years,cases,events,at_risk,estimate,lower,upper,note"
    assert "\r" not in text
    as_csv = list(csv.DictReader(io.StringIO(text)))
    as_json = json.loads(run(*words, "--format", "json")[1])
    assert len(as_csv) == len(as_json) == 20
    table = survival_table(snapshot, "DCCG", "cif_cancer", (1, 0.5), Selection(by=("stage", "sex")))
    for one, other, number in zip(as_csv, as_json, table["estimate"], strict=True):
        assert list(one) == list(other)
        assert one["years"] in ("1", "0.5") and float(one["years"]) == other["years"]
        assert float(one["estimate"]) == other["estimate"] == number
        assert int(one["cases"]) == other["cases"] and one["stage"] == (other["stage"] or "")
    lines = run(*words)[1].splitlines()
    assert len(lines) == 22 and lines[0].split()[:3] == ["stage", "sex", "years"]


def test_filters_and_period(run, rows):
    code, text, _ = run(
        "--endpoint", "overall", "--where", "sex=F,stage=,site=C18", "--format", "csv",
        "--from", "2018-01-01", "--to", "2020-01-01",
    )  # fmt: skip
    inside = [
        row
        for row in rows
        if (row["sex"], row["stage"], row["icd10"]) == ("F", "", "C180")
        and dt.date(2018, 1, 1) <= row["diagnosis_date"] < dt.date(2020, 1, 1)
    ]
    assert inside
    assert code == 0
    assert {row["cases"] for row in csv.DictReader(io.StringIO(text))} == {str(len(inside))}


def test_nothing_in_the_period(run):
    code, text, _ = run("--endpoint", "overall", "--from", "2026-10-31", "--format", "csv")
    assert code == 0
    assert text.splitlines()[1:] == ["1,0,0,0,,,,no cases", "5,0,0,0,,,,no cases"]
    code, text, _ = run("--endpoint", "overall", "--from", "2026-10-31", "--format", "csv", "--by", "sex")
    assert (code, text) == (0, "sex,years,cases,events,at_risk,estimate,lower,upper,note\n")


def test_deaths_of_unknown_cause_are_told_with_the_bound(run, snapshot):
    rows = json.loads(run("--endpoint", "cif_other", "--years", "5", "--format", "json")[1])
    other = daily_counts(snapshot, "DCCG").counts
    unknown = other.cumulated(("unknown",), [1826.25])[0, 0]
    bound = BY_ID["cif_other"].fit(other.unknown_as_other()).at([1826.25]).estimate[0, 0]
    assert f"counted as cancer: {unknown}; estimate {bound:.4f} if all were" in rows[0]["note"]
    assert bound > rows[0]["estimate"]
    assert json.loads(run("--endpoint", "overall", "--format", "json")[1])[0]["note"] == ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--endpoint", "os"), "cif_other"),
        (("--endpoint", "overall", "--by", "ward"), "unknown name 'ward'; it takes year, month"),
        (("--endpoint", "overall", "--by", "period"), "unknown name 'period'"),
        (("--endpoint", "overall", "--where", "sex=K"), "it takes F, M"),
        (("--endpoint", "overall", "--where", "department=XX-KIR"), "department has no value 'XX-KIR'"),
        (("--endpoint", "overall", "--where", "hospital=Herlew"), "there are Herlev"),
        (("--endpoint", "overall", "--where", "region=1099"), "1084, 1085"),
        (("--endpoint", "overall", "--from", "2020"), "write YYYY-MM-DD"),
        (("--endpoint", "overall", "--years", "1,one"), "'one' is not a number of years"),
        (("--endpoint", "overall", "--years", "-1"), "'-1' is not a number of years"),
        (("--endpoint", "overall", "--years", "1,1.0"), "'1.0' is named twice"),
        (("--endpoint", "overall", "--format", "xml"), "table"),
        ((), "--endpoint"),
    ],
)
def test_words_that_do_not_exist_exit_2(run, words, message):
    code, text, errors = run(*words)
    assert (code, text) == (2, "")
    assert message in errors


def test_unknown_database_exits_2_and_names_those_in_the_store(run):
    for database in ("DLCR", "NONE"):
        code, text, errors = run("--endpoint", "overall", database=database)
        assert (code, text) == (2, "")
        assert "it holds DCCG" in errors


def test_no_store_there_is_refused(capsys, tmp_path):
    words = ["table", "--store", str(tmp_path / "none"), "--database", "DCCG", "--endpoint", "overall"]
    assert main(words) == 1
    assert "no such directory" in capsys.readouterr().err


def test_store_from_the_environment(root, snapshot, capsys, monkeypatch):
    monkeypatch.setenv("KRAEFT_STORE", str(root / "store"))
    assert main(["table", "--database", "DCCG", "--endpoint", "overall", "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith("years,cases")
