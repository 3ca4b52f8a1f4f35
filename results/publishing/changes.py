"""Between two publications: a year of a database is published anew only where no small number follows.

A reader may keep the former publication. So each reporting year is one unit: it is shown as it is now only where every
part of every shown cell, and of what is left of every star, differs from the former publication by 0 or by k and more,
and where the same cells are hidden. Else the whole year stays as it was published, until a yearly publication.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from indicators.catalogue import BY_ID
from results.publishing.lattice import WITHIN

#: What names a row of a frame within its year.
_NAMED = {
    "nodes": ["indicator", "place", "regions", "level", "region", "code"],
    "sites": ["indicator", "site", "level", "region", "code"],
    "cases": ["regions", "level", "code"],
}
_COUNTS = ["denominator", "events", "missing", "excluded", "not_mature"]
Frames = Mapping[str, pd.DataFrame]


def together(new: Frames, old: Frames | None, k: int) -> tuple[dict[str, pd.DataFrame], tuple[int, ...]]:
    """The frames to publish after ``old`` (None: the first), and the years that stay as they were.

    Survival of a cohort whose year stays as it was is left out of a new year where its patients differ by a small
    number from those published: it comes with the next yearly publication.
    """
    if old is None:
        return dict(new), ()
    years = set(_years(new)) & set(_years(old))
    kept = tuple(sorted(year for year in years if not _may_follow(new, old, year, k)))
    made = dict(new)
    for name in _NAMED:
        rows = new[name][~new[name]["period"].isin(kept)] if len(new[name]) else new[name]
        before = old[name][old[name]["period"].isin(kept)] if len(old[name]) else old[name]
        made[name] = pd.concat([before, rows], ignore_index=True) if len(before) else rows.reset_index(drop=True)
    made["nodes"] = _without_strangers(made["nodes"], kept, k)
    made["waits"] = _quarters(new["waits"], old["waits"], k)
    # What was published once stays to be chosen.
    made["years"] = pd.DataFrame({"year": sorted({*new["years"]["year"], *kept})}, dtype="int64")
    return made, kept


def _quarters(new: pd.DataFrame, old: pd.DataFrame, k: int) -> pd.DataFrame:
    """The waits to publish: a quarter that was published stays as it was unless it may follow."""
    if new.empty or old.empty:
        return new
    keys, kept = ["leg", "level", "region", "code"], []
    for quarter in sorted(set(new["period"]) & set(old["period"])):
        now, then = (frame[frame["period"] == quarter].set_index(keys) for frame in (new, old))
        same = set(now.index) == set(then.index) and len(now) == len(then)
        if not (same and _quarter_safe(now, then.loc[now.index], k)):
            kept.append(quarter)
    return pd.concat([old[old["period"].isin(kept)], new[~new["period"].isin(kept)]], ignore_index=True)


def _quarter_safe(now: pd.DataFrame, then: pd.DataFrame, k: int) -> bool:
    if not np.array_equal(now["hidden"].to_numpy(bool), then["hidden"].to_numpy(bool)):
        return False
    pair = []
    for frame in (now, then):
        counts = frame[["denominator", "numerator"]].astype("Float64")
        counts["rest"] = counts["denominator"] - counts["numerator"]
        whole = counts.xs("nation", level="level").droplevel(["region", "code"])
        parts = counts.xs("region", level="level").fillna(0).groupby("leg").sum()
        pair.append((counts, whole - parts.reindex(whole.index).fillna(0)))
    (a, left), (b, left_then) = pair
    return _steps(a, b, k) and _steps(left, left_then.reindex(left.index), k)


def _years(frames: Frames) -> list[int]:
    return [int(one) for one in frames["nodes"]["period"].unique()]


def _may_follow(new: Frames, old: Frames, year: int, k: int) -> bool:
    for name, keys in _NAMED.items():
        pair = []
        for frame in (new[name], old[name]):
            rows = frame[frame["period"] == year] if len(frame) else frame
            pair.append(rows.set_index(keys) if len(rows) else rows)
        now, then = pair
        if len(now) != len(then) or (len(now) and set(now.index) != set(then.index)):
            return False
        if len(now) and not _safe(now, then.loc[now.index], name, k):
            return False
    return True


def _safe(now: pd.DataFrame, then: pd.DataFrame, name: str, k: int) -> bool:
    if name == "cases":
        return _steps(now[["cases"]], then[["cases"]], k)
    for flag in ("hidden", "missing_hidden"):
        if not np.array_equal(now[flag].to_numpy(bool), then[flag].to_numpy(bool)):
            return False
    counts = [frame[_COUNTS].assign(rest=frame["denominator"] - frame["events"]) for frame in (now, then)]
    if not _steps(*counts, k):
        return False
    return name != "nodes" or (_left_safe(now, then, k) and _nested_safe(now, then, k))


def _steps(now: pd.DataFrame, then: pd.DataFrame, k: int) -> bool:
    """Whether the same values are there, each 0 or k and more apart."""
    a, b = (frame.astype("Float64").to_numpy(float, na_value=np.nan) for frame in (now, then))
    if not np.array_equal(np.isnan(a), np.isnan(b)):
        return False
    apart = np.abs(np.nan_to_num(a - b))
    return bool(((apart == 0) | (apart >= k)).all())


def _left_safe(now: pd.DataFrame, then: pd.DataFrame, k: int) -> bool:
    """Whether what a parent has beside its shown members differs safely too."""
    for star in ("nation", "region"):
        left = [_left(frame.reset_index(), star) for frame in (now, then)]
        if not _steps(left[0], left[1].reindex(left[0].index), k):
            return False
    return True


def _left(nodes: pd.DataFrame, parent: str) -> pd.DataFrame:
    keys, child = ["indicator", "place", "regions"], "region" if parent == "nation" else "department"
    keys = keys if parent == "nation" else [*keys, "region"]
    counts = ["denominator", "events", "missing"]
    whole = nodes[nodes["level"] == parent].set_index(keys)[counts].astype("Float64")
    parts = nodes[nodes["level"] == child].assign(**{one: nodes[one].astype("Float64").fillna(0) for one in counts})
    return whole - parts.groupby(keys)[counts].sum().reindex(whole.index).fillna(0)


def _nested_safe(now: pd.DataFrame, then: pd.DataFrame, k: int) -> bool:
    found = []
    for frame in (now, then):
        events = frame["events"].astype("Float64").unstack("indicator")
        pairs = [(one, other) for one, other in WITHIN.items() if one in events and other in events]
        found.append(pd.DataFrame({one: events[other] - events[one] for one, other in pairs}, index=events.index))
    return _steps(*found, k)


def _without_strangers(nodes: pd.DataFrame, kept: tuple[int, ...], k: int) -> pd.DataFrame:
    """Leave out survival results whose cohort's year stays as it was with slightly other patients."""
    if not kept or nodes.empty:
        return nodes
    years = nodes["indicator"].map({one.id: one.survival_years for one in BY_ID.values()})
    of_cohort = nodes.assign(cohort=nodes["period"] - years)
    keys = ["place", "regions", "level", "region", "code"]
    plain = nodes[nodes["indicator"].isin(("tnm_complete", "stage_known")) & nodes["period"].isin(kept)]
    known = plain.groupby(["period", *keys])["denominator"].max().astype("Float64")
    gone: set[tuple[str, int]] = set()
    lived = of_cohort[(years > 0) & of_cohort["cohort"].isin(kept) & ~of_cohort["period"].isin(kept)]
    for row in lived.to_dict("records"):
        before = known.get((row["cohort"], *(row[one] for one in keys)), pd.NA)
        if not pd.isna(before) and not pd.isna(row["denominator"]) and 0 < abs(row["denominator"] - before) < k:
            gone.add((row["indicator"], row["period"]))
    mask = [(one, period) in gone for one, period in zip(nodes["indicator"], nodes["period"], strict=True)]
    return nodes[~np.array(mask, dtype=bool)].reset_index(drop=True)
