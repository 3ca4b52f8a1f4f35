"""The tree of a result: nation → regions → departments, per indicator and period, through the door.

Columns of a node frame: indicator, period, level (nation/region/department), region, code, the six counts,
``events`` (what disclosure judges as numerator: the numerator, or the deaths of a survival result), rate and limits.
A region's code is its region. Region "" holds rows whose region is not registered, department "" those without one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from data import reference
from data.checks import required_variables
from indicators.catalogue import BY_ID, CATALOGUE, why_not_reported
from indicators.engine import COUNTS, period_end, period_start, with_rates
from tables import cube
from tables.disclosure import protect
from tables.view import View

_GROUP = ["indicator", "period"]
_KEYS = [*_GROUP, "level", "region", "code"]
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
    wanted = indicators or reported(view)
    spans = periods or view.three_periods
    deep = departments or view.edition.hides
    key = ("nodes", view.key, wanted, spans, deep)
    return view.snapshot.remember(key, lambda: protect(_tree(view, wanted, spans, deep), view.edition))


def latest_nodes(views: Sequence[View], departments: bool = True) -> pd.DataFrame:
    """``nodes(view, None, (view.period,))`` of many databases in one go, with a column ``database``.

    The views must be alike in all but database and period and have no filters; else ValueError.
    """
    first = views[0]
    alike = {(id(view.snapshot), view.edition, view.place, view.regions, view.where) for view in views}
    if len(alike) > 1 or first.where:
        raise ValueError("latest_nodes: the views must share snapshot, edition, place and regions, without filters")
    deep = departments or first.edition.hides
    key = (
        "latest",
        deep,
        first.edition,
        first.place,
        first.regions,
        tuple((view.database, view.period) for view in views),
    )
    keys = ["database", *_GROUP]
    return first.snapshot.remember(key, lambda: protect(_latest_tree(views, deep), first.edition, keys))


def _latest_tree(views: Sequence[View], deep: bool) -> pd.DataFrame:
    first = views[0]
    years = {one: BY_ID[one].survival_years for one in BY_ID if BY_ID[one].survival_years}
    shown = {(view.database, one) for view in views for one in reported(view) if divisible(view, one)}
    leaves = cube.leaf_counts_of(first.snapshot, {view.database: (view.period,) for view in views})
    cohorts = {view.database: {view.period - n for n in years.values()} for view in views}
    found = cube.survival_places_of(first.snapshot, cohorts)
    periods = {view.database: view.period for view in views}
    found = found.assign(period=found["cohort"] + found["indicator"].map(years))
    found = found[found["period"] == found["database"].map(periods)]
    homes = _all_homes(views)
    home = pd.Series([homes.get(pair, "") for pair in zip(found["database"], found["code"], strict=True)], found.index)
    keys = ["database", *_GROUP]
    tree = pd.concat(
        [_summed(leaves, first, keys, deep), _placed(found.assign(home=home), first, keys)], ignore_index=True
    )
    tree = tree[[pair in shown for pair in zip(tree["database"], tree["indicator"], strict=True)]]
    variables = {view.database: _variables(view) for view in views}
    return tree.assign(rows_per_case=tree["database"].map(variables).where(tree["indicator"].isin(_BY_VARIABLE), 1))


def _all_homes(views: Sequence[View]) -> dict[tuple[str, str], str]:
    parts = [f"SELECT '{view.database}' AS database, code, region FROM \"{view.database}\".units" for view in views]
    rows = views[0].snapshot.rows(views[0].database, " UNION ALL ".join(parts))
    return {(database, code): region for database, code, region in rows}


def reported(view: View) -> tuple[str, ...]:
    """The ids of the indicators that the view's database reports, in the order of the catalogue."""
    return tuple(one.id for one in CATALOGUE if why_not_reported(one, view.info) is None)


def divisible(view: View, indicator: str) -> bool:
    """Whether the indicator can be divided by the view's filters and place; coverage knows no sex or residence."""
    groups = BY_ID[indicator].groups
    named = [name for name, _ in view.where]
    if view.place == "residence":
        named.append("region")
    return not groups or all(name in groups for name in named)


def _tree(view: View, wanted: tuple[str, ...], periods: tuple[int, ...], deep: bool) -> pd.DataFrame:
    usable = [one for one in wanted if divisible(view, one)]
    counted = [one for one in usable if not BY_ID[one].survival_years]
    survived = [one for one in usable if BY_ID[one].survival_years]
    frames = [_counted(view, counted, periods, deep)] if counted else []
    frames += [_survived(view, survived, periods)] if survived else []
    if not frames:
        return pd.DataFrame(columns=[*_KEYS, *COUNTS])
    tree = pd.concat(frames, ignore_index=True)
    return tree.assign(rows_per_case=np.where(tree["indicator"].isin(_BY_VARIABLE), _variables(view), 1))


