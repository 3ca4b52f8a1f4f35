"""The departments' pages: sentences for every tally, the cells on the page, nothing hidden, no Danish in English."""

from __future__ import annotations

import html as htmllib
import re
from dataclasses import replace

import pytest

from data.store import Store
from indicators.catalogue import BY_ID, CATALOGUE
from layouts.department import list as listed
from layouts.frame.source import StoreSource
from results.across import GRADED
from results.audit import NO_CELL, Cell, goal
from results.department import DepartmentRow, compare, department, listing
from results.view import Edition
from tests.support.clients import client
from words import department as text
from words import format as fmt
from words.choices import State

MDT = "mdt_before_treatment"
DANISH = re.compile(
    r"[æøåÆØÅ]|\b(og|af|er|ikke|skjult|uoplyst|afdeling(er)?|fra|til|forløb|standarden)\b", re.IGNORECASE
)
NAMES = ("Kræftkvalitet", "Sjælland", "Hjørring", "Kirurgisk afdeling", "Dansk", "Østdanmark", "Gødstrup",
         "afdeling", "Søndergård", "Næstved", "Nykøbing", "Sønderborg", "Hillerød", "Rødovre", "Køge")  # fmt: skip


@pytest.fixture(scope="module")
def store(mdt) -> Store:
    return mdt


@pytest.fixture(scope="module")
def working(store):
    return client(store, "working")


@pytest.fixture(scope="module")
def public(store):
    return client(store, "public")


def context(store: Store, edition: str = "working", **query: str):
    state, _ = State.from_query(query)
    return StoreSource(store, Edition(edition))("/afdeling/SLA-KIR", state, [])


def text_of(answer) -> str:
    """The page's visible text with single spaces."""
    body = re.sub(
        r"(?s)<head>.*?</head>|<footer hidden.*?</footer>|<style.*?</style>|<code>.*?</code>", " ", answer.text
    )
    plain = htmllib.unescape(re.sub(r"<[^>]+>", " ", body))
    return re.sub(r"\s+", " ", plain.replace(fmt.NBSP, " "))


def made(context, states: dict[str, str], small: int = 100) -> list[DepartmentRow]:
    """Comparisons with the states named, as the sentences see them."""
    rows = []
    for id, state in states.items():
        standard = None if state == "no_standard" else goal(context.view, id, 2025)
        shown = state not in ("hidden", "no_data")
        limits = (0.5, 0.4, 0.6) if shown else (None, None, None)
        grade = state if state in GRADED else ""
        now = Cell(small if shown else None, 1, 0, 0, 0, *limits, standard, "uncertain" if grade else state, None,
                   state == "hidden", grade=grade)  # fmt: skip
        cells = {2023: NO_CELL, 2024: NO_CELL, 2025: now}
        rows.append(DepartmentRow(BY_ID[id], "", 2025, cells, cells, cells))
    return rows


HIGH = ("tnm_complete", "stage_known", MDT, "mdt_major_intervention", "registered_30d", "adjuvant_8_weeks")
LOW = ("mortality_30d", "mortality_90d", "reoperation_30d")


@pytest.mark.parametrize(
    ("states", "da", "en"),
    [
        (dict.fromkeys(HIGH[:3], "not_met") | dict.fromkeys(HIGH[3:], "met"),
         "Tre af seks indikatorer ligger klart under standarden",
         "Three of six indicators are clearly below the standard"),
        ({MDT: "not_met", "tnm_complete": "unsettled"},
         "Én af to indikatorer ligger klart under standarden", "One of two indicators is clearly below the standard"),
        (dict.fromkeys(LOW, "not_met") | {MDT: "met"},
         "Tre af fire indikatorer opfylder klart ikke standarden",
         "Three of four indicators clearly do not meet the standard"),
        ({MDT: "not_met", "mortality_30d": "not_met", "tnm_complete": "met"},
         "To af tre indikatorer opfylder klart ikke standarden",
         "Two of three indicators clearly do not meet the standard"),
        (dict.fromkeys(HIGH[:2], "not_met"),
         "Alle to indikatorer med standard ligger klart under standarden",
         "All two indicators with a standard are clearly below the standard"),
        ({MDT: "not_met"}, "Den ene indikator med standard ligger klart under standarden",
         "The one indicator with a standard is clearly below the standard"),
        (dict.fromkeys(HIGH, "met"), "Alle seks indikatorer med standard er klart opfyldt",
         "All six indicators with a standard are clearly met"),
        ({MDT: "met"}, "Den ene indikator med standard er klart opfyldt",
         "The one indicator with a standard is clearly met"),
        ({MDT: "probably_not_met"}, "Den ene standard er sandsynligvis ikke opfyldt",
         "The one standard is probably not met"),
        ({MDT: "unsettled", "tnm_complete": "met"},
         "Ingen af de to standarder er klart uopfyldt",
         "None of the two standards is clearly unmet"),
        ({MDT: "hidden", "trial_offered": "no_standard"},
         "Resultaterne bygger på få patienter og er skjult", "The results are on few patients and are hidden"),
        ({"trial_offered": "no_standard"}, "Ingen af afdelingens indikatorer har en standard",
         "None of the department's indicators has a standard"),
        ({MDT: "no_data"}, "Afdelingen har ingen resultater i 2025", "The department has no results in 2025"),
        ({}, "Afdelingen har ingen resultater i 2025", "The department has no results in 2025"),
        ({"trial_included": "not_met", MDT: "met"}, "Den ene indikator med standard er klart opfyldt",
         "The one indicator with a standard is clearly met"),  # a target is no standard
    ],
)  # fmt: skip
def test_the_finding_for_every_tally(store, states, da, en):
    one = context(store)
    assert text.finding(one, made(one, states)) == da
    assert text.finding(context(store, lang="en"), made(one, states)) == en


