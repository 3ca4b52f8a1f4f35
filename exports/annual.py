"""The annual report's table of an indicator (RKKP template): on its page, as a file and in the report."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from data.period import is_span, years_before
from results.audit import Cell, UnitTable
from results.indicator.report import ReportRow, ReportTable
from results.table import Column, Kind, Link, Named, On, Printed, Role, Said, Table, TableRow, of
from words import format as fmt
from words import indicator as words
from words.indicator import hidden_note
from words.reader import Reader

#: The keys of the report's three years, the current one first.
YEARS = ("current", "year_before", "two_years_before")


def of_report(context: Reader, report: ReportTable, table: UnitTable) -> Table:
    """The annual report's table: counts in columns of their own, shares as printed, in a workbook as numbers."""
    notes = itertools.count(1)
    rows = tuple(_report_row(context, report, row, notes) for row in report.rows)
    return Table(caption(context, table), _report_columns(context, report), rows, id="aarsrapport")


def _report_columns(context: Reader, report: ReportTable) -> tuple[Column, ...]:
    t = context.t
    _, standard, _, missing, *years = (" ".join(part for part in pair if part) for pair in headings(context, report))
    counts = of(Kind.COUNT, t("Antal", "Number"), keys="denominator")
    if report.has_numerator:  # each in a column: Excel makes a date of 5/5
        counts = of(Kind.COUNT, t("Tæller", "Numerator"), t("Nævner", "Denominator"), keys="numerator denominator")
    ends = (t("nedre 95 %", "lower 95%"), t("øvre 95 %", "upper 95%"))
    number, share = t("Uoplyst", "Missing"), t("Uoplyst, andel", "Missing, share")
    missing_parts = (*of(Kind.COUNT, number), *of(Kind.SHARE, share, decimals=report.decimals))
    periods = [head for head, _ in headings(context, report)[4:]]
    return (
        *of(Kind.TEXT, t("Enhed", "Unit"), keys="unit"), *of(Kind.CODE, t("Enhedskode", "Unit code"), keys="code"),
        *of(Kind.TEXT, standard, keys="answer"), *counts,
        Column(missing, Kind.PRINTED, parts=missing_parts, key="missing"),
        *(Column(year, Kind.PRINTED, key=key,
                 parts=of(Kind.SHARE, head, *(f"{head}, {end}" for end in ends), decimals=report.decimals))
          for key, year, head in zip(YEARS, years, periods, strict=True)),
        *of(Kind.COUNT, t("Note", "Note"), keys="note", on=On.PAGE),
    )  # fmt: skip


def _report_row(context: Reader, report: ReportTable, row: ReportRow, notes: Iterator[int]) -> TableRow:
    t, cell, unit = context.t, row.current, row.unit
    words_of = {True: ("yes", t("Ja", "Yes")), False: ("no", t("Nej", "No")), None: ("", fmt.NONE)}
    counts = (cell.numerator, cell.denominator) if report.has_numerator else (cell.denominator,)
    if cell.hidden:
        counts = (Said.HIDDEN,) * len(counts)
    is_missing_hidden = cell.missing_hidden or cell.missing is None
    missing = (Said.HIDDEN,) * 2 if is_missing_hidden else (cell.missing, cell.missing_share)
    shares = [
        Printed(
            _share_text(context, report, one),
            (Said.HIDDEN,) * 3 if one.hidden else (one.rate, one.lower, one.upper),
        )
        for one in row.cells
    ]
    values_ = (
        words.full_name(context, unit), unit.code, Named(*words_of[row.answer], absent=row.answer is None), *counts,
        Printed(_missing_text(context, report, cell), missing), *shares, None if row.note is None else next(notes),
    )  # fmt: skip
    role = {"nation": Role.TOTAL, "region": Role.REGION, "department": Role.UNIT}[unit.level]
    is_department = unit.level == "department" and bool(unit.code)
    return TableRow(
        values_,
        role,
        own=is_department and unit.code == context.state.unit,
        key=f"{unit.level}.{unit.code}",
        link=Link("unit", unit.code) if is_department else None,
    )


