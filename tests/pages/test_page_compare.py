"""Departments side by side: the numbers of their own pages, nothing hidden, a permalink, a sentence for every fault."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from data.store import Store
from results import department as data
from results.compare.departments import side_by_side
from results.compare.matrix import matrix
from results.compare.peers import likeness
from results.compare.units import listed
from results.publishing import frames
from results.view import Edition, View, default_period
from tests.support.clients import client
from words import format as fmt
from words.chosen.compare import letters, page_of

MDT = "MDT før første behandling"
THREE = "SLA-KIR,HER-KIR,AAL-KIR"
CARDS = re.compile(r'<script class="cards" type="application/json">(.*?)</script>', re.DOTALL)
ROW = re.compile(r'<tr role="row"><th class="compare-name"[^>]*role="rowheader"[^>]*>(.*?)</th>(.*?)</tr>', re.DOTALL)
CELL = re.compile(r'<td class="compare-unit[^"]*"[^>]*data-unit="([^"]+)"[^>]*>(.*?)</td>', re.DOTALL)


def view(store: Store, edition: str, **choices) -> View:
    snapshot = store.current()
    return View(snapshot, Edition(edition), "DCCG", default_period(snapshot, "DCCG"), **choices)


def said(html: str) -> str:
    html = re.sub(r"(?s)<head>.*?</head>|<script.*?</script>|<style.*?</style>", " ", html)
    plain = unescape(re.sub(r"<[^>]+>", " ", html)).replace(fmt.NBSP, " ").replace("\u2011", "-")
    return re.sub(r"\s+", " ", plain).strip()


def cells_of(html: str) -> dict[tuple[str, str], str]:
    """(title, department) → the words of a cell."""
    found = {}
    for head, rest in ROW.findall(html):
        title = said(re.search(r"<a[^>]*>(.*?)</a>", head)[1])
        found |= {(title, code): said(cell) for code, cell in CELL.findall(rest)}
    return found


def some_units(store: Store, edition: str, number: int) -> list[str]:
    """The department with the smallest numbers, where most is hidden, and others."""
    there = view(store, edition)
    counts = {
        code: data.volumes(there, data.department(there, code), (there.period,))[there.period] or 0
        for code, _ in data.active_units(there)
    }
    order = sorted(counts, key=lambda code: (counts[code], code))
    return [order[0], *order[::-1][: number - 1]]


@pytest.mark.parametrize(("edition", "query"), [("working", ""), ("working", "&koen=F")])
def test_the_numbers_are_those_of_the_departments_pages(synthetic_store, edition, query):
    codes = some_units(synthetic_store, edition, 3)
    there = view(synthetic_store, edition, where=(("sex", "F"),) if query else ())
    html = client(synthetic_store, edition).get(f"/sammenlign?enheder={','.join(codes)}{query}").text
    found, hidden = cells_of(html), 0
    (cards,) = CARDS.findall(html)
    cards = json.loads(cards)["cards"]
    for code in codes:
        for row in data.compare(there, data.department(there, code)):
            if row.indicator.survival_years and not row.now.standard:
                continue
            title = row.title.da
            days = row.indicator.qualifier.da if row.indicator.days_in_title and not row.site else ""
            (text,) = {value for (name, unit), value in found.items() if unit == code and name.startswith(title)
                       and (name == title or name[len(title)] == ",") and name.endswith(days)}  # fmt: skip
            key = f"{code} {row.indicator.id}" + (f".{row.site}" if row.site else "")
            cell = row.now
            if cell.rate is None:
                assert key not in cards
                assert ("skjult" in text) == cell.hidden and not re.search(r"\d{2}", text)
                hidden += cell.hidden
                continue
            limits = fmt.interval(cell.lower, cell.upper)
            assert f" {fmt.percent_number(cell.rate)} {limits} " in f" {text} ".replace("\u2011", "-")
            assert cards[key][2] == fmt.percent(cell.rate) and any(limits in line for line in cards[key][3])
            if not row.indicator.survival_years:
                assert fmt.of(cell.numerator, cell.denominator) in text
            if cell.missing:
                assert f"uoplyst {fmt.count(cell.missing)}" in text
    assert len(found) >= 3 * len(side_by_side(there, [data.department(there, codes[1])])) - 9
    assert edition == "working" or hidden, "something is hidden"


def test_the_finding_the_difference_and_how_alike(mdt):
    text = said(client(mdt).get(f"/sammenlign?enheder={THREE}&periode=2025").text)
    assert "Slagelse opfylder klart ikke standarden på én af" in text
    assert "Største klare forskel: MDT før første behandling, 78,0 % i Slagelse og 94,0 % i Herlev." in text
    there = view(mdt, "working")
    alike = likeness(there, data.department(there, "SLA-KIR"))
    away = " og ".join(f"{name} {fmt.number(alike.distance(code), 1)}"
                       for name, code in (("Herlev", "HER-KIR"), ("Aalborg", "AAL-KIR")))  # fmt: skip
    assert f"Afstand til Slagelse i volumen, case-mix og funktion: {away} (0 = ens)." in text
    english = said(client(mdt).get(f"/sammenlign?enheder={THREE}&periode=2025&lang=en").text)
    assert "Slagelse clearly does not meet the standard on one of" in english
    assert "Largest clear difference: MDT before first treatment, 78.0% in Slagelse and 94.0% in Herlev." in english


@pytest.mark.parametrize(
    ("edition", "number", "query"),
    [
        ("working", 1, ""),
        ("working", 2, "&lang=en&koen=F"),
        ("working", 6, ""),
        ("working", 6, "&orden=katalog&regioner=4&sted=bopael"),
    ],
)
def test_one_to_six_departments(synthetic_store, edition, number, query):
    codes = some_units(synthetic_store, "working", number)
    answer = client(synthetic_store, edition).get(f"/sammenlign?enheder={','.join(codes)}{query}")
    assert answer.status_code == 200 and 'role="note"' not in answer.text
    assert list(dict.fromkeys(code for _, code in cells_of(answer.text))) == codes  # in the reader's order
    removing = re.findall(r'class="chip-remove" href="([^"]+)"', answer.text)
    assert bool(removing) == (number > 1)
    for link in removing:
        (left,) = parse_qs(urlsplit(unescape(link)).query)["enheder"]
        assert len(left.split(",")) == number - 1 and set(left.split(",")) < set(codes)
    adding = re.findall(r'<a class="chip" href="([^"]+)"', answer.text)
    assert not adding or number < 6
    for link in adding:
        (more,) = parse_qs(urlsplit(unescape(link)).query)["enheder"]
        assert more.split(",")[:-1] == codes


def test_a_link_that_stays(mdt):
    """Without departments the reader's own and the two most like it; the permalink names them."""
    site = client(mdt)
    html = site.get("/sammenlign?egen=SLA-KIR").text
    there = view(mdt, "working")
    closest = [one.unit.code for one in likeness(there, data.department(there, "SLA-KIR")).peers[:2]]
    assert list(dict.fromkeys(code for _, code in cells_of(html))) == ["SLA-KIR", *closest]
    link = unescape(re.search(r'href="([^"]+)"[^>]*>Link</a>', html)[1])
    query = parse_qs(urlsplit(link).query)
    assert query["enheder"] == [",".join(["SLA-KIR", *closest])] and query["database"] == ["DCCG"]
    assert query["periode"] == [str(there.period)]
    assert cells_of(site.get(link.split("#")[0]).text) == cells_of(html)
    # The department's own page leads here.
    page = site.get("/afdeling/SLA-KIR").text
    onward = [unescape(one) for one in re.findall(r'href="(/sammenlign\?[^"]*enheder[^"]*)"', page)]
    # Twice: a phone has the ways onward after the rest.
    assert [parse_qs(urlsplit(one).query)["enheder"] for one in onward] == [query["enheder"]] * 2


