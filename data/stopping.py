"""A signal stops a command: the query that runs is interrupted, what was begun is cleared away, the process ends."""

from __future__ import annotations

import contextlib
import signal
import weakref
from typing import NoReturn

import duckdb

#: The signals that stopped this process; the last one says how it ends.
STOPPED: list[int] = []

_working: weakref.WeakSet[duckdb.DuckDBPyConnection] = weakref.WeakSet()


def stoppable(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The same connection; a signal interrupts the query that runs on it.

    An exception raised in a signal's handler alone is not enough: DuckDB 2.0 then cancels its tasks without
    interrupting them and waits for the end of those that run, which for a join of many rows may be hours.
    """
    _working.add(con)
    return con


def stop_on_signals() -> None:
    """From now on SIGTERM and Ctrl-C interrupt the queries on ``stoppable`` connections and end the process.

    It ends with ``SystemExit``, so that what was begun is cleared away; 128 + the signal's number, as a shell says it.
    """
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)


def _stop(number: int, frame: object) -> NoReturn:
    STOPPED.append(number)
    for con in list(_working):
        with contextlib.suppress(duckdb.ConnectionException):  # it is closed
            con.interrupt()
    raise SystemExit(128 + number)
