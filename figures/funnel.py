"""The funnel of a comparison as a plotly dict: rates against size within the limits about the national value."""

from __future__ import annotations

import numpy as np

from data.reference import Standard
from figures import label_places as labels
from figures.axis import Axis, axis_over, counts
from figures.theme import BLUE, GREY, INK_2, INK_3, axis, known_as, layout, line, plain, text_at
from figures.tones import text_tone, tone
from figures.units import own
from figures.variation import symbol
from results.variation.comparison import ComparedPlace, Comparison
from words import format as fmt
from words import variation as words
from words.chosen.comparison import ChosenComparison

FUNNEL = 440
_POINTS = 60


def funnel(chosen: ChosenComparison, found: Comparison, standard: Standard | None) -> dict:
    """Rate against size with the limits as curves about the national value; deviating units and the own one named."""
    t, lang = chosen.context.t, chosen.context.lang
    shown, scale, (first, last), curves = _funnel_frame(found, standard)
    sizes = curves["sizes"]
    data = [_curve(sizes, curves[f"{name}_{side}"], dash)
            for name, dash in (("limit998", "dash"), ("limit95", "solid")) for side in ("low", "high")]  # fmt: skip
    ordered = sorted(shown, key=lambda place: (place.deviates, place.alarm))
    colours = [tone(found, place) for place in ordered]
    data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": [place.denominator for place in ordered],
            "y": [round(place.rate, 5) for place in ordered],
            "ids": [known_as(place.unit) for place in ordered],
            "marker": {
                "size": [12 if place.deviates else 8 for place in ordered],
                "symbol": [symbol(place) for place in ordered],
                "color": colours,
                "line": {"width": [2 if place.deviates else 1 for place in ordered], "color": colours},
                "opacity": 0.9,
            },
            "cliponaxis": False,
        }
    )
    mine = [place for place in shown if own(chosen, place)]
    if mine:
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [mine[0].denominator],
                "y": [round(mine[0].rate, 5)],
                "marker": {"size": 18, "color": "rgba(0,0,0,0)", "line": {"color": BLUE, "width": 2.5}},
                "cliponaxis": False,
            }
        )
    national = found.summary.national
    across = {"x0": 0, "x1": 1, "xref": "paper"}
    shapes = [line(y0=national, y1=national, line={"color": BLUE, "width": 1.5, "dash": "dot"}, **across)]
    lines = [(national, f"{t('Danmark', 'Denmark')} {fmt.percent(national, 1, lang)}", False, BLUE)]
    if standard is not None:
        shapes.append(line(y0=standard.value, y1=standard.value, **across))
        kind = t("Standard", "Standard") if standard.kind == "standard" else t("Mål", "Target")
        text = f"{kind} {fmt.standard(standard.operator, standard.value, lang)}"
        lines.append((standard.value, text, standard.value < national, INK_2))
    names, taken = _labels(chosen, found, shown, scale, (first, last))
    notes = _line_labels(lines, taken, scale)
    for name, level, decimals in (("limit95", 0.95, 0), ("limit998", 0.998, 1)):
        at = float(curves[f"{name}_low"][-1])
        words_at = f"{t('grænse', 'limit')}<br>{fmt.percent(level, decimals, lang)}"
        notes.append(text_at(int(sizes[-1]), at, words_at, xanchor="left", align="left", xshift=3,
                             font={"size": 12, "color": INK_3}))  # fmt: skip
    notes += names
    size = t("antal i nævneren (enhedens størrelse)", "number in the denominator (the unit's size)")
    return {
        "data": data,
        "layout": layout(
            FUNNEL,
            margin={"l": 48, "r": 58, "t": 14, "b": 44},
            xaxis=axis(**counts(first, last, 7, lang), title={"text": size}),
            yaxis=axis(range=[scale.low, scale.high], tickvals=list(scale.ticks),
                       ticktext=[scale.label(one, lang) + fmt.percent_sign(lang) for one in scale.ticks]),
            shapes=shapes,
            annotations=notes,
        ),
    }  # fmt: skip


def funnel_axes(chosen: ChosenComparison, found: Comparison, standard: Standard | None) -> str:
    """'Akse 88–98 %. Vandret akse fra 200.': where the funnel's axes begin, and whether a limit leaves the figure."""
    t, lang = chosen.context.t, chosen.context.lang
    _, scale, (first, _), curves = _funnel_frame(found, standard)
    parts = [scale.sentence(lang)]
    if first:
        parts.append(
            t(f"Vandret akse fra {fmt.count(first, lang)}.", f"Horizontal axis from {fmt.count(first, lang)}.")
        )
    if curves["limit998_low"].min() < scale.low - 1e-9 or curves["limit998_high"].max() > scale.high + 1e-9:
        parts.append(t("De mindste enheders grænser rækker ud over aksen.",
                       "The smallest units' limits reach beyond the axis."))  # fmt: skip
    return " ".join(parts)


