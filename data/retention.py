"""Erasure and retention: taking a database or old snapshots out of a store while a dashboard goes on reading it.

The pointer moves first, then manifests change, then files go: a reader has the old or the new snapshot whole, and one
that has the old files open keeps them until it follows the pointer.

A snapshot whose manifest cannot be read is passed over: it stays, and so do all files that it may need. Only erasure
takes that database's files from it, too.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

from data import deliveries
from data.cleaning import clean, only_loader
from data.load import publish, write
from data.registers import frozen
from data.store import Manifest, Store, StoreError


def holding(root: Path, database: str) -> list[Manifest]:
    """The snapshots that hold a database, oldest first; raises StoreError naming the databases where none does.

    Those whose manifests cannot be read are not among them.
    """
    manifests = Store(root).readable()[0]
    found = [one for one in manifests if database in one.databases]
    if not found:
        there = ", ".join(sorted({code for one in manifests for code in one.databases})) or "none"
        raise StoreError(f"{root}: no snapshot holds database '{database}'; there are {there}")
    return found


def remove(root: Path, database: str) -> Manifest:
    """Erase a database: a new current snapshot is without it, and so are all older ones, which keep their ids, and the
    log of deliveries.

    Raises StoreError where no snapshot holds it, and where a snapshot holds nothing else.
    """
    with only_loader(root):
        found = holding(root, database)
        alone = [one.id for one in found if len(one.databases) == 1]
        store = Store(root)
        current = store.manifest(store.current_id())
        if current.id in alone:
            raise StoreError(f"{root}: {database} is all that the store holds; delete the directory to erase it")
        if database in current.databases:
            kept = {code: info for code, info in current.databases.items() if code != database}
            current = publish(root, replace(current, databases=kept), {}, dt.datetime.now(dt.UTC))
        for one in found:
            path = root / "snapshots" / f"{one.id}.json"
            if one.id in alone:
                path.unlink()
                continue
            rest = {code: info for code, info in one.databases.items() if code != database}
            write(path, json.dumps(replace(one, databases=rest).to_json(), indent=1, sort_keys=True))
        deliveries.erase(root, database)
        clean(root, erased=database)
    return current


def surplus(root: Path, keep: int) -> list[Manifest]:
    """The snapshots that ``prune`` takes away: all but the newest ``keep``, the current one and those of final
    reports, oldest first."""
    store = Store(root)
    manifests, current = store.readable()[0], store.current_id()
    kept = {current, *frozen(root)}
    return [one for one in manifests[: max(0, len(manifests) - keep)] if one.id not in kept]


def prune(root: Path, keep: int) -> list[Manifest]:
    """Take away the surplus snapshots and the files that no other one needs; returns them."""
    with only_loader(root):
        gone = surplus(root, keep)
        for one in gone:
            (root / "snapshots" / f"{one.id}.json").unlink()
        clean(root)
    return gone
