"""Downloads: every table of a page as CSV and XLSX, from the same protected results as the page.

A page module registers what it offers with ``@export("name")``; the address is
``/hent/<name>.csv?<the page's own query>&emne=<subject>`` and so a permalink.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import flask

from data.output import UsageError
from data.store import BeingMade
from layouts import _being_made as being_made
from layouts import _delivered as delivered
from layouts import _html as html
from layouts import _whom as whom
from layouts._context import PageContext
from layouts._figures import Download
from layouts._source import view
from layouts._state import Choices
from tables.cube import DEFINITION_VERSION
from tables.export import Sheet, to_csv, to_xlsx

Export = Callable[[PageContext, str], Sheet]
_EXPORTS: dict[str, tuple[Export, dict[str, Choices], bool]] = {}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export(name: str, extras: dict[str, Choices] | None = None, whole: bool = False) -> Callable[[Export], Export]:
    """Register a download: the function gets the page context and the subject ("" where there is none).

    It returns a Sheet and raises UsageError for a subject that does not exist. ``extras``: the page's own parameters.
    ``whole``: the file is of all patients, whatever the filters in its address, and says so.
    """

    def register(function: Export) -> Export:
        if name in _EXPORTS and _EXPORTS[name][0].__module__ != function.__module__:
            raise ValueError(f"download '{name}' is registered twice")
        _EXPORTS[name] = (function, extras or {}, whole)
        return function

    return register


def links(context: PageContext, name: str, subject: str = "") -> tuple[Download, Download]:
    """The two download links of a table, for the same choices as the page."""
    texts = (("csv", context.t("Data (CSV)", "Data (CSV)")), ("xlsx", "XLSX"))
    return tuple(Download(text, _address(context, name, form, subject)) for form, text in texts)


def line(context: PageContext, name: str, subject: str = "") -> html.Span:
    """The download links and the permalink as small text links, for a table without a figure."""
    parts = [html.A(one.text, href=one.href, className="text-link") for one in links(context, name, subject)]
    parts.append(html.A(context.t("Link", "Link"), href=context.permalink(), className="text-link"))
    return html.Span(parts, className="text-links")


def stamp(context: PageContext) -> tuple[tuple[str, str], ...]:
    """What every file says of its numbers, as (label, value) pairs."""
    t = context.t
    place = (
        t("behandlende region", "treating region")
        if context.state.place == "treating"
        else t("bopælsregion", "region of residence")
    )
    rows = [
        (t("Database", "Database"), context.database_label),
        (t("Periode", "Period"), context.period_label),
        (t("Patienter", "Patients"), context.patients_text()),
        (t("Sted", "Place"), place),
        (t("Data til og med", "Data up to and including"), context.data_cut.isoformat()),
        (t("Udtræk", "Snapshot"), context.snapshot_id),
        (t("Definitionsversion", "Definition version"), DEFINITION_VERSION),
        (t("Udgave", "Edition"), context.edition_text()),
        (t("Forbehold", "Caveat"), t("Ikke case-mix-justeret", "Not adjusted for case mix")),
    ]
    if said := delivered.notes(context):
        rows.append((t("Ikke leveret", "Not delivered"), " ".join(said)))
    if context.synthetic:
        rows.append((t("Data", "Data"), t("syntetiske data", "synthetic data")))
    return tuple(rows)


def register_routes(server: flask.Flask) -> None:
    """Answer ``/hent/<name>.csv`` and ``.xlsx`` on the server."""

    @server.get("/hent/<name>.<form>")
    def download(name: str, form: str) -> flask.Response:
        if name not in _EXPORTS or form not in ("csv", "xlsx"):
            flask.abort(404)
        function, extras, whole = _EXPORTS[name]
        query = {key: value[0] if len(value) == 1 else value for key, value in flask.request.args.lists()}
        subject = str(query.pop("emne", ""))
        context = view(f"/hent/{name}", query, extras)
        context = context.of_all_patients() if whole else context
        if context.problems:
            # A file must never hold other numbers than its address asks for.
            flask.abort(400, "; ".join(one.text(context.lang) for one in context.problems))
        try:
            sheet = function(context, subject)
        except UsageError as error:
            flask.abort(404, str(error))
        except BeingMade:
            flask.abort(503, being_made.sentence(context))
        content = to_csv(sheet, context.lang) if form == "csv" else to_xlsx(sheet, context.lang)
        kind = "text/csv; charset=utf-8" if form == "csv" else XLSX
        period = (sheet.period or context.period_label).replace("/", "-").replace("–", "-")  # headers are Latin-1
        patients = whom.in_file_name(context)
        parts = (sheet.database or context.database, period, patients, subject, name)
        filename = "_".join(part for part in parts if part)
        headers = {"Content-Disposition": f'attachment; filename="{filename}.{form}"', "Cache-Control": "no-cache"}
        return flask.Response(content, content_type=kind, headers=headers)


def _address(context: PageContext, name: str, form: str, subject: str) -> str:
    state = context.state.cleared() if context.whole else context.state
    own = state.with_(database=context.database, period=context.period).query()
    more = urlencode({"emne": subject}) if subject else ""
    return f"/hent/{name}.{form}?{'&'.join(part for part in (own, more) if part)}"
