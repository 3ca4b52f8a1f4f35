"""Clicks in a real Chromium: the page is exchanged in the same document, and no click is ever lost."""

from __future__ import annotations

import re

import pytest

from tests.conftest import DRAWN, opened

pytestmark = pytest.mark.browser

#: A link of our own at the top of the page.
LINK = """([href, more]) => {
  const link = document.createElement('a');
  Object.assign(link, {href, textContent: 'prøve', id: 'proeve'}, more || {});
  document.querySelector('#page main').prepend(link);
}"""
MARKED = "window.marked === true"


def marked(page, address: str) -> None:
    """Open a page and mark its document: a plain load would lose the mark."""
    opened(page, address)
    page.evaluate("window.marked = true")


def test_a_click_exchanges_the_page_in_the_same_document(page, gallery_site):
    marked(page, gallery_site + "/")
    page.click("nav >> text=Afdelinger")
    page.wait_for_url("**/afdeling")
    assert page.evaluate(MARKED)
    assert page.title() == "Afdelinger · DCCG · Kræftkvalitet"
    sent = page.request.get(gallery_site + "/afdeling").text()
    description = page.get_attribute("meta[name=description]", "content")
    assert f'<meta name="description" content="{description}">' in sent
    shell = re.search(r'<div id="page">(.*?)</div>\s*<div id="react-entry-point">', sent, re.S).group(1)
    assert page.evaluate("""sent => {
      const wanted = document.createElement('div');
      wanted.innerHTML = sent;
      return wanted.querySelector('main').textContent === document.querySelector('main').textContent;
    }""", shell)  # fmt: skip
    assert page.locator("[role=status]").inner_text() == page.title()
    assert page.evaluate("[document.activeElement.id, scrollY]") == ["main", 0]


def test_language_changes_in_the_same_document(page, gallery_site):
    marked(page, gallery_site + "/afdeling")
    page.click("text=English")
    page.wait_for_selector("html[lang=en]")
    assert page.evaluate(MARKED) and page.title() == "Departments · DCCG · Kræftkvalitet"
    page.go_back()
    page.wait_for_selector("html[lang=da]")
    assert page.evaluate(MARKED)


def test_figures_are_drawn_on_the_next_page_and_go_with_it(page, gallery_site):
    marked(page, gallery_site + "/")
    assert page.evaluate("[!!window.React, !!window.Plotly]") == [False, False], "a page without figures has no Dash"
    link = "() => document.querySelector('#page .brand').href = '/figur'"
    for _ in range(2):
        page.evaluate(link)
        page.click("#page .brand")
        page.wait_for_url("**/figur")
        page.wait_for_function(DRAWN)
        assert page.locator(".graph-box").count() == page.locator(".js-plotly-plot").count() > 0
        page.go_back()
        page.wait_for_selector("h1 >> text=standarder")
        page.wait_for_function("() => !document.querySelector('.js-plotly-plot')")
    assert page.evaluate(MARKED)
    page.evaluate(link)
    page.click("#page .brand")
    page.wait_for_url("**/figur")
    page.wait_for_function(DRAWN)
    page.evaluate("() => document.querySelector('#page .brand').href = '/figur?koen=F'")
    page.click("#page .brand")  # the same figures on another page: drawn into the new boxes
    page.wait_for_url("**koen=F")
    page.wait_for_function(DRAWN)
    components = """() => document.querySelectorAll('#react-entry-point *').length
      + document.querySelectorAll('.dash-graph').length"""
    assert page.evaluate(components) <= 20


def test_a_choice_keeps_the_control_where_it_is(page, gallery_site):
    page.set_viewport_size({"width": 1280, "height": 500})
    opened(page, gallery_site + "/")
    page.evaluate(LINK, ["/?koen=F", None])
    page.evaluate("scrollTo(0, 200)")
    page.evaluate("document.getElementById('proeve').click()")
    page.wait_for_url("**koen=F")
    assert page.evaluate("scrollY") == 200, "the link is gone; the page stays where it was"
    page.click("#valg-koen")
    page.click(".menu-list >> text=Mænd")
    page.wait_for_url("**koen=M")
    assert page.evaluate("document.activeElement.id") == "valg-koen"
    assert page.locator("details[open]").count() == 0
    assert page.locator("[role=status]").text_content() == page.locator("h1").text_content()


def test_what_is_unfolded_stays_so_through_a_choice(page, gallery_site):
    opened(page, gallery_site + "/figur")
    twin = page.locator("details.twin").first
    twin.locator("summary").click()
    page.click("#valg-koen")
    page.click(".menu-list >> text=Kvinder")
    page.wait_for_url("**koen=F")
    assert page.locator("details.twin").first.get_attribute("open") is not None
    assert page.locator("details.menu[open]").count() == 0


def test_back_and_forward_restore_page_place_and_focus(page, gallery_site):
    page.set_viewport_size({"width": 1280, "height": 500})
    marked(page, gallery_site + "/")
    page.evaluate("scrollTo(0, 300)")
    page.evaluate("document.querySelector('.nav a[href=\"/afdeling\"]').click()")
    page.wait_for_url("**/afdeling")
    page.evaluate("scrollTo(0, 120)")
    page.wait_for_function("history.state.entry && scrollY === 120")
    page.go_back()
    page.wait_for_selector("h1 >> text=standarder")
    assert page.evaluate("scrollY") == 300
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/afdeling"
    page.go_forward()
    page.wait_for_selector("[data-title^=Afdelinger]")
    assert page.evaluate("scrollY") == 120 and page.evaluate(MARKED)
    assert page.title().startswith("Afdelinger")


