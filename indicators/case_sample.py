"""A sample of cases for an audit of their records: drawn by strata, and the same again for the same seed.

Within a stratum the cases are ordered by the SHA-256 of seed and case id and the first ones are taken. That needs no
generator of random numbers: any machine and any later version draws the same cases, in whatever order they come, and
a case that is registered later changes at most one of the others.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pandas as pd

from data.past import Rows
from data.selection import Selection, SelectionError
from indicators.cases import cases
from indicators.declaration import Indicator

#: What a population can be divided by. Places are those of the department that the case counts for.
STRATA = ("department", "hospital", "treating_region", "year", "sex", "age_group", "stage", "site")
#: Drawn of each stratum at the least, so that its spread can be estimated.
LEAST = 2
COLUMNS = ("case_id", "unit", "index_date", "stratum")


class CannotDraw(ValueError):
    """There is nobody to draw, or the words name what does not exist; the message says which."""


@dataclass(frozen=True)
class DrawnSample:
    """``cases``: COLUMNS of those drawn, by stratum, department and order of the draw; ``strata``: (value of each name,
    cases in the population, cases drawn), by value. A value is "" where none is registered."""

    cases: pd.DataFrame
    strata: tuple[tuple[tuple[str, ...], int, int], ...]


def population(
    rows: Rows, database: str, indicator: Indicator | None, state: str, selection: Selection, by: tuple[str, ...]
) -> pd.DataFrame:
    """One row a case: case_id, unit, index_date and the value of each name in ``by``.

    ``indicator``: the cases that it counts, of one ``state`` (fulfilled, not_fulfilled …; "": every state but excluded
    and not mature); None: every case of the database by its diagnosis. A referral without a case is left out: it has no
    record here. Raises CannotDraw for an unknown stratum, SelectionError for an unknown filter.
    """
    unknown = [name for name in by if name not in STRATA]
    if unknown:
        raise CannotDraw(f"strata: '{unknown[0]}' is none; there are {', '.join(STRATA)}")
    if len(set(by)) != len(by):
        raise CannotDraw(f"strata: a name stands twice in {', '.join(by)}; name it once")
    if indicator is None:
        found = _every(rows, database, selection)
    else:
        if indicator.rows in ("coverage_cases", "case_variables"):
            raise CannotDraw(f"indicator {indicator.id} does not count cases; choose one that does")
        found = cases(rows, database, indicator, selection, state)
        if not state:
            found = found[~found["state"].isin(("excluded", "not_mature"))]
        found = found[["unit", "case_id", "index_date"]]
    found = found[found["case_id"].notna()].drop_duplicates("case_id")
    about = rows.query(database, "SELECT case_id, sex, age_group, stage, site FROM cases")
    places = rows.query(database, "SELECT code, hospital, region AS treating_region FROM units")
    found = found.merge(about, on="case_id").merge(places, left_on="unit", right_on="code", how="left")
    found["department"] = found["unit"]
    found["year"] = pd.to_datetime(found["index_date"]).dt.year.astype(str)
    found["index_date"] = pd.to_datetime(found["index_date"]).dt.date
    kept = found[["case_id", "unit", "index_date", *by]].copy()
    for name in ("unit", *by):
        kept[name] = kept[name].astype(object).where(kept[name].notna(), "").astype(str)
    return kept


def _every(rows: Rows, database: str, selection: Selection) -> pd.DataFrame:
    if selection.by:
        raise SelectionError("a population takes no groups; name strata instead")
    parts = selection.compile()
    sql = (
        "SELECT r.department AS unit, r.case_id, r.diagnosis_date AS index_date "
        f"FROM cases r {parts.join} WHERE {parts.where}"
    )
    return rows.query(database, sql, parts.params)


def draw(found: pd.DataFrame, by: tuple[str, ...], seed: str, each: int = 0, size: int = 0) -> DrawnSample:
    """A sample of a ``population``: ``each`` cases of every stratum, or ``size`` in all, as the strata are large (but
    at least LEAST of each). A stratum with fewer is taken whole.

    Raises CannotDraw where there is nobody, or not one of ``each`` and ``size`` is a positive number.
    """
    if (each > 0) == (size > 0):
        raise CannotDraw("say how many of each stratum or how many in all, one of them")
    if found.empty:
        raise CannotDraw("no case is in the population; widen the period or the filters")
    keyed = found.assign(
        place=[hashlib.sha256(f"{seed}:{id}".encode()).hexdigest() for id in found["case_id"]],
        stratum=list(zip(*(found[name] for name in by), strict=True)) if by else [()] * len(found),
    )
    sizes = keyed.groupby("stratum", sort=True).size()
    wanted = dict.fromkeys(sizes.index, each) if each else _shared({k: int(v) for k, v in sizes.items()}, size)
    parts, strata = [], []
    for key, members in keyed.groupby("stratum", sort=True):
        taken = members.sort_values("place").head(wanted[key])
        parts.append(taken)
        strata.append((key, len(members), len(taken)))
    drawn = pd.concat(parts).sort_values(["stratum", "unit", "place"], ignore_index=True)
    return DrawnSample(drawn[list(COLUMNS)], tuple(strata))


def _shared(sizes: dict[tuple, int], total: int) -> dict[tuple, int]:
    """``total`` shared among strata by their size: the largest remainders get what is left."""
    everybody = sum(sizes.values())
    exact = {key: total * many / everybody for key, many in sizes.items()}
    shares = {key: int(part) for key, part in exact.items()}
    left = min(total, everybody) - sum(shares.values())
    for key in sorted(exact, key=lambda key: (shares[key] - exact[key], key))[: max(0, left)]:
        shares[key] += 1
    return {key: min(sizes[key], max(LEAST, many)) for key, many in shares.items()}
