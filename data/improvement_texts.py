"""An improvement initiative as texts: what a form or a CSV may say, what is wrong with it, and the CSV itself.

Texts come in, texts with the same meaning come out: the CSV of an export, imported again, gives the same export to
the byte. Errors name the field, the value and how to mend it, in both languages.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields

from data import persons, reference
from data.spreadsheet import shielded, unshielded
from data.store import Snapshot

#: The longest texts, in characters; the most departments of one initiative.
LONGEST = {"title": 120, "done": 2000, "owner": 120}
#: The longest washout in days: with a longer one nothing near the date is left to compare.
LONGEST_WASHOUT = 730
MOST_DEPARTMENTS = 20
FIRST_DAY, LAST_DAY = dt.date(1990, 1, 1), dt.date(2099, 12, 31)

#: Notes an error: field, Danish, English.
Wrong = Callable[[str, str, str], None]


@dataclass(frozen=True)
class Initiative:
    """One initiative. ``start``: the first day of the new way; ``washout``: days after it that do not count; ``done``:
    what was done; ``ended``: when it was given up or finished, None while it runs. ``created`` is UTC.

    ``revision`` rises with every change; an edit of an older one is refused. It is no column of the CSV.
    """

    id: str
    database: str
    title: str
    departments: tuple[str, ...]
    indicator: str
    start: dt.date
    washout: int
    done: str
    owner: str
    ended: dt.date | None
    synthetic: bool
    created: dt.datetime
    revision: int = 1


#: The columns of the CSV, and the fields that people fill in.
COLUMNS = tuple(field.name for field in fields(Initiative) if field.name != "revision")
#: Those of the CSV that hold days, numbers and flags, which spreadsheets may read as such.
_PLAIN = ("start", "washout", "ended", "synthetic", "created")
#: How the CSV is written: UTF-8 with the mark by which Excel knows it.
ENCODING = "utf-8-sig"
_FLAGS = {**dict.fromkeys(("true", "ja", "yes", "sand", "1"), "true"),
          **dict.fromkeys(("false", "nej", "no", "falsk", "0"), "false")}  # fmt: skip
FIELDS = ("database", "title", "departments", "indicator", "start", "washout", "done", "owner", "ended")
_NEEDED = ("database", "title", "departments", "indicator", "start")


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field and how to mend it, in both languages."""

    field: str
    value: str
    da: str
    en: str

    def text(self, lang: str) -> str:
        return self.da if lang == "da" else self.en


class InitiativeRefused(ValueError):
    """Initiatives that cannot be taken; ``errors`` pairs a row number (0: none) with a FieldError."""

    def __init__(self, errors: Iterable[tuple[int, FieldError]]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(self.lines("en")))

    def lines(self, lang: str) -> list[str]:
        """One line for each error: row, field, value, what to do."""
        word = "række" if lang == "da" else "row"
        return [(f"{word} {row}: " if row else "") + f"{error.field}: {error.text(lang)}" for row, error in self.errors]


@dataclass(frozen=True)
class Known:
    """What an initiative may name: databases, the departments of each, and indicators (None: any of the right form)."""

    databases: Collection[str]
    departments: Mapping[str, Collection[str]]
    indicators: Collection[str] | None = None


def known(snapshot: Snapshot | None, indicators: Collection[str] | None = None) -> Known:
    """The databases and departments of a snapshot, with those of the reference lists."""
    listed = {one.code for one in reference.departments()}
    departments: dict[str, set[str]] = {one.code: listed for one in reference.databases()}
    for code in snapshot.databases if snapshot else ():
        units = snapshot.remember(
            ("unit codes", code), lambda code=code: {row[0] for row in snapshot.rows(code, "SELECT code FROM units")}
        )
        departments[code] = listed | units
    return Known(tuple(departments), departments, indicators)


def new_id() -> str:
    """An id that no other register gives."""
    while persons.holds(drawn := f"i{secrets.token_hex(5)}"):  # ten digits, three times in ten thousand
        pass
    return drawn


