"""What happened in a department's quarter that it should hear of: strong signals that were new, and what is beside.

A message is sent for new strong signals (chance takes one chart once in STRONG_ALARM_YEARS), more than the department's
charts give by themselves, or for a decision whose deadline fell in the quarter; what accompanies it (patients who
started late, patients still within reach) sends none by itself. Counts alone, of the working edition: no patient is
named. See docs/methods-messages.md.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from data.schema import LEGS
from data.store import Snapshot
from indicators.declaration import Indicator
from indicators.waits import legs_sql
from results import meeting, reach
from results.audit import unit_table
from results.places import DepartmentPlace, HospitalPlace, departments, hospitals
from results.view import View, periods
from results.warnings import charts, digest
from results.warnings.digest import Quarter
from results.warnings.signals import STRONG_ALARM_YEARS, ShownSignal, everywhere, of_databases

#: Facts that one message holds at most.
MOST = 5
#: In the order of a message.
KINDS = ("worse", "decision", "better", "late", "reach")
#: In at most this share of quarters a department in control gets a message: one in two years.
FALSE_SHARE = 1 / 8
#: A month counts from the change on where that fell in its first days.
_FIRST_DAYS = 7


@dataclass(frozen=True)
class MessageFact:
    """One fact, with its counts. ``part`` of ``of`` patients; ``expected``: how many of them were to be expected, None
    where nothing is; ``since``: the first month counted. ``text``: what was decided; ``day``: the deadline of that.
    """

    kind: str
    database: str
    unit: str
    unit_name: str
    part: int
    of: int
    indicator: Indicator | None = None
    leg: str = ""
    expected: float | None = None
    since: dt.date | None = None
    text: str = ""
    responsible: str = ""
    day: dt.date | None = None


@dataclass(frozen=True)
class QuarterMessage:
    """One page for a department (``is_hospital`` false) or a hospital. ``left_out``: facts without room in it."""

    code: str
    name: str
    region: str
    is_hospital: bool
    quarter: Quarter
    databases: tuple[str, ...]
    facts: tuple[MessageFact, ...]
    left_out: int
    cuts: dict[str, dt.date]


@dataclass(frozen=True)
class QuarterMessages:
    """The messages of a quarter, and of how many departments and hospitals it asked."""

    messages: tuple[QuarterMessage, ...]
    departments: int
    hospitals: int


def of_quarter(view: View, quarter: Quarter) -> QuarterMessages:
    """The messages of one of ``digest.quarters``, whose end the data reach, by region and name."""
    if view.edition.hides:
        raise reach.NotForAll(f"the {view.edition.name} edition has no messages to departments")
    snapshot = view.snapshot
    facts = sorted(_facts(view, quarter), key=lambda one: (KINDS.index(one.kind), -_weight(one), one.database))
    made = []
    for place in (*departments(snapshot), *hospitals(snapshot)):
        codes = {one.code for one in place.departments} if isinstance(place, HospitalPlace) else {place.code}
        own = [one for one in facts if one.unit in codes]
        if _happened(view, quarter, codes, own):
            made.append(_message(snapshot, quarter, place, own))
    return QuarterMessages(tuple(made), len(departments(snapshot)), len(hospitals(snapshot)))


def _happened(view: View, quarter: Quarter, codes: Collection[str], facts: Sequence[MessageFact]) -> bool:
    """Whether a message is sent: a deadline fell, or there are more new strong signals than so many charts give by
    themselves oftener than in ``FALSE_SHARE`` of quarters."""
    if any(one.kind == "decision" for one in facts):
        return True
    signals = sum(one.kind in ("worse", "better") for one in facts)
    return bool(signals) and signals >= needed(_charts(view, quarter, codes))


def needed(charts: int) -> int:
    """The least number of new strong signals in a quarter that so many charts in control reach in at most
    ``FALSE_SHARE`` of quarters (Poisson, one in STRONG_ALARM_YEARS years and chart)."""
    rate, number, missing = charts / (4 * STRONG_ALARM_YEARS), 0, 1.0
    while missing > FALSE_SHARE:
        missing -= math.exp(-rate) * rate**number / math.factorial(number)
        number += 1
    return max(1, number)


def _charts(view: View, quarter: Quarter, codes: Collection[str]) -> int:
    """How many charts of these departments were watched at the quarter's end."""
    views = [one for one in everywhere(view) if one.info.data_cut >= quarter.first]
    days = {one.database: min(quarter.last, one.info.data_cut) for one in views}
    return of_databases(views, days, tuple(sorted(codes))).watched if views else 0


