"""Typed audit results, read only from protected nodes: cells, unit tables, trends, the overview."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace

import pandas as pd

from data import reference
from data.period import is_span, period_end
from data.reference import Standard
from data.text import Text
from indicators import standards
from indicators.catalogue import BY_ID, CATALOGUE, why_not_reported
from indicators.declaration import Indicator
from indicators.graded import evidence
from indicators.statistics import evidence as grading
from indicators.statistics.intervals import exact
from results.nodes import divisible, nodes, records, sites_of, units
from results.view import View, mature_on

NATION = "nation"
#: The words of a graded verdict, the best first.
GRADES = grading.GRADES
STATES = ("met", "uncertain", "not_met", "no_standard", "not_mature", "no_data", "hidden", "not_reported")


@dataclass(frozen=True)
class Cell:
    """One unit in one period. None = nothing there, or hidden (then ``hidden``/``missing_hidden`` say so).

    ``standard`` may be a development target (``kind``). ``state``: met / not_met when the whole interval lies on that
    side and the missing could not turn the answer; uncertain otherwise. ``yes``: the annual report's Ja/Nej on the
    unrounded estimate, None without a standard. not_mature: some of the period's patients have not been followed long
    enough yet, so it is not judged; its counts are of those who have. ``mature_on``: the day from which all have been.
    ``grade``: what an uncertain result is evidence of (indicators.graded), "" for every other; ``probability``: of what
    a *probably* says. ``three_years``: the grade of the reporting year with the two before it, "" where they are not
    all there. ``most_missing``: ``missing``, or where it is hidden the most that it may be.
    """

    denominator: int | None
    numerator: int | None
    missing: int | None
    excluded: int | None
    not_mature: int | None
    rate: float | None
    lower: float | None
    upper: float | None
    standard: Standard | None
    state: str
    yes: bool | None
    hidden: bool = False
    missing_hidden: bool = False
    mature_on: dt.date | None = None
    grade: str = ""
    probability: float | None = None
    three_years: str = ""
    most_missing: int | None = None

    @property
    def said(self) -> str:
        """The word of the verdict, graded: a key of words.verdicts.VERDICTS."""
        return self.grade or self.state

    @property
    def missing_share(self) -> float | None:
        """missing / (missing + denominator), None where either is not shown or both are 0."""
        if self.missing is None or self.denominator is None or self.missing + self.denominator == 0:
            return None
        return self.missing / (self.missing + self.denominator)


NO_CELL = Cell(0, 0, 0, 0, 0, None, None, None, None, "no_data", None)


@dataclass(frozen=True)
class Unit:
    """A row of a unit table: the nation, a region or a department. ``name`` is short, ``full_name`` whole."""

    level: str
    code: str
    name: str
    full_name: str
    region: str = ""


@dataclass(frozen=True)
class UnitTable:
    """One indicator: the units in table order with their cells by period."""

    indicator: Indicator
    view: View
    periods: tuple[int, ...]
    units: tuple[Unit, ...]
    cells: dict[tuple[str, str, int], Cell]  # (level, code, period)
    standard: Standard | None  # of the view's period

    def cell(self, unit: Unit, period: int | None = None) -> Cell:
        """The unit's cell in a period (None: the view's); an empty cell where it has no rows."""
        key = (unit.level, unit.code, self.view.period if period is None else period)
        return self.cells.get(key, NO_CELL)

    @property
    def nation(self) -> Unit:
        return self.units[0]

    def of_level(self, level: str) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.units if unit.level == level)


#: Sites that have standards of their own, in words.
SITE_NAMES = {
    "C18": Text("kolon", "colon"),
    "C20": Text("rektum", "rectum"),
    "C53": Text("livmoderhals", "cervix"),
}


def indicator_title(indicator: Indicator, site: str) -> Text:
    """An indicator's title, with the site in words where it is of one."""
    if not site:
        return indicator.title
    name = SITE_NAMES.get(site, Text(site, site))
    return Text(f"{indicator.title.da}, {name.da}", f"{indicator.title.en}, {name.en}")


