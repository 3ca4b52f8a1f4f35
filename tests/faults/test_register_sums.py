"""Registers that people write: a letter that turned on the disk is noticed, an earlier format keeps all it held."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3

import pytest

from data import audit_log, improvements, registers, sent_reports, users
from data.improvement_texts import COLUMNS, texts_of
from data.improvements import FILE, BrokenRegister, NotSaved, Register
from data.sent_reports import SentReport, keep, latest
from data.store import REGISTERS, StoreError
from tests.store.test_improvements import GOOD, KNOWN

Q3 = "2026-Q3"


def some(register: Register) -> tuple:
    for number in range(3):
        register.add({**GOOD, "title": f"Projekt {number}", "done": f"{number} " * 200}, KNOWN)
    return register.all()


def put_earlier(root, initiatives) -> None:
    """A register as format 1 was written."""
    con = sqlite3.connect(root / FILE)
    with con:
        con.execute("CREATE TABLE register (format INTEGER, version TEXT)")
        con.execute("INSERT INTO register VALUES (1, 'iabc')")
        con.execute(f"CREATE TABLE initiatives ({', '.join(COLUMNS)}, revision, PRIMARY KEY (id))")
        for one in initiatives:
            row = {**texts_of(one), "revision": one.revision}
            slots = ", ".join(f":{name}" for name in row)
            con.execute(f"INSERT INTO initiatives ({', '.join(row)}) VALUES ({slots})", row)
    con.close()


def test_a_flipped_bit_anywhere_shows_nothing_else(tmp_path):
    """Every byte that is used: what was written, or an error; never another text, never one initiative less."""
    register = Register(tmp_path)
    wanted = some(register)
    whole = register.path.read_bytes()
    noticed = 0
    places = [place for place, byte in enumerate(whole) if byte] + list(range(0, len(whole), 97))
    for place in places[::7]:
        content = bytearray(whole)
        content[place] ^= 1 << place % 8
        register.path.write_bytes(content)
        try:
            assert register.all() == wanted, place
        except BrokenRegister:
            noticed += 1
    assert noticed > 200
    register.path.write_bytes(whole)
    assert register.all() == wanted


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE initiatives SET title = 'Andet'",
        "UPDATE initiatives SET start = '2024-01-02' WHERE title = 'Projekt 1'",
        "UPDATE initiatives SET revision = 7",
        "DELETE FROM initiatives WHERE title = 'Projekt 1'",
        "DELETE FROM initiatives",
        "UPDATE register SET format = 1",
        "UPDATE register SET version = 'another'",
    ],
)
def test_what_the_program_did_not_write_is_noticed_and_not_written_over(change, tmp_path):
    register = Register(tmp_path)
    some(register)
    con = sqlite3.connect(register.path)
    with con:
        con.execute(change)
    con.close()
    for call in (register.all, lambda: register.add(GOOD, KNOWN)):
        with pytest.raises(BrokenRegister, match=r"improvements\.sqlite: .*restore it from a backup"):
            call()


def test_the_damaged_row_is_named(tmp_path):
    register = Register(tmp_path)
    id = some(register)[1].id
    con = sqlite3.connect(register.path)
    with con:
        con.execute("UPDATE initiatives SET owner = 'En anden' WHERE id = ?", (id,))
    con.close()
    with pytest.raises(BrokenRegister, match=f"'{id}' is not what was written"):
        register.all()


@pytest.mark.parametrize("way", ["renewed", "written to"])
def test_a_register_of_the_earlier_format_keeps_all_it_held(way, tmp_path):
    old = some(Register(tmp_path))
    (tmp_path / FILE).unlink()
    put_earlier(tmp_path, old)
    register = Register(tmp_path)
    assert register.all() == old and register.version() == "iabc", "read as it is"
    if way == "renewed":
        assert register.renew() and not register.renew()
        assert register.all() == old
    else:
        assert set(register.all()) < {*old, register.add(GOOD, KNOWN)} == set(register.all())
    con = sqlite3.connect(register.path)
    with con:
        con.execute("UPDATE initiatives SET owner = 'x'")
    con.close()
    with pytest.raises(BrokenRegister, match="not what was written"):
        register.all()


def test_an_earlier_register_that_may_not_be_written_to_is_read(tmp_path, monkeypatch):
    old = some(Register(tmp_path))
    (tmp_path / FILE).unlink()
    put_earlier(tmp_path, old)
    real = sqlite3.connect
    monkeypatch.setattr(
        improvements.sqlite3, "connect", lambda name, **more: real(name.replace("mode=rw", "mode=ro"), **more)
    )
    with pytest.raises(NotSaved, match="have the directory made writable"):
        Register(tmp_path).renew()
    assert Register(tmp_path).all() == old


def test_a_damaged_register_of_the_earlier_format_gets_no_sums(tmp_path):
    """They would make the damage look like what was written."""
    old = some(Register(tmp_path))
    (tmp_path / FILE).unlink()
    put_earlier(tmp_path, old)
    content = bytearray((tmp_path / FILE).read_bytes())
    place = content.rindex(old[0].id.encode())  # in the index of the ids, or in the row: they no longer fit
    content[place] ^= 1
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(BrokenRegister, match="it is damaged"):
        Register(tmp_path).renew()
    assert (tmp_path / FILE).read_bytes() == content


# --- reports that were sent -------------------------------------------------------------------------------------------


def sent(hour: int = 9) -> SentReport:
    moment = dt.datetime(2026, 10, 5, hour, tzinfo=dt.UTC)
    return SentReport("DCCG", Q3, moment, "2026-10-01-abcdef", {"treatment/1081": {"on time": 41, "late": 7}})


def test_a_count_of_a_sent_report_that_turned_is_noticed(tmp_path):
    path = keep(tmp_path, sent())
    assert latest(tmp_path, "DCCG", Q3) == sent()
    path.write_text(path.read_text().replace("41", "40"))
    with pytest.raises(StoreError, match=r"json: the sent report cannot be read \(it is not what was written\)"):
        latest(tmp_path, "DCCG", Q3)


def test_a_sent_report_of_the_earlier_format_is_read(tmp_path):
    path = keep(tmp_path, sent())
    content = json.loads(path.read_text())
    del content["sum"]
    path.write_text(json.dumps({**content, "format": 1}))
    assert latest(tmp_path, "DCCG", Q3) == sent()
    path.write_text(json.dumps(content))
    with pytest.raises(StoreError, match="no format that this program reads"):
        latest(tmp_path, "DCCG", Q3)


def test_a_sent_report_and_its_name_are_on_the_disk(tmp_path, monkeypatch):
    """Renamed and not synced, it would be gone after a power cut."""
    steps: list[str] = []
    replace = sent_reports.os.replace

    def renamed(*names) -> None:
        replace(*names)
        steps.append("renamed")

    monkeypatch.setattr(sent_reports.os, "replace", renamed)
    monkeypatch.setattr(sent_reports, "sync_folder", lambda folder: steps.append(folder.name))
    keep(tmp_path, sent())
    assert steps == [tmp_path.name, "renamed", sent_reports.FOLDER]


def test_what_an_upgrade_keeps_is_named_by_its_files():
    assert set(REGISTERS) == {FILE, registers.FILE, users.FILE, audit_log.FOLDER, sent_reports.FOLDER}
