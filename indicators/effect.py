"""The effect of an improvement: one indicator in one place before and after a date, read from the store.

Points are months counted from the date itself (never calendar months that the date cuts in two), or quarters where
months hold too few patients. Only points count whose every day is mature and registered: the follow-up and the
registration lag are cut off the end. The methods are in ``indicators.statistics.before_after``.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.improvements import Register
from data.selection import Selection
from data.store import Snapshot
from data.text import Text
from indicators.declaration import Indicator
from indicators.engine import count
from indicators.statistics import before_after as method
from indicators.statistics.before_after import (
    LEAST_CONTROLS,
    LEAST_POINTS,
    Difference,
    EffectEstimate,
    Extreme,
    Segmented,
)

COLUMNS = ("design", "points_before", "points_after", "estimate", "lower", "upper", "p", "note")
DESIGNS = ("segmented_level", "segmented_slope", "difference")
#: Months are points where they hold so many patients on average, else quarters. On either side a point must hold so
#: many on average.
ENOUGH, FEWEST = 10, 5
MONTH, QUARTER = 1, 3  # width of a point in months
#: The longest stretch on either side, in months: further back other things have changed as well.
LONGEST = {MONTH: 36, QUARTER: 48}
#: "Just before the date", for regression to the mean: in months.
RECENT = 6
#: Cut off the end: the lag within which this share of cases is registered; without registration dates the assumed one.
REGISTERED_SHARE, LAGS, ASSUMED_LAG = 0.95, (30, 60, 90, 120, 180, 270, 365), 30


@dataclass(frozen=True)
class EffectPoint:
    """One point: [start, end), the unit's and the other departments' counts. ``used``: not in the washout."""

    start: dt.date
    end: dt.date
    numerator: int
    denominator: int
    others_numerator: int
    others_denominator: int
    after: bool
    used: bool


@dataclass(frozen=True)
class Effect:
    """What is known of an improvement. A design that is None was refused for the ``reasons`` of its name.

    ``left_out``: departments that are no controls because they have a registered initiative on the same indicator.
    ``before`` and ``after``: the unit's (numerator, denominator) over the points used. ``last``: the day after the last
    day that counts. ``lag_known``: whether the lag is measured.
    """

    indicator: Indicator
    units: tuple[str, ...]
    date: dt.date
    washout: int
    width: int
    points: tuple[EffectPoint, ...]
    points_before: int
    points_after: int
    before: tuple[int, int]
    after: tuple[int, int]
    last: dt.date
    lag: int
    lag_known: bool
    controls: int
    left_out: tuple[str, ...]
    segmented: Segmented | None
    difference: Difference | None
    pre_trend: EffectEstimate | None
    extreme: Extreme | None
    reasons: dict[str, Text]

    @property
    def used(self) -> tuple[EffectPoint, ...]:
        """The unit's points with patients, without the washout."""
        return tuple(point for point in self.points if point.used and point.denominator)

    def estimate(self, design: str) -> EffectEstimate | None:
        """The estimate of a design of DESIGNS, None where it was refused."""
        if design == "difference":
            return self.difference.estimate if self.difference else None
        if self.segmented is None:
            return None
        return self.segmented.level if design == "segmented_level" else self.segmented.slope


def with_initiative(snapshot: Snapshot, database: str, indicator: str) -> tuple[str, ...]:
    """The departments with a registered initiative on an indicator, in order."""
    found = Register(snapshot.root).all(database)
    return tuple(sorted({unit for one in found if one.indicator == indicator for unit in one.departments}))


