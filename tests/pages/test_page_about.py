"""/om: standards with their sources in both languages, definitions, snapshot, the planted signals of synthetic data."""

from __future__ import annotations

import html as htmllib
import re

import pytest

from data import reference
from data.load import load
from data.store import Store
from data.synthetic import describe_signals
from exports import about as export
from indicators.catalogue import BY_ID, CATALOGUE
from layouts.about import parts as about
from layouts.frame.source import StoreSource
from results.cube import DEFINITION_VERSION
from results.view import Edition
from tests.support.clients import client
from tests.support.extracts import write_extract
from words import about as text
from words import format as fmt
from words.choices import State

DANISH = re.compile(r"[æøåÆØÅ]|\b(og|af|er|ikke|skjult|uoplyst|fra|til|forløb|standarden|nævner)\b", re.IGNORECASE)


def context(store: Store, **query: str):
    state, _ = State.from_query(query)
    return StoreSource(store, Edition())("/om", state, [])


def text_of(answer) -> str:
    body = re.sub(
        r"(?s)<head>.*?</head>|<footer hidden.*?</footer>|<style.*?</style>|<code>.*?</code>", " ", answer.text
    )
    plain = htmllib.unescape(re.sub(r"<[^>]+>", " ", body))
    return re.sub(r"\s+", " ", plain.replace(fmt.NBSP, " "))


@pytest.fixture(scope="module")
def site(synthetic_store):
    return client(synthetic_store)


def test_every_source_of_a_standard_has_danish_words():
    for one in reference.standards():
        danish = text.source_text(one.source, "da")
        assert text.source_text(one.source, "en") == one.source
        assert danish != one.source and not re.search(r"\b(published|project|requirement|set|complete)\b", danish)
    assert text.source_text("a source that nobody knows", "da") == "a source that nobody knows"


def test_own_standards_replace_those_of_all_databases():
    rows = export.standards_of("DCCG")
    keys = [(one.indicator, one.kind, one.site, one.stage) for one in rows]
    assert len(keys) == len(set(keys))
    own = next(one for one in rows if one.indicator == "mdt_before_treatment")
    assert own.database == "DCCG" and own.verified
    assert {one.site for one in rows if one.indicator == "anastomotic_leak_30d"} == {"C18", "C20"}
    assert {one.indicator for one in rows} <= set(BY_ID)
    everywhere = {one.indicator for one in reference.standards() if one.database == "*"} & set(BY_ID)
    for database in ("DLCR", "DGCD", "DPD", "DBCG"):
        assert everywhere <= {one.indicator for one in export.standards_of(database)}


def test_the_page_names_snapshot_version_and_standards(site, synthetic_store):
    shown = text_of(site.get("/om"))
    for part in (
        f"{len(CATALOGUE)} indikatorer fra 3 databaser, opgjort på samme måde",
        synthetic_store.current().id,
        DEFINITION_VERSION,
        "Anastomoselækage, 30 dage kolon ≤ 3 %",
        "offentliggjort DCCG-indikatorsæt: kolon",
        "Clopper og Pearson",
        "Aalen og Johansen",
        "hver vurdering har form og ord",
        "MIT-licensen",
    ):
        assert part in shown, part
    for one in CATALOGUE:
        assert one.title.da in shown


def test_reporting_years_of_the_database(site):
    assert "begynder i september i DaBlaCa" in text_of(site.get("/om?database=DaBlaCa"))
    assert "begynder i januar i DCCG" in text_of(site.get("/om"))


def test_planted_signals_only_of_synthetic_databases(site, tmp_path):
    shown = text_of(site.get("/om"))
    there = ("DCCG", "DaBlaCa", "ALD")
    for signal in describe_signals():
        assert (re.sub(r"\s+", " ", signal.da) in shown) == (signal.database in there), signal.id
    load([write_extract(tmp_path / "real", cases="case_id\na\nb")], tmp_path / "store")
    real = client(Store(tmp_path / "store")).get("/om")
    assert "plantet" not in text_of(real) and "opdigtede" not in text_of(real)
    assert "syntetiske" not in text_of(real).lower()


def test_english_has_no_danish_left(site, synthetic_store):
    for database in ("DCCG", "DaBlaCa", "ALD"):
        shown = text_of(site.get(f"/om?database={database}&lang=en"))
        one = context(synthetic_store)
        names = ["Kræftkvalitet", "Dansk"] + [unit.name for unit in reference.departments()]
        names += [unit.hospital for unit in reference.departments()] + [region.name for region in reference.regions()]
        for name in sorted(names, key=len, reverse=True):
            shown = shown.replace(name, "")
        found = DANISH.search(shown.replace("Sjælland", ""))
        assert not found, shown[max(0, found.start() - 60) : found.end() + 60]
        assert one.lang == "da"


def test_the_public_edition_has_no_number_of_cases(tmp_path):
    """Less those of the reporting years they would be those of no year, which may be few."""
    load([write_extract(tmp_path / "few", cases="case_id\na\nb")], tmp_path / "store")
    store = Store(tmp_path / "store")
    public, working = (
        to_text(about.snapshot(StoreSource(store, Edition(name))("/om", State(), []))) for name in ("public", "working")
    )
    assert re.search(r"31\.10\.2026\s+–", public) and re.search(r"31\.10\.2026\s+2", working)


def to_text(component) -> str:
    from server.writing import to_html

    return re.sub(r"<[^>]+>", " ", to_html(component))


def test_downloads(site):
    standards = site.get("/hent/standarder.csv?database=DCCG").text
    assert "mdt_before_treatment;;;>=;0,9;standard;DCCG;" in standards
    definitions = site.get("/hent/definitioner.csv?lang=en").text
    for one in CATALOGUE:
        assert f",{one.id}," in definitions
    assert site.get("/hent/definitioner.xlsx").status_code == 200


def test_time_is_absolute():
    import datetime as dt

    moment = dt.datetime(2026, 11, 22, 2, 5, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    assert about.time_text(moment, "da") == "22.11.2026 kl. 01.05 UTC"
    assert about.time_text(moment, "en") == "22 November 2026, 01:05 UTC"
