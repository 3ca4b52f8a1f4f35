"""The public edition by four regions shows nothing that does not follow from its five, on any page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data import reference
from results import quality
from results.department import _case_counts
from results.indicator import reasons
from results.nodes import latest_nodes, nodes
from results.survival import curves as survival
from results.survival.groups import Cohort
from results.view import Edition, View, periods

SHOWN = set[tuple]


@pytest.fixture(scope="module")
def five(synthetic_store):
    snapshot = synthetic_store.current()
    return View(snapshot, Edition("public"), "DCCG", periods(snapshot, "DCCG")[-1])


def merged(name: tuple) -> tuple:
    """The name of a place (…, level, code) by four regions."""
    *rest, level, code = name
    return (*rest, level, reference.merged_region(code) if level in ("region", "group") and code.isdigit() else code)


def check(everything: SHOWN, five: SHOWN, four: SHOWN) -> None:
    """``everything``: all places by five; ``five`` and ``four``: the shown ones."""
    lost = {merged(one) for one in everything - five}
    assert four == {merged(one) for one in everything} - lost
    assert lost and four


def shown(frame) -> tuple[SHOWN, SHOWN]:
    names = list(zip(frame["indicator"], frame["period"], frame["level"], frame["code"], strict=True))
    return set(names), {name for name, gone in zip(names, frame["hidden"], strict=True) if not gone}


@pytest.mark.some(1)
@pytest.mark.parametrize("where", [(), (("sex", "F"),)])
@pytest.mark.parametrize("place", ["treating", "residence"])
def test_results(five, place, where) -> None:
    view = replace(five, place=place, where=where)
    everything, by_five = shown(nodes(view))
    check(everything, by_five, shown(nodes(replace(view, regions=4)))[1])


def test_all_databases(five) -> None:
    everything, by_five = shown(latest_nodes([five]))
    check(everything, by_five, shown(latest_nodes([replace(five, regions=4)]))[1])


def test_volumes_of_departments(five) -> None:
    def known(view: View) -> tuple[SHOWN, SHOWN]:
        rows = [
            (period, "department", code, cases)
            for period, by in _case_counts(view).items()
            for code, cases in by.items()
        ]
        return {row[:3] for row in rows}, {row[:3] for row in rows if row[3] is not None}

    view = replace(five, where=(("sex", "F"), ("stage", "I")))
    everything, by_five = known(view)
    check(everything, by_five, known(replace(view, regions=4))[1])


def test_registration(five) -> None:
    def delays(view: View) -> tuple[SHOWN, SHOWN]:
        rows = quality.delays(view)
        return {(one.level, one.code) for one in rows}, {(one.level, one.code) for one in rows if not one.hidden}

    def filled(view: View) -> tuple[SHOWN, SHOWN]:
        rows = [
            (one.name, "region", code, cell) for one in quality.completeness(view) for code, cell in one.places.items()
        ]
        return {row[:3] for row in rows}, {row[:3] for row in rows if not row[3].hidden}

    small = replace(five, where=(("stage", "IV"), ("sex", "F")))
    for view, known in ((five, delays), (small, filled)):
        everything, by_five = known(view)
        check(everything, by_five, known(replace(view, regions=4))[1])


def test_survival(five) -> None:
    def points(view: View, by: str) -> tuple[SHOWN, SHOWN]:
        found = survival.survival(view, by, "overall", Cohort(2019, 2019))
        rows = [
            (year.years, one.level, one.code, year)
            for one in found.groups
            for year in found.points[(one.level, one.code)]
        ]
        return {row[:3] for row in rows}, {row[:3] for row in rows if row[3].state != survival.HIDDEN}

    for view, by in ((replace(five, where=(("stage", "I"),)), "region"), (five, "department")):
        everything, by_five = points(view, by)
        check(everything, by_five, points(replace(view, regions=4), by)[1])


def test_reasons(five) -> None:
    def known(view: View) -> tuple[SHOWN, SHOWN]:
        rows = reasons.reasons(view, "trial_included").rows
        every = {(row.unit.level, row.unit.code) for row in rows}
        return every, {(row.unit.level, row.unit.code) for row in rows if row.total is not None}

    view = replace(five, database="ALD", period=2022, place="residence")
    everything, by_five = known(view)
    check(everything, by_five, known(replace(view, regions=4))[1])
