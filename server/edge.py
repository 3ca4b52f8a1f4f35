"""The outermost edge: what even the pages of errors could not answer."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable
from urllib.parse import parse_qs

from server.errors import bare_page, number_of
from server.serving import Wsgi

_log = logging.getLogger("kraeftkvalitet")


def guarded(application: Wsgi) -> Wsgi:
    """The application; what it raises is logged and answered by a page in the reader's language, with its number."""

    def answer(environ: dict, start_response: Callable) -> Iterable[bytes]:
        try:
            return application(environ, start_response)
        except Exception as error:  # the last one to catch it: above is only the library of the server
            number = number_of(error)
            _log.error(
                "error %s at %s %s", number, environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""), exc_info=error
            )
            english = "en" in parse_qs(environ.get("QUERY_STRING", "")).get("lang", ())
            body = bare_page("en" if english else "da", number).encode()
            headers = [
                ("Content-Type", "text/html; charset=utf-8"),
                ("Content-Length", str(len(body))),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
                ("Content-Security-Policy", "default-src 'none'"),
            ]
            start_response("500 Internal Server Error", headers, sys.exc_info())
            return [body]

    return answer
