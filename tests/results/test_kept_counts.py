"""What pages look up is what the engine counts: filtered counts, and the trees of whole databases."""

from __future__ import annotations

import dataclasses
import itertools
import shutil

import pandas as pd
import pytest

from data import reference
from data.period import period_end, period_start
from data.reference import database as about
from data.selection import AGE_GROUPS, Selection
from data.store import Store
from indicators.catalogue import BY_ID, CATALOGUE, why_not_reported
from indicators.engine import COUNTS, table
from results import cube, nodes, prepare
from results.view import Edition, View, periods

FILTERS = [
    {"sex": "F"},
    {"stage": "III"},
    *({"sex": sex, "age_group": age} for sex, age in itertools.product("FM", AGE_GROUPS)),
    {"sex": "M", "age_group": AGE_GROUPS[2], "stage": "IV"},
]
PLACES = [("region",), ("treating_region",), ("treating_region", "department")]


@pytest.fixture(scope="module")
def prepared(synthetic_store: Store) -> Store:
    cube.prepare_filters(synthetic_store.current(), ("DCCG", "DaBlaCa", "ALD"))
    return synthetic_store


def summed(leaves: pd.DataFrame, by: tuple[str, ...]) -> dict[tuple, tuple]:
    sums = leaves.groupby(["indicator", "period", *by])[list(COUNTS)].sum()
    return {key: tuple(map(int, row)) for key, row in zip(sums.index, sums.to_numpy(), strict=True)}


@pytest.mark.parametrize("code", ["DCCG", "DaBlaCa", "ALD"])
def test_filtered_counts_are_the_engines(prepared, code):
    snapshot, first_month = prepared.current(), about(code).year_start
    last = periods(snapshot, code)[-1]
    there = [one for one in CATALOGUE if not one.survival_years and why_not_reported(one, snapshot.info(code)) is None]
    there = [one for one in there if not one.groups]
    compared = 0
    for where in FILTERS:
        selection = Selection().filtered(**{name: (value,) for name, value in where.items()})
        selection = selection.within(period_start(last - 1, first_month), period_end(last, first_month))
        counted = cube.counted(snapshot, code, there, selection)
        for by in PLACES:
            found = cube.leaf_counts_within(snapshot, code, there, where, last - 1, last, by)
            assert summed(found, by) == summed(counted, by), (where, by)
            compared += len(found)
    assert compared > 1000 or code != "DCCG"


def test_what_is_not_kept_is_counted(prepared, root):
    last = periods(prepared.current(), "DCCG")[-1]

    def kept(store: Store, where: dict[str, str], *ids: str) -> pd.DataFrame | None:
        chosen = [BY_ID[one] for one in ids]
        return cube.leaf_counts_within(store.current(), "DCCG", chosen, where, last, last, ("region",))

    female = kept(prepared, {"sex": "F"}, "tnm_complete")
    assert set(female["indicator"]) == {"tnm_complete"}
    assert kept(prepared, {"site": "C18"}, "tnm_complete") is None
    assert kept(prepared, {"sex": "F"}, "tnm_complete", "coverage") is None, "coverage knows no sex"
    assert kept(Store(root), {"sex": "F"}, "tnm_complete") is None


@pytest.mark.parametrize("where", [(), (("sex", "F"),), (("site", "C18"),)])
def test_a_tree_is_the_commands_table(prepared, where):
    snapshot = prepared.current()
    view = View(snapshot, Edition(), "DCCG", periods(snapshot, "DCCG")[-2], "treating", where)
    tree = nodes.nodes(view, ("anastomotic_leak_30d",), (view.period,))
    one = BY_ID["anastomotic_leak_30d"]
    for level, by in (("nation", ()), ("region", ("treating_region",)), ("department", ("department",))):
        rows = table(snapshot, "DCCG", one, view.selection(*by, period=view.period))
        expected = {
            (
                str(row[by[0]]) if by and row[by[0]] is not None else "",
                row["denominator"],
                row["numerator"],
                row["upper"],
            )
            for row in rows.to_dict("records")
        }
        shown = tree[tree["level"] == level]
        assert (
            set(zip(shown["code"], shown["denominator"], shown["numerator"], shown["upper"], strict=True)) == expected
        )


def test_a_new_standard_at_a_site_does_not_read_the_tree_of_before(prepared, monkeypatch):
    view = View(prepared.current(), Edition(), "DCCG", 2024).for_site("C18")
    before = nodes.nodes(view, ("anastomotic_leak_30d",))
    assert len(before)
    monkeypatch.setattr(nodes, "_sites", lambda database: {"C18": frozenset({"anastomotic_leak_30d", "mdt_followed"})})
    both = nodes.nodes(view, ("anastomotic_leak_30d", "mdt_followed"))
    assert set(both["indicator"]) == {"anastomotic_leak_30d", "mdt_followed"}


@pytest.mark.parametrize("where", [(), (("sex", "F"),)])
def test_no_indicators_are_none_and_not_all(prepared, where):
    view = View(prepared.current(), Edition(), "DCCG", 2024, "treating", where)
    assert nodes.nodes(view, ()).empty and len(nodes.nodes(view))


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [("databases", "year_start", 7), ("regions", "successor", ""), ("wait_limits", "days", 1)],
)
def test_a_corrected_reference_table_reads_no_frame_of_before(monkeypatch, name, column, value):
    """A reporting year that begins in another month: the kept counts are of other patients."""
    assert cube.definition_version() == cube.DEFINITION_VERSION
    rows = tuple(dataclasses.replace(one, **{column: value}) for one in getattr(reference, name)())
    monkeypatch.setattr(reference, name, lambda: rows)
    assert cube.definition_version() != cube.DEFINITION_VERSION


def test_frames_of_earlier_versions_go_and_all_others_stay(declining, tmp_path):
    shutil.copytree(declining.root, tmp_path / "store")
    snapshot = Store(tmp_path / "store").current()
    list(prepare.prepare(snapshot, Edition()))
    frames = tmp_path / "store" / "frames"
    kept = {path.name for path in frames.iterdir()}
    assert {name.split(".")[1].split("-")[0] for name in kept} >= {"counts", "tree", "compare", "warnings", "units"}
    stem = snapshot.info("DCCG").file.removesuffix(".duckdb")
    (frames / f"{stem}.counts-0dd0dd00.parquet").write_bytes(b"old")
    *_, last = prepare.prepare(Store(tmp_path / "store").current(), Edition())
    assert last == "1 frames of earlier versions removed"
    assert {path.name for path in frames.iterdir()} == kept
