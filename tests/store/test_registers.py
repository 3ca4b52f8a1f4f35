"""What people wrote is kept: every revision, through kills and two writers at once; what turned on the disk is told."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from data.load import load
from data.reads import noting
from data.registers import FILE, FINAL, VERSIONS, BrokenRegisters, Moved, Registers
from data.retention import prune
from data.store import Store
from tests.support.stores import extract

ROOT = Path(__file__).resolve().parents[2]


def text_of(registers: Registers, subject: str = "a") -> str:
    return str(registers.latest("comments")[subject].body["text"])


def put(registers: Registers, text: str, base: int, subject: str = "a"):
    return registers.write("comments", subject, base, {"text": text}, "Ane", "epidemiolog")


def test_nothing_written_is_no_file(tmp_path):
    registers = Registers(tmp_path)
    assert registers.version() == "" and not registers.latest("comments") and not registers.history("comments", "a")
    assert not list(tmp_path.iterdir())


def test_what_was_read_has_moved_where_something_of_it_was_written(tmp_path):
    registers = Registers(tmp_path)
    of_a, every = {("comments", "DCCG/")}, {("", "")}
    assert not registers.moved(every, "")
    put(registers, "én", 0, "DCCG/2025/x")
    first = registers.version()
    assert registers.moved(of_a, "") and not registers.moved(every, first)
    put(registers, "to", 0, "DLCR/2025/x")
    registers.write("decisions", "DCCG/2025/x", 0, {"text": "andet register"}, "Ane", "epidemiolog")
    assert not registers.moved(of_a, first) and registers.moved(every, first) and registers.moved(of_a, "")
    put(registers, "tre", 1, "DCCG/2025/x")
    assert registers.moved(of_a, first) and not registers.moved(of_a, registers.version())


def test_a_restored_backup_is_another_version_though_its_entries_have_the_same_numbers(tmp_path):
    registers = Registers(tmp_path)
    put(registers, "fælles", 0)
    backup = registers.path.read_bytes()
    put(registers, "gik tabt", 1)
    lost = registers.version()
    for path in tmp_path.iterdir():
        path.unlink()
    registers.path.write_bytes(backup)
    assert registers.moved({("comments", "b")}, lost), "its version is not there"
    put(registers, "skrevet siden", 1)
    assert registers.version() != lost and registers.moved({("comments", "b")}, lost)


def test_what_is_read_is_noted(tmp_path):
    registers = Registers(tmp_path)
    put(registers, "én", 0)
    with noting() as read:
        registers.latest("comments", "DCCG/")
        registers.history("plan", "a")
        with noting() as inner:
            registers.version()
    registers.latest("summaries")
    assert inner == {("", "")} and read == {("comments", "DCCG/"), ("plan", "a"), *inner}


def test_every_revision_stays_and_the_last_stands(tmp_path):
    registers = Registers(tmp_path)
    versions = [registers.version()]
    for number, text in enumerate(("én", "to", "tre — æøå")):
        made = put(registers, text, number)
        assert (made.revision, made.author, made.role, made.beside) == (number + 1, "Ane", "epidemiolog", False)
        versions.append(registers.version())
    assert len(set(versions)) == 4
    assert text_of(registers) == "tre — æøå"
    assert [one.body["text"] for one in registers.history("comments", "a")] == ["tre — æøå", "to", "én"]
    last = registers.history("comments", "a")[1].number
    assert registers.latest("comments", until=last)["a"].body["text"] == "to"


def test_who_comes_second_is_told_and_both_texts_are_kept(tmp_path):
    registers = Registers(tmp_path)
    put(registers, "først", 0)
    with pytest.raises(Moved) as moved:
        put(registers, "samtidig", 0)
    assert moved.value.latest.body["text"] == "først" and moved.value.kept.body["text"] == "samtidig"
    assert text_of(registers) == "først"
    assert [(one.body["text"], one.beside) for one in registers.history("comments", "a")] == [
        ("samtidig", True), ("først", False),
    ]  # fmt: skip
    assert put(registers, "begge", 1).revision == 2


def test_many_writers_at_once_lose_nothing(tmp_path):
    """Each writes on what it has read last; every text is there afterwards, in a row or beside it."""
    registers, told = Registers(tmp_path), []
    put(registers, "start", 0)

    def write(name: str) -> None:
        for number in range(6):
            base = registers.latest("comments")["a"].revision
            try:
                put(registers, f"{name}{number}", base)
            except Moved:
                told.append(name)

    threads = [threading.Thread(target=write, args=(name,)) for name in "xyz"]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    history = registers.history("comments", "a")
    assert {one.body["text"] for one in history} == {"start", *(f"{name}{n}" for name in "xyz" for n in range(6))}
    assert sum(one.beside for one in history) == len(told)
    row = [one.revision for one in reversed(history) if not one.beside]
    assert row == list(range(1, len(row) + 1))


def test_what_was_acknowledged_survives_a_kill(tmp_path):
    """A process writes and says each revision that was taken; killed in the middle, all it said are there."""
    program = (
        "import sys;from data.registers import Registers;r=Registers(sys.argv[1]);n=0\n"
        "while True:\n e=r.write('comments','a',n,{'text':str(n)},'','');n=e.revision;print(n,flush=True)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    said = 0
    for line in process.stdout:
        said = int(line)
        if said == 25:
            os.kill(process.pid, signal.SIGKILL)
            break
    said = max([said, *(int(line) for line in process.stdout if line.strip().isdecimal())])
    process.wait()
    process.stdout.close()
    registers = Registers(tmp_path)
    found = registers.latest("comments")["a"].revision
    assert found >= said >= 25
    assert put(registers, "efter", found).revision == found + 1


def test_a_letter_that_turned_on_the_disk_is_no_comment(tmp_path):
    registers = Registers(tmp_path)
    put(registers, "Slagelse redegør", 0)
    with sqlite3.connect(tmp_path / FILE) as con:
        con.execute("UPDATE entries SET body = replace(body, 'Slagelse', 'Slagelsf')")
    with pytest.raises(BrokenRegisters, match="entry 1 is not what was written"):
        registers.latest("comments")


def test_a_file_that_is_no_register_is_said(tmp_path):
    (tmp_path / FILE).write_text("noget andet")
    with pytest.raises(BrokenRegisters, match="cannot be read"):
        Registers(tmp_path).latest("comments")


def test_what_is_too_long_is_refused_whole(tmp_path):
    with pytest.raises(ValueError, match="at most"):
        put(Registers(tmp_path), "x" * 70_000, 0)


def test_loads_leave_it_alone_and_the_snapshot_of_a_final_report_is_kept(tmp_path):
    store = Store(tmp_path / "store")
    load([extract(tmp_path, "DCCG", "v1")], store.root)
    first, registers = store.current().id, Registers(store.root)
    put(registers, "står", 0)
    registers.write(VERSIONS, "DCCG/2025", 0, {"state": FINAL, "snapshot": first}, "", "")
    for number in (2, 3):
        load([extract(tmp_path, "DCCG", f"v{number}", number + 3)], store.root)
    assert text_of(registers) == "står"
    prune(store.root, 1)
    assert {one.id for one in store.manifests()} == {first, store.current().id}
    registers.write(VERSIONS, "DCCG/2025", 1, {"state": "open"}, "", "")
    prune(store.root, 1)
    assert [one.id for one in store.manifests()] == [store.current().id]
