"""Tables as files: CSV and XLSX of one Sheet, stamped with what the numbers are of."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import xlsxwriter

#: A cell: text, count, fraction (kept unrounded) or None for empty.
Value = str | int | float | bool | None


@dataclass(frozen=True)
class Sheet:
    """A table to download: ``columns`` names, ``rows`` of plain values, ``stamp`` pairs (label, value).

    Fractions are unrounded fractions of 1; a hidden value is a text such as "skjult", never 0. ``period`` and
    ``database``: what the file's name says instead of the page's own.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    stamp: tuple[tuple[str, str], ...]
    period: str = ""
    database: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(
                    f"sheet {self.name}: a row has {len(row)} cells, there are {len(self.columns)} columns"
                )


def to_csv(sheet: Sheet, lang: str = "da") -> bytes:
    """The sheet as CSV bytes. Danish: semicolon and decimal comma, with the mark that Danish Excel needs.

    English: comma and decimal point. The stamp stands first, in lines that begin with #.
    """
    danish = lang == "da"
    stream = io.StringIO()
    for label, value in (("", sheet.title), *sheet.stamp):
        stream.write(f"# {label}: {value}\n" if label else f"# {value}\n")
    writer = csv.writer(stream, delimiter=";" if danish else ",", lineterminator="\n")
    writer.writerow(sheet.columns)
    writer.writerows([_text(value, danish) for value in row] for row in sheet.rows)
    return stream.getvalue().encode("utf-8-sig" if danish else "utf-8")


def to_xlsx(sheet: Sheet) -> bytes:
    """The sheet as an XLSX workbook: the table on the first sheet (numbers as numbers), the stamp below it."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"title": sheet.title, "comments": "; ".join(f"{a}: {b}" for a, b in sheet.stamp)})
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
    fraction = book.add_format({"num_format": "0.0 %"})
    whole = book.add_format({"num_format": "#,##0"})
    page = book.add_worksheet(sheet.name[:31])
    page.write_string(0, 0, sheet.title, book.add_format({"bold": True, "font_size": 13}))
    first = 2
    for column, name in enumerate(sheet.columns):
        page.write_string(first, column, name, bold)
    for number, row in enumerate(sheet.rows, start=first + 1):
        for column, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, bool):
                page.write_boolean(number, column, value)
            elif isinstance(value, int):
                page.write_number(number, column, value, whole)
            elif isinstance(value, float):
                page.write_number(number, column, value, fraction)
            else:
                page.write_string(number, column, value)
    for number, (label, value) in enumerate(sheet.stamp, start=first + len(sheet.rows) + 2):
        page.write_string(number, 0, label)
        page.write_string(number, 1, value)
    page.set_column(0, 0, 30)
    page.set_column(1, max(1, len(sheet.columns) - 1), 14)
    page.freeze_panes(first + 1, 1)
    book.close()
    return stream.getvalue()


def _text(value: Value, danish: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return {True: "ja", False: "nej"}[value] if danish else str(value).lower()
    if isinstance(value, float):
        return repr(value).replace(".", ",") if danish else repr(value)
    return str(value)
