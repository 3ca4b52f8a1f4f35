"""A dashboard below a path of its host: no link, form, file or redirect leads out of it."""

from __future__ import annotations

import json
import re
from html import unescape

import dash
import pytest

from data.store import Store
from data.users import Users
from layouts.frame.source import StoreSource
from results.view import Edition
from server import beforehand
from server.access.network import Network
from server.application import create_app
from server.keeping import PageKey
from tests.support import amount
from tests.support.clients import OwnPages
from tests.support.extracts import load_extract

BASE = "/kvalitet"
#: Every attribute of an element that begins with a slash, whatever it is called: a new one is seen too.
TAG = re.compile(r"<[a-z][^>]*>")
ATTRIBUTE = re.compile(r'\s([\w-]+)="(/[^"]*)"')
#: Addresses as they are inside: what a form sends back, and an SVG's path data are none of a browser's.
INSIDE = {"value", "d", "data-base"}
PASSWORD = "correct horse battery"


def serving(store, base: str = BASE, login: bool = False):
    source = StoreSource(store, Edition("working"))
    network = Network(base=base, login=login)
    server = create_app(source, source.version, network=network).server
    server.wsgi_app = network.behind(server.wsgi_app)
    server.test_client_class = OwnPages
    client = server.test_client()
    client.pages = dict(dash.page_registry)
    return client


def addresses(page: str) -> list[str]:
    found = [pair for tag in TAG.findall(page) for pair in ATTRIBUTE.findall(tag)]
    return [unescape(address) for name, address in found if name not in INSIDE]


@pytest.fixture(scope="module")
def below(mdt):
    return serving(mdt)


def test_no_address_of_any_page_leads_out_of_it(below):
    waiting, seen, kinds = [f"{BASE}/", f"{BASE}/?lang=en"], set(), set()
    while waiting:
        asked = waiting.pop()
        answer = below.get(asked)
        form = asked == f"{BASE}/periode"  # of a form, without what it sends
        assert answer.status_code in ((400,) if form else (200, 404, 503)), asked
        if answer.mimetype != "text/html":
            continue
        found = addresses(answer.text)
        assert [one for one in found if not one.startswith(f"{BASE}/")] == [], asked
        assert f'<html lang="{"en" if "lang=en" in asked else "da"}" data-base="{BASE}">' in answer.text
        for one in found:
            path = one.partition("?")[0].partition("#")[0]
            # One of each kind of page, in CI its views too.
            view = re.search(r"[?&]vis=\w+", one) if amount.FULL else None
            kind = (re.sub(r"(/indikator|/hospital|/afdeling|/varsler|/handl)/.*", r"\1/x", path), view and view[0])
            if kind not in kinds and not path.startswith(
                (f"{BASE}/hent/", f"{BASE}/assets/", f"{BASE}/_dash", f"{BASE}/rapport/lav")
            ):
                kinds.add(kind)
                waiting.append(one.partition("#")[0])
        seen.add(asked.partition("?")[0])
    assert {f"{BASE}{one}" for one in ("/", "/variation", "/om", "/overlevelse", "/ventetider", "/rapport")} <= seen


def test_files_scripts_and_what_they_ask_for_are_below_it(below):
    page = below.get(f"{BASE}/indikator/mdt_before_treatment").text
    files = [one for one in addresses(page) if re.match(f"{BASE}/(assets|hent|_dash)", one)]
    assert len(files) > 10
    for one in files:
        answer = below.get(one)
        assert answer.status_code == 200, one
        answer.close()
    config = json.loads(re.search(r'<script id="_dash-config" type="application/json">(.*?)</script>', page)[1])
    assert config["requests_pathname_prefix"] == f"{BASE}/"
    for path in ("/klar", "/soegning.json", "/healthz", "/_dash-layout", "/figur/afdelinger.svg?side=/&bredde=400"):
        assert below.get(f"{BASE}{path}").status_code in (200, 404), path
    said = below.get(f"{BASE}/api/v1/").get_json()
    assert said["openapi"] == f"{BASE}/api/v1/openapi.json"
    assert all(one["url"].startswith(f"{BASE}/api/v1/") for one in said["tables"])
    assert below.get(said["openapi"]).get_json()["servers"] == [{"url": BASE}]


def test_beside_it_there_is_nothing(below):
    for path in ("/", "/om", "/kvalitetsom", "/assets/base.css", "/healthz", "/x/kvalitet/om"):
        answer = below.get(path)
        assert answer.status_code == 404 and 'href="/kvalitet/"' in answer.text, path
    assert below.get(BASE).location == f"{BASE}/"


def test_redirects_stay_below_it(below):
    asked = f"{BASE}/periode?side=/variation&fra=2025-03&til=2025-09&database=DCCG"
    assert below.get(asked).location.startswith(f"{BASE}/variation?database=DCCG")


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    home = tmp_path_factory.mktemp("below")
    load_extract(home, cases=[{"case_id": str(n), "department": "AAL-KIR"} for n in range(12)])
    Users(home / "store").add("bo", PASSWORD, "registry")
    return Store(home / "store")


def test_the_way_in_and_its_cookie_are_below_it(locked):
    client = serving(locked, login=True)
    asked = client.get(f"{BASE}/om?lang=en")
    assert asked.location == f"{BASE}/log-ind?til=/om?lang%3Den"
    page = client.get(asked.location).text
    assert f'action="{BASE}/log-ind"' in page and 'value="/om?lang=en"' in page
    form = {"navn": "bo", "kodeord": PASSWORD, "til": "/om?lang=en"}
    answer = client.post(f"{BASE}/log-ind", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.location == f"{BASE}/om?lang=en"
    assert f"Path={BASE}/;" in answer.headers["Set-Cookie"] + ";"
    assert client.get(f"{BASE}/konto").status_code == 200
    out = client.post(f"{BASE}/log-ud", headers={"Sec-Fetch-Site": "same-origin"})
    assert out.location == f"{BASE}/log-ind"


def test_what_is_written_leads_back_below_it(locked):
    client = serving(locked)
    form = {
        "database": "DCCG",
        "title": "x",
        "departments": "AAL-KIR",
        "indicator": "stage_known",
        "start": "2024-01-01",
    }
    answer = client.post(f"{BASE}/forbedringer/ny", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303 and answer.location.startswith(f"{BASE}/forbedringer?")
    page = client.get(f"{BASE}/rapport/hoering?database=DCCG&periode=2025").text
    assert page.count(f'action="{BASE}/rapport/hoering') >= 1


def test_a_page_made_beforehand_is_of_its_path_alone(locked, monkeypatch):
    edition, links = Edition("working"), beforehand._links
    monkeypatch.setattr(beforehand, "_links", lambda *of: [one for one in links(*of) if one.startswith("/om")])
    beforehand.Pages(locked, edition, [None], BASE).make("DCCG", whole=False)
    source = StoreSource(locked, edition)
    kept = [beforehand.beside(locked, edition, base=base).find(PageKey("/", ""), source.version())
            for base in (BASE, "", "/andet")]  # fmt: skip
    assert kept[0] is not None and f'href="{BASE}/om' in kept[0][0]["body"]
    assert kept[1:] == [None, None]
    followed = beforehand.beside(locked, edition, base=BASE).find(PageKey("/om", ""), source.version())
    assert followed is not None, "its links were followed"
