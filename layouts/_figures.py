"""Figures: plotly figures as plain dicts, one theme, and the section that carries a figure on a page.

A plain dict is built some thousand times faster than go.Figure; tests validate each dict once through it.
The export links are answered by assets/figures.js, which draws title, key, caption, caveat and stamp into the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc

from layouts import _html as html
from layouts import _whom as whom
from layouts._context import ShellContext

INK, INK_2, INK_3 = "#16202b", "#414c58", "#5c6773"
BLUE, AMBER, AMBER_MARK, RED, GREY = "#0b4a8b", "#8a5200", "#c27803", "#9b1b1e", "#77828f"
PANEL, BLUE_SOFT, AMBER_SOFT, GREY_SOFT = "#f5f7f9", "#d9e6f3", "#fcf1dd", "#c4cbd3"
HAIRLINE, RULE = "#e4e8ed", "#c9d0d8"
#: Stages I–IV and not registered: (colour, dash).
STAGE_LINES = {
    "I": ("#0b4a8b", "solid"),
    "II": ("#3a76b0", "solid"),
    "III": ("#5c6773", "solid"),
    "IV": ("#16202b", "solid"),
    "": ("#8a5200", "dash"),
}
MAP_STEPS = ("#eef2f6", "#dbe4ee", "#c3d3e4", "#a9c1da")
FONT = "Inter, system-ui, sans-serif"

#: Nothing on hover, no mode bar: what a figure says is printed on it, and its numbers are in the table.
CONFIG = {"displayModeBar": False, "staticPlot": True, "responsive": True, "displaylogo": False}


def axis(**over: object) -> dict:
    """An axis of the theme: hairline grid, no zero line, 12 px ticks. ``over`` replaces or adds."""
    base: dict = {
        "gridcolor": HAIRLINE,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "tickfont": {"size": 12, "color": INK_3},
        "fixedrange": True,
        "automargin": False,
    }
    return {**base, **over}


def layout(height: int, **over: object) -> dict:
    """A plotly layout of the theme: white, Inter, no legend (label directly), Danish separators."""
    base: dict = {
        "height": height,
        "margin": {"l": 44, "r": 16, "t": 12, "b": 32},
        "font": {"family": FONT, "size": 12, "color": INK_2},
        "paper_bgcolor": "#ffffff",
        "plot_bgcolor": "#ffffff",
        "showlegend": False,
        "hovermode": False,
        "dragmode": False,
        "separators": ",.",
        "xaxis": axis(),
        "yaxis": axis(),
        "shapes": [],
        "annotations": [],
    }
    return {**base, **over}


def text_at(x: object, y: object, text: str, **over: object) -> dict:
    """A direct label without an arrow: a plotly annotation in data coordinates."""
    font = {"size": 12, "color": INK_2, **over.pop("font", {})}
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": font, **over}


def line(**over: object) -> dict:
    """A plotly line shape; give x0, x1, y0, y1 and refs. Default: the standard's solid line."""
    base = {"type": "line", "line": {"color": INK_2, "width": 1.5}, "layer": "above"}
    return {**base, **over}


def mark_shapes(
    x: object, y: object, verdict: str, *, size: float = 12, dx: float = 0, dy: float = 0, **refs: object
) -> list[dict]:
    """A verdict's mark as shapes of ``size`` pixels at (x, y) in data coordinates, moved by (dx, dy) pixels.

    Filled ink (met), amber half (uncertain), red ring (not_met), filled grey (every other verdict). A shape and
    not a marker, because the library has no half disc. ``refs``: xref and yref of a subplot's axes.
    """
    half = size / 2
    tone = {"met": INK, "uncertain": AMBER_MARK, "not_met": RED}.get(verdict, GREY)
    edge = {"color": tone, "width": 2}
    ringed = verdict in ("uncertain", "not_met")
    place = {"xsizemode": "pixel", "ysizemode": "pixel", "xanchor": x, "yanchor": y, "layer": "above", **refs}
    r = half - 1  # the 2 px line lies half outside its path
    disc = {
        "type": "circle",
        **place,
        "x0": dx - r,
        "x1": dx + r,
        "y0": dy - r,
        "y1": dy + r,
        "line": edge,
        "fillcolor": "#ffffff" if ringed else tone,
    }
    if verdict != "uncertain":
        return [disc]
    k = 0.5523 * r  # circle arc as Bézier curves: shape paths have no arcs
    path = (
        f"M{dx:g},{dy + r:g}C{dx - k:g},{dy + r:g},{dx - r:g},{dy + k:g},{dx - r:g},{dy:g}"
        f"C{dx - r:g},{dy - k:g},{dx - k:g},{dy - r:g},{dx:g},{dy - r:g}Z"
    )
    return [disc, {"type": "path", **place, "path": path, "line": {"width": 0}, "fillcolor": tone}]


