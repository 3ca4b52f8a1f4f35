"""A second program for Cox's model: Efron's partial likelihood as the formula stands, one death at a time.

Cox (1972), ties by Efron (1977): among d who die on a day, the l-th (0, 1 …) dies with the others at risk and the share
1 − l/d of each of the d. The test of proportional hazards is Grambsch & Therneau's (1994): the sum over deaths of the
scaled residual times g − ḡ, squared, over its variance; g = 1 − S(t−), S by Kaplan and Meier. No lifelines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class NaiveCox:
    coefficients: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    #: The chi-square of each coefficient's test, and of all together.
    drifts: np.ndarray
    drift: float


def naive_cox(time: np.ndarray, died: np.ndarray, x: np.ndarray) -> NaiveCox:
    """The model of one row per case, by Newton's method from 0."""
    time, died, x = np.asarray(time), np.asarray(died, bool), np.asarray(x, float)
    beta = np.zeros(x.shape[1])
    for _ in range(30):
        value, score, information, residuals = _likelihood(beta, time, died, x)
        if np.abs(score).max() < 1e-8:
            break
        beta = beta + np.linalg.solve(information, score)
    else:
        raise ArithmeticError("the score is not 0 after 30 steps")
    covariance = np.linalg.inv(information)
    g, alive = [], 1.0
    for day in np.unique(time[died]):
        deaths = int(((time == day) & died).sum())
        g += [1 - alive] * deaths
        alive *= 1 - deaths / (time >= day).sum()
    off, number = np.array(g) - np.mean(g), len(g)
    scaled = number * residuals @ covariance
    sums, square = off @ scaled, float(off @ off)
    drifts = sums**2 / (number * np.diag(covariance) * square)
    return NaiveCox(beta, covariance, value, drifts, float(sums @ information @ sums) / (number * square))


def _likelihood(beta, time, died, x):
    """Log likelihood, its first derivative, minus its second, and the residual of each death in order of time."""
    value, score, information, residuals = 0.0, np.zeros(len(beta)), np.zeros((len(beta), len(beta))), []
    risk = np.exp(x @ beta)
    for day in np.unique(time[died]):
        dying = (time == day) & died
        means = []
        for place in range(dying.sum()):
            weight = risk * (time >= day) - risk * dying * place / dying.sum()
            mean = weight @ x / weight.sum()
            value -= np.log(weight.sum())
            information += (x * weight[:, None]).T @ x / weight.sum() - np.outer(mean, mean)
            means.append(mean)
        value += float((x[dying] @ beta).sum())
        score += x[dying].sum(axis=0) - np.sum(means, axis=0)
        residuals += list(x[dying] - np.mean(means, axis=0))
    return value, score, information, np.array(residuals)
