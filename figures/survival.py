"""The survival page's figures: step curves with labelled ends and numbers at risk, and stacked incidences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from figures import theme
from figures.svg import letters
from results.compare.departments import survives
from results.department import DepartmentUnit
from results.survival.curves import HIDDEN, HORIZON, Competing, Survival, SurvivalGroup, SurvivalLine
from words import format as fmt
from words import survival as text
from words.reader import Reader

MOST_LINES = 6
_ASIDE = 15  # px from the end of a curve to its name
#: Lines that are no stages: told apart by colour and by dash, and labelled at their ends.
_LINES = (
    (theme.BLUE, "solid"),
    (theme.INK, "solid"),
    ("#3a76b0", "dash"),
    (theme.GREY, "solid"),
    (theme.INK_3, "dot"),
    (theme.BLUE, "dashdot"),
)
#: Departments side by side: the first stands out.
_DEPARTMENTS = (
    (theme.BLUE, "solid"),
    (theme.INK, "solid"),
    ("#3a76b0", "dash"),
    (theme.GREY, "solid"),
    (theme.BLUE, "dashdot"),
    (theme.INK, "dot"),
)
_UNKNOWN = (theme.AMBER, "dash")
_NATION = (theme.INK_3, "dash")


@dataclass(frozen=True)
class Drawn:
    """A curve of the figure: its group, names (short for the phone) and how it is drawn."""

    group: SurvivalGroup
    name: str
    short: str
    colour: str
    dash: str
    width: float = 2
    soft: float = 0.13  # how strong the band is
    counted: bool = True  # whether those at risk stand below the axis
    unit: str = ""  # the code of the unit, where it is not the group's

    @property
    def known(self) -> str:
        """The curve's name for programs."""
        return self.unit or self.group.code or self.group.level


@dataclass(frozen=True)
class Form:
    """Sizes of one form of a figure, in px."""

    plot: int
    left: int
    right: int
    font: int
    compact: bool
    plot_of_incidence: int = 222


WIDE = Form(356, 71, 184, 13, False)
PHONE = Form(288, 40, 92, 12, True)


def drawn(result: Survival, context: Reader, units: Sequence[DepartmentUnit] = ()) -> tuple[list[Drawn], list[str]]:
    """The curves to draw, at most six, and sentences on what was left out of the figure.

    ``units``: those that the reader compares, beside the country.
    """
    t = context.t
    if units:
        return _side_by_side(result, context, units)
    if result.by == "none":
        return _with_curves(result, [_drawn(result.nation, t, theme.BLUE, "solid")]), []
    if result.by == "department":
        return _departments(result, context)
    left_out = []
    groups = list(result.of_level("group"))
    if result.by != "stage":
        unknown = [one for one in groups if not one.registered]
        groups = [one for one in groups if one.registered]
        cases = [result.point(one, 0).cases for one in unknown]
        if unknown and cases[0] is None:
            left_out.append(t("Uoplyste er ikke tegnet.", "Those not registered are not drawn."))
        elif unknown:
            count = fmt.count(cases[0], context.lang)
            left_out.append(t(f"{count} uoplyste er ikke tegnet.", f"{count} not registered are not drawn."))
    if len(groups) > MOST_LINES:
        step = (len(groups) - 1) / (MOST_LINES - 1)
        kept = sorted({round(n * step) for n in range(MOST_LINES)})
        groups = [groups[n] for n in kept]
        left_out.append(t("Seks kurver er tegnet; tabellen har alle.", "Six curves are drawn; the table has all."))
    hidden = [one for one in groups if not _has_curve(result, one)]
    if hidden:
        names = fmt.listed([t(one.name.da, one.name.en) for one in hidden], context.lang)
        if result.view.edition.hides:
            left_out.append(t(f"Skjult: {names}.", f"Hidden: {names}."))
        else:
            left_out.append(t(f"For få er fulgt til en kurve: {names}.", f"Too few are followed for a curve: {names}."))
    lines = []
    for number, one in enumerate(groups):
        colour, dash = theme.STAGE_LINES[one.code] if result.by == "stage" else _LINES[number % len(_LINES)]
        if one not in hidden:
            # Curves that lie on top of each other need lighter bands.
            lines.append(replace(_drawn(one, t, colour, dash), soft=0.13 if result.by == "stage" else 0.07))
    return lines, left_out


