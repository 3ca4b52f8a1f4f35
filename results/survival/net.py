"""Net survival for people: a cohort beside the population of its sex and age, and how it goes from year to year.

In the public edition nothing of it is shown: a net survival and the life table that anybody can read give the deaths
back, and the windows of a period analysis overlap the cohorts of the other tables. Beside real patients a life table of
no country is no answer either.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from data import reference
from data.cache import kept_frame
from data.period import period_start
from data.selection import Selection
from data.store import Snapshot
from data.text import Text
from results.cube import method_version
from results.foundation import thin
from results.survival import groups
from results.survival.curves import (
    HORIZON,
    LEAST_AT_RISK,
    MonthPoint,
    Survival,
    SurvivalLine,
    SurvivalPoint,
    followed_years,
    survival,
)
from results.survival.groups import Cohort, SurvivalGroup
from results.view import Edition, View, default_period, with_cases
from survival import lifetable, relative
from survival import net as estimators
from survival.curves import MONTH
from survival.estimators import YEAR, Z95
from survival.net import NetValues, People
from survival.relative import Question

#: Years after the diagnosis at which net survival is told.
TIMES = (1, 3, 5, 10)
#: Calendar years of one window of the table over time.
WINDOW = 3
_MONTHS = np.arange(12 * HORIZON + 1)
#: The three curves of the picture: all deaths, net, and the population's.
OVERALL, NET, POPULATION = (
    SurvivalGroup("group", "overall", Text("Samlet", "Overall")),
    SurvivalGroup("group", "net", Text("Netto", "Net")),
    SurvivalGroup("group", "population", Text("Befolkningen", "Population")),
)
_PUBLIC = Text(
    "Den offentlige udgave viser ikke nettooverlevelse: sammen med livstabellen kunne tallene vise, hvor få der er "
    "døde.",
    "The public edition shows no net survival: with the life table its numbers could show how few have died.",
)
_NO_TABLE = Text(
    "Nettooverlevelse kræver landets livstabel, og lageret har ingen. Registerets medarbejdere lægger den ind med "
    "python -m survival lifetable.",
    "Net survival needs the country's life table, and the store has none. The registry's staff put it there with "
    "python -m survival lifetable.",
)
VERSION = method_version(Path(__file__), *(Path(one.__file__) for one in (groups, relative, estimators, lifetable)))


@dataclass(frozen=True)
class LifeTableUsed:
    """Where a life table comes from, its years, and whether somebody was followed before or after them."""

    source: str
    synthetic: bool
    first: int
    last: int
    before: bool
    after: bool


@dataclass(frozen=True)
class NetPoint:
    """Net survival of one group at one time; ``estimate`` None where nobody is at risk (or, standardised, too few).

    ``expected``: survival of the population. ``note``: why there is no estimate, in the words of the command.
    """

    years: int
    cases: int
    events: int
    at_risk: int
    estimate: float | None
    lower: float | None
    upper: float | None
    expected: float | None
    note: str = ""

    @property
    def bears(self) -> bool:
        """Whether a sentence may be built on it."""
        return self.estimate is not None and not thin(self.at_risk, self.lower, self.upper)


@dataclass(frozen=True)
class NetSurvival:
    """Net survival of a cohort. ``picture``: the country's three curves, as a survival of the groups above.

    ``overall``: of the same groups and patients. ``left_out``: patients without a registered sex.
    """

    view: View
    by: str
    cohort: Cohort
    overall: Survival
    points: dict[tuple[str, str], tuple[NetPoint, ...]]
    picture: Survival
    table: LifeTableUsed
    left_out: int

    @property
    def groups(self) -> tuple[SurvivalGroup, ...]:
        return self.overall.groups

    def point(self, group: SurvivalGroup, years: int) -> NetPoint:
        return self.points[group.level, group.code][TIMES.index(years)]

    @property
    def headline(self) -> int | None:
        """5 or 1: the longest of them at which the country's net survival bears a sentence."""
        return next((year for year in (5, 1) if self.point(self.overall.nation, year).bears), None)


