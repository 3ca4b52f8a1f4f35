"""Hospitals and regions compared: the command's own numbers, the same in both editions, nothing of a hidden part."""

from __future__ import annotations

import datetime as dt

import pytest

from data.period import parsed
from data.selection import Selection
from indicators.catalogue import BY_ID
from indicators.engine import table
from results import department as data
from results.compare.departments import shows_patients, side_by_side, survival_by_unit, survives
from results.compare.peers import likeness
from results.compare.units import cases_of, departments_of, listed, mix_of, rows_of, unit_of
from results.view import Edition, View


@pytest.fixture(scope="module")
def snapshot(synthetic_store):
    return synthetic_store.current()


def view_of(snapshot, edition: str = "working", database: str = "DCCG", **choices) -> View:
    return View(snapshot, Edition(edition), database, 2024, **choices)


def several(view: View):
    """The hospitals with more than one department in the database."""
    return [one for one in listed(view, "hospital") if len(departments_of(view, one)) > 1]


@pytest.mark.parametrize(("level", "by"), [("hospital", "hospital"), ("region", "treating_region")])
@pytest.mark.parametrize("where", [(), (("sex", "F"),)])
def test_the_numbers_are_the_commands(snapshot, level, by, where):
    view, seen = view_of(snapshot, where=where), 0
    units = several(view)[:2] if level == "hospital" else listed(view, level)[:2]
    assert units
    for unit in units:
        for row in rows_of(view, unit):
            id, cell = row.indicator.id, row.now
            if row.site or cell.rate is None or row.indicator.groups:
                continue
            cohort = 2024 - row.indicator.survival_years
            chosen = Selection((by,), where, dt.date(cohort, 1, 1), dt.date(cohort + 1, 1, 1))
            found = table(snapshot, "DCCG", BY_ID[id], chosen).set_index(by)
            wanted = found.loc[unit.hospital if level == "hospital" else unit.code]
            assert (cell.rate, cell.lower, cell.upper) == pytest.approx(
                tuple(wanted[name] for name in ("rate", "lower", "upper")), abs=1e-12
            ), (unit.code, id)
            assert cell.denominator == wanted["denominator"], (unit.code, id)
            seen += 1
    assert seen > 15


def test_a_hospital_of_one_department_is_that_department(snapshot):
    view = view_of(snapshot, "public")
    for unit in listed(view, "hospital"):
        codes = departments_of(view, unit)
        if len(codes) == 1:
            own = {(row.indicator.id, row.site): row.own for row in data.compare(view, data.department(view, codes[0]))}
            assert {(row.indicator.id, row.site): row.own for row in rows_of(view, unit)} == own


def test_a_hospital_shows_nothing_that_a_hidden_department_could_be_worked_out_from(snapshot):
    view, hidden, shown = view_of(snapshot, "public"), 0, 0
    for unit in several(view):
        parts = [{(row.indicator.id, row.site): row.own for row in data.compare(view, data.department(view, code))}
                 for code in departments_of(view, unit)]  # fmt: skip
        for row in rows_of(view, unit):
            for period, cell in row.own.items():
                cells = [part[row.indicator.id, row.site][period] for part in parts
                         if (row.indicator.id, row.site) in part]  # fmt: skip
                if any(one.hidden for one in cells):
                    assert cell.hidden and cell.rate is None and cell.denominator is None
                    hidden += 1
                elif cell.rate is not None:
                    assert cell.denominator == sum(one.denominator for one in cells)
                    shown += 1
                if any(one.missing_hidden for one in cells):
                    assert cell.missing is None
    assert hidden and shown
    assert not shows_patients(view, "hospital") and not shows_patients(view, "region")
    assert all(one.own is None for unit in several(view)[:1] for mix in mix_of(view, unit) for one in mix.shares)


def test_patients_and_survival_of_a_hospital_are_its_departments_together(snapshot):
    view = view_of(snapshot)
    one, five = survival_by_unit(view, "hospital")
    for unit in several(view):
        codes = departments_of(view, unit)
        parts = [data.volumes(view, data.department(view, code), (2024,))[2024] for code in codes]
        assert cases_of(view, unit) == sum(parts)
        group = survives(five, unit)
        apart = survival_by_unit(view, "department")[1]
        groups = [survives(apart, data.department(view, code)) for code in codes]
        cases = [apart.point(each, 0).cases for each in groups if each is not None]
        assert (five.point(group, 0).cases if group is not None else 0) == sum(cases)
    for region in listed(view, "region"):
        assert survives(one, region) is None and survives(survival_by_unit(view, "region")[0], region) is not None
    total = sum(cases_of(view, region) for region in listed(view, "region"))
    assert 0 < total <= data.national_volume(view, 2024)


def test_regions_are_divided_as_the_reader_chose(snapshot):
    four = view_of(snapshot, regions=4)
    assert len(listed(four, "region")) == 4 and unit_of(four, "region", "1085") is None
    merged = unit_of(four, "region", "1086")
    homes = {data.department(view_of(snapshot), code).region for code in departments_of(four, merged)}
    assert homes == {"1084", "1085"}
    rows = side_by_side(four, listed(four, "region"))
    assert all(row.own == row.region for one in rows for row in one.rows if row is not None)


def test_who_is_like_a_hospital(snapshot):
    view = view_of(snapshot)
    unit = next(one for one in listed(view, "hospital") if (cases_of(view, one) or 0) >= 10)
    alike = likeness(view, unit)
    assert {one.unit.level for one in alike.peers} == {"hospital"} and unit not in [one.unit for one in alike.peers]
    assert [one.distance for one in alike.peers] == sorted(one.distance for one in alike.peers)
    assert likeness(view, listed(view, "region")[0]).why == "regions"
    assert likeness(view_of(snapshot, "public"), unit).why == "hidden"


def test_any_months_are_counted_for_hospitals(newest_store):
    view = View(newest_store.current(), Edition(), "DCCG", parsed("2026K2"))
    unit = several(view)[0]
    for row in rows_of(view, unit):
        parts = [one.now for code in departments_of(view, unit)
                 for one in data.compare(view, data.department(view, code))
                 if (one.indicator.id, one.site) == (row.indicator.id, row.site)]  # fmt: skip
        assert row.now.denominator == sum(one.denominator for one in parts), row.indicator.id