def goal(view: View, indicator: str, period: int) -> Standard | None:
    """The standard of an indicator in a period, else its development target, else None."""
    last = period_end(period, view.first_month) - dt.timedelta(days=1)
    fixed = dict(view.where)
    site, stage = fixed.get("site", ""), fixed.get("stage", "")
    for kind in ("standard", "target"):
        found = standards.resolve(view.database, indicator, last, site=site, stage=stage, kind=kind)
        if found is not None:
            return found
    return None


def judge(standard: Standard | None, rate, lower, upper, numerator, denominator, missing) -> str:
    """The state of a shown result (see Cell)."""
    if rate is None:
        return "no_data"
    if standard is None:
        return "no_standard"
    side = standards.holds(standard, rate)
    sides = {standards.holds(standard, lower), standards.holds(standard, upper)}
    if missing and numerator is not None:
        total = denominator + missing
        sides |= {
            standards.holds(standard, numerator / total),
            standards.holds(standard, (numerator + missing) / total),
        }
    if sides != {side}:
        return "uncertain"
    return "met" if side else "not_met"


@dataclass(frozen=True)
class Settles:
    """What would settle an unsettled result. ``how``: missing (to find those who are), three_years (``word`` says what
    they say), more (``number`` patients more at the same share), nothing (the share is too near the standard)."""

    how: str
    number: int | None = None
    word: str = ""


def settles(cell: Cell) -> Settles | None:
    """What would settle a cell, None where it is not unsettled."""
    if cell.grade != "unsettled" or cell.standard is None:
        return None
    if cell.numerator is not None and cell.most_missing:
        alone = evidence(cell.standard, {**_counts(cell), "missing": 0})
        if alone.word != "unsettled":
            return Settles("missing", cell.missing)
    if cell.three_years and cell.three_years != "unsettled":
        return Settles("three_years", word=cell.three_years)
    if cell.numerator is None or cell.denominator is None:
        return None
    more = grading.more_needed(cell.numerator, cell.denominator, cell.standard.operator, cell.standard.value)
    return Settles("more", more) if more else Settles("nothing")


def _counts(cell: Cell) -> dict[str, float | int | None]:
    return {name: getattr(cell, name) for name in ("numerator", "denominator", "rate", "lower", "upper")}


def unit_table(view: View, indicator: str, periods: tuple[int, ...] | None = None) -> UnitTable:
    """The units of one indicator in the named periods (None: the view's three), from protected nodes."""
    spans = periods or view.three_periods
    key = ("unit_table", view.key, indicator, view.period, spans)
    return view.snapshot.remember(key, lambda: _unit_table(view, indicator, spans))


def _unit_table(view: View, indicator: str, spans: tuple[int, ...]) -> UnitTable:
    frame = nodes(view, (indicator,), tuple(sorted({*spans, view.period})))
    asked = set(view.three_periods) <= {*spans, view.period}
    cells = {key[1:]: cell for key, cell in cells_of(view, frame, asked).items()}
    recent = set(view.three_periods)
    departments = {
        (row["region"], row["code"])
        for row in records(frame)
        if row["level"] == "department" and row["period"] in recent
    }
    regions = {code for level, code, _ in cells if level == "region"}
    found = _ordered(view, BY_ID[indicator], regions, departments, cells)
    return UnitTable(BY_ID[indicator], view, spans, found, cells, goal(view, indicator, view.period))


def cells_of(view: View, frame: pd.DataFrame, three: bool = False) -> dict[tuple[str, str, str, int], Cell]:
    """(indicator, level, code, period) → Cell for every node of a protected frame.

    ``three``: the frame was asked for the view's three periods, so that they can stand together.
    """
    return cells_of_records(view, records(frame), three)


