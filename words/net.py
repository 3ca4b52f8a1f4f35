"""Sentences about net survival: of a cohort, and over time."""

from __future__ import annotations

from results.survival.net import TIMES, LifeTableUsed, NetPoint, NetSurvival, Progress, Window
from survival.endpoints import NO_ESTIMATE
from words import format as fmt
from words import survival as curves
from words.reader import Reader

#: From here on, where the interval holds 1, patients are said to live as the population; below it is too open.
_ALIKE = 0.95


def hundred(estimate: float, lang: str) -> str:
    """How many of 100; beyond 100 as it is: '102'."""
    return fmt.percent_number(estimate, 0, lang) if estimate >= 1 else curves.hundred(estimate, lang)


def finding(found: NetSurvival, context: Reader) -> list[str]:
    """The page's finding as one or two lines."""
    t, lang, years = context.t, context.lang, found.headline
    if years is None:
        if found.overall.nobody:
            return [t("Ingen patienter er diagnosticeret i disse år", "No patients were diagnosed in these years")]
        return [
            t(
                "For få patienter til at sige, hvad kræften betyder i sig selv",
                "Too few patients to say what the cancer does by itself",
            )
        ]
    point, span = found.point(found.overall.nation, years), curves.years_word(years, lang)
    if point.lower >= _ALIKE and point.upper >= 1:
        whom = "" if point.lower <= 1 else t(" eller længere", " or longer")
        first = t(
            f"Patienterne lever som befolkningen{whom} i de første {span}"
            if years > 1
            else f"Patienterne lever som befolkningen{whom} i det første år",
            f"Patients live as the population{whom} for the first {span}"
            if years > 1
            else f"Patients live as the population{whom} for the first year",
        )
        return [f"{first}."]
    share = hundred(min(point.estimate, 1.0), lang)
    first = t(
        f"Var kræften den eneste dødsårsag, levede {share} af 100 {span} efter diagnosen",
        f"If the cancer were the only cause of death, {share} of 100 would be alive {span} after diagnosis",
    )
    ends = _ends(found, years, context)
    return [f"{first}:", f"{ends}."] if ends else [f"{first}."]


def _ends(found: NetSurvival, years: int, context: Reader) -> str:
    """'96 i stadie I, 47 i stadie IV'; empty for places, and where there are not two to tell apart."""
    if found.by in ("region", "department", "none"):
        return ""
    groups = [one for one in found.overall.compared() if one.registered and found.point(one, years).bears]
    if len(groups) < 2:
        return ""
    return ", ".join(
        f"{hundred(found.point(one, years).estimate, context.lang)} {curves.within(found.by, one, context)}"
        for one in (groups[0], groups[-1])
    )


def lead(found: NetSurvival, context: Reader, cohort: str) -> str:
    """The figures behind the finding: net, overall and the population's survival, cohort, follow-up."""
    t, lang, years = context.t, context.lang, found.headline
    whom = f" ({context.patients_text()})" if context.state.filtered else ""
    if years is None:
        return t(f"Diagnosticeret {cohort}{whom}.", f"Diagnosed {cohort}{whom}.")
    nation = found.overall.nation
    point, overall = found.point(nation, years), found.overall.point(nation, years)
    parts = [
        t(
            f"Netto {years}-års overlevelse {percent(point.estimate, lang)} (95\u00a0%-interval "
            f"{limits(point, context)}), diagnosticeret {cohort}, n = {fmt.count(point.cases, lang)}{whom}.",
            f"Net {years}-year survival {percent(point.estimate, lang)} (95% interval {limits(point, context)}), "
            f"diagnosed {cohort}, n = {fmt.count(point.cases, lang)}{whom}.",
        )
    ]
    if overall.estimate is not None:
        parts.append(
            t(
                f"I virkeligheden lever {fmt.percent(overall.estimate, 1, lang)}; i befolkningen med samme køn og "
                f"alder {fmt.percent(point.expected, 1, lang)}.",
                f"In reality {fmt.percent(overall.estimate, 1, lang)} are alive; in the population of the same sex "
                f"and age {fmt.percent(point.expected, 1, lang)}.",
            )
        )
    parts.append(curves.short_follow_up(found.overall, overall, context))
    return " ".join(part for part in parts if part)


