"""The cases of a cohort divided into nation, groups and departments: names, order and daily counts (unprotected)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data import reference
from data.period import period_end, period_start
from data.selection import AGE_GROUPS, Selection
from data.text import Text
from results.audit import short_names
from results.nodes import units
from results.view import View
from survival.engine import daily_counts
from survival.estimators import DailyCounts

#: What the cases can be divided by; by hospital where departments are compared as such.
GROUPINGS = ("stage", "region", "department", "age_group", "sex", "period", "none")
HOSPITAL = "hospital"


@dataclass(frozen=True)
class Cohort:
    """Cases diagnosed in the reporting years ``first`` to ``last`` (the calendar years in which they begin)."""

    first: int
    last: int


@dataclass(frozen=True)
class SurvivalGroup:
    """Whom a result is of. level: nation, group or department; code "" in a group: not registered."""

    level: str
    code: str
    name: Text
    region: str = ""

    @property
    def registered(self) -> bool:
        return self.level == "nation" or self.code != ""


def tree(view: View, by: str, cohort: Cohort) -> tuple[tuple[SurvivalGroup, ...], DailyCounts]:
    """The nodes (nation, groups, departments) and their daily counts, unprotected."""
    key = ("survival_tree", view.database, view.where, view.regions, view.place if by == "region" else "", by, cohort)
    return view.snapshot.remember(key, lambda: _count(view, by, cohort))


def _count(view: View, by: str, cohort: Cohort) -> tuple[tuple[SurvivalGroup, ...], DailyCounts]:
    leaves = daily_counts(view.snapshot, view.database, selection(view, by, cohort), view.first_month)
    nodes, targets = nodes_of(view, by, leaves.groups)
    counts = leaves.counts
    node = np.concatenate([target[counts.group] for target in targets])
    names = ("day", "cancer", "other", "unknown", "censored")
    columns = (np.tile(getattr(counts, one), len(targets))[node >= 0] for one in names)
    return nodes, DailyCounts.of(len(nodes), node[node >= 0], *columns)


def selection(view: View, by: str, cohort: Cohort) -> Selection:
    """The cohort's patients in the leaves of a tree."""
    names = () if by == "none" else (column(view, by),)
    start, end = period_start(cohort.first, view.first_month), period_end(cohort.last, view.first_month)
    return Selection(names, view.where, start, end)


def nodes_of(view: View, by: str, leaves: pd.DataFrame) -> tuple[tuple[SurvivalGroup, ...], tuple[np.ndarray, ...]]:
    """The nodes of a tree, and for each of its levels the node of each leaf (−1: none)."""
    nation = SurvivalGroup("nation", "", Text("Danmark", "Denmark"))
    if by == "none":
        return (nation,), (np.zeros(len(leaves), dtype=np.int64),)
    codes = ["" if value is None or value != value else str(value) for value in leaves[column(view, by)]]
    homes = units(view)["region"].to_dict() if by == "department" else {}
    paths = [_path(view, by, code, homes) for code in codes]
    groups = sorted({path[0] for path in paths}, key=lambda code: _order(by, code))
    nodes = [nation, *(_group(view, by, code) for code in groups)]
    if by == "department":
        names_of = short_names(view, {code for code in codes if code})
        for region, code in sorted(paths, key=lambda path: (_order("region", path[0]), path[1])):
            if not code and not region:
                continue  # without region and department there is only one row
            short = names_of.get(code, ("Uoplyst",))[0]
            english = short if code else "Not registered"
            nodes.append(SurvivalGroup("department", code, Text(short, english), region))
    index = {(one.level, one.region if one.level == "group" else one.code): n for n, one in enumerate(nodes)}
    targets = [np.zeros(len(codes), dtype=np.int64)]
    targets.append(np.array([index[("group", path[0])] for path in paths], dtype=np.int64))
    if by == "department":
        targets.append(np.array([index.get(("department", path[1]), -1) for path in paths], dtype=np.int64))
    return tuple(nodes), tuple(targets)


def column(view: View, by: str) -> str:
    """The grouping name by which the cases are read: of a region the place that the reader chose."""
    return {"region": "treating_region" if view.place == "treating" else "region"}.get(by, by)


def code_of(view: View, by: str, value: object) -> str:
    """The code of the group, or department, that a value of :func:`column` belongs to; "" is not registered."""
    code = "" if value is None or value != value else str(value)
    return _merged(view, code) if by == "region" else code


def _path(view: View, by: str, code: str, homes: dict[str, str]) -> tuple[str, str]:
    """(group, department) that a leaf belongs to."""
    if by == "department":
        return (_merged(view, homes.get(code, "")), code)
    return (_merged(view, code) if by == "region" else code, "")


def _merged(view: View, region: str) -> str:
    return reference.merged_region(region) if region and view.regions == 4 else region


def _order(by: str, code: str) -> tuple:
    if by in ("region", "department"):
        order = reference.region_order()
        return (code not in order, order.index(code) if code in order else 0)
    if by == "age_group":
        return (code not in AGE_GROUPS, AGE_GROUPS.index(code) if code in AGE_GROUPS else 0)
    return (code == "", code)


def _group(view: View, by: str, code: str) -> SurvivalGroup:
    return SurvivalGroup("group", code, _name(view, by, code), code)


def _name(view: View, by: str, code: str) -> Text:
    if not code:
        return Text("Uoplyst", "Not registered")
    if by == "stage":
        return Text(f"Stadie {code}", f"Stage {code}")
    if by in ("region", "department"):
        return Text(reference.region_name(code), reference.region_name(code))
    if by == HOSPITAL:
        return Text(code, code)
    if by == "age_group":
        span = code.replace("-", "–")
        return Text(f"{span} år", f"{span} years")
    if by == "sex":
        return {"F": Text("Kvinder", "Women"), "M": Text("Mænd", "Men")}[code]
    year = int(code)
    label = code if view.first_month == 1 else f"{year}/{(year + 1) % 100:02d}"
    return Text(label, label)
