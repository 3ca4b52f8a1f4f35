"""The door: whatever tree of counts comes, no unsafe cell follows from what the public edition shows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data import reference
from results.disclosure import hide_siblings, hide_tree, protect, protect_count, protect_parts, protect_view, unsafe
from results.view import Edition, View
from tests.support.amount import examples

K = 5
PUBLIC, WORKING = Edition("public", K), Edition("working")

small = st.integers(0, 12)
leaf = st.tuples(small, small).map(lambda pair: (max(pair), min(pair), max(pair) - min(pair)))
country = st.lists(st.lists(leaf, min_size=1, max_size=5), min_size=1, max_size=5)


def tree_of(regions: list[list[tuple[int, int, int]]]) -> tuple[list[tuple[str, str]], list[tuple[int, ...]]]:
    """The nodes (level, region) and counts of a country, parents as sums."""

    def total(rows: list[tuple[int, ...]]) -> tuple[int, ...]:
        return tuple(map(sum, zip(*rows, strict=True)))

    tree, counts = [("nation", "")], [total([total(leaves) for leaves in regions])]
    for number, leaves in enumerate(regions):
        tree.append(("region", str(number)))
        counts.append(total(leaves))
        for one in leaves:
            tree.append(("department", str(number)))
            counts.append(one)
    return tree, counts


def determined(tree: list[tuple[str, str]], shown: list[bool]) -> list[bool]:
    """Which nodes follow by linear algebra from the shown ones: its row lies in the space of the shown rows."""
    leaves = [i for i, (level, _) in enumerate(tree) if level == "department"]

    def row(i: int) -> np.ndarray:
        level, region = tree[i]
        return np.array([level == "nation" or (level == "region" and tree[j][1] == region) or i == j for j in leaves])

    known = np.array([row(i) for i in range(len(tree)) if shown[i]], dtype=float)
    if not len(known):
        return [False] * len(tree)
    rank = np.linalg.matrix_rank(known)
    return [np.linalg.matrix_rank(np.vstack([known, row(i).astype(float)])) == rank for i in range(len(tree))]


@settings(max_examples=examples(400), deadline=None)
@given(country)
def test_no_unsafe_cell_follows_from_the_shown_ones(regions) -> None:
    tree, counts = tree_of(regions)
    gone = hide_tree(tree, counts, K)
    follows = determined(tree, [not one for one in gone])
    for i, values in enumerate(counts):
        if unsafe(values, K):
            assert gone[i], f"{tree[i]} {values} is shown"
            assert not follows[i], f"{tree[i]} {values} follows from the others"


@settings(max_examples=examples(200), deadline=None)
@given(country)
def test_what_the_hidden_departments_of_a_shown_region_add_up_to_is_safe(regions) -> None:
    tree, counts = tree_of(regions)
    gone = hide_tree(tree, counts, K)
    for at, (level, region) in enumerate(tree):
        if level == "region" and not gone[at]:
            hidden = [counts[i] for i, node in enumerate(tree) if node == ("department", region) and gone[i]]
            if hidden:
                assert not unsafe(map(sum, zip(*hidden, strict=True)), K)


@given(country)
def test_a_country_without_small_counts_is_shown_whole(regions) -> None:
    large = [[(3 * K * (a + 1), K * (a + 1), 2 * K * (a + 1)) for a, _, _ in leaves] for leaves in regions]
    tree, counts = tree_of(large)
    assert hide_tree(tree, counts, K) == [False] * len(tree)


@given(country)
def test_same_denominators_hide_the_same_for_them(regions) -> None:
    """Two indicators over the same patients: a denominator hidden in one may not follow from the other's."""
    other = [[(n, n, 0) for n, _, _ in leaves] for leaves in regions]
    tree, counts = tree_of(regions)
    _, others = tree_of(other)
    first, second = hide_tree(tree, counts, K), hide_tree(tree, others, K)
    shown = [not (a and b) for a, b in zip(first, second, strict=True)]
    for i, follows in enumerate(determined(tree, shown)):
        if unsafe(counts[i][:1], K):
            assert not follows


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([(4,), (50,), (60,)], {0, 1}),  # one small cell takes the smallest other with it
        ([(4,), (4,), (60,)], {0, 1}),  # two that add up to a safe sum are enough
        ([(1,), (3,), (60,), (70,)], {0, 1, 2}),  # 1 + 3 = 4 is not
        ([(0,), (50,)], set()),  # zero needs no protection
        ([(5,), (50,)], set()),  # the threshold itself is shown
        ([(4,)], {0}),
    ],
)
def test_siblings(counts, hidden) -> None:
    assert hide_siblings(dict(enumerate(counts)), K) == hidden


def frame(regions) -> pd.DataFrame:
    tree, counts = tree_of(regions)
    rows = []
    for number, ((level, region), (n, x, _)) in enumerate(zip(tree, counts, strict=True)):
        rows.append(
            {"indicator": "i", "period": 1, "level": level, "region": region, "code": f"{number}", "population": n + 1}
            | {"not_mature": 0, "excluded": 0, "missing": 1, "denominator": n, "numerator": x, "events": x}
            | {"rate": 0.5, "lower": 0.4, "upper": 0.6}
        )
    return pd.DataFrame(rows)


