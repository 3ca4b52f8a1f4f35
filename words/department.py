"""One department in words: the finding and the lead, made from the same cells as its cards and rows."""

from __future__ import annotations

from collections.abc import Sequence

from data.period import before, years_before
from results.across import GRADED, Tally, graded_kind, tally
from results.audit import Cell
from results.department import DepartmentRow
from results.foundation import both_bear
from words import format as fmt
from words import verdicts
from words.overview import counted, digits, names
from words.reader import Reader

FEW = 50  # a denominator below this is called few patients


def tally_of(rows: Sequence[DepartmentRow]) -> Tally:
    """The department's verdicts."""
    return tally(graded_kind(row.now) for row in rows)


def finding(context: Reader, rows: Sequence[DepartmentRow]) -> str:
    """'Tre af 11 indikatorer ligger klart under standarden', for every number and direction."""
    t, lang = context.t, context.lang
    counts = tally_of(rows)
    if counts.judged == 0:
        return _nothing_judged(context, counts)
    total = counts.judged
    if counts.met == total:
        if total == 1:
            return t(
                "Den ene indikator med standard er klart opfyldt", "The one indicator with a standard is clearly met"
            )
        every = digits(total, lang)
        return t(f"Alle {every} indikatorer med standard er klart opfyldt",
                 f"All {every} indicators with a standard are clearly met")  # fmt: skip
    failed = [row for row in rows if row.kind == "not_met"]
    if not failed:
        if total == 1:
            said = verdicts.verdict_text(next(row.now.said for row in rows if row.kind == "uncertain"), lang)
            return t(f"Den ene standard er {said}", f"The one standard is {said}")
        every = digits(total, lang)
        return t(f"Ingen af de {every} standarder er klart uopfyldt", f"None of the {every} standards is clearly unmet")
    if len(failed) == total:
        if total == 1:
            fails = _fails(context, failed, True)
            return t(f"Den ene indikator med standard {fails}", f"The one indicator with a standard {fails}")
        every, fails = digits(total, lang), _fails(context, failed, False)
        return t(f"Alle {every} indikatorer med standard {fails}", f"All {every} indicators with a standard {fails}")
    of = digits(total, lang) if len(failed) < 10 else fmt.count(total, lang)
    fails = _fails(context, failed, len(failed) == 1)
    many = counted(len(failed), lang)
    return t(f"{many} af {of} indikatorer {fails}", f"{many} of {of} indicators {fails}")


def _nothing_judged(context: Reader, counts: Tally) -> str:
    t = context.t
    if counts.hidden:
        return t("Resultaterne bygger på få patienter og er skjult", "The results are on few patients and are hidden")
    if counts.no_standard or counts.target:
        return t(
            "Ingen af afdelingens indikatorer har en standard", "None of the department's indicators has a standard"
        )
    when = context.period_label
    if counts.not_mature:
        return t(f"Afdelingens resultater i {when} er ikke modne endnu",
                 f"The department's results in {when} are not yet mature")  # fmt: skip
    return t(f"Afdelingen har ingen resultater i {when}", f"The department has no results in {when}")


def _fails(context: Reader, failed: Sequence[DepartmentRow], one: bool) -> str:
    """'ligger klart under standarden'; of what should be low 'opfylder klart ikke': 'over' would sound like praise."""
    t = context.t
    if all(row.indicator.higher_is_better for row in failed):
        return t("ligger klart under standarden", f"{'is' if one else 'are'} clearly below the standard")
    return t("opfylder klart ikke standarden", f"clearly {'does' if one else 'do'} not meet the standard")


def better(rows: Sequence[DepartmentRow]) -> list[DepartmentRow]:
    """The indicators on which the department is clearly better than the country, by how much, the most first.

    The whole interval lies on the better side of the country's result, both bear a sentence, and the missing could not
    bring it to the other side. The country holds the department itself, so a large one must lie further away.
    """
    found = []
    for row in rows:
        own, nation = row.now, row.nation[row.period]
        if own.state == "not_mature" or not both_bear(own, nation):
            continue
        sign = 1 if row.indicator.higher_is_better else -1
        worst = [own.lower if sign > 0 else own.upper]
        if own.numerator is not None and own.missing:
            against = 0 if sign > 0 else own.missing
            worst.append((own.numerator + against) / (own.denominator + own.missing))
        if own.missing is not None and all(sign * (value - nation.rate) > 0 for value in worst):
            found.append((-abs(own.rate - nation.rate), len(found), row))
    return [row for _, _, row in sorted(found, key=lambda one: one[:2])]


def lead(context: Reader, rows: Sequence[DepartmentRow]) -> str:
    """What is better than the country, the largest clear change, how many are met or uncertain, few patients, hidden
    results, the caveat."""
    t = context.t
    parts = [_better(context, rows), _changed(context, rows), _rest(context, rows), _hidden(context, rows)]
    if context.state.place != "treating":
        parts.append(
            t(
                "Opgjort efter behandlende afdeling og region, ikke efter bopæl.",
                "Counted by treating department and region, not by residence.",
            )
        )
    parts.append(t("Ikke case-mix-justeret.", "Not adjusted for case mix."))
    return " ".join(part for part in parts if part)


