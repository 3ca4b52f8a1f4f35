"""The store: whole snapshots or none, whatever happens to a load, and a served connection that can only read."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from data.load import Refused, load, use
from data.opening import open_store
from data.schema import STORE_VERSION
from data.store import OutdatedStore, Store, StoreError
from tests.support.extracts import write_extract
from tests.support.stores import NEW, OLD, extract, versions
from tests.support.whole import bytes_below

PROJECT = Path(__file__).parents[2]


def test_loading_replaces_one_database_and_keeps_the_others(root, delivered):
    before = Store(root).current()
    manifest, _ = load([delivered["DCCG 2"]], root)
    assert versions(root) == NEW
    assert manifest.parent == before.id != manifest.id
    assert manifest.databases["DLCR"] == before.databases["DLCR"]
    assert before.rows("DCCG", "SELECT DISTINCT t FROM cases") == [("v1",)]  # who reads it keeps it


def test_several_folders_come_in_together_or_not_at_all(root, delivered):
    before = bytes_below(root)
    with pytest.raises(Refused) as refused:
        load([delivered["DCCG 2"], delivered["broken"], delivered["DLCR 2"]], root)
    assert [one.refused for one in refused.value.inspections] == [False, True, False]
    assert bytes_below(root) == before
    load([delivered["DCCG 2"], delivered["DLCR 2"]], root)
    assert versions(root) == {"DCCG": ("v2", 5), "DLCR": ("v2", 5)}


def test_a_database_twice_in_one_command_is_refused(root, delivered):
    before = bytes_below(root)
    with pytest.raises(StoreError, match="DCCG is in two of the folders; name one"):
        load([delivered["DCCG 2"], delivered["DLCR 2"], delivered["DCCG 1"]], root)
    assert bytes_below(root) == before


def test_a_refused_first_load_leaves_no_snapshot(tmp_path, delivered):
    with pytest.raises(Refused):
        load([delivered["broken"]], tmp_path / "store")
    with pytest.raises(StoreError, match="no snapshot here; run python -m data load FOLDER --store"):
        Store(tmp_path / "store").current()


def test_use_goes_back_and_forward(root, delivered):
    reader = Store(root)
    first = reader.current().id
    second = load([delivered["DCCG 2"]], root)[0].id
    assert use(root, first).id == first and versions(root) == OLD and reader.current().id == first
    assert use(root, second).id == second and versions(root) == NEW and reader.current().id == second
    before = bytes_below(root)
    for wrong in ("2020-01-01-abcdef", "", "../snapshots/" + first):
        with pytest.raises(StoreError, match=f"no snapshot '{wrong}'; it has {first}, {second}"):
            use(root, wrong)
    assert bytes_below(root) == before
    assert [one.id for one in reader.manifests()] == [first, second]


def test_a_load_after_use_builds_on_the_snapshot_in_use(root, delivered):
    first = Store(root).current_id()
    load([delivered["DCCG 2"]], root)
    use(root, first)
    manifest, _ = load([delivered["DLCR 2"]], root)
    assert manifest.parent == first and versions(root) == {"DCCG": ("v1", 4), "DLCR": ("v2", 5)}


# --- readers --------------------------------------------------------------------------------------


def test_a_running_reader_sees_a_new_snapshot_without_reopening(root, delivered):
    reader = Store(root)
    first = reader.current()
    assert reader.current() is first
    new, _ = load([delivered["DCCG 2"]], root)
    assert reader.current().id == new.id != first.id
    assert reader.current().rows("DCCG", "SELECT DISTINCT t FROM cases") == [("v2",)]


def test_readers_never_see_a_mixture(tmp_path):
    """Both databases always carry the same version; threads read them while they are loaded again and again."""
    root, stop, seen, wrong = tmp_path / "store", threading.Event(), set(), []
    both = [[extract(tmp_path, code, f"v{n}") for code in ("DCCG", "DLCR")] for n in range(4)]
    load(both[0], root)
    reader = Store(root)

    def hammer() -> None:
        while not stop.is_set():
            time.sleep(0.02)
            snapshot = reader.current()
            pair = tuple(snapshot.rows(code, "SELECT DISTINCT t FROM cases") for code in ("DCCG", "DLCR"))
            seen.add(pair[0][0][0])
            if pair[0] != pair[1] or len(pair[0]) != 1:
                wrong.append(pair)

    with ThreadPoolExecutor(3) as pool:
        futures = [pool.submit(hammer) for _ in range(3)]
        try:
            for folders in both[1:]:
                load(folders, root)
        finally:
            stop.set()
        for future in futures:
            future.result(timeout=30)
    assert wrong == [] and len(seen) > 1
    assert versions(root) == {"DCCG": ("v3", 3), "DLCR": ("v3", 3)}


def test_many_threads_get_their_own_rows(tmp_path):
    cases = [{"case_id": f"k{n}", "age": n % 100, "sex": "FM"[n % 2]} for n in range(2000)]
    load([write_extract(tmp_path / "delivered", cases=cases)], tmp_path / "store")
    snapshot = Store(tmp_path / "store").current()
    sql = "SELECT case_id FROM cases WHERE age = $age AND sex = $sex ORDER BY try_cast(case_id[2:] AS INTEGER)"

    def ask(number: int) -> bool:
        age, sex = number % 100, "FM"[number % 2]
        expected = [f"k{n}" for n in range(2000) if n % 100 == age and "FM"[n % 2] == sex]
        rows = snapshot.rows("DCCG", sql, {"age": age, "sex": sex})
        frame = snapshot.query("DCCG", sql, {"age": age, "sex": sex})
        return [row[0] for row in rows] == expected == list(frame["case_id"])

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(ask, range(100)))


FORBIDDEN = {
    "create": "CREATE TABLE x (a INTEGER)",
    "delete": "DELETE FROM cases",
    "update": "UPDATE cases SET age = 1",
    "drop": "DROP TABLE cases",
    "copy to": "COPY cases TO '{place}/out.csv'",
    "export": "EXPORT DATABASE '{place}/out'",
    "attach": "ATTACH '{place}/new.duckdb'",
    "attach itself to write": "ATTACH '{root}/databases/{file}' AS again",
    "read csv": "SELECT * FROM read_csv('{root}/current')",
    "read text": "SELECT * FROM read_text('{root}/current')",
    "read a name": "SELECT * FROM '{root}/snapshots/{id}.json'",
    "list files": "SELECT * FROM glob('{root}/*')",
    "settings": "SET enable_external_access = true",
    "locked": "SET lock_configuration = false",
    "memory": "SET memory_limit = '10GB'",
    "install": "INSTALL httpfs",
    "load": "LOAD httpfs",
}


@pytest.mark.parametrize("sql", FORBIDDEN.values(), ids=FORBIDDEN)
def test_a_served_connection_can_only_read_its_databases(sql, loaded, tmp_path):
    before = bytes_below(loaded)
    snapshot = Store(loaded).current()
    file = snapshot.info("DCCG").file
    with pytest.raises(duckdb.Error):
        snapshot.rows("DCCG", sql.format(place=tmp_path, root=loaded, file=file, id=snapshot.id))
    assert bytes_below(loaded) == before and not list(tmp_path.iterdir())


def test_unknown_database(loaded):
    with pytest.raises(StoreError, match="the store has no database 'DBCG'; it has DCCG, DLCR"):
        Store(loaded).current().query("DBCG", "SELECT 1")


# --- which store ----------------------------------------------------------------------------------


def test_store_is_the_one_named_else_that_of_the_environment(loaded, tmp_path, monkeypatch):
    monkeypatch.setenv("KRAEFT_STORE", str(loaded))
    assert open_store().root == loaded
    assert open_store(tmp_path).root == tmp_path
    with pytest.raises(StoreError, match="no such directory; run python -m data load FOLDER --store"):
        open_store(tmp_path / "gone")
    with pytest.raises(StoreError, match="no snapshot here"):
        open_store(tmp_path).current()
    monkeypatch.setattr("data.opening.demonstration_store", lambda progress: loaded)
    monkeypatch.delenv("KRAEFT_STORE")
    assert open_store().root == loaded


@pytest.mark.parametrize("damage", ["not json", "{}", '{"store_version": 0}', "[]"])
def test_a_damaged_snapshot_is_named(damage, root):
    current = Store(root).current_id()
    (root / "snapshots" / f"{current}.json").write_text(damage)
    with pytest.raises(StoreError, match=f"{current}.json: "):
        Store(root).current()


def test_a_pointer_or_database_file_that_is_damaged_is_named(root):
    store = Store(root)
    file = store.manifest(store.current_id()).databases["DLCR"].file
    (root / "databases" / file).write_bytes(b"nothing")
    with pytest.raises(StoreError, match=f"{file}: cannot be opened .* load the database again"):
        store.current()
    (root / "current").write_text("2020-01-01-abcdef\n")
    with pytest.raises(StoreError, match="no snapshot '2020-01-01-abcdef'; it has "):
        store.current()


def test_the_manifest_says_what_was_delivered(loaded):
    current = Store(loaded).current_id()
    content = json.loads((loaded / "snapshots" / f"{current}.json").read_text())
    assert content["id"] == current and content["parent"] == "" and content["created"].endswith("+00:00")
    entry = content["databases"]["DCCG"]
    assert entry["data_cut"] == "2026-10-31" and entry["rows"] == {"cases": 4} and entry["synthetic"] is False
    assert Store(loaded).manifest(current).to_json() == content


def test_delivered_columns_are_told_from_those_that_are_only_empty(tmp_path):
    """A column without a value was delivered; one that the file lacks was not, and neither was an absent table."""
    cases = "case_id | stage | icd10\na | | C18"
    folder = write_extract(tmp_path / "in", cases=cases, trials="case_id | status | date\na | included |")
    (folder / "pro.csv").write_text("case_id,timepoint,sent_date\n", encoding="utf-8")
    load([folder], tmp_path / "store")
    snapshot = Store(tmp_path / "store").current()
    delivered = snapshot.delivered("DCCG")
    assert delivered.keys() == {"cases", "trials", "pro"} == snapshot.info("DCCG").tables
    assert {"stage", "icd10", "sex"} <= delivered["cases"] and not {"t", "charlson"} & delivered["cases"]
    assert delivered["trials"] == {"case_id", "status", "date"}
    assert delivered["pro"] == {"case_id", "timepoint", "sent_date"}
    with pytest.raises(StoreError, match="no database 'DLCR'; it has DCCG"):
        snapshot.delivered("DLCR")


def test_demonstration_data_of_an_earlier_version_are_made_anew(tmp_path, monkeypatch):
    """The command of the README goes on working after an update; the register of improvements stays."""
    made = []

    def small(folder: Path, *_, **more) -> list[Path]:
        made.append(folder)
        return [extract(folder, "DCCG", f"v{len(made)}")]

    monkeypatch.setenv("KRAEFT_DEMO", str(tmp_path))
    monkeypatch.delenv("KRAEFT_STORE", raising=False)
    monkeypatch.setattr("data.synthetic.synthesise", small)
    monkeypatch.setattr("data.improvements.put_demonstration", lambda root: None)
    store = open_store()
    (path,) = (store.root / "snapshots").glob("*.json")
    (store.root / "improvements.sqlite").write_bytes(b"kept")
    assert versions(open_store().root) == {"DCCG": ("v1", 3)} and len(made) == 1
    path.write_text(json.dumps({**json.loads(path.read_text()), "store_version": STORE_VERSION - 1}))
    with pytest.raises(OutdatedStore, match="Load the extracts into a new store"):
        store.manifests()
    assert versions(open_store().root) == {"DCCG": ("v2", 3)} and not path.exists()
    assert (store.root / "improvements.sqlite").read_bytes() == b"kept"


def test_frames_in_use_outlive_a_load_and_orphans_do_not(root, delivered):
    stem = Store(root).current().info("DCCG").file.removesuffix(".duckdb")
    (root / "frames").mkdir()
    kept = [f"{stem}.daily.parquet", f".{stem}.weekly.parquet.123"]  # the second is being written
    gone = ["DCCG-000000000000.daily.parquet", ".DCCG-000000000000.daily.parquet.9", f".{stem}.daily.parquet.9"]
    for name in (*kept, *gone):
        (root / "frames" / name).write_bytes(b"")
    lock = f".{stem}.weekly.parquet.lock"
    with FileLock(root / "frames" / lock):  # as its maker holds it
        load([delivered["DCCG 2"]], root)
    (root / "frames" / lock).unlink()
    assert sorted(path.name for path in (root / "frames").iterdir()) == sorted(kept)
