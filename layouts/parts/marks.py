"""Marks: verdicts (shape and word), interval strips, sparklines and bars as light boxes placed by per cent.

No chart library: the same HTML comes from the server, from React and on paper. Values are fractions in 0–1
unless a function says otherwise. Every mark carries its content as text for screen readers.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from layouts.parts import html
from layouts.parts.drawing import Drawing
from words import format as fmt
from words.verdicts import VERDICTS, verdict_text


def mark(verdict: str) -> html.Span:
    """The shape alone (●, ◐, ○; empty for the rest), hidden from screen readers: put the word near by."""
    verdict_text(verdict)
    return html.Span(className=f"mark mark-{verdict.replace('_', '-')}", **{"aria-hidden": "true"})


def verdict(
    name: str, lang: str = "da", *, threshold: int = 5, number: str | None = None, text: str | None = None
) -> html.Span:
    """Shape and word, and a number after it in the key ('● opfyldt 10'). ``text``: instead of the verdict's word."""
    word = html.Span(text or verdict_text(name, lang, threshold), className="verdict-word")
    parts: list = [mark(name), word] if VERDICTS[name][2] else [word]
    if number is not None:
        parts.append(html.Span([" ", number], className="verdict-number"))
    return html.Span(parts, className=f"verdict verdict-{name.replace('_', '-')}")


@dataclass(frozen=True)
class Estimate:
    """A share with its 95 % interval and verdict; ``value`` None where there is nothing to show.

    ``known``, ``of``: what its mark says to programs (layouts/parts/answers.py): a unit, and what of it.
    """

    value: float | None
    lower: float | None = None
    upper: float | None = None
    verdict: str = "no_standard"
    name: str = ""
    known: str = ""
    of: str = ""

    @property
    def said(self) -> dict[str, str]:
        """The attributes of its mark."""
        return {"data-id": self.known, "data-of": self.of} if self.known else {}


@dataclass(frozen=True)
class Scale:
    """A linear scale from its left end to its right end (left > right: runs backwards)."""

    left: float
    right: float

    def position(self, value: float) -> float:
        """Place in per cent from the left, kept within the ends."""
        return round(min(100.0, max(0.0, self.raw(value))), 2)

    def raw(self, value: float) -> float:
        return (value - self.left) / (self.right - self.left) * 100

    def outside(self, value: float) -> bool:
        return not -0.001 <= self.raw(value) <= 100.001

    @property
    def ends(self) -> tuple[float, float]:
        """The values where the line ends, left and right: a share lies within 0 and 1, also on a wider scale."""
        return min(1.0, max(0.0, self.left)), min(1.0, max(0.0, self.right))


def scale_around(standard: float, better: str = "higher") -> Scale:
    """A scale with the standard in its middle and the better side to the right: 90 % gives 80–100, 3 % gives 6–0.

    It reaches the nearer of 0 and 100 %. What lies past the other end is drawn at the edge, with an arrow where it
    is named. ``better``: higher or lower. Raises ValueError for a standard of 0 or 100 %, which has no other side.
    """
    half = min(standard, 1 - standard)
    if half <= 0:
        raise ValueError(f"scale_around: a standard of {standard} has no scale around it; use scale_over")
    low, high = round(standard - half, 6), round(standard + half, 6)
    return Scale(low, high) if better == "higher" else Scale(high, low)


def scale_holding(standard: float, values: Sequence[float], better: str = "higher") -> Scale:
    """``scale_around``, widened in whole steps until it holds all values; the standard stays in the middle.

    Beyond 0 or 100 % there is nothing: the strip's line ends there, short of its box.
    """
    scale = scale_around(standard, better)
    half = abs(scale.right - standard)
    reach = max((abs(value - standard) for value in values), default=0.0)
    half = round(half * max(1, math.ceil(round(reach / half, 9))), 6)
    low, high = round(standard - half, 6), round(standard + half, 6)
    return Scale(low, high) if better == "higher" else Scale(high, low)


