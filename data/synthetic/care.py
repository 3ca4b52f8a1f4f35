"""What was done: treatments, complications after surgery, multidisciplinary (MDT) conferences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.synthetic import places
from data.synthetic.cases import Cases
from data.synthetic.draws import between, chances, delays, happens, since_2024, stream

SURGERY, SYSTEMIC, RADIOTHERAPY, OTHER = range(4)
KINDS = ("surgery", "systemic", "radiotherapy", "other")
CURATIVE, PALLIATIVE = 0, 1
COMPLICATIONS = ("reoperation", "readmission", "higher_level_of_care", "interventional_radiology", "other")
LEAK = "anastomotic_leak"
GRADES = ("1", "2", "3a", "3b", "4a", "4b", "5")
#: Share of each grade by kind of complication.
_GRADE_SHARES = {
    "reoperation": (0, 0, 0, 0.82, 0.10, 0.05, 0.03),
    "readmission": (0.35, 0.45, 0.12, 0.06, 0.02, 0, 0),
    "higher_level_of_care": (0, 0, 0, 0, 0.66, 0.26, 0.08),
    "interventional_radiology": (0, 0, 0.88, 0.08, 0.03, 0.01, 0),
    "other": (0.45, 0.42, 0.08, 0.03, 0.02, 0, 0),
    LEAK: (0.02, 0.10, 0.18, 0.52, 0.10, 0.05, 0.03),
}


#: Spread (log odds) of what a patient's complications have in common.
_TOGETHER = 2.4
#: Share of adjuvant treatments that start within 8 weeks of surgery.
_ADJUVANT_IN_TIME = 0.93


@dataclass
class Treatments:
    """Treatment rows in order of case and date; ``unit`` is the department as it is today."""

    case: np.ndarray
    kind: np.ndarray
    start: np.ndarray
    unit: np.ndarray
    intent: np.ndarray
    acute: np.ndarray
    major: np.ndarray
    registered: np.ndarray  # complications_registered: 1, 0 or -1 (not registered)
    substance: np.ndarray

    def take(self, rows: np.ndarray) -> Treatments:
        return Treatments(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


@dataclass
class Care:
    """Treatments and, per case, the first of them (NaN and -1: none) and the first surgery."""

    treatments: Treatments
    first: np.ndarray
    first_unit: np.ndarray
    first_acute: np.ndarray
    surgery: np.ndarray
    surgery_unit: np.ndarray
    surgery_acute: np.ndarray
    surgery_registered: np.ndarray
    first_kind: np.ndarray
    adjuvant: np.ndarray  # day of adjuvant treatment (NaN: none)


def treat(cases: Cases, seed: int) -> Care:
    """Draw treatments; deaths after surgery move ``cases.death`` forward."""
    profile = cases.profile
    rng = stream(seed, profile.code, "treatments")
    size = len(cases)
    surgery_units = _serving(profile.surgery_unit or profile.unit, profile.surgery_places, cases, own=True)
    oncology_units = _serving(profile.oncology_unit, profile.oncology_places, cases, own=False)
    fit = np.where(cases.performance >= 3, 0.35, 1.0) * np.where(cases.age > 86, 0.7, 1.0)
    operated = happens(rng, np.array(profile.surgery)[cases.severity] * fit)
    acute = operated & happens(rng, np.clip(profile.acute * (0.6 + 0.25 * cases.severity), 0, 1))
    advanced = np.isin(cases.severity, (1, 2))
    neo_share = np.array([site.neoadjuvant for site in profile.sites])[cases.site]
    neo = operated & ~acute & advanced & (cases.performance < 3) & happens(rng, neo_share)
    wait = np.maximum(delays(rng, profile.start_median, 0.4, size), 1)
    opening = cases.diagnosis + np.where(acute, between(rng, 0, 2, size), wait)
    surgery = np.where(operated, opening + np.where(neo, between(rng, 75, 130, size), 0), np.nan)
    _die_of_surgery(rng, cases, surgery, operated & ~acute, operated & acute)
    curative = cases.severity < 3
    oncology = ~operated & happens(rng, np.clip(np.array(profile.oncology)[cases.severity] * fit, 0, 1))
    palliative = ~curative | (oncology & (cases.performance >= 3))
    adjuvant = operated & happens(rng, _adjuvant_chances(cases, operated))
    after = np.where(happens(rng, _ADJUVANT_IN_TIME, size), between(rng, 24, 55, size), between(rng, 57, 95, size))
    second_line = (operated | oncology) & (cases.severity >= 2) & happens(rng, 0.35, size)
    by_ray = happens(rng, profile.radiotherapy, size)
    own = rng.integers(0, len(profile.substances), size)

    def part(rows: np.ndarray, kind, start, unit, intent=CURATIVE, **flags: np.ndarray) -> dict:
        rows = np.flatnonzero(rows)
        kinds = np.broadcast_to(kind, size)[rows]
        return {
            "case": rows,
            "kind": kinds,
            "start": start[rows],
            "unit": unit[rows],
            "intent": np.broadcast_to(intent, size)[rows],
            "acute": flags["acute"][rows] if "acute" in flags else np.zeros(len(rows), dtype=bool),
            "major": flags["major"][rows] if "major" in flags else np.zeros(len(rows), dtype=bool),
            "registered": flags["registered"][rows] if "registered" in flags else np.full(len(rows), -1),
            "substance": np.where(kinds == SYSTEMIC, own[rows], -1),
        }

    registered = np.where(happens(rng, 0.982, size), 1, np.where(happens(rng, 0.5, size), 0, -1))
    major = happens(rng, profile.major, size)
    intent = np.where(palliative, PALLIATIVE, CURATIVE)
    either = np.where(by_ray, RADIOTHERAPY, SYSTEMIC)
    ray_after = operated & ~acute & happens(rng, profile.post_radiotherapy, size)
    twice = operated & happens(rng, 0.004, size)  # two procedures on one day: ties exist in real data
    flags = {"acute": acute, "major": major, "registered": registered}
    parts = [
        part(operated, SURGERY, surgery, surgery_units, intent, **flags),
        part(twice, SURGERY, surgery, surgery_units, intent, acute=acute, registered=registered),
        part(neo, either, opening, oncology_units, intent),
        part(oncology, either, opening, oncology_units, intent, major=by_ray & curative & major),
        part(adjuvant, SYSTEMIC, surgery + after, oncology_units, intent),
        part(ray_after, RADIOTHERAPY, surgery + between(rng, 60, 130, size), oncology_units),
        part(second_line, SYSTEMIC, opening + delays(rng, 420, 0.6, size), oncology_units, PALLIATIVE),
        part(~operated & ~oncology & happens(rng, 0.15, size), OTHER, opening, cases.unit, intent),
    ]
    rows = {name: np.concatenate([one[name] for one in parts]) for name in parts[0]}
    treatments = Treatments(**rows)
    treatments = treatments.take(np.flatnonzero(treatments.start <= cases.last[treatments.case]))
    treatments = treatments.take(np.lexsort((treatments.kind, treatments.start, treatments.case)))
    return _firsts(treatments, size, np.where(adjuvant, surgery + after, np.nan))


def _adjuvant_chances(cases: Cases, operated: np.ndarray) -> np.ndarray:
    """Chance of adjuvant treatment; the profile's shares are those treated within 8 weeks of surgery."""
    offset = cases.topic("adjuvant") - 0.35 * (cases.performance - 1)
    out = np.zeros(len(cases))
    for severity, share in enumerate(cases.profile.adjuvant):
        rows = cases.severity == severity
        target = min(share / _ADJUVANT_IN_TIME, 0.97)
        out[rows] = chances(offset, target, rows & operated)[rows]
    return out


