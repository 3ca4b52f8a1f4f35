"""The counting engine against the naive second implementation, and laws that hold whatever the data."""

from __future__ import annotations

import itertools
import math
import random
from datetime import timedelta

import naive
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import FEW, extracts, loaded

from data.selection import PUBLIC_NAMES, Selection
from indicators.catalogue import BY_ID, CATALOGUE, why_not_reported
from indicators.engine import COUNTS, table

WHERES = [(name, value) for name in naive.BY for value in ("", "other")]


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
        pair = tuple(dice.sample(names, 2))
        compare(snapshot, extract, indicator, by=pair)
        name, other = dice.sample(names, 2)
        where = {name: dice.choice(present(extract, indicator, name))}
        compare(snapshot, extract, indicator, by=(other,), where=where)
        indexes = [row.index for row in naive.groups(extract, indicator)[()]] or [extract.data_cut]
        start, end = sorted((dice.choice(indexes), dice.choice(indexes)))
        compare(snapshot, extract, indicator, start=start, end=end)
        compare(snapshot, extract, indicator, by=(name,), start=end, where={other: ""})
