"""What many tests share: a small synthetic store, and a real Chromium."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import waitress
from filelock import FileLock
from hypothesis import HealthCheck, settings

from data import extract_toml
from data.improvements import put_demonstration
from data.load import load
from data.store import Store
from data.synthetic import synthesise
from indicators.catalogue import BY_ID
from results.variation import comparison
from tests.support import amount, gallery, mdt_store, warning_store
from tests.support.extracts import load_extract, write_extract
from tests.support.stores import extract
from tests.support.waits_rows import examinations, invented, queue

# A slow machine is no fault: no generated test is timed.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge", "microsoft-edge")
LAUNCH = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: How many tests this run leaves to CI, by the mark that says why.
LEFT = pytest.StashKey[Counter]()
#: How long each case took, where that is measured.
SECONDS: dict[str, float] = {}
#: Three kinds of database: TNM with everything, a reporting year that is no calendar year, no stages.
DATABASES = ["DCCG", "DaBlaCa", "ALD"]
#: One high, one with much missing, one rare, …
FEW_INDICATORS = (
    "mdt_before_treatment",
    "trial_offered",
    "anastomotic_leak_30d",
    "mortality_90d",
    "palliative_received",
    "survival_1y",
    "coverage",
)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Both processors for a run of folders; tests of named files run in this process, without the start of two more."""
    return 0 if any(".py" in argument for argument in config.args) else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen, left = amount.left_out(config, items)
    config.stash[LEFT] = left
    if left:
        config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
        items[:] = chosen


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if amount.MEASURE and report.when == "call" and not {"browser", "live", "slow"} & set(report.keywords):
        SECONDS[report.nodeid] = report.duration


def pytest_sessionfinish(session: pytest.Session) -> None:
    if SECONDS and not hasattr(session.config, "workeroutput"):
        amount.write_slow(SECONDS)
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left"] = dict(session.config.stash.get(LEFT, Counter()))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    node.config.stash[LEFT] = Counter(getattr(node, "workeroutput", {}).get("left", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    left = config.stash.get(LEFT, Counter())
    if left:
        terminalreporter.section("left to CI; all of it: KRAEFT_TESTS=full python -m pytest")
        for mark, number in left.items():
            alone = "" if mark == "measured" else f" (-m {mark})"
            terminalreporter.write_line(f"{number} tests {amount.LEFT[mark]}{alone}")


@pytest.fixture(autouse=True, scope="session")
def today() -> Iterator[None]:
    """No test asks the calendar: an extract cut in 2027 is refused as later than today until the day comes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(extract_toml, "today", lambda: dt.date(2028, 1, 1))
        yield


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], object]], Store]:
    """The store that ``build`` makes below a folder, made by the first worker of a run that asks for its name.

    What pages keep beside a store is shared with it, so a slow frame too is made once. Nobody may write to such a
    store: the tests of another worker read it at the same time.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def store(name: str, build: Callable[[Path], object]) -> Store:
        home = shared / f"once-{name}"
        with FileLock(f"{home}.lock"):
            if not (home / "made").exists():
                shutil.rmtree(home, ignore_errors=True)  # of a worker whose build failed
                home.mkdir()
                build(home)
                (home / "made").touch()
        return Store(home / "store")

    return store


@pytest.fixture(scope="session")
def synthetic_store(once) -> Store:
    """A store with three small synthetic databases, loaded by the same path as real data."""

    def build(home: Path) -> None:
        folders = synthesise(home / "extracts", DATABASES, 700, (2018, 2025), 1, "csv")
        load(folders, home / "store")
        put_demonstration(home / "store")

    return once("synthetic", build)


@pytest.fixture(scope="session")
def newest_store(once) -> Store:
    """DCCG and DGCD (whose year begins in September) with cases up to the data cut, so that the last are not mature."""

    def build(home: Path) -> None:
        folders = synthesise(home / "extracts", ["DCCG", "DGCD"], 260, (2023, 2025), 1, "csv", to_cut=True)
        load(folders, home / "store")

    return once("newest", build)


@pytest.fixture(scope="session")
def mdt(once) -> Store:
    """The store of tests/support/mdt_store.py."""
    return once("mdt", mdt_store.build)


@pytest.fixture(scope="session")
def waits_store(once) -> Store:
    """DCCG and DLCR with the legs of tests/support/waits_rows.py, and DOOG without waiting times."""

    def build(home: Path) -> None:
        load_extract(home, cases=[{"case_id": "a"}], waits=invented() + queue() + examinations(), synthetic=True)
        load_extract(home, database="DLCR", cases=[{"case_id": "a", "icd10": "C340"}], waits=invented(300, 3))
        load_extract(home, database="DOOG", cases=[{"case_id": "a", "icd10": "C690"}])

    return once("waits", build)


