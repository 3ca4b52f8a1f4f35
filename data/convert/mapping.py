"""The mapping: which file and column every table and column of the extract comes from, and how.

``Mapping.of`` reads and checks it; ``Mapping.tables`` makes the extract's tables. All that is wrong is told at once.
"""

from __future__ import annotations

import datetime as dt
import fnmatch
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from data import nearest, persons, reference
from data.convert.files import How, read
from data.convert.lists import LISTS
from data.schema import BY_NAME, SchemaColumn, SchemaTable

#: Days of a unit of time.
UNITS = {"days": 1.0, "weeks": 7.0, "months": 365.25 / 12, "years": 365.25}
#: What stands for nothing, besides nothing.
EMPTY = frozenset(["", "na", "n/a", "nan", "null", "none", ".", "-", "not available", "[not available]"])
_KEYS = {"format", "database", "data_cut", "synthetic", "period", "files", "pseudonymise", "part"}
_FILE_KEYS = {"name", "encoding", "delimiter", "sheet", "skip"}
_TABLE_KEYS = {"file", "join", "where"}
_SHOWN = 8  # values named in a message
ID_COLUMNS = ("case_id", "course_id", "wait_id")


class MappingRefused(ValueError):
    """The mapping, or a value that it does not foresee; ``problems``: one line each, with place and fix."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Block:
    """One source of rows of a table: ``[cases]`` or one of ``[[treatments]]``."""

    table: SchemaTable
    place: str
    said: Dict[str, object]

    @property
    def columns(self) -> dict[str, object]:
        return {name: value for name, value in self.said.items() if name not in _TABLE_KEYS}


@dataclass
class Mapping:
    """A checked mapping. ``cut``: None where it is the last day of the data."""

    database: str
    cut: dt.date | None
    synthetic: bool
    period: tuple[dt.date, dt.date] | None
    part: str
    pseudonymise: bool
    files: dict[str, dict]
    blocks: list[Block]
    problems: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, text: str) -> Mapping:
        """Read a mapping; raises MappingRefused."""
        try:
            said = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise MappingRefused([f"the mapping is no TOML: {error}"]) from error
        problems: list[str] = []
        tables = {name: value for name, value in said.items() if name not in _KEYS}
        if said.get("format") != 1:
            problems.append("format: write format = 1")
        database = said.get("database")
        if database not in {one.code for one in reference.databases()}:
            codes = ", ".join(one.code for one in reference.databases())
            problems.append(f"database: {database!r} is none; there are {codes}")
        cut = said.get("data_cut")
        if cut is not None and not _is_day(cut):
            problems.append("data_cut: write a day, data_cut = 2026-10-31, or leave it out: the last day of the data")
        period = said.get("period")
        days = (period.get("start"), period.get("end")) if isinstance(period, dict) else (None, None)
        if period is not None and not all(map(_is_day, days)):
            problems.append("period: write period = { start = 2014-01-01, end = 2026-10-31 }, or leave it out")
        files = said.get("files", {})
        for name, one in files.items() if isinstance(files, dict) else ():
            problems += [
                f"files.{name}.{key}: is no key; there are {', '.join(sorted(_FILE_KEYS))}"
                for key in set(one) - _FILE_KEYS
            ]
            if "name" not in one:
                problems.append(f'files.{name}: name = "..." is missing: which of the files it is, e.g. "cases*.csv"')
        blocks = [block for name, value in tables.items() for block in _blocks(name, value, problems)]
        if not any(one.table.name == "cases" for one in blocks):
            problems.append("[cases] is missing: every extract has cases")
        for block in blocks:
            _check(block, problems)
        if problems:
            raise MappingRefused(problems)
        return cls(
            str(database),
            cut,
            bool(said.get("synthetic", False)),
            days if period is not None else None,
            str(said.get("part", "")),
            bool(said.get("pseudonymise", False)),
            {name: dict(one) for name, one in files.items()},
            blocks,
        )

    def tables(self, paths: Sequence[Path], pseudonym: Callable[[str], str] | None = None) -> dict[str, pd.DataFrame]:
        """The extract's tables as texts, from these files. Raises MappingRefused, FileRefused."""
        read_files = self._read(paths)
        made: dict[str, list[pd.DataFrame]] = {}
        problems: list[str] = []
        for block in self.blocks:
            made.setdefault(block.table.name, []).append(_Making(block, read_files, pseudonym, problems).frame())
        if problems:
            raise MappingRefused(problems)
        found = {}
        for name, frames in made.items():
            order = [one for one in BY_NAME[name].names if any(one in frame.columns for frame in frames)]
            whole = pd.concat(frames, ignore_index=True).reindex(columns=order).fillna("")
            required = [one.name for one in BY_NAME[name].columns if one.required and one.name not in order]
            found[name] = whole.assign(**dict.fromkeys(required, ""))
        return found

    def _read(self, paths: Sequence[Path]) -> dict[str, pd.DataFrame]:
        files = self.files or {"main": {"name": paths[0].name}} if len(paths) == 1 or self.files else {}
        problems, found = [], {}
        if not files:
            names = ", ".join(path.name for path in paths)
            raise MappingRefused(
                [f"files: {len(paths)} files were given ({names}); say which is which in [files.NAME] entries"]
            )
        for name, said in files.items():
            fitting = [path for path in paths if fnmatch.fnmatch(path.name, str(said["name"]))]
            if len(fitting) != 1:
                there = ", ".join(path.name for path in paths)
                problems.append(
                    f"files.{name}: '{said['name']}' fits {len(fitting)} of the files given ({there}); it must fit one"
                )
                continue
            how = How(said.get("encoding"), said.get("delimiter"), said.get("sheet"), int(said.get("skip", 0)))
            found[name] = read(fitting[0], how)
        if problems:
            raise MappingRefused(problems)
        return found


