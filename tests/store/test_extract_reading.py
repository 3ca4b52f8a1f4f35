"""How an extract is read: what is normalised, encodings, line ends, headers, person numbers, limits."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from data import csv_file, nearest, persons
from data.checks import Inspection, inspect
from data.extract import ROWS_SETTING, quoted
from data.findings import ERROR, INFO, RULES, Finding, Value
from data.scan import NOTHING
from data.schema import TABLES
from tests.support.extracts import write_extract
from tests.support.whole import SECRET, add_parquet, change, with_column, write_whole

TEXTS = [(table.name, column.name) for table in TABLES for column in table.columns if column.kind == "text"]
ALL = [(table.name, column.name) for table in TABLES for column in table.columns]


def look(folder: Path) -> tuple[Inspection, dict[str, list[tuple]]]:
    """The inspection of a folder and the staged tables' rows."""
    with duckdb.connect() as con:
        found = inspect(con, folder)
        rows = {
            name: con.execute(f"SELECT {', '.join(map(quoted, one.table.names))} FROM stage_{name}").fetchall()
            for name, one in found.staged.items()
        }
    return found, rows


def of_rule(found: Inspection, rule: str) -> dict[tuple[str, str], Finding]:
    return {(one.table, one.column): one for one in found.findings if one.rule == rule}


def staged_cell(found: Inspection, rows: dict, table: str, row: int, column: str) -> str | None:
    return rows[table][row - 1][found.staged[table].table.names.index(column)]


# --- words for nothing, blanks, ICD-10 -------------------------------------------------------------------------------


@pytest.mark.some(2)
@pytest.mark.parametrize(
    ("word", "parquet"), [(word, word == "N/A") for word in (*NOTHING, " ", " NA ")] + [("\u00a0", True)]
)
def test_a_word_for_nothing_is_empty_in_every_text_column(word, parquet, tmp_path):
    """All text columns at once: each is empty in row 1, counted and named; what needs a value is refused for it."""
    folder = write_whole(tmp_path / "delivered", [(table, 1, column, word) for table, column in TEXTS])
    if parquet:
        add_parquet(folder, typed=False)
    found, rows = look(folder)
    said = {**of_rule(found, "blanks"), **of_rule(found, "empty_word")}
    for table, column in TEXTS:
        assert staged_cell(found, rows, table, 1, column) is None, (table, column)
        assert said[table, column].severity == INFO and said[table, column].rows == 1
        assert said[table, column].first_rows == (1,) and said[table, column].values == (
            Value(word.strip(" ") or word, 1),
        )
    filled = {(t.name, c.name) for t in TABLES for c in t.columns if c.kind == "text" and c.filled}
    assert set(of_rule(found, "required_value")) == filled


@pytest.mark.some(1)
@pytest.mark.parametrize(
    ("around", "parquet"),
    [(" {}", False), ("{}  ", True), ("\t{} ", False), ("{}\u2009", False), ("{}\u200b", False)],
)
def test_blanks_around_a_value_are_taken_away_in_every_column(around, parquet, tmp_path):
    """Every cell of every table padded: the values are those of the clean extract, and each filled column is named."""
    clean = write_whole(tmp_path / "clean")
    folder = write_whole(tmp_path / "padded")
    for path in folder.glob("*.csv"):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        frame.map(lambda value: around.format(value) if value else value).to_csv(path, index=False)
    if parquet:
        add_parquet(folder, typed=False)
    (before, wanted), (found, rows) = look(clean), look(folder)
    assert rows == wanted and not found.refused and before.findings == ()
    filled = {
        (name, column)
        for name, values in wanted.items()
        for place, column in enumerate(before.staged[name].table.names)
        if any(row[place] is not None for row in values)
    }
    assert set(of_rule(found, "blanks")) == filled
    text = " ".join(one.sentence() for one in found.findings)
    assert SECRET not in text and (around[0] == "\t" or around[-1] == "\u200b" or f'"{around.format("F")}"' in text)