@pytest.mark.parametrize(
    ("states", "small", "da"),
    [
        ({MDT: "not_met", "tnm_complete": "met", "stage_known": "unsettled"}, 100,
         "Én indikator er klart opfyldt og én er uafklaret. Ikke case-mix-justeret."),
        (dict.fromkeys(HIGH[:2], "met") | dict.fromkeys(HIGH[2:], "unsettled"), 20,
         "To indikatorer er klart opfyldt og fire er uafklaret, alle på under 50 patienter. Ikke case-mix-justeret."),
        (dict.fromkeys(HIGH[:4], "probably_met") | dict.fromkeys(HIGH[4:], "probably_not_met"), 100,
         "Fire er sandsynligvis opfyldt og to er sandsynligvis ikke opfyldt. Ikke case-mix-justeret."),
        ({MDT: "not_met", "tnm_complete": "unsettled"}, 20,
         "Én er uafklaret (under 50 patienter). Ikke case-mix-justeret."),
        (dict.fromkeys(HIGH, "met"), 100, "Ikke case-mix-justeret."),
        ({MDT: "hidden", "tnm_complete": "hidden", "stage_known": "met"}, 100,
         "To resultater på få patienter er skjult. Ikke case-mix-justeret."),
    ],
)  # fmt: skip
def test_the_lead_counts_the_rest(store, states, small, da):
    one = context(store)
    assert text.lead(one, made(one, states, small)) == da


def test_only_a_change_whose_intervals_do_not_overlap_is_told(store):
    one = context(store)
    rows = compare(one.view, department(one.view, "SLA-KIR"))
    # 95 of 100 (88.7–98.4) became 78 of 100 (68.6–85.7): the intervals do not overlap.
    assert text.lead(one, rows).startswith(
        "MDT før første behandling faldt fra 95,0\u00a0% i 2024 til 78,0\u00a0% i 2025."
    )
    capital = compare(one.view, department(one.view, "HER-KIR"))
    assert text.largest_change([row for row in capital if row.indicator.id == MDT]) is None
    assert "Opgjort efter behandlende afdeling og region, ikke efter bopæl." in text.lead(
        context(store, sted="bopael"), rows
    )


def test_the_page_shows_the_cells(working):
    shown = text_of(working.get("/afdeling/SLA-KIR"))
    for part in (
        "Se på disse først",
        "MDT før første behandling",
        "78,0 %",
        "68,6–85,7",
        "landet 87,6",
        "78 af 100",
        "uoplyst 0",
        "2024: 95,0 %",
        "Sjælland 78,0 % (68,6–85,7) · Danmark 87,6 % (84,0–90,7)",
        "Sammenlign med andre afdelinger",
        "Forløb pr. år",
        "Performancestatus",
    ):
        assert part in shown, part


def test_links_onward_carry_the_department(working):
    page = working.get("/afdeling/SLA-KIR?egen=HER-KIR").text
    onward = re.findall(
        r'href="(/(?:indikator|overlevelse|datakvalitet|afdeling)[^"]*)"', page.split("onward-links")[1]
    )
    assert onward and all("egen=SLA-KIR" in link for link in onward[:3])
    assert "egen=HER-KIR" not in page
    # Another database need not have the department: the menus do not carry it.
    menu = re.findall(r'href="(/afdeling/SLA-KIR[^"]*periode=2024[^"]*)"', page)
    assert menu and not any("egen=" in link for link in menu)


def test_unknown_codes_name_those_near(working):
    answer = working.get("/afdeling/SLA-KRI")
    assert answer.status_code == 404
    assert "Mente du: Kirurgisk afdeling, Slagelse (SLA-KIR)" in text_of(answer)
    assert listed.near_codes("sla-kir", {"SLA-KIR": "Kirurgisk afdeling, Slagelse"}) == ["SLA-KIR"]
    assert listed.near_codes("slagelse", {"SLA-KIR": "Kirurgisk afdeling, Slagelse"}) == ["SLA-KIR"]
    assert listed.near_codes("qqq", {"SLA-KIR": "Kirurgisk afdeling, Slagelse"}) == []


