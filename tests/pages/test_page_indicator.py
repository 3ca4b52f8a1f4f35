"""The indicator's page: its sentences and figures say what the tables hold, and nothing that is hidden."""

from __future__ import annotations

import dataclasses
import html as htmllib
import re

import plotly.graph_objects as go
import pytest

from data.store import Store
from figures import funnel, trend
from figures import label_places as labels
from figures import units as drawing
from figures.axis import axis_over
from figures.departments import drawn
from indicators.catalogue import CATALOGUE
from layouts.frame.source import StoreSource
from layouts.indicator import units
from results.audit import Unit, unit_table
from results.indicator.reasons import reasons
from results.variation.comparison import comparison
from results.view import Edition, View
from tests.support.clients import client
from words import format as fmt
from words import indicator as words
from words.choices import State
from words.chosen import comparison as choices

MDT = "mdt_before_treatment"
DANISH = re.compile(r"[æøåÆØÅ]|\b(og|af|er|ikke|skjult|uoplyst|afdeling(er)?|tæller|fra|til|hvorfor)\b", re.IGNORECASE)
#: What stays Danish on English pages: names of places and of the product.
NAMES = ("Kræftkvalitet", "Sjælland", "Hjørring", "Kirurgisk afdeling", "Dansk", "Sundhedsplatformen", "Østdanmark")


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
    state, problems = State.from_query(query)
    return StoreSource(store, Edition(edition))("/indikator/x", state, problems)


def text_of(answer) -> str:
    """The page's visible text with single spaces."""
    body = re.sub(
        r"(?s)<head>.*?</head>|<footer hidden.*?</footer>|<style.*?</style>|<script.*?</script>|<code>.*?</code>",
        " ",
        answer.text,
    )
    plain = htmllib.unescape(re.sub(r"<[^>]+>", " ", body))
    return re.sub(r"\s+", " ", plain.replace(fmt.NBSP, " ").replace("\u2011", "-"))


# --- sentences ---------------------------------------------------------------------------------------


def test_finding_and_lead_are_made_from_the_cells(store):
    one = context(store)
    table = unit_table(one.view, MDT)
    assert words.finding(one, table) == [
        "MDT før første behandling: 87,6\u00a0% i 2025. Standarden på 90\u00a0% er sandsynligvis ikke opfyldt "
        "(91\u00a0%). Én af fire afdelinger ligger klart under: Slagelse."
    ]
    assert words.lead(one, table) == (
        "Slagelse faldt fra 95,0\u00a0% i 2024 til 78,0\u00a0% i 2025. Sjælland (78,0\u00a0%) som helhed ligger klart "
        "under standarden. Uafklaret: Hovedstaden (94,0\u00a0%) og Nordjylland (89,2\u00a0%). Ikke case-mix-justeret."
    )


def test_the_english_finding(store):
    one = context(store, lang="en")
    assert words.finding(one, unit_table(one.view, MDT)) == [
        "MDT before first treatment: 87.6% in 2025. The standard of 90% is probably not met (91%). "
        "One of four departments is clearly below: Slagelse."
    ]


def test_hidden_departments_are_neither_named_nor_counted(store):
    one = context(store, "public")
    lines = " ".join(words.finding(one, unit_table(one.view, MDT)))
    # Hjørring has four patients; Aalborg, beside it, would know them, so the region and one more are hidden.
    assert "Kun resultatet for Slagelse kan vises." in lines
    assert not any(name in lines for name in ("Hjørring", "Aalborg", "Herlev"))


def test_without_a_standard_the_regions_spread_is_the_finding(store):
    one = context(store)
    lines = words.finding(one, unit_table(one.view, "survival_1y"))
    assert lines == [
        "1-års overlevelse: samme udfald for alle 425 patienter i 2024, så der er intet interval."
    ]  # 100–100 %: no headline stands on an interval that is one number
    assert "Der er ingen standard." in words.lead(one, unit_table(one.view, "survival_1y"))


def test_no_data_says_so(store):
    one = context(store, alder="85+")
    lines = words.finding(one, unit_table(one.view, MDT))
    assert lines == ["MDT før første behandling: ingen data i 2025."]


def test_names_in_prose_and_in_the_table():
    unit = Unit("department", "AAR-ONK", "Onkologisk afdeling, Aarhus", "Onkologisk afdeling, Aarhus", "1082")
    da = dataclasses.make_dataclass("C", ["lang"])("da")
    assert words.unit_name(da, unit) == "Aarhus, onkologisk"
    assert words.unit_name(da, unit, prose=True) == "Aarhus (onkologisk)"


# --- the other views ---------------------------------------------------------------------------------


