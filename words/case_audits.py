"""Audits of case records in words: whom they are of, how they were drawn, answers, strata, how far they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from data import reference
from data.selection import BY_NAME
from data.text import Text
from indicators.catalogue import BY_ID
from results.audit import full_name
from results.case_audits import MISSING, NO, NOT_RELEVANT, STATE_WORDS, YES, AuditShare, CaseAudit
from words import format as fmt
from words.reader import Reader, age_text, sex_text, stage_text

STATUS_NAMES = {
    "open": Text("åben for svar", "open for answers"),
    "closed": Text("lukket", "closed"),
    "withdrawn": Text("trukket tilbage", "withdrawn"),
}
ANSWER_NAMES = {
    YES: Text("ja", "yes"),
    NO: Text("nej", "no"),
    NOT_RELEVANT: Text("ikke relevant", "not relevant"),
    MISSING: Text("kan ikke ses", "cannot be seen"),
}


def answer(value: str, lang: str) -> str:
    """An answer for people: 'ja', 'kan ikke ses', or one of the question's own."""
    known = ANSWER_NAMES.get(value)
    return value if known is None else known.in_(lang)


def by_name(name: str, lang: str) -> str:
    """What a stratum is divided by, in a sentence: 'afdeling'."""
    one = BY_NAME[name]
    return (one.da if lang == "da" else one.en).lower().replace("icd-10", "ICD-10")


def value(context: Reader, name: str, code: str) -> str:
    """A value of a stratum or filter: 'Kirurgisk afdeling, Slagelse', 'kvinder', 'uoplyst'."""
    lang = context.lang
    if name == "sex":
        return sex_text(code, lang)
    if name == "stage":
        return stage_text(code, lang)
    if code == "":
        return context.t("uoplyst", "not registered")
    if name == "department":
        return full_name(context.view, code) or code
    if name in ("region", "treating_region"):
        return reference.region_name(code)
    return age_text(code, lang) if name == "age_group" else code


def stratum(context: Reader, one: CaseAudit, place: int | None) -> str:
    """A stratum's name; None: all of the population."""
    if place is None:
        return context.t("Alle", "All")
    key, _, _ = one.strata[place]
    if not key:
        return context.t("Alle", "All")
    said = ", ".join(value(context, name, code) for name, code in zip(one.by, key, strict=True))
    return said[:1].upper() + said[1:]


def whom(context: Reader, one: CaseAudit) -> str:
    """'Forløb i »MDT-konference før første behandling«, der er ikke opfyldt, 01.01.2025–31.12.2025'."""
    t, lang = context.t, context.lang
    last = one.end - dt.timedelta(days=1)
    span = f"{fmt.date(one.start, lang)}{fmt.EN_DASH}{fmt.date(last, lang)}"
    where = ", ".join(value(context, name, code) for name, code in one.where)
    more = f", {where}" if where else ""
    if not one.indicator:
        return t(f"Alle forløb efter diagnosedato, {span}{more}", f"All cases by date of diagnosis, {span}{more}")
    title = BY_ID[one.indicator].title.in_(lang)
    state = f" ({STATE_WORDS[one.state].in_(lang)})" if one.state else ""
    return t(f"Forløb i »{title}«{state}, {span}{more}", f"Cases of '{title}'{state}, {span}{more}")


def drawn(context: Reader, one: CaseAudit) -> str:
    """How the sample was drawn: '40 af 312 forløb: 10 af hvert lag (afdeling). Frø »2025-1«, udtræk …'."""
    t, lang = context.t, context.lang
    many = t(f"{fmt.count(one.drawn, lang)} af {fmt.count(one.population, lang)} forløb",
             f"{fmt.count(one.drawn, lang)} of {fmt.count(one.population, lang)} cases")  # fmt: skip
    how = ""
    if one.by:
        names = fmt.listed((by_name(name, lang) for name in one.by), lang)
        if one.each:
            how = t(f": op til {fmt.count(one.each, lang)} af hvert lag ({names})",
                    f": up to {fmt.count(one.each, lang)} of each stratum ({names})")  # fmt: skip
        else:
            how = t(f": fordelt efter lagenes størrelse ({names})", f": shared by the strata's size ({names})")
    return t(f"{many}{how}. Frø »{one.seed}«, udtræk {one.snapshot}.",
             f"{many}{how}. Seed '{one.seed}', snapshot {one.snapshot}.")  # fmt: skip


def progress(context: Reader, answered: int, many: int) -> str:
    """'12 af 40 forløb er besvaret'."""
    lang = context.lang
    return context.t(f"{fmt.count(answered, lang)} af {fmt.count(many, lang)} forløb er besvaret",
                     f"{fmt.count(answered, lang)} of {fmt.count(many, lang)} cases are answered")  # fmt: skip


def asked(one: AuditShare, lang: str) -> str:
    """What a line of the results is of: the question, of a choice with its answer."""
    return one.question.text if one.question.kind == "yes_no" else f"{one.question.text}: {answer(one.option, lang)}"


def finding(context: Reader, one: CaseAudit, found: Sequence[AuditShare], answered: int, seen: int) -> str:
    """The first result in a sentence, once every stratum has an answer; before that how far it is."""
    lang, whole = context.lang, next((row for row in found if row.stratum is None and row.rate is not None), None)
    if whole is None or not answered:
        return f"{one.title}: {progress(context, answered, seen)}"
    of = f"{fmt.count(whole.numerator, lang)}/{fmt.count(whole.denominator, lang)}"
    limits = fmt.interval(whole.lower, whole.upper, 1, lang)
    rate = fmt.percent(whole.rate, 1, lang)
    said = answer(whole.option, lang)
    return context.t(
        f"{one.title}: {rate} ({limits}) har svaret »{said}« på »{whole.question.text}« ({of} forløb)",
        f"{one.title}: {rate} ({limits}) have the answer '{said}' to '{whole.question.text}' ({of} cases)",
    )
