"""/indlejret/<id>: one indicator by region and department, to stand in a frame of another site (--embed-origin).

It is of the public edition whatever the server's, has no menus, and its links open the dashboard itself, beside the
site.
"""

from __future__ import annotations

from dash import dcc
from dash.development.base_component import Component

from layouts.frame.shell import BRAND
from layouts.indicator import units
from layouts.parts import html
from results.audit import UnitTable
from words import indicator as words
from words.reader import Reader

PREFIX = "/indlejret/"


def page(context: Reader, table: UnitTable) -> html.Div:
    """The finding, the figure of units with its key, and what the numbers are of."""
    t, lines = context.t, words.finding(context, table)
    title, period = words.title(context, table), words.period_words(context, table)
    badge = [html.P(html.Span(t("Syntetiske data", "Synthetic data"), className="badge"))] if context.synthetic else []
    invented = [t("Tallene er opdigtede.", "The numbers are invented.")] if context.synthetic else []
    said = " ".join([context.edition_text(), *invented, f"{context.data_text()}."])
    link = dcc.Link(t(f"Vis på {BRAND}", f"Show on {BRAND}"), href=context.to(f"/indikator/{table.indicator.id}"))
    body = [
        *badge,
        html.H1(" ".join(lines), className="finding"),
        html.P(words.lead(context, table), className="lead"),
        units.alone(context, table),
        html.P([f"{context.database}, {period}. {said} ", link], className="caption"),
    ]
    main = html.Main(body, id="main", className="wrap indicator", tabIndex=-1)
    _open_beside(main)
    return html.Div(
        main,
        className="shell",
        lang=context.lang,
        **{
            "data-title": f"{title} · {context.database} {context.period_label} · {BRAND}",
            "data-description": " ".join(lines),
            "data-status": "200",
        },
    )


def _open_beside(tree: object) -> None:
    """Have links to other pages open in a window of their own: those stand in no frame."""
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list | tuple):
            waiting += one
        elif isinstance(one, Component):
            if not getattr(one, "href", PREFIX).startswith((PREFIX, "#")):
                one.target = "_blank"
            waiting.append(getattr(one, "children", None))
