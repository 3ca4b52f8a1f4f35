"""Which standard holds for a database, an indicator and a day, and the verdict on a rate."""

from __future__ import annotations

import datetime as dt
import operator

from data import reference
from data.reference import Standard

_COMPARE = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}


def resolve(
    database: str, indicator: str, on: dt.date, site: str = "", stage: str = "", kind: str = "standard"
) -> Standard | None:
    """The most specific standard (or ``kind="target"``) in force on a day, or None.

    A standard for a site or a stage holds only where that site or stage is asked for; a database's own standard
    goes before the default of every database.
    """
    fitting = [
        one
        for one in reference.standards()
        if one.indicator == indicator
        and one.kind == kind
        and one.database in (database, "*")
        and one.site in ("", site or "")
        and one.stage in ("", stage or "")
        and one.valid_on(on)
    ]
    return max(fitting, key=lambda one: (one.database != "*", one.site != "", one.stage != ""), default=None)


def printed(standard: Standard | None) -> str:
    """``>=0.90``; empty where there is none."""
    if standard is None:
        return ""
    two = f"{standard.value:.2f}"
    return standard.operator + (two if float(two) == standard.value else repr(standard.value))


def holds(standard: Standard, rate: float) -> bool:
    """Whether an unrounded rate fulfils the standard."""
    return _COMPARE[standard.operator](rate, standard.value)


def verdict(standard: Standard | None, rate: float | None) -> str:
    """met / not_met / no_standard / no_data."""
    if standard is None:
        return "no_standard"
    if rate is None:
        return "no_data"
    return "met" if holds(standard, rate) else "not_met"


def clear(standard: Standard | None, rate: float | None, lower: float | None, upper: float | None) -> bool:
    """Whether the interval lies wholly on the verdict's side of the standard."""
    if standard is None or rate is None:
        return False
    side = holds(standard, rate)
    return holds(standard, lower) == side and holds(standard, upper) == side
