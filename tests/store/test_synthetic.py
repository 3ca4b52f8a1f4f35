"""Synthetic extracts: the same for a seed, within the contract, and with the planted signals in them."""

from __future__ import annotations

import datetime as dt
import filecmp
import tomllib
from pathlib import Path

import duckdb
import pytest

from data import reference
from data.load import check
from data.schema import BY_NAME
from data.synthetic import SynthesisError, describe_signals, synthesise
from data.synthetic.profiles import PROFILES
from tests.support.amount import examples

#: Warnings that the demonstration data are meant to show.
MEANT = {
    ("cases", "cause_missing"),
    ("waits", "started_without_consent"),
    ("waits", "overrun_without_reason"),
    ("waits", "reason_without_documentation"),
}


@pytest.fixture(scope="module")
def everything(tmp_path_factory) -> dict[str, Path]:
    """A small extract of every database, by code."""
    folders = synthesise(tmp_path_factory.mktemp("all"), None, 60, (2020, 2025), 3, "csv")
    return {profile.code: folder for profile, folder in zip(PROFILES, folders, strict=True)}


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> dict[str, Path]:
    """DCCG and DLCR with Danish volumes."""
    folders = synthesise(tmp_path_factory.mktemp("large"), ["DCCG", "DLCR"], None, (2016, 2025), 1, "parquet")
    return dict(zip(("DCCG", "DLCR"), folders, strict=True))


def query(folder: Path, sql: str) -> list[tuple]:
    """Rows of a query over the extract's tables."""
    with duckdb.connect() as con:
        for path in folder.iterdir():
            if path.suffix in (".csv", ".parquet") and path.stem in sql:
                read = "read_parquet" if path.suffix == ".parquet" else "read_csv"
                con.execute(f"CREATE VIEW {path.stem} AS SELECT * FROM {read}('{path}')")
        return con.execute(sql).fetchall()


def share(folder: Path, table: str, fulfilled: str, where: str = "TRUE") -> float:
    [(rate, rows)] = query(folder, f"SELECT avg(({fulfilled})::INTEGER), count(*) FROM {table} WHERE {where}")
    assert rows >= 30, f"only {rows} rows where {where}"
    return rate


# --- determinism -------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_same_seed_gives_the_same_bytes_whichever_databases_are_made(tmp_path, form):
    first = synthesise(tmp_path / "one", ["LYFO", "DCCG"], 60, (2021, 2023), 5, form)[1]
    second = synthesise(tmp_path / "two", ["DCCG"], 60, (2021, 2023), 5, form)[0]
    names = sorted(path.name for path in first.iterdir())
    assert names == sorted(path.name for path in second.iterdir())
    assert filecmp.cmpfiles(first, second, names, shallow=False) == (names, [], [])


def test_another_seed_gives_other_cases(tmp_path):
    first, second = (synthesise(tmp_path / str(seed), ["DCCG"], 60, (2022, 2022), seed, "csv")[0] for seed in (1, 2))
    assert (first / "cases.csv").read_bytes() != (second / "cases.csv").read_bytes()


# --- the contract ------------------------------------------------------------------------------------


def test_every_extract_passes_the_checks_with_the_meant_warnings_only(everything):
    inspections = check(list(everything.values())[:: examples(1, 4)])
    found = {(f.table, f.rule) for inspection in inspections for f in inspection.findings}
    # 60 cases a year are too few for a share of 90 % to hold by more than chance.
    small = {("cases", "incomplete"), ("conferences", "incomplete")}
    assert found - small - {("cases", "column_not_delivered")} <= MEANT
    assert found >= MEANT


def test_large_extracts_pass_the_checks_too(large):
    for inspection in check(list(large.values())):
        assert {(f.table, f.rule) for f in inspection.findings} == MEANT


def test_the_manifest_tells_period_cut_and_that_data_are_synthetic(everything):
    manifest = tomllib.loads((everything["DCCG"] / "extract.toml").read_text("utf-8"))
    assert everything["DCCG"].name == "dccg-2026-10"
    assert manifest["synthetic"] is True
    assert manifest["data_cut"] == dt.date(2026, 10, 31)
    assert manifest["period"] == {"start": dt.date(2020, 1, 1), "end": dt.date(2025, 12, 31)}
    assert manifest["rows"]["cases"] == 60 * 6
    assert set(manifest["sha256"]) == {f"{name}.csv" for name in manifest["rows"]}


def test_tables_and_columns_are_the_schemas(everything):
    for profile in PROFILES:
        folder = everything[profile.code]
        tables = {path.stem for path in folder.glob("*.csv")}
        assert tables == set(BY_NAME) - set(profile.omits) - {"departments"}
        for table in tables:
            header = (folder / f"{table}.csv").read_text("utf-8").split("\n", 1)[0].split(",")
            assert set(header) <= set(BY_NAME[table].names)


