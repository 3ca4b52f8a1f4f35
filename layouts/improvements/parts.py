"""Parts of the page of improvement initiatives: one section for each, with figure, table of designs and warnings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from dash import dcc

from exports import improvements as exports
from figures import effect as drawn
from layouts.frame import shell
from layouts.parts import downloads, html, marks, tables
from layouts.parts import figure as figures
from results.cube import DEFINITION_VERSION
from results.improvements import Improvement
from results.table import Line
from words import format as fmt
from words import improvements as text
from words import values
from words.reader import Reader

#: The mark before each state's words; states without one have words alone.
_MARKS = {"worked": "met", "uncertain": "unsettled", "worsened": "not_met"}


def section(context: Reader, one: Improvement, editable: bool) -> html.Section:
    """One initiative: badge, finding, what was done, figure, designs, trend before, warnings."""
    initiative = one.initiative
    parts: list = [html.P(_facts(context, one), className="improvement-facts")]
    parts.append(html.P(text.sentence(context, one), className="improvement-finding"))
    if initiative.done:
        lines = [html.P(line) for line in initiative.done.split("\n") if line.strip()]
        parts.append(html.Div([html.H3(context.t("Hvad blev gjort", "What was done")), *lines], className="what-done"))
    parts += [_warning(line) for line in text.sentences(one.warnings, context.lang)]
    if drawn.drawable(one):
        parts += _figures(context, one)
    if one.estimates is not None:
        parts.append(_designs(context, one))
        notes = (text.controls(context, one), text.trends(context, one), _counted(context, one))
        parts.append(shell.caption(" ".join(note for note in notes if note)))
    edit = []
    if editable:
        label = context.t("Ret eller afslut", "Edit or end")
        address = context.to(f"/forbedringer/{initiative.id}/ret", database=initiative.database)
        edit = [html.A(label, href=address, className="text-link", **{"aria-label": f"{label}: {initiative.title}"})]
    badge = html.Span([_badge(context, one), *edit], className="improvement-state")
    return shell.section(initiative.title, *parts, note=badge, kind="lead-section improvement", id=initiative.id)


def _badge(context: Reader, one: Improvement) -> html.Span:
    shape = [marks.mark(_MARKS[one.state]), " "] if one.state in _MARKS else []
    return html.Span([*shape, text.verdict(one, context.lang)], className=f"state state-{one.state}")


def _facts(context: Reader, one: Improvement) -> list:
    """Where, what, when, who: 'Aabenraa · TNM komplet · fra 1. juli 2023 · ansvarlig …'."""
    t, lang, initiative = context.t, context.lang, one.initiative
    parts: list = [html.Strong(fmt.listed(one.names, lang))]
    if one.indicator is not None:
        address = context.to(f"/indikator/{one.indicator.id}", database=initiative.database)
        parts.append(dcc.Link(one.indicator.title.in_(lang), href=address))
    else:
        parts.append(initiative.indicator)
    parts.append(f"{t('fra', 'from')} {fmt.date(initiative.start, lang)}")
    if initiative.washout:
        parts.append(t(f"indkøring {initiative.washout} dage tælles ikke", f"{initiative.washout} days' washout"))
    if initiative.ended:
        parts.append(f"{t('afsluttet', 'ended')} {fmt.date(initiative.ended, lang)}")
    if initiative.owner and context.edition == "working":
        parts.append(f"{t('ansvarlig', 'owner')}: {initiative.owner}")
    if initiative.synthetic:
        parts.append(html.Span(t("opdigtet projekt", "invented initiative"), className="invented"))
    joined: list = []
    for number, part in enumerate(parts):
        joined += [" · ", part] if number else [part]
    return joined


def _warning(line: str) -> html.P:
    return html.P([html.Span("!", className="triangle", **{"aria-hidden": "true"}), html.Span(line)],
                  className="warning")  # fmt: skip


def _figures(context: Reader, one: Improvement) -> list:
    initiative, forms = one.initiative, []
    heading = context.t("Før og efter", "Before and after")
    whole = f"{initiative.title}: {fmt.listed(one.names, context.lang)}"
    cards = {
        drawn.known_as(one, moment): text.of_moment(context, one, moment)
        for moment in one.moments
        if moment.rate is not None
    }
    for form, css in (("wide", "only-wide"), ("phone", "only-phone")):
        part = figures.figure(
            f"forloeb-{initiative.id}" + ("" if form == "wide" else "-smal"),
            drawn.figure(context, one, form),
            context=context,
            title=heading,
            export_title=f"{whole}. {_title(context, one)}",
            height=drawn.HEIGHT[form],
            alt=text.sentence(context, one),
            caption=_caption(context, one),
            definition=f"definition {DEFINITION_VERSION}",
            downloads=downloads.links(context, "forbedring-punkter", initiative.id),
            level=3,
            cards=cards,
        )
        forms.append(html.Div(part, className=css))
    if one.moments:  # one table for both forms of the figure
        show = context.t("Vis tallene som tabel", "Show the numbers as a table")
        forms.append(html.Details([html.Summary(show), _twin(context, one)], className="twin"))
    return forms


def _title(context: Reader, one: Improvement) -> str:
    return one.indicator.title.in_(context.lang) if one.indicator else one.initiative.indicator


def _caption(context: Reader, one: Improvement) -> str:
    t = context.t
    parts = []
    if one.moments:
        what = _width_words(context, one)
        parts.append(t(f"Prikker: afdelingen, {what}.", f"Dots: the department, {what}."))
        parts.append(t("Grå: de andre afdelinger tilsammen.", "Grey: the other departments together."))
    else:
        parts.append(
            t("Punkterne er skjult; linjerne bygger på dem.", "The points are hidden; the lines rest on them.")
        )
    if one.lines:
        parts.append(
            t(
                "Blå linje: det beregnede forløb før og efter. Prikket: forløbet før, ført videre.",
                "Blue line: the fitted course before and after. Dotted: the course before, carried on.",
            )
        )
    if any(moment.after and not moment.used for moment in one.moments):
        parts.append(t("Grå flade: indkøring, tælles ikke.", "Grey area: washout, not counted."))
    axis = drawn.axis_of(one)
    return " ".join([*parts, axis.sentence(context.lang)])


def _width_words(context: Reader, one: Improvement) -> str:
    months = one.width * one.joined
    if months == 1:
        return context.t("måned for måned", "month by month")
    if months == 3:
        return context.t("kvartal for kvartal", "quarter by quarter")
    return context.t(f"op til {months} måneder sammen", f"up to {months} months together")


def _twin(context: Reader, one: Improvement) -> html.Div:
    t, lang = context.t, context.lang

    def start(line: Line) -> str:
        return fmt.date(line["start"], lang) + ("" if line["counted"] else t(" (indkøring)", " (washout)"))

    def share(key: str) -> tables.Draw:
        return lambda line: values.percent_number(line, key, lang)

    columns = [
        tables.Heading(t("Fra", "From"), "left", of="start", draw=start),
        tables.Heading(fmt.listed(one.names, lang), sub="%", of="rate", draw=share("rate")),
        tables.Heading(t("Patienter", "Patients"), of="patients"),
        tables.Heading(t("Andre afdelinger", "Other departments"), sub="%", of="others", draw=share("others")),
    ]
    caption = t("Punkterne i figuren", "The points of the figure")
    return tables.drawn(context, exports.of_points(context, one), columns, caption=caption)


def _designs(context: Reader, one: Improvement) -> html.Div:
    t, lang = context.t, context.lang

    def name(line: Line) -> html.Span:
        below = html.Span(line["note"], className="cell-sub only-phone")  # a phone has no room for two of the columns
        return html.Span([text.design_name(context, line["design"]), below])

    def within(line: Line) -> str:
        return fmt.NONE if line["change"] is None else text.limits(line["lower"], line["upper"], lang)

    def change(line: Line) -> object:
        if line["change"] is None:
            return fmt.NONE
        below = html.Span(within(line), className="cell-sub only-phone")
        return html.Span([html.Strong(fmt.points(line["change"], 1, lang)), below])

    def chance(line: Line) -> str:
        return fmt.NONE if line["p"] is None else text.p_text(context, line["p"])

    columns = [
        tables.Heading(t("Opgørelse", "Design"), "left", of="design", draw=name),
        tables.Heading(t("Ændring", "Change"), sub=t("procentpoint", "percentage points"), of="change", draw=change),
        tables.Heading(t("95 %-interval", "95% interval"), wide_only=True, of="lower upper", draw=within),
        tables.Heading("p", of="p", draw=chance),
        tables.Heading(t("Det siger", "What it says"), "left", css="says", wide_only=True, of="note"),
    ]
    caption = t(f"Opgørelser af {one.initiative.title}", f"Designs of {one.initiative.title}")
    return tables.drawn(context, exports.of_initiatives(context, (one,)), columns, css="designs", caption=caption)


def _counted(context: Reader, one: Improvement) -> str:
    """Which patients the estimates are of; the public edition says how many points, never how many patients."""
    t, lang = context.t, context.lang
    sides = [
        f"{fmt.fraction(side.numerator, side.denominator, lang)} {word}"
        for side, word in ((one.before, t("før", "before")), (one.after, t("efter", "after")))
        if side.denominator is not None
    ]
    both = t(" og ", " and ").join(sides)
    points = {1: ("måneder", "months"), 3: ("kvartaler", "quarters")}[one.width]
    counted = t(f"Tæller/nævner: {both}, i", f"Numerator/denominator: {both}, in") if sides else t("Opgjort på", "Of")
    number = t(
        f" {one.points_before} {points[0]} før og {one.points_after} efter. ",
        f" {one.points_before} {points[1]} before and {one.points_after} after. ",
    )
    until = fmt.date(one.last - dt.timedelta(days=1), lang)
    wait = t(f"der ventes {one.lag} dage på indberetning", f"reporting is given {one.lag} days")
    if not one.lag_known:
        wait += t(", da indberetningsdatoer mangler", ", as dates of reporting are missing")
    end = t(
        f"Data tæller til og med {until}; senere dage er ikke modne, ikke indberettet ({wait}) eller uden for "
        "perioden.",
        f"Data count up to and including {until}; later days are not mature, not reported ({wait}) or outside the "
        "period.",
    )
    return counted + number + end


def lines_of_links(context: Reader, found: Sequence[Improvement], editable: bool) -> html.Div:
    """What the reader can do with the list: enter a new initiative, download, import."""
    t, links = context.t, []
    if editable:
        both = (
            (t("Nyt projekt", "New initiative"), context.to("/forbedringer/ny"), "button"),
            (t("Importér CSV", "Import CSV"), context.to("/forbedringer/importer"), "text-link"),
            (t("Projektlisten som CSV", "The list as CSV"), "/forbedringer/register.csv", "text-link"),
        )
        links += [html.A(words, href=address, className=css) for words, address, css in both]
    if found:
        links.append(downloads.line(context, "forbedringer"))
    return html.Div(links, className="improvement-links")


def contents(context: Reader, found: Sequence[Improvement]) -> html.Nav:
    """The initiatives as a short list of links with their states; for three or more."""
    rows = [
        html.Li([html.A(one.initiative.title, href=f"#{one.initiative.id}"), " ", _badge(context, one)])
        for one in found
    ]
    return html.Nav(html.Ul(rows), className="contents", **{"aria-label": context.t("Projekter", "Initiatives")})
