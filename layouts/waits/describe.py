"""Waits described beside the statuses: notice of the date, and the share within days of the reader's choice."""

from __future__ import annotations

from dash import dcc

from exports import waits as exports
from layouts.frame import shell
from layouts.parts import downloads, html
from layouts.parts import tables as tables_part
from layouts.waits.now import days_of, folded, named
from results.waits import legs as tables
from words import values, whom
from words.chosen.waits import LEGAL, WITHIN, ChosenWaits, weeks_text


def notices(chosen: ChosenWaits) -> list:
    """Notice of the date of examination by place: in time, too late, none. Working edition only."""
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    if chosen.scope.leg != "examination" or chosen.scope.public:
        return []
    title = t("Besked om datoen", "Notice of the date")
    found = tables.notices(chosen.scope)
    if found is None:
        text = t(
            "Ikke opgjort: kolonnen notified_date er ikke leveret.",
            "Not reported: the column notified_date was not delivered.",
        )
        return [shell.section(title, html.P(text), id="besked")]
    if not found[0].legs:
        return []
    table = exports.notices(chosen)
    columns = [
        tables_part.Heading(t("Sted", "Place"), "left", of="name", draw=named),
        tables_part.Heading("n", of="legs"),
        tables_part.Heading(t("I tide", "In time"), of="in_time"),
        tables_part.Heading(of="share", draw=lambda line: values.percent_number(line, "share", lang)),
        tables_part.Heading(t("For sent", "Late"), of="late"),
        tables_part.Heading(t("Ingen besked", "No notice"), of="none"),
    ]
    note = t(
        f"Henvist i de seneste {tables.WEEKS} uger, hvor fristen for besked var udløbet ved dataskæringen: "
        f"{tables.NOTICE_DAYS} hverdage, dog højst {tables.NOTICE_CALENDAR_DAYS} kalenderdage. Forløb, der sluttede "
        "før fristen uden en registreret besked, indgår ikke. Beskeden ændrer ikke status.",
        f"Referred in the last {tables.WEEKS} weeks where the notice was due by the data cut: {tables.NOTICE_DAYS} "
        f"working days, {tables.NOTICE_CALENDAR_DAYS} calendar days at most. Cases that ended before that without a "
        "registered notice are left out. The notice does not change the status.",
    )
    head = html.Div(
        [
            html.H2(f"{title}{whom.suffix(context)}"),
            html.Div(downloads.line(context, "besked"), className="figure-links"),
        ],
        className="section-head",
    )
    return [html.Section([head, folded(chosen, table, columns, "dense", [note])], className="section",
                         id="besked")]  # fmt: skip


def within(chosen: ChosenWaits) -> list:
    """Share within the reader's number of days, and quartiles, by place. Working edition only."""
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    table = exports.within_days(chosen)
    if not table.rows:
        return []
    title, sign = table.title, " %" if lang == "da" else "%"
    links: list = []
    for days in WITHIN:
        text = t(f"{days} dage", f"{days} days")
        if days == chosen.days:
            links.append(html.Li(html.Span(text, className="is-active", **{"aria-current": "true"})))
        else:
            href = context.here(inden=None if days == LEGAL else str(days))
            links.append(html.Li(dcc.Link(text, href=href)))
    label = t("Inden for", "Within")
    nav = html.Nav(
        [html.Span(label, className="views-label"), html.Ul(links)], className="views", **{"aria-label": label}
    )
    columns = [
        tables_part.Heading(t("Sted", "Place"), "left", of="name", draw=named),
        tables_part.Heading("n", of="legs"),
        tables_part.Heading(
            t(f"Inden for {chosen.days} dage, %", f"Within {chosen.days} days, %"),
            of="share",
            draw=lambda line: values.percent_number(line, "share", lang),
        ),
        tables_part.Heading(
            t("95 %-interval", "95% interval"),
            of="lower upper",
            draw=lambda line: values.limits(line, "lower", "upper", lang),
        ),
        *(
            tables_part.Heading(title, sub=t("dage", "days"), of=key, draw=days_of(key, lang))
            for title, key in ((f"25{sign}", "q25"), ("Median", "median"), (f"75{sign}", "q75"))
        ),
    ]
    weeks, least = weeks_text(tables.period(chosen.scope), lang), tables.LEAST_FOR_MEDIAN
    note = t(
        f"Afsluttede forløb, {weeks}; ventetiden fra samtykke, ellers fra henvisning. Kvartiler vises fra {least} "
        "forløb. Antallet af dage er læserens valg og kun en beskrivelse: Status og »til tiden« følger lovens frister.",
        f"Ended cases, {weeks}; the wait from consent, else from referral. Quartiles are shown from {least} cases. The "
        "number of days is the reader's choice and a description only: status and “in time” keep the legal limits.",
    )
    head = html.Div(
        [
            html.H2(f"{title}{whom.suffix(context)}"),
            html.Div(downloads.line(context, "inden-for", picks=True), className="figure-links"),
        ],
        className="section-head",
    )
    return [
        html.Section([head, nav, folded(chosen, table, columns, "dense", [note])], className="section", id="inden-for")
    ]
