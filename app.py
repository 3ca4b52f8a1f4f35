"""The dashboard's server: ``python app.py [--store DIR] [--host 127.0.0.1] [--port 8050] [--edition
working|public]``.

Exit codes: 0 stopped, 1 the store cannot be used, 2 usage.
"""

from __future__ import annotations

import argparse
import gzip
import ipaddress
import logging
import mimetypes
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import dash
import flask

from data.once import BeingMade, Memory, Workshop
from data.store import OutdatedStore, Snapshot, Store, StoreError, open_store
from layouts.frame.shell import BRAND
from layouts.frame.source import CONFIG_KEY, Source, StoreSource
from results import improvements
from results.view import Edition
from server import awaited, find, log
from server import figures as figure_routes
from server import improvements as improvement_routes
from server.children import Children
from server.dash_inner import CALLBACKS, Malformed, check_call
from server.downloads import register_routes
from server.edge import guarded
from server.ending import serve_until_stopped
from server.errors import register_errors
from server.rendering import PrerenderedDash
from server.serving import Serving
from server.starting import renew_registers
from survival import fits

ROOT = Path(__file__).resolve().parent
_log = logging.getLogger("kraeftkvalitet")
DEFAULT_THRESHOLD = 5
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
    host: str = "127.0.0.1",
    pages_folder: str = "layouts",
    register: Callable[[], None] | None = None,
) -> PrerenderedDash:
    """The Dash application. ``source`` makes the context of each page view, ``version`` names the data
    (its id).

    On a loopback ``host`` only requests addressed to this machine are answered (no DNS rebinding).
    ``register`` registers pages that are not in the folder.
    """
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
    )
    app._favicon = "favicon.svg"
    if register:
        register()
    app.prepare_pages(version)
    server = app.server
    register_routes(server)
    awaited.register_routes(server)
    find.register_routes(server)
    figure_routes.register_routes(app)
    improvement_routes.register_routes(app)
    register_errors(app)
    server.config[CONFIG_KEY] = source
    server.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    if is_loopback(host):
        server.config["TRUSTED_HOSTS"] = ["localhost", "127.0.0.1", "[::1]"]
    server.before_request(lambda: _only_known_methods(app))
    server.after_request(lambda response: _secured(app, response))
    server.after_request(_compressed)
    return app


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on ``host``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def edition_for(host: str, wanted: str | None) -> str:
    """The edition served: the one asked for, else working on this machine alone and public everywhere
    else.
    """
    return wanted or ("working" if is_loopback(host) else "public")


def _only_known_methods(app: PrerenderedDash) -> None:
    request = flask.request
    if request.method in ("GET", "HEAD"):
        return
    if request.method == "POST" and improvement_routes.admits(request):
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


def _secured(app: PrerenderedDash, response: flask.Response) -> flask.Response:
    policy = dict(POLICY)
    if response.mimetype == "text/html":
        policy["script-src"] = " ".join(["'self'", *app.csp_hashes()])
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers.add("Vary", "Cookie")
    response.headers["Content-Security-Policy"] = "; ".join(f"{name} {value}" for name, value in policy.items())
    for name, value in HEADERS.items():
        response.headers[name] = value
    response.headers.pop("Server", None)
    return response


_COMPRESSED = {
    "text/html",
    "text/css",
    "text/csv",
    "text/javascript",
    "application/javascript",
    "application/json",
    "image/svg+xml",
}


_packed = Memory(64)


def _gzip_once(body: bytes) -> bytes:
    return _packed.get(body, lambda: gzip.compress(body, compresslevel=6, mtime=0))


def _compressed(response: flask.Response) -> flask.Response:
    """gzip for text: Dash's scripts shrink from 9 to 2.6 MB. Those are packed once, the rest each time.

    A page that the browser has already, as after Back, is not sent again.
    """
    if response.mimetype == "text/html" and response.status_code == 200 and flask.request.method == "GET":
        response.add_etag(weak=True)
        response.make_conditional(flask.request)
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


