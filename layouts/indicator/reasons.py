"""Why patients were not offered, or not included in, a trial: bars inside a real table."""

from __future__ import annotations

from data.output import UsageError
from exports import registry
from exports.files import Sheet
from indicators.catalogue import BY_ID, CATALOGUE
from layouts.frame import shell
from layouts.indicator.report import EXTRAS, site_view
from layouts.indicator.units import hidden_note
from layouts.parts import downloads, html, tables
from results.indicator.reasons import TITLES, ReasonRow, Reasons, reasons
from results.table import Kind, Said, of
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
    columns = [tables.Heading(t("Region", "Region"), "left"), tables.Heading(t("Forløb", "Cases"), css="counts")]
    columns += [tables.Heading(TITLES[part].in_(context.lang), "left", css="reason") for part in found.parts]
    rows = [
        tables.Row(
            words.unit_name(context, row.unit),
            [_count(context, row.total), *(_bar(context, row, number) for number in range(len(found.parts)))],
            "total" if row.unit.level == "nation" else "region",
        )
        for row in found.rows
        if row.total != 0
    ]
    texts = [BY_ID[indicator].why_not.share.in_(context.lang)]
    if found.hides:
        texts.append(hidden_note(context))
    title = f"{heading(context, indicator)} {context.database} {context.period_label}"
    shown = tables.table(title, columns, rows, css="dense reasons", footnotes=[" ".join(texts)])
    links = downloads.line(context, "forsoeg-grunde", indicator)
    return [shell.section(heading(context, indicator), shown, note=links, id="grunde", of=context)]


def _count(context: Reader, count: int | None) -> str:
    return context.t("skjult", "hidden") if count is None else fmt.count(count, context.lang)


def _bar(context: Reader, row: ReasonRow, number: int) -> html.Span:
    """'62,4 % (523)' with a bar from zero."""
    count, share = row.counts[number], row.share(number)
    if count is None:
        return html.Span(context.t("skjult", "hidden"), className="light")
    if share is None:
        return html.Span(fmt.count(count, context.lang))
    bar = html.Span(
        html.I(style={"width": f"{round(share * 100, 2):g}%"}), className="bar-track", **{"aria-hidden": "true"}
    )
    text = [fmt.percent(share, 1, context.lang), html.Span(f" ({fmt.count(count, context.lang)})", className="light")]
    return html.Span([bar, html.Span(text, className="bar-text")], className="reason-cell")


@registry.export("forsoeg-grunde", EXTRAS)
def sheet(context: Reader, subject: str) -> Sheet:
    """The reasons as counts and shares."""
    view = site_view(context)
    found: Reasons | None = reasons(view, subject)
    if found is None:
        declared = [one.id for one in CATALOGUE if one.why_not is not None]
        raise UsageError(f"emne={subject}: reasons are declared for {', '.join(declared)}")
    t, hidden = context.t, Said.HIDDEN
    rows = []
    for row in found.rows:
        for number, part in enumerate(found.parts):
            count = row.counts[number]
            shown = (hidden, hidden) if count is None else (count, row.share(number))
            total = hidden if row.total is None else row.total
            name, reason = words.full_name(context, row.unit), TITLES[part].in_(context.lang)
            rows.append((name, row.unit.code, reason, *shown, total))
    columns = (
        *of(Kind.TEXT, t("enhed", "unit")), *of(Kind.CODE, t("kode", "code")), *of(Kind.TEXT, t("grund", "reason")),
        *of(Kind.COUNT, t("antal", "count")), *of(Kind.SHARE, t("andel", "share")),
        *of(Kind.COUNT, t("i alt", "total")),
    )  # fmt: skip
    return Sheet("grunde", heading(context, subject), columns, tuple(rows), registry.stamp(context))
