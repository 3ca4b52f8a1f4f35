"""Pictures of an early warning: the months up to it, the p′ chart with its limits, and the sums against thresholds."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

from exports import warnings as exports
from figures import label_places as labels
from figures import theme
from figures.theme import AMBER, AMBER_SOFT, BLUE, BLUE_SOFT, GREY, INK_2, INK_3, RED
from layouts.parts import figure as figures
from layouts.parts import html, tables
from layouts.parts.downloads import links
from results.nodes import units
from results.warnings.charts import MONTH, ChartPoint, ShownChart
from words import answer_warnings as answer
from words import format as fmt
from words.answer_warnings import known_as, point_name
from words.reader import Reader
from words.warnings import sentence, title

_SHORT, _P, _SUMS = 168, 290, 220  # heights in px
_TOP, _FOOT = 28, 50  # px above and below the plot of rates
_FEWEST, _BEFORE, _MOST = 12, 6, 16  # points of the small picture
#: From so much overdispersion a chart says it; from so many months a delay is told in years.
_NOTICED, _LONG = 1.2, 24
_LETTERS = {"da": "jfmamjjasond", "en": "jfmamjjasond"}


def unit_name(context: Reader, curve: ShownChart) -> str:
    """The unit's full name."""
    known = units(context.view)
    return known.at[curve.unit, "name"] if curve.unit in known.index else curve.unit


def _titled(context: Reader, curve: ShownChart, what: str) -> str:
    """A figure's title where it stands alone: indicator, unit and what is drawn."""
    return f"{title(context, curve.indicator)}, {unit_name(context, curve)}. {what}"


def short(context: Reader, curve: ShownChart, standard: float | None, id: str) -> html.Section:
    """The last points with the standard, what was expected, the signal's period shaded, and n under each."""
    t = context.t
    points = _window(curve)
    fig = _rates(context, curve, points, standard, _SHORT, limits=False)
    what = t("måned for måned" if curve.months == MONTH else "kvartal for kvartal",
             "month by month" if curve.months == MONTH else "quarter by quarter")  # fmt: skip
    name = f"{title(context, curve.indicator)} {what}"
    extra = (("kurve", f"{curve.unit}.{curve.indicator.id}"),)
    chart = context.to("/varsler", period=None, extra=extra)
    return figures.figure(
        id, fig, context=context, title=name, height=_SHORT, alt=_alt(context, curve, points), level=3,
        caveat="", export_title=f"{name}, {unit_name(context, curve)}",
        downloads=links(context, "varselskurve", f"{curve.unit}.{curve.indicator.id}"),
        caption=_hidden_note(context, curve) or _expected(context, curve, False),
        cards=_cards(context, curve, points, (t("Se kurven", "See the chart"), chart)),
    )  # fmt: skip


def p_chart(context: Reader, curve: ShownChart, standard: float | None) -> html.Section:
    """All points with p′ limits; the public edition without them."""
    t = context.t
    fig = _rates(context, curve, curve.points, standard, _P, limits=True)
    parts = [_expected(context, curve, True)]
    if any(point.lower is not None for point in curve.points):
        parts.append(t("Mellem de grå trin kan udsvingene være tilfældige.",
                       "Between the grey steps the swings may be chance."))  # fmt: skip
    if curve.signal is not None and curve.signal.worse:
        parts.append(t("Åbne røde punkter: siden signalet begyndte.", "Open red points: since the signal began."))
    if curve.runs is not None and curve.runs.signal:
        parts.append(_rules_text(context, curve))
    parts.append(_hidden_note(context, curve))
    return figures.figure(
        "andel", fig, context=context, title=t("Andelen over tid", "The proportion over time"), height=_P,
        alt=_alt(context, curve, curve.points), caption=" ".join(part for part in parts if part),
        downloads=links(context, "varselskurve", f"{curve.unit}.{curve.indicator.id}"), twin=_twin(context, curve),
        caveat="", export_title=_titled(context, curve, t("Andelen over tid", "The proportion over time")),
        cards=_cards(context, curve, curve.points),
    )  # fmt: skip


