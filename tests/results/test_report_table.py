"""The annual report's table: the engine's numbers, yes and no on unrounded shares, nothing hidden shown."""

from __future__ import annotations

import datetime as dt

import pytest

from data.reference import Standard
from data.selection import Selection
from indicators.catalogue import indicator
from indicators.engine import table as engine_table
from results.audit import Cell
from results.indicator.change import change
from results.indicator.report import report_table, rounded, telling_decimals
from results.view import Edition, View

MDT = "mdt_before_treatment"


@pytest.fixture(scope="module")
def snapshot(mdt):
    return mdt.current()


def standard(operator: str, value: float) -> Standard:
    return Standard("DCCG", "x", "", "", None, None, operator, value, "standard", "", True)


@pytest.mark.parametrize(
    ("rate", "operator", "value", "decimals", "told"),
    [
        (0.896, ">=", 0.9, 0, 1),  # 90, but 89.6
        (0.8996, ">=", 0.9, 0, 2),  # 90.0, but 89.96
        (0.9, ">=", 0.9, 0, None),
        (0.894, ">=", 0.9, 0, None),
        (0.9004, ">", 0.9, 0, 2),  # 90 and 90.0 would not be more than 90
        (0.0304, "<=", 0.03, 1, 2),  # 3.0, but 3.04
        (0.02, "<=", 0.02, 1, None),
    ],
)
def test_where_rounding_misleads_the_note_tells_enough_decimals(rate, operator, value, decimals, told):
    assert telling_decimals(rate, standard(operator, value), decimals) == told


def test_rounding_is_that_of_the_page():
    assert rounded(0.895, 0) == 0.9  # half to even: 89.5 → 90
    assert rounded(0.885, 0) == 0.88
    assert rounded(0.9345, 1) == 0.934


def test_the_table_holds_the_engines_numbers(snapshot):
    report = report_table(View(snapshot, Edition(), "DCCG", 2025), MDT)
    assert report.periods == (2025, 2024, 2023)
    assert report.decimals == 0 and report.has_numerator and not report.hides
    for place, period in enumerate(report.periods):
        span = Selection((), (), dt.date(period, 1, 1), dt.date(period + 1, 1, 1))
        for level, by in (("nation", ()), ("region", ("treating_region",)), ("department", ("department",))):
            rows = engine_table(snapshot, "DCCG", indicator(MDT), span.grouped(*by)).to_dict("records")
            expected = {str(row[by[0]]) if by else "": row for row in rows}
            shown = {row.unit.code: row.cells[place] for row in report.rows if row.unit.level == level}
            assert set(shown) == set(expected)
            for code, cell in shown.items():
                for name in ("denominator", "numerator", "missing", "rate", "lower", "upper"):
                    assert getattr(cell, name) == expected[code][name], (period, level, code, name)


def test_yes_and_no_are_of_the_unrounded_share(snapshot):
    rows = {row.unit.code: row for row in report_table(View(snapshot, Edition(), "DCCG", 2025), MDT).rows}
    assert rows["AAL-KIR"].current.rate == pytest.approx(0.895)
    assert (rows["AAL-KIR"].answer, rows["AAL-KIR"].note) == (False, 1)  # prints 90
    assert (rows["HER-KIR"].answer, rows["HER-KIR"].note) == (True, None)
    assert (rows["SLA-KIR"].answer, rows["SLA-KIR"].note) == (False, None)


def test_order_is_country_regions_departments(snapshot):
    report = report_table(View(snapshot, Edition(), "DCCG", 2025), MDT)
    assert [row.unit.code for row in report.rows] == [
        "", "1084", "HER-KIR", "1085", "SLA-KIR", "1081", "AAL-KIR", "HJO-KIR"
    ]  # fmt: skip


def test_the_public_edition_hides_small_results_and_what_would_give_them_away(snapshot):
    report = report_table(View(snapshot, Edition("public"), "DCCG", 2025), MDT)
    rows = {row.unit.code: row for row in report.rows}
    assert report.hides
    assert rows["HJO-KIR"].current.hidden and rows["HJO-KIR"].current.rate is None
    assert rows["AAL-KIR"].current.hidden  # else Hjørring would follow from the region
    assert rows["AAL-KIR"].answer is None and rows["AAL-KIR"].note is None
    assert not rows["1085"].current.hidden


def test_development_targets_and_rare_outcomes(snapshot):
    view = View(snapshot, Edition(), "DCCG", 2025)
    target = report_table(view, "trial_included")
    assert target.standard is None and target.target.value == 0.15
    assert {row.answer for row in target.rows} == {None}
    assert report_table(view, "mortality_30d").decimals == 1
    survival = report_table(view, "survival_1y")
    assert not survival.has_numerator
    assert {row.current.numerator for row in survival.rows} == {None}


def cell(rate, lower, upper) -> Cell:
    return Cell(100, 50, 0, 0, 0, rate, lower, upper, None, "no_standard", None)


def test_a_change_counts_only_where_the_interval_of_the_difference_excludes_none():
    # Newcombe 1998, method 10, on Wilson limits: 56/70 against 48/80 is .20 (.0524, .3339).
    moved = change(cell(0.6, 0.490464, 0.700448), cell(0.8, 0.692151, 0.876878))
    assert moved.difference == pytest.approx(0.2)
    assert (moved.lower, moved.upper) == pytest.approx((0.0524, 0.3339), abs=5e-4)
    assert moved.clear and moved.least == pytest.approx(moved.lower)
    same = change(cell(0.90, 0.85, 0.94), cell(0.901, 0.86, 0.94))
    assert not same.clear and same.least == 0
    assert change(cell(None, None, None), cell(0.9, 0.8, 0.95)) is None
