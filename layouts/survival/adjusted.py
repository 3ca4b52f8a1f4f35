"""/overlevelse?vis=justeret: groups' mortality as if their patients were alike."""

from __future__ import annotations

import math
from dataclasses import replace

from dash import dcc

from exports import survival as exports
from layouts.frame import shell
from layouts.parts import downloads, html, pick, tables
from layouts.survival import avoidable, bar, joined
from results.survival.adjusted import PLACES, Adjusted
from results.survival.curves import YEAR
from results.table import Line, Role
from words import adjusted as text
from words import format as fmt
from words.chosen.survival import VIEWS, ChosenSurvival
from words.reader import Reader

#: Ends that the scale of hazard ratios can have, and how many deaths a group has that decides them.
_ENDS = (1.25, 1.5, 2, 3, 5, 10, 20, 50)
_DECIDES = 30


def nav(chosen: ChosenSurvival) -> html.Nav:
    """The page's questions; the one that it answers now is marked."""
    context, t = chosen.context, chosen.context.t
    links = []
    for word, texts in VIEWS.items():
        if word == chosen.view:
            shown: object = html.Span(t(*texts), className="is-active", **{"aria-current": "page"})
        else:
            shown = dcc.Link(t(*texts), href=context.here(vis=None if word == "kurver" else word))
        links.append(html.Li(shown))
    label = t("Spørgsmål", "Questions")
    return html.Nav(
        [html.Span(label, className="views-label"), html.Ul(links)], className="views", **{"aria-label": label}
    )


def page(chosen: ChosenSurvival, notices: list[str]) -> html.Div:
    """The whole view."""
    context, t = chosen.context, chosen.context.t
    found = exports.of_page(chosen)
    summary = (
        context.database_label,
        f"{t('Diagnosticeret', 'Diagnosed')} {chosen.cohort_text} · {context.patients_text()}",
    )
    if found is None:
        finding, lead = t("Vælg, hvad der skal sammenlignes", "Choose what to compare"), None
        way = dcc.Link(t("Sammenlign afdelinger", "Compare departments"), href=context.here(efter="afdeling"))
        body: list = [nav(chosen), html.P(way)]
    else:
        finding, lead = text.finding(found, context), text.lead(found, context, chosen.cohort_text)
        body = [nav(chosen), *_sections(found, chosen)]
    return shell.page(
        context,
        active="survival",
        filtered=True,
        finding=finding,
        lead=lead,
        notices=notices,
        selections=bar.selections(chosen),
        summary=summary,
        body=html.Div(body, className="survival"),
    )


def _sections(found: Adjusted, chosen: ChosenSurvival) -> list:
    t = chosen.context.t
    head = html.Div(
        [
            html.H2(t("Dødelighed før og efter justering", "Mortality before and after adjustment")),
            html.Div(
                downloads.line(chosen.pinned, "justeret", picks=found.by == "department"), className="figure-links"
            ),
        ],
        className="section-head",
    )
    body = []
    if found.refused is None:
        body.append(html.Section([head, _table(found, chosen)], className="section survival-adjusted", id="tabel"))
        if found.by in PLACES:
            body.append(_alike(found, chosen))
            if found.by == "region":
                body.append(avoidable.section(chosen))
        else:
            body.append(_differences(found, chosen))
    body += joined.section(chosen, found)
    if lines := text.proportional(found, chosen.context):
        first, *rest = lines
        heading = t("Er forskellen den samme i alle fem år?", "Is the difference the same in all five years?")
        body.append(shell.section(heading, html.P(html.Strong(first)), *map(html.P, rest), id="test"))
    how = t("Sådan læses tabellen", "How to read the table")
    rows = text.facts(found, chosen.context)
    return [*body, shell.section(how, shell.facts(rows), id="definition")]