@pytest.mark.parametrize(
    ("written", "stored"),
    [("DC20.9", "C209"), ("dc209", "C209"), ("c18.9", "C189"), ("C20", "C20"), ("DC18", "C18"), ("DDC209", "DC209")],
)
def test_a_diagnosis_is_read_without_dot_and_sks_letter(written, stored, tmp_path):
    found, rows = look(write_whole(tmp_path / "delivered", [("cases", 1, "icd10", written)], only=["cases"]))
    assert staged_cell(found, rows, "cases", 1, "icd10") == stored
    said = of_rule(found, "icd10_form")
    assert (("cases", "icd10") in said) == (written != stored)
    if written != stored and stored.startswith("C"):
        assert f'"{written}" 1 (read as "{stored}")' in said["cases", "icd10"].sentence()


def test_the_d_of_chapter_d_stays(tmp_path):
    cases = [{"case_id": f"k{n}", "icd10": code} for n, code in enumerate(["D46.9", "DD469", "D45", "DC921"])]
    found, rows = look(write_extract(tmp_path / "delivered", database="DSKMS", cases=cases))
    assert [staged_cell(found, rows, "cases", n, "icd10") for n in (1, 2, 3, 4)] == ["D469", "D469", "D45", "C921"]
    assert not found.refused and not of_rule(found, "icd10_outside_database")


@pytest.mark.parametrize(("outside", "level"), [(0, ""), (2, "warning"), (3, "error")])
def test_another_databases_diagnoses(outside, level, tmp_path):
    """Two of ten are 20 %: a warning; three are more, and the file is another database's."""
    cases = [{"case_id": f"k{n}", "icd10": "DC34.1" if n < outside else "C189"} for n in range(10)]
    cases += [{"case_id": f"e{n}", "icd10": ""} for n in range(10)]  # without a diagnosis: in no share
    found, _ = look(write_extract(tmp_path / "delivered", cases=cases))
    said = of_rule(found, "icd10_outside_database")
    assert [one.severity for one in said.values()] == ([level] if level else [])
    for one in said.values():
        assert (one.rows, one.of_rows, one.values) == (outside, 10, (Value("C341", outside),))
        assert "DCCG holds C18, C20; C341 is DLCR's" in one.sentence()


# --- person numbers --------------------------------------------------------------------------------------------------

NUMBERS = [
    "010190-1234", "010190 1234", "010190/1234", "010190.1234", "0101901234", "010190–1234", "010190\u00a01234",
    "010190 - 1234", "01.01.90-1234", "01011990-1234", "cpr0101901234", "P010190-1234x", "se 010190-1234 igen",
    "290296-1234", "900101-1234", "19900101-1234", "199001011234", "010190 12345", "01019012345", "410190 12345",
    "010190-123A", "131052A308T",
]  # fmt: skip


def test_every_shape_is_seen_in_sql_and_in_python():
    with duckdb.connect() as con:
        for number in NUMBERS:
            seen = con.execute(f"SELECT {persons.condition('n')} FROM (SELECT ? AS n)", [number]).fetchone()[0]
            assert seen and persons.holds(number), number


@pytest.mark.parametrize("number", NUMBERS[:2])
def test_a_person_number_is_refused_in_every_text_column(number, tmp_path):
    """In row 2 of all text columns, an unknown and an ignored column: each is named, no message holds the value."""
    children = {table.name for table in TABLES if table.name != "cases"}
    places = [(t, c) for t, c in TEXTS if (t, c) != ("departments", "code")]
    folder = write_whole(tmp_path / "delivered", [(table, 2, column, number) for table, column in places])
    with_column("trials", "note", number)(folder)
    with_column("pro", "bmi", number)(folder)
    change("extract.toml", lambda text: 'ignore = ["bmi"]\n' + text)(folder)
    found, _ = look(folder)
    said = of_rule(found, "not_anonymised")
    known = {(t, c) for t, c in places if not (c == "case_id" and t in children)}
    unknown = {(name, "case_id") for name in children}  # a child's is looked at where it is no case's
    assert set(said) - unknown == known | {("trials", "note"), ("pro", "bmi")}
    assert ("trials", "note") in of_rule(found, "unknown_column") and len(of_rule(found, "unknown_column")) == 1
    filled = {one.of_rows for (table, column), one in said.items() if (table, column) == ("cases", "case_id")}
    assert filled == {3} and all(one.severity == ERROR for one in said.values())
    text = " ".join(one.sentence(lang) for one in found.findings for lang in ("da", "en"))
    assert number not in text and SECRET not in text


