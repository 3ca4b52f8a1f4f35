"""How much units vary: random-intercept logistic regression, median odds ratio, intraclass correlation.

x ~ Binomial(n, expit(μ + σ·u)), u ~ N(0, 1); maximum likelihood with adaptive Gauss–Hermite quadrature (Pinheiro &
Bates, J Comput Graph Stat 1995;4:12–35). MOR = exp(√2·σ·Φ⁻¹(¾)) and ICC = σ²/(σ² + π²/3): Larsen & Merlo, Am J
Epidemiol 2005;161:81–88.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from indicators.statistics.distributions import normal_quantile
from indicators.statistics.grouped import Groups
from indicators.statistics.search import Search, alone, together

_POINTS = 15
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(_POINTS)
_STEPS = 50
#: Of μ and log σ. Units with nothing but events or nothing but non-events have no finite σ.
_BOUNDS = (np.array([-20.0, -9.5]), np.array([20.0, 2.0]))
_DIFFERENCE = 1e-5
#: A smaller σ (median odds ratio below 1.0001) is none.
_LEAST_SIGMA = 1e-4
#: √(χ²(0.95; 1)/2): how far the square root of the log likelihood falls to the 95 % limits.
_FALL = 1.385903824
#: A limit beyond this σ (median odds ratio above 1000) is infinite.
_MOST_SIGMA = 7.4


@dataclass(frozen=True)
class Heterogeneity:
    """``sigma``: standard deviation between units on the log-odds scale; 0: no detectable difference.

    ``lower``, ``upper``: its 95 % limits by profile likelihood; 0 is inside where there may be no variation.
    """

    mu: float
    sigma: float
    lower: float = float("nan")
    upper: float = float("nan")

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
    return fit_all([numerator], [denominator])[0]


def fit_all(numerators: Sequence, denominators: Sequence) -> list[Heterogeneity | None]:
    """``fit`` of the units of each of several indicators: their searches go on side by side."""
    xs, ns = ([np.asarray(one, dtype=float) for one in parts] for parts in (numerators, denominators))
    fitted = [place for place, (x, n) in enumerate(zip(xs, ns, strict=True)) if len(n) > 1 and 0 < x.sum() < n.sum()]
    found: list[Heterogeneity | None] = [None] * len(xs)
    if not fitted:
        return found
    groups = Groups.of([ns[place] for place in fitted])
    x, n = (np.concatenate([one[place] for place in fitted]) for one in (xs, ns))

    def answers(places: list[int], asked: list[tuple[_At, ...]]) -> list[list[_Height]]:
        every = [place for place, own in zip(places, asked, strict=True) for _ in own]
        part, rows = groups.some(every)
        heights = iter(_likelihoods(x[rows], n[rows], part, [one for own in asked for one in own]))
        return [[next(heights) for _ in own] for own in asked]

    for place, one in zip(fitted, together([_fitting(xs[at], ns[at]) for at in fitted], answers), strict=True):
        found[place] = one
    return found


#: A place to look at the likelihood from: μ, σ, and where the search for the modes of u begins. What does not hang on
#: each other is asked together.
_At = tuple[float, float, np.ndarray]
#: Log likelihood, its slope in (μ, log σ), and the modes of u, from which the next search starts.
_Height = tuple[float, np.ndarray, np.ndarray]


def _fitting(x: np.ndarray, n: np.ndarray) -> Search[tuple[_At, ...], list[_Height], Heterogeneity | None]:
    mean = x.sum() / n.sum()
    centre = float(np.log(mean / (1 - mean)))
    # Slope of the likelihood in σ² at 0: where it does not rise, the maximum is no variation.
    if np.sum((x - n * mean) ** 2) <= np.sum(n) * mean * (1 - mean):
        return (yield from _with_limits(x, n, Heterogeneity(centre, 0.0)))
    place = yield from _climb(len(x), np.array([centre, np.log(_by_moments(x, n, mean))]))
    if place[1] >= _BOUNDS[1][1] - 1e-6:
        return None
    sigma = float(np.exp(place[1]))
    found = Heterogeneity(float(place[0]), sigma if sigma > _LEAST_SIGMA else 0.0)
    return (yield from _with_limits(x, n, found))


def _with_limits(
    x: np.ndarray, n: np.ndarray, found: Heterogeneity
) -> Search[tuple[_At, ...], list[_Height], Heterogeneity]:
    """The estimate with the σ at which twice the log likelihood, μ chosen for each, is 3.84 lower."""
    mean = x.sum() / n.sum()
    centre = float(np.log(mean / (1 - mean)))
    mu, u = found.mu, np.zeros(len(x))

    def height(sigma: float) -> Search[tuple[_At, ...], list[_Height], float]:
        """The profile log likelihood: a step of Newton in μ, and what is left by the parabola."""
        nonlocal mu, u
        if sigma <= 0:
            return float(np.sum(x * centre - n * np.logaddexp(0, centre)))
        for _ in range(2):
            ((value, slope, u),) = yield ((mu, sigma, u),)
            ((_, beside, _),) = yield ((mu + _DIFFERENCE, sigma, u),)
            bend = (beside[0] - slope[0]) / _DIFFERENCE
            if bend >= 0 or abs(slope[0] / bend) < 0.05:
                break
            mu = mu - slope[0] / bend
        return value - slope[0] ** 2 / (2 * bend) if bend < 0 else value

    limits, asked = _limits(found.sigma), None
    while True:
        try:
            sigma = limits.send(asked)
        except StopIteration as end:
            lower, upper = end.value
            return replace(found, lower=lower, upper=upper)
        asked = yield from height(sigma)


def profile_limits(height: Callable[[float], float], top: float) -> tuple[float, float]:
    """Where a profile log likelihood has fallen by 1.92 to either side of its top (values 0 or more).

    The square root of the fall is nearly straight, so that secants find it in a few steps. Infinite above where it
    does not fall so far.
    """
    return alone(_limits(top), height)


def _limits(top: float) -> Search[float, float, tuple[float, float]]:
    """``profile_limits`` as a search, which asks for heights."""
    highest = yield top

    def short(value: float) -> Search[float, float, float]:
        return float(np.sqrt(max(highest - (yield value), 0.0))) - _FALL

    lower = 0.0
    if top > 0 and (yield from short(0.0)) > 0:
        lower = yield from _crossing(short, top, 0.0, -_FALL)
    near, far = top, max(1.5 * top, 0.1)
    while (yield from short(far)) < 0:
        near, far = far, 2 * far
        if far > _MOST_SIGMA:
            return lower, float("inf")
    at_near = (yield from short(near)) if near > top else -_FALL
    return lower, (yield from _crossing(short, near, far, at_near))


def _crossing(
    short: Callable[[float], Search[float, float, float]], inside: float, outside: float, at_inside: float
) -> Search[float, float, float]:
    """Where ``short`` is 0 between a value at which it is negative and one at which it is not (Illinois)."""
    a, b, at_a, at_b = inside, outside, at_inside, (yield from short(outside))
    for _ in range(12):
        middle = a + (b - a) * at_a / (at_a - at_b)
        value = yield from short(middle)
        if abs(value) < 1e-3:
            break
        if value < 0:
            a, at_a, at_b = middle, value, at_b / 2
        else:
            b, at_b, at_a = middle, value, at_a / 2
    return middle


def _climb(units: int, place: np.ndarray) -> Search[tuple[_At, ...], list[_Height], np.ndarray]:
    """(μ, log σ) of the highest likelihood: Newton's method with the slope's differences as second derivatives.

    Written out, because a library's search costs more in calls than the twenty likelihoods that it takes.
    """
    ((value, slope, u),) = yield ((place[0], np.exp(place[1]), np.zeros(units)),)
    for _ in range(_STEPS):
        beside = [one[1] for one in (yield tuple((*_moved(place, axis), u) for axis in (0, 1)))]
        second = (np.array(beside) - slope) / _DIFFERENCE
        second = (second + second.T) / 2
        top = np.linalg.eigvalsh(second)[-1]
        # Where the likelihood bends the wrong way, the nearest matrix that makes the step lead uphill.
        step = np.linalg.solve(max(0.0, top + 0.1) * np.eye(2) - second, slope)
        step /= max(1.0, np.abs(step).max())
        for _ in range(_STEPS):
            further = np.clip(place + step, *_BOUNDS)
            (higher,) = yield ((further[0], np.exp(further[1]), u),)
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
    return _likelihoods(x, n, Groups.of([x]), [(mu, sigma, np.zeros(len(x)))])[0][0]


def _likelihoods(x: np.ndarray, n: np.ndarray, groups: Groups, asked: Sequence[_At]) -> list[_Height]:
    """The likelihood of each group at its own place."""
    mu, sigma = (groups.spread(np.array([one[place] for one in asked], dtype=float)) for place in (0, 1))
    u, open_ = np.concatenate([one[2] for one in asked]), np.ones(len(x), dtype=bool)
    for _ in range(_STEPS):
        p = expit(mu + sigma * u)
        step = (sigma * (x - n * p) - u) / (sigma**2 * n * p * (1 - p) + 1)
        u = np.where(open_, u + np.clip(step, -2, 2), u)
        open_ = open_ & ~groups.spread(groups.most(np.abs(step)) < 1e-9)
        if not open_.any():
            break
    p = expit(mu + sigma * u)
    spread = 1 / np.sqrt(sigma**2 * n * p * (1 - p) + 1)
    v = u[:, None] + spread[:, None] * _NODES
    eta = mu[:, None] + sigma[:, None] * v
    log = x[:, None] * eta - n[:, None] * np.logaddexp(0, eta) - v * v / 2 + _NODES**2 / 2
    top = log.max(axis=1, keepdims=True)
    mass = _WEIGHTS * np.exp(log - top)
    total = mass.sum(axis=1, keepdims=True)
    values = groups.sum(np.log(total[:, 0]) + top[:, 0] + np.log(spread)) - groups.sizes * np.log(2 * np.pi) / 2
    rest = (x[:, None] - n[:, None] * expit(eta)) * mass / total
    slopes = np.stack([groups.sum_cells(rest), groups.sum_cells(rest * v)], axis=1)
    slopes[:, 1] *= [one[1] for one in asked]
    return list(zip(values.tolist(), slopes, groups.split(u), strict=True))
