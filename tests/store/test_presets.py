"""``data convert --from``: small files built by hand in the published layouts, each an extract in one command.

Layouts as read in the specifications that the presets name; that of ENCR could not be read, and its file here is as the
preset says. The people are invented.
"""

from __future__ import annotations

import csv
import json
import tomllib
from pathlib import Path

import pytest

from data.__main__ import main
from data.convert.mapping import Mapping
from data.convert.presets import PRESETS, preset
from data.store import Store


@pytest.fixture
def convert(tmp_path, capsys):
    """Writes files into a folder and converts it; exit code, messages and the extract's folder."""

    def call(name: str, files: dict[str, str], *words: str, database: str = "DBCG"):
        source, out = tmp_path / "source", tmp_path / "extract"
        source.mkdir(exist_ok=True)
        for file, text in files.items():
            (source / file).write_text(text, encoding="utf-8")
        code = main(["convert", "--from", name, str(source), "--database", database, "--out", str(out), *words])
        caught = capsys.readouterr()
        return code, caught.out + caught.err, out

    return call


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def values(path: Path, *names: str) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in names) for row in rows(path)]


def precision(out: Path) -> dict:
    return tomllib.loads((out / "extract.toml").read_text(encoding="utf-8")).get("precision", {})


def loads(out: Path, tmp_path: Path, database: str = "DBCG") -> dict[str, int]:
    """Loads the extract; its rows by table."""
    assert main(["load", str(out), "--store", str(tmp_path / "store")]) == 0
    return Store(tmp_path / "store").current().info(database).rows