def _departments(result: Survival, context: Reader) -> tuple[list[Drawn], list[str]]:
    t = context.t
    own = result.find("department", context.state.unit or "")
    nation = _drawn(result.nation, t, *_NATION)
    if own is None or not own.code:
        hint = t(
            "Vælg din afdeling for at se dens kurve ved siden af regionens og landets.",
            "Choose your department to see its curve beside those of its region and of Denmark.",
        )
        return _with_curves(result, [_drawn(result.nation, t, theme.BLUE, "solid")]), [hint]
    lines = []
    if _has_curve(result, own):
        lines.append(_drawn(own, t, theme.BLUE, "solid", 2.5))
    region = result.find("group", own.region)
    if region is not None and _has_curve(result, region):
        lines.append(_drawn(region, t, theme.INK, "dot"))
    left_out = []
    if not lines and result.view.edition.hides:
        left_out.append(t("Afdelingens kurve er skjult.", "The department's curve is hidden."))
    elif not lines:
        left_out.append(
            t("For få af afdelingens patienter er fulgt til en kurve.",
              "Too few of the department's patients are followed for a curve.")
        )  # fmt: skip
    return [*lines, *_with_curves(result, [nation])], left_out


def _side_by_side(result: Survival, context: Reader, units: Sequence[DepartmentUnit]) -> tuple[list[Drawn], list[str]]:
    t, codes = context.t, [one.code for one in units]
    found = [survives(result, one) for one in units]
    lines, without = [], []
    for code, group, (colour, dash) in zip(codes, found, _DEPARTMENTS, strict=False):
        if group is None:
            continue
        if not _has_curve(result, group):
            without.append(t(group.name.da, group.name.en))
            continue
        width = 2.5 if code == context.state.unit or (context.state.unit not in codes and not lines) else 2
        lines.append(replace(_drawn(group, t, colour, dash, width), soft=0.07, unit=code))
    names = fmt.listed(without, context.lang)
    left_out = []
    if without and result.view.edition.hides:
        left_out.append(t(f"Skjult: {names}.", f"Hidden: {names}."))
    elif without:
        left_out.append(t(f"For få er fulgt til en kurve: {names}.", f"Too few are followed for a curve: {names}."))
    nation = replace(_drawn(result.nation, t, *_NATION), soft=0.07)
    return [*lines, *_with_curves(result, [nation])], left_out


def _drawn(group: SurvivalGroup, t, colour: str, dash: str, width: float = 2) -> Drawn:
    name = t(group.name.da, group.name.en)
    short = name.replace("Stadie ", "St. ").replace("Stage ", "St. ")
    if not group.registered:
        short = t("Uopl.", "Not reg.")
    return Drawn(group, name, short, colour, dash, width)


def _has_curve(result: Survival, group: SurvivalGroup) -> bool:
    return len(result.line(group).years) > 1


def _with_curves(result: Survival, lines: list[Drawn]) -> list[Drawn]:
    """Those that have a curve: nobody has none, and where everything is hidden there is none to draw."""
    return [one for one in lines if _has_curve(result, one.group)]