@pytest.fixture(scope="session")
def declining(once) -> Store:
    """The store of tests/support/warning_store.py, with its planted decline."""
    return once("declining", warning_store.build)


@pytest.fixture(scope="session")
def quiet(once) -> Store:
    """The store of tests/support/warning_store.py in which nobody falls or rises."""
    return once("quiet", lambda home: warning_store.build(home, quiet=True))


@pytest.fixture(scope="module")
def few_indicators() -> Iterator[None]:
    """Comparisons of a few indicators, for tests that need no more; frames of all indicators that other tests keep
    are not read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparison, "CATALOGUE", tuple(BY_ID[id] for id in FEW_INDICATORS))
        patch.setattr(comparison, "VERSION", "few")
        yield


@pytest.fixture(scope="session")
def delivered(tmp_path_factory) -> dict[str, Path]:
    """Extracts by database and version."""
    folder = tmp_path_factory.mktemp("delivered")
    made = {f"{code} {n}": extract(folder, code, f"v{n}", 3 + n) for code in ("DCCG", "DLCR") for n in (1, 2)}
    made["broken"] = write_extract(folder / "broken", database="DBCG", cases="case_id|age\na|121")
    return made


@pytest.fixture(scope="session")
def loaded(tmp_path_factory, delivered) -> Path:
    root = tmp_path_factory.mktemp("loaded") / "store"
    load([delivered["DCCG 1"], delivered["DLCR 1"]], root)
    return root


@pytest.fixture
def root(loaded, tmp_path) -> Path:
    """A store of its own with DCCG and DLCR in version 1."""
    shutil.copytree(loaded, tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """A headless Chromium of this machine; without one the test is skipped, or fails where KRAEFT_BROWSER=required."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        reason = f"no browser here; install one of {', '.join(BROWSERS)}"
        if os.environ.get("KRAEFT_BROWSER") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=found, args=LAUNCH)
        yield one
        one.close()


@pytest.fixture
def page(browser) -> Iterator[object]:
    """A page that fails the test on a console message, an error, or a request to another host; nothing is cached."""
    context = _new_context(browser)
    try:
        yield from _watched(context.new_page())
    finally:
        context.close()


@pytest.fixture(scope="module")
def warm_context(browser) -> Iterator[object]:
    context = _new_context(browser)
    yield context
    context.close()


@pytest.fixture
def reader(warm_context) -> Iterator[object]:
    """As ``page``, but scripts and styles of the module's other tests are cached, as with a reader who goes on."""
    one = warm_context.new_page()
    try:
        yield from _watched(one)
    finally:
        one.close()


def _new_context(browser) -> object:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    context.set_default_timeout(60_000)  # milliseconds; two other tests may be loading data at the same time
    return context


def _watched(one) -> Iterator[object]:
    """The page with its ``trouble``: console messages, errors, requests to other hosts; any of it fails the test."""
    one.trouble = []
    one.on("console", lambda message: one.trouble.append(message.text))
    one.on("pageerror", lambda error: one.trouble.append(str(error)))
    one.on("request", lambda request: _only_here(request, one.trouble))
    yield one
    assert one.trouble == []


def _only_here(request, trouble: list[str]) -> None:
    if not request.url.startswith(("http://127.0.0.1", "data:", "blob:")):
        trouble.append(request.url)


def served(app) -> Iterator[str]:
    """The address of an app served on a free port by a thread; for fixtures."""
    server = waitress.create_server(app.server, host="127.0.0.1", port=0, threads=4)
    closing = threading.Event()

    def run() -> None:
        try:
            server.run()
        except OSError:
            if not closing.is_set():  # closing takes the socket away from a loop that waits on it
                raise

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    closing.set()
    server.close()
    thread.join(timeout=5)


@pytest.fixture(scope="module")
def gallery_site() -> Iterator[str]:
    """The address of an app whose pages show every part of the shell."""
    yield from served(gallery.gallery_app())


#: Every box of a figure that answers holds its drawing; the others are drawn when the page comes.
DRAWN = """() => [...document.querySelectorAll('#page .graph-box')].every(box => box.querySelector('.main-svg'))"""


def opened(page, address: str) -> None:
    """Open a page and wait until it answers clicks and its figures are drawn."""
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    page.wait_for_function(DRAWN)
