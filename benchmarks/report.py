"""One line of the benchmark table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """What was measured, the figure, the bound it is held against, whether it holds (None: no bound)."""

    what: str
    figure: str
    bound: str
    holds: bool | None
    note: str = ""


def markdown(results: list[Result]) -> str:
    """The results as a Markdown table."""
    lines = ["| measured | figure | bound | holds | note |", "|---|---|---|---|---|"]
    words = {True: "yes", False: "**no**", None: ""}
    lines += [f"| {one.what} | {one.figure} | {one.bound} | {words[one.holds]} | {one.note} |" for one in results]
    return "\n".join(lines)
