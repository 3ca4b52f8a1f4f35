"""A table is described once: pages, files and documents are made from it and need no guess.

A :class:`Column` has a name and a :class:`Kind`; the kind says which values a cell may hold and how they are shown. A
:class:`TableRow` has a value for each column and says what it is: the country, a region, the reader's own unit. A
number that is not there is None (nothing to count), or said in words: hidden, or not reported. Never 0. What a table
shows and by what it is sorted are its values, so nothing that is hidden can be drawn, written or sorted by.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from data.reference import danish_key
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


@dataclass(frozen=True)
class Named:
    """A text with its ``key`` for programs and marks, e.g. a verdict; ``rank``: its place where the table is sorted.

    ``absent``: it says why there is no value.
    """

    key: str
    text: str
    rank: int | None = None
    absent: bool = False


Value = str | int | float | bool | dt.date | Said | Printed | Named | None

_TEXTS, _WHOLE, _REAL = (str, Named), (int,), (int, float)
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


class On(Enum):
    """Where a column or a row stands."""

    BOTH = "both"
    PAGE = "page"
    FILE = "file"


@dataclass(frozen=True)
class Column:
    """A column: its ``name`` in the reader's language and what it holds.

    ``decimals``: how many a workbook shows (a file holds them all); of a share or points those of the percentage.
    ``parts``: of a printed column the columns that a workbook has in its place. ``key``: its name for programs, the
    same in every language; pages name their columns by it.
    """

    name: str
    kind: Kind
    decimals: int | None = None
    parts: tuple[Column, ...] = ()
    key: str = ""
    on: On = On.BOTH

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


def of(kind: Kind, *names: str, decimals: int | None = None, keys: str = "", on: On = On.BOTH) -> tuple[Column, ...]:
    """Columns of one kind; ``keys``: one word for each. ValueError where there are not as many."""
    words = keys.split() or [""] * len(names)
    if len(words) != len(names):
        raise ValueError(f"columns {', '.join(names)}: {len(words)} keys ({keys}) for {len(names)} names")
    return tuple(Column(name, kind, decimals, key=key, on=on) for name, key in zip(names, words, strict=True))


def month_text(day: dt.date) -> str:
    """A month in a column of several kinds of period: '2025M03', which no spreadsheet takes for a day."""
    return f"{day:%Y}M{day:%m}"


class Role(Enum):
    """What a row is."""

    PLAIN = "plain"
    UNIT = "unit"  # a department or hospital
    REGION = "region"  # above its units, where there are any
    TOTAL = "total"  # the country, or all together
    REST = "rest"  # the others together, which have no rows of their own


@dataclass(frozen=True)
class Link:
    """What a row leads to; pages know the addresses. ``kind``: unit, indicator, database."""

    kind: str
    code: str
    site: str = ""


@dataclass(frozen=True)
class TableRow:
    """A row: a value for each column, and what it is. ``own``: the reader's unit. ``group``: the heading above it.

    ``key`` names it for programs, the same in every language.
    """

    values: tuple[Value, ...]
    role: Role = Role.PLAIN
    own: bool = False
    key: str = ""
    group: str = ""
    link: Link | None = None
    on: On = On.BOTH


@dataclass(frozen=True)
class Line:
    """A row beside its columns: ``line["rate"]`` is the value under that key. KeyError for a key without a column."""

    row: TableRow
    places: Mapping[str, int] = field(repr=False)

    def __getitem__(self, key: str) -> Value:
        return self.row.values[self.places[key]]

    def number(self, key: str) -> float | None:
        """The value where it is a number; None where there is none to show (nothing to count, hidden)."""
        value = self[key]
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None


@dataclass(frozen=True)
class Table:
    """A table: its title, columns, rows and foot-notes, in the reader's language. ``id``: its name on a page.

    Rows may be bare tuples of values. Raises TypeError for a column without a kind and for a value that its column
    cannot hold, ValueError for a row of another length and for two columns with one key.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    id: str = ""
    footnotes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        rows = tuple(row if isinstance(row, TableRow) else TableRow(tuple(row)) for row in self.rows)
        object.__setattr__(self, "rows", rows)
        for column in self.columns:
            if not isinstance(column, Column):
                raise TypeError(f"table {self.title}: column {column!r} has no kind; write Column(name, Kind...)")
        if len(self.places) != sum(bool(column.key) for column in self.columns):
            raise ValueError(f"table {self.title}: two columns have one key: {[one.key for one in self.columns]}")
        for row in rows:
            if len(row.values) != len(self.columns):
                raise ValueError(
                    f"table {self.title}: a row has {len(row.values)} cells, there are {len(self.columns)} columns"
                )
            for column, value in zip(self.columns, row.values, strict=True):
                column.check(value)

    @cached_property
    def places(self) -> dict[str, int]:
        """key → place of the column."""
        return {column.key: place for place, column in enumerate(self.columns) if column.key}

    def column(self, key: str) -> Column:
        """The column of a key; KeyError where there is none."""
        return self.columns[self.places[key]]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The rows of a page, in order."""
        return tuple(Line(row, self.places) for row in self.rows if row.on is not On.FILE)

    def index(self, *keys: str) -> dict[tuple[str, ...], Line]:
        """The rows by the values of some columns, texts by their key."""
        lines = (Line(row, self.places) for row in self.rows)
        return {tuple(_plain(line[key]) for key in keys): line for line in lines}

    @property
    def in_file(self) -> tuple[tuple[Column, ...], tuple[tuple[Value, ...], ...]]:
        """The columns and rows of a file."""
        kept = [place for place, column in enumerate(self.columns) if column.on is not On.PAGE]
        rows = (row.values for row in self.rows if row.on is not On.PAGE)
        return tuple(self.columns[place] for place in kept), tuple(tuple(row[p] for p in kept) for row in rows)


def _plain(value: Value) -> str:
    return value.key if isinstance(value, Named) else str(value)


def ordered(lines: Sequence[Line], values: Sequence[Value], down: bool) -> tuple[Line, ...]:
    """The lines in the order of ``values`` (one for each): what has no value to show stands last in both directions,
    equal ones as they stood, texts by the Danish alphabet.

    Groups are sorted within. Totals and the rest keep their place, and so do regions that stand above their units.
    """
    fixed = {Role.TOTAL, Role.REST} | ({Role.REGION} if any(one.row.role is Role.UNIT for one in lines) else set())
    out: list[Line] = []
    block: list[tuple[Line, Value]] = []
    group = None
    for line, value in zip(lines, values, strict=True):
        if line.row.role in fixed or line.row.group != group:
            out += _sorted(block, down)
            block, group = [], line.row.group
        if line.row.role in fixed:
            out.append(line)
        else:
            block.append((line, value))
    return (*out, *_sorted(block, down))


def _sorted(block: Iterable[tuple[Line, Value]], down: bool) -> list[Line]:
    keyed = [(_sort_key(value), line) for line, value in block]
    known = sorted((one for one in keyed if one[0] is not None), key=lambda one: one[0], reverse=down)
    return [line for _, line in known] + [line for key, line in keyed if key is None]


def _sort_key(value: Value) -> tuple | None:
    """What a value is sorted by; None where there is nothing to show. Numbers stand before texts."""
    if isinstance(value, Printed):
        value = value.values[0]
    if value is None or isinstance(value, Said) or (isinstance(value, Named) and value.absent):
        return None
    if isinstance(value, Named) and value.text == "":
        return None
    if isinstance(value, Named):
        return (0, value.rank) if value.rank is not None else (1, danish_key(value.text))
    if isinstance(value, str):
        return (1, danish_key(value)) if value else None
    if isinstance(value, dt.date):
        return (0, value.toordinal())
    return (0, value)
