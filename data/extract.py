"""Reading an extract folder: the tables as text, exactly as they stand.

Nothing is guessed: encoding and delimiter are those that extract.toml names. Every table is staged in
DuckDB as VARCHAR columns named as in the schema, so that checks see what was delivered. What cannot be read is
named with its row and true cause; what can be read is staged, so that one run shows all that is wrong.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import duckdb

from data import csv_file, nearest, persons
from data.extract_toml import DELIMITERS, ExtractManifest
from data.findings import ERROR, FIRST_ROWS, Finding, Value, Words
from data.output import UsageError
from data.schema import BY_NAME, TABLES, SchemaTable

#: The setting of the most rows that one table may have, and what it is without it: twenty years of all of Denmark's
#: cancers have fewer. Compressed, a file of a megabyte can hold rows without end that fill the disk.
ROWS_SETTING = "KRAEFT_MAX_ROWS"
MOST_ROWS = 10_000_000
#: The most bytes of a table for each row that it may have, and the most columns.
BYTES_PER_ROW = 1_000
MOST_COLUMNS = 1_000
#: How a column's name looks, where a message may show it: a value that stands for a name may identify a person.
_NAME = re.compile(r"[A-Za-zÆØÅæøå_][\w .()%/+-]{0,59}")


@dataclass(frozen=True)
class File:
    """One table's file in the folder."""

    table: SchemaTable
    path: Path

    @property
    def parquet(self) -> bool:
        return self.path.suffix == ".parquet"


@dataclass(frozen=True)
class Staged:
    """A table staged as text in DuckDB (``stage_<name>``, columns as in the schema; absent columns NULL).

    ``columns``: the schema's columns that the file has. ``extras``: the staged columns that the schema does not know,
    as (name in DuckDB, place in the header from 1, name in the header). ``lines``: of a CSV file, how many it has.
    ``blanks``: whether a value may begin or end with a blank.
    """

    table: SchemaTable
    rows: int
    columns: frozenset[str]
    extras: tuple[tuple[str, int, str], ...] = ()
    path: Path | None = None
    encoding: str = ""
    delimiter: str = ""
    lines: int = 0
    blanks: bool = True

    @property
    def one_line_a_row(self) -> bool:
        """Whether data row n is line n + 1 of the file: no line is blank and no value holds a line break."""
        return self.lines == self.rows + 1

    def spans(self, rows: Iterable[int]) -> dict[int, tuple[int, int]]:
        """First and last line of the file of the data rows; none for Parquet."""
        if not self.lines or self.path is None:
            return {}
        if self.one_line_a_row:
            return {row: (row + 1, row + 1) for row in rows}
        return csv_file.lines_of(self.path, self.encoding, self.delimiter, set(rows))


@dataclass(frozen=True)
class _Source:
    """What a file offers: its rows as a FROM clause, and (name in the header, SQL expression) of each column."""

    rows: str
    columns: list[tuple[str, str]]
    lines: int = 0
    blanks: bool = True


def most_rows() -> int:
    """The most rows of one table. Raises UsageError where the setting is no whole number of at least 1."""
    text = os.environ.get(ROWS_SETTING, "")
    if not text:
        return MOST_ROWS
    if not text.isdecimal() or int(text) < 1:
        raise UsageError(f"{ROWS_SETTING}={text!r} is not a whole number of at least 1; write e.g. {MOST_ROWS}")
    return int(text)


def links_outside(folder: Path) -> list[Finding]:
    """Findings on links in the folder that lead out of it; such files must not be read."""
    home = folder.resolve()
    found = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_symlink() and not path.resolve().is_relative_to(home):
            found.append(Finding("link_outside", path.name))
    return found