def _cards(
    context: Reader, curve: ShownChart, points: Sequence[ChartPoint], opens: tuple[str, str] | None = None
) -> dict[str, answer.Answer]:
    """What the points with a share answer."""
    return {
        known_as(point): answer.of_point(context, curve, point, opens) for point in points if point.rate is not None
    }


def _expected(context: Reader, curve: ShownChart, case_mix: bool) -> str:
    """What the dashed line is: 'Stiplet: ventet ud fra afdelingens eget niveau.'"""
    t = context.t
    level = {
        "own": t("afdelingens eget niveau", "the department's own level"),
        "predecessors": t("forgængernes samlede niveau", "the pooled level of its predecessors"),
    }.get(curve.judged, t("landets niveau og afdelingens egne få patienter",
                          "the country's level and the department's own few patients"))  # fmt: skip
    more = t(" og patienternes sammensætning", " and its case mix") if case_mix else ""
    return t(f"Stiplet: ventet ud fra {level}{more}.", f"Dashed: expected from {level}{more}.")


def method(context: Reader, curve: ShownChart) -> list[str]:
    """How soon a doubling shows, what the grey limits and the run rules are (not in the public edition)."""
    t = context.t
    soon = []
    if curve.doubling is not None:
        soon.append(_doubling(context, curve.doubling))
    if curve.dispersion is not None and curve.dispersion >= _NOTICED:
        times = fmt.number(curve.dispersion, 1, context.lang)
        soon.append(
            t(
                f"Månederne svinger {times} gange så meget som ved tilfældighed alene, og grænsen for varsler er hævet "
                "derefter.",
                f"The months vary {times} times as much as by chance alone, and the threshold of warnings is raised "
                "accordingly.",
            )
        )
    if curve.runs is None:
        return soon
    parts = [t("De grå trin er grænser i et p′-kort.", "The grey steps are the limits of a p′ chart.")]
    if not curve.runs.signal:
        parts.append(_rules_text(context, curve))
    return [*soon, " ".join(parts)]


def _doubling(context: Reader, months: float) -> str:
    """'En fordobling ville typisk vise sig efter omkring 14 måneder.'"""
    t = context.t
    number = max(1, round(months)) if months < _LONG else round(months / 12)
    unit = (("måned", "måneder"), ("month", "months")) if months < _LONG else (("år", "år"), ("year", "years"))
    da, en = (words[number != 1] for words in unit)
    return t(
        f"Var det uønskede dobbelt så hyppigt, ville det typisk vise sig her efter omkring {number} {da}, opfølgning "
        "og "
        "indberetning medregnet.",
        f"If the unwanted were twice as frequent, it would typically show here after about {number} {en}, follow-up "
        "and "
        "registration included.",
    )


def sums(context: Reader, curve: ShownChart) -> html.Section | None:
    """The CUSUM of both directions with their thresholds; None in the public edition."""
    if curve.threshold is None:
        return None
    t = context.t
    points = curve.sums
    if not points:
        return None
    xs = list(range(len(points)))
    up, down = curve.threshold["worse"], curve.threshold["better"]
    data = [
        _trace(xs, [round(point.worse, 3) for point in points], {"color": RED, "width": 2}) | {"name": "worse"},
        _trace(xs, [-round(point.better, 3) for point in points], {"color": BLUE, "width": 2}) | {"name": "better"},
    ]
    shapes = _shades(curve, points)
    edge = {"x0": -0.5, "x1": len(points) - 0.5, "xref": "x", "yref": "y"}
    shapes += [theme.line(**edge, y0=y, y1=y, line={"color": c, "width": 1, "dash": "dash"})
               for y, c in ((up, RED), (-down, BLUE))]  # fmt: skip
    shapes.append(theme.line(**edge, y0=0, y1=0, line={"color": GREY, "width": 1}))
    place = {"xref": "paper", "x": 0, "xanchor": "left", "yref": "y"}
    notes = [
        theme.text_at(y=up, text=t("grænse: dårligere", "threshold: worse"), yanchor="bottom", **place,
                        font={"color": RED}),
        theme.text_at(y=-down, text=t("grænse: bedre", "threshold: better"), yanchor="top", **place,
                        font={"color": BLUE}),
    ]  # fmt: skip
    fig = {
        "data": data,
        "layout": theme.layout(
            _SUMS, margin={"l": 38, "r": 14, "t": 8, "b": 36}, shapes=shapes, annotations=notes,
            xaxis=_years_axis(points),
            yaxis=theme.axis(range=[-down * 1.3, up * 1.3], visible=False),
        ),
    }  # fmt: skip
    name = t("Opsamlet afvigelse (CUSUM)", "Accumulated deviation (CUSUM)")
    return figures.figure(
        "cusum", fig, context=context, height=_SUMS, caveat="",
        title=name, export_title=_titled(context, curve, name),
        alt=t("Opsamlede afvigelser i to retninger med grænser.", "Sums of deviations both ways with thresholds."),
        caption=t(
            "Hver patient flytter summen lidt: opad, når det går dårligere end ventet, nedad, når det går bedre. "
            "Varslet gives, når summen når den stiplede grænse.",
            "Each patient moves the sum a little: up when things go worse than expected, down when better. The "
            "warning is given when the sum reaches the dashed threshold.",
        ),
        downloads=links(context, "varselskurve", f"{curve.unit}.{curve.indicator.id}"),
        twin=_sums_twin(context, curve),
        curves=(
            answer.months_of(context, curve),
            list(zip(("worse", "better"), (RED, BLUE), answer.of_sums(context, curve), strict=True)),
        ),
    )  # fmt: skip


