"""Survival in the report: the curves, and 1- and 5-year survival by region."""

from __future__ import annotations

from dataclasses import replace

from exports import survival_curves
from exports.cohorts import of_cohorts, survival_tables
from figures import survival as drawing
from reports.annual.indicators import WIDTH
from reports.content import Block, Illustration, Paragraph, Part, PrintedTable, Shown, column, interval
from results.survival import curves
from results.table import Line
from words import survival as text
from words.chosen import survival as choices
from words.reader import Reader

#: Of the width of the text, so that the table of all regions shares the page.
_PART = 0.8


def part(context: Reader) -> Part:
    """The section; of the latest cohorts followed for five years and for one."""
    t = context.t
    chosen = choices.read(context)
    result = curves.survival(context.view, chosen.by, chosen.endpoint, chosen.cohort)
    regions = curves.survival(context.view, "region", chosen.endpoint, chosen.cohort)
    first = curves.survival(context.view, "region", chosen.endpoint, chosen.first)
    blocks: list[Block] = [
        Paragraph(" ".join(text.finding(result, context, chosen.cohort_text)), "finding"),
        Paragraph(text.lead(result, regions, context, chosen.cohort_text)),
    ]
    lines, left_out = drawing.drawn(result, context)
    if lines:
        by = {"stage": t("efter stadie", "by stage"), "region": t("efter region", "by region")}.get(result.by, "")
        caption = t(f"Overlevelse {by}, diagnosticeret {chosen.cohort_text}.",
                    f"Survival {by}, diagnosed {chosen.cohort_text}.")  # fmt: skip
        note = t(
            "År fra diagnosen. Kaplan-Meier med 95 %-bånd (log-log); udrejste er fulgt til udrejsen.",
            "Years since diagnosis. Kaplan–Meier with 95% band (log-log); those who emigrated are followed until then.",
        )
        if context.edition == "public":
            note += t(
                " Offentlig udgave: kurverne er tegnet pr. måned, og antal i risiko er afrundet.",
                " Public edition: the curves are drawn by month, and numbers at risk are rounded.",
            )
        blocks.append(
            Illustration(
                "overlevelse",
                drawing.curves(result, lines, context, drawing.WIDE),
                WIDTH,
                caption,
                " ".join(text.finding(result, context, chosen.cohort_text)),
                " ".join((note, *left_out)),
                part=_PART,
            )
        )
    blocks.append(_table(context, chosen, first, regions))
    return Part("overlevelse", t("Overlevelse", "Survival"), 1, tuple(blocks), new_page=True)


def cohorts(context: Reader) -> Part:
    """The section of the public edition: the latest yearly cohorts that have been followed for one and five years."""
    t, lang = context.t, context.lang
    found = of_cohorts(context, [replace(one, periods=one.periods[:1]) for one in survival_tables(context)])
    columns = (
        column(found, "years", lang, t("År", "Years"), width=0.6),
        column(found, "unit", lang, t("Sted", "Place"), width=2.4),
        column(found, "cohort", lang, t("Diagnosticeret", "Diagnosed"), width=1.2),
        column(found, "cases", lang, t("Forløb", "Cases")),
        interval(t("I live", "Alive"), "rate lower upper", lang, sub=t("% (95 % CI)", "% (95% CI)"), width=1.8),
    )
    caption = t("1- og 5-års overlevelse i landet og regionerne.", "1- and 5-year survival in the country and regions.")
    table = PrintedTable("overlevelse-1-5", found, columns, caption)
    return Part("overlevelse", t("Overlevelse", "Survival"), 1, (table,), new_page=True)


def _table(
    context: Reader, chosen: choices.ChosenSurvival, first: curves.Survival, regions: curves.Survival
) -> PrintedTable:
    t, lang = context.t, context.lang
    results = [regions, *([first] if first.cohort != regions.cohort else [])]
    table = survival_curves.of_estimates(chosen, results)
    cohorts = {1: choices.cohort_text(context, chosen.first), curves.HORIZON: chosen.cohort_text}
    wanted = {(str(years), cohort) for years, cohort in cohorts.items()}
    lines = tuple(line for line in table.lines if (str(line["years"]), line["diagnosed"]) in wanted)
    lines = tuple(sorted(lines, key=lambda line: line["years"]))

    def estimate(line: Line) -> str:
        if line.number("estimate") is None:
            return text.short_reason_of(line["state"], context)
        return shown.draw(line)

    shown = interval("", "estimate lower upper", lang)
    columns = (
        column(table, "years", lang, t("År", "Years"), width=0.6),
        column(table, "name", lang, t("Bopæl eller land", "Place"), width=2.4),
        column(table, "diagnosed", lang, t("Diagnosticeret", "Diagnosed"), width=1.2),
        column(table, "cases", lang, t("Forløb", "Cases")),
        column(table, "at_risk", lang, t("I risiko", "At risk")),
        Shown(t("Overlevelse", "Survival"), estimate, t("% (95 % CI)", "% (95% CI)"), width=1.8),
    )
    caption = t("1- og 5-års overlevelse i landet og regionerne.", "1- and 5-year survival in the country and regions.")
    note = t(
        "Alle dødsårsager. Et skøn føres aldrig videre end opfølgningen. Ikke case-mix-justeret.",
        "All causes of death. No estimate is carried past the follow-up. Not adjusted for case mix.",
    )
    return PrintedTable("overlevelse-tal", table, columns, caption, (note,), lines=lines)
