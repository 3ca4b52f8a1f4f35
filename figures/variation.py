"""The variation page as one plotly figure: what its PNG and SVG show."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from figures.theme import BLUE, HAIRLINE, INK, INK_3, axis, known_as, layout, line, plain
from figures.tones import PointsScale, text_tone, tone
from results.variation.comparison import ComparedPlace, Comparison
from words import format as fmt
from words import variation as words
from words.chosen.comparison import ChosenComparison
from words.reader import Reader

WIDTH = 1000
_ROW, _TOP, _BOTTOM = 44, 8, 56
_LETTERS = 50  # of a title on one line
_PLOT = (0.36, 0.86)
_OVER_WHITE = "rgba(119,130,143,0.75)"  # GREY as the page's discs have it


def height(every: Sequence[Comparison]) -> int:
    """The figure's height in px."""
    return _TOP + _BOTTOM + _ROW * max(1, len(every))


def drawn(chosen: ChosenComparison, every: Sequence[Comparison], scale: PointsScale) -> dict:
    """One line per indicator: its units by their deviation from the country, the deviating named, the patients."""
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    points: dict[str, list] = {"x": [], "y": [], "ids": [], "customdata": []}
    looks = []
    notes = []
    for row, found in enumerate(every):
        for place in sorted(found.shown, key=lambda one: one.deviates):
            away = scale.deviation(found, place.rate)
            points["x"].append(round(max(-scale.half, min(scale.half, away)), 5))
            points["y"].append(row)
            points["ids"].append(known_as(place.unit))
            points["customdata"].append(found.indicator.id)
            looks.append(_look(found, place, scale))
        notes += _names(chosen, found, scale, row)
        lines = _wrapped(_title(context, found))
        for number, part in enumerate(lines):
            shift = 9 * (len(lines) - 1 - 2 * number)
            notes.append({**_text(0.35, row, part, "right", INK), "yshift": shift})
        many = words.counted(context, found.indicator, found.concerned or 0)
        amount = fmt.count(round(found.concerned or 0), lang)
        # One style to a text: other programs set a text of several parts over itself.
        notes += [_text(0.9, row, f"<b>{amount}</b>", "right", INK), _text(0.907, row, many, "left", INK)]
    half = scale.half
    unit = t("procentpoint fra landet; bedre til højre", "percentage points from the country; better to the right")
    ticks = [-half, -half / 2, 0, half / 2, half]
    notes.append({**_text(0.88, -0.75, t("om året", "a year"), "left", INK_3)})
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "markers",
                "x": points["x"],
                "y": points["y"],
                "ids": points["ids"],
                "customdata": points["customdata"],
                "marker": {
                    "opacity": 1,
                    "symbol": [one.symbol for one in looks],
                    "size": [one.size for one in looks],
                    "color": [one.fill for one in looks],
                    "line": {"width": [one.edge for one in looks], "color": [one.tone for one in looks]},
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
                title={"text": unit, "font": {"size": 12, "color": INK_3}, "standoff": 6},
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


@dataclass(frozen=True)
class _Look:
    symbol: str
    size: float
    fill: str
    tone: str
    edge: float = 0


def _look(found: Comparison, place: ComparedPlace, scale: PointsScale) -> _Look:
    """The shape of _variation_marks.shape with its px, as the library counts them."""
    colour = tone(found, place)
    if place.deviates and place.alarm:
        return _Look("diamond", 9.2, colour, colour)  # 12 px from tip to tip
    if place.deviates:
        return _Look("triangle-up", 8.7, "#ffffff", colour, 2)
    if scale.beyond(found, place.rate):
        worse = scale.deviation(found, place.rate) < 0
        return _Look("triangle-left" if worse else "triangle-right", 7, colour, colour)
    if not place.certain:
        return _Look("circle", 6, "#ffffff", colour, 1.2)
    return _Look("circle", 6, _OVER_WHITE, colour)


def symbol(place: ComparedPlace) -> str:
    """The shape of a unit in the larger figures, as the library calls it."""
    if place.deviates:
        return "diamond" if place.alarm else "triangle-up-open"
    return "circle" if place.certain else "circle-open"


def _names(chosen: ChosenComparison, found: Comparison, scale: PointsScale, row: int) -> list[dict]:
    notes = []
    for number, place in enumerate(found.deviating[: words.NAMED]):
        x = max(-scale.half, min(scale.half, scale.deviation(found, place.rate)))
        notes.append(
            {
                "x": x,
                "y": row,
                "text": plain(words.unit_name(chosen.context, place)),
                "showarrow": False,
                "yshift": 14 if number % 2 == 0 else -14,
                "font": {"size": 12, "color": text_tone(found, place)},
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


def _title(context: Reader, found: Comparison) -> str:
    """The indicator's title, with what sets registration apart from care."""
    apart = context.t(" (registrering)", " (registration)") if words.of_registration(found.indicator) else ""
    return words.title(context, found.indicator) + apart


def _wrapped(title: str) -> list[str]:
    """A title on one line, or on two of about the same length."""
    return [title] if len(title) <= _LETTERS else textwrap.wrap(title, max(_LETTERS, len(title) * 2 // 3))
