"""The department that the reader's device remembers is the own one on every page, and on no other reader's."""

from __future__ import annotations

import pytest

from layouts.frame.source import COOKIE
from tests.support.clients import client

MDT = "/indikator/mdt_before_treatment"
FORGET, REMEMBER = "Glem min afdeling", "Husk som min afdeling på denne enhed"


@pytest.fixture
def asking(synthetic_store):
    one = client(synthetic_store)
    yield one
    one.delete_cookie(COOKIE)


def test_it_is_chosen_everywhere_and_is_nobody_elses(asking):
    before = asking.get(MDT).text
    assert "din afdeling" not in before and FORGET not in before
    asking.set_cookie(COOKIE, "SLA-KIR")
    page = asking.get(MDT).text
    assert page.count("din afdeling") >= 1 and FORGET in page and REMEMBER not in page
    assert 'href="/variation?egen=SLA-KIR"' in page, "links and permalinks name it"
    assert "egen=SLA-KIR" in asking.get("/overlevelse").text
    asking.delete_cookie(COOKIE)
    assert asking.get(MDT).text == before, "another reader's page is not the remembered one"


def test_the_address_goes_before_it_and_no_page_sets_it(asking):
    asking.set_cookie(COOKIE, "SLA-KIR")
    answer = asking.get(f"{MDT}?egen=VIB-KIR")
    assert REMEMBER in answer.text and FORGET not in answer.text
    assert "Set-Cookie" not in answer.headers and "Cookie" in answer.headers.getlist("Vary")
    assert 'data-remember="VIB-KIR"' in answer.text


def test_a_file_is_what_its_address_says(asking):
    address = "/hent/kurver.csv?efter=afdeling"
    before = asking.get(address).text
    asking.set_cookie(COOKIE, "SLA-KIR")
    assert asking.get(address).text == before != asking.get(f"{address}&egen=SLA-KIR").text


@pytest.mark.parametrize("value", ["NOWHERE", "", "x" * 500, "%C3%98", "<b>", "SLA-KIR; y"])
def test_a_code_that_the_database_has_not_is_passed_over(asking, value):
    before = asking.get("/").text
    asking.set_cookie(COOKIE, value)
    assert asking.get("/").text == before
