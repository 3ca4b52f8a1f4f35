"""The one door: what the public edition may not show is removed here, before any page, download or sentence.

A count from 1 to threshold − 1 is unsafe, in a denominator, a numerator and its complement. An unsafe cell is
hidden with enough others that no hidden cell follows by subtraction from totals on the same page: in every
region the hidden departments add up to safe counts (or all of the region is hidden), and so do the hidden regions.
Zero needs no protection. Denominators are closed first and alone, so that indicators with the same denominator
hide the same cells for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from data import reference
from results.view import Edition, View

#: The columns that name a tree among the nodes.
KEYS = ("indicator", "period")
#: What becomes empty where a result is hidden.
RESULT_COLUMNS = ("denominator", "numerator", "events", "rate", "lower", "upper")


def protect(nodes: pd.DataFrame, edition: Edition, keys: Sequence[str] = KEYS) -> pd.DataFrame:
    """The nodes (see tables.nodes) with ``hidden`` and ``missing_hidden``, and hidden values emptied.

    The working edition hides nothing. In the public edition population is never shown (it would give the
    missing away), and the excluded and not mature only for the nation. A column ``rows_per_case`` says how many
    rows a case has where that is not one; the denominator is then judged in cases.
    """
    return emptied(nodes, edition, *_flags(nodes, edition, keys))


def protect_view(view: View, build: Callable[[View], pd.DataFrame], keys: Sequence[str] = KEYS) -> pd.DataFrame:
    """``protect`` of the nodes that ``build`` makes of a view, so that four regions show no more than five do.

    Who reads both could subtract one from the other. By four regions is hidden what is hidden by five, and a region
    or row of which a part is: all that is shown follows from what five show.
    """
    found = build(view)
    if not view.edition.hides or view.regions == 5:
        return protect(found, view.edition, keys)
    five = build(replace(view, regions=5))
    names = merged_names(five, keys)
    hidden, missing = (
        {name for name, flag in zip(names, flags, strict=True) if flag} for flags in _flags(five, view.edition, keys)
    )
    here = merged_names(found, keys)
    flags = (np.array([name in gone for name in here], dtype=bool) for gone in (hidden, missing))
    return emptied(found, view.edition, *flags)


def merged_names(nodes: pd.DataFrame, keys: Sequence[str]) -> list[tuple]:
    """What each node is called by four regions."""
    levels = nodes["level"].tolist()
    regions = [reference.merged_region(one) if one and level != "nation" else ""
               for level, one in zip(levels, nodes["region"].tolist(), strict=True)]  # fmt: skip
    codes = [region if level == "region" else code
             for level, region, code in zip(levels, regions, nodes["code"].tolist(), strict=True)]  # fmt: skip
    return list(zip(*(nodes[name].tolist() for name in keys), levels, regions, codes, strict=True))


def _flags(nodes: pd.DataFrame, edition: Edition, keys: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Of which nodes the result, and the missing count, is hidden."""
    hidden, missing = np.zeros(len(nodes), bool), np.zeros(len(nodes), bool)
    if not edition.hides or nodes.empty:
        return hidden, missing
    k = edition.threshold
    counts = nodes[["denominator", "events", "missing"]].to_numpy(dtype=np.int64)
    labels = list(zip(nodes["level"].tolist(), nodes["region"].tolist(), strict=True))
    cases = counts[:, 0]
    if "rows_per_case" in nodes:  # the variables of a case: few cases are few, however many rows
        cases = cases // nodes["rows_per_case"].to_numpy(dtype=np.int64)
    results = np.column_stack([cases, counts[:, 1], counts[:, 0] - counts[:, 1]])
    for values, flags in ((results, hidden), (counts[:, 2:], missing)):
        small = ((values > 0) & (values < k)).any(axis=1)
        rows = [tuple(row) for row in values.tolist()]
        for places in nodes.groupby(list(keys), sort=False).indices.values():
            if small[places].any():  # else nothing of this tree is hidden
                flags[places] = hide_tree([labels[i] for i in places], [rows[i] for i in places], k)
    return hidden, missing


