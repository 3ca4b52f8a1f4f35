"""/varsler: the signals of a database, the strong ones first, with what chance alone would give beside them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from dash import dcc

from exports import warnings as exports
from layouts.frame import being_made, shell
from layouts.parts import html, pick, tables
from layouts.parts.downloads import line
from results.table import Line, Table
from results.warnings import digest as digests
from results.warnings import signals as data
from results.warnings.signals import (
    AGAIN,
    FALSE_ALARM_YEARS,
    LISTED_MONTHS,
    STRONG_ALARM_YEARS,
    Absorbed,
    ShownSignal,
    Watch,
)
from words import format as fmt
from words import warnings as text
from words.reader import Reader


def triangle(worse: bool) -> html.Span:
    """The mark of a warning: a filled triangle; of an improvement a quiet arrow upwards."""
    if worse:
        return html.Span("!", className="triangle", **{"aria-hidden": "true"})
    return html.Span("↗", className="better-mark", **{"aria-hidden": "true"})


def link_to(context: Reader, signal: ShownSignal) -> str:
    """The page of the signal's chart, on the same day."""
    return context.here(kurve=f"{signal.unit}.{signal.indicator.id}")


def body(context: Reader, found: Watch) -> list:
    """Decline, improvement, the weak ones folded, what to do, and the way to other days and hospitals."""
    t = context.t
    worse, better = found.some(True, "worse"), found.some(True, "better")
    parts: list = []
    if worse:
        parts.append(_section(context, found, t("Tilbagegang", "Decline"), worse, "tilbagegang"))
    if better:
        parts.append(_section(context, found, t("Fremgang", "Improvement"), better, "fremgang"))
    if found.standing or found.absorbed:
        parts.append(still(context, exports.of_signals(context, found), found.standing, found.absorbed))
    weak = found.some(False)
    if weak:
        parts.append(_weak(context, found, weak))
    if found.signals or found.standing or found.absorbed:
        parts.append(html.P(line(context, "varsler"), className="warnings-links"))
    if found.quiet:
        parts.append(without_chart(context, found))
    parts.append(what_to_do(context))
    parts += [days(context, found), hospitals(context)]
    return parts


def _section(context: Reader, found: Watch, title: str, signals: Sequence[ShownSignal], id: str) -> html.Section:
    note = context.t(f"falsk alarm: én gang på {STRONG_ALARM_YEARS} år i hver kurve",
                     f"false alarm: once in {STRONG_ALARM_YEARS} years in each chart")  # fmt: skip
    said = text.chance(context, found, True, signals[0].direction)
    return shell.section(
        title,
        shell.caption(said),
        *_both(context, found, id, title, signals),
        note=note,
        kind="lead-section",
        id=id,
    )


def _weak(context: Reader, found: Watch, weak: Sequence[ShownSignal]) -> html.Section:
    t, lang = context.t, context.lang
    said = [
        text.chance(context, found, False),
        t(
            "Læs dem som en grund til at holde øje, ikke som et fund.",
            "A reason to keep an eye on them, not a finding.",
        ),
    ]
    one = len(weak) == 1
    show = t(f"Vis {'det svage signal' if one else f'de {fmt.count(len(weak), lang)} svage signaler'}",
             f"Show {'the weak signal' if one else f'the {fmt.count(len(weak), lang)} weak signals'}")  # fmt: skip
    title = t("Svage signaler", "Weak signals")
    note = t(f"falsk alarm: én gang på {FALSE_ALARM_YEARS} år i hver kurve",
             f"false alarm: once in {FALSE_ALARM_YEARS} years in each chart")  # fmt: skip
    table = html.Details([html.Summary(show), *_both(context, found, "svage", title, weak)], className="twin weak")
    return shell.section(title, shell.caption(" ".join(said)), table, note=note, kind="lead-section", id="svage")


