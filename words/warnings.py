"""Early warnings in words: how many patients more or fewer than expected, of what, since when, how surely."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from data import reference
from indicators.declaration import Indicator
from results.warnings.charts import ShownChart
from results.warnings.signals import (
    ABSENT,
    COUNTRY_TOO_FEW,
    LEAST_EVENTS,
    LONGEST,
    TOO_FEW,
    Absorbed,
    Quiet,
    ShownSignal,
    Watch,
)
from words import format as fmt
from words.overview import counted, digits
from words.reader import Reader

_TIME_LIMIT = re.compile(r"\d+ (dage|uger|days|weeks)$")


def unwanted(context: Reader, indicator: Indicator) -> str:
    """'uden MDT før behandling': what is counted, as it follows 'patienter'."""
    return indicator.phrases.against.in_(context.lang)


def patients_without(context: Reader, indicator: Indicator) -> str:
    """'Patienter uden MDT før behandling'."""
    return context.t("Patienter ", "Patients ") + unwanted(context, indicator)


def size(context: Reader, signal: ShownSignal) -> str:
    """'20 patienter flere end ventet', 'Én patient færre end ventet', 'Omkring 15 patienter flere end ventet'."""
    t, lang = context.t, context.lang
    more = (t("flere", "more"), t("mere", "more")) if signal.worse else (t("færre", "fewer"), t("færre", "fewer"))
    if signal.excess is None:
        return t(f"{more[0].capitalize()} patienter end ventet (antallet er skjult)",
                 f"{more[0].capitalize()} patients than expected (the number is hidden)")  # fmt: skip
    number = max(1, round(abs(signal.excess)))
    about = t("Omkring ", "About ") if signal.rounded else ""
    if number == 1:
        return t(f"Én patient {more[1]} end ventet", f"One {more[1]} patient than expected")
    many = fmt.count(number, lang)
    return t(f"{about}{many} patienter {more[0]} end ventet", f"{about}{many} {more[0]} patients than expected")


def since(context: Reader, signal: ShownSignal) -> str:
    """'siden september 2025', of a further change 'igen forværret siden september 2025'."""
    t = context.t
    again = ""
    if signal.again:
        again = t("igen forværret ", "worse again ") if signal.worse else t("igen forbedret ", "better again ")
    return again + t("siden ", "since ") + fmt.month(signal.since, context.lang, "year")


def since_first(context: Reader, signal: ShownSignal) -> str:
    """'siden juni 2021': when the first change of the signal began."""
    return context.t("siden ", "since ") + fmt.month(signal.first_since or signal.since, context.lang, "year")


def history(context: Reader, signal: ShownSignal) -> str:
    """What the signal's last news was, where it is not its first: a sentence, or ""."""
    t, lang = context.t, context.lang
    if signal.news == "new" or signal.first_since is None:
        return ""
    first, seen = (fmt.month(day, lang, "year") for day in (signal.first_since, signal.alarm))
    if not signal.again:
        return t(f"Signalet var svagt i begyndelsen og blev stærkt i {seen}.",
                 f"The signal was weak at first and became strong in {seen}.")  # fmt: skip
    word = t("blev værre" if signal.worse else "blev bedre", "got worse" if signal.worse else "got better")
    return t(f"Det begyndte i {first} og {word} endnu; tallene her gælder fra {fmt.month(signal.since, lang, 'year')}.",
             f"It began in {first} and {word} once more; the numbers here are from "
             f"{fmt.month(signal.since, lang, 'year')}.")  # fmt: skip


def absorbed(context: Reader, one: Absorbed) -> str:
    """That the years of an earlier signal are what is expected now."""
    t, lang = context.t, context.lang
    years = f"{one.turn.year - 3}–{one.turn.year - 1}"
    word = t("dårligere" if one.worse else "bedre", "worse" if one.worse else "better")
    start = fmt.month(one.since, lang, "year")
    return t(
        f"De tre år {years}, der var {word} end før, er fra {one.turn.year} det, der ventes. Kurven begyndte da "
        "forfra og "
        f"varsler ikke længere om ændringen fra {start}, selv om niveauet kan være det samme.",
        f"The three years {years}, which were {word} than before, are what is expected from {one.turn.year} on. The "
        f"chart then began again and no longer warns of the change from {start}, although the level may be the same.",
    )


