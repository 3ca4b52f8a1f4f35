"""Kaplan–Meier, Aalen–Johansen, log-rank against published numbers, lifelines and a naive second program."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survival.endpoints import BY_ID, ENDPOINTS, endpoint
from survival.estimators import (
    CAUSES,
    LAST_OTHER,
    LEAVING,
    NO_CASES,
    NOT_REACHED,
    YEAR,
    DailyCounts,
    aalen_johansen,
    kaplan_meier,
    log_rank,
)
from tests.support.amount import examples
from tests.support.naive_survival import naive

ORACLES = Path(__file__).parents[1] / "support" / "oracles"
CANCER = ("cancer", "unknown")

cases = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from(["cancer", "cancer", "other", "unknown", "censored"])),
    max_size=25,
)
some_cases = cases.filter(bool)


def counts_of(*groups):
    """One group per list of (day, cause)."""
    flat = [(number, day, cause) for number, group in enumerate(groups) for day, cause in group]
    number, day, cause = zip(*flat, strict=True) if flat else ((), (), ())
    return DailyCounts.of_cases(
        np.array(day, dtype=int), np.array(cause, dtype=object), np.array(number, dtype=int), len(groups)
    )


def one(cases, endpoint_id, time):
    """(estimate, lower, upper, status) of one group at one time."""
    values = endpoint(endpoint_id).fit(counts_of(cases)).at([time])
    return values.estimate[0, 0], values.lower[0, 0], values.upper[0, 0], values.status[0, 0]


def oracle(name):
    with (ORACLES / name).open(newline="") as file:
        return list(csv.DictReader(file))


# --- published numbers (R: survival) ---


def test_colon_cancer_deaths():
    rows = oracle("colon_death.csv")
    counts = counts_of([(int(r["time"]), "cancer" if r["status"] == "1" else "censored") for r in rows])
    values = kaplan_meier(counts).at([YEAR, 5 * YEAR])
    assert counts.cases.tolist() == [929]
    assert values.at_risk.tolist() == [[851, 511]]
    assert values.estimate[0] == pytest.approx([0.916039, 0.564417], abs=5e-7)
    assert values.lower[0] == pytest.approx([0.896287, 0.531844], abs=5e-7)
    assert values.upper[0] == pytest.approx([0.932172, 0.595643], abs=5e-7)


def lung():
    rows = oracle("lung.csv")
    groups = {"1": [], "2": []}
    for row in rows:
        groups[row["sex"]].append((int(row["time"]), "cancer" if row["status"] == "2" else "censored"))
    return groups["1"], groups["2"]


def test_lung_by_sex_and_log_rank():
    men, women = lung()
    values = kaplan_meier(counts_of(men + women)).at([YEAR])
    assert (values.at_risk[0, 0], values.status[0, 0]) == (65, "")
    assert values.estimate[0, 0] == pytest.approx(0.409242, abs=5e-7)
    assert (values.lower[0, 0], values.upper[0, 0]) == pytest.approx((0.338714, 0.478381), abs=5e-7)
    counts = counts_of(men, women)
    assert kaplan_meier(counts).at([YEAR]).estimate[:, 0] == pytest.approx([0.336088, 0.526463], abs=5e-7)
    test = log_rank(counts)
    assert (test.statistic, test.degrees_of_freedom) == (pytest.approx(10.326742, abs=5e-7), 1)


def test_myeloma_competing_risks():
    """Progression counts as cancer, death without it as other; months instead of days."""
    causes = {"0": "censored", "1": "cancer", "2": "other"}
    counts = counts_of([(int(r["etime"]), causes[r["event"]]) for r in oracle("mgus2.csv")])
    times = [12, 60, 120]
    assert aalen_johansen(counts, CANCER).at(times).estimate[0] == pytest.approx(
        [0.009401, 0.034104, 0.063722], abs=5e-7
    )
    assert aalen_johansen(counts, ("other",)).at(times).estimate[0] == pytest.approx(
        [0.122185, 0.320367, 0.531818], abs=5e-7
    )
    assert 1 - kaplan_meier(counts, CANCER).at([120]).estimate[0, 0] == pytest.approx(0.095222, abs=5e-7)


def test_ties_by_hand():
    times, events = (1, 1, 2, 2, 2, 3, 4, 4, 5, 6), (1, 2, 1, 1, 0, 2, 1, 2, 0, 1)
    names = ("censored", "cancer", "other")
    counts = counts_of([(t, names[e]) for t, e in zip(times, events, strict=True)])
    grid = range(1, 7)
    assert aalen_johansen(counts, CANCER).at(grid).estimate[0] == pytest.approx([0.1, 0.3, 0.3, 0.42, 0.42, 0.66])
    assert aalen_johansen(counts, ("other",)).at(grid).estimate[0] == pytest.approx([0.1, 0.1, 0.22, 0.34, 0.34, 0.34])


# --- a naive second program ---


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(cases, min_size=1, max_size=4), st.sampled_from(sorted(BY_ID)))
def test_equals_the_naive_program(groups, endpoint_id):
    times = [0, 1, 2.5, 5, 9.25, 12, 12.25, 40]
    values = endpoint(endpoint_id).fit(counts_of(*groups)).at(times)
    for g, group in enumerate(groups):
        for i, t in enumerate(times):
            events, at_risk, estimate, lower, upper, status = naive(group, endpoint_id, t)
            found = (values.events[g, i], values.at_risk[g, i], values.status[g, i])
            assert found == (events, at_risk, status)
            numbers = [values.estimate[g, i], values.lower[g, i], values.upper[g, i]]
            expected = [math.nan if x is None else x for x in (estimate, lower, upper)]
            assert numbers == pytest.approx(expected, abs=1e-10, nan_ok=True)


@settings(max_examples=examples(60), deadline=None)
@given(some_cases, st.randoms(use_true_random=False))
def test_the_three_ways_to_end_add_up_to_one(group, random):
    shuffled = list(group)
    random.shuffle(shuffled)
    times = range(max(day for day, _ in group) + 1)
    values = {one.id: one.fit(counts_of(group)).at(times) for one in ENDPOINTS}
    total = values["overall"].estimate + values["cif_cancer"].estimate + values["cif_other"].estimate
    assert total == pytest.approx(np.ones_like(total), abs=1e-12)
    for one in ENDPOINTS:
        again = one.fit(counts_of(shuffled)).at(times)
        assert np.array_equal(values[one.id].estimate, again.estimate, equal_nan=True)
        assert (values[one.id].lower <= values[one.id].estimate + 1e-15).all()
        assert (values[one.id].estimate <= values[one.id].upper + 1e-15).all()
    conventional, actual = 1 - values["cancer_specific"].estimate, values["cif_cancer"].estimate
    assert (actual <= conventional + 1e-12).all()


@settings(max_examples=examples(40), deadline=None)
@given(st.lists(cases, min_size=2, max_size=5))
def test_a_group_does_not_depend_on_its_neighbours(groups):
    times = [0, 3, 7, 12, 20]
    for one in ENDPOINTS:
        together = one.fit(counts_of(*groups)).at(times)
        reversed_order = one.fit(counts_of(*groups[::-1])).at(times)
        for g, group in enumerate(groups):
            alone = one.fit(counts_of(group)).at(times)
            for name in ("events", "at_risk", "estimate", "lower", "upper"):
                for other in (getattr(together, name)[g], getattr(reversed_order, name)[-1 - g]):
                    np.testing.assert_allclose(getattr(alone, name)[0], other, rtol=0, atol=1e-14)


# --- lifelines ---


@settings(max_examples=examples(60), deadline=None)
@given(some_cases, st.sampled_from(["overall", "cancer_specific"]))
def test_equals_lifelines_kaplan_meier(group, endpoint_id):
    from lifelines import KaplanMeierFitter

    chosen = endpoint(endpoint_id)
    times = list(range(max(day for day, _ in group) + 1))
    values = chosen.fit(counts_of(group)).at(times)
    fitter = KaplanMeierFitter().fit([day for day, _ in group], [cause in chosen.causes for _, cause in group])
    assert values.estimate[0] == pytest.approx(fitter.survival_function_at_times(times).to_numpy(), abs=1e-10)
    limits = fitter.confidence_interval_.reindex(times, method="ffill").to_numpy()
    inside = (values.estimate[0] > 0) & (values.estimate[0] < 1)
    assert values.lower[0][inside] == pytest.approx(limits[inside, 0], abs=1e-10)
    assert values.upper[0][inside] == pytest.approx(limits[inside, 1], abs=1e-10)


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(some_cases, min_size=2, max_size=4))
def test_equals_lifelines_log_rank(groups):
    from lifelines.statistics import multivariate_logrank_test

    ours = log_rank(counts_of(*groups), CANCER)
    if ours is None or ours.degrees_of_freedom < len(groups) - 1:
        return  # lifelines cannot leave out a group that was never at risk
    flat = [(day, cause in CANCER, g) for g, group in enumerate(groups) for day, cause in group]
    theirs = multivariate_logrank_test(*(np.array(column) for column in (
        [x[0] for x in flat], [x[2] for x in flat], [x[1] for x in flat])))  # fmt: skip
    assert ours.statistic == pytest.approx(theirs.test_statistic, rel=1e-8, abs=1e-9)
    assert ours.p == pytest.approx(theirs.p_value, rel=1e-7, abs=1e-12)


def test_log_rank_needs_two_groups_at_risk():
    early, late = [(1, "censored")] * 5, [(3, "cancer"), (4, "censored")]
    assert log_rank(counts_of(early, late)) is None
    assert log_rank(counts_of(late, late, early)).degrees_of_freedom == 1
    assert log_rank(counts_of(late, late)).statistic == pytest.approx(0, abs=1e-12)
    assert log_rank(counts_of([], [])) is None


# --- edges, as the contract words them ---


def test_nobody_dead_yet():
    group = [(500, "censored")] * 4
    for endpoint_id in ("overall", "cancer_specific"):
        assert one(group, endpoint_id, 365.25) == (1, 1, 1, "")
    for endpoint_id in ("cif_cancer", "cif_other"):
        assert one(group, endpoint_id, 365.25) == (0, 0, 0, "")


def test_everybody_dead_also_later():
    group = [(10, "cancer"), (20, "other"), (30, "cancer"), (40, "other")]
    for time in (40, 41, 365.25, 1826.25):
        assert one(group, "overall", time) == (0, 0, 0, "")
        at_end = one(group, "cif_cancer", time)
        assert at_end[0] == pytest.approx(0.5)
        assert 0 < at_end[1] < 0.5 < at_end[2] < 1
        assert at_end == one(group, "cif_cancer", 40)
    assert one(group, "cancer_specific", 40)[3] == ""
    assert one(group, "cancer_specific", 41)[3] == LAST_OTHER
    assert math.isnan(one(group, "cancer_specific", 41)[0])


def test_all_died_of_cancer():
    group = [(day, "cancer") for day in (1, 2, 2, 3, 5, 8, 13)]
    assert one(group, "cancer_specific", 20) == (0, 0, 0, "")
    assert one(group, "cif_cancer", 20) == (1, 1, 1, "")
    assert one(group, "cif_other", 20) == (0, 0, 0, "")


def test_follow_up_does_not_reach():
    group = [(100, "cancer"), (300, "censored")]
    for chosen in ENDPOINTS:
        assert one(group, chosen.id, 300)[3] == ""
        estimate, lower, upper, status = one(group, chosen.id, 301)
        assert status == NOT_REACHED
        assert math.isnan(estimate) and math.isnan(lower) and math.isnan(upper)


def test_last_day_with_a_death_and_a_censoring():
    group = [(100, "cancer"), (300, "other"), (300, "censored")]
    for chosen in ENDPOINTS:
        assert one(group, chosen.id, 301)[3] == NOT_REACHED


def test_no_cases():
    values = kaplan_meier(counts_of([], [(5, "cancer")])).at([0, 3])
    assert values.status.tolist() == [[NO_CASES, NO_CASES], ["", ""]]
    assert values.at_risk.tolist() == [[0, 0], [1, 1]]


def test_death_on_the_day_of_diagnosis_is_an_event_at_0():
    group = [(0, "cancer"), (400, "censored")]
    assert one(group, "overall", 0)[0] == 0.5
    assert one(group, "cif_cancer", 0)[0] == 0.5
    assert counts_of(group).at_risk([0, 0.5]).tolist() == [[2, 1]]


def test_an_event_on_day_d_counts_at_d_and_who_leaves_then_is_at_risk():
    group = [(365, "cancer"), (366, "cancer"), (366, "censored"), (400, "censored")]
    counts = counts_of(group)
    assert counts.at_risk([365, 365.25, 366, 366.5]).tolist() == [[4, 3, 3, 1]]
    assert kaplan_meier(counts).at([364.9, 365, 365.25, 366]).estimate[0] == pytest.approx([1, 0.75, 0.75, 0.5])


def test_unknown_cause_counts_as_cancer_and_the_bounds_say_so():
    counts = counts_of([(10, "cancer"), (20, "unknown"), (30, "other"), (400, "censored")])
    other = counts.unknown_as_other()
    assert aalen_johansen(counts, CANCER).at([100]).estimate[0, 0] == pytest.approx(0.5)
    assert aalen_johansen(counts, ("other",)).at([100]).estimate[0, 0] == pytest.approx(0.25)
    assert kaplan_meier(counts, CANCER).at([100]).estimate[0, 0] == pytest.approx(0.5)
    assert aalen_johansen(other, CANCER).at([100]).estimate[0, 0] == pytest.approx(0.25)
    assert kaplan_meier(other, CANCER).at([100]).estimate[0, 0] == pytest.approx(0.75)
    assert kaplan_meier(other).at([100]).estimate[0, 0] == kaplan_meier(counts).at([100]).estimate[0, 0]


# --- what is refused ---


def test_negative_follow_up_is_refused():
    with pytest.raises(ValueError, match=r"2 case\(s\) end before the day of diagnosis \(smallest -3\)"):
        counts_of([(5, "cancer"), (-3, "censored"), (-1, "cancer")])


def test_coded_cases_are_the_same_counts():
    groups = [(3, "cancer"), (3, "censored"), (0, "unknown"), (3, "cancer")], [], [(3, "other")]
    coded = [[4 * day + LEAVING.index(way) for day, way in group] for group in groups]
    one, other = DailyCounts.of_codes(coded), counts_of(*groups)
    for name in ("groups", "group", "day", *LEAVING):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    with pytest.raises(ValueError, match=r"1 case\(s\) end before the day of diagnosis \(smallest -2\)"):
        DailyCounts.of_codes([[4 * -2 + 1, 4]])
    assert DailyCounts.of_codes([]).groups == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1, [0], [1.5], 1), "day must be whole numbers"),
        ((1, [0], [1], 0.5), "cancer must be whole numbers"),
        ((1, [0], [float("nan")], 1), "day must be whole numbers"),
        ((1, [0], [1], -1), "cancer holds a count below 0"),
        ((1, [2], [1], 1), "sorted by group"),
    ],
)
def test_bad_counts_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        DailyCounts.of(*arguments)


def test_rows_out_of_order_are_refused():
    columns = [np.array(x) for x in ([0, 0], [5, 4], [1, 1], [0, 0], [0, 0], [0, 0])]
    with pytest.raises(ValueError, match="sorted by group"):
        DailyCounts(1, *columns)
    columns = [np.array(x) for x in ([0, 0], [4, 5], [1, 0], [0, 0], [0, 0], [0, 0])]
    with pytest.raises(ValueError, match="nobody leaves"):
        DailyCounts(1, *columns)


@pytest.mark.parametrize("time", [-1, math.nan, math.inf])
def test_impossible_times_are_refused(time):
    with pytest.raises(ValueError, match="0 or more"):
        kaplan_meier(counts_of([(5, "cancer")])).at([time])


def test_unknown_words_are_refused():
    with pytest.raises(ValueError, match="use cancer, other, unknown or censored"):
        counts_of([(5, "stroke")])
    with pytest.raises(ValueError, match="use overall, cancer_specific, cif_cancer, cif_other"):
        endpoint("os")


def test_endpoints_are_filled_in_in_both_languages():
    assert [one.id for one in ENDPOINTS] == ["overall", "cancer_specific", "cif_cancer", "cif_other"]
    for chosen in ENDPOINTS:
        for text in (chosen.title, chosen.question, chosen.meaning):
            assert text.da and text.en and text.da != text.en
        assert set(chosen.causes) <= set(CAUSES)


@pytest.mark.parametrize(("share", "of"), [(4, 5), (3, 5), (9, 10), (9, 20), (21, 50), (3, 25)])
def test_exactly_at_a_standard_is_exact(share, of):
    """Without censoring survival is alive/all to the last bit, on whatever days the others died."""
    sizes = list(range(of, 301, of))
    days, group, causes = [], [], []
    for place, cases in enumerate(sizes):
        dead = cases - cases * share // of
        days += [*range(dead), *[2000] * (cases - dead)]
        causes += ["cancer"] * dead + ["censored"] * (cases - dead)
        group += [place] * cases
    counts = DailyCounts.of(
        len(sizes), group, days, *([cause == name for cause in causes] for name in ("cancer", "other", "unknown")),
        [cause == "censored" for cause in causes],
    )  # fmt: skip
    assert kaplan_meier(counts).at([1000]).estimate[:, 0].tolist() == [share / of] * len(sizes)
