"""Shrunken estimates: what the units' rates are likely to be, when each borrows strength from all.

Beta-binomial empirical Bayes: rates vary between units as Beta(α, β), estimated by maximum likelihood of the
beta-binomial counts (Griffiths, Biometrics 1973;29:637–648); a unit's posterior is Beta(α + x, β + n − x)
(Efron & Morris, J Am Stat Assoc 1975;70:311–319; Clayton & Kaldor, Biometrics 1987;43:671–681 for small areas).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import betainc, betaincinv, betaln, digamma, expit

LEVEL = 0.95


@dataclass(frozen=True)
class BetaPrior:
    """The distribution of rates between units. ``alpha`` and ``beta`` are infinite where no variation is found."""

    alpha: float
    beta: float
    mean: float

    @property
    def pooled(self) -> bool:
        """No variation between units beyond chance: one rate for all."""
        return not np.isfinite(self.alpha)

    def posterior(self, numerator, denominator) -> tuple[np.ndarray, np.ndarray]:
        """Parameters of each unit's posterior."""
        x, n = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
        return self.alpha + x, self.beta + n - x

    def estimates(self, numerator, denominator) -> np.ndarray:
        """Posterior means."""
        a, b = self.posterior(numerator, denominator)
        return np.full(a.shape, self.mean) if self.pooled else a / (a + b)

    def interval(self, numerator, denominator, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
        """Posterior limits; where no variation was found those of the common rate, Beta(Σx + ½, Σ(n − x) + ½)."""
        a, b = self.posterior(numerator, denominator)
        if self.pooled:
            total, size = float(np.sum(numerator)), float(np.sum(denominator))
            a, b = np.full(a.shape, total + 0.5), np.full(a.shape, size - total + 0.5)
        tail = (1 - level) / 2
        return betaincinv(a, b, tail), betaincinv(a, b, 1 - tail)

    def cdf(self, numerator, denominator, at) -> np.ndarray:
        """Units × points: probability that the unit's rate is at most ``at``. Not for a pooled prior."""
        a, b = self.posterior(numerator, denominator)
        return betainc(a[:, None], b[:, None], np.asarray(at)[None, :])


def fit(numerator, denominator) -> BetaPrior | None:
    """The prior of units with a denominator of at least 1; None where there are fewer than two or all rates are 0 or 1.

    Raises RuntimeError where the likelihood has no maximum that the search reaches.
    """
    x, n = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    if len(n) < 2 or not 0 < x.sum() < n.sum():
        return None
    mean = x.sum() / n.sum()
    # Slope of the likelihood at no variation, in 1/(α + β): without it the maximum is there (Tarone 1979).
    slope = np.sum(x * (x - 1) / mean + (n - x) * (n - x - 1) / (1 - mean) - n * (n - 1))
    if slope <= 0:
        return BetaPrior(np.inf, np.inf, mean)

    def negative(place: np.ndarray) -> tuple[float, np.ndarray]:
        m, size = expit(place[0]), np.exp(place[1])
        a, b = m * size, (1 - m) * size
        value = -np.sum(betaln(a + x, b + n - x) - betaln(a, b))
        common = digamma(size) - digamma(size + n)
        da = np.sum(digamma(a + x) - digamma(a) + common)
        db = np.sum(digamma(b + n - x) - digamma(b) + common)
        return value, -np.array([m * (1 - m) * size * (da - db), a * da + b * db])

    place = _start(x, n, mean)
    found = minimize(negative, place, jac=True, method="BFGS", options={"gtol": 1e-7, "maxiter": 200})
    gradient = float(np.abs(negative(found.x)[1]).max())
    if not np.isfinite(found.fun) or gradient > 1e-2:
        raise RuntimeError(f"beta-binomial: no maximum found (gradient {gradient:.2g})")
    if found.x[1] > 18:  # α + β beyond 6·10⁷: the maximum lies at no variation
        return BetaPrior(np.inf, np.inf, mean)
    m, size = expit(found.x[0]), np.exp(found.x[1])
    return BetaPrior(m * size, (1 - m) * size, float(m))


def _start(x: np.ndarray, n: np.ndarray, mean: float) -> np.ndarray:
    """Start of the search by moments: logit of the mean and log of α + β."""
    between = np.sum((x - n * mean) ** 2 / (mean * (1 - mean)) - n) / np.sum(n * (n - 1)) if (n > 1).any() else 0.1
    rho = np.clip(between, 1e-5, 0.5)
    return np.array([np.log(mean / (1 - mean)), np.log(1 / rho - 1)])
