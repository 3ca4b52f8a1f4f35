"""The state of every goal of an action plan, by group: from the data where they know it, else as entered.

Rules: ``reported a|b`` the databases report any of the indicators (``a&b`` all of them); ``at_least a 0.90`` the
country's result of the last whole and mature calendar year is so high; ``survival`` total and cancer-specific survival
can be told; ``final`` an annual report is final; ``initiative`` an improvement initiative is registered; ``entered``,
``half`` a state that people enter; ``sum 25`` a number that the groups enter together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from data import reference
from data.improvements import Register
from data.plan import STATES, ActionPlan, Measure, PlanEntry, entries, groups
from data.registers import frozen_of
from data.selection import Selection
from data.store import Snapshot
from indicators.catalogue import BY_ID, why_not_reported
from indicators.engine import table

COLUMNS = ("plan", "pillar", "goal", "group", "state", *(STATES))
MEASURE_COLUMNS = ("plan", "goal", "measure", "group", "state", "source", "evidence", "date")


@dataclass(frozen=True)
class MeasureState:
    """A measure of a group: its state, whether it follows from the ``data`` or was ``entered``, and on what."""

    measure: Measure
    group: str
    state: str
    source: str
    evidence: str
    date: dt.date | None = None


def states(snapshot: Snapshot, plan: ActionPlan, only: Sequence[str] | None = None) -> list[MeasureState]:
    """Every measure of every group (``only``: of these), in the plan's order.

    A joint measure stands for each group with the sum of all.
    """
    said = entries(snapshot.root, plan.name)
    found = []
    for measure in plan.measures:
        for group in only or groups():
            found.append(_state(snapshot, measure, group, said))
    return found


def by_goal(found: Sequence[MeasureState], plan: ActionPlan) -> pd.DataFrame:
    """COLUMNS, a row for each goal and group: its state and how many of its measures are in each.

    met: all are; not_known: nothing is known of any; not_met: what is known is not met; else on_the_way.
    """
    pillars = {goal.number: goal.pillar for goal in plan.goals}
    rows = []
    for goal in plan.goals:
        for group in dict.fromkeys(one.group for one in found):
            own = [one.state for one in found if one.measure.goal == goal.number and one.group == group]
            counts = [own.count(state) for state in STATES]
            rows.append((plan.name, pillars[goal.number], goal.number, group, together(own), *counts))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def by_measure(found: Sequence[MeasureState], plan: ActionPlan) -> pd.DataFrame:
    """MEASURE_COLUMNS, a row for each measure and group."""
    rows = [
        (plan.name, one.measure.goal, one.measure.id, one.group, one.state, one.source, one.evidence, one.date)
        for one in found
    ]
    return pd.DataFrame(rows, columns=list(MEASURE_COLUMNS), dtype=object)


def together(own: Sequence[str]) -> str:
    """The state of a goal from those of its measures."""
    known = [state for state in own if state != "not_known"]
    if not known:
        return "not_known"
    if all(state == "met" for state in own):
        return "met"
    return "not_met" if all(state == "not_met" for state in known) else "on_the_way"


def _state(snapshot: Snapshot, measure: Measure, group: str, said: dict[tuple[str, str], PlanEntry]) -> MeasureState:
    rule, _, about = measure.rule.partition(" ")
    if rule == "sum":
        values = [one.value or 0 for (name, _), one in said.items() if name == measure.id]
        if not values:
            return MeasureState(measure, group, "not_known", "entered", "")
        reached = sum(values)
        state = "met" if reached >= int(about) else "on_the_way" if reached else "not_met"
        return MeasureState(measure, group, state, "entered", f"{reached} / {about}")
    if measure.entered:
        one = said.get((measure.id, group))
        if one is None:
            return MeasureState(measure, group, "not_known", "entered", "")
        return MeasureState(measure, group, one.state, "entered", one.note, one.date)
    databases = [one.code for one in reference.databases() if one.group == group and one.code in snapshot.databases]
    if not databases:
        return MeasureState(measure, group, "not_known", "data", "no data in the store")
    found = [_of_database(snapshot, code, rule, about) for code in databases]
    said_of = [f"{code}: {text}" for code, (_, text) in zip(databases, found, strict=True)]
    evidence = "; ".join(said_of) if len(found) > 1 else found[0][1]
    return MeasureState(measure, group, together([state for state, _ in found]), "data", evidence)


def _of_database(snapshot: Snapshot, code: str, rule: str, about: str) -> tuple[str, str]:
    info = snapshot.info(code)
    if rule == "reported":
        every = "&" in about
        ids = about.split("&" if every else "|")
        there = [one for one in ids if why_not_reported(BY_ID[one], info) is None]
        enough = len(there) == len(ids) if every else bool(there)
        return "met" if enough else "on_the_way" if there else "not_met", ", ".join(there) or "not reported"
    if rule == "at_least":
        name, least = about.split()
        return _at_least(snapshot, code, name, float(least))
    if rule == "survival":
        specific = "cause_of_death" in info.columns["cases"]
        return ("met", "total, cancer-specific") if specific else ("on_the_way", "total")
    if rule == "initiative":
        many = len(Register(snapshot.root).all(code))
        return ("met" if many else "not_met"), str(many)
    final = frozen_of(snapshot.root, code)
    return ("met", final) if final else ("not_met", "")


def _at_least(snapshot: Snapshot, code: str, name: str, least: float) -> tuple[str, str]:
    indicator, info = BY_ID[name], snapshot.info(code)
    if why_not_reported(indicator, info) is not None:
        return "not_met", "not reported"
    last = info.data_cut - dt.timedelta(days=indicator.follow_up)
    whole = last.year if (last.month, last.day) == (12, 31) else last.year - 1
    rows = table(snapshot, code, indicator, Selection(("year",)))
    rows = rows[(rows["year"] <= whole) & (rows["denominator"] > 0)]
    if rows.empty:
        return "not_known", "no whole year"
    row = rows.sort_values("year").iloc[-1]
    told = f"{row['numerator']}/{row['denominator']} = {row['rate']:.4f} in {row['year']}"
    return ("met" if row["rate"] >= least else "not_met"), told
