"""While another process makes what takes long, pages say so and show the former warnings, dated; none of it is kept."""

from __future__ import annotations

import re
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest
from flask.testing import FlaskClient

from data.cache import kept_frame, kept_rows, wished
from data.cleaning import clean_at_start, only_loader
from data.load import use
from data.once import BeingMade, Workshop
from data.store import Store
from layouts.frame.source import CONFIG_KEY
from results import prepare
from results.view import Edition
from results.warnings import charts as warning_charts
from results.warnings import signals as warnings
from server import preparing
from tests.pages.test_page_warnings import MDT, text_of
from tests.support.clients import client
from tests.support.warning_store import build

SAID = "Tidlige varsler beregnes endnu for de nye data."
PATHS = ["/", "/afdeling/SLA-KIR", "/varsler", f"/varsler?kurve=SLA-KIR.{MDT}", "/varsler/slagelse"]
LONG = 60


def frame() -> pd.DataFrame:
    return pd.DataFrame({"form": [0], "x": [1]})


def served(asking):
    return asking.application.config[CONFIG_KEY].store


def test_a_slow_frame_waits_for_the_process_that_makes_it(root):
    snapshot = Store(root).current()
    snapshot.made_elsewhere = lambda: True
    with pytest.raises(BeingMade, match="DCCG: slow"):
        kept_frame(snapshot, "DCCG", "slow", frame, slow=True)
    with pytest.raises(BeingMade):
        kept_rows(snapshot, "slow", "form", {"DCCG": (0,)}, lambda code: frame(), slow=True)
    assert kept_frame(snapshot, "DCCG", "quick", frame)["x"].tolist() == [1], "what is quick is made at once"
    kept_frame(Store(root).current(), "DCCG", "slow", frame, slow=True)  # by another process
    assert kept_frame(snapshot, "DCCG", "slow", frame, slow=True)["x"].tolist() == [1]


def test_without_such_a_process_it_is_made_at_once(root):
    assert kept_frame(Store(root).current(), "DCCG", "slow", frame, slow=True)["x"].tolist() == [1]


def test_who_needs_frames_of_many_is_told_of_all_that_are_missing(root):
    snapshot = Store(root).current()
    snapshot.made_elsewhere = lambda: True
    kept_frame(Store(root).current(), "DLCR", "slow", frame)
    with pytest.raises(BeingMade) as told:
        kept_rows(snapshot, "slow", "form", {"DCCG": (0,), "DLCR": (0,)}, lambda code: frame(), slow=True)
    assert told.value.awaited == (("DCCG", "slow"), ("DLCR", "slow"))
    assert prepare.kept(snapshot, ["DCCG.slow", "DLCR.slow", "DLCR.../../current", "nonsense", ""]) == 1


def test_what_a_reader_waits_for_is_made_next(root):
    snapshot = Store(root).current()
    snapshot.made_elsewhere = lambda: True
    parts = prepare._parts(snapshot, Edition())
    assert prepare._next(parts, wished(snapshot)).name == "counts of DCCG"
    with pytest.raises(BeingMade):
        kept_frame(snapshot, "DLCR", warnings.now(snapshot, "DLCR"), frame, slow=True)
    assert prepare._next(parts, wished(snapshot)).name == "warnings of DLCR"
    kept_frame(Store(root).current(), "DLCR", warnings.now(snapshot, "DLCR"), frame)
    assert wished(snapshot) == [], "it has come"


@pytest.fixture(scope="session")
def both(once) -> Store:
    """DCCG and DLCR, of which only the counts are kept."""

    def made(home) -> Store:
        build(home, database="DLCR")
        store = build(home)
        prepare.counts(store.current(), Edition(), ("DCCG", "DLCR"))
        return store

    return once("both databases", made)


