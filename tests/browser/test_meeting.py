"""The audit meeting by keyboard alone: one key to the next, what was written is kept on the way, Esc ends it."""

from __future__ import annotations

import shutil

import pytest

from data.store import Store
from layouts.frame.source import StoreSource
from results import meeting
from results.view import Edition, View
from server.application import create_app
from tests.conftest import opened, served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def store(mdt, tmp_path_factory) -> Store:
    """A store of its own: decisions are written."""
    return Store(shutil.copytree(mdt.root, tmp_path_factory.mktemp("meeting") / "store"))


@pytest.fixture(scope="module")
def site(store: Store):
    source = StoreSource(store, Edition("working"))
    yield from served(create_app(source, source.version))


def test_the_meeting_is_run_through_by_keyboard(reader, site, store):
    items = meeting.agenda(View(store.current(), Edition(), "DCCG", 2025))
    reader.set_viewport_size({"width": 1280, "height": 800})
    opened(reader, f"{site}/audit/moede?database=DCCG&periode=2025&nr=1")
    seen = []
    for number in range(len(items)):
        seen.append(reader.inner_text("h1"))
        key = "ArrowRight"
        if number == 0:
            reader.focus("#felt-text")
            reader.keyboard.type("Skrevet i mødet")
            key = "Alt+ArrowRight"  # within a field an arrow moves the caret
        if number < len(items) - 1:
            with reader.expect_navigation():
                reader.keyboard.press(key)
    assert len(set(seen)) == len(items)
    for _ in items[1:]:
        with reader.expect_navigation():
            reader.keyboard.press("ArrowLeft")
    assert reader.input_value("#felt-text") == "Skrevet i mødet"
    assert reader.inner_text("#gemt")
    with reader.expect_navigation():
        reader.keyboard.press("Escape")
    assert reader.url.split("?")[0].endswith("/audit")
    found = meeting.decisions(View(store.current(), Edition(), "DCCG", 2025), 2025)
    assert [one.text for one in found.values()] == ["Skrevet i mødet"]
