"""``python -m audit verify --store DIR``: whether the audit log is what was written."""

from __future__ import annotations

import argparse
import sys

from data.audit_log import AuditLog, verify
from data.opening import open_store
from data.output import DONE, REFUSED, exit_with, run


def main(words: list[str] | None = None) -> int:
    """Run one command; returns its exit code (0 whole, 1 broken or not there, 2 usage)."""
    parser = argparse.ArgumentParser(prog="python -m audit", description="The audit log.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("verify", help="read the chain from its first line to its last")
    one.add_argument("--store", metavar="DIR", help="the store; else KRAEFT_STORE, else the demonstration data")
    one.set_defaults(run=_verify)
    return run(parser, words)


def _verify(options: argparse.Namespace) -> int:
    path = AuditLog(open_store(options.store).root).path
    if not path.exists():
        print(f"refused: {path}: there is no audit log; it begins with the first log-in", file=sys.stderr)
        return REFUSED
    try:
        found = verify(path)
    except OSError as error:
        print(f"refused: {path}: cannot be read ({error.strerror})", file=sys.stderr)
        return REFUSED
    if found.problem:
        print(f"refused: {path}: line {found.lines + 1}: {found.problem}; {found.lines} lines hold", file=sys.stderr)
        return REFUSED
    print(f"{found.lines} lines hold; the last hash is {found.last}")
    return DONE


if __name__ == "__main__":
    exit_with(main)
