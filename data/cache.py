"""Frames kept beside the store: made once per database file, read by every later process.

A frame is named by the immutable database file and a key that says what it holds (with the version of the
definitions), so it never has to be invalidated; a load removes those whose database file is gone.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import duckdb
import pandas as pd

from data.store import BeingMade, Snapshot

FOLDER = "frames"


def kept_frame(
    snapshot: Snapshot, database: str, key: str, build: Callable[[], pd.DataFrame], slow: bool = False
) -> pd.DataFrame:
    """The frame ``key`` of a database: from memory, else from disk, else built and kept.

    A store that this process may not write to is no error: the frame then lives in memory only. A ``slow`` frame is
    not built while another process makes it: BeingMade.
    """

    def found() -> pd.DataFrame:
        if slow and snapshot.made_elsewhere() and not _path(snapshot, database, key).is_file():
            raise BeingMade(f"{database}: {key} is being made")
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
    ``kept_frame``.
    """
    frames, pairs = [], []
    for database, values in wanted.items():
        path = _path(snapshot, database, key)
        if path.is_file():
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
        with _reader(snapshot).cursor() as cursor:
            frames.append(cursor.execute(sql, params).df())
    return pd.concat(frames, ignore_index=True)


def kept_query(snapshot: Snapshot, database: str, key: str, sql: str, params: dict) -> pd.DataFrame | None:
    """What ``sql`` finds in a database's frame (``read_parquet($path)``), None where that is not kept."""
    path = _path(snapshot, database, key)
    if not path.is_file():
        return None
    with _reader(snapshot).cursor() as cursor:
        return cursor.execute(sql, params | {"path": str(path)}).df()


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
    except PermissionError:
        return 0
    return len(old)


def _reader(snapshot: Snapshot) -> duckdb.DuckDBPyConnection:
    """One reader for all frames of the snapshot: opening a connection takes longer than reading a frame."""
    return snapshot.remember(("frames", "reader"), lambda: duckdb.connect(":memory:"))


def _path(snapshot: Snapshot, database: str, key: str) -> Path:
    stem = snapshot.info(database).file.removesuffix(".duckdb")
    return snapshot.root / FOLDER / f"{stem}.{key}.parquet"


def _read_or_build(snapshot: Snapshot, database: str, key: str, build: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    path = _path(snapshot, database, key)
    if path.is_file():
        with _reader(snapshot).cursor() as cursor:
            return cursor.execute("SELECT * FROM read_parquet($path)", {"path": str(path)}).df()
    frame = build()
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        path.parent.mkdir(exist_ok=True)
        with duckdb.connect(":memory:") as con:
            con.register("frame", frame)
            con.execute(f"COPY frame TO '{str(temporary).replace(chr(39), chr(39) * 2)}' (FORMAT parquet)")
        os.replace(temporary, path)
    except (PermissionError, duckdb.IOException):
        return frame  # a read-only store: the next process builds it again
    return frame
