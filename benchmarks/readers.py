"""Many readers at once: how long they wait and how much memory it takes, quiet and while new data are published; and
how soon each database's warnings are there on a first start.

``python -m benchmarks.readers STORE`` measures a store that is there, of which it makes a copy. The readers are
threads of a process of their own, each with a connection that stays open, and read one page after the other.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import http.client
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.report import Result, markdown
from data.store import Store
from results.warnings import signals as warnings

READERS = (25, 50, 100)
SECONDS = 12.0
#: A page of each kind, the first ones as often as all others together.
PAGES = (
    "/", "/", "/varsler", "/varsler", "/indikator/mdt_before_treatment", "/variation", "/ventetider", "/tvaergaaende",
    "/overlevelse", "/afdeling", "/datakvalitet", "/om",
)  # fmt: skip
LONGEST = 60.0  # seconds that a reader waits for an answer
FIRST_START = 900.0  # seconds after which warnings that have not come are left out


def measure(root: Path, readers: tuple[int, ...] = READERS, seconds: float = SECONDS) -> list[Result]:
    """All of it on copies of the store; what is quiet has the frames and pages that the store has."""
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="kraeft-readers-") as place:
        bare, store = Path(place) / "bare", Path(place) / "store"
        _copy(root, bare, frames=False)
        results.append(_first_start(bare))
        shutil.rmtree(bare / "frames")
        with _served(bare) as server:
            few = readers[0]
            results.append(_read(f"{few} readers from a first start on, preparation running", server, few, seconds))
        _copy(root, store, frames=True)
        for number in readers:
            with _served(store) as server:
                _stop_preparing(server)
                results.append(_read(f"{number} readers, quiet, no preparation running", server, number, seconds))
        for number in readers:
            with _served(store) as server:
                _stop_preparing(server)
                publish = partial(again, store)
                results.append(_read(f"{number} readers, published under them", server, number, seconds, publish))
        again(store)
        with _served(store) as server:
            _stop_preparing(server)
            what = "8 readers of /varsler alone, nothing of it kept, no preparation running"
            results.append(_read(what, server, 8, seconds, None, ("/varsler",)))
    return results


def _copy(root: Path, to: Path, frames: bool) -> None:
    """A store of its own on the same database files, which nobody changes."""

    def copy(source: str, target: str) -> None:
        if Path(source).parent.name == "databases":
            with contextlib.suppress(OSError):  # of another file system
                os.link(source, target)
                return
        shutil.copy2(source, target)

    left_out = () if frames else ("frames", "pages")
    shutil.copytree(root, to, copy_function=copy, ignore=shutil.ignore_patterns(*left_out, ".lock"))


def again(root: Path) -> None:
    """Publish a new snapshot in which the largest database has a file that nothing is kept of, as after a load.

    Its content is that of before: what a load costs is measured elsewhere.
    """
    from dataclasses import replace

    from data.cleaning import only_loader
    from data.load import publish
    from data.soundness import sum_of

    with only_loader(root):
        manifest = Store(root).manifest(Store(root).current_id())
        info = max(manifest.databases.values(), key=lambda one: one.rows["cases"])
        stem = f"{info.code}-{os.urandom(6).hex()}"
        shutil.copyfile(root / "databases" / info.file, root / "databases" / f"{stem}.duckdb")
        new = replace(info, file=f"{stem}.duckdb", file_sha256=sum_of(root / "databases" / f"{stem}.duckdb"))
        publish(root, manifest, {info.code: new}, dt.datetime.now(dt.UTC))


# --- the server ----------------------------------------------------------------------------------------------------


class Server:
    """``python app.py`` on a store: its port and its process."""

    def __init__(self, store: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "app.py", "--store", str(store), "--port", str(self.port)]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        self.started = time.perf_counter()

    def memory(self) -> float:
        """The resident memory in MB; NaN where the system does not say."""
        try:
            lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        except OSError:
            return float("nan")
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), float("nan"))

    def answers(self) -> bool:
        return _get(http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST), "/om")[0] == 200


@contextmanager
def _served(store: Path) -> Iterator[Server]:
    server = Server(store)
    try:
        while not server.answers():
            if server.process.poll() is not None:
                raise RuntimeError(f"{store}: app.py ended with {server.process.returncode}")
            time.sleep(0.1)
        yield server
    finally:
        server.process.terminate()
        server.process.wait()


def _stop_preparing(server: Server) -> None:
    """End the process that prepares what pages look up, so that readers have the machine for themselves."""
    time.sleep(1)  # it is started before the first answer
    for pid in _children(Path(f"/proc/{server.process.pid}/task")):
        os.kill(int(pid), signal.SIGTERM)


def _children(tasks: Path) -> list[str]:
    """The processes that a process has started, in any of its threads; none where the system does not say."""
    return [pid for path in tasks.glob("*/children") for pid in path.read_text().split()]


def _first_start(store: Path) -> Result:
    """Seconds from the start until each database has its warnings."""
    came: dict[str, float] = {}
    with _served(store) as server:
        snapshot = Store(store).current()
        while len(came) < len(snapshot.databases) and time.perf_counter() - server.started < FIRST_START:
            for code in snapshot.databases:
                if code not in came and warnings.is_ready(snapshot, code):
                    came[code] = time.perf_counter() - server.started
            time.sleep(0.25)
        memory = server.memory()
    seconds = sorted(came.values())
    note = f"{len(came)} of {len(snapshot.databases)} databases; server {memory:.0f} MB"
    figure = f"{seconds[0]:.0f} / {statistics.median(seconds):.0f} / {seconds[-1]:.0f} s" if seconds else "none came"
    return Result("warnings there on a first start: first / median / last database", figure, "", None, note)


# --- the readers ---------------------------------------------------------------------------------------------------


def _read(
    what: str,
    server: Server,
    number: int,
    seconds: float,
    halfway: Callable[[], None] | None = None,
    pages: tuple[str, ...] = PAGES,
) -> Result:
    """So many readers for so long; ``halfway`` is called after a quarter of the time."""
    words = [sys.executable, "-m", "benchmarks.readers", "--load", str(server.port), str(number), str(seconds), *pages]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    highest, until = server.memory(), time.monotonic() + seconds / 4
    while process.poll() is None:
        if halfway is not None and time.monotonic() > until:
            halfway()
            halfway = None
        highest = max(highest, server.memory())
        time.sleep(0.1)
    said = json.loads(process.stdout.read())
    process.stdout.close()
    times, answers = sorted(said["seconds"]), Counter(said["answers"])
    p50, p95, p99 = (_quantile(times, share) for share in (0.5, 0.95, 0.99))
    others = ", ".join(f"{many} × {kind}" for kind, many in sorted(answers.items()) if kind != "200") or "all 200"
    note = f"{len(times)} answers, {others}; {said['told']} said what is being made; server up to {highest:.0f} MB"
    return Result(what, f"p50 {p50:.2f}, p95 {p95:.2f}, p99 {p99:.2f} s", "", None, note)


def _quantile(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(share * len(times)))] if times else float("nan")


def _get(connection: http.client.HTTPConnection, page: str) -> tuple[int, bytes]:
    """Status and body; 0 where there was no answer."""
    try:
        connection.request("GET", page)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        connection.close()
        return 0, b""


def _load(port: int, number: int, seconds: float, pages: list[str]) -> dict:
    """What ``number`` readers get who read one page after the other for so long."""
    until, times, answers, told = time.monotonic() + seconds, [], [], []

    def read(reader: int) -> None:
        chance = random.Random(reader)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST)
        while time.monotonic() < until:
            started = time.perf_counter()
            status, body = _get(connection, chance.choice(pages))
            times.append(time.perf_counter() - started)
            answers.append(str(status or "no answer"))
            if b"data-awaits" in body:
                told.append(reader)
            time.sleep(chance.uniform(0.1, 0.5))  # a reader looks at what came

    threads = [threading.Thread(target=read, args=(reader,)) for reader in range(number)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return {"seconds": times, "answers": answers, "told": len(told)}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--load"]:
        port, number, seconds, *pages = sys.argv[2:]
        print(json.dumps(_load(int(port), int(number), float(seconds), pages)))
    else:
        parser = argparse.ArgumentParser(prog="python -m benchmarks.readers")
        parser.add_argument("store", type=Path, help="a store; it is copied and stays as it is")
        parser.add_argument("--readers", type=int, nargs="+", default=READERS)
        parser.add_argument("--seconds", type=float, default=SECONDS, help="of each measurement (default: %(default)s)")
        options = parser.parse_args()
        print(markdown(measure(options.store, tuple(options.readers), options.seconds)))
