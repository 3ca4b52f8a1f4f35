"""``python -m users``: who may log in; and ``python -m audit verify``."""

from __future__ import annotations

import io
import json
import threading

import pytest

from audit.__main__ import main as audit
from data.audit_log import FIRST, AuditLog, NotLogged, verify
from data.users import UserRefused, Users
from users.__main__ import main

PASSWORD = "correct horse battery"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    def call(*words: str, typed: str = PASSWORD + "\n"):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main([*words, "--store", str(tmp_path)])
        return code, *capsys.readouterr()

    return call


def test_added_listed_removed(run, tmp_path):
    assert run("add", "anne", "--role", "registry")[0] == 0
    assert run("add", "bo@regionh", "--role", "steering", "--databases", "DCCG,DLCR")[0] == 0
    assert run("add", "kim", "--role", "clinician", "--departments", "SLA-KIR")[0] == 0
    code, out, _ = run("list", "--format", "csv")
    rows = [line.split(",")[:4] for line in out.splitlines()]
    assert code == 0 and rows == [
        ["name", "role", "databases", "departments"],
        ["anne", "registry", "", ""],
        ["bo@regionh", "steering", "DCCG DLCR", ""],
        ["kim", "clinician", "", "SLA-KIR"],
    ]
    users = Users(tmp_path)
    assert users.check("anne", PASSWORD).role == "registry"
    assert users.check("anne", PASSWORD + " ") is None and users.check("nobody", PASSWORD) is None
    assert users.path.stat().st_mode & 0o077 == 0
    assert PASSWORD.encode() not in users.path.read_bytes()
    assert run("remove", "anne")[0] == 0 and users.check("anne", PASSWORD) is None
    code, _, err = run("remove", "anne")
    assert code == 1 and "there is no user 'anne'" in err


@pytest.mark.parametrize(
    "words, typed, said",
    [
        (("add", "anne", "--role", "registry"), "short\n", "12"),
        (("add", "anne", "--role", "registry"), "", "0 characters"),
        (("add", "an ne", "--role", "registry"), PASSWORD, "an ne"),
        (("add", "anne", "--role", "steering"), PASSWORD, "--databases"),
        (("add", "anne", "--role", "steering", "--databases", "NOPE"), PASSWORD, "DCCG"),
        (("add", "anne", "--role", "reader", "--databases", "DCCG"), PASSWORD, "neither"),
        (("add", "anne", "--role", "steering", "--departments", "X"), PASSWORD, "--databases"),
        (("add", "anne", "--role", "registry", "--password-file", "/nowhere"), "", "/nowhere"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_added(run, tmp_path, words, typed, said):
    code, _, err = run(*words, typed=typed)
    assert code == 2 and said in err
    assert Users(tmp_path).all() == ()


def test_a_new_password_has_a_new_stamp(tmp_path):
    users = Users(tmp_path)
    first = users.add("anne", PASSWORD, "registry")
    assert users.add("anne", PASSWORD, "registry").stamp != first.stamp
    with pytest.raises(UserRefused, match="no role 'root'"):
        users.add("anne", PASSWORD, "root")


# --- the log --------------------------------------------------------------------------------------------------------


@pytest.fixture
def log(tmp_path):
    made = AuditLog(tmp_path)
    for number in range(5):
        made.append({"who": "anne", "what": "view", "path": f"/{number}"})
    return made


def test_a_whole_log_verifies(log, tmp_path, capsys):
    assert audit(["verify", "--store", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("5 lines hold")
    first = json.loads(log.path.read_text().splitlines()[0])
    assert (first["n"], first["before"]) == (1, FIRST)


@pytest.mark.parametrize(
    "damage, line, said",
    [
        (lambda lines: [lines[0], lines[1].replace("anne", "bo"), *lines[2:]], 2, "not what was written"),
        (lambda lines: [lines[0], *lines[2:]], 2, "number 3"),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], 2, "number 3"),
        (lambda lines: [lines[0], lines[0], *lines[1:]], 2, "number 1"),
        (lambda lines: [*lines[:4], lines[4][:20]], 5, "no JSON"),
    ],
)
def test_what_was_changed_is_found(log, tmp_path, capsys, damage, line, said):
    log.path.write_text("".join(damage(log.path.read_text().splitlines(keepends=True))))
    assert audit(["verify", "--store", str(tmp_path)]) == 1
    err = capsys.readouterr().err
    assert f"line {line}: " in err and said in err


def test_a_line_written_anew_with_its_own_hash_breaks_the_next(log):
    lines = log.path.read_text().splitlines()
    other = AuditLog(log.path.parent.parent / "other")
    other.path.parent.parent.mkdir()
    for number in range(5):
        other.append({"who": "bo" if number == 2 else "anne", "what": "view", "path": f"/{number}"})
    forged = other.path.read_text().splitlines()[2]
    log.path.write_text("\n".join([*lines[:2], forged, *lines[3:]]) + "\n")
    assert verify(log.path).lines == 2


def test_many_at_once_make_one_chain(tmp_path):
    logs = [AuditLog(tmp_path) for _ in range(4)]
    threads = [threading.Thread(target=lambda log=log: [log.append({"x": n}) for n in range(10)]) for log in logs]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    found = verify(logs[0].path)
    assert (found.lines, found.problem) == (40, "")


def test_nothing_is_written_after_half_a_line(log):
    log.path.write_text(log.path.read_text()[:-5])
    with pytest.raises(NotLogged, match="not whole"):
        log.append({"x": 1})


def test_no_log_is_said(tmp_path, capsys):
    assert audit(["verify", "--store", str(tmp_path)]) == 1
    assert "there is no audit log" in capsys.readouterr().err
