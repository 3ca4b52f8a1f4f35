"""extract.toml: what it may say, what is wrong with it, and a ready example.

Every fault is reported at once. A line that is no TOML is named with its text and the likely fix, and the rest of the
file is read without it, so that one slip does not hide the next.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from data import reference
from data.findings import IMPRECISE, Finding, Words
from data.schema import BY_NAME, FORMAT

TOML = "extract.toml"
#: The encodings that extract.toml may name, and Python's names of them.
ENCODINGS = {"utf-8": "utf-8", "latin-1": "latin-1", "windows-1252": "cp1252"}
DELIMITERS = (",", ";", "\t")
#: What a value can stand for that is not known more precisely (data.findings.IMPRECISE says what is lost by each).
PRECISIONS = tuple(IMPRECISE)
#: What ``part`` looks like; department codes follow the same rule.
PART = re.compile(r"[A-Za-zÆØÅæøå0-9_.-]{1,40}")


@dataclass(frozen=True)
class ExtractManifest:
    """What extract.toml says. Dates are days; ``rows`` and ``sha256`` hold only what the file names.

    ``database``: a code of the reference list, "" where the file names none of it, which is an error.

    ``part``: which of several deliveries this is, "" where the extract is the whole database. ``ignore``: extra
    columns that are known and not read, as ``column`` or ``table.column``. ``precision``: how many values of a column
    are less precise than they look ("cases.age": {"birth_year": 228}), by PRECISIONS.
    """

    database: str
    data_cut: dt.date
    synthetic: bool
    encoding: str
    delimiter: str
    start: dt.date
    end: dt.date
    rows: dict[str, int] = field(default_factory=dict)
    sha256: dict[str, str] = field(default_factory=dict)
    part: str = ""
    ignore: tuple[str, ...] = ()
    precision: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Key:
    """One key of extract.toml: how it is written, what it means, and whether it must be there."""

    name: str
    example: str
    en: str
    required: bool = False


KEYS: tuple[Key, ...] = (
    Key("format", f"format = {FORMAT}", "the version of this format", required=True),
    Key("database", 'database = "DCCG"', "a code of the reference list of databases", required=True),
    Key(
        "data_cut", "data_cut = 2026-10-31", "last day whose events are in the extract; not after today", required=True
    ),
    Key("synthetic", "synthetic = false", "true: invented data, and every page and export says so", required=True),
    Key(
        "encoding",
        'encoding = "utf-8"',
        "of all CSV files: utf-8 (with or without a byte order mark), latin-1, windows-1252; required with CSV",
    ),
    Key("delimiter", 'delimiter = ","', 'of all CSV files: ",", ";" or "\\t" (tabulator); required with CSV'),
    Key(
        "part",
        'part = "east"',
        "one of several deliveries that together are the database, e.g. a region's; left out: the whole database",
    ),
    Key(
        "ignore",
        'ignore = ["bmi", "treatments.asa"]',
        "extra columns that are known and not read, in any table (`column`) or in one (`table.column`)",
    ),
    Key("period.start", "start = 2014-01-01", "under [period]: first diagnosis date covered", required=True),
    Key("period.end", "end = 2026-10-31", "under [period]: last diagnosis date covered", required=True),
    Key("rows", "[rows]\ncases = 51234", "row counts by table, checked for each table named"),
    Key(
        "precision",
        '[precision]\n"cases.age" = { birth_year = 228 }',
        "how many values of a column are less precise than they look; `convert` writes it, the pages say what is lost",
    ),
    Key("sha256", '[sha256]\n"cases.csv" = "9f86d0…"', "sums by file, checked for each file named"),
)
#: A whole file with everything that it may say.
EXAMPLE = """\
format = 1
database = "DCCG"
data_cut = 2026-10-31
synthetic = false
encoding = "utf-8"
delimiter = ","
part = "east"                        # only where the database comes in several deliveries
ignore = ["bmi", "treatments.asa"]   # only where there are such columns
[period]
start = 2014-01-01
end = 2026-10-31
[rows]                               # optional
cases = 51234
[precision]                          # optional
"cases.age" = { birth_year = 228 }
[sha256]                             # optional
"cases.csv" = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"
"""
BY_KEY = {key.name: key for key in KEYS}
_TOP = (*(key.name for key in KEYS if "." not in key.name), "period")
_PERIOD = ("start", "end")

#: What a message shows instead of a value shaped like a person number.
HIDDEN = "'…'"
#: A near name is one that a slip of the finger makes.
_NEAR = 0.75
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar january jan", "februar february feb", "marts march mar", "april apr", "maj may", "juni june jun",
            "juli july jul", "august aug", "september sep sept", "oktober october okt oct", "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_ENCODING_NAMES = {
    "latin-1": "latin1 iso88591 latin iso885915",
    "windows-1252": "cp1252 windows1252 win1252 ansi",
}
_TRUE, _FALSE = ("true", "ja", "yes", "sand", "sandt"), ("false", "nej", "no", "falsk")


def today() -> dt.date:
    """Today, by the machine's calendar."""
    return dt.date.today()


