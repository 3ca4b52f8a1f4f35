"""One cell of an indicator as the columns of a file."""

from __future__ import annotations

from results.audit import Cell, OverviewRow
from results.table import Column, Kind, Said, Value, of
from words import format as fmt
from words import verdicts
from words.reader import Reader


def cell_columns(context: Reader) -> tuple[Column, ...]:
    """The columns of :func:`cell_values`."""
    t = context.t
    return (
        *of(Kind.COUNT, t("Tæller", "Numerator"), t("Nævner", "Denominator"), t("Uoplyst", "Missing"),
            t("Ekskluderet", "Excluded"), t("Endnu ikke modne", "Not yet mature")),
        *of(Kind.SHARE, t("Andel", "Share"), t("Nedre 95 %", "Lower 95%"), t("Øvre 95 %", "Upper 95%")),
        *of(Kind.TEXT, "Standard", t("Art", "Kind"), t("Vurdering", "Verdict")),
    )  # fmt: skip


def cell_values(context: Reader, row: OverviewRow, cell: Cell) -> tuple[Value, ...]:
    """A cell as the last eleven columns of the sheet, unrounded; hidden values say so."""
    t, hidden = context.t, Said.HIDDEN
    result = tuple(hidden if cell.hidden else value for value in (cell.numerator, cell.denominator))
    if row.indicator.survival_years and not cell.hidden:
        result = (None, cell.denominator)
    rest = tuple(hidden if value is None else value for value in (cell.missing, cell.excluded, cell.not_mature))
    limits = tuple(hidden if cell.hidden else value for value in (cell.rate, cell.lower, cell.upper))
    goal = cell.standard
    standard = fmt.standard(goal.operator, goal.value, context.lang) if goal is not None else None
    word = {"standard": "standard", "target": t("udviklingsmål", "target")}[goal.kind] if goal is not None else None
    return (*result, *rest, *limits, standard, word, verdicts.verdict_text(cell.state, context.lang, context.threshold))