def test_stage_and_tnm_are_there_where_the_database_has_them(everything):
    for profile in PROFILES:
        database = reference.database(profile.code)
        header = (everything[profile.code] / "cases.csv").read_text("utf-8").split("\n", 1)[0].split(",")
        assert ("stage" in header) == database.has_stages
        assert ({"t", "n", "m"} <= set(header)) == (database.staging == "TNM")


def test_cases_carry_icd10_codes_of_their_database(everything):
    for profile in PROFILES:
        for (icd10,) in query(everything[profile.code], "SELECT DISTINCT icd10 FROM cases"):
            assert icd10.startswith(reference.database(profile.code).icd10)


def test_departments_are_used_within_their_dates(large):
    rows = query(large["DCCG"], "SELECT DISTINCT department, start_date FROM treatments")
    assert any(code == "HEN-KIR" for code, _ in rows) and any(code == "GOE-KIR" for code, _ in rows)
    for code, day in rows:
        assert reference.department(code).valid_on(day), (code, day)


def test_after_the_merger_residence_has_the_new_region(tmp_path):
    [folder] = synthesise(tmp_path, ["DCCG"], 120, (2026, 2027), 1, "csv")
    rows = query(folder, "SELECT year(diagnosis_date), list(DISTINCT residence_region) FROM cases GROUP BY 1")
    regions = {year: {str(code) for code in codes if code is not None} for year, codes in rows}
    assert regions == {2026: {"1081", "1082", "1083", "1084", "1085"}, 2027: {"1081", "1082", "1083", "1086"}}
    # Its data cut lies after today until 2028, and that alone is an error.
    found = [f for f in check([folder])[0].findings if f.rule != "future_data_cut"]
    assert {(f.table, f.rule) for f in found} <= MEANT


# --- lifelike ----------------------------------------------------------------------------------------


def test_survival_of_colorectal_and_lung_cancer_is_near_the_danish(large):
    alive = "vital_status <> 'dead' OR vital_date - diagnosis_date > {}"
    within = "year(diagnosis_date) BETWEEN 2016 AND 2021"
    assert share(large["DCCG"], "cases", alive.format(365), within) == pytest.approx(0.87, abs=0.02)
    assert share(large["DCCG"], "cases", alive.format(1826), within) == pytest.approx(0.70, abs=0.03)
    assert share(large["DLCR"], "cases", alive.format(365), within) == pytest.approx(0.56, abs=0.03)
    assert share(large["DLCR"], "cases", alive.format(1826), within) == pytest.approx(0.28, abs=0.03)


def test_case_mix_drives_survival(large):
    died = "vital_status = 'dead' AND vital_date - diagnosis_date <= 365"
    by_stage = [share(large["DCCG"], "cases", died, f"stage = '{stage}'") for stage in ("I", "II", "III", "IV")]
    assert by_stage == sorted(by_stage)
    assert share(large["DCCG"], "cases", died, "age >= 80") > 1.5 * share(large["DCCG"], "cases", died, "age < 65")


def test_rare_things_are_at_few_centres(everything):
    for code, most in (("DECV", 4), ("DBCR", 4), ("DSD", 2), ("DOOG", 2), ("LYFO", 10)):
        [(units,)] = query(
            everything[code],
            "SELECT count(DISTINCT department) FROM cases WHERE diagnosis_date >= DATE '2022-01-01'",
        )
        assert 2 <= units <= most


# --- planted signals ---------------------------------------------------------------------------------

FIRST = """(SELECT t.case_id, min_by(t.department, t.start_date) AS department, min(t.start_date) AS start,
    min_by(t.acute, t.start_date) AS acute, min(c.date) AS conference
    FROM treatments t LEFT JOIN conferences c USING (case_id) WHERE t.kind <> 'other' GROUP BY 1)"""
LATEST = "start >= DATE '2025-09-01'"


def mdt(folder: Path, where: str) -> float:
    return share(folder, FIRST, "coalesce(conference <= start, FALSE)", f"NOT acute AND {where}")


def test_mdt_before_treatment_falls_in_slagelse(large):
    assert mdt(large["DCCG"], f"department = 'SLA-KIR' AND NOT {LATEST} AND year(start) >= 2023") > 0.86
    assert mdt(large["DCCG"], f"department = 'SLA-KIR' AND {LATEST}") < 0.75
    assert mdt(large["DCCG"], f"department <> 'SLA-KIR' AND {LATEST}") > 0.90


def test_koege_has_about_twice_the_leaks(large):
    leaks = """(SELECT department, max((kind = 'anastomotic_leak')::INTEGER) AS leak
        FROM (SELECT case_id, min(department) AS department FROM treatments
            WHERE kind = 'surgery' AND NOT acute AND complications_registered GROUP BY 1)
        LEFT JOIN complications USING (case_id) GROUP BY case_id, department)"""
    here = share(large["DCCG"], leaks, "coalesce(leak, 0) = 1", "department = 'KOE-KIR'")
    elsewhere = share(large["DCCG"], leaks, "coalesce(leak, 0) = 1", "department <> 'KOE-KIR'")
    assert 1.6 < here / elsewhere < 2.5


