"""Kept frames that are damaged: no number comes from them, they are made again, and the log says so."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from data import cache
from data.cache import kept_frame, kept_query, kept_rows
from data.store import Snapshot, Store
from results import audit
from results.view import Edition, View

MADE = pd.DataFrame({"unit": [1, 2], "rate": [0.571, 0.25]})


def flip(path: Path) -> None:
    """One bit, in the middle of the data, in place."""
    content = bytearray(path.read_bytes())
    content[len(content) // 4] ^= 16
    path.write_bytes(content)


def flip_the_sum(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[content.rindex(cache._MARK) + len(cache._MARK)] ^= 1
    path.write_bytes(content)


def of_another_name(path: Path) -> None:
    """A frame that is whole in itself, and of something else."""
    snapshot = Store(path.parent.parent).current()
    kept_frame(snapshot, "DLCR", "rates", lambda: MADE.assign(rate=0.074))
    os.replace(frame_file(snapshot, "DLCR"), path)


def without_sum(path: Path) -> None:
    duckdb.connect().execute(f"COPY (SELECT 1 AS unit, 0.074 AS rate) TO '{path}' (FORMAT parquet)")


DAMAGES = {
    "flipped": flip,
    "flipped sum": flip_the_sum,
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-40]),
    "emptied": lambda path: path.write_bytes(b""),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"x"),
    "other bytes": lambda path: path.write_bytes(b"PAR1" * 30),
    "removed": lambda path: path.unlink(),
    "of another name": of_another_name,
    "without a sum": without_sum,
}


def frame_file(snapshot: Snapshot, database: str = "DCCG", key: str = "rates") -> Path:
    return cache._path(snapshot, database, key)


def rows(snapshot: Snapshot) -> pd.DataFrame:
    return kept_rows(snapshot, "rates", "unit", {"DCCG": (1, 2)}, lambda code: MADE)


READERS = {
    "frame": lambda snapshot: kept_frame(snapshot, "DCCG", "rates", lambda: MADE)["rate"].tolist(),
    "rows": lambda snapshot: rows(snapshot)["rate"].tolist(),
}


@pytest.mark.some(5)
@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_frame_is_made_again(damage, reader, root, caplog):
    """At a start, and by a process that has read the frame before it was damaged."""
    first = Store(root).current()
    assert reader(first) == [0.571, 0.25]
    path = frame_file(first)
    whole = path.read_bytes()
    damage(path)
    caplog.clear()
    again = Store(root).current()  # has nothing in memory
    assert reader(again) == [0.571, 0.25] == reader(first)
    assert path.read_bytes() == whole, "made again, on disk"
    told = [one for one in caplog.messages if path.name in one and "made again" in one]
    assert len(told) == (damage is not DAMAGES["removed"])
    assert reader(Store(root).current()) == [0.571, 0.25] and len(caplog.messages) == len(told)


@pytest.mark.parametrize("damage", [flip, without_sum], ids=["flipped", "without a sum"])
def test_a_query_finds_nothing_in_a_damaged_frame(damage, root):
    snapshot = Store(root).current()
    kept_frame(snapshot, "DCCG", "rates", lambda: MADE)
    ask = "SELECT rate FROM read_parquet($path) WHERE unit = 1"
    assert kept_query(snapshot, "DCCG", "rates", ask, {})["rate"].tolist() == [0.571]
    damage(frame_file(snapshot))
    assert kept_query(snapshot, "DCCG", "rates", ask, {}) is None


def test_a_damaged_frame_of_a_store_that_cannot_be_written_to_is_not_read(root, monkeypatch, caplog):
    snapshot = Store(root).current()
    kept_frame(snapshot, "DCCG", "rates", lambda: MADE)
    path = frame_file(snapshot)
    flip(path)

    def refuse(*arguments, **options) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        patch.setattr(cache, "_keep", refuse)
        for _ in range(3):
            assert READERS["frame"](Store(root).current()) == [0.571, 0.25]
            assert READERS["rows"](Store(root).current()) == [0.571, 0.25]
    assert [path.name in one and "cannot be removed" in one for one in caplog.messages] == [True], "told once"


def test_a_frame_that_goes_while_it_is_read_is_made_again(root, monkeypatch):
    """A load takes away what belongs to no snapshot; whoever has just looked for it still answers."""
    snapshot = Store(root).current()
    kept_frame(snapshot, "DCCG", "rates", lambda: MADE)
    shutil.rmtree(root / "frames")
    monkeypatch.setattr(cache, "_sound", lambda path: True)
    other = Store(root).current()
    assert READERS["rows"](other) == [0.571, 0.25]
    assert READERS["frame"](Store(root).current()) == [0.571, 0.25]


@pytest.mark.parametrize("step", ["sync", "replace"])
def test_a_full_disk_keeps_no_half_frame(step, root, monkeypatch, caplog):
    def full(*arguments) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(*((cache, "sync") if step == "sync" else (os, "replace")), full)
        assert READERS["frame"](Store(root).current()) == [0.571, 0.25]
    assert list((root / "frames").iterdir()) == []
    assert "No space left on device" in caplog.text
    READERS["frame"](Store(root).current())
    assert frame_file(Store(root).current()).is_file()


def test_a_frame_is_on_the_disk_before_it_has_its_name(root, monkeypatch):
    """A power cut after the rename must not leave a name with nothing behind it: file, rename, folder."""
    steps, real = [], os.replace
    monkeypatch.setattr(cache, "sync", lambda path: steps.append("file"))
    monkeypatch.setattr(cache, "sync_folder", lambda path: steps.append("folder"))
    monkeypatch.setattr(os, "replace", lambda a, b: (steps.append("rename"), real(a, b)))
    READERS["frame"](Store(root).current())
    assert steps == ["file", "rename", "folder"]


@pytest.mark.slow
def test_a_flipped_bit_in_any_frame_of_a_page_changes_no_number(synthetic_store, tmp_path):
    """Every frame that the overview keeps, one after the other."""
    shutil.copytree(synthetic_store.root, tmp_path / "store")
    shutil.rmtree(tmp_path / "store" / "frames", ignore_errors=True)

    def shown() -> list[str]:
        view = View(Store(tmp_path / "store").current(), Edition(), "DCCG", 2024)
        return [repr(row) for row in audit.overview(view)]

    before = shown()
    frames = sorted((tmp_path / "store" / "frames").glob("*.parquet"))
    assert frames
    for path in frames:
        flip(path)
        assert shown() == before, path.name


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EPERM])
def test_old_frames_of_a_store_that_may_not_be_written_to_stay(root, monkeypatch, number):
    snapshot = Store(root).current()
    kept_frame(snapshot, "DCCG", "old", lambda: pd.DataFrame({"x": [1]}))

    def refused(path: Path, missing_ok: bool = False) -> None:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(Path, "unlink", refused)
    assert cache.remove_others(snapshot, ("new",)) == 0
    monkeypatch.undo()
    assert cache.remove_others(snapshot, ("old",)) == 0 and cache.remove_others(snapshot, ("new",)) == 1


def test_a_disk_that_fails_while_old_frames_are_removed_is_said(root, monkeypatch):
    snapshot = Store(root).current()
    kept_frame(snapshot, "DCCG", "old", lambda: pd.DataFrame({"x": [1]}))

    def broken(path: Path, missing_ok: bool = False) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))

    monkeypatch.setattr(Path, "unlink", broken)
    with pytest.raises(OSError, match="Input/output"):
        cache.remove_others(snapshot, ("new",))
