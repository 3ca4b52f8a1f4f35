"""The survival page's tables: 1- and 5-year survival of places or groups, the figure's twin, the files."""

from __future__ import annotations

import math
from dataclasses import replace

from dash import dcc

from exports.files import Sheet
from exports.survival_curves import key_of, of_estimates
from figures.survival import Drawn, at_risk_text
from layouts.parts import html, marks, tables
from results.audit import full_name, goal
from results.survival.curves import HORIZON, YEAR, YEARS, Competing, Survival, SurvivalGroup
from results.table import Kind, Line, Role, Table, Value, of
from words import format as fmt
from words import survival as text
from words.chosen.survival import ChosenSurvival, cohort_text


def two_years(one: Survival, five: Survival, chosen: ChosenSurvival) -> html.Div:
    """1-year survival of ``one`` and 5-year survival of ``five``: same groups, each with its interval box."""
    context, t = chosen.context, chosen.context.t
    results = ((1, one, chosen.first), (HORIZON, five, chosen.cohort))
    name = t("Sted", "Place") if one.by in ("region", "department") else t("Gruppe", "Group")
    table = of_estimates(chosen, [five, *([one] if one.cohort != five.cohort else [])])
    known = {(line.row.key, line["diagnosed"]): line for line in table.lines}
    cohorts = {years: cohort_text(context, cohort) for years, _, cohort in results}
    scales = {years: _scale(result, years) for years, result, _ in results}

    def at(group: str, years: int) -> Line | None:
        return known.get((f"{group}.{years}", cohorts[years]))

    def group_of(line: Line) -> str:
        return line.row.key.rpartition(".")[0]

    drawn = t("interval som figur", "interval as a figure")
    columns = [tables.Heading(name, "left", of="name", draw=lambda line: _head(line, chosen))]
    for years, result, _ in results:
        unit = t(f"{years} år, %", f"{years} year{'s' if years > 1 else ''}, %")
        below = t("diag.", "diag.") + f" {cohorts[years]}"
        columns += [
            tables.Heading(
                unit, sub=below, css="years", key=f"years_{years}",
                draw=lambda line, years=years: _cell(at(group_of(line), years), context),
                value=lambda line, years=years: _estimate(at(group_of(line), years)),
            ),
            tables.Heading(
                html.Span(drawn, className="visually-hidden"), "left", css="box",
                draw=lambda line, years=years, result=result: _box(
                    result, at(group_of(line), years), years, scales[years]
                ),
            ),
        ]  # fmt: skip
    lines = []
    for group in _union(five, one):
        keys = ((key_of(one.by, group, years), cohorts[years]) for years in (HORIZON, 1))
        lines.append(next(known[key] for key in keys if key in known))
    ends = t(" og ", " and ").join(
        _ends(scales[years], years, context)
        for years, result, _ in results
        if result.point(result.nation, years).estimate is not None
    )
    notes = [
        t(
            "Stiplet linje: Danmark. Vandret streg: 95 %-interval. ",
            "Dotted line: Denmark. Horizontal line: 95% interval. ",
        )
        + (t(f"Skala {ends}. ", f"Scale {ends}. ") if ends else "")
        + _standards(results, chosen)
    ]
    states = {result.point(group, years).state for years, result, _ in results for group in result.groups}
    if "not_reached" in states:
        notes.append(
            t(
                f"Ikke fulgt så længe: opfølgningen slutter {fmt.date(context.data_cut)}, og et tal føres aldrig "
                "videre end opfølgningen.",
                f"Not followed this long: the follow-up ends {fmt.date(context.data_cut, 'en')}, and no figure is "
                "carried past it.",
            )
        )
    if "hidden" in states:
        notes.append(
            t(
                f"Skjult: resultatet hviler på færre end {context.threshold}, eller kan ellers regnes ud af de andre.",
                f"Hidden: the result is of fewer than {context.threshold}, or could be found from the others.",
            )
        )
    return tables.drawn(
        context, table, columns, css="survival-years", caption=title(one, context), footnotes=notes, lines=lines
    )


def title(result: Survival, context) -> str:
    """'1- og 5-års overlevelse pr. bopælsregion'."""
    t = context.t
    place = (
        t("behandlende region", "treating region")
        if result.view.place == "treating"
        else t("bopælsregion", "region of residence")
    )
    whom = {
        "region": place,
        "department": t("afdeling", "department"),
        "age_group": t("aldersgruppe", "age group"),
        "sex": t("køn", "sex"),
        "period": t("diagnoseår", "year of diagnosis"),
    }[result.by]
    specific = "" if result.endpoint.id == "overall" else t("kræftspecifik ", "cancer-specific ")
    return t(f"1- og 5-års {specific}overlevelse pr. {whom}", f"1- and 5-year {specific}survival by {whom}")


