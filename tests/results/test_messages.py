"""The quarter's messages: sent where something happened, exact, without a patient in them, and rarely by chance."""

from __future__ import annotations

import io
import math
import random
import re
import socketserver
import threading
import zipfile
from email import message_from_bytes, policy

import pytest

from data import audit_log
from data.registers import Registers
from data.users import UserRefused, Users
from reports.__main__ import main
from results.meeting import subject
from results.messages import FALSE_SHARE, needed, of_quarter
from results.reach import NotForAll
from results.view import Edition, View
from results.warnings import digest
from results.warnings.signals import STRONG_ALARM_YEARS
from tests.support.warning_store import build
from users.__main__ import main as users


@pytest.fixture(scope="module")
def store(once):
    return once("warnings", build)


@pytest.fixture
def own(store, tmp_path):
    """A store of its own, to write in."""
    from tests.faults.test_being_made import copied

    return copied(store, tmp_path)


def view(store, edition="working"):
    return View(store.current(), Edition(edition), "DCCG", 2025)


def test_a_planted_decline_is_told_with_its_counts(store):
    found = of_quarter(view(store), digest.Quarter(2025, 4))
    assert [(one.code, one.is_hospital) for one in found.messages] == [("SLA-KIR", False), ("slagelse", True)]
    fact, *rest = found.messages[0].facts
    assert (fact.kind, fact.indicator.id, fact.part, fact.of) == ("worse", "mdt_before_treatment", 40, 80)
    assert fact.expected == pytest.approx(8, abs=0.5) and f"{fact.since:%Y-%m}" == "2025-06"
    assert not rest and found.messages[1].facts == found.messages[0].facts


def test_an_improvement_is_told_too_and_nothing_where_nothing_happened(store):
    there = {quarter: of_quarter(view(store), digest.Quarter(*quarter)).messages for quarter in ((2025, 3), (2025, 1))}
    assert [(one.code, one.facts[0].kind) for one in there[2025, 3]] == [("HER-KIR", "better"), ("herlev", "better")]
    assert there[2025, 1] == ()


def test_the_public_edition_has_none(store):
    with pytest.raises(NotForAll):
        of_quarter(view(store, "public"), digest.Quarter(2025, 4))


def test_a_deadline_that_fell_in_the_quarter_is_told_until_it_is_done(own):
    body = {"text": "Viborg gennemgår forløbene.", "responsible": "Ane", "deadline": "2025-11-15", "status": "open"}
    name = subject("DCCG", 2024, "mdt_before_treatment")
    Registers(own.root).write("decisions", name, 0, body, "Ane", "registry")
    quarters = [digest.Quarter(2025, 4), digest.Quarter(2026, 1)]
    told = [[one.code for one in of_quarter(view(own), each).messages] for each in quarters]
    assert "VIB-KIR" in told[0] and "VIB-KIR" not in told[1]
    fact = next(one for one in of_quarter(view(own), quarters[0]).messages if one.code == "VIB-KIR").facts[0]
    assert (fact.kind, fact.text, f"{fact.day}") == ("decision", body["text"], "2025-11-15") and fact.of > 0
    Registers(own.root).write("decisions", name, 1, {**body, "status": "done"}, "Ane", "registry")
    assert "VIB-KIR" not in [one.code for one in of_quarter(view(own), quarters[0]).messages]


@pytest.mark.parametrize("charts", [1, 12, 53, 54, 120, 250, 400])
def test_a_department_in_control_gets_at_most_one_in_two_years(charts):
    """By the sum of chances, and in 1,000 departments of two years each."""
    rate, least = charts / (4 * STRONG_ALARM_YEARS), needed(charts)
    reached = 1 - sum(math.exp(-rate) * rate**k / math.factorial(k) for k in range(least))
    assert reached <= FALSE_SHARE
    fewer = 1 - sum(math.exp(-rate) * rate**k / math.factorial(k) for k in range(least - 1))
    assert least == 1 or fewer > FALSE_SHARE, "no more than it needs"
    chance = random.Random(charts)
    sent = sum(
        sum(chance.random() < 1 / (4 * STRONG_ALARM_YEARS) for _ in range(charts)) >= least for _ in range(8 * 250)
    )
    assert sent / 250 <= 1.1


