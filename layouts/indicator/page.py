"""/indikator/<id>: one indicator by region and department, its map, definition, trend and annual-report table."""

from __future__ import annotations

from dataclasses import replace

import dash
from dash import dcc

from figures import map as maps
from indicators.catalogue import BY_ID, CATALOGUE, why_not_reported
from indicators.declaration import FAMILIES, Indicator
from layouts.act import link as reach
from layouts.comments import section as comments
from layouts.frame import selections as select
from layouts.frame import shell, source
from layouts.indicator import definition, months, reasons, report, trend, units, views
from layouts.parts import downloads, html
from layouts.parts import figure as figures
from layouts.variation import bar
from results.across import region_codes
from results.audit import SITE_NAMES, UnitTable, goal, unit_table
from results.cube import DEFINITION_VERSION
from results.nodes import divisible, reported, sites_of
from words import answer, stamps
from words import format as fmt
from words import indicator as words
from words import variation as words_of_comparison
from words.choices import Problem
from words.chosen import comparison as choices
from words.reader import Reader

EXTRAS = {**report.EXTRAS, **views.EXTRAS}
SHORT = 15  # units; below that the definition stands under the figure, not beside it

dash.register_page(__name__, path_template="/indikator/<path_id>", title="Kræftkvalitet")


def layout(path_id: str | None = None, **query: object) -> html.Div:
    """The page of one indicator; 404 with the list of indicators for an id that does not exist."""
    # A comparison is of one reporting year or three.
    plain = query.get("vis", "oversigt") == "oversigt"
    context = source.view(f"/indikator/{path_id or ''}", query, EXTRAS, months=plain)
    if path_id not in BY_ID:
        return _unknown(context, path_id)
    context = _known_site(context)
    indicator = BY_ID[path_id]
    view = context.view.for_site(context.state.choice("lokalisation"))
    reason = why_not_reported(indicator, view.info)
    if reason is not None:
        line = context.t("er ikke opgjort for", "is not reported for")
        title = indicator.title.in_(context.lang)
        return _without(context, indicator, f"{title} {line} {context.database}.", reason.in_(context.lang))
    if context.state.choice("vis", "oversigt") != "oversigt":
        return _compared(context, indicator)
    if not divisible(view, indicator.id):
        return _undivided(context, indicator)
    table = unit_table(view, indicator.id)
    sites = () if view is not context.view else sites_of(view, indicator.id)
    title, period = words.title(context, table), words.period_words(context, table)
    by_department = view.place == "treating"
    heading = context.t(f"Afdelinger efter region, {period}", f"Departments by region, {period}")
    if words.of_units(table):
        heading = context.t(f"Enheder efter region, {period}", f"Units by region, {period}")
    if not by_department:
        heading = context.t(f"Bopælsregioner, {period}", f"Regions of residence, {period}")
    all_periods = unit_table(view, indicator.id, tuple(reversed(context.periods)))
    box = definition.box(context, indicator, table, table.standard)
    short = len(words.shown_units(table)) < SHORT
    aside = html.Div([_map(context, table)] if short else [_map(context, table), box])
    body = [
        *views.nav(context),
        shell.columns(html.Div(units.section(context, table, heading)), aside),
        *([html.Div(box, className="definition-wide")] if short else []),
        *reach.of_indicator(context, indicator),
        *months.section(context, view, indicator.id),
        *trend.section(context, all_periods),
        *([] if context.edition == "public" else reasons.section(context, view, indicator.id)),
        report.section(context, view, table),
        *comments.section(context, table),
        _onward(context, indicator),
    ]
    joined = "" if context.edition == "public" else views.joined(context, indicator)
    lead = _lead(context, words.lead(context, table, sites), joined)
    return _page(context, indicator, words.finding(context, table), lead, body, title)


def _lead(context: Reader, text: str, joined: str) -> list:
    """The lead, what joins the three answers, and that nothing is adjusted as a link to the adjusted view."""
    last = stamps.not_adjusted(context)
    if context.edition == "public":  # which has no adjusted view
        return [text]
    return [
        text.removesuffix(last),
        f"{joined} " if joined else "",
        dcc.Link(html.unbroken(last), href=context.here(vis="justeret")),
    ]


