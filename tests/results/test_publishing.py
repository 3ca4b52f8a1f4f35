"""A publication: what is in the folder, what attacks find in it, and what changes between two of them."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import stat
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.published import NotPublished, Publications, read_frame
from data.store import Store, StoreError
from indicators.statistics.intervals import exact
from publish.__main__ import main
from results.publishing import attack, changes, frames, lattice, publication
from results.view import THRESHOLDS, Edition, View
from tests.support.extracts import load_extract

DATABASES = ("DCCG", "DaBlaCa", "ALD")


@pytest.fixture(scope="module")
def published(synthetic_store, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("published") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publication, "attacks_on", lambda *_: [])  # they have tests of their own
        publication.publish(synthetic_store.current(), out, Edition("public"))
    return out


def nodes_of(store, k: int, database: str, place: str = "treating") -> tuple[pd.DataFrame, pd.DataFrame]:
    """The published nodes of a place by five regions, and the true ones."""
    edition, snapshot = Edition("public", k), store.current()
    shown = frames.frame(snapshot, edition, database, "nodes")
    truth = frames.whole(View(snapshot, edition, database, 0, place))
    return shown[(shown["place"] == place) & (shown["regions"] == 5)].reset_index(drop=True), truth


@pytest.mark.some(2)
@pytest.mark.parametrize("place", ["treating", "residence"])
@pytest.mark.parametrize(("database", "k"), [("ALD", 5), ("DCCG", 3), ("DCCG", 10), ("DaBlaCa", 5)])
def test_attacks_find_nothing(synthetic_store, database, k, place) -> None:
    shown, truth = nodes_of(synthetic_store, k, database, place)
    cases = frames.frame(synthetic_store.current(), Edition("public", k), database, "cases")
    found = attack.attacked(shown, truth, k, cases if place == "treating" else None, departments=2)
    assert found[0].unsafe > 50
    assert [(one.exact, one.below) for one in found] == [(0, 0)] * len(found), found[-1].cells[:5]


def test_the_attack_finds_what_is_not_hidden_well(synthetic_store) -> None:
    """Relations that the lattice closes, opened again: hidden cells shown, and the missing of the same patients."""
    shown, truth = nodes_of(synthetic_store, 5, "DCCG")
    star = shown[(shown["level"] == "region") & shown["hidden"] & (shown["indicator"] == "stage_known")]
    period = int(star["period"].iloc[-1])
    members = star.index[star["period"] == period]
    opened = shown.copy()
    for i in members[1:]:
        keys = ["indicator", "period", "level", "region", "code"]
        real = truth[(truth[keys] == shown.loc[i, keys]).all(axis=1)].iloc[0]
        opened.loc[i, ["denominator", "events"]] = real["denominator"], real["events"]
        opened.loc[i, "hidden"] = False
    assert attack.attacked(opened, truth, 5, departments=0)[0].exact > 0
    keys = ["indicator", "period", "level", "region", "code"]
    everybody = shown.merge(truth[[*keys, "denominator", "events"]], on=keys, suffixes=("", "_real"))
    own = everybody["indicator"] == "registered_30d"
    for name in ("denominator", "events"):
        everybody.loc[own, name] = everybody.loc[own, f"{name}_real"].astype("Float64")
    everybody.loc[own, "hidden"] = False
    assert attack.attacked(everybody, truth, 5, departments=0)[0].below > 0


@pytest.mark.parametrize("k", THRESHOLDS)
def test_no_shown_number_is_small(synthetic_store, k) -> None:
    for database in DATABASES:
        for place in ("treating", "residence"):
            shown, _ = nodes_of(synthetic_store, k, database, place)
            open_ = shown[~shown["hidden"]]
            for counts in (
                (open_["denominator"] / open_["rows_per_case"]).astype(float),
                open_["events"].astype(float),
                (open_["denominator"] - open_["events"]).astype(float),
                shown["missing"].dropna().astype(float),
            ):
                assert not ((counts > 0) & (counts < k)).any()
            assert open_["population"].isna().all()


def test_percentages_and_limits_hold_nothing_more(synthetic_store) -> None:
    """Every digit follows from numerator and denominator: of survival too, where an emigrant would show."""
    shown, _ = nodes_of(synthetic_store, 5, "DCCG")
    open_ = shown[~shown["hidden"] & (shown["denominator"].fillna(0) > 0)]
    n, x = (open_[name].to_numpy(float) for name in ("denominator", "events"))
    lived = open_["indicator"].str.startswith("survival").to_numpy()
    assert np.allclose(open_["rate"].to_numpy(float), np.where(lived, 1 - x / n, x / n), rtol=0, atol=1e-15)
    low, high = exact(x[~lived], n[~lived])
    assert np.allclose(open_.loc[~lived, "lower"].to_numpy(float), low)
    assert np.allclose(open_.loc[~lived, "upper"].to_numpy(float), high)


def test_an_emigrant_changes_no_digit_of_a_survival(tmp_path) -> None:
    """One of 40 leaves before the others die: Kaplan–Meier's estimate has digits that tell it."""
    day = dt.date(2023, 3, 1)
    ends = [("emigrated", 50), *[("dead", 60 + n) for n in range(10)], *[("alive", 1200)] * 29]
    cases = [
        {"case_id": f"c{n}", "diagnosis_date": day, "vital_status": how, "vital_date": day + dt.timedelta(days=later)}
        for n, (how, later) in enumerate(ends)
    ]
    load_extract(tmp_path, cases=cases)
    store = Store(tmp_path / "store")
    shown, _ = nodes_of(store, 5, "DCCG")
    nation = shown[
        (shown["indicator"] == "survival_1y") & (shown["level"] == "nation") & (shown["period"] == 2024)
    ].iloc[0]
    assert (nation["rate"], nation["denominator"], nation["events"]) == (0.75, 40, 10)


