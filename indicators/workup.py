"""TNM staging and MDT conferences."""

from data.text import Text
from indicators.declaration import Because, Days, Definition, Indicator, Phrases, Reach

MDT_GUIDELINE = Text(
    "Alle patienter drøftes på MDT-konference, før behandlingen besluttes "
    "(DMCG.dk's handleplan 2022, pakkeforløb for kræft).",
    "Every patient is discussed at an MDT conference before treatment is decided "
    "(DMCG.dk action plan 2022, cancer pathways).",
)
UNDATED = Text(
    "Konference registreret, men ingen er dateret. Står uden for nævneren",
    "A conference is registered but none is dated. Outside the denominator",
)


def _before(date: str) -> str:
    return (
        "CASE WHEN conferences IS NULL THEN FALSE WHEN first_conference_date IS NULL THEN NULL "
        f"ELSE first_conference_date <= {date} END"
    )


def _mdt_because(date: str, what: Text) -> tuple[Because, ...]:
    """``what``: the thing that the conference is to come before, without its article."""

    def said(da: str, en: str) -> Text:
        return Text(da.format(what.da), en.format(what.en))

    early, late = Days(f"{date} - first_conference_date"), Days(f"first_conference_date - {date}")
    return (
        Because("excluded", said("akut {}", "the {} was acute")),
        Because("missing", Text("MDT-konference registreret uden dato", "MDT conference registered without a date")),
        Because(
            "fulfilled",
            said("MDT samme dag som {}", "MDT on the day of the {}"),
            when=f"first_conference_date = {date}",
        ),
        Because("fulfilled", said("MDT {{}} før {}", "MDT {{}} before the {}"), (early,)),
        Because(
            "not_fulfilled",
            Text("ingen MDT-konference registreret", "no MDT conference registered"),
            when="conferences IS NULL",
        ),
        Because("not_fulfilled", said("MDT {{}} efter {}", "MDT {{}} after the {}"), (late,)),
    )


_TNM = "concat_ws(' ', coalesce(t, 'T–'), coalesce(n, 'N–'), coalesce(m, 'M–'))"

