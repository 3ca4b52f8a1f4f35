"""A CSV file as bytes: its encoding, its line ends, its lines; and the true cause where a row cannot be read.

DuckDB reads what is well-formed UTF-8 with one kind of line end. Everything else is looked at here first: one pass over
the bytes says whether the file is in the encoding that extract.toml names, and with which row it is not.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

_BLOCK = 1 << 20
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: Bytes that latin-1 gives to control characters and Windows-1252 to dashes, quotation marks, the euro sign.
_WINDOWS_ONLY = bytes(range(0x80, 0xA0))
#: Bytes that Windows-1252 does not have.
_NOT_WINDOWS = bytes([0x81, 0x8D, 0x8F, 0x90, 0x9D])
_HIGH = bytes(range(0x80, 0x100))
#: The first bytes of blanks beyond ASCII, in UTF-8 and (0xA0) in the other encodings.
_OTHER_BLANKS = (b"\xa0", b"\xe2\x80", b"\xe2\x81", b"\xe3\x80", b"\xef\xbb")


class Fault(NamedTuple):
    """The first byte that the encoding does not have: its line of the file from 1, and the likely encoding."""

    line: int
    byte: int
    likely: str


@dataclass(frozen=True)
class Survey:
    """What one pass over a file's bytes found. ``lines``: how many there are; ``mixed``: line ends of several kinds.

    ``blanks``: whether a value may begin or end with a blank; a file without them need not be looked through for them.
    """

    bom: bool
    lines: int
    mixed: bool
    fault: Fault | None
    really_utf_8: bool  # beyond ASCII, and every byte sequence is UTF-8
    blanks: bool


def survey(path: Path, encoding: str, delimiter: str) -> Survey:
    """Read the bytes of a file that should be in ``encoding`` (utf-8, latin-1 or windows-1252)."""
    beside = np.zeros(256, bool)
    beside[list(delimiter.encode() + b'"\n\r')] = True
    blanks = False
    feeds = returns = both = 0
    ascii_only = utf_8 = True
    good = False  # some letters beyond ASCII were UTF-8
    bad: tuple[int, int] | None = None  # line, byte
    decoder = codecs.getincrementaldecoder("utf-8")()
    wrong = {"latin-1": _WINDOWS_ONLY, "windows-1252": _NOT_WINDOWS}.get(encoding, b"")
    seen: set[int] = set()
    last = b""
    with path.open("rb") as stream:
        start = stream.read(4)
        stream.seek(0)
        while block := stream.read(_BLOCK):
            while block.endswith(b"\r") and (more := stream.read(1)):
                block += more  # a pair of line ends stays together
            line = 1 + feeds + returns - both
            if not blanks:
                joined = last + block
                blanks = any(blank in joined and _at_border(joined, blank, beside) for blank in (b" ", b"\t"))
                blanks = blanks or b"\v" in block or b"\f" in block
                blanks = blanks or (not block.isascii() and any(one in joined for one in _OTHER_BLANKS))
            if not block.isascii():
                ascii_only = False
                if utf_8:
                    try:
                        good = not decoder.decode(block).isascii() or good
                    except UnicodeDecodeError as error:
                        utf_8 = False
                        good = good or not error.object[: error.start].isascii()
                        if encoding == "utf-8":
                            place = error.start - (len(error.object) - len(block))
                            bad = (line + _breaks(block[: max(place, 0)]), error.object[error.start])
                seen |= set(block.translate(None, bytes(range(0x80))))
                if bad is None and wrong:
                    places = [place for place in map(block.find, _each(wrong)) if place >= 0]
                    if places:
                        bad = (line + _breaks(block[: min(places)]), block[min(places)])
            elif utf_8 and decoder.getstate()[0]:
                utf_8 = False  # a letter that was cut short
                if encoding == "utf-8":
                    bad = (line, decoder.getstate()[0][0])
            feeds += int(np.count_nonzero(np.frombuffer(block, np.uint8) == ord("\n")))
            if b"\r" in block:
                returns += block.count(b"\r")
                both += block.count(b"\r\n")
            last = block[-1:]
    if utf_8 and decoder.getstate()[0]:
        utf_8 = False
        if encoding == "utf-8":
            bad = (1 + feeds + returns - both, decoder.getstate()[0][0])
    breaks = feeds + returns - both
    kinds = [both, feeds - both, returns - both]
    fault = None
    if start[:2] in _UTF_16 or (len(start) > 1 and 0 in start[:2]):  # without its mark: every second byte is 0
        fault = Fault(1, start[0], "UTF-16")
    elif bad is not None:
        fault = Fault(*bad, "mixed" if encoding == "utf-8" and good else _likely(seen, utf_8))
    return Survey(
        start.startswith(codecs.BOM_UTF8),
        breaks + (last not in (b"\n", b"\r", b"")),
        sum(kind > 0 for kind in kinds) > 1,
        fault,
        utf_8 and not ascii_only,
        blanks or last in (b" ", b"\t"),
    )


def _at_border(text: bytes, blank: bytes, beside: np.ndarray) -> bool:
    """Whether one of the blanks stands beside a delimiter, a quotation mark or a line end: ``beside`` by byte."""
    values = np.frombuffer(text, np.uint8)
    places = np.flatnonzero(values == blank[0])
    before, after = places[places > 0] - 1, places[places < len(values) - 1] + 1
    return bool(not beside[blank[0]] and (beside[values[before]].any() or beside[values[after]].any()))


def _each(some: bytes) -> Iterator[bytes]:
    return (some[place : place + 1] for place in range(len(some)))


def _breaks(block: bytes) -> int:
    return block.count(b"\n") + block.count(b"\r") - block.count(b"\r\n")


def _likely(seen: set[int], utf_8: bool) -> str:
    """The encoding that the bytes beyond ASCII speak for."""
    if utf_8:
        return "utf-8"
    if seen & set(_NOT_WINDOWS):
        return ""
    return "windows-1252" if seen & set(_WINDOWS_ONLY) else "latin-1"


def rewrite(source: Path, target: Path, encoding: str) -> None:
    """Write a file anew as UTF-8 with one kind of line end."""
    with source.open(encoding=_python(encoding), newline=None) as old, target.open("w", encoding="utf-8") as new:
        while text := old.read(_BLOCK):
            new.write(text)


def _python(encoding: str) -> str:
    """Python's name of the encoding; a UTF-8 mark is no text."""
    return "utf-8-sig" if encoding == "utf-8" else encoding


