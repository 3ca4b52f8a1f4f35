"""The comparison from protected counts alone: what the public edition may say.

A unit is shown where all its years are shown; what is shown of it is the sum of what the pages show of those years,
so nothing can be recovered here that could not be before. Units hidden in any year are left out of every statistic and
only listed. Expected numbers come from the model on all patients, which no single unit can be read from.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from data.selection import Selection
from data.text import Text
from indicators import casemix
from indicators.casemix import ModelCard
from indicators.compare import UnitComparison
from indicators.statistics.comparison import COUNTED, Summary, Units, compare_counts
from indicators.statistics.distributions import normal_quantile
from indicators.statistics.logistic import Band
from indicators.statistics.multiplicity import benjamini_hochberg
from indicators.statistics.survival_units import National, SurvivalUnits, compare_survival
from results.disclosure import hide_siblings
from results.nodes import nodes, units
from results.view import View
from survival.engine import survival_table


@dataclass(frozen=True)
class Result:
    """``columns``: the command's, an entry per unit, with ``hidden``, ``missing_hidden``, ``large``; NaN where hidden.

    ``most_missing`` per row: the missing, or where that is hidden the most it may be. ``worst`` and ``best``: the
    national rate with all missing against and for. ``hidden``: nothing of the indicator may be shown. ``covered``:
    the share of the units' patients that the shown ones have.
    """

    columns: dict[str, np.ndarray]
    summary: Summary
    most_missing: np.ndarray
    worst: float
    best: float
    survival: bool
    limits: Callable[[np.ndarray], dict[str, np.ndarray]] | None
    card: ModelCard
    without_unit: int | None
    hidden: bool = False
    covered: float = 1.0


def whole(found: UnitComparison) -> Result:
    """The engine's comparison as it is."""
    columns = found.compared.columns
    nowhere = np.zeros(len(columns["unit"]), dtype=bool)
    large = np.array([unit in found.large for unit in columns["unit"]], dtype=bool)
    missing = np.nan_to_num(np.asarray(columns["missing"], dtype=float))
    worst, best = _bounds(columns["numerator"], columns["denominator"], missing)
    survival = bool(found.indicator.survival_years)
    columns = columns | {"hidden": nowhere, "missing_hidden": nowhere, "large": large}
    return Result(columns, found.summary, missing, worst, best, survival, found.limits, found.card, found.without_unit)


