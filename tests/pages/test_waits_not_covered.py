"""Legs without a legal maximum: skin cancer other than melanoma and bone-marrow transplants are in no share."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import duckdb
import pytest

from data import reference
from data.checks import inspect
from data.store import Store
from data.waiting import covered
from exports.waits_report import table_sheet
from indicators.__main__ import main
from layouts.frame.source import StoreSource
from layouts.waits.report import packages_section
from results.view import Edition, View
from results.waits import legs as tables
from results.waits.frames import NAMES
from results.waits.period import quarter
from results.waits.report import report
from tests.pages.test_page_waits import heading, page, words
from tests.support.clients import client
from tests.support.extracts import load_extract, write_extract
from words.choices import State

CUT = date(2026, 10, 31)


def leg(name: str, stop: int | None, wait: int = 20, **more) -> dict:
    """A leg of treatment that ended ``stop`` days before the cut (None: waits) after ``wait`` days."""
    until = CUT if stop is None else CUT - timedelta(stop)
    start = until - timedelta(wait)
    ended = {} if stop is None else {"stop_date": until, "end": "started"}
    row = {"wait_id": name, "case_id": "", "leg": "treatment", "department": "HER-KIR", "residence_region": "1084",
           "referral_date": start, "consent_date": start, "registered_date": start, "modality": "systemic",
           "overrun_reason": ""}  # fmt: skip
    return row | ended | more


#: Of each: five that the maximum covers (two of them over), and one of every kind that it does not.
LEGS = [
    *(leg(f"in{n}", 60 + n, 10, modality="") for n in range(3)),
    *(leg(f"over{n}", 70 + n) for n in range(2)),
    leg("transplant", 65, modality="transplant"),
    leg("package", 66, package="NMSC"),
    leg("waiting", None),
    leg("waiting transplant", None, modality="transplant"),
    leg("early transplant", 400, modality="transplant"),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    root = tmp_path_factory.mktemp("covered")
    load_extract(root, cases=[{"case_id": "a"}], waits=LEGS, data_cut=CUT.isoformat())
    load_extract(root, database="NMSC", cases=[{"case_id": "a"}], waits=LEGS, data_cut=CUT.isoformat())
    return Store(root / "store")


def command(store, capsys, *options):
    assert main(["waits", "--store", str(store.root), *options, "--format", "csv"]) == 0
    out, err = capsys.readouterr()
    return list(csv.DictReader(io.StringIO(out))), err


@pytest.mark.parametrize(
    "population, counts, left_out",
    [("ended", {"legs": "5", "within": "3", "over_unsettled": "2"}, 3),
     ("started", {"legs": "6", "ended": "5"}, 4),
     ("waiting", {"legs": "1", "waiting_over": "1"}, 1)],
)  # fmt: skip
def test_the_command_counts_those_covered_and_says_how_many_are_not(store, capsys, population, counts, left_out):
    [row], err = command(store, capsys, "--database", "DCCG", "--population", population)
    assert {name: row[name] for name in counts} == counts
    plural = "s" if left_out > 1 else ""
    assert f"note: {left_out} leg{plural} left out: not covered by the legal maximum" in err


def test_the_note_is_of_the_rows_asked_for(store, capsys):
    period = ("--from", (CUT - timedelta(100)).isoformat())
    _, err = command(store, capsys, "--database", "DCCG", *period)
    assert "note: 2 legs left out" in err, "the one that ended 400 days ago is outside the period"
    _, err = command(store, capsys, "--database", "DCCG", "--leg", "examination")
    assert "left out" not in err


def test_a_whole_database_without_a_maximum(store, capsys):
    [row], err = command(store, capsys, "--database", "NMSC")
    assert (row["legs"], row["within"], row["in_time"]) == ("0", "0", "")
    assert "note: 8 legs left out" in err


@pytest.mark.parametrize("name", [one for one in NAMES if one != "uncovered"])
def test_no_frame_of_a_page_has_them(store, name):
    snapshot = store.current()
    assert not len(NAMES[name](snapshot, "NMSC")) or name == "weeks"


def test_the_page_says_how_many(store):
    site = client(store, "working")
    html = words(page(site, "database=DCCG"))
    # Of those that end within 26 weeks or wait: two ended and one waiting.
    assert "Ikke omfattet: 3 forløb til behandling" in html
    assert "Ikke omfattet: 0 forløb til udredning" in words(page(site, "database=DCCG&ben=udredning"))
    assert "Not covered: 3 cases for treatment" in words(page(site, "database=DCCG&lang=en"))
    # The databases together: three of DCCG, and of NMSC all but the one that ended 400 days ago.
    assert "Ikke omfattet: 12 forløb til behandling" in words(page(site, "omfang=alle"))


def test_the_page_of_a_database_without_a_maximum(store):
    site = client(store, "working")
    html = page(site, "database=NMSC")
    assert heading(html).startswith("NMSC er ikke omfattet af de maksimale ventetider.")
    assert "Ikke omfattet: 9 forløb" in words(html)
    assert heading(page(site, "database=NMSC&regler=pakke")).startswith("Pakketider er faglig vejledning")


def test_the_report_leaves_them_out_and_says_how_many(store):
    snapshot = store.current()
    found = report(snapshot, "all", quarter(2026, 3))
    [nation] = found.table[(found.table["leg"] == "treatment") & (found.table["region"] == "")].to_dict("records")
    assert (nation["legs"], nation["within"]) == (5, 3)
    assert found.not_covered == {"treatment": 9}
    assert not set(found.cases["wait_id"]) & {"transplant", "package"}
    stamp = dict(table_sheet(found, Edition("working"), "da").stamp)
    assert stamp["Ikke omfattet af den maksimale ventetid"] == "Behandling 9"
    hidden = dict(table_sheet(report(snapshot, "DCCG", quarter(2026, 3)), Edition("public"), "da").stamp)
    assert hidden["Ikke omfattet af den maksimale ventetid"] == "Behandling skjult"


def test_the_case_without_a_filter_counts_only_those_covered(store):
    view = View(store.current(), Edition("working"), "DCCG", 2026)
    assert tables.Scope(view, ("DCCG",), "treatment").without_case == 6


def test_package_times_are_a_guideline_and_hold_for_all(tmp_path):
    rows = [leg("b", 100, package="B01", modality="transplant", leg="examination", consent_date="")]
    snapshot = load_extract(tmp_path, database="DBCG", cases=[{"case_id": "a"}], waits=rows, data_cut=CUT.isoformat())
    state, problems = State.from_query({"database": "DBCG"})
    context = StoreSource(Store(snapshot.root), Edition("working"))("/ventetider", state, problems)
    assert "0/1" in words(str(packages_section(context)))


@pytest.mark.parametrize("database, expected", [("DCCG", 3), ("NMSC", None)])
def test_an_overrun_without_reason_is_of_those_covered(tmp_path, database, expected):
    rows = [*LEGS, leg("covered", 90, modality="surgery")]
    folder = write_extract(
        tmp_path / "x", database=database, cases=[{"case_id": "a"}], waits=rows, data_cut=CUT.isoformat()
    )
    found = {one.rule: one.rows for one in inspect(duckdb.connect(), folder).findings}
    assert found.get("overrun_without_reason") == expected
    assert "code" not in found, "transplant is a modality"


def test_reference_data_say_what_is_not_covered():
    rows = {(one.kind, one.value) for one in reference.wait_not_covered()}
    assert rows == {("database", "NMSC"), ("package", "NMSC"), ("modality", "transplant")}
    sql = covered(lambda name: name, "database")
    row = "SELECT 'DCCG' AS database, NULL AS package, NULL AS modality"
    assert duckdb.connect().execute(f"SELECT {sql} FROM ({row})").fetchone() == (True,)
