"""``python -m data``: exit codes, what is printed where, which store."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from data.__main__ import main
from data.store import Store
from tests.support.extracts import write_extract
from tests.support.stores import NEW, OLD, versions
from tests.support.whole import bytes_below

PROJECT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def no_store_in_the_environment(monkeypatch):
    monkeypatch.delenv("KRAEFT_STORE", raising=False)


def code_of(*words: object) -> int:
    """The exit code of a command, also where argparse ends it."""
    try:
        return main([str(word) for word in words])
    except SystemExit as end:
        return int(end.code)


def test_load_prints_what_came_in(root, delivered, capsys):
    assert code_of("load", delivered["DCCG 2"], "--store", root) == 0
    out, err = capsys.readouterr()
    assert "DCCG-v2: 0 errors, 1 warning\n" in out and "DCCG: 5 cases, data cut 2026-10-31\n" in out
    assert out.endswith(f"snapshot {Store(root).current_id()} is current\n")
    assert err == ""  # progress is for terminals
    assert versions(root) == NEW


def test_progress_goes_to_a_terminal_only(root, delivered, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert code_of("load", delivered["DCCG 2"], delivered["DLCR 2"], "--store", root) == 0
    assert code_of("check", delivered["DCCG 2"]) == 0
    out, err = capsys.readouterr()
    assert err == f"1/2 DCCG-v2\n2/2 DLCR-v2\nchecking {delivered['DCCG 2']}\n"
    assert "1/2" not in out


def test_snapshots_lists_all_and_marks_the_current(root, delivered, capsys):
    first = Store(root).current_id()
    assert code_of("load", delivered["DCCG 2"], "--store", root) == 0
    second = Store(root).current_id()
    capsys.readouterr()
    assert code_of("snapshots", "--store", root) == 0
    lines = capsys.readouterr().out.splitlines()
    pattern = (
        r"([* ]) (\S+)  (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC)  "
        r"DCCG \(data cut 2026-10-31, (\d) rows\), DLCR \(data cut 2026-10-31, (\d) rows\)"
    )
    found = [re.fullmatch(pattern, line).groups() for line in lines]
    assert [(mark, name, *rows) for mark, name, _, *rows in found] == [
        (" ", first, "4", "4"),
        ("*", second, "5", "4"),
    ]
    assert code_of("use", first, "--store", root) == 0
    assert capsys.readouterr().out == f"snapshot {first} is current\n"
    assert code_of("snapshots", "--store", root) == 0
    assert [line[:2] for line in capsys.readouterr().out.splitlines()] == ["* ", "  "]
    assert versions(root) == OLD


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("use", "2020-01-01-abcdef", "--store", "{root}"), "no snapshot '2020-01-01-abcdef'; it has 2"),
        (("use", "2020-01-01-abcdef", "--store", "{root}/gone"), "no snapshot '2020-01-01-abcdef'; it has none"),
        (("snapshots", "--store", "{root}/gone"), "no snapshot here; run python -m data load FOLDER --store"),
        (("load", "{extract}", "--store", "{root}/current"), "File exists"),
        (("load", "{root}", "--store", "{root}"), "the extract was refused; the store is as it was"),
        (("synthesise", "--out", "{root}/new", "--years", "1999-2000"), "from 2007 on"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_refusals_end_with_1(words, message, root, delivered, capsys):
    before = bytes_below(root)
    filled = [word.format(root=root, extract=delivered["DCCG 2"]) for word in words]
    assert code_of(*filled) == 1
    out, err = capsys.readouterr()
    assert err.startswith("refused: ") and message in err and "Traceback" not in err + out
    assert bytes_below(root) == before and not (root / "gone").exists()


@pytest.mark.parametrize(
    "words",
    [
        (), ("show",), ("load",), ("check",), ("use",), ("use", "x"), ("snapshots",), ("snapshots", "--store"),
        ("load", "folder"), ("load", "folder", "--stor"), ("snapshots", "--all"), ("synthesise",),
        ("synthesise", "--out", "x", "--years", "2014"), ("synthesise", "--out", "x", "--years", "2020-2014"),
        ("synthesise", "--out", "x", "--databases", "DCCG,XXXX"), ("synthesise", "--out", "x", "--format", "xlsx"),
        ("synthesise", "--out", "x", "--cases-per-year", "0"), ("synthesise", "--out", "x", "--seed", "one"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_words_end_with_2(words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert code_of(*words) == 2
    out, err = capsys.readouterr()
    assert out == "" and "usage: " in err
    assert list(tmp_path.iterdir()) == []


def test_unknown_database_says_which_exist(capsys):
    assert code_of("synthesise", "--out", "x", "--databases", "XXXX") == 2
    message = capsys.readouterr().err
    assert "unknown database 'XXXX'; the list is DBCG, DCCG, DLCR" in message


def test_store_of_the_environment(root, delivered, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("KRAEFT_STORE", str(root))
    assert code_of("load", delivered["DCCG 2"]) == 0 and versions(root) == NEW
    assert code_of("snapshots") == 0
    assert code_of("load", delivered["DCCG 2"], "--store", tmp_path / "other") == 0  # --store goes before it
    assert versions(tmp_path / "other") == {"DCCG": ("v2", 5)}
    monkeypatch.setenv("KRAEFT_STORE", "")
    assert code_of("snapshots") == 2
    assert "name the store with --store DIR or KRAEFT_STORE" in capsys.readouterr().err


def test_check_compares_with_the_store_when_one_is_named(root, tmp_path, capsys):
    folder = write_extract(tmp_path / "delivered", cases=[{"case_id": "a"}])
    before = bytes_below(root)
    assert code_of("check", folder) == 0
    assert "fewer_cases" not in capsys.readouterr().out
    assert code_of("check", folder, "--store", root) == 0
    assert "warning: cases: fewer_cases:" in capsys.readouterr().out
    assert bytes_below(root) == before


def test_check_looks_at_every_folder(delivered, capsys):
    assert code_of("check", delivered["broken"], delivered["DCCG 1"]) == 1
    out = capsys.readouterr().out
    assert "broken: 1 error, " in out and "DCCG-v1: 0 errors" in out


@pytest.mark.some(1)
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_synthetic_extracts_pass_their_own_checks(form, tmp_path, capsys):
    out = tmp_path / "out"
    words = ("--databases", "DCCG,DPD", "--cases-per-year", "40", "--years", "2023-2024", "--format", form)
    assert code_of("synthesise", "--out", out, *words) == 0
    folders = capsys.readouterr().out.split()
    assert [Path(folder).parent for folder in folders] == [out, out]
    assert code_of("load", *folders, "--store", tmp_path / "store") == 0
    snapshot = Store(tmp_path / "store").current()
    assert [info.synthetic for info in snapshot.databases.values()] == [True, True]
    assert snapshot.info("DCCG").rows["cases"] == 80


@pytest.mark.live
def test_the_real_command(root, delivered):
    words = [sys.executable, "-m", "data", "load", str(delivered["DCCG 2"]), "--store", str(root)]
    done = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stderr == "" and versions(root) == NEW
    done = subprocess.run(
        [*words[:4], str(delivered["broken"]), *words[5:]], cwd=PROJECT, capture_output=True, text=True
    )
    assert done.returncode == 1 and "error: cases.age: number:" in done.stdout
    assert done.stderr == "refused: the extract was refused; the store is as it was\n" and versions(root) == NEW
