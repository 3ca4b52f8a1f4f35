"""A second implementation of the survival estimates: one loop per question over single cases, in fractions.

Slow and plain on purpose. A case is (day, cause); cause is cancer, other, unknown or censored.
"""

from __future__ import annotations

import math
from fractions import Fraction
from statistics import NormalDist

EVENTS = {
    "overall": {"cancer", "other", "unknown"},
    "cancer_specific": {"cancer", "unknown"},
    "cif_cancer": {"cancer", "unknown"},
    "cif_other": {"other"},
}
DEATHS = EVENTS["overall"]


def naive(cases, endpoint, t):
    """(events, at risk, estimate, lower, upper, why no estimate) of one group at day t."""
    events = sum(1 for day, cause in cases if day <= t and cause in EVENTS[endpoint])
    at_risk = sum(1 for day, _ in cases if day >= t)
    if not cases:
        return 0, 0, None, None, None, "no_cases"
    last = max(day for day, _ in cases)
    if at_risk == 0:
        end_events = EVENTS[endpoint] if endpoint == "cancer_specific" else DEATHS
        if survival(cases, end_events, last)[0] != 0:
            causes = {cause for day, cause in cases if day == last}
            return events, 0, None, None, None, "not_reached" if "censored" in causes else "last_other"
    if endpoint.startswith("cif"):
        value, variance = incidence(cases, EVENTS[endpoint], t)
    else:
        value, variance = survival(cases, EVENTS[endpoint], t)
    if value in (0, 1):
        return events, at_risk, float(value), float(value), float(value), ""
    width = NormalDist().inv_cdf(0.975) * math.sqrt(variance) / (float(value) * math.log(float(value)))
    lower, upper = sorted((float(value) ** math.exp(width), float(value) ** math.exp(-width)))
    return events, at_risk, float(value), lower, upper, ""


def days(cases, t):
    return sorted({day for day, _ in cases if day <= t})


def risk(cases, day):
    return sum(1 for other, _ in cases if other >= day)


def deaths(cases, causes, day):
    return sum(1 for other, cause in cases if other == day and cause in causes)


def survival(cases, causes, t):
    """The product-limit estimate and Greenwood's variance."""
    value, total = Fraction(1), Fraction(0)
    for day in days(cases, t):
        d, n = deaths(cases, causes, day), risk(cases, day)
        if d == n:
            return Fraction(0), Fraction(0)
        value *= 1 - Fraction(d, n)
        total += Fraction(d, n * (n - d))
    return value, value**2 * total


def incidence(cases, causes, t):
    """The Aalen–Johansen estimate and its variance: Marubini & Valsecchi 1995, eq. 10.12, term by term."""
    survived, reached, steps = Fraction(1), Fraction(0), []
    for day in days(cases, t):
        n, d, k = risk(cases, day), deaths(cases, DEATHS, day), deaths(cases, causes, day)
        reached += survived * Fraction(k, n)
        steps.append((n, d, k, survived, reached))
        survived *= 1 - Fraction(d, n)
    total = Fraction(0)
    for n, d, k, before, value in steps:
        rest = reached - value
        if rest:
            total += rest**2 * Fraction(d, n * (n - d))
        total += before**2 * Fraction(k * (n - k), n**3) - 2 * rest * before * Fraction(k, n**2)
    return reached, total
