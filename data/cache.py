"""Frames kept beside the store: made once per database file, read by every later process.

A frame is named by the immutable database file and a key that says what it holds (with the version of the
definitions), so it never has to be invalidated; a load removes those whose database file is gone.

It carries a sum of its bytes and its name, which each process takes once before it reads the file. A frame that was
damaged, cut short or put under another name is removed and made again: no number comes from it.

It is made once: by the first thread of the first process that asks. While that is at work it holds a lock file beside
the frame, which falls with the process; the others wait, in a server for a moment only (data.once).
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

import duckdb
import filelock
import pandas as pd

from data.once import BeingMade, Frame, slow_work
from data.published import NotPublished, Published
from data.soundness import checked_once, sync, sync_folder
from data.store import Snapshot

FOLDER = "frames"
#: Stands before the sum in a frame's metadata; while the sum is taken, zeros stand in its place.
_MARK = b"kraeft-frame-sha256:"
_DIGITS = 64
#: What the name of a wish ends with: an empty file, beside the frame that a reader waits for.
_WISH = ".wanted"
#: Who waits for more frames than this waits for all that is being made, and has no wish.
_FEW = 3
_UNWRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS)
#: Seconds that a command waits for another process to make a frame, before it makes its own.
_LONGEST = 600
_log = logging.getLogger(__name__)


def kept_frame(
    snapshot: Snapshot, database: str, key: str, build: Callable[[], pd.DataFrame], slow: bool = False
) -> pd.DataFrame:
    """The frame ``key`` of a database: from memory, else from disk, else built and kept.

    A store that this process may not write to is no error: the frame then lives in memory only. A ``slow`` frame is
    not built while another process prepares the snapshot: BeingMade. Any other is built by one thread of one process;
    in a server the others get BeingMade after a moment.
    """

    def found() -> pd.DataFrame:
        if slow and snapshot.made_elsewhere() and not is_kept(snapshot, database, key):
            raise _being_made(snapshot, [(database, key)])
        return _read_or_build(snapshot, database, key, build)

    return snapshot.remember(("frame", database, key), found)


def kept_rows(
    snapshot: Snapshot,
    key: str,
    column: str,
    wanted: Mapping[str, Collection[int]],
    build: Callable[[str], pd.DataFrame],
    slow: bool = False,
) -> pd.DataFrame:
    """The rows of several databases' frames whose ``column`` has one of the values wanted of that database.

    With a column ``database``; each database's rows in the order of its frame. The kept files are read together, many
    times faster than one by one; a frame that is not kept yet is built by ``build(database)``; ``slow``: as
    ``kept_frame``, told of all that are missing.
    """
    if slow and snapshot.made_elsewhere():
        missing = [(database, key) for database in wanted if not is_kept(snapshot, database, key)]
        if missing:
            raise _being_made(snapshot, missing, [(database, key) for database in wanted])
    frames, pairs = [], []
    for database, values in wanted.items():
        path = _path(snapshot, database, key)
        if _sound(path):
            pairs += [(str(path), database, value) for value in values]
        else:
            frame = kept_frame(snapshot, database, key, lambda code=database: build(code), slow)
            frames.append(frame[frame[column].isin(values)].assign(database=database))
    if pairs:
        paths, databases, values = (list(column) for column in zip(*pairs, strict=True))
        sql = (
            "SELECT wanted.database, kept.* EXCLUDE (filename, file_row_number) "
            "FROM read_parquet($files, filename = true, file_row_number = true) kept JOIN ("
            "SELECT unnest($paths) AS path, unnest($databases) AS database, unnest($values) AS value) wanted "
            f'ON kept.filename = wanted.path AND kept."{column}" = wanted.value '
            "ORDER BY wanted.database, kept.file_row_number"
        )
        params = {"files": sorted(set(paths)), "paths": paths, "databases": databases, "values": values}
        try:
            with _reader(snapshot).cursor() as cursor:
                frames.append(cursor.execute(sql, params).df())
        except duckdb.IOException as error:  # one of them is gone since: one by one, which makes it again
            _log.warning("%s: frames cannot be read together (%s)", key, error)
            for database in dict.fromkeys(databases):
                frame = kept_frame(snapshot, database, key, lambda code=database: build(code), slow)
                frames.append(frame[frame[column].isin(wanted[database])].assign(database=database))
    return pd.concat(frames, ignore_index=True)


def kept_query(snapshot: Snapshot, database: str, key: str, sql: str, params: dict) -> pd.DataFrame | None:
    """What ``sql`` finds in a database's frame (``read_parquet($path)``), None where that is not kept."""
    path = _path(snapshot, database, key)
    if not _sound(path):
        return None
    with _reader(snapshot).cursor() as cursor:
        return cursor.execute(sql, params | {"path": str(path)}).df()


