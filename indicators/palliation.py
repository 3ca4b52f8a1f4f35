"""Specialised palliative care and patient-reported outcomes."""

from data.text import Text
from indicators.declaration import Because, Days, Definition, Indicator, Phrases, Reach

_UNIT = Text("Den palliative enhed", "The palliative unit")
_RECEIVED = Text(
    "Henvisninger i perioden, der opfylder kriterierne, og hvor patienten er modtaget",
    "Referrals in the period that meet the criteria, where the patient was received",
)
_ALL = Text("Alle i populationen", "All of the population")
_LATER = Days("received_date - referred_date")
_EARLIER = Days("referred_date - received_date")
_RECEIVED_AFTER = Text("modtaget {} efter henvisningen", "received {} after the referral")
_SAME_DAY = Text("modtaget på henvisningsdagen", "received on the day of the referral")
_RECEIVED_BEFORE = Text("dateret som modtaget {} før henvisningen", "dated as received {} before the referral")


def _not_received(days: int) -> Reach:
    return Reach(
        f"eligible AND received_date IS NULL AND referred_date + {days} >= $data_cut",
        "received_date",
        f"referred_date + {days}",
    )


def _palliative(
    name: str, title: Text, numerator: str, definition: Definition, phrases: Phrases, column: str = "", **more
) -> Indicator:
    """``column``: what the indicator needs besides the date of receiving."""
    return Indicator(
        id=f"palliative_{name}",
        family="palliation",
        title=title,
        definition=definition,
        phrases=phrases,
        numerator=numerator,
        rows="palliative",
        index_date="referred_date",
        unit="unit",
        needs=("palliative", "palliative.received_date", *([f"palliative.{column}"] if column else [])),
        uses=("palliative.case_id",),
        **{"population": "eligible AND received_date IS NOT NULL", **more},
    )


