"""The latest months of an indicator: a figure from which any span of months is chosen, by pointer, finger or keys."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dash import dcc

from data.period import months_of, period_start
from exports.indicator import of_units
from figures import theme
from figures.axis import Axis, axis_over
from figures.theme import BLUE, BLUE_SOFT, GREY, HAIRLINE, INK_3
from layouts.parts import answers, downloads, html, tables
from layouts.parts import figure as figures
from results.audit import Unit, UnitTable
from results.cube import DEFINITION_VERSION
from results.indicator.months import chosen_months, first_immature, monthly
from results.table import Role, Table
from results.view import View
from words import answer, values
from words import format as fmt
from words import indicator as words
from words.reader import Reader

_TOP, _PANEL, _TICKS = 22, 150, 40  # px above the panel, of it, and below
_LEFT, _RIGHT = 40, 16  # px beside it: the handles stand on the same scale
EXPORT = "maaneder"


@dataclass(frozen=True)
class Months:
    """What the figure shows: the department chosen as the reader's own, else the country."""

    context: Reader
    table: UnitTable
    unit: Unit
    axis: Axis
    early: int  # place of the first month that is not yet mature

    @property
    def last(self) -> int:
        return len(self.table.periods) - 1


def section(context: Reader, view: View, indicator: str) -> list:
    """The figure with its handles; nothing where months are not shown."""
    own = context.state.unit if view.place == "treating" else None
    table = monthly(view, indicator, own or "")
    if table is None or not any(table.cell(table.nation, one).rate is not None for one in table.periods):
        return []
    shown = table.units[-1]
    limits = [
        value
        for one in table.periods
        for cell in [table.cell(shown, one)]
        for value in (cell.rate, table.cell(table.nation, one).rate)
        if value is not None
    ]
    limits += [] if table.standard is None else [table.standard.value]
    months = Months(context, table, shown, axis_over(limits), first_immature(table))
    drawn, t = figure(months), context.t
    name = words.unit_name(context, shown)
    heading = t(f"Måned for måned, {name}", f"Month by month, {name}")
    brush = _brush(months)
    part = figures.figure(
        "maaneder",
        drawn,
        context=context,
        title=heading,
        export_title=f"{words.title(context, table)}. {heading}",
        height=drawn["layout"]["height"],
        alt=_alt(months),
        caption=_caption(months),
        definition=f"definition {DEFINITION_VERSION}",
        downloads=downloads.links(context, EXPORT, indicator),
        twin=_twin(months, heading),
        cards=_cards(months),
    )
    at = next(n for n, one in enumerate(part.children) if "graph" in (getattr(one, "className", "") or "").split())
    part.children.insert(at + 1, brush)
    part.className += " brushed"
    return [part]


