"""Before and after a date: did a proportion change, by more than the other departments' did?

- ``segmented``: segmented (interrupted time series) regression with a level, a slope, a change of both at the date, and
  one yearly harmonic where there are points enough. Wagner et al., J Clin Pharm Ther 2002;27:299–309; Bernal, Cummins &
  Gasparrini, Int J Epidemiol 2017;46:348–355 (seasons, overdispersion). Linear on the proportions themselves, so that
  the answer is in percentage points; weighted with binomial variances times a dispersion (quasi-likelihood, McCullagh &
  Nelder 1989, ch. 9). Neighbouring points may be alike: first-order autocorrelation (of the points' own rates, beside
  the chance of their patients) by the restricted likelihood, which Turner, Forbes, Karahalios, Taljaard & McKenzie, BMC
  Med Res Methodol 2021;21:181 found best for short series. One estimated correlation makes the limits of short series
  too narrow, so it is not plugged in: the limits are those of Student's t averaged over the correlations with their
  restricted likelihood as weight (the marginal posterior under flat priors; Zellner & Tiao, J Am Stat Assoc
  1964;59:763–778).
- ``difference``: the unit's change less the mean change of the others (random effects, DerSimonian & Laird, Control
  Clin Trials 1986;7:177–188; limits as the prediction interval of Higgins, Thompson & Spiegelhalter, J R Stat Soc A
  2009;172:137–159). Its p is a permutation over the controls: each is treated as if it were the unit (placebo; Abadie,
  Diamond & Hainmueller, J Am Stat Assoc 2010;105:493–505), studentised because departments differ in size (Ferman &
  Pinto, Rev Econ Stat 2019;101:452–467). The smallest p is 1 / (controls + 1).
- ``regression_to_mean``: whether the points just before the date were extreme, so that a return to the usual level
  would look like an effect. Barnett, van der Pols & Dobson, Int J Epidemiol 2005;34:215–220.

Everything is in fractions (0.01 = one percentage point); slopes per year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import stdtr

from indicators.statistics.distributions import chi2_quantile, normal_quantile, t_above, t_quantile

#: Fewer points than this on either side are refused.
LEAST_POINTS = 8
#: Fewer other departments than this are refused: the smallest p would be above 1/6.
LEAST_CONTROLS = 5
#: A yearly harmonic is fitted from so many points (two parameters more).
SEASON_POINTS = 24
#: The dispersion is not let below what chance alone gives once in a hundred times.
_DISPERSION_FLOOR = 0.01
#: What neighbouring points may have in common: the share of their dispersion that is of their own rates (the rest is
#: the chance of their patients), the correlation of these, and the prior weight. Negative correlations are among them
#: so that the limits of independent points are not too wide.
CORRELATIONS = np.array(
    [
        (share, rho, weight)
        for share, weight in ((0.35, 1.0), (0.7, 1.0), (1.0, 2.0))
        for rho in np.linspace(-0.9, 0.96, 22)
    ]
)
#: One-sided 5 %: from here a level is called extreme.
EXTREME = 1.645


@dataclass(frozen=True)
class EffectEstimate:
    """A difference with 95 % limits and two-sided p."""

    value: float
    lower: float
    upper: float
    p: float

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.lower > 0 or self.upper < 0


@dataclass(frozen=True)
class Segmented:
    """``level``: the jump where counting begins after the date; ``slope``: the change of trend and ``pre_slope``: the
    trend before, both per year. ``correlation``: of neighbouring points, as the limits allow for; ``autocorrelated``:
    it is beyond chance (a test for a foot-note: the limits allow for correlation whether or not it is seen).
    ``fitted`` and ``continued`` (the trend before, carried on) are for each point, without the season.
    """

    level: EffectEstimate
    slope: EffectEstimate
    pre_slope: EffectEstimate
    dispersion: float
    seasonal: bool
    correlation: float
    autocorrelated: bool
    fitted: np.ndarray
    continued: np.ndarray


@dataclass(frozen=True)
class Difference:
    """``estimate``: the unit's change less ``others`` (the mean change of the controls). ``placebo``: the same of each
    control, in their order. ``between``: standard deviation of the controls' true changes.
    """

    estimate: EffectEstimate
    change: float
    others: float
    placebo: np.ndarray
    between: float

    @property
    def smallest_p(self) -> float:
        return 1 / (len(self.placebo) + 1)


@dataclass(frozen=True)
class Extreme:
    """How far the points just before the date lay from what was usual, in standard errors (negative: worse).

    ``own``: against the unit's own longer past, ``others``: against the other departments; NaN where not known.
    ``back``: what a return to the own past (else to the others) would give by itself, in fractions.
    """

    own: float
    others: float
    warned: str  # "", "own" or "others"
    back: float


def binomial_variance(x: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Sampling variance of x/n with half a success and half a failure added, so that 0/n and n/n have one too."""
    share = (x + 0.5) / (n + 1)
    return share * (1 - share) / n