def find_files(
    folder: Path, manifest: ExtractManifest, outside: frozenset[str] = frozenset()
) -> tuple[list[File], list[Finding]]:
    """The table files of the folder in schema order, and findings on missing, double, unknown or changed files.

    ``outside``: names in the folder that lead out of it; they are not read and already have their finding.
    """
    files, findings = [], []
    for table in TABLES:
        names = [f"{table.name}{suffix}" for suffix in (".csv", ".parquet")]
        named = [folder / name for name in names if name not in outside and os.path.lexists(folder / name)]
        there = [path for path in named if path.is_file()]
        no_file = [path for path in named if path not in there]
        deliver = Words(f"Levér {table.name}.csv eller .parquet", f"Deliver {table.name}.csv or .parquet")
        findings += [_no_file(table, path) for path in no_file]
        if len(there) == 2:
            findings.append(Finding("two_files", table.name))
        elif there:
            files.append(File(table, there[0]))
        elif no_file or outside & set(names):
            continue
        elif table.required:
            findings.append(Finding("missing_table", table.name, detail=deliver))
        elif table.name in manifest.rows:
            said = Words(f"[rows] nævner den. {deliver.da}", f"[rows] names it. {deliver.en}")
            findings.append(Finding("missing_table", table.name, detail=said))
    read = {f"{table.name}{suffix}" for table in TABLES for suffix in (".csv", ".parquet")}
    for path in sorted(folder.iterdir()):
        # Also trials.CSV, Trials.csv and trials.csv.gz: else the table would be "not reported" without a word.
        meant = path.suffix.lower() in (".csv", ".parquet") or path.name.lower().partition(".")[0] in BY_NAME
        if meant and path.name not in read | outside:
            listed = ", ".join(BY_NAME)
            said = Words(
                f"Tabellerne er {listed}, som .csv eller .parquet", f"Tables are {listed}, as .csv or .parquet"
            )
            findings.append(Finding("unknown_file", path.name, detail=said))
    for name, expected in manifest.sha256.items():
        path = folder / name
        if name in outside:
            continue
        if Path(name).name != name or not path.is_file():
            said = Words(
                "[sha256] nævner en fil, som mappen ikke har", "[sha256] names a file that is not in the folder"
            )
            findings.append(Finding("sha256", name, detail=said))
            continue
        with path.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != expected.lower():
                findings.append(Finding("sha256", name))
    return files, findings


def _no_file(table: SchemaTable, path: Path) -> Finding:
    """A finding on something in the folder that has a table's name and holds no rows: else nobody would be told."""
    if path.is_symlink():
        da, en = "et link, der ikke fører til nogen fil", "a link that leads to no file"
    elif path.is_dir():
        da, en = "en mappe", "a folder"
    else:
        da, en = "ingen almindelig fil", "no ordinary file"
    said = Words(
        f"{path.name} er {da}. Læg selve filen i mappen", f"{path.name} is {en}. Put the file itself into the folder"
    )
    return Finding("unreadable", table.name, detail=said)


def stage(con: duckdb.DuckDBPyConnection, file: File, manifest: ExtractManifest) -> tuple[Staged | None, list[Finding]]:
    """The file as temporary table ``stage_<name>`` of text columns, or None with the findings that say why not.

    A header that is wrong has findings of severity error, and the columns that are known are staged all the same.
    """
    table = file.table
    limit = most_rows()
    size = file.path.stat().st_size
    if size > limit * BYTES_PER_ROW:
        return None, [_too_large(table, f"{size:,} byte", f"{size:,} bytes", limit)]
    with ExitStack() as stack:
        reader = _parquet_source if file.parquet else _csv_source
        source, findings = reader(con, file, manifest, limit, stack)
        if source is None:
            return None, findings
        header = [name for name, _ in source.columns]
        places, extras, more = match_header(table, header, manifest.ignore)
        findings += more
        columns = [
            f"{source.columns[places[name]][1]} AS {quoted(name)}"
            if name in places
            else f"NULL::VARCHAR AS {quoted(name)}"
            for name in table.names
        ]
        columns += [f"{source.columns[place - 1][1]} AS {name}" for name, place, _ in extras]
        try:
            con.execute(
                f"CREATE OR REPLACE TEMP TABLE stage_{table.name} AS SELECT {', '.join(columns)} FROM {source.rows}",
            )
        except duckdb.Error as error:
            no_room = (duckdb.OutOfMemoryException,)
            if isinstance(error, no_room if file.parquet else (*no_room, duckdb.IOException)):
                raise  # no fault of the file
            return None, [*findings, _read_error(file, str(error), manifest)]
    rows = con.execute(f"SELECT count(*) FROM stage_{table.name}").fetchone()[0]
    expected = manifest.rows.get(table.name)
    if expected is not None and expected != rows:
        said = Words(
            f"[rows] siger {expected}, filen har {rows}. Levér hele filen igen",
            f"[rows] says {expected}, the file has {rows}. Deliver it again, whole",
        )
        findings.append(Finding("row_count", table.name, detail=said))
    known = frozenset(places)
    encoding = "" if file.parquet else manifest.encoding
    about = (file.path, encoding, manifest.delimiter, source.lines, source.blanks)
    return Staged(table, rows, known, tuple(extras), *about), findings


