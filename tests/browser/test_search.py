"""The search box in a real Chromium: what it finds, how it forgives, and that keys alone are enough."""

from __future__ import annotations

import pytest

from data.store import Store
from layouts.frame.source import StoreSource
from results.view import Edition
from server.application import create_app
from tests.conftest import opened, served

pytestmark = pytest.mark.browser
HITS = ".search-list li[role=option]"


@pytest.fixture(scope="module")
def site(synthetic_store: Store):
    source = StoreSource(synthetic_store, Edition("working"))
    yield from served(create_app(source, source.version))


def hits(page, text: str) -> list[str]:
    page.locator("#soeg").fill(text)
    page.wait_for_selector(".search-list:not([hidden])")
    return [one.split("\n")[0] for one in page.locator(HITS).all_inner_texts()]


def test_it_forgives_spelling_and_typing_faults(reader, site):
    opened(reader, site + "/om")
    reader.keyboard.press("/")
    assert reader.evaluate("document.activeElement.id") == "soeg"
    for text, first in (
        ("aalborg kir", "Aalborg, kirurgisk"),
        ("ålborg kir", "Aalborg, kirurgisk"),
        ("alborg kir", "Aalborg, kirurgisk"),
        ("slagesle", "Slagelse"),
        ("naestved", "Næstved"),
        ("anastomoselaekage", "Anastomoselækage (30 dage)"),
        ("dccg", "DCCG · tyk- og endetarmskræft"),
        ("varsl", "Varsler"),
        ("SLA-KIR", "Slagelse, kirurgisk"),
    ):
        assert first in hits(reader, text)[:2], text
    assert "MDT før første behandling (ikke akut), Slagelse, kirurgisk" in hits(reader, "mdt slagelse")
    reader.locator("#soeg").fill("qqqq")
    assert reader.locator(".search-none").inner_text() == "Intet fundet for »qqqq«."


def test_keys_alone_open_what_is_found_with_the_readers_choices(reader, site):
    opened(reader, site + "/?lang=en&database=DCCG&regioner=4")
    reader.keyboard.press("Control+k")
    assert hits(reader, "mortality")
    first = reader.locator(HITS).first
    assert first.get_attribute("aria-selected") == "true"
    assert reader.locator("#soeg").get_attribute("aria-activedescendant") == first.get_attribute("id")
    reader.keyboard.press("ArrowDown")
    assert reader.locator(HITS).nth(1).get_attribute("aria-selected") == "true"
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/indikator/*?*")
    for part in ("lang=en", "database=DCCG", "regioner=4"):
        assert part in reader.url
    reader.keyboard.press("Control+k")
    hits(reader, "slagelse")
    reader.keyboard.press("Escape")
    assert reader.locator(".search-list").is_hidden()


def test_on_a_phone_the_search_has_a_page_of_its_own(browser, site):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    opened(page, site + "/")
    assert page.locator("#soeg").is_hidden()
    page.locator("a.search-link").tap()
    page.wait_for_url("**/soeg")
    page.wait_for_selector("#soeg:focus")
    assert "Hillerød" in hits(page, "hille")
    page.locator(HITS).first.tap()
    page.wait_for_url("**/hospital/hilleroed*")
    context.close()
