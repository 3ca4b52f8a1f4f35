"""Weeks of waiting times: ended legs by status with run rules, overruns by reason, consents, inflow and outflow."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators.statistics.runs import Runs, runs
from indicators.waits import ENDED_STATUSES
from results.waits.legs import (
    LEAST_FOR_MEDIAN,
    REASONS,
    Scope,
    Week,
    ended,
    ended_rows,
    period,
    unit_names,
    waiting,
    weeks,
)
from results.waits.scope import leaves_of, tree
from results.waits.started import by_day

#: Weeks of inflow and outflow.
FLOW_WEEKS = 12
#: In how many weeks a backlog could be cleared.
CLEAR_IN = (4, 8, 13)


@dataclass(frozen=True)
class WeekCounts:
    """The ended legs of one week by status."""

    week: Week
    counts: dict[str, int]

    @property
    def legs(self) -> int:
        return sum(self.counts.values())

    @property
    def over(self) -> int:
        return self.legs - self.counts["within"]

    @property
    def in_time(self) -> float | None:
        return self.counts["within"] / self.legs if self.legs else None


def weekly(scope: Scope) -> tuple[WeekCounts, ...]:
    """Every week's ended legs, the provisional too; none in the public edition, where most weeks are small counts."""
    if scope.public:
        return ()

    def build() -> tuple[WeekCounts, ...]:
        table = _by_week(scope)
        return tuple(
            WeekCounts(week, {name: int(table.get((pd.Timestamp(week.start), name), 0)) for name in ENDED_STATUSES})
            for week in weeks(scope)
        )

    return scope.remember("weekly", build)


def _by_week(scope: Scope) -> dict[tuple[pd.Timestamp, str], int]:
    """(Monday, status) → the node's legs that ended in the week."""

    def build() -> dict[tuple[pd.Timestamp, str], int]:
        return scope.mine("ended").groupby(["week", "status"], observed=True)["n"].sum().to_dict()

    return scope.remember("by week", build)


def run_chart(scope: Scope) -> tuple[tuple[WeekCounts, ...], Runs] | None:
    """The complete weeks with legs, and the run rules of their shares in time; None without any such week."""
    shown = tuple(one for one in weekly(scope)[: len(period(scope))] if one.legs)
    return (shown, runs([one.in_time for one in shown])) if shown else None


# --- overruns ---


@dataclass(frozen=True)
class Overruns:
    """Legs past the limit with one reason (status; "" for all): days over, None where hidden or nobody."""

    status: str
    legs: int | None
    mean: float | None
    median: float | None
    most: int | None


def overruns(scope: Scope) -> tuple[Overruns, ...]:
    """By reason and in all. The public edition gives mean and median from LEAST_FOR_MEDIAN legs, and never the most."""

    def build() -> tuple[Overruns, ...]:
        over = scope.of(ended_rows(scope, "overruns"), scope.level, scope.code)
        found = ended(scope)
        rows = []
        for status in ("", *REASONS):
            count = found.coarse["over"] if status == "" else found.counts[status]
            part = over if status == "" else over[over["status"] == status]
            days = np.repeat(part["over_days"].to_numpy(), part["n"].to_numpy())
            # Of many databases the public edition's counts leave some out; their days would not be of the same legs.
            told = count is not None and len(days) == count and (not scope.public or count >= LEAST_FOR_MEDIAN)
            if not told or not count:
                rows.append(Overruns(status, count, None, None, None))
                continue
            most = None if scope.public else int(days.max())
            rows.append(Overruns(status, count, float(days.mean()), float(np.median(days)), most))
        return tuple(rows)

    return scope.remember("overruns", build)


# --- consent to wait longer ---


@dataclass(frozen=True)
class Undocumented:
    """An overrun to which the patient consented without a documented offer elsewhere."""

    wait_id: str
    department: str
    over_days: int


@dataclass(frozen=True)
class Consents:
    """Overruns to which the patient consented. ``halves``: (consents, without documented offer) of the earlier and the
    later half of the weeks. ``listed`` and ``halves`` are empty in the public edition."""

    legs: int
    over: int
    documented: int
    mean: float | None
    most: int | None
    listed: tuple[Undocumented, ...]
    halves: tuple[tuple[int, int], ...]

    @property
    def undocumented(self) -> int:
        return self.legs - self.documented


