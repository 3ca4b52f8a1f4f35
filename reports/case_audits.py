"""``python -m reports audits``: draw an audit of case records, list audits, their cases and results (personal data)."""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

import pandas as pd

from data.opening import open_store
from data.output import (
    DONE,
    UsageError,
    add_database_options,
    add_store_option,
    known_database,
    progress,
    write_rows,
)
from data.selection import parse, parse_day
from data.store import Snapshot
from results import case_audits as data
from results.case_audits import STATES, STRATA, AuditPlan, AuditRefused, CaseAudit

_LIST = ("audit", "title", "status", "start", "end", "population", "drawn", "answered")
_CASES = ("number", "case_id", "unit", "index_date", "stratum")
_RESULTS = ("question", "text", "option", "stratum", "population", "drawn", "answered", "numerator", "denominator",
            "missing", "not_relevant", "rate", "lower", "upper")  # fmt: skip


def add_commands(commands: argparse._SubParsersAction) -> None:
    """``audits draw | list | cases | results | answer`` below the commands of ``python -m reports``."""
    audits = commands.add_parser("audits", help="audits of case records: a drawn sample, questions, results")
    verbs = audits.add_subparsers(required=True, metavar="WHAT")
    one = verbs.add_parser("draw", help="draw a sample and write the audit into the store's register")
    add_store_option(one)
    one.add_argument("--database", required=True, metavar="CODE", help="code of a database, e.g. DCCG")
    one.add_argument("--title", required=True, metavar="TEXT", help="the audit's subject")
    one.add_argument("--purpose", default="", metavar="TEXT", help="what it is to settle")
    one.add_argument("--questions", required=True, type=Path, metavar="FILE", help="one question a line, UTF-8")
    one.add_argument("--indicator", default="", metavar="ID", help="of its cases; default: every case by diagnosis")
    one.add_argument("--state", default="", choices=("", *STATES), help="of the indicator's cases those alone")
    one.add_argument("--from", dest="start", required=True, metavar="DATE", help="first index date")
    one.add_argument("--to", dest="end", required=True, metavar="DATE", help="the day after the last index date")
    one.add_argument("--where", metavar="NAME=VALUE,...", help="e.g. sex=F,stage=III")
    one.add_argument("--strata", default="", metavar="NAMES", help=f"with commas, of {', '.join(STRATA)}")
    many = one.add_mutually_exclusive_group(required=True)
    many.add_argument("--each", type=int, default=0, metavar="N", help="cases of each stratum")
    many.add_argument("--size", type=int, default=0, metavar="N", help="cases in all, shared by the strata's size")
    one.add_argument("--seed", required=True, metavar="TEXT", help="the same seed draws the same cases again")
    one.add_argument("--author", default="", metavar="NAME", help="who draws it")
    one.add_argument("--try", dest="dry", action="store_true", help="print the sample, write nothing")
    one.set_defaults(run=_draw)
    one = verbs.add_parser("list", help="the audits of a database")
    add_database_options(one)
    one.set_defaults(run=_list)
    for name, run, said in (
        ("cases", _cases, "the cases of an audit with their answers (personal data)"),
        ("results", _results, "the results of an audit as shares with 95%% intervals"),
    ):
        one = verbs.add_parser(name, help=said)
        add_database_options(one)
        one.add_argument("--audit", required=True, metavar="NUMBER", help="its number (audits list)")
        one.set_defaults(run=run)
    one = verbs.add_parser("answer", help="take answers from a CSV file: number, q1, q2 …, note")
    add_store_option(one)
    one.add_argument("--database", required=True, metavar="CODE", help="code of a database, e.g. DCCG")
    one.add_argument("--audit", required=True, metavar="NUMBER", help="its number (audits list)")
    one.add_argument(
        "--file", required=True, type=Path, metavar="FILE", help="as 'audits cases --format csv' prints it"
    )
    one.add_argument("--author", default="", metavar="NAME", help="who answered")
    one.set_defaults(run=_answer)


def _opened(options: argparse.Namespace) -> Snapshot:
    snapshot = open_store(options.store, progress).current()
    known_database(options.database, snapshot.databases)
    return snapshot


def _audit(options: argparse.Namespace, snapshot: Snapshot) -> CaseAudit:
    one = data.audit(snapshot, options.database, options.audit) if options.audit.isdecimal() else None
    if one is None:
        there = ", ".join(each.id for each in data.audits(snapshot, options.database)) or "none"
        raise UsageError(f"--audit: {options.database} has no audit '{options.audit}'; there are {there}")
    return one


