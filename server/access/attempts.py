"""Wrong passwords make the next try wait: longer each time, for that user from that address."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

FREE = 5  # tries without waiting
LONGEST = 300.0  # seconds
_REMEMBERED = 4096


@dataclass
class _Tried:
    times: int = 0
    until: float = 0.0


class Attempts:
    """The failed tries of this process, the latest of them."""

    def __init__(self) -> None:
        self._tried: OrderedDict[tuple[str, str], _Tried] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, name: str, address: str) -> float:
        """Seconds until the next try is looked at; 0: now."""
        with self._lock:
            ends = [one.until for key in _keys(name, address) if (one := self._tried.get(key)) is not None]
        return max(0.0, max(ends, default=0.0) - time.monotonic())

    def failed(self, name: str, address: str) -> None:
        """A wrong name or password. An address may try four times as often as one user from it."""
        with self._lock:
            for key, free in zip(_keys(name, address), (FREE, 4 * FREE), strict=True):
                one = self._tried.setdefault(key, _Tried())
                self._tried.move_to_end(key)
                one.times += 1
                if one.times >= free:
                    one.until = time.monotonic() + min(LONGEST, 2.0 ** (one.times - free))
            while len(self._tried) > _REMEMBERED:
                self._tried.popitem(last=False)

    def succeeded(self, name: str, address: str) -> None:
        """The user is in; the address keeps its count, so that one account does not open the others."""
        with self._lock:
            self._tried.pop((name, address), None)


def _keys(name: str, address: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return (name, address), ("", address)
