"""``python -m results prepare``: what pages look up, made before a reader asks."""

from __future__ import annotations

import argparse
import os

from data.opening import open_store
from data.output import DONE, add_store_option, exit_with, progress, run
from data.store import StoreError
from results.prepare import prepare
from results.view import Edition


def main(words: list[str] | None = None) -> int:
    """Run one command; returns its exit code (0 done, 1 refused, 2 usage)."""
    return run(_parser(), words)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m results", description="What pages look up.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("prepare", help="make what pages look up, so that no reader waits for it")
    add_store_option(one)
    one.add_argument(
        "--edition", action="append", choices=("working", "public"), help="may be given twice; default: working"
    )
    few = Edition.threshold
    one.add_argument("--threshold", type=int, default=few, help="of the public edition; default: %(default)s")
    one.set_defaults(run=_prepare)
    return parser


def _prepare(options: argparse.Namespace) -> int:
    store = open_store(options.store, progress)
    snapshot = store.served()
    if not os.access(store.root, os.W_OK):
        raise StoreError(f"{store.root}: cannot be written to, so nothing can be kept; pages make what they need")
    if hasattr(os, "nice"):
        os.nice(10)  # readers first
    for edition in dict.fromkeys(options.edition or ["working"]):
        for part in prepare(snapshot, Edition(edition, options.threshold)):
            progress(part)
            if store.served().id != snapshot.id:  # a new load: what is left would be made for nobody
                return DONE
    return DONE


if __name__ == "__main__":
    exit_with(main)