def test_protect_empties_every_value_of_a_hidden_cell() -> None:
    nodes = protect(frame([[(40, 20, 20), (40, 2, 38), (60, 30, 30)]]), PUBLIC)
    hidden = nodes[nodes["hidden"]]
    assert len(hidden) == 2
    assert hidden[["denominator", "numerator", "events", "rate", "lower", "upper"]].isna().all(axis=None)
    assert nodes["population"].isna().all()
    assert nodes["missing"].isna().all()  # 1 everywhere: too few to tell, too few to add up


def test_the_working_edition_hides_nothing() -> None:
    before = frame([[(40, 2, 38), (3, 1, 2)]])
    after = protect(before, WORKING)
    pd.testing.assert_frame_equal(after[before.columns], before)
    assert not after["hidden"].any()


#: Hovedstaden and Sjælland, which four regions make one, and Nordjylland: departments of (n, x, n - x).
CAPITAL, ZEALAND, NORTH = "1084", "1085", "1081"


def of_regions(parts: dict[str, list[tuple[int, int, int]]], view: View) -> pd.DataFrame:
    """The node frame of departments by region, as the view divides the country; a department is named by its number."""
    named = [(region, f"{region}-{n}", leaf) for region, leaves in parts.items() for n, leaf in enumerate(leaves)]
    if view.regions == 4:
        named = [(reference.merged_region(region), code, leaf) for region, code, leaf in named]
    groups: dict[tuple[str, str, str], list[tuple[int, int, int]]] = {}
    for region, code, leaf in named:
        for node in (("nation", "", ""), ("region", region, region), ("department", region, code)):
            groups.setdefault(node, []).append(leaf)
    rows = []
    for (level, region, code), leaves in groups.items():
        n, x, _ = map(sum, zip(*leaves, strict=True))
        rows.append({"indicator": "a", "period": 2024, "level": level, "region": region, "code": code, "population": n,
                     "not_mature": 0, "excluded": 0, "missing": 0, "denominator": n, "numerator": x, "events": x,
                     "rate": 0.5, "lower": 0.4, "upper": 0.6})  # fmt: skip
    return pd.DataFrame(rows)


def shown_in(parts: dict, regions: int) -> dict[tuple[str, str], int]:
    nodes = protect_view(View(None, PUBLIC, "DCCG", 2024, regions=regions), lambda view: of_regions(parts, view))
    seen = nodes[~nodes["hidden"]]
    return {
        (level, code): int(n) for level, code, n in zip(seen["level"], seen["code"], seen["denominator"], strict=True)
    }


def test_four_regions_do_not_give_away_what_five_hide() -> None:
    """By five, Sjælland's small department hides its neighbour; by four, a big one elsewhere would do: subtract."""
    parts = {
        CAPITAL: [(6, 0, 6), (40, 20, 20)],
        ZEALAND: [(3, 1, 2), (30, 15, 15)],
        NORTH: [(50, 25, 25), (60, 30, 30)],
    }
    five, four = shown_in(parts, 5), shown_in(parts, 4)
    assert ("department", "1085-1") not in five and ("department", "1084-0") in five
    assert ("department", "1085-1") not in four and four[("department", "1084-0")] == 6
    assert four[("region", "1086")] == 79  # both its regions are shown


def test_a_merged_region_is_hidden_with_its_part() -> None:
    """With Hovedstaden it would give away Sjælland, which five hide together with Nordjylland."""
    parts = {CAPITAL: [(90, 45, 45)], ZEALAND: [(3, 1, 2)], NORTH: [(50, 25, 25)], "1082": [(80, 40, 40)]}
    five, four = shown_in(parts, 5), shown_in(parts, 4)
    assert ("region", CAPITAL) in five and not {("region", ZEALAND), ("region", NORTH)} & set(five)
    assert not {("region", "1086"), ("region", NORTH)} & set(four)
    assert {("region", "1082"), ("nation", "")} <= set(four)


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(st.lists(leaf, min_size=1, max_size=4), min_size=5, max_size=5))
def test_what_four_regions_show_follows_from_five(country) -> None:
    parts = dict(zip(("1081", "1082", "1083", CAPITAL, ZEALAND), country, strict=True))
    five, four = shown_in(parts, 5), shown_in(parts, 4)
    for (level, code), n in four.items():
        if (level, code) == ("region", "1086"):
            assert n == five[("region", CAPITAL)] + five[("region", ZEALAND)]
        else:
            assert five[(level, code)] == n
    assert ("nation", "") not in five or ("nation", "") in four


def test_parts_and_single_counts() -> None:
    assert protect_parts({"a": 3, "b": 20, "c": 30}, PUBLIC) == {"a": None, "b": None, "c": 30}
    assert protect_parts({"a": 3, "b": 20, "c": 30}, WORKING) == {"a": 3, "b": 20, "c": 30}
    assert [protect_count(n, PUBLIC) for n in (0, 1, 4, 5)] == [0, None, None, 5]
