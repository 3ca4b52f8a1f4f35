"""Dash's answers to its page callback, kept as bytes: the same address on the same data is the same answer.

The page cache shares the component tree; writing a large tree as JSON still takes longer than everything else.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable

import flask

from layouts._being_made import kept_for_all

KEPT = 48
_PAGES = ".._pages_content.children"


class AnswerCache:
    """Answers of the page callback for one version of the data (``version``: the snapshot id)."""

    def __init__(self, version: Callable[[], str], size: int = KEPT) -> None:
        self._version, self._size = version, size
        self._answers: OrderedDict[tuple, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def install(self, server: flask.Flask) -> None:
        """Look up before the request is worked on, and keep what was made."""
        server.before_request(self._known)
        server.after_request(self._keep)

    def _known(self) -> flask.Response | None:
        key = self._key()
        if key is None:
            return None
        with self._lock:
            body = self._answers.get(key)
            if body is not None:
                self._answers.move_to_end(key)
        if body is None:
            flask.g.page_answer = key
            return None
        return flask.Response(body, mimetype="application/json")

    def _keep(self, response: flask.Response) -> flask.Response:
        key = flask.g.pop("page_answer", None)
        # The data may have changed while the page was made: then the answer belongs to no version.
        if key is not None and response.status_code == 200 and key[0] == self._version() and kept_for_all():
            with self._lock:
                for old in [one for one in self._answers if one[0] != key[0]]:
                    del self._answers[old]
                self._answers[key] = response.get_data()
                while len(self._answers) > self._size:
                    self._answers.popitem(last=False)
        return response

    def _key(self) -> tuple | None:
        """(version, inputs) of a call of the page callback, None for anything else."""
        request = flask.request
        if request.method != "POST" or request.path != "/_dash-update-component":
            return None
        body = request.get_json(silent=True)
        if not isinstance(body, dict) or not str(body.get("output", "")).startswith(_PAGES):
            return None
        asked = {name: value for name, value in body.items() if name != "changedPropIds"}
        return self._version(), json.dumps(asked, sort_keys=True)
