"""The hearing round: a region writes by its dated link without an account, and nothing else opens by it."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from dataclasses import replace
from html import unescape
from urllib.parse import urlencode

import dash
import pytest

from data.audit_log import AuditLog
from data.registers import Registers
from data.store import Store
from data.users import Users
from layouts.frame.source import StoreSource
from reports import build
from reports.surroundings import reader
from results import comments as data
from results.audit import unit_table
from results.publishing import frames
from results.view import Edition, View
from server import hearing
from server.access.network import Network
from server.application import create_app
from tests.pages.test_access import PASSWORD
from tests.support.clients import OwnPages, _client

KIND = "application/x-www-form-urlencoded"
HERE = {"Sec-Fetch-Site": "same-origin"}
ROUNDS = "/rapport/hoering?database=DCCG&periode=2025"
MDT = "mdt_before_treatment"
WHO = {"author": "Kim Lund", "role": "Cheflæge, Region Sjælland"}


@pytest.fixture(scope="module")
def root(mdt, tmp_path_factory):
    """A store of its own; each test writes for a region or an indicator of its own, the last one ends the hearing."""
    return shutil.copytree(mdt.root, tmp_path_factory.mktemp("hearing") / "store")


@pytest.fixture(scope="module")
def client(root):
    return _client(root, "working")


def post(client, address: str, **form: str):
    return client.post(address, data=urlencode(form), content_type=KIND, headers=HERE)


def body(answer) -> str:
    return unescape(answer.get_data(as_text=True))


def day(after: int) -> str:
    return (dt.date.today() + dt.timedelta(days=after)).isoformat()


def link(client, region: str = "1085", until: str = "") -> str:
    """A region's new link, as the registry's page shows it."""
    base = revision(body(client.get(ROUNDS)), region)
    assert post(client, ROUNDS, region=region, until=until or day(10), base=base).status_code == 303
    page = body(client.get(ROUNDS))
    field = re.search(rf'<input[^>]*id="link-{region}"[^>]*>', page)[0]
    return re.search(r'value="http://localhost(/hoering/[^"]*)"', field)[1]


def revision(page: str, region: str) -> str:
    """The revision of a region's round, as its form on the page has it."""
    forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
    form = next(one for one in forms if f'value="{region}"' in one)
    field = re.search(r'<input[^>]*name="base"[^>]*>', form)[0]
    return re.search(r'value="(\d+)"', field)[1]


def writing(address: str, subject: str = MDT) -> str:
    return f"{address}?emne={subject}"


def view(root) -> View:
    return View(Store(root).current(), Edition(), "DCCG", 2025)


def test_a_region_writes_by_its_link_and_the_report_has_it(client, root):
    address = link(client)
    page = body(client.get(address))
    assert "Sjælland" in page and f"til og med {dt.date.fromisoformat(day(10)):%d.%m.%Y}" in page
    saved = post(client, writing(address), base="0", text="Der er ansat en koordinator.\n\nFra marts.", **WHO)
    assert saved.status_code == 303
    after = body(client.get(saved.location))
    assert "Kommentaren er gemt." in after and "Der er ansat en koordinator." in after
    assert post(client, writing(address, "alt"), base="0", text="Vi er enige.", **WHO).status_code == 303
    entry = Registers(root).latest(data.COMMENTS)[data.subject("DCCG", 2025, MDT, "", "regional", "1085")]
    assert (entry.author, entry.role) == (WHO["author"], WHO["role"])
    assert abs(entry.at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)
    made = build.document(reader(Store(root).current(), Edition(), "DCCG", "2025", "da"))
    chapter = next(one for one in made.parts if one.id == "regionale-kommentarer")
    said = [(one.heading, one.paragraphs, one.by) for one in chapter.parts[0].blocks]
    assert [text[:2] for text in said] == [
        ("Om rapporten som helhed", ("Vi er enige.",)),
        ("MDT før første behandling", ("Der er ansat en koordinator.", "Fra marts.")),
    ]
    assert all(WHO["author"] in by and WHO["role"] in by for _, _, by in said)
    assert "Der er ansat en koordinator." in body(client.get(f"/indikator/{MDT}?database=DCCG&periode=2025"))


def test_the_number_that_is_remembered_is_the_countrys(client, root):
    post(client, writing(link(client, "1084")), base="0", text="x", **WHO)
    page = body(client.get(f"/indikator/{MDT}?database=DCCG&periode=2025"))
    assert "Regional kommentar, Hovedstaden" in page and "skrevet ved" not in page and "tallet er ændret" not in page


def test_a_link_shows_the_public_edition(client):
    """Nordjylland's four patients of Hjørring are its own matter; what is shown is what the public page shows."""
    page = body(client.get(link(client, "1081")))
    assert "Offentlig" in page or "færre end 5" in page
    assert "HJO-KIR" not in page and "k1" not in re.findall(r"\bk\d+\b", page)


def test_what_a_link_may_not_do(client, root):
    address = link(client)
    before = Registers(root).version()
    assert client.get(writing(address, "no_such")).status_code == 404
    nameless = post(client, writing(address), base="0", text="x", author="", role="")
    assert nameless.status_code == 422 and "Skriv navn og rolle" in body(nameless)
    person = post(client, writing(address), base="0", text="se 010203-1234", **WHO)
    assert person.status_code == 422 and "CPR" in body(person)
    elsewhere = client.post(writing(address), data=urlencode({"text": "x", **WHO}), content_type=KIND)
    assert elsewhere.status_code == 403
    assert post(client, writing(address), base="0", text="x" * 20_001, **WHO).status_code == 413
    assert Registers(root).version() == before


