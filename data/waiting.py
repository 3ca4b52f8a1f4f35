"""The clock of a waiting-time leg in SQL: when it starts, and how far past the legal maximum a day lies.

Some legs have no legal maximum (skin cancer other than melanoma, bone-marrow transplants): reference data too.

The limits are dated reference data; legs before the first date are judged by the first limits.
"""

from __future__ import annotations

from collections.abc import Callable

from data import reference

#: A waiting patient with no booked date is flagged when so few days are left.
UNBOOKED_DAYS = 4

Column = Callable[[str], str]


def clock_start(column: Column) -> str:
    """SQL of the day the clock starts: referral, consent (else referral), or the later of the two, by leg.

    ``column`` gives the SQL of a column of the table waits as a date or text.
    """
    referral, consent = column("referral_date"), column("consent_date")
    return (
        f"CASE {column('leg')} WHEN 'examination' THEN {referral} "
        f"WHEN 'treatment' THEN coalesce({consent}, {referral}) ELSE greatest({referral}, {consent}) END"
    )


def days_over(day: str, column: Column) -> str:
    """SQL of the days that ``day`` lies past the limit broken most; 0 or negative: within every limit that applies."""
    starts = {
        "referral": column("referral_date"),
        "consent": column("consent_date"),
        "both": f"greatest({column('referral_date')}, {column('consent_date')})",
    }
    branches = []
    for leg in dict.fromkeys(limit.leg for limit in reference.wait_limits()):
        # greatest ignores NULL, so a limit from a consent that is not registered does not apply.
        waits = [f"{day} - {starts[limit.clock]} - {_days(leg, limit.clock, column)}" for limit in _first(leg)]
        branches.append(f"WHEN '{leg}' THEN greatest({', '.join(waits)})")
    return f"CASE {column('leg')} {' '.join(branches)} END"


def covered(column: Column, database: str) -> str:
    """SQL: the leg has a legal maximum. ``database``: SQL of the code of the leg's database."""
    columns = {"database": database, "package": column("package"), "modality": column("modality")}
    found = [f"coalesce({columns[one.kind]} <> '{one.value}', TRUE)" for one in reference.wait_not_covered()]
    return f"({' AND '.join(found) or 'TRUE'})"


def _first(leg: str) -> list[reference.WaitLimit]:
    """One limit for each clock of the leg."""
    return list({one.clock: one for one in reference.wait_limits() if one.leg == leg}.values())


def _days(leg: str, clock: str, column: Column) -> str:
    """SQL of the limit in days for the referral date."""
    dated = sorted(
        (one for one in reference.wait_limits() if (one.leg, one.clock) == (leg, clock)),
        key=lambda one: one.valid_from,
        reverse=True,
    )
    *later, first = dated
    if not later:
        return str(first.days)
    cases = " ".join(f"WHEN {column('referral_date')} >= DATE '{one.valid_from}' THEN {one.days}" for one in later)
    return f"(CASE {cases} ELSE {first.days} END)"