def _blocks(name: str, value: object, problems: list[str]) -> list[Block]:
    if name not in BY_NAME:
        near = nearest.code(name, tuple(BY_NAME))
        hint = f"; did you mean [{near}]?" if near else ""
        problems.append(f"[{name}] is no table of the extract; there are {', '.join(BY_NAME)}{hint}")
        return []
    several = value if isinstance(value, list) else [value]
    if not all(isinstance(one, dict) for one in several):
        problems.append(f"{name}: write [{name}], or [[{name}]] for each source of its rows")
        return []
    table = BY_NAME[name]
    return [
        Block(table, name if len(several) == 1 else f"{name}[{number}]", one)
        for number, one in enumerate(several, start=1)
    ]


_FORMS = {
    "value": {"value"},
    "date": {"date", "format"},
    "year": {"year", "month", "day"},
    "after": {"after", "column", "unit"},
    "first": {"first"},
    "row": {"row"},
    "column": {"column", "values", "else", "list", "cut", "whole", "decimal", "unit", "to"},
}


def _check(block: Block, problems: list[str]) -> None:
    known = block.table.names
    for name, value in block.columns.items():
        place = f"{block.place}.{name}"
        if name not in known:
            near = nearest.code(name, known)
            hint = f"; did you mean {near}?" if near else ""
            problems.append(f"{place}: is no column of {block.table.name}; there are {', '.join(known)}{hint}")
        elif isinstance(value, dict):
            form = next((one for one in _FORMS if one in value), None)
            if form is None:
                problems.append(f"{place}: says none of {', '.join(_FORMS)}")
                continue
            problems += [
                f"{place}.{key}: does not belong to {form}; it takes {', '.join(sorted(_FORMS[form]))}"
                for key in sorted(set(value) - _FORMS[form])
            ]
            if "list" in value and value["list"] not in LISTS:
                problems.append(f"{place}.list: there is no list {value['list']!r}; there are {', '.join(LISTS)}")
            if "unit" in value and value["unit"] not in UNITS:
                problems.append(f"{place}.unit: {value['unit']!r} is none of {', '.join(UNITS)}")
            if form == "after" and ("column" not in value or "unit" not in value):
                problems.append(f'{place}: write {{ after = "diagnosis_date", column = "time", unit = "days" }}')
            if form == "year" and not {"month", "day"} <= set(value):
                problems.append(
                    f"{place}: say month and day too: a column, or a number where they are not known (15, 7)"
                )
        elif value == "" and block.table.column(name).filled:
            problems.append(f"{place}: is to be filled in; every row needs a value")
        elif not isinstance(value, str):
            problems.append(f'{place}: write the column\'s name in quotes, or {{ value = "{value}" }} for a constant')
    missing = [one.name for one in block.table.columns if one.filled and one.name not in block.columns]
    problems += [f"{block.place}.{name}: is missing, and every row needs a value" for name in missing]


