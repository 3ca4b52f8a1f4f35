"""The extract of a database before the one that a view shows."""

from __future__ import annotations

from data.store import DatabaseInfo, Manifest, Store, StoreError
from results.view import View


def former(view: View) -> tuple[Manifest, DatabaseInfo] | None:
    """The last snapshot that held another extract of the database, and what it held of it.

    None where there was none, it has been taken away, or cannot be read.
    """
    parent = view.snapshot.parent
    store = Store(view.snapshot.root)
    while parent:
        try:
            manifest = store.manifest(parent)
        except StoreError:
            return None
        info = manifest.databases.get(view.database)
        if info is None or info.file != view.info.file:
            return (manifest, info) if info is not None else None
        parent = manifest.parent
    return None
