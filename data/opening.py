"""Which store a command opens."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from data.demo import demonstration_store
from data.store import Store, StoreError


def open_store(path: str | os.PathLike | None = None, progress: Callable[[str], None] | None = None) -> Store:
    """The store of ``--store``, else of KRAEFT_STORE, else the demonstration data (made at first use).

    ``progress(text)`` is told how the demonstration data come along.
    """
    chosen = path or os.environ.get("KRAEFT_STORE")
    if chosen:
        root = Path(chosen)
        if not root.is_dir():
            raise StoreError(f"{root}: no such directory; run python -m data load FOLDER --store {root}")
        return Store(root)
    return Store(demonstration_store(progress))
