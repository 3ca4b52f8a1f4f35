"""Typed survival results for people: nation, groups and departments of one cohort, after disclosure control.

One query of daily counts per grouping; everything else is derived from it. A cohort is a range of reporting years of
diagnosis. Times are whole years since diagnosis, a year is 365.25 days. Each estimate, and in the public edition each
point of a curve, passes the door as a node with its cases and events (``results.disclosure.protect``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

import numpy as np
import pandas as pd

from data import reference
from data.delivered import undelivered
from data.text import Text
from results.disclosure import protect, protect_count, unsafe
from results.foundation import thin
from results.survival.groups import GROUPINGS, HOSPITAL, Cohort, SurvivalGroup, tree
from results.view import View, periods, with_cases
from results.view import followed_years as years_followed
from survival.curves import MONTH, PROTECTED_AT_RISK, monthly_curves, step_curves
from survival.endpoints import BY_ID, ENDPOINTS, NO_ESTIMATE, Endpoint
from survival.engine import unknown_bound
from survival.estimators import NOT_REACHED, YEAR, DailyCounts, LogRank
from survival.fits import kaplan_meier, log_rank

HORIZON = 5
YEARS = tuple(range(HORIZON + 1))
HIDDEN = "hidden"
#: Where not all have been followed, curves stop below this many at risk; in the public edition always.
LEAST_AT_RISK = PROTECTED_AT_RISK
#: Why there is no estimate, for people.
REASONS: dict[str, Text] = {
    HIDDEN: Text("skjult", "hidden"),
    **{state: Text(words.da, words.en) for state, words in NO_ESTIMATE.items()},
}
#: The four measures in the order in which a page explains them.
MEASURES: tuple[Endpoint, ...] = ENDPOINTS
_MONTHS = np.arange(12 * HORIZON + 1)  # of the public edition's grid; every twelfth is a whole year
_POINTS = 200


@dataclass(frozen=True)
class SurvivalPoint:
    """One group at one time. ``state``: "" where there is an estimate, else hidden or why there is none.

    ``unknown``: deaths of unknown cause so far, counted as cancer, and ``other_way`` the estimate if they were of
    another cause; only for endpoints by cause. None: nothing there, or hidden.
    """

    years: int
    cases: int | None
    events: int | None
    at_risk: int | None
    estimate: float | None
    lower: float | None
    upper: float | None
    state: str
    unknown: int | None = None
    other_way: float | None = None

    @property
    def has_interval(self) -> bool:
        """Whether the limits say anything: where none or all have died they fall together with the estimate."""
        return self.lower is not None and self.lower < self.upper

    @property
    def bears(self) -> bool:
        """Whether a sentence may be built on it: see tables.foundation; the patients are those still at risk."""
        return self.estimate is not None and not thin(self.at_risk, self.lower, self.upper)


@dataclass(frozen=True)
class SurvivalLine:
    """A step curve: from ``years[i]`` the value is ``estimate[i]``; it ends where the last point stands."""

    years: tuple[float, ...]
    estimate: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]


@dataclass(frozen=True)
class MonthPoint:
    """The exact estimate after so many months of a twelfth of a year: at whole years that of the tables."""

    month: int
    estimate: float
    lower: float
    upper: float

    @property
    def has_interval(self) -> bool:
        """As of a SurvivalPoint."""
        return self.lower < self.upper


@dataclass(frozen=True)
class Survival:
    """One endpoint of one cohort in groups; ``groups[0]`` is the nation.

    ``headline``: the longest whole year at which the nation has an estimate that bears a sentence; None without one.
    ``test`` makes the log-rank test.
    """

    view: View
    by: str
    endpoint: Endpoint
    cohort: Cohort
    groups: tuple[SurvivalGroup, ...]
    points: dict[tuple[str, str], tuple[SurvivalPoint, ...]]
    drawn: Callable[[str, str], SurvivalLine] = field(repr=False, compare=False)
    read_off: Callable[[str, str], tuple[MonthPoint, ...]] = field(repr=False, compare=False)
    headline: int | None
    test: Callable[[], LogRank | None] = field(repr=False, compare=False)
    causes_missing: bool

    @cached_property
    def log_rank(self) -> LogRank | None:
        """Between the registered groups that are shown; None with nothing to compare.

        Made when it is asked for: the comparison of departments, which does not say it, waited two seconds for it.
        """
        return self.test()

    @property
    def nation(self) -> SurvivalGroup:
        return self.groups[0]

    def of_level(self, level: str) -> tuple[SurvivalGroup, ...]:
        return tuple(group for group in self.groups if group.level == level)

    def compared(self) -> tuple[SurvivalGroup, ...]:
        """The groups that the reader asked for: departments where there are, else the groups."""
        return self.of_level("department") or self.of_level("group")

    @property
    def labelled(self) -> int:
        """The whole year whose numbers stand at the curves' ends: the headline, else the last with an estimate."""
        known = [year for year in YEARS[1:] if self.point(self.nation, year).estimate is not None]
        return self.headline or max(known, default=HORIZON)

    @property
    def nobody(self) -> bool:
        """Whether the cohort has no cases at all."""
        return self.point(self.nation, 0).state == "no_cases"

    def point(self, group: SurvivalGroup, years: int) -> SurvivalPoint:
        return self.points[(group.level, group.code)][years]

    def line(self, group: SurvivalGroup) -> SurvivalLine:
        """The group's curve, fitted when it is first asked for."""
        return self.drawn(group.level, group.code)

    def by_month(self, group: SurvivalGroup) -> tuple[MonthPoint, ...]:
        """What is read off the group's curve, month by month as far as it is drawn; without the months not shown."""
        years = self.line(group).years
        last = years[-1] if years else -1
        return tuple(one for one in self.read_off(group.level, group.code) if one.month / 12 <= last + 1e-3)

    def find(self, level: str, code: str) -> SurvivalGroup | None:
        return next((one for one in self.groups if (one.level, one.code) == (level, code)), None)


