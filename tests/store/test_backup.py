"""A backup holds all that cannot be made again, of one moment, and comes back whole or not at all."""

from __future__ import annotations

import sqlite3
import threading
import zipfile
from pathlib import Path

import pytest

from data import audit_log
from data.__main__ import main
from data.backup import ASIDE, backup, restore
from data.cleaning import only_loader
from data.improvements import Register
from data.load import load
from data.registers import Registers
from data.store import Store, StoreError
from tests.store.test_improvements import GOOD, KNOWN
from tests.support.stores import versions
from tests.support.whole import bytes_below


@pytest.fixture
def lived_in(root) -> Path:
    """A store in which people have written."""
    Register(root).add(GOOD, KNOWN)
    Registers(root).write("comments", "DCCG/2025", 0, {"text": "Slagelse redegør"}, "Ane", "")
    (root / "session.key").write_text("k" * 64)
    (root / "audit").mkdir()
    (root / "audit" / "audit.jsonl").write_text("{}\n")
    (root / "frames").mkdir(exist_ok=True)
    (root / "frames" / "DCCG-1.rates.parquet").write_text("made again")
    return root


def said(root: Path) -> tuple:
    return Register(root).all(), Registers(root).latest("comments"), (root / "session.key").read_text()


def test_a_new_machine_has_all_that_people_wrote(lived_in, delivered, tmp_path):
    names = backup(lived_in, tmp_path / "b.zip")
    assert {"improvements.sqlite", "registers.sqlite", "session.key", "audit/audit.jsonl", "current"} <= set(names)
    assert not [one for one in names if one.startswith(("frames", "databases", "pages"))]
    assert (tmp_path / "b.zip").stat().st_mode & 0o777 == 0o600
    new = tmp_path / "new"
    done = restore(tmp_path / "b.zip", new)
    assert said(new) == said(lived_in) and done.aside is None
    assert done.snapshots == () and done.waiting == (Store(lived_in).current_id(),)
    assert not (new / "current").exists(), "no pointer to data that are not there"
    load([delivered["DCCG 1"], delivered["DLCR 1"]], new)
    assert said(new) == said(lived_in)


def test_with_its_data_it_is_the_store(lived_in, tmp_path):
    backup(lived_in, tmp_path / "b.zip", with_data=True)
    new = tmp_path / "new"
    done = restore(tmp_path / "b.zip", new)
    assert done.snapshots == (Store(lived_in).current_id(),) and versions(new) == versions(lived_in)
    assert said(new) == said(lived_in)


def test_what_stood_there_is_laid_aside_and_not_lost(lived_in, tmp_path):
    backup(lived_in, tmp_path / "b.zip")
    before = said(lived_in)
    Registers(lived_in).write("comments", "DCCG/2026", 0, {"text": "skrevet siden"}, "Bo", "")
    done = restore(tmp_path / "b.zip", lived_in)
    assert said(lived_in) == before and done.aside.name.startswith(ASIDE)
    assert Registers(done.aside).latest("comments")["DCCG/2026"].body["text"] == "skrevet siden"
    assert versions(lived_in) and Store(lived_in).current().id in done.snapshots
    assert not [one for one in backup(lived_in, tmp_path / "later.zip") if one.startswith(ASIDE)]


def test_a_register_that_is_being_written_is_of_one_moment(lived_in, tmp_path):
    registers, stop = Registers(lived_in), threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            registers.write("comments", "busy", number, {"text": str(number)}, "Ane", "")
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            backup(lived_in, tmp_path / f"{number}.zip")
    finally:
        stop.set()
        writer.join()
    counts = []
    for number in range(3):
        restore(tmp_path / f"{number}.zip", tmp_path / str(number))
        history = Registers(tmp_path / str(number)).history("comments", "busy")
        assert [int(one.body["text"]) for one in reversed(history)] == list(range(len(history)))
        counts.append(len(history))
    assert counts == sorted(counts)


@pytest.mark.parametrize("how", ["flipped", "cut", "text", "another file", "leads out", "format"])
def test_what_is_no_backup_changes_nothing(lived_in, tmp_path, how):
    file = tmp_path / "b.zip"
    backup(lived_in, file)
    content = file.read_bytes()
    if how == "flipped":
        with zipfile.ZipFile(file) as archive:
            entry = archive.getinfo("registers.sqlite")
        place = entry.header_offset + 60 + entry.compress_size // 2
        file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    elif how == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif how == "text":
        file.write_text("no ZIP")
    else:
        texts = {
            "another file": '{"format": 1, "files": {"session.key": "0"}}',
            "leads out": '{"format": 1, "files": {"../session.key": "0"}}',
            "format": '{"format": 2, "files": {}}',
        }
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("backup.json", texts[how])
            archive.writestr("session.key", "x")
    before = bytes_below(lived_in)
    with pytest.raises(StoreError, match=r"b\.zip"):
        restore(file, lived_in)
    assert bytes_below(lived_in) == before


def test_a_damaged_register_is_told_and_not_backed_up(lived_in, tmp_path):
    path = lived_in / "registers.sqlite"
    with sqlite3.connect(path) as con:
        con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    con.close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"x" * (len(content) - 4096)
    path.write_bytes(bytes(content))
    with pytest.raises(StoreError, match=r"registers\.sqlite"):
        backup(lived_in, tmp_path / "b.zip")
    assert not list(tmp_path.glob("*.zip")) and not list(tmp_path.glob(".b.zip*"))


def test_the_commands(lived_in, tmp_path, capsys):
    file = str(tmp_path / "b.zip")
    assert main(["backup", "--store", str(lived_in), "--out", file]) == 0
    assert "registers.sqlite" in capsys.readouterr().out
    assert main(["backup", "--store", str(lived_in), "--out", file]) == 1
    assert "is there already" in capsys.readouterr().err
    assert main(["backup", "--store", str(tmp_path / "none"), "--out", str(tmp_path / "c.zip")]) == 1
    assert main(["restore", file, "--store", str(lived_in)]) == 0
    told = capsys.readouterr()
    assert "session.key" in told.out and "what stood there before is in" in told.err
    with only_loader(lived_in):
        assert main(["restore", file, "--store", str(lived_in)]) == 1
    assert "another load is running" in capsys.readouterr().err


def test_the_log_of_a_restored_store_still_verifies(root, tmp_path):
    log = audit_log.AuditLog(root)
    for number in range(3):
        log.append({"who": "ane", "what": f"page {number}"})
    backup(root, tmp_path / "b.zip")
    restore(tmp_path / "b.zip", tmp_path / "new")
    path = Path(audit_log.FOLDER) / audit_log.FILE
    found = audit_log.verify(tmp_path / "new" / path)
    assert found == audit_log.verify(root / path) and not found.problem