def _draw(options: argparse.Namespace) -> int:
    snapshot = _opened(options)
    try:
        lines = options.questions.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--questions: {options.questions} cannot be read as UTF-8 ({error})") from error
    strata = tuple(name.strip() for name in options.strata.split(",") if name.strip())
    try:
        plan = AuditPlan(
            options.title, options.purpose, options.indicator, options.state, parse_day(options.start, "--from"),
            parse_day(options.end, "--to"), parse(None, options.where).where, strata, options.each, options.size,
            options.seed, data.questions(lines),
        )  # fmt: skip
        if options.dry:
            drawn = data.sample(snapshot, options.database, plan).cases
            drawn = drawn.assign(stratum=[_key(key) for key in drawn["stratum"]])
            drawn.insert(0, "number", range(1, len(drawn) + 1))
            write_rows(drawn[list(_CASES)], "csv", sys.stdout)
            return DONE
        made = data.add(snapshot, options.database, plan, options.author, "")
    except AuditRefused as refused:
        raise UsageError(str(refused)) from refused
    print(f"audit {made.id}: {made.drawn} of {made.population} cases in {len(made.strata)} strata")
    return DONE


def _list(options: argparse.Namespace) -> int:
    snapshot = _opened(options)
    rows = [
        (one.id, one.title, one.status, one.start, one.end, one.population, one.drawn, len(data.answers(snapshot, one)))
        for one in data.audits(snapshot, options.database)
    ]
    write_rows(pd.DataFrame(rows, columns=list(_LIST)), options.format, sys.stdout)
    return DONE


def _cases(options: argparse.Namespace) -> int:
    snapshot = _opened(options)
    one = _audit(options, snapshot)
    there = data.answers(snapshot, one)
    names = [question.id for question in one.questions]
    rows = []
    for case in one.cases:
        said = there.get(case.number)
        given = ["" if said is None else said.answers.get(name, "") for name in names]
        rows.append((case.number, case.case_id, case.unit, case.index_date, _key(one.strata[case.stratum][0]), *given,
                     "" if said is None else said.note))  # fmt: skip
    write_rows(pd.DataFrame(rows, columns=[*_CASES, *names, "note"]), options.format, sys.stdout)
    return DONE


def _results(options: argparse.Namespace) -> int:
    snapshot = _opened(options)
    one = _audit(options, snapshot)
    rows = [
        (
            row.question.id, row.question.text, row.option,
            "" if row.stratum is None else _key(one.strata[row.stratum][0]),
            *(getattr(row, name) for name in _RESULTS[4:]),
        )
        for row in data.shares(one, data.answers(snapshot, one))
    ]  # fmt: skip
    write_rows(pd.DataFrame(rows, columns=list(_RESULTS)), options.format, sys.stdout)
    return DONE


def _answer(options: argparse.Namespace) -> int:
    """All of the file or nothing: every line is checked before the first is written."""
    snapshot = _opened(options)
    one = _audit(options, snapshot)
    if one.status != "open":
        raise UsageError(f"--audit: audit {one.id} is {one.status}; open it again to answer")
    try:
        with options.file.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"--file: {options.file} cannot be read as CSV in UTF-8 ({error})") from error
    known, wrong, taken = {case.number: case for case in one.cases}, [], []
    for place, row in enumerate(rows, start=2):
        number = (row.get("number") or "").strip()
        if not number.isdecimal() or int(number) not in known:
            wrong.append(f"line {place}: number '{number}' is no case of the audit; it has 1–{len(known)}")
            continue
        case = known[int(number)]
        if (given := (row.get("case_id") or "").removeprefix("'")) and given != case.case_id:
            wrong.append(f"line {place}: case {number} is {case.case_id}, not '{given}'")
            continue
        said = {question.id: (row.get(question.id) or "").removeprefix("'") for question in one.questions}
        note = (row.get("note") or "").strip().removeprefix("'")
        try:
            if any(value.strip() for value in said.values()):
                taken.append((case.number, data.checked_answers(one, said, note), note))
        except AuditRefused as refused:
            wrong.append(f"line {place}: {refused}")
    if wrong:
        raise UsageError(f"--file: nothing was taken from {options.file}: {'; '.join(wrong[:20])}")
    there = data.answers(snapshot, one)
    changed = 0
    for number, said, note in taken:
        stood = there.get(number)
        if stood is None or (dict(stood.answers), stood.note) != (said, note):
            history = data.history(snapshot, one.database, one.id, number)
            base = next((entry.revision for entry in history if not entry.beside), 0)
            data.answer(snapshot, one, number, said, note, base, options.author, "")
            changed += 1
    print(f"audit {one.id}: {changed} answers taken; {len(data.answers(snapshot, one))} of {one.drawn} answered")
    return DONE


def _key(values: tuple[str, ...]) -> str:
    return " ".join(value or "-" for value in values)
