"""The one view that another site may show in a frame: its numbers are public, and nothing else is shown in one."""

from __future__ import annotations

import re
from html import unescape

import dash
import pytest

from data.store import Store
from data.users import Users
from layouts.frame.source import StoreSource
from results.view import Edition
from server.access.network import Network
from server.application import create_app
from server.options import parsed
from tests.support.clients import OwnPages, client
from tests.support.extracts import load_extract

PORTAL = "https://portal.example.dk"
VIEW = "/indlejret/stage_known?database=DCCG&periode=2024&lang=en"
PASSWORD = "correct horse battery"
HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """HER-KIR has three cases: fewer than the public edition shows."""
    home = tmp_path_factory.mktemp("embedded")
    units = ["HER-KIR"] * 3 + ["AAL-KIR"] * 40 + ["SLA-KIR"] * 40
    cases = [{"case_id": str(n), "department": unit, "stage": "II"} for n, unit in enumerate(units)]
    load_extract(home, cases=cases)
    Users(home / "store").add("bo", PASSWORD, "registry")
    return Store(home / "store")


def serving(store, login: bool = True, origins: tuple[str, ...] = (PORTAL,), edition: str = "working"):
    source = StoreSource(store, Edition(edition))
    server = create_app(source, source.version, network=Network(login=login, embed_origins=origins)).server
    server.test_client_class = OwnPages
    made = server.test_client()
    made.pages = dict(dash.page_registry)
    return made


def test_the_origin_may_show_it_and_nothing_else(store):
    asked = serving(store, origins=(PORTAL, "https://b.example.dk"))
    answer = asked.get(VIEW)
    assert answer.status_code == 200
    assert f"frame-ancestors {PORTAL} https://b.example.dk" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    others = (
        "/",
        "/log-ind",
        "/indikator/stage_known",
        "/indlejret/nothing",
        "/healthz",
        "/assets/base.css",
        "/hoering/x",
    )
    for path in others:
        other = asked.get(path)
        assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"], path
        assert other.headers["X-Frame-Options"] == "DENY", path
        other.close()


def test_where_no_origin_is_named_there_is_none(store):
    answer = serving(store, login=False, origins=()).get(VIEW)
    assert answer.status_code == 404
    assert serving(store, origins=()).get(VIEW).status_code in (302, 401, 404)


def test_it_is_of_the_public_edition_whoever_asks(store):
    """Also for the registry, and where the server's own edition is the working one."""
    asked = serving(store)
    asked.post("/log-ind", data={"navn": "bo", "kodeord": PASSWORD}, headers=HERE)
    for one in (asked, serving(store), serving(store, login=False), serving(store, edition="public", login=False)):
        text = one.get(VIEW).text
        assert "Public edition" in text and "Working edition" not in text
        rows = dict(re.findall(r'<tr[^>]*data-unit="([^"]+)"[^>]*>(.*?)</tr>', text, re.S))
        assert "hidden" in rows["HER-KIR"] and "3/3" not in text
        assert "40/40" in rows["AAL-KIR"] or "hidden" in rows["AAL-KIR"]
    assert "3/3" in serving(store, login=False).get("/indikator/stage_known?database=DCCG&periode=2024&lang=en").text


def test_its_links_open_beside_the_site(store):
    text = serving(store).get(VIEW).text
    links = re.findall(r"<a [^>]*>", text.split("<main", 1)[1])
    own = [one for one in links if 'href="/indlejret/' in one]
    assert len(links) > len(own) and all('target="_blank"' in one for one in links if one not in own)
    assert not [one for one in own if "_blank" in one]
    assert any("/indikator/stage_known?" in one for one in links)
    assert "<form" not in text and 'class="nav"' not in text


def test_its_finding_is_that_of_the_page(synthetic_store):
    query = "?database=DCCG&lang=en"
    page = client(synthetic_store, "public").get(f"/indikator/mdt_before_treatment{query}").text
    view = serving(synthetic_store, login=False).get(f"/indlejret/mdt_before_treatment{query}").text
    heading = r'<h1 class="finding">(.*?)</h1>'
    shown = [re.sub(r"<br>| +", " ", re.search(heading, text, re.S)[1]).replace("  ", " ") for text in (page, view)]
    assert shown[0] == shown[1]


def test_its_table_is_sorted_in_the_frame(synthetic_store):
    asked = serving(synthetic_store, login=False)
    page = asked.get("/indlejret/mdt_before_treatment?database=DCCG").text
    addresses = re.findall(r'<a [^>]*href="(/indlejret/[^"]*sort=[^"]*)"', page)
    assert addresses and "aria-sort" not in page
    for address in addresses:
        assert len(re.findall('aria-sort="(?:de|a)scending"', asked.get(unescape(address)).text)) == 1, address
    assert asked.get("/indlejret/mdt_before_treatment?database=DCCG&sort=<b>").status_code == 200


@pytest.mark.parametrize("query", ["database=XXXX", "database=DCCG&periode=1900", "database=DCCG&periode=x"])
def test_what_there_is_not_is_said(store, query):
    assert serving(store).get(f"/indlejret/stage_known?{query}").status_code == 404


@pytest.mark.parametrize(
    "origin", ["https://a.dk/path", "http://a.dk", "*", "https://*", "https://a.dk; script-src *", "null", "https://"]
)
def test_an_origin_is_one_site(origin, capsys):
    with pytest.raises(SystemExit):
        parsed(["--embed-origin", origin])
    assert "https://portal.example.dk" in capsys.readouterr().err
