"""Every page on paper: on A4 each row of each table is there, and nothing is cut at the right edge."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from layouts.frame.source import StoreSource
from results.view import Edition
from server.application import create_app
from tests.conftest import opened, served

pytestmark = pytest.mark.browser

#: px at 96 to the inch: A4 is 210 mm wide, the margins of assets/print.css are 12 mm.
PAPER = round((210 - 24) / 25.4 * 96)
PAGES = (
    "/",
    "/indikator/mdt_before_treatment",
    "/overlevelse?efter=region",
    "/overlevelse?efter=afdeling",
    "/afdeling",
    "/afdeling/HER-KIR",
    "/sammenlign?enheder=HER-KIR,AAL-KIR,SLA-KIR,ODE-KIR,RAN-KIR,VIB-KIR",
    "/tvaergaaende",
    "/datakvalitet",
    "/ventetider",
    "/forbedringer",
    "/om",
)
#: Rows that are not there, and parts that end beyond the paper. The phone's form and closed details are no
#: part of the page on paper.
MEASURED = """() => {
  const there = one => !one.closest('.only-phone, .visually-hidden, details:not([open])');
  const box = one => one.getBoundingClientRect();
  const rows = [...document.querySelectorAll('#page table')].filter(there).flatMap(one => [...one.rows]).filter(there);
  const parts = [...document.querySelectorAll('#page main *')].filter(one => there(one) && !one.closest('svg'));
  const drawn = [...document.querySelectorAll('#page .drawing text')].filter(there);
  // A figure's box cuts off what leaves it.
  const cropped = drawn.filter(one => box(one).right > box(one.closest('.graph')).right + 1
    || box(one).left < box(one.closest('.graph')).left - 1);
  return {
    cropped: cropped.map(one => `${one.closest('[data-figure]').dataset.figure}: ${one.textContent}`),
    rows: rows.length,
    missing: rows.filter(one => !box(one).width || !box(one).height).map(one => one.innerText),
    cut: [...parts, ...drawn].filter(one => box(one).width && box(one).right > document.documentElement.clientWidth + 1)
      .map(one => `${one.tagName} ${one.className.baseVal ?? one.className}: ${Math.round(box(one).right)} px`),
  };
}"""


@pytest.fixture(scope="module")
def site(synthetic_store) -> Iterator[str]:
    source = StoreSource(synthetic_store, Edition("working"))
    yield from served(create_app(source, source.version))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_prints_whole(site, reader, path):
    opened(reader, f"{site}{path}")
    reader.emulate_media(media="print")
    reader.set_viewport_size({"width": PAPER, "height": 1000})
    reader.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    found = reader.evaluate(MEASURED)
    assert found["missing"] == [] and found["cut"] == [] and found["cropped"] == []
    assert found["rows"] > 3 or path in ("/forbedringer", "/ventetider")
