"""Oncological treatment and participation in clinical trials."""

from indicators.declaration import Definition, Indicator, Text

_TRIALS = Text("Ukendt status eller intet registreret om forsøg", "Status unknown or nothing registered on trials")
_CASES = Text("Forløb diagnosticeret i perioden", "Cases diagnosed in the period")
_KNOWN = Text(
    "Forløb med kendt forsøgsstatus (bedste status pr. forløb)",
    "Cases with a known trial status (the best of the case)",
)
_PLAN = Text(
    "Protokoller for alle patienter: tilbudt, hvorfor ikke, inkluderet (DMCG.dk's handleplan 2022, mål 11).",
    "Protocols for all patients: offered, why not, included (DMCG.dk action plan 2022, goal 11).",
)


def _trial(statuses: str) -> str:
    return f"CASE WHEN coalesce(trial_status, 'unknown') <> 'unknown' THEN trial_status IN ({statuses}) END"


INDICATORS = (
    Indicator(
        id="adjuvant_8_weeks",
        family="oncology",
        title=Text("Adjuverende behandling inden for 8 uger", "Adjuvant treatment within 8 weeks"),
        qualifier=Text("stadie III", "stage III"),
        definition=Definition(
            population=Text(
                "Forløb i stadie III med kurativt intenderet operation; den første i perioden",
                "Stage III cases with surgery of curative intent; the first in the period",
            ),
            excluded=Text(
                "Død højst 56 dage efter operationen, eller dateret som død før den",
                "Dead at most 56 days after the surgery, or dated as dead before it",
            ),
            denominator=Text("I live mere end 56 dage efter operationen", "Alive more than 56 days after the surgery"),
            numerator=Text(
                "Systemisk behandling eller stråler startet 1–56 dage efter operationen",
                "Systemic treatment or radiotherapy started 1–56 days after the surgery",
            ),
            unit=Text("Afdelingen, der opererede", "The department of the surgery"),
        ),
        population="stage = 'III' AND first_curative_surgery_date IS NOT NULL",
        index_date="first_curative_surgery_date",
        unit="first_curative_surgery_department",
        exclusion="vital_status = 'dead' AND vital_date - first_curative_surgery_date <= 56",
        follow_up=56,
        numerator="coalesce(oncology_after_surgery_date - first_curative_surgery_date <= 56, FALSE)",
        needs=("cases.stage", "treatments", "treatments.intent"),
        uses=("treatments.department",),
    ),
    Indicator(
        id="trial_offered",
        family="oncology",
        title=Text("Tilbudt forsøgsprotokol", "Offered a clinical trial"),
        definition=Definition(
            population=_CASES,
            denominator=_KNOWN,
            numerator=Text(
                "Inkluderet eller afslået: patienten fik et tilbud",
                "Included or declined: the patient got an offer",
            ),
            missing=_TRIALS,
        ),
        numerator=_trial("'included', 'declined'"),
        needs=("trials",),
        reasons="trial_status",
        recommendation=_PLAN,
    ),
    Indicator(
        id="trial_included",
        family="oncology",
        title=Text("Inkluderet i forsøgsprotokol", "Included in a clinical trial"),
        definition=Definition(
            population=_CASES,
            denominator=_KNOWN,
            numerator=Text("Inkluderet i en protokol", "Included in a protocol"),
            missing=_TRIALS,
        ),
        numerator=_trial("'included'"),
        needs=("trials",),
        reasons="trial_status",
        recommendation=_PLAN,
    ),
)
