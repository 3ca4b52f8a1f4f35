"""The server's HTML: the serialiser, titles, status codes, headers; and in Chromium the change of places."""

import json
import re

import pytest
from dash import dcc, html
from plotly.io.json import to_json_plotly

from app import create_app, edition_for, is_loopback
from layouts import _html as quick_html
from layouts._prerender import PageCache, PrerenderError, as_json, to_html
from tests import gallery
from tests.conftest import opened

CANONICAL = """root => {
  const write = n => n.nodeType === 3 ? n.data : n.nodeType !== 1 ? ''
    : n.classList.contains('dash-graph') ? 'GRAPH' : '<' + n.tagName + ' '
    + [...n.attributes].filter(a => a.name !== 'style').map(a => a.name + '=' + a.value).sort().join(' ')
    + '>' + [...n.childNodes].map(write).join('') + '</>';
  return write(root);
}"""


@pytest.fixture(scope="module")
def client():
    return gallery.gallery_app().server.test_client()


# --- the serialiser ----------------------------------------------------------------------------------


def test_html_is_what_react_writes():
    tree = html.Div(
        [
            "a < b & c",
            None,
            True,
            3,
            html.Label("x", htmlFor="y", className="k", style={"marginTop": 4, "lineHeight": 2, "--own": "1"}),
            html.Details(html.Summary("s"), open=True),
            html.Img(src='data:"', alt=""),
            html.Td("1", colSpan=2, **{"aria-hidden": "true", "data-x": "<"}),
            dcc.Link("l", href="/?a=1&b=2", className="c"),
        ],
        tabIndex=0,
        hidden=False,
        n_clicks=0,
    )
    text = to_html(tree)
    assert text.startswith("<div") and text.endswith(">l</a></div>")
    assert (
        "a &lt; b &amp; c3<label" in text
        and ">x</label><details" in text
        and "<summary>s</summary></details><img" in text
    )
    assert set(re.findall(r'[\w-]+="[^"]*"', text)) == {
        'tabindex="0"', 'class="k"', 'style="margin-top:4px;line-height:2;--own:1"', 'for="y"', 'open=""', 'alt=""',
        'src="data:&quot;"', 'colspan="2"', 'aria-hidden="true"', 'data-x="&lt;"', 'class="c"',
        'href="/?a=1&amp;b=2"',
    }  # fmt: skip


def test_markup_in_data_is_escaped():
    text = to_html(html.P("<script>alert(1)</script>", title='"><script>'))
    assert "<script" not in text


def test_what_cannot_be_written_is_named():
    with pytest.raises(PrerenderError, match=r"dash_core_components\.Dropdown"):
        to_html(html.Div(dcc.Dropdown()))
    with pytest.raises(PrerenderError, match="'g' has no style height"):
        to_html(dcc.Graph(id="g"))
    with pytest.raises(PrerenderError, match="no component, text or number"):
        to_html(html.Div({"a": 1}.items()))


# --- the first answer --------------------------------------------------------------------------------


def test_first_answer_holds_the_whole_page(client):
    page = client.get("/?koen=F").get_data(as_text=True)
    body = page[page.index('<div id="prerender">') : page.index('<div id="react-entry-point">')]
    assert "10 af 15 standarder er klart opfyldt i 2025." in body
    assert body.count("<tr") > 8 and "3.727/3.981" in body
    assert "Syntetiske data" in body and "a41f9c" in body
    assert "<title>Overblik · DCCG · Kræftkvalitet</title>" in page
    assert 'name="description" content="10 af 15' in page
    assert '<html lang="da">' in page and '<html lang="en">' in client.get("/?lang=en").get_data(as_text=True)


def test_unknown_address_is_404_and_helps(client):
    answer = client.get("/der/er/intet")
    assert answer.status_code == 404
    assert "Siden findes ikke" in answer.get_data(as_text=True) and 'href="/om"' in answer.get_data(as_text=True)


def test_headers_name_no_other_host(client):
    for path in ("/", "/_dash-layout", "/assets/base.css"):
        with client.get(path) as answer:  # an asset's file is closed with its answer
            headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "http" not in policy and "unsafe-eval" not in policy
        assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Frame-Options"] == "DENY"
    page = client.get("/").get_data(as_text=True)
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


@pytest.mark.parametrize(
    ("method", "path", "arguments", "status"),
    [
        ("PUT", "/", {}, 405),
        ("POST", "/", {}, 405),
        ("POST", "/_dash-update-component", {"data": "x", "content_type": "text/plain"}, 415),
        ("POST", "/_dash-update-component", {"json": {}, "headers": {"Sec-Fetch-Site": "cross-site"}}, 403),
        ("GET", "/", {"headers": {"Host": "evil.example"}}, 400),
    ],
)
def test_other_requests_are_refused(client, method, path, arguments, status):
    assert client.open(path, method=method, **arguments).status_code == status