def effect(
    snapshot: Snapshot, database: str, indicator: Indicator, units: tuple[str, ...], date: dt.date, washout: int = 0
) -> Effect:
    """The effect at ``date`` in the departments ``units`` (counted together), against all other departments.

    ``washout``: points that begin less than so many days after the date are left out. Departments with a registered
    initiative on the same indicator are no controls: they too have changed on purpose.
    """
    why = _cannot(indicator)
    if why is not None:
        return _refused(indicator, units, date, washout, why)
    near = max(LONGEST.values())
    daily = count(
        snapshot,
        database,
        indicator,
        Selection(("department", "day"), start=add_months(date, -near), end=add_months(date, near)),
    )
    daily = daily[daily["department"].notna() & daily["day"].notna()]
    lag = registration_lag(snapshot, database, indicator)
    info = snapshot.info(database)
    last = info.data_cut - dt.timedelta(days=indicator.follow_up + (ASSUMED_LAG if lag is None else lag) - 1)
    last = min(last, info.period_end + dt.timedelta(days=1))
    span = (info.period_start, last)
    width = _width(daily, units, date, span)
    edges = _edges(date, span, width)
    codes, table = _binned(daily, edges)
    own = np.isin(codes, units)
    busy = np.isin(codes, with_initiative(snapshot, database, indicator.id)) & ~own
    others = ~own & ~busy
    x, n = (table[own].sum(axis=0)[:, k] for k in (0, 1))
    others_x, others_n = (table[others].sum(axis=0)[:, k] for k in (0, 1))
    starts = edges[:-1]
    after = np.array([start >= date for start in starts], dtype=bool)
    used = np.array([not date <= start < date + dt.timedelta(days=washout) for start in starts], dtype=bool)
    points = tuple(
        EffectPoint(
            *edges[k : k + 2], int(x[k]), int(n[k]), int(others_x[k]), int(others_n[k]), bool(after[k]), bool(used[k])
        )
        for k in range(len(starts))
    )
    sides = [used & ~after, used & after]
    reasons: dict[str, Text] = {}
    counted = [int(((n > 0) & side).sum()) for side in sides]
    thin = _thin(counted, n, sides, width, last)
    if thin is not None:
        reasons = dict.fromkeys(DESIGNS, thin)
    sums = [(int(x[side].sum()), int(n[side].sum())) for side in sides]
    controls = _controls(table[others], sides)
    left_out = tuple(str(code) for code in codes[busy])
    if len(controls) < LEAST_CONTROLS and "difference" not in reasons:
        gone = len(left_out)
        reasons["difference"] = Text(
            f"kun {len(controls)} andre afdelinger med mindst {LEAST_POINTS} punkter på hver side; der skal være "
            f"{LEAST_CONTROLS}" + (f" ({gone} med eget registreret projekt er udeladt)" if gone else ""),
            f"only {len(controls)} other departments with at least {LEAST_POINTS} points on each side; "
            f"{LEAST_CONTROLS} are needed" + (f" ({gone} with an initiative of their own left out)" if gone else ""),
        )
    keep = (n > 0) & used
    time = np.array([(_middle(*edges[k : k + 2]) - date.toordinal()) / 365.25 for k in range(len(starts))])
    phase = np.array([_phase(_middle(*edges[k : k + 2])) for k in range(len(starts))])
    early = keep & ~after & (others_n > 0)
    return Effect(
        indicator, units, date, washout, width, points, *counted, *sums, last,
        lag=ASSUMED_LAG if lag is None else lag,
        lag_known=lag is not None,
        controls=len(controls),
        left_out=left_out,
        segmented=None if "segmented_level" in reasons
        else method.segmented(time[keep], x[keep], n[keep], after[keep], phase[keep]),
        difference=None if "difference" in reasons else method.difference((*sums[0], *sums[1]), controls),
        pre_trend=method.slope_between(time[early], x[early], n[early], others_x[early], others_n[early])
        if early.sum() >= LEAST_POINTS and thin is None else None,
        extreme=_extreme(table, own, others, starts, date, keep, indicator) if thin is None else None,
        reasons=reasons,
    )  # fmt: skip


def effect_table(found: Effect) -> pd.DataFrame:
    """The command's table: one row per design; estimates in fractions, the slope's per year; notes in English."""
    rows = []
    for design in DESIGNS:
        one = found.estimate(design)
        numbers = (None,) * 4 if one is None else (one.value, one.lower, one.upper, one.p)
        notes = [found.reasons[design]] if one is None else [*_details(found, design), *warnings(found)]
        text = "; ".join(note.en for note in notes)
        rows.append((design, found.points_before, found.points_after, *numbers, text))
    return pd.DataFrame(rows, columns=COLUMNS)


def warnings(found: Effect) -> list[Text]:
    """What the reader must know before believing an estimate: trends before the date, a chance low."""
    parts = []
    if found.pre_trend is not None and found.pre_trend.p < 0.05:
        parts.append(
            Text(
                "udviklingen før datoen var ikke den samme som i de andre afdelinger",
                "the trend before the date was not that of the other departments",
            )
        )
    if found.segmented is not None and _beyond(found):
        parts.append(
            Text(
                "udviklingen før datoen ført videre ville forlade 0–100 %; ændringen i hældning siger derfor lidt",
                "the trend before the date carried on would leave 0-100%, so the change of slope says little",
            )
        )
    warned = found.extreme.warned if found.extreme else ""
    points = f"{abs(found.extreme.back) * 100:.1f}" if warned else ""
    if warned == "own":
        parts.append(
            Text(
                f"regression mod middelværdien: månederne lige før datoen var usædvanlig dårlige for afdelingen; alene "
                f"en tilbagevenden til det sædvanlige giver {points.replace('.', ',')} procentpoint",
                "regression to the mean: the months just before the date were unusually bad for the department; a "
                f"return to its usual level alone gives {points} percentage points",
            )
        )
    if warned == "others":
        parts.append(
            Text(
                "regression mod middelværdien: månederne lige før datoen lå usædvanlig langt fra de andre afdelinger, "
                "og det havde de ikke gjort før",
                "regression to the mean: the months just before the date were unusually far from the other "
                "departments, which they had not been before",
            )
        )
    return parts


