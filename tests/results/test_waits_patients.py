"""Waiting times of the patients chosen: the page's counts against the command's, and the legs without a case."""

from __future__ import annotations

import pytest

from data.selection import Selection
from indicators.waits import WaitQuery, waits_table
from results.view import Edition, View
from results.waits import legs as tables
from results.waits import started as cohort
from results.waits import weeks as waits_weeks
from results.waits.scope import Scope
from tests.pages.test_page_sweep import text_of
from tests.support import odd_stores
from tests.support.clients import client

FILTERS = ((("sex", "F"),), (("sex", "M"),), (("sex", ""),), (("age_group", "65-74"), ("sex", "M")), (("stage", ""),))


@pytest.fixture(scope="module")
def odd(once):
    return once("odd", odd_stores.build)


def scope(store, where=(), edition="working"):
    view = View(store.current(), Edition(edition), "DNOR", 2025, where=where)
    return Scope(view, ("DNOR",), "treatment")


@pytest.mark.some(2)
@pytest.mark.parametrize("where", FILTERS)
def test_the_stock_is_the_commands(odd, where):
    mine = tables.waiting(scope(odd, where)).counts
    if where == (("sex", ""),) or where == (("stage", ""),):
        rows = odd.current().rows(
            "DNOR",
            'SELECT count(*) FROM waits w JOIN cases c USING (case_id) WHERE w."end" IS NULL AND c.'
            f"{where[0][0]} IS NULL AND leg = 'treatment'",
        )
        assert mine.legs == rows[0][0]  # a leg without a case is not one whose patient's sex is not registered
        return
    query = WaitQuery("waiting", "treatment", Selection((), where))
    command = waits_table(odd.current(), "DNOR", query).to_dict("records")[0]
    assert {name: mine[name] for name in ("legs", *tables.WAITING_STATUSES)} == {
        name: command[name] for name in ("legs", *tables.WAITING_STATUSES)
    }


def test_the_parts_and_those_without_a_case_make_the_whole(odd):
    everyone = scope(odd)
    parts = [scope(odd, (("sex", sex),)) for sex in ("F", "M", "")]
    legs = list(everyone.rows("ended")["n"]), [sum(one.rows("ended")["n"]) for one in parts]
    waiting = everyone.rows("now").shape[0], [one.rows("now").shape[0] for one in parts]
    assert sum(legs[0]) + waiting[0] == sum(legs[1]) + sum(waiting[1]) + everyone.without_case
    assert 0 < everyone.without_case < sum(legs[0])


def test_every_part_of_the_page_is_of_those_chosen(odd):
    women, all_ = scope(odd, (("sex", "F"),)), scope(odd)
    assert tables.ended(women).counts.legs < tables.ended(all_).counts.legs
    assert cohort.started(women).legs < cohort.started(all_).legs
    assert sum(one.legs for one in waits_weeks.weekly(women)) < sum(one.legs for one in waits_weeks.weekly(all_))


def test_the_page_says_whom_and_how_many_have_no_case(odd):
    without = scope(odd).without_case
    said = text_of(client(odd).get("/ventetider?database=DNOR&koen=F").get_data(as_text=True))
    assert f"{without} forløb i landet har ingen kendt patient og indgår ikke." in said and "Kvinder: " in said
    said = text_of(client(odd).get("/afdeling/HER-KIR?database=DNOR&koen=F").get_data(as_text=True))
    assert f"Behandling: {without} forløb i landet har ingen kendt patient og indgår ikke." in said