@pytest.fixture(scope="session")
def published(once) -> Store:
    """DCCG in a snapshot whose warnings are kept, and in a newer one of which nothing is."""

    def made(home) -> Store:
        former = build(home).current()
        warnings.prepare(former, ("DCCG",))
        warning_charts.prepare(former, ("DCCG",))
        for _, _, make in warnings.past(former)[:1]:  # the beginning of the last whole quarter
            make()
        return build(home, undated={"VIB-KIR": 1})

    return once("published", made)


def copied(store: Store, place, without: str = ".lock") -> Store:
    """A store of its own, without what this process has in memory."""
    shutil.copytree(store.root, place / "store", ignore=shutil.ignore_patterns(without))
    return Store(place / "store")


def parent_of(store: Store) -> str:
    return store.manifest(store.current_id()).parent


# --- the former warnings -------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_new_snapshot_shows_the_former_warnings_dated(published, tmp_path):
    store = copied(published, tmp_path)
    former = store.manifest(parent_of(store))
    asking = client(store)
    snapshot = served(asking).served()
    assert snapshot.id != former.id
    snapshot.made_elsewhere = lambda: True
    dated = f"Varslerne er fra udtræk {former.id} (data til og med 31.03.2026); de nye beregnes."
    for path in PATHS:
        answer = asking.get(path)
        assert answer.status_code == 200 and dated in text_of(answer), path
        assert SAID not in text_of(answer) and 'data-awaits="' in answer.text, path
    for path in PATHS[2:]:
        assert f'data-snapshot="{former.id}"' in asking.get(path).text, "the whole page is of the former snapshot"
        assert f"udtræk {snapshot.id}" not in text_of(asking.get(path))
    assert "Tidligt varsel." in text_of(asking.get("/"))
    english = text_of(asking.get("/varsler?lang=en"))
    assert f"The warnings are of extract {former.id} (data up to and including 31 March 2026)" in english
    dated = dated.replace("Varslerne", "Tallene")  # a file holds nothing else
    for name in ("varsler.csv", f"varselskurve.csv?emne=SLA-KIR.{MDT}", "varselsbrev.csv?emne=slagelse"):
        answer = asking.get(f"/hent/{name}")
        assert answer.status_code == 200 and dated in answer.text and former.id in answer.text, name
        assert "tidligere-udtraek" in answer.headers["Content-Disposition"]
    assert SAID in text_of(asking.get("/varsler?pr=2025-06-30")), "a past day of other data is another answer"

    warnings.prepare(Store(store.root).current(), ("DCCG",))  # as the other process does
    for path in (*PATHS[:3], "/hent/varsler.csv"):
        assert dated not in text_of(asking.get(path)), path
    assert snapshot.id in asking.get("/hent/varsler.csv").text


@pytest.mark.slow
def test_another_definition_of_warnings_is_not_shown(published, tmp_path, monkeypatch):
    store = copied(published, tmp_path)
    former = store.manifest(parent_of(store))
    monkeypatch.setattr(warnings, "VERSION", "another")
    asking = client(store)
    served(asking).served().made_elsewhere = lambda: True
    for path in PATHS:
        shown = text_of(asking.get(path))
        assert SAID in shown and former.id not in shown, path
    assert asking.get("/hent/varsler.csv").status_code == 503