@dataclass(frozen=True)
class Window:
    """What happened to a place's patients of one sex in some calendar years (period analysis).

    ``points`` at :data:`TIMES`; ``standardised``: five-year net survival, standardised for age.
    """

    first: int
    last: int
    region: str
    sex: str
    points: tuple[NetPoint, ...]
    standardised: NetPoint

    def point(self, years: int) -> NetPoint:
        return self.points[TIMES.index(years)]


@dataclass(frozen=True)
class Progress:
    """The windows, oldest first; region "" is the country, sex "" both. ``standard``: id of the weights of age."""

    view: View
    windows: tuple[Window, ...]
    standard: str
    table: LifeTableUsed

    def of(self, region: str = "", sex: str = "") -> tuple[Window, ...]:
        return tuple(one for one in self.windows if (one.region, one.sex) == (region, sex))

    def change(self, years: int) -> tuple[Window, Window, float, float, float] | None:
        """First and last window whose country's estimate bears a sentence, the change and its 95 % limits; None."""
        found = [one for one in self.of() if one.point(years).bears]
        if len(found) < 2:
            return None
        old, new = found[0].point(years), found[-1].point(years)
        error = np.hypot(*(_error(one) for one in (old, new)))
        change = new.estimate - old.estimate
        return found[0], found[-1], change, change - Z95 * error, change + Z95 * error


def _error(point: NetPoint) -> float:
    """Standard error, from the limits on the log scale."""
    return point.estimate * float(np.log(point.upper / point.lower)) / (2 * Z95)


def why_not(view: View) -> Text | None:
    """Why net survival is not shown, or None."""
    if view.edition.hides:
        return _PUBLIC
    table = relative.life_table(view.snapshot)
    return _NO_TABLE if table.synthetic and not view.info.synthetic else None


def net_survival(view: View, by: str, cohort: Cohort) -> NetSurvival:
    """Net survival (Pohar Perme) of a cohort; ask :func:`why_not` first. Raises ValueError where it is not shown."""
    if (why := why_not(view)) is not None:
        raise ValueError(why.en)
    table = relative.life_table(view.snapshot)
    key = ("net_survival", view.key, by, cohort, table.sum)
    return view.snapshot.remember(key, lambda: _net_survival(view, by, cohort, table))


def _net_survival(view: View, by: str, cohort: Cohort, table: lifetable.LifeTable) -> NetSurvival:
    overall = survival(view, by, "overall", cohort)
    found = relative.patients(view.snapshot, view.database, groups.selection(view, by, cohort), view.first_month)
    nodes, targets = groups.nodes_of(view, by, found.groups)
    place = {(one.level, one.code): n for n, one in enumerate(nodes)}
    order = [place[one.level, one.code] for one in overall.groups]
    fitted = estimators.net(_repeated(found.people, targets, len(nodes)), table, 10 * YEAR)
    values = fitted.at([year * YEAR for year in TIMES])
    points = {
        (one.level, one.code): tuple(_point(year, values, n, k) for k, year in enumerate(TIMES))
        for one, n in zip(overall.groups, order, strict=True)
    }
    everyone = found.people.in_groups(np.zeros(len(found.people.group), dtype=np.int64), 1)
    nation = estimators.net(everyone, table, HORIZON * YEAR)
    years = (period_start(cohort.first, view.first_month).year, view.info.data_cut.year)
    used = _used(table, years)
    picture = _picture(overall, nation.at(_MONTHS * MONTH), followed_years(view, cohort))
    return NetSurvival(view, by, cohort, overall, points, picture, used, int(found.left_out.sum()))


def _used(table: lifetable.LifeTable, years: Sequence[int]) -> LifeTableUsed:
    before, after = min(years, default=table.first) < table.first, max(years, default=table.last) > table.last
    return LifeTableUsed(table.source, table.synthetic, table.first, table.last, before, after)


