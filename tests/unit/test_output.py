"""The printer of result tables."""

from __future__ import annotations

import datetime as dt
import io
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from data.output import UsageError, known_database, write_rows

ROWS = pd.DataFrame(
    {
        "hospital": ["Aalborg", None, 'Køge, "S"'],
        "cases": pd.array([1, None, 3], dtype="Int64"),
        "rate": [0.1, np.nan, 1 / 3],
        "clear": [True, False, True],
        "day": [dt.date(2026, 1, 2), None, pd.Timestamp("2026-01-03")],
    }
)


def printed(rows, format):
    stream = io.StringIO()
    write_rows(rows, format, stream)
    return stream.getvalue()


def test_csv():
    assert printed(ROWS, "csv") == (
        "hospital,cases,rate,clear,day\n"
        "Aalborg,1,0.1,true,2026-01-02\n"
        ",,,false,\n"
        '"Køge, ""S""",3,0.3333333333333333,true,2026-01-03\n'
    )


def test_json():
    rows = json.loads(printed(ROWS, "json"))
    assert rows[0] == {"hospital": "Aalborg", "cases": 1, "rate": 0.1, "clear": True, "day": "2026-01-02"}
    assert rows[1] == {"hospital": None, "cases": None, "rate": None, "clear": False, "day": None}
    assert rows[2]["rate"] == 1 / 3


def test_table_is_aligned():
    lines = printed(ROWS, "table").splitlines()
    assert lines[0].split() == ["hospital", "cases", "rate", "clear", "day"]
    assert lines[2].index("0.1000") == lines[4].index("0.3333")
    assert len(lines) == 5


def test_a_long_table_is_written_once_through(monkeypatch):
    """Each value is put into words once: measuring every column again for every row took a minute at 3,735 rows."""
    asked = []
    monkeypatch.setattr("data.output._text", lambda value: asked.append(value) or str(value))
    printed(pd.DataFrame({"hospital": ["Køge"] * 300, "cases": range(300)}), "table")
    assert len(asked) == 600


def test_no_rows():
    assert printed(ROWS.iloc[:0], "csv") == "hospital,cases,rate,clear,day\n"
    assert json.loads(printed(ROWS.iloc[:0], "json")) == []
    assert printed(ROWS.iloc[:0], "table").splitlines()[0].split()[0] == "hospital"


def test_what_cannot_be_printed_is_refused():
    with pytest.raises(ValueError, match="use table, csv, json"):
        printed(ROWS, "xml")
    with pytest.raises(ValueError, match="infinite"):
        printed(pd.DataFrame({"rate": [np.inf]}), "json")
    with pytest.raises(TypeError, match="list"):
        printed(pd.DataFrame({"rate": [[1]]}), "csv")


def test_unknown_database_names_those_that_exist():
    assert known_database("DCCG", {"DCCG": 1}) == "DCCG"
    with pytest.raises(UsageError, match="it holds DBCG, DCCG"):
        known_database("X", ["DCCG", "DBCG"])
    with pytest.raises(UsageError, match="load an extract first"):
        known_database("X", [])


def test_a_closed_pipe_ends_the_command_without_a_word():
    words = "from data.output import exit_with; exit_with(lambda: print('x' * 100_000) or 0)"
    with subprocess.Popen([sys.executable, "-c", words], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 141
