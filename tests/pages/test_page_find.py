"""The page of the search lists all that can be found, and every address of it answers."""

from __future__ import annotations

import re
from html import unescape

from indicators.catalogue import CATALOGUE
from results.places import departments, findable, hospitals
from tests.support.amount import examples
from tests.support.clients import client
from words.find import KINDS


def test_what_can_be_found_is_there_once_and_answers(synthetic_store):
    snapshot, asking = synthetic_store.current(), client(synthetic_store)
    page = asking.get("/soeg")
    links = [unescape(one) for one in re.findall(r'<ul class="find-list">.*?</ul>', page.text, re.DOTALL)]
    paths = [unescape(one) for part in links for one in re.findall(r'href="([^"]+)"', part)]
    assert len(paths) == len(set(paths))
    for path in paths[:: examples(1, 20)]:
        assert asking.get(path).status_code == 200, path
    rows = asking.get("/soegning.json").json["rows"]
    assert len(rows) == len(paths)
    kinds = [row[0] for row in rows]
    assert kinds.count(0) == len(hospitals(snapshot)) > 10
    assert kinds.count(1) == len(departments(snapshot)) > 20
    assert {row[5] for row in rows if row[0] == 2} <= {one.id for one in CATALOGUE}
    assert set(kinds) == set(range(len(KINDS)))


def test_a_department_is_found_where_its_patients_are(synthetic_store):
    snapshot = synthetic_store.current()
    sql = "SELECT department FROM cases UNION SELECT department FROM treatments UNION SELECT unit FROM palliative"
    there = {code: {unit for (unit,) in snapshot.rows(code, sql)} for code in snapshot.databases}
    for one in findable(snapshot).departments:
        for database in one.databases:
            assert one.code in there[database], f"{one.code} {database}"


def test_it_may_be_kept_only_under_the_snapshots_own_name(synthetic_store):
    asking, id = client(synthetic_store), synthetic_store.current().id
    assert "max-age" in asking.get(f"/soegning.json?udtraek={id}").headers["Cache-Control"]
    assert asking.get("/soegning.json?udtraek=other").headers["Cache-Control"] == "no-store"
    assert asking.get("/soegning.json?lang=en").json["kinds"][1] == "Departments"
