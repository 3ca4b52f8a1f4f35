"""The figure of one initiative: the department's points and fitted line before and after the date, and the others."""

from __future__ import annotations

import datetime as dt

from figures import theme
from figures.axis import Axis, axis_over
from figures.survival import spread
from figures.theme import BLUE, GREY, INK_2, INK_3
from results.improvements import Improvement, Moment
from words import format as fmt
from words.reader import Reader

HEIGHT = {"wide": 260, "phone": 240}
_TOP, _BELOW = 26, 30


def figure(context: Reader, one: Improvement, form: str) -> dict:
    """The figure as a plotly dict; ``form`` wide or phone. Needs moments or lines."""
    axis = axis_of(one)
    first, last = _span(one)
    right = 132 if form == "wide" else 92
    shapes = [_upright(one.initiative.start, BLUE, "solid")]
    notes = [_note(one.initiative.start, _start_text(context, one, form), "left" if form == "wide" else "center")]
    unused = [moment for moment in one.moments if moment.after and not moment.used]
    if unused:
        shapes.append(
            {
                "type": "rect", "xref": "x", "yref": "paper", "x0": unused[0].start.isoformat(), "y0": 0, "y1": 1,
                "x1": unused[-1].end.isoformat(), "fillcolor": theme.PANEL, "line": {"width": 0}, "layer": "below",
            }
        )  # fmt: skip
    if one.initiative.ended and first < one.initiative.ended < last:
        shapes.append(_upright(one.initiative.ended, INK_3, "dot"))
        notes.append(_note(one.initiative.ended, context.t("slut", "end"), "center"))
    return {
        "data": [*_others(one), *_points(one), *_fitted(one)],
        "layout": theme.layout(
            HEIGHT[form],
            margin={"l": 40, "r": right, "t": _TOP, "b": _BELOW},
            xaxis=_time_axis(first, last, form),
            yaxis=_rates_axis(axis, context.lang),
            shapes=shapes,
            annotations=[*notes, *_ends(context, one, axis, last, form)],
        ),
    }


def drawable(one: Improvement) -> bool:
    """Whether anything may be drawn."""
    return bool(one.moments or one.lines)


def axis_of(one: Improvement) -> Axis:
    values = [value for moment in one.moments for value in (moment.rate, moment.others) if value is not None]
    values += [value for line in one.lines[:2] for value in (line.first, line.last)]
    return axis_over([min(1.0, max(0.0, value)) for value in values])


def _span(one: Improvement) -> tuple[dt.date, dt.date]:
    days = [day for moment in one.moments for day in (moment.start, moment.end)]
    days += [day for line in one.lines for day in (line.start, line.end)]
    return min(days), max(days)


def _middle(start: dt.date, end: dt.date) -> str:
    return (start + (end - start) / 2).isoformat()


def _others(one: Improvement) -> list[dict]:
    known = [moment for moment in one.moments if moment.others is not None]
    xs = [_middle(moment.start, moment.end) for moment in known]
    ys = [round(moment.others, 4) for moment in known]
    return [{"type": "scatter", "mode": "lines", "x": xs, "y": ys, "line": {"color": GREY, "width": 1.4}}]


def _points(one: Improvement) -> list[dict]:
    """Filled points count; those of the washout are rings."""
    known = [moment for moment in one.moments if moment.rate is not None]
    xs = [_middle(moment.start, moment.end) for moment in known]
    ys = [round(moment.rate, 4) for moment in known]
    fill = ["#9db9d6" if moment.used else "#ffffff" for moment in known]
    marker = {"size": 6, "color": fill, "line": {"color": "#9db9d6", "width": 1.2}}
    ids = [known_as(one, moment) for moment in known]
    return [{"type": "scatter", "mode": "markers", "x": xs, "y": ys, "ids": ids, "marker": marker, "cliponaxis": False}]


def known_as(one: Improvement, moment: Moment) -> str:
    """A point's name for programs."""
    return f"{one.initiative.id}.{moment.start.isoformat()}"


