"""/varsler and the warnings on other pages: sentences, numbers, past days, languages, and the public edition."""

from __future__ import annotations

import datetime as dt
import html as htmllib
import re
from dataclasses import replace

import pytest

from exports.warnings import of_signals
from indicators import signals
from indicators.catalogue import BY_ID
from indicators.monitored import watched
from layouts.frame.source import StoreSource
from layouts.warnings import list as listed_page
from results.view import Edition
from results.warnings import signals as data
from results.warnings.signals import ShownSignal, Watch
from tests.support import warning_store as made
from tests.support.clients import client
from words import format as fmt
from words import warnings as text
from words.choices import State

DANISH = re.compile(
    r"[æøåÆØÅ]|\b(og|af|er|ikke|skjult|siden|flere|færre|varsel|varsler|ventet|kurver?)\b", re.IGNORECASE
)
MDT = "mdt_before_treatment"


@pytest.fixture(scope="module")
def store(declining):
    return declining


def text_of(answer) -> str:
    body = re.sub(r"(?s)<head>.*?</head>|<footer hidden.*?</footer>|<style.*?</style>|<script.*?</script>", " ",
                  answer.text)  # fmt: skip
    plain = htmllib.unescape(re.sub(r"<[^>]+>", " ", body))
    return re.sub(r"\s+", " ", plain.replace(fmt.NBSP, " "))


def context(lang: str = "da", edition: str = "working", store=None):
    state, _ = State.from_query({"lang": lang})
    return StoreSource(store, Edition(edition))("/varsler", state, [])


def fall(store) -> ShownSignal:
    """The planted decline as the page has it."""
    found = data.watch(context(store=store).view).signals
    return next(one for one in found if one.unit == "SLA-KIR" and one.indicator.id == MDT)


def said(store) -> str:
    """What every page says of it."""
    return f"uden MDT før behandling siden {fmt.month(fall(store).since, 'da', 'year')}"


def signal(**over) -> ShownSignal:
    base = ShownSignal("DCCG", "SLA-KIR", "Kirurgisk afdeling, Slagelse", "Slagelse", BY_ID[MDT], "worse",
                  dt.date(2025, 9, 1), dt.date(2025, 10, 1), dt.date(2026, 1, 1), 4, True, 25, 5.2, 19.8)  # fmt: skip
    return replace(base, **over)


@pytest.mark.parametrize(
    ("over", "da", "en"),
    [
        ({}, "20 patienter flere end ventet uden MDT før behandling siden september 2025.",
         "20 more patients than expected without MDT before treatment since September 2025."),
        ({"excess": 1.2}, "Én patient mere end ventet uden MDT før behandling siden september 2025.",
         "One more patient than expected without MDT before treatment since September 2025."),
        ({"excess": 0.2}, "Én patient mere end ventet uden MDT før behandling siden september 2025.",
         "One more patient than expected without MDT before treatment since September 2025."),
        ({"excess": -1.2, "direction": "better"},
         "Én patient færre end ventet uden MDT før behandling siden september 2025.",
         "One fewer patient than expected without MDT before treatment since September 2025."),
        ({"excess": -9.0, "direction": "better", "indicator": BY_ID["mortality_30d"]},
         "9 patienter færre end ventet døde inden for 30 dage efter operation siden september 2025.",
         "9 fewer patients than expected died within 30 days of surgery since September 2025."),
        ({"indicator": BY_ID["registered_30d"]},  # the comma: not 30 days since September
         "20 patienter flere end ventet uden registrering inden for 30 dage, siden september 2025.",
         "20 more patients than expected without registration within 30 days, since September 2025."),
        ({"excess": 15.0, "rounded": True, "observed": None},
         "Omkring 15 patienter flere end ventet uden MDT før behandling siden september 2025.",
         "About 15 more patients than expected without MDT before treatment since September 2025."),
        ({"excess": None, "observed": None},
         "Flere patienter end ventet (antallet er skjult) uden MDT før behandling siden september 2025.",
         "More patients than expected (the number is hidden) without MDT before treatment since September 2025."),
    ],
)  # fmt: skip
def test_the_sentence_of_a_signal(store, over, da, en):
    for lang, wanted in (("da", da), ("en", en)):
        assert text.sentence(context(lang, store=store), signal(**over)) == wanted


