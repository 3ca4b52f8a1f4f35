"""The protected frames of a database: all that a publication, and the public edition, is made of.

``nodes`` (results.nodes, with ``place`` and ``regions``), ``sites`` (the nation's rows of sites with standards of their
own), ``cases`` (diagnosed by department and year), ``units``, ``years`` and ``waits``. They are made once per database
file and threshold, and kept as other frames are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from data import reference
from data.cache import kept_frame
from data.published import Published
from data.store import Snapshot
from indicators.catalogue import BY_ID
from indicators.statistics.distributions import normal_quantile
from results import cube, department, disclosure, nodes
from results.publishing import lattice
from results.view import Edition, View, periods, with_cases
from results.waits import published

#: Which frames there are.
NAMES = ("nodes", "sites", "cases", "units", "years", "waits")
#: Names kept frames: they change with what is counted and with how it is hidden.
VERSION = cube.method_version(*(Path(one.__file__) for one in (lattice, nodes, disclosure, published)), Path(__file__))
_KEYS = ["indicator", "period"]


def public(snapshot: Snapshot, edition: Edition) -> Published:
    """A snapshot as the public edition has it: its frames are made when they are asked for."""
    return Published(
        snapshot.root,
        snapshot.id,
        snapshot.created,
        snapshot.databases,
        edition.threshold,
        lambda database, name: frame(snapshot, edition, database, name),
        snapshot.broken,
    )


def public_of(snapshot: Snapshot | Published, edition: Edition) -> Published:
    """``public``, the same one as long as the snapshot is open; a publication is what it is."""
    if isinstance(snapshot, Published):
        return snapshot
    return snapshot.remember(("public edition", edition.threshold), lambda: public(snapshot, edition))


def frame(snapshot: Snapshot, edition: Edition, database: str, name: str) -> pd.DataFrame:
    """A protected frame of a database; KeyError for a name that is not in NAMES."""
    make, view = _MAKERS[name], View(snapshot, edition, database, 0)
    key = f"public{edition.threshold}-{name}-{VERSION}"
    return kept_frame(snapshot, database, key, lambda: make(view))


def _nodes(view: View) -> pd.DataFrame:
    found = []
    for place in nodes.PLACES:
        there = replace(view, place=place)
        five = whole(there)
        hidden, missing = lattice.flags(five, view.edition.threshold)
        found.append(_shown(five, view.edition, hidden, missing).assign(place=place, regions=5))
        four = whole(replace(there, regions=4))
        gone = [_merged(five, hidden), _merged(five, missing)]
        names = disclosure.merged_names(four, _KEYS)
        flags = (np.array([name in one for name in names], dtype=bool) for one in gone)
        found.append(_shown(four, view.edition, *flags).assign(place=place, regions=4))
    return pd.concat(found, ignore_index=True)


def whole(view: View) -> pd.DataFrame:
    """The unprotected tree of all indicators in the years that can be chosen, by the view's place and regions.

    Survival in whole patients: ``events`` are those who would have died without emigration, rounded, and rate and
    limits follow from them and the cases alone, so that no emigrant can be read from the digits of an estimate.
    """
    tree = nodes.whole_tree(view)
    tree = tree[tree["period"].isin(periods(view.snapshot, view.database))].reset_index(drop=True)
    tree = tree.assign(deaths=tree["events"])
    lived = tree["indicator"].map(lambda one: bool(BY_ID[one].survival_years)) & tree["rate"].notna()
    cases = tree.loc[lived, "denominator"].to_numpy(float)
    events = np.rint(cases * (1 - tree.loc[lived, "rate"].to_numpy(float)))
    lower, upper = _limits(events, cases)
    tree.loc[lived, "events"] = events.astype(np.int64)
    tree.loc[lived, "rate"], tree.loc[lived, "lower"], tree.loc[lived, "upper"] = 1 - events / cases, lower, upper
    return tree


def _limits(events: np.ndarray, cases: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log-log 95 % limits of a survival without censoring; the value itself where nobody or everybody is dead."""
    value = 1 - events / cases
    inside = (events > 0) & (events < cases)
    log = np.log(value, out=np.full(len(value), -1.0), where=inside)
    greenwood = np.divide(events, cases * (cases - events), out=np.zeros(len(value)), where=inside)
    width = normal_quantile(0.975) * np.sqrt(greenwood) / -log
    low, high = (np.where(inside, np.exp(log * np.exp(sign * width)), value) for sign in (1, -1))
    return low, high


