"""/datakvalitet: what needs mending first, the same numbers as the tables, nothing hidden, no Danish in English."""

from __future__ import annotations

import html as htmllib
import re

import pytest

from data import reference
from data.__main__ import main
from data.load import load
from data.store import Store
from layouts.frame.source import StoreSource
from results.audit import unit_table
from results.quality import completeness, delays
from results.view import Edition
from tests.support.clients import client
from tests.support.extracts import write_extract
from words import format as fmt
from words import quality as text
from words.choices import State

DANISH = re.compile(r"[æøåÆØÅ]|\b(og|af|er|ikke|skjult|uoplyst|fra|til|forløb|afdeling(er)?|dage)\b", re.IGNORECASE)
HOMES = {"HER-KIR": "1084", "SLA-KIR": "1085", "AAL-KIR": "1081", "VIB-KIR": "1082"}


def cases_of(late: dict[str, tuple[int, int]], **more: object) -> list[dict]:
    """Cases by department: (registered in time, late)."""
    rows: list[dict] = []
    for unit, numbers in late.items():
        for day, number in zip(("2025-03-05", "2025-06-01"), numbers, strict=True):
            for _ in range(number):
                rows.append(
                    {"case_id": f"k{len(rows)}", "diagnosis_date": "2025-03-01", "department": unit,
                     "t": "T1", "n": "N0", "residence_region": HOMES[unit], "registered_date": day, "m": "M0",
                     "stage": "I", "performance_status": "0", "charlson": "0", **more}
                )  # fmt: skip
    return rows


def store_of(folder, **tables) -> Store:
    load([write_extract(folder / "extract", **tables)], folder / "store")
    return Store(folder / "store")


def context(store: Store, edition: str = "working", **query: str):
    state, _ = State.from_query(query)
    return StoreSource(store, Edition(edition))("/datakvalitet", state, [])


def quality(one, coverage: bool = False) -> text.Quality:
    units = unit_table(one.view, "coverage") if coverage else None
    return text.Quality(units, unit_table(one.view, "registered_30d"), completeness(one.view), delays(one.view))


def text_of(answer) -> str:
    body = re.sub(
        r"(?s)<head>.*?</head>|<footer hidden.*?</footer>|<style.*?</style>|<code>.*?</code>", " ", answer.text
    )
    plain = htmllib.unescape(re.sub(r"<[^>]+>", " ", body))
    return re.sub(r"\s+", " ", plain.replace(fmt.NBSP, " "))


GOOD = {"HER-KIR": (100, 0), "SLA-KIR": (100, 0), "AAL-KIR": (100, 1)}


@pytest.mark.parametrize(
    ("counts", "da", "en"),
    [
        (GOOD | {"VIB-KIR": (61, 39)},
         "Registreringen er forsinket i Viborg: 61,0 % er registreret inden for 30 dage (standard ≥ 90 %)",
         "Registration is late in Viborg: 61.0% are registered within 30 days (standard ≥ 90%)"),
        (GOOD | {"VIB-KIR": (61, 39), "SLA-KIR": (70, 30)},
         "Registreringen er forsinket i to afdelinger, mest i Viborg: 61,0 % er registreret inden for 30 dage "
         "(standard ≥ 90 %)",
         "Registration is late in two departments, most in Viborg: 61.0% are registered within 30 days "
         "(standard ≥ 90%)"),
        (GOOD, "Intet sted ligger klart under standarden for registrering",
         "No place is clearly below the standard for registration"),
    ],
)  # fmt: skip
def test_the_finding_is_what_needs_mending_first(tmp_path, counts, da, en):
    store = store_of(tmp_path, cases=cases_of(counts))
    for lang, expected in (("da", da), ("en", en)):
        one = context(store, lang=lang)
        assert text.finding(one, quality(one)).replace(fmt.NBSP, " ") == expected


def test_the_furthest_from_its_standard_comes_first(tmp_path):
    rows = cases_of(GOOD | {"VIB-KIR": (80, 20)})
    for number, row in enumerate(rows):
        row["stage"] = "" if number % 2 else "I"
    coverage = "year|department|expected\n2025|AAL-KIR|200\n2025|HER-KIR|100\n2025|SLA-KIR|100\n2025|VIB-KIR|100"
    store = store_of(tmp_path, cases=rows, coverage=coverage)
    one = context(store)
    found = quality(one, coverage=True)
    # Aalborg: 101 of 200 is 39.5 points below; stage 40 below 90 %; Viborg 10.
    assert text.finding(one, found).replace(fmt.NBSP, " ") == "Stadie er kun registreret i 50,1 % af forløbene"
    lead = text.lead(one, found).replace(fmt.NBSP, " ")
    assert lead.startswith(
        "Dækningsgraden er for lav i Aalborg: 50,5 % (standard ≥ 90 %). Registreringen er forsinket i"
    )
    assert "Dækningsgraden i Danmark er" in lead and "Halvdelen af forløbene er indberettet inden for 4 dage" in lead


