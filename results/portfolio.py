"""Standards met, not met and uncertain by database, region and year, and by hospital: what researchers type off
annual reports.

Counted as on the overview: each indicator's verdict against the standard of its year, one for each site that has a
standard of its own; development targets are no standards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from indicators.catalogue import CATALOGUE
from results.across import Tally, graded_kind, latest_views, tally, why_not
from results.audit import NATION, Cell, cells_of
from results.department import is_shown, site_trees
from results.nodes import nodes, sites_of
from results.places import HospitalPlace, hospitals
from results.view import Edition, View, with_cases
from results.view import periods as offered


@dataclass(frozen=True)
class FulfilledRow:
    """One database in one reporting year: of the country (``region`` "") or of a region of treatment."""

    database: str
    region: str
    period: int
    first_month: int
    tally: Tally


def portfolio(view: View) -> tuple[FulfilledRow, ...]:
    """Every database of the view's snapshot in every year with cases, the country and the regions, newest year first.

    All patients by place of treatment, in the view's edition.
    """
    key = ("portfolio", view.edition, view.regions)
    return view.snapshot.remember(key, lambda: _portfolio(view.snapshot, view.edition, view.regions))


def _portfolio(snapshot, edition: Edition, regions: int) -> tuple[FulfilledRow, ...]:
    return tuple(
        row for view in latest_views(snapshot, edition, "treating", regions) for row in of_database(view)
    )  # fmt: skip


def of_database(view: View) -> tuple[FulfilledRow, ...]:
    """The rows of one database."""
    filled = set(with_cases(view.snapshot, view.database))
    years = tuple(year for year in offered(view.snapshot, view.database) if year in filled)
    kinds: dict[tuple[str, int], list[str]] = {}

    def count(cells: dict[tuple[str, str, str, int], Cell], wanted: set[str]) -> None:
        for (indicator, level, code, period), cell in cells.items():
            if indicator in wanted and (level == NATION or (level == "region" and code)):
                kinds.setdefault((code, period), []).append(graded_kind(cell))

    whole = {one.id for one in CATALOGUE if why_not(view, one) is None}
    by_site = {id: sites_of(view, id) for id in whole}
    plain = {id for id in whole if not by_site[id]}
    count(cells_of(view, _shown(view, years)), plain)
    for site in sorted({site for sites in by_site.values() for site in sites}):
        there = view.for_site(site)
        wanted = {id for id, sites in by_site.items() if site in sites}
        count(cells_of(there, _shown(there, years, tuple(sorted(wanted)))), wanted)
    order = sorted(kinds, key=lambda one: (-one[1], one[0]))
    return tuple(
        FulfilledRow(view.database, code, period, view.first_month, tally(kinds[code, period]))
        for code, period in order
        if period in years
    )


def _shown(view: View, years: tuple[int, ...], indicators: tuple[str, ...] | None = None):
    frame = nodes(replace(view, period=years[-1]), indicators, years, departments=False)
    return frame[frame["level"] != "department"]


@dataclass(frozen=True)
class HospitalFulfilled:
    """A hospital over all databases, each in its latest mature year: its departments' results by verdict.

    ``databases``: those with any result of its departments.
    """

    place: HospitalPlace
    databases: tuple[str, ...]
    tally: Tally


def by_hospital(view: View) -> tuple[HospitalFulfilled, ...]:
    """Every hospital with a result, by region and name; each counts the results that its own page shows."""
    key = ("portfolio of hospitals", view.edition, view.regions)
    return view.snapshot.remember(key, lambda: _by_hospital(view))


def _by_hospital(view: View) -> tuple[HospitalFulfilled, ...]:
    places = hospitals(view.snapshot)
    homes = {one.code: place.code for place in places for one in place.departments}
    kinds: dict[str, list[str]] = {place.code: [] for place in places}
    there: dict[str, dict[str, None]] = {place.code: {} for place in places}
    for one in latest_views(view.snapshot, view.edition, "treating", view.regions):
        for site, tree in site_trees(one):
            at = (tree["level"] == "department") & (tree["period"] == one.period) & tree["code"].isin(list(homes))
            for (id, _, code, _), cell in cells_of(one.for_site(site), tree[at]).items():
                if is_shown(one, site, id):
                    kinds[homes[code]].append(graded_kind(cell))
                    there[homes[code]][one.database] = None
    return tuple(
        HospitalFulfilled(place, tuple(there[place.code]), tally(kinds[place.code]))
        for place in places
        if kinds[place.code]
    )
