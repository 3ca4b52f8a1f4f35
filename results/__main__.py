"""``python -m results prepare``: what pages look up, made before a reader asks."""

from __future__ import annotations

import argparse

from data.output import DONE, exit_with, progress, run
from results.prepare import add_command, opened, prepare
from results.view import Edition


def main(words: list[str] | None = None) -> int:
    """Run one command; returns its exit code (0 done, 1 refused, 2 usage)."""
    return run(_parser(), words)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m results", description="What pages look up.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_command(commands, "make what pages look up, so that no reader waits for it").set_defaults(run=_prepare)
    return parser


def _prepare(options: argparse.Namespace) -> int:
    store = opened(options)
    snapshot = store.served()
    for edition in dict.fromkeys(options.edition or ["working"]):
        for part in prepare(snapshot, Edition(edition, options.threshold)):
            progress(part)
            if store.served().id != snapshot.id:  # a new load: what is left would be made for nobody
                return DONE
    return DONE


if __name__ == "__main__":
    exit_with(main)
