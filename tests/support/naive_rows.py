"""The naive second implementation, part one: which rows an indicator looks at and how each is judged.

Plain Python over lists of dicts, one row at a time: no SQL, no pandas, nothing imported from the project.
Slow on purpose. An extract's table is a list of dicts with typed values (date, bool, int, str, None);
a table that is absent is not in ``tables``, a column that is absent is not in the dict.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

REFERENCE = Path(__file__).parents[2] / "data" / "reference"
COVERAGE_BY = ("year", "department", "hospital", "treating_region")
COMPLICATIONS = {
    "reoperation_30d": "reoperation",
    "readmission_30d": "readmission",
    "higher_level_of_care_30d": "higher_level_of_care",
    "interventional_radiology_30d": "interventional_radiology",
    "anastomotic_leak_30d": "anastomotic_leak",
    "any_complication_30d": None,
}
KIND_ORDER = ("surgery", "systemic", "radiotherapy", "other")
STATUS_ORDER = ("included", "declined", "deselected", "not_invited", "no_protocol", "unknown")


def _reference(name: str) -> list[dict]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


STAGING = {row["code"]: row["staging"] for row in _reference("databases.csv")}
UNITS = {row["code"]: row for row in _reference("departments.csv")}


@dataclass(frozen=True)
class Extract:
    """One database's extract: its code, its last day and its tables."""

    database: str
    data_cut: date
    tables: dict[str, list[dict]] = field(default_factory=dict)

    def __repr__(self) -> str:
        """A table a line, each column's name once: whole extracts stay readable where hypothesis prints them."""
        lines = [f"Extract({self.database}, {self.data_cut})"]
        for name, rows in self.tables.items():
            columns = list(rows[0]) if rows else []
            values = ["|".join("" if row[one] is None else str(row[one]) for one in columns) for row in rows]
            lines.append(f"{name}: {' / '.join(['|'.join(columns), *values])}")
        return "\n".join(lines)

    def unit(self, code: str | None) -> dict:
        """Reference row of a department; the extract's own list comes second."""
        own = {row["code"]: row for row in self.tables.get("departments", [])}
        return UNITS.get(code) or own.get(code) or {}

    def of_case(self, table: str, case: dict) -> list[dict]:
        return [row for row in self.tables.get(table, []) if row.get("case_id") == case["case_id"]]


@dataclass(frozen=True)
class Row:
    """One row of a population: what decides its period, whom it counts for, whose it is, how it is judged."""

    index: date
    department: str | None
    case: dict | None
    verdict: str  # not_mature, excluded, missing, yes, no


# --- the treatments of a case -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Treatment:
    """All rows of a case with one date and one kind: a tie counts as one treatment."""

    start: date
    kind: str
    department: str | None
    acute: bool
    major: bool
    complications_registered: bool
    curative: bool


def treatments(extract: Extract, case: dict) -> list[Treatment]:
    """The case's treatments, earliest first; on one date surgery, systemic, radiotherapy, other."""
    ties: dict[tuple, list[dict]] = {}
    for row in extract.of_case("treatments", case):
        ties.setdefault((row["start_date"], KIND_ORDER.index(row["kind"])), []).append(row)
    found = []
    for (start, order), rows in sorted(ties.items()):
        codes = [row["department"] for row in rows if row.get("department")]
        found.append(
            Treatment(
                start=start,
                kind=KIND_ORDER[order],
                department=min(codes) if codes else None,
                acute=any(row.get("acute") is True for row in rows),
                major=any(row.get("major") is True for row in rows),
                complications_registered=any(row.get("complications_registered") is True for row in rows),
                curative=any(row.get("intent") == "curative" for row in rows),
            )
        )
    return found


def first(extract: Extract, case: dict, wanted: Callable[[Treatment], bool]) -> Treatment | None:
    return next((treatment for treatment in treatments(extract, case) if wanted(treatment)), None)


# --- judging ----------------------------------------------------------------------------------------------------------


