"""``python -m data difference``: what a load would change, told without loading."""

from __future__ import annotations

import csv
import io

import pytest

from data.__main__ import main
from data.store import Store
from tests.support.extracts import load_extract, write_extract

CASES = [
    {"case_id": "a", "department": "HER-KIR", "stage": "I"},
    {"case_id": "b", "department": "HER-KIR", "stage": "II"},
    {"case_id": "c", "department": "AAL-KIR", "stage": ""},
    {"case_id": "d", "department": "", "stage": "I"},
]
TREATMENTS = [
    {"case_id": "a", "kind": "surgery", "start_date": "2024-02-01"},
    {"case_id": "a", "kind": "systemic", "start_date": "2024-03-01"},
    {"case_id": "b", "kind": "surgery", "start_date": "2024-02-01"},
]


@pytest.fixture
def store(tmp_path):
    load_extract(tmp_path, cases=CASES, treatments=TREATMENTS)
    return tmp_path / "store"


def told(capsys, folder, store, of="rows") -> list[list[str]]:
    capsys.readouterr()
    code = main(["difference", str(folder), "--store", str(store), "--format", "csv", "--of", of])
    assert code == 0
    return list(csv.reader(io.StringIO(capsys.readouterr().out)))


def test_cases_added_removed_and_changed_by_table_and_department(store, tmp_path, capsys):
    cases = [CASES[0] | {"stage": "IV"}, CASES[1], CASES[3], {"case_id": "e", "department": "AAL-KIR", "stage": "I"}]
    treatments = [TREATMENTS[1], TREATMENTS[0], {"case_id": "e", "kind": "surgery", "start_date": "2024-02-01"}]
    folder = write_extract(tmp_path / "new", cases=cases, treatments=treatments)
    before = Store(store).current().id, sorted(path.name for path in store.rglob("*"))
    assert told(capsys, folder, store) == [
        ["table", "department", "added", "removed", "changed"],
        ["cases", "AAL-KIR", "1", "1", "0"],
        ["cases", "HER-KIR", "0", "0", "1"],
        ["treatments", "AAL-KIR", "1", "0", "0"],
        ["treatments", "HER-KIR", "0", "1", "0"],
    ], "the order of rows is no difference"
    assert (Store(store).current().id, sorted(path.name for path in store.rglob("*"))) == before


def test_indicators_that_move(store, tmp_path, capsys):
    cases = [*CASES[:2], CASES[2] | {"stage": "III"}, CASES[3]]
    folder = write_extract(tmp_path / "new", cases=cases, treatments=TREATMENTS)
    rows = told(capsys, folder, store, "indicators")
    names = [row[0] for row in rows[1:]]
    assert set(names) == {"stage_known", "variables_complete"}
    [stage] = [row for row in rows if row[0] == "stage_known"]
    assert stage[2:] == ["4", "3", "0.75", "not_met", "4", "4", "1.0", "met"]


def test_the_same_extract_differs_in_nothing_and_a_first_one_in_all(store, tmp_path, capsys):
    same = write_extract(tmp_path / "same", cases=CASES, treatments=TREATMENTS)
    assert told(capsys, same, store)[1:] == []
    assert told(capsys, same, store, "indicators")[1:] == []
    first = told(capsys, same, tmp_path / "empty")
    assert first[1:4] == [
        ["cases", "", "1", "0", "0"],
        ["cases", "AAL-KIR", "1", "0", "0"],
        ["cases", "HER-KIR", "2", "0", "0"],
    ]


def test_what_a_load_would_refuse_for_its_content_is_refused(store, tmp_path, capsys):
    folder = write_extract(tmp_path / "bad", cases=[CASES[0] | {"sex": "X"}])
    assert main(["difference", str(folder), "--store", str(store)]) == 1
    assert "sex" in capsys.readouterr().out
