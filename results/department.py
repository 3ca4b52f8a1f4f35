"""One department against its region and the country: indicators, volumes, case mix; and the list of departments."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from data import reference
from data.period import is_span
from data.published import Published
from data.selection import AGE_GROUPS
from data.text import Text
from indicators.catalogue import BY_ID, CATALOGUE
from indicators.declaration import Indicator
from results import cube
from results.across import Tally, graded_kind, kind_of, tally
from results.audit import NATION, NO_CELL, Cell, cells_of, goal, indicator_title
from results.disclosure import hide_siblings, protect_view, unsafe
from results.nodes import active_units, divisible, in_regions, nodes, reported, sites_of, units
from results.view import Edition, View


@dataclass(frozen=True)
class DepartmentUnit:
    """A unit of the database. ``region`` is the code as the view divides the country; ``level``: department, or what
    departments are compared as (``results.compare.units``)."""

    code: str
    name: str
    hospital: str
    region: str
    region_name: str
    kind: str
    level: str = "department"


@dataclass(frozen=True)
class DepartmentRow:
    """One indicator (of one site where standards are by site): department, its region and the country by period."""

    indicator: Indicator
    site: str
    period: int
    own: dict[int, Cell]
    region: dict[int, Cell]
    nation: dict[int, Cell]

    @property
    def title(self) -> Text:
        """The indicator's title, with the site in words where the row is of one."""
        return indicator_title(self.indicator, self.site)

    @property
    def now(self) -> Cell:
        """The department in the view's period."""
        return self.own[self.period]

    @property
    def is_target(self) -> bool:
        return self.now.standard is not None and self.now.standard.kind == "target"

    @property
    def kind(self) -> str:
        """Which of tables.across.TALLIED the department's result counts as."""
        return kind_of(self.now.state, self.is_target)


@dataclass(frozen=True)
class Listed:
    """A department in the list: cases diagnosed in the period (None: hidden) and the verdicts of its indicators."""

    unit: DepartmentUnit
    cases: int | None
    verdicts: Tally


@dataclass(frozen=True)
class Listing:
    """The departments with anything counted in the view's three periods, by region; ``without``: the others."""

    regions: tuple[tuple[str, str, tuple[Listed, ...]], ...]  # (code, name, departments)
    without: tuple[DepartmentUnit, ...]


@dataclass(frozen=True)
class MixShare:
    """A category's share of the department's and of the country's cases; None where hidden or there are none.

    ``category``: its value in the extract, "" for not registered.
    """

    category: str
    label: Text
    own_count: int | None
    own: float | None
    nation: float | None


@dataclass(frozen=True)
class Mix:
    """The distribution of one case-mix variable among the cases diagnosed in the period. ``variable``: its name."""

    variable: str
    title: Text
    shares: tuple[MixShare, ...]


def department(view: View, code: str) -> DepartmentUnit | None:
    """The unit, or None where the database's unit list has no such code."""
    listed = units(view)
    if code not in listed.index:
        return None
    row = listed.loc[code]
    region = reference.merged_region(row["region"]) if view.regions == 4 else row["region"]
    return DepartmentUnit(code, row["name"], row["hospital"], region, reference.region_name(region), row["kind"] or "")


def databases_of(view: View, code: str) -> tuple[str, ...]:
    """The databases of the snapshot in which anything is counted for a department, in the order of the list."""
    there = [row.code for row in reference.databases() if row.code in view.snapshot.databases]
    return tuple(one for one in there if code in dict(active_units(replace(view, database=one, where=()))))


def treating(view: View) -> View:
    """Departments treat: the same view by treating region, whatever the reader chose."""
    return replace(view, place="treating")


def site_trees(view: View) -> tuple[tuple[str, pd.DataFrame], ...]:
    """(site, tree): all indicators of the database, and those that have standards by site, of each such site."""
    found = [("", nodes(view))]
    for one in CATALOGUE:
        for site in sites_of(view, one.id) if one.id in reported(view) and divisible(view, one.id) else ():
            found.append((site, nodes(view.for_site(site), (one.id,))))
    return tuple(found)


