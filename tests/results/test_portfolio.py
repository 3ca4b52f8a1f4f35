"""Standards met by database, region and year are counted as on the overview of that database and year."""

from __future__ import annotations

import pytest

from results import hospital
from results.across import kind_of, tally
from results.audit import overview
from results.portfolio import by_hospital, portfolio
from results.view import Edition, View
from words.overview import tally_of

COUNTED = ("met", "uncertain", "not_met", "hidden", "target", "no_standard")


def counts(one) -> dict[str, int]:
    return {name: getattr(one, name) for name in COUNTED}


@pytest.mark.parametrize("edition", ["working", "public"])
def test_every_year_is_that_of_the_overview(synthetic_store, edition):
    """The country, and one region, of every database in three years: sites with standards of their own among them."""
    snapshot = synthetic_store.current()
    rows = portfolio(View(snapshot, Edition(edition), "DCCG", 2024))
    assert {one.database for one in rows} == set(snapshot.databases)
    known = {(one.database, one.region, one.period): one.tally for one in rows}
    for database in snapshot.databases:
        for period in (2020, 2022, 2024):
            seen = overview(View(snapshot, Edition(edition), database, period))
            assert counts(known[database, "", period]) == counts(tally_of(seen)), (database, period)
            cells = [(row, {unit.code: cell for unit, cell in row.regions}) for row in seen]
            region = tally(
                kind_of(found["1084"].state, row.is_target)
                for row, found in cells
                if row.not_reported is None and "1084" in found
            )
            assert counts(known[database, "1084", period]) == counts(region), (database, period)


def test_there_is_a_row_for_every_year_and_region(synthetic_store):
    rows = portfolio(View(synthetic_store.current(), Edition(), "DCCG", 2024))
    of = [one for one in rows if one.database == "DCCG"]
    assert len({(one.region, one.period) for one in of}) == len(of)
    assert {one.period for one in of if not one.region} == set(range(2018, 2026))
    assert len({one.region for one in of}) == 6


@pytest.mark.parametrize("edition", ["working", "public"])
def test_a_hospitals_row_is_its_own_page(synthetic_store, edition):
    view = View(synthetic_store.current(), Edition(edition), "DCCG", 2024)
    rows = by_hospital(view)
    assert len(rows) > 10
    for one in rows[::3]:
        table = hospital.table(view, one.place)
        assert one.tally == table.verdicts, one.place.name
        assert list(one.databases) == list(dict.fromkeys(column.database for column in table.columns))
    assert any(one.tally.hidden for one in rows) == (edition == "public")
