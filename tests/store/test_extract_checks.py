"""Broken extracts: every rule of the contract refuses or warns, names the place and the rows, prints no identifier."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from data import extract_toml
from data.__main__ import main
from data.findings import ERROR, RULES
from data.load import load
from data.schema import TABLES as SCHEMA
from tests.support.extracts import write_extract
from tests.support.whole import (
    SECRET,
    TABLES,
    Broken,
    bytes_below,
    cell,
    change,
    with_column,
    without_column,
    write_whole,
)


def toml(name: str, old: str, new: str, key: str, rule: str = "extract_toml", **more) -> Broken:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return Broken(
        name, rule, f"extract.toml.{key}" if key else "extract.toml", act=change("extract.toml", edit), **more
    )


def remove(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def recode(name: str, encoding: str, declared: str) -> Callable[[Path], None]:
    """Write one file in another encoding than extract.toml declares."""

    def act(folder: Path) -> None:
        for path in folder.glob("*.csv"):
            written = encoding if path.name == name else declared
            path.write_bytes(path.read_bytes().decode("utf-8").encode(written))
        change("extract.toml", lambda text: text.replace('"utf-8"', f'"{declared}"'))(folder)

    return act


def add(text: str) -> Callable[[Path], None]:
    return change("extract.toml", lambda old: old + text)


def in_line(name: str, line: int, edit: Callable[[str], str]) -> Callable[[Path], None]:
    """Edit one line of a file (0 is the header)."""

    def act(text: str) -> str:
        lines = text.split("\r\n")
        lines[line] = edit(lines[line])
        return "\r\n".join(lines)

    return change(name, act)


def twice(folder: Path) -> None:
    (folder / "trials.parquet").write_bytes(b"PAR1")


def led_out(folder: Path, name: str) -> None:
    """Put a link in the place of a file that lies outside the folder."""
    elsewhere = folder.parent / f"elsewhere-{name}"
    (folder / name).rename(elsewhere)
    (folder / name).symlink_to(elsewhere)


def signed(content: bytes) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        add(f'[sha256]\n"cases.csv" = "{hashlib.sha256(content).hexdigest()}"\n')(folder)

    return act


NOT_CPR_BUT_REFUSED = frozenset({"unknown_case"})
CPR = "010190-1234"
TEN = "3112991234"

ERRORS = [
    # extract.toml
    Broken("no extract.toml", "extract_toml", "extract.toml", act=remove("extract.toml")),
    toml("not TOML", "format = 1", "format = = 1", "format"),
    Broken("not utf-8", "extract_toml", "extract.toml",
           act=lambda folder: (folder / "extract.toml").write_bytes(b'database = "\xe6"')),
    toml("no format", "format = 1\n", "", "format"),
    toml("no database", 'database = "DCCG"\n', "", "database"),
    toml("no data_cut", "data_cut = 2026-10-31\n", "", "data_cut"),
    toml("no synthetic", "synthetic = false\n", "", "synthetic"),
    toml("no encoding", 'encoding = "utf-8"\n', "", "encoding"),
    toml("no delimiter", 'delimiter = ","\n', "", "delimiter"),
    toml("no period", "[period]\nstart = 2010-01-01\nend = 2026-10-31\n", "", ""),
    toml("no period.end", "\nend = 2026-10-31\n", "\n", "period.end"),
    toml("period backwards", "start = 2010-01-01", "start = 2027-01-01", "period"),
    toml("data_cut is no date", "data_cut = 2026-10-31", 'data_cut = "31-10-2026"', "data_cut"),
    toml("data_cut is impossible", "data_cut = 2026-10-31", 'data_cut = "2026-02-30"', "data_cut"),
    toml("format 2", "format = 1", "format = 2", "format", "format"),
    toml("format as text", "format = 1", 'format = "1"', "format", "format"),
    toml("unknown database", '"DCCG"', '"DCCX"', "database", "unknown_database"),
    toml("database in lower case", '"DCCG"', '"dccg"', "database", "unknown_database"),
    toml("data_cut in the future", "data_cut = 2026-10-31", "data_cut = 2126-10-31", "data_cut", "future_data_cut"),
    toml("a misspelt key", "format = 1", 'format = 1\nprat = "east"', "prat", "unknown_key_refused"),
    toml("encoding not offered", '"utf-8"', '"cp1252"', "encoding", "encoding"),
    toml("delimiter not offered", 'delimiter = ","', 'delimiter = "|"', "delimiter", "delimiter"),
    # not anonymised
    cell("CPR as case_id", "not_anonymised", "cases", 2, "case_id", CPR, also=NOT_CPR_BUT_REFUSED, secret=CPR),
    cell("ten digits as case_id", "not_anonymised", "cases", 1, "case_id", TEN, also=NOT_CPR_BUT_REFUSED, secret=TEN),
    cell("CPR in icd10", "not_anonymised", "cases", 3, "icd10", TEN, secret=TEN),
    cell("CPR in a sentence", "not_anonymised", "treatments", 2, "substance", f"se {CPR} igen", secret=CPR),
    cell("CPR of 29 February", "not_anonymised", "treatments", 2, "substance", "290296-1234", secret="290296"),
    cell("CPR as protocol", "not_anonymised", "trials", 2, "protocol", TEN, secret=TEN),
    cell("CPR as time point", "not_anonymised", "pro", 1, "timepoint", CPR, secret=CPR),
    cell("CPR as course_id", "not_anonymised", "palliative", 2, "course_id", CPR, secret=CPR),
    cell("CPR as wait_id", "not_anonymised", "waits", 2, "wait_id", TEN, secret=TEN),
    cell("CPR as package", "not_anonymised", "waits", 1, "package", TEN, secret=TEN),
    cell("CPR as a unit's name", "not_anonymised", "departments", 2, "name", f"Afd. {CPR}", secret=CPR),
    cell("CPR as a child's case_id", "not_anonymised", "trials", 2, "case_id", TEN,
         also=frozenset({"unknown_case"}), secret=TEN),
    cell("CPR in a column of codes", "not_anonymised", "cases", 1, "sex", CPR, also=frozenset({"code"}), secret=CPR),
    cell("CPR in a date", "not_anonymised", "pro", 1, "answered_date", TEN, also=frozenset({"date"}), secret=TEN),
    cell("CPR as a department", "not_anonymised", "waits", 1, "department", TEN,
         also=frozenset({"unknown_department"}), secret=TEN),
    cell("CPR as a number", "not_anonymised", "cases", 2, "charlson", "0101901234", secret="0101901234"),
    Broken("CPR in an unknown column", "not_anonymised", "trials.note", (1, 2), act=with_column("trials", "note", TEN),
           secret=TEN),
    Broken("CPR as a column's name", "not_anonymised", "trials", act=with_column("trials", CPR), secret=CPR),
    Broken("CPR as a column's name in cases", "not_anonymised", "cases", act=with_column("cases", TEN), secret=TEN),
    *(
        Broken(f"a column {name} in {table}", "not_anonymised", f"{table}.{name}", act=with_column(table, name))
        for table, name in [("cases", "cpr"), ("trials", "name"), ("pro", "Adresse"), ("waits", "CPR-nummer"),
                            ("coverage", "address"), ("departments", "address"), ("treatments", "Navn"),
                            ("pro", "given_name")]
    ),
    # tables, columns, files
    Broken("no cases", "missing_table", "cases", act=remove("cases.csv")),
    Broken("[rows] names an absent table", "missing_table", "pro",
           act=lambda folder: (remove("pro.csv")(folder), add("[rows]\npro = 2\n")(folder))),
    Broken("no column age", "missing_column", "cases.age", act=without_column("cases", "age")),
    Broken("no column sex", "missing_column", "cases.sex", act=without_column("cases", "sex")),
    Broken("no conferences.date", "missing_column", "conferences.date", act=without_column("conferences", "date")),
    Broken("no waits.leg", "missing_column", "waits.leg", act=without_column("waits", "leg")),
    Broken("unknown column in cases", "unknown_column_refused", "cases.bmi", act=with_column("cases", "bmi")),
    Broken("a required column in other letters", "header_differs", "cases.Age", act=in_line(
        "cases.csv", 0, lambda line: line.replace(",age,", ",Age,"))),
    Broken("a required column in capitals", "header_differs", "pro.SENT_DATE", act=in_line(
        "pro.csv", 0, lambda line: line.replace("sent_date", "SENT_DATE"))),
    Broken("a column in two spellings", "duplicate_column", "trials.date", act=with_column("trials", "DATE", "")),
    Broken("no header row", "no_header", "trials", act=in_line("trials.csv", 0, lambda line: "a-7731,included,,2024")),
    Broken("a link out of the folder", "link_outside", "trials.csv", act=lambda folder: led_out(folder, "trials.csv")),
    Broken("a code with a slash", "department_code", "departments.code", (2,), (("departments", 2, "code", "A/B"),)),
    Broken("a code of dots", "department_code", "departments.code", (2,), (("departments", 2, "code", ".."),)),
    cell("a name that turns", "control_character", "departments", 1, "name", "Afd.\u202eB"),
    cell("a name with a bell", "control_character", "departments", 1, "hospital", "He\arlev"),
    cell("a diagnosis before 1900", "before_1900", "cases", 2, "diagnosis_date", "1824-03-01"),
    Broken("a column twice", "duplicate_column", "trials.date", act=with_column("trials", "date", "2024-03-15")),
    Broken("CSV and Parquet", "two_files", "trials", act=twice),
    Broken("latin-1 bytes in utf-8", "encoding", "departments", act=recode("departments.csv", "latin-1", "utf-8")),
    Broken("a unit in a file that cannot be read", "encoding", "departments",
           cells=(("cases", 1, "department", "HER-NYF"),), act=recode("departments.csv", "latin-1", "utf-8")),
    Broken("utf-8 bytes in latin-1", "encoding", "departments", act=recode("departments.csv", "utf-8", "latin-1")),
    Broken("small utf-8 letters in latin-1", "encoding", "trials", cells=(("trials", 1, "protocol", "forsøg på å"),),
           act=recode("trials.csv", "utf-8", "latin-1")),
    Broken("UTF-8 mark in latin-1", "encoding", "trials", act=recode("trials.csv", "utf-8-sig", "latin-1")),
    Broken("utf-16", "encoding", "trials", act=recode("trials.csv", "utf-16", "utf-8")),
    Broken("semicolons where commas are declared", "delimiter", "trials",
           act=change("trials.csv", lambda text: text.replace(",", ";"))),
    Broken("quoted names, semicolons where commas are declared", "delimiter", "trials",
           act=change("trials.csv", lambda text: '"case_id";"status";"protocol";"date"\r\n')),
    Broken("an empty file", "unreadable", "trials", act=change("trials.csv", lambda text: "")),
    Broken("no Parquet", "unreadable", "trials", act=lambda folder: (twice(folder), remove("trials.csv")(folder))),
    Broken("a field too many", "unreadable", "trials", (2,), act=in_line("trials.csv", 2, lambda line: line + ",x")),
    Broken("a field too few", "unreadable", "trials", (2,),
           act=in_line("trials.csv", 2, lambda line: line.rpartition(",")[0])),
    Broken("an unclosed quotation mark", "unreadable", "trials",
           act=in_line("trials.csv", 1, lambda line: line.replace("ABC-1", '"ABC-1'))),
    Broken("an unclosed quotation mark in the header", "unreadable", "trials",
           act=in_line("trials.csv", 0, lambda line: '"' + line)),
    Broken("row count", "row_count", "trials", act=add("[rows]\ncases = 3\ntrials = 3\n")),
    Broken("sha256", "sha256", "cases.csv", act=signed(b"another file")),
    Broken("sha256 of an absent file", "sha256", "no.csv", act=add(f'[sha256]\n"no.csv" = "{"00" * 32}"\n')),
    Broken("header only", "empty_cases", "cases", act=change("cases.csv", lambda text: text.splitlines()[0] + "\n"),
           also=frozenset({"unknown_case"})),
    # values
    *(cell(f"date {value}", "date", "cases", 2, "diagnosis_date", value) for value in
      ("2023-02-30", "2023-2-3", "2023/02/03", "20230203", "0000-00-00", "epoch")),
    cell("date -infinity", "date", "treatments", 1, "start_date", "-infinity"),
    cell("date infinity", "date", "waits", 1, "booked_date", "infinity"),
    cell("date before Christ", "date", "palliative", 1, "received_date", "0044-03-15 (BC)"),
    cell("date with a time", "date", "pro", 1, "sent_date", "2024-03-02 00:00:00"),
    cell("death before diagnosis", "death_before_diagnosis", "cases", 2, "vital_date", "2023-05-01"),
    cell("seen alive before diagnosis only", "contact_before_diagnosis", "cases", 1, "vital_date", "2024-02-29"),
    *(cell(f"age {value}", "number", "cases", 1, "age", value) for value in ("121", "-1", "60.5", "1e1")),
    cell("performance status 5", "number", "cases", 1, "performance_status", "5"),
    cell("negative count", "number", "coverage", 2, "expected", "-1"),
    cell("region that never was", "region", "cases", 2, "residence_region", "1099"),
    cell("region of the future", "region", "cases", 2, "residence_region", "1086"),
    cell("region before the reform", "region", "waits", 1, "residence_region", "1086"),
    cell("the unit's region", "region", "departments", 1, "region", "1000"),
    cell("unit of the reference list elsewhere", "department_conflict", "departments", 2, "code", "AAL-KIR"),
    cell("stop without end", "stop_without_end", "waits", 1, "end", "", ),
    cell("end without stop", "end_without_stop", "waits", 1, "stop_date", ""),
    # keys and references
    cell("case_id twice", "duplicate_key", "cases", 3, "case_id", "a-7731"),
    cell("course_id twice", "duplicate_key", "palliative", 2, "course_id", "p1-7731"),
    cell("wait_id twice", "duplicate_key", "waits", 2, "wait_id", "w1-7731"),
    Broken("year and department twice", "duplicate_key", "coverage.year+department", (2,),
           (("coverage", 2, "year", "2024"),)),
    cell("unit twice", "duplicate_key", "departments", 2, "code", "HER-NYE"),
    *(cell(f"unknown case in {table.name}", "unknown_case", table.name, 2, "case_id", "gone-7731") for table in SCHEMA
      if "case_id" in table.names and table.name != "cases"),
]  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Path:
    """A store with another database and an earlier extract of this one."""
    root = tmp_path_factory.mktemp("checks")
    load([write_whole(root / "dccg"), write_whole(root / "dlcr", database="DLCR")], root / "store")
    return root / "store"


@pytest.fixture(scope="module")
def untouched(store) -> dict[str, bytes]:
    return bytes_below(store)


def errors_in(output: str) -> list[tuple[str, str]]:
    """(rule, place) of the printed errors."""
    return [(found[2], found[1]) for found in re.finditer(r": error: (\S+): (\w+): ", output)]


def errors_of(capsys) -> str:
    out, err = capsys.readouterr()
    return out + err


@pytest.mark.some(30)
@pytest.mark.parametrize("broken", ERRORS, ids=lambda broken: broken.name)
def test_a_broken_extract_is_refused(broken, tmp_path, store, untouched, capsys):
    folder = broken.write(tmp_path / "delivered")
    code = main(["load", str(folder), "--store", str(store), "--force"])
    output = errors_of(capsys)
    assert code == 1
    assert bytes_below(store) == untouched
    assert broken.secret not in output and SECRET not in output
    found = errors_in(output)
    if broken.place in [table.name for table in SCHEMA] or "." in broken.place:
        assert (broken.rule, broken.place) in found, output
    allowed = {broken.rule, *broken.also}
    assert {rule for rule, _ in found} <= allowed, output
    if broken.rows:
        count, numbers = len(broken.rows), ", ".join(map(str, broken.rows))
        line = next(line for line in output.splitlines() if f"error: {broken.place}: {broken.rule}:" in line)
        said = re.search(r"; (\d+) rows?\b[^(]* \(first: ([\d, ]+)[;)]", line)
        assert said and (int(said[1]), said[2]) == (count, numbers), output


def test_check_says_the_same_as_load_and_stores_nothing(tmp_path, store, untouched, capsys):
    folder = write_whole(tmp_path / "delivered", [("cases", 1, "age", "121"), ("trials", 2, "status", "maybe")])
    assert main(["check", str(folder)]) == 1
    checked = capsys.readouterr().out
    assert main(["load", str(folder), "--store", str(store)]) == 1
    assert capsys.readouterr().out == checked
    assert "delivered: error: cases.age: number:" in checked and "Write whole numbers from 0 to 120" in checked
    assert "The list is included, declined, deselected, not_invited, no_protocol, unknown" in checked
    assert "delivered: 2 errors, 0 warnings" in checked
    assert bytes_below(store) == untouched


def test_a_whole_extract_has_no_findings(tmp_path, capsys):
    assert main(["check", str(write_whole(tmp_path / "delivered"))]) == 0
    assert capsys.readouterr().out == "delivered: 0 errors, 0 warnings\n"


def columns(*kinds: str, **traits) -> list[tuple[str, str]]:
    """(table, column) of every column of these kinds and traits, where the whole extract has a row 2."""
    return [
        (table.name, column.name)
        for table in SCHEMA
        for column in table.columns
        if (not kinds or column.kind in kinds) and all(getattr(column, name) == value for name, value in traits.items())
    ]


@pytest.mark.some(2)
@pytest.mark.parametrize(
    ("rule", "value", "places"),
    [
        ("date", "2023-02-30", columns("date")),
        ("date", "03-02-2023", columns("date")),
        ("future_date", "2026-11-01", columns("date", future=False)),
        ("code", "zz", columns("code")),
        ("boolean", "ja", columns("boolean")),
        ("boolean", "1", columns("boolean")),
        ("number", "x", columns("integer")),
        ("number", "1.5", columns("integer")),
        ("unknown_department", "XXX-KIR", columns("department")),
        ("region", "1099", columns("region")),
        (
            "required_value",
            "",
            columns("text", "date", "integer", "code", "boolean", "department", "region", filled=True),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_column_is_checked(rule, value, places, tmp_path, capsys):
    """All columns of a kind broken at once in row 2: each is named, with its row."""
    cells = [(table, 2, column, value) for table, column in places]
    assert main(["check", str(write_whole(tmp_path / "delivered", cells))]) == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if f": {rule}: " in line]
    for table, column in places:
        assert any(
            f"error: {table}.{column}: {rule}:" in line and "(first: 2; line of the file: 3)" in line for line in lines
        ), column
    assert len(lines) == len(places)


def test_region_codes_reach_back_and_end_with_the_merger(tmp_path, capsys, monkeypatch):
    """Cases diagnosed before the regions were made carry today's codes; the merged region's begins in 2027."""
    early = [("cases", 3, "diagnosis_date", "2001-05-01"), ("waits", 2, "referral_date", "2003-01-01")]
    folder = write_whole(tmp_path / "early", early, period=("2000-01-01", "2026-10-31"))
    assert main(["check", str(folder)]) == 0
    monkeypatch.setattr(extract_toml, "today", lambda: dt.date(2027, 2, 1))
    merged = [("cases", 3, "diagnosis_date", "2027-01-01"), ("cases", 3, "vital_date", "2027-01-01")]
    for code, exit_code in (("1086", 0), ("1083", 0), ("1085", 1)):
        cells = [*merged, ("cases", 3, "residence_region", code)]
        assert main(["check", str(write_whole(tmp_path / code, cells, data_cut="2027-01-31"))]) == exit_code
    assert "1085: error: cases.residence_region: region:" in capsys.readouterr().out


def test_dates_on_and_after_the_data_cut(tmp_path, capsys):
    """The data cut itself is inside; booked dates and the dates of units may lie after it."""
    after = [("waits", 1, "booked_date", "2027-02-01"), ("departments", 1, "valid_to", "2030-12-31")]
    on = [(table, 1, column, "2026-10-31") for table, column in columns("date", future=False) if table == "trials"]
    assert main(["check", str(write_whole(tmp_path / "delivered", [*after, *on]))]) == 0
    assert "0 errors, 0 warnings" in capsys.readouterr().out


@pytest.mark.some(4)
@pytest.mark.parametrize(
    "value",
    [
        "9999991234", "0000000001", "010190123", "320190-1234", "20240301", "0.0101901234",
        "011390-1234", "310490-1234", "300290-1234", "290297-1234", "2902971234", "010190-123456", "1010190-1234",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "01019012-3456-1234-8901-010190123456",
        "ab010190-1234-4f89-9a0c-0305e82c3301", "b0101901234c5d6e7f",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_cpr_number_passes(value, tmp_path, capsys):
    cells = [("cases", 3, "case_id", value), ("treatments", 1, "substance", value), ("waits", 2, "wait_id", value)]
    assert main(["check", str(write_whole(tmp_path / "delivered", cells))]) == 0
    assert "0 errors" in capsys.readouterr().out


def test_finding_names_the_first_five_rows_and_counts_all(tmp_path, capsys):
    cases = [{"case_id": f"k{number}", "age": 121 if number % 2 else 60} for number in range(1, 21)]
    assert main(["check", str(write_extract(tmp_path / "delivered", cases=cases))]) == 1
    assert (
        "cases.age: number: not a whole number in its range; 10 rows (first: 1, 3, 5, 7, 9; line of the file: 2, 4, 6, "
        '8, 10); "121" 10. Write whole numbers from 0 to 120\n'
    ) in capsys.readouterr().out


def test_row_numbers_hold_in_long_files(tmp_path, capsys):
    """Rows are read by several threads; the number printed is the row's place in the file."""
    bad = {1, 125_001, 140_000}
    cases = [{"case_id": f"k{number}", "age": 121 if number in bad else 60} for number in range(1, 140_001)]
    assert main(["check", str(write_extract(tmp_path / "delivered", cases=cases))]) == 1
    assert "3 rows (first: 1, 125001, 140000; line of the file: 2, 125002, 140001)" in capsys.readouterr().out


def test_every_error_rule_has_a_test():
    tested = {broken.rule for broken in ERRORS} | {"code", "boolean", "future_date", "too_large"}
    tested |= {"required_value", "unknown_department"}
    # test_against.py and test_parts.py
    tested |= {"older_data_cut", "table_gone", "period_shrinks", "part_or_whole", "in_two_parts", "no_common_period"}
    assert tested - {"header_differs"} == {rule.id for rule in RULES if rule.severity == ERROR}
    assert set(TABLES) == {table.name for table in SCHEMA}


def test_a_folder_that_is_not_there(tmp_path, capsys):
    shutil.rmtree(tmp_path / "gone", ignore_errors=True)
    assert main(["check", str(tmp_path / "gone")]) == 1
    assert "error: extract.toml: extract_toml: extract.toml is missing, incomplete or wrong" in capsys.readouterr().out
