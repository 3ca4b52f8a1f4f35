"""Audits of case records: the sample is drawn the same again, its strata are the engine's counts, answers are kept and
become shares; the command."""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
from dataclasses import replace

import pytest

from data.registers import Moved
from data.selection import Selection
from data.store import Store
from indicators.case_sample import CannotDraw, draw, population
from indicators.catalogue import BY_ID
from indicators.engine import table as engine_table
from reports import __main__ as command
from results import case_audits as data
from results.case_audits import AuditPlan, AuditRefused

MDT = "mdt_before_treatment"
YEAR = (dt.date(2025, 1, 1), dt.date(2026, 1, 1))
ASKED = "Står en konference i journalen?\nÅrsag: travlhed | patientens valg\nTekst: Hvad gik galt?"
PLAN = AuditPlan(
    "MDT, der mangler", "Er de virkelig ikke holdt?", MDT, "not_fulfilled", *YEAR, (), ("department",), 5, 0, "2025-1",
    data.questions(ASKED),
)  # fmt: skip


@pytest.fixture
def snapshot(mdt, tmp_path):
    """Of a store of its own: these tests write."""
    return Store(shutil.copytree(mdt.root, tmp_path / "store")).current()


def ids(drawn) -> list[str]:
    return drawn.cases["case_id"].tolist()


# --- drawing ---


def test_the_strata_are_the_engines_counts(mdt):
    drawn = data.sample(mdt.current(), "DCCG", PLAN)
    rows = engine_table(mdt.current(), "DCCG", BY_ID[MDT], Selection((), (), *YEAR).grouped("department"))
    wanted = {(row.department,): row.denominator - row.numerator for row in rows.itertuples()}
    assert {key: many for key, many, _ in drawn.strata} == {key: many for key, many in wanted.items() if many}
    assert all(taken == min(5, many) for _, many, taken in drawn.strata)
    assert drawn.cases.groupby("stratum").size().to_dict() == {key: taken for key, _, taken in drawn.strata}
    assert len(set(ids(drawn))) == len(drawn.cases)


def test_the_same_seed_draws_the_same_cases_in_whatever_order_they_come(mdt):
    found = population(mdt.current(), "DCCG", BY_ID[MDT], "", Selection((), (), *YEAR), ("department",))
    first = draw(found, ("department",), "a", each=7)
    assert ids(draw(found.sample(frac=1, random_state=3), ("department",), "a", each=7)) == ids(first)
    assert ids(draw(found, ("department",), "b", each=7)) != ids(first)


def test_a_larger_sample_holds_the_smaller_one(mdt):
    found = population(mdt.current(), "DCCG", None, "", Selection((), (), *YEAR), ("department",))
    assert set(ids(draw(found, ("department",), "a", each=3))) < set(ids(draw(found, ("department",), "a", each=9)))


def test_a_size_is_shared_by_the_strata(mdt):
    """415 cases of 2025: 110 + 1 acute, 100, 200 and 4, whose share of 40 is less than the two that a stratum gets."""
    found = population(mdt.current(), "DCCG", None, "", Selection((), (), *YEAR), ("department",))
    drawn = draw(found, ("department",), "a", size=40)
    assert {key[0]: (many, taken) for key, many, taken in drawn.strata} == {
        "AAL-KIR": (200, 19), "HER-KIR": (111, 11), "HJO-KIR": (4, 2), "SLA-KIR": (100, 10),
    }  # fmt: skip
    whole = draw(found, (), "a", size=12)
    assert whole.strata == (((), 415, 12),) and len(whole.cases) == 12