def without_chart(context: Reader, found: Watch) -> html.Section:
    """Every chart that is silent, by why it is, and what is watched in its place."""
    t, lang = context.t, context.lang
    reasons: dict[str, list[str]] = {}
    for one in found.quiet:
        name = f"{one.unit_name}: {text.title(context, one.indicator)}"
        reasons.setdefault(text.quiet(context, one), []).append(name)
    items = [html.Li([html.Strong(why), html.Ul([html.Li(name) for name in names])]) for why, names in reasons.items()]
    one = len(found.quiet) == 1
    show = t(f"Vis {'den ene' if one else f'de {fmt.count(len(found.quiet), lang)}'} uden kurve og hvorfor",
             f"Show the {'one' if one else fmt.count(len(found.quiet), lang)} without a chart and why")  # fmt: skip
    folded = html.Details([html.Summary(show), html.Ul(items)], className="twin")
    return shell.section(t("Uden kurve", "Without a chart"), folded, id="uden")


def still(
    context: Reader,
    table: Table,
    standing: Sequence[ShownSignal],
    absorbed: Sequence[Absorbed],
    with_database: bool = False,
) -> html.Section:
    """What is no news but has not returned to what was expected, and what has become the expected."""
    t, lang = context.t, context.lang
    said = t(
        f"Uden nyt i {LISTED_MONTHS} måneder, men ikke vendt tilbage til det ventede. Et niveau, ikke en nyhed.",
        f"No news for {LISTED_MONTHS} months, but not back at what is expected. A level and no news.",
    )
    title = t("Står stadig", "Still standing") if standing else t("Nyt udgangspunkt", "A new baseline")
    lines = {one.row.key: one for one in table.lines if one["listed"].key == "standing"}

    def name(one: Line) -> str:
        return f"{one['unit']} · {one['database']}" if with_database else one["unit"]

    def chart(one: Line) -> str:
        return _chart(context, one["database"], f"{one['code']}.{one['id']}")

    def unit(one: Line) -> html.Span:
        return html.Span([triangle(worse(one)), html.Span(name(one))], className="warning-unit")

    def began(one: Line) -> str:
        return fmt.month(one["first"], lang, "year")

    columns = [
        tables.Heading(t("Enhed", "Unit"), "left", width="27%", of="unit", draw=unit),
        tables.Heading(
            t("Hvad", "What"), "left", width="31%", of="indicator", draw=lambda one: _linked(context, one, chart(one))
        ),
        tables.Heading(
            t("Begyndte", "Began"), "left", width="15%", of="first", draw=began
        ),
        tables.Heading(
            t("Alder", "Age"), sub=t("måneder", "months"), width="9%", of="first until",
            draw=lambda one: fmt.count(_months(one["first"], one["until"]), lang),
        ),
        tables.Heading(t("Status", "Status"), "left", of="strength", draw=lambda one: _status(context, one)),
    ]  # fmt: skip
    parts: list = []
    if standing:
        shown = [lines[exports.signal_key(one)] for one in standing]
        phone = [
            card(name(line), one, f"{text.sentence(context, one)} {_status(context, line)}", chart(line))
            for one, line in zip(standing, shown, strict=True)
        ]
        table = replace(table, id="varsler-staar")
        drawn = tables.drawn(
            context, table, columns, css="dense warnings-table", caption=title, lines=shown, whole_rows=False
        )
        wide = html.Div([drawn, html.P(pick.start(context), className="section-links")], className="only-wide")
        parts += [shell.caption(said), wide, html.Div(phone, className="only-phone")]
    for one in absorbed:
        name = f"{one.unit_name} · {one.database}" if with_database else one.unit_name
        link = dcc.Link(f"{name}: {text.title(context, one.indicator)}",
                        href=_chart(context, one.database, f"{one.unit}.{one.indicator.id}"))  # fmt: skip
        parts.append(html.P([html.Strong(link), ". ", text.absorbed(context, one)], className="warning-absorbed"))
    return shell.section(title, *parts, kind="lead-section", id="staar")


def _chart(context: Reader, database: str, chart: str) -> str:
    if database == context.database:
        return context.to("/varsler", unit=None, extra=(*_kept_day(context), ("kurve", chart)))
    return context.to("/varsler", database=database, period=None, unit=None, extra=(("kurve", chart),))


def _kept_day(context: Reader) -> tuple[tuple[str, str], ...]:
    day = context.state.choice("pr")
    return (("pr", day),) if day else ()


