"""``python -m indicators list | table | cases | reachable | waits | signals | compare | effect``."""

from __future__ import annotations

import argparse
import sys

import pandas as pd

from data import past
from data.delivered import in_a_message
from data.improvement_texts import LONGEST_WASHOUT
from data.opening import open_store
from data.output import (
    DONE,
    UsageError,
    add_database_options,
    add_format_option,
    add_period_options,
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
from data.schema import LEGS
from data.selection import Selection, parse, parse_day
from data.store import DatabaseInfo
from data.text import Text
from indicators import reach
from indicators.cases import COLUMNS as CASE_COLUMNS
from indicators.cases import STATES, cases
from indicators.catalogue import (
    CATALOGUE,
    UnknownIndicator,
    indicator,
    remarks,
    waits_remarks,
    why_not_reported,
    why_waits_not_reported,
)
from indicators.compare import FILTERS, LEVELS, compare
from indicators.declaration import Indicator
from indicators.effect import COLUMNS as EFFECT_COLUMNS
from indicators.effect import effect, effect_table
from indicators.engine import COUNTS, RESULTS, check_groups, table
from indicators.graded import COLUMNS as GRADED
from indicators.graded import graded
from indicators.statistics.comparison import COLUMNS as COMPARED
from indicators.statistics.comparison import SUMMARY
from indicators.statistics.intervals import METHODS
from indicators.waits import (
    COLUMNS,
    NAMES,
    POPULATIONS,
    WaitQuery,
    not_covered,
    waits_table,
)


def main(words: list[str] | None = None) -> int:
    """Run one command; returns its exit code (0 done, 1 refused, 2 usage)."""
    return run(_parser(), words, UnknownIndicator)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m indicators", description="Quality indicators.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("list", help="the indicators")
    add_format_option(one)
    one.set_defaults(run=_list)
    one = commands.add_parser("table", help="one indicator in groups")
    add_table_options(one)
    one.add_argument("--indicator", required=True, metavar="ID")
    one.add_argument("--interval", choices=tuple(METHODS), default="exact", help="default: %(default)s")
    one.set_defaults(run=_table)
    one = commands.add_parser("cases", help="why each case counts as it does (personal data)")
    add_database_options(one)
    one.add_argument("--indicator", required=True, metavar="ID")
    one.add_argument("--unit", metavar="CODE", help="only rows that count for this department")
    add_period_options(one)
    one.add_argument("--where", metavar="NAME=VALUE,...", help="e.g. sex=F,stage=III")
    one.add_argument("--state", choices=STATES, help="default: all")
    _add_lang(one)
    one.set_defaults(run=_cases)
    one = commands.add_parser("reachable", help="patients still within reach (personal data)")
    add_database_options(one)
    one.add_argument("--indicator", metavar="ID", help="one list; 'waits': all legs; default: all")
    one.add_argument("--unit", metavar="CODE", help="only those of this department")
    one.add_argument("--asof", metavar="DATE", help="as it stood on that day; default: the data cut")
    one.add_argument("--counts", action="store_true", help="how many, without the patients")
    one.set_defaults(run=_reachable)
    one = commands.add_parser("waits", help="waiting times against the legal maximum")
    add_table_options(one, NAMES)
    one.add_argument("--leg", choices=LEGS, help="default: treatment, unless legs are named in --by or --where")
    one.add_argument("--population", choices=POPULATIONS, default="ended", help="default: %(default)s")
    one.set_defaults(run=_waits)
    one = commands.add_parser("signals", help="early warning: which indicators of which units have changed")
    add_database_options(one)
    one.add_argument("--asof", metavar="DATE", help="with what was registered on that day; default: the data cut")
    one.set_defaults(run=_signals)
    one = commands.add_parser("compare", help="units compared on one indicator")
    add_database_options(one)
    one.add_argument("--indicator", required=True, metavar="ID")
    one.add_argument("--by", choices=LEVELS, default="department", help="default: %(default)s")
    one.add_argument("--where", metavar="NAME=VALUE,...", help=f"of which patients: {', '.join(FILTERS)}")
    add_period_options(one)
    one.add_argument("--summary", action="store_true", help="one line about all units instead of a line for each")
    one.set_defaults(run=_compare)
    one = commands.add_parser("effect", help="the effect of an improvement: before and after a date")
    add_database_options(one)
    one.add_argument("--indicator", required=True, metavar="ID")
    one.add_argument("--unit", required=True, metavar="CODE", help="code of the department that changed something")
    one.add_argument("--date", required=True, metavar="DATE", help="the first day of the new way, YYYY-MM-DD")
    one.add_argument("--washout", type=int, default=0, metavar="DAYS", help="left out after the date (default: 0)")
    one.set_defaults(run=_effect)
    return parser


def _add_lang(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lang", choices=("da", "en"), default="da", help="of the reasons; default: %(default)s")


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
    snapshot = open_store(options.store, progress).current()
    info = snapshot.info(known_database(options.database, snapshot.databases))
    check_places(snapshot, info.code, selection)
    reason = why_not_reported(wanted, info)
    if reason is not None:
        _tell_not_reported(reason)
        rows = pd.DataFrame(columns=[*selection.by, *COUNTS, *RESULTS, *GRADED])
    else:
        _tell_remarks(wanted, info, selection)
        rows = table(snapshot, info.code, wanted, selection, options.interval)
        rows = graded(snapshot, info.code, wanted, selection, rows, options.interval)
    write_rows(rows[[*selection.by, *COUNTS, *RESULTS, *GRADED]], options.format, sys.stdout)
    return DONE


def _tell_not_reported(reason: Text) -> None:
    print(f"not reported: {in_a_message(reason.en)}", file=sys.stderr)


def _tell_remarks(wanted: Indicator, info: DatabaseInfo, selection: Selection) -> None:
    """What a reader of the numbers must know: columns that were not delivered and change them."""
    for remark in remarks(wanted, info):
        print(f"note: {in_a_message(remark.en)}", file=sys.stderr)
    tell_empty_names(info.columns, selection)


def _cases(options: argparse.Namespace) -> int:
    wanted = indicator(options.indicator)
    selection = parse(None, options.where, options.start, options.end)
    if options.unit is not None:
        selection = selection.filtered(department=options.unit)
    check_groups(wanted, selection)
    snapshot = open_store(options.store, progress).current()
    info = snapshot.info(known_database(options.database, snapshot.databases))
    check_places(snapshot, info.code, selection, "--unit" if options.unit is not None else "")
    reason = why_not_reported(wanted, info)
    if reason is not None:
        _tell_not_reported(reason)
        rows = pd.DataFrame(columns=list(CASE_COLUMNS))
    else:
        _tell_remarks(wanted, info, selection)
        rows = cases(snapshot, info.code, wanted, selection, options.state or "", options.lang)
    write_rows(rows, options.format, sys.stdout)
    return DONE


def _reachable(options: argparse.Namespace) -> int:
    names = reach.wanted(options.indicator)
    as_of = None if options.asof is None else parse_day(options.asof, "--asof")
    snapshot = open_store(options.store, progress).current()
    info = snapshot.info(known_database(options.database, snapshot.databases))
    if options.unit is not None:
        check_places(snapshot, info.code, Selection(where=(("department", options.unit),)), "--unit")
    if as_of is not None and as_of > info.data_cut:
        raise UsageError(f"--asof: {as_of} is after the data cut {info.data_cut} of {info.code}; name an earlier day")
    with past.on(snapshot, info.code, as_of or info.data_cut) as rows:
        for name in names:
            reason = reach.why_no_list(name, rows, info.code)
            if reason is not None:
                print(f"{name} not reported: {in_a_message(reason.en)}", file=sys.stderr)
        listed = reach.reachable(rows, info.code, names, options.unit)
    write_rows(reach.counted(listed) if options.counts else listed, options.format, sys.stdout)
    return DONE


def _waits(options: argparse.Namespace) -> int:
    selection = selection_of(options, NAMES)
    leg = options.leg or (None if "leg" in selection.names else "treatment")
    query = WaitQuery(options.population, leg, selection)
    snapshot = open_store(options.store, progress).current()
    info = snapshot.info(known_database(options.database, snapshot.databases))
    check_places(snapshot, info.code, selection)
    reason = why_waits_not_reported(info)
    if reason is None:
        for remark in waits_remarks(info, leg, query.population):
            print(f"note: {in_a_message(remark.en)}", file=sys.stderr)
        tell_empty_names(info.columns, selection)
        if many := not_covered(snapshot, info.code, query):
            print(f"note: {many} leg{'s' * (many > 1)} left out: not covered by the legal maximum", file=sys.stderr)
        rows = waits_table(snapshot, info.code, query)
    else:
        _tell_not_reported(reason)
        rows = pd.DataFrame(columns=[*selection.by, *COLUMNS[options.population]])
    write_rows(rows, options.format, sys.stdout)
    return DONE


def _compare(options: argparse.Namespace) -> int:
    wanted = indicator(options.indicator)
    where = parse(None, options.where, None, None, FILTERS).where
    selection = parse(options.by, None, options.start, options.end)
    check_groups(wanted, selection.filtered(**dict(where)))
    snapshot = open_store(options.store, progress).current()
    info = snapshot.info(known_database(options.database, snapshot.databases))
    reason = why_not_reported(wanted, info)
    if reason is not None:
        _tell_not_reported(reason)
        rows = pd.DataFrame(columns=SUMMARY if options.summary else COMPARED)
    else:
        _tell_remarks(wanted, info, selection)
        found = compare(snapshot, info.code, wanted, options.by, selection.start, selection.end, where)
        if found.card.refused is not None:
            print(f"no case-mix model: {found.card.refused.en}", file=sys.stderr)
        if found.without_unit:
            print(f"registered under no {options.by}: {found.without_unit}", file=sys.stderr)
        rows = found.summary.frame() if options.summary else found.frame
    write_rows(rows, options.format, sys.stdout)
    return DONE


def _effect(options: argparse.Namespace) -> int:
    wanted = indicator(options.indicator)
    date = parse_day(options.date, "--date")
    if not 1900 <= date.year <= 2100:
        raise UsageError(f"--date: {date} is outside 1900–2100")
    if not 0 <= options.washout <= LONGEST_WASHOUT:
        raise UsageError(f"--washout: {options.washout} days; it takes 0–{LONGEST_WASHOUT}")
    if not options.unit:
        raise UsageError("--unit: is empty; write the code of a department, e.g. SLA-KIR")
    snapshot = open_store(options.store, progress).current()
    info = snapshot.info(known_database(options.database, snapshot.databases))
    check_places(snapshot, info.code, Selection(where=(("department", options.unit),)), "--unit")
    reason = why_not_reported(wanted, info)
    if reason is not None:
        _tell_not_reported(reason)
        rows = pd.DataFrame(columns=EFFECT_COLUMNS)
    else:
        _tell_remarks(wanted, info, Selection())
        rows = effect_table(effect(snapshot, info.code, wanted, (options.unit,), date, options.washout))
    write_rows(rows, options.format, sys.stdout)
    return DONE


def _signals(options: argparse.Namespace) -> int:
    from indicators import monitored, signals

    as_of = None if options.asof is None else parse_day(options.asof, "--asof")
    snapshot = open_store(options.store, progress).current()
    info = snapshot.info(known_database(options.database, snapshot.databases))
    board = signals.board(snapshot, info.code, as_of)
    said = [text for one in monitored.watched(snapshot, info.code) for text in remarks(one, info)]
    for remark in dict.fromkeys(said):
        print(f"note: {in_a_message(remark.en)}", file=sys.stderr)
    for note in board.notes:
        print(note, file=sys.stderr)
    write_rows(board.signals, options.format, sys.stdout)
    return DONE


if __name__ == "__main__":
    exit_with(main)
