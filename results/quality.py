"""Data quality: completeness per variable, registration delay, findings of the load, changes since the last one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data import reference
from data.checks import required_variables
from data.delivered import undelivered
from data.findings import RULE
from data.schema import BY_NAME
from data.text import Text
from indicators.data_quality import EARLIEST_REPORT
from indicators.engine import with_rates
from results.audit import NATION, short_names
from results.disclosure import protect_count, protect_view
from results.former import former
from results.nodes import in_regions
from results.view import Edition, View

#: Medians and percentiles only from this many patients.
SMALLEST_FOR_MEDIAN = 10


@dataclass(frozen=True)
class Filled:
    """How often a variable is filled in one place: counts and share; None where hidden or nothing there."""

    registered: int | None
    cases: int | None
    share: float | None
    hidden: bool


@dataclass(frozen=True)
class Variable:
    """A case variable with its completeness by place: NATION, a region code, or "" (region not registered)."""

    name: str
    title: Text
    places: dict[str, Filled]


@dataclass(frozen=True)
class Delay:
    """Days from diagnosis to the first report, one place: cases, missing dates, shares, median and 90th percentile.

    ``cases`` have a known date; one more than EARLIEST_REPORT days before the diagnosis is missing. The public edition
    shows no share within 90 days (its complement is small nearly everywhere), shares in tenths of a per cent, and no
    cases where the missing are hidden: with the completeness of the same page they would give the missing away.
    """

    level: str
    code: str
    name: str
    cases: int | None
    missing: int | None
    within_30: float | None
    within_90: float | None
    median: float | None
    p90: float | None
    hidden: bool


@dataclass(frozen=True)
class LoadFinding:
    """A finding of the last load in both languages, as the command said it. ``rows`` is None where hidden.

    ``of_rows``: of how many, 0 where no share is told. ``first_rows``, ``lines`` (of the file), ``values`` (those at
    fault, with their numbers of rows) and ``advice`` are empty in the public edition.
    ``part``: the part of the database that it is about, "" where that came whole.
    """

    severity: str
    table: str
    column: str
    text: Text
    rows: int | None
    of_rows: int
    first_rows: str
    lines: str
    values: Text
    advice: Text
    part: str = ""


@dataclass(frozen=True)
class LoadChange:
    """One table of the database now and in the snapshot before (None: it was not there, or hidden).

    ``difference`` is None where one of them is; the public edition hides small ones together with ``before``.
    """

    table: str
    title: Text
    rows: int | None
    before: int | None
    difference: int | None
    hidden: bool = False


def completeness(view: View) -> tuple[Variable, ...]:
    """Each needed variable of the database: in how many of the period's cases it is registered, nation and regions.

    The date of reporting is left out of the public edition: the delays show it, and hide other places for it.
    """
    return view.snapshot.remember(("completeness", view.key, view.period), lambda: _completeness(view))


def _completeness(view: View) -> tuple[Variable, ...]:
    found: dict[str, dict[str, Filled]] = {}
    for row in protect_view(view, _filled).to_dict("records"):
        hidden = bool(row["hidden"])
        found.setdefault(row["indicator"], {})[row["code"]] = Filled(
            None if hidden else int(row["numerator"]),
            None if hidden else int(row["denominator"]),
            None if hidden or not row["denominator"] else float(row["rate"]),
            hidden,
        )
    cases = BY_NAME["cases"]
    return tuple(
        Variable(name, Text(cases.column(name).da, cases.column(name).en), found.get(name, {}))
        for name in _needed(view)
    )


def _needed(view: View) -> tuple[str, ...]:
    delivered = view.info.columns["cases"]
    dates = () if view.edition.hides else ("registered_date",)
    needed = required_variables(view.about.staging, delivered)
    return (*needed, *(name for name in (*dates, "cause_of_death") if name in delivered))


def undelivered_variables(view: View) -> tuple[str, ...]:
    """The needed variables that the extract came without, as ``table.column``; their completeness is not reported."""
    every = (*required_variables(view.about.staging, BY_NAME["cases"].names), "registered_date", "cause_of_death")
    return undelivered((f"cases.{name}" for name in every), view.info.columns)


def _filled(view: View) -> pd.DataFrame:
    """Nation and regions of each needed variable: cases that need it, and those that have it."""
    place = "treating_region" if view.place == "treating" else "region"
    parts = view.selection(place, period=view.period).compile(first_month=view.first_month)
    names = _needed(view)
    counts = ", ".join(
        f"countif(r.vital_status = 'dead'), countif(r.vital_status = 'dead' AND r.{name} IS NOT NULL)"
        if name == "cause_of_death"
        else f"count(*), count(r.{name})"
        for name in names
    )
    sql = f"SELECT {parts.columns[0]}, {counts} FROM cases r {parts.join} WHERE {parts.where} GROUP BY 1"
    records = []
    for region, *values in view.snapshot.rows(view.database, sql, parts.params):
        code = reference.merged_region(region) if region and view.regions == 4 else region or ""
        for name, cases, filled in zip(names, values[::2], values[1::2], strict=True):
            records.append({"indicator": name, "code": code, "denominator": cases, "numerator": filled})
    return _with_nation(pd.DataFrame(records, columns=["indicator", "code", "denominator", "numerator"]))


def _with_nation(leaves: pd.DataFrame) -> pd.DataFrame:
    """Regions of counts as a node frame for the door, with the nation on top."""
    counts = ["denominator", "numerator"]
    regions = leaves.groupby(["indicator", "code"], as_index=False, sort=False)[counts].sum().assign(level="region")
    nation = leaves.groupby("indicator", as_index=False, sort=False)[counts].sum().assign(level=NATION, code=NATION)
    frame = pd.concat([nation, regions], ignore_index=True)
    frame = with_rates(frame.assign(period=0, region=frame["code"], missing=0, excluded=0, not_mature=0, population=0))
    return frame.assign(events=frame["numerator"])


def delays(view: View) -> tuple[Delay, ...]:
    """Registration delay of the period's cases: the nation, then each region and (treating view) its departments."""
    return view.snapshot.remember(("delays", view.key, view.period), lambda: _delays(view))


