"""What a reader gets whose page needs results that are being made.

The page of the former snapshot, dated; without one the page itself, as soon as it is there, for a reader or two; else
word that it comes (server/errors.py). ``/klar?dele=DCCG.key,…`` is the light address that such pages ask.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

import flask

from data.once import BeingMade
from layouts.frame import source
from results import prepare

T = TypeVar("T")
#: Names in one question; more are not looked up.
_MOST = 200
#: So many readers wait for a page that no snapshot has yet, so many seconds; with the workshop's own threads they are
#: fewer than the server's (decision 22).
_waiting = threading.BoundedSemaphore(2)
PATIENCE = 10.0
_EVERY = 0.25


def register_routes(server: flask.Flask) -> None:
    """Answer with the current snapshot, and how many of the kept frames asked for are there."""

    @server.get("/klar")
    def ready() -> flask.Response:
        snapshot = source.stored()
        names = flask.request.args.get("dele", "").split(",")[:_MOST]
        response = flask.jsonify({"snapshot": snapshot.id, "ready": prepare.kept(snapshot, names)})
        response.headers["Cache-Control"] = "no-store"
        return response


def instead(error: BeingMade, make: Callable[[str], T], usable: Callable[[T], bool] = lambda made: True) -> T:
    """What ``make(id)`` gives of the latest former snapshot that has all it needs and for which it is ``usable``.

    Without a former snapshot ``make("")``, that of the current one, where it comes within the patience.
    Raises BeingMade where there is neither.
    """
    followed = False
    for snapshot in source.formers():
        followed = True
        try:
            with source.showing(snapshot, error.awaited):
                made = make(snapshot.id)
        except BeingMade:
            continue
        if usable(made):
            return made
    if followed or not _waiting.acquire(blocking=False):
        raise error
    try:
        return _in_a_moment(error, make)
    finally:
        _waiting.release()


def _in_a_moment(error: BeingMade, make: Callable[[str], T]) -> T:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        time.sleep(_EVERY)
        snapshot = source.stored()
        names = [f"{database}.{key}" for database, key in error.awaited]
        if names and prepare.kept(snapshot, names) < len(names):
            continue
        try:
            return make("")
        except BeingMade as again:
            error = again
    raise error
