"""Writing into the register of improvements: the only requests that change anything, and who may make them.

Everything is refused unless it is allowed: only the working edition, only POST from a page of this host, only forms,
only small ones. A form that was taken is answered with a redirect, so that reloading sends nothing twice; a form that
was refused comes back with what was typed and what is wrong, also where it is the disk that refuses it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import flask
from werkzeug.exceptions import Forbidden

from data.improvement_texts import (
    ENCODING,
    FIELDS,
    FIRST_DAY,
    FieldError,
    Initiative,
    InitiativeRefused,
    decoded,
    known,
    texts_of,
    write_csv,
)
from data.improvements import BrokenRegister, Changed, NotSaved, Register
from indicators.catalogue import BY_ID
from layouts.frame import visitor
from layouts.frame.source import CONFIG_KEY, view
from layouts.improvements import form as forms
from server.access.rules import WRITERS
from server.forms import FILE, only_form
from server.rendering import PrerenderedDash
from words.reader import Reader

PREFIX = "/forbedringer/"
#: Bytes of a file to import.
LARGEST_FILE = 1024 * 1024


class OnlyWorking(Forbidden):
    """The public edition was asked for a form: 403, to a reader as a page that says so."""


def admits(request: flask.Request) -> bool:
    """Whether a POST is one of this module's; aborts with 403, 411, 413 or 415 where it is but may not be made."""
    if not request.path.startswith(PREFIX):
        return False
    only_writers()
    if request.path == f"{PREFIX}importer":
        only_form(request, LARGEST_FILE, FILE)
    else:
        only_form(request)
    return True


def only_writers() -> None:
    """Aborts with 403 where the visitor (without log-in: the edition) writes nothing."""
    found = visitor.current()
    if found is not None:
        if found.role in WRITERS:  # of which database is asked when it is written
            return
        raise OnlyWorking("Forbedringsprojekter skrives af styregruppen og registrets team.")
    edition = getattr(flask.current_app.config[CONFIG_KEY], "edition", None)
    if edition is None or edition.name != "working":
        raise OnlyWorking("Forbedringsprojekter kan kun skrives i arbejdsudgaven.")


def only_clinicians_and_writers(refused: type[Forbidden]) -> None:
    """Raises ``refused`` where the visitor is no clinician and (without log-in: the edition) writes nothing."""
    found = visitor.current()
    if found is None or found.role != "clinician":
        try:
            only_writers()
        except Forbidden as error:
            raise refused(str(error.description)) from error


def may_write(database: str) -> None:
    """Aborts with 403 where log-in is on and the visitor does not write what belongs to the database."""
    found = visitor.current()
    if found is not None and not found.may_write(database):
        raise OnlyWorking(f"{found.role} does not write for {database}")


def _only_registry() -> None:
    """The register of all databases is the registry's, where log-in is on."""
    found = visitor.current()
    if found is not None and found.role != "registry":
        raise OnlyWorking(f"{found.role} does not have the whole register")


def register_routes(app: PrerenderedDash) -> None:
    """The forms, what they send, and the register as CSV."""
    server = app.server

    @server.errorhandler(OnlyWorking)
    def only_working(error: OnlyWorking) -> flask.Response:
        return _sent(app, forms.refused_page(view("/404", flask.request.args.to_dict())), 403)

    @server.route(f"{PREFIX}ny", methods=["GET", "POST"])
    def new_improvement() -> flask.Response:
        context = _context()
        if flask.request.method == "GET":
            return _sent(app, forms.form_page(context, {"database": context.database}))
        values = _typed()
        may_write(values["database"])
        try:
            made = _register(context).add(values, known(context.view.snapshot, BY_ID))
        except InitiativeRefused as refused:
            return _sent(app, forms.form_page(context, values, [error for _, error in refused.errors]), 422)
        except (NotSaved, BrokenRegister) as error:
            notice, status = _not_saved(context, error)
            return _sent(app, forms.form_page(context, values, notice=notice), status)
        return _done(context, made)

    @server.route(f"{PREFIX}<id>/ret", methods=["GET", "POST"])
    def edit_improvement(id: str) -> flask.Response:
        if flask.request.method == "GET":
            context, initiative = _subject(id)
            return _sent(app, forms.form_page(context, texts_of(initiative), (), initiative))
        values = _typed()
        may_write(values["database"])
        try:
            context, initiative = _subject(id)
        except BrokenRegister as error:  # what it held cannot be told, what was typed can
            context = _context(**({"database": values["database"]} if values["database"] else {}))
            initiative = _typed_only(id, values)
            notice, status = _not_saved(context, error)
            return _sent(app, forms.form_page(context, values, (), initiative, notice=notice), status)
        if flask.request.form.get("handling") == "afslut" and not values["ended"]:
            values["ended"] = dt.date.today().isoformat()
        revision = flask.request.form.get("revision", "")
        try:
            wanted = int(revision) if revision.isdecimal() else 0
            made = _register(context).change(id, wanted, values, known(context.view.snapshot, BY_ID))
        except InitiativeRefused as refused:
            errors: list[FieldError] = [error for _, error in refused.errors]
            return _sent(app, forms.form_page(context, values, errors, initiative, wanted), 422)
        except Changed:
            context, initiative = _subject(id)
            notice = context.t(
                "Projektet er ændret af en anden, mens du skrev. Det, du skrev, står her; gem igen for at bruge det.",
                "Somebody else changed the initiative while you were writing. What you wrote is here; save again to "
                "use it.",
            )
            return _sent(app, forms.form_page(context, values, (), initiative, initiative.revision, notice), 409)
        except (NotSaved, BrokenRegister) as error:
            notice, status = _not_saved(context, error)
            return _sent(app, forms.form_page(context, values, (), initiative, wanted, notice), status)
        return _done(context, made)

    @server.route(f"{PREFIX}importer", methods=["GET", "POST"])
    def import_improvements() -> flask.Response:
        context = _context()
        _only_registry()
        if flask.request.method == "GET":
            return _sent(app, forms.import_page(context))
        sent = flask.request.files.get("file")
        try:
            text = decoded(sent.read() if sent else b"")
            _register(context).take(text, known(context.view.snapshot, BY_ID))
        except InitiativeRefused as refused:
            return _sent(app, forms.import_page(context, refused.lines(context.lang)), 422)
        except (NotSaved, BrokenRegister) as error:
            notice, status = _not_saved(context, error)
            return _sent(app, forms.import_page(context, notice=notice), status)
        return flask.redirect(_list(context, "importeret"), 303)

    @server.get(f"{PREFIX}register.csv")
    def improvements_as_csv() -> flask.Response:
        context = _context()
        _only_registry()
        text = write_csv(_register(context).all())
        headers = {
            "Content-Disposition": 'attachment; filename="forbedringsprojekter.csv"',
            "Cache-Control": "no-cache",
        }
        return flask.Response(text.encode(ENCODING), content_type="text/csv; charset=utf-8", headers=headers)


