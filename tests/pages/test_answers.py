"""What figures answer: each card says what the row of its table says, and nothing that is hidden."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from results.survival import curves
from results.survival.curves import Cohort
from results.view import Edition, View, default_period
from tests.support.clients import client
from words import format as fmt

MDT = "/indikator/mdt_before_treatment"
PAGES = (
    "/indikator/survival_1y",
    f"{MDT}?vis=tragt&niveau=hospital",
    *(f"{MDT}{query}" for query in ("", "?egen=SLA-KIR", "?sted=bopael", "?regioner=4", "?lang=en")),
    *(f"{MDT}?vis={form}" for form in ("tragt", "sammenlignet", "justeret")),
)
SECTION = re.compile(r'<section class="figure[^"]* answers(?![-\w])[^"]*" id="([^"]+)">(.*?)</section>', re.DOTALL)
CARDS = re.compile(r'<script class="cards" type="application/json">(.*?)</script>', re.DOTALL)
MARK = re.compile(r"<[^>]*data-(?:id|series)=[^>]*>")


def figures(text: str) -> dict[str, tuple[str, dict]]:
    """By id the HTML of each figure that answers, and its cards."""
    return {id: (body, json.loads(CARDS.search(body)[1])["cards"]) for id, body in SECTION.findall(text)}


def marks(body: str) -> set[str]:
    found = set()
    for tag in MARK.findall(body):
        said = dict(re.findall(r'data-(id|of|series)="([^"]*)"', tag))
        id = said.get("id") or said.get("series", "")
        found |= {id, f"{id} {said.get('of')}"}
    return found


def test_every_card_has_its_mark_and_opens_a_page(mdt):
    asking = client(mdt)
    opened = set()
    for path in PAGES:
        found = figures(asking.get(path).text)
        assert found, path
        for id, (body, cards) in found.items():
            assert set(cards) <= marks(body), f"{path} {id}"
            opened |= {card[8].split("#")[0] for card in cards.values() if len(card) > 8}
    assert opened
    for path in opened:
        assert asking.get(path).status_code == 200, path


@pytest.mark.parametrize("edition", ["working", "public"])
def test_a_card_says_what_its_row_says(mdt, edition):
    text = client(mdt, edition).get(MDT).text
    body, cards = figures(text)["afdelinger-figur"]
    rows = dict(re.findall(r'<tr class="[^"]*" data-unit="([^"]+)" role="row">(.*?)</tr>', body, re.DOTALL))
    assert set(rows) == set(cards)
    for unit, row in rows.items():
        card = [*cards[unit], *[""] * 9]
        cells = {
            name: unescape(re.sub("<[^>]+>", "", cell))
            for cell, name in (
                (found[1], found[0]) for found in re.findall(r'<td class="to-right (\w+)" role="cell">(.*?)</td>', row)
            )
        }
        said = " ".join(card[3])
        if cells["value"] in ("skjult", fmt.NONE):
            assert card[2] == "" and card[3] == [], f"{unit}: {card}"
            continue
        assert card[2] == f"{cells['value']}{fmt.NBSP}%"
        assert cells["ci"].replace("\u2011", "-") in said and cells["counts"].replace("/", " af ") in said
        word = unescape(re.search(r'<span class="visually-hidden">([^<]*)</span>', row)[1])
        assert card[5] == word
    assert edition == "working" or any(len(card) < 4 or not card[2] for card in cards.values()), "something is hidden"


def test_a_curve_is_read_off_as_the_table_has_it(mdt):
    snapshot = mdt.current()
    for edition in ("working", "public"):
        view = View(snapshot, Edition(edition), "DCCG", default_period(snapshot, "DCCG"))
        years = curves.diagnosis_years(view)
        result = curves.survival(view, "region", "overall", Cohort(years[0], years[-1]))
        seen = 0
        for group in result.groups:
            by_month = {one.month: one for one in result.by_month(group)}
            for year in (1, 2, 3, 4, 5):
                point = result.point(group, year)
                found = by_month.get(12 * year)
                if point.estimate is None:
                    assert found is None, f"{edition} {group.code} {year}: not in the table"
                elif found is not None:
                    seen += 1
                    assert (found.estimate, found.lower, found.upper) == pytest.approx(
                        (point.estimate, point.lower, point.upper), abs=1e-12
                    )
        assert seen, edition


def test_the_public_curve_says_no_month_that_its_drawing_lacks(mdt):
    snapshot = mdt.current()
    view = View(snapshot, Edition("public"), "DCCG", default_period(snapshot, "DCCG"))
    years = curves.diagnosis_years(view)
    result = curves.survival(view, "department", "overall", Cohort(years[0], years[-1]))
    for group in result.groups:
        drawn = [round(12 * year) for year in result.line(group).years]
        assert {one.month for one in result.by_month(group)} <= set(drawn), group.code


#: A part of a page with a figure, and what it says of itself.
FIGURE = re.compile(r'<section class="(figure[^"]*)" id="([^"]+)">')


def test_the_blocks_of_the_variation_page_answer_in_its_figures_place(synthetic_store):
    """tests/pages/test_page_sweep.py asks every other figure of every page."""
    html = client(synthetic_store).get("/variation").text
    blocks = re.findall(r'<article class="variation-block ([^"]*)"', html)
    assert blocks and all("answers" in one.split() for one in blocks)


def test_the_figures_of_a_warning_answer(declining):
    asking = client(declining)
    html = asking.get("/varsler").text
    curve = unescape(re.search(r'href="(/varsler\?[^"]*kurve=[^"]*)"', html)[1])
    text = asking.get(curve).text
    assert {id: set(css.split()) & {"answers", "answers-curves"} for css, id in FIGURE.findall(text)} == {
        "andel-figur": {"answers"}, "cusum-figur": {"answers-curves"},
    }  # fmt: skip
    body, cards = figures(text)["andel-figur"]
    assert set(cards) <= marks(body) and len(cards) > 12
    table = re.search(r'<details class="twin">(.*?)</details>', text, re.DOTALL)[1]
    for card in cards.values():
        assert card[2].replace(f"{fmt.NBSP}%", "") in unescape(table), card


@pytest.mark.parametrize("path", ["/ventetider", "/ventetider?ben=udredning&omfang=alle", "/forbedringer?vis=alle"])
def test_every_card_of_the_other_pages_has_its_mark(synthetic_store, path):
    text = client(synthetic_store).get(path).text
    found = figures(text)
    assert found
    for id, (body, cards) in found.items():
        assert cards and set(cards) <= marks(body), f"{path} {id}"


def test_a_weeks_card_is_its_row_of_the_table(waits_store):
    text = client(waits_store).get("/ventetider?database=DCCG").text
    body, cards = figures(text)["ugetal-figur"]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", re.search(r"<tbody>(.*?)</tbody>", body, re.DOTALL)[1], re.DOTALL)
    cells = [[unescape(re.sub("<[^>]+>", "", one)) for one in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
             for row in rows]  # fmt: skip
    said = {card[0].split()[1].rstrip(","): " ".join(card[3]) for card in cards.values()}
    seen = 0
    for week, legs, within, *_ in cells:
        if legs != "0":
            assert f"{within} til tiden" in said[week], week
            seen += 1
    assert seen == len(cards) > 5


def test_a_cohorts_curve_says_the_tables_share_at_14_days(waits_store):
    text = client(waits_store).get("/ventetider?database=DCCG").text
    part = text[text.index('id="kohorter-figur"') :]
    curves_ = json.loads(
        re.search(r'<script class="curves" type="application/json">(.*?)</script>', part, re.DOTALL)[1]
    )
    table = part[part.index("<tbody>") : part.index("</tbody>")]
    shares = [unescape(re.sub("<[^>]+>", "", cell)) for row in table.split("<tr")[1:]
              for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)[1:2]]  # fmt: skip
    drawn = [line["values"][14][0].replace(f"{fmt.NBSP}%", "") for line in curves_["lines"] if line["values"][14]]
    assert drawn and set(drawn) <= set(shares)
