"""Parts of the audit meeting: the agenda and its form, the list of actions, and one indicator on a full screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash import dcc

from figures import departments
from layouts.comments.section import writes
from layouts.frame import shell
from layouts.parts import figure as figures
from layouts.parts import html, marks
from layouts.parts.input import Input
from results import meeting
from results.meeting import AgendaItem, MeetingDecision
from words import format as fmt
from words import indicator as words
from words import meeting as text
from words import verdicts
from words.reader import Reader
from words.verdicts import GRADES

LONGEST = {"text": 4000, "responsible": 200, "outcome": 2000, "author": 120}
#: px that the meeting's figure is drawn wide, and departments that it holds.
_WIDE, _MOST = 820, 8


def finding(context: Reader, items: Sequence[AgendaItem]) -> str:
    """'Audit 2025: 9 af 27 indikatorer kalder på drøftelse'."""
    needed = sum(bool(one.reasons) for one in items)
    of, many = fmt.count(len(items), context.lang), fmt.count(needed, context.lang)
    return context.t(f"Audit {context.period_label}: {many} af {of} indikatorer kalder på drøftelse",
                     f"Audit {context.period_label}: {many} of {of} indicators call for discussion")  # fmt: skip


def address(context: Reader, path: str, **more: object) -> str:
    """An address of the meeting of the page's database and year."""
    state = context.state.cleared().with_(database=context.database, period=context.period, extra=(), sort="")
    return state.with_(**more).url(path)


def start(context: Reader, items: Sequence[AgendaItem]) -> html.Div:
    """The way into the meeting, and its minutes."""
    t = context.t
    links = [
        html.A(t("Start mødet", "Start the meeting"), href=address(context, "/audit/moede", nr="1"),
               className="button"),
        html.A(t("Referat (Word)", "Minutes (Word)"), href=address(context, "/audit/referat.docx"),
               className="text-link", download=""),
    ] if writes(context) else []  # fmt: skip
    return html.Div(links, className="audit-start")


def agenda(context: Reader, items: Sequence[AgendaItem]) -> html.Section:
    """The indicators in order with their reasons; for who writes numbers and boxes to change it by."""
    t, out = context.t, meeting.chosen(context.view)[1]
    editable = writes(context)
    rows = []
    for number, one in enumerate(items, start=1):
        name = html.A(text.title(context, one), href=address(context, "/audit/moede", nr=one.key))
        why = text.reasons(context, one) or t("intet særligt", "nothing in particular")
        cells: list = []
        if editable:
            label = text.title(context, one)
            cells += [
                Input(type="text", inputMode="numeric", name=f"nr.{one.key}", value=str(number), maxLength=3,
                      **{"aria-label": t(f"Plads: {label}", f"Place: {label}")}),
                Input(type="checkbox", name=f"med.{one.key}", value="ja",
                      **({} if one.key in out else {"checked": True}),
                      **{"aria-label": t(f"På dagsordenen: {label}", f"On the agenda: {label}")}),
            ]  # fmt: skip
        rate = marks.verdict(one.nation.said, context.lang, number=fmt.percent(one.nation.rate, 1, context.lang))
        rows.append(html.Li([*cells, html.Span([name, html.Span(why, className="light")], className="audit-item"),
                             rate], className="is-out" if one.key in out else ""))  # fmt: skip
    listed = html.Ol(rows, className="audit-agenda")
    title = t("Dagsorden efter behov for drøftelse", "Agenda by need for discussion")
    if not editable:
        return shell.section(title, listed, id="dagsorden")
    button = html.Button(t("Gem dagsordenen", "Save the agenda"), type="submit", className="button")
    base = Input(type="hidden", name="base", value=str(meeting.chosen(context.view)[2]))
    form = html.Form([base, listed, html.Div(button, className="buttons")], method="post",
                     action=address(context, "/audit/dagsorden"))  # fmt: skip
    return shell.section(title, form, id="dagsorden")


def actions(context: Reader, items: Sequence[AgendaItem], last: Mapping[str, MeetingDecision]) -> list:
    """The decisions of this year's meeting and of the last, with their status; [] without any."""
    t, known = context.t, {one.key: one for one in items}
    parts: list = []
    now = {one.key: one.decision for one in items if one.decision is not None}
    before = context.period - 1
    for title, year, found in (
        (t("Besluttet i år", "Decided this year"), context.period, now),
        (t("Besluttet sidste år", "Decided last year"), before, dict(last)),
    ):
        if found:
            rows = [_action(context, known.get(key), key, one, year) for key, one in found.items()]
            parts.append(shell.section(title, html.Ul(rows, className="audit-actions"), id=f"aktioner-{year}"))
    return parts


