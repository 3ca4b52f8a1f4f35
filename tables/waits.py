"""Waiting times for a page, through the door: those waiting now, and the ended legs of the last complete weeks.

The working edition shows every count. The public edition protects each database by itself (nation, regions,
departments, and the parts of each count); all databases together are then the sum of what each of them shows, so that
nothing hidden follows from a difference.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from data import reference
from data.schema import LEGS
from data.store import Snapshot
from indicators.statistics.intervals import exact
from indicators.waits import ENDED_STATUSES, WAITING_STATUSES
from tables import waits_frames as frames
from tables.disclosure import hide_tree, protect_parts, unsafe
from tables.nodes import in_regions, units
from tables.view import View

#: A week is provisional below this expected completeness.
COMPLETE = 0.95
#: A patient shall be told the date within so many working days of the referral.
NOTICE_DAYS = 8
#: Medians and percentiles only from so many legs.
LEAST_FOR_MEDIAN = 10
KEPT = ("within", "over_health", "over_wish", "over_capacity_informed")
REASONS = ENDED_STATUSES[1:]


def delivering(snapshot: Snapshot) -> tuple[str, ...]:
    """The databases whose extract has waiting times, in the order of the reference list."""
    codes = (one.code for one in reference.databases())
    return tuple(code for code in codes if code in snapshot.databases and "waits" in snapshot.info(code).tables)


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
        return (view.edition, view.place, view.regions, self.databases, self.leg, self.level, self.code)

    @property
    def cut(self) -> dt.date:
        """The latest data cut of the databases."""
        return max(self.view.snapshot.info(one).data_cut for one in self.databases)

    def remember(self, name: str, build):
        return self.view.snapshot.remember(("waits", name, *self.key), build)

    def whole(self) -> Scope:
        """The same legs of the whole country."""
        return replace(self, level="nation", code="")

    # --- frames, unprotected: for the functions of tables/waits*.py alone ---

    def rows(self, name: str) -> pd.DataFrame:
        """A frame's rows of the databases and the leg, with ``database``, ``home`` (region) and ``unit``."""
        whole = self.whole()

        def build() -> pd.DataFrame:
            parts = []
            for code in self.databases:
                frame = getattr(frames, name)(self.view.snapshot, code)
                frame = frame[frame["leg"] == self.leg].assign(database=code)
                if name == "delays":
                    parts.append(frame)
                    continue
                if self.view.place == "treating":
                    home = frame["department"].map(units(replace(self.view, database=code))["region"])
                else:
                    home = frame["region"]
                home = in_regions(home.fillna("").astype(object), self.view)
                unit = frame["department"].fillna("") if self.view.place == "treating" else ""
                parts.append(frame.assign(home=home, unit=unit))
            return pd.concat(parts, ignore_index=True)

        return whole.remember(f"rows {name}", build)

    def mine(self, name: str) -> pd.DataFrame:
        """The rows of the scope's own node."""
        return self.of(self.rows(name), self.level, self.code)

    @staticmethod
    def of(frame: pd.DataFrame, level: str, code: str) -> pd.DataFrame:
        if level == "nation":
            return frame
        return frame[frame["home" if level == "region" else "unit"] == code]


@dataclass(frozen=True)
class Place:
    """A row of a table: nation, region or department, with its name."""

    level: str
    code: str
    name: str
    region: str = ""


@dataclass(frozen=True)
class Counts:
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
        return None if None in found else sum(found)  # type: ignore[arg-type]


def tree(scope: Scope, frame: pd.DataFrame, columns: Sequence[str]) -> dict[tuple[str, str], Counts]:
    """(level, code) → Counts through the door. ``columns`` of ``frame`` part its legs; each row holds counts."""
    if not scope.public:
        return {node: Counts({"legs": sum(row), **dict(zip(columns, row, strict=True))})
                for (node, _), row in _sums(frame, columns).items()}  # fmt: skip
    parts = [_masked(scope, _sums(part, columns), columns) for _, part in frame.groupby("database", sort=False)]
    if not parts:
        return {("nation", ""): Counts(dict.fromkeys(("legs", *columns), 0))}
    if len(parts) == 1:
        return {node: Counts(values) for node, values in parts[0].items()}
    # Of many databases only those that show all of a node are added, so that its parts still add up.
    found: dict[tuple[str, str], dict[str, int | None]] = {}
    left_out: dict[tuple[str, str], int] = {}
    for part in parts:
        for node, values in part.items():
            own = found.setdefault(node, dict.fromkeys(values))
            if None in values.values():
                left_out[node] = left_out.get(node, 0) + 1
                continue
            for name, value in values.items():
                own[name] = (own[name] or 0) + value  # type: ignore[operator]
    return {node: Counts(values, left_out.get(node, 0)) for node, values in found.items()}


