"""The patients: when, who, where, how ill, and how long they live.

Outcomes follow from age, severity (stage), performance status, comorbidity, calendar time and a department
effect. Hazards are calibrated so that 1- and 5-year survival of a site come near its profile.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.synthetic import places, signals
from data.synthetic.draws import (
    chances,
    delays_within,
    happens,
    pick,
    pick_rows,
    since_2024,
    stream,
    year_of,
)
from data.synthetic.profiles import Profile, Site

_YEAR = 365.25
#: Log hazard of cancer death by severity I-IV, and its attenuation after the first year.
_SEVERITY = np.array([-1.7, -0.8, 0.1, 1.5])
_LATER = 0.7
#: Gompertz mortality of others: hazard per year at 70 (men), its growth per year of age, women's share of men's.
OTHER_AT_70, OTHER_GROWTH, OTHER_WOMEN = 0.014, 0.092, 0.72
#: Topics that get a random department effect, with its standard deviation.
TOPICS = {
    "mdt": 0.35, "tnm": 0.35, "stage": 0.25, "registered": 0.3, "survival": 0.06, "leak": 0.15, "complications": 0.12,
    "age": 1.2, "severity": 0.15, "performance": 0.2, "followed": 0.2, "adjuvant": 0.3, "trial": 0.4, "pro": 0.25,
    "coverage": 0.3,
}  # fmt: skip


@dataclass
class Cases:
    """One database's cases in order of diagnosis; arrays with one value per case.

    ``unit`` and ``department`` point into places.codes(): the unit as it is today and its code on the day of
    diagnosis. ``death`` is the day of death if nothing else came first (inf: none in sight).
    """

    profile: Profile
    effects: dict[str, np.ndarray]  # per topic, one value per department
    cut: int
    diagnosis: np.ndarray
    site: np.ndarray
    icd10: np.ndarray
    age: np.ndarray
    female: np.ndarray
    residence: np.ndarray
    unit: np.ndarray
    department: np.ndarray
    severity: np.ndarray  # 0-3
    performance: np.ndarray
    charlson: np.ndarray
    death: np.ndarray
    of_cancer: np.ndarray
    emigration: np.ndarray

    def __len__(self) -> int:
        return len(self.diagnosis)

    @property
    def years(self) -> np.ndarray:
        """Years since 2024: what trends are written in."""
        return since_2024(self.diagnosis)

    @property
    def last(self) -> np.ndarray:
        """Last day on which anything can happen to the case."""
        return np.minimum(np.minimum(self.death, self.emigration), self.cut)

    def topic(self, name: str, units: np.ndarray | None = None, days: np.ndarray | None = None) -> np.ndarray:
        """Department effect and planted signals on a topic for events at ``units`` on ``days``."""
        units = self.unit if units is None else units
        days = self.diagnosis if days is None else days
        return self.effects[name][units] + signals.shifts(self.profile.code, name, units, days)


def make(profile: Profile, per_year: dict[int, int], cut: int, seed: int) -> Cases:
    """Draw the cases of one database, ``per_year`` of them diagnosed in each calendar year; none after the cut."""
    rng = stream(seed, profile.code, "cases")
    effects = _department_effects(profile, seed)
    diagnosis = np.concatenate([_diagnosis_days(rng, year, count) for year, count in per_year.items()])
    diagnosis = diagnosis[diagnosis <= cut]
    size = len(diagnosis)
    site = pick(rng, [one.share for one in profile.sites], size)
    residence = places.live(rng, size)
    unit = places.choose(rng, residence, *_units(profile))
    # Unit attributes of the case mix before the patient is drawn, so that departments differ in patients.
    low, high = profile.age_limits
    age = np.empty(size)
    female = np.empty(size, dtype=bool)
    weights = np.empty((size, 4))
    icd10 = np.empty(size, dtype=np.int16)
    first = 0
    for number, one in enumerate(profile.sites):
        rows = np.flatnonzero(site == number)
        age[rows] = one.age + one.spread * rng.standard_normal(len(rows))
        female[rows] = rng.random(len(rows)) < one.female
        weights[rows] = one.stages
        icd10[rows] = first + rng.integers(0, len(one.icd10), len(rows))
        first += len(one.icd10)
    age += effects["age"][unit] * (high > 20)
    age = np.floor(np.clip(_reflected(age, low, high), low, high))
    tilt = effects["severity"][unit][:, None] * np.array([-1, -0.3, 0.3, 1])
    severity = pick_rows(rng, weights * np.exp(tilt))
    charlson = rng.poisson(np.clip(0.15 + 0.018 * np.maximum(age - 45, 0), 0.05, 1.2)).astype(float)
    frail = 0.045 * (age - 68) + 0.5 * (severity - 1.5) + 0.35 * charlson + effects["performance"][unit]
    performance = np.clip(np.floor(frail + 1.1 * rng.standard_normal(size) + 0.8), 0, 4)
    cases = Cases(
        profile, effects, cut, diagnosis, site, icd10, age, female, residence, unit,
        places.on_day(unit, diagnosis), severity, performance, charlson,
        np.full(size, np.inf), np.zeros(size, dtype=bool), np.full(size, np.inf),
    )  # fmt: skip
    _live_and_die(rng, cases)
    return cases


def _units(profile: Profile) -> tuple[np.ndarray, np.ndarray]:
    """The database's departments (as they are today) and their weights."""
    if profile.places:
        words = profile.places.split()
        found = [places.index_of(f"{place}-{profile.unit}") for place in words[::2]]
        return np.array(found), np.array(words[1::2], dtype=float)
    return places.palliative_units()