def _serving(suffix: str, allowed: str, cases: Cases, own: bool) -> np.ndarray:
    """The unit that treats each case: the responsible department itself, or the one that serves it."""
    profile = cases.profile
    if not suffix or (own and suffix == profile.unit and not allowed):
        return cases.unit
    return places.nearest(suffix, tuple(allowed.split()[::2]))[cases.unit]


def _die_of_surgery(rng, cases: Cases, surgery: np.ndarray, planned: np.ndarray, acute: np.ndarray) -> None:
    """Adds deaths 1-30 and 31-90 days after surgery, so that planned surgery comes near the profile's shares."""
    profile = cases.profile
    alive = surgery <= cases.last
    planned, acute = planned & alive, acute & alive
    risk = 0.06 * (cases.age - 70) + 0.5 * (cases.performance - 1) + 0.2 * cases.charlson
    for low, high, target in ((1, 30, profile.died_30), (31, 90, profile.died_90 - profile.died_30)):
        ends = cases.death - surgery
        background = (planned & (ends >= low) & (ends <= high)).sum() / max(planned.sum(), 1)
        if background > target:  # those chosen for planned surgery seldom die so soon: some live on
            spared = planned & (ends >= low) & (ends <= high) & happens(rng, 1 - target / background, len(ends))
            cases.death = np.where(spared, cases.death + between(rng, 90, 300, len(ends)), cases.death)
        extra = max(target - background, 0.0)
        chance = chances(risk, extra, planned) if extra > 0 else np.zeros(len(risk))
        chance = np.where(acute, np.minimum(4 * chance, 0.6), np.where(planned, chance, 0.0))
        dies = happens(rng, chance)
        day = surgery + between(rng, low, high, len(dies))
        earlier = dies & (day < cases.death)
        cases.death = np.where(earlier, day, cases.death)
        cases.of_cancer = np.where(earlier, happens(rng, 0.45, len(dies)), cases.of_cancer)


