"""The tree of a result: nation → regions → departments, per indicator and period, through the door.

Columns of a node frame: indicator, period, level (nation/region/department), region, code, the six counts,
``events`` (what disclosure judges as numerator: the numerator, or the deaths of a survival result), rate and limits.
A region's code is its region. Region "" holds rows whose region is not registered, department "" those without one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd

from data import reference
from data.cache import kept_frame, kept_rows
from data.checks import required_variables
from data.period import is_span, months_of, period_end, period_start, years_before
from data.published import NotPublished, Published
from data.store import Snapshot
from indicators.catalogue import BY_ID, CATALOGUE, why_not_reported
from indicators.declaration import Indicator
from indicators.engine import COUNTS, with_rates
from results import cube
from results.disclosure import protect_view
from results.view import Edition, View

_GROUP = ["indicator", "period"]
_KEYS = [*_GROUP, "level", "region", "code"]
PLACES = ("treating", "residence")
#: Raise by one when a tree is summed or estimated differently, so that trees kept before are not read.
_FORM = 1
#: Indicators whose rows are the variables of a case.
_BY_VARIABLE = tuple(one.id for one in CATALOGUE if one.rows == "case_variables")


def nodes(
    view: View,
    indicators: tuple[str, ...] | None = None,
    periods: tuple[int, ...] | None = None,
    departments: bool = True,
) -> pd.DataFrame:
    """The protected tree of the named indicators (None: all reported) in the named periods (None: the view's three).

    ``departments``: False where only the nation and the regions are shown; the public edition counts them all the
    same, because what it hides depends on them.
    """
    spans = periods or view.three_periods
    if isinstance(view.snapshot, Published):
        return _published([view], indicators, {view.database: spans}, departments).drop(columns="database")
    deep = departments or view.edition.hides
    key = ("nodes", view.key, indicators, spans, deep)
    return view.snapshot.remember(key, lambda: protect_view(view, lambda one: _tree(one, indicators, spans, deep)))


def latest_nodes(views: Sequence[View], departments: bool = True) -> pd.DataFrame:
    """``nodes(view, None, (view.period,))`` of many databases in one go, with a column ``database``.

    The views must be alike in all but database and period and have no filters; else ValueError.
    """
    first = views[0]
    alike = {(id(view.snapshot), view.edition, view.place, view.regions, view.where) for view in views}
    if len(alike) > 1 or first.where:
        raise ValueError("latest_nodes: the views must share snapshot, edition, place and regions, without filters")
    deep = departments or first.edition.hides
    latest = tuple((view.database, (view.period,)) for view in views)
    if isinstance(first.snapshot, Published):
        return _published(views, None, dict(latest), departments)
    key = ("latest", deep, first.edition, first.place, first.regions, latest)
    keys = ["database", *_GROUP]
    return first.snapshot.remember(key, lambda: protect_view(first, lambda one: _kept(one, dict(latest), deep), keys))


def _published(
    views: Sequence[View], wanted: Sequence[str] | None, spans: Mapping[str, Sequence[int]], departments: bool
) -> pd.DataFrame:
    """The published nodes of these views, with a column ``database``. Raises NotPublished for other patients than all
    (or those of a site with standards of its own, for the nation) and for months."""
    found = []
    for view in views:
        site = dict(view.where).get("site", "")
        if len(view.where) > bool(site) or any(is_span(one) for one in spans[view.database]):
            raise NotPublished(f"{view.database}: the public edition has whole years of all patients alone")
        if view.edition.threshold != view.snapshot.threshold:
            raise ValueError(f"published with k {view.snapshot.threshold}, asked for {view.edition.threshold}")
        tree = view.snapshot.frame(view.database, "sites" if site else "nodes")
        rows = tree["site"].eq(site) if site else tree["place"].eq(view.place) & tree["regions"].eq(view.regions)
        rows &= tree["period"].isin(spans[view.database])
        rows &= tree["indicator"].isin(wanted if wanted is not None else reported(view))
        if not departments:
            rows &= tree["level"] != "department"
        found.append(tree[rows].drop(columns=["site"] if site else ["place", "regions"]).assign(database=view.database))
    return pd.concat(found, ignore_index=True)


def records(frame: pd.DataFrame) -> list[dict]:
    """The rows as dicts, as pandas' ``to_dict("records")``, which takes three times as long."""
    names = list(frame.columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*(frame[name].tolist() for name in names), strict=True)]


