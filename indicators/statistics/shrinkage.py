"""Shrunken estimates: what the units' rates are likely to be, when each borrows strength from all.

Beta-binomial empirical Bayes: rates vary between units as Beta(α, β), estimated by maximum likelihood of the
beta-binomial counts (Griffiths, Biometrics 1973;29:637–648); a unit's posterior is Beta(α + x, β + n − x). Its mean is
the shrunken estimate. Its limits also allow for α and β being estimated, without which they are too narrow (Kass &
Steffey, J Am Stat Assoc 1989;84:717–726): averaged over the shrinkage factor M/(M + ñ), uniform on 0–1 (Christiansen &
Morris, J Am Stat Assoc 1997;92:618–632), and over the mean, normal on the log odds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, betaln, digamma, expit, zeta

from indicators.statistics.search import lowest

LEVEL = 0.95
#: Shrinkage factors over which the limits are averaged.
FACTORS = (np.arange(24) + 0.5) / 24
_LOG_SIZE = (-4.0, 17.0)  # α + β from 0.02 to 2·10⁷
_STEPS = 60


@dataclass(frozen=True)
class Shrunken:
    """``alpha``, ``beta``: the distribution between units, infinite where no variation is found (``pooled``).

    Per unit: ``mean``, the shrunken estimate; ``a`` and ``b``, the beta distribution of its rate, which allows for
    the uncertainty of α and β.
    """

    alpha: float
    beta: float
    mean: np.ndarray
    a: np.ndarray
    b: np.ndarray

    @property
    def pooled(self) -> bool:
        """No variation between units beyond chance: one rate for all."""
        return not np.isfinite(self.alpha)

    def interval(self, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
        """Limits of the units' rates, about the shrunken estimates."""
        tail = (1 - level) / 2
        lower, upper = betaincinv(self.a, self.b, tail), betaincinv(self.a, self.b, 1 - tail)
        return np.minimum(lower, self.mean), np.maximum(upper, self.mean)


def fit(numerator, denominator) -> Shrunken | None:
    """Shrunken estimates of units with a denominator of at least 1.

    None where there are fewer than two units, or all rates are 0 or all are 1.
    """
    x, n = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    if len(n) < 2 or not 0 < x.sum() < n.sum():
        return None
    mean = x.sum() / n.sum()
    typical = len(n) / np.sum(1 / n)
    sizes = typical * FACTORS / (1 - FACTORS)
    logits, curvature, likelihood = _profile(x, n, sizes)
    a, b = _averaged(x, n, sizes, expit(logits), 1 / curvature, likelihood - np.log(curvature) / 2)
    # Slope of the likelihood at no variation, in 1/(α + β): without it the maximum is there (Tarone 1979).
    slope = np.sum(x * (x - 1) / mean + (n - x) * (n - x - 1) / (1 - mean) - n * (n - 1))
    if slope > 0:
        size = np.exp(_best(x, n, np.log(sizes), likelihood))
        if size < np.exp(_LOG_SIZE[1] - 1):
            centre = float(expit(_profile(x, n, np.array([size]))[0][0]))
            alpha, beta = size * centre, size * (1 - centre)
            return Shrunken(alpha, beta, (alpha + x) / (alpha + beta + n), a, b)
    return Shrunken(np.inf, np.inf, np.full(len(n), mean), a, b)


def _profile(x: np.ndarray, n: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each α + β the logit of the best mean, the curvature of the likelihood there, and the likelihood."""
    size = sizes[:, None]
    mean = np.clip(x.sum() / n.sum(), 1e-6, 1 - 1e-6)
    logit = np.full(len(sizes), np.log(mean / (1 - mean)))
    for _ in range(_STEPS):
        m = expit(logit)[:, None]
        a, b = m * size, (1 - m) * size
        first = digamma(a + x) - digamma(a) - digamma(b + n - x) + digamma(b)
        second = zeta(2, a + x) - zeta(2, a) + zeta(2, b + n - x) - zeta(2, b)  # trigamma
        step = m * (1 - m) * size
        slope = np.sum(step * first, axis=1)
        bend = -np.sum(step**2 * second + step * (1 - 2 * m) * first, axis=1)
        # The likelihood may bend the wrong way far from its top: then a short step uphill.
        move = np.where(bend > 1e-8, slope / np.maximum(bend, 1e-8), np.sign(slope))
        logit = np.clip(logit + np.clip(move, -1, 1), -25, 25)
        if np.abs(move).max() < 1e-6:  # the next step would be its square
            break
    m = expit(logit)[:, None]
    a, b = m * size, (1 - m) * size
    return logit, np.maximum(bend, 1e-8), np.sum(betaln(a + x, b + n - x) - betaln(a, b), axis=1)


def _best(x: np.ndarray, n: np.ndarray, logs: np.ndarray, likelihood: np.ndarray) -> float:
    """log(α + β) of the highest likelihood, sought between the neighbours of the best factor."""
    best = int(np.argmax(likelihood))
    low = logs[best - 1] if best else _LOG_SIZE[0]
    high = logs[best + 1] if best + 1 < len(logs) else _LOG_SIZE[1]
    return lowest(lambda log: -_profile(x, n, np.exp([log]))[2][0], low, high, 1e-9)


def _averaged(
    x: np.ndarray, n: np.ndarray, sizes: np.ndarray, means: np.ndarray, variances: np.ndarray, log_weight: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Each unit's rate over all shrinkage factors: the beta distribution of the same mean and variance."""
    weight = np.exp(log_weight - log_weight.max())
    weight = (weight / weight.sum())[:, None]
    size, centre = sizes[:, None], means[:, None]
    mean = (centre * size + x) / (size + n)
    spread = variances[:, None] * (centre * (1 - centre) * size / (size + n)) ** 2  # of the uncertain mean
    spread = spread + mean * (1 - mean) / (size + n + 1)
    whole = np.sum(weight * mean, axis=0)
    variance = np.sum(weight * (spread + mean**2), axis=0) - whole**2
    size = np.maximum(whole * (1 - whole) / variance - 1, 1e-6)
    return whole * size, (1 - whole) * size
