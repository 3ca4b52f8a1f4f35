"""The adjusted view of survival: its numbers, sentences, file, and what the public edition holds back."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import numpy as np
import pytest

from data.selection import Selection
from data.store import Store
from results.survival import adjusted as module
from results.survival.adjusted import adjusted
from results.survival.curves import HIDDEN, Cohort, survival
from results.view import Edition, View
from survival.cox import cox
from survival.engine import survival_table
from survival.estimators import YEAR, DailyCounts
from tests.pages.test_page_survival import DANISH, NAMES, csv_rows, heading, page, words
from tests.results.test_survival_tables import CUT, invented
from tests.support import clients
from tests.support.extracts import load_extract
from words import format as fmt

COHORT = Cohort(2018, 2020)
DEPARTMENTS = ("HER-KIR", "AAL-KIR", "ODE-KIR")


def planted(number=1300, seed=11):
    """Three departments alike but for their stages and one that is worse; one where nobody dies, one with few."""
    random = np.random.default_rng(seed)
    rows = []
    for _ in range(number):
        department = str(random.choice(DEPARTMENTS, p=[0.4, 0.3, 0.3]))
        late = random.random() < (0.7 if department == "AAL-KIR" else 0.3)
        hazard = {True: 3.0, False: 1.0}[late] * (2.0 if department == "ODE-KIR" else 1.0)
        rows.append((department, "III" if late else "I", int(random.exponential(2500 / hazard))))
    rows += [("AAR-KIR", "I", 5000)] * 20 + [("SLA-KIR", "I", 300)] * 4 + [("SLA-KIR", "III", 4000)] * 8
    found = []
    for case, (department, stage, lived) in enumerate(rows):
        diagnosed = dt.date(2018, 1, 1) + dt.timedelta(int(random.integers(0, 1095)))
        possible = (CUT - diagnosed).days
        found.append({
            "case_id": f"c{case}", "diagnosis_date": diagnosed, "age": int(random.integers(40, 90)),
            "sex": str(random.choice(["F", "M"])), "stage": stage, "department": department, "icd10": "C180",
            "residence_region": "1084", "vital_status": "dead" if lived <= possible else "alive",
            "vital_date": diagnosed + dt.timedelta(min(lived, possible)),
            "cause_of_death": "cancer" if lived <= possible else "",
        })  # fmt: skip
    return found


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("adjusted")
    load_extract(root, cases=planted(), period=("2018-01-01", "2025-12-31"), synthetic=True)
    return root


@pytest.fixture(scope="module")
def snapshot(root):
    return Store(root / "store").current()


@pytest.fixture(scope="module")
def working(root):
    return clients.client(Store(root / "store"), "working")


def view(snapshot, edition="working", **more):
    return View(snapshot, Edition(edition), "DCCG", 2025, **more)


def rows_of(found):
    return {row.group.code: row for row in found.rows}


def test_stages_explain_one_department_and_not_the_other(snapshot):
    rows = rows_of(adjusted(view(snapshot), "department", "overall", COHORT))
    assert rows["AAL-KIR"].crude.lower > 1 and rows["AAL-KIR"].adjusted.value < 1
    assert rows["ODE-KIR"].verdict == "higher" and rows["HER-KIR"].verdict == "lower"
    assert rows["ODE-KIR"].adjusted.lower < 2 < rows["ODE-KIR"].adjusted.upper


def test_the_ratio_is_that_of_one_row_per_patient(snapshot):
    """Department against the others: Cox's model of the cases as they lie in the store, its contrast by hand."""
    found = adjusted(view(snapshot), "department", "overall", COHORT)
    assert [one.id for one in found.used] == ["age_group", "stage", "sex"]
    cases = snapshot.query("DCCG", "SELECT * FROM cases WHERE department <> 'AAR-KIR'")
    names = ["HER-KIR", "AAL-KIR", "ODE-KIR", "SLA-KIR"]
    columns = [cases.department == name for name in names[1:]]
    columns += [cases.age_group == name for name in sorted(cases.age_group.unique())[1:]]
    columns += [cases.stage == "III", cases.sex == "M"]
    died = ((cases.vital_status == "dead") & (cases.followup_days <= 5 * YEAR)).to_numpy()
    counts = DailyCounts.of(
        len(cases), np.arange(len(cases)), cases.followup_days.to_numpy(), cancer=died, censored=~died
    )
    model = cox(counts, np.column_stack(columns).astype(float))
    patients = np.array([(cases.department == name).sum() for name in names])
    weights = np.r_[-patients / (len(cases) - patients[2])]
    weights[2] = 1
    expected = model.ratio([*weights[1:], *np.zeros(len(columns) - 3)])
    ratio = rows_of(found)["ODE-KIR"].adjusted
    assert (ratio.value, ratio.lower, ratio.upper) == pytest.approx(
        (expected.value, expected.lower, expected.upper), rel=1e-7
    )
    assert found.proportional.statistic == pytest.approx(model.proportional(range(3)).statistic, rel=1e-6)


