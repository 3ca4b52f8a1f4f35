"""A small store with one planted decline, one improvement, one department too small to say anything, and two quiet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from data.store import Store
from tests.support.extracts import load_extract

CUT = dt.date(2026, 3, 31)
REGIONS = {"SLA-KIR": "1085", "HER-KIR": "1084", "AAL-KIR": "1081", "VIB-KIR": "1082", "HJO-KIR": "1081"}
A_MONTH = {"SLA-KIR": 20, "HER-KIR": 20, "AAL-KIR": 20, "VIB-KIR": 8, "HJO-KIR": 2}
ICD10 = {"DCCG": "C18", "DLCR": "C340"}
#: Slagelse falls in June 2025; Herlev rises in January 2025. One of so many has no MDT before treatment.
FALL, RISE = dt.date(2025, 6, 1), dt.date(2025, 1, 1)


def without_mdt(unit: str, day: dt.date, number: int) -> bool:
    """Whether the unit's patient so numbered has no MDT conference before treatment."""
    if unit == "SLA-KIR":
        return number % (2 if day >= FALL else 10) == 0
    if unit == "HER-KIR":
        return number % (40 if day >= RISE else 4) == 0
    return number % 10 == 0


def build(
    root: Path,
    quiet: bool = False,
    registered: bool = True,
    undated: Mapping[str, int] | None = None,
    database: str = "DCCG",
) -> Store:
    """The store; ``quiet``: nobody falls or rises; ``registered``: with dates of reporting.

    ``undated``: by unit, how many of its first cases have none all the same. ``database``: loaded into the store.
    """
    without = undated or {}
    cases, treatments, conferences = [], [], []
    for unit, many in A_MONTH.items():
        number = 0
        for month in range(63):
            first = dt.date(2021 + month // 12, month % 12 + 1, 1)
            for place in range(many):
                number += 1
                day = first + dt.timedelta(days=27 * place // many)
                id = f"{unit}-{number}"
                case = {"case_id": id, "diagnosis_date": day, "department": unit, "residence_region": REGIONS[unit],
                        "icd10": ICD10[database], "vital_date": CUT}  # fmt: skip
                if registered and number > without.get(unit, 0):
                    case["registered_date"] = day + dt.timedelta(days=5)
                cases.append(case)
                treatments.append({"case_id": id, "kind": "surgery", "start_date": day + dt.timedelta(days=3),
                                   "department": unit, "acute": False})  # fmt: skip
                bad = number % 10 == 0 if quiet else without_mdt(unit, day, number)
                if not bad:
                    conferences.append({"case_id": id, "date": day + dt.timedelta(days=1)})
    load_extract(
        root, data_cut=CUT.isoformat(), period=("2021-01-01", CUT.isoformat()), cases=cases, treatments=treatments,
        conferences=conferences, synthetic=True, database=database,
    )  # fmt: skip
    return Store(root / "store")