def _variables(view: View) -> int:
    """How many rows each case has in an indicator that counts variables."""
    return len(required_variables(view.about.staging))


def _counted(view: View, wanted: list[str], periods: tuple[int, ...], deep: bool) -> pd.DataFrame:
    if view.where:
        leaves = _filtered(view, tuple(wanted), min(periods), max(periods))
    else:
        leaves = cube.leaf_counts(view.snapshot, view.database)
    leaves = leaves[leaves["indicator"].isin(wanted) & leaves["period"].isin(periods)]
    return _summed(leaves, view, _GROUP, deep)


def _summed(leaves: pd.DataFrame, view: View, keys: list[str], deep: bool) -> pd.DataFrame:
    """The sums of the leaves by level within each of ``keys``, with rates; departments only where ``deep``."""
    region = leaves["treating_region" if view.place == "treating" else "region"]
    deep = deep and view.place == "treating"
    department = leaves["department"] if deep else ""
    leaves = leaves.assign(region=in_regions(region, view), code=department)
    counts = list(COUNTS)
    frames = [
        leaves.groupby(keys, as_index=False)[counts].sum().assign(level="nation", region="", code=""),
        leaves.groupby([*keys, "region"], as_index=False)[counts].sum().assign(level="region"),
    ]
    if deep:
        frames.append(
            leaves.groupby([*keys, "region", "code"], as_index=False)[counts].sum().assign(level="department")
        )
    tree = with_rates(pd.concat(frames, ignore_index=True))
    tree["code"] = tree["code"].where(tree["level"] != "region", tree["region"])
    tree["events"] = tree["numerator"]
    return tree


def _filtered(view: View, indicators: tuple[str, ...], first: int, last: int) -> pd.DataFrame:
    """The leaves of the view's patients, counted directly, in the periods from ``first`` to ``last``."""
    chosen = [BY_ID[one] for one in indicators]
    spans = view.selection().within(period_start(first, view.first_month), period_end(last, view.first_month))
    key = ("leaves", view.database, view.where, indicators, first, last)
    return view.snapshot.remember(key, lambda: cube.counted(view.snapshot, view.database, chosen, spans))


def _survived(view: View, wanted: list[str], periods: tuple[int, ...]) -> pd.DataFrame:
    """Survival of the cohorts that have been followed long enough: n years before the period."""
    if view.where:
        places = ("treating_region", "department") if view.place == "treating" else ("region",)
        key = ("survival", view.database, view.where, places, view.regions)
        found = view.snapshot.remember(
            key,
            lambda: cube.survival_of(view.snapshot, view.database, view.selection(), places, merged=view.regions == 4),
        )
    else:
        found = cube.survival_places(view.snapshot, view.database)
    found = found[found["indicator"].isin(wanted)]
    found = found.assign(period=found["cohort"] + found["indicator"].map(lambda one: BY_ID[one].survival_years))
    found = found[found["period"].isin(periods)]
    return _placed(found.assign(home=found["code"].map(_homes(view)).fillna("")), view, _GROUP)


def _placed(found: pd.DataFrame, view: View, keys: list[str]) -> pd.DataFrame:
    """Survival results as nodes; ``home`` is the region of a row's department."""
    place = "treating_region" if view.place == "treating" else "region"
    merged = cube.merged_regions()
    gone = {code for codes in merged.values() for code in codes} if view.regions == 4 else set(merged)
    kept = found["place"].isin(["nation", place] + (["department"] if view.place == "treating" else []))
    kept &= ~((found["place"] == place) & found["code"].isin(gone))
    found = found[kept]
    level = found["place"].map({"nation": "nation", place: "region", "department": "department"})
    is_department, is_region = level.eq("department"), level.eq("region")
    region = np.where(is_region, found["code"], "")
    region = np.where(is_department, in_regions(found["home"], view), region)
    return pd.DataFrame(
        {
            **{name: found[name] for name in keys},
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
    sql = "SELECT code, name, hospital, region, kind FROM units"
    return view.snapshot.remember(
        ("units", view.database),
        lambda: view.snapshot.query(view.database, sql).set_index("code", drop=False),
    )


def active_units(view: View) -> tuple[tuple[str, str], ...]:
    """The units that anything is counted for in the database: (code, full name), by region, then name."""

    def build() -> tuple[tuple[str, str], ...]:
        listed, order = units(view), reference.region_order()
        counted = set(cube.counted_departments(view.snapshot, view.database)["department"])
        rows = zip(listed["code"].tolist(), listed["name"].tolist(), listed["region"].tolist(), strict=True)
        found = [(order.index(region), reference.danish_key(name), code, name) for code, name, region in rows]
        return tuple((code, name) for _, _, code, name in sorted(found) if code in counted)

    return view.snapshot.remember(("active units", view.database), build)


def _homes(view: View) -> dict[str, str]:
    return units(view)["region"].to_dict()
