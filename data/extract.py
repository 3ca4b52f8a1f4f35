"""Reading an extract folder: extract.toml and the tables as text, exactly as they stand.

Nothing is guessed: encoding and delimiter are those that extract.toml names. Every table is staged in
DuckDB as VARCHAR columns named as in the schema, so that checks see what was delivered.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from data.extract_toml import DELIMITERS, ENCODINGS, Manifest
from data.findings import Finding
from data.schema import BY_NAME, IDENTIFYING_COLUMNS, TABLES, Table

_LONG = "(0[13578]|1[02])"
_DDMM = f"(31{_LONG}|(29|30)(0[13-9]|1[0-2])|(0[1-9]|1[0-9]|2[0-8])(0[1-9]|1[0-2]))"
_LEAP_YEAR = "([02468][048]|[13579][26])"  # 00 too: 2000 was one
#: A CPR number standing alone in a text (RE2 and Python syntax): DDMMYY-NNNN or ten digits whose first six are a date.
CPR = f"(^|[^0-9A-Za-z_])({_DDMM}[0-9]{{2}}|2902{_LEAP_YEAR})-?[0-9]{{4}}($|[^0-9A-Za-z_])"


@dataclass(frozen=True)
class File:
    """One table's file in the folder."""

    table: Table
    path: Path

    @property
    def parquet(self) -> bool:
        return self.path.suffix == ".parquet"


@dataclass(frozen=True)
class Staged:
    """A table staged as text in DuckDB (``stage_<name>``, columns as in the schema; absent columns NULL)."""

    table: Table
    rows: int
    columns: frozenset[str]  # columns that the file has


@dataclass(frozen=True)
class _Source:
    """What a file offers: its rows as a FROM clause, and (name in the header, SQL expression) of each column."""

    rows: str
    columns: list[tuple[str, str]]


def find_files(folder: Path, manifest: Manifest) -> tuple[list[File], list[Finding]]:
    """The table files of the folder in schema order, and findings on missing, double, unknown or changed files."""
    files, findings = [], []
    for table in TABLES:
        there = [folder / f"{table.name}{suffix}" for suffix in (".csv", ".parquet")]
        there = [path for path in there if path.is_file()]
        if len(there) == 2:
            findings.append(Finding("two_files", table.name, detail="keep one of the two files"))
        elif there:
            files.append(File(table, there[0]))
        elif table.required:
            findings.append(Finding("missing_table", table.name, detail=f"deliver {table.name}.csv or .parquet"))
        elif table.name in manifest.rows:
            findings.append(
                Finding(
                    "missing_table",
                    table.name,
                    detail=f"[rows] names it; deliver {table.name}.csv or .parquet",
                )
            )
    read = {f"{table.name}{suffix}" for table in TABLES for suffix in (".csv", ".parquet")}
    for path in sorted(folder.iterdir()):
        # Also trials.CSV, Trials.csv and trials.csv.gz: else the table would be "not reported" without a word.
        meant = path.suffix.lower() in (".csv", ".parquet") or path.name.lower().partition(".")[0] in BY_NAME
        if meant and path.name not in read:
            findings.append(Finding("unknown_file", path.name, detail=f"tables are {', '.join(BY_NAME)}"))
    for name, expected in manifest.sha256.items():
        path = folder / name
        if Path(name).name != name or not path.is_file():
            findings.append(Finding("sha256", name, detail="[sha256] names a file that is not in the folder"))
            continue
        with path.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != expected.lower():
                findings.append(
                    Finding("sha256", name, detail="the file is not the one that was signed; deliver it again")
                )
    return files, findings


def stage(con: duckdb.DuckDBPyConnection, file: File, manifest: Manifest) -> tuple[Staged | None, list[Finding]]:
    """The file as temporary table ``stage_<name>`` of text columns, or None with the findings that say why not."""
    reader = _parquet_source if file.parquet else _csv_source
    source, findings = reader(con, file, manifest)
    if source is None:
        return None, findings
    table = file.table
    columns_of = dict(source.columns)
    header = [name for name, _ in source.columns]
    findings += _header_findings(table, header)
    if any(finding.is_error for finding in findings):
        return None, findings
    columns = ", ".join(
        f"{columns_of[name]} AS {_quote(name)}" if name in columns_of else f"NULL::VARCHAR AS {_quote(name)}"
        for name in table.names
    )
    extra = "".join(f", {columns_of[name]} AS {_quote('extra_' + name)}" for name in header if name not in table.names)
    try:
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE stage_{table.name} AS SELECT {columns}{extra} FROM {source.rows}",
        )
    except duckdb.Error as error:
        no_room = (duckdb.OutOfMemoryException,) if file.parquet else (duckdb.OutOfMemoryException, duckdb.IOException)
        if isinstance(error, no_room):
            raise  # no fault of the file
        return None, [*findings, _read_error(table, str(error), manifest)]
    rows = con.execute(f"SELECT count(*) FROM stage_{table.name}").fetchone()[0]
    expected = manifest.rows.get(table.name)
    if expected is not None and expected != rows:
        findings.append(
            Finding(
                "row_count",
                table.name,
                detail=f"[rows] says {expected}, the file has {rows}; deliver it again whole",
            )
        )
    return Staged(table, rows, frozenset(header) & frozenset(table.names)), findings


def extra_columns(con: duckdb.DuckDBPyConnection, table: Table) -> list[str]:
    """Names of the staged columns that the schema does not know."""
    described = con.execute(f"DESCRIBE stage_{table.name}").fetchall()
    return [row[0] for row in described if row[0] not in table.names]


