"""Data quality: the counts against plain SQL, and that the public tables of one page give nothing hidden away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.load import load
from data.store import Store
from results.quality import SMALLEST_FOR_MEDIAN, changes, completeness, delays, findings, row_counts
from results.view import Edition, View
from tests.support.extracts import write_extract

K = 5
HOMES = {"HER-KIR": "1084", "SLA-KIR": "1085", "AAL-KIR": "1081", "HJO-KIR": "1081"}
#: department → days to the report; None is a missing date.
DELAYS = {
    "HER-KIR": [10] * 60 + [45] * 10 + [None] * 8,
    "SLA-KIR": [5] * 30 + [100] * 20 + [None] * 2,
    "AAL-KIR": [20] * 40 + [31] * 6 + [None] * 3,
    "HJO-KIR": [1] * 6,
}


def rows(extra: int = 0) -> list[dict]:
    cases = []
    for unit, days in DELAYS.items():
        for day in days:
            number = len(cases)
            reported = "" if day is None else np.datetime64("2025-03-01") + np.timedelta64(day, "D")
            cases.append(
                {"case_id": f"k{number}", "diagnosis_date": "2025-03-01", "department": unit, "sex": "F",
                 "residence_region": HOMES[unit], "registered_date": str(reported),
                 "stage": "II" if number % 9 else ""}
            )  # fmt: skip
    cases += [{"case_id": f"x{n}", "diagnosis_date": "2020-03-01"} for n in range(extra)]
    return cases


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    root = tmp_path_factory.mktemp("quality")
    for number in (0, 3):
        folder = write_extract(root / f"e{number}", cases=rows(number), synthetic=True)
        load([folder], root / "store")
    return Store(root / "store")


@pytest.fixture(scope="module")
def view(store) -> View:
    return View(store.current(), Edition(), "DCCG", 2025)


def test_delays_are_those_of_the_cases(view):
    found = {(one.level, one.code): one for one in delays(view)}
    for code, days in DELAYS.items():
        known = np.array([day for day in days if day is not None], float)
        one = found["department", code]
        assert (one.cases, one.missing) == (len(known), len(days) - len(known))
        assert one.within_30 == (known <= 30).mean()
        if len(known) < SMALLEST_FOR_MEDIAN:
            assert one.median is one.p90 is None
        else:
            assert (one.median, one.p90) == (np.median(known), np.percentile(known, 90))
    assert found["nation", ""].cases == sum(day is not None for days in DELAYS.values() for day in days)
    assert [one.code for one in delays(view) if one.level == "region"] == ["1084", "1085", "1081"]


def test_delays_by_residence_have_no_departments(view):
    assert {one.level for one in delays(replace(view, place="residence"))} == {"nation", "region"}


def test_completeness_counts_what_is_filled(view):
    found = {one.name: one for one in completeness(view)}
    total = sum(len(days) for days in DELAYS.values())
    stage = found["stage"].places
    assert stage["nation"].cases == total
    assert stage["nation"].registered == sum(number % 9 > 0 for number in range(total))
    assert sum(place.registered for code, place in stage.items() if code != "nation") == stage["nation"].registered
    assert found["sex"].places["1085"].share == 1
    merged = {one.name: one for one in completeness(replace(view, regions=4))}
    assert merged["sex"].places["1086"].cases == len(DELAYS["HER-KIR"]) + len(DELAYS["SLA-KIR"])


def test_the_public_page_does_not_tell_small_counts(view):
    """All counts of the page, and what follows from them by subtraction, are 0 or at least five."""
    public = replace(view, edition=Edition("public", K))
    places = {one.name: one.places for one in completeness(public)}
    assert "registered_date" not in places  # the delays tell it, hiding other places
    for variable in places.values():
        for place in variable.values():
            if not place.hidden:
                assert safe(place.registered) and safe(place.cases - place.registered)
        regions = [place for code, place in variable.items() if code != "nation"]
        nation = variable["nation"]
        if not nation.hidden and any(place.hidden for place in regions):
            gone = nation.cases - nation.registered - sum(p.cases - p.registered for p in regions if not p.hidden)
            assert safe(gone)
    cases = {code: place.cases for code, place in places["sex"].items()}
    for one in delays(public):
        assert one.within_90 is None
        if one.cases is not None:
            assert safe(one.missing)
            if one.level == "region" and cases.get(one.code) is not None:
                assert cases[one.code] - one.cases == one.missing
        else:
            assert one.missing is None
        if one.within_30 is not None:
            assert one.within_30 == round(one.within_30, 3)


def safe(count: int) -> bool:
    return count == 0 or count >= K


def test_findings_have_row_numbers_in_the_working_edition_only(view):
    public = replace(view, edition=Edition("public", K))
    there = {(one.column, one.rows): one for one in findings(view)}
    stage = next(one for (column, _), one in there.items() if column == "stage")
    assert stage.severity == "warning" and stage.text.da == "Udfyldt i under 90 % af rækkerne"
    assert any(one.first_rows and one.advice.da for one in there.values())
    for one in findings(public):
        assert one.first_rows == one.lines == one.values.da == one.values.en == one.advice.da == one.advice.en == ""
    assert all(one.rows is None or safe(one.rows) for one in findings(public))


def test_changes_since_the_snapshot_before(view, store):
    before, (one,) = changes(view)
    assert before == store.manifests()[0].id
    total = sum(len(days) for days in DELAYS.values())
    assert (one.table, one.before, one.rows, one.difference) == ("cases", total, total + 3, 3)
    # Three new cases are few: neither the difference nor the count before is shown.
    _, (hidden,) = changes(replace(view, edition=Edition("public", K)))
    assert (hidden.rows, hidden.before, hidden.difference, hidden.hidden) == (total + 3, None, None, True)
    assert row_counts(view) == {"cases": total + 3}


def test_the_first_extract_has_nothing_before(tmp_path):
    load([write_extract(tmp_path / "e", cases=rows())], tmp_path / "store")
    assert changes(View(Store(tmp_path / "store").current(), Edition(), "DCCG", 2025)) == ("", ())
