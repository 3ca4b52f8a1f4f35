"""An extract's folder from converted tables, and pseudonyms of its ids."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from data.convert.mapping import Mapping as Said
from data.convert.mapping import MappingRefused
from data.extract_toml import TOML, ready, today
from data.schema import BY_NAME

_SHORTEST_KEY = 32
_DIGITS = 20  # of a pseudonym, hexadecimal: 80 bits


def write(said: Said, tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Write the extract: extract.toml with row counts and sums, one CSV a table. Raises MappingRefused where the data
    give no period, FileExistsError where the folder holds something already."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder}: is not empty; name another folder, or empty it")
    diagnosed = [one for one in tables["cases"]["diagnosis_date"] if one]
    days = [
        one
        for name, table in tables.items()
        for column in table.columns
        if BY_NAME[name].column(column).kind == "date" and not BY_NAME[name].column(column).future
        for one in table[column]
        if one
    ]
    if not diagnosed:
        raise MappingRefused(["cases.diagnosis_date: no case has one; choose the column or the parts of the date"])
    cut = said.cut or dt.date.fromisoformat(min(max(days), today().isoformat()))
    start, end = said.period or (dt.date.fromisoformat(min(diagnosed)), min(cut, dt.date.fromisoformat(max(diagnosed))))
    content = {"format": 1, "database": said.database, "data_cut": cut, "synthetic": said.synthetic}
    content |= {"encoding": "utf-8", "delimiter": ",", "period": {"start": start, "end": end}}
    sums = {}
    for name, table in tables.items():
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(table.columns)
            writer.writerows(table.itertuples(index=False))
        sums[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    head, _, period = ready(content).partition("[period]")
    lines = [head.rstrip("\n")]
    if said.part:
        lines.append(f'part = "{said.part}"')
    lines += ["[period]" + period, "[rows]", *(f"{name} = {len(table)}" for name, table in tables.items())]
    if said.lost:
        lines.append("[precision]")
    for column, units in said.lost.items():
        many = ", ".join(f"{unit} = {number}" for unit, number in units.items())
        lines.append(f'"{column}" = {{ {many} }}')
    lines += ["[sha256]", *(f'"{name}" = "{one}"' for name, one in sums.items())]
    (folder / TOML).write_text("\n".join(lines) + "\n", encoding="utf-8")


def pseudonyms(key_file: Path, out: Path) -> Callable[[str], str]:
    """A keyed hash (HMAC-SHA-256) of an id: the same for the same id and key, and not to be turned back without it.

    The key is made at the first use, readable by its owner alone. It must not lie in the extract's folder: who has both
    has the ids. Raises MappingRefused.
    """
    if out.resolve() in (key_file.resolve(), *key_file.resolve().parents):
        raise MappingRefused([f"--key {key_file}: lies in the extract's folder; keep it elsewhere"])
    try:
        file = os.open(key_file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        key = key_file.read_bytes().strip()
    else:
        key = secrets.token_hex(32).encode()
        with os.fdopen(file, "wb") as stream:
            stream.write(key + b"\n")
    if len(key) < _SHORTEST_KEY:
        raise MappingRefused([f"--key {key_file}: has {len(key)} bytes; use {_SHORTEST_KEY} or more, or a new file"])
    return lambda id: hmac.new(key, id.encode(), hashlib.sha256).hexdigest()[:_DIGITS]