def judged(
    extract: Extract,
    index: date,
    department: str | None,
    case: dict | None,
    fulfilled: bool,
    missing: bool = False,
    excluded: bool = False,
    follow_up: int = 0,
) -> Row:
    """Order of judgement: population, not mature, excluded, missing, denominator and numerator."""
    if index + timedelta(days=follow_up) > extract.data_cut:
        verdict = "not_mature"
    elif excluded:
        verdict = "excluded"
    elif missing:
        verdict = "missing"
    else:
        verdict = "yes" if fulfilled else "no"
    return Row(index, department, case, verdict)


def of_cases(extract: Extract, judge: Callable[[dict], tuple[bool, bool]], follow_up: int = 0) -> list[Row]:
    """Population cases, index diagnosis, attribution the case's department. ``judge``: (fulfilled, missing)."""
    rows = []
    for case in extract.tables["cases"]:
        fulfilled, missing = judge(case)
        rows.append(
            judged(extract, case["diagnosis_date"], case.get("department"), case, fulfilled, missing, False, follow_up)
        )
    return rows


def tnm_complete(extract: Extract) -> list[Row]:
    def known(value: str | None) -> bool:
        return bool(value) and not value.upper().endswith("X")

    return of_cases(extract, lambda case: (all(known(case.get(name)) for name in "tnm"), False))


def stage_known(extract: Extract) -> list[Row]:
    return of_cases(extract, lambda case: (bool(case.get("stage")), False))


def _mdt(extract: Extract, wanted: Callable[[Treatment], bool]) -> list[Row]:
    rows = []
    for case in extract.tables["cases"]:
        treatment = first(extract, case, wanted)
        if treatment is None:
            continue
        held = extract.of_case("conferences", case)
        dates = [row["date"] for row in held if row.get("date")]
        rows.append(
            judged(
                extract,
                treatment.start,
                treatment.department,
                case,
                fulfilled=any(day <= treatment.start for day in dates),
                missing=bool(held) and not dates,
                excluded=treatment.acute,
            )
        )
    return rows


def mdt_before_treatment(extract: Extract) -> list[Row]:
    return _mdt(extract, lambda treatment: treatment.kind != "other")


def mdt_major_intervention(extract: Extract) -> list[Row]:
    return _mdt(extract, lambda treatment: treatment.major)


def mdt_followed(extract: Extract) -> list[Row]:
    rows = []
    for case in extract.tables["cases"]:
        dated = [row for row in extract.of_case("conferences", case) if row.get("date")]
        if not dated:
            continue
        latest = max(row["date"] for row in dated)
        answers = {row.get("followed") for row in dated if row["date"] == latest}
        answer = "no" if "no" in answers else "yes" if "yes" in answers else None
        rows.append(
            judged(extract, case["diagnosis_date"], case.get("department"), case, answer == "yes", answer is None)
        )
    return rows


def _palliative(
    extract: Extract, fulfilled: Callable, missing: Callable = lambda row: False, received: bool = True, days: int = 0
) -> list[Row]:
    cases = {case["case_id"]: case for case in extract.tables["cases"]}
    return [
        judged(
            extract,
            row["referred_date"],
            row["unit"],
            cases.get(row.get("case_id")),
            fulfilled(row),
            missing(row),
            follow_up=days,
        )
        for row in extract.tables["palliative"]
        if row["eligible"] and (row.get("received_date") or not received)
    ]


def palliative_received(extract: Extract) -> list[Row]:
    return _palliative(extract, lambda row: bool(row.get("received_date")), received=False, days=30)


def palliative_within_10_days(extract: Extract) -> list[Row]:
    def waited(row: dict) -> int:
        return (row["received_date"] - row["referred_date"]).days

    return _palliative(extract, lambda row: 0 <= waited(row) < 10, lambda row: waited(row) < 0)


def palliative_screened(extract: Extract) -> list[Row]:
    return _palliative(extract, lambda row: bool(row.get("screened_date")))


