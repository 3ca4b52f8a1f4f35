"""Publications: folders that hold protected frames and nothing else, and a snapshot of which only those can be read.

``<folder>/current`` names the publication that is shown; ``<folder>/<id>/manifest.json`` says what it is of, with the
sums of its files ``<database>.<frame>.parquet``. What makes the frames is ``results/publishing``. Files are 0600,
folders 0700: only their owner reads them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import duckdb
import pandas as pd

from data.once import Memory
from data.schema import STORE_VERSION
from data.soundness import checked_once, sum_of, sync, sync_folder
from data.store import DatabaseInfo, Snapshot, StoreError

#: Raise by one when a publication's frames mean something else.
FORM = 1
FILE, FOLDER = 0o600, 0o700
_REMEMBERED = 512

T = TypeVar("T")


class NotPublished(StoreError):
    """The public edition has no such result: it is not on the closed list of what is published."""


class Published:
    """A snapshot as the public edition has it: what a database is, and its protected frames.

    It answers what pages ask of a ``Snapshot`` that needs no rows. ``frames`` gives a frame by database and name;
    ``threshold``: the k it was made with. Whatever asks for rows gets NotPublished.
    """

    def __init__(
        self,
        root: Path,
        id: str,
        created: dt.datetime,
        databases: Mapping[str, DatabaseInfo],
        threshold: int,
        frames: Callable[[str, str], pd.DataFrame],
        broken: Mapping[str, str] | None = None,
    ) -> None:
        self.root, self.id, self.created, self.parent = root, id, created, ""
        self.databases = {code: without_rows(info) for code, info in databases.items()}
        self.threshold, self.broken, self.outdated = threshold, dict(broken or {}), False
        self.workshop, self.made_elsewhere = None, lambda: False
        self._frames, self._memory = frames, Memory(_REMEMBERED)

    def frame(self, database: str, name: str) -> pd.DataFrame:
        """A protected frame of a database; NotPublished where there is none of that name."""
        self.info(database)
        return self.remember(("published", database, name), lambda: self._frames(database, name))

    def remember(self, key: Hashable, build: Callable[[], T], slow: bool = False) -> T:
        """See ``Snapshot.remember``."""
        return self._memory.get(key, build, self.workshop)

    def info(self, database: str) -> DatabaseInfo:
        """What the publication says of a database; raises StoreError naming those it has."""
        if database not in self.databases:
            there = ", ".join(sorted(self.databases)) or "none"
            raise StoreError(f"the publication has no database '{database}'; it has {there}")
        return self.databases[database]

    def delivered(self, database: str) -> Mapping[str, frozenset[str]]:
        """See ``Snapshot.delivered``."""
        return self.info(database).columns

    def query(self, database: str, sql: str, params: dict | None = None) -> pd.DataFrame:
        """Raises NotPublished: there are no rows."""
        raise NotPublished(f"{database}: the public edition holds no rows, so it cannot count this")

    def rows(self, database: str, sql: str, params: dict | None = None) -> list[tuple]:
        """As ``query``."""
        return self.query(database, sql, params).values.tolist()

    def look(self) -> None:
        """Nothing to see: a publication's files are checked when they are read."""


def without_rows(info: DatabaseInfo) -> DatabaseInfo:
    """What may be said of a database in public: no numbers of rows, nothing that names or identifies its files."""
    return replace(info, file="", rows=dict.fromkeys(info.rows, 0), sha256={}, file_sha256="", parts=())


@dataclass(frozen=True)
class PublicationManifest:
    """What a publication says of itself. ``files``: the sums of its frames by (database, frame)."""

    id: str
    created: dt.datetime
    threshold: int
    snapshot: str
    databases: dict[str, DatabaseInfo]
    files: dict[tuple[str, str], str]


