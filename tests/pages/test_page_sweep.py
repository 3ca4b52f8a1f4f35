"""Every page × its own choices × filters × editions × languages on odd databases: answers, sentences, files.

Sampled: each view of each page is asked with a few combinations of database, filter, edition, language, place, regions
and own unit, drawn so that over the views of a page each two of them meet (seeded: the same in every run). With
``KRAEFT_SWEEP=full`` every combination is asked; that takes hours. A plain run asks every fourth view, once.
"""

from __future__ import annotations

import csv
import importlib
import io
import itertools
import os
import random
import re
from functools import cache
from html import unescape
from urllib.parse import urlencode

import pytest

from indicators.catalogue import CATALOGUE
from tests.support import amount, odd_stores
from tests.support.clients import client
from words import format as fmt
from words.choices import State

#: Examples of the pages' own parameters that are patterns; each page's words are read from its EXTRAS.
EXAMPLES = {
    "lokalisation": ("C18", "C71"),
    "diagnose": ("2025", "2016-2020", "2018-2025"),
    "hvor": ("1084", "HER-KIR", "ÆRØ-KIR.1"),
    "liste": ("HER-KIR",),
    "pr": ("2026-10-31", "2025-12-31"),
    "kurve": ("HER-KIR.mdt_before_treatment",),
    "kvartal": ("2026K1",),
    "enheder": ("HER-KIR", "AAL-KIR,HER-KIR,ÆRØ-KIR.1", "XYZ"),
}
FILTERS = (
    {},
    {"koen": "F"},
    {"koen": "M"},
    {"koen": "uoplyst"},
    {"alder": "85+"},
    {"stadie": "III"},
    {"stadie": "uoplyst"},
    {"koen": "F", "alder": "0-44", "stadie": "I"},
)
#: Choices of place, regions and unit that go along with any filter.
PLACES = ({}, {"sted": "bopael"}, {"regioner": "4"}, {"regioner": "4", "sted": "bopael"}, {"egen": "HER-KIR"})
EDITIONS, LANGUAGES = ("working", "public"), ("da", "en")
#: What no reader shall see: Python's and JavaScript's words for nothing.
BROKEN = re.compile(r"\b(nan|NaN|NaT|inf|Infinity|undefined|Traceback)\b|<NA>|\{\w+\}")
VIEWS_OF_INDICATORS = ("oversigt", "tragt", "sammenlignet", "justeret")
FULL = os.environ.get("KRAEFT_SWEEP") == "full"
PER_VIEW = 3 if FULL or amount.FULL else 1
#: Pages of all patients: they say that a filter was not used, and everybody is in their files.
NO_RESULTS = re.compile(r"har ingen forløb i|has no cases in|^\d+ (indikatorer|indicators) ")
NOT_USED = re.compile(
    r"ikke brugt|bruges ikke|not used|kun for alle patienter|for all patients only|"
    r"offentlige udgave viser alle patienter|public edition shows all patients|"
    r"Vises ikke i den offentlige udgave|Not shown in the public edition"
)


#: A part of a page with a figure; those that answer nothing themselves, and why.
FIGURE = re.compile(r'<section class="(figure[^"]*)" id="([^"]+)">(.*?)</section>', re.S)
MARKS = re.compile(r'class="(?:points|bars|line|curve|area|(?:lane|plot)-point[^"]*)"')
SILENT = {"variation-figur": "the block of each indicator answers, with the marks of its small figures"}


def own_choices(module: str, *more: str) -> list[dict[str, str]]:
    """Each value of each of a page's own parameters alone, and two of them together; first none of them."""
    extras = getattr(importlib.import_module(module), "EXTRAS", {})
    singles = []
    for name, values in extras.items():
        if name in more:
            continue
        assert isinstance(values, tuple) or name in EXAMPLES, f"{module}: give examples of the parameter {name}"
        singles += [{name: value} for value in (values if isinstance(values, tuple) else EXAMPLES[name])]
    pairs = [one | two for one, two in itertools.combinations(singles, 2) if not set(one) & set(two)]
    draw = random.Random(module)
    return [{}, *singles, *(pairs if FULL else draw.sample(pairs, min(len(pairs), 8)))]


