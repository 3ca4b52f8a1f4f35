"""Server time and payload of every page, first and again; start-up time and memory of a served store."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.report import Result

FIRST, AGAIN, PAYLOAD = 0.400, 0.050, 150_000
PAGES = (
    "/",
    "/?koen=F&alder=65-74",
    "/indikator/mdt_before_treatment",
    "/indikator/mdt_before_treatment?vis=tragt",
    "/indikator/survival_1y",
    "/variation",
    "/overlevelse",
    "/overlevelse?efter=afdeling",
    "/afdeling/SLA-KIR",
    "/tvaergaaende",
    "/ventetider",
    "/varsler",
    "/varsler?kurve=SLA-KIR.mdt_before_treatment",
    "/varsler/slagelse",
    "/datakvalitet",
    "/om",
)


def measure(store: Path, factor: float = 1.0, wanted: tuple[str, ...] = PAGES) -> list[Result]:
    """Each page's HTML, first and again, in a process of its own that has answered one other page.

    ``factor`` widens the time bounds. The note is the processor time of the first answer, which other work on the
    machine changes less.
    """
    results = []
    for page in wanted:
        answer = subprocess.run(
            [sys.executable, "-m", "benchmarks.pages", str(store), page], check=True, capture_output=True, text=True
        )
        first, again, size, busy = json.loads(answer.stdout.splitlines()[-1])
        bounds = f"≤ {1000 * FIRST * factor:.0f} / {1000 * AGAIN * factor:.0f} ms, ≤ 150 kB"
        holds = first <= FIRST * factor and again <= AGAIN * factor and size <= PAYLOAD
        figure = f"{1000 * first:.0f} / {1000 * again:.0f} ms, {size / 1000:.0f} kB"
        results.append(
            Result(f"page {page}: first / again, payload", figure, bounds, holds, f"{1000 * busy:.0f} ms processor")
        )
    return results


@contextmanager
def _served(store: Path, port: int, compiled: Path | None = None) -> Iterator[tuple[subprocess.Popen, float]]:
    """``python app.py`` on the store, and the seconds until it has answered ``/``.

    ``compiled``: where Python keeps compiled modules, whatever this machine says of that; None: as this machine does.
    """
    environment = dict(os.environ)
    if compiled is not None:
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment["PYTHONPYCACHEPREFIX"] = str(compiled)
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "app.py", "--store", str(store), "--port", str(port)],
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60).read()
                break
            except OSError:
                if time.perf_counter() - started > 60:
                    raise
                time.sleep(0.05)
        yield process, time.perf_counter() - started
    finally:
        process.terminate()
        process.wait()


def first_answer(store: Path, port: int = 8870) -> float:
    """Seconds from ``python app.py`` to the overview, on a store of which nothing is kept yet."""
    with _served(store, port) as (_, seconds):
        return seconds


def serve(store: Path, port: int = 8871) -> list[Result]:
    """Seconds from ``python app.py`` to the first answer, and the process's memory after every page was read.

    It is the second start: the first has compiled the modules.
    """
    with tempfile.TemporaryDirectory() as place:
        compiled = Path(place)
        with _served(store, port, compiled):
            pass
        with _served(store, port, compiled) as (process, seconds):
            for page in PAGES:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{page}", timeout=60).read()
            status = Path(f"/proc/{process.pid}/status").read_text()
    memory = next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))
    return [
        Result(
            "app.py on a loaded store: first answer",
            f"{seconds:.1f} s",
            "≤ 3 s",
            seconds <= 3,
            "its modules compiled by an earlier start",
        ),
        Result("memory of the worker after all pages", f"{memory:.0f} MB", "≤ 500 MB", memory <= 500),
    ]


def _one(store: Path, page: str) -> tuple[float, float, int, float]:
    from data.store import Store
    from layouts.frame.source import StoreSource
    from results.view import Edition
    from server.application import create_app

    opened = Store(store)
    opened.current()
    source = StoreSource(opened, Edition())
    client = create_app(source, source.version).server.test_client()
    client.get("/om" if page != "/om" else "/datakvalitet")  # a running server: it has answered another page before
    times = []
    busy = []
    for _ in range(2):
        started, worked = time.perf_counter(), time.process_time()
        answer = client.get(page)
        times.append(time.perf_counter() - started)
        busy.append(time.process_time() - worked)
        if answer.status_code != 200:
            raise RuntimeError(f"{page}: HTTP {answer.status_code}: {answer.get_data()[:200]!r}")
    return times[0], times[1], len(gzip.compress(answer.get_data(), 5)), busy[0]


if __name__ == "__main__":
    print(json.dumps(_one(Path(sys.argv[1]), sys.argv[2])))
