"""Figures of a comparison with a row per unit, as plotly dicts: caterpillar with shrinkage, crude beside adjusted."""

from __future__ import annotations

import numpy as np

from figures.axis import Axis, axis_over
from figures.theme import (
    AMBER_MARK,
    BLUE,
    BLUE_SOFT,
    GREY,
    GREY_SOFT,
    INK,
    INK_2,
    INK_3,
    RED,
    axis,
    known_as,
    layout,
    line,
    plain,
    text_at,
)
from figures.tones import text_tone, tone
from figures.variation import symbol
from results.variation.comparison import ComparedPlace, Comparison
from words import format as fmt
from words import indicator as names
from words.chosen.comparison import ChosenComparison

_ROW, _TOP, _BOTTOM = 23, 34, 34
_LEFT = 138  # px for the units' names
_ABOVE = {"yref": "paper", "yanchor": "bottom", "yshift": 2}


def rows_height(found: Comparison) -> int:
    """The height in px of a figure with one row per unit."""
    return _TOP + _BOTTOM + _ROW * max(1, len(found.shown))


def own(chosen: ChosenComparison, place: ComparedPlace) -> bool:
    return place.unit.level == "department" and place.unit.code == chosen.context.state.unit


def caterpillar(chosen: ChosenComparison, found: Comparison) -> dict:
    """Shrunken estimates with 95 % intervals beside the raw rates, best on top; the rank's interval at the right."""
    t, lang = chosen.context.t, chosen.context.lang
    sign = -1 if found.indicator.higher_is_better else 1
    shown = sorted(
        (place for place in found.shown if place.shrunken is not None), key=lambda place: sign * place.shrunken
    )
    national = found.summary.national
    values = [v for p in shown for v in (p.shrunken, p.shrunken_lower, p.shrunken_upper)] + [national]
    values += [place.rate for place in shown if (place.denominator or 0) >= 20]
    scale = axis_over(values)
    rows = list(range(len(shown)))
    bars: dict = {"x": [], "y": [], "ids": [], "meta": "intervals"}
    for row, place in enumerate(shown):
        bars["ids"] += [known_as(place.unit), known_as(place.unit), None]
        bars["x"] += [round(place.shrunken_lower, 5), round(place.shrunken_upper, 5), None]
        bars["y"] += [row, row, None]
    raw = [min(scale.high, max(scale.low, place.rate)) for place in shown]
    ids = [known_as(place.unit) for place in shown]
    data = [
        {"type": "scatter", "mode": "lines", **bars, "line": {"color": GREY, "width": 2}},
        {**_dots([round(one, 5) for one in raw], rows, "circle-open", GREY, 8, ids), "name": "raw"},
        _dots([round(place.shrunken, 5) for place in shown], rows, [_solid(place) for place in shown],
              [tone(found, place) if place.deviates else INK_2 for place in shown], 10, ids),
    ]  # fmt: skip
    notes = [*_row_names(chosen, found, shown)]
    for row, place in enumerate(shown):
        if place.rank_lower is not None:
            text = f"{place.rank_lower}{fmt.EN_DASH}{place.rank_upper}"
            notes.append(text_at(1, row, text, xref="paper", xanchor="left", xshift=8, font={"color": INK_3}))
    notes.append(text_at(1, 1, t("plads", "rank"), **_ABOVE, xref="paper", xanchor="left", xshift=8))
    label = f"{t('Danmark', 'Denmark')} {fmt.percent(national, 1, lang)}"
    side = "right" if scale.place(national) > 60 else "center"
    notes.append(text_at(national, 1, label, **_ABOVE, xanchor=side, font={"color": BLUE}))
    return {"data": data, "layout": _rows_layout(chosen, found, shown, scale, national, notes, right=58)}


def _dots(x: list, y: list, symbols: object, colours: object, size: int, ids: list[str] | None = None) -> dict:
    marker = {"size": size, "symbol": symbols, "color": colours, "line": {"width": 1.5, "color": colours}}
    dots = {"type": "scatter", "mode": "markers", "x": x, "y": y, "marker": marker, "cliponaxis": False}
    return dots if ids is None else {**dots, "ids": ids}


def _solid(place: ComparedPlace) -> str:
    return symbol(place) if place.deviates else "circle"


def _row_names(chosen: ChosenComparison, found: Comparison, shown: list[ComparedPlace]) -> list[dict]:
    notes = []
    for row, place in enumerate(shown):
        text = plain(names.unit_name(chosen.context, place.unit))
        bold = own(chosen, place)
        notes.append(
            text_at(0, row, f"<b>{text}</b>" if bold else text, xref="paper", xanchor="right", xshift=-8,
                    font={"color": BLUE if bold else text_tone(found, place) if place.deviates else INK_2})
        )  # fmt: skip
    return notes


