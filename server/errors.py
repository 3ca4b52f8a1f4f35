"""What went wrong, as the product's own page in the reader's language; as JSON at Dash's addresses.

This is the server's edge: the one place that catches every exception. An unexpected one has a short number, which
stands on the page and in the log beside the trace; of the exception itself the page says nothing. The same fault has
the same number for every reader, so that the log needs its trace only once.
"""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Sequence
from html import escape
from pathlib import Path

import flask
from dash.exceptions import DependencyException
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound, ServiceUnavailable

from data.improvements import BrokenRegister
from data.once import BeingMade, Frame
from data.published import NotPublished
from data.store import BrokenDatabase, StoreError
from layouts.frame import being_made
from layouts.frame.bare import bare
from layouts.frame.shell import BRAND
from layouts.parts import html
from server.dash_inner import OWN
from server.rendering import PrerenderedDash

#: By status: (heading, sentence) in Danish and English.
_TEXTS: dict[int, tuple[tuple[str, str], tuple[str, str]]] = {
    400: (
        ("Adressen kan ikke læses", "Noget i adressen eller i det, der blev sendt, passer ikke sammen."),
        ("The address cannot be read", "Something in the address or in what was sent does not fit together."),
    ),
    403: (
        ("Det er ikke tilladt her", "Det kan kun gøres fra dashboardets egne sider eller i en anden udgave."),
        ("That is not allowed here", "It can only be done from the dashboard's own pages or in another edition."),
    ),
    404: (
        ("Siden findes ikke", "Adressen fører ingen steder hen. Måske er den skrevet af eller er forældet."),
        ("There is no such page", "The address leads nowhere. It may be misspelt or out of date."),
    ),
    405: (
        ("Det kan denne adresse ikke", "Adressen kan læses, men ikke modtage noget."),
        ("This address cannot do that", "The address can be read, but takes nothing that is sent to it."),
    ),
    413: (
        ("Det sendte er for stort", "Filen eller formularen er større, end adressen modtager."),
        ("What was sent is too large", "The file or form is larger than the address takes."),
    ),
    415: (
        ("Det sendte er af en forkert slags", "Adressen modtager ikke denne slags fil eller formular."),
        ("What was sent is of the wrong kind", "The address does not take this kind of file or form."),
    ),
    500: (
        (
            "Der skete en fejl i dashboardet",
            "Fejlen er ikke din. Prøv igen; sker det igen, så oplys fejlnummeret til dem, der driver dashboardet.",
        ),
        (
            "Something went wrong in the dashboard",
            "It was not you. Try again; if it happens again, report the error number to those who run the dashboard.",
        ),
    ),
    503: (
        ("Ikke klar endnu", "Prøv igen om nogle minutter."),
        ("Not ready yet", "Try again in some minutes."),
    ),
}
_ANY = (
    ("Det lod sig ikke gøre", "Dashboardet kunne ikke svare på det."),
    ("That could not be done", "The dashboard could not answer that."),
)
#: While files of the store cannot be read.
_UNREADABLE = (
    (
        "Data kan ikke læses for tiden",
        "Fejlen er ikke din. Sig det til dem, der driver dashboardet; loggen siger, hvilken fil der er skadet.",
    ),
    (
        "The data cannot be read at present",
        "It was not you. Tell those who run the dashboard; the log says which file is damaged.",
    ),
)

#: While what the page needs is being made for the first time.
_NOT_YET = (
    ("Tallene beregnes", "Siden viser nye data for første gang, og det, den bygger på, beregnes lige nu."),
    ("The numbers are being computed", "The page shows new data for the first time; what it needs is being computed."),
)
_NOT_PUBLISHED = (
    ("Det findes ikke i den offentlige udgave", "Det vises kun i arbejdsudgaven."),
    ("The public edition does not have that", "It is shown in the working edition only."),
)
_NO_REGISTER = (
    (
        "Registret over forbedringsprojekter kan ikke læses for tiden",
        "Det betyder ikke, at der ingen projekter er. De andre sider kan ses. Sig det til dem, der driver dashboardet; "
        "loggen siger, hvad der er galt.",
    ),
    (
        "The register of improvement initiatives cannot be read at present",
        "That does not mean that there are no initiatives. The other pages can be seen. Tell those who run the "
        "dashboard; the log says what is wrong.",
    ),
)


