"""What a load stores: the same tables from every format, and the words of the indicator set as columns of cases."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from data.load import load
from data.schema import BY_NAME
from data.store import Store
from tests.support.extracts import load_extract, write_extract
from tests.support.whole import TABLES, add_parquet, change, write_whole

STORED = [name for name in TABLES if name != "departments"]


def stored(folder: Path, root: Path) -> dict[str, list[tuple]]:
    """Every stored table of the extract after a load into an empty store, rows in a fixed order."""
    load([folder], root)
    snapshot = Store(root).current()
    rows = {
        name: snapshot.rows("DCCG", f"SELECT {', '.join(map(quoted, BY_NAME[name].names))} FROM {name} ORDER BY ALL")
        for name in STORED
    }
    rows["units"] = snapshot.rows("DCCG", "SELECT * FROM units WHERE code LIKE 'HER-NY%' ORDER BY ALL")
    rows["derived"] = snapshot.rows("DCCG", "SELECT * FROM cases ORDER BY case_id")
    rows["findings"] = snapshot.rows("DCCG", "SELECT * FROM findings")
    return rows


def quoted(name: str) -> str:
    return f'"{name}"'


@pytest.fixture(scope="module")
def expected(tmp_path_factory) -> dict[str, list[tuple]]:
    root = tmp_path_factory.mktemp("formats")
    return stored(write_whole(root / "delivered"), root / "store")


def test_the_stored_rows_are_those_delivered(expected):
    names = ("case_id", "age", "vital_status", "t", "charlson", "cause_of_death")
    places = [BY_NAME["cases"].names.index(name) for name in names]
    assert [tuple(row[place] for place in places) for row in expected["cases"]] == [
        ("a-7731", 60, "alive", "T3", 0, None),
        ("b-7731", 71, "dead", "T4a", 3, "cancer"),
        ("c-7731", 120, "emigrated", "T1", 0, None),
    ]
    assert {name: len(rows) for name, rows in expected.items()} == {
        "cases": 3, "treatments": 3, "conferences": 2, "complications": 2, "palliative": 2, "trials": 2, "pro": 2,
        "waits": 2, "coverage": 2, "units": 2, "derived": 3, "findings": 0,
    }  # fmt: skip
    assert [row[1] for row in expected["units"]] == ["Ny afdeling, Æblevej", "Ældre afdeling"]


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_encodings_and_delimiters_give_the_same_tables(encoding, delimiter, expected, tmp_path):
    folder = write_whole(tmp_path / "delivered", encoding=encoding, delimiter=delimiter)
    assert stored(folder, tmp_path / "store") == expected


def every_csv(edit):
    def act(folder: Path) -> None:
        for path in folder.glob("*.csv"):
            change(path.name, edit)(folder)

    return act


def reverse_columns(folder: Path) -> None:
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream))
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(row[::-1] for row in rows)


VARIANTS = {
    "line ends of Unix": every_csv(lambda text: text.replace("\r\n", "\n")),
    "line ends of old Macintosh": every_csv(lambda text: text.replace("\r\n", "\r")),
    "no last line end": every_csv(lambda text: text.rstrip("\r\n")),
    "a UTF-8 mark": every_csv(lambda text: "\ufeff" + text),
    "columns backwards, all quoted": reverse_columns,
    "parquet": lambda folder: add_parquet(folder, typed=False),
    "parquet as pandas writes it": lambda folder: add_parquet(folder, typed=True),
}


@pytest.mark.some(4)
@pytest.mark.parametrize("act", VARIANTS.values(), ids=VARIANTS)
def test_variants_of_the_same_extract_give_the_same_tables(act, expected, tmp_path):
    folder = write_whole(tmp_path / "delivered")
    act(folder)
    assert stored(folder, tmp_path / "store") == expected


def test_parquet_of_pandas_has_the_types_that_make_it_hard(tmp_path):
    """The variant above is only worth something if it holds doubles, timestamps, booleans and dictionaries."""
    folder = write_whole(tmp_path / "delivered")
    add_parquet(folder, typed=True)
    assert not list(folder.glob("*.csv"))
    with duckdb.connect() as con:
        kinds = {
            kind
            for path in folder.glob("*.parquet")
            for _, kind, *_ in con.execute(f"DESCRIBE SELECT * FROM read_parquet('{path}')").fetchall()
        }
    assert {"DOUBLE", "BOOLEAN", "VARCHAR"} <= kinds and any(kind.startswith("TIMESTAMP") for kind in kinds)


def test_parquet_needs_no_encoding(tmp_path):
    folder = write_whole(tmp_path / "delivered")
    add_parquet(folder, typed=False)
    change("extract.toml", lambda text: text.replace('encoding = "utf-8"\ndelimiter = ","\n', ""))(folder)
    load([folder], tmp_path / "store")


@pytest.mark.parametrize("value", [60.5, float("inf"), 1e30, -1.0])
def test_a_broken_number_in_parquet_is_refused(value, tmp_path, capsys):
    from data.__main__ import main

    folder = write_whole(tmp_path / "delivered", only=["cases"])
    frame = pd.read_csv(folder / "cases.csv", dtype=object).assign(age=[60.0, 61.0, value])
    (folder / "cases.csv").unlink()
    with duckdb.connect() as con:
        con.register("frame", frame)
        con.execute(f"COPY frame TO '{folder / 'cases.parquet'}' (FORMAT parquet)")
    assert main(["load", str(folder), "--store", str(tmp_path / "store")]) == 1
    assert "error: cases" in capsys.readouterr().out


def test_quoted_fields_empty_texts_and_blank_lines(tmp_path):
    folder = write_extract(tmp_path / "delivered", cases="case_id\na\nb", treatments="case_id|start_date|substance")
    (folder / "treatments.csv").write_text(
        'case_id,kind,start_date,substance,department\n'
        'a,systemic,2024-01-02,"5-FU, leucovorin\nand ""oxaliplatin""",\n'
        '\n'
        'a,"other",2024-01-03,"",""\n'
        "b,other,2024-01-04,x,XXX\n",
        encoding="utf-8",
    )  # fmt: skip
    from data.checks import inspect

    with duckdb.connect() as con:
        found = [one for one in inspect(con, folder).findings if one.is_error]
        assert [(one.rule, one.column, one.first_rows) for one in found] == [("unknown_department", "department", (3,))]
    change("treatments.csv", lambda text: text.replace("XXX", "HER-KIR"))(folder)
    load([folder], tmp_path / "store")
    rows = Store(tmp_path / "store").current().rows
    assert rows("DCCG", "SELECT substance, department FROM treatments ORDER BY start_date") == [
        ('5-FU, leucovorin\nand "oxaliplatin"', None),
        (None, None),
        ("x", "HER-KIR"),
    ]


