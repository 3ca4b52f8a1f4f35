"""A page's way to its surroundings and data: ``view(path, query, extras)``.

The app puts a function into its configuration (app.py); pages only know this one. What it returns is a
ShellContext; the real one (StoreView) also carries the snapshot that the page's tables are made from.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import flask

from data.store import Snapshot
from layouts._context import ShellContext
from layouts._state import Choices, Problem, State

CONFIG_KEY = "KRAEFT_VIEW"
Source = Callable[[str, State, list[Problem]], ShellContext]


@dataclass(frozen=True)
class StoreView(ShellContext):
    """A ShellContext with the snapshot; ``department_codes`` etc. come from its tables, not from here."""

    snapshot: Snapshot | None = None


def view(path: str, query: Mapping[str, object], extras: Mapping[str, Choices] | None = None) -> ShellContext:
    """The surroundings of the page at ``path`` for a parsed query string."""
    state, problems = State.from_query(query, extras)
    return flask.current_app.config[CONFIG_KEY](path, state, problems)


def reporting_years(first: dt.date, last: dt.date, first_month: int) -> tuple[int, ...]:
    """Start years of the reporting years that lie wholly within [first, last], newest first."""
    years = []
    for year in range(first.year - 1, last.year + 1):
        start = dt.date(year, first_month, 1)
        end = dt.date(year + 1, first_month, 1) - dt.timedelta(days=1)
        if start >= first and end <= last:
            years.append(year)
    return tuple(reversed(years))


def _bad(parameter: str, value: object, known: str) -> Problem:
    return Problem(
        parameter,
        str(value),
        f"Valget {parameter}={value} findes ikke i dette udtræk og er ikke brugt. Der findes: {known}.",
        f"The choice {parameter}={value} is not in this extract and was not used. There are: {known}.",
    )