def _department_effects(profile: Profile, seed: int) -> dict[str, np.ndarray]:
    rng = stream(seed, profile.code, "effects")
    effects = {}
    for topic, spread in TOPICS.items():
        values = np.clip(rng.standard_normal(len(places.codes())), -2, 2) * spread
        for unit in signals.planted_units(profile.code, topic):
            values[unit] = 0.0
        effects[topic] = values
    return effects


def _diagnosis_days(rng: np.random.Generator, year: int, count: int) -> np.ndarray:
    """Days of a year: few on weekends, fewer in July, fewer in the first covid-19 spring."""
    first = np.datetime64(f"{year}-01-01")
    days = np.arange(first, np.datetime64(f"{year + 1}-01-01"))
    number = days.astype(np.int64)
    weight = np.where((number + 3) % 7 >= 5, 0.06, 1.0)
    weight *= np.where(days.astype("datetime64[M]") == np.datetime64(f"{year}-07"), 0.82, 1.0)
    weight *= np.where((number >= _COVID[0]) & (number < _COVID[1]), 0.7, 1.0)
    return np.sort(number[pick(rng, weight, count)]).astype(float)


_COVID = (18333, 18413)  # 2020-03-12 to 2020-05-31


def _reflected(values: np.ndarray, low: int, high: int) -> np.ndarray:
    """Values outside the limits thrown back inside, so that none pile up at a limit."""
    values = np.where(values < low, 2 * low - values, values)
    return np.where(values > high + 0.99, 2 * high - values, values)


