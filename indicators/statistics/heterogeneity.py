"""How much units vary: random-intercept logistic regression, median odds ratio, intraclass correlation.

x ~ Binomial(n, expit(μ + σ·u)), u ~ N(0, 1); maximum likelihood with adaptive Gauss–Hermite quadrature (Pinheiro &
Bates, J Comput Graph Stat 1995;4:12–35). MOR = exp(√2·σ·Φ⁻¹(¾)) and ICC = σ²/(σ² + π²/3): Larsen & Merlo, Am J
Epidemiol 2005;161:81–88.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from indicators.statistics.distributions import normal_quantile

_POINTS = 15
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(_POINTS)
_STEPS = 50
#: Of μ and log σ. Units with nothing but events or nothing but non-events have no finite σ.
_BOUNDS = (np.array([-20.0, -9.5]), np.array([20.0, 2.0]))
_DIFFERENCE = 1e-5
#: A smaller σ (median odds ratio below 1.0001) is none.
_LEAST_SIGMA = 1e-4


@dataclass(frozen=True)
class Heterogeneity:
    """``sigma``: standard deviation between units on the log-odds scale; 0: no detectable difference."""

    mu: float
    sigma: float

    @property
    def mor(self) -> float:
        """Median odds ratio between two units picked at random, the worse against the better."""
        return median_ratio(self.sigma)

    @property
    def icc(self) -> float:
        """Share of the variation on the latent logistic scale that lies between units."""
        return self.sigma**2 / (self.sigma**2 + np.pi**2 / 3)


def median_ratio(sigma: float) -> float:
    """Median ratio between two units: exp(√2·σ·Φ⁻¹(¾))."""
    return float(np.exp(np.sqrt(2) * sigma * normal_quantile(0.75)))


def fit(numerator, denominator) -> Heterogeneity | None:
    """The model of units with denominators of at least 1.

    None for fewer than two, where all rates are 0 or 1, and where the likelihood rises without end with σ (units that
    are nearly all 0 or 1): then there is no estimate.
    """
    x, n = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    if len(n) < 2 or not 0 < x.sum() < n.sum():
        return None
    mean = x.sum() / n.sum()
    centre = float(np.log(mean / (1 - mean)))
    # Slope of the likelihood in σ² at 0: where it does not rise, the maximum is no variation.
    if np.sum((x - n * mean) ** 2) <= np.sum(n) * mean * (1 - mean):
        return Heterogeneity(centre, 0.0)
    place = _climb(x, n, np.array([centre, np.log(_by_moments(x, n, mean))]))
    if place[1] >= _BOUNDS[1][1] - 1e-6:
        return None
    sigma = float(np.exp(place[1]))
    return Heterogeneity(float(place[0]), sigma if sigma > _LEAST_SIGMA else 0.0)


def _climb(x: np.ndarray, n: np.ndarray, place: np.ndarray) -> np.ndarray:
    """(μ, log σ) of the highest likelihood: Newton's method with the slope's differences as second derivatives.

    Written out, because a library's search costs more in calls than the twenty likelihoods that it takes.
    """
    u = np.zeros(len(x))
    value, slope, u = _likelihood(x, n, place[0], np.exp(place[1]), u)
    for _ in range(_STEPS):
        beside = [_likelihood(x, n, *_moved(place, axis), u)[1] for axis in (0, 1)]
        second = (np.array(beside) - slope) / _DIFFERENCE
        second = (second + second.T) / 2
        top = np.linalg.eigvalsh(second)[-1]
        # Where the likelihood bends the wrong way, the nearest matrix that makes the step lead uphill.
        step = np.linalg.solve(max(0.0, top + 0.1) * np.eye(2) - second, slope)
        step /= max(1.0, np.abs(step).max())
        for _ in range(_STEPS):
            further = np.clip(place + step, *_BOUNDS)
            higher = _likelihood(x, n, further[0], np.exp(further[1]), u)
            if higher[0] >= value - 1e-12:
                break
            step /= 2
        moved = np.abs(further - place).max()
        place, (value, slope, u) = further, higher
        if moved < 1e-7:
            break
    return place


def _moved(place: np.ndarray, axis: int) -> tuple[float, float]:
    """μ and σ a little further along one axis."""
    return place[0] + _DIFFERENCE * (axis == 0), float(np.exp(place[1] + _DIFFERENCE * (axis == 1)))


def _by_moments(x: np.ndarray, n: np.ndarray, mean: float) -> float:
    v = mean * (1 - mean)
    pairs = max(float(np.sum(n * (n - 1))), 1.0)
    between = (np.sum((x - n * mean) ** 2) - np.sum(n) * v) / pairs  # on the rate's scale
    return float(np.clip(np.sqrt(max(between, 0)) / v, 0.02, 1.5))


def log_likelihood(numerator, denominator, mu: float, sigma: float) -> float:
    """The log likelihood without the binomial coefficients."""
    x, n = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    return _likelihood(x, n, mu, sigma, np.zeros(len(x)))[0]


def _likelihood(
    x: np.ndarray, n: np.ndarray, mu: float, sigma: float, u: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Log likelihood, its slope in (μ, log σ), and the modes of u, from which the next search starts."""
    for _ in range(_STEPS):
        p = expit(mu + sigma * u)
        step = (sigma * (x - n * p) - u) / (sigma**2 * n * p * (1 - p) + 1)
        u = u + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-9:
            break
    p = expit(mu + sigma * u)
    spread = 1 / np.sqrt(sigma**2 * n * p * (1 - p) + 1)
    v = u[:, None] + spread[:, None] * _NODES
    eta = mu + sigma * v
    log = x[:, None] * eta - n[:, None] * np.logaddexp(0, eta) - v * v / 2 + _NODES**2 / 2
    top = log.max(axis=1, keepdims=True)
    mass = _WEIGHTS * np.exp(log - top)
    total = mass.sum(axis=1, keepdims=True)
    value = float(np.sum(np.log(total[:, 0]) + top[:, 0] + np.log(spread)) - len(x) * np.log(2 * np.pi) / 2)
    rest = (x[:, None] - n[:, None] * expit(eta)) * mass / total
    return value, np.array([rest.sum(), sigma * (rest * v).sum()]), u
