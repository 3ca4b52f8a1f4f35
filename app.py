"""The dashboard's server: ``python app.py [--store DIR] [--host 127.0.0.1] [--port 8050] [--edition
working|public]``.

Exit codes: 0 stopped, 1 the store cannot be used, 2 usage.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from functools import partial

from data.opening import open_store
from data.store import OutdatedStore, StoreError
from layouts.frame.shell import BRAND
from layouts.frame.source import StoreSource
from results.view import Edition
from server import log
from server.application import create_app, edition_for
from server.edge import guarded
from server.ending import serve_until_stopped
from server.preparing import CHILDREN, keep_ready, prepare_beside
from server.serving import Serving
from server.starting import renew_registers
from survival import fits

DEFAULT_THRESHOLD = 5


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
        CHILDREN.end()
        return 1
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, serving.stop)
    threading.Thread(target=keep_ready, args=(store, fits.load), daemon=True).start()
    name = f"[{options.host}]" if ":" in options.host else options.host
    print(f"{BRAND}: http://{name}:{options.port} ({edition} edition)", file=sys.stderr)
    serve_until_stopped(serving, CHILDREN, told)


if __name__ == "__main__":
    sys.exit(main())
