"""The folder of pages that were made beforehand (server/keeping.py): files named by their snapshot."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

FOLDER = "pages"


def sweep_pages(root: Path, snapshots: Collection[str]) -> None:
    """Remove the pages of snapshots that are not among these, and what killed processes left half written."""
    for path in (root / FOLDER).glob("*"):
        writer = path.name.rpartition(".")[2]
        half = path.name.startswith(".") and not (writer.isdigit() and _is_running(int(writer)))
        if half or path.name.removeprefix(".").partition(".")[0] not in snapshots:
            path.unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
