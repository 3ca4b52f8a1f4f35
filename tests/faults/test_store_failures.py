"""Loads that fail or are killed: the store stays as it was, and the next load works."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from data import load as loading
from data.__main__ import main
from data.extract import File, stage
from data.extract_toml import read_manifest
from data.load import load, use
from data.schema import BY_NAME
from data.store import Store
from tests.support.stores import NEW, OLD, leftovers, versions
from tests.support.whole import bytes_below

PROJECT = Path(__file__).parents[2]


def nth_call_fails(monkeypatch, module, name: str, nth: int, error: BaseException) -> None:
    """The nth call of a function raises instead of doing its work."""
    real, calls = getattr(module, name), []

    def function(*arguments, **options):
        calls.append(arguments)
        if len(calls) == nth:
            raise error
        return real(*arguments, **options)

    monkeypatch.setattr(module, name, function)


FULL = OSError(errno.ENOSPC, "No space left on device")
FAILURES = {
    "while staging": ("inspect", 1, duckdb.IOException("IO Error: Could not write all bytes: No space left on device")),
    "while building": ("build", 1, duckdb.IOException("IO Error: Could not write all bytes: No space left on device")),
    "memory": ("build", 1, duckdb.OutOfMemoryException("Out of Memory Error: failed to allocate")),
    "fatal": ("build", 1, duckdb.FatalException("FATAL Error: database has been invalidated: No space left on device")),
    "second folder": ("build", 2, FULL),
    "syncing the database": ("_sync", 1, FULL),
    "syncing the second database": ("_sync", 3, FULL),
    "writing the manifest": ("_sync", 5, FULL),
    "syncing the snapshots": ("_sync", 6, FULL),
    "writing the pointer": ("_sync", 7, FULL),
}


@pytest.mark.some(4)
@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_a_load_that_fails_leaves_the_store_as_it_was(failure, root, delivered, monkeypatch, capsys):
    name, nth, error = failure
    before = bytes_below(root)
    with monkeypatch.context() as patch:
        nth_call_fails(patch, loading, name, nth, error)
        assert main(["load", str(delivered["DCCG 2"]), str(delivered["DLCR 2"]), "--store", str(root)]) == 1
    message = capsys.readouterr().err
    assert "refused: " in message and "the store is as it was" in message
    assert bytes_below(root) == before and versions(root) == OLD
    load([delivered["DCCG 2"]], root)
    assert versions(root) == NEW


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_rename_that_fails_leaves_the_store_as_it_was(nth, root, delivered, monkeypatch, capsys):
    before = bytes_below(root)
    with monkeypatch.context() as patch:
        nth_call_fails(patch, os, "replace", nth, FULL)
        assert main(["load", str(delivered["DCCG 2"]), "--store", str(root)]) == 1
    assert "No space left on device; the store is as it was" in capsys.readouterr().err
    assert bytes_below(root) == before


def test_a_failure_after_the_pointer_moved_keeps_the_new_snapshot_whole(root, delivered, monkeypatch, capsys):
    """Readers may have it open already, so nothing of it is taken away, and the message says what holds."""
    with monkeypatch.context() as patch:
        nth_call_fails(patch, loading, "_sync", 6, FULL)
        assert main(["load", str(delivered["DCCG 2"]), "--store", str(root)]) == 1
    message = capsys.readouterr().err
    assert f"snapshot {Store(root).current_id()} is current, but the disk reports" in message
    assert "as it was" not in message
    assert versions(root) == NEW


def test_interruption_by_hand_cleans_up(root, delivered, monkeypatch):
    before = bytes_below(root)
    nth_call_fails(monkeypatch, loading, "build", 2, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        load([delivered["DCCG 2"], delivered["DLCR 2"]], root)
    assert bytes_below(root) == before


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
from data.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def run(*words: str, **options) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, *words], cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )


@pytest.mark.live
def test_a_disk_that_takes_no_more(root, delivered):
    """No file may grow beyond 200 kB, so DuckDB itself fails while writing the database file."""
    before = bytes_below(root)
    process = run("-c", LIMITED, "load", str(delivered["DCCG 2"]), "--store", str(root))
    _, message = process.communicate(timeout=60)
    assert process.returncode == 1 and "refused: " in message and "the store is as it was" in message
    assert "Traceback" not in message
    assert bytes_below(root) == before


KILLED = """
import os, signal, sys
from data import load
name, nth, calls = sys.argv[1], int(sys.argv[2]), []
module = os if name == "replace" else load
real = getattr(module, name)
def function(*arguments, **options):
    calls.append(1)
    if len(calls) == nth:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments, **options)
