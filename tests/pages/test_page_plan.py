"""/plan: the action plan's goals × groups, the same states as the command's."""

from __future__ import annotations

import re

import pytest

from data import plan as plans
from data.store import Store
from indicators.plan import by_goal, states
from tests.pages.test_page_warnings import text_of
from tests.support.clients import client
from tests.support.extracts import load_extract


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    root = tmp_path_factory.mktemp("plan-page")
    coverage = [{"year": "2024", "department": "HER-KIR", "expected": "12"}]
    cases = [{"case_id": f"c{n}", "diagnosis_date": "2024-05-01", "department": "HER-KIR"} for n in range(9)]
    load_extract(root, cases=cases, coverage=coverage)
    entry = "measure,group,state,value,date,note\naudited,DCCG,met,,2024-11-20,Kun for os\n"
    entry += "access_for_all,DCCG,met,,,\npublications,DBCG,,30,,\n"
    plans.take(root / "store", plans.read(entry), "anne", "registry")
    return Store(root / "store")


def test_each_cell_is_the_command_s(store):
    page = client(store).get("/plan").text
    wanted = by_goal(states(store.current(), plans.plan()), plans.plan())
    words = {"met": "nået", "on_the_way": "på vej", "not_met": "ikke nået", "not_known": "ikke oplyst"}
    for row in wanted.itertuples():
        cell = re.search(rf'<a [^>]*href="/plan/{row.group}(?:\?[^"#]*)?#maal-{row.goal}"[^>]*>', page)
        assert cell and f'title="{row.group}: {words[row.state]}"' in cell[0], (row.group, row.goal)
    assert len(re.findall(r"#maal-\d+", page)) == 16 * 25


def test_a_group_s_page_says_on_what_each_state_rests(store):
    text = text_of(client(store).get("/plan/DCCG"))
    assert "beregnet · 9/12 = 75,0 % i 2024" in text
    assert "indført · 20.11.2024 · Kun for os" in text
    assert "DCCG har nået 1 af 16 mål" in text, "goal 7 alone: what was entered is all of it"
    assert client(store).get("/plan/XX").status_code == 404
    assert "reached 1 of 16 goals" in text_of(client(store).get("/plan/DCCG?lang=en"))


def test_an_entry_is_on_the_page_at_once(store):
    asking = client(store)
    assert "DMG har nået 0 af 16 mål" in text_of(asking.get("/plan/DMG"))
    plans.take(store.root, plans.read("measure,group,state\nonkofon,DMG,met\n"), "anne", "registry")
    assert "DMG har nået 1 af 16 mål" in text_of(asking.get("/plan/DMG"))