def parse(values: Mapping[str, str], known: Known) -> tuple[Initiative | None, list[FieldError]]:
    """The initiative that texts describe, or None and every error; missing texts count as empty.

    ``id``, ``created`` and ``synthetic`` may be left out: a new id, now, false.
    """
    text = {name: _clean(values.get(name) or "") for name in COLUMNS}
    errors: list[FieldError] = []

    def wrong(field: str, da: str, en: str) -> None:
        errors.append(FieldError(field, text[field], da, en))

    for name, most in LONGEST.items():
        if len(text[name]) > most:
            n = len(text[name])
            wrong(name, f"{n} tegn; højst {most}: gør teksten kortere", f"{n} characters; at most {most}: shorten it")
        if name != "done" and "\n" in text[name]:
            wrong(name, "flere linjer: skriv på én linje", "several lines: write one line")
    for name in (*LONGEST, "id"):
        if persons.holds(text[name]):
            wrong(name, "ligner et CPR-nummer: slet det; registret må ikke rumme personoplysninger",
                  "is shaped like a CPR number: remove it; the register may not hold personal data")  # fmt: skip
    if not text["title"]:
        wrong("title", "mangler: giv projektet et navn", "missing: name the initiative")
    if text["database"] not in known.databases:
        listed = ", ".join(sorted(known.databases))
        wrong("database", f"'{text['database']}' findes ikke; vælg en af {listed}",
              f"there is no '{text['database']}'; choose one of {listed}")  # fmt: skip
    departments = tuple(dict.fromkeys(re.split(r"[\s,;]+", text["departments"]))) if text["departments"] else ()
    _check_departments(departments, known.departments.get(text["database"], ()), wrong)
    indicator = text["indicator"]
    if not indicator:
        wrong("indicator", "mangler: vælg en indikator, fx tnm_complete",
              "missing: choose an indicator, e.g. tnm_complete")  # fmt: skip
    elif not re.fullmatch(r"[a-z0-9_]{1,60}", indicator) or (
        known.indicators is not None and indicator not in known.indicators
    ):
        wrong("indicator", f"'{indicator}' findes ikke; brug et id fra python -m indicators list, fx tnm_complete",
              f"there is no '{indicator}'; use an id of python -m indicators list, e.g. tnm_complete")  # fmt: skip
    start = _day(text["start"])
    if start is None:
        wrong("start", _not_a_day(text["start"], "da"), _not_a_day(text["start"], "en"))
    ended = _day(text["ended"]) if text["ended"] else None
    if text["ended"] and ended is None:
        wrong("ended", _not_a_day(text["ended"], "da"), _not_a_day(text["ended"], "en"))
    if start and ended and ended < start:
        wrong("ended", f"{ended} ligger før starten {start}; ret en af datoerne",
              f"{ended} is before the start {start}; mend one of the dates")  # fmt: skip
    washout = re.sub(r"[.,]0+$", "", text["washout"]) or "0"
    if not re.fullmatch(r"\d{1,4}", washout) or int(washout) > LONGEST_WASHOUT:
        wrong("washout", f"'{washout}' er ikke et antal dage; skriv 0–{LONGEST_WASHOUT}",
              f"'{washout}' is no number of days; write 0–{LONGEST_WASHOUT}")  # fmt: skip
    if text["synthetic"] and text["synthetic"].lower() not in _FLAGS:
        wrong(
            "synthetic", f"'{text['synthetic']}'; skriv true eller false", f"'{text['synthetic']}'; write true or false"
        )
    if text["id"] and not re.fullmatch(r"[a-z0-9-]{1,40}", text["id"]):
        wrong("id", f"'{text['id']}'; brug a–z, 0–9 og -, højst 40 tegn, eller lad feltet stå tomt",
              f"'{text['id']}'; use a–z, 0–9 and -, at most 40 characters, or leave it empty")  # fmt: skip
    created = _moment(text["created"])
    if created is None:
        like = "2026-03-01T12:00:00+00:00"
        wrong("created", f"'{text['created']}' er ikke et tidspunkt; skriv fx {like} eller lad feltet stå tomt",
              f"'{text['created']}' is no time; write e.g. {like} or leave it empty")  # fmt: skip
    if errors:
        return None, errors
    return Initiative(
        text["id"] or new_id(), text["database"], text["title"], departments, indicator, start, int(washout),
        text["done"], text["owner"], ended, _FLAGS.get(text["synthetic"].lower()) == "true", created,
    ), []  # fmt: skip


