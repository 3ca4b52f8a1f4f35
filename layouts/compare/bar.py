"""Which units stand side by side: those chosen, those most like one of them, and all others; each a link."""

from __future__ import annotations

from dash import dcc

from layouts.compare import sets
from layouts.parts import html
from results.compare.departments import MOST
from words import compare as text
from words import format as fmt
from words.chosen.compare import ChosenUnits, joined, link_of


def bar(chosen: ChosenUnits) -> html.Div:
    """The chosen units with a link that removes each, the most alike with one that adds, a menu of the others."""
    context, t = chosen.context, chosen.context.t
    parts: list = [
        html.Span(t("Valgt", "Chosen"), className="chips-label", id="valgte"),
        html.Ul([html.Li(_chosen(chosen, n)) for n in range(len(chosen.units))], **{"aria-labelledby": "valgte"}),
    ]
    full = len(chosen.units) >= MOST
    alike, base = chosen.alike, chosen.names[chosen.alike.unit.code]
    rest: list = []
    others = [one for one in alike.closest if one.unit.code not in chosen.codes]
    if not alike.closest:
        why = text.why_nobody_alike(context, alike, base)
        rest += [html.Span(why, className="chips-note")] if why else []
    elif others and not full:
        rest += [
            html.Span(t(f"Ligner {base} mest", f"Most like {base}"), className="chips-label", id="ligner"),
            html.Ul([html.Li(_offered(chosen, one)) for one in others], **{"aria-labelledby": "ligner"}),
        ]
        every = (alike.unit.code, *(one.unit.code for one in alike.closest))
        if len(others) > 1 and set(chosen.codes) <= set(every):
            number = fmt.number_word(len(alike.closest), context.lang)
            link = context.here(enheder=joined(every))
            rest.append(dcc.Link(t(f"Vælg alle {number}", f"Choose all {number}"), href=link, className="text-link"))
    if full:
        number = fmt.number_word(MOST, context.lang, capital=True)
        said = t(f"{number} er valgt; fjern en for at tilføje en anden.",
                 f"{number} are chosen; remove one to add another.")  # fmt: skip
        rest.append(html.Span(said, className="chips-note"))
    elif chosen.others:
        rest.append(_menu(chosen))
    if alike.closest:
        said = t("tal: afstand, 0 = ens", "numbers: distance, 0 = alike")
        rest.append(html.Span(said, className="chips-note chips-push"))
    rows = [html.Div(parts, className="chips")] + ([html.Div(rest, className="chips")] if rest else [])
    rows.append(sets.part(chosen))
    return html.Div(rows, className="compare-bar", id="afdelinger")


def _distance(chosen: ChosenUnits, code: str) -> list:
    away = chosen.alike.distance(code)
    if away is None:
        return []
    said = chosen.context.t("afstand ", "distance ")
    number = fmt.number(away, 1, chosen.context.lang)
    return [" ", html.Span([html.Span(said, className="visually-hidden"), number], className="chip-distance")]


def _chosen(chosen: ChosenUnits, place: int) -> html.Span:
    unit = chosen.units[place]
    name = chosen.names[unit.code]
    parts: list = [html.Span(chosen.letters[unit.code], className="letter", **{"aria-hidden": "true"})]
    parts.append(dcc.Link(name, href=link_of(chosen.context, unit)))
    parts += _distance(chosen, unit.code)
    if len(chosen.units) > 1:
        parts.append(remove(chosen, unit.code))
    own = " is-own" if unit.code == chosen.own else ""
    return html.Span(parts, className=f"chip is-chosen{own}", title=unit.name, **{"data-unit": unit.code})


def remove(chosen: ChosenUnits, code: str) -> dcc.Link:
    """The link × that takes a unit out of the comparison."""
    said = chosen.context.t(f"Fjern {chosen.names[code]}", f"Remove {chosen.names[code]}")
    cross = html.Span("×", **{"aria-hidden": "true"})
    return dcc.Link(
        [cross, html.Span(said, className="visually-hidden")], href=chosen.without(code), className="chip-remove",
        title=said,
    )  # fmt: skip


def _offered(chosen: ChosenUnits, peer) -> dcc.Link:
    t, unit = chosen.context.t, peer.unit
    plus = html.Span("+ ", **{"aria-hidden": "true"})
    add = html.Span(t("Tilføj ", "Add "), className="visually-hidden")
    parts = [plus, add, _short(chosen, unit.code, unit.hospital, unit.name), *_distance(chosen, unit.code)]
    return dcc.Link(parts, href=chosen.with_(unit.code), className="chip", title=unit.name)


def _short(chosen: ChosenUnits, code: str, hospital: str, name: str) -> str:
    """The hospital where no other of the departments that are chosen or offered is there too."""
    among = {one.unit.code: one.unit.hospital for one in chosen.alike.closest}
    among |= {one.code: one.hospital for one in chosen.units}
    return name if [one for other, one in among.items() if other != code].count(hospital) else hospital


def _menu(chosen: ChosenUnits) -> html.Details:
    items = [html.Li(dcc.Link(one.name, href=chosen.with_(one.code))) for one in chosen.others]
    summary = html.Summary(
        [html.Span(f"{chosen.noun.another} …", className="choice-value"), html.Span(className="caret")],
        id="anden-afdeling",
    )  # fmt: skip
    return html.Details([summary, html.Ul(items, className="menu-list")], className="menu")
