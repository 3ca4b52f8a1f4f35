"""The audit meeting: an indicator on a full screen, decisions kept at once, the agenda by hand, minutes as DOCX."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import replace
from zoneinfo import ZoneInfo

import flask

from data.improvements import NotSaved
from data.registers import Moved, Registers
from layouts.audit import parts
from layouts.frame import visitor
from layouts.frame.source import view
from results import meeting
from results.meeting import AgendaItem
from server.forms import only_form
from server.improvements import may_write, only_writers
from server.rendering import PrerenderedDash
from words.reader import Reader

PATHS = ("/audit/moede", "/audit/dagsorden", "/audit/status")
_HERE = ZoneInfo("Europe/Copenhagen")
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def admits(request: flask.Request) -> bool:
    """Whether a POST is one of this module's; aborts with 403, 411, 413 or 415 where it is but may not be made."""
    if request.path not in PATHS:
        return False
    only_writers()
    only_form(request)
    return True


def register_routes(app: PrerenderedDash) -> None:
    """The meeting's pages and what their forms send."""
    server = app.server

    @server.route("/audit/moede", methods=["GET", "POST"])
    def screen() -> flask.Response:
        context = _context()
        items = meeting.agenda(context.view)
        if not items:
            flask.abort(404)
        place = _place(items, flask.request.args.get("nr", "1"))
        if flask.request.method == "GET":
            decision = items[place].decision
            at = f"{decision.at.astimezone(_HERE):%H.%M}" if decision is not None else ""
            return app.document(parts.screen(context, items, place, at))
        typed = {name: flask.request.form.get(name, "").strip() for name in ("text", "responsible", "deadline")}
        _checked(typed)
        body = {**typed, "status": "open", "outcome": ""}
        if (stood := items[place].decision) is not None:
            body |= {"status": stood.status, "outcome": stood.outcome}
        try:
            _keep(context, items[place].key, context.period, body)
        except Moved as moved:
            notice = context.t(
                f"En anden har gemt i mellemtiden: »{moved.latest.body['text']}«. Din tekst står her; gem igen for at "
                "bruge den.",
                f"Somebody else saved meanwhile: '{moved.latest.body['text']}'. Your text is here; save again to use "
                "it.",
            )
            tree = parts.screen(context, items, place, "", notice, typed, moved.latest.revision)
            return app.document(tree, 409)
        except NotSaved as error:
            flask.current_app.logger.error("%s", error)
            notice = context.t("Beslutningen er ikke gemt: disken tager ikke imod. Din tekst står her.",
                               "The decision is not saved: the disk takes nothing. Your text is here.")  # fmt: skip
            return app.document(parts.screen(context, items, place, "", notice, typed), 503)
        return flask.redirect(parts.address(context, "/audit/moede", nr=items[place].key), 303)

    @server.post("/audit/status")
    def status() -> flask.Response:
        context = _context()
        form = flask.request.form
        year = form.get("aar", "")
        if form.get("status") not in meeting.STATUSES or year not in (str(context.period), str(context.period - 1)):
            flask.abort(400)
        key = flask.request.args.get("nr", "")
        stood = meeting.decisions(context.view, int(year)).get(key)
        if stood is None:
            flask.abort(404)
        outcome = form.get("outcome", "").strip()
        if len(outcome) > parts.LONGEST["outcome"]:
            flask.abort(413)
        body = {"text": stood.text, "responsible": stood.responsible,
                "deadline": stood.deadline.isoformat() if stood.deadline else "", "status": form["status"],
                "outcome": outcome}  # fmt: skip
        with suppress(Moved):  # the page shows what stands; what was sent now is kept beside it
            _keep(context, key, int(year), body)
        return flask.redirect(parts.address(context, "/audit"), 303)

    @server.post("/audit/dagsorden")
    def order() -> flask.Response:
        context = _context()
        keys = [one.key for one in meeting.everything(context.view)]
        form = flask.request.form

        def place(key: str) -> tuple[int, int]:
            wanted = form.get(f"nr.{key}", "").strip()
            return (int(wanted) if wanted.isdecimal() else len(keys), keys.index(key))

        ordered = sorted(keys, key=place)
        out = [key for key in keys if f"med.{key}" not in form]
        base = int(form["base"]) if form.get("base", "").isdecimal() else 0
        name, body = f"{context.database}/{context.period}", {"order": ordered, "out": out}
        with suppress(Moved):  # somebody else ordered it meanwhile: the page shows that
            Registers(context.view.snapshot.root).write(meeting.AGENDAS, name, base, body, *_who())
        return flask.redirect(parts.address(context, "/audit"), 303)

    @server.get("/audit/referat.docx")
    def minutes() -> flask.Response:
        from reports import minutes as of  # with python-docx, which the first page does not wait for
        from reports.writers import docx

        context = _context()
        name = f"{context.database}_{context.period_label.replace('/', '-')}_referat.docx"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-cache"}
        return flask.Response(docx.write(of.make(context)), content_type=_DOCX, headers=headers)


def _context() -> Reader:
    """The reader of the meeting; aborts with 403 for who does not write for the database."""
    only_writers()
    chosen = {key: value[0] if len(value) == 1 else value for key, value in flask.request.args.lists() if key != "nr"}
    context = view("/audit", chosen)
    may_write(context.database)
    if context.problems:
        flask.abort(400, "; ".join(one.text(context.lang) for one in context.problems))
    return replace(context, view=context.view.of_all_patients())


def _place(items: tuple[AgendaItem, ...], wanted: str) -> int:
    """Which item: by its key, or by its number from 1."""
    if wanted.isdecimal() and 1 <= int(wanted) <= len(items):
        return int(wanted) - 1
    found = next((place for place, one in enumerate(items) if one.key == wanted), None)
    if found is None:
        flask.abort(404)
    return found


def _checked(typed: dict[str, str]) -> None:
    if len(typed["text"]) > parts.LONGEST["text"] or len(typed["responsible"]) > parts.LONGEST["responsible"]:
        flask.abort(413)
    if typed["deadline"]:
        try:
            typed["deadline"] = dt.date.fromisoformat(typed["deadline"]).isoformat()
        except ValueError:
            flask.abort(400, f"deadline: '{typed['deadline']}' is no date; write it as 2027-03-01")


def _keep(context: Reader, key: str, period: int, body: dict[str, str]) -> None:
    base = flask.request.form.get("base", "")
    registers = Registers(context.view.snapshot.root)
    name = meeting.subject(context.database, period, key)
    registers.write(meeting.DECISIONS, name, int(base) if base.isdecimal() else 0, body, *_who())


def _who() -> tuple[str, str]:
    found = visitor.current()
    return ("", "") if found is None else (found.name, found.role)
