"""Shrunken estimates: what the units' rates are likely to be, when each borrows strength from all.

Beta-binomial empirical Bayes: rates vary between units as Beta(α, β), estimated by maximum likelihood of the
beta-binomial counts (Griffiths, Biometrics 1973;29:637–648); a unit's posterior is Beta(α + x, β + n − x). Its mean is
the shrunken estimate. Its limits also allow for α and β being estimated, without which they are too narrow (Kass &
Steffey, J Am Stat Assoc 1989;84:717–726): averaged over the shrinkage factor M/(M + ñ), uniform on 0–1 (Christiansen &
Morris, J Am Stat Assoc 1997;92:618–632), and over the mean, normal on the log odds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, betaln, digamma, expit, zeta

from indicators.statistics.grouped import Groups
from indicators.statistics.search import golden, together

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
    return fit_all([numerator], [denominator])[0]


def fit_all(numerators: Sequence, denominators: Sequence) -> list[Shrunken | None]:
    """``fit`` of the units of each of several indicators, together."""
    xs, ns = ([np.asarray(one, dtype=float) for one in parts] for parts in (numerators, denominators))
    fitted = [place for place, (x, n) in enumerate(zip(xs, ns, strict=True)) if len(n) > 1 and 0 < x.sum() < n.sum()]
    found: list[Shrunken | None] = [None] * len(xs)
    if not fitted:
        return found
    groups = Groups.of([ns[place] for place in fitted])
    x, n = (np.concatenate([one[place] for place in fitted]) for one in (xs, ns))
    mean = groups.sum(x) / groups.sum(n)
    typical = groups.sizes / groups.sum(1 / n)
    sizes = typical[None, :] * FACTORS[:, None] / (1 - FACTORS[:, None])
    logits, curvature, likelihood = _profile(x, n, groups, sizes)
    a, b = _averaged(x, n, groups, sizes, expit(logits), 1 / curvature, likelihood - np.log(curvature) / 2)
    # Slope of the likelihood at no variation, in 1/(α + β): without it the maximum is there (Tarone 1979).
    of = groups.spread(mean)
    slope = groups.sum(x * (x - 1) / of + (n - x) * (n - x - 1) / (1 - of) - n * (n - 1))
    best = _best(x, n, groups, np.flatnonzero(slope > 0), np.log(sizes), likelihood)
    for group, place in enumerate(fitted):
        rows = slice(groups.first[group], groups.first[group] + groups.sizes[group])
        size, centre = best.get(group, (np.inf, np.nan))
        if np.isfinite(size):
            alpha, beta = size * centre, size * (1 - centre)
            own = (alpha + x[rows]) / (alpha + beta + n[rows])
        else:
            alpha, beta, own = np.inf, np.inf, np.full(groups.sizes[group], mean[group])
        found[place] = Shrunken(alpha, beta, own, a[rows], b[rows])
    return found


def _profile(
    x: np.ndarray, n: np.ndarray, groups: Groups, sizes: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each α + β the logit of the best mean, the curvature of the likelihood there, and the likelihood.

    ``sizes`` and what is returned: sizes × groups.
    """
    mean = np.clip(groups.sum(x) / groups.sum(n), 1e-6, 1 - 1e-6)
    logit = np.broadcast_to(np.log(mean / (1 - mean)), sizes.shape)
    bend, open_ = np.ones(sizes.shape), np.ones(sizes.shape[1], dtype=bool)
    for _ in range(_STEPS):
        m = expit(logit)
        alpha, beta = m * sizes, (1 - m) * sizes  # of a group: what is its own is computed once for all its units
        a, b = groups.spread(alpha), groups.spread(beta)
        first = digamma(a + x) - groups.spread(digamma(alpha)) - digamma(b + n - x) + groups.spread(digamma(beta))
        second = zeta(2, a + x) - groups.spread(zeta(2, alpha)) + zeta(2, b + n - x) - groups.spread(zeta(2, beta))
        step, m = groups.spread(m * (1 - m) * sizes), groups.spread(m)
        slope = groups.sum(step * first)
        bend = np.where(open_, -groups.sum(step**2 * second + step * (1 - 2 * m) * first), bend)
        # The likelihood may bend the wrong way far from its top: then a short step uphill.
        move = np.where(bend > 1e-8, slope / np.maximum(bend, 1e-8), np.sign(slope))
        logit = np.where(open_, np.clip(logit + np.clip(move, -1, 1), -25, 25), logit)
        open_ = open_ & ~(np.abs(move).max(axis=0) < 1e-6)  # the next step would be its square
        if not open_.any():
            break
    m = expit(logit)
    alpha, beta = m * sizes, (1 - m) * sizes
    a, b = groups.spread(alpha), groups.spread(beta)
    return logit, np.maximum(bend, 1e-8), groups.sum(betaln(a + x, b + n - x) - groups.spread(betaln(alpha, beta)))


def _best(
    x: np.ndarray, n: np.ndarray, groups: Groups, wanted: np.ndarray, logs: np.ndarray, likelihood: np.ndarray
) -> dict[int, tuple[float, float]]:
    """α + β of the highest likelihood with the best mean there, of the ``wanted`` groups that have one.

    Sought between the neighbours of the best factor.
    """

    def profiles(places: Sequence[int], sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        part, rows = groups.some(wanted[list(places)])
        logits, _, heights = _profile(x[rows], n[rows], part, sizes[None, :])
        return logits[0], heights[0]

    searches = []
    for group in wanted:
        best = int(np.argmax(likelihood[:, group]))
        low = float(logs[best - 1, group]) if best else _LOG_SIZE[0]
        high = float(logs[best + 1, group]) if best + 1 < len(logs) else _LOG_SIZE[1]
        searches.append(golden(low, high, 1e-9))
    sizes = np.exp(together(searches, lambda places, logs: -profiles(places, np.exp(logs))[1]))
    kept = np.flatnonzero(sizes < np.exp(_LOG_SIZE[1] - 1))
    if not len(kept):
        return {}
    centres = expit(profiles(kept, sizes[kept])[0])
    return {
        int(wanted[place]): (float(sizes[place]), float(centre)) for place, centre in zip(kept, centres, strict=True)
    }


def _averaged(
    x: np.ndarray,
    n: np.ndarray,
    groups: Groups,
    sizes: np.ndarray,
    means: np.ndarray,
    variances: np.ndarray,
    log_weight: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Each unit's rate over all shrinkage factors: the beta distribution of the same mean and variance."""
    weight = np.exp(log_weight - log_weight.max(axis=0)).T.copy()  # a group's own sum, whatever stands beside it
    weight = groups.spread((weight / weight.sum(axis=1, keepdims=True)).T)
    size, centre = groups.spread(sizes), groups.spread(means)
    mean = (centre * size + x) / (size + n)
    spread = groups.spread(variances) * (centre * (1 - centre) * size / (size + n)) ** 2  # of the uncertain mean
    spread = spread + mean * (1 - mean) / (size + n + 1)
    whole = np.sum(weight * mean, axis=0)
    variance = np.sum(weight * (spread + mean**2), axis=0) - whole**2
    size = np.maximum(whole * (1 - whole) / variance - 1, 1e-6)
    return whole * size, (1 - whole) * size