def of_net(picture: Survival, context: Reader) -> list[Drawn]:
    """The country's three curves: the population, net, and overall."""
    looks = {"overall": (theme.INK, "solid"), "net": (theme.BLUE, "solid"), "population": (theme.INK_3, "dash")}
    found = []
    for group in sorted(picture.groups, key=lambda one: one.code != "net"):
        colour, dash = looks[group.code]
        one = _drawn(group, context.t, colour, dash, 2.5 if group.code == "net" else 2)
        # Those at risk are the same for net and overall, and the population has none (nor an interval).
        found.append(replace(one, counted=group.code == "overall"))
    return _with_curves(picture, found)


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places as near to ``wanted`` as they can be, at least ``gap`` apart and within low–high, in the same order.

    Of equals the first gets the highest place.
    Least squares by pooling neighbours that collide; where there is too little room, evenly over what there is.
    """
    size = len(wanted)
    if size == 0:
        return []
    gap = min(gap, (high - low) / (size - 1)) if size > 1 else gap
    order = sorted(range(size), key=lambda n: (wanted[n], -n))
    pools: list[list[float]] = []  # sum, number
    for rank, n in enumerate(order):
        pools.append([wanted[n] - rank * gap, 1])
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
            total, number = pools.pop()
            pools[-1] = [pools[-1][0] + total, pools[-1][1] + number]
    places = [total / number for total, number in pools for _ in range(int(number))]
    result = [0.0] * size
    for rank, n in enumerate(order):
        result[n] = min(max(places[rank], low), high - (size - 1) * gap) + rank * gap
    return result


def curves(result: Survival, lines: list[Drawn], context: Reader, form: Form) -> dict:
    """Step curves with 95 % bands, labels at their ends and numbers at risk under the axis."""
    left, right = _margins(lines, form)
    below = _below(lines, form)
    data: list[dict] = []
    for one in lines:
        data += _curve(result.line(one.group), one)
    marks = [_end(result.line(one.group), one) for one in lines]
    layout = theme.layout(
        12 + form.plot + below,
        margin={"l": left, "r": right, "t": 12, "b": below},
        xaxis=_years_axis(context, HORIZON),
        yaxis=_percent_axis(100, 25, context),
        shapes=[_upright(year) for year in (1, HORIZON)],
        annotations=[*_labels(result, lines, context, form), *_at_risk(result, lines, context, form, left)],
    )
    return {"data": [*data, *marks], "layout": layout}


def height(lines: list[Drawn], form: Form) -> int:
    """The height of the figure that :func:`curves` makes."""
    return 12 + form.plot + _below(lines, form)


def _below(lines: list[Drawn], form: Form) -> int:
    counted = sum(one.counted for one in lines)
    return 40 + (32 + _row_height(form) * counted if counted else 0)


def _row_height(form: Form) -> int:
    return 34 if form.compact else 21


def _margins(lines: list[Drawn], form: Form) -> tuple[int, int]:
    if form.compact:
        longest = max((letters.width(one.short, form.font, 700) for one in lines), default=0)
        return form.left, max(form.right, math.ceil(_ASIDE + longest) + 4)
    longest = max((len(one.short) for one in lines), default=0)
    name = max((len(one.name) for one in lines), default=0)
    return max(form.left, 42 + 7 * longest), max(form.right, 108 + 8 * name)


def _years_axis(context: Reader, last: int) -> dict:
    texts = [str(year) for year in range(last)] + [f"{last} {context.t('år', 'year' if last == 1 else 'years')}"]
    return theme.axis(
        range=[0, last],
        tickvals=list(range(last + 1)),
        ticktext=texts,
        showgrid=False,
        showline=True,
        linecolor=theme.INK_3,
        ticks="outside",
        ticklen=5,
        tickcolor=theme.INK_3,
    )


def _percent_axis(top: int, step: int, context: Reader) -> dict:
    values = list(range(0, top + 1, step))
    texts = [str(value) for value in values[:-1]] + [f"{values[-1]}{fmt.percent_sign(context.lang)}"]
    return theme.axis(range=[0, top * 1.004], tickvals=values, ticktext=texts)


def _upright(year: int) -> dict:
    dotted = {"color": theme.GREY_SOFT, "width": 1.2, "dash": "dot"}
    return theme.line(x0=year, x1=year, y0=0, y1=1, yref="paper", line=dotted, layer="below")


def _percents(values: Sequence[float]) -> list[float]:
    return [round(100 * value, 2) for value in values]


def _curve(line: SurvivalLine, one: Drawn) -> list[dict]:
    x = list(line.years)
    step = {"type": "scatter", "mode": "lines", "x": x, "name": one.known, "meta": "curve"}
    edge = {"width": 0, "shape": "hv", "color": one.colour}
    return [
        {**step, "y": _percents(line.lower), "line": edge},
        {**step, "y": _percents(line.upper), "line": edge, "fill": "tonexty", "fillcolor": _soft(one.colour, one.soft)},
        {
            **step,
            "y": _percents(line.estimate),
            "line": {"width": one.width, "shape": "hv", "color": one.colour, "dash": one.dash},
        },
    ]


def _soft(colour: str, share: float) -> str:
    red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share})"


def _end(line: SurvivalLine, one: Drawn) -> dict:
    marker = {"size": 8, "color": one.colour}
    return {
        "type": "scatter", "mode": "markers", "x": [line.years[-1]], "y": _percents(line.estimate[-1:]),
        "marker": marker, "cliponaxis": False, "name": one.known,
    }  # fmt: skip


def _labels(result: Survival, lines: list[Drawn], context: Reader, form: Form) -> list[dict]:
    """Name and n, then the estimate and its interval, at the curves' ends without overlapping."""
    ends = [100 * result.line(one.group).estimate[-1] for one in lines]
    scale = form.plot / 100.4
    gap = 32 if form.compact else 35
    places = spread([value * scale for value in ends], gap, 14, form.plot - 8)
    found = []
    for one, end, place in zip(lines, ends, places, strict=True):
        moved = end * scale - place  # px; positive is downwards
        last = result.line(one.group).years[-1]
        # The labels stand in one column to the right of the axis, also where a curve ends before it.
        link = {
            "x": last if last < HORIZON else HORIZON, "y": end, "xref": "x", "yref": "y", "showarrow": True,
            "arrowhead": 0, "arrowwidth": 1, "arrowcolor": theme.GREY_SOFT if abs(moved) > 3 else "rgba(0,0,0,0)",
            "ax": 14, "ay": round(moved, 1), "standoff": 5, "text": "", "name": one.known,
        }  # fmt: skip
        if last >= HORIZON:
            found.append(link)
        left = {"x": HORIZON, "y": end, "yshift": round(-moved, 1), "xanchor": "left", "align": "left",
                "name": one.known}  # fmt: skip
        name, value = _label_text(result, one, context, form)
        found.append(theme.text_at(text=name, xshift=_ASIDE, font={"size": form.font, "color": one.colour}, **left))
        if value:
            width = _ASIDE + max(78, 13 + 8 * max(len(each.name) for each in lines))
            found.append(theme.text_at(text=value, xshift=width, font={"size": form.font}, **left))
    return found


