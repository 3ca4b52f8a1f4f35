"""All databases × the cross-cutting indicators, and the tally of verdicts that both overviews use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from data import reference
from data.text import Text
from indicators.catalogue import CATALOGUE, why_not_reported
from indicators.declaration import Indicator
from indicators.statistics.evidence import BETWEEN
from results.audit import NATION, Cell, OverviewRow, Unit, cells_of, cells_of_records, goal, indicator_title
from results.nodes import divisible, latest_nodes, nodes, records, sites_of
from results.view import Edition, View, default_period

#: What a tally counts, in the order of the key. Targets are no standards and have a count of their own.
TALLIED = ("met", "uncertain", "not_met", "no_standard", "not_mature", "target", "hidden", "no_data", "not_reported")
JUDGED = ("met", "uncertain", "not_met")
#: Of the uncertain, how many have which grade.
GRADED = BETWEEN


@dataclass(frozen=True)
class Tally:
    """How many results have which verdict. ``met``, ``uncertain`` and ``not_met`` count standards only; of the
    uncertain so many are ``probably_met``, ``unsettled`` and ``probably_not_met``."""

    met: int = 0
    uncertain: int = 0
    not_met: int = 0
    no_standard: int = 0
    not_mature: int = 0
    target: int = 0
    hidden: int = 0
    no_data: int = 0
    not_reported: int = 0
    probably_met: int = 0
    unsettled: int = 0
    probably_not_met: int = 0

    @property
    def judged(self) -> int:
        """The standards with a verdict."""
        return self.met + self.uncertain + self.not_met


def kind_of(state: str, is_target: bool) -> str:
    """Which of TALLIED a result with this state counts as."""
    return "target" if is_target and state in JUDGED else state


def graded_kind(cell: Cell) -> str:
    """``kind_of`` a cell, with the grade of an uncertain standard in its place."""
    kind = kind_of(cell.state, cell.standard is not None and cell.standard.kind == "target")
    return cell.said if kind == "uncertain" else kind


def tally(kinds: Iterable[str]) -> Tally:
    """The tally of the kinds (see ``graded_kind``)."""
    counts = dict.fromkeys((*TALLIED, *GRADED), 0)
    for kind in kinds:
        counts[kind] += 1
    counts["uncertain"] += sum(counts[name] for name in GRADED)
    return Tally(**counts)


@dataclass(frozen=True, eq=False)
class AcrossRow:
    """A row of the matrix: an indicator, or one site of it where some database has standards by site."""

    indicator: Indicator
    site: str = ""

    # By name: the hash of a whole declaration would be taken some ten thousand times a page.
    def __eq__(self, other: object) -> bool:
        return isinstance(other, AcrossRow) and (self.indicator.id, self.site) == (other.indicator.id, other.site)

    def __hash__(self) -> int:
        return hash((self.indicator.id, self.site))

    @property
    def title(self) -> Text:
        """The indicator's title, with the site in words."""
        return indicator_title(self.indicator, self.site)


@dataclass(frozen=True)
class Across:
    """The matrix. ``region``: "" is the whole country. A pair without entry is not asked of that database."""

    views: tuple[View, ...]
    region: str
    lines: tuple[AcrossRow, ...]
    cells: dict[tuple[str, AcrossRow], Cell] = field(repr=False)
    reasons: dict[tuple[str, AcrossRow], Text] = field(repr=False)

    def state(self, database: str, line: AcrossRow) -> str | None:
        """A key of words.verdicts.VERDICTS, or None where the database does not have the line."""
        if (database, line) in self.reasons:
            return "not_reported"
        cell = self.cells.get((database, line))
        return cell.said if cell is not None else None

    def kind(self, database: str, line: AcrossRow) -> str | None:
        """Which of TALLIED and GRADED the entry counts as, None where there is none."""
        return self._kinds.get((database, line))

    @cached_property
    def _kinds(self) -> dict[tuple[str, AcrossRow], str]:
        found = dict.fromkeys(self.reasons, "not_reported")
        for key, cell in self.cells.items():
            found[key] = graded_kind(cell)
        return found

    @cached_property
    def _tallies(self) -> dict[str, Tally]:
        kinds: dict[str, list[str]] = {view.database: [] for view in self.views}
        for (database, _), kind in self._kinds.items():
            kinds[database].append(kind)
        return {database: tally(values) for database, values in kinds.items()}

    def of_database(self, database: str) -> Tally:
        """The tally of one database."""
        return self._tallies[database]

    def of_line(self, line: AcrossRow) -> Tally:
        """The tally of one row, targets among the verdicts: the row says that they are targets."""
        states = (self.state(view.database, line) for view in self.views)
        return tally(state for state in states if state is not None)

    @cached_property
    def total(self) -> Tally:
        """The tally of everything."""
        return tally(self._kinds.values())

    def with_kind(self, database: str, kind: str) -> tuple[AcrossRow, ...]:
        """The lines of a database that count as ``kind``."""
        return tuple(line for line in self.lines if self.kind(database, line) == kind)