def test_the_folder_is_its_owners_and_has_no_rows(published, synthetic_store) -> None:
    for path in (published, *published.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    ids = synthetic_store.current().rows("DCCG", "SELECT case_id FROM cases LIMIT 50")
    content = b"".join(path.read_bytes() for path in published.rglob("*") if path.is_file())
    assert not any(one.encode() in content for (one,) in ids)
    for path in published.rglob("*.parquet"):
        assert "case_id" not in read_frame(path).columns
    manifest = json.loads(next(published.rglob("manifest.json")).read_text())
    assert {sum(one["rows"].values()) for one in manifest["databases"].values()} == {0}
    assert 'sha256": {"' not in json.dumps(manifest)


def test_it_is_a_snapshot_without_rows(published) -> None:
    snapshot = Publications(published).served()
    assert set(snapshot.databases) == set(DATABASES)
    for ask in (snapshot.query, snapshot.rows):
        with pytest.raises(NotPublished):
            ask("DCCG", "SELECT 1")
    with pytest.raises(NotPublished):
        snapshot.frame("DCCG", "rows")


def test_a_changed_frame_is_not_shown(published, tmp_path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(published, copy)
    path = next(copy.rglob("DCCG.nodes.parquet"))
    path.write_bytes(path.read_bytes()[:-8] + b"xxxxPAR1")
    with pytest.raises(StoreError, match="not those that were published"):
        Publications(copy).served().frame("DCCG", "nodes")


def test_published_again_it_is_the_same(published, synthetic_store, tmp_path) -> None:
    edition, snapshot = Edition("public"), synthetic_store.current()
    for name in frames.NAMES:
        a, b = Publications(published).served().frame("DCCG", name), frames.frame(snapshot, edition, "DCCG", name)
        assert a.astype(object).where(a.notna(), None).equals(b.astype(object).where(b.notna(), None)), name


def frames_of(store, database: str = "DCCG") -> dict[str, pd.DataFrame]:
    return {name: frames.frame(store.current(), Edition("public"), database, name) for name in frames.NAMES}


def changed(made: dict[str, pd.DataFrame], by: int, at: dict[str, object]) -> dict[str, pd.DataFrame]:
    """The frames with the numbers of some cells changed."""
    nodes = made["nodes"].copy()
    here = ~nodes["hidden"]
    for name, value in at.items():
        here &= nodes[name] == value
    assert here.any()
    nodes.loc[here, ["denominator", "events"]] += by
    return {**made, "nodes": nodes}


def test_a_year_with_small_changes_stays_as_it_was(synthetic_store) -> None:
    old = frames_of(synthetic_store)
    years = sorted(old["nodes"]["period"].unique())
    cell = {"indicator": "tnm_complete", "period": years[-2], "level": "nation"}
    for by, kept in ((0, ()), (1, (years[-2],)), (4, (years[-2],)), (-3, (years[-2],))):
        made, stays = changes.together(changed(old, by, cell), old, 5)
        assert stays == kept
        assert publication.between(old, made, 5).exact == 0
        pd.testing.assert_frame_equal(
            made["nodes"][made["nodes"]["period"] == years[-2]].reset_index(drop=True),
            old["nodes"][old["nodes"]["period"] == years[-2]].reset_index(drop=True),
        )
    everywhere = {"period": years[-2]}
    made, stays = changes.together(changed(old, 1000, everywhere), old, 5)
    assert stays == () or stays == (years[-2],)


def test_what_is_left_of_a_star_counts_too(synthetic_store) -> None:
    """The country and one region change by five and seven: the others together by two."""
    old = frames_of(synthetic_store)
    year = int(old["nodes"]["period"].max())
    of = {"indicator": "mdt_before_treatment", "period": year, "place": "residence", "regions": 5}
    first = changed(old, 7, {**of, "level": "nation"})
    region = old["nodes"]
    for name, value in {**of, "level": "region", "hidden": False}.items():
        region = region[region[name] == value]
    both = changed(first, 5, {**of, "level": "region", "code": region["code"].iloc[0]})
    assert changes.together(both, old, 5)[1] == (year,)
    assert (
        changes.together(changed(first, 7, {**of, "level": "region", "code": region["code"].iloc[0]}), old, 5)[1] == ()
    )


def test_what_was_hidden_stays_hidden_in_its_year(synthetic_store) -> None:
    old = frames_of(synthetic_store)
    nodes = old["nodes"].copy()
    i = nodes.index[nodes["hidden"] & (nodes["level"] == "department")][0]
    nodes.loc[i, "hidden"] = False
    assert int(nodes.loc[i, "period"]) in changes.together({**old, "nodes": nodes}, old, 5)[1]


def test_a_quarter_of_waits_with_small_changes_stays_as_it_was(waits_store) -> None:
    database = next(iter(waits_store.current().databases))
    old = frames_of(waits_store, database)
    waits = old["waits"].copy()
    i = waits.index[~waits["hidden"] & (waits["denominator"].fillna(0) > 0)][-1]
    waits.loc[i, "denominator"] += 1
    made, _ = changes.together({**old, "waits": waits}, old, 5)
    assert made["waits"].set_index(["leg", "period", "level", "code"])["denominator"].equals(
        old["waits"].set_index(["leg", "period", "level", "code"])["denominator"].reindex(
            made["waits"].set_index(["leg", "period", "level", "code"]).index))  # fmt: skip


def test_the_command(synthetic_store, tmp_path, capsys, monkeypatch) -> None:
    attacked = attack.attacked
    monkeypatch.setattr(attack, "attacked", lambda *of: attacked(*of, departments=1))
    out = tmp_path / "out"
    words = ["--store", str(synthetic_store.root), "--out", str(out)]
    assert main(words) == 0
    first = Publications(out).current_id()
    report = json.loads((out / first / "report.json").read_text())
    assert report["threshold"] == 5 and {one["database"] for one in report["databases"]} == set(DATABASES)
    assert "| DCCG |" in (out / first / "report.md").read_text()
    assert main([*words, "--k", "3"]) == 1  # two thresholds
    assert "--yearly" in capsys.readouterr().err
    assert Publications(out).current_id() == first
    assert main(["--store", str(synthetic_store.root), "--out", str(synthetic_store.root / "out")]) == 1
    with pytest.raises(SystemExit) as ended:
        main([*words, "--k", "4"])
    assert ended.value.code == 2


def test_nothing_is_published_where_an_attack_finds_something(synthetic_store, tmp_path, monkeypatch, capsys) -> None:
    found = attack.AttackResult("sums", 10, 4, 1, 0, (("events",),))
    monkeypatch.setattr(publication, "attacks_on", lambda *_: [found])
    out = tmp_path / "out"
    assert main(["--store", str(synthetic_store.root), "--out", str(out)]) == 1
    assert "can be worked out" in capsys.readouterr().err
    assert not (out / "current").exists() and not [one for one in os.listdir(out) if one != "current"]


def test_what_every_indicator_of_the_same_patients_hides_by_is_the_same(synthetic_store) -> None:
    """Else a number that one of them hides could be read from another."""
    shown, _ = nodes_of(synthetic_store, 5, "DCCG")
    by_group: dict[tuple, set[str]] = {}
    for one in shown["indicator"].unique():
        by_group.setdefault(lattice.group_of(one), set()).add(one)
    of_cases = by_group[lattice.group_of("tnm_complete")]
    assert {
        "tnm_complete",
        "stage_known",
        "registered_30d",
        "survival_1y",
        "survival_5y",
        "variables_complete",
    } <= of_cases
