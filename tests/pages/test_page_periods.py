"""Quarters, the latest twelve months and any months: in the address, on the pages and in the files."""

from __future__ import annotations

import re

import pytest

from tests.support.clients import client

MDT = "/indikator/mdt_before_treatment"
DEATH = "/indikator/mortality_30d"
OF_MONTHS = ("/", MDT, "/afdeling", "/afdeling?vis=matrix", "/afdeling/AAB-KIR", "/sammenlign")
OF_YEARS = ("/overlevelse", "/datakvalitet", "/ventetider", f"{MDT}?vis=tragt")


def read(store, path: str, edition: str = "working") -> str:
    answer = client(store, edition).get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return re.sub(r"\s+", " ", answer.get_data(as_text=True).replace("\u00a0", " "))


def with_period(path: str, text: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}periode={text}"


SAID = {"2026K2": "2. kvartal 2026", "seneste-12": "nov 2025–okt 2026", "2026-02..2026-04": "feb–apr 2026"}


@pytest.mark.parametrize(
    ("path", "text"),
    # Each page by one kind of months, each kind on two pages; the overview by all.
    [*(("/", text) for text in SAID), *zip(OF_MONTHS[1:], (*SAID, *SAID), strict=False)],
)
def test_the_pages_of_results_count_any_months_and_keep_them_in_their_links(newest_store, path, text):
    page = read(newest_store, with_period(path, text))
    assert SAID[text] in page
    assert 'class="notice"' not in page
    onward = re.findall(r'href="/(?:afdeling/|indikator/survival|overlevelse|datakvalitet)[^"]*"', page)
    assert any(f"periode={text}" in one for one in onward) or path == "/sammenlign"


def test_the_latest_months_with_everything_mature_end_where_the_longest_follow_up_does(newest_store):
    assert "aug 2025–jul 2026" in read(newest_store, "/?periode=modne-12")


@pytest.mark.parametrize("path", OF_YEARS)
def test_a_page_of_years_says_that_it_shows_a_year_and_keeps_the_months_for_the_next(newest_store, path):
    page = read(newest_store, with_period(path, "2026K2"))
    assert "Her opgøres kun hele opgørelsesår" in page and "2026K2" in page


def test_the_months_of_a_year_are_the_year(newest_store):
    plain = read(newest_store, f"{MDT}?periode=2025")
    months = read(newest_store, f"{MDT}?periode=2025-01..2025-12")
    finding = re.compile(r"<h1.*?</h1>")
    assert finding.search(months)[0] == finding.search(plain)[0]


@pytest.mark.parametrize("text", ["2026K4", "2022-11..2023-02", "2026-11..2026-11"])
def test_months_that_the_extract_does_not_hold_are_refused_by_name(newest_store, text):
    page = read(newest_store, f"/?periode={text}")
    assert f"Valget periode={text} findes ikke" in page and "2023-01..2026-10" in page


@pytest.mark.parametrize(
    ("path", "text"),
    [
        *(("/", text) for text in ("2026K2", "seneste-12", "2025-03..2025-09", "2025-01..2025-12")),
        (MDT, "2025-03..2025-09"), ("/afdeling/AAB-KIR", "2025-01..2025-12"),
    ],
)  # fmt: skip
def test_the_public_edition_has_years_only_and_says_why(newest_store, path, text):
    page = read(newest_store, with_period(path, text), "public")
    assert "kan kun hele opgørelsesår vælges" in page
    assert "kvartal 2026" not in page and "Måned for måned" not in page and "Fra og med" not in page


@pytest.mark.parametrize("name", ["overblik", "enheder", "rkkp", "afdeling", "maaneder"])
def test_a_file_of_the_public_edition_refuses_months(newest_store, name):
    subject = {"afdeling": "AAB-KIR"}.get(name, "mdt_before_treatment")
    answer = client(newest_store, "public").get(f"/hent/{name}.csv?periode=2026K2&emne={subject}")
    assert answer.status_code == (404 if name == "maaneder" and answer.status_code == 404 else 400)


def test_what_is_not_mature_is_said_with_its_day_and_has_no_verdict(newest_store):
    page = read(newest_store, f"{DEATH}?periode=2026-10..2026-10")
    assert "ikke modent endnu (" in page and "Vurderes fra 30.11.2026" in page
    finding = re.search(r"<h1.*?</h1>", page)[0]
    assert "opfyldt" not in finding and "klart" not in finding
    assert "opfylder sikkert" not in page, "the comparison is of a year, not of these months"
    over = read(newest_store, "/?periode=seneste-12")
    assert "ikke modent før" in over and "ikke modne endnu" in over


def test_a_file_of_months_says_its_period_and_holds_the_pages_numbers(newest_store):
    answer = client(newest_store).get("/hent/enheder.csv?periode=2026K2&emne=mdt_before_treatment")
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    assert "2. kvartal 2026" in text and "1. kvartal 2026" in text and "4. kvartal 2025" in text
    assert "2.-kvartal-2026" in answer.headers["Content-Disposition"]


def test_the_two_lists_of_the_menu_become_one_value_in_the_address(newest_store):
    page = read(newest_store, f"{MDT}?koen=F")
    assert 'name="side" type="hidden" value="/indikator/mdt_before_treatment"' in page
    assert 'name="koen" type="hidden" value="F"' in page, "the other choices stay"
    asking = client(newest_store)
    answer = asking.get("/periode?side=/indikator/mdt_before_treatment&koen=F&fra=2026-06&til=2026-04")
    assert (answer.status_code, answer.location) == (303, f"{MDT}?koen=F&periode=2026K2")
    for wrong in ("side=//evil.dk/&fra=2026-01&til=2026-02", "side=/&fra=2026-13&til=2026-02", "side=/&fra=2026-01"):
        assert asking.get(f"/periode?{wrong}").status_code == 400


def test_the_figure_of_months_has_the_latest_three_years_and_its_own_file(newest_store):
    page = read(newest_store, f"{MDT}?egen=AAB-KIR")
    assert "Måned for måned, Aabenraa" in page
    answer = client(newest_store).get("/hent/maaneder.csv?emne=mdt_before_treatment&egen=AAB-KIR")
    lines = answer.get_data(as_text=True).splitlines()
    assert sum("AAB-KIR" in line for line in lines) == 36
    assert "Måned for måned" not in read(newest_store, "/indikator/survival_1y"), "a cohort of a month says nothing"
