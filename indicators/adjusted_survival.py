"""Survival of places as if their patients were alike: ``python -m survival adjusted``.

Cox's model of all deaths within the longest time asked for, of places and case mix; the standardised survival of each
place from it (:mod:`survival.standardised`), its difference from the country, days lived, hazard ratio and the test of
proportional hazards. The case mix is that of the comparisons (:mod:`indicators.casemix`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.selection import Selection
from data.store import Snapshot
from data.text import Text
from indicators import casemix
from indicators.casemix import LEAST, CaseMixVariable
from indicators.catalogue import BY_ID
from survival.cox import ENTANGLED, NO_DEATHS, NOT_SETTLED, Cox, NoModel, Ratio, Test, cox
from survival.engine import daily_counts
from survival.estimators import CAUSES, LEAVING, YEAR, DailyCounts, kaplan_meier
from survival.standardised import StandardisedSurvival, standardised

#: What places can be.
PLACES = ("department", "hospital", "region", "treating_region")
#: The columns after that of the place; see docs/methods-survival.md.
COLUMNS = (
    *("years", "cases", "events", "at_risk", "crude", "estimate", "lower", "upper", "country"),
    *("difference", "difference_lower", "difference_upper"),
    *("hazard_ratio", "hazard_ratio_lower", "hazard_ratio_upper"),
    *("days_lived", "days_difference", "days_difference_lower", "days_difference_upper"),
    *("proportional_p", "note"),
)
#: Why there is no model.
REFUSALS = {
    NO_DEATHS: Text("Der er ingen dødsfald at sammenligne.", "There are no deaths to compare."),
    ENTANGLED: Text(
        "Grupperne og patienternes sammensætning kan ikke skilles ad: en kategori findes kun i én af grupperne.",
        "The groups and the case mix cannot be told apart: a category is found in one of the groups only.",
    ),
    NOT_SETTLED: Text(
        "Modellen har ingen løsning: i en af kategorierne dør ingen eller alle.",
        "The model has no solution: in one of the categories nobody dies, or everybody.",
    ),
}
#: Below this p the hazard ratios are taken to change with the time since diagnosis.
CHANGES = 0.05


@dataclass(frozen=True)
class AdjustedPlaces:
    """Places of one selection. ``name`` "" is not registered: not in the model. Arrays are places × times.

    ``refused``: why there is no model; then ``at`` is empty. ``ratios``: None where fewer than ten died.
    """

    name: tuple[str, ...]
    years: tuple[float, ...]
    cases: np.ndarray
    events: np.ndarray
    at_risk: np.ndarray
    crude: np.ndarray
    refused: Text | None
    at: tuple[StandardisedSurvival, ...]
    ratios: tuple[Ratio | None, ...]
    proportional: Test | None
    variables: tuple[CaseMixVariable, ...]

    @property
    def used(self) -> tuple[CaseMixVariable, ...]:
        """What is adjusted for."""
        return tuple(one for one in self.variables if one.left_out is None)


def adjusted_places(
    snapshot: Snapshot, database: str, by: str, years: Sequence[float], selection: Selection, first_month: int = 1
) -> AdjustedPlaces:
    """The places ``by`` (one of :data:`PLACES`) of a selection's patients. Raises as ``daily_counts``."""
    mix = [name for name in BY_ID["survival_5y"].case_mix if name not in dict(selection.where)]
    read = daily_counts(snapshot, database, selection.grouped(by, *mix), first_month)
    place, names = pd.factorize(read.groups[by], sort=True)
    counts, times = read.counts, np.array(years, dtype=float) * YEAR
    listed = [*map(str, names), *([""] if (place < 0).any() else [])]
    row = np.where(place < 0, len(names), place)
    columns = (getattr(counts, one) for one in ("day", *LEAVING))
    units = DailyCounts.of(len(listed), row[counts.group], *columns)
    values = kaplan_meier(units).at(times)
    end = float(times.max())
    found = (tuple(listed), tuple(years), units.cases, values.events, values.at_risk, values.estimate)
    deaths = np.bincount(counts.group, counts.deaths(CAUSES) * (counts.day <= end), counts.groups)
    codes, pattern, first = casemix.patterns(read.groups, mix)
    inside = place >= 0
    each, died = (np.bincount(pattern[inside], part[inside], len(first)) for part in (counts.cases, deaths))
    design = casemix.design(
        BY_ID["survival_5y"], {name: code[first] for name, code in codes.items()}, each, died, each - died
    )
    matrix, variables = design.matrix[pattern], design.variables
    dead = np.bincount(place[inside], deaths[inside], len(names)).astype(int)
    why = casemix.why_refused(variables, died.sum(), (each - died).sum())
    if why is None and (dead > 0).sum() < 2:
        why = Text("Kun ét sted har dødsfald.", "Only one place has deaths.")
    if why is not None:
        return AdjustedPlaces(*found, why, (), (), None, variables)
    try:
        model, there = fitted(counts, place, dead, matrix, end)
    except NoModel as error:
        return AdjustedPlaces(*found, REFUSALS[error.reason], (), (), None, variables)
    own = len(there) - 1
    at = standardised(counts, place, len(names), matrix, model.coefficients[own:], model.covariance[own:, own:], times)
    ratios = _ratios(model, there, units.cases[: len(names)], dead)
    return AdjustedPlaces(*found, None, tuple(at), ratios, model.proportional(range(own)), variables)


