"""What a load may take away: refusals against the store, --force, --keep-going, --fail-on, languages, JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from data import reference
from data.__main__ import main
from data.store import Store
from tests.support.extracts import write_extract
from tests.support.whole import bytes_below

EAST = {"residence_region": "1085", "department": "ROS-KIR"}


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """Run a command of ``python -m data`` on a store of its own; gives exit code, stdout, stderr."""
    monkeypatch.delenv("KRAEFT_STORE", raising=False)

    def command(name: str, *words: object) -> tuple[int, str, str]:
        try:
            code = main([name, *map(str, words), "--store", str(tmp_path / "store")])
        except SystemExit as end:
            code = int(end.code)
        return code, *capsys.readouterr()

    command.store = tmp_path / "store"
    return command


def whole(folder: Path, cases=3, part: str = "", **options) -> Path:
    """So many cases (or these) of Herlev, and two of another region and department, with a treatment."""
    other = next(unit.code for unit in reference.departments() if unit.region == "1085")
    made = isinstance(cases, int)
    rows = [{"case_id": f"k{number}", "stage": "I"} for number in range(cases)] if made else cases
    rows += [
        {"case_id": f"o{number}", "residence_region": "1085", "department": other, "diagnosis_date": "2026-05-01"}
        for number in range(2 if made else 0)
    ]
    tables = {"cases": rows, "treatments": "case_id | start_date\nk0 | 2024-02-01", **options}
    folder = write_extract(folder, **{name: value for name, value in tables.items() if value is not None})
    if part:
        path = folder / "extract.toml"
        path.write_text(f'part = "{part}"\n' + path.read_text("utf-8"), "utf-8")
    return folder


HERLEV = [{"case_id": f"k{number}", "stage": "I"} for number in range(3)]
#: What is delivered after the whole: options, rules of severity error, what the messages say in English and Danish.
LOSSES = {
    "an older cut": (
        {"data_cut": "2026-01-31", "period": ("2010-01-01", "2026-01-31"), "cases": [
            {**row, "vital_date": "2026-01-31"} for row in HERLEV]},
        {"older_data_cut"},
        ["data_cut is 2026-01-31", "2026-10-31", "2 cases"], ["2 forløb", "2026-10-31"],
    ),
    "no treatments": ({"treatments": None}, {"table_gone"}, ["holds 1 row,", "treatments"], ["har 1 række,"]),
    "treatments without rows": ({"treatments": ""}, {"table_gone"}, ["holds 1 row,"], ["har 1 række,"]),
    "a later start": (
        {"period": ("2025-01-01", "2026-10-31")}, {"period_shrinks"},
        ["2010-01-01", "2025-01-01", "3 cases of the store"], ["3 forløb i lageret"],
    ),
    "an earlier end": (
        {"period": ("2010-01-01", "2025-12-31")}, {"period_shrinks"}, ["2025-12-31", "2 cases"], ["2 forløb"],
    ),
    "a part": ({"part": "east"}, {"part_or_whole"}, ["Part east", "DCCG", "5 cases", "2026-10-31"], ["Delen east"]),
}  # fmt: skip


@pytest.mark.some(2)
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_what_would_be_lost_refuses_until_it_is_forced(loss, run, tmp_path):
    options, rules, english, danish = loss
    assert run("load", whole(tmp_path / "whole"))[0] == 0
    before = bytes_below(run.store)
    if options.get("treatments") == "":
        folder = whole(tmp_path / "less", treatments=None)
        (folder / "treatments.csv").write_text("case_id,kind,start_date\n", "utf-8")
    else:
        folder = whole(tmp_path / "less", **options)
    for command in ("check", "load"):
        code, out, err = run(command, folder)
        assert code == 1 and set(re.findall(r"error: \S+: (\w+):", out)) == rules, out
        assert all(word in out for word in english), out
        assert ("--force" in err) == (command == "load")
    _, out, err = run("load", folder, "--lang", "da")
    assert all(word in out for word in danish) and set(re.findall(r"fejl: \S+: (\w+):", out)) == rules
    assert err.startswith("afvist: ") and "--force" in err
    assert bytes_below(run.store) == before
    code, out, err = run("load", folder, "--force")
    assert code == 0 and set(re.findall(r"warning: \S+: (\w+):", out)) >= rules and err == ""
    found = Store(run.store).current().rows("DCCG", "SELECT rule FROM findings WHERE severity = 'warning'")
    assert rules <= {row[0] for row in found}  # the page says what the forced load cost


def test_the_whole_after_parts(run, tmp_path):
    other = write_extract(tmp_path / "w", cases=[{"case_id": "w"}], treatments="case_id | start_date\nw | 2024-02-01")
    toml = other / "extract.toml"
    toml.write_text('part = "west"\n' + toml.read_text("utf-8"), "utf-8")
    assert run("load", whole(tmp_path / "e", part="east"), other)[0] == 0
    code, out, _ = run("load", whole(tmp_path / "all"))
    assert code == 1 and "part_or_whole" in out and "east, west" in out
    assert run("load", whole(tmp_path / "all"), "--force")[0] == 0
    assert Store(run.store).current().info("DCCG").parts == ()


def test_the_same_part_is_compared_with_itself(run, tmp_path):
    assert run("load", whole(tmp_path / "e", part="east"))[0] == 0
    code, out, _ = run("load", whole(tmp_path / "e2", part="east", treatments=None))
    assert code == 1 and "treatments: table_gone" in out


def test_places_and_columns_that_are_gone_are_warned_of(run, tmp_path):
    run("load", whole(tmp_path / "whole", cases=8))
    rows = [{"case_id": f"k{number}"} for number in range(8)]
    code, out, _ = run("load", whole(tmp_path / "less", cases=rows))
    assert code == 0
    assert "cases.residence_region: places_gone" in out and "Region 1085" in out and "(2 cases)" in out
    assert "cases.department: places_gone" in out and "warning: cases.stage: column_gone" in out


def test_newer_data_of_the_same_database_are_no_loss(run, tmp_path):
    run("load", whole(tmp_path / "old", data_cut="2026-09-30", period=("2010-01-01", "2026-09-30"),
                      cases=[{**row, "vital_date": "2026-09-30"} for row in HERLEV]))  # fmt: skip
    code, out, _ = run("load", whole(tmp_path / "new"))
    assert code == 0 and ": 0 errors" in out


def test_an_unchanged_extract_makes_no_new_snapshot(run, tmp_path):
    folder = whole(tmp_path / "whole")
    run("load", folder)
    before = bytes_below(run.store)
    for words in ((), ("--force",)):
        code, out, err = run("load", folder, *words)
        assert code == 0 and "unchanged since the last load" in out and "no new snapshot" in out and err == ""
        assert bytes_below(run.store) == before
    other = write_extract(tmp_path / "other", database="DLCR", cases=[{"case_id": "a"}])
    code, out, _ = run("load", folder, other)
    assert code == 0 and "DCCG: 5 cases, data cut 2026-10-31; unchanged" in out and "is current" in out
    assert set(Store(run.store).current().databases) == {"DCCG", "DLCR"}
    # The same rows in another order are another delivery; so is another extract.toml.
    path = folder / "extract.toml"
    path.write_text(path.read_text("utf-8") + "# second delivery\n", "utf-8")
    assert "is current" in run("load", folder)[1]


def test_keep_going_loads_the_others(run, tmp_path):
    good = whole(tmp_path / "good")
    bad = write_extract(tmp_path / "bad", database="DLCR", cases=[{"case_id": "a", "age": 121}])
    assert run("load", bad, good)[0] == 1 and not (run.store / "current").exists()
    code, out, err = run("load", bad, good, "--keep-going")
    assert code == 1 and "DCCG: 5 cases" in out and "refused: bad was not loaded" in err
    assert set(Store(run.store).current().databases) == {"DCCG"}
    assert run("load", bad, "--keep-going")[0] == 1
    assert {path.suffix for path in (run.store / "databases").iterdir()} == {".duckdb"}


def test_a_refused_part_keeps_only_its_own_database_back(run, tmp_path):
    one = whole(tmp_path / "one", part="one")
    two = whole(tmp_path / "two", part="two")  # the same cases again
    other = write_extract(tmp_path / "other", database="DLCR", cases=[{"case_id": "a"}])
    code, out, err = run("load", one, two, other, "--keep-going")
    assert code == 1 and "in_two_parts" in out and "refused: two was not loaded" in err
    snapshot = Store(run.store).current()
    assert set(snapshot.databases) == {"DCCG", "DLCR"}
    assert [part.name for part in snapshot.info("DCCG").parts] == ["one"]


def test_fail_on_refuses_what_is_no_error(run, tmp_path):
    folder = whole(tmp_path / "whole")
    (folder / "treatments.csv").write_text("case_id,kind,start_date,bmi\nk0,surgery,2024-02-01,22\n", "utf-8")
    for command in ("check", "load"):
        code, out, err = run(command, folder, "--fail-on", "unknown_column,fewer_cases")
        assert code == 1 and "warning: treatments.bmi: unknown_column" in out
        assert "whole: refused by --fail-on unknown_column: treatments.bmi\n" in err and "fewer_cases" not in err
        *_, err = run(command, folder, "--fail-on", "unknown_column", "--lang", "da", "--format", "json")
        assert "whole: afvist af --fail-on unknown_column: treatments.bmi\n" in err
        assert not (run.store / "current").exists()
        assert run(command, folder, "--fail-on", "fewer_cases")[0] == 0
        (run.store / "current").unlink(missing_ok=True)


@pytest.mark.parametrize("value", ["0", "-3", "1e7", "ten"])
def test_a_limit_of_rows_that_is_no_number_is_a_usage_error_that_names_it(value, run, tmp_path, monkeypatch):
    folder = whole(tmp_path / "whole")
    monkeypatch.setenv("KRAEFT_MAX_ROWS", value)
    for command in ("check", "load"):
        code, out, err = run(command, folder)
        assert code == 2 and out == "" and f"KRAEFT_MAX_ROWS='{value}'" in err and "Traceback" not in err
        assert not (run.store / "current").exists()


@pytest.mark.parametrize("word", ["nothing", "fewer_cases,", ""])
def test_an_unknown_rule_is_a_usage_error_that_names_those_there_are(word, run, tmp_path):
    code, out, err = run("check", tmp_path, "--fail-on", word)
    assert code == 2 and out == "" and "unknown rule" in err and "fewer_cases" in err and "older_data_cut" in err


@pytest.mark.parametrize("lang", ["da", "en"])
def test_findings_as_json(lang, run, tmp_path):
    bad = write_extract(tmp_path / "bad", cases=[{"case_id": "a", "age": 121}, {"case_id": "b", "stage": "IIIB"}])
    code, out, _ = run("check", bad, whole(tmp_path / "good"), "--format", "json", "--lang", lang)
    rows = json.loads(out)
    assert code == 1 and {row["rule"] for row in rows} >= {"number", "code"}
    keys = {"folder", "severity", "rule", "table", "column", "rows", "first_rows", "advice", "message"}
    assert all(keys <= row.keys() and row["severity"] in ("error", "warning", "info") for row in rows)
    assert {row["folder"] for row in rows if row["severity"] == "error"} == {"bad"}
    code, out, err = run("load", whole(tmp_path / "good"), "--format", "json")
    assert code == 0 and isinstance(json.loads(out), list) and err == ""
    assert json.loads(run("load", tmp_path / "gone", "--format", "json")[1])[0]["rule"] == "extract_toml"


def test_snapshots_list_the_parts_with_their_cuts(run, tmp_path):
    run("load", whole(tmp_path / "e", part="east"))
    assert "DCCG (data cut 2026-10-31, 6 rows; parts: east 2026-10-31 (6 rows))" in run("snapshots")[1]
