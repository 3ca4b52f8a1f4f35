"""Waiting-time statuses and the three populations, written out row by row in plain Python from
`waiting.md`, without the project's own code: the second opinion that the command is held against.

A leg is a dictionary of the columns of `waits` (dates as `date`, booleans, `None` for not registered).
"""

from __future__ import annotations

import math
from datetime import date, timedelta

CASES = ("within", "over_health", "over_wish", "over_capacity_informed", "rules_broken", "over_unsettled")
OTHER_ENDS = ("disproved", "not_relevant", "patient_wish", "died")


def covered(leg: dict, database: str = "DCCG") -> bool:
    """Whether the leg has a legal maximum: no skin cancer other than melanoma, no bone-marrow transplant."""
    return database != "NMSC" and leg.get("package") != "NMSC" and leg.get("modality") != "transplant"


def clocks(leg: dict) -> list[tuple[date, int]]:
    """Every (start, limit in days) that the leg is judged by."""
    referral, consent = leg["referral_date"], leg.get("consent_date")
    if leg["leg"] == "examination":
        return [(referral, 14)]
    if leg["leg"] == "treatment":
        return ([(consent, 14)] if consent else []) + [(referral, 28)]
    return [(max(referral, consent) if consent else referral, 14)]


def clock_start(leg: dict) -> date:
    """The start that the wait in days is counted from: consent, else referral; aftercare the later."""
    if leg["leg"] == "treatment":
        return leg.get("consent_date") or leg["referral_date"]
    return clocks(leg)[0][0]


def days_over(leg: dict, day: date) -> int:
    """Days beyond the limit broken most on that day; 0 or less: no limit broken."""
    return max((day - start).days - limit for start, limit in clocks(leg))


def status(leg: dict, cut: date) -> str:
    """The one status of the leg at the data cut."""
    end = leg.get("end")
    if end == "started":
        if days_over(leg, leg["stop_date"]) <= 0:
            return "within"
        reason = leg.get("overrun_reason")
        if reason is None:
            return "over_unsettled"
        if reason == "health":
            return "over_health"
        if reason == "patient_wish":
            return "over_wish"
        offered = leg.get("alternative_offered") is True and leg.get("offer_documented") is True
        return "over_capacity_informed" if offered and leg.get("accepted_wait_date") else "rules_broken"
    if end == "transferred":
        return "transferred"
    if end is not None:
        return "ended_otherwise"
    if days_over(leg, cut) > 0:
        return "waiting_over"
    booked = leg.get("booked_date")
    if booked and days_over(leg, booked) > 0:
        return "waiting_booked_over"
    if booked is None and -days_over(leg, cut) <= 4:
        return "waiting_unbooked"
    return "waiting_within"


def percentile(values: list[int], share: float) -> float | None:
    """Linear interpolation between the two nearest ranks; None of nothing."""
    if not values:
        return None
    values = sorted(values)
    place = share * (len(values) - 1)
    low = math.floor(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def week(day: date) -> str:
    """ISO week: the week belongs to the year that holds its Thursday."""
    thursday = day + timedelta(days=3 - day.weekday())
    return f"{thursday.year}-W{(thursday - date(thursday.year, 1, 1)).days // 7 + 1:02d}"


def ended_row(legs: list[dict], cut: date) -> dict:
    """The columns of `--population ended` for these legs (those ended otherwise do not count)."""
    statuses = [status(leg, cut) for leg in legs]
    counts = {name: statuses.count(name) for name in CASES}
    total = sum(counts.values())
    counted = [leg for leg, name in zip(legs, statuses, strict=True) if name in CASES]
    over = [d for leg in counted if (d := days_over(leg, leg["stop_date"])) > 0]
    waits = [(leg["stop_date"] - clock_start(leg)).days for leg in counted]
    kept = sum(counts[name] for name in CASES[:4])
    return {
        "legs": total,
        **counts,
        "in_time": counts["within"] / total if total else None,
        "rules_kept_low": kept / total if total else None,
        "rules_kept_high": (kept + counts["over_unsettled"]) / total if total else None,
        "over_days_mean": sum(over) / len(over) if over else None,
        "over_days_max": max(over, default=None),
        "median_days": percentile(waits, 0.5),
        "p90_days": percentile(waits, 0.9),
    }


def waiting_row(legs: list[dict], cut: date) -> dict:
    """The columns of `--population waiting` for these legs (none of which has ended)."""
    names = ("waiting_within", "waiting_unbooked", "waiting_booked_over", "waiting_over")
    statuses = [status(leg, cut) for leg in legs]
    over = [days_over(leg, cut) for leg in legs if days_over(leg, cut) > 0]
    return {"legs": len(legs), **{n: statuses.count(n) for n in names}, "max_days_over": max(over, default=None)}


def observed(leg: dict, cut: date) -> tuple[int, str]:
    """Days from the start of the clock and what happened then: `started`, `other` or `censored`.

    A stop before the start is an error of registration that the text leaves open; it counts on day 0.
    """
    kind = {"started": "started", None: "censored", "transferred": "censored"}.get(leg.get("end"), "other")
    return max(((leg.get("stop_date") or cut) - clock_start(leg)).days, 0), kind


def started_row(legs: list[dict], cut: date) -> dict:
    """The columns of `--population started`: Aalen–Johansen with the delta-method variance."""
    seen = [observed(leg, cut) for leg in legs]
    free, share, steps = 1.0, 0.0, []
    for time in sorted({days for days, _ in seen}):
        risk = sum(days >= time for days, _ in seen)
        starts = seen.count((time, "started"))
        events = starts + seen.count((time, "other"))
        share += free * starts / risk
        steps.append((time, risk, starts, events, free, share))
        free *= 1 - events / risk
    row = {"legs": len(legs), "ended": sum(leg.get("end") is not None for leg in legs)}
    row |= {"share_14": None, "share_14_lower": None, "share_14_upper": None}
    row["median_days"] = next((time for time, *_, f in steps if f >= 0.5 - 1e-12), None)
    # Known at day 14: somebody was followed that far, or nobody was left to follow.
    if not legs or (max(days for days, _ in seen) < 14 and free > 1e-12):
        return row
    early = [step for step in steps if step[0] <= 14]
    f14 = early[-1][-1] if early else 0.0
    variance = 0.0
    for _, risk, starts, events, before, f in early:
        if events < risk:
            variance += (f14 - f) ** 2 * events / (risk * (risk - events))
        variance += before**2 * starts * (risk - starts) / risk**3
        variance -= 2 * (f14 - f) * before * starts / risk**2
    row["share_14"] = f14
    if f14 <= 1e-12 or f14 >= 1 - 1e-12:
        row["share_14_lower"] = row["share_14_upper"] = f14
        return row
    spread = 1.959963984540054 * math.sqrt(max(variance, 0.0)) / (f14 * abs(math.log(f14)))
    row["share_14_lower"] = f14 ** math.exp(spread)
    row["share_14_upper"] = f14 ** math.exp(-spread)
    return row


ROW = {"ended": ended_row, "waiting": waiting_row, "started": started_row}


def population(legs: list[dict], kind: str, since: date | None, until: date | None) -> list[dict]:
    """The legs of the population, half-open [since, until) on its own date (waiting: on none)."""

    def inside(day: date) -> bool:
        return (since is None or day >= since) and (until is None or day < until)

    legs = [leg for leg in legs if covered(leg)]
    if kind == "ended":
        return [leg for leg in legs if leg.get("end") == "started" and inside(leg["stop_date"])]
    if kind == "waiting":
        return [leg for leg in legs if leg.get("end") is None]
    return [leg for leg in legs if inside(clock_start(leg))]
