"""How the server ends: asked to stop, it answers what it has begun, ends what it has started, and is gone."""

from __future__ import annotations

import logging
import os
import sys
from typing import NoReturn

from server.children import Children
from server.log import Repeats
from server.serving import Serving


def serve_until_stopped(serving: Serving, children: Children, told: Repeats) -> NoReturn:
    """Serve until SIGTERM or Ctrl-C, then end this process with code 0."""

    def beat() -> None:
        children.reap()
        told.tell()

    serving.run(beat)
    children.ask_to_end()  # before the last answers: it takes the processor from them
    serving.drain()
    children.end()
    told.tell(everything=True)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    # Not by way of Python's clearing up, in which DuckDB complains of snapshots that threads still have open.
    os._exit(0)