@dataclass(frozen=True)
class Download:
    """A link that a page adds to a figure: text and address ('Data (CSV)', '/download/…')."""

    text: str
    href: str


def stamp(context: ShellContext, definition: str = "") -> str:
    """What stands on an exported figure: database, period, patients, definition version, snapshot,
    synthetic.
    """
    parts = [
        context.database_label,
        context.period_label,
        context.patients_text(),
        definition,
        f"{context.t('udtræk', 'extract')} {context.snapshot_id}",
        context.t("syntetiske data", "synthetic data") if context.synthetic else "",
    ]
    return " · ".join(part for part in parts if part)


def not_adjusted(context: ShellContext) -> str:
    """The caveat of every figure whose results are as the patients were."""
    return context.t("Ikke case-mix-justeret.", "Not adjusted for case mix.")


def figure(
    id: str,
    fig: dict,
    *,
    context: ShellContext,
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
) -> html.Section:
    """A figure on a page: heading, text links (PNG · SVG · the page's downloads · Link), graph, caption.

    ``fig``: a plotly figure as a dict. ``alt``: the figure in a sentence for screen readers. ``twin``:
    the same numbers as a table, shown on request below the figure; leave it out where the page's table
    is that twin. ``definition``: the indicator's version, on the stamp. ``export_title``: the title inside the
    PNG and SVG where it must say more than the heading. ``shown``: what the page shows instead of the graph, an
    HTML form of the same figure; the graph is then drawn off the screen, ``width`` px wide, for PNG and SVG only.
    ``caveat``: the sentence that stands in the PNG and SVG after the caption, as the page says it elsewhere; by
    default that results are not adjusted for case mix; empty where they are, where the caption says it, and where
    no results of treatment are compared. The key in the file is the one in ``shown`` or ``caption``, or that of
    marks.key(…, of=id).
    Raises ValueError if ``height`` and the figure differ, or for ``shown`` without ``width``.
    """
    if (shown is None) != (width is None):
        raise ValueError(f"figure '{id}': shown and width go together")
    if fig.get("layout", {}).get("height", height) != height:
        raise ValueError(f"figure '{id}': height {height} but its layout says {fig['layout']['height']}")
    graph = html.Div(
        dcc.Graph(id=id, figure=fig, config=CONFIG, responsive=True, style={"height": f"{height}px"}),
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
    }
    parts: list = [_head(id, context, f"{title}{of_whom}", said, downloads, level)]
    if shown is None:
        parts.append(graph)
    else:
        aside = html.Div(graph, className="graph-aside", style={"width": f"{width}px"}, **{"aria-hidden": "true"})
        parts += [shown, aside]
    if caption is not None:
        parts.append(html.P(caption, className="caption"))
    if twin is not None:
        show = context.t("Vis tallene som tabel", "Show the numbers as a table")
        parts.append(html.Details([html.Summary(show), twin], className="twin"))
    return html.Section(parts, className="figure", id=f"{id}-figur")


def _head(
    id: str,
    context: ShellContext,
    title: str,
    said: dict[str, str],
    downloads: Sequence[Download],
    level: int,
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
    return html.Div([heading, html.Div([*exports, *links, link], className="figure-links")], className="section-head")