def segmented(time, x, n, after, phase=None, correlated: bool = True) -> Segmented:
    """Segmented regression of the proportions x/n (every n ≥ 1) at ``time`` (years since the date).

    ``after``: which points lie after the date. ``phase``: place in the calendar year (0–1), for the season; left out
    with fewer than SEASON_POINTS points. ``correlated``: whether neighbouring points may be alike; without, the limits
    are those of independent points. Raises ValueError with fewer than LEAST_POINTS points on a side.
    """
    time, x, n = (np.asarray(one, dtype=float) for one in (time, x, n))
    after = np.asarray(after, dtype=bool)
    if min(after.sum(), (~after).sum()) < LEAST_POINTS:
        raise ValueError(
            f"segmented: {(~after).sum()} and {after.sum()} points; {LEAST_POINTS} on each side are needed"
        )
    start = time[after].min()
    step = after.astype(float)
    trend = np.column_stack([np.ones_like(time), time, step, step * (time - start)])
    seasonal = phase is not None and len(time) >= SEASON_POINTS
    design = trend
    if seasonal:
        angle = 2 * np.pi * np.asarray(phase, dtype=float)
        design = np.column_stack([trend, np.sin(angle), np.cos(angle)])
    return _segmented(time, trend, design, x / n, _sides(x, n, after), seasonal, correlated)


def _sides(x: np.ndarray, n: np.ndarray, after: np.ndarray) -> np.ndarray:
    """The points' binomial variances, of the pooled proportion of their side of the date."""
    variance = np.empty_like(n)
    for side in (after, ~after):
        pooled = binomial_variance(x[side].sum(), n[side].sum()) * n[side].sum()
        variance[side] = pooled / n[side]
    return variance


def _segmented(
    time: np.ndarray,
    trend: np.ndarray,
    design: np.ndarray,
    y: np.ndarray,
    variance: np.ndarray,
    seasonal: bool,
    correlated: bool,
) -> Segmented:
    """The regression of ``y`` on ``design``, whose first four columns are those of ``trend``."""
    beta, covariance, residuals = _least_squares(design, y, variance)
    freedom = len(y) - design.shape[1]
    dispersion = _dispersion(residuals, freedom)
    near = float((residuals[1:] * residuals[:-1]).sum() / (residuals**2).sum()) if residuals.any() else 0.0
    correlation = 0.0
    if correlated:
        beta, effects, correlation = _autoregressive(time, design, y, variance)
    else:
        error = np.sqrt(np.diag(covariance) * dispersion)
        effects = [_with_t(beta[k], error[k], freedom) for k in (2, 3, 1)]
    return Segmented(
        *effects,
        dispersion=dispersion,
        seasonal=seasonal,
        correlation=correlation,
        autocorrelated=near > normal_quantile(0.975) / np.sqrt(len(y)),
        fitted=trend @ beta[:4],
        continued=trend[:, :2] @ beta[:2],
    )


