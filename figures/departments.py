"""The departments' figure as a plotly dict: what PNG and SVG show. The page itself shows the same as a table."""

from __future__ import annotations

from figures import theme
from figures.axis import Axis, axis_over
from figures.theme import BLUE, BLUE_SOFT, GREY, HAIRLINE, INK, INK_2, INK_3, axis, layout, line
from results.audit import Cell, Unit, UnitTable
from words import format as fmt
from words import indicator as words
from words.reader import Reader

WIDTH = 820
_ROW, _TOP, _BOTTOM = 22, 56, 30
_PLOT = (0.24, 0.59)  # the scale's part of the width; the rest is text
_COLUMNS = (0.65, 0.76, 0.885, 1.0)  # right ends of %, interval, counts, missing
#: Colours and weights are those of .plot-interval, .plot-point and .cut-… in assets/page-indicator.css.
_EDGE = 2  # px, of a point
_POINT = {"department": 10}  # px across, with the edge
_LARGE = 13  # of a region and the country
_LEAST_FOR_AXIS = 30  # smaller units' limits may run off the scale, their points never


def axis_of(table: UnitTable) -> Axis:
    """The scale: all points and the standard, and the limits of all but the small units."""
    values: list[float] = [] if table.standard is None else [table.standard.value]
    for unit in words.shown_units(table):
        cell = table.cell(unit)
        if cell.rate is None:
            continue
        values.append(cell.rate)
        if cell.lower is not None and (unit.level == "nation" or (cell.denominator or 0) >= _LEAST_FOR_AXIS):
            values += [cell.lower, cell.upper]
    return axis_over(values)


def height(rows: int) -> int:
    """The figure's height in px."""
    return _TOP + _BOTTOM + rows * _ROW


def drawn(context: Reader, table: UnitTable, units: list[Unit], scale: Axis) -> dict:
    """The figure: country, regions and departments with point, interval and their numbers as text."""
    cells = [table.cell(unit) for unit in units]
    rows = list(range(len(units)))
    lines, shapes, notes = _lines(context, table, units, scale)
    data = [*lines, *_intervals(units, cells), *_points(units, cells), *_texts(context, table, units, cells)]
    shapes += _halves(units, cells) + _cut(cells, scale) + _own(context, units)
    lang = context.lang
    return {
        "data": data,
        "layout": layout(
            height(len(rows)),
            width=WIDTH,
            plot_bgcolor="rgba(0,0,0,0)",  # the text's axis lies over the scale's
            margin={"l": 4, "r": 8, "t": _TOP, "b": _BOTTOM},
            xaxis=axis(
                domain=list(_PLOT),
                range=[scale.low, scale.high],
                tickvals=list(scale.ticks),
                ticktext=[
                    scale.label(one, lang) + (fmt.percent_sign(lang) if one == scale.high else "")
                    for one in scale.ticks
                ],
            ),
            xaxis2=axis(domain=[0, 1], range=[0, 1], visible=False, anchor="y"),
            yaxis=axis(range=[len(rows) - 0.5, -0.5], visible=False),
            shapes=shapes,
            annotations=notes,
        ),
    }


def _tone(cell: Cell) -> str:
    return theme.tone_of(cell.said)


def _intervals(units: list[Unit], cells: list[Cell]) -> list[dict]:
    traces: dict[tuple[str, int], dict] = {}
    for row, (unit, cell) in enumerate(zip(units, cells, strict=True)):
        if cell.lower is None or cell.upper is None:
            continue
        key = (_tone(cell), 2 if unit.level == "department" else 4)
        new = {"type": "scatter", "mode": "lines", "x": [], "y": [], "line": {"color": key[0], "width": key[1]},
               "ids": [], "meta": "intervals"}  # fmt: skip
        trace = traces.setdefault(key, new)
        trace["x"] += [round(cell.lower, 5), round(cell.upper, 5), None]
        trace["y"] += [row, row, None]
        trace["ids"] += [theme.known_as(unit), theme.known_as(unit), None]
    return list(traces.values())