@pytest.mark.parametrize(
    ("worse", "better", "weak", "da", "en"),
    [
        (0, 0, 0, "Ingen varsler i DCCG", "No warnings in DCCG"),
        (0, 0, 2, "Ingen stærke varsler i DCCG", "No strong warnings in DCCG"),
        (1, 0, 0, "Ét stærkt varsel om tilbagegang i DCCG", "One strong warning of decline in DCCG"),
        (2, 1, 0, "To stærke varsler om tilbagegang i DCCG, og ét om fremgang",
         "Two strong warnings of decline in DCCG, and one of improvement"),
        (0, 1, 0, "Ingen stærke varsler om tilbagegang i DCCG; ét stærkt signal om fremgang",
         "No strong warnings of decline in DCCG; one strong signal of improvement"),
        (0, 3, 1, "Ingen stærke varsler om tilbagegang i DCCG; tre stærke signaler om fremgang",
         "No strong warnings of decline in DCCG; three strong signals of improvement"),
    ],
)  # fmt: skip
def test_the_finding_for_every_number(store, worse, better, weak, da, en):
    found = [signal()] * worse + [signal(direction="better")] * better + [signal(strong=False)] * weak
    for lang, wanted in (("da", da), ("en", en)):
        assert text.finding(context(lang, store=store), Watch(made.CUT, tuple(found), 9, 0, {})) == wanted


@pytest.mark.parametrize(
    ("value", "da", "en"),
    [(0.0, "ingen", "none"), (0.4, "under én", "less than one"), (1.2, "omkring én", "about one"),
     (4.4, "omkring fire", "about four"), (18.6, "omkring 19", "about 19")],
)  # fmt: skip
def test_what_chance_gives(value, da, en):
    assert (text.about(value, "da"), text.about(value, "en")) == (da, en)


def test_every_watched_indicator_has_its_words(store, synthetic_store):
    snapshot = synthetic_store.current()
    known = {one.id for code in snapshot.databases for one in watched(snapshot, code)}
    assert len(known) > 15 and all(BY_ID[one].phrases.against.da and BY_ID[one].phrases.against.en for one in known)


def test_the_lists_numbers_are_the_commands(store):
    listed = signals.signals(store.current(), "DCCG")
    shown = text_of(client(store).get("/varsler"))
    assert len(listed) >= 2
    for row in listed.to_dict("records"):
        assert f"{row['observed']} / {fmt.number(row['expected'], 1)}" in shown
        assert fmt.month(row["since"], "da", "year") in shown
    assert "Hvad gør man ved et varsel?" in shown and "kurver følges" in shown
    sheet = client(store).get("/hent/varsler.csv").get_data().decode("utf-8-sig")
    pairs = re.findall(r";(\d+);(\d+,\d+);", sheet)
    written = {(int(seen), round(float(expected.replace(",", ".")), 2)) for seen, expected in pairs}
    assert {(row["observed"], round(row["expected"], 2)) for row in listed.to_dict("records")} <= written


def test_a_past_day_and_a_day_that_is_none(store):
    before = text_of(client(store).get("/varsler?pr=2025-06-30"))
    assert "30.06.2025" in before
    assert said(store) not in before and said(store) in text_of(client(store).get("/varsler"))
    assert "kan ikke vælges og er ikke brugt" in text_of(client(store).get("/varsler?pr=2025-06-29"))
    assert client(store).get("/hent/varsler.csv?pr=2025-06-29").status_code == 404


def test_the_chart_says_when_it_could_be_known(store):
    answer = client(store).get(f"/varsler?kurve=SLA-KIR.{MDT}")
    shown = text_of(answer)
    found = fall(store)
    assert f"Det kunne tidligst vides den {fmt.date(found.known_from)}" in shown
    assert f"Der er set {found.observed}, hvor {fmt.number(found.expected, 1)} var ventet" in shown
    assert "CUSUM" in shown
    assert client(store).get("/varsler?kurve=XXX.mdt_before_treatment").status_code == 404
    few = text_of(client(store).get("/varsler?kurve=HJO-KIR.mdt_before_treatment"))
    assert "Vurderet mod landet" in few and "landets niveau og afdelingens egne få patienter" in few
    assert client(store).get("/varsler/nowhere").status_code == 404


def test_filters_that_are_not_used_are_told(store):
    for path in PATHS[:3]:
        said = "Varslerne gælder alle patienter; de valgte filtre er ikke brugt her."
        assert said in text_of(client(store).get(f"{path}{'&' if '?' in path else '?'}koen=F"))
        assert said not in text_of(client(store).get(path))


def test_cases_without_a_date_of_reporting_are_told(tmp_path):
    store = made.build(tmp_path, undated={"SLA-KIR": 3, "VIB-KIR": 1})
    said = (
        "4 forløb har ingen indberetningsdato og er derfor ikke talt med; flest for Kirurgisk afdeling, Slagelse (3)."
    )
    assert said in text_of(client(store).get("/varsler"))


def test_the_departments_page_has_the_warning_under_its_indicator(store, quiet):
    shown = text_of(client(store).get("/afdeling/SLA-KIR"))
    assert "Tidligt varsel." in shown and said(store) in shown
    assert "omkring én gang på 100 år" in shown
    assert re.search(r"Patienter uden MDT før behandling (\d+) ›", shown)
    assert "Fremgang." in text_of(client(store).get("/afdeling/HER-KIR"))
    calm = text_of(client(quiet).get("/afdeling/SLA-KIR"))
    assert "Tidligt varsel: intet." in calm and "følges" in calm
    past = text_of(client(store).get("/afdeling/SLA-KIR?periode=2023"))
    assert said(store) not in past and "gælder alle patienter i de nyeste data" in past


