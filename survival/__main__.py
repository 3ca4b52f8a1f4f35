"""``python -m survival table``: survival of the groups of one database."""

from __future__ import annotations

import argparse
import math
import sys

import pandas as pd

from data import open_store
from data.delivered import in_a_message, not_delivered, undelivered
from data.output import (
    DONE,
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
from survival.endpoints import ENDPOINTS, endpoint
from survival.engine import COLUMNS, survival_table


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
    return parser


def _table(options: argparse.Namespace) -> int:
    selection = selection_of(options)
    snapshot = open_store(options.store, progress).current()
    database = known_database(options.database, snapshot.databases)
    check_places(snapshot, database, selection)
    delivered = snapshot.delivered(database)
    if gone := undelivered(endpoint(options.endpoint).needs, delivered):
        print(f"not reported: {in_a_message(not_delivered(gone)[1])}", file=sys.stderr)
        rows = pd.DataFrame(columns=[*selection.by, *COLUMNS])
    else:
        tell_empty_names(delivered, selection)
        rows = survival_table(snapshot, database, options.endpoint, options.years, selection)
    write_rows(rows, options.format, sys.stdout)
    return DONE


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