def _message(
    snapshot: Snapshot, quarter: Quarter, place: DepartmentPlace | HospitalPlace, facts: Sequence[MessageFact]
) -> QuarterMessage:
    cuts = {code: snapshot.info(code).data_cut for code in place.databases}
    return QuarterMessage(
        place.code, place.name, place.region, isinstance(place, HospitalPlace), quarter, tuple(place.databases),
        tuple(facts[:MOST]), len(facts[MOST:]), cuts,
    )  # fmt: skip


def _weight(one: MessageFact) -> float:
    return one.part if one.expected is None else abs(one.part - one.expected)


def _facts(view: View, quarter: Quarter) -> list[MessageFact]:
    names = {one.code: one.name for one in departments(view.snapshot)}
    found = [*_signals(view, quarter, names)]
    for one in everywhere(view):
        found += _late(one, quarter, names)
        found += _decisions(one, quarter)
    found += _within_reach(view, quarter)
    return found


def _signals(view: View, quarter: Quarter, names: dict[str, str]) -> list[MessageFact]:
    found: dict[tuple, MessageFact] = {}
    views = {one.database: one for one in everywhere(view)}
    for hospital in digest.hospitals(view):
        seen = digest.digest(view, hospital, quarter)
        for one in seen.new:
            if one.strong and one.key not in found and (fact := _signal(views[one.database], one, seen, names)):
                found[one.key] = fact
    return list(found.values())


def _signal(view: View, signal: ShownSignal, seen: digest.Digest, names: dict[str, str]) -> MessageFact | None:
    """The whole months since the change: patients, unwanted outcomes, how many were expected."""
    day = min(seen.quarter.last, view.info.data_cut)
    months = charts.months(view, signal.unit, signal.indicator.id, day)
    first = signal.since.replace(day=1)
    if signal.since.day > _FIRST_DAYS:
        first = (first + dt.timedelta(days=31)).replace(day=1)
    months = months[months["start"] >= pd.Timestamp(first)]
    if not months["n"].sum():
        first = signal.since.replace(day=1)
        months = charts.months(view, signal.unit, signal.indicator.id, day)
        months = months[months["start"] >= pd.Timestamp(first)]
    name = names.get(signal.unit, signal.unit_name)
    return MessageFact(
        "worse" if signal.worse else "better", view.database, signal.unit, name, int(months["unwanted"].sum()),
        int(months["n"].sum()), signal.indicator, expected=float(months["expected"].sum()), since=first,
    )  # fmt: skip


def _late(view: View, quarter: Quarter, names: dict[str, str]) -> list[MessageFact]:
    """Of those who started within the quarter, by department and leg, how many did so past the legal maximum."""
    if "waits" not in view.info.rows:
        return []
    sql = (
        "SELECT leg, department, count(*) FILTER (over_days > 0)::BIGINT AS late, count(*)::BIGINT AS started "
        f"FROM {legs_sql()} WHERE r.\"end\" = 'started' AND stop_date >= $from_date AND stop_date < $to_date "
        "GROUP BY ALL ORDER BY ALL"
    )
    params = {
        "data_cut": view.info.data_cut,
        "from_date": quarter.first,
        "to_date": quarter.next.first,
    }
    return [
        MessageFact("late", view.database, unit, names.get(unit, unit), int(late), int(started), leg=leg)
        for leg, unit, late, started in view.snapshot.rows(view.database, sql, params)
        if late and leg in LEGS
    ]


def _decisions(view: View, quarter: Quarter) -> list[MessageFact]:
    """Decisions of audit meetings that name a department, whose deadline fell in the quarter and which are not done."""
    found = []
    for period in periods(view.snapshot, view.database):
        for key, one in meeting.decisions(view, period).items():
            if not one.due(quarter.last) or one.deadline < quarter.first:
                continue
            indicator, _, site = key.partition(".")
            at = replace(view, period=period, where=(("site", site),) if site else ())
            table = unit_table(at, indicator)
            for unit in meeting.concerned(table, one):
                cell = table.cell(unit)
                found.append(
                    MessageFact(
                        "decision", view.database, unit.code, unit.full_name, cell.numerator or 0,
                        cell.denominator or 0, table.indicator, text=one.text, responsible=one.responsible,
                        day=one.deadline,
                    )
                )  # fmt: skip
    return found


def _within_reach(view: View, quarter: Quarter) -> list[MessageFact]:
    """Those whom each department can still reach on the data cut, and for how many the last day is within a week; of
    the latest quarter alone, for they are today's patients."""
    found = []
    for one in everywhere(view):
        if one.info.data_cut > quarter.next.last:
            continue
        for listed in reach.by_department(view.snapshot, view.edition, one.database):
            week, every = reach.people(listed.this_week), reach.people(listed.patients)
            found.append(MessageFact("reach", one.database, listed.place.code, listed.place.name, week, every))
    return found