INDICATORS = (
    Indicator(
        id="tnm_complete",
        family="workup",
        title=Text("TNM komplet", "TNM complete"),
        qualifier=Text("klinisk", "clinical"),
        definition=Definition(
            population=Text(
                "Forløb diagnosticeret i perioden i databaser, der stadieinddeler efter TNM",
                "Cases diagnosed in the period, databases that stage by TNM",
            ),
            denominator=Text("Alle forløb i populationen", "All cases of the population"),
            numerator=Text(
                "T, N og M er alle registreret, og ingen ender på X",
                "T, N and M are all registered and none ends in X",
            ),
            missing=Text(
                "Ingen: ikke registreret tæller som ikke opfyldt",
                "None: not registered counts as not fulfilled",
            ),
        ),
        phrases=Phrases(
            Text("få TNM registreret komplet", "had a complete TNM registered"),
            Text("uden komplet TNM", "without complete TNM"),
        ),
        numerator="t IS NOT NULL AND n IS NOT NULL AND m IS NOT NULL "
        "AND upper(t) NOT LIKE '%X' AND upper(n) NOT LIKE '%X' AND upper(m) NOT LIKE '%X'",
        needs=("cases.t", "cases.n", "cases.m"),
        because=(
            Because("fulfilled", Text("registreret som {}", "registered as {}"), (_TNM,)),
            Because("not_fulfilled", Text("ikke komplet: {}", "not complete: {}"), (_TNM,)),
        ),
        measures=("stage",),
        staging="TNM",
        recommendation=Text(
            "Alle databaser opgør TNM-stadie (DMCG.dk's handleplan 2022).",
            "Every database reports the TNM stage (DMCG.dk action plan 2022).",
        ),
    ),
    Indicator(
        id="stage_known",
        family="workup",
        title=Text("Stadie oplyst", "Stage known"),
        definition=Definition(
            population=Text(
                "Forløb diagnosticeret i perioden i databaser med stadiegruppering",
                "Cases diagnosed in the period, databases with a stage grouping",
            ),
            denominator=Text("Alle forløb i populationen", "All cases of the population"),
            numerator=Text("Stadiet (I–IV) er registreret", "The stage (I–IV) is registered"),
            missing=Text(
                "Ingen: ikke registreret tæller som ikke opfyldt",
                "None: not registered counts as not fulfilled",
            ),
        ),
        phrases=Phrases(
            Text("få stadiet registreret", "had the stage registered"),
            Text("uden oplyst stadie", "without a known stage"),
        ),
        numerator="stage IS NOT NULL",
        needs=("cases.stage",),
        because=(
            Because("fulfilled", Text("stadie {}", "stage {}"), ("stage",)),
            Because("not_fulfilled", Text("stadiet er ikke registreret", "the stage is not registered")),
        ),
        staging="grouping",
        measures=("stage",),
    ),
    Indicator(
        id="mdt_before_treatment",
        family="workup",
        title=Text("MDT før første behandling", "MDT before first treatment"),
        qualifier=Text("ikke akut", "not acute"),
        definition=Definition(
            population=Text("Forløb med en første behandling i perioden", "Cases with a first treatment in the period"),
            excluded=Text("Første behandling var akut", "The first treatment was acute"),
            denominator=Text("Første behandling er ikke akut", "The first treatment is not acute"),
            numerator=Text(
                "MDT-konference dateret senest på dagen for første behandling",
                "MDT conference dated on or before the day of the first treatment",
            ),
            missing=UNDATED,
            unit=Text("Afdelingen, der gav første behandling", "The department that gave the first treatment"),
        ),
        phrases=Phrases(
            Text("få MDT-konference før behandling", "had an MDT conference before treatment"),
            Text("uden MDT før behandling", "without MDT before treatment"),
        ),
        population="first_treatment_date IS NOT NULL",
        index_date="first_treatment_date",
        unit="first_treatment_department",
        exclusion="first_treatment_acute",
        numerator=_before("first_treatment_date"),
        because=_mdt_because("first_treatment_date", Text("behandling", "treatment")),
        reach=Reach(
            "vital_status <> 'dead' AND diagnosis_date + 90 >= $data_cut AND first_conference_date IS NULL "
            "AND first_treatment_date IS NULL",
            "conference",
            unit="department",
        ),
        needs=("treatments", "conferences"),
        uses=("treatments.acute", "treatments.department"),
        recommendation=MDT_GUIDELINE,
    ),
    Indicator(
        id="mdt_major_intervention",
        family="workup",
        title=Text("MDT før større indgreb", "MDT before major intervention"),
        qualifier=Text("ikke akut", "not acute"),
        definition=Definition(
            population=Text(
                "Forløb med en større terapeutisk intervention; den første i perioden",
                "Cases with a major therapeutic intervention; the first in the period",
            ),
            excluded=Text("Indgrebet var akut", "The intervention was acute"),
            denominator=Text("Indgrebet er ikke akut", "The intervention is not acute"),
            numerator=Text(
                "MDT-konference dateret senest på dagen for indgrebet",
                "MDT conference dated on or before the day of the intervention",
            ),
            missing=UNDATED,
            unit=Text("Afdelingen, der udførte indgrebet", "The department of the intervention"),
        ),
        phrases=Phrases(
            Text("få MDT-konference før større indgreb", "had an MDT conference before major surgery"),
            Text("uden MDT før større indgreb", "without MDT before major surgery"),
        ),
        population="first_major_date IS NOT NULL",
        index_date="first_major_date",
        unit="first_major_department",
        exclusion="first_major_acute",
        numerator=_before("first_major_date"),
        because=_mdt_because("first_major_date", Text("indgreb", "intervention")),
        needs=("treatments", "treatments.major", "conferences"),
        uses=("treatments.acute", "treatments.department"),
        recommendation=MDT_GUIDELINE,
    ),
    Indicator(
        id="mdt_followed",
        family="workup",
        title=Text("MDT-beslutning fulgt", "MDT decision followed"),
        definition=Definition(
            population=Text(
                "Forløb diagnosticeret i perioden med en dateret MDT-konference",
                "Cases diagnosed in the period with a dated MDT conference",
            ),
            denominator=Text(
                "Det er registreret, om beslutningen på den seneste konference blev fulgt",
                "It is registered whether the latest conference's decision was followed",
            ),
            numerator=Text(
                "Beslutningen på den seneste daterede konference blev fulgt",
                "The decision of the latest dated conference was followed",
            ),
            missing=Text(
                "Ikke registreret, om beslutningen blev fulgt",
                "Not registered whether the decision was followed",
            ),
        ),
        phrases=Phrases(
            Text("få MDT-beslutningen fulgt", "had the MDT decision followed"),
            Text("uden at MDT-beslutningen blev fulgt", "whose MDT decision was not followed"),
        ),
        population="first_conference_date IS NOT NULL",
        numerator="last_conference_followed",
        because=(
            Because("fulfilled", Text("beslutningen blev fulgt", "the decision was followed")),
            Because("not_fulfilled", Text("beslutningen blev ikke fulgt", "the decision was not followed")),
        ),
        needs=("conferences", "conferences.followed"),
        unbounded=("first_conference_date",),
        recommendation=MDT_GUIDELINE,
    ),
)
