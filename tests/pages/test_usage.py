"""Who uses which pages: counted from the log, for the registry, without patient data."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil

import pytest

from data.audit_log import AuditLog, events
from data.store import Store
from layouts.frame.source import StoreSource
from results.usage import counted, page_of
from results.view import Edition
from server.access.network import Network
from server.application import create_app

DAY = dt.date(2026, 11, 29)


def line(who: str, role: str, path: str, what: str = "view", status: int = 200, day: dt.date = DAY) -> dict:
    return {"time": f"{day}T10:00:00.000+00:00", "who": who, "role": role, "path": path, "what": what, "status": status}


LINES = [
    line("anne", "steering", "/indikator/x", day=DAY - dt.timedelta(days=3)),
    line("", "", "/log-ind", "log-in refused", 401),
    line("anne", "steering", "/log-ind", "log-in", 303),
    line("anne", "steering", "/indikator/y"),
    line("bo", "registry", "/indikator/y", status=304),
    line("bo", "registry", "/indikator/z", status=404),
    line("bo", "registry", "/hent/enheder.csv", "export"),
    line("bo", "registry", "/hent/enheder.xlsx", "export", 404),
    line("anne", "steering", "/forbedringer/ny", "write", 303),
    line("carl", "reader", "/audit/moede", "refused", 403),
    line("", "", "/hoering/DCCG/2025/1085"),
]


def test_it_counts_views_files_and_people():
    used = counted(LINES, DAY)
    pages = {one.path: one for one in used.pages}
    assert set(pages) == {"/indikator", "/hent/enheder", "/hoering"}
    assert pages["/indikator"].views == {"steering": 2, "registry": 1} and pages["/indikator"].people == 2
    assert (pages["/hent/enheder"].files, pages["/hent/enheder"].views) == (1, {})
    assert (pages["/hoering"].people, used.log_ins, used.refused) == (0, 1, 1)
    users = {one.name: (one.days, one.views, one.files, one.written, one.refused) for one in used.users}
    assert users == {"anne": (2, 2, 0, 1, 0), "bo": (1, 1, 1, 0, 0), "carl": (1, 0, 0, 0, 1)}
    assert [one.name for one in used.users] == ["anne", "bo", "carl"], "the most used first"


@pytest.mark.parametrize(
    "path, page",
    [("/", "/"), ("/indikator/x", "/indikator"), ("/hent/enheder.csv", "/hent/enheder"), ("/figur/kort.svg", "/figur"),
     ("/api/v1/tables/overblik", "/api"), ("/audit/journal/7/3", "/audit/journal"), ("/rapport", "/rapport"),
     ("/hoering/DCCG/2025/1085", "/hoering")],
)  # fmt: skip
def test_a_page_is_named_without_whose_it_is(path, page):
    assert page_of(path) == page


@pytest.mark.parametrize("lengths", [[1] * 9, [300, 1, 1, 200, 1, 70_000, 1, 1, 5], [0, 0, 90_000, 0, 0, 0, 0, 0, 0]])
def test_only_the_lines_from_a_day_on_are_read(tmp_path, lengths):
    """The first is found by halving: whatever the lengths of the lines, none is lost and none too many."""
    path = tmp_path / "log"
    days = [DAY + dt.timedelta(days=n // 2) for n in range(len(lengths))]
    rows = [{"n": n, "time": f"{day}T00:00:00.000+00:00", "x": "æ" * many}
            for n, (day, many) in enumerate(zip(days, lengths, strict=True))]  # fmt: skip
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows), encoding="utf-8")
    for after in range(-1, 7):
        since = DAY + dt.timedelta(days=after)
        wanted = [n for n, day in enumerate(days) if day >= since]
        assert [one["n"] for one in events(path, since)] == wanted, since


def test_without_a_log_there_is_nothing(tmp_path):
    assert list(events(tmp_path / "none", DAY)) == []


def test_the_page_shows_what_the_log_has(mdt, tmp_path):
    root = shutil.copytree(mdt.root, tmp_path / "store")
    log = AuditLog(root)
    for one in LINES:
        log.append({name: value for name, value in one.items() if name != "time"})
    source = StoreSource(Store(root), Edition("working"))
    client = create_app(source, source.version).server.test_client()
    page = client.get("/brug").text
    assert "4 sidevisninger af 3 brugere på 90 dage" in page and "anne" in page and "uden log ind" not in page
    english = client.get("/brug?lang=en&dage=30").text
    assert "in 30 days" in english and "Indicators" in english
    assert client.get("/brug?dage=7").status_code == 400
    assert re.search(r"<td[^>]*>.*?registerteam", page, re.S)


def test_where_nobody_logs_in_it_says_why_nothing_is_counted(mdt):
    source = StoreSource(mdt, Edition("working"))
    page = create_app(source, source.version).server.test_client().get("/brug").text
    assert "0 sidevisninger" in page and "uden log ind føres der ingen log over dem" in page


def test_in_an_open_public_edition_it_is_nobody_s(mdt):
    source = StoreSource(mdt, Edition("public"))
    client = create_app(source, source.version, network=Network(open_to_all=True)).server.test_client()
    assert client.get("/brug").status_code == 403