def _table(found: Adjusted, chosen: ChosenSurvival) -> html.Div:
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    name = t("Sted", "Place") if found.by in ("region", "department") else t("Gruppe", "Group")
    ratio = t("Hazard ratio", "Hazard ratio")
    drawn = html.Span(t("interval som figur", "interval as a figure"), className="visually-hidden")
    table, end = exports.of_groups(found, chosen), _end(found)

    def ratios(key: str) -> tables.Draw:
        return lambda line: _cell(line, key, lang)

    columns = [
        tables.Heading(name, "left", of="name", draw=lambda line: _head(line, chosen, line.row.own)),
        tables.Heading(t("Patienter", "Patients"), wide_only=True, of="patients", draw=_count(context, "patients")),
        tables.Heading(
            t("Dødsfald", "Deaths"), sub=t("inden for fem år", "within five years"), wide_only=True, of="deaths",
            draw=_count(context, "deaths"),
        ),
        tables.Heading(
            ratio, sub=t("før justering", "before adjustment"), wide_only=True, of=_three("crude"), draw=ratios("crude")
        ),
        tables.Heading(ratio, sub=t("justeret", "adjusted"), of=_three("adjusted"), draw=ratios("adjusted")),
        tables.Heading(drawn, "left", css="ratio-box", wide_only=True, draw=lambda line: _box(line, end)),
        tables.Heading(t("Vurdering", "Verdict"), "left", of="verdict", draw=lambda line: _verdict(line, context)),
    ]  # fmt: skip
    if found.changes:
        columns += [
            tables.Heading(ratio, sub=t("første år", "first year"), of=_three("early"), draw=ratios("early")),
            tables.Heading(ratio, sub=t("2.–5. år", "years 2–5"), of=_three("late"), draw=ratios("late")),
        ]
    return tables.drawn(
        context, table, columns, css="survival-ratios", footnotes=_notes(found, chosen, end),
        caption=t("Dødelighed før og efter justering", "Mortality before and after adjustment"),
    )  # fmt: skip


def _three(key: str) -> str:
    return f"{key} {key}_lower {key}_upper"


def _differences(found: Adjusted, chosen: ChosenSurvival) -> html.Section:
    """What the ratios mean in patients: differences in survival and in days lived, not adjusted."""
    context, t = chosen.context, chosen.context.t
    title = t("Forskelle i overlevelse, ikke justeret", "Differences in survival, not adjusted")
    table = replace(exports.of_groups(found, chosen), id="forskelle-tal")
    lines = [line for line in table.lines if line.number("lived") is not None or line.number("one_year") is not None]
    if not lines:
        why = (
            t("Vises ikke i den offentlige udgave.", "Not shown in the public edition.")
            if found.view.edition.hides
            else t("Opfølgningen er for kort.", "The follow-up is too short.")
        )
        return shell.section(title, html.P(why), id="forskelle")
    points = t("procentpoint", "percentage points")
    name = t("Sted", "Place") if found.by in ("region", "department") else t("Gruppe", "Group")
    months, gap, month = t("måneder", "months"), t("Forskel", "Difference"), 12 / YEAR

    def signed(key: str, scale: float) -> tables.Draw:
        return lambda line: _signed(line, key, scale, context)

    def lived(line: Line) -> str:
        days = line.number("lived")
        return fmt.NONE if days is None else fmt.number(days * month, 1, context.lang)

    columns = [
        tables.Heading(name, "left", of="name", draw=lambda line: _head(line, chosen, False)),
        tables.Heading(
            t("Efter 1 år", "After 1 year"), sub=points, of=_three("one_year"), draw=signed("one_year", 100)
        ),
        tables.Heading(
            t("Efter 5 år", "After 5 years"), sub=points, of=_three("five_years"), draw=signed("five_years", 100)
        ),
        tables.Heading(
            t("Levet inden for 5 år", "Lived within 5 years"), sub=months, wide_only=True, of="lived", draw=lived
        ),
        tables.Heading(gap, sub=months, wide_only=True, of=_three("gap"), draw=signed("gap", month)),
    ]
    lines = [replace(line, row=replace(line.row, role=Role.PLAIN, own=False)) for line in lines]
    against = text.others(found, context)
    note = t(
        f"Forskel til {against}, med 95\u00a0%-interval. Levet inden for fem år: gennemsnit af de måneder, patienterne "
        "lever i de første fem år efter diagnosen.",
        f"Difference from {against}, with 95% interval. Lived within five years: the mean of the months that patients "
        "live in the first five years after the diagnosis.",
    )
    return shell.section(
        title,
        tables.drawn(
            context, table, columns, css="survival-ratios", caption=title, lines=lines, footnotes=[note],
        ),
        id="forskelle",
    )  # fmt: skip


