"""Departments compared: the funnel of shares in time, and the table of shares, medians and 90th percentiles."""

from __future__ import annotations

from exports import waits as exports
from figures import label_places as places
from figures import theme
from figures.axis import counts
from layouts.frame import shell
from layouts.parts import downloads, html
from layouts.parts import figure as figures
from layouts.parts import tables as tables_part
from layouts.waits.now import days_of, folded, hidden_note, named, shown_only
from results.table import Line, Said
from results.waits import legs as tables
from results.waits.units import ComparedWaits, UnitRow, compared, funnel
from words import answer_waits as answer
from words import format as fmt
from words import values, whom
from words.chosen.waits import ChosenWaits, weeks_text

_HEIGHT = 320
_NAMED = 6


def section(chosen: ChosenWaits) -> list:
    """The funnel beside the table; by region of residence the table alone."""
    found = compared(chosen.scope)
    if not found.rows or found.rows[0].ended.coarse.legs == 0:
        return []
    table = _table(chosen, found)
    shown = [one for one in found.of_level("department") if one.place.code and one.ended.in_time is not None]
    if len(shown) < 2 or found.centre is None:
        return [html.Div(table, className="ruled", id="afdelinger")]
    return [
        html.Div(shell.columns(_funnel(chosen, found, shown), table, kind="halves"), className="ruled", id="afdelinger")
    ]


def _funnel(chosen: ChosenWaits, found: ComparedWaits, shown: list[UnitRow]) -> html.Section:
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    most = max(one.ended.coarse.legs for one in shown)
    curves = funnel(found.centre, int(most * 1.08) + 1)
    x = [row[0] for row in curves]
    lines = [
        {"type": "scatter", "mode": "lines", "x": x, "y": [round(row[place], 5) for row in curves],
         "line": {"color": theme.INK_3, "width": 1.2, "dash": dash}}
        for place, dash in ((1, "solid"), (2, "solid"), (3, "dash"), (4, "dash"))  # as the indicators' funnels
    ]  # fmt: skip
    own = (context.state.unit, context.state.choice("hvor"))
    points = []
    for test, color, symbol in (
        (lambda one: one.level == "" and one.place.code not in own, theme.GREY, "circle"),
        (lambda one: one.level != "" and one.side < 0, theme.RED, "circle-open"),
        (lambda one: one.level != "" and one.side > 0, theme.INK, "circle"),
        (lambda one: one.level == "" and one.place.code in own, theme.BLUE, "circle"),
    ):
        some = [one for one in shown if test(one)]
        points.append(
            {"type": "scatter", "mode": "markers", "x": [one.ended.coarse.legs for one in some],
             "y": [round(one.ended.in_time, 5) for one in some], "ids": [one.place.code for one in some],
             "marker": {"size": 9, "color": color, "symbol": symbol, "line": {"width": 2, "color": color}}}
        )  # fmt: skip
    low = min([one.ended.in_time for one in shown if one.ended.coarse.legs >= 10] or [0.5])
    low = max(0.0, int((low - 0.05) * 10) / 10)
    outside = sorted((one for one in shown if one.level), key=lambda one: (one.level != "alarm", one.ended.in_time))
    labels = _names(outside[:_NAMED], shown, low, most * 1.1)
    share = fmt.percent(found.centre, 1, lang)
    labels.append(
        theme.text_at(1, found.centre, t(f"landet {share}", f"nation {share}"), xref="paper", xanchor="right",
                        yshift=8, font={"color": theme.BLUE})
    )  # fmt: skip
    figure = {
        "data": [*lines, *points],
        "layout": theme.layout(
            _HEIGHT,
            margin={"l": 48, "r": 8, "t": 12, "b": 40},
            xaxis=theme.axis(**counts(0, most * 1.1, 7, lang),
                               title={"text": t("antal forløb", "number of cases"), "standoff": 6},
                               showgrid=False, showline=True, linecolor=theme.GREY),
            yaxis=theme.axis(range=[low, 1.03], **theme.share_ticks(low, lang)),
            shapes=[theme.line(xref="paper", x0=0, x1=1, y0=found.centre, y1=found.centre,
                                 line={"color": theme.BLUE, "width": 1.5, "dash": "dot"})],
            annotations=labels,
        ),
    }  # fmt: skip
    title = t("Afdelinger sammenlignet: til tiden", "Departments compared: in time")
    return figures.figure(
        "tragt",
        figure,
        context=context,
        title=title,
        export_title=chosen.titled(title),
        height=_HEIGHT,
        caveat="",
        alt=f"{title}. {_sentence(chosen, shown)}",
        caption=[html.Strong(_sentence(chosen, shown)), " ", t(
            "Optrukket: 95 %-grænse (opmærksomhed). Stiplet: 99,8 %-grænse (alarm). Prikket blå: landet. Rød ring: "
            f"under grænsen. Ikke case-mix-justeret. Aksen begynder ved {fmt.percent(low, 0, lang)}.",
            "Solid: 95% limit (attention). Dashed: 99.8% limit (alarm). Dotted blue: the nation. Red ring: below the "
            f"limit. Not adjusted for case mix. The axis starts at {fmt.percent(low, 0, lang)}.",
        )],
        downloads=downloads.links(context, "afdelingsventetider"),
        cards={
            one.place.code: answer.of_department(chosen, one, tables.period(chosen.scope), found.centre)
            for one in shown
        },
    )  # fmt: skip


