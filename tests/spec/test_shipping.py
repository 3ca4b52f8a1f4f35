"""What is shipped: locked packages, their licences, and the examples of how to run them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from docs import notice
from server.access.network import FORWARDING
from server.options import parsed

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


def required(file: str) -> list[Requirement]:
    lines = (ROOT / file).read_text().splitlines()
    return [Requirement(one) for one in lines if one and not one.startswith(("-", "#"))]


# --- packages -------------------------------------------------------------------------------------------------------


def test_the_lock_holds_what_is_required_each_file_by_its_sum():
    text, locked = notice.LOCK.read_text(), notice.locked()
    names = {canonicalize_name(name): version for name, version in locked.items()}
    for one in required("requirements.txt"):
        assert one.specifier.contains(names[canonicalize_name(one.name)]), (
            f"{one}: run the command of requirements.lock"
        )
    with_sums = re.findall(r"^([A-Za-z0-9._-]+)==\S+ \\\n    --hash=sha256:[0-9a-f]{64}", text, re.M)
    assert with_sums == list(locked)
    assert "://" not in text, "the lock names no index"


def test_the_notice_has_every_package_with_its_licence():
    """Where another version than the locked one is installed, its licence may have changed: not compared."""
    said = notice.NOTICE.read_text(encoding="utf-8").splitlines()
    lines = [one for one in said if re.match(r"- [A-Za-z0-9._-]+ [0-9]\S*: ", one)]
    assert len(lines) == len(notice.locked())
    assert not [one for one in lines if "not said" in one]
    made = notice.notice().splitlines()
    for name, version in notice.locked().items():
        here = next(one for one in lines if one.startswith(f"- {name} "))
        assert here.startswith(f"- {name} {version}: ")
        if metadata.version(name) == version:
            assert here in made, "run python -m docs.notice"


def test_what_lies_in_the_repository_of_others_is_named():
    text = notice.NOTICE.read_text(encoding="utf-8")
    for _, path, terms, _ in notice.OTHERS:
        assert (ROOT / path).exists() and path in text and terms in text


# --- the container --------------------------------------------------------------------------------------------------


def instructions() -> list[list[str]]:
    text = re.sub(r"\\\n", " ", (DEPLOY / "Containerfile").read_text())
    return [one.split(None, 1) for one in text.splitlines() if one and not one.startswith("#")]


def test_the_container_has_every_part_of_the_program_and_nothing_else():
    copied = {Path(part).name for kind, rest in instructions() if kind == "COPY" for part in rest.split()[:-1]}
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks", "docs"}
    assert copied == packages | {"app.py", "assets", "requirements.lock", "NOTICE", "LICENSE"}
    ignored = (ROOT / ".containerignore").read_text().split()
    assert {one[1:] for one in ignored if one.startswith("!")} == copied


@pytest.mark.live
def test_what_the_container_copies_answers(tmp_path):
    """Its COPY steps in a clean folder, and its command: the program needs nothing that is not copied."""
    for kind, rest in instructions():
        if kind == "COPY":
            *sources, _ = rest.split()
            for one in sources:
                copy = shutil.copytree if (ROOT / one).is_dir() else shutil.copy
                copy(ROOT / one, tmp_path / one)
    words = [sys.executable, "-I", "-c", "import sys; sys.path.insert(0, '.'); import app; app.main(['--help'])"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "--behind-proxy" in done.stdout, done.stderr


def test_the_container_runs_as_nobody_with_locked_packages():
    by_kind = dict(instructions())
    assert by_kind["USER"] == "10001"
    install = next(rest for kind, rest in instructions() if kind == "RUN" and "pip install" in rest)
    assert "--require-hashes" in install and "--no-deps" in install and "requirements.lock" in install
    words = re.findall(r'"([^"]*)"', by_kind["ENTRYPOINT"] + by_kind["CMD"])
    assert words[:2] == ["python", "app.py"]
    options = parsed(words[2:])
    assert (options.host, options.behind_proxy) == ("0.0.0.0", 1) and options.trusted_host


# --- the service ----------------------------------------------------------------------------------------------------


def unit() -> str:
    return (DEPLOY / "kvalitet.service").read_text()


def test_the_service_starts_the_program_as_it_is():
    command = re.search(r"^ExecStart=(.*)$", unit(), re.M)[1].split()
    options = parsed(command[2:])
    assert options.behind_proxy == 1 and options.store == "/srv/store"


def test_systemd_takes_the_service_and_finds_little_exposed(tmp_path):
    """Where systemd is on the machine; elsewhere that every line is a setting of a section."""
    lines = [one for one in unit().splitlines() if one and not one.startswith("#")]
    assert all(re.fullmatch(r"\[(Unit|Service|Install)\]|[A-Z][A-Za-z0-9]*=.*", one) for one in lines)
    if shutil.which("systemd-analyze") is None:
        return
    text = re.sub(r"/opt/kvalitet/\.venv/bin/python", sys.executable, unit())
    text = text.replace("/opt/kvalitet", str(ROOT)).replace("kvalitet\n", "root\n")
    path = tmp_path / "kvalitet.service"
    path.write_text(text)
    found = subprocess.run(["systemd-analyze", "verify", str(path)], capture_output=True, text=True)
    ours = [one for one in found.stderr.splitlines() if "kvalitet.service" in one]
    assert ours == [], found.stderr
    words = [
        "systemd-analyze",
        "security",
        "--offline=true",
        "--no-pager",
        "--threshold=20",
        str(DEPLOY / "kvalitet.service"),
    ]
    rated = subprocess.run(words, capture_output=True, text=True)
    assert rated.returncode == 0, rated.stdout[-600:] + rated.stderr


@pytest.mark.live
def test_the_libraries_live_without_memory_that_is_written_and_run():
    """MemoryDenyWriteExecute=yes of the service."""
    script = (
        "import ctypes, sys\n"
        "if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0): sys.exit(75)\n"
        "import duckdb, numpy as np, pandas, plotly, lifelines, orjson, argon2, resvg_py, scipy.stats, cryptography\n"
        "duckdb.sql('select sum(x * 2.5) from range(1000) t(x)').fetchall()\n"
        "np.linalg.svd(np.random.default_rng(1).normal(size=(50, 50)))\n"
        "argon2.PasswordHasher().hash('x')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert done.returncode in (0, 75), done.stderr  # 75: a kernel before 6.3 has no such switch


# --- the proxy ------------------------------------------------------------------------------------------------------


def test_the_proxy_overwrites_what_a_browser_could_forge():
    text = (DEPLOY / "nginx.conf").read_text()
    sent = dict(re.findall(r"^\s*proxy_set_header (\S+) (.+);$", text, re.M))
    assert sent["Host"] == "$host" and sent["X-Forwarded-For"] == "$remote_addr"
    assert {"X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded"} <= set(sent) & set(FORWARDING)
    assert sent["X-Remote-User"] == '""'
    assert text.count("{") == text.count("}") and "TLSv1.1" not in text
