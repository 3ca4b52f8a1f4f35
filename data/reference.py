"""The project's reference lists: databases, regions, departments, standards, breaks in the data.

Read once from ``data/reference/*.csv`` (UTF-8, comma) into frozen rows and checked while reading. Regions and
departments are dated: a code keeps its history, and a unit that closed names its successor.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data.schema import MODALITIES, STAGES

FOLDER = Path(__file__).parent / "reference"
STAGINGS = ("TNM", "FIGO", "Ann Arbor", "ISS", "none")
OPERATORS = (">=", ">", "<=", "<")
PACKAGE_MEASURES = ("OF1", "OF2", "OF3", "OF4")


class ReferenceFileError(ValueError):
    """A reference file does not hold what it must; the message names file, line, column, value and fix."""


class UnknownCodeError(LookupError):
    """A code that the reference list lacks; the message says which codes it has."""


def _valid_on(start: dt.date | None, end: dt.date | None, day: dt.date) -> bool:
    return (start is None or start <= day) and (end is None or day <= end)


@dataclass(frozen=True)
class Database:
    """A clinical database. ``verified`` and ``source`` concern the start of its reporting year."""

    code: str
    group: str
    title_da: str
    title_en: str
    icd10: tuple[str, ...]  # prefixes, without a dot
    staging: str  # one of STAGINGS
    year_start: int  # month 1-12 in which the reporting year starts
    verified: bool
    source: str

    @property
    def has_stages(self) -> bool:
        """Whether the database groups its cases into stages I-IV."""
        return self.staging != "none"


@dataclass(frozen=True)
class ListedCode:
    """A code of a list that a mapping may name: what a registry writes (``KJ*``: all that begins so) and what the
    extract format has for it, "" for nothing. Valid on the days from ``valid_from`` to ``valid_to`` (None: open)."""

    list: str
    code: str
    value: str
    meaning: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    verified: bool

    def valid_on(self, day: dt.date) -> bool:
        return _valid_on(self.valid_from, self.valid_to, day)


@dataclass(frozen=True)
class CodeListSource:
    """Where a code list comes from, and the date of what was read. ``verified``: all of it was read there."""

    list: str
    title_da: str
    title_en: str
    source: str
    date: dt.date
    verified: bool


@dataclass(frozen=True)
class Region:
    """A region with the first and last day of its code (None: open)."""

    code: str
    name: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    successor: str
    order: int  # place in tables

    def valid_on(self, day: dt.date) -> bool:
        return _valid_on(self.valid_from, self.valid_to, day)


@dataclass(frozen=True)
class Department:
    """A unit with the first and last day of its code (None: open)."""

    code: str
    name: str
    hospital: str
    region: str
    kind: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    successor: str

    def valid_on(self, day: dt.date) -> bool:
        return _valid_on(self.valid_from, self.valid_to, day)


@dataclass(frozen=True)
class Standard:
    """A standard or development target for a rate (fraction); empty ``site`` or ``stage``: every one."""

    database: str  # "*": every database
    indicator: str
    site: str
    stage: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    operator: str
    value: float
    kind: str  # standard or target
    source: str
    verified: bool

    def valid_on(self, day: dt.date) -> bool:
        return _valid_on(self.valid_from, self.valid_to, day)


@dataclass(frozen=True)
class Break:
    """A break in the data that time axes mark; ``gap``: the line is broken; no ``regions``: all of them."""

    letter: str
    start: dt.date
    end: dt.date
    title_da: str
    title_en: str
    regions: tuple[str, ...]
    gap: bool


@dataclass(frozen=True)
class WaitLimit:
    """A legal maximum in calendar days from a clock: referral, consent, or both (the later of the two)."""

    leg: str
    clock: str
    days: int
    valid_from: dt.date
    source: str
    verified: bool


@dataclass(frozen=True)
class NotCovered:
    """Legs without a legal maximum: of a database, of a package, or of a modality (``kind`` and its value)."""

    kind: str
    value: str
    source: str
    verified: bool


@dataclass(frozen=True)
class PackageTime:
    """A professional guideline of a cancer pathway, no right: ``days`` for one part of the course.

    ``measure``: OF1 referral to first visit, OF2 on to the clinical decision, OF3 on to treatment, OF4 the whole.
    ``modality`` of the treatment, or "" for any.
    """

    package: str
    measure: str  # one of PACKAGE_MEASURES
    modality: str
    days: int
    valid_from: dt.date
    source: str
    verified: bool


@dataclass(frozen=True)
class Reference:
    """All reference lists of one folder."""

    databases: tuple[Database, ...]
    regions: tuple[Region, ...]  # in table order
    departments: tuple[Department, ...]
    standards: tuple[Standard, ...]
    breaks: tuple[Break, ...]
    wait_limits: tuple[WaitLimit, ...]
    wait_not_covered: tuple[NotCovered, ...]
    package_times: tuple[PackageTime, ...]


# --- reading -----------------------------------------------------------------------------------------


def _text(value: str) -> str:
    if not value:
        raise ValueError("is empty; fill it in")
    return value


def _any_text(value: str) -> str:
    return value


def _date(value: str) -> dt.date:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("is not a date; write YYYY-MM-DD")
    return dt.date.fromisoformat(value)


def _open_date(value: str) -> dt.date | None:
    return _date(value) if value else None


def _flag(value: str) -> bool:
    if value not in ("true", "false"):
        raise ValueError("is not true or false; write one of them")
    return value == "true"


def _words(value: str) -> tuple[str, ...]:
    return tuple(value.split())


def _matching(pattern: str, form: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"is not {form}; correct it")
        return value

    return check


def _one_of(*allowed: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"is not one of {', '.join(repr(one) for one in allowed)}; write one of them")
        return value

    return check


def _month(value: str) -> int:
    if not value.isdigit() or not 1 <= int(value) <= 12:
        raise ValueError("is not a month; write 1-12")
    return int(value)


def _whole(value: str) -> int:
    if not value.isdigit():
        raise ValueError("is not a whole number; write one")
    return int(value)


def _fraction(value: str) -> float:
    if not re.fullmatch(r"0(\.\d+)?|1(\.0+)?", value):
        raise ValueError("is not a fraction from 0 to 1; write e.g. 0.90")
    return float(value)


_REGION_CODE = _matching(r"\d{4}", "a four-digit region code")
_UNIT_CODE = _matching(r"[A-Z0-9]+(-[A-Z0-9]+)*", "a code of capital letters, digits and hyphens")
_PERIOD = {"valid_from": _open_date, "valid_to": _open_date}

_DATABASE = {
    "code": _text, "group": _text, "title_da": _text, "title_en": _text, "icd10": _words,
    "staging": _one_of(*STAGINGS), "year_start": _month, "verified": _flag, "source": _text,
}  # fmt: skip
_REGION = {"code": _REGION_CODE, "name": _text, **_PERIOD, "successor": _any_text, "order": _whole}
_DEPARTMENT = {
    "code": _UNIT_CODE, "name": _text, "hospital": _text, "region": _REGION_CODE, "kind": _text,
    **_PERIOD, "successor": _any_text,
}  # fmt: skip
_STANDARD = {
    "database": _text, "indicator": _text, "site": _matching(r"([A-Z]\d\d)?", "three characters of ICD-10"),
    "stage": _one_of("", *STAGES), **_PERIOD, "operator": _one_of(*OPERATORS), "value": _fraction,
    "kind": _one_of("standard", "target"), "source": _text, "verified": _flag,
}  # fmt: skip
_BREAK = {
    "letter": _matching(r"[a-z]", "one small letter"), "start": _date, "end": _date, "title_da": _text,
    "title_en": _text, "regions": _words, "gap": _flag,
}  # fmt: skip


_WAIT_LIMIT = {
    "leg": _one_of("examination", "treatment", "aftercare"), "clock": _one_of("referral", "consent", "both"),
    "days": _whole, "valid_from": _date, "source": _text, "verified": _flag,
}  # fmt: skip


_NOT_COVERED = {
    "kind": _one_of("database", "package", "modality"), "value": _matching(r"[^']+", "a code without quotes"),
    "source": _text, "verified": _flag,
}  # fmt: skip


_PACKAGE_TIME = {
    "package": _text, "measure": _one_of(*PACKAGE_MEASURES), "modality": _one_of("", *MODALITIES),
    "days": _whole, "valid_from": _date, "source": _text, "verified": _flag,
}  # fmt: skip


_LISTED_CODE = {
    "list": _text, "code": _text, "value": _any_text, "meaning": _any_text, **_PERIOD, "verified": _flag,
}  # fmt: skip
_CODE_LIST_SOURCE = {
    "list": _text, "title_da": _text, "title_en": _text, "source": _text, "date": _date, "verified": _flag,
}  # fmt: skip


def _rows(path: Path, row_type: type, columns: dict[str, Callable]) -> tuple:
    """The rows of one file as ``row_type``; raises ReferenceFileError at the first bad value."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader, [])
        if header != list(columns):
            raise ReferenceFileError(f"{path.name}: the columns are {header}; they must be {list(columns)}")
        rows = []
        for values in reader:
            if len(values) != len(columns):
                raise ReferenceFileError(
                    f"{path.name} line {reader.line_num}: {len(values)} values; give one for each of the "
                    f"{len(columns)} columns"
                )
            parsed = {}
            for (name, parse), value in zip(columns.items(), values, strict=True):
                try:
                    parsed[name] = parse(value)
                except ValueError as error:
                    place = f"{path.name} line {reader.line_num}, column {name}"
                    raise ReferenceFileError(f"{place}: '{value}' {error}") from error
            rows.append(row_type(**parsed))
    return tuple(rows)


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ReferenceFileError(message)


