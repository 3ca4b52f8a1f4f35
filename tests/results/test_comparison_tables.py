"""Comparisons for pages: the command's numbers in the working edition, nothing but protected ones in the public."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data.store import Store
from indicators.catalogue import BY_ID
from indicators.compare import compare
from indicators.statistics import homogeneity
from indicators.statistics.comparison import COLUMNS, Units, compare_counts
from results.disclosure import unsafe
from results.nodes import nodes, units
from results.variation import comparison as tables
from results.variation.comparison import ComparedPlace, comparison, comparisons, span_dates
from results.variation.signals import whole_of
from results.view import Edition, View
from tests.support import mdt_store
from tests.support.clients import client
from tests.support.extracts import load_extract

pytestmark = pytest.mark.usefixtures("few_indicators")

MDT = "mdt_before_treatment"
WORKING, PUBLIC = Edition(), Edition("public")


def view(store, edition: Edition = WORKING, period: int = 2025) -> View:
    return View(store.current(), edition, "DCCG", period)


# --- working edition ---------------------------------------------------------------------------------


#: One that is high, one that is rare, one with a cohort of its own.
SOME = (MDT, "mortality_90d", "survival_1y")


@pytest.mark.some(1)
@pytest.mark.parametrize(("by", "years"), [("department", 1), ("department", 3), ("hospital", 1), ("region", 1)])
def test_the_working_edition_is_the_command(synthetic_store, by, years):
    there = view(synthetic_store)
    every = comparisons(there, by, years)
    for id in SOME:
        found = every[id]
        wanted = compare(there.snapshot, "DCCG", BY_ID[id], by, *span_dates(there, BY_ID[id], years))
        rows = {place.unit.code: place for place in found.places}
        assert len(rows) == len(wanted.frame)
        for row in wanted.frame.to_dict("records"):
            shown = rows[row["unit"]]
            for name in COLUMNS[1:]:
                value, other = row[name], getattr(shown, name)
                if value is None or value is pd.NA or value != value:
                    assert other is None, (id, name)
                else:
                    assert other == value, (id, row["unit"], name)
        for name in ("national", "mor", "rankability", "phi_winsorised", "tau2"):
            np.testing.assert_equal(getattr(found.summary, name), getattr(wanted.summary, name))


def test_what_is_kept_on_disk_is_what_is_made_alone(synthetic_store):
    there = view(synthetic_store)
    kept, alone = comparisons(there, "department", 1)[MDT], comparison(there, MDT, "department", 1)
    assert kept.places == alone.places
    assert (kept.verdict, kept.concerned, kept.chance95) == (alone.verdict, alone.concerned, alone.chance95)
    assert alone.card is not None and kept.card is None


def test_patients_concerned_are_those_up_to_the_national_level_a_year(mdt):
    found = comparisons(view(mdt), "department", 3)[MDT]
    by_hand = sum(
        max(0.0, one.denominator * (found.summary.national - one.shrunken)) for one in found.places
    ) / 3  # fmt: skip
    assert found.verdict in ("real", "uncertain") and found.concerned == pytest.approx(by_hand)
    # Shrinkage only takes away: never more than the raw shortfall.
    raw = sum(max(0.0, one.denominator * (found.summary.national - one.rate)) for one in found.places) / 3
    assert 0 < found.concerned < raw


def test_low_is_good_counts_those_above(synthetic_store):
    every = comparisons(view(synthetic_store), "department", 3)
    for found in every.values():
        assert found.concerned is None or found.concerned >= 0
        if found.verdict in ("none", "one"):
            assert found.concerned == 0


@pytest.mark.slow
def test_units_at_0_and_at_100_percent_differ(tmp_path):
    """There is no finite σ: that is no σ of 0."""
    places = ("SLA-KIR", "HER-KIR", "AAL-KIR", "VIB-KIR")
    cases = [{"case_id": f"{unit}{number}", "diagnosis_date": "2025-03-01", "department": unit,
              "stage": ("", "II")[place % 2]} for place, unit in enumerate(places) for number in range(60)]  # fmt: skip
    made = Store(load_extract(tmp_path, cases=cases).root)
    here = view(made)
    found = comparison(here, "stage_known", "department", 1)
    assert np.isnan(found.summary.sigma) and found.verdict == "real" and round(found.concerned) == 60
    for name in ("tragt", "sammenlignet"):
        text = client(made).get(f"/indikator/stage_known?vis={name}&periode=2025").get_data(as_text=True)
        assert "ingen påviselig forskel" not in text.lower() and " nan" not in text and ">nan" not in text


def test_a_survival_indicator_is_that_of_its_cohort(synthetic_store):
    start, end = span_dates(view(synthetic_store), BY_ID["survival_5y"], 3)
    assert (start.year, end.year) == (2018, 2021)


# --- signals -----------------------------------------------------------------------------------------


def test_two_of_two_is_no_alarm():
    found = compare_counts(Units(("A", "B"), *np.array([[2, 100], [2, 70], [0, 0]]), (9000, 7941, 0))).frame
    assert list(found.zone) == ["alarm_high", "alarm_low"], "the interpolated limits alone would say so"
    assert list(found.signal) == [None, "alarm_low"] and list(found.certain) == [False, True]


def test_the_missing_soften_a_signal_and_turn_it_off_only_where_they_reach_the_other_side(mdt):
    found = {place.unit.code: place for place in comparison(view(mdt), MDT, "department", 1).places}
    assert found["SLA-KIR"].deviates and found["SLA-KIR"].certain  # nothing missing there
    herlev = found["HER-KIR"]  # 94 of 100 with 10 missing: 85 to 95 %
    assert herlev.missing == 10 and not herlev.deviates


def test_chance_alone_puts_few_outside(synthetic_store):
    for found in comparisons(view(synthetic_store), "department", 1).values():
        assert 0 <= found.chance998 <= found.chance95 <= 0.06 * max(1, len(found.shown))


def test_homogeneity_of_the_surgical_example():
    n = np.array([47, 148, 119, 810, 211, 196, 148, 215, 207, 97, 256, 360])
    d = np.array([0, 18, 8, 46, 8, 13, 9, 31, 14, 8, 29, 24])
    assert homogeneity.of_proportions(d, n, d.sum() / n.sum()) == pytest.approx(7.74e-5, rel=0.01)


@pytest.mark.parametrize(("rate", "low", "high"), [(0.012, 60, 300), (0.9, 2, 40), (0.5, 50, 300)])
def test_homogeneity_keeps_its_level_also_with_rare_events(rate, low, high):
    draw = np.random.default_rng(1)
    n = draw.integers(low, high, 20)
    x = draw.binomial(n, rate, (1500, 20))
    p = np.array([homogeneity.of_proportions(row, n, row.sum() / n.sum()) for row in x])
    assert np.mean(p <= 0.05) <= 0.065 and np.mean(p <= 0.01) <= 0.018


def test_homogeneity_of_nothing_to_compare():
    assert np.isnan(homogeneity.of_proportions([3], [10], 0.3))
    assert np.isnan(homogeneity.of_proportions([10, 20], [10, 20], 1.0))
    assert np.isnan(homogeneity.of_scores(2.0, 1))
    assert homogeneity.of_proportions([0, 1], [1, 1], 0.5) == 1, "single patients cannot differ more or less"


# --- public edition ----------------------------------------------------------------------------------


@pytest.mark.some(1)
@pytest.mark.parametrize(("by", "years"), [("department", 1), ("department", 3), ("hospital", 1), ("region", 1)])
def test_the_public_edition_holds_sums_of_protected_counts(synthetic_store, by, years):
    there = view(synthetic_store, PUBLIC)
    place = "residence" if by == "region" else "treating"
    tree = nodes(View(there.snapshot, PUBLIC, "DCCG", 2025, place), None, tuple(range(2026 - years, 2026)))
    home = units(there)["hospital"].to_dict()
    rows = tree[tree["level"].eq("region" if by == "region" else "department") & tree["code"].ne("")]
    code = rows["code"].map(home) if by == "hospital" else rows["code"]
    groups = dict(iter(rows.groupby(["indicator", code])))
    hidden = 0
    for id, found in comparisons(there, by, years).items():
        for one in found.places:
            parts = groups[(id, one.unit.code)]
            if parts["hidden"].any():
                hidden += 1
                assert one == ComparedPlace(one.unit, hidden=True, missing_hidden=True), (id, one.unit)
                continue
            assert not one.hidden
            assert one.denominator == parts["denominator"].sum()
            if not BY_ID[id].survival_years:
                assert one.numerator == parts["numerator"].sum()
            if parts["missing_hidden"].any():
                assert one.missing is None and one.worst is None and one.best is None
    assert hidden


@pytest.mark.parametrize("years", [1, 3])
def test_with_the_totals_known_the_hidden_cannot_be_worked_out(synthetic_store, years):
    there = view(synthetic_store, PUBLIC)
    working = comparisons(view(synthetic_store), "department", years)
    for id, found in comparisons(there, "department", years).items():
        gone = {one.code for one in found.hidden}
        if not gone or BY_ID[id].survival_years:
            continue
        counts = [(one.denominator, one.numerator, one.denominator - one.numerator)
                  for one in working[id].places if one.unit.code in gone]  # fmt: skip
        total = tuple(map(sum, zip(*counts, strict=True)))
        assert not unsafe(total, PUBLIC.threshold), id  # all that subtraction gives
        assert len(gone) > 1 or sum(total) == 0 or found.without_unit is None


@pytest.mark.slow
def test_what_is_shown_does_not_depend_on_how_the_hidden_share_their_patients(tmp_path, monkeypatch):
    """Aalborg and Hjørring are hidden: a patient moved between them changes nothing in any public number."""
    results = []
    for name, aalborg, hjorring in (("a", (179, 21, 0), (3, 1, 0)), ("b", (181, 20, 0), (1, 2, 0))):
        counts = {**mdt_store.COUNTS, 2025: {**mdt_store.COUNTS[2025], "AAL-KIR": aalborg, "HJO-KIR": hjorring}}
        monkeypatch.setattr(mdt_store, "COUNTS", counts)
        snapshot = mdt_store.build(tmp_path / name)
        found = comparison(View(snapshot, PUBLIC, "DCCG", 2025), MDT, "department", 1)
        assert {one.code for one in found.hidden} == {"AAL-KIR", "HJO-KIR"}
        curve = {key: list(value) for key, value in found.limits(np.array([10, 100, 300])).items()}
        plain = [{key: value for key, value in vars(one).items() if not key.startswith(("expected", "oe"))}
                 for one in found.places]  # fmt: skip
        results.append((plain, found.summary.__dict__, found.verdict, found.concerned, found.chance95, curve))
    np.testing.assert_equal(results[0], results[1])


def test_too_many_hidden_is_no_judgement(mdt):
    found = comparison(view(mdt, PUBLIC), MDT, "department", 1)
    shown = sum(one.denominator for one in found.shown)
    assert shown / (100 + 100 + 200 + 4) < tables.COVERED
    assert found.verdict == "hidden" and found.concerned is None


def test_the_public_model_card_hides_small_categories(synthetic_store):
    working = comparison(view(synthetic_store), MDT, "department", 1).card
    public = comparison(view(synthetic_store, PUBLIC), MDT, "department", 1).card
    assert working.stands and public.patients == working.patients
    small = 0
    for before, after in zip(working.variables, public.variables, strict=True):
        gone = [one for one, other in zip(before.categories, after.categories, strict=True)
                if other.patients != other.patients]  # fmt: skip
        for one, other in zip(before.categories, after.categories, strict=True):
            if unsafe((one.patients, one.events, one.patients - one.events), 5):
                small += 1
                assert np.isnan(other.patients) and np.isnan(other.events)
        total = (sum(one.patients for one in gone), sum(one.events for one in gone))
        assert not unsafe((*total, total[0] - total[1]), 5)
    assert small


def test_the_public_model_cards_of_pooled_years_have_no_counts_to_subtract(synthetic_store):
    card = comparison(view(synthetic_store, PUBLIC), MDT, "department", 3).card
    assert card.stands and card.patients > 0
    assert all(np.isnan(one.patients) for variable in card.variables for one in variable.categories)
    assert not any(band.patients for band in card.bands)


def test_the_public_model_card_does_not_tell_how_many_patients_have_no_unit(tmp_path):
    """The country's counts less the card's would."""
    cases = [
        {"case_id": f"{unit}{number}", "diagnosis_date": "2025-03-01", "department": unit, "sex": "FM"[number % 2],
         "age": 50 + number % 30, "stage": "" if number % 4 == 0 else "II"}
        for unit, size in (("SLA-KIR", 200), ("HER-KIR", 200), ("", 6)) for number in range(size)
    ]  # fmt: skip
    root = load_extract(tmp_path, cases=cases).root
    here = view(Store(root), PUBLIC)
    card = comparison(here, "stage_known", "department", 1).card
    country = nodes(here, ("stage_known",), (2025,)).query("level == 'nation'").iloc[0]
    assert card.stands and country["denominator"] == 406 and np.isnan(card.patients) and np.isnan(card.events)
    assert all(np.isnan(one.patients) for variable in card.variables for one in variable.categories)
    assert not any(band.patients for band in card.bands)


def test_signals_of_an_empty_comparison(synthetic_store):
    whole = whole_of(
        tables.public.whole(compare(synthetic_store.current(), "DCCG", BY_ID[MDT], "department",
                                    *(pd.Timestamp(2031, 1, 1).date(), pd.Timestamp(2032, 1, 1).date())))
    )  # fmt: skip
    assert np.isnan(whole["expected95"])