@pytest.mark.parametrize("kind", ["BIGINT", "DOUBLE", "VARCHAR"])
def test_nine_digits_in_most_rows_are_person_numbers_without_their_zero(kind, tmp_path):
    folder = write_whole(tmp_path / "delivered", only=["cases"])
    numbers = [101901234 + n for n in range(6)] + [12, 13, 14, 15]
    with duckdb.connect() as con:
        frame = pd.DataFrame({"case_id": [f"k{n}" for n in range(10)], "kind": "surgery", "start_date": "2024-03-20",
                              "lab": numbers})  # fmt: skip
        frame["case_id"] = "a-7731"
        path = folder / "treatments.parquet"
        con.execute(f"COPY (SELECT * REPLACE (lab::{kind} AS lab) FROM frame) TO '{path}' (FORMAT parquet)")
    found, _ = look(folder)
    said = of_rule(found, "not_anonymised")["treatments", "lab"]
    assert (said.rows, said.of_rows, said.first_rows) == (6, 10, (1, 2, 3, 4, 5)) and "10190" not in said.sentence()


def test_nine_digits_in_half_of_the_rows_are_none(tmp_path):
    cases = [{"case_id": "101901234" if n == 0 else f"k{n}"} for n in range(2)]
    assert not of_rule(look(write_extract(tmp_path / "delivered", cases=cases))[0], "not_anonymised")


def test_a_column_of_hashes_passes_and_a_number_among_them_does_not(tmp_path):
    """Twelve hexadecimal digits hold ten that look like a date's now and then; ten alone are no hash of that column."""
    ids = [f"{n:03d}abcdef012" for n in range(20)]
    for extra, refused in (("b0101901234c", False), ("0101901234", True)):
        folder = write_extract(tmp_path / extra, cases=[{"case_id": one} for one in (*ids, extra)])
        assert bool(of_rule(look(folder)[0], "not_anonymised")) == refused


_NAMES = """cpr CPR-nr patient_name Adresse1 navn PNR fødselsdato date_of_birth patientCpr E-mail given_name mors_navn
    v_cpr CPRNR2 PatientName zip_code cpr_hash person_id tlf.nr Efternavn personnummer SSN"""


def test_a_column_that_names_a_person_is_refused(tmp_path):
    """All of them in one table, also where they are ignored."""
    folder = write_whole(tmp_path / "delivered", only=["cases", "trials"])
    for name in _NAMES.split():
        with_column("trials", name)(folder)
    change("extract.toml", lambda text: 'ignore = ["navn", "CPR-nr"]\n' + text)(folder)
    assert set(of_rule(look(folder)[0], "not_anonymised")) == {("trials", name) for name in _NAMES.split()}


def test_names_of_things_and_of_the_format_are_no_persons():
    things = ["hospital_name", "department_name", "drug_name", "filename", "note", "timepoint", "specialty"]
    known = {column.name for table in TABLES for column in table.columns} - {"name"}
    assert not [name for name in [*things, *known] if persons.identifies(name)]