def _months(first: dt.date, last: dt.date) -> int:
    """Both months counted."""
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _status(context: Reader, line: Line) -> str:
    """'stærkt; 154 set mod 54,9 ventet' since the last change."""
    t, lang = context.t, context.lang
    strength = t("stærkt", "strong") if line["strength"].key == "strong" else t("svagt", "weak")
    if line.number("observed") is None:
        return f"{strength}; {difference(context, line)}"
    seen, hoped = fmt.count(line["observed"], lang), fmt.number(line["expected"], 1, lang)
    month = fmt.month(line["since"], lang, "year")
    from_day = t(f", fra {month}", f", from {month}") if line["news"].key == AGAIN else ""
    return (
        t(f"{strength}; {seen} set mod {hoped} ventet", f"{strength}; {seen} seen against {hoped} expected") + from_day
    )


def since_cell(context: Reader, line: Line) -> html.Span | str:
    """The month, and of a further change when the first began."""
    t, lang = context.t, context.lang
    month = fmt.month(line["since"], lang, "year")
    if line["news"].key != AGAIN:
        return month
    first = fmt.month(line["first"], lang, "year")
    word = t("igen forværret", "worse again") if worse(line) else t("igen forbedret", "better again")
    return html.Span([month, html.Span(f"{word}; {t('først', 'first')} {first}", className="cell-sub")])


def _both(context: Reader, found: Watch, id: str, caption: str, signals: Sequence[ShownSignal]) -> list:
    """The signals as a table, on a phone as cards in the same order."""
    table = replace(exports.of_signals(context, found), id=f"varsler-{id}")
    known = {one.row.key: one for one in table.lines}
    lines = [known[exports.signal_key(one)] for one in signals]
    columns = _columns(context)
    drawn = tables.drawn(
        context, table, columns, css="dense warnings-table", caption=caption, lines=lines, whole_rows=False
    )
    by_key = {exports.signal_key(one): one for one in signals}
    in_order = [by_key[line.row.key] for line in tables.in_order(context, table, columns, lines)]
    cards = [card(one.unit_name, one, said(context, one), link_to(context, one)) for one in in_order]
    menu = [tables.order_menu(context, table, columns)] if len(cards) >= tables.LEAST_TO_SORT else []
    picks = html.P(pick.start(context), className="section-links")
    return [html.Div([drawn, picks], className="only-wide"), html.Div([*menu, *cards], className="only-phone")]


def said(context: Reader, one: ShownSignal) -> str:
    """The signal's sentence, and by what it is judged where that is not its own level."""
    tag = text.judged_tag(context, one)
    return text.sentence(context, one) + (f" {tag[:1].upper()}{tag[1:]}." if tag else "")


def _columns(context: Reader) -> list[tables.Heading]:
    t, lang = context.t, context.lang

    def unit(one: Line) -> html.Span:
        link = dcc.Link(one["unit"], href=context.to(f"/afdeling/{one['code']}", unit=None))
        return html.Span([triangle(worse(one)), link], className="warning-unit")

    def seen(one: Line) -> html.Span:
        expected = fmt.number(one["expected"], 1, lang)
        return html.Span([html.Strong(fmt.count(one["observed"], lang)), f" / {expected}"])

    columns = [
        tables.Heading(t("Enhed", "Unit"), "left", width="25%", of="unit", draw=unit),
        tables.Heading(t("Hvad", "What"), "left", width="36%", of="indicator", draw=lambda one: _linked(context, one)),
        tables.Heading(t("Siden", "Since"), "left", width="14%", of="since", draw=lambda one: since_cell(context, one)),
        tables.Heading(t("Måneder", "Months"), width="8%", of="months"),
    ]
    if context.edition != "public":
        title, patients = t("Set / ventet", "Seen / expected"), t("patienter", "patients")
        columns.append(tables.Heading(title, sub=patients, width="9%", of="observed expected", draw=seen))
    columns.append(
        tables.Heading(
            t("Forskel", "Difference"),
            sub=t("patienter", "patients"),
            width="8%",
            of="excess",
            draw=lambda one: html.Strong(difference(context, one)),
        )
    )
    return columns


def worse(line: Line) -> bool:
    """Whether a signal is of a decline."""
    return line["direction"].key == "worse"


