"""The Dash application: its pages, routes and settings, what it admits and what every answer carries."""

from __future__ import annotations

import gzip
import mimetypes
from collections.abc import Callable, Collection
from pathlib import Path

import dash
import flask

from data.once import Memory
from data.reads import Read
from layouts.frame.shell import BRAND
from layouts.frame.source import CONFIG_KEY, Source
from server import actions as action_routes
from server import api, awaited, embedded, fhir, find, periods
from server import case_audits as case_audit_routes
from server import comments as comment_routes
from server import figures as figure_routes
from server import hearing as hearing_routes
from server import improvements as improvement_routes
from server import meeting as meeting_routes
from server import reports as report_routes
from server import summary as summary_routes
from server import usage as usage_routes
from server.access.door import FORMS as ACCESS_FORMS
from server.access.door import close
from server.access.network import Network, is_loopback
from server.base_path import outside
from server.dash_inner import CALLBACKS, Malformed, check_call
from server.downloads import register_routes
from server.errors import register_errors
from server.keeping import PagesBeside
from server.rendering import PrerenderedDash

ROOT = Path(__file__).resolve().parents[1]
LARGEST_REQUEST = 64 * 1024  # bytes: Dash's page callback sends an address, nothing more

#: Content-Security-Policy: nothing but this host. Plotly and the server's HTML set inline styles, the export
#: of figures draws data: and blob: images; scripts are files of this host and the inline ones named by hash.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
}
#: Sent where the request came by TLS: for a year the browser asks in no other way.
STRICT = "max-age=31536000"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}


def create_app(
    source: Source,
    version: Callable[[], str],
    *,
    moved: Callable[[Collection[Read], str], bool] = lambda read, then: True,
    network: Network | None = None,
    beside: PagesBeside | None = None,
    pages_folder: str = "layouts",
    register: Callable[[], None] | None = None,
) -> PrerenderedDash:
    """The Dash application. ``source`` makes the context of each page view, ``version`` names the data
    (its id), ``moved`` says what a version of the registers changes (see PageCache).

    ``network``: how the server is reached, and whether one has to log in; only requests that name it are answered (no
    DNS rebinding).
    ``beside``: the pages that were made beforehand.
    ``register`` registers pages that are not in the folder.
    """
    network = network or Network()
    mimetypes.add_type("font/woff2", ".woff2")
    dash.page_registry.clear()  # Dash keeps one list of pages per process: an app made before must not lend its own
    app = PrerenderedDash(
        "kraeftkvalitet",
        assets_folder=str(ROOT / "assets"),
        assets_ignore=r"\.js$",  # the page names its own scripts; Dash's come with its first figure
        pages_folder=str(ROOT / pages_folder) if pages_folder else "",
        use_pages=True,
        include_pages_meta=False,
        suppress_callback_exceptions=True,  # else Dash calls every page's layout at the first request
        title=BRAND,
        update_title=None,
        serve_locally=True,
        enable_mcp=False,
        websocket_callbacks=False,
        add_log_handler=False,
        routes_pathname_prefix="/",
        requests_pathname_prefix=f"{network.base}/",
    )
    app._favicon = "favicon.svg"
    if register:
        register()
    app.prepare_pages(version, moved, beside)
    server = app.server
    register_routes(server)
    awaited.register_routes(server)
    find.register_routes(server)
    periods.register_routes(server)
    figure_routes.register_routes(app)
    improvement_routes.register_routes(app)
    action_routes.register_routes(app)
    report_routes.register_routes(app)
    comment_routes.register_routes(app)
    meeting_routes.register_routes(app)
    case_audit_routes.register_routes(app)
    hearing_routes.register_routes(app)
    summary_routes.register_routes(app)
    usage_routes.register_routes(app)
    register_errors(app)
    server.config[CONFIG_KEY] = source
    server.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    close(app, network)
    api.register_routes(server)  # it asks who the door let in
    fhir.register_routes(server)
    embedded.register_routes(app, network.embed_origins)
    server.before_request(lambda: _only_known_methods(app))
    server.after_request(lambda response: _secured(app, response, network.embed_origins))
    server.after_request(_compressed)
    return app


def edition_for(host: str, wanted: str | None) -> str:
    """The edition served: the one asked for, else working on this machine alone and public everywhere
    else.
    """
    return wanted or ("working" if is_loopback(host) else "public")


_WRITING = (
    action_routes, improvement_routes, comment_routes, summary_routes, hearing_routes, meeting_routes,
    case_audit_routes,
)  # fmt: skip


def _is_a_form(request: flask.Request) -> bool:
    """Whether one of the modules that write takes this POST; it aborts where it may not be made."""
    return any(one.admits(request) for one in _WRITING)


def _only_known_methods(app: PrerenderedDash) -> None:
    request = flask.request
    if request.method in ("GET", "HEAD"):
        return
    if request.method == "POST" and request.path in ACCESS_FORMS:
        return
    if request.method == "POST" and _is_a_form(request):
        return
    if request.method != "POST" or request.path != CALLBACKS:
        flask.abort(405)
    if request.mimetype != "application/json":
        flask.abort(415)
    # A form on another site cannot read the answer, and shall not cause the work either.
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        flask.abort(403)
    try:
        check_call(app, request.get_data())
    except Malformed as error:
        flask.abort(400, str(error))


def _secured(app: PrerenderedDash, response: flask.Response, embed_origins: tuple[str, ...]) -> flask.Response:
    policy = dict(POLICY)
    if response.mimetype == "text/html":
        policy["script-src"] = " ".join(["'self'", *app.csp_hashes()])
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers.add("Vary", "Cookie")
    for name, value in HEADERS.items():
        response.headers[name] = value
    embedded.in_frames(policy, response, embed_origins)
    response.headers["Content-Security-Policy"] = "; ".join(f"{name} {value}" for name, value in policy.items())
    response.headers.pop("Server", None)
    if response.location:
        response.location = outside(response.location)
    if flask.request.is_secure:  # as a proxy of ours says (server/access/network.py)
        response.headers["Strict-Transport-Security"] = STRICT
    return response


_COMPRESSED = {
    "text/html",
    "text/css",
    "text/csv",
    "text/javascript",
    "application/javascript",
    "application/json",
    "application/fhir+json",
    "image/svg+xml",
}


_packed = Memory(64)


def _gzip_once(body: bytes) -> bytes:
    return _packed.get(body, lambda: gzip.compress(body, compresslevel=6, mtime=0))


def _compressed(response: flask.Response) -> flask.Response:
    """gzip for text: Dash's scripts shrink from 9 to 2.6 MB. Those are packed once, pages come packed, the rest each
    time."""
    accepted = "gzip" in flask.request.headers.get("Accept-Encoding", "")
    if response.mimetype not in _COMPRESSED or response.status_code != 200 or "Content-Encoding" in response.headers:
        return response
    response.headers.add("Vary", "Accept-Encoding")
    if not accepted or flask.request.method == "HEAD":
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < 1024:
        return response
    suite = flask.request.path.startswith("/_dash-component-suites/")
    response.set_data(_gzip_once(body) if suite else gzip.compress(body, compresslevel=5, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    return response