def test_what_cannot_be_drawn_is_said(mdt):
    found = population(mdt.current(), "DCCG", None, "", Selection((), (), *YEAR), ())
    for words in ({}, {"each": 2, "size": 3}):
        with pytest.raises(CannotDraw, match="one of them"):
            draw(found, (), "a", **words)
    with pytest.raises(CannotDraw, match="'moon' is none; there are department"):
        population(mdt.current(), "DCCG", None, "", Selection(), ("moon",))
    with pytest.raises(CannotDraw, match="does not count cases"):
        population(mdt.current(), "DCCG", BY_ID["coverage"], "", Selection(), ())
    with pytest.raises(AuditRefused, match="no case is in the population"):
        data.sample(mdt.current(), "DCCG", replace(PLAN, start=dt.date(1999, 1, 1), end=dt.date(1999, 2, 1)))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"), ({"seed": ""}, "seed"), ({"indicator": "no_such"}, "indicator"),
        ({"indicator": "", "state": "missing"}, "state"), ({"end": YEAR[0]}, "end"), ({"each": 501}, "each"),
        ({"purpose": "Patienten 010203-1234"}, "purpose"), ({"indicator": "pro_answered"}, "indicator"),
    ],
)  # fmt: skip
def test_a_plan_that_does_not_hold_names_its_field(mdt, change, field):
    with pytest.raises(AuditRefused) as refused:
        data.check(mdt.current(), "DCCG", replace(PLAN, **change))
    assert field in [name for name, _, _ in refused.value.errors]


def test_questions_are_read_as_they_are_written():
    made = data.questions(ASKED)
    assert [(one.id, one.kind, one.options) for one in made] == [
        ("q1", "yes_no", ()), ("q2", "choice", ("travlhed", "patientens valg")), ("q3", "text", ()),
    ]  # fmt: skip
    assert data.questions("\n".join(one.line for one in made)) == made
    for wrong in ("", "Årsag: kun én |", "uden kolon | med streg", "\n".join("Spørgsmål?" for _ in range(21))):
        with pytest.raises(AuditRefused):
            data.questions(wrong)


# --- answers and shares ---


def answer(snapshot, one, number, base=0, note="", **given):
    data.answer(snapshot, one, number, given, note, base, "Ane", "kliniker")


def test_answers_become_shares_with_missing_and_not_relevant_apart(snapshot):
    one = data.add(snapshot, "DCCG", PLAN, "Ane", "")
    by_unit: dict[str, list] = {}
    for case in one.cases:
        by_unit.setdefault(case.unit, []).append(case.number)
    answer(snapshot, one, by_unit["HJO-KIR"][0], q1="no", q2="travlhed")
    first = data.shares(one, data.answers(snapshot, one))
    assert first[0].stratum is None and first[0].rate is None, "three departments have no answer yet"
    for unit in ("HER-KIR", "SLA-KIR", "AAL-KIR"):
        for number, said in zip(by_unit[unit], ("yes", "no", "missing", "not_relevant", "yes"), strict=True):
            answer(snapshot, one, number, q1=said)
    found = {(row.option, row.stratum): row for row in data.shares(one, data.answers(snapshot, one))
             if row.question.id == "q1"}  # fmt: skip
    whole = found["yes", None]
    assert (whole.answered, whole.numerator, whole.denominator, whole.missing, whole.not_relevant) == (16, 6, 10, 3, 3)
    for place, (key, many, taken) in enumerate(one.strata):
        row = found["yes", place]
        assert (row.population, row.drawn) == (many, taken)
        assert row.rate == (0 if key == ("HJO-KIR",) else pytest.approx(2 / 3))
    weights = {key[0]: many for key, many, _ in one.strata}
    rest = sum(many for unit, many in weights.items() if unit != "HJO-KIR")
    assert whole.rate == pytest.approx((rest * 2 / 5) / (rest * 3 / 5 + weights["HJO-KIR"]))
    assert whole.lower < whole.rate < whole.upper


def test_every_answer_stays_and_an_emptied_one_does_not_count(snapshot):
    one = data.add(snapshot, "DCCG", PLAN, "Ane", "")
    answer(snapshot, one, 1, q1="yes")
    answer(snapshot, one, 1, base=1, q1="no", note="Set igen")
    with pytest.raises(Moved):
        answer(snapshot, one, 1, base=1, q1="missing")
    said = data.answers(snapshot, one)[1]
    assert (said.answers, said.note, said.revision) == ({"q1": "no"}, "Set igen", 2)
    assert [entry.body["answers"].get("q1") for entry in data.history(snapshot, "DCCG", "1", 1)] == [
        "missing", "no", "yes",
    ]  # fmt: skip
    answer(snapshot, one, 1, base=2)
    assert not data.answers(snapshot, one)


