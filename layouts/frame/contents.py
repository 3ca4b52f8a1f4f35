"""What a long page has on it: its sections by their headings, as a menu of the bar that stays in sight."""

from __future__ import annotations

from collections.abc import Iterator

from layouts.frame.selections import Choice, Menu
from layouts.parts import html
from words.reader import Reader

#: From so many sections a page is long.
LEAST = 5


def menu(context: Reader, body: object) -> Menu | None:
    """The sections of a long page; None of a short one. Sections without an id get one."""
    found: list[tuple[str, str]] = []
    for number, (section, title) in enumerate(_sections(body), start=1):
        if not getattr(section, "id", None):
            section.id = f"afsnit-{number}"
        found.append((section.id, title))
    if len(found) < LEAST:
        return None
    choices = tuple(Choice(title, f"#{id}") for id, title in found)
    value = context.t(f"{len(found)} afsnit", f"{len(found)} sections")
    return Menu("indhold", context.t("På siden", "On this page"), value, choices, set=False)


def _sections(part: object) -> Iterator[tuple[object, str]]:
    """The sections with a heading of the second level, as they stand; without those that only a phone shows."""
    if isinstance(part, list | tuple):
        for one in part:
            yield from _sections(one)
        return
    children = getattr(part, "children", None)
    if children is None or "only-phone" in (getattr(part, "className", None) or "").split():
        return
    if isinstance(part, html.Section):
        title = _heading(children)
        if title:
            yield part, title
            return
    yield from _sections(children)


def _heading(children: object) -> str:
    """The text of the heading that a section begins with, "" where it has none."""
    first = children[0] if isinstance(children, list | tuple) and children else children
    for one in (first, *(getattr(first, "children", None) or ())) if not isinstance(first, str) else ():
        if isinstance(one, html.H2):
            return _text(one.children).strip()
    return ""


def _text(part: object) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, list | tuple):
        return "".join(_text(one) for one in part)
    return _text(getattr(part, "children", None) or "")
