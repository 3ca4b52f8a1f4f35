"""The chart behind an early warning: points by month or three months, with limits, sums and run rules.

The public edition gets points of three whole months that fit the reporting year, and no limits, sums or rules (they
would give the hidden points away). A point is hidden where it is unsafe, and in each reporting year so many others
that what is left of the year's published result, when the shown points are taken away, is safe too; all of a year
whose result is hidden.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from data.cache import kept_frame
from data.store import Snapshot
from indicators import signals
from indicators.catalogue import BY_ID
from indicators.declaration import Indicator
from indicators.monitored import window
from indicators.picture import MONTH, QUARTER, joined, picture, width
from indicators.signals import DIRECTIONS
from indicators.statistics.runs import Runs
from results import cube
from results.disclosure import unsafe
from results.nodes import nodes
from results.view import View
from results.warnings.signals import VERSION, Absorbed, ShownSignal, days, in_one_pass, listed_charts, watch

#: A picture by month needs so many patients a month, and a signal of at most so many months.
LEAST_A_MONTH, MOST_MONTHS = 10, 12
_KEY = f"warning-points-{VERSION}-{cube.method_version(Path(__file__))}"


@dataclass(frozen=True)
class ChartPoint:
    """One month or three months from ``start``. None: no patients, or hidden (then ``hidden`` says so).

    ``rate``, ``expected``, ``lower``, ``upper``: as the indicator is read.
    """

    start: dt.date
    n: int | None
    unwanted: int | None
    rate: float | None
    expected: float | None
    lower: float | None = None
    upper: float | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Sums:
    """The sums of both directions at the end of the month from ``start``."""

    start: dt.date
    worse: float
    better: float


@dataclass(frozen=True)
class ShownChart:
    """A unit's chart of one indicator. ``months``: of a point. ``signal``: the one that stands that day, or None;
    ``standing``: it is without news for so long that it is not listed. ``absorbed``: the baseline holds the years of an
    earlier signal. ``doubling``: months until doubled odds would typically signal, follow-up and registration included;
    ``dispersion``: how many times as much the months vary as by chance (None in the public edition). ``judged``,
    ``predecessors``: as of a signal.

    ``sums``: the sums at the end of each month. They, ``centre``, ``runs`` and ``threshold`` (by direction) are empty
    or None in the public edition.
    """

    unit: str
    indicator: Indicator
    months: int
    until: dt.date
    points: tuple[ChartPoint, ...]
    signal: ShownSignal | None
    centre: float | None
    runs: Runs | None
    threshold: dict[str, float] | None
    sums: tuple[Sums, ...] = ()
    standing: bool = False
    absorbed: Absorbed | None = None
    doubling: float | None = None
    dispersion: float | None = None
    judged: str = "own"
    predecessors: str = ""

    @property
    def hides(self) -> bool:
        return any(point.hidden for point in self.points)

    def in_signal(self, point: ChartPoint | Sums) -> bool:
        """Whether the point lies in the signal's period, which begins in the point that holds its first day."""
        months = self.months if isinstance(point, ChartPoint) else MONTH
        return self.signal is not None and _after(point.start, months) > self.signal.since


def curve(
    view: View, unit: str, indicator: str, as_of: dt.date | None = None, limits: bool = False
) -> ShownChart | None:
    """The chart of a unit as known on ``as_of`` (one of ``days``); None where it is silent or not watched.

    By month where patients are many enough, for ``limits`` where outcomes are; else, and in the public edition, by
    three months.
    """
    day = as_of or days(view.info)[0]
    key = ("curve", view.edition, view.database, unit, indicator, day, limits)
    return view.snapshot.remember(key, lambda: _curve(view, unit, indicator, day, limits))


def months(view: View, unit: str, indicator: str, day: dt.date) -> pd.DataFrame:
    """The chart's months as known on ``day``: start, n, unwanted, expected (how many unwanted outcomes). Empty where it
    is silent. Unprotected: for the working edition alone, else ValueError.
    """
    if view.edition.hides:
        raise ValueError(f"the {view.edition.name} edition has no months of a chart")
    found = _monthly(view.snapshot, view.database, unit, indicator, day)
    names = ["start", "n", "unwanted", "expected"]
    return pd.DataFrame(columns=names) if found is None else found[names]


