"""What a delivery changed: findings that came and went, verdicts that turned, results that moved, since the extract
of the database before it. And the log of what came.

Both extracts are read as the pages read them: protected nodes, reporting years, the standards of each year. So a number
that stands here stands on the indicator's page too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from data import deliveries as log
from data.deliveries import Delivery, LoggedFinding
from data.findings import INFO, SEVERITIES
from data.store import Snapshot, Store, StoreError
from data.text import Text
from indicators.catalogue import BY_ID, CATALOGUE
from indicators.declaration import Indicator
from results.across import JUDGED
from results.audit import NATION, Cell, cells_of, indicator_title
from results.department import is_shown
from results.former import former
from results.nodes import divisible, nodes, reported, sites_of
from results.quality import LoadFinding, findings
from results.view import View
from results.view import periods as offered

_ORDER = {one.id: place for place, one in enumerate(CATALOGUE)}
#: New, gone, or there in both with another number of rows, or other values.
NEW, RESOLVED, CHANGED = "new", "resolved", "changed"


@dataclass(frozen=True)
class ChangedFinding:
    """A finding of the load that came, went or changed. ``rows``, ``before``: 0 where not there or of no rows;
    ``values``, ``values_before``: those at fault, as the load told them."""

    change: str
    finding: LoadFinding
    rows: int
    before: int
    values: Text
    values_before: Text


@dataclass(frozen=True)
class MovedResult:
    """One result before and after: of the country (level nation), a region or a department, in a reporting year."""

    indicator: Indicator
    site: str
    level: str
    code: str
    period: int
    before: Cell
    after: Cell

    @property
    def title(self) -> Text:
        return indicator_title(self.indicator, self.site)

    @property
    def turned(self) -> bool:
        """Whether the verdict is another, where there was one both times."""
        states = (self.before.state, self.after.state)
        return states[0] != states[1] and set(states) <= set(JUDGED)

    @property
    def worse(self) -> bool:
        """Whether a verdict went from better to worse."""
        return self.turned and JUDGED.index(self.after.state) > JUDGED.index(self.before.state)


@dataclass(frozen=True)
class ExtractChange:
    """What the current extract of a database changed. ``before``: the snapshot that held the one before it, and its
    data cut. ``moved``: of the country, all years; ``turned``: everywhere, in the view's three years."""

    before: str
    cut: dt.date
    findings: tuple[ChangedFinding, ...]
    moved: tuple[MovedResult, ...]
    turned: tuple[MovedResult, ...]


def change(view: View) -> ExtractChange | None:
    """What the database's current extract changed; None where there is nothing to compare with."""
    return view.snapshot.remember(("what changed", view.key, view.period), lambda: _change(view))


def _change(view: View) -> ExtractChange | None:
    there = former(view)
    if there is None:
        return None
    manifest, info = there
    alone = replace(manifest, databases={view.database: info})
    try:
        old = replace(view, snapshot=Snapshot(view.snapshot.root, alone))
    except StoreError:  # its file is damaged
        return None
    moved = list(_moved(old, view))
    return ExtractChange(
        manifest.id,
        info.data_cut,
        tuple(_findings(findings(old), findings(view))),
        tuple(one for one in moved if one.level == NATION),
        tuple(sorted((one for one in moved if one.turned and one.period in view.three_periods), key=_place_of)),
    )


def _place_of(one: MovedResult) -> tuple:
    """Worse first, then the country, the regions, the departments; then the catalogue's order, latest year first."""
    levels = (NATION, "region", "department")
    return (not one.worse, levels.index(one.level), _ORDER[one.indicator.id], one.site, -one.period, one.code)


def _findings(before: tuple[LoadFinding, ...], after: tuple[LoadFinding, ...]) -> Iterator[ChangedFinding]:
    """New ones, gone ones, changed ones; warnings before what was only normalised."""
    old, new = ({_key(one): one for one in each} for each in (before, after))
    found = []
    for key in {**new, **old}:
        was, now = old.get(key), new.get(key)
        if was is None or now is None or _told(was) != _told(now):
            change = NEW if was is None else RESOLVED if now is None else CHANGED
            (rows, values), (rows_before, values_before) = (_told(one) for one in (now, was))
            found.append(ChangedFinding(change, now or was, rows, rows_before, values, values_before))
    kinds = (NEW, RESOLVED, CHANGED)
    yield from sorted(found, key=lambda one: (one.finding.severity == INFO, kinds.index(one.change)))


