"""The sentences of the action loop: what needs a plan, plans with their states, the outlier process."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from data.text import Text
from data.toolbox import Step
from indicators.catalogue import BY_ID
from results.actions import NeedsPlan, Outlier, UnitPlan, share_with_plan
from results.improvements import Improvement
from words import format as fmt
from words import improvements, verdicts
from words.overview import counted
from words.reader import Reader

#: status: its word, and the square that draws it.
STATUSES: dict[str, tuple[Text, str]] = {
    "not_begun": (Text("ikke begyndt", "not begun"), "empty"),
    "partly": (Text("delvist i gang", "partly under way"), "half"),
    "running": (Text("i drift", "in operation"), "full"),
    "done": (Text("lukket: nået", "closed: reached"), "full"),
    "stopped": (Text("stoppet", "stopped"), "empty"),
}


def status(one: UnitPlan, lang: str) -> str:
    """'delvist i gang'."""
    return STATUSES[one.status][0].in_(lang)


def why(context: Reader, one: NeedsPlan) -> str:
    """'sandsynligvis ikke opfyldt 88 %', 'stærkt varsel om tilbagegang'."""
    if one.why == "declining":
        return context.t("stærkt varsel om tilbagegang", "strong warning of decline")
    return verdicts.cell_text(one.cell, context.lang)


def plural(context: Reader, number: int) -> str:
    """'1 resultat', '7 resultater'."""
    noun = context.t("resultat" if number == 1 else "resultater", "result" if number == 1 else "results")
    return f"{fmt.count(number, context.lang)} {noun}"


def not_yet(context: Reader, where: str) -> str:
    """The headline while it is not known what calls for a plan."""
    return context.t(f"{where}: det er endnu ikke gjort op, hvor der mangler en plan.",
                     f"{where}: where a plan is lacking has not been worked out yet.")  # fmt: skip


def finding(context: Reader, needed: Sequence[NeedsPlan], cases: Sequence[Outlier], where: str) -> list[str]:
    """How many results that call for a plan have one, and which cases are over their deadline."""
    t, today = context.t, dt.date.today()
    have, of = share_with_plan(needed)
    if not of:
        lines = [t(f"{where}: intet resultat kræver en plan.", f"{where}: no result calls for a plan.")]
    elif have == of:
        lines = [t(f"{where}: alle {of} resultater, der kræver en plan, har en.",
                   f"{where}: all {of} results that call for a plan have one.")]  # fmt: skip
    else:
        without = plural(context, of - have)
        there = counted(have, context.lang).lower() if have else t("ingen", "none")
        be = "lacks" if of - have == 1 else "lack"
        lines = [t(f"{where}: {without} mangler en plan; {there} har en.",
                   f"{where}: {without} {be} a plan; {there} {'has' if have < 2 else 'have'} one.")]  # fmt: skip
    late = [one for one in cases if one.overdue(today)]
    if late:
        number = counted(len(late), context.lang)
        lines.insert(0, t(f"{number} {'sag' if len(late) == 1 else 'sager'} uden for 99,8 %-grænsen er over fristen.",
                          f"{number} case{'' if len(late) == 1 else 's'} outside the 99.8% limits "
                          f"{'is' if len(late) == 1 else 'are'} past the deadline."))  # fmt: skip
    return lines


def lead(context: Reader, made: Sequence[UnitPlan]) -> str:
    """How many plans there are, and how many are to be looked at again."""
    t, today = context.t, dt.date.today()
    open_ = [one for one in made if one.is_open]
    late = sum(one.overdue(today) for one in open_)
    parts = []
    if open_:
        number, one = fmt.count(len(open_), context.lang), len(open_) == 1
        parts.append(t(f"{number} {'plan er åben' if one else 'planer er åbne'}.",
                       f"{number} plan{' is' if one else 's are'} open."))  # fmt: skip
    if late:
        number = fmt.count(late, context.lang)
        parts.append(
            t(f"{number} skal ses på igen.", f"{number} {'is' if late == 1 else 'are'} to be looked at again.")
        )
    bad, likely = (verdicts.verdict_text(name, context.lang) for name in ("not_met", "probably_not_met"))
    parts.append(
        t(
            f"Der skal en plan, hvor et resultat er {bad} eller {likely}, eller hvor et stærkt varsel om tilbagegang "
            "står.",
            f"A plan is called for where a result is {bad} or {likely}, or a strong warning of decline stands.",
        )
    )
    return " ".join(parts)


def due(context: Reader, day: dt.date, today: dt.date | None = None) -> str:
    """'12.11.2026 · om 9 dage', '1.10.2026 · 12 dage over'."""
    days = (day - (today or dt.date.today())).days
    t, shown = context.t, fmt.date(day, context.lang)
    if days == 0:
        return t(f"{shown} · i dag", f"{shown} · today")
    number = fmt.count(abs(days), context.lang)
    unit = t("dag" if abs(days) == 1 else "dage", "day" if abs(days) == 1 else "days")
    if days < 0:
        return t(f"{shown} · {number} {unit} over", f"{shown} · {number} {unit} late")
    return t(f"{shown} · om {number} {unit}", f"{shown} · in {number} {unit}")


def effect(context: Reader, found: Improvement | None) -> str:
    """What has come of a plan: '+4,1 point: Effekt påvist', or why nothing can be said yet."""
    if found is None:
        return context.t("ikke begyndt endnu", "not begun yet")
    said = improvements.verdict(found, context.lang)
    if found.change is None or found.state in ("thin", "hidden", "unknown"):
        return said
    return f"{fmt.points(found.change, 1, context.lang)}: {said}"


def title_of(context: Reader, indicator: str) -> str:
    """An indicator's title; its id where it is no more."""
    found = BY_ID.get(indicator)
    return indicator if found is None else found.title.in_(context.lang)


def step(context: Reader, one: Step) -> str:
    """'Data efterset'."""
    return one.title.in_(context.lang)


def outlier_finding(context: Reader, one: Outlier) -> list[str]:
    """'MDT …: Slagelse 83,6 % mod landets 93,6 %, uden for 99,8 %-grænsen.' and what is due."""
    t, lang = context.t, context.lang
    rate, nation = fmt.percent(one.rate, 1, lang), fmt.percent(one.nation, 1, lang)
    title = title_of(context, one.indicator)
    first = t(f"{one.name}: {title} {rate} mod landets {nation}, uden for 99,8 %-grænsen.",
              f"{one.name}: {title} {rate} against the country's {nation}, outside the 99.8% limits.")  # fmt: skip
    if one.next is None:
        return [first, t("Sagen er offentliggjort.", "The case is published.")]
    said = f"{step(context, one.next)[:1].lower()}{step(context, one.next)[1:]}"
    return [first, t(f"Næste trin: {said}, senest {due(context, one.due(one.next))}.",
                     f"Next step: {said}, by {due(context, one.due(one.next))}.")]  # fmt: skip
