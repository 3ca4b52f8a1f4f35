"""A store of a few units through eight years with a planted decline, and what a past day's extract would have held."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np

from data.store import Snapshot
from tests.support.extracts import load_extract

START = dt.date(2018, 1, 1)
UNITS = ("HER-KIR", "SLA-KIR", "AAL-KIR")
#: (unit, first day, probability of an MDT conference before treatment from then on).
FALLS = ("SLA-KIR", dt.date(2023, 5, 1), 0.6)
OPTIONAL_DATES = {"palliative": ("received_date", "screened_date"), "pro": ("answered_date",)}


def tables(seed: int, per_year: int = 110, end: dt.date = dt.date(2025, 10, 31)) -> dict[str, list[dict]]:
    """Rows of an extract with everything that has happened until ``end``."""
    rng = np.random.default_rng(seed)
    made: dict[str, list[dict]] = {
        name: [] for name in ("cases", "treatments", "conferences", "complications", "palliative", "pro")
    }

    def later(day: dt.date, mean: float) -> dt.date:
        return day + dt.timedelta(int(rng.exponential(mean)))

    for unit in UNITS:
        for number in range(int(per_year * ((end - START).days / 365.25))):
            day = START + dt.timedelta(int(rng.integers(0, (end - START).days + 1)))
            id, treated = f"{unit}-{number}", later(day, 20)
            mdt = FALLS[2] if unit == FALLS[0] and treated >= FALLS[1] else 0.9
            case = {
                "case_id": id, "diagnosis_date": day, "department": unit, "age": int(rng.integers(40, 90)),
                "sex": rng.choice(["F", "M"]), "stage": rng.choice(["I", "II", "III", ""], p=[0.3, 0.3, 0.3, 0.1]),
                "registered_date": later(day, 30) if rng.random() > 0.02 else None,
            }  # fmt: skip
            died = later(treated, 700)
            case |= {"vital_status": "dead", "vital_date": died, "cause_of_death": rng.choice(["cancer", "other"])}
            made["cases"].append(case)
            if treated <= died:
                made["treatments"].append(
                    {"case_id": id, "kind": "surgery", "start_date": treated, "department": unit, "acute": False,
                     "intent": "curative", "major": True, "complications_registered": rng.random() > 0.03}
                )  # fmt: skip
            met = treated - dt.timedelta(1) if rng.random() < mdt else later(treated, 60)
            made["conferences"].append({"case_id": id, "date": max(met, day - dt.timedelta(20))})
            if rng.random() < 0.2:
                made["complications"].append({"case_id": id, "kind": "reoperation", "date": later(treated, 25)})
            if rng.random() < 0.7:
                referred = later(day, 150)
                received = later(referred, 70)
                made["palliative"].append(
                    {"course_id": f"p{id}", "case_id": id, "unit": unit, "referred_date": referred, "eligible": True,
                     "received_date": received, "screened_date": later(received, 60) if rng.random() < 0.8 else None}
                )  # fmt: skip
            sent = later(day, 30)
            made["pro"].append({"case_id": id, "timepoint": "baseline", "sent_date": sent,
                                "answered_date": later(sent, 45) if rng.random() < 0.8 else None})  # fmt: skip
    return made


def known(made: dict[str, list[dict]], day: dt.date) -> dict[str, list[dict]]:
    """What an extract of that day would hold: the cases registered then, and what had happened to them."""
    cases = []
    for row in made["cases"]:
        if row["diagnosis_date"] > day:
            continue
        if row["vital_date"] > day:
            row = row | {"vital_status": "alive", "vital_date": day, "cause_of_death": None}
        cases.append(row)
    kept = {row["case_id"] for row in cases if row["registered_date"] is None or row["registered_date"] <= day}
    cases = [row for row in cases if row["case_id"] in kept]
    found: dict[str, list[dict]] = {"cases": cases}
    first = {"treatments": "start_date", "conferences": "date", "complications": "date",
             "palliative": "referred_date", "pro": "sent_date"}  # fmt: skip
    for name, column in first.items():
        found[name] = []
        for row in made[name]:
            if row["case_id"] in kept and row[column] <= day:
                gone = {one: None for one in OPTIONAL_DATES.get(name, ()) if row[one] is not None and row[one] > day}
                found[name].append(row | gone)
    return found


def load(root: Path, made: dict[str, list[dict]], cut: dt.date) -> Snapshot:
    """The store of an extract made on the day ``cut`` (its period ends then)."""
    return load_extract(
        root, data_cut=cut.isoformat(), period=(START.isoformat(), cut.isoformat()), **known(made, cut)
    )  # fmt: skip