def _delays(view: View) -> tuple[Delay, ...]:
    return tuple(_delay(row, view.edition) for row in protect_view(view, _delay_nodes).to_dict("records"))


def _delay_nodes(view: View) -> pd.DataFrame:
    """The nation and each place as nodes for the door, with ``name`` and the array of ``days``, NaN where not known."""
    parts = view.selection("treating_region", "department", period=view.period).compile(first_month=view.first_month)
    region, department = parts.columns
    if view.place == "residence":
        region, department = 'r.region AS "treating_region"', "'' AS \"department\""
    sql = (
        f"SELECT {region}, {department}, CASE WHEN r.registered_date - r.diagnosis_date >= -{EARLIEST_REPORT} "
        "THEN (r.registered_date - r.diagnosis_date)::INTEGER END AS days, count(*) AS n "
        f"FROM cases r {parts.join} WHERE {parts.where} GROUP BY ALL"
    )
    frame = view.snapshot.query(view.database, sql, parts.params).fillna({"treating_region": "", "department": ""})
    homes, units = in_regions(frame["treating_region"], view).to_numpy(), frame["department"].to_numpy()
    names = short_names(view, set(units) - {""})
    days, cases = frame["days"].to_numpy(float), frame["n"].to_numpy()

    def of(chosen: np.ndarray) -> np.ndarray:
        return np.repeat(days[chosen], cases[chosen])

    groups: list[tuple[str, str, str, str, np.ndarray]] = [(NATION, "", "", "Danmark", np.repeat(days, cases))]
    order = [code for code in reference.region_order() if code in set(homes)]
    for code in [*order, *[""] * ("" in set(homes))]:
        there = homes == code
        name = reference.region_name(code) if code else "Uoplyst"
        groups.append(("region", code, code, name, of(there)))
        if view.place == "treating":
            for unit in sorted(set(units[there])):
                label = names.get(unit, ("Uoplyst",))[0]
                groups.append(("department", code, unit, label, of(there & (units == unit))))
    counted = pd.DataFrame(
        [
            {
                "indicator": "delay",
                "period": 0,
                "level": level,
                "region": home,
                "code": code,
                "name": name,
                "days": days,
                "population": 0,
                "not_mature": 0,
                "excluded": 0,
                "missing": int(np.isnan(days).sum()),
                "denominator": int((~np.isnan(days)).sum()),
                "numerator": int((days <= 30).sum()),
            }
            for level, home, code, name, days in groups
        ]
    )
    return with_rates(counted).assign(events=counted["numerator"])


