"""Waiting times for a page, through the door: those waiting now, and the ended legs of the last complete weeks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators.statistics.intervals import exact
from indicators.waits import ENDED_STATUSES, WAITING_STATUSES
from tables import waits_frames as frames
from tables.waits_scope import Counts, Place, Scope, delivering, places, safe, tree, unit_names

#: A week is provisional below this expected completeness.
COMPLETE = 0.95
#: A patient shall be told the date within so many working days of the referral.
NOTICE_DAYS = 8
#: Medians and percentiles only from so many legs.
LEAST_FOR_MEDIAN = 10
KEPT = ("within", "over_health", "over_wish", "over_capacity_informed")
REASONS = ENDED_STATUSES[1:]


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


__all__ = ["Counts", "Place", "Scope", "delivering", "places", "safe", "tree", "unit_names"]
