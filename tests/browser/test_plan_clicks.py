"""From the department's page to a saved plan: as many clicks as a reader makes, counted."""

from __future__ import annotations

import shutil

import pytest

from data.store import Store
from layouts.frame.source import StoreSource
from results import actions
from results.view import Edition, View
from server.application import create_app
from tests.conftest import opened, served

pytestmark = pytest.mark.browser
MOST = 6


@pytest.fixture(scope="module")
def store(mdt, tmp_path_factory) -> Store:
    return Store(shutil.copytree(mdt.root, tmp_path_factory.mktemp("plans") / "store"))


@pytest.fixture(scope="module")
def site(store: Store):
    source = StoreSource(store, Edition("working"))
    yield from served(create_app(source, source.version))


def test_a_plan_is_saved_in_six_clicks_at_most(reader, site, store):
    view = View(store.current(), Edition(), "DCCG", 2025)
    needs = next(one for one in actions.needing(view) if one.why != "declining")
    opened(reader, f"{site}/afdeling/{needs.unit.code}?database=DCCG")
    clicks = 0

    def click(where: str) -> None:
        nonlocal clicks
        clicks += 1
        reader.locator(where).first.click()

    with reader.expect_navigation():
        click(".row-plan.is-missing a")
    click(".tool")
    click("#felt-owner")
    reader.keyboard.type("Ledende overlæge")
    with reader.expect_navigation():
        click("button[type=submit]")
    assert reader.locator("#planer").inner_text().find("Ledende overlæge") >= 0
    assert clicks <= MOST
    (made,) = actions.plans(view.snapshot, "DCCG", needs.unit.code)
    assert made.owner == "Ledende overlæge" and made.tool
