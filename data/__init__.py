"""Extracts, checks, the store and its read-only snapshots. The only package that imports duckdb."""

from data.store import DatabaseInfo, Snapshot, Store, StoreError, open_store

__all__ = ["DatabaseInfo", "Snapshot", "Store", "StoreError", "open_store"]