def registration_lag(snapshot: Snapshot, database: str, indicator: Indicator) -> int | None:
    """Days within which 95 % of the indicator's rows are registered, of LAGS (the last where none holds).

    Measured on the rows of the two years that ended a year before the data cut; None without registration dates.
    """
    cut = snapshot.info(database).data_cut
    year = dt.timedelta(days=365)
    old = Selection(start=cut - 3 * year, end=cut - year)

    def rows(selection: Selection) -> int:
        return int(count(snapshot, database, indicator, selection)["population"].sum())

    def measure() -> int | None:
        known = rows(Selection(start=old.start, end=old.end, registered_by=cut))
        if not known:
            return None
        for lag in LAGS:
            if rows(Selection(start=old.start, end=old.end, registered_within=lag)) >= REGISTERED_SHARE * known:
                return lag
        return LAGS[-1]

    return snapshot.remember(("registration lag", database, indicator.id), measure)


def _cannot(indicator: Indicator) -> Text | None:
    if indicator.survival_years:
        return Text(
            "overlevelse opgøres ikke pr. måned; effekten kan ikke beregnes",
            "survival is not counted by month; no effect can be estimated",
        )
    if indicator.groups and not {"department", "day"} <= set(indicator.groups):
        return Text(
            "indikatoren opgøres kun pr. år; effekten kan ikke beregnes",
            "the indicator is counted by year only; no effect can be estimated",
        )
    return None


def _refused(indicator: Indicator, units: tuple[str, ...], date: dt.date, washout: int, why: Text) -> Effect:
    none = (0, 0)
    return Effect(
        indicator, units, date, washout, MONTH, (), 0, 0, none, none, date, 0, False, 0, (),
        None, None, None, None, dict.fromkeys(DESIGNS, why),
    )  # fmt: skip


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _edges(date: dt.date, span: tuple[dt.date, dt.date], width: int) -> list[dt.date]:
    """The days between the points: whole points within ``span`` and LONGEST, one edge on the date itself.

    A date outside the span leaves no points on one side, or on both.
    """
    steps = LONGEST[width] // width
    edges = [add_months(date, k * width) for k in range(-steps, steps + 1)]
    return [day for day in edges if span[0] <= day <= span[1]]


def _width(daily: pd.DataFrame, units: tuple[str, ...], date: dt.date, span: tuple[dt.date, dt.date]) -> int:
    """Months where they hold ENOUGH patients on average, and on neither side fewer than FEWEST; else quarters."""
    edges = _edges(date, span, MONTH)
    codes, table = _binned(daily, edges)
    n = table[np.isin(codes, units)].sum(axis=0)[:, 1]
    after = np.array([start >= date for start in edges[:-1]], dtype=bool)
    sides = [n[side].mean() for side in (~after, after) if side.any()]
    return MONTH if not len(n) or (n.mean() >= ENOUGH and min(sides) >= FEWEST) else QUARTER


def _binned(daily: pd.DataFrame, edges: list[dt.date]) -> tuple[np.ndarray, np.ndarray]:
    """Department codes, and (department, point, (numerator, denominator)) counts between the edges."""
    codes, rows = np.unique(daily["department"].to_numpy(dtype=str), return_inverse=True)
    table = np.zeros((len(codes), max(len(edges) - 1, 0), 2))
    if len(edges) < 2:
        return codes, table
    days = pd.to_datetime(daily["day"]).to_numpy(dtype="datetime64[D]")
    places = np.searchsorted(np.array(edges, dtype="datetime64[D]"), days, side="right") - 1
    inside = (places >= 0) & (places < len(edges) - 1)
    for k, name in enumerate(("numerator", "denominator")):
        np.add.at(table[:, :, k], (rows[inside], places[inside]), daily[name].to_numpy(dtype=float)[inside])
    return codes, table