@cache
def views() -> dict[str, list[tuple[str, dict[str, str]]]]:
    """The views of each page: (path, own choices). The pages can be read only once an app is made."""
    indicators = [one.id for one in CATALOGUE]
    of_one = own_choices("layouts.indicator.page", "vis")
    every = [(f"/indikator/{id}", {"vis": vis}) for id in indicators for vis in VIEWS_OF_INDICATORS]
    every += [("/indikator/mdt_before_treatment", one) for one in of_one]
    departments = [
        ("/afdeling", {}),
        ("/afdeling", {"vis": "matrix"}),
        *((f"/afdeling/{code}", {}) for code in ("HER-KIR", "AAL-KIR", "ÆRØ-KIR.1")),
    ]
    return {
        "overview": [("/", {})] * 5,
        "indicator": every if FULL else every[::5] + every[-len(of_one) :],
        "survival": [("/overlevelse", one) for one in own_choices("layouts.survival.page")],
        "departments": departments * 3,
        "compare": [("/sammenlign", one) for one in own_choices("layouts.compare.page")],
        "variation": [("/variation", one) for one in own_choices("layouts.variation.page")],
        "warnings": [("/varsler", {}), ("/varsler", {"pr": "2025-12-31"}), ("/varsler/Herlev", {"kvartal": "2026K1"})],
        "waits": [("/ventetider", one) for one in own_choices("layouts.waits.page")],
        "across": [("/tvaergaaende", one) for one in own_choices("layouts.across.page")],
        "quality": [("/datakvalitet", {})] * 5,
        "improvements": [("/forbedringer", one) for one in own_choices("layouts.improvements.page")],
        "about": [("/om", {})],
    }


PAGES = (
    "overview", "indicator", "survival", "departments", "compare", "variation", "warnings", "waits", "across",
    "quality", "improvements", "about",
)  # fmt: skip