def _action(context: Reader, item: AgendaItem | None, key: str, one: MeetingDecision, year: int) -> html.Li:
    t = context.t
    name = text.title(context, item) if item is not None else key
    said: list = [html.Strong(name), html.P(one.text), html.P(text.decided(context, one), className="light")]
    if one.due(context.data_cut):
        said.append(html.P(t("! Fristen er overskredet.", "! The deadline has passed."), className="audit-due"))
    if writes(context):
        options = [
            html.Option(name_.in_(context.lang), value=status, selected=status == one.status)
            for status, name_ in text.STATUS_NAMES.items()
        ]
        id = f"{key}-{year}".replace(".", "-")
        said.append(html.Form([
            Input(type="hidden", name="base", value=str(one.revision)),
            Input(type="hidden", name="aar", value=str(year)),
            html.Label(t("Status", "Status"), htmlFor=f"status-{id}"),
            html.Select(options, id=f"status-{id}", name="status"),
            html.Label(t("Hvad kom der ud af det", "What came of it"), htmlFor=f"udfald-{id}"),
            Input(type="text", id=f"udfald-{id}", name="outcome", value=one.outcome, maxLength=LONGEST["outcome"]),
            html.Button(t("Gem", "Save"), type="submit", className="button quiet"),
        ], method="post", action=address(context, "/audit/status", nr=key), className="audit-status"))  # fmt: skip
        if item is not None and (followed := text.named(context, item, one)):
            said.append(html.P(followed, className="light"))
        if item is not None:
            href = address(context, "/forbedringer/ny")
            said.append(html.P(html.A(t("Opret forbedringsprojekt, så effekten følges",
                                        "Enter an improvement initiative, so that its effect is followed"),
                                      href=href)))  # fmt: skip
    return html.Li(said)


# --- the meeting ---


def screen(
    context: Reader, items: Sequence[AgendaItem], place: int, saved: str = "", notice: str = "",
    typed: Mapping[str, str] | None = None, base: int | None = None,
) -> html.Div:  # fmt: skip
    """One indicator on a full screen. ``saved``: when the decision was kept; ``typed``: what the form holds instead."""
    t, item = context.t, items[place]
    heading = " ".join(words.finding(context, item.table))
    number = t(f"{place + 1} af {len(items)}", f"{place + 1} of {len(items)}")
    steps = [html.I(className="is-now" if n == place else "is-done" if n < place else "") for n in range(len(items))]
    badge = [html.Span(t("Syntetiske data", "Synthetic data"), className="badge")] if context.synthetic else []
    top = html.Header([
        html.Strong(f"{context.database} · audit {context.period_label}"),
        html.Span(steps, className="meeting-steps", **{"aria-hidden": "true"}),
        html.Span(number), *badge,
    ], className="meeting-top")  # fmt: skip
    body = html.Main([
        html.Div(_results(context, item, heading), className="meeting-results"),
        html.Div([*_before(context, item), _form(context, item, saved, notice, typed, base)], className="meeting-side"),
    ], id="main", className="meeting-body")  # fmt: skip
    foot = html.Footer([
        _step(context, items, place - 1, "←", "forrige"),
        html.Span([html.A(t("Dagsorden (Esc)", "Agenda (Esc)"), href=address(context, "/audit"), id="luk"),
                   f" · {t('Ikke case-mix-justeret', 'Not adjusted for case mix')} · "
                   f"{t('udtræk', 'extract')} {context.snapshot_id}"], className="light"),
        _step(context, items, place + 1, "→", "naeste"),
    ], className="meeting-foot")  # fmt: skip
    return html.Div(
        [top, body, foot],
        className="shell meeting",
        lang=context.lang,
        **{
            "data-title": f"{text.title(context, item)} · audit {context.period_label} · {shell.BRAND}",
            "data-description": heading,
            "data-status": "409" if notice else "200",
            "data-snapshot": context.snapshot_id,
        },
    )


def _step(context: Reader, items: Sequence[AgendaItem], place: int, arrow: str, id: str) -> object:
    if not 0 <= place < len(items):
        return html.Span()
    name = text.title(context, items[place])
    shown = f"{arrow} {name}" if arrow == "←" else f"{name} {arrow}"
    return html.A(shown, href=address(context, "/audit/moede", nr=items[place].key), id=id)


