"""Standards by database, site, stage and date, and the verdicts on rates."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from data import reference
from data.reference import Standard
from data.selection import Selection, parse
from indicators import standards
from indicators.catalogue import BY_ID
from indicators.engine import table, with_verdicts
from tests.support.extracts import load_extract

DAY = dt.date(2025, 6, 30)


def standard(**values) -> Standard:
    common = {
        "database": "*",
        "indicator": "stage_known",
        "site": "",
        "stage": "",
        "valid_from": None,
        "valid_to": None,
        "operator": ">=",
        "value": 0.9,
        "kind": "standard",
        "source": "test",
        "verified": False,
    }
    return Standard(**{**common, **values})


#: Database, indicator, site, stage, printed standard: what indicators.md names, and its defaults.
KNOWN = [
    ("LYFO", "stage_known", "", "", ">=0.90"),
    ("DBCG", "tnm_complete", "", "", ">=0.95"),
    ("DBCG", "mdt_before_treatment", "", "", ">=0.90"),
    ("DBCG", "mdt_major_intervention", "", "", ">=0.95"),
    ("DBCG", "mdt_followed", "", "", ""),
    ("DBCG", "palliative_received", "", "", ">=0.80"),
    ("DBCG", "palliative_within_10_days", "", "", ">=0.90"),
    ("DBCG", "palliative_screened", "", "", ">=0.50"),
    ("DBCG", "palliative_conference", "", "", ">=0.80"),
    ("DBCG", "palliative_before_death", "", "", ""),
    ("DBCG", "reoperation_30d", "", "", "<=0.10"),
    ("DBCG", "readmission_30d", "", "", "<=0.15"),
    ("DBCG", "higher_level_of_care_30d", "", "", ""),
    ("DBCG", "interventional_radiology_30d", "", "", ""),
    ("DBCG", "anastomotic_leak_30d", "", "", ""),
    ("DBCG", "any_complication_30d", "", "", "<=0.10"),
    ("DBCG", "mortality_30d", "", "", "<=0.02"),
    ("DBCG", "mortality_90d", "", "", "<=0.03"),
    ("DBCG", "adjuvant_8_weeks", "", "", ">=0.85"),
    ("DBCG", "trial_offered", "", "", ""),
    ("DBCG", "trial_included", "", "", ""),
    ("DBCG", "pro_answered", "", "", ""),
    ("DBCG", "registered_30d", "", "", ">=0.90"),
    ("DBCG", "variables_complete", "", "", ">=0.95"),
    ("DBCG", "survival_1y", "", "", ""),
    ("DBCG", "coverage", "", "", ">=0.95"),
    ("DCCG", "coverage", "", "", ">=0.90"),
    ("DCCG", "mdt_before_treatment", "", "", ">=0.90"),
    ("DCCG", "tnm_complete", "", "", ">=0.95"),
    ("DCCG", "anastomotic_leak_30d", "C18", "", "<=0.03"),
    ("DCCG", "anastomotic_leak_30d", "C20", "", "<=0.10"),
    ("DCCG", "anastomotic_leak_30d", "C19", "", ""),
    ("DCCG", "anastomotic_leak_30d", "", "", ""),
    ("DCCG", "any_complication_30d", "", "", "<=0.10"),
    ("DCCG", "mortality_30d", "", "", "<=0.02"),
    ("DCCG", "mortality_90d", "C18", "", "<=0.03"),
    ("DCCG", "adjuvant_8_weeks", "", "", ">=0.85"),
    ("DPD", "palliative_received", "", "", ">=0.80"),
    ("DPD", "palliative_within_10_days", "", "", ">=0.90"),
    ("DaRenCa", "survival_1y", "", "", ">0.80"),
    ("DaRenCa", "survival_5y", "", "", ">0.60"),
    ("DGCD", "survival_5y", "C53", "I", ">=0.90"),
    ("DGCD", "survival_5y", "C53", "II", ">=0.45"),
    ("DGCD", "survival_5y", "C53", "III", ">=0.45"),
    ("DGCD", "survival_5y", "C53", "IV", ""),
    ("DGCD", "survival_5y", "C53", "", ""),
    ("DGCD", "survival_5y", "", "I", ""),
    ("DGCD", "survival_5y", "C54", "I", ""),
    ("DAHANCA", "mdt_before_treatment", "", "", ">=0.98"),
    ("DLCR", "survival_1y", "", "", ">=0.42"),
    ("DLCR", "survival_5y", "", "", ">=0.12"),
    ("DLCR", "stage_known", "", "", ">=0.85"),
]
VERIFIED = [
    ("DCCG", "mdt_before_treatment"),
    ("DCCG", "tnm_complete"),
    ("DPD", "palliative_received"),
    ("DPD", "palliative_within_10_days"),
    ("DBCG", "coverage"),
    ("DSD", "coverage"),
    ("DaRenCa", "survival_1y"),
    ("DAHANCA", "mdt_before_treatment"),
]


@pytest.mark.parametrize("database, indicator, site, stage, printed", KNOWN)
def test_known_standards(database, indicator, site, stage, printed):
    assert standards.printed(standards.resolve(database, indicator, DAY, site, stage)) == printed


def test_known_standards_are_marked_verified_and_defaults_are_not():
    for database, indicator in VERIFIED:
        assert standards.resolve(database, indicator, DAY).verified, (database, indicator)
    for database, indicator in (("DBCG", "tnm_complete"), ("DLCR", "survival_1y"), ("DLCR", "stage_known")):
        assert not standards.resolve(database, indicator, DAY).verified, (database, indicator)


def test_every_standard_is_of_an_indicator():
    assert {one.indicator for one in reference.standards()} <= set(BY_ID)


def test_a_development_target_is_no_standard():
    assert standards.resolve("DCCG", "trial_included", DAY) is None
    target = standards.resolve("DCCG", "trial_included", DAY, kind="target")
    assert (target.value, target.operator) == (0.15, ">=")
    assert standards.verdict(standards.resolve("DCCG", "trial_included", DAY), 0.9) == "no_standard"


def test_the_most_specific_standard_in_force_holds(monkeypatch):
    listed = (
        standard(value=0.1),
        standard(value=0.2, site="C18"),
        standard(value=0.3, database="DCCG", valid_to=dt.date(2024, 12, 31)),
        standard(value=0.4, database="DCCG", valid_from=dt.date(2025, 1, 1)),
        standard(value=0.5, database="DCCG", site="C20"),
        standard(value=0.6, database="DCCG", site="C20", stage="I"),
        standard(value=0.7, database="DCCG", kind="target"),
    )
    monkeypatch.setattr(reference, "standards", lambda: listed)

    def value(database, on, site="", stage=""):
        return standards.resolve(database, "stage_known", on, site, stage).value

    assert value("DLCR", DAY) == 0.1
    assert value("DLCR", DAY, site="C18") == 0.2
    assert value("DCCG", dt.date(2024, 12, 31)) == 0.3, "the last day of the old one"
    assert value("DCCG", dt.date(2025, 1, 1)) == 0.4, "the first day of the new one"
    assert value("DCCG", DAY, site="C18") == 0.4, "a database's own goes before everybody's"
    assert value("DCCG", DAY, site="C20") == 0.5
    assert value("DCCG", DAY, site="C20", stage="I") == 0.6
    assert value("DCCG", DAY, site="C20", stage="II") == 0.5
    assert standards.resolve("DCCG", "tnm_complete", DAY) is None


@pytest.mark.parametrize(
    "operator, value, printed",
    [(">=", 0.9, ">=0.90"), (">", 0.8, ">0.80"), ("<=", 0.1, "<=0.10"), ("<", 0.025, "<0.025"), (">=", 1.0, ">=1.00")],
)
def test_printed(operator, value, printed):
    assert standards.printed(standard(operator=operator, value=value)) == printed


def test_none_is_printed_empty():
    assert standards.printed(None) == ""


@pytest.mark.parametrize(
    "operator, below, at, above",
    [
        (">=", "not_met", "met", "met"),
        (">", "not_met", "not_met", "met"),
        ("<=", "met", "met", "not_met"),
        ("<", "met", "not_met", "not_met"),
    ],
)
def test_verdict_at_the_standard(operator, below, at, above):
    judged = standard(operator=operator, value=0.9)
    assert [standards.verdict(judged, rate) for rate in (899 / 1000, 9 / 10, 901 / 1000)] == [below, at, above]


@pytest.mark.parametrize("hundredths", range(1, 100))
def test_a_rate_of_whole_hundredths_meets_its_own_standard(hundredths):
    for n in (100, 300, 700, 4900):
        rate = (hundredths * n // 100) / n
        for operator, wanted in ((">=", "met"), ("<=", "met"), (">", "not_met"), ("<", "not_met")):
            judged = standard(operator=operator, value=float(f"0.{hundredths:02}"))
            assert standards.verdict(judged, rate) == wanted


def test_the_rate_is_not_rounded():
    assert standards.verdict(standard(value=0.9), 8999 / 10000) == "not_met"
    assert standards.verdict(standard(operator="<=", value=0.02), 201 / 10000) == "not_met"


def test_without_data_and_without_standard():
    assert standards.verdict(standard(), None) == "no_data"
    assert standards.verdict(None, None) == "no_standard"
    assert standards.verdict(None, 0.5) == "no_standard"
    assert standards.clear(None, 0.5, 0.4, 0.6) is False
    assert standards.clear(standard(), None, None, None) is False


@pytest.mark.parametrize(
    "operator, rate, lower, upper, clear",
    [
        (">=", 0.95, 0.9, 0.99, True),  # the lower limit lies on the standard, and that fulfils it
        (">=", 0.95, 0.8999, 0.99, False),
        (">=", 0.8, 0.7, 0.8999, True),
        (">=", 0.8, 0.7, 0.9, False),  # the upper limit fulfils the standard
        (">", 0.95, 0.9, 0.99, False),
        (">", 0.9, 0.8, 0.9, True),
        ("<=", 0.5, 0.4, 0.9, True),
        ("<=", 0.5, 0.4, 0.9001, False),
        ("<=", 0.95, 0.9, 0.99, False),
        ("<=", 0.95, 0.9001, 0.99, True),
    ],
)
def test_clear_at_the_edges_of_the_interval(operator, rate, lower, upper, clear):
    assert standards.clear(standard(operator=operator, value=0.9), rate, lower, upper) is clear


# --- in the table -----------------------------------------------------------------------------------------------------


def operated(site: str, leaks: int, number: int) -> tuple[list, list, list]:
    cases, treatments, complications = [], [], []
    for place in range(number):
        key = f"{site}-{place}"
        cases.append({"case_id": key, "icd10": site + "9", "diagnosis_date": "2025-01-01", "stage": "I"})
        treatments.append(
            {"case_id": key, "kind": "surgery", "start_date": "2025-02-01", "complications_registered": True}
        )
        if place < leaks:
            complications.append({"case_id": key, "date": "2025-02-03", "kind": "anastomotic_leak"})
    return cases, treatments, complications


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    colon, rectum = operated("C18", 2, 40), operated("C20", 2, 40)
    tables = dict(
        zip(("cases", "treatments", "complications"), (a + b for a, b in zip(colon, rectum, strict=True)), strict=True)
    )
    return load_extract(tmp_path_factory.mktemp("standards"), **tables)


def rows(snapshot, indicator, selection):
    return table(snapshot, "DCCG", BY_ID[indicator], selection).to_dict("records")


def test_a_standard_for_a_site_holds_only_where_the_site_is_asked_for(snapshot):
    leak = "anastomotic_leak_30d"
    [nation] = rows(snapshot, leak, Selection())
    assert (nation["standard"], nation["verdict"], nation["clear"]) == ("", "no_standard", False)
    by_site = {row["site"]: (row["standard"], row["verdict"]) for row in rows(snapshot, leak, Selection(by=("site",)))}
    assert by_site == {"C18": ("<=0.03", "not_met"), "C20": ("<=0.10", "met")}
    for site, wanted in by_site.items():
        [row] = rows(snapshot, leak, parse(where=f"site={site}"))
        assert (row["standard"], row["verdict"]) == wanted
        [row] = rows(snapshot, leak, parse(by="sex,year", where=f"site={site}"))
        assert (row["standard"], row["verdict"]) == wanted
    assert {row["standard"] for row in rows(snapshot, leak, Selection(by=("sex", "region")))} == {""}


def test_no_data_and_no_standard_in_the_table(snapshot):
    [row] = rows(snapshot, "mortality_30d", parse(start="2020-01-01", end="2020-02-01"))
    assert (row["standard"], row["verdict"], row["clear"]) == ("<=0.02", "no_data", False)
    [row] = rows(snapshot, "trial_included", parse(start="2020-01-01", end="2020-02-01"))
    assert (row["standard"], row["verdict"], row["clear"]) == ("", "no_standard", False)
    [row] = rows(snapshot, "trial_included", Selection())
    assert row["verdict"] == "no_standard", "a development target is drawn, not judged"


def test_a_row_is_judged_by_the_standard_of_its_own_period(snapshot, monkeypatch):
    listed = (
        standard(value=0.5, valid_to=dt.date(2024, 12, 31)),
        standard(value=0.6, valid_from=dt.date(2025, 1, 1), valid_to=dt.date(2025, 6, 30)),
        standard(value=0.7, valid_from=dt.date(2025, 7, 1)),
    )
    monkeypatch.setattr(reference, "standards", lambda: listed)
    counts = rows(snapshot, "stage_known", Selection())

    def judged(selection, **names):
        frame = pd.DataFrame([{**names, **counts[0]}]).drop(columns=["standard", "verdict", "clear"])
        return with_verdicts(frame, "DCCG", BY_ID["stage_known"], selection, dt.date(2026, 10, 31))["standard"][0]

    assert judged(Selection()) == ">=0.70", "the data cut"
    assert judged(parse(end="2025-01-01")) == ">=0.50", "the day before --to"
    assert judged(parse(end="2025-01-02")) == ">=0.60"
    assert judged(parse(by="year"), year=2024) == ">=0.50"
    assert judged(parse(by="year"), year=2025) == ">=0.70", "the last day of the year"
    assert judged(parse(by="month"), month="2025-06") == ">=0.60"
    assert judged(parse(by="month"), month="2025-07") == ">=0.70"
    assert judged(parse(where="year=2024")) == ">=0.50"
    assert judged(parse(where="month=2025-06")) == ">=0.60"
