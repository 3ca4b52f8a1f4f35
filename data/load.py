"""Loading extracts: check all, build new database files, then move the pointer. All of it or nothing."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from data import deliveries
from data.against import Held, against, shared_with, together
from data.checks import Inspection, inspect
from data.cleaning import SPILL, clean, only_loader
from data.deliveries import Delivery
from data.derive import add_findings, build, build_part, build_union
from data.extract_toml import TOML, read_manifest
from data.extract_toml import ExtractManifest as Said
from data.findings import Finding, Words, by_severity
from data.schema import BY_NAME, TABLES
from data.soundness import sum_of
from data.stopping import stoppable
from data.store import DatabaseInfo, Manifest, OutdatedStore, PartInfo, Store, StoreError, fault

Progress = Callable[[str], None]

#: The memory that staging takes, and the most that it then writes to disk: two tables of the most rows that one may
#: have, at their most bytes a row. Beyond it the load is refused, rather than the disk filled.
MEMORY, SPILLED = "1GB", "20GB"
_log = logging.getLogger(__name__)


class Refused(RuntimeError):
    """The extracts have findings that refuse them; ``inspections`` holds all that were looked at."""

    def __init__(self, inspections: Sequence[Inspection]) -> None:
        super().__init__("the extract was refused; the store is as it was")
        self.inspections = tuple(inspections)


@dataclass(frozen=True)
class Rules:
    """What a load may do: ``force``: take away what was there; ``keep_going``: load the other folders where one is
    refused; ``fail_on``: rules whose findings refuse an extract though they are no errors."""

    force: bool = False
    keep_going: bool = False
    fail_on: frozenset[str] = frozenset()

    def refuse(self, inspection: Inspection) -> bool:
        return inspection.refused or any(one.rule in self.fail_on for one in inspection.findings)


@dataclass(frozen=True)
class Loaded:
    """What a load did: the current snapshot, what was found in each folder, and which of them changed nothing."""

    manifest: Manifest
    inspections: tuple[Inspection, ...]
    refused: tuple[Inspection, ...] = ()
    unchanged: tuple[Inspection, ...] = ()
    new: bool = True


def check(
    folders: Sequence[Path], store: Store | None = None, progress: Progress | None = None, rules: Rules = Rules()
) -> list[Inspection]:
    """Validate extracts without storing anything; with ``store`` also against what it holds, as a load would."""
    current = _base(store) if store is not None else None
    command = _Command(None, store.root if store else None, current, folders, rules, progress)
    return [command.checked(folder) for folder in folders]


def load(folders: Sequence[Path], root: Path, progress: Progress | None = None) -> tuple[Manifest, list[Inspection]]:
    """Load extracts as one new snapshot and make it current.

    Returns the current manifest and what was found. Raises Refused (findings), StoreError (another load is running,
    the same database twice). Whatever happens, readers see the old or the new snapshot whole.
    """
    loaded = load_extracts(folders, root, progress)
    return loaded.manifest, list(loaded.inspections)


def load_extracts(
    folders: Sequence[Path], root: Path, progress: Progress | None = None, rules: Rules = Rules()
) -> Loaded:
    """As ``load``, with rules of its own, and saying what each folder came to.

    An extract whose files are those of the current snapshot changes nothing; where all are, there is no new snapshot.
    """
    root.mkdir(parents=True, exist_ok=True)
    with only_loader(root):
        clean(root)
        current = _base(Store(root))
        command = _Command(root, root, current, folders, rules, progress)
        try:
            loaded = command.load()
            deliveries.keep(root, command.logged(loaded))
            return loaded
        except Refused:
            deliveries.keep(root, command.logged(None))
            raise
        finally:
            clean(root)  # of what was refused or broken off; what the snapshots name stays


def _base(store: Store) -> Manifest | None:
    """The snapshot that a load builds on: the current one; where it cannot be read, the newest that can.

    None in a store without any. Raises OutdatedStore.
    """
    try:
        return store.manifest(store.current_id())
    except OutdatedStore:
        raise
    except StoreError as error:
        found, faults = store.readable()
        if found:
            _log.warning(
                "%s. This load builds on snapshot %s, the newest that can be read; what was loaded after it must be "
                "loaded again",
                error,
                found[-1].id,
            )
        elif faults:
            _log.warning("%s. No snapshot can be read: the new one holds what is loaded now and nothing else", error)
        return found[-1] if found else None


def use(root: Path, snapshot: str) -> Manifest:
    """Make an older snapshot current again; raises StoreError where there is none of that id."""
    manifest = Store(root).manifest(snapshot)
    with only_loader(root):
        write(root / "current", manifest.id + "\n")
    return manifest


class _Command:
    """One load or check of some folders: what the store holds, what this command brings, what came of it."""

    def __init__(
        self,
        root: Path | None,
        store: Path | None,
        current: Manifest | None,
        folders: Sequence[Path],
        rules: Rules,
        progress: Progress | None,
    ) -> None:
        self.root, self.store, self.current, self.folders = root, store, current, folders
        self.rules, self.progress = rules, progress
        self.loaded_at = dt.datetime.now(dt.UTC)
        #: What the folders say they are, before anything of them is checked.
        self.said = {folder: read_manifest(folder)[0] for folder in folders}
        self.inspections: dict[Path, Inspection] = {}
        self.unchanged: set[Path] = set()
        self.wholes: dict[str, DatabaseInfo] = {}
        self.parts: dict[str, dict[str, PartInfo]] = {}

    def load(self) -> Loaded:
        """Everything from the first check to the moved pointer."""
        _name_each_once(self.folders, self.said)
        for number, folder in enumerate(self.folders, start=1):
            _say(self.progress, f"{number}/{len(self.folders)} {folder.name}")
            self._one(folder)
        built = {**self.wholes}
        for database in self.parts:
            _say(self.progress, f"{database}: {', '.join(self.parts[database])}")
            if info := self._united(database):
                built[database] = info
        inspections = tuple(self.inspections[folder] for folder in self.folders)
        refused = tuple(one for one in inspections if self.rules.refuse(one))
        if refused and (not self.rules.keep_going or not (built or self.unchanged)):
            raise Refused(inspections)
        unchanged = tuple(self.inspections[folder] for folder in self.folders if folder in self.unchanged)
        if not built:
            return Loaded(self.current, inspections, refused, unchanged, new=False)
        return Loaded(publish(self.root, self.current, built, self.loaded_at), inspections, refused, unchanged)

    def logged(self, loaded: Loaded | None) -> list[Delivery]:
        """What the log of deliveries keeps of this command; ``loaded``: None where it was refused."""
        snapshot = loaded.manifest.id if loaded else self.current.id if self.current else ""
        found = []
        for folder, inspection in self.inspections.items():
            if self.rules.refuse(inspection):
                outcome = deliveries.REFUSED
            elif folder in self.unchanged:
                outcome = deliveries.UNCHANGED
            else:
                outcome = deliveries.LOADED if loaded else deliveries.HELD
            found.append(deliveries.delivery(inspection, outcome, self.loaded_at, snapshot))
        return found

    def checked(self, folder: Path) -> Inspection:
        """What is found in one folder, in itself and against the store."""
        _say(self.progress, f"checking {folder}")
        with _workplace(self.root) as con:
            return self._inspected(con, folder)[0]

    def _held(self, database: str) -> Held | None:
        if self.current is None or database not in self.current.databases:
            return None
        info, folder = self.current.databases[database], self.store / "databases"
        faults = {one.file: fault(folder / one.file, one.file_sha256) for one in (info, *info.parts)}
        broken = {file: why for file, why in faults.items() if why}
        for file, why in broken.items():
            _log.warning("%s: cannot be read (%s); the extract is not compared with it", folder / file, why)
        return Held(info, folder, frozenset(broken))

    def _inspected(self, con: duckdb.DuckDBPyConnection, folder: Path) -> tuple[Inspection, dict[str, str]]:
        """The staged and checked extract with the sums of its files; one that the store holds is marked unchanged."""
        inspection = inspect(con, folder)
        if inspection.manifest is None or "cases" not in inspection.staged:
            return inspection, {}
        sums = _sums(folder)
        manifest = inspection.manifest
        held = self._held(manifest.database)
        found: list[Finding] = []
        if held is not None:
            before = held.of(manifest.part)
            same_kind = before is not None and bool(held.info.parts) == bool(manifest.part)
            whole = not held.broken & {held.info.file, before.file if before else ""}
            if same_kind and whole and before.sha256 == sums and not inspection.refused:
                self.unchanged.add(folder)
                return inspection, sums
            anew = frozenset(said.part for said in self.said.values() if said and said.database == manifest.database)
            found += against(con, inspection, held, anew, self.rules.force)
        for name, part in self.parts.get(manifest.database, {}).items():
            found += shared_with(con, inspection, name, self.root / "databases" / part.file)
        return replace(inspection, findings=tuple(by_severity([*inspection.findings, *found]))), sums

    def _one(self, folder: Path) -> None:
        """Check one extract and, if accepted, write its database file under its final, content-given name."""
        databases = self.root / "databases"
        databases.mkdir(exist_ok=True)
        with _new_file(databases) as temporary:
            with _workplace(self.root, temporary) as con:
                inspection, sums = self._inspected(con, folder)
                self.inspections[folder] = inspection
                stopped = not self.rules.keep_going and any(map(self.rules.refuse, self.inspections.values()))
                if stopped or self.rules.refuse(inspection) or folder in self.unchanged:
                    return
                manifest = inspection.manifest
                if manifest.part:
                    build_part(con, inspection)
                else:
                    build(con, inspection, self.loaded_at)
                con.execute("CHECKPOINT")
            name = f"{manifest.database}-{_fingerprint(folder, self.loaded_at)}.duckdb"
            file_sha256 = _settle(temporary, databases / name)
        columns = {table: staged.columns for table, staged in inspection.staged.items()}
        facts = {
            "file": name,
            "data_cut": manifest.data_cut,
            "synthetic": manifest.synthetic,
            "period_start": manifest.start,
            "period_end": manifest.end,
            "loaded_at": self.loaded_at,
            "rows": inspection.rows,
            "columns": columns,
            "sha256": sums,
            "file_sha256": file_sha256,
            "errors": 0,
            "warnings": sum(one.is_warning for one in inspection.findings),
        }
        if manifest.part:
            self.parts.setdefault(manifest.database, {})[manifest.part] = PartInfo(name=manifest.part, **facts)
        else:
            self.wholes[manifest.database] = DatabaseInfo(code=manifest.database, **facts)

    def _united(self, database: str) -> DatabaseInfo | None:
        """The database of the new parts and those that the store keeps; None where the whole cannot be made."""
        held = self._held(database)
        new = self.parts[database]
        kept = {part.name: part for part in held.info.parts} if held else {}
        parts = dict(sorted({**kept, **new}.items()))
        if lost := [part.name for part in parts.values() if held and part.file in held.broken]:
            raise StoreError(
                f"{self.root}: of {database} the stored part {', '.join(lost)} cannot be read; "
                "load it in the same command"
            )
        folders = {said.part: folder for folder, said in self.said.items() if said and said.database == database}
        folders = {part: folder for part, folder in folders.items() if part in new}
        databases = self.root / "databases"
        with _new_file(databases) as temporary:
            with _workplace(self.root, temporary) as con:
                attached = {f"part{number}": part for number, part in enumerate(parts.values())}
                for catalogue, part in attached.items():
                    path = str(databases / part.file).replace("'", "''")
                    con.execute(f"ATTACH '{path}' AS {catalogue} (READ_ONLY)")
                found = [*_in_two(con, attached), *together(con, attached)]
                for part, finding in found:
                    for folder in [folders[part]] if part in folders else folders.values():
                        before = self.inspections[folder]
                        after = tuple(by_severity([*before.findings, finding]))
                        self.inspections[folder] = replace(before, findings=after)
                refused = any(self.rules.refuse(self.inspections[folder]) for folder in folders.values())
                if refused:
                    return None
                cuts = {catalogue: part.data_cut for catalogue, part in attached.items()}
                columns = _delivered_by_all(parts.values())
                build_union(con, cuts, columns, database, self.loaded_at)
                for part, finding in found:
                    add_findings(con, [finding], part)
                rows = {name: _rows(con, name, attached) for name in columns}
                con.execute("CHECKPOINT")
            fingerprint = hashlib.sha256(f"{self.loaded_at} {os.urandom(8)} {database}".encode()).hexdigest()[:12]
            name = f"{database}-{fingerprint}.duckdb"
            file_sha256 = _settle(temporary, databases / name)
        every = tuple(parts.values())
        return DatabaseInfo(
            code=database,
            file=name,
            data_cut=min(part.data_cut for part in every),
            synthetic=any(part.synthetic for part in every),
            period_start=max(part.period_start for part in every),
            period_end=min(part.period_end for part in every),
            loaded_at=self.loaded_at,
            rows=rows,
            columns=columns,
            sha256={},
            file_sha256=file_sha256,
            errors=0,
            warnings=sum(part.warnings for part in every) + sum(one.is_warning for _, one in found),
            parts=every,
        )


def _name_each_once(folders: Sequence[Path], said: Mapping[Path, Said | None]) -> None:
    """Raise StoreError where two of the folders are the same delivery, or one is the whole and another a part of it."""
    seen: dict[str, set[str]] = {}
    for folder in folders:
        one = said[folder]
        if one is None or not one.database:
            continue  # refused when it is checked
        there = seen.setdefault(one.database, set())
        if one.part in there:
            what = f"part {one.part} of database {one.database}" if one.part else f"database {one.database}"
            raise StoreError(f"{folder}: {what} is in two of the folders; name one")
        if there and not (one.part and all(there)):
            raise StoreError(f"{folder}: database {one.database} comes whole and in parts; name the one or the others")
        there.add(one.part)


def _in_two(con: duckdb.DuckDBPyConnection, attached: Mapping[str, PartInfo]) -> Iterator[tuple[str, Finding]]:
    """Keys that stand in two of the parts, told of the later one."""
    for later, part in attached.items():
        for earlier, other in attached.items():
            if earlier >= later:
                continue
            for table in TABLES:
                if not table.key or table.name == "departments":
                    continue
                key = ", ".join(f'"{name}"' for name in table.key)
                count = con.execute(
                    f"SELECT count(*) FROM (SELECT {key} FROM {later}.{table.name} INTERSECT "
                    f"SELECT {key} FROM {earlier}.{table.name})"
                ).fetchone()[0]
                if count:
                    words = Words(f"også i delen {other.name}", f"also in part {other.name}")
                    yield part.name, Finding("in_two_parts", table.name, "+".join(table.key), count, detail=words)


def _delivered_by_all(parts: Collection[PartInfo]) -> dict[str, frozenset[str]]:
    """The tables that every part delivered, with the columns that each of them has; units of any part are known."""
    delivered = {}
    for table in TABLES:
        having = [part.columns[table.name] for part in parts if table.name in part.columns]
        if len(having) == len(parts) or (having and table.name == "departments"):
            delivered[table.name] = frozenset.intersection(*having)
    return delivered


def _rows(con: duckdb.DuckDBPyConnection, table: str, attached: Mapping[str, PartInfo]) -> int:
    """How many rows a table of the united database has."""
    source = table
    if table == "departments":
        having = [catalogue for catalogue, part in attached.items() if table in part.columns]
        source = f"({' UNION '.join(f'SELECT code FROM {catalogue}.departments' for catalogue in having)})"
    return con.execute(f"SELECT count(*) FROM {source}").fetchone()[0]


def publish(root: Path, parent: Manifest | None, built: dict[str, DatabaseInfo], created: dt.datetime) -> Manifest:
    databases = dict(sorted({**(parent.databases if parent else {}), **built}.items()))
    manifest = Manifest("", created, parent.id if parent else "", databases)
    text = json.dumps(manifest.to_json(), sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    manifest = replace(manifest, id=f"{created:%Y-%m-%d}-{digest[:6]}")
    (root / "snapshots").mkdir(exist_ok=True)
    path = root / "snapshots" / f"{manifest.id}.json"
    try:
        write(path, json.dumps(manifest.to_json(), indent=1, sort_keys=True))
        write(root / "current", manifest.id + "\n")
    except BaseException as error:
        if not _points_to(root, manifest.id):
            path.unlink(missing_ok=True)
        elif isinstance(error, OSError):  # the pointer has moved and readers may follow it: the snapshot stays
            raise StoreError(f"{root}: snapshot {manifest.id} is current, but the disk reports {error}") from error
        raise
    return manifest


def _points_to(root: Path, id: str) -> bool:
    try:
        return Store(root).current_id() == id
    except StoreError:
        return False


@contextlib.contextmanager
def _workplace(root: Path | None, path: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB connection for staging; spills to a temporary folder instead of growing past MEMORY, at most SPILLED.

    The folder lies in the store, where the next load clears it away should this one be killed.
    """
    with tempfile.TemporaryDirectory(prefix=SPILL, dir=root) as spill:
        config = {
            "memory_limit": MEMORY,
            "temp_directory": spill,
            "max_temp_directory_size": SPILLED,
            "autoinstall_known_extensions": False,
        }
        con = stoppable(duckdb.connect(str(path) if path else ":memory:", config=config))
        try:
            yield con
        finally:
            con.close()