def _delay(row: dict, edition: Edition) -> Delay:
    level, code, name, days = (row[one] for one in ("level", "code", "name", "days"))
    if row["hidden"]:
        return Delay(level, code, name, None, None, None, None, None, None, True)
    known = days[~np.isnan(days)]
    enough = len(known) >= SMALLEST_FOR_MEDIAN
    return Delay(
        level,
        code,
        name,
        None if row["missing_hidden"] else len(known),
        None if row["missing_hidden"] else int(row["missing"]),
        _share((known <= 30).mean(), edition) if len(known) else None,
        float((known <= 90).mean()) if enough and not edition.hides else None,
        float(np.median(known)) if enough else None,
        float(np.percentile(known, 90)) if enough else None,
        False,
    )


def _share(value: float, edition: Edition) -> float:
    """A share, in the public edition in tenths of a per cent, so that no count follows from it."""
    return round(float(value), 3) if edition.hides else float(value)


def findings(view: View) -> tuple[LoadFinding, ...]:
    """What the last load of the database found, errors never among them; the rule, the place and the number of rows.

    Values, advice (which may name some) and row numbers only in the working edition.
    """
    sql = (
        "SELECT severity, table_name, column_name, rule, rows, part, of_rows, first_rows, lines, values_da, values_en, "
        "advice_da, advice_en FROM findings"
    )
    found = []
    for severity, table, column, rule, rows, part, *more in view.snapshot.rows(view.database, sql):
        of_rows, first_rows, lines, *said = (0, "", "", "", "", "", "") if view.edition.hides else more
        found.append(
            LoadFinding(
                severity,
                table,
                column,
                Text(RULE[rule].da, RULE[rule].en),
                protect_count(rows, view.edition),
                of_rows,
                first_rows,
                lines,
                Text(*said[:2]),
                Text(*said[2:]),
                part,
            )
        )
    return tuple(found)


def changes(view: View) -> tuple[str, tuple[LoadChange, ...]]:
    """The id of the last snapshot that held another extract of this database, and the rows per table then and now.

    ("", ()) where there was none.
    """
    there = former(view)
    if there is None:
        return "", ()
    manifest, before = there
    now, rows = view.info.rows, before.rows
    tables = [name for name in BY_NAME if name in now or name in rows]
    return manifest.id, tuple(_change(name, now.get(name), rows.get(name), view.edition) for name in tables)


def _change(name: str, rows: int | None, before: int | None, edition: Edition) -> LoadChange:
    title = Text(BY_NAME[name].da, BY_NAME[name].en)
    difference = None if rows is None or before is None else rows - before
    counts = [abs(count) for count in (rows, before, difference) if count is not None]
    if any(protect_count(count, edition) is None for count in counts):
        return LoadChange(name, title, None if rows is None else protect_count(rows, edition), None, None, True)
    return LoadChange(name, title, rows, before, difference)


def row_counts(view: View) -> dict[str, int | None]:
    """Rows per table that the extract delivered, None where hidden."""
    return {name: protect_count(rows, view.edition) for name, rows in view.info.rows.items()}