def caption(context: Reader, table: UnitTable) -> str:
    """'MDT før første behandling. Behandlende afdeling, DCCG 2025.'"""
    t = context.t
    if table.view.place == "treating":
        place = t("Behandlende afdeling", "Treating department")
    else:
        place = t("Bopælsregion", "Region of residence")
    who = f", {context.patients_text()}" if context.state.filtered else ""
    return f"{words.title(context, table)}. {place}, {context.database} {context.period_label}{who}."


def headings(context: Reader, report: ReportTable) -> list[tuple[str, str]]:
    """Two lines for each of the seven columns."""
    t = context.t
    standard = report.standard
    value = fmt.standard(standard.operator, standard.value, context.lang) if standard else ""
    shift = report.indicator.survival_years
    years = [fmt.period(years_before(period, shift), context.first_month, context.lang) for period in report.periods]
    now = t("Aktuelle år", "Current year")
    if is_span(context.period):
        now = t("Aktuel periode", "Current period")
    share = t("% (95 % CI)", "% (95% CI)")
    current = f"{now} {context.period_label}"
    before = years[1:]
    if shift:
        current = t(f"{now} {context.period_label}: diagn. {years[0]}", f"{now}: diagnosed {years[0]}")
        before = [t(f"diagn. {year}", f"diagnosed {year}") for year in years[1:]]
    return [
        ("", ""),
        (f"Standard {value}".strip(), t("opfyldt", "met")),
        (t("Tæller/", "Numerator/"), t("nævner", "denominator"))
        if report.has_numerator
        else (t("Antal", "Number"), "n"),
        (t("Uoplyst", "Missing"), t("antal (%)", "count (%)")),
        (current, share),
        *((year, share) for year in before),
    ]


def _share_text(context: Reader, report: ReportTable, cell: Cell) -> str:
    if cell.hidden:
        return context.t("skjult", "hidden")
    if cell.rate is None:
        return fmt.NONE
    rate = fmt.percent_number(cell.rate, report.decimals, context.lang)
    if cell.lower is None or cell.upper is None:
        return rate
    return f"{rate} ({fmt.interval(cell.lower, cell.upper, report.decimals, context.lang)})"


def _missing_text(context: Reader, report: ReportTable, cell: Cell) -> str:
    if cell.missing_hidden or cell.missing is None:
        return context.t("skjult", "hidden")
    count = fmt.count(cell.missing, context.lang)
    if cell.missing_share is None:
        return count
    return f"{count} ({fmt.percent_number(cell.missing_share, report.decimals, context.lang)})"


def rounding_note(context: Reader, report: ReportTable, row: ReportRow) -> str:
    """'Afgjort på den uafrundede andel: Sjælland 89,6 % vises som 90, men opfylder ikke standarden.'"""
    lang, rate = context.lang, row.current.rate
    name = words.unit_name(context, row.unit)
    exact, shown = fmt.percent(rate, row.note, lang), fmt.percent_number(rate, report.decimals, lang)
    holds_da = "opfylder standarden" if row.answer else "opfylder ikke standarden"
    holds_en = "meets the standard" if row.answer else "does not meet the standard"
    return context.t(
        f"Afgjort på den uafrundede andel: {name} {exact} vises som {shown}, men {holds_da}.",
        f"Decided on the unrounded share: {name} {exact} is shown as {shown}, but {holds_en}.",
    )


def general_notes(context: Reader, report: ReportTable) -> list[str]:
    """The foot-notes that concern the whole table."""
    t = context.t
    notes = []
    if report.target is not None:
        goal = fmt.standard(report.target.operator, report.target.value, context.lang)
        notes.append(
            t(
                f"Udviklingsmålet {goal} er ikke en standard og afgøres ikke med ja eller nej.",
                f"The development target {goal} is no standard and is not answered by yes or no.",
            )
        )
    if report.has_numerator:
        notes.append(
            t(
                "Ja eller nej gælder den uafrundede andel. Uoplyst % = uoplyste / (uoplyste + nævner).",
                "Yes or no is of the unrounded share. Missing % = missing / (missing + denominator).",
            )
        )
    else:
        notes.append(
            t(
                "Kaplan-Meier har ingen tæller; antal er alle forløb i kohorten.",
                "Kaplan–Meier has no numerator; the number is all cases of the cohort.",
            )
        )
    notes.append(t("Ikke case-mix-justeret.", "Not adjusted for case mix."))
    if report.hides:
        notes.append(hidden_note(context))
    return notes
