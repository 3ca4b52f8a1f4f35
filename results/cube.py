"""Counts of every indicator × reporting year × place, made once per database and definition version.

A look-up instead of a scan, so pages are as fast on ten million cases as on ten thousand. The cube is counted by
the same engine as everything else; sums of counts are exact. Survival cannot be summed and is kept per place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pandas as pd

from data import reference
from data.cache import kept_frame, kept_query
from data.schema import STORE_VERSION
from data.selection import Selection
from data.store import Snapshot
from indicators.catalogue import CATALOGUE, why_not_reported
from indicators.declaration import Indicator
from indicators.engine import COUNTS, count_together, shared
from survival.endpoints import endpoint
from survival.engine import daily_counts, table_of

#: Raise by one when the engine or an estimator counts differently, so that frames kept before are not read.
ENGINE_VERSION = 2


def definition_version() -> str:
    """Changes with the definitions, and with what the reference tables say of reporting years, stages, merged regions
    and limits of waiting: all that is counted depends on them, and they are corrected without a word in the code.
    """
    said = (
        [(one.code, one.staging, one.year_start) for one in reference.databases()],
        [(one.code, one.successor) for one in reference.regions()],
        [(one.leg, one.clock, one.days, one.valid_from) for one in reference.wait_limits()],
        [(one.kind, one.value) for one in reference.wait_not_covered()],
    )
    return hashlib.sha256(f"{STORE_VERSION} {ENGINE_VERSION} {CATALOGUE!r} {said!r}".encode()).hexdigest()[:8]


#: Names kept frames; stamped on every export.
DEFINITION_VERSION = definition_version()


def method_version(*files: Path) -> str:
    """Changes with the definitions, with the code of engine and methods, and with these files.

    For frames that hang on much of that code, comparisons and warnings: those of another version are never read.
    """
    root = Path(__file__).resolve().parent.parent
    code = [*(root / "indicators").rglob("*.py"), *(root / "survival").rglob("*.py"), root / "data" / "selection.py"]
    parts = [DEFINITION_VERSION.encode(), *(path.read_bytes() for path in (*sorted(code), *files))]
    return hashlib.sha256(b"\n".join(parts)).hexdigest()[:8]


_FILTERED = f"filters-{DEFINITION_VERSION}"
_BY_MONTH = f"months-{DEFINITION_VERSION}"

T = TypeVar("T")
PLACES = ("region", "treating_region", "department")
#: What a reader can filter by.
FILTERS = ("sex", "age_group", "stage")
CASE_MIX = ("age_group", "sex", "stage", "performance_status", "comorbidity")
SURVIVAL_COUNTS = ("cases", "events", "estimate", "lower", "upper")


def leaf_counts(snapshot: Snapshot, database: str) -> pd.DataFrame:
    """indicator, period, region, treating_region, department ("" = not registered) and the six counts."""
    return kept_frame(snapshot, database, f"counts-{DEFINITION_VERSION}", lambda: _count_all(snapshot, database))


def counted_departments(snapshot: Snapshot, database: str) -> pd.DataFrame:
    """department: every one that anything is counted for; small, because each page's menu asks for it."""
    key = f"departments-{DEFINITION_VERSION}"
    return kept_frame(
        snapshot, database, key, lambda: leaf_counts(snapshot, database)[["department"]].drop_duplicates()
    )


def case_counts(snapshot: Snapshot, database: str) -> pd.DataFrame:
    """Cases diagnosed: period, treating_region, department, variable, category, cases.

    ``variable`` is one of CASE_MIX with the cases of each ``category``, "" their sum; "" = not registered elsewhere.
    """
    key = f"cases-{DEFINITION_VERSION}"
    return kept_frame(snapshot, database, key, lambda: case_counts_of(snapshot, database, Selection()))


def case_counts_of(snapshot: Snapshot, database: str, selection: Selection) -> pd.DataFrame:
    """``case_counts`` of the cases of ``selection``."""
    places = ("period", "treating_region", "department")
    parts = selection.grouped(*places, *CASE_MIX).compile(first_month=reference.database(database).year_start)
    pairs = ", ".join(f"{{'variable': '{name}', 'category': \"{name}\"::VARCHAR}}" for name in CASE_MIX)
    sql = (
        "SELECT period, coalesce(treating_region, '') AS treating_region, coalesce(department, '') AS department, "
        "one.variable, coalesce(one.category, '') AS category, sum(n)::BIGINT AS cases FROM (SELECT period, "
        f"treating_region, department, n, unnest([{pairs}, {{'variable': '', 'category': ''}}]) AS one FROM ("
        f"SELECT {', '.join(parts.columns)}, count(*) AS n FROM cases r {parts.join} WHERE {parts.where} GROUP BY ALL"
        ")) GROUP BY ALL ORDER BY ALL"
    )
    return snapshot.query(database, sql, parts.params)


