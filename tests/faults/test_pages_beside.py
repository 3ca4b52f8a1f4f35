"""Pages that are made beforehand: the same as those made for a reader, never of other data, and sound or none."""

from __future__ import annotations

import errno
import re
from pathlib import Path

import pytest

from data.cleaning import clean_at_start
from data.store import Store
from layouts.frame import visitor
from layouts.frame.source import StoreSource
from results.view import Edition
from server import beforehand, rendering
from server.application import create_app
from server.keeping import PageKey
from tests.faults.test_being_made import copied
from tests.support.clients import client
from tests.support.warning_store import build

PATHS = ("/", "/overlevelse", "/afdeling", "/om")


@pytest.fixture(scope="module")
def made(once):
    """DCCG whose first pages were made beforehand."""

    def prepared(home):
        store = build(home)
        beforehand.Pages(store, Edition(), [None]).make("DCCG", whole=False)
        return store

    return once("pages beside", prepared)


def asking(store: Store, edition: Edition | None = None):
    """A client of a server that finds the pages beside its store."""
    edition = edition or Edition()
    source = StoreSource(store, edition)
    app = create_app(source, source.version, moved=source.moved, beside=beforehand.beside(store, edition))
    return app.server.test_client()


def content(answer) -> str:
    """The page itself: Dash's tags differ from server to server."""
    return answer.text.partition('<div id="page">')[2].partition('<div id="react-entry-point">')[0]


def no_making(monkeypatch) -> None:
    monkeypatch.setattr(rendering, "render", lambda path, query: pytest.fail(f"{path}?{query} is made"))


def test_a_page_made_beforehand_is_the_page(made, monkeypatch):
    fresh = {path: content(client(made).get(path)) for path in PATHS}
    no_making(monkeypatch)
    for path, text in fresh.items():
        assert content(asking(made).get(path)) == text, path


def test_the_links_of_its_head_lead_to_pages_that_are_there(made, monkeypatch):
    no_making(monkeypatch)
    reader = asking(made)
    head = reader.get("/").text.partition("<main")[0].partition("<body>")[2]
    paths = {one for one in re.findall(r'href="(/[a-z]*)"', head) if not one.startswith(beforehand.NO_PAGES)}
    assert len(paths) > 8
    for path in sorted(paths):
        assert reader.get(path).status_code == 200, path


@pytest.mark.slow
def test_the_whole_of_a_database_follows_the_links_in_its_pages(once, tmp_path, monkeypatch):
    store = copied(once("warnings", build), tmp_path)
    monkeypatch.setattr(beforehand, "MOST", 25)
    beforehand.Pages(store, Edition(), [None]).make("DCCG", whole=True)
    no_making(monkeypatch)
    assert asking(store).get("/?periode=2024").status_code == 200
    assert 20 < len(list((store.root / "pages").glob("*.page"))) <= 25


@pytest.mark.parametrize("what", ["edition", "threshold", "program", "faults"])
def test_a_page_of_something_else_is_not_found(made, monkeypatch, what):
    edition = {"edition": Edition("public"), "threshold": Edition("working", 10)}.get(what, Edition())
    if what == "program":
        monkeypatch.setattr(beforehand, "program", lambda: "another")
    if what == "faults":
        monkeypatch.setattr(StoreSource, "made_of", lambda self, before=StoreSource.made_of: f"{before(self)}+DLCR")
    calls, render = [], rendering.render
    monkeypatch.setattr(rendering, "render", lambda path, query: calls.append(path) or render(path, query))
    assert asking(made, edition).get("/om").status_code == 200 and calls == ["/om"]


