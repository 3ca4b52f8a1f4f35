"""The register of improvement initiatives: what it takes, what it refuses, and that nothing is lost."""

from __future__ import annotations

import csv
import datetime as dt
import io
import multiprocessing
import re
import sqlite3
from dataclasses import replace

import pytest

from data import reference
from data.__main__ import main
from data.improvement_texts import COLUMNS, InitiativeRefused, Known, decoded, known, parse, read_csv, write_csv
from data.improvements import DEMONSTRATION, FILE, Changed, Register, put_demonstration
from data.load import load
from data.store import Store, StoreError
from data.synthetic.signals import SIGNALS
from indicators.catalogue import BY_ID

GOOD = {
    "database": "DCCG",
    "title": "TNM på konferencen",
    "departments": "AAB-KIR",
    "indicator": "tnm_complete",
    "start": "2023-07-01",
    "washout": "30",
    "done": "Skema ved bordet.\nUgentlig liste.",
    "owner": "Ledelsen",
}
KNOWN = known(None, BY_ID)


def register(tmp_path) -> Register:
    return Register(tmp_path)


# --- writing and reading ----------------------------------------------------------------------------------------------


def test_a_store_without_a_register_has_no_initiatives_and_gets_no_file_by_reading(tmp_path):
    one = register(tmp_path)
    assert one.all() == () and one.version() == ""
    assert not (tmp_path / FILE).exists()


def test_what_was_written_is_read(tmp_path):
    made = register(tmp_path).add(GOOD, KNOWN)
    again = register(tmp_path).get(made.id)
    assert again == made
    assert (again.start, again.washout, again.departments) == (dt.date(2023, 7, 1), 30, ("AAB-KIR",))
    assert again.done == GOOD["done"] and again.ended is None and again.synthetic is False
    assert again.created.tzinfo is not None


def test_every_write_changes_the_version(tmp_path):
    one = register(tmp_path)
    made = one.add(GOOD, KNOWN)
    first = one.version()
    one.change(made.id, made.revision, {**GOOD, "ended": "2024-01-01"}, KNOWN)
    assert first and one.version() not in ("", first)


def test_a_change_keeps_id_and_creation_and_ends_the_initiative(tmp_path):
    one = register(tmp_path)
    made = one.add(GOOD, KNOWN)
    changed = one.change(made.id, 1, {**GOOD, "title": "Nyt navn", "ended": "2024-06-30"}, KNOWN)
    assert one.all() == (changed,)
    assert (changed.id, changed.created, changed.ended) == (made.id, made.created, dt.date(2024, 6, 30))


@pytest.mark.parametrize("id", ["010190-1234", "0101901234"])
def test_an_id_shaped_like_a_cpr_number_is_refused(tmp_path, id):
    row = {**GOOD, "id": id, "done": ""}
    with pytest.raises(InitiativeRefused, match="CPR"):
        register(tmp_path).take(f"{','.join(row)}\n{','.join(row.values())}\n", KNOWN)


def test_a_change_of_an_older_state_is_refused(tmp_path):
    one = register(tmp_path)
    made = one.add(GOOD, KNOWN)
    one.change(made.id, 1, {**GOOD, "title": "Først"}, KNOWN)
    with pytest.raises(Changed):
        one.change(made.id, 1, {**GOOD, "title": "Bagefter"}, KNOWN)
    with pytest.raises(Changed):
        one.change("findes-ikke", 1, GOOD, KNOWN)
    assert one.get(made.id).title == "Først"


def test_the_newest_stands_first_and_databases_are_kept_apart(tmp_path):
    one = register(tmp_path)
    for start, database in (("2020-01-01", "DCCG"), ("2024-01-01", "DLCR"), ("2022-01-01", "DCCG")):
        one.add({**GOOD, "start": start, "database": database}, KNOWN)
    assert [each.start.year for each in one.all()] == [2024, 2022, 2020]
    assert [each.start.year for each in one.all("DCCG")] == [2022, 2020]


def test_a_new_load_leaves_the_register_alone(root, delivered):
    made = Register(root).add(GOOD, known(Store(root).current()))
    load([delivered["DCCG 2"]], root)
    assert Register(root).all() == (made,)


def add_some(root: str, name: str, count: int) -> None:
    for number in range(count):
        Register(root).add({**GOOD, "title": f"{name} {number}"}, KNOWN)


def test_several_processes_write_and_none_is_lost(tmp_path):
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=add_some, args=(str(tmp_path), f"P{n}", 8)) for n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert {one.title for one in register(tmp_path).all()} == {f"P{n} {k}" for n in range(3) for k in range(8)}


