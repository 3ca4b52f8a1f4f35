"""One department's results: the engine's numbers, the treating region, distributions that hide what they must."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.selection import Selection
from indicators.catalogue import BY_ID
from indicators.engine import table
from results.across import GRADED, graded_kind
from results.department import case_mix, compare, databases_of, department, listing, protect_distribution, volumes
from results.view import Edition, View

PUBLIC = Edition("public", 5)
YEARS = (2023, 2024, 2025)


@pytest.fixture(scope="module")
def snapshot(mdt):
    return mdt.current()


@pytest.fixture(scope="module")
def view(snapshot):
    return View(snapshot, Edition(), "DCCG", 2025)


def row(view, code, id="mdt_before_treatment"):
    return next(one for one in compare(view, department(view, code)) if one.indicator.id == id)


def test_the_numbers_are_the_commands(view):
    one = row(view, "SLA-KIR")
    for year in YEARS:
        period = (dt.date(year, 1, 1), dt.date(year + 1, 1, 1))
        for cells, where in (
            (one.own, (("department", "SLA-KIR"),)),
            (one.region, (("treating_region", "1085"),)),
            (one.nation, ()),
        ):
            expected = table(view.snapshot, "DCCG", BY_ID[one.indicator.id], Selection((), where, *period)).iloc[0]
            cell = cells[year]
            assert (cell.numerator, cell.denominator, cell.missing) == tuple(
                int(expected[name]) for name in ("numerator", "denominator", "missing")
            )
            assert (cell.rate, cell.lower, cell.upper) == tuple(expected[name] for name in ("rate", "lower", "upper"))


def test_departments_are_of_their_treating_region_whatever_is_chosen(view):
    residence = replace(view, place="residence")
    assert compare(residence, department(residence, "SLA-KIR")) == compare(view, department(view, "SLA-KIR"))
    assert listing(residence) == listing(view)


def test_the_list_counts_cases_and_verdicts(view):
    regions = {code: members for code, _, members in listing(view).regions}
    assert list(regions) == ["1084", "1085", "1081"]  # the fixed order
    slagelse = regions["1085"][0]
    assert slagelse.cases == 100
    rows = compare(view, slagelse.unit)
    kinds = [one.kind for one in rows] + [graded_kind(one.now) for one in rows if one.kind == "uncertain"]
    for name in ("met", "uncertain", "not_met", "no_standard", "target", *GRADED):
        assert getattr(slagelse.verdicts, name) == kinds.count(name), name
    merged = listing(replace(view, regions=4)).regions
    assert [code for code, _, _ in merged] == ["1086", "1081"]


@pytest.mark.parametrize("edition", [Edition(), PUBLIC])
def test_a_choice_that_no_patient_fits_has_no_verdicts(view, edition):
    nobody = replace(view, edition=edition, where=(("age_group", "0-44"), ("stage", "IV")))
    assert [code for code, _, members in listing(nobody).regions if any(one.verdicts.judged for one in members)] == []
    assert compare(nobody, department(nobody, "SLA-KIR")) == ()


def test_volumes_are_a_tree_in_the_public_edition(view, snapshot):
    public = replace(view, edition=PUBLIC)
    assert volumes(view, department(view, "HJO-KIR"), YEARS) == {2023: 22, 2024: 23, 2025: 4}
    # Hjørring's four are small; Aalborg is its only neighbour and would give them away.
    assert volumes(public, department(public, "HJO-KIR"), YEARS) == {2023: 22, 2024: 23, 2025: None}
    assert volumes(public, department(public, "AAL-KIR"), YEARS)[2025] is None
    assert volumes(public, department(public, "SLA-KIR"), YEARS)[2025] == 100


def test_a_department_with_hidden_cases_shows_none_of_its_mix(view):
    public = replace(view, edition=PUBLIC)
    for code in ("HJO-KIR", "AAL-KIR"):
        shares = [share for mix in case_mix(public, department(public, code)) for share in mix.shares]
        assert shares and all(share.own_count is None and share.own is None for share in shares)
        hidden = [one.now for one in compare(public, department(public, code))
                  if one.indicator.id in ("stage_known", "variables_complete")]  # fmt: skip
        assert all(cell.hidden for cell in hidden)  # cases x variables tell the cases too


def test_the_mix_adds_up_and_is_of_the_period(view):
    for mix in case_mix(view, department(view, "SLA-KIR")):
        assert sum(share.own_count for share in mix.shares) == 100
        assert sum(share.nation for share in mix.shares) == pytest.approx(1)
    women = replace(view, where=(("sex", "F"),))
    ages = case_mix(women, department(women, "SLA-KIR"))[0]
    assert sum(share.own_count for share in ages.shares) == 50


counts = st.dictionaries(st.sampled_from(["", "a", "b", "c", "d"]), st.integers(0, 20), min_size=2)


@given(counts)
def test_a_hidden_category_does_not_follow(counts):
    shown = protect_distribution(counts, PUBLIC)
    hidden = {name: counts[name] for name, value in shown.items() if value is None}
    assert all(value is None or not 0 < value < 5 for value in shown.values())
    total = sum(hidden.values())
    known = {name for name, count in counts.items() if name and count}
    if hidden and len(known) > 1:
        assert total >= 5 or set(hidden) >= known
    # What is not registered is told by another indicator too: the registered ones hide each other without it.
    registered = sum(count for name, count in hidden.items() if name)
    assert registered == 0 or registered >= 5 or set(hidden) >= known


def test_not_registered_is_no_cover():
    # Stage I is small; the six not registered are told by 'stage known', so another stage must cover it.
    shown = protect_distribution({"I": 3, "II": 50, "III": 60, "": 6}, PUBLIC)
    assert shown == {"I": None, "II": None, "III": 60, "": 6}
    assert protect_distribution({"I": 30, "II": 50, "": 2}, PUBLIC) == {"I": None, "II": 50, "": None}
    assert protect_distribution({"I": 3, "": 0}, Edition()) == {"I": 3, "": 0}


def test_where_a_department_is_counted(view):
    assert databases_of(view, "SLA-KIR") == ("DCCG",)
    assert databases_of(view, "NAE-LUN") == ()
    assert department(view, "NOPE") is None