def near(name: str, known: Iterable[str]) -> str:
    """The one of ``known`` that ``name`` is probably meant to be, or ""."""
    small = {one.lower(): one for one in known}
    found = difflib.get_close_matches(name.lower().replace("-", "_"), small, 1, _NEAR)
    return small[found[0]] if found else ""


def meant_day(value: object) -> dt.date | None:
    """The day that a value in another form than YYYY-MM-DD probably means: 31-10-2026, 31. oktober 2026, 20261031."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value).strip().lower()
    if match := re.match(r"(\d{4})[-./ ]?(\d{1,2})[-./ ]?(\d{1,2})(?:[t ].*)?$", text):
        year, month, day = map(int, match.groups())
    elif match := re.fullmatch(r"(\d{1,2})[-./ ]+(\d{1,2})[-./ ]+(\d{4})", text):
        day, month, year = map(int, match.groups())
        if month > 12 >= day:
            day, month = month, day
    elif (match := re.fullmatch(r"(\d{1,2})\.?[- ]*([a-zæøå]+)\.?[- ]*(\d{4})", text)) and match[2] in _MONTHS:
        day, month, year = int(match[1]), _MONTHS[match[2]], int(match[3])
    else:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def shown(value: object) -> str:
    """A value as a message shows it: in quotes, at most 60 characters, never what is shaped like a person number."""
    text = value if isinstance(value, str) else _toml(value)
    if re.search(r"\d{6}[-\s./]?\d{4}", text):
        return HIDDEN
    text = "".join(sign if sign.isprintable() else "�" for sign in text)
    return f"'{text[:60]}{'…' if len(text) > 60 else ''}'"


def read_manifest(folder: Path) -> tuple[ExtractManifest | None, list[Finding]]:
    """extract.toml as a Manifest, and every fault of it.

    None where a fault leaves open how the tables are to be read; else the tables can be checked in the same run.
    """
    path = folder / TOML
    if not path.is_file():
        # Also a folder that does not exist: what is missing is the same, and so is the way out.
        return None, [
            _fault(
                "",
                f"Der er ingen extract.toml i mappen {folder.name}. Skriv den sådan, med udtrækkets egne værdier",
                f"There is no extract.toml in the folder {folder.name}. Write it so, with the extract's own values",
                example=ready({}),
            )
        ]
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return None, [
            _fault(
                "",
                f"Linje {line} er ikke utf-8. Gem filen som UTF-8 (uden for tekst i anførselstegn er alt ASCII)",
                f"Line {line} is not utf-8. Save the file as UTF-8 (outside quoted text all is ASCII)",
            )
        ]
    content, broken, findings = _parsed(text)
    return _Reader(folder, content, broken, findings).manifest()


def ready(content: Mapping[str, object]) -> str:
    """A whole extract.toml: the values of ``content`` where they are right, examples elsewhere."""
    period = content.get("period") if isinstance(content.get("period"), dict) else {}
    lines = []
    for key in ("format", "database", "data_cut", "synthetic", "encoding", "delimiter"):
        lines.append(f"{key} = {_toml(content[key])}" if _right(key, content.get(key)) else BY_KEY[key].example)
    lines.append("[period]")
    for key in _PERIOD:
        there = _right("data_cut", period.get(key))
        lines.append(f"{key} = {_toml(period[key])}" if there else BY_KEY[f"period.{key}"].example)
    return "\n".join(lines)


def _right(key: str, value: object) -> bool:
    """Whether a value is one that the key takes, its form alone considered."""
    if key == "format":
        return value == FORMAT and not isinstance(value, bool)
    if key == "database":
        return isinstance(value, str) and value in _databases()
    if key == "data_cut":
        return _day(value) is not None
    if key == "synthetic":
        return isinstance(value, bool)
    return isinstance(value, str) and value in {"encoding": tuple(ENCODINGS), "delimiter": DELIMITERS}[key]


def _databases() -> tuple[str, ...]:
    return tuple(one.code for one in reference.databases())


def _day(value: object) -> dt.date | None:
    """A date as TOML has it or as YYYY-MM-DD in quotes; None for anything else."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return meant_day(value)
    return None


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace("\t", "\\t").replace('"', '\\"') + '"'
    return str(value)