def test_a_register_that_cannot_be_read_says_so(tmp_path):
    (tmp_path / FILE).write_bytes(b"this is no database file, not by a long way" * 40)
    with pytest.raises(StoreError, match=r"improvements.sqlite: the register of improvements cannot be used"):
        register(tmp_path).all()


def test_another_format_is_refused(tmp_path):
    register(tmp_path).add(GOOD, KNOWN)
    con = sqlite3.connect(tmp_path / FILE)
    with con:
        con.execute("UPDATE register SET format = 9")
    con.close()
    with pytest.raises(StoreError, match="format 9"):
        register(tmp_path).all()


# --- validation -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"title": ""}, "title", "missing"),
        ({"title": "x" * 121}, "title", "121 characters; at most 120"),
        ({"title": "to\nlinjer"}, "title", "several lines"),
        ({"done": "se patient 010203-1234"}, "done", "shaped like a CPR number"),
        ({"done": "x" * 2001}, "done", "2001 characters; at most 2000"),
        ({"database": "DCCX"}, "database", "there is no 'DCCX'; choose one of"),
        ({"departments": ""}, "departments", "missing"),
        ({"departments": "AAB-KIX ESB-KIR"}, "departments", "no 'AAB-KIX'; did you mean AAB-KIR"),
        ({"indicator": "tnm"}, "indicator", "there is no 'tnm'"),
        ({"indicator": "'; DROP TABLE"}, "indicator", "there is no"),
        ({"start": ""}, "start", "missing: write a date"),
        ({"start": "2023-02-29"}, "start", "'2023-02-29' is no date"),
        ({"start": "1023-01-01"}, "start", "no date in 1990–2099"),
        ({"ended": "2023-06-30"}, "ended", "is before the start 2023-07-01"),
        ({"ended": "snart"}, "ended", "'snart' is no date"),
        ({"washout": "-1"}, "washout", "'-1' is no number of days; write 0–730"),
        ({"washout": "731"}, "washout", "write 0–730"),
        ({"washout": "²"}, "washout", "is no number of days"),
        ({"synthetic": "måske"}, "synthetic", "write true or false"),
        ({"id": "A B"}, "id", "use a–z"),
        ({"created": "i går"}, "created", "is no time"),
    ],
)
def test_an_error_names_the_field_the_value_and_the_fix(change, field, says):
    made, errors = parse({**GOOD, **change}, KNOWN)
    assert made is None
    assert [error.field for error in errors] == [field]
    assert says in errors[0].en and errors[0].da and errors[0].da != errors[0].en


def test_all_errors_come_at_once():
    _, errors = parse({"washout": "x"}, KNOWN)
    assert {error.field for error in errors} == {"title", "database", "departments", "indicator", "start", "washout"}


def test_a_danish_date_and_several_departments_are_understood():
    made, _ = parse({**GOOD, "start": "1.7.2023", "departments": "AAB-KIR, ESB-KIR;AAB-KIR"}, KNOWN)
    assert made.start == dt.date(2023, 7, 1) and made.departments == ("AAB-KIR", "ESB-KIR")


def test_control_characters_do_not_get_in():
    made, _ = parse({**GOOD, "title": " a\x00b\u202ec ", "done": "1\r\n2"}, KNOWN)
    assert made.title == "abc" and made.done == "1\n2"


def test_departments_of_the_extracts_own_list_are_known(root):
    snapshot = Store(root).current()
    mine = known(snapshot)
    assert "AAB-KIR" in mine.departments["DCCG"]
    assert {one.code for one in reference.databases()} <= set(mine.databases)


# --- CSV --------------------------------------------------------------------------------------------------------------

AWKWARD = ['=1+1; "citat", og mere', "'apostrof", "- punkt\n- punkt to", "+45 12", "@navn", "æøå €", "' ="]


