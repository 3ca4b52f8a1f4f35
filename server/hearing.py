"""The hearing round of an annual report: signed links for one region and year each, and the comments behind them.

A link holds database, year, region, deadline and the revision of its round, signed by the store's key (itsdangerous):
it cannot be made elsewhere, nothing in it can be changed, and it ends with its day, with a newer link or when it is
withdrawn. It shows the public edition whatever the server's, and writes that region's comments alone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import flask
from itsdangerous import BadData, URLSafeSerializer

from data import reference
from data.improvements import NotSaved
from data.output import UsageError
from data.registers import BrokenRegisters, Moved, Registers
from indicators.catalogue import BY_ID, why_not_reported
from layouts.comments import hearing as pages
from layouts.comments.form import LONGEST_NAME, LONGEST_TEXT
from layouts.frame import visitor
from layouts.frame.source import CONFIG_KEY, view
from reports.surroundings import reader
from results import comments as data
from results import hearings
from results.audit import UnitTable, overview, unit_table
from results.comments import Comment
from results.hearings import Hearing
from results.nodes import divisible
from results.view import Edition
from server.access.session import key
from server.forms import LARGEST_FORM, only_form
from server.improvements import may_write, only_writers
from server.rendering import PrerenderedDash
from words import format as fmt
from words import indicator as words
from words.reader import Reader

PREFIX, ROUNDS = "/hoering/", "/rapport/hoering"
#: Entries of one comment that a link may write: more is no hearing.
_MOST = 200
#: The subject of a comment on the report as a whole, in an address.
_WHOLE = "alt"
_SITES = ("C18", "C20", "C53")
_HERE = ZoneInfo("Europe/Copenhagen")


@dataclass(frozen=True)
class _Opened:
    """A link that holds: the reader behind it, the round, and the link's own address."""

    context: Reader
    hearing: Hearing
    token: str

    def address(self, **more: str) -> str:
        query = urlencode({**_lang_of(self.context.lang), **more})
        return f"{PREFIX}{self.token}" + (f"?{query}" if query else "")


class _Closed(Exception):
    """A link that does not hold; ``why`` as layouts.comments.hearing.closed has it."""

    def __init__(self, why: str, until: dt.date | None = None) -> None:
        super().__init__(why)
        self.why, self.until = why, until


def admits(request: flask.Request) -> bool:
    """Whether a POST is one of this module's; aborts with 403, 411, 413 or 415 where it is but may not be made."""
    if request.path == ROUNDS:
        only_writers()
        only_form(request)
        return True
    if request.path.startswith(PREFIX):
        only_form(request, LARGEST_FORM * 3)
        return True
    return False


def register_routes(app: PrerenderedDash) -> None:
    """The registry's page of links, and the page behind a link."""
    server = app.server

    @server.route(ROUNDS, methods=["GET", "POST"])
    def hearing_rounds() -> flask.Response:
        only_writers()
        context = _writer()
        if flask.request.method == "GET":
            return app.document(_rounds(context))
        form = flask.request.form
        region, base = form.get("region", ""), form.get("base", "")
        if region not in _regions(context):
            flask.abort(400, f"region: '{region}' is none; there are {', '.join(_regions(context))}")
        who, revision = _who(), int(base) if base.isdecimal() else 0
        try:
            if form.get("handling") == "luk":
                hearings.withdraw(context.view, region, revision, *who)
            else:
                until = _day(form.get("until", ""))
                if until is None or until < _today():
                    notice = context.t("Fristen skal være en dag fra i dag og frem.",
                                       "The deadline must be a day from today on.")  # fmt: skip
                    return app.document(_rounds(context, notice), 422)
                hearings.ask(context.view, region, until, revision, *who)
        except Moved:
            notice = context.t("En anden har lavet et link i mellemtiden; det står her.",
                               "Somebody else made a link meanwhile; it stands here.")  # fmt: skip
            return app.document(_rounds(context, notice), 409)
        except NotSaved as error:
            flask.current_app.logger.error("%s", error)
            notice = context.t("Linket er ikke lavet: disken tager ikke imod.",
                               "The link was not made: the disk takes nothing.")  # fmt: skip
            return app.document(_rounds(context, notice), 503)
        return flask.redirect(f"{flask.request.full_path.rstrip('?')}#hoering-{region}", 303)

    @server.route(f"{PREFIX}<token>", methods=["GET", "POST"])
    def hearing_page(token: str) -> flask.Response:
        try:
            opened = _opened(token)
        except _Closed as closed:
            return app.document(pages.closed(_lang(), closed.why, closed.until), 404 if closed.why == "forged" else 410)
        subject = flask.request.args.get("emne", "")
        if not subject:
            return app.document(_listed(opened))
        return _comment(app, opened, subject)


