"""An indicator month by month: the country and one department, in the latest months."""

from __future__ import annotations

from data.period import before, latest_months, months_of, period_start
from indicators.catalogue import BY_ID
from results import cube
from results.audit import NATION, Unit, UnitTable, cells_of, goal, short_names
from results.nodes import divisible, nodes
from results.view import View, mature_on, months

#: Three years: what a trend of months needs to be read, and as many as a finger can tell apart on a phone.
SHOWN = 36


def has_months(view: View, indicator: str) -> bool:
    """Whether months are shown: not in the public edition, nor of survival, nor of what is counted by year alone."""
    one = BY_ID[indicator]
    there = months(view.snapshot, view.database)
    if view.edition.hides or one.survival_years or there is None:
        return False
    return cube.by_month(one) and divisible(view, one.id)


def monthly(view: View, indicator: str, own: str = "") -> UnitTable | None:
    """The latest months, oldest first, each as a span of one; None where months are not shown.

    ``own``: the code of a department that stands beside the country.
    """
    there = months(view.snapshot, view.database)
    if not has_months(view, indicator):
        return None
    first, last = there
    newest = latest_months(last, 1)
    spans = tuple(one for one in (before(newest, n) for n in range(SHOWN - 1, -1, -1)) if period_start(one) >= first)
    key = ("monthly", view.key, indicator, own)
    return view.snapshot.remember(key, lambda: _monthly(view, indicator, own, spans))


def _monthly(view: View, indicator: str, own: str, spans: tuple[int, ...]) -> UnitTable:
    there = View(view.snapshot, view.edition, view.database, spans[-1], view.place, view.where, view.regions)
    frame = nodes(there, (indicator,), spans, departments=bool(own))
    wanted = frame["level"].eq(NATION) | (frame["level"].eq("department") & frame["code"].eq(own) & bool(own))
    cells = {key[1:]: cell for key, cell in cells_of(there, frame[wanted]).items()}
    units = [Unit(NATION, "", "Danmark", "Danmark")]
    if any(level == "department" for level, _, _ in cells):
        units.append(Unit("department", own, *short_names(there, {own}).get(own, (own, own))))
    return UnitTable(BY_ID[indicator], there, spans, tuple(units), cells, goal(there, indicator, spans[-1]))


def first_immature(table: UnitTable) -> int:
    """The place of the first month that is not yet mature among the table's, their number where all are."""
    cut = table.view.info.data_cut
    early = (n for n, one in enumerate(table.periods) if mature_on(one, 1, table.indicator) > cut)
    return next(early, len(table.periods))


def chosen_months(table: UnitTable, period: int, first_month: int) -> tuple[int, int] | None:
    """The places of the first and last of a period's months among the table's, None where it has none of them."""
    known = {months_of(one)[0]: n for n, one in enumerate(table.periods)}
    there = [known[one] for one in months_of(period, first_month) if one in known]
    return (there[0], there[-1]) if there else None