# --- the header ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spelt", [str.upper, str.title, lambda name: f" {name} ", lambda name: name.replace("_", " ")])
def test_a_header_in_other_letters_is_read_as_meant_and_said_once(spelt, tmp_path):
    """Every column of every table: one line a table, and the values are those of the right header."""
    folder = write_whole(tmp_path / "delivered")
    before, wanted = look(folder)

    def edit(text: str) -> str:
        first, rest = text.split("\r\n", 1)
        return ",".join(map(spelt, first.split(","))) + "\r\n" + rest

    for table in TABLES:
        change(f"{table.name}.csv", edit)(folder)
    found, rows = look(folder)
    assert rows == wanted
    expected = {}
    for table in TABLES:
        columns = [column for column in table.columns if column.name in before.staged[table.name].columns]
        changed = [column for column in columns if spelt(column.name) != column.name]
        if changed:
            level = ERROR if any(column.required for column in changed) else "warning"
            expected[table.name] = (level, {column.name for column in changed})
    said = {one.table: (one.severity, {value.meant for value in one.values}) for one in found.findings}
    assert said == expected and len(found.findings) == len(said)
    assert all(one.rule == "header_differs" and 'did you mean "' in one.sentence() for one in found.findings)


def test_an_optional_column_in_other_letters_is_a_warning_and_not_lost(tmp_path):
    folder = write_whole(tmp_path / "delivered", only=["cases", "treatments"])
    wanted = look(folder)[1]
    change("treatments.csv", lambda text: text.replace("acute", "Acute").replace("department", "DEPARTMENT"))(folder)
    found, rows = look(folder)
    assert rows == wanted and not found.refused
    [said] = found.findings
    assert (said.rule, said.severity) == ("header_differs", "warning")
    assert said.values == (Value("DEPARTMENT", 0, "department"), Value("Acute", 0, "acute"))


@pytest.mark.parametrize(
    ("written", "meant"),
    [("diagnosedato", "diagnosis_date"), ("diagnosisdate_", ""), ("køn", ""), ("perfomance_status", "")],
)
def test_an_unknown_column_says_what_was_likely_meant(written, meant, tmp_path):
    """Where the column that is meant is absent; the whole list of columns is not said."""
    folder = write_whole(tmp_path / "delivered", only=["cases"])
    if meant:
        change("cases.csv", lambda text: text.replace(meant, written, 1))(folder)
    else:
        with_column("cases", written)(folder)
    found, _ = look(folder)
    if written == "diagnosisdate_":  # no more than an underscore: twice the same column
        assert set(of_rule(found, "duplicate_column")) == {("cases", "diagnosis_date")}
        return
    said = of_rule(found, "unknown_column_refused")["cases", written]
    assert said.values == ((Value(written, 0, meant),) if meant else ()) and "residence_region" not in said.sentence()


def test_a_column_whose_name_is_a_value_is_not_shown(tmp_path):
    folder = write_whole(tmp_path / "delivered", only=["cases", "trials"])
    with_column("trials", "k-883-7731-2")(folder)
    said = of_rule(look(folder)[0], "unknown_column")["trials", ""]
    assert "column 5" in said.sentence() and SECRET not in said.sentence()


def test_an_ignored_column_is_neither_read_nor_said(tmp_path):
    folder = write_whole(tmp_path / "delivered", only=["cases", "trials"])
    with_column("cases", "bmi")(folder)
    with_column("trials", "ASA")(folder)
    change("extract.toml", lambda text: 'ignore = ["bmi", "trials.asa"]\n' + text)(folder)
    assert look(folder)[0].findings == ()
    with_column("cases", "asa")(folder)  # trials.asa is another table's
    assert set(of_rule(look(folder)[0], "unknown_column_refused")) == {("cases", "asa")}


def test_all_that_is_wrong_is_said_in_one_run(tmp_path):
    """A header, a value, a key, a reference and a date: errors first, each cause one line."""
    folder = write_whole(
        tmp_path / "delivered",
        [("cases", 1, "sex", "IIIB"), ("cases", 3, "case_id", "b-7731"), ("trials", 2, "case_id", "gone-7731"),
         ("pro", 1, "answered_date", "2024-03-01")],
    )  # fmt: skip
    change("treatments.csv", lambda text: text.replace("kind", "Kind", 1))(folder)
    change("waits.csv", lambda text: text.replace("leg,", "stage,", 1))(folder)
    found, _ = look(folder)
    assert [(one.severity, one.rule, one.place) for one in found.findings] == [
        ("error", "header_differs", "treatments.Kind"),
        ("error", "missing_column", "waits.leg"),
        ("error", "code", "cases.sex"),
        ("error", "duplicate_key", "cases.case_id"),
        ("error", "unknown_case", "trials.case_id"),
        ("warning", "unknown_column", "waits.stage"),
        ("warning", "reversed_dates", "pro.answered_date"),
    ]