def _sums(frame: pd.DataFrame, columns: Sequence[str]) -> dict[tuple[tuple[str, str], str], tuple[int, ...]]:
    """((level, code), region) → counts, for every node with rows and the nation."""
    columns = list(columns)
    rows = {(("nation", ""), ""): tuple(int(one) for one in frame[columns].sum())}
    for code, row in frame.groupby("home")[columns].sum().iterrows():
        rows[(("region", str(code)), str(code))] = tuple(map(int, row))
    departments = frame[frame["unit"] != ""]
    for (home, code), row in departments.groupby(["home", "unit"])[columns].sum().iterrows():
        rows[(("department", code), home)] = tuple(map(int, row))
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


def places(scope: Scope, nodes: Sequence[tuple[str, str]]) -> list[Place]:
    """The nodes of a tree below the nation in table order: regions, each with its departments by name."""
    order = reference.region_order()
    names, homes = unit_names(scope)
    found = [Place("region", code, reference.region_name(code) if code else "", code)
             for level, code in nodes if level == "region"]  # fmt: skip
    homes = {code: in_regions(pd.Series([home]), scope.view).iloc[0] for code, home in homes.items()}
    found += [Place("department", code, names.get(code, code), homes.get(code, ""))
              for level, code in nodes if level == "department"]  # fmt: skip
    rank = {code: number for number, code in enumerate(order)}
    return sorted(
        found,
        key=lambda one: (rank.get(one.region, 99), one.level != "region", reference.danish_key(one.name), one.code),
    )


def unit_names(scope: Scope) -> tuple[dict[str, str], dict[str, str]]:
    """Code → name and code → region of the units of all databases of the scope."""

    def build() -> tuple[dict[str, str], dict[str, str]]:
        names: dict[str, str] = {}
        homes: dict[str, str] = {}
        for code in scope.databases:
            listed = units(replace(scope.view, database=code))
            names |= listed["name"].to_dict()
            homes |= listed["region"].to_dict()
        return names, homes

    return scope.whole().remember("units", build)


# --- waiting now ---


@dataclass(frozen=True)
class Waiting:
    """The stock at the data cut. ``longest``: days past the limit of the one furthest past it, by node (working)."""

    counts: Counts
    nodes: dict[tuple[str, str], Counts]
    places: tuple[Place, ...]
    longest: dict[tuple[str, str], int]
    notice: int | None  # waiting legs of examination not told in time


@dataclass(frozen=True)
class Leg:
    """One waiting leg on the list: pseudonymous id, why it is there, days left of the limit (negative: past it)."""

    wait_id: str
    database: str
    department: str
    status: str
    no_notice: bool
    days_left: int
    waited: int
    booked: dt.date | None


@dataclass(frozen=True)
class Ages:
    """Days waited by status: ``bins`` (day, {status: legs}), those ``past`` the last day, those not measured here."""

    bins: tuple[tuple[int, dict[str, int]], ...]
    legs: int
    not_measured: int


def waiting(scope: Scope) -> Waiting:
    """Those waiting at the data cut, by status and place."""

    def build() -> Waiting:
        frame = _marked(scope)
        nodes = tree(scope, frame, WAITING_STATUSES)
        longest: dict[tuple[str, str], int] = {}
        if not scope.public:
            over = frame[frame["status"] == "waiting_over"]
            for level, column in (("region", "home"), ("department", "unit")):
                found = over.groupby(column)["over_days"].max()
                longest |= {(level, code): int(value) for code, value in found.items()}
            longest[("nation", "")] = int(over["over_days"].max()) if len(over) else 0
        own = nodes.get((scope.level, scope.code), Counts(dict.fromkeys(("legs", *WAITING_STATUSES), 0)))
        notice: int | None = int(scope.of(frame, scope.level, scope.code)["no_notice"].sum())
        if scope.public:
            notice = None  # a check for internal use
        return Waiting(own, nodes, tuple(places(scope, list(nodes))), longest, notice)

    return scope.remember("waiting", build)


