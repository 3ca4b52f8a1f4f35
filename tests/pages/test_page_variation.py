"""The variation page: its sentences say what the comparison found, for odd cases too, and nothing that is hidden."""

from __future__ import annotations

import csv
import html as htmllib
import io
import re
from dataclasses import replace

import plotly.graph_objects as go
import pytest

from data.store import Store
from figures import tones
from figures import variation as drawing
from indicators.__main__ import main
from indicators.catalogue import CATALOGUE
from layouts.frame.source import StoreSource
from layouts.variation import marks as mini
from layouts.variation import parts
from results.variation.comparison import Comparison, comparison, comparisons
from results.view import Edition
from tests.support.clients import client
from words import format as fmt
from words import variation as words
from words.choices import State
from words.chosen import comparison as choices

pytestmark = pytest.mark.usefixtures("few_indicators")

MDT = "mdt_before_treatment"
WHY = "Forskellen mellem en sammenligning af alle og af nogle patienter ville vise resultater, der er skjult"
DANISH = re.compile(r"[æøåÆØÅ]|\b(og|af|er|ikke|skjult|uoplyst|afdeling(er)?|landet|hvis|flere|færre)\b", re.IGNORECASE)
NAMES = re.compile(
    r"Kræftkvalitet|Hjørring|Køge|Sjælland|Gødstrup|Hillerød|Palliativt team|(Kirurgisk|Onkologisk|Hæmatologisk) "
    r"afdeling|Dansk|Næstved|Søholm|Sønderjylland|Søndergård|Gudenå|Arresødal|Nykøbing|Sønderborg|Holbæk|Rigshospitalet"
)


def context(store: Store, edition: str = "working", **query: str):
    state, problems = State.from_query(query, choices.EXTRAS)
    return StoreSource(store, Edition(edition))("/variation", state, problems)


def text_of(answer) -> str:
    assert answer.status_code == 200
    body = re.sub(r"(?s)<head>.*?</head>|<footer hidden.*?</footer>|<style.*?</style>", " ", answer.text)
    return re.sub(r"\s+", " ", htmllib.unescape(re.sub(r"<[^>]+>", " ", body)).replace(fmt.NBSP, " "))


@pytest.fixture(scope="module")
def found(mdt) -> Comparison:
    """A real comparison whose parts the tests replace."""
    return comparison(context(mdt).view, MDT, "department", 1)


@pytest.fixture(scope="module")
def working_mdt(mdt):
    return client(mdt, "working")


@pytest.fixture(scope="module")
def da(mdt):
    return context(mdt)


@pytest.fixture(scope="module")
def en(mdt):
    return context(mdt, lang="en")


# --- sentences ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("concerned", "end"),
    [
        (41.2, "41 flere patienter om året få MDT-konference før behandling."),
        (1.3, "én patient mere om året få MDT-konference før behandling."),
        (0.3, "under én patient mere om året få MDT-konference før behandling."),
        (1234.0, "1.234 flere patienter om året få MDT-konference før behandling."),
    ],
)
def test_what_would_be_gained(da, found, concerned, end):
    one = replace(found, verdict="real", concerned=concerned)
    assert words.gain(da, one) == f"Hvis alle afdelinger mindst nåede landets niveau, ville {end}"


def test_fewer_where_low_is_good(da, en, found):
    leak = next(one for one in CATALOGUE if one.id == "anastomotic_leak_30d")
    one = replace(found, indicator=leak, verdict="real", concerned=7.0)
    assert words.gain(da, one) == (
        "Hvis ingen afdelinger lå over landets niveau, ville 7 færre patienter om året få anastomoselækage."
    )
    assert words.gain(da, replace(one, concerned=1.0)).endswith("ville én patient mindre om året få anastomoselækage.")
    assert words.gain(en, one) == (
        "If no departments were above the national level, 7 fewer patients a year would have had an anastomotic leak."
    )


