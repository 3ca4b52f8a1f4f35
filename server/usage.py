"""The address of the usage page, for the registry alone (server/access/rules.py)."""

from __future__ import annotations

import datetime as dt

import flask

from layouts.frame import visitor
from layouts.frame.source import CONFIG_KEY
from layouts.usage import page as pages
from results.usage import usage
from server.rendering import PrerenderedDash


def register_routes(app: PrerenderedDash) -> None:
    """Answer with what the log tells now."""

    @app.server.get(pages.HERE)
    def used() -> flask.Response:
        _only_registry()
        asked = flask.request.args.get("dage", str(pages.DAYS[0]))
        if asked not in map(str, pages.DAYS):
            flask.abort(400, f"dage={asked}: there are {', '.join(map(str, sorted(pages.DAYS)))}")
        root = flask.current_app.config[CONFIG_KEY].store.root
        today = dt.datetime.now(dt.UTC).date()
        found = usage(root, pages.first_day(today, int(asked)))
        lang = "en" if flask.request.args.get("lang") == "en" else "da"
        return app.document(pages.page(lang, found, int(asked)))


def _only_registry() -> None:
    """Aborts with 403 for everybody else; without log-in it is the page of who sits at this machine."""
    found = visitor.current()
    if found is None and not flask.current_app.config[CONFIG_KEY].edition.hides:
        return
    if found is None or found.role != "registry":
        flask.abort(403)
