"""``python -m data synthesise | check | load | snapshots | use | improvements``."""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path

import duckdb

from data import load as loading
from data import reference
from data.checks import Inspection
from data.improvement_texts import ENCODING, Refused, decoded, known, write_csv
from data.improvements import Register
from data.output import DONE, REFUSED, USAGE, exit_with, progress
from data.store import Store, StoreError
from data.synthetic import SynthesisError, synthesise

#: What DuckDB raises where the disk or the memory is full: while writing rows, at commit, at the checkpoint.
NO_ROOM = (
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.TransactionException,
    duckdb.FatalException,
)


def main(words: list[str] | None = None) -> int:
    """Run one command; returns its exit code (0 done, 1 refused, 2 usage)."""
    options = _parser().parse_args(words)
    try:
        return options.run(options)
    except loading.Refused as refused:
        _report(refused.inspections)
        print(f"refused: {refused}", file=sys.stderr)
        return REFUSED
    except (StoreError, SynthesisError) as error:
        print(f"refused: {error}", file=sys.stderr)
        return REFUSED
    except (OSError, *NO_ROOM) as error:
        print(f"refused: {error}; the store is as it was", file=sys.stderr)
        return REFUSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m data", description="Extracts and the store.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    one = commands.add_parser("synthesise", help="write synthetic extracts")
    one.add_argument("--out", required=True, type=Path, metavar="DIR")
    one.add_argument("--databases", default="all", type=_databases, metavar="CODES|all")
    one.add_argument("--cases-per-year", type=_positive, metavar="N", help="per database; default: Danish volumes")
    one.add_argument("--years", default="2014-2025", type=_years, metavar="FIRST-LAST")
    one.add_argument("--seed", default=1, type=int)
    one.add_argument("--format", default="csv", choices=("csv", "parquet"))
    one.set_defaults(run=_synthesise)

    for name, run, text in (
        ("check", _check, "validate extracts, store nothing"),
        ("load", _load, "load extracts into the store"),
    ):
        one = commands.add_parser(name, help=text)
        one.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
        _add_store(one)
        one.set_defaults(run=run)

    one = commands.add_parser("snapshots", help="the store's snapshots")
    _add_store(one)
    one.set_defaults(run=_snapshots)

    one = commands.add_parser("use", help="make an older snapshot current again")
    one.add_argument("id", metavar="ID")
    _add_store(one)
    one.set_defaults(run=_use)

    both = commands.add_parser("improvements", help="the register of improvement initiatives as CSV")
    commands = both.add_subparsers(required=True, metavar="export|import")
    one = commands.add_parser("export", help="print the register, or write it to a file")
    one.add_argument("--out", type=Path, metavar="FILE", help="default: print")
    one.set_defaults(run=_export_improvements)
    two = commands.add_parser("import", help="add and replace initiatives: all of the file or nothing")
    two.add_argument("file", type=Path, metavar="FILE")
    two.set_defaults(run=_import_improvements)
    for each in (one, two):
        _add_store(each)
    return parser


def _synthesise(options: argparse.Namespace) -> int:
    folders = synthesise(
        options.out,
        options.databases,
        options.cases_per_year,
        options.years,
        options.seed,
        options.format,
        progress,
    )
    for folder in folders:
        print(folder)
    return DONE


def _check(options: argparse.Namespace) -> int:
    store = Store(options.store) if options.store and (options.store / "current").is_file() else None
    inspections = loading.check(options.folders, store, progress)
    _report(inspections)
    return REFUSED if any(one.refused for one in inspections) else DONE


def _load(options: argparse.Namespace) -> int:
    manifest, inspections = loading.load(options.folders, _named_store(options), progress)
    _report(inspections)
    for one in inspections:
        print(f"{one.manifest.database}: {one.rows['cases']} cases, data cut {one.manifest.data_cut}")
    print(f"snapshot {manifest.id} is current")
    return DONE


def _snapshots(options: argparse.Namespace) -> int:
    store = Store(_named_store(options))
    current = store.current_id()
    for manifest in store.manifests():
        mark = "*" if manifest.id == current else " "
        databases = ", ".join(
            f"{code} (data cut {info.data_cut}, {sum(info.rows.values())} rows)"
            for code, info in manifest.databases.items()
        )
        print(f"{mark} {manifest.id}  {manifest.created:%Y-%m-%d %H:%M:%S} UTC  {databases}")
    return DONE


def _use(options: argparse.Namespace) -> int:
    manifest = loading.use(_named_store(options), options.id)
    print(f"snapshot {manifest.id} is current")
    return DONE


def _export_improvements(options: argparse.Namespace) -> int:
    root = _named_store(options)
    if not root.is_dir():  # else a mistyped name would look like an empty register
        raise StoreError(f"{root}: no such directory; name the store whose register is wanted")
    text = write_csv(Register(root).all())
    if options.out is None:
        sys.stdout.write(text)
    else:
        options.out.write_text(text, encoding=ENCODING, newline="")
    return DONE


def _import_improvements(options: argparse.Namespace) -> int:
    root = _named_store(options)
    snapshot = Store(root).current() if (root / "current").is_file() else None
    content = options.file.read_bytes()
    try:
        added, replaced = Register(root).take(decoded(content), known(snapshot))
    except Refused as refused:
        for line in refused.lines("en"):
            print(f"{options.file}: {line}", file=sys.stderr)
        print("refused: nothing was imported", file=sys.stderr)
        return REFUSED
    print(f"{added} added, {replaced} replaced")
    return DONE


def _report(inspections: list[Inspection] | tuple[Inspection, ...]) -> None:
    for inspection in inspections:
        errors = sum(one.is_error for one in inspection.findings)
        for finding in inspection.findings:
            print(f"{inspection.folder.name}: {finding.sentence()}")
        warnings = sum(one.is_warning for one in inspection.findings)
        print(f"{inspection.folder.name}: {errors} errors, {warnings} warnings")


def _named_store(options: argparse.Namespace) -> Path:
    if options.store is None:
        print("usage: name the store with --store DIR or KRAEFT_STORE", file=sys.stderr)
        raise SystemExit(USAGE)
    return options.store


def _add_store(parser: argparse.ArgumentParser) -> None:
    """``--store`` of commands that write: there is no demonstration data to fall back on."""
    parser.add_argument("--store", type=Path, default=_default_store(), metavar="DIR", help="default: KRAEFT_STORE")


def _default_store() -> Path | None:
    return Path(os.environ["KRAEFT_STORE"]) if os.environ.get("KRAEFT_STORE") else None


def _databases(text: str) -> list[str] | None:
    if text == "all":
        return None
    known = [one.code for one in reference.databases()]
    codes = text.split(",")
    for code in codes:
        if code not in known:
            raise argparse.ArgumentTypeError(f"unknown database '{code}'; the list is {', '.join(known)}")
    return codes


def _years(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{4})-(\d{4})", text)
    if not match or int(match[1]) > int(match[2]):
        raise argparse.ArgumentTypeError(f"'{text}' is no range of years; write e.g. 2014-2025")
    return int(match[1]), int(match[2])


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number of at least 1")
    return int(text)


if __name__ == "__main__":
    exit_with(main)
