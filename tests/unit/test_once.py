"""What several readers ask for is made once; slow work never takes all threads."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import filelock
import pandas as pd
import pytest

from data import cache, soundness
from data.cache import kept_frame
from data.once import BeingMade, Flight, Memory, Workshop, slow_work
from data.store import Store
from server.keeping import PageCache, SentPage

ROOT = Path(__file__).resolve().parents[2]
LONG = 60  # seconds until a test that hangs fails


class Blocked:
    """A build that stands still until it is let go; how often it was begun."""

    def __init__(self) -> None:
        self.begun, self.go, self.times = threading.Event(), threading.Event(), 0

    def __call__(self, *arguments: object) -> str:
        self.times += 1
        self.begun.set()
        assert self.go.wait(LONG)
        return "made"


@pytest.fixture
def pool():
    with ThreadPoolExecutor(8) as threads:
        yield threads


def asks_while_it_is_made(flight: Flight, pool: ThreadPoolExecutor, ask: Callable[[], object], build: Blocked) -> list:
    """What two readers get, the second of whom comes to wait for the first."""
    first = pool.submit(ask)
    assert build.begun.wait(LONG)
    making = next(iter(flight._under_way.values()))
    waits = threading.Event()
    result, wait = making.made.result, making.known.wait
    making.made.result = lambda: (waits.set(), result())[1]
    making.known.wait = lambda: (waits.set(), wait())[1]
    second = pool.submit(ask)
    assert waits.wait(LONG), "the second reader does not wait for the first"
    build.go.set()
    return [first.result(LONG), second.result(LONG)]


def test_two_threads_make_one_thing(pool):
    memory, build = Memory(8), Blocked()
    assert asks_while_it_is_made(memory._flight, pool, lambda: memory.get("key", build), build) == ["made"] * 2
    assert memory.get("key", build) == "made" and build.times == 1


def test_a_snapshot_makes_one_thing_once(pool, root):
    snapshot, build = Store(root).current(), Blocked()
    ask = partial(snapshot.remember, "key", build)
    assert asks_while_it_is_made(snapshot._memory._flight, pool, ask, build) == ["made"] * 2
    assert build.times == 1


def test_who_waits_gets_the_error_and_the_next_one_tries_again(pool):
    memory, build = Memory(8), Blocked()

    def fails() -> None:
        build()
        raise ZeroDivisionError

    def ask() -> object:
        try:
            return memory.get("key", fails)
        except ZeroDivisionError as error:
            return error

    first, second = asks_while_it_is_made(memory._flight, pool, ask, build)
    assert first is second and memory.get("key", lambda: 3) == 3


def test_the_third_slow_build_is_told_and_a_quick_one_is_made(pool):
    workshop, memory, builds = Workshop(2, 2, patience=0), Memory(8), [Blocked(), Blocked()]

    def slow(build: Callable[[], object]) -> Callable[[], object]:
        def work() -> object:
            with slow_work(workshop, "board"):
                return build()

        return work

    running = [pool.submit(memory.get, number, slow(build), workshop) for number, build in enumerate(builds)]
    assert all(build.begun.wait(LONG) for build in builds)
    with pytest.raises(BeingMade, match="its turn"):
        memory.get("third", slow(Blocked()), workshop)
    with pytest.raises(BeingMade, match="0 is being made"):
        memory.get(0, slow(Blocked()), workshop)
    assert memory.get("quick", lambda: 1, workshop) == 1
    for build in builds:
        build.go.set()
    assert [one.result(LONG) for one in running] == ["made", "made"]
    assert memory.get("third", slow(lambda: 3), workshop) == 3, "the places are free again"


def test_who_waits_for_quick_work_that_turns_slow_is_told(pool):
    """A page that needs a board: the second reader must not stand behind the first until that is made."""
    workshop, memory, quick, slow = Workshop(2, 2, patience=0), Memory(8), Blocked(), Blocked()

    def page() -> object:
        quick()
        with slow_work(workshop, "board"):
            return slow()

    first = pool.submit(memory.get, "page", page, workshop)
    assert quick.begun.wait(LONG)
    second = pool.submit(memory.get, "page", page, workshop)
    quick.go.set()
    with pytest.raises(BeingMade):
        second.result(LONG)
    assert slow.begun.wait(LONG) and not first.done()
    slow.go.set()
    assert first.result(LONG) == "made" and slow.times == 1


def test_only_so_many_wait(pool):
    workshop, waits = Workshop(1, 1, patience=LONG), Blocked()
    first = pool.submit(workshop.wait, lambda seconds: bool(waits()))
    assert waits.begun.wait(LONG)
    assert workshop.wait(lambda seconds: pytest.fail("it waited")) is False
    waits.go.set()
    assert first.result(LONG)


def test_slow_work_within_slow_work_needs_one_place(root):
    workshop = Workshop(1, 1, patience=0)
    with slow_work(workshop, "outer"), slow_work(workshop, "inner"):
        pass
    with slow_work(workshop, "free again"):
        pass


def test_who_makes_a_frame_and_asks_for_it_does_not_wait_for_itself(pool, root):
    """Of a builder of ``kept_rows`` that itself keeps the frame: it waited ten minutes for its own lock."""
    snapshot = Store(root).current()

    def build(database: str) -> pd.DataFrame:
        return kept_frame(snapshot, database, "own", lambda: pd.DataFrame({"period": [2025], "n": [7]}))

    found = pool.submit(cache.kept_rows, snapshot, "own", "period", {"DCCG": (2025,)}, build).result(LONG)
    assert found["n"].tolist() == [7]


def test_a_page_is_made_once_but_nobody_waits_for_slow_work(pool):
    build = Blocked()
    pages = PageCache(lambda: "1", lambda path, query: page(build()))
    assert asks_while_it_is_made(pages._flight, pool, lambda: pages.page("/", "").text, build) == ["made"] * 2
    assert build.times == 1

    slow, told = Blocked(), []

    def make(path: str, query: str) -> SentPage:
        if told:
            return page("told")
        told.append(path)
        with slow_work(None, "board"):
            return page(slow())

    pages = PageCache(lambda: "1", make)
    first = pool.submit(pages.page, "/varsler", "")
    assert slow.begun.wait(LONG)
    assert pages.page("/varsler", "").text == "told", "by its own making of the page"
    slow.go.set()
    assert first.result(LONG).text == "made"


def page(text: str) -> SentPage:
    """A page of nothing but its text, inside which it says that it is of the snapshot before."""
    return SentPage.of(text, 200, "da", "s", "dated")


def dated(answer: SentPage) -> bool:
    return "dated" in answer.text


def test_while_new_pages_are_made_those_of_the_snapshot_before_stand_in(pool):
    version, builds = ["s1+whole+1"], {}
    pages = PageCache(
        lambda: version[0],
        lambda path, query: page(f"<main>{builds[path]() if path in builds else path}</main>"),
    )
    for path in ("/", "/om", "/varsler"):
        pages.page(path, "")
    version[0] = "s2+whole+1"
    builds.update({"/": Blocked(), "/om": Blocked()})
    assert pages.page("/varsler", "").text == "<main>/varsler</main>", "one reader gets the new one at once"
    version[0] = "s3+whole+1"
    pages.page("/varsler", "")
    making = [pool.submit(pages.page, path, "") for path in builds]
    assert all(one.begun.wait(LONG) for one in builds.values())
    version[0] = "s4+whole+1"
    assert dated(pages.page("/varsler", "")), "two are being made: it is not the third"
    assert pages.page("/ventetider", "").text == "<main>/ventetider</main>", "what was not kept is made all the same"
    for one in builds.values():
        one.go.set()
    assert ["made" in one.result(LONG).text for one in making] == [True] * 2
    assert pages.page("/varsler", "").text == "<main>/varsler</main>"


def test_who_asks_for_a_page_that_is_being_made_gets_that_of_before(pool):
    """They all waited for the first who asked, with all threads of the server."""
    version, build = ["s1+whole+1"], Blocked()
    pages = PageCache(
        lambda: version[0], lambda path, query: page("<main></main>" if version[0][1] == "1" else build())
    )
    pages.page("/", "")
    version[0] = "s2+whole+1"
    making = pool.submit(pages.page, "/", "")
    assert build.begun.wait(LONG)
    first, second = pages.page("/", ""), pages.page("/", "")
    assert dated(first) and first is second, "dated once"
    build.go.set()
    assert making.result(LONG).text == "made" == pages.page("/", "").text


def test_what_a_reader_wrote_stands_at_once_on_every_page(pool, monkeypatch):
    version, build = ["s1+whole+1"], Blocked()
    monkeypatch.setattr("server.keeping.MAKERS", 1)
    pages = PageCache(
        lambda: version[0], lambda path, query: page(f"<main>{build() if path == '/' else version[0]}</main>")
    )
    pages.page("/forbedringer", "")
    making = pool.submit(pages.page, "/", "")
    assert build.begun.wait(LONG)
    version[0] = "s1+whole+2"
    assert pages.page("/forbedringer", "").text == "<main>s1+whole+2</main>"
    version[0] = "s2+whole+2"
    stands_in = pages.page("/forbedringer", "")
    assert dated(stands_in) and "s1+whole+2" in stands_in.text
    assert pages.before("/om", "") is None
    monkeypatch.setattr("server.keeping.time.monotonic", lambda: float("inf"))
    assert pages.page("/forbedringer", "").text == "<main>s2+whole+2</main>", "old pages go after a while"
    build.go.set()
    making.result(LONG)


def test_a_file_is_summed_once(pool, tmp_path):
    path, build = tmp_path / "file", Blocked()
    path.write_text("x")
    ask = partial(soundness.checked_once, path, build)
    assert asks_while_it_is_made(soundness._checking, pool, ask, build) == ["made"] * 2
    assert build.times == 1


# --- two processes -------------------------------------------------------------------------------------------------

_OTHER = """
import sys, time
from pathlib import Path
import pandas as pd
from data.cache import kept_frame
from data.store import Store
root, go = Path(sys.argv[1]), Path(sys.argv[2])
def build():
    print("begun", flush=True)
    while not go.exists():
        time.sleep(0.01)
    return pd.DataFrame({"x": [7]})