def _check_departments(codes: tuple[str, ...], listed: Collection[str], wrong: Wrong) -> None:
    if not codes:
        wrong(
            "departments", "mangler: angiv mindst én afdeling, fx AAB-KIR", "missing: name a department, e.g. AAB-KIR"
        )
    if len(codes) > MOST_DEPARTMENTS:
        wrong("departments", f"{len(codes)} afdelinger; højst {MOST_DEPARTMENTS}",
              f"{len(codes)} departments; at most {MOST_DEPARTMENTS}")  # fmt: skip
    absent = [code for code in codes if listed and code not in listed]
    if absent:
        near = sorted(code for code in listed if code[:2].lower() == absent[0][:2].lower())[:8]
        names, fix = ", ".join(absent), ", ".join(near)
        da, en = (f"; mente du {fix}?", f"; did you mean {fix}?") if near else ("", "")
        wrong("departments", f"'{names}' findes ikke i databasen{da}", f"the database has no '{names}'{en}")


def texts_of(one: Initiative) -> dict[str, str]:
    """The initiative as the texts that ``parse`` takes, by column."""
    return {
        "id": one.id,
        "database": one.database,
        "title": one.title,
        "departments": " ".join(one.departments),
        "indicator": one.indicator,
        "start": one.start.isoformat(),
        "washout": str(one.washout),
        "done": one.done,
        "owner": one.owner,
        "ended": one.ended.isoformat() if one.ended else "",
        "synthetic": flag(one.synthetic),
        "created": one.created.isoformat(),
    }


def write_csv(initiatives: Iterable[Initiative]) -> str:
    """The initiatives as CSV as Danish Excel opens it: semicolons, ``\\n``, columns COLUMNS, departments by spaces.

    A text that a spreadsheet would compute or take for a date or number has an apostrophe before it; ``read_csv``
    takes it off. Encode it with :data:`ENCODING`.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in initiatives:
        row = texts_of(one)
        writer.writerow([row[name] if name in _PLAIN else shielded(row[name]) for name in COLUMNS])
    return stream.getvalue()


def decoded(content: bytes) -> str:
    """The text of a CSV in UTF-8 (with mark or not) or Windows-1252, in which Danish Excel saves; raises Refused."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass  # Excel's plain »CSV« is Windows-1252
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        value = f"0x{content[error.start]:02X}"
        raise InitiativeRefused([(row, FieldError(
            "file", value, f"tegnet {value} hører hverken til UTF-8 eller Windows-1252; gem filen som »CSV UTF-8«",
            f"the byte {value} belongs neither to UTF-8 nor to Windows-1252; save the file as 'CSV UTF-8'",
        ))]) from error  # fmt: skip
    if any(ord(character) < 32 and character not in "\t\r\n" for character in text):
        raise InitiativeRefused([(0, FieldError(
            "file", "", "er ikke en tekstfil; gem den som »CSV UTF-8«", "is no text file; save it as 'CSV UTF-8'"
        ))])  # fmt: skip
    return text


