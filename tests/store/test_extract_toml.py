"""extract.toml: every fault at once, each with key, value found and the fix; never a traceback."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import extract_toml
from data.extract_toml import EXAMPLE, KEYS, meant_day, read_manifest, ready

GOOD = """format = 1
database = "DCCG"
data_cut = 2026-10-31
synthetic = false
encoding = "utf-8"
delimiter = ","
part = "east"
ignore = ["bmi", "treatments.asa"]
[period]
start = 2014-01-01
end = 2026-10-31
[rows]
cases = 12
[sha256]
"cases.csv" = "{sum}"
""".format(sum="0A" * 32)


def read(folder: Path, text: str):
    """The manifest and the findings of a folder with one CSV file and this extract.toml."""
    folder.mkdir(exist_ok=True)
    (folder / "cases.csv").write_bytes(b"")
    (folder / "extract.toml").write_bytes(text.encode())
    return read_manifest(folder)


def said(findings, lang: str = "en") -> str:
    return "\n".join(finding.sentence(lang) for finding in findings)


def test_all_that_the_file_may_say(tmp_path):
    manifest, findings = read(tmp_path, GOOD)
    assert findings == []
    assert (manifest.database, manifest.part, manifest.ignore) == ("DCCG", "east", ("bmi", "treatments.asa"))
    assert manifest.rows == {"cases": 12} and manifest.sha256 == {"cases.csv": "0a" * 32}
    assert (manifest.data_cut, manifest.start) == (dt.date(2026, 10, 31), dt.date(2014, 1, 1))


def test_precision_says_how_many_values_are_less_precise(tmp_path):
    line = '"cases.age" = { birth_year = 2 }\n'
    manifest, findings = read(tmp_path, f"{GOOD}[precision]\n{line}")
    assert findings == [] and manifest.precision == {"cases.age": {"birth_year": 2}}
    for wrong in (
        '"cases.aeg" = { year = 1 }',
        '"cases.age" = { decade = 1 }',
        '"cases.age" = { year = 0 }',
        "age = 1",
    ):
        _, findings = read(tmp_path, f"{GOOD}[precision]\n{wrong}\n")
        text = said(findings)
        assert "extract_toml" in text and wrong.split(" = ")[0].strip('"') in text, text
        assert "each of month, year, birth_month" in text and '"cases.age" = { birth_year = 228 }' in text


def test_without_part_and_ignore_it_is_the_whole_database(tmp_path):
    manifest, findings = read(
        tmp_path, "".join(line for line in GOOD.splitlines(True) if line[:4] not in ("part", "igno"))
    )
    assert findings == [] and manifest.part == "" and manifest.ignore == ()


@pytest.mark.parametrize("text", ["", "# nothing\n", "data_cut = 2026-10-31\n", "[period]\nstart = 2014-01-01\n"])
def test_all_missing_keys_at_once_with_an_example_that_reads_without_a_fault(text, tmp_path):
    manifest, findings = read(tmp_path, text)
    assert manifest is None and len(findings) == 1
    given = tomllib.loads(text)
    needed = ["format", "database", "data_cut", "synthetic", "encoding", "delimiter", "period.start", "period.end"]
    for lang in ("da", "en"):
        sentence, _, example = said(findings, lang).partition(":\n")
        for key in needed:
            there = key in given or (key.startswith("period.") and key[7:] in given.get("period", {}))
            assert (key in sentence) != there
        assert tomllib.loads(example).items() >= {key: value for key, value in given.items() if key != "period"}.items()
        assert read(tmp_path / lang, example)[1] == []


def test_a_folder_without_extract_toml_gets_the_example(tmp_path):
    for folder in (tmp_path, tmp_path / "not there"):
        manifest, findings = read_manifest(folder)
        assert manifest is None and [one.rule for one in findings] == ["extract_toml"]
        assert 'database = "DCCG"' in said(findings, "da")


#: What is written instead of a good line, the key that is named, what the message must hold.
FAULTS = [
    ("data_cut = 31-10-2026", "data_cut", ["31-10-2026", "Write data_cut = 2026-10-31", "Line 3"]),
    ('data_cut = "31-10-2026"', "data_cut", ["'31-10-2026'", "Write data_cut = 2026-10-31"]),
    ("data_cut = 31.10.2026", "data_cut", ["Write data_cut = 2026-10-31"]),
    ("data_cut = 31/10/2026", "data_cut", ["Write data_cut = 2026-10-31"]),
    ('data_cut = "31. oktober 2026"', "data_cut", ["Write data_cut = 2026-10-31"]),
    ("data_cut = 20261031", "data_cut", ["Write data_cut = 2026-10-31"]),
    ("data_cut = 2026-10-31T12:00:00", "data_cut", ["a day with a time", "Write data_cut = 2026-10-31"]),
    ("data_cut = 2026-02-30", "data_cut", ["2026-02-30", "Write e.g. data_cut = "]),
    ("data_cut = 1026-10-31", "data_cut", ["before 1900"]),
    ("data_cut = “2026-10-31”", "data_cut", ["Write data_cut = 2026-10-31"]),
    ("data_cut =", "data_cut", ["Write e.g. data_cut = 2026-10-31"]),
    ("data_cut: 2026-10-31", "data_cut", ["Write data_cut = 2026-10-31"]),
    ("start = 01-01-2014", "period.start", ["Write start = 2014-01-01"]),
    ('end = "31/10/2026"', "period.end", ["Write end = 2026-10-31"]),
    ("synthetic = False", "synthetic", ["synthetic = False", "Write synthetic = false", "Line 4"]),
    ('synthetic = "nej"', "synthetic", ["'nej'", "Write synthetic = false"]),
    ("synthetic = ja", "synthetic", ["Write synthetic = true"]),
    ("database = DCCG", "database", ['Write database = "DCCG"']),
    ('database = "DCCG', "database", ['Write database = "DCCG"']),
    ('database = "dccg"', "database", ["'dccg'", 'Did you mean "DCCG"?', "DLCR"]),
    ("database = 7", "database", ["'7'"]),
    ('encoding = "UTF8"', "encoding", ["'UTF8'", 'Write encoding = "utf-8"']),
    ('encoding = "ISO-8859-1"', "encoding", ['Write encoding = "latin-1"']),
    ('delimiter = "tab"', "delimiter", ["'tab'", 'Write delimiter = "\\t"']),
    ("format = 2", "format", ["'2'", "Write format = 1"]),
    ('format = "1"', "format", ["'1'", "Write format = 1"]),
    ("format = = 1", "format", ["Line 1", "Write e.g. format = 1"]),
    ('part = "øst vest"', "part", ["'øst vest'", 'part = "east"']),
    ("part = 1", "part", ["'1'"]),
    ('prat = "east"', "prat", ["Did you mean part?"]),
    ('Part = "east"', "Part", ["Did you mean part?"]),
    ('ignore = "bmi"', "ignore", ["'bmi'", 'Write e.g. ignore = ["bmi", "treatments.asa"]']),
    ('ignore = ["stage"]', "ignore", ["stage is a column of cases"]),
    ('ignore = ["treatmnts.asa"]', "ignore", ["Did you mean treatments.asa?"]),
    ('ignore = ["bmi",', "ignore", ['Write ignore = ["bmi",]']),
    ("cases = 51.234", "rows.cases", ["'51.234'", "Write cases = 51234"]),
    ("cases = 51 234", "rows.cases", ["Write cases = 51234"]),
    ("cases = -1", "rows.cases", ["'-1'"]),
    ("case = 12", "rows.case", ["Did you mean cases?"]),
    ("tumours = 12", "rows.tumours", ["There are cases, treatments"]),
    ("[period", "period", ["Write [period]"]),
    ('"cases.csv" = "0a"', "sha256.cases.csv", ["64"]),
]  # fmt: skip


@pytest.mark.parametrize(("line", "key", "parts"), FAULTS, ids=[line for line, *_ in FAULTS])
def test_a_fault_names_key_value_and_fix(line, key, parts, tmp_path):
    name = line.strip("[ ").replace(":", " ").split()[0]
    written = [one for one in GOOD.splitlines() if one.strip("[]").split()[0].lower() == name.lower()]
    aliases = {"prat": "part", "case": "cases", "tumours": "cases"}
    written = written or [one for one in GOOD.splitlines() if one.split()[0] == aliases[name]]
    _, findings = read(tmp_path, GOOD.replace(written[0], line))
    assert [(one.place, one.is_error) for one in findings] == [(f"extract.toml.{key}", True)], said(findings)
    for part in parts:
        assert part in said(findings)
    danish = said(findings, "da")
    assert not any(word in danish for word in ("Write", "Did you mean", "there is", "Line", " is "))


def test_all_faults_are_told_at_once(tmp_path):
    lines = ["database = DCCG", "data_cut = 31-10-2026", "synthetic = nej", "encoding = 'ansi'", "[period]"]
    text = "\n".join(["format = 1", *lines, "start = 1-1-2014", ""])
    _, findings = read(tmp_path, text)
    assert [one.column for one in findings] == ["database", "data_cut", "synthetic", "period.start", "", "encoding"]
    assert "The keys delimiter, period.end are missing" in said(findings)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('part = "east"', "part stands under [sha256]. Move the line above the first [heading]"),
        ("start = 2014-01-01", "Move start below [period]"),
    ],
)
def test_a_key_under_the_wrong_heading_is_told_where_it_belongs(line, words, tmp_path):
    text = GOOD.replace(line + "\n", "")
    text = text + line + "\n" if line.startswith("part") else line + "\n" + text
    _, findings = read(tmp_path, text)
    assert words in said(findings) and any(one.rule == "unknown_key_refused" for one in findings)


def test_a_key_that_nothing_resembles_is_a_warning(tmp_path):
    manifest, findings = read(tmp_path, 'contact = "registry@example.org"\n' + GOOD)
    assert manifest is not None and [(one.rule, one.is_error) for one in findings] == [("unknown_key", False)]


def test_the_last_day_in_the_data_is_not_after_today(tmp_path, monkeypatch):
    monkeypatch.setattr(extract_toml, "today", lambda: dt.date(2026, 10, 30))
    _, findings = read(tmp_path, GOOD)
    assert [one.rule for one in findings] == ["future_data_cut"]
    for lang in ("da", "en"):
        assert all(word in said(findings, lang) for word in ("data_cut", "2026-10-31", "2026-10-30"))
    monkeypatch.setattr(extract_toml, "today", lambda: dt.date(2026, 10, 31))
    assert read(tmp_path, GOOD)[1] == []


@pytest.mark.parametrize(
    ("start", "end", "rule"),
    [
        ("2014-01-01", "2026-11-01", "period_after_cut"),
        ("2014-01-01", "2014-01-01", None),
        ("2014-01-02", "2014-01-01", "extract_toml"),
        ("2026-11-01", "2026-11-02", "extract_toml"),
    ],
)
def test_the_period_lies_before_the_data_cut(start, end, rule, tmp_path):
    manifest, findings = read(tmp_path, GOOD.replace("2014-01-01", start).replace("end = 2026-10-31", f"end = {end}"))
    assert [one.rule for one in findings] == ([rule] if rule else [])
    assert manifest is not None


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)))
def test_every_way_to_write_a_day_means_that_day(day):
    months = ("januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober",
              "november", "december")  # fmt: skip
    for text in (
        f"{day:%d-%m-%Y}", f"{day:%d.%m.%Y}", f"{day:%d/%m/%Y}", f"{day.day}/{day.month} {day.year}", f"{day:%Y/%m/%d}",
        f"{day:%Y%m%d}", f"{day.day}. {months[day.month - 1]} {day.year}", f"{day.isoformat()}T10:00",
    ):  # fmt: skip
        assert meant_day(text) == day, text


@given(st.text(alphabet=st.sampled_from("abf=[]\"'\\\n. #{},0123-:”é\t"), max_size=80), st.integers(0, 15))
def test_no_text_breaks_the_reader(tmp_path_factory, text, place):
    """Any scribble in the middle of the file ends in findings or in a manifest, never in an exception."""
    lines = GOOD.splitlines(True)
    folder = tmp_path_factory.mktemp("scribble")
    manifest, findings = read(folder, "".join([*lines[:place], text + "\n", *lines[place:]]))
    assert findings or manifest is not None
    for one in findings:
        assert one.sentence("da") and one.sentence("en")


def test_a_person_number_in_a_broken_line_is_not_printed(tmp_path):
    _, findings = read(tmp_path, GOOD + "note = 010190-1234\n")
    assert findings and "0190" not in said(findings)


def test_every_key_has_an_example_that_is_right(tmp_path):
    for key in KEYS:
        text = key.example.replace('"9f86d0…"', f'"{"0a" * 32}"')
        tomllib.loads(text)
    assert read(tmp_path, ready({}))[1] == [] == read(tmp_path, EXAMPLE)[1]
