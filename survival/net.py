"""Net survival: what survival would be if the disease were the only cause of death, all groups at once.

Pohar Perme, Stare & Estève (Biometrics 2012;68:113–120): each patient counts with the weight 1/S*(t−), where S* is the
survival of the population of the same sex, age and calendar year,

    Λ(t) = Σ over deaths of Σ w dN / Σ w Y  −  ∫ Σ w Y dΛ* / Σ w Y,   S = exp(−Λ),   Var Λ = Σ Σ w² dN / (Σ w Y)²

and limits S · exp(±1.96 √Var). Ederer & Heise (1959), "Ederer II", is the same with all weights 1.

Time is whole days since diagnosis; within a day the population's hazard is constant, so that with R the patients at
risk during day k its integral is exactly ln Σ_R w(k) − ln Σ_R w(k − 1). Age at diagnosis is registered in whole years
and counts as age + ½; the hazard of a day is that of the whole attained age and the calendar year of the day.

Nobody is followed day by day on their own: patients of one group, sex, age at diagnosis and current calendar year have
the same hazard. They are one cell, whose weights add up and grow by one factor a day; patients join a cell, leave it at
the end of their follow-up, and move to the next cell at New Year.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from survival.estimators import YEAR, Z95
from survival.lifetable import SEXES, LifeTable, LifeTableError

POHAR_PERME, EDERER2 = "pohar-perme", "ederer2"
METHODS = (POHAR_PERME, EDERER2)
#: What ``People.sex`` holds where the sex is not registered; others are places in ``lifetable.SEXES``.
NO_SEX = len(SEXES)
#: How many groups and patients are computed at a time: bounds the memory, and stays within the processor's.
_BLOCK, _CHUNK = 256, 200_000
_EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class People:
    """Patients; arrays of one length.

    ``group`` 0 … ``groups`` − 1; ``age`` whole years at diagnosis; ``day`` of diagnosis, days since 1970-01-01.
    Followed on the days after ``entry`` (−1: from the diagnosis on) until ``exit``; ``died``: it ends with
    a death. Raises ValueError for a follow-up that ends before the diagnosis.
    """

    groups: int
    group: np.ndarray
    sex: np.ndarray
    age: np.ndarray
    day: np.ndarray
    entry: np.ndarray
    exit: np.ndarray
    died: np.ndarray

    def __post_init__(self) -> None:
        if (self.exit < 0).any():
            raise ValueError(
                f"followup_days: {int((self.exit < 0).sum())} case(s) end before the day of diagnosis (smallest "
                f"{self.exit.min()}); correct vital_date or diagnosis_date in the extract and load it again"
            )

    def where(self, rows: np.ndarray | slice) -> People:
        """Some of them, or some of them more than once."""
        columns = (self.group, self.sex, self.age, self.day, self.entry, self.exit, self.died)
        return People(self.groups, *(column[rows] for column in columns))

    def in_groups(self, group: np.ndarray, groups: int) -> People:
        """The same patients in other groups."""
        return replace(self, group=group, groups=groups)

    def during(self, first: dt.date, last: dt.date) -> People:
        """Those followed within the calendar window [first, last], and only then (Brenner's period analysis).

        Who was diagnosed before the window enters it late; who does not live to see it, or was diagnosed after it, is
        not in it.
        """
        opens, closes = ((day - _EPOCH).days - self.day for day in (first, last))
        entry = np.where(opens > 0, opens, -1)
        exit = np.minimum(self.exit, closes)
        inside = exit > entry
        return replace(self, entry=entry, exit=np.maximum(exit, 0), died=self.died & (self.exit <= closes)).where(
            inside
        )


@dataclass(frozen=True)
class Net:
    """Cumulative excess hazards of all groups by day: row g, column k for the day k after diagnosis.

    ``excess`` and its ``variance``: nan from the first day on which nobody is at risk. ``at_risk``: those followed on
    that day; ``deaths`` up to and with it. ``population``: the cumulative hazard of the population as the method weighs
    it.
    """

    people: People
    table: LifeTable
    method: str
    asked: int
    cases: np.ndarray
    at_risk: np.ndarray
    deaths: np.ndarray
    excess: np.ndarray
    variance: np.ndarray
    population: np.ndarray

    @property
    def horizon(self) -> int:
        """The last day of the arrays: ``asked``, or the one after anybody is followed."""
        return self.excess.shape[1] - 1

    def at(self, times: Sequence[float], given: float = 0) -> NetValues:
        """Values of every group at ``times`` (days); ``given``: of those who live so many days.

        Raises ValueError beyond the horizon.
        """
        times = np.asarray(times, dtype=float)
        if len(times) and not (times.min() >= 0 and times.max() < self.asked + 1):
            raise ValueError(f"times from 0 to {self.asked} days, not {times.min():g} to {times.max():g}")
        # Nobody is followed longer than the arrays are long.
        days = np.minimum(np.floor(times).astype(int), self.horizon)
        start = min(math.floor(given), self.horizon)
        excess, variance = self.excess[:, days], self.variance[:, days]
        if given:
            excess, variance = (part - whole[:, [start]] for part, whole in
                                ((excess, self.excess), (variance, self.variance)))  # fmt: skip
        # Somebody followed for 1826 days is no longer at risk at 1826.25.
        at_risk = self.at_risk[:, np.minimum(np.ceil(times).astype(int), self.horizon + 1)]
        gone = (at_risk == 0) | np.isnan(excess) | (times < given)
        estimate = np.exp(-np.where(gone, np.nan, excess))
        error = Z95 * np.sqrt(np.where(gone, np.nan, np.maximum(variance, 0)))
        deaths = self.deaths[:, days] - (self.deaths[:, [start]] if given else 0)
        expected = self._expected(days, start if given else 0)
        return NetValues(
            self.at_risk[:, min(math.ceil(given), self.horizon + 1)] if given else self.cases,
            np.maximum(deaths, 0),
            at_risk,
            estimate,
            estimate * np.exp(-error),
            estimate * np.exp(error),
            np.where(gone, np.nan, np.maximum(variance, 0)),
            np.where(gone, np.nan, expected),
        )

    def _expected(self, days: np.ndarray, start: int) -> np.ndarray:
        """Survival of the population: of Ederer II as it weighs, else the mean over all patients of the group."""
        if self.method == EDERER2:
            return np.exp(-(self.population[:, days] - (self.population[:, [start]] if start else 0)))
        wanted, place = np.unique(np.r_[start, days], return_inverse=True)
        people = self.people
        sums = [
            np.bincount(people.group, np.exp(-passed), people.groups)
            for passed in _Calendar(people, self.table, int(wanted[-1])).cumulated(people, wanted)
        ]
        with np.errstate(invalid="ignore"):
            found = np.stack(sums, axis=1) / self.cases[:, None]
        return found[:, place[1:]] / found[:, place[:1]]


@dataclass(frozen=True)
class NetValues:
    """Groups × times. ``variance`` is that of the cumulative excess hazard; nan where there is no estimate."""

    cases: np.ndarray
    events: np.ndarray
    at_risk: np.ndarray
    estimate: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    variance: np.ndarray
    expected: np.ndarray


def net(people: People, table: LifeTable, horizon: float, method: str = POHAR_PERME) -> Net:
    """Net survival of every group up to ``horizon`` days.

    Raises ValueError for an unknown method or a sex that is not registered (leave those patients out), LifeTableError
    where somebody is followed at an age at which the table lets nobody live.
    """
    if method not in METHODS:
        raise ValueError(f"method '{method}' does not exist; use {', '.join(METHODS)}")
    if (people.sex >= NO_SEX).any():
        raise ValueError(f"{int((people.sex >= NO_SEX).sum())} patient(s) without a registered sex; leave them out")
    end = min(math.floor(horizon), int(people.exit.max(initial=0)) + 1)
    parts = []
    for first in range(0, max(people.groups, 1), _BLOCK):
        number = min(_BLOCK, people.groups - first)
        block = people
        if people.groups > _BLOCK:
            rows = (people.group >= first) & (people.group < first + number)
            block = people.where(rows)
            block = block.in_groups(block.group - first, number)
        parts.append(_block(block, table, end, method))
    return Net(people, table, method, math.floor(horizon), *(np.concatenate(part) for part in zip(*parts, strict=True)))


def _block(people: People, table: LifeTable, end: int, method: str) -> tuple[np.ndarray, ...]:
    """``cases … population`` of :class:`Net` for some groups."""
    groups, weighted = people.groups, method == POHAR_PERME
    # Those followed longest first, so that whoever is still followed on a day are the first of all arrays.
    people = people.where(np.argsort(-np.minimum(people.exit, end).astype(np.int32), kind="stable"))
    calendar = _Calendar(people, table, end)
    cases = np.bincount(people.group, minlength=groups)
    # At risk on day k: entry < k ≤ exit.
    joined = _by_day(people.group, people.entry + 1, groups, end + 2)
    left = _by_day(people.group, people.exit + 1, groups, end + 2)
    at_risk = np.cumsum(joined - left, axis=1).astype(np.int64)
    there = at_risk[:, : end + 1] > 0
    deaths, weighed, squared = (np.zeros((groups, end + 1)) for _ in range(3))
    total, passed = (np.zeros((end + 1, groups)) for _ in range(2))
    # Who is there on the day of diagnosis, before any day has passed.
    total[0] = np.bincount(people.group[people.entry < 0], minlength=groups)
    passed[0] = total[0] if weighted else 0
    for first in range(0, len(people.group), _CHUNK):
        part = people.where(slice(first, first + _CHUNK))
        last = np.minimum(part.exit, end)
        passed_at_exit, moves = calendar.path(part, np.maximum(part.entry, 0), last)
        died = part.died & (part.exit <= end)
        weight = np.exp(passed_at_exit[died]) if weighted else np.ones(int(died.sum()))
        where = (part.group[died], part.exit[died], groups, end + 1)
        deaths += _by_day(*where)
        weighed += _by_day(*where, weight)
        squared += _by_day(*where, weight**2)
        sums = _walk(groups, moves, calendar, int(last.max(initial=0)), weighted)
        for whole, more in zip((total, passed), sums, strict=True):
            whole[1 : len(more)] += more[1:]
    total, passed = (np.where(there, sums.T, 1.0) for sums in (total, passed))
    rate = np.log(total / passed) if weighted else passed / total
    population = np.cumsum(np.where(there, rate, 0.0), axis=1)
    excess = np.cumsum(np.where(there, weighed / total, 0.0), axis=1) - population
    variance = np.cumsum(np.where(there, squared / total**2, 0.0), axis=1)
    broken = np.logical_or.accumulate(~there, axis=1)
    excess[broken] = variance[broken] = np.nan
    return cases, at_risk, np.cumsum(deaths, axis=1).astype(np.int64), excess, variance, population


def _walk(groups: int, moves: _Moves, calendar: _Calendar, end: int, weighted: bool) -> tuple[np.ndarray, np.ndarray]:
    """Two sums over those at risk, days × groups: the weights at the end of each day, and at its beginning.

    Without weights: how many there are, and the sum of their hazards on the day.
    """
    after, before = (np.zeros((end + 1, groups)) for _ in range(2))
    weight = np.exp(moves.hazard) if weighted else np.ones(len(moves.day))
    cell, code = pd.factorize(moves.cell, sort=True)
    group, sex, age, year = calendar.cells(code)
    order = np.argsort(moves.day.astype(np.int16) if end < 1 << 15 else moves.day, kind="stable")
    cell, change = cell[order], (moves.sign * weight)[order]
    until = np.searchsorted(moves.day[order], np.arange(end + 1), "right")
    filled = np.unique(group)
    if not len(filled):
        return after, before
    starts = np.searchsorted(group, filled)  # cells are sorted by group
    weights = np.zeros(len(code))
    hazard = grows = weights
    done = 0
    for day in range(1, end + 1):
        if day == 1 or calendar.birthday(day - 1):
            hazard = calendar.hazard(sex, age + calendar.grown(day - 1), year)
            # The open age may be one that nobody survives: nobody is there, as the path has made sure.
            hazard = np.where(np.isfinite(hazard), hazard, 0.0)
            grows = np.exp(hazard)
        now = slice(done, until[day - 1])
        if 16 * (now.stop - now.start) > len(weights):
            weights += np.bincount(cell[now], change[now], len(weights))
        else:
            np.add.at(weights, cell[now], change[now])
        done = now.stop
        if weighted:
            before[day, filled] = np.add.reduceat(weights, starts)
            weights = weights * grows
        else:
            before[day, filled] = np.add.reduceat(weights * hazard, starts)
        after[day, filled] = np.add.reduceat(weights, starts)
    return after, before


@dataclass(frozen=True)
class _Moves:
    """Who comes into a cell (+1) or goes out of it (−1) at the end of a day, and their cumulative hazard then."""

    day: np.ndarray
    cell: np.ndarray
    sign: np.ndarray
    hazard: np.ndarray


class _Calendar:
    """The population hazards that patients pass through. A step is the day that begins ``t`` days after diagnosis."""

    def __init__(self, people: People, table: LifeTable, horizon: int) -> None:
        self.table = table
        days = people.day if len(people.day) else np.zeros(1)
        self.first_day = int(days.min())
        base = _EPOCH + dt.timedelta(days=self.first_day)
        top = _EPOCH + dt.timedelta(days=int(days.max()) + horizon + 400)
        self.first_year, self.years = base.year, top.year - base.year + 2
        #: The first days of the calendar years, days since 1970.
        self.new_years = np.array([(dt.date(base.year + n, 1, 1) - _EPOCH).days for n in range(self.years)])
        #: The calendar year's number, from 0, of each day from the first on.
        every = np.arange(self.first_day, self.new_years[-1])
        self.year_of = np.searchsorted(self.new_years, every, "right") - 1
        self._flat = np.ascontiguousarray(table.hazard).ravel()
        rows, ages = table.hazard.shape[1:]
        known = np.clip(np.arange(self.years) + base.year - table.first, 0, rows - 1)
        self._place, self._sexes = known * ages, rows * ages
        self._ages = int(people.age.max(initial=0)) + 1

    @staticmethod
    def grown(step: int) -> int:
        """By how many years the attained whole age at a step exceeds the age at diagnosis."""
        return math.floor(0.5 + step / YEAR)

    @classmethod
    def birthday(cls, step: int) -> bool:
        """Whether the attained age changes with this step."""
        return step > 0 and cls.grown(step) != cls.grown(step - 1)

    @staticmethod
    def turning(age: int) -> int:
        """The step at which the attained age is ``age`` years more than at diagnosis."""
        return math.ceil((age - 0.5) * YEAR) if age else 0

    def hazard(self, sex: np.ndarray, age: np.ndarray, year: np.ndarray) -> np.ndarray:
        """The population's hazard per day; ages and years beyond the table are its last (first)."""
        return self._flat[sex * self._sexes + self._place[year] + np.minimum(age, self.table.oldest)]

    def cell(self, people: People, year: np.ndarray) -> np.ndarray:
        """A number per group, sex, age at diagnosis and calendar year, in order of the groups."""
        whole = people.group.astype(np.int64) * len(SEXES) + people.sex
        return (whole * self._ages + people.age) * self.years + year

    def cells(self, code: np.ndarray) -> tuple[np.ndarray, ...]:
        """Group, sex, age and year of cells."""
        rest, year = np.divmod(code, self.years)
        rest, age = np.divmod(rest, self._ages)
        group, sex = np.divmod(rest, len(SEXES))
        return group, sex, age, year

    def cumulated(self, people: People, days: Sequence[int]) -> Iterator[np.ndarray]:
        """Each patient's cumulative population hazard until each of ``days`` (rising) after the diagnosis."""
        passed, grown = np.zeros(len(people.group)), -1
        span: tuple = ()
        for day in days:
            while grown < 0 or day > self.turning(grown + 1):
                if grown >= 0:
                    passed = passed + _over(span[0], self.turning(grown + 1), *span[1:])
                grown += 1
                span = self._span(people, len(people.group), grown)
            yield passed + _over(span[0], day, *span[1:])

    def _span(self, people: People, number: int, grown: int) -> tuple[int, np.ndarray, np.ndarray, np.ndarray]:
        """Of the first patients, while the attained age is ``grown`` more: its first step, New Year, hazards around."""
        start, day = self.turning(grown), people.day[:number]
        year = self.year_of[day + (start - self.first_day)]
        turn = np.minimum(self.new_years[year + 1] - day, self.turning(grown + 1))
        fixed = people.sex[:number] * self._sexes + np.minimum(people.age[:number] + grown, self.table.oldest)
        return start, turn, *(self._flat[fixed + self._place[year + more]] for more in (0, 1))

    def path(self, people: People, entry: np.ndarray, last: np.ndarray) -> tuple[np.ndarray, _Moves]:
        """Cumulative hazards on the day ``last``, and the way through the cells from ``entry`` to it.

        The patients followed longest come first. Raises LifeTableError where somebody lives on for certain death.
        """
        at_exit, moves = self._follow(people, last, entry)
        if not np.isfinite(at_exit).all():
            rows = np.flatnonzero(~np.isfinite(at_exit))
            row, table = rows[0], self.table
            age = int(people.age[row] + self.grown(int(last[row])))
            raise LifeTableError(
                f"life table {table.source}: sex {SEXES[people.sex[row]]}, age {min(age, table.oldest)} has the "
                f"probability 1, but {len(rows)} patient(s) live on at that age; give a probability below 1"
            )
        return at_exit, moves

    def _follow(self, people: People, time: np.ndarray, entry: np.ndarray) -> tuple[np.ndarray, _Moves]:
        """Cumulative hazards at ``time`` (descending), and the moves between cells from ``entry`` on."""
        total = np.zeros(len(time))
        pieces: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []
        stays = (entry < time) & (time > 0)
        home = self.cell(people, np.zeros(1, dtype=np.int64))
        longest = int(time.max(initial=0))
        for grown in range(self.grown(longest) + 1):
            start, stop = self.turning(grown), self.turning(grown + 1)
            number = int(np.count_nonzero(time > start))
            if not number:
                break
            day, until, passed = people.day[:number], time[:number], total[:number]
            _, turn, before, after = self._span(people, number, grown)
            year = self.year_of[day + (start - self.first_day)]
            at, here = entry[:number], stays[:number]
            begins = here & (at >= start) & (at < stop)
            # A New Year within the span, and one on the very day of the birthday that opens it.
            within = here & (at < turn) & (turn < until) & (turn < stop)
            first = here & (at < start) & (self.new_years[year] == day + start)
            for one, when, cell in (
                (begins, at, year + (at >= turn)),
                (within, turn, year),
                (first, np.full(number, start), year - 1),
            ):
                if not one.any():
                    continue
                when, cell = when[one], (home[:number] + cell)[one]
                hazard = passed[one] + _over(start, when, turn[one], before[one], after[one])
                if one is begins:
                    pieces.append((when, cell, np.ones(len(when)), hazard))
                else:
                    pieces.append((when, cell, np.full(len(when), -1.0), hazard))
                    pieces.append((when, cell + 1, np.ones(len(when)), hazard))
            passed += _over(start, np.minimum(until, stop), turn, before, after)
        year = self.year_of[np.maximum(people.day + time - 1 - self.first_day, 0)]
        pieces.append((time[stays], (home + year)[stays], np.full(int(stays.sum()), -1.0), total[stays]))
        return total, _Moves(*(np.concatenate(part) for part in zip(*pieces, strict=True)))


def _over(start: int, end: np.ndarray, turn: np.ndarray, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """The hazard from ``start`` to ``end``, days: ``before`` the New Year on ``turn``, ``after`` from then on."""
    first, second = np.minimum(end, turn) - start, np.maximum(end - turn, 0)
    with np.errstate(invalid="ignore"):  # a certain death that nobody comes to: no day of an infinite hazard
        return np.where(first > 0, first * before, 0.0) + np.where(second > 0, second * after, 0.0)


def _by_day(group: np.ndarray, day: np.ndarray, groups: int, days: int, weight: np.ndarray | None = None) -> np.ndarray:
    """Groups × days: how many (the sum of their weights) on each day before ``days``."""
    inside = day < days
    key = group[inside] * days + day[inside]
    sums = np.bincount(key, None if weight is None else weight[inside], groups * days)
    return sums.reshape(groups, days)
