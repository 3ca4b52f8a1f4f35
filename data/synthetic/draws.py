"""Random draws that the generator's modules share. Days are numbers since 1970-01-01; NaN means no date."""

from __future__ import annotations

import datetime as dt
import zlib

import numpy as np

_EPOCH = dt.date(1970, 1, 1)
_DAY_2024 = 19723
#: Rows that calibrations look at; more would cost time and change little.
_SAMPLE = 4000


def day(date: dt.date) -> int:
    """Days from 1970-01-01 to the date."""
    return (date - _EPOCH).days


def year_of(days: np.ndarray) -> np.ndarray:
    """Calendar year of each day number."""
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def since_2024(days: np.ndarray) -> np.ndarray:
    """Years since 2024-01-01: what trends are written in."""
    return (days - _DAY_2024) / 365.25


def stream(seed: int, *names: str) -> np.random.Generator:
    """A generator of its own for each name, so that one part's draws never move another's."""
    return np.random.default_rng([seed, *(zlib.crc32(name.encode()) for name in names)])


def pick(rng: np.random.Generator, weights, size: int) -> np.ndarray:
    """Indices drawn with the given weights."""
    cumulative = np.cumsum(np.asarray(weights, dtype=float))
    drawn = np.searchsorted(cumulative, rng.random(size) * cumulative[-1], side="right")
    return np.minimum(drawn, len(cumulative) - 1)


def pick_rows(rng: np.random.Generator, weights: np.ndarray) -> np.ndarray:
    """One column index per row of a matrix of weights."""
    cumulative = np.cumsum(weights, axis=1)
    return (cumulative < (rng.random(len(weights)) * cumulative[:, -1])[:, None]).sum(axis=1)


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-x))


def chances(offset: np.ndarray, target: float, rows: np.ndarray | None = None) -> np.ndarray:
    """Probabilities sigmoid(c + offset), with c such that their mean over ``rows`` is ``target``."""
    looked_at = offset if rows is None or not rows.any() else offset[rows]
    if not 0 < target < 1 or not len(looked_at):
        return np.full(len(offset), min(max(target, 0.0), 1.0))
    looked_at = looked_at[:: max(1, len(looked_at) // _SAMPLE)]
    low, high = -15.0, 15.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if sigmoid(middle + looked_at).mean() < target else (low, middle)
    return sigmoid((low + high) / 2 + offset)


def happens(rng: np.random.Generator, chance, size: int | None = None) -> np.ndarray:
    """True with the given chance (one per row, or one for ``size`` rows)."""
    return rng.random(len(chance) if size is None else size) < chance


def between(rng: np.random.Generator, low: int, high: int, size: int) -> np.ndarray:
    """Whole numbers from low to high, both included, as floats (days)."""
    return rng.integers(low, high + 1, size).astype(float)


def delays(rng: np.random.Generator, median: float | np.ndarray, sigma: float, size: int) -> np.ndarray:
    """Whole days of a log-normal delay; the median may differ by row."""
    return np.floor(median * np.exp(sigma * rng.standard_normal(size)))


def delays_within(rng: np.random.Generator, within: np.ndarray, limit: int, median: float, sigma: float) -> np.ndarray:
    """Log-normal delays that keep ``limit`` where ``within`` is true and pass it elsewhere."""
    size = len(within)
    short = np.minimum(delays(rng, median, sigma, size), limit)
    late = limit + 1 + delays(rng, max(limit * 0.5, 3), 0.8, size)
    return np.where(within, short, late)
