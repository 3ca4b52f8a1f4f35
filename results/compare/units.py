"""The units that are compared: departments, the hospitals they belong to, or regions of treatment.

A hospital's result is the sum of its departments' results as their own pages show them, and hidden where one of them
is; its survival is that of its patients together. A region's is the region's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from data import reference
from data.period import is_span, period_end, period_start, years_before
from indicators.catalogue import BY_ID
from indicators.engine import COUNTS, with_rates
from results import cube
from results import department as data
from results.across import region_codes
from results.department import DepartmentRow, DepartmentUnit, Mix
from results.nodes import active_units, in_regions, records, units
from results.places import hospitals, path_code
from results.view import View

#: What can be compared; one comparison is of one of them.
LEVELS = ("department", "hospital", "region")


def unit_of(view: View, level: str, code: str) -> DepartmentUnit | None:
    """The unit with this code (of a hospital its name in an address), or None where the database has none."""
    if level == "department":
        return data.department(view, code)
    return next((one for one in listed(view, level) if one.code == code), None)


def listed(view: View, level: str) -> tuple[DepartmentUnit, ...]:
    """The units of a level that anything is counted for, by region, then by name."""
    return view.snapshot.remember(("compared units", view.database, view.regions, level), lambda: _listed(view, level))


def _listed(view: View, level: str) -> tuple[DepartmentUnit, ...]:
    departments = [data.department(view, code) for code, _ in active_units(view)]
    order = reference.region_order()
    departments.sort(key=lambda one: (order.index(one.region), reference.danish_key(one.name), one.code))
    if level == "department":
        return tuple(departments)
    if level == "region":
        there = {one.region for one in departments}
        names = [(code, reference.region_name(code)) for code in region_codes(view.regions) if code in there]
        return tuple(DepartmentUnit(code, name, "", code, name, "", "region") for code, name in names)
    addresses = {one.name: one.code for one in hospitals(view.snapshot)}
    found: dict[str, DepartmentUnit] = {}
    for one in departments:
        if one.hospital and one.hospital not in found:
            code = addresses.get(one.hospital, path_code(one.hospital))
            found[one.hospital] = replace(one, code=code, name=one.hospital, kind="", level="hospital")
    order_of = {code: n for n, code in enumerate(order)}
    return tuple(sorted(found.values(), key=lambda one: (order_of[one.region], reference.danish_key(one.name))))


def departments_of(view: View, unit: DepartmentUnit) -> tuple[str, ...]:
    """The codes of the departments that a unit consists of; of a department its own."""
    if unit.level == "department":
        return (unit.code,)
    there = units(view)
    active = {code for code, _ in active_units(view)}
    if unit.level == "hospital":
        at = there["hospital"] == unit.hospital
    else:
        at = in_regions(there["region"].fillna(""), view) == unit.code
    return tuple(code for code in there.loc[at, "code"] if code in active)


def rows_of(view: View, unit: DepartmentUnit) -> tuple[DepartmentRow, ...]:
    """Every indicator on which the unit has rows in one of the view's three periods, in catalogue order."""
    if unit.level != "hospital":
        return data.compare(view, unit)
    there = data.treating(view)
    trees = tuple((site, _with_hospital(there.for_site(site), tree, unit)) for site, tree in data.site_trees(there))
    return data.compare_in(view, unit, trees)


def cases_of(view: View, unit: DepartmentUnit) -> int | None:
    """The cases diagnosed in the view's period that the unit is responsible for; None where hidden for a part."""
    if unit.level == "region":
        return data.region_volume(view, unit, view.period)
    counts = [data.volumes(view, data.department(view, code), (view.period,))[view.period]
              for code in departments_of(view, unit)]  # fmt: skip
    return None if None in counts else sum(counts)


def mix_of(view: View, unit: DepartmentUnit) -> tuple[Mix, ...]:
    """Who the unit's patients are (``results.department.case_mix``)."""
    return data.case_mix(view, unit, () if unit.level == "department" else departments_of(view, unit))


