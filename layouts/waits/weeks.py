"""Weekly figures: ended legs with one square per overrun, and the run chart of the share in time."""

from __future__ import annotations

from exports import waits as exports
from figures import theme
from figures.axis import counts
from layouts.frame import shell
from layouts.parts import downloads, html
from layouts.parts import figure as figures
from layouts.parts import tables as tables_part
from layouts.waits import consent
from results.waits import legs as tables
from results.waits import weeks as data
from results.waits.weeks import WeekCounts
from words import answer_waits as answer
from words import format as fmt
from words import values
from words.answer import Answer
from words.chosen.waits import ChosenWaits
from words.waits import REASONS, number

#: More overruns in a week than this are drawn as bars, not as squares.
MOST_SQUARES = 24
_PITCH, _TOP, _GAP, _FOOT, _SIZE = 13, 112, 44, 30, 10


def section(chosen: ChosenWaits) -> html.Div:
    """Weekly figure and consent beside each other, run chart and days over below."""
    shown = data.weekly(chosen.scope)
    if not any(one.legs for one in shown):
        t = chosen.context.t
        text = t("Ugetal vises kun i arbejdsudgaven, fordi de fleste er små.",
                 "Weekly numbers are shown in the working edition only, as most are small.")  # fmt: skip
        if not chosen.scope.public:
            text = t("Ingen forløb er afsluttet i de seneste uger.", "No case has ended in the last weeks.")
        left: list = [shell.section(t("Afsluttede forløb pr. uge", "Ended cases by week"), html.P(text))]
    else:
        left = [_weekly(chosen, shown), *_runs(chosen)]
    return html.Div(
        [html.Div(left), html.Div([consent.section(chosen), consent.days_over(chosen)])],
        className="waits-weeks",
        id="uger",
    )


def _weekly(chosen: ChosenWaits, shown: tuple[WeekCounts, ...]) -> html.Section:
    context, t = chosen.context, chosen.context.t
    figure, height, squares = figure_of(chosen, shown)
    title = t("Afsluttede forløb pr. uge", "Ended cases by week")
    found = tables.ended(chosen.scope)
    key = [
        html.Span(
            [html.I(className=f"waits-square {name.replace('_', '-')}"), t(*words), " ",
             html.Strong(number(found.counts[name], context))],
            className="key-entry",
        )
        for name, words in REASONS.items()
    ]  # fmt: skip
    provisional = [one.week for one in shown if one.week.provisional]
    unit = t("hver firkant er ét forløb", "each square is one case")
    if not squares:
        unit = t("søjlens dele er antal forløb", "the parts of a bar are numbers of cases")
    caption = [
        t(f"Øverst: lys er til tiden, mørk er over maksimum. Nederst: overskridelser efter årsag, {unit}. ",
          f"Above: light is in time, dark is over the maximum. Below: overruns by reason, {unit}. ")
    ]  # fmt: skip
    if provisional:
        shares = fmt.listed(
            [fmt.percent_number(one.completeness, 0, context.lang) for one in provisional], context.lang
        )
        sign = fmt.percent_sign(context.lang)
        caption.append(
            t(
                f"Foreløbige uger: forventet registreret {shares}{sign}, skønnet ud fra, hvor hurtigt forløb afsluttet "
                f"13–65 uger før dataskæringen blev registreret. Grænse: 95{sign}. De er ikke talt med i andelene.",
                f"Provisional weeks: expected to be registered {shares}{sign}, from how fast cases that ended 13–65 "
                f"weeks before the data cut were registered. Threshold: 95{sign}. They are not in the shares.",
            )
        )
    return figures.figure(
        "ugetal",
        figure,
        context=context,
        title=title,
        export_title=chosen.titled(title),
        height=height,
        caveat="",
        alt=t(f"{title}, {len(shown)} uger", f"{title}, {len(shown)} weeks"),
        caption=[html.Span(key, className="key waits-key"), html.Span(caption)],
        downloads=downloads.links(context, "uger"),
        twin=_twin(chosen),
        cards=_cards(chosen, shown),
    )


def _cards(chosen: ChosenWaits, shown: tuple[WeekCounts, ...]) -> dict[str, Answer]:
    """What the weeks answer, by their Mondays: the same in both figures."""
    return {known_as(one): answer.of_week(chosen.context, one) for one in shown if one.legs}


def known_as(one: WeekCounts) -> str:
    """A week's name for programs."""
    return one.week.start.isoformat()


def _twin(chosen: ChosenWaits) -> html.Div:
    context, t = chosen.context, chosen.context.t
    table = exports.by_week(chosen)
    columns = [
        tables_part.Heading(
            t("Uge", "Week"), "left", of="week", draw=lambda line: str(line["monday"].isocalendar().week)
        ),
        tables_part.Heading(t("Forløb", "Cases"), of="legs"),
        tables_part.Heading(t("Til tiden", "In time"), of="within"),
        *[tables_part.Heading(t(*words), of=name) for name, words in REASONS.items()],
        tables_part.Heading(
            t("Registreret, %", "Registered, %"),
            of="completeness",
            draw=lambda line: values.percent_number(line, "completeness", context.lang, 0),
        ),
    ]
    return tables_part.drawn(context, table, columns, css="dense")


