"""The reference lists hold the facts they must, and a bad file is refused with its place."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest

from data import reference
from data.schema import MODALITIES
from data.synthetic.profiles import PROFILES

#: The ids of the cross-cutting indicator set, written out so that a typing error in the list is found.
INDICATORS = {
    "tnm_complete",
    "stage_known",
    "mdt_before_treatment",
    "mdt_major_intervention",
    "mdt_followed",
    "palliative_received",
    "palliative_within_10_days",
    "palliative_screened",
    "palliative_conference",
    "palliative_before_death",
    "reoperation_30d",
    "readmission_30d",
    "higher_level_of_care_30d",
    "interventional_radiology_30d",
    "anastomotic_leak_30d",
    "any_complication_30d",
    "mortality_30d",
    "mortality_90d",
    "adjuvant_8_weeks",
    "trial_offered",
    "trial_included",
    "pro_answered",
    "registered_30d",
    "coverage",
    "variables_complete",
    "survival_1y",
    "survival_5y",
}
BEFORE = dt.date(2026, 12, 31)
AFTER = dt.date(2027, 1, 1)


# --- regions: figures once stood under swapped names for years ---------------------------------------


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("1081", "Nordjylland"),
        ("1082", "Midtjylland"),
        ("1083", "Syddanmark"),
        ("1084", "Hovedstaden"),
        ("1085", "Sjælland"),
        ("1086", "Østdanmark"),
    ],
)
def test_each_region_code_has_its_own_name(code, name):
    assert reference.region_name(code) == name


@pytest.mark.parametrize(
    ("hospital", "name"),
    [
        ("Rigshospitalet", "Hovedstaden"),
        ("Herlev", "Hovedstaden"),
        ("Hillerød", "Hovedstaden"),
        ("Slagelse", "Sjælland"),
        ("Nykøbing F.", "Sjælland"),
        ("Odense", "Syddanmark"),
        ("Aabenraa", "Syddanmark"),
        ("Aarhus", "Midtjylland"),
        ("Gødstrup", "Midtjylland"),
        ("Aalborg", "Nordjylland"),
        ("Hjørring", "Nordjylland"),
    ],
)
def test_each_hospital_lies_in_its_region(hospital, name):
    places = {reference.region_name(d.region) for d in reference.departments() if d.hospital == hospital}
    assert places == {name}


def test_regions_stand_in_the_order_of_the_tables():
    names = [reference.region_name(code) for code in reference.region_codes_on(BEFORE)]
    assert names == ["Hovedstaden", "Sjælland", "Syddanmark", "Midtjylland", "Nordjylland"]
    assert reference.region_order() == ("1084", "1085", "1086", "1083", "1082", "1081")


def test_two_regions_merge_on_the_first_of_january_2027():
    assert reference.region_codes_on(AFTER) == ("1086", "1083", "1082", "1081")
    assert {code: reference.merged_region(code) for code in reference.region_codes_on(BEFORE)} == {
        "1084": "1086",
        "1085": "1086",
        "1083": "1083",
        "1082": "1082",
        "1081": "1081",
    }
    assert reference.merged_region("1086") == "1086"


def test_unknown_codes_are_refused_with_the_codes_that_exist():
    with pytest.raises(reference.UnknownCodeError, match=r"region '1099'.*1084"):
        reference.region_name("1099")
    with pytest.raises(reference.UnknownCodeError, match=r"database 'dccg'.*DCCG"):
        reference.database("dccg")
    with pytest.raises(reference.UnknownCodeError, match=r"department .X.*departments\.csv"):
        reference.department("X")


# --- databases ---------------------------------------------------------------------------------------


def test_there_are_26_databases_of_25_groups():
    rows = reference.databases()
    assert len(rows) == 26
    assert len({row.group for row in rows}) == 25
    assert reference.database("LYFO").group == reference.database("CLL").group == "DLG"


def test_databases_stage_as_the_domain_says():
    def with_staging(staging):
        return {row.code for row in reference.databases() if row.staging == staging}

    assert with_staging("none") == {"CLL", "ALD", "DSKMS", "DNOR", "DBCR", "DPD"}
    assert with_staging("FIGO") == {"DGCD"}
    assert with_staging("Ann Arbor") == {"LYFO"}
    assert with_staging("ISS") == {"DaMyDa"}
    assert {"DSD", "DMD", "DACG", "DOOG", "NMSC", "DCCG"} <= with_staging("TNM")
    assert not reference.database("CLL").has_stages
    assert reference.database("DaMyDa").has_stages


def test_reporting_years_start_as_the_domain_says():
    starts = {row.code: row.year_start for row in reference.databases() if row.year_start != 1}
    assert starts == {"DaBlaCa": 9, "DaRenCa": 8, "DPCD": 7, "DGCD": 9}
    assert not reference.database("DGCD").verified
    assert reference.database("DPCD").verified


def test_dccg_covers_colon_and_rectum_under_its_titles():
    dccg = reference.database("DCCG")
    assert (dccg.title_da, dccg.title_en) == ("tyk- og endetarmskræft", "colorectal cancer")
    assert dccg.icd10 == ("C18", "C20")


# --- departments -------------------------------------------------------------------------------------


def test_every_department_lies_in_a_region_of_today():
    today = set(reference.region_codes_on(BEFORE))
    assert {department.region for department in reference.departments()} == today


def test_herning_and_holstebro_move_to_goedstrup_in_2022():
    moved = [d for d in reference.departments() if d.hospital in ("Herning", "Holstebro")]
    assert {d.hospital for d in moved} == {"Herning", "Holstebro"}
    for old in moved:
        new = reference.department(old.successor)
        assert (new.hospital, new.kind) == ("Gødstrup", old.kind)
        assert old.valid_on(dt.date(2021, 12, 31)) and not old.valid_on(dt.date(2022, 1, 1))
        assert new.valid_on(dt.date(2022, 1, 1)) and not new.valid_on(dt.date(2021, 12, 31))


def test_rare_things_are_at_few_units():
    def units(kind, day=BEFORE):
        return sum(d.kind == kind and d.valid_on(day) for d in reference.departments())

    assert units("paediatrics") == 4
    assert units("haematology") in (9, 10)
    assert units("orthopaedics") == 2
    assert units("hospice") > 10


# --- standards ---------------------------------------------------------------------------------------


def test_every_standard_is_for_an_indicator_of_the_set():
    assert {standard.indicator for standard in reference.standards()} <= INDICATORS


@pytest.mark.parametrize(
    ("database", "indicator", "site", "stage", "operator", "value", "verified"),
    [
        ("*", "mdt_before_treatment", "", "", ">=", 0.90, False),
        ("*", "mortality_30d", "", "", "<=", 0.02, False),
        ("*", "coverage", "", "", ">=", 0.90, True),
        ("DBCG", "coverage", "", "", ">=", 0.95, True),
        ("DCCG", "anastomotic_leak_30d", "C18", "", "<=", 0.03, True),
        ("DCCG", "anastomotic_leak_30d", "C20", "", "<=", 0.10, True),
        ("DaRenCa", "survival_1y", "", "", ">", 0.80, True),
        ("DGCD", "survival_5y", "C53", "I", ">=", 0.90, True),
        ("DGCD", "survival_5y", "C53", "III", ">=", 0.45, True),
        ("DAHANCA", "mdt_before_treatment", "", "", ">=", 0.98, True),
        ("DPD", "palliative_within_10_days", "", "", ">=", 0.90, True),
        ("DLCR", "survival_5y", "", "", ">=", 0.12, False),
    ],
)
def test_standards_carry_operator_value_and_mark(database, indicator, site, stage, operator, value, verified):
    key = (database, indicator, site, stage)
    [found] = [s for s in reference.standards() if (s.database, s.indicator, s.site, s.stage) == key]
    assert (found.operator, found.value, found.verified, found.kind) == (
        operator,
        value,
        verified,
        "standard",
    )


def test_the_only_development_target_is_trial_inclusion():
    targets = [s for s in reference.standards() if s.kind == "target"]
    assert [(s.database, s.indicator, s.operator, s.value) for s in targets] == [("*", "trial_included", ">=", 0.15)]


def test_verified_standards_name_another_source_than_the_project():
    for standard in reference.standards():
        assert standard.verified == (standard.source != "project default"), standard


# --- package times: guidelines, no rights ---------------------------------------------------------------


def test_the_only_verified_package_time_is_breast_whole_course_to_surgery():
    [found] = [row for row in reference.package_times() if row.verified]
    assert (found.package, found.measure, found.modality, found.days) == ("B01", "OF4", "surgery", 27)
    assert {row.source for row in reference.package_times() if not row.verified} == {"project default"}


def test_package_times_cover_the_packages_of_the_demonstration_data():
    used = {profile.package for profile in PROFILES} - {""}
    for package in used:
        rows = {(row.measure, row.modality): row.days for row in reference.package_times() if row.package == package}
        assert {measure for measure, _ in rows} == set(reference.PACKAGE_MEASURES)
        for modality in MODALITIES:
            parts = rows["OF1", ""] + rows["OF2", ""] + rows["OF3", modality]
            assert rows["OF4", modality] == parts, "the whole is the sum of its parts"


# --- breaks ------------------------------------------------------------------------------------------


def test_breaks_are_marked_where_and_when_they_were():
    breaks = {row.letter: row for row in reference.breaks()}
    assert list(breaks) == ["a", "b", "c", "d", "e"]
    assert breaks["a"].regions == ("1084", "1085")
    assert (breaks["a"].start.year, breaks["a"].end.year) == (2016, 2017)
    assert [letter for letter, row in breaks.items() if row.gap] == ["b"]
    assert breaks["b"].start.year == 2019 and not breaks["b"].regions
    assert breaks["c"].start.year == 2020
    assert breaks["d"].end == dt.date(2022, 12, 31)
    assert breaks["e"].start == AFTER


# --- bad files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("regions.csv", "1084,Hovedstaden", "1085,Hovedstaden", r"regions\.csv: code '1085' occurs twice"),
        ("regions.csv", "2026-12-31,1086,1", "2026-11-30,1086,1", r"1084 ends 2026-11-30, but '1086'"),
        ("departments.csv", ",Slagelse,1085", ",Slagelse,1095", r"SLA-KIR has region '1095'"),
        ("departments.csv", "GOE-KIR,\"", "GOX-KIR,\"", r"HEN-KIR names successor 'GOE-KIR'"),
        ("databases.csv", "Ann Arbor", "Ann-Arbor", r"line \d+, column staging: 'Ann-Arbor' is not one of"),
        ("databases.csv", "FIGO,9", "FIGO,13", r"column year_start: '13' is not a month"),
        ("standards.csv", ">=,0.98", ">=,98", r"column value: '98' is not a fraction"),
        ("standards.csv", "DAHANCA,mdt", "DAHANKA,mdt", r"database 'DAHANKA' is not in databases\.csv"),
        ("standards.csv", "database,indicator", "indicator,database", r"standards\.csv: the columns are"),
        ("package_times.csv", "B01,OF1", "B01,OF5", r"line 2, column measure: 'OF5' is not one of"),
        ("package_times.csv", "B01,OF2,,8", "B01,OF1,,8", r"package_times\.csv: package, measure, modality and date"),
        ("breaks.csv", "a,2016-05-01", "a,2016-05-32", r"line 2, column start: '2016-05-32'"),
        ("breaks.csv", "a,2016-05-01", "a,2018-05-01", r"a ends before it starts"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_its_place(tmp_path, file, old, new, message):
    shutil.copytree(reference.FOLDER, tmp_path, dirs_exist_ok=True)
    path = tmp_path / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1) if file != "departments.csv" else text.replace(old, new), "utf-8")
    with pytest.raises(reference.ReferenceFileError, match=message):
        reference.load(tmp_path)


def test_names_sort_by_the_danish_alphabet():
    names = ["Aarhus", "Åbo", "Østerbro", "Ærø", "Vejle", "Aabenraa", "Odense"]
    wanted = ["Odense", "Vejle", "Ærø", "Østerbro", "Aabenraa", "Åbo", "Aarhus"]
    assert sorted(names, key=reference.danish_key) == wanted
