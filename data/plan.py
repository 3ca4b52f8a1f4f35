"""Action plans as data: goals, their measures, and what was entered about them.

A plan is two files of ``data/reference``: ``plan_<name>.csv`` (goals) and ``plan_<name>_measures.csv``. The rule of a
measure says how its state is known: from the data (``indicators/plan.py``), or entered into the store's register.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data import reference
from data.registers import Registers
from data.text import Text

#: In the order of a page: reached, under way, not reached, nobody knows.
STATES = ("met", "on_the_way", "not_met", "not_known")
REGISTER = "plan"
#: Rules whose state people enter; of ``sum`` a number for each group, of ``half`` each group's state.
ENTERED = ("entered", "half", "sum")
COLUMNS = ("plan", "measure", "group", "state", "value", "date", "note")
DEFAULT = "2022"
_RULES = re.compile(r"entered|half|survival|final|initiative|sum \d+|reported [\w|&]+|at_least \w+ 0\.\d+")
_LONGEST_NOTE = 2000


class PlanRefused(ValueError):
    """Entries that cannot be taken; ``problems``: one line each with the row (the header is row 1) and the fix."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Measure:
    """What is to hold for a goal. ``rule``: how its state is known, a word and what it is about."""

    id: str
    goal: int
    rule: str
    title: Text

    @property
    def entered(self) -> bool:
        return self.rule.partition(" ")[0] in ENTERED

    @property
    def joint(self) -> bool:
        """Whether the groups reach it together."""
        return self.rule.startswith("sum")


@dataclass(frozen=True)
class Goal:
    """A goal of a plan, in one of its pillars."""

    number: int
    pillar: int
    title: Text


@dataclass(frozen=True)
class ActionPlan:
    """An action plan: ``name`` is the year that it begins in."""

    name: str
    goals: tuple[Goal, ...]
    measures: tuple[Measure, ...]

    def of_goal(self, number: int) -> tuple[Measure, ...]:
        return tuple(one for one in self.measures if one.goal == number)


@dataclass(frozen=True)
class PlanEntry:
    """What was entered of a measure for a group: a state, or of a sum its ``value``."""

    measure: str
    group: str
    state: str
    value: int | None
    date: dt.date | None
    note: str
    revision: int = 0


def names() -> tuple[str, ...]:
    """The plans that there are, the earliest first."""
    found = (re.fullmatch(r"plan_(\w+?)_measures\.csv", path.name) for path in sorted(reference.FOLDER.iterdir()))
    return tuple(one[1] for one in found if one)


@cache
def plan(name: str = DEFAULT) -> ActionPlan:
    """A plan by its name; raises PlanRefused naming those that there are, ReferenceFileError for a faulty file."""
    if name not in names():
        raise PlanRefused([f"there is no plan '{name}'; there are {', '.join(names())}"])
    goals = tuple(
        Goal(int(row["goal"]), int(row["pillar"]), Text(row["title_da"], row["title_en"]))
        for row in _rows(reference.FOLDER / f"plan_{name}.csv")
    )
    path = reference.FOLDER / f"plan_{name}_measures.csv"
    measures = []
    for number, row in enumerate(_rows(path), start=2):
        if not _RULES.fullmatch(row["rule"]) or int(row["goal"]) not in {one.number for one in goals}:
            raise reference.ReferenceFileError(f"{path.name}, line {number}: no such rule or goal; see data/plan.py")
        measures.append(Measure(row["measure"], int(row["goal"]), row["rule"], Text(row["title_da"], row["title_en"])))
    return ActionPlan(name, goals, tuple(measures))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def groups() -> tuple[str, ...]:
    """The cancer groups of the reference list, in its order."""
    return tuple(dict.fromkeys(one.group for one in reference.databases()))


def entries(root: Path, name: str = DEFAULT) -> dict[tuple[str, str], PlanEntry]:
    """(measure, group) → what was entered last."""
    found = Registers(root).latest(REGISTER, f"{name}/")
    made = {}
    for subject, one in found.items():
        _, measure, group = subject.split("/", 2)
        day = one.body.get("date")
        made[measure, group] = PlanEntry(
            measure, group, str(one.body.get("state", "")), one.body.get("value"),
            dt.date.fromisoformat(day) if day else None, str(one.body.get("note", "")), one.revision,
        )  # fmt: skip
    return made