def test_pages_say_so_until_the_result_is_there(declining, tmp_path):
    store = copied(declining, tmp_path, without="frames")
    asking = client(store)
    snapshot = served(asking).current()
    snapshot.made_elsewhere = lambda: True
    for path in PATHS:
        answer = asking.get(path)
        assert answer.status_code == 200 and SAID in text_of(answer), path
        assert "Genindlæs siden om nogle minutter." in answer.text, "without JavaScript"
    answer = asking.get("/hent/varsler.csv")
    assert answer.status_code == 503 and answer.headers["Retry-After"] and "Tallene beregnes" in text_of(answer)
    assert "being computed" in text_of(asking.get("/varsler?lang=en"))

    warnings.prepare(Store(store.root).current(), ("DCCG",))  # as the other process does
    assert "Tidligt varsel." in text_of(asking.get("/")), "the answer that said so was not kept"
    assert "Tidligt varsel." in text_of(asking.get("/afdeling/SLA-KIR"))
    assert "Kurven beregnes endnu" in text_of(asking.get("/afdeling/SLA-KIR")), "the chart comes later"
    assert asking.get("/afdeling/SLA-KIR").text.count('id="varsel"') == 1
    assert SAID not in text_of(asking.get("/varsler"))
    warning_charts.prepare(Store(store.root).current(), ("DCCG",))
    for path in PATHS[:-1]:
        assert SAID not in text_of(asking.get(path)), path
    assert asking.get("/hent/varsler.csv").status_code == 200
    snapshot.made_elsewhere = lambda: False
    assert SAID not in text_of(asking.get("/varsler/slagelse"))


@pytest.mark.slow
def test_each_database_is_shown_as_it_comes(both, tmp_path):
    """DCCG is ready, DLCR is not: the list, the digest and the overview say '1 af 2 databaser', and what is missing."""
    store = copied(both, tmp_path)
    other = Store(store.root).current()
    asking = client(store)
    snapshot = served(asking).served()
    snapshot.made_elsewhere = lambda: True
    assert "0 af 2 databaser er klar" in text_of(asking.get("/"))
    assert "0 af 2 databaser er klar" in text_of(asking.get("/varsler/slagelse")), "no hospital is known: not a 404"
    warnings.prepare(other, ("DCCG",))
    for _, _, make in warnings.past(other)[:2]:  # of both, the beginning of the last whole quarter
        make()
    listed = text_of(asking.get("/varsler"))
    assert "1 af 2 databaser er klar" in listed and "uden MDT før behandling siden" in listed
    digest = text_of(asking.get("/varsler/slagelse"))
    assert "1 af 2 databaser er klar. Ikke med endnu: DLCR." in digest and "Slagelse:" in digest
    assert "DCCG" in digest
    dark = text_of(asking.get("/varsler?database=DLCR"))
    assert SAID in dark and "1 af 2 databaser er klar" in dark and "Klar nu" in dark
    assert "1 af 2 databaser er klar" in text_of(asking.get("/?database=DLCR"))
    assert "1 of 2 databases are ready" in text_of(asking.get("/?database=DLCR&lang=en"))
    assert asking.get("/hent/varselsbrev.csv?emne=slagelse").status_code == 503, "a file is whole or is not"

    awaits = re.search(r'data-awaits="([^"]*)"', asking.get("/varsler?database=DLCR").text)[1]
    before = asking.get("/klar", query_string={"dele": awaits.replace(" ", ",")})
    assert before.headers["Cache-Control"] == "no-store"
    warnings.prepare(other, ("DLCR",))
    after = asking.get("/klar", query_string={"dele": awaits.replace(" ", ",")})
    assert before.json["snapshot"] == after.json["snapshot"] == snapshot.id
    assert after.json["ready"] > before.json["ready"]
    for path in ("/varsler", "/varsler/slagelse", "/?database=DLCR"):
        assert "data-awaits" not in asking.get(path).text, path


@pytest.mark.slow
def test_a_load_of_one_database_leaves_the_others_as_they_are(both, tmp_path):
    store = copied(both, tmp_path)
    former = store.current()
    warnings.prepare(former, ("DCCG", "DLCR"))
    build(tmp_path, undated={"VIB-KIR": 1})
    asking = client(store)
    snapshot = served(asking).served()
    snapshot.made_elsewhere = lambda: True
    there = text_of(asking.get("/varsler?database=DLCR"))
    assert f"udtræk {snapshot.id}" in there and SAID not in there and former.id not in there
    assert f"Varslerne er fra udtræk {former.id}" in text_of(asking.get("/varsler"))


