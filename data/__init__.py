"""Extracts, checks, the store and its read-only snapshots. The only package that imports duckdb."""

import os

# Before numpy is imported: the arrays here are small, and the threads of its linear algebra spend ten times the work on
# waiting for each other, while readers wait for a processor. Child processes inherit it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from data.opening import open_store
from data.store import DatabaseInfo, Snapshot, Store, StoreError

__all__ = ["DatabaseInfo", "Snapshot", "Store", "StoreError", "open_store"]
