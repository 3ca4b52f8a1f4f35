"""The department's indicators: what to look at first as cards, the rest as compact rows by verdict."""

from __future__ import annotations

from collections.abc import Sequence

from data.period import before
from layouts.act.link import Reached
from layouts.actions.parts import Planned
from layouts.department.warnings import Warned
from layouts.frame import shell
from layouts.overview.parts import estimate, link_to
from layouts.parts import cards, html, marks
from results.across import graded_kind
from results.audit import Cell
from results.department import DepartmentRow, DepartmentUnit
from words import department as text
from words import format as fmt
from words import verdicts
from words.overview import aside
from words.reader import Reader

HIGH = 0.05  # above this share the uoplyste stand in amber
#: Groups of the rest, in order.
GROUPS = (*verdicts.IN_ORDER[1:], "uncertain", "target", "no_standard", "not_mature", "hidden", "no_data")


def indicators(
    context: Reader,
    unit: DepartmentUnit,
    rows: Sequence[DepartmentRow],
    warned: Warned,
    planned: Planned,
    reached: Reached,
    said: object,
    ways: object,
    *below: object,
) -> html.Div:
    """Two columns on wide screens: what to look at first, what is better than the country, what is ``said`` of warnings
    and the ``ways`` onward; and the rest with what is ``below``. On a phone the ways stand after the rest.

    First come the indicators that are clearly not met, or have a strong warning; a warning stands under its indicator.
    """
    t = context.t
    first = [row for row in rows if row.kind == "not_met" or (warned.alarms(row) and _has_card(row))]
    # Survival without a standard has a section of its own.
    rest = [row for row in rows if row not in first and (row.now.standard or not row.indicator.survival_years)]
    parts: list = []
    if first:
        note = t("streg: 95 %-interval", "line: 95% interval")
        title = t("Se på disse først", "Look at these first")
        shown = [_card(context, unit, row, _under(row, planned, reached, warned)) for row in first]
        parts.append(shell.section(title, *shown, note=note, kind="lead-section first", id="foerst"))
    groups: list = []
    for kind in GROUPS:
        members = [row for row in rest if graded_kind(row.now) == kind]
        if members:
            lines = [
                html.Div([_compact(context, unit, row), *_under(row, planned, reached, warned)]) for row in members
            ]
            groups.append(html.Div([_head(context, kind, members), *lines], className="rest-group"))
    best = text.better(rows)
    if best:
        title = t("Klart bedre end landet", "Clearly better than the country")
        note = t("andel, landets andel", "share, the country's share")
        lines = [_best(context, row) for row in best]
        parts.append(shell.section(title, *lines, note=note, kind="lead-section best", id="bedre"))
    if groups:
        title = t("Resten", "The rest") if first else t("Indikatorer", "Indicators")
        note = t("andel, 95 %-interval", "share, 95% interval")
        parts.append(shell.section(title, *groups, note=note, kind="lead-section rest", id="resten"))
    under = [one for one in below if one is not None]
    if not ((first or best) and groups):
        lower = html.Div([html.Div([said, ways]), *under], className="department-below")
        return html.Div([*parts, lower], className="department-rows one")
    *left, right = parts
    # What is below stands under the shorter column: a card is as high as some four of the rest's rows.
    is_long = _CARD * len(first) + len(best) + _CARD > len(rest)
    lower = html.Div(under, className="department-under")
    return html.Div(
        [
            html.Div([*left, said, html.Div(ways, className="only-wide"), *([] if is_long else [lower])]),
            html.Div([right, html.Div(ways, className="only-phone"), *([lower] if is_long else [])]),
        ],
        className="department-rows",
    )


_CARD = 4  # rows
#: Verdicts that make one ask why, case by case.
_ASKED = ("not_met", "probably_not_met", "unsettled")


def _under(row: DepartmentRow, planned: Planned, reached: Reached, warned: Warned) -> list:
    """What stands under a row: who can still be reached, the plan, the warning."""
    return [
        *reached.under(row.indicator, row.site, row.now.said in _ASKED),
        *planned.under(row, warned.alarms(row)),
        *warned.under(row),
    ]


def _best(context: Reader, row: DepartmentRow) -> html.Div:
    """A row of what is better than the country: the share, and the country's beside it."""
    cell, lang = row.now, context.lang
    detail = [counts_text(context, row, cell), " · ", fmt.interval(cell.lower, cell.upper, 1, lang)]
    country = fmt.percent(row.nation[row.period].rate, 1, lang)
    shown = context.t(f"landet {country}", f"the country {country}")
    return cards.compact(title_of(context, row), link_to(context, row), detail, fmt.percent(cell.rate, 1, lang), shown)


def _has_card(row: DepartmentRow) -> bool:
    """Whether a card can be drawn: a result against a standard."""
    return row.now.rate is not None and row.now.standard is not None and row.kind in ("uncertain", "met")


def _head(context: Reader, kind: str, members: Sequence[DepartmentRow]) -> html.H3:
    t, number = context.t, len(members)
    plural = "indikator" if number == 1 else "indikatorer", "indicator" if number == 1 else "indicators"
    how_many = f"{fmt.count(number, context.lang)} {t(*plural)}"
    if kind == "target":
        word = html.Span(t("udviklingsmål", "development target"), className="verdict-word")
        return html.H3([word, html.Span(f" {how_many}", className="compact-count")], className="compact-head")
    return cards.compact_head(kind, how_many, context.lang)


