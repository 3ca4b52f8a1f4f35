"""The light address that pages ask whether what they wait for has come: ``/klar?dele=DCCG.key,…``."""

from __future__ import annotations

import flask

from layouts.frame.source import served
from results import prepare

#: Names in one question; more are not looked up.
_MOST = 200


def register_routes(server: flask.Flask) -> None:
    """Answer with the current snapshot, and how many of the kept frames asked for are there."""

    @server.get("/klar")
    def ready() -> flask.Response:
        snapshot = served()
        names = flask.request.args.get("dele", "").split(",")[:_MOST]
        response = flask.jsonify({"snapshot": snapshot.id, "ready": prepare.kept(snapshot, names)})
        response.headers["Cache-Control"] = "no-store"
        return response