def _too_large(table: SchemaTable, da: str, en: str, limit: int) -> Finding:
    most = f"{limit:,}".replace(",", ".")
    said = Words(
        f"Filen har {da.replace(',', '.')}; en tabel må have {most} rækker. Er det rigtigt, så sæt {ROWS_SETTING} op",
        f"The file has {en}; a table may have {limit:,} rows. If that is right, set {ROWS_SETTING} higher",
    )
    return Finding("too_large", table.name, detail=said)


def match_header(
    table: SchemaTable, header: list[str], ignore: tuple[str, ...]
) -> tuple[dict[str, int], list[tuple[str, int, str]], list[Finding]]:
    """Which column of the file is which of the table; the columns that are none; and what is wrong with the header.

    Returns the place (from 0) of each known column, the extra columns as in ``Staged.extras``, and the findings. A name
    that differs only in case or blanks is taken as meant, and said.
    """
    plain = {plain_name(name): name for name in table.names}
    places = {name: header.index(name) for name in table.names if name in header}
    extras: list[tuple[str, int, str]] = []
    findings: list[Finding] = []
    unknown: list[tuple[int, str]] = []
    differing: list[tuple[str, str]] = []  # as in the header, as meant
    twice: dict[str, None] = {}
    for place, name in enumerate(header):
        if places.get(name) == place:
            continue
        meant = plain.get(plain_name(name))
        if meant and meant not in places:
            places[meant] = place
            differing.append((name, meant))
            continue
        extras.append((f"extra_{place + 1}", place + 1, name))
        if meant or header.index(name) < place:
            twice[meant or name] = None
        elif not persons.identifies(name) and not persons.holds(name) and not _ignored(table, name, ignore):
            unknown.append((place + 1, name))
    for place, name in enumerate(header, start=1):
        if persons.holds(name):
            said = Words(
                f"Navnet på kolonne {place} ligner et personnummer. Fjern det",
                f"The name of column {place} is shaped like a person number. Remove it",
            )
            findings.append(Finding("not_anonymised", table.name, detail=said))
        elif persons.identifies(name) and plain.get(plain_name(name)) is None:
            said = Words(
                "En kolonne med det navn rummer, hvem patienten er. Fjern kolonnen",
                "A column of that name holds who the patient is. Remove the column",
            )
            findings.append(Finding("not_anonymised", table.name, name, detail=said))
    if header and not places:
        return places, extras, [*findings, Finding("no_header", table.name, detail=_expected(table))]
    if differing:
        refused = any(table.column(meant).required for _, meant in differing)
        named = tuple(Value(name, 0, meant) for name, meant in differing)
        column = differing[0][0] if len(differing) == 1 else ""
        level = ERROR if refused else ""
        findings.append(Finding("header_differs", table.name, column, values=named, level=level))
    rule = "unknown_column_refused" if table.unknown_column_is_error else "unknown_column"
    findings += [_unknown_column(rule, table, place, name, places) for place, name in unknown]
    findings += [Finding("duplicate_column", table.name, name if _NAME.fullmatch(name) else "") for name in twice]
    findings += [
        Finding("missing_column", table.name, column.name)
        for column in table.columns
        if column.required and column.name not in places
    ]
    return places, extras, findings


