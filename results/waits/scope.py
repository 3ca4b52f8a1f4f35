"""Which legs a page of waiting times is of, and their counts by place through the door.

The public edition protects each database by itself (nation, regions, departments, and the parts of each count); all
databases together are then the sum of what each of them shows, so that nothing hidden follows from a difference.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from data import reference
from data.schema import LEGS
from data.store import Snapshot
from indicators.catalogue import why_waits_not_reported
from results.disclosure import hide_tree, protect_count, protect_parts
from results.nodes import units
from results.view import View
from results.waits import frames


def delivering(snapshot: Snapshot) -> tuple[str, ...]:
    """The databases that report waiting times and have a legal maximum, in the order of the reference list."""
    return tuple(code for code in registering(snapshot) if not without_maximum(code))


def registering(snapshot: Snapshot) -> tuple[str, ...]:
    """The databases that report waiting times, also those without a legal maximum, in the reference list's order."""
    codes = (one.code for one in reference.databases())
    return tuple(
        code for code in codes if code in snapshot.databases and why_waits_not_reported(snapshot.info(code)) is None
    )


def without_maximum(database: str) -> bool:
    """Whether the legal maximum covers none of a database's legs."""
    return any((one.kind, one.value) == ("database", database) for one in reference.wait_not_covered())


@dataclass(frozen=True, eq=False)
class Scope:
    """Which legs a page is of: databases, one leg, and a node (level nation, region or department; its code)."""

    view: View
    databases: tuple[str, ...]
    leg: str
    level: str = "nation"
    code: str = ""

    def __post_init__(self) -> None:
        if self.leg not in LEGS:
            raise ValueError(f"leg '{self.leg}'; there are {', '.join(LEGS)}")

    @property
    def public(self) -> bool:
        return self.view.edition.hides

    @property
    def key(self) -> tuple:
        view = self.view
        return (view.edition, view.place, view.where, view.regions, self.databases, self.leg, self.level, self.code)

    @property
    def cut(self) -> dt.date:
        """The latest data cut of the databases."""
        return max(self.view.snapshot.info(one).data_cut for one in self.databases)

    def remember(self, name: str, build):
        return self.view.snapshot.remember(("waits", name, *self.key), build)

    @property
    def without_case(self) -> int | None:
        """How many legs of the country no filter on patients can place, None where hidden."""
        snapshot, edition = self.view.snapshot, self.view.edition
        found = [protect_count(frames.without_case(snapshot, code, self.leg), edition) for code in self.databases]
        return None if None in found else sum(found)

    @property
    def not_covered(self) -> int | None:
        """Legs of the node without a legal maximum, waiting or ended in the last weeks; None where hidden."""
        nodes = tree(self, leaves_of(self, self.rows("uncovered"), ("n",)), ("n",))
        return nodes[self.level, self.code].legs if (self.level, self.code) in nodes else 0

    def whole(self) -> Scope:
        """The same legs of the whole country."""
        return replace(self, level="nation", code="")

    # --- frames, unprotected: for the functions of results/waits alone ---

    def rows(self, name: str) -> pd.DataFrame:
        """A frame's rows of the databases and the leg, with ``database`` and ``code``: the unit or region of residence.

        Those two and the status are categories: text is slow to compare.
        """
        whole = self.whole()

        def build() -> pd.DataFrame:
            frame = frames.of(self.view.snapshot, name, self.databases, self.leg, self.view.place, self.view.where)
            if name in ("delays", "weeks", "brief"):
                return frame
            if name in frames.PARTED:
                frame = frame.drop(columns="part")
            else:
                frame["code"] = frame[frames.PLACE_COLUMNS[self.view.place]].fillna("").astype(str)
            if name == "ended":
                frame["status"] = pd.Categorical.from_codes(frame["status"], list(frames.STATUSES))
            return frame.astype({"code": "category", "database": "category"})

        return whole.remember(f"rows {name}", build)

    def mine(self, name: str) -> pd.DataFrame:
        """The rows of the scope's own node."""
        return self.of(self.rows(name), self.level, self.code)

    def of(self, frame: pd.DataFrame, level: str, code: str) -> pd.DataFrame:
        """The rows of ``frame`` of one node."""
        if level == "nation":
            return frame
        place = 0 if level == "region" else 1
        return frame[frame["code"].isin([one for one, at in placed(self, frame).items() if at[place] == code])]