def is_kept(snapshot: Snapshot, database: str, key: str) -> bool:
    """Whether a frame is there and sound, so that it is only read."""
    return _sound(_path(snapshot, database, key))


def _being_made(snapshot: Snapshot, missing: Sequence[Frame], of: Sequence[Frame] = ()) -> BeingMade:
    """That frames are missing which another process makes; it is asked to make them first, where they are few."""
    if len(missing) <= _FEW:
        for database, key in missing:
            path = _path(snapshot, database, key)
            with contextlib.suppress(OSError):
                path.parent.mkdir(exist_ok=True)
                path.with_name(f".{path.name}{_WISH}").touch(exist_ok=False)  # the first asked first
    return BeingMade(f"{missing[0][0]}: {missing[0][1]} is being made", of or missing)


def wished(snapshot: Snapshot) -> list[Frame]:
    """The frames of the snapshot that somebody waits for, the first asked first; those that have come are forgotten."""
    stems = {info.file.removesuffix(".duckdb"): code for code, info in snapshot.databases.items()}
    found = []
    for path in (snapshot.root / FOLDER).glob(f".*{_WISH}"):
        stem, _, key = path.name.removeprefix(".").removesuffix(f".parquet{_WISH}").partition(".")
        with contextlib.suppress(OSError):
            if stem in stems and is_kept(snapshot, stems[stem], key):
                path.unlink(missing_ok=True)
            elif stem in stems:
                found.append((path.stat().st_mtime_ns, stems[stem], key))
    return [(database, key) for _, database, key in sorted(found)]


def sweep(root: Path, stems: Collection[str]) -> None:
    """Remove the frames of database files that are not among ``stems``, and what killed processes left half written.

    What a process is making at this moment stays.
    """
    for path in (root / FOLDER).glob("*"):
        name = path.name.removeprefix(".")
        if name.split(".")[0] in stems and (not path.name.startswith(".") or name.endswith(_WISH)):
            continue
        if not path.name.startswith(".") or name.endswith(_WISH):
            path.unlink(missing_ok=True)
            continue
        lock = _lock(path.with_name(name.partition(".parquet")[0] + ".parquet"))
        with contextlib.suppress(filelock.Timeout), lock.acquire(timeout=0):
            path.unlink(missing_ok=True)
            Path(lock.lock_file).unlink(missing_ok=True)


def remove_others(snapshot: Snapshot, versions: Collection[str]) -> int:
    """Remove the frames whose name holds none of these versions, which this program never reads; how many there were.

    A store that may not be written to keeps them.
    """
    old = [
        path
        for path in (snapshot.root / FOLDER).glob("*.parquet")
        if not any(version in path.name for version in versions)
    ]
    try:
        for path in old:
            path.unlink(missing_ok=True)
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            raise
        return 0
    return len(old)


def _reader(snapshot: Snapshot) -> duckdb.DuckDBPyConnection:
    """One reader for all frames of the snapshot: opening a connection takes longer than reading a frame."""
    if isinstance(snapshot, Published):
        raise NotPublished("the public edition reads none of the kept frames")
    return snapshot.remember(("frames", "reader"), lambda: duckdb.connect(":memory:"))


def _path(snapshot: Snapshot, database: str, key: str) -> Path:
    if isinstance(snapshot, Published):
        raise NotPublished(f"{database}: the public edition has no {key}")
    stem = snapshot.info(database).file.removesuffix(".duckdb")
    return snapshot.root / FOLDER / f"{stem}.{key}.parquet"


