"""/soeg: the search on a page of its own, above a list of everything that can be found."""

from __future__ import annotations

import dash
from dash import dcc

from layouts.frame import search, shell, source
from layouts.parts import html
from results.places import findable
from words import format as fmt
from words.find import KINDS, Found, everything

dash.register_page(__name__, path="/soeg", title=shell.BRAND)


def layout(**query: object) -> html.Div:
    """The box and, by kind, a link to everything: what the search finds without script."""
    context = source.view("/soeg", query)
    t, lang = context.t, context.lang
    pages = [(path, name.in_(lang)) for path, name in shell.PAGES]
    found = everything(findable(context.view.snapshot), lang, pages)
    counts = [
        f"{fmt.count(sum(one.kind == kind for one in found), lang)} {name.in_(lang).lower()}"
        for kind, name in KINDS.items()
        if kind != "page"
    ]
    parts = [
        shell.section(
            name.in_(lang),
            html.Ul([_item(context, one) for one in found if one.kind == kind], className="find-list"),
            id=kind,
        )
        for kind, name in KINDS.items()
    ]
    return shell.page(
        context,
        active="find",
        finding=t("Søg, eller find i listen", "Search, or find it in the list"),
        lead=f"{fmt.listed(counts, lang)}.",
        body=html.Div([search.box(context), *parts], className="find"),
    )


def _item(context: source.Reader, one: Found) -> html.Li:
    path, _, query = one.path.partition("?")
    database = query.removeprefix("database=")
    link = dcc.Link(one.text, href=context.to(path, **({"database": database} if database else {})))
    return html.Li([link, html.Span(f" {one.said}", className="find-said")])
