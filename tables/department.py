"""One department against its region and the country: indicators, volumes, case mix."""

from __future__ import annotations

from dataclasses import dataclass

from data import reference
from data.selection import AGE_GROUPS, Selection
from indicators.catalogue import CATALOGUE
from indicators.declaration import Indicator, Text
from tables.audit import NATION, NO_CELL, Cell, cells_of
from tables.disclosure import protect_count, protect_parts
from tables.nodes import nodes, reported, units
from tables.view import View


@dataclass(frozen=True)
class Department:
    """A unit of the database. ``region`` is the code as the view divides the country."""

    code: str
    name: str
    hospital: str
    region: str
    region_name: str
    kind: str


@dataclass(frozen=True)
class Comparison:
    """One indicator: the department in three periods, its region and the country now."""

    indicator: Indicator
    own: dict[int, Cell]
    region: Cell
    nation: Cell


@dataclass(frozen=True)
class Share:
    """A category's share of the department's and of the country's cases; None where hidden or there are none."""

    label: Text
    own_count: int | None
    own: float | None
    nation: float | None


@dataclass(frozen=True)
class Mix:
    """The distribution of one case-mix variable among the cases diagnosed in the period."""

    title: Text
    shares: tuple[Share, ...]


def department(view: View, code: str) -> Department | None:
    """The unit, or None where the database's unit list has no such code."""
    listed = units(view)
    if code not in listed.index:
        return None
    row = listed.loc[code]
    region = reference.merged_region(row["region"]) if view.regions == 4 else row["region"]
    return Department(code, row["name"], row["hospital"], region, reference.region_name(region), row["kind"] or "")


def compare(view: View, unit: Department) -> tuple[Comparison, ...]:
    """Every indicator on which the department has rows in one of the view's three periods, in catalogue order.

    Indicators count for the treating department, so regions are treating regions here whatever the reader chose.
    """

    def build() -> tuple[Comparison, ...]:
        frame = nodes(view)
        kept = (frame["level"] == "nation") | (frame["code"].isin([unit.code, unit.region]))
        cells = cells_of(view, frame[kept])
        known = set(reported(view))
        rows = []
        for one in CATALOGUE:
            own = {
                period: cells[key]
                for period in view.three_periods
                if (key := (one.id, "department", unit.code, period)) in cells
            }
            if one.id in known and own:
                region = cells.get((one.id, "region", unit.region, view.period), NO_CELL)
                nation = cells.get((one.id, NATION, "", view.period), NO_CELL)
                rows.append(Comparison(one, own, region, nation))
        return tuple(rows)

    return view.snapshot.remember(("compare", view.key, view.period, unit.code), build)


def volumes(view: View, unit: Department, periods: tuple[int, ...]) -> dict[int, int | None]:
    """Cases diagnosed per reporting year at the department; None where hidden."""
    counts = view.snapshot.remember(
        ("volumes", view.key, unit.code), lambda: _counts(view, unit, view.selection("period"), "period")
    )
    return {period: protect_count(counts.get(period, (0, 0))[0], view.edition) for period in periods}


_UNKNOWN = Text("uoplyst", "not registered")
_PS = tuple((str(n), Text(f"PS {n}", f"PS {n}")) for n in range(5))
_CHARLSON = (
    ("0", Text("0", "0")),
    ("1", Text("1", "1")),
    ("2", Text("2", "2")),
    ("3+", Text("3 eller mere", "3 or more")),
)

#: (title, SQL of the category, categories in order with their texts)
_VARIABLES = (
    (
        Text("Alder", "Age"),
        "age_group",
        tuple((one, Text(one.replace("-", "–") + " år", one.replace("-", "–") + " years")) for one in AGE_GROUPS),
    ),
    (Text("Køn", "Sex"), "sex", (("F", Text("kvinder", "women")), ("M", Text("mænd", "men")))),
    (Text("Stadie", "Stage"), "stage", tuple((one, Text(one, one)) for one in ("I", "II", "III", "IV"))),
    (Text("Performancestatus", "Performance status"), "performance_status::VARCHAR", _PS),
    (
        Text("Komorbiditet (Charlson)", "Comorbidity (Charlson)"),
        "CASE WHEN charlson >= 3 THEN '3+' ELSE charlson::VARCHAR END",
        _CHARLSON,
    ),
)


def case_mix(view: View, unit: Department) -> tuple[Mix, ...]:
    """Age, sex, stage, performance status and comorbidity of the period's cases, department and country.

    A database without a stage grouping has no stage here. Each distribution is protected as parts of one total.
    """

    def build() -> tuple[Mix, ...]:
        mixes = []
        for title, sql, categories in _VARIABLES:
            if sql == "stage" and not view.about.has_stages:
                continue
            counts = _counts(view, unit, view.selection(period=view.period), f"coalesce({sql}, '')")
            mixes.append(_mix(view, title, (*categories, ("", _UNKNOWN)), counts))
        return tuple(mixes)

    return view.snapshot.remember(("mix", view.key, view.period, unit.code), build)


def _mix(view: View, title: Text, categories: tuple, counts: dict[str, tuple[int, int]]) -> Mix:
    here = {key: counts.get(key, (0, 0)) for key, _ in categories}
    own = protect_parts({key: mine for key, (mine, _) in here.items()}, view.edition)
    nation = protect_parts({key: everyone for key, (_, everyone) in here.items()}, view.edition)
    own_total = sum(mine for mine, _ in here.values())
    nation_total = sum(everyone for _, everyone in here.values())

    def share(count: int | None, total: int) -> float | None:
        return count / total if count is not None and total else None

    return Mix(
        title,
        tuple(
            Share(text, own[key], share(own[key], own_total), share(nation[key], nation_total))
            for key, text in categories
            if key or here[key] != (0, 0)
        ),
    )


def _counts(view: View, unit: Department, selection: Selection, category: str) -> dict:
    """category → (cases of the department, cases of the country)."""
    parts = selection.compile(first_month=view.first_month)
    column = parts.columns[0] if category == "period" else f"{category} AS category"
    sql = (
        f"SELECT {column}, count(*) FILTER (r.department = $unit), count(*) FROM cases r {parts.join} "
        f"WHERE {parts.where} GROUP BY 1"
    )
    rows = view.snapshot.rows(view.database, sql, {**parts.params, "unit": unit.code})
    return {group: (own, everyone) for group, own, everyone in rows}
