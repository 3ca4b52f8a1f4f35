"""The departments' figure as a plotly dict: what PNG and SVG show. The page itself shows the same as a table."""

from __future__ import annotations

from layouts import _format as fmt
from layouts import _indicator_words as words
from layouts._figures import AMBER_MARK, BLUE, BLUE_SOFT, GREY, HAIRLINE, INK, INK_2, INK_3, RED, axis, layout, line
from layouts._indicator_axis import Axis
from layouts._source import PageContext
from tables.audit import Cell, Unit, UnitTable

WIDTH = 820
_ROW, _TOP, _BOTTOM = 22, 56, 30
_PLOT = (0.24, 0.62)  # the scale's part of the width; the rest is text
_COLUMNS = (0.68, 0.79, 0.92, 1.0)  # right ends of %, interval, counts, missing
_TONES = {"met": INK, "uncertain": AMBER_MARK, "not_met": RED}
#: The left half of a disc with radius 5 px: the library has no half disc.
_HALF = "M0,5 C-2.76,5 -5,2.76 -5,0 C-5,-2.76 -2.76,-5 0,-5 Z"


def height(rows: int) -> int:
    """The figure's height in px."""
    return _TOP + _BOTTOM + rows * _ROW


def drawn(context: PageContext, table: UnitTable, units: list[Unit], scale: Axis) -> dict:
    """The figure: country, regions and departments with point, interval and their numbers as text."""
    cells = [table.cell(unit) for unit in units]
    rows = list(range(len(units)))
    data = [*_intervals(units, cells), *_points(units, cells), *_texts(context, table, units, cells)]
    shapes, notes = _lines(context, table, units, scale)
    shapes += _halves(cells) + _own(context, units)
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
    return _TONES.get(cell.state, GREY)


def _intervals(units: list[Unit], cells: list[Cell]) -> list[dict]:
    traces: dict[tuple[str, int], dict] = {}
    for row, (unit, cell) in enumerate(zip(units, cells, strict=True)):
        if cell.lower is None or cell.upper is None:
            continue
        key = (_tone(cell), 2 if unit.level == "department" else 4)
        new = {"type": "scatter", "mode": "lines", "x": [], "y": [], "line": {"color": key[0], "width": key[1]}}
        trace = traces.setdefault(key, new)
        trace["x"] += [round(cell.lower, 5), round(cell.upper, 5), None]
        trace["y"] += [row, row, None]
    return list(traces.values())


def _points(units: list[Unit], cells: list[Cell]) -> list[dict]:
    rows = [row for row, cell in enumerate(cells) if cell.rate is not None]
    filled = [cells[row].state not in ("uncertain", "not_met") for row in rows]
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [round(cells[row].rate, 5) for row in rows],
            "y": rows,
            "marker": {
                "opacity": 1,
                "size": [9 if units[row].level == "department" else 11 for row in rows],
                "color": [_tone(cells[row]) if full else "#ffffff" for row, full in zip(rows, filled, strict=True)],
                "line": {"color": [_tone(cells[row]) for row in rows], "width": 2},
            },
            "cliponaxis": False,
        }
    ]


def _halves(cells: list[Cell]) -> list[dict]:
    return [
        {
            "type": "path",
            "path": _HALF,
            "xsizemode": "pixel",
            "ysizemode": "pixel",
            "xanchor": round(cell.rate, 5),
            "yanchor": row,
            "fillcolor": AMBER_MARK,
            "line": {"width": 0},
        }
        for row, cell in enumerate(cells)
        if cell.state == "uncertain" and cell.rate is not None
    ]


