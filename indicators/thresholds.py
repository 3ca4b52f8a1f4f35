"""Thresholds of the early warning, looked up in the table that ``benchmarks/simulate_cusum.py`` made.

``data/reference/cusum_thresholds.csv``: by proportion of what an arm looks for more of, and yearly number of these or
of the others, whichever is rarer: thresholds of a signal and of a strong one, and the share of time that an arm in
control is listed as such. Interpolated in the log odds of the proportion and the log of the number.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from scipy.special import logit

from data.reference import FOLDER, ReferenceFileError

FILE = FOLDER / "cusum_thresholds.csv"
#: The same of charts whose level is drawn towards the country's: of few patients, and of new units.
FEW, NEW = FOLDER / "cusum_thresholds_few.csv", FOLDER / "cusum_thresholds_new.csv"
COLUMNS = ("proportion", "rarer_per_year", "threshold", "strong_threshold", "listed", "strongly_listed")
#: FEW and NEW also say how many years half of such charts take to show a doubling, and a tripling, of the odds.
WITH_DELAYS = (*COLUMNS, "doubled_years", "tripled_years")
#: Years simulated: a delay of so many is "so many or more".
LONGEST = 20
#: Of charts with fewer of the rarer a year nothing can be said: a single one would do for a signal.
LEAST_A_YEAR = 0.25
#: The fewest events (or others) a year whose simulated share of time listed is used.
LEAST_SHARED = 10
#: A chart in control (an indicator of a unit, both directions together) gives one false signal in so many years …
FALSE_ALARM_YEARS = 10
#: … and one strong signal in so many.
STRONG_ALARM_YEARS = 100


@dataclass(frozen=True)
class Thresholds:
    """The grid: log odds × log number, and at each point (last axis: signal, strong signal) thresholds and shares."""

    odds: np.ndarray
    numbers: np.ndarray
    threshold: np.ndarray
    share: np.ndarray
    delay: np.ndarray | None = None
    least: float = LEAST_SHARED

    def of(self, volume, proportion) -> tuple[np.ndarray, np.ndarray]:
        """Both thresholds of arms with ``volume`` patients a year, of whom ``proportion`` have what is charted."""
        found = self._at(self.threshold, volume, proportion)
        return found[..., 0], found[..., 1]

    def share_listed(self, volume, proportion) -> np.ndarray:
        """Shares of time (last axis) that such an arm is listed, or listed as strong, though nothing has changed.

        Of fewer than ``least`` (the rarer a year) as of so many: with an own level the simulated charts of fewer than
        LEAST_SHARED were silent much of their time.
        """
        return self._at(self.share, volume, proportion, self.least)

    def delays(self, volume, proportion) -> np.ndarray:
        """Years (last axis) until half of such charts show a doubling, and a tripling, of what has that proportion.

        LONGEST: so many or more. Infinite of fewer than LEAST_A_YEAR. Raises ValueError for a table without delays.
        """
        if self.delay is None:
            raise ValueError("thresholds: this table has no delays; use those of few patients or of new units")
        p, per_year = np.asarray(proportion, dtype=float), np.asarray(volume, dtype=float)
        fewest = per_year * np.minimum(p, 1 - p) < LEAST_A_YEAR
        return np.where(fewest[..., None], np.inf, self._at(self.delay, volume, proportion))

    def place(self, volume, proportion, least: float = 1e-9) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Row and column of the grid point before each arm, and how far it lies towards the next ones (2 × arms)."""
        p = np.asarray(proportion, dtype=float)
        rarer = np.maximum(np.asarray(volume, dtype=float) * np.minimum(p, 1 - p), least)
        row, right = _place(self.odds, logit(np.clip(p, 1e-6, 1 - 1e-6)))
        column, lower = _place(self.numbers, np.log(rarer))
        return row, column, np.stack([right, lower])

    def _at(self, values: np.ndarray, volume, proportion, least: float = 1e-9) -> np.ndarray:
        row, column, (right, lower) = self.place(volume, proportion, least)
        lower, right = lower[..., None], right[..., None]
        near = values[row, column] * (1 - lower) + values[row, column + 1] * lower
        far = values[row + 1, column] * (1 - lower) + values[row + 1, column + 1] * lower
        return near * (1 - right) + far * right


def _place(grid: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The interval of ``grid`` that holds each value and how far into it; beyond the grid its edge."""
    inside = np.clip(at, grid[0], grid[-1])
    left = np.clip(np.searchsorted(grid, inside, side="right") - 1, 0, len(grid) - 2)
    return left, (inside - grid[left]) / (grid[left + 1] - grid[left])


@cache
def thresholds(file: Path = FILE) -> Thresholds:
    """The table; FEW and NEW with delays. Raises ReferenceFileError where it is not a full grid of numbers."""
    columns = COLUMNS if file == FILE else WITH_DELAYS
    with file.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if tuple(reader.fieldnames or ()) != columns:
            raise ReferenceFileError(f"{file.name}: columns {reader.fieldnames}; it must have {', '.join(columns)}")
        rows = [{name: float(row[name]) for name in columns} for row in reader]
    p, number = (sorted({row[name] for row in rows}) for name in COLUMNS[:2])
    points = {(row["proportion"], row["rarer_per_year"]): row for row in rows}
    if len(points) != len(rows) or len(rows) != len(p) * len(number):
        raise ReferenceFileError(f"{file.name}: not one row per grid point; make it anew")

    def grid(names: tuple[str, ...]) -> np.ndarray:
        return np.array([[[points[a, b][c] for c in names] for b in number] for a in p])

    delay, least = (None, LEAST_SHARED) if file == FILE else (grid(WITH_DELAYS[-2:]), 1e-9)
    return Thresholds(logit(np.array(p)), np.log(number), grid(COLUMNS[2:4]), grid(COLUMNS[4:]), delay, least)
