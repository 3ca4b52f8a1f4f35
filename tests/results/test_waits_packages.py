"""Package times OF1–OF4: which dates an interval runs between, what counts, by place, and through the door."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest

from data.published import NotPublished
from data.store import Store
from layouts.frame.source import StoreSource
from layouts.waits.report import packages_section
from results.view import Edition, View
from results.waits.packages import package_nodes, package_standards
from results.waits.period import last_quarters, quarter
from server.application import create_app
from tests.pages.test_waits_report import seen
from tests.support.extracts import load_extract
from words.choices import State

CASES = [{"case_id": one, "sex": sex} for one, sex in (("a", "F"), ("b", "F"), ("c", "M"), ("d", "F"), ("e", "F"))]
#: Breast (B01) standards: OF1 6, OF2 8, OF3 to surgery 13, OF4 to surgery 27 days.
#: a: 6, 8, 13 and so 27. b: 7, 8, 13 and so 28. c: a negative OF3. d: two treatments after one examination.
#: e: a second examination before its second treatment. No case, no package, no modality, disproved: see the tests.
WAITS = """
    wait_id | case_id | leg         | department | residence_region | referral_date | stop_date  | end       | modality | package | decision_date
    a1      | a       | examination | HER-KIR    | 1085             | 2026-07-01    | 2026-07-07 | started   |          | B01     |
    a2      | a       | treatment   | HER-KIR    | 1085             | 2026-07-10    | 2026-07-28 | started   | surgery  | B01     | 2026-07-15
    b1      | b       | examination | HER-KIR    | 1084             | 2026-07-01    | 2026-07-08 | started   |          | B01     |
    b2      | b       | treatment   | AAL-KIR    | 1084             | 2026-07-10    | 2026-07-29 | started   | surgery  | B01     | 2026-07-16
    c1      | c       | examination | HER-KIR    | 1084             | 2026-07-01    | 2026-07-02 | started   |          | B01     |
    c2      | c       | treatment   | HER-KIR    | 1084             | 2026-07-03    | 2026-07-10 | started   | surgery  | B01     | 2026-07-11
    d1      | d       | examination | HER-KIR    | 1084             | 2026-07-01    | 2026-07-02 | started   |          | B01     |
    d2      | d       | treatment   | HER-KIR    | 1084             | 2026-07-03    | 2026-07-10 | started   | surgery  | B01     | 2026-07-04
    d3      | d       | treatment   | HER-KIR    | 1084             | 2026-09-01    | 2026-09-14 | started   | surgery  | B01     | 2026-09-01
    e1      | e       | examination | AAL-KIR    | 1081             | 2026-04-01    | 2026-04-02 | started   |          | B01     |
    e2      | e       | treatment   | AAL-KIR    | 1081             | 2026-04-03    | 2026-04-10 | started   | surgery  | B01     | 2026-04-04
    e3      | e       | examination | AAL-KIR    | 1081             | 2026-07-01    | 2026-07-20 | started   |          | B01     |
    e4      | e       | treatment   | AAL-KIR    | 1081             | 2026-08-01    | 2026-08-20 | started   | surgery  | B01     | 2026-07-28
    f1      |         | treatment   | HER-KIR    | 1084             | 2026-07-03    | 2026-07-10 | started   | surgery  | B01     |
    g1      |         | examination | HER-KIR    | 1084             | 2026-07-03    | 2026-07-04 | disproved |          | B01     |
    h1      |         | examination | HER-KIR    | 1084             | 2026-07-03    | 2026-07-04 | started   |          |         |
    i1      |         | examination | HER-KIR    | 1084             | 2026-07-03    | 2026-07-04 | started   |          | X99     |
    j1      |         | treatment   | HER-KIR    | 1084             | 2026-07-03    | 2026-07-10 | started   |          | B01     | 2026-07-04
    k1      |         | aftercare   | HER-KIR    | 1084             | 2026-07-03    | 2026-07-10 | started   | systemic | B01     | 2026-07-04
    l1      |         | treatment   | HER-KIR    | 1084             | 2026-07-03    |            |           | surgery  | B01     | 2026-07-04
