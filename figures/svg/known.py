"""What of a plotly figure can be drawn here: everything else is named and refused, never left out in silence."""

from __future__ import annotations

from collections.abc import Collection, Mapping


class Undrawable(ValueError):
    """A figure asks for something that this package does not draw; the message names where, what, and what is known."""


def check(where: str, given: Mapping, keys: Collection[str]) -> None:
    """Raise Undrawable for a key of ``given`` that is not among ``keys``."""
    for key in given:
        if key not in keys:
            raise Undrawable(f"{where}: '{key}' cannot be drawn; known are {', '.join(sorted(keys))}")


def one_of(where: str, value: object, values: Collection) -> None:
    """Raise Undrawable for a value that is not among ``values``."""
    if value not in values:
        raise Undrawable(f"{where}: {value!r} cannot be drawn; known are {', '.join(map(repr, values))}")


#: What says nothing of a still picture: how plotly would answer.
STILL = {"hoverinfo", "hovermode", "dragmode", "fixedrange"}
FIGURE = {"data", "layout"}
LAYOUT = STILL | {
    "height", "width", "margin", "font", "paper_bgcolor", "plot_bgcolor", "showlegend", "separators", "shapes",
    "annotations", "barmode", "bargap",
}  # fmt: skip
AXIS = STILL | {
    "type", "range", "domain", "anchor", "visible", "tickvals", "ticktext", "tickfont", "tickangle", "ticks", "ticklen",
    "tickcolor", "showticklabels", "showgrid", "gridcolor", "showline", "linecolor", "zeroline", "automargin", "title",
    "scaleanchor", "scaleratio",
}  # fmt: skip
#: ``name``, ``ids``, ``customdata`` and ``meta`` are plotly's own keys for what a mark is: data-series, data-id,
#: data-of and class.
SCATTER = STILL | {
    "type", "mode", "x", "y", "xaxis", "yaxis", "line", "marker", "fill", "fillcolor", "text", "textposition",
    "textfont", "cliponaxis", "connectgaps", "name", "ids", "meta", "customdata",
}  # fmt: skip
BAR = STILL | {"type", "x", "y", "xaxis", "yaxis", "marker", "width", "name", "ids", "meta"}
LINE = {"color", "width", "dash", "shape"}
EDGE = {"color", "width"}
MARKER = {"symbol", "size", "color", "opacity", "line"}
BAR_MARKER = {"color", "opacity", "line", "pattern"}
PATTERN = {"shape", "fgcolor", "size", "solidity"}
FONT = {"family", "size", "color"}
TITLE = {"text", "font", "standoff"}
SHAPE = {"type", "xref", "yref", "x0", "x1", "y0", "y1", "path", "line", "fillcolor", "layer", "xsizemode", "ysizemode",
         "xanchor", "yanchor"}  # fmt: skip
NOTE = {"x", "y", "xref", "yref", "text", "showarrow", "font", "xanchor", "yanchor", "xshift", "yshift", "align",
        "bgcolor", "borderpad", "ax", "ay", "arrowhead", "arrowwidth", "arrowcolor", "standoff", "name"}  # fmt: skip
