"""A second program for net survival: one patient, one day at a time, in plain Python."""

from __future__ import annotations

import csv
import datetime as dt
import math
from dataclasses import dataclass
from pathlib import Path

YEAR = 365.25


@dataclass(frozen=True)
class Person:
    """``entry``: followed on the days after it, −1 from the diagnosis."""

    sex: str
    age: int
    diagnosed: dt.date
    exit: int
    died: bool
    entry: int = -1


class Table:
    """A life table's probabilities; ages and years beyond it are its last (first)."""

    def __init__(self, rows: dict[tuple[str, int, int], float]) -> None:
        self.rows = rows
        self.years = sorted({year for _, year, _ in rows})
        self.oldest = max(age for _, _, age in rows)

    @classmethod
    def of_file(cls, path: Path) -> Table:
        lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
        return cls({(r["sex"], int(r["year"]), int(r["age"])): float(r["probability"]) for r in csv.DictReader(lines)})

    def hazard(self, person: Person, step: int) -> float:
        """The population's hazard on the day that begins ``step`` days after the diagnosis."""
        year = (person.diagnosed + dt.timedelta(days=step)).year
        year = min(max(year, self.years[0]), self.years[-1])
        age = min(math.floor(person.age + 0.5 + step / YEAR), self.oldest)
        return -math.log(1 - self.rows[person.sex, year, age]) / YEAR


def net_survival(people: list[Person], table: Table, days: int, weighted: bool) -> tuple[list[float], list[float]]:
    """Cumulative excess hazard and its variance on the days 0 … ``days``; nan where nobody is at risk any more."""
    passed = [0.0] * len(people)
    excess, variance = 0.0, 0.0
    found: tuple[list[float], list[float]] = ([], [])
    for day in range(days + 1):
        weight, half, rate = [], [], []
        for n, one in enumerate(people):
            hazard = table.hazard(one, day - 1) if day else 0.0
            weight.append(math.exp(passed[n] + hazard) if weighted else 1.0)
            half.append(math.exp(passed[n] + hazard / 2) if weighted else 1.0)  # at noon, as the day's mean
            rate.append(hazard)
            passed[n] += hazard
        there = [n for n, one in enumerate(people) if one.entry < day <= one.exit]
        if not there:
            excess = variance = math.nan
        else:
            whole = sum(weight[n] for n in there)
            dead = [n for n in there if people[n].died and people[n].exit == day]
            population = sum(half[n] * rate[n] for n in there) / sum(half[n] for n in there)
            excess += sum(weight[n] for n in dead) / whole - population
            variance += sum(weight[n] ** 2 for n in dead) / whole**2
        found[0].append(excess)
        found[1].append(variance)
    return found