def test_units_outside_are_named_by_what_they_are(da, found):
    names = {"HJO": "Hjørring", "ESB-KIR": "Kirurgisk afdeling, Esbjerg", "SLA": "Slagelse"}
    first = found.shown[0]
    places = [
        replace(first, unit=replace(first.unit, code=code, name=name), certain=True,
                signal="alarm_low" if code == "HJO" else "attention_low")
        for code, name in names.items()
    ]  # fmt: skip
    assert words.by_word(da, found, places) == "alarm: Hjørring; opmærksomhed: Esbjerg (kirurgisk) og Slagelse"
    assert words.by_word(da, found, []) == ""


@pytest.mark.parametrize("verdict", ["uncertain", "none", "one", "hidden", "no_data"])
def test_nothing_is_promised_where_no_difference_is_sure(da, found, verdict):
    assert words.gain(da, replace(found, verdict=verdict)) == ""


def test_every_indicator_has_words_in_both_languages(da, en, found):
    for indicator in CATALOGUE:
        one = replace(found, indicator=indicator, verdict="real", concerned=12.0)
        assert " 12 " in words.gain(da, one)
        assert not DANISH.search(words.gain(en, one)), words.gain(en, one)


@pytest.mark.parametrize(
    ("verdict", "by", "sentence"),
    [
        ("none", "department", "Ingen påviselig forskel mellem afdelingerne."),
        ("none", "region", "Ingen påviselig forskel mellem regionerne."),
        ("real", "hospital", "Forskellen mellem hospitalerne er større, end tilfældet kan forklare."),
        ("one", "hospital", "Kun ét hospital har patienter; der er intet at sammenligne."),
        ("one", "department", "Kun én afdeling har patienter; der er intet at sammenligne."),
        ("hidden", "department", "Kan ikke vurderes her: for mange af afdelingerne er skjult."),
        ("no_data", "department", "Ingen data i perioden."),
    ],
)
def test_whether_the_units_differ(da, en, found, verdict, by, sentence):
    one = replace(found, verdict=verdict, by=by)
    assert words.difference(da, one) == sentence
    assert not DANISH.search(words.difference(en, one))


def test_the_missing_are_named_where_they_are_why(da, found):
    assert "kan være tilfældig" in words.difference(da, replace(found, verdict="uncertain", p=0.2))
    assert "De uoplyste kan ændre billedet" in words.difference(da, replace(found, verdict="uncertain", p=0.001))


def test_a_ranking_says_how_much_is_chance(da, found):
    low = replace(found, verdict="real", summary=replace(found.summary, rankability=0.37, rankability_lower=0.1,
                                                             rankability_upper=0.6))  # fmt: skip
    assert words.order(da, low) == ("Rangordenen er mest tilfældig: Kun 37\u00a0% (10–60) af variationen er reel.")
    high = replace(
        found, verdict="real", summary=replace(found.summary, rankability=0.74, rankability_lower=float("nan"))
    )
    assert words.order(da, high) == "74\u00a0% af variationen er reel; resten er tilfældig."
    assert "ingen påviselig forskel" in words.order(da, replace(found, verdict="none"))


def test_the_head_finding_in_number_and_in_odd_cases(da, en, found):
    real = replace(found, verdict="real", concerned=41.0)
    none, hidden, empty = (replace(found, verdict=one) for one in ("none", "hidden", "no_data"))
    assert words.head(da, [real, none, none, hidden]) == [
        "For én af tre indikatorer varierer afdelingerne mere, end tilfældet kan forklare.",
        "Størst betydning har »MDT før første behandling (ikke akut)«: 41 patienter om året.",
    ]
    assert words.head(da, [none, none]) == [
        "For ingen af de 2 indikatorer kan det påvises, at afdelingerne varierer mere end tilfældigt."
    ]
    assert words.head(da, [none]) == ["Det kan ikke påvises, at afdelingerne varierer mere end tilfældigt."]
    assert words.head(da, [hidden, empty]) == ["Variationen kan ikke vurderes i den offentlige udgave."]
    assert words.head(da, [empty]) == ["Der er intet at sammenligne i perioden."]
    assert words.head(da, []) == ["Der er intet at sammenligne i perioden."]
    for every in ([real, none], [none, none], [none], [hidden], [empty]):
        assert not DANISH.search(" ".join(words.head(en, every)))


