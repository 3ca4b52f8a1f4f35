"""Net survival over time: a point with its interval for each window of years, a line for each time since diagnosis."""

from __future__ import annotations

from figures import theme
from figures.axis import axis_over
from figures.survival import spread
from results.survival.net import Progress
from words import format as fmt
from words import net as text
from words.reader import Reader

HEIGHT = {"wide": 300, "phone": 270}
_TOP, _BELOW = 16, 34
#: Years since diagnosis that are drawn, with their colours.
LINES = ((1, theme.INK), (5, theme.BLUE), (10, theme.GREY))


def drawable(found: Progress) -> bool:
    """Whether at least two windows have a number."""
    return sum(one.point(1).estimate is not None for one in found.of()) > 1


def known_as(first: int, years: int) -> str:
    """The name of a point for programs."""
    return f"{first}-{years}"


def progress(found: Progress, context: Reader, form: str) -> dict:
    """The figure as a plotly dict; ``form`` wide or phone."""
    t, windows = context.t, found.of()
    values = [
        value
        for one in windows
        for years, _ in LINES
        if (point := one.point(years)).estimate is not None
        for value in (point.lower, point.upper)
    ]
    axis = axis_over([min(1.0, value) for value in values])
    data: list[dict] = []
    ends: list[tuple[int, str, float, float]] = []
    for years, colour in LINES:
        shown = [(n, one, one.point(years)) for n, one in enumerate(windows) if one.point(years).estimate is not None]
        if not shown:
            continue
        bars: dict = {"x": [], "y": [], "ids": [], "meta": "intervals"}
        for n, one, point in shown:
            bars["ids"] += [known_as(one.first, years)] * 2 + [None]
            bars["x"] += [n, n, None]
            bars["y"] += [round(max(axis.low, point.lower), 5), round(min(axis.high, point.upper), 5), None]
        x, y = [n for n, *_ in shown], [round(min(axis.high, point.estimate), 5) for *_, point in shown]
        base = {"type": "scatter", "x": x, "y": y}
        data += [
            {"type": "scatter", "mode": "lines", **bars, "line": {"color": colour, "width": 1.5}},
            {**base, "mode": "lines", "line": {"color": colour, "width": 2}},
            {**base, "mode": "markers", "ids": [known_as(one.first, years) for _, one, _ in shown], "cliponaxis": False,
             "marker": {"size": 9, "color": colour, "symbol": "circle", "line": {"width": 1.5, "color": colour}}},
        ]  # fmt: skip
        ends.append((years, colour, shown[-1][2].estimate, y[-1]))
    height = HEIGHT[form]
    plot = height - _TOP - _BELOW
    scale = plot / (axis.high - axis.low)
    places = spread([(end - axis.low) * scale for *_, end in ends], 20, 6, plot - 4)
    notes = []
    for (years, colour, estimate, end), place in zip(ends, places, strict=True):
        label = t(f"{years} år", f"{years} year{'s' * (years > 1)}")
        label = f"<b>{label}</b> {fmt.percent(estimate, 1, context.lang)}"
        moved = round(place - (end - axis.low) * scale, 1)
        notes.append(
            theme.text_at(len(windows) - 1, end, label, xanchor="left", align="left", xshift=14, yshift=moved,
                          font={"color": colour})
        )  # fmt: skip
    short = form == "phone"
    names = [f"{one.first}–{one.last % 100:02d}" if short else text.window_text(one) for one in windows]
    ticks = axis.ticks
    layout = theme.layout(
        height,
        margin={"l": 46, "r": 112, "t": _TOP, "b": _BELOW},
        xaxis=theme.axis(
            range=[-0.3, len(windows) - 1 + 0.1], tickvals=list(range(len(windows))), ticktext=names, showgrid=False,
            showline=True, linecolor=theme.INK_3,
        ),
        yaxis=theme.axis(
            range=[axis.low, axis.high], tickvals=list(ticks),
            ticktext=[fmt.percent(value, 0, context.lang) for value in ticks],
        ),
        annotations=notes,
    )  # fmt: skip
    return {"data": data, "layout": layout}
