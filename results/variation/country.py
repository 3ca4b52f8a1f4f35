"""The whole country as a row of a comparison's table: the rate that its units are compared with, and its counts."""

from __future__ import annotations

from dataclasses import replace

from indicators.statistics.intervals import exact
from results.audit import NATION, Cell, Unit, unit_table
from results.variation.comparison import ComparedPlace, Comparison
from results.view import View

DENMARK = Unit(NATION, "", "Danmark", "Danmark")
_SAME = 1e-9


def country(view: View, found: Comparison, years: int) -> ComparedPlace | None:
    """All the view's patients, also those under no unit; None where the comparison has no national rate to show.

    The rate is that of the comparison's summary. The counts are those that other pages show of the years compared, so
    hidden in one year is hidden here; left out where they do not give the summary's rate. The limits are the exact ones
    of the counts; of survival those of the one cohort, none of several pooled.
    """
    rate = float(found.summary.national)
    if rate != rate:
        return None
    periods = tuple(range(view.period - years + 1, view.period + 1))
    table = unit_table(view, found.indicator.id, periods)
    cells = [table.cell(table.nation, period) for period in periods]
    bare = ComparedPlace(DENMARK, rate=rate, certain=True)  # it is what the units are judged by
    if any(cell.hidden or cell.denominator is None for cell in cells):
        return bare
    denominator = sum(cell.denominator or 0 for cell in cells)
    missing_hidden = any(cell.missing_hidden for cell in cells)
    missing = None if missing_hidden else sum(cell.missing or 0 for cell in cells)
    counts = {"denominator": denominator, "missing": missing, "missing_hidden": missing_hidden}
    if found.indicator.survival_years:
        return replace(bare, **counts, **(_limits(cells[0]) if years == 1 else {}))
    numerator = sum(cell.numerator or 0 for cell in cells)
    if not denominator or abs(numerator / denominator - rate) > _SAME:
        return bare
    lower, upper = (float(one[0]) for one in exact([numerator], [denominator]))
    return replace(bare, numerator=numerator, lower=lower, upper=upper, **counts)


def _limits(cell: Cell) -> dict[str, float | None]:
    return {"lower": cell.lower, "upper": cell.upper}
