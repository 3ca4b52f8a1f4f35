"""The dashboard's server: ``python app.py [--store DIR | --published DIR] [--host 127.0.0.1] [--port 8050]
[--edition working|public] [--k 3|5|10] …``: server/options.py.

Exit codes: 0 stopped, 1 the store cannot be used, 2 usage.
"""

from __future__ import annotations

import signal
import sys
import threading
from functools import partial
from pathlib import Path

from data.opening import open_store
from data.published import Publications
from data.store import OutdatedStore, StoreError
from data.users import Users
from layouts.frame.shell import BRAND
from layouts.frame.source import StoreSource
from results.view import Edition
from server import log
from server.application import create_app, edition_for
from server.beforehand import beside
from server.edge import guarded
from server.ending import serve_until_stopped
from server.options import network_of, parsed
from server.preparing import CHILDREN, keep_ready, prepare_beside
from server.serving import Serving
from server.starting import renew_registers
from survival import fits


def main(arguments: list[str] | None = None) -> int:
    """Serve the dashboard until it is stopped; returns the exit code."""
    options = parsed(arguments)
    edition = edition_for(options.host, "public" if options.published else options.edition)
    k = options.k or Edition.threshold
    try:
        if options.published:
            store = Publications(Path(options.published))
            k = store.served().threshold
        else:
            store = open_store(options.store, lambda text: print(text, file=sys.stderr))
        shown = Edition(edition, k)
        login = Users(store.root).any() and not options.open_to_all
        network = network_of(options, login)
        if why_not := network.why_not(edition, str(store.root)):
            print(f"app.py: {why_not}", file=sys.stderr)
            return 1
        editions = [Edition(name, k) for name in ("working", "public")] if login else [shown]
        if not options.published:
            store.opened = partial(prepare_beside, store, editions, login=login, base=network.base)
        store.served()
    except StoreError as error:
        danish = f"app.py: {error.da}\n" if isinstance(error, OutdatedStore) else ""
        print(f"{danish}app.py: {error}", file=sys.stderr)
        return 1
    source = StoreSource(store, shown)
    try:
        kept = beside(store, shown, login, network.base)
        app = create_app(source, source.version, moved=source.moved, network=network, beside=kept)
    except StoreError as error:  # of the key that signs the sessions
        print(f"app.py: {error}", file=sys.stderr)
        return 1
    told = log.start()
    if not options.published:
        renew_registers(store.root)
    try:
        serving = Serving(network.behind(guarded(app.server)), options.host, options.port)
    except (OSError, ValueError) as error:
        print(
            f"app.py: {options.host}:{options.port} cannot be used ({error}); name others with --host and --port",
            file=sys.stderr,
        )
        CHILDREN.end()
        return 1
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, serving.stop)
    if not options.published:
        threading.Thread(target=keep_ready, args=(store, fits.load), daemon=True).start()
    name = f"[{options.host}]" if ":" in options.host else options.host
    print(
        f"{BRAND}: http://{name}:{options.port}{network.base} ({'log-in required' if login else f'{edition} edition'})",
        file=sys.stderr,
    )
    serve_until_stopped(serving, CHILDREN, told)


if __name__ == "__main__":
    sys.exit(main())
