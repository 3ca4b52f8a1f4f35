"""``python -m survival net`` and ``lifetable`` on a small store."""

from __future__ import annotations

import csv
import io
import json
import math

import pytest

from data.synthetic import lifetable as demonstration
from survival import lifetable
from survival.__main__ import main
from survival.relative import COLUMNS
from tests.results.test_survival_table import invented_cases
from tests.support.extracts import load_extract
from tests.support.naive_net import Person, Table, net_survival

YEAR = 365.25
#: One that changes by year and age, so that a wrong year or age shows.
LAW = {
    (sex, year, age): min(0.9, 0.0003 * math.exp(0.085 * age) * (1.4 if sex == "M" else 1) * 0.93 ** (year - 2014))
    for sex in "FM"
    for year in range(2014, 2021)
    for age in range(96)
}


@pytest.fixture(scope="module")
def cases():
    rows = invented_cases()
    for number, row in enumerate(rows):
        row["age"] = 40 + number % 55
        row["sex"] = "" if number % 50 == 17 else row["sex"]
    return rows


@pytest.fixture(scope="module")
def store(tmp_path_factory, cases):
    root = tmp_path_factory.mktemp("net")
    load_extract(root, cases=cases)
    return root / "store"


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("table") / "somewhere.csv"
    lines = [f"{sex},{year},{age},{probability!r}" for (sex, year, age), probability in LAW.items()]
    path.write_text("\n".join(["# source: Somewhere's statistics", "sex,year,age,probability", *lines]), "utf-8")
    return path


@pytest.fixture
def run(store, capsys):
    """Run the command; returns exit code, rows of the CSV, messages."""

    def run(*words):
        try:
            code = main(["net", "--store", str(store), "--database", "DCCG", "--format", "csv", *map(str, words)])
        except SystemExit as stop:
            code = stop.code
        out, err = capsys.readouterr()
        return code, list(csv.DictReader(io.StringIO(out))), err

    return run


def person(row: dict) -> Person:
    follow = (row["vital_date"] - row["diagnosis_date"]).days
    return Person(row["sex"], row["age"], row["diagnosis_date"], follow, row["vital_status"] == "dead")


@pytest.mark.parametrize("method", ["pohar-perme", "ederer2"])
def test_the_command_agrees_with_the_second_program(run, cases, table, method) -> None:
    words = () if method == "pohar-perme" else ("--method", method)
    code, rows, _ = run("--lifetable", table, "--by", "stage", "--years", "0,1,3.5", *words)
    assert code == 0 and list(rows[0]) == ["stage", *COLUMNS]
    seen = 0
    for stage in ("I", "II", "III", "IV", ""):
        people = [person(row) for row in cases if row["stage"] == stage and row["sex"]]
        excess, variance = net_survival(people, Table(LAW), 1300, method == "pohar-perme")
        for row in (one for one in rows if one["stage"] == stage):
            days = float(row["years"]) * YEAR
            at_risk = sum(one.exit >= days for one in people)
            assert int(row["cases"]) == len(people) and int(row["at_risk"]) == at_risk
            assert int(row["events"]) == sum(one.died and one.exit <= days for one in people)
            estimate, error = math.exp(-excess[int(days)]), 1.959964 * math.sqrt(variance[int(days)])
            assert float(row["estimate"]) == pytest.approx(estimate, rel=1e-6)
            assert float(row["lower"]) == pytest.approx(estimate * math.exp(-error), rel=2e-6)
            assert float(row["upper"]) == pytest.approx(estimate * math.exp(error), rel=2e-6)
            assert 0 < float(row["expected"]) <= 1
            seen += 1
    assert seen == 15


def test_rows_say_what_they_rest_on(run, table, cases) -> None:
    code, rows, told = run("--lifetable", table, "--years", "1,9,12")
    left_out = sum(not row["sex"] for row in cases)
    assert code == 0 and rows[0]["note"] == f"{left_out} without a registered sex left out"
    assert rows[2]["estimate"] == rows[2]["expected"] == ""
    assert rows[2]["note"].startswith("follow-up does not reach this time: nobody at risk; ")
    assert "life table: Somewhere's statistics, 2014–2020, ages 0–95" in told
    assert "the life table ends: 2021–2026 use 2020" in told