def _alike(found: Adjusted, chosen: ChosenSurvival) -> html.Section:
    """What the ratios mean in patients: each place's survival had it the country's patients, less the country's."""
    context, t = chosen.context, chosen.context.t
    title = t("Forskel til landet, når patienterne er ens", "Difference from the country if patients were alike")
    table = replace(exports.of_groups(found, chosen), id="forskelle-tal")
    lines = [line for line in table.lines if line.number("alike_one") is not None]
    if not lines:
        why = (
            t("Vises ikke i den offentlige udgave.", "Not shown in the public edition.")
            if found.view.edition.hides
            else t("Opfølgningen er for kort.", "The follow-up is too short.")
        )
        return shell.section(title, html.P(why), id="forskelle")
    points, month = t("procentpoint", "percentage points"), 12 / YEAR

    def signed(key: str, scale: float) -> tables.Draw:
        return lambda line: _signed(line, key, scale, context)

    columns = [
        tables.Heading(t("Sted", "Place"), "left", of="name", draw=lambda line: _head(line, chosen, False)),
        tables.Heading(
            t("Efter 1 år", "After 1 year"), sub=points, of=_three("alike_one"), draw=signed("alike_one", 100)
        ),
        tables.Heading(
            t("Efter 5 år", "After 5 years"), sub=points, of=_three("alike_five"), draw=signed("alike_five", 100)
        ),
        tables.Heading(
            t("Levetid inden for 5 år", "Time lived within 5 years"), sub=t("måneder", "months"), wide_only=True,
            of=_three("alike_lived"), draw=signed("alike_lived", month),
        ),
    ]  # fmt: skip
    lines = [replace(line, row=replace(line.row, role=Role.PLAIN, own=False)) for line in lines]
    note = t(
        "Hvert sted får hele landets patienter: overlevelsen med stedets dødelighed, minus overlevelsen i landet, med "
        "95\u00a0%-interval. Stedets dødelighed har sit eget forløb over tid, så forskellene forudsætter ikke, at "
        "hazard ratioen er den samme hele vejen.",
        "Each place is given all the country's patients: the survival with the place's mortality, less that of the "
        "country, with 95% interval. Each place's mortality has its own course over time, so that the differences do "
        "not suppose that the hazard ratio is the same throughout.",
    )
    drawn = tables.drawn(
        context, table, columns, css="survival-ratios", caption=title, lines=lines, footnotes=[note],
    )  # fmt: skip
    picks = [html.P(pick.start(context), className="section-links")] if found.by == "department" else []
    return shell.section(title, drawn, *picks, _funnel(chosen), id="forskelle")


def _funnel(chosen: ChosenSurvival) -> html.P:
    """The way to the funnels: whether places vary more than by chance."""
    context, t = chosen.context, chosen.context.t
    words = ((1, t("1 år", "1 year")), (5, t("5 år", "5 years")))
    one, five = (dcc.Link(name, href=context.to(f"/indikator/survival_{years}y", vis="tragt")) for years, name in words)
    start = t(
        "Varierer stederne mere end tilfældigt? Se tragtfiguren for ", "Do places vary more than by chance? Funnel for "
    )
    return html.P([start, one, t(" og ", " and "), five, "."])


