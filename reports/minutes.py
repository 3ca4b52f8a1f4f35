"""The minutes of an audit meeting as a document: what was decided, by whom and by when, indicator by indicator."""

from __future__ import annotations

from exports.registry import stamp
from reports.content import Block, Bullets, Document, Paragraph, Part, PrintedTable, column
from results.meeting import AgendaItem, agenda, decisions, outcomes
from results.table import Kind, Named, Table, TableRow, of
from words import indicator as words
from words import meeting as text
from words import report as of_report
from words.reader import Reader


def make(context: Reader) -> Document:
    """The minutes of the reader's database and year."""
    t = context.t
    items = agenda(context.view)
    decided = [one for one in items if one.decision is not None]
    first: list[Block] = []
    if decided:
        first.append(actions_table(context, decided))
    else:
        first.append(Paragraph(t("Der er ikke truffet beslutninger.", "Nothing was decided.")))
    parts = (
        Part("beslutninger", t("Beslutninger", "Decisions"), 1, tuple(first)),
        Part("dagsorden", t("Drøftet", "Discussed"), 1, (), tuple(_item(context, one) for one in items)),
    )
    title = t(f"Referat af audit {context.period_label}", f"Minutes of the audit {context.period_label}")
    return Document(context, title, context.database_label, "", parts, stamp(context))


def actions_table(context: Reader, items: list[AgendaItem]) -> PrintedTable:
    """The decisions as a table: also the page's list of actions."""
    lang = context.lang
    table = of_actions(context, items)
    columns = (
        column(table, "indicator", lang, width=2.0),
        column(table, "decision", lang, width=3.4),
        column(table, "responsible", lang, width=1.6),
        column(table, "deadline", lang, left=False, width=1.1),
        column(table, "status", lang, width=1.1),
    )
    return PrintedTable("beslutninger-liste", table, columns, table.title)


def of_actions(context: Reader, items: list[AgendaItem]) -> Table:
    """One row for each decision of the year's meeting."""
    t, lang = context.t, context.lang
    columns = (
        *of(Kind.TEXT, t("Indikator", "Indicator"), t("Beslutning", "Decision"), t("Ansvarlig", "Responsible"),
            keys="indicator decision responsible"),
        *of(Kind.DATE, t("Frist", "Deadline"), keys="deadline"),
        *of(Kind.TEXT, t("Status", "Status"), keys="status"),
    )  # fmt: skip
    rows = tuple(
        TableRow(
            (text.title(context, one), one.decision.text, one.decision.responsible, one.decision.deadline,
             Named(one.decision.status, text.STATUS_NAMES[one.decision.status].in_(lang))),
            key=one.key,
        )
        for one in items
        if one.decision is not None
    )  # fmt: skip
    title = t(f"Beslutninger på audit {context.period_label}.", f"Decisions of the audit {context.period_label}.")
    return Table(title, columns, rows)


def _item(context: Reader, one: AgendaItem) -> Part:
    t = context.t
    blocks: list[Block] = [
        Paragraph(" ".join(words.finding(context, one.table)), "finding"),
        Paragraph(of_report.measured(context, one.table)),
    ]
    if one.before is not None:
        last = f"{t('Besluttet sidste år', 'Decided last year')}: {one.before.text} {text.decided(context, one.before)}"
        blocks.append(Paragraph(last))
        if found := outcomes(one, one.before):
            lines = (text.of_unit(context, one, each) for each in found)
            blocks.append(Bullets(tuple(f"{name}: {shown} ({more})" for name, shown, more in lines)))
            blocks.append(Paragraph(text.beyond_chance(context, found), "note"))
    if one.decision is not None:
        blocks.append(Paragraph(t("Beslutning", "Decision"), "heading"))
        blocks.append(Paragraph(f"{one.decision.text} {text.decided(context, one.decision)}"))
    return Part(f"punkt-{one.key}", text.title(context, one), 2, tuple(blocks))


__all__ = ["actions_table", "decisions", "make", "of_actions"]
