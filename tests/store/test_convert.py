"""``python -m data init | convert``: from the files that a registry has to an extract, by twenty lines of TOML."""

from __future__ import annotations

import csv
import datetime as dt
import tomllib
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pyreadstat
import pytest
from lifelines import datasets

from data import reference
from data.__main__ import main
from data.convert.files import How, read
from data.convert.lists import LISTS
from data.convert.mapping import Mapping, MappingRefused
from data.convert.refusal import FileRefused
from data.schema import BY_NAME
from data.selection import Selection
from data.store import Store
from survival.engine import survival_table

HEAD = 'format = 1\ndatabase = "DCCG"\n'
CASES = """
[cases]
case_id = "id"
diagnosis_date = { date = "dx", format = "%d-%m-%Y" }
age = { column = "age", whole = "down", decimal = "," }
sex = { column = "koen", list = "sex" }
residence_region = { column = "kom", list = "region_of_municipality" }
department = { column = "afd", values = { "Herlev" = "HER-KIR", "Aalborg" = "AAL-KIR" } }
vital_status = { column = "cpr", list = "cpr_status" }
vital_date = { first = ["dead", "seen"] }
stage = { column = "std", list = "stage" }
t = { column = "ct", list = "t" }
icd10 = { column = "diag", list = "icd10" }
"""
SOURCE = """id;dx;age;koen;kom;afd;cpr;dead;seen;std;ct;diag;op;opdato
1;01-02-2020;61,7;1;751;Herlev;01;;2024-01-31;IIIB;cT4A;DC18.7;1;15-02-2020
2;03-02-2020;70;K;0101;Aalborg;90;2021-05-01;2024-01-31;Stage 2a;pT1(i-);C20;0;
3;04-02-2020;80;2;851;Herlev;80;;2022-01-01;;TX;DC209;1;04-03-2020
"""
WANTED = [
    ["1", "2020-02-01", "61", "M", "1082", "HER-KIR", "alive", "2024-01-31", "C187", "T4a", "III"],
    ["2", "2020-02-03", "70", "F", "1084", "AAL-KIR", "dead", "2021-05-01", "C20", "T1", "II"],
    ["3", "2020-02-04", "80", "F", "1081", "HER-KIR", "emigrated", "2022-01-01", "C209", "TX", ""],
]


@pytest.fixture
def convert(tmp_path, capsys):
    """Exit code, messages and the folder of a conversion of one file."""

    def call(mapping: str, source: str = SOURCE, *words: str, name: str = "kilde.csv", more: dict | None = None):
        (tmp_path / "map.toml").write_text(mapping, encoding="utf-8")
        for file, text in {name: source, **(more or {})}.items():
            (tmp_path / file).write_text(text, encoding="utf-8")
        files = [str(tmp_path / file) for file in (name, *(more or {}))]
        out = tmp_path / "extract"
        code = main(["convert", "--mapping", str(tmp_path / "map.toml"), *files, "--out", str(out), *words])
        caught = capsys.readouterr()
        return code, caught.out + caught.err, out

    return call


FILE = '[files.k]\nname = "kilde*"\ndelimiter = ";"\n'


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))[1:]


def test_a_registry_s_file_becomes_an_extract_that_loads(convert, tmp_path):
    treatments = """
[[treatments]]
where = { op = ["1"] }
case_id = "id"
kind = { value = "surgery" }
start_date = { date = "opdato", format = "%d-%m-%Y" }
"""
    code, said, out = convert(HEAD + FILE + CASES + treatments)
    assert code == 0, said
    assert rows(out / "cases.csv") == WANTED
    assert rows(out / "treatments.csv") == [["1", "surgery", "2020-02-15"], ["3", "surgery", "2020-03-04"]]
    toml = tomllib.loads((out / "extract.toml").read_text())
    assert str(toml["data_cut"]) == "2024-01-31", "the last day of the data"
    assert (str(toml["period"]["start"]), str(toml["period"]["end"])) == ("2020-02-01", "2020-02-04")
    assert toml["rows"] == {"cases": 3, "treatments": 2}
    assert main(["load", str(out), "--store", str(tmp_path / "store")]) == 0


LUNG = (Path(__file__).parents[2] / "docs" / "examples" / "lung-mapping.toml").read_text()