def _context(**more: str) -> Reader:
    """The surroundings of a form; aborts with 403 in the public edition."""
    only_writers()
    return _view(**more)


def _view(**more: str) -> Reader:
    query = {name: value[0] if len(value) == 1 else value for name, value in flask.request.args.lists()}
    return view(flask.request.path, {**query, **more})


def _subject(id: str) -> tuple[Reader, Initiative]:
    """The initiative of an address in its own database; aborts with 404 where there is none."""
    context = _context()
    initiative = _register(context).get(id)
    if initiative is None:
        flask.abort(404, context.t("Der er intet sådant projekt.", "There is no such initiative."))
    may_write(initiative.database)
    if initiative.database in dict(context.databases):
        context = _context(database=initiative.database)
    return context, initiative


def _register(context: Reader) -> Register:
    return Register(context.view.snapshot.root)


#: Why nothing was saved: Danish, English, status. What follows says what becomes of what was typed.
_NOT_SAVED = {
    "full": ("der er ikke mere plads på serverens disk", "the server's disk is full", 507),
    "read_only": ("der kan kun læses fra lageret, ikke skrives i det", "the store can be read but not written to", 503),
    "busy": ("en anden er ved at gemme", "somebody else is saving", 503),
    "broken": (
        "registret over forbedringsprojekter kan ikke læses for tiden",
        "the register of improvement initiatives cannot be read at present",
        503,
    ),
}


def _not_saved(context: Reader, error: NotSaved | BrokenRegister) -> tuple[str, int]:
    """What a reader is told whose form could not be saved though nothing is wrong with it, and the answer's status."""
    flask.current_app.logger.error("%s", error)
    why = error.why if isinstance(error, NotSaved) else "broken"
    da, en, status = _NOT_SAVED[why]
    if why == "busy":
        da_then, en_then = "Gem igen om et øjeblik.", "Save again in a moment."
    else:
        da_then = "Sig det til dem, der driver dashboardet, og gem igen, når det er rettet."
        en_then = "Tell those who run the dashboard, and save again when it has been mended."
    if flask.request.path.endswith("/importer"):
        return context.t(f"Intet er importeret: {da}. {da_then}", f"Nothing was imported: {en}. {en_then}"), status
    return context.t(
        f"Projektet er ikke gemt: {da}. Det, du skrev, står her. {da_then}",
        f"The initiative is not saved: {en}. What you wrote is here. {en_then}",
    ), status


def _typed_only(id: str, values: Mapping[str, str]) -> Initiative:
    """As much of an initiative as its form needs, of what was typed."""
    revision = flask.request.form.get("revision", "")
    return Initiative(
        id, values["database"], values["title"], (), "", FIRST_DAY, 0, "", "", None, False, dt.datetime.now(dt.UTC),
        int(revision) if revision.isdecimal() else 1,
    )  # fmt: skip


def _typed() -> dict[str, str]:
    """What the form says; several departments as one text."""
    form = flask.request.form
    values = {name: form.get(name, "") for name in FIELDS}
    values["departments"] = " ".join(form.getlist("departments"))
    return values


def _sent(app: PrerenderedDash, tree: object, status: int = 200) -> flask.Response:
    return app.document(tree, status)


def _done(context: Reader, made: Initiative) -> flask.Response:
    return flask.redirect(f"{_list(context, 'gemt', database=made.database)}#{made.id}", 303)


def _list(context: Reader, message: str, **changes: str) -> str:
    """The address of the page of initiatives, where ``message`` is said."""
    address = context.to("/forbedringer", **changes)
    return f"{address}{'&' if '?' in address else '?'}besked={message}"
