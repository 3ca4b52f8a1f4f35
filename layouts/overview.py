"""/: all indicators of one database and period against their standards."""

import dash

from layouts import _department_warnings as warnings
from layouts import _html as html
from layouts import _overview as parts
from layouts import _overview_phone as phone
from layouts import _overview_text as text
from layouts import _selections as select
from layouts import _shell as shell
from layouts import _source as source
from layouts import _waits_summary as waits
from layouts._downloads import export, line
from tables.audit import overview
from tables.export import Sheet

dash.register_page(__name__, path="/", title=shell.BRAND)


def layout(**query: object):
    context = source.view("/", query)
    rows = overview(context.view)
    listed = text.shown(rows)
    body: list = [*warnings.overview_line(context), parts.key(context, rows)]
    if listed:
        body += [
            html.Div(parts.table(context, listed), className="only-wide overview-wide"),
            html.Div(phone.phone(context, listed), className="only-phone overview-phone"),
            html.P(line(context, "overblik"), className="overview-links"),
        ]
    body += [*waits.section(context), parts.absent(context, rows)]
    return shell.page(
        context,
        active="overview",
        filtered=True,
        finding=text.finding(context, rows),
        lead=text.lead(context, rows),
        selections=select.standard(context, *select.EVERY),
        body=body,
        foot=parts.how_to_read(context, rows),
    )


@export("overblik")
def rows_of(context: source.PageContext, subject: str) -> Sheet:
    """The overview as a sheet; it has no subject."""
    return parts.sheet(context, overview(context.view))
