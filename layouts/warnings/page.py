"""/varsler: early warnings of a database, or one chart of it; /varsler/<hospital>: a hospital's quarter."""

from __future__ import annotations

import re

import dash
from dash import dcc

from data.once import BeingMade
from data.output import UsageError
from exports import warnings as exports
from layouts.frame import being_made, shell, source
from layouts.frame import selections as select
from layouts.parts import html
from layouts.warnings import bar, digest, figures
from layouts.warnings import chart as one_chart
from layouts.warnings import list as listed
from results.warnings import digest as digests
from results.warnings import signals as data
from words import delivered
from words import format as fmt
from words import warnings as text
from words.chosen import warnings as choices
from words.reader import Reader

DIGEST_EXTRAS = {"kvartal": re.compile(r"20\d\dK[1-4]")}

dash.register_page(__name__, path="/varsler", path_template="/varsler/<path_hospital>", title=shell.BRAND)


def layout(path_hospital: str | None = None, **query: object) -> html.Div:
    """The list, one chart, or a hospital's digest; 404 for a hospital or chart that does not exist."""
    path, extras = ("/varsler", choices.EXTRAS)
    if path_hospital:
        path, extras = f"/varsler/{path_hospital}", DIGEST_EXTRAS
    context = source.view(path, query, extras).of_all_patients()
    try:
        return _digest(context, path_hospital) if path_hospital else _list(context)
    except BeingMade as error:
        return _former(context, path_hospital) or _not_yet(context, error)


def _former(context: Reader, path_hospital: str | None) -> html.Div | None:
    """The whole page of the former snapshot, which says so; None where that does not have it."""
    before = being_made.former(context) if not context.state.choice("pr") else None
    if before is None:
        return None
    try:
        page = _digest(before, path_hospital) if path_hospital else _list(before)
    except BeingMade:
        return None
    return page if getattr(page, "data-status") == "200" else None


def _not_yet(context: Reader, error: BeingMade) -> html.Div:
    t = context.t
    there = [code for code in data.ready(context.view.snapshot) if code != context.database]
    links = [html.Li(dcc.Link(dict(context.databases)[code], href=context.here(database=code, kurve=None)))
             for code, _ in context.databases if code in there]  # fmt: skip
    listed_links = [shell.section(t("Klar nu", "Ready now"), html.Ul(links, className="link-list"))] if links else []
    return shell.page(
        context,
        active="warnings",
        finding=t("Varslerne er ikke klar endnu", "The warnings are not ready yet"),
        lead=being_made.told(context, error),
        selections=[select.database(context)],
        body=listed_links if context.path == "/varsler" else [],
    )


def _list(context: Reader) -> html.Div:
    day, trouble = choices.read_day(context)
    found = data.watch(context.view, day)
    before = [being_made.former_told(context)] if context.newest else []
    notices = [*before, *_unused(context), *([trouble] if trouble else [])]
    if found.refused:
        return _refused(context, notices)
    if context.state.choice("kurve"):
        return _chart(context, day, notices)
    return shell.page(
        context,
        active="warnings",
        finding=text.finding(context, found),
        lead=listed.lead(context, found),
        notices=notices,
        selections=[select.database(context), bar.day_menu(context, day), select.unit(context)],
        summary=(context.database_label, context.t(f"kendt {fmt.date(day)}", f"known {fmt.date(day, 'en')}")),
        body=html.Div(listed.body(context, found), className="warnings"),
        foot=[*listed.foot(context, found), *delivered.notes(context)],
    )


def _unused(context: Reader) -> list:
    """What was chosen elsewhere and is not used here."""
    if not context.state.filtered and context.state.place == "treating":
        return []
    said = context.t(
        "Varslerne gælder alle patienter; de valgte filtre er ikke brugt her.",
        "The warnings are of all patients; the chosen filters are not used here.",
    )
    return [said]


