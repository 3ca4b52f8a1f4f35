"""Audits of case records on their pages: drawn in a form, answered case by case, for whom they concern alone."""

from __future__ import annotations

import json
import re
import shutil
from html import unescape
from urllib.parse import urlencode

import dash
import pytest

from data.audit_log import AuditLog
from data.store import Store
from data.users import Users
from layouts.frame.source import StoreSource
from results import case_audits as data
from results.view import Edition
from server.access.network import Network
from server.application import create_app
from tests.pages.test_access import PASSWORD
from tests.results.test_case_audits import ASKED, MDT, PLAN
from tests.support.clients import OwnPages, _client

KIND = "application/x-www-form-urlencoded"
HERE = {"Sec-Fetch-Site": "same-origin"}
NEW = "/audit/journal/ny?database=DCCG"
FORM = {
    "title": "MDT, der mangler", "purpose": "", "indicator": MDT, "state": "not_fulfilled", "start": "2025-01-01",
    "end": "2025-12-31", "by": "department", "each": "5", "size": "", "seed": "2025-1", "questions": ASKED,
    "author": "Ane Berg",
}  # fmt: skip
AN_ID = re.compile(r"\bk\d+\b")


@pytest.fixture
def root(mdt, tmp_path):
    return shutil.copytree(mdt.root, tmp_path / "store")


def post(client, address: str, **form: str):
    return client.post(address, data=urlencode(form), content_type=KIND, headers=HERE)


def body(answer) -> str:
    return unescape(answer.get_data(as_text=True))


def one_of(root):
    snapshot = Store(root).current()
    return data.audit(snapshot, "DCCG", data.add(snapshot, "DCCG", PLAN, "Ane", "").id)


def test_an_audit_is_tried_drawn_and_stands_on_the_list(root):
    client = _client(root, "working")
    assert "Ny journalaudit" in body(client.get("/audit?database=DCCG&periode=2025"))
    tried = post(client, NEW, **FORM, proev="ja")
    assert tried.status_code == 200 and "Der trækkes 16 af 50 forløb i 4 lag. Intet er gemt endnu." in body(tried)
    assert not data.audits(Store(root).current(), "DCCG")
    made = post(client, NEW, **FORM)
    assert (made.status_code, made.location) == (303, "/audit/journal/1?database=DCCG")
    page = body(client.get(made.location))
    assert "16 af 50 forløb: op til 5 af hvert lag (afdeling). Frø »2025-1«" in page
    assert "Forløb i »MDT før første behandling« (ikke opfyldt), 01.01.2025–31.12.2025" in page
    shown = body(client.get("/audit?database=DCCG&periode=2025"))
    assert "MDT, der mangler" in shown and "0 af 16 forløb er besvaret" in shown and not AN_ID.search(shown)


def test_what_does_not_hold_comes_back_with_what_was_typed(root):
    client = _client(root, "working")
    answer = post(client, NEW, **{**FORM, "title": "", "start": "i fjor", "each": "mange"})
    page = body(answer)
    assert answer.status_code == 422 and "'i fjor' er ikke en dato" in page and "'mange' er ikke et antal" in page
    assert re.search(r"<textarea[^>]*>Står en konference i journalen\?", page)
    assert post(client, NEW, **{**FORM, "by": "", "end": "9999-12-31"}).status_code == 422


def test_cases_are_answered_one_after_the_other(root):
    client, one = _client(root, "working"), one_of(root)
    first = body(client.get("/audit/journal/1/1?database=DCCG"))
    assert one.cases[0].case_id in first and "patientens valg" in first and "kan ikke ses" in first
    saved = post(client, "/audit/journal/1/1?database=DCCG", base="0", q1="yes", q3="Intet", note="Fundet", author="Bo")
    assert (saved.status_code, saved.location) == (303, "/audit/journal/1/2?database=DCCG")
    again = body(client.get("/audit/journal/1/1?database=DCCG"))
    assert re.search(r'<input[^>]*value="yes"[^>]*checked|<input[^>]*checked[^>]*value="yes"', again)
    assert ">Fundet</textarea>" in again and "Bo" in again
    wrong = post(client, "/audit/journal/1/2?database=DCCG", base="0", q1="perhaps")
    assert wrong.status_code == 422 and "'perhaps' er ikke et svar" in body(wrong)
    moved = post(client, "/audit/journal/1/1?database=DCCG", base="0", q1="no")
    assert moved.status_code == 409 and "Begge udgaver er bevaret" in body(moved)
    entries = data.history(Store(root).current(), "DCCG", "1", 1)
    back = post(client, "/audit/journal/1/1?database=DCCG", base="1", brug=str(entries[0].number))
    assert back.status_code == 303
    assert data.answers(Store(root).current(), one)[1].answers == {"q1": "no"}


def test_the_results_on_page_and_file_are_the_shares(root):
    client, one = _client(root, "working"), one_of(root)
    for case in one.cases:
        data.answer(Store(root).current(), one, case.number, {"q1": "yes" if case.unit == "SLA-KIR" else "no"}, "", 0,
                    "", "")  # fmt: skip
    whole = next(row for row in data.shares(one, data.answers(Store(root).current(), one)) if row.stratum is None)
    page = body(client.get("/audit/journal/1?database=DCCG"))
    assert f"{100 * whole.rate:.1f}".replace(".", ",") in page and "5/16" in page
    assert "har svaret »ja« på »Står en konference i journalen?«" in page
    file = client.get("/hent/journalaudit.csv?database=DCCG&emne=1").get_data(as_text=True)
    assert repr(whole.rate).replace(".", ",") in file and "Kirurgisk afdeling, Slagelse" in file
    listed = client.get("/hent/journalaudit-forloeb.csv?database=DCCG&emne=1").get_data(as_text=True)
    assert all(case.case_id in listed for case in one.cases)
    assert client.get("/hent/journalaudit.xlsx?database=DCCG&emne=1").status_code == 200
    assert client.get("/hent/journalaudit.csv?database=DCCG&emne=9").status_code == 404


