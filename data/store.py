"""The store: immutable database files, snapshots that name them, and a pointer to the current snapshot.

``<store>/current`` holds an id; ``<store>/snapshots/<id>.json`` lists one DuckDB file per database. Files are
never changed after they are named, so a reader sees exactly the old or the new snapshot whatever happens to a load.

A manifest holds its own sum and that of each database file. What does not fit its sum is not read: a command refuses
it (``current``), the dashboard goes on with what is whole and says so (``served``).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import logging
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import duckdb
import pandas as pd

from data.once import Memory, Workshop, slow_work
from data.schema import STORE_VERSION
from data.soundness import checked_once, sum_of

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
#: How many snapshots are looked through for results of a former one.
_AS_FAR_BACK = 3
#: Characters of the longest text that can be a snapshot's id.
_LONGEST_ID = 100
_log = logging.getLogger(__name__)

T = TypeVar("T")


class StoreError(RuntimeError):
    """The store is missing, broken or lacks what was asked for; the message names the place and the fix."""


#: What people wrote and no load touches, by its name in the store: Danish, English.
REGISTERS = {
    "improvements.sqlite": ("registret over forbedringsprojekter", "the register of improvement initiatives"),
    "registers.sqlite": (
        "registrene over kommentarer, beslutninger og audit",
        "the registers of comments, decisions and audits",
    ),
    "users.sqlite": ("brugerne", "the users"),
    "audit": ("loggen over, hvem der så hvad", "the log of who saw what"),
    "reports": ("de indberetninger, der er sendt", "the reports that were sent"),
}


class OutdatedStore(StoreError):
    """The store was written by another version of the program, which kept other tables in its database files.

    The message says what stays and what is made anew; ``da``: in Danish.
    """

    def __init__(self, path: Path, version: object) -> None:
        root = path.parent.parent
        self.da = f"{path}: skrevet af lagerversion {version}; dette program læser {STORE_VERSION}. "
        en = f"{path}: written by store version {version}, this program reads {STORE_VERSION}. "
        if isinstance(version, int) and version > STORE_VERSION:
            self.da += "Opdatér programmet. Intet i lageret er ændret."
            super().__init__(f"{en}Update the program. Nothing in the store was changed.")
            return
        there = [name for name in REGISTERS if (root / name).exists()]
        self.da += f"Indlæs udtrækkene i et nyt lager (python -m data migrate UDTRÆK --store {root} --to NYT): data og "
        self.da += "det, der er regnet på forhånd, laves på ny. "
        en += f"Load the extracts into a new store (python -m data migrate EXTRACTS --store {root} --to NEW): data and "
        en += "what was computed beforehand are made anew. "
        if there:
            da_there, en_there = (
                _together([f"{name} ({REGISTERS[name][place]})" for name in there], word)
                for place, word in enumerate((" og ", " and "))
            )
            self.da += f"Det, folk har skrevet, følger med: {da_there}. "
            en += f"What people wrote is taken over: {en_there}. "
        self.da += "Ældre udtræk kan kun vises af den tidligere version. Intet i lageret er ændret."
        super().__init__(f"{en}Earlier snapshots can be shown by the earlier version only. Nothing here was changed.")


def _together(names: list[str], last: str) -> str:
    """'a, b og c'."""
    return last.join([*([", ".join(names[:-1])] if names[1:] else []), names[-1]])


class BrokenDatabase(StoreError):
    """A database's file is not what was loaded; ``database`` is its code."""

    def __init__(self, database: str, message: str) -> None:
        super().__init__(message)
        self.database = database