def cells_of_records(view: View, records: list[dict], three: bool = False) -> dict[tuple[str, str, str, int], Cell]:
    """``cells_of`` of rows that are dicts already."""
    goals: dict[tuple[str, int], Standard | None] = {}
    awaited: dict[tuple[str, int], dt.date | None] = {}
    cells = {}
    for row in records:
        key = (row["indicator"], int(row["period"]))
        if key not in goals:
            goals[key] = goal(view, *key)
            awaited[key] = _awaited(view, *key)
        name, period = key
        cells[(name, row["level"], row["code"], period)] = _cell(row, goals[key], awaited[key])
    return _with_three_years(view, cells) if three else cells


def _with_three_years(view: View, cells: dict[tuple[str, str, str, int], Cell]) -> dict:
    """The cells of the view's reporting year with what it and the two years before it say together.

    Only what is shown is added up: where one of the years is hidden there is none.
    """
    spans = view.three_periods
    if any(is_span(one) for one in spans):
        return cells
    summed: list[tuple[tuple, Cell, tuple[int, int, int]]] = []
    for key, cell in cells.items():
        if key[3] != view.period or cell.standard is None or cell.state == "not_mature":
            continue
        years = [cells.get((*key[:3], one), NO_CELL) for one in spans]
        if any(one.hidden or one.numerator is None or one.denominator is None for one in years):
            continue
        counts = [
            sum(getattr(one, name) or 0 for one in years) for name in ("numerator", "denominator", "most_missing")
        ]
        if counts[1]:
            summed.append((key, cell, tuple(counts)))
    if not summed:
        return cells
    lower, upper = exact([one[0] for _, _, one in summed], [one[1] for _, _, one in summed])
    for (key, cell, (x, n, missing)), low, high in zip(summed, lower.tolist(), upper.tolist(), strict=True):
        row = {"numerator": x, "denominator": n, "missing": missing, "rate": x / n, "lower": low, "upper": high}
        cells[key] = replace(cell, three_years=evidence(cell.standard, row).word)
    return cells


def _awaited(view: View, indicator: str, period: int) -> dt.date | None:
    """The day on which all of the period's rows will have been followed long enough, None where they have been."""
    day = mature_on(period, view.first_month, BY_ID[indicator])
    return day if day > view.info.data_cut else None


def _cell(row: dict, standard: Standard | None, awaited: dt.date | None = None) -> Cell:
    rate, lower, upper = (_number(row[name]) for name in ("rate", "lower", "upper"))
    denominator, numerator, missing, excluded, not_mature = (
        _whole(row[name]) for name in ("denominator", "numerator", "missing", "excluded", "not_mature")
    )
    hidden, missing_hidden = bool(row["hidden"]), bool(row["missing_hidden"])
    grade, probability = "", None
    most = _whole(row["missing_most"])
    if hidden:
        state, yes = "hidden", None
    else:
        # Hidden missing rows must not make a verdict clearer than it is: judged by the most they may be.
        state = judge(standard, rate, lower, upper, numerator, denominator, most)
        if state == "uncertain":
            found = evidence(standard, {"rate": rate, "lower": lower, "upper": upper, "numerator": numerator,
                                        "denominator": denominator, "missing": most})  # fmt: skip
            grade, probability = found.word, (None if found.said != found.said or missing_hidden else found.said)
        is_standard = standard is not None and standard.kind == "standard"
        yes = standards.holds(standard, rate) if is_standard and rate is not None else None
    if awaited is not None and not hidden and (denominator or not_mature):
        state, yes, grade, probability = "not_mature", None, "", None
    return Cell(denominator, numerator, missing, excluded, not_mature, rate, lower, upper, standard, state, yes,
                hidden, missing_hidden, awaited, grade, probability, most_missing=most)  # fmt: skip