def test_without_deaths_or_with_few_there_is_a_word_and_no_number(snapshot):
    rows = rows_of(adjusted(view(snapshot), "department", "overall", COHORT))
    assert (rows["AAR-KIR"].state, rows["AAR-KIR"].deaths, rows["AAR-KIR"].adjusted) == ("no_death", 0, None)
    assert (rows["SLA-KIR"].state, rows["SLA-KIR"].deaths, rows["SLA-KIR"].crude) == ("few", 4, None)


def test_two_departments_are_each_others_inverse(snapshot):
    there = view(snapshot, where=(("department", ("HER-KIR", "ODE-KIR")),))
    one, other = adjusted(there, "department", "overall", COHORT).shown
    ours, theirs = one.adjusted, other.adjusted
    assert (ours.value, ours.lower, ours.upper) == pytest.approx((1 / theirs.value, 1 / theirs.upper, 1 / theirs.lower))


def test_what_is_divided_by_is_not_adjusted_for(snapshot):
    found = adjusted(view(snapshot), "stage", "overall", COHORT)
    assert [one.id for one in found.used] == ["age_group", "sex"]
    ratio = rows_of(found)["III"].adjusted
    assert 2 < ratio.value < 3 and ratio.lower > 1.9  # less than the 3 within a department: those differ too
    with pytest.raises(ValueError, match="cannot be adjusted"):
        adjusted(view(snapshot), "none", "overall", COHORT)


def test_too_few_deaths_are_refused_with_the_reason(snapshot):
    found = adjusted(view(snapshot, where=(("department", "AAR-KIR"),)), "sex", "overall", COHORT)
    assert found.refused is not None and "få" in found.refused.da and not found.shown


def test_a_kept_frame_gives_the_same(snapshot):
    there = view(snapshot)
    first = adjusted(there, "region", "overall", Cohort(2020, 2020))
    again = module._kept(there, "region", "overall", Cohort(2020, 2020))
    assert len(list((snapshot.root / "frames").glob("*adjusted-*region-treating5*"))) == 1
    assert again.equals(module._frame(there, "region", "overall", Cohort(2020, 2020)))
    assert len(first.rows) == (again.part == "group").sum()


def test_the_differences_are_those_of_the_tables(snapshot):
    """Against the others: the command's estimates of the one department and of all the rest."""
    rows = rows_of(adjusted(view(snapshot), "department", "overall", COHORT))
    others = tuple(code for code in rows if code != "ODE-KIR")
    dates = (dt.date(2018, 1, 1), dt.date(2021, 1, 1))
    own, rest = (
        survival_table(snapshot, "DCCG", "overall", (1, 5), Selection((), (("department", codes),), *dates))
        for codes in (("ODE-KIR",), others)
    )
    row = rows["ODE-KIR"]
    for found, here, there in zip((row.one_year, row.five_years), own.estimate, rest.estimate, strict=True):
        assert found.value == pytest.approx(here - there, abs=1e-10)
        assert found.lower < found.value < found.upper < 0
    assert 0 < row.lived.days < 5 * YEAR and row.lived_gap.upper < 0
    shown = adjusted(view(snapshot, "public"), "department", "overall", COHORT).rows
    assert all((one.one_year, one.five_years, one.lived, one.lived_gap) == (None,) * 4 for one in shown)


# --- the public edition ---


def test_the_public_edition_models_only_what_it_shows(tmp_path):
    snapshot = load_extract(tmp_path, cases=invented(4000), period=("2015-01-01", "2025-12-31"))
    there = view(snapshot, "public", place="residence")
    shown, found = (one(there, "region", "overall", COHORT) for one in (survival, adjusted))
    hidden = {one.code for one in shown.compared() if shown.point(one, 5).state == HIDDEN}
    gone = [row for row in found.rows if row.state == HIDDEN]
    assert gone and hidden <= {row.group.code for row in gone} and len(found.shown) > 1
    assert all((row.patients, row.deaths, row.crude, row.adjusted) == (None,) * 4 for row in gone)
    assert found.without is None
    for row in found.shown:
        point = shown.point(row.group, 5)
        assert (row.patients, row.deaths) == (point.cases, point.events)
    # A model of the patients of the shown regions alone gives the same ratios: nothing of the others is in them.
    kept = tuple(sorted(row.group.code for row in found.shown))
    alone = rows_of(adjusted(replace(there, edition=Edition(), where=(("region", kept),)), "region", "overall", COHORT))
    for row in found.shown:
        assert row.adjusted.value == pytest.approx(alone[row.group.code].adjusted.value, rel=1e-9)


def test_the_public_edition_refuses_what_could_tell_more(snapshot):
    women = adjusted(view(snapshot, "public", where=(("sex", "F"),)), "department", "overall", COHORT)
    assert "alle patienter" in women.refused.da
    assert all((row.state, row.patients, row.adjusted) == (HIDDEN, None, None) for row in women.rows)