class Publications:
    """A folder of publications, as the dashboard reads a store: ``served`` is the current one."""

    def __init__(self, root: Path) -> None:
        self.root, self.trouble = root, ""
        self.opened: Callable[[Published], None] = lambda snapshot: None
        self._lock = threading.Lock()
        self._open: Published | None = None

    def current_id(self) -> str:
        """The id of the publication that is shown; raises StoreError where there is none."""
        try:
            return (self.root / "current").read_text(encoding="utf-8").strip()
        except OSError as error:
            raise StoreError(
                f"{self.root}: no publication here ({error.strerror}); run python -m publish --store DIR --out "
                f"{self.root}"
            ) from error

    def served(self) -> Published:
        """The current publication, opened once and reused until the pointer moves."""
        id = self.current_id()
        with self._lock:
            if self._open is None or self._open.id != id:
                self._open = self.opened_at(id)
            return self._open

    current = served

    def before(self, snapshot: Published) -> Iterator[Published]:
        """No former publication stands in for another."""
        yield from ()

    def opened_at(self, id: str) -> Published:
        """A publication; raises StoreError where its manifest or (when it is read) a frame is not what was written."""
        manifest = self.manifest(id)
        folder = self.root / id

        def frame(database: str, name: str) -> pd.DataFrame:
            wanted = manifest.files.get((database, name))
            if wanted is None:
                raise NotPublished(f"{folder}: {database} has no frame '{name}'; it is not published")
            path = folder / f"{database}.{name}.parquet"
            try:
                found = checked_once(path, sum_of)
            except OSError as error:
                raise StoreError(f"{path}: cannot be read ({error}); publish again") from error
            if found != wanted:
                raise StoreError(f"{path}: its bytes are not those that were published; publish again")
            return read_frame(path)

        return Published(folder, manifest.id, manifest.created, manifest.databases, manifest.threshold, frame)

    def manifest(self, id: str) -> PublicationManifest:
        """The manifest of a publication; raises StoreError where it is missing or not what was written."""
        path = self.root / id / "manifest.json"
        if not id or Path(id).name != id:
            raise StoreError(f"{self.root}: '{id}' is no name of a publication")
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if content.pop("sum") != _sum(content):
                raise ValueError("it is not what was written")
            if content["form"] != FORM or content["store_version"] != STORE_VERSION:
                raise ValueError("another version of the program wrote it")
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError(f"{path}: cannot be read ({error}); publish again") from error
        return PublicationManifest(
            content["id"],
            dt.datetime.fromisoformat(content["created"]),
            content["threshold"],
            content["snapshot"],
            {code: DatabaseInfo.from_json(entry) for code, entry in content["databases"].items()},
            {tuple(name.split(".", 1)): found for name, found in content["files"].items()},
        )


class Publishing:
    """A publication in the making: a folder that gets its name when all of it is written.

    Killed before ``done``, it leaves the former publication in its place and a folder whose name begins with a dot,
    which the next one removes.
    """

    def __init__(self, root: Path, id: str) -> None:
        self.root, self.id = root, id
        self._files: dict[str, str] = {}
        root.mkdir(mode=FOLDER, parents=True, exist_ok=True)
        os.chmod(root, FOLDER)
        for left in root.glob(".making-*"):
            shutil.rmtree(left)
        self._folder = root / f".making-{id}"
        self._folder.mkdir(mode=FOLDER)
        os.chmod(self._folder, FOLDER)

    def frame(self, database: str, name: str, frame: pd.DataFrame) -> None:
        """Write a frame of a database."""
        path = self._folder / f"{database}.{name}.parquet"
        write_frame(frame, path)
        self._files[f"{database}.{name}"] = sum_of(path)

    def text(self, name: str, text: str) -> None:
        """Write a text beside the frames."""
        _write(self._folder / name, text)

    def done(self, snapshot: Snapshot, threshold: int) -> None:
        """Write the manifest, name the folder and show it."""
        content = {
            "form": FORM,
            "store_version": STORE_VERSION,
            "id": self.id,
            "created": dt.datetime.now().astimezone().isoformat(timespec="seconds"),
            "threshold": threshold,
            "snapshot": snapshot.id,
            "databases": {code: without_rows(info).to_json() for code, info in snapshot.databases.items()},
            "files": dict(sorted(self._files.items())),
        }
        _write(self._folder / "manifest.json", json.dumps({**content, "sum": _sum(content)}, indent=1))
        sync_folder(self._folder)
        os.replace(self._folder, self.root / self.id)
        pointer = self.root / ".current"
        _write(pointer, f"{self.id}\n")
        os.replace(pointer, self.root / "current")
        sync_folder(self.root)

    def given_up(self) -> None:
        """Remove what was written; the former publication stays."""
        shutil.rmtree(self._folder, ignore_errors=True)


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame as Parquet that only its owner reads."""
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, FILE))
    with duckdb.connect(":memory:") as con:
        con.register("frame", frame)
        con.execute(f"COPY frame TO '{str(path).replace(chr(39), chr(39) * 2)}' (FORMAT parquet)")
    os.chmod(path, FILE)
    sync(path)


def read_frame(path: Path) -> pd.DataFrame:
    """A frame that ``write_frame`` wrote."""
    with duckdb.connect(":memory:") as con:
        return con.execute("SELECT * FROM read_parquet($path)", {"path": str(path)}).df()


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, FILE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    os.chmod(path, FILE)
    sync(path)


def _sum(content: dict) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
