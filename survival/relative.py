"""Net survival from a snapshot: the result table of ``survival net``.

By cohort of diagnosis or, with a period, by what happened within it (Brenner's period analysis); standardised for age
with the International Cancer Survival Standard (Corazziari, Quinn & Capocaccia, Eur J Cancer 2004;40:2307–2316);
given that the first years are survived.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from data import Snapshot
from data.selection import Selection
from survival import lifetable
from survival.engine import ALL_CASES
from survival.estimators import YEAR, Z95
from survival.lifetable import LifeTable
from survival.net import NO_SEX, POHAR_PERME, Net, NetValues, People, net

#: The columns after those of the groups: those of ``survival table``, then the survival of the population.
COLUMNS = ("years", "cases", "events", "at_risk", "estimate", "lower", "upper", "note", "expected")
#: Fewest at risk in an age group that a standardised estimate takes.
LEAST_IN_AGE = 10

# One whole number per case; the widths hold 500 years of days, 120 of age and any follow-up.
_EPOCH = dt.date(1970, 1, 1)
_BASE, _AGES, _WAYS, _DAYS = dt.date(1800, 1, 1), 128, 8, 1 << 16
_CASES = """
SELECT {columns}coalesce(list(
    (((r.diagnosis_date - $base_day)::BIGINT * {ages} + r.age) * {ways}
    + CASE r.sex WHEN 'F' THEN 0 WHEN 'M' THEN 2 ELSE 4 END
    + (r.vital_status = 'dead')::INTEGER) * {days} + r.followup_days + {early}), []) AS patients
FROM cases r {join}
WHERE {where}
GROUP BY ALL
"""
#: Added to the follow-up, so that one that ends before the diagnosis can be told.
_EARLY = 1 << 14


@dataclass(frozen=True)
class AgeStandard:
    """Weights of age groups: ``edges`` are the first ages of all but the youngest."""

    id: str
    name: str
    edges: tuple[int, ...]
    weights: tuple[float, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the age groups."""
        ends = (*(f"{one - 1}" for one in self.edges), "")
        return tuple(
            f"{start}-{end}" if end else f"{start}+" for start, end in zip((0, *self.edges), ends, strict=True)
        )

    def place(self, age: np.ndarray) -> np.ndarray:
        """Which age group each age is in."""
        return np.searchsorted(self.edges, age, "right")


_AGES_1 = (45, 55, 65, 75)
STANDARDS: dict[str, AgeStandard] = {
    one.id: one
    for one in (
        AgeStandard("icss1", "ICSS 1", _AGES_1, (0.07, 0.12, 0.23, 0.29, 0.29)),
        AgeStandard("icss2", "ICSS 2", _AGES_1, (0.28, 0.17, 0.21, 0.20, 0.14)),
        AgeStandard("icss3", "ICSS 3 (prostate)", (55, 65, 75, 85), (0.19, 0.23, 0.29, 0.23, 0.06)),
    )
}


@dataclass(frozen=True)
class Patients:
    """The patients of a selection with the names of their groups: row g of ``groups`` describes group g.

    ``left_out``: per group, those without a registered sex, whom no life table fits.
    """

    groups: pd.DataFrame
    people: People
    left_out: np.ndarray


@dataclass(frozen=True)
class Question:
    """What is asked about the patients of a selection.

    ``period``: first and last day of a calendar window, None: cohorts. ``given``: years already survived. ``standard``:
    a key of :data:`STANDARDS`, None: as the patients are.
    """

    method: str = POHAR_PERME
    period: tuple[dt.date, dt.date] | None = None
    standard: str | None = None
    given: float = 0


AS_THEY_ARE = Question()


def life_table(snapshot: Snapshot, path: Path | None = None) -> LifeTable:
    """The life table of a file, else the store's own, else the demonstration's. Raises LifeTableError."""
    if path is not None:
        return lifetable.read(path)
    own = snapshot.root / lifetable.IN_STORE
    return lifetable.kept(own) if own.exists() else lifetable.demonstration()


