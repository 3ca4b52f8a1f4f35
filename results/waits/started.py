"""Those who started waiting: share treated within 14 days by Aalen–Johansen, against the share that flatters."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators.waits import SHARE_DAY, medians
from results.waits import frames
from results.waits.legs import Scope, period
from results.waits.scope import leaves_of, tree
from survival.estimators import DailyCounts, aalen_johansen

#: Curves are drawn to this day.
LAST_DAY = 42
#: A curve of fewer legs is not drawn.
LEAST_FOR_CURVE = 10


@dataclass(frozen=True)
class Started:
    """A started cohort. ``share`` and limits: started within 14 days; None without follow-up, or where hidden.

    ``naive``: the share within 14 days among those who have started so far, of ``naive_legs``. ``curve``: (day, share)
    where it steps, None where it is not drawn. ``month``: the first day of the cohort's month, None for the weeks.
    """

    legs: int | None
    share: float | None
    lower: float | None
    upper: float | None
    median: int | None
    naive: float | None
    naive_legs: int | None
    curve: tuple[tuple[int, float], ...] | None = None
    month: dt.date | None = None
    hidden: bool = False

    @property
    def flatters(self) -> float | None:
        """By how much the naive share lies above the estimate, as a fraction."""
        return None if self.naive is None or self.share is None else self.naive - self.share


HIDDEN = Started(None, None, None, None, None, None, None, hidden=True)
NOBODY = Started(0, None, None, None, None, None, None)


def started(scope: Scope) -> Started:
    """The legs whose clock started in the complete weeks."""

    def build() -> Started:
        complete = period(scope)
        if not complete:
            return NOBODY
        frame = scope.rows("started") if scope.public else by_day(scope)
        first, last = (pd.Timestamp(one.start) for one in (complete[0], complete[-1]))
        frame = frame[(frame["week"] >= first) & (frame["week"] <= last)]
        return _protected(scope, frame) if scope.public else _estimate(frame, None)

    return scope.remember("started", build)


def by_month(scope: Scope) -> tuple[Started, ...]:
    """The cohorts of the last whole months, oldest first, and the month of the data cut; none in the public edition.

    The month of the data cut is left out while it is less than half over.
    """
    if scope.public:
        return ()

    def build() -> tuple[Started, ...]:
        frame = by_day(scope)
        day = frames.first_month(scope.cut)
        found = []
        while day <= scope.cut:
            if scope.cut >= day + dt.timedelta(days=SHARE_DAY):
                found.append(_estimate(frame[frame["month"] == pd.Timestamp(day)], day))
            day = (day.replace(day=28) + dt.timedelta(days=5)).replace(day=1)
        return tuple(found[-frames.MONTHS :])

    return scope.remember("by month", build)


def by_day(scope: Scope) -> pd.DataFrame:
    """The node's started legs by week, month and day of leaving; unprotected, for results/waits."""

    def build() -> pd.DataFrame:
        keys = ["week", "month", "day"]
        return scope.mine("started").groupby(keys)[["event", "competing", "censored"]].sum().reset_index()

    return scope.remember("by day", build)


def _protected(scope: Scope, frame: pd.DataFrame) -> Started:
    """The cohort of the databases whose split by day 14 the public edition can show."""
    parts = frame.assign(
        early=frame["event"].where(frame["day"] <= SHARE_DAY, 0),
        late=frame["event"].where(frame["day"] > SHARE_DAY, 0),
    )
    columns = ("early", "late", "competing", "censored")
    shown = []
    for code, part in parts.groupby("database", observed=True):
        counts = tree(scope, leaves_of(scope, part, columns), columns).get((scope.level, scope.code))
        if counts is not None and None not in counts.values.values():
            shown.append(code)
    if not shown:
        return HIDDEN
    frame = frame[frame["database"].isin(shown)]
    return _estimate(scope.of(frame, scope.level, scope.code), None, curve=False)


def _estimate(frame: pd.DataFrame, month: dt.date | None, curve: bool = True) -> Started:
    if frame.empty:
        return Started(0, None, None, None, None, None, None, month=month)
    counts = DailyCounts.of(
        1, 0, frame["day"].to_numpy(), frame["event"].to_numpy(), frame["competing"].to_numpy(), 0,
        frame["censored"].to_numpy(),
    )  # fmt: skip
    steps = aalen_johansen(counts, ("cancer",))
    at = steps.at([SHARE_DAY])
    share, lower, upper = (float(one[0, 0]) for one in (at.estimate, at.lower, at.upper))
    known = not np.isnan(share)
    median = float(medians(counts)[0])
    events = int(frame["event"].sum())
    early = int(frame["event"].where(frame["day"] <= SHARE_DAY, 0).sum())
    legs = int(counts.cases[0])
    drawn = None
    if curve and legs >= LEAST_FOR_CURVE:
        drawn = tuple(
            (int(day), float(value)) for day, value in zip(counts.day, steps.estimate, strict=True) if day <= LAST_DAY
        )
    return Started(
        legs,
        share if known else None,
        lower if known else None,
        upper if known else None,
        None if np.isnan(median) else int(median),
        early / events if events else None,
        events,
        drawn,
        month,
    )
