"""A period is chosen on the figure of months by pointer, finger and keys; the size for a projector."""

from __future__ import annotations

import pytest

from data.store import Store
from layouts.frame.source import StoreSource
from results.view import Edition
from server.application import create_app
from tests.conftest import opened, served

pytestmark = pytest.mark.browser

MDT = "/indikator/mdt_before_treatment?database=DCCG"
SHOW = "#maaneder-figur .brush-show"


@pytest.fixture(scope="module")
def site(newest_store: Store):
    source = StoreSource(newest_store, Edition("working"))
    yield from served(create_app(source, source.version))


def place(page, month: int) -> tuple[float, float]:
    """The middle of a month of the track."""
    track = page.locator("#maaneder-figur .brush-track")
    track.scroll_into_view_if_needed()
    box = track.bounding_box()
    return box["x"] + (month + 0.5) / 36 * box["width"], box["y"] + box["height"] / 2


def test_the_keys_move_the_handles_and_enter_shows_the_period(reader, site):
    opened(reader, site + MDT + "&periode=2026-03..2026-05")
    start = reader.locator("#maaneder-figur [data-handle='start']")
    start.focus()
    assert start.get_attribute("aria-valuetext") == "marts 2026"
    reader.keyboard.press("ArrowLeft")
    assert "februar 2026–maj 2026" in reader.locator(SHOW).inner_text()
    reader.keyboard.press("Shift+ArrowRight")
    assert "marts 2026–juni 2026" in reader.locator(SHOW).inner_text()
    reader.keyboard.press("End")
    assert start.get_attribute("aria-valuetext") == "juni 2026", "a handle stops at the other"
    reader.keyboard.press("PageDown")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**periode=2026-03..2026-06*")
    assert "mar–jun 2026" in reader.locator("h1").inner_text()


def test_the_pointer_drags_a_period_over_the_figure(reader, site):
    opened(reader, site + MDT)
    (x0, y), (x1, _) = place(reader, 10), place(reader, 15)
    reader.mouse.move(x0, y - 60)
    reader.mouse.down()
    reader.mouse.move((x0 + x1) / 2, y - 60, steps=3)
    reader.mouse.move(x1, y - 60, steps=3)
    reader.mouse.up()
    assert "periode=" not in reader.url, "a drag opens nothing by itself"
    assert "6 måneder" in reader.locator("#maaneder-figur .brush-note").inner_text()
    reader.locator(SHOW).click()
    reader.wait_for_url("**periode=2024-09..2025-02*")


def test_a_finger_moves_a_handle(browser, site):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    try:
        opened(page, site + MDT + "&periode=2026-03..2026-05")
        handle = page.locator("#maaneder-figur [data-handle='end']")
        box = handle.bounding_box()
        assert box["width"] >= 44 and box["height"] >= 44
        (x0, y), (x1, _) = place(page, 30), place(page, 33)
        x0 = handle.bounding_box()["x"] + 22
        send = context.new_cdp_session(page).send
        send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x0, "y": y}]})
        for step in (0.3, 0.6, 1):
            at = [{"x": x0 + (x1 - x0) * step, "y": y}]
            send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": at})
        send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        assert "marts 2026–august 2026" in page.locator(SHOW).inner_text()
        page.wait_for_timeout(400)  # a finger's pace: Chromium makes no click of a tap within 60 ms of a drag
        page.locator(SHOW).tap()
        page.wait_for_url("**periode=2026-03..2026-08*")
    finally:
        context.close()


#: Texts that are shown smaller than 15 px: (text, px).
SMALL = """() => [...document.querySelectorAll('#page *')].flatMap(one => {
  const own = [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
  const box = one.getBoundingClientRect();
  if (!own || !box.width || one.closest('.visually-hidden, script, .skip')) return [];
  const px = parseFloat(getComputedStyle(one).fontSize) * (one.currentCSSZoom || 1);
  return px < 14.95 ? [[one.textContent.trim().slice(0, 40), Math.round(px * 10) / 10, one.className]] : [];
})"""
PAGES = [
    "/", MDT, f"{MDT}&vis=tragt", "/afdeling/AAB-KIR", "/afdeling?vis=matrix", "/sammenlign?enheder=AAB-KIR,SLA-KIR",
    "/overlevelse", "/ventetider", "/datakvalitet", "/om", "/tvaergaaende", "/hospital/odense",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_no_text_is_small_on_the_projector_and_nothing_runs_off_its_side(reader, site, path):
    opened(reader, f"{site}{path}{'&' if '?' in path else '?'}visning=projektor")
    assert reader.evaluate(SMALL) == []
    assert reader.evaluate("document.documentElement.scrollWidth") <= 1280
    onward = reader.evaluate("[...document.querySelectorAll('nav.nav > ul > li > a')].map(one => one.href)")
    assert onward and all("visning=projektor" in one for one in onward), "it stays on the next page"


def test_the_card_on_the_projector_stands_at_its_point(reader, site):
    opened(reader, f"{site}{MDT}&visning=projektor")
    point = reader.locator("#afdelinger-figur tr.row-department .plot-point").first
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    reader.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    reader.wait_for_selector(".answer:not(.is-curves)", state="visible")
    card = reader.locator(".answer:not(.is-curves)").bounding_box()
    assert card["x"] <= box["x"] <= card["x"] + card["width"]
    gap = min(abs(card["y"] - box["y"] - box["height"]), abs(box["y"] - card["y"] - card["height"]))
    assert gap < 30