def latest_views(snapshot, edition: Edition, place: str = "treating", regions: int = 5) -> tuple[View, ...]:
    """A view of every database of the snapshot in its default reporting year, in the order of the reference list."""
    codes = [row.code for row in reference.databases() if row.code in snapshot.databases]
    return tuple(View(snapshot, edition, code, default_period(snapshot, code), place, (), regions) for code in codes)


def region_codes(number: int) -> list[str]:
    """The codes of the five regions, or of the four as from 2027, in table order."""
    merged = {row.successor for row in reference.regions() if row.successor}
    return [row.code for row in reference.regions() if (not row.successor if number == 4 else row.code not in merged)]


def across(views: tuple[View, ...], region: str = "") -> Across:
    """The matrix of these views (alike but for database and period, without filters), of the nation or one region."""
    first = views[0]
    chosen = tuple((view.database, view.period) for view in views)
    key = ("across", first.edition, first.place, first.regions, chosen, region)
    return first.snapshot.remember(key, lambda: _across(views, region))


def _across(views: tuple[View, ...], region: str) -> Across:
    tree = latest_nodes(views, departments=False)
    level = "region" if region else NATION
    tree = tree[tree["level"].eq(level) & tree["code"].eq(region)]
    rows: dict[str, list[dict]] = {view.database: [] for view in views}
    for row in records(tree):
        rows[row["database"]].append(row)
    cells: dict[tuple[str, AcrossRow], Cell] = {}
    reasons: dict[tuple[str, AcrossRow], Text] = {}
    used: set[AcrossRow] = set()
    for view in views:
        found = cells_of_records(view, rows[view.database])
        for one in CATALOGUE:
            whole = (view.database, AcrossRow(one))
            reason = why_not(view, one)
            if reason is not None:
                reasons[whole] = reason
                continue
            for line, cell in _entries(view, one, level, region, found):
                cells[view.database, line] = cell
                used.add(line)
    lines = []
    for one in CATALOGUE:
        sites = sorted(line.site for line in used if line.indicator is one and line.site)
        lines += [AcrossRow(one), *(AcrossRow(one, site) for site in sites)]
    # A row that every database has divided by site would be empty.
    kept = [line for line in lines if line in used or any((view.database, line) in reasons for view in views)]
    return Across(views, region, tuple(kept), cells, reasons)


def why_not(view: View, indicator: Indicator) -> Text | None:
    """Why the view has no result of an indicator, or None: not reported, or cannot be divided as chosen."""
    reason = why_not_reported(indicator, view.info)
    if reason is None and not divisible(view, indicator.id):
        return Text("Kan ikke opgøres for det valgte udsnit.", "Cannot be reported for the chosen selection.")
    return reason


def _entries(view: View, one: Indicator, level: str, region: str, found: dict) -> list[tuple[AcrossRow, Cell]]:
    sites = sites_of(view, one.id)
    if not sites:
        return [(AcrossRow(one), found.get((one.id, level, region, view.period)) or _nothing(view, one))]
    entries = []
    for site in sites:
        there = view.for_site(site)
        frame = nodes(there, (one.id,), (view.period,))
        frame = frame[frame["level"].eq(level) & frame["code"].eq(region)]
        cell = cells_of(there, frame).get((one.id, level, region, view.period))
        entries.append((AcrossRow(one, site), cell or _nothing(there, one)))
    return entries


def _nothing(view: View, one: Indicator) -> Cell:
    """An empty cell that still knows its standard."""
    standard = goal(view, one.id, view.period)
    return Cell(0, 0, 0, 0, 0, None, None, None, standard, "no_data", None)


def overview_units(
    view: View, rows: Iterable[OverviewRow]
) -> dict[tuple[str, str], tuple[tuple[Unit, int, Cell], ...]]:
    """(indicator, site) → the nation, the regions and cases without region, in three periods each."""
    rows = [row for row in rows if row.not_reported is None]
    found: dict[tuple[str, str], dict] = {(row.indicator.id, row.site): {} for row in rows}
    for site in {row.site for row in rows}:
        there = view.for_site(site)
        asked = [row.indicator.id for row in rows if row.site == site]
        # The trees that the overview itself reads.
        for part in [(one,) for one in asked] if site else [None]:
            frame = nodes(there, part, departments=False)
            frame = frame[frame["indicator"].isin(asked) & frame["level"].ne("department")]
            for (indicator, *place), cell in cells_of(there, frame).items():
                found[indicator, site][tuple(place)] = cell
    return {name: _placed(view, cells) for name, cells in found.items()}


def _placed(view: View, cells: dict[tuple[str, str, int], Cell]) -> tuple[tuple[Unit, int, Cell], ...]:
    places = [Unit(NATION, "", "Danmark", "Danmark")]
    codes = {code for level, code, _ in cells if level == "region"}
    for code in (*reference.region_order(), ""):
        if code in codes:
            name = reference.region_name(code) if code else "Uoplyst"
            places.append(Unit("region", code, name, name if code else "Uden registreret region", code))
    return tuple(
        (unit, period, cells[unit.level, unit.code, period])
        for unit in places
        for period in view.three_periods
        if (unit.level, unit.code, period) in cells
    )
