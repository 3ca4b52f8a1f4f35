"""What a reader looks at: snapshot, edition, database, period, filters, place and regions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from data import reference
from data.period import before, is_span, last_whole_month, period_end, period_start
from data.published import NotPublished, Published
from data.selection import Selection
from data.store import DatabaseInfo, Snapshot
from indicators.catalogue import CATALOGUE, why_not_reported
from indicators.declaration import Indicator
from survival.estimators import YEAR

#: Shown to a reader who has chosen none, where the store has it.
FIRST_DATABASE = "DCCG"


#: The thresholds that the public edition can have.
THRESHOLDS = (3, 5, 10)


@dataclass(frozen=True)
class Edition:
    """working shows all counts; public hides results on fewer than ``threshold`` patients."""

    name: str = "working"
    threshold: int = 5

    def __post_init__(self) -> None:
        if self.name not in ("working", "public"):
            raise ValueError(f"edition '{self.name}'; there are working and public")

    @property
    def hides(self) -> bool:
        return self.name == "public"


@dataclass(frozen=True, eq=False)
class View:
    """One reader's choices on one snapshot.

    ``where``: sex, age_group, stage, site. ``period``: a reporting year or a span of months (``data.period``).
    """

    snapshot: Snapshot | Published
    edition: Edition
    database: str
    period: int
    place: str = "treating"  # or residence
    where: tuple[tuple[str, str], ...] = ()
    regions: int = 5

    @property
    def info(self) -> DatabaseInfo:
        return self.snapshot.info(self.database)

    @property
    def about(self) -> reference.Database:
        return reference.database(self.database)

    @property
    def has_stages(self) -> bool:
        """Whether the database stages its cases and delivered the stages: else there is nothing to divide by."""
        return self.about.has_stages and "stage" in self.info.columns["cases"]

    @property
    def first_month(self) -> int:
        return self.about.year_start

    @property
    def key(self) -> tuple:
        """What results depend on besides the period."""
        return (self.edition, self.database, self.place, self.where, self.regions)

    @property
    def three_periods(self) -> tuple[int, int, int]:
        """The current period and the two of its length before it, oldest first."""
        return (before(self.period, 2), before(self.period), self.period)

    def for_site(self, site: str) -> View:
        """The same view of the cases of one site (first three characters of ICD-10); "" changes nothing."""
        return replace(self, where=tuple(sorted({**dict(self.where), "site": site}.items()))) if site else self

    def of_all_patients(self) -> View:
        return replace(self, where=())

    def selection(self, *by: str, period: int | None = None) -> Selection:
        """The view's patients in groups; ``period`` bounds the index date to it."""
        start = end = None
        if period is not None:
            start, end = period_start(period, self.first_month), period_end(period, self.first_month)
        return Selection(by, self.where, start, end)


def months(snapshot: Snapshot, database: str) -> tuple[dt.date, dt.date] | None:
    """The first and the last month that a span may hold: those that the extract covers and that had ended at its cut.

    Each by its first day; None where there is no such month.
    """
    info = snapshot.info(database)
    first, last = info.period_start.replace(day=1), last_whole_month(min(info.data_cut, info.period_end))
    return (first, last) if first <= last else None


def mature_months(snapshot: Snapshot, database: str) -> dt.date | None:
    """The last month whose every row is mature for each indicator that the database reports, by its first day."""
    there = months(snapshot, database)
    if there is None:
        return None
    last = last_whole_month(snapshot.info(database).data_cut - dt.timedelta(days=_longest(snapshot, database)))
    return min(last, there[1]) if last >= there[0] else None


def mature_on(period: int, first_month: int, indicator: Indicator) -> dt.date:
    """The day on which the last row of a period has been followed as long as the indicator asks."""
    return period_end(period, first_month) + dt.timedelta(days=indicator.follow_up - 1)


def nobody(view: View) -> bool:
    """Whether the view's filters leave no case in the whole database; without filters False."""
    if not view.where:
        return False
    if isinstance(view.snapshot, Published):
        raise NotPublished(f"{view.database}: the public edition has no parts of the patients")
    parts = view.selection().compile(first_month=view.first_month)
    sql = f"SELECT count(*) FROM cases r {parts.join} WHERE {parts.where}"
    key = ("nobody", view.database, view.where)
    return view.snapshot.remember(key, lambda: view.snapshot.rows(view.database, sql, parts.params)[0][0] == 0)