def is_shown(view: View, site: str, indicator: str) -> bool:
    """Whether an indicator's row comes from this tree: where standards differ by site, from those of the sites."""
    return bool(site) or not sites_of(view, indicator)


def compare(view: View, unit: DepartmentUnit) -> tuple[DepartmentRow, ...]:
    """Every indicator on which the department has rows in one of the view's three periods, in catalogue order.

    Indicators count for the treating department, so regions are treating regions here whatever the reader chose.
    """
    return compare_in(view, unit, site_trees(treating(view)))


def compare_in(
    view: View, unit: DepartmentUnit, trees: tuple[tuple[str, pd.DataFrame], ...]
) -> tuple[DepartmentRow, ...]:
    """``compare`` in given trees (see ``site_trees``), which may have rows of other levels than departments."""
    there = treating(view)
    places = ((unit.level, unit.code), ("region", unit.region), (NATION, ""))
    found: dict[tuple[str, str], DepartmentRow] = {}
    for site, tree in trees:
        at = there.for_site(site)
        rows = {place: (tree["level"] == place[0]) & (tree["code"] == place[1]) for place in places}
        cells = cells_of(at, tree[np.logical_or.reduce(list(rows.values()))], three=True)
        for id in tree["indicator"][rows[places[0]]].unique():
            if is_shown(there, site, id):
                by_place = [
                    {now: cells.get((id, *place, now)) or _nothing(at, id, now) for now in there.three_periods}
                    for place in places
                ]
                found[id, site] = DepartmentRow(BY_ID[id], site, view.period, *by_place)
    order = {one.id: place for place, one in enumerate(CATALOGUE)}
    return tuple(found[key] for key in sorted(found, key=lambda key: (order[key[0]], key[1])))


def _nothing(view: View, indicator: str, period: int) -> Cell:
    """An empty cell that still knows its standard."""
    return replace(NO_CELL, standard=goal(view, indicator, period))


def listing(view: View) -> Listing:
    """The database's departments by region; in each those with cases of their own first, then by name."""
    there = treating(view)
    return view.snapshot.remember(("listing", there.key, view.period), lambda: _listing(there))


def _listing(view: View) -> Listing:
    kinds: dict[str, list[str]] = {}
    active = {code for code, cases in _case_counts(view).get(view.period, {}).items() if cases != 0}
    for site, tree in site_trees(view):
        at = (tree["level"] == "department") & tree["indicator"].map(lambda id, site=site: is_shown(view, site, id))
        tree = tree[at.astype(bool)]
        active.update(tree["code"])
        now = cells_of(view.for_site(site), tree[tree["period"] == view.period])
        for (_, _, code, _), cell in now.items():
            kinds.setdefault(code, []).append(graded_kind(cell))
    found = [department(view, code) for code, _ in active_units(view)]
    regions = []
    for region in reference.region_order():
        members = [unit for unit in found if unit is not None and unit.region == region and unit.code in active]
        if members:
            cases = _case_counts(view).get(view.period, {})
            rows = [Listed(unit, cases.get(unit.code, 0), tally(kinds.get(unit.code, ()))) for unit in members]
            rows.sort(key=lambda one: one.cases == 0)  # those responsible for cases first
            regions.append((region, reference.region_name(region), tuple(rows)))
    return Listing(tuple(regions), tuple(unit for unit in found if unit is not None and unit.code not in active))


def volumes(view: View, unit: DepartmentUnit, periods: tuple[int, ...]) -> dict[int, int | None]:
    """Cases diagnosed per reporting year at the department; None where hidden."""
    counts = _case_counts(treating(view))
    return {period: counts.get(period, {}).get(unit.code, 0) for period in periods}


def national_volume(view: View, period: int) -> int | None:
    """Cases diagnosed in the reporting year in the whole country; None where hidden."""
    return _case_counts(treating(view)).get(period, {}).get("", 0)


def _case_counts(view: View) -> dict[int, dict[str, int | None]]:
    """period → department ("": the country) → cases diagnosed, hidden ones None: a tree like any other, through the
    door."""
    spans = view.period if is_span(view.period) else None

    def build() -> dict[int, dict[str, int | None]]:
        return {
            period: {
                code: cases
                for (level, code), cases in by.items()
                if level == NATION or (level == "department" and code)
            }
            for period, by in _case_nodes(view).items()
        }

    return view.snapshot.remember(("case counts", view.key, spans), build)