def test_an_absent_table_is_not_reported_and_an_empty_one_is_there(tmp_path):
    empty = {name: "|".join(BY_NAME[name].names) for name in ("trials", "waits")}
    snapshot = load_extract(tmp_path, cases="case_id\na", **empty)
    info = snapshot.info("DCCG")
    assert info.tables == {"cases", "trials", "waits"} and info.rows == {"cases": 1, "trials": 0, "waits": 0}
    for name in STORED:
        if name != "cases":
            assert snapshot.rows("DCCG", f"SELECT count(*) FROM {name}") == [(0,)]


def test_an_absent_optional_column_is_empty_in_every_row(tmp_path):
    snapshot = load_extract(tmp_path, cases="case_id\na\nb", palliative="course_id|referred_date\np|2024-01-01")
    assert snapshot.rows("DCCG", "SELECT DISTINCT icd10, t, stage, charlson, registered_date, site FROM cases") == [
        (None,) * 6
    ]
    assert snapshot.rows("DCCG", "SELECT case_id, received_date, conference FROM palliative") == [(None, None, None)]


# --- the words of the indicator set ---------------------------------------------------------------

#: One case per question; the case's name says it. Every case was diagnosed on 2024-01-01.
TREATMENTS = """
    case_id      | kind         | start_date | department | intent     | acute | major | complications_registered
    kinds        | radiotherapy | 2024-02-01 | AAL-KIR    |            |       |       |
    kinds        | systemic     | 2024-02-01 | RIG-KIR    |            |       |       |
    kinds        | surgery      | 2024-02-01 | HER-KIR    |            |       |       |
    kinds        | other        | 2024-01-15 | AAL-KIR    |            | true  |       |
    oncology     | radiotherapy | 2024-02-01 | AAL-KIR    |            |       |       |
    oncology     | systemic     | 2024-02-01 | RIG-KIR    |            | true  |       |
    other        | other        | 2024-02-01 | HER-KIR    |            |       | true  |
    tie          | surgery      | 2024-02-01 |            |            | false |       | true
    tie          | surgery      | 2024-02-01 | RIG-KIR    | curative   |       | true  | false
    tie          | surgery      | 2024-02-01 | HER-KIR    | palliative | true  |       |
    tie          | surgery      | 2024-02-02 | AAL-KIR    | curative   | false | true  | false
    unplaced     | surgery      | 2024-02-01 |            |            |       |       |
    later        | surgery      | 2024-02-01 | AAL-KIR    | palliative | true  | false | true
    later        | systemic     | 2024-02-10 | RIG-KIR    |            | false | true  |
    later        | surgery      | 2024-03-01 | HER-KIR    | curative   | false | true  |
    early        | surgery      | 2023-12-20 | HER-KIR    |            |       |       |
"""
EXPECTED = {
    # first treatment: date, kind, department, acute
    "kinds": ("2024-02-01", "surgery", "HER-KIR", False),
    "oncology": ("2024-02-01", "systemic", "RIG-KIR", True),
    "other": (None, None, None, None),
    "tie": ("2024-02-01", "surgery", "HER-KIR", True),
    "unplaced": ("2024-02-01", "surgery", None, False),
    "later": ("2024-02-01", "surgery", "AAL-KIR", True),
    "early": ("2023-12-20", "surgery", "HER-KIR", False),
    "none": (None, None, None, None),
}


