"""The page of waiting times: its sentences, tables and files, in both editions and languages."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest

from results.waits import legs as tables
from results.waits import started as cohort
from tests.results.test_waits_tables import scope
from tests.support.clients import client
from words import format as fmt

DANISH = re.compile(r"[æøåÆØÅ]|\b(ventetid|forløb|skjult|uoplyst|afdeling|uge|dage|frist|samtykke|efter)\b", re.I)
NAMES = re.compile(
    r"Sjælland|Hovedstaden|Syddanmark|Midtjylland|Nordjylland|Kræftkvalitet|Dansk\b|\w+isk afdeling, \w+|"
    r"Sundhedsstyrelsen|Anhøj"
)


@pytest.fixture(scope="module")
def working(waits_store):
    return client(waits_store, "working")


def page(client, query="", status=200):
    answer = client.get(f"/ventetider?{query}")
    assert answer.status_code == status
    body = answer.get_data(as_text=True)
    return body[body.index('<div id="page">') : body.index('<div id="react-entry-point">')]


def words(html):
    html = re.sub(r'<script class="(?:cards|curves)".*?</script>', " ", html, flags=re.S)  # addresses of pages
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " "))


def heading(html):
    return words(re.search(r"<h1[^>]*>(.*?)</h1>", html, re.S).group(1)).strip()


def file(client, name, query=""):
    answer = client.get(f"/hent/{name}.csv?database=DCCG&lang=en&{query}")
    if answer.status_code != 200:
        return answer.status_code
    lines = [line for line in answer.get_data().decode("utf-8-sig").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(io.StringIO("\n".join(lines))))


def test_the_finding_says_the_counts_below(working, waits_store):
    counts = tables.waiting(scope(waits_store.current())).counts
    html = page(working, "database=DCCG")
    over, booked = counts["waiting_over"], counts["waiting_booked_over"]
    assert over >= 7
    assert (over, booked) == (7, 7)
    assert heading(html) == (
        "Syv forløb har nu ventet længere end den maksimale ventetid til behandling. "
        "Syv er booket ud over fristen og kan stadig nås."
    )
    assert f"{counts.legs} venter i alt" in words(html)


def test_the_shares_are_those_of_the_tables(working, waits_store):
    own = scope(waits_store.current())
    ended, started = tables.ended(own), cohort.started(own)
    text = words(page(working, "database=DCCG"))
    assert f"Til tiden {fmt.percent(ended.in_time)}".replace("\u00a0", " ") in text
    low, high = ended.rules_kept
    assert f"Regler overholdt {fmt.percent_number(low)}–{fmt.percent(high)}".replace("\u00a0", " ") in text
    assert f"Behandlet inden 14 dage {fmt.percent(started.share)}".replace("\u00a0", " ") in text
    assert f"n = {fmt.count(started.legs)}" in text


def test_each_population_has_its_own_heading(working):
    html = page(working, "database=DCCG")
    heads = [words(one).strip() for one in re.findall(r"<h2[^>]*>(.*?)</h2>", html, re.S)]
    assert any(one.startswith("Venter nu") for one in heads)
    assert any(one.startswith("Afsluttede forløb, uge") for one in heads)
    assert any(one.startswith("Startede at vente, uge") for one in heads)


def test_the_list_of_a_department(working):
    html = page(working, "database=DCCG&liste=VEJ-KIR")
    assert "Handl i dag: Kirurgisk afdeling, Vejle" in words(html)
    assert "qb" in words(html)
    listed = words(page(working, "database=DCCG&ben=udredning&liste=HER-KIR")).split()
    assert "e3" in listed and "e4" not in listed


@pytest.mark.some(6)
@pytest.mark.parametrize("query", ["", "ben=udredning", "ben=efterbehandling", "omfang=alle", "sted=bopael",
                                   "hvor=VEJ-KIR", "hvor=1083", "database=DOOG", "regler=pakke", "koen=F",
                                   "liste=VEJ-KIR", "hvor=NOWHERE"])  # fmt: skip
def test_every_choice_in_both_languages(working, query):
    site = working
    assert heading(page(site, f"database=DCCG&{query}" if "database" not in query else query))
    english = words(page(site, f"lang=en&{query}"))
    # The stretch up to the finding holds the choices; the report's section has a test of its own.
    found = DANISH.findall(NAMES.sub("", english.split("Report to")[0]))
    assert query == "regler=pakke" or not found, found


def test_a_database_without_waiting_times_says_which_have_them(working):
    html = page(working, "database=DOOG")
    assert "DOOG leverer ikke ventetider" in heading(html)
    assert "DCCG" in words(html)


def test_files_hold_the_pages_numbers(working, waits_store):
    own = scope(waits_store.current())
    nation = file(working, "venter")[0]
    assert nation["waiting_over"] == str(tables.waiting(own).counts["waiting_over"])
    weeks = file(working, "uger")
    complete = [row for row in weeks if row["provisional"] == "false"]
    assert sum(int(row["cases"]) for row in complete) == tables.ended(own).coarse.legs
    reasons = {row["reason"]: row["number"] for row in file(working, "overskridelser")}
    assert reasons["rules_broken"] == str(tables.ended(own).counts["rules_broken"])
    assert len(file(working, "venteliste", "emne=VEJ-KIR")) >= 8
    assert file(working, "venteliste", "emne=NOWHERE") == 404
    assert file(working, "samtykke") and file(working, "koe") and file(working, "kohorter")


def test_the_funnel_has_its_limits_drawn_as_the_indicators(working):
    html = words(page(working, "database=DCCG"))
    assert "Optrukket: 95 %-grænse (opmærksomhed). Stiplet: 99,8 %-grænse (alarm)." in html
