"""Improvement initiatives on the trend of their indicator: a numbered line at each start, named once below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from data import reference
from figures import theme
from figures.theme import BLUE
from results.audit import Unit
from results.improvements import Improvement
from words import format as fmt
from words.reader import Reader
from words.runs import TextPart


@dataclass(frozen=True)
class Start:
    """One initiative: its number on the figure, its place on the axis, and what it is."""

    number: int
    x: float
    improvement: Improvement

    def concerns(self, unit: Unit) -> bool:
        """Whether the initiative belongs to a unit's panel: its departments', their regions' and the country's."""
        if unit.level == "nation":
            return True
        if unit.level == "department":
            return unit.code in self.improvement.initiative.departments
        regions = self.improvement.regions
        return unit.code in {*regions, *(reference.merged_region(code) for code in regions)}


def starts_of(found: Sequence[Improvement], place: Callable, first: float, last: float) -> tuple[Start, ...]:
    """The initiatives that begin within the axis; ``place``: from a day to the axis."""
    inside = [(place(one.initiative.start), one) for one in found]
    inside = [(x, one) for x, one in inside if first < x < last]
    return tuple(Start(number, x, one) for number, (x, one) in enumerate(inside, start=1))


def lines(starts: Sequence[Start], unit: Unit, suffix: str, bottom: float, top: float) -> list[dict]:
    """The lines of one panel."""
    stroke = {"color": BLUE, "width": 1.2, "dash": "dash"}
    return [
        theme.line(xref=f"x{suffix}", yref="paper", x0=one.x, x1=one.x, y0=bottom, y1=top, line=stroke, layer="below")
        for one in starts
        if one.concerns(unit)
    ]


def labels(starts: Sequence[Start], unit: Unit, suffix: str, top: float) -> list[dict]:
    """The numbers above the lines of one panel."""
    font = {"size": 12, "color": BLUE}
    return [
        theme.text_at(one.x, top, f"<b>{one.number}</b>", xref=f"x{suffix}", yref="paper", yanchor="bottom", font=font)
        for one in starts
        if one.concerns(unit)
    ]


def caption(context: Reader, starts: Sequence[Start]) -> list[str | TextPart]:
    """'Forbedringsprojekter: 1 Aabenraa 01.07.2023, TNM udfyldes på MDT-konferencen.'"""
    if not starts:
        return []
    parts: list[str | TextPart] = [context.t("Forbedringsprojekter (stiplet): ", "Improvement initiatives (dashed): ")]
    for number, one in enumerate(starts):
        it, names = one.improvement.initiative, fmt.listed(one.improvement.names, context.lang)
        link = TextPart(it.title, href=f"{context.to('/forbedringer', database=it.database)}#{it.id}")
        end = ". " if number == len(starts) - 1 else "; "
        parts += [TextPart(str(one.number), strong=True), f" {names} {fmt.date(it.start, context.lang)}, ", link, end]
    return parts
