"""Waiting times: legs of examination, treatment and aftercare over about the last three years.

A leg is drawn from its end: the case's diagnosis, first treatment or adjuvant treatment. Legs after the
cases' period copy those of the last 52 weeks, so that the inflow goes on until the data cut; they are new
courses of patients who are in the extract and alive.
"""

from __future__ import annotations

import numpy as np

from data.synthetic import places, signals
from data.synthetic.care import RADIOTHERAPY, SURGERY, SYSTEMIC, Care
from data.synthetic.cases import Cases
from data.synthetic.draws import between, chances, day, delays, happens, pick, stream

EXAMINATION, TREATMENT, AFTERCARE = range(3)
LEGS = ("examination", "treatment", "aftercare")
ENDS = ("started", "disproved", "not_relevant", "patient_wish", "transferred", "died")
MODALITIES = ("surgery", "systemic", "radiotherapy")
REASONS = ("health", "patient_wish", "capacity")
HEALTH, WISH, CAPACITY = range(3)
LIMIT, LIMIT_FROM_REFERRAL = 14, 28
#: Share of legs that keep the limit, before signals.
_IN_TIME = (0.90, 0.915, 0.90)
#: Median days of the waits that keep the limit.
_MEDIANS = (3.5, 6.5, 8.5)
#: 52 weeks keep the day of the week.
_COPY = 364
#: Share of legs first reported while they wait; the others when they have ended.
_REPORTED_WAITING = 0.75
#: Share of courses in a cancer package, where the disease has one.
_PACKAGED = 0.85


def columns(cases: Cases, care: Care, seed: int, first_day: int, period_end: int) -> dict[str, object]:
    """The columns of table waits: legs that end from ``first_day`` on or still wait at the data cut."""
    profile = cases.profile
    rng = stream(seed, profile.code, "waits")
    skill = 0.35 * stream(seed, profile.code, "wait skill").standard_normal(len(places.codes()))
    legs = _copied(_legs(rng, cases, care, first_day, skill), period_end, cases)
    count = len(legs["leg"])
    leg, stop, start, unit = legs["leg"], legs["stop"], legs["start"], legs["unit"]
    treatment = leg == TREATMENT
    # A referral some days before consent; aftercare: both on one day as a rule.
    ahead = np.where(treatment, delays(rng, 3, 0.8, count), 0.0)
    ahead = np.where(treatment & happens(rng, 0.01, count), ahead + 14, ahead)
    referral = start - np.minimum(ahead, 20)
    stop = stop + _queues(profile.code, leg, unit, start)
    end = np.where(happens(rng, 0.965, count), 0, 1 + pick(rng, (0, 0.25, 0.35, 0.25, 0.15), count))
    disproved = (leg == EXAMINATION) & (legs["case"] < 0) & happens(rng, 0.05, count)
    end = np.where(disproved, 1, end)
    waiting = stop > cases.cut
    over = (stop - start > LIMIT) | (treatment & (stop - referral > LIMIT_FROM_REFERRAL))
    reason = pick(rng, (0.33, 0.47, 0.20), count)
    queued = stop - legs["stop"] > 3
    reason = np.where(queued & happens(rng, 0.8, count), CAPACITY, reason)
    unsettled = happens(rng, np.where(stop > cases.cut - 40, 0.25, 0.06))
    reason = np.where(over & ~unsettled, reason, -1)
    capacity = reason == CAPACITY
    offered = happens(rng, 0.93, count)
    documented = offered & happens(rng, 0.96, count)
    accepted = happens(rng, 0.95, count)
    for signal in signals.of(profile.code, "waits_offer"):
        here = signals.applies(signal, unit, start)
        documented &= ~(here & happens(rng, 0.6, count))
    settled = ~waiting | (cases.cut - start > 10)
    consent = np.where(leg == EXAMINATION, np.nan, start)
    consent = np.where(treatment & happens(rng, 0.006, count), np.nan, consent)
    told = start + 1 + delays(rng, 3, 0.6, count)
    early = happens(rng, _REPORTED_WAITING, count)
    registered = np.where(early, referral + 1 + delays(rng, 2, 0.7, count), stop + 1 + delays(rng, 6, 0.8, count))
    decision = np.maximum(referral, start - between(rng, 0, 2, count))
    unbooked = happens(rng, np.where(cases.cut - start < 5, 0.5, 0.12))
    residence, regions = places.residence_on(legs["residence"], referral)
    # A course is in a package as a whole, or not at all.
    by_case = happens(rng, _PACKAGED, len(cases))
    packaged = np.where(legs["case"] >= 0, by_case[legs["case"]], happens(rng, _PACKAGED, count))
    packaged &= bool(profile.package)
    keep = np.flatnonzero((registered <= cases.cut) & (start <= cases.cut) & (stop >= first_day))
    keep = keep[np.lexsort((leg[keep], start[keep]))]
    everything: dict[str, object] = {
        "case_id": legs["case"] + 1,
        "leg": (leg, LEGS),
        "department": (places.on_day(unit, referral), places.codes()),
        "residence_region": (residence, regions),
        "referral_date": referral,
        "consent_date": consent,
        "notified_date": np.where((told <= np.minimum(stop, cases.cut)) & ~unbooked, told, np.nan),
        "booked_date": np.where(waiting & unbooked, np.nan, stop),
        "stop_date": np.where(waiting, np.nan, stop),
        "end": (np.where(waiting, -1, end), ENDS),
        "modality": (np.where(leg == EXAMINATION, -1, legs["modality"]), MODALITIES),
        "overrun_reason": (np.where(settled, reason, -1), REASONS),
        "alternative_offered": np.where(capacity & settled, offered.astype(int), -1),
        "offer_documented": np.where(capacity & settled, documented.astype(int), -1),
        "accepted_wait_date": np.where(
            capacity & settled & accepted, np.minimum(start + between(rng, 2, 9, count), cases.cut), np.nan
        ),
        "registered_date": registered,
        "package": (np.where(packaged, 0, -1), (profile.package or "-",)),
        "decision_date": np.where((leg == EXAMINATION) | (decision > cases.cut), np.nan, decision),
    }
    kept = {name: _rows(values, keep) for name, values in everything.items()}
    return {"wait_id": np.arange(1, len(keep) + 1), **kept}


