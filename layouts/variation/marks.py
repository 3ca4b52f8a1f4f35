"""Small figures of the variation page: regions with intervals and departments in a small funnel, on one scale.

The scale is percentage points from the national level with the better side to the right, the same for every indicator
of the page. SVG in the page, words beside them as HTML: no chart library for thirty small figures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from figures import theme
from figures.theme import AMBER_MARK, BLUE, GREY, GREY_SOFT, HAIRLINE, INK, INK_2, PANEL, RED, RULE
from figures.tones import _BOTTOM, _EDGE, _TOP, HEIGHT, WIDTH, PointsScale, tone
from layouts.parts import answers, html
from layouts.parts.drawing import Drawing
from results.variation.comparison import ComparedPlace, Comparison
from words import answer
from words import format as fmt
from words import variation as words
from words.answer import Answer
from words.reader import Reader

_REGION_WIDTH, _REGION_ROW = 150, 19


def shape(place: ComparedPlace, x: float, y: float, colour: str, size: float = 5) -> str:
    """SVG: a diamond for an alarm, a triangle for attention, a ring where it is not certain, else a disc."""
    if place.deviates and place.alarm:
        s = size + 1
        return f'<path d="M{x} {y - s}L{x + s} {y}L{x} {y + s}L{x - s} {y}Z" fill="{colour}"/>'
    if place.deviates:
        s = size
        return (
            f'<path d="M{x} {y - s}L{x + s} {y + s * 0.8:g}L{x - s} {y + s * 0.8:g}Z" fill="#fff" '
            f'stroke="{colour}" stroke-width="2"/>'
        )
    if not place.certain:
        return f'<circle cx="{x}" cy="{y}" r="{size - 2}" fill="#fff" stroke="{colour}" stroke-width="1.2"/>'
    return f'<circle cx="{x}" cy="{y}" r="{size - 2}" fill="{colour}" fill-opacity=".75"/>'


def mark(found: Comparison, place: ComparedPlace) -> Drawing:
    """The shape of a unit beside its name."""
    body = shape(place, 7, 7, tone(found, place))
    return Drawing(body, 14, 14, className="zone-mark")


def key_mark(kind: str) -> Drawing:
    """A shape of the key: alarm, attention, within (within-row: of figures with a row per unit), unsettled, better."""
    body = {
        "alarm": f'<path d="M7 1L13 7L7 13L1 7Z" fill="{RED}"/>',
        "attention": f'<path d="M7 2L12 11L2 11Z" fill="#fff" stroke="{AMBER_MARK}" stroke-width="2"/>',
        "better": f'<path d="M7 2L12 11L2 11Z" fill="#fff" stroke="{INK}" stroke-width="2"/>',
        "within": f'<circle cx="7" cy="7" r="3.5" fill="{GREY}"/>',
        "within-row": f'<circle cx="7" cy="7" r="4.5" fill="{INK_2}"/>',
        "unsettled": f'<circle cx="7" cy="7" r="3.5" fill="#fff" stroke="{GREY}" stroke-width="1.2"/>',
    }[kind]
    return Drawing(body, 14, 14, className="zone-mark")


def funnel(context: Reader, found: Comparison, scale: PointsScale) -> html.Div:
    """Units by deviation (across) and size (upward: the smallest at the foot) within their limits."""
    shown = [place for place in found.shown if place.denominator]
    y = heights([place.denominator for place in shown])
    middle = WIDTH / 2
    parts = [f'<rect x="{_EDGE}" y="0" width="{WIDTH - 2 * _EDGE}" height="{HEIGHT}" fill="{PANEL}"/>']
    parts += _limits(found, scale, shown, y)
    parts.append(f'<path d="M{middle} 0V{HEIGHT}" stroke="{BLUE}" stroke-width="1.5" stroke-dasharray="2 3"/>')
    labels, taken = [], []
    own = context.state.unit
    for place in sorted(shown, key=lambda one: (one.deviates, one.alarm)):
        x, at = scale.x(found, place.rate), y(place.denominator)
        if scale.beyond(found, place.rate) and not place.deviates:
            side = -1 if x < middle else 1
            parts.append(f'<path d="M{x + 4 * side} {at}l{-6 * side} -3.5v7Z" fill="{GREY}"/>')
        else:
            parts.append(shape(place, x, at, tone(found, place)))
        if found.by == "department" and place.unit.code == own:
            parts.append(f'<circle cx="{x}" cy="{at}" r="7.5" fill="none" stroke="{BLUE}" stroke-width="2"/>')
    named = found.deviating if found.verdict == "real" else tuple(one for one in found.deviating if one.alarm)
    for place in named[: words.NAMED]:
        labels.append(_label(context, found, scale, place, y(place.denominator), taken))
    image = Drawing("".join(parts), WIDTH, HEIGHT, _alt(context, found))
    dots = [dot(found, one, scale.x(found, one.rate), y(one.denominator)) for one in shown]
    name = f"{words.title(context, found.indicator)}: {_alt(context, found)}"
    return html.Div([image, *dots, *labels], className="mini-funnel graph", role="group", **{"aria-label": name})


def dot(found: Comparison, place: ComparedPlace, x: float, y: float) -> html.I:
    """What answers where a unit's mark is drawn (layouts/parts/answers.py)."""
    return html.I(
        className="mini-dot",
        style={"left": f"{x:g}px", "top": f"{y:g}px"},
        **{"data-id": theme.known_as(place.unit), "data-of": found.indicator.id},
    )


