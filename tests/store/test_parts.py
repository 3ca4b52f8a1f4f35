"""A database that comes in parts: the union is the database, each part replaces itself, the earliest cut holds."""

from __future__ import annotations

import datetime as dt
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from data.load import Refused, Rules, load, load_extracts
from data.schema import BY_NAME
from data.store import Snapshot, Store, StoreError
from tests.support.extracts import write_extract
from tests.support.stores import leftovers
from tests.support.whole import TABLES, bytes_below, rows_of, write_whole

PROJECT = Path(__file__).parents[2]
FORCE = Rules(force=True)
STORED = [name for name in TABLES if name != "departments"]


def delivery(folder: Path, part: str, cases, **options) -> Path:
    """An extract of one part ("": the whole) with these cases."""
    toml = options.pop("toml", "")
    rows = [{"case_id": case} if isinstance(case, str) else case for case in cases]
    folder = write_extract(folder, cases=rows, toml=toml, **options)
    if part:
        path = folder / "extract.toml"
        path.write_text(f'part = "{part}"\n' + path.read_text("utf-8"), "utf-8")
    return folder


def everything(snapshot: Snapshot) -> dict[str, list[tuple]]:
    """All rows of all tables of DCCG, derived columns included, in a fixed order."""
    rows = {name: snapshot.rows("DCCG", f"SELECT * FROM {name} ORDER BY ALL") for name in STORED}
    rows["units"] = snapshot.rows("DCCG", "SELECT * FROM units ORDER BY ALL")
    return rows


def split(folder: Path, by: dict[str, str]) -> list[Path]:
    """The whole extract of tests/support/whole.py as parts: case → part; rows of no case go with their department's."""
    home = {"HER-KIR": by["a-7731"], "AAL-KIR": by["b-7731"], "HER-NYE": "east", "HER-NYF": "west"}
    parts: dict[str, dict[str, list]] = {part: {name: [] for name in TABLES} for part in by.values()}
    for name, text in TABLES.items():
        for row in rows_of(text):
            place = row.get("department") or row.get("unit") or row.get("code")
            parts[by[row["case_id"]] if row.get("case_id") else home[place]][name].append(row)
    folders = []
    for part, tables in parts.items():
        filled = {name: rows for name, rows in tables.items() if rows}
        folders.append(delivery(folder / part, part, filled.pop("cases"), **filled))
        for name in tables.keys() - filled.keys() - {"cases"}:
            header = ",".join(rows_of(TABLES[name])[0])
            (folders[-1] / f"{name}.csv").write_text(header + "\n", "utf-8")
    return folders


BY_CASE = {"a-7731": "east", "b-7731": "west", "c-7731": "east"}


def test_the_union_of_the_parts_is_the_whole(tmp_path):
    load([write_whole(tmp_path / "whole")], tmp_path / "one")
    folders = split(tmp_path / "parts", BY_CASE)
    load(folders, tmp_path / "two")
    for folder in folders:
        load([folder], tmp_path / "three")
    whole = Store(tmp_path / "one").current()
    for root in ("two", "three"):
        united = Store(tmp_path / root).current()
        assert everything(united) == everything(whole), root
        one, info = whole.info("DCCG"), united.info("DCCG")
        assert (info.rows, info.columns, info.data_cut) == (one.rows, one.columns, one.data_cut)
        assert [part.name for part in info.parts] == ["east", "west"] and one.parts == ()
        assert leftovers(tmp_path / root) == set()


def earlier(rows: list[dict], table: str, cut: str, cases: set[str]) -> list[dict]:
    """What an extract of the day ``cut`` would have held of these rows, one row after another."""
    there = {
        "cases": ["diagnosis_date", "registered_date"], "treatments": ["start_date"], "conferences": ["date"],
        "complications": ["date"], "palliative": ["referred_date"], "trials": ["date"], "pro": ["sent_date"],
        "waits": ["referral_date", "registered_date"], "coverage": [], "departments": [],
    }[table]  # fmt: skip
    kept = []
    for row in rows:
        row = dict(row)
        if any(row[name] > cut for name in there):
            continue
        if table not in ("cases", "departments", "coverage") and row["case_id"] and row["case_id"] not in cases:
            if table not in ("palliative", "waits"):
                continue
            row["case_id"] = ""
        if table == "coverage" and f"{row['year']}-12-31" > cut:
            continue
        if table == "cases" and row["vital_date"] > cut:
            row |= {"vital_status": "alive", "vital_date": cut, "cause_of_death": ""}
        if table == "waits" and row["stop_date"] > cut:
            row["end"] = ""
        for column in BY_NAME[table].columns:
            if column.kind == "date" and not column.future and row[column.name] > cut:
                row[column.name] = ""
        kept.append(row)
    return kept


