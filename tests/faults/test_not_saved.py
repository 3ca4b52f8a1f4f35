"""A disk that takes nothing keeps what was typed, says what is wrong and what to do; what can be read is read.

The tests run as root in some places, and no folder can be closed to root by its rights; a disk of its own would have
to be mounted. So SQLite itself is told that it may not grow (``max_page_count``) or not write (``mode=ro``): the error
is then its own, with the code it has on such a disk.
"""

from __future__ import annotations

import errno
import io
import os
import sqlite3
from html import unescape

import pytest

from data import improvements
from data.__main__ import main
from data.improvements import FILE, NotSaved, Register
from tests.faults.test_broken_register import flip_the_header
from tests.pages.test_page_improvements import SAME, TYPED, client, jump_store, put
from tests.store.test_improvements import GOOD, KNOWN

real = sqlite3.connect


def full(name: str, **options):
    con = real(name, **options)
    con.execute("PRAGMA max_page_count = 1")
    return con


def read_only(name: str, **options):
    return real(name.replace("mode=rw", "mode=ro"), **options)


def busy(name: str, **options):
    return real(name, **{**options, "timeout": 0})


LONG = {**TYPED, "title": "Ét med »æøå« & <b>", "done": "linje\n" + 1800 * "€"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return jump_store(tmp_path_factory.mktemp("not-saved"))


@pytest.fixture
def root(made):
    """The store with an empty register."""
    (made / FILE).unlink(missing_ok=True)
    return made


DISKS = {
    "full": (full, 507, "der er ikke mere plads på serverens disk", "the server's disk is full"),
    "read-only": (read_only, 503, "der kan kun læses fra lageret", "the store can be read but not written to"),
}
every_disk = pytest.mark.parametrize("disk", DISKS.values(), ids=DISKS)


def holds_all(text: str) -> None:
    text = unescape(text)
    for name in ("title", "start", "owner"):
        assert f'value="{LONG[name]}"' in text, name
    assert LONG["done"] in text and 'value="HER-KIR"' in text and "checked" in text


@every_disk
def test_a_new_initiative_is_kept_in_the_form(disk, root, monkeypatch):
    connect, status, da, en = disk
    put(root)
    asking = client(root)
    before = Register(root).all()
    with monkeypatch.context() as patch:
        patch.setattr(improvements.sqlite3, "connect", connect)
        answer = asking.post("/forbedringer/ny?database=DCCG", data=LONG, headers=SAME)
        assert answer.status_code == status and da in answer.text and "gem igen" in answer.text
        holds_all(answer.text)
        answer = asking.post("/forbedringer/ny?database=DCCG&lang=en", data=LONG, headers=SAME)
        assert answer.status_code == status and en in unescape(answer.text) and "save again" in answer.text
        assert asking.get("/forbedringer").status_code == 200, "what can be read is read"
        assert asking.get("/forbedringer/register.csv").status_code == 200
    assert Register(root).all() == before
    assert asking.post("/forbedringer/ny?database=DCCG", data=LONG, headers=SAME).status_code == 303, "recovered"


@every_disk
def test_a_change_is_kept_in_the_form(disk, root, monkeypatch):
    connect, status, da, _ = disk
    one = put(root)
    asking = client(root)
    path, sent = f"/forbedringer/{one.id}/ret", {**LONG, "revision": "1"}
    with monkeypatch.context() as patch:
        patch.setattr(improvements.sqlite3, "connect", connect)
        answer = asking.post(path, data=sent, headers=SAME)
        assert answer.status_code == status and da in answer.text
        holds_all(answer.text)
        assert f'action="{path}' in answer.text and 'name="revision" type="hidden" value="1"' in answer.text
    assert Register(root).all() == (one,)
    assert asking.post(path, data=sent, headers=SAME).status_code == 303


@every_disk
def test_an_import_says_so(disk, root, monkeypatch, tmp_path, capsys):
    connect, status, da, en = disk
    put(root)
    content = Register(root).all()
    csv = f"database;title;departments;indicator;start;done\nDCCG;Ny;HER-KIR;stage_known;2024-01-01;{1900 * '€'}\n"
    monkeypatch.setattr(improvements.sqlite3, "connect", connect)
    for query, said in (("", da), ("?lang=en", en)):
        sent = {"file": (io.BytesIO(csv.encode()), "x.csv")}
        answer = client(root).post(f"/forbedringer/importer{query}", data=sent, headers=SAME)
        assert answer.status_code == status and said in unescape(answer.text)
    (tmp_path / "x.csv").write_text(csv)
    assert main(["improvements", "import", str(tmp_path / "x.csv"), "--store", str(root)]) == 1
    assert "nothing was written" in capsys.readouterr().err and Register(root).all() == content


def test_while_somebody_else_saves(root, monkeypatch):
    put(root)
    other = real(root / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(improvements.sqlite3, "connect", busy)
    answer = client(root).post("/forbedringer/ny", data=LONG, headers=SAME)
    other.close()
    assert answer.status_code == 503 and "en anden er ved at gemme. Det, du skrev, står her" in answer.text
    holds_all(answer.text)


def test_a_damaged_register_keeps_the_form_too(root):
    one = put(root)
    asking = client(root)
    flip_the_header(root / FILE)
    for path in ("/forbedringer/ny", f"/forbedringer/{one.id}/ret"):
        answer = asking.post(path, data={**LONG, "revision": "1"}, headers=SAME)
        assert answer.status_code == 503 and "registret over forbedringsprojekter kan ikke læses" in answer.text
        holds_all(answer.text)
        assert f'action="{path}' in answer.text
    flip_the_header(root / FILE)
    assert asking.post(f"/forbedringer/{one.id}/ret", data={**LONG, "revision": "1"}, headers=SAME).status_code == 303


@pytest.mark.parametrize(("number", "why"), [(errno.ENOSPC, "full"), (errno.EROFS, "read_only")])
def test_a_register_that_cannot_be_made(number, why, tmp_path, monkeypatch):
    """The first initiative of a store: there is no file yet."""

    def fails(*_) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", fails)
    with pytest.raises(NotSaved, match="nothing was written") as raised:
        Register(tmp_path).add(GOOD, KNOWN)
    assert raised.value.why == why and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("writable", "free", "why"), [(False, 10, "read_only"), (True, 0, "full")])
def test_a_file_that_cannot_be_opened(writable, free, why, tmp_path, monkeypatch):
    """SQLite says no more than that it could not open a file; the folder says why."""

    def refused(path, missing_ok: bool = False) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(path))  # whether there is such a file or not

    monkeypatch.setattr(improvements.sqlite3, "connect", lambda name, **_: real("file:///nowhere/x?mode=rw", uri=True))
    monkeypatch.setattr(improvements.os, "access", lambda *_: writable)
    monkeypatch.setattr(improvements.Path, "unlink", refused)
    monkeypatch.setattr(improvements.shutil, "disk_usage", lambda _: type("Usage", (), {"free": free}))
    with pytest.raises(NotSaved) as raised:
        Register(tmp_path).add(GOOD, KNOWN)
    assert raised.value.why == why