def _repeated(people: People, targets: Sequence[np.ndarray], nodes: int) -> People:
    """Everybody once in each node of the tree that they belong to."""
    node = np.concatenate([target[people.group] for target in targets])
    rows = np.tile(np.arange(len(people.group)), len(targets))[node >= 0]
    return people.where(rows).in_groups(node[node >= 0], nodes)


def _point(year: int, values: NetValues, n: int, k: int, note: str = "") -> NetPoint:
    numbers = (_number(getattr(values, name)[n, k]) for name in ("estimate", "lower", "upper", "expected"))
    return NetPoint(year, int(values.cases[n]), int(values.events[n, k]), int(values.at_risk[n, k]), *numbers, note)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _picture(overall: Survival, values: NetValues, followed: int) -> Survival:
    """Three curves of the country on a grid of months: what is drawn and read off like any survival."""
    nation = overall.nation
    months = {
        NET.code: [
            MonthPoint(int(m), *(float(part[0, m]) for part in (values.estimate, values.lower, values.upper)))
            for m in _MONTHS
            if values.at_risk[0, m] >= LEAST_AT_RISK or (m <= 12 * followed and values.at_risk[0, m] > 0)
        ],
        POPULATION.code: [
            MonthPoint(int(m), *(3 * [float(values.expected[0, m])])) for m in _MONTHS if values.at_risk[0, m] > 0
        ],
    }

    def drawn(level: str, code: str) -> SurvivalLine:
        if code == OVERALL.code:
            return overall.line(nation)
        shown = months[code]
        parts = ([round(getattr(one, name), 4) for one in shown] for name in ("estimate", "lower", "upper"))
        return SurvivalLine(tuple(round(one.month / 12, 4) for one in shown), *map(tuple, parts))

    def read_off(level: str, code: str) -> tuple[MonthPoint, ...]:
        return overall.by_month(nation) if code == OVERALL.code else tuple(months[code])

    points = {("group", OVERALL.code): overall.points[nation.level, nation.code]}
    for code, shown in months.items():
        by_month = {one.month: one for one in shown}
        points["group", code] = tuple(
            _shown(overall.point(nation, year), by_month.get(12 * year), code == POPULATION.code)
            for year in range(HORIZON + 1)
        )
    three = (OVERALL, NET, POPULATION)
    return Survival(overall.view, "none", overall.endpoint, overall.cohort, three, points, drawn, read_off,
                    overall.headline, None, False)  # fmt: skip


def _shown(whole: SurvivalPoint, at: MonthPoint | None, population: bool) -> SurvivalPoint:
    state = "" if at is not None else "not_reached"
    numbers = (None, None, None) if at is None else (at.estimate, at.lower, at.upper)
    counts = (None, None, None) if population else (whole.cases, whole.events, whole.at_risk)
    return SurvivalPoint(whole.years, *counts, *numbers, state)


# --- over time ---


def progress(view: View) -> Progress:
    """Net survival by three calendar years, sex and region; ask :func:`why_not` first, as of net_survival."""
    if (why := why_not(view)) is not None:
        raise ValueError(why.en)
    table = relative.life_table(view.snapshot)
    standard = standard_of(view)
    frame = _kept_windows(view, table, standard)
    windows = []
    for (first, last, region, sex), rows in frame.groupby(["first", "last", "region", "sex"], sort=False):
        *points, standardised = (_point_of(row) for row in rows.to_dict("records"))
        windows.append(Window(int(first), int(last), region, sex, tuple(points), standardised))
    years = [year for span in spans(view) for year in span]
    return Progress(view, tuple(windows), standard, _used(table, years))


def standard_of(view: View) -> str:
    """The weights of age that the database's site is standardised with."""
    sites = view.about.icd10
    if any(one.startswith("C61") for one in sites):
        return "icss3"
    # Corazziari et al.: set 2 for cancers whose incidence hardly depends on age.
    return "icss2" if any(one[:3] in ("C40", "C41", "C43", "C49", "C53", "C71") for one in sites) else "icss1"


