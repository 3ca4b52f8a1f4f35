"""Coverage, completeness and timeliness of registration."""

from data.text import Text
from indicators.declaration import CASE_MIX, Because, Days, Definition, Indicator, Phrases

_CASES = Text("Forløb diagnosticeret i perioden", "Cases diagnosed in the period")
#: A case may be reported while the diagnosis is still on its way; a date further back than so many days is wrong.
EARLIEST_REPORT = 30
_BEFORE, _AFTER = Days("diagnosis_date - registered_date"), Days("registered_date - diagnosis_date")
_REPORTED_BEFORE = Text("indberettet {} før diagnosen", "reported {} before the diagnosis")
_REPORTED_AFTER = Text("indberettet {} efter diagnosen", "reported {} after the diagnosis")
_EXPECTED = Text(
    "afdelingen har indberettet {} af {} forventede forløb det år",
    "the department reported {} of {} expected cases that year",
)

INDICATORS = (
    Indicator(
        id="coverage",
        family="data",
        title=Text("Dækningsgrad", "Coverage"),
        definition=Definition(
            population=Text(
                "Forventede forløb pr. kalenderår og afdeling efter Landspatientregisteret eller Patologiregisteret",
                "Expected cases per calendar year and department according to the Patient or Pathology Register",
            ),
            denominator=Text("Forventede forløb", "Expected cases"),
            numerator=Text(
                "Forløb i databasen, højst det forventede antal",
                "Cases in the database, at most the expected number",
            ),
        ),
        phrases=Phrases(
            Text("komme med i databasen", "come into the database"),
            Text("uden forløb i databasen", "without a case in the database"),
            Text("forløb", "case"),
            Text("forløb", "cases"),
        ),
        rows="coverage_cases",
        index_date="coverage_date",
        numerator="covered",
        because=(
            Because("fulfilled", _EXPECTED, ("found", "expected")),
            Because("not_fulfilled", _EXPECTED, ("found", "expected")),
        ),
        needs=("coverage",),
        groups=("year", "department", "hospital", "treating_region", "period"),
    ),
    Indicator(
        id="registered_30d",
        family="data",
        title=Text("Registreret inden for 30 dage", "Registered within 30 days"),
        definition=Definition(
            population=_CASES,
            denominator=Text("Forløb med kendt indberetningsdato", "Cases with a known date of reporting"),
            numerator=Text("Indberettet højst 30 dage efter diagnosen", "Reported at most 30 days after diagnosis"),
            missing=Text(
                f"Indberetningsdatoen mangler eller ligger mere end {EARLIEST_REPORT} dage før diagnosen",
                f"The date of reporting is missing, or lies more than {EARLIEST_REPORT} days before the diagnosis",
            ),
        ),
        phrases=Phrases(
            Text("blive indberettet inden for 30 dage", "come to the database within 30 days"),
            Text("uden registrering inden for 30 dage", "without registration within 30 days"),
            Text("forløb", "case"),
            Text("forløb", "cases"),
        ),
        needs=("cases.registered_date",),
        because=(
            Because(
                "missing",
                Text("indberetningsdatoen mangler", "the date of reporting is missing"),
                when="registered_date IS NULL",
            ),
            Because("missing", _REPORTED_BEFORE, (_BEFORE,)),
            Because("fulfilled", _REPORTED_BEFORE, (_BEFORE,), "registered_date < diagnosis_date"),
            Because(
                "fulfilled",
                Text("indberettet på diagnosedagen", "reported on the day of diagnosis"),
                when="registered_date = diagnosis_date",
            ),
            Because("fulfilled", _REPORTED_AFTER, (_AFTER,)),
            Because("not_fulfilled", _REPORTED_AFTER, (_AFTER,)),
        ),
        follow_up=30,
        numerator=f"CASE WHEN registered_date - diagnosis_date >= -{EARLIEST_REPORT} "
        "THEN registered_date - diagnosis_date <= 30 END",
    ),
    Indicator(
        id="variables_complete",
        family="data",
        title=Text("Variable udfyldt", "Variables complete"),
        definition=Definition(
            population=Text(
                "Hvert forløb i perioden gange hver nødvendig variabel (køn, bopælsregion, afdeling, TNM, stadie, "
                "performancestatus, komorbiditet; TNM og stadie kun hvor databasen bruger dem; en kolonne, der ikke er "
                "leveret, er ikke med)",
                "Each case of the period times each needed variable (sex, region of residence, department, TNM, "
                "stage, performance status, comorbidity; TNM and stage only where the database uses them; a "
                "column that was not delivered is left out)",
            ),
            denominator=Text("Alle forløb × variable", "All cases × variables"),
            numerator=Text("Værdien er registreret", "The value is registered"),
            missing=Text(
                "Ingen: ikke registreret tæller som ikke opfyldt",
                "None: not registered counts as not fulfilled",
            ),
        ),
        phrases=Phrases(
            Text("blive udfyldt", "been filled in"),
            Text("uden registreret værdi", "without a registered value"),
            Text("variabel", "variable"),
            Text("variable", "variables"),
        ),
        rows="case_variables",
        numerator="registered",
        because=(
            Because("fulfilled", Text("{} er registreret", "{} is registered"), ("variable",)),
            Because("not_fulfilled", Text("{} er ikke registreret", "{} is not registered"), ("variable",)),
        ),
        measures=CASE_MIX,
    ),
)
