"""What people write into the product beside initiatives: comments, decisions, versions of reports.

One SQLite file for all of it, ``<store>/registers.sqlite``, beside the snapshots: a load, an upgrade or a changed
definition never touches it. An entry is never changed or removed; a new revision of its subject is added, so that
the whole history is there and anything can be taken back. Who writes says which revision he has read; where somebody
else was first, the text is kept beside (``beside``) and :class:`Moved` tells of both.

Every write is one transaction with SQLite's log of writes and a full sync, so that what was acknowledged is there after
a kill or a power cut. Each entry carries a sum of itself.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from data.improvements import NotSaved, why_not_saved
from data.reads import Read, note
from data.soundness import sync_folder
from data.store import StoreError

FILE = "registers.sqlite"
FORMAT = 1
#: Seconds that a writer waits for another one.
PATIENCE = 10.0
#: Characters of an entry's body, at most.
LONGEST = 60_000
_MEND = "restore it from a backup"
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS entries (
  number INTEGER PRIMARY KEY AUTOINCREMENT, register TEXT NOT NULL, subject TEXT NOT NULL, revision INTEGER NOT NULL,
  beside INTEGER NOT NULL, at TEXT NOT NULL, author TEXT NOT NULL, role TEXT NOT NULL, body TEXT NOT NULL,
  sum TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS entries_once ON entries (register, subject, revision) WHERE beside = 0;
PRAGMA user_version = {FORMAT};
"""


class BrokenRegisters(StoreError):
    """There is a file of registers, and it cannot be read: that is not "nothing written"."""


@dataclass(frozen=True)
class Entry:
    """One revision of a subject in a register. ``number``: its place among all entries; ``at``: UTC.

    ``beside``: written on a revision that was no longer the latest; it is kept and is not what the subject says.
    """

    number: int
    register: str
    subject: str
    revision: int
    beside: bool
    at: dt.datetime
    author: str
    role: str
    body: Mapping[str, object]


class Moved(RuntimeError):
    """Somebody else wrote first: ``latest`` is what stands, ``kept`` what was written now, which is kept beside it."""

    def __init__(self, latest: Entry, kept: Entry) -> None:
        super().__init__(f"{latest.subject} is at revision {latest.revision}")
        self.latest, self.kept = latest, kept


