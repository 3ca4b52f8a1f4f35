"""Results as FHIR R4: they are valid, they are the numbers of the file, and what is hidden is nowhere in them.

Valid: by fhir.resources, whose classes are made from the published structure definitions (R4B, in which MeasureReport,
Measure and Bundle are R4's), and by the invariants of R4 that those classes do not know.
"""

from __future__ import annotations

import csv
import io
import json

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.measure import Measure

from exports.fhir import ROOT
from indicators.catalogue import CATALOGUE
from layouts.frame.public import has
from server.fhir import FILE
from tests.support.clients import client

ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
INDICATORS = ("mdt_before_treatment", "mortality_30d", "survival_1y")
#: Elements of R4 that hold a code of a required value set, with what it allows.
REQUIRED = {
    "status": {"complete", "pending", "error"},
    "type": {"individual", "subject-list", "summary", "data-collection"},
}


def asked(store, edition: str = "working", **query: str):
    words = {"database": "DCCG", "periode": "2024", "emne": "mdt_before_treatment", "lang": "en", **query}
    return client(store, edition).get(f"{ROOT}/MeasureReport", query_string={k: v for k, v in words.items() if v})


def reports(store, edition: str = "working", **query: str) -> list[dict]:
    answer = asked(store, edition, **query)
    assert answer.status_code == 200 and answer.mimetype == "application/fhir+json", answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    found = answer.get_json()
    Bundle.model_validate(found)
    assert found["total"] == len(found["entry"])
    return [one["resource"] for one in found["entry"]]


def code(population: dict) -> str:
    return population["code"]["coding"][0]["code"]


def counts(report: dict) -> dict[str, object]:
    """The populations of a report; a masked one says so."""
    return {code(one): one.get("count", "masked") for one in report["group"][0]["population"]}


def of_file(store, edition: str, emne: str, database: str = "DCCG") -> dict[tuple[str, str], dict[str, str]]:
    """The rows of 2024 of the indicator's file, by unit."""
    address = f"/hent/enheder.csv?database={database}&periode=2024&emne={emne}&lang=en"
    text = client(store, edition).get(address).get_data().decode("utf-8-sig")
    rows = csv.DictReader(line for line in io.StringIO(text) if not line.startswith("#"))
    wanted = "2023" if emne == "survival_1y" else "2024"
    return {(row["level"], row["unit"]): row for row in rows if row["period"] == wanted}


@pytest.mark.parametrize("edition", ["working", "public"])
@pytest.mark.parametrize("emne", INDICATORS)
def test_a_report_has_the_numbers_of_the_file(synthetic_store, edition, emne):
    rows, compared = of_file(synthetic_store, edition, emne), 0
    names = {"denominator": "denominator", "numerator": "numerator", "missing": "missing",
             "denominator-exclusion": "excluded"}  # fmt: skip
    for one in reports(synthetic_store, edition, emne=emne):
        row = next(row for (_, unit), row in rows.items() if unit == one["subject"]["display"])
        for name, count in counts(one).items():
            if name in names:
                shown = row[names[name]]
                assert count == ("masked" if shown in ("hidden", "") else int(shown)), (name, row)
                compared += 1
        score = one["group"][0].get("measureScore", {})
        limits = {part["url"]: part["valueDecimal"] for outer in score.get("extension", ())
                  for part in outer.get("extension", ())}  # fmt: skip
        for name, value in (
            ("rate", score.get("value")),
            ("lower", limits.get("lower")),
            ("upper", limits.get("upper")),
        ):
            assert ("" if value is None else value) == (float(row[name]) if row[name] not in ("", "hidden") else ""), (
                row
            )
    assert compared > 20