def _curve(view: View, unit: str, indicator: str, day: dt.date, limits: bool) -> ShownChart | None:
    found = watch(view, day, (unit,))
    signal = next((one for one in (*found.signals, *found.standing) if one.indicator.id == indicator), None)
    more = {
        "standing": signal in found.standing,
        "absorbed": next((one for one in found.absorbed if one.indicator.id == indicator), None),
    }
    frame = _monthly(view.snapshot, view.database, unit, indicator, day)
    if frame is None or frame.empty:
        return None
    one = BY_ID[indicator]
    until = pd.Timestamp(frame["until"].iloc[0]).date()
    more |= {name: str(frame[name].iloc[0]) for name in ("judged", "predecessors")}
    more["doubling"] = float(frame["doubling"].iloc[0]) + window(one) / 30.44
    if view.edition.hides:
        latest = _monthly(view.snapshot, view.database, unit, indicator, view.info.data_cut)
        if latest is None or latest.empty:
            return None
        # What is hidden is decided once, of all that is known: a past day shows the first of the same points.
        points = _public(view, unit, one, latest, pd.Timestamp(latest["until"].iloc[0]).date())
        points = tuple(point for point in points if _after(point.start, QUARTER) <= _next(until))
        return ShownChart(unit, one, QUARTER, until, points, signal, None, None, None, **more)
    months = width(frame) if limits else _for_picture(frame, signal)
    points, centre, rules = _points(frame, one, months)
    threshold = {name: float(frame[f"threshold_{name}"].iloc[0]) for name in DIRECTIONS}
    known = frame[frame["cusum_worse"].notna()]
    sums = tuple(
        Sums(pd.Timestamp(start).date(), float(worse), float(better))
        for start, worse, better in zip(known["start"], known["cusum_worse"], known["cusum_better"], strict=True)
    )
    return ShownChart(
        unit,
        one,
        months,
        until,
        points,
        signal,
        centre,
        rules,
        threshold,
        sums,
        **more,
        dispersion=float(frame["dispersion"].iloc[0]),
    )


def _for_picture(frame: pd.DataFrame, signal: ShownSignal | None) -> int:
    if frame["n"].tail(12).mean() < LEAST_A_MONTH or (signal is not None and signal.months > MOST_MONTHS):
        return QUARTER
    return MONTH


def _points(
    frame: pd.DataFrame, one: Indicator, months: int
) -> tuple[tuple[ChartPoint, ...], float | None, Runs | None]:
    found = picture(frame, one, months)
    names = ("start", "n", "unwanted", "rate", "expected_rate", "lower", "upper")
    points = tuple(
        ChartPoint(pd.Timestamp(start).date(), int(size), int(unwanted), *(_value(value) for value in rest))
        for start, size, unwanted, *rest in zip(*(found.points[name] for name in names), strict=True)
    )
    return points, _value(found.centre), found.runs


