# ruff: noqa: E501 - the ASCII tables are as wide as they are
"""A whole, clean extract with every table, for tests that break one thing in it.

Row numbers count data rows from 1, as findings do. The identifiers are such that a test sees at once if one is printed.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from data import reference
from data.schema import BY_NAME
from tests.support.extracts import rows_of, write_extract

#: Stands in every identifier of the extract; no message may hold it.
SECRET = "7731"

TABLES = {
    "cases": """
        case_id | diagnosis_date | age | sex | residence_region | department | vital_status | vital_date | cause_of_death | icd10 | t | n | m | stage | performance_status | charlson | registered_date
        a-7731  | 2024-03-01 | 60  | F | 1084 | HER-KIR | alive     | 2026-10-31 |        | C182  | T3  | N1 | M0 | III | 0 | 0 | 2024-03-10
        b-7731  | 2023-05-02 | 71  | M | 1081 | AAL-KIR | dead      | 2024-05-02 | cancer | C20   | T4a | N0 | M0 | II  | 1 | 3 | 2023-05-02
        c-7731  | 2022-12-31 | 120 | F | 1085 | HER-KIR | emigrated | 2022-12-31 |        | C180  | T1  | N0 | MX | I   | 4 | 0 | 2026-10-31
    """,
    "treatments": """
        case_id | kind         | start_date | department | intent     | acute | major | complications_registered | substance
        a-7731  | surgery      | 2024-03-20 | HER-KIR    | curative   | false | true  | true                     |
        b-7731  | systemic     | 2023-06-01 | AAL-KIR    | palliative | true  | false |                          | FOLFOX
        b-7731  | radiotherapy | 2023-07-01 |            |            |       |       |                          |
    """,
    "conferences": """
        case_id | date       | specialties | followed | not_followed_reason
        a-7731  | 2024-03-10 | 5           | yes      |
        b-7731  | 2023-05-10 | 0           | no       | patient_wish
    """,
    "complications": """
        case_id | date       | kind             | grade
        a-7731  | 2024-03-25 | anastomotic_leak | 3b
        a-7731  | 2024-03-26 | reoperation      |
    """,
    "palliative": """
        course_id | case_id | unit    | referred_date | eligible | received_date | screened_date | conference
        p1-7731   | b-7731  | HER-KIR | 2024-01-01    | true     | 2024-01-05    | 2024-01-06    | true
        p2-7731   |         | AAL-KIR | 2024-01-01    | false    |               |               |
    """,
    "trials": """
        case_id | status   | protocol | date
        a-7731  | included | ABC-1    | 2024-03-15
        b-7731  | declined |          | 2023-05-15
    """,
    "pro": """
        case_id | timepoint | sent_date  | answered_date
        a-7731  | baseline  | 2024-03-02 | 2024-03-05
        b-7731  | 3 months  | 2023-08-02 |
    """,
    "waits": """
        wait_id | case_id | leg       | department | residence_region | referral_date | consent_date | notified_date | booked_date | stop_date  | end     | modality | overrun_reason | alternative_offered | offer_documented | accepted_wait_date | registered_date | package | decision_date
        w1-7731 | a-7731  | treatment | HER-KIR    | 1084             | 2024-03-02    | 2024-03-10   | 2024-03-11    | 2024-03-20  | 2024-03-20 | started | surgery  |                |                     |                  |                    | 2024-03-21      | B01     | 2024-03-09
        w2-7731 |         | examination | AAL-KIR  | 1081             | 2024-02-01    |              | 2024-02-03    | 2024-02-10  | 2024-02-10 | disproved |        | capacity       | true                | true             | 2024-02-04         | 2024-02-11      |         |
    """,
    "coverage": """
        year | department | expected
        2024 | HER-KIR    | 2
        2023 | HER-KIR    | 0
    """,
    "departments": """
        code    | name               | hospital | region | kind    | valid_from | valid_to   | successor
        HER-NYE | Ny afdeling, Æblevej | Herlev | 1084   | surgery | 2020-01-01 | 2025-12-31 | HER-KIR
        HER-NYF | Ældre afdeling     | Herlev   | 1084   |         |            |            |
    """,
}

Cell = tuple[str, int, str, str]  # table, data row from 1, column, new value


def write_whole(folder: Path, cells: Iterable[Cell] = (), only: Iterable[str] | None = None, **options) -> Path:
    """The whole extract in ``folder`` with some cells changed; ``options`` go to ``write_extract``.

    Another database than DCCG has diagnoses of its own.
    """
    tables = {name: rows_of(text) for name, text in TABLES.items() if only is None or name in only}
    own = reference.database(options.get("database", "DCCG")).icd10
    for row in tables.get("cases", ()):
        if not row["icd10"].startswith(own):
            row["icd10"] = f"{own[0]}9"
    for table, row, column, value in cells:
        tables[table][row - 1][column] = value
    return write_extract(folder, **options, **tables)


def change(name: str, edit: Callable[[str], str], encoding: str = "utf-8") -> Callable[[Path], None]:
    """An act on the folder: rewrite one file's text, line ends as they are."""

    def act(folder: Path) -> None:
        path = folder / name
        path.write_bytes(edit(path.read_bytes().decode(encoding)).encode(encoding))

    return act


