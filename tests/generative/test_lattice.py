"""The lattice: whatever a country looks like, linear programming finds no hidden small number, nor that it is small."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from results.publishing.lattice import hide, safe
from tests.support.amount import examples

K = 5
#: Number of patients, missing, fulfilled, not: what a node is made of.
leaf = st.tuples(st.sampled_from((0, 0, 1, 2, 4, 6)), st.integers(0, 14), st.integers(0, 14)).map(
    lambda parts: (sum(parts), *parts)
)
country = st.lists(st.lists(leaf, min_size=1, max_size=5), min_size=1, max_size=5)


def tree_of(regions: list[list[tuple[int, ...]]]) -> tuple[list[tuple[str, str, str]], list[tuple[int, ...]]]:
    def total(rows) -> tuple[int, ...]:
        return tuple(map(sum, zip(*rows, strict=True)))

    places, parts = [("nation", "", "")], [total([total(leaves) for leaves in regions])]
    for number, leaves in enumerate(regions):
        places.append(("region", str(number), str(number)))
        parts.append(total(leaves))
        for at, one in enumerate(leaves):
            places.append(("department", str(number), f"{number}-{at}"))
            parts.append(one)
    return places, parts


def bounds(places, parts, known: list[bool], target: tuple[int, int]) -> tuple[float, float]:
    """The least and the most that part ``target`` (node, column) can be, by linear programming over the departments.

    Known nodes show their parts; of the others nothing is known but that parents are sums and numbers are not negative.
    """
    leaves = [i for i, place in enumerate(places) if place[0] == "department"]
    column = target[1]

    def row(i: int) -> list[float]:
        level, region, _ = places[i]
        return [float(level == "nation" or (level == "region" and places[j][1] == region) or i == j) for j in leaves]

    shown = [i for i in range(len(places)) if known[i]]
    found = []
    for sign in (1, -1):
        solved = linprog(
            [sign * value for value in row(target[0])],
            A_eq=[row(i) for i in shown] or None,
            b_eq=[parts[i][column] for i in shown] or None,
        )
        found.append(np.inf if solved.status == 3 else sign * solved.fun)
    return found[0], found[1]


def assert_protected(places, parts, gone, known) -> None:
    for i, values in enumerate(parts):
        if known[i]:
            continue
        for column, value in enumerate(values):
            if 0 < value < K:
                low, high = bounds(places, parts, known, (i, column))
                assert high >= K - 1e-6, f"{places[i]} {values}: part {column} is at most {high}"
                assert high - low > 1e-6, f"{places[i]} {values}: part {column} is {low}"


@settings(max_examples=examples(60), deadline=None)
@given(country)
def test_no_small_number_and_that_none_is_small_follows(regions) -> None:
    places, parts = tree_of(regions)
    gone = hide(places, parts, K)
    for i, values in enumerate(parts):
        assert gone[i] or safe(values, K), f"{places[i]} {values} is shown"
    assert_protected(places, parts, gone, [not one for one in gone])


@settings(max_examples=examples(40), deadline=None)
@given(country, st.data())
def test_nor_does_it_for_who_knows_a_department_in_full(regions, data) -> None:
    places, parts = tree_of(regions)
    gone = hide(places, parts, K)
    own = data.draw(st.sampled_from([i for i, place in enumerate(places) if place[0] == "department"]))
    known = [not one or i == own for i, one in enumerate(gone)]
    own_alone = {i for i, place in enumerate(places) if place[0] == "region" and place[1] == places[own][1]
                 and sum(one[0] == "department" and one[1] == place[1] for one in places) == 1}  # fmt: skip
    if not own_alone:  # the only department of a region knows the region too
        assert_protected(places, parts, gone, known)


@settings(max_examples=examples(60), deadline=None)
@given(country, st.data())
def test_what_is_hidden_for_another_reason_does_not_follow_either(regions, data) -> None:
    places, parts = tree_of(regions)
    forced = data.draw(st.sets(st.sampled_from(range(1, len(places))), max_size=3))
    gone = hide(places, parts, K, forced)
    known = [not one for one in gone]
    for i in forced:
        assert gone[i] or not any(parts[i]), "who has no patients has nothing to hide"
        for column, value in enumerate(parts[i]):
            if value:
                low, high = bounds(places, parts, known, (i, column))
                assert high - low > 1e-6, f"{places[i]} {parts[i]}: part {column} is {low}"


@given(country)
def test_a_country_without_small_numbers_is_shown_whole(regions) -> None:
    places, parts = tree_of([[tuple(10 * value for value in one) for one in leaves] for leaves in regions])
    assert not hide(places, parts, K).any()


@pytest.mark.parametrize("k", (3, 5, 10))
def test_the_threshold_decides(k) -> None:
    places, parts = tree_of([[(k - 1, 0, k - 1, 0), (40, 0, 20, 20), (40, 0, 20, 20), (50, 0, 25, 25)]])
    gone = hide(places, parts, k)
    assert gone[2] and gone.sum() == 3
    places, parts = tree_of([[(k, 0, k, 0), (40, 0, 20, 20), (40, 0, 20, 20), (50, 0, 25, 25)]])
    assert not hide(places, parts, k).any()
