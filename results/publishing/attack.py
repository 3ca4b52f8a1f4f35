"""What somebody can work out who has every page and file of a publication, and knows how it is made.

The attacker knows the closed list, all that is shown of it, and every relation: a parent is the sum of its members,
what is judged is fulfilled or not, indicators of the same patients share their number, a nested result is no larger.
Each unknown is then narrowed by every relation in turn until nothing moves. A second attacker knows one department in
full besides (a clinician who is logged in). The truth is used only to score what was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from indicators.catalogue import BY_ID
from results.publishing.lattice import FOLLOWS, WITHIN, group_of

#: Kinds of unknowns: not yet followed, missing, fulfilled (dead), not.
PARTS = ("not_mature", "missing", "events", "rest")
_ROUNDS = 500
_WHOLE = 1e-6
#: (what, indicator or group, period or cohort, level, region, code)
Name = tuple[str, object, int, str, str, str]


@dataclass(frozen=True)
class AttackResult:
    """What an attack found of the hidden unknowns. ``exact``: determined though some patient is in it; ``below``: from
    1 to k − 1 patients, and known to be fewer than k."""

    attack: str
    hidden: int
    unsafe: int
    exact: int
    below: int
    cells: tuple[Name, ...] = ()


class System:
    """Unknown counts with bounds, and the sums that hold between them."""

    def __init__(self) -> None:
        self.at: dict[Name, int] = {}
        self.low: list[float] = []
        self.high: list[float] = []
        self.sums: list[tuple[int, tuple[int, ...]]] = []

    def unknown(self, name: Name) -> int:
        """The number of an unknown, new where it is not there yet: 0 and more."""
        if name not in self.at:
            self.at[name] = len(self.low)
            self.low.append(0.0)
            self.high.append(np.inf)
        return self.at[name]

    def known(self, name: Name, value: float) -> None:
        """The value of an unknown is seen."""
        i = self.unknown(name)
        self.low[i] = self.high[i] = float(value)

    def total(self, whole: Name, parts: Iterable[Name], apart: float = 0) -> None:
        """``whole`` is the sum of ``parts``, up to ``apart`` more or less."""
        names = list(parts)
        if apart:
            names.append(("apart", *whole))
            i = self.unknown(names[-1])
            self.low[i], self.high[i] = -apart, apart
        self.sums.append((self.unknown(whole), tuple(self.unknown(one) for one in names)))

    def narrowed(
        self, besides: Mapping[int, float] | None = None, start: tuple[np.ndarray, np.ndarray] | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """The bounds of every unknown after all sums have narrowed them as far as they do.

        ``besides``: values that are known as well; ``start``: bounds that were found without them.
        """
        low, high = (np.array(one) for one in (start or (self.low, self.high)))
        for i, value in (besides or {}).items():
            low[i] = high[i] = value
        if not self.sums:
            return low, high
        members, sign, starts, of = self._arrays
        for _ in range(_ROUNDS):
            # Σ sign × value = 0: each term lies between what the others leave.
            least = np.where(sign > 0, low[members], -high[members])
            most = np.where(sign > 0, high[members], -low[members])
            others_least, others_most = _others(least, starts, of), _others(most, starts, of)
            up, down = np.minimum(most, -others_least), np.maximum(least, -others_most)
            down, up = np.ceil(down - _WHOLE), np.floor(up + _WHOLE)  # people are whole
            new_low, new_high = low.copy(), high.copy()
            np.maximum.at(new_low, members, np.where(sign > 0, down, -up))
            np.minimum.at(new_high, members, np.where(sign > 0, up, -down))
            if np.array_equal(new_low, low) and np.array_equal(new_high, high):
                break
            low, high = new_low, new_high
        return low, high

    @cached_property
    def _arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """The members of all sums, their signs, where each sum starts and which one each member is of."""
        lengths = [1 + len(parts) for _, parts in self.sums]
        members = np.array([one for whole, parts in self.sums for one in (whole, *parts)])
        sign = np.array([one for _, parts in self.sums for one in (-1.0, *[1.0] * len(parts))])
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        return members, sign, starts, np.repeat(np.arange(len(lengths)), lengths)


def _others(terms: np.ndarray, starts: np.ndarray, of: np.ndarray) -> np.ndarray:
    """The sum of the other terms of each term's sum; infinities are counted apart."""
    finite = np.isfinite(terms)
    sums = np.add.reduceat(np.where(finite, terms, 0.0), starts)
    unbounded = np.add.reduceat((~finite).astype(int), starts)
    rest = sums[of] - np.where(finite, terms, 0.0)
    left = unbounded[of] - ~finite
    endless = terms[~finite][0] if (~finite).any() else 0.0
    return np.where(left > 0, endless, rest)


