"""The summary as people have edited it: a text in the place of what the rules say under a heading.

An edit stands in the registers by database, year, language and heading, with the whole history. It remembers what the
rules said when it was written, so that it can say when the numbers that it speaks of have changed. An empty text gives
the heading back to the rules. The public edition shows the edits of a final version alone, as with comments.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass

from data.registers import Entry, Registers
from results.comments import SUMMARIES, ReportVersion, version
from results.view import View

#: The summary's headings, in order.
HEADINGS = ("met", "not_met", "variation", "spread", "since", "data")
#: Changed numbers that are named; where more have changed it is another summary.
_NAMED = 4
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True)
class SummaryEdit:
    """What people put in the place of a heading's sentences. ``said``: what the rules said then; "" there none."""

    heading: str
    text: str
    said: str
    at: dt.datetime
    author: str
    role: str
    revision: int

    def moved(self, now: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """The numbers that the rules said then and no longer say, and those that they say instead.

        None where they say the same; both empty where so much has changed that it is another text.
        """
        if " ".join(self.said.split()) == " ".join(now.split()):
            return None
        then, later = Counter(_NUMBER.findall(self.said)), Counter(_NUMBER.findall(now))
        gone, come = tuple((then - later).elements()), tuple((later - then).elements())
        if not gone and not come:
            return None  # other words about the same numbers
        if len(gone) != len(come) or len(gone) > _NAMED:
            return (), ()
        return gone, come


def subject(view: View, lang: str, heading: str) -> str:
    """The name of an edit in the register."""
    return f"{view.database}/{view.period}/{lang}/{heading}"


def edits(view: View, lang: str, final: ReportVersion | None = None) -> dict[str, SummaryEdit]:
    """heading → its edit, where there is one; ``final``: as that version has them."""
    if view.edition.hides and final is None:
        final = version(view)
        if final.state != "final":
            return {}
    start = subject(view, lang, "")
    found = Registers(view.snapshot.root).latest(SUMMARIES, start, final.last if final is not None else None)
    made = {name.removeprefix(start): of_entry(entry) for name, entry in found.items()}
    return {heading: one for heading, one in made.items() if one.text}


def of_entry(entry: Entry) -> SummaryEdit:
    body, heading = entry.body, entry.subject.rpartition("/")[2]
    return SummaryEdit(heading, str(body["text"]), str(body["said"]), entry.at, entry.author, entry.role,
                       entry.revision)  # fmt: skip


def write(view: View, lang: str, heading: str, base: int, text: str, said: str, author: str, role: str) -> None:
    """Put a text in a heading's place; "" gives it back to the rules. Raises Moved, NotSaved."""
    body = {"text": text, "said": said}
    Registers(view.snapshot.root).write(SUMMARIES, subject(view, lang, heading), base, body, author, role)


def history(view: View, lang: str, heading: str) -> tuple[Entry, ...]:
    """Every version of an edit, newest first."""
    return Registers(view.snapshot.root).history(SUMMARIES, subject(view, lang, heading))
