"""The extract format as literal rows: tables, columns, code lists.

Everything that knows a column name derives it from here: the reader, the checks, the types in the
store, the data dictionary in docs and the synthetic generator's own check.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Format number of extract.toml that this version reads.
FORMAT = 1

#: Version of the tables inside a database file; a file of another version must be loaded again.
STORE_VERSION = 7


@dataclass(frozen=True)
class SchemaColumn:
    """One column of an extract table.

    ``kind``: text, date, integer, boolean, code (closed list in ``codes``), department, region.
    ``required``: the column must exist. ``filled``: each row must have a value.
    ``future``: a date that may lie after the data cut.
    """

    name: str
    kind: str
    da: str
    en: str
    required: bool = False
    filled: bool = False
    codes: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    future: bool = False
    listed: str = ""  # "reference": code must be in the reference list


@dataclass(frozen=True)
class SchemaTable:
    """One table of an extract: its columns, its key and whether unknown columns refuse it."""

    name: str
    da: str
    en: str
    columns: tuple[SchemaColumn, ...]
    key: tuple[str, ...] = ()
    required: bool = False
    unknown_column_is_error: bool = False

    def column(self, name: str) -> SchemaColumn:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}")

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def _c(name: str, kind: str, da: str, en: str, mark: str = "", **more) -> SchemaColumn:
    """``mark``: "" optional column, "r" required column, "*" required and filled in each row."""
    return SchemaColumn(name, kind, da, en, required=mark in ("r", "*"), filled=mark == "*", **more)


SEXES = ("F", "M")
STAGES = ("I", "II", "III", "IV")
VITAL = ("alive", "dead", "emigrated")
TREATMENT_KINDS = ("surgery", "systemic", "radiotherapy", "other")
COMPLICATION_KINDS = (
    "anastomotic_leak",
    "reoperation",
    "readmission",
    "higher_level_of_care",
    "interventional_radiology",
    "other",
)
LEGS = ("examination", "treatment", "aftercare")
MODALITIES = ("surgery", "systemic", "radiotherapy")
#: Of a leg of waiting; a bone-marrow transplant has no legal maximum.
WAIT_MODALITIES = (*MODALITIES, "transplant")
#: Best first: the order in which one status is chosen for a case.
TRIAL_STATUSES = ("included", "declined", "deselected", "not_invited", "no_protocol", "unknown")

_CASE = _c("case_id", "text", "Pseudonymt forløbsnummer", "Pseudonymous case number", "*")

TABLES: tuple[SchemaTable, ...] = (
    SchemaTable(
        "cases",
        "Forløb, ét pr. kræftdiagnose",
        "Cases, one per cancer diagnosis",
        (
            _CASE,
            _c("diagnosis_date", "date", "Diagnosedato", "Date of diagnosis", "*"),
            _c(
                "age",
                "integer",
                "Alder ved diagnosen, hele år",
                "Age at diagnosis, whole years",
                "*",
                low=0,
                high=120,
            ),
            _c("sex", "code", "Køn", "Sex", "r", codes=SEXES),
            _c(
                "residence_region",
                "region",
                "Bopælsregion på diagnosedatoen",
                "Region of residence at diagnosis",
                "r",
            ),
            _c("department", "department", "Ansvarlig afdeling", "Department", "r"),
            _c("vital_status", "code", "Vitalstatus", "Vital status", "*", codes=VITAL),
            _c(
                "vital_date",
                "date",
                "Dato for død, udrejse eller sidst kendt i live",
                "Date of death, of emigration, or last known alive",
                "*",
            ),
            _c("cause_of_death", "code", "Dødsårsag", "Cause of death", codes=("cancer", "other")),
            _c("icd10", "text", "ICD-10-kode", "ICD-10 code"),
            _c("t", "text", "Klinisk T som registreret", "Clinical T as registered"),
            _c("n", "text", "Klinisk N som registreret", "Clinical N as registered"),
            _c("m", "text", "Klinisk M som registreret", "Clinical M as registered"),
            _c("stage", "code", "Stadie", "Stage", codes=STAGES),
            _c(
                "performance_status",
                "integer",
                "Performancestatus (WHO)",
                "Performance status (WHO)",
                low=0,
                high=4,
            ),
            _c("charlson", "integer", "Charlson-komorbiditet", "Charlson comorbidity", low=0),
            _c("registered_date", "date", "Først indberettet til databasen", "First reported to the database"),
        ),
        key=("case_id",),
        required=True,
        unknown_column_is_error=True,
    ),
    SchemaTable(
        "treatments",
        "Behandlinger",
        "Treatments",
        (
            _CASE,
            _c("kind", "code", "Behandlingstype", "Kind of treatment", "*", codes=TREATMENT_KINDS),
            _c("start_date", "date", "Startdato", "Start date", "*"),
            _c("department", "department", "Behandlende afdeling", "Treating department"),
            _c("intent", "code", "Sigte", "Intent", codes=("curative", "palliative")),
            _c("acute", "boolean", "Akut", "Acute"),
            _c("major", "boolean", "Større terapeutisk intervention", "Major therapeutic intervention"),
            _c(
                "complications_registered",
                "boolean",
                "30-dages opfølgning registreret",
                "30-day follow-up recorded",
            ),
            _c("substance", "text", "Præparat (systemisk behandling)", "Substance (systemic treatment)"),
        ),
    ),
    SchemaTable(
        "conferences",
        "MDT-konferencer",
        "MDT conferences",
        (
            _CASE,
            _c(
                "date",
                "date",
                "Dato (tom: afholdt, dato ikke registreret)",
                "Date (empty: held, date not registered)",
                "r",
            ),
            _c("specialties", "integer", "Antal deltagende specialer", "Number of specialties present", low=0),
            _c("followed", "code", "Beslutningen fulgt", "Decision followed", codes=("yes", "no")),
            _c(
                "not_followed_reason",
                "code",
                "Årsag til at beslutningen ikke blev fulgt",
                "Why the decision was not followed",
                codes=("patient_wish", "not_operable", "not_resectable", "died", "other"),
            ),
        ),
    ),
    SchemaTable(
        "complications",
        "Komplikationer",
        "Complications",
        (
            _CASE,
            _c("date", "date", "Dato", "Date", "*"),
            _c("kind", "code", "Komplikationstype", "Kind of complication", "*", codes=COMPLICATION_KINDS),
            _c(
                "grade",
                "code",
                "Clavien-Dindo-grad",
                "Clavien-Dindo grade",
                codes=("1", "2", "3a", "3b", "4a", "4b", "5"),
            ),
        ),
    ),
    SchemaTable(
        "palliative",
        "Henvisninger til specialiseret palliation",
        "Referrals to specialised palliative care",
        (
            _c("course_id", "text", "Pseudonymt henvisningsnummer", "Pseudonymous referral number", "*"),
            _c("case_id", "text", "Pseudonymt forløbsnummer", "Pseudonymous case number"),
            _c("unit", "department", "Palliativ enhed", "Palliative unit", "*"),
            _c("referred_date", "date", "Henvisningsdato", "Date of referral", "*"),
            _c("eligible", "boolean", "Opfylder henvisningskriterierne", "Meets the referral criteria", "*"),
            _c("received_date", "date", "Modtaget", "Date received"),
            _c("screened_date", "date", "EORTC QLQ-C15-PAL udfyldt", "EORTC QLQ-C15-PAL completed"),
            _c("conference", "boolean", "Drøftet på tværfaglig konference", "Discussed at a conference"),
        ),
        key=("course_id",),
    ),
    SchemaTable(
        "trials",
        "Forsøgsprotokoller",
        "Clinical trials",
        (
            _CASE,
            _c("status", "code", "Status", "Status", "*", codes=TRIAL_STATUSES),
            _c("protocol", "text", "Protokol", "Protocol"),
            _c("date", "date", "Dato", "Date"),
        ),
    ),
    SchemaTable(
        "pro",
        "Patientrapporterede oplysninger",
        "Patient-reported outcomes",
        (
            _CASE,
            _c("timepoint", "text", "Tidspunkt i forløbet", "Time point", "*"),
            _c("sent_date", "date", "Udsendt", "Date sent", "*"),
            _c("answered_date", "date", "Besvaret", "Date answered"),
        ),
    ),
    SchemaTable(
        "waits",
        "Ventetider",
        "Waiting times",
        (
            _c("wait_id", "text", "Pseudonymt ventetidsnummer", "Pseudonymous waiting-time number", "*"),
            _c("case_id", "text", "Pseudonymt forløbsnummer", "Pseudonymous case number"),
            _c("leg", "code", "Ventetid til", "Leg", "*", codes=LEGS),
            _c("department", "department", "Afdeling", "Department", "*"),
            _c("residence_region", "region", "Bopælsregion", "Region of residence", "*"),
            _c("referral_date", "date", "Henvisning modtaget", "Referral received", "*"),
            _c("consent_date", "date", "Patientens samtykke til behandling", "Consent to the treatment"),
            _c("notified_date", "date", "Patienten oplyst om dato", "Patient told the date"),
            _c("booked_date", "date", "Booket dato", "Booked date", future=True),
            _c("stop_date", "date", "Ventetiden slut", "End of the wait"),
            _c(
                "end",
                "code",
                "Hvordan ventetiden sluttede",
                "How the wait ended",
                codes=("started", "disproved", "not_relevant", "patient_wish", "transferred", "died"),
            ),
            _c(
                "modality",
                "code",
                "Behandlingsform",
                "Modality",
                codes=WAIT_MODALITIES,
            ),
            _c(
                "overrun_reason",
                "code",
                "Årsag til overskridelse",
                "Reason for the overrun",
                codes=("health", "patient_wish", "capacity"),
            ),
            _c("alternative_offered", "boolean", "Andet sted tilbudt", "Alternative offered"),
            _c("offer_documented", "boolean", "Tilbuddet er dokumenteret", "Offer documented"),
            _c("accepted_wait_date", "date", "Samtykke til at vente længere", "Consent to wait longer"),
            _c("registered_date", "date", "Først indberettet", "First reported"),
            _c("package", "text", "Pakkeforløb", "Cancer pathway"),
            _c("decision_date", "date", "Klinisk beslutning", "Clinical decision"),
        ),
        key=("wait_id",),
    ),
    SchemaTable(
        "coverage",
        "Forventede forløb efter Landspatientregisteret eller Patologiregisteret",
        "Expected cases according to the Patient Register or the Pathology Register",
        (
            _c("year", "integer", "Diagnoseår", "Year of diagnosis", "*", low=1900, high=2200),
            _c("department", "department", "Afdeling", "Department", "*"),
            _c("expected", "integer", "Forventede forløb", "Expected cases", "*", low=0),
        ),
        key=("year", "department"),
    ),
    SchemaTable(
        "departments",
        "Afdelinger, som referencelisten mangler",
        "Units that the reference list lacks",
        (
            _c("code", "text", "Kode", "Code", "*"),
            _c("name", "text", "Navn", "Name", "*"),
            _c("hospital", "text", "Hospital", "Hospital", "*"),
            _c("region", "region", "Region", "Region", "*"),
            _c("kind", "text", "Type", "Kind"),
            _c("valid_from", "date", "Gyldig fra", "Valid from", future=True),
            _c("valid_to", "date", "Gyldig til", "Valid to", future=True),
            _c("successor", "department", "Efterfølger", "Successor"),
        ),
        key=("code",),
    ),
)

BY_NAME: dict[str, SchemaTable] = {table.name: table for table in TABLES}