@pytest.fixture(scope="module")
def treated(tmp_path_factory):
    cases = [{"case_id": name} for name in EXPECTED]
    return load_extract(tmp_path_factory.mktemp("treated"), cases=cases, treatments=TREATMENTS)


def by_case(snapshot, *columns: str) -> dict[str, tuple]:
    """The columns of each case, dates as texts."""
    texts = [f"{name}::VARCHAR" if name.endswith("_date") else name for name in columns]
    return {row[0]: row[1:] for row in snapshot.rows("DCCG", f"SELECT case_id, {', '.join(texts)} FROM cases")}


def test_first_treatment(treated):
    part = "first_treatment_"
    assert by_case(treated, part + "date", part + "kind", part + "department", part + "acute") == EXPECTED


def test_first_surgery_joins_the_rows_of_one_day(treated):
    part = "first_surgery_"
    found = by_case(treated, part + "date", part + "department", part + "acute", part + "complications_registered")
    assert found["tie"] == ("2024-02-01", "HER-KIR", True, True)
    assert found["kinds"] == ("2024-02-01", "HER-KIR", False, False)
    assert found["later"] == ("2024-02-01", "AAL-KIR", True, True)
    assert found["unplaced"] == ("2024-02-01", None, False, False)  # no fall-back to the case's department
    assert found["oncology"] == found["other"] == found["none"] == (None,) * 4