def _key(one: LoadFinding) -> tuple:
    return (one.part, one.table, one.column, one.severity, one.text.en)


def _told(one: LoadFinding | None) -> tuple[int, Text]:
    """The rows that a finding is of, and the values at fault."""
    return (0, Text("", "")) if one is None else (one.rows or 0, one.values)


def _moved(old: View, new: View) -> Iterator[MovedResult]:
    """Every result that both extracts have in a year that both offer, and that is another now."""
    years = tuple(sorted(set(offered(old.snapshot, old.database)) & set(offered(new.snapshot, new.database))))
    if not years:
        return
    was, now = _cells(old, years), _cells(new, years)
    keys = sorted(set(was) & set(now), key=lambda key: (_ORDER[key[1]], key[0], -key[4], key[2], key[3]))
    for key in keys:
        before, after = was[key], now[key]
        if _said(before) != _said(after):
            site, indicator, level, code, period = key
            yield MovedResult(BY_ID[indicator], site, level, code, period, before, after)


def _said(cell: Cell) -> tuple:
    rate = None if cell.rate is None else round(cell.rate, 12)  # two sums of the same numbers
    return (cell.numerator, cell.denominator, cell.missing, cell.excluded, cell.not_mature, rate, cell.state)


def _cells(view: View, years: tuple[int, ...]) -> dict[tuple[str, str, str, str, int], Cell]:
    """(site, indicator, level, code, period) → Cell of what the database's pages show."""
    trees = [("", nodes(view, None, years))]
    for one in CATALOGUE:
        for site in sites_of(view, one.id) if one.id in reported(view) and divisible(view, one.id) else ():
            trees.append((site, nodes(view.for_site(site), (one.id,), years)))
    return {
        (site, *key): cell
        for site, tree in trees
        for key, cell in cells_of(view.for_site(site), tree).items()
        if is_shown(view, site, key[0])
    }


# --- the log ----------------------------------------------------------------------------------------------------------


def deliveries(snapshot: Snapshot, database: str = "", most: int = log.KEPT) -> tuple[Delivery, ...]:
    """The log of the store, the latest first: of one database, or all; ``most`` of them."""
    found = []
    for one in log.newest(snapshot.root):
        if len(found) == most:
            break
        if not database or one.database == database:
            found.append(one)
    return tuple(found)


def latest_of_each(snapshot: Snapshot) -> dict[str, Delivery]:
    """The last delivery of each database, whatever became of it; of one in parts that of its latest part."""
    found: dict[str, Delivery] = {}
    for one in log.newest(snapshot.root):
        found.setdefault(one.database, one)
        if set(snapshot.databases) <= set(found):
            break
    return found


def why_refused(one: Delivery) -> tuple[LoggedFinding, ...]:
    """The findings that refused a delivery, errors first."""
    return tuple(sorted(one.findings, key=lambda each: SEVERITIES.index(each.severity)))


@dataclass(frozen=True)
class StoredSnapshot:
    """A snapshot of the store. ``brought``: the databases whose extract came with it, with their data cuts."""

    id: str
    created: dt.datetime
    current: bool
    databases: int
    brought: tuple[tuple[str, dt.date], ...]


def snapshots(snapshot: Snapshot) -> tuple[StoredSnapshot, ...]:
    """The store's snapshots, the newest first."""
    found = Store(snapshot.root).readable()[0]
    by_id = {one.id: one for one in found}
    out = []
    for one in reversed(found):
        parent = by_id.get(one.parent)
        old = {code: info.file for code, info in parent.databases.items()} if parent else {}
        brought = tuple((code, info.data_cut) for code, info in one.databases.items() if old.get(code) != info.file)
        out.append(StoredSnapshot(one.id, one.created, one.id == snapshot.id, len(one.databases), brought))
    return tuple(out)
