"""The variation page as one plotly figure: what its PNG and SVG show."""

from __future__ import annotations

from collections.abc import Sequence

from layouts import _comparison_words as words
from layouts import _format as fmt
from layouts._comparison_choices import Chosen
from layouts._figures import BLUE, HAIRLINE, INK, INK_3, axis, layout, line
from layouts._variation_marks import Scale, tone
from tables.comparison import Comparison, Place

WIDTH = 1000
_ROW, _TOP, _BOTTOM = 44, 40, 34
_PLOT = (0.36, 0.86)


def height(every: Sequence[Comparison]) -> int:
    """The figure's height in px."""
    return _TOP + _BOTTOM + _ROW * max(1, len(every))


def drawn(chosen: Chosen, every: Sequence[Comparison], scale: Scale) -> dict:
    """One line per indicator: its units by their deviation from the country, the deviating named, the patients."""
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    points: dict[str, list] = {"x": [], "y": [], "symbol": [], "color": []}
    notes = []
    for row, found in enumerate(every):
        for place in sorted(found.shown, key=lambda one: one.deviates):
            away = scale.deviation(found, place.rate)
            points["x"].append(round(max(-scale.half, min(scale.half, away)), 5))
            points["y"].append(row)
            points["symbol"].append(symbol(place))
            points["color"].append(tone(found, place))
        notes += _names(chosen, found, scale, row)
        notes.append(_text(0.35, row, words.title(context, found.indicator), "right", INK))
        many = words.counted(context, found.indicator, found.concerned or 0)
        amount = fmt.count(round(found.concerned or 0), lang)
        notes.append(_text(0.88, row, f"<b>{amount}</b> {many}", "left", INK))
    half = scale.half
    ticks = [-half, -half / 2, 0, half / 2, half]
    notes.append({**_text(0.88, -0.75, t("om året", "a year"), "left", INK_3)})
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "markers",
                "x": points["x"],
                "y": points["y"],
                "marker": {
                    "size": 9,
                    "opacity": 0.85,
                    "symbol": points["symbol"],
                    "color": points["color"],
                    "line": {"width": 1.5, "color": points["color"]},
                },
                "cliponaxis": False,
            }
        ],
        "layout": layout(
            height(every),
            width=WIDTH,
            margin={"l": 8, "r": 8, "t": _TOP, "b": _BOTTOM},
            xaxis=axis(
                domain=list(_PLOT),
                range=[-half * 1.04, half * 1.04],
                tickvals=ticks,
                ticktext=[t("landet", "country") if not one else fmt.points(one, 1, lang) for one in ticks],
            ),
            yaxis=axis(range=[len(every) - 0.5, -1.0], visible=False),
            shapes=[
                line(x0=0, x1=0, y0=0, y1=1, yref="paper", line={"color": BLUE, "width": 1.5, "dash": "dot"}),
                *(
                    line(x0=0, x1=1, xref="paper", y0=row - 0.5, y1=row - 0.5, line={"color": HAIRLINE, "width": 1})
                    for row in range(1, len(every))
                ),
            ],
            annotations=notes,
        ),
    }


def symbol(place: Place) -> str:
    if place.deviates:
        return "diamond" if place.alarm else "triangle-up-open"
    return "circle" if place.certain else "circle-open"


def _names(chosen: Chosen, found: Comparison, scale: Scale, row: int) -> list[dict]:
    notes = []
    for number, place in enumerate(found.deviating[: words.NAMED]):
        x = max(-scale.half, min(scale.half, scale.deviation(found, place.rate)))
        notes.append(
            {
                "x": x,
                "y": row,
                "text": words.unit_name(chosen.context, place),
                "showarrow": False,
                "yshift": 14 if number % 2 == 0 else -14,
                "font": {"size": 11, "color": tone(found, place)},
            }
        )
    return notes


def _text(x: float, y: float, text: str, anchor: str, colour: str) -> dict:
    return {
        "x": x,
        "xref": "paper",
        "y": y,
        "text": text,
        "showarrow": False,
        "xanchor": anchor,
        "font": {"size": 13, "color": colour},
    }