def test_first_major_intervention_and_first_curative_surgery(treated):
    found = by_case(treated, "first_major_date", "first_major_department", "first_major_acute")
    assert found["tie"] == ("2024-02-01", "HER-KIR", True)
    assert found["later"] == ("2024-02-10", "RIG-KIR", False)
    assert found["other"] == ("2024-02-01", "HER-KIR", False)
    assert found["kinds"] == (None,) * 3
    found = by_case(treated, "first_curative_surgery_date", "first_curative_surgery_department")
    assert found["tie"] == ("2024-02-01", "HER-KIR")
    assert found["later"] == ("2024-03-01", "HER-KIR")
    assert found["kinds"] == (None, None)


def test_rows_in_any_order_give_the_same_columns(treated, tmp_path):
    header, *rows = TREATMENTS.strip().splitlines()
    again = load_extract(
        tmp_path, cases=[{"case_id": name} for name in EXPECTED], treatments="\n".join([header, *rows[::-1]])
    )
    everything = "SELECT * FROM cases ORDER BY case_id"
    assert again.rows("DCCG", everything) == treated.rows("DCCG", everything)


def days_after(day: int) -> str:
    return (pd.Timestamp("2024-02-01") + pd.Timedelta(days=day)).strftime("%Y-%m-%d")


def test_complications_within_thirty_days_of_the_first_surgery(tmp_path):
    days = (-1, 0, 30, 31)
    cases = [{"case_id": f"d{day}"} for day in days] + [{"case_id": "no surgery"}, {"case_id": "two"}]
    operated = [{"case_id": f"d{day}", "start_date": "2024-02-01"} for day in days]
    operated += [{"case_id": "two", "start_date": day} for day in ("2024-02-01", "2024-04-01")]
    complicated = [{"case_id": f"d{day}", "kind": "readmission", "date": days_after(day)} for day in days]
    complicated += [
        {"case_id": "no surgery", "kind": "readmission", "date": "2024-02-01"},
        {"case_id": "two", "kind": "readmission", "date": "2024-04-02"},
        {"case_id": "two", "kind": "other", "date": "2024-02-02"},
    ]
    snapshot = load_extract(tmp_path, cases=cases, treatments=operated, complications=complicated)
    found = by_case(snapshot, "readmission_30d", "any_complication_30d", "reoperation_30d")
    assert found["d0"] == found["d30"] == (True, True, False)
    assert found["d-1"] == found["d31"] == found["no surgery"] == (None, None, None)
    assert found["two"] == (False, True, False)  # the second operation does not start a new clock


def test_oncology_after_curative_surgery(tmp_path):
    """0 days after the operation is not adjuvant; 1, 56 and 57 are told apart by the indicator."""
    cases = [{"case_id": f"d{day}", "stage": "III"} for day in (0, 1, 56, 57)]
    treatments = [
        row
        for number, day in enumerate((0, 1, 56, 57))
        for row in (
            {"case_id": f"d{day}", "kind": "surgery", "start_date": "2024-02-01", "intent": "curative"},
            {"case_id": f"d{day}", "kind": ("systemic", "radiotherapy")[number % 2], "start_date": days_after(day)},
            {"case_id": f"d{day}", "kind": "other", "start_date": days_after(1)},
        )
    ]
    snapshot = load_extract(tmp_path, cases=cases, treatments=treatments)
    wait = "datediff('day', first_curative_surgery_date, oncology_after_surgery_date)"
    assert by_case(snapshot, wait) == {"d0": (None,), "d1": (1,), "d56": (56,), "d57": (57,)}


CONFERENCES = """
    case_id  | date       | followed
    latest   | 2024-01-10 | no
    latest   | 2024-01-20 | yes
    no first | 2024-01-20 | yes
    no first | 2024-01-20 | no
    no first | 2024-01-20 |
    yes first| 2024-01-20 |
    yes first| 2024-01-20 | yes
    empty    | 2024-01-10 | yes
    empty    | 2024-01-20 |
    undated  |            | yes
    mixed    |            | no
    mixed    | 2024-01-20 | yes
"""


