"""Survival of the chosen units: curves, and a table at one and five years beside the country."""

from __future__ import annotations

from dataclasses import replace

from exports.compare import EXPORT
from figures import survival as drawing
from layouts.frame import shell
from layouts.parts import downloads, html, tables
from layouts.parts import figure as figures
from results.compare.departments import NOT_PUBLIC, survival_by_unit, survives
from results.survival.curves import HORIZON, Survival
from words import answer, whom
from words import format as fmt
from words import survival as text
from words.chosen.compare import ChosenUnits, page_of
from words.chosen.survival import cohort_text


def section(chosen: ChosenUnits) -> html.Div | html.Section | None:
    """Curves and table beside each other; None where none of the units has cases of either cohort."""
    if not chosen.shows_patients:
        title = chosen.context.t("Overlevelse", "Survival")
        return shell.section(title, html.P(NOT_PUBLIC.in_(chosen.context.lang)), id="overlevelse")
    one, five = survival_by_unit(chosen.context.view, chosen.level)
    if not any(survives(result, unit) for result in (one, five) for unit in chosen.units):
        return None
    return html.Div(shell.columns(_curves(chosen, five), _table(chosen, one, five)), id="overlevelse")


def _curves(chosen: ChosenUnits, result: Survival) -> html.Div:
    context, t = chosen.context, chosen.context.t
    lines, left_out = drawing.drawn(result, context, chosen.units)
    diagnosed = cohort_text(context, result.cohort)
    title = t(f"Overlevelse efter diagnose {diagnosed}", f"Survival after diagnosis {diagnosed}")
    if not lines:
        return html.Div(
            shell.section(title, html.P(" ".join(left_out) or t("Ingen kurver.", "No curves.")), of=context)
        )
    pages = {unit.code: page_of(unit) for unit in chosen.units}
    answers = [
        (each.known, each.colour,
         replace(answer.of_curve(context, result, each.group), path=pages.get(each.known, "").partition("#")[0]))
        for each in lines
    ]  # fmt: skip
    names = fmt.listed([each.name for each in lines], context.lang)
    pieces = [
        t("Kaplan-Meier med 95 %-bånd (log-log), alle dødsårsager.",
          "Kaplan–Meier with 95% band (log-log), all causes of death."),
        *left_out,
    ]  # fmt: skip
    forms = []
    for form, kind in ((drawing.WIDE, "wide"), (drawing.PHONE, "phone")):
        figure = figures.figure(
            "kurver" if kind == "wide" else "kurver-telefon",
            drawing.curves(result, lines, context, form),
            context=context,
            title=title,
            height=drawing.height(lines, form),
            alt=f"{title}: {names}",
            caption=" ".join(pieces),
            downloads=downloads.links(context, EXPORT, "kurver"),
            curves=(answer.months(context, 12 * HORIZON), answers),
        )
        forms.append(html.Div(figure, className=f"only-{kind}"))
    return html.Div(forms)


def _table(chosen: ChosenUnits, one: Survival, five: Survival) -> html.Section:
    context, t = chosen.context, chosen.context.t
    results = ((1, one), (HORIZON, five))
    columns = [tables.Heading(chosen.noun.one.capitalize(), "left")]
    for years, result in results:
        name = t(f"{years} år, %", f"{years} year{'s' if years > 1 else ''}, %")
        columns.append(tables.Heading(name, sub=f"{t('diag.', 'diag.')} {cohort_text(context, result.cohort)}"))
    rows = []
    for unit in chosen.units:
        cells = [_cell(chosen, result, survives(result, unit), years) for years, result in results]
        own = unit.code == chosen.own
        rows.append(tables.Row(chosen.names[unit.code], cells, own=own, unit=unit.code))
    cells = [_cell(chosen, result, result.nation, years) for years, result in results]
    rows.append(tables.Row(t("Danmark", "Denmark"), cells, kind="total"))
    title = t("1- og 5-års overlevelse", "1- and 5-year survival")
    head = html.Div(
        [html.H2(f"{title}{whom.suffix(context)}"),
         html.Div(downloads.line(context, EXPORT, "overlevelse"), className="figure-links")],
        className="section-head",
    )  # fmt: skip
    note = t(
        f"Alle patienter, som {chosen.noun.all} er ansvarlige for. Alder, stadie og komorbiditet forklarer en del af "
        "forskellene.",
        f"All patients under the responsibility of {chosen.noun.all}. Age, stage and comorbidity explain part of the "
        "differences.",
    )
    return html.Section(
        [head, tables.table(title, columns, rows, css="plain"), shell.caption(note)], className="section"
    )


def _cell(chosen: ChosenUnits, result: Survival, group, years: int) -> object:
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    point = None if group is None else result.point(group, years)
    if point is None or point.state == "no_cases":
        return html.Span(t("ingen forløb", "no cases"), className="light")
    cases = [] if point.cases is None else [f"n {fmt.count(point.cases, lang)}"]
    if point.estimate is None:
        return tables.cell(html.Span(text.short_reason(point, context), className="light"), *cases)
    shown = html.Strong(fmt.percent_number(point.estimate, 1, lang))
    return tables.cell(shown, text.limits(point, context), *cases)
