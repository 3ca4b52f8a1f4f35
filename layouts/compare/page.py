"""/sammenlign: chosen departments, hospitals or regions side by side: indicators, survival, case mix, who is alike."""

from __future__ import annotations

from dataclasses import replace

import dash
from dash import dcc

from layouts.compare import bar, case_mix, sets, survival, table
from layouts.department.patients import hidden_note
from layouts.frame import selections as select
from layouts.frame import shell, source
from layouts.parts import html
from results import department as data
from results.compare.departments import MOST, by_region, most_different_first, side_by_side
from results.compare.peers import likeness
from words import compare as text
from words import delivered, verdicts
from words import format as fmt
from words.chosen import compare as choices
from words.chosen.compare import ChosenUnits
from words.reader import Reader

EXTRAS = choices.EXTRAS
PATH = "/sammenlign"

dash.register_page(__name__, path=PATH, title=shell.BRAND)


def layout(**query: object) -> html.Div:
    """The units of the address, or the reader's own with the two most like it, or a list to choose from."""
    chosen = choices.read(source.view(PATH, query, EXTRAS, months=True))
    return _side_by_side(chosen) if chosen.units else _choose(chosen)


def _selections(chosen: ChosenUnits) -> list:
    context, t = chosen.context, chosen.context.t
    # Another database need not have the departments.
    bare = replace(context, state=context.state.with_(enheder=None, unit=None, sort=""))
    words = {"department": t("Afdelinger", "Departments"), "hospital": t("Hospitaler", "Hospitals"),
             "region": t("Regioner", "Regions")}  # fmt: skip
    levels = tuple(select.Choice(word, chosen.at(level), level == chosen.level) for level, word in words.items())
    return [
        select.database(bare),
        *select.standard(context, "period", "sex", "age", "stage", months=True),
        select.Switch("niveau", t("Sammenlign", "Compare"), levels),
    ]


def _notices(chosen: ChosenUnits) -> list[str]:
    return [one.text(chosen.context.lang) for one in chosen.problems]


def _side_by_side(chosen: ChosenUnits) -> html.Div:
    context = chosen.context
    rows = side_by_side(context.view, chosen.units)
    # Survival without a standard has a section of its own.
    shown = [row for row in rows if row.any.now.standard or not row.any.indicator.survival_years]
    ordered = most_different_first(shown) if chosen.order == "forskel" else shown
    names = fmt.listed([chosen.names[code] for code in chosen.codes], context.lang)
    body = [bar.bar(chosen)]
    if shown:
        body.append(table.section(chosen, ordered))
    body += [one for one in (survival.section(chosen), case_mix.section(chosen)) if one is not None]
    return shell.page(
        context,
        active="compare",
        filtered=True,
        finding=text.finding(chosen, shown),
        lead=text.lead(chosen, shown),
        notices=_notices(chosen),
        selections=_selections(chosen),
        summary=(names, f"{context.database} · {context.period_label} · {context.patients_text()}"),
        title=f"{names} · {context.database} {context.period_label}",
        body=html.Div(body, className="comparison"),
        foot=_foot(chosen, shown),
    )


def _foot(chosen: ChosenUnits, rows: list) -> list:
    context, t = chosen.context, chosen.context.t
    parts: list = [
        verdicts.how(context),
        t(
            "Største forskel er den mellem to enheder, der begge har mindst ti "
            "patienter og et interval på højst 30 procentpoint. Blandt mange sammenligninger bliver nogle forskelle "
            "store af sig selv.",
            "The largest difference is that between two units that both have at least "
            "ten patients and an interval of at most 30 percentage points. Among many comparisons some differences "
            "become large by chance.",
        ),
        *([text.how_distance(context, chosen.alike)] if chosen.level != "region" else []),
        *([of_hospitals(context)] if chosen.level == "hospital" else []),
    ]
    parts += delivered.notes(context, [row.any.indicator for row in rows])
    cells = [cell for row in rows for cell in row.cells if cell is not None]
    if any(cell.hidden or cell.missing_hidden for cell in cells):
        parts.append(hidden_note(context))
    return parts


def of_hospitals(context: Reader) -> str:
    """What a hospital's result is made of."""
    return context.t(
        "Et hospitals resultat er dets afdelingers tilsammen; dets overlevelse er alle dets patienters. Er en "
        "afdelings resultat skjult, er hospitalets det også.",
        "A hospital's result is that of its departments together; its survival is that of all its patients. Where a "
        "department's result is hidden, the hospital's is too.",
    )


def _choose(chosen: ChosenUnits) -> html.Div:
    """Nothing is chosen: every unit as a link to its comparison with the two most like it."""
    context, t = chosen.context, chosen.context.t
    view = data.treating(context.view)
    groups = []
    for region, members in by_region(view, chosen.level):
        links = []
        for unit in members:
            wanted = choices.joined(choices.preset(likeness(view, unit)))
            links.append(html.Li(dcc.Link(unit.name, href=context.here(enheder=wanted))))
        groups.append(html.Div([html.H2(region), html.Ul(links, className="link-list")], className="choose-region"))
    most = fmt.number_word(MOST, context.lang)
    return shell.page(
        context,
        active="compare",
        filtered=True,
        finding=t("Vælg et hospital at sammenligne", "Choose a hospital to compare")
        if chosen.level == "hospital"
        else t("Vælg en afdeling at sammenligne", "Choose a department to compare"),
        lead=t(
            "Stilles ved siden af de to, der ligner mest i volumen, case-mix og funktion. Derfra kan du fjerne "
            f"og tilføje, op til {most} ad gangen. Adressen er et fast link til sammenligningen.",
            "It stands beside the two most like it in volume, case mix and role. From there you can remove and add, up "
            f"to {most} at a time. The address is a permalink to the comparison.",
        ),
        notices=_notices(chosen),
        selections=_selections(chosen),
        body=[sets.part(chosen), html.Div(groups, className="choose")],
        foot=[text.how_distance(context, None)],
    )
