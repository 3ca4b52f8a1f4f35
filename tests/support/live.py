"""A dashboard that runs as it does for readers: ``app.main`` in a process of its own, with addresses for tests."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).parents[2]
#: Seconds after which a test gives up: far above what anything takes, so that nothing hangs for ever.
PATIENCE = 300.0
#: Adds addresses; ``before`` runs first, ``after`` on the imported app.
SCRIPT = """
import sys, time
from pathlib import Path
{before}
import app
from server import application
real, folder = app.create_app, Path({folder!r})
def create_app(*arguments, **options):
    made = real(*arguments, **options)
    @made.server.get("/test/wait")
    def wait():
        with (folder / "begun").open("a") as stream:
            stream.write("x")
        while not (folder / "go").exists():
            time.sleep(0.01)
        return "done"
    @made.server.get("/test/broken")
    def broken():
        raise KeyError("person 0101011234")
    {routes}
    return made
app.create_app = create_app
watch = app.keep_ready
app.keep_ready = lambda store, later: watch(store, later, every=0.2)
{after}
sys.exit(app.main(sys.argv[1:]))
"""


class Live:
    """The running server; ``log``: what it has written until now."""

    def __init__(self, process: subprocess.Popen, port: int, folder: Path) -> None:
        self.process, self.port, self.folder = process, port, folder
        self.connections: list[http.client.HTTPConnection] = []

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def connect(self) -> http.client.HTTPConnection:
        """A connection of its own, which stays open until the server is gone."""
        one = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        self.connections.append(one)
        one.connect()
        return one

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page, asked on a new connection."""
        one = self.connect()
        try:
            return asked(one, path)
        finally:
            one.close()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def asked(connection: http.client.HTTPConnection, path: str) -> tuple[int, str]:
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read().decode("utf-8", "replace")


def until(true: Callable[[], object], what: str) -> None:
    """Wait until something is true; fails with ``what`` where it never is."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.02)


@contextmanager
def running(root: Path, folder: Path, before: str = "", routes: str = "", after: str = "") -> Iterator[Live]:
    """A server on the store ``root``; ``folder``: for its log and for what tests and server tell each other.

    What it starts to prepare frames is a program that ends at once, unless ``before`` names another.
    """
    folder.mkdir(exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = SCRIPT.format(before=before or "sys.executable = '/bin/false'", folder=str(folder), routes=routes,
                           after=after)  # fmt: skip
    words = [sys.executable, "-c", script, "--store", str(root), "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(words, cwd=PROJECT, stdout=log, stderr=log, env=environment)
    live = Live(process, port, folder)
    try:
        until(lambda: "http://127.0.0.1" in live.log or process.poll() is not None, "it does not start")
        assert process.poll() is None, live.log
        yield live
    finally:
        process.kill()
        process.wait(PATIENCE)
        for one in live.connections:
            one.close()