def test_conferences(tmp_path):
    names = ("latest", "no first", "yes first", "empty", "undated", "mixed", "none")
    snapshot = load_extract(tmp_path, cases=[{"case_id": name} for name in names], conferences=CONFERENCES)
    assert by_case(snapshot, "conferences", "first_conference_date", "last_conference_followed") == {
        "latest": (2, "2024-01-10", True),
        "no first": (3, "2024-01-20", False),
        "yes first": (2, "2024-01-20", True),
        "empty": (2, "2024-01-10", None),
        "undated": (1, None, None),
        "mixed": (2, "2024-01-20", True),
        "none": (None, None, None),
    }


def test_the_best_trial_status_and_the_first_palliative_contact(tmp_path):
    order = ("included", "declined", "deselected", "not_invited", "no_protocol", "unknown")
    cases = [{"case_id": name} for name in (*order, "none")]
    trials = [{"case_id": name, "status": s} for place, name in enumerate(order) for s in reversed(order[place:])]
    palliative = """
        course_id | case_id  | unit    | referred_date | received_date
        p1        | included | HER-KIR | 2024-01-02    | 2024-03-01
        p2        | included | HER-KIR | 2024-01-03    | 2024-02-01
        p3        | declined | HER-KIR | 2024-01-03    |
        p4        |          | HER-KIR | 2024-01-03    | 2024-01-04
    """
    snapshot = load_extract(tmp_path, cases=cases, trials=trials, palliative=palliative)
    found = by_case(snapshot, "trial_status", "palliative_received_date")
    assert {name: status for name, (status, _) in found.items()} == {
        **dict(zip(order, order, strict=True)),
        "none": None,
    }
    assert {name: day for name, (_, day) in found.items() if day} == {"included": "2024-02-01"}
    rows = snapshot.rows("DCCG", "SELECT course_id, sex, age_group, stage, site, region FROM palliative ORDER BY 1")
    assert rows[3] == ("p4", None, None, None, None, None) and rows[0][1:3] == ("F", "55-64")


def test_groups_of_a_case(tmp_path):
    ages = {0: "0-44", 44: "0-44", 45: "45-54", 54: "45-54", 55: "55-64", 64: "55-64", 65: "65-74", 74: "65-74",
            75: "75-84", 84: "75-84", 85: "85+", 120: "85+"}  # fmt: skip
    cases = [{"case_id": str(age), "age": age, "icd10": "C18.2", "vital_date": "2024-01-31"} for age in ages]
    snapshot = load_extract(tmp_path, cases=cases)
    found = by_case(snapshot, "age_group", "site", "region", "followup_days")
    assert found == {str(age): (group, "C18", "1084", 30) for age, group in ages.items()}


def test_coverage_and_completeness_sources(tmp_path):
    empty = {"t": "", "m": "", "charlson": ""}  # n and performance_status were not delivered
    cases = [{"case_id": f"k{number}", "diagnosis_date": "2024-12-31", "stage": "II", **empty} for number in range(3)]
    coverage = """
        year | department | expected
        2024 | HER-KIR    | 5
        2023 | HER-KIR    | 2
        2024 | AAL-KIR    | 0
    """
    snapshot = load_extract(tmp_path, cases=cases, coverage=coverage)
    sql = (
        "SELECT year(coverage_date), department, count(*), countif(covered) FROM coverage_cases GROUP BY ALL ORDER BY 1"
    )
    assert snapshot.rows("DCCG", sql) == [(2023, "HER-KIR", 2, 0), (2024, "HER-KIR", 5, 3)]
    sql = "SELECT stage, count(*), countif(registered) FROM case_variables GROUP BY 1"
    needed = ("charlson", "department", "m", "residence_region", "sex", "stage", "t")
    filled = {"sex", "residence_region", "department", "stage"}
    assert snapshot.rows("DCCG", sql) == [("II", 3 * len(needed), 3 * len(filled))]
