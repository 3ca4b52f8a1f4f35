"""Waiting times in the public edition: complete quarters, by leg and region of residence, ended and in time."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from data import reference
from data.published import Published
from data.schema import LEGS
from indicators.engine import with_rates
from results.disclosure import emptied
from results.publishing import lattice
from results.view import View
from results.waits.period import WaitPeriod, last_quarters, wait_period
from results.waits.report import status_counts
from results.waits.scope import delivering

#: So many quarters are published, the last complete one last.
QUARTERS = 8
_COLUMNS = ("leg", "period", "level", "region", "code", "denominator", "numerator", "rate", "lower", "upper", "hidden")


@dataclass(frozen=True)
class QuarterCell:
    """Legs that ended in a quarter, and those of them in time; None where hidden."""

    legs: int | None
    within: int | None
    rate: float | None
    lower: float | None
    upper: float | None
    hidden: bool


@dataclass(frozen=True)
class QuarterRow:
    """A leg in the country (``region`` "") or in a region of residence, by quarter."""

    leg: str
    region: str
    cells: dict[str, QuarterCell]


def nodes(view: View) -> pd.DataFrame:
    """The counts of a database that has a legal maximum, protected in the public edition; no rows for another."""
    if view.database not in delivering(view.snapshot):
        return pd.DataFrame(columns=list(_COLUMNS))
    rows = []
    for quarter in last_quarters(view.info.data_cut, QUARTERS):
        counts = status_counts(view.snapshot, view.database, quarter)
        counts = counts[~counts["status"].isin(("transferred", "ended_otherwise"))].fillna({"region": ""})
        for leg in LEGS:
            of_leg = counts[counts["leg"] == leg]
            if of_leg.empty:
                continue
            for region in ("nation", *sorted(of_leg["region"].unique())):
                here = of_leg if region == "nation" else of_leg[of_leg["region"] == region]
                legs, within = int(here["legs"].sum()), int(here.loc[here["status"] == "within", "legs"].sum())
                place = ("nation", "", "") if region == "nation" else ("region", region, region)
                rows.append((leg, quarter.text, *place, legs, within))
    tree = pd.DataFrame(rows, columns=["leg", "period", "level", "region", "code", "denominator", "numerator"])
    if tree.empty:
        return pd.DataFrame(columns=list(_COLUMNS))
    hidden = pd.Series(False, index=tree.index)
    groups = tree.groupby(["leg", "period"], sort=False).indices.values() if view.edition.hides else ()
    for at in groups:
        places = [tuple(tree.loc[i, ["level", "region", "code"]]) for i in at]
        parts = [(n, x, n - x) for n, x in tree.loc[at, ["denominator", "numerator"]].itertuples(index=False)]
        hidden[at] = lattice.hide(places, parts, view.edition.threshold)
    zero = dict.fromkeys(("missing", "excluded", "not_mature", "population"), 0)
    tree = with_rates(tree.assign(**zero)).assign(events=tree["numerator"])
    flags = hidden.to_numpy(bool)
    return emptied(tree, view.edition, flags, flags)[list(_COLUMNS)]


def quarters(view: View) -> tuple[tuple[WaitPeriod, ...], tuple[QuarterRow, ...]]:
    """The quarters of the view's database, the latest first, and a row for each leg and place."""
    published = isinstance(view.snapshot, Published)
    frame = view.snapshot.frame(view.database, "waits") if published else nodes(view)
    periods = tuple(wait_period(one) for one in sorted(set(frame["period"]), reverse=True))
    found: dict[tuple[str, str, str], dict[str, QuarterCell]] = {}
    for row in frame.to_dict("records"):
        numbers = [None if pd.isna(row[name]) else row[name] for name in ("denominator", "numerator")]
        shares = [None if pd.isna(row[name]) else float(row[name]) for name in ("rate", "lower", "upper")]
        whole = (None if one is None else int(one) for one in numbers)
        cell = QuarterCell(*whole, *shares, bool(row["hidden"]))
        found.setdefault((row["leg"], row["level"], row["code"]), {})[row["period"]] = cell
    order = [*reference.region_order(), ""]
    keys = sorted(found, key=lambda key: (LEGS.index(key[0]), key[1] != "nation", order.index(key[2])))
    rows = (QuarterRow(leg, "" if level == "nation" else code or "-", found[leg, level, code])
            for leg, level, code in keys)  # fmt: skip
    return periods, tuple(rows)