def _fault(key: str, da: str, en: str, rule: str = "extract_toml", example: str = "") -> Finding:
    tail = f":\n{example}" if example else ""
    return Finding(rule, TOML, key, detail=Words(da + tail, en + tail))


# --- lines that are no TOML -----------------------------------------------------------------------------------------


def _parsed(text: str) -> tuple[dict, set[str], list[Finding]]:
    """The content without the lines that are no TOML, the keys of those lines, and a finding on each."""
    lines = text.replace("\r\n", "\n").split("\n")
    broken: set[str] = set()
    findings: list[Finding] = []
    while True:
        try:
            return tomllib.loads("\n".join(lines)), broken, findings
        except tomllib.TOMLDecodeError as error:
            at = re.search(r"at line (\d+)", str(error))
            written = [number for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
            number = int(at[1]) if at else max(written, default=0)
            if number not in written:  # the fault is told one line late where a line ends in the middle of a value
                number = max((one for one in written if one < number), default=0)
            if number == 0:
                return {}, {key.name for key in KEYS} | {"period"}, findings or [_fault("", str(error), str(error))]
            number = _unclosed(lines, number) or number
            line = lines[number - 1]
            key = _key_of(lines, number)
            broken.add(key)
            da, en = _likely_fix(line, key, str(error))
            findings.append(
                _fault(
                    key, f"Linje {number}: {shown(line.strip())}. {da}", f"Line {number}: {shown(line.strip())}. {en}"
                )
            )
            heading = f"[{key}]"  # read what stands under a heading that only lacks its bracket
            mended = line.lstrip().startswith("[") and key in ("period", "rows", "sha256") and heading not in lines
            lines[number - 1] = heading if mended else "#" + line


def _unclosed(lines: list[str], number: int) -> int:
    """The line at or before ``number`` that opens a list which no line up to there closes; 0 where there is none."""
    for one in range(number, 0, -1):
        line = lines[one - 1].partition("#")[0]
        if "]" in line and not re.fullmatch(r"\s*\[+[\w\s-]+\]+\s*", line):
            return 0
        if re.match(r"\s*[\w\"'.-]+\s*=\s*\[", line):
            return one
    return 0


def _key_of(lines: list[str], number: int) -> str:
    """The key that a line sets, as ``period.start``; "" where it sets none."""
    match = re.match(r"\s*[\"']?([\w.-]+)[\"']?\s*[=:]", lines[number - 1])
    heads = [re.match(r"\s*\[+\s*([\w-]+)", line) for line in lines[:number]]
    table = next((head[1] for head in reversed(heads) if head), "")
    if not match:
        return table if heads[-1] else ""
    return f"{table}.{match[1]}" if table else match[1]


def _likely_fix(line: str, key: str, error: str) -> tuple[str, str]:
    """How a line that is no TOML is probably meant, in Danish and English."""
    if re.match(r"Cannot (overwrite|declare)", error):
        return "Nøglen står to gange; behold den ene", "The key stands twice; keep one"
    if re.match(r"\s*\[", line) and "=" not in line:
        name = re.sub(r"[^\w-]", "", line)
        return f"Skriv [{name}]", f"Write [{name}]"
    match = re.match(r"\s*([\"']?[\w.-]+[\"']?)\s*[=:]*\s*[=:]\s*(.*?)\s*(?:#.*)?$", line)
    if not match:
        return "Skriv hver linje som nøgle = værdi", "Write each line as key = value"
    name, value = match.groups()
    written = _meant(value) if value else ""
    kind = "data_cut" if key.startswith("period.") else key
    fits = kind not in ("format", "data_cut", "synthetic") or _right(kind, tomllib.loads(f"x = {written or 0}")["x"])
    if not written or not fits or shown(written) == HIDDEN:
        example = BY_KEY[key].example if key in BY_KEY else 'nøgle = "værdi"'
        english = example if key in BY_KEY else 'key = "value"'
        return f"Skriv for eksempel {example}", f"Write e.g. {english}"
    return f"Skriv {name} = {written}", f"Write {name} = {written}"


def _meant(value: str) -> str:
    """A value that TOML does not read, as it is probably meant; "" where nothing is likely."""
    bare = value.strip("\"'“”„‟‘’«»´` ")
    if day := meant_day(bare):
        return day.isoformat()
    if bare.lower() in _TRUE:
        return "true"
    if bare.lower() in _FALSE:
        return "false"
    if re.fullmatch(r"\d{1,3}([., ]\d{3})+", bare):
        return re.sub(r"\D", "", bare)
    if value.startswith("[") and not value.endswith("]"):
        return value + "]"
    if "\\" in bare:
        return '"' + bare.replace("\\", "\\\\") + '"'
    if bare and not re.search(r"[\"=\[\]{}]", bare):
        return f'"{bare}"'
    return ""


# --- keys and values ------------------------------------------------------------------------------------------------


class _Reader:
    """The checks of one extract.toml; ``broken`` are keys whose line was no TOML and has its finding already."""

    def __init__(self, folder: Path, content: dict, broken: set[str], findings: list[Finding]) -> None:
        self.content, self.broken, self.findings = content, broken, findings
        self.has_csv = folder.is_dir() and any(path.suffix.lower() == ".csv" for path in folder.iterdir())

    def manifest(self) -> tuple[ExtractManifest | None, list[Finding]]:
        """The Manifest, or None where the tables cannot be read without what is wrong, and all findings."""
        period = self._table("period")
        self._missing(period)
        self._value("format", "format", f"Denne version læser format {FORMAT}", f"This version reads format {FORMAT}")
        database = self._database()
        cut = self._date("data_cut", self.content)
        start, end = self._date("start", period, "period.start"), self._date("end", period, "period.end")
        self._value(
            "synthetic",
            "extract_toml",
            "Den er true eller false, uden anførselstegn",
            "It is true or false, without quotes",
        )
        one_of_da, one_of_en = "Den skal være en af", "It is one of"
        kinds = ", ".join(_toml(one) for one in ENCODINGS)
        self._value("encoding", "encoding", f"{one_of_da} {kinds}", f"{one_of_en} {kinds}")
        kinds = ", ".join(_toml(one) for one in DELIMITERS)
        self._value("delimiter", "delimiter", f"{one_of_da} {kinds}", f"{one_of_en} {kinds}")
        self._days(cut, start, end)
        part, ignore = self._part(), tuple(self._ignored())
        rows, sums, precision = dict(self._rows()), dict(self._sums()), dict(self._precision())
        self._unknown(period)
        csv = [key for key in ("encoding", "delimiter") if not _right(key, self.content.get(key))]
        if cut is None or start is None or end is None or (csv and self.has_csv):
            return None, self.findings
        synthetic = self.content.get("synthetic") is True
        encoding, delimiter = (self.content[key] if key not in csv else "" for key in ("encoding", "delimiter"))
        manifest = ExtractManifest(
            database, cut, synthetic, encoding, delimiter, start, end, rows, sums, part, ignore, precision
        )
        return manifest, self.findings

    def _say(self, key: str, da: str, en: str, rule: str = "extract_toml") -> None:
        self.findings.append(_fault(key, da, en, rule))

    def _table(self, key: str) -> dict:
        value = self.content.get(key, {})
        if isinstance(value, dict):
            return value
        example = "[period]\nstart = 2014-01-01\nend = 2026-10-31" if key == "period" else BY_KEY[key].example
        example = example.replace("\n", " ⏎ ")
        self._say(
            key, f"{shown(value)} er ingen tabel. Skriv {example}", f"{shown(value)} is no table. Write {example}"
        )
        self.broken.add(key)
        return {}

    def _missing(self, period: dict) -> None:
        needed = [key.name for key in KEYS if key.required or (key.name in ("encoding", "delimiter") and self.has_csv)]
        given = set(self.content) | {f"period.{name}" for name in period} | self.broken
        if "period" in self.broken:
            given |= {"period.start", "period.end"}
        missing = [key for key in needed if key not in given]
        if not missing:
            return
        names = ", ".join(missing)
        key = missing[0] if len(missing) == 1 else ""
        if len(missing) == 1:
            da, en = f"Nøglen {names} mangler", f"The key {names} is missing"
        else:
            da, en = f"Nøglerne {names} mangler", f"The keys {names} are missing"
        self.findings.append(
            _fault(
                key,
                f"{da}. Sådan ser en hel extract.toml ud",
                f"{en}. This is a whole extract.toml",
                example=ready(self.content),
            )
        )

    def _value(self, key: str, rule: str, da: str, en: str) -> None:
        """A finding where a key is there with a value that it does not take."""
        if key not in self.content or _right(key, self.content[key]):
            return
        value = self.content[key]
        fix = self._fix(key, value)
        self._say(
            key, f"{key} er {shown(value)}. {da}. Skriv {fix}", f"{key} is {shown(value)}. {en}. Write {fix}", rule
        )

    def _fix(self, key: str, value: object) -> str:
        text = str(value).strip().lower()
        if key == "synthetic" and text in (*_TRUE, *_FALSE):
            return f"synthetic = {'true' if text in _TRUE else 'false'}"
        if key == "encoding":
            plain = re.sub(r"[\W_]", "", text)
            known = {
                "utf8": "utf-8",
                "utf8bom": "utf-8",
                "utf8sig": "utf-8",
                "latin1": "latin-1",
                "iso88591": "latin-1",
            }
            known |= {"cp1252": "windows-1252", "windows1252": "windows-1252", "ansi": "windows-1252"}
            return f'encoding = "{known.get(plain, "utf-8")}"'
        if key == "delimiter":
            known = {"tab": "\t", "\\t": "\t", "semikolon": ";", "semicolon": ";"}
            return f"delimiter = {_toml(known.get(text, ','))}"
        return BY_KEY[key].example

    def _database(self) -> str:
        if "database" not in self.content:
            return ""
        value, known = self.content["database"], _databases()
        if value in known:
            return value
        meant = near(value, known) if isinstance(value, str) else ""
        da = f"Mente du {_toml(meant)}? " if meant else ""
        en = f"Did you mean {_toml(meant)}? " if meant else ""
        listed = ", ".join(sorted(known))
        self._say(
            "database",
            f"{shown(value)} findes ikke. {da}Referencelisten har {listed}",
            f"There is no {shown(value)}. {en}The reference list has {listed}",
            "unknown_database" if isinstance(value, str) else "extract_toml",
        )
        return ""

    def _date(self, name: str, table: dict, key: str = "") -> dt.date | None:
        key = key or name
        if name not in table:
            return None
        value, day = table[name], _day(table[name])
        if day is not None and day.year >= 1900:
            return day
        meant = day or meant_day(value)
        if meant is not None and meant.year < 1900:
            da, en, meant = ", før 1900", ", before 1900", None
        elif isinstance(value, dt.datetime):
            da, en = ", en dag med klokkeslæt", ", a day with a time"
        else:
            da, en = ", ikke en dato", ", not a date"
        write = f"{name} = {meant}" if meant else BY_KEY[key].example
        self._say(
            key,
            f"{key} er {shown(value)}{da}. Skriv {write}",
            f"{key} is {shown(value)}{en}. Write {write}",
        )
        return None

    def _days(self, cut: dt.date | None, start: dt.date | None, end: dt.date | None) -> None:
        now = today()
        if cut is not None and cut > now:
            self._say(
                "data_cut",
                f"data_cut er {cut}, og i dag er {now}. Ret data_cut til den sidste dag, hvis hændelser er med",
                f"data_cut is {cut}, and today is {now}. Set data_cut to the last day whose events are in it",
                "future_data_cut",
            )
        if start is not None and end is not None and start > end:
            self._say(
                "period",
                f"[period] start {start} ligger efter end {end}. Byt dem om, eller ret den forkerte",
                f"[period] start {start} is after end {end}. Swap them, or correct the wrong one",
            )
        elif start is not None and cut is not None and start > cut:
            self._say(
                "period.start",
                f"[period] start {start} ligger efter data_cut {cut}. Ret den forkerte af de to",
                f"[period] start {start} is after data_cut {cut}. Correct the wrong one",
            )
        elif end is not None and cut is not None and end > cut:
            self._say(
                "period.end",
                f"[period] end {end} ligger efter data_cut {cut}. Perioden regnes til og med {cut}",
                f"[period] end {end} is after data_cut {cut}. The period is taken to end on {cut}",
                "period_after_cut",
            )

    def _part(self) -> str:
        value = self.content.get("part", "")
        if "part" not in self.content or (isinstance(value, str) and PART.fullmatch(value)):
            return value
        example = BY_KEY["part"].example
        self._say(
            "part",
            f"part er {shown(value)}. Den er 1–40 bogstaver, tal, _, . og -. Skriv for eksempel {example}",
            f"part is {shown(value)}. It is 1–40 letters, digits, _, . and -. Write e.g. {example}",
        )
        return ""

    def _precision(self) -> Iterator[tuple[str, dict[str, int]]]:
        value = self.content.get("precision", {})
        example = BY_KEY["precision"].example.partition("\n")[2]
        for name, units in value.items() if isinstance(value, dict) else [("", value)]:
            table, _, column = name.partition(".")
            known = table in BY_NAME and column in BY_NAME[table].names
            right = isinstance(units, dict) and all(
                unit in PRECISIONS and isinstance(many, int) and not isinstance(many, bool) and many > 0
                for unit, many in units.items()
            )
            if known and right and units:
                yield name, dict(units)
                continue
            what = shown(name) if name else shown(value)
            self._say(
                "precision",
                f"[precision] har {what}: skriv en kolonne og antal rækker for hver af {', '.join(PRECISIONS)}, for "
                f"eksempel {example}",
                f"[precision] has {what}: write a column and numbers of rows for each of {', '.join(PRECISIONS)}, e.g. "
                f"{example}",
            )

    def _ignored(self) -> Iterator[str]:
        value = self.content.get("ignore", [])
        example = BY_KEY["ignore"].example
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            self._say(
                "ignore",
                f"ignore er {shown(value)}, ikke en liste af kolonnenavne. Skriv for eksempel {example}",
                f"ignore is {shown(value)}, not a list of column names. Write e.g. {example}",
            )
            return
        for one in value:
            table, _, column = one.rpartition(".")
            if table and table not in BY_NAME:
                meant = near(table, BY_NAME)
                da, en = (f" Mente du {meant}.{column}?", f" Did you mean {meant}.{column}?") if meant else ("", "")
                listed = ", ".join(BY_NAME)
                self._say(
                    "ignore",
                    f"{shown(one)} nævner en tabel, der ikke findes.{da} Tabellerne er {listed}",
                    f"{shown(one)} names a table that does not exist.{en} Tables are {listed}",
                )
                continue
            readers = [name for name in ([table] if table else BY_NAME) if column in BY_NAME[name].names]
            if readers:
                self._say(
                    "ignore",
                    f"{column} er en kolonne i {', '.join(readers)} og læses. Fjern {shown(one)} fra ignore",
                    f"{column} is a column of {', '.join(readers)} and is read. Remove {shown(one)} from ignore",
                )
                continue
            yield one

    def _rows(self) -> Iterator[tuple[str, int]]:
        for name, value in self._table("rows").items():
            if name not in BY_NAME:
                self._stray("rows", name, BY_NAME, "tabel", "table")
            elif isinstance(value, bool) or not isinstance(value, int) or value < 0:
                meant = re.sub(r"[^\d]", "", str(value)) if isinstance(value, float | str) else ""
                self._say(
                    f"rows.{name}",
                    f"{name} er {shown(value)}, ikke et helt tal fra 0. Skriv {'' if meant else 'for eksempel '}"
                    f"{name} = {meant or 51234}",
                    f"{name} is {shown(value)}, not a whole number from 0. Write {'' if meant else 'e.g. '}"
                    f"{name} = {meant or 51234}",
                )
            else:
                yield name, value

    def _sums(self) -> Iterator[tuple[str, str]]:
        for name, value in self._table("sha256").items():
            if name in _TOP or name in _PERIOD:
                self._stray("sha256", name, (), "fil", "file")
            elif not isinstance(value, str) or not re.fullmatch("[0-9A-Fa-f]{64}", value):
                self._say(
                    f"sha256.{name}",
                    f'{shown(value)} er ingen sha256-sum på 64 tegn. Skriv "{name}" = "…", eller fjern linjen',
                    f'{shown(value)} is no sha256 sum of 64 digits. Write "{name}" = "…", or remove the line',
                )
            else:
                yield name, value.lower()

    def _unknown(self, period: dict) -> None:
        for name in self.content:
            if name not in _TOP:
                self._stray("", name, _TOP, "", "")
        for name in period:
            if name not in _PERIOD:
                self._stray("period", name, _PERIOD, "", "")

    def _stray(self, table: str, name: str, known: Iterable[str], da: str, en: str) -> None:
        """A name that does not belong where it stands: misplaced, misspelt, or simply unknown."""
        key = f"{table}.{name}" if table else name
        home = self._home(table, name)
        meant = near(name, known)
        if home is not None:
            self._say(key, *home, rule="unknown_key_refused")
        elif meant:
            self._say(
                key,
                f"Nøglen {shown(name)} findes ikke. Mente du {meant}?",
                f"There is no key {shown(name)}. Did you mean {meant}?",
                "unknown_key_refused",
            )
        elif da:
            listed = ", ".join(known)
            self._say(
                key,
                f"Der er ingen {da} {shown(name)}. Der er {listed}",
                f"There is no {en} {shown(name)}. There are {listed}",
                "unknown_key_refused",
            )
        else:
            listed = ", ".join(known)
            self._say(
                key,
                f"Nøglen {shown(name)} findes ikke og er ikke læst. Der er {listed}",
                f"There is no key {shown(name)}; it was not read. There are {listed}",
                "unknown_key",
            )

    @staticmethod
    def _home(table: str, name: str) -> tuple[str, str] | None:
        """What to say of a key that stands under the wrong heading; None where it has no other home."""
        if table and name in _TOP:
            return (
                f"{name} står under [{table}]. Flyt linjen op over den første [overskrift]",
                f"{name} stands under [{table}]. Move the line above the first [heading]",
            )
        right = "period" if name in _PERIOD else "rows" if name in BY_NAME else ""
        if right and right != table:
            return f"Flyt {name} ned under [{right}]", f"Move {name} below [{right}]"
        return None
