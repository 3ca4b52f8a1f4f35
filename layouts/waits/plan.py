"""Inflow, outflow and the planning line; the started cohorts by month."""

from __future__ import annotations

from exports import waits as exports
from figures import theme
from figures.axis import counts
from layouts.frame import shell
from layouts.parts import downloads, html
from layouts.parts import figure as figures
from layouts.parts import tables as tables_part
from results.table import Line
from results.waits import started as cohort
from results.waits import weeks as data
from results.waits.started import LAST_DAY, Started
from words import answer_waits as answer
from words import format as fmt
from words import values
from words.chosen.waits import ChosenWaits, weeks_text

_FLOW_HEIGHT, _CURVE_HEIGHT = 210, 300


def section(chosen: ChosenWaits) -> list:
    """The queue's flow beside the planning line; nothing in the public edition."""
    shown = data.flow(chosen.scope)
    if not any(one.inflow or one.outflow for one in shown):
        return []
    return [html.Div(shell.columns(_flow(chosen, shown), _plan(chosen), kind="halves"), className="ruled", id="koe")]


def _flow(chosen: ChosenWaits, shown: tuple[data.Flow, ...]) -> html.Section:
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    title = t("Køen: tilgang og afgang pr. uge", "The queue: inflow and outflow by week")
    x = list(range(len(shown)))
    faint = [0.45 if one.week.provisional else 1 for one in shown]
    series = (([one.inflow for one in shown], theme.BLUE), ([one.outflow for one in shown], theme.GREY_SOFT))
    known = [one.week.start.isoformat() for one in shown]
    bars = [
        {"type": "bar", "x": x, "y": values, "marker": {"color": color, "opacity": faint}, "ids": known}
        for values, color in series
    ]
    top = max(max(values) for values, _ in series) * 1.2
    first = next((n for n, one in enumerate(shown) if one.week.provisional), None)
    shapes, notes = [], []
    if first is not None:
        shapes.append(
            {"type": "rect", "yref": "paper", "x0": first - 0.5, "x1": len(x) - 0.5, "y0": 0, "y1": 1,
             "fillcolor": theme.PANEL, "line": {"width": 0}, "layer": "below"}
        )  # fmt: skip
        words = t("<b>foreløbige</b>", "<b>provisional</b>")
        notes.append(theme.text_at(len(x) - 0.6, top, words, xanchor="right", yanchor="top"))
    ticks = [n for n in x if (len(x) - 1 - n) % 3 == 0]
    figure = {
        "data": bars,
        "layout": theme.layout(
            _FLOW_HEIGHT,
            barmode="group",
            bargap=0.3,
            margin={"l": 36, "r": 14, "t": 8, "b": 28},
            xaxis=theme.axis(tickvals=ticks, ticktext=[fmt.week(shown[n].week.number, lang) for n in ticks],
                               range=[-0.6, len(x) - 0.4], showgrid=False, showline=True, linecolor=theme.GREY),
            yaxis=theme.axis(**counts(0, top, 5, lang)),
            shapes=shapes,
            annotations=notes,
        ),
    }  # fmt: skip
    caption = t(
        "Mørk: forløb, hvor uret startede. Lys: forløb, der sluttede, uanset hvordan. Forløb, der endnu ikke er "
        "registreret, mangler i de seneste uger.",
        "Dark: cases whose clock started. Light: cases that ended, in any way. Cases not yet registered are missing "
        "from the latest weeks.",
    )
    return figures.figure(
        "koe-uger", figure, context=context, title=title, height=_FLOW_HEIGHT, alt=title, caption=caption,
        export_title=chosen.titled(title),
        caveat="",
        downloads=downloads.links(context, "koe"),
        cards={id: answer.of_flow(context, one) for id, one in zip(known, shown, strict=True)},
    )  # fmt: skip


