"""The forms of the action loop, written by the server alone: a new plan, one plan, one outlier case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from dash import dcc

from data.once import BeingMade
from data.toolbox import Step, Tool, outlier_steps
from indicators.catalogue import BY_ID
from layouts.actions import parts
from layouts.frame import shell, visitor
from layouts.parts import html
from layouts.parts.input import Input
from results import actions as data
from results.actions import Outlier, UnitPlan, tool_of
from results.audit import indicator_title
from results.improvements import Improvement
from words import actions as text
from words import format as fmt
from words.reader import Reader

Errors = Sequence[tuple[str, str, str]]
LABELS = {
    "tool": ("Handling", "Action"),
    "action": ("Egen handling", "Own action"),
    "barrier": ("Barriere", "Barrier"),
    "owner": ("Ansvarlig", "Owner"),
    "start": ("Begynder", "Begins"),
    "due": ("Ses på igen", "Next review"),
    "status": ("Status", "Status"),
    "note": ("Bemærkning", "Note"),
    "text": ("Hvad er fundet eller besluttet", "What was found or decided"),
    "step": ("Trin", "Step"),
    "author": ("Dit navn", "Your name"),
}


def new(
    context: Reader, unit: tuple[str, str], key: str, values: Mapping[str, str], errors: Errors = (), notice: str = ""
) -> html.Div:
    """The form of a new plan: the toolbox by barrier, an own action, owner and dates. ``unit``: code and name."""
    t, lang = context.t, context.lang
    code, name = unit
    wrong = _wrong(context, errors)
    title = _title(key, lang)
    groups = [
        html.Fieldset([html.Legend(barrier), *[_choice(context, one, values) for one in tools]], className="barrier")
        for barrier, tools in _by_barrier(data.offered(key), lang)
    ]
    own = html.Details(
        [
            html.Summary(t("Egen barriere eller handling", "Own barrier or action")),
            _line(context, "barrier", values, wrong), _line(context, "action", values, wrong),
        ],
        className="own-action", **({"open": True} if values.get("action") else {}),
    )  # fmt: skip
    fields = [
        *(_errors(wrong, "tool")), *groups, own,
        html.Div([
            _line(context, "owner", values, wrong), _line(context, "start", values, wrong, "date"),
            _line(context, "due", values, wrong, "date"), *_author(context, values, wrong),
        ], className="plan-fields"),
    ]  # fmt: skip
    buttons = [
        html.Button(t("Gem planen", "Save the plan"), type="submit", className="button"),
        html.A(t("Fortryd", "Cancel"), href=parts.address(context, code), className="text-link"),
    ]
    form = html.Form([*fields, html.Div(buttons, className="buttons")], method="post",
                     action=parts.address(context, code, "ny", indikator=key), className="entry",
                     noValidate="")  # fmt: skip
    finding = t(f"Ny plan: {title}", f"New plan: {title}")
    lead = t("Vælg den barriere, der er hos jer, og en handling mod den. Planen ses på igen på den dag, du sætter.",
             "Choose the barrier that you meet and an action against it. The plan is looked at again on the day that "
             "you set.")  # fmt: skip
    body = [*_notice(notice), *_worked(context, key), form]
    return _page(context, code, name, finding, lead, body)


def one(
    context: Reader, made: UnitPlan, name: str, history: Sequence[UnitPlan],
    values: Mapping[str, str] | None = None, errors: Errors = (), notice: str = "", base: int | None = None,
) -> html.Div:  # fmt: skip
    """A plan: what it is, its effect so far, its history, and the form of what changes."""
    t, lang = context.t, context.lang
    wrong = _wrong(context, errors)
    stood = {"status": made.status, "owner": made.owner, "due": made.due.isoformat(), "note": made.note,
             "start": made.start.isoformat()}  # fmt: skip
    shown = stood if values is None else {**stood, **values}
    tool = tool_of(made)
    facts = [(t("Handling", "Action"), made.action if tool is None else tool.action.in_(lang))]
    if made.barrier:
        facts.insert(0, (t("Barriere", "Barrier"), made.barrier if tool is None else tool.barrier.in_(lang)))
    if tool is not None:
        facts.append((t("Evidens", "Evidence"), _evidence(tool, lang)))
    facts += [
        (t("Ansvarlig", "Owner"), made.owner),
        (t("Begynder", "Begins"), fmt.date(made.start, lang)),
        (t("Ses på igen", "Next review"), text.due(context, made.due) if made.is_open else fmt.date(made.due, lang)),
        (t("Status", "Status"), text.status(made, lang)),
        (t("Effekt hidtil", "Effect so far"), _effect(context, made)),
    ]
    body: list = [*_notice(notice), shell.facts(facts)]
    if parts.writes(context, made.unit):
        body.append(_change(context, made, shown, wrong, base))
    body.append(shell.section(t("Historik", "History"), html.Ul(
        [html.Li([f"{fmt.date(each.at.date(), lang)} ", html.Strong(text.status(each, lang)),
                  f" · {t('ses på igen', 'next review')} {fmt.date(each.due, lang)}",
                  f" · {each.note}" if each.note else "", f" · {each.author}" if each.author else ""])
         for each in history], className="plan-history"), id="historik"))  # fmt: skip
    lead = text.status(made, lang)
    return _page(context, made.unit, name, f"{_title(made.key, lang)}: {made.action}", lead, body)


def _change(
    context: Reader, made: UnitPlan, values: Mapping[str, str], wrong: Mapping[str, str], base: int | None
) -> html.Section:
    t, lang = context.t, context.lang
    options = [
        html.Option(word.in_(lang), value=name, selected=values["status"] == name)
        for name, (word, _) in text.STATUSES.items()
    ]
    control = html.Select(options, id="felt-status", name="status")
    fields = [
        Input(type="hidden", name="base", value=str(made.revision if base is None else base)),
        html.Div([html.Label(t(*LABELS["status"]), htmlFor="felt-status"), control], className="field"),
        _line(context, "owner", values, wrong), _line(context, "start", values, wrong, "date"),
        _line(context, "due", values, wrong, "date"), _area(context, "note", values, wrong),
        *_author(context, values, wrong),
    ]  # fmt: skip
    buttons = [html.Button(t("Gem", "Save"), type="submit", className="button")]
    if made.is_open:
        buttons += [
            html.Button(t("Forny planen et kvartal", "Renew the plan for a quarter"), type="submit", name="goer",
                        value="forny", className="button quiet"),
            html.Button(t("Stop planen", "Stop the plan"), type="submit", name="goer", value="stop",
                        className="button quiet"),
        ]  # fmt: skip
    form = html.Form([html.Div(fields, className="plan-fields"), html.Div(buttons, className="buttons")], method="post",
                     action=parts.address(context, made.unit, f"{made.key}/{made.number}"), className="entry",
                     noValidate="")  # fmt: skip
    return shell.section(t("Ret, forny eller stop", "Change, renew or stop"), form, id="ret")


def case(
    context: Reader, one: Outlier, values: Mapping[str, str] | None = None, errors: Errors = (), notice: str = "",
    base: int | None = None,
) -> html.Div:  # fmt: skip
    """An outlier case: its steps with their deadlines, what was written, and the form of the next."""
    t, lang = context.t, context.lang
    wrong, steps, at = _wrong(context, errors), outlier_steps(), outlier_steps().index(one.state)
    today = dt.date.today()
    done = {each.step: each for each in one.taken}
    columns = []
    for place, step in enumerate(steps):
        taken, now = place <= at, step == one.next
        when: object = text.due(context, one.due(step), today)
        if step.id in done:
            when = fmt.date(done[step.id].at.date(), lang)
        elif place == 0:
            when = fmt.date(one.known, lang)
        elif taken:
            when = t("sprunget over", "passed over")
        late = now and one.overdue(today)
        said = [html.P(done[step.id].text)] if step.id in done else []
        columns.append(html.Li([
            html.Strong([parts.square("full" if taken else "half" if now else "empty"), " ", text.step(context, step)]),
            html.Span(when, className="is-late" if late else "light"), *said,
        ], className="is-now" if now else "is-taken" if taken else ""))  # fmt: skip
    body: list = [*_notice(notice), html.Ol(columns, className="outlier-steps")]
    if parts.writes(context, one.code):
        body.append(_step_form(context, one, values or {}, wrong, base))
    made = [each for each in data.plans(context.view.snapshot, context.database, one.code)
            if each.indicator == one.indicator]  # fmt: skip
    body += parts.planned(context, made, {}, of_one=True)
    if not any(each.is_open for each in made) and parts.writes(context, one.code):
        link = html.A(
            t("Læg en plan", "Make a plan"),
            href=parts.address(context, one.code, "ny", indikator=one.indicator),
            className="text-link",
        )
        body.append(html.P(link))  # fmt: skip
    rows = [
        html.Li([f"{fmt.date(each.at.date(), lang)} ", html.Strong(_named(context, steps, each.step)),
                 f": {each.text}", f" · {each.owner}" if each.owner else "",
                 f" · {each.author}" if each.author else ""])
        for each in reversed(one.taken)
    ]  # fmt: skip
    rows.append(html.Li([f"{fmt.date(one.known, lang)} ", html.Strong(text.step(context, steps[0])),
                         t(": beregnet, 99,8 %-grænsen", ": computed, the 99.8% limits")]))  # fmt: skip
    body.append(shell.section(t("Historik", "History"), html.Ul(rows, className="plan-history"), id="historik"))
    counts = fmt.of(one.numerator, one.denominator, lang)
    lead = [
        t(f"{counts} i {context.period_label}. Ikke case-mix-justeret. ",
          f"{counts} in {context.period_label}. Not adjusted for case mix. "),
        dcc.Link(t("Se indikatoren", "See the indicator"),
                 href=context.to(f"/indikator/{one.indicator}", unit=one.code)),
    ]  # fmt: skip
    return _page(context, one.code, one.name, text.outlier_finding(context, one), lead, body)


def _step_form(
    context: Reader, one: Outlier, values: Mapping[str, str], wrong: Mapping[str, str], base: int | None
) -> html.Section:
    t = context.t
    offered = [each for each in (one.next, one.state if one.taken else None) if each is not None]
    wanted = values.get("step", offered[0].id)
    options = [html.Option(text.step(context, each), value=each.id, selected=each.id == wanted) for each in offered]
    fields = [
        Input(type="hidden", name="base", value=str(one.revision if base is None else base)),
        html.Div([html.Label(t(*LABELS["step"]), htmlFor="felt-step"),
                  html.Select(options, id="felt-step", name="step"), *_errors(wrong, "step")], className="field"),
        _area(context, "text", values, wrong),
        _line(context, "owner", {"owner": one.owner, **values}, wrong), *_author(context, values, wrong),
    ]  # fmt: skip
    button = html.Button(t("Gem trinnet", "Save the step"), type="submit", className="button")
    form = html.Form([html.Div(fields, className="plan-fields"), html.Div(button, className="buttons")], method="post",
                     action=parts.address(context, one.code, "varsel", one.indicator), className="entry",
                     noValidate="")  # fmt: skip
    return shell.section(t("Næste trin", "Next step"), form, id="trin")


# --- parts of the forms --------------------------------------------------------------------------------------------


def _page(context: Reader, code: str, name: str, finding: str | list[str], lead: object, body: list) -> html.Div:
    last = finding if isinstance(finding, str) else finding[0]
    crumbs = [(context.t("Indsatser", "Actions"), parts.HERE), (name, f"{parts.HERE}/{code}"), (last, None)]
    return shell.page(
        context,
        active="actions",
        finding=finding,
        lead=lead,
        breadcrumbs=crumbs,
        summary=(name, context.database),
        body=html.Div(body, className="improvements actions"),
        title=f"{context.t('Indsatser', 'Actions')} · {name}",
    )


def _title(key: str, lang: str) -> str:
    indicator, _, site = key.partition(".")
    return indicator_title(BY_ID[indicator], site).in_(lang) if indicator in BY_ID else key


def _by_barrier(tools: Sequence[Tool], lang: str) -> list[tuple[str, list[Tool]]]:
    found: dict[str, list[Tool]] = {}
    for one in tools:
        found.setdefault(one.barrier.in_(lang), []).append(one)
    return list(found.items())


def _choice(context: Reader, tool: Tool, values: Mapping[str, str]) -> html.Label:
    chosen = {"checked": True} if values.get("tool") == tool.id else {}
    said = html.Span([html.Strong(tool.action.in_(context.lang)),
                      html.Span(_evidence(tool, context.lang), className="light")])  # fmt: skip
    return html.Label([Input(type="radio", name="tool", value=tool.id, **chosen), said], className="tick tool")


def _evidence(tool: Tool, lang: str) -> str:
    return ". ".join(one for one in (tool.evidence.in_(lang), tool.source) if one)


def _worked(context: Reader, key: str) -> list:
    """What departments that got better did, of the initiatives on the same indicator."""
    t = context.t
    try:
        found: Sequence[Improvement] = data.what_worked(context.view, key.partition(".")[0])
    except BeingMade:
        return []
    items = []
    for one in found:
        change = fmt.points(one.change, 1, context.lang) if one.change is not None else ""
        link = html.A(one.initiative.title, href=f"{context.to('/forbedringer')}#{one.initiative.id}")
        more = f"{fmt.listed(one.names, context.lang)} · {change} {t('point', 'points')}"
        items.append(html.Li([link, html.Span(f" · {more}", className="light")]))
    if not items:
        return []
    title = t("Det gjorde afdelinger, der blev bedre", "What departments did that got better")
    return [shell.section(title, html.Ul(items, className="link-list"), id="hvad-virkede")]


def _effect(context: Reader, made: UnitPlan) -> str:
    try:
        return text.effect(context, data.effect_of(context.view, made))
    except BeingMade:
        return context.t("beregnes", "being computed")


def _named(context: Reader, steps: Sequence[Step], id: str) -> str:
    return next((text.step(context, one) for one in steps if one.id == id), id)


def _wrong(context: Reader, errors: Errors) -> dict[str, str]:
    return {name: context.t(da, en) for name, da, en in reversed(list(errors))}


def _errors(wrong: Mapping[str, str], name: str) -> list:
    return [html.Span(f"! {wrong[name]}", className="field-error", id=f"fejl-{name}")] if name in wrong else []


def _notice(notice: str) -> list:
    return [html.P(notice, className="notice", role="alert")] if notice else []


def _line(
    context: Reader, name: str, values: Mapping[str, str], wrong: Mapping[str, str], kind: str = "text"
) -> html.Div:
    more: dict = {"maxLength": data.LONGEST[name]} if name in data.LONGEST else {}
    if name in wrong:
        more |= {"aria-describedby": f"fejl-{name}", "aria-invalid": "true"}
        kind = "text"  # a date field shows nothing of a text that is no date
    control = Input(type=kind, id=f"felt-{name}", name=name, value=values.get(name, ""), autoComplete="off", **more)
    label = html.Label(context.t(*LABELS[name]), htmlFor=f"felt-{name}")
    return html.Div([label, control, *_errors(wrong, name)], className="field is-wrong" if name in wrong else "field")


def _area(context: Reader, name: str, values: Mapping[str, str], wrong: Mapping[str, str]) -> html.Div:
    control = html.Textarea(values.get(name, ""), id=f"felt-{name}", name=name, rows=3, maxLength=data.LONGEST["note"])
    label = html.Label(context.t(*LABELS[name]), htmlFor=f"felt-{name}")
    return html.Div([label, control, *_errors(wrong, name)], className="field is-wrong" if name in wrong else "field")


def _author(context: Reader, values: Mapping[str, str], wrong: Mapping[str, str]) -> list:
    """Who writes, where no log-in says it."""
    return [] if visitor.current() is not None else [_line(context, "author", values, wrong)]