def two_sentences(found: NetSurvival, context: Reader) -> tuple[str, str] | None:
    """What overall and what net survival say of the country's patients; None where one of them bears no sentence."""
    t, lang, years = context.t, context.lang, found.headline
    if years is None or not found.overall.point(found.overall.nation, years).bears:
        return None
    point, overall = found.point(found.overall.nation, years), found.overall.point(found.overall.nation, years)
    span = curves.years_word(years, lang)
    crude = t(
        f" {fmt.percent(overall.estimate, 1, lang)} er i live {span} efter diagnosen, uanset hvad de andre døde af. "
        "Brug tallet til samtalen og til at planlægge.",
        f" {fmt.percent(overall.estimate, 1, lang)} are alive {span} after diagnosis, whatever the others died of. "
        "Use it in the consultation and to plan.",
    )
    alone = t(
        f" {percent(point.estimate, lang)} levede, hvis kræften var den eneste dødsårsag; forskellen er det, som "
        "mennesker af samme køn og alder ellers dør af. Brug tallet til at sammenligne perioder og lande.",
        f" {percent(point.estimate, lang)} would be alive if the cancer were the only cause of death; the difference "
        "is what people of the same sex and age die of otherwise. Use it to compare periods and countries.",
    )
    return crude, alone


def percent(value: float, lang: str) -> str:
    """'81,2 %', also above 100."""
    return fmt.percent(value, 1, lang)


def limits(point: NetPoint, context: Reader) -> str:
    """'79,8–82,6'; where nobody has died there is none."""
    return curves.limits_of(point.lower, point.upper, context)


def reason(point: NetPoint, context: Reader) -> str:
    """Why a cell has no estimate."""
    return context.t(*_words("no_cases" if not point.cases else "not_reached"))


def _words(key: str) -> tuple[str, str]:
    return NO_ESTIMATE[key].da, NO_ESTIMATE[key].en


def table_text(used: LifeTableUsed, context: Reader) -> str:
    """Which life table was used, and what it lacks."""
    t = context.t
    said = t(
        f"Livstabel: {used.source}, {used.first}–{used.last}.", f"Life table: {used.source}, {used.first}–{used.last}."
    )
    if used.synthetic:
        said = t(
            f"Livstabel: syntetisk, lavet af en formel til demonstrationen, {used.first}–{used.last}; intet lands.",
            f"Life table: synthetic, from a formula for the demonstration, {used.first}–{used.last}; no country's.",
        )
    if used.after:
        said += t(f" Senere år bruger {used.last}.", f" Later years use {used.last}.")
    if used.before:
        said += t(f" Tidligere år bruger {used.first}.", f" Earlier years use {used.first}.")
    return said


def facts(found: NetSurvival, context: Reader) -> list[tuple[str, str]]:
    """How to read it, and when not to."""
    t = context.t
    rows = [
        (
            t("Netto-overlevelse", "Net survival"),
            t(
                "Hvor mange der ville leve, hvis kræften var den eneste dødsårsag. Dødsfaldene sammenlignes med dem, "
                "der ventes i befolkningen af samme køn, alder og kalenderår; dødsårsagen bruges ikke (Pohar Perme). "
                "Brug den til at sammenligne perioder, lande og grupper med forskellig alder.",
                "How many would be alive if the cancer were the only cause of death. Deaths are compared with those "
                "expected in the population of the same sex, age and calendar year; the cause of death is not used "
                "(Pohar Perme). Use it to compare periods, countries and groups of different age.",
            ),
        ),
        (
            t("Ikke til samtalen", "Not for the consultation"),
            t(
                "Patienten kan også dø af andet. Til samtalen hører den samlede overlevelse og andelen, der dør af "
                "kræft.",
                "A patient can die of other things too. For the consultation there are overall survival and the share "
                "who die of the cancer.",
            ),
        ),
        (
            t("Over 100 %", "Above 100%"),
            t(
                "Færre dør end i befolkningen. Det ses ved screening og ved udvælgelse af raske.",
                "Fewer die than in the population. It is seen with screening and where the healthy are chosen.",
            ),
        ),
    ]
    if found.left_out:
        rows.append(
            (
                t("Uden køn", "Without sex"),
                t(
                    f"{fmt.count(found.left_out, 'da')} patienter uden oplyst køn indgår ikke.",
                    f"{fmt.count(found.left_out, 'en')} patients without a registered sex are not part of it.",
                ),
            )
        )
    return rows