def _better(context: Reader, rows: Sequence[DepartmentRow]) -> str:
    """'Klart bedre end landet på to indikatorer: MDT før behandling (97,8 mod 93,6 %) og …'"""
    t, lang, found = context.t, context.lang, better(rows)
    if not found:
        return ""
    named = [
        f"{name} ({fmt.percent_number(row.now.rate, 1, lang)} {t('mod', 'against')} "
        f"{fmt.percent(row.nation[row.period].rate, 1, lang)})"
        for row, name in zip(found[:_BEST], names(found[:_BEST], rows, lang), strict=True)
    ]
    if len(found) == 1:
        return t(f"Klart bedre end landet: {named[0]}.", f"Clearly better than the country: {named[0]}.")
    many = digits(len(found), lang)
    most = t(", mest ", ", most of all ") if len(found) > _BEST else t(": ", ": ")
    listed = fmt.listed(named, lang)
    return t(f"Klart bedre end landet på {many} indikatorer{most}{listed}.",
             f"Clearly better than the country on {many} indicators{most}{listed}.")  # fmt: skip


_BEST = 2  # indicators that the lead names


def largest_change(rows: Sequence[DepartmentRow]) -> tuple[DepartmentRow, Cell, Cell] | None:
    """The indicator that moved most since the period before, among those whose two intervals do not overlap.

    Both results must bear a sentence (tables.foundation).
    """
    found = []
    for number, row in enumerate(rows):
        earlier, now = row.own[before(row.period)], row.now
        if not both_bear(earlier, now):
            continue
        if earlier.upper < now.lower or now.upper < earlier.lower:
            found.append((abs(now.rate - earlier.rate), -number, row, earlier, now))
    return max(found, key=lambda one: one[:2])[2:] if found else None


def _changed(context: Reader, rows: Sequence[DepartmentRow]) -> str:
    best = largest_change(rows)
    if best is None:
        return ""
    row, last, now = best
    name = names([row], rows, context.lang)[0]
    name = name[:1].upper() + name[1:]
    old, new = (fmt.percent(cell.rate, 1, context.lang) for cell in (last, now))
    years = row.indicator.survival_years
    one, two = (
        fmt.period(years_before(period, years), context.first_month, context.lang)
        for period in (before(row.period), row.period)
    )
    verb = context.t("steg", "rose") if now.rate > last.rate else context.t("faldt", "fell")
    return context.t(
        f"{name} {verb} fra {old} i {one} til {new} i {two}.", f"{name} {verb} from {old} in {one} to {new} in {two}."
    )


def _rest(context: Reader, rows: Sequence[DepartmentRow]) -> str:
    """'To indikatorer er klart opfyldt, fire er sandsynligvis opfyldt og to er uafklaret.'"""
    t, lang, counts = context.t, context.lang, tally_of(rows)
    pieces = []
    if counts.met and counts.met != counts.judged:
        noun = t("indikator" if counts.met == 1 else "indikatorer", "indicator" if counts.met == 1 else "indicators")
        many, be = counted(counts.met, lang), "is" if counts.met == 1 else "are"
        pieces.append(t(f"{many} {noun} er klart opfyldt", f"{many} {noun} {be} clearly met"))
    unsure = [row for row in rows if row.kind == "uncertain"]
    if not unsure or counts.judged == 1:
        return f"{pieces[0]}." if pieces else ""
    grades = [name for name in GRADED if getattr(counts, name)]
    for name in grades:
        number = getattr(counts, name)
        word, be = verdicts.verdict_text(name, lang), "is" if number == 1 else "are"
        pieces.append(t(f"{_ones(context, number)} er {word}", f"{_ones(context, number)} {be} {word}"))
    text = fmt.listed(pieces, lang)
    text = f"{text[:1].upper()}{text[1:]}"
    if len(grades) == 1:
        text += _few(context, sum((row.now.denominator or 0) < FEW for row in unsure), len(unsure))
    return f"{text}."


def _ones(context: Reader, number: int) -> str:
    word = counted(number, context.lang)
    return word[:1].lower() + word[1:]


def _few(context: Reader, small: int, among: int) -> str:
    t = context.t
    if not small:
        return ""
    if among == 1:
        return t(f" (under {FEW} patienter)", f" (fewer than {FEW} patients)")
    if small == among:
        return t(f", alle på under {FEW} patienter", f", all on fewer than {FEW} patients")
    number = counted(small, context.lang).lower() if small < 10 else fmt.count(small, context.lang)
    return t(f", {number} af dem på under {FEW} patienter", f", {number} of them on fewer than {FEW} patients")


def _hidden(context: Reader, rows: Sequence[DepartmentRow]) -> str:
    hidden = tally_of(rows).hidden
    if not hidden:
        return ""
    number, one = counted(hidden, context.lang), hidden == 1
    return context.t(
        f"{number} resultat{'' if one else 'er'} på få patienter er skjult.",
        f"{number} result{' on few patients is' if one else 's on few patients are'} hidden.",
    )
