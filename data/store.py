"""The store: immutable database files, snapshots that name them, and a pointer to the current snapshot.

``<store>/current`` holds an id; ``<store>/snapshots/<id>.json`` lists one DuckDB file per database. Files are
never changed after they are named, so a reader sees exactly the old or the new snapshot whatever happens to a load.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import duckdb
import pandas as pd

from data.schema import STORE_VERSION

#: Memory and threads of a served snapshot; a dashboard worker shall stay within 500 MB.
SERVED = {"memory_limit": "256MB", "threads": 2, "enable_external_access": True}
SETTINGS_AFTER_ATTACH = (
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


#: How many results a snapshot remembers.
REMEMBERED = 512

T = TypeVar("T")


class StoreError(RuntimeError):
    """The store is missing, broken or lacks what was asked for; the message names the place and the fix."""


class OutdatedStore(StoreError):
    """The store was written by another version of the program, which kept other tables in its database files."""


class BeingMade(Exception):
    """What was asked for takes long, is not kept yet, and another process is making it: ask again later."""


@dataclass(frozen=True)
class PartInfo:
    """What a snapshot says of one part of a database: as delivered, in a file of its own.

    ``sha256``: the sums of the delivered files by name, by which an unchanged extract is known again.
    """

    name: str
    file: str
    data_cut: dt.date
    synthetic: bool
    period_start: dt.date
    period_end: dt.date
    loaded_at: dt.datetime
    rows: dict[str, int]
    columns: dict[str, frozenset[str]]
    sha256: dict[str, str]
    errors: int
    warnings: int

    @property
    def tables(self) -> frozenset[str]:
        return frozenset(self.rows)


@dataclass(frozen=True)
class DatabaseInfo:
    """What a snapshot says of one database. ``tables`` are those that the extract delivered.

    ``columns``: the columns of the extract format that each delivered table came with, also those without a value in
    any row. A column that is not among them was not delivered, and its rows are empty.

    ``parts``: the deliveries that together are the database, by name; empty where it came whole. A table or a column
    is then delivered where every part has it, and data_cut is the earliest of theirs; ``sha256`` stands in the parts.
    """

    code: str
    file: str
    data_cut: dt.date
    synthetic: bool
    period_start: dt.date
    period_end: dt.date
    loaded_at: dt.datetime
    rows: dict[str, int]
    columns: dict[str, frozenset[str]]
    sha256: dict[str, str]
    errors: int
    warnings: int
    parts: tuple[PartInfo, ...] = ()

    @property
    def tables(self) -> frozenset[str]:
        return frozenset(self.rows)

    @property
    def files(self) -> frozenset[str]:
        """Its file, and those of its parts."""
        return frozenset([self.file, *(part.file for part in self.parts)])

    def part(self, name: str) -> PartInfo | None:
        """The part of that name; None where the database holds none."""
        return next((part for part in self.parts if part.name == name), None)

    def to_json(self) -> dict:
        return {**_plain(self), "parts": [_plain(part) for part in self.parts]}

    @classmethod
    def from_json(cls, entry: dict) -> DatabaseInfo:
        parts = tuple(PartInfo(**_revived(part)) for part in entry["parts"])
        return cls(**{**_revived(entry), "parts": parts})


_DAYS = ("data_cut", "period_start", "period_end")


def _plain(info: DatabaseInfo | PartInfo) -> dict:
    texts = {name: getattr(info, name).isoformat() for name in (*_DAYS, "loaded_at")}
    return {**info.__dict__, **texts, "columns": {table: sorted(names) for table, names in info.columns.items()}}


def _revived(entry: dict) -> dict:
    days = {name: dt.date.fromisoformat(entry[name]) for name in _DAYS}
    columns = {table: frozenset(names) for table, names in entry["columns"].items()}
    return {**entry, **days, "loaded_at": dt.datetime.fromisoformat(entry["loaded_at"]), "columns": columns}


@dataclass(frozen=True)
class Manifest:
    """One snapshot as its JSON file describes it."""

    id: str
    created: dt.datetime
    parent: str
    databases: dict[str, DatabaseInfo]

    @property
    def files(self) -> frozenset[str]:
        """The names of all database files that the snapshot needs."""
        return frozenset().union(*(info.files for info in self.databases.values()))

    def to_json(self) -> dict:
        return {
            "store_version": STORE_VERSION,
            "id": self.id,
            "created": self.created.isoformat(),
            "parent": self.parent,
            "databases": {code: info.to_json() for code, info in self.databases.items()},
        }


class Snapshot:
    """A read-only view of one snapshot; safe to use from many threads."""

    def __init__(self, root: Path, manifest: Manifest) -> None:
        self.root, self.id, self.created, self.parent = root, manifest.id, manifest.created, manifest.parent
        self.databases = manifest.databases
        self._con = duckdb.connect(":memory:", config=dict(SERVED))
        for code, info in self.databases.items():
            path = root / "databases" / info.file
            try:
                self._con.execute(f"ATTACH '{_escaped(path)}' AS \"{code}\" (READ_ONLY)")
            except duckdb.Error as error:
                raise StoreError(f"{path}: cannot be opened ({error}); load the database again") from error
        for setting in SETTINGS_AFTER_ATTACH:
            self._con.execute(setting)
        #: Whether another process is making the kept frames right now; set by who started it.
        self.made_elsewhere: Callable[[], bool] = lambda: False
        self._memory: OrderedDict[Hashable, object] = OrderedDict()
        self._memory_lock = threading.Lock()

    def remember(self, key: Hashable, build: Callable[[], T]) -> T:
        """The result of ``build`` for ``key``, computed once: a snapshot never changes, so nothing grows old.

        Results are shared between threads and must not be changed by who gets them.
        """
        with self._memory_lock:
            if key in self._memory:
                self._memory.move_to_end(key)
                return self._memory[key]
        made = build()
        with self._memory_lock:
            self._memory[key] = made
            while len(self._memory) > REMEMBERED:
                self._memory.popitem(last=False)
        return made

    def info(self, database: str) -> DatabaseInfo:
        """What the snapshot holds of a database; raises StoreError naming those it has."""
        if database not in self.databases:
            there = ", ".join(sorted(self.databases)) or "none"
            raise StoreError(f"the store has no database '{database}'; it has {there}")
        return self.databases[database]

    def delivered(self, database: str) -> Mapping[str, frozenset[str]]:
        """The delivered tables of a database, each with the columns of the extract format that it came with.

        A column that is there and empty was delivered. Raises StoreError where the store has no such database.
        """
        return self.info(database).columns

    def query(self, database: str, sql: str, params: dict | None = None) -> pd.DataFrame:
        """The rows of ``sql`` with ``database`` as default catalogue, on a cursor of its own."""
        cursor = self._cursor(database)
        try:
            return cursor.execute(sql, params or {}).df()
        finally:
            cursor.close()

    def rows(self, database: str, sql: str, params: dict | None = None) -> list[tuple]:
        """As ``query``, as tuples of Python values."""
        cursor = self._cursor(database)
        try:
            return cursor.execute(sql, params or {}).fetchall()
        finally:
            cursor.close()

    def _cursor(self, database: str) -> duckdb.DuckDBPyConnection:
        self.info(database)
        cursor = self._con.cursor()
        cursor.execute(f'USE "{database}"')
        return cursor


class Store:
    """A directory of snapshots. ``current()`` follows the pointer, so a running reader sees a new load."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.Lock()
        self._open: Snapshot | None = None

    def current_id(self) -> str:
        """The id in the pointer; raises StoreError where there is none."""
        try:
            return (self.root / "current").read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            raise StoreError(
                f"{self.root}: no snapshot here; run python -m data load FOLDER --store {self.root}"
            ) from None

    def current(self) -> Snapshot:
        """The current snapshot, opened once and reused until the pointer moves."""
        while True:
            current = self.current_id()
            try:
                with self._lock:
                    if self._open is None or self._open.id != current:
                        self._open = Snapshot(self.root, self.manifest(current))
                    return self._open
            except StoreError:
                if self.current_id() == current:
                    raise  # else the snapshot was taken away while it was opened: the pointer had moved before

    def manifest(self, snapshot: str) -> Manifest:
        """The manifest of a snapshot; raises StoreError naming those that exist."""
        path = self.root / "snapshots" / f"{snapshot}.json"
        if not path.is_file() or Path(snapshot).name != snapshot:
            there = ", ".join(one.id for one in self.manifests()) or "none"
            raise StoreError(f"{self.root}: no snapshot '{snapshot}'; it has {there}")
        return _read(path)

    def manifests(self) -> list[Manifest]:
        """All snapshots, oldest first."""
        found = [_read(path) for path in (self.root / "snapshots").glob("*.json")]
        return sorted(found, key=lambda one: (one.created, one.id))


def open_store(path: str | os.PathLike | None = None, progress=None) -> Store:
    """The store of ``--store``, else of KRAEFT_STORE, else the demonstration data (made at first use).

    ``progress(text)`` is told how the demonstration data come along.
    """
    chosen = path or os.environ.get("KRAEFT_STORE")
    if chosen:
        root = Path(chosen)
        if not root.is_dir():
            raise StoreError(f"{root}: no such directory; run python -m data load FOLDER --store {root}")
        return Store(root)
    from data.demo import demonstration_store  # made only when nothing else is named

    return Store(demonstration_store(progress))


def _read(path: Path) -> Manifest:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        version = content["store_version"]
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"{path}: the snapshot cannot be read ({error}); use another snapshot or load again"
        ) from error
    if version != STORE_VERSION:
        raise OutdatedStore(
            f"{path}: written by store version {version}, this program reads {STORE_VERSION}; "
            "load the extracts into a new store"
        )
    databases = {code: DatabaseInfo.from_json(entry) for code, entry in content["databases"].items()}
    return Manifest(content["id"], dt.datetime.fromisoformat(content["created"]), content["parent"], databases)


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")
