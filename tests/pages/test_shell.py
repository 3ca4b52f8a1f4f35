"""Formats, the state in the URL, marks, tables, figures, map; and in Chromium menus, exports, widths."""

import datetime as dt
import json

import plotly.graph_objects as go
import pytest

from figures import map as maps
from figures import theme
from layouts.frame import selections as select
from layouts.frame import shell
from layouts.parts import figure as figures
from layouts.parts import html, marks, tables
from server.writing import to_html
from tests.conftest import opened
from tests.support import gallery
from words import format as fmt
from words import verdicts
from words.choices import State

NB = "\u00a0"


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (fmt.percent(0.9361), f"93,6{NB}%"),
        (fmt.percent(0.9361, lang="en"), "93.6%"),
        (fmt.percent_number(0.9345), "93,4"),  # half to even, on decimal digits
        (fmt.percent_number(0.9355), "93,6"),
        (fmt.percent_number(-0.0001), "0,0"),  # never negative zero
        (fmt.percent_number(1.0, 0), "100"),
        (fmt.interval(0.9281, 0.9435), "92,8–94,4"),
        (fmt.count(1045), "1.045"),
        (fmt.count(1045, "en"), "1,045"),
        (fmt.number(1234.5, 1), "1.234,5"),
        (fmt.number(-2), "−2"),
        (fmt.fraction(3727, 3981), "3.727/3.981"),
        (fmt.of(188, 225), "188 af 225"),
        (fmt.points(0.0142), "+1,4"),
        (fmt.points(-0.0004), "0,0"),
        (fmt.points(0.0004), "0,0"),
        (fmt.standard(">=", 0.9), f"≥{NB}90{NB}%"),
        (fmt.standard("<=", 0.025, "en"), f"≤{NB}2.5%"),
        (fmt.date(dt.date(2026, 10, 31)), "31.10.2026"),
        (fmt.date(dt.date(2026, 10, 31), "en"), "31 October 2026"),
        (fmt.month(dt.date(2025, 9, 1), form="short"), "sep"),
        (fmt.period(2025), "2025"),
        (fmt.period(2024, 7), "2024/25"),
        (fmt.period(1999, 9), "1999/00"),
        (fmt.listed(["Hjørring", "Slagelse", "Aabenraa"]), "Hjørring, Slagelse og Aabenraa"),
        (fmt.listed(["A", "B"], "en"), "A and B"),
        (fmt.listed([]), ""),
        (fmt.number_word(2), "to"),
        (fmt.number_word(10, "en", capital=True), "Ten"),
        (fmt.number_word(11), "11"),
        (fmt.number_word(1), "1"),
    ],
)
def test_formats(made, expected):
    assert made == expected


def test_danish_order():
    names = ["Aarhus", "Østre", "Ærø", "Åby", "Bispebjerg", "Aabenraa"]
    assert sorted(names, key=fmt.collation_key) == ["Bispebjerg", "Ærø", "Østre", "Aabenraa", "Åby", "Aarhus"]


# --- state -------------------------------------------------------------------------------------------


def test_state_goes_into_the_url_and_back():
    state = State("DCCG", 2024, "residence", "F", "65-74", "", 4, "SLA-KIR", "en", (("vis", "tragt"),), 7)
    url = state.url("/indikator/x")
    assert url == (
        "/indikator/x?database=DCCG&periode=2024-25&sted=bopael&koen=F&alder=65-74&stadie=uoplyst&regioner=4"
        "&egen=SLA-KIR&lang=en&vis=tragt"
    )
    query = dict(pair.split("=") for pair in url.split("?")[1].split("&"))
    again, problems = State.from_query(query, {"vis": ("tragt", "liste")})
    assert problems == [] and again.with_(first_month=7) == state
    assert State().url("/") == "/"
    assert state.url("/om", extra=(), sex=None, vis=None).count("vis") == 0


@pytest.mark.parametrize(
    "query",
    [{"koen": "X"}, {"periode": "2024-26"}, {"periode": "24"}, {"sted": "treating"}, {"regioner": "3"}, {"lang": "de"},
     {"alder": "60-70"}, {"stadie": "V"}, {"database": "a b"}, {"egen": "<x>"}, {"koen": ["F", "M"]},
     {"vis": "andet"}],
)  # fmt: skip
def test_bad_value_is_told_and_not_used(query):
    state, problems = State.from_query(query, {"vis": ("tragt", "liste")})
    assert state == State()
    assert [one.parameter for one in problems] == list(query)
    assert next(iter(query)) in problems[0].text("da") and "was not used" in problems[0].text("en")


def test_unknown_parameter_is_ignored():
    assert State.from_query({"utm_source": "mail", "fbclid": "1"}) == (State(), [])


