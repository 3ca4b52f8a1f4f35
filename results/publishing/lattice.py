"""What the public edition can show of a database, hidden once: a closed list of cells, protected together.

The closed list is: indicator × reporting year × (nation, region, department) by place of treatment, and × (nation,
region) by residence; survival as shares of whole patients at one and five years of each yearly cohort, in the same
trees. Every cell is a sum of *parts* that no other cell of the list tells apart: not yet followed, missing, fulfilled,
not fulfilled, and what a nested indicator adds (dead within 90 days but not within 30). A part is unsafe from 1 to
k − 1 patients.

Proof in short (decision 42): a shown parent and its children are the only equations ("stars"). Of each star's hidden
members every part adds up to 0 or to k and more, also without any single department (who knows its own), and at
least three are hidden. So each hidden part can be anything from 0 to what is left of that sum: it is never determined,
and its upper bound is never below k. Indicators of the same patients hide by that number of patients first, so they
hide the same cells for it, and an indicator nested in another is hidden where that one is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators.catalogue import BY_ID, CATALOGUE

#: Nested results: what is counted in the first is counted in the second too. The second is hidden on its own, the
#: first also where the second is, and so that their difference is safe.
WITHIN = {
    "mortality_30d": "mortality_90d",
    "trial_included": "trial_offered",
    **{one.id: "any_complication_30d" for one in CATALOGUE if "complications" in one.needs},
}
WITHIN.pop("any_complication_30d")
#: The patients of the second are those that the first counts as fulfilled.
_OF_RECEIVED = ("palliative_within_10_days", "palliative_screened", "palliative_conference")
FOLLOWS = dict.fromkeys(_OF_RECEIVED, "palliative_received")
#: Deaths within one year are among those within five, of the same cohort: so many reporting years later.
_LATER = 4
#: So many of a star's members are hidden at least.
LEAST_HIDDEN = 2

Place = tuple[str, str, str]  # level, region, code


@dataclass(frozen=True)
class Star:
    """What of a parent's members is hidden. ``sums``: of their parts; ``whole``: every member with patients is."""

    hidden: frozenset[int]
    closed: bool


def safe(values: Iterable[int], k: int) -> bool:
    """Whether no number is from 1 to k − 1."""
    return all(value == 0 or value >= k for value in values)


def close(
    parts: Mapping[int, tuple[int, ...]],
    k: int,
    forced: Iterable[int] = (),
    leaves: Mapping[int, Sequence[tuple[int, ...]]] | None = None,
) -> Star:
    """Which members of a star to hide: the unsafe and forced ones, then others until all of it is safe.

    ``parts``: the parts of each member, first the number by which every indicator of the same patients hides: by that
    alone the smallest are added, the same ones for each indicator; then those that help most. ``leaves``: the
    departments of a member that is a region. ``closed`` is False where even all of them together are not safe: then
    the parent must be hidden.
    """
    parts = {i: values for i, values in parts.items() if any(values)}
    hidden = set(forced) & set(parts)
    for end in (1, None):
        part = {i: values[:end] for i, values in parts.items()}
        inner = {i: [one[:end] for one in (leaves or {}).get(i, ())] or [part[i]] for i in parts}
        hidden |= {i for i, values in part.items() if not safe(values, k)}
        while hidden and len(hidden) < len(parts):
            lacking = _lacking(hidden, part, inner, k)
            if not lacking and len(hidden) >= LEAST_HIDDEN:
                break
            left = [i for i in parts if i not in hidden]
            hidden.add(min(left, key=lambda i: (-sum(min(part[i][c], 2 * k) for c in lacking), parts[i][0], i)))
    inner = {i: list((leaves or {}).get(i, ())) or [parts[i]] for i in parts}
    closed = not hidden or (len(hidden) >= LEAST_HIDDEN and not _lacking(hidden, parts, inner, k))
    return Star(frozenset(hidden), closed)


def _lacking(hidden: set[int], part: Mapping, inner: Mapping, k: int) -> set[int]:
    """The parts of which the hidden members have too few together, or beside one department."""
    sums = [sum(column) for column in zip(*(part[i] for i in hidden), strict=True)]
    found = {c for c, total in enumerate(sums) if 0 < total < k}
    for i in hidden:
        for leaf in inner[i]:
            found |= {c for c, (total, own) in enumerate(zip(sums, leaf, strict=True)) if 0 < total - own < k}
    return found


def hide(places: Sequence[Place], parts: Sequence[tuple[int, ...]], k: int, forced: Iterable[int] = ()) -> np.ndarray:
    """Which nodes of a nation → region → department tree to hide; ``forced`` ones with their closure.

    ``places``: level, region and code of each node; ``parts``: see ``close``. A hidden region hides its departments;
    where the departments of a region (the regions of the nation) cannot be hidden safely, it is hidden itself.
    """
    gone, above = np.zeros(len(places), dtype=bool), set(forced)
    regions = [i for i, place in enumerate(places) if place[0] == "region"]
    nation = [i for i, place in enumerate(places) if place[0] == "nation"]
    under: dict[str, list[int]] = {}
    for i, (level, region, _) in enumerate(places):
        if level == "department":
            under.setdefault(region, []).append(i)
    stars = {}
    for i in regions:
        members = under.get(places[i][1], [])
        star = close({one: parts[one] for one in members}, k, above & set(members))
        stars[i] = star
        if not star.closed:
            above.add(i)
    leaves = {i: [parts[one] for one in under.get(places[i][1], [])] for i in regions}
    country = close({i: parts[i] for i in regions}, k, above & set(regions), leaves)
    for i in regions:
        if i in country.hidden:
            gone[[i, *under.get(places[i][1], [])]] = True
        else:
            gone[list(stars[i].hidden)] = True
    for i in nation:
        gone[i] = not country.closed or not safe(parts[i], k) or i in above
    return gone


