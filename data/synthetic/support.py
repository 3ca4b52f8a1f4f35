"""Palliative referrals, trial protocols and patient-reported outcomes."""

from __future__ import annotations

import numpy as np

from data.synthetic import places
from data.synthetic.cases import Cases
from data.synthetic.draws import between, chances, delays, happens, pick, since_2024, stream

_STATUSES = ("included", "declined", "deselected", "not_invited", "no_protocol", "unknown")
_TIMEPOINTS = ("baseline", "12m")
_PRO_START = 17897  # 2019-01-01 as days since 1970


def palliative_columns(cases: Cases, seed: int) -> dict[str, object]:
    """The columns of table palliative: referrals in the last months of life, some of the living."""
    profile = cases.profile
    rng = stream(seed, profile.code, "palliative")
    size = len(cases)
    dies = cases.of_cancer & np.isfinite(cases.death)
    refers = np.where(dies, profile.referred, 0.02 if profile.referred < 1 else 1.0)
    refers = refers * np.where(cases.age > 80, 0.85 if profile.referred < 1 else 1.0, 1.0)
    referred = happens(rng, refers)
    before_death = 4 + delays(rng, 48, 0.9, size)
    some_day = cases.diagnosis + between(rng, 5, 200, size)
    day = np.where(dies, np.maximum(cases.death - before_death, cases.diagnosis), some_day)
    again = referred & happens(rng, 0.06, size)
    case = np.concatenate([np.flatnonzero(referred), np.flatnonzero(again)])
    day = np.concatenate([day[referred], (day + between(rng, 14, 60, size))[again]])
    keep = np.flatnonzero(day <= cases.last[case])
    keep = keep[np.lexsort((day[keep], case[keep]))]
    case, day = case[keep], day[keep]
    count = len(case)
    if profile.unit == "PAL":
        unit = cases.unit[case]
    else:
        unit = places.choose(rng, cases.residence[case], *places.palliative_units())
    skill = stream(seed, "palliative units").standard_normal((4, len(places.codes())))[:, unit]
    years = since_2024(day)
    eligible = happens(rng, 0.96, count)
    # Some die before they are received, so the chance to be received lies above the share wanted.
    wanted = happens(rng, chances(0.3 * skill[0] + 0.02 * years, 0.865))
    in_time = happens(rng, chances(0.35 * skill[1] + 0.015 * years, 0.866))
    wait = np.where(in_time, between(rng, 0, 9, count), 10 + np.floor(rng.exponential(9, count)))
    received = np.where(wanted & (day + wait <= cases.last[case]), day + wait, np.nan)
    there = ~np.isnan(received)
    screened = received + between(rng, 0, 6, count)
    screens = there & happens(rng, chances(0.45 * skill[2] + 0.05 * years, 0.66))
    discussed = happens(rng, chances(0.4 * skill[3] + 0.03 * years, 0.86)).astype(int)
    unknown = ~there | happens(rng, 0.02, count)
    unlinked = happens(rng, 0.01, count)
    return {
        "course_id": np.arange(1, count + 1),
        "case_id": np.where(unlinked, 0, case + 1),
        "unit": (places.on_day(unit, day), places.codes()),
        "referred_date": day,
        "eligible": eligible.astype(int),
        "received_date": received,
        "screened_date": np.where(screens & (screened <= cases.last[case]), screened, np.nan),
        "conference": np.where(unknown, -1, discussed),
    }


def trial_columns(cases: Cases, seed: int) -> dict[str, object]:
    """The columns of table trials: one status for most cases, a second for a few, none for some."""
    profile = cases.profile
    rng = stream(seed, profile.code, "trials")
    size = len(cases)
    reported = np.flatnonzero(happens(rng, 0.93, size))
    offset = cases.topic("trial") + 0.03 * cases.years - 0.03 * (cases.age - 65) - 0.5 * cases.performance
    included = happens(rng, chances(offset, 0.93 * profile.included, cases.years > -2))[reported]
    rest = 1 + pick(rng, (0.07, 0.20, 0.25, 0.45, 0.03), len(reported))
    status = np.where(included, 0, rest)
    twice = np.flatnonzero(happens(rng, 0.02, len(reported)))
    case = np.concatenate([reported, reported[twice]])
    status = np.concatenate([status, np.full(len(twice), 3)])
    day = cases.diagnosis[case] + between(rng, 3, 60, len(case))
    keep = np.flatnonzero(day <= cases.last[case])
    keep = keep[np.argsort(case[keep], kind="stable")]
    case, status, day = case[keep], status[keep], day[keep]
    protocols = tuple(f"{profile.code}-{number}" for number in (1, 2, 3, 4))
    protocol = np.where(status <= 2, rng.integers(0, len(protocols), len(case)), -1)
    return {
        "case_id": case + 1,
        "status": (status, _STATUSES),
        "protocol": (protocol, protocols),
        "date": np.where(status <= 2, day, np.nan),
    }


def pro_columns(cases: Cases, seed: int) -> dict[str, object]:
    """The columns of table pro: questionnaires from 2019 on, at diagnosis and after a year."""
    rng = stream(seed, cases.profile.code, "pro")
    size = len(cases)
    sent = np.concatenate([cases.diagnosis + between(rng, 7, 30, size), cases.diagnosis + between(rng, 355, 380, size)])
    case = np.concatenate([np.arange(size)] * 2)
    point = np.repeat([0, 1], size)
    asked = happens(rng, np.where(point == 0, 0.62, 0.25))
    keep = np.flatnonzero(asked & (sent >= _PRO_START) & (sent <= cases.last[case]))
    keep = keep[np.lexsort((point[keep], case[keep]))]
    case, sent, point = case[keep], sent[keep], point[keep]
    count = len(case)
    offset = cases.topic("pro")[case] - 0.25 * cases.performance[case] - 0.012 * np.abs(cases.age[case] - 62)
    answers = happens(rng, chances(offset + 0.04 * cases.years[case], 0.645))
    answered = sent + np.minimum(delays(rng, 7, 0.8, count), 75)
    return {
        "case_id": case + 1,
        "timepoint": (point, _TIMEPOINTS),
        "sent_date": sent,
        "answered_date": np.where(answers & (answered <= cases.last[case]), answered, np.nan),
    }
