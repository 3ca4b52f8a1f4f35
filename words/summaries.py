"""Edits of the summary in words: its lines, who wrote them and when, and that its numbers have changed."""

from __future__ import annotations

from results.summaries import SummaryEdit
from words import format as fmt
from words.reader import Reader


def lines(one: SummaryEdit) -> tuple[str, ...]:
    """The text's lines, each a sentence of the list; a dash or dot before it is taken off."""
    found = (" ".join(line.split()).removeprefix("- ").removeprefix("• ") for line in one.text.split("\n"))
    return tuple(line for line in found if line)


def by(context: Reader, one: SummaryEdit) -> str:
    """'Redigeret af Ane Berg, epidemiolog · 12.10.2026'."""
    who = ", ".join(part for part in (one.author, one.role) if part)
    day = fmt.date(one.at.date(), context.lang)
    if not who:
        return context.t(f"Redigeret {day}", f"Edited {day}")
    return context.t(f"Redigeret af {who} · {day}", f"Edited by {who} · {day}")


def moved(context: Reader, one: SummaryEdit, now: str) -> str:
    """'tallene er ændret siden (var 93,1, er 93,6): læs igennem'; '' where they are as they were."""
    found, lang = one.moved(now), context.lang
    if found is None:
        return ""
    gone, come = found
    if not gone:
        return context.t("det, tallene siger, er ændret siden: læs igennem",
                         "what the numbers say has changed since: read again")  # fmt: skip
    was, is_ = fmt.listed(gone, lang), fmt.listed(come, lang)
    return context.t(f"tallene er ændret siden (var {was}, er {is_}): læs igennem",
                     f"the numbers have changed since (were {was}, are {is_}): read again")  # fmt: skip
