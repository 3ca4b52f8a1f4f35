"""The share of a stratified sample of a population, with an interval: for audits of case records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import betaincinv

from indicators.statistics.intervals import LEVEL


@dataclass(frozen=True)
class StratumCounts:
    """A stratum: cases in the ``population``, cases ``answered`` of those drawn; of these ``denominator`` bear on the
    share and ``numerator`` have it (the others are missing or not relevant)."""

    population: int
    answered: int
    numerator: int
    denominator: int


@dataclass(frozen=True)
class WeightedShare:
    """A share of the population and its limits (fractions)."""

    share: float
    lower: float
    upper: float


def stratified_share(strata: Sequence[StratumCounts], level: float = LEVEL) -> WeightedShare | None:
    """The population's share, each stratum weighted by the cases it stands for; None where that cannot be said.

    A ratio of weighted counts, its variance by linearisation within strata (Särndal, Swensson & Wretman, Model Assisted
    Survey Sampling, 1992, ch. 5), its limits Clopper–Pearson's at the effective number of answers (Korn & Graubard,
    Survey Methodology 1998;24:193–201), never more than there are. A stratum with one answer counts with the largest
    variance that it could have. Drawing without replacement is not credited: the limits are for the care, not for the
    list of cases.

    None where a stratum with cases has no answer, or nobody is in the denominator. Raises ValueError for counts that do
    not fit each other.
    """
    for one in strata:
        if not 0 <= one.numerator <= one.denominator <= one.answered <= one.population:
            raise ValueError(f"{one}: numerator, denominator, answered and population do not follow each other")
    there = [one for one in strata if one.population]
    if any(not one.answered for one in there) or not any(one.denominator for one in there):
        return None
    weights = [one.population / one.answered for one in there]
    total = sum(weight * one.denominator for weight, one in zip(weights, there, strict=True))
    share = sum(weight * one.numerator for weight, one in zip(weights, there, strict=True)) / total
    share = min(1.0, share)
    many = sum(one.denominator for one in there)
    effective = float(many)
    if len(there) == 1:  # a simple sample: its answers are its size
        return WeightedShare(share, *_limits(share, effective, level))
    if 0 < share < 1:
        variance = sum(
            weight**2 * _spread(one, share) for weight, one in zip(weights, there, strict=True)
        ) / total**2  # fmt: skip
        effective = min(effective, share * (1 - share) / variance) if variance > 0 else effective
    else:  # no variance can be estimated: Kish's effective number
        squares = sum(weight**2 * one.denominator for weight, one in zip(weights, there, strict=True))
        effective = min(effective, total**2 / squares)
    return WeightedShare(share, *_limits(share, effective, level))


def _spread(one: StratumCounts, share: float) -> float:
    """The variance of a stratum's sum of residuals: those of the numerator lie 1 − share above it, the others of the
    denominator share below, the rest at it."""
    if one.answered == 1:
        return 0.25 if one.population > 1 or one.denominator else 0.0
    less = one.denominator - one.numerator
    squares = one.numerator * (1 - share) ** 2 + less * share**2
    mean = (one.numerator * (1 - share) - less * share) / one.answered
    return one.answered / (one.answered - 1) * (squares - one.answered * mean**2)


def _limits(share: float, many: float, level: float) -> tuple[float, float]:
    """Clopper–Pearson's for a number of answers that need not be whole."""
    tail, x = (1 - level) / 2, share * many
    lower = 0.0 if x <= 0 else float(betaincinv(x, many - x + 1, tail))
    upper = 1.0 if share >= 1 else float(betaincinv(x + 1, many - x, 1 - tail))
    return lower, upper
