"""Erasure and retention: what goes, what stays, and a dashboard that reads on."""

from __future__ import annotations

import json

import pytest

from data import retention
from data.__main__ import main
from data.load import load, use
from data.store import Store
from tests.support.stores import NEW, extract, leftovers, versions


def run(capsys, *words: object) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    return code, *capsys.readouterr()


def test_remove_erases_a_database_from_every_snapshot(root, delivered, capsys):
    first = Store(root).current_id()
    second = load([delivered["DLCR 2"]], root)[0].id
    reader = Store(root)
    before = reader.current()
    code, out, err = run(capsys, "remove", "DLCR", "--store", root)
    current = Store(root).current_id()
    assert code == 0 and err == ""
    assert out.splitlines() == [
        f"goes: DLCR of snapshot {first}: 4 cases, data cut 2026-10-31",
        f"goes: DLCR of snapshot {second}: 5 cases, data cut 2026-10-31",
        f"DLCR is erased; snapshot {current} is current",
    ]
    assert before.rows("DLCR", "SELECT count(*) FROM cases") == [(5,)]  # who has it open reads on
    assert list(reader.current().databases) == ["DCCG"] and reader.current().id == current
    assert not list((root / "databases").glob("DLCR*")) and leftovers(root) == set()
    assert all("DLCR" not in path.read_text() for path in (root / "snapshots").iterdir())
    assert versions(root) == {"DCCG": ("v1", 4)}
    use(root, first)  # older snapshots keep their ids and the other databases
    assert versions(root) == {"DCCG": ("v1", 4)}
    load([delivered["DLCR 2"]], root)
    assert versions(root)["DLCR"] == ("v2", 5)


def test_remove_what_is_not_there_or_all_there_is(root, tmp_path, capsys):
    code, _, err = run(capsys, "remove", "DaPeCa", "--store", root)
    assert code == 1 and "no snapshot holds database 'DaPeCa'; there are DCCG, DLCR" in err
    load([extract(tmp_path, "DCCG", "v1")], tmp_path / "one")
    code, _, err = run(capsys, "remove", "DCCG", "--store", tmp_path / "one")
    assert code == 1 and "delete the directory to erase it" in err
    assert versions(tmp_path / "one") == {"DCCG": ("v1", 3)}


@pytest.mark.parametrize(("keep", "stay"), [(1, [0, 3]), (2, [0, 2, 3]), (3, [0, 1, 2, 3]), (9, [0, 1, 2, 3])])
def test_prune_keeps_the_newest_and_the_current(keep, stay, root, delivered, capsys):
    ids = [Store(root).current_id()]
    for name in ("DCCG 2", "DLCR 2", "DCCG 1"):
        ids.append(load([delivered[name]], root)[0].id)
    use(root, ids[0])  # the oldest is current again: it stays whatever its age
    code, out, err = run(capsys, "prune", "--keep", keep, "--store", root)
    gone = [one for number, one in enumerate(ids) if number not in stay]
    assert code == 0 and err == "" and [one.id for one in Store(root).manifests()] == [ids[number] for number in stay]
    assert [line.split()[2] for line in out.splitlines() if line.startswith("goes: ")] == gone
    assert Store(root).current_id() == ids[0] and leftovers(root) == set()
    for number in stay:  # and what stays can be read
        use(root, ids[number])
        versions(root)


def test_prune_needs_a_number(root, capsys):
    for words in ([], ["--keep", "0"], ["--keep", "all"]):
        with pytest.raises(SystemExit) as end:
            main(["prune", *words, "--store", str(root)])
        assert end.value.code == 2