def prepare(snapshot: Snapshot, edition: Edition, databases: Sequence[str]) -> None:
    """Keep the trees of these databases and of their sites with standards, by treating region and by residence."""
    for database in databases:
        for place in PLACES:
            view = View(snapshot, edition, database, 0, place)
            for there in (view, *(view.for_site(site) for site in _sites(database))):
                kept_frame(snapshot, database, _key(there), lambda there=there: _whole(there))


def sites_of(view: View, indicator: str) -> tuple[str, ...]:
    """The sites for which the database has a standard of its own for an indicator; they get rows of their own.

    None where the extract came without icd10: no case is known to be of a site.
    """
    if "icd10" not in view.info.columns["cases"]:
        return ()
    return tuple(sorted(site for site, ids in _sites(view.database).items() if indicator in ids))


@cache
def _sites(database: str) -> dict[str, frozenset[str]]:
    """Site → the indicators that have a standard of their own there."""
    found: dict[str, set[str]] = {}
    for one in reference.standards():
        if one.database == database and one.site and not one.stage:
            found.setdefault(one.site, set()).add(one.indicator)
    return {site: frozenset(ids) for site, ids in found.items()}


def _key(view: View) -> str:
    """The name of a view's kept tree; of a site with the indicators in it, which the list of standards decides."""
    site = dict(view.where).get("site", "")
    of_site = [site, _digest(sorted(_sites(view.database)[site]))] if site else []
    return "-".join(["tree", str(_FORM), view.place, str(view.regions), *of_site, cube.DEFINITION_VERSION])


def _digest(names: Sequence[str]) -> str:
    return hashlib.sha256(" ".join(names).encode()).hexdigest()[:8]


def _is_kept(view: View, wanted: tuple[str, ...] | None) -> bool:
    """Whether there is a tree of exactly these patients: the whole database, or a site with standards of its own."""
    site = dict(view.where).get("site", "")
    at_site = _sites(view.database).get(site, frozenset())
    return not view.where or (len(view.where) == 1 and bool(wanted) and at_site.issuperset(wanted))


def _kept(view: View, periods: Mapping[str, Collection[int]], deep: bool) -> pd.DataFrame:
    """The kept trees of several databases, each in its periods; ``view`` says by which place and regions."""

    def build(database: str) -> pd.DataFrame:
        return _whole(replace(view, database=database))

    slow = len(periods) > 1 and view.regions == View.regions  # those that are prepared; of one, a second or two
    tree = kept_rows(view.snapshot, _key(view), "period", periods, build, slow)
    if not deep:
        tree = tree[tree["level"] != "department"].reset_index(drop=True)
    variables = tree["database"].map({code: variables_of(replace(view, database=code)) for code in periods})
    return tree.assign(rows_per_case=variables.where(tree["indicator"].isin(_BY_VARIABLE), 1))


def whole_tree(view: View) -> pd.DataFrame:
    """The unprotected tree of all indicators and periods: of the database, or of a site those with standards there.

    For ``results.publishing`` alone, with ``rows_per_case``.
    """
    tree = kept_frame(view.snapshot, view.database, _key(view), lambda: _whole(view))
    return tree.assign(rows_per_case=np.where(tree["indicator"].isin(_BY_VARIABLE), variables_of(view), 1))


def sites(database: str) -> tuple[str, ...]:
    """The sites for which a database has standards of their own."""
    return tuple(sorted(_sites(database)))


