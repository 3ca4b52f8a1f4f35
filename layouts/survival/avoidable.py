"""The section on avoidable deaths of the adjusted view by region."""

from __future__ import annotations

from exports import avoidable as exports
from layouts.frame import shell
from layouts.parts import downloads, html, tables
from results.survival.avoidable import avoidable
from results.table import Line
from words import format as fmt
from words.chosen.survival import ChosenSurvival


def section(chosen: ChosenSurvival) -> html.Section:
    """How many fewer would die within a year; why not, where that cannot be said."""
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    found = avoidable(context.view, chosen.cohort)
    title = t("Undgåelige dødsfald inden for et år", "Avoidable deaths within a year")
    if found.refused is not None:
        return shell.section(title, html.P(found.refused.in_(lang)), id="undgaaelige")
    whole = found.whole
    if not found.differ:
        said = t(
            f"Ingen: regionernes dødelighed varierer ikke mere end tilfældigt, når alder og stadie er ens. "
            f"{fmt.count(whole.deaths, lang)} døde inden for et år.",
            f"None: regional mortality varies no more than by chance when age and stage are alike. "
            f"{fmt.count(whole.deaths, lang)} died within a year.",
        )
        return shell.section(title, html.P(said), id="undgaaelige")
    fewer, low, high = (fmt.number(value, 0, lang) for value in (whole.fewer, whole.lower, whole.upper))
    said = t(
        f"Havde alle regioner den bedste regions dødelighed ved samme alder og stadie, var {fewer} færre døde inden "
        f"for et år (95\u00a0%-interval {low}–{high}) af {fmt.count(whole.deaths, lang)}.",
        f"Had every region the best region's mortality at the same age and stage, {fewer} fewer would have died within "
        f"a year (95% interval {low}–{high}) of {fmt.count(whole.deaths, lang)}.",
    )

    def cell(line: Line) -> object:
        limits = f"{fmt.number(line['lower'], 1, lang)}–{fmt.number(line['upper'], 1, lang)}"
        return tables.cell(fmt.number(line["fewer"], 1, lang), limits)

    columns = [
        tables.Heading(t("Sted", "Place"), "left", of="place"),
        tables.Heading(t("Patienter", "Patients"), of="patients", wide_only=True),
        tables.Heading(t("Døde", "Deaths"), of="deaths"),
        tables.Heading(t("Færre døde", "Fewer deaths"), of="fewer lower upper", draw=cell),
    ]
    note = t(
        "Den bedste af flere er delvis den heldigste. Derfor er regionerne trukket mod deres gennemsnit, og den bedste "
        "er en anden i hver simulation. Forskelle, der ikke er registreret, bliver stående.",
        "The best of several is partly the luckiest. The regions are therefore drawn towards their mean, and the best "
        "is another in each simulation. Differences that are not registered remain.",
    )
    drawn = tables.drawn(
        context, exports.of_regions(found, chosen), columns, css="survival-ratios", caption=title, footnotes=[note]
    )
    head = html.Div(
        [html.H2(title), html.Div(downloads.line(chosen.pinned, "undgaaelige"), className="figure-links")],
        className="section-head",
    )
    return html.Section([head, html.P(said), drawn], className="section", id="undgaaelige")