def test_two_of_a_region_lose_nothing(client, root):
    address = link(client, "1083")
    post(client, writing(address), base="0", text="Den ene", **WHO)
    answer = post(client, writing(address), base="0", text="Den anden", **WHO)
    assert answer.status_code == 409 and "Den ene" in body(answer) and ">Den anden</textarea>" in body(answer)
    name = data.subject("DCCG", 2025, MDT, "", "regional", "1083")
    assert [one.body["text"] for one in Registers(root).history(data.COMMENTS, name)] == ["Den anden", "Den ene"]


def test_a_link_ends_with_its_day(client, root, monkeypatch):
    address = link(client, until=day(3))
    assert client.get(address).status_code == 200
    monkeypatch.setattr(hearing, "_today", lambda: dt.date.today() + dt.timedelta(days=3))
    assert client.get(address).status_code == 200, "the last day is a day of the hearing"
    monkeypatch.setattr(hearing, "_today", lambda: dt.date.today() + dt.timedelta(days=4))
    before = Registers(root).version()
    for answer in (client.get(address), post(client, writing(address), base="0", text="for sent", **WHO)):
        assert answer.status_code == 410 and "Høringsfristen er udløbet" in body(answer)
    assert Registers(root).version() == before
    assert "The deadline has passed" in body(client.get(f"{address}?lang=en"))


@pytest.mark.parametrize("place", [1, 12, -1])
def test_a_forged_link_opens_nothing(client, root, place):
    address = link(client)
    token = address.removeprefix("/hoering/")
    forged = list(token)
    forged[place] = "A" if token[place] != "A" else "B"
    for wrong in ("".join(forged), token[:-6], "hej", token.split(".")[0]):
        answer = client.get(f"/hoering/{wrong}")
        assert answer.status_code == 404 and "gyldigt" in body(answer), wrong
        assert "Sjælland" not in body(answer)


def test_a_newer_link_and_a_withdrawn_one_end_the_old(client, root):
    first = link(client, "1082")
    second = link(client, "1082", until=day(20))
    assert first != second and client.get(second).status_code == 200
    assert client.get(first).status_code == 410 and "afløst af et nyere" in body(client.get(first))
    assert post(client, ROUNDS, region="1082", base="2", handling="luk").status_code == 303
    assert client.get(second).status_code == 410
    assert post(client, ROUNDS, region="1082", base="1", until=day(5)).status_code == 409
    assert post(client, ROUNDS, region="1082", base="3", until=day(-1)).status_code == 422
    assert post(client, ROUNDS, region="9999", base="0", until=day(5)).status_code == 400


def test_without_an_account_the_link_opens_its_own_page_alone(root, tmp_path):
    root = shutil.copytree(root, tmp_path / "store")
    Users(root).add("x", PASSWORD, "registry")
    source = StoreSource(Store(root), Edition("working"))
    server = create_app(source, source.version, network=Network(login=True)).server
    server.test_client_class = OwnPages
    pages = dict(dash.page_registry)
    registry, region = server.test_client(), server.test_client()
    registry.pages = region.pages = pages
    registry.post("/log-ind", data={"navn": "x", "kodeord": PASSWORD}, headers=HERE)
    address = link(registry, "1083")
    assert region.get(address).status_code == 200
    assert post(region, writing(address, "alt"), base="0", text="Uden bruger", **WHO).status_code == 303
    assert region.get(ROUNDS).status_code in (302, 401)
    assert region.get("/").status_code == 302 and region.get("/hent/overblik.csv").status_code == 401
    assert post(region, ROUNDS, region="1085", base="1", until=day(5)).status_code == 401
    log = AuditLog(root).path.read_text()
    told = [json.loads(line)["path"] for line in log.splitlines()]
    assert "/hoering/DCCG/2025/1083" in told and address.removeprefix("/hoering/") not in log


def test_the_public_edition_makes_no_links(root):
    public = _client(root, "public")
    assert public.get(ROUNDS).status_code == 403
    assert post(public, ROUNDS, region="1085", base="0", until=day(5)).status_code == 403


def test_the_numbers_are_those_of_the_public_page(client, root):
    address = link(client, "1085")
    page = body(client.get(address))
    assert "78,0" in page, "78 of 100 at Slagelse, the region's only department"
    north = body(client.get(link(client, "1081")))
    edition, whole = Edition("public"), view(root)
    table = unit_table(replace(whole, edition=edition, snapshot=frames.public(whole.snapshot, edition)), MDT)
    cell = table.cell(next(one for one in table.of_level("region") if one.code == "1081"))
    shown = "skjult" if cell.hidden else f"{100 * cell.rate:.1f}".replace(".", ",")
    assert shown in re.search(r"MDT før første behandling.*?</tr>", north)[0]


def test_a_final_report_takes_no_more(client, root):
    address = link(client)
    data.finish(view(root), 0, "Ane", "")
    answer = client.get(address)
    assert answer.status_code == 410 and "Rapporten er endelig" in body(answer)