def test_nothing_chosen_is_a_list_of_links(mdt):
    html = client(mdt).get("/sammenlign").text
    assert "Vælg en afdeling at sammenligne" in html and not cells_of(html)
    links = [unescape(one) for one in re.findall(r'<li><a href="(/sammenlign\?[^"]+)"', html) if "enheder" in one]
    assert {parse_qs(urlsplit(one).query)["enheder"][0].split(",")[0] for one in links} == {
        "SLA-KIR", "HER-KIR", "AAL-KIR", "HJO-KIR",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "sentence", "left"),
    [
        ("SLA-KIR,XYZ", "Afdelingen XYZ findes ikke i DCCG og er ikke med.", ["SLA-KIR"]),
        (
            "SLA-KIR,RIG-HAE",
            "Hæmatologisk afdeling, Rigshospitalet har ingen forløb i DCCG og er ikke med.",
            ["SLA-KIR"],
        ),
        ("XYZ", "Afdelingen XYZ findes ikke i DCCG", []),
        ("<script>", "Afdelingen <script> findes ikke i DCCG", []),
        (" SLA-KIR , SLA-KIR,,HER-KIR ", "", ["SLA-KIR", "HER-KIR"]),
    ],
)
def test_what_cannot_be_compared_is_said(mdt, wanted, sentence, left):
    site = client(mdt)
    answer = site.get("/sammenlign", query_string={"enheder": wanted})
    assert answer.status_code == 200 and "<script>" not in answer.text.partition("<main")[2].partition("</main")[
        0
    ].replace('<script class="cards"', "").replace('<script class="curves"', "")
    notes = " ".join(said(one) for one in re.findall(r'<p class="notice"[^>]*>(.*?)</p>', answer.text))
    assert (sentence in notes) if sentence else not notes
    assert list(dict.fromkeys(code for _, code in cells_of(answer.text))) == left
    file = site.get("/hent/sammenlign.csv", query_string={"enheder": wanted})
    assert file.status_code == (404 if sentence else 200)  # never other numbers than the address asks for


