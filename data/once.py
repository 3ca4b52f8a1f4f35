"""Each thing is made once: who asks while it is being made gets what is being made, or is told that it comes.

A server has a ``Workshop``: so many slow pieces of work at a time, so that the other threads answer. Who would have to
wait longer than a moment gets BeingMade. Without one (a command) everybody waits.
"""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")
#: A kept frame: (database, key).
Frame = tuple[str, str]


class BeingMade(Exception):
    """What was asked for takes long and is being made, or waits for its turn: ask again later.

    ``awaited``: the kept frames that it needs, of all of which somebody can ask whether they are there.
    """

    def __init__(self, message: str, awaited: Sequence[Frame] = ()) -> None:
        super().__init__(message)
        self.awaited = tuple(awaited)


class _Making:
    """One thing under way. ``known``: it is finished, or found to be slow."""

    def __init__(self) -> None:
        self.thread = threading.get_ident()
        self.made: Future = Future()
        self.slow = False
        self.known = threading.Event()

    def is_slow(self) -> None:
        self.slow = True
        self.known.set()


class _Mine(threading.local):
    """What this thread is making, and how deep it is in slow work."""

    def __init__(self) -> None:
        self.making: list[_Making] = []
        self.depth = 0


_mine = _Mine()


class Workshop:
    """At most ``makers`` threads at slow work; at most ``waiting`` others wait for them, up to ``patience`` seconds.

    Together they must be fewer than the server's threads.
    """

    def __init__(self, makers: int = 2, waiting: int = 2, patience: float = 2.0) -> None:
        self.patience = patience
        self._makers = threading.BoundedSemaphore(makers)
        self._waiting = threading.BoundedSemaphore(waiting)

    @contextlib.contextmanager
    def work(self, what: str, awaited: Sequence[Frame] = ()) -> Iterator[None]:
        """A place to do slow work in; raises BeingMade where none becomes free in a moment."""
        if not self._makers.acquire(blocking=False) and not self.wait(lambda s: self._makers.acquire(timeout=s)):
            raise BeingMade(f"{what} waits for its turn", awaited)
        try:
            yield
        finally:
            self._makers.release()

    def wait(self, done: Callable[[float], bool]) -> bool:
        """Whether ``done(seconds)`` comes true within the patience; at once False where enough are waiting."""
        if not self._waiting.acquire(blocking=False):
            return False
        try:
            return done(self.patience)
        finally:
            self._waiting.release()


@contextlib.contextmanager
def slow_work(workshop: Workshop | None, what: str, awaited: Sequence[Frame] = ()) -> Iterator[None]:
    """Do slow work in the workshop (None: at once). Within such work this thread needs no second place.

    Who waits for what this thread is making is told that it is slow.
    """
    if _mine.depth:
        with _deeper():
            yield
        return
    with contextlib.ExitStack() as stack:
        for one in _mine.making:
            one.is_slow()
        if workshop is not None:
            stack.enter_context(workshop.work(what, awaited))
        with _deeper():
            yield


@contextlib.contextmanager
def _deeper() -> Iterator[None]:
    _mine.depth += 1
    try:
        yield
    finally:
        _mine.depth -= 1


class Flight:
    """What several threads ask for at the same time is made by the first of them."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, _Making] = {}
        self._lock = threading.Lock()

    def under_way(self, key: Hashable) -> bool:
        """Whether somebody is making ``key``."""
        with self._lock:
            return key in self._under_way

    def share(self, key: Hashable, build: Callable[[], T], workshop: Workshop | None = None, alone: bool = False) -> T:
        """The result (or exception) of ``build``, of this thread's or of the one that is making ``key`` already.

        Where that one is at slow work and there is a workshop, BeingMade after a moment; or, where ``alone``, this
        thread makes its own.
        """
        with self._lock:
            making = self._under_way.get(key)
            first = making is None
            if making is None:
                making = self._under_way[key] = _Making()
        if first:
            return self._made(key, build, making)
        if making.thread == threading.get_ident():
            return build()  # within its own making
        if workshop is None and not alone:
            return making.made.result()
        making.known.wait()
        if not making.made.done():
            if alone:
                return build()
            if not workshop.wait(lambda seconds: _finished(making.made, seconds)):
                raise BeingMade(f"{key} is being made")
        return making.made.result()

    def _made(self, key: Hashable, build: Callable[[], T], making: _Making) -> T:
        if _mine.depth:
            making.is_slow()
        _mine.making.append(making)
        try:
            found = build()
        except BaseException as error:
            self._finish(key, making)
            making.made.set_exception(error)
            raise
        else:
            self._finish(key, making)
            making.made.set_result(found)
            return found
        finally:
            making.known.set()

    def _finish(self, key: Hashable, making: _Making) -> None:
        _mine.making.remove(making)
        with self._lock:
            del self._under_way[key]


def _finished(made: Future, seconds: float) -> bool:
    try:
        made.exception(timeout=seconds)
    except TimeoutError:
        return False
    return True


class Memory:
    """The last ``size`` results by key, each made once."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = threading.Lock()
        self._flight = Flight()

    def get(self, key: Hashable, build: Callable[[], T], workshop: Workshop | None = None) -> T:
        """The result of ``build`` for ``key``: remembered, or made as ``Flight.share`` does."""

        def made() -> T:
            found = self._found(key)  # since this thread looked
            return self._keep(key, build()) if found is _NOTHING else found

        found = self._found(key)
        return self._flight.share(key, made, workshop) if found is _NOTHING else found

    def _found(self, key: Hashable) -> object:
        with self._lock:
            if key not in self._kept:
                return _NOTHING
            self._kept.move_to_end(key)
            return self._kept[key]

    def _keep(self, key: Hashable, made: T) -> T:
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return made


_NOTHING = object()
