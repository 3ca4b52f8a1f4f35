"""Serving: waitress with limits that fit the process, and an end that cuts nobody off.

waitress stops accepting when its connections are used up, whoever sits idle on them, and asks again at once when the
system has no file left for a new one. Here the connection that has been idle longest goes for a new reader, and a
server without files rests for a moment. See docs/decisions/0023-the-server.md.
"""

from __future__ import annotations

import errno
import logging
import select
import time
from collections.abc import Callable, Iterable

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from server.limits import connection_limit

Wsgi = Callable[[dict, Callable], Iterable[bytes]]
THREADS = 8
#: Seconds until an idle connection is closed though nobody needs its place.
IDLE = 60
#: Seconds in which a connection is not taken for an idle one: a new one, whose request is on the way, and one that was
#: answered, whose reader may ask for the next file of the page.
NEW, ANSWERED = 1.0, 0.1
#: Places that are kept free for new readers.
SPARE = 8
#: Seconds without accepting anybody after the system had no file left.
REST = 0.5
#: Seconds that running requests have to be finished in, once the server is to stop.
DRAIN = 20.0
#: Seconds of that in which a connection may still send the request that it was opened for.
ARRIVING = 0.3
#: Bytes of a request that are taken at all (the pages refuse less), and of an answer that are kept in memory until the
#: reader has taken them: a temporary file would need a file where files are few.
LARGEST_REQUEST, IN_MEMORY = 8 * 1024**2, 8 * 1024**2
_NO_FILES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_log = logging.getLogger("kraeftkvalitet")


class Listener(TcpWSGIServer):
    """One address that is listened on."""

    _resting_until = 0.0

    def readable(self) -> bool:
        """Whether a new connection may be accepted now; makes room for it."""
        self.let_go(len(self._map) + SPARE - self.adj.connection_limit)
        return super().readable() and time.monotonic() >= self._resting_until

    def accept(self) -> tuple | None:
        """As waitress's; where no file is left, the idle ones go and the server rests instead of asking again."""
        try:
            return super().accept()
        except OSError as error:
            if error.errno not in _NO_FILES:
                raise
            gone = self.let_go(SPARE)
            self._resting_until = time.monotonic() + REST
            _log.error("no file is left for a new connection (%s); %d idle ones are closed", error.strerror, gone)
            return None

    def let_go(self, count: int) -> int:
        """Close so many connections that nobody uses, those idle longest first; returns how many there were."""
        if count <= 0:
            return 0
        now = time.time()
        idle = [
            one
            for one in self.active_channels.values()
            if _idle(one) and now - one.last_activity > (ANSWERED if one.current_outbuf_count else NEW)
        ]
        # One that is sending a request goes only when there is no other.
        idle.sort(key=lambda one: (one.request is not None, one.last_activity))
        for one in idle[:count]:
            one.will_close = True
        return len(idle[:count])

    def accept_waiting(self) -> None:
        """Accept those who stand in line."""
        for _ in range(self.adj.backlog):
            if not select.select([self.socket], [], [], 0)[0] or time.monotonic() < self._resting_until:
                return
            self.handle_accept()

    def stop_listening(self) -> None:
        """Accept nobody more; connections go on."""
        wasyncore.dispatcher.close(self)


def _idle(channel: HTTPChannel) -> bool:
    """Whether a connection has no request and no answer on it; that was answered before where its
    ``current_outbuf_count`` is not 0."""
    return not (channel.requests or channel.total_outbufs_len or channel.will_close)


class Serving:
    """The application on its addresses, from the moment it is made; raises OSError or ValueError where it cannot be."""

    def __init__(self, application: Wsgi, host: str, port: int) -> None:
        settings = Adjustments(
            host=host,
            port=port,
            threads=THREADS,
            ident=None,
            connection_limit=connection_limit(),
            # The door reads them (server/access/network.py): taken away, whoever comes through a proxy would be local.
            clear_untrusted_proxy_headers=False,
            channel_timeout=IDLE,
            cleanup_interval=5,
            asyncore_use_poll=True,  # select cannot watch a file with a number above 1023
            max_request_body_size=LARGEST_REQUEST,
            inbuf_overflow=LARGEST_REQUEST,
            outbuf_overflow=IN_MEMORY,
        )
        self._threads = ThreadedTaskDispatcher()
        self._threads.set_thread_count(THREADS)
        self._map: dict = {}
        self._listeners = [
            Listener(application, self._map, dispatcher=self._threads, adj=settings, sockinfo=one)
            for one in settings.listen
        ]
        self._stopping = self._at_once = False

    def stop(self, *_: object) -> None:
        """Have ``run`` return soon; asked again, have ``drain`` wait no longer. May be called by a signal."""
        self._at_once = self._stopping
        self._stopping = True
        self._listeners[0].pull_trigger()

    def run(self, beat: Callable[[], None]) -> None:
        """Serve until ``stop``; ``beat`` is called about once a second."""
        next_beat = 0.0
        while not self._stopping:
            self._turn(1.0)
            if time.monotonic() >= next_beat:  # a turn is short while there is much to do
                next_beat = time.monotonic() + 1.0
                beat()

    def drain(self) -> int:
        """Accept nobody more and finish what runs; returns how many requests were cut off at last."""
        for one in self._listeners:
            one.accept_waiting()
            one.stop_listening()
        begun = time.monotonic()
        while self._channels and not self._at_once and (spent := time.monotonic() - begun) < DRAIN:
            self._turn(0.1)
            for one in self._channels:
                if _idle(one) and (spent > ARRIVING or one.current_outbuf_count):
                    one.will_close = True
        cut = sum(bool(one.requests or one.total_outbufs_len) for one in self._channels)
        if cut:
            _log.warning("requests that were not finished within %.0f seconds: %d", time.monotonic() - begun, cut)
        return cut

    @property
    def _channels(self) -> list[HTTPChannel]:
        return [one for one in self._map.values() if isinstance(one, HTTPChannel)]

    def _turn(self, timeout: float) -> None:
        wasyncore.loop(timeout, use_poll=True, map=self._map, count=1)