def test_more_than_six(synthetic_store):
    codes = some_units(synthetic_store, "working", 8)
    html = client(synthetic_store).get(f"/sammenlign?enheder={','.join(codes)}").text
    assert "Seks afdelinger kan sammenlignes ad gangen; ikke med er" in said(html)
    assert list(dict.fromkeys(code for _, code in cells_of(html))) == codes[:6]


def test_the_order_of_the_rows(synthetic_store):
    codes = some_units(synthetic_store, "working", 4)[1:]
    there = view(synthetic_store, "working")
    rows = [row for row in side_by_side(there, [data.department(there, code) for code in codes])
            if row.any.now.standard or not row.any.indicator.survival_years]  # fmt: skip
    site = client(synthetic_store)
    for order, expected in (
        ("katalog", [row.any.title.da for row in rows]),
        ("forskel", [row.any.title.da for row in sorted(rows, key=lambda one: -(one.difference or -1))]),
    ):
        found = dict.fromkeys(
            title for title, _ in cells_of(site.get(f"/sammenlign?enheder={','.join(codes)}&orden={order}").text)
        )
        assert [one.split(",")[0] for one in found] == [one.split(",")[0] for one in expected]
    assert any(row.difference for row in rows)


def test_letters_tell_the_departments_apart():
    assert letters(["Slagelse", "Hillerød", "Viborg"]) == ["S", "H", "V"]
    assert letters(["Herlev", "Hillerød", "Odense"]) == ["He", "Hi", "O"]
    assert letters(["Kirurgisk afdeling, Aalborg", "Kirurgisk afdeling, Hjørring", "Vejle"]) == ["1", "2", "V"]


