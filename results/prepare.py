"""Everything that pages only look up, made beforehand and kept beside the store.

A process of its own does it (``python -m results prepare``): in the server's it would take its turn from the readers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from data.cache import remove_others
from data.store import Snapshot
from results import cube, nodes
from results.variation import comparison
from results.view import FIRST_DATABASE, Edition
from results.waits import frames as waits_frames
from results.warnings import charts as warning_charts
from results.warnings import signals as warnings


def prepare(snapshot: Snapshot, edition: Edition) -> Iterator[str]:
    """Make what is not kept yet, what readers ask for first being first; yields the name of each part that is ready.

    Seconds for the counts, some minutes for the warnings of past quarters: the caller may stop after any part. Frames
    of earlier versions go when all is there.
    """
    first, *others = sorted(snapshot.databases, key=lambda code: (code != FIRST_DATABASE, code))
    counts(snapshot, edition, (first,))
    yield f"counts of {first}"
    yield from _compared(snapshot, edition, first)  # the database of the page that opens
    counts(snapshot, edition, others)
    waits_frames.prepare(snapshot)
    yield "counts and waiting times"
    for database in others:
        yield from _compared(snapshot, edition, database)
    for database, day in warnings.prepare_past(snapshot):
        yield f"warnings of {database} as of {day}"
    gone = remove_others(snapshot, (cube.DEFINITION_VERSION, warnings.VERSION, comparison.VERSION))
    yield f"{gone} frames of earlier versions removed"


def counts(snapshot: Snapshot, edition: Edition, databases: Sequence[str]) -> None:
    """Keep what is counted and estimated for the pages of these databases: a second or two each."""
    cube.prepare(snapshot, databases)
    nodes.prepare(snapshot, edition, databases)
    cube.prepare_filters(snapshot, databases)


def _compared(snapshot: Snapshot, edition: Edition, database: str) -> Iterator[str]:
    warnings.prepare(snapshot, (database,))
    warning_charts.prepare(snapshot, (database,))
    yield f"warnings of {database}"
    comparison.prepare(snapshot, edition, (database,))
    yield f"comparisons of {database}"
