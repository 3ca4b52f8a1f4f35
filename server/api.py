"""The tables of the pages for programs, read only: ``/api/v1/tables/<name>`` as JSON, ``….csv`` as the file.

The same typed tables, through the same door, roles and protection as the pages; ``/api/v1/openapi.json`` says which.
"""

from __future__ import annotations

import threading
import time
from collections import Counter

import flask

from exports.files import FORMATS
from exports.json_file import CONTENT_TYPE, to_json
from exports.registry import _EXPORTS
from layouts.frame import visitor
from server.base_path import base, outside
from server.downloads import NOT_KEPT, fetched

ROOT = "/api/v1"
#: Parameters that every table takes, as the pages' addresses do; the other choices stand with each table.
_COMMON = {
    "database": "Code of a database, e.g. DCCG; default: the one on which the dashboard opens.",
    "periode": "Reporting year (2025, 2024-25); in the working edition also 2026K2, 2025-07..2026-06, seneste-12.",
    "koen": "Sex: F or M.",
    "alder": "Age group: 0-44, 45-54, 55-64, 65-74, 75-84, 85+.",
    "stadie": "Stage: I, II, III, IV, uoplyst.",
    "sted": "Region of treatment (default) or of residence: bopael.",
    "regioner": "4: the four regions of 2027.",
    "emne": "What the table is of, where it is of one indicator, department, hospital: its id or code.",
    "lang": "da (default) or en.",
}


#: Requests that one user (without log-in: one address) may make within a minute.
PER_MINUTE = 120


class Rate:
    """How often each has asked in the present minute."""

    def __init__(self, most: int) -> None:
        self._most, self._minute, self._lock = most, 0, threading.Lock()
        self._asked: Counter[str] = Counter()

    def seconds(self, who: str) -> int:
        """Seconds that ``who`` has to wait; 0 where another request may be made now, which is counted."""
        now = time.time()
        with self._lock:
            if int(now // 60) != self._minute:
                self._minute = int(now // 60)
                self._asked.clear()
            self._asked[who] += 1
            return 0 if self._asked[who] <= self._most else 60 - int(now % 60)


def register_routes(server: flask.Flask) -> None:
    """Answer the addresses of the interface for programs."""
    rate = Rate(PER_MINUTE)

    @server.before_request
    def not_too_often() -> flask.Response | None:
        if not flask.request.path.startswith(f"{ROOT}/"):
            return None
        who = visitor.current()
        wait = rate.seconds(f"user {who.name}" if who else f"address {flask.request.remote_addr}")
        if not wait:
            return None
        said = f"at most {PER_MINUTE} requests a minute; ask again in {wait} seconds\n"
        return flask.Response(said, 429, NOT_KEPT | {"Retry-After": str(wait)}, mimetype="text/plain")

    @server.get(f"{ROOT}/")
    def tables() -> flask.Response:
        names = [{"name": name, "url": outside(f"{ROOT}/tables/{name}")} for name in sorted(_EXPORTS)]
        return _json({"tables": names, "openapi": outside(f"{ROOT}/openapi.json")})

    @server.get(f"{ROOT}/openapi.json")
    def openapi() -> flask.Response:
        return _json(description())

    @server.get(f"{ROOT}/tables/<name>")
    def table(name: str) -> flask.Response:
        name, _, form = name.partition(".")
        if form not in ("", "json", "csv"):
            flask.abort(404)
        context, sheet = fetched(name)
        if form == "csv":
            content, kind = FORMATS["csv"].made(sheet, context.lang), FORMATS["csv"].content_type
        else:
            content, kind = to_json(sheet, context.lang), CONTENT_TYPE
        return flask.Response(content, content_type=kind, headers=NOT_KEPT)


def description() -> dict[str, object]:
    """The OpenAPI 3.1 document of the interface."""
    paths = {
        f"{ROOT}/tables/{name}{end}": {"get": _operation(name, end)}
        for name in sorted(_EXPORTS)
        for end in ("", ".csv")
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kræftkvalitet",
            "version": "1",
            "description": "The tables of the dashboard, read only. A table holds what its page shows in the edition "
            "that the reader may see.",
        },
        "servers": [{"url": base() or "/"}],
        "paths": paths,
        "components": {"schemas": {"Table": _TABLE}},
    }


def _operation(name: str, end: str) -> dict[str, object]:
    extras = _EXPORTS[name][1]
    parameters = [
        {"name": key, "in": "query", "description": said, "schema": {"type": "string"}} for key, said in _COMMON.items()
    ]
    for key, choices in extras.items():
        enum = {"enum": list(choices)} if isinstance(choices, tuple) and choices else {}
        parameters.append({"name": key, "in": "query", "schema": {"type": "string", **enum}})
    known = {"$ref": "#/components/schemas/Table"}
    content = {"text/csv": {"schema": {"type": "string"}}} if end else {"application/json": {"schema": known}}
    return {
        "operationId": f"{name.replace('-', '_')}{end.replace('.', '_')}",
        "parameters": parameters,
        "responses": {
            "200": {"description": "The table.", "content": content},
            "400": {"description": "A choice that the data do not have; the text says which there are."},
            "404": {"description": "No such table, or nothing of that emne."},
            "503": {"description": "The results are being made; ask again after Retry-After seconds."},
        },
    }


_TABLE = {
    "type": "object",
    "required": ["title", "stamp", "columns", "rows"],
    "properties": {
        "title": {"type": "string"},
        "stamp": {"type": "object", "additionalProperties": {"type": "string"}},
        "columns": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["key", "name", "kind"],
                "properties": {"key": {"type": "string"}, "name": {"type": "string"}, "kind": {"type": "string"}},
            },
        },
        "rows": {"type": "array", "items": {"type": "object"}},
    },
}


def _json(said: object) -> flask.Response:
    response = flask.jsonify(said)
    response.headers.update(NOT_KEPT)
    return response