def _read_or_build(snapshot: Snapshot, database: str, key: str, build: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    path = _path(snapshot, database, key)
    found = _read(snapshot, path)
    if found is not None:
        return found
    awaited = [(database, key)]
    with _only_maker(path, snapshot, awaited):
        found = _read(snapshot, path)  # made by another process in the meantime
        if found is not None:
            return found
        with slow_work(snapshot.workshop, f"{database}: {key}", awaited):
            frame = build()
        try:
            _keep(frame, path)
        except (OSError, duckdb.IOException) as error:
            # A read-only store is no error: the next process builds it again. A full disk is worth a line.
            if getattr(error, "errno", None) not in _UNWRITABLE and os.access(path.parent, os.W_OK):
                _log.warning("%s: cannot be kept (%s); it is made again when it is needed", path, error)
        return frame


def _read(snapshot: Snapshot, path: Path) -> pd.DataFrame | None:
    """The kept frame; None where it is not there or not sound."""
    if not _sound(path):
        return None
    try:
        with _reader(snapshot).cursor() as cursor:
            return cursor.execute("SELECT * FROM read_parquet($path)", {"path": str(path)}).df()
    except duckdb.IOException as error:  # gone since, or the disk no longer gives it
        _log.warning("%s: cannot be read (%s); made again", path, error)
        return None


def _lock(path: Path) -> filelock.FileLock:
    """The lock of who makes a frame."""
    return filelock.FileLock(path.with_name(f".{path.name}.lock"), thread_local=False)


class _Mine(threading.local):
    """The frames that this thread is making."""

    def __init__(self) -> None:
        self.paths: set[Path] = set()


_mine = _Mine()


@contextlib.contextmanager
def _only_maker(path: Path, snapshot: Snapshot, awaited: Sequence[Frame]) -> Iterator[None]:
    """Hold the lock of the frame; raises BeingMade where a server would have to wait long for another process.

    In a store that may not be written to, and on a full disk, there is none: each process makes its own. Who makes the
    frame already, and asks for it while doing so, does not wait for itself.
    """
    if path in _mine.paths:
        yield
        return
    lock = _lock(path)

    def acquired(seconds: float) -> bool:
        try:
            lock.acquire(timeout=seconds)
        except filelock.Timeout:
            return False
        return True

    try:
        path.parent.mkdir(exist_ok=True)
        mine = acquired(0)
        if not mine and snapshot.workshop is None:
            mine = acquired(_LONGEST)
        elif not mine:
            mine = snapshot.workshop.wait(acquired)
            if not mine:
                raise BeingMade(f"{awaited[0][0]}: {awaited[0][1]} is being made", awaited)
    except OSError:
        mine = False
    _mine.paths.add(path)
    try:
        yield
    finally:
        _mine.paths.remove(path)
        if mine:
            with contextlib.suppress(OSError):
                Path(lock.lock_file).unlink(missing_ok=True)  # whoever waits for it finds the frame
            lock.release()


def _keep(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame with its sum, so that a reader, also after a power cut, finds all of it or nothing."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    path.parent.mkdir(exist_ok=True)
    try:
        with duckdb.connect(":memory:") as con:
            con.register("frame", frame)
            place = str(temporary).replace("'", "''")
            mark = f"KV_METADATA {{sum: '{_MARK.decode()}{'0' * _DIGITS}'}}"
            con.execute(f"COPY frame TO '{place}' (FORMAT parquet, {mark})")
        content = temporary.read_bytes()
        start = content.rindex(_MARK) + len(_MARK)
        with temporary.open("r+b") as stream:
            stream.seek(start)
            stream.write(_sum(path.name, content).encode())
        sync(temporary)
        os.replace(temporary, path)
        sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _sum(name: str, content: bytes) -> str:
    """The sha256 of a frame with zeros for its sum, and of its name."""
    return hashlib.sha256(name.encode() + b"\0" + content).hexdigest()


def _sound(path: Path) -> bool:
    """Whether the frame is there and is what was written."""
    try:
        return checked_once(path, _intact)
    except FileNotFoundError:
        return False


def _intact(path: Path) -> bool:
    """Whether the frame carries the sum of its bytes; one that does not is removed, and the log says so."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        why = f"cannot be read ({error})"
    else:
        start = content.rfind(_MARK) + len(_MARK)
        end = start + _DIGITS
        blank = content[:start] + b"0" * _DIGITS + content[end:]
        if len(_MARK) <= start and content[start:end] == _sum(path.name, blank).encode():
            return True
        why = "is not what was written: its sum does not fit"
    try:
        path.unlink(missing_ok=True)
        _log.warning("%s: %s; removed, and made again when it is needed", path, why)
    except OSError as error:
        _log.warning("%s: %s; not used, and it cannot be removed (%s)", path, why, error)
    return False
