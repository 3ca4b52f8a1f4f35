"""Loading the demonstration extracts against a bare DuckDB CSV copy with types and keys."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.report import Result
from data.schema import TABLES

_TYPES = {"date": "DATE", "integer": "INTEGER", "boolean": "BOOLEAN"}


def measure(extracts: Path, store: Path) -> tuple[float, list[Result]]:
    """Seconds of ``python -m data load``; with its peak memory, rows per second, and their ratio to the bare copy."""
    folders = sorted(path for path in extracts.iterdir() if path.is_dir())
    rows, bare = _bare_copy(folders)
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "data", "load", *map(str, folders), "--store", str(store)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return seconds, [
        Result("load, all extracts", f"{seconds:.1f} s", "≤ 60 s", seconds <= 60, f"{rows:,} rows"),
        Result("load, peak memory", f"{peak:.0f} MB", "≤ 2,000 MB", peak <= 2000),
        Result("bare DuckDB copy with types and keys", f"{bare:.1f} s", "", None, f"{rows / bare:,.0f} rows/s"),
        Result("load, rows/s against the bare copy", f"{bare / seconds:.0%}", "≥ 50 %", bare / seconds >= 0.5),
    ]


def _bare_copy(folders: list[Path]) -> tuple[int, float]:
    """(rows, seconds) of COPY into typed tables with primary and foreign keys, one file per extract."""
    rows, started = 0, time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        for folder in folders:
            con = duckdb.connect(str(Path(place) / f"{folder.name}.duckdb"))
            for table in TABLES:
                path = folder / f"{table.name}.csv"
                if not path.is_file():
                    continue
                header = path.open(encoding="utf-8").readline().strip().split(",")
                columns = [table.column(name) for name in header]
                declared = [f'"{one.name}" {_TYPES.get(one.kind, "VARCHAR")}' for one in columns]
                if table.key:
                    declared.append(f"PRIMARY KEY ({', '.join(table.key)})")
                if table.name != "cases" and "case_id" in header:
                    declared.append("FOREIGN KEY (case_id) REFERENCES cases (case_id)")
                con.execute(f"CREATE TABLE {table.name} ({', '.join(declared)})")
                con.execute(f"COPY {table.name} FROM '{path}' (HEADER, DELIMITER ',')")
                rows += con.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0]
            con.close()
        seconds = time.perf_counter() - started
    return rows, seconds
