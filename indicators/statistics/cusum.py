"""Risk-adjusted CUSUM charts of a proportion: weights, the charts of many units at once, a unit's own level.

Steiner, Cook, Farewell & Treasure, Biostatistics 2000;1:441–452: each patient adds the log-likelihood ratio of odds
multiplied by ``odds_ratio`` against the odds expected; the sum never falls below zero.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

#: The odds ratios of the two arms: twice the odds of what is charted, and half of them.
ARMS = (2.0, 0.5)
#: Standard deviation of a unit's own log odds about the country's: wide, so that only units with few events are drawn
#: towards the country and a unit that has always been low is expected to be low.
OWN_LEVEL_SD = 1.0
#: A signal is over when the sum has fallen to this part of its threshold; the chart then begins again from zero.
OVER = 1 / 3


def weights(p, odds_ratio: float = 2.0) -> tuple[np.ndarray, np.ndarray]:
    """(without, with): what a patient with risk ``p`` adds without and with the event. Steiner 2000, section 2.

    Raises ValueError for a risk outside [0, 1] or an odds ratio that is not positive.
    """
    risk = np.asarray(p, dtype=float)
    if not ((risk >= 0) & (risk <= 1)).all():
        raise ValueError("cusum: a risk lies outside 0–1")
    if not odds_ratio > 0:
        raise ValueError(f"cusum: the odds ratio {odds_ratio} is not positive")
    without = -np.log1p(risk * (odds_ratio - 1))
    return without, without + np.log(odds_ratio)


def own_level(unit, logit, patients, events, units: int, sd: float = OWN_LEVEL_SD) -> np.ndarray:
    """Each unit's log odds ratio to what is expected of its patients: the mode under a normal prior N(0, ``sd``²).

    Arrays of groups of patients: their unit (0 … units−1), expected log odds, number, events. A unit without patients
    gets 0. Solves Σ(events) − Σ(patients·expit(logit + δ)) = δ/sd² by Newton's method; its left side falls and the
    right side rises in δ, so the root is one.
    """
    index, logit = np.asarray(unit, dtype=np.int64), np.asarray(logit, dtype=float)
    n = np.asarray(patients, dtype=float)
    observed = np.bincount(index, np.asarray(events, dtype=float), units)
    delta = np.zeros(units)
    for _ in range(100):
        risk = expit(logit + delta[index])
        score = observed - np.bincount(index, n * risk, units) - delta / sd**2
        step = score / (np.bincount(index, n * risk * (1 - risk), units) + 1 / sd**2)
        delta = delta + np.clip(step, -1, 1)
        if np.abs(step).max(initial=0) < 1e-10:
            return delta
    raise ArithmeticError("cusum: the units' own levels did not converge; look for extreme expected log odds")


def common_level(logit: np.ndarray, patients: np.ndarray, events: np.ndarray, sd: float) -> float:
    """``own_level`` of one unit that has all the patients."""
    observed, delta = float(events.sum()), 0.0
    for _ in range(100):
        risk = expit(logit + delta)
        expected = patients * risk
        score = observed - float(expected.sum()) - delta / sd**2
        step = score / (float((expected * (1 - risk)).sum()) + 1 / sd**2)
        delta += min(max(step, -1.0), 1.0)
        if abs(step) < 1e-10:
            return delta
    raise ArithmeticError("cusum: the country's level did not converge; look for extreme expected log odds")


@dataclass
class CusumState:
    """Where charts stand. Arrays of arms × charts; ``start`` and ``alarm`` are steps, −1 where there is none.

    ``value``: the sums. ``start``: the first step after the sum was last zero. ``active``: in signal since ``alarm``.
    ``strong``: in the signal, the sum without its ceiling has reached the second threshold (``free`` is that sum).
    """

    value: np.ndarray
    free: np.ndarray
    active: np.ndarray
    strong: np.ndarray
    start: np.ndarray
    alarm: np.ndarray

    @classmethod
    def zero(cls, charts: int) -> CusumState:
        """Charts that begin."""
        shape = (len(ARMS), charts)
        sums, flags = np.zeros(shape), np.zeros(shape, dtype=bool)
        nowhere = np.full(shape, -1, dtype=np.int64)
        return cls(sums, sums.copy(), flags, flags.copy(), nowhere, nowhere.copy())

    def reset(self, where: np.ndarray) -> None:
        """Begin again where ``where`` (charts, or arms × charts) is true."""
        fresh = np.broadcast_to(where, self.value.shape)
        self.value[fresh] = self.free[fresh] = 0
        self.active[fresh] = self.strong[fresh] = False
        self.start[fresh] = self.alarm[fresh] = -1


@dataclass(frozen=True)
class Told:
    """What happened to an arm of a chart at a step: "alarm" (with the start of its sum), "strong", or "end"."""

    what: str
    step: int
    arm: int
    chart: int
    start: int = -1


def advance(
    state: CusumState,
    scores: np.ndarray,
    thresholds: np.ndarray,
    strong: np.ndarray,
    first_step: int = 0,
    told: list[Told] | None = None,
) -> np.ndarray:
    """Move ``state`` through ``scores`` (steps × arms × charts); the sums after each step. ``told`` gets the events.

    An arm signals when its sum reaches its threshold. The sum then stays at the threshold at most, and the signal
    ends when the sum has fallen to OVER of it, or when the other arm signals: a chart never signals both ways.
    ``thresholds`` and ``strong`` (arms × charts); infinite where a chart is silent.
    """
    value, active = state.value, state.active

    def tell(what: str, where: np.ndarray, step: int) -> None:
        if told is not None and where.any():
            for arm, chart in zip(*np.nonzero(where), strict=True):
                told.append(Told(what, step, int(arm), int(chart), int(state.start[arm, chart])))

    sums, low = np.empty(scores.shape), OVER * thresholds
    floor, some = np.where(active, low, 0.0), bool(active.any())  # both change with an alarm or its end alone
    for step, score in enumerate(scores):
        raised, changed = value + score, False
        state.free += score
        down = raised <= floor
        state.start[(value == 0) & ~down] = first_step + step
        np.minimum(raised, thresholds, out=value)
        over = down & active if some else None
        if over is not None and over.any():
            tell("end", over, first_step + step)
            state.reset(over)
            changed = True
        value[down] = state.free[down] = 0  # all that is to reset of a chart that is not in signal
        state.start[down] = -1
        high = raised >= thresholds
        alarm = high & (score > 0) & ~active if high.any() else high
        if alarm.any():
            active[alarm] = True
            state.alarm[alarm] = first_step + step
            tell("end", alarm[::-1] & active, first_step + step)
            tell("alarm", alarm, first_step + step)
            state.reset(alarm[::-1])
            changed = True
        if changed:
            floor, some = np.where(active, low, 0.0), bool(active.any())
        if some:
            becomes = active & (state.free >= strong) & ~state.strong
            tell("strong", becomes, first_step + step)
            state.strong |= becomes
        sums[step] = value
    return sums
