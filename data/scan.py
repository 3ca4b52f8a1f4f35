"""Looking for rows at fault in staged tables: one scan counts all conditions of a table.

Only for the conditions that hit, further queries fetch the first row numbers and the offending values. A value is
shown only where it is no identifier: not of the extract's own numbers, not shaped like a person number, not long.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import duckdb

from data import persons
from data.extract import Staged, quoted
from data.findings import FIRST_ROWS, FIRST_VALUES, Finding, Value, Words
from data.schema import BY_NAME

#: What programs write for an empty cell. An identifier is empty only where it is written so, to the letter; "none" may
#: be one. Other texts are empty in small letters and capitals too.
NOTHING = ("NA", "N/A", "NaN", "NULL", "None", ".", "-")
IDENTIFIERS = ("case_id", "course_id", "wait_id")
#: The longest value that a message shows.
LONGEST_SHOWN = 40
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True)
class Check:
    """``condition`` is TRUE for a row at fault, on table ``s`` and, where ``of_case``, with its case as ``c``.

    ``shows``: SQL of the value to show, "" where none may be; ``meant``: the permitted value nearest to one of these.
    """

    rule: str
    column: str
    condition: str
    detail: Words | str = ""
    shows: str = ""
    meant: Callable[[str], str] | None = None
    of_case: bool = False


_CASE = " LEFT JOIN case_days c ON c.case_id = s.case_id"


def stage_case_days(con: duckdb.DuckDBPyConnection) -> None:
    """Temporary table ``case_days``: diagnosis_date and death_date of each case_id, NULL where there is none.

    Where a case_id occurs twice, which is an error of its own, the dates are of any of its rows.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE case_days AS SELECT case_id, "
        "TRY_CAST(any_value(diagnosis_date) AS DATE) AS diagnosis_date, "
        "TRY_CAST(any_value(vital_date) FILTER (vital_status = 'dead') AS DATE) AS death_date "
        "FROM stage_cases WHERE case_id IS NOT NULL GROUP BY 1"
    )


def run(con: duckdb.DuckDBPyConnection, staged: dict[str, Staged], name: str, checks: Sequence[Check]) -> list[Finding]:
    """The findings of the checks on the staged table ``name``."""
    if not checks:
        return []
    source = f"stage_{name} s{_CASE if any(check.of_case for check in checks) else ''}"
    counts = ", ".join(f"count(*) FILTER ({check.condition})" for check in checks)
    hits = con.execute(f"SELECT {counts} FROM {source}").fetchone()
    findings = []
    for check, hit in zip(checks, hits, strict=True):
        if hit:
            found = Finding(check.rule, name, check.column, hit, first_rows(con, source, check.condition), check.detail)
            if check.shows:
                found = with_values(con, staged, found, source, check)
            findings.append(found)
    return findings


def first_rows(con: duckdb.DuckDBPyConnection, source: str, condition: str) -> tuple[int, ...]:
    """The numbers of the first rows of ``s`` that fulfil the condition."""
    rows = con.execute(f"SELECT s.rowid + 1 FROM {source} WHERE {condition} ORDER BY 1 LIMIT {FIRST_ROWS}").fetchall()
    return tuple(row[0] for row in rows)


def with_values(
    con: duckdb.DuckDBPyConnection, staged: dict[str, Staged], found: Finding, source: str, check: Check
) -> Finding:
    """The finding with the offending values, most frequent first, and what each likely means."""
    rows = con.execute(
        f"SELECT value, rows, count(*) OVER () FROM (SELECT {check.shows} AS value, count(*) AS rows FROM {source} "
        f"WHERE {check.condition} GROUP BY 1) ORDER BY rows DESC, value LIMIT {FIRST_VALUES}"
    ).fetchall()
    shown = [
        Value(value, count, check.meant(value) if check.meant else "")
        for value, count, _ in rows
        if value is not None and showable(con, staged.values(), value)
    ]
    return replace(found, values=tuple(shown), more_values=rows[0][2] - len(shown) if shown else 0)


def showable(con: duckdb.DuckDBPyConnection, staged: Iterable[Staged], value: str) -> bool:
    """Whether a message may show a value: it is short, no person number and none of the extract's identifiers."""
    plain = value.strip()
    if plain in ("", *NOTHING):
        return True
    if len(value) > LONGEST_SHOWN or _CONTROL.search(value) or persons.holds(plain):
        return False
    if re.fullmatch(persons.LOST_ZERO, plain):
        return False
    for one in staged:
        for column in identifiers(one.table.name):
            if column in one.columns and plain:
                sql = f"SELECT 1 FROM stage_{one.table.name} WHERE {quoted(column)} = ? LIMIT 1"
                if con.execute(sql, [plain]).fetchone():
                    return False
    return True


def identifiers(table: str) -> tuple[str, ...]:
    """The columns of a table that hold identifiers."""
    return tuple(name for name in BY_NAME[table].names if name in IDENTIFIERS)


def with_lines(staged: dict[str, Staged], findings: Iterable[Finding]) -> list[Finding]:
    """The findings with the lines of the file on which their first rows begin, where the table is a CSV file."""
    findings = list(findings)
    lines: dict[str, dict[int, tuple[int, int]]] = {}
    for name, one in staged.items():
        rows = {row for finding in findings if finding.table == name for row in finding.first_rows}
        lines[name] = one.spans(rows) if rows else {}
    return [
        replace(one, lines=tuple(lines[one.table][row][0] for row in one.first_rows))
        if one.first_rows and not one.lines and set(one.first_rows) <= set(lines.get(one.table, ()))
        else one
        for one in findings
    ]
