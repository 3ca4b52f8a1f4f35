"""A span of months on a page is what the command counts between its days, for each indicator, place and filter."""

from __future__ import annotations

import datetime as dt
import shutil

import pandas as pd
import pytest

from data.period import before, parsed, period_end, period_start, years_before
from data.selection import Selection
from data.store import Store
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


#: Spans, filters and the levels of a page's tree that are asked of the command: every span by department; one that is
#: a quarter, and one of some patients over two years, by all.
ASKED = (
    (SPANS[0], (), tuple(BY)),
    (SPANS[1], (), ("department",)),
    (SPANS[2], (), ("department",)),
    (SPANS[3], (), ("department",)),
    (SPANS[0], (("sex", "F"),), ("department",)),
    (SPANS[3], (("sex", "F"),), tuple(BY)),
)


@pytest.fixture(scope="module")
def snapshot(newest_store):
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


@pytest.mark.parametrize(("text", "where", "levels"), ASKED)
def test_page_and_command_agree(snapshot, text, where, levels):
    view, compared = view_of(snapshot, text, where=where), 0
    tree = nodes(view, None, (view.period,))
    for id in reported(view):
        mine = tree[tree["indicator"].eq(id)]
        for level in levels:
            by = BY[level]
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


def test_kept_counts_are_those_that_are_counted(tmp_path, newest_store):
    """A store of its own, counted first and then kept: what a snapshot remembers would hide a difference."""
    shutil.copytree(newest_store.root, tmp_path / "store", ignore=shutil.ignore_patterns("frames"))
    spans = (SPANS[0], SPANS[3])
    counted = [nodes(view_of(Store(tmp_path / "store").current(), text), None, (parsed(text),)) for text in spans]
    cube.prepare_months(Store(tmp_path / "store").current(), ("DCCG",))
    for text, tree in zip(spans, counted, strict=True):
        kept = nodes(view_of(Store(tmp_path / "store").current(), text), None, (parsed(text),))
        pd.testing.assert_frame_equal(kept, tree)


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
