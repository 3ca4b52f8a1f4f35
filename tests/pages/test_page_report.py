"""/rapport: what can be fetched; a report is made once, one at a time, told while it is made, and then a file."""

from __future__ import annotations

import re
import sys
import threading
import time
from html import unescape

import pytest

from reports.formats import FORMATS, OF_SUMMARY
from server.children import Children
from server.reports import Press
from tests.support.clients import _client

WAIT = 20


@pytest.fixture(scope="module", params=["working", "public"])
def client(request, mdt):
    return _client(mdt.root, request.param)


def body(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return unescape(answer.get_data(as_text=True))


@pytest.mark.parametrize("lang", ["da", "en"])
def test_every_form_has_a_link_that_says_what_it_is(client, lang):
    page = body(client, f"/rapport?lang={lang}")
    links = re.findall(r'href="(/rapport/lav[^"]*)"', page)
    links, summaries = links[: len(FORMATS)], links[len(FORMATS) :]
    assert [re.search(r"format=(\w+)", one)[1] for one in summaries] == list(OF_SUMMARY)
    assert all("del=sammenfatning" in one for one in summaries)
    assert [re.search(r"format=(\w+)", one)[1] for one in links] == list(FORMATS)
    assert all(form.title.in_(lang) in page for form in FORMATS.values())
    assert all("database=DCCG" in one and "periode=2025" in one for one in links)


def test_only_the_working_edition_offers_both(mdt):
    working, public = (body(_client(mdt.root, edition), "/rapport") for edition in ("working", "public"))
    assert "udgave=offentlig" in working and "udgave=offentlig" not in public
    page = body(_client(mdt.root, "working"), "/rapport?udgave=offentlig")
    assert all("udgave=offentlig" in one for one in re.findall(r'href="(/rapport/lav[^"]*)"', page))


def test_an_unknown_form_or_year_makes_nothing(client):
    assert client.get("/rapport/lav?format=odt").status_code == 400
    assert client.get("/rapport/lav?database=DCCG&periode=1999&format=html").status_code == 400


# --- how reports are made ---


def writes(text: str, seconds: float = 0.0, code: int = 0) -> list[str]:
    """A command as the report's: it tells something, takes its time, and writes the file after --out."""
    program = (
        "import sys,time,pathlib;print('halvvejs',file=sys.stderr,flush=True);"
        f"time.sleep({seconds});code={code};"
        f"code or pathlib.Path(sys.argv[sys.argv.index('--out')+1]).write_text({text!r});sys.exit(code)"
    )
    return [sys.executable, "-c", program]


@pytest.fixture
def press():
    made = Press(Children())
    yield made
    made.close()


def until(press: Press, key: tuple, command: list[str]):
    """The report once it is there or has failed."""
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        job = press.ask(key, command, "x.txt")
        if job.stream is not None or job.failed:
            return job
        time.sleep(0.05)
    raise AssertionError("the report was not made")


def test_a_report_is_made_once_and_then_a_file(press):
    jobs = []
    ask = threading.Thread(target=lambda: jobs.append(press.ask(("a",), writes("en"), "x.txt")))
    ask.start()
    ask.join()
    assert press.ask(("a",), writes("to"), "x.txt") is jobs[0]
    job = until(press, ("a",), writes("tre"))
    assert job.content() == b"en" and job.content() == b"en"
    assert not job.folder.exists()  # the open file is all that is left of it


def test_one_is_made_at_a_time_and_the_others_know_their_place(press):
    first, second, third = (press.ask((name,), writes(name, 0.3), "x.txt") for name in "abc")
    assert [press.place(one) for one in (first, second, third)] == [0, 1, 2]
    assert first.process is not None and second.process is None and third.process is None
    assert until(press, ("c",), []).content() == b"c"


def test_what_the_command_says_is_told_and_a_failure_is_not_kept(press):
    job = until(press, ("a",), writes("", code=1))
    assert job.failed == "halvvejs" and job.stream is None
    assert until(press, ("a",), writes("nu")).content() == b"nu"


def test_too_many_are_refused(press):
    jobs = [press.ask((number,), writes("x", 30), "x.txt") for number in range(9)]
    assert jobs[7] is not None and jobs[8] is None
