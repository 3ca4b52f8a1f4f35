"""The counting engine against the naive second implementation, and laws that hold whatever the data."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.selection import PUBLIC_NAMES, Selection
from indicators.catalogue import BY_ID, why_not_reported
from indicators.engine import COUNTS, count_together, shared, table
from tests.support import naive
from tests.support.amount import examples
from tests.support.strategies import FEW, OWN, extracts, loaded


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    return lambda: tmp_path_factory.mktemp("oracle")


def text(cell) -> str:
    return "" if cell is None or cell != cell else str(cell)


def engine(snapshot, extract, indicator, by=(), where=None, start=None, end=None) -> dict:
    """The engine's rows by group: counts, and rate with limits."""
    selection = Selection(tuple(by), tuple((where or {}).items()), start, end)
    rows = table(snapshot, extract.database, BY_ID[indicator], selection).to_dict("records")
    found = {tuple(text(row[name]) for name in by): row for row in rows}
    assert len(found) == len(rows), f"{indicator} by {by}: a group stands twice"
    return found


def compare(snapshot, extract, indicator, by=(), where=None, start=None, end=None):
    """Assert that both implementations give the same groups, counts, rates and limits."""
    expected = naive.groups(extract, indicator, by, where, start, end)
    found = engine(snapshot, extract, indicator, by, where, start, end)
    asked = f"{indicator} by {by} where {where} [{start}, {end}) in {extract.database}"
    assert set(found) == set(expected), asked
    for group, rows in expected.items():
        got = found[group]
        if indicator in naive.SURVIVAL_DAYS:
            assert [got[name] for name in COUNTS[:5]] == [len(rows), 0, 0, 0, len(rows)], (asked, group)
            assert text(got["numerator"]) in ("", "<NA>"), (asked, group)
            limits = naive.kaplan_meier(rows, naive.SURVIVAL_DAYS[indicator])
        else:
            counts = naive.counts(rows)
            assert tuple(got[name] for name in COUNTS) == counts, (asked, group)
            limits = (counts[5] / counts[4], got["lower"], got["upper"]) if counts[4] else None
        for name, wanted in zip(("rate", "lower", "upper"), limits or (math.nan,) * 3, strict=True):
            assert got[name] == pytest.approx(wanted, abs=1e-9, nan_ok=True), (asked, group, name)


def legal(indicator: str) -> tuple[str, ...]:
    return naive.COVERAGE_BY if indicator == "coverage" else naive.BY


def present(extract, indicator, name) -> list[str]:
    """The values of a group name that occur, or would: the empty one is always asked for."""
    return sorted({naive.value(extract, row, name) for row in naive.groups(extract, indicator)[()]} | {""})


def test_both_know_the_same_indicators_and_names():
    assert set(naive.INDICATORS) == set(BY_ID)
    assert set(naive.BY) == set(PUBLIC_NAMES)
    assert {name for name in BY_ID["coverage"].groups if name in PUBLIC_NAMES} == set(naive.COVERAGE_BY)


@given(extract=extracts(15, 25), dice=st.randoms(use_true_random=False))
@FEW
def test_engine_counts_as_the_naive_program(extract, dice, fresh):
    snapshot = loaded(fresh(), extract)
    for indicator in naive.INDICATORS:
        reason = why_not_reported(BY_ID[indicator], snapshot.info(extract.database))
        assert (reason is None) == naive.reported(extract, indicator), indicator
        if reason is not None:
            continue
        names = legal(indicator)
        compare(snapshot, extract, indicator)
        compare(snapshot, extract, indicator, by=names)  # all at once: every row's value of every name
        name, other = dice.sample(names, 2)
        where = {name: dice.choice(present(extract, indicator, name))}
        compare(snapshot, extract, indicator, by=(other, name), where=where)
        indexes = [row.index for row in naive.groups(extract, indicator)[()]] or [extract.data_cut]
        start, end = sorted((dice.choice(indexes), dice.choice(indexes)))
        compare(snapshot, extract, indicator, by=dice.choice([(), (name,)]), start=start, end=end)


# --- laws -------------------------------------------------------------------------------------------------------------

FEWER = settings(FEW, max_examples=examples(3, 1))
COUNTED = [name for name in naive.INDICATORS if name not in naive.SURVIVAL_DAYS]


def numbers(rows) -> list[int]:
    """The six counts of rows, added."""
    return [sum(int(row[name]) for row in rows) for name in COUNTS]


def reported(snapshot, extract, indicators=COUNTED) -> list[str]:
    return [name for name in indicators if why_not_reported(BY_ID[name], snapshot.info(extract.database)) is None]


