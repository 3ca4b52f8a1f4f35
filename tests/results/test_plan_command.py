"""``python -m plan``: every goal's state, from the data or as entered; and what is entered is not lost."""

from __future__ import annotations

import csv
import io
import shutil

import pytest

from data import plan as plans
from data.registers import Registers
from data.store import Store
from plan.__main__ import main
from tests.support.extracts import load_extract

DAY = "2024-05-01"
CASES = [
    {"case_id": f"c{n}", "diagnosis_date": DAY, "stage": "I", "department": "HER-KIR", "registered_date": "2024-05-10"}
    for n in range(9)
] + [{"case_id": "late", "diagnosis_date": DAY, "stage": "", "department": "HER-KIR", "registered_date": "2024-09-01"}]


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    root = tmp_path_factory.mktemp("plan")
    trials = [{"case_id": "c1", "status": "included"}]
    coverage = [{"year": "2024", "department": "HER-KIR", "expected": "12"}]
    load_extract(root, cases=CASES, trials=trials, coverage=coverage)
    load_extract(root, database="CLL", cases=[{"case_id": "a", "cause_of_death": ""}])
    return root / "store"


@pytest.fixture
def run(filled, tmp_path, capsys):
    store = shutil.copytree(filled, tmp_path / "store")

    def call(*words: str):
        code = main([*words, "--store", str(store)])
        out, err = capsys.readouterr()
        return code, out, err

    call.store = store
    return call


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_computed_equal_a_count_by_hand(run):
    code, out, _ = run("status", "--group", "DCCG", "--by", "measure", "--format", "csv")
    found = {row["measure"]: (row["state"], row["source"], row["evidence"]) for row in rows(out)}
    assert code == 0 and len(found) == len(plans.plan().measures)
    assert found["registered_in_time"] == ("met", "data", "9/10 = 90.0% in 2024")
    assert found["coverage"] == ("not_met", "data", "10/12 = 83.3% in 2024")
    assert found["tnm_reported"] == ("met", "data", "Stage known"), "either will do, and t, n, m were not delivered"
    assert found["trials_reported"] == ("met", "data", "Offered a clinical trial, Included in a clinical trial")
    assert found["complications_reported"] == ("not_met", "data", "not reported")
    assert found["mdt_major"] == ("not_met", "data", "not reported")
    assert found["survival_reported"] == ("on_the_way", "data", "total; the cause of death was not delivered")
    assert found["initiative_monitored"] == ("not_met", "data", "0 initiatives")
    assert found["audited"] == ("not_known", "entered", "")


def test_a_group_is_judged_by_the_databases_that_the_store_has(run):
    _, out, _ = run("status", "--group", "DLG", "--by", "measure", "--format", "csv")
    [survival] = [row for row in rows(out) if row["measure"] == "survival_reported"]
    assert survival["state"] == "met", "CLL alone is in the store"
    _, out, _ = run("status", "--group", "DMG", "--by", "measure", "--format", "csv")
    assert {row["evidence"] for row in rows(out) if row["source"] == "data"} == {"no data in the store"}


def test_every_goal_of_every_group_has_a_state(run):
    _, out, _ = run("status", "--format", "csv")
    found = rows(out)
    assert len(found) == 16 * 25 == len({(row["goal"], row["group"]) for row in found})
    assert {row["state"] for row in found} <= set(plans.STATES)
    for row in found:
        assert sum(int(row[state]) for state in plans.STATES) == len(plans.plan().of_goal(int(row["goal"])))


ENTERED = """plan,measure,group,state,value,date,note
2022,audited,DCCG,met,,2022-11-20,Styregruppens møde
2022,guidelines_template,DCCG,met,,,
2022,guidelines_current,DCCG,on_the_way,,,to mangler
2022,publications,DCCG,,14,,
2022,publications,DBCG,,12,,
"""


def test_what_is_entered_counts_and_comes_out_as_it_went_in(run, tmp_path):
    (tmp_path / "in.csv").write_text(ENTERED, encoding="utf-8")
    assert run("import", str(tmp_path / "in.csv"))[:2] == (0, "5 of 5 entries are new\n")
    goals = {row["goal"]: row["state"] for row in rows(run("status", "--group", "DCCG", "--format", "csv")[1])}
    assert (goals["1"], goals["9"], goals["16"]) == ("on_the_way", "on_the_way", "on_the_way")
    _, out, _ = run("status", "--group", "DMG", "--by", "measure", "--format", "csv")
    [joint] = [row for row in rows(out) if row["measure"] == "publications"]
    assert (joint["state"], joint["evidence"]) == ("met", "26 / 25"), "the groups reach it together"
    out = run("export")[1]
    assert sorted(out.splitlines()) == sorted(ENTERED.splitlines())
    (tmp_path / "in.csv").write_text(out, encoding="utf-8")
    assert run("import", str(tmp_path / "in.csv"))[1] == "0 of 5 entries are new\n"


def test_a_later_entry_keeps_the_earlier_and_a_load_keeps_all(run, tmp_path):
    for state in ("on_the_way", "met"):
        (tmp_path / "in.csv").write_text(f"measure;group;state\naudited;DCCG;{state}\n", encoding="utf-8")
        assert run("import", str(tmp_path / "in.csv"))[0] == 0
    history = Registers(run.store).history("plan", "2022/audited/DCCG")
    assert [one.body["state"] for one in history] == ["met", "on_the_way"]
    trials = [{"case_id": "c1", "status": "included"}]
    coverage = [{"year": "2024", "department": "HER-KIR", "expected": "12"}]
    before = Store(run.store).current().id
    load_extract(run.store.parent, cases=CASES[:8], trials=trials, coverage=coverage)
    assert Store(run.store).current().id != before
    assert plans.entries(run.store)["audited", "DCCG"].state == "met"


@pytest.mark.parametrize(
    "line, said",
    [
        ("2022,audit,DCCG,met,,,", "row 502: measure 'audit' is none"),
        ("2022,coverage,DCCG,met,,,", "row 502: coverage is known from the data"),
        ("2022,audited,DCG,met,,,", "row 502: group 'DCG' is none of"),
        ("2022,audited,DCCG,done,,,", "row 502: state 'done' is none of met"),
        ("2022,audited,DCCG,met,,20-11-2022,", "row 502: date '20-11-2022' is no day"),
        ("2022,talks,DCCG,,many,,", "row 502: talks takes a whole number"),
        ("2019,audited,DCCG,met,,,", "row 502: plan '2019' is none of 2022"),
        ("2022,phase_four,DCCG,met,,,", "row 502: phase_four of DCCG stands in row"),
    ],
)
def test_one_faulty_row_among_five_hundred_is_told_by_its_line_and_nothing_is_taken(run, tmp_path, line, said):
    entered = [one.id for one in plans.plan().measures if one.entered and not one.joint]
    entered.sort(key=lambda one: one == "audited")  # last: its rows are cut off
    every = [f"2022,{measure},{group},met,,," for measure in entered for group in plans.groups()][:500]
    assert len(every) == 500
    (tmp_path / "in.csv").write_text("\n".join([",".join(plans.COLUMNS), *every, line]) + "\n", encoding="utf-8")
    code, out, err = run("import", str(tmp_path / "in.csv"))
    assert code == 1 and said in out and "nothing was imported" in err
    assert plans.entries(run.store) == {}


def test_names_that_do_not_exist_are_told_with_those_that_do(run):
    assert run("status", "--plan", "1999")[0] == 2
    code, _, err = run("status", "--group", "XX")
    assert code == 2 and "DCCG" in err