# --- many readers --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_quick_page_answers_while_two_slow_builds_stand_still(both, tmp_path, monkeypatch):
    asking = client(copied(both, tmp_path))
    asking.get("/om")  # the pages of this app are registered
    snapshot = served(asking).served()
    snapshot.workshop = Workshop(2, 2, patience=0)
    begun, go, made, real = threading.Semaphore(0), threading.Event(), [], warnings._made

    def stands_still(snapshot, database, day):
        made.append((database, day))
        begun.release()
        assert go.wait(LONG)
        return real(snapshot, database, day)

    monkeypatch.setattr(warnings, "_made", stands_still)

    def get(path: str):
        return FlaskClient(asking.application, asking.response_wrapper).get(path)

    with ThreadPoolExecutor(4) as pool:
        slow = [pool.submit(get, f"/varsler?database={code}") for code in ("DCCG", "DLCR")]
        for _ in slow:
            assert begun.acquire(timeout=LONG)
        try:
            for path in ("/om", "/datakvalitet"):
                assert get(path).status_code == 200
            for path in ("/varsler", "/varsler?pr=2025-06-30", "/varsler?database=DLCR", "/"):
                assert SAID in text_of(get(path)), path
            assert len(made) == 2
        finally:
            go.set()
        assert [one.result(LONG).status_code for one in slow] == [200, 200]
    assert SAID not in text_of(get("/varsler")) and len(made) == len(set(made))


class Running:
    """A process that is at work."""

    def poll(self) -> None:
        return None


def test_who_makes_a_new_snapshot_is_known_before_anybody_reads_it(published, tmp_path, monkeypatch):
    """A reader who comes before the watcher has looked must not begin what the other process is about to make."""
    store = copied(published, tmp_path, without="frames")
    newest = store.current_id()
    use(store.root, parent_of(store))
    asking = client(store)
    served(asking).served()
    started = []
    monkeypatch.setattr(
        preparing, "_start_preparing", lambda store, edition, login, base: started.append(edition) or Running()
    )
    monkeypatch.setattr(warnings, "_made", lambda *arguments: pytest.fail("made by the reader"))
    running = served(asking)
    running.opened = lambda snapshot: preparing.prepare_beside(running, [Edition()], snapshot)
    use(store.root, newest)
    for path in PATHS:
        assert SAID in text_of(asking.get(path)), path
    assert len(started) == 1 and running.served().workshop is preparing.WORKSHOP


def test_readers_go_on_where_nothing_can_be_prepared(root, monkeypatch, caplog):

    def fails(store, edition, login, base) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(preparing, "_start_preparing", fails)
    store = Store(root)
    store.opened = lambda snapshot: preparing.prepare_beside(store, [Edition()], snapshot)
    assert not store.served().made_elsewhere() and "no more processes" in caplog.text


# --- what is no longer needed --------------------------------------------------------------------------------------


def test_a_start_sweeps_what_killed_commands_left(root):
    spill, frames = root / ".kraeft-load-killed", root / "frames"
    spill.mkdir()
    (spill / "block").touch()
    frames.mkdir(exist_ok=True)
    gone = frames / "DLCR-000000000000.rates.parquet"
    gone.touch()
    with only_loader(root):
        clean_at_start(root)
        assert spill.is_dir() and gone.exists(), "a load is running: it may be its own"
    clean_at_start(root)
    assert not spill.exists() and not gone.exists()
    assert Store(root).current().databases


def test_the_dashboard_sweeps_at_its_start(root, monkeypatch):
    class Stop(BaseException):
        pass

    def sleep(seconds: float) -> None:
        raise Stop

    (root / ".kraeft-load-killed").mkdir()
    monkeypatch.setattr(preparing.time, "sleep", sleep)
    with pytest.raises(Stop):
        preparing.keep_ready(Store(root), lambda: None)
    assert not (root / ".kraeft-load-killed").exists()
