"""The audit meeting in words: why an indicator is on the agenda, statuses, what came of a decision."""

from __future__ import annotations

from data.text import Text
from results.meeting import AgendaItem, MeetingDecision
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