@pytest.mark.parametrize("edition", ["working", "public"])
def test_the_matrix_has_the_cells_of_the_departments(synthetic_store, edition):
    there = view(synthetic_store, edition)
    if edition == "public":
        there = replace(there, snapshot=frames.public(there.snapshot, there.edition))
    found = matrix(there)
    html = client(synthetic_store, edition).get("/afdeling?vis=matrix").text
    rows = dict(re.findall(r'<tr class="row-plain[^"]*" data-unit="([^"]+)">(.*?)</tr>', html, re.DOTALL))
    shown = [unit for _, _, members in found.regions for unit in members]
    assert list(rows) == [unit.code for unit in shown]
    hidden = 0
    for unit in shown[:: max(1, len(shown) // 8)]:
        own = {(row.indicator.id, row.site): row.now for row in data.compare(there, unit)}
        cells = re.findall(r"<td[^>]*>(.*?)</td>", rows[unit.code], re.DOTALL)
        for column, cell in zip(found.columns, cells, strict=True):
            result, text = own.get(column.key), said(cell)
            if result is None or result.state == "no_data":
                assert text.startswith(fmt.NONE) and "href" not in cell
            elif result.hidden:
                hidden += 1
                assert text == "skjult"
            else:
                assert text.split()[0] == fmt.percent_number(result.rate)
                link = unescape(re.search(r'href="([^"]+)"', cell)[1])
                assert link.startswith(f"/indikator/{column.indicator.id}?") and f"egen={unit.code}" in link
    assert edition == "working" or hidden
    heads = re.findall(r'<th[^>]*class="[^"]*matrix-column"[^>]*>(.*?)</th>', html, re.DOTALL)
    assert len({said(one) for one in heads}) == len(found.columns)  # 30 and 90 days are told apart


def test_both_tables_are_sorted_by_the_address(synthetic_store):
    site, there = client(synthetic_store), view(synthetic_store, "working")
    codes = some_units(synthetic_store, "working", 4)[1:]
    address = f"/sammenlign?enheder={','.join(codes)}"
    ranks = {
        "ikke opfyldt": 0,
        "sandsynligvis ikke opfyldt": 1,
        "uafklaret": 2,
        "sandsynligvis opfyldt": 3,
        "opfyldt": 4,
    }
    verdict = "sandsynligvis ikke opfyldt|ikke opfyldt|uafklaret|sandsynligvis opfyldt|opfyldt"
    assert '<details class="twin" id="resten"' in site.get(address).text
    by_second = site.get(f"{address}&sort=sammenlign.afdeling2").text
    assert '<details class="twin" id="resten"' not in by_second and 'aria-sort="ascending"' in by_second
    order = [
        ranks[re.search(verdict, text)[0]]
        for (_, code), text in cells_of(by_second).items()
        if code == codes[1] and re.search(verdict, text) and "nået" not in text
    ]  # fmt: skip
    assert order == sorted(order) and len(set(order)) > 1
    html = site.get("/afdeling?vis=matrix&sort=matrix.-mdt_before_treatment").text
    column = [one.indicator.id for one in matrix(there).columns].index("mdt_before_treatment")
    for group in html.partition("<tbody")[2].split('class="group"')[1:]:
        cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
                 for row in re.findall(r'<tr class="row-plain.*?</tr>', group, re.DOTALL)]  # fmt: skip
        shown = [float(said(one[column]).split()[0].replace(",", ".")) for one in cells
                 if not said(one[column]).startswith(fmt.NONE)]  # fmt: skip
        assert shown == sorted(shown, reverse=True)
    assert "ingen tabel" not in said(html) + said(by_second)
    assert "matrix.xyz" in said(site.get("/afdeling?vis=matrix&sort=matrix.xyz").text)


@pytest.mark.parametrize("edition", ["working"])
@pytest.mark.parametrize("level", ["hospital", "region"])
def test_hospitals_and_regions_side_by_side(synthetic_store, edition, level):
    there, site = view(synthetic_store, edition), client(synthetic_store, edition)
    units = listed(there, level)[:3]
    address = f"/sammenlign?niveau={level}&enheder={','.join(one.code for one in units)}"
    html = site.get(address).text
    assert list(dict.fromkeys(code for _, code in cells_of(html))) == [one.code for one in units]
    found = cells_of(html)
    for row in side_by_side(there, units):
        for unit, cell in zip(units, row.cells, strict=True):
            texts = [text for (title, code), text in found.items()
                     if code == unit.code and title.split(",")[0] == row.any.indicator.title.da]  # fmt: skip
            if texts and cell is not None and cell.rate is not None:
                number = f" {fmt.percent_number(cell.rate)} {fmt.interval(cell.lower, cell.upper)} "
                assert any(number in f" {text} " for text in texts), (unit.code, row.key)
    text = said(html)
    hidden = "Vises kun for afdelinger i den offentlige udgave" in text
    assert hidden == (edition == "public")
    word = {"hospital": "hospitaler", "region": "regioner"}[level]
    assert word in text and "afdelinger har mindst" not in text
    for subject in ("", "overlevelse", "kurver", "casemix"):
        answer = site.get(f"/hent/sammenlign.csv?{address.partition('?')[2]}&emne={subject}")
        assert answer.status_code == (404 if subject and edition == "public" else 200), subject
    cards = [card for one in CARDS.findall(html) for card in json.loads(one)["cards"].values()]
    pages = {re.sub(r"\?[^#]*", "", card[8]) for card in cards}
    assert pages <= {page_of(one) for one in units} and (pages or edition == "public")


def test_the_levels_lead_to_each_other_with_what_is_chosen(synthetic_store):
    site = client(synthetic_store)
    html = site.get("/sammenlign?enheder=SLA-KIR,HER-KIR").text
    links = [unescape(one) for one in re.findall(r'href="(/sammenlign\?[^"]*niveau=[^"]*)"', html)]
    to = {parse_qs(urlsplit(one).query)["niveau"][0]: parse_qs(urlsplit(one).query) for one in links}
    assert to["hospital"]["enheder"] == ["slagelse,herlev"] and to["region"]["enheder"] == ["1085,1084"]
    back = site.get("/sammenlign?niveau=hospital&enheder=slagelse,herlev").text
    assert "enheder=SLA-KIR" in unescape(back)
    assert "Fem" in said(site.get("/sammenlign?niveau=region").text) or "fem" in said(
        site.get("/sammenlign?niveau=region").text
    )


def test_the_comparison_is_a_figure_with_files(synthetic_store):
    there = view(synthetic_store, "working")
    units = [data.department(there, code) for code in ("SLA-KIR", "HER-KIR")]
    rows = [row for row in side_by_side(there, units) if row.any.now.standard or not row.any.indicator.survival_years]
    path = "/sammenlign?enheder=SLA-KIR,HER-KIR&egen=SLA-KIR"
    html = client(synthetic_store).get(path).text
    part = html[html.index('id="sammenligning-figur"') :]
    assert 'data-export="png"' in part and 'data-export="svg"' in part
    asked = {"side": path, "bredde": 1000}
    drawn = unescape(client(synthetic_store).get("/figur/sammenligning.svg", query_string=asked).text)
    for row in rows:
        for cell in row.cells:
            if cell is not None and cell.rate is not None:
                assert f"{fmt.percent_number(cell.rate)}<" in drawn and fmt.interval(cell.lower, cell.upper) in drawn
