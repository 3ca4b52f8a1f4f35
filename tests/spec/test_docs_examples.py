"""What the documents show, runs: the example indicator, and the lung cancer trial as an extract."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from data.selection import Selection
from data.text import Text
from indicators.declaration import Definition, Indicator, Phrases
from indicators.engine import count
from tests.support.extracts import load_extract

ROOT = Path(__file__).resolve().parents[2]


def test_the_example_indicator_counts(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "adding-an-indicator.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", text, re.S)[1].strip().removesuffix(",")
    example = eval(code, {"Indicator": Indicator, "Text": Text, "Definition": Definition, "Phrases": Phrases})
    snapshot = load_extract(
        tmp_path,
        cases="""
        case_id | diagnosis_date
        day30   | 2024-01-01
        day31   | 2024-01-01
        acute   | 2024-01-01
        """,
        treatments="""
        case_id | kind    | start_date | acute
        day30   | surgery | 2024-01-31 |
        day31   | surgery | 2024-02-01 |
        acute   | surgery | 2024-01-02 | true
        """,
    )
    row = count(snapshot, "DCCG", example, Selection()).iloc[0]
    assert (row["population"], row["excluded"], row["denominator"], row["numerator"]) == (3, 1, 2, 1)


@pytest.mark.live
def test_the_lung_trial_gives_rs_survival(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "docs" / "examples" / "lung.py"), "--out", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    words = "survival table --database DLCR --endpoint overall --years 1 --format csv --store"
    command = [sys.executable, "-m", *words.split(), str(tmp_path / "store")]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    values = answer.stdout.splitlines()[1].split(",")
    assert values[:4] == ["1", "228", "121", "65"]
    assert [round(float(value), 6) for value in values[4:7]] == [0.409242, 0.338714, 0.478381]