def _autoregressive(
    time: np.ndarray, design: np.ndarray, y: np.ndarray, variance: np.ndarray
) -> tuple[np.ndarray, list[EffectEstimate], float]:
    """Coefficients, the estimates of jump, turn and trend before, and the correlation of neighbours, over CORRELATIONS.

    Points that are missing between two others make them less alike. The dispersion is floored as without correlation.
    """
    step = np.diff(time).min()
    place = np.rint((time - time[0]) / step)
    lag = np.abs(np.subtract.outer(place, place))
    root = 1 / np.sqrt(variance)
    z, scaled = y * root, design * root[:, None]
    share, rho, prior = CORRELATIONS.T
    matrices = share[:, None, None] * rho[:, None, None] ** lag
    matrices[:, range(len(y)), range(len(y))] = 1
    factor = np.linalg.cholesky(matrices)
    whole = np.broadcast_to(np.column_stack([scaled, z]), (len(rho), len(y), design.shape[1] + 1))
    moved = np.linalg.solve(factor, whole)
    x, target = moved[:, :, :-1], moved[:, :, -1]
    covariance = np.linalg.inv(x.transpose(0, 2, 1) @ x)
    beta = (covariance @ (x.transpose(0, 2, 1) @ target[:, :, None]))[:, :, 0]
    rest = ((target - (x @ beta[:, :, None])[:, :, 0]) ** 2).sum(1)
    freedom = len(y) - design.shape[1]
    floor = float(chi2_quantile(_DISPERSION_FLOOR, freedom))
    rest = np.maximum(rest, floor)
    logs = np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(1)
    restricted = -logs + np.linalg.slogdet(covariance)[1] / 2 - freedom / 2 * np.log(rest)
    weight = prior * np.exp(restricted - restricted.max())
    weight /= weight.sum()
    error = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2) * (rest / freedom)[:, None])
    estimates = [_mixed(beta[:, k], error[:, k], weight, freedom) for k in (2, 3, 1)]
    return weight @ beta, estimates, float(weight @ (share * rho))


def _mixed(values: np.ndarray, errors: np.ndarray, weight: np.ndarray, freedom: int) -> EffectEstimate:
    """Mean, 95 % limits and two-sided p of a mixture of Student's t distributions."""

    def below(at: float) -> float:
        return float(weight @ stdtr(freedom, (at - values) / errors))

    far = float(np.abs(values).max() + 1e3 * errors.max())
    lower, upper = (brentq(lambda at, part=part: below(at) - part, -far, far, xtol=1e-12) for part in (0.025, 0.975))
    zero = below(0.0)
    return EffectEstimate(float(weight @ values), lower, upper, 2 * min(zero, 1 - zero))


def slope_between(time, x, n, others_x, others_n) -> EffectEstimate:
    """The trend of the unit less the others' trend, per year: the test of parallel trends, on points before the date.

    Raises ValueError with fewer than three points.
    """
    time, x, n, others_x, others_n = (np.asarray(one, dtype=float) for one in (time, x, n, others_x, others_n))
    if len(time) < 3:
        raise ValueError(f"slope_between: {len(time)} points; a trend needs three")
    pooled, pooled_others = x.sum() / n.sum(), others_x.sum() / others_n.sum()
    variance = binomial_variance(pooled * n.sum(), n.sum()) * n.sum() / n
    variance = variance + binomial_variance(pooled_others * others_n.sum(), others_n.sum()) * others_n.sum() / others_n
    design = np.column_stack([np.ones_like(time), time])
    beta, covariance, residuals = _least_squares(design, x / n - others_x / others_n, variance)
    freedom = len(time) - 2
    error = np.sqrt(covariance[1, 1] * _dispersion(residuals, freedom))
    return _with_t(beta[1], error, freedom)


def difference(unit: tuple[float, float, float, float], controls) -> Difference:
    """The unit's change before → after less the controls', with a permutation p over the controls.

    ``unit``: (x before, n before, x after, n after), every n ≥ 1; ``controls``: such a row for each other department.
    Raises ValueError with fewer than LEAST_CONTROLS controls.
    """
    rows = np.asarray([unit, *controls], dtype=float)
    if len(rows) - 1 < LEAST_CONTROLS:
        raise ValueError(f"difference: {len(rows) - 1} controls; {LEAST_CONTROLS} are needed")
    before_x, before_n, after_x, after_n = rows.T
    change = after_x / after_n - before_x / before_n
    variance = binomial_variance(before_x, before_n) + binomial_variance(after_x, after_n)
    everyone = np.arange(len(rows))

    def against_rest(one: int) -> tuple[float, float, float, float]:
        rest = everyone != one
        mean, between, error = _mean_of(change[rest], variance[rest])
        return float(change[one] - mean), float(np.sqrt(variance[one] + between + error)), mean, between

    # The rest of a control holds the unit as well: all statistics are then made alike, and the permutation is exact.
    value, spread, mean, between = against_rest(0)
    treated_as_unit = [against_rest(one) for one in everyone[1:]]
    placebo = np.array([one[0] for one in treated_as_unit])
    statistics = placebo / np.array([one[1] for one in treated_as_unit])
    as_extreme = int(np.sum(np.abs(statistics) >= abs(value / spread) - 1e-12))
    p = (1 + as_extreme) / len(rows)
    half = t_quantile(0.975, len(placebo) - 1) * spread
    estimate = EffectEstimate(value, float(value - half), float(value + half), float(p))
    return Difference(estimate, float(change[0]), mean, placebo, float(np.sqrt(between)))


