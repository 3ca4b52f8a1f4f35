"""Figures: the section that carries a figure on a page.

A figure is a ``dcc.Graph`` of a plotly figure as a plain dict. One that needs no answer is a still one (``STILL``): the
server draws it as SVG (figures/svg), and no script comes for it. One that answers is drawn by Dash in the browser.
The export links are answered by assets/figures.js: the same dict drawn in px by the server (server/figures.py), with
title, key, caption, caveat and stamp.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash import dcc

from layouts.parts import answers as answering
from layouts.parts import html
from words import whom
from words.answer import Answer, CurveAnswer, CurveSteps
from words.reader import Reader
from words.stamps import not_adjusted, stamp

#: What a figure says is printed on it, and its numbers are in the table: the server draws it.
STILL = {"staticPlot": True}
#: Dash draws it, and its callbacks answer.
ANSWERING = {"displayModeBar": False, "responsive": True, "displaylogo": False}
#: The style of a still figure that the page shows in another form: it is drawn for its files alone.
FILE_ONLY = {"display": "none"}


@dataclass(frozen=True)
class Download:
    """A link that a page adds to a figure: text and address ('Data (CSV)', '/download/…')."""

    text: str
    href: str


def figure(
    id: str,
    fig: dict,
    *,
    context: Reader,
    title: str,
    height: int,
    caption: object = None,
    alt: str,
    definition: str = "",
    downloads: Sequence[Download] = (),
    twin: object = None,
    level: int = 2,
    export_title: str | None = None,
    shown: object = None,
    width: int | None = None,
    caveat: str | None = None,
    answers: bool = False,
    cards: Mapping[str, Answer] | None = None,
    curves: tuple[CurveSteps, Sequence[tuple[str, str, CurveAnswer]]] | None = None,
    more: Sequence = (),
) -> html.Section:
    """A figure on a page: heading, text links (PNG · SVG · the page's downloads · Link), graph, caption.

    ``fig``: a plotly figure as a dict. ``alt``: the figure in a sentence for screen readers. ``twin``:
    the same numbers as a table, shown on request below the figure; leave it out where the page's table
    is that twin. ``definition``: the indicator's version, on the stamp. ``export_title``: the title inside the
    PNG and SVG where it must say more than the heading. ``shown``: what the page shows instead of the graph, an
    HTML form of the same figure; the graph is then drawn for PNG and SVG only, ``width`` px wide.
    ``caveat``: the sentence that stands in the PNG and SVG after the caption, as the page says it elsewhere; by
    default that results are not adjusted for case mix; empty where they are, where the caption says it, and where
    no results of treatment are compared. The key in the file is the one in ``shown`` or ``caption``, or that of
    marks.key(…, of=id). ``answers``: callbacks of Dash answer to what the reader does with the figure. ``cards``: what
    its marks answer, by their key; ``curves``: the steps, and id, colour and values of each curve
    (layouts/parts/answers.py). ``more``: what stands before the links.
    Raises ValueError if ``height`` and the figure differ, or for ``shown`` without ``width``.
    """
    if (shown is None) != (width is None):
        raise ValueError(f"figure '{id}': shown and width go together")
    if fig.get("layout", {}).get("height", height) != height:
        raise ValueError(f"figure '{id}': height {height} but its layout says {fig['layout']['height']}")
    if answers:
        drawn = dcc.Graph(id=id, figure=fig, config=ANSWERING, responsive=True, style={"height": f"{height}px"})
    else:
        drawn = dcc.Graph(id=id, figure=fig, config=STILL, style=None if shown is None else FILE_ONLY)
    graph = html.Div(
        drawn,
        className="graph",
        role="img",
        style={"height": f"{height}px"},
        **{"aria-label": f"{whom.prefix(context)}{alt}"},
    )
    of_whom = whom.suffix(context)
    said = {
        "data-title": f"{export_title or title}{of_whom}",
        "data-caveat": not_adjusted(context) if caveat is None else caveat,
        "data-stamp": stamp(context, definition),
        **({} if width is None else {"data-width": str(width)}),
    }
    parts: list = [_head(id, context, f"{title}{of_whom}", said, downloads, level, more)]
    if shown is None:
        parts.append(graph)
    else:
        parts += [shown, drawn]
    if caption is not None:
        parts.append(html.P(caption, className="caption"))
    if twin is not None:
        show = context.t("Vis tallene som tabel", "Show the numbers as a table")
        parts.append(html.Details([html.Summary(show), twin], className="twin"))
    css = "figure" if shown is None else "figure figure-shown"
    if cards:
        parts.append(answering.cards(context, cards))
        css += " answers"
    if curves and curves[1]:
        if len(curves[1]) > 1:
            parts.insert(2, answering.switches(context, curves[1]))
        parts.append(answering.curves(context, *curves))
        css += " answers-curves"
    return html.Section(parts, className=css, id=f"{id}-figur")


def _head(
    id: str,
    context: Reader,
    title: str,
    said: dict[str, str],
    downloads: Sequence[Download],
    level: int,
    more: Sequence,
) -> html.Div:
    """Heading and links; ``said``: what the PNG and SVG say besides key and caption, as data attributes."""
    heading = {2: html.H2, 3: html.H3}[level](title)
    exports = [
        html.Button(
            form,
            type="button",
            className="text-link",
            disable_n_clicks=True,
            **{
                "data-export": form.lower(),
                "data-figure": id,
                **said,
                "aria-label": f"{form}: {title}",
            },
        )
        for form in ("PNG", "SVG")
    ]
    links = [html.A(one.text, href=one.href, download="") for one in downloads]
    link = html.A("Link", href=f"{context.permalink()}#{id}-figur", title=context.t("Fast link", "Permalink"))
    return html.Div(
        [heading, html.Div([*more, *exports, *links, link], className="figure-links")], className="section-head"
    )