def test_filters_as_the_data_layer_names_them():
    state, _ = State.from_query({"koen": "F", "stadie": "uoplyst"})
    assert state.where() == {"sex": "F", "stage": ""} and state.filtered and not state.cleared().filtered


# --- parts -------------------------------------------------------------------------------------------


def context(**query):
    state, problems = State.from_query(query)
    return gallery.mock_context("/x", state, problems)


def test_public_edition_says_what_is_hidden():
    public = gallery.mock_context("/x", State(), [], edition="public", synthetic=False)
    text = to_html(shell.page(public, active="overview", finding="F"))
    assert "Offentlig udgave: resultater på færre end 5 er skjult." in text
    assert "opdigtede" not in text and "Syntetiske" not in text and "2026-11-03 · a41f9c" in text


def test_filters_can_be_cleared_and_problems_are_shown():
    c = context(koen="F", alder="77")
    text = to_html(shell.page(c, active="overview", finding="F", selections=select.standard(c)))
    assert "Ryd filtre" in text and 'href="/x"' in text and "alder=77 findes ikke" in text
    assert "Ryd filtre" not in to_html(shell.page(context(), active="overview", finding="F"))


def test_english_page_has_no_danish_frame():
    c = context(lang="en")
    text = to_html(shell.page(c, active="overview", finding="F", selections=select.standard(c)))
    for word in ("Overblik", "Syntetiske", "Køn", "Alle ", "Arbejdsudgave", "udtræk", "Spring"):
        assert word not in text, word


def test_verdicts_have_word_and_shape():
    for name, (da, _, shape) in verdicts.VERDICTS.items():
        text = to_html(marks.verdict(name))
        assert da in text and ("mark-" in text) == shape
    assert verdicts.verdict_text("hidden", threshold=10) == "skjult (<10)"
    with pytest.raises(ValueError, match="'Met' is none of"):
        marks.verdict("Met")


def test_standard_stands_in_the_middle_and_better_is_right():
    for standard, better, ends in ((0.95, "higher", (0.9, 1)), (0.03, "lower", (0.06, 0)), (0.85, "higher", (0.7, 1))):
        scale = marks.scale_around(standard, better)
        assert (scale.left, scale.right) == pytest.approx(ends) and scale.position(standard) == 50
    lower = marks.scale_around(0.03, "lower")
    assert lower.position(0.01) > 50 and lower.position(0.2) == 0 and lower.outside(0.2)


def test_only_bad_regions_are_named_and_all_are_read_aloud():
    regions = [marks.Estimate(0.93, verdict="met", name="A"), marks.Estimate(0.70, verdict="not_met", name="B")]
    national = marks.Estimate(0.91, 0.90, 0.92, "met", "Danmark")
    strip = marks.strip(marks.scale_around(0.9), national, regions, standard=0.9)
    text = to_html(strip)
    assert "← B" in text and ">A<" not in text
    assert getattr(strip, "aria-label") == f"Danmark 91,0{NB}% (90,0–92,0), A 93,0{NB}%, B 70,0{NB}%, standard 90{NB}%"


def test_table_has_caption_scopes_and_fitting_rows():
    columns = [tables.Heading("U", "left"), tables.Heading("N")]
    rows = [tables.Group("G", [tables.Row("a", ["1"], own=True)])]
    text = to_html(tables.table("Tabel", columns, rows))
    assert '<caption class="visually-hidden">Tabel</caption>' in text
    assert text.count('scope="col"') == 2 and 'scope="rowgroup"' in text and 'scope="row"' in text
    assert "is-own" in text
    with pytest.raises(ValueError, match="2 cells for 1 columns"):
        tables.table("T", columns, [tables.Row("a", ["1", "2"])])


def test_figures_are_valid_and_small():
    shapes = [one for verdict in verdicts.VERDICTS for one in theme.mark_shapes(1, 2, verdict, dx=3)]
    go.Figure({"data": [], "layout": theme.layout(200, shapes=shapes, annotations=[theme.text_at(0, 0, "x")])})
    go.Figure(maps.regions(gallery.VALUES))
    with pytest.raises(ValueError, match="height 100 but its layout says 200"):
        figures.figure("f", {"layout": {"height": 200}}, context=context(), title="t", height=100, alt="a")


# --- map ---------------------------------------------------------------------------------------------

CITIES = {  # region code: (city, longitude, latitude)
    "1081": ("Aalborg", 9.92, 57.03),
    "1082": ("Aarhus", 10.15, 56.15),
    "1083": ("Odense", 10.39, 55.40),
    "1085": ("Næstved", 11.76, 55.23),
    "1084": ("Hillerød", 12.31, 55.93),
}


def inside(ring, x, y):
    """Whether a point lies in a ring (crossing number)."""
    odd = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            odd = not odd
    return odd