def _chart(context: Reader, day, notices: list[str]) -> html.Div:
    t = context.t
    curve = one_chart.read(context, day)
    silent = next((one for one in data.watch(context.view, day).quiet
                   if f"{one.unit}.{one.indicator.id}" == context.state.choice("kurve")), None)  # fmt: skip
    if curve is None and silent is not None:
        name = text.title(context, silent.indicator)
        return shell.page(
            context,
            active="warnings",
            finding=t(f"{silent.unit_name}: ingen kurve for {name}", f"{silent.unit_name}: no chart of {name}"),
            lead=text.quiet(context, silent),
            notices=notices,
            selections=[bar.day_menu(context, day)],
            body=html.P(dcc.Link(t("Alle varsler", "All warnings"), href=context.here(kurve=None))),
        )
    if curve is None:
        what = [
            t("Der er ingen kurve for ", "There is no chart of "), html.Code(context.state.choice("kurve")),
            t(" på denne dag: enheden eller indikatoren findes ikke, eller enheden har ingen patienter. ",
              " on this day: the unit or the indicator does not exist, or the unit has no patients. "),
            dcc.Link(t("Alle varsler", "All warnings"), href=context.here(kurve=None)),
        ]  # fmt: skip
        return shell.not_found(context, what)
    found = data.watch(context.view, day)
    name = figures.unit_name(context, curve)
    return shell.page(
        context,
        active="warnings",
        finding=one_chart.finding(context, curve),
        lead=one_chart.lead(context, curve),
        notices=notices,
        breadcrumbs=[
            (t("Varsler", "Warnings"), "/varsler"),
            (f"{context.database} · {text.title(context, curve.indicator)} · {name}", None),
        ],
        selections=[bar.day_menu(context, day)],
        summary=(name, f"{context.database} · {t('kendt', 'known')} {fmt.date(day, context.lang)}"),
        title=f"{text.title(context, curve.indicator)} · {name}",
        body=html.Div(one_chart.body(context, curve), className="warnings"),
        foot=[*listed.foot(context, found), *figures.method(context, curve)],
    )


def _refused(context: Reader, notices: list[str]) -> html.Div:
    t = context.t
    return shell.page(
        context,
        active="warnings",
        finding=t("En tidligere dag kan ikke vises", "A past day cannot be shown"),
        lead=t(
            "Udtrækket har ingen indberetningsdatoer, så man kan ikke vide, hvad der var kendt dengang.",
            "The extract has no dates of reporting, so what was known then cannot be told.",
        ),
        notices=notices,
        selections=[select.database(context)],
        body=html.P(dcc.Link(t("Se varslerne nu", "See the warnings now"), href=context.here(pr=None))),
    )


def _digest(context: Reader, code: str) -> html.Div:
    t = context.t
    hospital = next((one for one in digests.hospitals(context.view) if one.code == code), None)
    if hospital is None:
        digests.all_ready(context.view)
        what = [t(f"Der er intet hospital med koden {code}. ", f"There is no hospital with the code {code}. "),
                dcc.Link(t("Se alle hospitaler", "See all hospitals"), href=context.to("/varsler"))]  # fmt: skip
        return shell.not_found(context, what)
    notices = _unused(context)
    try:
        quarter = exports.chosen_quarter(context)
    except UsageError:
        known, asked = digests.quarters(context.view), context.state.choice("kvartal")
        quarter = digests.latest_complete(context.view)
        notices.append(
            t(
                f"Kvartalet {asked} kan ikke vises og er ikke brugt. Der findes {known[-1]}–{known[0]}.",
                f"The quarter {asked} cannot be shown and was not used. There are {known[-1]}–{known[0]}.",
            )
        )
    found = digests.digest(context.view, hospital, quarter)
    if context.newest:
        digests.all_ready(context.view, quarter)
        notices.insert(0, being_made.former_told(context))
    elif found.awaited:
        if (whole := _former(context, code)) is not None:
            return whole
        frames = data.frames(context.view.snapshot, digests.boards(context.view, quarter))
        notices.insert(0, being_made.partly(context, found.awaited, frames))
    return shell.page(
        context,
        active="warnings",
        finding=digest.finding(context, found),
        lead=digest.lead(context, found),
        notices=notices,
        breadcrumbs=[(t("Varsler", "Warnings"), "/varsler"), (hospital.name, None)],
        selections=digest.menus(context, hospital, quarter),
        summary=(hospital.name, digest.quarter_name(context, quarter)),
        title=f"{t('Varsler', 'Early warning')} · {hospital.name} · {quarter}",
        body=digest.body(context, found),
        foot=digest.foot(context, found),
    )


__all__ = ["exports", "layout"]