class Registers:
    """The registers of one store. Cheap to make: it opens the file for each call and keeps nothing."""

    def __init__(self, root: Path) -> None:
        self.path = Path(root) / FILE

    def version(self) -> str:
        """A word that every write changes to a new one, also after a backup was restored; "" at first."""
        note("")
        with self._reading() as con:
            last = con and con.execute("SELECT number, sum FROM entries ORDER BY number DESC LIMIT 1").fetchone()
        return _word(last["number"], last["sum"]) if last else ""

    def moved(self, read: Collection[Read], since: str) -> bool:
        """Whether anything was written since a ``version`` that changes what was ``read`` of these registers.

        Also where that version is not in the file, which then is another one or a restored backup.
        """
        number = int(since.partition("-")[0] or 0)
        with self._reading() as con:
            if con is None:
                return bool(since)
            then = con.execute("SELECT sum FROM entries WHERE number = ?", (number,)).fetchone()
            if since and (then is None or _word(number, then["sum"]) != since):
                return True
            written = con.execute("SELECT register, subject FROM entries WHERE number > ?", (number,)).fetchall()
        return any(
            not register or (register == one["register"] and one["subject"].startswith(start))
            for one in written
            for register, start in read
        )

    def latest(self, register: str, start: str = "", until: int | None = None) -> dict[str, Entry]:
        """subject → what it says now, of the subjects that begin with ``start``; ``until``: as of that entry."""
        return {one.subject: one for one in self._rows(register, start, until) if not one.beside}

    def history(self, register: str, subject: str) -> tuple[Entry, ...]:
        """Every entry of a subject, newest first, those kept beside among them."""
        return tuple(one for one in reversed(self._rows(register, subject)) if one.subject == subject)

    def write(
        self, register: str, subject: str, base: int, body: Mapping[str, object], author: str, role: str
    ) -> Entry:
        """Add a revision; ``base``: the revision that the writer has read, 0 where there was none.

        Raises Moved where there is a later one, ValueError for what is too long, NotSaved where the disk refuses.
        """
        text = json.dumps(body, ensure_ascii=False, sort_keys=True)
        if len(text) > LONGEST:
            raise ValueError(f"{subject}: {len(text)} characters; at most {LONGEST} are kept")
        at = dt.datetime.now(dt.UTC)
        with self._writing() as con:
            found = con.execute(
                "SELECT * FROM entries WHERE register = ? AND subject = ? AND beside = 0 "
                "ORDER BY revision DESC LIMIT 1",
                (register, subject),
            ).fetchone()
            standing = None if found is None else _entry(found, self.path)
            last = 0 if standing is None else standing.revision
            beside = last != base
            row = (register, subject, last if beside else last + 1, int(beside), at.isoformat(), author, role, text)
            put = "INSERT INTO entries (register, subject, revision, beside, at, author, role, body, sum) "
            number = con.execute(f"{put} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*row, _sum(row))).lastrowid
        made = Entry(number, register, subject, row[2], beside, at, author, role, json.loads(text))
        if beside:
            raise Moved(standing, made)
        return made

    def _rows(self, register: str, start: str, until: int | None = None) -> list[Entry]:
        note(register, start)
        with self._reading() as con:
            if con is None:
                return []
            rows = con.execute(
                "SELECT * FROM entries WHERE register = ? AND substr(subject, 1, ?) = ? AND (? IS NULL OR number <= ?) "
                "ORDER BY number",
                (register, len(start), start, until, until),
            ).fetchall()
        return [_entry(row, self.path) for row in rows]

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """The file opened for reading; None where there is none yet."""
        if not self.path.exists():
            yield None
            return
        try:
            with closing(sqlite3.connect(f"file:{quote(str(self.path))}?mode=ro", uri=True, timeout=PATIENCE)) as con:
                con.row_factory = sqlite3.Row
                self._check(con)
                yield con
        except sqlite3.Error as error:
            raise BrokenRegisters(f"{self.path}: the registers cannot be read ({error}); {_MEND}") from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; it is on the disk when the block ends, or not at all."""
        new = not self.path.exists()
        try:
            with closing(sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)) as con:
                con.row_factory = sqlite3.Row
                con.execute("PRAGMA journal_mode = WAL")
                con.execute("PRAGMA synchronous = FULL")
                if new:
                    con.executescript(_SCHEMA)
                    sync_folder(self.path.parent)
                self._check(con)
                con.execute("BEGIN IMMEDIATE")
                try:
                    yield con
                except BaseException:
                    con.execute("ROLLBACK")
                    raise
                con.execute("COMMIT")
        except sqlite3.Error as error:
            why = why_not_saved(error, self.path.parent)
            if why:
                raise NotSaved(why, f"{self.path}: not saved ({error})") from error
            raise BrokenRegisters(f"{self.path}: the registers cannot be used ({error}); {_MEND}") from error

    def _check(self, con: sqlite3.Connection) -> None:
        found = con.execute("PRAGMA user_version").fetchone()[0]
        if found != FORMAT:
            raise BrokenRegisters(f"{self.path}: format {found}; this program reads {FORMAT}; {_MEND}")


def _entry(row: sqlite3.Row, path: Path) -> Entry:
    values = tuple(row)[1:9]
    if row["sum"] != _sum(values):
        raise BrokenRegisters(f"{path}: entry {row['number']} is not what was written; {_MEND}")
    at = dt.datetime.fromisoformat(row["at"])
    body = json.loads(row["body"])
    return Entry(row["number"], row["register"], row["subject"], row["revision"], bool(row["beside"]), at,
                 row["author"], row["role"], body)  # fmt: skip


def _word(number: int, entry: str) -> str:
    """Names a state of the registers by its last entry and that one's sum."""
    return f"{number}-{entry[:12]}"


def _sum(values: tuple) -> str:
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()


#: The register of reports' versions, and the word of one that is final: its snapshot is kept.
VERSIONS, FINAL = "versions", "final"


def frozen(root: Path) -> frozenset[str]:
    """The snapshots that final reports are made of."""
    found = Registers(root).latest(VERSIONS).values()
    return frozenset(str(one.body["snapshot"]) for one in found if one.body["state"] == FINAL)


def frozen_of(root: Path, database: str) -> str:
    """The latest period of a database whose annual report is final, "" where none is."""
    found = Registers(root).latest(VERSIONS, f"{database}/")
    return max((one.subject.partition("/")[2] for one in found.values() if one.body["state"] == FINAL), default="")