@dataclass(frozen=True)
class WaitPlace:
    """A row of a table: nation, region or department, with its name."""

    level: str
    code: str
    name: str
    region: str = ""


@dataclass(frozen=True)
class WaitCounts:
    """Counts by name of one node, None where hidden; ``legs`` is their total. ``partly``: databases left out."""

    values: dict[str, int | None]
    partly: int = 0

    def __getitem__(self, name: str) -> int | None:
        return self.values.get(name)

    @property
    def legs(self) -> int | None:
        return self.values.get("legs")

    def sum(self, *names: str) -> int | None:
        """The sum of some counts, None where one of them is hidden."""
        found = [self.values.get(name) for name in names]
        return None if None in found else sum(found)


@dataclass(frozen=True, slots=True)
class Leaf:
    """``n`` legs of one database at one place, of one named part.

    ``home``: the region as the view divides the country; ``unit``: the department or ""; ``region``: as registered.
    """

    database: str
    home: str
    unit: str
    region: str
    name: str
    n: int

    @property
    def nodes(self) -> tuple[tuple[str, str], ...]:
        """The (level, code) that the legs belong to."""
        above = ("nation", ""), ("region", self.home)
        return (*above, ("department", self.unit)) if self.unit else above


def placed(scope: Scope, frame: pd.DataFrame) -> dict[str, tuple[str, str, str]]:
    """Code → (home, unit, region) of a frame's codes, see Leaf: departments (treating) or regions of residence."""
    _, homes = unit_names(scope)
    found = {}
    for code in frame["code"].unique():
        region, unit = (homes.get(code, ""), code) if scope.view.place == "treating" else (code, "")
        found[code] = (reference.merged_region(region) if region and scope.view.regions == 4 else region), unit, region
    return found


def leaves_of(scope: Scope, frame: pd.DataFrame, columns: Sequence[str]) -> list[Leaf]:
    """The counts in ``columns`` of a frame of ``Scope.rows`` as leaves."""
    table = frame.groupby(["database", "code"], observed=True)[list(columns)].sum()
    at = placed(scope, frame)
    return [
        Leaf(database, *at[code], name, int(value))
        for (database, code), *values in table.itertuples(name=None)
        for name, value in zip(columns, values, strict=True)
    ]


def tree(scope: Scope, leaves: Iterable[Leaf], columns: Sequence[str]) -> dict[tuple[str, str], WaitCounts]:
    """(level, code) → Counts through the door. ``columns``: the names of the leaves, which part the legs."""
    if not scope.public:
        return {node: WaitCounts({"legs": sum(row), **dict(zip(columns, row, strict=True))})
                for (node, _), row in _sums(leaves, columns).items()}  # fmt: skip
    own: dict[str, list[Leaf]] = {}
    for one in leaves:
        own.setdefault(one.database, []).append(one)
    # Always hidden by the registered regions: else the four and the five regions would give each other away.
    parts = [_masked(scope, _sums((replace(leaf, home=leaf.region) for leaf in some), columns), columns)
             for some in own.values()]  # fmt: skip
    if scope.view.regions == 4:
        parts = [_merged(part) for part in parts]
    if not parts:
        return {("nation", ""): WaitCounts(dict.fromkeys(("legs", *columns), 0))}
    if len(parts) == 1:
        return {node: WaitCounts(values) for node, values in parts[0].items()}
    # Of many databases only those that show all of a node are added, so that its parts still add up.
    found: dict[tuple[str, str], dict[str, int | None]] = {}
    left_out: dict[tuple[str, str], int] = {}
    for part in parts:
        for node, values in part.items():
            sums = found.setdefault(node, dict.fromkeys(values))
            if None in values.values():
                left_out[node] = left_out.get(node, 0) + 1
                continue
            for name, value in values.items():
                sums[name] = (sums[name] or 0) + value
    return {node: WaitCounts(values, left_out.get(node, 0)) for node, values in found.items()}