def _check_unique(file: str, column: str, values: Iterable[object]) -> None:
    seen = set()
    for value in values:
        _require(value not in seen, f"{file}: {column} '{value}' occurs twice; keep one row")
        seen.add(value)


def _check_successors(file: str, rows: tuple[Region, ...] | tuple[Department, ...]) -> None:
    by_code = {row.code: row for row in rows}
    for row in rows:
        place = f"{file}: {row.code}"
        if row.valid_from and row.valid_to:
            _require(row.valid_from <= row.valid_to, f"{place} ends before it starts; correct the dates")
        if not row.successor:
            continue
        _require(row.valid_to is not None, f"{place} has a successor but no valid_to; give its last day")
        heir = by_code.get(row.successor)
        _require(heir is not None, f"{place} names successor '{row.successor}', which has no row; add it")
        _require(
            heir.valid_on(row.valid_to + dt.timedelta(days=1)),
            f"{place} ends {row.valid_to}, but '{heir.code}' is not valid the day after; correct the dates",
        )


def load(folder: Path = FOLDER) -> Reference:
    """The reference lists of ``folder``; raises ReferenceFileError when a file does not hold together."""
    databases = _rows(folder / "databases.csv", Database, _DATABASE)
    regions = _rows(folder / "regions.csv", Region, _REGION)
    departments = _rows(folder / "departments.csv", Department, _DEPARTMENT)
    standards = _rows(folder / "standards.csv", Standard, _STANDARD)
    breaks = _rows(folder / "breaks.csv", Break, _BREAK)
    wait_limits = _rows(folder / "wait_limits.csv", WaitLimit, _WAIT_LIMIT)
    _check_unique(
        "wait_limits.csv", "leg, clock and date", ((row.leg, row.clock, row.valid_from) for row in wait_limits)
    )
    not_covered = _rows(folder / "wait_not_covered.csv", NotCovered, _NOT_COVERED)
    _check_unique("wait_not_covered.csv", "kind and value", ((row.kind, row.value) for row in not_covered))
    package_times = _rows(folder / "package_times.csv", PackageTime, _PACKAGE_TIME)
    _check_unique(
        "package_times.csv",
        "package, measure, modality and date",
        ((row.package, row.measure, row.modality, row.valid_from) for row in package_times),
    )
    _check_unique("databases.csv", "code", (row.code for row in databases))
    _check_unique("regions.csv", "code", (row.code for row in regions))
    _check_unique("regions.csv", "order", (row.order for row in regions))
    _check_unique("departments.csv", "code", (row.code for row in departments))
    _check_unique("breaks.csv", "letter", (row.letter for row in breaks))
    _check_unique(
        "standards.csv",
        "database, indicator, site, stage, kind, valid_from",
        ((s.database, s.indicator, s.site, s.stage, s.kind, s.valid_from) for s in standards),
    )
    _check_successors("regions.csv", regions)
    _check_successors("departments.csv", departments)
    region_codes = {row.code for row in regions}
    database_codes = {row.code for row in databases} | {"*"}
    for row in departments:
        known = row.region in region_codes
        _require(known, f"departments.csv: {row.code} has region '{row.region}', which regions.csv lacks; add it")
    for row in standards:
        known = row.database in database_codes
        _require(known, f"standards.csv: database '{row.database}' is not in databases.csv; correct it")
    for row in breaks:
        _require(row.start <= row.end, f"breaks.csv: {row.letter} ends before it starts; correct the dates")
        unknown = sorted(set(row.regions) - region_codes)
        _require(not unknown, f"breaks.csv: {row.letter} has regions {unknown}, which regions.csv lacks")
    in_order = tuple(sorted(regions, key=lambda r: r.order))
    return Reference(databases, in_order, departments, standards, breaks, wait_limits, not_covered, package_times)