def cards(context: Reader, when: str, every: Sequence[Comparison]) -> dict[str, Answer]:
    """What the marks of an indicator say: its units', and its regions' of residence."""
    found = {}
    for one in every:
        about = f"{words.title(context, one.indicator)} · {when}"
        for place in one.places:
            if place.rate is not None and not place.hidden:
                key = answers.key(theme.known_as(place.unit), one.indicator.id)
                found[key] = answer.of_place(context, one, place, about)
    return found


def heights(sizes: Sequence[int]) -> Callable[[int], float]:
    """The place of a size in px from above: the least at the foot, the greatest on top, by the square root of n."""
    least, most = math.sqrt(min(sizes, default=0)), math.sqrt(max(sizes, default=1))
    if least == most:
        least = 0.0
    room = HEIGHT - _TOP - _BOTTOM
    return lambda n: round(HEIGHT - _BOTTOM - room * (math.sqrt(n) - least) / (most - least), 1)


def _limits(
    found: Comparison, scale: PointsScale, shown: Sequence[ComparedPlace], y: Callable[[int], float]
) -> list[str]:
    """The limits through the units' own sizes: 99.8 % dashed, 95 % solid with a white inside."""
    sized = {place.denominator: place for place in shown if place.limit95_low is not None}
    rows = [sized[n] for n in sorted(sized)]
    if len(rows) < 2:
        return []

    def line(name: str) -> list[str]:
        return [f"{scale.x(found, getattr(row, name)):g} {y(row.denominator):g}" for row in rows]

    low, high = line("limit95_low"), line("limit95_high")
    inside = f'<path d="M{"L".join([*low, *reversed(high)])}Z" fill="#fff"/>'
    drawn = [inside]
    for name, dash in (("limit95", ""), ("limit998", ' stroke-dasharray="4 3"')):
        for side in ("low", "high"):
            path = "L".join(line(f"{name}_{side}"))
            drawn.append(
                f'<path d="M{path}" fill="none" stroke="{RULE if dash else GREY_SOFT}" stroke-width="1.2"{dash}/>'
            )
    return drawn


def _label(
    context: Reader, found: Comparison, scale: PointsScale, place: ComparedPlace, at: float, taken: list
) -> html.Span:
    text, x = words.unit_name(context, place), scale.x(found, place.rate)
    left = x < WIDTH / 2
    room = 7 * len(text) + 14
    outward = room < (x if left else WIDTH - x)  # away from the other units, where there is room
    top = at - 8
    for step in (0, 14, -14, 28, -28, 42):
        if not any(abs(top + step - other) < 13 and side == left for other, side in taken):
            top += step
            break
    taken.append((top, left))
    top = min(max(top, -2), HEIGHT - 15)
    kind = {RED: "alarm", AMBER_MARK: "attention"}.get(tone(found, place), "better")
    if left != outward:
        style = {"left": f"{x + 10:g}px", "top": f"{top:g}px"}
    else:
        style = {"right": f"{WIDTH - x + 10:g}px", "top": f"{top:g}px"}
    return html.Span(text, className=f"mini-label {kind}", style=style)


def regions(context: Reader, found: Comparison, scale: PointsScale) -> html.Div:
    """The regions of residence: name, interval and point on the scale, rate."""
    rows = []
    for place in found.places:
        name = html.Span(words.unit_name(context, place), className="mini-name")
        if place.rate is None:
            text = context.t("skjult", "hidden") if place.hidden else fmt.NONE
            rows.append(html.Li([name, html.Span(), html.Span(text, className="mini-value light")]))
            continue
        x = scale.x(found, place.rate, _REGION_WIDTH)
        body = f'<path d="M{_EDGE} 9.5H{_REGION_WIDTH - _EDGE}" stroke="{HAIRLINE}"/>'
        body += f'<path d="M{_REGION_WIDTH / 2} 0V19" stroke="{BLUE}" stroke-width="1.5" stroke-dasharray="2 3"/>'
        if place.lower is not None and place.upper is not None:
            ends = [scale.x(found, value, _REGION_WIDTH) for value in (place.lower, place.upper)]
            body += f'<path d="M{min(ends)} 9.5H{max(ends)}" stroke="{tone(found, place)}" stroke-width="2.5"/>'
        body += shape(place, x, 9.5, tone(found, place))
        image = Drawing(body, _REGION_WIDTH, _REGION_ROW)
        value = html.Span(fmt.percent_number(place.rate, 1, context.lang), className="mini-value")
        drawn = html.Span([image, dot(found, place, x, _REGION_ROW / 2)], className="mini-row")
        rows.append(html.Li([name, drawn, value]))
    return html.Ul(rows, className="mini-regions")


def _alt(context: Reader, found: Comparison) -> str:
    t = context.t
    many = words.units_word(context, found, len(found.shown))
    text = t(
        f"Tragtplot: {len(found.shown)} {many} om landets {fmt.percent(found.summary.national, 1, context.lang)}",
        f"Funnel plot: {len(found.shown)} {many} about the national {fmt.percent(found.summary.national, 1, 'en')}",
    )
    away = [
        f"{words.unit_name(context, place)} {fmt.percent(place.rate, 1, context.lang)} "
        f"({words.zone_word(context, place, found.indicator.higher_is_better)})"
        for place in found.deviating
    ]
    return f"{text}; {fmt.listed(away, context.lang)}" if away else text