@pytest.mark.parametrize("code", CITIES)
def test_each_region_contains_its_city_and_no_other(code):
    city, lon, lat = CITIES[code]
    holders = [c for c, one in maps.geometry().items() if any(inside(ring, lon, lat) for ring in one["rings"])]
    assert holders == [code], city


def test_region_names_belong_to_their_codes():
    from data import reference

    for code, one in maps.geometry().items():
        assert one["name"] == reference.region_name(code)
    assert "inset" in maps.geometry()["1084"], "Bornholm"


def test_map_prints_every_value():
    figure = maps.regions(gallery.VALUES)
    texts = " ".join(one["text"] for one in figure["layout"]["annotations"])
    for code, one in gallery.VALUES.items():
        assert maps.geometry()[code]["name"] in texts and fmt.percent(one.value) in texts
    assert all(one["type"] == "scatter" for one in figure["data"]), "plotly's map traces fetch from another host"
    assert len(json.dumps(figure)) < 120_000
    four = maps.regions({"1086": maps.MapRegion(0.93, "met"), "1083": maps.MapRegion(None, "hidden")})
    assert "Østdanmark" in str(four["layout"]["annotations"]) and "skjult" in str(four["layout"]["annotations"])


# --- in Chromium -------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(390, 844), (320, 640), (768, 1024), (1280, 800), (1440, 900)])
@pytest.mark.parametrize("path", ["/", "/afdeling", "/figur"])
def test_no_sideways_scroll(reader, gallery_site, path, width, height):
    reader.set_viewport_size({"width": width, "height": height})
    opened(reader, gallery_site + path)
    assert reader.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_keyboard_chooses_and_keeps_focus_and_place(page, gallery_site):
    opened(page, gallery_site + "/")
    page.evaluate("document.getElementById('valg-koen').focus()")
    page.evaluate("window.scrollTo(0, 40)")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#valg-koen .choice-value:text-is('Kvinder')")
    assert page.url.endswith("/?koen=F")
    assert page.evaluate("document.activeElement.id") == "valg-koen"
    assert page.evaluate("window.scrollY") == 40
    assert page.locator("details[open]").count() == 0
    page.keyboard.press("Enter")
    assert page.locator("details.menu[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0
    page.go_back()
    page.wait_for_selector("#valg-koen .choice-value:text-is('Alle')")


@pytest.mark.browser
def test_title_follows_and_language_changes(page, gallery_site):
    opened(page, gallery_site + "/")
    page.click("nav >> text=Afdelinger")
    page.wait_for_selector("[data-title='Afdelinger · DCCG · Kræftkvalitet']")
    assert page.title() == "Afdelinger · DCCG · Kræftkvalitet"
    assert page.evaluate("document.activeElement.id") == "main"
    page.click("text=English")
    page.wait_for_selector("html[lang=en]")
    assert page.url.endswith("/afdeling?lang=en") and page.title() == "Departments · DCCG · Kræftkvalitet"


@pytest.mark.browser
def test_figure_exports_with_title_and_stamp(page, gallery_site, tmp_path):
    opened(page, gallery_site + "/figur")
    assert page.locator("#kort-figur .drawing").is_visible()
    with page.expect_download() as waiting:
        page.click("button[data-figure=kort][data-export=svg]")
    waiting.value.save_as(tmp_path / "kort.svg")
    text = (tmp_path / "kort.svg").read_text(encoding="utf-8")
    for words in ("Regioner", "a41f9c", "syntetiske data", "font-face", "Nordjylland"):
        assert words in text
    with page.expect_download() as waiting:
        page.click("button[data-figure=kort][data-export=png]")
    waiting.value.save_as(tmp_path / "kort.png")
    assert (tmp_path / "kort.png").read_bytes()[:4] == b"\x89PNG"
    assert waiting.value.suggested_filename == "kort-2026-11-03-a41f9c.png"


@pytest.mark.browser
def test_phone_menu_and_choices(page, gallery_site):
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, gallery_site + "/afdeling")
    assert page.locator(".badge").is_visible() and not page.locator(".nav").is_visible()
    page.click("#skift")
    page.click(".flat >> text=Kvinder")
    page.wait_for_selector(".summary-second:has-text('kvinder')")
    assert page.url.endswith("/afdeling?koen=F")
    page.click("#menu-sider")
    assert page.locator(".nav-phone nav").is_visible()
    boxes = page.eval_on_selector_all(
        ".nav-phone li a, .onward a, .compact-row", "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert min(boxes) >= 44


def test_no_line_breaks_within_case_mix_or_before_interval():
    text = to_html(html.P(["Ikke case-mix-justeret, 95 %-interval", html.Strong("a-b")], title="case-mix"))
    assert text == '<p title="case-mix">Ikke case\u2011mix-justeret, 95 %\u2011interval<strong>a-b</strong></p>'