_reference = cache(load)


# --- lookups -----------------------------------------------------------------------------------------


def _found(row, code: str, what: str, codes: Iterable[str]):
    if row is None:
        raise UnknownCodeError(f"{what} '{code}' is not in the reference list; it has {', '.join(codes)}")
    return row


def databases() -> tuple[Database, ...]:
    """All databases, in the order of the reference list."""
    return _reference().databases


def database(code: str) -> Database:
    """The database with this code; raises UnknownCodeError."""
    return _found(_by_code("databases").get(code), code, "database", _by_code("databases"))


def regions() -> tuple[Region, ...]:
    """All regions, past and coming ones too, in table order."""
    return _reference().regions


def region(code: str) -> Region:
    """The region with this code; raises UnknownCodeError."""
    return _found(_by_code("regions").get(code), code, "region", _by_code("regions"))


def region_name(code: str) -> str:
    """The region's name without the word Region; raises UnknownCodeError."""
    return region(code).name


def region_order() -> tuple[str, ...]:
    """All region codes in table order."""
    return tuple(row.code for row in regions())


def region_codes_on(date: dt.date) -> tuple[str, ...]:
    """The codes of the regions that exist on a day, in table order."""
    return tuple(row.code for row in regions() if row.valid_on(date))


def merged_region(code: str) -> str:
    """The code of the region that holds this one after the merger of 2027 (itself when not merged)."""
    row = region(code)
    return merged_region(row.successor) if row.successor else row.code


