"""The departments most alike: a second program finds the same distances, and what is hidden counts for nobody."""

from __future__ import annotations

import math
from itertools import combinations, product
from statistics import pstdev

import pytest

from data.store import Store
from results import department as data
from results.compare import peers
from results.compare.peers import DepartmentProfile, distance, likeness, profiles, spread
from results.view import Edition, View, default_period


def view(store: Store, edition: str, **choices) -> View:
    snapshot = store.current()
    return View(snapshot, Edition(edition), "DCCG", default_period(snapshot, "DCCG"), **choices)


def naive(there: View) -> dict[tuple[str, str], float]:
    """(department, department) → distance, from the tables of the departments' own pages."""
    rows = {}
    for code, _ in data.active_units(there):
        unit = data.department(there, code)
        cases = data.volumes(there, unit, (there.period,))[there.period]
        if cases is not None and cases >= 10:
            rows[code] = (unit.kind, math.log(cases), data.case_mix(there, unit))

    def share(code: str, variable: int, category: int) -> float | None:
        return rows[code][2][variable].shares[category].own

    found = {}
    for one, two in product(rows, rows):
        if one == two:
            continue
        mixes = []
        for variable, mix in enumerate(rows[one][2]):
            squares = []
            for category, there_is in enumerate(mix.shares):
                everyone = [share(code, variable, category) for code in rows]
                deviation = pstdev([value for value in everyone if value is not None] or [0.0])
                pair = share(one, variable, category), share(two, variable, category)
                if there_is.category == "" or None in pair or deviation < 1e-9:
                    continue
                squares.append(((pair[0] - pair[1]) / deviation) ** 2)
            if squares:
                mixes.append(sum(squares) / len(squares))
        parts = [((rows[one][1] - rows[two][1]) / pstdev([row[1] for row in rows.values()])) ** 2]
        if mixes:
            parts.append(sum(mixes) / len(mixes))
        if rows[one][0] and rows[two][0]:
            parts.append(2.0 if rows[one][0] != rows[two][0] else 0.0)
        found[one, two] = math.sqrt(sum(parts) / len(parts))
    return found


@pytest.mark.parametrize(("edition", "where"), [("working", (("sex", "F"),)), ("public", ())])
def test_a_second_program_finds_the_same(synthetic_store, edition, where):
    there = view(synthetic_store, edition, where=where)
    expected = naive(there)
    everyone, _ = profiles(there)
    assert len(everyone) > 5
    found = {
        (one.unit.code, peer.unit.code): peer.distance for one in everyone for peer in likeness(there, one.unit).peers
    }
    assert found.keys() == expected.keys()
    for pair, value in found.items():
        assert value == pytest.approx(expected[pair], abs=1e-9), pair
        assert value == found[pair[::-1]]


def test_the_most_alike_come_first_and_always_in_the_same_order(synthetic_store):
    there = view(synthetic_store, "working")
    for one in profiles(there)[0]:
        found = likeness(there, one.unit).peers
        assert [peer.distance for peer in found] == sorted(peer.distance for peer in found)
        assert one.unit.code not in {peer.unit.code for peer in found}
    again = peers._profiles(there)  # without what is remembered
    assert again == profiles(there)


def test_in_the_public_edition_only_what_is_shown_counts(synthetic_store):
    there = view(synthetic_store, "public")
    everyone, partly = profiles(there)
    hidden = 0
    for one in everyone:
        for mix in data.case_mix(there, one.unit):
            for share in mix.shares:
                key = (mix.variable, share.category)
                if share.own is None:
                    hidden += 1
                    assert key not in one.shares
    assert hidden and partly, "nothing is hidden here: the test shows nothing"
    assert not profiles(view(synthetic_store, "working"))[1]


def test_few_cases_are_like_nobody(mdt):
    # In the public edition the other department of its region is hidden with it.
    for edition, why, near in (("working", "few", {"HER-KIR", "AAL-KIR"}), ("public", "hidden", {"HER-KIR"})):
        there = view(mdt, edition)
        small = data.department(there, "HJO-KIR")  # four cases
        assert likeness(there, small).why == why and not likeness(there, small).peers
        others = likeness(there, data.department(there, "SLA-KIR"))
        assert {one.unit.code for one in others.peers} == near


def made(kind: str, cases: int, women: float) -> DepartmentProfile:
    unit = data.DepartmentUnit(f"{kind}-{cases}-{women}", "", "", "", "", kind)
    return DepartmentProfile(
        unit, cases, {("sex", "F"): women, ("sex", "M"): 1 - women, ("age_group", "85+"): 0.1}, kind
    )


def test_what_counts():
    same, other, large = made("surgery", 100, 0.5), made("oncology", 100, 0.5), made("surgery", 200, 0.5)
    women = made("surgery", 100, 0.7)
    everyone = (same, other, large, women)
    spreads = spread(everyone)
    assert distance(same, same, spreads) == 0
    assert distance(same, other, spreads) == pytest.approx(math.sqrt(2 / 3))
    # A department twice as large is as far away as one half as large.
    twice, half = made("surgery", 400, 0.5), made("surgery", 100, 0.5)
    both = spread((twice, large, half))
    assert distance(large, twice, both) == pytest.approx(distance(large, half, both))
    # What one of two does not show says nothing of them.
    bare = DepartmentProfile(women.unit, 100, {}, "surgery")
    assert distance(same, bare, spreads) == 0 < distance(same, women, spreads)
    unknown = DepartmentProfile(other.unit, 100, same.shares, "")
    assert distance(same, unknown, spreads) == 0
    # Squared differences of a standardised number are 2 on average over all pairs.
    volumes = [(math.log(one.cases) / spreads["", ""]) for one in everyone]
    pairs = [(a - b) ** 2 for a, b in combinations(volumes, 2)]
    assert 2 * sum(pairs) / len(everyone) ** 2 == pytest.approx(2)
