"""Every file of the pages, in both editions and languages, from a store whose names a spreadsheet would compute.

What a column holds is declared; numbers are numbers and texts are texts; a unit has one name in every file.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections import defaultdict
from dataclasses import replace
from urllib.parse import urlencode

import openpyxl
import pytest

from data.improvement_texts import known
from data.improvements import Register
from data.load import Refused, load
from data.spreadsheet import is_formula, is_misread
from data.store import Store
from data.synthetic import synthesise
from exports import registry
from exports.files import FORMATS, Sheet, number_format, to_csv, to_xlsx
from indicators.catalogue import BY_ID
from results import case_audits
from results.table import Column, Kind, Printed, Said, Table, of
from tests.support import amount
from tests.support.clients import client

#: Codes of the contract's letters that a spreadsheet would compute, turn into dates or cut.
CODES = ("-A1", "1-2", "0012", "1E5", "2.3", "mar-25")
NAMES = ("=cmd|'/C calc'!A0", "+45 afdeling", "-Afdeling", "@Afdeling", "=1+1;=2+2", "5/5")
HOSPITALS = ("=Sygehus", "+Sygehus", "-Sygehus", "@Sygehus", "=1+1,=2+2", "1-2")

#: What a file's address must choose beside its subject.
CHOICES = {"besked": {"ben": "udredning"}, "sammenlign": {"enheder": ",".join(CODES[:2])}}

NUMBERS = (Kind.COUNT, Kind.CHANGE, Kind.NUMBER, Kind.SHARE, Kind.POINTS, Kind.RATIO, Kind.DAYS, Kind.YEARS, Kind.P)


def build(home):
    """DCCG with its departments renamed, and two initiatives whose texts are formulas."""
    (folder,) = synthesise(home / "extracts", ["DCCG"], 300, (2020, 2025), 1, "csv")
    rows = csv.DictReader(io.StringIO((folder / "cases.csv").read_text(encoding="utf-8")))
    cases = defaultdict(int)
    for row in rows:
        cases[row["department"]] += 1
    largest = sorted(filter(None, cases), key=lambda code: -cases[code])[: len(CODES)]
    renamed = dict(zip(largest, CODES, strict=True))
    for path in folder.glob("*.csv"):
        text = re.sub(
            rf"(?<=,)({'|'.join(map(re.escape, largest))})(?=[,\n\r])", lambda found: renamed[found[1]],
            path.read_text(encoding="utf-8"),
        )  # fmt: skip
        path.write_text(text, encoding="utf-8")
    with (folder / "departments.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["code", "name", "hospital", "region", "kind"])
        writer.writerows(zip(CODES, NAMES, HOSPITALS, ["1084", "1085"] * 3, ["surgery"] * 6, strict=True))
    toml = (folder / "extract.toml").read_text(encoding="utf-8")
    (folder / "extract.toml").write_text(toml.split("[rows]")[0], encoding="utf-8")
    load([folder], home / "store")
    # Once more, so that there is an extract before it, and once refused.
    (folder / "extract.toml").write_text(toml.split("[rows]")[0] + "# again\n", encoding="utf-8")
    load([folder], home / "store")
    (folder / "extract.toml").write_text(toml.split("[rows]")[0] + "[rows]\ncases = 1\n", encoding="utf-8")
    with pytest.raises(Refused):
        load([folder], home / "store")
    register, names = Register(home / "store"), known(Store(home / "store").current(), BY_ID)
    for title, code in (("=HYPERLINK(1);=2", "-A1"), ("-TNM,+1", "0012")):
        register.add(
            {"database": "DCCG", "title": title, "departments": code, "indicator": "tnm_complete",
             "start": "2023-01-01", "done": "@gjort\n=1", "owner": "+45"}, names,
        )  # fmt: skip
    plan = case_audits.AuditPlan(
        "=HYPERLINK(1);=2", "@formål", "", "", dt.date(2024, 1, 1), dt.date(2025, 1, 1), (), ("department",), 3,
        0, "-1",
        case_audits.questions("=1+1?\nÅrsag: -1 | +2"),
    )  # fmt: skip
    snapshot = Store(home / "store").current()
    made = case_audits.add(snapshot, "DCCG", plan, "=navn", "")
    for case in made.cases:
        case_audits.answer(snapshot, made, case.number, {"q1": "yes", "q2": "-1"}, "=note", 0, "+45", "@rolle")


@pytest.fixture(scope="module")
def store(once):
    return once("formulas", build)


def subjects(store, name):
    """Subjects of a file, of which the first that exists is asked for."""
    units = [*CODES, "1084", "1085"]
    if name in ("enheder", "rkkp", "indikator-udvikling", "sammenligning", "maaneder"):
        return ["anastomotic_leak_30d", "tnm_complete"]
    if name == "forsoeg-grunde":
        return ["trial_included", "trial_offered"]
    if name in ("afdeling", "forloeb", "casemix", "venteliste", "handl"):
        return units
    if name == "handl-hvorfor":
        return [f"{unit}:pro_answered" for unit in units]
    if name == "varselskurve":
        return [f"{unit}.{id}" for id in ("pro_answered", "trial_offered") for unit in CODES]
    if name in ("varselsbrev", "hospital"):
        return ["sygehus", "1-2", "aarhus", "herlev"]
    if name in ("journalaudit", "journalaudit-forloeb"):
        return ["1"]
    if name == "forbedring-punkter":
        return [one.id for one in Register(store.root).all()]
    return [""]


@pytest.fixture(scope="module")
def files(store):
    """(edition, language, name) → the Sheet and the bytes of its CSV, of every file that the edition gives; in a plain
    run each edition in one language, and every third file of the public one.

    It takes twenty seconds: who reads it is slow."""
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        kept = []
        remembered = replace(FORMATS["csv"], made=lambda sheet, lang: kept.append(sheet) or to_csv(sheet, lang))
        patch.setitem(FORMATS, "csv", remembered)
        for edition in ("working", "public"):
            asking = client(store, edition)
            names = list(registry._EXPORTS)
            for name in names if amount.FULL or edition == "working" else names[::3]:
                for lang in ("da", "en") if amount.FULL else ({"working": "da", "public": "en"}[edition],):
                    for subject in subjects(store, name):
                        words = {"database": "DCCG", "lang": lang} | ({"emne": subject} if subject else {})
                        words = urlencode(words | CHOICES.get(name, {}))
                        answer = asking.get(f"/hent/{name}.csv?{words}")
                        assert answer.status_code in (200, 404), (edition, name, subject, answer.text)
                        if answer.status_code == 200:
                            found[edition, lang, name] = (kept[-1], answer.data)
                            break
    return found


@pytest.mark.slow
def test_every_file_is_there(files):
    asked = set(registry._EXPORTS)
    assert {name for edition, _, name in files if edition == "working"} == asked, "a file has no subject in this test"


def cells(data, lang):
    """The lines of the stamp, and the rows with the head."""
    assert data.startswith(b"\xef\xbb\xbf"), "Excel takes UTF-8 for Windows-1252 without the mark"
    lines = data.decode("utf-8-sig").splitlines(keepends=True)
    stamp = [line for line in lines if line.startswith("#")]
    return stamp, list(csv.reader(lines[len(stamp) :], delimiter=";" if lang == "da" else ","))


@pytest.mark.slow
def test_no_cell_of_any_file_is_computed_or_becomes_a_date(files):
    shielded = set()
    for (_, lang, name), (sheet, data) in files.items():
        stamp, (head, *rows) = cells(data, lang)
        for line in stamp:
            for part in line.strip().split(";" if lang == "da" else ","):
                assert not is_formula(part.strip('"')), (name, line)
        assert len(head) == len(sheet.columns) and len(rows) == len(sheet.rows)
        assert all(len(row) == len(head) for row in rows)
        for column, written in zip(sheet.columns, zip(*rows, strict=True), strict=True) if rows else ():
            for cell in set(written):
                if column.kind in NUMBERS:
                    number = re.fullmatch(r"-?\d+([.,]\d+)?(e-?\d+)?", cell)
                    said = {one.in_(lang) for one in Said}
                    assert number or cell in said or cell == "", (name, column, cell)
                    assert "." not in cell or lang == "en" or not number, (name, column, cell)
                elif column.kind is not Kind.DATE:
                    assert not is_formula(cell), (name, column, cell)
                    assert not is_misread(cell), (name, column, cell)
                shielded |= {cell} if cell.startswith("'") else set()
    for text in (*CODES, *NAMES[:4]):
        assert any(cell == f"'{text}" for cell in shielded), f"{text} stands in no file: the test tests nothing"


@pytest.mark.slow
def test_no_share_is_more_than_all_and_no_text_is_a_number(files):
    for (edition, _, name), (sheet, _) in files.items():
        for column, values in zip(sheet.columns, zip(*sheet.rows, strict=True), strict=True) if sheet.rows else ():
            for value in dict.fromkeys(values):
                if isinstance(value, int | float) and column.kind in (Kind.SHARE, Kind.POINTS, Kind.P):
                    # Who lives longer than the population has a net survival above 1.
                    most = 1.5 if column.key.startswith("net") else 1
                    assert -1 <= value <= most, (edition, name, column, value)
                if column.kind is Kind.TEXT and isinstance(value, str):
                    where = (edition, name, column, value)
                    assert not re.fullmatch(r"[−-]?\d+[.,]\d+|[−-]?[\d.,]+ \([\d.,–−]+\)", value), where
                    assert not re.fullmatch(r"\d{4}-\d\d(-\d\d)?", value), where


@pytest.mark.slow
def test_a_unit_has_one_name_in_every_file(files):
    names = defaultdict(lambda: defaultdict(set))
    for (_, lang, name), (sheet, _) in files.items():
        heads = [column.name for column in sheet.columns]
        code = next((n for n, head in enumerate(heads) if head in ("kode", "code", "Kode", "Code", "unit") or
                     head in ("Enhedskode", "Unit code")), None)  # fmt: skip
        unit = next((n for n, head in enumerate(heads) if head in ("enhed", "unit", "Enhed", "Unit", "navn", "name") and
                     sheet.columns[n].kind is Kind.TEXT), None)  # fmt: skip
        if code is not None and unit is not None:
            for row in sheet.rows:
                if row[code] and (row[code] in CODES or re.fullmatch(r"10\d\d|[A-ZÆØÅ]{3}-[A-Z]{3}", str(row[code]))):
                    names[lang, row[code]][row[unit]].add(name)
    assert len(names) > 20
    assert not {key: dict(value) for key, value in names.items() if len(value) > 1}


@pytest.mark.slow
def test_the_workbook_shows_each_column_as_what_it_holds(files):
    for (edition, lang, name), (sheet, _) in files.items():
        if edition == "public" and lang == "en":
            continue  # the same columns and kinds
        page = openpyxl.load_workbook(io.BytesIO(to_xlsx(sheet, lang))).active
        columns = [one for column in sheet.columns for one in (column.parts or (column,))]
        rows = list(enumerate(sheet.rows, start=4))
        for number, row in rows if amount.FULL else rows[:: 1 + len(rows) // 60]:
            values = [
                one
                for value, column in zip(row, sheet.columns, strict=True)
                for one in (value.values if isinstance(value, Printed) else (value,) * max(1, len(column.parts)))
            ]
            for place, (column, value) in enumerate(zip(columns, values, strict=True), start=1):
                cell = page.cell(number, place)
                where = (name, column.name, cell.value, value)
                assert cell.data_type != "f", where
                if isinstance(value, Said):
                    assert cell.value == value.in_(lang), where
                elif column.kind in NUMBERS and value is not None:
                    assert cell.value == pytest.approx(value) and not isinstance(cell.value, str), where
                    is_percent = column.kind in (Kind.SHARE, Kind.POINTS)
                    assert ("%" in cell.number_format) == is_percent, where
                elif column.kind in (Kind.DATE, Kind.MONTH) and value is not None:
                    assert cell.is_date and cell.value.date() == value, where


def test_the_register_is_shielded_too(store):
    text = client(store).get("/forbedringer/register.csv").data.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row]
    assert not [cell for cell in cells if is_formula(cell)] and "'=HYPERLINK(1);=2" in cells and "'-A1" in cells


# --- columns ----------------------------------------------------------------------------------------------------------


def sheet(column, *values):
    return Sheet("s", Table("T", (column,), tuple((value,) for value in values)), ())


def test_a_column_without_a_kind_is_refused():
    with pytest.raises(TypeError, match="column 'andel' has no kind"):
        sheet("andel", 0.5)
    with pytest.raises(TypeError, match="no Kind"):
        Column("andel", "share")
    with pytest.raises(ValueError, match="has parts"):
        Column("andel", Kind.PRINTED)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.COUNT, 1.5), (Kind.COUNT, True), (Kind.COUNT, "5"), (Kind.COUNT, "skjult"), (Kind.SHARE, "94 (93–95)"),
        (Kind.SHARE, float("nan")), (Kind.DATE, "2026-03-31"), (Kind.DATE, dt.datetime(2026, 3, 31)),
        (Kind.TEXT, 5), (Kind.CODE, 1081), (Kind.FLAG, "ja"), (Kind.FLAG, 1),
    ],
)  # fmt: skip
def test_a_value_that_the_column_cannot_hold_is_refused(kind, value):
    with pytest.raises(TypeError, match="andel"):
        sheet(Column("andel", kind), value)


@pytest.mark.parametrize(
    ("kind", "decimals", "da", "en"),
    [
        (Kind.SHARE, None, "0.0 %", "0.0%"), (Kind.SHARE, 0, "0 %", "0%"), (Kind.NUMBER, None, "#,##0.0", "#,##0.0"),
        (Kind.COUNT, None, "#,##0", "#,##0"), (Kind.RATIO, None, "0.00", "0.00"), (Kind.DAYS, None, "#,##0", "#,##0"),
        (Kind.P, None, '[<0.001]"<0,001";0.000', '[<0.001]"<0.001";0.000'),
        (Kind.POINTS, 0, '+0 %"-point";-0 %"-point";0 %"-point"', '+0%" points";-0%" points";0%" points"'),
        (Kind.CHANGE, None, "+#,##0;-#,##0;0", "+#,##0;-#,##0;0"),
        (Kind.DATE, None, "dd-mm-yyyy", "yyyy-mm-dd"), (Kind.MONTH, None, "mm-yyyy", "yyyy-mm"),
    ],
)  # fmt: skip
def test_formats(kind, decimals, da, en):
    column = Column("x", kind, decimals)
    assert (number_format(column, "da"), number_format(column, "en")) == (da, en)


def test_words_dates_and_periods_of_a_csv():
    columns = (*of(Kind.COUNT, "n"), *of(Kind.MONTH, "måned"), *of(Kind.DATE, "dag"), *of(Kind.PERIOD, "år"))
    rows = ((Said.HIDDEN, dt.date(2025, 3, 1), dt.date(2025, 3, 31), "2011/12"), (0, None, None, 2025),
            (Said.NOT_REPORTED, None, None, "1999/00"))  # fmt: skip
    text = to_csv(Sheet("s", Table("T", columns, rows), ()), "da").decode("utf-8-sig")
    assert text == ("# T\nn;måned;dag;år\nskjult;2025M03;2025-03-31;2011/2012\n0;;;2025\nikke opgjort;;;1999/2000\n")
    assert "hidden,2025M03" in to_csv(Sheet("s", Table("T", columns, rows), ()), "en").decode("utf-8-sig")


def test_a_file_with_apostrophes_says_why():
    text = to_csv(sheet(Column("navn", Kind.TEXT), "=1"), "da").decode("utf-8-sig")
    assert text.startswith("# T\n# Læs: en apostrof forrest") and text.endswith("navn\n'=1\n")
    assert "apostrof" not in to_csv(sheet(Column("navn", Kind.TEXT), "a"), "da").decode("utf-8-sig")


def test_a_line_of_the_stamp_is_nothing_to_compute():
    made = Sheet("s", Table('a;=1;"=2"', (Column("n", Kind.COUNT),), ()), (("Kilde", "x\n=3;+4"),))
    assert to_csv(made, "da").decode("utf-8-sig").splitlines()[:2] == ["# a;'=1;'=2'", "# Kilde: x =3;'+4"]