def read(text: str, name: str | None = None) -> list[tuple[str, PlanEntry]]:
    """The entries of a CSV (comma or semicolon; the header names COLUMNS in any order), each with its plan.

    ``name``: the plan of rows that name none. Raises PlanRefused with every faulty row: all of the file or nothing.
    """
    head = text.lstrip("\ufeff").partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=";" if ";" in head else ",")
    absent = [one for one in ("measure", "group") if one not in (rows.fieldnames or ())]
    if absent:
        raise PlanRefused([f"row 1: the column {absent[0]} is missing; the columns are {', '.join(COLUMNS)}"])
    unknown = [one for one in rows.fieldnames if one not in COLUMNS]
    if unknown:
        raise PlanRefused([f"row 1: '{unknown[0]}' is no column; the columns are {', '.join(COLUMNS)}"])
    problems: list[str] = []
    found = [_entry(row, number, name or DEFAULT, problems) for number, row in enumerate(rows, start=2)]
    seen: dict[tuple, int] = {}
    for number, one in enumerate(found, start=2):
        if one is not None:
            key = (one[0], one[1].measure, one[1].group)
            if key in seen:
                problems.append(
                    f"row {number}: {one[1].measure} of {one[1].group} stands in row {seen[key]} too; keep one"
                )
            seen.setdefault(key, number)
    if problems:
        raise PlanRefused(problems)
    return [one for one in found if one is not None]


def _entry(row: dict, number: int, default: str, problems: list[str]) -> tuple[str, PlanEntry] | None:
    said = {key: (row.get(key) or "").strip() for key in COLUMNS}
    name = said["plan"] or default
    before = len(problems)
    if name not in names():
        problems.append(f"row {number}: plan '{name}' is none of {', '.join(names())}")
        return None
    measures = {one.id: one for one in plan(name).measures}
    measure = measures.get(said["measure"])
    if measure is None:
        mine = ", ".join(one for one in measures if measures[one].entered)
        problems.append(f"row {number}: measure '{said['measure']}' is none of the plan's; those entered are {mine}")
        return None
    if not measure.entered:
        problems.append(f"row {number}: {measure.id} is known from the data and cannot be entered; take the row out")
    if said["group"] not in groups():
        problems.append(f"row {number}: group '{said['group']}' is none of {', '.join(groups())}")
    day, value = None, None
    if said["date"]:
        try:
            day = dt.date.fromisoformat(said["date"])
        except ValueError:
            problems.append(f"row {number}: date '{said['date']}' is no day; write 2022-12-31")
    if measure.joint:
        if not said["value"].isdecimal():
            problems.append(f"row {number}: {measure.id} takes a whole number in value, not '{said['value']}'")
        else:
            value = int(said["value"])
        if said["state"]:
            problems.append(f"row {number}: {measure.id} is a number; leave state empty")
    elif said["state"] not in STATES:
        problems.append(f"row {number}: state '{said['state']}' is none of {', '.join(STATES)}")
    if len(said["note"]) > _LONGEST_NOTE:
        problems.append(f"row {number}: the note has {len(said['note'])} characters; at most {_LONGEST_NOTE} are kept")
    if len(problems) > before:
        return None
    return name, PlanEntry(measure.id, said["group"], said["state"], value, day, said["note"])


def take(root: Path, found: Sequence[tuple[str, PlanEntry]], author: str, role: str) -> int:
    """Write entries into the register; returns how many say something new. Nothing entered before is lost."""
    registers, written = Registers(root), 0
    held = {name: entries(root, name) for name in {one for one, _ in found}}
    for name, one in found:
        before = held[name].get((one.measure, one.group))
        body = {"state": one.state, "note": one.note, "date": one.date.isoformat() if one.date else ""}
        body["value"] = one.value
        if before is not None and (before.state, before.value, before.date, before.note) == (
            one.state, one.value, one.date, one.note,
        ):  # fmt: skip
            continue
        base = before.revision if before else 0
        registers.write(REGISTER, f"{name}/{one.measure}/{one.group}", base, body, author, role)
        written += 1
    return written
