"""The law that a unit like the others follows: chance, case mix and the ordinary variation between units.

x events among n patients is binomial, of patients with different expected risks Poisson-binomial; where units vary more
than chance gives, their log odds differ by u ~ N(0, τ²) (Spiegelhalter, Stat Med 2005;24:1185–1202, additive
overdispersion, on the log odds and mapped back by the law itself). The mean over u stays the expected number. Limits,
verdicts, the interval of O/E and the number expected outside all come from this one law.

A Poisson-binomial given u counts as the binomial of the same mean and variance (Ehm, Stat Probab Lett 1991;11:7–16), of
the rarer outcome; without case mix it is exactly the binomial.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from itertools import count

import numpy as np
from scipy.special import betainc, expit, gammaincc, gammaln, logit, xlog1py, xlogy

from indicators.statistics import funnel
from indicators.statistics.distributions import normal_below, normal_quantile
from indicators.statistics.grouped import Groups
from indicators.statistics.intervals import exact
from indicators.statistics.verdict import WITHIN, thin

#: The share beyond the 95 % and the 99.8 % limit on one side.
TAILS = ((1 - funnel.ATTENTION) / 2, (1 - funnel.ALARM) / 2)
#: Standard deviations of u that the nodes reach to.
_REACH = 6.0
_LEAST_NODES, _MOST_NODES = 41, 401
#: A tail below e^−_SETTLED is nothing beside the smallest that is told from another (1e-12).
_SETTLED = 50.0
#: So many steps of a quantile are guessed; then its bracket is halved.
_GUESSES = 8
#: Beyond this size an interval of a proportion is never wider than 30 points.
_SURE_SIZE = 50
#: Step and ends of the grids of log odds of case mix.
_STEP, _END = 0.05, 12.0


def nodes(spread: float, information: float) -> tuple[np.ndarray, np.ndarray]:
    """Standard normal values and weights to average over u with; one node where ``spread`` is 0.

    ``information``: the largest n·θ(1 − θ): the nodes must not lie wider than the law given u is.
    """
    if spread <= 0:
        return np.zeros(1), np.ones(1)
    number = int(np.clip(_REACH * spread * np.sqrt(information), _LEAST_NODES, _MOST_NODES)) | 1
    at = np.linspace(-_REACH, _REACH, number)
    weight = np.exp(-at * at / 2)
    return at, weight / weight.sum()


@dataclass(frozen=True)
class Law:
    """Number of events of each unit: a mixture of binomials.

    The cells of all units lie end to end (a unit's nodes from its ``first``): their ``sizes``, ``shares`` and
    ``weights``. ``turned``, of each unit: its binomials count those without the event, of ``patients`` in all.
    """

    patients: np.ndarray
    first: np.ndarray
    sizes: np.ndarray
    shares: np.ndarray
    weights: np.ndarray
    turned: np.ndarray
    _quantiles: dict[float, np.ndarray] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def counts(self) -> np.ndarray:
        """How many cells each unit has."""
        return np.diff(self.first, append=len(self.sizes))

    def _cells(self, values: np.ndarray) -> np.ndarray:
        return np.repeat(np.asarray(values, dtype=float), self.counts)

    def _mixed(self, values: np.ndarray) -> np.ndarray:
        return np.add.reduceat(values * self.weights, self.first) if len(self.first) else np.zeros(0)

    @property
    def mean(self) -> np.ndarray:
        """The expected number of events."""
        found = self._mixed(self.sizes * self.shares)
        return np.where(self.turned, self.patients - found, found)

    def below(self, r: np.ndarray) -> np.ndarray:
        """P(X ≤ r) of each unit, ``r`` whole."""
        k = self._cells(np.where(self.turned, self.patients - r - 1, r))
        found = self._mixed(_below(k, self.sizes, self.shares))
        return np.where(self.turned, 1 - found, found)

    def tails(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """P(X ≤ x), and the mid-p below and above x."""
        upto, at = self.below(x), self.exactly(x)
        return upto, upto - at / 2, 1 - upto + at / 2

    def exactly(self, r: np.ndarray) -> np.ndarray:
        """P(X = r) of each unit, ``r`` whole: a fifth of the time that a difference of two ``below`` takes."""
        k = self._cells(np.where(self.turned, self.patients - r, r))
        n, p = self.sizes, self.shares
        inside = (k >= 0) & (k <= n)
        rest = np.where(inside, n - k, 0.0)
        log = gammaln(n + 1) - gammaln(np.maximum(k, 0) + 1) - gammaln(rest + 1) + xlogy(k, p) + xlog1py(rest, -p)
        found = self._mixed(np.where(inside, np.exp(np.where(inside, log, 0.0)), 0.0))
        beyond = np.zeros(len(found), dtype=bool)  # a size that is no whole number ends between two numbers
        beyond[np.repeat(np.arange(len(found)), self.counts)[~inside]] = True
        beyond = np.flatnonzero(beyond)
        if len(beyond):
            part, at = self.of(beyond), np.asarray(r)[beyond]
            found[beyond] = part.below(at) - part.below(at - 1)
        return found

    def quantile(self, p: float) -> np.ndarray:
        """The smallest whole r with P(X ≤ r) ≥ p.

        Newton's steps on the normal scale, on which the law is nearly straight, inside brackets that close in.
        """
        if p in self._quantiles:
            return self._quantiles[p]
        low, high = np.full(len(self.patients), -1.0), np.array(self.patients, dtype=float)
        z, spread = normal_quantile(p), self._spread
        guess = self.mean + z * spread
        open_, part = np.flatnonzero(high - low > 1), self
        for step in count():
            if not len(open_):
                break
            part = part if len(open_) == len(part.patients) else self.of(open_)
            inside = np.clip(np.floor(guess[open_]), low[open_] + 1, high[open_] - 1)
            middle = np.floor((low[open_] + high[open_]) / 2) if step > _GUESSES else inside
            upto = part.below(middle)
            enough = upto >= p
            high[open_[enough]], low[open_[~enough]] = middle[enough], middle[~enough]
            # Where P is p between two numbers, the lower one is not enough: asked next is the number on the other side.
            further = (normal_quantile(np.clip(upto, 1e-15, 1 - 1e-15)) - z) * spread[open_]
            guess[open_] = middle - np.where(enough, np.maximum(further, 1.0), np.minimum(further, -1.0))
            open_ = open_[high[open_] - low[open_] > 1]
        self._quantiles[p] = high
        return high

    @cached_property
    def _spread(self) -> np.ndarray:
        """The standard deviation of each unit's number of events."""
        variance = self._mixed(self.sizes * self.shares * (1 - self.shares))
        mean = np.where(self.turned, self.patients - self.mean, self.mean)
        apart = self._mixed((self.sizes * self.shares - self._cells(mean)) ** 2)
        return np.sqrt(variance + apart)

    def limit(self, p: float) -> np.ndarray:
        """Spiegelhalter's interpolated limit (fraction) below which the share p lies."""
        r = self.quantile(p)
        upto = self.below(r)
        at = self.exactly(r)
        part = np.divide(upto - p, at, out=np.zeros_like(upto), where=at > 0)
        return np.clip((r - part) / self.patients, 0, 1)

    def zones(self, x: np.ndarray) -> np.ndarray:
        """Zones of x: on the low side where P(X ≤ x) is below the tail, on the high side where the mid-p is."""
        upto, _, above = self.tails(x)
        return _zones(upto, above)

    def outside(self) -> np.ndarray:
        """How many of the units the law itself puts outside 95 % and 99.8 %, of those that are not thin."""
        return self.outside_each().sum(axis=1)

    def outside_each(self) -> np.ndarray:
        """The chance of each unit to lie outside 95 %, and 99.8 % (2 × units), for certain."""
        found = np.zeros((2, len(self.patients)))
        large = np.flatnonzero(self.patients >= _SURE_SIZE)
        if len(large):
            part = self if len(large) == len(self.patients) else self.of(large)
            for place, tail in enumerate(TAILS):
                high = part.quantile(1 - tail)
                high = high + (part.tails(high)[2] > tail)
                found[place, large] = part.below(part.quantile(tail) - 1) + 1 - part.below(high - 1)
        small = np.flatnonzero((self.patients < _SURE_SIZE) & (self.patients > 0))
        if len(small):
            found[:, small] = self._small(small)
        return found

    def _small(self, rows: np.ndarray) -> np.ndarray:
        """Of small units, by counting all their numbers of events."""
        sizes = self.patients[rows].astype(np.int64) + 1
        first = np.cumsum(sizes) - sizes
        x = np.arange(int(sizes.sum())) - np.repeat(first, sizes)
        part = self.of(np.repeat(rows, sizes))
        upto, _, above = part.tails(x)
        zone = _zones(upto, above)
        chance = np.diff(upto, prepend=0.0)
        chance[first] = upto[first]
        chance = np.where(np.concatenate([_thin_counts(int(n)) for n in sizes - 1]), 0.0, chance)
        out = zone != WITHIN
        alarm = out & np.array([one.startswith("alarm") for one in zone], dtype=bool)
        return np.stack([np.add.reduceat(np.where(which, chance, 0.0), first) for which in (out, alarm)])

    def of(self, rows: np.ndarray) -> Law:
        """The law of some units (a mask or places, perhaps repeated)."""
        rows = np.flatnonzero(rows) if np.asarray(rows).dtype == bool else np.asarray(rows)
        counts = self.counts[rows]
        first, cells = _ranges(self.first[rows], counts)
        return Law(
            self.patients[rows], first, self.sizes[cells], self.shares[cells], self.weights[cells], self.turned[rows]
        )


def _zones(upto: np.ndarray, above: np.ndarray) -> np.ndarray:
    found = np.full(len(upto), WITHIN, dtype=object)
    for tail, name in zip(TAILS, ("attention", "alarm"), strict=True):
        found[upto < tail] = f"{name}_low"
        found[above <= tail] = f"{name}_high"
    return found


def _below(k: np.ndarray, n: np.ndarray, p: np.ndarray) -> np.ndarray:
    """P(X ≤ k) of binomials, also of sizes that are no whole numbers.

    Where it is 0 or 1 but for less than e^−_SETTLED it is not computed (Chernoff, Ann Math Stat 1952;23:493–507): of
    the cells of a law whose units spread widely these are most, and the function is slow.
    """
    found = np.where(k >= n, 1.0, 0.0)
    at = np.flatnonzero((k >= 0) & (k < n))
    k, n, p = k[at], n[at], p[at]
    with np.errstate(divide="ignore", invalid="ignore"):
        far = xlogy(k, k / (n * p)) + xlogy(n - k, (n - k) / (n * (1 - p))) > _SETTLED
    found[at[far]] = k[far] > (n * p)[far]
    near = ~far
    k, n, p = k[near], n[near], p[near]
    found[at[near]] = betainc(n - k, k + 1, 1 - p)
    return found


def _ranges(starts: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each of several ranges of places begins when they are laid end to end, and the places."""
    first = np.cumsum(counts) - counts
    return first, np.arange(int(counts.sum())) + np.repeat(starts - first, counts)


@lru_cache(maxsize=256)
def _thin_counts(n: int) -> np.ndarray:
    x = np.arange(n + 1)
    return thin(np.full(n + 1, n), *exact(x, np.full(n + 1, n)))


def middle(mean: np.ndarray, spread: np.ndarray, at: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The log odds about which rates spread so that their mean is ``mean``."""
    found, open_ = logit(mean), np.ones(len(mean), dtype=bool)
    for _ in range(50):
        p = expit(found[:, None] + spread[:, None] * at)
        step = ((p * weight).sum(axis=1) - mean) / (p * (1 - p) * weight).sum(axis=1)
        found = np.where(open_, found - np.clip(step, -1, 1), found)
        open_ = open_ & ~(np.abs(step) < 1e-12)
        if not open_.any():
            break
    return found


def crude(n: np.ndarray, centre: np.ndarray | float, tau2: np.ndarray | float) -> Law:
    """The law of units of ``n`` patients at the rate ``centre`` (inside 0–1) with ``tau2`` between units (log odds)."""
    n = np.asarray(n, dtype=float)
    mean, variance = (np.broadcast_to(np.asarray(one, dtype=float), n.shape) for one in (centre, tau2))
    return crude_of(n, mean, variance, Groups(np.array([len(n)]))) if len(n) else _nobody()


def crude_of(n: np.ndarray, mean: np.ndarray, tau2: np.ndarray, groups: Groups) -> Law:
    """``crude`` of the units of several indicators; each has the nodes that its units need."""
    spread = np.sqrt(tau2)
    widest, information = groups.most(spread), groups.most(n * mean * (1 - mean))
    grids = [nodes(*one) for one in zip(widest.tolist(), information.tolist(), strict=True)]
    _, weight, counts = _laid_out(grids, groups)
    first = np.cumsum(counts) - counts
    # Many units share a centre: it is sought once.
    shares = np.repeat(mean, counts)
    for group in np.flatnonzero(widest > 0):
        rows = slice(groups.first[group], groups.first[group] + groups.sizes[group])
        pairs, place = np.unique(np.column_stack([mean[rows], spread[rows]]), axis=0, return_inverse=True)
        centres = middle(pairs[:, 0], pairs[:, 1], *grids[group])[place.ravel()]
        moved = expit(centres[:, None] + spread[rows][:, None] * grids[group][0])
        shares[first[rows.start] : first[rows.start] + moved.size] = moved.ravel()
    return Law(n, first, np.repeat(n, counts), shares, weight, np.zeros(len(n), dtype=bool))


def _laid_out(
    grids: Sequence[tuple[np.ndarray, np.ndarray]], groups: Groups
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The nodes and weights of all cells, and how many cells each unit has."""
    of_group = np.array([len(at) for at, _ in grids], dtype=np.int64)
    starts, counts = groups.spread(np.cumsum(of_group) - of_group), groups.spread(of_group)
    _, cells = _ranges(starts, counts)
    at, weight = (np.concatenate([one[place] for one in grids]) for place in (0, 1))
    return at[cells], weight[cells], counts


def _nobody() -> Law:
    empty = np.zeros(0)
    return Law(empty, np.zeros(0, dtype=np.int64), empty, empty, empty, np.zeros(0, dtype=bool))


def limits(law: Law, centre: float | np.ndarray) -> dict[str, np.ndarray]:
    """The four limit columns (fractions) of the units of a law: never tighter than the exact binomial ones."""
    found = {}
    wide = np.flatnonzero(law.counts > 1)
    part = law if len(wide) == len(law.counts) else law.of(wide)
    for name, level, tail in zip(("limit95", "limit998"), (funnel.ATTENTION, funnel.ALARM), TAILS, strict=True):
        low, high = funnel.limits(centre, law.patients, level)
        if len(wide):
            low[wide] = np.minimum(low[wide], part.limit(tail))
            high[wide] = np.maximum(high[wide], part.limit(1 - tail))
        found |= {f"{name}_low": low, f"{name}_high": high}
    return found


@dataclass(frozen=True)
class CaseMix:
    """How many patients of each unit have which expected log odds: ``patients`` is units × the grid's places.

    Patients between two places of the grid are shared between them.
    """

    patients: np.ndarray

    @classmethod
    def of(cls, unit: np.ndarray, log_odds: np.ndarray, patients: np.ndarray, units: int) -> CaseMix:
        """From rows of patients of one unit with one expected log odds each."""
        place = np.clip((np.asarray(log_odds, dtype=float) + _END) / _STEP, 0, len(GRID) - 1.000001)
        low = place.astype(int)
        share = place - low
        size = units * len(GRID)
        found = np.bincount(unit * len(GRID) + low, patients * (1 - share), size)
        found += np.bincount(unit * len(GRID) + low + 1, patients * share, size)
        return cls(found.reshape(units, len(GRID)))

    @property
    def moments(self) -> tuple[np.ndarray, np.ndarray]:
        """Mean and variance of each unit's number of events, were its patients' log odds moved by each of SHIFTS."""
        p, variance = _moved()
        used = self.patients.any(axis=0)
        return self.patients[:, used] @ p[used], self.patients[:, used] @ variance[used]


GRID = np.arange(-_END, _END + _STEP / 2, _STEP)
SHIFTS = np.arange(-6.0, 6.0 + 0.025, 0.05)


@cache
def _moved() -> tuple[np.ndarray, np.ndarray]:
    """The risk of each place of GRID at each of SHIFTS, and its variance: 1.9 MB that never change."""
    p = expit(GRID[:, None] + SHIFTS[None, :])
    return p, p * (1 - p)


@dataclass(frozen=True)
class Standardised:
    """Expected numbers of events with their law. ``mean``, ``variance``: units × SHIFTS; ``expected``: at no shift."""

    patients: np.ndarray
    expected: np.ndarray
    mean: np.ndarray
    variance: np.ndarray

    @classmethod
    def of(cls, mix: CaseMix, expected: np.ndarray) -> Standardised:
        mean, variance = mix.moments
        # The grid's rounding must not move what the model expects.
        scale = np.divide(expected, mean[:, len(SHIFTS) // 2], out=np.ones(len(mean)), where=mean[:, 0] > 0)
        n = mix.patients.sum(axis=1)
        return cls(n, np.asarray(expected, dtype=float), np.minimum(mean * scale[:, None], n[:, None]), variance)

    def rows(self, rows: np.ndarray) -> Standardised:
        """Some of the units (places)."""
        return Standardised(self.patients[rows], self.expected[rows], self.mean[rows], self.variance[rows])

    @property
    def turned(self) -> bool:
        """Whether those without the event are the rarer."""
        return bool(self.expected.sum() > self.patients.sum() / 2)

    def at(self, shift: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and variance at shifts (units × any number)."""
        row = np.broadcast_to(np.arange(len(self.mean))[:, None], shift.shape)
        return self.at_cells(row, shift)

    def at_cells(self, row: np.ndarray, shift: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and variance of the unit ``row`` at ``shift``, arrays of one shape."""
        place = np.clip((shift - SHIFTS[0]) / 0.05, 0, len(SHIFTS) - 1.000001)
        low = place.astype(int)
        part = place - low
        return tuple(one[row, low] * (1 - part) + one[row, low + 1] * part for one in (self.mean, self.variance))

    @classmethod
    def joined(cls, parts: Sequence[Standardised]) -> Standardised:
        """The units of several indicators, end to end."""
        if len(parts) == 1:
            return parts[0]
        names = ("patients", "expected", "mean", "variance")
        return cls(*(np.concatenate([getattr(one, name) for one in parts]) for name in names))

    def centre(self, spread: float, at: np.ndarray, weight: np.ndarray) -> float:
        """The common shift that keeps the sum of the expected numbers when units spread so much."""
        if spread <= 0:
            return 0.0
        total, wanted = self.mean.sum(axis=0), float(self.expected.sum())

        def short(shift: float) -> float:
            return float(np.interp(shift + spread * at, SHIFTS, total) @ weight) - wanted

        # Secants inside brackets that close in: the sum is nearly straight in the shift.
        low, high = -3.0, 3.0
        before, was, shift = -0.01, short(-0.01), 0.0
        for _ in range(60):
            now = short(shift)
            low, high = (shift, high) if now < 0 else (low, shift)
            if now == 0 or high - low < 1e-12:
                break
            further = shift - now * (shift - before) / (now - was) if now != was else low
            if not low < further < high:
                further = (low + high) / 2
            before, was = shift, now
            if abs(further - shift) < 1e-13:
                break
            shift = further
        return shift

    def law(self, tau2: float) -> MovedLaw:
        """The law with ``tau2`` between units, made for units that are moved by shifts (log odds): of all, or of those
        in a second argument (places, perhaps repeated).
        """
        return law_of([self], [tau2])


MovedLaw = Callable[..., Law]


def law_of(parts: Sequence[Standardised], tau2s: Sequence[float]) -> MovedLaw:
    """``Standardised.law`` of the units of several indicators, end to end, each with its own variance between units."""
    whole, groups = Standardised.joined(parts), Groups.of([one.expected for one in parts])
    spreads = [float(np.sqrt(tau2)) for tau2 in tau2s]
    zero = len(SHIFTS) // 2
    grids, starts = [], []
    for one, spread in zip(parts, spreads, strict=True):
        at, weight = nodes(spread, float(one.variance[:, zero].max(initial=0)))
        grids.append((at, weight))
        starts.append(one.centre(spread, at, weight) + spread * at)
    start, weights, counts = _laid_out([(one, grid[1]) for one, grid in zip(starts, grids, strict=True)], groups)
    first = np.cumsum(counts) - counts
    turned = groups.spread(np.array([one.turned for one in parts]))
    every = np.arange(len(whole.expected))

    def moved(shift: np.ndarray | float = 0.0, rows: np.ndarray | None = None) -> Law:
        rows = every if rows is None else np.asarray(rows)
        own, cells = _ranges(first[rows], counts[rows])
        unit = np.repeat(rows, counts[rows])
        by = np.repeat(np.broadcast_to(np.asarray(shift, dtype=float), rows.shape), counts[rows])
        mean, variance = whole.at_cells(unit, by + start[cells])
        n = whole.patients[unit]
        rare = np.where(turned[unit], n - mean, mean)
        share = np.clip(1 - variance / np.maximum(rare, 1e-12), 1e-12, 1 - 1e-12)
        sizes = np.minimum(rare / share, np.maximum(n, rare))
        return Law(whole.patients[rows], own, sizes, share, weights[cells], turned[rows])

    return moved


#: Of one unit each: what a tail is at a shift; the shifts, and which units (places) they are of.
Tail = Callable[[np.ndarray, np.ndarray], np.ndarray]


def crossing(
    tail: Tail,
    wanted: float | np.ndarray,
    start: np.ndarray,
    rising: bool | np.ndarray,
    at_zero: np.ndarray | None = None,
) -> np.ndarray:
    """The shift at which each unit's tail is ``wanted``; ``rising`` with the shift. ``start``: a first guess.
    ``at_zero``: the tails without a shift, where they are known.

    Secants of the tail's normal quantile, which is nearly straight in the shift, inside brackets that close in.
    """

    sought = np.broadcast_to(normal_quantile(wanted), len(start))
    sign = np.broadcast_to(np.where(rising, 1.0, -1.0), len(start))

    def over(found: np.ndarray, rows: np.ndarray) -> np.ndarray:
        return sign[rows] * (normal_quantile(np.clip(found, 1e-12, 1 - 1e-12)) - sought[rows])

    low, high = np.full(len(start), SHIFTS[0] / 2), np.full(len(start), SHIFTS[-1] / 2)
    before, at = np.zeros(len(start)), np.clip(start, low, high)
    rows = np.arange(len(start))  # those whose shift is not found yet
    was = over(tail(before, rows) if at_zero is None else at_zero, rows)
    for _ in range(40):
        here = at[rows]
        now = over(tail(here, rows), rows)
        low[rows] = np.where(now < 0, np.maximum(low[rows], here), low[rows])
        high[rows] = np.where(now >= 0, np.minimum(high[rows], here), high[rows])
        open_ = ~((np.abs(now) < 1e-6) | (high[rows] - low[rows] < 1e-8))
        rows, now, here = rows[open_], now[open_], here[open_]
        if not len(rows):
            break
        with np.errstate(invalid="ignore", divide="ignore"):
            further = here - now * (here - before[rows]) / (now - was[rows])
        outside = ~((further > low[rows]) & (further < high[rows]))
        before[rows], was[rows] = here, now
        at[rows] = np.where(outside, (low[rows] + high[rows]) / 2, further)
    return at


def ratio_limits(
    expected: Standardised, tau2: float, x: np.ndarray, levels: Sequence[float]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Limits of O/E by inverting the law's own test (mid-p): 1 is outside exactly where x is outside the law's tail.

    A pair for each of the levels; all ends are sought together.
    """
    return ratio_limits_of([expected], [tau2], x, levels)


def ratio_limits_of(
    parts: Sequence[Standardised], tau2s: Sequence[float], x: np.ndarray, levels: Sequence[float]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """``ratio_limits`` of the units of several indicators, end to end."""
    expected = Standardised.joined(parts)
    n, zero = expected.patients, len(SHIFTS) // 2
    law = law_of(parts, tau2s)
    tau2 = np.repeat(np.asarray(tau2s, dtype=float), [len(one.expected) for one in parts])
    spread = np.sqrt(1 / np.maximum(expected.variance[:, zero], 0.2) + tau2)
    guess = logit(np.clip(x, 0.5, n - 0.5) / n) - logit(expected.expected / n)
    # Where nobody has the event the lower limit is 0, where all have it there is none above.
    sides = [(level, upper, np.flatnonzero(x < n if upper else x > 0)) for level in levels for upper in (False, True)]
    unit = np.concatenate([rows for *_, rows in sides])
    tail = np.concatenate([np.full(len(rows), (1 - level) / 2) for level, _, rows in sides])
    is_upper = np.concatenate([np.full(len(rows), upper) for _, upper, rows in sides])

    def of(shift: np.ndarray, rows: np.ndarray) -> np.ndarray:
        _, below, above = law(shift, unit[rows]).tails(x[unit[rows]])
        return np.where(is_upper[rows], below, above)

    reach = np.where(is_upper, 1, -1) * normal_quantile(1 - tail) * spread[unit]
    unmoved = law(0.0)
    _, below, above = unmoved.tails(x)
    shift = crossing(of, tail, guess[unit] + reach, ~is_upper, np.where(is_upper, below[unit], above[unit]))
    ratio = law(shift, unit).mean / unmoved.mean[unit]
    ends, place = [], 0
    for _, upper, rows in sides:
        end = n / expected.expected if upper else np.zeros(len(x))
        end[rows] = ratio[place : place + len(rows)]
        place += len(rows)
        ends.append(end)
    return list(zip(ends[::2], ends[1::2], strict=True))


@dataclass(frozen=True)
class Deaths:
    """Deaths of each unit on person-time: Poisson about ``expected``·e^u, u ~ N(−τ²/2, τ²)."""

    expected: np.ndarray
    tau2: float

    def tails(
        self, x: np.ndarray, shift: np.ndarray | float = 0.0, most: float | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """The mid-p below and above x deaths, expected numbers moved by ``shift`` (log).

        ``most``: the largest expected number of all units, where these are some of them.
        """
        spread = float(np.sqrt(self.tau2))
        at, weight = nodes(spread, float(self.expected.max(initial=0)) if most is None else most)
        moved = np.broadcast_to(np.asarray(shift, dtype=float), self.expected.shape)[:, None]
        mean = self.expected[:, None] * np.exp(moved + spread * at[None, :] - self.tau2 / 2)
        k = np.asarray(x, dtype=float)[:, None]
        upto = gammaincc(np.maximum(k, 0) + 1, mean) @ weight
        under = np.where(k[:, 0] > 0, gammaincc(np.maximum(k, 1e-9), mean) @ weight, 0.0)
        return (upto + under) / 2, 1 - (upto + under) / 2

    def ratio_limits(self, x: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
        """Limits of O/E by inverting the test."""
        tail = (1 - level) / 2
        guess = np.log(np.maximum(x, 0.5) / np.maximum(self.expected, 1e-9))
        reach = normal_quantile(1 - tail) * np.sqrt(1 / np.maximum(self.expected, 0.2) + self.tau2)

        def of(side: int) -> Tail:
            return lambda at, rows: Deaths(self.expected[rows], self.tau2).tails(x[rows], at, most)[side]

        most = float(self.expected.max(initial=0))
        low = crossing(of(1), tail, guess - reach, True)
        high = crossing(of(0), tail, guess + reach, False)
        return np.where(x > 0, np.exp(low), 0.0), np.exp(high)


def zones_of_ratio(inner: tuple[np.ndarray, np.ndarray], outer: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Zones by whether the 95 % and the 99.8 % limits of O/E leave out 1; None where there are none."""
    found = np.full(len(inner[0]), WITHIN, dtype=object)
    for (low, high), name in ((inner, "attention"), (outer, "alarm")):
        found[high < 1] = f"{name}_low"
        found[low > 1] = f"{name}_high"
    found[np.isnan(inner[0])] = None
    return found


def winsorised_mean_square(mean: np.ndarray, spread: np.ndarray, weight: np.ndarray, share: float) -> float:
    """Mean square of values drawn in at their ``share`` and 1 − ``share`` quantiles: units × nodes of normal laws."""
    return float(winsorised_mean_squares(mean, spread, weight, share, Groups(np.array([len(mean)])))[0])


def winsorised_mean_squares(
    mean: np.ndarray, spread: np.ndarray, weight: np.ndarray, share: float, groups: Groups
) -> np.ndarray:
    """``winsorised_mean_square`` of each of several indicators' units, which have as many nodes."""
    each = np.broadcast_to(weight, mean.shape) / groups.spread(groups.sizes)[:, None]
    ends = _mixed_quantiles(mean, spread, each, np.array([share, 1 - share]), groups)
    first, last = ((groups.spread(end)[:, None] - mean) / spread for end in ends)
    density = [np.exp(-z * z / 2) / np.sqrt(2 * np.pi) for z in (first, last)]
    inside = normal_below(last) - normal_below(first)
    square = mean**2 * inside + 2 * mean * spread * (density[0] - density[1])
    square += spread**2 * (inside + first * density[0] - last * density[1])
    return groups.sum_cells(each * square) + share * (ends[0] ** 2 + ends[1] ** 2)


def _mixed_quantiles(
    mean: np.ndarray, spread: np.ndarray, each: np.ndarray, shares: np.ndarray, groups: Groups
) -> np.ndarray:
    """The quantiles (shares × groups) of mixtures of normal laws: Newton's method on the normal scale, on which it is
    nearly straight.

    Inside brackets that close in, halved where a step leaves them.
    """
    wanted = normal_quantile(shares)[:, None]
    centre = groups.sum_cells(each * mean)
    wide = np.sqrt(groups.sum_cells(each * (spread**2 + (mean - groups.spread(centre)[:, None]) ** 2)))
    low = np.tile(groups.least((mean - 8 * spread).min(axis=1)), (len(shares), 1))
    high = np.tile(groups.most((mean + 8 * spread).max(axis=1)), (len(shares), 1))
    at = np.clip(centre + wide * wanted, low, high)
    open_ = np.arange(len(groups))  # the groups that are not found yet; most are after a few steps
    part = groups
    for _ in range(60):
        here = at[:, open_]
        z = (part.spread(here)[:, :, None] - mean) / spread
        below = np.clip(part.sum((each * normal_below(z)).sum(axis=2)), 1e-300, 1 - 1e-16)
        density = part.sum((each * np.exp(-z * z / 2) / spread).sum(axis=2))
        short = normal_quantile(below) - wanted
        under, over = np.where(short < 0, here, low[:, open_]), np.where(short >= 0, here, high[:, open_])
        low[:, open_], high[:, open_] = under, over
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            further = here - short * np.exp(-((short + wanted) ** 2) / 2) / density
        further = np.where((further > under) & (further < over), further, (under + over) / 2)
        moved = np.abs(further - here).max(axis=0)
        at[:, open_] = further
        # The next step would be its square.
        left = np.flatnonzero(~(moved < 1e-6 * wide[open_]))
        if not len(left):
            break
        if len(left) < len(open_):
            part, rows = part.some(left)
            open_, mean, spread, each = open_[left], mean[rows], spread[rows], each[rows]
    return at