def test_at_a_terminal_it_asks_first(root, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    for answer, code in (("no", 1), ("", 1), ("yes", 0)):
        monkeypatch.setattr("builtins.input", lambda question, answer=answer: answer)
        assert main(["remove", "DLCR", "--store", str(root)]) == code
        assert ("DLCR" in Store(root).current().databases) == (code == 1)


def test_a_reader_that_opens_a_snapshot_as_it_goes_gets_the_new_one(root, delivered, monkeypatch):
    """The pointer was read, then the snapshot was taken away: the reader follows the pointer once more."""
    load([delivered["DCCG 2"]], root)
    reader, real = Store(root), Store.manifest
    calls = []

    def manifest(self, snapshot):
        calls.append(snapshot)
        if len(calls) == 1:
            retention.remove(root, "DLCR")
            retention.prune(root, 1)
        return real(self, snapshot)

    monkeypatch.setattr(Store, "manifest", manifest)
    assert list(reader.current().databases) == ["DCCG"] and versions(root) == {"DCCG": NEW["DCCG"]}
    assert json.loads((root / "snapshots" / f"{reader.current_id()}.json").read_text())["id"] == reader.current_id()


def unreadable(root, number: int) -> tuple[str, set[str]]:
    """Damage the manifest of the nth snapshot; returns its id and the files that it names."""
    one = Store(root).manifests()[number]
    path = root / "snapshots" / f"{one.id}.json"
    path.write_text(path.read_text().replace("DCCG", "DCXG", 1))
    return one.id, set(one.files)


def test_prune_passes_over_a_manifest_that_cannot_be_read(root, delivered, capsys, caplog):
    """Nothing that it may need goes; once it is put back or removed, the rest does."""
    ids = [Store(root).current_id()]
    for name in ("DCCG 2", "DLCR 2", "DCCG 1"):
        ids.append(load([delivered[name]], root)[0].id)
    path = root / "snapshots" / f"{ids[1]}.json"
    content = path.read_text()
    damaged, needed = unreadable(root, 1)
    code, out, _ = run(capsys, "prune", "--keep", 1, "--store", root)
    assert code == 0 and f"{damaged}.json: the snapshot cannot be read" in caplog.text
    assert "Until then 3 files that no other snapshot needs stay" in caplog.text
    assert [line.split()[2] for line in out.splitlines() if line.startswith("goes: ")] == [ids[0], ids[2]]
    assert {one.stem for one in (root / "snapshots").iterdir()} == {damaged, ids[3]}
    assert needed <= {one.name for one in (root / "databases").iterdir()}
    assert Store(root).current_id() == ids[3] and versions(root) == {"DCCG": ("v1", 4), "DLCR": ("v2", 5)}
    path.write_text(content)
    use(root, damaged)
    assert versions(root) == {"DCCG": ("v2", 5), "DLCR": ("v1", 4)}
    use(root, ids[3])
    assert run(capsys, "prune", "--keep", 1, "--store", root)[0] == 0
    assert leftovers(root) == set() and len(list((root / "databases").iterdir())) == 2


def test_erasure_passes_over_a_manifest_that_cannot_be_read_and_still_erases(root, delivered, capsys, caplog):
    load([delivered["DLCR 2"]], root)
    damaged, needed = unreadable(root, 0)
    code, out, _ = run(capsys, "remove", "DLCR", "--store", root)
    assert code == 0 and f"{damaged}.json" in caplog.text and "DLCR is erased" in out
    there = {one.name for one in (root / "databases").iterdir()}
    assert not any(name.startswith("DLCR") for name in there)
    assert {name for name in needed if name.startswith("DCCG")} <= there
    assert versions(root) == {"DCCG": ("v1", 4)}


def test_the_snapshots_that_prune_keeps_are_counted_among_the_readable(root, delivered, capsys):
    """Otherwise a damaged newest one could take the place of the last good one."""
    first = Store(root).current_id()
    load([delivered["DCCG 2"]], root)
    use(root, first)
    unreadable(root, 1)
    code, out, _ = run(capsys, "prune", "--keep", 1, "--store", root)
    assert code == 0 and "goes:" not in out and versions(root) == {"DCCG": ("v1", 4), "DLCR": ("v1", 4)}