def _window(curve: ShownChart) -> tuple[ChartPoint, ...]:
    first = next((n for n, point in enumerate(curve.points) if curve.in_signal(point)), len(curve.points))
    kept = max(_FEWEST, len(curve.points) - first + _BEFORE)
    return curve.points[-min(kept, _MOST) :]


def _free(height: int, ends: tuple[float, float], at: float, text: str, curves: Sequence[Sequence]) -> dict:
    """Where the standard's label covers neither points nor lines: an end of its line, above or below it."""
    low, high = ends
    room = height - _TOP - _FOOT

    def px(value: float | None) -> float | None:
        return None if value is None else (value - low) / (high - low) * room

    taken = []
    for values in curves:
        many = len(values)
        taken += labels.along([((number + 0.5) / many, px(value)) for number, value in enumerate(values)])
    return labels.on_line(px(at), text, taken, below=True)[0]


def _rates(
    context: Reader,
    curve: ShownChart,
    points: tuple[ChartPoint, ...],
    standard: float | None,
    height: int,
    limits: bool,
) -> dict:
    t, lang = context.t, context.lang
    xs = list(range(len(points)))
    rates = [_percent(point.rate) for point in points]
    expected = [_percent(point.expected) for point in points]
    lower, upper = ([_percent(getattr(point, name)) for point in points] for name in ("lower", "upper"))
    goal = [100 * standard] if standard is not None else []
    known = [value for value in (*rates, *expected, *goal) if value is not None]
    if limits:
        known += [value for value in (*lower, *upper) if value is not None]
    low, high = _ends(known)
    data = []
    if limits:
        data += [_trace(xs, part, {"color": GREY, "width": 1, "shape": "hvh"}) for part in (lower, upper)]
    data.append(_trace(xs, expected, {"color": INK_3, "width": 1.2, "dash": "dot"}))
    flagged = [curve.in_signal(point) and curve.signal.worse for point in points]
    data.append(_trace(xs, rates, {"color": BLUE, "width": 1.6}))
    data.append(
        {
            "type": "scatter", "mode": "markers", "x": xs, "y": rates,
            "ids": [known_as(point) for point in points],
            "marker": {
                "size": 8, "opacity": 1, "color": ["#ffffff" if flag else BLUE for flag in flagged],
                "line": {"width": 2, "color": [RED if flag else BLUE for flag in flagged]},
            },
            "cliponaxis": False,
        }
    )  # fmt: skip
    shapes, notes = _shades(curve, points), []
    if standard is not None:
        edge = {"x0": -0.5, "x1": len(points) - 0.5, "xref": "x", "yref": "y"}
        shapes.append(theme.line(**edge, y0=100 * standard, y1=100 * standard, layer="below"))
        text = f"standard {fmt.percent_number(standard, 0 if float(100 * standard).is_integer() else 1, lang)}"
        keys = _free(height, (low, high), 100 * standard, text, (rates, expected))
        notes.append(theme.text_at(keys.pop("x"), 100 * standard, text, xref="paper", font={"color": INK_2}, **keys))
    if curve.signal is not None:
        word = t("signal fra", "signal from") if curve.signal.worse else t("bedre fra", "better from")
        text = f"<b>{word} {fmt.month(curve.signal.since, lang, 'year')}</b>"
        notes.append(
            theme.text_at(
                len(points) - 0.55, 1, text, xref="x", yref="paper", xanchor="right", yanchor="bottom", yshift=5,
                font={"color": AMBER if curve.signal.worse else BLUE},
            )
        )  # fmt: skip
    if len(points) <= 16:
        notes.append(theme.text_at(0, 0, "n", xref="paper", yref="paper", xanchor="right", yanchor="top", xshift=-14,
                                     yshift=-13, font={"color": INK_3}))  # fmt: skip
    sign = fmt.percent_sign(lang)
    ticks = sorted({low, (low + high) // 2 if (high - low) % 2 == 0 else low, high})
    return {
        "data": data,
        "layout": theme.layout(
            height, margin={"l": 38, "r": 14, "t": _TOP, "b": _FOOT}, shapes=shapes, annotations=notes,
            xaxis=_x_axis(points, curve.months, lang, counts=True),
            yaxis=theme.axis(range=[low, high], tickvals=ticks,
                              ticktext=[f"{one:g}{sign if one == high else ''}" for one in ticks]),
        ),
    }  # fmt: skip


def _percent(value: float | None) -> float | None:
    return None if value is None else round(100 * value, 2)


def _ends(known: list[float]) -> tuple[int, int]:
    if not known:
        return 0, 100
    step = 10 if max(known) - min(known) > 12 else 5
    low, high = step * math.floor(min(known) / step), step * math.ceil(max(known) / step)
    return max(0, low), min(100, max(high, low + step))


def _trace(xs: list, ys: list, line: dict) -> dict:
    return {"type": "scatter", "mode": "lines", "x": xs, "y": ys, "line": line, "connectgaps": False}


def _shades(curve: ShownChart, points) -> list[dict]:
    inside = [number for number, point in enumerate(points) if curve.in_signal(point)]
    if not inside:
        return []
    fill = AMBER_SOFT if curve.signal.worse else BLUE_SOFT
    place = {"type": "rect", "xref": "x", "yref": "paper", "y0": 0, "y1": 1, "layer": "below", "line": {"width": 0}}
    return [{**place, "x0": inside[0] - 0.5, "x1": len(points) - 0.5, "fillcolor": fill}]


def _x_axis(points, months: int, lang: str, counts: bool) -> dict:
    """A name under each point, n below it, and the year where it begins; every other where they stand close."""
    every = 1 if len(points) <= 16 else math.ceil(len(points) / 14)
    counts = counts and every == 1  # n of few of the points would say little
    if counts and len(points) > 12 and any((point.n or 0) >= 100 for point in points):
        every = 2  # three digits need the room on a phone
    texts, values = [], []
    for number, point in enumerate(points):
        begins = number == 0 or point.start.month <= months
        if number % every and not (begins and number):
            continue
        if every > 1 and not begins and number % every:
            continue
        name = _tick(point.start, months, lang)
        lines = [name]
        if counts:
            lines.append("–" if point.n is None else str(point.n))
        if begins:
            lines.append(f"<b>{point.start.year}</b>")
        texts.append("<br>".join(lines))
        values.append(number)
    if every > 1:  # years and the others would run into each other: keep those that stand free
        kept = [n for n, value in enumerate(values) if n == 0 or value - values[n - 1] >= every]
        values, texts = [values[n] for n in kept], [texts[n] for n in kept]
    return theme.axis(
        range=[-0.5, len(points) - 0.5], tickvals=values, ticktext=texts, showgrid=False, tickangle=0,
        tickfont={"size": 12, "color": INK_3},
    )  # fmt: skip


def _years_axis(points) -> dict:
    """The year where it begins."""
    begins = [number for number, point in enumerate(points) if number == 0 or point.start.month == 1]
    return theme.axis(
        range=[-0.5, len(points) - 0.5], tickvals=begins, ticktext=[str(points[n].start.year) for n in begins],
        tickangle=0, tickfont={"size": 12, "color": INK_3},
    )  # fmt: skip


def _tick(start: dt.date, months: int, lang: str) -> str:
    if months == MONTH:
        return _LETTERS[lang][start.month - 1]
    if (start.month - 1) % 3:
        return fmt.month(start, lang, "short")
    return f"{'K' if lang == 'da' else 'Q'}{(start.month + 2) // 3}"


def _alt(context: Reader, curve: ShownChart, points) -> str:
    lang = context.lang
    shown = [
        f"{point_name(point.start, curve.months, lang)} {fmt.percent(point.rate, 1, lang)}"
        for point in points
        if point.rate is not None
    ]
    text = "; ".join(shown[-12:])
    return f"{sentence(context, curve.signal)} {text}" if curve.signal is not None else text


def _hidden_note(context: Reader, curve: ShownChart) -> str:
    if not curve.hides:
        return ""
    return context.t(
        "Perioder med få patienter er skjult, og så mange andre, at de ikke kan regnes ud.",
        "Periods with few patients are hidden, and so many others that they cannot be worked out.",
    )


def _rules_text(context: Reader, curve: ShownChart) -> str:
    """The run rules (Anhøj) in words."""
    t, rules = context.t, curve.runs
    if not rules.judged:
        return t("Der er for få punkter til at bruge løbereglerne.", "There are too few points for the run rules.")
    if not rules.signal:
        return t("Løbereglerne (Anhøj) finder ingen skift omkring medianen i hele perioden.",
                 "The run rules (Anhøj) find no shift about the median of the whole period.")  # fmt: skip
    found = []
    if rules.shift:
        found.append(t(f"{rules.longest} punkter i træk på samme side af medianen (grænsen er {rules.longest_limit})",
                       f"{rules.longest} points in a row on one side of the median (the limit is "
                       f"{rules.longest_limit})"))  # fmt: skip
    if rules.few_crossings:
        found.append(
            t(
                f"kun {rules.crossings} kryds af medianen (mindst {rules.fewest} ventes)",
                f"only {rules.crossings} crossings of the median (at least {rules.fewest} expected)",
            )
        )
    what = fmt.listed(found, context.lang)
    return t(f"Løbereglerne (Anhøj) finder også et skift: {what}.", f"The run rules (Anhøj) also find a shift: {what}.")


def _twin(context: Reader, curve: ShownChart) -> html.Div:
    t = context.t
    table = exports.of_points(context, curve)
    columns = [
        tables.Heading(
            t("Periode", "Period"), "left", of="start",
            draw=lambda line: point_name(line["start"], line["months"], context.lang),
        ),
        tables.Heading("n", of="n"),
        tables.Heading(of="rate"),
        tables.Heading(t("Ventet", "Expected"), of="expected"),
    ]  # fmt: skip
    lines = tuple(reversed(table.lines))
    return tables.drawn(context, table, columns, css="dense", caption=title(context, curve.indicator), lines=lines)


def _sums_twin(context: Reader, curve: ShownChart) -> html.Div:
    t, lang = context.t, context.lang
    table = exports.of_sums(context, curve)

    def of(key: str) -> tables.Draw:
        return lambda line: fmt.number(line[key], 1, lang)

    columns = [
        tables.Heading(
            t("Måned", "Month"), "left", of="month", draw=lambda line: fmt.month(line["month"], lang, "year")
        ),
        tables.Heading(t("Mod dårligere", "Towards worse"), of="worse", draw=of("worse")),
        tables.Heading(t("Mod bedre", "Towards better"), of="better", draw=of("better")),
    ]
    up, down = (fmt.number(curve.threshold[one], 1, lang) for one in ("worse", "better"))
    note = t(f"Grænser: {up} mod dårligere, {down} mod bedre.",
             f"Thresholds: {up} towards worse, {down} towards better.")  # fmt: skip
    lines = tuple(reversed(table.lines))
    return tables.drawn(context, table, columns, css="dense", caption=table.title, lines=lines, footnotes=[note])