def consents(scope: Scope) -> Consents | None:
    """The consents among the overruns of the complete weeks; None where they are hidden."""

    def build() -> Consents | None:
        over = scope.of(ended_rows(scope, "overruns"), scope.level, scope.code)
        some = over[over["consented"]]
        total, legs = int(over["n"].sum()), int(some["n"].sum())
        documented = int(some["n"].where(some["documented"], 0).sum())
        found = ended(scope)
        if scope.public and (found.coarse["over"] != total or not _consents_shown(scope)):
            return None
        days = np.repeat(some["over_days"].to_numpy(), some["n"].to_numpy())
        mean = float(days.mean()) if len(days) and (not scope.public or legs >= LEAST_FOR_MEDIAN) else None
        if scope.public or not legs:
            return Consents(legs, total, documented, mean, None, (), ())
        names, _ = unit_names(scope)
        missing = some[~some["documented"]].sort_values(["over_days", "wait_id"], ascending=[False, True])
        listed = tuple(
            Undocumented(row["wait_id"], names.get(row["department"], row["department"]), int(row["over_days"]))
            for row in missing.to_dict("records")
        )
        complete = period(scope)
        middle = pd.Timestamp(complete[len(complete) // 2].start)
        halves = []
        for part in (some[some["week"] < middle], some[some["week"] >= middle]):
            halves.append((int(part["n"].sum()), int(part["n"].where(~part["documented"], 0).sum())))
        return Consents(legs, total, documented, mean, int(days.max()), listed, tuple(halves))

    return scope.remember("consents", build)


def _consents_shown(scope: Scope) -> bool:
    """Whether the public edition can show the node's consents, with those of every other place it shows."""

    def build() -> set[tuple[str, str]]:
        over = ended_rows(scope, "overruns")
        informed = over["status"] == "over_capacity_informed"
        kinds = {
            "informed": informed,
            "documented": over["consented"] & over["documented"] & ~informed,
            "undocumented": over["consented"] & ~over["documented"],
            "without": ~over["consented"],
        }
        counted = over.assign(**{name: over["n"].where(rows, 0) for name, rows in kinds.items()})
        nodes = tree(scope, leaves_of(scope, counted, tuple(kinds)), tuple(kinds))
        return {node for node, counts in nodes.items() if None not in counts.values.values()}

    # Consents with a documented offer would give away what the counts by reason hide.
    reasons = ended(scope).counts["over_capacity_informed"]
    shown = scope.whole().remember("consents shown", build)
    return reasons is not None and (scope.level, scope.code) in shown


# --- inflow, outflow, planning ---


@dataclass(frozen=True)
class Flow:
    """One week's legs: clocks started, legs that started treatment (or examination), legs that ended otherwise."""

    week: Week
    inflow: int
    starts: int
    otherwise: int

    @property
    def outflow(self) -> int:
        return self.starts + self.otherwise


def flow(scope: Scope) -> tuple[Flow, ...]:
    """The last FLOW_WEEKS weeks, the provisional too; none in the public edition."""
    if scope.public:
        return ()

    def build() -> tuple[Flow, ...]:
        begun = by_day(scope)
        inflow = begun[["event", "competing", "censored"]].sum(axis=1).groupby(begun["week"]).sum().to_dict()
        starts, others = Counter(), Counter()
        for (week, status), legs in _by_week(scope).items():
            (starts if status in ENDED_STATUSES else others)[week] += legs
        found = []
        for week in weeks(scope)[-FLOW_WEEKS:]:
            day = pd.Timestamp(week.start)
            found.append(Flow(week, *(int(one.get(day, 0)) for one in (inflow, starts, others))))
        return tuple(found)

    return scope.remember("flow", build)


@dataclass(frozen=True)
class Plan:
    """Weekly means of the complete weeks of ``flow``, and the extra starts a week that clear the backlog.

    ``backlog``: those past the limit and those booked beyond it. ``extra``: (weeks, starts a week, rounded up), 0 where
    outflow already clears it.
    """

    weeks: tuple[Week, ...]
    demand: float
    starts: float
    otherwise: float
    backlog: int
    extra: tuple[tuple[int, int], ...]

    @property
    def growth(self) -> float:
        """Legs by which the queue grows a week."""
        return self.demand - self.starts - self.otherwise


def plan(scope: Scope) -> Plan | None:
    """The planning line: backlog / weeks + growth of the queue a week. None in the public edition or without a week."""
    shown = [one for one in flow(scope) if not one.week.provisional]
    if not shown:
        return None
    demand, starts, otherwise = (
        float(np.mean([getattr(one, name) for one in shown])) for name in ("inflow", "starts", "otherwise")
    )
    backlog = waiting(scope).counts.sum("waiting_over", "waiting_booked_over") or 0
    growth = demand - starts - otherwise
    # A hair of rounding must not add a whole start.
    extra = tuple((n, max(0, math.ceil(round(backlog / n + growth, 9)))) for n in CLEAR_IN)
    return Plan(tuple(one.week for one in shown), demand, starts, otherwise, backlog, extra)
