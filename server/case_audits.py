"""Audits of case records: drawing one, the form of each case, what is changed of an audit.

The registry and a database's steering group draw audits and see all of them; a clinician answers for the own
departments' cases. Addresses name a case by its number in the sample: the log holds no ids.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import flask
from werkzeug.exceptions import Forbidden

from data.improvements import NotSaved
from data.registers import BrokenRegisters, Moved
from data.selection import SelectionError
from layouts.audit import journal
from layouts.frame import visitor
from layouts.frame.source import view
from results import case_audits as data
from results.case_audits import AuditPlan, AuditRefused, CaseAudit, SampledCase
from server.forms import LARGEST_FORM, only_form
from server.improvements import only_clinicians_and_writers
from server.rendering import PrerenderedDash
from words.reader import Reader

PREFIX = f"{journal.HERE}/"
#: Years that a period may lie in.
_YEARS = (1900, 2100)


class NotTheirs(Forbidden):
    """Somebody asked for an audit that is not for them: 403, to a reader as a page that says so."""


def admits(request: flask.Request) -> bool:
    """Whether a POST is one of this module's; aborts with 403, 411, 413 or 415 where it is but may not be made."""
    if not request.path.startswith(PREFIX):
        return False
    only_clinicians_and_writers(NotTheirs)
    only_form(request, LARGEST_FORM * 3)
    return True


def register_routes(app: PrerenderedDash) -> None:
    """The pages of audits and what their forms send."""
    server = app.server

    @server.errorhandler(NotTheirs)
    def not_theirs(error: NotTheirs) -> flask.Response:
        return app.document(journal.not_here(_view()), 403)

    @server.route(f"{PREFIX}ny", methods=["GET", "POST"])
    def new_audit() -> flask.Response:
        context = _context()
        _only_whole(context)
        if flask.request.method == "GET":
            year = context.view.period
            usual = {
                "start": f"{year}-01-01",
                "end": f"{year}-12-31",
                "each": "10",
                "seed": f"{context.database}-{year}",
            }
            return app.document(journal.new_page(context, usual, ("department",)))
        form = flask.request.form
        typed, by = form.to_dict(), tuple(form.getlist("by"))
        snapshot = context.view.snapshot
        try:
            plan = plan_of(typed, by)
            if "proev" in form:
                drawn = data.sample(snapshot, context.database, plan)
                return app.document(journal.new_page(context, typed, by, drawn=_tried(context, drawn)))
            made = data.add(snapshot, context.database, plan, *_who(typed))
        except AuditRefused as refused:
            return app.document(journal.new_page(context, typed, by, refused.errors), 422)
        except SelectionError as error:
            wrong = [("sample", str(error), str(error))]
            return app.document(journal.new_page(context, typed, by, wrong), 422)
        except (NotSaved, BrokenRegisters) as error:
            flask.current_app.logger.error("%s", error)
            wrong = [("sample", *_NOT_SAVED)]
            return app.document(journal.new_page(context, typed, by, wrong), 503)
        return flask.redirect(journal.address(context, made.id), 303)

    @server.get(f"{PREFIX}<int:id>")
    def one_audit(id: int) -> flask.Response:
        context = _context()
        one, seen = _asked(context, id)
        return app.document(journal.page(context, one, seen))

    @server.post(f"{PREFIX}<int:id>/ret")
    def change(id: int) -> flask.Response:
        context = _context()
        _only_whole(context)
        one, seen = _asked(context, id)
        form = flask.request.form
        words = {name: form.get(name, "").strip() for name in ("title", "purpose", "status")}
        if again := form.get("brug", ""):
            entries = data.history(context.view.snapshot, context.database, one.id)
            used = next((entry for entry in entries if str(entry.number) == again), None)
            if used is None:
                flask.abort(404)
            words = {name: str(used.body[name]) for name in words}
        notice, status = "", 422
        try:
            data.settings(context.view.snapshot, one, **words, base=_base(), author=_who(form)[0], role=_who(form)[1])
        except AuditRefused as refused:
            notice = "; ".join(f"{name}: {context.t(*said)}" for name, *said in refused.errors)
        except Moved:
            notice, status = context.t(*_MOVED), 409
        except NotSaved as error:
            flask.current_app.logger.error("%s", error)
            notice, status = context.t(*_NOT_SAVED), 503
        if notice:
            one, seen = _asked(context, id)
            return app.document(journal.page(context, one, seen, notice), status)
        return flask.redirect(journal.address(context, id), 303)

    @server.route(f"{PREFIX}<int:id>/<int:number>", methods=["GET", "POST"])
    def case(id: int, number: int) -> flask.Response:
        context = _context()
        one, seen = _asked(context, id)
        which = next((case for case in seen if case.number == number), None)
        if which is None:
            flask.abort(404)
        snapshot = context.view.snapshot
        stood = data.answers(snapshot, one).get(number)
        entries = data.history(snapshot, context.database, one.id, number)
        revision = next((entry.revision for entry in entries if not entry.beside), 0)
        if flask.request.method == "GET":
            typed = {} if stood is None else {**stood.answers, "note": stood.note}
            return app.document(journal.case_page(context, one, which, seen, typed, revision))
        form = flask.request.form
        typed = {name: form.get(name, "").strip() for name in (*(each.id for each in one.questions), "note")}
        if again := form.get("brug", ""):
            used = next((entry for entry in entries if str(entry.number) == again), None)
            if used is None:
                flask.abort(404)
            there = data.answer_of(used)
            typed = {**there.answers, "note": there.note}
        try:
            data.answer(snapshot, one, number, typed, typed.get("note", ""), _base(), *_who(form))
        except AuditRefused as refused:
            return app.document(journal.case_page(context, one, which, seen, typed, revision, refused.errors), 422)
        except Moved as moved:
            page = journal.case_page(context, one, which, seen, typed, moved.latest.revision, notice=context.t(*_MOVED))
            return app.document(page, 409)
        except (NotSaved, BrokenRegisters) as error:
            flask.current_app.logger.error("%s", error)
            page = journal.case_page(context, one, which, seen, typed, revision, notice=context.t(*_NOT_SAVED))
            return app.document(page, 503)
        answered = data.answers(snapshot, one)
        later = [each for each in seen if each.number > number and each.number not in answered]
        follows = journal.address(context, one.id, later[0].number) if later else journal.address(context, one.id)
        return flask.redirect(journal.address(context, one.id, number) if again else follows, 303)