def _linked(context: Reader, line: Line, href: str | None = None) -> dcc.Link:
    """The indicator and what there is more or fewer of, as the link to the chart."""
    inside = [html.Span(line["indicator"]), html.Span(_what(context, line), className="cell-sub")]
    address = href or context.here(kurve=f"{line['code']}.{line['id']}")
    return dcc.Link(inside, href=address, className="warning-what")


def _what(context: Reader, line: Line) -> str:
    more = context.t("flere", "more") if worse(line) else context.t("færre", "fewer")
    tag = "" if line["judged"].key == "own" else line["judged"].text
    return f"{more} {line['unwanted']}" + (f"; {tag}" if tag else "")


def difference(context: Reader, line: Line) -> str:
    """'+15', '−9', in the public edition 'ca. +15', or 'skjult'."""
    excess = line.number("excess")
    if excess is None:
        return context.t("skjult", "hidden")
    sign = "+" if worse(line) else fmt.MINUS
    number = fmt.count(max(1, round(abs(excess))), context.lang)
    return f"{context.t('ca.', 'c.')} {sign}{number}" if context.edition == "public" else f"{sign}{number}"


def card(name: str, one: ShownSignal, said: str, href: str) -> html.Div:
    """On the phone: the unit, then the sentence; the whole is the link to the chart."""
    inside = [
        triangle(one.worse),
        html.Span(
            [
                html.Span(name, className="compact-title"),
                html.Span(said, className="warning-sentence"),
            ],
            className="warning-text",
        ),
        html.Span("›", className="onward-right"),
    ]
    return html.Div(dcc.Link(inside, href=href, className="warning-card"), className="compact")


def what_to_do(context: Reader, signal: ShownSignal | None = None) -> html.Section:
    """What a warning is good for, in three steps."""
    t = context.t
    steps = (
        (t("Se først på registreringen.", "Look at the registration first."),
         t("Er der skiftet kodepraksis, system eller sekretær, da kurven knækkede?",
           "Did coding, system or staff change when the chart turned?")),
        (t("Se så på patienterne.", "Then look at the patients."),
         t("Gå journalerne igennem for dem, der er talt med: hvad gik anderledes end før?",
           "Go through the records of those counted: what went differently from before?")),
        (t("Tag det med til audit.", "Bring it to the audit."),
         t("Aftal, hvem der gør hvad inden hvornår, og følg kurven næste kvartal.",
           "Agree who does what by when, and follow the chart next quarter.")),
    )  # fmt: skip
    good = signal is not None and not signal.worse
    title = t("Hvad gør man ved et varsel?", "What to do about a warning?")
    if good:
        title = t("Hvad gør man ved en fremgang?", "What to do about an improvement?")
        steps = (
            (t("Se først på registreringen.", "Look at the registration first."), steps[0][1]),
            (t("Find ud af, hvad der blev gjort.", "Find out what was done."),
             t("Er det virkeligt, kan andre afdelinger lære af det.", "If it is real, others can learn from it.")),
        )  # fmt: skip
    items = [html.Li([html.Strong(head), " ", rest]) for head, rest in steps]
    return shell.section(title, html.Ol(items, className="warning-steps"))


def days(context: Reader, found: Watch) -> html.Section:
    """One link per quarter: the list as it could have been known then."""
    t, lang = context.t, context.lang
    shown = data.days(context.view.info)
    links = []
    for day in shown:
        label = fmt.date(day, lang)
        if day == found.as_of:
            links.append(html.Li(html.Span(label, className="is-chosen", **{"aria-current": "true"})))
        else:
            links.append(html.Li(dcc.Link(label, href=context.here(pr=None if day == shown[0] else day.isoformat()))))
    note = t(
        "Vælg en tidligere dag, og se listen, som den så ud: kun med det, der var indberettet til databasen den dag.",
        "Choose an earlier day to see the list as it was: only with what had been reported to the database that day.",
    )
    return shell.section(
        t("Hvornår ville vi have vidst det?", "When would we have known?"),
        shell.caption(note),
        html.Ul(links, className="day-links"),
        id="dage",
    )


