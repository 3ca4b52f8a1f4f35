"""The yearly audit meeting of a database: its agenda by need for discussion, and what was decided.

Decisions are kept in the registers (data/registers.py) by database, reporting year, indicator and site; the next
year's meeting begins with them. Of the working edition alone.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from data.published import Published
from data.registers import Entry, Registers
from results.audit import Cell, OverviewRow, Unit, UnitTable, overview, unit_table
from results.foundation import bears, both_bear
from results.indicator.change import Change, change
from results.nodes import divisible
from results.variation.comparison import comparisons
from results.view import View
from results.warnings import signals

DECISIONS, AGENDAS = "decisions", "agendas"
STATUSES = ("open", "started", "done", "dropped")
#: Why an indicator is to be discussed, and how much it weighs; each unit or signal more adds the second number.
WEIGHTS = {
    "not_met": (100, 0),
    "alarm": (60, 10),
    "due": (55, 0),
    "worse": (50, 0),
    "decided": (30, 0),
    "units": (20, 5),
    "variation": (15, 0),
}


@dataclass(frozen=True)
class MeetingDecision:
    """What was decided on an indicator. ``revision``: of the register; ``status``: one of STATUSES."""

    text: str
    responsible: str
    deadline: dt.date | None
    status: str
    outcome: str
    at: dt.datetime
    author: str
    revision: int

    def due(self, day: dt.date) -> bool:
        """Whether its deadline has passed and it is not done."""
        return self.deadline is not None and self.deadline <= day and self.status in ("open", "started")


@dataclass(frozen=True)
class AgendaItem:
    """An indicator on the agenda: its results, why it is there (kind, number), last year's decision and this year's."""

    row: OverviewRow
    table: UnitTable
    reasons: tuple[tuple[str, int], ...]
    before: MeetingDecision | None
    decision: MeetingDecision | None

    @property
    def key(self) -> str:
        """Its name in addresses and in the agenda: 'mdt_before_treatment' or 'anastomotic_leak_30d.C18'."""
        return f"{self.row.indicator.id}.{self.row.site}" if self.row.site else self.row.indicator.id

    @property
    def weight(self) -> int:
        return sum(WEIGHTS[kind][0] + WEIGHTS[kind][1] * number for kind, number in self.reasons)

    @property
    def nation(self) -> Cell:
        return self.table.cell(self.table.nation)


def subject(database: str, period: int, key: str) -> str:
    """The name of a decision in the register."""
    return f"{database}/{period}/{key}"


def decisions(view: View, period: int) -> dict[str, MeetingDecision]:
    """key → what was decided in a year's meeting; taken back ones are left out."""
    start = f"{view.database}/{period}/"
    found = Registers(view.snapshot.root).latest(DECISIONS, start)
    made = {name.removeprefix(start): _decision(entry) for name, entry in found.items()}
    return {key: one for key, one in made.items() if one.text}


def _decision(entry: Entry) -> MeetingDecision:
    body = entry.body
    deadline = dt.date.fromisoformat(str(body["deadline"])) if body.get("deadline") else None
    return MeetingDecision(
        str(body["text"]), str(body.get("responsible", "")), deadline, str(body.get("status", "open")),
        str(body.get("outcome", "")), entry.at, entry.author, entry.revision,
    )  # fmt: skip


def agenda(view: View) -> tuple[AgendaItem, ...]:
    """The indicators to discuss, most needed first, or in the order that the group has chosen; without those left out.

    Raises data.once.BeingMade while comparisons or warnings are being made.
    """
    return tuple(one for one in _whole(view) if one.key not in chosen(view)[1])


def everything(view: View) -> tuple[AgendaItem, ...]:
    """As ``agenda``, with those left out."""
    return _whole(view)


def discussed(view: View) -> frozenset[tuple[str, str]]:
    """(indicator, site) of those on the agenda that something speaks for discussing, or something was decided on.

    In the public edition what people decided says nothing: those alone that its own results speak for.
    """
    if isinstance(view.snapshot, Published):
        speaks = set()
        for row in (row for row in overview(view) if row.not_reported is None):
            table = unit_table(view.for_site(row.site), row.indicator.id)
            if any(table.cell(unit).state == "not_met" for unit in table.units):
                speaks.add((row.indicator.id, row.site))
        return frozenset(speaks)
    found = set()
    for one in agenda(view):
        kinds = {kind for kind, _ in one.reasons}
        decided = one.decision is not None and not view.edition.hides
        if decided or (kinds - {"decided", "due"} if view.edition.hides else kinds):
            found.add((one.row.indicator.id, one.row.site))
    return frozenset(found)