def test_the_lung_cancer_trial_in_thirteen_lines_has_r_s_survival(convert, tmp_path):
    code, said, out = convert(LUNG, datasets.load_lung().to_csv(index=False))
    assert code == 0, said
    assert main(["load", str(out), "--store", str(tmp_path / "store")]) == 0
    found = survival_table(Store(tmp_path / "store").current(), "DLCR", "overall", (1,), Selection())
    assert found.loc[0, ["estimate", "lower", "upper"]].tolist() == pytest.approx(
        [0.409242, 0.338714, 0.478381], abs=1e-6
    )
    assert found.loc[0, "at_risk"] == 65


@pytest.mark.parametrize(
    "line, with_line, said",
    [
        ('"Aalborg" = "AAL-KIR"', '"Odense" = "ODE-KIR"', 'cases.department: values does not have "Aalborg" (1 row)'),
        ('case_id = "id"', 'case_id = "idd"', "cases.case_id: the file has no column 'idd'"),
        ('format = "%d-%m-%Y"', 'format = "%Y-%m-%d"', 'format %Y-%m-%d does not fit "01-02-2020" (1 row)'),
        ('decimal = ","', 'decimal = "."', 'cases.age: no numbers: "61,7" (1 row)'),
        ('list = "sex"', 'list = "sax"', "there is no list 'sax'; there are sex"),
        ('case_id = "id"\n', "", "cases.case_id: is missing, and every row needs a value"),
        ('case_id = "id"', 'case_id = ""', "cases.case_id: is to be filled in"),
        ("residence_region =", "residense_region =", "did you mean residence_region?"),
        ("[cases]", "[casses]", "[casses] is no table of the extract"),
        ('age = { column = "age"', 'age = { column = "kom", oops = 1', "cases.age.oops: does not belong to column"),
        ('database = "DCCG"', 'database = "DCG"', "database: 'DCG' is none; there are"),
        ('name = "kilde*"', 'name = "other*"', "files.k: 'other*' fits 0 of the files given (kilde.csv)"),
        ("[cases]", '[cases]\nwhere = { op = "yes" }', "cases.where.op: write"),
        ('first = ["dead", "seen"]', 'after = "age_at", column = "age", unit = "days"', "vital_date.after: 'age_at'"),
        ('first = ["dead", "seen"]', 'year = "age"', "say month and day too"),
    ],
)  # fmt: skip
def test_what_a_mapping_does_not_foresee_is_told_with_place_value_and_fix(convert, line, with_line, said):
    mapping = HEAD + FILE + CASES
    assert line in mapping
    code, told, out = convert(mapping.replace(line, with_line, 1))
    assert code == 1 and said in told, told
    assert not out.exists(), "nothing is written"


def test_all_that_is_wrong_is_told_at_once(convert):
    code, told, _ = convert(
        (HEAD + FILE + CASES).replace('"id"', '"x"').replace('"koen"', '"y"').replace('"diag"', '"z"')
    )
    assert code == 1 and [f"column '{one}'" in told for one in "xyz"] == [True] * 3


def test_files_are_joined_by_id_and_one_row_is_told_when_there_are_two(convert):
    cases = CASES.replace("[cases]", '[cases]\nfile = "k"\njoin = { file = "std", on = ["id", "nr"] }').replace(
        '"std"\n', ""
    )
    source = SOURCE
    mapping = HEAD + FILE + '[files.std]\nname = "std.csv"\n' + cases.replace('column = "std"', 'column = "grad"')
    code, said, out = convert(mapping, source, more={"std.csv": "nr,grad\n3,IV\n1,I\n"})
    assert code == 0, said
    assert [row[-1] for row in rows(out / "cases.csv")] == ["I", "", "IV"]
    code, said, _ = convert(mapping, source, more={"std.csv": "nr,grad\n3,IV\n3,I\n"})
    assert code == 1 and "1 rows of std repeat a value of nr" in said


def test_units_of_time_and_parts_of_dates(convert):
    source = "id,y,m,time,age\n1,2020,2,1.5,744\n2,2021,12,24,60\n"
    mapping = (
        HEAD
        + """
[cases]
case_id = "id"
diagnosis_date = { year = "y", month = "m", day = 15 }
age = { column = "age", unit = "months" }
sex = ""
residence_region = ""
department = ""
vital_status = { value = "alive" }
vital_date = { after = "diagnosis_date", column = "time", unit = "months" }
"""
    )
    code, said, out = convert(mapping, source)
    assert code == 0, said
    assert [row[1:3] + row[7:8] for row in rows(out / "cases.csv")] == [
        ["2020-02-15", "62", "2020-04-01"],  # 45.66 days: 46
        ["2021-12-15", "5", "2023-12-15"],  # 730.5 days: 730, the even one
    ]


