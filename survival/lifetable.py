"""Life tables: the mortality of the whole population, by sex, calendar year and attained age.

A life table is a CSV file (UTF-8, comma) with the columns ``sex`` (F, M), ``year``, ``age`` and ``probability``: the
chance that somebody of that age dies within a year, qx of official tables. Each sex has the same years without a gap
and each year the same ages from 0 without a gap; the last age is open ("99 and older"). Lines before the header that
begin with ``#`` are its description; one of the form ``# source: ...`` names where it comes from.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from survival.estimators import YEAR

SEXES = ("F", "M")
COLUMNS = ("sex", "year", "age", "probability")
#: The one that comes with the program: made from a formula, of no country.
DEMONSTRATION = Path(__file__).parent / "lifetable-demonstration.csv"
#: A store's own: ``python -m survival lifetable FILE --store DIR`` puts it there.
IN_STORE = "lifetable.csv"
_OLDEST, _YEARS = 130, (1800, 2200)
_SHOWN = 40


class LifeTableError(ValueError):
    """A life table that cannot be used; the message names the file, the line, the value and what to do."""


@dataclass(frozen=True)
class LifeTable:
    """``hazard[sex, year − first, age]``: deaths per person-day, −ln(1 − q)/365.25; sexes as in :data:`SEXES`.

    ``source`` as the file describes itself (else its name); ``sum`` of its bytes, which names results made from it.
    ``synthetic``: it belongs to no country.
    """

    source: str
    sum: str
    synthetic: bool
    first: int
    hazard: np.ndarray = field(repr=False)

    @property
    def last(self) -> int:
        """The last year."""
        return self.first + self.hazard.shape[1] - 1

    @property
    def oldest(self) -> int:
        """The open age."""
        return self.hazard.shape[2] - 1


def read(path: Path) -> LifeTable:
    """The life table of a file. Raises LifeTableError for a file that is missing or not as described above."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LifeTableError(f"life table {path}: cannot be read ({error.strerror}); give a CSV file") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise LifeTableError(f"life table {path}, line {line}: not UTF-8; save the file as UTF-8") from error
    lines = text.splitlines()
    notes = [line.lstrip("# ").strip() for line in lines if line.startswith("#")]
    source = next((note.partition(":")[2].strip() for note in notes if note.lower().startswith("source:")), path.name)
    synthetic = any(note.lower() == "synthetic" for note in notes)
    rows = _rows(str(path), lines)
    years = sorted({year for _, year, _ in rows})
    ages = sorted({age for _, _, age in rows})
    hazard = np.full((len(SEXES), years[-1] - years[0] + 1, ages[-1] + 1), np.nan)
    for (sex, year, age), (probability, _) in rows.items():
        with np.errstate(divide="ignore"):  # certain death: refused where somebody would be followed there
            hazard[sex, year - years[0], age] = -np.log1p(-probability) / YEAR
    _whole(str(path), rows, hazard, years[0])
    return LifeTable(source, hashlib.sha256(content).hexdigest(), synthetic, years[0], hazard)


def kept(path: Path) -> LifeTable:
    """As :func:`read`; a file that is as it was is read once."""
    state = path.stat()
    return _kept(path, state.st_mtime_ns, state.st_size)


def demonstration() -> LifeTable:
    """The life table that comes with the program."""
    return kept(DEMONSTRATION)


@lru_cache(maxsize=8)
def _kept(path: Path, changed: int, size: int) -> LifeTable:
    return read(path)


def _rows(path: str, lines: list[str]) -> dict[tuple[int, int, int], tuple[float, int]]:
    """(sex, year, age) → probability and line of the file."""
    found: dict[tuple[int, int, int], tuple[float, int]] = {}
    cells = _cells(lines)
    number, header = next(cells, (1, []))
    place = _places(path, number, header)
    for number, row in cells:
        if len(row) != len(header):
            raise _wrong(path, number, f"{len(row)} values where the header has {len(header)}", "write one for each")
        sex, year, age, probability = (row[place[name]].strip() for name in COLUMNS)
        if sex not in SEXES:
            raise _wrong(path, number, f"sex '{_short(sex)}'", "write F or M")
        key = (
            SEXES.index(sex),
            _whole_number(path, number, "year", year, _YEARS),
            _whole_number(path, number, "age", age, (0, _OLDEST)),
        )
        if key in found:
            said = f"sex {sex}, year {year}, age {age} stands in line {found[key][1]} already"
            raise _wrong(path, number, said, "remove one of the two")
        found[key] = (_probability(path, number, probability), number)
    if not found:
        raise _wrong(path, number, "no rows", f"write rows of {', '.join(COLUMNS)}")
    return found


def _cells(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Each row that is neither empty nor a description, with its line of the file from 1."""
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            yield number, next(csv.reader([line]))


def _places(path: str, line: int, header: list[str]) -> dict[str, int]:
    names = [name.strip().lower() for name in header]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        if len(names) == 1 and (";" in names[0] or "\t" in names[0]):
            fix = "separate the values by commas, with a decimal point"
        else:
            fix = f"the header must be {','.join(COLUMNS)}"
        raise _wrong(path, line, f"no column {', '.join(missing)} (the line is '{_short(','.join(header))}')", fix)
    return {name: names.index(name) for name in COLUMNS}


def _whole_number(path: str, line: int, name: str, text: str, limits: tuple[int, int]) -> int:
    low, high = limits
    if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
        fix = f"write a whole number from {low} to {high}"
        if name == "age" and text.endswith("+"):
            fix += "; the last age is open without a sign"
        raise _wrong(path, line, f"{name} '{_short(text)}'", fix)
    return int(text)


def _probability(path: str, line: int, text: str) -> float:
    fix = "write the chance of dying within a year as a number from 0 to 1, e.g. 0.00312"
    try:
        value = float(text)
    except ValueError:
        raise _wrong(path, line, f"probability '{_short(text)}'", fix) from None
    if not 0 <= value <= 1:
        raise _wrong(path, line, f"probability '{_short(text)}'", fix + " (not per 1,000 or 100,000)")
    return value


def _whole(path: str, rows: dict, hazard: np.ndarray, first: int) -> None:
    """Refuse a table in which a sex, a year or an age is missing."""
    present = np.zeros(hazard.shape, dtype=bool)
    for sex, year, age in rows:
        present[sex, year - first, age] = True
    if present.all():
        return
    for sex, name in enumerate(SEXES):
        if not present[sex].any():
            raise LifeTableError(f"life table {path}: no rows of sex {name}; add them, also where nobody has that sex")
    sex, year, age = (int(part[0]) for part in np.nonzero(~present))
    raise LifeTableError(
        f"life table {path}: no row of sex {SEXES[sex]}, year {first + year}, age {age} "
        f"({int((~present).sum())} missing in all); each sex and year needs every age from 0 to "
        f"{hazard.shape[2] - 1}, and the years may have no gap"
    )


def _wrong(path: str, line: int, what: str, fix: str) -> LifeTableError:
    return LifeTableError(f"life table {path}, line {line}: {what}; {fix}")


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
