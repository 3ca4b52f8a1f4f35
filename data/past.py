"""A database as it stood on an earlier day: what was registered by then, derived anew.

Which rows and values were there on a day is told in :func:`data.derive.as_of`. What carries no date of its own (whether
a follow-up was recorded, whether a decision was followed) is as the extract has it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

import duckdb
import pandas as pd

from data.derive import as_it_stood
from data.store import SERVED, SETTINGS_AFTER_ATTACH, DatabaseInfo, Snapshot, StoreError


class Rows(Protocol):
    """What answers SQL about one database: a snapshot, or a day in its past."""

    def info(self, database: str) -> DatabaseInfo: ...

    def query(self, database: str, sql: str, params: dict | None = None) -> pd.DataFrame: ...

    def rows(self, database: str, sql: str, params: dict | None = None) -> list[tuple]: ...


class _Past:
    """One database on one day, in memory; it answers for no other database."""

    def __init__(self, con: duckdb.DuckDBPyConnection, info: DatabaseInfo) -> None:
        self._con, self._info = con, info

    def info(self, database: str) -> DatabaseInfo:
        if database != self._info.code:
            raise ValueError(f"{database} was not opened; {self._info.code} was")
        return self._info

    def query(self, database: str, sql: str, params: dict | None = None) -> pd.DataFrame:
        self.info(database)
        return self._con.execute(sql, params or {}).df()

    def rows(self, database: str, sql: str, params: dict | None = None) -> list[tuple]:
        self.info(database)
        return self._con.execute(sql, params or {}).fetchall()


@contextlib.contextmanager
def on(snapshot: Snapshot, database: str, day: dt.date) -> Iterator[Rows]:
    """The database as it stood on ``day``; the snapshot itself where that is its data cut.

    Raises StoreError where the day lies after the data cut: nothing is known of it.
    """
    info = snapshot.info(database)
    if day > info.data_cut:
        raise StoreError(f"{database} is known until its data cut {info.data_cut}, not on {day}; name an earlier day")
    if day == info.data_cut:
        yield snapshot
        return
    with contextlib.closing(duckdb.connect(":memory:", config=dict(SERVED))) as con:
        path = str(snapshot.root / "databases" / info.file).replace("'", "''")
        con.execute(f"ATTACH '{path}' AS whole (READ_ONLY)")
        for setting in SETTINGS_AFTER_ATTACH:
            con.execute(setting)
        as_it_stood(con, "whole", info, day)
        yield _Past(con, replace(info, data_cut=day))
