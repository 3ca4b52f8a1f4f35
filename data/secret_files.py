"""Secrets: from the environment, or from a file that its owner alone can read; never from the command line."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from data.store import StoreError


def secret(variable: str) -> str | None:
    """The value of an environment variable, else the content of the file that ``<variable>_FILE`` names, without blanks
    around; None where neither is set. Raises StoreError where the file cannot be read, is empty, or others can read it.
    """
    given, file = os.environ.get(variable), os.environ.get(f"{variable}_FILE")
    if given is not None or file is None:
        return given
    found = read_secret(Path(file)).decode("utf-8", "replace").strip()
    if not found:
        raise StoreError(f"{variable}_FILE: {file} is empty; write the secret into it")
    return found


def read_secret(path: Path) -> bytes:
    """The content of a file that holds a secret. Raises StoreError where it cannot be read, or others can read it."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & 0o077:
                raise StoreError(f"{path}: others can read it (mode {mode:o}); chmod 600 {path}")
            return file.read()
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror})") from error