@pytest.mark.some(2)
@pytest.mark.parametrize("cut", ["2024-12-31", "2024-05-01", "2024-03-20", "2024-03-09", "2024-02-05", "2024-01-03"])
def test_the_database_stands_as_on_the_earliest_cut(cut, tmp_path):
    """Part west ends at the cut; of part east only what an extract of that day would have held is shown."""
    east = write_whole(tmp_path / "east", toml="[rows]\ncases = 3\n")
    text = (east / "extract.toml").read_text("utf-8")
    (east / "extract.toml").write_text(f'part = "east"\n{text}', "utf-8")
    west = delivery(tmp_path / "west", "west", [{"case_id": "w", "diagnosis_date": "2020-01-01", "vital_date": cut,
                                                 "department": "AAL-KIR"}], data_cut=cut,
                    period=("2010-01-01", cut))  # fmt: skip
    for name in TABLES:
        if name != "cases":
            header = ",".join(rows_of(TABLES[name])[0])
            (west / f"{name}.csv").write_text(header + "\n", "utf-8")
    load([east, west], tmp_path / "late")
    tables = {name: rows_of(text) for name, text in TABLES.items()}
    cases = {row["case_id"] for row in earlier(tables["cases"], "cases", cut, set())}
    then = {name: earlier(rows, name, cut, cases) for name, rows in tables.items()}
    extra = {"case_id": "w", "diagnosis_date": "2020-01-01", "vital_date": cut, "department": "AAL-KIR"}
    whole = write_extract(
        tmp_path / "then", data_cut=cut, period=("2010-01-01", cut),
        **{name: rows if name != "cases" else [*rows, extra] for name, rows in then.items()},
    )  # fmt: skip
    load([whole], tmp_path / "early")
    late, early = Store(tmp_path / "late").current(), Store(tmp_path / "early").current()
    assert everything(late) == everything(early)
    info = late.info("DCCG")
    assert info.data_cut == early.info("DCCG").data_cut == dt.date.fromisoformat(cut)
    assert [str(part.data_cut) for part in info.parts] == ["2026-10-31", cut]
    found = late.rows("DCCG", "SELECT part, severity FROM findings WHERE rule = 'waits_for_other_parts'")
    assert found == [("east", "info")]


def test_later_data_come_in_when_the_other_part_reaches_as_far(tmp_path):
    old = [{"case_id": "w", "diagnosis_date": "2024-01-01", "vital_date": "2024-06-30"}]
    east = delivery(tmp_path / "east", "east", [{"case_id": "e", "diagnosis_date": "2024-09-01"}])
    load([delivery(tmp_path / "west", "west", old, data_cut="2024-06-30", period=("2010-01-01", "2024-06-30")), east],
         tmp_path / "store")  # fmt: skip
    ids = "SELECT case_id FROM cases ORDER BY 1"
    assert Store(tmp_path / "store").current().rows("DCCG", ids) == [("w",)]
    load([delivery(tmp_path / "west2", "west", [{**old[0], "vital_date": "2026-10-31"}])], tmp_path / "store")
    assert Store(tmp_path / "store").current().rows("DCCG", ids) == [("e",), ("w",)]


@pytest.mark.parametrize("together", [True, False])
def test_a_key_in_two_parts_is_refused(together, tmp_path):
    store = tmp_path / "store"
    east = delivery(tmp_path / "east", "east", ["a", "b"])
    west = delivery(tmp_path / "west", "west", ["x", "b", "a"])
    if not together:
        load([east], store)
        before = bytes_below(store)
    with pytest.raises(Refused) as refused:
        load([east, west] if together else [west], store)
    (finding,) = [one for one in refused.value.inspections[-1].findings if one.is_error]
    assert (finding.rule, finding.place, finding.rows, finding.first_rows) == (
        "in_two_parts",
        "cases.case_id",
        2,
        (2, 3),
    )
    assert "also in part east" in finding.sentence() and "også i delen east" in finding.sentence("da")
    assert together or bytes_below(store) == before