@pytest.mark.some(3)
@pytest.mark.parametrize("form", ["tragt", "sammenlignet", "justeret"])
@pytest.mark.parametrize("id", [MDT, "survival_1y", "mortality_30d"])
def test_the_other_views_answer_in_both_languages(store, id, form):
    answer = client(store).get(f"/indikator/{id}?vis={form}&lang=en&egen=SLA-KIR")
    assert answer.status_code == 200
    text = text_of(answer)
    main = text[text.index("View as") :]
    for name in NAMES:
        main = main.replace(name, "")
    assert not DANISH.search(main), DANISH.search(main)
    assert not re.search(r"\bnan\b", main)


@pytest.mark.parametrize("id", [MDT, "survival_1y", "trial_offered"])
def test_the_comparison_figures_are_valid(synthetic_store, id):
    one = context(synthetic_store, egen="SLA-KIR")
    chosen = choices.read(one)
    found = comparison(one.view, id, "department", 1)
    pictures = [funnel.funnel(chosen, found, None), drawing.crude(chosen, found)]
    if found.verdict in ("real", "uncertain", "none"):
        pictures.append(drawing.caterpillar(chosen, found))
    if found.card.stands:
        pictures += [drawing.adjusted(chosen, found), drawing.calibration(chosen, found)]
    for picture in pictures:
        go.Figure(picture)
    rates = [value for trace in pictures[0]["data"] if trace["mode"] == "markers" for value in trace["y"]]
    assert {round(place.rate, 5) for place in found.shown} <= set(rates)


def test_the_funnel_names_who_is_outside(working):
    text = text_of(working.get(f"/indikator/{MDT}?vis=tragt"))
    assert "MDT før første behandling (ikke akut), 2025." in text
    assert "Én af fire afdelinger ligger uden for grænserne. Alarm: Slagelse." in text
    assert "Ikke case-mix-justeret: se justeret." in text


def rows_of(answer) -> dict[str, list[str]]:
    """Unit → cells of the comparison's table; the phone's line below the name is the second."""
    body = re.search(r'(?s)<table class="[^"]*compared.*?</table>', answer.text)[0]
    cells = (re.findall(r"(?s)<(?:th|td)\b[^>]*>(.*?)</(?:th|td)>", row) for row in body.split("<tr")[1:])
    plain = ([htmllib.unescape(re.sub(r"<[^>]+>", "|", cell)).strip("|") for cell in row] for row in cells)
    return {row[0].split("|")[0]: [*row[0].split("|")[1:], *row[1:]] for row in plain if row}


@pytest.mark.some(3)
@pytest.mark.parametrize(
    ("query", "counts", "missing", "rate"),
    [("", "354/404", "10", "87,6 (84,0–90,7)"), ("&aar=3", "1.150/1.249", "11", "92,1 (90,4–93,5)"),
     ("&niveau=region", "354/404", "10", "87,6 (84,0–90,7)")],
)  # fmt: skip
def test_the_country_is_the_tables_first_row(store, query, counts, missing, rate):
    rows = rows_of(client(store).get(f"/indikator/{MDT}?vis=tragt{query}"))
    assert list(rows)[1] == "Danmark"
    below, *cells = rows["Danmark"]
    assert (below, cells[:3]) == (counts, [counts, missing, rate])
    assert set(cells[3:]) == {"–"}  # no limits, verdict or place: the others are judged by it


def test_counts_can_be_read_on_a_phone_below_the_name(working):
    assert rows_of(working.get(f"/indikator/{MDT}?vis=tragt"))["Slagelse"][0] == "78/100"


def test_the_country_has_the_rate_of_the_summary_for_survival_too(synthetic_store):
    found = comparison(context(synthetic_store).view, "survival_1y", "department", 1)
    cells = rows_of(client(synthetic_store).get("/indikator/survival_1y?vis=tragt"))["Danmark"]
    assert cells[3].startswith(f"{fmt.percent_number(found.summary.national, 1)} (")


def test_a_refused_model_says_why(synthetic_store):
    text = text_of(client(synthetic_store).get("/indikator/coverage?vis=justeret"))
    assert "Resultatet kan ikke case-mix-justeres. Opgørelsen har ingen oplysninger om den enkelte patient." in text
    text = text_of(client(synthetic_store).get("/indikator/coverage?vis=tragt&niveau=region"))
    assert "kan ikke opgøres efter bopælsregion" in text


def test_the_default_view_links_to_the_adjusted_one(working):
    page = working.get(f"/indikator/{MDT}").text
    # The hyphen of 'case-mix' is one that no line breaks at.
    assert re.search(r'href="/indikator/mdt_before_treatment\?vis=justeret"[^>]*>Ikke case\u2011mix-justeret\.', page)