def _points(units: list[Unit], cells: list[Cell]) -> list[dict]:
    rows = [row for row, cell in enumerate(cells) if cell.rate is not None]
    filled = [not theme.is_open(cells[row].said) for row in rows]
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [round(cells[row].rate, 5) for row in rows],
            "y": rows,
            "ids": [theme.known_as(units[row]) for row in rows],
            "marker": {
                "opacity": 1,
                "size": [_size(units[row]) - _EDGE for row in rows],
                "color": [_tone(cells[row]) if full else "#ffffff" for row, full in zip(rows, filled, strict=True)],
                "line": {"color": [_tone(cells[row]) for row in rows], "width": _EDGE},
            },
            "cliponaxis": False,
        }
    ]


def _size(unit: Unit) -> int:
    return _POINT.get(unit.level, _LARGE)


def _halves(units: list[Unit], cells: list[Cell]) -> list[dict]:
    """The filled quarters of the open discs: the library has no such markers."""
    shapes = []
    for row, (unit, cell) in enumerate(zip(units, cells, strict=True)):
        path = theme.filled_part(cell.said, (_size(unit) - _EDGE) / 2)
        if path and cell.rate is not None:
            shapes.append(_in_pixels(path, cell.rate, row, _tone(cell)))
    return shapes


def _cut(cells: list[Cell], scale: Axis) -> list[dict]:
    """Arrows where an interval runs off the axis."""
    shapes = []
    for row, cell in enumerate(cells):
        if cell.lower is not None and cell.lower < scale.low:
            shapes.append(_in_pixels("M0,-4L-6,0L0,4Z", _PLOT[0], row, GREY, xref="paper"))
        if cell.upper is not None and cell.upper > scale.high:
            shapes.append(_in_pixels("M0,-4L6,0L0,4Z", _PLOT[1], row, GREY, xref="paper"))
    return shapes


def _in_pixels(path: str, x: float, row: int, colour: str, **refs: str) -> dict:
    place = {"xsizemode": "pixel", "ysizemode": "pixel", "xanchor": round(x, 5), "yanchor": row, **refs}
    return {"type": "path", "path": path, **place, "fillcolor": colour, "line": {"width": 0}}


def _texts(context: Reader, table: UnitTable, units: list[Unit], cells: list[Cell]) -> list[dict]:
    columns: list[list[str]] = [[], [], [], [], []]
    tones: list[list[str]] = [[], [], [], [], []]
    for unit, cell in zip(units, cells, strict=True):
        name = theme.plain(words.unit_name(context, unit))
        indent = "    " if unit.level == "department" else ""
        own = f" ({context.t('din afdeling', 'your department')})" if _is_own(context, unit) else ""
        rate, interval, counts, missing = printed(context, table, cell)
        columns[0].append(f"{indent}{name}{own}" if unit.level == "department" else f"<b>{name}</b>")
        columns[1].append(rate if cell.hidden else f"<b>{rate}</b>")
        columns[2].append(interval)
        columns[3].append(counts)
        columns[4].append(missing)
        of_rate = INK_3 if cell.hidden else _tone(cell) if cell.said in ("not_met", "probably_not_met") else INK
        row = (INK, of_rate, INK_3, INK_3, theme.AMBER if much_missing(cell) else INK_3)
        for column, tone in zip(tones, row, strict=True):
            column.append(tone)
    places = [(0.0, "middle right"), *((x, "middle left") for x in _COLUMNS)]
    return [
        {
            "type": "scatter",
            "mode": "text",
            "xaxis": "x2",
            "x": [x] * len(cells),
            "y": list(range(len(cells))),
            "text": texts,
            "textposition": position,
            "textfont": {"size": 12, "color": colours},
            "cliponaxis": False,
        }
        for (x, position), texts, colours in zip(places, columns, tones, strict=True)
    ]