def _whole(view: View) -> pd.DataFrame:
    """The tree of all indicators and periods: of the database, or of a site those with standards of their own."""
    usable = [one for one in reported(view) if divisible(view, one)]
    if view.where:
        at_site = _sites(view.database)[dict(view.where)["site"]]
        chosen = [BY_ID[one] for one in usable if one in at_site]
        if not chosen:
            return pd.DataFrame(columns=[*_KEYS, *COUNTS])
        return _summed(cube.counted(view.snapshot, view.database, chosen, view.selection()), view)
    leaves = cube.leaf_counts(view.snapshot, view.database)
    found = _by_period(cube.survival_places(view.snapshot, view.database))
    frames = [_summed(leaves[leaves["indicator"].isin(usable)], view), _placed(found, view)]
    return pd.concat(frames, ignore_index=True)


def reported(view: View) -> tuple[str, ...]:
    """The ids of the indicators that the view's database reports, in the order of the catalogue."""
    return tuple(one.id for one in CATALOGUE if why_not_reported(one, view.info) is None)


def divisible(view: View, indicator: str) -> bool:
    """Whether the indicator can be divided by the view's filters and place; coverage knows no sex or residence."""
    groups = BY_ID[indicator].groups
    if is_span(view.period) and not cube.by_month(BY_ID[indicator]):
        return False
    named = [name for name, _ in view.where]
    if view.place == "residence":
        named.append("region")
    return not groups or all(name in groups for name in named)


def _tree(view: View, wanted: tuple[str, ...] | None, periods: tuple[int, ...], deep: bool) -> pd.DataFrame:
    spans = tuple(one for one in periods if is_span(one))
    if spans:
        years = tuple(one for one in periods if not is_span(one))
        parts = [_of_spans(view, wanted, spans, deep), *([_tree(view, wanted, years, deep)] if years else [])]
        return pd.concat([one for one in parts if len(one)] or parts[:1], ignore_index=True)
    if _is_kept(view, wanted):
        tree = _kept(view, {view.database: periods}, deep).drop(columns="database")
        return tree if wanted is None else tree[tree["indicator"].isin(wanted)].reset_index(drop=True)
    usable = [one for one in (reported(view) if wanted is None else wanted) if divisible(view, one)]
    counted = [one for one in usable if not BY_ID[one].survival_years]
    survived = [one for one in usable if BY_ID[one].survival_years]
    frames = [_counted(view, counted, periods, deep)] if counted else []
    frames += [_survived(view, survived, periods, deep)] if survived else []
    if not frames:
        return pd.DataFrame(columns=[*_KEYS, *COUNTS])
    tree = pd.concat(frames, ignore_index=True)
    return tree.assign(rows_per_case=np.where(tree["indicator"].isin(_BY_VARIABLE), variables_of(view), 1))


def _of_spans(view: View, wanted: tuple[str, ...] | None, spans: tuple[int, ...], deep: bool) -> pd.DataFrame:
    """The tree of spans of months, each with its own code as its period."""
    usable = [BY_ID[one] for one in (reported(view) if wanted is None else wanted) if divisible(view, one)]
    counted = [one for one in usable if not one.survival_years and cube.by_month(one)]
    survived = [one for one in usable if one.survival_years]
    places, frames = _places(view, deep), []
    if counted:
        first, end = min(map(period_start, spans)), max(map(period_end, spans))
        key = ("months", view.database, view.where, tuple(one.id for one in counted), first, end, places)
        there = view.selection().within(first, end)
        leaves = view.snapshot.remember(
            key, lambda: cube.leaf_counts_between(view.snapshot, view.database, counted, there, places)
        )
        parts = [leaves[leaves["month"].isin(months_of(one))].assign(period=one) for one in spans]
        frames.append(_summed(pd.concat(parts, ignore_index=True), view, deep))
    for span in spans if survived else ():
        frames.append(_placed(_survived_within(view, survived, span, places), view))
    frames = [one for one in frames if len(one)]
    if not frames:
        return pd.DataFrame(columns=[*_KEYS, *COUNTS, "rows_per_case"])
    tree = pd.concat(frames, ignore_index=True)
    return tree.assign(rows_per_case=np.where(tree["indicator"].isin(_BY_VARIABLE), variables_of(view), 1))


