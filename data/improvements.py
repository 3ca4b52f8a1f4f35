"""The register of improvement initiatives: ``<store>/improvements.sqlite``, beside the snapshots.

People write it, extracts never touch it: a load replaces database files and leaves this one alone. SQLite's own locks
make it safe under several processes; every write is one transaction.

Each row carries a sum of its texts, and the register one of all rows: a letter that turned on the disk is no initiative
of anybody's, and a row that is gone is not "no initiative".
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from data.improvement_texts import (
    COLUMNS,
    Initiative,
    InitiativeRefused,
    Known,
    decoded,
    flag,
    known,
    new_id,
    parse,
    read_csv,
    texts_of,
)
from data.reads import INITIATIVES, note
from data.soundness import sync_folder
from data.store import StoreError

FILE = "improvements.sqlite"
#: 1: without sums.
FORMAT = 2
#: Milliseconds that a writer waits for another one.
PATIENCE = 10_000
_MEND = "restore it from a backup; where nothing was ever written there, remove the file"
#: The initiatives of the demonstration data (docs/demonstration-data.md).
DEMONSTRATION = Path(__file__).resolve().parent / "synthetic" / "improvements.csv"


class BrokenRegister(StoreError):
    """There is a register, and it cannot be read: that is not "no initiatives"."""


class NotSaved(StoreError):
    """What was to be written is not: the disk is ``full``, takes nothing (``read_only``), or somebody else is writing
    (``busy``). The register is as it was."""

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why


_WHAT_TO_DO = {
    "full": "make room on the disk",
    "read_only": "have the directory made writable",
    "busy": "try again in a moment",
}
#: What SQLite and the system say of a disk that takes nothing.
_SQLITE_WHY = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_PERM: "read_only",
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
}
_SYSTEM_WHY = {errno.ENOSPC: "full", errno.EDQUOT: "full"}
#: What SQLite says when the system refused it a file, for whatever reason.
_SQLITE_REFUSED = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR)


def why_not_saved(error: sqlite3.Error, folder: Path) -> str:
    """The reason of NotSaved; "" where it is the register's file that cannot be used."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest says where in SQLite
    if code in _SQLITE_REFUSED and not os.access(folder, os.W_OK):
        return "read_only"
    if code in _SQLITE_REFUSED and shutil.disk_usage(folder).free == 0:
        return "full"
    return _SQLITE_WHY.get(code, "")


class Changed(RuntimeError):
    """Somebody else has changed or removed the initiative since it was read."""


