"""The one view that another site may show in a frame: ``--embed-origin https://portal.example.dk``.

Everything else is shown in no frame. The view needs no log-in (a frame of another site gets no cookie), and so it is of
the public edition; where no origin is named there is no such address.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

import flask

from data import reference
from data.output import UsageError, known_database
from indicators.catalogue import BY_ID
from layouts.frame.source import CONFIG_KEY
from layouts.indicator.embedded import PREFIX, page
from layouts.indicator.report import subject_of
from reports.surroundings import reader
from results.audit import unit_table
from results.publishing import frames
from results.view import FIRST_DATABASE, default_period
from server.rendering import PrerenderedDash
from words import format as fmt
from words.choices import State
from words.reader import Reader

_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:\d{1,5})?|http://(localhost|127\.0\.0\.1)(:\d{1,5})?")


def checked(origin: str) -> str:
    """An origin that may show the view. Raises ValueError."""
    if not _ORIGIN.fullmatch(origin) or not urlsplit(origin).hostname:
        raise ValueError(f"'{origin}': write the site's origin without a path, as https://portal.example.dk")
    return origin


def register_routes(app: PrerenderedDash, origins: tuple[str, ...]) -> None:
    """Answer the view, where an origin may show it."""
    if not origins:
        return

    @app.server.get(f"{PREFIX}<id>")
    def embedded(id: str) -> flask.Response:
        try:
            context = _reader(id)
            seen, _ = subject_of(context, id)
        except UsageError as error:
            flask.abort(404, str(error))
        return app.document(page(context, unit_table(seen, id)))


def _reader(id: str) -> Reader:
    """Who asks, always in the public edition. Raises UsageError for a database or period that there is not."""
    asked, source = flask.request.args, flask.current_app.config[CONFIG_KEY]
    snapshot, edition = source.store.served(), replace(source.edition, name="public")
    there = sorted(snapshot.databases)
    database = known_database(asked.get("database") or (FIRST_DATABASE if FIRST_DATABASE in there else there[0]), there)
    period = asked.get("periode", "")
    if not period:
        latest = default_period(frames.public_of(snapshot, edition), database, BY_ID.get(id))
        period = fmt.period(latest, reference.database(database).year_start)
    made = reader(snapshot, edition, database, period, "en" if asked.get("lang") == "en" else "da")
    order = State.from_query({"sort": asked.get("sort", "")})[0].sort  # "" for what is no order
    return replace(made, path=f"{PREFIX}{id}", state=made.state.with_(sort=order))


def in_frames(policy: dict[str, str], response: flask.Response, origins: tuple[str, ...]) -> None:
    """Let the origins show the present answer in a frame, where it is the view."""
    if origins and response.status_code == 200 and flask.request.path.startswith(PREFIX):
        policy["frame-ancestors"] = " ".join(origins)
        response.headers.pop("X-Frame-Options", None)
