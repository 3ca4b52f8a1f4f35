"""The choices of the page of waiting times, read from the URL: database or all, leg, place, rules, one list."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace

from indicators.catalogue import waits_remarks
from results.waits import legs as tables
from results.waits.legs import Scope, WaitPlace
from words import format as fmt
from words.choices import Problem
from words.reader import Reader

LEGS = {"behandling": "treatment", "udredning": "examination", "efterbehandling": "aftercare"}
WORDS = {
    "treatment": ("behandling", "treatment"),
    "examination": ("udredning", "examination"),
    "aftercare": ("efterbehandling", "aftercare"),
}
#: The days that the reader may describe a wait by; the statuses keep the legal limits.
WITHIN = (7, 14, 21, 28, 42, 60)
#: The legal limit in days, from the clock that the wait is measured by.
LEGAL = 14
_CODE = re.compile(r"[A-Za-zÆØÅæøå0-9_.-]{1,40}")
#: ``omfang=alle``: all databases that deliver waiting times. ``hvor``: a region or department. ``liste``: whose list.
#: ``inden``: within how many days the waits are described.
EXTRAS = {
    "omfang": ("alle",),
    "ben": tuple(LEGS),
    "hvor": _CODE,
    "regler": ("maksimal", "pakke"),
    "liste": _CODE,
    "inden": tuple(str(days) for days in WITHIN),
}


@dataclass(frozen=True)
class WaitContext(Reader):
    """The page's surroundings with weeks as period and, where chosen, all databases together."""

    weeks_text: str = ""
    everything: bool = False

    @property
    def period_label(self) -> str:
        return self.weeks_text

    @property
    def database_label(self) -> str:
        if self.everything:
            return self.t("Alle databaser", "All databases")
        return dict(self.databases).get(self.database, self.database)


@dataclass(frozen=True)
class ChosenWaits:
    """What the reader chose; ``scope`` None where the database delivers no waiting times."""

    context: WaitContext
    scope: Scope | None
    place: WaitPlace | None
    packages: bool
    notices: tuple[str, ...]

    @property
    def leg_word(self) -> str:
        leg = LEGS[self.context.state.choice("ben", "behandling")]
        return self.context.t(*WORDS[leg])

    @property
    def days(self) -> int:
        """Within how many days the waits are described: the reader's choice, else the legal limit."""
        return int(self.context.state.choice("inden", str(LEGAL)))

    @property
    def who(self) -> str:
        """'i Danmark', 'i Region …' or the department, as the end of a heading; empty for the country."""
        return self.place.name if self.place else ""

    def titled(self, title: str) -> str:
        """A figure's title where it stands alone: 'Behandling, Region Sjælland. Afsluttede forløb pr. uge'."""
        whose = ", ".join(part for part in (self.leg_word, self.who) if part)
        return f"{whose[:1].upper()}{whose[1:]}. {title}"


def read(context: Reader) -> ChosenWaits:
    """The choices of the URL; what does not exist becomes a sentence above the finding."""
    state, t = context.state, context.t
    notices: list[str] = []
    view = context.view
    there = tables.delivering(view.snapshot)
    everything = state.choice("omfang") == "alle"
    if everything and view.edition.hides:
        # A sum without the databases that hide their numbers would be wrong, and one with them would give them away.
        everything, state = False, state.with_(omfang=None)
        notices.append(
            t(
                "Alle databaser under ét vises kun i arbejdsudgaven: uden de skjulte tal ville summen være skæv. "
                f"Her vises {context.database}.",
                "All databases together are shown in the working edition only: without the hidden numbers the sum "
                f"would be biased. {context.database} is shown here.",
            )
        )
    databases = there if everything else tuple(one for one in (context.database,) if one in there)
    named = {one.name: getattr(context, one.name) for one in fields(Reader)}
    leg = LEGS[state.choice("ben", "behandling")]
    if everything:
        named["nobody"] = False  # that nobody is left in one database says nothing of the others
    packages = state.choice("regler") == "pakke"
    if not databases:
        known = WaitContext(**{**named, "state": state, "view": view}, everything=everything)
        return ChosenWaits(known, None, None, packages, tuple(notices))
    scope = Scope(view, databases, leg)
    for code in databases:
        before = f"{code}: " if everything else ""
        notices += [before + one.in_(context.lang) for one in waits_remarks(view.snapshot.info(code), leg)]
    if state.filtered:
        notices.append(without_case(context, scope))
    place = None
    if code := state.choice("hvor"):
        place = next((one for one in found_places(scope) if one.code == code), None)
        if place is None:
            problem = Problem(
                "hvor",
                code,
                f"Stedet {code} har ingen ventetider her og er ikke brugt.",
                f"The place {code} has no waiting times here and was not used.",
            )
            notices.append(problem.text(context.lang))
            state = state.with_(hvor=None)
        else:
            scope = replace(scope, level=place.level, code=place.code)
    named |= {"state": state, "view": view, "data_cut": scope.cut}
    known = WaitContext(**named, weeks_text=weeks_text(tables.period(scope), context.lang), everything=everything)
    return ChosenWaits(known, scope, place, packages, tuple(notices))


def uncovered(chosen: ChosenWaits) -> Scope | None:
    """The scope that legs without a legal maximum are counted in; None where the page shows none and has none."""
    context = chosen.context
    there = tables.registering(context.view.snapshot)
    if chosen.scope is not None:
        return replace(chosen.scope, databases=there) if context.everything else chosen.scope
    if context.database not in there or not tables.without_maximum(context.database):
        return None
    return Scope(context.view, (context.database,), LEGS[context.state.choice("ben", "behandling")])


def found_places(scope: Scope) -> tuple[WaitPlace, ...]:
    """Every region and department with legs in the last weeks or waiting, in table order."""
    nodes = set(tables.waiting(scope.whole()).nodes) | set(tables.ended_trees(scope)[1])
    return tuple(tables.places(scope, sorted(nodes)))


def without_case(context: Reader, scope: Scope) -> str:
    """How many legs the patient filter leaves out because their case is not known."""
    t, many = context.t, scope.without_case
    if many is None:
        return t("Forløb uden kendt patient indgår ikke; deres antal er skjult.",
                 "Waits whose patient is not known are left out; their number is hidden.")  # fmt: skip
    if many == 0:
        return t("Patienten er kendt for alle forløb.", "The patient is known for every wait.")
    if many == 1:
        return t("Ét forløb i landet har ingen kendt patient og indgår ikke.",
                 "One wait in the country has no known patient and is left out.")  # fmt: skip
    return t(f"{fmt.count(many)} forløb i landet har ingen kendt patient og indgår ikke.",
             f"{fmt.count(many, 'en')} waits in the country have no known patient and are left out.")  # fmt: skip


def weeks_text(weeks, lang: str) -> str:
    """'uge 19–42', with the years where they differ or nothing where there is no complete week."""
    if not weeks:
        return "ingen hele uger" if lang == "da" else "no complete weeks"
    first, last = (one.start.isocalendar() for one in (weeks[0], weeks[-1]))
    word = "uge" if lang == "da" else "weeks"
    if first.year != last.year:
        return f"{word} {first.week}/{first.year}{fmt.EN_DASH}{last.week}/{last.year}"
    return f"{word} {first.week}{fmt.EN_DASH}{last.week}"