INDICATORS = (
    _palliative(
        "received",
        Text("Modtaget i palliativ enhed", "Received by a palliative unit"),
        "received_date IS NOT NULL",
        Definition(
            population=Text(
                "Henvisninger i perioden, der opfylder kriterierne",
                "Referrals in the period that meet the criteria",
            ),
            denominator=_ALL,
            numerator=Text("Patienten er modtaget", "The patient was received"),
            unit=_UNIT,
        ),
        Phrases(
            Text("blive modtaget i en palliativ enhed", "come to a palliative unit"),
            Text(
                "henvist uden at blive modtaget i palliativ enhed",
                "referred without being received in a palliative unit",
            ),
        ),
        population="eligible",
        follow_up=30,
        because=(
            Because("fulfilled", _RECEIVED_BEFORE, (_EARLIER,), "received_date < referred_date"),
            Because("fulfilled", _SAME_DAY, when="received_date = referred_date"),
            Because("fulfilled", _RECEIVED_AFTER, (_LATER,)),
            Because(
                "not_fulfilled",
                Text("ikke modtaget {} efter henvisningen", "not received {} after the referral"),
                (Days("$data_cut::DATE - referred_date"),),
            ),
        ),
        reach=_not_received(30),
        unbounded=("received_date", "screened_date"),
        qualifier=Text("af henviste", "of those referred"),
    ),
    _palliative(
        "within_10_days",
        Text("Modtagelse i palliativ enhed inden for 10 dage", "Seen by palliative care within 10 days"),
        "CASE WHEN received_date >= referred_date THEN received_date - referred_date < 10 END",
        Definition(
            population=_RECEIVED,
            denominator=Text("Modtaget på eller efter henvisningsdagen", "Received on or after the day of referral"),
            numerator=Text(
                "Modtaget mindre end 10 dage efter henvisningen",
                "Received less than 10 days after the referral",
            ),
            missing=Text("Dateret som modtaget før henvisningen", "Dated as received before the referral"),
            unit=_UNIT,
        ),
        Phrases(
            Text("blive modtaget inden for 10 dage", "come to a palliative unit within 10 days"),
            Text("modtaget senere end 10 dage efter henvisning", "received later than 10 days after referral"),
        ),
        because=(
            Because("missing", _RECEIVED_BEFORE, (_EARLIER,)),
            Because("fulfilled", _SAME_DAY, when="received_date = referred_date"),
            Because("fulfilled", _RECEIVED_AFTER, (_LATER,)),
            Because("not_fulfilled", _RECEIVED_AFTER, (_LATER,)),
        ),
        reach=_not_received(9),
        unbounded=("received_date", "screened_date"),
        qualifier=Text("af modtagne", "of those received"),
    ),
    _palliative(
        "screened",
        Text("Screenet med EORTC QLQ-C15-PAL", "Screened with EORTC QLQ-C15-PAL"),
        "screened_date IS NOT NULL",
        Definition(
            population=_RECEIVED,
            denominator=_ALL,
            numerator=Text("Spørgeskemaet er udfyldt", "The questionnaire was completed"),
            unit=_UNIT,
        ),
        Phrases(
            Text("blive screenet med EORTC QLQ-C15-PAL", "answered EORTC QLQ-C15-PAL"),
            Text("uden screening med EORTC QLQ-C15-PAL", "without EORTC QLQ-C15-PAL screening"),
        ),
        column="screened_date",
        because=(
            Because("fulfilled", Text("spørgeskemaet er udfyldt {}", "questionnaire completed {}"), ("screened_date",)),
            Because("not_fulfilled", Text("spørgeskemaet er ikke udfyldt", "the questionnaire was not completed")),
        ),
        unbounded=("received_date", "screened_date"),
        qualifier=Text("af modtagne", "of those received"),
    ),
    _palliative(
        "conference",
        Text("Drøftet på tværfaglig konference", "Discussed at a palliative conference"),
        "conference",
        Definition(
            population=_RECEIVED,
            denominator=Text(
                "Det er registreret, om patienten er drøftet på konference",
                "It is registered whether the patient was discussed at a conference",
            ),
            numerator=Text("Drøftet på tværfaglig konference", "Discussed at a multidisciplinary conference"),
            missing=Text("Konference ikke registreret", "Conference not registered"),
            unit=_UNIT,
        ),
        Phrases(
            Text("blive drøftet på tværfaglig konference", "had a palliative conference"),
            Text("uden drøftelse på tværfaglig konference", "without a team conference"),
        ),
        column="conference",
        because=(
            Because("missing", Text("konference ikke registreret", "conference not registered")),
            Because("fulfilled", Text("drøftet på konference", "discussed at a conference")),
            Because("not_fulfilled", Text("ikke drøftet på konference", "not discussed at a conference")),
        ),
        unbounded=("received_date", "screened_date"),
        qualifier=Text("af modtagne", "of those received"),
    ),
    Indicator(
        id="palliative_before_death",
        family="palliation",
        title=Text("Palliation før død af kræft", "Palliative care before death from cancer"),
        definition=Definition(
            population=Text(
                "Forløb, der endte med død af kræft i perioden",
                "Cases that ended in death from cancer in the period",
            ),
            denominator=_ALL,
            numerator=Text(
                "Modtaget i palliativ enhed senest på dødsdagen",
                "Received by a palliative unit on or before the day of death",
            ),
        ),
        phrases=Phrases(
            Text("få palliation før død af kræft", "had palliative care before death from cancer"),
            Text("uden palliation før død af kræft", "without palliative care before death of cancer"),
        ),
        population="vital_status = 'dead' AND cause_of_death = 'cancer'",
        index_date="vital_date",
        numerator="coalesce(palliative_received_date <= vital_date, FALSE)",
        because=(
            Because(
                "fulfilled",
                Text("modtaget på dødsdagen", "received on the day of death"),
                when="palliative_received_date = vital_date",
            ),
            Because(
                "fulfilled",
                Text("modtaget {} før døden", "received {} before death"),
                (Days("vital_date - palliative_received_date"),),
            ),
            Because(
                "not_fulfilled",
                Text("ikke modtaget i palliativ enhed", "not received by a palliative unit"),
                when="palliative_received_date IS NULL",
            ),
            Because(
                "not_fulfilled",
                Text("dateret som modtaget {} efter døden", "dated as received {} after death"),
                (Days("palliative_received_date - vital_date"),),
            ),
        ),
        needs=("cases.cause_of_death", "palliative", "palliative.case_id", "palliative.received_date"),
    ),
    Indicator(
        id="pro_answered",
        family="palliation",
        title=Text("Spørgeskema (PRO) besvaret", "Questionnaire (PRO) answered"),
        qualifier=Text("30 dage", "30 days"),
        definition=Definition(
            population=Text("Spørgeskemaer udsendt i perioden", "Questionnaires sent in the period"),
            denominator=Text(
                "Ikke besvaret, eller besvaret på eller efter dagen for udsendelsen",
                "Not answered, or answered on or after the day it was sent",
            ),
            numerator=Text("Besvaret", "Answered"),
            missing=Text("Dateret som besvaret før udsendelsen", "Dated as answered before it was sent"),
        ),
        phrases=Phrases(
            Text("besvare spørgeskemaet", "answered the questionnaire"),
            Text("uden besvaret spørgeskema (PRO)", "without an answered questionnaire (PRO)"),
        ),
        rows="pro",
        index_date="sent_date",
        follow_up=30,
        numerator="CASE WHEN answered_date IS NULL THEN FALSE WHEN answered_date >= sent_date THEN TRUE END",
        needs=("pro", "pro.answered_date"),
        because=(
            Because(
                "missing",
                Text("dateret som besvaret {} før udsendelsen", "dated as answered {} before it was sent"),
                (Days("sent_date - answered_date"),),
            ),
            Because("fulfilled", Text("besvaret samme dag", "answered the same day"), when="answered_date = sent_date"),
            Because("fulfilled", Text("besvaret efter {}", "answered after {}"), (Days("answered_date - sent_date"),)),
            Because(
                "not_fulfilled",
                Text("ikke besvaret efter {}", "not answered after {}"),
                (Days("$data_cut::DATE - sent_date"),),
            ),
        ),
        reach=Reach("answered_date IS NULL AND sent_date + 30 >= $data_cut", "answered_date", "sent_date + 30"),
        unbounded=("answered_date",),
    ),
)
