"""The mapping: which file and column every table and column of the extract comes from, and how.

``Mapping.of`` reads and checks it; ``Mapping.tables`` makes the extract's tables. All that is wrong is told at once.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fnmatch
import re
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
_FILE_KEYS = {"name", "encoding", "delimiter", "sheet", "skip", "comment", "optional", "many"}
_TABLE_KEYS = {"file", "join", "where", "one", "optional"}
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
    """A checked mapping. ``cut``: None where it is the last day of the data.

    Told by ``tables``: ``lost``: how many values of a column ("cases.age") are not precise, by
    data.extract_toml.PRECISIONS; ``left_out``: of which rows only some were chosen, a line each.
    """

    database: str
    cut: dt.date | None
    synthetic: bool
    period: tuple[dt.date, dt.date] | None
    part: str
    pseudonymise: bool
    files: dict[str, dict]
    blocks: list[Block]
    problems: list[str] = field(default_factory=list)
    lost: dict[str, dict[str, int]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, text: str, given: str = "", given_cut: dt.date | None = None) -> Mapping:
        """Read a mapping; ``given``, ``given_cut``: database and data cut where it has none. Raises MappingRefused."""
        try:
            said = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise MappingRefused([f"the mapping is no TOML: {error}"]) from error
        problems: list[str] = []
        tables = {name: value for name, value in said.items() if name not in _KEYS}
        if said.get("format") != 1:
            problems.append("format: write format = 1")
        database = said.get("database") or given
        if given and said.get("database", given) != given:
            problems.append(
                f"database: the mapping says {said['database']!r}, --database {given}; take one of them away"
            )
        if database not in {one.code for one in reference.databases()}:
            codes = ", ".join(one.code for one in reference.databases())
            problems.append(f"database: {database!r} is none; there are {codes}")
        cut = said.get("data_cut", given_cut)
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
        ids: set[str] = set()
        for block in sorted(self.blocks, key=lambda one: one.table.name != "cases"):  # whose ids the others may ask for
            making = _Making(block, read_files, pseudonym, problems, self, ids)
            rows = making.frame()
            ids |= making.ids if block.table.name == "cases" else set()
            if not (block.said.get("optional") and rows.empty):
                made.setdefault(block.table.name, []).append(rows)
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
            if not fitting and said.get("optional"):
                found[name] = pd.DataFrame()
                continue
            if len(fitting) != 1 and not (fitting and said.get("many")):
                there = ", ".join(path.name for path in paths)
                problems.append(
                    f"files.{name}: '{said['name']}' fits {len(fitting)} of the files given ({there}); it must fit one"
                )
                continue
            how = How(
                said.get("encoding"), said.get("delimiter"), said.get("sheet"), int(said.get("skip", 0)),
                said.get("comment"),
            )  # fmt: skip
            found[name] = pd.concat([read(one, how) for one in fitting], ignore_index=True).fillna("")
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
    "date": {"date", "format", "partial", "else", "missing"},
    "year": {"year", "month", "day", "missing"},
    "after": {"after", "column", "unit", "missing"},
    "first": {"first"},
    "row": {"row"},
    "born": {"born", "at"},
    "group": {"group"},
    "filled": {"filled", "then", "else"},
    "together": {"together", "by"},
    "column": {
        "column", "values", "else", "list", "on", "cut", "whole", "decimal", "unit", "to", "only", "empty", "missing",
    },
}  # fmt: skip


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
        elif isinstance(value, list) and value and all(isinstance(one, str) for one in value):
            continue
        elif not isinstance(value, str):
            problems.append(f'{place}: write the column\'s name in quotes, or {{ value = "{value}" }} for a constant')
    missing = [one.name for one in block.table.columns if one.filled and one.name not in block.columns]
    problems += [f"{block.place}.{name}: is missing, and every row needs a value" for name in missing]


#: A day with or without its day and month: 2023, 2023-07, 20230707, 2023-07-07T12:00:00+02:00.
_PARTIAL = re.compile(r"(\d{4})(?:[-./]?(\d{2})(?:[-./]?(\d{2})(?:[T ].*)?)?)?\s*")
_AGE_GROUP = re.compile(
    r"a?(\d{1,3})\s*(?:-|–|b|to|til)\s*(\d{1,3})|a?(\d{1,3})\s*\+|(?:<|under)\s*(\d{1,3})", re.IGNORECASE
)


class _NotThere(Exception):
    """The file has none of the columns, and the mapping says that it need not."""


class _Making:
    """The rows of one block."""

    def __init__(
        self,
        block: Block,
        files: Dict[str, pd.DataFrame],
        pseudonym: Callable[[str], str] | None,
        problems: list[str],
        said: Mapping,
        known: set[str],
    ) -> None:
        self.block, self.files, self.pseudonym, self.problems = block, files, pseudonym, problems
        self.mapping, self.known = said, known
        #: The ids of its rows as the files have them.
        self.ids: set[str] = set()
        #: Whether the block is optional, and its file or a column that chooses its rows is not there.
        self.left_out = False
        self.done: dict[str, list[str]] = {}
        self.source = pd.DataFrame()

    def frame(self) -> pd.DataFrame:
        before = len(self.problems)
        self.source = self._rows()
        if len(self.problems) == before and not self.left_out:
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
        where = dict(said.get("where", {}))
        if said.get("optional") and (rows.empty or not set(where) <= set(rows.columns)):
            self.left_out = True
            return pd.DataFrame()
        many = len(rows)
        for column, wanted in where.items():
            rows = self._chosen(rows, column, wanted)
        if len(rows) < many:
            self.mapping.left_out.append(f"{place}: {len(rows)} of {many} rows are taken (where)")
        if "one" in said:
            many = len(rows)
            rows = self._one_each(rows, f"{place}.one", said["one"])
            self.mapping.left_out.append(f"{place}: {len(rows)} of {many} rows are taken (one of each)")
        return rows.reset_index(drop=True)

    def _one_each(self, rows: pd.DataFrame, place: str, said: object) -> pd.DataFrame:
        """Of the rows with the same value of a column the first, or the last, by another one."""
        way = next((one for one in ("first", "last") if isinstance(said, dict) and one in said), "")
        if not way or "of" not in said or not {said["of"], said[way]} <= set(rows.columns):
            self._tell(f'{place}: write {{ of = "id", first = "date" }} (or last), columns of the file')
            return rows
        ordered = rows.sort_values(said[way], kind="stable", ascending=way == "first")
        return ordered.drop_duplicates(said["of"]).sort_index()

    def _joined(self, rows: pd.DataFrame, said: Dict[str, object]) -> pd.DataFrame:
        place = f"{self.block.place}.join"
        other, on = said.get("file"), said.get("on")
        left, right = on if isinstance(on, list) and len(on) == 2 else (on, on)
        if other in self.files and self.files[other].empty:
            return rows  # optional, and not among the files
        if other not in self.files or left not in rows.columns or right not in self.files[other].columns:
            self._tell(
                f'{place}: write {{ file = "other", on = "id" }}, a column of both ([mine, theirs] where they differ)'
            )
            return rows
        theirs = self.files[other]
        if {"first", "last"} & set(said) and right in theirs.columns:
            theirs = self._one_each(
                theirs, place, {"of": right, **{k: said[k] for k in ("first", "last") if k in said}}
            )
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
        if isinstance(wanted, dict) and set(wanted) == {"starts"}:
            return rows[plain.str.startswith(tuple(str(one) for one in wanted["starts"]))]
        if isinstance(wanted, dict) and set(wanted) == {"list"} and wanted["list"] in LISTS:
            kept = {one: bool(LISTS[wanted["list"]](one, None)) for one in plain.unique() if one}
            return rows[plain.map(kept).fillna(False).astype(bool)]
        if wanted == "database":
            own = reference.database(self.mapping.database).icd10
            kept = {one: (LISTS["icd10"](one, None) or "").startswith(own) for one in plain.unique()}
            return rows[plain.map(kept).astype(bool)] if own else rows
        if wanted == "cases":
            return rows[plain.isin(self.known)]
        if isinstance(wanted, list):
            return rows[plain.isin([str(one) for one in wanted])]
        self._tell(
            f'{self.block.place}.where.{column}: write ["a", "b"], {{ not = ["a"] }}, {{ starts = ["C50"] }}, '
            '{ list = "sks_treatment" }, "filled", "empty", "database" (a diagnosis of its own) or "cases" (a case_id)'
        )
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
        """A column's texts, "" for what stands for nothing; None, told, where there is no such column.

        Of several names, in each row the first that is filled, of those that the file has; _NotThere where it has none
        and the last is "".
        """
        if isinstance(name, list):
            there = [one for one in name if one in self.source.columns]
            if not there and name[-1] == "":
                raise _NotThere
            if there:
                columns = [self._values(place, one) for one in there]
                return [next((one for one in row if one), "") for row in zip(*columns, strict=True)]
            name = name[0]
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
        try:
            made = self._values(place, said) if isinstance(said, str | list) else self._made(place, said, column)
        except _NotThere:
            made = self._instead(place, said, column)
        if made is None:
            return
        if name == "case_id":
            self.ids = set(made)
        if name in ID_COLUMNS and self.pseudonym is not None:
            made = [self.pseudonym(one) if one else "" for one in made]
        if column.codes:
            self._within(place, made, column)
        self.done[name] = made

    def _instead(self, place: str, said: object, column: SchemaColumn) -> list[str] | None:
        """A column that may be missing and is: its constant, else not delivered; told where every row needs a value."""
        if isinstance(said, dict) and "missing" in said:
            return self._same(place, said["missing"], column)
        if column.filled:
            every = said.values() if isinstance(said, dict) else [said]
            names = next(one for one in every if isinstance(one, list))
            self._tell(f"{place}: the file has none of {', '.join(filter(None, names))}, and every row needs a value")
        return [""] * len(self.source) if column.required else None

    def _same(self, place: str, value: object, column: SchemaColumn) -> list[str]:
        """The same value in every row; where all cases have one day of diagnosis it is told what is lost."""
        if column.name == "diagnosis_date":
            self._lose(column, ["constant"] * len(self.source))
        return [_constant(value)] * len(self.source)

    def _lose(self, column: SchemaColumn, units: Sequence[str]) -> None:
        """Keep how many values of a column are less precise than they look."""
        counted = Counter(one for one in units if one)
        if counted:
            there = self.mapping.lost.setdefault(f"{self.block.table.name}.{column.name}", {})
            for unit, many in counted.items():
                there[unit] = there.get(unit, 0) + many

    def _made(self, place: str, said: Dict[str, object], column: SchemaColumn) -> list[str] | None:
        if "value" in said:
            return self._same(place, said["value"], column)
        if "date" in said:
            return self._dates(place, said, column)
        if "year" in said:
            return self._from_parts(place, said, column)
        if "born" in said:
            return self._ages(place, said, column)
        if "group" in said:
            return self._of_groups(place, said, column)
        if "filled" in said:
            then, other = _constant(said.get("then", "true")), _constant(said.get("else", ""))
            try:
                values = self._values(place, said["filled"])
            except _NotThere:
                values = [""] * len(self.source)
            return None if values is None else [then if one else other for one in values]
        if "together" in said:
            columns = [self._values(place, one) for one in said["together"]]
            if any(one is None for one in columns):
                return None
            return [str(said.get("by", "-")).join(row) for row in zip(*columns, strict=True)]
        if "after" in said:
            return self._after(place, said)
        if "row" in said:
            return [f"{said['row']}{number}" for number in range(1, len(self.source) + 1)]
        if "first" in said:
            columns = []
            for one in said["first"]:
                with contextlib.suppress(_NotThere):
                    columns.append(self._values(place, one))
            if any(one is None for one in columns):
                return None
            if not columns:
                raise _NotThere
            return [next((one for one in row if one), "") for row in zip(*columns, strict=True)]
        made = self._values(place, said["column"])
        if made is None:
            return None
        if "empty" in said:
            nothing = {str(one) for one in said["empty"]}
            made = ["" if one in nothing else one for one in made]
        if "only" in said:
            made = self._only(place, made, dict(said["only"]))
        if "list" in said:
            made = self._of_list(place, made, said)
        elif "values" in said:
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

    def _only(self, place: str, values: list[str], wanted: Dict[str, object]) -> list[str]:
        """The values where the columns above have these values, "" in the other rows."""
        for name, value in wanted.items():
            if name not in self.done:
                self._tell(f"{place}.only: '{name}' is none of the columns above it: {', '.join(self.done)}")
                return values
            allowed = [str(one) for one in value] if isinstance(value, list) else [str(value)]
            values = [one if there in allowed else "" for one, there in zip(values, self.done[name], strict=True)]
        return values

    def _of_list(self, place: str, values: list[str], said: Dict[str, object]) -> list[str]:
        """Recoded by a code list, of a dated one by the day in the column ``on``; ``values`` go before the list."""
        name, on = str(said["list"]), said.get("on")
        own = {str(key): _constant(value) for key, value in dict(said.get("values", {})).items()}
        other = None if "else" not in said else _constant(said["else"])
        if on is not None and on not in self.done:
            self._tell(f"{place}.on: '{on}' is none of the columns above it: {', '.join(self.done)}")
            return values
        days = self.done[on] if on is not None else [""] * len(values)
        known: dict[tuple[str, str], str | None] = {}
        unknown: Counter = Counter()
        made = []
        for pair in zip(values, days, strict=True):
            if pair not in known:
                one, day = pair
                turned = own.get(one)
                if turned is None and one:
                    turned = LISTS[name](one, dt.date.fromisoformat(day) if day else None)
                known[pair] = "" if not one else other if turned is None else turned
            if known[pair] is None:
                unknown[pair[0]] += 1
            made.append(known[pair] or "")
        if unknown:
            fix = 'add values = { ... }, or else = ""'
            self._tell(f"{place}: the list {name} does not know {_listed(unknown)}; {fix}")
        return made

    def _dates(self, place: str, said: Dict[str, object], column: SchemaColumn) -> list[str] | None:
        form, partial = str(said.get("format", "%Y-%m-%d")), bool(said.get("partial"))
        precise: dict[str, str] = {}

        def turn(value: str) -> str | None:
            with contextlib.suppress(ValueError):
                return dt.datetime.strptime(value, form).date().isoformat()
            if not partial or not (found := _PARTIAL.fullmatch(value)):
                return None
            year, month, day = (int(one) if one and one not in ("00", "99") else None for one in found.groups())
            if year is None or year == 9999:
                return ""
            precise[value] = "" if month and day else "month" if month else "year"
            with contextlib.suppress(ValueError):
                return dt.date(year, month or 7, (day or 15) if month else 1).isoformat()
            return None

        try:
            values = self._values(place, said["date"])
        except _NotThere:
            if "else" not in said:
                raise
            values = [""] * len(self.source)
        if values is None:
            return None
        made = self._each(place, values, turn, f"format {form} does not fit", "say the format that does, e.g. %d-%m-%Y")
        self._lose(column, [precise.get(one, "") for one in values])
        if "else" in said:
            other = self.mapping.cut if said["else"] == "data_cut" else said["else"]
            if not _is_day(other):
                self._tell(f'{place}.else: write a day, or "data_cut" and say data_cut (--data-cut DATE)')
                return made
            made = [one or other.isoformat() for one in made]
        return made

    def _ages(self, place: str, said: Dict[str, object], column: SchemaColumn) -> list[str] | None:
        """Whole years from a birth (a day, a month or a year) to the day in a column above."""
        born, at = self._values(place, said["born"]), said.get("at", "diagnosis_date")
        if born is None:
            return None
        if at not in self.done:
            self._tell(f"{place}.at: '{at}' is none of the columns above it: {', '.join(self.done)}")
            return None
        wrong = Counter(one for one in born if one and not _PARTIAL.fullmatch(one))
        if wrong:
            self._tell(f"{place}: no birth as 1952, 1952-01 or 1952-01-12: {_listed(wrong)}; mend them")
            return None
        made, lost = [], []
        for one, day in zip(born, self.done[at], strict=True):
            found = _PARTIAL.fullmatch(one) if one and day else None
            if found is None:
                made.append("")
                lost.append("")
                continue
            year, month, of_month = (int(part) if part and part not in ("00", "99") else 0 for part in found.groups())
            then = dt.date.fromisoformat(day)
            before = (then.month, then.day) < (month, of_month)  # of what is not known: as if the birthday had been
            made.append(str(then.year - year - before))
            lost.append("" if month and of_month else "birth_month" if month else "birth_year")
        self._lose(column, lost)
        return made

    def _of_groups(self, place: str, said: Dict[str, object], column: SchemaColumn) -> list[str] | None:
        """The middle of an age group: 65-69 → 67, 85+ → 87, <45 → 22."""

        def turn(value: str) -> str | None:
            found = _AGE_GROUP.fullmatch(value)
            if not found:
                return None
            low, high, over, under = found.groups()
            if over:
                return str(int(over) + 2)
            return str(int(under) // 2) if under else str((int(low) + int(high)) // 2)

        values = self._values(place, said["group"])
        if values is None:
            return None
        made = self._each(place, values, turn, "no age groups as 65-69, 85+, <45:", "mend them")
        self._lose(column, ["age_group" if one else "" for one in values])
        return made

    def _from_parts(self, place: str, said: Dict[str, object], column: SchemaColumn) -> list[str] | None:
        parts, coarse = [], {}
        for key, middle in (("year", ""), ("month", "7"), ("day", "15")):
            one = said[key]
            may_lack = isinstance(one, list) and one[-1] == "" and key != "year"
            try:
                values = [str(one)] * len(self.source) if isinstance(one, int) else self._values(f"{place}.{key}", one)
            except _NotThere:
                if not may_lack:
                    raise
                values = [""] * len(self.source)
            if values is None:
                return None
            if may_lack:
                gone = [value in ("", "0", "00", "99") for value in values]
                values = [middle if lacks else value for value, lacks in zip(values, gone, strict=True)]
                coarse[key] = gone
            parts.append(values)
        joined = ["-".join(one) if all(one) else "" for one in zip(*parts, strict=True)]
        every = "year" if isinstance(said["month"], int) else "month" if isinstance(said["day"], int) else ""
        months, days = (coarse.get(key, [False] * len(joined)) for key in ("month", "day"))
        lost = ["year" if month else "month" if day else every for month, day in zip(months, days, strict=True)]
        joined = [
            f"{one.split('-')[0]}-7-1" if one and month else one for one, month in zip(joined, months, strict=True)
        ]
        self._lose(column, [unit if one else "" for unit, one in zip(lost, joined, strict=True)])

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
