"""Tables as files: CSV and XLSX of one Sheet, stamped with what the numbers are of; FORMATS has every form of file.

CSV is for programs and for reading: unrounded numbers, dates as 2026-03-31, months as 2026M03. XLSX shows what each
column holds: shares as per cent, expected numbers as numbers, dates as dates.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import xlsxwriter

from data.spreadsheet import is_formula, shielded
from data.text import Text
from results.table import Column, Kind, Named, Printed, Said, Table, Value, month_text

#: Characters of a workbook's column, at least and at most.
_NARROW, _WIDE = 9, 48
_TEXT_KINDS = (Kind.TEXT, Kind.CODE, Kind.PERIOD, Kind.PRINTED)


@dataclass(frozen=True)
class Sheet:
    """A table to download: ``name`` of its sheet in a workbook, the ``table``, ``stamp`` pairs (label, value).

    ``period`` and ``database``: what the file's name says instead of the page's own.
    """

    name: str
    table: Table
    stamp: tuple[tuple[str, str], ...]
    period: str = ""
    database: str = ""

    @property
    def title(self) -> str:
        return self.table.title

    @property
    def columns(self) -> tuple[Column, ...]:
        """The file's columns."""
        return self.table.in_file[0]

    @property
    def rows(self) -> tuple[tuple[Value, ...], ...]:
        """The file's rows."""
        return self.table.in_file[1]


def to_csv(sheet: Sheet, lang: str = "da") -> bytes:
    """The sheet as CSV bytes: UTF-8 with the mark that Excel needs; Danish: semicolon and decimal comma.

    English: comma and decimal point. The stamp stands first, in lines that begin with #. A text that a spreadsheet
    would compute or take for a date has an apostrophe before it, and the stamp says so.
    """
    danish = lang == "da"
    delimiter = ";" if danish else ","
    columns, values = sheet.table.in_file
    rows = [[_text(column, value, lang) for column, value in _cells(columns, row)] for row in values]
    head = [shielded(column.name) for column in columns]
    stamp = [("", sheet.title), *sheet.stamp]
    if any(cell[:1] == "'" for row in rows for cell in row):
        stamp.append(_APOSTROPHE[danish])
    stream = io.StringIO()
    for label, value in stamp:
        stream.write(f"# {_comment(f'{label}: {value}' if label else value, delimiter)}\n")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return stream.getvalue().encode("utf-8-sig")


_APOSTROPHE = {
    True: ("Læs", "en apostrof forrest i en celle er sat, for at regneark ikke skal regne på teksten eller gøre den "
                  "til en dato eller et tal; den hører ikke til værdien"),
    False: ("Read", "an apostrophe at the start of a cell keeps spreadsheets from computing the text or making a date "
                    "or a number of it; it is no part of the value"),
}  # fmt: skip


def to_xlsx(sheet: Sheet, lang: str = "da") -> bytes:
    """The sheet as an XLSX workbook: the table on the first sheet, each column as its kind is shown, the stamp below.

    A printed column stands as its parts. Texts are texts, also those that look like formulas.
    """
    stream = io.BytesIO()
    book = _book(stream, sheet.title, sheet.stamp)
    _sheet(book, book.add_worksheet(sheet.name[:31]), sheet, lang)
    book.close()
    return stream.getvalue()


def to_workbook(sheets: Sequence[Sheet], lang: str, title: str) -> bytes:
    """Several sheets as one XLSX workbook; the first page lists them with the number of their rows and links.

    Raises ValueError for two sheets of one name.
    """
    names = [sheet.name[:31] for sheet in sheets]
    if len({name.lower() for name in names}) != len(names):
        raise ValueError(f"two sheets of the workbook have one name: {', '.join(sorted(names))}")
    stream = io.BytesIO()
    book = _book(stream, title, sheets[0].stamp if sheets else ())
    danish = lang == "da"
    contents = book.add_worksheet("Indhold" if danish else "Contents")
    head, link = book.add_format({"bold": True, "bottom": 1}), book.get_default_url_format()
    contents.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 13}))
    for place, text in enumerate(("Ark", "Tabel", "Rækker") if danish else ("Sheet", "Table", "Rows")):
        contents.write_string(2, place, text, head)
    for number, (name, sheet) in enumerate(zip(names, sheets, strict=True), start=3):
        contents.write_url(number, 0, f"internal:'{name}'!A1", link, name)
        contents.write_string(number, 1, sheet.title)
        contents.write_number(number, 2, len(sheet.rows))
    contents.set_column(0, 0, 32)
    contents.set_column(1, 1, 90)
    for name, sheet in zip(names, sheets, strict=True):
        _sheet(book, book.add_worksheet(name), sheet, lang)
    book.close()
    return stream.getvalue()


def _book(stream: io.BytesIO, title: str, stamp: tuple[tuple[str, str], ...]) -> xlsxwriter.Workbook:
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "comments": "; ".join(f"{a}: {b}" for a, b in stamp)})
    return book