def _names(named: list[UnitRow], shown: list[UnitRow], low: float, most: float) -> list[dict]:
    """The names at the units outside the limits, each where it covers no mark and no other name, as far as may be."""

    height = _HEIGHT - 52  # px between the margins

    def at(one: UnitRow) -> tuple[float, float]:
        return one.ended.coarse.legs / most, (max(one.ended.in_time, low) - low) / (1.03 - low) * height

    taken, notes = [places.mark(*at(one)) for one in shown], []
    for one in named:
        text = _short(one.place.name)
        box, keys = places.around(*at(one), text, taken, height + 10)
        taken.append(box)
        notes.append(
            theme.text_at(one.ended.coarse.legs, max(one.ended.in_time, low), text, **keys,
                            font={"color": theme.RED if one.side < 0 else theme.INK, "size": 12})
        )  # fmt: skip
    return notes


def _short(name: str) -> str:
    """'Kirurgisk afdeling, Vejle' → 'Vejle'."""
    return theme.plain(name.split(", ")[-1])


def _sentence(chosen: ChosenWaits, shown: list[UnitRow]) -> str:
    t, lang = chosen.context.t, chosen.context.lang
    below = [one for one in shown if one.side < 0 and one.level == "alarm"]
    near = [one for one in shown if one.side < 0 and one.level == "attention"]
    chance = fmt.number(len(shown) * 0.025, 1, lang)
    total = len(shown)
    if not below and not near:
        return t(
            f"Ingen af {total} afdelinger ligger under grænserne.", f"None of {total} departments is below the limits."
        )
    parts = []
    if below:
        count = len(below)
        parts.append(t(f"{count} under alarmgrænsen", f"{count} below the alarm limit"))
    if near:
        count = len(near)
        parts.append(t(f"{count} under opmærksomhedsgrænsen", f"{count} below the attention limit"))
    return t(
        f"Af {total} afdelinger ligger {fmt.listed(parts, lang)}. Ved ren tilfældighed ventes {chance} under "
        "95 %-grænsen.",
        f"Of {total} departments {fmt.listed(parts, lang)}; by chance alone {chance} would be below the 95% limit.",
    )


def _table(chosen: ChosenWaits, found: ComparedWaits) -> html.Section:
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    by_department = chosen.scope.view.place == "treating"
    title = t("Afdelinger", "Departments") if by_department else t("Bopælsregioner", "Regions of residence")
    table = exports.units(chosen)

    def share(line: Line) -> object:
        text = values.percent_number(line, "in_time", lang) if line.number("in_time") is not None else fmt.NONE
        return html.Strong(text, className="waits-red") if line["funnel"].key == exports.BELOW else text

    columns = [
        tables_part.Heading(t("Sted", "Place"), "left", of="name", draw=named),
        tables_part.Heading("n", of="legs"),
        tables_part.Heading(t("Til tiden, %", "In time, %"), of="in_time", draw=share),
        tables_part.Heading(
            t("95 %-interval", "95% interval"),
            of="lower upper",
            draw=shown_only(lambda line: values.limits(line, "lower", "upper", lang)),
        ),
        tables_part.Heading(t("Median", "Median"), sub=t("dage", "days"), of="median", draw=days_of("median", lang)),
        tables_part.Heading("90 %", sub=t("dage", "days"), css="wide-only", of="p90", draw=days_of("p90", lang)),
    ]
    weeks, least = weeks_text(tables.period(chosen.scope), lang), tables.LEAST_FOR_MEDIAN
    notes = [
        t(
            f"Afsluttede forløb, {weeks}. Median og 90 %-fraktil af ventetiden vises fra {least} forløb.",
            f"Ended cases, {weeks}. Median and 90th percentile of the wait are shown from {least} cases.",
        )
    ]
    if any(line["legs"] is Said.HIDDEN for line in table.lines):
        notes.append(hidden_note(chosen))
    shown = folded(chosen, table, columns, "dense", notes, caption=title, least=60)
    links = html.Div(downloads.line(context, "afdelingsventetider", picks=True), className="figure-links")
    return html.Section(
        [html.Div([html.H2(f"{title}{whom.suffix(context)}"), links], className="section-head"), shown],
        className="section",
    )