def leaf_counts_within(
    snapshot: Snapshot,
    database: str,
    indicators: Collection[Indicator],
    where: Mapping[str, str],
    first: int,
    last: int,
    by: Sequence[str],
) -> pd.DataFrame | None:
    """``leaf_counts`` of these indicators in the patients with these values of FILTERS, periods ``first`` to ``last``.

    By the places ``by`` only. None where the filter is another, an indicator cannot be divided by every filter, or
    the counts are not kept: then count.
    """
    if not set(where) <= set(FILTERS) or not all(_is_filtered(one) for one in indicators):
        return None
    chosen = "".join(f' AND "{name}" = ${name}' for name in where)
    sql = (
        f"SELECT indicator, period, {', '.join(by)}, {', '.join(f'sum({n})::BIGINT AS {n}' for n in COUNTS)} "
        "FROM read_parquet($path) WHERE indicator IN (SELECT unnest($ids)) AND period BETWEEN $first AND $last"
        f"{chosen} GROUP BY ALL ORDER BY ALL"
    )
    params = {**where, "ids": [one.id for one in indicators], "first": first, "last": last}
    return kept_query(snapshot, database, _FILTERED, sql, params)


def leaf_counts_between(
    snapshot: Snapshot,
    database: str,
    indicators: Sequence[Indicator],
    selection: Selection,
    by: Sequence[str],
) -> pd.DataFrame:
    """Counts of whole months: indicator, ``month`` (2026-03), the places and the six counts.

    ``selection``: the patients, and the days from the first of a month to the first of another. Looked up where the
    counts are kept and all patients are asked for, else counted.
    """
    if not selection.where:
        sql = (
            f"SELECT indicator, month, {', '.join(by)}, {', '.join(f'sum({n})::BIGINT AS {n}' for n in COUNTS)} "
            "FROM read_parquet($path) WHERE indicator IN (SELECT unnest($ids)) AND month >= $first AND month < $end "
            "GROUP BY ALL ORDER BY ALL"
        )
        params = {"ids": [one.id for one in indicators], "first": f"{selection.start:%Y-%m}"}
        found = kept_query(snapshot, database, _BY_MONTH, sql, params | {"end": f"{selection.end:%Y-%m}"})
        if found is not None:
            return found
    return counted(snapshot, database, indicators, selection, by, "month")


def by_month(one: Indicator) -> bool:
    """Whether the indicator is dated by day; completeness is by year."""
    return not one.groups or "month" in one.groups


def prepare_months(snapshot: Snapshot, databases: Sequence[str]) -> None:
    """Keep the counts by month that pages of a span of months look up."""
    for database in databases:
        info = snapshot.info(database)
        there = [one for one in CATALOGUE if not one.survival_years and why_not_reported(one, info) is None]
        there = [one for one in there if by_month(one)]

        def build(database: str = database, there: Sequence[Indicator] = there) -> pd.DataFrame:
            return counted(snapshot, database, there, Selection(), PLACES, "month")

        kept_frame(snapshot, database, _BY_MONTH, build)


def _is_filtered(one: Indicator) -> bool:
    """Whether the indicator's counts are kept by every filter and place."""
    return not one.groups or {*PLACES, *FILTERS} <= set(one.groups)


def prepare_filters(snapshot: Snapshot, databases: Sequence[str]) -> None:
    """Keep the counts that pages with a filter look up."""
    for database in databases:
        info = snapshot.info(database)
        there = [one for one in CATALOGUE if not one.survival_years and why_not_reported(one, info) is None]
        there = [one for one in there if _is_filtered(one)]

        def build(database: str = database, there: Sequence[Indicator] = there) -> pd.DataFrame:
            return counted(snapshot, database, there, Selection(), (*PLACES, *FILTERS))

        kept_frame(snapshot, database, _FILTERED, build)


def survival_places(snapshot: Snapshot, database: str) -> pd.DataFrame:
    """indicator, cohort (period of diagnosis), place (nation or one of PLACES), code, and SURVIVAL_COUNTS."""
    key = f"survival-{DEFINITION_VERSION}"
    return kept_frame(snapshot, database, key, lambda: survival_of(snapshot, database, Selection()))


