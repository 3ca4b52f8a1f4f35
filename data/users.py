"""Who may log in: ``<store>/users.sqlite``, beside the snapshots, readable by the owner of the store alone.

Passwords are kept as Argon2id hashes (argon2-cffi, RFC 9106). What a role may do is decided in ``server/access``.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
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
_ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9.-]{1,190}")
_UNIT = re.compile(r"[A-Za-zÆØÅæøå0-9_.-]{1,60}")
#: Of a token the sha256 alone is kept; its 256 bits are chance, which needs no slow hash.
_TOKENS = "CREATE TABLE IF NOT EXISTS tokens (name TEXT PRIMARY KEY, hash TEXT, created TEXT)"
_SUBSCRIPTIONS = (
    "CREATE TABLE IF NOT EXISTS subscriptions (address TEXT, unit TEXT, since TEXT, sent INTEGER, last TEXT, "
    "PRIMARY KEY (address, unit))"
)
_hasher = PasswordHasher()


@functools.cache
def _nobody() -> str:
    """Verified where there is no such user, so that an unknown name takes as long as a wrong password."""
    return _hasher.hash(secrets.token_hex(16))


class UserRefused(ValueError):
    """A user that cannot be added; the message says which value and what fits."""


@dataclass(frozen=True)
class User:
    """One account. ``stamp`` changes with the password and the role: sessions made before it end. ``elsewhere``: it has
    no password here; a provider or a proxy of ours says who it is."""

    name: str
    role: str
    databases: tuple[str, ...]
    departments: tuple[str, ...]
    created: dt.datetime
    stamp: str
    elsewhere: bool = False


@dataclass(frozen=True)
class Subscription:
    """An address that gets a unit's messages. ``sent``: how many so far; ``last``: the quarter of the latest one."""

    address: str
    unit: str
    since: str
    sent: int
    last: str


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
        self, name: str, password: str | None, role: str, databases: Sequence[str] = (), departments: Sequence[str] = ()
    ) -> User:
        """Add an account, or give one of that name a new password and role; without a password (None) one that logs in
        elsewhere. Raises UserRefused, StoreError."""
        _check(name, password, role, databases, departments)
        if not self.path.parent.is_dir():
            raise StoreError(f"{self.path.parent}: no such directory; load an extract into the store first")
        now, stamp = dt.datetime.now(dt.UTC), secrets.token_urlsafe(16)
        made = User(name, role, tuple(databases), tuple(departments), now, stamp, password is None)
        row = (
            name,
            "" if password is None else _hasher.hash(password),
            role,
            " ".join(databases),
            " ".join(departments),
        )
        if not self.path.exists():
            self._make()
        with self._opened() as con, con:
            con.execute(
                "INSERT OR REPLACE INTO users VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*row, made.created.isoformat(), made.stamp),
            )
        return made

    def give_token(self, name: str) -> str:
        """A new token with which a program is this user at the interface for programs; an earlier one ends with it.

        Raises UserRefused where there is no such user.
        """
        if self.get(name) is None:
            raise UserRefused(f"there is no user '{name}' (python -m users list)")
        made = secrets.token_urlsafe(32)
        with self._opened() as con, con:
            con.execute(_TOKENS)
            row = (name, _token_hash(made), dt.datetime.now(dt.UTC).isoformat())
            con.execute("INSERT OR REPLACE INTO tokens VALUES (?, ?, ?)", row)
        return made

    def take_token(self, name: str) -> bool:
        """End a user's token; whether there was one."""
        if not self.path.exists():
            return False
        with self._opened() as con, con:
            con.execute(_TOKENS)
            return con.execute("DELETE FROM tokens WHERE name = ?", (name,)).rowcount > 0

    def of_token(self, token: str) -> User | None:
        """The user whose token this is, None where it is nobody's."""
        if not self.path.exists():
            return None
        with self._opened() as con, con:
            con.execute(_TOKENS)
            found = con.execute("SELECT name FROM tokens WHERE hash = ?", (_token_hash(token),)).fetchone()
        return None if found is None else self.get(found["name"])

    def remove(self, name: str) -> bool:
        """Remove an account, whose sessions and token end with it; whether there was one."""
        if not self.path.exists():
            return False
        self.take_token(name)
        with self._opened() as con, con:
            return con.execute("DELETE FROM users WHERE name = ?", (name,)).rowcount > 0

    def subscribe(self, address: str, units: Sequence[str]) -> None:
        """Have messages about these departments and hospitals (codes) go to an address. Raises UserRefused."""
        if not _ADDRESS.fullmatch(address):
            raise UserRefused(f"'{address}' is no address; write NAME@PLACE")
        for unit in units:
            if not _UNIT.fullmatch(unit):
                raise UserRefused(f"'{unit}' is no code of a department or hospital")
        if not self.path.parent.is_dir():
            raise StoreError(f"{self.path.parent}: no such directory; load an extract into the store first")
        if not self.path.exists():
            self._make()
        with self._opened() as con, con:
            con.execute(_SUBSCRIPTIONS)
            today = dt.datetime.now(dt.UTC).date().isoformat()
            rows = [(address, unit, today) for unit in units]
            con.executemany("INSERT OR IGNORE INTO subscriptions VALUES (?, ?, ?, 0, '')", rows)

    def unsubscribe(self, address: str, units: Sequence[str] = ()) -> int:
        """Send no more to an address about these (none named: about nothing); how many subscriptions ended."""
        if not self.path.exists():
            return 0
        found = [one for one in self.subscriptions() if one.address == address and (not units or one.unit in units)]
        with self._opened() as con, con:
            con.execute(_SUBSCRIPTIONS)
            con.executemany(
                "DELETE FROM subscriptions WHERE address = ? AND unit = ?", [(one.address, one.unit) for one in found]
            )
        return len(found)

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Who gets messages about what, and how many were sent, by address and unit."""
        if not self.path.exists():
            return ()
        with self._opened() as con, con:
            con.execute(_SUBSCRIPTIONS)
            rows = con.execute("SELECT * FROM subscriptions ORDER BY address, unit").fetchall()
        return tuple(Subscription(row["address"], row["unit"], row["since"], row["sent"], row["last"]) for row in rows)

    def was_sent(self, address: str, unit: str, quarter: str) -> None:
        """Count a message of a quarter that the mail server has taken."""
        with self._opened() as con, con:
            con.execute(
                "UPDATE subscriptions SET sent = sent + 1, last = ? WHERE address = ? AND unit = ?",
                (quarter, address, unit),
            )

    def check(self, name: str, password: str) -> User | None:
        """The user whose name and password these are, else None, in the same time."""
        kept = None
        if self.path.exists() and len(password) <= LONGEST_PASSWORD:
            with self._opened() as con:
                kept = con.execute("SELECT * FROM users WHERE name = ?", (name,)).fetchone()
        try:
            _hasher.verify((kept and kept["password"]) or _nobody(), password[:LONGEST_PASSWORD])
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


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _check(name: str, password: str | None, role: str, databases: Sequence[str], departments: Sequence[str]) -> None:
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
    if password is not None and not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise UserRefused(f"the password has {len(password)} characters; use {SHORTEST_PASSWORD} to {LONGEST_PASSWORD}")


def _user(row: sqlite3.Row) -> User:
    return User(
        row["name"],
        row["role"],
        tuple(row["databases"].split()),
        tuple(row["departments"].split()),
        dt.datetime.fromisoformat(row["created"]),
        row["stamp"],
        not row["password"],
    )