# --- figures -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "first"),
    [([33, 239], 0), ([338, 1076], 200), ([500, 520], 470), ([4], 3), ([100], 95)],
)
def test_the_funnel_begins_near_its_points(sizes, first):
    low, high = funnel.size_ends(sizes)
    assert low == first and low < min(sizes) and max(sizes) < high


def test_a_lines_label_stands_where_it_covers_no_point():
    beside_the_end = [labels.mark(0.9, 192), labels.mark(0.85, 208)]  # above and below the line at 200
    keys, box = labels.on_line(200, "Standard ≥ 90 %", beside_the_end, below=True)
    assert keys["xanchor"] == "left" and not any(box.meets(one) for one in beside_the_end)
    keys, box = labels.on_line(200, "Standard ≥ 90 %", beside_the_end[:1], below=True)
    assert (keys["xanchor"], keys["yanchor"]) == ("right", "bottom")


def test_a_label_that_has_no_free_place_covers_the_least():
    crowded = [labels.mark(0.9, 192), labels.mark(0.9, 208), labels.mark(0.1, 192), labels.mark(0.1, 214)]
    keys, _ = labels.on_line(200, "standard 90", crowded, below=True)
    assert (keys["xanchor"], keys["yanchor"]) == ("left", "bottom")


def test_a_label_keeps_clear_of_a_line_between_points():
    rising = labels.along([(0.0, 0.0), (0.5, 205.0), (1.0, 195.0)], between=9)
    keys, box = labels.on_line(200, "standard 90", rising, below=True)
    assert keys["xanchor"] == "left" and not any(box.meets(one) for one in rising)
    assert len(labels.along([(0.0, 1.0), (0.5, None), (1.0, 1.0)])) == 2  # no way across a gap


def test_a_name_stands_where_it_has_room():
    assert not labels.to_the_left(0.3, "Hjørring")
    assert labels.to_the_left(0.6, "Esbjerg (kirurgisk) (din afdeling)")
    assert labels.to_the_left(0.8, "Køge")


def test_the_funnel_says_where_its_axes_begin(store):
    here = context(store, niveau="region")
    chosen = choices.read(here)
    found = comparison(here.view, MDT, "region", 1)
    picture = funnel.funnel(chosen, found, None)
    first = picture["layout"]["xaxis"]["range"][0]
    said = funnel.funnel_axes(chosen, found, None)
    assert said.startswith("Akse ") and f"Vandret akse fra {first}." in said if first else "Vandret" not in said
    top = max(y for trace in picture["data"] for y in trace["y"])
    assert ("rækker ud over aksen" in said) == (
        top > picture["layout"]["yaxis"]["range"][1]
        or min(y for trace in picture["data"] for y in trace["y"]) < picture["layout"]["yaxis"]["range"][0]
    )


def test_the_scale_holds_all_values_in_at_most_six_steps():
    axis = axis_over([0.636, 0.9, 0.987])
    assert (axis.low, axis.high, axis.step) == (0.6, 1.0, 0.1)
    assert axis.sentence("da") == "Akse 60–100\u00a0%."
    assert axis_over([0.012, 0.045]).low == 0.01
    assert axis_over([1.0, 1.0]).low < axis_over([1.0]).high == 1.0
    assert axis_over([0.0]).low == 0.0 < axis_over([0.0]).high
    assert axis_over([]).ticks == (0.0, 0.25, 0.5, 0.75, 1.0)
    assert axis_over([0.5]).low <= 0.5 < axis_over([0.5]).high


@pytest.mark.some(3)
@pytest.mark.parametrize("edition", ["working", "public"])
@pytest.mark.parametrize("id", [MDT, "trial_included", "survival_1y"])
def test_figures_are_valid_and_hold_the_cells(store, edition, id):
    one = context(store, edition, egen="SLA-KIR")
    table = unit_table(one.view, id)
    shown = words.shown_units(table)
    figure = drawn(one, table, shown, units.axis_of(table))
    go.Figure(figure)
    points = next(trace for trace in figure["data"] if trace["mode"] == "markers")
    assert points["x"] == [round(table.cell(unit).rate, 5) for unit in shown if table.cell(unit).rate is not None]
    all_periods = unit_table(one.view, id, tuple(reversed(one.periods)))
    found = trend.trend_of(one, all_periods)
    assert (found is None) == (id == "trial_included")  # trials are registered for one year only
    if found is None:
        return
    for columns in (2, 6):
        go.Figure(trend.figure(found, columns))


