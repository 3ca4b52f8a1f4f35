"""Who may log in: ``<store>/users.sqlite``, beside the snapshots, readable by the owner of the store alone.

Passwords are kept as Argon2id hashes (argon2-cffi, RFC 9106). What a role may do is decided in ``server/access``.
"""

from __future__ import annotations

import datetime as dt
import functools
import os
import re
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from data.soundness import sync_folder
from data.store import StoreError

FILE = "users.sqlite"
ROLES = ("reader", "clinician", "steering", "registry", "administrator")
#: Roles that need to be told whose: the option and field that tells.
NEEDS = {"clinician": "departments", "steering": "databases"}
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
_NAME = re.compile(r"[A-Za-z0-9_.@-]{1,64}")
_FORMAT = 1
_hasher = PasswordHasher()


@functools.cache
def _nobody() -> str:
    """Verified where there is no such user, so that an unknown name takes as long as a wrong password."""
    return _hasher.hash(secrets.token_hex(16))


class UserRefused(ValueError):
    """A user that cannot be added; the message says which value and what fits."""


@dataclass(frozen=True)
class User:
    """One account. ``stamp`` changes with the password and the role: sessions made before it end."""

    name: str
    role: str
    databases: tuple[str, ...]
    departments: tuple[str, ...]
    created: dt.datetime
    stamp: str


class Users:
    """The accounts of one store. It opens the file for each call and keeps nothing."""

    def __init__(self, root: Path) -> None:
        self.path = Path(root) / FILE

    def any(self) -> bool:
        """Whether anybody can log in; a register that is there and cannot be read counts as that somebody can."""
        return self.path.exists() and bool(self.all())

    def all(self) -> tuple[User, ...]:
        """The accounts by name; raises StoreError where the register cannot be read."""
        if not self.path.exists():
            return ()
        with self._opened() as con:
            return tuple(_user(row) for row in con.execute("SELECT * FROM users ORDER BY name"))

    def get(self, name: str) -> User | None:
        return next((one for one in self.all() if one.name == name), None)

    def add(
        self, name: str, password: str, role: str, databases: Sequence[str] = (), departments: Sequence[str] = ()
    ) -> User:
        """Add an account, or give one of that name a new password and role. Raises UserRefused, StoreError."""
        _check(name, password, role, databases, departments)
        if not self.path.parent.is_dir():
            raise StoreError(f"{self.path.parent}: no such directory; load an extract into the store first")
        made = User(
            name, role, tuple(databases), tuple(departments), dt.datetime.now(dt.UTC), secrets.token_urlsafe(16)
        )
        row = (name, _hasher.hash(password), role, " ".join(databases), " ".join(departments))
        if not self.path.exists():
            self._make()
        with self._opened() as con, con:
            con.execute(
                "INSERT OR REPLACE INTO users VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*row, made.created.isoformat(), made.stamp),
            )
        return made

    def remove(self, name: str) -> bool:
        """Remove an account, whose sessions end with it; whether there was one."""
        if not self.path.exists():
            return False
        with self._opened() as con, con:
            return con.execute("DELETE FROM users WHERE name = ?", (name,)).rowcount > 0

    def check(self, name: str, password: str) -> User | None:
        """The user whose name and password these are, else None, in the same time."""
        kept = None
        if self.path.exists() and len(password) <= LONGEST_PASSWORD:
            with self._opened() as con:
                kept = con.execute("SELECT * FROM users WHERE name = ?", (name,)).fetchone()
        try:
            _hasher.verify(_nobody() if kept is None else kept["password"], password[:LONGEST_PASSWORD])
        except (VerificationError, InvalidHashError):
            return None
        return None if kept is None else _user(kept)

    def _make(self) -> None:
        """The empty register, readable by its owner alone from its first byte on."""
        os.close(os.open(self.path, os.O_CREAT | os.O_WRONLY, 0o600))
        with self._opened() as con, con:
            con.execute(
                "CREATE TABLE IF NOT EXISTS users (name TEXT PRIMARY KEY, password TEXT, role TEXT, databases TEXT, "
                "departments TEXT, created TEXT, stamp TEXT)"
            )
            con.execute(f"PRAGMA user_version = {_FORMAT}")
        sync_folder(self.path.parent)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=10)) as con:
                con.row_factory = sqlite3.Row
                yield con
        except sqlite3.Error as error:
            raise StoreError(
                f"{self.path}: the register of users cannot be used ({error}); restore it from a backup, or remove it "
                "and add the users again (python -m users add)"
            ) from error


def _check(name: str, password: str, role: str, databases: Sequence[str], departments: Sequence[str]) -> None:
    if not _NAME.fullmatch(name):
        raise UserRefused(f"the name '{name}' does not fit; use 1–64 of A–Z, a–z, 0–9, _ . @ -")
    if role not in ROLES:
        raise UserRefused(f"there is no role '{role}'; there are {', '.join(ROLES)}")
    given = {"databases": databases, "departments": departments}
    for field in given:
        if bool(given[field]) != (NEEDS.get(role) == field):
            wants = NEEDS.get(role)
            fix = f"it takes --{wants} CODE,..." if wants else "it takes neither --databases nor --departments"
            raise UserRefused(f"the role {role} is of the wrong {field}; {fix}")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise UserRefused(f"the password has {len(password)} characters; use {SHORTEST_PASSWORD} to {LONGEST_PASSWORD}")


def _user(row: sqlite3.Row) -> User:
    return User(
        row["name"],
        row["role"],
        tuple(row["databases"].split()),
        tuple(row["departments"].split()),
        dt.datetime.fromisoformat(row["created"]),
        row["stamp"],
    )
