"""Waits described beside the statuses: notice of the date, and the share within days of the reader's choice."""

from __future__ import annotations

from dash import dcc

from layouts.frame import shell
from layouts.parts import downloads, html
from layouts.parts import tables as tables_part
from layouts.waits.now import folded, place_name
from results.waits import legs as tables
from results.waits import units
from results.waits.legs import WaitPlace
from words import format as fmt
from words import whom
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
    columns = [
        tables_part.Heading(t("Sted", "Place"), align="left"),
        tables_part.Heading("n"),
        tables_part.Heading(t("I tide", "In time")),
        tables_part.Heading(t("I tide, %", "In time, %")),
        tables_part.Heading(t("For sent", "Late")),
        tables_part.Heading(t("Ingen besked", "No notice")),
    ]
    own = _own(chosen)
    rows = [
        tables_part.Row(
            _name(chosen, one.place),
            [
                *(fmt.count(value, lang) for value in (one.legs, one.in_time)),
                fmt.percent_number(one.in_time / one.legs, 1, lang),
                *(fmt.count(value, lang) for value in (one.late, one.none)),
            ],
            kind=_kind(chosen, one.place),
            own=one.place.code in own,
        )
        for one in found
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
    return [html.Section([head, folded(chosen, title, columns, rows, "dense", [note])], className="section",
                         id="besked")]  # fmt: skip


def within(chosen: ChosenWaits) -> list:
    """Share within the reader's number of days, and quartiles, by place. Working edition only."""
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    found = units.within(chosen.scope, chosen.days)
    if not found:
        return []
    title = t(f"Andel inden for {chosen.days} dage", f"Share within {chosen.days} days")
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
        tables_part.Heading(t("Sted", "Place"), align="left"),
        tables_part.Heading("n"),
        tables_part.Heading(t(f"Inden for {chosen.days} dage, %", f"Within {chosen.days} days, %")),
        tables_part.Heading(t("95 %-interval", "95% interval")),
        tables_part.Heading("25 %" if lang == "da" else "25%", sub=t("dage", "days")),
        tables_part.Heading("Median", sub=t("dage", "days")),
        tables_part.Heading("75 %" if lang == "da" else "75%", sub=t("dage", "days")),
    ]
    own = _own(chosen)
    rows = []
    for one in found:
        quartiles = [fmt.NONE] * 3
        if one.quartiles is not None:
            quartiles = [fmt.number(value, 0 if value == int(value) else 1, lang) for value in one.quartiles]
        rows.append(
            tables_part.Row(
                _name(chosen, one.place),
                [
                    fmt.count(one.legs, lang),
                    fmt.percent_number(one.share, 1, lang),
                    fmt.interval(one.lower, one.upper, 1, lang),
                    *quartiles,
                ],
                kind=_kind(chosen, one.place),
                own=one.place.code in own,
            )
        )
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
            html.Div(downloads.line(context, "inden-for"), className="figure-links"),
        ],
        className="section-head",
    )
    return [
        html.Section(
            [head, nav, folded(chosen, title, columns, rows, "dense", [note])], className="section", id="inden-for"
        )
    ]


def _own(chosen: ChosenWaits) -> set:
    return {chosen.context.state.unit, chosen.context.state.choice("hvor")} - {None, ""}


def _name(chosen: ChosenWaits, place: WaitPlace) -> object:
    t = chosen.context.t
    if place.level == "nation":
        return t("Danmark", "Denmark")
    return place_name(place.name or t("uoplyst", "not registered"))


def _kind(chosen: ChosenWaits, place: WaitPlace) -> str:
    if place.level == "region" and chosen.scope.view.place != "treating":
        return "plain"
    return {"nation": "total", "region": "region", "department": "unit"}[place.level]
