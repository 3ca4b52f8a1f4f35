"""Processes that the server has started: none outlives it, none stays behind as a zombie."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO

#: Seconds that a process has to end by itself once it was asked to.
PATIENCE = 5.0


class Children:
    """The processes that run; safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: list[subprocess.Popen] = []
        self._ending = False

    def start(self, command: Sequence[str], folder: Path, told: IO[bytes] | None = None) -> subprocess.Popen:
        """Start a process in a session of its own (Ctrl-C is for the server alone, which then ends it).

        ``told``: a file for what it says on stderr; its stdout is then nobody's.
        Once the server ends nothing starts: the thread that asks ends instead (SystemExit).
        """
        with self._lock:
            if self._ending:
                raise SystemExit
            process = subprocess.Popen(
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=None if told is None else subprocess.DEVNULL,
                stderr=told,
                start_new_session=True,
            )
            self._running.append(process)
        return process

    def reap(self) -> None:
        """Take the exit codes of those that have ended, so that the system forgets them."""
        with self._lock:
            self._running = [process for process in self._running if process.poll() is None]

    def ask_to_end(self) -> None:
        """Ask all to end, now and without waiting."""
        with self._lock:
            self._ending = True
            for process in self._running:
                process.terminate()

    def end(self) -> None:
        """End all and wait for them; one that does not end when asked is killed."""
        self.ask_to_end()
        for process in self._running:
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
