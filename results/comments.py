"""Comments, recommendations and versions of a database's annual report, with what has since become of their numbers.

A comment belongs to an indicator (or a site of it), a reporting year and a kind; a regional one to a region too. It
remembers the number that its writer saw; where the number is now another, that is said. The public edition shows the
comments of a final version alone: what people write passes no disclosure control until the registry has published it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from data import persons
from data.registers import FINAL, VERSIONS, Entry, Registers
from data.text import Text
from results.audit import Cell, UnitTable
from results.cube import DEFINITION_VERSION
from results.definitions import kept
from results.view import View

COMMENTS, SUMMARIES = "comments", "summaries"
KINDS = ("epidemiological", "clinical", "recommendation", "regional")
KIND_NAMES = {
    "epidemiological": Text("Epidemiologisk kommentar", "Epidemiological comment"),
    "clinical": Text("Klinisk kommentar", "Clinical comment"),
    "recommendation": Text("Anbefaling", "Recommendation"),
    "regional": Text("Regional kommentar", "Regional comment"),
}
#: Of the national rate: a difference that one decimal of a percentage shows.
_SEEN = 0.0005


@dataclass(frozen=True)
class Comment:
    """A comment as it stands. ``then``: the rate its writer saw, ``now``: today's; None where not shown."""

    kind: str
    region: str
    indicator: str
    site: str
    text: str
    at: dt.datetime
    author: str
    role: str
    revision: int
    then: float | None
    now: float | None
    other_definition: bool

    @property
    def moved(self) -> bool:
        """Whether the number has changed so much that a reader sees it."""
        if self.then is None or self.now is None:
            return (self.then is None) != (self.now is None)
        return abs(self.then - self.now) >= _SEEN


@dataclass(frozen=True)
class ReportVersion:
    """How far a report is: ``state`` uncommented, commented or final; of a final one what it is frozen at.

    ``last``: the number of the last entry that it holds; None of a version that is not final.
    """

    state: str
    snapshot: str = ""
    definition: str = ""
    at: dt.datetime | None = None
    last: int | None = None
    revision: int = 0


def subject(database: str, period: int, indicator: str, site: str, kind: str, region: str = "") -> str:
    """The name of a comment in the register."""
    return "/".join((database, str(period), indicator, site, kind, region))


def number_of(cell: Cell) -> dict[str, object]:
    """What a comment remembers of the number that its writer sees: of the country's result."""
    return {"rate": cell.rate, "numerator": cell.numerator, "denominator": cell.denominator,
            "definition": DEFINITION_VERSION}  # fmt: skip


def version(view: View) -> ReportVersion:
    """How far the report of the view's database and period is."""
    registers = Registers(view.snapshot.root)
    found = registers.latest(VERSIONS, f"{view.database}/{view.period}").get(f"{view.database}/{view.period}")
    if found is not None and found.body["state"] == FINAL:
        body = found.body
        return ReportVersion("final", body["snapshot"], body["definition"], found.at, body["last"], found.revision)
    start = f"{view.database}/{view.period}/"
    every = (*registers.latest(COMMENTS, start).values(), *registers.latest(SUMMARIES, start).values())
    written = any(one.body["text"] for one in every)
    return ReportVersion("commented" if written else "uncommented", revision=found.revision if found else 0)


def finish(view: View, base: int, author: str, role: str) -> ReportVersion:
    """Freeze the report at the view's snapshot and the comments of this moment; raises data.registers.Moved."""
    registers = Registers(view.snapshot.root)
    start = f"{view.database}/{view.period}/"
    written = [*registers.latest(COMMENTS, start).values(), *registers.latest(SUMMARIES, start).values()]
    last = max((one.number for one in written), default=0)
    body = {"state": FINAL, "snapshot": view.snapshot.id, "definition": DEFINITION_VERSION, "last": last,
            "definitions": kept(view)}  # fmt: skip
    registers.write(VERSIONS, f"{view.database}/{view.period}", base, body, author, role)
    return version(view)


def reopen(view: View, base: int, author: str, role: str) -> ReportVersion:
    """Take the final version back; the register keeps that there was one."""
    registers = Registers(view.snapshot.root)
    registers.write(VERSIONS, f"{view.database}/{view.period}", base, {"state": "open"}, author, role)
    return version(view)


def of_indicator(view: View, table: UnitTable, final: ReportVersion | None = None) -> tuple[Comment, ...]:
    """The comments on one indicator in the view's period, by kind; ``final``: as that version has them.

    In the public edition those of the final version, () where there is none.
    """
    if view.edition.hides and final is None:
        final = version(view)
        if final.state != "final":
            return ()
    site = dict(table.view.where).get("site", "")
    start = "/".join((view.database, str(view.period), table.indicator.id, site, ""))
    until = final.last if final is not None else None
    found = Registers(view.snapshot.root).latest(COMMENTS, start, until).values()
    cell = table.cell(table.nation)
    made = (_comment(one, None if cell.hidden else cell.rate) for one in found if one.body["text"])
    return tuple(sorted(made, key=lambda one: (KINDS.index(one.kind), one.region)))


def holds_person(text: str) -> bool:
    """Whether a text holds what is shaped like a CPR number."""
    return persons.holds(text)


def general(view: View, final: ReportVersion | None = None) -> tuple[Comment, ...]:
    """The regions' comments on the report as a whole, of no indicator; as ``of_indicator`` in the public edition."""
    if view.edition.hides and final is None:
        final = version(view)
        if final.state != "final":
            return ()
    until = final.last if final is not None else None
    start = subject(view.database, view.period, "", "", "regional")
    found = Registers(view.snapshot.root).latest(COMMENTS, start, until).values()
    return tuple(_comment(one, None) for one in found if one.body["text"])


def of_entry(entry: Entry) -> Comment:
    """A comment as its entry has it, without what its number is now."""
    return _comment(entry, None)


def _comment(entry: Entry, now: float | None) -> Comment:
    _, _, indicator, site, kind, region = entry.subject.split("/")
    number = entry.body.get("number") or {}
    return Comment(
        kind, region, indicator, site, entry.body["text"], entry.at, entry.author, entry.role, entry.revision,
        number.get("rate"), now, number.get("definition") != DEFINITION_VERSION,
    )  # fmt: skip
