"""The file of the comparison: its indicators, survival with its curves, and case mix, of the chosen units."""

from __future__ import annotations

from data.output import UsageError
from exports.cells import cell_columns, cell_values
from exports.department import by_treatment
from exports.files import Sheet
from exports.registry import export
from results import department as data
from results.compare.departments import NOT_PUBLIC, most_different_first, side_by_side, survival_by_unit, survives
from results.compare.matrix import matrix
from results.compare.units import cases_of, mix_of
from results.survival.curves import YEAR, YEARS
from results.table import Column, Kind, Said, Table, Value, of
from words import format as fmt
from words import survival as text
from words.chosen import compare as choices
from words.chosen.compare import NOUNS, ChosenUnits
from words.chosen.survival import cohort_text
from words.reader import Reader

EXPORT = "sammenlign"
MATRIX = "matrix"
#: Its subjects; "" the indicators.
SUBJECTS = ("", "overlevelse", "kurver", "casemix")


@export(EXPORT, choices.EXTRAS)
def comparison(context: Reader, subject: str) -> Sheet:
    """The chosen units side by side; ``subject``: one of :data:`SUBJECTS`."""
    chosen = choices.read(context)
    if subject not in SUBJECTS:
        raise UsageError(f"emne={subject}: this file has no such subject; there are {', '.join(SUBJECTS[1:])}")
    if chosen.problems:
        # A file must never hold other numbers than its address asks for.
        raise UsageError("; ".join(one.text(context.lang) for one in chosen.problems))
    if not chosen.units:
        raise UsageError(f"no {NOUNS[chosen.level][1].one} is chosen: write enheder=CODE,CODE")
    if subject and not chosen.shows_patients:
        raise UsageError(f"emne={subject}: {NOT_PUBLIC.in_(context.lang)}")
    made = {"": _indicators, "overlevelse": _survival, "kurver": _curves, "casemix": _case_mix}[subject]
    return made(chosen)


def _title(chosen: ChosenUnits, what: str) -> str:
    context = chosen.context
    listed = fmt.listed([one.name for one in chosen.units], context.lang)
    return f"{what}: {listed}, {context.database} {context.period_label}"


def _of_units(chosen: ChosenUnits) -> tuple[Column, ...]:
    t = chosen.context.t
    return (*of(Kind.TEXT, t("Enhed", "Unit")), *of(Kind.CODE, t("Enhedskode", "Unit code")))


def _indicators(chosen: ChosenUnits) -> Sheet:
    """Every indicator in the order of the page, a row for each unit and the country."""
    context, t = chosen.context, chosen.context.t
    columns = (
        *of(Kind.TEXT, t("Indikator", "Indicator")),
        *of(Kind.CODE, t("Indikatorkode", "Indicator code"), t("Lokalisation", "Site")),
        *_of_units(chosen),
        *of(Kind.PERIOD, t("Periode", "Period")),
        *cell_columns(context),
    )
    rows = side_by_side(context.view, chosen.units)
    lines: list[tuple[Value, ...]] = []
    for one in most_different_first(rows) if chosen.order == "forskel" else rows:
        identity = (one.any.title.in_(context.lang), one.any.indicator.id, one.any.site)
        for unit, row in zip(chosen.units, one.rows, strict=True):
            if row is not None:
                lines.append(
                    (*identity, unit.name, unit.code, context.period_label, *cell_values(context, row, row.now))
                )
        nation = one.any.nation[one.any.period]
        country = t("Danmark", "Denmark")
        lines.append((*identity, country, "", context.period_label, *cell_values(context, one.any, nation)))
    title = _title(chosen, t("Indikatorer", "Indicators"))
    return Sheet(t("Sammenligning", "Comparison"), Table(title, columns, tuple(lines)), by_treatment(context))


def _survival(chosen: ChosenUnits) -> Sheet:
    """The 1-year survival of the one cohort, the survival at each year of the other."""
    context, t = chosen.context, chosen.context.t
    columns = (
        *_of_units(chosen),
        *of(Kind.PERIOD, t("Diagnosticeret", "Diagnosed")),
        *of(Kind.YEARS, t("År fra diagnosen", "Years since diagnosis"), decimals=0),
        *of(Kind.COUNT, t("Forløb", "Cases"), t("Døde", "Deaths"), t("I risiko", "At risk")),
        *of(Kind.SHARE, t("Overlevelse", "Survival"), t("Nedre 95 %", "Lower 95%"), t("Øvre 95 %", "Upper 95%")),
        *of(Kind.TEXT, t("Note", "Note")),
    )
    one, five = survival_by_unit(context.view, chosen.level)
    lines: list[tuple[Value, ...]] = []
    for result, years in ((one, (1,)), (five, YEARS[1:])):
        for unit in (*chosen.units, None):
            group = result.nation if unit is None else survives(result, unit)
            if group is None:
                continue
            identity = (t("Danmark", "Denmark"), "") if unit is None else (unit.name, unit.code)
            for year in years:
                point = result.point(group, year)
                gone = Said.HIDDEN if point.state == "hidden" else None
                numbers = (point.cases, point.events, point.at_risk, point.estimate, point.lower, point.upper)
                shown = (gone if value is None else value for value in numbers)
                note = text.reason(point, context) if point.state else ""
                lines.append((*identity, cohort_text(context, result.cohort), year, *shown, note))
    title = _title(chosen, t("Overlevelse", "Survival"))
    return Sheet(t("Overlevelse", "Survival"), Table(title, columns, tuple(lines)), by_treatment(context))


