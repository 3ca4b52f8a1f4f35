"""Oncological treatment and participation in clinical trials."""

from data.text import Text
from indicators.declaration import Because, Days, Definition, Indicator, Phrases, Reach, WhyNot

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


def _why_not(values: tuple[str, ...], question: Text, share: Text) -> WhyNot:
    more = Text(
        " Bedste registrerede status pr. forløb; ukendt status er ikke med.",
        " The best registered status of each case; unknown status is left out.",
    )
    return WhyNot("trial_status", values, question, Text(share.da + more.da, share.en + more.en))


def _trial(statuses: str) -> str:
    return f"CASE WHEN coalesce(trial_status, 'unknown') <> 'unknown' THEN trial_status IN ({statuses}) END"


_STATUS = {
    "included": Text("inkluderet i en protokol", "included in a protocol"),
    "declined": Text("patienten sagde nej til et tilbud", "the patient declined the offer"),
    "deselected": Text("fravalgt af afdelingen", "deselected by the department"),
    "not_invited": Text("ikke spurgt", "not invited"),
    "no_protocol": Text("ingen protokol at tilbyde", "no protocol to offer"),
}


def _trial_because(*fulfilled: str) -> tuple[Because, ...]:
    return (
        Because(
            "missing", Text("intet registreret om forsøg", "nothing registered on trials"), when="trial_status IS NULL"
        ),
        Because("missing", Text("forsøgsstatus er ukendt", "the trial status is unknown")),
        *(
            Because("fulfilled" if status in fulfilled else "not_fulfilled", text, when=f"trial_status = '{status}'")
            for status, text in _STATUS.items()
        ),
    )


_AFTER_SURGERY = Days("oncology_after_surgery_date - first_curative_surgery_date")
_DEAD_AFTER = "vital_date - first_curative_surgery_date"
_STARTED = Text("behandling startet {} efter operationen", "treatment started {} after the surgery")

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
        phrases=Phrases(
            Text("komme i adjuverende behandling inden for 8 uger", "started adjuvant treatment within 8 weeks"),
            Text("uden adjuverende behandling inden for 8 uger", "without adjuvant treatment within 8 weeks"),
        ),
        population="stage = 'III' AND first_curative_surgery_date IS NOT NULL",
        index_date="first_curative_surgery_date",
        unit="first_curative_surgery_department",
        exclusion="vital_status = 'dead' AND vital_date - first_curative_surgery_date <= 56",
        follow_up=56,
        numerator="coalesce(oncology_after_surgery_date - first_curative_surgery_date <= 56, FALSE)",
        needs=("cases.stage", "treatments", "treatments.intent"),
        because=(
            Because(
                "excluded",
                Text("dateret som død {} før operationen", "dated as dead {} before the surgery"),
                (Days(f"-({_DEAD_AFTER})"),),
                f"{_DEAD_AFTER} < 0",
            ),
            Because("excluded", Text("død {} efter operationen", "died {} after the surgery"), (Days(_DEAD_AFTER),)),
            Because("fulfilled", _STARTED, (_AFTER_SURGERY,)),
            Because(
                "not_fulfilled",
                Text(
                    "ingen systemisk behandling eller stråler registreret efter operationen",
                    "no systemic treatment or radiotherapy registered after the surgery",
                ),
                when="oncology_after_surgery_date IS NULL",
            ),
            Because("not_fulfilled", _STARTED, (_AFTER_SURGERY,)),
        ),
        reach=Reach(
            "stage = 'III' AND first_curative_surgery_date IS NOT NULL AND vital_status <> 'dead' "
            "AND coalesce(oncology_after_surgery_date - first_curative_surgery_date > 56, TRUE) "
            "AND first_curative_surgery_date + 56 >= $data_cut",
            "adjuvant_start",
            "first_curative_surgery_date + 56",
        ),
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
        phrases=Phrases(
            Text("få tilbudt en forsøgsprotokol", "had the offer of a clinical trial"),
            Text("uden tilbud om forsøgsprotokol", "without the offer of a trial"),
        ),
        numerator=_trial("'included', 'declined'"),
        because=_trial_because("included", "declined"),
        reach=Reach(
            "vital_status <> 'dead' AND diagnosis_date + 60 >= $data_cut "
            "AND coalesce(trial_status, 'unknown') = 'unknown'",
            "trial_status",
        ),
        needs=("trials",),
        why_not=_why_not(
            ("no_protocol", "not_invited", "deselected"),
            Text("Hvorfor fik patienterne ikke tilbud om forsøg?", "Why was no trial offered?"),
            Text(
                "Andel af forløb uden tilbud, antal i parentes.",
                "Share of the cases without an offer, number in brackets.",
            ),
        ),
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
        phrases=Phrases(
            Text("komme med i en forsøgsprotokol", "joined a clinical trial"),
            Text("uden inklusion i forsøgsprotokol", "without inclusion in a trial"),
        ),
        numerator=_trial("'included'"),
        because=_trial_because("included"),
        needs=("trials",),
        why_not=_why_not(
            ("no_protocol", "not_invited", "deselected", "declined"),
            Text("Hvorfor blev patienterne ikke inkluderet?", "Why were patients not included?"),
            Text(
                "Andel af forløb, der ikke er inkluderet, antal i parentes.",
                "Share of the cases not included, number in brackets.",
            ),
        ),
        recommendation=_PLAN,
    ),
)