kept_frame(Store(root).current(), "DCCG", "slow", build)
"""


@pytest.fixture
def other(root, tmp_path):
    """Another process that is making DCCG's frame "slow", and what lets it go on."""
    go = tmp_path / "go"
    process = subprocess.Popen(
        [sys.executable, "-c", _OTHER, str(root), str(go)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "begun\n"
        yield process, go
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def never() -> pd.DataFrame:
    pytest.fail("made a second time")


@pytest.mark.live
def test_a_server_is_told_of_what_another_process_makes(root, other):
    process, go = other
    snapshot = Store(root).current()
    snapshot.workshop = Workshop(patience=0)
    with pytest.raises(BeingMade) as told:
        kept_frame(snapshot, "DCCG", "slow", never)
    assert told.value.awaited == (("DCCG", "slow"),)
    go.touch()
    assert process.wait(LONG) == 0
    assert kept_frame(snapshot, "DCCG", "slow", never)["x"].tolist() == [7]


@pytest.mark.live
def test_a_command_waits_for_what_another_process_makes(root, other, pool, monkeypatch):
    _, go = other
    waits, real = threading.Event(), filelock.FileLock.acquire

    def acquire(self, timeout=None, **more):
        if timeout:
            waits.set()
        return real(self, timeout=timeout, **more)

    monkeypatch.setattr(filelock.FileLock, "acquire", acquire)
    found = pool.submit(kept_frame, Store(root).current(), "DCCG", "slow", never)
    assert waits.wait(LONG)
    go.touch()
    assert found.result(LONG)["x"].tolist() == [7]


@pytest.mark.live
def test_a_killed_maker_leaves_the_next_one_to_make_it(root, other):
    process, _ = other
    process.kill()
    process.wait()
    made = kept_frame(Store(root).current(), "DCCG", "slow", lambda: pd.DataFrame({"x": [8]}))
    assert made["x"].tolist() == [8]
    assert [path.name for path in (root / "frames").glob(".*")] == [], "no lock is left"


@pytest.mark.live
def test_what_killed_makers_left_is_swept_and_what_is_being_made_stays(root, other):
    stem = Store(root).current().info("DCCG").file.removesuffix(".duckdb")
    folder = root / "frames"
    dead, gone = folder / f".{stem}.dead.parquet.1.2", folder / "DLCR-0123456789ab.rates.parquet"
    alive, wish = folder / f".{stem}.slow.parquet.1.2", folder / f".{stem}.rates.parquet.wanted"
    for path in (dead, gone, alive, wish):
        path.touch()
    cache.sweep(root, {stem})
    assert not dead.exists() and not gone.exists()
    assert alive.exists() and wish.exists()
    assert (folder / f".{stem}.slow.parquet.lock").exists()