def palliative_conference(extract: Extract) -> list[Row]:
    return _palliative(extract, lambda row: row.get("conference") is True, lambda row: row.get("conference") is None)


def palliative_before_death(extract: Extract) -> list[Row]:
    rows = []
    for case in extract.tables["cases"]:
        if case["vital_status"] != "dead" or case.get("cause_of_death") != "cancer":
            continue
        received = [row["received_date"] for row in extract.of_case("palliative", case) if row.get("received_date")]
        died = case["vital_date"]
        rows.append(judged(extract, died, case.get("department"), case, any(day <= died for day in received)))
    return rows


def _after_surgery(
    extract: Extract,
    judge: Callable[[dict, Treatment], tuple[bool, bool]],
    follow_up: int,
) -> list[Row]:
    rows = []
    for case in extract.tables["cases"]:
        surgery = first(extract, case, lambda treatment: treatment.kind == "surgery")
        if surgery is not None:
            fulfilled, missing = judge(case, surgery)
            rows.append(
                judged(
                    extract,
                    surgery.start,
                    surgery.department,
                    case,
                    fulfilled,
                    missing,
                    excluded=surgery.acute,
                    follow_up=follow_up,
                )
            )
    return rows


def complication(extract: Extract, kind: str | None) -> list[Row]:
    def judge(case: dict, surgery: Treatment) -> tuple[bool, bool]:
        happened = [
            row
            for row in extract.of_case("complications", case)
            if kind in (None, row["kind"]) and 0 <= (row["date"] - surgery.start).days <= 30
        ]
        return bool(happened), not surgery.complications_registered

    return _after_surgery(extract, judge, 30)


def mortality(extract: Extract, days: int) -> list[Row]:
    def judge(case: dict, surgery: Treatment) -> tuple[bool, bool]:
        followed = (case["vital_date"] - surgery.start).days
        dead = case["vital_status"] == "dead"
        return dead and 0 <= followed <= days, followed < 0 or (not dead and followed < days)

    return _after_surgery(extract, judge, days)


def adjuvant_8_weeks(extract: Extract) -> list[Row]:
    rows = []
    for case in extract.tables["cases"]:
        surgery = first(extract, case, lambda treatment: treatment.kind == "surgery" and treatment.curative)
        if case.get("stage") != "III" or surgery is None:
            continue
        started = [
            (treatment.start - surgery.start).days
            for treatment in treatments(extract, case)
            if treatment.kind in ("systemic", "radiotherapy")
        ]
        rows.append(
            judged(
                extract,
                surgery.start,
                surgery.department,
                case,
                fulfilled=any(1 <= days <= 56 for days in started),
                excluded=case["vital_status"] == "dead" and (case["vital_date"] - surgery.start).days <= 56,
                follow_up=56,
            )
        )
    return rows


def trials(extract: Extract, good: Iterable[str]) -> list[Row]:
    def judge(case: dict) -> tuple[bool, bool]:
        found = [row["status"] for row in extract.of_case("trials", case)]
        best = min(found, key=STATUS_ORDER.index) if found else "unknown"
        return best in good, best == "unknown"

    return of_cases(extract, judge)


def pro_answered(extract: Extract) -> list[Row]:
    cases = {case["case_id"]: case for case in extract.tables["cases"]}
    return [
        judged(
            extract,
            row["sent_date"],
            cases[row["case_id"]].get("department"),
            cases[row["case_id"]],
            bool(row.get("answered_date")),
            missing=bool(row.get("answered_date")) and row["answered_date"] < row["sent_date"],
            follow_up=30,
        )
        for row in extract.tables["pro"]
    ]


def registered_30d(extract: Extract) -> list[Row]:
    def judge(case: dict) -> tuple[bool, bool]:
        registered = case.get("registered_date")
        if registered is None:
            return False, True
        waited = (registered - case["diagnosis_date"]).days
        return waited <= 30, waited < -30

    return of_cases(extract, judge, follow_up=30)


