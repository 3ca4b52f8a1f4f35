"""Units picked from a list for the comparison, own sets kept by the reader's choice, the menu of a page's sections."""

from __future__ import annotations

import pytest

from data.store import Store
from layouts.frame.source import StoreSource
from results.view import Edition
from server.application import create_app
from tests.conftest import opened, served

pytestmark = pytest.mark.browser

KEPT = "Object.keys(localStorage).length + document.cookie.length"


@pytest.fixture(scope="module")
def site(synthetic_store: Store):
    source = StoreSource(synthetic_store, Edition("working"))
    yield from served(create_app(source, source.version))


def focused(page, selector: str, most: int = 200) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{most} times Tab and never at {selector}")


@pytest.mark.parametrize("path", ["/afdeling", "/afdeling?vis=matrix", "/indikator/mdt_before_treatment"])
def test_departments_are_picked_from_any_list_by_the_keyboard(reader, site, path):
    opened(reader, f"{site}{path}{'&' if '?' in path else '?'}database=DCCG")
    focused(reader, ".pick-start")
    reader.keyboard.press("Enter")
    codes = []
    for _ in range(2):
        focused(reader, "[data-unit]:not(.row-region) .pick-box")
        reader.keyboard.press("Space")
        codes.append(reader.evaluate("document.activeElement.closest('tr').dataset.unit"))
    assert reader.locator(".pick-bar").is_visible()
    reader.keyboard.press("Enter")
    reader.wait_for_url(f"**/sammenlign?**enheder={codes[0]}%2C{codes[1]}**")
    assert reader.locator(".chip.is-chosen").count() == 2
    assert reader.locator(".pick-bar").is_hidden(), "what is compared is picked no more"


#: Tables with rows of several departments in a part of the page without the button: their captions.
WITHOUT = """() => [...document.querySelectorAll('#page table')].filter(table => {
  const rows = [...table.querySelectorAll('tr[data-unit]')].filter(one => one.querySelector('th a'));
  const part = table.closest('section, .department-list');
  return rows.length > 1 && !(part && part.querySelector('.pick-start'));
}).map(table => table.closest('[id]').id + ': ' + table.caption.textContent)"""


@pytest.mark.parametrize(
    "path",
    [
        "/ventetider", "/varsler", "/datakvalitet", "/overlevelse?efter=afdeling",
        "/overlevelse?vis=justeret&efter=afdeling",
        "/indikator/mdt_before_treatment?vis=tragt", "/indikator/mdt_before_treatment?vis=sammenlignet",
    ],
)  # fmt: skip
def test_every_list_of_departments_can_be_picked_from(reader, site, path):
    opened(reader, f"{site}{path}{'&' if '?' in path else '?'}database=DCCG")
    assert reader.evaluate(WITHOUT) == []
    for button in reader.locator(".pick-start:visible").all():
        button.click()
    assert reader.locator(".pick-box").count() > 1


def test_what_is_picked_goes_along_to_another_list_and_is_of_one_kind(browser, site):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    try:
        opened(page, site + "/afdeling?database=DCCG")
        page.locator(".pick-start").tap()
        page.locator("[data-unit='SLA-KIR'] .pick-box").tap()
        page.locator(".pick-start").tap()  # done in this list
        assert page.locator(".pick-box").count() == 0
        page.locator("header .nav-phone summary").tap()
        page.locator("header .nav-phone a[href^='/?'], header .nav-phone a[href='/']").first.tap()
        page.wait_for_url("**/?*")
        opened_in_place = page.locator(".pick-bar")
        assert opened_in_place.is_visible() and "Slagelse" in opened_in_place.inner_text()
        page.evaluate("history.back()")
        page.wait_for_url("**/afdeling**")
        page.locator(".pick-start").tap()
        assert page.locator("[data-unit='SLA-KIR'] .pick-box").is_checked()
        box = page.locator("[data-unit='SLA-KIR'] .pick-box").bounding_box()
        assert box["width"] >= 24 and box["height"] >= 24
        page.locator(".pick-bar button").tap()
        assert opened_in_place.is_hidden() and not page.locator("[data-unit='SLA-KIR'] .pick-box").is_checked()
    finally:
        context.close()


def test_a_list_with_regions_and_departments_compares_one_kind_at_a_time(reader, site):
    opened(reader, site + "/indikator/mdt_before_treatment?database=DCCG")
    reader.locator("#afdelinger-figur .pick-start").click()
    reader.locator("#afdelinger-figur .row-region .pick-box").first.check()
    assert reader.locator("#afdelinger-figur .row-department .pick-box:not([disabled])").count() == 0
    reader.locator("#afdelinger-figur .row-region .pick-box").nth(1).check()
    reader.locator(".pick-go").click()
    reader.wait_for_url("**/sammenlign?**niveau=region**")


def test_a_set_is_kept_by_the_readers_choice_alone_and_forgotten(browser, site):
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    address = site + "/sammenlign?database=DCCG&enheder=SLA-KIR,HER-KIR"
    try:
        opened(page, address)
        assert page.evaluate(KEPT) == 0, "nothing is kept before the reader says so"
        focused(page, ".sets-open")
        page.keyboard.press("Enter")
        page.keyboard.type("Vores to")
        page.keyboard.press("Enter")
        assert page.locator(".sets-list a").inner_text() == "Vores to"
        opened(page, site + "/sammenlign?database=DCCG")
        page.locator(".sets-list a").click()
        page.wait_for_url("**enheder=SLA-KIR%2CHER-KIR**")
        page.locator(".sets-list button").click()
        assert page.locator(".sets-list a").count() == 0 and page.evaluate(KEPT) == 0
    finally:
        context.close()


def test_what_another_version_has_kept_breaks_nothing(reader, site):
    opened(reader, site + "/sammenlign?database=DCCG&enheder=SLA-KIR,HER-KIR")
    for written in ("no JSON", "{}", '[null, {"name": 1}, {"name": "x"}]'):
        reader.evaluate("text => localStorage.setItem('kraeftkvalitet-saet', text)", written)
        opened(reader, site + "/sammenlign?database=DCCG&enheder=SLA-KIR,HER-KIR")
        assert reader.locator(".sets-list a").count() == 0
    reader.evaluate("localStorage.clear()")


def test_the_choices_stay_in_sight_and_lead_to_every_section(reader, site):
    opened(reader, site + "/ventetider?database=DCCG")
    focused(reader, "#valg-indhold")
    reader.keyboard.press("Enter")
    last = reader.locator(".choices-row a[href^='#']").last
    goal = last.get_attribute("href")
    last.focus()
    reader.keyboard.press("Enter")
    reader.wait_for_function("() => window.scrollY > 600")
    bar, section = reader.locator(".choices").bounding_box(), reader.locator(goal).bounding_box()
    assert abs(bar["y"]) < 1, "the bar stays"
    assert bar["height"] - 2 <= section["y"] < 800, "what was jumped to stands below it"
    assert reader.locator("details.menu[open]").count() == 0