def test_a_group_hidden_in_one_year_is_hidden_in_all(tmp_path):
    snapshot = load_extract(tmp_path, cases=invented(1500), period=("2015-01-01", "2025-12-31"))
    there = view(snapshot, "public", place="residence")
    years = [survival(there, "region", "overall", Cohort(year, year)) for year in (2019, 2020)]
    single = {one.code for found in years for one in found.compared() if found.point(one, 5).state == HIDDEN}
    found = adjusted(there, "region", "overall", Cohort(2019, 2020))
    assert single and single <= {row.group.code for row in found.rows if row.state == HIDDEN}
    short = adjusted(there, "region", "overall", Cohort(2023, 2023))
    assert short.refused is not None and "5 år" in short.refused.da


# --- the page and the file ---


def test_the_finding_and_the_table_say_the_numbers(working, snapshot):
    html = page(working, "vis=justeret&efter=afdeling&diagnose=2018-2020")
    said = heading(html)
    rows = rows_of(adjusted(view(snapshot), "department", "overall", COHORT))
    assert said.startswith(
        "Justeret for alder, stadie og køn har Odense klart højere dødelighed end de andre afdelinger, og "
    )
    assert said.endswith("klart lavere")
    ratio = rows["ODE-KIR"].adjusted
    table = words(re.search(r'<table class="table survival-ratios">(.*?)</table>', html, re.S).group(1))
    assert f"{fmt.number(ratio.value, 2)} {fmt.number(ratio.lower, 2)}–{fmt.number(ratio.upper, 2)}" in table
    assert "ingen dødsfald" in table and "for få dødsfald" in table
    assert "Er forskellen den samme i alle fem år?" in words(html) and "Ikke case-mix-justeret" not in words(html)


def test_a_reference_is_named(working, snapshot):
    html = page(working, "vis=justeret&efter=stadie&diagnose=2018-2020")
    value = rows_of(adjusted(view(snapshot), "stage", "overall", COHORT))["III"].adjusted.value
    times = fmt.number(value, 1)
    assert heading(html) == (
        f"Justeret for alder og køn er dødeligheden {times} gange så høj i stadie III som i stadie I"
    )


@pytest.mark.slow
def test_ratios_that_change_with_time_are_divided(tmp_path, working):
    random = np.random.default_rng(5)
    cases = planted(900)
    for case in cases:  # twice the hazard in the first year only
        lived = random.exponential(1200)
        other = case["department"] == "ODE-KIR"
        lived = lived / 3 if other and lived / 3 < 365 else lived
        possible = (CUT - case["diagnosis_date"]).days
        case |= {
            "vital_status": "dead" if lived <= possible else "alive",
            "vital_date": case["diagnosis_date"] + dt.timedelta(int(min(lived, possible))),
        }
        case["cause_of_death"] = "cancer" if case["vital_status"] == "dead" else ""
    snapshot = load_extract(tmp_path, cases=cases, period=("2018-01-01", "2025-12-31"))
    found = adjusted(view(snapshot), "department", "overall", COHORT)
    assert found.changes
    row = rows_of(found)["ODE-KIR"]
    assert row.early.value > row.adjusted.value > row.late.value
    html = page(clients.client(Store(tmp_path / "store"), "working"), "vis=justeret&efter=afdeling&diagnose=2018-2020")
    assert "Nej, den ændrer sig med tiden." in words(html) and "første år" in words(html)


@pytest.mark.some(4)
@pytest.mark.parametrize("by", ["stadie", "region", "afdeling", "alder", "koen", "periode", "ingen"])
def test_every_grouping_in_both_languages(working, by):
    client = working
    assert page(client, f"vis=justeret&efter={by}")
    english = words(page(client, f"vis=justeret&efter={by}&lang=en"))
    assert not DANISH.findall(NAMES.sub("", english)), DANISH.findall(NAMES.sub("", english))


def test_the_file_has_the_pages_numbers(working, snapshot):
    answer, rows = csv_rows(working, "/hent/justeret.csv?efter=afdeling&diagnose=2018-2020")
    text = answer.get_data().decode("utf-8-sig")
    assert "# Forbehold: Justeret for alder, stadie og køn, som de er registreret" in text
    assert "# Sammenlignet med: de andre afdelinger" in text and "Test af proportionale hazarder" in text
    found = rows_of(adjusted(view(snapshot), "department", "overall", COHORT))
    assert {row["kode"] for row in rows} == set(found)
    for row in rows:
        ratio = found[row["kode"]].adjusted
        assert row["hazard ratio, justeret"] == ("" if ratio is None else repr(ratio.value).replace(".", ","))
    assert working.get("/hent/justeret.csv?efter=ingen").status_code == 404
    assert working.get("/hent/justeret.xlsx?efter=afdeling").status_code == 200