def test_an_audit_is_closed_and_opened_again(root):
    client = _client(root, "working")
    one_of(root)
    changed = {"title": "Nyt emne", "purpose": "x", "status": "closed"}
    assert post(client, "/audit/journal/1/ret?database=DCCG", base="1", **changed).status_code == 303
    assert "Auditten er lukket." in body(client.get("/audit/journal/1/1?database=DCCG"))
    assert post(client, "/audit/journal/1/1?database=DCCG", base="0", q1="yes").status_code == 422
    late = post(client, "/audit/journal/1/ret?database=DCCG", base="1", **changed)
    assert late.status_code == 409 and "En anden har gemt" in body(late)
    first = data.history(Store(root).current(), "DCCG", "1")[-1]
    assert post(client, "/audit/journal/1/ret?database=DCCG", base="2", brug=str(first.number)).status_code == 303
    assert data.audit(Store(root).current(), "DCCG", "1").title == PLAN.title


def test_the_public_edition_has_none_of_it(root):
    client = _client(root, "public")
    one_of(root)
    for address in ("/audit/journal/1", "/audit/journal/1/1", "/audit/journal/ny"):
        answer = client.get(f"{address}?database=DCCG")
        assert answer.status_code == 403 and not AN_ID.search(body(answer)), address
        assert "Journalaudit vises ikke her" in body(answer)
    for name in ("journalaudit", "journalaudit-forloeb"):
        assert client.get(f"/hent/{name}.csv?database=DCCG&emne=1").status_code == 404
    assert PLAN.title not in body(client.get("/audit?database=DCCG"))
    assert post(client, "/audit/journal/1/1?database=DCCG", base="0", q1="yes").status_code == 403


def test_forms_of_another_site_are_refused(root):
    client = _client(root, "working")
    one_of(root)
    answer = client.post("/audit/journal/1/1?database=DCCG", data="q1=yes", content_type=KIND)
    assert answer.status_code == 403 and not data.answers(Store(root).current(), one_of(root))


EVERY = "AAL-KIR HER-KIR HJO-KIR SLA-KIR"
#: role, of whom → whose cases it sees, and whether the results too.
ROLES = {
    "reader": ("reader", {}, "", False),
    "administrator": ("administrator", {}, "", False),
    "clinician": ("clinician", {"departments": ("SLA-KIR",)}, "SLA-KIR", False),
    "clinician-elsewhere": ("clinician", {"departments": ("RIG-GYN",)}, "", False),
    "steering": ("steering", {"databases": ("DCCG",)}, EVERY, True),
    "steering-elsewhere": ("steering", {"databases": ("DLCR",)}, "", False),
    "registry": ("registry", {}, EVERY, True),
}


@pytest.fixture(scope="module")
def with_login(mdt, tmp_path_factory):
    """The store with an audit and a user of each role, and the app with log-in."""
    root = shutil.copytree(mdt.root, tmp_path_factory.mktemp("roles") / "store")
    one = one_of(root)
    for name, (role, of, _, _) in ROLES.items():
        Users(root).add(name, PASSWORD, role, **of)
    source = StoreSource(Store(root), Edition("working"))
    server = create_app(source, source.version, network=Network(login=True)).server
    server.test_client_class = OwnPages
    return root, one, server, dict(dash.page_registry)


@pytest.mark.parametrize("name", ROLES)
def test_each_role_sees_its_own_and_the_log_tells_without_ids(with_login, name):
    (root, one, server, pages), (role, _, sees, whole) = with_login, ROLES[name]
    asking = server.test_client()
    asking.pages = pages
    asking.post("/log-ind", data={"navn": name, "kodeord": PASSWORD}, headers=HERE)
    units = {case.case_id: case.unit for case in one.cases}
    page = asking.get("/audit/journal/1?database=DCCG")
    seen = {units[id] for id in AN_ID.findall(body(page)) if id in units}
    assert " ".join(sorted(seen)) == sees and page.status_code == (200 if sees else 403)
    assert ('id="resultat"' in body(page)) == whole
    assert (PLAN.title in body(asking.get("/audit?database=DCCG"))) == bool(sees)
    for case in {case.unit: case for case in one.cases}.values():  # one of each department
        there = asking.get(f"/audit/journal/1/{case.number}?database=DCCG")
        assert (case.case_id in body(there)) == (case.unit in sees), (role, case.unit)
        sent = post(asking, f"/audit/journal/1/{case.number}?database=DCCG", base="0", q1="yes")
        assert (sent.status_code in (303, 409)) == (case.unit in sees)  # 409: another role has answered it
    files = asking.get("/hent/journalaudit-forloeb.csv?database=DCCG&emne=1").get_data(as_text=True)
    assert {units[id] for id in AN_ID.findall(files) if id in units} == set(sees.split())
    assert (asking.get("/hent/journalaudit.csv?database=DCCG&emne=1").status_code == 200) == whole
    lines = [json.loads(line) for line in AuditLog(root).path.read_text().splitlines()]
    told = [line["path"] for line in lines if line["who"] == name]
    assert (
        "/audit/journal/1" in told
        and any(one.startswith("/audit/journal/1/") for one in told)
        and "/hent/journalaudit-forloeb.csv" in told
    )
    assert not any(id in json.dumps(lines) for id in (f'"{one}"' for one in units))
