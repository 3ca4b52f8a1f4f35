"""Comments in words: their headings, who wrote them and when, and that the number they speak of has moved."""

from __future__ import annotations

from data import reference
from data.text import Text
from results.comments import KIND_NAMES, Comment, ReportVersion
from words import format as fmt
from words.reader import Reader

VERSION_NAMES = {
    "uncommented": Text("Ukommenteret udgave", "Uncommented version"),
    "commented": Text("Kommenteret udgave, ikke endelig", "Commented version, not final"),
    "final": Text("Endelig udgave", "Final version"),
}


def heading(context: Reader, one: Comment) -> str:
    """'Klinisk kommentar', 'Regional kommentar, Sjælland'."""
    name = KIND_NAMES[one.kind].in_(context.lang)
    return f"{name}, {reference.region_name(one.region)}" if one.region else name


def by(context: Reader, one: Comment) -> str:
    """'SundK, epidemiolog · 12.10.2026'."""
    who = ", ".join(part for part in (one.author, one.role) if part)
    return " · ".join(part for part in (who, fmt.date(one.at.date(), context.lang)) if part)


def moved(context: Reader, one: Comment) -> str:
    """'skrevet ved 93,1 %, nu 93,6 %: læs igennem'; '' where the number is as it was."""
    t, lang = context.t, context.lang
    if not one.moved:
        return ""
    if context.view.edition.hides or one.then is None or one.now is None:
        return t("tallet er ændret siden: læs igennem", "the number has changed since: read again")
    then, now = (fmt.percent(value, 1, lang) for value in (one.then, one.now))
    return t(f"skrevet ved {then}, nu {now}: læs igennem", f"written at {then}, now {now}: read again")


def paragraphs(one: Comment) -> tuple[str, ...]:
    """The text's paragraphs."""
    return tuple(" ".join(part.split()) for part in one.text.split("\n") if part.strip())


def version_name(context: Reader, found: ReportVersion) -> str:
    """'Endelig udgave, 12.11.2026'."""
    name = VERSION_NAMES[found.state].in_(context.lang)
    return f"{name}, {fmt.date(found.at.date(), context.lang)}" if found.at is not None else name
