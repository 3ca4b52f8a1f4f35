"""Test clients of the app, one for each store and edition."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import dash
from flask.testing import FlaskClient

from data.store import Store
from layouts.frame.source import StoreSource
from results.view import Edition
from server.application import create_app


class OwnPages(FlaskClient):
    """A client that answers with the pages of its own app: Dash keeps one list of pages for the whole process."""

    pages: dict

    def open(self, *args, **kwargs):
        dash.page_registry.clear()
        dash.page_registry.update(self.pages)
        return super().open(*args, **kwargs)


def client(store: Store, edition: str = "working") -> FlaskClient:
    """A client of the app on a store; asked for again, the same one with the pages it has kept."""
    return _client(store.root, edition)


@lru_cache(maxsize=16)
def _client(root: Path, edition: str) -> FlaskClient:
    source = StoreSource(Store(root), Edition(edition))
    server = create_app(source, source.version, moved=source.moved).server
    server.test_client_class = OwnPages
    made = server.test_client()
    made.pages = dict(dash.page_registry)
    return made
