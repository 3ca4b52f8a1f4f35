"""Cox's model on daily counts: R's published numbers, a second program, the plain fit of one row per case, laws."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survival import cox as module
from survival.cox import ENTANGLED, NO_DEATHS, NOT_SETTLED, NoModel, cox
from survival.estimators import LEAVING, DailyCounts
from tests.support.amount import examples
from tests.support.naive_cox import naive_cox
from tests.unit.test_survival_estimators import oracle


def frame_of(rows, names, time, died):
    """Numbers of the rows that have all of them."""
    full = [row for row in rows if all(row[name] not in ("", None) for name in names)]
    frame = pd.DataFrame({name: [float(row[name]) for row in full] for name in names})
    return frame.assign(time=[int(row[time]) for row in full], died=[died(row) for row in full])


def fitted(frame, names, **more):
    """The model with every case as a group of its own."""
    died = frame.died.to_numpy(bool)
    counts = DailyCounts.of(len(frame), np.arange(len(frame)), frame.time.to_numpy(), cancer=died, censored=~died)
    return cox(counts, frame[names].to_numpy(float), **more)


def errors(found):
    return np.sqrt(np.diag(found.covariance))


# --- published numbers, and a second program on published data ---


def lung(*names):
    return frame_of(oracle("lung.csv"), names, "time", lambda row: row["status"] == "2")


def rossi():
    """Rossi's recidivism (432 men, weeks), as lifelines brings it."""
    from lifelines.datasets import load_rossi

    return load_rossi().rename(columns={"week": "time", "arrest": "died"})


def colon():
    rows = [{**row, "lev": row["rx"] == "Lev", "fu": row["rx"] == "Lev+5FU"} for row in oracle("colon_death.csv")]
    return frame_of(rows, ["lev", "fu"], "time", lambda row: row["status"] == "1")


def myeloma():
    rows = [{**row, "male": row["sex"] == "M"} for row in oracle("mgus2.csv") if row["mspike"]]
    return frame_of(rows, ["age", "male", "mspike"], "etime", lambda row: row["event"])


def test_lung():
    """As R prints it in public tutorials: coxph(Surv(time, status) ~ sex) and ~ age + sex + ph.ecog (also the figures
    that other programs' tests hold), and sthda.com, "Cox model assumptions": cox.zph (before survival 3) of
    ~ age + sex + wt.loss."""
    ratio = fitted(lung("sex"), ["sex"]).ratio([1])
    assert (ratio.value, ratio.lower, ratio.upper) == pytest.approx((0.5880, 0.4237, 0.8160), abs=6e-5)
    assert ratio.p == pytest.approx(0.00149, abs=6e-6)
    found = fitted(lung("age", "sex", "ph.ecog"), ["age", "sex", "ph.ecog"])
    assert found.coefficients == pytest.approx([0.011067, -0.552612, 0.463728], abs=6e-7)
    assert errors(found) == pytest.approx([0.009267, 0.167739, 0.113577], abs=6e-7)
    found = fitted(lung("age", "sex", "wt.loss"), ["age", "sex", "wt.loss"])
    assert [found.proportional([one]).statistic for one in range(3)] == pytest.approx([0.378, 2.349, 0.024], abs=6e-4)
    assert found.proportional().statistic == pytest.approx(2.846, abs=6e-4)


def test_colon_by_treatment():
    """As R prints it in public course notes: coxph(Surv(time, status) ~ rx), deaths of colon."""
    found = fitted(colon(), ["lev", "fu"])
    assert found.coefficients == pytest.approx([-0.02664, -0.37171], abs=6e-6)
    assert errors(found) == pytest.approx([0.11030, 0.11875], abs=6e-6)
    assert [found.ratio(one).value for one in ([1, 0], [0, 1])] == pytest.approx([0.97371, 0.68955], abs=6e-6)


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (rossi, ["fin", "age", "race", "wexp", "mar", "paro", "prio"]),  # many die in the same week
        (rossi, ["fin", "age", "prio"]),
        (lambda: lung("age", "sex", "wt.loss"), ["age", "sex", "wt.loss"]),
        (colon, ["lev", "fu"]),
        (lambda: myeloma().assign(died=lambda frame: frame.died == "1"), ["age", "male", "mspike"]),
        (lambda: myeloma().assign(died=lambda frame: frame.died == "2"), ["age", "male", "mspike"]),
    ],
    ids=["recidivism", "recidivism, three", "lung", "colon", "progression", "death without it"],
)
def test_a_second_program_finds_the_same(data, names):
    """tests/support/naive_cox.py, the likelihood as its formula stands; no published figure is taken on trust."""
    frame = data()
    found = fitted(frame, names)
    expected = naive_cox(frame.time, frame.died, frame[names])
    assert found.coefficients == pytest.approx(expected.coefficients, abs=1e-8)
    assert found.covariance == pytest.approx(expected.covariance, rel=1e-7, abs=1e-10)
    assert found.log_likelihood == pytest.approx(expected.log_likelihood, rel=1e-10)
    drifts = [found.proportional([one]).statistic for one in range(len(names))]
    assert drifts == pytest.approx(expected.drifts.tolist(), rel=1e-6, abs=1e-9)
    assert found.proportional().statistic == pytest.approx(expected.drift, rel=1e-6)
    assert found.proportional().degrees_of_freedom == len(names)