# --- over time ---


def window_text(one: Window) -> str:
    """'2023–2025'."""
    return f"{one.first}{fmt.EN_DASH}{one.last}"


def progress_finding(found: Progress, context: Reader) -> str:
    """Whether five-year (else one-year) net survival has changed between the first and the last window."""
    t, lang = context.t, context.lang
    for years in (5, 1):
        if (change := found.change(years)) is None:
            continue
        old, new, points, low, high = change
        span = t(f"{curves.years_word(years, 'da')}", f"{curves.years_word(years, 'en')}")
        before, after = (fmt.percent(one.point(years).estimate, 1, lang) for one in (old, new))
        if low <= 0 <= high:
            return t(
                f"Ingen sikker ændring: netto lever {after} i {span}, mod {before} i {window_text(old)}",
                f"No firm change: net survival after {span} is {after}, against {before} in {window_text(old)}",
            )
        word = t("Fremgang", "Progress") if points > 0 else t("Tilbagegang", "A decline")
        return t(
            f"{word}: netto lever {after} i {span}, mod {before} i {window_text(old)}",
            f"{word}: net survival after {span} is {after}, against {before} in {window_text(old)}",
        )
    return t("Opfølgningen er for kort til at sige, om det går fremad", "The follow-up is too short to tell progress")


def progress_lead(found: Progress, context: Reader) -> str:
    """What the change is, with its interval, and how it is counted."""
    t, lang = context.t, context.lang
    whom = f" ({context.patients_text()})" if context.state.filtered else ""
    parts = []
    change = next((one for years in (5, 1) if (one := found.change(years)) is not None), None)
    if change is not None:
        old, new, points, low, high = change
        parts.append(
            t(
                f"Forskel fra {window_text(old)} til {window_text(new)}: {fmt.points(points, 1, lang)} procentpoint "
                f"(95\u00a0%-interval {fmt.points(low, 1, lang)} til {fmt.points(high, 1, lang)}){whom}.",
                f"Difference from {window_text(old)} to {window_text(new)}: {fmt.points(points, 1, lang)} percentage "
                f"points (95% interval {fmt.points(low, 1, lang)} to {fmt.points(high, 1, lang)}){whom}.",
            )
        )
    parts.append(
        t(
            "Periodeanalyse: hvad der skete i de tre år, også blandt dem, der fik diagnosen før, så tallene er nye.",
            "Period analysis: what happened in the three years, also to those diagnosed before: the numbers are new.",
        )
    )
    return " ".join(parts)


def windows_notes(found: Progress, context: Reader) -> list[str]:
    """Under the table over time."""
    t = context.t
    return [
        t(
            f"Netto-overlevelse (Pohar Perme) i procent, under tallet 95\u00a0%-interval. {TIMES[0]}, {TIMES[1]}, "
            f"{TIMES[2]} og {TIMES[3]} år efter diagnosen. Streg: ingen er fulgt så længe i perioden.",
            f"Net survival (Pohar Perme) in percent, the 95% interval below. {TIMES[0]}, {TIMES[1]}, {TIMES[2]} and "
            f"{TIMES[3]} years after diagnosis. Dash: nobody is followed that long in the period.",
        ),
        t(
            f"Aldersstandardiseret: {found.standard.upper().replace('ICSS', 'ICSS ')}; streg, hvor en aldersgruppe har "
            "færre end ti i risiko.",
            f"Standardised for age: {found.standard.upper().replace('ICSS', 'ICSS ')}; a dash where an age group has "
            "fewer than ten at risk.",
        ),
        table_text(found.table, context),
    ]
