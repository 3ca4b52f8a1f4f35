"""/overlevelse?vis=justeret: groups' mortality as if their patients were alike."""

from __future__ import annotations

import math

from dash import dcc

from exports import survival as exports
from layouts.frame import shell
from layouts.parts import downloads, html, tables
from layouts.survival import bar
from results.survival.adjusted import Adjusted, AdjustedRow, Ratio
from words import adjusted as text
from words import format as fmt
from words.chosen.survival import VIEWS, ChosenSurvival

#: Ends that the scale of hazard ratios can have, and how many deaths a group has that decides them.
_ENDS = (1.25, 1.5, 2, 3, 5, 10, 20, 50)
_DECIDES = 30


def nav(chosen: ChosenSurvival) -> html.Nav:
    """'Se som: kurver · justeret'."""
    context, t = chosen.context, chosen.context.t
    links = []
    for word, texts in VIEWS.items():
        if word == chosen.view:
            shown: object = html.Span(t(*texts), className="is-active", **{"aria-current": "page"})
        else:
            shown = dcc.Link(t(*texts), href=context.here(vis=None if word == "kurver" else word))
        links.append(html.Li(shown))
    label = t("Se som", "View as")
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
            html.Div(downloads.line(chosen.pinned, "justeret"), className="figure-links"),
        ],
        className="section-head",
    )
    body = []
    if found.refused is None:
        body.append(html.Section([head, _table(found, chosen)], className="section survival-adjusted", id="tabel"))
        body.append(_differences(found, chosen))
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
    columns = [
        tables.Heading(name, align="left"),
        tables.Heading(t("Patienter", "Patients"), wide_only=True),
        tables.Heading(t("Dødsfald", "Deaths"), sub=t("inden for fem år", "within five years"), wide_only=True),
        tables.Heading(ratio, sub=t("før justering", "before adjustment"), wide_only=True),
        tables.Heading(ratio, sub=t("justeret", "adjusted")),
        tables.Heading("", align="left", css="ratio-box", wide_only=True),
        tables.Heading(t("Vurdering", "Verdict"), align="left"),
    ]
    if found.changes:
        columns += [
            tables.Heading(ratio, sub=t("første år", "first year")),
            tables.Heading(ratio, sub=t("2.–5. år", "years 2–5")),
        ]
    end = _end(found)
    rows = []
    for row in found.rows:
        own = found.by == "department" and row.group.code == context.state.unit
        cells: list = [
            *(t("skjult", "hidden") if one is None else fmt.count(one, lang) for one in (row.patients, row.deaths)),
            _cell(row.crude, lang),
            _cell(row.adjusted, lang),
            None if row.adjusted is None else _box(row.adjusted, end),
            _verdict(row, context),
        ]
        if found.changes:
            cells += [_cell(row.early, lang), _cell(row.late, lang)]
        rows.append(tables.Row(_head(row, chosen, own), cells, kind="unit" if found.by == "department" else "plain",
                               own=own))  # fmt: skip
    return tables.table(
        t("Dødelighed før og efter justering", "Mortality before and after adjustment"),
        columns, rows, css="survival-ratios", footnotes=_notes(found, chosen, end),
    )  # fmt: skip


def _differences(found: Adjusted, chosen: ChosenSurvival) -> html.Section:
    """What the ratios mean in patients: differences in survival and in days lived, not adjusted."""
    context, t = chosen.context, chosen.context.t
    title = t("Forskelle i overlevelse, ikke justeret", "Differences in survival, not adjusted")
    rows = [row for row in found.rows if row.lived or row.one_year]
    if not rows:
        why = (
            t("Vises ikke i den offentlige udgave.", "Not shown in the public edition.")
            if found.view.edition.hides
            else t("Opfølgningen er for kort.", "The follow-up is too short.")
        )
        return shell.section(title, html.P(why), id="forskelle")
    points = t("procentpoint", "percentage points")
    columns = [
        tables.Heading(t("Sted", "Place") if found.by in ("region", "department") else t("Gruppe", "Group"), "left"),
        tables.Heading(t("Efter 1 år", "After 1 year"), sub=points),
        tables.Heading(t("Efter 5 år", "After 5 years"), sub=points),
        tables.Heading(t("Levet inden for 5 år", "Lived within 5 years"), sub=t("måneder", "months"), wide_only=True),
        tables.Heading(t("Forskel", "Difference"), sub=t("måneder", "months"), wide_only=True),
    ]
    lines = [tables.Row(_head(row, chosen, False), text.gaps(row, context, tables.cell)) for row in rows]
    against = text.others(found, context)
    note = t(
        f"Forskel til {against}, med 95\u00a0%-interval. Levet inden for fem år: gennemsnit af de måneder, patienterne "
        "lever i de første fem år efter diagnosen.",
        f"Difference from {against}, with 95% interval. Lived within five years: the mean of the months that patients "
        "live in the first five years after the diagnosis.",
    )
    return shell.section(
        title, tables.table(title, columns, lines, css="survival-ratios", footnotes=[note]), id="forskelle"
    )


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


def _head(row: AdjustedRow, chosen: ChosenSurvival, own: bool) -> object:
    context = chosen.context
    name = context.t(row.group.name.da, row.group.name.en)
    return html.Span([name, tables.own_tag(context.lang)]) if own else name


def _cell(ratio: Ratio | None, lang: str) -> object:
    if ratio is None:
        return html.Span(fmt.NONE, className="light")
    return tables.cell(html.Span(text.ratio(ratio.value, lang), className="value-main"), text.limits(ratio, lang))


def _verdict(row: AdjustedRow, context) -> html.Span:
    return html.Span(text.verdict(row, context), className="is-high" if row.verdict == "higher" else "")


def _end(found: Adjusted) -> float:
    """The upper end of the scale, its inverse being the lower: all intervals of groups of some size."""
    decisive = [row.adjusted for row in found.shown if row.deaths >= _DECIDES] or [row.adjusted for row in found.shown]
    furthest = max((max(one.upper, 1 / one.lower) for one in decisive), default=2)
    return next((end for end in _ENDS if furthest <= end), _ENDS[-1])


def _box(ratio: Ratio, end: float) -> html.Span:
    def place(value: float) -> float:
        return 50 + 50 * math.log(value) / math.log(end)

    def inside(value: float) -> float:
        return min(100.0, max(0.0, place(value)))

    left, right = inside(ratio.lower), inside(ratio.upper)
    parts = [
        html.I(className="strip-reference ratio-one", style={"left": "50%"}),
        html.I(className="strip-interval", style={"left": f"{left:.2f}%", "width": f"{right - left:.2f}%"}),
    ]
    if 0 <= place(ratio.value) <= 100:
        parts.append(html.I(className="box-point", style={"left": f"{place(ratio.value):.2f}%"}))
    for value, side, css in ((ratio.lower, "‹", "at-left"), (ratio.upper, "›", "at-right")):
        if place(value) < 0 if side == "‹" else place(value) > 100:
            parts.append(html.Span(side, className=f"box-more {css}"))
    return html.Span(parts, className="survival-box", **{"aria-hidden": "true"})
