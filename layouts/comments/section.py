"""What people have written on an indicator, beside its figure: the comments as they stand, and the way to write one."""

from __future__ import annotations

from data.registers import BrokenRegisters
from layouts.frame import shell, visitor
from layouts.parts import html
from results import comments as data
from results.audit import UnitTable
from results.comments import KIND_NAMES, Comment
from words import comments as words
from words.reader import Reader


def section(context: Reader, table: UnitTable) -> list:
    """The comments of the page's period; [] where there are none and the reader writes none."""
    t = context.t
    try:
        found = data.of_indicator(context.view, table)
    except BrokenRegisters:
        said = t("Kommentarerne kan ikke læses for tiden. Sig det til dem, der driver dashboardet.",
                 "The comments cannot be read at present. Tell those who run the dashboard.")  # fmt: skip
        return [shell.section(t("Kommentarer", "Comments"), html.P(said), id="kommentarer")]
    links = _links(context, table) if writes(context) else []
    if not found and not links:
        return []
    blocks = [block(context, one) for one in found]
    if not blocks:
        blocks = [html.P(t("Ingen har skrevet endnu.", "Nobody has written yet."), className="caption")]
    return [shell.section(t("Kommentarer", "Comments"), *blocks, *links, id="kommentarer")]


def writes(context: Reader) -> bool:
    """Whether the reader writes what belongs to the database."""
    found = visitor.current()
    return context.edition == "working" if found is None else found.may_write(context.database)


def block(context: Reader, one: Comment) -> html.Div:
    """A comment: heading, text, who and when, and where its number has moved."""
    parts: list = [html.H3(words.heading(context, one)), *[html.P(text) for text in words.paragraphs(one)]]
    by: list = [words.by(context, one)]
    if moved := words.moved(context, one):
        by += [" · ", html.Strong(moved, className="comment-moved")]
    if one.other_definition:
        by += [" · ", context.t("definitionen er ændret siden", "the definition has changed since")]
    return html.Div([*parts, html.P(by, className="comment-by")], className="comment")


def address(context: Reader, indicator: str, site: str, kind: str, region: str = "") -> str:
    """Where a comment is written."""
    extra = {"emne": indicator, "slags": kind, "lokalisation": site or None, "hvor": region or None}
    state = context.state.cleared().with_(
        database=context.database, period=context.period, extra=(), sort="", place="treating"
    )  # fmt: skip
    return state.with_(**{key: value for key, value in extra.items() if value}).url("/rapport/kommentar")


def _links(context: Reader, table: UnitTable) -> list:
    site = dict(table.view.where).get("site", "")
    label = context.t("Skriv eller ret", "Write or change")
    items = [
        html.Li(
            html.A(f"{label}: {KIND_NAMES[kind].in_(context.lang).lower()}",
                   href=address(context, table.indicator.id, site, kind))
        )
        for kind in data.KINDS
    ]  # fmt: skip
    return [html.Ul(items, className="comment-links link-list")]
