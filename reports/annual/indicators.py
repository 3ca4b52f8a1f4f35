"""An indicator's section: finding, definition, the RKKP table, figures, generated text, comments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from exports import annual
from figures import departments, funnel, trend
from indicators.declaration import FAMILIES
from reports.content import (
    Block,
    ChartedUnit,
    FactList,
    Illustration,
    NativeChart,
    Paragraph,
    Part,
    PrintedTable,
    Remark,
    Shown,
    Slide,
    column,
    unit,
)
from results.audit import OverviewRow, UnitTable, goal, unit_table
from results.indicator.report import report_table
from results.nodes import divisible
from results.table import Line
from results.variation.comparison import Comparison, comparison, divided
from words import definition, stamps, values, verdicts
from words import format as fmt
from words import indicator as words
from words import report as text
from words import variation as words_of_comparison
from words.chosen import comparison as choices
from words.reader import Reader
from words.runs import Runs, TextPart

#: px that a figure is drawn wide: its letters are then 8 points on the page.
WIDTH = 680
#: Of the width, so that the figures after the units' share a page.
_FUNNEL = 0.78
#: Departments that a slide's picture holds; a longer one shows the country, the regions and those that stand out.
_ON_A_SLIDE = 22


Compared = tuple[choices.ChosenComparison, Comparison]


@dataclass(frozen=True)
class Measured:
    """An indicator of the report, or one site of it: ``number`` in the report, its results."""

    context: Reader
    row: OverviewRow
    number: int
    table: UnitTable

    @property
    def id(self) -> str:
        site = f"-{self.row.site}" if self.row.site else ""
        return f"indikator-{self.row.indicator.id}{site}"

    @property
    def title(self) -> str:
        return words.title(self.context, self.table)


def sections(context: Reader, rows: tuple[OverviewRow, ...]) -> tuple[Measured, ...]:
    """The indicators that the report has a section of, numbered in their order."""
    found = []
    for row in rows:
        view = context.view.for_site(row.site)
        if row.not_reported is None and divisible(view, row.indicator.id):
            found.append(Measured(context, row, len(found) + 1, unit_table(view, row.indicator.id)))
    return tuple(found)


def part(section: Measured, remarks: tuple[Remark, ...] = (), discussed: bool = True) -> Part:
    """The section as it is printed; ``discussed``: it has a slide too."""
    context, indicator = section.context, section.row.indicator
    t = context.t
    family = next(one for one in FAMILIES if one.id == indicator.family).title.in_(context.lang)
    sentences = words.finding(context, section.table)
    facts = definition.facts(context, indicator, section.table, section.table.standard)
    compared = _compared(section)
    pictures = list(_pictures(section, compared))
    blocks: list[Block] = [
        Paragraph(" ".join(sentences), "finding"),
        FactList(tuple(facts)),
        rkkp(section),
        *pictures,
        *([Paragraph(compared, "note")] if isinstance(compared, str) else []),
        Paragraph(t("Resultat", "Result"), "heading"),
        Paragraph(" ".join(_result(section, compared))),
        *remarks,
    ]
    return Part(
        section.id,
        section.title,
        2,
        tuple(blocks),
        kicker=f"{t('Indikator', 'Indicator')} {section.number} · {family}",
        new_page=True,
        slide=Slide(" ".join(sentences), _chart(section), _points(section)) if discussed else None,
    )


def rkkp(section: Measured) -> PrintedTable:
    """The annual report's table: that of the page and of its file."""
    context, table = section.context, section.table
    report = report_table(table.view, table.indicator.id)
    shown = annual.of_report(context, report, table)
    heads, lang = annual.headings(context, report), context.lang

    def answer(line: Line) -> Runs:
        said = line["answer"]
        strong = TextPart(said.text, strong=True, tone="not_met") if said.key == "no" else said.text
        return [strong, TextPart(str(line["note"]), raised=True)] if line["note"] else [strong]

    counts = (
        Shown(
            heads[2][0], lambda line: values.fraction(line, "numerator", "denominator", lang), heads[2][1], width=1.35
        )
        if report.has_numerator
        else column(shown, "denominator", lang, heads[2][0], sub=heads[2][1], width=1.2)
    )
    columns = [
        unit(shown.column("unit").name, width=2.9),
        Shown(heads[1][0], answer, heads[1][1], left=True, width=1.1),
        counts,
    ]
    keys = ("missing", *annual.YEARS)
    for key, (head, sub) in zip(keys, heads[3:], strict=True):
        columns.append(
            column(shown, key, lang, head, sub=sub, left=False, width=1.15 if key == "missing" else 1.45,
                   current=key == annual.YEARS[0])
        )  # fmt: skip
    notes: list[Runs] = []
    rounded = [annual.rounding_note(context, report, row) for row in report.rows if row.note is not None]
    notes += [[TextPart(str(place), raised=True), f" {note}"] for place, note in enumerate(rounded, start=1)]
    notes.append([" ".join(annual.general_notes(context, report))])
    return PrintedTable(f"rkkp-{section.id}", shown, tuple(columns), annual.caption(context, table), tuple(notes))


