"""The overview on a phone: what needs attention first in full, the rest as compact rows by verdict."""

from __future__ import annotations

from collections.abc import Sequence

from layouts.frame import shell
from layouts.overview.parts import HIGH, estimate, in_order, link_to
from layouts.parts import cards, html, marks
from layouts.parts.tables import LEAST_TO_SORT
from results.audit import Cell, OverviewRow
from results.table import Table
from words import format as fmt
from words.overview import aside, bad_regions, current
from words.reader import Reader
from words.verdicts import IN_ORDER, beside


def phone(context: Reader, rows: Sequence[OverviewRow], table: Table) -> html.Div:
    """What needs attention first as cards, the rest as compact rows by verdict; each in the reader's order."""
    t = context.t
    menu, rows = in_order(context, rows, table)
    first = [row for row in rows if current(row).state == "not_met"]
    parts: list = []
    if first:
        note = t("streg: 95 %-interval", "line: 95% interval")
        title = t("Se på disse først", "Look at these first")
        parts.append(_lead_section(shell.section(title, *[_card(context, row) for row in first], note=note)))
    groups: list = []
    for state in (*IN_ORDER, "no_standard", "not_mature", "hidden", "no_data"):
        members = [row for row in rows if current(row).said == state]
        if members:
            groups.append(cards.compact_head(state, _how_many(context, len(members)), context.lang))
            groups += [_compact(context, row) for row in members]
    if groups:
        title = t("Resten", "The rest") if first else t("Indikatorer", "Indicators")
        note = t("andel, 95 %-interval", "share, 95% interval")
        parts.append(_lead_section(shell.section(title, *groups, note=note)))
    return html.Div([menu, *parts] if len(rows) >= LEAST_TO_SORT else parts)


def _lead_section(section: html.Section) -> html.Section:
    section.className += " lead-section"
    return section


def _how_many(context: Reader, number: int) -> str:
    if number == 1:
        return context.t("1 indikator", "1 indicator")
    return context.t(f"{number} indikatorer", f"{number} indicators")


def _card(context: Reader, row: OverviewRow) -> html.Article:
    t, lang, cell = context.t, context.lang, current(row)
    values = [row.standard.value, cell.lower, cell.upper, cell.rate]
    better = "higher" if row.indicator.higher_is_better else "lower"
    scale = marks.scale_over(values, better, 0.1 if max(values) - min(values) > 0.05 else 0.05)
    word = t("udviklingsmål", "target") if row.is_target else t("standard", "standard")
    before = context.view.three_periods[1]
    last = row.nation[before].rate
    facts: list = [_of(context, row, cell), _missing(context, cell)]
    if last is not None:
        facts.append(f"{fmt.period(before, context.first_month, context.lang)}: {fmt.percent(last, 1, lang)}")
    bad = _bad_text(context, row)
    return cards.attention(
        _title(context, row),
        link_to(context, row),
        verdict_name=cell.said,
        standard=f"{word} {fmt.standard(row.standard.operator, row.standard.value, lang)}",
        value=fmt.percent(cell.rate, 1, lang),
        interval=fmt.interval(cell.lower, cell.upper, 1, lang),
        strip=marks.own_strip(
            scale,
            estimate(cell, t("Danmark", "Denmark")),
            standard=row.standard.value,
            kind=row.standard.kind,
            lang=lang,
        ),
        facts=facts,
        more=[html.P(bad, className="card-regions")] if bad else [],
        lang=lang,
    )


def _compact(context: Reader, row: OverviewRow) -> html.Div:
    lang, cell = context.lang, current(row)
    details: list = []
    if row.standard is not None:
        text = fmt.standard(row.standard.operator, row.standard.value, lang)
        details.append(f"{context.t('udviklingsmål', 'target')} {text}" if row.is_target else text)
    details += [_of(context, row, cell), _missing(context, cell), beside(cell, lang)]
    hidden = context.t("skjult", "hidden") if cell.hidden else fmt.NONE
    value = fmt.percent(cell.rate, 1, lang) if cell.rate is not None else hidden
    interval = fmt.interval(cell.lower, cell.upper, 1, lang) if cell.rate is not None else ""
    detail: list = []
    for part in filter(None, details):
        detail += [" · ", part] if detail else [part]
    if bad := _bad_text(context, row):
        detail.append(html.Span(bad, className="compact-bad"))
    return cards.compact(_title(context, row), link_to(context, row), detail, value, interval)


def _title(context: Reader, row: OverviewRow) -> str:
    beside = aside(context, row)
    return f"{row.title.in_(context.lang)}, {beside}" if beside else row.title.in_(context.lang)


def _of(context: Reader, row: OverviewRow, cell: Cell) -> str:
    if cell.hidden:
        return ""
    if row.indicator.survival_years:
        return context.t(f"{fmt.count(cell.denominator, 'da')} forløb", f"{fmt.count(cell.denominator, 'en')} cases")
    return fmt.of(cell.numerator, cell.denominator, context.lang)


def _missing(context: Reader, cell: Cell) -> object:
    """'uoplyst 11 (4,7 %)', amber above five per cent."""
    word = context.t("uoplyst", "missing")
    if cell.missing is None:
        return f"{word} {context.t('skjult', 'hidden')}"
    text = f"{word} {fmt.count(cell.missing, context.lang)}"
    share = cell.missing_share
    if not cell.missing or share is None:
        return text
    text = f"{text} ({fmt.percent(share, 1, context.lang)})"
    return html.Span(text, className="is-high") if share > HIGH else text


def _bad_text(context: Reader, row: OverviewRow) -> str:
    bad = bad_regions(row)
    if not bad:
        return ""
    everywhere = len(bad) > 1 and len(bad) == sum(cell.rate is not None for _, cell in row.regions)
    where = context.t("alle regioner", "all regions") if everywhere else fmt.listed(bad, context.lang)
    return context.t(f"klart ikke opfyldt: {where}", f"clearly not met: {where}")
