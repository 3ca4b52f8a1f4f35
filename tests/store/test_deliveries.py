"""The log of deliveries: every load command leaves one file, refused ones too, and nothing of an erased database."""

from __future__ import annotations

import datetime as dt
import json
import logging

import pytest

from data import deliveries as log
from data.__main__ import main
from tests.support.extracts import write_extract

CASES = [{"case_id": f"zebra{number}", "department": "HER-KIR"} for number in range(3)]


@pytest.fixture
def load(tmp_path, capsys):
    """Loads extracts into one store, each by its database and changes; returns the exit code."""

    def call(*databases: str, words: tuple[str, ...] = (), **more) -> int:
        folders = [write_extract(tmp_path / one, database=one, cases=CASES, **more) for one in databases]
        return main(["load", *map(str, folders), "--store", str(tmp_path / "store"), *words])

    return call


def told(root):
    return [(one.database, one.outcome, one.cases) for one in log.newest(root)]


def test_what_became_of_each_delivery(load, tmp_path):
    root = tmp_path / "store"
    assert load("DCCG") == 0 and load("DCCG") == 0
    assert told(root) == [("DCCG", "unchanged", 3), ("DCCG", "loaded", 3)]
    broken = [{**CASES[0], "stage": "IIIB"}, {**CASES[1], "stage": "IIIB"}]
    write_extract(tmp_path / "DLCR", database="DLCR", cases=broken)
    write_extract(tmp_path / "ALD", database="ALD", cases=CASES)
    folders = [str(tmp_path / "DLCR"), str(tmp_path / "ALD")]
    assert main(["load", *folders, "--store", str(root)]) == 1
    assert told(root)[:2] == [("DLCR", "refused", 2), ("ALD", "held", 3)]
    assert main(["load", *folders, "--store", str(root), "--keep-going"]) == 1
    assert told(root)[:2] == [("DLCR", "refused", 2), ("ALD", "loaded", 3)]
    refused = next(log.newest(root))
    [why] = [one for one in refused.findings if one.severity == "error"]
    assert (why.rule, why.table, why.column, why.rows) == ("code", "cases", "stage", 2)
    assert '"IIIB" 2' in why.values.da and why.values.da.endswith('mente du "III"?)') and why.advice.en
    assert refused.snapshot == (root / "current").read_text().strip()


def test_a_folder_without_extract_toml_is_logged_by_its_name(tmp_path):
    (tmp_path / "tom").mkdir()
    assert main(["load", str(tmp_path / "tom"), "--store", str(tmp_path / "store")]) == 1
    [one] = log.newest(tmp_path / "store")
    assert (one.folder, one.database, one.cut, one.cases, one.outcome, one.snapshot) == (
        "tom", "", None, None, "refused", "",
    )  # fmt: skip


def test_rules_that_were_named_refuse_and_are_logged(load, tmp_path):
    assert load("DCCG", words=("--fail-on", "column_not_delivered,incomplete")) == 1
    [one] = log.newest(tmp_path / "store")
    assert (
        one.outcome == "refused"
        and one.errors == 0
        and one.warnings == len([each for each in one.findings if each.severity == "warning"])
    )


def test_of_what_was_loaded_the_findings_are_only_counted(load, tmp_path):
    load("DCCG")
    [one] = log.newest(tmp_path / "store")
    assert one.warnings and one.findings == ()


def test_an_erased_database_is_erased_from_the_log(load, tmp_path):
    root = tmp_path / "store"
    load("DCCG", "DLCR")
    load("ALD")
    assert main(["remove", "DLCR", "--store", str(root)]) == 0
    assert told(root) == [("ALD", "loaded", 3), ("DCCG", "loaded", 3)]
    assert main(["remove", "ALD", "--store", str(root)]) == 0
    assert len(list(log.folder_of(root).glob("*.json"))) == 1
    assert "ALD" not in "".join(path.read_text() for path in log.folder_of(root).iterdir())


def test_the_log_forgets_the_oldest(tmp_path, monkeypatch):
    monkeypatch.setattr(log, "KEPT", 3)
    for day in range(1, 6):
        time = dt.datetime(2026, 1, day, tzinfo=dt.UTC)
        log.keep(tmp_path, [log.Delivery(time, "x", "DCCG", "", None, 1, log.LOADED, "s", 0, 0)])
    assert [one.time.day for one in log.newest(tmp_path)] == [5, 4, 3]


def test_a_changed_file_is_told_and_not_read(load, tmp_path, caplog):
    load("DCCG")
    [path] = log.folder_of(tmp_path / "store").glob("*.json")
    path.write_text(path.read_text().replace('"errors": 0', '"errors": 7'))
    with caplog.at_level(logging.ERROR):
        assert not list(log.newest(tmp_path / "store"))
    assert path.name in caplog.text and "move it out" in caplog.text


def test_a_load_stands_where_its_log_cannot_be_written(load, tmp_path, caplog):
    (tmp_path / "store").mkdir()
    log.folder_of(tmp_path / "store").write_text("in the way")
    with caplog.at_level(logging.ERROR):
        assert load("DCCG") == 0
    assert "cannot be written" in caplog.text and (tmp_path / "store" / "current").is_file()


def test_no_identifier_is_in_the_log(load, tmp_path):
    load("DCCG")
    rows = [{**CASES[0]}, {**CASES[0]}, {**CASES[1], "vital_date": "2030-01-01"}]
    write_extract(tmp_path / "twice", cases=rows)
    assert main(["load", str(tmp_path / "twice"), "--store", str(tmp_path / "store")]) == 1
    one = next(log.newest(tmp_path / "store"))
    assert {each.rule for each in one.findings} >= {"duplicate_key"}
    text = json.dumps([path.read_text() for path in log.folder_of(tmp_path / "store").glob("*.json")])
    assert "zebra" not in text