def system(nodes: pd.DataFrame, cases: pd.DataFrame | None = None, apart: Mapping[str, float] | None = None) -> System:
    """What the published nodes of one place by five regions show, and how it hangs together.

    ``cases``: the published numbers of cases by department, of a system by place of treatment. ``apart``: by how much
    the deaths of a survival result may differ from their sums, by indicator: each is rounded by itself.
    """
    found = System()
    whole = nodes[nodes["level"] == "nation"]
    followed = {
        (row["indicator"], int(row["period"]))
        for row in whole.to_dict("records")
        if not pd.isna(row["not_mature"]) and row["not_mature"] == 0
    }
    indicators = set(nodes["indicator"])
    sizes: dict[tuple, int] = {}
    for one in indicators:
        sizes[group_of(one)] = sizes.get(group_of(one), 0) + 1
    places: dict[tuple[str, int], list[tuple[str, str, str]]] = {}
    for row in nodes.to_dict("records"):
        indicator, period = row["indicator"], int(row["period"])
        place = (row["level"], row["region"], row["code"])
        places.setdefault((indicator, period), []).append(place)
        names = {part: (part, indicator, period, *place) for part in PARTS}
        cohort = period - BY_ID[indicator].survival_years
        judged, everyone = ("judged", indicator, period, *place), ("patients", group_of(indicator), cohort, *place)
        found.total(judged, [names["events"], names["rest"]])
        if BY_ID[indicator].rows != "case_variables" and sizes[group_of(indicator)] > 1:
            found.total(everyone, [names["not_mature"], names["missing"], judged])
        if not row["hidden"]:
            found.known(judged, row["denominator"])
            found.known(names["events"], row["events"])
            found.known(names["rest"], row["denominator"] - row["events"])
        if not row["missing_hidden"] and not pd.isna(row["missing"]):
            found.known(names["missing"], row["missing"])
        if BY_ID[indicator].follow_up == 0 or BY_ID[indicator].survival_years:
            found.known(names["not_mature"], 0)
        elif not pd.isna(row["not_mature"]):
            found.known(names["not_mature"], row["not_mature"])
        outer = [(WITHIN.get(indicator), period)]
        if indicator == "survival_1y":
            outer.append(("survival_5y", period + 4))
        for other, later in outer:
            if other in indicators and {(indicator, period), (other, later)} <= followed:
                between = ("between", (indicator, other), period, *place)
                found.total(("events", other, later, *place), [names["events"], between])
        if FOLLOWS.get(indicator) in indicators:
            received = ("events", FOLLOWS[indicator], period, *place)
            found.total(everyone, [received, ("later", indicator, period, *place)])
    for (indicator, period), members in places.items():
        for parent in members:
            below = _members(parent, members)
            if below:
                for part in PARTS:
                    loose = (apart or {}).get(indicator, 0) if part in ("events", "rest") else 0
                    whole_of = (part, indicator, period, *parent)
                    found.total(whole_of, [(part, indicator, period, *one) for one in below], loose)
    if cases is not None:
        _with_cases(found, cases)
    return found