def test_files_have_the_numbers_and_no_patient(store, tmp_path, capsys):
    out = tmp_path / "out"
    words = ["messages", "--store", str(store.root), "--quarter", "2025-Q4", "--out", str(out)]
    assert main([*words, "--address", "https://kvalitet.example.dk/"]) == 0
    told = capsys.readouterr()
    assert "something happened in 1 of 5 departments and 1 of" in told.err
    assert sorted(one.name for one in out.iterdir()) == [
        "2025K4_afdeling_SLA-KIR.docx", "2025K4_afdeling_SLA-KIR.html",
        "2025K4_hospital_slagelse.docx", "2025K4_hospital_slagelse.html",
    ]  # fmt: skip
    page = (out / "2025K4_afdeling_SLA-KIR.html").read_text()
    assert "40 af 80 patienter uden MDT før behandling fra og med juni 2025; 8," in page
    assert 'href="https://kvalitet.example.dk/varsler?database=DCCG&amp;kurve=SLA-KIR.mdt_before_treatment"' in page
    with zipfile.ZipFile(io.BytesIO((out / "2025K4_afdeling_SLA-KIR.docx").read_bytes())) as archive:
        document = archive.read("word/document.xml").decode()
    assert "40 af 80 patienter" in document
    for text in (page, document):
        assert not re.search(r"[A-Z]{3}-KIR-\d+", text), "an id"
    assert main([*words[:-1], str(tmp_path / "en"), "--lang", "en"]) == 0
    english = (tmp_path / "en" / "2025K4_afdeling_SLA-KIR.html").read_text()
    assert "40 of 80 patients" in english and "from June 2025 on" in english


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--quarter", "2025-4"], "is no quarter that can be told"),
        (["--quarter", "2026-Q2"], "2026-Q2"),
        (["--quarter", "2025-Q4", "--address", "kvalitet"], "--address"),
        (["--quarter", "2025-Q4", "--smtp", ":x"], "--smtp"),
        (["--quarter", "2025-Q4", "--smtp", "localhost"], "--from"),
    ],
)
def test_words_that_do_not_fit(store, tmp_path, capsys, words, said):
    assert main(["messages", "--store", str(store.root), "--out", str(tmp_path / "out"), *words]) == 2
    assert said in capsys.readouterr().err and not (tmp_path / "out").exists()


class MailBox(socketserver.ThreadingTCPServer):
    """A mail server of as many words as smtplib says."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.taken: list[tuple[str, bytes]] = []
        self.full = False


class Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.say("220 here")
        to = ""
        while line := self.rfile.readline().decode().strip():
            if line.upper().startswith("RCPT TO:"):
                to = line[8:].strip("<> ")
            if line.upper() == "DATA":
                self.say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.taken.append((to, b"".join(lines)))
            self.say("221 bye" if line.upper() == "QUIT" else "452 full" if self.server.full else "250 ok")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def mailbox():
    with MailBox() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_those_who_subscribe_get_it_once_and_it_is_counted(own, tmp_path, mailbox, capsys):
    words = ["--store", str(own.root)]
    assert users(["subscribe", "ane@example.dk", "--units", "SLA-KIR,HER-KIR", *words]) == 0
    assert users(["subscribe", "bo@example.dk", "--units", "slagelse", *words]) == 0
    assert users(["subscribe", "bo@example.dk", "--units", "nowhere", *words]) == 2
    assert users(["subscribe", "no address", "--units", "SLA-KIR", *words]) == 2
    smtp = ["--smtp", f"127.0.0.1:{mailbox.server_address[1]}", "--from", "kvalitet@example.dk"]
    command = ["messages", *words, "--quarter", "2025-Q4", "--out", str(tmp_path / "out"), *smtp]
    assert main(command) == 0 and "2 messages sent" in capsys.readouterr().err
    assert [to for to, _ in mailbox.taken] == ["ane@example.dk", "bo@example.dk"]
    mail = message_from_bytes(mailbox.taken[0][1], policy=policy.default)
    assert mail["List-Unsubscribe"] and "40 af 80 patienter" in mail.get_body(("plain",)).get_content()
    assert "afmeld SLA-KIR" in mail.get_body(("html",)).get_content()
    assert main(command) == 0 and len(mailbox.taken) == 2, "once"
    found = {(one.address, one.unit): (one.sent, one.last) for one in Users(own.root).subscriptions()}
    assert found["ane@example.dk", "SLA-KIR"] == (1, "2025K4") and found["ane@example.dk", "HER-KIR"] == (0, "")
    log = own.root / audit_log.FOLDER / audit_log.FILE
    assert log.read_text().count('"event": "message"') == 2 and not audit_log.verify(log).problem
    assert users(["unsubscribe", "ane@example.dk", *words]) == 0
    assert users(["unsubscribe", "ane@example.dk", *words]) == 1
    capsys.readouterr()
    assert users(["subscriptions", *words, "--format", "csv"]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("bo@example.dk,slagelse,")
    assert not Users(own.root).any(), "a subscriber is no user: log-in stays as it was"


def test_a_mail_server_that_refuses_is_told_and_nothing_counted(own, tmp_path, mailbox, capsys):
    Users(own.root).subscribe("ane@example.dk", ["SLA-KIR"])
    mailbox.full = True
    words = ["messages", "--store", str(own.root), "--quarter", "2025-Q4", "--out", str(tmp_path / "out")]
    smtp = ["--smtp", f"127.0.0.1:{mailbox.server_address[1]}", "--from", "kvalitet@example.dk"]
    assert main([*words, *smtp]) == 1
    assert "could not be sent" in capsys.readouterr().err
    assert [one.sent for one in Users(own.root).subscriptions()] == [0]


def test_a_code_that_could_break_a_header_is_refused(own):
    for address, unit in (("a@b.dk\r\nBcc: x@y.dk", "SLA-KIR"), ("a@b.dk", "SLA KIR")):
        with pytest.raises(UserRefused):
            Users(own.root).subscribe(address, [unit])
