"""A register of improvements that cannot be read: pages live without it and say so; it is never "no initiatives"."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from data.__main__ import main
from data.improvements import FILE, BrokenRegister, NotSaved, Register
from data.store import Store
from indicators.__main__ import main as indicators
from tests.store.test_improvements import GOOD, KNOWN
from tests.support import clients

NOTICE = "Registret over forbedringsprojekter kan ikke læses for tiden; projekter er ikke tegnet ind."
TREND = "/indikator/tnm_complete"


def sql(path: Path, text: str) -> None:
    con = sqlite3.connect(path)
    con.executescript(text)
    con.close()


def flip_the_header(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[5] ^= 1
    path.write_bytes(content)


DAMAGES = {
    "emptied": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:5000]),
    "flipped": flip_the_header,
    "other bytes": lambda path: path.write_bytes(b"\xff" * 9000),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "another database": lambda path: (path.unlink(), sql(path, "CREATE TABLE x (a)")),
    "without its row": lambda path: sql(path, "DELETE FROM register"),
    "without initiatives": lambda path: sql(path, "DROP TABLE initiatives"),
    "no day": lambda path: sql(path, "UPDATE initiatives SET start = '2024-13-01'"),
    "no revision": lambda path: sql(path, "UPDATE initiatives SET washout = 'x'"),
}


@pytest.fixture(scope="module")
def site(synthetic_store, tmp_path_factory):
    """A store with initiatives, and a dashboard that runs on it."""
    root = tmp_path_factory.mktemp("register") / "store"
    shutil.copytree(synthetic_store.root, root)
    return root, clients._client.__wrapped__(root, "working")


@pytest.mark.some(3)
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_pages_live_without_the_register(damage, site, caplog):
    root, running = site
    path = root / FILE
    whole = path.read_bytes()
    assert len(Register(root).all()) > 0
    try:
        damage(path)
        caplog.clear()
        for address in ("/om", "/om?lang=en"):
            page = running.get(address)
            assert page.status_code == 200 and NOTICE not in page.text, address
        assert len([one for one in caplog.messages if FILE in one]) == 1, "told once"
        page = running.get("/forbedringer")
        assert page.status_code == 503 and "Det betyder ikke, at der ingen projekter er" in page.text
        assert "That does not mean that there are no" in running.get("/forbedringer?lang=en").text
        assert running.get("/forbedringer/register.csv").status_code == 503
        with pytest.raises(BrokenRegister, match=FILE):
            Register(root).all()
        assert main(["improvements", "export", "--store", str(root)]) == 1
    finally:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        path.write_bytes(whole)
    assert running.get("/om").status_code == running.get("/forbedringer/register.csv").status_code == 200, "healed"


def test_a_trend_says_that_initiatives_are_missing(site):
    root, running = site
    path = root / FILE
    whole = path.read_bytes()
    sql_units = "SELECT department FROM cases WHERE department IS NOT NULL LIMIT 1"
    unit = Store(root).current().rows("DCCG", sql_units)[0][0]
    try:
        path.write_bytes(b"")
        page = running.get(TREND)
        assert page.status_code == 200 and NOTICE in page.text
        words = ["--database", "DCCG", "--indicator", "tnm_complete", "--unit", unit, "--date", "2021-01-01"]
        assert indicators(["effect", "--store", str(root), *words]) == 1, "controls cannot be told"
    finally:
        path.write_bytes(whole)
    assert NOTICE not in running.get(TREND).text


def test_nothing_is_written_over_a_damaged_register(site):
    """A first write into an empty file would look like a register that was always that small."""
    root, _ = site
    path = root / FILE
    whole = path.read_bytes()
    try:
        path.write_bytes(b"")
        with pytest.raises(BrokenRegister, match="restore it from a backup"):
            Register(root).add(GOOD, KNOWN)
        assert path.read_bytes() == b""
    finally:
        path.write_bytes(whole)


def test_a_register_is_made_whole_or_not_at_all(tmp_path, monkeypatch):

    def full(*arguments) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "link", full)
        with pytest.raises(NotSaved, match="No space left"):
            Register(tmp_path).add(GOOD, KNOWN)
    assert list(tmp_path.iterdir()) == [] and Register(tmp_path).all() == ()
    Register(tmp_path).add(GOOD, KNOWN)
    assert len(Register(tmp_path).all()) == 1
