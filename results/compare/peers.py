"""The departments (or hospitals) most like one: by volume, case mix and role.

The distance between two departments is standardised and Euclidean. Three things count a third each:

- **volume**: the logarithm of the cases diagnosed in the period, which a department is responsible for;
- **case mix**: the shares of the categories of age, sex, stage, performance status and comorbidity among them
  (``results.department.case_mix``). Each variable counts the same, and in a variable each category. Those not
  registered are no category: a department is not like another for what it leaves out;
- **role**: the kind of the department in the list of units (surgery, oncology …); hospitals have none.

Each number is divided by its standard deviation among the departments that are compared (population form), so that
squared differences are 2 on average; departments of different kinds differ by 2 in role. The distance is the square
root of the mean of the three squared differences: 0 is alike in all of it. A category in which all are the same says
nothing.

Only departments with at least :data:`results.foundation.LEAST` cases are compared, because shares of fewer are chance.
Everything is read past disclosure: a hidden share counts for no pair, a department whose number of cases is hidden is
not compared, so that a distance says nothing that the departments' own pages do not show.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data import reference
from results.compare.units import cases_of, listed, mix_of
from results.department import DepartmentUnit
from results.foundation import LEAST
from results.view import View

MOST = 5  # so many are called alike
#: The squared difference of two departments of different kinds: what two of them differ by on average in the rest.
OTHER_KIND = 2.0


@dataclass(frozen=True)
class DepartmentProfile:
    """What a department is compared by: its cases, shown shares by (variable, category), kind ("" not known)."""

    unit: DepartmentUnit
    cases: int
    shares: Mapping[tuple[str, str], float]
    kind: str


@dataclass(frozen=True)
class Peer:
    """A department and its distance from another one: 0 is alike."""

    unit: DepartmentUnit
    distance: float


@dataclass(frozen=True)
class Likeness:
    """The other departments, the most alike first; none where ``why`` says so: few, hidden, alone, regions.

    ``partly``: some shares are hidden in this edition and do not count.
    """

    unit: DepartmentUnit
    peers: tuple[Peer, ...]
    why: str = ""
    partly: bool = False

    @property
    def closest(self) -> tuple[Peer, ...]:
        """The :data:`MOST` most alike."""
        return self.peers[:MOST]

    def distance(self, code: str) -> float | None:
        """How far another department is away; None where it is not compared."""
        return next((one.distance for one in self.peers if one.unit.code == code), None)


def likeness(view: View, unit: DepartmentUnit) -> Likeness:
    """How far the other departments of the database are from one, in the view's period and for its patients.

    Regions are like no other ("regions"); of hospitals the public edition does not tell the case mix ("hidden").
    """
    if unit.level == "region":
        return Likeness(unit, (), "regions")
    cases = cases_of(view, unit)
    if cases is None or (unit.level == "hospital" and view.edition.hides):
        return Likeness(unit, (), "hidden")
    if cases < LEAST:
        return Likeness(unit, (), "few")
    everyone, partly = profiles(view, unit.level)
    if len(everyone) < 2:
        return Likeness(unit, (), "alone", partly)
    spreads = spread(everyone)
    own = next(one for one in everyone if one.unit.code == unit.code)
    found = [Peer(one.unit, distance(own, one, spreads)) for one in everyone if one is not own]
    found.sort(key=lambda one: (one.distance, reference.danish_key(one.unit.name), one.unit.code))
    return Likeness(unit, tuple(found), "", partly)


def profiles(view: View, level: str = "department") -> tuple[tuple[DepartmentProfile, ...], bool]:
    """Those that can be compared, by code, and whether some share of theirs is hidden."""
    return view.snapshot.remember(("profiles", level, view.key, view.period), lambda: _profiles(view, level))


def _profiles(view: View, level: str = "department") -> tuple[tuple[DepartmentProfile, ...], bool]:
    found, partly = [], False
    for unit in sorted(listed(view, level), key=lambda one: one.code):
        cases = cases_of(view, unit)
        if cases is None or cases < LEAST:
            continue
        shares = {}
        for mix in mix_of(view, unit):
            for one in mix.shares:
                if one.category and one.own is None:
                    partly = True
                elif one.category:
                    shares[mix.variable, one.category] = one.own
        found.append(DepartmentProfile(unit, cases, shares, unit.kind))
    return tuple(found), partly


def spread(everyone: Sequence[DepartmentProfile]) -> dict[tuple[str, str], float]:
    """The standard deviations of the volume (under ("", "")) and of each category among those that show it."""
    values: dict[tuple[str, str], list[float]] = {}
    for one in everyone:
        values.setdefault(("", ""), []).append(math.log(one.cases))
        for key, share in one.shares.items():
            values.setdefault(key, []).append(share)
    return {key: _deviation(known) for key, known in values.items()}


def _deviation(values: Sequence[float]) -> float:
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))


def distance(one: DepartmentProfile, two: DepartmentProfile, spreads: Mapping[tuple[str, str], float]) -> float:
    """The distance of two profiles (see the module); the same in both directions."""
    parts = [_squared(math.log(one.cases) - math.log(two.cases), spreads["", ""])]
    variables: dict[str, list[float]] = {}
    for key in sorted(one.shares.keys() & two.shares.keys()):
        if spreads[key] > _ALIKE:
            variables.setdefault(key[0], []).append(_squared(one.shares[key] - two.shares[key], spreads[key]))
    if variables:
        parts.append(_mean([_mean(squares) for squares in variables.values()]))
    if one.kind and two.kind:
        parts.append(0.0 if one.kind == two.kind else OTHER_KIND)
    return math.sqrt(_mean(parts))


_ALIKE = 1e-9  # a deviation below this is of rounding: all are the same


def _squared(difference: float, deviation: float) -> float:
    return (difference / deviation) ** 2 if deviation > _ALIKE else 0.0


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
