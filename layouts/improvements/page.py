"""/forbedringer: improvement initiatives and what came of them."""

from __future__ import annotations

import dash

from exports import improvements as exports
from layouts.frame import selections as select
from layouts.frame import shell, source
from layouts.improvements import parts
from layouts.parts import html
from results.improvements import improvements
from words import improvements as text

#: What a form that was saved tells the reader.
MESSAGES = {
    "gemt": ("Projektet er gemt.", "The initiative is saved."),
    "importeret": ("Projekterne er importeret.", "The initiatives are imported."),
}
EXTRAS = {**exports.EXTRAS, "besked": tuple(MESSAGES)}

dash.register_page(__name__, path="/forbedringer", title=shell.BRAND)


def layout(**query: object) -> html.Div:
    context = source.view("/forbedringer", query, EXTRAS).of_all_patients()
    t, everywhere = context.t, context.state.choice("vis") == "alle"
    found = improvements(context.view, everywhere)
    editable = context.edition == "working"
    said, every = context.state.choice("besked"), t("alle databaser", "all databases")
    saved = [html.P(t(*MESSAGES[said]), className="saved", role="status")] if said else []
    body = [
        *saved,
        parts.lines_of_links(context, found, editable),
        *([parts.contents(context, found)] if len(found) > 2 else []),
        *[parts.section(context, one, editable) for one in found],
    ]
    return shell.page(
        context,
        active="improvements",
        finding=text.finding(context, found, everywhere),
        lead=text.lead(context, found),
        selections=[select.database(context), _scope(context, everywhere)],
        summary=(t("Forbedringer", "Improvements"), context.database if not everywhere else every),
        notices=_unused(context),
        body=html.Div(body, className="improvements"),
        foot=_foot(context),
        title=f"{t('Forbedringer', 'Improvements')} · {context.database}",
    )


def _scope(context: source.Reader, everywhere: bool) -> select.Switch:
    t = context.t
    choices = (
        select.Choice(context.database, context.here(vis=None, besked=None), not everywhere),
        select.Choice(t("Alle databaser", "All databases"), context.here(vis="alle", besked=None), everywhere),
    )
    return select.Switch("vis", t("Projekter fra", "Initiatives of"), choices)


def _unused(context: source.Reader) -> list[str]:
    if not context.state.filtered:
        return []
    return [
        context.t(
            "Filtre på køn, alder og stadie bruges ikke her: effekten opgøres for alle patienter.",
            "Filters on sex, age and stage are not used here: effects are estimated for all patients.",
        )
    ]


def _foot(context: source.Reader) -> list[str]:
    t = context.t
    parts = [
        t(
            "Spring ved datoen: segmenteret regression på afdelingens egne måneder eller kvartaler, højst tre år til "
            "hver side (kvartaler fire), med sæson, hvor der er punkter nok. Mod de andre afdelinger: afdelingens "
            "ændring minus gennemsnittet af de andres; p fra permutation, hvor hver anden afdeling sættes i "
            "afdelingens sted. Under otte punkter på en side beregnes ingen effekt.",
            "Jump at the date: segmented regression on the department's own months or quarters, at most three years "
            "to either side (quarters four), with a season where there are points enough. Against the other "
            "departments: the department's change less the mean change of the others; p by permutation, each other "
            "department in the department's place. With fewer than eight points on a side no effect is estimated.",
        )
    ]
    if context.view.edition.hides:
        parts.append(
            t(
                f"Resultater på færre end {context.threshold} er skjult, og punkter er lagt sammen, til ingen er så "
                "små.",
                f"Results on fewer than {context.threshold} are hidden, and points are joined until none is that "
                "small.",
            )
        )
    return parts
