"""The hearing of an annual report: one region at a time is asked for comments until a day, by a link of its own.

A round stands in the registers under database, year and region; a later entry replaces the link given before, and a
round can be taken back. Who signs and reads the links is ``server.hearing``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from data.registers import Registers
from results.view import View

HEARINGS = "hearings"
OPEN, WITHDRAWN = "open", "withdrawn"


@dataclass(frozen=True)
class Hearing:
    """A region's round, open until and including ``until`` or withdrawn. ``revision``: of the register; 0: none yet."""

    region: str
    until: dt.date | None
    state: str
    at: dt.datetime | None
    author: str
    revision: int

    def is_open(self, day: dt.date) -> bool:
        return self.state == OPEN and self.until is not None and day <= self.until


def hearing(view: View, region: str) -> Hearing:
    """The round of a region for the view's database and year."""
    name = subject(view, region)
    found = Registers(view.snapshot.root).latest(HEARINGS, name).get(name)
    if found is None:
        return Hearing(region, None, WITHDRAWN, None, "", 0)
    until = dt.date.fromisoformat(str(found.body["until"]))
    return Hearing(region, until, str(found.body["state"]), found.at, found.author, found.revision)


def ask(view: View, region: str, until: dt.date, base: int, author: str, role: str) -> None:
    """Open a region's round, or give it a new link and day. Raises data.registers.Moved, NotSaved."""
    body = {"until": until.isoformat(), "state": OPEN}
    Registers(view.snapshot.root).write(HEARINGS, subject(view, region), base, body, author, role)


def withdraw(view: View, region: str, base: int, author: str, role: str) -> None:
    """Take a region's link back; what was written stays. Raises data.registers.Moved, NotSaved."""
    until = hearing(view, region).until
    body = {"until": (until or dt.date.min).isoformat(), "state": WITHDRAWN}
    Registers(view.snapshot.root).write(HEARINGS, subject(view, region), base, body, author, role)


def subject(view: View, region: str) -> str:
    """The name of a round in the register."""
    return f"{view.database}/{view.period}/{region}"