def without_column(name: str, column: str) -> Callable[[Path], None]:
    """An act on the folder: take one column out of a table."""

    def edit(text: str) -> str:
        rows = list(csv.reader(io.StringIO(text)))
        place = rows[0].index(column)
        out = io.StringIO()
        csv.writer(out).writerows([cell for number, cell in enumerate(row) if number != place] for row in rows)
        return out.getvalue()

    return change(f"{name}.csv", edit)


def with_column(name: str, column: str, value: str = "1") -> Callable[[Path], None]:
    """An act on the folder: add one column with the same value in every row."""

    def edit(text: str) -> str:
        header, *body = text.splitlines()
        return "\r\n".join([f"{header},{column}", *(f"{line},{value}" for line in body)]) + "\r\n"

    return change(f"{name}.csv", edit)


def bytes_below(root: Path) -> dict[str, str]:
    """Every file below a store with the hash of its bytes, without the lock."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


@dataclass(frozen=True)
class Broken:
    """``place``: table.column as printed; ``rows``: the first row numbers; ``secret``: what must not be printed."""

    name: str
    rule: str
    place: str
    rows: tuple[int, ...] = ()
    cells: tuple[tuple[str, int, str, str], ...] = ()
    act: Callable[[Path], None] | None = None
    also: frozenset[str] = frozenset()  # further rules that the same fault breaks
    secret: str = SECRET

    def write(self, folder: Path, **options) -> Path:
        """The table concerned and cases, broken. (All tables at once are checked elsewhere.)"""
        tables = {"cases", self.place.partition(".")[0]} & set(TABLES)
        write_whole(folder, self.cells, tables, **options)
        if self.act is not None:
            self.act(folder)
        return folder


def cell(name: str, rule: str, table: str, row: int, column: str, value: str, **more) -> Broken:
    """One cell is wrong, and the finding names exactly it."""
    return Broken(name, rule, f"{table}.{column}", (row,), ((table, row, column, value),), **more)


def add_parquet(folder: Path, typed: bool) -> None:
    """Replace the CSV files by Parquet: all texts, or typed as pandas would (doubles, timestamps, booleans, categories)."""
    with duckdb.connect() as con:
        for path in folder.glob("*.csv"):
            table = BY_NAME[path.stem]
            frame = pd.read_csv(path, dtype=object, keep_default_na=False).replace("", None)
            if typed:
                frame = pd.DataFrame({name: _as_pandas(frame[name], table.column(name).kind) for name in frame})
            con.register("frame", frame)
            con.execute(f"COPY frame TO '{path.with_suffix('.parquet')}' (FORMAT parquet)")
            con.unregister("frame")
            path.unlink()


def _as_pandas(values: pd.Series, kind: str) -> pd.Series:
    if kind == "integer":
        return values.astype(float)
    if kind == "date":
        return pd.to_datetime(values)
    if kind == "boolean":
        return values.map({"true": True, "false": False})
    return values.astype("category") if kind == "code" else values