def test_the_round_trip_is_exact(tmp_path):
    one = Register(tmp_path / "a")
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    for number, text in enumerate(AWKWARD):
        ended = "2025-01-01" if number % 2 else ""
        one.add(
            {**GOOD, "title": text.replace("\n", " "), "done": text, "owner": text[:4].strip(), "ended": ended}, KNOWN
        )
    first = write_csv(one.all())
    other = Register(tmp_path / "b")
    assert other.take(first, KNOWN) == (len(AWKWARD), 0)
    assert write_csv(other.all()) == first
    assert other.all() == one.all()
    assert other.take(first, KNOWN) == (0, 0)
    cells = [cell for row in csv.reader(io.StringIO(first), delimiter=";") for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")]


#: What Danish Excel may do to the file between export and import: encoding, line ends, dates, flags, numbers, ends.
REWRITES = {
    "as saved by »CSV UTF-8«": lambda text: _danish(text).replace("\n", "\r\n").encode("utf-8-sig"),
    "as saved by »CSV«": lambda text: _danish(text).replace("\n", "\r\n").encode("cp1252"),
    "dates with dots": lambda text: re.sub(r"(\d{4})-(\d\d)-(\d\d)(?=;)", r"\3.\2.\1", text).encode("utf-8"),
    "empty columns added": lambda text: _rewritten(text, lambda row: [*row, "", ""]),
    "empty cells at the end left out": lambda text: _rewritten(text, lambda row: row[:-2] if row[-1] == "" else row),
    "tabs, as »Unicode« after a change of encoding": lambda text: _rewritten(text, lambda row: row, "\t"),
}


def _rewritten(text, change, delimiter=";"):
    stream = io.StringIO()
    rows = csv.reader(io.StringIO(text), delimiter=";")
    csv.writer(stream, delimiter=delimiter).writerows(change(row) for row in rows)
    return stream.getvalue().encode("utf-8")


def _danish(text):
    """Days as 01-06-2024, whole numbers as 30,0, true as SAND."""
    text = re.sub(r"(\d{4})-(\d\d)-(\d\d)(?=;)", r"\3-\2-\1", text)
    return re.sub(r";(\d+);", r";\1,0;", text).replace(";true;", ";SAND;").replace(";false;", ";FALSK;")


@pytest.mark.parametrize("rewrite", REWRITES.values(), ids=REWRITES)
def test_what_danish_excel_saves_is_the_same_register(tmp_path, rewrite):
    one = register(tmp_path)
    for number, text in enumerate([*AWKWARD, "1-2", "5/5", "0012", "mar-25", "'0012"]):
        ended = "2025-01-01" if number % 2 else ""
        one.add({**GOOD, "title": text.replace("\n", " "), "done": text, "ended": ended}, KNOWN)
    put_all = write_csv(one.all())
    (tmp_path / "other").mkdir()
    other = Register(tmp_path / "other")
    assert other.take(decoded(rewrite(put_all)), KNOWN) == (len(one.all()), 0)
    assert other.all() == one.all() and write_csv(other.all()) == put_all
    assert one.take(decoded(rewrite(put_all)), KNOWN) == (0, 0), "nothing has changed"


@pytest.mark.parametrize("day", ["6/1/2024", "01-06-24", "31-02-2024", "45000", "01-06.2024"])
def test_a_day_that_could_be_another_is_refused_with_row_value_and_fix(tmp_path, day):
    one = register(tmp_path)
    text = f"database;title;departments;indicator;start\nDCCG;A;AAB-KIR;tnm_complete;{day}\n"
    with pytest.raises(InitiativeRefused) as refused:
        one.take(text, KNOWN)
    (line,) = refused.value.lines("da")
    assert line.startswith(f"række 2: start: '{day}' er ikke en dato") and "skriv fx 01-03-2026" in line


def test_a_file_that_is_no_text_is_refused():
    for content in (b"PK\x03\x04\x00\xff", b"a\xff\x00", "title".encode("utf-16")):
        with pytest.raises(InitiativeRefused, match="CSV UTF-8"):
            decoded(content)


def test_semicolons_a_mark_and_missing_columns_are_understood():
    text = "\ufefftitle;database;departments;indicator;start\nA;DCCG;AAB-KIR;tnm_complete;2023-07-01\n\n"
    (one,) = read_csv(text, KNOWN)
    assert one.title == "A" and one.washout == 0 and one.id


def test_an_import_is_all_or_nothing_with_row_numbers(tmp_path):
    one = register(tmp_path)
    one.add(GOOD, KNOWN)
    before = write_csv(one.all())
    text = (
        "database,title,departments,indicator,start\n"
        "DCCG,God,AAB-KIR,tnm_complete,2023-07-01\n"
        "DCCG,,AAB-KIR,tnm_complete,2023-07-01\n"
        "DCCG,For mange felter,AAB-KIR,tnm_complete,2023-07-01,x\n"
        "DCCG,Dårlig,AAB-KIX,tnm_complete,i dag\n"
    )
    with pytest.raises(InitiativeRefused) as refused:
        one.take(text, KNOWN)
    assert [(row, error.field) for row, error in refused.value.errors] == [
        (3, "title"), (4, "row"), (5, "departments"), (5, "start")
    ]  # fmt: skip
    assert refused.value.lines("da")[0].startswith("række 3: title: mangler")
    assert write_csv(one.all()) == before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "'database, title, departments, indicator, start' is missing"),
        ("title,database\nA,DCCG\n", "'departments, indicator, start' is missing"),
        ("database,title,departments,indicator,start,colour\n", "'colour' is missing, unknown or there twice"),
        ("database,title,departments,indicator,start,title\n", "there twice"),
        ('database,title,departments,indicator,start\n"' + "x" * 200_000, "field larger than"),
    ],
)
def test_a_file_of_another_form_is_refused(text, says):
    with pytest.raises(InitiativeRefused, match=says):
        read_csv(text, KNOWN)