def _rows(values, keep: np.ndarray):
    return (values[0][keep], values[1]) if isinstance(values, tuple) else values[keep]


def _legs(
    rng: np.random.Generator, cases: Cases, care: Care, first_day: int, skill: np.ndarray
) -> dict[str, np.ndarray]:
    """Legs of the cases: clock's start and stop, unit, modality; case -1 where cancer was disproved."""
    size = len(cases)
    number = np.arange(size)
    recent = cases.diagnosis >= first_day - 200
    seen = cases.diagnosis - between(rng, 0, 7, size)
    suspected = recent & happens(rng, 0.7, size)
    kinds = np.full(size, -1)
    for kind, modality in ((SURGERY, 0), (SYSTEMIC, 1), (RADIOTHERAPY, 2)):
        kinds[care.first_kind == kind] = modality
    planned = recent & ~np.isnan(care.first) & ~care.first_acute
    # Adjuvant treatment is given by the oncology unit that also gave the last treatment row of the case.
    later = _last_units(care, size)
    adjuvant = recent & (care.adjuvant <= cases.last) & (later >= 0)
    parts = [
        (recent, EXAMINATION, seen, cases.unit, -1, number),
        (suspected, EXAMINATION, seen + between(rng, -30, 30, size), cases.unit, -1, np.full(size, -1)),
        (planned, TREATMENT, care.first, care.first_unit, kinds, number),
        (adjuvant, AFTERCARE, care.adjuvant, later, 1, number),
    ]
    out: dict[str, list] = {name: [] for name in ("leg", "stop", "unit", "modality", "case", "residence")}
    for rows, leg, stop, unit, modality, case in parts:
        rows = np.flatnonzero(rows)
        out["leg"].append(np.full(len(rows), leg))
        out["stop"].append(stop[rows])
        out["unit"].append(unit[rows])
        out["modality"].append(np.broadcast_to(modality, size)[rows])
        out["case"].append(case[rows])
        out["residence"].append(cases.residence[rows])
    legs = {name: np.concatenate(values) for name, values in out.items()}
    count = len(legs["leg"])
    in_time = np.zeros(count, dtype=bool)
    for leg, target in enumerate(_IN_TIME):
        rows = np.flatnonzero(legs["leg"] == leg)
        in_time[rows] = happens(rng, chances(skill[legs["unit"][rows]], target))
    usual = delays(rng, np.array(_MEDIANS)[legs["leg"]], 0.45, count)
    wait = np.where(in_time, np.minimum(usual, LIMIT), 15 + delays(rng, 5, 0.8, count))
    linked = legs["case"] >= 0
    diagnosed = cases.diagnosis[np.where(linked, legs["case"], 0)]
    # Nobody consents to treatment before the diagnosis.
    room = np.where(linked & (legs["leg"] == TREATMENT), legs["stop"] - diagnosed, np.inf)
    legs["start"] = legs["stop"] - np.minimum(wait, room)
    return legs