def test_a_case_may_move_from_one_part_to_the_other_in_one_load(tmp_path):
    store = tmp_path / "store"
    load([delivery(tmp_path / "e1", "east", ["a", "b"]), delivery(tmp_path / "w1", "west", ["x"])], store)
    west = delivery(tmp_path / "w2", "west", ["x", "b"])
    with pytest.raises(Refused):
        load([west], store)
    load([west, delivery(tmp_path / "e2", "east", ["a"])], store)
    snapshot = Store(store).current()
    assert snapshot.rows("DCCG", "SELECT case_id FROM cases ORDER BY 1") == [("a",), ("b",), ("x",)]
    assert {part.name: part.rows["cases"] for part in snapshot.info("DCCG").parts} == {"east": 1, "west": 2}


def test_what_not_every_part_delivered_is_not_delivered(tmp_path):
    """Else cases of the part without treatments would count as untreated, and an absent column as not registered."""
    east = delivery(tmp_path / "east", "east", [{"case_id": "e", "stage": "I", "t": "T1"}],
                    treatments="case_id | start_date\ne | 2024-01-01")  # fmt: skip
    west = delivery(tmp_path / "west", "west", [{"case_id": "w", "stage": "II"}])
    load([east, west], tmp_path / "store")
    snapshot = Store(tmp_path / "store").current()
    info = snapshot.info("DCCG")
    assert info.tables == {"cases"} and "stage" in info.columns["cases"] and "t" not in info.columns["cases"]
    sql = "SELECT part, table_name, column_name FROM findings WHERE rule = 'not_in_all_parts' ORDER BY ALL"
    assert snapshot.rows("DCCG", sql) == [("west", "cases", "t"), ("west", "treatments", "")]


def test_parts_cover_what_all_of_them_cover(tmp_path):
    east = delivery(tmp_path / "east", "east", ["e"], period=("2015-01-01", "2026-10-31"))
    west = delivery(tmp_path / "west", "west", ["w"], period=("2012-01-01", "2025-12-31"))
    load([east, west], tmp_path / "store")
    info = Store(tmp_path / "store").current().info("DCCG")
    assert (str(info.period_start), str(info.period_end)) == ("2015-01-01", "2025-12-31")
    apart = delivery(tmp_path / "apart", "apart", ["q"], period=("2010-01-01", "2011-12-31"))
    with pytest.raises(Refused) as refused:
        load([apart], tmp_path / "store")
    assert "no_common_period" in {one.rule for one in refused.value.inspections[0].findings}


def test_the_same_part_twice_or_the_whole_beside_a_part(tmp_path):
    east, again = delivery(tmp_path / "a", "east", ["a"]), delivery(tmp_path / "b", "east", ["b"])
    whole = delivery(tmp_path / "c", "", ["c"])
    with pytest.raises(StoreError, match="part east of database DCCG is in two of the folders; name one"):
        load([east, again], tmp_path / "store")
    for folders in ([east, whole], [whole, east]):
        with pytest.raises(StoreError, match="DCCG comes whole and in parts"):
            load(folders, tmp_path / "store")


def test_units_of_two_parts_agree(tmp_path):
    unit = "code | name | hospital | region\nNY-1 | Ny | {} | 1084"
    cases = [{"case_id": "a", "department": "NY-1"}]
    east = delivery(tmp_path / "e", "east", cases, departments=unit.format("Herlev"))
    same = delivery(tmp_path / "w", "west", ["b"], departments=unit.format("Herlev"))
    load([east, same], tmp_path / "store")
    units = "SELECT name, hospital FROM units WHERE code = 'NY-1'"
    assert Store(tmp_path / "store").current().rows("DCCG", units) == [("Ny", "Herlev")]
    with pytest.raises(Refused) as refused:
        load([delivery(tmp_path / "w2", "west", ["b"], departments=unit.format("Odense"))], tmp_path / "store")
    assert {one.rule for one in refused.value.inspections[0].findings if one.is_error} == {"department_conflict"}


# --- against a naive model ------------------------------------------------------------------------------------------


