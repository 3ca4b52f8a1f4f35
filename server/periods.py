"""/periode: two months chosen in lists become one value in the address of the page that asked."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlencode

import flask

from data.period import span, written

#: A page of this dashboard: a path, never another host.
_PAGE = re.compile(r"/(?:[\w.-]+/?)*")

_MONTH = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])")


def register_routes(server: flask.Flask) -> None:
    """Answer the form of the period menu (layouts/frame/selections.py)."""

    @server.get("/periode")
    def period() -> flask.Response:
        chosen = flask.request.args.to_dict()
        page, months = chosen.pop("side", "/"), [chosen.pop(name, "") for name in ("fra", "til")]
        if not _PAGE.fullmatch(page) or not all(_MONTH.fullmatch(one) for one in months):
            flask.abort(400, "periode: side=/, fra=2025-03 and til=2025-09 are needed; choose them in the period menu")
        first, last = sorted(dt.date.fromisoformat(f"{one}-01") for one in months)
        query = urlencode(chosen | {"periode": written(span(first, last))})
        return flask.redirect(f"{page}?{query}", 303)