@dataclass(frozen=True)
class Broken:
    """Rows that are no CSV: data rows and lines from 1 of the first ones, how many, and why."""

    kind: str  # "columns", "quote", "after_quote"
    rows: tuple[int, ...]
    lines: tuple[int, ...]
    count: int
    found: int = 0  # columns of the first
    spans: int = 1  # lines that it takes


def header(path: Path, encoding: str, delimiter: str) -> list[str]:
    """The fields of the header row; none where it is empty or not CSV."""
    with path.open(encoding=_python(encoding), newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        try:
            return next(reader, [])
        except csv.Error:
            return []


def broken(path: Path, encoding: str, delimiter: str, first: int) -> Broken | None:
    """The rows of a file that are not of the header's number of columns, or the first that is no CSV at all."""
    places: list[tuple[int, int, int, int]] = []  # row, line, columns, lines it spans
    count = row = 0
    with path.open(encoding=_python(encoding), newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        width = len(next(reader, []))
        while True:
            line = reader.line_num + 1
            try:
                record = next(reader, None)
            except csv.Error as error:
                kind = "quote" if "unexpected end" in str(error) or "field larger" in str(error) else "after_quote"
                if places:
                    break
                return Broken(kind, (row + 1,), (line,), 1)
            if record is None:
                break
            if not record:
                continue
            row += 1
            if len(record) != width:
                count += 1
                if len(places) < first:
                    places.append((row, line, len(record), reader.line_num - line + 1))
    if not places:
        return None
    rows, lines, columns, spans = zip(*places, strict=True)
    return Broken("columns", rows, lines, count, columns[0], spans[0])


def lines_of(path: Path, encoding: str, delimiter: str, rows: Collection[int]) -> dict[int, tuple[int, int]]:
    """First and last line of the file of each of the data rows, for files whose rows take more than one line.

    None of rows behind a value that is too long for Python's reader: 128 KiB.
    """
    wanted, row = set(rows), 0
    found: dict[int, tuple[int, int]] = {}
    with path.open(encoding=_python(encoding), newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter)
        columns = len(next(reader, []))
        while wanted:
            start = reader.line_num + 1
            try:
                record = next(reader, None)
            except csv.Error:
                break
            if record is None:
                break
            if record or columns == 1:
                row += 1
                if row in wanted:
                    found[row] = (start, reader.line_num)
                    wanted.discard(row)
    return found
