"""Regression on grouped counts by iteratively reweighted least squares, and how well it predicts.

Logistic regression of x events among n, and Poisson regression of events on person-time: McCullagh & Nelder,
Generalized Linear Models, 2nd ed. 1989, ch. 2 and 4. AUC: Hanley & McNeil, Radiology 1982;143:29–36 (ties count half).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

STEPS = 30
#: Penalty on squared coefficients (not the intercept) where plain maximum likelihood does not settle.
RIDGE = 0.5
#: Log odds beyond this are taken for separation: a category with an odds ratio of 150 000.
_FAR = 12.0


@dataclass(frozen=True)
class Regression:
    """Coefficients and standard errors (log scale); ``fitted``: probability or expected number per row.

    ``ridge``: the penalty that was needed, 0 for plain maximum likelihood.
    """

    coefficients: np.ndarray
    errors: np.ndarray
    fitted: np.ndarray
    ridge: float


def logistic(design: np.ndarray, events, sizes) -> Regression:
    """Logistic regression of ``events`` among ``sizes`` (rows); the first column of ``design`` is the intercept.

    The fitted numbers add up to the events. With separation (coefficients that run away) a ridge penalty is used.
    Raises RuntimeError where even that does not settle, ValueError without both events and non-events.
    """
    x, n = np.asarray(events, dtype=float), np.asarray(sizes, dtype=float)
    if not 0 < x.sum() < n.sum():
        raise ValueError("logistic regression needs both events and non-events")
    start = np.zeros(design.shape[1])
    start[0] = np.log(x.sum() / (n.sum() - x.sum()))

    def equations(coefficients: np.ndarray) -> _Equations:
        p = expit(design @ coefficients)
        return p, design.T @ (x - n * p), design.T @ (design * (n * p * (1 - p))[:, None])

    return _fit(start, equations)


def poisson(design: np.ndarray, events, time) -> Regression:
    """Poisson regression of ``events`` on person-time, kinds of patient × bands of time, kinds as in ``design``.

    The hazard of each band has an intercept of its own; what ``design`` holds (no intercept) acts alike in all bands.
    Coefficients: the first band's intercept, what those of the other bands are more, then those of ``design``. Cells
    without time are left at 0. As :func:`logistic` else.
    """
    x, t = np.asarray(events, dtype=float), np.asarray(time, dtype=float)
    if x.sum() <= 0:
        raise ValueError("Poisson regression needs events")
    bands = x.shape[1]
    start = np.zeros(bands + design.shape[1])
    start[0] = np.log(x.sum() / t.sum())
    ones = np.eye(bands)
    ones[0] = 1.0  # intercepts × bands: the first is in all

    def equations(coefficients: np.ndarray) -> _Equations:
        hazard = (coefficients[:bands] @ ones)[None, :] + (design @ coefficients[bands:])[:, None]
        mean = t * np.exp(np.minimum(hazard, 50))
        rest, crossed = x - mean, ones @ mean.T @ design
        score = np.r_[ones @ rest.sum(axis=0), design.T @ rest.sum(axis=1)]
        own = ones @ (mean.sum(axis=0)[:, None] * ones.T)
        alike = design.T @ (design * mean.sum(axis=1)[:, None])
        return mean, score, np.block([[own, crossed], [crossed.T, alike]])

    return _fit(start, equations)


#: The fitted values, the slope of the log likelihood and its information.
_Equations = tuple[np.ndarray, np.ndarray, np.ndarray]


def _fit(start: np.ndarray, equations: Callable[[np.ndarray], _Equations]) -> Regression:
    for ridge in (0.0, RIDGE):
        found = _newton(start, equations, ridge)
        if found is not None:
            return found
    raise RuntimeError("regression: the coefficients do not settle; merge categories")


def _newton(start: np.ndarray, equations: Callable[[np.ndarray], _Equations], ridge: float) -> Regression | None:
    penalty = np.full(len(start), ridge)
    penalty[0] = 0.0
    coefficients = start
    for _ in range(STEPS):
        fitted, score, information = equations(coefficients)
        information = information + np.diag(penalty)
        try:
            change = np.linalg.solve(information, score - penalty * coefficients)
        except np.linalg.LinAlgError:
            return None
        coefficients = coefficients + np.clip(change, -4, 4)
        if np.abs(coefficients[1:]).max(initial=0) > _FAR:
            return None
        if np.abs(change).max() < 1e-10:
            fitted = equations(coefficients)[0]
            variances = np.diag(np.linalg.inv(information))
            if (variances < 0).any() or variances.max() > _FAR**2:  # columns that say the same
                return None
            return Regression(coefficients, np.sqrt(variances), fitted, ridge)
    return None


def auc(probability, events, sizes) -> float:
    """Probability that a patient with the event has a higher prediction than one without; ties count half."""
    p, x, n = (np.asarray(value, dtype=float) for value in (probability, events, sizes))
    value, place = np.unique(p, return_inverse=True)
    with_, without = np.bincount(place, x, len(value)), np.bincount(place, n - x, len(value))
    if with_.sum() == 0 or without.sum() == 0:
        return float("nan")
    below = np.cumsum(without) - without
    return float(np.sum(with_ * (below + without / 2)) / (with_.sum() * without.sum()))


@dataclass(frozen=True)
class Validation:
    """How the model would predict patients like these that it has not seen.

    ``auc`` is corrected for optimism. ``slope`` of 1: predictions as spread as the outcomes; below 1: too spread.
    """

    auc: float
    slope: float


def validate(
    design: np.ndarray, events, sizes, row: np.ndarray | None = None, repeats: int = 50, seed: int = 20261128
) -> Validation:
    """Optimism by the bootstrap (Harrell, Lee & Mark, Stat Med 1996;15:361–387), on patterns of patients.

    Each repeat draws as many patients again, fits the model to them, and compares its AUC and its calibration slope
    there with those on the real patients. Draws without both outcomes are left out; NaN where none has both.

    ``row``: the row of ``design`` that each of the patterns has, where several have the same; None: each its own.
    """
    x, n = np.asarray(events, dtype=float), np.asarray(sizes, dtype=float)
    own = np.arange(len(x)) if row is None else row

    def joined(values: np.ndarray) -> np.ndarray:
        return np.bincount(own, values, len(design))

    rng, patterns = np.random.default_rng(seed), len(x)
    cells = np.r_[x, n - x] / n.sum()
    x, n = joined(x), joined(n)
    apparent = auc(logistic(design, x, n).fitted, x, n)
    optimism, slopes = [], []
    for _ in range(repeats):
        drawn = rng.multinomial(round(n.sum()), cells)
        yes, no = joined(drawn[:patterns]), joined(drawn[patterns:])
        if not 0 < yes.sum() < (yes + no).sum():
            continue
        fitted = logistic(design, yes, yes + no)
        score = design @ fitted.coefficients
        optimism.append(auc(score, yes, yes + no) - auc(score, x, n))
        slopes.append(_slope(score, x, n))
    if not optimism:
        return Validation(float("nan"), float("nan"))
    return Validation(apparent - float(np.mean(optimism)), float(np.mean(slopes)))


def _slope(score: np.ndarray, x: np.ndarray, n: np.ndarray) -> float:
    """Slope of the outcome's log odds on the score (Cox 1958); NaN for a score that does not tell the patients apart.

    Found on the score in its standard deviations: neither so flat nor so steep that it looks like separation.
    """
    mean = np.average(score, weights=n)
    spread = np.sqrt(np.average((score - mean) ** 2, weights=n))
    if spread < 1e-9:
        return float("nan")
    scaled = (score - mean) / spread
    return float(logistic(np.column_stack([np.ones(len(score)), scaled]), x, n).coefficients[1] / spread)


@dataclass(frozen=True)
class Band:
    """Patients of similar predicted risk: how many, and their observed and expected events."""

    patients: int
    observed: float
    expected: float


def calibration(probability, events, sizes, expected=None, bands: int = 10) -> tuple[Band, ...]:
    """Observed against expected events in bands of about equally many patients, lowest risk first.

    ``expected``: expected events per row, where they are not sizes · probability (censored follow-up). Patients of
    the same prediction stay together, so there may be fewer bands.
    """
    p, x, n = (np.asarray(value, dtype=float) for value in (probability, events, sizes))
    e = n * p if expected is None else np.asarray(expected, dtype=float)
    order = np.argsort(p, kind="stable")
    p, x, n, e = p[order], x[order], n[order], e[order]
    # A tied group belongs to the band of its middle patient.
    _, group = np.unique(p, return_inverse=True)
    per_group = np.bincount(group, n)
    middle = np.cumsum(per_group) - per_group / 2
    band = np.minimum((middle / n.sum() * bands).astype(int), bands - 1)[group]
    return tuple(
        Band(int(n[band == one].sum()), float(x[band == one].sum()), float(e[band == one].sum()))
        for one in np.unique(band)
    )
