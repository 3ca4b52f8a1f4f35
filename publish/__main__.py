"""``python -m publish --store DIR --out DIR [--k 5]``: the public edition as a folder that holds no microdata.

Exit codes: 0 published, 1 refused (an attack found what is hidden, or the store cannot be read), 2 usage.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from data.opening import open_store
from data.output import DONE, add_store_option, exit_with, progress, run
from data.store import StoreError
from results.publishing.publication import PublicationRefused, publish
from results.view import THRESHOLDS, Edition


def main(words: list[str] | None = None) -> int:
    """Publish; returns the exit code (0 done, 1 refused, 2 usage)."""
    return run(_parser(), words)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m publish", description="The public edition as a folder.")
    add_store_option(parser)
    parser.add_argument("--out", required=True, metavar="DIR", help="the folder of publications; its owner alone reads")
    parser.add_argument(
        "--k", type=int, choices=THRESHOLDS, default=Edition.threshold, help="fewer are hidden; default: %(default)s"
    )
    parser.add_argument(
        "--yearly",
        action="store_true",
        help="every year anew, also where it differs by few patients from the former publication",
    )
    parser.set_defaults(run=_publish)
    return parser


def _publish(options: argparse.Namespace) -> int:
    out = Path(options.out)
    store = open_store(options.store, progress)
    if store.root.resolve() in (out.resolve(), *out.resolve().parents):
        raise StoreError(f"{out}: lies in the store {store.root}; name a folder outside, which can be handed on")
    try:
        report = publish(store.current(), out, Edition("public", options.k), options.yearly, progress)
    except PublicationRefused as error:
        raise StoreError(str(error)) from error
    hidden = sum(one.hidden for row in report.databases for one in row.hiding)
    cells = sum(one.cells for row in report.databases for one in row.hiding)
    print(f"{out}/{report.id}: {len(report.databases)} databases, {hidden} of {cells} cells hidden", file=sys.stderr)
    for row in report.databases:
        if row.kept:
            years = ", ".join(map(str, row.kept))
            print(f"{row.database}: as published before: {years} (anew with --yearly)", file=sys.stderr)
    return DONE


if __name__ == "__main__":
    exit_with(main)
