"""The address of a figure's drawing: ``/figur/<id>.svg?side=<address of its page>&bredde=<px>``."""

from __future__ import annotations

from urllib.parse import unquote

import flask

from figures import svg
from server.rendering import PrerenderedDash

#: px that a drawing may be wide.
NARROWEST, WIDEST = 200, 2000


def register_routes(app: PrerenderedDash) -> None:
    """Answer ``/figur/<id>.svg`` on the server: the figure of a page, in px alone. What it says besides is put around
    it by assets/figures.js."""

    @app.server.get("/figur/<id>.svg")
    def figure(id: str) -> flask.Response:
        asked = flask.request.args
        path, _, query = asked.get("side", "").partition("?")
        if not path.startswith("/"):
            flask.abort(400, f"side={path}: is no address of a page; write it as /ventetider")
        width = asked.get("bredde", type=int)
        if width is None or not NARROWEST <= width <= WIDEST:
            flask.abort(400, f"bredde={asked.get('bredde')}: write a number of {NARROWEST}\u2013{WIDEST}")
        drawn = app.drawings(unquote(path), query)
        if id not in drawn:
            flask.abort(404)
        text = str(svg.in_file(drawn[id], id, width))
        return flask.Response(text, mimetype="image/svg+xml", headers={"Cache-Control": "private, no-cache"})
