"""Whether a file is still what was written: sums of its bytes, taken once per process and state of the file."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from data.once import Flight

T = TypeVar("T")
#: What the file system says of a file: device, number, size, times of the last change of content and of anything.
_State = tuple[int, int, int, int, int]
_found: dict[Path, tuple[_State, object]] = {}
_lock = threading.Lock()
_checking = Flight()


def checked_once(path: Path, check: Callable[[Path], T], anew: bool = False) -> T:
    """What ``check(path)`` finds, asked again only when the file system says that the file has changed, or ``anew``.

    Raises OSError for a file that is not there or cannot be read.
    """
    status = path.stat()
    state = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    with _lock:
        seen = _found.get(path)
    if seen is not None and seen[0] == state and not anew:
        return seen[1]

    def checked() -> T:
        with _lock:
            seen = _found.get(path)
        if seen is not None and seen[0] == state and not anew:  # by another thread, in the meantime
            return seen[1]
        found = check(path)
        with _lock:
            _found[path] = (state, found)
        return found

    return checked() if anew else _checking.share((path, state), checked)


def sum_of(path: Path) -> str:
    """The sha256 of a file's bytes, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Have the disk take a file (or a folder's names) before going on."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """As ``sync``, where the system lets a folder be synced."""
    if os.name == "posix":
        sync(path)