AGES = (
    HEAD
    + """
[cases]
case_id = "id"
diagnosis_date = { date = "dx", partial = true }
age = AGE
sex = ""
residence_region = ""
department = ""
vital_status = { value = "alive" }
vital_date = { value = 2024-01-01 }
"""
)


@pytest.mark.parametrize(
    "age, source, wanted, lost",
    [
        ('{ born = "b" }', "id,dx,b\n1,2020-06-15,1950-06-15\n2,2020-06-15,1950-06-16\n", ["70", "69"], {}),
        ('{ born = "b" }', "id,dx,b\n1,2020-06-15,1950\n2,2020-06-15,195007\n", ["70", "69"],
         {"cases.age": {"birth_year": 1, "birth_month": 1}}),
        ('{ group = "g" }', "id,dx,g\n1,2020-06-15,65-69\n2,2020-06-15,85+\n3,2020-06-15,<45\n", ["67", "87", "22"],
         {"cases.age": {"age_group": 3}}),
        ('"a"', "id,dx,a\n1,2020,60\n2,2020-03,61\n3,2020-03-99,62\n4,2020-02-29,63\n", ["60", "61", "62", "63"],
         {"cases.diagnosis_date": {"year": 1, "month": 2}}),
    ],
)  # fmt: skip
def test_what_is_less_precise_than_it_looks_is_counted(convert, tmp_path, age, source, wanted, lost):
    code, said, out = convert(AGES.replace("AGE", age), source, name="x.csv")
    assert code == 0, said
    assert [row[2] for row in rows(out / "cases.csv")] == wanted
    toml = tomllib.loads((out / "extract.toml").read_text(encoding="utf-8"))
    assert toml.get("precision", {}) == lost
    assert main(["check", str(out)]) == 0
    assert all(f"{column}: imprecise" in said for column in lost)


def test_ages_that_are_no_groups_are_told(convert):
    code, said, _ = convert(AGES.replace("AGE", '{ group = "g" }'), "id,dx,g\n1,2020-06-15,old\n", name="x.csv")
    assert code == 1 and 'cases.age: no age groups as 65-69, 85+, <45: "old" (1 row)' in said


def test_ids_become_pseudonyms_with_a_key_kept_elsewhere(convert, tmp_path):
    mapping = HEAD.replace("\ndatabase", "\npseudonymise = true\ndatabase") + FILE + CASES
    code, said, out = convert(mapping)
    assert code == 2 and "--key FILE" in said
    code, said, out = convert(mapping, SOURCE, "--key", str(tmp_path / "extract" / "key"))
    assert code == 1 and "lies in the extract's folder" in said
    key = tmp_path / "key"
    code, said, out = convert(mapping, SOURCE, "--key", str(key))
    assert code == 0, said
    first = [row[0] for row in rows(out / "cases.csv")]
    assert len(set(first)) == 3 and all(len(one) == 20 for one in first) and not {"1", "2", "3"} & set(first)
    assert key.stat().st_mode & 0o077 == 0
    for file in out.iterdir():
        file.unlink()
    convert(mapping, SOURCE, "--key", str(key))
    assert [row[0] for row in rows(out / "cases.csv")] == first, "the same id and key, the same pseudonym"


def test_a_person_s_number_is_not_echoed(convert):
    code, said, _ = convert(HEAD + FILE + CASES, SOURCE.replace("Herlev", "010270-1234"))
    assert code == 1 and "a value like a person number" in said and "010270" not in said


def test_a_folder_that_holds_something_is_left_alone(convert, tmp_path):
    (tmp_path / "extract").mkdir()
    (tmp_path / "extract" / "mine.txt").write_text("x")
    code, said, out = convert(HEAD + FILE + CASES)
    assert code == 1 and "is not empty" in said and [one.name for one in out.iterdir()] == ["mine.txt"]


# --- files ----------------------------------------------------------------------------------------------------------

FRAME = pd.DataFrame({"id": [1.0, 2.0], "text": ["æ", ""], "day": pd.to_datetime(["2020-02-29", None])})
TEXTS = [["1", "æ", "2020-02-29"], ["2", "", ""]]