def periods(snapshot: Snapshot, database: str) -> tuple[int, ...]:
    """The reporting years that a reader can choose, oldest first: those that the extract covers or has results in.

    A year counts when it has begun inside the extract's period and ended by the data cut; where no such year has a
    case, every year with one. Years after the extract's period count in which the survival of an earlier cohort is
    reported.
    """
    info, first_month = snapshot.info(database), reference.database(database).year_start
    last_day = min(info.data_cut, info.period_end)
    begun = [
        year
        for year in range(info.period_start.year - 1, last_day.year + 1)
        if period_end(year, first_month) > info.period_start and period_start(year, first_month) <= last_day
    ]
    complete = [year for year in begun if (period_end(year, first_month) - last_day).days <= 1]
    offered, filled = set(complete or begun[-1:]), set(with_cases(snapshot, database))
    last = max(offered)
    if not offered & filled:
        offered |= filled
    results = {year for one in CATALOGUE if one.survival_years for year in _survival_periods(snapshot, database, one)}
    # Not a year that is half there: its other indicators would be shown of some months.
    return tuple(sorted(offered | {year for year in results - filled if year > last or year not in begun}))


def default_period(snapshot: Snapshot, database: str, indicator: Indicator | None = None) -> int:
    """The reporting year that a page opens on: the last one with cases whose every row is mature on the data cut.

    Mature for the longest follow-up of the indicators that the database reports; the last one with cases where none is.
    ``indicator``: of a survival result the last year in which a cohort is reported. The same for every page; a filter
    changes nothing.
    """
    if indicator is not None and indicator.survival_years:
        found = set(_survival_periods(snapshot, database, indicator)) & set(periods(snapshot, database))
        if found:
            return max(found)
    return snapshot.remember(("default period", database), lambda: _default_period(snapshot, database))


def reporting_year(view: View) -> int:
    """The view's period where it is a reporting year, else the one that a page opens on."""
    return default_period(view.snapshot, view.database) if is_span(view.period) else view.period


def _default_period(snapshot: Snapshot, database: str) -> int:
    info, first_month = snapshot.info(database), reference.database(database).year_start
    longest = _longest(snapshot, database)
    offered = periods(snapshot, database)
    filled = [year for year in offered if year in with_cases(snapshot, database)]
    mature = [
        year for year in filled if period_end(year, first_month) + dt.timedelta(days=longest - 1) <= info.data_cut
    ]
    return (mature or filled or list(offered))[-1]


def _longest(snapshot: Snapshot, database: str) -> int:
    """The longest follow-up, in days, of the indicators that the database reports."""
    info = snapshot.info(database)
    return max(one.follow_up for one in CATALOGUE if why_not_reported(one, info) is None)


def with_cases(snapshot: Snapshot, database: str) -> tuple[int, ...]:
    """The reporting years in which the database has cases, oldest first."""
    if isinstance(snapshot, Published):
        return tuple(snapshot.frame(database, "years")["year"].tolist())
    parts = Selection(("period",)).compile(first_month=reference.database(database).year_start)
    sql = f"SELECT DISTINCT {parts.columns[0]} FROM cases r ORDER BY 1"
    return snapshot.remember(
        ("years with cases", database), lambda: tuple(year for (year,) in snapshot.rows(database, sql, parts.params))
    )


def followed_years(snapshot: Snapshot, database: str, period: int) -> int:
    """Whole years for which all diagnosed in a reporting year have been followed, unless they died or emigrated."""
    last = period_end(period, reference.database(database).year_start) - dt.timedelta(days=1)
    return max(0, int((snapshot.info(database).data_cut - last).days // YEAR))


def _survival_periods(snapshot: Snapshot, database: str, indicator: Indicator) -> list[int]:
    """The reporting years in which a survival result of a whole cohort is reported: so many years after it."""
    years = indicator.survival_years
    cohorts = with_cases(snapshot, database)
    return [year + years for year in cohorts if followed_years(snapshot, database, year) >= years]