def scale_over(values: Sequence[float], better: str = "higher", step: float = 0.1) -> Scale:
    """A scale that holds all values with ends on multiples of ``step``, for rows without a standard."""
    if not values:
        return Scale(0.0, 1.0) if better == "higher" else Scale(1.0, 0.0)
    low = max(0.0, int(min(values) / step + 1e-9) * step)
    high = min(1.0, -int(-max(values) / step - 1 + 1e-9) * step)
    low = min(low, 1.0 - step)  # where all values are 100 %, the scale ends there
    low, high = round(low, 6), round(max(high, low + step), 6)
    return Scale(low, high) if better == "higher" else Scale(high, low)


def _left(percent: float, **more: str) -> dict[str, str]:
    return {"left": f"{percent:g}%", **more}


def _interval(scale: Scale, estimate: Estimate) -> list:
    if estimate.lower is None or estimate.upper is None:
        return []
    ends = sorted((scale.position(estimate.lower), scale.position(estimate.upper)))
    width = round(ends[1] - ends[0], 2)
    return [html.I(className="strip-interval", style=_left(ends[0], width=f"{width:g}%"))]


def _point(scale: Scale, estimate: Estimate) -> html.I:
    return html.I(
        className=f"strip-point mark mark-{estimate.verdict.replace('_', '-')}",
        style=_left(scale.position(estimate.value)),
        **estimate.said,
    )


def _end(value: float, lang: str) -> str:
    return fmt.percent_number(value, 0 if round(value * 1000) % 10 == 0 else 1, lang)


def strip(
    scale: Scale,
    national: Estimate,
    regions: Sequence[Estimate] = (),
    *,
    standard: float | None = None,
    kind: str = "standard",
    lang: str = "da",
) -> html.Div:
    """The overview's in-row figure: Denmark with interval, region dots, the standard's line, the
    scale's ends.

    Regions with verdict not_met are drawn as red rings with their names: give that verdict only where
    the whole interval lies on the wrong side. ``kind``: standard (solid line) or target (dashed).
    """
    tone = national.verdict.replace("_", "-")
    plot: list = [_track(scale)]
    if standard is not None:
        plot.append(html.I(className=f"strip-{kind}", style=_left(scale.position(standard))))
    if national.value is not None:
        plot += [*_interval(scale, national), _point(scale, national)]
    drawn = [region for region in regions if region.value is not None]
    for region in drawn:
        bad = " is-bad" if region.verdict == "not_met" else ""
        place = _left(scale.position(region.value))
        plot.append(html.I(className=f"strip-region{bad}", style=place, **region.said))
    edge = 100.0 if standard is None else scale.position(standard)
    names, below = _bad_names(scale, drawn, edge, lang)
    return html.Div(
        _with_ends(scale, [*plot, *names], lang),
        className=f"strip tone-{tone}" + (" has-names" if below else ""),
        role="img",
        **{"aria-label": _strip_text(national, regions, standard, lang)},
    )


def _track(scale: Scale) -> html.I:
    left, right = (scale.position(value) for value in scale.ends)
    if (left, right) == (0.0, 100.0):
        return html.I(className="strip-track")
    return html.I(className="strip-track", style=_left(left, right=f"{100 - right:g}%"))


def _with_ends(scale: Scale, plot: list, lang: str) -> list:
    """The plot between the printed ends of its line; an end short of the box is printed in the plot."""
    sides = []
    for value, css, full in zip(scale.ends, ("", " right"), (0.0, 100.0), strict=True):
        at = scale.position(value)
        text = _end(value, lang)
        if at != full:
            plot.append(html.Span(text, className=f"strip-stop{css}", style=_left(at)))
            text = ""
        sides.append(html.Span(text, className=f"strip-end{css}"))
    return [sides[0], html.Span(plot, className="strip-plot"), sides[1]]