def _union(five: Survival, one: Survival) -> list[SurvivalGroup]:
    """The groups of both cohorts, in order; those of the 1-year cohort alone stand last in their region."""
    found = list(five.groups)
    names = {(each.level, each.code) for each in found}
    for group in one.groups:
        if (group.level, group.code) in names:
            continue
        after = max((n for n, each in enumerate(found) if each.region == group.region and each.region), default=-1)
        found.insert(after + 1 if after >= 0 else len(found), group)
    return found


def _head(line: Line, chosen: ChosenSurvival) -> object:
    context = chosen.context
    if line.row.link is None:
        return line["short"]
    shows = context.t("Vis kurven", "Show the curve")
    link = dcc.Link(line["short"], href=context.here(unit=line["code"]), title=shows)
    return html.Span([link, tables.own_tag(context.lang)]) if line.row.own else link


def _estimate(line: Line | None) -> Value:
    return None if line is None else line["estimate"]


def _cell(line: Line | None, context) -> object:
    lang = context.lang
    if line is None or line["state"] == "no_cases":
        return html.Span(context.t("ingen forløb", "no cases"), className="light survival-why")
    cases = [] if line.number("cases") is None else [f"n {fmt.count(line['cases'], lang)}"]
    if line.number("estimate") is None:
        why = text.short_reason_of(line["state"], context)
        return tables.cell(html.Span(why, className="light survival-why"), *cases)
    shown = html.Span(fmt.percent_number(line["estimate"], 1, lang), className="value-main")
    return tables.cell(shown, text.limits_of(line.number("lower"), line.number("upper"), context), *cases)


def _scale(result: Survival, years: int) -> marks.Scale:
    """A scale of whole 5 % steps that holds the intervals of the registered groups of at least 30."""
    values = []
    for group in result.groups:
        point = result.point(group, years)
        if point.estimate is not None and (group.level == "nation" or (group.registered and point.cases >= 30)):
            values += [point.lower, point.upper]
    return marks.scale_over(values, step=0.05)


def _box(result: Survival, line: Line | None, years: int, scale: marks.Scale) -> object:
    nation = result.point(result.nation, years).estimate
    if line is None or line.number("estimate") is None:
        return None
    estimate, lower, upper = line["estimate"], line["lower"], line["upper"]
    parts: list = []
    if nation is not None:
        parts.append(html.I(className="strip-reference", style={"left": f"{scale.position(nation):g}%"}))
    standard = _standard(result, years)
    if standard is not None and not scale.outside(standard.value):
        parts.append(html.I(className="strip-standard", style={"left": f"{scale.position(standard.value):g}%"}))
    left, right = scale.position(lower), scale.position(upper)
    parts.append(
        html.I(className="strip-interval", style={"left": f"{left:g}%", "width": f"{round(right - left, 2):g}%"})
    )
    if not scale.outside(estimate):
        parts.append(html.I(className="box-point", style={"left": f"{scale.position(estimate):g}%"}))
    for value, side in ((lower, "‹"), (upper, "›")):
        if scale.outside(value) and (scale.raw(value) < 0) == (side == "‹"):
            parts.append(html.Span(side, className="box-more " + ("at-left" if side == "‹" else "at-right")))
    return html.Span(parts, className="survival-box", **{"aria-hidden": "true"})


def _ends(scale: marks.Scale, years: int, context) -> str:
    low, high = (fmt.percent_number(value, 0, context.lang) for value in (scale.left, scale.right))
    sign = fmt.percent_sign(context.lang)
    return context.t(f"{low}–{high}{sign} for {years} år", f"{low}–{high}{sign} for {years} year{'s' * (years > 1)}")


def _standard(result: Survival, years: int):
    """The standard (or target) of the indicator that asks the same question; only overall survival has one."""
    if result.endpoint.id != "overall":
        return None
    return goal(result.view, f"survival_{years}y", result.cohort.last + years)


def _standards(results, chosen: ChosenSurvival) -> str:
    context, t = chosen.context, chosen.context.t
    found = [(years, _standard(result, years)) for years, result, _ in results]
    found = [(years, one) for years, one in found if one is not None]
    if not found:
        return t(
            f"{context.database} har ingen standard for overlevelse.",
            f"{context.database} has no standard for survival.",
        )
    words = [
        t(
            f"{years} år {fmt.standard(one.operator, one.value)}",
            f"{years} y {fmt.standard(one.operator, one.value, 'en')}",
        )
        + ("" if one.verified else t(" (ikke bekræftet)", " (not verified)"))
        for years, one in found
    ]
    return t("Standard (optrukket linje): ", "Standard (solid line): ") + fmt.listed(words, context.lang) + "."