def test_viborg_reports_late_from_march_2024(large):
    timely, here = "registered_date - diagnosis_date <= 30", "department = 'VIB-KIR'"
    assert share(large["DCCG"], "cases", timely, f"{here} AND diagnosis_date >= DATE '2024-03-01'") < 0.70
    assert share(large["DCCG"], "cases", timely, f"{here} AND diagnosis_date < DATE '2024-03-01'") > 0.82


def test_one_project_worked_and_one_did_not(large):
    complete = "coalesce(t NOT LIKE '%X' AND n NOT LIKE '%X' AND m NOT LIKE '%X', FALSE)"
    years = "diagnosis_date BETWEEN DATE '2021-07-01' AND DATE '2025-06-30'"
    before, after = (
        share(large["DCCG"], "cases", complete, f"department = 'AAB-KIR' AND {years} AND diagnosis_date {sign}")
        for sign in ("< DATE '2023-07-01'", ">= DATE '2023-07-01'")
    )
    assert after - before > 0.12
    before, after = (
        mdt(large["DCCG"], f"department = 'ESB-KIR' AND year(start) BETWEEN 2021 AND 2026 AND start {sign}")
        for sign in ("< DATE '2024-01-01'", ">= DATE '2024-01-01'")
    )
    assert abs(after - before) < 0.08
    assert max(before, after) < 0.92


def test_naestved_has_lower_lung_cancer_survival_within_each_stage(large):
    died = "vital_status = 'dead' AND vital_date - diagnosis_date <= 365"
    for stage in ("III", "IV"):
        here, elsewhere = (
            share(large["DLCR"], "cases", died, f"stage = '{stage}' AND department {sign} 'NAE-LUN'")
            for sign in ("=", "<>")
        )
        assert here > elsewhere + 0.05


def test_one_queue_grows_and_one_is_cleared(large):
    def median(department: str, start: str, end: str) -> float:
        [(days,)] = query(
            large["DCCG"],
            f"SELECT median(coalesce(stop_date, booked_date) - consent_date) FROM waits WHERE leg = 'treatment' "
            f"AND department = '{department}' AND consent_date BETWEEN DATE '{start}' AND DATE '{end}'",
        )
        return days

    assert median("VEJ-KIR", "2026-09-01", "2026-10-31") > median("VEJ-KIR", "2025-09-01", "2025-10-31") + 6
    usual = median("AAL-KIR", "2025-04-01", "2025-05-31")
    assert median("AAL-KIR", "2026-04-01", "2026-05-31") > usual + 7
    assert median("AAL-KIR", "2026-08-01", "2026-09-30") < usual + 4


def test_waits_hold_consent_without_an_offer_still_waiting_legs_and_late_reports(large):
    [(without, waiting, unlinked, late)] = query(
        large["DCCG"],
        "SELECT count_if(accepted_wait_date IS NOT NULL AND NOT offer_documented AND department = 'SLA-KIR'), "
        'count_if("end" IS NULL), count_if(case_id IS NULL), count_if(registered_date > stop_date + 14) FROM waits',
    )
    assert without >= 5 and waiting >= 50 and unlinked >= 500 and late >= 100


def test_signals_are_described_for_real_departments_and_in_both_languages():
    signals = describe_signals()
    assert len({signal.id for signal in signals}) == len(signals) >= 8
    for signal in signals:
        assert reference.department(signal.department)
        assert reference.database(signal.database)
        assert signal.da and signal.en and signal.da != signal.en
    text = (Path(__file__).parents[2] / "docs" / "demonstration-data.md").read_text("utf-8")
    for signal in signals:
        assert signal.id in text and signal.department in text


# --- refusals ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"databases": ["DCCG", "XXX"]}, "XXX unknown; there are DBCG"),
        ({"years": (2025, 2024)}, "2025-2024"),
        ({"cases_per_year": 0}, "give 1 to 50000"),
        ({"format": "xlsx"}, "'xlsx'; give csv or parquet"),
        ({"seed": -1}, "give 0 or more"),
    ],
)
def test_wrong_choices_are_refused(tmp_path, arguments, message):
    with pytest.raises(SynthesisError, match=message):
        synthesise(tmp_path, **{"databases": ["DCCG"], "cases_per_year": 10, **arguments})


def test_only_synthetic_extracts_are_replaced(tmp_path):
    [folder] = synthesise(tmp_path, ["DACG"], 5, (2024, 2025), 1, "csv")
    assert synthesise(tmp_path, ["DACG"], 5, (2024, 2025), 1, "parquet") == [folder]
    assert not list(folder.glob("*.csv"))
    text = (folder / "extract.toml").read_text("utf-8").replace("synthetic = true", "synthetic = false")
    (folder / "extract.toml").write_text(text, "utf-8")
    with pytest.raises(SynthesisError, match="is not a synthetic extract"):
        synthesise(tmp_path, ["DACG"], 5, (2024, 2025), 1, "csv")
