"""``python -m indicators``: the result table, its three formats, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from scipy.stats import beta

from data import reference
from indicators.__main__ import main
from indicators.catalogue import BY_ID
from tests.support.extracts import load_extract

COUNTS = ["population", "not_mature", "excluded", "missing", "denominator", "numerator"]
COLUMNS = [*COUNTS, "rate", "lower", "upper", "standard", "verdict", "clear", "probability", "three_year_verdict"]

CASES = """
    case_id | diagnosis_date | sex | age | residence_region | department | stage | icd10 | vital_status | vital_date
    a       | 2024-03-31     | F   | 44  | 1084             | HER-KIR    | I     | C189  | dead         | 2024-06-01
    b       | 2024-04-01     | M   | 45  | 1081             | AAL-KIR    | II    | C209  | alive        | 2026-10-31
    c       | 2025-12-31     |     | 85  |                  |            |       |       | alive        | 2026-10-31
    d       | 2026-01-01     | F   | 64  | 1083             | HER-KIR    | III   | C187  | alive        | 2026-10-31
"""
COVERAGE = """
    year | department | expected
    2024 | HER-KIR    | 2
    2024 | AAL-KIR    | 1
    2026 | HER-KIR    | 1
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    root = tmp_path_factory.mktemp("command")
    load_extract(root, cases=CASES, coverage=COVERAGE)
    load_extract(root, database="CLL", cases=[{"case_id": "a"}])
    return str(root / "store")


@pytest.fixture
def run(store, capsys):
    """Exit code, output and messages of ``indicators table``."""

    def call(indicator, *words, database="DCCG", form="csv"):
        words = ["--store", store, "--database", database, "--indicator", indicator, "--format", form, *words]
        code = main(["table", *words])
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def rows(run):
    """Header and rows of a table that must succeed."""

    def call(indicator, *words, **more):
        code, out, err = run(indicator, *words, **more)
        assert (code, err) == (0, "")
        reader = csv.DictReader(io.StringIO(out))
        return reader.fieldnames, list(reader)

    return call


# --- columns, groups, values ------------------------------------------------------------------------------------------


def test_columns_stand_in_the_order_of_the_contract(rows):
    assert rows("stage_known")[0] == COLUMNS
    assert rows("stage_known", "--by", "sex,year,region")[0] == ["sex", "year", "region", *COLUMNS]
    assert rows("survival_1y", "--by", "stage")[0] == ["stage", *COLUMNS]
    assert rows("coverage", "--by", "hospital")[0] == ["hospital", *COLUMNS]


@pytest.mark.some(2)
@pytest.mark.parametrize(
    "name, values",
    [
        ("year", ["2024", "2025", "2026"]),
        ("month", ["2024-03", "2024-04", "2025-12", "2026-01"]),
        ("region", ["", "1081", "1083", "1084"]),
        ("treating_region", ["", "1081", "1084"]),
        ("hospital", ["", "Aalborg", "Herlev"]),
        ("department", ["", "AAL-KIR", "HER-KIR"]),
        ("site", ["", "C18", "C20"]),
        ("sex", ["", "F", "M"]),
        ("age_group", ["0-44", "45-54", "55-64", "85+"]),
        ("stage", ["", "I", "II", "III"]),
    ],
)
def test_one_row_per_group_that_has_rows(rows, name, values):
    for indicator in ("stage_known", "survival_1y"):
        found = rows(indicator, "--by", name)[1]
        assert sorted(row[name] for row in found) == values, "and no total row"
        assert sum(int(row["population"]) for row in found) == 4
    for value in values:
        [row] = rows("stage_known", "--where", f"{name}={value}")[1]
        [other] = [one for one in rows("stage_known", "--by", name)[1] if one[name] == value]
        assert [row[count] for count in COUNTS] == [other[count] for count in COUNTS]


#: Hospitals of each region, by name; every one of their departments counts for it.
HOSPITALS = {
    "Hovedstaden": ["Rigshospitalet", "Herlev", "Bispebjerg", "Hvidovre", "Hillerød"],
    "Sjælland": ["Køge", "Slagelse"],
    "Syddanmark": ["Odense", "Vejle", "Esbjerg", "Aabenraa"],
    "Midtjylland": ["Aarhus", "Randers", "Horsens", "Viborg", "Gødstrup", "Herning"],
    "Nordjylland": ["Aalborg", "Hjørring"],
}


