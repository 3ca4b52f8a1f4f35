"""Why patients were not offered, or not included in, a trial: bars inside a real table."""

from __future__ import annotations

from collections.abc import Callable

from data.output import UsageError
from exports import registry
from exports.files import Sheet
from indicators.catalogue import BY_ID, CATALOGUE
from layouts.frame import shell
from layouts.indicator.report import EXTRAS, site_view
from layouts.parts import downloads, html, tables
from results.indicator.reasons import TITLES, Reasons, reasons
from results.table import Kind, Line, Named, Role, Said, Table, TableRow, Value, of
from results.view import View
from words import format as fmt
from words import indicator as words
from words.reader import Reader


def heading(context: Reader, indicator: str) -> str:
    """The question that the figure answers."""
    return BY_ID[indicator].why_not.question.in_(context.lang)


def section(context: Reader, view: View, indicator: str) -> list:
    """The reasons of nation and regions; nothing for an indicator without reasons or without patients."""
    found = reasons(view, indicator)
    if found is None or found.rows[0].total == 0:
        return []
    t = context.t
    table = of_reasons(context, indicator, found)
    cells, lang = table.index("unit", "reason"), context.lang
    columns = [
        tables.Heading(t("Region", "Region"), "left", of="unit"),
        tables.Heading(t("Forløb", "Cases"), css="counts", of="total"),
        *(
            tables.Heading(
                TITLES[part].in_(lang),
                "left",
                css="reason",
                draw=_bar_of(context, cells, part),
                value=_share_of(cells, part),
                key=part,
            )
            for part in found.parts
        ),
    ]
    # A line for each place: the first of its reasons stands for them all.
    lines = [line for line in table.lines if line["reason"].key == found.parts[0] and line["total"] != 0]
    texts = [BY_ID[indicator].why_not.share.in_(context.lang)]
    if found.hides:
        texts.append(words.hidden_note(context))
    title = f"{heading(context, indicator)} {context.database} {context.period_label}"
    shown = tables.drawn(
        context, table, columns, css="dense reasons", caption=title, footnotes=[" ".join(texts)], lines=lines
    )
    links = downloads.line(context, "forsoeg-grunde", indicator)
    return [shell.section(heading(context, indicator), shown, note=links, id="grunde", of=context)]


def _share_of(cells: dict[tuple[str, ...], Line], part: str) -> Callable[[Line], Value]:
    return lambda line: cells[line["unit"], part]["share"]


def _bar_of(context: Reader, cells: dict[tuple[str, ...], Line], part: str) -> tables.Draw:
    """'62,4 % (523)' with a bar from zero, of one reason of a place."""

    def draw(line: Line) -> html.Span:
        cell = cells[line["unit"], part]
        count, share = cell.number("count"), cell.number("share")
        if count is None:
            return html.Span(context.t("skjult", "hidden"), className="light")
        if share is None:
            return html.Span(fmt.count(count, context.lang))
        bar = html.Span(
            html.I(style={"width": f"{round(share * 100, 2):g}%"}), className="bar-track", **{"aria-hidden": "true"}
        )
        number = html.Span(f" ({fmt.count(count, context.lang)})", className="light")
        text = [fmt.percent(share, 1, context.lang), number]
        return html.Span([bar, html.Span(text, className="bar-text")], className="reason-cell")

    return draw


@registry.export("forsoeg-grunde", EXTRAS)
def sheet(context: Reader, subject: str) -> Sheet:
    """The reasons as counts and shares."""
    view = site_view(context)
    found: Reasons | None = reasons(view, subject)
    if found is None:
        declared = [one.id for one in CATALOGUE if one.why_not is not None]
        raise UsageError(f"emne={subject}: reasons are declared for {', '.join(declared)}")
    return Sheet("grunde", of_reasons(context, subject, found), registry.stamp(context))


def of_reasons(context: Reader, indicator: str, found: Reasons) -> Table:
    """One row for each place and reason: how many, and the share of all the place's cases."""
    t, hidden = context.t, Said.HIDDEN
    rows = []
    for row in found.rows:
        role = Role.TOTAL if row.unit.level == "nation" else Role.REGION
        for number, part in enumerate(found.parts):
            count = row.counts[number]
            shown = (hidden, hidden) if count is None else (count, row.share(number))
            total = hidden if row.total is None else row.total
            reason = Named(part, TITLES[part].in_(context.lang))
            rows.append(TableRow((words.full_name(context, row.unit), row.unit.code, reason, *shown, total), role))
    columns = (
        *of(Kind.TEXT, t("enhed", "unit"), keys="unit"), *of(Kind.CODE, t("kode", "code"), keys="code"),
        *of(Kind.TEXT, t("grund", "reason"), keys="reason"), *of(Kind.COUNT, t("antal", "count"), keys="count"),
        *of(Kind.SHARE, t("andel", "share"), keys="share"), *of(Kind.COUNT, t("i alt", "total"), keys="total"),
    )  # fmt: skip
    return Table(heading(context, indicator), columns, tuple(rows), id="grunde-tal")