def test_an_unknown_database_hides_nothing_else(tmp_path):
    """The tables are read all the same: a person number is said in the same run."""
    folder = write_whole(
        tmp_path / "delivered", [("trials", 1, "protocol", "010270-1234"), ("cases", 1, "stage", "IIIB")]
    )
    change("extract.toml", lambda text: text.replace('"DCCG"', '"DCC"'))(folder)
    found, _ = look(folder)
    assert [(one.severity, one.rule, one.place) for one in found.findings] == [
        ("error", "unknown_database", "extract.toml.database"),
        ("error", "code", "cases.stage"),
        ("error", "not_anonymised", "trials.protocol"),
    ]


@pytest.mark.parametrize("what", ["folder", "link to nothing", "pipe"])
@pytest.mark.parametrize("name", ["trials.csv", "trials.parquet", "departments.csv"])
def test_what_has_a_tables_name_and_is_no_file_is_refused(what, name, tmp_path):
    """Else the table would be "not reported" without a word."""
    folder = write_whole(tmp_path / "delivered")
    (folder / f"{name.partition('.')[0]}.csv").unlink()
    if what == "folder":
        (folder / name).mkdir()
    elif what == "pipe":
        os.mkfifo(folder / name)
    else:
        (folder / name).symlink_to("nowhere.csv")
    found, _ = look(folder)
    assert [(one.rule, one.place) for one in found.findings if one.is_error] == [("unreadable", name.partition(".")[0])]
    assert name in found.findings[0].sentence("da")


@pytest.mark.parametrize("status", ["alive", "emigrated"])
@pytest.mark.parametrize(("last", "rows"), [("2024-03-19", 1), ("2024-03-20", 0)])
def test_an_operation_after_the_last_contact_is_said(last, rows, status, tmp_path):
    """Case 1 was operated on 20 March 2024; nobody knows whether the patient lived a month later."""
    cells = [("cases", 1, "vital_status", status), ("cases", 1, "vital_date", last)]
    found, _ = look(write_whole(tmp_path / "delivered", cells, only=["cases", "treatments"]))
    said = [one for one in found.findings if one.is_warning]
    assert [(one.rule, one.place, one.first_rows) for one in said] == rows * [
        ("reversed_dates", "cases.vital_date", (1,))
    ]


# --- values in messages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("stage", ["IIIB", "IIIB", "NA"], '"IIIB" 2 (did you mean "III"?), "NA" 1'),
        ("sex", ["Kvinde", "f", "Mand"], '"Kvinde" 1 (did you mean "F"?), "Mand" 1 (did you mean "M"?), '
                                         '"f" 1 (did you mean "F"?)'),
        ("vital_status", ["Dead", "død", "levende"], '"Dead" 1 (did you mean "dead"?), "død" 1 (did you mean "dead"?), '
                                                     '"levende" 1 (did you mean "alive"?)'),
        ("registered_date", ["03-02-2024", "20240203", "2024-02-30"],
         '"03-02-2024" 1 (did you mean "2024-02-03"?), "2024-02-30" 1, "20240203" 1 (did you mean "2024-02-03"?)'),
        ("age", ["60,0", "x", "121"], '"121" 1, "60,0" 1 (did you mean "60"?), "x" 1'),
        ("department", ["her-kir", "XXX"], '"XXX" 1, "her-kir" 1 (did you mean "HER-KIR"?)'),
        ("residence_region", ["Hovedstaden", "84"], '"84" 1, "Hovedstaden" 1 (did you mean "1084"?)'),
    ],
)  # fmt: skip
def test_the_offending_values_are_shown_most_frequent_first(column, values, said, tmp_path):
    cases = [{"case_id": f"k{n}", column: value} for n, value in enumerate(values)]
    found, _ = look(write_extract(tmp_path / "delivered", cases=cases))
    [one] = [one for one in found.findings if one.is_error]
    assert one.values_text() == said and one.column == column