def test_each_hospital_counts_for_its_region_by_name(tmp_path, capsys):
    listed = {hospital for hospitals in HOSPITALS.values() for hospital in hospitals}
    units = [unit for unit in reference.departments() if unit.hospital in listed]
    cases = [
        {
            "case_id": unit.code,
            "department": unit.code,
            "residence_region": "1083",
            "diagnosis_date": "2020-01-01",
            "stage": "I",
        }
        for unit in units
    ]
    load_extract(tmp_path, cases=cases)
    words = ["--store", str(tmp_path / "store"), "--database", "DCCG", "--indicator", "stage_known", "--format", "csv"]
    assert main(["table", *words, "--by", "treating_region,hospital,region"]) == 0
    found: dict[str, set[str]] = {}
    for row in csv.DictReader(io.StringIO(capsys.readouterr().out)):
        assert row["region"] == "1083"
        found.setdefault(reference.region(row["treating_region"]).name, set()).add(row["hospital"])
    assert found == {name: set(hospitals) for name, hospitals in HOSPITALS.items()}


def test_conditions_are_joined(rows):
    [row] = rows("stage_known", "--where", "sex=F,region=1084")[1]
    assert row["population"] == "1"
    [row] = rows("stage_known", "--where", "sex=F,region=1081")[1]
    assert row["population"] == "0"


def test_the_period_is_half_open(rows):
    def population(*words):
        return int(rows("stage_known", *words)[1][0]["population"])

    assert population("--from", "2024-03-31", "--to", "2024-04-01") == 1
    assert population("--from", "2024-04-01") == 3
    assert population("--to", "2024-03-31") == 0
    assert population("--from", "2024-04-01", "--to", "2024-04-01") == 0


def test_outside_the_data_one_row_of_zeros_or_no_group(rows):
    period = ("--from", "2030-01-01")
    for indicator in ("stage_known", "coverage", "variables_complete"):
        [row] = rows(indicator, *period)[1]
        assert [row[name] for name in COUNTS] == ["0"] * 6
        assert [row[name] for name in COLUMNS[6:]] == ["", "", "", row["standard"], "no_data", "false", "", "no_data"]
        assert row["standard"]
    [row] = rows("survival_5y", *period)[1]
    assert [row[name] for name in COLUMNS] == [
        "0",
        "0",
        "0",
        "0",
        "0",
        "",
        "",
        "",
        "",
        "",
        "no_standard",
        "false",
        "",
        "no_standard",
    ]
    for indicator in ("stage_known", "survival_5y"):
        assert rows(indicator, "--by", "sex", *period)[1] == []


def test_numbers_are_printed_with_every_digit(rows):
    [row] = rows("stage_known", "--where", "department=HER-KIR")[1]
    assert row["rate"] == "1.0" and row["upper"] == "1.0"
    assert float(row["lower"]) == pytest.approx(0.025**0.5, abs=1e-15)
    [row] = rows("stage_known")[1]
    assert row == {
        **dict(zip(COUNTS, ["4", "0", "0", "0", "4", "3"], strict=True)),
        "rate": "0.75",
        "lower": row["lower"],
        "upper": row["upper"],
        "standard": ">=0.90",
        "verdict": "not_met",
        "clear": "false",
        "probability": row["probability"],
        "three_year_verdict": "probably_not_met",
    }
    assert float(row["probability"]) == pytest.approx(beta(3.5, 1.5).sf(0.9), abs=1e-12)
    assert len(row["lower"]) > 15 and float(row["lower"]) == pytest.approx(0.19412044968324398, abs=1e-15)
    [row] = rows("variables_complete", "--where", "sex=F")[1]
    assert (row["numerator"], row["denominator"], row["rate"]) == ("8", "8", repr(8 / 8))


def test_wilson_on_demand(rows):
    [exact] = rows("stage_known", "--interval", "exact")[1]
    [default] = rows("stage_known")[1]
    [wilson] = rows("stage_known", "--interval", "wilson")[1]
    assert exact == default
    assert float(wilson["lower"]) == pytest.approx(0.300641842, abs=1e-9)
    assert float(wilson["upper"]) == pytest.approx(0.954412739, abs=1e-9)
    assert {name: wilson[name] for name in COUNTS} == {name: exact[name] for name in COUNTS}


def test_the_numerator_of_survival_is_empty(rows):
    [row] = rows("survival_1y")[1]
    assert [row[name] for name in COUNTS] == ["4", "0", "0", "0", "4", ""]
    # c and d are followed for 304 and 303 days: at risk when a dies, not at the year.
    assert float(row["rate"]) == 0.75
    assert row["verdict"] == "no_standard"


# --- formats ----------------------------------------------------------------------------------------------------------