def region_volume(view: View, unit: DepartmentUnit, period: int) -> int | None:
    """Cases diagnosed in the period in a region of treatment; None where hidden."""
    return _case_nodes(treating(view)).get(period, {}).get(("region", unit.code), 0)


def _case_nodes(view: View) -> dict[int, dict[tuple[str, str], int | None]]:
    """period → (level, code) → cases diagnosed, hidden ones None."""
    spans = view.period if is_span(view.period) else None
    return view.snapshot.remember(("case nodes", view.key, spans), lambda: _counted_cases(view))


def _all_cases(view: View) -> pd.DataFrame:
    """The view's cases by place and case mix, in reporting years and, where it is of one, its three spans of months:
    looked up, or counted for a filter or span."""
    if not view.where:
        years = cube.case_counts(view.snapshot, view.database)
    else:
        key = ("cases", view.database, view.where)
        years = view.snapshot.remember(key, lambda: cube.case_counts_of(view.snapshot, view.database, view.selection()))
    if not is_span(view.period):
        return years
    key = ("cases", view.database, view.where, view.period)
    return pd.concat([years, view.snapshot.remember(key, lambda: _cases_in_spans(view))], ignore_index=True)


def _cases_in_spans(view: View) -> pd.DataFrame:
    found = []
    for span in view.three_periods:
        there = view.selection(period=span)
        cases = cube.case_counts_of(view.snapshot, view.database, there)
        keys = [name for name in cases if name not in ("period", "cases")]  # a span may lie in two reporting years
        found.append(cases.groupby(keys, as_index=False)["cases"].sum().assign(period=span))
    return pd.concat(found, ignore_index=True)


def _counted_cases(view: View) -> dict[int, dict[tuple[str, str], int | None]]:
    counts: dict[int, dict[tuple[str, str], int | None]] = {}
    if isinstance(view.snapshot, Published):
        frame = view.snapshot.frame(view.database, "cases")
        shown = frame[frame["regions"] == view.regions]
        for period, level, code, cases in shown[["period", "level", "code", "cases"]].itertuples(index=False):
            counts.setdefault(int(period), {})[level, code] = None if pd.isna(cases) else int(cases)
        return counts
    for row in protect_view(view, case_tree).to_dict("records"):
        cases = None if row["hidden"] else int(row["denominator"])
        code = row["region"] if row["level"] == "region" else row["code"]
        counts.setdefault(int(row["period"]), {})[row["level"], code] = cases
    return counts


def case_tree(view: View) -> pd.DataFrame:
    """Cases diagnosed as an unprotected tree, for the door and ``results.publishing`` alone."""
    cases = _all_cases(view)
    leaves = cases[cases["variable"] == ""].rename(columns={"department": "code", "cases": "denominator"})
    leaves = leaves.assign(region=in_regions(leaves["treating_region"], view))
    keys = {"nation": ["period"], "region": ["period", "region"], "department": ["period", "region", "code"]}
    frames = [leaves.groupby(by, as_index=False)["denominator"].sum().assign(level=level) for level, by in keys.items()]
    tree = pd.concat(frames, ignore_index=True).fillna({"region": "", "code": ""})
    tree = tree.assign(indicator="cases", numerator=tree["denominator"], events=tree["denominator"], missing=0)
    return tree.assign(excluded=0, not_mature=0, population=tree["denominator"], rate=1.0, lower=1.0, upper=1.0)


_UNKNOWN = Text("uoplyst", "not registered")
_PS = tuple((str(n), Text(f"PS {n}", f"PS {n}")) for n in range(5))
_CHARLSON = (
    ("0", Text("0", "0")),
    ("1", Text("1", "1")),
    ("2", Text("2", "2")),
    ("3", Text("3 eller mere", "3 or more")),
)

