"""The audit meeting in words: why an indicator is on the agenda, statuses, what came of a decision."""

from __future__ import annotations

from collections.abc import Sequence

from data.text import Text
from results.audit import Cell
from results.meeting import AgendaItem, MeetingDecision, UnitOutcome, concerned
from words import format as fmt
from words import indicator as words
from words import overview
from words.reader import Reader

STATUS_NAMES = {
    "open": Text("ikke begyndt", "not begun"),
    "started": Text("i gang", "under way"),
    "done": Text("gennemført", "done"),
    "dropped": Text("opgivet", "given up"),
}
_REASONS = {
    "not_met": (Text("ikke opfyldt for landet", "not met for the country"),) * 2,
    "alarm": (Text("ét stærkt varsel om tilbagegang", "one strong warning of decline"),
              Text("{} stærke varsler om tilbagegang", "{} strong warnings of decline")),
    "due": (Text("sidste års beslutning er forfalden", "last year's decision is overdue"),) * 2,
    "decided": (Text("besluttet sidste år", "decided last year"),) * 2,
    "worse": (Text("landet er gået tilbage", "the country has declined"),) * 2,
    "units": (Text("én afdeling klart på den forkerte side", "one department clearly on the wrong side"),
              Text("{} afdelinger klart på den forkerte side", "{} departments clearly on the wrong side")),
    "variation": (Text("forskelle ud over tilfældet", "differences beyond chance"),) * 2,
}  # fmt: skip


def title(context: Reader, item: AgendaItem) -> str:
    """The indicator's title."""
    return words.title(context, item.table)


def reasons(context: Reader, item: AgendaItem) -> str:
    """'ikke opfyldt for landet; to stærke varsler om tilbagegang'."""
    parts = []
    for kind, number in item.reasons:
        one, many = _REASONS[kind]
        text = (one if number == 1 else many).in_(context.lang)
        parts.append(text.format(overview.digits(number, context.lang)))
    return "; ".join(parts)


def decided(context: Reader, one: MeetingDecision) -> str:
    """'Ansvarlig: afdelingsledelserne. Frist: 01.03.2027. I gang.'"""
    t, lang = context.t, context.lang
    parts = []
    if one.responsible:
        parts.append(f"{t('Ansvarlig', 'Responsible')}: {one.responsible}.")
    if one.deadline is not None:
        parts.append(f"{t('Frist', 'Deadline')}: {fmt.date(one.deadline, lang)}.")
    status = STATUS_NAMES[one.status].in_(lang)
    parts.append(f"{status[:1].upper()}{status[1:]}.")
    if one.outcome:
        parts.append(one.outcome)
    return " ".join(parts)


def since(context: Reader, item: AgendaItem) -> str:
    """What the country's number has done since last year's meeting: '92,0 % i 2024 → 93,9 % i 2025'."""
    table, lang = item.table, context.lang
    parts = []
    for period in (table.view.period - 1, table.view.period):
        cell = table.cell(table.nation, period)
        if cell.rate is not None:
            when = words.cohort(context, table, period)
            parts.append(f"{fmt.percent(cell.rate, 1, lang)} {context.t('i', 'in')} {when}")
    return " → ".join(parts)


def named(context: Reader, item: AgendaItem, one: MeetingDecision) -> str:
    """'Følges for Esbjerg og Aabenraa.': the departments that a decision names; '' where it names none."""
    units = [words.unit_name(context, unit, prose=True) for unit in concerned(item.table, one)]
    if not units:
        return ""
    who = fmt.listed(units, context.lang)
    return context.t(f"Følges for {who}.", f"Followed for {who}.")


def of_unit(context: Reader, item: AgendaItem, one: UnitOutcome) -> tuple[str, str, str]:
    """A department's outcome: name, '84,0 → 83,0 %' and '101/122', with 'bedre' or 'værre' where beyond chance."""
    lang, now = context.lang, one.now
    rates = [_rate(cell, lang) for cell in (one.before, now)]
    shown = f"{rates[0]} → {rates[1]}{fmt.percent_sign(lang)}"
    parts = [words.counts_text(item.table, now, lang)] if now.denominator else []
    if one.change is not None and one.change.clear:
        better = (one.change.difference > 0) == item.row.indicator.higher_is_better
        parts.append(context.t("bedre", "better") if better else context.t("værre", "worse"))
    return words.unit_name(context, one.unit), shown, " ".join(parts)


def beyond_chance(context: Reader, found: Sequence[UnitOutcome]) -> str:
    """What 'bedre' and 'værre' mean beside the outcomes of departments, or that none is so."""
    if not any(one.change is not None and one.change.clear for one in found):
        return context.t("Ændringer inden for det tilfældige (95 %).", "Changes within chance (95%).")
    return context.t("»Bedre« og »værre«: ud over det tilfældige (95 %).",
                     "'Better' and 'worse': beyond chance (95%).")  # fmt: skip


def _rate(cell: Cell, lang: str) -> str:
    return fmt.NONE if cell.rate is None else fmt.percent_number(cell.rate, 1, lang)
