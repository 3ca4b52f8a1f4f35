"""Writing plans and the steps of outlier cases: who may, what is sent, and what comes back.

The registry and a database's steering group write for every department, a clinician for the own ones.
"""

from __future__ import annotations

import datetime as dt

import flask
from werkzeug.exceptions import Forbidden

from data.improvements import NotSaved
from data.once import BeingMade
from data.registers import BrokenRegisters, Moved
from indicators.catalogue import BY_ID
from layouts.actions import form as forms
from layouts.actions import parts
from layouts.frame import being_made, visitor
from layouts.frame.source import view
from results import actions as data
from results.actions import Outlier, UnitPlanRefused
from results.nodes import sites_of, units
from server.forms import only_form
from server.improvements import only_clinicians_and_writers
from server.rendering import PrerenderedDash
from words.reader import Reader

PREFIX = f"{parts.HERE}/"
EXTRAS = {"indikator": tuple(sorted(BY_ID))}
_FIELDS = ("tool", "barrier", "action", "owner", "start", "due", "note", "status")
_NOT_SAVED = (
    "Det er ikke gemt: registret kan ikke skrives lige nu. Det, du skrev, står her. Sig det til dem, der driver "
    "dashboardet.",
    "It is not saved: the register cannot be written at present. What you wrote is here. Tell those who run the "
    "dashboard.",
)
_MOVED = (
    "En anden har gemt i mellemtiden. Det, du skrev, står her; gem igen for at bruge det.",
    "Somebody else saved meanwhile. What you wrote is here; save again to use it.",
)


class NotTheirPlan(Forbidden):
    """Somebody asked for plans that are not theirs: 403, to a reader as a page that says so."""


def admits(request: flask.Request) -> bool:
    """Whether a POST is one of this module's; aborts with 403, 411, 413 or 415 where it is but may not be made."""
    if not request.path.startswith(PREFIX):
        return False
    only_clinicians_and_writers(NotTheirPlan)
    only_form(request)
    return True


def register_routes(app: PrerenderedDash) -> None:
    """The forms and what they send."""
    server = app.server

    @server.errorhandler(NotTheirPlan)
    def not_their_plan(error: NotTheirPlan) -> flask.Response:
        return app.document(parts.not_here(view("/404", {"lang": flask.request.args.get("lang", "da")})), 403)

    @server.route(f"{PREFIX}<code>/ny", methods=["GET", "POST"])
    def new_plan(code: str) -> flask.Response:
        context, name = _context(code)
        key = _key(context)
        if flask.request.method == "GET":
            today = dt.date.today()
            usual = {"start": today.isoformat(), "due": (today + dt.timedelta(days=data.REVIEW)).isoformat()}
            return app.document(forms.new(context, (code, name), key, usual))
        typed = _typed()
        author, role = _who()
        try:
            data.add(context.view.snapshot, context.database, code, key, typed, author, role)
        except UnitPlanRefused as refused:
            return app.document(forms.new(context, (code, name), key, typed, refused.errors), 422)
        except (Moved, NotSaved, BrokenRegisters) as error:
            flask.current_app.logger.error("%s", error)
            return app.document(forms.new(context, (code, name), key, typed, notice=context.t(*_NOT_SAVED)), 503)
        return flask.redirect(f"{parts.address(context, code)}#planer", 303)

    @server.route(f"{PREFIX}<code>/<key>/<int:number>", methods=["GET", "POST"])
    def one_plan(code: str, key: str, number: int) -> flask.Response:
        context, name = _context(code)
        snapshot = context.view.snapshot
        made = data.plan(snapshot, context.database, code, key, number)
        if made is None:
            flask.abort(404)
        past = data.history(snapshot, made)
        if flask.request.method == "GET":
            return app.document(forms.one(context, made, name, past))
        typed = {name: flask.request.form[name] for name in _FIELDS if name in flask.request.form}
        wanted = flask.request.form.get("goer", "")
        if wanted == "stop":
            typed["status"] = "stopped"
        elif wanted == "forny":
            typed["due"] = (max(made.due, dt.date.today()) + dt.timedelta(days=data.REVIEW)).isoformat()
        try:
            data.change(snapshot, made, typed, _base(), *_who())
        except UnitPlanRefused as refused:
            return app.document(forms.one(context, made, name, past, typed, refused.errors, base=_base()), 422)
        except Moved as moved:
            notice, base = context.t(*_MOVED), moved.latest.revision
            return app.document(forms.one(context, made, name, past, typed, notice=notice, base=base), 409)
        except (NotSaved, BrokenRegisters) as error:
            flask.current_app.logger.error("%s", error)
            return app.document(forms.one(context, made, name, past, typed, notice=context.t(*_NOT_SAVED)), 503)
        return flask.redirect(parts.address(context, code, f"{key}/{number}"), 303)

    @server.route(f"{PREFIX}<code>/varsel/<indicator>", methods=["GET", "POST"])
    def outlier_case(code: str, indicator: str) -> flask.Response:
        context, _ = _context(code)
        try:
            found = data.outlier(context.view, code, indicator)
        except BeingMade as error:
            return _being_made(app, context, error)
        if found is None:
            flask.abort(404)
        if flask.request.method == "GET":
            return app.document(forms.case(context, found))
        return _step_taken(app, context, found)


