"""/handl/<code>?vis=hvorfor: why each case of a department's result counts as it does; the states sum to the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dash import dcc

from data.output import UsageError
from exports.files import Sheet
from exports.reach import WHY, of_cases
from exports.registry import export, stamp
from indicators.catalogue import BY_ID, CATALOGUE, why_not_reported
from indicators.declaration import Indicator
from layouts.act.link import full_edition, menu, not_here, place_of, seen_in_full
from layouts.frame import selections as select
from layouts.frame import shell
from layouts.parts import html, tables
from layouts.parts.downloads import line
from results.audit import indicator_title
from results.case_states import STATE_WORDS, CaseStates, case_states
from results.nodes import sites_of
from results.places import DepartmentPlace
from words import format as fmt
from words.reader import Reader

#: The state that a reader sees first, then the others by what can be done about them.
ORDER = ("not_fulfilled", "missing", "fulfilled", "excluded", "not_mature")


def switch(context: Reader) -> select.Switch:
    """Between who can be reached and who was not."""
    now = context.state.choice("vis", "naas")
    choices = (
        select.Choice(context.t("Kan nås", "Within reach"), context.here(vis=None, indikator=None), now == "naas"),
        select.Choice(context.t("Hvorfor, sag for sag", "Why, case by case"),
                      context.here(vis="hvorfor", indikator=None), now == "hvorfor"),
    )  # fmt: skip
    return select.Switch("vis", context.t("Vis", "Show"), choices)


def page(context: Reader, place: DepartmentPlace, seen: Sequence[str]) -> html.Div:
    """The cases of one indicator of the reader's database and year, by state."""
    t = context.t
    if context.database not in seen:
        if context.database in place.databases:
            return not_here(context)
        return _elsewhere(context, place, seen)
    offered = _offered(context)
    wanted = _wanted(context, offered)
    found = _found(context, wanted, place.code)
    title = indicator_title(*wanted).in_(context.lang)
    counts = found.counts
    body: list = []
    for state in ORDER:
        members = found.of(state)
        if members:
            body.append(_section(context, found, state, place.code))
    listed = fmt.listed(
        [f"{fmt.count(counts[state], context.lang)} {STATE_WORDS[state].in_(context.lang)}" for state in ORDER
         if counts[state]], context.lang)  # fmt: skip
    many = fmt.count(len(found.cases), context.lang)
    if not found.cases:
        when = context.period_label
        finding = t(f"{place.name}: ingen forløb i {when}", f"{place.name}: no cases in {when}")
    else:
        finding = t(f"{title}, {place.name}: {listed}.", f"{title}, {place.name}: {listed}.")
    return shell.page(
        context,
        active="act",
        finding=finding,
        lead=t(f"{many} forløb i {context.period_label}; hvert står ét sted, så tallene giver resultatet: opfyldt er "
               "tælleren, opfyldt og ikke opfyldt nævneren.",
               f"{many} cases in {context.period_label}; each stands in one place, so the numbers make the result: "
               "fulfilled is the numerator, fulfilled and not fulfilled the denominator."),
        breadcrumbs=[(t("Handl", "Act"), "/handl"), (place.name, f"/handl/{place.code}"),
                     (t("Hvorfor", "Why"), None)],
        selections=[menu(context, place), select.database(context), *select.standard(context, "period"),
                    switch(context), _menu(context, offered, wanted)],
        summary=(place.name, f"{title} · {context.period_label}"),
        title=f"{place.name} · {title}",
        body=html.Div(body, className="act"),
        foot=[t("Numrene er pseudonyme og slås op i afdelingens eget system. Hver visning skrives i loggen, hvor man "
                "logger ind.",
                "The numbers are pseudonymous and are looked up in the department's own system. Each view stands in "
                "the log where one logs in.")],
    )  # fmt: skip


def _section(context: Reader, found: CaseStates, state: str, code: str) -> html.Section | html.Details:
    members, lang = found.of(state), context.lang
    word = STATE_WORDS[state].in_(lang)
    title = f"{word[:1].upper()}{word[1:]}"
    table = of_cases(context, found, state)
    columns = [
        tables.Heading(of="case", align="left"),
        tables.Heading(of="day", align="left"),
        tables.Heading(of="reason", align="left"),
    ]
    drawn = tables.drawn(context, table, columns, css="dense act-why", caption=table.title)
    note = fmt.count(len(members), lang)
    if state == ORDER[0]:
        key = f"{found.indicator.id}.{found.site}" if found.site else found.indicator.id
        links = html.P(line(context, WHY, f"{code}:{key}"), className="section-links")
        return shell.section(title, drawn, links, note=note, id=state.replace("_", "-"))
    show = context.t(f"Vis {note}", f"Show {note}")
    folded = html.Details([html.Summary(show), drawn], className="act-more")
    return shell.section(title, folded, note=note, id=state.replace("_", "-"))


def _offered(context: Reader) -> list[tuple[Indicator, str]]:
    """The indicators that the database reports, by site where standards are."""
    return [
        (one, site)
        for one in CATALOGUE
        if why_not_reported(one, context.view.info) is None
        for site in (sites_of(context.view, one.id) or ("",))
    ]


def _wanted(context: Reader, offered: Sequence[tuple[Indicator, str]]) -> tuple[Indicator, str]:
    id, _, site = context.state.choice("indikator").partition(".")
    usual = next((pair for pair in offered if pair[0].id == "mdt_before_treatment"), offered[0])
    near = next((pair for pair in offered if pair[0].id == id), usual)
    return next((pair for pair in offered if (pair[0].id, pair[1]) == (id, site)), near)


def _menu(context: Reader, offered: Sequence[tuple[Indicator, str]], wanted: tuple[Indicator, str]) -> select.Menu:
    choices = tuple(
        select.Choice(
            indicator_title(one, site).in_(context.lang),
            context.here(indikator=f"{one.id}.{site}" if site else one.id),
            (one, site) == wanted,
        )
        for one, site in offered
    )
    name = indicator_title(*wanted).in_(context.lang)
    return select.Menu("indikator", context.t("Indikator", "Indicator"), name, choices)


def _found(context: Reader, wanted: tuple[Indicator, str], code: str) -> CaseStates:
    view = replace(context.view, edition=full_edition(context))
    return case_states(view, *wanted, code, context.lang)


def _elsewhere(context: Reader, place: DepartmentPlace, seen: Sequence[str]) -> html.Div:
    """The department has no cases in the reader's database: those in which it has."""
    t = context.t
    links = [html.Li(dcc.Link(one, href=context.here(database=one, period=None, indikator=None))) for one in seen]
    return shell.page(
        context,
        active="act",
        finding=t(f"{place.name} har ingen forløb i {context.database}",
                  f"{place.name} has no cases in {context.database}"),
        lead=t("Vælg en database:", "Choose a database:"),
        body=html.Ul(links, className="link-list"),
        title=place.name,
    )  # fmt: skip


@export(WHY, {}, whole=True)
def why_of_cases(context: Reader, subject: str) -> Sheet:
    """Every case of a department and an indicator (``<code>:<indicator>``) with its state and why."""
    code, _, key = subject.partition(":")
    place = place_of(context, code)
    seen = seen_in_full(context, place.databases, f"/hent/{WHY}", code) if place else []
    if place is None or context.database not in seen or key.partition(".")[0] not in BY_ID:
        raise UsageError(f"there is no list of '{subject}' here")
    id, _, site = key.partition(".")
    found = _found(context, (BY_ID[id], site), code)
    return Sheet(context.t("Hvorfor", "Why"), of_cases(context, found), stamp(context))
