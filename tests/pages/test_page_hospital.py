"""A hospital's page holds what its departments' own pages hold, in both editions, and says where nothing is."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from results import department as departments
from results import hospital as data
from results.places import hospitals
from results.view import Edition, View, default_period
from tests.support.amount import examples
from tests.support.clients import client
from words import format as fmt


def view_of(store, edition: str) -> View:
    snapshot = store.current()
    return View(snapshot, Edition(edition), "DCCG", default_period(snapshot, "DCCG"))


@pytest.mark.parametrize("edition", ["working", "public"])
def test_every_cell_is_that_of_the_department(synthetic_store, edition):
    view, seen, hidden = view_of(synthetic_store, edition), 0, 0
    for place in hospitals(view.snapshot)[::4]:
        for column in data.table(view, place).columns:
            at = replace(view, database=column.database, period=column.view.period)
            unit = departments.department(at, column.department.code)
            own = {(row.indicator.id, row.site): row.now for row in departments.compare(at, unit)}
            for key, cell in column.cells.items():
                assert cell == own[key], f"{place.code} {column.department.code} {key}"
                seen += 1
                hidden += cell.hidden
            shown = {key for key, cell in own.items() if cell.denominator or cell.missing or cell.hidden}
            assert shown <= set(column.cells)
    assert seen > 100 and (hidden > 0) == (edition == "public")


def test_page_and_file_hold_the_same(synthetic_store):
    asking = client(synthetic_store)
    page = asking.get("/hospital/slagelse")
    assert page.status_code == 200
    text = asking.get("/hent/hospital.csv?emne=slagelse").text
    rows = list(csv.DictReader(io.StringIO(text[text.index("\nDatabase;") + 1 :]), delimiter=";"))
    assert len(rows) > 10
    for row in rows:
        if row["Andel"]:
            share = float(row["Andel"].replace(",", "."))
            assert f"<span>{fmt.percent_number(share, 1, 'da')}</span>" in page.text, row
    assert asking.get("/hospital/slagelse?koen=F").text.count("bruges ikke her") == 1


def test_an_unknown_hospital_is_404_and_every_hospital_answers(synthetic_store):
    for edition in ("working", "public"):
        asking = client(synthetic_store, edition)
        assert asking.get("/hospital/atlantis").status_code == 404
        assert asking.get("/hent/hospital.csv?emne=atlantis").status_code == 404
        for place in hospitals(synthetic_store.current())[:: examples(6, 18)]:
            for query in ("", "?lang=en", "?regioner=4")[: examples(3, 2)]:
                assert asking.get(f"/hospital/{place.code}{query}").status_code == 200, place.code


def test_waits_are_those_of_its_departments(waits_store):
    snapshot = waits_store.current()
    view = View(snapshot, Edition(), "DCCG", default_period(snapshot, "DCCG"))
    found = [(place, data.waits(view, place, ("treatment", "examination"))) for place in hospitals(snapshot)]
    sql = """SELECT count(*) AS n FROM waits w JOIN units u ON u.code = w.department
             WHERE u.hospital = $hospital AND w.leg = 'treatment'"""
    some = 0
    for place, legs in found:
        there = sum(snapshot.query(code, sql, {"hospital": place.name})["n"][0] for code in ("DCCG", "DLCR"))
        for one in legs:
            some += one.waiting
            assert one.over + one.booked_over <= one.waiting
            if one.leg == "treatment":
                assert one.waiting <= there
    assert some > 0
