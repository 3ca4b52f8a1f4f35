"""``python -m reports build | waits | audits | messages``: the annual report, overruns to Sundhedsstyrelsen, audits of
records, the quarter's messages to departments and hospitals."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from data.audit_log import AuditLog
from data.opening import open_store
from data.output import DONE, UsageError, add_store_option, exit_with, known_database, progress, run
from data.published import Publications
from data.store import Snapshot, Store
from data.users import Users
from reports import case_audits, messages
from reports.annual.report import SUMMARY
from reports.build import document, written
from reports.formats import FORMATS
from reports.surroundings import reader
from reports.waits_report import make, mark_sent, write
from reports.writers.pdf import no_office, office
from results.comments import version
from results.cube import DEFINITION_VERSION
from results.messages import QuarterMessage, of_quarter
from results.view import Edition, View, periods
from results.waits.period import wait_period
from results.warnings import digest
from results.warnings.digest import Quarter
from words.reader import Reader


def main(words: list[str] | None = None) -> int:
    """TextPart one command; returns its exit code (0 done, 1 refused, 2 usage)."""
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
    one = commands.add_parser("build", help="the annual report of a database")
    add_store_option(one)
    one.add_argument("--published", metavar="DIR", help="a folder of python -m publish, instead of a store")
    one.add_argument("--database", required=True, metavar="CODE", help="code of a database, e.g. DCCG")
    one.add_argument("--period", required=True, metavar="YEAR", help="reporting year: 2025, or 2024-25")
    one.add_argument("--edition", required=True, choices=("working", "public"), help="public hides few patients")
    one.add_argument("--format", required=True, choices=tuple(FORMATS), help="form of the file")
    one.add_argument("--out", required=True, type=Path, metavar="FILE", help="the file; replaced where it is there")
    one.add_argument("--lang", choices=("da", "en"), default="da", help="language (default: %(default)s)")
    one.add_argument("--template", type=Path, metavar="FILE", help="a DOCX whose styles and page are used")
    one.add_argument("--part", choices=(SUMMARY,), default="", help="the summary alone, at most two pages")
    one.add_argument("--final", action="store_true", help="the final version, of its own snapshot and comments")
    one.add_argument("--snapshot", metavar="ID", help="of an older snapshot (python -m data snapshots)")
    one.add_argument("--threshold", type=int, default=5, metavar="N", help="public hides fewer than (default: 5)")
    one.add_argument("--tell", action="store_true", help="tell the progress also where stderr is no terminal")
    one.set_defaults(run=_build)
    case_audits.add_commands(commands)
    one = commands.add_parser(
        "messages", help="the quarter's page for each department and hospital where something happened"
    )
    add_store_option(one)
    one.add_argument("--quarter", required=True, metavar="QUARTER", help="2026-Q3")
    one.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder of the files; made where missing")
    one.add_argument("--lang", choices=("da", "en"), default="da", help="language (default: %(default)s)")
    one.add_argument("--address", default="", metavar="URL", help="of the dashboard: the links lead there")
    one.add_argument("--smtp", metavar="HOST[:PORT]", help="also send them to those who subscribe (python -m users)")
    one.add_argument("--from", dest="sender", default="", metavar="ADDRESS", help="with --smtp: whom the mail is from")
    one.set_defaults(run=_messages)
    return parser


def _build(options: argparse.Namespace) -> int:
    if options.out.is_dir() or not options.out.parent.is_dir():
        what = "is a folder" if options.out.is_dir() else "lies in no folder that exists"
        raise UsageError(f"--out: {options.out} {what}; name a file in a folder that exists")
    if options.format == "pdf" and office() is None:
        raise no_office()
    store: Store | Publications
    if options.published:
        store = Publications(Path(options.published))
        snapshot = store.opened_at(options.snapshot) if options.snapshot else store.served()
        if options.edition != "public" or options.threshold != snapshot.threshold or options.final:
            said = f"--published: holds the public edition with --threshold {snapshot.threshold}, and no final versions"
            raise UsageError(said)
    else:
        store = open_store(options.store, progress)
        snapshot = Snapshot(store.root, store.manifest(options.snapshot)) if options.snapshot else store.current()
    context = reader(
        snapshot, Edition(options.edition, options.threshold), options.database, options.period, options.lang
    )
    if options.final:
        context = _of_final(store, context)
    tell = _told if options.tell else progress
    made = document(context, tell, options.final, options.part)
    tell(
        f"{options.format}: {len(made.tables)} {context.t('tabeller', 'tables')}, "
        f"{len(made.pictures)} {context.t('figurer', 'figures')}"
    )
    _put(options.out, written(made, options.format, options.template))
    print(options.out)
    return DONE


def _messages(options: argparse.Namespace) -> int:
    if options.out.exists() and not options.out.is_dir():
        raise UsageError(f"--out: {options.out} is a file; name a folder")
    if options.address and not re.fullmatch(r"https?://[^\s\"<>]+", options.address):
        raise UsageError(f"--address: '{options.address}' is no address; write https://NAME")
    server = None if options.smtp is None else messages.MailServer.of(options.smtp, options.sender)
    store = open_store(options.store, progress)
    snapshot = store.current()
    database = min(snapshot.databases)
    view = View(snapshot, Edition(), database, max(periods(snapshot, database)))
    quarter = _quarter(view, options.quarter)
    found = of_quarter(view, quarter)
    root, synthetic = options.address.rstrip("/"), any(one.synthetic for one in snapshot.databases.values())
    for path in messages.write(found.messages, options.out, options.lang, root, synthetic):
        print(path)
    of = [sum(one.is_hospital == which for one in found.messages) for which in (False, True)]
    print(
        f"{quarter.year}-Q{quarter.number}: something happened in {of[0]} of {found.departments} departments and "
        f"{of[1]} of {found.hospitals} hospitals",
        file=sys.stderr,
    )
    if server is not None:
        _send(store, found.messages, server, options, root, synthetic)
    return DONE


def _send(
    store: Store, made: Sequence[QuarterMessage], server: messages.MailServer, options: argparse.Namespace, root: str,
    synthetic: bool,
) -> None:  # fmt: skip
    """Send to those who subscribe and have not had the quarter's message; each is registered as it goes."""
    users, log = Users(store.root), AuditLog(store.root)
    subscribers: dict[str, list[str]] = {}
    for one in users.subscriptions():
        if made and one.last < str(made[0].quarter):
            subscribers.setdefault(one.unit, []).append(one.address)
    number = 0
    for address, one in messages.send(made, subscribers, server, options.lang, root, synthetic):
        number += 1
        users.was_sent(address, one.code, str(one.quarter))
        log.append({"event": "message", "to": address, "of": one.code, "quarter": str(one.quarter)})
    print(f"{number} messages sent", file=sys.stderr)