def _results(context: Reader, item: AgendaItem, heading: str) -> list:
    t, lang, cell, table = context.t, context.lang, item.nation, item.table
    before = table.cell(table.nation, table.view.period - 1)
    lines = [f"{words.cohort(context, table)} · {t('95 %-interval', '95% interval')} "
             f"{fmt.interval(cell.lower, cell.upper, 1, lang)}" if cell.lower is not None else ""]  # fmt: skip
    second = [f"{words.cohort(context, table, table.view.period - 1)}: {fmt.percent(before.rate, 1, lang)}"
              if before.rate is not None else ""]  # fmt: skip
    if cell.missing is not None:
        share = "" if cell.missing_share is None else f" ({fmt.percent(cell.missing_share, 1, lang)})"
        second.append(f"{t('uoplyst', 'missing')} {fmt.count(cell.missing, lang)}{share}")
    verdict = [marks.verdict(cell.said, lang, text=verdicts.cell_text(cell, lang))] if cell.said in GRADES else []
    head = html.Div([
        html.Span(fmt.percent(cell.rate, 1, lang), className="meeting-number"), *verdict,
        html.Div([html.P(lines[0]), html.P(" · ".join(one for one in second if one))], className="light"),
    ], className="meeting-head")  # fmt: skip
    wrong = [one.code for one in meeting.wrong_units(table)][:_MOST]
    units = [one for one in words.shown_units(table) if one.level != "department" or one.code in wrong]
    drawn = departments.drawn(context, table, units, departments.axis_of(table))
    graph = html.Div(
        dcc.Graph(id="moede-enheder", figure=drawn, config=figures.STILL),
        role="img",
        style={"height": f"{departments.height(len(units))}px", "maxWidth": f"{_WIDE}px"},
        **{"aria-label": heading},
    )
    key = t(f"{verdicts.key_text(context)}  streg: 95 %-interval. Afdelinger: de, der klart ikke opfylder.",
            f"{verdicts.key_text(context)}  line: 95% interval. Departments: those clearly not met.")  # fmt: skip
    return [html.H1(heading, className="finding"), head, graph, html.P(key, className="caption")]


def _before(context: Reader, item: AgendaItem) -> list:
    t, one = context.t, item.before
    if one is None:
        return []
    return [html.Section([
        html.H2(t("Besluttet sidste år", "Decided last year")),
        html.P(one.text),
        html.P(text.decided(context, one), className="light"),
        html.P([html.Span(t("Det kom der ud af det: ", "What came of it: "), className="light"),
                html.Strong(text.since(context, item))]),
        *_by_department(context, item, one),
    ], className="panel meeting-before")]  # fmt: skip


def _by_department(context: Reader, item: AgendaItem, one: MeetingDecision) -> list:
    """What has become of each department that the decision names; [] where it names none."""
    rows = []
    table, period = item.table, item.table.view.period
    for found in meeting.outcomes(item, one):
        name, shown, more = text.of_unit(context, item, found)
        years = [table.cell(found.unit, year).rate for year in (period - 2, period - 1, period)]
        goal = table.standard.value if table.standard is not None else None
        css = "is-wrong" if found.now.state == "not_met" else ""
        rows.append(html.Li([
            html.Span(name), marks.sparkline(years, f"{name}: {shown}", standard=goal, width=60, height=24),
            html.Strong(shown, className=css), html.Span(more, className="light"),
        ]))  # fmt: skip
    note = html.P(text.beyond_chance(context, meeting.outcomes(item, one)), className="caption")
    return [html.Ul(rows, className="meeting-outcomes"), note] if rows else []


def _form(
    context: Reader, item: AgendaItem, saved: str, notice: str, typed: Mapping[str, str] | None, base: int | None
) -> html.Form:
    t, one = context.t, item.decision
    stood = {"text": one.text, "responsible": one.responsible,
             "deadline": one.deadline.isoformat() if one.deadline else ""} if one else {}  # fmt: skip
    values = dict(typed) if typed is not None else stood
    revision = base if base is not None else (one.revision if one else 0)

    def line(name: str, label: str, kind: str = "text") -> html.Div:
        more = {"maxLength": LONGEST[name]} if name in LONGEST else {}
        control = Input(type=kind, id=f"felt-{name}", name=name, value=values.get(name, ""), **more)
        return html.Div([html.Label(label, htmlFor=f"felt-{name}"), control], className="field")

    told = t(f"Gemt kl. {saved}", f"Saved at {saved}") if saved else ""
    if saved and one is not None and (followed := text.named(context, item, one)):
        told = f"{told}. {followed}"
    parts: list = [html.P(notice, className="notice", role="alert")] if notice else []
    parts += [
        html.H2(t("Beslutning i år", "Decision this year")),
        Input(type="hidden", name="base", value=str(revision)),
        html.Div([html.Label(t("Beslutning", "Decision"), htmlFor="felt-text"),
                  html.Textarea(values.get("text", ""), id="felt-text", name="text", rows=3,
                                maxLength=LONGEST["text"])], className="field"),
        html.Div([line("responsible", t("Ansvarlig", "Responsible")), line("deadline", t("Frist", "Deadline"), "date")],
                 className="pair"),
        html.Div([html.Button(t("Gem beslutning", "Save the decision"), type="submit", className="button"),
                  html.Span(told, className="light", role="status", id="gemt")], className="buttons"),
    ]  # fmt: skip
    return html.Form(parts, method="post", action=address(context, "/audit/moede", nr=item.key), className="entry",
                     id="beslutning", noValidate="")  # fmt: skip
