"""One broken file in a store: what readers see, that no number is wrong, that it heals without a restart."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

import app
from data.__main__ import main
from data.load import load, use
from data.store import BrokenDatabase, Store, StoreError
from layouts.frame.source import CONFIG_KEY
from server import preparing
from tests.store.test_parts import delivery
from tests.support import clients
from tests.support.stores import versions

PATHS = ("/om", "/datakvalitet?lang=en")
SHOWN = ("viser det seneste, der kan: udtræk", "shows the latest that can be: extract")
LEFT_OUT = (
    "Data fra DLCR kan ikke læses for tiden og er ikke med",
    "The data of DLCR cannot be read at present and are",
)


def pointer(root: Path) -> Path:
    return root / "current"


def manifest(root: Path) -> Path:
    return root / "snapshots" / f"{pointer(root).read_text().strip()}.json"


def database(root: Path, code: str = "DLCR") -> Path:
    entry = json.loads(manifest(root).read_text())["databases"][code]
    return root / "databases" / entry["file"]


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


DAMAGES = {
    "flipped": flip,
    "cut": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "emptied": lambda path: path.write_bytes(b""),
    "no text": lambda path: path.write_bytes(b"\xff\xfe" * 200),
    "removed": lambda path: path.unlink(),
}
every_damage = pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)


def started(root: Path):
    """A dashboard that starts now."""
    return clients._client.__wrapped__(root, "working")


def says(asking, texts: tuple[str, str] | None) -> None:
    for path in PATHS:
        answer = asking.get(path)
        assert answer.status_code == 200, path
        for wanted in (SHOWN, LEFT_OUT):
            assert (wanted["lang=en" in path] in answer.text) == (wanted is texts), path


@pytest.mark.some(3)
@pytest.mark.parametrize("place", [pointer, manifest], ids=["pointer", "manifest"])
@every_damage
def test_a_broken_pointer_or_manifest(damage, place, root, delivered, caplog):
    """Running: the snapshot shown last. At a start: the newest that can be read. Commands refuse; a load mends it."""
    old = Store(root).current_id()
    load([delivered["DCCG 2"]], root)
    running, at_start = Store(root), Store(root)
    shown = running.served()
    damage(place(root))
    assert running.served() is shown, "what was shown goes on"
    assert bool(running.trouble) == (place is pointer), "a snapshot that is open needs its manifest no more"
    caplog.clear()
    for _ in range(3):
        assert at_start.served().id == (shown.id if place is pointer else old)
    assert at_start.trouble and len([one for one in caplog.messages if "is shown instead" in one]) == 1, "told once"
    with pytest.raises(StoreError):
        Store(root).current()
    assert main(["load", str(delivered["DCCG 2"]), str(delivered["DLCR 2"]), "--store", str(root)]) == 0
    for store in (running, at_start):
        assert store.served().rows("DLCR", "SELECT DISTINCT t FROM cases") == [("v2",)] and not store.trouble
    assert versions(root) == {"DCCG": ("v2", 5), "DLCR": ("v2", 5)}


def test_pages_say_which_extract_they_show(root, delivered):
    running = started(root)
    says(running, None)
    pointer(root).write_bytes(b"")
    says(running, SHOWN)
    says(started(root), SHOWN)
    load([delivered["DLCR 2"]], root)
    says(running, None)


def test_using_another_snapshot_mends_a_broken_pointer(root):
    first = Store(root).current_id()
    pointer(root).write_text("nonsense\n")
    assert use(root, first).id == first == Store(root).current().id


@pytest.mark.some(2)
@every_damage
def test_a_broken_database(damage, root, delivered):
    """The others are there; commands refuse; loading the same extract again mends it."""
    running, at_start = Store(root), Store(root)
    assert set(running.served().databases) == {"DCCG", "DLCR"}
    damage(database(root))
    running.served().look()  # as the thread that watches does
    for store in (running, at_start):
        assert set(store.served().databases) == {"DCCG"} and set(store.served().broken) == {"DLCR"}
        with pytest.raises(BrokenDatabase, match="load the database again"):
            store.served().rows("DLCR", "SELECT 1")
    with pytest.raises(StoreError, match=r"DLCR-.* cannot be opened .*; load the database again"):
        Store(root).current()
    assert main(["load", str(delivered["DLCR 1"]), "--store", str(root)]) == 0
    for store in (running, at_start):
        assert set(store.served().databases) == {"DCCG", "DLCR"} and not store.served().broken
    assert versions(root) == {"DCCG": ("v1", 4), "DLCR": ("v1", 4)}


def test_pages_of_a_broken_database_say_so_and_the_others_name_it(root, delivered):
    running = started(root)
    assert running.get("/om?database=DLCR").status_code == 200
    flip(database(root))
    running.application.config[CONFIG_KEY].store.served().look()
    says(running, LEFT_OUT)
    own = running.get("/om?database=DLCR")
    assert own.status_code == 503 and "Data fra DLCR kan ikke læses for tiden" in own.text
    assert "The data of DLCR cannot be read" in running.get("/om?database=DLCR&lang=en").text
    load([delivered["DCCG 2"]], root)
    says(running, LEFT_OUT)
    load([delivered["DLCR 1"]], root)
    says(running, None)
    assert running.get("/om?database=DLCR").status_code == 200


def test_a_database_that_is_put_back_is_shown_again(root):
    path = database(root)
    whole = path.read_bytes()
    flip(path)
    store = Store(root)
    assert set(store.served().databases) == {"DCCG"}
    with pytest.raises(BrokenDatabase, match="load the database again"):
        store.served().rows("DLCR", "SELECT 1")
    path.write_bytes(whole)
    store.served().look()
    assert set(store.served().databases) == {"DCCG", "DLCR"} and not store.served().broken


def test_a_database_that_is_damaged_while_it_is_read(root):
    """DuckDB finds a block that does not fit its sum; the next reader has the others."""
    store = Store(root)
    snapshot = store.served()
    path = database(root)
    content = bytearray(path.read_bytes())
    for place in range(3 * 4096, len(content), 64):
        content[place] ^= 255
    with path.open("r+b") as stream:
        stream.write(content)
    with pytest.raises(BrokenDatabase) as raised:
        for table in ("cases", "units", "findings"):
            snapshot.rows("DLCR", f"SELECT * FROM {table}")
    assert raised.value.database == "DLCR"
    assert set(store.served().databases) == {"DCCG"} == set(store.served().databases)


def test_a_wrong_question_is_no_damage(loaded):
    store = Store(loaded)
    with pytest.raises(duckdb.CatalogException):
        store.served().rows("DCCG", "SELECT * FROM nothing")
    assert set(store.served().databases) == {"DCCG", "DLCR"} and not store.served().outdated


def test_a_file_of_another_load_is_not_taken_for_it(root, delivered):
    """Whole in itself, but not what the manifest names."""
    old = database(root).read_bytes()
    load([delivered["DLCR 2"]], root)
    database(root).write_bytes(old)
    assert set(Store(root).served().broken) == {"DLCR"}


@pytest.mark.some(2)
@every_damage
def test_an_unreadable_old_manifest_blocks_no_load_and_keeps_its_files(damage, root, delivered, capsys):
    old, needed = manifest(root), database(root, "DCCG")
    content = old.read_bytes()
    load([delivered["DCCG 2"]], root)
    damage(old)
    load([delivered["DLCR 2"]], root)
    assert versions(root) == {"DCCG": ("v2", 5), "DLCR": ("v2", 5)}
    assert main(["snapshots", "--store", str(root)]) == 0
    said = capsys.readouterr()
    assert said.out.count("\n") == 2 and (damage is DAMAGES["removed"]) == (old.name not in said.err)
    if damage is not DAMAGES["removed"]:
        assert needed.is_file(), "put back, the manifest needs it"
        old.write_bytes(content)
        use(root, old.stem)
        assert versions(root)["DCCG"] == ("v1", 4)


def test_a_manifest_with_another_day_is_not_believed(root):
    path = manifest(root)
    path.write_text(path.read_text().replace("2026-10-31", "2026-10-30"))
    with pytest.raises(StoreError, match="it is not what was written"):
        Store(root).current()


def test_no_traceback_at_a_start_where_nothing_can_be_read(root, capsys):
    for path in (root / "databases").iterdir():
        path.write_bytes(b"")
    assert app.main(["--store", str(root)]) == 1
    said = capsys.readouterr().err
    assert "none of its databases can be opened" in said and "Traceback" not in said


def test_a_part_that_is_damaged_must_be_loaded_again(tmp_path):
    root, west = tmp_path / "store", delivery(tmp_path / "west", "west", ["w"])
    load([delivery(tmp_path / "east", "east", ["e"]), west], root)
    entry = json.loads(manifest(root).read_text())["databases"]["DCCG"]
    flip(root / "databases" / next(one["file"] for one in entry["parts"] if one["name"] == "west"))
    assert set(Store(root).current().databases) == {"DCCG"}, "readers need the whole alone"
    east = delivery(tmp_path / "new", "east", ["e", "f"])
    with pytest.raises(StoreError, match="stored part west cannot be read; load it in the same command"):
        load([east], root)
    load([east, west], root)
    assert Store(root).current().rows("DCCG", "SELECT count(*) FROM cases") == [(3,)]


def test_the_thread_that_watches_goes_on_after_what_it_does_not_expect(root, delivered, monkeypatch, caplog):
    """A fault that is none of the store's is logged once with its trace; the next snapshot is still prepared."""
    prepared = []

    class Stop(BaseException):
        pass

    def prepare(snapshot) -> None:
        prepared.append(snapshot.id)
        if len(prepared) == 1:
            raise ZeroDivisionError("unexpected")

    def sleep(seconds: float) -> None:
        beats.append(seconds)
        if len(beats) == 3:
            load([delivered["DCCG 2"]], root)
        if len(beats) == 5:
            raise Stop

    beats: list[float] = []
    monkeypatch.setattr(preparing.improvements, "prepare", prepare)
    monkeypatch.setattr(preparing.time, "sleep", sleep)
    monkeypatch.setattr(preparing, "_start_preparing", lambda store, edition, login: None)
    monkeypatch.setattr(preparing, "_runs", lambda process, until: False)
    store = Store(root)
    with pytest.raises(Stop):
        preparing.keep_ready(store, lambda: None)
    assert len(prepared) == 2 and prepared[1] == store.current_id()
    told = [one for one in caplog.records if "unexpected" in one.getMessage()]
    assert len(told) == 1 and told[0].exc_info