def table(text: str, delimiter: str) -> str:
    """A table written with | as a file with another delimiter."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return "".join(delimiter.join(line) + "\n" for line in lines)


# --- cBioPortal -----------------------------------------------------------------------------------------------------

PATIENTS = "#Patient Identifier\tAge\n#Identifier\tAge\n#STRING\tNUMBER\n#1\t1\n" + table(
    """
    PATIENT_ID|AGE|SEX|AJCC_PATHOLOGIC_TUMOR_STAGE|ICD_10|PATH_T_STAGE|PATH_N_STAGE|OS_STATUS|OS_MONTHS|DSS_STATUS
    X-01|55|Female|STAGE X|C50.9|TX|NX|0:LIVING|133.05|0:ALIVE OR DEAD TUMOR FREE
    X-02|62.7|Female|STAGE IIIA|C50.9|T1C|N0 (I+)|1:DECEASED|12|1:DEAD WITH TUMOR
    X-03|70|Male|STAGE IIB|C50.4|T2|N1MI|1:DECEASED|24|0:ALIVE OR DEAD TUMOR FREE
    X-04|44|Female|STAGE I|C50.4|T1|N0|0:LIVING||
    """,
    "\t",
)


def test_a_study_of_cbioportal_in_one_command(convert, tmp_path):
    code, said, out = convert("cbioportal", {"data_clinical_patient.txt": PATIENTS})
    assert code == 0, said
    assert "cases: 3 of 4 rows are taken (where)" in said, "whoever has no follow-up is left out, and that is told"
    names = ("case_id", "diagnosis_date", "age", "sex", "vital_status", "vital_date", "cause_of_death", "icd10", "t",
             "n", "stage")  # fmt: skip
    assert values(out / "cases.csv", *names) == [
        ("X-01", "2000-07-01", "55", "F", "alive", "2011-08-03", "", "C509", "TX", "NX", ""),
        ("X-02", "2000-07-01", "62", "F", "dead", "2001-07-01", "cancer", "C509", "T1c", "N0", "III"),
        ("X-03", "2000-07-01", "70", "M", "dead", "2002-07-01", "other", "C504", "T2", "N1mi", "II"),
    ]
    assert "m" not in rows(out / "cases.csv")[0], "a column that the study lacks is not delivered, not empty"
    assert precision(out) == {"cases.diagnosis_date": {"constant": 3}}
    loads(out, tmp_path)


def test_what_is_lost_stands_on_the_page(convert, tmp_path):
    from tests.pages.test_page_warnings import text_of
    from tests.support.clients import client

    _, _, out = convert("cbioportal", {"data_clinical_patient.txt": PATIENTS})
    loads(out, tmp_path)
    text = text_of(client(Store(tmp_path / "store")).get("/datakvalitet?database=DBCG"))
    assert "Værdien er mindre præcis, end den ser ud" in text
    assert "Datoen er ikke leveret, og den samme dag står i alle rækker" in text


def test_a_study_of_the_older_layout(convert):
    text = (
        PATIENTS.replace("0:LIVING", "LIVING").replace("1:DECEASED", "DECEASED").replace("\tAGE\tSEX", "\tAGE\tGENDER")
    )
    code, said, out = convert("cbioportal", {"data_clinical_patient.txt": text})
    assert code == 0, said
    assert values(out / "cases.csv", "sex", "vital_status") == [("F", "alive"), ("F", "dead"), ("M", "dead")]


# --- NAACCR XML -----------------------------------------------------------------------------------------------------


def naaccr(*patients: str) -> str:
    return (
        '<?xml version="1.0"?>\n<NaaccrData baseDictionaryUri="http://naaccr.org/naaccrxml/naaccr-dictionary-250.xml" '
        'recordType="I" specificationVersion="1.7" xmlns="http://naaccr.org/naaccrxml">\n'
        '<Item naaccrId="registryId">0000000001</Item>\n' + "".join(patients) + "</NaaccrData>\n"
    )


def element(name: str, items: dict[str, str], within: str = "") -> str:
    return (
        f"<{name}>"
        + "".join(f'<Item naaccrId="{key}">{one}</Item>' for key, one in items.items())
        + within
        + f"</{name}>"
    )


def tumor(**items: str) -> str:
    base = {"tumorRecordNumber": "01", "primarySite": "C619", "behaviorCodeIcdO3": "3", "ageAtDiagnosis": "071",
            "dateOfDiagnosis": "20230707"}  # fmt: skip
    return element("Tumor", base | items)


PEOPLE = naaccr(
    element(
        "Patient",
        {"patientIdNumber": "00000001", "sex": "1", "vitalStatus": "1", "causeOfDeath": "0000",
         "dateOfLastContact": "20240801"},
        tumor(ajccTnmClinT="cT2a", ajccTnmClinN="cN0", ajccTnmClinM="88", ajccTnmClinStageGroup="2B",
              rxDateSurgery="20230901", rxDateChemo="202310")
        + tumor(tumorRecordNumber="02", primarySite="C509"),
    ),
    element(
        "Patient",
        {"patientIdNumber": "00000002", "sex": "1", "vitalStatus": "0", "causeOfDeath": "C619",
         "dateOfLastContact": "20240102"},
        tumor(dateOfDiagnosis="2023", ajccTnmClinStageGroup="99")
        + tumor(tumorRecordNumber="02", behaviorCodeIcdO3="2"),
    ),
)  # fmt: skip


def test_naaccr_xml_in_one_command(convert, tmp_path):
    code, said, out = convert("naaccr-xml", {"a.xml": PEOPLE}, database="DaProCa")
    assert code == 0, said
    assert "cases: 2 of 4 rows are taken (where)" in said
    names = ("case_id", "diagnosis_date", "age", "sex", "vital_status", "vital_date", "cause_of_death", "icd10", "t",
             "n", "m", "stage")  # fmt: skip
    assert values(out / "cases.csv", *names) == [
        ("00000001-01", "2023-07-07", "71", "M", "alive", "2024-08-01", "", "C619", "T2a", "N0", "", "II"),
        ("00000002-01", "2023-07-01", "71", "M", "dead", "2024-01-02", "cancer", "C619", "", "", "", ""),
    ]
    assert values(out / "treatments.csv", "case_id", "kind", "start_date") == [
        ("00000001-01", "surgery", "2023-09-01"), ("00000001-01", "systemic", "2023-10-15"),
    ]  # fmt: skip
    assert precision(out) == {"cases.diagnosis_date": {"year": 1}, "treatments.start_date": {"month": 1}}
    assert loads(out, tmp_path, "DaProCa") == {"cases": 2, "treatments": 2}


def test_several_files_of_naaccr_are_read_together(convert):
    second = PEOPLE.replace("0000000", "1000000")
    code, said, out = convert("naaccr-xml", {"a.xml": PEOPLE, "b.xml": second}, database="DaProCa")
    assert code == 0 and len(rows(out / "cases.csv")) == 4, said


@pytest.mark.parametrize(
    "text, said",
    [
        ("<NaaccrData>", "is no NAACCR XML"),
        (PEOPLE[:-20], "is no whole XML"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]>" + PEOPLE, "document type"),
    ],
)
def test_other_xml_is_told(convert, text, said):
    code, told, out = convert("naaccr-xml", {"a.xml": text}, database="DaProCa")
    assert code == 1 and said in told and not out.exists()


# --- ENCR -----------------------------------------------------------------------------------------------------------


def test_a_file_as_for_the_encr_call(convert, tmp_path):
    text = table(
        """
        PAT | TUM | Age | Sex | Geo_Code | YoI  | MoI | DoI | Topo | Beh | Vit_stat | Surv_time | cT | Stage
        1   | 1   | 64  | 1   | DK01     | 2021 | 3   | 14  | C187 | 3   | 1        | 700       | 3  | IIIB
        2   | 1   | 71  | 2   | DK04     | 2021 | 99  | 99  | C209 | 3   | 2        | 30        |    | 2
        3   | 1   | 50  | 2   | DK05     | 2021 | 6   | 99  | C180 | 3   | 1        | 365       | 1a |
        3   | 2   | 50  | 2   | DK05     | 2021 | 6   | 99  | C500 | 3   | 1        | 365       | 1a |
        """,
        ";",
    )
    code, said, out = convert("encr", {"incidence.csv": text}, database="DCCG")
    assert code == 0, said
    names = ("case_id", "diagnosis_date", "age", "sex", "residence_region", "vital_status", "vital_date", "t", "stage")
    assert values(out / "cases.csv", *names) == [
        ("1-1", "2021-03-14", "64", "M", "1084", "alive", "2023-02-12", "T3", "III"),
        ("2-1", "2021-07-01", "71", "F", "1082", "dead", "2021-07-31", "", "II"),
        ("3-1", "2021-06-15", "50", "F", "1081", "alive", "2022-06-15", "T1a", ""),
    ]
    assert precision(out) == {"cases.diagnosis_date": {"year": 1, "month": 1}}
    loads(out, tmp_path, "DCCG")


# --- OMOP -----------------------------------------------------------------------------------------------------------

OMOP = {
    "person.csv": table(
        """
        person_id | gender_concept_id | year_of_birth | birth_datetime
        1 | 8507 | 1950 | 1950-06-30 00:00:00
        2 | 8532 | 1961 |
        3 | 8532 | 1970 | 1970-01-01 00:00:00
        """,
        ",",
    ),
    "condition_occurrence.csv": table(
        """
        condition_occurrence_id | person_id | condition_concept_id | condition_start_date | condition_source_value
        1 | 1 | 0 | 2022-06-29 | DC187
        2 | 1 | 0 | 2021-01-05 | DI10
        3 | 1 | 0 | 2023-02-01 | DC189
        4 | 2 | 0 | 2022-03-01 | C20.9
        5 | 3 | 0 | 2022-03-01 | C50.9
        """,
        ",",
    ),
    "death.csv": table("person_id | death_date | cause_source_value\n 2 | 2022-09-01 | C20.9", ","),
    "observation_period.csv": table(
        """
        observation_period_id | person_id | observation_period_start_date | observation_period_end_date
        1 | 1 | 2010-01-01 | 2015-01-01
        2 | 1 | 2018-01-01 | 2024-05-01
        3 | 2 | 2010-01-01 | 2022-09-01
        4 | 3 | 2010-01-01 | 2024-05-01
        """,
        ",",
    ),
    "procedure_occurrence.csv": table(
        """
        procedure_occurrence_id | person_id | procedure_date | procedure_source_value
        1 | 1 | 2022-07-20 | KJFB30
        2 | 1 | 2022-07-01 | KUJF32
        3 | 2 | 2022-04-01 | BWGC1
        4 | 3 | 2022-04-01 | KHAB00
        5 | 1 | 2022-07-02 | UXCC00
        """,
        ",",
    ),
    "episode.csv": table(
        """
        episode_id | person_id | episode_concept_id | episode_start_date
        1 | 1 | 32531 | 2022-09-10
        2 | 1 | 32528 | 2022-06-29
        """,
        ",",
    ),
}


def test_omop_tables_in_one_command(convert, tmp_path):
    code, said, out = convert("omop", OMOP, database="DCCG")
    assert code == 0, said
    names = ("case_id", "diagnosis_date", "age", "sex", "vital_status", "vital_date", "cause_of_death", "icd10")
    assert values(out / "cases.csv", *names) == [
        ("1", "2022-06-29", "71", "M", "alive", "2024-05-01", "", "C187"),
        ("2", "2022-03-01", "61", "F", "dead", "2022-09-01", "cancer", "C209"),
    ]
    assert values(out / "treatments.csv", "case_id", "kind", "start_date") == [
        ("1", "surgery", "2022-07-20"), ("2", "radiotherapy", "2022-04-01"), ("1", "systemic", "2022-09-10"),
    ]  # fmt: skip
    assert precision(out) == {"cases.age": {"birth_year": 1}}
    for line in ("cases: 3 of 5 rows are taken (where)", "cases: 2 of 3 rows are taken (one of each)"):
        assert line in said
    assert loads(out, tmp_path, "DCCG") == {"cases": 2, "treatments": 3}


def test_omop_without_the_tables_that_need_not_be(convert):
    files = {
        name: text
        for name, text in OMOP.items()
        if name.split(".")[0] not in ("death", "episode", "procedure_occurrence")
    }
    code, said, out = convert("omop", files, database="DCCG")
    assert code == 0, said
    assert values(out / "cases.csv", "vital_status") == [("alive",), ("alive",)]
    assert not (out / "treatments.csv").exists(), "a table that was not delivered is not there"
    code, said, _ = convert("omop", {}, database="DLCR")
    assert code == 1 and "is not empty" in said


# --- FHIR -----------------------------------------------------------------------------------------------------------

SKS = "urn:oid:1.2.208.176.2.4"


def bundle(*resources: dict) -> str:
    return json.dumps(
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}
    )


def coded(code: str) -> dict:
    other = {"system": "http://snomed.info/sct", "code": "363406005"}
    return {"coding": [other, {"system": SKS, "code": code}], "text": "fritekst"}


def patient(id: str, **more: str) -> dict:
    return {"resourceType": "Patient", "id": id, "gender": "female", "birthDate": "1950-06", **more}


def condition(of: str, code: str, day: str) -> dict:
    subject = {"reference": f"https://example.org/fhir/Patient/{of}"}
    return {"resourceType": "Condition", "subject": subject, "code": coded(code), "onsetDateTime": day}


def procedure(of: str, code: str, day: str) -> dict:
    made = {"resourceType": "Procedure", "subject": {"reference": f"Patient/{of}"}, "code": coded(code)}
    return made | {"performedPeriod": {"start": day}}


def test_fhir_bundles_with_sks_codes(convert, tmp_path):
    first = bundle(
        patient("p1"), condition("p1", "DC187", "2024-05-02T10:00:00+02:00"), condition("p1", "DI109", "2020"),
        procedure("p1", "KJFB30", "2024-06-01"), procedure("p1", "AAF22", "2024-06-01"),
    )  # fmt: skip
    second = bundle(patient("p2", deceasedDateTime="2025-01-03"), condition("p2", "DC209", "2024-08"))
    files = {"a.json": first, "b.json": second}
    code, said, out = convert("kip-fhir", files, "--data-cut", "2025-12-31", database="DCCG")
    assert code == 0, said
    names = ("case_id", "diagnosis_date", "age", "sex", "vital_status", "vital_date", "icd10")
    assert values(out / "cases.csv", *names) == [
        ("p1", "2024-05-02", "73", "F", "alive", "2025-12-31", "C187"),
        ("p2", "2024-08-15", "74", "F", "dead", "2025-01-03", "C209"),
    ]
    assert values(out / "treatments.csv", "case_id", "kind", "start_date") == [("p1", "surgery", "2024-06-01")]
    assert precision(out)["cases.age"] == {"birth_month": 2}
    loads(out, tmp_path, "DCCG")


def test_the_living_of_a_bundle_need_a_data_cut(convert):
    files = {"a.json": bundle(patient("p1"), condition("p1", "DC187", "2024-05-02"))}
    code, said, out = convert("kip-fhir", files, database="DCCG")
    assert code == 1 and "--data-cut DATE" in said and not out.exists()


def test_answers_of_questionnaires_are_columns(tmp_path):
    from data.convert.files import How, read

    kind = {"linkId": "art", "answer": [{"valueCoding": {"system": SKS, "code": "KJFB30"}}]}
    answers = [
        {"linkId": "operation", "item": [{"linkId": "dato", "answer": [{"valueDate": "2024-06-01"}]}, kind]},
        {"linkId": "akut", "answer": [{"valueBoolean": False}]},
    ]  # fmt: skip
    response = {
        "resourceType": "QuestionnaireResponse",
        "id": "r1",
        "subject": {"reference": "Patient/p1"},
        "item": answers,
    }
    (tmp_path / "a.ndjson").write_text(json.dumps(response) + "\n" + json.dumps(patient("p1")) + "\n")
    [row] = read(tmp_path / "a.ndjson", How(sheet="QuestionnaireResponse")).to_dict("records")
    assert (row["subject"], row["item.dato"], row["item.art"], row["item.akut"]) == (
        "p1",
        "2024-06-01",
        "KJFB30",
        "false",
    )


# --- all ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_a_mapping_that_lacks_only_the_database(name):
    said = Mapping.of(preset(name).read_text(encoding="utf-8"), "DCCG")
    assert said.database == "DCCG" and any(one.table.name == "cases" for one in said.blocks)


def test_init_names_the_preset_of_a_layout(tmp_path, capsys):
    (tmp_path / "a.xml").write_text(PEOPLE)
    assert main(["init", str(tmp_path)]) == 1
    assert "data convert --from naaccr-xml" in capsys.readouterr().err


def test_a_preset_needs_a_database(tmp_path, capsys):
    words = ["convert", "--from", "omop", str(tmp_path), "--out", str(tmp_path / "out")]
    assert main(words) == 2 and "--database CODE" in capsys.readouterr().err


def test_person_numbers_in_a_bundle_are_not_echoed(convert):
    files = {"a.json": bundle(patient("0102701234"), condition("0102701234", "DC187", "somewhen"))}
    code, said, _ = convert("kip-fhir", files, "--data-cut", "2025-12-31", database="DCCG")
    assert code == 1 and "0102701234" not in said