def test_patients_decide_the_order_not_variables(found):
    many = replace(found, verdict="real", concerned=90.0, per_case=9)
    few = replace(found, verdict="real", concerned=20.0)
    doubtful = replace(found, verdict="uncertain", concerned=500.0)
    assert parts.ordered({"a": many, "b": doubtful, "c": few}) == [few, many, doubtful]


def test_a_unit_is_named_for_its_limits_never_for_its_place(da, found):
    within = tuple(replace(one, signal="within", zone="within") for one in found.places)
    assert replace(found, places=within).deviating == ()
    low = replace(within[0], signal="alarm_low", certain=True)
    one = replace(found, places=(low, *within[1:]))
    assert [place.unit.code for place in one.deviating] == [low.unit.code]
    assert words.zone_word(da, low, True) == "alarm"
    assert words.zone_word(da, low, False) == "bedre, alarmgrænse"
    assert not replace(low, certain=False).deviates


# --- the page ----------------------------------------------------------------------------------------


@pytest.mark.some(2)
@pytest.mark.parametrize("query", ["", "?niveau=region&aar=3", "?database=ALD"])
def test_the_page_in_english_holds_no_danish(synthetic_store, query):
    joined = f"{query}{'&' if query else '?'}lang=en"
    text = text_of(client(synthetic_store).get(f"/variation{joined}"))
    main = NAMES.sub("", text[text.index("Change") :])
    main = re.sub(r"/(afdeling|hospital)\b", "", main)  # the addresses that the cards open
    assert not DANISH.search(main), DANISH.search(main)
    assert not re.search(r"\bnan\b", main)


@pytest.mark.parametrize("sizes", [[33, 239, 100], [1000, 1010], [5], [7, 7]])
def test_a_small_funnel_fills_its_height(sizes):
    y = mini.heights(sizes)
    places = sorted(y(n) for n in sizes)
    assert places[0] >= 8 and places[-1] <= tones.HEIGHT - 8
    if min(sizes) < max(sizes):
        assert places[-1] - places[0] > 0.7 * tones.HEIGHT and y(max(sizes)) == places[0]


def test_the_figure_is_valid_and_small(synthetic_store):
    chosen = choices.read(context(synthetic_store))
    every = [one for one in comparisons(chosen.context.view, "department", 1).values() if one.shown]
    go.Figure(drawing.drawn(chosen, every, tones.scale_of(every)))


def test_the_file_is_the_commands_table(mdt, capsys):
    assert main(["compare", "--store", str(mdt.root), "--database", "DCCG", "--indicator", MDT, "--from", "2025-01-01",
                 "--to", "2026-01-01", "--format", "csv"]) == 0  # fmt: skip
    command = {row["unit"]: row for row in csv.DictReader(io.StringIO(capsys.readouterr().out))}
    page = client(mdt).get(f"/hent/sammenligning.csv?emne={MDT}&lang=en").data.decode("utf-8-sig")
    rows = _rows(page)
    assert {row["unit"] for row in rows} == set(command)
    for row in rows:
        for name, value in command[row["unit"]].items():
            if name == "certain":
                assert row[name].lower() == value
            elif value and name not in ("unit", "zone", "signal", "adjusted_signal"):
                assert float(row[name]) == pytest.approx(float(value), rel=1e-9), (row["unit"], name)
            else:
                assert row[name] == value


