"""Every figure of every page is drawn by the server: whole, small, alike on page and in file, without script."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import cache

import plotly.graph_objects as go
import pytest

from figures import svg
from figures.svg.letters import ASCENT, DESCENT, width
from layouts.frame.source import StoreSource
from results.view import Edition
from server.application import create_app
from server.rendering import render

SVG = "{http://www.w3.org/2000/svg}"
PAGES = (
    "/indikator/mdt_before_treatment?koen=F",
    "/indikator/mdt_before_treatment?egen=SLA-KIR",
    "/indikator/mdt_before_treatment?vis=tragt&egen=SLA-KIR",
    "/indikator/mdt_before_treatment?vis=sammenlignet&aar=3",
    "/indikator/survival_1y?vis=justeret&niveau=region",
    "/variation",
    "/overlevelse?efter=region",
    "/overlevelse?efter=stadie",
    "/overlevelse?efter=afdeling&egen=SLA-KIR",
    "/ventetider",
    "/varsler?kurve=KOE-KIR.mdt_before_treatment",
    "/forbedringer?vis=alle",
    "/afdeling/KOE-KIR",
)
PHONE, LAPTOP, WHOLE = 342, 618, 1120  # px for a figure: beside another on a laptop, and alone
LARGEST, LARGEST_FILE = 24_000, 60_000  # bytes: the map; the variation of a database. Most have 3,000–10,000
SMALLEST = 12  # px of letters
FILES_ALONE = {"afdelinger", "variation"}  # the page shows them in another form


@pytest.fixture(scope="module")
def app(synthetic_store):
    source = StoreSource(synthetic_store, Edition("working"))
    return create_app(source, source.version)


@pytest.fixture(scope="module")
def made(app):
    """From an address to its page, made once."""

    @cache
    def at(address: str):
        with app.server.test_request_context(address):
            path, _, query = address.partition("?")
            return render(path, query)

    return at


def _addresses() -> list[str]:
    return [f"{one}{'&' if '?' in one else '?'}lang={lang}" for one in PAGES for lang in ("da", "en")]


def _width(id: str, figure: dict) -> int:
    own = figure["layout"].get("width")
    narrow = id.endswith(("-smal", "-telefon"))
    return own or (PHONE if narrow else WHOLE if id == "udvikling" else LAPTOP)


def _beyond(root: ET.Element, wide: float, high: float) -> list[str]:
    """Texts that leave the drawing."""
    found = []
    moved = {id(one) for part in root.iter(f"{SVG}g") if part.get("transform") for one in part.iter(f"{SVG}text")}
    for one, size, weight in _texts(root, 12.0, 400):
        if one.get("transform") or id(one) in moved:
            continue
        long = width(one.text, size, weight)
        x, y = float(one.get("x")), float(one.get("y"))
        left = x - {"middle": long / 2, "end": long}.get(_said(root, one, "text-anchor"), 0)
        inside = left > -1.5 and left + long < wide + 1.5 and y - ASCENT * size > -2 and y + DESCENT * size < high + 2
        found += [] if inside else [f"{one.text} at {left:.0f}–{left + long:.0f}, {y:.0f}"]
    return found


def _texts(root: ET.Element, size: float, weight: int):
    """The texts below with their sizes and weights, which groups may say."""
    size, weight = float(root.get("font-size", size)), int(root.get("font-weight", weight))
    for one in root:
        if one.tag == f"{SVG}text":
            yield one, float(one.get("font-size", size)), int(one.get("font-weight", weight))
        else:
            yield from _texts(one, size, weight)


def _said(root: ET.Element, one: ET.Element, name: str) -> str | None:
    if one.get(name):
        return one.get(name)
    above = {child: parent for parent in root.iter() for child in parent}
    while one in above:
        one = above[one]
        if one.get(name):
            return one.get(name)
    return None


@pytest.mark.some(4)
@pytest.mark.parametrize("address", _addresses())
def test_every_figure_is_drawn_whole(made, address):
    page = made(address)
    assert page.status == 200 and not page.figures and (page.drawn or "/afdeling/" in address)
    for id, figure in page.drawn.items():
        go.Figure(figure)  # a figure is plotly's too: one that is to answer is drawn by Dash
        page_form = svg.on_page(figure, id)
        ET.fromstring(page_form)
        assert len(page_form) < (LARGEST_FILE if id in FILES_ALONE else LARGEST), (id, len(page_form))
        wide = _width(id, figure)
        file_form = ET.fromstring(str(svg.in_file(figure, id, wide)))
        assert "%" not in "".join(one.get("x", "") + one.get("cx", "") for one in file_form.iter())
        assert _beyond(file_form, wide, figure["layout"]["height"]) == [], id
        sizes = [size for _, size, _ in _texts(file_form, 12, 400)]
        assert min(sizes) >= SMALLEST, (id, min(sizes))
        words = "".join(text for one in file_form.iter(f"{SVG}text") for text in one.itertext())
        on_page = "".join(text for one in ET.fromstring(page_form).iter("text") for text in one.itertext())
        assert re.sub(r"\s", "", words) == re.sub(r"\s", "", on_page), id


@pytest.mark.some(4)
@pytest.mark.parametrize("address", PAGES)
def test_a_page_needs_no_script_for_its_figures(app, made, address):
    page = made(address)
    text = app.server.test_client().get(address).get_data(as_text=True)
    body = text[text.index('<div id="page">') : text.index('<div id="react-entry-point">')]
    assert 'class="graph-box"' not in text and 'id="figures"' not in text
    shown = set(re.findall(r'<svg class="drawing"[^>]*data-figure="([^"]+)"', body))
    assert shown == {id for id in page.drawn if id not in FILES_ALONE}
    scripts = set(re.findall(r"<script[^>]*>", body))  # data of what the figures answer, nothing that runs
    assert scripts <= {f'<script class="{css}" type="application/json">' for css in ("cards", "curves", "brush-data")}


def test_the_file_of_a_figure_has_an_address(app):
    client = app.server.test_client()
    side = "/indikator/mdt_before_treatment?koen=F"
    answer = client.get("/figur/kort.svg", query_string={"side": side, "bredde": 500})
    assert answer.status_code == 200 and answer.mimetype == "image/svg+xml"
    assert ET.fromstring(answer.get_data(as_text=True)).get("width") == "500"
    for status, query in (
        (404, {"side": "/om", "bredde": 500}),
        (400, {"side": side, "bredde": 20_000}),
        (400, {"side": side, "bredde": "x"}),
        (400, {"side": "ventetider", "bredde": 500}),
        (400, {"bredde": 500}),
    ):
        assert client.get("/figur/kort.svg", query_string=query).status_code == status, query


def test_a_drawing_is_read_as_one_picture(made):
    body = made(PAGES[0]).body
    told = re.findall(r'<div aria-label="([^"]+)" class="graph" role="img"[^>]*><div class="drawing-box"', body)
    assert len(told) == len([id for id in made(PAGES[0]).drawn if id not in FILES_ALONE])
    assert all('aria-hidden="true"' in one for one in re.findall(r'<svg class="drawing"[^>]*>', body))