# --- the registry's links ------------------------------------------------------------------------------------------


def _writer() -> Reader:
    chosen = {name: value[0] if len(value) == 1 else value for name, value in flask.request.args.lists()}
    context = view("/rapport", chosen)
    may_write(context.database)
    if context.problems:
        flask.abort(400, "; ".join(one.text(context.lang) for one in context.problems))
    return replace(context, view=context.view.of_all_patients())


def _rounds(context: Reader, notice: str = "") -> object:
    found = []
    for region in _regions(context):
        one = hearings.hearing(context.view, region)
        found.append((one, _address(context, one) if one.is_open(_today()) else ""))
    return pages.rounds(context, found, _today(), notice)


def _regions(context: Reader) -> tuple[str, ...]:
    """The regions of the reporting year, in the order of tables."""
    day = dt.date(context.period, context.first_month, 1)
    there = reference.region_codes_on(day)
    return tuple(code for code in reference.region_order() if code in there)


def _address(context: Reader, one: Hearing) -> str:
    said = [context.database, context.period, one.region, one.until.isoformat(), one.revision]
    token = _signer(context).dumps(said)
    return flask.url_for("hearing_page", token=token, _external=True, **_lang_of(context.lang))


def _signer(context: Reader) -> URLSafeSerializer:
    return URLSafeSerializer(key(context.view.snapshot.root), salt="hearing of an annual report")


# --- behind a link -------------------------------------------------------------------------------------------------


def _opened(token: str) -> _Opened:
    """The link's reader and round; raises _Closed where it does not hold."""
    source = flask.current_app.config[CONFIG_KEY]
    snapshot = source.store.served()
    signer = URLSafeSerializer(key(snapshot.root), salt="hearing of an annual report")
    try:
        database, period, region, until, revision = signer.loads(token)
    except BadData as error:
        raise _Closed("forged") from error
    flask.g.hearing = f"{database}/{period}/{region}"
    day = dt.date.fromisoformat(until)
    if _today() > day:
        raise _Closed("expired", day)
    edition = replace(source.edition, name="public")
    try:
        made = reader(snapshot, edition, database, fmt.period(period, reference.database(database).year_start), _lang())
    except UsageError as error:  # the store no longer has the database or the year
        raise _Closed("withdrawn") from error
    one = hearings.hearing(made.view, region)
    if one.state != hearings.OPEN or one.revision != revision:
        raise _Closed("withdrawn")
    if data.version(made.view).state == "final":
        raise _Closed("final")
    return _Opened(made, one, token)


def _listed(opened: _Opened) -> object:
    context, region = opened.context, opened.hearing.region
    rows = []
    for row in overview(context.view):
        there = context.view.for_site(row.site)
        if row.not_reported is None and divisible(there, row.indicator.id):
            table = unit_table(there, row.indicator.id)
            unit = next((one for one in table.of_level("region") if one.code == region), None)
            rows.append((table, unit, _standing(opened, row.indicator.id, row.site)))
    saved = flask.request.args.get("gemt") == "ja"
    return pages.page(context, opened.hearing, opened.address(), rows, _standing(opened, "", ""), saved)


def _standing(opened: _Opened, indicator: str, site: str) -> Comment | None:
    """The region's own comment, whatever the edition: it wrote it."""
    context = opened.context
    name = data.subject(context.database, context.period, indicator, site, "regional", opened.hearing.region)
    found = Registers(context.view.snapshot.root).latest(data.COMMENTS, name).get(name)
    return None if found is None or not found.body["text"] else data.of_entry(found)