def coverage(extract: Extract) -> list[Row]:
    """Each expected case is a row: as many are there as the database holds, never more than expected."""
    rows = []
    for unit in extract.tables["coverage"]:
        held = sum(
            case.get("department") == unit["department"] and case["diagnosis_date"].year == unit["year"]
            for case in extract.tables["cases"]
        )
        for number in range(unit["expected"]):
            rows.append(Row(date(unit["year"], 1, 1), unit["department"], None, "yes" if number < held else "no"))
    return rows


def variables_complete(extract: Extract) -> list[Row]:
    names = ["sex", "residence_region", "department", "performance_status", "charlson"]
    if STAGING[extract.database] == "TNM":
        names += ["t", "n", "m"]
    if STAGING[extract.database] != "none":
        names += ["stage"]
    names = [name for name in names if delivered(extract, f"cases.{name}")]
    return [
        row for name in names for row in of_cases(extract, lambda case, name=name: (case.get(name) is not None, False))
    ]


def survival(extract: Extract) -> list[Row]:
    return of_cases(extract, lambda case: (False, False))


_AFTER_SURGERY = ("treatments", "complications", "treatments.complications_registered")
_RECEIVED = ("palliative", "palliative.received_date")
#: Indicator: how its rows are judged, and the optional tables and columns without which it is not reported.
INDICATORS: dict[str, tuple[Callable[[Extract], list[Row]], tuple[str, ...]]] = {
    "tnm_complete": (tnm_complete, ("cases.t", "cases.n", "cases.m")),
    "stage_known": (stage_known, ("cases.stage",)),
    "mdt_before_treatment": (mdt_before_treatment, ("treatments", "conferences")),
    "mdt_major_intervention": (mdt_major_intervention, ("treatments", "conferences", "treatments.major")),
    "mdt_followed": (mdt_followed, ("conferences", "conferences.followed")),
    "palliative_received": (palliative_received, _RECEIVED),
    "palliative_within_10_days": (palliative_within_10_days, _RECEIVED),
    "palliative_screened": (palliative_screened, (*_RECEIVED, "palliative.screened_date")),
    "palliative_conference": (palliative_conference, (*_RECEIVED, "palliative.conference")),
    "palliative_before_death": (
        palliative_before_death,
        (*_RECEIVED, "palliative.case_id", "cases.cause_of_death"),
    ),
    **{
        name: (lambda extract, kind=kind: complication(extract, kind), _AFTER_SURGERY)
        for name, kind in COMPLICATIONS.items()
    },
    "mortality_30d": (lambda extract: mortality(extract, 30), ("treatments",)),
    "mortality_90d": (lambda extract: mortality(extract, 90), ("treatments",)),
    "adjuvant_8_weeks": (adjuvant_8_weeks, ("treatments", "cases.stage", "treatments.intent")),
    "trial_offered": (lambda extract: trials(extract, ("included", "declined")), ("trials",)),
    "trial_included": (lambda extract: trials(extract, ("included",)), ("trials",)),
    "pro_answered": (pro_answered, ("pro", "pro.answered_date")),
    "registered_30d": (registered_30d, ("cases.registered_date",)),
    "coverage": (coverage, ("coverage",)),
    "variables_complete": (variables_complete, ()),
    "survival_1y": (survival, ()),
    "survival_5y": (survival, ()),
}
SURVIVAL_DAYS = {"survival_1y": 365.25, "survival_5y": 1826.25}


def delivered(extract: Extract, name: str) -> bool:
    """Whether the extract has a table, or a column (``table.column``): a key of its rows."""
    table, _, column = name.partition(".")
    rows = extract.tables.get(table)
    return rows is not None and (not column or any(column in row for row in rows))


def reported(extract: Extract, indicator: str) -> bool:
    """Whether the database reports the indicator: tables and columns are there, and it stages its cases that way."""
    if indicator == "tnm_complete" and STAGING[extract.database] != "TNM":
        return False
    if indicator == "stage_known" and STAGING[extract.database] == "none":
        return False
    return all(delivered(extract, name) for name in INDICATORS[indicator][1])
