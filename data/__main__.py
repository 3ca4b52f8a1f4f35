"""``python -m data``: extracts (synthesise, init, convert, check, difference) and the store (load, snapshots, …)."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import re
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

from data import load as loading
from data import reference, retention
from data.against import REFUSALS
from data.checks import Inspection
from data.convert.mapping import MappingRefused
from data.convert.presets import PRESETS, preset
from data.convert.refusal import FileRefused
from data.extract import most_rows
from data.findings import RULE
from data.improvement_texts import ENCODING, InitiativeRefused, decoded, known, write_csv
from data.improvements import Register
from data.output import DONE, FORMATS, REFUSED, USAGE, UsageError, exit_with, progress, write_rows
from data.stopping import STOPPED, stop_on_signals
from data.store import DatabaseInfo, OutdatedStore, Store, StoreError
from data.synthetic import SynthesisError, synthesise

#: What DuckDB raises where the disk or the memory is full: while writing rows, at commit, at the checkpoint.
NO_ROOM = (
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.TransactionException,
    duckdb.FatalException,
)

#: What DuckDB raises instead of what a signal's handler raised while a query ran.
INTERRUPTED = "Query interrupted"


def main(words: list[str] | None = None) -> int:
    """Run one command; returns its exit code (0 done, 1 refused, 2 usage)."""
    options = _parser().parse_args(words)
    try:
        return options.run(options)
    except UsageError as error:
        print(f"usage: {error}", file=sys.stderr)
        return USAGE
    except loading.Refused as refused:
        _report(refused.inspections, options)
        _report_chosen(refused.inspections, options)
        da = options.lang == "da"
        print("afvist: udtrækket; lageret er, som det var" if da else f"refused: {refused}", file=sys.stderr)
        if any(one.is_error and one.rule in REFUSALS for each in refused.inspections for one in each.findings):
            da_text = "skal det, der står ovenfor, gå tabt, så tilføj --force"
            print(da_text if da else "if what stands above is to be lost, add --force", file=sys.stderr)
        return REFUSED
    except OutdatedStore as error:
        da = getattr(options, "lang", "en") == "da"
        print(f"afvist: {error.da}" if da else f"refused: {error}", file=sys.stderr)
        return REFUSED
    except MappingRefused as error:
        for problem in error.problems:
            print(problem)
        print("refused: the mapping; nothing was written", file=sys.stderr)
        return REFUSED
    except (StoreError, SynthesisError, FileRefused) as error:
        print(f"refused: {error}", file=sys.stderr)
        return REFUSED
    except (OSError, *NO_ROOM) as error:
        print(f"refused: {error}; the store is as it was", file=sys.stderr)
        return REFUSED
    except RuntimeError as error:
        if str(error) != INTERRUPTED:
            raise
        print("stopped; the store is as it was", file=sys.stderr)
        return 128 + (STOPPED[-1] if STOPPED else signal.SIGINT)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m data", description="Extracts and the store.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    one = commands.add_parser("synthesise", help="write synthetic extracts")
    one.add_argument("--out", required=True, type=Path, metavar="DIR")
    one.add_argument("--databases", default="all", type=_databases, metavar="CODES|all")
    one.add_argument("--cases-per-year", type=_positive, metavar="N", help="per database; default: Danish volumes")
    one.add_argument("--years", default="2014-2025", type=_years, metavar="FIRST-LAST")
    one.add_argument("--to-cut", action="store_true", help="diagnoses also of the months up to the data cut")
    one.add_argument("--seed", default=1, type=int)
    one.add_argument("--format", default="csv", choices=("csv", "parquet"))
    one.set_defaults(run=_synthesise)

    one = commands.add_parser("init", help="look at the files of a folder; write extract.toml or a mapping to fill in")
    one.add_argument("folder", type=Path, metavar="FOLDER")
    one.add_argument("--database", type=_database, metavar="CODE")
    one.set_defaults(run=_init)

    one = commands.add_parser("convert", help="make an extract of the files that a registry has")
    one.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a folder: all files in it")
    how = one.add_mutually_exclusive_group(required=True)
    how.add_argument("--mapping", type=Path, metavar="MAP.toml", help="docs/converting.md")
    how.add_argument("--from", dest="preset", choices=PRESETS, help="files of this layout, by a mapping of the program")
    one.add_argument("--database", type=_database, metavar="CODE", help="with --from, or where the mapping names none")
    one.add_argument("--data-cut", type=_day, metavar="DATE", help="the last day whose events are in the files")
    one.add_argument("--out", required=True, type=Path, metavar="DIR", help="the extract's folder: new or empty")
    one.add_argument("--key", type=Path, metavar="FILE", help="pseudonymise ids with this secret (made where missing)")
    one.add_argument("--lang", choices=("da", "en"), default="en", help="of the findings; default: %(default)s")
    one.set_defaults(run=_convert, format="text", fail_on=frozenset())

    for name, run, text in (
        ("check", _check, "validate extracts, store nothing"),
        ("load", _load, "load extracts into the store"),
    ):
        one = commands.add_parser(name, help=text)
        one.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
        _add_store(one)
        one.add_argument("--lang", choices=("da", "en"), default="en", help="of the findings; default: %(default)s")
        one.add_argument("--format", choices=("text", "json"), default="text", help="of the findings; default: text")
        one.add_argument(
            "--fail-on",
            type=_rules,
            default=frozenset(),
            metavar="RULE,...",
            help="these rules refuse as errors do: exit 1, nothing is loaded",
        )
        if name == "load":
            one.add_argument("--force", action="store_true", help="load although the store would lose something")
            one.add_argument("--keep-going", action="store_true", help="one refused folder does not refuse the others")
        one.set_defaults(run=run)

    one = commands.add_parser("difference", help="what an extract would change in the store; loads nothing")
    one.add_argument("folder", type=Path, metavar="FOLDER")
    _add_store(one)
    one.add_argument("--lang", choices=("da", "en"), default="en", help="of the findings; default: %(default)s")
    one.add_argument("--format", choices=FORMATS, default="table", help="default: %(default)s")
    one.add_argument(
        "--of",
        choices=("rows", "indicators"),
        help="only cases by table and department, or only indicators that move; default: both (csv, json: rows)",
    )
    one.set_defaults(run=_difference, fail_on=frozenset())

    one = commands.add_parser("snapshots", help="the store's snapshots")
    _add_store(one)
    one.set_defaults(run=_snapshots)

    one = commands.add_parser("use", help="make an older snapshot current again")
    one.add_argument("id", metavar="ID")
    _add_store(one)
    one.set_defaults(run=_use)

    one = commands.add_parser("remove", help="erase a database from the store, also from its older snapshots")
    one.add_argument("database", metavar="CODE")
    _add_store(one)
    one.set_defaults(run=_remove)

    one = commands.add_parser("prune", help="take away old snapshots; the current one stays")
    one.add_argument("--keep", required=True, type=_positive, metavar="N", help="how many of the newest stay")
    _add_store(one)
    one.set_defaults(run=_prune)

    one = commands.add_parser(
        "backup", help="a ZIP of what cannot be made again: registers, users, logs, keys, pointers"
    )
    one.add_argument("--out", required=True, type=Path, metavar="FILE", help="a new file")
    one.add_argument("--with-data", action="store_true", help="the current snapshot's database files too")
    _add_store(one)
    one.set_defaults(run=_backup)

    one = commands.add_parser("restore", help="put a backup into a store; what stood there is laid aside")
    one.add_argument("file", type=Path, metavar="FILE")
    _add_store(one)
    one.set_defaults(run=_restore)

    one = commands.add_parser("migrate", help="a store of an earlier version for this program, or what to do")
    one.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="the extracts, with --to")
    one.add_argument("--to", type=Path, metavar="NEW", help="the new store")
    one.add_argument("--force", action="store_true", help="although a database of the old store has no extract here")
    _add_store(one)
    one.add_argument("--lang", choices=("da", "en"), default="en", help="of what is said; default: %(default)s")
    one.set_defaults(run=_migrate, format="text", fail_on=frozenset())

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
        options.to_cut,
    )
    for folder in folders:
        print(folder)
    return DONE


def _init(options: argparse.Namespace) -> int:
    from data.convert.proposal import propose

    for path in propose(options.folder, options.database):
        print(path)
    return DONE


def _convert(options: argparse.Namespace) -> int:
    from data.convert.mapping import Mapping
    from data.convert.writing import pseudonyms, write

    if options.preset and options.database is None:
        raise UsageError("--database CODE: say which database the files are of")
    try:
        text = (preset(options.preset) if options.preset else options.mapping).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--mapping: {options.mapping} cannot be read ({error.strerror})") from error
    said = Mapping.of(text, options.database or "", options.data_cut)
    files = [each for path in options.files for each in (sorted(path.iterdir()) if path.is_dir() else [path])]
    if said.pseudonymise and options.key is None:
        raise UsageError("--key FILE: the mapping says pseudonymise = true; name the file of the secret")
    pseudonym = pseudonyms(options.key, options.out) if options.key is not None else None
    write(said, said.tables(files, pseudonym), options.out)
    for line in said.left_out:
        print(line)
    return _check(argparse.Namespace(**{**vars(options), "folders": [options.out], "store": None}))


def _check(options: argparse.Namespace) -> int:
    store = Store(options.store) if options.store else None
    rules = loading.Rules(fail_on=options.fail_on)
    most_rows()
    inspections = loading.check(options.folders, store, progress, rules)
    _report(inspections, options)
    _report_chosen(inspections, options)
    return REFUSED if any(map(rules.refuse, inspections)) else DONE


def _load(options: argparse.Namespace) -> int:
    rules = loading.Rules(options.force, options.keep_going, options.fail_on)
    most_rows()
    done = loading.load_extracts(options.folders, _named_store(options), progress, rules)
    _report(done.inspections, options)
    _report_chosen(done.refused, options)
    say = print if options.format == "text" else progress  # JSON stands alone on stdout
    da = options.lang == "da"
    for one in done.inspections:
        if one in done.refused:
            continue
        manifest, cases = one.manifest, one.rows["cases"]
        name = f"{manifest.database} ({manifest.part})" if manifest.part else manifest.database
        if da:
            text = f"{name}: {cases} forløb, data til og med {manifest.data_cut}"
            text += "; uændret siden sidste indlæsning" if one in done.unchanged else ""
        else:
            text = f"{name}: {cases} cases, data cut {manifest.data_cut}"
            text += "; unchanged since the last load" if one in done.unchanged else ""
        say(text)
    id = done.manifest.id
    if done.new:
        say(f"udtræk {id} er gældende" if da else f"snapshot {id} is current")
    else:
        say(f"intet nyt udtræk; {id} er stadig gældende" if da else f"no new snapshot; {id} is still current")
    for one in done.refused:
        name = one.folder.name
        print(f"afvist: {name} er ikke indlæst" if da else f"refused: {name} was not loaded", file=sys.stderr)
    return REFUSED if done.refused else DONE


def _difference(options: argparse.Namespace) -> int:
    from data.difference import as_if_loaded, difference
    from indicators.movement import moved

    most_rows()
    with as_if_loaded(options.folder, _named_store(options), progress) as loading:
        if not loading.changed:
            print(f"{loading.database}: unchanged since the last load", file=sys.stderr)
        both = options.of is None and options.format == "table"
        if both or options.of != "indicators":
            write_rows(difference(loading), options.format, sys.stdout)
        if both:
            print()
        if both or options.of == "indicators":
            write_rows(moved(loading.before, loading.after, loading.database), options.format, sys.stdout)
    return DONE


def _snapshots(options: argparse.Namespace) -> int:
    store = Store(_named_store(options))
    found, faults = store.readable()
    for error in faults:
        print(error, file=sys.stderr)
    current = store.current_id()
    for manifest in found:
        mark = "*" if manifest.id == current else " "
        databases = ", ".join(
            f"{code} (data cut {info.data_cut}, {sum(info.rows.values())} rows{_parts(info)})"
            for code, info in manifest.databases.items()
        )
        print(f"{mark} {manifest.id}  {manifest.created:%Y-%m-%d %H:%M:%S} UTC  {databases}")
    return DONE


def _parts(info: DatabaseInfo) -> str:
    """'; parts: east 2026-10-31 (12 rows), west 2026-09-30 (9 rows)', "" where the database came whole."""
    texts = [f"{part.name} {part.data_cut} ({sum(part.rows.values())} rows)" for part in info.parts]
    return f"; parts: {', '.join(texts)}" if texts else ""


def _use(options: argparse.Namespace) -> int:
    manifest = loading.use(_named_store(options), options.id)
    print(f"snapshot {manifest.id} is current")
    return DONE


def _remove(options: argparse.Namespace) -> int:
    root, code = _named_store(options), options.database
    lines = []
    for one in retention.holding(root, code):
        info = one.databases[code]
        lines.append(f"{code} of snapshot {one.id}: {info.rows['cases']} cases, data cut {info.data_cut}")
    if not _agreed(lines):
        return REFUSED
    manifest = retention.remove(root, code)
    print(f"{code} is erased; snapshot {manifest.id} is current")
    return DONE


def _prune(options: argparse.Namespace) -> int:
    root = _named_store(options)
    if not _agreed([f"snapshot {one.id} of {one.created:%Y-%m-%d}" for one in retention.surplus(root, options.keep)]):
        return REFUSED
    gone = retention.prune(root, options.keep)
    print(f"{len(gone)} snapshots taken away; {Store(root).current_id()} is current")
    return DONE


def _backup(options: argparse.Namespace) -> int:
    from data.backup import backup

    names = backup(_named_store(options), options.out, options.with_data)
    for name in names:
        print(name)
    print(f"{options.out}: {len(names)} files, {options.out.stat().st_size / 1e6:.1f} MB", file=sys.stderr)
    return DONE


def _restore(options: argparse.Namespace) -> int:
    from data.backup import restore

    done = restore(options.file, _named_store(options))
    for name in done.files:
        print(name)
    if done.aside is not None:
        print(f"what stood there before is in {done.aside}", file=sys.stderr)
    for one in done.waiting:
        print(f"snapshot {one}: its data are not here; load the extracts", file=sys.stderr)
    return DONE


def _migrate(options: argparse.Namespace) -> int:
    from data import migration

    root = _named_store(options)
    if options.to is None:
        if options.folders:
            raise UsageError("name the new store with --to NEW")
        print(migration.renew(root))
        return DONE
    if not options.folders:
        raise UsageError("name the extracts that the new store is to hold")
    most_rows()
    taken = migration.migrate(root, options.to, options.folders, loading.Rules(options.force), progress)
    for name in taken:
        print(name)
    print(f"{options.to}: snapshot {Store(options.to).current_id()} is current; {root} is as it was", file=sys.stderr)
    return DONE


def _agreed(lines: list[str]) -> bool:
    """Say what will go; at a terminal ask whether it may."""
    for line in lines:
        print(f"goes: {line}")
    if not lines or not sys.stdin.isatty():
        return True
    sys.stdout.flush()
    if input("Go on? Type yes: ").strip().lower() == "yes":
        return True
    print("refused: nothing was taken away", file=sys.stderr)
    return False


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
    except InitiativeRefused as refused:
        for line in refused.lines("en"):
            print(f"{options.file}: {line}", file=sys.stderr)
        print("refused: nothing was imported", file=sys.stderr)
        return REFUSED
    print(f"{added} added, {replaced} replaced")
    return DONE


def _report(inspections: Sequence[Inspection], options: argparse.Namespace) -> None:
    """Print the findings: a line each with a sum for every folder, or one JSON list of objects."""
    lang = options.lang
    if options.format == "json":
        rows = [
            {"folder": one.folder.name, **finding.as_object(lang)} for one in inspections for finding in one.findings
        ]
        json.dump(rows, sys.stdout, ensure_ascii=False, indent=1)
        print()
        return
    for one in inspections:
        for finding in one.findings:
            print(f"{one.folder.name}: {finding.sentence(lang)}")
        errors = sum(finding.is_error for finding in one.findings)
        warnings = sum(finding.is_warning for finding in one.findings)
        if lang == "da":
            text = f"{errors} fejl, {warnings} {'advarsel' if warnings == 1 else 'advarsler'}"
        else:
            text = f"{errors} error{'s'[: errors != 1]}, {warnings} warning{'s'[: warnings != 1]}"
        print(f"{one.folder.name}: {text}")


def _report_chosen(inspections: Sequence[Inspection], options: argparse.Namespace) -> None:
    """Say which rules of ``--fail-on`` refused an extract, and where; on stderr, so that JSON stands alone."""
    for one in inspections:
        places: dict[str, list[str]] = {}
        for finding in one.findings:
            if finding.rule in options.fail_on and not finding.is_error:
                places.setdefault(finding.rule, []).append(finding.place)
        for rule, where in places.items():
            listed = ", ".join(dict.fromkeys(where))
            if options.lang == "da":
                print(f"{one.folder.name}: afvist af --fail-on {rule}: {listed}", file=sys.stderr)
            else:
                print(f"{one.folder.name}: refused by --fail-on {rule}: {listed}", file=sys.stderr)


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


def _database(text: str) -> str:
    """One code of the reference list."""
    known = [one.code for one in reference.databases()]
    if text not in known:
        raise argparse.ArgumentTypeError(f"unknown database '{text}'; the list is {', '.join(known)}")
    return text


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no day; write 2026-10-31") from None


def _databases(text: str) -> list[str] | None:
    if text == "all":
        return None
    known = [one.code for one in reference.databases()]
    codes = text.split(",")
    for code in codes:
        if code not in known:
            raise argparse.ArgumentTypeError(f"unknown database '{code}'; the list is {', '.join(known)}")
    return codes


def _rules(text: str) -> frozenset[str]:
    """The rules that a list names; an unknown one is an error that lists those there are."""
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in RULE:
            raise argparse.ArgumentTypeError(f"unknown rule '{name}'; the rules are {', '.join(sorted(RULE))}")
    return frozenset(names)


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
    stop_on_signals()
    exit_with(main)
