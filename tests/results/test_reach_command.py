"""``python -m indicators cases | reachable``: columns, order, days, words and what is refused."""

from __future__ import annotations

import csv
import io

import pytest

from indicators.__main__ import main
from tests.support.extracts import load_extract

CASES = """
    case_id | diagnosis_date | sex | age | residence_region | department | stage | vital_status | vital_date
    a       | 2026-08-02     | F   | 44  | 1084             | HER-KIR    | III   | alive        | 2026-10-31
    b       | 2026-09-05     | M   | 45  | 1081             | AAL-KIR    | III   | alive        | 2026-10-31
    c       | 2026-09-10     | M   | 70  | 1081             | AAL-KIR    | III   | dead         | 2026-10-01
    d       | 2026-08-01     | F   | 64  | 1083             | HER-KIR    |       | alive        | 2026-10-31
"""
TREATMENTS = """
    case_id | kind    | start_date | department | intent   | acute | complications_registered
    b       | surgery | 2026-09-20 | AAL-KIR    | curative | false | false
    c       | surgery | 2026-09-20 | AAL-KIR    | curative | true  | true
"""
CONFERENCES = """
    case_id | date
    b       | 2026-09-21
"""
COMPLICATIONS = """
    case_id | date       | kind
    b       | 2026-09-24 | reoperation
"""
PALLIATIVE = """
    course_id | case_id | unit    | referred_date | eligible | received_date
    p1        | d       | HER-PAL | 2026-10-22    | true     |
    p2        |         | HER-PAL | 2026-10-21    | true     |
    p3        | a       | HER-PAL | 2026-10-01    | true     | 2026-10-11
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    root = tmp_path_factory.mktemp("reach")
    load_extract(
        root,
        cases=CASES,
        treatments=TREATMENTS,
        conferences=CONFERENCES,
        complications=COMPLICATIONS,
        palliative=PALLIATIVE,
        departments="code | name | hospital | region\nHER-PAL | Palliation | Herlev | 1084",
        data_cut="2026-10-31",
    )
    return str(root / "store")


@pytest.fixture
def run(store, capsys):
    def call(command, *words, form="csv"):
        code = main([command, "--store", store, "--database", "DCCG", "--format", form, *words])
        out, err = capsys.readouterr()
        return code, list(csv.reader(io.StringIO(out))), err

    return call


def test_the_list_by_days_left_then_unit_then_id(run):
    code, rows, err = run("reachable")
    assert code == 0
    assert rows[0] == ["unit", "indicator", "case_id", "due", "days_left", "missing"]
    assert rows[1:] == [
        ["HER-PAL", "palliative_within_10_days", "d", "2026-10-31", "0", "received_date"],
        ["AAL-KIR", "adjuvant_8_weeks", "b", "2026-11-15", "15", "adjuvant_start"],
        ["HER-PAL", "palliative_received", "p2", "2026-11-20", "20", "received_date"],
        ["HER-PAL", "palliative_received", "d", "2026-11-21", "21", "received_date"],
        ["AAL-KIR", "any_complication_30d", "b", "2026-12-19", "49", "follow_up"],
        ["HER-KIR", "mdt_before_treatment", "a", "", "", "conference"],
    ]
    assert "trial_offered not reported" in err, "no table of trials was delivered"
    assert "waits_treatment not reported" in err


def test_counts_one_list_and_one_department(run):
    assert run("reachable", "--counts", "--unit", "HER-PAL")[1] == [
        ["unit", "indicator", "cases"],
        ["HER-PAL", "palliative_received", "2"],
        ["HER-PAL", "palliative_within_10_days", "1"],
    ]
    [_, row] = run("reachable", "--indicator", "mdt_before_treatment")[1]
    assert row[2] == "a", "d was diagnosed 91 days before, b has a conference, c is dead"


def test_on_an_earlier_day_what_came_later_is_not_known(run):
    rows = run("reachable", "--asof", "2026-09-15")[1][1:]
    # 45 days before: c lives still, and neither b nor c has been to surgery or a conference.
    assert [(row[1], row[2]) for row in rows] == [("mdt_before_treatment", one) for one in ("b", "c", "a", "d")]


@pytest.mark.parametrize(
    "words, said",
    [
        (("--indicator", "tnm_complete"), "adjuvant_8_weeks"),
        (("--asof", "2026-11-01"), "2026-10-31"),
        (("--asof", "soon"), "--asof"),
        (("--unit", "NOWHERE"), "--unit"),
    ],
)
def test_what_does_not_exist_is_named(run, words, said):
    code, rows, err = run("reachable", *words)
    assert (code, rows) == (2, [])
    assert said in err


def test_why_each_case_counts_as_it_does(run):
    code, rows, _ = run("cases", "--indicator", "mdt_before_treatment")
    assert code == 0
    assert rows == [
        ["unit", "case_id", "index_date", "state", "reason"],
        ["AAL-KIR", "b", "2026-09-20", "not_fulfilled", "MDT 1 dag efter behandling"],
        ["AAL-KIR", "c", "2026-09-20", "excluded", "akut behandling"],
    ]
    english = run("cases", "--indicator", "mdt_before_treatment", "--state", "not_fulfilled", "--lang", "en")[1]
    assert english[1:] == [["AAL-KIR", "b", "2026-09-20", "not_fulfilled", "MDT 1 day after the treatment"]]


@pytest.mark.parametrize(
    "indicator, id, state, reason",
    [
        ("reoperation_30d", "b", "missing", "30-dages opfølgning er ikke registreret"),
        ("stage_known", "d", "not_fulfilled", "stadiet er ikke registreret"),
        ("adjuvant_8_weeks", "c", "not_mature", "opfølgningen på 56 dage er ikke slut ved dataudtrækket 2026-10-31"),
        ("palliative_within_10_days", "a", "not_fulfilled", "modtaget 10 dage efter henvisningen"),
        (
            "palliative_received",
            "p2",
            "not_mature",
            "opfølgningen på 30 dage er ikke slut ved dataudtrækket 2026-10-31",
        ),
        ("mortality_30d", "b", "not_fulfilled", "i live 41 dage efter operationen"),
        ("survival_1y", "c", "not_fulfilled", "død 21 dage efter diagnosen"),
        ("survival_1y", "a", "fulfilled", "sidst set i live 90 dage efter diagnosen"),
    ],
)
def test_the_clause_in_words_with_its_values(run, indicator, id, state, reason):
    rows = run("cases", "--indicator", indicator)[1]
    assert [row[3:] for row in rows if row[1] == id] == [[state, reason]]


def test_a_filter_and_a_period_choose_rows(run):
    assert [row[1] for row in run("cases", "--indicator", "stage_known", "--where", "sex=F")[1][1:]] == ["d", "a"]
    since = run("cases", "--indicator", "stage_known", "--from", "2026-09-05", "--to", "2026-09-10")[1]
    assert [row[1] for row in since[1:]] == ["b"]
    assert run("cases", "--indicator", "stage_known", "--unit", "NOWHERE")[0] == 2
    header = run("cases", "--indicator", "trial_offered")
    assert (header[0], len(header[1])) == (0, 1)
    assert "not reported" in header[2]