def patients(snapshot: Snapshot, database: str, selection: Selection = ALL_CASES, first_month: int = 1) -> Patients:
    """Everybody of a selection, by group; groups as in :func:`survival.engine.daily_counts`.

    Raises StoreError for an unknown database and ValueError for a follow-up that ends before the diagnosis.
    """
    parts = selection.compile(first_month=first_month)
    sql = _CASES.format(
        columns="".join(f"{column}, " for column in parts.columns), join=parts.join, where=parts.where,
        ages=_AGES, ways=_WAYS, days=_DAYS, early=_EARLY,
    )  # fmt: skip
    if parts.columns:
        sql += "ORDER BY " + ", ".join(f"{place} NULLS LAST" for place in range(1, len(parts.columns) + 1))
    rows = snapshot.query(database, sql, {**parts.params, "base_day": _BASE})
    lists = rows.pop("patients")
    code = np.concatenate([np.zeros(0, dtype=np.int64), *(np.asarray(one, dtype=np.int64) for one in lists)])
    group = np.repeat(np.arange(len(lists)), np.array([len(one) for one in lists], dtype=np.int64))
    code, followed = np.divmod(code, _DAYS)
    code, way = np.divmod(code, _WAYS)
    day, age = np.divmod(code, _AGES)
    sex = way >> 1
    day += (_BASE - _EPOCH).days
    everyone = People(len(lists), group, sex, age, day, np.full(len(day), -1), followed - _EARLY, (way & 1) == 1)
    known = sex != NO_SEX
    left_out = np.bincount(group[~known], minlength=len(lists))
    return Patients(rows, everyone if known.all() else everyone.where(known), left_out)


def values(
    found: Patients, table: LifeTable, years: Sequence[float], question: Question = AS_THEY_ARE
) -> tuple[NetValues, np.ndarray]:
    """Groups × times, and why there is no estimate (English; "" where there is one)."""
    times = np.asarray(years, dtype=float) * YEAR
    people = found.people if question.period is None else found.people.during(*question.period)
    horizon = float(max([*times, question.given * YEAR], default=0))
    given = question.given * YEAR
    if question.standard is None:
        result = net(people, table, horizon, question.method).at(times, given)
        return result, _reasons(result, times < given)
    standard = STANDARDS[question.standard]
    bands = len(standard.weights)
    by_age = people.in_groups(people.group * bands + standard.place(people.age), people.groups * bands)
    fitted: Net = net(by_age, table, horizon, question.method)
    return _standardised(fitted.at(times, given), standard, times < given)


def _reasons(result: NetValues, before: np.ndarray) -> np.ndarray:
    reasons = np.full(result.estimate.shape, "", dtype=object)
    reasons[np.isnan(result.estimate)] = "follow-up does not reach this time: nobody at risk"
    reasons[:, before] = "before the time that is given as survived"
    reasons[result.cases == 0] = "no cases"
    return reasons


def _standardised(parts: NetValues, standard: AgeStandard, before: np.ndarray) -> tuple[NetValues, np.ndarray]:
    """Σ weight · survival of the age groups; limits on the log scale from the sum of their variances."""
    bands = len(standard.weights)
    shape = (-1, bands, parts.estimate.shape[1])
    weight = np.array(standard.weights)[None, :, None]
    each, at_risk = parts.estimate.reshape(shape), parts.at_risk.reshape(shape)
    enough = (at_risk >= LEAST_IN_AGE).all(axis=1)
    estimate = np.where(enough, (weight * each).sum(axis=1), np.nan)
    variance = (weight**2 * each**2 * parts.variance.reshape(shape)).sum(axis=1) / estimate**2
    error = Z95 * np.sqrt(variance)
    cases = parts.cases.reshape(-1, bands).sum(axis=1)
    expected = np.where(enough, (weight * parts.expected.reshape(shape)).sum(axis=1), np.nan)
    events, limits = parts.events.reshape(shape).sum(axis=1), (estimate * np.exp(sign * error) for sign in (-1, 1))
    result = NetValues(cases, events, at_risk.sum(axis=1), estimate, *limits, variance, expected)
    reasons = _reasons(result, before)
    for group, time in zip(*np.nonzero(~enough & (reasons != "no cases") & ~before[None, :]), strict=True):
        few = [
            f"{name} ({n})"
            for name, n in zip(standard.groups, at_risk[group, :, time], strict=True)
            if n < LEAST_IN_AGE
        ]
        reasons[group, time] = (
            f"not age-standardised ({standard.name}): fewer than {LEAST_IN_AGE} at risk aged {', '.join(few)}"
        )
    return result, reasons


