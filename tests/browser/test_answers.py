"""Figures answer to pointer, touch and keyboard in a real Chromium."""

from __future__ import annotations

import pytest

from data.store import Store
from layouts.frame.source import StoreSource
from results.view import Edition
from server.application import create_app
from tests.conftest import opened, served

pytestmark = pytest.mark.browser

MDT = "/indikator/mdt_before_treatment?database=DCCG"
CARD = ".answer:not(.is-curves)"
CURVES = ".answer.is-curves"
#: The units that are lit in a part of the page: what has a ring has no name of its own.
LIT = "part => [...document.querySelectorAll(part + ' .is-lit')].map(one => one.dataset.unit || one.dataset.id)"


@pytest.fixture(scope="module")
def site(synthetic_store: Store):
    source = StoreSource(synthetic_store, Edition("working"))
    yield from served(create_app(source, source.version))


def middle(page, selector: str) -> tuple[float, float]:
    one = page.locator(selector).first
    one.scroll_into_view_if_needed()
    box = one.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_pointer_opens_a_card_that_lights_the_unit_everywhere_and_a_click_opens_it(reader, site):
    opened(reader, site + MDT)
    row = "#afdelinger-figur tr.row-department"
    unit = reader.locator(row).first.get_attribute("data-unit")
    assert reader.locator(CARD).is_hidden()
    reader.mouse.move(*middle(reader, f"{row} .plot-point"))
    reader.wait_for_selector(CARD, state="visible")
    name = reader.locator(f"{row} th").first.inner_text()
    assert reader.locator(f"{CARD} .answer-name").inner_text() == name
    assert unit in reader.evaluate(LIT, "#afdelinger-figur")
    assert reader.locator(".ring").count() >= 1
    reader.keyboard.press("Escape")
    assert reader.locator(CARD).is_hidden() and reader.locator(".ring").count() == 0
    reader.mouse.move(2, 2)
    reader.mouse.click(*middle(reader, f"{row} .plot-point"))
    reader.wait_for_url(f"**/afdeling/{unit}?**")


def test_a_region_lights_up_in_figure_map_and_trend(reader, site):
    opened(reader, site + MDT)
    reader.mouse.move(*middle(reader, "#afdelinger-figur tr[data-unit='1084'] .plot-point"))
    reader.wait_for_selector(CARD, state="visible")
    assert reader.locator("#kort-figur .region.is-lit[data-series='1084']").count() >= 1
    assert reader.locator("#udvikling-figur .is-lit").count() >= 1
    others = reader.evaluate("[...document.querySelectorAll('.region.is-lit')].map(one => one.dataset.series)")
    assert set(others) == {"1084"}


def test_the_arrow_keys_go_from_point_to_point_and_enter_opens(reader, site):
    opened(reader, site + MDT + "&vis=tragt")
    reader.locator("#tragt-figur .figure-links a").last.focus()
    reader.keyboard.press("Tab")
    assert reader.evaluate("document.activeElement.matches('#tragt-figur .graph')")
    assert reader.locator(CARD).is_visible(), "the keyboard's focus shows the first point"
    names = [reader.locator(f"{CARD} .answer-name").inner_text()]
    for key in ("ArrowRight", "End", "Home"):
        reader.keyboard.press(key)
        names.append(reader.locator(f"{CARD} .answer-name").inner_text())
    assert names[0] == names[3] and len(set(names)) == 3
    assert reader.locator(CARD).get_attribute("aria-live") == "polite", "a screen reader hears it"
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/afdeling/**")


def test_a_finger_shows_the_card_and_its_link_opens_the_page(browser, site):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    opened(page, site + MDT + "&vis=tragt")
    address = page.url
    page.touchscreen.tap(*middle(page, "#tragt-figur .points [data-id]"))
    page.wait_for_selector(CARD, state="visible")
    assert page.url == address, "a tap shows, it does not leave"
    box = page.locator(CARD).bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    link = page.locator(f"{CARD} a")
    assert link.bounding_box()["height"] >= 34
    link.tap()
    page.wait_for_url("**/afdeling/**")
    context.close()


def test_curves_say_their_values_at_the_pointer_and_by_key_and_are_switched(reader, site):
    opened(reader, site + "/overlevelse?database=DCCG")
    box = reader.locator("#kurver-figur .drawing").bounding_box()
    reader.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 100)
    reader.wait_for_selector(CURVES, state="visible")
    assert reader.locator(f"{CURVES} .answer-name").inner_text() == "3 år efter diagnosen"
    rows = reader.locator(f"{CURVES} tr")
    drawn = reader.locator("#kurver-figur [data-switch]")
    assert rows.count() == drawn.count() > 1
    assert "%" in rows.first.inner_text()
    stage = drawn.first.get_attribute("data-switch")
    drawn.first.click()
    curve = f"#kurver-figur .drawing [data-series='{stage}']"
    assert not any(reader.locator(curve).nth(n).is_visible() for n in range(reader.locator(curve).count()))
    reader.locator("#kurver-figur .graph").focus()
    for key, when in (("PageUp", "1 år"), ("PageUp", "2 år"), ("ArrowRight", "2 år og 1 måned"), ("Home", "0 år")):
        reader.keyboard.press(key)
        assert reader.locator(f"{CURVES} .answer-name").inner_text() == f"{when} efter diagnosen"
    assert rows.count() == drawn.count() - 1, "what is switched off says nothing"
    drawn.first.click()
    assert reader.locator(curve).first.is_visible()


def test_nothing_is_left_of_a_card_on_the_next_page(reader, site):
    opened(reader, site + MDT)
    reader.mouse.move(*middle(reader, "#afdelinger-figur tr.row-region .plot-point"))
    reader.wait_for_selector(CARD, state="visible")
    reader.locator("header nav a", has_text="Varsler").first.click()
    reader.wait_for_url("**/varsler**")
    assert reader.locator(CARD).is_hidden() and reader.locator(".ring").count() == 0