def _live_and_die(rng: np.random.Generator, cases: Cases) -> None:
    """Sets death, of_cancer and emigration from competing hazards."""
    size = len(cases)
    middle = cases.years - cases.years.mean()
    risk = (
        _SEVERITY[cases.severity]
        + 0.022 * (cases.age - 68)
        + 0.22 * (cases.performance - 1)
        + 0.08 * cases.charlson
        - 0.018 * middle
        + cases.topic("survival")
    )
    growth = OTHER_GROWTH
    other = OTHER_AT_70 * np.exp(growth * (cases.age - 70)) * np.where(cases.female, OTHER_WOMEN, 1.0)
    other *= 0.8 + 0.25 * cases.charlson
    fate, clock = rng.exponential(size=size), rng.exponential(size=size)
    until_cancer = np.empty(size)
    for number, site in enumerate(cases.profile.sites):
        rows = np.flatnonzero(cases.site == number)
        if len(rows):
            other[rows] *= _other_share(site, other[rows])
            first, later = _calibrated(site, risk[rows], other[rows])
            until_cancer[rows] = _cancer_time(clock[rows], risk[rows], first, later)
    until_other = np.log1p(growth * fate / other) / growth
    until = np.minimum(until_cancer, until_other)
    cases.of_cancer = until_cancer <= until_other
    cases.death = cases.diagnosis + np.floor(until * _YEAR)
    leaving = rng.exponential(size=size) / np.where(cases.age < 60, 0.0035, 0.0008)
    cases.emigration = cases.diagnosis + 1 + np.floor(leaving * _YEAR)


def _gompertz(rate: np.ndarray, years: float) -> np.ndarray:
    return rate / OTHER_GROWTH * np.expm1(OTHER_GROWTH * years)


def _other_share(site: Site, other: np.ndarray) -> float:
    """Factor that leaves at least 40 % of a site's deaths to the cancer: its patients are screened or select."""
    factors = [1.0]
    for years, survival in ((1, site.one_year), (5, site.five_year)):
        die = 1 - np.exp(-_gompertz(other, years)).mean()
        factors.append(0.6 * (1 - survival) / die)
    return min(factors)


