"""The product in a real Chromium: every page, Danish and English, three sizes, working and public."""

from __future__ import annotations

import re
import shutil

import pytest

from data.selection import Selection
from data.store import Store
from indicators.catalogue import indicator
from indicators.engine import table
from layouts.frame.source import StoreSource
from results.view import Edition
from server.application import create_app
from tests.conftest import opened, served
from words import format as fmt

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/?database=DaBlaCa",
    "/?database=ALD",
    "/indikator/mdt_before_treatment",
    "/indikator/anastomotic_leak_30d?lokalisation=C20",
    "/indikator/trial_offered",
    "/indikator/survival_1y",
    "/indikator/coverage?koen=F",
    "/indikator/mdt_before_treatment?vis=tragt&egen=SLA-KIR",
    "/indikator/mdt_before_treatment?vis=sammenlignet&aar=3",
    "/indikator/survival_1y?vis=justeret&niveau=region",
    "/variation",
    "/variation?niveau=hospital&aar=3",
    "/overlevelse",
    "/overlevelse?efter=region&database=ALD",
    "/afdeling",
    "/afdeling/SLA-KIR",
    "/tvaergaaende",
    "/datakvalitet",
    "/rapport",
    "/om",
    "/ventetider",
    "/varsler",
    "/varsler?kurve=KOE-KIR.mdt_before_treatment",
    "/varsler/slagelse",
    "/forbedringer",
    "/forbedringer?vis=alle",
)
#: The page's own text, without the figures' drawings.
TEXT = """() => {
  const main = document.querySelector('#page main').cloneNode(true);
  main.querySelectorAll('.graph').forEach(graph => graph.remove());
  return main.textContent;
}"""
SIZES = ((1440, 900), (1280, 800), (390, 844))


