"""What is written into the registers makes those kept pages anew that show it, and no others."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest

from data import plan as plans
from data.improvement_texts import known
from data.improvements import Register
from data.registers import Registers
from data.store import Store
from indicators.catalogue import BY_ID
from results import actions, comments, hearings, meeting, summaries
from results.view import Edition, View
from server import rendering
from tests.support.clients import _client

MDT = "mdt_before_treatment"
OF_ONE = (
    "/?database={0}&periode=2024", "/indikator/mdt_before_treatment?database={0}&periode=2024",
    "/forbedringer?database={0}", "/rapport?database={0}&periode=2024", "/audit?database={0}&periode=2024",
    "/rapport/sammenfatning?database={0}&periode=2024",
    "/afdeling/SLA-KIR?database={0}&periode=2024",
)  # fmt: skip
OF_ALL = ("/tvaergaaende", "/plan", "/plan/DCCG", "/om")
PATHS = (*(one.format(code) for code in ("DCCG", "ALD") for one in OF_ONE), *OF_ALL)


@pytest.fixture(scope="module")
def root(synthetic_store, tmp_path_factory):
    return shutil.copytree(synthetic_store.root, tmp_path_factory.mktemp("registers") / "store")


def view(root, database: str = "DCCG") -> View:
    return View(Store(root).current(), Edition(), database, 2024)


def comment(root):
    name = comments.subject("DCCG", 2024, MDT, "", "clinical")
    Registers(root).write(comments.COMMENTS, name, 0, {"text": "Vi har set på det.", "number": {}}, "Ane", "registry")


def decision(root):
    body = {"text": "Fast MDT-tid.", "responsible": "Ane"}
    Registers(root).write(meeting.DECISIONS, meeting.subject("DCCG", 2024, MDT), 0, body, "Ane", "registry")


def agenda(root):
    body = {"order": [MDT], "out": []}
    Registers(root).write(meeting.AGENDAS, "ALD/2024", 0, body, "Ane", "registry")


def entry(root):
    plans.take(root, plans.read("measure,group,state\nonkofon,DCCG,met\n"), "Ane", "registry")


def initiative(root):
    values = {"database": "DCCG", "indicator": MDT, "departments": "AAB-KIR", "title": "Ny arbejdsgang",
              "start": "2023-07-01", "washout": "30", "done": "Vi gjorde det.", "owner": "Ane"}  # fmt: skip
    Register(root).add(values, known(None, BY_ID))


def action(root):
    values = {"action": "Fast MDT-tid", "owner": "Ane", "start": "2026-01-01", "due": "2026-06-01"}
    actions.add(Store(root).current(), "DCCG", "SLA-KIR", MDT, values, "Ane", "registry")


WRITES = {
    "action": (action, "DCCG"),
    "comment": (comment, "DCCG"),
    "decision": (decision, "DCCG"),
    "agenda": (agenda, "ALD"),
    "summary": (
        lambda root: summaries.write(view(root), "da", "met", 0, "Vi nåede det.", "", "Ane", "registry"), "DCCG"),
    "hearing": (lambda root: hearings.ask(view(root), "Hovedstaden", dt.date(2028, 3, 1), 0, "Ane", "reg"), "DCCG"),
    "plan": (entry, ""),
    "initiative": (initiative, ""),
    "version": (lambda root: comments.finish(view(root), 0, "Ane", "registry"), "DCCG"),
}  # fmt: skip


def body(answer) -> str:
    """The page itself: Dash's tags differ from app to app."""
    assert answer.status_code == 200
    return answer.text.partition('<div id="page">')[2].partition('<div id="react-entry-point">')[0]


def test_a_kept_page_is_what_a_fresh_one_says_after_every_kind_of_write(root, monkeypatch):
    """And a write about one database leaves the pages of the others kept."""
    kept = _client(root, "working")
    for path in PATHS:
        kept.get(path)
    made, render = [], rendering.render
    monkeypatch.setattr(rendering, "render", lambda path, query: made.append(f"{path}?{query}") or render(path, query))
    for name, (write, database) in WRITES.items():
        write(root)
        made.clear()
        after = {path: body(kept.get(path)) for path in PATHS}
        again = set(made)
        assert again, f"{name}: some page shows it"
        if database:
            other = "ALD" if database == "DCCG" else "DCCG"
            assert not [one for one in again if f"database={other}" in one], (name, again)
        _client.cache_clear()
        fresh = _client(root, "working")
        for path in PATHS:
            assert after[path] == body(fresh.get(path)), (name, path)