@pytest.mark.parametrize("emne", INDICATORS)
def test_a_report_is_valid_r4(synthetic_store, emne):
    for one in reports(synthetic_store, emne=emne):
        assert all(one[name] in values for name, values in REQUIRED.items())
        assert one["period"]["start"] < one["period"]["end"] and len(one["period"]["end"]) == 10
        group = one["group"][0]
        assert all(("count" in part) != ("_count" in part) for part in group["population"])  # ele-1: value or extension
        for part in [*one["extension"], *group["extension"]]:
            assert part["url"].startswith("http://localhost/") and len(part) == 2  # ext-1: a value or extensions
        url, _, version = one["measure"].partition("|")
        found = client(synthetic_store, "working").get(url.removeprefix("http://localhost"))
        measure = found.get_json()
        Measure.model_validate(measure)
        assert (measure["url"], measure["version"]) == (url, version)
        assert one["meta"]["security"][0]["code"] == "HTEST"  # invented data


def test_whole_cohorts_add_up_and_survival_counts_no_numerator(synthetic_store):
    first = counts(reports(synthetic_store, enhed="DK")[0])
    parts = ("denominator-exclusion", "not-mature", "missing", "denominator")
    assert first["initial-population"] == sum(first[name] for name in parts) > 0
    survived = counts(reports(synthetic_store, emne="survival_1y", enhed="DK")[0])
    assert "numerator" not in survived and survived["denominator"] > 0


def test_what_is_hidden_is_masked_and_nowhere_else(synthetic_store):
    working = reports(synthetic_store)
    shown = {one["subject"]["display"]: one for one in reports(synthetic_store, "public")}
    hidden = [one for one in shown.values() if counts(one)["denominator"] == "masked"]
    assert hidden and len(hidden) < len(shown)
    for one in hidden:
        group = one["group"][0]
        assert group["measureScore"] == {"extension": [{"url": ABSENT, "valueCode": "masked"}]}
        assert {counts(one)[name] for name in ("denominator", "numerator")} == {"masked"}
        assert "count" not in json.dumps(
            [p for p in group["population"] if code(p) in ("denominator", "numerator")]
        ).replace("_count", "")
        assert group["extension"][0]["valueCode"] == "hidden"
    assert all("initial-population" not in counts(one) for one in shown.values()), "it would give the missing away"
    full = {one["subject"]["display"]: counts(one) for one in working}
    for name, one in shown.items():
        told = counts(one)
        assert all(told[part] in ("masked", full[name][part]) for part in told)


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ({"koen": "X"}, 400, "koen"),
        ({"periode": "1900"}, 400, "1900"),
        ({"emne": "nothing"}, 404, "nothing"),
        ({"enhed": "XYZ"}, 404, "DK"),
        ({"database": "ALD", "emne": "anastomotic_leak_30d"}, 404, ""),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_said(synthetic_store, query, status, said):
    answer = asked(synthetic_store, **query)
    assert answer.status_code == status and said in answer.text


def test_the_public_edition_has_no_part_of_the_patients(synthetic_store):
    assert has(FILE)
    assert asked(synthetic_store, "public", koen="F").status_code == 400
    assert asked(synthetic_store, "public", periode="2024-01..2024-06").status_code == 400
    assert asked(synthetic_store, koen="F").status_code == 200


def test_one_unit_and_its_period(synthetic_store):
    found = reports(synthetic_store, enhed="1085")
    assert [one["subject"]["identifier"]["value"] for one in found] == ["1085"]
    assert found[0]["period"] == {"start": "2024-01-01", "end": "2024-12-31"}
    september = reports(synthetic_store, database="DCCG", emne="survival_1y", enhed="DK")[0]
    assert september["period"] == {"start": "2023-01-01", "end": "2023-12-31"}, "of those diagnosed"


@pytest.mark.parametrize("indicator", CATALOGUE[::7], ids=lambda i: i.id)
def test_every_measure_is_valid(synthetic_store, indicator):
    for lang in ("da", "en"):
        found = client(synthetic_store).get(f"{ROOT}/Measure/{indicator.id.replace('_', '-')}?lang={lang}").get_json()
        Measure.model_validate(found)
        assert found["title"] == indicator.title.in_(lang) and found["identifier"][0]["value"] == indicator.id


def test_there_is_no_other_measure(synthetic_store):
    answer = client(synthetic_store).get(f"{ROOT}/Measure/nothing")
    assert answer.status_code == 404 and "mdt-before-treatment" in answer.text