def _texts(context: PageContext, table: UnitTable, units: list[Unit], cells: list[Cell]) -> list[dict]:
    lang, hidden = context.lang, context.t("skjult", "hidden")
    columns: list[list[str]] = [[], [], [], [], []]
    for unit, cell in zip(units, cells, strict=True):
        name = words.unit_name(context, unit)
        indent = "    " if unit.level == "department" else ""
        own = f" ({context.t('din afdeling', 'your department')})" if _is_own(context, unit) else ""
        rate = fmt.NONE if cell.rate is None else fmt.percent_number(cell.rate, 1, lang)
        some = cell.lower is not None and cell.upper is not None
        columns[0].append(f"{indent}{name}{own}" if unit.level == "department" else f"<b>{name}</b>")
        columns[1].append(hidden if cell.hidden else f"<b>{rate}</b>")
        columns[2].append(fmt.interval(cell.lower, cell.upper, 1, lang) if some else fmt.NONE)
        columns[3].append(words.counts_text(table, cell, lang))
        columns[4].append(hidden if cell.missing is None else fmt.count(cell.missing, lang))
    places = [(0.0, "middle right"), *((x, "middle left") for x in _COLUMNS)]
    tones = [INK_2, INK, INK_3, INK_3, INK_3]
    return [
        {
            "type": "scatter",
            "mode": "text",
            "xaxis": "x2",
            "x": [x] * len(cells),
            "y": list(range(len(cells))),
            "text": texts,
            "textposition": position,
            "textfont": {"size": 12, "color": tone},
            "cliponaxis": False,
        }
        for (x, position), texts, tone in zip(places, columns, tones, strict=True)
    ]


def _lines(context: PageContext, table: UnitTable, units: list[Unit], scale: Axis) -> tuple[list[dict], list[dict]]:
    """Standard and country as vertical lines with their labels, and the column headings."""
    lang, shapes, notes = context.lang, [], []
    national, standard = table.cell(table.nation).rate, table.standard
    behind = standard is not None and national is not None and national < standard.value
    across = {"y0": 0, "y1": 1, "yref": "paper"}

    def label(x: float, text: str, before: bool, colour: str) -> dict:
        side = {"xanchor": "right", "xshift": -3} if before else {"xanchor": "left", "xshift": 3}
        font = {"size": 12, "color": colour}
        return {"x": x, "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 22, "text": f"<b>{text}</b>",
                "showarrow": False, "font": font, **side}  # fmt: skip

    if standard is not None:
        dash = "solid" if standard.kind == "standard" else "dash"
        stroke = {"color": INK_2, "width": 1.5, "dash": dash}
        shapes.append(line(x0=standard.value, x1=standard.value, line=stroke, layer="between", **across))
        kind = context.t("Standard", "Standard") if standard.kind == "standard" else context.t("Mål", "Target")
        text = f"{kind} {fmt.standard(standard.operator, standard.value, lang)}"
        notes.append(label(standard.value, text, not behind, INK_2))
    if national is not None:
        stroke = {"color": BLUE, "width": 1.5, "dash": "dot"}
        shapes.append(line(x0=national, x1=national, line=stroke, layer="between", **across))
        text = f"{context.t('Danmark', 'Denmark')} {fmt.percent(national, 1, lang)}"
        before = behind or (standard is None and scale.place(national) > 60)
        notes.append(label(national, text, before, BLUE))
    counts = "n" if table.indicator.survival_years else "n/N"
    heads = ("%", context.t("95 % CI", "95% CI"), counts, context.t("Uoplyst", "Missing"))
    notes += [
        {"x": x, "xref": "paper", "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 4, "xanchor": "right",
         "text": text, "showarrow": False, "font": {"size": 11.5, "color": INK_3}}
        for x, text in zip(_COLUMNS, heads, strict=True)
    ]  # fmt: skip
    shapes += [
        line(x0=0, x1=1, xref="paper", y0=row - 0.5, y1=row - 0.5, line={"color": HAIRLINE, "width": 1}, layer="below")
        for row, unit in enumerate(units)
        if unit.level == "region"
    ]
    return shapes, notes


def _is_own(context: PageContext, unit: Unit) -> bool:
    return unit.level == "department" and unit.code == context.state.unit


def _own(context: PageContext, units: list[Unit]) -> list[dict]:
    return [
        {"type": "rect", "x0": 0, "x1": 1, "xref": "paper", "y0": row - 0.5, "y1": row + 0.5, "fillcolor": BLUE_SOFT,
         "line": {"width": 0}, "layer": "below"}
        for row, unit in enumerate(units)
        if _is_own(context, unit)
    ]  # fmt: skip
