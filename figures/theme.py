"""The theme of every figure: colours, axes, labels and marks as plain plotly dicts.

A plain dict is built some thousand times faster than go.Figure; tests validate each dict once through it.
"""

from __future__ import annotations

import math
from html import escape

from words import format as fmt

INK, INK_2, INK_3 = "#16202b", "#414c58", "#5c6773"
BLUE, AMBER, AMBER_MARK, RED, GREY = "#0b4a8b", "#8a5200", "#c27803", "#9b1b1e", "#77828f"
RUST = "#a3420f"
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


def share_ticks(low: float, lang: str) -> dict:
    """Keys of an axis of shares from ``low`` to 1: at most seven round ticks as the reader's language writes them."""
    step = next(one for one in (0.01, 0.02, 0.05, 0.1, 0.2) if (1 - low) / one <= 6 or one == 0.2)
    first = math.ceil(low / step - 1e-9)
    values = [round(place * step, 2) for place in range(first, round(1 / step) + 1)]
    return {"tickvals": values, "ticktext": [fmt.percent(one, 0, lang) for one in values]}


def text_at(x: object, y: object, text: str, **over: object) -> dict:
    """A direct label without an arrow: a plotly annotation in data coordinates."""
    font = {"size": 12, "color": INK_2, **over.pop("font", {})}
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": font, **over}


def plain(name: str) -> str:
    """A name in a label as it is: what looks like mark-up in it is none."""
    return escape(name, quote=False)


def known_as(unit: object) -> str:
    """A unit's name for programs, on its marks: its code, or its level where it has none (the country)."""
    return unit.code or unit.level


def line(**over: object) -> dict:
    """A plotly line shape; give x0, x1, y0, y1 and refs. Default: the standard's solid line."""
    base = {"type": "line", "line": {"color": INK_2, "width": 1.5}, "layer": "above"}
    return {**base, **over}


def mark_shapes(
    x: object, y: object, verdict: str, *, size: float = 12, dx: float = 0, dy: float = 0, **refs: object
) -> list[dict]:
    """A verdict's mark as shapes of ``size`` pixels at (x, y) in data coordinates, moved by (dx, dy) pixels.

    The filled part is the evidence that the standard is met, in quarters (GRADED); grey ring (not_mature), filled grey
    (every other verdict). A shape and not a marker, because the library has no half disc. ``refs``: xref, yref of a
    subplot's axes.
    """
    half = size / 2
    tone = tone_of(verdict)
    edge = {"color": tone, "width": 2}
    ringed = is_open(verdict)
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
    path = filled_part(verdict, r, dx, dy)
    if not path:
        return [disc]
    return [disc, {"type": "path", **place, "path": path, "line": {"width": 0}, "fillcolor": tone}]


#: Verdict → colour and how many quarters of its disc are filled, clockwise from the top.
GRADED = {
    "met": (INK, 4), "probably_met": (INK_2, 3), "unsettled": (AMBER_MARK, 2), "probably_not_met": (RUST, 1),
    "not_met": (RED, 0),
}  # fmt: skip


def tone_of(verdict: str) -> str:
    """The colour of a verdict's mark."""
    return GRADED.get(verdict, (GREY, 4))[0]


def is_open(verdict: str) -> bool:
    """Whether its disc is not filled whole."""
    return verdict == "not_mature" or GRADED.get(verdict, (GREY, 4))[1] < 4


def filled_part(verdict: str, r: float, dx: float = 0, dy: float = 0) -> str:
    """The path, in pixels with y upwards, of the filled quarters of an open disc with radius ``r``; "" without any."""
    quarters = GRADED.get(verdict, (GREY, 0))[1] % 4
    if not quarters:
        return ""
    k = 0.5523 * r  # circle arc as Bézier curves: shape paths have no arcs
    # From the top by the right, the bottom and the left: the end of each quarter and its two handles.
    arcs = (
        ((k, r), (r, k), (r, 0)), ((r, -k), (k, -r), (0, -r)), ((-k, -r), (-r, -k), (-r, 0)),
    )  # fmt: skip
    curves = "".join("C" + ",".join(f"{dx + x:g},{dy + y:g}" for x, y in arc) for arc in arcs[:quarters])
    return f"M{dx:g},{dy:g}L{dx:g},{dy + r:g}{curves}Z"
