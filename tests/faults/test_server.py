"""The server as a process: its connections, its files, its log and its end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from data.improvements import FILE, Register
from data.load import load
from server import limits
from tests.faults.test_register_sums import put_earlier
from tests.store.test_improvements import GOOD, KNOWN
from tests.support.live import PATIENCE, PROJECT, Live, asked, running, until

#: Each starts a real server.
pytestmark = pytest.mark.live

SMALL = "/assets/favicon.svg"
#: Files that a process has in which few are to be had, and the script that says so.
FEW = 80
LIMIT = f"resource.setrlimit(resource.RLIMIT_NOFILE, ({FEW}, {FEW}))"
FEW_FILES = f"import resource; {LIMIT}; sys.executable = '/bin/false'"


def script(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def alive(pid: int) -> bool:
    """Whether a process is there, as a zombie too."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# --- connections and files --------------------------------------------------------------------------------------------


def test_300_idle_connections_keep_nobody_out(root, tmp_path):
    """waitress's own limit of 100 was full of what the browsers of 30 readers keep open."""
    with running(root, tmp_path / "live") as live:
        for _ in range(300):
            assert asked(live.connect(), SMALL)[0] == 200
        assert live.get("/om")[0] == 200
        assert "connection" not in live.log


def test_where_files_are_few_the_longest_idle_connection_goes_for_a_new_reader(root, tmp_path):
    """Before, the server asked for a file again and again, with a trace each time, and answered nobody."""
    with running(root, tmp_path / "live", FEW_FILES) as live:
        for _ in range(FEW):
            assert asked(live.connect(), SMALL)[0] == 200
        silent = [socket.create_connection(("127.0.0.1", live.port), PATIENCE) for _ in range(4)]
        assert live.get("/om")[0] == 200
        for one in silent:
            one.close()
        assert len(live.log.splitlines()) < 10 and "Traceback" not in live.log, live.log
        assert f"lets this process open {FEW} files" in live.log


HOG = """
    held = []
    @made.server.get("/test/hog")
    def hog():
        import os
        try:
            while True:
                held.append(os.open("/dev/null", os.O_RDONLY))
        except OSError:
            return str(len(held))
    @made.server.get("/test/free")
    def free():
        import os
        while held:
            os.close(held.pop())
        return "free"
"""


def test_a_process_without_a_file_left_rests_and_recovers(root, tmp_path):
    with running(root, tmp_path / "live", FEW_FILES, HOG) as live:
        first = live.connect()
        assert int(asked(first, "/test/hog")[1]) > 0
        # Its connection is what goes: that gives one file for the next reader.
        assert live.get("/test/free")[1] == "free"
        assert live.get("/om")[0] == 200
        assert 1 <= live.log.count("no file is left for a new connection") <= 3, live.log
        assert len(live.log.splitlines()) < 12 and "Traceback" not in live.log, live.log


@pytest.mark.parametrize(("files", "wanted"), [(64, 16), (256, 64), (512, 256), (1024, 768), (4096, 1000)])
def test_connections_leave_files_for_the_databases(files, wanted):
    assert limits.connections(files) == wanted


# --- the end ----------------------------------------------------------------------------------------------------------