def test_wrong_answers_and_person_numbers_are_refused(snapshot):
    one = data.add(snapshot, "DCCG", PLAN, "Ane", "")
    for given in ({"q1": "måske"}, {"q2": "noget andet"}, {"q3": "010203-1234"}, {"q3": "x" * 2001}):
        with pytest.raises(AuditRefused) as refused:
            data.checked_answers(one, given, "")
        assert [name for name, _, _ in refused.value.errors] == list(given)
    with pytest.raises(AuditRefused, match="CPR"):
        data.checked_answers(one, {}, "ring 0102031234")


def test_a_closed_audit_takes_no_answer_and_the_words_can_be_taken_back(snapshot):
    one = data.add(snapshot, "DCCG", PLAN, "Ane", "")
    data.settings(snapshot, one, "Nyt emne", "", "closed", 1, "Bo", "")
    closed = data.audit(snapshot, "DCCG", "1")
    assert (closed.title, closed.status, closed.cases, closed.questions) == ("Nyt emne", "closed", one.cases,
                                                                           one.questions)  # fmt: skip
    with pytest.raises(AuditRefused, match="closed"):
        answer(snapshot, closed, 1, q1="yes")
    assert [entry.body["title"] for entry in data.history(snapshot, "DCCG", "1")] == ["Nyt emne", PLAN.title]


def test_two_audits_have_a_number_each(snapshot):
    assert [data.add(snapshot, "DCCG", PLAN, "", "").id for _ in range(2)] == ["1", "2"]
    assert [one.id for one in data.audits(snapshot, "DCCG")] == ["2", "1"]
    assert data.audit(snapshot, "DCCG", "3") is None


# --- the command ---


def run(snapshot, *words: str) -> int:
    where = ("--store", str(snapshot.root), "--database", "DCCG")
    return command.main(["audits", words[0], *where, *words[1:]])


def rows(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_command_draws_lists_takes_answers_and_gives_results(snapshot, tmp_path, capsys):
    (tmp_path / "q.txt").write_text(ASKED, encoding="utf-8")
    words = ["draw", "--title", "MDT", "--questions", str(tmp_path / "q.txt"), "--indicator", MDT, "--state",
             "not_fulfilled", "--from", "2025-01-01", "--to", "2026-01-01", "--strata", "department", "--each", "5",
             "--seed", "2025-1"]  # fmt: skip
    assert run(snapshot, *words, "--try") == 0
    tried = [row["case_id"] for row in rows(capsys.readouterr().out)]
    assert not data.audits(snapshot, "DCCG")
    assert run(snapshot, *words) == 0 and "audit 1: 16 of 50 cases in 4 strata" in capsys.readouterr().out
    assert run(snapshot, "cases", "--audit", "1", "--format", "csv") == 0
    text = capsys.readouterr().out
    listed = rows(text)
    assert [row["case_id"] for row in listed] == tried
    for row in listed:
        row["q1"] = "yes" if row["unit"] == "SLA-KIR" else "no"
    with (tmp_path / "a.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(listed[0]))
        writer.writeheader()
        writer.writerows(listed)
    assert run(snapshot, "answer", "--audit", "1", "--file", str(tmp_path / "a.csv"), "--author", "Ane") == 0
    assert "16 answers taken; 16 of 16 answered" in capsys.readouterr().out
    assert run(snapshot, "results", "--audit", "1", "--format", "csv") == 0
    found = {(row["question"], row["stratum"]): row for row in rows(capsys.readouterr().out) if row["question"] == "q1"}
    assert float(found["q1", ""]["rate"]) == pytest.approx(22 / 50)
    assert found["q1", "SLA-KIR"]["numerator"] == "5"
    assert run(snapshot, "list", "--format", "csv") == 0
    assert rows(capsys.readouterr().out)[0]["answered"] == "16"


def test_a_file_with_one_error_gives_nothing_and_names_the_line(snapshot, tmp_path, capsys):
    data.add(snapshot, "DCCG", PLAN, "", "")
    (tmp_path / "a.csv").write_text("number,q1\n1,yes\n99,no\n2,perhaps\n", encoding="utf-8")
    assert run(snapshot, "answer", "--audit", "1", "--file", str(tmp_path / "a.csv")) == 2
    said = capsys.readouterr().err
    assert "line 3: number '99'" in said and "line 4: q1" in said
    assert not data.answers(snapshot, data.audit(snapshot, "DCCG", "1"))
    assert run(snapshot, "results", "--audit", "7") == 2 and "there are 1" in capsys.readouterr().err
