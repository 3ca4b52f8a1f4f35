"""Sorting in a real Chromium: by keyboard and by finger, in the same document, with focus and place kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from layouts.frame.source import StoreSource
from results.view import Edition
from server.application import create_app
from tests.conftest import opened, served

pytestmark = pytest.mark.browser

FIRST = "() => document.querySelector('#tabel-afdelinger tbody tr:not(.group) th a').textContent"


@pytest.fixture(scope="module")
def site(synthetic_store) -> Iterator[str]:
    source = StoreSource(synthetic_store, Edition("working"))
    yield from served(create_app(source, source.version))


def test_a_table_is_sorted_by_the_keyboard(page, site):
    opened(page, f"{site}/afdeling")
    page.evaluate("window.marked = true")
    own = page.evaluate(FIRST)
    heading = page.locator("#tabel-afdelinger th a.sort", has_text="Forløb")
    heading.focus()
    before = page.evaluate("scrollY")
    for order in ("descending", "ascending"):
        page.keyboard.press("Enter")
        page.wait_for_selector(f"#tabel-afdelinger th[aria-sort={order}]")
        assert "Forløb" in page.evaluate("document.activeElement.textContent")
        assert page.evaluate("[window.marked, scrollY]") == [True, before]
        assert f"sort=afdelinger.{'-' if order == 'descending' else ''}cases" in page.url
    page.keyboard.press("Enter")
    page.wait_for_function("() => !document.querySelector('#tabel-afdelinger th[aria-sort]')")
    assert "sort" not in page.url and page.evaluate(FIRST) == own


def test_a_phone_sorts_by_columns_it_has_no_room_for_and_a_row_is_one_link(browser, site):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    try:
        phone = context.new_page()
        opened(phone, f"{site}/afdeling")
        phone.locator("#sorter-afdelinger").tap()
        phone.locator(".order-menu a", has_text="uden standard").tap()
        phone.wait_for_selector("#tabel-afdelinger th[aria-sort=descending]", state="attached")
        assert "sort=afdelinger.-no_standard" in phone.url
        assert phone.evaluate("document.activeElement.id") == "sorter-afdelinger"
        assert phone.evaluate("document.documentElement.scrollWidth") == 390
        row = phone.locator("#tabel-afdelinger tr.is-link").first
        row.scroll_into_view_if_needed()
        box = row.bounding_box()
        phone.touchscreen.tap(box["x"] + box["width"] - 8, box["y"] + box["height"] / 2)
        phone.wait_for_url("**/afdeling/*")
    finally:
        context.close()