def test_competing_causes_are_a_model_each():
    """Progression of MGUS and death without it: one model for each cause, the other cause censored."""
    frame, names = myeloma(), ["age", "male", "mspike"]
    for code, cause in (("1", "cancer"), ("2", "other")):
        counts = DailyCounts.of_cases(
            frame.time.to_numpy(), [{"1": "cancer", "2": "other"}.get(one, "censored") for one in frame.died],
            np.arange(len(frame)), len(frame),
        )  # fmt: skip
        found = cox(counts, frame[names].to_numpy(float), (cause,))
        assert found.deaths == (frame.died == code).sum()
        expected = naive_cox(frame.time, frame.died == code, frame[names])
        assert found.coefficients == pytest.approx(expected.coefficients, abs=1e-8)


# --- the plain fit ---


def country(number=900, seed=2, units=4):
    """Cases with ties, day 0, censorings on days of deaths, and patterns that recur."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({f"u{one}": np.zeros(number) for one in range(1, units)})
    unit = random.integers(0, units, number)
    for one in range(1, units):
        frame[f"u{one}"] = (unit == one).astype(float)
    frame["old"] = random.integers(0, 2, number).astype(float)
    frame["stage"] = random.integers(0, 3, number).astype(float)
    lived = random.exponential(200 / np.exp(0.3 * frame.old + 0.4 * frame.stage + 0.2 * frame.u1))
    ends = random.integers(50, 90, number)
    return frame.assign(time=np.minimum(lived, ends).astype(int), died=lived <= ends)


def grouped(frame, names):
    """The counts and the matrix of the patterns that there are."""
    patterns = frame.groupby(names, sort=False).ngroup().to_numpy()
    matrix = frame.groupby(names, sort=False)[names].first().to_numpy(float)
    died = frame.died.to_numpy(bool)
    return DailyCounts.of(len(matrix), patterns, frame.time.to_numpy(), cancer=died, censored=~died), matrix


def plain(frame, names):
    """lifelines on one row per case, nothing merged, to the last digits."""
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return CoxPHFitter().fit(frame[[*names, "time", "died"]].astype(float), "time", "died",
                                 batch_mode=True, fit_options=module._EXACT)  # fmt: skip


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_the_merged_rows_give_the_plain_fit(seed):
    frame = country(seed=seed)
    names = [one for one in frame if one not in ("time", "died")]
    counts, matrix = grouped(frame, names)
    found, expected = cox(counts, matrix), plain(frame, names)
    rows = module._Rows.of(counts, matrix, ("cancer",), -1, math.inf)
    assert (~rows.died).sum() < 0.8 * (~frame.died).sum(), "whoever leaves alive is merged"
    assert found.coefficients == pytest.approx(expected.params_.to_numpy(), abs=1e-8)
    assert found.covariance == pytest.approx(expected.variance_matrix_.to_numpy(), abs=1e-8)
    assert found.log_likelihood == pytest.approx(expected.log_likelihood_, rel=1e-10)


def test_the_residuals_and_the_test_are_lifelines():
    from lifelines.statistics import proportional_hazard_test

    frame = country(300)
    names = [one for one in frame if one not in ("time", "died")]
    expected = plain(frame, names)
    # lifelines sorts by time, then by death; among the tied the order is the frame's.
    residuals = expected.compute_residuals(frame[[*names, "time", "died"]].astype(float), kind="schoenfeld")
    found = fitted(frame, names)
    sums = residuals.to_numpy().cumsum(axis=0)
    ends = np.flatnonzero(np.diff(np.r_[frame.time[residuals.index], -1]) != 0)
    assert found.residuals.cumsum(axis=0)[ends] == pytest.approx(sums[ends], abs=1e-8)
    days = np.unique(frame.time[frame.died])
    values = np.unique(found.times)[np.searchsorted(days, frame.time[residuals.index])]
    before = pd.Series(values, residuals.index)
    test = proportional_hazard_test(
        expected,
        frame[[*names, "time", "died"]].astype(float),
        time_transform=lambda time, died, weights: before.reindex(time.index),
    )
    ours = [found.proportional([one]) for one in range(len(names))]
    assert [one.statistic for one in ours] == pytest.approx(test.test_statistic.tolist(), rel=1e-6)
    assert [one.p for one in ours] == pytest.approx(test.p_value.tolist(), rel=1e-6)


def test_two_spans_of_time_are_two_plain_fits():
    frame = country()
    names = [one for one in frame if one not in ("time", "died")]
    counts, matrix = grouped(frame, names)
    early = frame.assign(died=frame.died & (frame.time <= 15), time=np.minimum(frame.time, 16))
    late = frame[frame.time > 15]
    for found, part in ((cox(counts, matrix, end=15.25), early), (cox(counts, matrix, start=15.25), late)):
        assert found.deaths == part.died.sum()
        assert found.coefficients == pytest.approx(plain(part, names).params_.to_numpy(), abs=1e-8)


# --- laws ---

small = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(0, 9), st.sampled_from([True, True, False])),
    min_size=25, max_size=60,
)  # fmt: skip


def of(rows, order=(0, 1, 2)):
    """Three units (the first of ``order`` is the reference) and one more variable; None where there is no model."""
    frame = pd.DataFrame({f"u{one}": [float(row[0] == one) for row in rows] for one in order[1:]})
    frame["old"] = [float(row[1]) for row in rows]
    frame["time"], frame["died"] = [row[2] for row in rows], [row[3] for row in rows]
    try:
        return fitted(frame, [*frame.columns[:-2]])
    except NoModel:
        return None


@settings(max_examples=examples(10), deadline=None)
@given(small, st.randoms(use_true_random=False))
def test_order_and_reference_change_nothing(rows, random):
    one = of(rows)
    shuffled = list(rows)
    random.shuffle(shuffled)
    again, turned = of(shuffled), of(rows, (2, 1, 0))
    assert (one is None) == (again is None) == (turned is None)
    if one is None:
        return
    assert again.coefficients == pytest.approx(one.coefficients, abs=1e-7)
    assert again.proportional().statistic == pytest.approx(one.proportional().statistic, abs=1e-7)
    # Unit 1 against unit 2 is the inverse of unit 2 against unit 1, whichever is the reference.
    forth, back, other = one.ratio([1, -1, 0]), one.ratio([-1, 1, 0]), turned.ratio([1, 0, 0])
    assert (forth.value, forth.lower, forth.upper) == pytest.approx((1 / back.value, 1 / back.upper, 1 / back.lower))
    assert (forth.value, forth.lower, forth.upper) == pytest.approx((other.value, other.lower, other.upper), rel=1e-6)
    assert turned.ratio([0, 0, 1]).value == pytest.approx(one.ratio([0, 0, 1]).value, rel=1e-6)
    assert turned.proportional([2]).statistic == pytest.approx(one.proportional([2]).statistic, abs=1e-6)


@settings(max_examples=examples(6), deadline=None)
@given(small)
def test_a_weight_is_so_many_patients(rows):
    frame = pd.DataFrame({"u": [float(row[0] == 1) for row in rows], "old": [float(row[1]) for row in rows],
                          "time": [row[2] for row in rows], "died": [row[3] for row in rows]})  # fmt: skip
    counts, matrix = grouped(frame, ["u", "old"])
    doubled = DailyCounts.of(counts.groups, counts.group, counts.day, *(2 * getattr(counts, one) for one in LEAVING))
    twice, _ = grouped(pd.concat([frame, frame]), ["u", "old"])
    try:
        one, other = cox(doubled, matrix), cox(twice, matrix)
    except NoModel:
        return
    assert one.deaths == 2 * sum(row[3] for row in rows)
    assert one.coefficients == pytest.approx(other.coefficients, abs=1e-9)
    assert one.covariance == pytest.approx(other.covariance, abs=1e-9)


def test_a_hazard_that_is_twice_as_high_is_found():
    random = np.random.default_rng(1)
    unit = np.repeat([0.0, 1.0], 4000)
    lived = random.exponential(1000 / np.exp(math.log(2) * unit))
    frame = pd.DataFrame({"unit": unit, "time": np.minimum(lived, 1826).astype(int), "died": lived <= 1826})
    counts, matrix = grouped(frame, ["unit"])
    found = cox(counts, matrix)
    assert found.ratio([1]).lower < 2 < found.ratio([1]).upper and found.ratio([1]).value == pytest.approx(2, abs=0.1)
    assert found.proportional().p > 0.01
    # The same twice in the first year and not at all afterwards: the ratios are not the same at all times.
    slow = np.where(lived > 365, lived * np.where(unit == 1, 2, 1), lived)
    counts, matrix = grouped(frame.assign(time=np.minimum(slow, 1826).astype(int), died=slow <= 1826), ["unit"])
    assert cox(counts, matrix).proportional().p < 0.001


# --- where there is no model ---


def test_why_there_is_no_model():
    frame = country(200)
    with pytest.raises(NoModel) as caught:
        fitted(frame.assign(died=False), ["old"])
    assert caught.value.reason == NO_DEATHS
    with pytest.raises(NoModel) as caught:
        fitted(frame.assign(same=1 - frame.old), ["old", "same"])
    assert caught.value.reason == ENTANGLED
    with pytest.raises(NoModel) as caught:
        fitted(frame.assign(all=1.0), ["old", "all"])
    assert caught.value.reason == ENTANGLED
    with pytest.raises(NoModel) as caught:  # nobody of the one unit dies
        fitted(frame.assign(died=frame.died & (frame.u1 == 0)), ["u1", "old"])
    assert caught.value.reason == NOT_SETTLED
