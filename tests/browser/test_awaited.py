"""A page whose results are being made exchanges itself when they have come, under the reader's eyes and hands."""

from __future__ import annotations

import pytest

from tests.browser.test_navigate import MARKED, marked

pytestmark = pytest.mark.browser

#: The page says that it waits for two frames, one of which is there.
WAITS = """() => {
  const told = document.createElement('span');
  Object.assign(told.dataset, {awaits: 'DCCG.a DCCG.b', snapshot: 's', ready: '1'});
  document.querySelector('#page main').append(told);
  document.dispatchEvent(new Event('newpage'));
}"""
GONE = "() => !document.querySelector('[data-awaits]')"


@pytest.fixture
def asked(page):
    """What the light address is asked, and what it answers."""
    page.clock.install()
    asked = {"urls": [], "answer": {"snapshot": "s", "ready": 1}}

    def answer(route) -> None:
        asked["urls"].append(route.request.url)
        route.fulfill(json=asked["answer"])

    page.route("**/klar?*", answer)
    return asked


def later(page, asked) -> None:
    """Let the time of one question pass."""
    with page.expect_response("**/klar?*"):
        page.clock.fast_forward(5000)


def test_it_is_exchanged_when_something_has_come_and_keeps_its_place(page, gallery_site, asked):
    marked(page, gallery_site + "/figur")
    page.evaluate(WAITS)
    page.locator("details.twin summary").first.click()
    page.evaluate("scrollTo(0, 300)")
    page.evaluate("document.querySelector('#valg-koen').focus({preventScroll: true})")
    entries = page.evaluate("history.length")
    later(page, asked)
    assert asked["urls"][0].endswith("/klar?dele=DCCG.a%2CDCCG.b")
    assert page.locator("[data-awaits]").count() == 1, "nothing has come"
    asked["answer"]["ready"] = 2
    later(page, asked)
    page.wait_for_function(GONE)
    assert page.evaluate(MARKED) and page.evaluate("history.length") == entries
    assert page.evaluate("[scrollY, document.activeElement.id]") == [300, "valg-koen"]
    assert page.locator("details.twin").first.get_attribute("open") is not None
    assert page.locator("[role=status]").text_content() == "", "the headline is the same: nothing to announce"
    page.clock.fast_forward(60_000)
    assert len(asked["urls"]) == 2, "a page that waits for nothing asks nothing"


def test_another_snapshot_is_a_reason_too_and_a_new_headline_is_announced(page, gallery_site, asked):
    marked(page, gallery_site + "/figur")
    page.evaluate(WAITS)
    page.evaluate("document.querySelector('#page h1').textContent = 'Ikke klar endnu'")
    asked["answer"]["snapshot"] = "t"
    later(page, asked)
    page.wait_for_function(GONE)
    assert page.locator("[role=status]").text_content() == page.locator("h1").text_content() != "Ikke klar endnu"


def test_not_while_a_menu_is_open(page, gallery_site, asked):
    marked(page, gallery_site + "/figur")
    page.evaluate(WAITS)
    asked["answer"]["ready"] = 2
    page.click("#valg-koen")
    page.clock.fast_forward(20_000)
    assert asked["urls"] == [] and page.locator("details.menu[open]").count() == 1
    page.keyboard.press("Escape")
    later(page, asked)
    page.wait_for_function(GONE)
