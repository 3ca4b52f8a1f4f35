"""A second implementation of the cross-cutting indicators, written from their published text alone.

Plain Python over lists of dicts, one row at a time: no SQL, no pandas, nothing imported from the project. Slow on
purpose. Rows are judged in naive_rows; here they are grouped and counted, and survival is estimated.
"""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction
from statistics import NormalDist

from tests.support.naive_rows import COVERAGE_BY, INDICATORS, SURVIVAL_DAYS, UNITS, Extract, Row, reported

BY = ("year", "month", "region", "treating_region", "hospital", "department", "site", "sex", "age_group", "stage")
__all__ = ["BY", "COVERAGE_BY", "INDICATORS", "SURVIVAL_DAYS", "UNITS", "Extract", "Row", "reported"]


def age_group(age: int) -> str:
    if age <= 44:
        return "0-44"
    low = (age - 5) // 10 * 10 + 5
    return "85+" if low >= 85 else f"{low}-{low + 9}"


def value(extract: Extract, row: Row, name: str) -> str:
    """The row's value of a group name, "" where it is not registered."""
    if name == "year":
        return f"{row.index:%Y}"
    if name == "month":
        return f"{row.index:%Y-%m}"
    if name == "department":
        return row.department or ""
    if name == "hospital":
        return extract.unit(row.department).get("hospital") or ""
    if name == "treating_region":
        return extract.unit(row.department).get("region") or ""
    if row.case is None:
        return ""
    if name == "region":
        return row.case.get("residence_region") or ""
    if name == "site":
        return (row.case.get("icd10") or "")[:3]
    if name == "age_group":
        return age_group(row.case["age"])
    return row.case.get(name) or ""  # sex, stage


def groups(
    extract: Extract,
    indicator: str,
    by: tuple[str, ...] = (),
    where: dict[str, str] | None = None,
    start: date | None = None,
    end: date | None = None,
) -> dict[tuple[str, ...], list[Row]]:
    """The population's rows by group: those asked for, index date in [start, end)."""
    found: dict[tuple[str, ...], list[Row]] = {} if by else {(): []}
    for row in INDICATORS[indicator][0](extract):
        if (start is not None and row.index < start) or (end is not None and row.index >= end):
            continue
        if any(value(extract, row, name) != wanted for name, wanted in (where or {}).items()):
            continue
        found.setdefault(tuple(value(extract, row, name) for name in by), []).append(row)
    return found


def counts(rows: list[Row]) -> tuple[int, int, int, int, int, int]:
    """population, not_mature, excluded, missing, denominator, numerator."""
    verdicts = [row.verdict for row in rows]
    denominator = verdicts.count("yes") + verdicts.count("no")
    return (
        len(verdicts),
        verdicts.count("not_mature"),
        verdicts.count("excluded"),
        verdicts.count("missing"),
        denominator,
        verdicts.count("yes"),
    )


def kaplan_meier(rows: list[Row], days: float) -> tuple[float, float, float] | None:
    """Estimate and log-log 95 % limits at ``days`` (Kalbfleisch and Prentice), None where follow-up ends before."""
    followed = [
        ((row.case["vital_date"] - row.case["diagnosis_date"]).days, row.case["vital_status"] == "dead") for row in rows
    ]
    alive, greenwood = Fraction(1), 0.0
    for day in sorted({day for day, dead in followed if dead and day <= days}):
        at_risk = sum(other >= day for other, _ in followed)
        deaths = sum(other == day and dead for other, dead in followed)
        alive *= Fraction(at_risk - deaths, at_risk)
        if alive == 0:
            return 0.0, 0.0, 0.0
        greenwood += deaths / (at_risk * (at_risk - deaths))
    if not any(day >= days for day, _ in followed):
        return None
    if alive == 1:
        return 1.0, 1.0, 1.0
    estimate = float(alive)
    width = NormalDist().inv_cdf(0.975) * math.sqrt(greenwood) / abs(math.log(estimate))
    return estimate, estimate ** math.exp(width), estimate ** math.exp(-width)
