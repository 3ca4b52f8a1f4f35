"""Why each case of one department's cell counts as it does: its state and the clause it fell on, with counts.

The states sum to the cell: fulfilled is its numerator, fulfilled and not fulfilled its denominator, and so on. Personal
data (pseudonymous ids): there is nothing of it in the public edition; the caller says whose cases the reader may see.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from data.period import years_before
from indicators.cases import STATE_WORDS, STATES, cases
from indicators.declaration import Indicator
from results.reach import NotForAll
from results.view import View

__all__ = ["STATES", "STATE_WORDS", "CaseState", "CaseStates", "case_states"]


@dataclass(frozen=True)
class CaseState:
    """A case (``case_id`` "": an expected one, which has no id), its index date, state of STATES, and why."""

    case_id: str
    day: dt.date
    state: str
    reason: str


@dataclass(frozen=True)
class CaseStates:
    """Every case of a department on an indicator (of a site, "" every one) in the view's period."""

    indicator: Indicator
    site: str
    cases: tuple[CaseState, ...]

    @property
    def counts(self) -> dict[str, int]:
        """state → how many."""
        found = dict.fromkeys(STATES, 0)
        for one in self.cases:
            found[one.state] += 1
        return found

    def of(self, state: str) -> tuple[CaseState, ...]:
        return tuple(one for one in self.cases if one.state == state)


def case_states(view: View, indicator: Indicator, site: str, unit: str, lang: str = "da") -> CaseStates:
    """The cases of a department's cell in the view's period, all patients, by day. Raises NotForAll where it hides."""
    if view.edition.hides:
        raise NotForAll(f"the {view.edition.name} edition has no lists of patients")
    there = view.of_all_patients().for_site(site)
    period = years_before(view.period, indicator.survival_years) if indicator.survival_years else view.period
    selection = there.selection(period=period).filtered(department=unit)
    found = cases(view.snapshot, view.database, indicator, selection, "", lang)
    return CaseStates(
        indicator,
        site,
        tuple(
            CaseState("" if id is None or id != id else str(id), _day(day), state, reason)
            for id, day, state, reason in zip(
                found["case_id"], found["index_date"], found["state"], found["reason"], strict=True
            )
        ),
    )


def _day(value: object) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value
