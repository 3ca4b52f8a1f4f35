"""What was known on a past day can be told from a later extract, and later data never change it."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from data.store import StoreError
from indicators import signals
from indicators.__main__ import main
from indicators.catalogue import indicator
from tests.support import early_warning_store as made
from tests.support.extracts import load_extract

CUT = dt.date(2025, 10, 31)
#: Days about the turn of a year among them: baselines move then, the past must not.
DAYS = (dt.date(2023, 9, 14), dt.date(2023, 12, 31), dt.date(2024, 4, 3), dt.date(2025, 7, 31))


@pytest.fixture(scope="module", params=[1, pytest.param(2, marks=pytest.mark.slow)])
def rows(request):
    return made.tables(request.param)


@pytest.fixture(scope="module")
def whole(rows, tmp_path_factory):
    return made.load(tmp_path_factory.mktemp("whole"), rows, CUT)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_past_day_is_what_an_extract_of_that_day_gives(rows, whole, tmp_path, day) -> None:
    then = made.load(tmp_path, rows, day)
    expected, found = signals.board(then, "DCCG"), signals.board(whole, "DCCG", day)
    assert len(expected.charts) > 10
    pd.testing.assert_frame_equal(found.charts, expected.charts, rtol=1e-9)
    pd.testing.assert_frame_equal(found.signals, expected.signals, rtol=1e-9)


def test_days_told_in_one_pass_are_each_what_it_is_alone(whole) -> None:
    days = (CUT, *reversed(DAYS))
    together, pictured = signals.boards(whole, "DCCG", days, pictured=True)
    assert [one.as_of for one in together] == list(days)
    for found in together:
        alone = signals.board(whole, "DCCG", found.as_of)
        for name in ("charts", "silent", "in_place", "listed"):
            pd.testing.assert_frame_equal(getattr(found, name), getattr(alone, name), rtol=1e-9)
    listed = together[0].listed
    assert set(pictured) == set(zip(listed["unit"], listed["indicator"], strict=True)) != set()
    for (unit, name), chart in pictured.items():
        alone = signals.chart(whole, "DCCG", indicator(name), unit)
        pd.testing.assert_frame_equal(chart.months, alone.months, rtol=1e-9)
        assert (chart.until, chart.silent, chart.judged) == (alone.until, alone.silent, alone.judged)


def test_the_planted_decline_is_found_and_no_one_is_blamed_for_it_earlier(whole) -> None:
    board = signals.board(whole, "DCCG", dt.date(2024, 3, 31))
    (row,) = board.listed.query("unit == 'SLA-KIR' and indicator == 'mdt_before_treatment'").to_dict("records")
    assert row["direction"] == signals.WORSE
    assert abs((row["since"] - made.FALLS[1]).days) < 60
    before = signals.board(whole, "DCCG", dt.date(2023, 6, 30)).signals
    assert not len(before.query("unit == 'SLA-KIR' and indicator == 'mdt_before_treatment' and direction == 'worse'"))


def test_three_months_more_change_no_sum_of_the_past(whole) -> None:
    mdt = indicator("mdt_before_treatment")
    early, late = (signals.chart(whole, "DCCG", mdt, "SLA-KIR", day) for day in DAYS[1:3])
    points = early.months[:-1]  # the last month is not over
    pd.testing.assert_frame_equal(
        points[["n", "unwanted", "cusum_worse", "cusum_better"]].astype(float),
        late.months[late.months["start"].isin(points["start"])].reset_index(drop=True)[
            ["n", "unwanted", "cusum_worse", "cusum_better"]
        ].astype(float),
        rtol=1e-9,
    )  # fmt: skip


def test_without_registration_dates_the_past_is_refused(tmp_path, capsys, rows) -> None:
    there = made.known(rows, CUT)
    there["cases"] = [{**row, "registered_date": None} for row in there["cases"]]
    snapshot = load_extract(tmp_path, data_cut=str(CUT), period=("2018-01-01", str(CUT)), **there)
    with pytest.raises(StoreError, match="no registered_date"):
        signals.board(snapshot, "DCCG", CUT - dt.timedelta(1))
    board = signals.board(snapshot, "DCCG")
    assert not board.registration_known and len(board.charts) > 10
    words = ["signals", "--store", str(tmp_path / "store"), "--database", "DCCG", "--format", "csv"]
    assert main(words) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == ",".join(signals.COLUMNS)
    assert "registration delay is not known" in err
    assert main([*words, "--asof", "2025-01-01"]) == 1
    assert capsys.readouterr().err.startswith("refused: DCCG: the extract has no registered_date")


@pytest.mark.parametrize("day", ["2025-11-01", "2025-02-30", "yesterday", "20250101"])
def test_a_day_that_cannot_be_asked_for_is_a_usage_error(whole, capsys, day) -> None:
    words = ["signals", "--store", str(whole.root), "--database", "DCCG", "--asof", day]
    assert main(words) == 2
    assert capsys.readouterr().err.startswith("usage: --asof")


def test_too_short_a_history_gives_an_empty_list_and_says_why(whole, capsys) -> None:
    words = ["signals", "--store", str(whole.root), "--database", "DCCG", "--format", "csv", "--asof", "2020-12-31"]
    assert main(words) == 0
    out, err = capsys.readouterr()
    assert out == ",".join(signals.COLUMNS) + "\n"
    assert "no chart on 2020-12-31" in err


def test_a_department_that_reports_late_does_not_fall_silent(tmp_path):
    """Every case reported 150 days late from a day on: the lateness is seen, and so is a decline under it."""
    there = made.tables(3)
    late = dt.date(2024, 3, 1)
    for row in there["cases"]:
        if row["department"] == made.UNITS[0] and row["diagnosis_date"] >= late and row["registered_date"]:
            row["registered_date"] = row["diagnosis_date"] + dt.timedelta(150)
    board = signals.board(made.load(tmp_path, there, CUT), "DCCG")
    found = board.signals.query("indicator == 'registered_30d' and unit == @made.UNITS[0]")
    assert list(found["direction"]) == ["worse"]
    assert found["observed"].iloc[0] > 100 and found["first_since"].iloc[0] < dt.date(2024, 5, 1)
    assert any(note.startswith("cases without registered_date, which are not used: ") for note in board.notes)