def test_the_same_id_twice_is_an_error_and_an_id_known_already_is_replaced(tmp_path):
    one = register(tmp_path)
    made = one.add(GOOD, KNOWN)
    text = write_csv(one.all())
    twice = (
        text
        + text.splitlines()[1].replace("TNM", "XXX")
        + "\n"
        + 'Ugentlig liste.";Ledelsen;;false;2023-01-01T00:00:00+00:00\n'
    )
    with pytest.raises(InitiativeRefused, match="is there twice"):
        one.take(twice, KNOWN)
    assert one.take(text.replace("TNM på", "TNM ved"), KNOWN) == (0, 1)
    assert one.get(made.id).title == "TNM ved konferencen" and one.get(made.id).revision == 2


def test_columns_that_a_file_has_not_stay_as_they_are(tmp_path):
    one = register(tmp_path)
    old = one.add(GOOD, KNOWN)
    row = f"{old.id},DCCG,Nyt navn,AAB-KIR,tnm_complete,2023-07-01"
    assert one.take(f"id,database,title,departments,indicator,start\n{row}\n", KNOWN) == (0, 1)
    new = one.get(old.id)
    assert new == replace(old, title="Nyt navn", revision=2) and new.done and new.owner
    header = "id,database,title,departments,indicator,start,owner,created,synthetic"
    assert one.take(f"{header}\n{row},,,\n", KNOWN) == (0, 1)
    assert one.get(old.id) == replace(new, owner="", revision=3)  # an empty cell says empty; a time of making does not


# --- the command and the demonstration data ---------------------------------------------------------------------------


def test_the_command_exports_what_it_imported(root, tmp_path, capsys):
    assert main(["improvements", "import", str(DEMONSTRATION), "--store", str(root)]) == 0
    assert capsys.readouterr().out == "2 added, 0 replaced\n"
    assert main(["improvements", "export", "--store", str(root)]) == 0
    assert capsys.readouterr().out == DEMONSTRATION.read_text(encoding="utf-8-sig")
    out = tmp_path / "out.csv"
    assert main(["improvements", "export", "--store", str(root), "--out", str(out)]) == 0
    assert out.read_bytes() == DEMONSTRATION.read_bytes()


def test_a_store_that_is_not_there_is_no_empty_register(tmp_path, capsys):
    assert main(["improvements", "export", "--store", str(tmp_path / "none")]) == 1
    assert "no such directory" in capsys.readouterr().err


def test_the_command_refuses_a_bad_file_with_place_and_fix(root, tmp_path, capsys):
    bad = tmp_path / "bad.csv"
    bad.write_text("database,title,departments,indicator,start\nDCCG,A,NO-WHERE,tnm_complete,2023-07-01\n")
    assert main(["improvements", "import", str(bad), "--store", str(root)]) == 1
    err = capsys.readouterr().err
    assert f"{bad}: row 2: departments: the database has no 'NO-WHERE'" in err
    assert "nothing was imported" in err
    bad.write_bytes(b"title\nBl\x81b")
    assert main(["improvements", "import", str(bad), "--store", str(root)]) == 1
    assert "row 2: file: the byte 0x81 belongs neither to UTF-8 nor to Windows-1252" in capsys.readouterr().err


def test_the_demonstration_initiatives_are_the_planted_projects_and_say_so(tmp_path):
    (tmp_path / "store").mkdir()
    put_demonstration(tmp_path / "store")
    found = Register(tmp_path / "store").all()
    planted = {
        (signal.database, signal.department, signal.indicator, signal.start)
        for signal in SIGNALS
        if signal.id in ("project_worked", "project_failed")
    }
    assert {(one.database, one.departments[0], one.indicator, one.start) for one in found} == planted
    assert all(one.synthetic and one.indicator in BY_ID for one in found)


def test_the_demonstration_never_comes_back_to_a_register_that_is_there(tmp_path):
    register(tmp_path).add(GOOD, KNOWN)
    put_demonstration(tmp_path)
    assert len(register(tmp_path).all()) == 1


def test_columns_are_documented_once():
    assert COLUMNS == (
        "id", "database", "title", "departments", "indicator", "start", "washout", "done", "owner", "ended",
        "synthetic", "created",
    )  # fmt: skip


def test_an_initiative_of_an_unknown_indicator_passes_only_where_none_are_named():
    loose = Known(KNOWN.databases, KNOWN.departments)
    assert parse({**GOOD, "indicator": "not_yet_there"}, loose)[0] is not None
    assert parse({**GOOD, "indicator": "not_yet_there"}, KNOWN)[0] is None
