"""Improvement initiatives in sentences, made from the same results that the page shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from data.text import Text
from results.improvements import EffectEstimate, Improvement, Moment
from words import format as fmt
from words.answer import Answer, counted
from words.reader import Reader

#: The badge of each state.
WORDS = {
    "worked": Text("Effekt påvist", "Effect found"),
    "worsened": Text("Forværring påvist", "Deterioration found"),
    "uncertain": Text("Usikkert", "Uncertain"),
    "none": Text("Kan ikke afgøres", "Cannot be decided"),
    "thin": Text("Kan ikke vurderes endnu", "Cannot be judged yet"),
    "hidden": Text("Skjult", "Hidden"),
    "unknown": Text("Ikke opgjort", "Not reported"),
}
_DESIGN_NAMES = {
    "segmented_level": Text("Spring ved datoen", "Jump at the date"),
    "segmented_slope": Text("Ændret hældning pr. år", "Change of slope a year"),
    "difference": Text("Mod de andre afdelinger", "Against the other departments"),
}


def verdict(one: Improvement, lang: str) -> str:
    """The badge in words; where no effect is seen: 'Kan ikke afgøres; op mod 10 point kan ikke udelukkes'."""
    left = one.cannot_exclude
    if left is None:
        return WORDS[one.state].in_(lang)
    points, better = left
    if not points:
        return Text("Ingen effekt på ét point eller mere", "No effect of one point or more").in_(lang)
    size = Text(f"op mod {points} point", f"up to {points} point{'' if points == 1 else 's'}")
    if not better:
        size = Text(f"en forværring på {size.da}", f"a deterioration of {size.en}")
    return Text(
        f"Kan ikke afgøres; {size.da} kan ikke udelukkes", f"Cannot be decided; {size.en} cannot be excluded"
    ).in_(lang)


def design_name(context: Reader, design: str) -> str:
    """'Spring ved datoen'."""
    return _DESIGN_NAMES[design].in_(context.lang)


def finding(context: Reader, found: Sequence[Improvement], everywhere: bool) -> str:
    """The page's one finding: how many initiatives, and how many of them have had an effect."""
    t, total = context.t, len(found)
    where = t("alle databaser", "all databases") if everywhere else context.database
    if not total:
        return t(f"Ingen forbedringsprojekter i {where}", f"No improvement initiatives in {where}")
    worked = sum(one.state == "worked" for one in found)
    judged = sum(one.state in ("worked", "worsened", "uncertain", "none") for one in found)
    if not judged:
        if total == 1:
            return t(f"Forbedringsprojektet i {where} kan ikke vurderes", f"The initiative in {where} cannot be judged")
        many = fmt.number_word(total, context.lang)
        return t(f"Ingen af de {many} forbedringsprojekter i {where} kan vurderes",
                 f"None of the {many} initiatives in {where} can be judged")  # fmt: skip
    if total == 1:
        if found[0].state == "worsened":
            return t(f"Efter forbedringsprojektet i {where} er det gået den forkerte vej",
                     f"After the initiative in {where} things went the wrong way")  # fmt: skip
        return t(f"Forbedringsprojektet i {where} har haft en påviselig effekt",
                 f"The initiative in {where} has had a detectable effect") if worked else t(
            f"Om forbedringsprojektet i {where} har virket, kan ikke afgøres",
            f"Whether the initiative in {where} has worked cannot be decided")  # fmt: skip
    many = fmt.number_word(total, context.lang)
    if worked == total:
        return t(f"Alle {many} forbedringsprojekter i {where} har haft en påviselig effekt",
                 f"All {many} initiatives in {where} have had a detectable effect")  # fmt: skip
    if not worked:
        return t(f"Ingen af de {many} forbedringsprojekter i {where} har en påvist effekt",
                 f"None of the {many} initiatives in {where} has a proven effect")  # fmt: skip
    da = "Ét" if worked == 1 else fmt.number_word(worked, "da", capital=True)
    en = "One" if worked == 1 else fmt.number_word(worked, "en", capital=True)
    have = "has" if worked == 1 else "have"
    return t(f"{da} af {many} forbedringsprojekter i {where} har haft en påviselig effekt",
             f"{en} of {many} initiatives in {where} {have} had a detectable effect")  # fmt: skip


