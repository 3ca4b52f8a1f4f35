"""Complications and deaths after elective surgery."""

from data.text import Text
from indicators.declaration import Because, Days, Definition, Indicator, Phrases, Reach

_POPULATION = Text("Forløb med en første operation i perioden", "Cases with a first surgery in the period")
_ACUTE = Text("Første operation var akut", "The first surgery was acute")
_UNIT = Text("Afdelingen, der udførte første operation", "The department of the first surgery")
_WAS_ACUTE = Because("excluded", Text("operationen var akut", "the surgery was acute"))


def _complication_because(name: str, da: str, en: str) -> tuple[Because, ...]:
    """The day of the first such complication is asked of the table: the case only knows that there was one."""
    kind = "" if name == "any_complication" else f" AND x.kind = '{name}'"
    first = (
        "(SELECT min(x.date) FROM complications x WHERE x.case_id = r.case_id "
        f"AND x.date BETWEEN r.first_surgery_date AND r.first_surgery_date + 30{kind})"
    )
    da, en = (da[0].lower() + da[1:], en[0].lower() + en[1:]) if kind else ("komplikation", "complication")
    return (
        _WAS_ACUTE,
        Because("missing", Text("30-dages opfølgning er ikke registreret", "the 30-day follow-up is not recorded")),
        Because(
            "fulfilled",
            Text(f"{da} {{}} efter operationen", f"{en} {{}} after the surgery"),
            (Days(f"{first} - r.first_surgery_date"),),
        ),
        Because(
            "not_fulfilled",
            Text(f"ingen {da} i 30 dage efter operationen", f"no {en} for 30 days after the surgery"),
        ),
    )


def _mortality_because(waited: str, days: int) -> tuple[Because, ...]:
    ago, since = Days(f"-({waited})"), Days(waited)
    return (
        _WAS_ACUTE,
        Because(
            "missing",
            Text("dateret som død {} før operationen", "dated as dead {} before the surgery"),
            (ago,),
            f"{waited} < 0 AND vital_status = 'dead'",
        ),
        Because(
            "missing",
            Text("sidst set {} før operationen", "last seen {} before the surgery"),
            (ago,),
            f"{waited} < 0",
        ),
        Because("missing", Text(f"kun fulgt i {{}} af {days}", f"followed for only {{}} of {days}"), (since,)),
        Because("fulfilled", Text("død på operationsdagen", "died on the day of the surgery"), when=f"{waited} = 0"),
        Because("fulfilled", Text("død {} efter operationen", "died {} after the surgery"), (since,)),
        Because(
            "not_fulfilled",
            Text("død {} efter operationen", "died {} after the surgery"),
            (since,),
            "vital_status = 'dead'",
        ),
        Because("not_fulfilled", Text("i live {} efter operationen", "alive {} after the surgery"), (since,)),
    )


def _complication(name: str, da: str, en: str, phrases: Phrases, reach: Reach | None = None) -> Indicator:
    return Indicator(
        id=f"{name}_30d",
        family="surgery",
        title=Text(da, en),
        qualifier=Text("30 dage", "30 days"),
        definition=Definition(
            population=_POPULATION,
            excluded=_ACUTE,
            denominator=Text(
                "Ikke akut første operation med registreret 30-dages opfølgning",
                "Non-acute first surgery with a recorded 30-day follow-up",
            ),
            numerator=Text(
                f"{da} registreret 0–30 dage efter første operation",
                f"{en} registered 0–30 days after the first surgery",
            ),
            missing=Text("30-dages opfølgning er ikke registreret", "The 30-day follow-up is not recorded"),
            unit=_UNIT,
        ),
        phrases=phrases,
        improvement="decrease",
        population="first_surgery_date IS NOT NULL",
        index_date="first_surgery_date",
        unit="first_surgery_department",
        exclusion="first_surgery_acute",
        follow_up=30,
        numerator=f"CASE WHEN first_surgery_complications_registered THEN coalesce({name}_30d, FALSE) END",
        needs=("treatments", "treatments.complications_registered", "complications"),
        uses=("treatments.acute", "treatments.department"),
        rare=True,
        because=_complication_because(name, da, en),
        reach=reach,
    )


