"""The year that pages open on: the last one with cases and full follow-up, by one rule, also in odd databases."""

from __future__ import annotations

import html
import re

import pytest

from data.load import load
from data.store import Store
from indicators.catalogue import BY_ID
from layouts.frame.source import StoreSource
from results.across import latest_views
from results.survival.curves import default_cohort, latest_followed
from results.view import Edition, View, default_period, periods
from tests.support.clients import client
from tests.support.extracts import write_extract
from words.choices import State

SIX = 6


def store_of(
    folder, days: list[str], data_cut: str, period: tuple[str, str], database: str = "DCCG", **tables
) -> Store:
    """A store of one database with SIX cases on each of these days, alive at the data cut."""
    cases = [
        {"case_id": f"{day}-{n}", "diagnosis_date": day, "vital_date": data_cut, "stage": "I", "registered_date": day}
        for day in days
        for n in range(SIX)
    ]
    extract = write_extract(
        folder / "extract", database=database, data_cut=data_cut, period=period, cases=cases, **tables
    )
    load([extract], folder / "store")
    return Store(folder / "store")


#: name: days of diagnosis, data cut, period of the extract, database; what opens: pages, survival after 1 and 5 years
#: (None: as the other pages), cohort of the survival page.
ODD = {
    "one year, followed for 12": (
        ["2012-05-01"], "2024-12-31", ("2012-01-01", "2024-12-31"), "DCCG", 2012, 2013, 2017, 2012,
    ),
    "one year, and the extract ends there": (
        ["2012-05-01"], "2024-12-31", ("2012-01-01", "2012-12-31"), "DCCG", 2012, 2013, 2017, 2012,
    ),
    "nobody in the last year": (
        ["2023-05-01", "2024-02-01"], "2026-10-31", ("2020-01-01", "2025-12-31"), "DCCG", 2024, 2025, None, 2023,
    ),
    "a gap": (
        ["2018-03-01", "2022-03-01"], "2026-10-31", ("2015-01-01", "2025-12-31"), "DCCG", 2022, 2023, 2023, 2018,
    ),
    "only in the year that runs": (
        ["2026-02-01"], "2026-10-31", ("2020-01-01", "2026-10-31"), "DCCG", 2026, None, None, 2026,
    ),
    "outside the period": (
        ["2009-02-01"], "2026-10-31", ("2020-01-01", "2026-10-31"), "DCCG", 2009, 2010, 2014, 2009,
    ),
    "follow-up not over": (
        ["2024-05-01", "2025-05-01"], "2026-01-10", ("2020-01-01", "2026-01-10"), "DCCG", 2024, 2025, None, 2024,
    ),
    "follow-up over to the day": (
        ["2024-05-01", "2025-05-01"], "2026-01-30", ("2020-01-01", "2026-01-30"), "DCCG", 2025, 2025, None, 2024,
    ),
    "a reporting year that is no calendar year": (
        ["2024-09-01", "2025-08-31"], "2026-10-31", ("2020-01-01", "2025-12-31"), "DaBlaCa", 2024, 2025, None, 2024,
    ),
}  # fmt: skip


@pytest.fixture(scope="module", params=ODD, ids=str)
def odd(request, tmp_path_factory):
    days, cut, period, database, *opens = ODD[request.param]
    return store_of(tmp_path_factory.mktemp("odd"), days, cut, period, database), database, opens


def opened(store: Store, path: str, **query: str):
    state, _ = State.from_query(query)
    return StoreSource(store, Edition())(path, state, [])


def text_of(answer) -> str:
    body = re.sub(r"(?s)<head>.*?</head>|<style.*?</style>|<script.*?</script>", " ", answer.text)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.some(3)
def test_every_page_opens_on_the_same_year_with_cases(odd):
    store, database, (year, one, five, cohort) = odd
    snapshot = store.current()
    assert default_period(snapshot, database) == year
    assert year in periods(snapshot, database)
    for path in ("/", "/variation", "/afdeling/HER-KIR", "/datakvalitet", "/indikator/registered_30d"):
        found = opened(store, path)
        assert found.period == found.latest == year, path
    assert opened(store, "/indikator/survival_1y").period == (one or year)
    assert opened(store, "/indikator/survival_5y").period == (five or year)
    assert [view.period for view in latest_views(snapshot, Edition())] == [year]
    view = View(snapshot, Edition(), database, year)
    assert default_cohort(view).last == cohort
    assert (latest_followed(view, 1) is None) == (one is None)


@pytest.mark.some(3)
def test_no_page_opens_without_a_patient(odd):
    store, _, (_, one, five, _) = odd
    asking = client(store)
    nothing = re.compile(r"[Ii]ngen (data|forløb|patienter) (i|diagnosticeret|at vurdere)")
    pages = ["/", "/indikator/stage_known", "/datakvalitet", "/overlevelse"]
    pages += [f"/indikator/survival_{n}y" for n, there in ((1, one), (5, five)) if there]
    for page in pages:
        answer = asking.get(page)
        assert answer.status_code == 200, page
        heading = re.search(r"(?s)<h1.*?</h1>", answer.text)[0]
        assert not nothing.search(re.sub(r"<[^>]+>", "", heading)), (page, heading)


def test_what_the_reader_chose_stays_and_the_default_is_not_carried(tmp_path):
    store = store_of(tmp_path, ["2012-05-01"], "2024-12-31", ("2012-01-01", "2024-12-31"))
    page = opened(store, "/")
    assert "periode" not in page.to("/variation")
    assert "periode=2013" in opened(store, "/", periode="2013").to("/variation")


def test_the_longest_follow_up_is_that_of_the_indicators_reported(tmp_path):
    """30 days for the date of reporting; 90 for the deaths after surgery, where treatments are delivered."""
    days, cut, period = ["2024-05-01", "2025-05-01"], "2026-01-30", ("2020-01-01", "2026-01-30")
    assert default_period(store_of(tmp_path / "a", days, cut, period).current(), "DCCG") == 2025
    treatments = [{"case_id": "2025-05-01-0", "kind": "surgery", "start_date": "2025-06-01"}]
    with_surgery = store_of(tmp_path / "b", days, cut, period, treatments=treatments)
    assert default_period(with_surgery.current(), "DCCG") == 2024
    assert BY_ID["mortality_90d"].follow_up == 90