def test_without_a_life_table_the_demonstrations_is_used_and_said(run) -> None:
    code, rows, told = run()
    assert code == 0 and "synthetic life table, of no country" in rows[0]["note"]
    assert "the life table is synthetic, of no country; give --lifetable FILE" in told


def test_a_store_keeps_its_life_table(run, store, table, capsys) -> None:
    with_file = run("--lifetable", table)
    assert main(["lifetable", str(table), "--store", str(store)]) == 0
    assert capsys.readouterr().out == "Somewhere's statistics: 2014–2020, ages 0–95\n"
    try:
        assert run() == with_file
    finally:
        (store / lifetable.IN_STORE).unlink()


def test_a_faulty_life_table_is_refused(run, store, tmp_path, capsys) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(demonstration.text().replace("F,2010,2,0.0000220", "F,2010,2,22"), "utf-8")
    code, rows, told = run("--lifetable", wrong)
    assert (code, rows) == (1, [])
    assert f"refused: life table {wrong}, line 7: probability '22'; write the chance" in told
    assert main(["lifetable", str(wrong), "--store", str(store)]) == 1
    assert not (store / lifetable.IN_STORE).exists()
    assert main(["lifetable", str(lifetable.DEMONSTRATION), "--store", str(tmp_path)]) == 2
    assert "is not a store" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words, said",
    [
        (["--method", "hakulinen"], "invalid choice"),
        (["--by", "tumour"], "unknown name 'tumour'"),
        (["--period", "2023-01-01"], "'2023-01-01' has no colon; write FROM:TO, e.g. 2023-01-01:2025-12-31"),
        (["--period", "2023-01-01:2025-13-31"], "'2025-13-31' is not a date"),
        (["--period", "2025-01-01:2024-12-31"], "2025-01-01 is after 2024-12-31; write FROM:TO"),
        (["--standard", "icss4"], "invalid choice"),
        (["--given", "1,2"], "'1,2' is not one number of years"),
        (["--where", "region=9999"], "region has no value '9999'"),
    ],
)
def test_words_that_name_nothing(run, words, said) -> None:
    code, rows, told = run(*words)
    assert (code, rows) == (2, []) and said in told


def test_period_standard_and_given(run, table) -> None:
    whole = run("--lifetable", table, "--years", "1,3")[1]
    everything = run("--lifetable", table, "--years", "1,3", "--period", "2000-01-01:2026-10-31")[1]
    assert everything == whole
    part = run("--lifetable", table, "--years", "1,3", "--period", "2019-01-01:2021-12-31")[1]
    assert int(part[0]["cases"]) < int(whole[0]["cases"]) and part[1]["estimate"] != whole[1]["estimate"]
    given = run("--lifetable", table, "--years", "1,3", "--given", "1")[1]
    ratio = float(whole[1]["estimate"]) / float(whole[0]["estimate"])
    assert float(given[1]["estimate"]) == pytest.approx(ratio) and given[1]["cases"] == whole[0]["at_risk"]
    few = run("--lifetable", table, "--years", "1", "--standard", "icss1", "--where", "stage=I")[1]
    assert few[0]["estimate"] == "" and "fewer than 10 at risk aged 0-44 (" in few[0]["note"]


def test_nobody_in_the_period_is_one_row_without_an_estimate(run, table) -> None:
    code, rows, _ = run("--lifetable", table, "--from", "2009-01-01", "--to", "2010-01-01", "--years", "1")
    assert code == 0 and rows == [dict.fromkeys(COLUMNS, "") | {"years": "1", "cases": "0", "events": "0",
                                                               "at_risk": "0", "note": "no cases"}]  # fmt: skip


def test_the_other_formats(store, table, capsys) -> None:
    words = ["net", "--store", str(store), "--database", "DCCG", "--lifetable", str(table), "--by", "sex"]
    assert main([*words, "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["sex"], row["years"]) for row in rows] == [
        ("F", 1),
        ("F", 5),
        ("M", 1),
        ("M", 5),
        (None, 1),
        (None, 5),
    ]
    assert rows[4]["cases"] == 0 and rows[4]["note"].startswith("no cases; ")
    assert main(words) == 0 and "expected" in capsys.readouterr().out.splitlines()[0]
