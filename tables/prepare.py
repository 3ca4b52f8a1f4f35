"""Everything that pages only look up, made beforehand and kept beside the store.

A process of its own does it (``python -m tables prepare``): in the server's it would take its turn from the readers.
"""

from __future__ import annotations

from collections.abc import Iterator

from data.store import Snapshot
from tables import comparison, cube, nodes, waits_frames, warning_charts, warnings
from tables.view import FIRST_DATABASE, Edition


def prepare(snapshot: Snapshot, edition: Edition) -> Iterator[str]:
    """Make what is not kept yet, what readers ask for first being first; yields the name of each part that is ready.

    Seconds for the counts, some minutes for the warnings of past quarters: the caller may stop after any part.
    """
    cube.prepare(snapshot)
    nodes.prepare(snapshot, edition)
    yield "counts and survival"
    first, *others = sorted(snapshot.databases, key=lambda code: (code != FIRST_DATABASE, code))
    cube.prepare_filters(snapshot, (first,))
    yield from _compared(snapshot, edition, first)  # the database of the page that opens
    waits_frames.prepare(snapshot)
    yield "waiting times"
    cube.prepare_filters(snapshot, others)
    yield "filtered counts"
    for database in others:
        yield from _compared(snapshot, edition, database)
    for database, day in warnings.prepare_past(snapshot):
        yield f"warnings of {database} as of {day}"


def _compared(snapshot: Snapshot, edition: Edition, database: str) -> Iterator[str]:
    warnings.prepare(snapshot, (database,))
    warning_charts.prepare(snapshot, (database,))
    yield f"warnings of {database}"
    comparison.prepare(snapshot, edition, (database,))
    yield f"comparisons of {database}"