def _mortality(days: int) -> Indicator:
    waited = "vital_date - first_surgery_date"
    return Indicator(
        id=f"mortality_{days}d",
        family="surgery",
        title=Text("Død efter operation", "Death after surgery"),
        qualifier=Text(f"{days} dage", f"{days} days"),
        definition=Definition(
            population=_POPULATION,
            excluded=_ACUTE,
            denominator=Text(
                f"Ikke akut første operation, kendt status {days} dage efter",
                f"Non-acute first surgery, status known {days} days after",
            ),
            numerator=Text(
                f"Død af enhver årsag 0–{days} dage efter første operation",
                f"Dead of any cause 0–{days} days after the first surgery",
            ),
            missing=Text(
                f"I live eller udrejst, men fulgt kortere end {days} dage; eller død eller sidst set før operationen",
                f"Alive or emigrated, but followed for less than {days} days; or dead or last seen before the surgery",
            ),
            unit=_UNIT,
        ),
        phrases=Phrases(
            Text(f"dø inden for {days} dage efter operationen", f"died within {days} days of surgery"),
            Text(f"døde inden for {days} dage efter operation", f"died within {days} days of surgery"),
        ),
        improvement="decrease",
        population="first_surgery_date IS NOT NULL",
        index_date="first_surgery_date",
        unit="first_surgery_department",
        exclusion="first_surgery_acute",
        follow_up=days,
        numerator=f"CASE WHEN {waited} < 0 THEN NULL WHEN vital_status = 'dead' THEN {waited} <= {days} "
        f"WHEN {waited} < {days} THEN NULL ELSE FALSE END",
        needs=("treatments",),
        uses=("treatments.acute", "treatments.department"),
        rare=True,
        because=_mortality_because(waited, days),
    )


INDICATORS = (
    _complication(
        "anastomotic_leak",
        "Anastomoselækage",
        "Anastomotic leak",
        Phrases(
            Text("få anastomoselækage", "had an anastomotic leak"),
            Text("med anastomoselækage", "with anastomotic leak"),
        ),
    ),
    _complication(
        "any_complication",
        "Mindst én komplikation",
        "At least one complication",
        Phrases(
            Text("få en komplikation", "had a complication"),
            Text("med komplikation inden for 30 dage", "with a complication within 30 days"),
        ),
        Reach(
            "first_surgery_date IS NOT NULL AND NOT coalesce(first_surgery_acute, FALSE) "
            "AND $data_cut BETWEEN first_surgery_date + 30 AND first_surgery_date + 90 "
            "AND NOT coalesce(first_surgery_complications_registered, FALSE)",
            "follow_up",
            "first_surgery_date + 90",
        ),
    ),
    _complication(
        "reoperation",
        "Reoperation",
        "Reoperation",
        Phrases(
            Text("blive reopereret", "had a reoperation"),
            Text("med reoperation inden for 30 dage", "with reoperation within 30 days"),
        ),
    ),
    _complication(
        "readmission",
        "Genindlæggelse",
        "Readmission",
        Phrases(
            Text("blive genindlagt", "had a readmission"),
            Text("med genindlæggelse inden for 30 dage", "with readmission within 30 days"),
        ),
    ),
    _complication(
        "higher_level_of_care",
        "Overflytning til højere behandlingsniveau",
        "Transfer to a higher level of care",
        Phrases(
            Text("blive overflyttet til højere behandlingsniveau", "gone to a higher level of care"),
            Text("med overflytning til højere behandlingsniveau", "with a move to a higher level of care"),
        ),
    ),
    _complication(
        "interventional_radiology",
        "Interventionel radiologi",
        "Interventional radiology",
        Phrases(
            Text("få interventionel radiologi", "had interventional radiology"),
            Text("med interventionel radiologi efter operation", "with interventional radiology after surgery"),
        ),
    ),
    _mortality(30),
    _mortality(90),
)
