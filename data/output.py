"""What the commands that print result tables share: options, checks of values, and the three formats.

A command parses its words with :func:`add_table_options` and :func:`selection_of`, checks them against the
opened snapshot with :func:`known_database` and :func:`check_places`, and prints with :func:`write_rows`.
A :class:`UsageError` (and a ``SelectionError``) means exit code 2.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import numbers
import os
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, NoReturn, TextIO

import pandas as pd

from data.delivered import Delivered, empty_names, in_a_message, not_delivered
from data.reference import region_order
from data.selection import PUBLIC_NAMES, Selection, SelectionError, parse
from data.spreadsheet import no_formula
from data.store import StoreError

if TYPE_CHECKING:
    from data.store import Snapshot

FORMATS = ("table", "csv", "json")
#: Exit codes: done; refused, or findings of severity error; words that name nothing.
DONE, REFUSED, USAGE = 0, 1, 2

#: How many existing values an error message names.
_NAMED = 12


class UsageError(ValueError):
    """Words on the command line that name something that does not exist; the message says what does."""


def add_store_option(parser: argparse.ArgumentParser) -> None:
    """``--store`` of the commands that read one."""
    parser.add_argument("--store", metavar="DIR", help="the store; else KRAEFT_STORE, else the demonstration data")


def add_format_option(parser: argparse.ArgumentParser) -> None:
    """``--format`` of the commands that print rows."""
    parser.add_argument("--format", choices=FORMATS, default="table", help="default: %(default)s")


def add_period_options(parser: argparse.ArgumentParser) -> None:
    """``--from`` and ``--to``."""
    parser.add_argument("--from", dest="start", metavar="DATE", help="first index date")
    parser.add_argument("--to", dest="end", metavar="DATE", help="the day after the last index date")


def add_database_options(parser: argparse.ArgumentParser) -> None:
    """What every command that prints rows of one database takes."""
    add_store_option(parser)
    parser.add_argument("--database", required=True, metavar="CODE", help="code of a database, e.g. DCCG")
    add_format_option(parser)


def add_table_options(parser: argparse.ArgumentParser, names: Sequence[str] = PUBLIC_NAMES) -> None:
    """The options of the commands that print rows in groups; ``names`` are those of ``--by``."""
    add_database_options(parser)
    parser.add_argument("--by", metavar="NAMES", help=f"groups, separated by commas: {', '.join(names)}")
    parser.add_argument("--where", metavar="NAME=VALUE,...", help="e.g. sex=F,region=1084; empty: not registered")
    add_period_options(parser)


def selection_of(arguments: argparse.Namespace, allowed: Iterable[str] = PUBLIC_NAMES) -> Selection:
    """The Selection that the options of :func:`add_table_options` describe; raises SelectionError."""
    return parse(arguments.by, arguments.where, arguments.start, arguments.end, allowed)


def known_database(code: str, databases: Collection[str]) -> str:
    """``code`` if it is one of ``databases`` (those of the snapshot); raises UsageError naming them."""
    if code in databases:
        return code
    exist = ", ".join(sorted(databases)) or "none; load an extract first"
    raise UsageError(f"--database: '{code}' is not in the store; it holds {exist}")


def check_places(snapshot: Snapshot, database: str, selection: Selection, option: str = "") -> None:
    """Raise UsageError where a filter names a region, department or hospital that does not exist.

    Departments and hospitals are those of the database's unit list; one without rows is no error. ``option``: the
    command's option that named the place, where that is not --where.
    """
    columns = {"department": "code", "hospital": "hospital"}
    for name, value in selection.where:
        if value == "" or name not in {*columns, "region", "treating_region"}:
            continue
        if name in columns:
            units = snapshot.query(database, f"SELECT DISTINCT {columns[name]} AS v FROM units ORDER BY v")
            known = units["v"].tolist()
        else:
            known = list(region_order())
        for one in value if isinstance(value, tuple) else (value,):
            if one not in known:
                start = str(one)[:2].lower()
                near = [place for place in known if str(place).lower().startswith(start)] or known
                more = f" … ({len(known)} in all)" if len(near) > _NAMED or len(near) < len(known) else ""
                exist = ", ".join(near[:_NAMED]) + more
                named = f"{option}: there is no {name} '{one}'" if option else f"--where: {name} has no value '{one}'"
                raise UsageError(f"{named} in {database}; there are {exist}")


def tell_empty_names(delivered: Delivered, selection: Selection) -> None:
    """Say on stderr which groups and filters are empty in every row because their column was not delivered."""
    if gone := empty_names(selection, delivered):
        print(f"note: {in_a_message(not_delivered(gone)[1])}: empty in every row", file=sys.stderr)


def run(parser: argparse.ArgumentParser, words: Sequence[str] | None, usage: type[Exception] = UsageError) -> int:
    """Run the command that ``words`` name; returns its exit code. ``usage``: one more error of the words."""
    options = parser.parse_args(words)
    try:
        return options.run(options)
    except (UsageError, SelectionError, usage) as error:
        print(f"usage: {error}", file=sys.stderr)
        return USAGE
    except StoreError as error:
        print(f"refused: {error}", file=sys.stderr)
        return REFUSED


def exit_with(main: Callable[[], int]) -> NoReturn:
    """End the process with the command's exit code; 141 where the reader of a pipe (``| head``) has closed it."""
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more as it ends
        code = 141  # 128 + SIGPIPE, as other commands end
    sys.exit(code)


