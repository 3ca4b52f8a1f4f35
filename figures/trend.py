"""The trend of an indicator as small multiples: one panel for the country, each region and the own department."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from data import reference
from data.reference import Break
from figures import starts as begun
from figures import theme
from figures.axis import Axis, axis_over
from figures.theme import BLUE, BLUE_SOFT, GREY, INK, INK_3
from results.audit import Cell, Unit, UnitTable, goal
from results.improvements import starts
from words import format as fmt
from words import indicator as words
from words.reader import Reader
from words.runs import TextPart

_TITLE, _LETTERS, _TICKS = 26, 16, 22  # px above the panels, for the letters, and below
_PANEL = 104  # px


@dataclass(frozen=True)
class Trend:
    """What the panels show. ``years`` are x: the period, for survival the period of diagnosis."""

    context: Reader
    table: UnitTable
    years: tuple[int, ...]
    units: tuple[Unit, ...]
    axis: Axis
    breaks: tuple[Break, ...]
    starts: tuple[begun.Start, ...] = ()

    def cell(self, unit: Unit, year: int) -> Cell:
        return self.table.cell(unit, year + self.table.indicator.survival_years)

    def breaks_of(self, unit: Unit) -> list[Break]:
        """The breaks that concern a unit: all regions' ones and its region's; the country holds every region."""
        return [one for one in self.breaks if not one.regions or unit.level == "nation" or unit.region in _now(one)]


def _now(one: Break) -> set[str]:
    """A break's regions with those that they merge into."""
    return {*one.regions, *(reference.merged_region(code) for code in one.regions)}


def trend_of(context: Reader, table: UnitTable) -> Trend | None:
    """The trend of a table of all periods; None where fewer than two have a result."""
    shift = table.indicator.survival_years
    known = [year for year in table.periods if table.cell(table.nation, year).rate is not None]
    if len(known) < 2:
        return None
    years = tuple(range(known[0] - shift, known[-1] - shift + 1))
    own = [unit for unit in table.of_level("department") if unit.code and unit.code == context.state.unit]
    units = (table.nation, *(unit for unit in table.of_level("region") if unit.code), *own)
    values: list[float] = []
    for year in years:
        standard = goal(table.view, table.indicator.id, year + shift)
        values += [] if standard is None else [standard.value]
        for unit in units:
            cell = table.cell(unit, year + shift)
            values += [] if cell.rate is None else [cell.rate]
            if cell.lower is not None and cell.upper is not None and unit.level != "department":
                values += [cell.lower, cell.upper]
    shown = tuple(one for one in reference.breaks() if years[0] - 0.5 < _x(one, context) < years[-1] + 0.5)
    initiatives = starts(table.view, table.indicator.id)
    dates = begun.starts_of(initiatives, lambda day: _at(day, context), years[0] - 0.5, years[-1] + 0.5)
    return Trend(context, table, years, units, axis_over(values), shown, dates)


def _x(one: Break, context: Reader) -> float:
    """The middle of a break on the axis, where a reporting year stands at its start year ± ½."""
    return (_at(one.start, context) + _at(one.end, context)) / 2


def _at(day: dt.date, context: Reader) -> float:
    year = _year(day, context)
    start = dt.date(year, context.first_month, 1)
    return round(year - 0.5 + (day - start).days / (dt.date(year + 1, context.first_month, 1) - start).days, 3)


def _year(day: dt.date, context: Reader) -> int:
    return day.year if day.month >= context.first_month else day.year - 1


def figure(trend: Trend, columns: int) -> dict:
    """The panels as one plotly figure dict, ``columns`` beside each other."""
    rows = math.ceil(len(trend.units) / columns)
    row_height = _TITLE + _LETTERS + _PANEL + _TICKS
    height = rows * row_height
    data: list[dict] = []
    shapes: list[dict] = []
    notes: list[dict] = []
    axes: dict[str, dict] = {}
    for number, unit in enumerate(trend.units):
        row, column = divmod(number, columns)
        gap = 0.03 if columns > 2 else 0.08
        width = (1 - gap * (columns - 1)) / columns
        left = column * (width + gap)
        top = 1 - (row * row_height + _TITLE + _LETTERS) / height
        bottom = 1 - (row * row_height + _TITLE + _LETTERS + _PANEL) / height
        suffix = str(number + 1) if number else ""
        axes[f"xaxis{suffix}"] = _years_axis(trend, [left, left + width], f"y{suffix}")
        axes[f"yaxis{suffix}"] = _rates_axis(trend, [bottom, top], f"x{suffix}", column == 0)
        data += _traces(trend, unit, suffix)
        shapes += _break_lines(trend, unit, suffix, bottom, top)
        notes += _labels(trend, unit, suffix, left, top, height)
    return {
        "data": data,
        "layout": theme.layout(
            height, margin={"l": 38, "r": 14, "t": 0, "b": 0}, shapes=shapes, annotations=notes, **axes
        ),
    }