def _last_units(care: Care, size: int) -> np.ndarray:
    """The unit of each case's last systemic treatment (-1: none)."""
    out = np.full(size, -1)
    rows = care.treatments.kind == SYSTEMIC
    out[care.treatments.case[rows]] = care.treatments.unit[rows]
    return out


def _copied(legs: dict[str, np.ndarray], period_end: int, cases: Cases) -> dict[str, np.ndarray]:
    """The legs and copies of those that started in the 52 weeks before the period's end, moved on to the cut."""
    cut = cases.cut
    parts = [np.arange(len(legs["leg"]))]
    moves = [np.zeros(len(legs["leg"]))]
    source = np.flatnonzero((legs["start"] > period_end - _COPY) & (legs["start"] <= period_end))
    for times in range(1, 2 + int((cut - period_end) // _COPY)):
        rows = source[legs["start"][source] + times * _COPY <= cut]
        parts.append(rows)
        moves.append(np.full(len(rows), float(times * _COPY)))
    # Legs of the cases themselves that start after the period's end would double the inflow there.
    parts[0] = np.flatnonzero(legs["start"] <= period_end)
    moves[0] = np.zeros(len(parts[0]))
    rows, move = np.concatenate(parts), np.concatenate(moves)
    out = {name: values[rows] for name, values in legs.items()}
    out["stop"], out["start"] = out["stop"] + move, out["start"] + move
    again = (move > 0) & (out["case"] >= 0)
    out["case"][again] = _alive(cases, np.unique(out["case"][again]))[out["case"][again]]
    return out


def _alive(cases: Cases, wanted: np.ndarray) -> np.ndarray:
    """Case → itself where the patient lives at the cut, else a living patient of the same unit (-1: none left).

    One answer for all legs of a case, so that its examination and treatment stay together. ``wanted``: the cases asked
    for; each living patient stands for one of them only.
    """
    alive = cases.last >= cases.cut
    spare = alive.copy()
    spare[wanted] = False
    found = np.where(alive, np.arange(len(cases)), -1)
    gone = wanted[~alive[wanted]]
    for unit in np.unique(cases.unit[gone]):
        dead = gone[cases.unit[gone] == unit]
        others = np.flatnonzero(spare & (cases.unit == unit))[::-1][: len(dead)]  # the latest diagnosed first
        found[dead[: len(others)]] = others
    return found


def _queues(database: str, leg: np.ndarray, unit: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Days that the planted queues add to treatment legs."""
    extra = np.zeros(len(leg))
    for topic in ("waits_grow", "waits_clear"):
        for signal in signals.of(database, topic):
            here = signals.applies(signal, unit, start) & (leg == TREATMENT)
            first = day(signal.start)
            if signal.end is None:
                share = (start - first) / 200
            else:  # grows to its peak at two thirds, then everybody waiting is taken in quick succession
                done = (start - first) / (day(signal.end) - first)
                share = np.where(done < 0.67, done / 0.67, (1 - done) / 0.33)
            extra += np.where(here, np.floor(signal.effect * np.clip(share, 0, 1)), 0)
    return extra