def test_all_good_or_nothing_there(tmp_path):
    coverage = "year|department|expected\n2025|HER-KIR|100\n2025|SLA-KIR|100\n2025|AAL-KIR|101"
    store = store_of(tmp_path, cases=cases_of(GOOD), coverage=coverage)
    one = context(store)
    expected = "Ingen afdeling ligger klart under standarden for dækning og rettidig registrering"
    assert text.finding(one, quality(one, coverage=True)) == expected
    none = context(store, koen="M")
    assert text.finding(none, quality(none)) == "Der er ingen forløb at vurdere i 2025"
    home = context(store, sted="bopael")
    assert text.finding(home, quality(home)) == "Ingen region ligger klart under standarden for rettidig registrering"


def test_the_page_says_what_is_missing_and_why(tmp_path):
    shown = text_of(client(store_of(tmp_path, cases=cases_of(GOOD))).get("/datakvalitet"))
    for part in (
        "Første udtræk: der er intet at sammenligne med.",
        "Forsøgsprotokoller trials ikke leveret; ikke opgjort: Tilbudt forsøgsprotokol og Inkluderet i forsøgsprotokol",
        "Ikke opgjort. Udtrækket fra DCCG har ikke tabellen coverage.",
        "Dækningsgrad",
        "Data til 31.10.2026",
        "UTC",
        "ikke leveret; referencelisten bruges",
    ):
        assert part in shown, part


def test_findings_and_their_rows(tmp_path):
    store = store_of(tmp_path, cases=cases_of(GOOD, cause_of_death="", vital_status="dead", vital_date="2025-09-01"))
    shown = text_of(client(store).get("/datakvalitet"))
    assert "Død uden registreret dødsårsag" in shown and "advarsel" in shown
    assert "301 1, 2, 3, 4, 5" in shown


def test_the_numbers_on_page_and_in_files_are_the_tables(synthetic_store):
    site = client(synthetic_store)
    one = context(synthetic_store)
    shown = text_of(site.get("/datakvalitet"))
    nation = delays(one.view)[0]
    assert fmt.percent(nation.within_30).replace(fmt.NBSP, " ") in shown
    lines = site.get("/hent/forsinkelse.csv").text.splitlines()
    assert any(line.startswith(f"Danmark;;{repr(nation.within_30).replace('.', ',')};") for line in lines)
    stage = next(row for row in completeness(one.view) if row.name == "stage").places["nation"]
    line = f"Stadie;stage;Danmark;;{stage.registered};{stage.cases};{repr(stage.share).replace('.', ',')}"
    assert line in site.get("/hent/komplethed.csv").text


@pytest.mark.some(1)
def test_every_choice_in_both_languages(synthetic_store):
    site = client(synthetic_store)
    names = ["Kræftkvalitet", "Dansk", *[unit.name for unit in reference.departments()]]
    names += [unit.hospital for unit in reference.departments()] + [region.name for region in reference.regions()]
    names += [f"{unit.hospital}, {unit.name.split(' afdeling')[0].lower()}" for unit in reference.departments()]
    for database in ("DCCG", "DaBlaCa", "ALD"):
        for choice in ("", "&sted=bopael", "&regioner=4&koen=F", "&stadie=IV"):
            answer = site.get(f"/datakvalitet?database={database}&lang=en{choice}")
            assert answer.status_code == 200
            shown = text_of(answer)
            for name in sorted(names, key=len, reverse=True):
                shown = shown.replace(name, "")
            found = DANISH.search(shown)
            assert not found, (database, choice, shown[max(0, found.start() - 60) : found.end() + 60])
    for name in ("komplethed", "forsinkelse", "fund", "tabeller"):
        assert site.get(f"/hent/{name}.csv?database=DaBlaCa").status_code == 200
        assert site.get(f"/hent/{name}.xlsx?database=ALD&lang=en").status_code == 200


def test_the_page_says_what_the_command_said_in_the_readers_language(tmp_path, capsys):
    cases = cases_of(GOOD)
    cases[0]["n"] = cases[1]["n"] = "NA"
    folder = write_extract(
        tmp_path / "delivered",
        cases=cases,
        treatments="case_id | kind | start_date | bmi\nk0 | surgery | 2025-03-08 | 22",
    )
    store = tmp_path / "store"
    said = {}
    for lang in ("da", "en"):
        main(["check", str(folder), "--store", str(store), "--lang", lang])
        said[lang] = capsys.readouterr().out.splitlines()
    load([folder], store)
    checked: list[str] = []
    for lang in ("da", "en"):
        shown = text_of(client(Store(store), "working").get(f"/datakvalitet?lang={lang}"))
        sheet = client(Store(store), "working").get(f"/hent/fund.csv?lang={lang}").get_data().decode("utf-8-sig")
        for sentence in said[lang]:
            if not re.match(r"delivered: (advarsel|oplysning|warning|info): ", sentence):
                continue
            _, _, _, rule, *rest = sentence.split(": ")
            # 'text; 2 rows …; "NA" 2. advice' – each part stands on the page and in the file.
            start, _, advice = ": ".join(rest).partition(". ")
            checked.append(rule)
            for part in (*(one for one in start.split("; ") if '"' in one), advice.strip()):
                assert part in shown, (rule, part)
                assert part.replace('"', '""') in sheet, (rule, part)
        assert '"NA"' in shown
    assert {"unknown_column", "empty_word"} <= set(checked)