def asked(page: str) -> list[tuple[str, str, dict[str, str]]]:
    """(path, edition, query) of a page: every combination, or PER_VIEW of each view."""
    found = []
    rest = list(itertools.product(odd_stores.ODD, FILTERS, PLACES, EDITIONS, LANGUAGES))
    asked_views = list(enumerate(views()[page]))
    for number, (path, own) in asked_views if FULL or amount.FULL else asked_views[::4]:
        draw = random.Random(f"{page} {number}")
        if FULL:
            chosen = rest
        else:  # the databases, filters and editions in turn, the others drawn: over the views all pairs meet
            chosen = [
                (
                    list(odd_stores.ODD)[(number + step) % len(odd_stores.ODD)],
                    FILTERS[(number * PER_VIEW + step * 3 + number // len(FILTERS)) % len(FILTERS)],
                    draw.choice(PLACES),
                    EDITIONS[(step + number) % 2],
                    draw.choice(LANGUAGES),
                )
                for step in range(PER_VIEW)
            ]
        for database, where, place, edition, lang in chosen:
            query = {"database": database, **where, **place, **own}
            if lang == "en":
                query["lang"] = "en"
            found.append((path, edition, query))
    return found


@pytest.fixture(scope="module")
def odd(once):
    return once("odd", odd_stores.build)


@pytest.mark.parametrize("page", PAGES)
def test_every_choice_is_answered_by_a_page(odd, few_indicators, page):
    wrong, files = [], set()
    client(odd, "working")
    assert set(views()) == set(PAGES)
    for path, edition, query in asked(page):
        address = f"{path}?{urlencode(query)}"
        asking = client(odd, edition)
        answer = asking.get(address)
        faults = list(faults_of(answer, query))
        if not faults and answer.status_code == 200:
            for link in links_of(answer.get_data(as_text=True)):
                name = link.split("?")[0]
                if FULL or (name, edition, bool(query.keys() & {"koen", "alder", "stadie"})) not in files:
                    files.add((name, edition, bool(query.keys() & {"koen", "alder", "stadie"})))
                    faults += faults_of_file(asking.get(link), link, query)
        wrong += [f"{edition} {address}: {fault}" for fault in faults]
    assert not wrong, "\n".join(wrong[:40])


def faults_of(answer, query: dict[str, str]):
    """What is wrong with a page, each as a text."""
    if answer.status_code not in (200, 404):
        yield f"status {answer.status_code}"
        return
    html = answer.get_data(as_text=True)
    html = html[html.index('<div id="page">') : html.index('<div id="react-entry-point">')]
    headings = re.findall(r"<h1[^>]*>(.*?)</h1>", html, re.S)
    if len(headings) != 1:
        yield f"{len(headings)} h1"
        return
    said, heading = text_of(html), text_of(headings[0])
    # English sentences begin with None too.
    if found := BROKEN.search(said) or (re.search(r"\bNone\b", said) if query.get("lang") != "en" else None):
        yield f"prints {said[max(0, found.start() - 40) : found.end() + 20]!r}"
    if len(heading.split()) < 3 or not (heading[0].isupper() or heading[0].isdigit()):
        yield f"the finding is no sentence: {heading!r}"
    if ".." in heading or "  " in heading or ":." in heading:
        yield f"the finding is badly joined: {heading!r}"
    if 'src="data:' in html:
        yield "a picture with a data: address: a browser sets up a document for each; use layouts.parts.drawing"
    for css, id, body in FIGURE.findall(html):
        if MARKS.search(body) and not {"answers", "answers-curves"} & set(css.split()) and id not in SILENT:
            yield f"the figure {id} answers nothing at pointer, finger or keys"
    state, _ = State.from_query(query)
    if answer.status_code == 404 or not state.filtered:
        return
    whom, nobody = words_of(state), ("Ingen patienter i ", "No patients in ")
    title = unescape(re.search(r'data-title="([^"]*)"', html).group(1))
    if heading.lower().startswith(", ".join(whom) + ": ") or heading.startswith(nobody):
        if not all(word in title.lower() for word in whom):
            yield f"the tab does not name the filter: {title!r}"
        if "Vis alle patienter" not in said and "Show all patients" not in said:
            yield "no way back to all patients"
    elif not NOT_USED.search(said) and not NO_RESULTS.search(f"{heading} {title}"):
        yield f"neither names the filter nor says that it was not used: {heading!r}"


def words_of(state: State) -> list[str]:
    """The filters' words as the page writes them, in small letters."""
    from words import reader as _context

    found = [
        _context.sex_text(state.sex, state.lang),
        _context.age_text(state.age_group, state.lang),
        _context.stage_text(state.stage, state.lang),
    ]
    return [one.lower() for one in found if one]


def links_of(html: str) -> list[str]:
    """The CSV downloads of a page, each once."""
    return sorted({unescape(one) for one in re.findall(r'href="(/hent/[^"]*\.csv\?[^"]*)"', html)})


def faults_of_file(answer, link: str, query: dict[str, str]):
    """What is wrong with a file that a page offers."""
    if answer.status_code != 200:
        yield f"{link}: status {answer.status_code}"
        return
    body = answer.get_data().decode("utf-8-sig")
    nothing = "nan|NaT|inf|<NA>" if query.get("lang") == "en" else "nan|None|NaT|inf|<NA>"
    if found := re.search(rf"(?<![\w.])({nothing})(?![\w.])", body):
        yield f"{link}: prints {found.group()}"
    state, _ = State.from_query(query)
    asked_of_all = not any(f"{name}=" in link for name in ("koen", "alder", "stadie"))
    if state.filtered and not asked_of_all and not all(word in body.lower() for word in words_of(state)):
        yield f"{link}: the file does not name the filter"
    rows = list(csv.reader(io.StringIO(body), delimiter=";" if body.count(";") > body.count(",") else ","))
    if not rows:
        yield f"{link}: empty"


def text_of(html: str) -> str:
    """The words of a piece of HTML, without figures' numbers for programs."""
    html = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", html, flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)).replace(fmt.NBSP, " ")).strip()
