"""/overlevelse?vis=udvikling: net survival by three calendar years, as NORDCAN prints relative survival."""

from __future__ import annotations

from exports import survival_net as exports
from figures import net as drawing
from layouts.frame import shell
from layouts.parts import downloads, html, tables
from layouts.parts import figure as figures
from layouts.survival import adjusted, bar
from layouts.survival.net import refused
from results.survival.net import TIMES, Progress, progress, why_not
from results.table import Line
from words import answer, whom
from words import format as fmt
from words import net as text
from words.chosen.survival import ChosenSurvival


def page(chosen: ChosenSurvival, notices: list[str]) -> html.Div:
    """The whole view."""
    context = chosen.context
    if (why := why_not(context.view)) is not None:
        return refused(chosen, notices, why)
    found = progress(context.view)
    body = [adjusted.nav(chosen), *_figure(found, chosen), *_tables(found, chosen)]
    return shell.page(
        context,
        active="survival",
        filtered=True,
        finding=text.progress_finding(found, context),
        lead=text.progress_lead(found, context),
        notices=notices,
        selections=bar.selections(chosen, cohort=False),
        summary=(context.database_label, context.patients_text()),
        body=html.Div(body, className="survival"),
    )


def _figure(found: Progress, chosen: ChosenSurvival) -> list:
    context, t = chosen.context, chosen.context.t
    if not drawing.drawable(found):
        return []
    title = t("Netto-overlevelse i tre kalenderår ad gangen", "Net survival, three calendar years at a time")
    caption = " ".join(
        [
            t(
                "Danmark, begge køn. 1, 5 og 10 år efter diagnosen, med 95\u00a0%-interval.",
                "Denmark, both sexes. 1, 5 and 10 years after diagnosis, with 95% interval.",
            ),
            text.table_text(found.table, context),
        ]
    )
    cards = {
        drawing.known_as(one.first, years): answer.of_window(context, one, years)
        for years, _ in drawing.LINES
        for one in found.of()
        if one.point(years).estimate is not None
    }
    forms = []
    for form in ("wide", "phone"):
        drawn = drawing.progress(found, context, form)
        part = figures.figure(
            "fremgang" if form == "wide" else "fremgang-telefon",
            drawn,
            context=context,
            title=title,
            height=drawing.HEIGHT[form],
            alt=f"{title}. {text.progress_finding(found, context)}",
            caption=caption,
            downloads=downloads.links(context, "udvikling"),
            cards=cards,
            caveat=t("Ikke justeret for andet end køn, alder og kalenderår.", "Adjusted for sex, age and year only."),
        )
        forms.append(html.Div(part, className=f"only-{form}"))
    return forms


def _tables(found: Progress, chosen: ChosenSurvival) -> list:
    context, t = chosen.context, chosen.context.t
    table = exports.of_windows(found, chosen)
    if not table.rows:
        return []

    def three(key: str) -> tables.Draw:
        def draw(line: Line) -> object:
            if line.number(key) is None:
                return html.Span(fmt.NONE, className="light")
            limits = text.curves.limits_of(line[f"{key}_lower"], line[f"{key}_upper"], context)
            shown = html.Span(fmt.percent_number(line[key], 1, context.lang), className="value-main")
            return tables.cell(shown, limits)

        return draw

    def columns(*first: tables.Heading) -> list[tables.Heading]:
        return [
            *first,
            tables.Heading("n", of="cases", wide_only=True),
            *(
                tables.Heading(
                    t(f"{year} år, %", f"{year} y, %"), of=f"net{year} net{year}_lower net{year}_upper",
                    draw=three(f"net{year}"), wide_only=year in (3, 10),
                )
                for year in TIMES
            ),
            tables.Heading(
                t("5 år, %", "5 y, %"), sub=t("aldersstandardiseret", "age-standardised"),
                of="standard standard_lower standard_upper", draw=three("standard"), wide_only=True,
            ),
        ]  # fmt: skip

    latest = text.window_text(found.windows[-1])
    over_time = [line for line in table.lines if not line["code"]]
    now = [line for line in table.lines if line["window"] == latest and (line["code"] or line["sex"] == _both(chosen))]
    title = t("Danmark over tid", "Denmark over time")
    beside = t(f"Regionerne i {latest}", f"The regions in {latest}")
    head = html.Div(
        [
            html.H2(f"{title}{whom.suffix(context)}"),
            html.Div(downloads.line(context, "udvikling"), className="figure-links"),
        ],
        className="section-head",
    )
    period = tables.Heading(t("Periode", "Period"), "left", of="window")
    place, sex = (
        tables.Heading(t("Sted", "Place"), "left", of="place"),
        tables.Heading(t("Køn", "Sex"), "left", of="sex"),
    )
    notes = text.windows_notes(found, context)
    first = tables.drawn(context, table, columns(period, sex), css="survival-ratios", caption=title, lines=over_time,
                         footnotes=notes)  # fmt: skip
    second = tables.drawn(context, exports.renamed(table, "regioner"), columns(place, sex), css="survival-ratios",
                          caption=beside, lines=now)  # fmt: skip
    return [
        html.Section([head, first], className="section", id="tabel"),
        shell.section(beside, second, id="regioner"),
    ]


def _both(chosen: ChosenSurvival) -> str:
    return chosen.context.t("Begge", "Both")
