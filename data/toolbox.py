"""The toolbox of improvement: likely barriers and known measures against them, with their evidence.

``reference/toolbox.csv``: a row for each action. ``of`` names what it is for: indicators, or a family of them. An
indicator that rows name has those alone. ``evidence`` says what is known of the action, ``source`` where that stands
("": experience, no trial). ``reference/outlier_steps.csv``: the steps of the outlier process in order, with the days
within which each is to be taken.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data.reference import FOLDER, ReferenceFileError
from data.text import Text

TOOLBOX, STEPS = "toolbox.csv", "outlier_steps.csv"
_COLUMNS = ("id", "of", "barrier_da", "barrier_en", "action_da", "action_en", "evidence_da", "evidence_en", "source")
_STEP_COLUMNS = ("step", "days", "da", "en")


@dataclass(frozen=True)
class Tool:
    """One action against a barrier. ``of``: ids of indicators or families."""

    id: str
    of: tuple[str, ...]
    barrier: Text
    action: Text
    evidence: Text
    source: str


@dataclass(frozen=True)
class Step:
    """A step of the outlier process; ``days``: after the alarm became known, by when it is to be taken."""

    id: str
    days: int
    title: Text


@cache
def toolbox(folder: Path = FOLDER) -> tuple[Tool, ...]:
    """All tools in the order of the file. Raises ReferenceFileError naming line and column."""
    found = []
    for line, row in _rows(folder / TOOLBOX, _COLUMNS):
        empty = [name for name in _COLUMNS if name != "source" and not row[name].strip()]
        if empty:
            raise ReferenceFileError(f"{TOOLBOX} line {line}, column {empty[0]}: is empty; write a text")
        texts = (Text(row[f"{name}_da"], row[f"{name}_en"]) for name in ("barrier", "action", "evidence"))
        found.append(Tool(row["id"], tuple(row["of"].split()), *texts, row["source"]))
    if len({one.id for one in found}) < len(found):
        raise ReferenceFileError(f"{TOOLBOX}: an id occurs twice; keep one row")
    return tuple(found)


def tools_for(indicator: str, family: str) -> tuple[Tool, ...]:
    """The tools for an indicator: those that name it, else those of its family."""
    own = tuple(one for one in toolbox() if indicator in one.of)
    return own or tuple(one for one in toolbox() if family in one.of)


@cache
def outlier_steps(folder: Path = FOLDER) -> tuple[Step, ...]:
    """The steps of the outlier process, first to last. Raises ReferenceFileError naming line and column."""
    found = []
    for line, row in _rows(folder / STEPS, _STEP_COLUMNS):
        if not row["days"].isdecimal():
            raise ReferenceFileError(f"{STEPS} line {line}, column days: '{row['days']}' is no number of days")
        found.append(Step(row["step"], int(row["days"]), Text(row["da"], row["en"])))
    if [one.days for one in found] != sorted(one.days for one in found):
        raise ReferenceFileError(f"{STEPS}, column days: a step is due before the one above it; correct the days")
    return tuple(found)


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != columns:
            raise ReferenceFileError(f"{path.name}: the columns are {reader.fieldnames}; they must be {list(columns)}")
        for row in reader:
            if None in row or None in row.values():
                raise ReferenceFileError(f"{path.name} line {reader.line_num}: give one value for each column")
            yield reader.line_num, row
