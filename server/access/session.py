"""Sessions: a signed cookie that names the user; everything else is read from the register at every request."""

from __future__ import annotations

import datetime as dt
import os
import secrets
from pathlib import Path

import flask

from data.secret_files import read_secret, secret
from data.store import StoreError
from data.users import User, Users
from layouts.frame.visitor import Visitor

COOKIE = "kraeft_session"
KEY_FILE, KEY_VARIABLE = "session.key", "KRAEFT_SESSION_KEY"
LIFETIME = dt.timedelta(hours=12)
_SHORTEST_KEY = 32
#: The addresses that take a token.
FOR_PROGRAMS = "/api/"


def key(root: Path) -> bytes:
    """The secret that signs the cookies: of the environment, else of the store's file, made at the first start.

    Raises StoreError where it is short, cannot be kept, or can be read by others.
    """
    given = secret(KEY_VARIABLE)
    if given is not None:
        if len(given) < _SHORTEST_KEY:
            raise StoreError(f"{KEY_VARIABLE} has {len(given)} characters; use {_SHORTEST_KEY} or more")
        return given.encode()
    path = root / KEY_FILE
    try:
        file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return _kept(path)
    except OSError as error:
        raise StoreError(f"{path}: cannot be made ({error.strerror}); set {KEY_VARIABLE} instead") from error
    made = secrets.token_hex(32).encode()
    with os.fdopen(file, "wb") as stream:
        stream.write(made)
    return made


def _kept(path: Path) -> bytes:
    found = read_secret(path)
    if len(found) < _SHORTEST_KEY:
        raise StoreError(f"{path}: is too short; remove it, and a new one is made (everybody has to log in again)")
    return found


class Sessions:
    """Who a request is of. The register is read again where its file has changed."""

    def __init__(self, root: Path) -> None:
        self.users = Users(root)
        self._read: tuple[object, dict[str, User]] = (None, {})

    def begin(self, user: User) -> Visitor:
        """Log in: the answer to the present request carries the session."""
        flask.session.clear()
        flask.session.permanent = True
        flask.session.update({"name": user.name, "stamp": user.stamp, "until": _now() + LIFETIME.total_seconds()})
        return visitor_of(user)

    def visitor(self) -> Visitor | None:
        """The user of the present request's session, as the register has it now; None without one.

        At the interface for programs a token says who it is; then no session does.
        """
        if is_for_a_program():
            kind, _, token = flask.request.headers.get("Authorization", "").partition(" ")
            user = self.users.of_token(token.strip()) if kind.lower() == "bearer" else None
            return None if user is None else visitor_of(user)
        name, stamp = flask.session.get("name"), flask.session.get("stamp")
        until = flask.session.get("until")
        if not isinstance(name, str) or not isinstance(until, int | float) or until < _now():
            return None
        user = self._known().get(name)
        if user is None or not secrets.compare_digest(user.stamp, str(stamp)):
            return None
        return visitor_of(user)

    def named_elsewhere(self, name: str) -> User | None:
        """The user of this name who logs in elsewhere: at the provider, or at our proxy; None where there is none."""
        user = self._known().get(name)
        return user if user is not None and user.elsewhere else None

    def _known(self) -> dict[str, User]:
        try:
            about = self.users.path.stat()
            state = (about.st_ino, about.st_mtime_ns, about.st_size)
        except FileNotFoundError:
            return {}
        if self._read[0] != state:
            self._read = (state, {one.name: one for one in self.users.all()})
        return self._read[1]


def is_for_a_program() -> bool:
    """Whether the present request says by a token who it is of, or tries to."""
    return flask.request.path.startswith(FOR_PROGRAMS) and bool(flask.request.headers.get("Authorization"))


def visitor_of(user: User) -> Visitor:
    return Visitor(user.name, user.role, user.databases, user.departments)


def _now() -> float:
    return dt.datetime.now(dt.UTC).timestamp()