def _label_text(result: Survival, one: Drawn, context: Reader, form: Form) -> tuple[str, str]:
    t, lang, years = context.t, context.lang, result.labelled
    point = result.point(one.group, years)
    cases = point.cases if point.cases is not None else result.point(one.group, 0).cases
    small = "<span style='font-size:12px;color:" + theme.INK_3 + "'>"
    if point.estimate is None:
        value = t("skjult", "hidden") if point.state == HIDDEN else fmt.NONE
        interval = ""
    else:
        value = fmt.percent(point.estimate, 1, lang)
        interval = text.limits(point, context)
        interval = f"({interval})" if point.has_interval else interval if one.counted else ""
    if form.compact:
        return f"<b>{theme.plain(one.short)}</b><br><span style='color:{theme.INK}'>{value}</span>", ""
    counted = f"n = {fmt.count(cases, lang)}" if cases is not None else ""
    name = f"<b>{theme.plain(one.name)}</b><br>{small}{counted}</span>"
    return name, f"<span style='color:{theme.INK}'><b>{value}</b></span><br>{small}{interval}</span>"


def _at_risk(result: Survival, lines: list[Drawn], context: Reader, form: Form, left: int) -> list[dict]:
    """Numbers at risk at the whole years, one row per curve, each number under its year."""
    lines = [one for one in lines if one.counted]
    if not lines:
        return []
    first = -52
    base = {"y": 0, "yref": "y", "yanchor": "middle"}
    title = f"<b>{context.t('I risiko', 'At risk')}</b>"
    edge = {"x": 0, "xref": "paper", "xanchor": "left", "xshift": -left, "align": "left"}
    found = [theme.text_at(text=title, **edge, **base, yshift=first, font={"color": theme.INK_2})]
    for number, one in enumerate(lines):
        down = first - 21 - number * _row_height(form)
        named = f"<span style='color:{one.colour}'>▍</span>{theme.plain(one.short)}"
        found.append(theme.text_at(text=named, **edge, **base, yshift=down))
        for year in range(HORIZON + 1):
            point = result.point(one.group, year)
            place = down - (15 if form.compact else 0)
            found.append(theme.text_at(x=year, text=at_risk_text(point.at_risk, context), **base, yshift=place))
    return found