def title_of(context: Reader, row: DepartmentRow) -> str:
    """The title; after surgery with the days, of survival with the cohort: 'Død efter operation, 30 dage'."""
    text = row.title.in_(context.lang)
    if row.indicator.survival_years or (row.indicator.family == "surgery" and not row.site):
        beside = aside(context, row)
        return f"{text}, {beside}" if beside else text
    return text


def _qualifier(context: Reader, row: DepartmentRow) -> str:
    """What the title leaves out: 'ikke akut'."""
    text = aside(context, row)
    return "" if not text or text in title_of(context, row) else text


def _card(context: Reader, unit: DepartmentUnit, row: DepartmentRow, warning: list) -> html.Article:
    t, lang, cell = context.t, context.lang, row.now
    goal, nation = cell.standard, row.nation[row.period]
    standard = f"standard {fmt.standard(goal.operator, goal.value, lang)}"
    around = (goal.value, goal.value * 0.999, cell.lower, cell.upper, cell.rate, nation.rate)
    values = [value for value in around if value is not None]
    better = "higher" if row.indicator.higher_is_better else "lower"
    scale = marks.scale_over(values, better, 0.1 if max(values) - min(values) > 0.05 else 0.05)
    facts = [counts_text(context, row, cell), missing_text(context, cell)]
    earlier = before(row.period)
    last = row.own[earlier]
    if last.rate is not None:
        year = fmt.period(earlier, context.first_month, context.lang)
        facts.append(f"{year}: {fmt.percent(last.rate, 1, lang)}")
    return cards.attention(
        title_of(context, row),
        link_to(context, row),
        verdict_name=cell.said,
        standard=" · ".join(part for part in (standard, _qualifier(context, row)) if part),
        value=fmt.percent(cell.rate, 1, lang),
        interval=fmt.interval(cell.lower, cell.upper, 1, lang),
        strip=marks.own_strip(
            scale,
            estimate(cell, unit.name),
            standard=goal.value,
            reference=(t("landet", "Denmark"), nation.rate) if nation.rate is not None else None,
            lang=lang,
        ),
        facts=facts,
        more=[html.P(beside(context, unit, row, limits=True), className="card-beside only-wide"), *warning],
        lang=lang,
    )


def _compact(context: Reader, unit: DepartmentUnit, row: DepartmentRow) -> html.Div:
    lang, cell = context.lang, row.now
    details: list = [_qualifier(context, row)]
    if cell.standard is not None:
        details.append(fmt.standard(cell.standard.operator, cell.standard.value, lang))
    if row.kind == "target":
        details.append(verdicts.cell_text(cell, lang))
    elif cell.probability is not None:
        details.append(verdicts.probability_text(cell.probability, lang))
    if settled := verdicts.beside(cell, lang):
        details.append(html.Strong(settled, className="settles"))
    if row.kind == "not_mature":
        details.append(verdicts.not_mature_text(cell.mature_on, lang))
    details += [counts_text(context, row, cell), missing_text(context, cell)]
    inside: list = []
    for number, part in enumerate(part for part in details if part):
        inside += [" · ", part] if number else [part]
    inside.append(html.Span(beside(context, unit, row), className="compact-beside only-wide"))
    value = fmt.percent(cell.rate, 1, lang) if cell.rate is not None else _no_value(context, cell)
    interval = fmt.interval(cell.lower, cell.upper, 1, lang) if cell.rate is not None else ""
    return cards.compact(title_of(context, row), link_to(context, row), inside, value, interval)


def _no_value(context: Reader, cell: Cell) -> str:
    return context.t("skjult", "hidden") if cell.hidden else fmt.NONE


def beside(context: Reader, unit: DepartmentUnit, row: DepartmentRow, limits: bool = False) -> str:
    """'Sjælland 88,1 % · Danmark 93,6 %', with intervals on request."""
    return " · ".join(
        f"{name}{fmt.NBSP}{value_text(context, cell, limits)}"
        for name, cell in (
            (unit.region_name, row.region[row.period]),
            (context.t("Danmark", "Denmark"), row.nation[row.period]),
        )
    )


def value_text(context: Reader, cell: Cell, limits: bool = False) -> str:
    """'93,6 %', with limits '93,6 % (92,8–94,4)'; 'skjult', or a dash where there is nothing."""
    if cell.rate is None:
        return _no_value(context, cell)
    text = fmt.percent(cell.rate, 1, context.lang)
    if limits and cell.lower is not None and cell.upper is not None:
        text += f" ({fmt.interval(cell.lower, cell.upper, 1, context.lang)})"
    return text


def counts_text(context: Reader, row: DepartmentRow, cell: Cell) -> str:
    """'188 af 225'; of survival '287 forløb'; of a hidden result nothing."""
    if cell.hidden or cell.denominator is None:
        return ""
    if row.indicator.survival_years:
        count = fmt.count(cell.denominator, context.lang)
        return context.t(f"{count} forløb", f"{count} cases")
    return fmt.of(cell.numerator, cell.denominator, context.lang)


def missing_text(context: Reader, cell: Cell) -> object:
    """'uoplyst 11 (4,7 %)', in bold amber above 5 %."""
    word = context.t("uoplyst", "missing")
    if cell.missing is None:
        return f"{word} {context.t('skjult', 'hidden')}"
    text, share = f"{word} {fmt.count(cell.missing, context.lang)}", cell.missing_share
    if not cell.missing or share is None:
        return text
    text = f"{text} ({fmt.percent(share, 1, context.lang)})"
    return html.Span(text, className="is-high") if share > HIGH else text