def _marked(scope: Scope) -> pd.DataFrame:
    """Those waiting with one count per status and whether the notice is missing."""
    frame = scope.rows("now").copy()
    for name in WAITING_STATUSES:
        frame[name] = (frame["status"] == name).astype(np.int64)
    frame["no_notice"] = without_notice(frame, scope.cut) if scope.leg == "examination" else False
    return frame


def without_notice(frame: pd.DataFrame, cut: dt.date) -> np.ndarray:
    """Whether the patient was told the date later than NOTICE_DAYS working days after the referral, or not yet.

    Working days are Monday to Friday; public holidays count as working days, so a few are flagged too early.
    """
    referral = frame["referral_date"].to_numpy().astype("datetime64[D]")
    told = frame["notified_date"].fillna(pd.Timestamp(cut)).to_numpy().astype("datetime64[D]")
    return np.busday_count(referral, told) > NOTICE_DAYS


def to_act_on(scope: Scope, code: str) -> tuple[Leg, ...]:
    """The legs of a department or region past the limit, booked beyond it, without a date or without notice.

    By days left. Raises PermissionError in the public edition, which shows no single leg.
    """
    if scope.public:
        raise PermissionError("the public edition shows no list of legs")
    frame = _marked(scope)
    names, _ = unit_names(scope)
    frame = frame[(frame["unit"] == code) | (frame["home"] == code)]
    frame = frame[(frame["status"] != "waiting_within") | frame["no_notice"]]
    frame = frame.sort_values(["over_days", "wait_id"], ascending=[False, True])
    return tuple(
        Leg(
            row["wait_id"],
            row["database"],
            names.get(row["department"], row["department"] or ""),
            row["status"],
            bool(row["no_notice"]),
            -int(row["over_days"]),
            int(row["wait_days"]),
            None if pd.isna(row["booked_date"]) else row["booked_date"].date(),
        )
        for row in frame.to_dict("records")
    )


def ages(scope: Scope) -> Ages | None:
    """How long those waiting have waited, by day; None in the public edition (single days are small counts).

    A treatment leg without consent has another clock and is not on the scale.
    """
    if scope.public:
        return None
    frame = scope.mine("now")
    measured = frame[frame["consent_date"].notna()] if scope.leg == "treatment" else frame
    table = measured.groupby(["wait_days", "status"]).size()
    days: dict[int, dict[str, int]] = {}
    for (day, status), count in table.items():
        days.setdefault(max(0, int(day)), {})[status] = int(count)
    return Ages(tuple(sorted(days.items())), len(measured), len(frame) - len(measured))


# --- weeks ---


@dataclass(frozen=True)
class Week:
    """An ISO week: its Monday and the share of its ended legs that is expected to be registered by the data cut."""

    start: dt.date
    completeness: float

    @property
    def number(self) -> int:
        return self.start.isocalendar().week

    @property
    def provisional(self) -> bool:
        return self.completeness < COMPLETE


def weeks(scope: Scope) -> tuple[Week, ...]:
    """The last weeks, oldest first.

    Expected completeness: of legs that ended 13–65 weeks before the data cut, the share registered within as many days
    as the week's days are old at the data cut, averaged over the week's days until then. A week that the data cut
    divides is never complete. Delays are those of the leg in the databases together: departments are too small.
    """

    def build() -> tuple[Week, ...]:
        table = scope.rows("delays").groupby("delay")["n"].sum()
        total = int(table.sum())
        cumulated = np.cumsum(np.bincount(table.index.astype(int), table.to_numpy())) if total else np.array([0])

        def registered(age: int) -> float:
            return float(cumulated[min(age, len(cumulated) - 1)] / total) if total else 0.0

        found = []
        start = frames.first_week(scope.cut)
        for number in range(frames.WEEKS):
            first = start + dt.timedelta(weeks=number)
            past = [(scope.cut - first).days - day for day in range(7)]
            share = sum(registered(age) for age in past if age >= 0) / 7
            found.append(Week(first, share))
        return tuple(found)

    return scope.whole().remember("weeks", build)