setattr(module, name, function)
from data.__main__ import main
main(sys.argv[3:])
"""
MOMENTS = {
    "after staging": ("build", 1),
    "after building": ("_sync", 1),
    "second database": ("build", 2),
    "before the manifest": ("replace", 3),
    "before the pointer": ("replace", 4),
    "after the pointer": ("_sync", 8),
}


@pytest.mark.live
def test_killed_at_every_step(loaded, delivered, tmp_path):
    """kill -9: readers have the old snapshot or, once the pointer moved, the new; the next load cleans up."""
    running = {}
    for number, (moment, (name, nth)) in enumerate(MOMENTS.items()):
        root = tmp_path / f"store{number}"
        shutil.copytree(loaded, root)
        folders = [str(delivered["DCCG 2"]), str(delivered["DLCR 2"])]
        running[moment] = root, run("-c", KILLED, name, str(nth), "load", *folders, "--store", str(root))
    for moment, (root, process) in running.items():
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL, moment
        both = dict.fromkeys(OLD, ("v2", 5))
        assert versions(root) == (both if moment == "after the pointer" else OLD), moment
        load([delivered["DCCG 2"]], root)
        assert versions(root)["DCCG"] == ("v2", 5) and leftovers(root) == set(), moment


@pytest.mark.live
def test_killed_at_any_time(root, delivered):
    """The real command, killed after ever longer, with a reader that never closes."""
    reader = Store(root)
    first = reader.current().id
    for delay in (0.3, 0.6, 0.8, 1.0):
        process = run("-m", "data", "load", str(delivered["DCCG 2"]), str(delivered["DLCR 2"]), "--store", str(root))
        time.sleep(delay)
        process.kill()
        process.communicate(timeout=60)
        seen = {code: reader.current().rows(code, "SELECT DISTINCT t FROM cases") for code in OLD}
        assert seen in ({code: [("v1",)] for code in OLD}, {code: [("v2",)] for code in OLD})
        assert versions(root).keys() == OLD.keys()
        use(root, first)
    load([delivered["DCCG 2"]], root)
    assert versions(root) == NEW and leftovers(root) == set()


TERMINATED = """
import runpy, sys
from data import load
def build(con, inspection, loaded_at):
    con.execute("CREATE TABLE half AS SELECT * FROM range(1000)")
    print("building", flush=True)
    con.execute("SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b")  # days
load.build = build
sys.argv = ["data", *sys.argv[1:]]
runpy.run_module("data", run_name="__main__")
"""


@pytest.mark.live
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("delay", [0, 0.5])
def test_stopped_in_the_middle_of_a_query(root, delivered, number, delay):
    """By a service manager, a container or Ctrl-C: what was begun is cleared away before the process ends."""
    before = bytes_below(root)
    process = run("-c", TERMINATED, "load", str(delivered["DCCG 2"]), "--store", str(root))
    try:
        assert process.stdout.readline() == "building\n"
        assert list(root.glob(".kraeft-load-*"))
        time.sleep(delay)  # at once, or with both threads in the join
        process.send_signal(number)
        process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert bytes_below(root) == before and not list(root.glob(".kraeft-load-*"))


HOLDER = """
import sys
from pathlib import Path
from data.cleaning import only_loader
with only_loader(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.live
def test_a_second_load_is_refused_and_does_not_wait_for_the_first(root, delivered, capsys):
    before = bytes_below(root)
    holder = run("-c", HOLDER, str(root), stdin=subprocess.PIPE)
    try:
        assert holder.stdout.readline() == "held\n"
        first = Store(root).current_id()
        assert main(["load", str(delivered["DCCG 2"]), "--store", str(root)]) == 1
        assert main(["use", first, "--store", str(root)]) == 1
        assert capsys.readouterr().err.count("another load is running; try again when it has finished") == 2
        assert bytes_below(root) == before and versions(root) == OLD
        assert main(["check", str(delivered["DCCG 2"]), "--store", str(root)]) == 0  # stores nothing, waits for nobody
    finally:
        holder.kill()
        holder.communicate(timeout=60)
    assert main(["load", str(delivered["DCCG 2"]), "--store", str(root)]) == 0  # the lock fell with its holder


@pytest.mark.parametrize("error", [duckdb.OutOfMemoryException("no memory"), duckdb.IOException("disk full")])
def test_a_full_disk_is_not_blamed_on_the_file(error, delivered):
    class Full:
        def execute(self, *_):
            raise error

    folder = delivered["DCCG 1"]
    manifest, _ = read_manifest(folder)
    with pytest.raises(type(error)):
        stage(Full(), File(BY_NAME["cases"], folder / "cases.csv"), manifest)
