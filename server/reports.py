"""Reports made on request: ``/rapport/lav`` starts one and tells how far it is, ``/rapport/fil/<name>`` is the file.

A report takes half a minute of processor: it is made by a process of its own (``python -m reports build``), one at a
time, and the same report is made once for all who ask. The reader's page asks again by itself until the file is there.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import flask

from data.published import Publications
from layouts.frame.source import CONFIG_KEY, StoreSource, view
from layouts.report import parts
from reports.formats import FORMATS, file_name
from server.children import Children
from server.preparing import CHILDREN
from server.rendering import PrerenderedDash

ROOT = Path(__file__).resolve().parents[1]
#: Reports that may wait, and finished ones that are kept.
_MOST, _KEPT = 8, 12
#: Seconds after which a browser asks again.
_AGAIN = 2
_log = logging.getLogger("kraeftkvalitet")


@dataclass
class _Job:
    """A report being made; ``stream`` is the finished file, which has no name any more."""

    command: list[str]
    folder: Path
    name: str
    process: subprocess.Popen | None = None
    stream: IO[bytes] | None = None
    failed: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def told(self) -> str:
        """The last line that the process said."""
        try:
            lines = (self.folder / "told").read_text(encoding="utf-8", errors="replace").strip().splitlines()
        except OSError:
            return ""
        return lines[-1] if lines else ""

    def content(self) -> bytes:
        with self.lock:
            self.stream.seek(0)
            return self.stream.read()


class Press:
    """The reports that were asked for, by what they are of; safe to use from many threads."""

    def __init__(self, children: Children) -> None:
        self._children, self._lock = children, threading.Lock()
        self._jobs: OrderedDict[tuple, _Job] = OrderedDict()

    def ask(self, key: tuple, command: list[str], name: str) -> _Job | None:
        """The report of a key, started where nobody has asked before; None where too many wait."""
        with self._lock:
            self._advance()
            if key not in self._jobs:
                waiting = [one for one in self._jobs.values() if one.stream is None and not one.failed]
                if len(waiting) >= _MOST:
                    return None
                folder = Path(tempfile.mkdtemp(prefix="kraeft-report-"))
                self._jobs[key] = _Job([*command, "--out", str(folder / name)], folder, name)
            self._jobs.move_to_end(key)
            job = self._jobs[key]
            if job.failed:  # is told once; who asks again has it made again
                del self._jobs[key]
            self._advance()
            return job

    def place(self, job: _Job) -> int:
        """How many are made before it."""
        with self._lock:
            open_ = [one for one in self._jobs.values() if one.stream is None and not one.failed]
            started = [one for one in open_ if one.process is not None]
            order = [*started, *(one for one in open_ if one.process is None)]
            return order.index(job) if job in order else 0

    def close(self) -> None:
        """Forget all reports, finished or not."""
        with self._lock:
            for job in self._jobs.values():
                if job.process is not None and job.process.poll() is None:
                    job.process.kill()
                    job.process.wait()
                if job.stream is not None:
                    job.stream.close()
                shutil.rmtree(job.folder, ignore_errors=True)
            self._jobs.clear()

    def _advance(self) -> None:
        """Take in what has ended, start the next, forget the oldest."""
        for job in self._jobs.values():
            if job.process is not None and job.stream is None and not job.failed and job.process.poll() is not None:
                self._ended(job)
        open_ = [one for one in self._jobs.values() if one.stream is None and not one.failed]
        if open_ and not any(one.process is not None for one in open_):
            first = open_[0]
            with (first.folder / "told").open("wb") as told:
                first.process = self._children.start(first.command, ROOT, told)
        done = [key for key, one in self._jobs.items() if one.stream is not None]
        for key in done[: max(0, len(done) - _KEPT)]:
            self._jobs.pop(key).stream.close()

    def _ended(self, job: _Job) -> None:
        path = job.folder / job.name
        if job.process.returncode == 0 and path.is_file():
            job.stream = path.open("rb")  # the file stays as long as it is open
        else:
            job.failed = job.told or f"exit code {job.process.returncode}"
            _log.error("a report was not made: %s: %s", " ".join(job.command), job.failed)
        shutil.rmtree(job.folder, ignore_errors=True)


def register_routes(app: PrerenderedDash) -> None:
    """Answer ``/rapport/lav`` and ``/rapport/fil/<name>``."""
    server = app.server
    press = Press(CHILDREN)

    def asked(download: bool) -> flask.Response:
        chosen = {key: value[0] if len(value) == 1 else value for key, value in flask.request.args.lists()}
        context = view("/rapport", chosen, parts.EXTRAS)
        if context.problems:
            flask.abort(400, "; ".join(one.text(context.lang) for one in context.problems))
        source = flask.current_app.config[CONFIG_KEY]
        form, edition = context.state.choice("format", "docx"), parts.edition(context)
        if form not in FORMATS or not isinstance(source, StoreSource):
            flask.abort(404)
        final = bool(context.state.choice("version"))
        summary = bool(context.state.choice("del"))
        of = (edition, context.database, context.period, context.lang, form, final, summary)
        key = (context.snapshot_id, source.version(), *of)
        period = context.period_label.replace("/", "-")
        of_store = "--published" if isinstance(source.store, Publications) else "--store"
        command = [
            sys.executable, "-m", "reports", "build", of_store, str(source.store.root.resolve()), "--tell",
            "--snapshot", context.snapshot_id, "--database", context.database, "--period", period,
            "--edition", edition, "--threshold", str(source.edition.threshold), "--format", form,
            "--lang", context.lang, *(["--final"] if final else []),
            *(["--part", "summary"] if summary else []),
        ]  # fmt: skip
        job = press.ask(key, command, file_name(context, form, edition, summary))
        if job is None:
            flask.abort(503)
        if job.stream is not None and download:
            headers = {"Content-Disposition": f'attachment; filename="{job.name}"', "Cache-Control": "no-cache"}
            return flask.Response(job.content(), content_type=FORMATS[form].content_type, headers=headers)
        if job.failed:
            return app.document(parts.failed(context, form, job.failed), 500)
        if job.stream is not None:
            size = job.stream.seek(0, 2)
            return app.document(parts.done(context, form, job.name, size))
        answer = app.document(parts.under_way(context, form, press.place(job), job.told), 202)
        answer.headers["Refresh"] = str(_AGAIN)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @server.get("/rapport/lav")
    def make() -> flask.Response:
        return asked(download=False)

    @server.get("/rapport/fil/<name>")
    def fetch(name: str) -> flask.Response:
        return asked(download=True)