def read_csv(text: str, known: Known, held: Mapping[str, Initiative] | None = None) -> list[Initiative]:
    """The initiatives of a CSV as this program or Danish Excel writes it; raises Refused with every error of every row.

    Semicolons, commas or tabs; days as 2026-03-01, 01-03-2026 or 1.3.2026; whole numbers also as ``30,0``; ``SAND`` is
    true. Empty cells that Excel adds at the end of a row, or leaves out there, are no error.

    ``held``: those already known by id. Columns that the CSV has not stay as they are there, and so do ``created`` and
    ``synthetic`` where they are empty.
    """
    text = text.removeprefix("\ufeff")
    header = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=header.count))
    try:
        rows = list(reader)
    except csv.Error as error:
        text = f"række {reader.line_num}: {error}", f"line {reader.line_num}: {error}"
        raise InitiativeRefused([(0, FieldError("file", "", *text))]) from error
    names = [name.strip() for name in rows[0]] if rows else []
    while names and not names[-1]:
        names.pop()
    missing = [name for name in _NEEDED if name not in names]
    strange = [name for name in names if name not in COLUMNS]
    if missing or strange or len(set(names)) < len(names):
        listed, wrong = ", ".join(COLUMNS), ", ".join(missing or strange or names)
        da = f"'{wrong}' mangler, er ukendt eller står to gange; kolonnerne er {listed}"
        en = f"'{wrong}' is missing, unknown or there twice; the columns are {listed}"
        raise InitiativeRefused([(1, FieldError("header", wrong, da, en))])
    found: list[Initiative] = []
    errors: list[tuple[int, FieldError]] = []
    seen: set[str] = set()
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if any(cell.strip() for cell in row[len(names) :]):
            errors.append((number, FieldError("row", "", f"{len(row)} felter, men {len(names)} kolonner",
                                              f"{len(row)} cells for {len(names)} columns")))  # fmt: skip
            continue
        # Of a short row the rest is not said: what is held of it stays.
        values = {name: unshielded(cell.strip()) for name, cell in zip(names, row, strict=False)}
        made, wrong = parse(_completed(values, held or {}), known)
        errors += [(number, error) for error in wrong]
        if made is not None and made.id in seen:
            errors.append((number, FieldError("id", made.id, f"'{made.id}' står to gange; giv den ene et andet",
                                              f"'{made.id}' is there twice; give one of them another")))  # fmt: skip
        if made is not None:
            seen.add(made.id)
            found.append(made)
    if errors:
        raise InitiativeRefused(errors)
    return found


def _completed(values: Mapping[str, str], held: Mapping[str, Initiative]) -> dict[str, str]:
    """What a row says, with what is held of its id for what it does not say."""
    old = held.get(_clean(values.get("id", "")))
    if old is None:
        return dict(values)
    kept = texts_of(old)
    unsaid = [name for name in ("created", "synthetic") if not values.get(name, "").strip()]
    return kept | values | {name: kept[name] for name in unsaid}


def _clean(text: str) -> str:
    """The text without control characters and without blanks at its ends; line ends are ``\\n``."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or (c.isprintable() or c == "\u00a0")).strip()


def flag(value: bool) -> str:
    return "true" if value else "false"


def _day(text: str) -> dt.date | None:
    """A day of ``2026-03-01``, ``01-03-2026`` or ``1.3.2026`` within the bounds; None for anything else.

    With slashes the day and the month cannot be told apart: Danes and Americans write them in other orders.
    """
    danish = re.fullmatch(r"(\d{1,2})([.-]) ?(\d{1,2})\2 ?(\d{4})", text)
    iso = f"{danish[4]}-{int(danish[3]):02d}-{int(danish[1]):02d}" if danish else text
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", iso):
        return None
    try:
        day = dt.date.fromisoformat(iso)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def _not_a_day(text: str, lang: str) -> str:
    if not text:
        return "mangler: skriv en dato, fx 2026-03-01" if lang == "da" else "missing: write a date, e.g. 2026-03-01"
    years = f"{FIRST_DAY.year}–{LAST_DAY.year}"
    if lang == "da":
        return f"'{text}' er ikke en dato i {years}; skriv fx 01-03-2026 eller 2026-03-01"
    return f"'{text}' is no date in {years}; write e.g. 2026-03-01 or 01-03-2026"


def _moment(text: str) -> dt.datetime | None:
    """A UTC moment of an ISO text; now for an empty one; None for anything else."""
    if not text:
        return dt.datetime.now(dt.UTC).replace(microsecond=0)
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
