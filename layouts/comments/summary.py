"""The summary, heading by heading, and the form in which a heading's sentences are edited."""

from __future__ import annotations

from collections.abc import Sequence

from data.registers import Entry
from layouts.comments.form import LONGEST_TEXT, field, line, version_block
from layouts.frame import shell, visitor
from layouts.parts import html
from layouts.parts.input import Input
from reports.annual.summary import SummaryHeading
from results.summaries import SummaryEdit
from words import summaries as text
from words.reader import Reader

HERE = "/rapport/sammenfatning"


def address(context: Reader, heading: str = "") -> str:
    """Where the summary, or one heading of it, is edited."""
    state = context.state.cleared().with_(
        database=context.database, period=context.period, extra=(), sort="", place="treating"
    )  # fmt: skip
    return state.with_(afsnit=heading).url(HERE) if heading else state.url(HERE)


def page(context: Reader, found: Sequence[SummaryHeading], edited: dict[str, SummaryEdit]) -> html.Div:
    """All headings as they stand, each with the way to edit it."""
    t = context.t
    parts: list = []
    for one in found:
        edit = edited.get(one.id)
        block: list = [html.H2(one.title, id=one.id)]
        if edit is not None:
            block.append(html.Ul([html.Li(said) for said in text.lines(edit)], className="report-formats"))
            by: list = [text.by(context, edit)]
            if moved := text.moved(context, edit, one.said):
                by += [" · ", html.Strong(moved, className="comment-moved")]
            block.append(html.P(by, className="comment-by"))
        elif one.items:
            block.append(html.Ul([html.Li(said) for said in one.said.split("\n")], className="report-formats"))
        else:
            block.append(html.P(_nothing(context)))
        label = t(f"Ret: {one.title}", f"Edit: {one.title}")
        block.append(html.P(html.A(label, href=address(context, one.id))))
        parts.append(html.Div(block))
    heading = t(f"Sammenfatning {context.period_label}", f"Summary {context.period_label}")
    lead = t("Sætningerne laves af tallene. Det, I retter, står i rapporten i stedet, overlever nye data og siger "
             "til, når "
             "tallene bag er ændret.",
             "The sentences are made from the numbers. What you edit stands in the report instead, survives new data "
             "and "
             "tells when the numbers behind it have changed.")  # fmt: skip
    return _page(context, heading, lead, parts, [(heading, None)])


def form(
    context: Reader, one: SummaryHeading, typed: str, base: int, author: str, role: str, history: Sequence[Entry] = (),
    notice: str = "", theirs: Entry | None = None,
) -> html.Div:  # fmt: skip
    """The form of one heading, beside what the rules say now; ``theirs``: what somebody else wrote meanwhile."""
    t = context.t
    parts: list = [html.P(notice, className="notice", role="alert")] if notice else []
    if theirs is not None:
        parts.append(version_block(context, theirs, t("Det, der står nu", "What stands now"), ""))
    said = html.Ul([html.Li(line_) for line_ in one.said.split("\n")]) if one.items else html.P(_nothing(context))
    parts.append(html.Div([html.H2(t("Det siger tallene nu", "What the numbers say now")), said], className="comment"))
    action = address(context, one.id)
    fields: list = [
        Input(type="hidden", name="base", value=str(base)),
        field(t("Tekst, én sætning på hver linje", "Text, one sentence a line"), "text",
              html.Textarea(typed, id="felt-text", name="text", rows=9, maxLength=LONGEST_TEXT),
              t("Et tomt felt giver afsnittet tilbage til tallenes egne sætninger.",
                "An empty field gives the heading back to the numbers' own sentences.")),
    ]  # fmt: skip
    if visitor.current() is None:
        fields.append(html.Div([
            field(t("Navn", "Name"), "author", line("author", author, True)),
            field(t("Rolle", "Role"), "role", line("role", role)),
        ], className="pair"))  # fmt: skip
    buttons = html.Div([
        html.Button(t("Gem", "Save"), type="submit", className="button"),
        html.A(t("Fortryd", "Cancel"), href=address(context), className="text-link"),
    ], className="buttons")  # fmt: skip
    parts.append(html.Form([*fields, buttons], method="post", action=action, className="entry", noValidate=""))
    if history:
        parts.append(html.H2(t("Tidligere udgaver", "Earlier versions")))
        parts += [version_block(context, entry, "", action, base) for entry in history]
    name = t("Sammenfatning", "Summary")
    return _page(context, f"{name}: {one.title}", None, parts, [(name, HERE), (one.title, None)])


def _nothing(context: Reader) -> str:
    return context.t("Intet, der kan siges med sikkerhed.", "Nothing that can be said with certainty.")


def _page(context: Reader, heading: str, lead: str | None, parts: list, crumbs: list) -> html.Div:
    return shell.page(
        context,
        active="report",
        finding=heading,
        lead=lead,
        breadcrumbs=[(context.t("Årsrapport", "Annual report"), "/rapport"), *crumbs],
        body=html.Div(parts, className="improvements improvement-form comments"),
        title=f"{heading} · {context.database}",
    )
