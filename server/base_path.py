"""A dashboard below a path of its host: ``--base-path /kvalitet``.

Inside, addresses are those of a dashboard of its own ("/om"); what is sent to a browser is below the path. Of a page it
is added where that is written (server/writing.py); scripts read it from the document (``data-base``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape

import flask

from server.serving import Wsgi

_PATH = re.compile(r"(/[A-Za-z0-9_-]+){1,4}")


def checked(text: str) -> str:
    """The path as it is used: "" for the host's own root, else without a slash at its end. Raises ValueError."""
    path = text.rstrip("/")
    if path and not _PATH.fullmatch(path):
        raise ValueError(f"'{text}': write a path of a-z, A-Z, 0-9, _ and -, as /kvalitet")
    return path


def base() -> str:
    """The path below which the present request is answered; "" for the host's own root, and outside of a request."""
    return flask.request.script_root if flask.has_request_context() else ""


def outside(address: str) -> str:
    """An address of this dashboard ("/om") as a browser asks for it; anything else ("#x", "https://…") as it is."""
    return f"{base()}{address}" if address.startswith("/") and not address.startswith("//") else address


def mounted(application: Wsgi, path: str) -> Wsgi:
    """The application below a path of the host; what is beside it is not there (404)."""
    if not path:
        return application

    def answer(environ: dict, start_response: Callable) -> Iterable[bytes]:
        asked = environ.get("PATH_INFO", "")
        if asked.startswith(f"{path}/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + path
            environ["PATH_INFO"] = asked.removeprefix(path)
            return application(environ, start_response)
        goal = escape(f"{path}/")
        body = f'<!DOCTYPE html><title>404</title><p><a href="{goal}">{goal}</a></p>'.encode()
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", "default-src 'none'"),
        ]
        if asked == path:
            start_response("302 Found", [("Location", f"{path}/"), *headers])
        else:
            start_response("404 Not Found", headers)
        return [body]

    return answer
