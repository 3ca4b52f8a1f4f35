"""A small DCCG store whose MDT results are known by heart, for the indicator's page and the report's table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from data.store import Snapshot
from tests.support.extracts import load_extract

#: year → department → (with MDT, without, undated): region by the department.
COUNTS: Mapping[int, Mapping[str, tuple[int, int, int]]] = {
    2023: {"HER-KIR": (95, 5, 0), "SLA-KIR": (95, 5, 0), "AAL-KIR": (190, 10, 0), "HJO-KIR": (20, 2, 0)},
    2024: {"HER-KIR": (96, 4, 1), "SLA-KIR": (95, 5, 0), "AAL-KIR": (185, 15, 0), "HJO-KIR": (20, 3, 0)},
    2025: {"HER-KIR": (94, 6, 10), "SLA-KIR": (78, 22, 0), "AAL-KIR": (179, 21, 0), "HJO-KIR": (3, 1, 0)},
}
REGIONS = {"HER-KIR": "1084", "SLA-KIR": "1085", "AAL-KIR": "1081", "HJO-KIR": "1081"}


def build(root: Path) -> Snapshot:
    """Load the store below ``root``: one acute case a year at HER-KIR is excluded; trials for 2025 only."""
    cases, treatments, conferences, trials = [], [], [], []

    def add(year: int, unit: str, met: bool | None, acute: bool = False) -> None:
        id = f"k{len(cases)}"
        region = REGIONS[unit]
        cases.append(
            {"case_id": id, "diagnosis_date": f"{year}-03-01", "department": unit, "residence_region": region,
             "sex": "F" if len(cases) % 2 else "M", "icd10": "C18"}
        )  # fmt: skip
        treatments.append(
            {"case_id": id, "kind": "surgery", "start_date": f"{year}-04-01", "department": unit, "acute": acute}
        )
        if met is not False:
            conferences.append({"case_id": id, "date": f"{year}-03-15" if met else ""})
        if year == 2025:
            status = ("no_protocol", "not_invited", "declined", "included", "unknown")[len(cases) % 5]
            trials.append({"case_id": id, "status": status})

    for year, units in COUNTS.items():
        add(year, "HER-KIR", True, acute=True)
        for unit, numbers in units.items():
            for met, number in zip((True, False, None), numbers, strict=True):
                for _ in range(number):
                    add(year, unit, met)
    return load_extract(
        root, period=("2023-01-01", "2025-12-31"), cases=cases, treatments=treatments, conferences=conferences,
        trials=trials, synthetic=True,
    )  # fmt: skip
