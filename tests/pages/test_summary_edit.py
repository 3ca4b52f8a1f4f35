"""The summary edited: the text stands in the report, survives, tells when its numbers moved, and can be taken back."""

from __future__ import annotations

import re
import shutil
from html import unescape
from urllib.parse import urlencode

import pytest

from data.registers import Registers
from data.store import Store
from reports import build
from reports.annual import indicators, summary
from reports.surroundings import reader
from results import comments, summaries
from results.audit import overview
from results.view import Edition, View
from tests.support.clients import _client
from words.runs import plain

KIND = "application/x-www-form-urlencoded"
HERE = {"Sec-Fetch-Site": "same-origin"}
PAGE = "/rapport/sammenfatning?database=DCCG&periode=2025"
FORM = f"{PAGE}&afsnit="


@pytest.fixture(scope="module")
def root(mdt, tmp_path_factory):
    """A store of its own, in which each test writes under a heading of its own."""
    return shutil.copytree(mdt.root, tmp_path_factory.mktemp("summary") / "store")


@pytest.fixture(scope="module")
def client(root):
    return _client(root, "working")


def send(client, heading: str, text: str, base: int = 0, **more: str):
    form = {"base": str(base), "text": text, "author": "Ane Berg", "role": "epidemiolog", **more}
    return client.post(FORM + heading, data=urlencode(form), content_type=KIND, headers=HERE)


def body(answer) -> str:
    return unescape(answer.get_data(as_text=True))


def texts(root, edition: str = "working", lang: str = "da", **more) -> list[str]:
    """What the summary of the report says, line by line."""
    made = build.document(reader(Store(root).current(), Edition(edition), "DCCG", "2025", lang), only="summary", **more)
    found = []
    for block in made.parts[0].blocks:
        found += [plain(one) for one in getattr(block, "items", ())]
        if hasattr(block, "runs"):
            found.append(plain(block.runs))
    return found


def generated(root, heading: str) -> str:
    context = reader(Store(root).current(), Edition(), "DCCG", "2025", "da")
    found = summary.headings(context, indicators.sections(context, overview(context.view)))
    return next(one.said for one in found if one.id == heading)


def test_what_is_edited_stands_in_the_place_of_the_generated(client, root):
    before = generated(root, "not_met")
    assert before and before.split("\n")[0] in texts(root)
    assert before.split("\n")[0] in body(client.get(PAGE))
    form = body(client.get(FORM + "not_met"))
    assert re.search(rf"<textarea[^>]*>{re.escape(before.split(chr(10))[0])}", form), "it begins with the sentences"
    saved = send(client, "not_met", "Slagelse skal løftes.\n- Resten er godt.")
    assert saved.status_code == 303 and saved.location.endswith("#not_met")
    said = texts(root)
    assert "Slagelse skal løftes." in said and "Resten er godt." in said and before.split("\n")[0] not in said
    assert any(one.startswith("Redigeret af Ane Berg, epidemiolog") for one in said)
    assert not any("ændret siden" in one for one in said)
    assert generated(root, "data").split("\n")[0] in said, "the other headings are the rules' own"
    assert "Slagelse skal løftes." not in texts(root, lang="en"), "a text is of one language"
    made = comments.version(View(Store(root).current(), Edition(), "DCCG", 2025))
    assert made.state == "commented"


def test_it_says_which_number_has_changed(root):
    now = generated(root, "met")
    number = re.search(r"\d+,\d", now)[0]
    view = View(Store(root).current(), Edition(), "DCCG", 2025)
    then = now.replace(number, "12,3", 1)
    summaries.write(view, "da", "met", 0, "Det går godt.", then, "Ane", "")
    assert any(f"tallene er ændret siden (var 12,3, er {number}): læs igennem" in one for one in texts(root))
    summaries.write(view, "da", "met", 1, "Det går godt.", "Noget helt andet med 1, 2, 3, 4, 5.", "Ane", "")
    assert any("det, tallene siger, er ændret siden: læs igennem" in one for one in texts(root))


def test_two_at_once_lose_nothing_and_an_earlier_one_comes_back(client, root):
    before = generated(root, "data").split("\n")[0]
    send(client, "data", "Den første")
    answer = send(client, "data", "Den anden")
    assert answer.status_code == 409 and "Den første" in body(answer) and ">Den anden</textarea>" in body(answer)
    assert send(client, "data", "", base=1).status_code == 303
    said = texts(root)
    assert "Den første" not in said and before in said
    view = View(Store(root).current(), Edition(), "DCCG", 2025)
    first = summaries.history(view, "da", "data")[-1]
    assert send(client, "data", "", base=2, brug=str(first.number)).status_code == 303
    assert "Den første" in texts(root)


def test_saved_unchanged_it_stays_the_rules_own(client, root):
    assert send(client, "since", generated(root, "since")).status_code == 303
    assert "since" not in summaries.edits(View(Store(root).current(), Edition(), "DCCG", 2025), "da")


def test_the_public_edition_has_it_when_it_is_final_and_final_keeps_it(client, root):
    send(client, "spread", "Kun til styregruppen")
    assert "Kun til styregruppen" not in texts(root, "public")
    view = View(Store(root).current(), Edition(), "DCCG", 2025)
    comments.finish(view, 0, "Ane", "")
    assert "Kun til styregruppen" in texts(root, "public")
    send(client, "spread", "Rettet bagefter", base=1)
    assert "Kun til styregruppen" in texts(root, "public")
    assert "Kun til styregruppen" in texts(root, as_final=True)


def test_who_may_not_write_does_not(root):
    public, before = _client(root, "public"), Registers(root).version()
    assert public.get(PAGE).status_code == 403 and send(public, "met", "x").status_code == 403
    client = _client(root, "working")
    assert client.get(f"{FORM}no_such").status_code == 400
    assert client.post(FORM + "met", data="text=x", content_type=KIND).status_code == 403
    assert send(client, "met", "x" * 20_001).status_code == 413
    assert Registers(root).version() == before
