"""A table's columns know what they hold: files, pages and commands that write a table need no guess.

A :class:`Column` has a name and a :class:`Kind`; the kind says which values a cell may hold and how a workbook shows
them. A number that is not there is None (nothing to count), or said in words: hidden, or not reported. Never 0.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum

from data.text import Text


class Kind(Enum):
    """What a column holds. Shares, points and limits are unrounded fractions of 1."""

    TEXT = "text"
    CODE = "code"  # of a unit, an indicator, a database: never a number, also where it looks like one
    PERIOD = "period"  # a year, a reporting year, a quarter, a week, a span of them
    MONTH = "month"  # a date within the month
    DATE = "date"
    FLAG = "flag"  # true or false
    COUNT = "count"  # whole; of patients, cases, units, months …
    CHANGE = "change"  # whole, with its sign: more or fewer than before
    NUMBER = "number"  # of patients or units as computed: expected, a year, a mean
    SHARE = "share"
    POINTS = "points"  # a difference of two shares
    RATIO = "ratio"  # observed over expected, odds ratio, dispersion
    DAYS = "days"
    YEARS = "years"
    P = "p"  # a probability of a test
    PRINTED = "printed"  # a text for people to read; a workbook has the column's parts


class Said(Enum):
    """What a cell says in words where it has no value to show."""

    HIDDEN = Text("skjult", "hidden")
    NOT_REPORTED = Text("ikke opgjort", "not reported")

    def in_(self, lang: str) -> str:
        return self.value.in_(lang)


@dataclass(frozen=True)
class Printed:
    """A cell in its two forms: ``text`` as a report prints it, ``values`` one for each part of its column."""

    text: str
    values: tuple[Value, ...]


Value = str | int | float | bool | dt.date | Said | Printed | None

_TEXTS, _WHOLE, _REAL = (str,), (int,), (int, float)
_HOLDS: dict[Kind, tuple[type, ...]] = {
    Kind.TEXT: _TEXTS,
    Kind.CODE: _TEXTS,
    Kind.PERIOD: (str, int),
    Kind.MONTH: (dt.date,),
    Kind.DATE: (dt.date,),
    Kind.FLAG: (bool,),
    Kind.COUNT: _WHOLE,
    Kind.CHANGE: _WHOLE,
    Kind.PRINTED: (Printed,),
}
_DECIMALS = {Kind.NUMBER: 1, Kind.SHARE: 1, Kind.POINTS: 1, Kind.RATIO: 2, Kind.DAYS: 0, Kind.YEARS: 1, Kind.P: 3}


@dataclass(frozen=True)
class Column:
    """A column: its ``name`` in the reader's language and what it holds.

    ``decimals``: how many a workbook shows (a file holds them all); of a share or points those of the percentage.
    ``parts``: of a printed column the columns that a workbook has in its place.
    """

    name: str
    kind: Kind
    decimals: int | None = None
    parts: tuple[Column, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.kind, Kind):
            raise TypeError(f"column {self.name}: {self.kind!r} is no Kind; say what the column holds")
        if (self.kind is Kind.PRINTED) != bool(self.parts):
            raise ValueError(f"column {self.name}: a printed column, and no other, has parts")

    @property
    def shown_decimals(self) -> int:
        return _DECIMALS.get(self.kind, 0) if self.decimals is None else self.decimals

    def check(self, value: Value) -> None:
        """Raise TypeError where the column cannot hold the value."""
        if value is None or isinstance(value, Said):
            return
        holds = _HOLDS.get(self.kind, _REAL)
        # True is an int to Python, a moment is a date, and a float that is no number prints as one.
        wrong = (isinstance(value, bool) and bool not in holds) or isinstance(value, dt.datetime)
        if wrong or not isinstance(value, holds) or value != value:
            raise TypeError(f"column {self.name} ({self.kind.value}): {value!r} is none of its values")
        if isinstance(value, Printed):
            if len(value.values) != len(self.parts):
                raise ValueError(f"column {self.name}: {len(value.values)} values for {len(self.parts)} parts")
            for part, one in zip(self.parts, value.values, strict=True):
                part.check(one)


def of(kind: Kind, *names: str, decimals: int | None = None) -> tuple[Column, ...]:
    """Columns of one kind."""
    return tuple(Column(name, kind, decimals) for name in names)


def month_text(day: dt.date) -> str:
    """A month in a column of several kinds of period: '2025M03', which no spreadsheet takes for a day."""
    return f"{day:%Y}M{day:%m}"