def regression_to_mean(recent, earlier, others_recent, others_earlier, higher_is_better: bool) -> Extreme:
    """Whether the unit's points just before the date were worse than usual.

    ``recent``, ``earlier``: (x, n) arrays of the unit's points, ``earlier`` may be empty; ``others_*``: (x, n) arrays,
    one element for each other department. Extreme against the others warns only where the unit was not just as far
    from them before: who has always been low does not return to the mean by chance.
    """
    sign = 1 if higher_is_better else -1
    rx, rn = (float(np.sum(one)) for one in recent)
    ex, en = (np.asarray(one, dtype=float) for one in earlier)
    level, own, usual = rx / rn, np.nan, np.nan
    if len(en) >= LEAST_POINTS:
        usual = ex.sum() / en.sum()
        pooled = binomial_variance(ex.sum(), en.sum()) * en.sum()
        dispersion = max(1.0, float(((ex / en - usual) ** 2 * en / pooled).sum() / (len(en) - 1)))
        own = float(sign * (level - usual) / np.sqrt(dispersion * pooled * (1 / rn + 1 / en.sum())))
    against = _from_others(rx, rn, *others_recent) * sign
    past = _from_others(ex.sum(), en.sum(), *others_earlier) * sign if len(en) >= LEAST_POINTS else np.nan
    warned = ""
    if own <= -EXTREME:
        warned = "own"
    elif against <= -EXTREME and not past <= -EXTREME:
        warned = "others"
    others_x, others_n = (np.asarray(one, dtype=float) for one in others_recent)
    rest = others_x.sum() / others_n.sum() if len(others_n) and others_n.sum() else np.nan
    back = (usual if warned == "own" else rest) - level if warned else 0.0
    return Extreme(own, float(against), warned, float(back))


def _from_others(x: float, n: float, others_x, others_n) -> float:
    """How many standard errors x/n lies from the other departments' mean; NaN with too few of them."""
    others_x, others_n = np.asarray(others_x, dtype=float), np.asarray(others_n, dtype=float)
    some = others_n > 0
    if some.sum() < LEAST_CONTROLS or n <= 0:
        return np.nan
    others_x, others_n = others_x[some], others_n[some]
    mean, between, error = _mean_of(others_x / others_n, binomial_variance(others_x, others_n))
    return float((x / n - mean) / np.sqrt(binomial_variance(np.float64(x), np.float64(n)) + between + error))


def _mean_of(values: np.ndarray, variances: np.ndarray) -> tuple[float, float, float]:
    """Random-effects mean, variance between, and the mean's own variance."""
    weight = 1 / variances
    common = (weight * values).sum() / weight.sum()
    q = (weight * (values - common) ** 2).sum()
    scale = weight.sum() - (weight**2).sum() / weight.sum()
    between = max(0.0, float((q - (len(values) - 1)) / scale))
    weight = 1 / (variances + between)
    return float((weight * values).sum() / weight.sum()), between, float(1 / weight.sum())


def _least_squares(
    design: np.ndarray, y: np.ndarray, variance: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coefficients, their covariance (dispersion 1) and the standardised residuals of weighted least squares."""
    root = 1 / np.sqrt(variance)
    scaled = design * root[:, None]
    covariance = np.linalg.inv(scaled.T @ scaled)
    beta = covariance @ (scaled.T @ (y * root))
    return beta, covariance, (y - design @ beta) * root


def _dispersion(residuals: np.ndarray, freedom: int) -> float:
    """Mean squared residual, not below what chance gives: points all alike would have no uncertainty at all."""
    return max(float((residuals**2).sum() / freedom), float(chi2_quantile(_DISPERSION_FLOOR, freedom) / freedom))


def _with_t(value: float, error: float, freedom: int) -> EffectEstimate:
    half = t_quantile(0.975, freedom) * error
    return EffectEstimate(
        float(value), float(value - half), float(value + half), float(2 * t_above(abs(value / error), freedom))
    )