def _ignored(table: SchemaTable, name: str, ignore: tuple[str, ...]) -> bool:
    return bool({name.casefold(), f"{table.name}.{name}".casefold()} & {one.casefold() for one in ignore})


def _unknown_column(rule: str, table: SchemaTable, place: int, name: str, places: dict[str, int]) -> Finding:
    """A finding on a column that the format does not know, with the absent column that is likely meant."""
    if name and (not _NAME.fullmatch(name) or sum(letter.isdigit() for letter in name) > 4):
        said = Words(
            f"Det er kolonne {place}; navnet vises ikke, for det ligner en værdi. Har filen en overskriftsrække?",
            f"It is column {place}; its name is not shown, for it looks like a value. Has the file a header row?",
        )
        return Finding(rule, table.name, detail=said)
    absent = {column.name: (column.da, column.en) for column in table.columns if column.name not in places}
    meant = nearest.column(name, absent)
    return Finding(rule, table.name, name, values=(Value(name, 0, meant),) if meant else ())


def _expected(table: SchemaTable) -> Words:
    needed = ", ".join(column.name for column in table.columns if column.required)
    return Words(
        f"Første række skal være kolonnernes navne, mindst {needed}",
        f"The first row must be the columns' names, at least {needed}",
    )


def plain_name(name: str) -> str:
    """A column's name without what makes no difference: case, blanks, hyphens, underscores, an invisible mark."""
    return re.sub(r"[\s_\-\ufeff\u00a0\u200b]+", "", name).casefold()


def _csv_source(
    con, file: File, manifest: ExtractManifest, limit: int, stack: ExitStack
) -> tuple[_Source | None, list[Finding]]:
    table, path, encoding = file.table, file.path, manifest.encoding

    def broken(rule: str, da: str, en: str, **more) -> tuple[None, list[Finding]]:
        return None, [Finding(rule, table.name, detail=Words(da, en), **more)]

    found = csv_file.survey(path, encoding, manifest.delimiter)
    if found.lines > limit + 1:
        return None, [_too_large(table, f"{found.lines:,} linjer", f"{found.lines:,} lines", limit)]
    if found.fault is not None:
        return None, [_encoding_fault(table, encoding, found.fault)]
    if encoding != "utf-8" and (found.bom or found.really_utf_8):
        return broken(
            "encoding",
            f'extract.toml siger {encoding}, men filen er utf-8. Skriv encoding = "utf-8"',
            f'extract.toml says {encoding}, but the file is utf-8. Write encoding = "utf-8"',
        )
    header = csv_file.header(path, encoding, manifest.delimiter)
    if not _some_known(table, header):
        for other in DELIMITERS:
            if _some_known(table, csv_file.header(path, encoding, other)):
                said, right = (one.replace("\t", "\\t") for one in (manifest.delimiter, other))
                return broken(
                    "delimiter",
                    f"extract.toml siger '{said}', men overskriften er delt med '{right}'. "
                    f'Skriv delimiter = "{right}"',
                    f"extract.toml says '{said}', but the header row is divided by '{right}'. "
                    f'Write delimiter = "{right}"',
                )
    if not header:
        return broken(
            "unreadable",
            "Filen har ingen overskriftsrække, eller et anførselstegn i den er ikke lukket. Ret filen",
            "The file has no header row, or a quotation mark in it is not closed. Mend the file",
        )
    if len(header) > MOST_COLUMNS:
        return None, [_too_large(table, f"{len(header)} kolonner", f"{len(header)} columns", limit)]
    if found.mixed or encoding != "utf-8":
        place = stack.enter_context(tempfile.TemporaryDirectory(prefix="rewritten-", dir=_spill(con)))
        path = Path(place) / "table.csv"
        csv_file.rewrite(file.path, path, encoding)
    unique = [f"c{number}" for number, _ in enumerate(header)]
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in unique)
    rows = (
        f"read_csv({literal(str(path))}, auto_detect=false, header=true, delim='{manifest.delimiter}', quote='\"', "
        f"escape='\"', nullstr='', columns={{{columns}}}, parallel=true)"
    )
    return _Source(rows, list(zip(header, unique, strict=True)), found.lines, found.blanks), []