def figure(months: Months) -> dict:
    """Months as points with their line, those not yet mature open and on grey; the chosen period on blue."""
    table, lang, last = months.table, months.context.lang, months.last
    known = [n for n, one in enumerate(table.periods) if table.cell(months.unit, one).rate is not None]
    shapes: list[dict] = []
    chosen = chosen_months(table, months.context.period, months.context.first_month)
    ground = {"type": "rect", "yref": "paper", "y0": _foot(), "y1": _head(), "line": {"width": 0}, "layer": "below"}
    if months.early <= last:
        shapes.append({**ground, "x0": months.early - 0.5, "x1": last + 0.5, "fillcolor": HAIRLINE})
    if chosen is not None:
        shapes.append(
            {**ground, "x0": chosen[0] - 0.5, "x1": chosen[1] + 0.5, "fillcolor": BLUE_SOFT, "y1": _foot() + 0.03}
        )
    data: list[dict] = []
    if table.standard is not None:
        dash = "solid" if table.standard.kind == "standard" else "dash"
        ends, level = [-0.5, last + 0.5], [table.standard.value] * 2
        data.append({"type": "scatter", "mode": "lines", "x": ends, "y": level,
                     "line": {"color": INK_3, "width": 1, "dash": dash}})  # fmt: skip
    if months.unit.level != "nation":
        data.append(_line(months, table.nation, {"color": GREY, "width": 1.2}))
    data.append(_line(months, months.unit, {"color": BLUE, "width": 1.6}))
    id = theme.known_as(months.unit)
    tones = [GREY if n >= months.early else BLUE for n in known]
    data.append(
        {
            "type": "scatter", "mode": "markers", "x": known,
            "y": [round(table.cell(months.unit, table.periods[n]).rate, 4) for n in known],
            "ids": [id] * len(known), "customdata": [_month(months, n) for n in known], "meta": "points",
            "marker": {
                "size": 6, "opacity": 1, "line": {"width": 2, "color": tones},
                "color": ["#ffffff" if n >= months.early else BLUE for n in known],
            },
            "cliponaxis": False,
        }
    )  # fmt: skip
    notes = []
    if months.early <= last:
        text = months.context.t("ikke modent endnu", "not yet mature")
        notes.append(theme.text_at(last + 0.5, _head(), text, xref="x", yref="paper", xanchor="right",
                                   yanchor="bottom", yshift=2, font={"size": 12, "color": INK_3}))  # fmt: skip
    years = [n for n in range(last + 1) if _month(months, n).endswith("-01")]
    axis = months.axis
    texts = [axis.label(one, lang) for one in axis.ticks]
    texts[-1] += fmt.percent_sign(lang)
    height = _TOP + _PANEL + _TICKS
    return {
        "data": data,
        "layout": theme.layout(
            height,
            margin={"l": _LEFT, "r": _RIGHT, "t": 0, "b": 0},
            xaxis=theme.axis(
                domain=[0, 1], range=[-0.5, last + 0.5], tickvals=years, anchor="y",
                ticktext=[f"jan {_month(months, n)[:4]}" for n in years], showgrid=True, ticklen=4, ticks="outside",
                tickcolor="rgba(0,0,0,0)",
            ),
            yaxis=theme.axis(
                domain=[_foot(), _head()], range=[axis.low, axis.high], tickvals=list(axis.ticks), ticktext=texts,
                anchor="x",
            ),
            shapes=shapes,
            annotations=notes,
        ),
    }  # fmt: skip


def _head() -> float:
    return round(1 - _TOP / (_TOP + _PANEL + _TICKS), 4)


def _foot() -> float:
    return round(_TICKS / (_TOP + _PANEL + _TICKS), 4)


def _month(months: Months, place: int) -> str:
    return months_of(months.table.periods[place])[0]


def _line(months: Months, unit: Unit, stroke: dict) -> dict:
    xs: list[int | None] = []
    ys: list[float | None] = []
    for n, one in enumerate(months.table.periods):
        rate = months.table.cell(unit, one).rate
        xs.append(None if rate is None else n)
        ys.append(None if rate is None else round(rate, 4))
    return {"type": "scatter", "mode": "lines", "x": xs, "y": ys, "line": stroke, "meta": "curve",
            "name": theme.known_as(unit)}  # fmt: skip


def _cards(months: Months) -> dict[str, answer.Answer]:
    unit, table = months.unit, months.table
    return {
        answers.key(theme.known_as(unit), _month(months, n)): answer.of_unit(months.context, table, unit, one)
        for n, one in enumerate(table.periods)
        if table.cell(unit, one).rate is not None
    }