def _bad_names(scale: Scale, regions: Sequence[Estimate], edge: float, lang: str) -> tuple[list, bool]:
    """The names of the regions with verdict not_met, and whether they stand on a line below the dots.

    ``edge``: the standard's place, which names keep to the left of where they have room. One name stands beside its
    ring where no other dot is in the way; several names share the line below.
    """
    bad = [region for region in regions if region.verdict == "not_met"]
    if not bad:
        return [], False
    if len(bad) == 1:
        at = scale.position(bad[0].value)
        arrow = ("← " if at < 50 else "→ ") if scale.outside(bad[0].value) else ""
        text = arrow + bad[0].name
        others = [scale.position(region.value) for region in regions if region is not bad[0]]
        width = _name_width(text)
        for side, start, end in (("before", at - width, at), ("after", at, at + width)):
            if start >= 0 and end <= 100 and not any(start - 2 <= other <= end + 2 for other in others):
                return [html.Span(text, className=f"strip-name {side}", style=_left(at))], False
    else:
        everywhere = len(bad) == len(regions)
        all_of_them = "alle regioner" if lang == "da" else "all regions"
        text = all_of_them if everywhere else fmt.listed([region.name for region in bad], lang)
    left = min(scale.position(region.value) for region in bad)
    width = _name_width(text)
    left = max(0.0, min(left - 1, (edge - 3 if width < edge - 3 else 100) - width))
    return [html.Span(text, className="strip-name below", style=_left(round(left, 2)))], True


def _name_width(text: str) -> float:
    """A name's width in per cent of the plot, at the 262 px that it has on a laptop."""
    return (len(text) * 6 + 6) / 2.62


def _strip_text(national: Estimate, regions: Sequence[Estimate], standard: float | None, lang: str) -> str:
    parts = []
    for estimate in (national, *regions):
        if estimate.value is None:
            continue
        text = f"{estimate.name} {fmt.percent(estimate.value, 1, lang)}".strip()
        if estimate.lower is not None and estimate.upper is not None and estimate is national:
            text += f" ({fmt.interval(estimate.lower, estimate.upper, 1, lang)})"
        parts.append(text)
    if standard is not None:
        parts.append(f"standard {_end(standard, lang)}{fmt.percent_sign(lang)}")
    return ", ".join(parts)


def own_strip(
    scale: Scale,
    estimate: Estimate,
    *,
    standard: float | None = None,
    reference: tuple[str, float] | None = None,
    kind: str = "standard",
    lang: str = "da",
) -> html.Div:
    """One unit on its own scale for a phone card: interval, point, standard above, reference ('landet')
    below.
    """
    plot: list = [_track(scale)]

    def label(text: str, value: float, where: str) -> html.Span:
        at = scale.position(value)
        side = " from-right" if at > 86 else (" from-left" if at < 14 else "")
        digits = _end(value, lang) if where == "above" else fmt.percent_number(value, 1, lang)
        return html.Span(f"{text} {digits}", className=f"own-label {where}{side}", style=_left(at))

    if standard is not None:
        at = scale.position(standard)
        plot += [html.I(className=f"strip-{kind}", style=_left(at)), label("standard", standard, "above")]
    if reference is not None:
        name, value = reference
        plot += [html.I(className="strip-reference", style=_left(scale.position(value)))]
        plot.append(label(name, value, "below"))
    if estimate.value is not None:
        plot += [*_interval(scale, estimate), _point(scale, estimate)]
    text = _strip_text(estimate, (), standard, lang)
    if reference is not None:
        text += f", {reference[0]} {fmt.percent(reference[1], 1, lang)}"
    return html.Div(
        _with_ends(scale, plot, lang),
        className=f"strip own tone-{estimate.verdict.replace('_', '-')}",
        role="img",
        **{"aria-label": text},
    )


