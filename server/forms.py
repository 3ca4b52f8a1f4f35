"""What every form of ours must be before it is looked at: of our own pages, a form, and small."""

from __future__ import annotations

from urllib.parse import urlsplit

import flask

#: Bytes of a form.
LARGEST_FORM = 32 * 1024
FORM, FILE = "application/x-www-form-urlencoded", "multipart/form-data"


def only_from_here(request: flask.Request) -> None:
    """Only a form of our own pages: another site cannot set these headers. Aborts with 403."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        allowed = site == "same-origin"
    else:
        allowed = urlsplit(request.headers.get("Origin", "")).netloc == request.host
    if not allowed:
        flask.abort(403)


def only_form(request: flask.Request, largest: int = LARGEST_FORM, kind: str = FORM) -> None:
    """Aborts with 403, 411, 413 or 415 where the request is no form of our own pages of at most ``largest`` bytes."""
    only_from_here(request)
    if request.mimetype != kind:
        flask.abort(415)
    if request.content_length is None:
        flask.abort(411)
    if request.content_length > largest:
        flask.abort(413)
    request.max_content_length = largest
