"""Whole comparisons as they were recorded: no change for speed may move a number.

``recorded_comparison.csv`` was written by the code that compared one indicator after another (2026-11). Where a method
is meant to change, ``python -m tests.unit.test_comparison_recorded`` writes it anew.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indicators.statistics import law
from indicators.statistics.comparison import COLUMNS, SUMMARY, Counted, Units, compare_all_counts, compare_counts

FILE = Path(__file__).with_name("recorded_comparison.csv")
#: Per indicator: units as (denominator, numerator, missing), patients without a unit, shares that a model expects of
#: the two halves of each unit's patients (None: no model), and whether high is good.
CASES: dict[str, tuple[list[tuple[int, int, int]], tuple[int, int, int], tuple[float, float] | None, bool]] = {
    "vary": (
        [(212, 199, 3), (187, 150, 0), (43, 31, 2), (301, 287, 9), (96, 90, 0), (255, 201, 4), (150, 144, 1),
         (66, 65, 0), (120, 88, 7), (410, 371, 12), (35, 35, 0), (178, 166, 2)], (12, 10, 1), (0.8, 0.95), True),
    "rare": ([(320, 7, 0), (510, 31, 3), (140, 2, 1), (77, 5, 0), (260, 6, 0)], (3, 0, 0), (0.02, 0.05), False),
    "large": (
        [(900, 711, 14), (130, 112, 0), (88, 79, 2), (140, 121, 0), (61, 50, 0), (45, 41, 1), (30, 21, 0), (12, 12, 0),
         (8, 3, 0), (102, 91, 3), (57, 49, 0)], (0, 0, 0), None, True),
    "alike": ([(100, 40, 0), (101, 41, 0), (99, 39, 0), (100, 40, 1)], (0, 0, 0), (0.4, 0.4), True),
    "nobody": ([(100, 0, 0), (20, 0, 5), (0, 0, 3)], (0, 0, 0), None, False),
    "everybody": ([(30, 30, 0), (41, 41, 2)], (0, 0, 0), None, True),
    "empty": ([(0, 0, 4), (64, 60, 0), (15, 9, 0)], (0, 0, 0), (0.9, 0.85), True),
}  # fmt: skip


def counted(name: str) -> Counted:
    rows, elsewhere, shares, higher = CASES[name]
    n, x, missing = np.array(rows, dtype=float).T
    units = Units(tuple(f"{name}-{number:02}" for number in range(len(rows))), n, x, missing, elsewhere)
    if shares is None:
        return Counted(units, higher)
    halves = np.repeat(n / 2, 2)
    place = np.repeat(np.arange(len(rows)), 2)
    share = np.tile(shares, len(rows))
    mix = law.CaseMix.of(place, np.log(share / (1 - share)), halves, len(rows))
    return Counted(units, higher, law.Standardised.of(mix, np.bincount(place, share * halves)))


def table(frame: pd.DataFrame, summary: object, name: str) -> list[list[str]]:
    """The frame's rows and one of the summary, as text that keeps every digit."""
    rows = [[name, *(_text(value) for value in row)] for row in zip(*(frame[one] for one in COLUMNS), strict=True)]
    whole = [_text(getattr(summary, one)) for one in SUMMARY]
    return [*rows, [f"{name} as a whole", *whole, *[""] * (len(COLUMNS) - len(SUMMARY))]]


def _text(value: object) -> str:
    return "" if value is None or value is pd.NA or value != value else repr(getattr(value, "item", lambda: value)())


def test_all_together_and_each_alone_are_what_was_recorded() -> None:
    with FILE.open(encoding="utf-8", newline="") as stream:
        recorded = list(csv.reader(stream))[1:]
    together = compare_all_counts([counted(name) for name in CASES])
    found, alone = [], []
    for name, compared in zip(CASES, together, strict=True):
        one = counted(name)
        single = compare_counts(one.units, one.higher_is_better, one.expected)
        found += table(compared.frame, compared.summary, name)
        alone += table(single.frame, single.summary, name)
    assert alone == found, "to the last digit: what stands beside an indicator is nothing to it"
    assert len(found) == len(recorded)
    for was, is_ in zip(recorded, found, strict=True):
        for column, (one, other) in enumerate(zip(was, is_, strict=True)):
            where = f"{was[0]}, {was[1]}: column {column}"
            try:
                assert float(other) == pytest.approx(float(one), rel=1e-9, abs=1e-9), where
            except ValueError:
                assert other == one, where


def record() -> None:
    """Write the file anew."""
    with FILE.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["case", *COLUMNS])
        for name in CASES:
            one = counted(name)
            compared = compare_counts(one.units, one.higher_is_better, one.expected)
            writer.writerows(table(compared.frame, compared.summary, name))


if __name__ == "__main__":
    record()