_MOVED = (
    "En anden har gemt i mellemtiden. Begge udgaver er bevaret og står nedenfor; din står i felterne. Gem igen for at "
    "bruge den.",
    "Somebody else saved meanwhile. Both versions are kept and stand below; yours is in the fields. Save again to "
    "use it.",
)
_NOT_SAVED = (
    "Det er ikke gemt: registret kan ikke skrives lige nu. Det, du skrev, står her. Sig det til dem, der driver "
    "dashboardet.",
    "It is not saved: the register cannot be written at present. What you wrote is here. Tell those who run the "
    "dashboard.",
)


def plan_of(typed: Mapping[str, str], by: tuple[str, ...]) -> AuditPlan:
    """The plan that a form's fields describe; ``end`` is the last day. Raises AuditRefused naming the field."""
    days, numbers, errors = {}, {}, []
    for name in ("start", "end"):
        try:
            days[name] = dt.date.fromisoformat(typed.get(name, "").strip())
            if not _YEARS[0] <= days[name].year <= _YEARS[1]:
                raise ValueError(name)
        except ValueError:
            value = typed.get(name, "")
            errors.append((name, f"'{value}' er ikke en dato; skriv fx 2025-12-31",
                           f"'{value}' is no date; write e.g. 2025-12-31"))  # fmt: skip
    for name in ("each", "size"):
        value = typed.get(name, "").strip() or "0"
        if not value.isdecimal():
            errors.append((name, f"'{value}' er ikke et antal", f"'{value}' is no number"))
        else:
            numbers[name] = int(value)
    try:
        asked = data.questions(typed.get("questions", ""))
    except AuditRefused as refused:
        errors += refused.errors
    if errors:
        raise AuditRefused(*errors)
    return AuditPlan(
        typed.get("title", "").strip(), typed.get("purpose", "").strip(), typed.get("indicator", ""),
        typed.get("state", ""), days["start"], days["end"] + dt.timedelta(days=1), (), by, numbers["each"],
        numbers["size"], typed.get("seed", "").strip(), asked,
    )  # fmt: skip


def _tried(context: Reader, drawn) -> str:
    many, of = len(drawn.cases), sum(size for _, size, _ in drawn.strata)
    layers = len(drawn.strata)
    return context.t(f"Der trækkes {many} af {of} forløb i {layers} lag. Intet er gemt endnu.",
                     f"{many} of {of} cases would be drawn in {layers} strata. Nothing is saved yet.")  # fmt: skip


def _only_whole(context: Reader) -> None:
    if not journal.sees_whole(context):
        raise NotTheirs(f"no audits of {context.database} are the visitor's to change")


def _view() -> Reader:
    chosen = {key: value[0] if len(value) == 1 else value for key, value in flask.request.args.lists()}
    return view("/audit", chosen)


def _context() -> Reader:
    only_clinicians_and_writers(NotTheirs)
    context = _view()
    if context.problems:
        flask.abort(400, "; ".join(one.text(context.lang) for one in context.problems))
    return replace(context, view=context.view.of_all_patients())


def _asked(context: Reader, id: int) -> tuple[CaseAudit, tuple[SampledCase, ...]]:
    """The audit and the cases of it that the visitor may see; 403 where there are none, 404 where there is no audit."""
    found = data.audit(context.view.snapshot, context.database, str(id))
    if found is None:
        flask.abort(404)
    seen = journal.whose(context, found)
    if not seen:
        raise NotTheirs("no case of the audit is the visitor's")
    return found, seen


def _base() -> int:
    base = flask.request.form.get("base", "")
    return int(base) if base.isdecimal() else 0


def _who(form: Mapping[str, str]) -> tuple[str, str]:
    """Name and role of the writer: the session's where log-in is on, else what was typed."""
    found = visitor.current()
    if found is not None:
        return found.name, found.role
    return form.get("author", "").strip()[:120], form.get("role", "").strip()[:120]