def test_no_identifier_is_shown_in_a_wrong_column(tmp_path):
    """An identifier, a person number, a long text or one with a line break in a column of codes and dates."""
    folder = write_whole(
        tmp_path / "delivered",
        [("cases", 1, "stage", "b-7731"), ("cases", 2, "stage", "010190-1234"), ("cases", 3, "stage", "7731" * 20),
         ("pro", 1, "answered_date", "p1-7731"), ("trials", 1, "date", "2024\na-7731,included")],
    )  # fmt: skip
    found, _ = look(folder)
    text = " ".join(one.sentence() for one in found.findings)
    assert SECRET not in text and "1234" not in text and {"code", "date"} <= {one.rule for one in found.findings}


# --- bytes -----------------------------------------------------------------------------------------------------------


def test_line_ends_of_all_kinds_are_read(tmp_path):
    folder = write_whole(tmp_path / "delivered")
    wanted = look(folder)[1]
    for number, path in enumerate(sorted(folder.glob("*.csv"))):
        lines = path.read_bytes().split(b"\r\n")
        ends = [b"\n", b"\r\n", b"\r"]
        path.write_bytes(b"".join(line + ends[(number + place) % 3] for place, line in enumerate(lines[:-1])))
    found, rows = look(folder)
    assert rows == wanted and found.findings == ()


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "windows-1252"])
def test_a_byte_of_another_encoding_is_named_with_its_line(encoding, tmp_path):
    folder = write_whole(tmp_path / "delivered", encoding="utf-8")
    change("extract.toml", lambda text: text.replace('"utf-8"', f'"{encoding}"'))(folder)
    dash = {"utf-8": b"\x96", "latin-1": b"\x96", "windows-1252": b"\x81"}[encoding]
    for path in folder.glob("*.csv"):
        path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    path = folder / "treatments.csv"
    path.write_bytes(path.read_bytes().replace(b"FOLFOX", b"FOL" + dash))
    [said] = [one for one in look(folder)[0].findings if one.rule == "encoding"]
    assert (said.table, said.first_rows, said.lines) == ("treatments", (2,), (3,))
    assert f"Byte 0x{dash[0]:02X} in line 3" in said.sentence()
    assert ('"windows-1252"' in said.sentence()) == (encoding != "windows-1252")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("said", ["utf-8", "latin-1"])
def test_utf_16_is_named_with_or_without_its_mark(said, encoding, tmp_path):
    folder = write_whole(tmp_path / "delivered", only=["cases", "trials"], encoding=said)
    path = folder / "trials.csv"
    path.write_bytes(path.read_text(encoding=said).encode(encoding))
    found, _ = look(folder)
    assert [(one.rule, one.place) for one in found.findings] == [("encoding", "trials")]
    assert "UTF-16" in found.findings[0].sentence()


def test_windows_1252_is_read(tmp_path):
    dash = [("departments", 2, "name", "Kirurgisk afd. – Ærø „x“")]
    folder = write_whole(tmp_path / "delivered", dash, encoding="utf-8")
    wanted = look(folder)[1]
    for path in folder.glob("*.csv"):
        path.write_bytes(path.read_text(encoding="utf-8").encode("windows-1252"))
    change("extract.toml", lambda text: text.replace('"utf-8"', '"windows-1252"'))(folder)
    found, rows = look(folder)
    assert rows == wanted and found.findings == ()


