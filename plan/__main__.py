"""``python -m plan import | export | status``: what groups have entered, and how far every goal is."""

from __future__ import annotations

import argparse
import csv
import getpass
import io
import sys
from pathlib import Path

from data import plan as plans
from data.opening import open_store
from data.output import DONE, REFUSED, UsageError, add_format_option, exit_with, progress, run, write_rows
from data.store import Store
from indicators.plan import by_goal, by_measure, states


def main(words: list[str] | None = None) -> int:
    """Run one command; returns its exit code (0 done, 1 refused, 2 usage)."""
    return run(_parser(), words, plans.PlanRefused)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m plan", description="The action plan.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("import", help="take what groups have entered from a CSV: all of it or nothing")
    one.add_argument("file", type=Path, metavar="FILE")
    _add(one)
    one.set_defaults(run=_import)
    one = commands.add_parser("export", help="what was entered, as a CSV that import takes")
    one.add_argument("--out", type=Path, metavar="FILE", help="default: print")
    _add(one)
    one.set_defaults(run=_export)
    one = commands.add_parser("status", help="how far every goal is, by group")
    _add(one)
    one.add_argument("--group", metavar="CODE", help="one group; default: all")
    one.add_argument("--by", choices=("goal", "measure"), default="goal", help="default: %(default)s")
    add_format_option(one)
    one.set_defaults(run=_status)
    return parser


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--store", metavar="DIR", help="the store; else KRAEFT_STORE, else the demonstration data")
    parser.add_argument("--plan", default=plans.DEFAULT, metavar="NAME", help="default: %(default)s")


def _import(options: argparse.Namespace) -> int:
    store = open_store(options.store, progress)
    plans.plan(options.plan)
    try:
        text = options.file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{options.file}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{options.file}: byte {error.start} is no UTF-8; save the file as CSV UTF-8") from error
    try:
        found = plans.read(text, options.plan)
    except plans.PlanRefused as refused:
        for problem in refused.problems:
            print(f"{options.file.name}: {problem}")
        print("refused: nothing was imported", file=sys.stderr)
        return REFUSED
    written = plans.take(store.root, found, getpass.getuser(), "registry")
    print(f"{written} of {len(found)} entries are new")
    return DONE


def _export(options: argparse.Namespace) -> int:
    store = open_store(options.store, progress)
    plans.plan(options.plan)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(plans.COLUMNS)
    for one in sorted(plans.entries(store.root, options.plan).values(), key=lambda one: (one.measure, one.group)):
        value = "" if one.value is None else one.value
        writer.writerow([options.plan, one.measure, one.group, one.state, value, one.date or "", one.note])
    if options.out is None:
        sys.stdout.write(out.getvalue())
    else:
        options.out.write_text(out.getvalue(), encoding="utf-8", newline="")
    return DONE


def _status(options: argparse.Namespace) -> int:
    store: Store = open_store(options.store, progress)
    wanted = plans.plan(options.plan)
    if options.group is not None and options.group not in plans.groups():
        raise UsageError(f"--group: '{options.group}' is none of {', '.join(plans.groups())}")
    found = states(store.current(), wanted, [options.group] if options.group else None)
    rows = by_measure(found, wanted) if options.by == "measure" else by_goal(found, wanted)
    write_rows(rows, options.format, sys.stdout)
    return DONE


if __name__ == "__main__":
    exit_with(main)
