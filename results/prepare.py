"""Everything that pages only look up, made beforehand and kept beside the store.

A process of its own does it (``python -m results prepare``): in the server's it would take its turn from the readers.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from data.cache import is_kept, remove_others, wished
from data.once import Frame
from data.opening import open_store
from data.output import add_store_option, progress
from data.published import Published
from data.store import Snapshot, Store, StoreError
from results import cube, nodes
from results.publishing import frames
from results.survival import adjusted, net
from results.variation import comparison
from results.view import FIRST_DATABASE, Edition
from results.waits import frames as waits_frames
from results.warnings import charts as warning_charts
from results.warnings import signals as warnings

#: What the names of frames begin with: comparisons; adjusted survival; warnings with their units and charts. All others
#: are counts.
_COMPARISONS = "compare-"
_ADJUSTED, _NET = "adjusted-", "net-"
_WARNINGS = ("warnings-", "units-", "warning-points-")
#: A frame as a page names it in an address: DCCG.warnings-1a2b-20260331.
_NAME = re.compile(r"([A-Za-z0-9]{1,30})\.([A-Za-z0-9_-]{1,120})")


@dataclass(frozen=True)
class _Part:
    """A piece of some seconds. ``kind``: what the names of its frames begin with; () for the others."""

    name: str
    database: str
    kind: tuple[str, ...]
    make: Callable[[], object]

    def makes(self, frame: Frame) -> bool:
        database, key = frame
        if database != self.database:
            return False
        if self.kind:
            return key.startswith(self.kind)
        return not key.startswith((_COMPARISONS, _ADJUSTED, *_WARNINGS))


def prepare(snapshot: Snapshot, edition: Edition, pages: Callable[[str, bool], None] | None = None) -> Iterator[str]:
    """Make what is not kept yet, what readers ask for first being first; yields the name of each part that is ready.

    First comes what a reader waits for at this moment. Seconds for the counts, some minutes for the warnings of past
    quarters: the caller may stop after any part. Frames of earlier versions go when all is there.
    ``pages(database, whole)``: what the caller makes of a database's frames once they are there, at last the
    ``whole`` of the database on which the dashboard opens.
    """
    left = _parts(snapshot, edition, pages)
    while left:
        part = _next(left, wished(snapshot))
        left.remove(part)
        part.make()
        yield part.name
    gone = remove_others(
        snapshot,
        (cube.DEFINITION_VERSION, warnings.VERSION, comparison.VERSION, frames.VERSION, adjusted.VERSION, net.VERSION),
    )
    yield f"{gone} frames of earlier versions removed"


def _next(parts: Sequence[_Part], wishes: Sequence[Frame]) -> _Part:
    for frame in wishes:
        for part in parts:
            if part.makes(frame):
                return part
    return parts[0]


def _parts(snapshot: Snapshot, edition: Edition, pages: Callable[[str, bool], None] | None = None) -> list[_Part]:
    """The database of the page that opens, the counts of the others, their warnings and comparisons, the past."""
    first, *others = sorted(snapshot.databases, key=lambda code: (code != FIRST_DATABASE, code))

    def counted(database: str) -> _Part:
        def make() -> None:
            counts(snapshot, edition, (database,))
            if not edition.hides:  # there is no span of months in the public edition
                cube.prepare_months(snapshot, (database,))
            waits_frames.prepare(snapshot, (database,))

        return _Part(f"counts of {database}", database, (), make)

    def warned(database: str) -> _Part:
        def make() -> None:
            warnings.prepare(snapshot, (database,))
            warning_charts.prepare(snapshot, (database,))

        kind = (warnings.now(snapshot, database), *_WARNINGS[1:])
        return _Part(f"warnings of {database}", database, kind, make)

    def compared(database: str) -> _Part:
        return _Part(
            f"comparisons of {database}",
            database,
            (_COMPARISONS,),
            lambda: comparison.prepare(snapshot, edition, (database,)),
        )

    def survived(database: str) -> _Part:
        return _Part(
            f"adjusted survival of {database}",
            database,
            (_ADJUSTED,),
            lambda: adjusted.prepare(snapshot, edition, (database,)),
        )

    def over_time(database: str) -> _Part:
        return _Part(
            f"net survival of {database}",
            database,
            (_NET,),
            lambda: net.prepare(snapshot, edition, (database,)),
        )

    def shown(database: str, whole: bool = False) -> list[_Part]:
        made = [] if pages is None else [lambda: pages(database, whole)]
        return [_Part(f"pages of {database}", database, ("page",), make) for make in made]

    def past(database: str, key: str, make: Callable[[], object]) -> _Part:
        return _Part(f"warnings of {database}, {key}", database, (key,), make)

    return [
        counted(first), warned(first), compared(first), survived(first), *shown(first),
        *(counted(one) for one in others),
        *(warned(one) for one in others),
        *(compared(one) for one in others),
        *(survived(one) for one in others),
        *(over_time(one) for one in (first, *others)),
        *(part for one in others for part in shown(one)), *shown(first, whole=True),
        *(past(*one) for one in warnings.past(snapshot)),
    ]  # fmt: skip


def counts(snapshot: Snapshot, edition: Edition, databases: Sequence[str]) -> None:
    """Keep what is counted and estimated for the pages of these databases: a second or two each."""
    cube.prepare(snapshot, databases)
    nodes.prepare(snapshot, edition, databases)
    cube.prepare_filters(snapshot, databases)
    for database in databases if edition.hides else ():
        for name in frames.NAMES:
            frames.frame(snapshot, edition, database, name)


def kept(snapshot: Snapshot | Published, names: Sequence[str]) -> int:
    """How many of these frames ('DATABASE.key', as a page names what it awaits) are there; of a publication all."""
    if isinstance(snapshot, Published):
        return len(names)
    found = (_NAME.fullmatch(name) for name in names)
    return sum(is_kept(snapshot, one[1], one[2]) for one in found if one is not None and one[1] in snapshot.databases)


def add_command(commands: argparse._SubParsersAction, about: str) -> argparse.ArgumentParser:
    """The command ``prepare`` with what it takes wherever it is given."""
    one = commands.add_parser("prepare", help=about)
    add_store_option(one)
    one.add_argument(
        "--edition", action="append", choices=("working", "public"), help="may be given twice; default: working"
    )
    few = Edition.threshold
    one.add_argument("--threshold", type=int, default=few, help="of the public edition; default: %(default)s")
    return one


def opened(options: argparse.Namespace) -> Store:
    """The store of the command, in a process that readers come before; StoreError where nothing can be kept in it."""
    store = open_store(options.store, progress)
    if not os.access(store.root, os.W_OK):
        raise StoreError(f"{store.root}: cannot be written to, so nothing can be kept; pages make what they need")
    if hasattr(os, "nice"):
        os.nice(10)
    return store
