"""The server's HTML: the serialiser, titles, status codes, headers."""

import json
import re

import pytest
from dash import dcc, html
from plotly.io.json import to_json_plotly

from layouts.parts import html as quick_html
from layouts.parts.drawing import Drawing
from server.access.network import Network, is_loopback
from server.application import create_app, edition_for
from server.dash_inner import as_json
from server.keeping import PageCache, SentPage
from server.rendering import PageLayout, rendering
from server.writing import PrerenderError, to_html
from tests.support import gallery


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


def test_a_small_drawing_is_svg_of_the_page_with_its_words():
    said = to_html(
        html.P([Drawing('<path d="M0 0"/>', 84, 32, 'steg fra "85 %" til 93 %', "sparkline"), Drawing("", 9, 9)])
    )
    assert 'width="84" height="32" viewBox="0 0 84 32" fill="none" role="img"' in said
    assert 'aria-label="steg fra &quot;85 %&quot; til 93 %"><path d="M0 0"/></svg>' in said
    assert said.endswith('fill="none" aria-hidden="true"></svg></p>'), "what stands beside words says nothing"


def test_markup_in_data_is_escaped():
    text = to_html(html.P("<script>alert(1)</script>", title='"><script>'))
    assert "<script" not in text


def test_what_cannot_be_written_is_named():
    with pytest.raises(PrerenderError, match=r"dash_core_components\.Dropdown"):
        to_html(html.Div(dcc.Dropdown()))
    with pytest.raises(PrerenderError, match="'g' has no id or no style height"):
        to_html(dcc.Graph(id="g"))
    with pytest.raises(PrerenderError, match="two graphs have the id 'g'"):
        to_html([dcc.Graph(id="g", style={"height": "9px"}), dcc.Graph(id="g", style={"height": "9px"})])
    with pytest.raises(PrerenderError, match="no component, text or number"):
        to_html(html.Div({"a": 1}.items()))


# --- the first answer --------------------------------------------------------------------------------


def test_first_answer_holds_the_whole_page(client):
    page = client.get("/?koen=F").get_data(as_text=True)
    body = page[page.index('<div id="page">') : page.index('<div id="react-entry-point">')]
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


def test_a_page_that_the_browser_has_is_not_sent_again(client):
    first = client.get("/?koen=F", headers={"Accept-Encoding": "gzip"})
    tag = {"If-None-Match": first.headers["ETag"], "Accept-Encoding": "gzip"}
    assert client.get("/?koen=F", headers=tag).status_code == 304
    assert client.get("/?koen=M", headers=tag).status_code == 200
    assert first.headers["Cache-Control"] == "private, no-cache"


def test_edition_follows_the_host():
    assert [edition_for(host, None) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "server.example")] == [
        "working", "working", "working", "public", "public"]  # fmt: skip
    assert edition_for("0.0.0.0", "working") == "working" and not is_loopback("192.168.1.1")


def answer(text: str) -> SentPage:
    """A page whose packed form has as many bytes as the text has letters."""
    return SentPage(text.encode(), 200, "tag", "da")


def test_page_is_made_once_until_the_data_change():
    calls, version = [], ["a"]
    cache = PageCache(lambda: version[0], lambda *address: calls.append(address) or answer("x" * 100), most=250)
    first = cache.page("/om", "x=1")
    assert cache.page("/om", "x=1") is first and len(calls) == 1
    version[0] = "b"
    assert cache.page("/om", "x=1") is not first
    cache.page("/om", "x=2")
    cache.page("/", "x=1")
    cache.page("/om", "x=1")
    assert len(calls) == 5, "two pages are kept"


def test_a_page_made_while_the_data_changed_is_not_kept():
    version, calls = ["a"], []

    def made(path, query):
        calls.append(path)
        version[0] = "b"
        return answer("page")

    cache = PageCache(lambda: version[0], made)
    assert cache.page("/", "") is not cache.page("/", "") and len(calls) == 2


def test_a_page_of_the_snapshot_before_says_so_above_its_headline(client):
    tree = html.Div(
        [html.Main([html.H1("Fund")], id="main")],
        lang="da",
        **{
            "data-title": "t",
            "data-description": "d",
            "data-status": "200",
            "data-snapshot": "s1",
            "data-dated": "Af før.",
        },
    )
    made = rendering(tree)
    assert "Af før." not in made.body
    with client.application.test_request_context("/"):
        before = SentPage.of(made.body, 200, "da", made.snapshot, made.dated).of_before().text
    assert re.search(r'<main id="main"><p class="notice" role="note">.*Af før\..*</p><h1>Fund</h1>', before)
    assert 'data-snapshot="s1"' in before and 'data-awaits=""' in before


def test_figures_go_along_as_json_that_ends_no_script(client):
    page = client.get("/figur").get_data(as_text=True)
    islands = json.loads(page.split('<script type="application/json" id="figures">')[1].split("</script>")[0])
    boxes = re.findall(r'data-graph="(\w+)"', page)
    assert boxes and [one["props"]["box"] for one in islands] == boxes
    assert {one["props"]["children"]["type"] for one in islands} == {"Graph"}
    tree = html.Div(dcc.Graph(id="g", figure={"layout": {"title": "</script><b>"}}, style={"height": "9px"}),
                    lang="da", **{"data-title": "t", "data-description": "d", "data-status": "200"})  # fmt: skip
    made = rendering(tree).figures
    assert "<" not in made and json.loads(made)[0]["props"]["children"]["props"]["figure"]["layout"]["title"] == (
        "</script><b>"
    )
    assert 'id="figures"' not in client.get("/").get_data(as_text=True)


def test_dashs_own_callback_of_a_page_is_its_figures():
    graph = dcc.Graph(id="g", figure={"data": []}, style={"height": "9px"})
    given = PageLayout(lambda: html.Div([html.P("å < æ"), graph]))()
    assert [(one.box, one.children) for one in given] == [("g", graph)]
    assert json.loads(as_json(given)) == json.loads(to_json_plotly(given))


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
    assert create_app(gallery.mock_context, lambda: "v", network=Network("0.0.0.0", ("kraeft.test",)), pages_folder="",
                      register=gallery.register).server.config["TRUSTED_HOSTS"] == [
        "localhost", "127.0.0.1", "[::1]", "kraeft.test"]  # fmt: skip


# --- in Chromium -------------------------------------------------------------------------------------


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
