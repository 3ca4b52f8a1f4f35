"""What a report says, before it is any file: sections of paragraphs, tables and figures, described once.

``reports.annual`` makes it, the writers draw it (DOCX, HTML, PDF, slides, workbook). A table is a typed
``results.table.Table``; a :class:`Shown` says which of its values a printed column has, and reads the line alone, so
that every writer prints the same and the workbook holds the values themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from results.table import Kind, Line, Role, Table
from words import format as fmt
from words import values
from words.reader import Reader
from words.runs import Runs, TextPart

Draw = Callable[[Line], str | Runs]
#: Before the name of a department below its region.
_SET_IN = fmt.NBSP * 3
_LEFT = (Kind.TEXT, Kind.CODE, Kind.PERIOD)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. ``style``: body, finding (the section's one finding), lead, note (small), heading (a small one)."""

    runs: str | Runs
    style: str = "body"


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    items: tuple[str | Runs, ...]


@dataclass(frozen=True)
class FactList:
    """Labels with their texts: a definition."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Shown:
    """A printed column: its heading in one or two lines, what it prints of a line, its side and part of the width."""

    head: str
    draw: Draw
    sub: str = ""
    left: bool = False
    width: float = 1.0
    current: bool = False


@dataclass(frozen=True)
class PrintedTable:
    """A table with its printed columns. ``caption`` is a sentence without number; ``name``: of its sheet.

    ``notes``: foot-notes, those with a number first. ``wide``: it needs the page turned.
    """

    id: str
    table: Table
    shown: tuple[Shown, ...]
    caption: str
    notes: tuple[str | Runs, ...] = ()
    wide: bool = False
    lines: tuple[Line, ...] | None = None

    def cells(self, line: Line) -> tuple[str | Runs, ...]:
        """What is printed of a row."""
        return tuple(one.draw(line) for one in self.shown)

    @property
    def printed_lines(self) -> tuple[Line, ...]:
        return self.table.lines if self.lines is None else self.lines


@dataclass(frozen=True)
class Illustration:
    """A figure as a plotly dict that figures.svg draws, ``width`` px wide. ``alt`` says what it shows, in words.

    ``part``: of the width of the page's text that it takes.
    """

    id: str
    figure: Mapping
    width: float
    caption: str
    alt: str
    note: str | Runs = ""
    part: float = 1.0


@dataclass(frozen=True)
class Remark:
    """What people wrote: a heading, paragraphs, who and when; ``warning``: that the number has moved since."""

    heading: str
    paragraphs: tuple[str, ...]
    by: str
    warning: str = ""


Block = Paragraph | Bullets | FactList | PrintedTable | Illustration | Remark


@dataclass(frozen=True)
class ChartedUnit:
    """A unit of a native chart: its share with its limits (fractions; None: not there, or hidden) and verdict."""

    name: str
    rate: float | None
    lower: float | None
    upper: float | None
    state: str


@dataclass(frozen=True)
class NativeChart:
    """A chart that the program of the slides draws itself and people can change: units' shares with their intervals.

    ``name``: of the series; ``standard``: its value with its words, None where there is none; ``low``, ``high`` and
    ``step``: of the axis; ``alt`` says what it shows; ``key``: how its marks are read.
    """

    id: str
    name: str
    points: tuple[ChartedUnit, ...]
    standard: tuple[float, str] | None
    low: float
    high: float
    step: float
    alt: str
    key: str


@dataclass(frozen=True)
class Slide:
    """What a section is on one slide: the finding as its title, a chart, and a few sentences."""

    title: str
    chart: NativeChart | None
    points: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """A section: a heading of a level (1 to 3), its blocks, and the sections below it.

    ``kicker``: the small line above the heading. ``new_page``: it begins a page.
    """

    id: str
    title: str
    level: int
    blocks: tuple[Block, ...] = ()
    parts: tuple[Part, ...] = ()
    kicker: str = ""
    new_page: bool = False
    slide: Slide | None = None

    def walk(self) -> Iterator[Part]:
        """The section and all below it, in order."""
        yield self
        for one in self.parts:
            yield from one.walk()


@dataclass(frozen=True)
class Document:
    """A whole report. ``stamp``: what its numbers are of; ``version``: uncommented, commented or final, in words."""

    reader: Reader
    title: str
    subtitle: str
    version: str
    parts: tuple[Part, ...]
    stamp: tuple[tuple[str, str], ...] = field(repr=False, default=())

    @property
    def lang(self) -> str:
        return self.reader.lang

    def sections(self) -> Iterator[Part]:
        """Every section, in order."""
        for one in self.parts:
            yield from one.walk()

    def blocks(self) -> Iterator[Block]:
        """Every block, in order."""
        for one in self.sections():
            yield from one.blocks

    @property
    def tables(self) -> tuple[PrintedTable, ...]:
        return tuple(one for one in self.blocks() if isinstance(one, PrintedTable))

    @property
    def pictures(self) -> tuple[Illustration, ...]:
        return tuple(one for one in self.blocks() if isinstance(one, Illustration))


def unit(head: str, key: str = "unit", **look: object) -> Shown:
    """The column that names the units: totals and regions stand out, what is below them is set in."""

    def draw(line: Line) -> Runs:
        name = str(line[key])
        if line.row.role in (Role.TOTAL, Role.REGION):
            return [TextPart(name, strong=True)]
        return [f"{_SET_IN}{name}" if line.row.role is Role.UNIT else name]

    look.setdefault("width", 2.7)
    return Shown(head, draw, left=True, **look)


def column(table: Table, key: str, lang: str, head: str = "", **look: object) -> Shown:
    """A printed column of one column of the table, by its key; its heading is the column's name."""
    of = table.column(key)
    look.setdefault("left", of.kind in _LEFT)
    return Shown(head or of.name[:1].upper() + of.name[1:], lambda line: values.text(of, line[key], lang), **look)


def interval(head: str, keys: str, lang: str, decimals: int = 1, **look: object) -> Shown:
    """A share with its interval; ``keys``: of the share, the lower and the upper limit."""
    rate, lower, upper = keys.split()
    return Shown(head, lambda line: values.with_limits(line, rate, lower, upper, lang, decimals), **look)


def fraction(head: str, numerator: str, denominator: str, lang: str, **look: object) -> Shown:
    """Numerator and denominator in one column."""
    return Shown(head, lambda line: values.fraction(line, numerator, denominator, lang), **look)