def _calibrated(site: Site, risk: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """Cancer hazards per year at risk 0, in the first year and in years 2-5."""
    step = max(1, len(risk) // 3000)
    risk, other = risk[::step], other[::step]

    def hazard(target: float, survived: np.ndarray, strength: np.ndarray) -> float:
        low, high = -14.0, 4.0
        for _ in range(40):
            log = (low + high) / 2
            mean = (survived * np.exp(-np.exp(log) * strength)).mean()
            low, high = (log, high) if mean > target else (low, log)
        return float(np.exp((low + high) / 2))

    strength = np.exp(risk)
    first = hazard(site.one_year, np.exp(-_gompertz(other, 1)), strength)
    survived = np.exp(-_gompertz(other, 5) - first * strength)
    return first, hazard(site.five_year, survived, 4 * strength**_LATER)


def _cancer_time(clock: np.ndarray, risk: np.ndarray, first: float, later: float) -> np.ndarray:
    """Years until cancer death from unit exponential clocks: three pieces, 0-1, 1-5 and after 5 years."""
    early = first * np.exp(risk)
    middle = later * np.exp(_LATER * risk)
    late = 0.3 * middle
    rest = clock - early
    return np.where(
        rest <= 0, clock / early, np.where(rest <= 4 * middle, 1 + rest / middle, 5 + (rest - 4 * middle) / late)
    )


# --- what the database shows of them ------------------------------------------------------------------

_T = (("T1", "T1a", "T1b", "T2"), ("T2", "T3", "T3a", "T3"), ("T2", "T3", "T4a", "T4b"), ("T3", "T4a", "T4b", "T4"))
_N = (("N0",) * 4, ("N0",) * 4, ("N1", "N1", "N2", "N2a"), ("N0", "N1", "N2", "N1"))
_M = (("M0",) * 4, ("M0",) * 4, ("M0",) * 4, ("M1", "M1a", "M1b", "M1"))


def columns(cases: Cases, staging: str, seed: int) -> dict[str, object]:
    """The columns of table cases, ready for writing; staging columns only where the database has them."""
    profile = cases.profile
    rng = stream(seed, profile.code, "shown")
    size = len(cases)
    recent = cases.years > -2
    last = cases.last
    dead = cases.death <= last
    away = ~dead & (cases.emigration <= last)
    # The register of causes of death lags: recent deaths more often lack their cause.
    no_cause = happens(rng, np.where(cases.death > cases.cut - 180, 0.09, 0.015))
    residence, regions = places.residence_on(cases.residence, cases.diagnosis)
    on_time = chances(cases.topic("registered") + 0.09 * cases.years, profile.registered, recent)
    registered = cases.diagnosis + delays_within(rng, happens(rng, on_time), 30, 9, 0.7)
    table: dict[str, object] = {
        "case_id": np.arange(1, size + 1),
        "diagnosis_date": cases.diagnosis,
        "age": cases.age,
        "sex": (np.where(cases.female, 0, 1), ("F", "M")),
        "residence_region": (np.where(happens(rng, 0.004, size), -1, residence), regions),
        "department": (np.where(happens(rng, 0.002, size), -1, cases.department), places.codes()),
        "vital_status": (np.where(dead, 1, np.where(away, 2, 0)), ("alive", "dead", "emigrated")),
        "vital_date": last,
        "cause_of_death": (
            np.where(~dead | no_cause, -1, np.where(cases.of_cancer, 0, 1)), ("cancer", "other"),
        ),
        "icd10": (cases.icd10, tuple(code for site in profile.sites for code in site.icd10)),
        "performance_status": np.where(happens(rng, 0.035, size), np.nan, cases.performance),
        "charlson": np.where(happens(rng, 0.012, size), np.nan, cases.charlson),
        "registered_date": np.where(happens(rng, 0.004, size), np.nan, np.minimum(registered, cases.cut)),
    }  # fmt: skip
    if staging == "none":
        return table
    frailty = cases.topic("stage") + 0.05 * cases.years - 0.02 * (cases.age - 68) - 0.25 * cases.performance
    stage_known = happens(rng, chances(frailty, profile.stage_known, recent))
    table["stage"] = (np.where(stage_known, cases.severity, -1), ("I", "II", "III", "IV"))
    if staging == "TNM":
        table.update(_tnm(rng, cases, stage_known, recent))
    return table


def _tnm(rng: np.random.Generator, cases: Cases, stage_known: np.ndarray, recent: np.ndarray) -> dict[str, object]:
    """Clinical T, N and M that fit the stage; incomplete ones are empty or end in X."""
    size = len(cases)
    offset = cases.topic("tnm") + 0.10 * cases.years + np.where(stage_known, 0.0, -2.5)
    complete = happens(rng, chances(offset, cases.profile.tnm, recent))
    lacking = np.where(complete, -1, rng.integers(0, 3, size))
    also = happens(rng, 0.3, size)
    as_x = happens(rng, 0.6, size)
    out = {}
    for number, (name, lists) in enumerate((("t", _T), ("n", _N), ("m", _M))):
        labels = (*dict.fromkeys(value for values in lists for value in values), name.upper() + "X")
        table = np.array([[labels.index(value) for value in values] for values in lists])
        codes = table[cases.severity, rng.integers(0, 4, size)]
        lacks = (lacking == number) | ((lacking >= 0) & also & (lacking == (number + 1) % 3))
        out[name] = (np.where(lacks, np.where(as_x, len(labels) - 1, -1), codes), labels)
    return out


def coverage(cases: Cases, seed: int) -> dict[str, object]:
    """Table coverage: the cases of each whole year and department plus those that never reached the database."""
    rng = stream(seed, cases.profile.code, "coverage")
    years = year_of(cases.diagnosis)
    whole = years < year_of(np.array([cases.cut + 1.0]))  # the year of the cut has no count yet
    keys, counts = np.unique(years[whole] * 1000 + cases.department[whole], return_counts=True)
    departments = keys % 1000
    missed = 0.018 * np.exp(cases.effects["coverage"][departments])
    return {
        "year": (keys // 1000).astype(float),
        "department": (departments, places.codes()),
        "expected": (counts + rng.binomial(counts, missed)).astype(float),
    }
