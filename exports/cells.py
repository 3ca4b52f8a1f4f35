"""One cell of an indicator as the columns of a file."""

from __future__ import annotations

from typing import Protocol

from indicators.declaration import Indicator
from results.audit import Cell
from results.table import Column, Kind, Line, Named, Said, Value, of
from words import format as fmt
from words import verdicts
from words.reader import Reader

#: The order in which verdicts are sorted.
_RANKS = {
    name: place
    for place, name in enumerate(
        ("not_met", "probably_not_met", "unsettled", "uncertain", "probably_met", "met", "no_standard")
    )
}


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
        *of(Kind.SHARE, t("Sandsynlighed for vurderingen", "Probability of the verdict"), decimals=0,
            keys="probability"),
        *of(Kind.TEXT, t("Afgøres af", "Settled by"), keys="settles"),
        *of(Kind.TEXT, t("Tre år samlet", "Three years together"), keys="three_years"),
    )  # fmt: skip


class OfIndicator(Protocol):
    """What a cell is of."""

    @property
    def indicator(self) -> Indicator: ...


def cell_values(context: Reader, row: OfIndicator, cell: Cell) -> tuple[Value, ...]:
    """A cell as the columns of :func:`cell_columns`, unrounded; hidden values say so."""
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
    return (*result, *rest, *limits, standard, kind, verdict_of(context, cell), cell.probability,
            verdicts.settling(cell, context.lang) or None, three_years(context, cell))  # fmt: skip


def verdict(context: Reader, state: str) -> Named:
    """A verdict with its word; sorted from the worst to the best, those that are none last."""
    word = verdicts.verdict_text(state, context.lang, context.threshold)
    return Named(state, word, _RANKS.get(state), absent=state not in _RANKS)


def verdict_of(context: Reader, cell: Cell) -> Named:
    """The graded verdict of a cell."""
    word = verdicts.cell_word(cell, context.lang, context.threshold)
    return Named(cell.said, word, _RANKS.get(cell.said), absent=cell.said not in _RANKS)


def three_years(context: Reader, cell: Cell) -> Named | None:
    """The graded verdict of three years together; None where they are not there."""
    return verdict(context, cell.three_years) if cell.three_years else None


def missing_share(line: Line) -> float | None:
    """missing / (missing + denominator), None where either is not shown or both are 0."""
    missing, denominator = line.number("missing"), line.number("denominator")
    if missing is None or denominator is None or missing + denominator == 0:
        return None
    return missing / (missing + denominator)
