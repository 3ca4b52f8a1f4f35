"""A sentence in runs: parts of a text that stand out, lead somewhere or are raised; pages and documents draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class TextPart:
    """A part of a sentence. ``href``: where it leads; ``raised``: the number of a foot-note; ``tone``: "not_met"."""

    text: str
    strong: bool = False
    href: str = ""
    raised: bool = False
    tone: str = ""


Runs = Sequence[str | TextPart]


def plain(runs: str | Runs) -> str:
    """The text alone."""
    return runs if isinstance(runs, str) else "".join(one if isinstance(one, str) else one.text for one in runs)