def _members(parent: tuple[str, str, str], places: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    if parent[0] == "nation":
        return [one for one in places if one[0] == "region"]
    if parent[0] == "region":
        return [one for one in places if one[0] == "department" and one[1] == parent[1]]
    return []


def _with_cases(found: System, cases: pd.DataFrame) -> None:
    group = group_of("survival_1y")
    places = {(name[2], name[3], name[5]): name for name in list(found.at)
              if name[0] == "patients" and name[1] == group}  # fmt: skip
    five = cases[cases["regions"] == 5]
    for period, level, code, count in five[["period", "level", "code", "cases"]].itertuples(index=False):
        if not pd.isna(count) and (int(period), level, code) in places:
            found.known(places[int(period), level, code], count)


def attacked(
    nodes: pd.DataFrame,
    truth: pd.DataFrame,
    k: int,
    cases: pd.DataFrame | None = None,
    departments: int | None = None,
) -> list[AttackResult]:
    """What sums alone find, and sums with each department's own numbers (the worst of them).

    ``truth``: the unprotected nodes, of the same place by five regions; ``departments``: of so many departments alone.
    """
    found = system(nodes, cases, _apart(truth))
    real = _real(truth, found)
    open_ = {i for i, (low, high) in enumerate(zip(found.low, found.high, strict=True)) if low != high}
    hidden = {name: i for name, i in found.at.items() if i in open_ and name[0] in ("events", "rest", "missing")}
    scored = {name: i for name, i in hidden.items() if name in real and real[name] > 0}
    bounds = found.narrowed()
    results = [_scored("sums", bounds, scored, real, k)]
    codes = sorted({name[5] for name in scored if name[3] == "department"})[:departments]
    worst = None
    for code in codes:
        own = {i: real[name] for name, i in found.at.items()
               if name in real and name[3] == "department" and name[5] == code}  # fmt: skip
        # What are its own patients alone tells nothing of others.
        mine = {name[:3]: real[name] for name in real if name[3] == "department" and name[5] == code}
        left = {
            name: i
            for name, i in scored.items()
            if i not in own and real[name] < k and not (name[3] != "department" and real[name] == mine.get(name[:3]))
        }
        one = _scored("sums, and one department's own numbers", found.narrowed(own, bounds), left, real, k)
        if worst is None or (one.exact, one.below) > (worst.exact, worst.below):
            worst = one
    return [*results, *([worst] if worst is not None else [])]


def _apart(truth: pd.DataFrame) -> dict[str, float]:
    """By how much the rounded deaths of a parent differ from its members' at most: an attacker who guesses well."""
    found: dict[str, float] = {}
    lived = truth[truth["indicator"].isin([one.id for one in BY_ID.values() if one.survival_years])]
    for (indicator, _), rows in lived.groupby(["indicator", "period"]):
        events = rows.groupby("level")["events"].sum()
        homes = rows.groupby(["level", "region"])["events"].sum()
        gaps = [abs(events["nation"] - events.get("region", events["nation"]))]
        if "department" in homes:
            gaps += list((homes["region"] - homes["department"]).abs())
        found[indicator] = max(found.get(indicator, 0.0), *map(float, gaps))
    return found


def _real(truth: pd.DataFrame, found: System) -> dict[Name, float]:
    real: dict[Name, float] = {}
    for row in truth.to_dict("records"):
        place = (row["level"], row["region"], row["code"])
        values = {part: row[part] for part in ("not_mature", "missing", "events")}
        values["rest"] = row["denominator"] - row["events"]
        for part, value in values.items():
            name = (part, row["indicator"], int(row["period"]), *place)
            if name in found.at:
                real[name] = float(value)
    return real


def _scored(
    attack: str, bounds: tuple[np.ndarray, np.ndarray], scored: Mapping[Name, int], real: Mapping[Name, float], k: int
) -> AttackResult:
    low, high = bounds
    unsafe = [name for name in scored if real[name] < k]
    exact = [name for name, i in scored.items() if high[i] - low[i] < 1]
    below = [name for name in unsafe if high[scored[name]] < k]
    return AttackResult(
        attack, len(scored), len(unsafe), len(exact), len(below), tuple(dict.fromkeys([*exact, *below]))
    )