def _pictures(section: Measured, compared: Compared | str) -> Iterator[Illustration]:
    if _drawable(section):
        yield _units(section, words.shown_units(section.table))
    if not isinstance(compared, str):
        yield _funnel(section, *compared)
    if (drawn := trend_of(section)) is not None:
        yield drawn


def _drawable(section: Measured) -> bool:
    """Whether any unit has a result to draw."""
    return any(section.table.cell(unit).rate is not None for unit in section.table.units)


def _units(section: Measured, units: list) -> Illustration:
    context, table = section.context, section.table
    t = context.t
    scale = departments.axis_of(table)
    marks = verdicts.key_text(context, space=", ")
    if table.standard is None:
        marks = t("● resultat (ingen standard)", "● result (no standard)")
    note = f"{marks}. {t('Streg: 95 %-interval.', 'Line: 95% interval.')} {scale.sentence(context.lang)}"
    if any(table.cell(unit).hidden for unit in units):
        note += f" {words.hidden_note(context)}"
    caption = t(
        f"{section.title} efter region og afdeling, {words.period_words(context, table)}.",
        f"{section.title} by region and department, {words.period_words(context, table)}.",
    )
    return Illustration(
        f"enheder-{section.id}",
        departments.drawn(context, table, units, scale),
        WIDTH,
        caption,
        " ".join((*words.finding(context, table), text.spread(context, table))).strip(),
        f"{note} {stamps.not_adjusted(context)}",
    )


def _chart(section: Measured) -> NativeChart | None:
    """The units for one slide: all of them where it holds them, else those that stand out, below the regions."""
    if not _drawable(section):
        return None
    context, table, units = section.context, section.table, words.shown_units(section.table)
    t, lang = context.t, context.lang
    left_out = len(units) > _ON_A_SLIDE
    if left_out:
        wrong = [unit.code for unit in words.clearly_wrong(table)][: _ON_A_SLIDE - 6]
        units = [unit for unit in units if unit.level != "department" or unit.code in wrong]
    cells = [(words.unit_name(context, unit), table.cell(unit)) for unit in units]
    scale = departments.axis_of(table)
    marks = f"{verdicts.key_text(context, verdicts.SLIDE_SIGNS)}."
    if table.standard is None:
        marks = t("● resultat (ingen standard).", "● result (no standard).")
    key = [marks, t("Streg: 95 %-interval.", "Line: 95% interval."), scale.sentence(lang)]
    if any(cell.hidden for _, cell in cells):
        key.append(words.hidden_note(context))
    key.append(stamps.not_adjusted(context))
    goal_line = None
    if table.standard is not None:
        goal_line = (table.standard.value, words.standard_words(context, table.standard))
        key.insert(1, f"{t('Stiplet', 'Dashed')}: {goal_line[1][:1].lower()}{goal_line[1][1:]}.")
    if left_out:
        key.append(
            t(
                "Afdelinger: kun de, der klart ligger på den forkerte side.",
                "Departments: only those clearly on the wrong side.",
            )
        )
    return NativeChart(
        f"enheder-{section.id}",
        f"{section.title}, {words.period_words(context, table)}",
        tuple(ChartedUnit(name, cell.rate, cell.lower, cell.upper, cell.said) for name, cell in cells),
        goal_line,
        scale.low,
        scale.high,
        scale.step,
        " ".join((*words.finding(context, table), text.spread(context, table))).strip(),
        " ".join(one for one in key if one),
    )


