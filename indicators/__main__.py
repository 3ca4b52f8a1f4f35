"""``python -m indicators list | table | waits | waits-report``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pandas as pd

from data.output import (
    FORMATS,
    UsageError,
    add_table_options,
    check_places,
    known_database,
    selection_of,
    write_rows,
)
from data.schema import LEGS
from data.selection import SelectionError
from data.store import StoreError, open_store
from indicators.catalogue import CATALOGUE, UnknownIndicator, indicator, why_not_reported
from indicators.engine import COUNTS, RESULTS, check_groups, table
from indicators.statistics.intervals import METHODS
from indicators.waits import COLUMNS, NAMES, POPULATIONS, WaitQuery, waits_table

DONE, REFUSED, USAGE = 0, 1, 2


def main(words: list[str] | None = None) -> int:
    """Run one command; returns its exit code (0 done, 1 refused, 2 usage)."""
    options = _parser().parse_args(words)
    try:
        return options.run(options)
    except (UsageError, SelectionError, UnknownIndicator) as error:
        print(f"usage: {error}", file=sys.stderr)
        return USAGE
    except StoreError as error:
        print(f"refused: {error}", file=sys.stderr)
        return REFUSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m indicators", description="Quality indicators.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("list", help="the indicators")
    one.add_argument("--format", choices=FORMATS, default="table", help="default: %(default)s")
    one.set_defaults(run=_list)
    one = commands.add_parser("table", help="one indicator in groups")
    add_table_options(one)
    one.add_argument("--indicator", required=True, metavar="ID")
    one.add_argument("--interval", choices=tuple(METHODS), default="exact", help="default: %(default)s")
    one.set_defaults(run=_table)
    one = commands.add_parser("waits", help="waiting times against the legal maximum")
    add_table_options(one)
    one.add_argument("--leg", choices=LEGS, help="default: treatment, unless legs are named in --by or --where")
    one.add_argument("--population", choices=POPULATIONS, default="ended", help="default: %(default)s")
    one.set_defaults(run=_waits)
    one = commands.add_parser("waits-report", help="the report of overruns to Sundhedsstyrelsen, as files")
    one.add_argument("--store", metavar="DIR", help="the store; else KRAEFT_STORE, else the demonstration data")
    one.add_argument("--database", required=True, metavar="CODE|all", help="code of a database, or all")
    one.add_argument("--period", required=True, metavar="PERIOD", help="a quarter (2026-Q3) or an ISO week (2026-W40)")
    one.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder of the files; made where missing")
    one.add_argument("--sent", action="store_true", help="register the report as sent; later ones show the change")
    one.set_defaults(run=_waits_report)
    return parser


def _list(options: argparse.Namespace) -> int:
    rows = pd.DataFrame(
        {
            "id": one.id,
            "family": one.family,
            "improvement": one.improvement,
            "follow_up": one.follow_up,
            "needs": " ".join(one.needs),
            "title_da": one.title.da,
            "title_en": one.title.en,
        }
        for one in CATALOGUE
    )
    write_rows(rows, options.format, sys.stdout)
    return DONE


def _table(options: argparse.Namespace) -> int:
    wanted = indicator(options.indicator)
    selection = selection_of(options)
    check_groups(wanted, selection)
    snapshot = open_store(options.store, _progress).current()
    info = snapshot.info(known_database(options.database, snapshot.databases))
    check_places(snapshot, info.code, selection)
    reason = why_not_reported(wanted, info)
    if reason is not None:
        print(f"not reported: {reason.en}", file=sys.stderr)
        rows = pd.DataFrame(columns=[*selection.by, *COUNTS, *RESULTS])
    else:
        rows = table(snapshot, info.code, wanted, selection, options.interval)
    write_rows(rows[[*selection.by, *COUNTS, *RESULTS]], options.format, sys.stdout)
    return DONE


def _waits(options: argparse.Namespace) -> int:
    selection = selection_of(options, NAMES)
    leg = options.leg or (None if "leg" in selection.names else "treatment")
    query = WaitQuery(options.population, leg, selection)
    snapshot = open_store(options.store, _progress).current()
    info = snapshot.info(known_database(options.database, snapshot.databases))
    check_places(snapshot, info.code, selection)
    if "waits" in info.tables:
        rows = waits_table(snapshot, info.code, query)
    else:
        print(f"not reported: the extract of {info.code} has no table waits", file=sys.stderr)
        rows = pd.DataFrame(columns=[*selection.by, *COLUMNS[options.population]])
    write_rows(rows, options.format, sys.stdout)
    return DONE


def _waits_report(options: argparse.Namespace) -> int:
    from tables.waits_period import wait_period  # files are written by tables/; no other command needs it
    from tables.waits_report_files import make, mark_sent, write

    period = wait_period(options.period)
    store = open_store(options.store, _progress)
    snapshot = store.current()
    if options.database != "all":
        known_database(options.database, snapshot.databases)
    if options.out.exists() and not options.out.is_dir():
        raise UsageError(f"--out: {options.out} is a file; name a folder")
    found = make(snapshot, options.database, period)
    for code in found.absent:
        print(f"not reported: the extract of {code} has no table waits", file=sys.stderr)
    if not found.databases:
        return DONE
    if options.sent and not found.complete:
        raise UsageError(
            f"--sent: {period.text} had not ended on the data cut; load a later extract, or leave --sent out"
        )
    for path in write(found, options.out):
        print(path)
    if options.sent:
        print(mark_sent(store, found))
    return DONE


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
