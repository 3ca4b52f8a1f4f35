"""The walks that the dashboard is for, by the keyboard alone and by a finger alone; a large zoom; reduced motion."""

from __future__ import annotations

import pytest

from data.store import Store
from layouts.frame.source import StoreSource
from results.view import Edition
from server.application import create_app
from tests.conftest import opened, served

pytestmark = pytest.mark.browser

HERE = "selector => Boolean(document.activeElement && document.activeElement.matches(selector))"
CURVES = ".answer.is-curves"


@pytest.fixture(scope="module")
def site(synthetic_store: Store):
    source = StoreSource(synthetic_store, Edition("working"))
    yield from served(create_app(source, source.version))


def tab_to(page, selector: str, most: int = 250) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(HERE, selector):
            return
    raise AssertionError(f"{most} times Tab and never at {selector}")


def test_by_the_keyboard_alone(reader, site):
    opened(reader, site + "/?database=DCCG")
    # a department, found by search
    reader.keyboard.press("Control+k")
    reader.keyboard.type("slagelse")
    reader.wait_for_selector("[role='option'][aria-selected='true']")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/*lagelse*")
    # its worst indicator
    opened(reader, site + "/afdeling/SLA-KIR?database=DCCG")
    tab_to(reader, ".department-rows a[href*='/indikator/']")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/indikator/**")
    reader.go_back()
    reader.wait_for_url("**/afdeling/SLA-KIR**")
    # beside two others
    tab_to(reader, ".onward-links a[href*='enheder=']")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/sammenlign?**enheder=SLA-KIR**")
    assert reader.locator(".chip.is-chosen").count() == 3
    # the survival curves at three years
    opened(reader, site + "/overlevelse?database=DCCG")
    tab_to(reader, ".answers-curves .graph")
    reader.keyboard.press("Home")
    for _ in range(3):
        reader.keyboard.press("PageUp")
    assert reader.locator(f"{CURVES} .answer-name").inner_text().startswith("3 år efter")
    # the matrix, sorted
    opened(reader, site + "/afdeling?database=DCCG&vis=matrix")
    tab_to(reader, "main th a[href*='sort=']")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**sort=**")
    # an indicator, found by search
    reader.keyboard.press("Control+k")
    reader.keyboard.type("reoperation")
    reader.wait_for_selector("[role='option'][aria-selected='true']")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/indikator/reoperation**")


def test_by_a_finger_alone(browser, site):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    try:
        opened(page, site + "/soeg?database=DCCG")
        page.locator("a[href^='/afdeling/SLA-KIR']").first.tap()
        page.wait_for_url("**/afdeling/SLA-KIR**")
        page.locator(".department-rows a[href*='/indikator/']").first.tap()
        page.wait_for_url("**/indikator/**")
        page.go_back()
        page.wait_for_url("**/afdeling/SLA-KIR**")
        page.locator(".onward-links a[href*='enheder=']:visible").first.tap()
        page.wait_for_url("**/sammenlign?**enheder=SLA-KIR**")
        # what a long page has behind its lines opens by a tap, and is all there on paper
        opened(page, site + "/ventetider?database=DCCG")
        assert page.evaluate("document.documentElement.scrollHeight") < 4500
        line = page.locator("details.folded > summary").first
        assert line.bounding_box()["height"] >= 44
        line.tap()
        assert page.evaluate("document.querySelector('details.folded').open")
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert page.evaluate("[...document.querySelectorAll('details.folded')].every(one => one.open)")
    finally:
        context.close()


@pytest.mark.parametrize(
    "path", ["/", "/indikator/mdt_before_treatment", "/afdeling/SLA-KIR", "/ventetider", "/overlevelse"]
)
def test_at_200_per_cent_nothing_runs_off_the_side(reader, site, path):
    reader.set_viewport_size({"width": 640, "height": 400})  # a window of 1280 × 800 at 200 %
    opened(reader, f"{site}{path}?database=DCCG")
    assert reader.evaluate("document.documentElement.scrollWidth") <= 640


def test_who_wishes_no_motion_sees_none(browser, site):
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    try:
        opened(page, site + "/indikator/mdt_before_treatment?database=DCCG")
        moving = """() => [...document.querySelectorAll('*')].filter(one => {
          const look = getComputedStyle(one);
          return parseFloat(look.transitionDuration) > 0.01 || parseFloat(look.animationDuration) > 0.01
            || look.scrollBehavior === 'smooth';
        }).map(one => one.className || one.tagName)"""
        assert page.evaluate(moving) == []
    finally:
        context.close()
