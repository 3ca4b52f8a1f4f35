"""/datakvalitet: coverage, registration delay, completeness, the last load, the extract."""

from __future__ import annotations

import dash

from indicators.catalogue import BY_ID, why_not_reported
from layouts import _html as html
from layouts import _quality as parts
from layouts import _quality_export as exports
from layouts import _quality_load as load
from layouts import _quality_text as text
from layouts import _selections as select
from layouts import _shell as shell
from layouts import _source as source
from layouts._context import PageContext
from tables import quality as data
from tables.audit import UnitTable, unit_table
from tables.nodes import divisible

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


def _units(context: PageContext, indicator: str) -> UnitTable | None:
    """The indicator by unit; None where the database does not report it or the choices cannot divide it."""
    if why_not_reported(BY_ID[indicator], context.view.info) or not divisible(context.view, indicator):
        return None
    return unit_table(context.view, indicator)


__all__ = ["exports", "layout"]
