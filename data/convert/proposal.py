"""``python -m data init``: what the files of a folder hold, and a mapping or extract.toml to go on from."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from pathlib import Path

import pandas as pd

from data import nearest, persons, reference
from data.convert.files import KINDS, OF_LAYOUTS, How, read
from data.convert.mapping import EMPTY
from data.convert.refusal import FileRefused
from data.extract_toml import TOML, ready, today
from data.schema import BY_NAME, TABLES, SchemaColumn

MAPPING = "mapping.toml"
#: A column with no more values than this is shown with all of them.
_FEW = 20
_ENCODINGS = ("utf-8", "windows-1252")
_DELIMITERS = (",", ";", "\t")
_DAYS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d", "%m/%d/%Y", "%d%m%Y")
_SAID = {"\t": "\\t"}


def propose(folder: Path, database: str | None) -> list[Path]:
    """Write what is missing into the folder and return it: extract.toml where it holds tables of the extract format,
    mapping.toml where it holds other files. Nothing that is there is written over.

    Raises FileRefused where there is no file to look at, or where both are there already.
    """
    if not folder.is_dir():
        raise FileRefused(f"{folder}: no such folder")
    every = sorted(path for path in folder.iterdir() if path.suffix.lower() in KINDS)
    files = [path for path in every if KINDS[path.suffix.lower()] not in OF_LAYOUTS]
    if every and not files:
        raise FileRefused(
            f"{folder}: {every[0].name} is of a layout that is read as it stands: data convert --from "
            f"{OF_LAYOUTS[KINDS[every[0].suffix.lower()]]}, or a mapping with its items as columns (docs/converting.md)"
        )
    own = [path for path in files if path.stem in BY_NAME and path.suffix.lower() in (".csv", ".parquet")]
    others = [path for path in files if path not in own]
    if not files:
        raise FileRefused(f"{folder}: has no file to look at; those that are read end in {', '.join(KINDS)}")
    made = []
    if any(path.stem == "cases" for path in own) and not (folder / TOML).exists():
        made.append(_write(folder / TOML, _extract_toml(own, database)))
        others = [path for path in others if path.stem not in BY_NAME]
    elif own and not any(path.stem == "cases" for path in own):
        others = files
    if others and not (folder / MAPPING).exists():
        made.append(_write(folder / MAPPING, _mapping(others, database)))
    if not made:
        there = ", ".join(name for name in (TOML, MAPPING) if (folder / name).exists())
        raise FileRefused(f"{folder}: has {there} already; remove it to have it proposed anew")
    return made


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def _sniffed(path: Path) -> How:
    """How a text file is written, as far as its bytes tell: proposed, for a person to look at."""
    content = path.read_bytes()
    encoding = next((one for one in _ENCODINGS if _decodes(content, one)), "latin-1")
    first = content.decode(encoding).lstrip("\ufeff").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=lambda one: len(next(csv.reader([first], delimiter=one), [])))
    return How("utf-8-sig" if encoding == "utf-8" else encoding, delimiter)


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _looked_at(path: Path) -> tuple[How, pd.DataFrame]:
    how = _sniffed(path) if KINDS[path.suffix.lower()] == "text" else How()
    return how, read(path, how)


def _extract_toml(paths: list[Path], database: str | None) -> str:
    """extract.toml of files that are the format's tables already."""
    looked = {path: _looked_at(path) for path in paths}
    days, diagnosed = [], []
    for path, (_, rows) in looked.items():
        for column in BY_NAME[path.stem].columns:
            if column.kind == "date" and not column.future and column.name in rows.columns:
                found = [one for one in rows[column.name].str.strip() if _iso(one)]
                days += found
                diagnosed += found if column.name == "diagnosis_date" else []
    text = [how for path, (how, _) in looked.items() if KINDS[path.suffix.lower()] == "text"]
    how = text[0] if text else How("utf-8", ",")
    cut = min(max(days, default=today().isoformat()), today().isoformat())
    content: dict[str, object] = {"format": 1, "data_cut": dt.date.fromisoformat(cut), "synthetic": False}
    content |= {"encoding": "utf-8" if how.encoding == "utf-8-sig" else how.encoding, "delimiter": how.delimiter}
    content["database"] = database or _likely_database(looked)
    content["period"] = {
        "start": dt.date.fromisoformat(min(diagnosed, default=cut)),
        "end": dt.date.fromisoformat(min(cut, max(diagnosed, default=cut))),
    }
    rows = [f"{path.stem} = {len(rows)}" for path, (_, rows) in looked.items()]
    note = "# Proposed from the files; look at each line. data_cut: the last day whose events are in them.\n"
    if content["database"] == "":
        codes = ", ".join(one.code for one in reference.databases())
        note += f"# database: which of {codes}?\n"
    return note + ready(content) + "\n[rows]\n" + "\n".join(rows) + "\n"


def _likely_database(looked: dict[Path, tuple[How, pd.DataFrame]]) -> str:
    """The database whose diagnosis codes most cases have; "" where they tell nothing."""
    cases = next(rows for path, (_, rows) in looked.items() if path.stem == "cases")
    if "icd10" not in cases.columns:
        return ""
    codes = [one.strip().upper().removeprefix("D").replace(".", "") for one in cases["icd10"]]
    fits = {one.code: sum(code.startswith(one.icd10) for code in codes) for one in reference.databases() if one.icd10}
    best = max(fits, key=fits.get, default="")
    return best if best and fits[best] > 0.8 * len(codes) else ""


def _iso(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).year >= 1900
    except ValueError:
        return False


