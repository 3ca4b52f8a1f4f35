"""Sentences of the annual report: what the numbers of an indicator are, and what they add up to.

Every number is one of the tables beside the sentence; where a result rests on too little (results.foundation) it is
given with what it rests on, and nothing is concluded from it.
"""

from __future__ import annotations

from collections.abc import Sequence

from results.audit import Cell, OverviewRow, Unit, UnitTable
from results.foundation import bears
from words import format as fmt
from words import indicator as words
from words import overview
from words.reader import Reader


def measured(context: Reader, table: UnitTable) -> str:
    """The country in numbers: counts, share, interval, missing, and the years before."""
    t, lang, cell = context.t, context.lang, table.cell(table.nation)
    when = words.cohort(context, table)
    if cell.hidden:
        return t(f"Resultatet for hele landet i {when} er skjult.", f"The country's result for {when} is hidden.")
    if cell.rate is None:
        return t(f"Der er ingen forløb i nævneren i {when}.", f"No case is in the denominator in {when}.")
    rate = fmt.percent(cell.rate, 1, lang)
    limits = f", {t(f'95{fmt.NBSP}%-interval', '95% interval')} {_limits(cell, lang)}" if cell.lower is not None else ""
    if table.indicator.survival_years:
        many = fmt.count(cell.denominator, lang)
        text = t(
            f"Af {many} patienter diagnosticeret i {when} var {rate} i live efter "
            f"{_years(table.indicator.survival_years, 'da')}{limits}.",
            f"Of {many} patients diagnosed in {when}, {rate} were alive after "
            f"{_years(table.indicator.survival_years, 'en')}{limits}.",
        )
    else:
        of = fmt.of(cell.numerator, cell.denominator, lang)
        text = t(f"Hele landet {when}: {of}, det er {rate}{limits}.", f"Whole country {when}: {of}, {rate}{limits}.")
    return " ".join(one for one in (text, _missing(context, cell), _before(context, table)) if one)


def _limits(cell: Cell, lang: str) -> str:
    return fmt.interval(cell.lower, cell.upper, 1, lang)


def _years(years: int, lang: str) -> str:
    return f"{years} år" if lang == "da" else f"{years} year{'s' if years > 1 else ''}"


def _missing(context: Reader, cell: Cell) -> str:
    t, lang = context.t, context.lang
    if cell.missing_hidden or cell.missing is None:
        return t("Antallet af uoplyste er skjult.", "The number of missing is hidden.")
    if not cell.missing:
        return t("Ingen er uoplyst.", "None is missing.")
    share = "" if cell.missing_share is None else f" ({fmt.percent(cell.missing_share, 1, lang)})"
    return t(f"Uoplyst: {fmt.count(cell.missing, lang)}{share}.", f"Missing: {fmt.count(cell.missing, lang)}{share}.")


def _before(context: Reader, table: UnitTable) -> str:
    """'Året før 93,1 %, to år før 92,8 %.'"""
    t, lang, parts = context.t, context.lang, []
    names = (t("Året før", "The year before"), t("to år før", "two years before"))
    for back, name in enumerate(names, start=1):
        cell = table.cell(table.nation, table.view.period - back)
        if cell.rate is not None:
            parts.append(f"{name} {fmt.percent(cell.rate, 1, lang)}")
    text = ", ".join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def spread(context: Reader, table: UnitTable) -> str:
    """Between which units the shares lie, of those with enough patients; '' for fewer than two."""
    known = [unit for unit in words.with_result(table) if bears(table.cell(unit))]
    if len(known) < 2:
        return ""
    ordered = sorted(known, key=lambda unit: table.cell(unit).rate)
    low, high = (_named(context, table, unit) for unit in (ordered[0], ordered[-1]))
    t = context.t
    whom = t("Enhederne", "The units") if words.of_units(table) else t("Afdelingerne", "The departments")
    left = len(words.with_result(table)) - len(known)
    enough = t(" med patienter nok", " with enough patients") if left else ""
    return t(f"{whom}{enough} spænder fra {low} til {high}.", f"{whom}{enough} range from {low} to {high}.")


def _named(context: Reader, table: UnitTable, unit: Unit) -> str:
    rate = fmt.percent(table.cell(unit).rate, 1, context.lang)
    return f"{rate} ({words.unit_name(context, unit, prose=True)})"


def judged(context: Reader, row: OverviewRow, among: Sequence[OverviewRow] = ()) -> str:
    """A line of the conclusions: 'Anastomoselækage (kolon): 7,1 % (6,2–8,1) mod standarden ≤ 5 %.'

    ``among``: the rows of the list, of which two may have one title: 'Død efter operation (30 dage): …'.
    """
    t, lang, cell = context.t, context.lang, overview.current(row)
    name = overview.names([row], among or [row], lang)[0]
    rate = fmt.percent(cell.rate, 1, lang)
    limits = f" ({_limits(cell, lang)})" if cell.lower is not None else ""
    goal = fmt.standard(row.standard.operator, row.standard.value, lang)
    kind = t("udviklingsmålet", "the target of") if row.is_target else t("standarden", "the standard of")
    return f"{name[:1].upper()}{name[1:]}: {rate}{limits} {t('mod', 'against')} {kind} {goal}."
