"""Waiting times for a page, through the door: those waiting now, and the ended legs of the last complete weeks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import pandas as pd

from data.delivered import undelivered
from indicators.statistics.intervals import exact
from indicators.waits import ENDED_STATUSES, WAITING_STATUSES
from results.waits import frames
from results.waits.frames import COMPLETE, NOTICE_CALENDAR_DAYS, NOTICE_DAYS, NOTICES, WEEKS, without_notice
from results.waits.scope import (
    Leaf,
    Scope,
    WaitCounts,
    WaitPlace,
    delivering,
    placed,
    places,
    registering,
    tree,
    unit_names,
    without_maximum,
)

#: Medians and percentiles only from so many legs.
LEAST_FOR_MEDIAN = 10
KEPT = ("within", "over_health", "over_wish", "over_capacity_informed")
REASONS = ENDED_STATUSES[1:]


# --- waiting now ---


@dataclass(frozen=True)
class Waiting:
    """The stock at the data cut. ``longest``: days past the limit of the one furthest past it, by node (working)."""

    counts: WaitCounts
    nodes: dict[tuple[str, str], WaitCounts]
    places: tuple[WaitPlace, ...]
    longest: dict[tuple[str, str], int]
    notice: int | None  # waiting legs of examination not told in time; None where that was not delivered


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
        rows = [row for row in brief(scope) if row.status in WAITING_STATUSES]
        nodes = tree(scope, [row.leaf for row in rows], WAITING_STATUSES)
        own = nodes.get((scope.level, scope.code), WaitCounts(dict.fromkeys(("legs", *WAITING_STATUSES), 0)))
        listed = tuple(places(scope, list(nodes)))
        if scope.public:
            return Waiting(own, nodes, listed, {}, None)  # single legs, and a check for internal use
        longest: dict[tuple[str, str], int] = {("nation", ""): 0}
        notice = 0
        for row in rows:
            for node in row.leaf.nodes:
                longest[node] = max(longest.get(node, 0), row.most)
            if (scope.level, scope.code) in row.leaf.nodes:
                notice += row.no_notice
        delivered = scope.view.snapshot.delivered
        if any(undelivered(["waits.notified_date"], delivered(one)) for one in scope.databases):
            notice = None
        return Waiting(own, nodes, listed, {node: days for node, days in longest.items() if days}, notice)

    return scope.remember("waiting", build)


@dataclass(frozen=True, slots=True)
class BriefRow:
    """A leaf of the frame ``brief`` with its status, and what is told of those waiting alone."""

    leaf: Leaf
    status: str
    most: int
    no_notice: int


def brief(scope: Scope) -> list[BriefRow]:
    """The kept counts of the leg by place and status; unprotected."""

    def build() -> list[BriefRow]:
        frame = scope.rows("brief")
        columns = ("database", "code", "status", "n", "most", "no_notice")
        found = [frame[one].tolist() for one in columns]
        at = placed(scope, frame)
        return [
            BriefRow(Leaf(database, *at[code], status, n), status, most, late)
            for database, code, status, n, most, late in zip(*found, strict=True)
        ]

    return scope.whole().remember("brief", build)


def to_act_on(scope: Scope, code: str) -> tuple[Leg, ...]:
    """The legs of a department or region past the limit, booked beyond it, without a date or without notice.

    By days left. Raises PermissionError in the public edition, which shows no single leg.
    """
    if scope.public:
        raise PermissionError("the public edition shows no list of legs")
    frame = scope.rows("now")
    frame = frame.assign(no_notice=without_notice(frame, scope.cut) if scope.leg == "examination" else False)
    names, _ = unit_names(scope)
    frame = frame[frame["code"].isin([one for one, at in placed(scope, frame).items() if code in at[:2]])]
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
        if len(scope.databases) == 1:
            kept = scope.rows("weeks")
            return tuple(
                Week(day.date(), share) for day, share in zip(kept["start"], kept["completeness"], strict=True)
            )
        return tuple(Week(*one) for one in frames.week_shares(scope.rows("delays"), scope.cut))

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

    counts: WaitCounts
    coarse: WaitCounts
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


def lenient(scope: Scope) -> tuple[int, int] | None:
    """Legs within the rules where an alternative offered is offer enough, at least and at most, as ``Ended.kept``.

    None in the public edition, which shows the reading that decides the status, and where that is None.
    """
    kept = ended(scope).kept
    if scope.public or kept is None:
        return None
    rows = scope.of(ended_rows(scope, "overruns"), scope.level, scope.code)
    offered = int(rows["n"][rows["offered"] & (rows["status"] == "rules_broken")].sum())
    return kept[0] + offered, kept[1] + offered


# --- notice of the date ---


@dataclass(frozen=True)
class Notice:
    """Legs of examination at a place whose notice of the date was due: told in time, too late, and not at all."""

    place: WaitPlace
    in_time: int
    late: int
    none: int

    @property
    def legs(self) -> int:
        return self.in_time + self.late + self.none


def notices(scope: Scope) -> tuple[Notice, ...] | None:
    """How the notice of the date came out, the country first and then each place; it is no part of the status.

    None for other legs, in the public edition (a check for internal use), and where a database did not deliver it.
    """
    delivered = scope.view.snapshot.delivered
    if scope.leg != "examination" or scope.public:
        return None
    if any(undelivered(["waits.notified_date"], delivered(one)) for one in scope.databases):
        return None
    whole = scope.whole()

    def build() -> tuple[Notice, ...]:
        frame = whole.rows("notices")
        at, sums = placed(whole, frame), {("nation", ""): dict.fromkeys(NOTICES, 0)}
        for database, code, notice, n in zip(*(frame[one] for one in ("database", "code", "notice", "n")), strict=True):
            for node in Leaf(database, *at[code], notice, n).nodes:
                sums.setdefault(node, dict.fromkeys(NOTICES, 0))[notice] += int(n)
        listed = (WaitPlace("nation", "", ""), *places(whole, list(sums)))
        return tuple(Notice(one, *(sums[one.level, one.code][name] for name in NOTICES)) for one in listed)

    return whole.remember("notices", build)


def _share(part: int | None, whole: int | None) -> float | None:
    return None if part is None or not whole else part / whole


def ended_rows(scope: Scope, name: str = "ended") -> pd.DataFrame:
    """The started legs of the complete weeks, or of those the ``overruns``; unprotected, for results/waits."""

    def build() -> pd.DataFrame:
        frame, complete = scope.rows(name), period(scope)
        if not complete:
            return frame.iloc[:0]
        wanted = frame["week"] <= pd.Timestamp(complete[-1].start)
        return frame[wanted & (frame["status"].cat.codes < len(ENDED_STATUSES))] if name == "ended" else frame[wanted]

    return scope.whole().remember(f"{name} rows", build)


def ended(scope: Scope) -> Ended:
    """The ended legs of the scope's node in the complete weeks."""

    def build() -> Ended:
        fine, coarse = ended_trees(scope)
        node = (scope.level, scope.code)
        none = WaitCounts({"legs": 0, **dict.fromkeys((*ENDED_STATUSES, "over"), 0)})
        return make_ended(fine.get(node, none), coarse.get(node, none))

    return scope.remember("ended", build)