def net_table(
    snapshot: Snapshot,
    database: str,
    table: LifeTable,
    years: Sequence[float] = (1, 5),
    selection: Selection = ALL_CASES,
    question: Question = AS_THEY_ARE,
    first_month: int = 1,
) -> pd.DataFrame:
    """One row per group and time: the selection's ``by`` names, then :data:`COLUMNS`.

    As :func:`survival.engine.survival_table`, with net survival as ``estimate`` (it can exceed 1: fewer die than in the
    population) and the population's survival as ``expected``. In a period only who is followed within it counts. Raises
    as :func:`patients`, and LifeTableError.
    """
    return table_of(snapshot, database, patients(snapshot, database, selection, first_month), table, years, question)


def table_of(
    snapshot: Snapshot, database: str, found: Patients, table: LifeTable, years: Sequence[float], question: Question
) -> pd.DataFrame:
    """As :func:`net_table`, of patients who are there already."""
    result, reasons = values(found, table, years, question)
    times = len(years)
    rows = found.groups.loc[found.groups.index.repeat(times)].reset_index(drop=True)
    shown = [int(year) if float(year).is_integer() else float(year) for year in years]
    rows["years"] = pd.Series(shown * len(found.groups), dtype=object, index=rows.index)
    rows["cases"] = np.repeat(result.cases, times)
    for name in ("events", "at_risk", "estimate", "lower", "upper"):
        rows[name] = getattr(result, name).ravel()
    said = [_about(snapshot, database, table, int(left)) for left in found.left_out]
    nobody = (result.variance == 0) & (result.events == 0)
    notes = np.where((reasons == "") & nobody, "nobody has died yet: no interval", reasons)
    rows["note"] = ["; ".join(filter(None, (note, *said[n // times]))) for n, note in enumerate(notes.ravel())]
    rows["expected"] = result.expected.ravel()
    return rows


def _about(snapshot: Snapshot, database: str, table: LifeTable, left_out: int) -> list[str]:
    """What each row of a group has to say about what it is made of."""
    said = []
    if left_out:
        said.append(f"{left_out} without a registered sex left out")
    if table.synthetic and not snapshot.info(database).synthetic:
        said.append("synthetic life table, of no country: give --lifetable")
    return said


def beyond(table: LifeTable, found: Patients, question: Question = AS_THEY_ARE) -> str:
    """Which years of follow-up the life table does not have, and what is used for them; "" with none."""
    people = found.people if question.period is None else found.people.during(*question.period)
    if not len(people.day):
        return ""
    began = people.day + np.maximum(people.entry, 0)
    first, last = (_year(int(day)) for day in (began.min(), (people.day + people.exit).max()))
    spans = ((first, min(last, table.first - 1), table.first), (max(first, table.last + 1), last, table.last))
    return ", ".join(
        f"{start} uses {used}" if start == end else f"{start}–{end} use {used}"
        for start, end, used in spans
        if start <= end
    )


def _year(day: int) -> int:
    return (_EPOCH + dt.timedelta(days=day)).year