def _with_hospital(view: View, tree: pd.DataFrame, unit: DepartmentUnit) -> pd.DataFrame:
    """The country, the regions and one hospital of a protected tree, the hospital made of its departments."""
    codes = departments_of(view, unit)
    parts = records(tree[(tree["level"] == "department") & tree["code"].isin(codes)])
    if len({row["code"] for row in parts}) == 1:  # of one department it is that
        rows = [{**row, "level": "hospital", "code": unit.code} for row in parts]
    else:
        rows = _summed(view, parts, unit)
    return pd.DataFrame([*records(tree[tree["level"] != "department"]), *rows], columns=list(tree.columns))


def _summed(view: View, parts: Sequence[dict], unit: DepartmentUnit) -> list[dict]:
    groups: dict[tuple[str, int], list[dict]] = {}
    for row in parts:
        groups.setdefault((row["indicator"], row["period"]), []).append(row)
    summed = [_sum(rows, unit) for rows in groups.values()]
    counted = [row for row in summed if not row["hidden"] and not BY_ID[row["indicator"]].survival_years]
    rated = records(with_rates(pd.DataFrame(counted))) if counted else []
    survived = [row for row in summed if not row["hidden"] and BY_ID[row["indicator"]].survival_years]
    estimates = _survival(view, unit, {(row["indicator"], row["period"]) for row in survived})
    for row in survived:
        row |= estimates.get((row["indicator"], row["period"]), {})
    return [*rated, *survived, *(row for row in summed if row["hidden"])]


def _sum(rows: Sequence[dict], unit: DepartmentUnit) -> dict:
    """The departments of one indicator and period together: hidden where any is, a count where all show it."""
    first = rows[0]
    hidden = any(bool(row["hidden"]) for row in rows)
    made = {**first, "level": "hospital", "code": unit.code, "hidden": hidden, "rate": None, "lower": None,
            "upper": None, "missing_hidden": any(bool(row["missing_hidden"]) for row in rows)}  # fmt: skip
    for name in (*COUNTS, "events", "missing_most"):
        values = [row[name] for row in rows]
        made[name] = None if any(pd.isna(value) for value in values) else sum(values)
    if hidden:
        made |= dict.fromkeys(("denominator", "numerator", "events"))
    return made


def _survival(view: View, unit: DepartmentUnit, wanted: set[tuple[str, int]]) -> dict[tuple[str, int], dict]:
    """The hospital's survival of these indicators and periods, of its patients together."""
    found: dict[tuple[str, int], dict] = {}
    ids = sorted({indicator for indicator, _ in wanted})
    spans = sorted({period for _, period in wanted if is_span(period)})
    frames = []
    if any(not is_span(period) for _, period in wanted):
        key = ("survival of hospitals", view.database, view.where)
        table = view.snapshot.remember(
            key, lambda: cube.survival_of(view.snapshot, view.database, view.selection(), ("hospital",), merged=False)
        )
        later = table["indicator"].map(lambda id: BY_ID[id].survival_years)
        frames.append(table.assign(period=table["cohort"] + later))
    for span in spans:
        for id in ids:
            cohort = years_before(span, BY_ID[id].survival_years)
            there = view.selection().within(period_start(cohort), period_end(cohort))
            key = ("survival of hospitals", view.database, view.where, id, span)
            table = view.snapshot.remember(
                key,
                lambda there=there, id=id: cube.survival_of(
                    view.snapshot, view.database, there, ("hospital",), merged=False, of=(BY_ID[id],)
                ),
            )
            frames.append(table.assign(period=span))
    for table in frames:
        for row in records(table[(table["place"] == "hospital") & (table["code"] == unit.hospital)]):
            if (row["indicator"], row["period"]) in wanted:
                values = {"rate": row["estimate"], "lower": row["lower"], "upper": row["upper"]}
                found[row["indicator"], row["period"]] = values
    return found