def _notes(found: Adjusted, chosen: ChosenSurvival, end: float) -> list:
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    low, high = fmt.number(1 / end, 2, lang), fmt.number(end, 0 if end == int(end) else 2, lang)
    against = text.others(found, context)
    scale = t(
        f" Lodret streg: 1, ens. Skala {low}–{high}, logaritmisk.",
        f" Vertical line: 1, the same. Scale {low}–{high}, logarithmic.",
    )
    notes: list = [
        [
            t(
                f"Hazard ratio i forhold til {against}, med 95\u00a0%-interval.",
                f"Hazard ratio relative to {against}, with 95% interval.",
            ),
            html.Span(scale, className="only-wide"),
        ]
    ]
    states = {row.state for row in found.rows}
    if {"few", "no_death"} & states:
        notes.append(
            t(
                "For få dødsfald: under ti, så intervallet ville være for bredt til at sige noget.",
                "Too few deaths: fewer than ten, so that the interval would be too wide to say anything.",
            )
        )
    if "hidden" in states:
        notes.append(
            t(
                "Skjult: gruppens overlevelse vises ikke i den offentlige udgave og indgår heller ikke i modellen.",
                "Hidden: the group's survival is not shown in the public edition, nor is it part of the model.",
            )
        )
    if found.without:
        notes.append(
            t(
                f"Patienter uden oplyst gruppe, som ikke indgår i modellen: {fmt.count(found.without, lang)}.",
                f"Patients without a registered group, who are not in the model: {fmt.count(found.without, lang)}.",
            )
        )
    return notes


def _head(line: Line, chosen: ChosenSurvival, own: bool) -> object:
    return html.Span([line["short"], tables.own_tag(chosen.context.lang)]) if own else line["short"]


def _count(context: Reader, key: str) -> tables.Draw:
    # A group without a number of its own has it hidden.
    return lambda line: (
        context.t("skjult", "hidden") if line.number(key) is None else fmt.count(line[key], context.lang)
    )


def _cell(line: Line, key: str, lang: str) -> object:
    value = line.number(key)
    if value is None:
        return html.Span(fmt.NONE, className="light")
    limits = text.limits(line[f"{key}_lower"], line[f"{key}_upper"], lang)
    return tables.cell(html.Span(text.ratio(value, lang), className="value-main"), limits)


def _signed(line: Line, key: str, scale: float, context: Reader) -> object:
    """A difference with its sign, in points or months, and its limits below it."""
    if line.number(key) is None:
        return fmt.NONE

    def signed(value: float) -> str:
        shown = fmt.number(scale * value, 1, context.lang)
        return f"+{shown}" if value > 0 and shown != fmt.number(0.0, 1, context.lang) else shown

    low, high = signed(line[f"{key}_lower"]), signed(line[f"{key}_upper"])
    return tables.cell(signed(line[key]), context.t(f"{low} til {high}", f"{low} to {high}"))


def _verdict(line: Line, context: Reader) -> html.Span:
    key = line["verdict"].key
    return html.Span(text.verdict_of(key, context), className="is-high" if key == "higher" else "")


def _end(found: Adjusted) -> float:
    """The upper end of the scale, its inverse being the lower: all intervals of groups of some size."""
    decisive = [row.adjusted for row in found.shown if row.deaths >= _DECIDES] or [row.adjusted for row in found.shown]
    furthest = max((max(one.upper, 1 / one.lower) for one in decisive), default=2)
    return next((end for end in _ENDS if furthest <= end), _ENDS[-1])


def _box(line: Line, end: float) -> html.Span | None:
    ratio, lower, upper = (line.number(key) for key in ("adjusted", "adjusted_lower", "adjusted_upper"))
    if ratio is None:
        return None

    def place(value: float) -> float:
        return 50 + 50 * math.log(value) / math.log(end)

    def inside(value: float) -> float:
        return min(100.0, max(0.0, place(value)))

    left, right = inside(lower), inside(upper)
    parts = [
        html.I(className="strip-reference ratio-one", style={"left": "50%"}),
        html.I(className="strip-interval", style={"left": f"{left:.2f}%", "width": f"{right - left:.2f}%"}),
    ]
    if 0 <= place(ratio) <= 100:
        parts.append(html.I(className="box-point", style={"left": f"{place(ratio):.2f}%"}))
    for value, side, css in ((lower, "‹", "at-left"), (upper, "›", "at-right")):
        if place(value) < 0 if side == "‹" else place(value) > 100:
            parts.append(html.Span(side, className=f"box-more {css}"))
    return html.Span(parts, className="survival-box", **{"aria-hidden": "true"})