def _quarter(view: View, text: str) -> Quarter:
    """The quarter named '2026-Q3'. Raises UsageError for one that cannot be told, naming those that can."""
    there = {f"{one.year}-Q{one.number}": one for one in digest.quarters(view)}
    cut = max(info.data_cut for info in view.snapshot.databases.values())
    ended = {name: one for name, one in there.items() if one.last <= cut}
    if text in ended:
        return ended[text]
    known = f"{min(ended)} to {max(ended)}" if ended else "none"
    if text in there:
        raise UsageError(f"--quarter: {text} had not ended on the data cut ({cut}); there are {known}")
    raise UsageError(f"--quarter: '{text}' is no quarter that can be told; there are {known}, written as 2026-Q3")


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


def _of_final(store: Store, context: Reader) -> Reader:
    """The surroundings in the snapshot of the final version; raises UsageError where the report is not final."""
    found = version(context.view)
    if found.state != "final":
        raise UsageError(f"--final: the report of {context.database} {context.period_label} is {found.state}")
    snapshot = Snapshot(store.root, store.manifest(found.snapshot))
    period = context.period_label
    made = reader(snapshot, context.view.edition, context.database, period, context.lang)
    if found.definition != DEFINITION_VERSION:
        said = f"note: the definitions have changed since ({found.definition}, now {DEFINITION_VERSION})"
        print(said, file=sys.stderr)
    return made


def _told(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; one of its name is replaced."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.writing")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


if __name__ == "__main__":
    exit_with(main)