def test_json_is_a_list_of_row_objects_with_null(run):
    code, out, _ = run("stage_known", "--by", "year,sex", form="json")
    found = json.loads(out)
    assert code == 0 and [list(row) for row in found] == [["year", "sex", *COLUMNS]] * 4
    [row] = [row for row in found if row["year"] == 2025]
    assert row["sex"] is None and row["denominator"] == 1 and row["rate"] == 0.0 and row["clear"] is False
    [row] = json.loads(run("stage_known", "--from", "2030-01-01", form="json")[1])
    assert [row[name] for name in ("population", "rate", "lower", "upper")] == [0, None, None, None]
    [row] = json.loads(run("survival_1y", form="json")[1])
    assert row["numerator"] is None and row["rate"] == 0.75
    [row] = json.loads(run("coverage", "--where", "department=AAL-KIR", form="json")[1])
    assert row["clear"] is False and row["verdict"] == "met" and row["numerator"] == 1
    assert json.loads(run("coverage", "--by", "year", "--from", "2030-01-01", form="json")[1]) == []


def test_csv_prints_booleans_as_words(tmp_path, capsys):
    load_extract(tmp_path, cases=[{"case_id": f"c{number}", "stage": "I"} for number in range(40)])
    words = ["--store", str(tmp_path / "store"), "--database", "DCCG", "--indicator", "stage_known"]
    assert main(["table", *words, "--format", "csv"]) == 0
    assert capsys.readouterr().out.splitlines()[1].rpartition(",met,true,")[0].endswith(",>=0.90")
    assert main(["table", *words, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["clear"] is True
    assert main(["table", *words]) == 0
    assert capsys.readouterr().out.splitlines()[-1].split()[-4:-2] == ["met", "true"]


def test_table_is_aligned_and_the_default(run, store, capsys):
    code, out, err = run("stage_known", "--by", "stage", form="table")
    lines = out.splitlines()
    assert (code, err, len(lines)) == (0, "", 2 + 4)
    assert lines[0].split() == ["stage", *COLUMNS]
    assert main(["table", "--store", store, "--database", "DCCG", "--indicator", "stage_known", "--by", "stage"]) == 0
    assert capsys.readouterr().out == out


# --- not reported -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "indicator, database, reason",
    [
        ("mdt_before_treatment", "DCCG", "treatments"),
        ("palliative_received", "DCCG", "palliative"),
        ("pro_answered", "DCCG", "pro"),
        ("coverage", "CLL", "coverage"),
        ("tnm_complete", "CLL", "TNM"),
        ("stage_known", "CLL", "stage grouping"),
    ],
)
def test_not_reported_is_a_header_and_a_reason(run, indicator, database, reason):
    for by in ((), ("--by", "year,department")):
        code, out, err = run(indicator, *by, database=database)
        header = [*(by[1].split(",") if by else ()), *COLUMNS]
        assert (code, out) == (0, ",".join(header) + "\n")
        assert "not reported" in err and reason in err and database in err
    assert run(indicator, database=database, form="json")[1].strip() == "[]"
    code, out, _ = run(indicator, database=database, form="table")
    assert code == 0 and out.splitlines()[0].split() == COLUMNS


# --- refused ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words, said",
    [
        (["--by", "county"], ["--by", "'county'", "treating_region", "age_group"]),
        (["--by", "period"], ["--by", "'period'", "month"]),
        (["--by", "sex,sex"], ["'sex'", "once"]),
        (["--by", "sex,"], ["--by", "''"]),
        (["--where", "county=1"], ["--where", "'county'", "site"]),
        (["--where", "sex"], ["'sex'", "name=value"]),
        (["--where", "sex=K"], ["sex", "'K'", "F, M"]),
        (["--where", "sex=f"], ["'f'", "F, M"]),
        (["--where", "sex=F,sex=M"], ["'sex'", "once"]),
        (["--where", "stage=5"], ["'5'", "I, II, III, IV"]),
        (["--where", "age_group=0-45"], ["'0-45'", "0-44"]),
        (["--where", "region=1"], ["region", "'1'"]),
        (["--where", "region=9999"], ["'9999'", "1084", "1081"]),
        (["--where", "treating_region=9999"], ["'9999'", "1084"]),
        (["--where", "department=XXX"], ["'XXX'", "AAB-KIR", "in all", "DCCG"]),
        (["--where", "department=HER-XXX"], ["'HER-XXX'", "HER-KIR"]),
        (["--where", "hospital=Herlov"], ["'Herlov'", "Herlev"]),
        (["--where", "month=2025-13"], ["month", "'2025-13'"]),
        (["--where", "month=2025-3"], ["month", "'2025-3'"]),
        (["--where", "month=202503"], ["month"]),
        (["--where", "site=C187"], ["site", "'C187'", "C18"]),
        (["--where", "year=25"], ["year", "'25'"]),
        (["--where", "year=2025/26"], ["year"]),
        (["--from", "2025-02-30"], ["--from", "2025-02-30"]),
        (["--from", "20250101"], ["--from", "YYYY-MM-DD"]),
        (["--to", "1.2.2025"], ["--to", "YYYY-MM-DD"]),
        (["--from", "2025-01-02", "--to", "2025-01-01"], ["--from", "2025-01-02", "2025-01-01"]),
    ],
)
def test_unknown_words_are_refused_and_the_message_says_which_exist(run, words, said):
    code, out, err = run("stage_known", *words)
    assert (code, out) == (2, "")
    for word in said:
        assert word in err