def sentence(context: Reader, signal: ShownSignal) -> str:
    """'20 patienter flere end ventet uden MDT før behandling siden september 2025.'

    With a comma where 'siden' would otherwise be read with a time limit: 'inden for 30 dage, siden februar 2024'.
    """
    what = unwanted(context, signal.indicator)
    comma = "," if signal.again or _TIME_LIMIT.search(what) else ""
    return f"{size(context, signal)} {what}{comma} {since(context, signal)}."


def false_alarm(context: Reader, signal: ShownSignal) -> str:
    """How often chance alone gives such a signal, of one chart."""
    return context.t(
        f"I en kurve som denne ventes falsk alarm omkring én gang på {signal.years} år.",
        f"In a chart like this a false alarm is expected about once in {signal.years} years.",
    )


def about(value: float, lang: str, one: str = "én") -> str:
    """A number to expect, in words: 'ingen', 'under én', 'omkring én', 'omkring fire'; ``one``: én or ét."""
    danish = lang == "da"
    if value < 0.05:
        return "ingen" if danish else "none"
    if value < 0.75:
        return f"under {one}" if danish else "less than one"
    number = max(1, round(value))
    word = (one if danish else "one") if number == 1 else digits(number, lang)
    return f"omkring {word}" if danish else f"about {word}"


def title(context: Reader, indicator: Indicator) -> str:
    """The indicator's title; after surgery with the days."""
    text = indicator.title.in_(context.lang)
    if indicator.days_in_title:
        text += f", {indicator.qualifier.in_(context.lang)}"
    return text


def finding(context: Reader, found: Watch) -> str:
    """'Fire stærke varsler om tilbagegang i DCCG, og tre om fremgang', for every number."""
    t, where = context.t, context.database
    if not found.watched:
        return t(f"Der er endnu ingen kurver at følge i {where}", f"There are no charts to watch in {where} yet")
    worse, better = (len(found.some(True, direction)) for direction in ("worse", "better"))
    if not worse and not better:
        if found.signals:
            return t(f"Ingen stærke varsler i {where}", f"No strong warnings in {where}")
        return t(f"Ingen varsler i {where}", f"No warnings in {where}")
    return _strong(context, worse, better, f" i {where}", f" in {where}")


def _strong(context: Reader, worse: int, better: int, where_da: str, where_en: str) -> str:
    t, lang = context.t, context.lang
    if not worse:
        many, plural = counted(better, lang, "Ét"), "" if better == 1 else "er"
        return t(f"Ingen stærke varsler om tilbagegang{where_da}; {many.lower()} stærk{'t' if better == 1 else 'e'} "
                 f"signal{plural} om fremgang",
                 f"No strong warnings of decline{where_en}; {many.lower()} strong "
                 f"signal{'' if better == 1 else 's'} of improvement")  # fmt: skip
    many = counted(worse, lang, "Ét")
    head = t(f"{many} stærk{'t varsel' if worse == 1 else 'e varsler'} om tilbagegang{where_da}",
             f"{many} strong warning{'' if worse == 1 else 's'} of decline{where_en}")  # fmt: skip
    if not better:
        return head
    other = counted(better, lang, "Ét").lower()
    return head + t(f", og {other} om fremgang", f", and {other} of improvement")


def strongest(context: Reader, signals: Sequence[ShownSignal]) -> str:
    """The first of the signals with its unit: 'Stærkest er varslet i Kirurgisk afdeling, Viborg: 124 patienter …'."""
    if not signals:
        return ""
    first = signals[0]
    text = sentence(context, first)
    start = context.t(f"Stærkest er varslet for {first.unit_name}", f"The strongest is of {first.unit_name}")
    return f"{start}: {text[:1].lower()}{text[1:]}"