def _ordered(
    view: View, indicator: Indicator, regions: set[str], departments: set[tuple[str, str]], cells: dict
) -> tuple[Unit, ...]:
    """Danmark, then the regions in their fixed order, departments below sorted best first; not registered last."""
    names = short_names(view, {code for _, code in departments if code})
    sign = -1 if indicator.higher_is_better else 1

    def place(code: str) -> tuple:
        rate = cells.get(("department", code, view.period), NO_CELL).rate
        return (rate is None, sign * (rate or 0), reference.danish_key(names.get(code, ("",))[0]))

    found = [Unit(NATION, "", "Danmark", "Danmark")]
    for region in (*[code for code in reference.region_order() if code in regions], *[""] * ("" in regions)):
        name = reference.region_name(region) if region else "Uoplyst"
        found.append(Unit("region", region, name, name if region else "Uden registreret region", region))
        codes = sorted((code for home, code in departments if home == region), key=place)
        found += [
            Unit("department", code, *names.get(code, ("Uoplyst", "Uden registreret afdeling")), region)
            for code in codes
            if code or region  # without region and department there is only one row
        ]
    return tuple(found)


def short_names(view: View, codes: set[str]) -> dict[str, tuple[str, str]]:
    """code → (short, full) names: the hospital where it is unique among these units, else the full name."""
    listed = units(view)
    rows = zip(listed["code"].tolist(), listed["hospital"].tolist(), listed["name"].tolist(), strict=True)
    known = {code: (hospital, name) for code, hospital, name in rows if code in codes}
    hospitals = Counter(hospital for hospital, _ in known.values())
    return {code: (hospital if hospitals[hospital] == 1 else name, name) for code, (hospital, name) in known.items()}


def full_name(view: View, code: str) -> str | None:
    """The whole name of a department of the database's list, None for another code."""
    return units(view)["name"].to_dict().get(code)


@dataclass(frozen=True)
class OverviewRow:
    """One indicator on the overview: the nation in three periods, the regions now, or why it is not reported.

    ``site``: where a standard holds for a site only, the row is of that site.
    """

    indicator: Indicator
    nation: dict[int, Cell]
    regions: tuple[tuple[Unit, Cell], ...]
    standard: Standard | None
    not_reported: Text | None = None
    site: str = ""

    @property
    def title(self) -> Text:
        """The indicator's title, with the site in words where the row is of one."""
        return indicator_title(self.indicator, self.site)

    @property
    def is_target(self) -> bool:
        return self.standard is not None and self.standard.kind == "target"


def overview(view: View) -> tuple[OverviewRow, ...]:
    """All indicators of the catalogue for one database, in catalogue order."""
    return view.snapshot.remember(("overview", view.key, view.period), lambda: _overview(view))


def _overview(view: View) -> tuple[OverviewRow, ...]:
    cells = _region_cells(view, None)
    rows = []
    for one in CATALOGUE:
        reason = why_not_reported(one, view.info)
        if reason is None and not divisible(view, one.id):
            reason = Text("Kan ikke opgøres for det valgte udsnit.", "Cannot be reported for the chosen selection.")
        for site in sites_of(view, one.id) if reason is None else ():
            there = view.for_site(site)
            rows.append(_overview_row(there, one, _region_cells(there, (one.id,)), None, site))
        if reason is not None or not sites_of(view, one.id):
            rows.append(_overview_row(view, one, cells, reason, ""))
    return tuple(rows)


def _region_cells(view: View, indicators: tuple[str, ...] | None) -> dict[tuple[str, str, str, int], Cell]:
    frame = nodes(view, indicators, departments=False)
    return cells_of(view, frame[frame["level"] != "department"], three=True)


def _overview_row(view: View, indicator: Indicator, cells: dict, reason: Text | None, site: str) -> OverviewRow:
    nation = {period: cells.get((indicator.id, NATION, "", period), NO_CELL) for period in view.three_periods}
    regions = tuple(
        (Unit("region", code, reference.region_name(code), reference.region_name(code), code), cell)
        for code in reference.region_order()
        if (cell := cells.get((indicator.id, "region", code, view.period))) is not None
    )
    return OverviewRow(indicator, nation, regions, goal(view, indicator.id, view.period), reason, site)


def _number(value: object) -> float | None:
    return None if value is None or value is pd.NA or value != value else float(value)


def _whole(value: object) -> int | None:
    return None if value is None or value is pd.NA or value != value else int(value)
