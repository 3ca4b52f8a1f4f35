"""The register of improvement initiatives: ``<store>/improvements.sqlite``, beside the snapshots.

People write it, extracts never touch it: a load replaces database files and leaves this one alone. SQLite's own locks
make it safe under several processes; every write is one transaction.
"""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from data.improvement_texts import (
    COLUMNS,
    Initiative,
    Known,
    Refused,
    decoded,
    flag,
    known,
    new_id,
    parse,
    read_csv,
    texts_of,
)
from data.store import StoreError

FILE = "improvements.sqlite"
FORMAT = 1
#: Milliseconds that a writer waits for another one.
PATIENCE = 10_000
_MEND = "restore it from a backup; where nothing was ever written there, remove the file"
#: The initiatives of the demonstration data (docs/demonstration-data.md).
DEMONSTRATION = Path(__file__).resolve().parent / "synthetic" / "improvements.csv"


class BrokenRegister(StoreError):
    """There is a register, and it cannot be read: that is not "no initiatives"."""


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
            rows = con.execute("SELECT * FROM initiatives").fetchall() if con else []
        try:
            found = [_from_row(row) for row in rows]
        except (ValueError, TypeError, AttributeError) as error:
            raise BrokenRegister(f"{self.path}: a row cannot be read ({error}); {_MEND}") from error
        found = [one for one in found if database is None or one.database == database]
        return tuple(sorted(found, key=lambda one: (-one.start.toordinal(), one.title, one.id)))

    def get(self, id: str) -> Initiative | None:
        """The initiative with this id, or None."""
        return next((one for one in self.all() if one.id == id), None)

    def add(self, values: Mapping[str, str], known: Known) -> Initiative:
        """Take a new initiative from the texts of FIELDS; raises Refused with what is wrong."""
        made, errors = parse({**values, "id": new_id()}, known)
        if made is None:
            raise Refused((0, error) for error in errors)
        with self._writing() as con:
            _put(con, made)
        return made

    def change(self, id: str, revision: int, values: Mapping[str, str], known: Known) -> Initiative:
        """Replace the fields of an initiative read at ``revision``; raises Refused, Changed where it has moved on."""
        with self._writing() as con:
            row = con.execute("SELECT * FROM initiatives WHERE id = ?", (id,)).fetchone()
            if row is None or _from_row(row).revision != revision:
                raise Changed(id)
            old = _from_row(row)
            made, errors = parse(
                {**values, "id": id, "created": old.created.isoformat(), "synthetic": flag(old.synthetic)}, known
            )
            if made is None:
                raise Refused((0, error) for error in errors)
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
            held = {row["id"]: _from_row(row) for row in con.execute("SELECT * FROM initiatives")}
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

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """A connection that cannot write; None while there is no register."""
        if not self.path.exists():
            yield None
            return
        with self._opened(f"{self.path.resolve().as_uri()}?mode=ro") as con:
            self._check_format(con)
            yield con

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A connection inside one transaction, alone among writers; the register is made at the first write."""
        if not self.path.parent.is_dir():
            raise StoreError(f"{self.path.parent}: no such directory; load an extract into the store first")
        if not self.path.exists():
            self._make()
        with self._opened(f"{self.path.resolve().as_uri()}?mode=rw") as con:
            con.execute("BEGIN IMMEDIATE")
            try:
                self._check_format(con)
                yield con
                con.execute("UPDATE register SET version = ?", (new_id(),))
                con.execute("COMMIT")
            except BaseException:
                if con.in_transaction:
                    con.execute("ROLLBACK")
                raise

    def _make(self) -> None:
        """An empty register under its name, whole or not at all: an empty file is one that was damaged."""
        temporary = self.path.with_name(f".{self.path.name}.{new_id()}.writing")
        try:
            with self._opened(temporary.resolve().as_uri()) as con:
                con.execute("BEGIN IMMEDIATE")
                con.execute("CREATE TABLE register (format INTEGER, version TEXT)")
                con.execute(f"INSERT INTO register VALUES ({FORMAT}, '')")
                con.execute(f"CREATE TABLE initiatives ({', '.join(COLUMNS)}, revision, PRIMARY KEY (id))")
                con.execute("COMMIT")
            os.link(temporary, self.path)
        except FileExistsError:
            pass  # another writer was first
        except OSError as error:
            raise BrokenRegister(
                f"{self.path}: cannot be made ({error}); check that the directory may be written"
            ) from error
        finally:
            temporary.unlink(missing_ok=True)

    @contextmanager
    def _opened(self, uri: str) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE / 1000, isolation_level=None)) as con:
                con.row_factory = sqlite3.Row
                yield con
        except sqlite3.Error as error:
            raise BrokenRegister(
                f"{self.path}: the register of improvements cannot be used ({error}); "
                "check that the directory may be written, or restore the file from a backup"
            ) from error

    def _check_format(self, con: sqlite3.Connection) -> None:
        names = {name for (name,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        row = con.execute("SELECT format FROM register").fetchone() if {"register", "initiatives"} <= names else None
        if row is None:
            raise BrokenRegister(f"{self.path}: it is empty or no register of improvements; {_MEND}")
        if row[0] != FORMAT:
            raise BrokenRegister(
                f"{self.path}: written in format {row[0]}, this program reads {FORMAT}; update the program"
            )


def put_demonstration(root: Path) -> None:
    """Put the demonstration data's initiatives into the register of a demonstration store that has none yet."""
    register = Register(root)
    if not register.path.exists():
        register.take(decoded(DEMONSTRATION.read_bytes()), known(None))


def _put(con: sqlite3.Connection, one: Initiative) -> None:
    row = {**texts_of(one), "revision": one.revision}
    slots = ", ".join(f":{name}" for name in row)
    con.execute(f"INSERT OR REPLACE INTO initiatives ({', '.join(row)}) VALUES ({slots})", row)


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