def test_the_survey_is_the_same_wherever_the_blocks_end(tmp_path, monkeypatch):
    """Letters, pairs of line ends and blanks that a block's end divides."""
    texts = ["a,b\r\n1,æ\r\n", "a,b\n1 ,2\n", "a,b\r1,2\r\n3,4\n", "a\n\u00a0æ\n", "ab\ncd", "a,b\n1,2 "]
    path = tmp_path / "x.csv"
    for text in texts:
        for encoding in ("utf-8", "windows-1252"):
            path.write_bytes(text.encode(encoding))
            whole = csv_file.survey(path, encoding, ",")
            for size in range(1, 6):
                monkeypatch.setattr(csv_file, "_BLOCK", size)
                assert csv_file.survey(path, encoding, ",") == whole, (text, encoding, size)
            monkeypatch.undo()
            assert whole.lines == len(text.splitlines()) and whole.fault is None


def test_a_quotation_mark_that_swallows_rows(tmp_path):
    """Rows 2 and 3 become one: the lines of later rows are right all the same."""
    text = "case_id,kind,start_date,substance\na-7731,other,2024-03-20,x\na-7731,other,2024-03-21,\"5-FU\n" \
           "b-7731,other,2023-07-01,y\"\n\nb-7731,wrong,2023-07-02,\n"  # fmt: skip
    folder = write_whole(tmp_path / "delivered", only=["cases"])
    (folder / "treatments.csv").write_text(text, encoding="utf-8")
    found, _ = look(folder)
    said = of_rule(found, "line_break_in_value")["treatments", "substance"]
    assert (said.first_rows, said.lines) == ((2,), (3,)) and "from line 3 to line 4: 1 line was" in said.sentence()
    wrong = of_rule(found, "code")["treatments", "kind"]
    assert (wrong.first_rows, wrong.lines) == ((3,), (6,)) and SECRET not in said.sentence()


@pytest.mark.parametrize(
    ("old", "new", "rows", "words"),
    [
        (",FOLFOX", ',"FOLFOX', (2,), "A quotation mark in row 2 (line 3) is not closed"),
        (",FOLFOX", ',"FOL"FOX', (2,), "In row 2 (line 3) text follows a closing quotation mark"),
        (",FOLFOX", ",FOL,FOX", (2,), "Row 2 (line 3) has 10 fields, the header 9"),
        ("2023-06-01,AAL-KIR", '"2023-06-01,AAL-KIR', (2,), "is not closed"),
    ],
)
def test_why_a_row_cannot_be_read(old, new, rows, words, tmp_path):
    folder = write_whole(tmp_path / "delivered", only=["cases", "treatments"])
    change("treatments.csv", lambda text: text.replace(old, new, 1))(folder)
    said = of_rule(look(folder)[0], "unreadable")["treatments", ""]
    assert said.first_rows == rows and words in said.sentence() and SECRET not in said.sentence()


# --- limits and links ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("parquet", [False, True], ids=["csv", "parquet"])
def test_a_table_of_too_many_rows_is_refused_before_it_is_read(parquet, tmp_path, monkeypatch):
    folder = write_whole(tmp_path / "delivered", only=["cases", "treatments"])
    if parquet:
        add_parquet(folder, typed=False)
    monkeypatch.setenv(ROWS_SETTING, "3")
    assert not look(folder)[0].refused
    monkeypatch.setenv(ROWS_SETTING, "2")
    found, rows = look(folder)
    assert set(of_rule(found, "too_large")) == {("cases", ""), ("treatments", "")} and not rows
    assert ROWS_SETTING in found.findings[0].sentence()


def test_a_small_parquet_file_of_many_rows(tmp_path):
    """A few kilobytes that unpack to twenty million rows."""
    folder = write_whole(tmp_path / "delivered", only=["cases"])
    with duckdb.connect() as con:
        con.execute(
            "COPY (SELECT 'a-7731' AS case_id, 'surgery' AS kind, '2024-03-20' AS start_date FROM range(20000000)) "
            f"TO '{folder / 'treatments.parquet'}' (FORMAT parquet)"
        )
    said = of_rule(look(folder)[0], "too_large")["treatments", ""]
    assert "The file has 20,000,000 rows; a table may have 10,000,000" in said.sentence()
    assert "Filen har 20.000.000 rækker; en tabel må have 10.000.000 rækker. Er det rigtigt, så" in said.sentence("da")


