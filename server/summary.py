"""Editing the summary of an annual report: its headings on one page, a form for each."""

from __future__ import annotations

from dataclasses import replace

import flask

from data.improvements import NotSaved
from data.registers import BrokenRegisters, Moved
from layouts.comments import summary as pages
from layouts.comments.form import LONGEST_NAME, LONGEST_TEXT
from layouts.frame import visitor
from layouts.frame.source import view
from reports.annual import indicators, summary
from results import summaries as data
from results.audit import overview
from server.forms import LARGEST_FORM, only_form
from server.improvements import may_write, only_writers
from server.rendering import PrerenderedDash
from words.reader import Reader


def admits(request: flask.Request) -> bool:
    """Whether a POST is one of this module's; aborts with 403, 411, 413 or 415 where it is but may not be made."""
    if request.path != pages.HERE:
        return False
    only_writers()
    only_form(request, LARGEST_FORM * 3)
    return True


def register_routes(app: PrerenderedDash) -> None:
    """The page of headings and the form of one."""

    @app.server.route(pages.HERE, methods=["GET", "POST"])
    def edit_summary() -> flask.Response:
        only_writers()
        context = _context()
        found = summary.headings(context, indicators.sections(context, overview(context.view)))
        asked = context.state.choice("afsnit")
        if not asked:
            return app.document(pages.page(context, found, data.edits(context.view, context.lang)))
        one = next(heading for heading in found if heading.id == asked)
        history = data.history(context.view, context.lang, one.id)
        standing = next((entry for entry in history if not entry.beside), None)
        if flask.request.method == "GET":
            text = str(standing.body["text"]) if standing is not None else ""
            base = standing.revision if standing is not None else 0
            return app.document(pages.form(context, one, text or one.said, base, *_who("", ""), history))
        typed = flask.request.form
        base = int(typed["base"]) if typed.get("base", "").isdecimal() else 0
        author, role = _who(typed.get("author", ""), typed.get("role", ""))
        text = typed.get("text", "").replace("\r\n", "\n").strip()
        if again := typed.get("brug", ""):
            used = next((entry for entry in history if str(entry.number) == again), None)
            if used is None:
                flask.abort(404)
            text, author, role = str(used.body["text"]), *_who(used.author, used.role)
        if len(text) > LONGEST_TEXT or len(author) > LONGEST_NAME or len(role) > LONGEST_NAME:
            flask.abort(413)
        if text == one.said:  # unchanged: the rules go on speaking
            text = ""
        try:
            data.write(context.view, context.lang, one.id, base, text, one.said, author, role)
        except Moved as moved:
            notice = context.t(
                "En anden har gemt, mens du skrev. Begge tekster er bevaret: Den andens står herunder, og din står i "
                "feltet. Ret til, og gem igen.",
                "Somebody else saved while you were writing. Both texts are kept: theirs stands below, yours in the "
                "field. Mend it and save again.",
            )
            history = data.history(context.view, context.lang, one.id)
            tree = pages.form(context, one, text, moved.latest.revision, author, role, history, notice, moved.latest)
            return app.document(tree, 409)
        except (NotSaved, BrokenRegisters) as error:
            flask.current_app.logger.error("%s", error)
            notice = context.t(
                "Teksten er ikke gemt: registret kan ikke skrives lige nu. Det, du skrev, står her.",
                "The text is not saved: the register cannot be written. What you wrote is here.",
            )
            return app.document(pages.form(context, one, text, base, author, role, history, notice), 503)
        return flask.redirect(f"{pages.address(context)}#{one.id}", 303)


def _context() -> Reader:
    chosen = {key: value[0] if len(value) == 1 else value for key, value in flask.request.args.lists()}
    context = view("/rapport", chosen, {"afsnit": data.HEADINGS})
    may_write(context.database)
    if context.problems:
        flask.abort(400, "; ".join(one.text(context.lang) for one in context.problems))
    return replace(context, view=context.view.of_all_patients())


def _who(author: str, role: str) -> tuple[str, str]:
    """Name and role of the writer: the session's where log-in is on, else what was typed."""
    found = visitor.current()
    return (author.strip(), role.strip()) if found is None else (found.name, found.role)