def fitted(
    counts: DailyCounts, place: np.ndarray, dead: np.ndarray, matrix: np.ndarray, end: float
) -> tuple[Cox, np.ndarray]:
    """The model of all places with deaths, and which they are; the others change no ratio."""
    there = np.flatnonzero(dead)
    rows = np.isin(place, there)
    kept = rows[counts.group]
    number = np.cumsum(rows) - 1
    columns = (getattr(counts, one)[kept] for one in ("day", *LEAVING))
    chosen = DailyCounts.of(int(rows.sum()), number[counts.group[kept]], *columns)
    dummies = (place[rows][:, None] == there[None, 1:]).astype(float)
    return cox(chosen, np.column_stack([dummies, matrix[rows]]), end=end), there


def _ratios(model: Cox, there: np.ndarray, cases: np.ndarray, dead: np.ndarray) -> tuple[Ratio | None, ...]:
    """Each place against the others: the mean of their log hazard ratios, weighted by patients."""
    others = len(model.coefficients) - (len(there) - 1)
    found: list[Ratio | None] = [None] * len(cases)
    for n, one in enumerate(there):
        if dead[one] < LEAST:
            continue
        weights = -cases[there] / (cases[there].sum() - cases[one])
        weights[n] = 1.0
        found[one] = model.ratio([*weights[1:], *np.zeros(others)])
    return tuple(found)


def adjusted_table(
    snapshot: Snapshot, database: str, by: str, years: Sequence[float], selection: Selection, first_month: int = 1
) -> pd.DataFrame:
    """One row per place and time: the place, then :data:`COLUMNS`; survival and differences are fractions."""
    found = adjusted_places(snapshot, database, by, years, selection, first_month)
    rows = []
    for n, name in enumerate(found.name):
        for place, year in enumerate(years):
            row: dict[str, object] = {by: name or None, "years": int(year) if float(year).is_integer() else year}
            row |= {"cases": int(found.cases[n]), "events": int(found.events[n, place])}
            row |= {"at_risk": int(found.at_risk[n, place]), "crude": float(found.crude[n, place])}
            rows.append(row | _modelled(found, n, place))
    frame = pd.DataFrame(rows, columns=[by, *COLUMNS])
    return frame.astype({"years": object})


def _modelled(found: AdjustedPlaces, n: int, place: int) -> dict[str, object]:
    if found.refused is not None:
        return {"note": f"not adjusted: {found.refused.en}"}
    if not found.name[n]:
        return {"note": "place not registered: not in the model"}
    at, ratio, test = found.at[place], found.ratios[n], found.proportional
    row: dict[str, object] = {"country": at.country, "proportional_p": test.p}
    for column, part in _PARTS.items():
        row[column] = float(getattr(at, part)[n])
    notes = []
    if math.isnan(row["estimate"]):
        notes.append("follow-up does not reach this time: nobody at risk")
    if ratio is None:
        notes.append(f"fewer than {LEAST} deaths: no hazard ratio")
    else:
        names = ("hazard_ratio", "hazard_ratio_lower", "hazard_ratio_upper")
        row |= dict(zip(names, (ratio.value, ratio.lower, ratio.upper), strict=True))
        if test.p < CHANGES:
            notes.append("hazards are not proportional: the ratio is an average over time")
    return row | {"note": "; ".join(notes)}


_PARTS = {
    **{name: name for name in ("estimate", "lower", "upper", "difference", "difference_lower", "difference_upper")},
    **{"days_lived": "lived", "days_difference": "gap"},
    **{"days_difference_lower": "gap_lower", "days_difference_upper": "gap_upper"},
}
