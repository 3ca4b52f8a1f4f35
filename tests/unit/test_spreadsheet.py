"""What a spreadsheet would make of a text, and the apostrophe that stops it."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.output import write_rows
from data.spreadsheet import is_formula, is_misread, no_formula, shielded, unshielded


@pytest.mark.parametrize(
    "text",
    ["=1+1", "=cmd|'/C calc'!A0", "+45 12", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n1", " =1", "＝1+1", "＠a", "--"],
)
def test_what_a_spreadsheet_computes_is_shielded(text):
    assert is_formula(text) and no_formula(text) == shielded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "-", "–", "+", "Herlev", "a=b", "1081", "−2,1", ">=0.90", "≥ 90 %", "'", "#"])
def test_other_texts_stay_as_they_are(text):
    assert not is_formula(text) and no_formula(text) == shielded(text) == text


@pytest.mark.parametrize(
    "text",
    ["5/5", "1-2", "6/7", "2025-03", "3-2025", "12/11", "31.12", "1.5", "1-2-3", "2011/12", "2026-03-31", "10:30",
     "mar-25", "1 maj", "maj 2025", "3. juni 2025", "Dec-24", "0012", "007", "1E5", "12e3", "1,5", "(12)", "1.045",
     "12345678901234567890"],
)  # fmt: skip
def test_what_excel_makes_a_date_or_another_number_of_is_shielded_in_files_for_people(text):
    assert is_misread(text) and shielded(text) == f"'{text}" and no_formula(text) == text


@pytest.mark.parametrize(
    "text", ["1081", "0", "2025", "0-44", "45-54", "55-64", "2024/2025", "2025M03", "2026-W07", "2026-Q3", "2026K1",
             "94 (93–95)", "C18", "T4a", "1-3 år", "85+", "2019–2023", "HER-KIR", "3b", "marts"],
)  # fmt: skip
def test_what_survives_is_left_alone(text):
    assert shielded(text) == text


@given(st.text(alphabet="'=+-@\t\r 0123456789/.,:eEmarjun-ab", max_size=8))
def test_a_shielded_text_is_read_back(text):
    assert unshielded(shielded(text)) == text


@pytest.mark.parametrize("number", [-1, -0.5, 1e-12, -1e21])
def test_numbers_of_commands_are_untouched_and_texts_are_not(number):
    stream = io.StringIO()
    write_rows(
        pd.DataFrame({"hospital": ["=1+1", "-"], "department": ["0012", "1-2"], "n": [number] * 2}), "csv", stream
    )
    assert stream.getvalue() == f"hospital,department,n\n'=1+1,0012,{number!r}\n-,1-2,{number!r}\n"
    stream = io.StringIO()
    write_rows(pd.DataFrame({"hospital": ["=1+1"]}), "json", stream)
    assert '"=1+1"' in stream.getvalue(), "JSON is for programs alone"