def period(scope: Scope) -> tuple[Week, ...]:
    """The complete weeks: those of ``weeks`` before the first provisional one."""
    found = []
    for week in weeks(scope):
        if week.provisional:
            break
        found.append(week)
    return tuple(found)


# --- ended ---


@dataclass(frozen=True)
class Ended:
    """The ended legs of the complete weeks. ``share`` and the others are fractions, None where hidden or without legs.

    ``counts``: the ended statuses; ``coarse``: legs, within and over, which the public edition can show more often.
    """

    counts: Counts
    coarse: Counts
    lower: float | None
    upper: float | None

    @property
    def in_time(self) -> float | None:
        return _share(self.coarse["within"], self.coarse.legs)

    @property
    def kept(self) -> tuple[int, int] | None:
        """Legs within the rules: at least (all without reason broken) and at most (all kept)."""
        low = self.counts.sum(*KEPT)
        return None if low is None or self.counts["over_unsettled"] is None else (
            low, low + self.counts["over_unsettled"]
        )  # fmt: skip

    @property
    def rules_kept(self) -> tuple[float, float] | None:
        legs = self.counts.legs
        return None if self.kept is None or not legs else (self.kept[0] / legs, self.kept[1] / legs)


def _share(part: int | None, whole: int | None) -> float | None:
    return None if part is None or not whole else part / whole


def ended_rows(scope: Scope) -> pd.DataFrame:
    """Counts of the started legs by status, of the complete weeks; unprotected, for tables/waits*.py."""

    def build() -> pd.DataFrame:
        frame = scope.rows("ended")
        complete = period(scope)
        frame = frame[frame["status"].isin(ENDED_STATUSES)]
        if complete:
            last = pd.Timestamp(complete[-1].start)
            frame = frame[frame["week"] <= last]
        else:
            frame = frame.iloc[:0]
        frame = frame.copy()
        for name in ENDED_STATUSES:
            frame[name] = frame["n"].where(frame["status"] == name, 0)
        frame["over"] = frame["n"] - frame["within"]
        return frame

    return scope.whole().remember("ended rows", build)


def ended(scope: Scope) -> Ended:
    """The ended legs of the scope's node in the complete weeks."""

    def build() -> Ended:
        fine, coarse = ended_trees(scope)
        node = (scope.level, scope.code)
        none = Counts({"legs": 0, **dict.fromkeys((*ENDED_STATUSES, "over"), 0)})
        return make_ended(fine.get(node, none), coarse.get(node, none))

    return scope.remember("ended", build)


def make_ended(fine: Counts, coarse: Counts) -> Ended:
    """Counts of a node with the exact interval of the share in time."""
    legs, within = coarse.legs, coarse["within"]
    if not legs or within is None:
        return Ended(fine, coarse, None, None)
    lower, upper = exact(within, legs)
    return Ended(fine, coarse, float(lower), float(upper))


def ended_trees(scope: Scope) -> tuple[dict[tuple[str, str], Counts], dict[tuple[str, str], Counts]]:
    """The ended legs by status, and within against over alone, of every node."""

    def build():
        frame = ended_rows(scope)
        coarse = tree(scope, frame, ("within", "over"))
        fine = tree(scope, frame, ENDED_STATUSES)
        for node, counts in fine.items():
            # What the coarse tree hides, no sum of the fine one may give.
            if coarse[node].legs is None or coarse[node]["within"] is None:
                fine[node] = Counts(dict.fromkeys(counts.values), counts.partly)
        return fine, coarse

    return scope.whole().remember("ended trees", build)


def safe(scope: Scope, *values: int) -> bool:
    """Whether counts that stand alone may be shown."""
    return not scope.public or not unsafe(values, scope.view.edition.threshold)