def test_a_department_without_cases_here_says_where_it_has_them(synthetic_store):
    site = client(synthetic_store, "working")
    state, _ = State.from_query({"database": "DaBlaCa"})
    one = StoreSource(synthetic_store, Edition())("/afdeling", state, [])
    dccg = StoreSource(synthetic_store, Edition())("/afdeling", State.from_query({"database": "DCCG"})[0], [])
    code = next(code for code in dict(one.units) if code not in dict(dccg.units))
    answer = site.get(f"/afdeling/{code}?database=DCCG")
    assert answer.status_code == 200
    assert "har ingen forløb i DCCG" in text_of(answer)
    assert f'href="/afdeling/{code}?database=DaBlaCa"' in answer.text


def test_the_list_is_grouped_and_links(working, store):
    page = working.get("/afdeling?egen=SLA-KIR")
    shown = text_of(page)
    one = context(store)
    assert listed.finding(one, listing(one.view)) in shown
    places = [shown.index(f" {name} Kirurgisk") for name in ("Hovedstaden", "Sjælland", "Nordjylland")]
    assert places == sorted(places)
    assert "Kirurgisk afdeling, Slagelse din afdeling" in shown
    assert 'id="region-1085"' in page.text and 'href="#region-1085"' in page.text
    assert 'href="/afdeling/HER-KIR?egen=HER-KIR"' in page.text


def test_the_public_pages_and_files_hold_nothing_hidden(public, store):
    """Hjørring has four cases in 2025; Aalborg would give them away."""
    for code in ("HJO-KIR", "AAL-KIR"):
        page = text_of(public.get(f"/afdeling/{code}"))
        assert "skjult" in page and "Skjult: færre end 5 patienter" in page
        for secret in ("3 af 4", "179 af 200", "89,5 %", "75,0 %"):
            assert secret not in page, secret
        sheet = public.get(f"/hent/afdeling.csv?emne={code}")
        now = [line for line in sheet.text.splitlines() if f";{MDT};;" in line and f";{code};2025;" in line]
        assert len(now) == 1 and ";skjult;skjult;" in now[0]
        assert "2025;skjult" in public.get(f"/hent/forloeb.csv?emne={code}").text
        assert public.get(f"/hent/casemix.csv?emne={code}").status_code == 404
    assert re.search(r"Kirurgisk afdeling, (Hjørring|Aalborg) skjult", text_of(public.get("/afdeling")))


def test_files_hold_the_pages_numbers_unrounded(working, store):
    one = context(store)
    row = next(row for row in compare(one.view, department(one.view, "SLA-KIR")) if row.indicator.id == MDT)
    lines = working.get("/hent/afdeling.csv?emne=SLA-KIR").text.splitlines()
    mine = [line for line in lines if f";{MDT};;" in line]
    assert len(mine) == 9  # department, region, country in three periods
    assert f";SLA-KIR;2025;78;100;0;0;0;{repr(row.now.rate).replace('.', ',')};" in mine[2]
    assert working.get("/hent/afdeling.csv?emne=NOPE").status_code == 404
    assert "behandlende afdeling og region" in working.get("/hent/casemix.csv?emne=SLA-KIR&sted=bopael").text


def english(shown: str) -> str:
    for name in NAMES:
        shown = shown.replace(name, "")
    return shown


@pytest.mark.some(1)
@pytest.mark.parametrize("edition", ["working", "public"])
def test_every_department_in_both_languages(synthetic_store, edition):
    site = client(synthetic_store, edition)
    for database in ("DCCG", "DaBlaCa", "ALD"):
        one = StoreSource(synthetic_store, Edition(edition))(
            "/afdeling", State.from_query({"database": database})[0], []
        )
        codes = [code for code, _ in one.units]
        names = {name for _, name in one.units} | {unit.split(", ")[-1] for _, unit in one.units}
        for path in ("/afdeling", *[f"/afdeling/{code}" for code in codes[::14]]):
            answer = site.get(f"{path}?database={database}&lang=en")
            assert answer.status_code == 200
            shown = text_of(answer)
            for name in sorted(names, key=len, reverse=True):
                shown = shown.replace(name, "")
            found = DANISH.search(english(shown))
            assert not found, (path, shown[max(0, found.start() - 60) : found.end() + 60])
            assert site.get(f"{path}?database={database}&koen=F&regioner=4").status_code == 200


def test_all_indicators_are_somewhere_on_the_page(store):
    """Cards, rows, survival: nothing that compare() gives is lost."""
    from layouts.act.link import Reached
    from layouts.actions.parts import Planned
    from layouts.department import rows as parts
    from layouts.department.warnings import Warned
    from server.writing import to_html

    one = context(store)
    unit = department(one.view, "SLA-KIR")
    rows = compare(one.view, unit)
    shown = to_html(
        parts.indicators(
            one, unit, rows, Warned(one, unit), Planned(one, unit.code), Reached(one, unit.code), None, None
        )
    )
    for row in rows:
        alone = row.indicator.survival_years and row.now.standard is None
        assert (f"/indikator/{row.indicator.id}" in shown) != bool(alone), row.indicator.id
    assert {row.indicator.id for row in rows} <= {each.id for each in CATALOGUE}
    assert replace(rows[0], site="C18").title.da.endswith(", kolon")