class Model:
    """What the store should hold after each load: the cases of each part, "" the whole."""

    def __init__(self) -> None:
        self.held: dict[str, frozenset[str]] = {}

    def load(self, deliveries: dict[str, frozenset[str]], force: bool) -> bool:
        """Whether the load is taken; it then replaces what it names, and with force what stands in its way."""
        kept = {part: cases for part, cases in self.held.items() if part not in deliveries}
        across = ("" in deliveries) != ("" in self.held)
        if self.held and across:
            if not force:
                return False
            kept = {}
        after = {**kept, **deliveries}
        if sum(map(len, after.values())) != len(frozenset().union(*after.values())):
            return False
        self.held = after
        return True


@pytest.mark.some(1)
@pytest.mark.parametrize("seed", range(3))
def test_any_sequence_of_loads_of_parts_and_wholes(seed, tmp_path):
    chance, model, store = random.Random(seed), Model(), tmp_path / "store"
    seen = {"taken": 0, "refused": 0, "unchanged": 0}
    for step in range(8):
        whole, force = chance.random() < 0.25, chance.random() < 0.5
        names = [""] if whole else chance.sample(["east", "west", "mid"], chance.choice([1, 1, 2, 3]))
        wanted = {name: frozenset(chance.sample("abcdefghij", chance.randint(1, 3))) for name in names}
        if chance.random() < 0.2 and model.held:
            wanted = {part: model.held[part] for part in chance.sample(sorted(model.held), 1)}
        folders = [delivery(tmp_path / f"{step}-{part}", part, sorted(cases)) for part, cases in wanted.items()]
        before, same = bytes_below(store), all(model.held.get(part) == cases for part, cases in wanted.items())
        taken = model.load(wanted, force)
        try:
            done = load_extracts(folders, store, rules=Rules(force=force))
        except Refused:
            assert not taken and bytes_below(store) == before, (seed, step, wanted, force, model.held)
            seen["refused"] += 1
            continue
        assert taken, (seed, step, wanted, force, model.held)
        assert done.new != same
        seen["unchanged" if same else "taken"] += 1
        assert same == (bytes_below(store) == before)
        snapshot = Store(store).current()
        rows = [row[0] for row in snapshot.rows("DCCG", "SELECT case_id FROM cases ORDER BY 1")]
        assert rows == sorted(frozenset().union(*model.held.values()))
        parts = {part.name: part.rows["cases"] for part in snapshot.info("DCCG").parts}
        assert parts == {part: len(cases) for part, cases in model.held.items() if part}
        assert leftovers(store) == set()
    assert seen["taken"] and seen["refused"], "the sequence tries both"


KILLED = """
import os, signal, sys
from data import load
name, nth, calls = sys.argv[1], int(sys.argv[2]), []
module = os if name == "replace" else load
real = getattr(module, name)
def function(*arguments, **options):
    calls.append(1)
    if len(calls) == nth:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments, **options)
setattr(module, name, function)
from data.__main__ import main
main(sys.argv[3:])
"""


@pytest.mark.live
def test_killed_while_a_part_is_loaded(tmp_path):
    first = [delivery(tmp_path / "e1", "east", ["a", "b"]), delivery(tmp_path / "w1", "west", ["x"])]
    load(first, tmp_path / "store")
    again = delivery(tmp_path / "e2", "east", ["a", "b", "c"])
    moments = [("build_part", 1), ("build_union", 1), ("_sync", 1), ("_sync", 3), ("replace", 3), ("replace", 4)]
    running = []
    for number, (name, nth) in enumerate(moments):
        root = tmp_path / f"store{number}"
        shutil.copytree(tmp_path / "store", root)
        words = [sys.executable, "-c", KILLED, name, str(nth), "load", str(again), "--store", str(root)]
        running.append((root, subprocess.Popen(words, cwd=PROJECT, stdout=subprocess.DEVNULL)))
    for root, process in running:
        assert process.wait(timeout=120) == -signal.SIGKILL
        ids = "SELECT case_id FROM cases ORDER BY 1"
        assert Store(root).current().rows("DCCG", ids) == [("a",), ("b",), ("x",)]
        load([again], root)
        assert Store(root).current().rows("DCCG", ids) == [("a",), ("b",), ("c",), ("x",)]
        assert leftovers(root) == set()