def test_the_trend_breaks_where_data_are_not_comparable(store):
    one = context(store)
    found = trend.trend_of(one, unit_table(one.view, MDT, (2023, 2024, 2025)))
    assert found.years == (2023, 2024, 2025)
    assert found.breaks == ()  # none of the breaks falls in these years
    longer = dataclasses.replace(found, years=tuple(range(2014, 2026)), breaks=trend.reference.breaks()[:4])
    nation, capital, north = (found.units[n] for n in (0, 1, 3))
    assert [one.letter for one in longer.breaks_of(nation)] == ["a", "b", "c", "d"]
    assert [one.letter for one in longer.breaks_of(capital)] == ["a", "b", "c", "d"]
    assert [one.letter for one in longer.breaks_of(north)] == ["b", "c", "d"]  # Sundhedsplatformen is not there
    assert trend._segments(longer, nation) == [[2023, 2024, 2025]]


# --- the page ----------------------------------------------------------------------------------------


def test_the_page_shows_the_numbers(working):
    text = text_of(working.get(f"/indikator/{MDT}?egen=SLA-KIR"))
    for part in (
        "Slagelse din afdeling",
        "354/404",
        "87,6",
        "78/100",
        "Nej 1",
        "Afgjort på den uafrundede andel: Aalborg 89,5 % vises som 90, men opfylder ikke standarden.",
        "Første behandling var akut (1)",
        "≥ 90 % (DCCG, verificeret)",
        "10 (9,1 %)",  # uoplyst above 5 per cent
        "Akse ",
    ):
        assert part in text, part


def test_the_public_page_and_its_files_hold_nothing_hidden(public):
    page = public.get(f"/indikator/{MDT}")
    text = text_of(page)
    assert "179/200" not in page.text and "3/4" not in text and "89,5" not in text
    assert "skjult" in text and "Skjult: færre end 5 patienter" in text
    for name in ("rkkp", "enheder", "indikator-udvikling"):
        sheet = public.get(f"/hent/{name}.csv?emne={MDT}")
        assert sheet.status_code == 200
        assert ";179;" not in sheet.text and "179/200" not in sheet.text and ";0,895;" not in sheet.text
    assert "skjult" in public.get(f"/hent/enheder.csv?emne={MDT}").text


def test_reasons_add_up_and_are_hidden_with_small_regions(store):
    snapshot = store.current()
    shown = reasons(View(snapshot, Edition(), "DCCG", 2025), "trial_included")
    table = unit_table(View(snapshot, Edition(), "DCCG", 2025), "trial_included")
    for row in shown.rows:
        cell = table.cell(row.unit)
        assert row.total == sum(row.counts) == cell.denominator - cell.numerator
    assert reasons(View(snapshot, Edition(), "DCCG", 2025), MDT) is None
    few = View(snapshot, Edition("public", 50), "DCCG", 2025)
    hidden = [row.unit.code for row in reasons(few, "trial_included").rows if None in row.counts]
    assert hidden, "regions with fewer than 50 of a reason are hidden"


@pytest.mark.some(6)
@pytest.mark.parametrize("one", CATALOGUE, ids=lambda one: one.id)
def test_every_indicator_has_a_page_in_both_languages(working, public, one):
    for site in (working, public):
        assert site.get(f"/indikator/{one.id}").status_code == 200
    english = text_of(working.get(f"/indikator/{one.id}?lang=en"))
    for name in NAMES:
        english = english.replace(name, "")
    assert not DANISH.search(english), DANISH.search(english)


def test_choices_in_the_address(working):
    assert "Østdanmark" in text_of(working.get(f"/indikator/{MDT}?regioner=4"))
    residence = text_of(working.get(f"/indikator/{MDT}?sted=bopael"))
    assert "afdelinger vises kun for behandlende sted" in residence and "Din afdeling" not in residence
    site = text_of(working.get("/indikator/anastomotic_leak_30d?lokalisation=C18"))
    assert "Alle Kolon Rektum" in site
    assert "er ikke brugt" in text_of(working.get(f"/indikator/{MDT}?lokalisation=C50"))


def test_pages_without_results_say_why(working):
    missing = working.get("/indikator/nope")
    assert missing.status_code == 404 and "TNM komplet" in text_of(missing)
    absent = working.get("/indikator/palliative_received")
    assert absent.status_code == 200
    assert "Modtaget i palliativ enhed er ikke opgjort for DCCG." in text_of(absent)
    assert working.get("/hent/rkkp.csv?emne=nope").status_code == 404
    assert working.get("/hent/rkkp.csv?emne=palliative_received").status_code == 404
