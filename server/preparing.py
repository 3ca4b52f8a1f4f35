"""What the running server does beside its readers: new snapshots are opened and their frames made."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from data.cleaning import clean_at_start
from data.once import BeingMade, Workshop
from data.store import Snapshot, Store, StoreError
from results import improvements
from results.view import Edition
from server.children import Children

ROOT = Path(__file__).resolve().parents[1]
_log = logging.getLogger("kraeftkvalitet")
#: Of the server's threads, so many do slow work or wait for it.
WORKSHOP = Workshop(makers=2, waiting=2, patience=2)
#: The processes that prepare: none outlives the server.
CHILDREN = Children()
#: Seconds after which readers no longer wait for what is prepared: a page then makes what it needs itself.
LONGEST_PREPARING = 3600


def keep_ready(store: Store, later: Callable[[], None], every: float = 5.0) -> None:
    """Watch the store's pointer for ever and open each new snapshot, also when nobody reads.

    ``later``: what the first page is not to wait for, asked at each look after the first.
    """
    ready: Snapshot | None = None
    said, cleaned = "", False
    while True:
        try:
            if not cleaned:
                cleaned = True
                clean_at_start(store.root)
            if ready is not None:
                ready.look()
                later()
            snapshot = store.served()
            if snapshot is not ready:
                ready = snapshot
                improvements.prepare(snapshot)
            said = ""
        except BeingMade:
            ready = None  # readers were there first
        except Exception as error:  # the thread's edge: what it does not expect must neither end it nor pass unseen
            if repr(error) != said:
                said = repr(error)
                expected = isinstance(error, StoreError | OSError | ImportError)  # no file left to import from
                _log.error("watching the store: %s", error, exc_info=None if expected else error)
        time.sleep(every)


def prepare_beside(
    store: Store, editions: Sequence[Edition], snapshot: Snapshot, login: bool = False, base: str = ""
) -> None:
    """Before anybody reads a snapshot that was opened: have its frames and first pages made by a process of its own,
    and know of it. ``base``: the path of the host below which the pages are."""
    snapshot.workshop = WORKSHOP
    try:
        process = _start_preparing(store, editions, login, base)  # one for an older snapshot stops by itself
    except OSError as error:
        _log.error("results cannot be prepared (%s); pages make what they need", error)
        return
    except SystemExit:  # the server is ending: who reads this now is answered all the same
        return
    snapshot.made_elsewhere = partial(_runs, process, time.monotonic() + LONGEST_PREPARING)


def _runs(process: subprocess.Popen, until: float) -> bool:
    return process.poll() is None and time.monotonic() < until


def _start_preparing(store: Store, editions: Sequence[Edition], login: bool, base: str) -> subprocess.Popen:
    words = ["prepare", "--store", str(store.root.resolve())]
    for edition in editions:
        words += ["--edition", edition.name, "--threshold", str(edition.threshold)]
    if login:
        words.append("--login")
    if base:
        words += ["--base-path", base]
    return CHILDREN.start([sys.executable, "-m", "server", *words], ROOT)