def test_unknown_indicator_and_database(run):
    code, out, err = run("mdt")
    assert (code, out) == (2, "") and "'mdt'" in err
    assert all(id in err for id in BY_ID)
    code, out, err = run("stage_known", database="DLCR")
    assert (code, out) == (2, "") and "'DLCR'" in err and "CLL, DCCG" in err


@pytest.mark.parametrize("name", ["sex", "age_group", "stage", "site", "region", "month", "period"])
def test_coverage_takes_four_names(run, name):
    value = {"sex": "F", "age_group": "0-44", "stage": "I", "region": "1084", "month": "2025-01"}.get(name, "")
    for words in (["--by", name], ["--by", f"year,{name}"], ["--where", f"{name}={value}"], ["--where", f"{name}="]):
        code, out, err = run("coverage", *words)
        assert (code, out) == (2, "")
        assert name in err
        if name != "period":
            assert "it takes year, department, hospital, treating_region\n" in err
    assert run("coverage", "--by", "sex", database="CLL")[0] == 2, "also where it is not reported"


def test_coverage_by_its_four_names(rows):
    found = rows("coverage", "--by", "year,department,hospital,treating_region")[1]
    assert [(*[row[name] for name in ("year", "department", "treating_region")], row["rate"]) for row in found] == [
        ("2024", "AAL-KIR", "1081", "1.0"),
        ("2024", "HER-KIR", "1084", "0.5"),
        ("2026", "HER-KIR", "1084", "1.0"),
    ]
    [row] = rows("coverage", "--where", "year=2024")[1]
    assert (row["denominator"], row["numerator"]) == ("3", "2")
    [row] = rows("coverage", "--from", "2024-01-02", "--to", "2026-01-01")[1]
    assert row["denominator"] == "0", "the index date is 1 January"
    [row] = rows("coverage", "--from", "2024-01-01", "--to", "2024-01-02")[1]
    assert row["denominator"] == "3"


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["table"],
        ["table", "--database", "DCCG"],
        ["table", "--indicator", "stage_known"],
        ["table", "--database", "DCCG", "--indicator", "stage_known", "--format", "xml"],
        ["table", "--database", "DCCG", "--indicator", "stage_known", "--interval", "wald"],
        ["nonsense"],
    ],
)
def test_usage_errors_of_the_parser_exit_2(words, capsys):
    with pytest.raises(SystemExit) as error:
        main(words)
    assert error.value.code == 2
    assert capsys.readouterr().err


def test_a_store_that_is_not_there_is_refused_with_1(tmp_path, capsys):
    words = ["--database", "DCCG", "--indicator", "stage_known"]
    assert main(["table", "--store", str(tmp_path / "none"), *words]) == 1
    assert str(tmp_path / "none") in capsys.readouterr().err
    assert main(["table", "--store", str(tmp_path), *words]) == 1


# --- list, and the program itself -------------------------------------------------------------------------------------


def test_list_names_every_indicator(capsys):
    assert main(["list", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in found] == list(BY_ID)
    assert main(["list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(BY_ID) + 2


def test_as_a_program_with_the_store_of_the_environment(store):
    def program(*words):
        return subprocess.run(
            [sys.executable, "-m", "indicators", *words],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "KRAEFT_STORE": store},
            capture_output=True,
            text=True,
            check=False,
        )

    done = program("table", "--database", "DCCG", "--indicator", "stage_known", "--format", "csv")
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (0, "", 2)
    refused = program("table", "--database", "DCCG", "--indicator", "nonsense")
    assert refused.returncode == 2 and "tnm_complete" in refused.stderr
