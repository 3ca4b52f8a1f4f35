"""One command at a time writes to a store; what one that was killed has left is cleared away."""

from __future__ import annotations

import contextlib
import errno
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import filelock

from data.cache import sweep
from data.kept_pages import sweep_pages
from data.store import Store, StoreError

#: How the folders begin that a load spills to.
SPILL = ".kraeft-load-"
#: Seconds that a command waits for the lock of the store, which a dashboard takes for an instant when it starts.
_A_MOMENT = 1.0
_log = logging.getLogger(__name__)


@contextlib.contextmanager
def only_loader(root: Path) -> Iterator[None]:
    """One lock over the whole command; it falls with the process, also when that is killed."""
    lock = filelock.FileLock(str(root / ".lock"))
    try:
        lock.acquire(timeout=_A_MOMENT)
    except filelock.Timeout:
        raise StoreError(f"{root}: another load is running; try again when it has finished") from None
    try:
        yield
    finally:
        lock.release()


def clean(root: Path, erased: str = "") -> None:
    """Remove what a killed load left: unfinished files, and database files that no snapshot names.

    While a manifest cannot be read, all named files stay, for it may need them; not those of an ``erased`` database.
    """
    manifests, faults = Store(root).readable()
    named = frozenset().union(*(manifest.files for manifest in manifests))
    if faults:
        kept = {path.name for path in (root / "databases").glob("[!.]*")} - named
        kept = {name for name in kept if name.partition("-")[0] != erased}
        for one in faults:
            _log.warning("%s. Until then %d files that no other snapshot needs stay", one, len(kept))
        named |= kept
    for path in (root / "databases").glob("*"):
        if path.name not in named:
            path.unlink()
    sweep(root, {name.removesuffix(".duckdb") for name in named})
    sweep_pages(root, {path.stem for path in (root / "snapshots").glob("[!.]*")})
    for path in root.glob(f"{SPILL}*"):
        shutil.rmtree(path)
    for path in [*root.glob(".*.writing"), *(root / "snapshots").glob(".*.writing")]:
        path.unlink()


def clean_at_start(root: Path) -> None:
    """As ``clean``, by a dashboard that starts; not while a load is running, nor in a store that is read only."""
    try:
        with only_loader(root):
            clean(root)
    except (StoreError, PermissionError) as error:
        _log.info("%s: not cleaned (%s)", root, error)
    except OSError as error:
        if error.errno != errno.EROFS:
            raise
        _log.info("%s: not cleaned (%s)", root, error)
