"""The door: before every request who it is of and whether that person may ask this; after it what the log is told."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import flask
from werkzeug.exceptions import Forbidden

from data.audit_log import AuditLog, NotLogged
from layouts.frame import visitor as visitors
from layouts.frame.source import CONFIG_KEY
from server.access import openid, pages
from server.access.attempts import Attempts
from server.access.network import Network
from server.access.openid import NotProven, OpenId, Unreachable
from server.access.rules import allowed, rule
from server.access.session import COOKIE, LIFETIME, Sessions, is_for_a_program, key, visitor_of
from server.forms import only_from_here
from server.rendering import PrerenderedDash

_log = logging.getLogger("kraeftkvalitet")
#: Not told to the log: what every page brings along.
_SMALL = ("/assets/", "/_dash-component-suites/", "/_favicon.ico", "/klar", "/healthz", "/readyz", "/_dash-layout",
          "/_dash-dependencies")  # fmt: skip
#: Answered whoever asks, so that a page of the door has its styles.
_OF_NOBODY = (
    "/assets/",
    "/_dash-component-suites/",
    "/_favicon.ico",
    "/healthz",
    "/readyz",
    "/hoering/",
    "/indlejret/",
)
_HEALTH = ("/healthz", "/readyz")
#: The addresses of the door's own forms.
FORMS = ("/log-ind", "/log-ud")
#: What must not happen unless the log tells of it: files, and lists of patients.
_MUST_BE_TOLD = ("/hent/", "/api/", "/figur/", "/rapport/")
_LISTS = ("/handl/", "/audit/journal/")


class NotThisWay(Forbidden):
    """The request came through a proxy that the server was not told of."""


class NotFromThere(Forbidden):
    """The request came straight from an address that is none of our proxy's."""


class NotOurs(Forbidden):
    """A name that a proxy or provider has told, and that the register of users does not have."""


def close(app: PrerenderedDash, network: Network) -> None:
    """Ask at the door of the server: host, way, log-in, role. Without log-in only host and way are asked."""
    server = app.server
    server.config["TRUSTED_HOSTS"] = network.trusted_hosts

    @server.before_request
    def way() -> None:
        header = network.forwarded(flask.request)
        if header:
            raise NotThisWay(header)
        stranger = network.stranger(flask.request)
        if stranger and flask.request.path not in _HEALTH:
            raise NotFromThere(stranger)

    @server.errorhandler(NotThisWay)
    def not_this_way(error: NotThisWay) -> flask.Response:
        return app.document(pages.not_this_way(_lang(), str(error.description)), 403)

    @server.errorhandler(NotFromThere)
    def not_from_there(error: NotFromThere) -> flask.Response:
        return app.document(pages.not_from_there(_lang(), str(error.description)), 403)

    @server.errorhandler(NotOurs)
    def not_ours(error: NotOurs) -> flask.Response:
        return app.document(pages.not_ours(_lang(), str(error.description)), 403)

    @server.get("/healthz")
    def healthz() -> flask.Response:
        return _short("ok")

    @server.get("/readyz")
    def readyz() -> flask.Response:
        server.config[CONFIG_KEY].store.served()  # raises where no data can be served: 503
        return _short("ready")

    if network.login:
        _with_login(app, server.config[CONFIG_KEY].store.root, network)


