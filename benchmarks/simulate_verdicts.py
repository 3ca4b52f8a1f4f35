"""Graded verdicts, by simulation: how often *probably* is right, and whether the probability is calibrated.

Departments of the sizes of a national database with true shares spread around the country's, one year of patients each,
some of them missing; judged by the same function as pages and command. Run with ``python -m benchmarks --simulations``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.report import Result
from data.reference import Standard
from indicators.graded import evidence
from indicators.statistics.intervals import exact

YEARS = 1000
SEED = 20261101
#: Patients of the departments in one year.
SIZES = (18, 25, 34, 45, 58, 70, 84, 96, 110, 125, 141, 160, 182, 205, 225, 260, 310)


@dataclass(frozen=True)
class VerdictSetting:
    """The country's share against a standard, the true standard deviation between departments (log odds), and the share
    of the patients who are missing (like the known)."""

    name: str
    country: float
    standard: float
    operator: str
    spread: float
    missing: float = 0.0


SETTINGS = (
    VerdictSetting("93 % against 90 %", 0.93, 0.90, ">=", 0.6),
    VerdictSetting("90 % against 90 %", 0.90, 0.90, ">=", 0.5),
    VerdictSetting("90 % against 90 %, 3 % missing", 0.90, 0.90, ">=", 0.5, 0.03),
    VerdictSetting("70 % against 75 %", 0.70, 0.75, ">=", 0.4),
    VerdictSetting("4 % against at most 5 %", 0.04, 0.05, "<=", 0.5),
)


def run(years: int = YEARS, seed: int = SEED) -> list[Result]:
    """Lines of the benchmark table: how often *probably* is right, the calibration's slope, and how many are graded."""
    results = []
    for number, setting in enumerate(SETTINGS):
        results += of_setting(setting, years, np.random.default_rng([seed, number]))
    return results


def of_setting(setting: VerdictSetting, years: int, rng: np.random.Generator) -> list[Result]:
    """The three lines of one setting."""
    word, said, meets = judged(setting, years, rng)
    probable = np.isin(word, ("probably_met", "probably_not_met"))
    right = np.where(word == "probably_met", meets, ~meets)[probable].mean()
    graded = (word != "unsettled").mean()
    clear = np.isin(word, ("met", "not_met")).mean()
    slope = calibration_slope(said, meets)
    head = f"verdicts, {setting.name}"
    return [
        Result(f"{head}: *probably* is right", f"{right:.1%}", "75–95 %", 0.75 <= right <= 0.95),
        Result(f"{head}: slope of the calibration", f"{slope:.2f}", "0.9–1.1", 0.9 <= slope <= 1.1),
        Result(f"{head}: settled or probable (settled alone)", f"{graded:.0%} ({clear:.0%})", "", None),
    ]


def judged(setting: VerdictSetting, years: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Word, probability and truth (whether the true share meets the standard) of each department and year."""
    sizes = np.tile(SIZES, years)
    middle = np.log(setting.country / (1 - setting.country))
    truth = 1 / (1 + np.exp(-(middle + setting.spread * rng.standard_normal(len(sizes)))))
    missing = rng.binomial(sizes, setting.missing)
    known = sizes - missing
    x = rng.binomial(known, truth)
    lower, upper = exact(x, known)
    goal = Standard("*", "", "", "", None, None, setting.operator, setting.standard, "standard", "", False)
    found = [
        evidence(goal, {"numerator": one, "denominator": n, "missing": gone, "rate": one / n if n else None,
                        "lower": low, "upper": high})
        for one, n, gone, low, high in zip(*(part.tolist() for part in (x, known, missing, lower, upper)), strict=True)
    ]  # fmt: skip
    above = truth >= setting.standard
    return (
        np.array([one.word for one in found]),
        np.array([one.probability for one in found]),
        above if setting.operator == ">=" else ~above,
    )


def calibration_slope(said: np.ndarray, meets: np.ndarray) -> float:
    """The slope of a logistic regression of what is true on the log odds of what was said (Cox 1958); 1 is right.

    Probabilities nearer than 1e-4 to 0 or 1 are left out: they are settled, and their log odds rule everything.
    """
    there = (said > 1e-4) & (said < 1 - 1e-4)
    z, y = np.log(said[there] / (1 - said[there])), meets[there].astype(float)
    design, weight = np.column_stack([np.ones_like(z), z]), np.zeros(2)
    for _ in range(50):
        p = 1 / (1 + np.exp(-design @ weight))
        step = np.linalg.solve((design * (p * (1 - p))[:, None]).T @ design, design.T @ (y - p))
        weight = weight + step
        if np.abs(step).max() < 1e-10:
            break
    return float(weight[1])
