"""Small stores of the kinds on which pages break: nobody, one patient, men only, young databases, nothing delivered."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

from data.load import load
from tests.support.extracts import write_extract
from tests.support.waits_rows import invented

CUT = "2026-10-31"
#: The odd databases by the code that each is loaded as; ``build`` puts all of them into one store.
ODD = {
    "DCCG": "one patient, diagnosed 2024",
    "DaPeCa": "men only, followed for less than five years",
    "DOOG": "one reporting year, no waits",
    "DLCR": "cases without department and region; a department whose code has Danish letters and a dot",
    "DBCG": "no stage delivered",
    "ALD": "four patients in four departments: everything hidden in the public edition",
    "DNOR": "eight years, three regions, waits",
}
DEPARTMENTS = ("HER-KIR", "AAR-KIR", "ODE-KIR", "AAL-KIR")
_REGIONS = ("1084", "1082", "1083", "1081")


def build(home: Path) -> None:
    """Write the odd extracts below ``home`` and load them into ``home/store``."""
    folders = [made(home / f"extract-{code}", code) for code, made in _MAKERS.items()]
    load(folders, home / "store")


def _cases(number: int, years: range, seed: int, **fixed: object) -> list[dict[str, object]]:
    draw, rows = random.Random(seed), []
    for n in range(number):
        year = years[n % len(years)]
        day = f"{year}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
        dead = draw.random() < 0.3
        place = draw.randrange(len(DEPARTMENTS))
        rows.append(
            {
                "case_id": f"k{n}",
                "diagnosis_date": day,
                "age": draw.randint(30, 92),
                "sex": draw.choice("FM"),
                "residence_region": _REGIONS[place],
                "department": DEPARTMENTS[place],
                "vital_status": "dead" if dead else "alive",
                "vital_date": min(CUT, f"{year + draw.randint(1, 4)}-01-15") if dead else CUT,
                "cause_of_death": draw.choice(("cancer", "other", "")) if dead else "",
                "stage": draw.choice(("I", "II", "III", "IV", "")),
                "registered_date": f"{year + 1}-01-31",
                **fixed,
            }
        )
    return rows


def _one(folder: Path, code: str) -> Path:
    alive = {"vital_status": "alive", "vital_date": CUT, "cause_of_death": ""}
    return write_extract(folder, code, cases=_cases(1, range(2024, 2025), 1, sex="M", icd10="C189", stage="I", **alive))


def _men(folder: Path, code: str) -> Path:
    cases = _cases(60, range(2023, 2026), 2, sex="M", icd10="C609")
    return write_extract(folder, code, period=("2023-01-01", CUT), cases=cases)


def _one_year(folder: Path, code: str) -> Path:
    cases = _cases(40, range(2025, 2026), 3, icd10="C690")
    return write_extract(folder, code, period=("2025-01-01", "2025-12-31"), cases=cases)


def _strange_units(folder: Path, code: str) -> Path:
    cases = _cases(80, range(2019, 2026), 4, icd10="C340")
    for n, row in enumerate(cases):
        row["department"] = ("ÆRØ-KIR.1", "HER-KIR", "")[n % 3]
        if n % 5 == 0:
            row["residence_region"] = ""
    named = {"code": "ÆRØ-KIR.1", "name": "Kirurgisk afdeling, Ærø", "hospital": "Ærø Sygehus", "region": "1083"}
    return write_extract(folder, code, cases=cases, departments=[named])


def _no_stage(folder: Path, code: str) -> Path:
    cases = _cases(60, range(2016, 2026), 5, icd10="C509")
    for row in cases:
        del row["stage"]
    return write_extract(folder, code, cases=cases)


def _hidden(folder: Path, code: str) -> Path:
    cases = _cases(4, range(2022, 2026), 6, icd10="C910")
    for n, row in enumerate(cases):
        row["department"], row["residence_region"] = DEPARTMENTS[n], _REGIONS[n]
    return write_extract(folder, code, cases=cases)


def _with_waits(folder: Path, code: str) -> Path:
    """Enough patients for every view; every third leg of a wait has no case."""
    cases = _cases(160, range(2018, 2026), 7, icd10="C710")
    waits = invented(90, 8)
    for n, row in enumerate(waits):
        row["case_id"] = cases[n]["case_id"] if n % 3 else ""
    treatments = [
        {"case_id": row["case_id"], "kind": "surgery", "start_date": later(row["diagnosis_date"], 20),
         "department": row["department"], "intent": "curative", "acute": False, "complications_registered": True}
        for row in cases if row["vital_status"] == "alive"
    ]  # fmt: skip
    conferences = [
        {"case_id": row["case_id"], "date": later(row["diagnosis_date"], 10), "specialties": 4}
        for n, row in enumerate(cases) if n % 7
    ]  # fmt: skip
    return write_extract(folder, code, cases=cases, waits=waits, treatments=treatments, conferences=conferences)


def later(day: str, days: int) -> str:
    """The ISO date some days after another, at most the data cut."""
    return min(CUT, (dt.date.fromisoformat(day) + dt.timedelta(days=days)).isoformat())


_MAKERS = {
    "DCCG": _one,
    "DaPeCa": _men,
    "DOOG": _one_year,
    "DLCR": _strange_units,
    "DBCG": _no_stage,
    "ALD": _hidden,
    "DNOR": _with_waits,
}
