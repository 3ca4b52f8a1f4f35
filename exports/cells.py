"""One cell of an indicator as the columns of a file."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from indicators.declaration import Indicator
from results.audit import Cell
from results.table import Column, Kind, Line, Named, Said, Value, of
from words import format as fmt
from words import verdicts
from words.reader import Reader

#: The order in which verdicts are sorted.
_RANKS = {name: place for place, name in enumerate(("not_met", "uncertain", "met", "no_standard"))}


def cell_columns(context: Reader) -> tuple[Column, ...]:
    """The columns of :func:`cell_values`."""
    t = context.t
    return (
        *of(Kind.COUNT, t("Tæller", "Numerator"), t("Nævner", "Denominator"), t("Uoplyst", "Missing"),
            t("Ekskluderet", "Excluded"), t("Endnu ikke modne", "Not yet mature"),
            keys="numerator denominator missing excluded not_mature"),
        *of(Kind.SHARE, t("Andel", "Share"), t("Nedre 95 %", "Lower 95%"), t("Øvre 95 %", "Upper 95%"),
            keys="rate lower upper"),
        *of(Kind.TEXT, "Standard", t("Art", "Kind"), t("Vurdering", "Verdict"), keys="standard standard_kind verdict"),
    )  # fmt: skip


class OfIndicator(Protocol):
    """What a cell is of."""

    @property
    def indicator(self) -> Indicator: ...


def cell_values(context: Reader, row: OfIndicator, cell: Cell) -> tuple[Value, ...]:
    """A cell as the last eleven columns of the table, unrounded; hidden values say so."""
    t, hidden = context.t, Said.HIDDEN
    result = tuple(hidden if cell.hidden else value for value in (cell.numerator, cell.denominator))
    if row.indicator.survival_years and not cell.hidden:
        result = (None, cell.denominator)
    rest = tuple(hidden if value is None else value for value in (cell.missing, cell.excluded, cell.not_mature))
    limits = tuple(hidden if cell.hidden else value for value in (cell.rate, cell.lower, cell.upper))
    goal = cell.standard
    standard = fmt.standard(goal.operator, goal.value, context.lang) if goal is not None else None
    kinds = {"standard": "standard", "target": t("udviklingsmål", "target")}
    kind = Named(goal.kind, kinds[goal.kind]) if goal is not None else None
    return (*result, *rest, *limits, standard, kind, verdict(context, cell.state, cell.mature_on))


def verdict(context: Reader, state: str, mature_on: dt.date | None = None) -> Named:
    """A verdict with its word; sorted from the worst to the best, those that are none last."""
    word = verdicts.verdict_text(state, context.lang, context.threshold)
    if state == "not_mature" and mature_on is not None:
        word = verdicts.not_mature_text(mature_on, context.lang)
    return Named(state, word, _RANKS.get(state), absent=state not in _RANKS)


def missing_share(line: Line) -> float | None:
    """missing / (missing + denominator), None where either is not shown or both are 0."""
    missing, denominator = line.number("missing"), line.number("denominator")
    if missing is None or denominator is None or missing + denominator == 0:
        return None
    return missing / (missing + denominator)