def prepare(snapshot: Snapshot, edition: Edition, databases: Sequence[str]) -> None:
    """Make the frames of net survival over time that are not kept yet."""
    for database in databases:
        view = View(snapshot, edition, database, default_period(snapshot, database))
        if why_not(view) is None:
            _kept_windows(view, relative.life_table(snapshot), standard_of(view))


def spans(view: View) -> tuple[tuple[int, int], ...]:
    """The windows: three whole calendar years each, the last ending with the last whole year, oldest first."""
    cut, filled = view.info.data_cut, with_cases(view.snapshot, view.database)
    last = cut.year if (cut.month, cut.day) == (12, 31) else cut.year - 1
    first = min(filled, default=last + 1)
    found = []
    while last - WINDOW + 1 >= first:
        found.append((last - WINDOW + 1, last))
        last -= WINDOW
    return tuple(reversed(found))


def _kept_windows(view: View, table: lifetable.LifeTable, standard: str) -> pd.DataFrame:
    def build() -> pd.DataFrame:
        return _windows(view, table, standard)

    if view.where:
        key = ("net_progress", view.key, table.sum, standard)
        return view.snapshot.remember(key, build, slow=True)
    key = f"net-{VERSION}-{view.place}{view.regions}-{standard}-{table.sum[:12]}"
    return kept_frame(view.snapshot, view.database, key, build)


_COLUMNS = ("years", "cases", "events", "at_risk", "estimate", "lower", "upper", "expected", "note")


def _windows(view: View, table: lifetable.LifeTable, standard: str) -> pd.DataFrame:
    by = groups.column(view, "region")
    found = relative.patients(view.snapshot, view.database, Selection((by,), view.where), view.first_month)
    codes = [groups.code_of(view, "region", value) for value in found.groups[by]]
    regions = ["", *(one for one in _regions(view) if one in codes)]
    sexes = ("", "F", "M")
    nodes = [(region, sex) for region in regions for sex in sexes]
    people = found.people
    own = np.array([regions.index(code) if code in regions and code else 0 for code in codes], dtype=np.int64)
    sex = 1 + people.sex
    here = own[people.group]
    targets = [np.zeros(len(here), int), sex, here * len(sexes), here * len(sexes) + sex]
    node = np.concatenate([*targets[:2], *(np.where(here > 0, one, -1) for one in targets[2:])])
    rows = np.tile(np.arange(len(here)), 4)[node >= 0]
    whole = people.where(rows).in_groups(node[node >= 0], len(nodes))
    times = [year * YEAR for year in TIMES]
    lines = []
    for first, last in spans(view):
        inside = whole.during(dt.date(first, 1, 1), dt.date(last, 12, 31))
        values = estimators.net(inside, table, 10 * YEAR).at(times)
        patients = relative.Patients(found.groups, inside, found.left_out)
        aged, notes = relative.values(patients, table, [HORIZON], Question(standard=standard))
        for n, (region, one) in enumerate(nodes):
            points = [_point(year, values, n, k) for k, year in enumerate(TIMES)]
            points.append(_point(HORIZON, aged, n, 0, str(notes[n, 0])))
            head = {"first": first, "last": last, "region": region, "sex": one}
            lines += [head | {name: getattr(point, name) for name in _COLUMNS} for point in points]
    frame = pd.DataFrame(lines, columns=["first", "last", "region", "sex", *_COLUMNS])
    return frame.astype(dict.fromkeys(("estimate", "lower", "upper", "expected"), float))


def _regions(view: View) -> list[str]:
    found = []
    for code in reference.region_order():
        merged = reference.merged_region(code) if view.regions == 4 else code
        if merged not in found:
            found.append(merged)
    return found


def _point_of(row: dict) -> NetPoint:
    numbers = (_number(row[name]) for name in ("estimate", "lower", "upper", "expected"))
    return NetPoint(*(int(row[name]) for name in ("years", "cases", "events", "at_risk")), *numbers, row["note"])