def test_a_reload_keeps_the_place(page, gallery_site):
    page.set_viewport_size({"width": 1280, "height": 500})
    opened(page, gallery_site + "/")
    page.click("nav >> text=Afdelinger")
    page.wait_for_url("**/afdeling")
    page.evaluate("scrollTo(0, 120)")
    page.wait_for_timeout(200)
    page.reload()
    page.wait_for_function("scrollY === 120")


def test_figures_that_cannot_be_drawn_say_so(page, gallery_site):
    page.route("**/_dash-component-suites/**", lambda route: route.abort())
    page.goto(gallery_site + "/figur?lang=en")
    page.wait_for_selector(".graph-box >> text=could not be drawn")
    page.trouble.clear()


def test_a_place_on_the_page_is_the_browsers(page, gallery_site):
    marked(page, gallery_site + "/figur")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(LINK, ["#kort-figur", None])
    page.click("#proeve")
    page.wait_for_url("**/figur#kort-figur")
    page.wait_for_function("scrollY > 0")
    page.go_back()
    page.wait_for_function("scrollY === 0")
    assert page.evaluate(MARKED) and not [one for one in asked if "/figur" in one]


@pytest.mark.parametrize("more", [{"target": "_blank"}, {"download": ""}, {"href": "/hent/x.csv"}, {"href": "/a.csv"}])
def test_links_that_are_no_pages_are_left_to_the_browser(page, gallery_site, more):
    opened(page, gallery_site + "/")
    page.evaluate(LINK, ["/afdeling", more])
    stopped = "document.addEventListener('click', e => { window.taken = e.defaultPrevented; e.preventDefault(); })"
    page.evaluate(stopped)
    page.click("#proeve")
    assert page.evaluate("window.taken") is False


@pytest.mark.parametrize("key", ["Control", "Shift", "Alt", "Meta"])
def test_modified_clicks_are_left_to_the_browser(page, gallery_site, key):
    opened(page, gallery_site + "/")
    page.evaluate(LINK, ["/afdeling", None])
    page.evaluate("document.addEventListener('click', e => { window.taken = e.defaultPrevented; e.preventDefault(); })")
    page.click("#proeve", modifiers=[key])
    assert page.evaluate("window.taken") is False


def test_a_middle_click_opens_another_tab(page, gallery_site):
    opened(page, gallery_site + "/")
    with page.context.expect_page() as opening:
        page.click("nav >> text=Afdelinger", button="middle")
    opening.value.wait_for_url("**/afdeling")
    assert page.url == gallery_site + "/"


@pytest.mark.parametrize("how", ["no answer", "no page", "another version"])
def test_what_cannot_be_exchanged_is_loaded_plainly(page, gallery_site, how):
    marked(page, gallery_site + "/")

    def answer(route):
        if route.request.is_navigation_request():
            route.continue_()
        elif how == "no answer":
            route.abort()
        elif how == "no page":
            route.fulfill(body="{}", content_type="application/json")
        else:
            got = route.fetch()
            route.fulfill(response=got, body=got.text().replace("navigate.js?v=", "navigate.js?v=x"))

    page.route("**/afdeling", answer)
    page.click("nav >> text=Afdelinger")
    page.wait_for_url("**/afdeling")
    page.wait_for_selector("html[data-ready]")
    assert not page.evaluate(MARKED) and page.title().startswith("Afdelinger")
    page.trouble[:] = [text for text in page.trouble if "ERR_FAILED" not in text]


def test_the_last_of_quick_clicks_wins(page, gallery_site):
    marked(page, gallery_site + "/")
    held = []
    page.route("**/afdeling", lambda route: held.append(route))
    click = "href => document.querySelector(`.nav a[href='${href}']`).click()"
    page.evaluate(click, "/afdeling")
    page.wait_for_selector("html.is-waiting")
    page.evaluate("document.querySelector('.nav a').href = '/figur'")
    # Both in one turn of the browser: the new page may have come before a second call.
    page.evaluate(f"href => {{ const click = {click}; click(href); click(href) }}", "/figur")
    page.wait_for_url("**/figur")
    for route in held:
        route.abort()
    page.wait_for_function(DRAWN)
    assert page.url.endswith("/figur") and page.evaluate(MARKED)
    assert page.locator("html.is-waiting").count() == 0
    assert page.evaluate("history.length") == 3  # the empty tab, the first page, the last


def test_an_unknown_address_is_shown_as_the_server_says(page, gallery_site):
    marked(page, gallery_site + "/")
    page.evaluate(LINK, ["/findes/ikke", None])
    page.click("#proeve")
    page.wait_for_selector("h1 >> text=Siden findes ikke")
    assert page.evaluate(MARKED) and page.url.endswith("/findes/ikke")
    page.trouble[:] = [text for text in page.trouble if "404" not in text]


def test_without_javascript_links_are_links(browser, gallery_site):
    context = browser.new_context(java_script_enabled=False)
    one = context.new_page()
    one.goto(gallery_site + "/figur")
    assert one.locator("h1").is_visible() and one.locator(".graph").first.get_attribute("aria-label")
    one.click("nav >> text=Afdelinger")
    assert one.url.endswith("/afdeling") and one.title().startswith("Afdelinger")
    context.close()