def test_a_newer_snapshot_has_pages_of_its_own(made, tmp_path):
    store = copied(made, tmp_path)
    build(tmp_path, undated={"VIB-KIR": 1})
    newest = store.current_id()
    assert f"udtræk {newest}" in asking(store).get("/om").text
    beforehand.Pages(store, Edition(), [None]).make("DCCG", whole=False)
    names = [one.name.partition(".")[0] for one in (store.root / "pages").iterdir()]
    assert set(names) == {newest, made.current_id()}
    assert beforehand.Pages(store, Edition(), [None]).finish() == names.count(made.current_id())
    assert {one.name.partition(".")[0] for one in (store.root / "pages").iterdir()} == {newest}


@pytest.mark.parametrize("how", ["flipped", "cut", "empty", "another's"])
def test_a_damaged_page_is_made_again(made, tmp_path, how, caplog):
    store = copied(made, tmp_path)
    right = content(client(made).get("/om"))
    files = sorted((store.root / "pages").iterdir())
    whole = {path: path.read_bytes() for path in files}
    for path, other in zip(files, [*files[1:], files[0]], strict=True):
        kept = whole[path]
        half = len(kept) // 2
        changed = {
            "flipped": kept[:half] + bytes([kept[half] ^ 1]) + kept[half + 1 :],
            "cut": kept[:half],
            "empty": b"",
            "another's": whole[other],
        }
        path.write_bytes(changed[how])
    assert content(asking(store).get("/om")) == right
    assert "is not what was written" in caplog.text


def test_a_damaged_page_in_a_store_that_is_read_only_is_made_too(made, tmp_path, monkeypatch):
    store = copied(made, tmp_path)
    for path in (store.root / "pages").iterdir():
        path.write_bytes(b"")

    def read_only(self, missing_ok=False):
        raise OSError(errno.EROFS, "Read-only file system")

    asked = asking(store)
    monkeypatch.setattr(Path, "unlink", read_only)
    assert asked.get("/om").status_code == 200


def test_one_that_cannot_be_read_is_made(made, tmp_path, caplog):
    store = copied(made, tmp_path)
    for path in (store.root / "pages").iterdir():
        path.unlink()
        path.mkdir()
    assert content(asking(store).get("/om")) == content(client(made).get("/om"))
    assert "cannot be read" in caplog.text


def test_where_one_logs_in_they_are_of_each_role(once, tmp_path, monkeypatch):
    store = copied(once("warnings", build), tmp_path)
    of = [visitor.Visitor("", role) for role in beforehand.ROLES]
    pages = beforehand.Pages(store, Edition("public"), of)
    with pages._application.server.app_context():
        made = {one.role: pages._page("/", one) for one in of}
    assert "Arbejdsudgave" in made["registry"].body and "Arbejdsudgave" not in made["reader"].body
    found = beforehand.beside(store, Edition("working"), login=True)
    version = StoreSource(store, Edition()).version()
    for role, scope in (("registry", "working"), ("reader", "public")):
        assert found.find(PageKey("/", "", scope=scope), version)[0]["body"] == made[role].body
    assert beforehand.beside(store, Edition("working")).find(PageKey("/", ""), version) is None


def test_pages_are_for_the_servers_account_alone(made):
    pages = made.root / "pages"
    assert pages.stat().st_mode & 0o777 == 0o700
    assert {one.stat().st_mode & 0o777 for one in pages.iterdir()} == {0o600}


def test_pages_go_with_their_snapshot(made, tmp_path):
    store = copied(made, tmp_path)
    gone = store.root / "pages" / "19990101T000000Z-ab.0.0.page"
    gone.touch()
    half = store.root / "pages" / f".{store.current_id()}.0.0.page.99999999"
    half.touch()
    there = len(list((store.root / "pages").iterdir()))
    clean_at_start(store.root)
    assert not gone.exists() and not half.exists() and len(list((store.root / "pages").iterdir())) == there - 2


@pytest.mark.slow
def test_the_command_makes_them(once, tmp_path, monkeypatch):
    monkeypatch.setattr(beforehand, "MOST", 5)
    store = copied(once("warnings", build), tmp_path)
    assert beforehand.main(["prepare", "--store", str(store.root)]) == 0
    assert list((store.root / "pages").glob("*.page"))