def _years_axis(trend: Trend, domain: list[float], anchor: str) -> dict:
    first, last = trend.years[0], trend.years[-1]
    ticks = [first, last]
    whole = trend.context.first_month == 1
    if whole and last - first >= 8:
        ticks.insert(1, (first + last) // 2)
    return theme.axis(
        domain=[round(one, 4) for one in domain],
        anchor=anchor,
        range=[first - 0.6, last + 0.6],
        tickvals=ticks,
        ticktext=[str(one) if whole else f"{one % 100:02d}/{(one + 1) % 100:02d}" for one in ticks],
        tickfont={"size": 12, "color": INK_3},
        ticks="outside",  # invisible: they keep the years off the scale's lower end
        ticklen=5,
        tickcolor="rgba(0,0,0,0)",
        showgrid=False,
    )


def _rates_axis(trend: Trend, domain: list[float], anchor: str, labelled: bool) -> dict:
    scale, lang, standard = trend.axis, trend.context.lang, trend.table.standard
    ends = (scale.low, scale.high)
    ticks = list(ends)
    if standard is not None and min(abs(standard.value - one) for one in ends) > 0.15 * (scale.high - scale.low):
        ticks.insert(1, standard.value)
    texts = [scale.label(one, lang) for one in ticks]
    texts[-1] += fmt.percent_sign(lang)
    return theme.axis(
        domain=[round(one, 4) for one in domain],
        anchor=anchor,
        range=list(ends),
        tickvals=ticks,
        ticktext=texts,
        tickfont={"size": 12, "color": INK_3},
        showticklabels=labelled,
    )


def _segments(trend: Trend, unit: Unit) -> list[list[int]]:
    """The years with a result, cut where the data stop being comparable and where a result is missing."""
    cuts = {_year(one.start, trend.context) for one in trend.breaks_of(unit) if one.gap}
    parts: list[list[int]] = [[]]
    for year in trend.years:
        known = trend.cell(unit, year).rate is not None
        if parts[-1] and (not known or year in cuts):
            parts.append([])
        if known:
            parts[-1].append(year)
    return [part for part in parts if part]


def _traces(trend: Trend, unit: Unit, suffix: str) -> list[dict]:
    on = {"type": "scatter", "xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
    traces = [_band(trend, unit, on)]
    standards = [
        (year, goal(trend.table.view, trend.table.indicator.id, period_of(trend, year))) for year in trend.years
    ]
    known = [(year, one) for year, one in standards if one is not None]
    if known:
        dash = "solid" if known[-1][1].kind == "standard" else "dash"
        # Half a year beyond the first and last: the line holds for whole years.
        xs = [known[0][0] - 0.5, *(year for year, _ in known), known[-1][0] + 0.5]
        ys = [known[0][1].value, *(one.value for _, one in known), known[-1][1].value]
        stroke = {"color": INK_3, "width": 1, "dash": dash, "shape": "hvh"}
        traces.append({**on, "mode": "lines", "x": xs, "y": ys, "line": stroke})
    if unit.level != "nation":
        traces.append(_line(trend, trend.table.nation, on, {"color": GREY, "width": 1.2}, 0))
    return [*traces, _line(trend, unit, on, {"color": BLUE, "width": 2}, 3)]


def period_of(trend: Trend, year: int) -> int:
    """The reporting year of a year on the axis."""
    return year + trend.table.indicator.survival_years


def _band(trend: Trend, unit: Unit, on: dict) -> dict:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for part in _segments(trend, unit):
        limits = [(year, trend.cell(unit, year)) for year in part if trend.cell(unit, year).lower is not None]
        if len(limits) == 1:  # a single year has no area: give it a narrow one
            year, cell = limits[0]
            limits = [(year - 0.12, cell), (year + 0.12, cell)]
        xs += [*(x for x, _ in limits), *(x for x, _ in reversed(limits)), None]
        ys += [
            *(_in(trend, cell.upper) for _, cell in limits),
            *(_in(trend, cell.lower) for _, cell in reversed(limits)),
            None,
        ]
    return {**on, "mode": "lines", "x": xs, "y": ys, "fill": "toself", "fillcolor": BLUE_SOFT, "line": {"width": 0}}


def _in(trend: Trend, value: float | None) -> float:
    return round(min(trend.axis.high, max(trend.axis.low, value or 0.0)), 4)


def _line(trend: Trend, unit: Unit, on: dict, stroke: dict, size: int) -> dict:
    xs: list[int | None] = []
    ys: list[float | None] = []
    for part in _segments(trend, unit):
        xs += [*part, None]
        ys += [*(round(trend.cell(unit, year).rate, 4) for year in part), None]
    trace = {**on, "mode": "lines", "x": xs, "y": ys, "line": stroke, "name": theme.known_as(unit), "meta": "curve"}
    if size:
        last = max((n for n, x in enumerate(xs) if x is not None), default=-1)
        sizes = [8 if n == last else size for n in range(len(xs))]
        marker = {"size": sizes, "color": stroke["color"], "opacity": 1, "line": {"width": 0}}
        trace |= {"mode": "lines+markers", "marker": marker, "cliponaxis": False}
        trace["ids"] = [None if x is None else theme.known_as(unit) for x in xs]
        trace["customdata"] = [None if x is None else str(x) for x in xs]
    return trace


def _break_lines(trend: Trend, unit: Unit, suffix: str, bottom: float, top: float) -> list[dict]:
    stroke = {"color": GREY, "width": 1, "dash": "dot"}
    return [
        theme.line(
            xref=f"x{suffix}", yref="paper", x0=_x(one, trend.context), x1=_x(one, trend.context),
            y0=bottom, y1=top, line=stroke, layer="below",
        )
        for one in trend.breaks_of(unit)
    ] + begun.lines(trend.starts, unit, suffix, bottom, top)  # fmt: skip


def _labels(trend: Trend, unit: Unit, suffix: str, left: float, top: float, height: int) -> list[dict]:
    context, lang = trend.context, trend.context.lang
    own = unit.level == "department"
    name = words.unit_name(context, unit)
    notes = [
        theme.text_at(left, top + (_LETTERS + 2) / height, f"<b>{theme.plain(name)}</b>", xref="paper", yref="paper",
                        xanchor="left", yanchor="bottom", font={"size": 12.5, "color": BLUE if own else INK})
    ]  # fmt: skip
    notes += [
        theme.text_at(_x(one, context), top, one.letter, xref=f"x{suffix}", yref="paper", yanchor="bottom",
                        font={"size": 12, "color": INK_3})
        for one in trend.breaks_of(unit)
    ]  # fmt: skip
    notes += begun.labels(trend.starts, unit, suffix, top)
    on = {"xref": f"x{suffix}", "yref": f"y{suffix}"}
    known = [year for year in trend.years if trend.cell(unit, year).rate is not None]
    if known:
        rate = trend.cell(unit, known[-1]).rate
        country = trend.cell(trend.table.nation, known[-1]).rate
        near_top = rate > trend.axis.high - 0.12 * (trend.axis.high - trend.axis.low)
        below = near_top or (unit.level != "nation" and country is not None and rate < country)
        notes.append(
            theme.text_at(known[-1] + 0.6, rate, f"<b>{fmt.percent_number(rate, 1, lang)}</b>", **on, xanchor="right",
                            yanchor="top" if below else "bottom", yshift=-6 if below else 6,
                            font={"size": 12, "color": BLUE})
        )  # fmt: skip
    return notes


def alt(trend: Trend) -> str:
    """The figure in words: the first and the last result of each panel."""
    lang, texts = trend.context.lang, []
    for unit in trend.units:
        known = [year for year in trend.years if trend.cell(unit, year).rate is not None]
        if not known:
            continue
        ends = [
            f"{fmt.percent(trend.cell(unit, year).rate, 1, lang)} ({fmt.period(year, trend.context.first_month)})"
            for year in (known[0], known[-1])
        ]
        texts.append(f"{words.unit_name(trend.context, unit)}: {' → '.join(ends)}")
    return "; ".join(texts)


def caption(trend: Trend) -> list[str | TextPart]:
    """What the colours, lines and letters are."""
    context, t = trend.context, trend.context.t
    parts: list[str | TextPart] = [
        t("Blå: regionen med 95 %-interval. Grå: Danmark. ", "Blue: the region with 95% interval. Grey: Denmark. ")
    ]
    if any(unit.level == "department" for unit in trend.units):
        parts.append(t("Blå overskrift: din afdeling. ", "Blue heading: your department. "))
    standard = trend.table.standard
    if standard is not None:
        value = fmt.standard(standard.operator, standard.value, context.lang)
        if standard.kind == "standard":
            parts.append(t(f"Vandret linje: standard {value}. ", f"Level line: standard {value}. "))
        else:
            parts.append(t(f"Stiplet: udviklingsmål {value}. ", f"Dashed: development target {value}. "))
    if trend.breaks:
        parts.append(t("Databrud: ", "Breaks in the data: "))
        for number, one in enumerate(trend.breaks):
            notes = [fmt.listed((reference.region_name(code) for code in one.regions), context.lang)]
            notes = [t(f"kun {notes[0]}", f"{notes[0]} only")] if notes[0] else []
            notes += [t("linjen brydes", "the line is broken")] if one.gap else []
            more = f" ({', '.join(notes)})" if notes else ""
            end = ". " if number == len(trend.breaks) - 1 else ", "
            parts += [TextPart(one.letter, strong=True), f" {t(one.title_da, one.title_en)}{more}{end}"]
    parts += begun.caption(context, trend.starts)
    parts.append(trend.axis.sentence(context.lang))
    if any(trend.cell(unit, year).hidden for unit in trend.units for year in trend.years):
        parts.append(t(" Skjulte år er udeladt af linjerne.", " Hidden years are left out of the lines."))
    return parts