def test_every_kind_of_file_gives_the_same_texts(tmp_path):
    (tmp_path / "a.csv").write_text("id;text;day\n1;æ;2020-02-29\n2\n", encoding="windows-1252")
    (tmp_path / "a.tsv").write_text("id\ttext\tday\n1\tæ\t2020-02-29\n2\t\t\n", encoding="utf-8")
    book = openpyxl.Workbook()
    for row in [["id", "text", "day"], [1, "æ", FRAME["day"][0].to_pydatetime()], [2, None, None]]:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    dates = FRAME.assign(day=[FRAME["day"][0].date(), None])
    pyreadstat.write_sav(dates, str(tmp_path / "a.sav"))
    pyreadstat.write_dta(dates, str(tmp_path / "a.dta"))
    pyreadstat.write_xport(dates, str(tmp_path / "a.xpt"))
    duckdb.connect().execute(
        "COPY (SELECT * FROM (VALUES (1, 'æ', DATE '2020-02-29'), (2, NULL, NULL)) t(id, text, day)) "
        f"TO '{tmp_path}/a.parquet'"
    )
    how = {"a.csv": How("windows-1252", ";")}
    for path in sorted(tmp_path.glob("a.*")):
        found = read(path, how.get(path.name, How()))
        assert list(found.columns) == ["id", "text", "day"], path.name
        assert found.to_numpy().tolist() == TEXTS, path.name


@pytest.mark.parametrize(
    "name, content, said",
    [
        ("a.csv", b"id;x\n1;2\n", 'delimiter = ";"'),
        ("a.csv", "id,tekst\n1,æ\n".encode("latin-1"), 'encoding = "windows-1252"'),
        ("a.csv", b"", "is empty"),
        ("a.csv", b"id,x\n1,2,3\n", "line 2 has 3 fields, the header 2"),
        ("a.csv", b"id,id\n1,2\n", "stands twice"),
        ("a.xlsx", b"PK no", "is no readable workbook"),
        ("a.sas7bdat", b"no", "cannot be read"),
        ("a.parquet", b"no", "cannot be read as Parquet"),
        ("a.pdf", b"no", "files of this ending are not read"),
    ],
)
def test_a_file_that_cannot_be_read_as_said_is_told_with_the_fix(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileRefused, match=said.replace('"', ".").replace("(", ".")):
        read(tmp_path / name)


@pytest.mark.parametrize(
    "name, pairs",
    [
        ("stage", {"IIIB": "III", "Stage IIA": "II", "iv": "IV", "3": "III", "1a2": "I", "0": ""}),
        ("stage", {"in situ": "", "V": None, "IIII": None, "I-II": None}),
        ("sex", {"1": "M", "2": "F", "K": "F", "mand": "M", "x": None}),
        ("region_of_municipality", {"101": "1084", "0751": "1082", "461": "1083", "860": "1081", "336": "1085"}),
        ("cpr_status", {"1": "alive", "01": "alive", "90": "dead", "80": "emigrated", "70": "emigrated", "99": None}),
        ("icd10", {"DC20.9": "C209", "c18": "C18", "C50.11": "C5011", "18": None}),
        ("t", {"cT4A": "T4a", "ypT0": "T0", "Tis": "Tis", "2b": "T2b", "TX": "TX", "N1": None}),
        ("n", {"N0(i-)": "N0", "N0 (I+)": "N0", "pN1mi": "N1mi", "N1MI": "N1mi", "N2c": "N2c", "N1b2": "N1b"}),
        ("stage", {"STAGE IIB": "II", "2B": "II", "3C1": "III", "88": "", "OC": "", "Stage X": "", "STAGE IVA": "IV"}),
        ("figo", {"IA1": "I", "IIIC2": "III", "IIIA1(i)": "III", "IVB": "IV", "FIGO stage II": "II", "VI": None}),
        ("ann_arbor", {"IIEA": "II", "IVB": "IV", "IIIES": "III", "stage_1": "I", "V": None}),
        ("iss", {"ISS 2": "II", "R-ISS III": "III", "1": "I", "4": None}),
        ("clavien_dindo", {"ZDA03A3A": "3a", "IIIb": "3b", "grad 4a": "4a", "5": "5", "ZDA03A3": "", "2a": None}),
        ("sks_treatment", {"KJFB20": "surgery", "kjgb00": "surgery", "BWGC": "radiotherapy", "BWHA123": "systemic",
                           "KUJF32": "", "UXCA": None}),
        ("sks_t", {"AZCD16": "T4", "AZCD12": "Tis", "AZCD30": None}),
        ("mdt_not_followed", {"death": "died", "nonoperable": "not_operable", "x": None}),
        ("trial_status", {"rejected": "declined", "no_invitation": "not_invited"}),
        ("performance_status", {"grade_3": "3", "0": "0", "grade_5": ""}),
        ("region", {"Region Sjælland": "1085", "sjaelland": "1085", "DK04": "1082", "1081": "1081", "Skåne": None}),
        ("cause_of_death", {"C61.9": "cancer", "C97": "cancer", "I219": "other", "D371": "other", "7777": ""}),
        ("m", {"M0": "M0", "cM1a": "M1a", "mx": "MX"}),
    ],
)  # fmt: skip
def test_code_lists(name, pairs):
    assert {value: LISTS[name](value, None) for value in pairs} == pairs