@pytest.fixture(scope="module", params=["working", "public"])
def edition(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def site(edition: str, synthetic_store: Store):
    source = StoreSource(synthetic_store, Edition(edition))
    app = create_app(source, source.version)
    yield from served(app)


def test_an_initiative_is_entered_in_a_real_browser(page, tmp_path, synthetic_store: Store) -> None:
    # Others read that store, and keep frames beside it: while they are written, their names begin with a dot.
    shutil.copytree(synthetic_store.root, tmp_path / "store", ignore=shutil.ignore_patterns(".*"))
    source = StoreSource(Store(tmp_path / "store"), Edition("working"))
    for address in served(create_app(source, source.version)):
        opened(page, address + "/forbedringer?database=DCCG")
        page.get_by_role("link", name="Nyt projekt").click()
        page.get_by_label("Projektets navn").fill("Prøve i browser")
        page.get_by_role("button", name="Gem projekt").click()
        assert page.get_by_role("alert").is_visible()  # no department, no indicator, no date
        assert page.get_by_label("Projektets navn").input_value() == "Prøve i browser"
        page.get_by_label("Indikator").select_option("tnm_complete")
        page.get_by_label("Kirurgisk afdeling, Aabenraa").check()
        page.get_by_label("Første dag").fill("2023-07-01")
        page.get_by_role("button", name="Gem projekt").click()
        page.wait_for_selector("html[data-ready]")
        assert page.locator("#page").get_by_role("status").inner_text() == "Projektet er gemt."
        assert page.get_by_role("heading", name="Prøve i browser").is_visible()
        page.trouble[:] = [text for text in page.trouble if "422" not in text]  # the refused form, as the browser says


@pytest.fixture(scope="module")
def working(synthetic_store: Store):
    source = StoreSource(synthetic_store, Edition("working"))
    yield from served(create_app(source, source.version))


@pytest.mark.parametrize("path", PAGES)
def test_pages_load_whole_without_a_word_on_the_console(reader, site: str, path: str, edition: str) -> None:
    languages = [("da", SIZES)]
    if edition == "working" and "?" not in path:  # the same words in another view have nothing a browser may mind
        languages.append(("en", SIZES[:0:-1]))  # loaded on a phone, as the Danish page is not
    for lang, sizes in languages:
        joined = f"{path}{'&' if '?' in path else '?'}lang=en" if lang == "en" else path
        opened(reader, site + joined)
        assert reader.locator("html").get_attribute("lang") == lang
        assert reader.locator("h1").first.inner_text().strip()
        badge = "Syntetiske data" if lang == "da" else "Synthetic data"
        assert reader.get_by_text(badge, exact=True).first.is_visible()
        for width, height in sizes:
            reader.set_viewport_size({"width": width, "height": height})
            assert reader.evaluate("document.documentElement.scrollWidth") <= width, f"{joined} scrolls at {width}"


def test_the_numbers_on_the_page_are_the_engines(page, working: str, synthetic_store: Store) -> None:
    opened(page, working + "/indikator/mdt_before_treatment?database=DCCG&periode=2024")
    snapshot = synthetic_store.current()
    wanted = Selection(("department",), (("year", "2024"),))
    counts = table(snapshot, "DCCG", indicator("mdt_before_treatment"), wanted)
    text = page.locator("main").inner_text()
    nation = table(snapshot, "DCCG", indicator("mdt_before_treatment"), wanted.grouped())
    for row in [*counts.to_dict("records"), *nation.to_dict("records")]:
        assert fmt.fraction(row["numerator"], row["denominator"]) in text
    assert fmt.percent_number(nation["rate"][0]) in text


def test_the_download_holds_the_pages_numbers(page, working: str, synthetic_store: Store) -> None:
    opened(page, working + "/indikator/mdt_before_treatment?database=DCCG&periode=2024")
    link = page.locator("a[href*='/hent/enheder.csv']").first.get_attribute("href")
    content = page.request.get(working + link).body().decode("utf-8-sig")
    nation = table(
        synthetic_store.current(), "DCCG", indicator("mdt_before_treatment"), Selection((), (("year", "2024"),))
    )
    assert repr(float(nation["rate"][0])).replace(".", ",") in content
    assert "syntetiske data" in content
    assert synthetic_store.current().id in content


def test_choices_go_along_and_back_works(page, working: str) -> None:
    opened(page, working + "/?database=DCCG")
    first = page.url
    page.goto(working + "/?database=DCCG&koen=F&periode=2023")
    page.wait_for_selector("html[data-ready]")
    page.get_by_role("link", name=re.compile("^Overlevelse")).first.click()
    page.wait_for_url("**/overlevelse**")
    assert "koen=F" in page.url and "database=DCCG" in page.url
    page.go_back()
    page.wait_for_url(re.compile(r"/\?.*koen=F"))
    page.go_back()
    page.wait_for_url(first)


def test_a_permalink_shows_the_same_again(page, working: str) -> None:
    opened(page, working + "/indikator/tnm_complete?database=DCCG&periode=2023&koen=M&egen=SLA-KIR")
    before = page.evaluate(TEXT)
    assert "Tabel til årsrapporten" in before and "Streg: 95 %\u2011interval" in before
    opened(page, page.url)
    after = page.evaluate(TEXT)
    assert after == before


def test_the_keyboard_reaches_every_link_and_menu(page, working: str) -> None:
    opened(page, working + "/?database=DCCG")
    wanted = page.evaluate(
        "[...document.querySelectorAll('a[href], button, summary')]"
        ".filter(e => e.checkVisibility() && e.tabIndex >= 0).length"
    )
    seen = set()
    for _ in range(wanted + 40):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.outerHTML.slice(0, 300) + document.activeElement.innerText"))
    reached = page.evaluate("document.activeElement.tagName")
    assert reached
    assert len(seen) >= 0.9 * wanted  # the same link twice (wide and narrow form) counts once


def test_a_figure_only_for_export_is_drawn_for_that(page, working: str) -> None:
    opened(page, working + "/variation?database=DCCG")
    assert page.locator(".graph-box, .drawing").count() == 0
    with page.expect_download() as waiting:
        page.locator("button[data-export=svg]").click()
    assert "<svg" in waiting.value.path().read_text(encoding="utf-8")[:400]


def test_the_public_edition_shows_no_small_count(page, synthetic_store: Store) -> None:
    source = StoreSource(synthetic_store, Edition("public"))
    for address in served(create_app(source, source.version)):
        opened(page, address + "/indikator/anastomotic_leak_30d?database=DCCG&periode=2024")
        text = page.locator("main").inner_text()
        assert "skjult" in text
        small = re.findall(r"\b([1-4])/(\d[\d.]*)\b", text)
        assert not small, f"small numerators on a public page: {small}"


def test_a_running_dashboard_follows_a_new_snapshot(page, tmp_path, synthetic_store: Store) -> None:
    from data.load import load
    from data.synthetic import synthesise

    folders, corrected = (
        synthesise(tmp_path / f"extracts-{seed}", ["DACG"], 60, (2022, 2025), seed, "csv") for seed in (1, 2)
    )
    root = tmp_path / "store"
    load(folders, root)
    store = Store(root)
    source = StoreSource(store, Edition("working"))
    for address in served(create_app(source, source.version)):
        opened(page, address + "/datakvalitet")
        old = store.current_id()
        assert old in page.get_by_role("contentinfo").inner_text()
        load(corrected, root)
        opened(page, address + "/datakvalitet")
        foot = page.get_by_role("contentinfo").inner_text()
        assert store.current_id() != old and store.current_id() in foot and old not in foot