def _sums(leaves: Iterable[Leaf], columns: Sequence[str]) -> dict[tuple[tuple[str, str], str], list[int]]:
    """((level, code), region) → counts, for every node with legs and the nation."""
    position = {name: number for number, name in enumerate(columns)}
    rows = {(("nation", ""), ""): [0] * len(columns)}
    for one in leaves:
        for node in one.nodes:
            key = (node, one.home if node[0] != "nation" else "")
            rows.setdefault(key, [0] * len(columns))[position[one.name]] += one.n
    return rows


def _masked(scope: Scope, sums: dict, columns: Sequence[str]) -> dict[tuple[str, str], dict[str, int | None]]:
    """One database's counts as the public edition shows them.

    A part that is hidden for the nation is hidden everywhere; a node is hidden whole when its total, a shown part or
    the rest is small, with the nodes that keep it from being found by subtraction.
    """
    edition = scope.view.edition
    nation = dict(zip(columns, next(iter(sums.values())), strict=True))
    shown = [name for name, value in protect_parts(nation, edition).items() if value is not None]
    nodes = list(sums)
    rows = []
    for row in sums.values():
        values = dict(zip(columns, row, strict=True))
        parts = [values[name] for name in shown]
        rows.append((sum(row), *parts, sum(row) - sum(parts)))
    gone = hide_tree([(node[0], region) for node, region in nodes], rows, edition.threshold)
    if gone[0]:
        gone = [True] * len(gone)
    result: dict[tuple[str, str], dict[str, int | None]] = {}
    for (node, _), row, lost in zip(nodes, sums.values(), gone, strict=True):
        values = dict(zip(columns, row, strict=True))
        result[node] = {"legs": None if lost else sum(row)}
        result[node] |= {name: None if lost or name not in shown else values[name] for name in columns}
    return result


def _merged(part: dict[tuple[str, str], dict[str, int | None]]) -> dict[tuple[str, str], dict[str, int | None]]:
    """The nodes with merged regions, hidden where one of the regions is."""
    found: dict[tuple[str, str], dict[str, int | None]] = {}
    for (level, code), values in part.items():
        node = (level, reference.merged_region(code) if level == "region" and code else code)
        if node not in found:
            found[node] = values
            continue
        before = found[node]
        lost = None in values.values() or None in before.values()
        found[node] = {name: None if lost else before[name] + value for name, value in values.items()}
    return found


def places(scope: Scope, nodes: Sequence[tuple[str, str]]) -> list[WaitPlace]:
    """The nodes of a tree below the nation in table order: regions, each with its departments by name."""
    order = reference.region_order()
    names, homes = unit_names(scope)
    found = [WaitPlace("region", code, reference.region_name(code) if code else "", code)
             for level, code in nodes if level == "region"]  # fmt: skip
    if scope.view.regions == 4:
        homes = {code: reference.merged_region(home) for code, home in homes.items()}
    found += [WaitPlace("department", code, names.get(code, code), homes.get(code, ""))
              for level, code in nodes if level == "department"]  # fmt: skip
    rank = {code: number for number, code in enumerate(order)}
    return sorted(
        found,
        key=lambda one: (rank.get(one.region, 99), one.level != "region", reference.danish_key(one.name), one.code),
    )


def unit_names(scope: Scope) -> tuple[dict[str, str], dict[str, str]]:
    """Code → name and code → region of the units of all databases of the scope."""

    def build() -> tuple[dict[str, str], dict[str, str]]:
        if len(scope.databases) == 1:
            listed = units(replace(scope.view, database=scope.databases[0]))
            return dict(zip(listed["code"], listed["name"], strict=True)), listed["region"].to_dict()
        parts = [f'SELECT code, name, region FROM "{code}".units' for code in scope.databases]
        rows = scope.view.snapshot.rows(scope.databases[0], " UNION ALL ".join(parts))
        return {code: name for code, name, _ in rows}, {code: region for code, _, region in rows}

    return scope.whole().remember("units", build)
