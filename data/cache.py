"""Frames kept beside the store: made once per database file, read by every later process.

A frame is named by the immutable database file and a key that says what it holds (with the version of the
definitions), so it never has to be invalidated; a load removes those whose database file is gone.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import duckdb
import pandas as pd

from data.store import Snapshot

FOLDER = "frames"


def kept_frame(snapshot: Snapshot, database: str, key: str, build: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """The frame ``key`` of a database: from memory, else from disk, else built and kept.

    A store that this process may not write to is no error: the frame then lives in memory only.
    """
    return snapshot.remember(("frame", database, key), lambda: _read_or_build(snapshot, database, key, build))


def _read_or_build(snapshot: Snapshot, database: str, key: str, build: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    stem = snapshot.info(database).file.removesuffix(".duckdb")
    path = snapshot.root / FOLDER / f"{stem}.{key}.parquet"
    if path.is_file():
        # One reader for all frames of the snapshot: opening a connection takes longer than reading a frame.
        reader = snapshot.remember(("frames", "reader"), lambda: duckdb.connect(":memory:"))
        with reader.cursor() as cursor:
            return cursor.execute("SELECT * FROM read_parquet($path)", {"path": str(path)}).df()
    frame = build()
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(exist_ok=True)
        with duckdb.connect(":memory:") as con:
            con.register("frame", frame)
            con.execute(f"COPY frame TO '{str(temporary).replace(chr(39), chr(39) * 2)}' (FORMAT parquet)")
        os.replace(temporary, path)
    except (PermissionError, duckdb.IOException):
        return frame  # a read-only store: the next process builds it again
    return frame