"""  # noqa: E501
Q2, Q3 = quarter(2026, 2), quarter(2026, 3)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    return load_extract(tmp_path_factory.mktemp("packages"), database="DBCG", cases=CASES, waits=WAITS)


def found(snapshot, level="nation", code="", edition="working", quarters=(Q2, Q3), **more) -> dict[tuple, tuple]:
    """Measure and quarter → (within, denominator, missing, excluded) of one place."""
    nodes = package_nodes(View(snapshot, Edition(edition), "DBCG", 2026, **more), quarters)
    here = nodes[(nodes["level"] == level) & (nodes["code"] == code)]
    names = ("numerator", "denominator", "missing", "excluded")
    return {(row["indicator"], row["period"][5:]): tuple(row[one] for one in names) for row in here.to_dict("records")}


def test_parts_of_the_course(snapshot):
    nation = found(snapshot)
    assert nation["OF1", "Q2"] == (1, 1, 0, 0)
    assert nation["OF1", "Q3"] == (3, 5, 0, 1)  # a 6, c 1, d 1 within; b 7, e 19 not; X99 has no standard
    assert nation["OF2", "Q3"] == (4, 5, 2, 0)  # a 8, b 8, d 2, e 8 within; c 9 not; f and j have no examination
    assert nation["OF3", "Q3"] == (4, 5, 2, 1)  # a 13, b 13, d 6 and 13 within; e 23 not; c negative, f no decision
    assert nation["OF4", "Q3"] == (3, 5, 1, 1)  # a 27, c 9, d 9 within; b 28, e 50 not; f missing, j no modality


def test_the_first_treatment_after_an_examination_ends_the_course(snapshot):
    """d's second treatment has an OF3 of its own and no OF4; e's second course counts from its own referral."""
    assert found(snapshot)["OF4", "Q2"] == (1, 1, 0, 0)
    own = found(snapshot, "region", "1081", place="residence")
    assert own["OF4", "Q3"] == (0, 1, 0, 0), "50 days from 1 July, not 141 from 1 April"
    assert own["OF2", "Q3"] == (1, 1, 0, 0), "8 days from the second first visit"


def test_places(snapshot):
    treating = found(snapshot, "department", "AAL-KIR")
    assert treating["OF4", "Q3"] == (0, 2, 0, 0)
    assert found(snapshot, "region", "1084", place="residence")["OF4", "Q3"][1] == 3
    assert found(snapshot, "region", "1085", place="residence")["OF4", "Q3"] == (1, 1, 0, 0)
    assert found(snapshot, "department", "AAL-KIR", place="residence") == {}


def test_filters_and_merged_regions(snapshot):
    assert found(snapshot, where=(("sex", "M"),))["OF1", "Q3"] == (1, 1, 0, 0)
    merged = found(snapshot, "region", "1086", place="residence", regions=4)
    assert merged["OF4", "Q3"][1] == 4


def test_overlapping_periods_are_refused(snapshot):
    with pytest.raises(ValueError, match=r"2026-Q3 and 2026-Q3 overlap"):
        found(snapshot, quarters=(Q3, Q3))


def test_small_numbers_are_hidden(snapshot):
    nodes = package_nodes(View(snapshot, Edition("public"), "DBCG", 2026), (Q2, Q3))
    small = nodes[nodes["indicator"] == "OF4"]
    assert small["hidden"].all() and small["numerator"].isna().all()


def test_standards_of_the_packages_used(snapshot):
    rows = package_standards(View(snapshot, Edition("working"), "DBCG", 2026))
    assert {row.package for row in rows} == {"B01"}
    assert [row.days for row in rows if row.verified] == [27]


def test_download(snapshot):
    source = StoreSource(Store(snapshot.root), Edition("working"))
    client = create_app(source, source.version).server.test_client()
    answer = client.get("/hent/pakketider.csv?database=DBCG")
    text = answer.data.decode("utf-8-sig")
    assert answer.status_code == 200
    assert "faglig vejledning, ikke en rettighed" in text.splitlines()[0]
    assert "B01 OF4 surgery 27 dage" in text and "ikke verificeret" in text
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    rows = list(csv.DictReader(io.StringIO(body), delimiter=";"))
    [nation] = [r for r in rows if (r["Mål"], r["Kvartal"], r["Enhed"]) == ("OF4", "2026-Q3", "Danmark")]
    assert (nation["Forløb"], nation["Inden for pakketiden"], nation["Andel"]) == ("5", "3", "0,6")
    quarters = {one.text for one in last_quarters(dt.date(2026, 10, 31), 8)}
    assert {row["Kvartal"] for row in rows} <= quarters
    assert client.get("/hent/pakketider.xlsx?database=DBCG&lang=en").data[:2] == b"PK"


def test_section(snapshot):
    state, problems = State.from_query({"database": "DBCG"})
    context = StoreSource(Store(snapshot.root), Edition("working"))("/ventetider", state, problems)
    text = seen(packages_section(context))
    assert "Faglig vejledning, ikke en rettighed" in text and "Pakketider, 3. kvartal 2026" in text
    assert "Danmark" in text and "3/5" in text and "1 uoplyst" in text
    assert "én database" in seen(packages_section(context, every=True))
    hidden = StoreSource(Store(snapshot.root), Edition("public"))("/ventetider", state, problems)
    with pytest.raises(NotPublished):
        packages_section(hidden)
