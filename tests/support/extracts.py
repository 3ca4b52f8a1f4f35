"""Small extracts for tests, written as they read: an ASCII table per extract table.

    write_extract(folder, cases='''
        case_id | diagnosis_date | age | vital_status | vital_date
        a       | 2024-01-01     | 60  | alive        | 2026-10-31
    ''')

Required columns that a table leaves out are added: empty where the contract lets them be empty, a default otherwise.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from data.load import load
from data.schema import BY_NAME
from data.store import Snapshot, Store

DATA_CUT = "2026-10-31"
DEFAULTS = {
    "age": "60",
    "sex": "F",
    "residence_region": "1084",
    "department": "HER-KIR",
    "diagnosis_date": "2024-01-01",
    "vital_status": "alive",
    "vital_date": DATA_CUT,
    "unit": "HER-KIR",
    "eligible": "true",
    "kind": "surgery",
    "timepoint": "baseline",
    "hospital": "Herlev",
    "region": "1084",
}

Rows = str | Iterable[Mapping[str, object]]


def rows_of(text: Rows) -> list[dict[str, str]]:
    """The rows of an ASCII table (columns divided by |), or of an iterable of mappings, as texts."""
    if not isinstance(text, str):
        return [{name: "" if value is None else _cell(value) for name, value in row.items()} for row in text]
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines() if line.strip()]
    header, *body = lines
    return [dict(zip(header, cells, strict=True)) for cells in body]


def _cell(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def write_extract(
    folder: Path,
    database: str = "DCCG",
    data_cut: str = DATA_CUT,
    period: tuple[str, str] = ("2010-01-01", DATA_CUT),
    encoding: str = "utf-8",
    delimiter: str = ",",
    toml: str = "",
    synthetic: bool = False,
    **tables: Rows,
) -> Path:
    """Write an extract folder; ``toml`` is added at its end. Returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "extract.toml").write_text(
        f'format = 1\ndatabase = "{database}"\ndata_cut = {data_cut}\nsynthetic = {str(synthetic).lower()}\n'
        f'encoding = "{encoding}"\ndelimiter = "{delimiter}"\n[period]\nstart = {period[0]}\nend = {period[1]}\n{toml}',
        encoding="utf-8",
    )
    for name, text in tables.items():
        rows = rows_of(text)
        required = [column.name for column in BY_NAME[name].columns if column.required]
        header = list(dict.fromkeys([*(key for row in rows for key in row), *required]))
        with (folder / f"{name}.csv").open("w", encoding=encoding, newline="") as stream:
            writer = csv.writer(stream, delimiter=delimiter)
            writer.writerow(header)
            for row in rows:
                writer.writerow(row.get(key, DEFAULTS.get(key, "")) for key in header)
    return folder


def load_extract(root: Path, **arguments) -> Snapshot:
    """Write an extract below ``root``, load it into the store ``root/store``, return the current snapshot."""
    folder = write_extract(root / f"extract-{arguments.get('database', 'DCCG')}", **arguments)
    load([folder], root / "store")
    return Store(root / "store").current()