def _columns(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """A frame's columns as arrays; whole numbers with gaps as floats."""
    return {
        name: frame[name].to_numpy(float, na_value=np.nan) if name in COUNTED else frame[name].to_numpy()
        for name in frame
    }


Dates = tuple[dt.date, dt.date]


def results(
    view: View, found: Mapping[str, UnitComparison], by: str, years: int, dates: Mapping[str, Dates]
) -> dict[str, Result]:
    """The comparisons of these indicators from the protected tree of the view's patients; ``dates`` by indicator."""
    there = View(view.snapshot, view.edition, view.database, view.period, "residence" if by == "region" else "treating")
    spans = tuple(range(view.period - years + 1, view.period + 1))
    tree = nodes(there, tuple(found), spans)
    parts = dict(iter(tree.groupby("indicator", sort=False)))
    empty = tree.iloc[:0]
    return {id: _one(view, one, parts.get(id, empty), by, years, dates[id]) for id, one in found.items()}


def _one(view: View, found: UnitComparison, tree: pd.DataFrame, by: str, years: int, dates: Dates) -> Result:
    nation = _summed(tree[tree["level"] == "nation"].assign(code=""))
    survival = bool(found.indicator.survival_years)
    if nation.empty or bool(nation["hidden"].iloc[0]):
        empty = found.frame.iloc[:0].assign(hidden=False, missing_hidden=False, large=False)
        nothing = Summary(*[float("nan")] * 4, False, *[float("nan")] * 4, 0)
        return Result(_columns(empty), nothing, np.zeros(0), float("nan"), float("nan"), survival, None,
                      _refused(found.card), None, bool(len(nation)))  # fmt: skip
    rows = tree[(tree["level"] == ("region" if by == "region" else "department")) & (tree["code"] != "")]
    if by == "hospital":
        home = units(view)["hospital"].to_dict()
        rows = rows.assign(code=rows["code"].map(lambda code: home.get(code, code)))
    placed = _summed(rows)
    # The engine's own rows decide which units there are: both count the same patients.
    listed = found.frame.set_index("unit")
    placed = placed[placed["code"].isin(listed.index)]
    shown, total = placed[~placed["hidden"]], nation.iloc[0]
    covered = float(shown["denominator"].sum() / total["denominator"]) if total["denominator"] else 1.0
    if survival:
        country = _country(view, found.indicator.survival_years, dates)
        compared = _survival(found, shown, country, listed)
    else:
        compared = _counts(found, shown, total, listed)
    large = compared.frame["unit"].isin(compared.large)
    frame = compared.frame.assign(hidden=False, missing_hidden=False, large=large)
    most = shown["missing_most"].reset_index(drop=True)
    secret = shown["missing_hidden"].reset_index(drop=True)
    frame.loc[secret, ["missing", "worst", "best"]] = np.nan
    frame["missing_hidden"] = secret
    gone = placed.loc[placed["hidden"], "code"].tolist()
    if gone:
        places = np.r_[np.arange(len(frame)), np.full(len(gone), -1)]
        frame, most = frame.reindex(places).reset_index(drop=True), most.reindex(places).reset_index(drop=True)
        empty = np.arange(len(places)) >= len(placed) - len(gone)
        frame["unit"] = [*frame.loc[~empty, "unit"].tolist(), *gone]
        frame["hidden"] = empty
        frame["large"] = frame["large"].where(~empty, False).astype(bool)
        frame["missing_hidden"] = frame["missing_hidden"].where(~empty, True).astype(bool)
        frame["certain"] = frame["certain"].where(~empty, False).astype(bool)
    worst, best = _bounds(shown["numerator"], shown["denominator"], shown["missing_most"])
    shown_card = card(found.card, view.edition.threshold, years, found.without_unit)
    # Patients without a unit would be a small number as a rule.
    return Result(
        _columns(frame),
        compared.summary,
        most.to_numpy(float),
        worst,
        best,
        survival,
        compared.limits,
        shown_card,
        None,
        covered=covered,
    )


def _summed(rows: pd.DataFrame) -> pd.DataFrame:
    """Years (and departments of a hospital) added up; hidden where any part is."""
    columns = ["denominator", "numerator", "missing", "missing_most"]
    values = rows.assign(**{name: rows[name].astype("Float64").fillna(0) for name in columns})
    how = dict.fromkeys(columns, "sum") | {"hidden": "any", "missing_hidden": "any"}
    found = values.groupby("code", as_index=False).agg(how)
    return found.astype(dict.fromkeys(columns, float))


def _counts(found: UnitComparison, shown: pd.DataFrame, nation: pd.Series, listed: pd.DataFrame):
    n, x, most = (shown[name].to_numpy(float) for name in ("denominator", "numerator", "missing_most"))
    rest = (int(nation["denominator"] - n.sum()), int(nation["numerator"] - x.sum()), 0)
    places = listed.index.get_indexer(shown["code"])
    expected = None if found.expected is None else found.expected.rows(places)
    return compare_counts(Units(tuple(shown["code"]), n, x, most, rest), found.indicator.higher_is_better, expected)


def _country(view: View, years: int, dates: Dates) -> National:
    """The country's survival; Greenwood's sum from its log-log limits."""
    row = survival_table(view.snapshot, view.database, "overall", (years,), Selection((), (), *dates)).iloc[0]
    survival, upper = float(row["estimate"]), float(row["upper"])
    with np.errstate(divide="ignore", invalid="ignore"):
        half = (np.log(-np.log(survival)) - np.log(-np.log(upper))) / normal_quantile(0.975)
        return National(survival, float((half * np.log(survival)) ** 2), int(row["cases"]))


def _survival(found: UnitComparison, shown: pd.DataFrame, country: National, listed: pd.DataFrame):
    """The shown units' own survival; limits, shrinkage and ranks from them and the country alone."""
    rows = listed.loc[shown["code"]]
    cases, rate = rows["denominator"].to_numpy(float), rows["rate"].to_numpy(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        rest = (country.cases * country.survival - cases * rate) / (country.cases - cases)
    expected = rows["expected"].to_numpy(float) if found.card.stands else None
    deaths = np.rint(rows["oe"].to_numpy(float) * rows["expected"].to_numpy(float)) if found.card.stands else 0 * cases
    limits = (rows[name].to_numpy(float) for name in ("lower", "upper"))
    # How many are left at the time is in no protected count; where they are too few the engine is not certain either.
    made = compare_survival(
        SurvivalUnits(tuple(shown["code"]), cases, rate, *limits, rest, deaths, cases), country, expected
    )
    sure = made.columns["certain"] & rows["certain"].to_numpy(bool)
    signal = np.where(sure, made.columns["signal"], None).astype(object)
    # The test against all others is of the unit and the country only: the exact one replaces the approximate.
    p = rows["p"].to_numpy(float)
    return replace(
        made,
        columns=made.columns
        | {
            "p": p,
            "q": benjamini_hochberg(p),
            "signal": signal,
            "certain": sure,
            "adjusted_signal": rows["adjusted_signal"].to_numpy(),
        },
    )


def _bounds(x: ArrayLike, n: ArrayLike, missing: ArrayLike) -> tuple[float, float]:
    events, patients, unknown = (np.asarray(one, dtype=float) for one in (x, n, missing))
    total = float(np.nansum(patients) + np.nansum(unknown))
    if not total or np.isnan(events).any():
        return float("nan"), float("nan")
    return float(events.sum()) / total, float(events.sum() + np.nansum(unknown)) / total


def _refused(card: ModelCard) -> ModelCard:
    hidden = Text("Skjult i den offentlige udgave.", "Hidden in the public edition.")
    return casemix.refusal(card.kind, _NAN, _NAN, (), hidden)


def card(found: ModelCard, threshold: int, years: int, without_unit: int) -> ModelCard:
    """The model card as the public edition shows it; hidden counts are NaN.

    Small counts of categories and bands are hidden, and others so that none follows. All of them are where years are
    pooled (less the single years' cards they would tell what is hidden there) or patients have no unit, and then the
    totals too (the country's less the card's would tell how many they are).
    """
    if without_unit:
        why = _TOO_FEW if found.refused and found.variables else found.refused
        found = replace(found, patients=_NAN, events=_NAN, refused=why)
    open_ = years == 1 and not without_unit
    variables = []
    for variable in found.variables:
        gone = _hidden(((one.patients, one.events) for one in variable.categories), threshold, open_)
        categories = tuple(
            replace(one, patients=_NAN, events=_NAN) if i in gone else one for i, one in enumerate(variable.categories)
        )
        variables.append(replace(variable, categories=categories))
    gone = _hidden(((one.patients, one.observed) for one in found.bands), threshold, open_)
    bands = tuple(Band(0, _NAN, _NAN) if i in gone else one for i, one in enumerate(found.bands))
    return replace(found, variables=tuple(variables), bands=bands)


_NAN = float("nan")
#: Instead of a refusal that says how few the events are.
_TOO_FEW = Text("For få hændelser, eller ingen variabel kan indgå.", "Too few events, or no variable can be used.")


def _hidden(parts: Iterable[tuple[float, float]], threshold: int, open_: bool) -> set[int]:
    """Which of these (patients, events) to hide: all of them unless ``open_``."""
    counts = {i: (int(patients), round(events), round(patients - events)) for i, (patients, events) in enumerate(parts)}
    return hide_siblings(counts, threshold) if open_ else set(counts)