def _firsts(treatments: Treatments, size: int, adjuvant: np.ndarray) -> Care:
    def first(rows: np.ndarray) -> np.ndarray:
        chosen = np.full(size, -1)
        chosen[treatments.case[rows][::-1]] = rows[::-1]
        return chosen

    def values(rows: np.ndarray, column: np.ndarray, missing) -> np.ndarray:
        if not len(column):
            return np.full(size, missing)
        return np.where(rows >= 0, column[rows], missing)

    any_first = first(np.flatnonzero(treatments.kind != OTHER))
    surgery_first = first(np.flatnonzero(treatments.kind == SURGERY))
    return Care(
        treatments,
        values(any_first, treatments.start, np.nan),
        values(any_first, treatments.unit, -1),
        values(any_first, treatments.acute, False),
        values(surgery_first, treatments.start, np.nan),
        values(surgery_first, treatments.unit, -1),
        values(surgery_first, treatments.acute, False),
        values(surgery_first, treatments.registered, -1),
        values(any_first, treatments.kind, -1),
        adjuvant,
    )


def treatment_columns(cases: Cases, care: Care) -> dict[str, object]:
    """The columns of table treatments."""
    rows = care.treatments
    surgery = rows.kind == SURGERY
    return {
        "case_id": rows.case + 1,
        "kind": (rows.kind, KINDS),
        "start_date": rows.start,
        "department": (places.on_day(rows.unit, rows.start), places.codes()),
        "intent": (rows.intent, ("curative", "palliative")),
        "acute": rows.acute.astype(int),
        "major": rows.major.astype(int),
        "complications_registered": np.where(surgery, rows.registered, -1),
        "substance": (rows.substance, cases.profile.substances),
    }