@dataclass(frozen=True)
class IncidencePoint:
    """The three curves at a month since the diagnosis, each with its 95 % limits."""

    month: int
    cancer: tuple[float, float, float]
    deaths: tuple[float, float, float]
    net: tuple[float, float, float]


@dataclass(frozen=True)
class Competing:
    """The nation's cumulative incidences: three curves on one time axis and the values at ``years``.

    ``net`` is 1 − cancer-specific survival. ``deaths`` and ``unknown`` (counted as cancer) so far. None: hidden.
    ``months``: what is read off the curves, without the months that are not shown.
    """

    axis: tuple[float, ...]
    cancer_curve: tuple[float, ...]
    other_curve: tuple[float, ...]
    net_curve: tuple[float, ...]
    years: int
    cases: int | None
    cancer: SurvivalPoint
    other: SurvivalPoint
    specific: SurvivalPoint
    overall: SurvivalPoint
    deaths: int | None
    unknown: int | None
    months: tuple[IncidencePoint, ...] = ()


def causes_delivered(view: View) -> bool:
    """Whether the database came with the causes of death, without which only overall survival is reported."""
    return not undelivered(BY_ID["cancer_specific"].needs, view.info.columns)


def latest_followed(view: View, years: int) -> Cohort | None:
    """The latest reporting year with cases that has been followed for ``years`` years; None if there is none."""
    found = [year for year in diagnosis_years(view) if followed_years(view, Cohort(year, year)) >= years]
    return Cohort(found[-1], found[-1]) if found else None


def followed_years(view: View, cohort: Cohort) -> int:
    """Whole years for which all of the cohort have been followed, unless they died or emigrated."""
    return years_followed(view.snapshot, view.database, cohort.last)


def diagnosis_years(view: View) -> tuple[int, ...]:
    """The reporting years with cases that a reader can choose, oldest first."""
    filled = with_cases(view.snapshot, view.database)
    return tuple(year for year in periods(view.snapshot, view.database) if year in filled)


def default_cohort(view: View) -> Cohort:
    """The latest cohort with cases followed for five years; the oldest one where none has been."""
    first = diagnosis_years(view)[0]
    return latest_followed(view, HORIZON) or Cohort(first, first)


def default_grouping(view: View) -> str:
    """By stage where the database stages its cases, else by region."""
    return "stage" if view.has_stages else "region"


def survival(view: View, by: str, endpoint_id: str, cohort: Cohort) -> Survival:
    """The protected result. Raises ValueError for an unknown endpoint or grouping."""
    if by not in (*GROUPINGS, HOSPITAL):
        raise ValueError(f"grouping '{by}' does not exist; use {', '.join(GROUPINGS)}")
    key = ("survival_page", view.key, by, endpoint_id, cohort)
    return view.snapshot.remember(key, lambda: _survival(view, by, BY_ID[endpoint_id], cohort))


def competing(view: View, cohort: Cohort, years: int) -> Competing | None:
    """Cumulative incidence of death of cancer and of other causes, all cases together; None without any causes."""
    key = ("survival_competing", view.key, cohort, years)
    return view.snapshot.remember(key, lambda: _competing(view, cohort, years))