def departments() -> tuple[Department, ...]:
    """All departments, closed ones too, in the order of the reference list (by region, then hospital)."""
    return _reference().departments


def department(code: str) -> Department:
    """The department with this code; raises UnknownCodeError."""
    found = _by_code("departments").get(code)
    return _found(found, code, "department", ("the codes of data/reference/departments.csv",))


def standards() -> tuple[Standard, ...]:
    """All standards and development targets."""
    return _reference().standards


def wait_limits() -> tuple[WaitLimit, ...]:
    """The legal maxima of waiting times, in the order of the file."""
    return _reference().wait_limits


def wait_not_covered() -> tuple[NotCovered, ...]:
    """What has no legal maximum of waiting, in the order of the file."""
    return _reference().wait_not_covered


def package_times() -> tuple[PackageTime, ...]:
    """The package times, in the order of the file."""
    return _reference().package_times


def code_lists() -> tuple[ListedCode, ...]:
    """The codes of all lists that a mapping may name, in the order of the file."""
    return _code_lists()[0]


def code_list_sources() -> tuple[CodeListSource, ...]:
    """The code lists that a mapping may name, with where they come from; some are rules (``data.convert.lists``)."""
    return _code_lists()[1]


@cache
def _code_lists() -> tuple[tuple[ListedCode, ...], tuple[CodeListSource, ...]]:
    codes = _rows(FOLDER / "code_lists.csv", ListedCode, _LISTED_CODE)
    sources = _rows(FOLDER / "code_list_sources.csv", CodeListSource, _CODE_LIST_SOURCE)
    _check_unique(
        "code_lists.csv", "list, code and date", ((one.list, one.code.casefold(), one.valid_from) for one in codes)
    )
    _check_unique("code_list_sources.csv", "list", (one.list for one in sources))
    known = {one.list for one in sources}
    for one in codes:
        _require(
            one.list in known, f"code_lists.csv: list '{one.list}' is not in code_list_sources.csv; add its source"
        )
    return codes, sources


def breaks() -> tuple[Break, ...]:
    """All breaks in the data, by letter."""
    return tuple(sorted(_reference().breaks, key=lambda row: row.letter))


@cache
def _by_code(rows: str) -> dict:
    return {row.code: row for row in getattr(_reference(), rows)}


#: Danish alphabet after z: æ (and ä), ø (and ö), å; "aa" sorts as å.
_LAST = str.maketrans({"æ": "{0", "ä": "{1", "ø": "|0", "ö": "|1", "å": "}0", "é": "e", "ü": "y"})


def danish_key(text: str) -> tuple[str, str]:
    """Sort key for Danish names: … z, æ, ø, å, with "aa" as å; ties by the text itself."""
    return text.lower().replace("aa", "å").translate(_LAST), text
