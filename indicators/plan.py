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
from data.text import Text
from indicators.catalogue import BY_ID, why_not_reported
from indicators.engine import table

COLUMNS = ("plan", "pillar", "goal", "group", "state", *(STATES))
MEASURE_COLUMNS = ("plan", "goal", "measure", "group", "state", "source", "evidence", "date")

NOTHING = Text("", "")
NOT_REPORTED = Text("ikke opgjort", "not reported")


@dataclass(frozen=True)
class MeasureState:
    """A measure of a group: its state, whether it follows from the ``data`` or was ``entered``, and on what."""

    measure: Measure
    group: str
    state: str
    source: str
    evidence: Text
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
        (plan.name, one.measure.goal, one.measure.id, one.group, one.state, one.source, one.evidence.en, one.date)
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
            return MeasureState(measure, group, "not_known", "entered", NOTHING)
        reached = sum(values)
        state = "met" if reached >= int(about) else "on_the_way" if reached else "not_met"
        return MeasureState(measure, group, state, "entered", _plain(f"{reached} / {about}"))
    if measure.entered:
        one = said.get((measure.id, group))
        if one is None:
            return MeasureState(measure, group, "not_known", "entered", NOTHING)
        return MeasureState(measure, group, one.state, "entered", _plain(one.note), one.date)
    databases = [one.code for one in reference.databases() if one.group == group and one.code in snapshot.databases]
    if not databases:
        there = Text("ingen data i lageret", "no data in the store")
        return MeasureState(measure, group, "not_known", "data", there)
    found = [_of_database(snapshot, code, rule, about) for code in databases]
    evidence = found[0][1]
    if len(found) > 1:
        pairs = list(zip(databases, [text for _, text in found], strict=True))
        evidence = Text(
            "; ".join(f"{code}: {text.da}" for code, text in pairs),
            "; ".join(f"{code}: {text.en}" for code, text in pairs),
        )
    return MeasureState(measure, group, together([state for state, _ in found]), "data", evidence)


def _of_database(snapshot: Snapshot, code: str, rule: str, about: str) -> tuple[str, Text]:
    info = snapshot.info(code)
    if rule == "reported":
        every = "&" in about
        wanted = [BY_ID[one] for one in about.split("&" if every else "|")]
        there = [one for one in wanted if why_not_reported(one, info) is None]
        enough = len(there) == len(wanted) if every else bool(there)
        if not there:
            return "not_met", NOT_REPORTED
        titles = Text(", ".join(one.title.da for one in there), ", ".join(one.title.en for one in there))
        return "met" if enough else "on_the_way", titles
    if rule == "at_least":
        name, least = about.split()
        return _at_least(snapshot, code, name, float(least))
    if rule == "survival":
        if "cause_of_death" in info.columns["cases"]:
            return "met", Text("total og kræftspecifik", "total, cancer-specific")
        return "on_the_way", Text("total; dødsårsagen er ikke leveret", "total; the cause of death was not delivered")
    if rule == "initiative":
        many = len(Register(snapshot.root).all(code))
        unit = ("projekt", "initiative") if many == 1 else ("projekter", "initiatives")
        return ("met" if many else "not_met"), Text(f"{many} {unit[0]}", f"{many} {unit[1]}")
    final = frozen_of(snapshot.root, code)
    return ("met", _plain(final)) if final else ("not_met", Text("ingen endelig rapport", "no final report"))


def _at_least(snapshot: Snapshot, code: str, name: str, least: float) -> tuple[str, Text]:
    indicator, info = BY_ID[name], snapshot.info(code)
    if why_not_reported(indicator, info) is not None:
        return "not_met", NOT_REPORTED
    last = info.data_cut - dt.timedelta(days=indicator.follow_up)
    whole = last.year if (last.month, last.day) == (12, 31) else last.year - 1
    rows = table(snapshot, code, indicator, Selection(("year",)))
    rows = rows[(rows["year"] <= whole) & (rows["denominator"] > 0)]
    if rows.empty:
        return "not_known", Text("intet helt år", "no whole year")
    row = rows.sort_values("year").iloc[-1]
    counted, year = f"{row['numerator']}/{row['denominator']}", row["year"]
    percent = f"{100 * row['rate']:.1f}"
    told = Text(f"{counted} = {percent.replace('.', ',')} % i {year}", f"{counted} = {percent}% in {year}")
    return ("met" if row["rate"] >= least else "not_met"), told


def _plain(text: str) -> Text:
    """A text that is the same in both languages: a number, what somebody wrote."""
    return Text(text, text)
