"""Invented legs of waiting times for the tests of tables and page."""

from __future__ import annotations

import datetime as dt
import random

CUT = dt.date(2026, 10, 31)
UNITS = {"HER-KIR": "1084", "BIS-KIR": "1084", "VEJ-KIR": "1083", "ODE-KIR": "1083", "SLA-KIR": "1085"}


def invented(number=1200, seed=7, leg="treatment"):
    """Legs of about a year before the cut: most in time, some over for each reason, some still waiting."""
    draw = random.Random(seed)
    rows = []
    for n in range(number):
        unit = draw.choice(list(UNITS))
        start = CUT - dt.timedelta(days=draw.randint(0, 460))
        wait = draw.choice(
            [5, 7, 8, 9, 10, 12, 13, 14, 16, 20, 31] if unit == "VEJ-KIR" else [3, 6, 8, 9, 10, 12, 13, 15]
        )
        stop = start + dt.timedelta(days=wait)
        row = {
            "wait_id": f"w{n:04d}", "case_id": "", "leg": leg, "department": unit,
            "residence_region": draw.choice(["1081", "1083", "1084", "1085"]), "referral_date": start,
            "consent_date": "" if leg == "examination" or draw.random() < 0.03 else start, "notified_date": "",
            "booked_date": stop if draw.random() < 0.8 else "", "stop_date": "", "end": "", "overrun_reason": "",
            "alternative_offered": "", "offer_documented": "", "accepted_wait_date": "", "registered_date": start,
        }  # fmt: skip
        if stop <= CUT:
            row |= {"stop_date": stop, "booked_date": stop, "end": "started" if draw.random() < 0.93 else "transferred"}
            row["registered_date"] = stop + dt.timedelta(days=draw.choice([0, 1, 2, 4, 6, 9, 12]))
            if row["registered_date"] > CUT:
                continue
            if wait > 14 and row["end"] == "started":
                row["overrun_reason"] = draw.choice(["health", "patient_wish", "capacity", ""])
                if row["overrun_reason"] == "capacity":
                    row |= {"alternative_offered": True, "offer_documented": draw.random() < 0.7}
                    row["accepted_wait_date"] = start
        rows.append(row)
    return rows


def queue(number=7):
    """Legs of Vejle that wait past the limit, and one booked beyond it."""
    base = {"case_id": "", "leg": "treatment", "department": "VEJ-KIR", "residence_region": "1083"}
    rows = [
        {**base, "wait_id": f"q{n}", "referral_date": CUT - dt.timedelta(days=15 + n),
         "consent_date": CUT - dt.timedelta(days=15 + n), "registered_date": CUT - dt.timedelta(days=9)}
        for n in range(number)
    ]  # fmt: skip
    recent = CUT - dt.timedelta(days=3)
    booked = {"referral_date": recent, "consent_date": recent, "registered_date": recent, "booked_date": "2026-11-20"}
    return [*rows, {**base, "wait_id": "qb", **booked}]


def examinations():
    """Two waiting legs of examination at the ends of the notice: 8 and 9 working days after the referral."""
    base = {"case_id": "", "leg": "examination", "department": "HER-KIR", "residence_region": "1084",
            "registered_date": "2026-10-20"}  # fmt: skip
    return [
        {**base, "wait_id": "e1", "referral_date": "2026-10-20", "notified_date": "2026-10-30"},  # Tue → Fri: 8
        {**base, "wait_id": "e2", "referral_date": "2026-10-19", "notified_date": "2026-10-30"},  # Mon → Fri: 9
        {**base, "wait_id": "e3", "referral_date": "2026-10-16"},  # not told, 11 working days
        {**base, "wait_id": "e4", "referral_date": "2026-10-28"},  # not told, but 3 working days only
    ]