def test_every_value_of_a_list_is_one_of_the_format():
    """A list whose values the format does not have would be refused at every load."""
    of = {
        "sex": "cases.sex", "cpr_status": "cases.vital_status", "clavien_dindo": "complications.grade",
        "sks_treatment": "treatments.kind", "mdt_not_followed": "conferences.not_followed_reason",
        "trial_status": "trials.status", "intent": "treatments.intent",
    }  # fmt: skip
    for one in reference.code_lists():
        if one.list in of and one.value:
            table, column = of[one.list].split(".")
            assert one.value in BY_NAME[table].column(column).codes, one
    regions = {one.code for one in reference.regions()}
    assert {one.value for one in reference.code_lists() if one.list.startswith("region")} == regions


def test_every_list_has_its_source_and_date():
    assert {one.list for one in reference.code_list_sources()} == set(LISTS)
    assert all(one.source and one.date.year > 2000 for one in reference.code_list_sources())


def test_a_municipality_lies_in_the_region_of_its_day(convert):
    mapping = (HEAD + FILE + CASES).replace(
        'list = "region_of_municipality"', 'list = "region_of_municipality", on = "day"'
    )
    code, said, _ = convert(mapping)
    assert code == 1 and "cases.residence_region.on: 'day' is none of the columns above it" in said
    assert LISTS["region_of_municipality"]("101", dt.date(2026, 12, 31)) == "1084"
    assert LISTS["region_of_municipality"]("101", dt.date(2027, 1, 1)) == "1086"
    assert LISTS["region_of_municipality"]("751", dt.date(2027, 1, 1)) == "1082"
    code, said, out = convert(mapping.replace('on = "day"', 'on = "diagnosis_date"'))
    assert code == 0 and rows(out / "cases.csv")[1][4] == "1084", said


def test_there_are_98_municipalities():
    codes = [code for code in map(str, range(1000)) if LISTS["region_of_municipality"](code, None)]
    assert len(codes) == 98


# --- init -----------------------------------------------------------------------------------------------------------


def test_init_proposes_a_mapping_that_names_what_is_missing(tmp_path, capsys):
    (tmp_path / "kilde.csv").write_text(SOURCE.replace("Herlev", "010270-1234"), encoding="windows-1252")
    assert main(["init", str(tmp_path), "--database", "DCCG"]) == 0
    text = (tmp_path / "mapping.toml").read_text()
    assert 'delimiter = ";"' in text and "dx: days as %d-%m-%Y, 2020-02-01 to 2020-02-04" in text
    assert "afd: identifies, not shown" in text and "010270" not in text
    assert 'age = "age"' in text
    with pytest.raises(MappingRefused, match="case_id: is to be filled in"):
        Mapping.of(text)
    assert main(["init", str(tmp_path)]) == 1
    assert "has mapping.toml already" in capsys.readouterr().err


def test_init_writes_extract_toml_for_tables_of_the_format(convert, tmp_path, capsys):
    _, _, out = convert(HEAD + FILE + CASES)
    (out / "extract.toml").unlink()
    assert main(["init", str(out)]) == 0
    toml = tomllib.loads((out / "extract.toml").read_text())
    assert (toml["database"], str(toml["data_cut"]), toml["rows"]) == ("DCCG", "2024-01-31", {"cases": 3})
    assert main(["check", str(out)]) == 0


def test_init_of_nothing_says_what_it_reads(tmp_path, capsys):
    assert main(["init", str(tmp_path)]) == 1
    assert ".sas7bdat" in capsys.readouterr().err
    assert main(["init", str(tmp_path / "nowhere")]) == 1
