"""/plan: the action plan's goals × groups; /plan/<group>: one group's goals with their evidence."""

from __future__ import annotations

import dash
from dash import dcc

from layouts.frame import selections as select
from layouts.frame import shell, source
from layouts.parts import html, marks, tables
from results.plan import DEFAULT, GoalRow, MeasureState, PlanStatus, names, status
from words import format as fmt
from words import plan as text
from words.reader import Reader

dash.register_page(__name__, path="/plan", path_template="/plan/<path_group>", title=shell.BRAND)

EXTRAS = {"plan": names()}


def layout(path_group: str | None = None, **query: object) -> html.Div:
    """The matrix, or one group; 404 for a group that does not exist."""
    path = f"/plan/{path_group}" if path_group else "/plan"
    context = source.view(path, query, EXTRAS).of_all_patients()
    found = status(context.view.snapshot, context.view.edition, context.state.choice("plan", DEFAULT))
    if path_group is None or path_group == "":
        return _all(context, found)
    if path_group not in found.groups:
        what = context.t(f"Der er ingen gruppe {path_group}.", f"There is no group {path_group}.")
        return shell.not_found(context, what)
    return _group(context, found, path_group)


def _word(context: Reader, state: str) -> str:
    return text.STATE_WORDS[state][1].in_(context.lang)


def _mark(context: Reader, state: str) -> html.Span:
    """The state's mark, and its word for screen readers."""
    name, words = text.STATE_WORDS[state]
    shape = "–" if state == "not_known" else marks.mark(name)
    hidden = html.Span(words.in_(context.lang), className="visually-hidden")
    return html.Span([html.Span(shape, **{"aria-hidden": "true"}), hidden], className=f"plan-mark plan-{state}")


def _all(context: Reader, found: PlanStatus) -> html.Div:
    t = context.t
    every = [state for row in found.rows for state in row.states]
    key = marks.key(
        *[
            html.Span([_mark(context, state), f" {_word(context, state)} ", html.Strong(str(every.count(state)))])
            for state in text.STATE_WORDS
        ]
    )
    heads = [
        tables.Heading(t("Mål", "Goal"), align="left", css="plan-goal"),
        *[
            tables.Heading(html.Span(dcc.Link(group, href=context.to(f"/plan/{group}", unit=None))), css="plan-group",
                           align="centre", wide_only=True)
            for group in found.groups
        ],
        tables.Heading(t("nået", "reached")),
    ]  # fmt: skip
    parts: list[tables.Group] = []
    for pillar in dict.fromkeys(row.goal.pillar for row in found.rows):
        rows = [_row(context, found, row) for row in found.rows if row.goal.pillar == pillar]
        parts.append(tables.Group(text.PILLARS[pillar].in_(context.lang), rows))
    title = t(f"Handleplan {found.plan.name}: mål og grupper", f"Action plan {found.plan.name}: goals and groups")
    links = [
        html.Li([dcc.Link(group, href=context.to(f"/plan/{group}", unit=None)), f" {found.reached(group)}"])
        for group in found.groups
    ]
    by_group = shell.section(
        t("Grupper", "Groups"), html.Ul(links, className="plan-groups"), note=t("nåede mål", "goals reached")
    )
    return shell.page(
        context,
        active="plan",
        finding=text.finding(context, found),
        lead=t("Mål i DMCG.dk's handleplan for de multidisciplinære grupper. Tilstanden følger af data, hvor de kender "
               "den, ellers af det, grupperne har indført.",
               "Goals of DMCG.dk's action plan for the multidisciplinary groups. A state follows from the data where "
               "they know it, else from what the groups have entered."),
        selections=_selections(context, found),
        summary=(t("Alle grupper", "All groups"), t(f"Handleplan {found.plan.name}", f"Action plan {found.plan.name}")),
        title=f"{t('Handleplan', 'Action plan')} {found.plan.name}",
        body=html.Div([key, tables.table(title, heads, parts, css="plan dense"), by_group], className="plan-page"),
        foot=[t("Grupperne står efter nåede mål. Et mål er nået, når alle dets krav er; – er ikke oplyst.",
                "Groups stand by goals reached. A goal is reached when all of its measures are; – is not known.")],
    )  # fmt: skip


def _row(context: Reader, found: PlanStatus, row: GoalRow) -> tables.Row:
    cells: list[object] = [
        dcc.Link(_mark(context, state), href=context.to(f"/plan/{group}", unit=None) + f"#maal-{row.goal.number}",
                 title=f"{group}: {_word(context, state)}")
        for group, state in zip(found.groups, row.states, strict=True)
    ]  # fmt: skip
    number = html.Span(f"{row.goal.number} ", className="light")
    cells.append(fmt.of(row.count("met"), len(row.states), context.lang))
    return tables.Row(html.Span([number, row.goal.title.in_(context.lang)]), cells)


def _group(context: Reader, found: PlanStatus, group: str) -> html.Div:
    t = context.t
    own = found.of_group(group)
    sections = []
    for row in found.rows:
        measures = [one for one in own if one.measure.goal == row.goal.number]
        state = found.state(row.goal.number, group)
        said = html.Span([_mark(context, state), html.Span(f" {_word(context, state)}", **{"aria-hidden": "true"})])
        title = f"{row.goal.number}. {row.goal.title.in_(context.lang)}"
        items = html.Ul([_measure(context, one) for one in measures], className="plan-measures")
        sections.append(shell.section(title, items, note=said, id=f"maal-{row.goal.number}"))
    return shell.page(
        context,
        active="plan",
        finding=text.group_finding(context, found, group),
        breadcrumbs=[(t("Handleplan", "Action plan"), "/plan"), (group, None)],
        selections=_selections(context, found, group),
        summary=(group, t(f"Handleplan {found.plan.name}", f"Action plan {found.plan.name}")),
        title=f"{group} · {t('handleplan', 'action plan')} {found.plan.name}",
        body=html.Div(sections, className="plan-page"),
        foot=[t("Beregnet: følger af data i lageret. Indført: skrevet ind af gruppen eller registerteamet.",
                "Computed: follows from the data in the store. Entered: written in by the group or the registry.")],
    )  # fmt: skip


def _measure(context: Reader, one: MeasureState) -> html.Li:
    parts: list[object] = [_mark(context, one.state), html.Strong(one.measure.title.in_(context.lang))]
    date = fmt.date(one.date, context.lang) if one.date else ""
    evidence = one.evidence.in_(context.lang)
    source_ = text.SOURCES["nothing" if one.source == "entered" and one.state == "not_known" else one.source]
    about = [source_.in_(context.lang), *[part for part in (date, evidence) if part]]
    parts.append(html.Span(" · ".join(about), className="light"))
    return html.Li(parts)


def _selections(context: Reader, found: PlanStatus, group: str = "") -> list[select.Menu]:
    t = context.t
    every = select.Choice(t("Alle grupper", "All groups"), context.to("/plan", unit=None), not group)
    choices = tuple(
        select.Choice(one, context.to(f"/plan/{one}", unit=None), one == group)
        for one in sorted(found.groups, key=str.lower)
    )
    return [select.Menu("gruppe", t("Gruppe", "Group"), group or t("Alle", "All"), (every, *choices))]
