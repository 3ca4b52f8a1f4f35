"""Hypothesis strategies: whole extracts that lie on the limits of the indicators' definitions.

Dates are drawn as distances: from the data cut for the diagnosis, from the case's first surgery for what follows,
and nearly all of them one day before, at or after a limit. An extract is valid in the contract's sense.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from tests.support.amount import examples
from tests.support.extracts import load_extract
from tests.support.naive import Extract

#: No shrinking: each try costs a load of some 0.3 s, so a failing extract is reported as it was found.
FEW = settings(
    max_examples=examples(10, 2),
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture),
)

#: Days between two events: both sides of 0, 10, 30, 56 and 90.
GAPS = (0, 1, 9, 10, 29, 30, 31, 55, 56, 57, 89, 90, 91, -1)
#: Days from the diagnosis to the data cut: maturity, and both sides of 1 and 5 years.
AGES_OF_CASE = (0, 30, 31, 56, 57, 89, 90, 91, 120, 180, 365, 366, 400, 700, 1000, 1826, 1827, 2200)
AGE_LIMITS = (0, 44, 45, 54, 55, 64, 65, 74, 75, 84, 85, 120)
DEPARTMENTS = (None, "HER-KIR", "AAL-KIR", "AAR-KIR", "OWN-1", "ROS-GYN")
REGIONS = (None, "1081", "1082", "1083", "1084", "1085")
#: Codes of each database: one with another's is refused.
SITES = {
    "DCCG": (None, "C180", "C187", "C20", "C209"),
    "DGCD": (None, "C530", "C541", "C56"),
    "CLL": (None, "C911"),
}
OWN = {"code": "OWN-1", "name": "Egen afdeling", "hospital": "Egen by", "region": "1081"}
TNM = (None, "T1", "T4a", "TX", "tx", "Tx", "N0", "NX", "nx", "M0", "mX", "x")
CUTS = (date(2026, 10, 31), date(2024, 2, 29), date(2025, 12, 31))
#: Databases of every kind of staging, those with most indicators first.
DATABASES = ("DCCG", "DCCG", "DCCG", "DGCD", "CLL")
OPTIONAL_TABLES = ("treatments", "conferences", "complications", "palliative", "trials", "pro", "coverage")
OPTIONAL_COLUMNS = {
    "cases": ("cause_of_death", "icd10", "t", "n", "m", "stage", "performance_status", "charlson", "registered_date"),
    "treatments": ("department", "intent", "acute", "major", "complications_registered"),
    "conferences": ("followed",),
    "palliative": ("case_id", "received_date", "screened_date", "conference"),
    "pro": ("answered_date",),
}

COMPLICATION_KINDS = (
    "anastomotic_leak",
    "reoperation",
    "readmission",
    "higher_level_of_care",
    "interventional_radiology",
    "other",
)
YES_NO_EMPTY = st.sampled_from([True, False, None])
MOSTLY = st.sampled_from([True, True, True, False, None])
SELDOM = st.sampled_from([None, False, False, False, True])


def some(draw, most: int) -> range:
    return range(draw(st.integers(0, most)))


@st.composite
def cases(draw, number: int, cut: date, database: str) -> dict:
    """One case."""
    back = draw(st.sampled_from(AGES_OF_CASE))
    diagnosed = cut - timedelta(back)
    status = draw(st.sampled_from(["alive", "dead", "dead", "emigrated"]))
    lived = draw(st.sampled_from([0, 1, 30, 31, 57, 90, 91, 180, 365, 366, 1826, 1827, back]))
    return {
        "case_id": f"c{number}",
        "diagnosis_date": diagnosed,
        "age": draw(st.sampled_from(AGE_LIMITS)),
        "sex": draw(st.sampled_from(["F", "M", None])),
        "residence_region": draw(st.sampled_from(REGIONS)),
        "department": draw(st.sampled_from(DEPARTMENTS)),
        "vital_status": status,
        "vital_date": cut if status == "alive" and draw(st.booleans()) else min(cut, diagnosed + timedelta(lived)),
        "cause_of_death": draw(st.sampled_from(["cancer", "cancer", "other", None])) if status == "dead" else None,
        "icd10": draw(st.sampled_from(SITES[database])),
        "t": draw(st.sampled_from(TNM)),
        "n": draw(st.sampled_from(TNM)),
        "m": draw(st.sampled_from(TNM)),
        "stage": draw(st.sampled_from([None, "I", "II", "III", "III", "III", "IV"])),
        "performance_status": draw(st.sampled_from([None, 0, 4])),
        "charlson": draw(st.sampled_from([None, 0, 7])),
        "registered_date": draw(
            st.sampled_from([None, *(min(cut, diagnosed + timedelta(n)) for n in (0, 30, 31, -1, -30, -31))])
        ),
    }


@st.composite
def treatments(draw, case: dict, start: date) -> dict:
    """One treatment of a case, often on ``start``."""
    return {
        "case_id": case["case_id"],
        "kind": draw(st.sampled_from(["surgery", "surgery", "surgery", "systemic", "radiotherapy", "other"])),
        "start_date": start,
        "department": draw(st.sampled_from(DEPARTMENTS)),
        "intent": draw(st.sampled_from(["curative", "curative", "palliative", None])),
        "acute": draw(SELDOM),
        "major": draw(MOSTLY),
        "complications_registered": draw(MOSTLY),
    }


@st.composite
def extracts(draw, smallest: int = 1, largest: int = 25, database: str | None = None, whole: bool = False) -> Extract:
    """A valid extract of that many cases; ``whole``: no table and no column is missing."""
    cut = draw(st.sampled_from(CUTS))
    database = database or draw(st.sampled_from(DATABASES))

    def near(day: date) -> date:
        return min(cut, day + timedelta(draw(st.sampled_from(GAPS))))

    def perhaps(day: date) -> date | None:
        return near(day) if draw(MOSTLY) else None

    tables: dict[str, list[dict]] = {name: [] for name in ("cases", *OPTIONAL_TABLES)}
    for number in range(draw(st.integers(smallest, largest))):
        case = draw(cases(number, cut, database))
        of_case = {"case_id": case["case_id"]}
        tables["cases"].append(case)
        first = near(case["diagnosis_date"])
        if draw(st.booleans()) and case["vital_status"] != "alive":
            # The vital date on a limit after the first surgery.
            case["vital_date"] = max(case["diagnosis_date"], near(first))
        if draw(st.booleans()):
            # The first surgery on a limit before the data cut, so that maturity is decided by a day.
            first = cut - timedelta(draw(st.sampled_from([29, 30, 31, 55, 56, 57, 89, 90, 91])))
        for _ in some(draw, 4):
            tables["treatments"].append(draw(treatments(case, first if draw(st.booleans()) else near(first))))
        for _ in some(draw, 3):
            followed = draw(st.sampled_from(["yes", "no", None]))
            day = draw(st.sampled_from([None, first, near(first)]))
            tables["conferences"].append({**of_case, "date": day, "followed": followed})
        for _ in some(draw, 2):
            kind = draw(st.sampled_from(COMPLICATION_KINDS))
            tables["complications"].append({**of_case, "date": near(first), "kind": kind})
        for _ in some(draw, 2):
            status = draw(
                st.sampled_from(["included", "declined", "deselected", "not_invited", "no_protocol", "unknown"])
            )
            tables["trials"].append({**of_case, "status": status})
        for _ in some(draw, 1):
            sent = draw(st.sampled_from([cut - timedelta(30), cut - timedelta(29), first]))
            tables["pro"].append(
                {**of_case, "timepoint": "baseline", "sent_date": sent, "answered_date": perhaps(sent)}
            )
        for _ in some(draw, 2):
            referred = draw(st.sampled_from([cut - timedelta(30), cut - timedelta(29), case["vital_date"], first]))
            tables["palliative"].append(
                {
                    "course_id": f"p{len(tables['palliative'])}",
                    "case_id": draw(st.sampled_from([case["case_id"], None])),
                    "unit": draw(st.sampled_from([code for code in DEPARTMENTS if code])),
                    "referred_date": referred,
                    "eligible": draw(st.sampled_from([True, True, False])),
                    "received_date": draw(st.sampled_from([None, near(referred), case["vital_date"]])),
                    "screened_date": perhaps(referred),
                    "conference": draw(YES_NO_EMPTY),
                }
            )
    pairs = [(year, code) for year in (cut.year, cut.year - 1, cut.year - 2) for code in DEPARTMENTS if code]
    for year, code in draw(st.lists(st.sampled_from(pairs), unique=True, max_size=6)):
        tables["coverage"].append({"year": year, "department": code, "expected": draw(st.integers(0, 3))})
    if not whole:
        tables.pop(draw(st.sampled_from([*[""] * 9, *OPTIONAL_TABLES])), None)
        name = draw(st.sampled_from([*[""] * 5, *OPTIONAL_COLUMNS]))
        gone = draw(st.sampled_from(OPTIONAL_COLUMNS.get(name, [""])))
        for row in tables.get(name, []):
            row.pop(gone)
    tables["departments"] = [OWN]
    return Extract(database, cut, tables)


def loaded(root: Path, extract: Extract):
    """The extract's snapshot in a new store below ``root``."""
    return load_extract(
        root,
        database=extract.database,
        data_cut=extract.data_cut.isoformat(),
        period=("2010-01-01", extract.data_cut.isoformat()),
        **extract.tables,
    )
