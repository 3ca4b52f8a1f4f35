"""What the early warning watches: counts of the unwanted outcome by unit and day, and what to expect of them.

Only what was known is counted: patients whose follow-up and ``LAG`` days of registration have passed, with events dated
within that time. One reported later than that takes the day that is as much later: nobody is left out, and the patients
of a past day stay as they were. So what was known on a past day can still be counted.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from scipy.special import logit

from data.selection import Selection
from data.store import Snapshot
from indicators import casemix
from indicators.catalogue import CATALOGUE, why_not_reported
from indicators.declaration import Indicator
from indicators.engine import CountedGroups, count_groups, shared
from indicators.statistics.cusum import common_level
from indicators.statistics.logistic import logistic
from indicators.statistics.monitoring import BASELINE_YEARS, MonitoredCounts

#: Days after follow-up that a case is given to be reported, before it counts: 99.5 % and more are by then.
LAG = 90
#: Standard deviation of the country's movement (log odds) from the baseline years to the last year: so small
#: databases, whose movement is mostly noise, are hardly moved.
MOVEMENT_SD = 0.15


@dataclass(frozen=True)
class Period:
    """What is used: index dates from ``first`` (1 January) to ``last``; ``turns``: the first day of each year."""

    first: dt.date
    last: dt.date

    @property
    def turns(self) -> np.ndarray:
        years = range(self.first.year, self.last.year + 2)
        return np.array([dt.date(year, 1, 1).toordinal() for year in years])

    @property
    def charted(self) -> bool:
        """Whether any year has three years before it."""
        return self.last.year - self.first.year >= BASELINE_YEARS


def window(indicator: Indicator) -> int:
    """Days from the index date until a patient counts: follow-up and registration."""
    return indicator.follow_up + LAG


def period(snapshot: Snapshot, database: str, indicator: Indicator, as_of: dt.date) -> Period:
    """The whole calendar years of the extract, to the last day whose patients are known on ``as_of``."""
    info = snapshot.info(database)
    start = info.period_start
    first = dt.date(start.year + (start > dt.date(start.year, 1, 1)), 1, 1)
    return Period(first, min(as_of - dt.timedelta(days=window(indicator)), info.period_end))


def watched(snapshot: Snapshot, database: str) -> list[Indicator]:
    """What is watched: reported by the database, counted, and of patients (not of values or expected cases)."""
    info = snapshot.info(database)
    return [
        one
        for one in CATALOGUE
        if one.case_mix
        and not one.survival_years
        and one.rows != "case_variables"
        and why_not_reported(one, info) is None
    ]


def registration_known(snapshot: Snapshot, database: str, rows: str) -> bool:
    """Whether any row of a row source says when its case was reported to the database."""
    sql = f"SELECT EXISTS (FROM {rows} WHERE registered_date IS NOT NULL)"
    return snapshot.remember(("registration known", database, rows), lambda: bool(snapshot.rows(database, sql)[0][0]))


def as_known(indicator: Indicator) -> Indicator:
    """The indicator without what is dated after its window: a later event would change the past.

    Dates bounded by the definition itself (a death within 30 days) need no change.
    """
    if not indicator.unbounded:
        return indicator
    names = re.compile(rf"\b({'|'.join(indicator.unbounded)})\b")
    bounded = rf"(CASE WHEN \1 <= {indicator.index_date} + {window(indicator)} THEN \1 END)"
    return replace(
        indicator,
        population=names.sub(bounded, indicator.population),
        numerator=names.sub(bounded, indicator.numerator),
    )


@dataclass(frozen=True)
class Panel:
    """An indicator's patients by unit (sorted), day and case-mix pattern, in order of the day; events are unwanted."""

    indicator: Indicator
    units: tuple[str, ...]
    unit: np.ndarray
    day: np.ndarray
    patients: np.ndarray
    events: np.ndarray
    pattern: np.ndarray
    codes: dict[str, np.ndarray]  # variable → level of each pattern

    @property
    def counts(self) -> MonitoredCounts:
        return MonitoredCounts(len(self.units), self.unit, self.day, self.patients, self.events)

    def by_pattern(self, start: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
        """The country's patients of the days ``start`` … ``stop`` − 1 and their events, by pattern."""
        rows, size = slice(*np.searchsorted(self.day, (start, stop))), int(self.pattern.max(initial=-1)) + 1
        size = len(next(iter(self.codes.values()))) if self.codes else size
        n, x = (np.bincount(self.pattern[rows], part[rows], size) for part in (self.patients, self.events))
        return n, x

    def moved(self, eta: np.ndarray, start: int, stop: int) -> float:
        """How far the country had moved in ``start`` … ``stop`` − 1 from the log odds ``eta`` of its patterns.

        So what happens everywhere is not every unit's signal. Drawn towards no movement (see MOVEMENT_SD).
        """
        n, x = self.by_pattern(start, stop)
        there = n > 0
        return common_level(eta[there], n[there], x[there], MOVEMENT_SD)

    def logits(self, start: int, stop: int) -> np.ndarray:
        """Expected log odds of each pattern by the country's patients of the days ``start`` … ``stop`` − 1.

        By the case-mix model where it stands, else the same for all: the country's proportion. A category without
        patients in those days is taken as the variable's first.
        """
        n, x = self.by_pattern(start, stop)
        # Half an event each way, so that a country without events has log odds too.
        plain = np.full(len(n), logit((x.sum() + 0.5) / (n.sum() + 1)))
        if not self.codes or not len(self.pattern):
            return plain
        if not 0 < x.sum() < n.sum():
            return plain
        columns = casemix.design(self.indicator, self.codes, n, x, n - x)
        if casemix.why_refused(columns.variables, x.sum(), n.sum() - x.sum()) is not None:
            return plain
        n, x = columns.sum(n), columns.sum(x)
        used = n > 0
        matrix = np.column_stack([np.ones(len(n)), columns.distinct])
        fitted = logistic(matrix[used], x[used], n[used])
        return (matrix @ fitted.coefficients)[columns.row]


def panels(
    snapshot: Snapshot, database: str, indicators: Sequence[Indicator], as_of: dt.date, registered: dict[str, bool]
) -> list[Panel]:
    """The panels of the indicators, in their order. ``registered``: by row source, whether registration is known."""

    def pass_of(one: Indicator) -> tuple:
        return *shared(one), window(one), one.case_mix

    made = {}
    for (*_, days, names), group in groupby(sorted(indicators, key=pass_of), key=pass_of):
        together = [as_known(one) for one in group]
        used = period(snapshot, database, together[0], as_of)
        selection = Selection(("department", "day", *names), (), used.first, used.last + dt.timedelta(days=1))
        if registered[together[0].rows]:
            # A greater day than ``last`` is not reached: the day is max(index date, registration − days).
            selection = replace(selection, known_after=days, registered_by=used.last + dt.timedelta(days=days))
        made |= _panels(together, count_groups(snapshot, database, together, selection, as_of=as_of), names)
    return [made[one.id] for one in indicators]


def _panels(indicators: Sequence[Indicator], found: CountedGroups, names: tuple[str, ...]) -> dict[str, Panel]:
    coded = casemix.Coded.of_counted(found, names)
    pattern, first = coded.patterns
    codes = {name: code[first] for name, code in coded.codes.items()}
    unit, units = found.place["department"], found.values["department"]
    days = found.groups["day"].to_numpy("datetime64[D]").astype(np.int64) + dt.date(1970, 1, 1).toordinal()
    order = np.lexsort((pattern, unit, days))
    order = order[unit[order] >= 0]
    made = {}
    for one, n, x in zip(indicators, found.counts["denominator"], found.counts["numerator"], strict=True):
        rows = order[n[order] > 0]
        there, own = np.unique(unit[rows], return_inverse=True)
        patients, events = n[rows].astype(float), x[rows].astype(float)
        unwanted = patients - events if one.higher_is_better else events
        names_there = tuple(str(units[number]) for number in there)
        made[one.id] = Panel(one, names_there, own, days[rows], patients, unwanted, pattern[rows], codes)
    return made
