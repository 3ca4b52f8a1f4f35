"""Who is still within reach, by the table of the definition: plain Python over an extract's rows, nothing imported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from tests.support.naive_rows import Extract, first, reported

#: Tables and the dates that say whether a row was there on a day.
DATED = {
    "treatments": "start_date",
    "conferences": "date",
    "complications": "date",
    "palliative": "referred_date",
    "trials": "date",
    "pro": "sent_date",
}


def reachable(extract: Extract, reported_by: Extract) -> list[tuple[str | None, str, str, date | None, str]]:
    """(unit, indicator, id, due, missing) of everybody on a list on the extract's data cut.

    ``reported_by``: the extract whose columns say which indicators are reported; of an earlier day no row may be left.
    """
    return [
        (unit, name, id, due, missing)
        for name, (listed, missing) in LISTS.items()
        if reported(reported_by, name)
        for unit, id, due in listed(extract)
    ]


def _days(count: int) -> timedelta:
    return timedelta(days=count)


def _adjuvant(extract: Extract) -> Iterator[tuple]:
    for case in extract.tables["cases"]:
        surgery = first(extract, case, lambda one: one.kind == "surgery" and one.curative)
        if surgery is None or case.get("stage") != "III" or case["vital_status"] == "dead":
            continue
        started = any(
            row["kind"] in ("systemic", "radiotherapy") and 1 <= (row["start_date"] - surgery.start).days <= 56
            for row in extract.of_case("treatments", case)
        )
        if not started and surgery.start + _days(56) >= extract.data_cut:
            yield surgery.department, case["case_id"], surgery.start + _days(56)


def _palliative(days: int):
    def listed(extract: Extract) -> Iterator[tuple]:
        for row in extract.tables["palliative"]:
            due = row["referred_date"] + _days(days)
            if row["eligible"] and not row.get("received_date") and due >= extract.data_cut:
                yield row["unit"], row.get("case_id") or row["course_id"], due

    return listed


def _pro(extract: Extract) -> Iterator[tuple]:
    departments = {case["case_id"]: case.get("department") for case in extract.tables["cases"]}
    for row in extract.tables["pro"]:
        due = row["sent_date"] + _days(30)
        if not row.get("answered_date") and due >= extract.data_cut:
            yield departments[row["case_id"]], row["case_id"], due


def _mdt(extract: Extract) -> Iterator[tuple]:
    for case in extract.tables["cases"]:
        dated = [row for row in extract.of_case("conferences", case) if row.get("date")]
        treated = first(extract, case, lambda one: one.kind != "other")
        new = (extract.data_cut - case["diagnosis_date"]).days <= 90
        if case["vital_status"] != "dead" and new and not dated and treated is None:
            yield case.get("department"), case["case_id"], None


def _trial(extract: Extract) -> Iterator[tuple]:
    for case in extract.tables["cases"]:
        known = [row for row in extract.of_case("trials", case) if row["status"] != "unknown"]
        new = (extract.data_cut - case["diagnosis_date"]).days <= 60
        if case["vital_status"] != "dead" and new and not known:
            yield case.get("department"), case["case_id"], None


def _follow_up(extract: Extract) -> Iterator[tuple]:
    for case in extract.tables["cases"]:
        surgery = first(extract, case, lambda one: one.kind == "surgery")
        if surgery is None or surgery.acute or surgery.complications_registered:
            continue
        if 30 <= (extract.data_cut - surgery.start).days <= 90:
            yield surgery.department, case["case_id"], surgery.start + _days(90)


LISTS = {
    "adjuvant_8_weeks": (_adjuvant, "adjuvant_start"),
    "palliative_received": (_palliative(30), "received_date"),
    "palliative_within_10_days": (_palliative(9), "received_date"),
    "pro_answered": (_pro, "answered_date"),
    "mdt_before_treatment": (_mdt, "conference"),
    "trial_offered": (_trial, "trial_status"),
    "any_complication_30d": (_follow_up, "follow_up"),
}


def as_it_stood(extract: Extract, day: date) -> Extract:
    """The extract as it would have been delivered on ``day``: what came later is not there yet."""

    def came(value: date | None) -> date | None:
        return value if value is None or value <= day else None

    def there(value: date | None) -> bool:
        return value is None or value <= day

    cases = []
    for case in extract.tables["cases"]:
        if not there(case["diagnosis_date"]) or not there(case.get("registered_date")):
            continue
        known = dict(case)
        if case["vital_date"] > day:
            known |= {"vital_status": "alive", "vital_date": day}
            if "cause_of_death" in case:
                known["cause_of_death"] = None
        cases.append(known)
    ids = {case["case_id"] for case in cases}
    tables = {**extract.tables, "cases": cases}
    for name, dated in DATED.items():
        if name not in tables:
            continue
        rows = []
        for row in tables[name]:
            of_case = row.get("case_id")
            if not there(row.get(dated)) or (name != "palliative" and of_case not in ids):
                continue
            kept = {key: came(value) if isinstance(value, date) else value for key, value in row.items()}
            if name == "palliative" and "case_id" in row and of_case not in ids:
                kept["case_id"] = None
            rows.append(kept)
        tables[name] = rows
    return replace(extract, data_cut=day, tables=tables)
