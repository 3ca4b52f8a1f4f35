"""``python -m survival table | net | adjusted | lifetable``: survival of the groups of one database."""

from __future__ import annotations

import argparse
import datetime as dt
import math
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd

from data.delivered import in_a_message, not_delivered, undelivered
from data.load import write
from data.opening import open_store
from data.output import (
    DONE,
    REFUSED,
    UsageError,
    add_table_options,
    check_places,
    exit_with,
    known_database,
    progress,
    run,
    selection_of,
    tell_empty_names,
    write_rows,
)
from data.selection import Selection, SelectionError, parse_day
from data.store import Snapshot
from indicators.adjusted_survival import PLACES, adjusted_table
from survival import lifetable, relative
from survival.endpoints import ENDPOINTS, endpoint
from survival.engine import COLUMNS, survival_table
from survival.net import METHODS, POHAR_PERME


def main(words: list[str] | None = None) -> int:
    """Run one command; returns its exit code (0 done, 1 refused, 2 usage)."""
    return run(_parser(), words)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m survival", description="Survival after a cancer diagnosis.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    table = commands.add_parser("table", help="survival at given times, with 95 %% limits")
    add_table_options(table)
    table.add_argument("--endpoint", required=True, choices=[one.id for one in ENDPOINTS])
    table.add_argument("--years", type=_years, default=[1, 5], metavar="1,5", help="default: 1,5; also 0.5")
    table.set_defaults(run=_table)
    net = commands.add_parser("net", help="net survival: if the disease were the only cause of death")
    add_table_options(net)
    net.add_argument("--method", choices=METHODS, default=POHAR_PERME, help="default: %(default)s")
    net.add_argument("--years", type=_years, default=[1, 5], metavar="1,5", help="default: 1,5")
    net.add_argument(
        "--lifetable", type=Path, metavar="FILE", help="CSV sex,year,age,probability; else the store's own"
    )
    net.add_argument(
        "--period",
        type=_period,
        metavar="FROM:TO",
        help="period analysis: follow-up from one day to another, both included",
    )
    net.add_argument("--standard", choices=list(relative.STANDARDS), help="standardised for age; default: not")
    net.add_argument("--given", type=_given, default=0, metavar="1", help="of those who have lived so many years")
    net.set_defaults(run=_net)
    adjusted = commands.add_parser("adjusted", help="survival of places as if their patients were alike")
    add_table_options(adjusted, PLACES)
    adjusted.add_argument("--years", type=_years, default=[1, 5], metavar="1,5", help="default: 1,5")
    adjusted.set_defaults(run=_adjusted)
    keep = commands.add_parser(
        "lifetable", help="check a life table; with --store, keep it there for pages and commands"
    )
    keep.add_argument("file", type=Path, metavar="FILE")
    keep.add_argument("--store", type=Path, metavar="DIR")
    keep.set_defaults(run=_lifetable)
    return parser


def _table(options: argparse.Namespace) -> int:
    snapshot, database, selection = _asked(options)
    delivered = snapshot.delivered(database)
    if gone := undelivered(endpoint(options.endpoint).needs, delivered):
        print(f"not reported: {in_a_message(not_delivered(gone)[1])}", file=sys.stderr)
        rows = pd.DataFrame(columns=[*selection.by, *COLUMNS])
    else:
        tell_empty_names(delivered, selection)
        rows = survival_table(snapshot, database, options.endpoint, options.years, selection)
    write_rows(rows, options.format, sys.stdout)
    return DONE


def _asked(options: argparse.Namespace) -> tuple[Snapshot, str, Selection]:
    """The snapshot, its database and the selection that the options of a table name."""
    selection = selection_of(options)
    snapshot = open_store(options.store, progress).current()
    database = known_database(options.database, snapshot.databases)
    check_places(snapshot, database, selection)
    return snapshot, database, selection


def _net(options: argparse.Namespace) -> int:
    snapshot, database, selection = _asked(options)
    try:
        table = relative.life_table(snapshot, options.lifetable)
        question = relative.Question(options.method, options.period, options.standard, options.given)
        found = relative.patients(snapshot, database, selection)
        rows = relative.table_of(snapshot, database, found, table, options.years, question)
    except lifetable.LifeTableError as error:
        print(f"refused: {error}", file=sys.stderr)
        return REFUSED
    tell_empty_names(snapshot.delivered(database), selection)
    _tell(f"life table: {table.source}, {table.first}–{table.last}, ages 0–{table.oldest}")
    if table.synthetic:
        _tell("the life table is synthetic, of no country; give --lifetable FILE for one that is")
    if more := relative.beyond(table, found, question):
        _tell(f"the life table ends: {more}")
    write_rows(rows, options.format, sys.stdout)
    return DONE


def _adjusted(options: argparse.Namespace) -> int:
    snapshot, database, selection = _asked(options)
    if len(selection.by) != 1 or selection.by[0] not in PLACES:
        raise UsageError(f"--by: one of {', '.join(PLACES)}; it says which places are compared")
    if 0 in options.years:
        raise UsageError("--years: 0 has nothing to compare; write e.g. 1,5")
    tell_empty_names(snapshot.delivered(database), selection)
    (by,) = selection.by
    rows = adjusted_table(snapshot, database, by, options.years, replace(selection, by=()))
    write_rows(rows, options.format, sys.stdout)
    return DONE


def _tell(text: str) -> None:
    print(f"note: {text}", file=sys.stderr)


def _lifetable(options: argparse.Namespace) -> int:
    try:
        table = lifetable.read(options.file)
        if options.store is not None:
            if not (options.store / "current").is_file():
                raise UsageError(f"--store: '{options.store}' is not a store; load an extract into it first")
            write(options.store / lifetable.IN_STORE, options.file.read_text(encoding="utf-8-sig"))
    except lifetable.LifeTableError as error:
        print(f"refused: {error}", file=sys.stderr)
        return REFUSED
    print(f"{table.source}: {table.first}–{table.last}, ages 0–{table.oldest}")
    return DONE


def _period(text: str) -> tuple[dt.date, dt.date]:
    first, sign, last = text.partition(":")
    try:
        if not sign:
            raise SelectionError(f"'{text}' has no colon")
        days = parse_day(first, "--period"), parse_day(last, "--period")
    except SelectionError as error:
        raise argparse.ArgumentTypeError(f"{error}; write FROM:TO, e.g. 2023-01-01:2025-12-31") from error
    if days[0] > days[1]:
        raise argparse.ArgumentTypeError(f"{days[0]} is after {days[1]}; write FROM:TO")
    return days


def _given(text: str) -> float:
    (years,) = _years(text) if "," not in text else (math.nan,)
    if math.isnan(years):
        raise argparse.ArgumentTypeError(f"'{text}' is not one number of years; write e.g. 1")
    return years


def _years(text: str) -> list[float]:
    years = []
    for part in text.split(","):
        try:
            year = float(part)
        except ValueError:
            year = math.nan
        if not 0 <= year <= 150:
            raise argparse.ArgumentTypeError(f"'{part}' is not a number of years from 0 to 150; write e.g. 1,5")
        if year in years:
            raise argparse.ArgumentTypeError(f"'{part}' is named twice; name it once")
        years.append(year)
    return years


if __name__ == "__main__":
    exit_with(main)