def _some_known(table: SchemaTable, header: list[str]) -> bool:
    return bool({plain_name(name) for name in header} & {plain_name(name) for name in table.names})


def _spill(con) -> str | None:
    """The folder into which DuckDB spills, which goes with the load; None where it has none yet."""
    folder = con.execute("SELECT current_setting('temp_directory')").fetchone()[0]
    return folder if folder and Path(folder).is_dir() else None


def _encoding_fault(table: SchemaTable, encoding: str, fault: csv_file.Fault) -> Finding:
    """The first byte that is not of the encoding, its line, and what the file likely is."""
    where = f"Byte 0x{fault.byte:02X}", f"linje {fault.line}", f"line {fault.line}"
    if fault.likely == "UTF-16":
        said = Words("Filen er UTF-16. Gem den som CSV UTF-8", "The file is UTF-16. Save it as CSV UTF-8")
    elif fault.likely == "mixed":
        said = Words(
            f"{where[0]} i {where[1]} er ikke {encoding}, men bogstaver før den er. To filer med hvert sit tegnsæt er "
            "sat sammen. Gem filen ens",
            f"{where[0]} in {where[2]} is not {encoding}, but letters before it are. Two files of different encodings "
            "were joined. Save the file in one",
        )
    elif fault.likely:
        both = ' eller "windows-1252"' if fault.likely == "latin-1" else ""
        said = Words(
            f'{where[0]} i {where[1]} er ikke {encoding}. Skriv encoding = "{fault.likely}"{both}, eller gem filen om',
            f'{where[0]} in {where[2]} is not {encoding}. Write encoding = "{fault.likely}"'
            f"{both.replace('eller', 'or')}, or save the file anew",
        )
    else:
        said = Words(
            f"{where[0]} i {where[1]} er hverken {encoding} eller et andet af tegnsættene. Gem filen som CSV UTF-8",
            f"{where[0]} in {where[2]} is neither {encoding} nor another of the encodings. Save the file as CSV UTF-8",
        )
    row = (fault.line - 1,) if fault.line > 1 else ()
    return Finding("encoding", table.name, rows=len(row), first_rows=row, lines=(fault.line,), detail=said)


def _parquet_source(
    con, file: File, manifest: ExtractManifest, limit: int, stack: ExitStack
) -> tuple[_Source | None, list[Finding]]:
    rows = f"read_parquet({literal(str(file.path))})"
    try:
        count = con.execute(
            f"SELECT coalesce(sum(num_rows), 0)::BIGINT FROM parquet_file_metadata({literal(str(file.path))})"
        ).fetchone()[0]
        size = con.execute(
            "SELECT coalesce(sum(total_uncompressed_size), 0)::BIGINT, count(DISTINCT column_id)::BIGINT "
            f"FROM parquet_metadata({literal(str(file.path))})"
        ).fetchone()
        described = con.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()
    except duckdb.Error:
        said = Words(
            "Det er ikke en Parquet-fil, eller den er afbrudt. Levér den igen",
            "It is no Parquet file, or it was cut short. Deliver it again",
        )
        return None, [Finding("unreadable", file.table.name, detail=said)]
    if count > limit:
        return None, [_too_large(file.table, f"{count:,} rækker", f"{count:,} rows", limit)]
    if size[0] > limit * BYTES_PER_ROW:
        return None, [_too_large(file.table, f"{size[0]:,} byte udpakket", f"{size[0]:,} bytes when unpacked", limit)]
    if len(described) > MOST_COLUMNS:
        return None, [_too_large(file.table, f"{len(described)} kolonner", f"{len(described)} columns", limit)]
    return _Source(rows, [(name, _as_text(quoted(name), kind)) for name, kind, *_ in described]), []