# --- a mapping to fill in -------------------------------------------------------------------------------------------


def _mapping(paths: list[Path], database: str | None) -> str:
    looked = {path: _looked_at(path) for path in paths}
    codes = ", ".join(one.code for one in reference.databases())
    lines = [
        "# Proposed from the files. Fill in what is empty, take away what does not fit, then:",
        f"#   python -m data convert --mapping {MAPPING} {' '.join(path.name for path in paths)} --out EXTRACT",
        "# What can be written: docs/converting.md",
        "format = 1",
        f'database = "{database or ""}"   # of {codes}',
        "synthetic = false",
        "# data_cut = 2026-10-31   # left out: the last day in the files",
    ]
    names = {path: _short(path, number) for number, path in enumerate(paths, start=1)}
    for path, (how, rows) in looked.items():
        lines += ["", f"[files.{names[path]}]   # {len(rows)} rows", f'name = "{path.name}"']
        if KINDS[path.suffix.lower()] == "text":
            if how.encoding not in ("utf-8", "utf-8-sig"):
                lines.append(f'encoding = "{how.encoding}"')
            if how.delimiter not in (",", None):
                lines.append(f'delimiter = "{_SAID.get(how.delimiter, how.delimiter)}"')
        lines += [f"#   {_about(name, rows[name])}" for name in rows.columns]
    main = max(looked, key=lambda path: len(looked[path][1].columns))
    lines += ["", "[cases]", *([f'file = "{names[main]}"'] if len(paths) > 1 else [])]
    for column in BY_NAME["cases"].columns:
        lines.append(_proposed(column, looked[main][1]))
    others = [table.name for table in TABLES if table.name not in ("cases", "departments")]
    lines += ["", f"# Other tables, one block for each source of rows: {', '.join(others)}", "# [[treatments]]"]
    lines += [
        '# where = { operated = ["1"] }',
        '# case_id = "id"',
        '# kind = { value = "surgery" }',
        '# start_date = "..."',
        "",
    ]
    return "\n".join(lines)


def _short(path: Path, number: int) -> str:
    plain = "".join(one if one.isascii() and (one.isalnum() or one in "_-") else "_" for one in path.stem).strip("_")
    return plain or f"file{number}"


def _values(column: pd.Series) -> list[str]:
    return [one.strip() for one in column if one.strip().lower() not in EMPTY]


def _about(name: str, column: pd.Series) -> str:
    """A column in a line: its kind, range or values with counts; of one that may identify a person nothing."""
    values = _values(column)
    gone = len(column) - len(values)
    empty = f", {gone} empty" if gone else ""
    if not values:
        return f"{name}: empty"
    if _identifying(name, values):
        return f"{name}: identifies, not shown{empty}"
    counted = Counter(values)
    if form := _day_format(values):
        days = sorted(dt.datetime.strptime(one, form).date() for one in counted)
        return f"{name}: days as {form}, {days[0]} to {days[-1]}{empty}"
    numbers = [float(one) for one in counted if _is_number(one)]
    if len(numbers) == len(counted) and len(counted) > _FEW:
        return f"{name}: numbers {min(numbers):g} to {max(numbers):g}{empty}"
    if len(counted) <= _FEW:
        return f"{name}: " + ", ".join(f'"{one}" {many}' for one, many in counted.most_common()) + empty
    return f"{name}: text, {len(counted)} values{empty}"


def _identifying(name: str, values: list[str]) -> bool:
    """A person's number or name, or a value of its own in every row: never echoed."""
    alone = len(set(values)) == len(values) and len(values) > _FEW and not _day_format(values)
    text = not all(map(_is_number, values)) or all(one.isdecimal() and len(one) > 3 for one in values)
    return persons.identifies(name) or any(map(persons.holds, values)) or (alone and text)


def _day_format(values: list[str]) -> str:
    """The first of the known formats that every value has; "" where none has."""
    some = values[:2000]

    def fits(form: str) -> bool:
        try:
            return all(1850 <= dt.datetime.strptime(one, form).year <= 2100 for one in some)
        except ValueError:
            return False

    return next((form for form in _DAYS if fits(form)), "")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _proposed(column: SchemaColumn, rows: pd.DataFrame) -> str:
    """A line for a column of the extract: the source that its name likely means, with the values to recode."""
    wants = f"{column.en}" + (f": {', '.join(column.codes)}" if column.codes else "")
    source = _source(column, rows)
    mark = "" if source or column.required else "# "
    if not source:
        return f'{mark}{column.name} = ""   # {wants}{"; required" if column.required else ""}'
    values = _values(rows[source])
    if column.kind == "date" and (form := _day_format(values)) not in ("", "%Y-%m-%d"):
        return f'{column.name} = {{ date = "{source}", format = "{form}" }}   # {wants}'
    counted = Counter(values)
    if column.codes and not set(counted) <= set(column.codes) and len(counted) <= _FEW:
        pairs = ", ".join(f'"{one}" = "{nearest.code(one, column.codes)}"' for one in counted)
        return f'{column.name} = {{ column = "{source}", values = {{ {pairs} }} }}   # {wants}'
    return f'{column.name} = "{source}"   # {wants}'


def _source(column: SchemaColumn, rows: pd.DataFrame) -> str:
    """The source column of the same name, or of the column's title in either language; "" where there is none."""
    wanted = {_letters(one) for one in (column.name, column.da, column.en)}
    return next((name for name in rows.columns if _letters(name) in wanted), "")


def _letters(text: str) -> str:
    return "".join(one for one in text.casefold() if one.isalnum())
