"""The interface for programs: the same tables as the files, in the same edition, typed."""

from __future__ import annotations

import csv
import io
import re

import pytest

from exports.registry import _EXPORTS
from layouts.frame import public
from server import api
from tests.support.clients import client

#: Files of one subject, and of data that the store has not: asked for elsewhere (tests/pages/test_files.py).
ADDRESSES = ["overblik", "variation", "enheder?emne=mdt_before_treatment", "rkkp?emne=mdt_before_treatment"]


def asked(store, address: str, edition: str = "working"):
    return client(store, edition).get(f"{api.ROOT}/tables/{address}")


@pytest.mark.parametrize("edition", ["working", "public"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_table_has_the_cells_of_its_file(synthetic_store, address, edition):
    name, _, query = address.partition("?")
    made = asked(synthetic_store, f"{name}?lang=en&{query}", edition)
    if edition == "public" and name not in public.FILES:
        assert made.status_code == 404
        return
    assert made.status_code == 200 and made.mimetype == "application/json"
    assert made.headers["Cache-Control"] == "no-store"
    said = made.get_json()
    file = client(synthetic_store, edition).get(f"/hent/{name}.csv?lang=en&{query}").get_data().decode("utf-8-sig")
    lines = [line for line in file.splitlines() if not line.startswith("#")]
    head, *rows = list(csv.reader(io.StringIO("\n".join(lines))))
    assert len(said["rows"]) == len(rows) > 0
    stamp = {line[2:].partition(": ")[0] for line in file.splitlines() if line.startswith("# ") and ": " in line}
    assert set(said["stamp"]) <= stamp
    names, compared = [one["name"] for one in said["columns"]], 0
    for row, cells in zip(said["rows"], rows, strict=True):
        assert list(row) == [one["key"] for one in said["columns"]]
        for column, value in zip(said["columns"], row.values(), strict=True):
            if column["name"] not in head or names.count(column["name"]) > 1:
                continue  # a part of a printed column
            cell = cells[head.index(column["name"])].removeprefix("'")
            if isinstance(value, dict) and "absent" in value:
                assert cell in ("hidden", "not reported")
            elif isinstance(value, float):
                assert float(cell) == value
            elif isinstance(value, int) and not isinstance(value, bool):
                assert cell == str(value)
            elif isinstance(value, str):
                assert cell == value
            compared += value is not None
    assert compared > len(rows)


def test_what_is_hidden_is_said_and_has_no_number(synthetic_store):
    seen = asked(synthetic_store, "enheder?emne=mortality_30d&database=DaBlaCa", "public").get_json()
    absent = [v for row in seen["rows"] for v in row.values() if isinstance(v, dict) and "absent" in v]
    assert absent and all(one["absent"] in ("hidden", "not_reported") for one in absent)


def test_keys_are_the_same_in_both_languages(synthetic_store):
    tables = [asked(synthetic_store, f"overblik?lang={lang}").get_json() for lang in ("da", "en")]
    keys = [[one["key"] for one in table["columns"]] for table in tables]
    assert keys[0] == keys[1] and len(set(keys[0])) == len(keys[0])


def test_csv_is_the_file(synthetic_store):
    file = client(synthetic_store).get("/hent/overblik.csv").get_data()
    assert asked(synthetic_store, "overblik.csv").get_data() == file


@pytest.mark.parametrize(
    ("address", "status"),
    [("overblik?koen=X", 400), ("overblik?periode=1900", 400), ("nowhere", 404), ("overblik.exe", 404),
     ("enheder?emne=nothing", 404)],
)  # fmt: skip
def test_what_there_is_not_is_refused(synthetic_store, address, status):
    assert asked(synthetic_store, address).status_code == status


def test_nothing_is_written(synthetic_store):
    for path in ("/", "/openapi.json", "/tables/overblik"):
        assert client(synthetic_store).post(f"{api.ROOT}{path}", json={}).status_code == 405


def test_every_table_is_described_and_listed(synthetic_store):
    described = client(synthetic_store).get(f"{api.ROOT}/openapi.json").get_json()
    listed = client(synthetic_store).get(f"{api.ROOT}/").get_json()["tables"]
    assert {one["name"] for one in listed} == set(_EXPORTS)
    assert set(described["paths"]) == {f"{one['url']}{end}" for one in listed for end in ("", ".csv")}
    ids = [one["get"]["operationId"] for one in described["paths"].values()]
    assert len(set(ids)) == len(ids) and all(re.fullmatch(r"\w+", one) for one in ids)
    assert described["openapi"] == "3.1.0"