@dataclass(frozen=True)
class PartInfo:
    """What a snapshot says of one part of a database: as delivered, in a file of its own.

    ``sha256``: the sums of the delivered files by name, by which an unchanged extract is known again; ``file_sha256``:
    the sum of its file in the store.
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
    file_sha256: str
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
    file_sha256: str
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
        """What its file holds; ``sum`` is the sha256 of all the rest."""
        content = {
            "store_version": STORE_VERSION,
            "id": self.id,
            "created": self.created.isoformat(),
            "parent": self.parent,
            "databases": {code: info.to_json() for code, info in self.databases.items()},
        }
        return {**content, "sum": _sum(content)}


class Snapshot:
    """A read-only view of one snapshot; safe to use from many threads.

    A database whose file is not what was loaded raises BrokenDatabase; with ``partly`` the others are there all the
    same and ``broken`` says of each such database what is wrong.
    """

    def __init__(self, root: Path, manifest: Manifest, partly: bool = False) -> None:
        self.root, self.id, self.created, self.parent = root, manifest.id, manifest.created, manifest.parent
        self.broken: dict[str, str] = {}
        #: Whether a file has changed since: the next one to ask for the snapshot opens it anew.
        self.outdated = False
        self._all = manifest.databases
        self._con = duckdb.connect(":memory:", config=dict(SERVED))
        for code, info in manifest.databases.items():
            path = root / "databases" / info.file
            try:
                why = fault(path, info.file_sha256)
                if not why:
                    self._con.execute(f"ATTACH '{_escaped(path)}' AS \"{code}\" (READ_ONLY)")
            except duckdb.Error as error:
                why = str(error)
            if why:
                broken = BrokenDatabase(code, f"{path}: cannot be opened ({why}); load the database again")
                if not partly:
                    raise broken
                self.broken[code] = str(broken)
        self.databases = {code: info for code, info in manifest.databases.items() if code not in self.broken}
        if not self.databases and self.broken:
            raise StoreError(f"{root}: none of its databases can be opened; {next(iter(self.broken.values()))}")
        for setting in SETTINGS_AFTER_ATTACH:
            self._con.execute(setting)
        #: Whether another process is making the kept frames right now; set by who started it.
        self.made_elsewhere: Callable[[], bool] = lambda: False
        #: Where slow work is done; None: at once by whoever needs it.
        self.workshop: Workshop | None = None
        self._memory = Memory(REMEMBERED)

    def remember(self, key: Hashable, build: Callable[[], T], slow: bool = False) -> T:
        """The result of ``build`` for ``key``, computed once: a snapshot never changes, so nothing grows old.

        Threads that ask at the same time wait for the first; BeingMade where that one is at slow work. Results are
        shared between threads and must not be changed by who gets them. ``slow``: a place in the workshop is needed.
        """

        def made() -> T:
            with slow_work(self.workshop, str(key)) if slow else contextlib.nullcontext():
                return build()

        return self._memory.get(key, made, self.workshop)

    def info(self, database: str) -> DatabaseInfo:
        """What the snapshot holds of a database; raises StoreError naming those it has."""
        if database in self.broken:
            raise BrokenDatabase(database, self.broken[database])
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
        with self._cursor(database) as cursor:
            return cursor.execute(sql, params or {}).df()

    def rows(self, database: str, sql: str, params: dict | None = None) -> list[tuple]:
        """As ``query``, as tuples of Python values."""
        with self._cursor(database) as cursor:
            return cursor.execute(sql, params or {}).fetchall()

    def look(self) -> None:
        """See whether files have been damaged or mended since they were opened; ``outdated`` where one has."""
        for code, info in self._all.items():
            if bool(fault(self.root / "databases" / info.file, info.file_sha256)) != (code in self.broken):
                self.outdated = True

    @contextlib.contextmanager
    def _cursor(self, database: str) -> Iterator[duckdb.DuckDBPyConnection]:
        info = self.info(database)
        cursor = self._con.cursor()
        try:
            cursor.execute(f'USE "{database}"')
            yield cursor
        except duckdb.Error as error:  # of the query, or because the file has been damaged since it was opened
            path = self.root / "databases" / info.file
            why = fault(path, info.file_sha256, anew=True)
            if not why:
                raise
            self.outdated = True
            raise BrokenDatabase(database, f"{path}: cannot be read ({why}); load the database again") from error
        finally:
            cursor.close()


def fault(path: Path, wanted: str, anew: bool = False) -> str:
    """What is wrong with a database file, "" where it is what was loaded; its sum is taken once per process."""
    try:
        found = checked_once(path, sum_of, anew)
    except OSError as error:
        return error.strerror or str(error)
    return "" if found == wanted else "its bytes are not those that were loaded"


class Store:
    """A directory of snapshots. ``current()`` follows the pointer, so a running reader sees a new load."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.Lock()
        self._open: Snapshot | None = None
        #: What keeps ``served`` from the current snapshot; "" when it serves that.
        self.trouble = ""
        #: Told of each snapshot that is opened, before anybody reads it.
        self.opened: Callable[[Snapshot], None] = lambda snapshot: None
        self._older: dict[str, Snapshot] = {}

    def current_id(self) -> str:
        """The id in the pointer; raises StoreError where there is none."""
        path = self.root / "current"
        try:
            return path.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            raise StoreError(
                f"{self.root}: no snapshot here; run python -m data load FOLDER --store {self.root}"
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(
                f"{path}: cannot be read ({error}); run python -m data use ID --store {self.root}, or load again"
            ) from error

    def current(self) -> Snapshot:
        """The current snapshot, opened once and reused until the pointer moves.

        Raises StoreError where pointer, manifest or a database file is not what was written.
        """
        return self._opened(partly=False)

    def served(self) -> Snapshot:
        """What the dashboard shows: the current snapshot without the databases whose files are damaged.

        Where pointer or manifest cannot be read, the snapshot that was shown last; at a start the newest that can be
        read. ``trouble`` then says what is wrong. Raises StoreError where nothing can be shown.
        """
        try:
            found, trouble = self._opened(partly=True), ""
        except StoreError as error:
            found, trouble = self._open or self._newest(error), str(error)
        if trouble != self.trouble:
            if trouble:
                _log.error("%s. Snapshot %s is shown instead", trouble, found.id)
            else:
                _log.warning("%s: the current snapshot %s is shown again", self.root, found.id)
            self.trouble = trouble
        return found

    def _opened(self, partly: bool) -> Snapshot:
        while True:
            current = self.current_id()
            try:
                with self._lock:
                    if self._open is None or self._open.id != current or self._open.outdated:
                        self._open = self._told(Snapshot(self.root, self.manifest(current), partly))
                    return self._open
            except StoreError:
                if self.current_id() == current:
                    raise  # else the snapshot was taken away while it was opened: the pointer had moved before

    def _newest(self, why: StoreError) -> Snapshot:
        """The newest snapshot that can be opened; raises ``why`` where there is none."""
        for manifest in reversed(self.readable()[0]):
            try:
                found = Snapshot(self.root, manifest, partly=True)
            except StoreError as error:
                _log.error("%s", error)
                continue
            with self._lock:
                self._open = self._open or self._told(found)
                return self._open
        raise why

    def _told(self, snapshot: Snapshot) -> Snapshot:
        self.opened(snapshot)
        return snapshot

    def before(self, snapshot: Snapshot) -> Iterator[Snapshot]:
        """The snapshots that this one followed, the latest first, as far as they are there and can be opened.

        Nothing slow is made for them: what is not kept is BeingMade.
        """
        older: dict[str, Snapshot] = {}
        parent = snapshot.parent
        while parent and len(older) < _AS_FAR_BACK:
            with self._lock:
                found = self._older.get(parent)
            if found is None:
                try:
                    found = Snapshot(self.root, self.manifest(parent), partly=True)
                except StoreError:
                    break
                found.workshop, found.made_elsewhere = snapshot.workshop, lambda: True
            older[parent] = found
            with self._lock:
                self._older = {**self._older, parent: found} if len(self._older) < _AS_FAR_BACK else dict(older)
            yield found
            parent = found.parent

    def manifest(self, snapshot: str) -> Manifest:
        """The manifest of a snapshot; raises StoreError naming those that exist."""
        path = self.root / "snapshots" / f"{snapshot}.json"
        if len(snapshot) > _LONGEST_ID or Path(snapshot).name != snapshot or not path.is_file():
            there = ", ".join(one.id for one in self.readable()[0]) or "none"
            raise StoreError(f"{self.root}: no snapshot '{snapshot[:_LONGEST_ID]}'; it has {there}")
        return _read(path)

    def manifests(self) -> list[Manifest]:
        """All snapshots, oldest first; raises StoreError where a manifest is not what was written."""
        found, faults = self.readable()
        if faults:
            raise faults[0]
        return found

    def readable(self) -> tuple[list[Manifest], list[StoreError]]:
        """The snapshots whose manifests can be read, oldest first, and what is wrong with each of the others."""
        found, faults = [], []
        for path in sorted((self.root / "snapshots").glob("*.json")):
            try:
                found.append(_read(path))
            except StoreError as error:
                faults.append(error)
        return sorted(found, key=lambda one: (one.created, one.id)), faults


def _read(path: Path) -> Manifest:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        version = content["store_version"]
        if version == STORE_VERSION:
            if content.pop("sum") != _sum(content) or content["id"] != path.stem:
                raise ValueError("it is not what was written")
            databases = {code: DatabaseInfo.from_json(entry) for code, entry in content["databases"].items()}
            created = dt.datetime.fromisoformat(content["created"])
            return Manifest(content["id"], created, content["parent"], databases)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        why = f"{error} is missing" if isinstance(error, KeyError) else error
        raise StoreError(
            f"{path}: the snapshot cannot be read ({why}); load again, or use another snapshot, and remove the file"
        ) from error
    raise OutdatedStore(path, version)


def _sum(content: dict) -> str:
    """The sha256 of a manifest's content."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")