def charts(context: Reader, found: Watch) -> str:
    """'509 kurver følges, 220 af dem vurderet mod landet eller forgængere; fem kan ikke følges.'"""
    t, lang = context.t, context.lang
    one = found.watched == 1
    text = t(f"{counted(1, lang) if one else fmt.count(found.watched, lang)}{fmt.NBSP}kurve{'' if one else 'r'} følges",
             f"{'One chart is' if one else f'{fmt.count(found.watched, lang)} charts are'} watched")  # fmt: skip
    if not found.watched:
        text = t("Ingen kurver følges", "No charts are watched")
    if found.borrowed:
        many = fmt.count(found.borrowed, lang)
        text += t(f", {many} af dem vurderet mod landet eller forgængere",
                  f", {many} of them judged against the country or predecessors")  # fmt: skip
    if found.silent:
        silent, one = fmt.count(found.silent, lang), found.silent == 1
        text += t(
            f"; {'én' if one else silent} kan ikke følges",
            f"; {'one' if one else silent} cannot be watched",
        )
    return text + "."


def judged(context: Reader, one: ShownSignal | ShownChart) -> str:
    """'Vurderet mod landet: …', of a unit that is not judged by its own level; else ""."""
    t = context.t
    if one.judged == "few":
        return t("Vurderet mod landet: Afdelingens egne patienter er for få til at kende dens niveau, så det er "
                 "trukket mod landets.",
                 "Judged against the country: the department's own patients are too few to know its level, which is "
                 "drawn towards the country's.")  # fmt: skip
    if one.judged == "new":
        return t("Vurderet mod landet, til afdelingen har tre år bag sig.",
                 "Judged against the country until the department has three years of its own.")  # fmt: skip
    if one.judged == "predecessors":
        names = fmt.listed([_name(code) for code in one.predecessors.split(" + ")], context.lang)
        return t(f"Vurderet mod forgængernes samlede niveau, til afdelingen har tre år bag sig: {names}.",
                 f"Judged against the pooled level of its predecessors until it has three years of its own: "
                 f"{names}.")  # fmt: skip
    return ""


def judged_tag(context: Reader, one: ShownSignal) -> str:
    """'vurderet mod landet', 'vurderet mod forgængere', or ""."""
    if one.judged == "own":
        return ""
    if one.judged == "predecessors":
        return context.t("vurderet mod forgængere", "judged against predecessors")
    return context.t("vurderet mod landet", "judged against the country")


def _name(code: str) -> str:
    return reference.department(code).name


def quiet(context: Reader, one: Quiet) -> str:
    """Why there is no chart, and what is watched instead: a sentence or two."""
    t = context.t
    if one.reason == TOO_FEW:
        years = min(round((one.months or 0) / 12), LONGEST)
        da, en = ("mindst ", "at least ") if years >= LONGEST else ("omkring ", "about ")
        said = t(f"For få patienter: Selv en tredobling ville typisk først vise sig efter {da}{years} år.",
                 f"Too few patients: even a tripling would typically take {en}{years} years to show.")  # fmt: skip
        if one.months is None:
            said = t("For få patienter: Ét enkelt tilfælde ville alene give varsel.",
                     "Too few patients: a single one would do for a warning.")  # fmt: skip
        state = {
            "worse": t("Hele landet følges i stedet, med et varsel om tilbagegang.",
                       "The whole country is watched instead, with a warning of decline."),
            "better": t("Hele landet følges i stedet, med et signal om fremgang.",
                        "The whole country is watched instead, with a signal of improvement."),
            "none": t("Hele landet følges i stedet, uden varsel.",
                      "The whole country is watched instead, without a warning."),
            "": t("Også hele landet har for få.", "The whole country has too few too."),
        }  # fmt: skip
        return f"{said} {state[one.whole]}"
    if one.reason == ABSENT:
        return t("Ingen patienter i året før, så der er intet at måle mod.",
                 "No patients in the year before, so there is nothing to judge by.")  # fmt: skip
    if one.reason == COUNTRY_TOO_FEW:
        return t(f"Også hele landet har for få: under {LEAST_EVENTS} med eller uden det uønskede på tre år, eller et "
                 "år helt uden patienter.",
                 f"The whole country has too few too: under {LEAST_EVENTS} with or without the unwanted in three "
                 "years, or a year without patients.")  # fmt: skip
    return t("Der er ikke tre hele år at måle mod, eller det vides ikke, hvad der var indberettet den dag.",
             "There are no three whole years to judge by, or it is not known what had been reported that "
             "day.")  # fmt: skip


