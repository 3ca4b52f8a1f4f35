"""results.survival.curves: the command's numbers, typed, and what the public edition holds back."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from data.selection import Selection
from results.survival.curves import (
    GROUPINGS,
    HIDDEN,
    YEARS,
    Cohort,
    competing,
    default_cohort,
    default_grouping,
    followed_years,
    latest_followed,
    survival,
)
from results.survival.groups import tree
from results.view import Edition, View
from survival.curves import monthly_curves, step_curves
from survival.engine import survival_table
from survival.estimators import YEAR, kaplan_meier
from tests.support.extracts import load_extract

CUT = dt.date(2026, 10, 31)
COHORT = Cohort(2020, 2020)


def invented(number=1500, seed=3, small=True):
    """Cases of 2015–2025 with stages of different mortality; few in one region and one stage."""
    random = np.random.default_rng(seed)
    rows = []
    for case in range(number):
        diagnosed = dt.date(2015, 1, 1) + dt.timedelta(int(random.integers(0, 4017)))
        stage = str(random.choice(["I", "II", "III", "IV", ""]))
        lived = int(random.exponential({"I": 9000, "II": 5000, "III": 2500, "IV": 600}.get(stage, 2000)))
        possible = (CUT - diagnosed).days
        status = "dead" if lived <= possible else "alive"
        rows.append(
            {
                "case_id": f"c{case}",
                "diagnosis_date": diagnosed,
                "age": int(random.integers(30, 95)),
                "sex": random.choice(["F", "M"]),
                "stage": stage,
                "department": random.choice(["HER-KIR", "AAL-KIR", "ODE-KIR"]),
                "residence_region": random.choice(
                    ["1084", "1085", "1083", "1082", "1081"], p=[0.4, 0.3, 0.2, 0.07, 0.03]
                )
                if small
                else "1084",
                "vital_status": status,
                "vital_date": diagnosed + dt.timedelta(min(lived, possible)),
                "cause_of_death": random.choice(["cancer", "cancer", "other", ""]) if status == "dead" else "",
                "icd10": "C180",
            }
        )
    return rows


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    return load_extract(tmp_path_factory.mktemp("survival"), cases=invented(), period=("2015-01-01", "2025-12-31"))


def view(snapshot, edition="working", **more):
    return View(snapshot, Edition(edition), "DCCG", 2025, **{"place": "residence", **more})


def test_the_cohorts_are_the_latest_that_are_followed(snapshot):
    there = view(snapshot)
    assert default_cohort(there) == latest_followed(there, 5) == COHORT  # 2021 is not followed five years until 2027
    assert latest_followed(there, 1) == Cohort(2024, 2024)
    assert [followed_years(there, Cohort(year, year)) for year in (2020, 2021, 2024, 2025)] == [5, 4, 1, 0]
    assert default_grouping(there) == "stage"


@pytest.mark.parametrize("endpoint", ["overall", "cancer_specific"])
@pytest.mark.parametrize("by", ["stage", "region", "age_group", "sex"])
def test_points_are_those_of_the_command(snapshot, by, endpoint):
    found = survival(view(snapshot), by, endpoint, COHORT)
    selection = Selection((by,), (), dt.date(2020, 1, 1), dt.date(2021, 1, 1))
    table = survival_table(snapshot, "DCCG", endpoint, YEARS, selection)
    assert len(table) == len(YEARS) * len(found.of_level("group"))
    for row in table.to_dict("records"):
        code = row[by] if isinstance(row[by], str) else ""
        point = found.point(found.find("group", code), row["years"])
        assert (point.cases, point.events, point.at_risk) == (row["cases"], row["events"], row["at_risk"])
        assert [point.estimate, point.lower, point.upper] == pytest.approx(
            [row[n] for n in ("estimate", "lower", "upper")]
        )
    nation = survival_table(snapshot, "DCCG", endpoint, (5,), selection.grouped()).to_dict("records")[0]
    assert found.point(found.nation, 5).estimate == pytest.approx(nation["estimate"])


def test_departments_stand_in_their_regions_and_add_up(snapshot):
    found = survival(view(snapshot), "department", "overall", COHORT)
    assert [one.level for one in found.groups[:3]] == ["nation", "group", "department"]
    cases = {one.code: found.point(one, 5).cases for one in found.groups if one.level == "department"}
    assert sum(cases.values()) == found.point(found.nation, 5).cases
    for region in found.of_level("group"):
        below = [one for one in found.of_level("department") if one.region == region.code]
        assert found.point(region, 5).cases == sum(cases[one.code] for one in below)


def test_four_regions_are_estimated_on_their_patients_together(snapshot):
    found = survival(view(snapshot, regions=4), "region", "overall", COHORT)
    selection = Selection((), (("region", ("1084", "1085")),), dt.date(2020, 1, 1), dt.date(2021, 1, 1))
    row = survival_table(snapshot, "DCCG", "overall", (5,), selection).to_dict("records")[0]
    point = found.point(found.find("group", "1086"), 5)
    assert (point.cases, point.estimate) == (row["cases"], pytest.approx(row["estimate"]))


def test_past_the_follow_up_there_is_no_estimate(snapshot):
    found = survival(view(snapshot), "stage", "overall", Cohort(2023, 2023))
    assert found.headline == 3
    for group in found.groups:
        point = found.point(group, 5)
        assert (point.state, point.estimate, point.at_risk) == ("not_reached", None, 0)
        assert found.line(group).years[-1] < 4


def test_curves_are_short_and_end_at_the_estimate(snapshot):
    found = survival(view(snapshot), "stage", "overall", COHORT)
    for group in found.groups:
        line = found.line(group)
        assert len(line.years) <= 200 and line.years[0] == 0 and list(line.years) == sorted(line.years)
        assert line.estimate[-1] == pytest.approx(found.point(group, 5).estimate, abs=1e-4)
        assert all(low <= value <= high for low, value, high in zip(line.lower, line.estimate, line.upper, strict=True))


def test_incidences_and_survival_add_up(snapshot):
    found = competing(view(snapshot), COHORT, 5)
    assert found.cancer.estimate + found.other.estimate + found.overall.estimate == pytest.approx(1)
    assert 1 - found.specific.estimate >= found.cancer.estimate >= found.cancer.other_way
    assert found.deaths == found.cancer.events + found.other.events
    assert found.cancer_curve[-1] == pytest.approx(found.cancer.estimate, abs=1e-4)


def test_without_causes_only_overall(tmp_path):
    rows = [{**row, "cause_of_death": ""} for row in invented(200)]
    there = view(load_extract(tmp_path, cases=rows, period=("2015-01-01", "2025-12-31")))
    assert competing(there, COHORT, 5) is None
    assert survival(there, "stage", "cancer_specific", COHORT).causes_missing


def test_the_log_rank_test_leaves_out_those_not_registered(snapshot):
    found = survival(view(snapshot), "stage", "overall", COHORT)
    assert found.log_rank.degrees_of_freedom == 3
    assert survival(view(snapshot), "none", "overall", COHORT).log_rank is None


# --- the public edition ---


@pytest.mark.parametrize("endpoint", ["overall", "cancer_specific"])
@pytest.mark.parametrize("by", [one for one in GROUPINGS if one != "period"])
def test_public_points_are_safe_and_not_recoverable(snapshot, by, endpoint):
    working = survival(view(snapshot), by, endpoint, COHORT)
    public = survival(view(snapshot, "public"), by, endpoint, COHORT)
    for year in YEARS[1:]:
        hidden = []
        for group in working.of_level("group"):
            truth, shown = working.point(group, year), public.point(group, year)
            if shown.state == HIDDEN:
                hidden.append(truth)
                assert (shown.events, shown.estimate, shown.lower, shown.at_risk) == (None, None, None, None)
                continue
            for count in (shown.cases, shown.events, shown.cases - shown.events):
                assert count == 0 or count >= 5
            assert shown.at_risk is None or (shown.at_risk >= 10 and shown.at_risk % 5 == 0)
            assert shown.estimate == truth.estimate
        for count in ("cases", "events"):
            total = sum(getattr(one, count) for one in hidden)
            assert total == 0 or total >= 5
        total = sum(one.cases - one.events for one in hidden)
        assert total == 0 or total >= 5


@pytest.mark.parametrize("by", ["stage", "region", "department", "age_group"])
def test_public_curves_stand_on_months_with_no_small_step(snapshot, by):
    working = survival(view(snapshot), by, "overall", COHORT)
    public = survival(view(snapshot, "public"), by, "overall", COHORT)
    from results.survival.groups import tree

    groups, counts = tree(view(snapshot), by, COHORT)
    for group in public.groups:
        line = public.line(group)
        number = groups.index(working.find(group.level, group.code))
        months = np.array(line.years) * 12
        assert np.allclose(months, np.round(months), atol=2e-3)
        deaths = counts.cumulated(("cancer", "other", "unknown"), np.round(months) * 365.25 / 12)[number]
        at_risk = counts.at_risk(np.round(months) * 365.25 / 12)[number]
        if len(line.years):
            # The first point is the value before the first event.
            steps = np.diff(np.r_[0, deaths[1:]])
            assert ((steps == 0) | (steps >= 5)).all()
            assert (at_risk >= 10).all()


def test_public_incidences_have_no_small_step(snapshot):
    found = competing(view(snapshot, "public"), COHORT, 5)
    assert found.unknown is None or found.unknown >= 5
    assert found.cancer.events >= 5 and found.other.events >= 5
    assert len(found.axis) <= 61


def test_everything_hidden_in_a_tiny_cohort(tmp_path):
    rows = [
        {"case_id": f"c{n}", "diagnosis_date": "2020-03-01", "vital_status": "dead" if n < 2 else "alive",
         "vital_date": "2021-03-01" if n < 2 else CUT, "stage": "I"}
        for n in range(7)
    ]  # fmt: skip
    there = load_extract(tmp_path, cases=rows, period=("2015-01-01", "2025-12-31"))
    public = survival(view(there, "public"), "stage", "overall", COHORT)
    assert {public.point(one, 5).state for one in public.groups} == {HIDDEN}
    assert competing(view(there, "public"), COHORT, 5) is None  # no causes at all
    assert all(len(public.line(one).years) <= 13 for one in public.groups)


def test_an_unknown_grouping_is_an_error(snapshot):
    with pytest.raises(ValueError, match="grouping 'ward' does not exist; use stage"):
        survival(view(snapshot), "ward", "overall", COHORT)


@pytest.mark.parametrize("edition", ["working", "public"])
def test_curves_by_lifelines_are_those_of_the_tables(snapshot, edition):
    """Each curve on its own, fitted by lifelines, against one pass over all groups, as drawn."""
    there = view(snapshot, edition)
    found = survival(there, "sex", "overall", COHORT)
    nodes, counts = tree(there, "sex", COHORT)
    steps = kaplan_meier(counts)
    drawn = step_curves(steps, 5 * YEAR, 200) if edition == "working" else monthly_curves(steps, 5 * YEAR)
    for group, curve in zip(nodes, drawn, strict=True):
        line = found.line(group)
        expected = dict(zip(np.round(curve.years, 4).tolist(), curve.estimate, strict=True))
        shared = [n for n, year in enumerate(line.years) if year in expected]
        assert len(shared) > 10
        assert [line.estimate[n] for n in shared] == pytest.approx([expected[line.years[n]] for n in shared], abs=6e-5)