def chosen(view: View) -> tuple[tuple[str, ...], frozenset[str], int]:
    """The group's own order (keys), what it has left out, and the revision of that in the register."""
    name = f"{view.database}/{view.period}"
    found = Registers(view.snapshot.root).latest(AGENDAS, name).get(name)
    if found is None:
        return (), frozenset(), 0
    return tuple(found.body["order"]), frozenset(found.body["out"]), found.revision


def _whole(view: View) -> tuple[AgendaItem, ...]:
    before, now = decisions(view, view.period - 1), decisions(view, view.period)
    alarms: dict[str, int] = {}
    for one in signals.watch(view).some(True, signals.WORSE):
        alarms[one.indicator.id] = alarms.get(one.indicator.id, 0) + 1
    compared = comparisons(view, "department")
    items = []
    for row in overview(view):
        there = view.for_site(row.site)
        if row.not_reported is not None or not divisible(there, row.indicator.id):
            continue
        table = unit_table(there, row.indicator.id)
        if table.cell(table.nation).rate is None:
            continue
        item = AgendaItem(row, table, (), None, None)
        last = before.get(item.key)
        real = not row.site and row.indicator.id in compared and compared[row.indicator.id].verdict == "real"
        reasons = _reasons(item, alarms.get(row.indicator.id, 0), real, last, view.info.data_cut)
        items.append(AgendaItem(row, table, reasons, last, now.get(item.key)))
    items.sort(key=lambda one: -one.weight)
    order = {key: place for place, key in enumerate(chosen(view)[0])}
    return tuple(sorted(items, key=lambda one: order.get(one.key, len(order))))


def _reasons(
    item: AgendaItem, alarms: int, varies: bool, last: MeetingDecision | None, day: dt.date
) -> tuple[tuple[str, int], ...]:
    cell, wrong = item.nation, len(wrong_units(item.table))
    found = []
    if cell.state == "not_met" and bears(cell):
        found.append(("not_met", 1))
    if alarms:
        found.append(("alarm", alarms))
    if last is not None:
        found.append(("due" if last.due(day) else "decided", 1))
    earlier = item.table.cell(item.table.nation, item.table.view.period - 1)
    moved = change(earlier, cell) if both_bear(earlier, cell) else None
    if moved is not None and moved.clear and (moved.difference > 0) != item.row.indicator.higher_is_better:
        found.append(("worse", 1))
    if wrong:
        found.append(("units", wrong))
    if varies:
        found.append(("variation", 1))
    return tuple(found)


@dataclass(frozen=True)
class UnitOutcome:
    """What a department's result has done since a decision that names it: the year before, now, and the change, None
    where one of them bears none."""

    unit: Unit
    before: Cell
    now: Cell
    change: Change | None

    @property
    def rates(self) -> tuple[float | None, float | None]:
        return self.before.rate, self.now.rate


def concerned(table: UnitTable, one: MeetingDecision) -> tuple[Unit, ...]:
    """The departments that a decision names, in its text or as responsible, by name or hospital; a hospital's name
    means all of its departments in the table."""
    text = f"{one.text} {one.responsible}"
    return tuple(unit for unit in table.of_level("department") if unit.code and _named(unit, text))


def _named(unit: Unit, text: str) -> bool:
    names = {unit.name, unit.full_name, unit.full_name.rpartition(", ")[2]}
    return any(re.search(rf"(?<!\w){re.escape(name)}s?(?!\w)", text, re.IGNORECASE) for name in names if name)


def outcomes(item: AgendaItem, one: MeetingDecision) -> tuple[UnitOutcome, ...]:
    """What has become of each department that a decision of last year names."""
    found = []
    for unit in concerned(item.table, one):
        before, now = item.table.cell(unit, item.table.view.period - 1), item.table.cell(unit)
        found.append(UnitOutcome(unit, before, now, change(before, now) if both_bear(before, now) else None))
    return tuple(found)


def wrong_units(table: UnitTable) -> tuple[Unit, ...]:
    """The departments clearly on the wrong side of the standard, worst first."""
    sign = 1 if table.indicator.higher_is_better else -1
    found = [one for one in table.of_level("department") if one.code and table.cell(one).state == "not_met"]
    return tuple(sorted(found, key=lambda one: sign * table.cell(one).rate))