def twin(result: Survival, chosen: ChosenSurvival, groups: list[SurvivalGroup]) -> html.Div:
    """The curves as numbers: estimate, interval and number at risk at each whole year."""
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    years = YEARS[1:]
    table = of_estimates(chosen, [result])
    known = {line.row.key: line for line in table.lines}

    def at(line: Line, year: int) -> Line:
        return known[f"{line.row.key.rpartition('.')[0]}.{year}"]

    def cell(year: int) -> tables.Draw:
        def draw(line: Line) -> object:
            point = at(line, year)
            if point.number("estimate") is None:
                return html.Span(text.short_reason_of(point["state"], context), className="light survival-why")
            limits = text.limits_of(point.number("lower"), point.number("upper"), context)
            at_risk = at_risk_text(point.number("at_risk"), context)
            return tables.cell(fmt.percent_number(point["estimate"], 1, lang), limits, at_risk)

        return draw

    columns = [
        tables.Heading(t("Gruppe", "Group"), "left", of="short"),
        tables.Heading("n", of="n"),
        *(
            tables.Heading(
                t(f"{year} år, %", f"{year} y, %"), sub=t("i risiko", "at risk"), key=f"years_{year}", draw=cell(year),
                value=lambda line, year=year: at(line, year)["estimate"],
            )
            for year in years
        ),
    ]  # fmt: skip
    lines = [known[key_of(result.by, group, 1)] for group in groups]
    caption = t("Overlevelse og antal i risiko ved hele år", "Survival and number at risk at whole years")
    lines = [replace(line, row=replace(line.row, role=Role.PLAIN, own=False, link=None)) for line in lines]
    return tables.drawn(context, replace(table, id="kurver-tal"), columns, css="dense", caption=caption, lines=lines)


def phone_list(result: Survival, lines: list[Drawn], chosen: ChosenSurvival) -> html.Div:
    """The curves' end labels in full, for the phone: n, estimate and interval."""
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    years = result.labelled
    rows = []
    for one in lines:
        point = result.point(one.group, years)
        shown = (
            text.short_reason(point, context) if point.estimate is None else fmt.percent_number(point.estimate, 1, lang)
        )
        limits = "" if point.estimate is None else text.limits(point, context)
        rows.append(tables.Row(one.name, [_count(result.point(one.group, 0).cases, context), shown, limits]))
    columns = [
        tables.Heading(t("Gruppe", "Group"), align="left"),
        tables.Heading("n"),
        tables.Heading(t(f"{years} år, %", f"{years} years, %" if years > 1 else "1 year, %")),
        tables.Heading(t("95 %-interval", "95% interval")),
    ]
    caption = t("Overlevelse ved kurvernes ende", "Survival at the end of the curves")
    return tables.table(caption, columns, rows, css="dense")


def _count(value: int | None, context) -> str:
    return context.t("skjult", "hidden") if value is None else fmt.count(value, context.lang)


# --- files ---


def curve_sheet(chosen: ChosenSurvival, result: Survival, groups: list[SurvivalGroup], stamp) -> Sheet:
    """The points of the curves as drawn: rounded to four decimals, steps to the right."""
    t = chosen.context.t
    columns = (
        *of(Kind.TEXT, t("navn", "name")),
        *of(Kind.DAYS, t("dage fra diagnosen", "days since diagnosis")),
        *of(Kind.SHARE, t("skøn", "estimate"), t("nedre 95 %", "lower 95%"), t("øvre 95 %", "upper 95%")),
    )
    rows = [
        (full_name(chosen.pinned.view, group.code) or t(group.name.da, group.name.en), _days(year), *values)
        for group in groups
        for year, *values in zip(*_parts(result.line(group)), strict=True)
    ]
    title_ = result.endpoint.title
    return Sheet(
        "kurver",
        Table(t(title_.da, title_.en), columns, tuple(rows)),
        stamp,
        period=chosen.pinned.period_label.replace(" ", "-"),
    )


def incidence_sheet(chosen: ChosenSurvival, found: Competing | None, stamp) -> Sheet:
    """The points of the three incidence curves."""
    t = chosen.context.t
    columns = (
        *of(Kind.DAYS, t("dage fra diagnosen", "days since diagnosis")),
        *of(
            Kind.SHARE,
            t("død af kræft", "died of cancer"),
            t("død af andre årsager", "died of other causes"),
            t("1 − kræftspecifik", "1 − cancer-specific"),
        ),
    )
    curves = (
        () if found is None else zip(found.axis, found.cancer_curve, found.other_curve, found.net_curve, strict=True)
    )
    rows = tuple((_days(year), *values) for year, *values in curves)
    return Sheet(
        "incidens",
        Table(t("Kumuleret incidens", "Cumulative incidence"), columns, rows),
        stamp,
        period=chosen.pinned.period_label.replace(" ", "-"),
    )


def _days(years: float) -> int:
    """Whole days, as the data have them."""
    return math.floor(years * YEAR + 0.05)


def _parts(line) -> tuple:
    return line.years, line.estimate, line.lower, line.upper
