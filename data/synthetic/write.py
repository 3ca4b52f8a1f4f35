"""Writing an extract folder: tables through DuckDB, then extract.toml with row counts and check sums."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from data.schema import BY_NAME, FORMAT

_NONE = np.iinfo(np.int32).min
#: What stands before the number in an identifier, after the database's code.
_IDS = {"case_id": "-", "course_id": "-P", "wait_id": "-W"}


def connect() -> duckdb.DuckDBPyConnection:
    """A connection for writing; rows keep their order, so that the same data give the same bytes."""
    con = duckdb.connect()
    con.execute("SET threads = 2; SET preserve_insertion_order = true; SET memory_limit = '700MB'")
    return con


def write_table(
    con: duckdb.DuckDBPyConnection, folder: Path, database: str, name: str, columns: dict, form: str
) -> int:
    """Writes one table and returns its number of rows.

    ``columns``: day numbers for dates, numbers for identifiers (0: none), 1/0/-1 for booleans, floats with NaN
    for whole numbers, and (indices, labels) for codes and texts (-1: none).
    """
    table = BY_NAME[name]
    frame, parts = {}, []
    for column, values in columns.items():
        kind = table.column(column).kind
        slot = f'"{column}"'
        if column in _IDS:
            frame[column] = np.asarray(values, dtype=np.int32)
            parts.append(f"CASE WHEN {slot} > 0 THEN '{database}{_IDS[column]}' || lpad({slot}::VARCHAR, 6, '0') END")
        elif isinstance(values, tuple):
            codes, labels = values
            frame[column] = pd.Categorical.from_codes(np.asarray(codes, dtype=np.int32), list(labels))
            parts.append(f"{slot}::VARCHAR")
        elif kind == "boolean":
            frame[column] = np.asarray(values, dtype=np.int8)
            parts.append(f"CASE {slot} WHEN 1 THEN true WHEN 0 THEN false END")
        elif kind in ("date", "integer"):
            numbers = np.asarray(values, dtype=float)
            frame[column] = np.where(np.isnan(numbers), _NONE, np.nan_to_num(numbers)).astype(np.int32)
            number = f"nullif({slot}, {_NONE})"
            parts.append(f"DATE '1970-01-01' + {number}" if kind == "date" else number)
        else:
            raise TypeError(f"{name}.{column}: no way to write {type(values)}; give (indices, labels)")
        parts[-1] = f"({parts[-1]}) AS {slot}"
    con.register("rows", pd.DataFrame(frame, copy=False))
    options = "FORMAT csv, HEADER, DELIMITER ','" if form == "csv" else "FORMAT parquet"
    path = str(folder / f"{name}.{form}").replace("'", "''")
    con.execute(f"COPY (SELECT {', '.join(parts)} FROM rows) TO '{path}' ({options})")
    con.unregister("rows")
    return len(next(iter(frame.values())))


def write_manifest(
    folder: Path, database: str, cut: dt.date, start: dt.date, end: dt.date, rows: dict[str, int], form: str
) -> None:
    """Writes extract.toml of a synthetic extract."""
    lines = [
        f"format = {FORMAT}",
        f'database = "{database}"',
        f"data_cut = {cut}",
        "synthetic = true",
        'encoding = "utf-8"',
        'delimiter = ","',
        "",
        "[period]",
        f"start = {start}",
        f"end = {end}",
        "",
        "[rows]",
        *(f"{name} = {count}" for name, count in rows.items()),
        "",
        "[sha256]",
    ]
    for name in rows:
        with (folder / f"{name}.{form}").open("rb") as file:
            lines.append(f'"{name}.{form}" = "{hashlib.file_digest(file, "sha256").hexdigest()}"')
    (folder / "extract.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
