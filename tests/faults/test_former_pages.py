"""A page whose results are being made is that of the former snapshot, dated; a first start waits a moment."""

from __future__ import annotations

import threading
import time

import pytest

from data.once import Workshop
from results.variation import comparison
from results.view import Edition
from server import awaited
from tests.faults.test_being_made import copied, parent_of, served
from tests.pages.test_page_warnings import text_of
from tests.support.clients import client
from tests.support.warning_store import build


@pytest.fixture(scope="module")
def compared(once):
    """DCCG in a snapshot whose comparisons are kept, and in a newer one of which nothing is."""

    def made(home):
        former = build(home).current()
        comparison.prepare(former, Edition(), ("DCCG",))
        return build(home, undated={"VIB-KIR": 1})

    return once("compared", made)


def being_prepared(store):
    """A client of the store, and its snapshot as another process prepares it."""
    asking = client(store)
    snapshot = served(asking).served()
    snapshot.made_elsewhere, snapshot.workshop = (lambda: True), Workshop(patience=0.1)
    return asking, snapshot


@pytest.mark.slow
def test_the_whole_page_and_its_file_are_of_the_former_snapshot_and_say_so(compared, tmp_path):
    store = copied(compared, tmp_path)
    former = store.manifest(parent_of(store))
    asking, snapshot = being_prepared(store)
    dated = f"Tallene er fra udtræk {former.id} (data til og med 31.03.2026); de nye beregnes."
    page = asking.get("/variation")
    assert page.status_code == 200 and dated in text_of(page)
    assert f'data-snapshot="{former.id}"' in page.text and f"udtræk {snapshot.id}" not in text_of(page)
    assert 'data-awaits="DCCG.compare-' in page.text and f'data-snapshot="{snapshot.id}"' in page.text
    file = asking.get("/hent/variation.csv")
    assert file.status_code == 200 and dated in file.text and snapshot.id not in file.text
    assert "tidligere-udtraek" in file.headers["Content-Disposition"]
    english = text_of(asking.get("/variation?lang=en"))
    assert f"The numbers are of extract {former.id} (data up to and including 31 March 2026)" in english
    comparison.prepare(store.current(), Edition(), ("DCCG",))  # by the other process
    page = asking.get("/variation")
    assert page.status_code == 200 and "Tallene er fra udtræk" not in text_of(page)
    assert f"udtræk {snapshot.id}" in text_of(page)


def test_what_the_former_snapshot_has_not_either_is_told(compared, tmp_path):
    store = copied(compared, tmp_path, without="frames")
    asking, _ = being_prepared(store)
    begun = time.monotonic()
    answer = asking.get("/variation")
    assert answer.status_code == 503 and "Tallene beregnes" in text_of(answer)
    assert time.monotonic() - begun < awaited.PATIENCE, "who has a former snapshot is told at once"


@pytest.mark.slow
def test_a_first_page_comes_as_soon_as_it_is_there(once, tmp_path):
    store = copied(once("first", build), tmp_path, without="frames")
    asking, _ = being_prepared(store)
    later = threading.Timer(0.5, lambda: comparison.prepare(store.current(), Edition(), ("DCCG",)))
    later.start()
    answer = asking.get("/variation")
    later.join()
    assert answer.status_code == 200 and "Tallene beregnes" not in text_of(answer)


def test_only_so_many_wait_for_a_first_page(once, tmp_path, monkeypatch):
    store = copied(once("first", build), tmp_path, without="frames")
    asking, _ = being_prepared(store)
    monkeypatch.setattr(awaited, "_waiting", threading.BoundedSemaphore(1))
    with awaited._waiting:
        begun = time.monotonic()
        assert asking.get("/variation").status_code == 503
        assert time.monotonic() - begun < awaited.PATIENCE
    monkeypatch.setattr(awaited, "PATIENCE", 0.5)
    answer = asking.get("/variation")
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "5"


def test_a_choice_that_is_in_no_data_is_said_of_the_former_too(compared, tmp_path):
    asking, _ = being_prepared(copied(compared, tmp_path))
    answer = asking.get("/variation?database=DLCR&periode=1999")
    assert answer.status_code == 200 and "Tallene er fra udtræk" in text_of(answer)
    assert "database=DLCR findes ikke" in text_of(answer) and "periode=1999 findes ikke" in text_of(answer)


@pytest.mark.slow
def test_a_choice_that_only_the_new_data_have_is_not_answered_by_the_former(once, tmp_path):
    def made(home):
        comparison.prepare(build(home).current(), Edition(), ("DCCG",))
        return build(home, database="DLCR")

    asking, _ = being_prepared(copied(once("one more database", made), tmp_path))
    assert asking.get("/variation?database=DLCR").status_code == 503