def sparkline(
    values: Sequence[float | None],
    alt: str,
    *,
    standard: float | None = None,
    least: float = 0.1,
    width: int = 84,
    height: int = 32,
) -> Drawing:
    """A small trend, last point in ink; None is a gap.

    The values (and the standard, dotted) fill the height, at least ten percentage points of it: noise
    must not look like a trend. ``alt`` says the numbers.
    """
    known = [value for value in values if value is not None]
    shown = known + ([standard] if standard is not None else [])
    if not known:
        return Drawing("", width, height, alt, "sparkline")
    low, high = min(shown), max(shown)
    padding = max(0.0, least - (high - low)) / 2
    low, high = low - padding, high + padding

    def y(value: float) -> float:
        return round(5 + (height - 10) * (high - value) / (high - low), 1)

    step = (width - 14) / max(1, len(values) - 1)
    points = [None if value is None else (round(4 + step * n, 1), y(value)) for n, value in enumerate(values)]
    parts = []
    if standard is not None:
        parts.append(f'<path d="M0 {y(standard)}H{width}" stroke="#a9b2bc" stroke-width="1" stroke-dasharray="2 2"/>')
    for one, two in itertools.pairwise(points):
        if one and two:
            path = f"M{one[0]} {one[1]}L{two[0]} {two[1]}"
            parts.append(f'<path d="{path}" stroke="#77828f" stroke-width="1.5"/>')
    for number, point in enumerate(points):
        if point:
            last = number == len(points) - 1
            radius, fill = (3, "#16202b") if last else (2, "#77828f")
            parts.append(f'<circle cx="{point[0]}" cy="{point[1]}" r="{radius}" fill="{fill}"/>')
    return Drawing("".join(parts), width, height, alt, "sparkline")


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its value (any unit), the text printed beside it, and tone: '', own, amber,
    red.
    """

    name: str
    value: float
    text: str
    tone: str = ""


def bars(rows: Sequence[Bar], *, highest: float | None = None) -> html.Ul:
    """Horizontal bars with name and printed value; widths in proportion to ``highest`` or the largest
    value.
    """
    top = highest or max((row.value for row in rows), default=1) or 1
    return html.Ul(
        [
            html.Li(
                [
                    html.Span(row.name, className="bar-name"),
                    html.Span(
                        html.I(style={"width": f"{round(min(1, row.value / top) * 100, 2):g}%"}),
                        className="bar-track",
                        **{"aria-hidden": "true"},
                    ),
                    html.Span(row.text, className="bar-text"),
                ],
                className=f"bar {row.tone}".strip(),
            )
            for row in rows
        ],
        className="bars",
    )


def histogram(rows: Sequence[Bar], alt: str, *, every: int = 1, height: int = 120) -> html.Div:
    """Upright bars from zero with a printed name under every ``every``-th bar; ``alt`` says what it
    shows.
    """
    top = max((row.value for row in rows), default=1) or 1
    bins = [
        html.Span(
            [
                html.I(
                    className=row.tone or None,
                    style={"height": f"{round(row.value / top * height, 1):g}px"},
                ),
                html.Span(row.name if number % every == 0 else "", className="bin-name"),
            ],
            className="bin",
            title=f"{row.name}: {row.text}",
        )
        for number, row in enumerate(rows)
    ]
    return html.Div(bins, className="histogram", role="img", **{"aria-label": alt})


def key(*parts: object, of: str = "") -> html.Div:
    """One line of key entries: verdicts with their numbers, marks with their meaning.

    ``of``: the figures (ids with spaces between) that the key belongs to and stands outside of; it goes into their
    PNG and SVG.
    """
    told = {"data-key-of": of} if of else {}
    return html.Div(list(parts), className="key", **told)


def key_entry(shape: str, text: str) -> html.Span:
    """A key entry; shape: point (Denmark with interval), region, region-bad, standard, target,
    reference.
    """
    return html.Span([html.I(className=f"key-{shape}"), text], className="key-entry")