#: Writes a letter for each request that the server has taken, also for those that wait for a thread.
TAKEN = """
sys.executable = '/bin/false'
import waitress.task
add = waitress.task.ThreadedTaskDispatcher.add_task
def add_task(self, task):
    with open({taken!r}, "a") as stream:
        stream.write("x")
    return add(self, task)
waitress.task.ThreadedTaskDispatcher.add_task = add_task
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_runs_is_answered_before_the_end(number, root, tmp_path):
    """Twelve requests, more than there are threads; new readers are refused, those that wait are not."""
    taken = tmp_path / "taken"
    with running(root, tmp_path / "live", TAKEN.format(taken=str(taken))) as live:
        answers: list[tuple[int, str]] = []
        idle = live.connect()
        assert asked(idle, SMALL)[0] == 200
        readers = [threading.Thread(target=lambda: answers.append(live.get("/test/wait"))) for _ in range(12)]
        for one in readers:
            one.start()
        until(lambda: (live.folder / "begun").exists() and len((live.folder / "begun").read_text()) == 8, "8 threads")
        until(lambda: len(taken.read_text()) == 1 + 12, "the server takes all")
        live.process.send_signal(number)
        until(lambda: refused(live), "it goes on accepting")
        (live.folder / "go").touch()
        for one in readers:
            one.join(PATIENCE)
        assert answers == [(200, "done")] * 12
        assert live.process.wait(PATIENCE) == 0 and "Traceback" not in live.log, live.log


def refused(live: Live) -> bool:
    try:
        socket.create_connection(("127.0.0.1", live.port), PATIENCE).close()
    except (ConnectionRefusedError, ConnectionResetError):  # reset: it came just as the port was closed
        return True
    return False


def test_a_request_without_an_end_does_not_keep_the_server(root, tmp_path):
    with running(root, tmp_path / "live", after="import server.serving; server.serving.DRAIN = 0.5") as live:
        one = live.connect()
        one.request("GET", "/test/wait")
        until(lambda: (live.folder / "begun").exists(), "it begins")
        assert live.stop() == 0
        assert "requests that were not finished within" in live.log


def test_the_second_signal_ends_it_at_once(root, tmp_path):
    with running(root, tmp_path / "live") as live:
        one = live.connect()
        one.request("GET", "/test/wait")
        until(lambda: (live.folder / "begun").exists(), "it begins")
        live.process.terminate()
        until(lambda: refused(live), "it goes on accepting")
        assert live.stop() == 0


def test_no_process_stays_behind(root, delivered, tmp_path):
    """Those that prepared earlier snapshots and have ended are no zombies; the last one ends with the server."""
    pids = tmp_path / "pids"
    brief = f'echo $$ >> "{pids}"'
    program = script(tmp_path, "prepare", brief)
    after = "import server.children; server.children.PATIENCE = 0.5"
    with running(root, tmp_path / "live", f"sys.executable = {str(program)!r}", after=after) as live:
        for number, name in enumerate(("DCCG 2", "DLCR 2"), start=1):
            until(lambda number=number: pids.exists() and len(pids.read_text().split()) == number, "it prepares")
            load([delivered[name]], root)
        until(lambda: len(pids.read_text().split()) == 3, "it prepares the third")
        until(lambda: not any(alive(int(pid)) for pid in pids.read_text().split()), "zombies stay")
        script(tmp_path, "prepare", f"{brief}\ntrap '' TERM\nexec sleep 60")  # one that does not listen
        load([delivered["DCCG 1"]], root)
        until(lambda: len(pids.read_text().split()) == 4, "it prepares the fourth")
        assert live.stop() == 0
        assert not any(alive(int(pid)) for pid in pids.read_text().split())


def test_a_port_in_use_is_said_without_a_trace(root, tmp_path):
    with running(root, tmp_path / "live") as live:
        words = [sys.executable, "app.py", "--store", str(root), "--port", str(live.port)]
        second = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, timeout=PATIENCE)
        assert second.returncode == 1 and "Traceback" not in second.stderr
        assert f"127.0.0.1:{live.port} cannot be used" in second.stderr and "--port" in second.stderr


def test_a_start_gives_an_earlier_register_its_sums(root, tmp_path):
    made = Register(root).add(GOOD, KNOWN)
    (root / FILE).unlink()
    put_earlier(root, [made])
    with running(root, tmp_path / "live") as live:
        assert live.get("/om")[0] == 200 and "has sums from now on" in live.log
    assert Register(root).all() == (made,) and not Register(root).renew()


# --- the log ----------------------------------------------------------------------------------------------------------


def test_the_log_has_a_trace_once_and_the_number_that_readers_see(root, tmp_path):
    with running(root, tmp_path / "live") as live:
        pages = [live.get(f"/test/broken?lang={lang}") for lang in ("da", "en") for _ in range(20)]
        assert live.stop() == 0
        numbers = {text.split("<strong>")[1][:6] for _, text in pages}
        assert {status for status, _ in pages} == {500} and len(numbers) == 1
        assert live.log.count("Traceback") == 1
        (number,) = numbers
        assert f"error {number} at GET /test/broken\nTraceback" in live.log
        assert f"error {number} at GET /test/broken (39 more times)" in live.log


def test_a_fault_outside_of_every_page_is_a_page_with_a_number(root, tmp_path):
    """In what is done to each answer, and in the page of errors itself."""
    after = "application._compressed = lambda response: 1 / 0"
    with running(root, tmp_path / "live", after=after) as live:
        for lang, heading, told in (("da", "Der skete en fejl", "Fejlnummer"), ("en", "Something went wrong", "Error")):
            status, text = live.get(f"/om?lang={lang}")
            assert status == 500 and heading in text and told in text and f'lang="{lang}"' in text
            assert f"error {text.split('<strong>')[1][:6]} at GET /om" in live.log
    after = "application.PrerenderedDash.document = lambda *_: 1 / 0"
    with running(root, tmp_path / "second", after=after) as live:
        status, text = live.get("/test/broken?lang=en")
        assert status == 500 and "Something went wrong" in text and "0101011234" not in text
        assert f"error {text.split('<strong>')[1][:6]} at GET /test/broken" in live.log