def _survival(view: View, by: str, chosen: Endpoint, cohort: Cohort) -> Survival:
    groups, counts = tree(view, by, cohort)
    steps = chosen.fit(counts)
    values = steps.at(_MONTHS * MONTH)
    if view.edition.hides and view.regions == 4 and by in ("region", "department"):
        hidden = _hidden_by_five(view, by, chosen, cohort, groups)
    else:
        hidden = _hidden(view, groups, counts, values)
    years = np.arange(HORIZON + 1) * 12
    unknown = other_way = None
    if chosen.by_cause:
        unknown, other_way = unknown_bound(counts, chosen, years * MONTH)
    points = {}
    for n, group in enumerate(groups):
        row = []
        for year in YEARS:
            month = 12 * year
            far = None
            if unknown is not None and values.status[n, month] == "":
                count = protect_count(int(unknown[n, year]), view.edition)
                far = (count, None if count is None else _number(other_way[n, year]))
            row.append(_point(view, year, int(counts.cases[n]), values, (n, month), bool(hidden[n, month]), far))
        if row[0].state == HIDDEN and any(one.state != HIDDEN for one in row):
            # The deaths on the day of diagnosis are hidden, not how many cases there are.
            row[0] = replace(row[0], cases=int(counts.cases[n]), at_risk=int(counts.cases[n]))
        points[(group.level, group.code)] = tuple(row)
    headline = _headline(values)
    known = counts.cancer.sum() + counts.other.sum() > 0
    found = Survival(view, by, chosen, cohort, _sorted(groups, points, headline), points,
                     _curves(view, chosen, cohort, groups, counts, hidden), _months(groups, values, hidden),
                     headline, lambda: _test(found, groups, counts),
                     not causes_delivered(view) or bool(counts.unknown.sum() > 0 and not known))  # fmt: skip
    return found


def _curves(
    view: View,
    chosen: Endpoint,
    cohort: Cohort,
    groups: tuple[SurvivalGroup, ...],
    counts: DailyCounts,
    hidden: np.ndarray,
) -> Callable[[str, str], SurvivalLine]:
    """What gives each group's curve: a survival by lifelines, an incidence by the estimator of the tables.

    A figure draws six of them at most, so that each is fitted when it is asked for.
    """
    places = {(one.level, one.code): n for n, one in enumerate(groups)}
    followed = followed_years(view, cohort) * YEAR

    @cache
    def line(level: str, code: str) -> SurvivalLine:
        n = places[level, code]
        one = counts.only(n)
        steps = kaplan_meier(one, chosen.causes) if chosen.falls else chosen.fit(one)
        if view.edition.hides:
            (curve,) = monthly_curves(steps, HORIZON * YEAR)
            keep = ~hidden[n, : len(curve.days)]
        else:
            (curve,) = step_curves(steps, HORIZON * YEAR, _POINTS)
            # Beyond what all have been followed, the last few would draw a steep end.
            keep = (curve.at_risk >= LEAST_AT_RISK) | (curve.days <= followed)
        return _line(curve, keep, chosen.falls)

    return line


def _months(
    groups: tuple[SurvivalGroup, ...], values, hidden: np.ndarray
) -> Callable[[str, str], tuple[MonthPoint, ...]]:
    """What gives each group's values by month that have passed the door."""
    places = {(one.level, one.code): n for n, one in enumerate(groups)}
    parts = (values.estimate, values.lower, values.upper)

    def read_off(level: str, code: str) -> tuple[MonthPoint, ...]:
        n = places[level, code]
        shown = [month for month in _MONTHS if not hidden[n, month] and values.status[n, month] == ""]
        found = ((int(month), *(float(part[n, month]) for part in parts)) for month in shown)
        return tuple(MonthPoint(*one) for one in found if all(np.isfinite(one)))

    return read_off


def _hidden(view: View, groups: tuple[SurvivalGroup, ...], counts: DailyCounts, values) -> np.ndarray:
    """Groups × months: what may not be shown."""
    door = _door(view, groups, counts.cases, values)
    if not view.edition.hides:
        return door
    kept = [_kept([values.events[n]], door[n], view.edition.threshold) for n in range(len(groups))]
    return ~np.array(kept)


def _hidden_by_five(
    view: View, by: str, chosen: Endpoint, cohort: Cohort, groups: tuple[SurvivalGroup, ...]
) -> np.ndarray:
    """As ``_hidden`` for four regions: what five hide, and a region of which a part is; see protect_view."""
    whole = replace(view, regions=5)
    parts, counts = tree(whole, by, cohort)
    gone = {(one.level, one.code): np.zeros(len(_MONTHS), dtype=bool) for one in groups}
    flags = _hidden(whole, parts, counts, chosen.fit(counts).at(_MONTHS * MONTH))
    for one, hidden in zip(parts, flags, strict=True):
        code = reference.merged_region(one.code) if one.level == "group" and one.code else one.code
        gone[one.level, code] |= hidden
    return np.array([gone[one.level, one.code] for one in groups])