def test_the_overviews_line(store, quiet):
    shown = text_of(client(store).get("/"))
    assert re.search(r"Tidligt varsel\. (Ét stærkt varsel|\w+ stærke varsler) om tilbagegang: Slagelse\.", shown)
    assert "Tidligt varsel" not in text_of(client(quiet).get("/"))
    assert "Tidligt varsel" not in text_of(client(store).get("/?koen=F"))


def test_the_digest(store, quiet):
    shown = text_of(client(store).get("/varsler/slagelse?kvartal=2025K4"))
    assert "4. kvartal 2025" in shown and "Nye i kvartalet" in shown
    nothing = text_of(client(quiet).get("/varsler/slagelse"))
    assert re.search(r"Slagelse: ingen signaler blandt \d+ kurve", nothing)
    assert "Der er intet fundet blandt" in nothing
    assert "kan ikke vises og er ikke brugt" in text_of(client(store).get("/varsler/slagelse?kvartal=2001K1"))
    sheet = client(store).get("/hent/varselsbrev.csv?emne=slagelse&kvartal=2026K1")
    assert sheet.status_code == 200 and "SLA-KIR" in sheet.text
    assert client(store).get("/hent/varselsbrev.csv?emne=nowhere").status_code == 404


PATHS = ("/varsler", f"/varsler?kurve=SLA-KIR.{MDT}", "/varsler/slagelse", "/afdeling/SLA-KIR", "/afdeling/HER-KIR")


def test_english_has_no_danish_left(store):
    names = re.compile(r"Kirurgisk afdeling, \w+|tyk- og endetarmskræft|Kræftkvalitet|Dansk|Sjælland|Køge|Hjørring")
    for path in PATHS[:3]:
        shown = text_of(client(store).get(f"{path}{'&' if '?' in path else '?'}lang=en"))
        left = DANISH.findall(names.sub(" ", shown))
        assert not left, (path, left)


# --- worse again, still standing, become what is expected -----------------------------------------------------------

AGAIN = {"news": "again", "first_since": dt.date(2021, 6, 3), "first_alarm": dt.date(2021, 9, 1),
         "since": dt.date(2023, 2, 5), "alarm": dt.date(2023, 5, 2)}  # fmt: skip


def test_worse_again_is_said_and_since_when(store):
    one = signal(**AGAIN)
    da, en = (context(lang, store=store) for lang in ("da", "en"))
    assert text.sentence(da, one) == (
        "20 patienter flere end ventet uden MDT før behandling, igen forværret siden februar 2023."
    )
    assert text.sentence(en, one) == (
        "20 more patients than expected without MDT before treatment, worse again since February 2023."
    )
    assert text.history(da, one).startswith("Det begyndte i juni 2021 og blev værre endnu")
    assert text.history(da, signal()) == ""
    assert one.known_from == dt.date(2023, 5, 2) + dt.timedelta(90)
    strong = replace(one, news="strong", since=one.first_since)
    assert strong.known_from == dt.date(2021, 9, 1) + dt.timedelta(90) < strong.news_from
    assert "blev stærkt i maj 2023" in text.history(da, strong)


def test_what_stands_and_what_is_expected_now_are_on_the_page(store):
    still = signal(
        news="strong", since=dt.date(2021, 6, 3), first_since=dt.date(2021, 6, 3), alarm=dt.date(2021, 12, 1)
    )
    gone = data.Absorbed("DCCG", "HER-KIR", "Kirurgisk afdeling, Herlev", "Herlev", BY_ID[MDT], "worse",
                         dt.date(2020, 3, 1), dt.date(2024, 1, 1))  # fmt: skip
    found = Watch(made.CUT, (), 9, 0, {}, standing=(still,), absorbed=(gone,))
    for lang, stands, age, years in (
        (
            "da",
            "Ét ældre signal står stadig.",
            "juni 2021",
            "De tre år 2021–2023, der var dårligere end før, er fra 2024",
        ),
        (
            "en",
            "One older signal still stands.",
            "June 2021",
            "The three years 2021–2023, which were worse than before",
        ),
    ):
        there = context(lang, store=store)
        page = str(listed_page.still(there, of_signals(there, found), found.standing, found.absorbed))
        assert age in page and "56" in page and years in page  # June 2021 to January 2026: 56 months
        assert stands in listed_page.lead(there, found)


@pytest.mark.parametrize(
    ("false", "da"),
    [(2.2, "omkring to varsler"), (1.0, "omkring ét varsel"), (0.3, "under ét varsel"), (0.0, "ingen varsler")],
)
def test_what_chance_gives_is_said_plainly(store, false, da):
    found = Watch(made.CUT, (), 9, 0, {(True, "worse"): false})
    assert text.chance(context(store=store), found, True, "worse") == (
        f"Selv hvis intet var ændret, ville man vente {da} ved tilfældighed alene."
    )