def lead(context: Reader, found: Sequence[Improvement]) -> str:
    """How the effect is judged, in one or two sentences."""
    if not found:
        return context.t(
            "Skriv et projekt ind med startdato og indikator, så følger siden selv op på det.",
            "Enter an initiative with its start date and indicator, and the page follows it up by itself.",
        )
    return context.t(
        "Effekten er påvist, når afdelingens eget forløb springer ved datoen, og ændringen er større end de andre "
        "afdelingers. Ikke case-mix-justeret.",
        "An effect is found when the department's own course jumps at the date and its change exceeds that of the "
        "other departments. Not adjusted for case mix.",
    )


def sentence(context: Reader, one: Improvement) -> str:
    """The finding of one initiative in plain words."""
    t, lang = context.t, context.lang
    if one.state == "hidden":
        return t(
            f"Resultatet er skjult, fordi det bygger på færre end {context.threshold} patienter eller udfald.",
            f"The result is hidden because it rests on fewer than {context.threshold} patients or outcomes.",
        )
    if one.state in ("thin", "unknown"):
        why = one.why.in_(lang)
        return t(f"Effekten kan ikke vurderes: {why}", f"The effect cannot be judged: {why}") + (
            "" if why.endswith(".") else "."
        )
    whose = fmt.listed(one.names, lang)
    ends = f"{fmt.percent_number(one.before.rate, 1, lang)} {t('til', 'to')} {fmt.percent(one.after.rate, 1, lang)}"
    own = t(f"Andelen i {whose} {_went(one.change, 'da')} fra {ends}",
            f"The share in {whose} {_went(one.change, 'en')} from {ends}")  # fmt: skip
    if one.others is None:
        level = one.estimates["segmented_level"]
        return f"{own}. " + t(
            f"Springet ved datoen er {_points(level, lang)}; der er for få andre afdelinger at sammenligne med.",
            f"The jump at the date is {_points(level, lang)}; there are too few other departments to compare with.",
        )
    others = t(f"de andre afdelinger {_moved(one.others, 'da')}", f"the other departments {_moved(one.others, 'en')}")
    gap = one.estimates["difference"]
    size = abs(gap.value)
    amount = f"{fmt.percent_number(size, 1, lang)}{fmt.NBSP}{t('procentpoint', 'percentage points')}"
    limits = t(f"95{fmt.NBSP}%-interval {_limits(gap, lang)}", f"95% interval {_limits(gap, lang)}")
    joined = f"{own}; {others}."
    if one.state == "worked":
        return joined + t(f" Forskellen er {amount} ({limits}) og klar i begge opgørelser.",
                          f" The difference is {amount} ({limits}), clear in both designs.")  # fmt: skip
    if one.state == "worsened":
        return joined + t(f" Det er gået {amount} den forkerte vej ({limits}).",
                          f" It has gone {amount} the wrong way ({limits}).")  # fmt: skip
    if one.state == "uncertain":
        return joined + t(f" Forskellen er {_points(gap, lang)}, men de to opgørelser er ikke enige.",
                          f" The difference is {_points(gap, lang)}, but the two designs do not agree.")  # fmt: skip
    said = verdict(one, lang)
    return joined + t(f" Forskellen kan være tilfældig: {_points(gap, lang)}. {said}.",
                      f" The difference may be chance: {_points(gap, lang)}. {said}.")  # fmt: skip


def _points(one: EffectEstimate, lang: str) -> str:
    """'+5,1 procentpoint (95 %-interval −1,4 til 11,5)'."""
    unit, limits = (
        ("procentpoint", f"95{fmt.NBSP}%-interval") if lang == "da" else ("percentage points", "95% interval")
    )
    return f"{fmt.points(one.value, 1, lang)}{fmt.NBSP}{unit} ({limits} {_limits(one, lang)})"


def _limits(one: EffectEstimate, lang: str) -> str:
    return limits(one.lower, one.upper, lang)


def limits(lower: float, upper: float, lang: str) -> str:
    """'15,0–24,7' percentage points, with a word between where one of them is negative."""
    low, high = (fmt.percent_number(value, 1, lang) for value in (lower, upper))
    between = (" til " if lang == "da" else " to ") if fmt.MINUS in low + high else fmt.EN_DASH
    return f"{low}{between}{high}"


