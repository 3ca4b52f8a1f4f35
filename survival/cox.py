"""Cox's proportional-hazards model on daily counts, fitted by lifelines, with the test of its assumption.

``lifelines.CoxPHFitter`` (Cox 1972; ties by Efron 1977) is given as few rows as the same likelihood allows:

- whoever leaves alive counts until the last death before that day, and then as one row of a pattern with their number
  as weight: no risk set changes;
- the dead are a row each. With weights Efron's ties would be others: lifelines, as R, divides a row's weight evenly.

The proportional-hazards test (Grambsch & Therneau, Biometrika 1994;81:515–526) is of the correlation between scaled
Schoenfeld residuals and 1 − S(t−), as R's cox.zph did until survival 3: by ``lifelines.statistics.
proportional_hazard_test`` for one coefficient, and jointly for those of one variable. The residuals are formed here for
all deaths at once; lifelines' own take minutes for a country.
"""

from __future__ import annotations

import math
import threading
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.linalg import LinAlgWarning
from scipy.special import chdtrc

from survival.estimators import CAUSES, Z95, DailyCounts
from survival.fits import load

#: Why there is no model.
NO_DEATHS, ENTANGLED, NOT_SETTLED = "no_deaths", "entangled", "not_settled"
#: lifelines changes the process's warning filters while it fits.
_ONE_AT_A_TIME = threading.Lock()
#: How far the score may be from 0, in standard errors, where the fit is said to have settled.
_SETTLED = 1e-3