#: (title, variable of the case mix, categories in order with their texts)
_VARIABLES = (
    (
        Text("Alder", "Age"),
        "age_group",
        tuple((one, Text(one.replace("-", "–") + " år", one.replace("-", "–") + " years")) for one in AGE_GROUPS),
    ),
    (Text("Køn", "Sex"), "sex", (("F", Text("kvinder", "women")), ("M", Text("mænd", "men")))),
    (Text("Stadie", "Stage"), "stage", tuple((one, Text(one, one)) for one in ("I", "II", "III", "IV"))),
    (Text("Performancestatus", "Performance status"), "performance_status", _PS),
    (
        Text("Komorbiditet (Charlson)", "Comorbidity (Charlson)"),
        "comorbidity",
        _CHARLSON,
    ),
)


def case_mix(view: View, unit: DepartmentUnit, codes: tuple[str, ...] = ()) -> tuple[Mix, ...]:
    """Age, sex, stage, performance status and comorbidity of the period's cases, department and country.

    ``codes``: the departments that a larger unit consists of. Its distributions cannot be told in the public edition:
    taken from those of its other departments they would give a hidden one's away.

    A database without a stage grouping has no stage here. Each distribution is protected as parts of one total; a
    department whose number of cases is hidden shows no counts at all.
    """

    def build() -> tuple[Mix, ...]:
        closed = bool(codes and view.edition.hides) or volumes(view, unit, (view.period,))[view.period] is None
        counts, mixes = _counts(view, codes or (unit.code,)), []
        for title, variable, categories in _VARIABLES:
            if variable == "stage" and not view.has_stages:
                continue
            mixes.append(_mix(view, (variable, title), (*categories, ("", _UNKNOWN)), counts.get(variable, {}), closed))
        return tuple(mixes)

    return view.snapshot.remember(("mix", view.key, view.period, unit.level, unit.code), build)


def _mix(
    view: View, named: tuple[str, Text], categories: tuple, counts: dict[str, tuple[int, int]], closed: bool
) -> Mix:
    here = {key: counts.get(key, (0, 0)) for key, _ in categories}
    own = protect_distribution({key: mine for key, (mine, _) in here.items()}, view.edition)
    nation = protect_distribution({key: everyone for key, (_, everyone) in here.items()}, view.edition)
    own_total = sum(mine for mine, _ in here.values())
    nation_total = sum(everyone for _, everyone in here.values())
    if closed:
        own = dict.fromkeys(own)

    def share(count: int | None, total: int) -> float | None:
        return count / total if count is not None and total else None

    return Mix(
        *named,
        tuple(
            MixShare(key, text, own[key], share(own[key], own_total), share(nation[key], nation_total))
            for key, text in categories
            if key or here[key] != (0, 0)
        ),
    )


def protect_distribution(counts: Mapping[str, int], edition: Edition) -> dict[str, int | None]:
    """A distribution with its not registered cases under the key "", None where hidden.

    The not registered stand in an indicator of the same page too (stage known), so they may not serve as cover for
    a small category: the registered categories cover each other, and themselves cover small not registered.
    """
    if not edition.hides:
        return dict(counts)
    names = [name for name in counts if name]
    hidden = {names[i] for i in hide_siblings({i: (counts[n],) for i, n in enumerate(names)}, edition.threshold)}
    if unsafe((counts.get("", 0),), edition.threshold):
        hidden.add("")
        if len(hidden) == 1:
            hidden |= set(sorted((name for name in names if counts[name]), key=lambda name: counts[name])[:1])
    return {name: None if name in hidden else count for name, count in counts.items()}


def _counts(view: View, codes: Collection[str]) -> dict[str, dict[str, tuple[int, int]]]:
    """variable → category → (cases of the departments, cases of the country), of the view's period."""
    cases = _all_cases(view)
    cases = cases[cases["period"] == view.period]
    found: dict[str, dict[str, tuple[int, int]]] = {}
    columns = (cases[name].tolist() for name in ("variable", "category", "department", "cases"))
    for variable, category, department, n in zip(*columns, strict=True):
        of_variable = found.setdefault(variable, {})
        own, everyone = of_variable.get(category, (0, 0))
        of_variable[category] = (own + n * (department in codes), everyone + n)
    return found