def _rows_layout(
    chosen: ChosenComparison,
    found: Comparison,
    shown: list[ComparedPlace],
    scale: Axis,
    centre: float,
    notes: list,
    right: int,
) -> dict:
    lang = chosen.context.lang
    dotted = {"color": BLUE, "width": 1.5, "dash": "dot"}
    shapes = [line(x0=centre, x1=centre, y0=-0.5, y1=len(shown) - 0.5, line=dotted, layer="below")]
    shapes += _own_row(chosen, shown)
    return layout(
        rows_height(found),
        margin={"l": _LEFT, "r": right, "t": _TOP, "b": _BOTTOM},
        xaxis=axis(
            range=[scale.low, scale.high],
            tickvals=list(scale.ticks),
            ticktext=_every_other([scale.label(one, lang) + fmt.percent_sign(lang) for one in scale.ticks]),
            tickangle=0,
        ),
        yaxis=axis(range=[len(shown) - 0.4, -0.6], visible=False),
        shapes=shapes,
        annotations=notes,
    )


def _every_other(texts: list[str]) -> list[str]:
    """The last text and every other before it, where a phone has no room for all."""
    return texts if len(texts) < 5 else [one if (len(texts) - n) % 2 else "" for n, one in enumerate(texts)]


def _own_row(chosen: ChosenComparison, shown: list[ComparedPlace]) -> list[dict]:
    return [
        {"type": "rect", "x0": 0, "x1": 1, "xref": "paper", "y0": row - 0.5, "y1": row + 0.5,
         "fillcolor": BLUE_SOFT, "line": {"width": 0}, "layer": "below"}
        for row, place in enumerate(shown) if own(chosen, place)
    ]  # fmt: skip


def crude(chosen: ChosenComparison, found: Comparison) -> dict:
    """Raw rates with exact 95 % limits, the units in their fixed order."""
    t, lang = chosen.context.t, chosen.context.lang
    shown, national = list(found.shown), found.summary.national
    values = [national, *(place.rate for place in shown)]
    values += [v for p in shown if (p.denominator or 0) >= 30 for v in (p.lower, p.upper) if v is not None]
    scale = axis_over(values)
    bars: dict = {"x": [], "y": [], "ids": [], "meta": "intervals"}
    for row, place in enumerate(shown):
        if place.lower is not None and place.upper is not None:
            bars["ids"] += [known_as(place.unit), known_as(place.unit), None]
            bars["x"] += [round(max(scale.low, place.lower), 5), round(min(scale.high, place.upper), 5), None]
            bars["y"] += [row, row, None]
    data = [
        {"type": "scatter", "mode": "lines", **bars, "line": {"color": GREY, "width": 2}},
        _dots([round(place.rate, 5) for place in shown], list(range(len(shown))), [_solid(one) for one in shown],
              [tone(found, one) if one.deviates else INK_2 for one in shown], 9,
              [known_as(one.unit) for one in shown]),
    ]  # fmt: skip
    label = f"{t('Danmark', 'Denmark')} {fmt.percent(national, 1, lang)}"
    side = "right" if scale.place(national) > 60 else "center"
    country = text_at(national, 1, label, **_ABOVE, xanchor=side, font={"color": BLUE})
    notes = [*_row_names(chosen, found, shown), country]
    return {"data": data, "layout": _rows_layout(chosen, found, shown, scale, national, notes, right=20)}


RATIOS = (0.25, 0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 4.0)


