"""Comments: written in a form, shown beside their figure and in the report, and told where their number has moved."""

from __future__ import annotations

import re
import shutil
from html import unescape
from urllib.parse import urlencode

import pytest

from data.registers import VERSIONS, Registers
from data.store import Store
from reports import build
from reports.content import Bullets, Remark
from reports.surroundings import reader
from results import comments as data
from results.audit import unit_table
from results.view import Edition, View
from tests.support.clients import _client
from words.runs import plain

MDT = "mdt_before_treatment"
HERE = {"Sec-Fetch-Site": "same-origin"}
FORM = f"/rapport/kommentar?database=DCCG&periode=2025&emne={MDT}&slags="
PAGE = f"/indikator/{MDT}?database=DCCG&periode=2025"


@pytest.fixture
def root(mdt, tmp_path):
    """A store of its own: these tests write."""
    return shutil.copytree(mdt.root, tmp_path / "store")


def send(client, kind: str, text: str, base: int = 0, **more: str):
    form = {"base": str(base), "text": text, "author": "Ane Berg", "role": "epidemiolog", **more}
    return client.post(
        FORM + kind, data=urlencode(form), content_type="application/x-www-form-urlencoded", headers=HERE
    )


def body(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return unescape(answer.get_data(as_text=True))


def view(root, edition: str = "working", period: int = 2025) -> View:
    return View(Store(root).current(), Edition(edition), "DCCG", period)


def test_a_comment_stands_beside_its_figure_and_in_the_report(root):
    client = _client(root, "working")
    assert "Skriv eller ret: klinisk kommentar" in body(client, PAGE)
    answer = send(client, "clinical", "Niveauet er tilfredsstillende.\n\nMen ikke i Slagelse.")
    assert answer.status_code == 303 and answer.location.endswith("#kommentarer")
    page = body(client, PAGE)
    assert "Klinisk kommentar" in page and "Men ikke i Slagelse." in page and "Ane Berg, epidemiolog" in page
    send(client, "recommendation", "Slagelse redegør.")
    made = build.document(reader(Store(root).current(), Edition(), "DCCG", "2025", "da"))
    remarks = [one for one in made.blocks() if isinstance(one, Remark)]
    assert [(one.heading, one.paragraphs) for one in remarks] == [
        ("Klinisk kommentar", ("Niveauet er tilfredsstillende.", "Men ikke i Slagelse.")),
        ("Anbefaling", ("Slagelse redegør.",)),
    ]
    first = [plain(item) for block in made.parts[1].blocks if isinstance(block, Bullets) for item in block.items]
    assert any(text.endswith("Slagelse redegør.") for text in first)
    assert made.version.startswith("Kommenteret udgave")


def test_a_regional_comment_has_a_chapter(root):
    client = _client(root, "working")
    send(client, "regional&hvor=1085", "Sjælland har ansat en koordinator.")
    made = build.document(reader(Store(root).current(), Edition(), "DCCG", "2025", "da"))
    chapter = next(one for one in made.parts if one.id == "regionale-kommentarer")
    assert [one.title for one in chapter.parts] == ["Sjælland"]
    assert "koordinator" in chapter.parts[0].blocks[0].paragraphs[0]


def test_two_writers_at_once_lose_nothing(root):
    client = _client(root, "working")
    send(client, "clinical", "Den første tekst")
    answer = send(client, "clinical", "Den anden tekst", base=0)
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert "Den første tekst" in page and re.search(r"<textarea[^>]*>Den anden tekst", page)
    field = re.search(r'<input[^>]*name="base"[^>]*>', page)[0]
    base = int(re.search(r'value="(\d+)"', field)[1])
    assert send(client, "clinical", "Begge tekster", base=base).status_code == 303
    assert "Begge tekster" in body(client, PAGE)
    history = body(client, FORM + "clinical")
    assert all(text in history for text in ("Den første tekst", "Den anden tekst", "Begge tekster"))


def test_an_earlier_version_is_used_again(root):
    client = _client(root, "working")
    send(client, "clinical", "Oprindelig")
    send(client, "clinical", "", base=1)
    assert "Oprindelig" not in body(client, PAGE)
    number = Registers(root).history(data.COMMENTS, data.subject("DCCG", 2025, MDT, "", "clinical"))[-1].number
    assert send(client, "clinical", "", base=2, brug=str(number)).status_code == 303
    assert "Oprindelig" in body(client, PAGE)


def test_it_says_when_its_number_has_moved(root):
    """The number that the writer saw is remembered: 'skrevet ved 93,1 %, nu …'; an unchanged one says nothing."""
    client = _client(root, "working")
    send(client, "clinical", "Uændret")
    assert "skrevet ved" not in body(client, PAGE)
    table = unit_table(view(root), MDT)
    name = data.subject("DCCG", 2025, MDT, "", "epidemiological")
    number = {**data.number_of(table.cell(table.nation)), "rate": 0.931}
    Registers(root).write(data.COMMENTS, name, 0, {"text": "Faldet", "number": number}, "", "")
    now = f"{100 * table.cell(table.nation).rate:.1f}".replace(".", ",")
    assert f"skrevet ved 93,1\xa0%, nu {now}\xa0%: læs igennem" in body(client, PAGE)


def test_another_definition_keeps_the_comment_and_says_so(root, monkeypatch):
    client = _client(root, "working")
    send(client, "clinical", "Skrevet før")
    monkeypatch.setattr(data, "DEFINITION_VERSION", "ny")
    found = data.of_indicator(view(root), unit_table(view(root), MDT))
    assert [(one.text, one.other_definition) for one in found] == [("Skrevet før", True)]


def test_the_public_edition_shows_what_is_final_alone(root):
    working, public = _client(root, "working"), _client(root, "public")
    send(working, "clinical", "Kun til styregruppen")
    assert "Kun til styregruppen" not in body(public, PAGE) and "Skriv eller ret" not in body(public, PAGE)
    assert public.get(FORM + "clinical").status_code == 403
    assert send(public, "clinical", "x").status_code == 403
    data.finish(view(root), 0, "Ane", "")
    assert "Kun til styregruppen" in body(_client(root, "public"), PAGE)


def test_a_final_version_stays_as_it_was(root):
    client = _client(root, "working")
    send(client, "clinical", "Som den var")
    final = data.finish(view(root), 0, "Ane", "")
    assert final.state == "final" and final.snapshot == Store(root).current().id
    send(client, "clinical", "Rettet bagefter", base=1)
    snapshot = Store(root).current()
    frozen = build.document(reader(snapshot, Edition(), "DCCG", "2025", "da"), as_final=True)
    texts = [one.paragraphs for one in frozen.blocks() if isinstance(one, Remark)]
    assert texts == [("Som den var",)] and frozen.version.startswith("Endelig udgave")
    assert data.reopen(view(root), final.revision, "Ane", "").state == "commented"
    assert len(Registers(root).history(VERSIONS, "DCCG/2025")) == 2


def test_forms_of_another_site_and_wrong_forms_are_refused(root):
    client = _client(root, "working")
    kind = "application/x-www-form-urlencoded"
    assert client.post(FORM + "clinical", data="text=x", content_type=kind).status_code == 403
    strange = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(FORM + "clinical", data="text=x", content_type=kind, headers=strange).status_code == 403
    assert client.post(FORM + "clinical", json={"text": "x"}, headers=HERE).status_code == 415
    assert client.get("/rapport/kommentar?database=DCCG&emne=nothing&slags=clinical").status_code == 400
    assert not Registers(root).version()


def test_a_damaged_register_takes_no_page_with_it(root):
    (root / "registers.sqlite").write_text("noget andet")
    client = _client(root, "working")
    assert "Kommentarerne kan ikke læses for tiden" in body(client, PAGE)
    assert "MDT" in body(client, "/")
    answer = send(client, "clinical", "Teksten må ikke gå tabt")
    assert answer.status_code == 503 and "Teksten må ikke gå tabt" in answer.get_data(as_text=True)
