"""The log: a fault's trace once, then how often it came again.

A fault that every view meets would otherwise fill the disk with its traces and hide the next one.
"""

from __future__ import annotations

import logging
import sys
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TextIO

from server.errors import number_of

#: Seconds between two lines on the same thing, and after which a thing that has not come again is new once more.
QUIET, FORGOTTEN = 60.0, 3600.0
#: How many things are remembered.
REMEMBERED = 256
LINE = "%(asctime)s %(levelname)s %(message)s"


@dataclass
class _Told:
    """What was told, and how often it came since; ``last``: the newest of them."""

    last: logging.LogRecord
    at: float
    more: int = 0


class Repeats(logging.StreamHandler):
    """A log in which the same thing stands once; ``tell`` writes how often it came again.

    The same thing: a trace through the same lines, whatever its message; else the same text.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(stream)
        self._clock = clock
        self._told: OrderedDict[Hashable, _Told] = OrderedDict()

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record, or count it; logging holds the handler's lock."""
        error = record.exc_info[1] if record.exc_info else None
        key = number_of(error) if error else (record.name, record.getMessage())
        told = self._told.get(key)
        if told is not None:
            told.last, told.more = record, told.more + 1
            return
        self._told[key] = _Told(record, self._clock())
        if len(self._told) > REMEMBERED:
            self._say_again(self._told.popitem(last=False)[1])
        super().emit(record)

    def tell(self, everything: bool = False) -> None:
        """Write how often each thing came again since it was told, those that are due or ``everything``."""
        with self.lock:
            now = self._clock()
            for key, told in list(self._told.items()):
                if told.more and (everything or now - told.at >= QUIET):
                    self._say_again(told)
                    told.at, told.more = now, 0
                elif now - told.at >= FORGOTTEN:
                    del self._told[key]

    def _say_again(self, told: _Told) -> None:
        if told.more:
            text = f"{told.last.getMessage()} ({told.more} more time{'s'[: told.more != 1]})"
            super().emit(logging.makeLogRecord({"name": told.last.name, "levelname": told.last.levelname, "msg": text}))


def start() -> Repeats:
    """Write this process's log to stderr; returns the handler, whose ``tell`` is to be called now and then."""
    handler = Repeats(sys.stderr)
    handler.setFormatter(logging.Formatter(LINE))
    logging.getLogger().addHandler(handler)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that readers wait for each other is no fault
    return handler