def test_text_is_compressed(client):
    answer = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip" and len(answer.data) < 12_000


def test_edition_follows_the_host():
    assert [edition_for(host, None) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "server.example")] == [
        "working", "working", "working", "public", "public"]  # fmt: skip
    assert edition_for("0.0.0.0", "working") == "working" and not is_loopback("192.168.1.1")


def test_page_is_computed_once_until_the_data_change():
    calls, version = [], ["a"]
    layout = PageCache(lambda: version[0], size=2).wrap("m", lambda **query: calls.append(query) or object())
    first = layout.tree(x="1")
    assert layout.tree(x="1") is first and len(calls) == 1
    version[0] = "b"
    assert layout.tree(x="1") is not first
    layout.tree(x="2")
    layout.tree(x="3")
    layout.tree(x="1")
    assert len(calls) == 5, "two pages are kept"


def test_dash_gets_the_tree_as_finished_json_equal_to_its_own():
    tree = html.Div([html.P("å < æ"), None, 1.5, html.A("x", href="/om?a=1&b=2")], **{"data-title": "t"})
    layout = PageCache(lambda: "a").wrap("m", lambda: tree)
    assert json.loads(to_json_plotly({"children": layout()})) == json.loads(to_json_plotly({"children": tree}))


def test_the_quick_elements_are_dashs_own():
    given = {"id": "a", "className": "x", "style": {"width": 3}, "data-n": 1, "aria-label": "å"}
    for name in ("Div", "Span", "Td", "Th", "Button", "Details", "ObjectEl"):
        for children in ((), (["x", 1, None],)):
            quick, own = getattr(quick_html, name)(*children, **given), getattr(html, name)(*children, **given)
            assert isinstance(quick, type(own)) and quick.to_plotly_json() == own.to_plotly_json()
    with pytest.raises(TypeError, match="has no property 'classname'"):
        quick_html.Span("x", classname="y")
    with pytest.raises(TypeError, match="children belong together in a list"):
        quick_html.Span("x", title=quick_html.B("y"))
    with pytest.raises(AttributeError):
        quick_html.Nothing("x")


def test_what_json_does_not_know_is_named():
    with pytest.raises(TypeError, match="serializable"):
        as_json(html.Div(object()))


def test_host_outside_loopback_is_not_bound_to_a_name():
    assert create_app(gallery.mock_context, lambda: "v", host="0.0.0.0", pages_folder="",
                      register=gallery.register).server.config["TRUSTED_HOSTS"] is None  # fmt: skip


# --- in Chromium -------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/?koen=F", "/afdeling", "/figur"])
def test_react_draws_what_the_server_sent(page, gallery_site, path):
    page.route("**/_dash-layout", lambda route: None)  # React never starts: the server's page stays
    page.goto(gallery_site + path)
    page.wait_for_selector("#prerender .shell")
    sent = page.eval_on_selector("#prerender .shell", CANONICAL)
    page.unroute("**/_dash-layout")
    opened(page, gallery_site + path)
    assert page.eval_on_selector("#react-entry-point .shell", CANONICAL) == sent


@pytest.mark.browser
def test_change_of_places_keeps_menus_focus_and_place(page, gallery_site):
    page.add_init_script("""window.shifts = 0; new PerformanceObserver(list => list.getEntries().forEach(
        e => { window.shifts += e.value; })).observe({type: 'layout-shift', buffered: true});""")
    held = []
    page.route("**/_dash-layout", lambda route: held.append(route))
    page.goto(gallery_site + "/figur")
    page.wait_for_selector("#prerender h1")
    assert page.evaluate("getComputedStyle(document.getElementById('react-entry-point')).visibility") == "hidden"
    before = page.evaluate("document.documentElement.scrollHeight")
    page.focus("#prerender #valg-periode")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    held[0].continue_()
    page.wait_for_selector("html[data-swapped]")
    assert page.locator("#prerender").count() == 0
    assert page.evaluate("document.activeElement.id") == "valg-periode"
    assert page.locator("details.menu[open]").count() == 1
    page.wait_for_selector("#kort .main-svg")
    assert page.evaluate("document.documentElement.scrollHeight") == before
    assert page.evaluate("window.shifts") < 0.01


@pytest.mark.browser
def test_page_is_readable_without_javascript(browser, gallery_site):
    context = browser.new_context(java_script_enabled=False)
    one = context.new_page()
    one.goto(gallery_site + "/")
    assert one.locator("h1").is_visible() and one.locator("table").is_visible()
    one.click("#valg-koen")
    one.click("text=Kvinder")
    assert one.url.endswith("/?koen=F")
    context.close()
