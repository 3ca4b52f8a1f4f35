"""The action plan's goals by group, for pages. Of the public edition the states alone: notes are what people wrote, and
counts behind a state stand on the pages that protect them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from data.improvements import Register
from data.plan import DEFAULT, ActionPlan, Goal, groups, names, plan
from data.registers import Registers
from data.store import Snapshot
from indicators.plan import NOTHING, MeasureState, states, together
from results.view import Edition

__all__ = ["DEFAULT", "GoalRow", "MeasureState", "PlanStatus", "names", "status"]


@dataclass(frozen=True)
class GoalRow:
    """A goal with the state that each group has reached, in the order of ``PlanStatus.groups``."""

    goal: Goal
    states: tuple[str, ...]

    def count(self, state: str) -> int:
        return self.states.count(state)


@dataclass(frozen=True)
class PlanStatus:
    """A plan's goals × groups, those groups first that have reached most."""

    plan: ActionPlan
    groups: tuple[str, ...]
    rows: tuple[GoalRow, ...]
    measures: tuple[MeasureState, ...]

    def of_group(self, group: str) -> tuple[MeasureState, ...]:
        """The group's measures, in the plan's order."""
        return tuple(one for one in self.measures if one.group == group)

    def state(self, goal: int, group: str) -> str:
        """The state of a goal in a group."""
        return next(row for row in self.rows if row.goal.number == goal).states[self.groups.index(group)]

    def reached(self, group: str) -> int:
        """How many goals a group has reached."""
        place = self.groups.index(group)
        return sum(row.states[place] == "met" for row in self.rows)


def status(snapshot: Snapshot, edition: Edition, name: str) -> PlanStatus:
    """The state of a plan. Raises PlanRefused where there is no such plan."""
    wanted = plan(name)
    version = (Registers(snapshot.root).version(), Register(snapshot.root).version())
    found = snapshot.remember(("plan", name, version), lambda: tuple(states(snapshot, wanted)))
    if edition.hides:
        found = tuple(replace(one, evidence=NOTHING, date=None) for one in found)
    by_group = {group: [one for one in found if one.group == group] for group in groups()}

    def state(goal: int, group: str) -> str:
        return together([one.state for one in by_group[group] if one.measure.goal == goal])

    reached = {group: sum(state(goal.number, group) == "met" for goal in wanted.goals) for group in groups()}
    known = {group: sum(one.state != "not_known" for one in by_group[group]) for group in groups()}
    order = sorted(groups(), key=lambda group: (-reached[group], -known[group], groups().index(group)))
    rows = tuple(GoalRow(goal, tuple(state(goal.number, group) for group in order)) for goal in wanted.goals)
    return PlanStatus(wanted, tuple(order), rows, found)
