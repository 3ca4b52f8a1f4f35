"""Writing comments of the annual report, and making its version final: forms of the working edition.

Who may write is asked as for initiatives (server/improvements.py). A comment that somebody else has changed meanwhile
is not overwritten: both texts are kept, and the writer sees them beside each other.
"""

from __future__ import annotations

from dataclasses import replace

import flask

from data import reference
from data.improvements import NotSaved
from data.output import UsageError
from data.registers import BrokenRegisters, Moved, Registers
from indicators.catalogue import BY_ID, why_not_reported
from layouts.comments import form as forms
from layouts.comments import section
from layouts.frame import visitor
from layouts.frame.source import view
from results import comments as data
from results.audit import unit_table
from server.forms import LARGEST_FORM, only_form
from server.improvements import may_write, only_writers
from server.rendering import PrerenderedDash
from words import indicator as words
from words.reader import Reader

PREFIX = "/rapport/"
PATHS = (f"{PREFIX}kommentar", f"{PREFIX}endelig")
EXTRAS = {"emne": tuple(BY_ID), "slags": data.KINDS, "lokalisation": ("C18", "C20", "C53"),
          "hvor": tuple(reference.region_order())}  # fmt: skip


def admits(request: flask.Request) -> bool:
    """Whether a POST is one of this module's; aborts with 403, 411, 413 or 415 where it is but may not be made."""
    if request.path not in PATHS:
        return False
    only_writers()
    only_form(request, LARGEST_FORM * 3)  # the text's letters are written as %C3%A6
    return True


def register_routes(app: PrerenderedDash) -> None:
    """The form of a comment, and the report's version."""
    server = app.server

    @server.route(f"{PREFIX}kommentar", methods=["GET", "POST"])
    def comment() -> flask.Response:
        only_writers()
        context, of, name = _asked()
        may_write(context.database)
        register = Registers(context.view.snapshot.root)
        try:
            history = register.history(data.COMMENTS, name)
        except BrokenRegisters as error:
            return _refused(app, context, of, flask.request.form.get("text", ""), 0, error)
        standing = next((one for one in history if not one.beside), None)
        if flask.request.method == "GET":
            text = "" if standing is None else str(standing.body["text"])
            author, role = _who(standing.author if standing else "", standing.role if standing else "")
            base = 0 if standing is None else standing.revision
            return app.document(forms.page(context, of, text, base, author, role, history))
        typed = flask.request.form
        base = int(typed["base"]) if typed.get("base", "").isdecimal() else 0
        author, role = _who(typed.get("author", ""), typed.get("role", ""))
        text = typed.get("text", "").replace("\r\n", "\n").strip()
        if again := typed.get("brug", ""):
            used = next((one for one in history if str(one.number) == again), None)
            if used is None:
                flask.abort(404)
            text = str(used.body["text"])
            author, role = _who(used.author, used.role)
        if len(text) > forms.LONGEST_TEXT or len(author) > forms.LONGEST_NAME or len(role) > forms.LONGEST_NAME:
            flask.abort(413)
        try:
            register.write(data.COMMENTS, name, base, {"text": text, "number": data.number_of(of.cell)}, author, role)
        except Moved as moved:
            notice = context.t(
                "En anden har gemt, mens du skrev. Begge tekster er bevaret: Den andens står herunder, og din står i "
                "feltet. Ret til, og gem igen.",
                "Somebody else saved while you were writing. Both texts are kept: theirs stands below, yours in the "
                "field. Mend it and save again.",
            )
            answer = forms.page(context, of, text, moved.latest.revision, author, role,
                                register.history(data.COMMENTS, name), notice, moved.latest)  # fmt: skip
            return app.document(answer, 409)
        except (NotSaved, BrokenRegisters) as error:
            return _refused(app, context, of, text, base, error)
        return flask.redirect(of.back, 303)

    @server.post(f"{PREFIX}endelig")
    def version() -> flask.Response:
        context = _context()
        may_write(context.database)
        typed = flask.request.form
        base = int(typed["base"]) if typed.get("base", "").isdecimal() else 0
        author, role = _who("", "")
        try:
            act = data.reopen if typed.get("handling") == "aabn" else data.finish
            act(context.view, base, author, role)
        except Moved:
            pass  # somebody else did it: the page shows what stands
        except (NotSaved, BrokenRegisters) as error:
            flask.current_app.logger.error("%s", error)
            flask.abort(503)
        return flask.redirect(context.to("/rapport", database=context.database, period=context.period), 303)


def _context() -> Reader:
    chosen = {key: value[0] if len(value) == 1 else value for key, value in flask.request.args.lists()}
    context = view("/rapport", chosen, EXTRAS)
    if context.problems:
        flask.abort(400, "; ".join(one.text(context.lang) for one in context.problems))
    whole = replace(context, view=context.view.of_all_patients())
    return whole


def _asked() -> tuple[Reader, forms.CommentForm, str]:
    """The reader, what the comment is of, and its name in the register; aborts with 404 where there is no such."""
    context = _context()
    state = context.state
    id, kind, site, region = (state.choice(name) for name in ("emne", "slags", "lokalisation", "hvor"))
    if id not in BY_ID or kind not in data.KINDS or why_not_reported(BY_ID[id], context.view.info) is not None:
        flask.abort(404)
    if kind == "regional" and not region:
        region = reference.region_order()[0]
    if kind != "regional":
        region = ""
    try:
        table = unit_table(context.view.for_site(site), id)
    except UsageError:
        flask.abort(404)
    extra = (("lokalisation", site),) if site else ()
    chosen = {"database": context.database, "period": context.period}
    back = f"{context.to(f'/indikator/{id}', extra=extra, **chosen)}#kommentarer"
    of = forms.CommentForm(
        words.title(context, table), kind, region, table.cell(table.nation), back,
        section.address(context, id, site, kind, region), tuple(code for code in reference.region_order() if code),
    )  # fmt: skip
    return context, of, data.subject(context.database, context.period, id, site, kind, region)


def _who(author: str, role: str) -> tuple[str, str]:
    """Name and role of the writer: the session's where log-in is on, else what was typed."""
    found = visitor.current()
    return (author.strip(), role.strip()) if found is None else (found.name, found.role)


def _refused(
    app: PrerenderedDash,
    context: Reader,
    of: forms.CommentForm,
    text: str,
    base: int,
    error: NotSaved | BrokenRegisters,
) -> flask.Response:
    flask.current_app.logger.error("%s", error)
    notice = context.t(
        "Kommentaren er ikke gemt: registret kan ikke skrives lige nu. Det, du skrev, står her. Sig det til dem, der "
        "driver dashboardet.",
        "The comment is not saved: the register cannot be written at present. What you wrote is here. Tell those who "
        "run the dashboard.",
    )
    return app.document(forms.page(context, of, text, base, *_who("", ""), notice=notice), 503)