def _plan(chosen: ChosenWaits) -> html.Section:
    t, lang = chosen.context.t, chosen.context.lang
    title = t("Hvad skal der til?", "What would it take?")
    found = data.plan(chosen.scope)
    if found is None:
        return shell.section(title, html.P(t("Ingen hele uger at regne på.", "No complete weeks to count on.")))
    a_week = t("om ugen", "a week")

    def number(value: float) -> str:
        return fmt.number(value, 1, lang)

    weeks = weeks_text(found.weeks, lang)
    rows = [
        (t("Tilgang", "Demand"), t(f"{number(found.demand)} forløb om ugen", f"{number(found.demand)} cases a week")),
        (t("Påbegyndt", "Started"), f"{number(found.starts)} {a_week}"),
        (t("Sluttet ellers", "Ended otherwise"), f"{number(found.otherwise)} {a_week}"),
        (t("Køen", "The queue"), _growth(chosen, found)),
        (t("Pukkel", "Backlog"), f"{fmt.count(found.backlog, lang)} {t('forløb', 'cases')}"),
    ]  # fmt: skip
    if found.backlog:
        columns = [
            tables_part.Heading(t("Puklen væk på", "Backlog cleared in"), align="left"),
            tables_part.Heading(t("Ekstra påbegyndte om ugen", "Extra starts a week")),
        ]
        lines = [tables_part.Row(t(f"{n} uger", f"{n} weeks"), [fmt.count(extra, lang)]) for n, extra in found.extra]
        caption = t("Ekstra påbegyndte om ugen, der fjerner puklen", "Extra starts a week that clear the backlog")
        more: list = [tables_part.table(caption, columns, lines, css="dense waits-extra")]
    else:
        more = [html.P(t("Der er ingen pukkel at fjerne.", "There is no backlog to clear."))]
    note = t(
        f"Gennemsnit af {weeks}. Pukkel: de, der er over maksimum eller booket ud over fristen. Ekstra om ugen = "
        "pukkel delt med antal uger plus køens vækst, rundet op; 0 hvor afgangen allerede rækker.",
        f"Means of {weeks}. Backlog: those over the maximum or booked beyond the limit. Extra a week = backlog "
        "divided by weeks plus the growth of the queue, rounded up; 0 where outflow already suffices.",
    )
    return shell.section(title, shell.facts(rows), *more, shell.caption(note))


def _growth(chosen: ChosenWaits, found: data.Plan) -> str:
    t, lang = chosen.context.t, chosen.context.lang
    value = fmt.number(abs(found.growth), 1, lang)
    if abs(found.growth) < 0.05:
        return t("står stille", "stands still")
    if found.growth > 0:
        return t(f"vokser med {value} om ugen", f"grows by {value} a week")
    return t(f"falder med {value} om ugen", f"shrinks by {value} a week")


# --- started cohorts ---


def cohorts(chosen: ChosenWaits) -> list:
    """Curves by month of those who started waiting, and why the share among the completed flatters."""
    shown = cohort.by_month(chosen.scope)
    whole = cohort.started(chosen.scope)
    context, t = chosen.context, chosen.context.t
    title = t("Startede at vente, måned for måned", "Started waiting, month by month")
    drawn = [one for one in shown if one.curve]
    warning = _warning(chosen, whole, shown[-1] if shown else None)
    if not drawn:
        return [shell.section(title, *warning)] if warning else []
    figure = _curves(chosen, drawn)
    caption = t(
        "Kumuleret andel, hvor behandlingen eller udredningen er begyndt, efter dage fra urets start (Aalen-Johansen). "
        "Den seneste måned er mørkeblå. Streger ved 14 og 28 dage.",
        "Cumulative share started, by days since the clock started (Aalen–Johansen). The latest month is dark blue. "
        "Lines at 14 and 28 days.",
    )
    part = figures.figure(
        "kohorter", figure, context=context, title=title, height=_CURVE_HEIGHT, alt=title, caption=caption,
        export_title=chosen.titled(title),
        caveat="",
        downloads=downloads.links(context, "kohorter"),
        curves=(
            answer.days_since(context, LAST_DAY),
            [(known, colour, answer.of_cohort(context, one)) for one, (known, colour, _, _) in _lines(drawn)],
        ),
    )  # fmt: skip
    side = html.Section(
        [
            html.Div(
                [
                    html.H2(t("Inden 14 dage", "Within 14 days")),
                    html.Div(downloads.line(context, "kohorter"), className="figure-links"),
                ],
                className="section-head",
            ),
            _months(chosen),
            *warning,
        ],
        className="section",
    )
    return [html.Div(shell.columns(part, side, kind="halves"), className="ruled", id="startede")]


