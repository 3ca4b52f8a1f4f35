"""/overlevelse?vis=netto: what the cancer does by itself, beside all deaths and the population."""

from __future__ import annotations

from data.text import Text
from exports import survival_net as exports
from figures import survival as drawing
from layouts.frame import shell
from layouts.parts import downloads, html, tables
from layouts.parts import figure as figures
from layouts.survival import adjusted, bar
from results.survival.curves import HORIZON
from results.survival.net import TIMES, NetSurvival, net_survival, why_not
from results.table import Line
from words import answer, whom
from words import format as fmt
from words import net as text
from words.chosen.survival import ChosenSurvival


def page(chosen: ChosenSurvival, notices: list[str]) -> html.Div:
    """The whole view."""
    context, t = chosen.context, chosen.context.t
    if (why := why_not(context.view)) is not None:
        return refused(chosen, notices, why)
    found = net_survival(context.view, chosen.by, chosen.cohort)
    how = shell.section(
        t("Sådan læses tallene", "How to read the numbers"), shell.facts(text.facts(found, context)), id="definition"
    )
    return shell.page(
        context,
        active="survival",
        filtered=True,
        finding=text.finding(found, context),
        lead=text.lead(found, context, chosen.cohort_text),
        notices=notices,
        selections=bar.selections(chosen),
        summary=summary(chosen),
        body=html.Div(
            [adjusted.nav(chosen), *_picture(found, chosen), _table(found, chosen), how], className="survival"
        ),
    )


def summary(chosen: ChosenSurvival) -> tuple[str, str]:
    """What the page is of, for narrow screens."""
    context, t = chosen.context, chosen.context.t
    return (
        context.database_label,
        f"{t('Diagnosticeret', 'Diagnosed')} {chosen.cohort_text} · {context.patients_text()}",
    )


def refused(chosen: ChosenSurvival, notices: list[str], why: Text) -> html.Div:
    """The view where net survival is not shown."""
    context, t = chosen.context, chosen.context.t
    return shell.page(
        context,
        active="survival",
        filtered=True,
        finding=t("Netto-overlevelse vises ikke her", "Net survival is not shown here"),
        lead=why.in_(context.lang),
        notices=notices,
        selections=bar.selections(chosen),
        summary=summary(chosen),
        body=html.Div([adjusted.nav(chosen)], className="survival"),
    )


def _picture(found: NetSurvival, chosen: ChosenSurvival) -> list:
    context, t = chosen.context, chosen.context.t
    picture = found.picture
    lines = drawing.of_net(picture, context)
    if not lines:
        return []
    title = t("Samlet, netto og befolkningen", "Overall, net and the population")
    caption = " ".join(
        [
            t(
                "År fra diagnosen. Netto: hvis kræften var den eneste dødsårsag. Befolkningen: samme køn, alder og "
                "kalenderår. Bånd: 95\u00a0%.",
                "Years since diagnosis. Net: if the cancer were the only cause of death. The population: same sex, age "
                "and calendar year. Bands: 95%.",
            ),
            text.table_text(found.table, context),
            f"{context.data_text()}.",
        ]
    )
    answers = [(one.known, one.colour, answer.of_curve(context, picture, one.group)) for one in lines]
    forms = []
    for form, kind in ((drawing.WIDE, "wide"), (drawing.PHONE, "phone")):
        wide = kind == "wide"
        drawn = figures.figure(
            "netto-kurver" if wide else "netto-kurver-telefon",
            drawing.curves(picture, lines, context, form),
            context=chosen.pinned,
            title=title,
            height=drawing.height(lines, form),
            alt=f"{title}. {' '.join(text.finding(found, context))}",
            caption=caption,
            downloads=downloads.links(chosen.pinned, "netto"),
            curves=(answer.months(context, 12 * HORIZON), answers),
            caveat=t("Ikke justeret for andet end køn, alder og kalenderår.", "Adjusted for sex, age and year only."),
        )
        forms.append(html.Div(drawn, className=f"only-{kind}"))
    return forms


def _table(found: NetSurvival, chosen: ChosenSurvival) -> html.Section:
    context, t = chosen.context, chosen.context.t
    table = exports.of_groups(found, chosen)
    name = t("Sted", "Place") if found.by in ("region", "department") else t("Gruppe", "Group")
    reached = [year for year in TIMES if any(found.point(one, year).estimate is not None for one in found.groups)]

    def net_at(year: int) -> tables.Draw:
        def draw(line: Line) -> object:
            if line.number(f"net{year}") is None:
                return html.Span(fmt.NONE, className="light")
            limits = text.curves.limits_of(line[f"net{year}_lower"], line[f"net{year}_upper"], context)
            shown = html.Span(fmt.percent_number(line[f"net{year}"], 1, context.lang), className="value-main")
            return tables.cell(shown, limits)

        return draw

    def plain(key: str) -> tables.Draw:
        def draw(line: Line) -> object:
            value = line.number(key)
            return fmt.NONE if value is None else fmt.percent_number(value, 1, context.lang)

        return draw

    columns = [
        tables.Heading(name, "left", of="name"),
        tables.Heading("n", of="cases", wide_only=True),
        *(
            tables.Heading(
                t("Netto", "Net"), sub=t(f"{year} år, %", f"{year} y, %"), draw=net_at(year),
                of=f"net{year} net{year}_lower net{year}_upper", wide_only=year in (3, 10),
            )
            for year in reached
        ),
    ]  # fmt: skip
    if HORIZON in reached:
        columns += [
            tables.Heading(t("Samlet", "Overall"), sub=t("5 år, %", "5 y, %"), of="overall5", draw=plain("overall5")),
            tables.Heading(
                t("Befolkningen", "Population"), sub=t("5 år, %", "5 y, %"), of="expected5", draw=plain("expected5"),
                wide_only=True,
            ),
        ]  # fmt: skip
    title = t("Netto-overlevelse", "Net survival")
    head = html.Div(
        [
            html.H2(f"{title}{whom.suffix(context)}"),
            html.Div(downloads.line(chosen.pinned, "netto"), className="figure-links"),
        ],
        className="section-head",
    )
    notes = [
        t(
            "Under tallet: 95\u00a0%-interval. Streg: ingen er fulgt så længe.",
            "Below the number: 95% interval. Dash: nobody is followed that long.",
        )
    ]
    drawn = tables.drawn(context, table, columns, css="survival-ratios", caption=title, footnotes=notes)
    return html.Section([head, drawn], className="section", id="tabel")