def _as_text(name: str, kind: str) -> str:
    """A Parquet column as the text that a CSV would hold: whole numbers without decimals, midnights as dates."""
    if kind in ("DOUBLE", "FLOAT") or kind.startswith("DECIMAL"):
        whole = f"{name} = trunc({name}) AND abs({name}) < 1e15"
        return (
            f"CASE WHEN isnan({name}::DOUBLE) THEN NULL WHEN {whole} THEN TRY_CAST({name} AS BIGINT)::VARCHAR "
            f"ELSE {name}::VARCHAR END"
        )
    if kind.startswith("TIMESTAMP"):
        day = f"{name}::TIMESTAMP"
        return f"CASE WHEN {day} = {day}::DATE THEN {day}::DATE::VARCHAR ELSE {name}::VARCHAR END"
    return f"nullif({name}::VARCHAR, '')"


def _read_error(file: File, message: str, manifest: ExtractManifest) -> Finding:
    """Why a file cannot be read, without the row's content, which may hold what must not be printed."""
    table = file.table
    if file.parquet:
        said = Words(
            "En blok i Parquet-filen kan ikke læses. Levér den igen",
            "A block of the Parquet file cannot be read. Deliver it again",
        )
        return Finding("unreadable", table.name, detail=said)
    why = csv_file.broken(file.path, manifest.encoding, manifest.delimiter, FIRST_ROWS)
    if why is None:
        line = re.search(r"on Line: (\d+)", message)
        row = (int(line[1]) - 1,) if line and int(line[1]) > 1 else ()
        said = Words("En række er ikke CSV. Ret filen", "A row is no CSV. Mend the file")
        return Finding("unreadable", table.name, rows=len(row), first_rows=row, detail=said)
    return Finding(
        "unreadable",
        table.name,
        rows=why.count,
        first_rows=why.rows,
        lines=why.lines,
        detail=_cause(file, why, manifest),
    )


def _cause(file: File, why: csv_file.Broken, manifest: ExtractManifest) -> Words:
    row, line = why.rows[0], why.lines[0]
    if why.kind == "quote":
        return Words(
            f"Et anførselstegn i række {row} (linje {line}) er ikke lukket. "
            'Skriv et anførselstegn i en tekst dobbelt ("")',
            f"A quotation mark in row {row} (line {line}) is not closed. "
            'Write a quotation mark within a text twice ("")',
        )
    if why.kind == "after_quote":
        return Words(
            f"I række {row} (linje {line}) følger tekst efter et afsluttende anførselstegn. "
            'Skriv et anførselstegn i en tekst dobbelt ("")',
            f"In row {row} (line {line}) text follows a closing quotation mark. "
            'Write a quotation mark within a text twice ("")',
        )
    wide = len(csv_file.header(file.path, manifest.encoding, manifest.delimiter))
    da = f"Række {row} (linje {line}) har {why.found} felter, overskriften {wide}"
    en = f"Row {row} (line {line}) has {why.found} fields, the header {wide}"
    if why.spans > 1:
        return Words(
            f"{da}; et anførselstegn i den slugte {why.spans - 1} linjer. Ret anførselstegnet",
            f"{en}; a quotation mark in it swallowed {why.spans - 1} lines. Mend the quotation mark",
        )
    return Words(
        f"{da}. Sæt anførselstegn om en tekst, der rummer '{manifest.delimiter}'",
        f"{en}. Quote a text that holds '{manifest.delimiter}'",
    )


def named_extra(staged: Staged) -> Iterator[tuple[str, str]]:
    """(name in DuckDB, name that a message may show) of the columns that the schema does not know."""
    for alias, _, name in staged.extras:
        shown = _NAME.fullmatch(name) and not persons.holds(name)
        yield alias, name if shown else ""


def quoted(name: str) -> str:
    """A column's name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"
