"""The demonstration's life table: a formula, of no country. ``survival/lifetable-demonstration.csv`` holds it.

Gompertz's law (1825) with the level and the growth by which the demonstration's patients die of other causes than
their cancer: μ(age) = μ(70)·exp(0.092·(age − 70)) a year, 0.014 for men and 0.72 of that for women of 70 in 2018, and
one percent less each calendar year. Of the size of Danish mortality, but not it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from data.synthetic.cases import OTHER_AT_70, OTHER_GROWTH, OTHER_WOMEN

YEARS = range(2010, 2025)
AGES = range(100)
_FALL, _LEVEL_YEAR = 0.99, 2018
_HEAD = """# synthetic
# source: Synthetic life table of the demonstration (Gompertz's law), of no country
# Made by data/synthetic/lifetable.py; for real patients give a real one (docs/methods-net-survival.md).
sex,year,age,probability
"""


def rows() -> Iterator[tuple[str, int, int, float]]:
    """Sex, year, age and the probability of dying within the year."""
    for sex, level in (("F", OTHER_AT_70 * OTHER_WOMEN), ("M", OTHER_AT_70)):
        for year in YEARS:
            for age in AGES:
                start = level * _FALL ** (year - _LEVEL_YEAR) * math.exp(OTHER_GROWTH * (age - 70))
                yield sex, year, age, -math.expm1(-start * math.expm1(OTHER_GROWTH) / OTHER_GROWTH)


def text() -> str:
    """The file."""
    return _HEAD + "".join(f"{sex},{year},{age},{probability:.7f}\n" for sex, year, age, probability in rows())