class NoModel(Exception):
    """The model cannot be fitted; ``reason`` is NO_DEATHS, ENTANGLED or NOT_SETTLED."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Test:
    """A chi-square statistic, its degrees of freedom and p-value."""

    statistic: float
    degrees_of_freedom: int
    p: float


@dataclass(frozen=True)
class Ratio:
    """A hazard ratio with its 95 % limits (Wald, on the log scale) and the p-value of 1."""

    value: float
    lower: float
    upper: float
    p: float


@dataclass(frozen=True)
class Cox:
    """A fitted model. ``coefficients`` are log hazard ratios per column of the matrix, ``covariance`` theirs.

    ``residuals``: Schoenfeld residuals, deaths × columns, in the order of ``times`` (1 − S before each death).
    """

    coefficients: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    deaths: int
    times: np.ndarray
    residuals: np.ndarray

    def ratio(self, contrast: Sequence[float]) -> Ratio:
        """exp(contrast · coefficients): one column with (0, 1, 0 …), two groups with (0, 1, −1 …)."""
        weights = np.asarray(contrast, dtype=float)
        value, error = float(weights @ self.coefficients), math.sqrt(float(weights @ self.covariance @ weights))
        p = float(chdtrc(1, (value / error) ** 2)) if error > 0 else math.nan
        return Ratio(math.exp(value), math.exp(value - Z95 * error), math.exp(value + Z95 * error), p)

    def proportional(self, columns: Sequence[int] | None = None) -> Test:
        """Whether the ratios of these columns (all: None) are the same at all times: small p, they are not."""
        chosen = np.arange(len(self.coefficients)) if columns is None else np.asarray(columns)
        centred = self.times - self.times.mean()
        drift = (self.covariance @ (centred @ self.residuals))[chosen]
        spread = self.covariance[np.ix_(chosen, chosen)] * float(centred @ centred) / self.deaths
        statistic = float(drift @ np.linalg.solve(spread, drift))
        return Test(statistic, len(chosen), float(chdtrc(len(chosen), statistic)))


def cox(
    counts: DailyCounts,
    matrix: np.ndarray,
    causes: Sequence[str] = CAUSES,
    start: float = -1,
    end: float = math.inf,
) -> Cox:
    """Cox's model of death of these causes on the days ``start`` < day ≤ ``end``.

    ``matrix``: a row per group of ``counts``, a column per coefficient. Deaths of other causes are censored, as is
    who lives after ``end``; with a ``start`` only those followed beyond it count. Raises NoModel: nobody died, a
    column follows from the others, or the likelihood has no maximum (as where a group has no deaths).
    """
    load()
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError, ConvergenceWarning

    rows = _Rows.of(counts, np.asarray(matrix, dtype=float), causes, start, end)
    if not rows.died.any():
        raise NoModel(NO_DEATHS)
    if np.linalg.matrix_rank(rows.matrix - rows.matrix.mean(axis=0)) < rows.matrix.shape[1]:
        raise NoModel(ENTANGLED)
    if np.ptp(rows.matrix[rows.died], axis=0).min() == 0:  # nobody who died has a mark, or everybody
        raise NoModel(NOT_SETTLED)
    frame = pd.DataFrame(rows.matrix).assign(time=rows.time, died=rows.died, weight=rows.weight)
    frame.columns = frame.columns.map(str)
    with _ONE_AT_A_TIME:
        # It warns of every small group; whether the fit has settled is asked of the score and the errors below.
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.filterwarnings("ignore", category=LinAlgWarning, module=r"lifelines\.")
        try:
            fitter = CoxPHFitter().fit(frame, "time", "died", weights_col="weight", batch_mode=True, fit_options=_EXACT)
        except ConvergenceError as error:
            raise NoModel(NOT_SETTLED) from error
    coefficients, covariance = fitter.params_.to_numpy(float), fitter.variance_matrix_.to_numpy(float)
    residuals = rows.residuals(coefficients)
    found = Cox(
        coefficients,
        covariance,
        float(fitter.log_likelihood_),
        int(rows.died.sum()),
        rows.dead_before()[rows.time[rows.died] - 1],
        residuals,
    )
    if not _settled(found):
        raise NoModel(NOT_SETTLED)
    return found


#: Newton's method with whole steps until the score is 0 to the last digits; R stops at 1e-9 of the likelihood.
_EXACT = {"step_size": 1.0, "precision": 1e-18, "r_precision": 0.0, "max_steps": 60}
#: A log hazard ratio with a larger standard error is one that grows without end.
_LARGEST_ERROR = 10.0


def _settled(found: Cox) -> bool:
    errors = np.sqrt(np.diag(found.covariance))
    if not (np.isfinite(found.coefficients).all() and np.isfinite(errors).all()):
        return False
    score = found.residuals.sum(axis=0)
    return bool(float(score @ found.covariance @ score) < _SETTLED**2 and (errors < _LARGEST_ERROR).all())


@dataclass(frozen=True)
class _Rows:
    """What the partial likelihood depends on: rows sorted by time, the dead last among equals.

    ``time``: 1 for the first day with a death, 2 for the second …; the likelihood knows only their order.
    """

    matrix: np.ndarray
    time: np.ndarray
    died: np.ndarray
    weight: np.ndarray

    @classmethod
    def of(cls, counts: DailyCounts, matrix: np.ndarray, causes: Sequence[str], start: float, end: float) -> _Rows:
        patterns, pattern = np.unique(matrix, axis=0, return_inverse=True)
        rows = counts.day > start
        day, place = counts.day[rows], pattern.ravel()[counts.group[rows]]
        deaths = np.where(day <= end, counts.deaths(causes)[rows], 0)
        days = np.unique(day[deaths > 0])
        dead = (np.repeat(place, deaths), np.repeat(np.searchsorted(days, day) + 1, deaths))
        # Who leaves alive is at risk at the deaths up to that day.
        left = np.searchsorted(days, day, "right")
        alive = np.zeros((len(patterns), len(days) + 1))
        np.add.at(alive, (place, left), counts.leaving[rows] - deaths)
        alive[:, 0] = 0  # gone before the first death
        still = np.nonzero(alive)
        place, time = (np.r_[one, other] for one, other in zip(still, dead, strict=True))
        weight = np.r_[alive[still], np.ones(len(dead[0]))]
        died = np.arange(len(weight)) >= len(still[0])
        order = np.lexsort((place, died, time))
        return cls(patterns[place[order]], time[order], died[order], weight[order])

    def residuals(self, coefficients: np.ndarray) -> np.ndarray:
        """Schoenfeld residuals with Efron's ties, deaths × columns, in the order of the rows."""
        score = self.weight * np.exp(self.matrix @ coefficients)
        size = int(self.time.max()) + 1
        at_risk = _from(np.bincount(self.time, score, size))
        at_risk_x = _from(_by_time(self.time, score[:, None] * self.matrix, size))
        time, x, score = self.time[self.died], self.matrix[self.died], score[self.died]
        tied, tied_x = np.bincount(time, score, size), _by_time(time, score[:, None] * x, size)
        number = np.bincount(time, minlength=size)
        place = np.arange(len(time)) - np.searchsorted(time, time)  # 0, 1 … among the deaths of a day
        share = place / number[time]
        above = at_risk_x[time] - share[:, None] * tied_x[time]
        each = above / (at_risk[time] - share * tied[time])[:, None]
        mean = _by_time(time, each, size) / np.maximum(number, 1)[:, None]
        return x - mean[time]

    def dead_before(self) -> np.ndarray:
        """1 − S just before each day with a death (Kaplan–Meier of all rows)."""
        size = int(self.time.max()) + 1
        at_risk = _from(np.bincount(self.time, self.weight, size))[1:]
        deaths = np.bincount(self.time[self.died], minlength=size)[1:]
        return 1 - np.r_[1.0, np.cumprod(1 - deaths / at_risk)[:-1]]


def _by_time(time: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    return np.stack([np.bincount(time, column, size) for column in values.T], axis=1)


def _from(sums: np.ndarray) -> np.ndarray:
    """Sums over this and all later times."""
    return np.cumsum(sums[::-1], axis=0)[::-1]