def test_filters_are_answered_and_said(synthetic_store):
    """Women of 65–74: heading, tab, figure and file say it, and the numbers are theirs."""
    site, query = client(synthetic_store), "koen=F&alder=65-74"
    there = context(synthetic_store, koen="F", alder="65-74").view
    found = comparison(there, MDT, "department", 1)
    assert (
        0
        < sum(one.denominator for one in found.shown)
        < 0.4 * sum(one.denominator for one in comparison(there.of_all_patients(), MDT, "department", 1).shown)
    )
    for path in ("/variation", f"/indikator/{MDT}?vis=tragt", f"/indikator/{MDT}?vis=sammenlignet",
                 f"/indikator/{MDT}?vis=justeret"):  # fmt: skip
        text = text_of(site.get(f"{path}{'&' if '?' in path else '?'}{query}"))
        assert "Kvinder, 65–74 år: " in text and "ikke brugt" not in text, path
    assert fmt.percent(found.summary.national, 1, "da").replace("\xa0", " ") in text_of(
        site.get(f"/indikator/{MDT}?vis=tragt&{query}")
    ).replace("\xa0", " ")
    file = site.get(f"/hent/sammenligning.csv?emne={MDT}&lang=en&{query}").data.decode("utf-8-sig")
    assert "Women, 65–74 years: " in file
    assert {row["unit"]: int(row["denominator"]) for row in _rows(file)} == {
        one.unit.code: one.denominator for one in found.places
    }


@pytest.mark.some(3)
@pytest.mark.parametrize("query", ["koen=F", "stadie=IV", "alder=85%2B&stadie=III&koen=M", "lokalisation=C20",
                                   "koen=uoplyst", "alder=0-44&stadie=uoplyst"])  # fmt: skip
def test_every_view_answers_every_filter_or_says_why(synthetic_store, query):
    site = client(synthetic_store)
    for id in (MDT, "survival_1y", "coverage"):
        for form in ("tragt", "sammenlignet", "justeret"):
            answer = site.get(f"/indikator/{id}?vis={form}&{query}")
            text = text_of(answer)
            assert answer.status_code == 200 and not re.search(r"\bnan\b", text), (id, form)
            if "svarer til valget" in text:  # nobody in the database is such a patient
                continue
            refused = "kun for alle patienter" in text
            assert refused == (id == "coverage"), (id, form)
            assert WHY not in text, (id, form)
    if "lokalisation" not in query:
        text = text_of(site.get(f"/variation?{query}"))
        assert "de valgte filtre er ikke brugt her" not in text and WHY not in text
        assert not re.search(r"\bnan\b", text)


def test_the_public_edition_compares_all_patients_only(mdt):
    there = replace(context(mdt, koen="F").view, edition=Edition("public"))
    for compare_some in (lambda: comparison(there, MDT, "department", 1), lambda: comparisons(there, "department", 1)):
        with pytest.raises(ValueError, match="all patients only"):
            compare_some()


def test_the_funnel_says_who_is_judged_against_the_others(da, en, found, working_mdt):
    """Each of four departments of the made store is a quarter of the country; of many none is."""
    assert words.large(da, replace(found, places=tuple(replace(one, large=False) for one in found.places))) == ""
    one = replace(
        found, places=(replace(found.shown[0], large=True), *(replace(p, large=False) for p in found.shown[1:]))
    )
    name = words.unit_name(da, one.shown[0])
    assert words.large(da, one) == (
        f"{name} har over 20\xa0% af landets patienter og er vurderet mod de øvrige; "
        "figurens grænser er om hele landet."
    )
    assert words.large(en, one).startswith(f"{name} has more than 20% of the country's patients and is judged against")
    total = sum(place.denominator for place in found.places)
    expected = {place.unit.code for place in found.shown if place.denominator > 0.2 * total}
    assert {place.unit.code for place in found.large} == expected and expected
    text = text_of(working_mdt.get(f"/indikator/{MDT}?vis=tragt"))
    assert "af landets patienter og er vurderet mod de øvrige" in text


