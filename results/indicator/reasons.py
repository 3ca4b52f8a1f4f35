"""Why patients were not offered, or not included in, a trial: the distribution by nation and regions.

The parts of a place add up to its denominator − numerator, so they are hidden with it: a region whose parts are
small is hidden whole, and so many others with it that no part follows from the country's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from data import reference
from data.text import Text
from indicators.catalogue import BY_ID
from results.audit import Unit, unit_table
from results.disclosure import hide_siblings, protect_parts
from results.nodes import divisible, in_regions
from results.view import View

TITLES = {
    "no_protocol": Text("Ingen protokol at tilbyde", "No protocol to offer"),
    "not_invited": Text("Ikke spurgt", "Not invited"),
    "deselected": Text("Fravalgt af afdelingen", "Deselected by the department"),
    "declined": Text("Patienten sagde nej", "The patient declined"),
}


@dataclass(frozen=True)
class ReasonRow:
    """One place. ``counts`` in the order of the reasons, None where hidden; ``total`` None where hidden."""

    unit: Unit
    total: int | None
    counts: tuple[int | None, ...]

    def share(self, number: int) -> float | None:
        """A reason's share of the place's total; None where it is hidden or there is nobody."""
        count = self.counts[number]
        return count / self.total if count is not None and self.total else None


@dataclass(frozen=True)
class Reasons:
    """The distribution of one indicator in the view's period: nation first, then the regions."""

    parts: tuple[str, ...]
    rows: tuple[ReasonRow, ...]

    @property
    def hides(self) -> bool:
        return any(count is None for row in self.rows for count in row.counts)


def reasons(view: View, indicator: str) -> Reasons | None:
    """The reasons of an indicator, None where it declares none or cannot be divided as the view asks."""
    if indicator not in BY_ID or BY_ID[indicator].why_not is None or not divisible(view, indicator):
        return None
    key = ("reasons", view.key, indicator, view.period)
    return view.snapshot.remember(key, lambda: _reasons(view, indicator))


def _reasons(view: View, indicator: str) -> Reasons:
    parts = BY_ID[indicator].why_not.values
    table = unit_table(view, indicator)
    counts = _counted(view, indicator)
    places = [table.nation, *table.of_level("region")]
    found = {
        unit: tuple(int(counts.loc[_within(counts, unit) & counts["status"].eq(part), "cases"].sum()) for part in parts)
        for unit in places
    }
    if view.edition.hides and view.regions == 4:
        hidden = _hidden_by_five(view, indicator, places[1:])
    else:
        hidden = _hidden(view, table.nation, found, [unit for unit in places[1:] if table.cell(unit).hidden])
    rows = []
    for unit in places:
        values = found[unit]
        if unit == table.nation:
            gone = table.cell(unit).hidden
            total = None if gone else sum(values)
            safe = protect_parts(dict(zip(parts, values, strict=True)), view.edition)
            shown = tuple(None if gone else safe[part] for part in parts)
        else:
            shown = (None,) * len(parts) if unit in hidden else values
            total = None if unit in hidden else sum(values)
        rows.append(ReasonRow(unit, total, shown))
    return Reasons(parts, tuple(rows))


def _hidden(view: View, nation: Unit, found: dict[Unit, tuple[int, ...]], forced: list[Unit]) -> set[Unit]:
    """The regions to hide whole: those hidden anyway, those with small parts, and others to cover them."""
    if not view.edition.hides:
        return set()
    regions = [unit for unit in found if unit != nation]
    counts = {number: (sum(found[unit]), *found[unit]) for number, unit in enumerate(regions)}
    numbers = [number for number, unit in enumerate(regions) if unit in forced]
    return {regions[number] for number in hide_siblings(counts, view.edition.threshold, numbers)}


def _hidden_by_five(view: View, indicator: str, regions: Sequence[Unit]) -> set[Unit]:
    """By four regions: those of which a part is hidden by five (see disclosure.protect_view)."""
    five = reasons(replace(view, regions=5), indicator).rows
    codes = [row.unit.code for row in five if row.unit.level == "region" and row.total is None]
    gone = {reference.merged_region(code) if code else code for code in codes}
    return {unit for unit in regions if unit.code in gone}


def _within(counts: pd.DataFrame, unit: Unit) -> pd.Series:
    return counts["region"].eq(unit.code) if unit.level == "region" else pd.Series(True, index=counts.index)


def _counted(view: View, indicator: str) -> pd.DataFrame:
    """region, status and cases of the period's mature cases, regions as the view divides the country."""
    one = BY_ID[indicator]
    place = "treating_region" if view.place == "treating" else "region"
    parts = view.selection(place, period=view.period).compile(f"r.{one.index_date}", f"r.{one.unit}")
    sql = (
        f"SELECT {parts.columns[0]}, r.{one.why_not.column} AS status, count(*)::BIGINT AS cases "
        f"FROM {one.rows} r {parts.join} WHERE ({one.population}) AND {parts.where} "
        f"AND NOT coalesce({one.exclusion}, FALSE) AND r.{one.index_date} + {one.follow_up} <= $data_cut GROUP BY ALL"
    )
    frame = view.snapshot.query(view.database, sql, parts.params | {"data_cut": view.info.data_cut})
    return frame.assign(region=in_regions(frame[place].fillna(""), view))
