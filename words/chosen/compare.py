"""The units that a reader compares, read from the URL: ``enheder=SLA-KIR,HIL-KIR`` in the order chosen; ``niveau``:
departments, hospitals or regions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from results import department as data
from results.audit import short_names
from results.compare.departments import MOST, shows_patients
from results.compare.peers import Likeness, likeness
from results.compare.units import departments_of, listed, unit_of
from results.department import DepartmentUnit
from results.view import View
from words import format as fmt
from words.choices import Problem
from words.reader import Reader

#: The levels' words in the URL.
LEVELS = {"afdeling": "department", "hospital": "hospital", "region": "region"}
WORD = {level: word for word, level in LEVELS.items()}
#: The units are checked against the database, so that the page can say what is wrong with one.
EXTRAS = {"enheder": re.compile(r"(?s).*"), "niveau": tuple(LEVELS), "orden": ("forskel", "katalog")}
PRESET = 2  # so many of the most alike stand beside a department that is not compared with chosen ones
_SHOWN = 40  # characters of a value in a problem


@dataclass(frozen=True)
class Noun:
    """What units are called: one, several, all of those chosen; and 'another one'."""

    one: str
    many: str
    all: str
    another: str


#: By level, in Danish and English.
NOUNS = {
    "department": (
        Noun("afdeling", "afdelinger", "afdelingerne", "Anden afdeling"),
        Noun("department", "departments", "the departments", "Another department"),
    ),
    "hospital": (
        Noun("hospital", "hospitaler", "hospitalerne", "Andet hospital"),
        Noun("hospital", "hospitals", "the hospitals", "Another hospital"),
    ),
    "region": (
        Noun("region", "regioner", "regionerne", "Anden region"),
        Noun("region", "regions", "the regions", "Another region"),
    ),
}


@dataclass(frozen=True)
class ChosenUnits:
    """``units`` in the reader's order, all of one ``level``; ``context`` names them in every link, also where the URL
    named none.

    ``names``: short ones by code; ``letters``: a mark by code, the first letters of the name. ``alike``: the
    units like the reader's own where it is among them, else like the first. ``own``: the code of the reader's own.
    """

    context: Reader
    level: str
    units: tuple[DepartmentUnit, ...]
    names: dict[str, str]
    letters: dict[str, str]
    alike: Likeness | None
    own: str
    problems: tuple[Problem, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(one.code for one in self.units)

    @property
    def noun(self) -> Noun:
        """What the units are called, in the reader's language."""
        da, en = NOUNS[self.level]
        return en if self.context.lang == "en" else da

    @property
    def order(self) -> str:
        """forskel: the largest difference first; katalog: as in the catalogue."""
        return self.context.state.choice("orden", "forskel")

    @property
    def shows_patients(self) -> bool:
        """Whether survival and case mix of these units may be told in this edition."""
        return shows_patients(self.context.view, self.level)

    @property
    def others(self) -> tuple[DepartmentUnit, ...]:
        """The units that are not chosen."""
        return tuple(one for one in listed(data.treating(self.context.view), self.level) if one.code not in self.codes)

    def with_(self, code: str) -> str:
        """This page with one more unit."""
        return self.context.here(enheder=joined((*self.codes, code)))

    def without(self, code: str) -> str:
        """This page with one unit less."""
        return self.context.here(enheder=joined([one for one in self.codes if one != code]))

    def at(self, level: str) -> str:
        """This page of the units of another level that the chosen ones belong to, or consist of."""
        view, word = data.treating(self.context.view), None if level == "department" else WORD[level]
        within = [code for one in self.units for code in departments_of(view, one)]
        homes = {code: one for one in listed(view, level) for code in departments_of(view, one)}
        codes = list(dict.fromkeys(homes[code].code for code in within if code in homes))
        kept = joined(codes) if codes and len(codes) <= MOST else None  # more cannot stand side by side
        return self.context.here(niveau=word, enheder=kept, sort="")


def page_of(unit: DepartmentUnit) -> str:
    """The path of a unit's own page; of a region its departments in the list."""
    if unit.level == "hospital":
        return f"/hospital/{unit.code}"
    return f"/afdeling#region-{unit.code}" if unit.level == "region" else f"/afdeling/{unit.code}"


def link_of(context: Reader, unit: DepartmentUnit) -> str:
    """The address of a unit's own page, with the reader's choices."""
    path, _, part = page_of(unit).partition("#")
    return context.to(path) + (f"#{part}" if part else "")


def joined(codes: Sequence[str]) -> str:
    """Units as the URL names them."""
    return ",".join(codes)


def preset(alike: Likeness) -> tuple[str, ...]:
    """A unit and the two most like it."""
    return (alike.unit.code, *(one.unit.code for one in alike.peers[:PRESET]))


def read(context: Reader) -> ChosenUnits:
    """The units of the URL; without them the reader's own and the two most like it, or every region; else none."""
    named, level = context.state.choice("enheder"), LEVELS[context.state.choice("niveau", "afdeling")]
    view = data.treating(context.view)
    own = _own(view, level, context.state.unit or "")
    codes, problems = _named(context, view, level, named)
    if not named and level == "region":
        codes = [one.code for one in listed(view, level)][:MOST]
    elif not named and own:
        codes = list(preset(likeness(view, unit_of(view, level, own))))
    units = tuple(unit_of(view, level, code) for code in codes)
    if not units:
        bare = replace(context, state=context.state.with_(enheder=None))
        return ChosenUnits(bare, level, (), {}, {}, None, own, tuple(problems))
    shorts = {one.code: one.name for one in units}
    if level == "department":
        shorts = {code: short for code, (short, _) in short_names(context.view, set(codes)).items()}
    base = next((one for one in units if one.code == own), units[0])
    pinned = replace(context, state=context.state.with_(enheder=joined(codes)))
    marks = dict(zip(codes, letters([shorts[code] for code in codes]), strict=True))
    return ChosenUnits(pinned, level, units, shorts, marks, likeness(view, base), own, tuple(problems))


def _own(view: View, level: str, department: str) -> str:
    """The code of the unit that the reader's own department is, or belongs to; "" without one."""
    if not department or level == "department":
        return department
    return next((one.code for one in listed(view, level) if department in departments_of(view, one)), "")


def _named(context: Reader, view: View, level: str, text: str) -> tuple[list[str], list[Problem]]:
    """The codes that can be compared, each once, and what is wrong with the others."""
    wanted = list(dict.fromkeys(code.strip() for code in text.split(",") if code.strip()))
    active = {one.code: one.name for one in listed(view, level)}
    da, en = NOUNS[level]
    found, problems = [], []
    for code in wanted:
        unit = unit_of(view, level, code)
        shown = code if len(code) <= _SHOWN else code[: _SHOWN - 1] + "…"
        if unit is None:
            the = {"department": "Afdelingen", "hospital": "Hospitalet", "region": "Regionen"}[level]
            problems.append(_problem(shown, f"{the} {shown} findes ikke i {context.database}",
                                     f"There is no {en.one} {shown} in {context.database}"))  # fmt: skip
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
                f"{many['da']} {da.many} kan sammenlignes ad gangen; ikke med er {fmt.listed(left, 'da')}.",
                f"{many['en']} {en.many} can be compared at a time; left out: {fmt.listed(left, 'en')}.",
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