def figure_of(chosen: ChosenWaits, shown: tuple[WeekCounts, ...]) -> tuple[dict, int, bool]:
    """The figure, its height, and whether overruns are squares (else parts of bars)."""
    context, t = chosen.context, chosen.context.t
    highest = max(one.over for one in shown)
    squares = highest <= MOST_SQUARES
    below = max(highest, 5) * _PITCH + 8 if squares else 180
    height = 12 + _TOP + _GAP + below + _FOOT
    inner = height - 12 - _FOOT
    x = list(range(len(shown)))
    faint = [0.45 if one.week.provisional else 1 for one in shown]
    known = [known_as(one) for one in shown]
    bars = [
        {"type": "bar", "x": x, "y": [one.counts["within"] for one in shown], "width": 0.7, "ids": known,
         "marker": {"color": theme.GREY_SOFT, "opacity": faint}, "yaxis": "y2"},
        {"type": "bar", "x": x, "y": [one.over for one in shown], "width": 0.7, "ids": known,
         "marker": {"color": theme.INK_2, "opacity": faint}, "yaxis": "y2"},
    ]  # fmt: skip
    traces = _squares(shown) if squares else _bars(shown, faint)
    first = next((n for n, one in enumerate(shown) if one.week.provisional), None)
    top = max(one.legs for one in shown) * 1.22
    shapes, notes = [], []
    if first is not None:
        shapes.append(
            {"type": "rect", "xref": "x", "yref": "paper", "x0": first - 0.5, "x1": len(x) - 0.5, "y0": 0, "y1": 1,
             "fillcolor": theme.PANEL, "line": {"width": 0}, "layer": "below"}
        )  # fmt: skip
        notes.append(
            theme.text_at(len(x) - 0.6, top, t("<b>foreløbige</b>", "<b>provisional</b>"), yref="y2",
                            xanchor="right", yanchor="top")
        )  # fmt: skip
        for n, one in enumerate(shown):
            if one.week.provisional:
                share = fmt.percent(one.week.completeness, 0, context.lang)
                apart = 14 if (len(shown) - n) % 2 == 0 else 0  # bars stand closer than the words are wide
                notes.append(theme.text_at(n, one.legs, share, yref="y2", yanchor="bottom", yshift=apart))
    heading = t("Overskridelser efter årsag", "Overruns by reason")
    notes.append(
        theme.text_at(0, (below + 8) / inner, heading, xref="paper", yref="paper", xanchor="left", yanchor="bottom")
    )
    ticks = [n for n in x if n % 5 == 0]
    labels = [fmt.week(shown[n].week.number, context.lang) for n in ticks]
    layout = theme.layout(
        height,
        margin={"l": 36, "r": 14, "t": 12, "b": _FOOT},
        barmode="stack",
        xaxis=theme.axis(tickvals=ticks, ticktext=labels, range=[-0.6, len(x) - 0.4], showgrid=False, anchor="y"),
        yaxis=theme.axis(
            domain=[0, below / inner],
            **counts(0, below / _PITCH if squares else highest * 1.05, 5, context.lang),
        ),
        yaxis2=theme.axis(domain=[1 - _TOP / inner, 1], anchor="x", **counts(0, top, 4, context.lang)),
        shapes=[
            *shapes,
            *(theme.line(xref="paper", x0=0, x1=1, yref=ref, y0=0, y1=0, line={"color": theme.GREY, "width": 1})
              for ref in ("y", "y2")),
        ],
        annotations=notes,
    )  # fmt: skip
    return {"data": [*bars, *traces], "layout": layout}, height, squares


#: Status → plotly markers drawn over each other: five fills that differ in form. The library's triangle is 1.2 times as
#: large as its square.
_FORMS = {
    "rules_broken": ({"symbol": "square", "color": theme.RED}, {"symbol": "x-thin", "size": 6, "line": "#ffffff"}),
    "over_unsettled": (
        {"symbol": "square", "color": "#ffffff", "line": theme.AMBER_MARK},
        {"symbol": "triangle-se", "color": theme.AMBER_MARK, "size": _SIZE / 1.2},
    ),
    "over_capacity_informed": ({"symbol": "square", "color": theme.BLUE},),
    "over_health": ({"symbol": "square", "color": theme.INK_3},),
    "over_wish": ({"symbol": "square", "color": "#ffffff", "line": theme.INK_3},),
}