def _curves(chosen: ChosenUnits) -> Sheet:
    """The points of the curves as drawn: rounded to four decimals, steps to the right."""
    context, t = chosen.context, chosen.context.t
    columns = (
        *_of_units(chosen),
        *of(Kind.PERIOD, t("Diagnosticeret", "Diagnosed")),
        *of(Kind.DAYS, t("Dage fra diagnosen", "Days since diagnosis")),
        *of(Kind.SHARE, t("Overlevelse", "Survival"), t("Nedre 95 %", "Lower 95%"), t("Øvre 95 %", "Upper 95%")),
    )
    _, result = survival_by_unit(context.view, chosen.level)
    lines: list[tuple[Value, ...]] = []
    for unit in (*chosen.units, None):
        group = result.nation if unit is None else survives(result, unit)
        line = None if group is None else result.line(group)
        if line is None or len(line.years) < 2:
            continue
        identity = (t("Danmark", "Denmark"), "") if unit is None else (unit.name, unit.code)
        cohort = cohort_text(context, result.cohort)
        points = zip(line.years, line.estimate, line.lower, line.upper, strict=True)
        lines += [(*identity, cohort, round(years * YEAR), *values) for years, *values in points]
    title = _title(chosen, t("Overlevelseskurver", "Survival curves"))
    return Sheet(t("Kurver", "Curves"), Table(title, columns, tuple(lines)), by_treatment(context))


def _case_mix(chosen: ChosenUnits) -> Sheet:
    """The cases and the share of each category of the case-mix variables."""
    context, t = chosen.context, chosen.context.t
    columns = (
        *of(Kind.TEXT, t("Variabel", "Variable"), t("Kategori", "Category")),
        *_of_units(chosen),
        *of(Kind.COUNT, t("Forløb", "Cases")),
        *of(Kind.SHARE, t("Andel", "Share")),
    )
    lines: list[tuple[Value, ...]] = []
    for unit in chosen.units:
        cases = cases_of(context.view, unit)
        every = Said.HIDDEN if cases is None else cases
        lines.append((t("Forløb", "Cases"), t("alle", "all"), unit.name, unit.code, every, None))
        for mix in mix_of(context.view, unit):
            for one in mix.shares:
                known = (Said.HIDDEN, Said.HIDDEN) if one.own_count is None else (one.own_count, one.own)
                lines.append((mix.title.in_(context.lang), one.label.in_(context.lang), unit.name, unit.code, *known))
    nation = data.national_volume(context.view, context.period)
    everyone = Said.HIDDEN if nation is None else nation
    lines.append((t("Forløb", "Cases"), t("alle", "all"), t("Danmark", "Denmark"), "", everyone, None))
    for mix in mix_of(context.view, chosen.units[0]):
        for one in mix.shares:
            share = Said.HIDDEN if one.nation is None else one.nation
            country = t("Danmark", "Denmark")
            lines.append((mix.title.in_(context.lang), one.label.in_(context.lang), country, "", None, share))
    title = _title(chosen, t("Patientsammensætning", "Case mix"))
    return Sheet(t("Case-mix", "Case mix"), Table(title, columns, tuple(lines)), by_treatment(context))


@export(MATRIX)
def every_cell(context: Reader, subject: str) -> Sheet:
    """All departments of the database × its indicators: a row for each cell, and the country's."""
    if subject:
        raise UsageError(f"emne={subject}: this file has no such subject; leave emne out")
    t, found = context.t, matrix(context.view)
    columns = (
        *of(Kind.TEXT, t("Indikator", "Indicator")),
        *of(Kind.CODE, t("Indikatorkode", "Indicator code"), t("Lokalisation", "Site")),
        *of(Kind.TEXT, t("Enhed", "Unit")), *of(Kind.CODE, t("Enhedskode", "Unit code")),
        *cell_columns(context),
    )  # fmt: skip
    units = [unit for _, _, members in found.regions for unit in members]
    lines: list[tuple[Value, ...]] = []
    for column in found.columns:
        identity = (column.title.in_(context.lang), column.indicator.id, column.site)
        lines.append((*identity, t("Danmark", "Denmark"), "", *cell_values(context, column, column.nation)))
        for unit in units:
            if (cell := found.cells.get((unit.code, column.key))) is not None:
                lines.append((*identity, unit.name, unit.code, *cell_values(context, column, cell)))
    title = t(f"Afdelinger og indikatorer i {context.database} {context.period_label}",
              f"Departments and indicators of {context.database} {context.period_label}")  # fmt: skip
    return Sheet("Matrix", Table(title, columns, tuple(lines)), by_treatment(context))