def _value(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _after(start: dt.date, months: int) -> dt.date:
    """The first day of the month so many months later."""
    month = start.year * 12 + start.month - 1 + months
    return dt.date(month // 12, month % 12 + 1, 1)


# --- the public edition ----------------------------------------------------------------------------


def _public(view: View, unit: str, one: Indicator, frame: pd.DataFrame, until: dt.date) -> tuple[ChartPoint, ...]:
    starts = [pd.Timestamp(value).date() for value in frame["start"]]
    place = np.array([start.year * 12 + start.month - view.first_month for start in starts])
    sums = joined(frame, place // QUARTER)
    ends = np.array(
        [_after(pd.Timestamp(start).date(), QUARTER) <= _next(until) for start in sums["start"]], dtype=bool
    )
    whole = sums[sums["size"].eq(QUARTER).to_numpy() & ends]
    rows = [(pd.Timestamp(row["start"]).date(), int(row["n"]), int(row["unwanted"]), row["expected"])
            for row in whole.to_dict("records")]  # fmt: skip
    years = [_year(start, view.first_month) for start, *_ in rows]
    published = _published(view, unit, one, tuple(sorted(set(years))))
    hidden: set[int] = set()
    for year in set(years):
        places = [i for i, other in enumerate(years) if other == year]
        parts = [_parts(rows[i][1], rows[i][2]) for i in places]
        hidden |= {places[i] for i in hide_year(parts, published.get(year), view.edition.threshold)}
    points = []
    for number, (start, n, x, expected) in enumerate(rows):
        if number in hidden:
            points.append(ChartPoint(start, None, None, None, None, hidden=True))
            continue
        share = expected / n if n else float("nan")
        fulfilled = n - x if one.higher_is_better else x
        hoped = _value(1 - share if one.higher_is_better else share)
        points.append(ChartPoint(start, n, x, fulfilled / n if n else None, hoped))
    return tuple(points)


def _next(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=1)


def _year(start: dt.date, first_month: int) -> int:
    return start.year - (start.month < first_month)


def _parts(n: int, unwanted: int) -> tuple[int, int, int]:
    return n, unwanted, n - unwanted


def hide_year(parts: Sequence[tuple[int, int, int]], total: tuple[int, int, int] | None, threshold: int) -> set[int]:
    """Which parts of a reporting year to hide, given its published counts (None: hidden, then all are).

    Parts and total: denominator, unwanted, the others. The unsafe ones, then the smallest others until what follows by
    subtraction, the total less the shown parts, is safe. Patients who were reported late count in the chart when they
    became known, perhaps in the next reporting year: what follows is then less exact, and may be below 0 (not safe).
    """
    if total is None:
        return set(range(len(parts)))
    hidden = {i for i, values in enumerate(parts) if unsafe(values, threshold)}
    for i in sorted(range(len(parts)), key=lambda i: (parts[i][0], i)):
        left = [whole - sum(parts[j][c] for j in range(len(parts)) if j not in hidden) for c, whole in enumerate(total)]
        if all(value == 0 or value >= threshold for value in left):
            break
        if any(parts[i]):
            hidden.add(i)
    return hidden


def _published(view: View, unit: str, one: Indicator, years: tuple[int, ...]) -> dict[int, tuple[int, int, int]]:
    """The unit's yearly counts by reporting year; without those that the public edition hides."""
    plain = replace(view, where=(), place="treating", regions=5)  # one answer, whatever regions the reader sees
    frame = nodes(plain, (one.id,), years)
    own = frame[(frame["level"] == "department") & (frame["code"] == unit) & ~frame["hidden"]]
    shown = {int(value) for value in own["period"]}
    leaves = cube.leaf_counts(view.snapshot, view.database)
    leaves = leaves[(leaves["indicator"] == one.id) & (leaves["department"] == unit) & leaves["period"].isin(shown)]
    found = {}
    for year, rows in leaves.groupby("period"):
        n, x = int(rows["denominator"].sum()), int(rows["numerator"].sum())
        found[int(year)] = _parts(n, n - x if one.higher_is_better else x)
    return found


# --- kept frames -----------------------------------------------------------------------------------


def _monthly(snapshot: Snapshot, database: str, unit: str, indicator: str, day: dt.date) -> pd.DataFrame | None:
    """The chart's months, unprotected; those of the data cut's listed signals are kept on disk."""
    if day == snapshot.info(database).data_cut:
        kept = _kept(snapshot, database)
        own = kept[(kept["unit"] == unit) & (kept["indicator"] == indicator)]
        if len(own):
            return own.reset_index(drop=True)
    key = ("months", database, unit, indicator, day)
    return snapshot.remember(key, lambda: _months(snapshot, database, unit, indicator, day))


def _kept(snapshot: Snapshot, database: str) -> pd.DataFrame:
    def build() -> pd.DataFrame:
        return _listed(snapshot, database)

    return kept_frame(snapshot, database, _KEY, build, slow=True)


def _listed(snapshot: Snapshot, database: str) -> pd.DataFrame:
    charts = in_one_pass(snapshot, database)[1]
    found = [_framed(charts[pair], *pair) for pair in listed_charts(snapshot, database)]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=_COLUMNS, dtype=object)


_COLUMNS = [
    "unit", "indicator", "start", "n", "unwanted", "expected", "cusum_worse", "cusum_better", "baseline", "until",
    "threshold_worse", "threshold_better", "doubling", "dispersion", "judged", "predecessors",
]  # fmt: skip


def _months(snapshot: Snapshot, database: str, unit: str, indicator: str, day: dt.date) -> pd.DataFrame | None:
    one = BY_ID.get(indicator)
    if one is None or one not in signals.watched(snapshot, database):
        return None
    found = signals.chart(snapshot, database, one, unit, day)
    return None if found is None or found.silent else _framed(found, unit, indicator)


def _framed(found: signals.Chart, unit: str, indicator: str) -> pd.DataFrame:
    """A chart's months with what is of the whole chart repeated."""
    more = {f"threshold_{name}": value for name, value in found.threshold.items()}
    more |= {"doubling": found.doubling_months, "dispersion": found.dispersion}
    more |= {"judged": found.judged, "predecessors": found.predecessors}
    frame = found.months.assign(unit=unit, indicator=indicator, until=pd.Timestamp(found.until), **more)
    frame["start"] = pd.to_datetime(frame["start"])
    return frame[_COLUMNS]


def prepare(snapshot: Snapshot, databases: Sequence[str]) -> None:
    """Keep the charts of these databases' listed signals at the data cut: pages only look them up."""
    for database in databases:
        _kept(snapshot, database)