def _header_findings(table: Table, header: list[str]) -> list[Finding]:
    findings = []
    for position, name in enumerate(header, start=1):
        plain = re.sub(r"[\W_]", "", name.lower())
        if re.search(CPR, name):
            detail = f"the name of column {position} is shaped like a CPR number; remove it"
            findings.append(Finding("not_anonymised", table.name, detail=detail))
        elif plain in IDENTIFYING_COLUMNS and not (table.name == "departments" and name == "name"):
            findings.append(Finding("not_anonymised", table.name, name, detail="remove the column"))
        elif name not in table.names:
            rule = "unknown_column_refused" if table.unknown_column_is_error else "unknown_column"
            findings.append(Finding(rule, table.name, name, detail=f"columns are {', '.join(table.names)}"))
    for name in sorted({name for name in header if header.count(name) > 1}):
        findings.append(Finding("duplicate_column", table.name, name, detail="name each column once"))
    for column in table.columns:
        if column.required and column.name not in header:
            findings.append(Finding("missing_column", table.name, column.name, detail="deliver the column"))
    return findings


def _csv_source(con, file: File, manifest: Manifest) -> tuple[_Source | None, list[Finding]]:
    table = file.table

    def broken(rule: str, detail: str) -> tuple[None, list[Finding]]:
        return None, [Finding(rule, table.name, detail=detail)]

    with file.path.open("rb") as stream:
        first = stream.readline()
    bom = first.startswith(codecs.BOM_UTF8)
    if bom and manifest.encoding != "utf-8":
        return broken("encoding", f"extract.toml says {manifest.encoding}, the file begins with a UTF-8 mark")
    if manifest.encoding == "latin-1" and _is_multibyte_utf8(file.path):
        return broken("encoding", "extract.toml says latin-1, the file is utf-8; correct one of the two")
    try:
        text = first.decode("utf-8-sig" if bom else manifest.encoding)
    except UnicodeDecodeError:
        return broken("encoding", f"the header row is not {manifest.encoding}; correct encoding in extract.toml")
    header = _names_in(text, manifest.delimiter)
    if not set(header) & set(table.names):
        for other in DELIMITERS:
            if set(_names_in(text, other)) & set(table.names):
                said, found = (one.replace("\t", "\\t") for one in (manifest.delimiter, other))
                return broken("delimiter", f"extract.toml says '{said}', the header row is divided by '{found}'")
    if not header:
        return broken(
            "unreadable", "the file has no header row, or a quotation mark in it is not closed; mend the file"
        )
    unique = [f"c{number}" for number, _ in enumerate(header)]
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in unique)
    rows = (
        f"read_csv({_literal(file.path)}, auto_detect=false, header=true, delim='{manifest.delimiter}', quote='\"', "
        f"escape='\"', encoding='{ENCODINGS[manifest.encoding]}', nullstr='', columns={{{columns}}}, parallel=true)"
    )
    return _Source(rows, list(zip(header, unique, strict=True))), []


def _names_in(line: str, delimiter: str) -> list[str]:
    """The fields of the header row; none where it is empty or not CSV."""
    try:
        return next(csv.reader(io.StringIO(line, newline=""), delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []


def _is_multibyte_utf8(path: Path) -> bool:
    """Whether the whole file is valid UTF-8 with other than ASCII letters: then it is not latin-1 text."""
    ascii_only = True
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            ascii_only = ascii_only and block.isascii()
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                return False
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return not ascii_only


def _parquet_source(con, file: File, manifest: Manifest) -> tuple[_Source | None, list[Finding]]:
    rows = f"read_parquet({_literal(file.path)})"
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()
    except duckdb.Error as error:
        detail = f"it is not a readable Parquet file ({str(error).splitlines()[0][:120]})"
        return None, [Finding("unreadable", file.table.name, detail=detail)]
    return _Source(rows, [(name, _as_text(_quote(name), kind)) for name, kind, *_ in described]), []


def _as_text(name: str, kind: str) -> str:
    """A Parquet column as the text that a CSV would hold: whole numbers without decimals, midnights as dates."""
    if kind in ("DOUBLE", "FLOAT") or kind.startswith("DECIMAL"):
        return (
            f"CASE WHEN isnan({name}::DOUBLE) THEN NULL WHEN {name} = trunc({name}) THEN {name}::BIGINT::VARCHAR "
            f"ELSE {name}::VARCHAR END"
        )
    if kind.startswith("TIMESTAMP"):
        day = f"{name}::TIMESTAMP"
        return f"CASE WHEN {day} = {day}::DATE THEN {day}::DATE::VARCHAR ELSE {name}::VARCHAR END"
    return f"nullif({name}::VARCHAR, '')"


def _read_error(table: Table, message: str, manifest: Manifest) -> Finding:
    """DuckDB's CSV error without the row's content, which may hold what must not be printed."""
    line = re.search(r"on Line: (\d+)", message)
    row = (int(line[1]) - 1,) if line and int(line[1]) > 1 else ()
    if "unicode" in message.lower() or "encoded" in message.lower():
        detail = f"the file is not {manifest.encoding}; correct encoding in extract.toml or the file"
        return Finding("encoding", table.name, rows=len(row), first_rows=row, detail=detail)
    reason = "a row does not have the header's number of columns" if "Number of Columns" in message else "broken row"
    if "quote" in message.lower() and not line:
        reason = "a quotation mark is not closed"
    return Finding("unreadable", table.name, rows=len(row), first_rows=row, detail=f"{reason}; mend the file")


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
