"""The case-mix model: which categories stand, when it is refused, and that it is a plain logistic regression."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.special import expit

from indicators import casemix
from indicators.casemix import MISSING
from indicators.catalogue import BY_ID
from indicators.statistics import logistic

PLAIN = BY_ID["registered_30d"]


def groups(rows: list[tuple]) -> pd.DataFrame:
    """Rows of (age group, stage, performance status, denominator, numerator); sex and comorbidity not registered."""
    frame = pd.DataFrame(rows, columns=["age_group", "stage", "performance_status", "denominator", "numerator"])
    frame["performance_status"] = frame["performance_status"].astype("Int32")
    return frame.assign(sex=None, comorbidity=pd.array([None] * len(frame), dtype="Int32"))


def variable(card, name: str):
    return next(one for one in card.variables if one.id == name)


def shared(card, name: str) -> set[tuple[str, ...]]:
    return {tuple(sorted(one.group)) for one in variable(card, name).categories}


def test_missing_is_a_category_of_its_own_where_it_is_large_enough():
    rows = [("65-74", stage, 0, 100, events) for stage, events in (("I", 20), ("II", 40), (None, 70))]
    card, expected = casemix.fit(PLAIN, groups(rows))
    stage = {one.name: one for one in variable(card, "stage").categories}
    assert set(stage) == {"I", "II", MISSING} and variable(card, "stage").missing == 100
    assert stage["I"].ratio == 1 and np.isnan(stage["I"].lower), "the first of the largest is the reference"
    assert stage["II"].ratio == pytest.approx((40 / 60) / (20 / 80))
    assert stage[MISSING].ratio == pytest.approx((70 / 30) / (20 / 80))
    assert stage["II"].lower < stage["II"].ratio < stage["II"].upper
    assert expected == pytest.approx([20, 40, 70])
    assert card.parameters == 2 and card.events == 130 and card.stands


def test_thin_categories_join_their_thinner_neighbour_and_thin_missing_the_largest():
    rows = [("65-74", stage, 0, n, x) for stage, n, x in (
        ("I", 300, 100), ("II", 60, 9), ("III", 50, 12), ("IV", 200, 90), (None, 30, 4))]  # fmt: skip
    card, expected = casemix.fit(PLAIN, groups(rows))
    assert shared(card, "stage") == {("", "I"), ("II", "III"), ("IV",)}
    assert expected[1] / 60 == pytest.approx(21 / 110) and expected[2] / 50 == pytest.approx(21 / 110)
    ratios = {one.name: one.ratio for one in variable(card, "stage").categories}
    assert ratios["II"] == ratios["III"] == pytest.approx((21 / 89) / (104 / 226))


def test_variables_without_information_are_left_out_with_the_reason():
    rows = [("65-74", stage, status, 200, x) for stage, status, x in (("I", 0, 50), ("II", 1, 90))]
    rows += [("0-44", "I", 0, 8, 2)]
    card, _ = casemix.fit(PLAIN, groups(rows))
    assert "Not registered" in variable(card, "sex").left_out.en
    assert "Fewer than" in variable(card, "age_group").left_out.en
    assert variable(card, "stage").left_out is None
    # Stage and performance status are the same here: no maximum, so the penalty is used and said.
    assert card.ridge > 0


def test_few_events_leave_the_last_variables_out_and_then_refuse():
    rows = [(age, stage, None, 100, 11) for age in ("55-64", "65-74") for stage in ("I", "II")]
    card, _ = casemix.fit(PLAIN, groups(rows))
    assert card.parameters == 2 and card.stands
    rows = [("55-64", "I", None, 60, 6), ("65-74", "I", None, 60, 6), ("55-64", "II", None, 60, 5)]
    card, expected = casemix.fit(PLAIN, groups(rows))
    assert not card.stands and expected is None and "Too few events" in card.refused.en
    assert np.isnan(card.auc) and card.bands == ()
    rows = [
        (age, stage, status, 40, 4) for age in ("55-64", "65-74") for stage in ("I", "II", "III") for status in (0, 1)
    ]
    card, _ = casemix.fit(PLAIN, groups(rows))  # 48 events: four coefficients, no fifth
    assert card.parameters == 4
    many = [(age, stage, status, n, 3 * x) for age, stage, status, n, x in rows]
    assert casemix.fit(PLAIN, groups(many))[0].parameters == 4
    fewer = [(age, stage, status, n, x - 1) for age, stage, status, n, x in rows]
    card, _ = casemix.fit(PLAIN, groups(fewer))  # 36 events
    assert card.parameters == 3 and "per parameter" in variable(card, "performance_status").left_out.en


def test_a_variable_that_the_indicator_itself_measures_is_not_adjusted_for():
    rows = [(age, stage, 0, 100, x) for age, stage, x in (("55-64", "I", 90), ("65-74", None, 40), ("65-74", "II", 80))]
    for id, stands in (("stage_known", True), ("tnm_complete", True), ("variables_complete", False)):
        card, _ = casemix.fit(BY_ID[id], groups(rows))
        assert "itself measures" in variable(card, "stage").left_out.en and card.stands is stands, id
    card, _ = casemix.fit(BY_ID["coverage"], groups(rows))
    assert not card.stands and card.variables == () and "single patient" in card.refused.en
    assert variable(casemix.fit(PLAIN, groups(rows))[0], "stage").left_out is None


def test_patients_of_whom_nothing_is_registered_have_one_coefficient():
    rows = [
        ("65-74", "I", 0, 100, 20),
        ("55-64", "II", 1, 100, 40),
        ("55-64", "I", 1, 90, 30),
        (None, None, None, 80, 50),
    ]
    rows += [("65-74", "II", 0, 100, 35), ("65-74", "II", 1, 60, 25)]
    card, expected = casemix.fit(PLAIN, groups(rows))
    assert card.ridge == 0 and card.parameters == 4 and expected[3] == pytest.approx(50)
    ratios = [one.ratio for v in card.variables if v.left_out is None for one in v.categories if one.name == MISSING]
    assert len(ratios) == 3 and len(set(ratios)) == 1


def test_the_model_is_the_maximum_of_the_likelihood():
    rng = np.random.default_rng(4)
    rows = []
    for age, a in (("55-64", 0.0), ("65-74", 0.3), ("75-84", 0.9)):
        for stage, b in (("I", 0.0), ("II", -0.4), (None, 0.5)):
            for status, c in ((0, 0.0), (1, 0.2), (None, -0.3)):
                n = int(rng.integers(50, 150))
                rows.append((age, stage, status, n, int(rng.binomial(n, expit(-0.8 + a + b + c)))))
    frame = groups(rows)
    card, expected = casemix.fit(PLAIN, frame)
    assert expected.sum() == pytest.approx(frame.numerator.sum(), abs=1e-7)
    design = np.column_stack(
        [np.ones(len(frame))]
        + [(frame.age_group == one) for one in ("65-74", "75-84")]
        + [(frame.stage == "I"), (frame.stage == "II")]
        + [(frame.performance_status == 0).fillna(False), (frame.performance_status == 1).fillna(False)]
    ).astype(float)
    n, x = frame.denominator.to_numpy(float), frame.numerator.to_numpy(float)
    best = minimize(lambda b: -np.sum(x * (design @ b) - n * np.logaddexp(0, design @ b)), np.zeros(7), method="BFGS")
    assert expected == pytest.approx(n * expit(design @ best.x), rel=1e-4)
    assert 0.5 < card.auc < 0.8 and sum(one.patients for one in card.bands) == n.sum()
    # Rows in another order and split in two are the same model.
    split = pd.concat([frame.assign(denominator=frame.denominator - 20, numerator=frame.numerator - 5),
                       frame.assign(denominator=20, numerator=5)]).sample(frac=1, random_state=1)  # fmt: skip
    again, _ = casemix.fit(PLAIN, split)
    assert again.auc == pytest.approx(card.auc) and again.parameters == card.parameters
    for one, two in zip(card.variables, again.variables, strict=True):
        assert [c.ratio for c in one.categories] == pytest.approx(
            [c.ratio for c in two.categories], rel=1e-6, nan_ok=True
        )


def test_no_rows_and_no_denominator():
    assert casemix.fit(PLAIN, groups([]))[0].refused is not None
    card, expected = casemix.fit(PLAIN, groups([("65-74", "I", 0, 0, 0)]))
    assert expected is None and card.patients == 0


def test_validation_takes_off_what_a_model_of_chance_seems_to_know():
    """Nothing predicts: the apparent AUC is above one half, the corrected one is not, and the slope is near 0."""
    rng = np.random.default_rng(4)
    design = np.column_stack([np.ones(200), rng.integers(0, 2, (200, 8))]).astype(float)
    n = np.full(200, 3.0)
    none = logistic.validate(design, rng.binomial(3, 0.3, 200), n)
    assert none.auc < 0.54 and none.slope < 0.6
    real = rng.binomial(3, 1 / (1 + np.exp(1 - 2 * design[:, 1])))
    found = logistic.validate(design, real, n)
    apparent = logistic.auc(logistic.logistic(design, real, n).fitted, real, n)
    assert apparent - 0.05 < found.auc < apparent and 0.8 < found.slope < 1.02
    assert found == logistic.validate(design, real, n), "the same draws again"


def test_the_slope_of_a_score_does_not_depend_on_its_scale():
    score = np.array([-4.0, -3.5, -3.0, -1.0, 0.5])
    x, n = np.array([1.0, 2.0, 3.0, 6.0, 5.0]), np.array([400.0, 300.0, 200.0, 30.0, 9.0])
    slopes = [logistic._slope(score * scale + shift, x, n) * scale for scale, shift in ((1, 0), (1e-3, 7), (1e3, -2e3))]
    assert slopes == pytest.approx([slopes[0]] * 3, rel=1e-9) and 0.5 < slopes[0] < 2
    assert math.isnan(logistic._slope(np.ones(5), x, n))
