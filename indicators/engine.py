"""The counting engine: the only SQL that counts. Declarations in, the contract's tables out.

Order of judgement of a row: population → not mature → excluded → missing → denominator / numerator.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.period import period_end
from data.selection import BY_NAME, Selection, SelectionError
from data.store import Snapshot
from indicators import standards
from indicators.declaration import Indicator
from indicators.statistics.intervals import METHODS

COUNTS = ("population", "not_mature", "excluded", "missing", "denominator", "numerator")
JUDGEMENTS = 6
RESULTS = ("rate", "lower", "upper", "standard", "verdict", "clear")


def counting_sql(
    indicators: Sequence[Indicator], selection: Selection, first_month: int = 1
) -> tuple[str, dict[str, object]]:
    """The SQL that counts indicators in groups, and its parameters (``$data_cut`` is added by who runs it).

    The indicators share rows, index date and unit. One row per group and outcome: the n-th digit of ``outcome``
    (base 6) is the judgement of the n-th indicator, ``patients`` the rows judged so. One count instead of six for
    each indicator: DuckDB takes half the time.
    """
    first = indicators[0]
    for one in indicators:
        if shared(one) != shared(first):
            raise ValueError(f"{one.id} and {first.id} are not counted on the same rows, date and unit")
        check_groups(one, selection)
    parts = selection.compile(f"r.{first.index_date}", f"r.{first.unit}", first_month)
    names = "".join(f'"{name}", ' for name in selection.by)
    # Each condition is written once: DuckDB takes as long to plan a long text as to count.
    before = list(dict.fromkeys(map(_before_judged, indicators)))
    judged = [f"({one.numerator})::BOOLEAN::TINYINT AS judged{n}" for n, one in enumerate(indicators)]
    inner = [*parts.columns, *(f"{sql} AS before{n}" for n, sql in enumerate(before)), *judged]
    outcome = " + ".join(
        f"coalesce(before{before.index(_before_judged(one))}, 3 + judged{n}, 2)::BIGINT * {JUDGEMENTS**n}"
        for n, one in enumerate(indicators)
    )
    anyone = " OR ".join(f"({population})" for population in dict.fromkeys(one.population for one in indicators))
    sql = (
        f"SELECT {names}{outcome} AS outcome, count(*) AS patients FROM (SELECT {', '.join(inner)} "
        f"FROM {first.rows} r {parts.join} WHERE ({anyone}) AND {parts.where}) GROUP BY ALL ORDER BY ALL"
    )
    return sql, parts.params


def shared(indicator: Indicator) -> tuple[str, str, str]:
    """What indicators must have in common to be counted in one pass."""
    return indicator.rows, indicator.index_date, indicator.unit


def _before_judged(one: Indicator) -> str:
    """What is settled before the numerator is asked: 0 not mature, 1 excluded, 5 outside the population; else NULL.

    Then the row is 2 missing, 3 not fulfilled or 4 fulfilled.
    """
    excluded = "" if one.exclusion == "FALSE" else f" WHEN {one.exclusion} THEN 1"
    early = f"CASE WHEN r.{one.index_date} + {one.follow_up} > $data_cut THEN 0{excluded} END::TINYINT"
    return early if one.population == "TRUE" else f"CASE WHEN {one.population} THEN {early} ELSE 5 END::TINYINT"


def check_groups(indicator: Indicator, selection: Selection) -> None:
    """Raise SelectionError where the indicator cannot be divided by a name of the selection."""
    for name in selection.names:
        if indicator.groups and name not in indicator.groups:
            takes = ", ".join(one for one in indicator.groups if not BY_NAME[one].internal)
            raise SelectionError(f"{indicator.id} cannot be divided by '{name}'; it takes {takes}")


def count(
    snapshot: Snapshot,
    database: str,
    indicator: Indicator,
    selection: Selection,
    first_month: int = 1,
    as_of: dt.date | None = None,
) -> pd.DataFrame:
    """The six counts of a counted indicator, one row per group that has rows (one row without groups)."""
    return count_together(snapshot, database, (indicator,), selection, first_month, as_of).drop(columns="indicator")


def count_together(
    snapshot: Snapshot,
    database: str,
    indicators: Sequence[Indicator],
    selection: Selection,
    first_month: int = 1,
    as_of: dt.date | None = None,
) -> pd.DataFrame:
    """``count`` of indicators that share rows, index date and unit, in one pass; with a column ``indicator``.

    ``as_of``: what is mature is judged on that day instead of the data cut (a later day changes nothing).
    """
    found = count_groups(snapshot, database, indicators, selection, first_month, as_of)
    # A group without any of an indicator's population is no row of it; one row without groups.
    there = found.counts["population"]
    which, group = np.nonzero(there > 0) if selection.by else np.nonzero(np.ones_like(there))
    columns = {name: found.groups[name].take(group).array for name in selection.by}
    columns |= {name: found.counts[name][which, group] for name in COUNTS}
    return pd.DataFrame(columns | {"indicator": np.array([one.id for one in indicators], dtype=object)[which]})


@dataclass(frozen=True)
class CountedGroups:
    """Counts of indicators in groups, words as numbers.

    ``groups``: a row for each group, a column for each name. ``place``: by name, where the group's value stands among
    the sorted ``values`` of that name (−1: none). ``counts``: by name of COUNTS, indicators × groups.
    """

    groups: pd.DataFrame
    place: dict[str, np.ndarray]
    values: dict[str, np.ndarray]
    counts: dict[str, np.ndarray]


def count_groups(
    snapshot: Snapshot,
    database: str,
    indicators: Sequence[Indicator],
    selection: Selection,
    first_month: int = 1,
    as_of: dt.date | None = None,
) -> CountedGroups:
    """``count_together`` before it becomes a table: for who goes on in numbers, where words take most of the time."""
    sql, params = counting_sql(indicators, selection, first_month)
    data_cut = snapshot.info(database).data_cut
    found = snapshot.query(database, sql, params | {"data_cut": min(as_of, data_cut) if as_of else data_cut})
    coded = {name: pd.factorize(found[name], sort=True) for name in selection.by}
    number, first = _groups([place for place, _ in coded.values()], len(found))
    outcome, patients = found["outcome"].to_numpy(), found["patients"].to_numpy(float)
    judged = [number * JUDGEMENTS + outcome // JUDGEMENTS**n % JUDGEMENTS for n in range(len(indicators))]
    sums = np.stack([np.bincount(one, patients, len(first) * JUDGEMENTS) for one in judged]).astype(np.int64)
    early, excluded, missing, no, yes, _ = np.moveaxis(sums.reshape(len(indicators), -1, JUDGEMENTS), 2, 0)
    counts = (early + excluded + missing + no + yes, early, excluded, missing, no + yes, yes)
    groups = found[list(selection.by)].take(first) if selection.by else pd.DataFrame(index=range(1))
    return CountedGroups(
        groups,
        {name: place[first] for name, (place, _) in coded.items()},
        {name: np.asarray(values) for name, (_, values) in coded.items()},
        dict(zip(COUNTS, counts, strict=True)),
    )


def _groups(places: Sequence[np.ndarray], rows: int) -> tuple[np.ndarray, np.ndarray]:
    """The number of each row's group, and the first row of each group. Rows come in the groups' order."""
    if not places:
        return np.zeros(rows, dtype=np.int64), np.zeros(1, dtype=np.int64)
    begins = np.zeros(rows, dtype=bool)
    begins[:1] = True
    for place in places:
        begins[1:] |= place[1:] != place[:-1]
    return np.cumsum(begins) - 1, np.flatnonzero(begins)


def table(
    snapshot: Snapshot,
    database: str,
    indicator: Indicator,
    selection: Selection,
    interval: str = "exact",
    first_month: int = 1,
) -> pd.DataFrame:
    """The contract's result table: group names, counts, rate with limits (fractions), standard, verdict, clear.

    Empty cells are None/NaN. Survival indicators take rate and limits from Kaplan–Meier and have no numerator.
    """
    if indicator.survival_years:
        counts = _survival(snapshot, database, indicator, selection, first_month)
    else:
        counts = with_rates(count(snapshot, database, indicator, selection, first_month), interval)
    return with_verdicts(counts, database, indicator, selection, snapshot.info(database).data_cut, first_month)


def with_rates(counts: pd.DataFrame, interval: str = "exact") -> pd.DataFrame:
    """The counts with rate, lower and upper (fractions; NaN where the denominator is 0)."""
    lower, upper = METHODS[interval](counts["numerator"], counts["denominator"])
    rate = counts["numerator"] / counts["denominator"].where(counts["denominator"] > 0)
    return counts.assign(rate=rate, lower=lower, upper=upper)


def with_verdicts(
    counts: pd.DataFrame,
    database: str,
    indicator: Indicator,
    selection: Selection,
    data_cut: dt.date,
    first_month: int = 1,
) -> pd.DataFrame:
    """The table with ``standard``, ``verdict`` and ``clear``: each row judged by the standard of its own period."""
    fixed = dict(selection.where)
    records = counts.to_dict("records")
    columns: dict[str, list] = {"standard": [], "verdict": [], "clear": []}
    for record in records:
        group = {**fixed, **{name: _plain(record[name]) for name in selection.by}}
        standard = standards.resolve(
            database,
            indicator.id,
            last_day(group, selection, data_cut, first_month),
            site=str(group.get("site") or ""),
            stage=str(group.get("stage") or ""),
        )
        rate, lower, upper = (_plain(record[name]) for name in ("rate", "lower", "upper"))
        columns["standard"].append(standards.printed(standard))
        columns["verdict"].append(standards.verdict(standard, rate))
        columns["clear"].append(standards.clear(standard, rate, lower, upper))
    return counts.assign(**columns)


def last_day(group: dict, selection: Selection, data_cut: dt.date, first_month: int = 1) -> dt.date:
    """The day whose standard judges a row: the last of its year, month or reporting year, else of the period."""
    if group.get("month"):
        year, month = map(int, str(group["month"]).split("-"))
        return dt.date(year, month, monthrange(year, month)[1])
    if group.get("year"):
        return dt.date(int(group["year"]), 12, 31)
    if group.get("period") is not None and group.get("period") != "":
        return period_end(int(group["period"]), first_month) - dt.timedelta(days=1)
    if selection.end is not None:
        return selection.end - dt.timedelta(days=1)
    return data_cut


def _survival(
    snapshot: Snapshot, database: str, indicator: Indicator, selection: Selection, first_month: int
) -> pd.DataFrame:
    from survival.engine import survival_table  # numpy only, but not needed for counts

    found = survival_table(snapshot, database, "overall", (indicator.survival_years,), selection, first_month)
    return pd.DataFrame(
        {
            **{name: found[name] for name in selection.by},
            "population": found["cases"],
            "not_mature": 0,
            "excluded": 0,
            "missing": 0,
            "denominator": found["cases"],
            "numerator": pd.array([None] * len(found), dtype="Int64"),
            "rate": found["estimate"].astype(float),
            "lower": found["lower"].astype(float),
            "upper": found["upper"].astype(float),
        }
    )


def _plain(value: object) -> object:
    """None for an empty cell."""
    return None if value is None or value is pd.NA or value != value else value
