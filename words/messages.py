"""A quarter's message to a department or hospital in words: each fact with its counts, what it is held against, and
what to do next."""

from __future__ import annotations

from data.text import Text
from results.messages import MessageFact, QuarterMessage
from results.warnings.signals import STRONG_ALARM_YEARS
from words import format as fmt
from words.chosen.waits import WORDS


def subject(message: QuarterMessage, lang: str) -> str:
    """'Slagelse, Kirurgisk Afdeling: 2 nyheder fra 3. kvartal 2026'."""
    number = len(message.facts) + message.left_out
    if lang == "da":
        return f"{message.name}: {number} {'nyhed' if number == 1 else 'nyheder'} fra {quarter(message, lang)}"
    return f"{message.name}: {number} item{'s'[: number != 1]} of news from {quarter(message, lang)}"


def quarter(message: QuarterMessage, lang: str) -> str:
    """'3. kvartal 2026', 'the third quarter of 2026'."""
    of = message.quarter
    ordinal = ("first", "second", "third", "fourth")[of.number - 1]
    return f"{of.number}. kvartal {of.year}" if lang == "da" else f"the {ordinal} quarter of {of.year}"


def fact(message: QuarterMessage, one: MessageFact, lang: str) -> str:
    """The fact as one or two sentences, with n/N and what it is held against."""
    where = f"{one.database}, {one.unit_name}" if message.is_hospital else one.database
    return f"{where}: {_SAID[one.kind](one, lang)}"


def step(one: MessageFact, lang: str) -> str:
    """What to do next."""
    return _STEPS[one.kind][0 if lang == "da" else 1]


def address(one: MessageFact) -> str:
    """The page where it is done, from the root of the dashboard."""
    if one.kind in ("worse", "better"):
        return f"/varsler?database={one.database}&kurve={one.unit}.{one.indicator.id}"
    if one.kind == "decision":
        return f"/audit?database={one.database}"
    if one.kind == "late":
        return f"/ventetider?database={one.database}"
    return f"/handl/{one.unit}"


def basis(message: QuarterMessage, lang: str) -> str:
    """What the message rests on, and why it came."""
    cuts = ", ".join(f"{code} {fmt.date(day, lang)}" for code, day in message.cuts.items())
    if lang == "da":
        return (
            "Der sendes kun besked, når en kurve har et nyt stærkt varsel (tilfældet alene giver et sådant omkring én "
            f"gang på {STRONG_ALARM_YEARS} år pr. kurve), eller en frist fra audit er nået. Data til og med: {cuts}. "
            "Her står antal; ingen patient er nævnt."
        )
    return (
        "A message is sent only when a chart gives a new strong warning (chance alone gives one about once in "
        f"{STRONG_ALARM_YEARS} years per chart) or a deadline from the audit is reached. Data up to and including: "
        f"{cuts}. These are counts; no patient is named."
    )


def more(message: QuarterMessage, lang: str) -> str:
    """That there is more than found room, "" where there is not."""
    if not message.left_out:
        return ""
    number = message.left_out
    return f"{number} mere står på afdelingens side." if lang == "da" else f"{number} more on the department's page."


def _change(one: MessageFact, lang: str) -> str:
    start, what = fmt.month(one.since, lang, "year"), one.indicator.phrases.against.in_(lang)
    part, of = fmt.count(one.part, lang), fmt.count(one.of, lang)
    expected = fmt.number(one.expected, 1, lang)
    more = (Text("flere", "more") if one.kind == "worse" else Text("færre", "fewer")).in_(lang)
    return Text(
        f"{part} af {of} patienter {what} fra og med {start}; {expected} var ventet efter de tre år før. Det er "
        f"{more}, end tilfældet forklarer.",
        f"{part} of {of} patients {what} from {start} on; {expected} were expected from the three years before. That "
        f"is {more} than chance explains.",
    ).in_(lang)


def _decision(one: MessageFact, lang: str) -> str:
    title, day = one.indicator.title.in_(lang), fmt.date(one.day, lang)
    by = (
        Text(f" (ansvarlig: {one.responsible})", f" (responsible: {one.responsible})").in_(lang)
        if one.responsible
        else ""
    )
    result = f"{fmt.count(one.part, lang)}/{fmt.count(one.of, lang)}"
    return Text(
        f"Fristen {day} for beslutningen om {title} er nået: »{one.text.rstrip('.')}«{by}. Resultatet var {result}, "
        "da det blev besluttet.",
        f"The deadline {day} of the decision on {title} has been reached: “{one.text.rstrip('.')}”{by}. The result was "
        f"{result} when it was decided.",
    ).in_(lang)


def _late(one: MessageFact, lang: str) -> str:
    part, of, leg = fmt.count(one.part, lang), fmt.count(one.of, lang), Text(*WORDS[one.leg][:2]).in_(lang)
    return Text(
        f"{part} af {of} forløb, der startede i kvartalet ({leg}), startede efter den lovbestemte frist; loven "
        "tillader ingen uden patientens samtykke.",
        f"{part} of {of} courses that started in the quarter ({leg}) started after the legal maximum; the law allows "
        "none without the patient's consent.",
    ).in_(lang)


def _reach(one: MessageFact, lang: str) -> str:
    part, of = fmt.count(one.part, lang), fmt.count(one.of, lang)
    return Text(
        f"{of} {'patient' if one.of == 1 else 'patienter'} kan stadig nås; for {part} af {of} er der under en uge til "
        "sidste dag.",
        f"{of} patient{'s'[: one.of != 1]} can still be reached; for {part} of {of} the last day is less than a week "
        "away.",
    ).in_(lang)


_SAID = {"worse": _change, "better": _change, "decision": _decision, "late": _late, "reach": _reach}
_STEPS = {
    "worse": ("Gå forløbene igennem: hvad er anderledes end før?", "Go through the cases: what differs from before?"),
    "better": (
        "Skriv ned, hvad I gjorde, så andre kan gøre det samme (Forbedringer).",
        "Write down what you did, so that others can do the same (Improvements).",
    ),
    "decision": ("Skriv status og resultat under Audit.", "Write status and result under Audit."),
    "late": (
        "Se årsagerne, og om samtykkerne er dokumenteret.",
        "See the reasons, and whether consents are documented.",
    ),
    "reach": ("Åbn listen, de færreste dage først.", "Open the list, the fewest days first."),
}
