"""A dashboard below a path of its host in a real Chromium: what scripts ask for and make of data stays below it."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from data.store import Store
from layouts.frame.source import StoreSource
from results.view import Edition
from server.access.network import Network
from server.application import create_app
from tests.conftest import opened, served

pytestmark = pytest.mark.browser

BASE = "/kvalitet"
MDT = f"{BASE}/indikator/mdt_before_treatment?database=DCCG"
CARD = ".answer:not(.is-curves)"


@pytest.fixture(scope="module")
def site(newest_store: Store):
    source, network = StoreSource(newest_store, Edition("working")), Network(base=BASE)
    app = create_app(source, source.version, network=network)
    app.server.wsgi_app = network.behind(app.server.wsgi_app)
    yield from served(app)


@pytest.fixture
def below(reader):
    """A page whose every request, and its own address, are below the path."""
    asked: list[str] = []
    reader.on("request", lambda request: asked.append(urlsplit(request.url).path))
    yield reader
    assert asked and [one for one in asked if not one.startswith(f"{BASE}/") and "/" in one[:1]] == []


def test_clicks_exchange_the_page_below_it(below, site):
    opened(below, f"{site}{BASE}/?database=DCCG")
    below.evaluate("window.marked = true")
    below.click("nav >> text=Afdelinger")
    below.wait_for_url(f"{site}{BASE}/afdeling?**")
    assert below.evaluate("window.marked === true"), "in the same document"


def test_what_is_found_is_below_it(below, site):
    opened(below, f"{site}{BASE}/om?database=DCCG")
    below.keyboard.press("/")
    below.locator("#soeg").fill("anastomoselækage")
    below.wait_for_selector(".search-list li[role=option]")
    below.keyboard.press("Enter")
    below.wait_for_url(f"{site}{BASE}/indikator/**")


def test_figures_answer_draw_and_are_fetched_below_it(below, site):
    opened(below, site + MDT)
    row = "#afdelinger-figur tr.row-department"
    point = below.locator(f"{row} .plot-point").first
    point.scroll_into_view_if_needed()
    point.hover()
    below.wait_for_selector(CARD, state="visible")
    assert below.locator(f"{CARD} .answer-opens a").get_attribute("href").startswith(f"{BASE}/afdeling/")
    with below.expect_download():
        below.locator("button[data-figure='afdelinger'][data-export=svg]").click()
    below.locator("#maaneder-figur [data-handle='start']").focus()
    below.keyboard.press("ArrowLeft")
    assert below.locator("#maaneder-figur .brush-show").get_attribute("href").startswith(f"{BASE}/indikator/")


def test_the_own_department_is_remembered_below_it(below, site):
    opened(below, f"{site}{MDT}&egen=SLA-KIR")
    below.evaluate("document.querySelector('#page [data-remember]').click()")
    found = [one for one in below.context.cookies() if one["name"] == "min_afdeling"]
    assert [one["path"] for one in found] == [f"{BASE}/"]
    opened(below, site + MDT)
    assert below.locator("#page [data-forget]").count() >= 1