def hospitals(context: Reader) -> html.Section:
    """The way to each hospital's one-page digest."""
    t = context.t
    every = digests.hospitals(context.view)
    own = next((one for one in every if context.state.unit in one.departments), None)
    items = [html.Li(_hospital(context, one)) for one in every]
    show = t("Vælg hospital", "Choose a hospital")
    snapshot = context.view.snapshot
    some = context.newest is None and len(data.ready(snapshot)) < len(snapshot.databases)
    return shell.section(
        t("Én side pr. hospital og kvartal", "One page per hospital and quarter"),
        shell.caption(t("På tværs af alle databaser, til udskrift.", "Over all databases, to print.")),
        *([shell.caption(being_made.of_all(context))] if some else []),
        *([html.P(_hospital(context, own))] if own is not None else []),
        html.Details([html.Summary(show), html.Ul(items, className="hospital-links")], className="twin"),
        id="hospitaler",
    )


def _hospital(context: Reader, one: digests.Hospital) -> dcc.Link:
    return dcc.Link(one.name, href=context.to(f"/varsler/{one.code}", unit=None))


def lead(context: Reader, found: Watch) -> str:
    """The strongest in a sentence, the charts watched, and the last day of the data behind them."""
    t = context.t
    worse = found.some(True, "worse")
    parts = [text.strongest(context, worse), text.standing(context, found), text.charts(context, found)]
    if found.until is not None:
        when = text.day_text(context, found.until)
        parts.append(t(f"Patienter til og med {when} er talt med.", f"Patients up to {when} are counted."))
    return " ".join(part for part in parts if part)


def foot(context: Reader, found: Watch) -> list:
    """How the charts are made, and what the data lack."""
    t = context.t
    parts: list = [
        t(
            "Hver afdeling følges patient for patient mod sit eget niveau de tre år forinden, eller, hvor dens egne "
            "patienter er for få eller årene for korte, mod landets eller forgængernes: Afvigelserne lægges sammen, "
            "og kurven er indstillet til at finde en fordobling eller halvering af det, der sker for en patient "
            "(en CUSUM med odds ratio 2 og ½, "
            "case-mix-justeret, hvor modellen holder). Et stærkt varsel er så kraftigt, som tilfældet kun giver én "
            "gang på "
            f"{STRONG_ALARM_YEARS} år i en kurve, et svagt én gang på {FALSE_ALARM_YEARS} år. Et signal står "
            f"på listen i {LISTED_MONTHS} måneder, efter at det begyndte, blev stærkt eller igen blev værre; derefter "
            "er "
            "det et niveau og ikke en nyhed, men står under »Står stadig«, til det er vendt tilbage. "
            "Et varsel er ikke en dom.",
            "Each department is followed patient by patient against its own level of the three years before or, where "
            "its own patients or years are too few, the country's or its predecessors': deviations are added up, and "
            "the chart is set to find a doubling or a halving of what happens to a patient (a "
            "CUSUM with odds ratios 2 and ½, "
            "case-mix adjusted where the model stands). A strong warning is as large as chance gives only once in "
            f"{STRONG_ALARM_YEARS} years in a chart, a weak one once in {FALSE_ALARM_YEARS} years. A signal "
            f"stays on the list for {LISTED_MONTHS} months after it began, became strong or got worse again; then it "
            "is a "
            "level and no news, but stays under 'Still standing' until it has returned. "
            "A warning is not a verdict.",
        )
    ]
    missing = text.undated(context, found)
    if missing:
        parts.append(missing)
    if not found.registration_known:
        parts.append(t("Udtrækket har ingen indberetningsdatoer; der er ikke taget højde for sen registrering.",
                       "The extract has no dates of reporting; late registration is not allowed for."))  # fmt: skip
    if context.edition == "public":
        parts.append(
            t(f"Offentlig udgave: forskellen er afrundet til nærmeste {data.public_step(context.view.edition)} "
              "patienter og skjult, hvor få patienter ligger bag; start vises som måned. Varsler for afdelinger med få "
              "patienter vises ikke, hvor forskellen er skjult.",
              f"Public edition: the difference is rounded to the nearest {data.public_step(context.view.edition)} "
              "patients and hidden where few patients are behind it; the start is shown as a month. Warnings of "
              "departments with few patients are not shown where the difference is hidden.")
        )  # fmt: skip
    return parts
