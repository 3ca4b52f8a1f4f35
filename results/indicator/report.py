"""The annual report's indicator table (RKKP template version 3) as typed rows, for the page and later for Word.

unit | standard met | numerator/denominator | missing count (%) | current year % (95 % CI) | the two years before it.
Values are typed and unrounded; how they are printed is the printer's business, but what must be decided alike
everywhere is decided here: decimals, yes or no, and where rounding misleads.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from data.reference import Standard
from indicators import standards
from indicators.declaration import Indicator
from results.audit import Cell, Unit, UnitTable, unit_table
from results.view import View

MOST_DECIMALS = 6


@dataclass(frozen=True)
class ReportRow:
    """One unit: its cells of the current period and the two before it, newest first.

    ``answer``: standard met or not, on the unrounded estimate; None without a standard or a shown result.
    ``note``: the decimals needed to print the rate truly where the rounded percentage contradicts the answer,
    None where it does not.
    """

    unit: Unit
    cells: tuple[Cell, Cell, Cell]
    answer: bool | None
    note: int | None

    @property
    def current(self) -> Cell:
        return self.cells[0]


@dataclass(frozen=True)
class ReportTable:
    """The table of one indicator. ``periods`` newest first; ``decimals`` of every percentage in it.

    ``standard``: the one that yes and no refer to; None where there is none (a development target is not one).
    """

    indicator: Indicator
    view: View
    periods: tuple[int, int, int]
    standard: Standard | None
    target: Standard | None
    decimals: int
    rows: tuple[ReportRow, ...]

    @property
    def hides(self) -> bool:
        """Whether any printed cell is hidden."""
        return any(cell.hidden or cell.missing_hidden for row in self.rows for cell in row.cells)

    @property
    def has_numerator(self) -> bool:
        """False for survival, which prints the number of cases instead."""
        return not self.indicator.survival_years


def report_table(view: View, indicator: str) -> ReportTable:
    """The report's table of one indicator in the view's period, from protected cells."""
    table = unit_table(view, indicator)
    goal = table.standard
    standard = goal if goal is not None and goal.kind == "standard" else None
    decimals = 1 if table.indicator.rare else 0
    periods = tuple(reversed(view.three_periods))
    rows = tuple(_row(table, unit, periods, standard, decimals) for unit in table.units)
    target = goal if standard is None else None
    return ReportTable(table.indicator, view, periods, standard, target, decimals, rows)


def _row(
    table: UnitTable, unit: Unit, periods: tuple[int, int, int], standard: Standard | None, decimals: int
) -> ReportRow:
    cells = tuple(table.cell(unit, period) for period in periods)
    answer, rate = cells[0].yes, cells[0].rate
    note = telling_decimals(rate, standard, decimals) if answer is not None else None
    return ReportRow(unit, cells, answer, note)


def telling_decimals(rate: float | None, standard: Standard | None, decimals: int) -> int | None:
    """The fewest decimals that print a percentage on its true side of the standard; None if ``decimals`` do."""
    if rate is None or standard is None:
        return None
    true = standards.holds(standard, rate)
    for more in range(decimals, MOST_DECIMALS + 1):
        if standards.holds(standard, rounded(rate, more)) == true:
            return more if more > decimals else None
    return MOST_DECIMALS


def rounded(rate: float, decimals: int) -> float:
    """The fraction as printed with so many decimals of a percentage (half to even on its decimal digits)."""
    step = Decimal(1).scaleb(-decimals)
    return float((Decimal(repr(float(rate))) * 100).quantize(step, rounding=ROUND_HALF_EVEN) / 100)
