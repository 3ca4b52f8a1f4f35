"""What the search looks through, as data for the reader's browser: ``/soegning.json?lang=da&udtraek=<snapshot>``."""

from __future__ import annotations

import flask

from data.published import Published
from layouts.frame import public
from layouts.frame.shell import PAGES
from layouts.frame.source import served
from results.places import findable
from words.find import KINDS, everything

#: Seconds that a browser may keep it: the address holds the snapshot.
_KEPT = 24 * 3600


def register_routes(server: flask.Flask) -> None:
    """Answer with all that can be found, in the order of the groups."""

    @server.get("/soegning.json")
    def index() -> flask.Response:
        lang = "en" if flask.request.args.get("lang") == "en" else "da"
        snapshot = served()
        seen = isinstance(snapshot, Published)
        pages = [(path, name.in_(lang)) for path, name in PAGES if not seen or public.has(path)]
        found = everything(findable(snapshot), lang, pages)
        order = list(KINDS)
        rows = [
            [order.index(one.kind), one.text, one.said, one.path, one.also, one.code, list(one.databases)]
            for one in found
        ]
        response = flask.jsonify({"kinds": [one.in_(lang) for one in KINDS.values()], "rows": rows})
        current = flask.request.args.get("udtraek") == snapshot.id
        response.headers["Cache-Control"] = f"private, max-age={_KEPT}" if current else "no-store"
        return response
