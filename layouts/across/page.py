"""/tvaergaaende: all databases × the cross-cutting indicators, each database in its own reporting year."""

from dataclasses import replace

import dash
from dash import dcc

from data import reference
from exports.files import Sheet
from exports.registry import export
from layouts.across import hospitals, parts, years
from layouts.frame import selections as select
from layouts.frame import shell, source
from layouts.parts import html
from layouts.parts.downloads import line
from results.across import Across, across, latest_views, region_codes
from words import across as text
from words import verdicts

ORDERS = ("ikke-opfyldt", "navn")
EXTRAS = {"region": reference.region_order(), "orden": ORDERS, "vis": ("aar", "hospitaler")}

dash.register_page(__name__, path="/tvaergaaende", title=shell.BRAND)


def layout(**query: object):
    context = source.view("/tvaergaaende", query, EXTRAS).of_all_patients()
    matrix, notices = matrix_of(context)
    context = replace(context, synthetic=any(view.info.synthetic for view in matrix.views))
    views = text.sorted_views(matrix, context.state.choice("orden", ORDERS[0]))
    t = context.t
    # The address of this page names neither database nor period: it shows all, each in its own year.
    everywhere = replace(context, database=None, period=None)
    where = text.region_name(context, matrix)
    return shell.page(
        context,
        active="across",
        finding=text.finding(context, matrix),
        lead=text.lead(context, matrix),
        selections=[_regions(context, matrix), _orders(context), *select.standard(context, "place", "regions")],
        summary=(t("Alle databaser", "All databases"), f"{where} · {t('seneste år', 'latest year')}"),
        notices=notices,
        body=[
            parts.key(context, matrix),
            html.Div(parts.matrix_table(context, matrix, views), className="only-wide"),
            parts.links_note([line(everywhere, "tvaers")]),
            parts.section(
                context,
                html.Div(parts.list_table(context, matrix, views), className="only-wide"),
                html.Div(parts.cards(context, matrix, views), className="only-phone"),
            ),
            parts.why(context, matrix),
            *_more(context),
        ],
        foot=[
            t(
                "Hver række har sin standard; hvor databaser har forskellige standarder, står der »varierer«, og "
                "standarden står på indikatorens side. Udviklingsmål tælles ikke med blandt standarderne.",
                "Each row has its standard; where databases have different standards it says 'varies', and the "
                "standard is on the indicator's page. Development targets are not counted among the standards.",
            ),
            verdicts.how(context),
            *_hidden(context),
            *text.not_delivered(context, matrix),
            text.data_cuts(context, matrix.views),
        ],
        title=t("På tværs af databaser", "Across databases"),
    )


def _more(context: source.Reader) -> list:
    """The tables of all years and of all hospitals, which take longer than the rest of the page: that asked for, and
    the way to the other."""
    t, chosen = context.t, context.state.choice("vis")
    groups = verdicts.groups_text(context).capitalize()
    made = {"aar": years.section, "hospitaler": hospitals.section}
    words = {
        "aar": t(f"{groups} år for år", f"{groups} year by year"),
        "hospitaler": t(f"{groups} hospital for hospital", f"{groups} hospital by hospital"),
    }  # fmt: skip
    ways = [(f"{context.here(vis=name, sort='')}#{name}", text) for name, text in words.items() if name != chosen]
    links = [html.Li(dcc.Link(text, href=href)) for href, text in ways]
    parts = [made[chosen](context)] if chosen in made else []
    return [*parts, html.Ul(links, className="link-list", id="mere-paa-tvaers")]


def matrix_of(context: source.Reader) -> tuple[Across, list[str]]:
    """The matrix of the reader's region and place, and what could not be followed."""
    view, t = context.view, context.t
    notices = []
    if context.state.filtered:
        notices.append(
            t(
                "Filtre på køn, alder og stadie bruges ikke her: siden viser alle patienter.",
                "Filters on sex, age and stage are not used here: the page shows all patients.",
            )
        )
    region = context.state.choice("region")
    if region and region not in region_codes(view.regions):
        named = {4: ("fire", "four"), 5: ("fem", "five")}[view.regions]
        notices.append(
            t(
                f"{reference.region_name(region)} findes ikke ved {named[0]} regioner. Her vises Danmark.",
                f"{reference.region_name(region)} does not exist with {named[1]} regions. Denmark is shown.",
            )
        )
        region = ""
    return across(latest_views(view.snapshot, view.edition, view.place, view.regions), region), notices


def _hidden(context: source.Reader) -> list[str]:
    if not context.view.edition.hides:
        return []
    return [
        context.t(
            f"× skjult: resultater på færre end {context.threshold} og dem, de ellers kunne regnes ud fra.",
            f"× hidden: results on fewer than {context.threshold}, and those from which they could be worked out.",
        )
    ]


def _regions(context: source.Reader, matrix: Across) -> select.Menu:
    country = context.t("Danmark", "Denmark")
    choices = [select.Choice(country, context.here(region=None), not matrix.region)]
    choices += [
        select.Choice(reference.region_name(code), context.here(region=code), code == matrix.region)
        for code in region_codes(context.view.regions)
    ]
    value = next(choice.text for choice in choices if choice.chosen)
    return select.Menu("omraade", context.t("Område", "Area"), value, tuple(choices))


def _orders(context: source.Reader) -> select.Switch:
    words = {"ikke-opfyldt": ("Flest ikke opfyldt først", "Most not met first"), "navn": ("Alfabetisk", "By name")}
    chosen = context.state.choice("orden", ORDERS[0])
    choices = tuple(
        select.Choice(context.t(*words[name]), context.here(orden=None if name == ORDERS[0] else name), name == chosen)
        for name in ORDERS
    )
    return select.Switch("orden", context.t("Rækkefølge", "Order"), choices)


@export("tvaers", EXTRAS, whole=True)
def rows_of(context: source.Reader, subject: str) -> Sheet:
    """The matrix as a sheet; it has no subject."""
    return parts.sheet(context, matrix_of(context)[0])
