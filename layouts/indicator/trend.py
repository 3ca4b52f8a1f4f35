"""The trend by region as small multiples: one panel for the country, each region and the reader's own department."""

from __future__ import annotations

from dataclasses import replace

from exports.indicator import of_units
from figures import theme
from figures import trend as trends
from layouts.parts import answers, downloads, html, runs, tables
from layouts.parts import figure as figures
from results.audit import Unit, UnitTable
from results.cube import DEFINITION_VERSION
from results.table import Line, Role
from words import answer, values
from words import format as fmt
from words import indicator as words
from words.reader import Reader


def section(context: Reader, table: UnitTable) -> list:
    """The trend for wide screens (one row of panels) and for phones (two columns); nothing without two results."""
    trend = trends.trend_of(context, table)
    if trend is None:
        return []
    first, last = (fmt.period(year, context.first_month, context.lang) for year in (trend.years[0], trend.years[-1]))
    span = f"{first}{fmt.EN_DASH}{last}"
    heading = context.t(f"Udvikling {span} pr. region", f"Trend {span} by region")
    if table.indicator.survival_years:
        heading = context.t(f"Udvikling pr. region, diagnosticeret {span}", f"Trend by region, diagnosed {span}")
    forms = []
    for id, columns, css in (("udvikling", len(trend.units), "only-wide"), ("udvikling-smal", 2, "only-phone")):
        fig = trends.figure(trend, columns)
        part = figures.figure(
            id,
            fig,
            context=context,
            title=heading,
            export_title=f"{words.title(context, table)}. {heading}",
            height=fig["layout"]["height"],
            alt=trends.alt(trend),
            caption=runs.drawn(trends.caption(trend)),
            definition=f"definition {DEFINITION_VERSION}",
            downloads=downloads.links(context, "indikator-udvikling", table.indicator.id),
            twin=_twin(trend, heading),
            cards=_cards(trend),
        )
        forms.append(html.Div(part, className=f"trend {css}"))
    return forms


def _cards(trend: trends.Trend) -> dict[str, answer.Answer]:
    """Every point of every panel, panel by panel."""
    return {
        answers.key(theme.known_as(unit), year): answer.of_unit(
            trend.context, trend.table, unit, trends.period_of(trend, year)
        )
        for unit in trend.units
        for year in trend.years
        if trend.cell(unit, year).rate is not None
    }


def _twin(trend: trends.Trend, heading: str) -> html.Div:
    context, lang, shift = trend.context, trend.context.lang, trend.table.indicator.survival_years
    shown = of_units(context, trend.table, ("nation", "region"))
    labels = {words.cohort(context, trend.table, year + shift): year for year in trend.years}
    known = {(line["period"], line.row.key): line for line in shown.lines}

    def text(unit: Unit) -> tables.Draw:
        def draw(line: Line) -> object:
            cell = known[line["period"], f"{unit.level}.{unit.code}"]
            if cell.number("rate") is None:
                return values.percent_number(cell, "rate", lang)
            limits = "" if cell.number("lower") is None else f"({values.limits(cell, 'lower', 'upper', lang)})"
            return tables.cell(values.percent_number(cell, "rate", lang), limits)

        return draw

    columns = [
        tables.Heading(context.t("År", "Year"), "left", of="period"),
        *(tables.Heading(words.unit_name(context, unit), draw=text(unit)) for unit in trend.units),
    ]
    nation = f"{trend.table.nation.level}.{trend.table.nation.code}"
    lines = [known[period, nation] for period in labels]
    lines = [replace(line, row=replace(line.row, role=Role.PLAIN)) for line in lines]
    plain = replace(shown, id="")  # in the order of time
    return tables.drawn(context, plain, columns, caption=f"{heading}: % (95 % CI)", lines=lines)