def _points(section: Measured) -> tuple[str, ...]:
    """What stands beside the slide's picture."""
    found = [text.measured(section.context, section.table), text.spread(section.context, section.table)]
    return tuple(one for one in found if one)


def _compared(section: Measured) -> Compared | str:
    """The funnel's results, or why there is no funnel."""
    context, indicator = section.context, section.row.indicator
    t, why = context.t, context.t("Tragtplottet vises ikke", "The funnel plot is not shown")
    if context.edition == "public":
        return t(f"{why} i den offentlige udgave.", f"{why} in the public edition.")
    if section.row.site:
        if not choices.filters_answer(context):
            return t(
                f"{why}: I den offentlige udgave sammenlignes kun alle patienter.",
                f"{why}: in the public edition all patients alone are compared.",
            )
        context = replace(context, state=context.state.with_(lokalisation=section.row.site))
    seen = choices.seen(context)
    if not divided(indicator, "department", seen.where):
        return t(f"{why}: Indikatoren opgøres ikke efter afdeling.", f"{why}: it is not counted by department.")
    chosen = choices.read(context, indicator.survival_years)
    found = comparison(seen, indicator.id, "department", 1)
    if found.limits is None or not any(place.denominator for place in found.shown):
        return f"{why}. {words_of_comparison.difference(context, found)}"
    return chosen, found


def _funnel(section: Measured, chosen: choices.ChosenComparison, found: Comparison) -> Illustration:
    context, t = section.context, section.context.t
    standard = goal(section.table.view, section.row.indicator.id, context.period)
    outside = words_of_comparison.outside(context, found)
    sentences = (
        t("Jo større enhed, desto smallere grænser.", "The larger the unit, the narrower the limits."),
        words_of_comparison.limits_word(context, found),
        t("Fuld linje 95 %, stiplet 99,8 %.", "Solid line 95%, dashed 99.8%."),
        f"{outside[:1].upper()}{outside[1:]}.",
        funnel.funnel_axes(chosen, found, standard),
    )
    caption = t(f"{section.title}: tragtplot af afdelingerne, {chosen.span}.",
                f"{section.title}: funnel plot of the departments, {chosen.span}.")  # fmt: skip
    alt = " ".join(
        one for one in (words_of_comparison.difference(context, found), f"{outside[:1].upper()}{outside[1:]}.") if one
    )
    return Illustration(
        f"tragt-{section.id}",
        funnel.funnel(chosen, found, standard),
        WIDTH,
        caption,
        alt,
        f"{' '.join(sentences)} {stamps.not_adjusted(context)}",
        part=_FUNNEL,
    )


def trend_of(section: Measured, more: str = "") -> Illustration | None:
    """The trend by region; None with fewer than two years. ``more``: of its id, where it stands a second time."""
    context, view = section.context, section.table.view
    every = unit_table(view, section.row.indicator.id, tuple(reversed(context.periods)))
    found = trend.trend_of(context, every)
    if found is None:
        return None
    first, last = (fmt.period(year, context.first_month, context.lang) for year in (found.years[0], found.years[-1]))
    span = f"{first}{fmt.EN_DASH}{last}"
    caption = context.t(f"{section.title}: udvikling {span} pr. region.", f"{section.title}: trend {span} by region.")
    drawn = trend.figure(found, min(3, len(found.units)))
    return Illustration(
        f"udvikling-{section.id}{more}", drawn, WIDTH, caption, trend.alt(found), tuple(trend.caption(found))
    )


def _result(section: Measured, compared: Compared | str) -> list[str]:
    """The generated text: the country's numbers, the spread, whether units differ, changes and regions."""
    context, table = section.context, section.table
    parts = [text.measured(context, table), text.spread(context, table)]
    if not isinstance(compared, str):
        _, found = compared
        parts += [
            words_of_comparison.difference(context, found),
            words_of_comparison.gain(context, found),
            words_of_comparison.joined(context, found, _failing(section)),
        ]
    return [one for one in (*parts, words.lead(context, table)) if one]


def _failing(section: Measured) -> int | None:
    """Departments that for certain do not meet the standard; None where it judges others than the comparison does."""
    table = section.table
    if table.standard is None or table.indicator.survival_years:
        return None
    return sum(table.cell(unit).state == "not_met" for unit in table.of_level("department"))