def _thin(counted: list[int], n: np.ndarray, sides: list[np.ndarray], width: int, last: dt.date) -> Text | None:
    """Why the unit's data cannot carry an estimate, or None."""
    words = (("før", "before"), ("efter", "after"))
    points = Text("kvartaler", "quarters") if width == QUARTER else Text("måneder", "months")
    each = Text("kvartal", "quarter") if width == QUARTER else Text("måned", "month")
    why = Text(
        "; kvartaler, fordi månederne har for få patienter" if width == QUARTER else "",
        "; quarters, because the months have too few patients" if width == QUARTER else "",
    )
    few = [k for k in (0, 1) if counted[k] < LEAST_POINTS]
    if few:
        da = " og ".join(f"{counted[k]} {(each if counted[k] == 1 else points).da} {words[k][0]}" for k in few)
        en = " and ".join(f"{counted[k]} {(each if counted[k] == 1 else points).en} {words[k][1]}" for k in few)
        return Text(
            f"for få data: {da} datoen; der skal være {LEAST_POINTS} på hver side (data tæller til "
            f"{last.day}.{last.month}.{last.year}{why.da})",
            f"too few data: {en} the date; {LEAST_POINTS} are needed on each side (data count up to {last}{why.en})",
        )
    for k in (0, 1):
        mean = float(n[sides[k]].mean())
        if mean < FEWEST:
            da, en = f"{mean:.1f}".replace(".", ","), f"{mean:.1f}"
            return Text(
                f"for få patienter: {da} pr. {each.da} {words[k][0]} datoen; der skal være {FEWEST}",
                f"too few patients: {en} per {each.en} {words[k][1]} the date; {FEWEST} are needed",
            )
    return None


def _controls(table: np.ndarray, sides: list[np.ndarray]) -> list[np.ndarray]:
    """(x before, n before, x after, n after) of each other department with as many points as the unit must have."""
    rows = []
    for one in table:
        if min(int((one[side, 1] > 0).sum()) for side in sides) >= LEAST_POINTS:
            rows.append(np.concatenate([one[side].sum(axis=0) for side in sides]))
    return rows


def _extreme(
    table: np.ndarray,
    own: np.ndarray,
    controls: np.ndarray,
    starts: list[dt.date],
    date: dt.date,
    keep: np.ndarray,
    indicator: Indicator,
) -> Extreme | None:
    """Regression to the mean: the points of the last RECENT months before the date against what was usual."""
    first = add_months(date, -RECENT)
    recent = keep & np.array([first <= start < date for start in starts])
    earlier = keep & np.array([start < first for start in starts])
    unit, others = table[own].sum(axis=0), table[controls]
    if not unit[recent, 1].sum():
        return None
    return method.regression_to_mean(
        unit[recent].T,
        unit[earlier].T,
        others[:, recent].sum(axis=1).T,
        others[:, earlier].sum(axis=1).T,
        indicator.higher_is_better,
    )


def _details(found: Effect, design: str) -> list[Text]:
    """How a design came about, for its note."""
    if design == "difference":
        one = found.difference
        left_out = len(found.left_out)
        parts = [
            *(
                [
                    f"{left_out} left out of the controls, with a registered initiative on the same indicator: "
                    f"{' '.join(found.left_out)}"
                ]
                if left_out
                else []
            ),
            f"{found.controls} other departments, their mean change {one.others:+.4f}, the unit's {one.change:+.4f}",
            f"smallest possible p {one.smallest_p:.3f}",
        ]
        if found.pre_trend is not None:
            parts.append(
                f"pre-trend against the others {found.pre_trend.value:+.4f} a year (p {found.pre_trend.p:.2f})"
            )
        return [Text("", part) for part in parts]
    one = found.segmented
    parts = [
        "quarters" if found.width == QUARTER else "months",
        "change of slope per year" if design == "segmented_slope" else "change of level at the date",
        "season adjusted" if one.seasonal else "no season",
        f"dispersion {one.dispersion:.2f}",
        f"correlation of neighbouring points {one.correlation:.2f}, allowed for"
        + (" (seen beyond chance)" if one.autocorrelated else ""),
        f"pre-trend {one.pre_slope.value:+.4f} a year (p {one.pre_slope.p:.2f})",
    ]
    return [Text("", part) for part in parts]


def _beyond(found: Effect) -> bool:
    """Whether the trend before, carried on, leaves 0–1 at a point after the date."""
    after = np.array([point.after for point in found.used])
    continued = found.segmented.continued[after]
    return bool((continued > 1).any() or (continued < 0).any())


def _middle(start: dt.date, end: dt.date) -> float:
    return (start.toordinal() + end.toordinal()) / 2


def _phase(ordinal: float) -> float:
    day = dt.date.fromordinal(int(ordinal))
    return (ordinal - dt.date(day.year, 1, 1).toordinal()) / 365.25