def adjusted(chosen: ChosenComparison, found: Comparison) -> dict:
    """O/E of the rarer outcome with 95 % limits on a logarithmic axis, the units in the same order as ``crude``."""
    t, lang = chosen.context.t, chosen.context.lang
    shown = list(found.shown)
    ratios = [ratio_drawn(found, place) for place in shown]
    ends = [v for p, ratio in zip(shown, ratios, strict=True) if ratio is not None and (p.denominator or 0) >= 30
            for v in ratio[1:] if v]  # fmt: skip
    low, high = min([0.8, *ends]), max([1.25, *ends])
    low, high = max(0.2, low * 0.95), min(5.0, high * 1.05)
    bars: dict = {"x": [], "y": [], "ids": [], "meta": "intervals"}
    points: dict = {"x": [], "y": [], "symbol": [], "color": [], "ids": []}
    for row, place in enumerate(shown):
        ratio = ratios[row]
        if ratio is None:
            continue
        bars["ids"] += [known_as(place.unit), known_as(place.unit), None]
        points["ids"].append(known_as(place.unit))
        bars["x"] += [round(min(high, max(low, one)), 4) for one in ratio[1:]] + [None]
        bars["y"] += [row, row, None]
        state = place.adjusted()
        points["x"].append(round(min(high, max(low, ratio[0])), 4))
        points["y"].append(row)
        alarm = str(place.adjusted_signal).startswith("alarm")
        away = state in ("high", "low")
        points["symbol"].append("diamond" if away and alarm else "triangle-up-open" if away else "circle" if state
                                else "circle-open")  # fmt: skip
        points["color"].append(_side(found, place))
    data = [
        {"type": "scatter", "mode": "lines", **bars, "line": {"color": GREY, "width": 2}},
        _dots(points["x"], points["y"], points["symbol"], points["color"], 10, points["ids"]),
    ]
    ticks = [one for one in RATIOS if low <= one <= high]
    shapes = [line(x0=1, x1=1, y0=-0.5, y1=len(shown) - 0.5, line={"color": BLUE, "width": 1.5, "dash": "dot"},
                   layer="below"), *_own_row(chosen, shown)]  # fmt: skip
    as_expected = t("som forventet", "as expected")
    return {
        "data": data,
        "layout": layout(
            rows_height(found),
            margin={"l": _LEFT, "r": 14, "t": _TOP, "b": _BOTTOM},
            xaxis=axis(type="log", range=[float(np.log10(low)), float(np.log10(high))], tickvals=ticks,
                       ticktext=_every_other([fmt.number(one, 2 if one % 0.5 else 1, lang) for one in ticks]),
                       tickangle=0),
            yaxis=axis(range=[len(shown) - 0.4, -0.6], visible=False),
            shapes=shapes,
            # A logarithmic axis takes the place of an annotation as its logarithm.
            annotations=[*_row_names(chosen, found, shown), text_at(0, 1, as_expected, **_ABOVE, font={"color": BLUE})],
        ),
    }  # fmt: skip


def turned(found: Comparison) -> bool:
    """Whether the O/E drawn is of those without the event, the rarer outcome."""
    return not found.indicator.survival_years and found.summary.national > 0.5


def ratio_drawn(found: Comparison, place: ComparedPlace) -> tuple[float, float, float] | None:
    """O/E with its limits as drawn; None without a model."""
    if turned(found):
        return place.rarer()
    if place.oe is None or place.oe_lower is None or place.oe_upper is None:
        return None
    return place.oe, place.oe_lower, place.oe_upper


def _side(found: Comparison, place: ComparedPlace) -> str:
    """The tone of the funnel: red for an alarm on the bad side, amber for attention, ink on the good side."""
    state = place.adjusted()
    if state not in ("high", "low"):
        return INK_2
    if (state == "high") == found.indicator.higher_is_better:
        return INK
    return RED if str(place.adjusted_signal).startswith("alarm") else AMBER_MARK


def calibration(chosen: ChosenComparison, found: Comparison) -> dict:
    """Observed against expected share in bands of predicted risk, with the line of perfect agreement."""
    t, lang = chosen.context.t, chosen.context.lang
    bands = [found.card.bands[number - 1] for number in calibrated(found)]
    x = [round(band.expected / band.patients, 5) for band in bands]
    y = [round(band.observed / band.patients, 5) for band in bands]
    scale = axis_over([*x, *y])
    ticks = {
        "tickvals": list(scale.ticks),
        "ticktext": [scale.label(one, lang) + fmt.percent_sign(lang) for one in scale.ticks],
        "range": [scale.low, scale.high],
        "tickangle": 0,
    }
    upright = ticks | {"ticktext": ["", *ticks["ticktext"][1:]]}  # the corner is named once
    return {
        "data": [_dots(x, y, "circle", INK_2, 9) | {"ids": [band_known_as(number) for number in calibrated(found)]}],
        "layout": layout(
            CALIBRATION,
            margin={"l": 56, "r": 22, "t": 10, "b": 44},
            xaxis=axis(title={"text": t("forventet andel", "expected share")}, **ticks),
            yaxis=axis(title={"text": t("observeret", "observed")}, **upright),
            shapes=[line(x0=scale.low, x1=scale.high, y0=scale.low, y1=scale.high,
                         line={"color": GREY_SOFT, "width": 1.5}, layer="below")],
        ),
    }  # fmt: skip


def calibrated(found: Comparison) -> list[int]:
    """The numbers, from 1, of the bands of predicted risk that are shown."""
    bands = enumerate(found.card.bands, start=1)
    return [number for number, band in bands if band.patients and band.observed == band.observed]


def band_known_as(number: int) -> str:
    """A band's name for programs."""
    return f"gruppe-{number}"


CALIBRATION = 260
