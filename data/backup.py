"""A backup of what cannot be made again: what people wrote, users, logs, sent reports, keys, and the pointers.

One ZIP file (``python -m data backup``), whose ``backup.json`` names every file with the sha256 of its bytes. SQLite
registers are copied by SQLite's own backup, so that a running dashboard may write meanwhile. The data themselves come
again from the extracts; ``with_data`` takes the database files of the current snapshot along.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from data.cache import FOLDER as FRAMES
from data.cleaning import SPILL, only_loader
from data.kept_pages import FOLDER as PAGES
from data.soundness import sync, sync_folder
from data.store import Store, StoreError

FORMAT = 1
CONTENTS = "backup.json"
#: Of a store, what is made again from the extracts, or follows from it.
_MADE_AGAIN = {"databases", "snapshots", FRAMES, PAGES, "current", ".lock"}
_POINTERS = ("current", "snapshots")
#: Where what stood before a restore is laid aside.
ASIDE = "before-restore-"
_SQLITE = (".sqlite", ".sqlite-wal", ".sqlite-shm", ".sqlite-journal")


@dataclass(frozen=True)
class Restored:
    """What a restore did. ``files``: put back; ``aside``: the folder of what stood there before, None where nothing
    did; ``snapshots``: pointed to again; ``waiting``: snapshots whose database files are neither here nor there."""

    files: tuple[str, ...]
    aside: Path | None
    snapshots: tuple[str, ...]
    waiting: tuple[str, ...]


def backup(root: Path, to: Path, with_data: bool = False) -> tuple[str, ...]:
    """Write the backup of a store to a new file; returns the names of what is in it.

    Raises StoreError for a store that is not there, a file that is, or a register that cannot be read.
    """
    if not root.is_dir():
        raise StoreError(f"{root}: no such store; name one with --store")
    if to.exists():
        raise StoreError(f"{to}: is there already; name a new file with --out")
    to.parent.mkdir(parents=True, exist_ok=True)
    half = to.with_name(f".{to.name}.writing")
    try:
        with tempfile.TemporaryDirectory(prefix=".kraeft-backup-", dir=to.parent) as place:
            found = dict(_copied(root, Path(place)))
            for name in _data(root) if with_data else ():
                found[f"databases/{name}"] = root / "databases" / name
            said = {
                "format": FORMAT,
                "made": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
                "files": {name: _sum(path) for name, path in sorted(found.items())},
            }
            descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
                out.writestr(CONTENTS, json.dumps(said, indent=1))
                for name, path in sorted(found.items()):
                    out.write(path, name)
        sync(half)
        half.rename(to)
        sync_folder(to.parent)
    finally:
        half.unlink(missing_ok=True)
    return tuple(sorted(found))


def restore(file: Path, root: Path) -> Restored:
    """Put a backup into a store, all of it or nothing; what stood there before is laid aside in a folder of the store.

    A snapshot is pointed to again where its database files are in the store or in the backup. Raises StoreError for a
    file that is no backup or is not what was written, and while a load is running.
    """
    root.mkdir(parents=True, exist_ok=True)
    with only_loader(root), tempfile.TemporaryDirectory(prefix=SPILL, dir=root) as place:
        names = _unpacked(file, Path(place))
        data = [name for name in names if name.startswith("databases/")]
        there = {path.name for path in (root / "databases").glob("*")} | {Path(name).name for name in data}
        pointed, waiting = [], []
        for name in (one for one in names if one.startswith("snapshots/")):
            try:
                files = Store(Path(place)).manifest(Path(name).stem).files
            except StoreError:  # of another version, or damaged when the backup was made
                waiting.append(name)
                continue
            (pointed if files <= there else waiting).append(name)
        current = (Path(place) / "current").read_text().strip() if "current" in names else ""
        useful = f"snapshots/{current}.json" in pointed
        written = [one for one in names if not one.startswith(("snapshots/", "databases/")) and one != "current"]
        put = [*written, *data, *pointed, *(["current"] if useful else [])]
        aside = _laid_aside(root, put)
        for name in put:  # the pointer last
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                (Path(place) / name).rename(target)
                sync_folder(target.parent)
    stems = [tuple(Path(name).stem for name in of) for of in (pointed, waiting)]
    return Restored(tuple(put), aside, *stems)


def written(root: Path, place: Path) -> Iterator[tuple[str, Path]]:
    """Each file that cannot be made again, its name and where a copy of its bytes is: all but data and pointers."""
    return ((name, path) for name, path in _copied(root, place) if name.partition("/")[0] not in _POINTERS)


def _copied(root: Path, place: Path) -> Iterator[tuple[str, Path]]:
    """Each file that cannot be made again, and the pointers: its name and where its bytes are."""
    for path in sorted(root.iterdir()):
        passed = path.name in _MADE_AGAIN or path.name.startswith((".", ASIDE))
        if path.is_symlink() or (passed and path.name not in _POINTERS):
            continue
        for one in [path] if path.is_file() else sorted(path.rglob("*")):
            if one.is_symlink() or not one.is_file() or one.name.startswith("."):
                continue
            name = one.relative_to(root).as_posix()
            if one.name.endswith(_SQLITE):
                if one.suffix == ".sqlite":
                    yield name, _register(one, place / one.name)
            else:
                copy = place / hashlib.sha256(name.encode()).hexdigest()
                shutil.copyfile(one, copy)
                yield name, copy


def _register(path: Path, to: Path) -> Path:
    """A register as of one moment, with what stands in its log of writes."""
    try:
        with closing(sqlite3.connect(path, timeout=10)) as con, closing(sqlite3.connect(to)) as copy:
            con.backup(copy)
            wrong = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.Error as error:
        raise StoreError(f"{path}: cannot be read ({error}), so there is no backup of it; mend it first") from error
    if wrong != "ok":
        raise StoreError(f"{path}: is damaged ({wrong}), so there is no backup of it; restore an earlier one first")
    return to


def _data(root: Path) -> list[str]:
    store = Store(root)
    return sorted(store.manifest(store.current_id()).files) if (root / "current").exists() else []


def _unpacked(file: Path, place: Path) -> list[str]:
    """The files of a backup, checked, in a folder."""
    try:
        with zipfile.ZipFile(file) as archive:
            said = json.loads(archive.read(CONTENTS))
            if said["format"] != FORMAT:
                raise StoreError(f"{file}: a backup of format {said['format']}, this program reads {FORMAT}")
            for name, right in said["files"].items():
                parts = PurePosixPath(name).parts
                if not parts or PurePosixPath(name).is_absolute() or ".." in parts:
                    raise StoreError(f"{file}: {name!r} is no name of a store's file; this is no backup of ours")
                target = place / name
                target.parent.mkdir(parents=True, exist_ok=True)
                descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with archive.open(name) as source, os.fdopen(descriptor, "wb") as out:
                    shutil.copyfileobj(source, out)
                if _sum(target) != right:
                    raise StoreError(f"{file}: {name} is not what was written; nothing was restored")
                sync(target)
            return list(said["files"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise StoreError(f"{file}: is no backup that can be read ({error}); nothing was restored") from error


def _laid_aside(root: Path, names: list[str]) -> Path | None:
    """Move what a restore would replace into a folder of its own; registers with their logs of writes."""
    replaced = [name for name in names if (root / name).exists() and not name.startswith(("databases/", "snapshots/"))]
    if not replaced:
        return None
    aside = root / f"{ASIDE}{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}"
    aside.mkdir(mode=0o700)
    for name in replaced:
        beside = [name, *(name + end for end in ("-wal", "-shm", "-journal") if name.endswith(".sqlite"))]
        for one in beside:
            if (root / one).exists():
                (aside / one).parent.mkdir(parents=True, exist_ok=True)
                (root / one).rename(aside / one)
    sync_folder(root)
    return aside


def _sum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