def _survived_within(view: View, indicators: Sequence[Indicator], span: int, places: tuple[str, ...]) -> pd.DataFrame:
    """Survival reported in a span: of those diagnosed in the same months as many years before."""
    found = []
    for one in indicators:
        cohort = years_before(span, one.survival_years)
        there = view.selection().within(period_start(cohort), period_end(cohort))
        key = ("survival within", view.database, view.where, places, view.regions == 4, one.id, span)
        found.append(
            view.snapshot.remember(
                key,
                lambda there=there, one=one: cube.survival_of(
                    view.snapshot, view.database, there, places, merged=view.regions == 4, of=(one,)
                ),
            )
        )
    table = pd.concat(found, ignore_index=True)
    return table[table["cases"] > 0].assign(period=span)


def variables_of(view: View) -> int:
    """How many rows each case has in an indicator that counts variables: one for each that was delivered."""
    return len(required_variables(view.about.staging, view.info.columns["cases"]))


def _counted(view: View, wanted: list[str], periods: tuple[int, ...], deep: bool) -> pd.DataFrame:
    first, last, places = min(periods), max(periods), _places(view, deep)
    spans = view.selection().within(period_start(first, view.first_month), period_end(last, view.first_month))
    chosen = [BY_ID[one] for one in wanted]

    def found() -> pd.DataFrame:
        kept = cube.leaf_counts_within(view.snapshot, view.database, chosen, dict(view.where), first, last, places)
        return cube.counted(view.snapshot, view.database, chosen, spans, places) if kept is None else kept

    key = ("leaves", view.database, view.where, tuple(wanted), first, last, places)
    leaves = view.snapshot.remember(key, found)
    return _summed(leaves[leaves["period"].isin(periods)], view, deep)


def _places(view: View, deep: bool) -> tuple[str, ...]:
    """What the view's patients are counted by; departments lie in treating regions."""
    if view.place != "treating":
        return ("region",)
    return ("treating_region", "department") if deep else ("treating_region",)


def _summed(leaves: pd.DataFrame, view: View, deep: bool = True) -> pd.DataFrame:
    """The sums of the leaves by indicator, period and level, with rates; departments only where ``deep``."""
    places = _places(view, deep)
    keys = [leaves["indicator"], leaves["period"], in_regions(leaves[places[0]], view)]
    keys += [leaves["department"]] if len(places) > 1 else []
    coded = [pd.factorize(key, sort=True) for key in keys]
    counts = leaves[list(COUNTS)].to_numpy(np.int64)
    frames = []
    for level, depth in (("nation", 2), ("region", 3), ("department", 4)):
        if depth > len(keys):
            break
        shape = tuple(max(1, len(values)) for _, values in coded[:depth])
        number = np.ravel_multi_index([codes for codes, _ in coded[:depth]], shape)
        groups, member = np.unique(number, return_inverse=True)
        sums = np.zeros((len(groups), counts.shape[1]), dtype=np.int64)
        np.add.at(sums, member, counts)
        there = [values[at] for (_, values), at in zip(coded, np.unravel_index(groups, shape), strict=False)]
        region = there[2] if depth > 2 else ""
        group = {"indicator": there[0], "period": there[1], "level": level, "region": region}
        group["code"] = there[3] if depth > 3 else region
        frames.append(pd.DataFrame(group | dict(zip(COUNTS, sums.T, strict=True))))
    tree = with_rates(pd.concat(frames, ignore_index=True))
    return tree.assign(events=tree["numerator"])