def test_the_overview_joins_the_three_answers_too(mdt, working_mdt):
    for query in ("", "&koen=F", "&sted=bopael"):
        text = text_of(working_mdt.get(f"/indikator/{MDT}?{query}"))
        funnel = text_of(working_mdt.get(f"/indikator/{MDT}?vis=tragt{query}"))
        sentence = re.search(r"[^.]* (?:afviger|differ)[^.]*fra landet[^.]*\.", funnel)
        assert sentence and sentence[0].strip() in text, query
    hidden = text_of(client(mdt, "public").get(f"/indikator/{MDT}?koen=F"))
    assert "fra landet" not in hidden


def test_below_an_uncertain_variation_only_what_stands_out_is_named(da, found):
    first = found.shown[0]
    one = replace(first, signal="attention_low", certain=True, q=0.2)
    assert not parts.stands_out(one) and parts.stands_out(replace(one, q=0.05))
    assert parts.stands_out(replace(one, signal="alarm_low"))
    every = [replace(found, verdict="uncertain", places=(one, *found.places[1:]))]
    text = parts.false_ones(da, every)
    assert text.startswith(f"Her ligger {every[0].outside95} resultater uden for 95\xa0%; omkring ")
    assert parts.false_ones(da, [replace(found, places=())]) == ""


def test_one_sentence_joins_the_three_answers(da, en, found):
    first = found.shown[0]
    low = replace(first, signal="alarm_low", certain=True, adjusted_signal="alarm_low")
    gone = replace(low, signal="attention_low", adjusted_signal="within")
    three = replace(found, places=(low, low, gone), model=True, verdict="real")
    assert words.joined(da, three, 2) == (
        "To afdelinger opfylder sikkert ikke standarden; tre afviger fra landet; justeret for patienterne gælder det "
        "to af dem."
    )
    assert words.joined(en, replace(three, places=(gone,)), None) == (
        "One department differs from the country; with the patients' case mix allowed for none of them."
    )
    assert words.joined(da, replace(three, places=()), 0) == (
        "Ingen afdelinger opfylder sikkert ikke standarden; ingen afviger fra landet."
    )


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(line for line in io.StringIO(text) if not line.startswith("#")))


@pytest.mark.some(1)
@pytest.mark.parametrize("by", ["department", "hospital", "region"])
def test_one_verdict_in_page_table_file_and_command(synthetic_store, capsys, da, by):
    """Marks, words, the CSV and the command are the same for every unit of every indicator."""
    level = {"department": "afdeling", "hospital": "hospital", "region": "region"}[by]
    here = context(synthetic_store)
    seen = set()
    for id, found in comparisons(here.view, by, 1).items():
        words_of = [
            "compare",
            "--store",
            str(synthetic_store.root),
            "--database",
            "DCCG",
            "--indicator",
            id,
            "--by",
            by,
        ]
        assert main([*words_of, "--from", str(found.start), "--to", str(found.end), "--format", "csv"]) == 0
        command = {row["unit"]: row for row in csv.DictReader(io.StringIO(capsys.readouterr().out))}
        text = client(synthetic_store).get(f"/hent/sammenligning.csv?emne={id}&lang=en&niveau={level}")
        files = {row["unit"]: row for row in _rows(text.data.decode("utf-8-sig"))}
        assert set(command) == set(files) == {place.unit.code for place in found.places}
        page = client(synthetic_store).get(f"/indikator/{id}?vis=tragt&niveau={level}").get_data(as_text=True)
        higher = found.indicator.higher_is_better
        for place in found.places:
            row = command[place.unit.code]
            signal, certain = row["signal"] or None, row["certain"] == "true"
            assert (signal, certain) == (place.signal, place.certain), (id, place.unit)
            assert (files[place.unit.code]["signal"] or None) == signal
            assert files[place.unit.code]["certain"].lower() == row["certain"]
            if place.rate is None:
                continue
            word = words.verdict_word(here, place, higher)
            assert f">{word}<" in page, (id, place.unit, word)
            kind = drawing.symbol(place)
            seen.add(kind)
            assert kind == ("circle-open" if not certain else "circle" if signal == "within" else
                            "diamond" if signal.startswith("alarm") else "triangle-up-open")  # fmt: skip
    assert {"circle", "circle-open"} <= seen