class _Making:
    """The rows of one block."""

    def __init__(
        self, block: Block, files: Dict[str, pd.DataFrame], pseudonym: Callable[[str], str] | None, problems: list[str]
    ) -> None:
        self.block, self.files, self.pseudonym, self.problems = block, files, pseudonym, problems
        self.done: dict[str, list[str]] = {}
        self.source = pd.DataFrame()

    def frame(self) -> pd.DataFrame:
        before = len(self.problems)
        self.source = self._rows()
        if len(self.problems) == before:
            for name, value in self.block.columns.items():
                self._column(name, value)
        return pd.DataFrame(self.done, dtype=object)

    def _rows(self) -> pd.DataFrame:
        place, said = self.block.place, self.block.said
        name = said.get("file", next(iter(self.files)) if len(self.files) == 1 else None)
        if name not in self.files:
            self._tell(f"{place}.file: {name!r} is none of [files]: {', '.join(self.files)}")
            return pd.DataFrame()
        rows = self.files[name]
        joined = said.get("join", [])
        for one in joined if isinstance(joined, list) else [joined]:
            rows = self._joined(rows, one)
        for column, wanted in dict(said.get("where", {})).items():
            rows = self._chosen(rows, column, wanted)
        return rows.reset_index(drop=True)

    def _joined(self, rows: pd.DataFrame, said: Dict[str, object]) -> pd.DataFrame:
        place = f"{self.block.place}.join"
        other, on = said.get("file"), said.get("on")
        left, right = on if isinstance(on, list) and len(on) == 2 else (on, on)
        if other not in self.files or left not in rows.columns or right not in self.files[other].columns:
            self._tell(
                f'{place}: write {{ file = "other", on = "id" }}, a column of both ([mine, theirs] where they differ)'
            )
            return rows
        theirs = self.files[other]
        twice = theirs[right].duplicated().sum()
        if twice:
            self._tell(f"{place}: {twice} rows of {other} repeat a value of {right}; join the other way round")
            return rows
        extra = [name for name in theirs.columns if name not in rows.columns or name == right]
        return rows.merge(
            theirs[extra], how="left", left_on=left, right_on=right, suffixes=("", " of the other")
        ).fillna("")

    def _chosen(self, rows: pd.DataFrame, column: str, wanted: object) -> pd.DataFrame:
        if column not in rows.columns:
            self._tell(f"{self.block.place}.where.{column}: {self._no_column(column, rows)}")
            return rows
        plain = rows[column].str.strip()
        filled = ~plain.str.lower().isin(EMPTY)
        if wanted == "filled":
            return rows[filled]
        if wanted == "empty":
            return rows[~filled]
        if isinstance(wanted, dict) and set(wanted) == {"not"}:
            return rows[~plain.isin([str(one) for one in wanted["not"]])]
        if isinstance(wanted, list):
            return rows[plain.isin([str(one) for one in wanted])]
        self._tell(f'{self.block.place}.where.{column}: write ["a", "b"], {{ not = ["a"] }}, "filled" or "empty"')
        return rows

    def _tell(self, text: str) -> None:
        self.problems.append(text)

    def _no_column(self, name: object, rows: pd.DataFrame | None = None) -> str:
        there = list((self.source if rows is None else rows).columns)
        near = nearest.code(str(name), there)
        return f"the file has no column '{name}'; it has {', '.join(there)}" + (
            f"; did you mean '{near}'?" if near else ""
        )

    def _values(self, place: str, name: object) -> list[str] | None:
        """A column's texts, "" for what stands for nothing; None, told, where there is no such column."""
        if name not in self.source.columns:
            self._tell(f"{place}: {self._no_column(name)}")
            return None
        return ["" if one.strip().lower() in EMPTY else one.strip() for one in self.source[name]]

    def _column(self, name: str, said: object) -> None:
        place = f"{self.block.place}.{name}"
        column = self.block.table.column(name)
        if said == "":  # not delivered by this source
            self.done[name] = [""] * len(self.source)
            return
        made = self._values(place, said) if isinstance(said, str) else self._made(place, said, column)
        if made is None:
            return
        if name in ID_COLUMNS and self.pseudonym is not None:
            made = [self.pseudonym(one) if one else "" for one in made]
        if column.codes:
            self._within(place, made, column)
        self.done[name] = made

    def _made(self, place: str, said: Dict[str, object], column: SchemaColumn) -> list[str] | None:
        if "value" in said:
            return [_constant(said["value"])] * len(self.source)
        if "date" in said:
            return self._dates(place, self._values(place, said["date"]), str(said.get("format", "%Y-%m-%d")))
        if "year" in said:
            return self._from_parts(place, said)
        if "after" in said:
            return self._after(place, said)
        if "row" in said:
            return [f"{said['row']}{number}" for number in range(1, len(self.source) + 1)]
        if "first" in said:
            columns = [self._values(place, one) for one in said["first"]]
            if any(one is None for one in columns):
                return None
            return [next((one for one in row if one), "") for row in zip(*columns, strict=True)]
        made = self._values(place, said["column"])
        if made is None:
            return None
        if "list" in said:
            made = self._each(place, made, LISTS[said["list"]], f"the list {said['list']} does not know")
        if "values" in said:
            values = {str(key): _constant(value) for key, value in dict(said["values"]).items()}
            default = None if "else" not in said else _constant(said["else"])
            made = self._each(
                place, made, lambda one: values.get(one, default), "values does not have", 'add it, or else = ""'
            )
        if "cut" in said:
            made = [one[: int(said["cut"])] for one in made]
        if "whole" in said or "unit" in said or "decimal" in said:
            made = self._numbers(place, made, said)
        return made

    def _each(
        self,
        place: str,
        values: list[str],
        turn: Callable[[str], str | None],
        what: str,
        fix: str = "add values = { ... }",
    ) -> list[str]:
        """Each value turned; those for which there is nothing are told with their counts, empty stays empty."""
        known = {one: turn(one) if one else "" for one in set(values)}
        unknown = Counter(one for one in values if known[one] is None)
        if unknown:
            self._tell(f"{place}: {what} {_listed(unknown)}; {fix}")
        return [known[one] or "" for one in values]

    def _dates(self, place: str, values: list[str] | None, form: str) -> list[str] | None:
        def turn(value: str) -> str | None:
            try:
                return dt.datetime.strptime(value, form).date().isoformat()
            except ValueError:
                return None

        if values is None:
            return None
        return self._each(place, values, turn, f"format {form} does not fit", "say the format that does, e.g. %d-%m-%Y")

    def _from_parts(self, place: str, said: Dict[str, object]) -> list[str] | None:
        parts = []
        for key in ("year", "month", "day"):
            one = said[key]
            values = [str(one)] * len(self.source) if isinstance(one, int) else self._values(f"{place}.{key}", one)
            if values is None:
                return None
            parts.append(values)
        joined = ["-".join(one) if all(one) else "" for one in zip(*parts, strict=True)]

        def turn(value: str) -> str | None:
            try:
                return dt.date(*(int(float(part)) for part in value.split("-"))).isoformat()
            except ValueError:
                return None

        return self._each(place, joined, turn, "no such day as", "mend the parts, or choose another day")

    def _after(self, place: str, said: Dict[str, object]) -> list[str] | None:
        after = said["after"]
        if _is_day(after):
            starts = [after.isoformat()] * len(self.source)
        elif after in self.done:
            starts = self.done[after]
        else:
            self._tell(f"{place}.after: '{after}' is no day, nor one of the columns above it: {', '.join(self.done)}")
            return None
        values = self._values(place, said["column"])
        if values is None:
            return None
        numbers = self._each(
            place, values, lambda one: one if _number(one) is not None else None, "no numbers:", "mend them"
        )
        days = UNITS[said["unit"]]
        return [
            (dt.date.fromisoformat(start) + dt.timedelta(days=round(_number(one) * days))).isoformat()
            if one and start
            else ""
            for one, start in zip(numbers, starts, strict=True)
        ]

    def _numbers(self, place: str, values: list[str], said: Dict[str, object]) -> list[str]:
        comma = said.get("decimal") == ","
        factor = UNITS[said["unit"]] / UNITS[said.get("to", "years")] if "unit" in said else 1.0
        way = said.get("whole", "down")
        turns = {"down": lambda number: int(number // 1), "nearest": lambda number: int(number + 0.5)}
        if way not in turns:
            self._tell(f"{place}.whole: {way!r} is none of {', '.join(turns)}")
            return values

        def turn(value: str) -> str | None:
            number = _number(value.replace(",", ".") if comma else value)
            return None if number is None else str(turns[way](number * factor + 1e-9))

        return self._each(place, values, turn, "no numbers:", 'mend them, or say decimal = ","')

    def _within(self, place: str, values: list[str], column: SchemaColumn) -> None:
        wrong = Counter(one for one in values if one and one not in column.codes)
        if wrong:
            self._tell(
                f"{place}: {_listed(wrong)} is none of {', '.join(column.codes)}; recode with values = {{ ... }}"
            )


def _listed(values: Counter) -> str:
    """'"3" (12 rows), "9" (1 row)', the most frequent first; nothing that could be a person's number."""
    shown = [
        f'"{value}" ({many} row{"s" * (many != 1)})'
        if not persons.holds(value)
        else f"a value like a person number ({many})"
        for value, many in values.most_common(_SHOWN)
    ]
    more = len(values) - _SHOWN
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if found == found and abs(found) != float("inf") else None


def _constant(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _is_day(value: object) -> bool:
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)
