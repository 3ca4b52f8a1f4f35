"""The addresses of the downloads: ``/hent/<name>.<format>``, of the formats in exports.files.FORMATS."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import flask

from data.once import BeingMade
from data.output import UsageError
from exports.files import FORMATS, Sheet
from exports.registry import _EXPORTS, OF_MONTHS, Whole
from layouts.frame.source import view
from server import awaited
from words import whom
from words.choices import Choices
from words.reader import Reader

T = TypeVar("T")


def register_routes(server: flask.Flask) -> None:
    """Answer ``/hent/<name>.<format>`` on the server."""

    @server.get("/hent/<name>.<form>")
    def download(name: str, form: str) -> flask.Response:
        if form not in FORMATS:
            flask.abort(404)
        context, sheet = fetched(name)
        content = FORMATS[form].made(sheet, context.lang)
        headers = {"Content-Disposition": f'attachment; filename="{_file_name(name, context, sheet)}.{form}"'}
        return flask.Response(content, content_type=FORMATS[form].content_type, headers=headers | NOT_KEPT)


#: No browser or proxy keeps a file of numbers.
NOT_KEPT = {"Cache-Control": "no-store"}


def fetched(name: str) -> tuple[Reader, Sheet]:
    """The table of this name as the present request's address asks for it, and for whom; 404 or 400 where it cannot be.

    Of the former snapshot where its results are being made.
    """
    if name not in _EXPORTS:
        flask.abort(404)
    function, extras, whole = _EXPORTS[name]
    return of_address(f"/hent/{name}", function, extras, whole, name in OF_MONTHS)


def of_address(
    path: str,
    function: Callable[[Reader, str], T],
    extras: dict[str, Choices],
    whole: Whole = False,
    months: bool = False,
) -> tuple[Reader, T]:
    """What ``function`` makes of the reader and subject that the present request's address says, and for whom.

    ``path``: the file's name as the lists of the public edition and of the roles have it; the rest: exports.registry.
    """
    chosen = {key: value[0] if len(value) == 1 else value for key, value in flask.request.args.lists()}
    subject = str(chosen.pop("emne", ""))

    def made(former: str = "") -> tuple[Reader, T]:
        context = view(path, chosen, extras, months=months)
        context = context.of_all_patients() if (whole(context) if callable(whole) else whole) else context
        if context.problems:
            # A file must never hold other numbers than its address asks for.
            flask.abort(400, "; ".join(one.text(context.lang) for one in context.problems))
        try:
            return context, function(context, subject)
        except UsageError as error:
            if former:  # the new data may have the subject
                raise BeingMade(str(error)) from error
            flask.abort(404, str(error))

    try:
        return made()
    except BeingMade as error:
        return awaited.instead(error, made)


def _file_name(name: str, context: Reader, sheet: Sheet) -> str:
    period = (sheet.period or context.period_label).replace("/", "-").replace("–", "-").replace(" ", "-")
    patients = whom.in_file_name(context)
    old = context.t("tidligere-udtraek", "former-extract") if context.newest else ""
    subject = flask.request.args.get("emne", "")
    parts = (sheet.database or context.database, period, patients, subject, name, old)
    return "_".join(part for part in parts if part)  # headers are Latin-1