def chance(context: Reader, found: Watch, strong: bool, direction: str | None = None) -> str:
    """How many such signals to expect by chance alone, as a sentence."""
    value = found.expected(strong, direction)
    one = 0.05 <= value < 1.5
    da, en = (about(value, lang, word) for lang, word in (("da", "ét"), ("en", "")))
    what = ("varsel", "warning") if strong else ("svagt signal", "weak signal")
    many = ("varsler", "warnings") if strong else ("svage signaler", "weak signals")
    return context.t(
        f"Selv hvis intet var ændret, ville man vente {da} {(what if one else many)[0]} ved tilfældighed alene.",
        f"Even if nothing had changed, {en} {(what if one else many)[1]} would be expected by chance alone.",
    )


def chance_of_both(context: Reader, found: Watch) -> str:
    """The same of the strong and of the weak ones together."""
    da, en = ([about(found.expected(one), lang, "ét") for one in (True, False)] for lang in ("da", "en"))
    return context.t(
        f"Selv hvis intet var ændret, ville man ved tilfældighed alene vente {da[0]} stærke og {da[1]} svage signaler.",
        f"Even if nothing had changed, {en[0]} strong and {en[1]} weak signals would be expected by chance alone.",
    )


def standing(context: Reader, found: Watch) -> str:
    """'Tre ældre signaler står stadig.' and 'Én kurve har nu dårligere år som udgangspunkt.'; "" without any."""
    t, lang, number = context.t, context.lang, len(found.standing)
    parts = []
    if number:
        many, one = counted(number, lang, "Ét"), number == 1
        parts.append(t(f"{many} ældre signal{'' if one else 'er'} står stadig.",
                       f"{many} older signal{' still stands' if one else 's still stand'}."))  # fmt: skip
    taken = sum(one.worse for one in found.absorbed)
    if taken:
        many, one = counted(taken, lang, "Én"), taken == 1
        parts.append(t(f"{many} kurve{'' if one else 'r'} har nu dårligere år som udgangspunkt.",
                       f"{many} chart{' now has' if one else 's now have'} worse years as the baseline."))  # fmt: skip
    return " ".join(parts)


def day_text(context: Reader, day: dt.date) -> str:
    """A past day, exactly in the working edition, by its month in the public one."""
    if context.edition == "public":
        return fmt.month(day, context.lang, "year")
    return fmt.date(day, context.lang)


def known(context: Reader, signal: ShownSignal) -> str:
    """When the signal could be known, and why not before."""
    t = context.t
    wait = signal.known_from - signal.seen
    da, en = ("i", "in") if context.edition == "public" else ("den", "on")
    seen, from_day = (day_text(context, day) for day in (signal.seen, signal.known_from))
    return t(
        f"Det kunne tidligst vides {da} {from_day}: Udslaget kom {da} {seen}, og der ventes {wait.days} dage på "
        "opfølgning og indberetning.",
        f"It could be known {en} {from_day} at the earliest: the change showed {en} {seen}, and then {wait.days} days "
        "pass for follow-up and registration.",
    )


def undated(context: Reader, found: Watch) -> str:
    """'42 forløb har ingen indberetningsdato og er ikke talt med; flest i Kirurgisk afdeling, Viborg (40).'"""
    t, lang, total = context.t, context.lang, sum(number for _, number in found.undated)
    if not total:
        return ""
    many = fmt.count(total, lang)
    said = t(f"{many} forløb har ingen indberetningsdato og er derfor ikke talt med",
             f"{many} case{'' if total == 1 else 's'} without a date of reporting {'is' if total == 1 else 'are'} "
             "not counted")  # fmt: skip
    unit, most = found.undated[0]
    names = dict(context.units)
    if unit in names and len(found.undated) > 1:
        said += t(f"; flest for {names[unit]} ({fmt.count(most, lang)})",
                  f"; most of {names[unit]} ({fmt.count(most, lang)})")  # fmt: skip
    return f"{said}."