def complication_columns(cases: Cases, care: Care, seed: int) -> dict[str, object]:
    """The columns of table complications: within 30 days of the first surgery, a few later."""
    profile = cases.profile
    rng = stream(seed, profile.code, "complications")
    rows = np.flatnonzero((care.surgery_registered == 1) & ~np.isnan(care.surgery))
    size = len(rows)
    start, units = care.surgery[rows], care.surgery_unit[rows]
    planned = ~care.surgery_acute[rows]
    frail = 0.012 * (cases.age[rows] - 68) + 0.18 * cases.performance[rows] + 0.10 * cases.charlson[rows]
    frail = frail + 0.6 * rng.standard_normal(size) + np.where(planned, 0.0, 0.7) - 0.02 * cases.years[rows]
    leak_target = np.array([site.leak for site in profile.sites])[cases.site[rows]]
    leaks = np.zeros(size, dtype=bool)
    for target in np.unique(leak_target[leak_target > 0]):
        here = leak_target == target
        offset = 0.5 * frail + cases.topic("leak", units, start)
        leaks |= here & happens(rng, chances(offset, float(target), here & planned))
    # Complications come together: the same few patients have several, and nearly every leak brings others. What all
    # kinds of a patient share flattens the other effects by a factor of 1.8, which is made good here.
    shared = _TOGETHER * rng.standard_normal(size) + 1.5 * leaks
    general = 1.8 * (frail + cases.topic("complications", units, start)) + shared
    happened = {LEAK: leaks}
    for kind, target in zip(COMPLICATIONS, profile.complications, strict=True):
        if kind == "reoperation":  # most leaks lead to a reoperation, which is part of its share
            chance = chances(general, max(target - 0.55 * leaks.mean(), 0.002) if size else target, planned)
            happened[kind] = happens(rng, chance) | (leaks & happens(rng, 0.55, size))
        else:
            happened[kind] = happens(rng, chances(general, target, planned))
    parts = []
    for kind, hit in happened.items():
        found = np.flatnonzero(hit)
        later = happens(rng, 0.03, len(found))
        day = start[found] + np.where(later, between(rng, 31, 60, len(found)), _soon(rng, kind, len(found)))
        grade = rng.choice(len(GRADES), len(found), p=_GRADE_SHARES[kind]) if len(found) else found
        grade = np.where(happens(rng, 0.04, len(found)), -1, grade)
        parts.append((rows[found], day, np.full(len(found), (LEAK, *COMPLICATIONS).index(kind)), grade))
    case, day, kind, grade = (np.concatenate(column) for column in zip(*parts, strict=True))
    keep = np.flatnonzero(day <= cases.last[case])
    keep = keep[np.lexsort((kind[keep], day[keep], case[keep]))]
    return {
        "case_id": case[keep] + 1,
        "date": day[keep],
        "kind": (kind[keep], (LEAK, *COMPLICATIONS)),
        "grade": (grade[keep], GRADES),
    }


def _soon(rng: np.random.Generator, kind: str, size: int) -> np.ndarray:
    if kind == "readmission":
        return between(rng, 5, 30, size)
    return np.minimum(delays(rng, 6, 0.6, size), 30)


_REASONS = ("patient_wish", "not_operable", "not_resectable", "died", "other")


def conference_columns(cases: Cases, care: Care, seed: int) -> dict[str, object]:
    """The columns of table conferences: before, after or without treatment; some undated."""
    profile = cases.profile
    rng = stream(seed, profile.code, "conferences")
    size = len(cases)
    treated = ~np.isnan(care.first)
    planned = treated & ~care.first_acute
    first = np.where(treated, care.first, cases.diagnosis)
    units = np.where(treated, care.first_unit, cases.unit)
    offset = cases.topic("mdt", units, first) + 0.07 * since_2024(first)
    offset = offset + np.where(care.first_kind == SURGERY, 0.35, -0.35)
    before = planned & happens(rng, chances(offset, profile.mdt, planned & (cases.years > -2)))
    undated = (before & happens(rng, 0.017, size)) | (treated & ~before & happens(rng, 0.03, size))
    after = treated & ~before & ~undated & happens(rng, np.where(care.first_acute, 0.6, 0.4))
    untreated = ~treated & happens(rng, 0.75, size)
    again = (before | after) & ~undated & happens(rng, 0.2, size)
    day = np.where(before, np.maximum(first - between(rng, 2, 18, size), cases.diagnosis - 20), np.nan)
    day = np.where(after, first + between(rng, 2, 20, size), day)
    day = np.where(untreated, cases.diagnosis + between(rng, 3, 30, size), day)
    day = np.where(undated, np.nan, day)
    held = before | after | untreated | undated
    case = np.concatenate([np.flatnonzero(held), np.flatnonzero(again)])
    days = np.concatenate([day[held], (first + between(rng, 25, 120, size))[again]])
    keep = np.flatnonzero(np.isnan(days) | (days <= cases.last[case]))
    keep = keep[np.lexsort((days[keep], case[keep]))]
    case, days = case[keep], days[keep]
    count = len(case)
    silent = happens(rng, 0.037, count)
    yes = happens(rng, chances(cases.topic("followed")[case] - 0.2 * cases.performance[case], 0.915))
    reason = rng.choice(len(_REASONS), count, p=(0.34, 0.24, 0.16, 0.08, 0.18)) if count else case
    return {
        "case_id": case + 1,
        "date": days,
        "specialties": np.where(happens(rng, 0.05, count), np.nan, between(rng, 3, 7, count)),
        "followed": (np.where(silent, -1, np.where(yes, 0, 1)), ("yes", "no")),
        "not_followed_reason": (np.where(silent | yes, -1, reason), _REASONS),
    }
