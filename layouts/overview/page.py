"""/: all indicators of one database and period against their standards."""

import dash

from exports import overview as exports
from exports.files import Sheet
from exports.registry import export
from layouts.department import warnings
from layouts.frame import selections as select
from layouts.frame import shell, source
from layouts.overview import parts, phone
from layouts.parts import html
from layouts.parts.downloads import line
from layouts.waits import summary as waits
from results.audit import overview
from words import overview as text

dash.register_page(__name__, path="/", title=shell.BRAND)


def layout(**query: object):
    context = source.view("/", query, months=True)
    rows = overview(context.view)
    listed = text.shown(rows)
    public = context.edition == "public"  # which has no warnings
    body: list = [*([] if public else warnings.overview_line(context)), parts.key(context, rows)]
    if listed:
        table = exports.of_indicators(context, rows)
        body += [
            html.Div(parts.table(context, listed, table), className="only-wide overview-wide"),
            html.Div(phone.phone(context, listed, table), className="only-phone overview-phone"),
            html.P(line(context, "overblik"), className="overview-links"),
        ]
    body += [*([] if public else waits.section(context)), parts.absent(context, rows)]
    return shell.page(
        context,
        active="overview",
        filtered=True,
        finding=text.finding(context, rows),
        lead=text.lead(context, rows),
        selections=select.standard(context, *select.EVERY, months=True),
        body=body,
        foot=parts.how_to_read(context, rows),
    )


@export("overblik")
def rows_of(context: source.Reader, subject: str) -> Sheet:
    """The overview as a sheet; it has no subject."""
    return exports.sheet(context, overview(context.view))