def _lines(drawn: list[Started]) -> list[tuple[Started, tuple[str, str, float, str]]]:
    """The cohorts' curves with their names for programs, colour, width and dashes; the latest stands out."""
    *before, last = drawn
    lines = [(one, (f"{one.month:%Y-%m}", theme.GREY, 1.3, _DASHES[n % 5])) for n, one in enumerate(before)]
    return [*lines, (last, (f"{last.month:%Y-%m}", theme.BLUE, 2.5, "solid"))]


def _curves(chosen: ChosenWaits, drawn: list[Started]) -> dict:
    context = chosen.context
    traces = []
    for one, (known, colour, width, dash) in _lines(drawn):
        x = [0, *(day for day, _ in one.curve)]
        y = [0.0, *(round(share, 4) for _, share in one.curve)]
        traces.append(
            {
                "type": "scatter", "mode": "lines", "x": x, "y": y, "name": known,
                "line": {"shape": "hv", "width": width, "color": colour, "dash": dash},
            }
        )  # fmt: skip
    labels = [
        theme.text_at(1.01, round(one.curve[-1][1], 4), fmt.month(one.month, context.lang, "short"), xref="paper",
                        xanchor="left", font={"color": theme.BLUE})
        for one in drawn[-1:]
    ]  # fmt: skip
    lines = [theme.line(x0=day, x1=day, yref="paper", y0=0, y1=1) for day in (14, 28)]
    return {
        "data": traces,
        "layout": theme.layout(
            _CURVE_HEIGHT,
            margin={"l": 48, "r": 40, "t": 8, "b": 32},
            xaxis=theme.axis(tickvals=_DAYS, ticktext=[str(day) for day in _DAYS], range=[0, LAST_DAY], showgrid=False,
                               showline=True, linecolor=theme.GREY),
            yaxis=theme.axis(range=[0, 1.01], **theme.share_ticks(0, context.lang)),
            shapes=lines,
            annotations=labels,
        ),
    }  # fmt: skip


_DAYS = (0, 7, 14, 21, 28, 35, 42)
_DASHES = ("dot", "dash", "dashdot", "longdash", "solid")


def _months(chosen: ChosenWaits) -> html.Div:
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang

    def month(line: Line) -> str:
        name = fmt.month(line["month"], lang, "year")
        return name[:1].upper() + name[1:]

    columns = [
        tables_part.Heading(t("Uret startede", "Clock started"), "left", of="month", draw=month),
        tables_part.Heading("n", of="legs"),
        tables_part.Heading(
            t("Inden 14 dage, %", "Within 14 days, %"),
            of="share",
            draw=lambda line: values.percent_number(line, "share", lang),
        ),
        tables_part.Heading(
            t("95 %-interval", "95% interval"),
            of="lower upper",
            draw=lambda line: values.limits(line, "lower", "upper", lang),
        ),
        tables_part.Heading("Median", sub=t("dage", "days"), of="median"),
    ]
    caption = t("Startede kohorter", "Started cohorts")
    return tables_part.drawn(context, exports.cohorts(chosen), columns, css="dense", caption=caption)


def _warning(chosen: ChosenWaits, whole: Started, latest: Started | None) -> list:
    """Why the share among the completed flatters, and by how much here."""
    t, lang = chosen.context.t, chosen.context.lang
    parts = [
        t("Andelen blandt dem, der allerede er begyndt, smigrer: de, der stadig venter, og de, der sluttede på "
          "anden måde, er ikke med.",
          "The share among those already started flatters: those still waiting and those who ended otherwise are not "
          "in it.")
    ]  # fmt: skip
    # A flattery of less than a tenth of a point cannot be seen in the numbers.
    for one, da, en in ((whole, "alle ugerne", "all the weeks"), (latest, _month(latest, "da"), _month(latest, "en"))):
        if one is None or one.flatters is None:
            continue
        naive, share = (fmt.percent(value, 1, lang) for value in (one.naive, one.share))
        points = fmt.points(one.flatters, 1, lang)
        parts.append(
            t(f"For {da} er den {naive} mod {share} af alle, der startede: {points} procentpoint.",
              f"For {en} it is {naive} against {share} of all who started: {points} percentage points.")
        )  # fmt: skip
    return [html.P(" ".join(parts), className="waits-warning")] if len(parts) > 1 else []


def _month(one: Started | None, lang: str) -> str:
    return "" if one is None or one.month is None else fmt.month(one.month, lang, "year")