def _compared(context: Reader, indicator: Indicator) -> html.Div:
    """The funnel, the shrunken estimates or the adjusted view."""
    title, why = words_of_comparison.title(context, indicator), views.unusable(context, indicator)
    if why is not None:
        body = [*views.nav(context), *views.refused(context), _onward(context, indicator)]
        return _page(context, indicator, f"{title}: {why[:1].lower()}{why[1:]}", None, body, title, filtered=False)
    view = views.IndicatorView(context, indicator)
    body = [*views.nav(context), *view.body(), _onward(context, indicator)]
    chosen = view.chosen
    menus = [select.database(context), *select.standard(context, "period")]
    if choices.filters_answer(context):
        menus = [one for one in _selections(context, indicator) if one.name not in ("sted", "regioner", "egen")]
    menus += bar.switches(chosen)
    if chosen.by == "department":
        menus.append(select.unit(context))
    return _page(context, indicator, view.finding(), view.lead(), body, title, menus)


def _page(
    context: Reader,
    indicator: Indicator,
    finding: object,
    lead: object,
    body: list,
    title: str,
    menus: list | None = None,
    filtered: bool = True,
) -> html.Div:
    family = next(one for one in FAMILIES if one.id == indicator.family)
    who = f"{context.database} · {context.period_label} · {context.patients_text()}"
    return shell.page(
        context,
        active="overview",
        filtered=filtered,
        finding=finding,
        lead=lead,
        breadcrumbs=[
            (context.t("Overblik", "Overview"), "/"), (family.title.in_(context.lang), None), (title, None)
        ],
        selections=_selections(context, indicator) if menus is None else menus,
        summary=(title, who),
        title=f"{title} · {context.database} {context.period_label}",
        body=html.Div(body, className="indicator"),
    )  # fmt: skip


def _selections(context: Reader, indicator: Indicator) -> list:
    # Another database has other sites and departments.
    elsewhere = replace(context, state=context.state.with_(lokalisation=None, unit=None))
    names = ("period", "sex", "age", "stage", "place", "regions")
    plain = context.state.choice("vis", "oversigt") == "oversigt"
    chosen = [select.database(elsewhere), *select.standard(context, *names, months=plain)]
    sites = sites_of(context.view, indicator.id)
    if sites:
        now = context.state.choice("lokalisation")
        choices = [select.Choice(context.t("Alle", "All"), context.here(lokalisation=None), not now)]
        choices += [
            select.Choice(SITE_NAMES[site].in_(context.lang).capitalize(), context.here(lokalisation=site), site == now)
            for site in sites
        ]
        chosen.append(select.Switch("lokalisation", context.t("Lokalisation", "Site"), tuple(choices)))
    if context.state.place == "treating":
        chosen.append(select.unit(context))
    return chosen


def _map(context: Reader, table: UnitTable) -> html.Section:
    t, shown = context.t, {}
    for unit in table.of_level("region"):
        if unit.code:
            cell = table.cell(unit)
            shown[unit.code] = maps.MapRegion(cell.rate, cell.said)
    # A region without patients is drawn too, else the map has a hole; but none that a merged one here holds.
    held = {one for code in shown for one in maps.parts_of(code)}
    for code in region_codes(table.view.regions):
        if code not in held:
            shown[code] = maps.MapRegion(None, "no_data")
    texts = [
        t("Behandlende region.", "Region of treatment.")
        if table.view.place == "treating"
        else t("Bopælsregion.", "Region of residence."),
        t("Mørkere flade = højere andel.", "Darker area = higher share."),
        t("Bornholm (i indsat felt) hører til", "Bornholm (inset) belongs to")
        + (" Hovedstaden." if table.view.regions == 5 else " Østdanmark."),
    ]
    heading = t("Regioner", "Regions")
    return figures.figure(
        "kort",
        maps.regions(shown, context.lang),
        context=context,
        title=heading,
        export_title=f"{words.title(context, table)}. {heading}, {words.period_words(context, table)}",
        height=maps.HEIGHT,
        alt=maps.alt(shown, context.lang),
        caption=" ".join(texts),
        definition=f"definition {DEFINITION_VERSION}",
        downloads=downloads.links(context, "enheder", table.indicator.id)[:1],
        cards={
            unit.code: answer.of_unit(context, table, unit) for unit in table.of_level("region") if unit.code in shown
        },
    )