def register_errors(app: PrerenderedDash) -> None:
    """Answer every error of the application's server."""
    server = app.server

    server.log_exception = lambda exc_info: None  # it is logged below, with its number

    @server.errorhandler(HTTPException)
    def refused(error: HTTPException) -> flask.Response | HTTPException:
        if isinstance(error, InternalServerError) and error.original_exception is not None:
            return unexpected(error.original_exception)  # raised outside of a view: while its answer was finished
        if error.code is None or error.code < 400:
            return error  # a redirection
        return _answer(app, error)

    @server.errorhandler(DependencyException)
    def no_such_file(error: DependencyException) -> flask.Response:
        return _answer(app, NotFound())

    told: set[str] = set()

    @server.errorhandler(StoreError)
    def unreadable(error: StoreError) -> flask.Response:
        if str(error) not in told:  # once, not at every view
            told.add(str(error))
            server.logger.error("%s", error)
        return _answer(app, ServiceUnavailable(), texts=_unreadable(error))

    @server.errorhandler(NotPublished)
    def not_published(error: NotPublished) -> flask.Response:
        return _answer(app, NotFound(), texts=_NOT_PUBLISHED)

    @server.errorhandler(BeingMade)
    def not_yet(error: BeingMade) -> flask.Response:
        response = _answer(app, ServiceUnavailable(), texts=_NOT_YET, awaited=error.awaited)
        response.headers["Retry-After"] = "5"
        return response

    @server.errorhandler(Exception)
    def unexpected(error: Exception) -> flask.Response:
        number = number_of(error)
        request = flask.request
        server.logger.error("error %s at %s %s", number, request.method, request.path, exc_info=error)
        return _answer(app, InternalServerError(), number)


def number_of(error: BaseException) -> str:
    """Six digits of a fault: the same wherever an error of this kind comes through the same lines."""
    lines = [f"{Path(frame.f_code.co_filename).name}:{line}" for frame, line in traceback.walk_tb(error.__traceback__)]
    return hashlib.sha256("\n".join([type(error).__name__, *lines]).encode()).hexdigest()[:6]


def bare_page(lang: str, number: str) -> str:
    """The page of an unexpected error as HTML that needs nothing else of the dashboard."""
    danish = lang == "da"
    heading, sentence = _TEXTS[500][0 if danish else 1]
    told = "Fejlnummer" if danish else "Error number"
    return (
        f'<!DOCTYPE html><html lang="{lang}"><meta charset="utf-8"><title>{escape(heading)} · {BRAND}</title>'
        f"<h1>{escape(heading)}</h1><p>{escape(sentence)}</p><p>{told} <strong>{number}</strong></p></html>"
    )


def _unreadable(error: StoreError) -> tuple[tuple[str, str], tuple[str, str]]:
    if isinstance(error, BrokenRegister):
        return _NO_REGISTER
    if not isinstance(error, BrokenDatabase):
        return _UNREADABLE
    (_, da), (_, en) = _UNREADABLE
    code = error.database
    return (
        (f"Data fra {code} kan ikke læses for tiden", f"{da} De andre databaser kan ses."),
        (f"The data of {code} cannot be read at present", f"{en} The other databases can be seen."),
    )


def _answer(
    app: PrerenderedDash,
    error: HTTPException,
    number: str = "",
    texts: tuple[tuple[str, str], tuple[str, str]] | None = None,
    awaited: Sequence[Frame] | None = None,
) -> flask.Response:
    status = error.code or 500
    language = 1 if flask.request.args.get("lang") == "en" else 0
    heading, sentence = (texts or _TEXTS.get(status, _ANY))[language]
    said = error.description if error.description != type(error).description else None
    if flask.request.path.startswith(OWN):
        response = flask.jsonify({"error": said or heading, **({"number": number} if number else {})})
        response.status_code = status
    else:
        response = app.document(_page(("da", "en")[language], heading, said or sentence, number, awaited), status)
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value  # e.g. Allow
    return response


def _page(lang: str, heading: str, sentence: str, number: str, awaited: Sequence[Frame] | None = None) -> html.Div:
    again = being_made.mark(lang, awaited) if awaited is not None else []
    body: list = [html.P([sentence, *again], className="lead")]
    if number:
        body.append(html.P(["Fejlnummer " if lang == "da" else "Error number ", html.Strong(number)]))
    return bare(lang, heading, sentence, *body)