def _funnel_frame(
    found: Comparison, standard: Standard | None
) -> tuple[list[ComparedPlace], Axis, tuple[int, float], dict]:
    """The units drawn, the axis of rates, the ends of that of sizes, the limits' curves with their ``sizes``."""
    shown = [place for place in found.shown if place.denominator]
    numbers = [place.denominator for place in shown]
    first, last = size_ends(numbers)
    sizes = np.unique(
        np.round(np.geomspace(first or max(1, min(numbers) * 0.8), last - 0.02 * (last - first), _POINTS)).astype(int)
    )
    curves = found.limits(sizes)
    return shown, _funnel_axis(shown, curves, sizes, standard), (first, last), {**curves, "sizes": sizes}


def size_ends(numbers: list[int]) -> tuple[int, float]:
    """The ends of the axis of sizes: from 0 where small units are among them, else from a round number below them."""
    least, most = min(numbers), max(numbers)
    low = least - max(0.12 * (most - least), 0.05 * most)
    first = 0
    if low > 0.2 * most:
        step = 10 ** max(0, int(np.floor(np.log10(max(most - least, 0.05 * most)))))
        first = int(low // step * step)
    return first, most + 0.08 * (most - first)


def _curve(sizes: np.ndarray, limit: np.ndarray, dash: str) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [int(one) for one in sizes],
        "y": [round(float(one), 4) for one in limit],
        "line": {"color": GREY, "width": 1.3, "dash": dash},
    }


def _funnel_axis(shown: list[ComparedPlace], curves: dict, sizes: np.ndarray, standard: Standard | None) -> Axis:
    values = [place.rate for place in shown]
    if standard is not None:
        values.append(standard.value)
    middle = int(len(sizes) * 0.35)  # the mouth of the funnel may run off the scale
    values += [float(curves[name][middle]) for name in ("limit998_low", "limit998_high")]
    return axis_over(values)


def _px(scale: Axis, value: float) -> float:
    """px above the foot of the funnel's plot."""
    return (value - scale.low) / (scale.high - scale.low) * (FUNNEL - 58)


def _line_labels(lines: list[tuple[float, str, bool, str]], taken: list[labels.Box], scale: Axis) -> list[dict]:
    """The labels of the horizontal lines (value, text, below first, colour), where they cover nothing."""
    notes = []
    for value, text, below, colour in lines:
        others = [
            labels.Box(0, 1, _px(scale, other) - 1, _px(scale, other) + 1) for other, *_ in lines if other != value
        ]
        keys, box = labels.on_line(_px(scale, value), text, [*taken, *others], below)
        taken.append(box)
        x = keys.pop("x")
        notes.append(text_at(x, value, text, xref="paper", font={"color": colour}, **keys))  # fmt: skip
    return notes


def _labels(
    chosen: ChosenComparison, found: Comparison, shown: list[ComparedPlace], scale: Axis, ends: tuple[int, float]
) -> tuple[list[dict], list[labels.Box]]:
    """Names at the deviating units and the own one, moved apart where they would meet; and all that is taken."""
    first, last = ends
    named = [place for place in shown if place.deviates or own(chosen, place)]
    named = sorted(named, key=lambda place: (not own(chosen, place), not place.alarm))[:10]
    notes, words_taken = [], []
    marks = [labels.mark((place.denominator - first) / (last - first), _px(scale, place.rate)) for place in shown]
    for place in sorted(named, key=lambda place: place.rate):
        x, at = (place.denominator - first) / (last - first), _px(scale, place.rate)
        text = words.unit_name(chosen.context, place)
        if own(chosen, place):
            text += f" ({chosen.context.t('din afdeling', 'your department')})"
        left = labels.to_the_left(x, text)
        y = at
        while any(labels.beside(x, y, text, left).meets(other) for other in words_taken):
            y += 2
        words_taken.append(labels.beside(x, y, text, left))
        colour = BLUE if own(chosen, place) else text_tone(found, place)
        notes.append(
            text_at(place.denominator, place.rate, f"<b>{plain(text)}</b>", xanchor="right" if left else "left",
                    xshift=-12 if left else 12, yshift=round(y - at, 1), font={"size": 12, "color": colour},
                    bgcolor="rgba(255,255,255,.85)", borderpad=0)
        )  # fmt: skip
    return notes, [*marks, *words_taken]