def _merged(five: pd.DataFrame, flags: np.ndarray) -> set[tuple]:
    names = disclosure.merged_names(five, _KEYS)
    return {name for name, flag in zip(names, flags, strict=True) if flag}


def _shown(tree: pd.DataFrame, edition: Edition, hidden: np.ndarray, missing: np.ndarray) -> pd.DataFrame:
    return disclosure.emptied(tree, edition, hidden, missing).drop(columns="deaths")


def _sites(view: View) -> pd.DataFrame:
    """The nation's rows of each site; with the other patients they are the parts of the nation."""
    k, there = view.edition.threshold, []
    for site in nodes.sites(view.database):
        tree = nodes.whole_tree(view.for_site(site))
        there.append(tree[tree["level"] == "nation"].assign(site=site))
    if not there:  # the frame of a database without sites has the columns of all
        there = [nodes.whole_tree(view).iloc[:0].assign(site=pd.Series(dtype=str))]
    rows = pd.concat(there, ignore_index=True)
    rows = rows[rows["period"].isin(periods(view.snapshot, view.database))].reset_index(drop=True)
    if rows.empty:
        return disclosure.emptied(rows, view.edition, np.zeros(0, dtype=bool), np.zeros(0, dtype=bool))
    nation = whole(view)
    nation = nation[nation["level"] == "nation"].set_index(_KEYS)
    counts = ["denominator", "missing", "not_mature", "events"]
    hidden = np.zeros(len(rows), dtype=bool)
    for key, at in rows.groupby(_KEYS, sort=False).indices.items():
        every = nation.loc[[key], counts].to_numpy(np.int64)[0]
        each = rows.loc[at, counts].to_numpy(np.int64)
        parts = [_site_parts(one) for one in [*each, every - each.sum(axis=0)]]
        star = lattice.close(dict(enumerate(parts)), k)
        if not star.closed:
            hidden[at] = True
        hidden[[at[i] for i in star.hidden if i < len(at)]] = True
    return disclosure.emptied(rows, view.edition, hidden, hidden)


def _site_parts(counts: np.ndarray) -> tuple[int, ...]:
    judged, missing, later, events = (int(one) for one in counts)
    return (judged + missing + later, missing, later, events, judged - events)


def _cases(view: View) -> pd.DataFrame:
    """regions, period, level, code (of a region, a department) and cases, empty where hidden."""
    found, there = [], periods(view.snapshot, view.database)
    gone: set[tuple] = set()
    for regions in (5, 4):
        tree = department.case_tree(replace(view, regions=regions))
        tree = tree[tree["period"].isin(there)].reset_index(drop=True)
        merged = tree["region"].map(lambda one: reference.merged_region(one) if one else "")
        names = list(zip(tree["period"], tree["level"], merged, tree["code"], strict=True))
        if regions == 5:
            hidden = np.zeros(len(tree), dtype=bool)
            for at in tree.groupby("period", sort=False).indices.values():
                places = [tuple(tree.loc[i, ["level", "region", "code"]]) for i in at]
                parts = [(int(tree.loc[i, "denominator"]),) for i in at]
                hidden[at] = lattice.hide(places, parts, view.edition.threshold)
            gone = {name for name, flag in zip(names, hidden, strict=True) if flag}
        flags = np.array([name in gone for name in names], dtype=bool)
        hides = hidden if regions == 5 else flags
        code = tree["code"].where(tree["level"] != "region", tree["region"])
        cases = tree["denominator"].astype("Float64").mask(hides)
        kept = (tree["level"] != "department") | (tree["code"] != "")
        found.append(tree.assign(regions=regions, code=code, cases=cases)[kept])
    return pd.concat(found, ignore_index=True)[["regions", "period", "level", "code", "cases"]]


def _units(view: View) -> pd.DataFrame:
    """The unit list; ``active``: something is published of it."""
    there = frame(view.snapshot, view.edition, view.database, "nodes")
    active = set(there.loc[there["level"] == "department", "code"])
    listed = nodes.units(view).reset_index(drop=True)
    return listed.assign(active=listed["code"].isin(active))


def _years(view: View) -> pd.DataFrame:
    return pd.DataFrame({"year": list(with_cases(view.snapshot, view.database))}, dtype="int64")


_MAKERS: Mapping[str, Callable[[View], pd.DataFrame]] = {
    "nodes": _nodes,
    "sites": _sites,
    "cases": _cases,
    "units": _units,
    "years": _years,
    "waits": published.nodes,
}
