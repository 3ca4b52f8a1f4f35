"""Loading extracts: check all, build new database files, then move the pointer. All of it or nothing."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
import filelock

from data.cache import FOLDER
from data.checks import Inspection, inspect
from data.derive import build
from data.store import DatabaseInfo, Manifest, Store, StoreError

Progress = Callable[[str], None]


class Refused(RuntimeError):
    """The extracts have findings of severity error; ``inspections`` holds them."""

    def __init__(self, inspections: Sequence[Inspection]) -> None:
        super().__init__("the extract was refused; the store is as it was")
        self.inspections = tuple(inspections)


def check(folders: Sequence[Path], store: Store | None = None, progress: Progress | None = None) -> list[Inspection]:
    """Validate extracts without storing anything; ``store`` gives the previous case counts."""
    previous = _previous_cases(store)
    inspections = []
    for folder in folders:
        _say(progress, f"checking {folder}")
        with _workplace() as con:
            inspections.append(inspect(con, folder, previous))
    return inspections


def load(folders: Sequence[Path], root: Path, progress: Progress | None = None) -> tuple[Manifest, list[Inspection]]:
    """Load extracts as one new snapshot and make it current.

    Returns the new manifest and what was found. Raises Refused (findings), StoreError (another load is running,
    the same database twice). Whatever happens, readers see the old or the new snapshot whole.
    """
    root.mkdir(parents=True, exist_ok=True)
    with _only_loader(root):
        _clean(root)
        store = Store(root)
        parent = store.manifest(store.current_id()) if (root / "current").is_file() else None
        previous = _previous_cases(store if parent else None)
        inspections, built, seen = [], {}, set()
        loaded_at = dt.datetime.now(dt.UTC)
        try:
            for number, folder in enumerate(folders, start=1):
                _say(progress, f"{number}/{len(folders)} {folder.name}")
                inspection, info = _one(folder, root, previous, loaded_at, build_it=not _refused(inspections))
                inspections.append(inspection)
                code = inspection.manifest.database if inspection.manifest else ""
                if code in seen:
                    raise StoreError(f"{folder}: database {code} is in two of the folders; name one")
                seen |= {code} - {""}
                if info is not None:
                    built[info.code] = info
            if _refused(inspections):
                raise Refused(inspections)
            return _publish(root, parent, built, loaded_at), inspections
        except BaseException:
            _clean(root)
            raise


def use(root: Path, snapshot: str) -> Manifest:
    """Make an older snapshot current again; raises StoreError where there is none of that id."""
    manifest = Store(root).manifest(snapshot)
    with _only_loader(root):
        _write(root / "current", manifest.id + "\n")
    return manifest


def _one(
    folder: Path, root: Path, previous: dict[str, int], loaded_at: dt.datetime, build_it: bool
) -> tuple[Inspection, DatabaseInfo | None]:
    """Check one extract and, if accepted, write its database file under its final, content-given name."""
    (root / "databases").mkdir(exist_ok=True)
    temporary = root / "databases" / f".{os.getpid()}.loading"
    try:
        with _workplace(temporary) as con:
            inspection = inspect(con, folder, previous)
            if inspection.refused or not build_it:
                return inspection, None
            build(con, inspection, loaded_at)
            con.execute("CHECKPOINT")
        manifest = inspection.manifest
        name = f"{manifest.database}-{_fingerprint(folder, loaded_at)}.duckdb"
        _sync(temporary)
        os.replace(temporary, root / "databases" / name)
        _sync_folder(root / "databases")
    finally:
        temporary.unlink(missing_ok=True)
        temporary.with_name(temporary.name + ".wal").unlink(missing_ok=True)
    warnings = sum(one.is_warning for one in inspection.findings)
    return inspection, DatabaseInfo(
        manifest.database,
        name,
        manifest.data_cut,
        manifest.synthetic,
        manifest.start,
        manifest.end,
        loaded_at,
        inspection.rows,
        {name: staged.columns for name, staged in inspection.staged.items()},
        errors=0,
        warnings=warnings,
    )


def _publish(root: Path, parent: Manifest | None, built: dict[str, DatabaseInfo], created: dt.datetime) -> Manifest:
    databases = dict(sorted({**(parent.databases if parent else {}), **built}.items()))
    manifest = Manifest("", created, parent.id if parent else "", databases)
    text = json.dumps(manifest.to_json(), sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    manifest = replace(manifest, id=f"{created:%Y-%m-%d}-{digest[:6]}")
    (root / "snapshots").mkdir(exist_ok=True)
    path = root / "snapshots" / f"{manifest.id}.json"
    try:
        _write(path, json.dumps(manifest.to_json(), indent=1, sort_keys=True))
        _write(root / "current", manifest.id + "\n")
    except BaseException as error:
        if not (root / "current").is_file() or Store(root).current_id() != manifest.id:
            path.unlink(missing_ok=True)
        elif isinstance(error, OSError):  # the pointer has moved and readers may follow it: the snapshot stays
            raise StoreError(f"{root}: snapshot {manifest.id} is current, but the disk reports {error}") from error
        raise
    return manifest


@contextlib.contextmanager
def _only_loader(root: Path) -> Iterator[None]:
    """One lock over the whole command; it falls with the process, also when that is killed."""
    lock = filelock.FileLock(str(root / ".lock"))
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise StoreError(f"{root}: another load is running; try again when it has finished") from None
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _workplace(path: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB connection for staging; spills to a temporary folder instead of growing past 1 GB."""
    with tempfile.TemporaryDirectory(prefix="kraeft-load-") as spill:
        config = {"memory_limit": "1GB", "temp_directory": spill, "autoinstall_known_extensions": False}
        con = duckdb.connect(str(path) if path else ":memory:", config=config)
        try:
            yield con
        finally:
            con.close()