def _fitted(one: Improvement) -> list[dict]:
    traces = []
    for line, dash, width in zip(one.lines, ("solid", "solid", "dot"), (2.6, 2.6, 1.6), strict=False):
        stroke = {"color": BLUE, "width": width, "dash": dash}
        ys = [round(min(1.0, max(0.0, value)), 4) for value in (line.first, line.last)]
        xs = [line.start.isoformat(), line.end.isoformat()]
        traces.append({"type": "scatter", "mode": "lines", "x": xs, "y": ys, "line": stroke})
    return traces


def _time_axis(first: dt.date, last: dt.date, form: str) -> dict:
    years = range(first.year + (first > dt.date(first.year, 1, 1)), last.year + 1)
    shown = list(years)[:: 2 if form == "phone" and len(years) > 4 else 1]
    margin = (last - first) * 0.02
    return theme.axis(
        type="date",
        range=[(first - margin).isoformat(), (last + margin).isoformat()],
        tickvals=[f"{year}-01-01" for year in shown],
        ticktext=[str(year) for year in shown],
        ticks="outside",  # invisible: they keep the years off the scale's lower end
        ticklen=6,
        tickcolor="rgba(0,0,0,0)",
    )


def _rates_axis(axis: Axis, lang: str) -> dict:
    ticks = list(axis.ticks if len(axis.ticks) <= 5 else axis.ticks[::2])
    if ticks[-1] != axis.high:
        ticks.append(axis.high)
    texts = [axis.label(value, lang) for value in ticks]
    return theme.axis(
        range=[axis.low, axis.high], tickvals=ticks, ticktext=[*texts[:-1], texts[-1] + fmt.percent_sign(lang)]
    )


def _upright(day: dt.date, colour: str, dash: str) -> dict:
    at = day.isoformat()
    stroke = {"color": colour, "width": 1.4, "dash": dash}
    return theme.line(xref="x", yref="paper", x0=at, x1=at, y0=0, y1=1, line=stroke, layer="below")


def _note(day: dt.date, text: str, anchor: str) -> dict:
    return theme.text_at(
        day.isoformat(), 1, text, xref="x", yref="paper", xanchor=anchor, yanchor="bottom", yshift=4,
        font={"size": 12, "color": BLUE},
    )  # fmt: skip


def _start_text(context: Reader, one: Improvement, form: str) -> str:
    day = fmt.date(one.initiative.start, context.lang)
    return (
        f"<b>{day}</b> {context.t('projektet begynder', 'the initiative begins')}"
        if form == "wide"
        else f"<b>{day}</b>"
    )


def _ends(context: Reader, one: Improvement, axis: Axis, last: dt.date, form: str) -> list[dict]:
    """The lines' names at their right ends, apart from each other."""
    t, ends = context.t, []
    if one.lines:
        whose = theme.plain(one.names[0]) if len(one.names) == 1 else t("afdelingerne", "departments")
        ends.append((one.lines[1].last, whose, BLUE, True))
        ends.append((one.lines[2].last, t("uden projektet", "without it"), BLUE, False))
    known = [moment.others for moment in one.moments if moment.others is not None]
    if known:
        ends.append((known[-1], t("andre afdelinger", "other departments") if form == "wide" else t("andre", "others"),
                     INK_2, False))  # fmt: skip
    room = HEIGHT[form] - _TOP - _BELOW
    wanted = [(min(axis.high, max(axis.low, end[0])) - axis.low) / (axis.high - axis.low) * room for end in ends]
    places = spread(wanted, 16, 0, room)
    return [
        theme.text_at(1, place / room, f"<b>{name}</b>" if bold else name, xref="paper", yref="paper", xanchor="left",
                        yanchor="middle", xshift=6, font={"size": 12, "color": colour})
        for (_, name, colour, bold), place in zip(ends, places, strict=True)
    ]  # fmt: skip