def make_ended(fine: WaitCounts, coarse: WaitCounts) -> Ended:
    """Counts of a node with the exact interval of the share in time."""
    legs, within = coarse.legs, coarse["within"]
    if not legs or within is None:
        return Ended(fine, coarse, None, None)
    lower, upper = exact(within, legs)
    return Ended(fine, coarse, float(lower), float(upper))


def ended_trees(scope: Scope) -> tuple[dict[tuple[str, str], WaitCounts], dict[tuple[str, str], WaitCounts]]:
    """The ended legs by status, and within against over alone, of every node."""

    def build():
        leaves = _ended_leaves(scope)
        fine = tree(scope, leaves, ENDED_STATUSES)
        either = (replace(one, name="within" if one.name == "within" else "over") for one in leaves)
        coarse = tree(scope, either, ("within", "over"))
        for node, counts in fine.items():
            # What the coarse tree hides, no sum of the fine one may give.
            if coarse[node].legs is None or coarse[node]["within"] is None:
                fine[node] = WaitCounts(dict.fromkeys(counts.values), counts.partly)
        return fine, coarse

    return scope.whole().remember("ended trees", build)


def _ended_leaves(scope: Scope) -> list[Leaf]:
    if len(scope.databases) == 1:
        return [row.leaf for row in brief(scope) if row.status in ENDED_STATUSES]
    # The complete weeks of many databases are those of their delays together.
    frame = ended_rows(scope)
    rows = frame.groupby(["database", "code", "status"], observed=True)["n"].sum()
    at = placed(scope, frame)
    return [Leaf(database, *at[code], status, int(n)) for (database, code, status), n in rows.items()]


__all__ = [
    "NOTICE_CALENDAR_DAYS",
    "NOTICE_DAYS",
    "WEEKS",
    "Scope",
    "WaitCounts",
    "WaitPlace",
    "delivering",
    "places",
    "registering",
    "tree",
    "unit_names",
    "without_maximum",
]
