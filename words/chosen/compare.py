"""The departments that a reader compares, read from the URL: ``enheder=SLA-KIR,HIL-KIR`` in the order chosen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from results import department as data
from results.audit import short_names
from results.compare.departments import MOST
from results.compare.peers import Likeness, likeness
from results.department import DepartmentUnit
from words import format as fmt
from words.choices import Problem
from words.reader import Reader

#: The units are checked against the database, so that the page can say what is wrong with one.
EXTRAS = {"enheder": re.compile(r"(?s).*"), "orden": ("forskel", "katalog")}
PRESET = 2  # so many of the most alike stand beside a department that is not compared with chosen ones
_SHOWN = 40  # characters of a value in a problem


@dataclass(frozen=True)
class ChosenUnits:
    """``units`` in the reader's order; ``context`` names them in every link, also where the URL named none.

    ``names``: short ones by code; ``letters``: a mark by code, the first letters of the name. ``alike``: the
    departments like the reader's own where it is among them, else like the first.
    """

    context: Reader
    units: tuple[DepartmentUnit, ...]
    names: dict[str, str]
    letters: dict[str, str]
    alike: Likeness | None
    problems: tuple[Problem, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(one.code for one in self.units)

    @property
    def order(self) -> str:
        """forskel: the largest difference first; katalog: as in the catalogue."""
        return self.context.state.choice("orden", "forskel")

    def with_(self, code: str) -> str:
        """This page with one more department."""
        return self.context.here(enheder=joined((*self.codes, code)))

    def without(self, code: str) -> str:
        """This page with one department less."""
        return self.context.here(enheder=joined([one for one in self.codes if one != code]))


def joined(codes: Sequence[str]) -> str:
    """Departments as the URL names them."""
    return ",".join(codes)


def preset(alike: Likeness) -> tuple[str, ...]:
    """A department and the two most like it."""
    return (alike.unit.code, *(one.unit.code for one in alike.peers[:PRESET]))


def read(context: Reader) -> ChosenUnits:
    """The departments of the URL; without them the reader's own and the two most like it; else none."""
    named = context.state.choice("enheder")
    codes, problems = _named(context, named)
    if not named and context.state.unit:
        codes = list(preset(likeness(data.treating(context.view), data.department(context.view, context.state.unit))))
    units = tuple(data.department(context.view, code) for code in codes)
    if not units:
        bare = replace(context, state=context.state.with_(enheder=None))
        return ChosenUnits(bare, (), {}, {}, None, tuple(problems))
    shorts = {code: short for code, (short, _) in short_names(context.view, set(codes)).items()}
    base = next((one for one in units if one.code == context.state.unit), units[0])
    pinned = replace(context, state=context.state.with_(enheder=joined(codes)))
    marks = dict(zip(codes, letters([shorts[code] for code in codes]), strict=True))
    alike = likeness(data.treating(context.view), base)
    return ChosenUnits(pinned, units, shorts, marks, alike, tuple(problems))


def _named(context: Reader, text: str) -> tuple[list[str], list[Problem]]:
    """The codes that can be compared, each once, and what is wrong with the others."""
    wanted = list(dict.fromkeys(code.strip() for code in text.split(",") if code.strip()))
    active, found, problems = dict(context.units), [], []
    for code in wanted:
        unit = data.department(context.view, code)
        shown = code if len(code) <= _SHOWN else code[: _SHOWN - 1] + "…"
        if unit is None:
            problems.append(_problem(shown, f"Afdelingen {shown} findes ikke i {context.database}",
                                     f"There is no department {shown} in {context.database}"))  # fmt: skip
        elif code not in active:
            problems.append(_problem(shown, f"{unit.name} har ingen forløb i {context.database}",
                                     f"{unit.name} has no cases in {context.database}"))  # fmt: skip
        else:
            found.append(code)
    if len(found) > MOST:
        left = [active[code] for code in found[MOST:]]
        many = {lang: fmt.number_word(MOST, lang, capital=True) for lang in ("da", "en")}
        problems.append(
            Problem(
                "enheder",
                joined(found[MOST:])[:_SHOWN],
                f"{many['da']} afdelinger kan sammenlignes ad gangen; ikke med er {fmt.listed(left, 'da')}.",
                f"{many['en']} departments can be compared at a time; left out: {fmt.listed(left, 'en')}.",
            )
        )
    return found[:MOST], problems


def _problem(value: str, da: str, en: str) -> Problem:
    return Problem("enheder", value, f"{da} og er ikke med.", f"{en}; it is left out.")


def letters(names: Sequence[str]) -> list[str]:
    """A mark for each name: as few of its first letters as tell it from the others, at most three, else its number."""
    found = []
    for place, name in enumerate(names):
        others = [one for k, one in enumerate(names) if k != place]
        marks = (name[:length] for length in (1, 2, 3))
        found.append(next((mark for mark in marks if not any(one.startswith(mark) for one in others)), str(place + 1)))
    return found