def group_of(indicator: str) -> tuple:
    """What patients an indicator judges: those of one group share their number at every place."""
    one = BY_ID[indicator]
    if one.rows == "case_variables":  # every case, so many times over
        return group_of("survival_1y")
    if one.rows == "coverage_cases":
        return (one.rows,)
    return (one.rows, one.population, one.index_date, one.unit, one.exclusion)


def flags(tree: pd.DataFrame, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Of which nodes of a whole database's tree the result, and the missing count, is hidden.

    ``tree``: see results.nodes, of all indicators and periods by one place; with ``rows_per_case``.
    """
    hidden, missing = np.zeros(len(tree), dtype=bool), np.zeros(len(tree), dtype=bool)
    at = {
        (indicator, int(period)): rows
        for (indicator, period), rows in tree.groupby(["indicator", "period"], sort=False).indices.items()
    }
    names = list(zip(tree["level"].tolist(), tree["region"].tolist(), tree["code"].tolist(), strict=True))
    count = {
        name: tree[name].to_numpy(np.int64)
        for name in ("not_mature", "missing", "denominator", "events", "rows_per_case", "deaths")
        if name in tree
    }
    reported = {indicator for indicator, _ in at}
    sizes: dict[tuple, int] = {}
    for one in reported:
        sizes[group_of(one)] = sizes.get(group_of(one), 0) + 1
    for indicator in _in_order(reported):
        kinds = {_kind(one) for one in reported if group_of(one) == group_of(indicator)}
        surgical = "surgery" in kinds or "death" in kinds
        joined = sizes[group_of(indicator)] > 1 and not surgical
        for name, period in at:
            if name != indicator:
                continue
            rows = at[name, period]
            places = [names[i] for i in rows]
            above = _above(indicator, period, at)
            before = {} if above is None else {names[i]: i for i in at[above]}
            nested = above is not None and indicator not in FOLLOWS
            parts = []
            for i in rows:
                other = before.get(names[i]) if nested else None
                parts.append(_parts(count, i, joined, indicator, other))
            forced = {n for n, place in enumerate(places) if place in before and hidden[before[place]]}
            hidden[rows] = hide(places, parts, k, forced)
            if joined:
                missing[rows] = hidden[rows]
            elif len(kinds) > 1:  # two kinds of missing of the same patients: each is shown by neither
                missing[rows] = True
            else:
                missing[rows] = hide(places, [(int(count["missing"][i]),) for i in rows], k)
    return hidden, missing


def _kind(indicator: str) -> str:
    """Whose missing an indicator of surgery has: those not followed up, or those not known to live."""
    if "complications" in BY_ID[indicator].needs:
        return "surgery"
    return "death" if indicator.startswith("mortality") else ""


def _in_order(reported: Iterable[str]) -> list[str]:
    """Those that others are nested in first."""
    depth = {one.id: one.id in WITHIN or one.id in FOLLOWS or one.id == "survival_5y" for one in CATALOGUE}
    return sorted(reported, key=lambda one: (depth[one], list(BY_ID).index(one)))


def _above(indicator: str, period: int, at: Mapping) -> tuple[str, int] | None:
    """The result that another is nested in or follows: its indicator and period, None where there is none."""
    if indicator == "survival_5y":
        found = ("survival_1y", period - _LATER)
    else:
        found = (WITHIN.get(indicator) or FOLLOWS.get(indicator, ""), period)
    return found if found in at else None


def _parts(count: Mapping[str, np.ndarray], i: int, joined: bool, indicator: str, other: int | None) -> tuple[int, ...]:
    """What a node is made of, in patients; first those by whom the indicators of the same patients hide.

    ``other``: the node of the result that this one is nested in (of survival: that is nested in this one).
    """
    judged, events = int(count["denominator"][i]), int(count["events"][i])
    parts: tuple[int, ...] = (judged, events, judged - events)
    if joined:
        missing, later = int(count["missing"][i]), int(count["not_mature"][i])
        everyone = (judged + missing + later) // int(count["rows_per_case"][i])  # variables: in patients too
        parts = (everyone, *parts, missing, later)
    if "deaths" in count:  # before they were rounded
        parts = (*parts, int(count["deaths"][i]), judged - int(count["deaths"][i]))
    if other is None:
        return parts
    # What lies between the two: in one and not in the other, and who is judged in one alone.
    return (*parts, abs(int(count["events"][other]) - events), abs(int(count["denominator"][other]) - judged))
