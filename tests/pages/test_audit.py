"""The audit meeting: the agenda by need, decisions kept at once and met again next year, minutes, who may."""

from __future__ import annotations

import io
import re
import shutil
from html import unescape
from urllib.parse import urlencode

import docx
import pytest

from data.registers import Registers
from data.store import Store
from results import meeting
from results.view import Edition, View
from tests.support.clients import _client

MDT = "mdt_before_treatment"
KIND = "application/x-www-form-urlencoded"
HERE = {"Sec-Fetch-Site": "same-origin"}
WHERE = "database=DCCG&periode="


@pytest.fixture(scope="module")
def root(mdt, tmp_path_factory):
    """A store of its own: these tests write, each about a year or an indicator of its own."""
    return shutil.copytree(mdt.root, tmp_path_factory.mktemp("audit") / "store")


@pytest.fixture(scope="module")
def client(root):
    return _client(root, "working")


def view(root, period: int = 2025) -> View:
    return View(Store(root).current(), Edition(), "DCCG", period)


def body(client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return unescape(answer.get_data(as_text=True))


def decide(client, period: int, key: str, text: str, base: int = 0, **more: str):
    form = {"base": str(base), "text": text, "responsible": "Afdelingsledelserne", "deadline": "2026-03-01", **more}
    return client.post(f"/audit/moede?{WHERE}{period}&nr={key}", data=urlencode(form), content_type=KIND, headers=HERE)


def test_the_agenda_is_in_order_of_need(root):
    """Slagelse is clearly below in the invented data: MDT has a reason, and who has none stands last."""
    items = meeting.agenda(view(root))
    weights = [one.weight for one in items]
    assert weights == sorted(weights, reverse=True) and weights[0] > 0 and weights[-1] == 0
    mdt = next(one for one in items if one.key == MDT)
    wrong = [unit.code for unit in meeting.wrong_units(mdt.table)]
    assert "SLA-KIR" in wrong and ("units", len(wrong)) in mdt.reasons
    assert all(kind in meeting.WEIGHTS for one in items for kind, _ in one.reasons)


def test_a_decision_is_kept_at_once_and_begins_next_year_s_meeting(client, root):
    assert decide(client, 2024, MDT, "Aabenraa indfører fast MDT-tid.").status_code == 303
    now = body(client, f"/audit/moede?{WHERE}2024&nr={MDT}")
    assert "Aabenraa indfører fast MDT-tid." in now and "Gemt kl." in now and "Besluttet sidste år" not in now
    later = body(client, f"/audit/moede?{WHERE}2025&nr={MDT}")
    assert "Besluttet sidste år" in later and "Aabenraa indfører fast MDT-tid." in later
    assert "Ansvarlig: Afdelingsledelserne. Frist: 01.03.2026. Ikke begyndt." in later
    item = next(one for one in meeting.agenda(view(root)) if one.key == MDT)
    due = "due" if item.before.due(view(root).info.data_cut) else "decided"
    assert due in dict(item.reasons)


def test_its_status_and_what_came_of_it_are_written_on_the_list(client, root):
    decide(client, 2023, MDT, "Protokoller oversættes.")
    address = f"/audit/status?{WHERE}2023&nr={MDT}"
    form = {"base": "1", "aar": "2023", "status": "done", "outcome": "To protokoller er oversat."}
    assert client.post(address, data=urlencode(form), content_type=KIND, headers=HERE).status_code == 303
    page = body(client, f"/audit?{WHERE}2023")
    assert "To protokoller er oversat." in page and "Gennemført." in page
    found = meeting.decisions(view(root), 2023)[MDT]
    assert (found.status, found.text) == ("done", "Protokoller oversættes.")
    wrong = {**form, "status": "perhaps"}
    assert client.post(address, data=urlencode(wrong), content_type=KIND, headers=HERE).status_code == 400


def test_two_who_decide_at_once_lose_nothing(client, root):
    decide(client, 2025, "trial_offered", "Den ene beslutning")
    answer = decide(client, 2025, "trial_offered", "Den anden beslutning")
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 409 and "Den ene beslutning" in page
    assert re.search(r"<textarea[^>]*>Den anden beslutning", page)
    kept = Registers(root).history(meeting.DECISIONS, meeting.subject("DCCG", 2025, "trial_offered"))
    assert [one.body["text"] for one in kept] == ["Den anden beslutning", "Den ene beslutning"]


def test_the_meeting_goes_from_one_to_the_next(client, root):
    """One key each way: the links that the arrow keys follow lead through all of the agenda, once."""
    seen, address = [], f"/audit/moede?{WHERE}2025&nr=1"
    while address and len(seen) < 60:
        page = body(client, address)
        seen.append(re.search(r"<h1[^>]*>([^<]*)", page)[1])
        found = re.search(r'<a[^>]*id="naeste"[^>]*>', page) or re.search(r'<a[^>]*href="[^"]*"[^>]*id="naeste"', page)
        address = re.search(r'href="([^"]*)"', found[0])[1] if found else ""
        assert "<h1" in page and 'id="beslutning"' in page
    assert len(seen) == len(meeting.agenda(view(root)))


def test_a_decision_that_names_departments_is_followed_for_them(client, root):
    """Slagelse went from 95 to 78 of 100, beyond chance; Herlev is not named and not shown."""
    answer = decide(client, 2024, MDT, "Slagelses konference flyttes til mandag.", base=latest(root, 2024),
                    responsible="Hjørring")  # fmt: skip
    assert "Følges for Slagelse og Hjørring." in body(client, answer.location)
    item = next(one for one in meeting.agenda(view(root)) if one.key == MDT)
    found = {one.unit.code: one for one in meeting.outcomes(item, item.before)}
    assert set(found) == {"SLA-KIR", "HJO-KIR"}
    assert found["SLA-KIR"].rates == (0.95, 0.78) and found["SLA-KIR"].change.clear
    page = body(client, f"/audit/moede?{WHERE}2025&nr={MDT}")
    shown = re.search(r'<ul class="meeting-outcomes">.*?</ul>', page)[0]
    assert "95,0 → 78,0\xa0%" in shown and "78/100 værre" in shown and "20/23" not in shown
    assert "Herlev" not in shown
    minutes = docx.Document(io.BytesIO(client.get(f"/audit/referat.docx?{WHERE}2025").data))
    assert any("95,0 → 78,0\xa0% (78/100 værre)" in one.text for one in minutes.paragraphs)


def latest(root, period: int) -> int:
    found = meeting.decisions(view(root, period), period).get(MDT)
    return 0 if found is None else found.revision


def test_the_agenda_is_changed_by_hand(client, root):
    keys = [one.key for one in meeting.everything(view(root, 2024))]
    last, first = keys[-1], keys[0]
    form = {"base": "0", **{f"nr.{key}": str(number) for number, key in enumerate(keys, start=2)}, f"nr.{last}": "1"}
    form |= {f"med.{key}": "ja" for key in keys if key != first}
    answer = client.post(f"/audit/dagsorden?{WHERE}2024", data=urlencode(form), content_type=KIND, headers=HERE)
    assert answer.status_code == 303
    items = [one.key for one in meeting.agenda(view(root, 2024))]
    assert items[0] == last and first not in items and len(items) == len(keys) - 1


def test_the_minutes_hold_every_decision(client, root):
    decide(client, 2025, "trial_included", "Flere inkluderes.")
    answer = client.get(f"/audit/referat.docx?{WHERE}2025")
    assert answer.status_code == 200
    file = docx.Document(io.BytesIO(answer.data))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    assert "Flere inkluderes." in cells and "01.03.2026" in cells
    assert any(one.style.name == "Heading 2" for one in file.paragraphs)


def test_the_public_edition_has_no_meeting(root):
    public = _client(root, "public")
    assert "kun i arbejdsudgaven" in body(public, f"/audit?{WHERE}2025")
    for address in ("/audit/moede?nr=1", "/audit/referat.docx"):
        assert public.get(address).status_code == 403
    assert decide(public, 2025, MDT, "x").status_code == 403


def test_nothing_is_taken_that_is_no_decision(client, root):
    before = Registers(root).version()
    assert decide(client, 2025, "no_such", "x").status_code == 404
    assert decide(client, 2025, MDT, "x", deadline="næste år").status_code == 400
    assert client.post(f"/audit/moede?{WHERE}2025&nr={MDT}", data="text=x", content_type=KIND).status_code == 403
    assert Registers(root).version() == before