def _sheet(book: xlsxwriter.Workbook, page: xlsxwriter.worksheet.Worksheet, sheet: Sheet, lang: str) -> None:
    whole, values = sheet.table.in_file
    columns = tuple(one for column in whole for one in (column.parts or (column,)))
    rows = [tuple(_spread(whole, row)) for row in values]
    heading = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"}
    left, right = book.add_format(heading), book.add_format({**heading, "align": "right"})
    said = book.add_format({"align": "right", "font_color": "#5b6b7a"})
    formats = [book.add_format({"num_format": number_format(column, lang)}) for column in columns]
    page.write_string(0, 0, sheet.title, book.add_format({"bold": True, "font_size": 13}))
    first = 2
    for place, column in enumerate(columns):
        page.write_string(first, place, column.name, left if column.kind in _TEXT_KINDS else right)
        page.set_column(place, place, _width(column, [row[place] for row in rows], lang))
    for number, row in enumerate(rows, start=first + 1):
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            if isinstance(value, Said):
                page.write_string(number, place, value.in_(lang), said if column.kind not in _TEXT_KINDS else None)
            elif value is not None:
                _write(page, number, place, column, value, formats[place])
    for number, (label, value) in enumerate(sheet.stamp, start=first + len(rows) + 2):
        page.write_string(number, 0, label)
        page.write_string(number, 1, value)
    page.freeze_panes(first + 1, 1)


def number_format(column: Column, lang: str = "da") -> str:
    """How a workbook shows the numbers of a column. (The program puts in the reader's comma or point itself.)"""
    tail = "0." + "0" * column.shown_decimals if column.shown_decimals else "0"
    percent = " %" if lang == "da" else "%"
    if column.kind is Kind.SHARE:
        return tail + percent
    if column.kind is Kind.POINTS:
        points = '"-point"' if lang == "da" else '" points"'
        return f"+{tail}{percent}{points};-{tail}{percent}{points};{tail}{percent}{points}"
    if column.kind is Kind.P:
        least = f"{10**-column.shown_decimals:.{column.shown_decimals}f}"
        return f'[<{least}]"<{least.replace(".", ",") if lang == "da" else least}";{tail}'
    if column.kind is Kind.CHANGE:
        return "+#,##0;-#,##0;0"
    if column.kind in (Kind.COUNT, Kind.NUMBER, Kind.DAYS, Kind.YEARS):
        return "#,##" + tail
    if column.kind is Kind.RATIO:
        return tail
    if column.kind is Kind.DATE:
        return "dd-mm-yyyy" if lang == "da" else "yyyy-mm-dd"
    if column.kind is Kind.MONTH:
        return "mm-yyyy" if lang == "da" else "yyyy-mm"
    return "0" if column.kind is Kind.PERIOD else "General"


def _comment(text: str, delimiter: str) -> str:
    """A line of the stamp, in which a spreadsheet that splits it finds nothing to compute."""
    parts = " ".join(text.replace('"', "'").split()).split(delimiter)
    return delimiter.join((parts[0], *(shielded(part) if is_formula(part) else part for part in parts[1:])))


def _cells(columns: tuple[Column, ...], row: tuple[Value, ...]) -> Iterator[tuple[Column, Value]]:
    return zip(columns, row, strict=True)


def _spread(columns: tuple[Column, ...], row: tuple[Value, ...]) -> Iterator[Value]:
    """The row with printed cells as the values of their parts."""
    for column, value in _cells(columns, row):
        if isinstance(value, Printed):
            yield from value.values
        else:
            yield from (value,) * max(1, len(column.parts))


def _write(page, number: int, place: int, column: Column, value: Value, form) -> None:
    if isinstance(value, bool):
        page.write_boolean(number, place, value)
    elif isinstance(value, dt.date):
        page.write_datetime(number, place, dt.datetime.combine(value, dt.time()), form)
    elif isinstance(value, int | float):
        page.write_number(number, place, value, form)
    elif isinstance(value, Named):
        page.write_string(number, place, value.text)
    elif column.kind is Kind.PERIOD and re.fullmatch(r"\d{4}", str(value)):
        page.write_number(number, place, int(str(value)), form)
    elif column.kind is Kind.PERIOD:
        page.write_string(number, place, _period(str(value)))
    else:
        page.write_string(number, place, str(value))


def _width(column: Column, values: list[Value], lang: str) -> int:
    longest = max((len(_text(column, one, lang)) for one in values if isinstance(one, str | Named)), default=0)
    return min(_WIDE, max(_NARROW, longest + 1, min(16, len(column.name) + 2)))


def _period(text: str) -> str:
    """Reporting years in full: of '2011/12' Excel makes December 2011."""
    return re.sub(r"\b(\d{4})/\d{2}\b", lambda found: f"{found[1]}/{int(found[1]) + 1}", text)


def _text(column: Column, value: Value, lang: str) -> str:
    """The cell of a CSV."""
    danish = lang == "da"
    if value is None:
        return ""
    if isinstance(value, bool):
        return {True: "ja", False: "nej"}[value] if danish else str(value).lower()
    if isinstance(value, Said):
        return value.in_(lang)
    if isinstance(value, dt.date):
        return month_text(value) if column.kind is Kind.MONTH else value.isoformat()
    if isinstance(value, float):
        return repr(value).replace(".", ",") if danish else repr(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Printed):
        return value.text
    value = value.text if isinstance(value, Named) else value
    return shielded(_period(value) if column.kind is Kind.PERIOD else value)


@dataclass(frozen=True)
class Format:
    """A form of file: what makes it of a sheet and a language, its content type, and its link's text."""

    made: Callable[[Sheet, str], bytes]
    content_type: str
    link: Text


#: Every form that a table can be fetched in, by the end of its address; a page links to each in this order.
FORMATS = {
    "csv": Format(to_csv, "text/csv; charset=utf-8", Text("Data (CSV)", "Data (CSV)")),
    "xlsx": Format(to_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Text("XLSX", "XLSX")),
}