@pytest.mark.parametrize("name", ["cases.csv", "trials.csv", "extract.toml", "notes.txt"])
def test_a_link_out_of_the_folder_is_not_followed(name, tmp_path):
    folder = write_whole(tmp_path / "delivered", only=["cases", "trials"])
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"secret")
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(elsewhere)
    found, _ = look(folder)
    assert [(one.rule, one.table) for one in found.findings if one.rule != "unknown_case"] == [("link_outside", name)]


def test_a_link_within_the_folder_is_read(tmp_path):
    folder = write_whole(tmp_path / "delivered", only=["cases", "trials"])
    (folder / "trials.csv").rename(folder / "kept.txt")
    (folder / "trials.csv").symlink_to("kept.txt")
    assert look(folder)[0].findings == ()


# --- plausibility ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "end", "said"),
    [(20, 0, "2026-10-31", True), (19, 0, "2026-10-31", False), (20, 1, "2026-10-31", False),
     (20, 0, "2025-12-31", False)],
)  # fmt: skip
def test_a_department_that_reports_no_more(before, now, end, said, tmp_path):
    """Twenty cases in the last full year and none since; a period that ends with that year has no since."""
    cases = [{"case_id": f"b{n}", "diagnosis_date": "2025-05-01", "department": "AAL-KIR"} for n in range(before)]
    cases += [{"case_id": f"n{n}", "diagnosis_date": "2026-05-01", "department": "AAL-KIR"} for n in range(now)]
    cases += [{"case_id": "h", "diagnosis_date": "2026-01-01"}]
    folder = write_extract(tmp_path / "delivered", cases=cases, period=("2010-01-01", end))
    found = of_rule(look(folder)[0], "department_gone")
    assert bool(found) == said
    if said:
        assert found["cases", "department"].values == (Value("AAL-KIR", 20),)


def test_a_column_that_was_not_delivered_is_no_empty_column(tmp_path):
    """Named once: no line about its values beside it."""
    folder = write_extract(tmp_path / "delivered", cases=[{"case_id": "a", "vital_status": "dead", "icd10": "C18"}])
    found, _ = look(folder)
    said = [one for one in found.findings if one.table == "cases"]
    assert [(one.rule, one.severity) for one in said] == [
        ("column_not_delivered", "warning"), ("column_not_delivered", "info")
    ]  # fmt: skip
    assert [value.text for value in said[0].values] == ["t", "n", "m", "stage", "performance_status", "charlson"]


# --- the words -------------------------------------------------------------------------------------------------------


def test_every_rule_says_in_both_languages_how_it_is_mended():
    elsewhere = "extract_toml unknown_key_refused unknown_key future_data_cut period_after_cut format unknown_database"
    for rule in RULES:
        assert rule.da and rule.en and rule.da != rule.en, rule.id
        if rule.id not in elsewhere.split():
            assert bool(rule.mend.da) == bool(rule.mend.en), rule.id


def test_a_finding_in_danish():
    one = Finding("code", "cases", "stage", 3, (1, 2), lines=(2, 3), of_rows=12, values=(Value("IIIB", 2, "III"),),
                  more_values=1)  # fmt: skip
    assert one.sentence("da") == (
        "fejl: cases.stage: code: Koden findes ikke i sin liste; 3 rækker af 12, 25,0 % (første: 1, 2; linje i filen: "
        '2, 3); "IIIB" 2 (mente du "III"?), 1 andre. Skriv en kode fra listen'
    )
    assert replace(one, level=INFO).sentence("da").startswith("oplysning: cases.stage") and one.as_object()[
        "lines"
    ] == [2, 3]


@pytest.mark.parametrize(
    ("value", "day"),
    [("3/2-2024", "2024-02-03"), ("2024-2-3", "2024-02-03"), ("31-02-2024", ""), ("2024-02-03T10:00", "2024-02-03"),
     ("x", ""), ("99999999", "")],
)  # fmt: skip
def test_a_date_is_read_as_danes_write_it(value, day):
    assert nearest.date(value) == day