def _squares(shown: tuple[WeekCounts, ...]) -> list[dict]:
    places: dict[str, list[tuple[int, float, float, str]]] = {name: [] for name in REASONS}
    for n, one in enumerate(shown):
        row = 0
        for name in REASONS:
            for _ in range(one.counts[name]):
                places[name].append((n, row + 0.55, 0.4 if one.week.provisional else 1, known_as(one)))
                row += 1
    traces = []
    for name, forms in _FORMS.items():
        if not places[name]:
            continue
        x, y, opacity, ids = (list(part) for part in zip(*places[name], strict=True))
        for form in forms:
            edge = form.get("line")
            marker = {
                "symbol": form["symbol"],
                "size": form.get("size", _SIZE if edge is None else _SIZE - 1.5),
                "color": form.get("color", edge),
                "opacity": opacity,
                "line": {"width": 1.5 if edge else 0, "color": edge or form.get("color")},
            }
            known = {} if form is not forms[0] else {"ids": ids}  # the ground, not what is drawn on it
            drawn = {"type": "scatter", "mode": "markers", "x": x, "y": y, "marker": marker, "cliponaxis": False}
            traces.append({**drawn, **known})
    return traces


_PATTERNS = {
    "rules_broken": {
        "color": theme.RED,
        "pattern": {"shape": "x", "fgcolor": "#ffffff", "size": 6, "solidity": 0.25},
    },
    "over_unsettled": {
        "color": "#ffffff",
        "pattern": {"shape": "/", "fgcolor": theme.AMBER_MARK, "size": 5, "solidity": 0.5},
        "line": {"color": theme.AMBER_MARK, "width": 1},
    },
    "over_capacity_informed": {"color": theme.BLUE},
    "over_health": {"color": theme.INK_3},
    "over_wish": {"color": "#ffffff", "line": {"color": theme.INK_3, "width": 1.5}},
}


def _bars(shown: tuple[WeekCounts, ...], faint: list[float]) -> list[dict]:
    x = list(range(len(shown)))
    return [
        {
            "type": "bar",
            "x": x,
            "y": [one.counts[name] or None for one in shown],
            "width": 0.7,
            "ids": [known_as(one) for one in shown],
            "marker": {**marker, "opacity": faint},
        }
        for name, marker in _PATTERNS.items()
    ]


# --- the run chart ---


def _runs(chosen: ChosenWaits) -> list:
    found = data.run_chart(chosen.scope)
    if found is None or len(found[0]) < 2:
        return []
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    shown, judged = found
    height = 200
    x = [one.week.start.isoformat() for one in shown]
    values = [one.in_time for one in shown]
    low = max(0.0, min(values) - 0.05)
    low = int(low * 20) / 20
    start = fmt.percent(low, 0, lang)
    signs = list(range(0, len(shown), 10))
    points = {"type": "scatter", "x": list(range(len(x))), "y": [round(one, 6) for one in values], "cliponaxis": False}
    figure = {
        "data": [
            {**points, "mode": "lines", "line": {"color": theme.BLUE, "width": 1.5}},
            {**points, "mode": "markers", "ids": [known_as(one) for one in shown],
             "marker": {"size": 6, "color": theme.BLUE}},
        ],
        "layout": theme.layout(
            height,
            margin={"l": 44, "r": 104, "t": 14, "b": 28},
            xaxis=theme.axis(tickvals=signs, ticktext=[fmt.week(shown[n].week.number, lang) for n in signs],
                               range=[-0.6, len(x) - 0.4], showgrid=False),
            yaxis=theme.axis(range=[low, 1.005], **theme.share_ticks(low, lang)),
            shapes=[theme.line(x0=-0.6, x1=len(x) - 0.4, y0=judged.median, y1=judged.median)],
            annotations=[
                theme.text_at(1.01, judged.median, f"median {fmt.percent(judged.median, 1, lang)}",
                                xref="paper", xanchor="left")
            ],
        ),
    }  # fmt: skip
    title = t("Andel til tiden, uge for uge", "Share in time, week by week")
    return [
        figures.figure(
            "serie",
            figure,
            context=context,
            title=title,
            export_title=chosen.titled(title),
            height=height,
            caveat="",
            alt=f"{title}. {run_sentence(chosen)}",
            caption=[
                html.Strong(run_sentence(chosen)),
                " ",
                t(
                    f"Længste serie på samme side af medianen: {judged.longest} uger (signal over "
                    f"{judged.longest_limit}). Medianen krydses {judged.crossings} gange (signal under "
                    f"{judged.fewest}). Seriediagram med Anhøjs regler, hele uger. Aksen begynder ved {start}.",
                    f"Longest run on one side of the median: {judged.longest} weeks (signal above "
                    f"{judged.longest_limit}). The median is crossed {judged.crossings} times (signal below "
                    f"{judged.fewest}). Run chart with Anhøj's rules, complete weeks. The axis starts at {start}.",
                ),
            ],
            downloads=downloads.links(context, "uger")[:1],
            cards=_cards(chosen, shown),
        )
    ]


def run_sentence(chosen: ChosenWaits) -> str:
    """What the run rules say of the share in time."""
    found = data.run_chart(chosen.scope)
    t = chosen.context.t
    if found is None or not found[1].judged:
        return t("For få uger til at bedømme udviklingen.", "Too few weeks to judge the trend.")
    if found[1].signal:
        return t("Udviklingen er ikke tilfældig: andelen til tiden har flyttet sig.",
                 "The variation is not random: the share in time has shifted.")  # fmt: skip
    return t("Ugerne svinger ikke mere end tilfældigt.", "The weeks vary no more than by chance.")