def together(snapshot, extract, by=(), start=None, end=None) -> dict[str, dict]:
    """Counts of every counted indicator that takes the names, by indicator and group; few queries."""
    passes: dict[tuple, list] = {}
    for name in reported(snapshot, extract):
        if set(by) <= set(legal(name)):
            passes.setdefault(shared(BY_ID[name]), []).append(BY_ID[name])
    found: dict[str, dict] = {}
    for indicators in passes.values():
        found.update({one.id: {} for one in indicators})
        counted = count_together(snapshot, extract.database, indicators, Selection(tuple(by), (), start, end))
        for row in counted.to_dict("records"):
            found[row["indicator"]][tuple(text(row[name]) for name in by)] = row
    return found


@given(extract=extracts(15, 25, whole=True))
@FEWER
def test_counting_together_is_counting_alone(extract, fresh):
    snapshot = loaded(fresh(), extract)
    for by in ((), ("sex", "department"), ("year",)):
        for indicator, rows in together(snapshot, extract, by).items():
            alone = naive.groups(extract, indicator, by)
            assert {group: tuple(row[name] for name in COUNTS) for group, row in rows.items()} == {
                group: naive.counts(members) for group, members in alone.items()
            }, (indicator, by)


@given(extract=extracts(15, 25, whole=True))
@FEWER
def test_parts_add_up_to_the_whole(extract, fresh):
    snapshot = loaded(fresh(), extract)
    whole = {indicator: rows[()] for indicator, rows in together(snapshot, extract).items()}
    for indicator, row in whole.items():
        parts = [row[name] for name in ("not_mature", "excluded", "missing", "denominator")]
        assert row["population"] == sum(parts), indicator
    by_name = {name: together(snapshot, extract, (name,)) for name in naive.BY}
    for name, indicators in by_name.items():
        for indicator, groups in indicators.items():
            assert numbers(groups.values()) == numbers([whole[indicator]]), (indicator, name)
    for name, field in (("treating_region", "region"), ("hospital", "hospital")):
        for indicator, groups in by_name[name].items():
            for (group,), row in groups.items():  # the group "" is the department that is not registered
                own = [
                    unit
                    for (code,), unit in by_name["department"][indicator].items()
                    if (extract.unit(code).get(field) or "") == group
                ]
                assert numbers(own) == numbers([row]), (indicator, name, group)


@given(extract=extracts(15, 25, whole=True))
@FEWER
def test_two_periods_add_up_to_both(extract, fresh):
    snapshot = loaded(fresh(), extract)
    days = sorted({row.index for indicator in COUNTED for row in naive.groups(extract, indicator)[()]})
    for day in (days[len(days) // 3], days[-1]):
        before, after = together(snapshot, extract, end=day), together(snapshot, extract, start=day)
        for indicator, rows in together(snapshot, extract).items():
            assert numbers([before[indicator][()], after[indicator][()]]) == numbers([rows[()]]), (indicator, day)


@given(extract=extracts(15, 25), dice=st.randoms(use_true_random=False))
@FEWER
def test_names_and_order_do_not_matter(extract, dice, fresh):
    order = list(range(len(extract.tables["cases"])))
    dice.shuffle(order)
    renamed = {f"c{number}": f"A-{new:03}" for number, new in enumerate(order)} | {None: None}
    tables = {}
    for name, rows in extract.tables.items():
        columns = sorted({key for row in rows for key in row}, reverse=True)
        rows = [{key: row[key] for key in columns} for row in dice.sample(rows, len(rows))]
        tables[name] = [{**row, "case_id": renamed[row["case_id"]]} if "case_id" in row else row for row in rows]
    first = loaded(fresh(), extract)
    second = loaded(fresh(), replace(extract, tables=tables))
    for indicator in reported(first, extract, naive.INDICATORS):
        by = ("department", "sex") if indicator != "coverage" else ("department",)
        left, right = (engine(snapshot, extract, indicator, by) for snapshot in (first, second))
        assert {group: text(row) for group, row in left.items()} == {
            group: text(row) for group, row in right.items()
        }, indicator


@given(extract=extracts(15, 25, whole=True), days=st.sampled_from([1, 30, 56, 90]))
@FEWER
def test_a_later_data_cut_only_settles(extract, days, fresh):
    later = replace(extract, data_cut=extract.data_cut + timedelta(days))
    first, second = loaded(fresh(), extract), loaded(fresh(), later)
    settled = together(second, later)
    for indicator, rows in together(first, extract).items():
        before, after = rows[()], settled[indicator][()]
        assert after["population"] == before["population"], indicator
        assert after["not_mature"] <= before["not_mature"], indicator
        for name in ("excluded", "missing", "denominator", "numerator"):
            assert after[name] >= before[name], (indicator, name)


def test_the_own_unit_is_not_in_the_reference_list():
    assert OWN["code"] not in naive.UNITS
