"""The audit log: one JSON object a line, appended only, each with the hash of the one before.

A line that was changed, removed or put in breaks the chain from there on (``python -m audit verify``). What is at the
end can only be cut off: keep the last hash somewhere else, too. No patient data are in it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import filelock

FOLDER, FILE = "audit", "audit.jsonl"
#: The hash before the first line.
FIRST = "0" * 64
#: Seconds that a writer waits for another process.
PATIENCE = 5.0
_TAIL = 64 * 1024  # bytes: longer than any line


class NotLogged(OSError):
    """The log cannot be written; the message names the place and what to do."""


@dataclass(frozen=True)
class Verified:
    """``lines`` that hold, and what is wrong with the next one ("" where all hold); ``last``: the last hash."""

    lines: int
    problem: str
    last: str


class AuditLog:
    """The log of one store; safe from several threads and processes."""

    def __init__(self, root: Path) -> None:
        self.path = Path(root) / FOLDER / FILE
        self._lock = threading.Lock()

    def append(self, event: Mapping[str, object]) -> None:
        """Write one event, on the disk before this returns. Raises NotLogged."""
        with self._lock, self._alone():
            try:
                number, before = self._last()
                time = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
                body = {"n": number + 1, "time": time, **event, "before": before}
                line = json.dumps({**body, "hash": _hash(body)}, ensure_ascii=False) + "\n"
                file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
                try:
                    os.write(file, line.encode())
                    os.fsync(file)
                finally:
                    os.close(file)
            except (OSError, ValueError) as error:
                raise self._not_logged(error) from error

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            self.path.parent.mkdir(mode=0o700, exist_ok=True)
            with filelock.FileLock(f"{self.path}.lock", timeout=PATIENCE, mode=0o600):
                yield
        except NotLogged:
            raise
        except (OSError, filelock.Timeout) as error:
            raise self._not_logged(error) from error

    def _last(self) -> tuple[int, str]:
        """Number and hash of the last line. ValueError where it is no whole line: nothing is written after that."""
        if not self.path.exists() or not (size := self.path.stat().st_size):
            return 0, FIRST
        with self.path.open("rb") as file:
            file.seek(max(0, size - _TAIL))
            end = file.read()
        if not end.endswith(b"\n"):
            raise ValueError("its last line is not whole")
        last = json.loads(end[:-1].rpartition(b"\n")[2])
        return int(last["n"]), str(last["hash"])

    def _not_logged(self, error: Exception) -> NotLogged:
        return NotLogged(f"{self.path}: the audit log cannot be written ({error}); make room, or have it mended")


def events(path: Path, since: dt.date) -> Iterator[dict]:
    """The lines written from a day on (UTC), oldest first; none where there is no log. Their chain is not checked.

    The lines stand in the order of their times, so that only those are read. Raises OSError, and ValueError where one
    is no line of the log.
    """
    if not path.exists():
        return
    with path.open("rb") as file:
        file.seek(_first_since(file, since.isoformat()))
        for line in file:
            yield json.loads(line)


def _first_since(file: BinaryIO, day: str) -> int:
    """The place of the first line whose time is not before a day, found by halving."""
    low, high = 0, file.seek(0, os.SEEK_END)
    while low < high:
        middle = (low + high) // 2
        if middle:
            file.seek(middle - 1)
            file.readline()  # the rest of a line, or the end of the one before
        else:
            file.seek(0)
        line = file.readline() if file.tell() < high else b""
        if line and json.loads(line)["time"] < day:
            low = file.tell()
        else:
            high = middle
    return low


def verify(path: Path) -> Verified:
    """Read the whole log; raises OSError where it cannot be read."""
    before, number = FIRST, 0
    with path.open("rb") as file:
        for line in file:
            problem = _problem(line, number + 1, before)
            if isinstance(problem, str):
                return Verified(number, problem, before)
            number, before = problem["n"], problem["hash"]
    return Verified(number, "", before)


def _problem(line: bytes, number: int, before: str) -> str | dict:
    """What is wrong with a line; the line itself where nothing is."""
    try:
        said = json.loads(line)
    except ValueError:
        return "it is no JSON"
    if not isinstance(said, dict) or not line.endswith(b"\n"):
        return "it is no whole line"
    kept = said.pop("hash", None)
    if said.get("n") != number:
        return f"it is number {said.get('n')}"
    if said.get("before") != before:
        return "it does not follow the line before it"
    if kept != _hash(said):
        return "it is not what was written"
    return {**said, "hash": kept}


def _hash(body: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(body, ensure_ascii=False).encode()).hexdigest()
