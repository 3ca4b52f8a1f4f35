"""The demonstration store: synthetic extracts through the same synthesise → load path as real data."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

#: Where the demonstration store lies unless KRAEFT_DEMO names another place.
DEFAULT = Path(__file__).resolve().parent.parent / ".demo"
YEARS = (2014, 2025)
SEED = 1


def demonstration_store(progress: Callable[[str], None] | None = None) -> Path:
    """The root of the demonstration store; made at first use (about a minute), reused afterwards.

    One that another version of the program made is made anew; what people wrote into it stays.
    """
    from data.improvements import put_demonstration
    from data.load import load
    from data.store import OutdatedStore, Store
    from data.synthetic import synthesise

    home = Path(os.environ.get("KRAEFT_DEMO", DEFAULT))
    root = home / "store"
    if any(isinstance(one, OutdatedStore) for one in Store(root).readable()[1]):
        _empty(root)
    elif (root / "current").is_file():
        put_demonstration(root)
        return root
    home.mkdir(parents=True, exist_ok=True)
    say = progress or (lambda text: None)
    say("no store named: making the demonstration data (once)")
    extracts = Path(tempfile.mkdtemp(prefix="extracts-", dir=home))
    try:
        folders = synthesise(extracts, None, None, YEARS, SEED, "csv", say, to_cut=True)
        load(folders, root, say)
        put_demonstration(root)
    finally:
        shutil.rmtree(extracts)
    return root


def _empty(root: Path) -> None:
    """Take away the demonstration data of another version, pointer first; the registers stay."""
    (root / "current").unlink(missing_ok=True)
    for name in ("snapshots", "databases", "frames", "pages"):
        if (root / name).is_dir():
            shutil.rmtree(root / name)
