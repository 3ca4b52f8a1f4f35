"""The files that a registry has, as tables of texts: CSV and its kin, Excel, SAS, SPSS, Stata, Parquet.

Nothing is guessed: encoding and delimiter are the mapping's. A date or number of a binary file becomes the text that
the extract format has for it.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from data.convert.refusal import FileRefused

#: Endings and what they are.
KINDS = {
    ".csv": "text", ".tsv": "text", ".txt": "text", ".xlsx": "excel", ".sas7bdat": "sas7bdat", ".xpt": "xport",
    ".sav": "sav", ".dta": "dta", ".parquet": "parquet", ".xml": "naaccr", ".json": "fhir", ".ndjson": "fhir",
}  # fmt: skip
#: Kinds of one layout each, by the preset that reads it.
OF_LAYOUTS = {"naaccr": "naaccr-xml", "fhir": "kip-fhir"}
_DELIMITERS = {".csv": ",", ".tsv": "\t", ".txt": "\t"}


@dataclass(frozen=True)
class How:
    """How a text file is written (None: UTF-8; comma, or tab for .tsv and .txt), and which sheet of a workbook, element
    of an XML file or resource of a FHIR bundle is meant. ``comment``: lines that begin so are none of the table."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    skip: int = 0
    comment: str | None = None


def read(path: Path, how: How = How()) -> pd.DataFrame:
    """The file's rows, every value a text, "" where there is none; columns by their names in the file.

    Raises FileRefused.
    """
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise FileRefused(f"{path.name}: files of this ending are not read; there are {', '.join(KINDS)}")
    if not path.is_file():
        raise FileRefused(f"{path}: no such file")
    found = _READERS[kind](path, how)
    found.columns = [str(name).strip() for name in found.columns]
    twice = sorted({name for name in found.columns if list(found.columns).count(name) > 1})
    if twice:
        raise FileRefused(f"{path.name}: the column '{twice[0]}' stands twice in the header; rename one")
    return found


def _text(path: Path, how: How) -> pd.DataFrame:
    delimiter = how.delimiter or _DELIMITERS[path.suffix.lower()]
    encoding = how.encoding or "utf-8-sig"
    try:
        with path.open(encoding=encoding, newline="") as stream:
            lines = (one for one in stream if how.comment is None or not one.startswith(how.comment))
            rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
    except UnicodeDecodeError as error:
        raise FileRefused(
            f'{path.name}: byte {error.start} is not {how.encoding or "utf-8"}; say encoding = "windows-1252" or what '
            "the file is in its [files] entry"
        ) from error
    except csv.Error as error:
        raise FileRefused(f"{path.name}: cannot be read as delimited text ({error})") from error
    rows = rows[how.skip :]
    if not rows:
        raise FileRefused(f"{path.name}: is empty")
    header, *body = rows
    if len(header) == 1:
        other = next((one for one in (";", "\t", ",", "|") if one != delimiter and one in header[0]), "")
        if other:
            raise FileRefused(
                f"{path.name}: its header is one column; say delimiter = {other!r} in its [files] entry".replace(
                    "'", '"'
                )
            )
    for number, row in enumerate(body, start=2 + how.skip):
        if len(row) > len(header):
            raise FileRefused(f"{path.name}: line {number} has {len(row)} fields, the header {len(header)}")
    return pd.DataFrame([row + [""] * (len(header) - len(row)) for row in body], columns=header, dtype=object)


def _excel(path: Path, how: How) -> pd.DataFrame:
    import zipfile

    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise FileRefused(f"{path.name}: is no readable workbook ({error}); save it as .xlsx") from error
    try:
        if how.sheet is not None and how.sheet not in book.sheetnames:
            raise FileRefused(f"{path.name}: there is no sheet '{how.sheet}'; there are {', '.join(book.sheetnames)}")
        rows = list(book[how.sheet or book.sheetnames[0]].iter_rows(values_only=True, min_row=1 + how.skip))
    finally:
        book.close()
    if not rows:
        raise FileRefused(f"{path.name}: the sheet is empty")
    header = [str(one) if one is not None else f"column {n}" for n, one in enumerate(rows[0], start=1)]
    return _texts(pd.DataFrame([list(row) for row in rows[1:]], columns=header, dtype=object))


def _statistical(name: str) -> Callable[[Path, How], pd.DataFrame]:
    def reader(path: Path, how: How) -> pd.DataFrame:
        import pyreadstat

        more = {"encoding": how.encoding} if how.encoding else {}
        try:
            found, _ = getattr(pyreadstat, f"read_{name}")(str(path), **more)
        except (pyreadstat.ReadstatError, OSError, UnicodeError) as error:
            raise FileRefused(f"{path.name}: cannot be read ({error})") from error
        return _texts(found)

    return reader


def _parquet(path: Path, how: How) -> pd.DataFrame:
    with duckdb.connect(":memory:") as con:
        try:
            found = con.execute("SELECT * FROM read_parquet(?)", [str(path)])
            names = [one[0] for one in found.description]
            return _texts(pd.DataFrame(found.fetchall(), columns=names, dtype=object))
        except duckdb.Error as error:
            raise FileRefused(f"{path.name}: cannot be read as Parquet ({str(error).splitlines()[0]})") from error


def _texts(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {name: [_as_text(one) for one in frame[name].astype(object)] for name in frame.columns}, dtype=object
    )


def _as_text(value: object) -> str:
    """The text that a value has in an extract: ISO days, whole numbers without a point, true and false."""
    if value is None or value is pd.NaT or value != value:
        return ""
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _of_xml(path: Path, how: How) -> pd.DataFrame:
    from data.convert.naaccr import rows

    return pd.DataFrame(rows(path), dtype=object).fillna("")


def _of_bundle(path: Path, how: How) -> pd.DataFrame:
    from data.convert.fhir import rows

    return pd.DataFrame(rows(path, how.sheet), dtype=object).fillna("")


_READERS: dict[str, Callable[[Path, How], pd.DataFrame]] = {
    "text": _text,
    "excel": _excel,
    "parquet": _parquet,
    "naaccr": _of_xml,
    "fhir": _of_bundle,
    **{name: _statistical(name) for name in ("sas7bdat", "xport", "sav", "dta")},
}