def emptied(nodes: pd.DataFrame, edition: Edition, hidden: np.ndarray, missing: np.ndarray) -> pd.DataFrame:
    nodes = nodes.assign(hidden=hidden, missing_hidden=missing, missing_most=nodes["missing"])
    if not edition.hides or nodes.empty:
        return nodes
    for name in RESULT_COLUMNS:
        nodes[name] = nodes[name].astype("Float64").mask(hidden)
    # The most that may be missing where that is hidden, of steps that start at twice the threshold: verdicts are judged
    # by it, and a verdict must not tell that the missing are fewer than the threshold.
    counts = nodes["missing"].to_numpy(dtype=np.int64)
    least = 2 * edition.threshold
    steps = least * 2 ** np.ceil(np.log2(np.maximum(counts / least, 1)))
    nodes["missing_most"] = np.where(missing, steps, counts)
    nodes["missing"] = nodes["missing"].astype("Float64").mask(missing)
    nodes["population"] = pd.array([pd.NA] * len(nodes), dtype="Float64")
    nation = nodes["level"].eq("nation")
    for name in ("excluded", "not_mature"):
        values = nodes[name].astype("Float64")
        nodes[name] = values.mask(~nation | ((values > 0) & (values < edition.threshold)))
    return nodes


def hide_tree(tree: list[tuple[str, str]], counts: list[tuple[int, ...]], threshold: int) -> list[bool]:
    """Which nodes of a nation → region → department tree to hide.

    ``tree``: (level, region code) of each node; ``counts``: its counts, the first of them the denominator. Parents
    hold the sums of their children. Returns one flag per node.
    """
    gone = [False] * len(tree)
    regions = [i for i, (level, _) in enumerate(tree) if level == "region"]
    departments: dict[str, list[int]] = {}
    for i, (level, region) in enumerate(tree):
        if level == "department":
            departments.setdefault(region, []).append(i)
    for i in regions:
        children = departments.get(tree[i][1], ())
        for child in hide_siblings({child: counts[child] for child in children}, threshold):
            gone[child] = True
    hidden = hide_siblings({i: counts[i] for i in regions}, threshold)
    for region in hidden:
        gone[region] = True
        for child in departments.get(tree[region][1], ()):
            gone[child] = True
    for i, (level, _) in enumerate(tree):
        if level == "nation" and unsafe(counts[i], threshold):
            gone[i] = True
    return gone


def hide_siblings(counts: Mapping[int, tuple[int, ...]], threshold: int, forced: Iterable[int] = ()) -> set[int]:
    """Which of a total's parts to hide: the unsafe ones, then the smallest others until their sum is safe.

    ``forced``: parts that are hidden for another reason; they are covered too.
    """
    hidden: set[int] = set(forced)
    if not hidden and not any(unsafe(values, threshold) for values in counts.values()):
        return hidden
    order = sorted(counts, key=lambda i: (counts[i][0], i))  # by denominator alone: the same for every numerator
    for columns in (slice(0, 1), slice(None)):
        part = {i: values[columns] for i, values in counts.items()}
        hidden |= {i for i, values in part.items() if unsafe(values, threshold)}
        for i in order:
            if not hidden or not unsafe(_sum(part[j] for j in hidden), threshold):
                break
            if any(part[i]):
                hidden.add(i)
    return hidden


def unsafe(values: Iterable[int], threshold: int) -> bool:
    """Whether any of the counts is small but not zero."""
    return any(0 < value < threshold for value in values)


def _sum(rows: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sum(column) for column in zip(*rows, strict=True))


def protect_parts(counts: Mapping[str, int], edition: Edition) -> dict[str, int | None]:
    """The parts of one total (a distribution), None where hidden; the total itself may be shown."""
    if not edition.hides:
        return dict(counts)
    names = list(counts)
    hidden = hide_siblings({i: (counts[name],) for i, name in enumerate(names)}, edition.threshold)
    return {name: None if i in hidden else counts[name] for i, name in enumerate(names)}


def protect_count(value: int, edition: Edition) -> int | None:
    """One count that stands alone, None where hidden."""
    return None if edition.hides and unsafe((value,), edition.threshold) else value