def printed(context: Reader, table: UnitTable, cell: Cell) -> tuple[str, str, str, str]:
    """%, interval, counts and missing of a cell, the missing with its share where that is high; as the page's row and
    the file's have them."""
    lang, hidden = context.lang, context.t("skjult", "hidden")
    rate, limits, counts = hidden, fmt.NONE, fmt.NONE
    if not cell.hidden:
        rate = fmt.NONE if cell.rate is None else fmt.percent_number(cell.rate, 1, lang)
        limits = fmt.NONE if cell.lower is None or cell.upper is None else fmt.interval(cell.lower, cell.upper, 1, lang)
        counts = words.counts_text(table, cell, lang)
    if cell.missing_hidden or cell.missing is None:
        return rate, limits, counts, hidden
    share = f" ({fmt.percent(cell.missing_share, 1, lang)})" if much_missing(cell) else ""
    return rate, limits, counts, f"{fmt.count(cell.missing, lang)}{share}"


def much_missing(cell: Cell) -> bool:
    """Whether so much is missing that the page lets it stand out."""
    known = not cell.missing_hidden and cell.missing is not None and cell.missing_share is not None
    return known and cell.missing_share > words.HIGH_MISSING


def _lines(
    context: Reader, table: UnitTable, units: list[Unit], scale: Axis
) -> tuple[list[dict], list[dict], list[dict]]:
    """Standard and country as vertical lines, the regions' edges, and the lines' labels and column headings."""
    lang, lines, notes = context.lang, [], []
    national, standard = table.cell(table.nation).rate, table.standard
    behind = standard is not None and national is not None and national < standard.value

    def label(x: float, text: str, before: bool, colour: str) -> dict:
        side = {"xanchor": "right", "xshift": -3} if before else {"xanchor": "left", "xshift": 3}
        font = {"size": 12, "color": colour}
        return {"x": x, "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 22, "text": f"<b>{text}</b>",
                "showarrow": False, "font": font, **side}  # fmt: skip

    if standard is not None:
        dash = "solid" if standard.kind == "standard" else "dash"
        stroke = {"color": INK_2, "width": 2, "dash": dash}
        lines.append(_through(standard.value, len(units), stroke))
        kind = context.t("Standard", "Standard") if standard.kind == "standard" else context.t("Mål", "Target")
        text = f"{kind} {fmt.standard(standard.operator, standard.value, lang)}"
        notes.append(label(standard.value, text, not behind, INK_2))
    if national is not None:
        stroke = {"color": BLUE, "width": 2, "dash": "dot"}
        lines.append(_through(national, len(units), stroke))
        text = f"{context.t('Danmark', 'Denmark')} {fmt.percent(national, 1, lang)}"
        before = behind or (standard is None and scale.place(national) > 60)
        notes.append(label(national, text, before, BLUE))
    counts = "n" if table.indicator.survival_years else "n/N"
    heads = ("%", context.t("95 % CI", "95% CI"), counts, context.t("Uoplyst", "Missing"))
    notes += [
        {"x": x, "xref": "paper", "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 4, "xanchor": "right",
         "text": text, "showarrow": False, "font": {"size": 12, "color": INK_3}}
        for x, text in zip(_COLUMNS, heads, strict=True)
    ]  # fmt: skip
    shapes = [
        line(x0=0, x1=1, xref="paper", y0=row - 0.5, y1=row - 0.5, line={"color": HAIRLINE, "width": 1}, layer="below")
        for row, unit in enumerate(units)
        if unit.level == "region"
    ]
    return lines, shapes, notes


def _through(x: float, rows: int, stroke: dict) -> dict:
    """A vertical line through all rows: over the grid and under the intervals."""
    ends = [-0.5, rows - 0.5]
    return {"type": "scatter", "mode": "lines", "x": [round(x, 5)] * 2, "y": ends, "line": stroke, "hoverinfo": "skip"}


def _is_own(context: Reader, unit: Unit) -> bool:
    return unit.level == "department" and unit.code == context.state.unit


def _own(context: Reader, units: list[Unit]) -> list[dict]:
    return [
        {"type": "rect", "x0": 0, "x1": 1, "xref": "paper", "y0": row - 0.5, "y1": row + 0.5, "fillcolor": BLUE_SOFT,
         "line": {"width": 0}, "layer": "below"}
        for row, unit in enumerate(units)
        if _is_own(context, unit)
    ]  # fmt: skip