def at_risk_text(at_risk: int | None, context: Reader) -> str:
    """The number at risk; where it is not shown, a dash."""
    return fmt.NONE if at_risk is None else fmt.count(at_risk, context.lang)


def incidence(found: Competing, context: Reader, form: Form) -> tuple[dict, int]:
    """Deaths of cancer and of other causes on top of each other, 1 − cancer-specific dashed; and the axis' top."""
    t, x = context.t, list(found.axis)
    cancer = _percents(found.cancer_curve)
    everyone = [round(a + b, 2) for a, b in zip(cancer, _percents(found.other_curve), strict=True)]
    net = _percents(found.net_curve)
    top = min(100, max(10, 10 * math.ceil((max([*everyone, *net], default=0) + 2) / 10)))
    shape = {"shape": "hv"}
    base = {"type": "scatter", "mode": "lines", "x": x}
    data = [
        {**base, "y": cancer, "name": "kraeft", "fill": "tozeroy", "fillcolor": "#c9d7e6",
         "line": {"color": theme.BLUE, "width": 2.5, **shape}},
        {**base, "y": everyone, "name": "alle", "fill": "tonexty", "fillcolor": "#e0e3e7",
         "line": {"color": theme.GREY, "width": 1.8, **shape}},
        {**base, "y": cancer, "name": "kraeft", "line": {"color": theme.BLUE, "width": 2.5, **shape}},
        {**base, "y": net, "name": "netto", "line": {"color": theme.BLUE, "width": 1.6, "dash": "dash", **shape}},
    ]  # fmt: skip
    notes: list[dict] = []
    if x:
        notes = _incidence_labels(found, (everyone[-1], net[-1], cancer[-1]), top, context, form)
        middle = next((n for n, year in enumerate(x) if year >= 0.72 * found.years), len(x) - 1)
        scale = form.plot_of_incidence / top
        for low, high, inside, colour in (
            (0, cancer[middle], t("død af kræft", "died of cancer"), theme.BLUE),
            (max(cancer[middle], net[middle]), everyone[middle], t("anden årsag", "other cause"), theme.INK_2),
        ):
            if (high - low) * scale >= 18:
                notes.append(theme.text_at(x[middle], (low + high) / 2, inside, font={"color": colour}))
    right = 132 if form.compact else 168
    layout = theme.layout(
        12 + form.plot_of_incidence + 36,
        margin={"l": 46, "r": right, "t": 12, "b": 36},
        xaxis=_years_axis(context, found.years),
        yaxis=_percent_axis(top, 10 if top <= 50 else 20, context),
        annotations=notes,
    )
    return {"data": data, "layout": layout}, top


#: How the curves of deaths are drawn, by the name that they have for programs.
INCIDENCES = {"alle": theme.GREY, "netto": theme.BLUE, "kraeft": theme.BLUE}


def _incidence_labels(
    found: Competing, ends: tuple[float, float, float], top: int, context: Reader, form: Form
) -> list[dict]:
    t, lang = context.t, context.lang
    shown = [found.overall, found.specific, found.cancer]
    values = [
        None if one.estimate is None else (1 - one.estimate if n < 2 else one.estimate) for n, one in enumerate(shown)
    ]
    words = (
        (t("Alle dødsfald", "All deaths"), theme.INK_2, True),
        (t("1 − kræftspecifik", "1 − cancer-specific"), theme.BLUE, False),
        (t("Død af kræft", "Died of cancer"), theme.BLUE, True),
    )
    scale = form.plot_of_incidence / top
    places = spread([end * scale for end in ends], 34 if form.compact else 19, 8, form.plot_of_incidence)
    labels = []
    for (words_, colour, strong), value, end, place in zip(words, values, ends, places, strict=True):
        number = t("skjult", "hidden") if value is None else fmt.percent(value, 1, lang)
        shown_text = f"{words_}{'<br>' if form.compact else ' '}{number}"
        labels.append(
            theme.text_at(
                found.years,
                end,
                f"<b>{shown_text}</b>" if strong else shown_text,
                xanchor="left",
                align="left",
                xshift=10,
                yshift=round(place - end * scale, 1),
                font={"color": colour},
            )
        )
    return labels