def _onward(context: Reader, indicator: Indicator) -> html.Nav:
    """The indicators before and after this one among those that the database reports, and survival's own page."""
    t = context.t
    order = [one for one in CATALOGUE if one.id in reported(context.view) or one.id == indicator.id]
    at = next(number for number, one in enumerate(order) if one.id == indicator.id)

    def link(number: int, text: str) -> object:
        if not 0 <= number < len(order):
            return html.Span()
        return dcc.Link(text, href=context.to(f"/indikator/{order[number].id}"))

    def name(number: int) -> str:
        if not 0 <= number < len(order):
            return ""
        one = order[number]
        more = f" ({one.qualifier.in_(context.lang)})" if one.days_in_title else ""
        return one.title.in_(context.lang) + more

    middle: object = html.Span(t(f"{at + 1} af {len(order)}", f"{at + 1} of {len(order)}"), className="light")
    if indicator.survival_years:
        text = t("Overlevelseskurver efter stadie", "Survival curves by stage")
        middle = dcc.Link(text, href=context.to("/overlevelse"))
    label = t("Flere indikatorer", "More indicators")
    return html.Nav(
        [link(at - 1, f"←{fmt.NBSP}{name(at - 1)}"), middle, link(at + 1, f"{name(at + 1)}{fmt.NBSP}→")],
        className="neighbours",
        **{"aria-label": label},
    )


def _without(context: Reader, indicator: Indicator, finding: str, lead: object) -> html.Div:
    """The page of an indicator without results: why, and what it would be."""
    reported_here = why_not_reported(indicator, context.view.info) is None
    standard = goal(context.view, indicator.id, context.period) if reported_here else None
    box = definition.box(context, indicator, None, standard)
    body = [html.Div(box, className="definition-wide"), _onward(context, indicator)]
    return _page(context, indicator, finding, lead, body, indicator.title.in_(context.lang))


def _undivided(context: Reader, indicator: Indicator) -> html.Div:
    """An indicator that the chosen filters cannot divide: no figure of other patients than those chosen."""
    t, title = context.t, indicator.title.in_(context.lang)
    parts = [text.lower() for _, text, _ in context.filters()]
    if context.state.choice("lokalisation"):
        parts.append(t("lokalisation", "site"))
    if context.state.place != "treating":
        parts.append(t("bopæl", "residence"))
    by = fmt.listed(parts, context.lang)
    everyone = {"sex": None, "age_group": None, "stage": None, "place": "treating", "lokalisation": None}
    lead = [
        t("Opgørelsen findes kun for alle patienter efter behandlende sted. ",
          "It is counted for all patients by place of treatment only. "),
        dcc.Link(t("Vis den for alle patienter", "Show it for all patients"), href=context.here(**everyone)),
    ]  # fmt: skip
    finding = t(f"{title} kan ikke opdeles efter {by}.", f"{title} cannot be divided by {by}.")
    return _without(context, indicator, finding, lead)


def _known_site(context: Reader) -> Reader:
    """The context, without a site that the database does not have; then with a problem that says so."""
    site = context.state.choice("lokalisation")
    if not site or report.covers(context.database, site):
        return context
    problem = Problem(
        "lokalisation",
        site,
        f"Lokalisationen {site} findes ikke i {context.database} og er ikke brugt.",
        f"The site {site} is not in {context.database} and was not used.",
    )
    return replace(context, state=context.state.with_(lokalisation=None), problems=(*context.problems, problem))


def _unknown(context: Reader, id: str | None) -> html.Div:
    t = context.t
    if id:
        start = t(f"Der er ingen indikator med id'et {id}. Der findes: ", f"There is no indicator {id}. There are: ")
    else:
        start = t("Vælg en indikator: ", "Choose an indicator: ")
    parts: list = [start]
    for number, one in enumerate(CATALOGUE):
        more = f" ({one.qualifier.in_(context.lang)})" if one.qualifier else ""
        text = one.title.in_(context.lang) + more
        parts += ["; "] if number else []
        parts.append(dcc.Link(text, href=context.to(f"/indikator/{one.id}")))
    return shell.not_found(context, [*parts, "."])