def _headline(values) -> int | None:
    """The longest whole year at which the nation's estimate bears a sentence."""
    found = [
        year
        for year in YEARS[1:]
        if values.status[0, 12 * year] == ""
        and not thin(*(part[0, 12 * year] for part in (values.at_risk, values.lower, values.upper)))
    ]
    return max(found, default=None)


def _door(view: View, groups: tuple[SurvivalGroup, ...], cases: np.ndarray, values) -> np.ndarray:
    """Groups × months: what may not be shown, complementary groups included."""
    shape = values.events.shape
    if not view.edition.hides:
        return np.zeros(shape, dtype=bool)
    frame = pd.DataFrame(
        {
            "indicator": np.tile(_MONTHS, shape[0]),
            "period": 0,
            "level": np.repeat([{"group": "region"}.get(one.level, one.level) for one in groups], shape[1]),
            "region": np.repeat([one.region for one in groups], shape[1]),
            "code": np.repeat([one.code for one in groups], shape[1]),
            "denominator": np.repeat(cases, shape[1]),
            "events": values.events.ravel(),
            "missing": 0,
            "numerator": np.nan,
            "rate": values.estimate.ravel(),
            "lower": values.lower.ravel(),
            "upper": values.upper.ravel(),
            "population": 0,
            "excluded": 0,
            "not_mature": 0,
        }
    )
    return protect(frame, view.edition)["hidden"].to_numpy().reshape(shape)


def _point(view: View, year: int, cases: int, values, at: tuple[int, int], hidden: bool, far) -> SurvivalPoint:
    if hidden:
        return SurvivalPoint(year, None, None, None, None, None, None, HIDDEN)
    at_risk = int(values.at_risk[at])
    if view.edition.hides and year:
        at_risk = _rounded(at_risk, view.edition.threshold)
    unknown, other_way = far or (None, None)
    numbers = (_number(part[at]) for part in (values.estimate, values.lower, values.upper))
    events = int(values.events[at]) if values.status[at] != NOT_REACHED else None
    return SurvivalPoint(year, cases, events, at_risk, *numbers, str(values.status[at]), unknown, other_way)


def _rounded(at_risk: int, threshold: int) -> int | None:
    """To the nearest multiple of the threshold, so that cases, deaths and at risk do not give few emigrants away."""
    return None if at_risk < LEAST_AT_RISK else round(at_risk / threshold) * threshold


def _kept(events: list[np.ndarray], hidden: np.ndarray, threshold: int) -> np.ndarray:
    """Which months the public edition shows: those that pass the door, with no small step between two of them.

    The fifth and the first year come first, then the other whole years, then the months between.
    """
    steps = np.stack(events, axis=1)
    kept = {-1: np.zeros(steps.shape[1], dtype=np.int64)}
    for month in (60, 12, 48, 36, 24, *range(len(hidden))):
        if hidden[month] or month in kept:
            continue
        before, after = max(m for m in kept if m < month), min((m for m in kept if m > month), default=None)
        rises = [*(steps[month] - kept[before]), *([] if after is None else kept[after] - steps[month])]
        if not unsafe((int(rise) for rise in rises), threshold):
            kept[month] = steps[month]
    return np.isin(np.arange(len(hidden)), list(kept))


def _line(curve, keep: np.ndarray, falls: bool) -> SurvivalLine:
    parts = [
        np.round(part[keep], digits)
        for part, digits in zip((curve.years, curve.estimate, curve.lower, curve.upper), (4, 4, 4, 4), strict=True)
    ]
    if len(parts[0]) and parts[0][0] > 0:  # a curve starts at its value before the first event
        parts = [np.r_[value, part] for value, part in zip((0.0, *(3 * [float(falls)])), parts, strict=True)]
    return SurvivalLine(*(tuple(part.tolist()) for part in parts))


def _sorted(groups: tuple[SurvivalGroup, ...], points: dict, headline: int | None) -> tuple[SurvivalGroup, ...]:
    """Departments below their region, the highest estimate first."""
    if not any(one.level == "department" for one in groups):
        return groups
    at = headline or 1

    def place(group: SurvivalGroup) -> tuple:
        estimate = points[("department", group.code)][at].estimate
        return (not group.code, estimate is None, -(estimate or 0), reference.danish_key(group.name.da))

    result = [groups[0]]
    for region in (one for one in groups if one.level == "group"):
        below = [one for one in groups if one.level == "department" and one.region == region.code]
        result += [region, *sorted(below, key=place)]
    return tuple(result)