@contextlib.contextmanager
def _new_file(folder: Path) -> Iterator[Path]:
    """The name of a file to write and move away; whatever happens, nothing of it stays."""
    temporary = folder / f".{os.getpid()}.loading"
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)
        temporary.with_name(temporary.name + ".wal").unlink(missing_ok=True)


def _settle(temporary: Path, final: Path) -> str:
    """Give a finished file its name; returns the sum of its bytes."""
    _sync(temporary)
    found = sum_of(temporary)
    os.replace(temporary, final)
    _sync_folder(final.parent)
    return found


def _fingerprint(folder: Path, loaded_at: dt.datetime) -> str:
    """Twelve hex digits that differ between any two loads: the extract's files and the time."""
    digest = hashlib.sha256(loaded_at.isoformat().encode() + os.urandom(8))
    for path in sorted(folder.iterdir()):
        digest.update(f"{path.name}:{path.stat().st_size}".encode())
    return digest.hexdigest()[:12]


def _sums(folder: Path) -> dict[str, str]:
    """The sha256 sums of extract.toml and the tables' files, by name."""
    sums = {}
    for path in sorted(folder.iterdir()):
        table = path.suffix in (".csv", ".parquet") and path.stem in BY_NAME
        if path.is_file() and (table or path.name == TOML):
            with path.open("rb") as stream:
                sums[path.name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return sums


def write(path: Path, text: str) -> None:
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
