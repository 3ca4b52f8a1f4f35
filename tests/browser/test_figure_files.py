"""PNG and SVG of every figure: as the screen shows it, with all that the page says beside it, large enough to print."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from layouts.frame.source import StoreSource
from results.view import Edition
from server.application import create_app
from tests.conftest import opened, served

pytestmark = pytest.mark.browser

SVG = "{http://www.w3.org/2000/svg}"
CAVEAT = "Ikke case-mix-justeret."
GRADES = ("opfyldt", "sandsynligvis opfyldt", "uafklaret", "sandsynligvis ikke opfyldt", "ikke opfyldt")
#: Pages with the words of their keys, and the figures whose results are as the patients were.
PAGES = {
    "/indikator/mdt_before_treatment?koen=F": {
        "afdelinger": GRADES, "kort": GRADES,
        "udvikling": (), "maaneder": (),
    },
    "/indikator/mdt_before_treatment?vis=tragt&egen=SLA-KIR": {"tragt": ("alarm", "opmærksomhed")},
    "/indikator/mdt_before_treatment?vis=sammenlignet&aar=3": {"sammenlignet": ("alarm", "rå andel")},
    "/indikator/survival_1y?vis=justeret&niveau=region": {
        "raa": ("alarm", "opmærksomhed"), "justeret": ("alarm", "opmærksomhed"), "kalibrering": (),
    },
    "/sammenlign?enheder=SLA-KIR,HER-KIR&egen=SLA-KIR": {
        "sammenligning": (*GRADES, "95 %-interval"), "kurver": (),
    },
    "/variation": {"variation": ("alarm: uden for 99,8\u00a0%", "kan ikke afgøres (for få, eller uoplyste)")},
    "/overlevelse?efter=region": {"kurver": (), "incidens": ()},
    "/ventetider": {
        "alder": (), "ugetal": ("regler brudt", "helbred"), "serie": (), "koe-uger": (), "kohorter": (), "tragt": (),
    },
    "/varsler?kurve=KOE-KIR.mdt_before_treatment": {"andel": (), "cusum": ()},
    "/forbedringer?vis=alle": {"forloeb-demo-aabenraa-tnm": ()},
}  # fmt: skip
#: Adjusted, of waiting, or with the caveat in their caption.
WITHOUT = {"justeret", "kalibrering", "alder", "ugetal", "serie", "koe-uger", "kohorter", "andel", "cusum"}
#: What a drawing is made of, by tag and as the browser draws it: colours and widths of lines, shapes and words. In a
#: file each part of a text is a text of its own.
DRAWN = """(drawing) => [...drawing.querySelectorAll('path, rect, circle, line, text')]
  .filter(one => !one.closest('pattern'))
  .flatMap(one => one.querySelector('tspan') ? [...one.childNodes].map(part => part.tagName ? part : one) : [one])
  .map(one => {
    const look = getComputedStyle(one);
    const text = one.matches('text, tspan');
    const names = text ? ['fill', 'font-size', 'font-weight']
      : ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'opacity'];
    return [text ? 'text' : one.tagName, ...names.map(name => look.getPropertyValue(name))].join(' ');
  })"""
LOADED = """(text) => {
  const host = document.createElement('div');
  host.innerHTML = text;
  document.body.append(host);
  return host.querySelector('svg.figure');
}"""


@pytest.fixture(scope="module")
def site(synthetic_store) -> Iterator[str]:
    source = StoreSource(synthetic_store, Edition("working"))
    yield from served(create_app(source, source.version))


def _saved(page, id: str, form: str) -> bytes:
    with page.expect_download() as waiting:
        page.locator(f"button[data-figure='{id}'][data-export={form}]").click()
    return Path(waiting.value.path()).read_bytes()


def _words(root: ET.Element, kind: str) -> str:
    return " ".join(
        text.text or "" for part in root.iterfind(f"{SVG}g[@class='{kind}']") for text in part.iter(f"{SVG}text")
    )


def _chunk(png: bytes, name: bytes) -> bytes:
    """A PNG chunk's data, its checksum tested."""
    at = 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        if kind == name:
            assert struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + data)
            return data
        at += 12 + length
    raise AssertionError(f"no chunk {name!r}")


@pytest.mark.parametrize("path", PAGES)
def test_a_figures_files_show_and_say_what_the_screen_does(site, reader, path):
    reader.set_viewport_size({"width": 1280, "height": 800})
    opened(reader, f"{site}{path}")
    offered = [one.get_attribute("data-figure") for one in reader.locator("button[data-export=svg]:visible").all()]
    assert set(offered) == set(PAGES[path])
    snapshot = reader.locator(".shell").get_attribute("data-snapshot")
    for id, key in PAGES[path].items():
        svg = _saved(reader, id, "svg").decode("utf-8")
        root = ET.fromstring(svg)
        section = reader.locator(f"#{id}-figur")
        button = section.locator("button[data-export=svg]").first

        # Nothing from elsewhere, and words that other programs can set without the font.
        references = re.findall(r"(?:href|src)=[\"']([^\"'#][^\"']*)|url\([\"']?([^\"')#][^\"')]*)", svg)
        assert all(one.startswith("data:") for pair in references for one in pair if one), id
        assert "system-ui" not in svg and "Arial, 'Liberation Sans', sans-serif" in svg

        # Each part of a label is a text at its own place; other programs would lay parts over each other.
        assert not list(root.iter(f"{SVG}tspan")), id

        # Title, key, caption, caveat and stamp, in this order below the figure.
        assert _words(root, "title") == button.get_attribute("data-title")
        if "koen=F" in path:
            assert _words(root, "title").endswith("(kvinder)") and "kvinder" in _words(root, "stamp")
        said = [one for one in (" ".join(section.locator(":scope > .caption").all_inner_texts()).split()) if one]
        if said and "ugetal" not in id:
            assert _words(root, "caption").split() == [one.replace("\u2011", "-") for one in said]
        assert _words(root, "caption") or id == "variation"
        for word in key:
            assert word in _words(root, "key"), (id, word)
        assert bool(key) == bool(_words(root, "key")), id
        whole = " ".join((_words(root, "caption"), _words(root, "caveat")))
        assert (CAVEAT in whole) == (id not in WITHOUT), id
        assert whole.count(CAVEAT) <= 1
        for word in ("DCCG", snapshot, "syntetiske data"):
            assert word in _words(root, "stamp"), (id, word)
        width, height = float(root.get("width")), float(root.get("height"))
        placed = [one for part in root.iterfind(f"{SVG}g") for one in part.iter(f"{SVG}text")]
        assert all(0 < float(one.get("y")) < height and float(one.get("x")) < width for one in placed)

        # The drawing is the screen's: the same lines, shapes and words in the same colours and weights.
        in_file = Counter(reader.evaluate_handle(LOADED, svg).as_element().evaluate(DRAWN))
        assert len(in_file) > 2
        if section.locator(".drawing").count():
            on_screen = Counter(section.locator(".drawing").first.evaluate(DRAWN))
            assert in_file == on_screen, (id, in_file - on_screen, on_screen - in_file)

        png = _saved(reader, id, "png")
        wide, high = struct.unpack(">II", _chunk(png, b"IHDR")[:8])
        across, upward, unit = struct.unpack(">IIB", _chunk(png, b"pHYs"))
        assert wide >= 2008 and abs(high / wide - height / width) < 0.01
        assert unit == 1 and across == upward
        assert across * 0.0254 >= 300 and wide / across * 100 == pytest.approx(17, abs=0.01)  # to the inch; cm
