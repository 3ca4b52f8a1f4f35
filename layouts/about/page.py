"""/om: methods, standards and definitions, the snapshot, how to cite, what the synthetic data are."""

from __future__ import annotations

import dash

from layouts.about import parts
from layouts.frame import selections as select
from layouts.frame import shell, source
from layouts.parts import html

dash.register_page(__name__, path="/om", title=shell.BRAND)


def layout(**query: object) -> html.Div:
    """The whole page; only its standards and definitions depend on the database."""
    context = source.view("/om", query)
    t = context.t
    body = [
        parts.contents(context),
        parts.method_sections(context),
        parts.standards(context),
        parts.definitions(context),
        parts.snapshot(context),
        parts.synthetic(context),
        parts.citation(context),
        parts.licence(context),
        parts.accessible(context),
    ]
    return shell.page(
        context,
        active="about",
        finding=parts.finding(context),
        lead=t(
            "Kræftkvalitet viser kvaliteten af kræftbehandlingen, afdeling for afdeling, med de tal og den usikkerhed, "
            "der hører til. Her står, hvordan tallene er gjort op, og hvor de kommer fra.",
            "Kræftkvalitet shows the quality of cancer care, department by department, with the numbers and the "
            "uncertainty that belong to it. This page says how the numbers are made and where they come from.",
        ),
        selections=select.standard(context, "database", "period"),
        body=html.Div(body, className="about"),
    )