def _comment(app: PrerenderedDash, opened: _Opened, subject: str) -> flask.Response:
    context, region = opened.context, opened.hearing.region
    site = flask.request.args.get("lokalisation", "")
    id = "" if subject == _WHOLE else subject
    table = _table(context, id, site) if id else None
    title = words.title(context, table) if table else context.t("Rapporten som helhed", "The report as a whole")
    name = data.subject(context.database, context.period, id, site, "regional", region)
    register = Registers(context.view.snapshot.root)
    history = register.history(data.COMMENTS, name)
    stood = next((one for one in history if not one.beside), None)
    more = {"emne": subject, **({"lokalisation": site} if site else {})}
    action, back = opened.address(**more), opened.address()

    def page(typed: dict[str, str], base: int, notice: str = "", theirs: str = "", status: int = 200) -> flask.Response:
        tree = pages.form(context, opened.hearing, title, action, back, typed, base, notice, theirs)
        return app.document(tree, status)

    if flask.request.method == "GET":
        typed = {} if stood is None else {"text": str(stood.body["text"]), "author": stood.author, "role": stood.role}
        return page(typed, 0 if stood is None else stood.revision)
    form = flask.request.form
    typed = {key_: form.get(key_, "").replace("\r\n", "\n").strip() for key_ in ("text", "author", "role")}
    base = int(form["base"]) if form.get("base", "").isdecimal() else 0
    if len(typed["text"]) > LONGEST_TEXT or max(len(typed["author"]), len(typed["role"])) > LONGEST_NAME:
        flask.abort(413)
    if len(history) >= _MOST:
        flask.abort(429)
    if not typed["author"] or not typed["role"]:
        notice = context.t("Skriv navn og rolle: de står ved kommentaren i rapporten.",
                           "Write name and role: they stand beside the comment in the report.")  # fmt: skip
        return page(typed, base, notice, status=422)
    if data.holds_person(typed["text"]):
        notice = context.t("Teksten ligner et CPR-nummer. Slet det; kommentaren er ikke gemt.",
                           "The text is shaped like a CPR number. Remove it; the comment is not saved.")  # fmt: skip
        return page(typed, base, notice, status=422)
    body = {"text": typed["text"], "number": _number(context, id, site), "hearing": opened.hearing.revision}
    try:
        register.write(data.COMMENTS, name, base, body, typed["author"], typed["role"])
    except Moved as moved:
        notice = context.t("En anden fra regionen har gemt, mens du skrev. Begge tekster er bevaret. Ret til, og gem "
                           "igen.",
                           "Somebody else of the region saved while you were writing. Both texts are kept. Mend yours "
                           "and save again.")  # fmt: skip
        return page(typed, moved.latest.revision, notice, str(moved.latest.body["text"]), 409)
    except (NotSaved, BrokenRegisters) as error:
        flask.current_app.logger.error("%s", error)
        notice = context.t("Kommentaren er ikke gemt: registret kan ikke skrives lige nu. Det, du skrev, står her.",
                           "The comment is not saved: the register cannot be written. What you wrote is "
                           "here.")  # fmt: skip
        return page(typed, base, notice, status=503)
    return flask.redirect(opened.address(gemt="ja"), 303)


def _table(context: Reader, id: str, site: str) -> UnitTable:
    """The indicator's results; 404 where the database has none of that name."""
    if id not in BY_ID or why_not_reported(BY_ID[id], context.view.info) is not None or site not in ("", *_SITES):
        flask.abort(404)
    try:
        return unit_table(context.view.for_site(site), id)
    except UsageError:
        flask.abort(404)


def _number(context: Reader, id: str, site: str) -> dict[str, object]:
    """What the comment remembers of the country's result: the whole one, which is not shown here."""
    if not id:
        return {}
    whole = replace(context.view, edition=Edition("working", context.threshold))
    table = unit_table(whole.for_site(site), id)
    return data.number_of(table.cell(table.nation))


def _who() -> tuple[str, str]:
    found = visitor.current()
    return ("", "") if found is None else (found.name, found.role)


def _lang() -> str:
    return "en" if flask.request.args.get("lang") == "en" else "da"


def _lang_of(lang: str) -> dict[str, str]:
    return {} if lang == "da" else {"lang": lang}


def _today() -> dt.date:
    return dt.datetime.now(_HERE).date()


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