def _survived(view: View, wanted: list[str], periods: tuple[int, ...], deep: bool) -> pd.DataFrame:
    """Survival of the cohorts that have been followed long enough: n years before the period."""
    places = _places(view, deep)
    key = ("survival", view.database, view.where, places, view.regions)
    found = view.snapshot.remember(
        key, lambda: cube.survival_of(view.snapshot, view.database, view.selection(), places, merged=view.regions == 4)
    )
    found = _by_period(found[found["indicator"].isin(wanted)])
    return _placed(found[found["period"].isin(periods)], view)


def _by_period(found: pd.DataFrame) -> pd.DataFrame:
    """Survival with the period in which it is reported: that in which the last of its cohort have been followed."""
    return found.assign(period=found["cohort"] + found["indicator"].map(lambda one: BY_ID[one].survival_years))


def _placed(found: pd.DataFrame, view: View) -> pd.DataFrame:
    """Survival results as nodes; a department is put under the region of the unit list."""
    place = "treating_region" if view.place == "treating" else "region"
    merged = cube.merged_regions()
    gone = {code for codes in merged.values() for code in codes} if view.regions == 4 else set(merged)
    kept = found["place"].isin(["nation", place] + (["department"] if view.place == "treating" else []))
    kept &= ~((found["place"] == place) & found["code"].isin(gone))
    found = found[kept]
    level = found["place"].map({"nation": "nation", place: "region", "department": "department"})
    is_department, is_region = level.eq("department"), level.eq("region")
    region = np.where(is_region, found["code"], "")
    region = np.where(is_department, in_regions(found["code"].map(_homes(view)).fillna(""), view), region)
    return pd.DataFrame(
        {
            **{name: found[name] for name in _GROUP},
            "level": level,
            "region": region,
            "code": np.where(level.eq("nation"), "", found["code"]),
            "population": found["cases"],
            "not_mature": 0,
            "excluded": 0,
            "missing": 0,
            "denominator": found["cases"],
            "numerator": np.nan,
            "events": found["events"],
            "rate": found["estimate"].astype(float),
            "lower": found["lower"].astype(float),
            "upper": found["upper"].astype(float),
        }
    )


def in_regions(codes: pd.Series, view: View) -> pd.Series:
    """Region codes as the view divides the country: five regions, or four with the merged one."""
    return codes.map(lambda code: reference.merged_region(code) if code else "") if view.regions == 4 else codes


def units(view: View) -> pd.DataFrame:
    """The database's unit list: code, name, hospital, region, kind, indexed by code."""
    if isinstance(view.snapshot, Published):
        there = view.snapshot.frame(view.database, "units")
        return view.snapshot.remember(
            ("units", view.database), lambda: there.drop(columns="active").set_index("code", drop=False)
        )
    sql = "SELECT code, name, hospital, region, kind FROM units"
    return view.snapshot.remember(
        ("units", view.database),
        lambda: view.snapshot.query(view.database, sql).set_index("code", drop=False),
    )


def active_units(view: View) -> tuple[tuple[str, str], ...]:
    """The units that anything is counted for in the database: (code, full name), by region, then name."""

    def build() -> tuple[tuple[str, str], ...]:
        listed, order = units(view), reference.region_order()
        if isinstance(view.snapshot, Published):
            there = view.snapshot.frame(view.database, "units")
            counted = set(there.loc[there["active"], "code"])
        else:
            counted = set(cube.counted_departments(view.snapshot, view.database)["department"])
        rows = zip(listed["code"].tolist(), listed["name"].tolist(), listed["region"].tolist(), strict=True)
        found = [(order.index(region), reference.danish_key(name), code, name) for code, name, region in rows]
        return tuple((code, name) for _, _, code, name in sorted(found) if code in counted)

    return view.snapshot.remember(("active units", view.database), build)


def _homes(view: View) -> dict[str, str]:
    return units(view)["region"].to_dict()
