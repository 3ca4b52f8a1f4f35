"""What pages look up is made by a process of its own, which ends with the server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from data.store import Store
from results import cube
from results.__main__ import main

ROOT = Path(__file__).resolve().parents[2]


def made(root: Path) -> set[str]:
    """The names of the frames beside a store, without the file and the version that they belong to."""
    return {path.name.split(".")[1].split("-")[0] for path in (root / "frames").glob("*.parquet")}


def eventually(true: Callable[[], bool], seconds: float = 60) -> bool:
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.2)
    return true()


def answered(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.live
def test_the_command_makes_every_kind_of_frame_and_changes_no_number(root):
    before = cube.leaf_counts(Store(root).current(), "DCCG")
    command = [sys.executable, "-m", "results", "prepare", "--store", str(root)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert made(root) >= {"counts", "departments", "cases", "survival", "compare"}
    assert cube.leaf_counts(Store(root).current(), "DCCG").equals(before)


def test_a_store_that_is_not_there_is_refused(tmp_path, capsys):
    assert main(["prepare", "--store", str(tmp_path / "none")]) == 1
    assert capsys.readouterr().err.startswith("refused: ")


@pytest.mark.live
@pytest.mark.skipif(os.name != "posix", reason="signals and /proc are asked in the POSIX way")
def test_the_server_prepares_beside_itself_and_leaves_nothing_behind(root):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "app.py", "--store", str(root), "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        assert f":{port} " in server.stderr.readline()
        assert eventually(lambda: "compare" in made(root))
        assert eventually(lambda: answered(port))
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
        assert server.stderr.read() == "", "no traceback, no complaint of the database"
    finally:
        server.kill()
        server.wait()
        server.stderr.close()
