"""``python -m reports waits``: the report of overruns to Sundhedsstyrelsen."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from data.output import DONE, UsageError, add_store_option, exit_with, known_database, progress, run
from data.store import open_store
from reports.waits_report import make, mark_sent, write
from results.waits.period import wait_period


def main(words: list[str] | None = None) -> int:
    """Run one command; returns its exit code (0 done, 1 refused, 2 usage)."""
    return run(_parser(), words)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m reports", description="Reports as files.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("waits", aliases=["waits-report"], help="the report of overruns to Sundhedsstyrelsen")
    add_store_option(one)
    one.add_argument("--database", required=True, metavar="CODE|all", help="code of a database, or all")
    one.add_argument("--period", required=True, metavar="PERIOD", help="2026, 2026-Q3 or 2026-W40 (ISO week)")
    one.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder of the files; made where missing")
    one.add_argument("--sent", action="store_true", help="register the report as sent; later ones show the change")
    one.set_defaults(run=_waits_report)
    return parser


def _waits_report(options: argparse.Namespace) -> int:
    period = wait_period(options.period)
    store = open_store(options.store, progress)
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


if __name__ == "__main__":
    exit_with(main)