def prepare(snapshot: Snapshot, databases: Sequence[str]) -> None:
    """Keep the counts and the survival of these databases."""
    for database in databases:
        leaf_counts(snapshot, database)
        counted_departments(snapshot, database)
        case_counts(snapshot, database)
        survival_places(snapshot, database)


def counted(
    snapshot: Snapshot,
    database: str,
    indicators: Sequence[Indicator],
    selection: Selection,
    by: Sequence[str] = PLACES,
    time: str = "period",
) -> pd.DataFrame:
    """The leaves of counted indicators in the patients of ``selection``, columns as ``leaf_counts``.

    ``by``: what is told apart, of PLACES (the others are "") and FILTERS. ``time``: period or month.
    """
    first_month = reference.database(database).year_start
    together: dict[tuple, list[Indicator]] = {}
    for one in indicators:
        together.setdefault((shared(one), one.groups), []).append(one)

    def one_pass(groups: tuple[str, ...], alike: list[Indicator]) -> pd.DataFrame:
        places = [name for name in by if not groups or name in groups]
        grouped = selection.grouped(time, *places)
        frame = count_together(snapshot, database, alike, grouped, first_month)
        for name in {*PLACES, *by}:
            frame[name] = frame[name].fillna("") if name in places else ""
        return frame[["indicator", time, *PLACES, *(name for name in by if name not in PLACES), *COUNTS]]

    return pd.concat(_side_by_side(one_pass, [(key[1], alike) for key, alike in together.items()]), ignore_index=True)


def _side_by_side(run: Callable[..., T], arguments: Sequence[tuple]) -> list[T]:
    """The results of ``run`` for each, in order, two at a time: a query on one database rarely fills two cores."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(lambda one: run(*one), arguments))


def survival_of(
    snapshot: Snapshot,
    database: str,
    selection: Selection,
    places: Sequence[str] = PLACES,
    merged: bool = True,
    of: Sequence[Indicator] | None = None,
) -> pd.DataFrame:
    """Survival of the selected patients by cohort, for the nation and each place; columns as ``survival_places``.

    ``merged``: also the regions of which two become one, estimated on their patients together, never averaged.
    ``of``: these indicators only, and the selected patients as one cohort, whose ``cohort`` is 0; None: all of them.
    """
    first_month = reference.database(database).year_start
    chosen = [one for one in CATALOGUE if one.survival_years] if of is None else list(of)
    by = ("period",) if of is None else ()
    years = tuple(one.survival_years for one in chosen)
    ids = {one.survival_years: one.id for one in chosen}

    def of_place(place: str, code: str | None, rows: Selection) -> pd.DataFrame:
        grouped = daily_counts(snapshot, database, rows, first_month)
        if not len(grouped.groups):
            return pd.DataFrame()
        table = table_of(grouped, endpoint("overall"), years)
        table["indicator"] = table["years"].map(ids)
        table["place"] = place
        table["code"] = code if code is not None else table[place].fillna("")
        table["cohort"] = table["period"] if by else 0
        return table[["indicator", "cohort", "place", "code", *SURVIVAL_COUNTS]]

    asked: list[tuple] = [("nation", "", selection.grouped(*by))]
    asked += [(place, None, selection.grouped(*by, place)) for place in places]
    for place in ("region", "treating_region") if merged else ():
        for code, codes in merged_regions().items():
            if place in places:
                asked.append((place, code, selection.filtered(**{place: codes}).grouped(*by)))
    frames = [frame for frame in _side_by_side(of_place, asked) if len(frame)]
    if not frames:
        return pd.DataFrame(columns=["indicator", "cohort", "place", "code", *SURVIVAL_COUNTS])
    return pd.concat(frames, ignore_index=True)


def merged_regions() -> dict[str, tuple[str, ...]]:
    """New region code → the codes that it replaces."""
    found: dict[str, list[str]] = {}
    for region in reference.regions():
        if region.successor:
            found.setdefault(region.successor, []).append(region.code)
    return {code: tuple(codes) for code, codes in found.items()}


def _count_all(snapshot: Snapshot, database: str) -> pd.DataFrame:
    info = snapshot.info(database)
    reported = [one for one in CATALOGUE if not one.survival_years and why_not_reported(one, info) is None]
    return counted(snapshot, database, reported, Selection())
