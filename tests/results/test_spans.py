"""A span of months on a page is what the command counts between its days, for each indicator, place and filter."""

from __future__ import annotations

import datetime as dt

import pytest

from data.period import before, parsed, period_end, period_start, years_before
from data.selection import Selection
from indicators.catalogue import BY_ID, CATALOGUE
from indicators.engine import COUNTS, table
from results import cube
from results.audit import cells_of
from results.department import compare, department, national_volume, treating
from results.indicator.months import first_immature, monthly
from results.nodes import nodes, reported
from results.view import Edition, View, mature_months, months

SPANS = ("2026K2", "2025-11..2026-10", "2026-03..2026-03", "2024-05..2025-11")
#: level of a page's tree → the command's --by
BY = {"nation": (), "region": ("treating_region",), "department": ("department",)}


@pytest.fixture(scope="module", params=["counted", "kept"])
def snapshot(newest_store, request):
    if request.param == "kept":
        cube.prepare_months(newest_store.current(), ("DCCG",))
        request.addfinalizer(lambda: None)
    return newest_store.current()


def view_of(snapshot, text: str, **over) -> View:
    return View(snapshot, Edition(), "DCCG", parsed(text), **over)


def asked(view: View, indicator: str, by: tuple[str, ...]) -> dict[str, tuple]:
    """The command's rows: group → counts and rate."""
    one = BY_ID[indicator]
    cohort = years_before(view.period, one.survival_years)
    chosen = Selection(by, view.where, period_start(cohort), period_end(cohort))
    rows = table(view.snapshot, view.database, one, chosen).to_dict("records")
    return {(row[by[0]] or "" if by else ""): row for row in rows}


@pytest.mark.parametrize("text", SPANS)
@pytest.mark.parametrize("where", [(), (("sex", "F"),)])
def test_page_and_command_agree(snapshot, text, where):
    view, compared = view_of(snapshot, text, where=where), 0
    tree = nodes(view, None, (view.period,))
    for id in reported(view):
        mine = tree[tree["indicator"].eq(id)]
        for level, by in BY.items():
            rows = {row["code"]: row for row in mine[mine["level"].eq(level)].to_dict("records")}
            theirs = {} if not cube.by_month(BY_ID[id]) else asked(view, id, by)
            theirs = {code: row for code, row in theirs.items() if row["population"] > 0}
            if by == ("department",):
                theirs.pop("", None)
                rows.pop("", None)
            assert set(rows) == set(theirs), (id, level)
            for code, row in rows.items():
                names = COUNTS if not BY_ID[id].survival_years else ("denominator",)
                assert [row[name] for name in names] == [theirs[code][name] for name in names], (id, level, code)
                for name in ("rate", "lower", "upper"):
                    assert row[name] == pytest.approx(theirs[code][name], nan_ok=True, abs=1e-12), (id, level, code)
                compared += 1
    assert compared > 200


def test_what_is_not_mature_is_never_judged_and_says_until_when(snapshot):
    view = view_of(snapshot, "2025-11..2026-10")
    cells, cut = cells_of(view, nodes(view)), view.info.data_cut
    seen = set()
    for (id, level, _, period), cell in cells.items():
        due = period_end(period) + dt.timedelta(days=BY_ID[id].follow_up - 1)
        if due > cut and (cell.denominator or cell.not_mature):
            assert (cell.state, cell.yes, cell.mature_on) == ("not_mature", None, due), (id, level, period)
        else:
            assert cell.state != "not_mature", (id, level, period)
        seen.add((cell.state == "not_mature", period == view.period))
    assert seen == {(True, True), (False, True), (False, False)}, "judged and not judged now; all judged before"


def test_the_latest_mature_months_are_mature_for_every_indicator(snapshot):
    last = mature_months(snapshot, "DCCG")
    assert (months(snapshot, "DCCG")[1], last) == (dt.date(2026, 10, 1), dt.date(2026, 7, 1))
    view = view_of(snapshot, f"2025-08..{last:%Y-%m}")
    assert "not_mature" not in {cell.state for cell in cells_of(view, nodes(view, None, (view.period,))).values()}


def test_months_add_up_to_their_span(snapshot):
    found = monthly(view_of(snapshot, "2026K2"), "mdt_before_treatment", "AAB-KIR")
    quarter = view_of(snapshot, "2026K2")
    cells = cells_of(quarter, nodes(quarter, ("mdt_before_treatment",), (quarter.period,)))
    for unit in found.units:
        parts = [found.cell(unit, parsed(f"2026-0{n}..2026-0{n}")) for n in (4, 5, 6)]
        whole = cells["mdt_before_treatment", unit.level, unit.code, quarter.period]
        assert sum(one.denominator for one in parts) == whole.denominator
        assert sum(one.numerator for one in parts) == whole.numerator
    assert first_immature(found) == len(found.periods), "MDT asks no follow-up"
    leak = monthly(quarter, "mortality_30d")
    assert len(leak.periods) - first_immature(leak) == 1, "cases of October are not followed for 30 days"


def test_a_department_counts_its_cases_of_the_span(snapshot):
    view = treating(view_of(snapshot, "2026-03..2026-08"))
    sql = "SELECT count(*) FROM cases WHERE diagnosis_date >= '2026-03-01' AND diagnosis_date < '2026-09-01'"
    assert national_volume(view, view.period) == snapshot.rows("DCCG", sql)[0][0]
    rows = compare(view, department(view, "AAB-KIR"))
    assert {set(row.own) == {view.period, before(view.period), before(view.period, 2)} for row in rows} == {True}
    assert "coverage" not in {row.indicator.id for row in rows}, "completeness is counted by year"


def test_the_public_edition_has_no_months(newest_store):
    view = View(newest_store.current(), Edition("public"), "DCCG", 2025)
    assert monthly(view, "mdt_before_treatment") is None


def test_every_indicator_by_day_has_months(newest_store):
    left = {one.id for one in CATALOGUE if not cube.by_month(one)}
    assert left == {one.id for one in CATALOGUE if one.rows == "coverage_cases"}