def _step_taken(app: PrerenderedDash, context: Reader, found: Outlier) -> flask.Response:
    form = flask.request.form
    typed = {name: form.get(name, "") for name in ("step", "text", "owner", "author")}
    try:
        data.take_step(context.view, found, typed["step"], typed["text"], typed["owner"], _base(), *_who())
    except UnitPlanRefused as refused:
        return app.document(forms.case(context, found, typed, refused.errors, base=_base()), 422)
    except Moved as moved:
        notice, base = context.t(*_MOVED), moved.latest.revision
        return app.document(forms.case(context, found, typed, notice=notice, base=base), 409)
    except (NotSaved, BrokenRegisters) as error:
        flask.current_app.logger.error("%s", error)
        return app.document(forms.case(context, found, typed, notice=context.t(*_NOT_SAVED)), 503)
    return flask.redirect(parts.address(context, found.code, "varsel", found.indicator), 303)


def _being_made(app: PrerenderedDash, context: Reader, error: BeingMade) -> flask.Response:
    from layouts.frame import shell

    page = shell.page(
        context,
        active="actions",
        finding=context.t("Sagen er ikke klar endnu", "The case is not ready yet"),
        lead=being_made.told(context, error),
    )
    return app.document(page, 503)


def _context(code: str) -> tuple[Reader, str]:
    """The surroundings of a department's forms and its name; 403 where they are not the visitor's, 404 without one."""
    only_clinicians_and_writers(NotTheirPlan)
    chosen = {key: value[0] if len(value) == 1 else value for key, value in flask.request.args.lists()}
    site = str(chosen.get("indikator", "")).partition(".")
    if site[1]:
        chosen["indikator"] = site[0]
    context = view(f"{parts.HERE}/{code}", chosen, EXTRAS).of_all_patients()
    if context.problems:
        flask.abort(400, "; ".join(one.text(context.lang) for one in context.problems))
    listed = units(context.view)
    if code not in listed.index:
        flask.abort(404)
    if not parts.writes(context, code):
        raise NotTheirPlan(f"{code} is not the visitor's department")
    return context, str(listed.loc[code]["name"])


def _key(context: Reader) -> str:
    """The indicator (with its site) that a new plan is for; 404 where there is none."""
    asked = flask.request.args.get("indikator", "")
    indicator, _, site = asked.partition(".")
    if indicator not in BY_ID or (site and site not in sites_of(context.view, indicator)):
        flask.abort(404)
    return asked


def _typed() -> dict[str, str]:
    return {name: flask.request.form.get(name, "") for name in (*_FIELDS, "author")}


def _base() -> int:
    base = flask.request.form.get("base", "")
    return int(base) if base.isdecimal() else 0


def _who() -> tuple[str, str]:
    """Name and role of the writer: the session's where log-in is on, else what was typed."""
    found = visitor.current()
    if found is not None:
        return found.name, found.role
    return flask.request.form.get("author", "").strip()[: data.LONGEST["author"]], ""