def _went(change: float, lang: str) -> str:
    words = ("steg", "faldt", "gik") if lang == "da" else ("rose", "fell", "went")
    shown = fmt.percent_number(change, 1, lang)
    return words[2] if shown == fmt.percent_number(0.0, 1, lang) else words[0 if change > 0 else 1]


def _moved(change: float, lang: str) -> str:
    """'steg 1,8', 'faldt 0,4', 'stod stille'."""
    shown = fmt.percent_number(abs(change), 1, lang)
    if shown == fmt.percent_number(0.0, 1, lang):
        return "stod stille" if lang == "da" else "stood still"
    return f"{_went(change, lang)} {shown}"


def verdict_note(context: Reader, design: str, one: Improvement) -> str:
    """What a design's row in the table says in words: whether the change is clear, or why it was refused."""
    estimate = one.estimates[design] if one.estimates else None
    if estimate is None:
        return one.reasons[design].in_(context.lang)
    clear = context.t("klar ændring", "clear change"), context.t("kan være tilfældig", "may be chance")
    return clear[0 if estimate.clear else 1]


def controls(context: Reader, one: Improvement) -> str:
    """How many departments the comparison is with, how small its p can become, and what 'clear' is judged by."""
    if one.estimates is None or one.estimates["difference"] is None:
        return ""
    least = fmt.number(one.smallest_p, 3, context.lang)
    judged = context.t(", og ændringen vurderes på intervallet", ", and the change is judged by the interval")
    end = judged if one.smallest_p >= 0.05 else ""
    said = context.t(
        f"Sammenlignet med {one.controls} andre afdelinger; p kan derfor ikke blive mindre end {least}{end}.",
        f"Compared with {one.controls} other departments; so p cannot be less than {least}{end}.",
    )
    if one.left_out:
        said += context.t(
            f" {one.left_out} med eget registreret projekt på indikatoren er udeladt.",
            f" {one.left_out} with a registered initiative of their own on the indicator left out.",
        )
    return said


def p_text(context: Reader, p: float) -> str:
    """'0,059', '< 0,001'."""
    least = fmt.number(0.001, 3, context.lang)
    return f"<{fmt.NBSP}{least}" if p < 0.001 else fmt.number(p, 3, context.lang)


def trends(context: Reader, one: Improvement) -> str:
    """How the share moved before the date, by itself and against the others."""
    t, lang = context.t, context.lang
    parts = []
    if one.own_trend is not None:
        change = f"{fmt.points(one.own_trend.value, 1, lang)} {t('procentpoint om året', 'percentage points a year')}"
        within = f"({_limits(one.own_trend, lang)})"
        parts.append(t(f"Før datoen ændrede andelen sig {change} {within}",
                       f"Before the date the share changed by {change} {within}"))  # fmt: skip
    if one.pre_trend is not None:
        same = one.pre_trend.p >= 0.05
        parts.append(t("ikke forskelligt fra de andre afdelinger" if same else "anderledes end de andre afdelinger",
                       "no different from the other departments" if same else "unlike the other departments")
                     + f" (p = {p_text(context, one.pre_trend.p)})")  # fmt: skip
    return ", ".join(parts) + "." if parts else ""


def sentences(texts: Sequence[Text], lang: str) -> list[str]:
    """Warnings as sentences: first letter large, full stop."""
    return [f"{text.in_(lang)[:1].upper()}{text.in_(lang)[1:]}." for text in texts]


def of_moment(context: Reader, one: Improvement, moment: Moment) -> Answer:
    """What a point of the figure answers: the department's share beside the others', and whether it counts."""
    t, lang = context.t, context.lang
    span = " – ".join(fmt.date(day, lang) for day in (moment.start, moment.end - dt.timedelta(days=1)))
    lines = [counted(context, None, moment.denominator)]
    if moment.others is not None:
        others = fmt.percent(moment.others, 1, lang)
        lines.append(t(f"andre afdelinger {others}", f"other departments {others}"))
    title = one.indicator.title.in_(lang) if one.indicator else one.initiative.indicator
    when = t("efter start", "after the start") if moment.after else t("før start", "before the start")
    return Answer(
        span, f"{title} · {fmt.listed(one.names, lang)}", fmt.percent(moment.rate, 1, lang),
        tuple(line for line in lines if line),
        place=when if moment.used else t(f"{when}, indkøring: tælles ikke", f"{when}, washout: not counted"),
    )  # fmt: skip