def _with_login(app: PrerenderedDash, root: Path, network: Network) -> None:
    server = app.server
    server.secret_key = key(root)
    server.config.update(
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH=f"{network.base}/",
        SESSION_COOKIE_SECURE=network.proxies > 0,  # behind a proxy that speaks TLS
        PERMANENT_SESSION_LIFETIME=LIFETIME,
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    sessions, attempts, log = Sessions(root), Attempts(), AuditLog(root)

    def told_by_proxy() -> visitors.Visitor | None:
        name = network.user_named(flask.request)
        if not name or flask.request.path.startswith(_OF_NOBODY) or is_for_a_program():
            return None
        user = sessions.named_elsewhere(name)
        if user is None:
            raise NotOurs(name[:64])
        return visitor_of(user)

    def tell(what: str, status: int, **more: object) -> None:
        found = visitors.current()
        log.append(
            {
                "who": found.name if found else "",
                "role": found.role if found else "",
                "from": flask.request.remote_addr or "",
                "what": what,
                "method": flask.request.method,
                "path": _told_path(),
                "query": flask.request.query_string.decode("utf-8", "replace"),
                "status": status,
                **more,
            }
        )

    @server.before_request
    def door() -> flask.Response | None:
        found = told_by_proxy() or sessions.visitor()
        if found is not None:
            visitors.enter(found)
        role = found.role if found else ""
        path = flask.request.path
        if allowed(role, path, flask.request.method):
            return None
        if found is None and rule(path) is None and flask.request.method in ("GET", "HEAD"):
            asked = urlencode({"til": flask.request.full_path.rstrip("?")}, safe="/?:")
            return flask.redirect(f"/log-ind?{asked}")
        return app.document(pages.refused(_lang(), logged_in=found is not None), 403 if found else 401)

    @server.after_request
    def told(response: flask.Response) -> flask.Response:
        path = flask.request.path
        if path.startswith(_SMALL) or path in (*FORMS[:1], openid.BEGIN, openid.ANSWER):
            return response
        writes = flask.request.method not in ("GET", "HEAD") and path != "/_dash-update-component"
        refused = response.status_code in (401, 403)
        what = "refused" if refused else "write" if writes else "export" if path.startswith(_MUST_BE_TOLD) else "view"
        if what == "view" and path.startswith(_LISTS):
            what = "list"
        try:
            tell(what, response.status_code)
        except NotLogged as error:
            _log.error("%s", error)
            if what in ("export", "list") and response.status_code == 200:
                return app.document(pages.not_told(_lang()), 503)
        return response

    @server.route("/log-ind", methods=["GET", "POST"])
    def log_in() -> flask.Response:
        target = _within(flask.request.values.get("til", ""))
        if flask.request.method == "GET":
            return app.document(pages.log_in(_lang(), target, provider=network.provider))
        only_from_here(flask.request)
        name, password = (flask.request.form.get(field, "") for field in ("navn", "kodeord"))
        address = flask.request.remote_addr or ""
        wait = attempts.wait(name, address)
        if wait:
            response = app.document(pages.log_in(_lang(), target, name, wait=wait, provider=network.provider), 429)
            response.headers["Retry-After"] = str(int(wait) + 1)
            return response
        user = sessions.users.check(name, password)
        if user is None:
            attempts.failed(name, address)
            tell("log-in refused", 401, tried=name[:64])
            return app.document(pages.log_in(_lang(), target, name, wrong=True, provider=network.provider), 401)
        attempts.succeeded(name, address)
        visitors.enter(sessions.begin(user))
        tell("log-in", 303)
        return flask.redirect(target or visitors.current().start, 303)

    @server.post("/log-ud")
    def log_out() -> flask.Response:
        only_from_here(flask.request)
        flask.session.clear()
        return flask.redirect("/log-ind", 303)

    @server.get("/konto")
    def account() -> flask.Response:
        leaves = not network.user_named(flask.request)
        return app.document(pages.account(_lang(), visitors.current(), leaves))

    if network.provider is not None:
        _with_provider(app, OpenId(server, network.provider), sessions, tell)


def _with_provider(app: PrerenderedDash, provider: OpenId, sessions: Sessions, tell: Callable[..., None]) -> None:
    server = app.server

    @server.get(openid.BEGIN)
    def provider_asked() -> flask.Response:
        flask.session["til"] = _within(flask.request.args.get("til", ""))
        try:
            return provider.begin()
        except Unreachable as error:
            _log.error("log-in with %s: %s", provider.provider.issuer, error)
            return app.document(pages.unreachable(_lang()), 503)

    @server.get(openid.ANSWER)
    def provider_answered() -> flask.Response:
        target = str(flask.session.get("til", ""))
        try:
            name = provider.name()
        except Unreachable as error:
            _log.error("log-in with %s: %s", provider.provider.issuer, error)
            return app.document(pages.unreachable(_lang()), 503)
        except NotProven as error:
            tell("log-in refused", 401, why=str(error)[:200])
            return app.document(pages.not_proven(_lang()), 401)
        user = sessions.named_elsewhere(name)
        if user is None:
            tell("log-in refused", 403, tried=name[:64])
            raise NotOurs(name[:64])
        visitors.enter(sessions.begin(user))
        tell("log-in", 303)
        return flask.redirect(target or visitors.current().start, 303)


def _told_path() -> str:
    """The path as the log has it: of a hearing whose it is, never the link itself, which would let readers in."""
    if flask.request.path.startswith("/hoering/"):
        return f"/hoering/{flask.g.get('hearing', '?')}"
    return flask.request.path


def _short(text: str) -> flask.Response:
    response = flask.Response(text, mimetype="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response


def _lang() -> str:
    return "en" if flask.request.args.get("lang") == "en" else "da"


def _within(target: str) -> str:
    """An address of this server to go to after log-in; "" where it is none."""
    fits = target.startswith("/") and not target.startswith(("//", "/log-")) and "\\" not in target
    return target if fits and target.isprintable() else ""