def _brush(months: Months) -> html.Div:
    """Two handles on the figure's own scale, and the link to the months between them; assets/brush.js moves them."""
    context, t = months.context, months.context.t
    start, end = chosen_months(months.table, context.period, context.first_month) or (
        max(0, months.last - 11),
        months.last,
    )
    names = [fmt.month(period_start(one), context.lang, "year") for one in months.table.periods]
    told = {
        "months": [_month(months, n) for n in range(months.last + 1)],
        "names": names,
        "early": months.early,
        "here": context.here(period=None),
        "show": t("Vis {0}", "Show {0}"),
        "one": t("1 måned", "1 month"),
        "many": t("{0} måneder", "{0} months"),
        "immature": t("ikke modne endnu: {0}, så perioden vurderes ikke", "not yet mature: {0}, so it is not judged"),
    }

    def handle(name: str, label: str, at: int) -> html.Button:
        return html.Button(
            html.Span(className="brush-grip"),
            type="button",
            role="slider",
            className="brush-handle",
            disable_n_clicks=True,
            style={"left": f"{(at + 0.5) / (months.last + 1) * 100:g}%"},
            **{
                "data-handle": name,
                "aria-label": label,
                "aria-valuemin": "0",
                "aria-valuemax": str(months.last),
                "aria-valuenow": str(at),
                "aria-valuetext": names[at],
            },
        )

    track = html.Div(
        [
            html.I(className="brush-span"),
            handle("start", t("Fra og med måned", "From month"), start),
            handle("end", t("Til og med måned", "To month"), end),
        ],
        className="brush-track",
    )
    data = answers.data(told, "brush-data")
    link = dcc.Link("", href=context.here(period=context.period), className="brush-show")
    note = html.Span("", className="brush-note", role="status")
    return html.Div(
        [track, html.P([link, note], className="brush-said"), data],
        className="brush with-script",
        role="group",
        style={"paddingLeft": f"{_LEFT}px", "paddingRight": f"{_RIGHT}px"},
        **{"aria-label": t("Vælg en periode", "Choose a period")},
    )


def _alt(months: Months) -> str:
    context, table = months.context, months.table
    known = [one for one in table.periods if table.cell(months.unit, one).rate is not None]
    if not known:
        return context.t("Ingen måneder med resultat.", "No months with a result.")
    ends = [
        f"{fmt.percent(table.cell(months.unit, one).rate, 1, context.lang)} ({fmt.period(one, 1, context.lang)})"
        for one in (known[0], known[-1])
    ]
    return f"{words.unit_name(context, months.unit)}: {' → '.join(ends)}"


def _caption(months: Months) -> str:
    context, t = months.context, months.context.t
    parts = [
        t(
            "Andelen måned for måned; små tal svinger tilfældigt.",
            "The share month by month; few patients swing by chance.",
        )
    ]
    if months.unit.level != "nation":
        parts.append(t("Grå linje: Danmark.", "Grey line: Denmark."))
    if months.table.standard is not None:
        one = months.table.standard
        value = fmt.standard(one.operator, one.value, context.lang)
        parts.append(t(f"Vandret linje: {value}.", f"Level line: {value}."))
    if months.early <= months.last:
        days = months.table.indicator.follow_up
        parts.append(
            t(f"Grå måneder er ikke modne: Ikke alle er fulgt i {days} dage, så de vurderes ikke.",
              f"Grey months are not mature: not everybody has been followed for {days} days, so they are not judged.")
        )  # fmt: skip
    parts.append(
        t("Træk på figuren eller flyt de to håndtag for at vælge en periode.",
          "Drag on the figure or move the two handles to choose a period.")
    )  # fmt: skip
    return " ".join([*parts, months.axis.sentence(context.lang)])


def _twin(months: Months, heading: str) -> html.Div:
    context, lang = months.context, months.context.lang
    levels = ("nation",) if months.unit.level == "nation" else ("department",)
    shown = of_units(context, months.table, levels)
    columns = [
        tables.Heading(context.t("Måned", "Month"), "left", of="period"),
        tables.Heading("n/N", of="numerator denominator",
                       draw=lambda line: values.fraction(line, "numerator", "denominator", lang)),
        tables.Heading("%", of="rate lower upper",
                       draw=lambda line: values.with_limits(line, "rate", "lower", "upper", lang)),
        tables.Heading(context.t("Uoplyst", "Missing"), of="missing"),
        tables.Heading(context.t("Vurdering", "Verdict"), "left", of="verdict"),
    ]  # fmt: skip
    return tables.drawn(context, _plain(shown), columns, caption=heading)


def _plain(shown: Table) -> Table:
    """In the order of time, without the roles of places."""
    rows = tuple(replace(row, role=Role.PLAIN, own=False) for row in shown.rows)
    return replace(shown, id="", rows=rows)