def progress(text: str) -> None:
    """Tell on stderr what is being done, where that is a terminal."""
    if sys.stderr.isatty():
        print(text, file=sys.stderr, flush=True)


def write_rows(rows: pd.DataFrame, format: str, stream: TextIO) -> None:
    """Print result rows to ``stream`` as ``table`` (aligned, rounded), ``csv`` or ``json`` (full precision).

    csv: header line, ``\\n`` line ends, shortest digits that give the same float back, booleans
    ``true``/``false``, missing = empty, an apostrophe before a text that a spreadsheet would compute. json: a list
    of row objects, missing = null. Whole numbers with gaps stay whole when their column is ``Int64`` or ``object``.
    Raises ValueError for another format and for an infinite number.
    """
    cells = [[_plain(value) for value in rows[name].astype(object)] for name in rows.columns]
    records = list(zip(*cells, strict=True)) if cells else []
    names = [str(name) for name in rows.columns]
    if format == "csv":
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_cell(value) for value in record] for record in records)
    elif format == "json":
        objects = [dict(zip(names, record, strict=True)) for record in records]
        json.dump(objects, stream, ensure_ascii=False, indent=1, allow_nan=False)
        stream.write("\n")
    elif format == "table":
        _write_aligned(names, records, stream)
    else:
        raise ValueError(f"format '{format}' does not exist; use {', '.join(FORMATS)}")


def _plain(value: object) -> object:
    """A Python value for a cell: None, bool, int, float or text."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()  # a frame holds dates as midnights
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, bool) or type(value).__name__ in ("bool", "bool_"):
        return bool(value)
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        number = float(value)
        if number in (float("inf"), float("-inf")):
            raise ValueError("an infinite number stands in the result table")
        return number
    raise TypeError(f"a {type(value).__name__} cannot stand in a result table")


def _cell(value: object) -> str:
    """A cell of the CSV; a text that a spreadsheet would compute has an apostrophe before it."""
    return no_formula(value) if isinstance(value, str) else _text(value)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)


def _write_aligned(names: list[str], records: list[tuple], stream: TextIO) -> None:
    """Columns padded to the widest cell: numbers to the right with four decimals, words to the left."""

    def show(value: object) -> str:
        return f"{value:.4f}" if isinstance(value, float) else _text(value)

    columns = list(zip(*records, strict=True)) if records else [()] * len(names)
    padded = []
    for name, column in zip(names, columns, strict=True):
        shown = [name, *map(show, column)]
        width = max(map(len, shown))
        numeric = any(isinstance(value, int | float) for value in column)
        padded.append([text.rjust(width) if numeric else text.ljust(width) for text in shown])
    for number, line in enumerate(zip(*padded, strict=True)):
        stream.write("  ".join(line).rstrip() + "\n")
        if number == 0:
            stream.write("  ".join("-" * len(text) for text in line) + "\n")