class Register:
    """The initiatives of one store. Cheap to make: it opens the file for each call and keeps nothing."""

    def __init__(self, root: Path) -> None:
        self.path = Path(root) / FILE

    def version(self) -> str:
        """A word that every write changes to a new one (so that a restored backup has its own again); "" at first."""
        with self._reading() as con:
            return con.execute("SELECT version FROM register").fetchone()[0] if con else ""

    def all(self, database: str | None = None) -> tuple[Initiative, ...]:
        """The initiatives (of one database), newest start first."""
        with self._reading() as con:
            found = self._rows(con) if con else []
        found = [one for one in found if database is None or one.database == database]
        return tuple(sorted(found, key=lambda one: (-one.start.toordinal(), one.title, one.id)))

    def get(self, id: str) -> Initiative | None:
        """The initiative with this id, or None."""
        return next((one for one in self.all() if one.id == id), None)

    def add(self, values: Mapping[str, str], known: Known) -> Initiative:
        """Take a new initiative from the texts of FIELDS; raises Refused with what is wrong."""
        made, errors = parse({**values, "id": new_id()}, known)
        if made is None:
            raise InitiativeRefused((0, error) for error in errors)
        with self._writing() as con:
            _put(con, made)
        return made

    def change(self, id: str, revision: int, values: Mapping[str, str], known: Known) -> Initiative:
        """Replace the fields of an initiative read at ``revision``; raises Refused, Changed where it has moved on."""
        with self._writing() as con:
            old = next((one for one in self._rows(con) if one.id == id), None)
            if old is None or old.revision != revision:
                raise Changed(id)
            made, errors = parse(
                {**values, "id": id, "created": old.created.isoformat(), "synthetic": flag(old.synthetic)}, known
            )
            if made is None:
                raise InitiativeRefused((0, error) for error in errors)
            made = replace(made, revision=revision + 1)
            _put(con, made)
        return made

    def take(self, text: str, known: Known) -> tuple[int, int]:
        """Import a CSV: all of it or nothing. Returns how many were added and how many replaced (by id).

        A row that says what the register says already counts as neither; columns that the CSV has not stay as they are.
        Raises Refused with row numbers as a spreadsheet counts them: the header is row 1.
        """
        read_csv(text, known)  # refused before a register is made
        added = replaced = 0
        with self._writing() as con:
            held = {one.id: one for one in self._rows(con)}
            for one in read_csv(text, known, held):
                old = held.get(one.id)
                if old is None:
                    added += 1
                elif replace(old, revision=1) != one:
                    replaced += 1
                else:
                    continue
                _put(con, replace(one, revision=old.revision + 1 if old else 1))
        return added, replaced

    def renew(self) -> bool:
        """Give a register of an earlier format its sums, keeping all that it holds; whether there was one to renew.

        Every write does so too. Raises NotSaved where it may not be written to; it can then be read all the same.
        """
        with self._reading() as con:
            if con is None or con.execute("SELECT format FROM register").fetchone()[0] == FORMAT:
                return False
        with self._writing():
            return True

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """A connection that cannot write; None while there is no register."""
        note(*INITIATIVES)
        if not self.path.exists():
            yield None
            return
        with self._opened(f"{self.path.resolve().as_uri()}?mode=ro") as con:
            con.execute("BEGIN")  # the rows and their sum, of the same moment
            self._check_format(con)
            yield con

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A connection inside one transaction, alone among writers; the register is made at the first write."""
        if not self.path.parent.is_dir():
            raise StoreError(f"{self.path.parent}: no such directory; load an extract into the store first")
        if not self.path.exists():
            self._make()
        with self._opened(f"{self.path.resolve().as_uri()}?mode=rw", writing=True) as con:
            con.execute("BEGIN IMMEDIATE")
            try:
                held = self._check_format(con)
                said = con.execute("PRAGMA integrity_check").fetchone()[0]
                if said != "ok":
                    raise BrokenRegister(f"{self.path}: it is damaged ({said}); {_MEND}")
                if held < FORMAT:
                    self._renew(con)
                self._rows(con)  # nothing is written into a damaged register
                yield con
                con.execute("UPDATE register SET version = ?", (new_id(),))
                con.execute("UPDATE register SET sum = ?", (_sum_of_all(con),))
                con.execute("COMMIT")
            except BaseException:
                if con.in_transaction:
                    con.execute("ROLLBACK")
                raise

    def _make(self) -> None:
        """An empty register under its name, whole or not at all: an empty file is one that was damaged."""
        temporary = self.path.with_name(f".{self.path.name}.{new_id()}.writing")
        try:
            with self._opened(temporary.resolve().as_uri(), writing=True) as con:
                con.execute("BEGIN IMMEDIATE")
                con.execute("CREATE TABLE register (format INTEGER, version TEXT, sum TEXT)")
                con.execute(f"INSERT INTO register VALUES ({FORMAT}, '', '')")
                con.execute(f"CREATE TABLE initiatives ({', '.join(COLUMNS)}, revision, sum TEXT, PRIMARY KEY (id))")
                con.execute("UPDATE register SET sum = ?", (_sum_of_all(con),))
                con.execute("COMMIT")
            os.link(temporary, self.path)
            sync_folder(self.path.parent)
        except FileExistsError:
            pass  # another writer was first
        except OSError as error:
            raise self._not_saved(_SYSTEM_WHY.get(error.errno, "read_only"), error) from error
        finally:
            if temporary.exists():  # a disk that is read only refuses to remove also what is not there
                temporary.unlink()

    def _renew(self, con: sqlite3.Connection) -> None:
        """Add the sums to a register of format 1."""
        con.execute("ALTER TABLE initiatives ADD COLUMN sum TEXT")
        con.execute("ALTER TABLE register ADD COLUMN sum TEXT")
        for row in con.execute("SELECT * FROM initiatives").fetchall():
            con.execute("UPDATE initiatives SET sum = ? WHERE id = ?", (_sum(row), row["id"]))
        con.execute("UPDATE register SET format = ?", (FORMAT,))
        con.execute("UPDATE register SET sum = ?", (_sum_of_all(con),))

    def _rows(self, con: sqlite3.Connection) -> list[Initiative]:
        """All initiatives; raises BrokenRegister where one, or their number, is not what was written."""
        held = con.execute("SELECT * FROM register").fetchone()
        rows = con.execute("SELECT * FROM initiatives").fetchall()
        try:
            if held["format"] > 1:
                for row in rows:
                    if row["sum"] != _sum(row):
                        raise ValueError(f"'{row['id']}' is not what was written")
                if held["sum"] != _sum_of_all(con):
                    raise ValueError("rows are not those that were written")
            return [_from_row(row) for row in rows]
        except (ValueError, TypeError, AttributeError, IndexError) as error:  # the last: a column of another name
            raise BrokenRegister(f"{self.path}: a row cannot be read ({error}); {_MEND}") from error

    @contextmanager
    def _opened(self, uri: str, writing: bool = False) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE / 1000, isolation_level=None)) as con:
                con.row_factory = sqlite3.Row
                yield con
        except UnicodeDecodeError as error:  # SQLite's own words, of a file with other bytes in them
            raise BrokenRegister(f"{self.path}: it is damaged ({error}); {_MEND}") from error
        except sqlite3.Error as error:
            if writing and (why := why_not_saved(error, self.path.parent)):
                raise self._not_saved(why, error) from error
            raise BrokenRegister(
                f"{self.path}: the register of improvements cannot be used ({error}); restore the file from a backup"
            ) from error

    def _not_saved(self, why: str, error: Exception) -> NotSaved:
        return NotSaved(why, f"{self.path}: nothing was written ({error}); {_WHAT_TO_DO[why]}")

    def _check_format(self, con: sqlite3.Connection) -> int:
        """The register's format; raises BrokenRegister where it is none that this program knows."""
        names = {name for (name,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        row = con.execute("SELECT format FROM register").fetchone() if {"register", "initiatives"} <= names else None
        if row is None:
            raise BrokenRegister(f"{self.path}: it is empty or no register of improvements; {_MEND}")
        columns = {one["name"] for one in con.execute("PRAGMA table_info(initiatives)")}
        if row[0] == 1 and "sum" in columns:
            raise BrokenRegister(f"{self.path}: its format is not what was written; {_MEND}")
        if row[0] not in range(1, FORMAT + 1):
            raise BrokenRegister(
                f"{self.path}: written in format {row[0]}, this program reads {FORMAT}; update the program"
            )
        return row[0]


def put_demonstration(root: Path) -> None:
    """Put the demonstration data's initiatives into the register of a demonstration store that has none yet."""
    register = Register(root)
    if not register.path.exists():
        register.take(decoded(DEMONSTRATION.read_bytes()), known(None))


def _put(con: sqlite3.Connection, one: Initiative) -> None:
    row = {**texts_of(one), "revision": one.revision}
    row["sum"] = _sum(row)
    slots = ", ".join(f":{name}" for name in row)
    con.execute(f"INSERT OR REPLACE INTO initiatives ({', '.join(row)}) VALUES ({slots})", row)


def _sum(row: Mapping[str, object] | sqlite3.Row) -> str:
    """The sha256 of what a row says."""
    return _sha256([row[name] for name in (*COLUMNS, "revision")])


def _sum_of_all(con: sqlite3.Connection) -> str:
    """The sha256 of the register's own row and of the sums of all others."""
    own = con.execute("SELECT format, version FROM register").fetchone()
    return _sha256([*own, *(tuple(row) for row in con.execute("SELECT id, sum FROM initiatives ORDER BY id"))])


def _sha256(values: list) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def _from_row(row: sqlite3.Row) -> Initiative:
    return Initiative(
        row["id"],
        row["database"],
        row["title"],
        tuple(row["departments"].split()),
        row["indicator"],
        dt.date.fromisoformat(row["start"]),
        int(row["washout"]),
        row["done"],
        row["owner"],
        dt.date.fromisoformat(row["ended"]) if row["ended"] else None,
        row["synthetic"] == "true",
        dt.datetime.fromisoformat(row["created"]),
        row["revision"],
    )
