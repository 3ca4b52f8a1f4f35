"""The server's drawings in a real Chromium: they stretch with the page, texts and lines keep their size."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from figures import svg
from figures.svg import letters
from tests.unit.test_svg import dots, figure, line

pytestmark = pytest.mark.browser

ASSETS = Path(__file__).resolve().parents[2] / "assets"
#: Of every curve, point and text: its middle and its size in px, from the box's left edge and top.
BOXES = """() => {
  const from = document.getElementById('box').getBoundingClientRect();
  const at = one => {
    const box = one.getBoundingClientRect();
    return [box.left - from.left, box.right - from.left, box.top - from.top, box.bottom - from.top];
  };
  const all = name => [...document.querySelectorAll(`.drawing ${name}`)].map(at);
  return {circle: all('circle'), path: all('path'), line: all('line'), text: all('text')};
}"""


@pytest.fixture
def drawn(page):
    """From a figure and a width to the boxes of what the page shows."""

    def boxes(fig: dict, width: int) -> dict[str, list]:
        style = (ASSETS / "figures.css").read_text(encoding="utf-8")
        page.set_content(
            f"<style>{style} #box {{position: absolute; left: 7px; top: 5px; width: {width}px}}</style>"
            f"<div id='box'>{svg.on_page(fig, 'f')}</div>"
        )
        return page.evaluate(BOXES)

    return boxes


@pytest.mark.parametrize("width", [240, 300, 1100])
def test_a_drawing_stretches_and_its_marks_do_not(drawn, width):
    fig = figure(line([0, 2, 4], [0, 10, 10]), dots([3], [2]))
    found = drawn(fig, width)
    inside = width - 100  # px between the margins of 40 and 60
    left, right, top, bottom = found["circle"][0]
    assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx((40 + 0.75 * inside, 60), abs=0.3)
    assert (right - left, bottom - top) == pytest.approx((8, 8), abs=0.1)
    left, right, top, bottom = found["path"][0]
    assert (left, right) == pytest.approx((40, 40 + inside), abs=1.3)  # half of the line's 2 px
    assert (top, bottom) == pytest.approx((20, 70), abs=1.3)
    ticks = {round((a + b) / 2) for a, b, *_ in found["text"]}
    assert round(40 + inside / 4) in {one + shift for one in ticks for shift in (-1, 0, 1)}
    assert {round(low - high) for *_, high, low in found["text"]} <= {14, 15, 16}, "12 px at every width"


def test_a_line_is_as_thick_on_a_wide_page(drawn, page):
    upright = line([0, 2, 2, 4], [2, 2, 8, 8]) | {"line": {"color": "#000000", "width": 6}}
    for width in (300, 1100):
        drawn(figure(upright), width)
        shot = page.locator("#box").screenshot()
        assert _dark_across(page, shot, y=45) == pytest.approx(6, abs=1.5), width


def _dark_across(page, shot: bytes, y: int) -> int:
    """How many px of a row of a picture are black."""
    return page.evaluate(
        """async ([png, y]) => {
          const image = new Image();
          image.src = 'data:image/png;base64,' + png;
          await image.decode();
          const canvas = Object.assign(document.createElement('canvas'), {width: image.width, height: image.height});
          const pen = canvas.getContext('2d');
          pen.drawImage(image, 0, 0);
          const row = pen.getImageData(0, y, image.width, 1).data;
          return [...Array(image.width).keys()].filter(x => row[4 * x] < 100 && row[4 * x + 3] > 100).length;
        }""",
        [base64.b64encode(shot).decode(), y],
    )


def test_the_table_of_letters_is_the_fonts(page):
    font = base64.b64encode((ASSETS / "fonts" / "inter-variable.woff2").read_bytes()).decode()
    page.set_content(
        "<style>@font-face{font-family:F;font-weight:400 700;"
        f"src:url(data:font/woff2;base64,{font}) format('woff2')}}</style><p style='font-family:F'>a<b>b</b></p>"
    )
    words = ("Kirurgisk afdeling, Ærø", "95,6 %", "n = 1.045", "84,2–94,6", "≥ 90 %")
    for weight in (400, 600, 700):
        told = page.evaluate(
            """async ([weight, words]) => {
              await document.fonts.load(`${weight} 100px F`);
              const pen = document.createElement('canvas').getContext('2d');
              pen.font = `${weight} 100px F`;
              return words.map(word => pen.measureText(word).width);
            }""",
            [weight, list(words)],
        )
        # Pairs of letters stand a little closer than the table knows.
        assert [letters.width(word, 100, weight) for word in words] == pytest.approx(told, rel=0.03)
