"""/datakvalitet: coverage, registration delay, completeness, the last load, the extract."""

from __future__ import annotations

import dash

from exports import quality as exports
from indicators.catalogue import BY_ID, why_not_reported
from layouts.frame import selections as select
from layouts.frame import shell, source
from layouts.parts import html
from layouts.quality import load, parts
from results import quality as data
from results.audit import UnitTable, unit_table
from results.nodes import divisible
from words import quality as text
from words.reader import Reader

dash.register_page(__name__, path="/datakvalitet", title=shell.BRAND)


def layout(**query: object) -> html.Div:
    """The page of one database and period."""
    context = source.view("/datakvalitet", query)
    view = context.view
    found = text.Quality(
        _units(context, "coverage"), _units(context, "registered_30d"), data.completeness(view), data.delays(view)
    )
    body = [
        shell.columns(
            html.Div(parts.delay(context, found.delays)),
            html.Div(parts.coverage(context, found.coverage)),
            kind="halves",
        ),
        parts.completeness(context, found.variables),
        shell.columns(html.Div(load.load_findings(context)), html.Div(load.extract_tables(context)), kind="halves"),
    ]
    foot = [parts.hidden_note(context)] if view.edition.hides else []
    return shell.page(
        context,
        active="data_quality",
        finding=text.finding(context, found),
        lead=text.lead(context, found),
        selections=[*select.standard(context), select.unit(context)],
        filtered=True,
        body=html.Div(body, className="quality"),
        foot=foot,
    )


def _units(context: Reader, indicator: str) -> UnitTable | None:
    """The indicator by unit; None where the database does not report it or the choices cannot divide it."""
    if why_not_reported(BY_ID[indicator], context.view.info) or not divisible(context.view, indicator):
        return None
    return unit_table(context.view, indicator)


__all__ = ["exports", "layout"]