def keep_ready(store: Store, edition: Edition, every: float = 5.0) -> None:
    """Watch the store's pointer for ever and open each new snapshot, also when nobody reads: ``prepare_beside``."""
    ready: Snapshot | None = None
    said, cleaned = "", False
    while True:
        try:
            if not cleaned:
                from data.load import clean_at_start  # with all that a load needs, after the first answer

                cleaned = True
                clean_at_start(store.root)
            if ready is not None:
                ready.look()
                fits.load()  # some seconds after the start: the first page is not to wait for it
            snapshot = store.served()
            if snapshot is not ready:
                ready = snapshot
                improvements.prepare(snapshot)
            said = ""
        except BeingMade:
            ready = None  # readers were there first
        except Exception as error:  # the thread's edge: what it does not expect must neither end it nor pass unseen
            if repr(error) != said:
                said = repr(error)
                expected = isinstance(error, StoreError | OSError)
                _log.error("watching the store: %s", error, exc_info=None if expected else error)
        time.sleep(every)


def prepare_beside(store: Store, edition: Edition, snapshot: Snapshot) -> None:
    """Before anybody reads a snapshot that was opened: have its frames made by a process of its own, and know of it."""
    snapshot.workshop = WORKSHOP
    try:
        process = _start_preparing(store, edition)  # one for an older snapshot stops by itself
    except OSError as error:
        _log.error("results cannot be prepared (%s); pages make what they need", error)
        return
    except SystemExit:  # the server is ending: who reads this now is answered all the same
        return
    snapshot.made_elsewhere = partial(_runs, process, time.monotonic() + LONGEST_PREPARING)


#: Of the server's threads, so many do slow work or wait for it.
WORKSHOP = Workshop(makers=2, waiting=2, patience=2)
_children = Children()
#: Seconds after which readers no longer wait for what is prepared: a page then makes what it needs itself.
LONGEST_PREPARING = 3600


def _runs(process: subprocess.Popen, until: float) -> bool:
    return process.poll() is None and time.monotonic() < until


def _start_preparing(store: Store, edition: Edition) -> subprocess.Popen:
    words = ["prepare", "--store", str(store.root.resolve())]
    words += ["--edition", edition.name, "--threshold", str(edition.threshold)]
    return _children.start([sys.executable, "-m", "results", *words], ROOT)


def main(arguments: list[str] | None = None) -> int:
    """Serve the dashboard until it is stopped; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python app.py", description="The dashboard of Danish cancer quality data.")
    parser.add_argument("--store", metavar="DIR", help="the store; default KRAEFT_STORE, else demonstration data")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8050, help="port to listen on (default: %(default)s)")
    parser.add_argument(
        "--edition",
        choices=("working", "public"),
        help="working shows all counts; default: working on this machine alone, public on any other host",
    )
    options = parser.parse_args(arguments)
    edition = edition_for(options.host, options.edition)
    shown = Edition(edition, DEFAULT_THRESHOLD)
    try:
        store = open_store(options.store, lambda text: print(text, file=sys.stderr))
        store.opened = partial(prepare_beside, store, shown)
        store.served()
    except StoreError as error:
        danish = f"app.py: {error.da}\n" if isinstance(error, OutdatedStore) else ""
        print(f"{danish}app.py: {error}", file=sys.stderr)
        return 1
    source = StoreSource(store, shown)
    app = create_app(source, source.version, host=options.host)
    told = log.start()
    renew_registers(store.root)
    try:
        serving = Serving(guarded(app.server), options.host, options.port)
    except (OSError, ValueError) as error:
        print(
            f"app.py: {options.host}:{options.port} cannot be used ({error}); name others with --host and --port",
            file=sys.stderr,
        )
        _children.end()
        return 1
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, serving.stop)
    threading.Thread(target=keep_ready, args=(store, shown), daemon=True).start()
    name = f"[{options.host}]" if ":" in options.host else options.host
    print(f"{BRAND}: http://{name}:{options.port} ({edition} edition)", file=sys.stderr)
    serve_until_stopped(serving, _children, told)


if __name__ == "__main__":
    sys.exit(main())