def _refused(inspections: Sequence[Inspection]) -> bool:
    return any(inspection.refused for inspection in inspections)


def _previous_cases(store: Store | None) -> dict[str, int]:
    if store is None:
        return {}
    return {code: info.rows["cases"] for code, info in store.manifest(store.current_id()).databases.items()}


def _clean(root: Path) -> None:
    """Remove what a killed load left: unfinished files, and database files that no snapshot names."""
    named = {info.file for manifest in Store(root).manifests() for info in manifest.databases.values()}
    for path in (root / "databases").glob("*"):
        if path.name not in named:
            path.unlink()
    stems = {name.removesuffix(".duckdb") for name in named}
    for path in (root / FOLDER).glob("*"):
        # A frame that a dashboard is writing at this moment begins with a dot; it is not ours to remove.
        if path.name.removeprefix(".").split(".")[0] not in stems:
            path.unlink()
    for path in [*root.glob(".*.writing"), *(root / "snapshots").glob(".*.writing")]:
        path.unlink()


def _fingerprint(folder: Path, loaded_at: dt.datetime) -> str:
    """Twelve hex digits that differ between any two loads: the extract's files and the time."""
    digest = hashlib.sha256(loaded_at.isoformat().encode() + os.urandom(8))
    for path in sorted(folder.iterdir()):
        digest.update(f"{path.name}:{path.stat().st_size}".encode())
    return digest.hexdigest()[:12]


def _write(path: Path, text: str) -> None:
    """Replace a small file so that a reader sees the old or the new text, also after a power cut."""
    temporary = path.with_name(f".{path.name}.writing")
    temporary.write_text(text, encoding="utf-8")
    _sync(temporary)
    os.replace(temporary, path)
    _sync_folder(path.parent)


def _sync_folder(path: Path) -> None:
    if os.name == "posix":
        _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _say(progress: Progress | None, text: str) -> None:
    if progress is not None:
        progress(text)
