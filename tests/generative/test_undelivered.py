"""A column that was not delivered: the same numbers, or "not reported" with its name; never a number made of nothing.

Every optional column of every table is left out in turn, and every indicator and endpoint is counted again.
"""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pandas as pd
import pytest

from data.load import load
from data.schema import TABLES
from data.selection import Selection
from data.store import Store
from data.synthetic import synthesise
from indicators.__main__ import main
from indicators.catalogue import CATALOGUE, remarks, why_not_reported
from indicators.engine import table
from survival.__main__ import main as survival
from tests.support.extracts import load_extract

OPTIONAL = [
    (one.name, column.name)
    for one in TABLES
    for column in one.columns
    if not column.required and one.name not in ("departments", "waits")
]
#: Columns without which an indicator is counted otherwise, and says so beside the result.
SAID = {"treatments.acute", "treatments.department", "palliative.case_id"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """An extract in which every optional column decides something."""
    folder = tmp_path_factory.mktemp("whole")
    [extract] = synthesise(folder, ["DCCG"], 60, (2023, 2025), 1, "csv")
    return extract


def without(extract: Path, folder: Path, table: str, columns: set[str]):
    """The snapshot of a copy of the extract that lacks columns of a table."""
    shutil.copytree(extract, folder / "extract")
    path = folder / "extract" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [{k: v for k, v in row.items() if k not in columns} for row in csv.DictReader(stream)]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    manifest = folder / "extract" / "extract.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.split("[sha256]")[0], encoding="utf-8")
    load([folder / "extract"], folder / "store")
    return Store(folder / "store").current()


@pytest.fixture(scope="module")
def numbers(whole, tmp_path_factory) -> dict[str, pd.DataFrame]:
    root = tmp_path_factory.mktemp("all") / "store"
    load([whole], root)
    snapshot = Store(root).current()
    assert {column for column, _ in gone_from(snapshot)} == set(), "the extract has every column"
    assert all(why_not_reported(one, snapshot.info("DCCG")) is None for one in CATALOGUE)
    return {one.id: table(snapshot, "DCCG", one, Selection()) for one in CATALOGUE}


def gone_from(snapshot) -> list[tuple[str, str]]:
    there = snapshot.delivered("DCCG")
    return [(table, column) for table, column in OPTIONAL if column not in there[table]]


@pytest.mark.some(4)
@pytest.mark.parametrize(("name", "column"), OPTIONAL, ids=lambda part: part)
def test_the_same_numbers_or_not_reported(name, column, whole, numbers, tmp_path):
    snapshot = without(whole, tmp_path, name, {column})
    info = snapshot.info("DCCG")
    assert gone_from(snapshot) == [(name, column)]
    for one in CATALOGUE:
        reason = why_not_reported(one, info)
        if reason is not None:
            assert column in reason.da.split() and column in reason.en.split(), one.id
            assert f"{name}.{column}" in one.needs
            continue
        assert f"{name}.{column}" not in one.needs, one.id
        found = table(snapshot, "DCCG", one, Selection())
        said = [text for text in remarks(one, info) if column in text.da.split() and column in text.en.split()]
        assert bool(said) == (f"{name}.{column}" in one.uses), one.id
        if one.id == "variables_complete":
            variables = numbers[one.id]["population"][0] // numbers["survival_1y"]["population"][0]
            here = found["population"][0] // numbers["survival_1y"]["population"][0]
            left_out = column in ("t", "n", "m", "stage", "performance_status", "charlson")
            assert here == variables - left_out
        elif name == "treatments" and column == "acute" and said:
            assert found["excluded"][0] == 0 and found["population"][0] == numbers[one.id]["population"][0]
        else:
            pd.testing.assert_frame_equal(found, numbers[one.id], obj=f"{one.id} without {name}.{column}")


def test_what_is_said_is_said_for_every_such_column():
    assert {name for one in CATALOGUE for name in one.uses} == SAID


@pytest.mark.parametrize(
    ("id", "table", "columns", "said"),
    [
        ("tnm_complete", "cases", {"t", "n", "m"}, "not reported: the columns t, n, m were not delivered\n"),
        ("stage_known", "cases", {"stage"}, "not reported: the column stage was not delivered\n"),
        ("palliative_before_death", "palliative", {"case_id"}, "the column case_id (palliative) was not delivered"),
    ],
)
def test_the_command_prints_the_header_alone(id, table, columns, said, whole, tmp_path, capsys):
    without(whole, tmp_path, table, columns)
    words = ["--store", str(tmp_path / "store"), "--database", "DCCG", "--indicator", id]
    for command in (["table", "--by", "sex", "--format", "csv"], ["compare", "--format", "csv"]):
        assert main([command[0], *words, *command[1:]]) == 0
        out, err = capsys.readouterr()
        assert out.count("\n") == 1 and said in err
    assert main(["table", *words, "--format", "json"]) == 0
    assert capsys.readouterr().out.strip() == "[]"


def test_nobody_is_excluded_as_acute_and_the_command_says_so(whole, tmp_path, capsys):
    without(whole, tmp_path, "treatments", {"acute"})
    words = ["table", "--store", str(tmp_path / "store"), "--database", "DCCG", "--format", "csv"]
    assert main([*words, "--indicator", "mortality_30d"]) == 0
    out, err = capsys.readouterr()
    assert dict(zip(*(line.split(",") for line in out.splitlines()), strict=True))["excluded"] == "0"
    assert err == "note: the column acute was not delivered: nobody is excluded as acute\n"
    assert main([*words, "--indicator", "adjuvant_8_weeks"]) == 0
    assert capsys.readouterr().err == ""


def test_causes_of_death_that_were_not_delivered(tmp_path, capsys):
    load_extract(tmp_path, cases="case_id | vital_status | vital_date\na | dead | 2024-02-01\nb | alive | 2026-10-31")
    words = ["table", "--store", str(tmp_path / "store"), "--database", "DCCG", "--format", "csv", "--by", "stage"]
    for endpoint in ("cancer_specific", "cif_cancer", "cif_other"):
        assert survival([*words, "--endpoint", endpoint]) == 0
        out, err = capsys.readouterr()
        assert out == "stage,years,cases,events,at_risk,estimate,lower,upper,note\n"
        assert err == "not reported: the column cause_of_death was not delivered\n"
    assert survival([*words, "--endpoint", "overall"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[1].startswith(",1,2,1,1,0.5,")
    assert err == "note: the column stage was not delivered: empty in every row\n"
