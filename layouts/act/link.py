"""The way to a department's list of patients within reach, for those who may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from layouts.frame import visitor
from layouts.parts import cards
from results import reach as data
from results.places import DepartmentPlace, departments
from results.view import Edition
from words import reach as text
from words.reader import Reader


def place_of(context: Reader, code: str) -> DepartmentPlace | None:
    """The department of a code, in any database; None where there is none."""
    return next((one for one in departments(context.view.snapshot) if one.code == code), None)


def seen_in_full(context: Reader, databases: Sequence[str], path: str, code: str) -> list[str]:
    """The databases whose lists the reader may see: all in the working edition, else those of the visitor's role."""
    found = visitor.current()
    if found is None:
        return list(databases) if context.edition == "working" else []
    return [one for one in databases if found.sees_all(one, path, code)]


def full_edition(context: Reader) -> Edition:
    """The edition of lists that the reader may see."""
    return replace(context.view.edition, name="working")


def to_list(context: Reader, code: str) -> list:
    """'7 patienter kan stadig nås ›' for the department in the reader's database; [] where there is none to show."""
    place = place_of(context, code)
    path = f"/handl/{code}"
    if place is None or not seen_in_full(context, [context.database], path, code):
        return []
    found = data.of_department(context.view.snapshot, full_edition(context), place, [context.database])
    if not found.patients:
        return []
    number = data.people(found.patients)
    said = context.t(
        f"{text.patients(context, number)} kan stadig nås", f"{text.patients(context, number)} can still be reached"
    )
    week = data.people(found.this_week)
    soon = context.t(f"{week} inden for 7 dage", f"{week} within 7 days")
    return [cards.onward(said, context.to(path, unit=None), soon)]