def _test(found: Survival, nodes: tuple[SurvivalGroup, ...], counts: DailyCounts) -> LogRank | None:
    if not found.endpoint.falls or found.headline is None:
        return None
    shown = {
        (one.level, one.code)
        for one in found.compared()
        if one.registered and found.point(one, found.headline).state != HIDDEN
    }
    places = [n for n, one in enumerate(nodes) if (one.level, one.code) in shown]
    if len(places) < 2:
        return None
    number = np.full(len(nodes), -1)
    number[places] = np.arange(len(places))
    rows = number[counts.group] >= 0
    columns = (getattr(counts, one)[rows] for one in ("day", "cancer", "other", "unknown", "censored"))
    compared = DailyCounts.of(len(places), number[counts.group][rows], *columns)
    return log_rank(compared, found.endpoint.causes)


def _competing(view: View, cohort: Cohort, years: int) -> Competing | None:
    (nation, *_), counts = tree(view, "none", cohort)
    if counts.cancer.sum() + counts.other.sum() == 0:
        return None
    ids = ("cif_cancer", "cif_other", "cancer_specific", "overall")
    steps = {one: BY_ID[one].fit(counts) for one in ids}
    end = min(float(years * YEAR), float(counts.day[-1]) if not steps["overall"].settled[0] else np.inf)
    month_values = {one: steps[one].at(_MONTHS * MONTH) for one in ids}
    # The incidences and their sum are three results of the same cases: a point shows all of them or none.
    hidden = np.any(
        [_door(view, (nation,), counts.cases, month_values[one])[0] for one in ("cif_cancer", "cif_other", "overall")],
        axis=0,
    )
    if view.edition.hides:
        events = [month_values[one].events[0] for one in ("cif_cancer", "cif_other")]
        hidden = ~_kept(events, hidden, view.edition.threshold)
        long_enough = (month_values["overall"].at_risk[0] >= LEAST_AT_RISK) & (end >= _MONTHS * MONTH)
        days = _MONTHS[long_enough & ~hidden] * MONTH
    else:
        days = np.unique(np.r_[np.floor(np.linspace(0, end, _POINTS - 1)), end])
    drawn = {one: np.round(steps[one].at(days).estimate[0], 4) for one in ids[:3]}
    axis = np.round(days / YEAR, 4)
    if len(axis) and axis[0] > 0:
        axis = np.r_[0.0, axis]
        drawn = {one: np.r_[float(BY_ID[one].falls), values] for one, values in drawn.items()}
    at = 12 * years
    unknown, other_way = (part[0, 0] for part in unknown_bound(counts, BY_ID["cif_cancer"], [years * YEAR]))
    cases, gone = int(counts.cases[0]), bool(hidden[at])
    shown_unknown = None if gone else protect_count(int(unknown), view.edition)
    far = (shown_unknown, None if shown_unknown is None else _number(other_way))
    cancer, other, specific, overall = (
        _point(view, years, cases, month_values[one], (0, at), gone, far if one == "cif_cancer" else None)
        for one in ids
    )
    return Competing(
        *(tuple(part.tolist()) for part in (axis, drawn["cif_cancer"], drawn["cif_other"])),
        tuple(np.round(1 - drawn["cancer_specific"], 4).tolist()),
        years,
        overall.cases,
        cancer,
        other,
        specific,
        overall,
        overall.events,
        shown_unknown,
        _incidences(month_values, _MONTHS[(end >= _MONTHS * MONTH) & np.isin(_MONTHS * MONTH, days)]
                    if view.edition.hides else _MONTHS[end >= _MONTHS * MONTH]),
    )  # fmt: skip


def _incidences(values: dict, months: np.ndarray) -> tuple[IncidencePoint, ...]:
    """The curves at these months; deaths and net run the other way than the survival that they are made of."""
    found = []
    for month in months.tolist():
        cancer, overall, specific = (
            tuple(float(part[0, month]) for part in (values[id].estimate, values[id].lower, values[id].upper))
            for id in ("cif_cancer", "overall", "cancer_specific")
        )
        if all(np.isfinite((*cancer, *overall, *specific))):
            deaths, net = ((1 - value, 1 - upper, 1 - lower) for value, lower, upper in (overall, specific))
            found.append(IncidencePoint(month, cancer, deaths, net))
    return tuple(found)


def _number(value: object) -> float | None:
    return None if value != value else float(value)
