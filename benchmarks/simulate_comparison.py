"""Whether the comparison keeps its word: coverage of intervals, false positives of the funnel, order of the ranks.

``run()`` simulates countries of departments whose true rates are known (fixed seed, about two minutes);
``python -m benchmarks --simulations`` prints it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from benchmarks.report import Result
from indicators.statistics import shrinkage
from indicators.statistics.comparison import Compared, Units, compare_counts
from indicators.statistics.intervals import exact, wilson
from indicators.statistics.law import TAILS, CaseMix, Standardised
from indicators.statistics.proportions import newcombe

SEED = 20261122
COUNTRIES = 400


@dataclass(frozen=True)
class Country:
    """Departments of a size that varies (gamma, mean ``size``) with rates that vary as a beta distribution.

    ``like``: α + β of that distribution, None for no variation.
    """

    units: int
    size: float
    rate: float
    like: float | None

    def drawn(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Numerators, denominators and true rates of one country."""
        n = np.maximum(5, rng.gamma(2, self.size / 2, self.units)).astype(int)
        if self.like is None:
            true = np.full(self.units, self.rate)
        else:
            true = rng.beta(self.rate * self.like, (1 - self.rate) * self.like, self.units)
        return rng.binomial(n, true), n, true


#: Small and large countries, frequent and rare events; without variation, with a little and with much.
COUNTRIES_TRIED = tuple(
    Country(units, size, rate, like)
    for units in (5, 10, 18, 40)
    for size, rate in ((100, 0.9), (400, 0.9), (150, 0.05))
    for like in (None, 200, 50)
)


def run(countries: int = COUNTRIES) -> list[Result]:
    """The measured figures against what is promised."""
    return [*_intervals(), *_shrunken(countries), *_funnel(countries), *_false_discoveries(countries)]


def _intervals() -> list[Result]:
    """Coverage of the intervals of one and two proportions, averaged over rates and sizes."""
    rng = np.random.default_rng(SEED)
    n = rng.integers(20, 400, 200_000)
    true = rng.uniform(0.03, 0.97, len(n))
    x = rng.binomial(n, true)
    found = []
    for name, method, bound in (("exact", exact, (0.95, 0.985)), ("Wilson", wilson, (0.93, 0.97))):
        low, high = method(x, n)
        note = "conservative: never below 95 %" if name == "exact" else ""
        found.append(_share(f"coverage of {name} intervals", (low <= true) & (true <= high), bound, note))
    other, size = rng.uniform(0.03, 0.97, len(n)), rng.integers(20, 400, len(n))
    _, low, high = newcombe(x, n, rng.binomial(size, other), size)
    held = (low <= true - other) & (true - other <= high)
    return [*found, _share("coverage of Newcombe's intervals (method 10)", held, (0.93, 0.97))]


def _shrunken(countries: int) -> list[Result]:
    """Coverage of the shrunken intervals, over all countries with variation and in the least favourable one."""
    rng = np.random.default_rng(SEED)
    shares: dict[Country, float] = {}
    for country in COUNTRIES_TRIED:
        held = []
        for _ in range(max(10, countries // 4)):
            x, n, true = country.drawn(rng)
            fitted = shrinkage.fit(x, n)
            if fitted is not None:
                low, high = fitted.interval()
                held.append((low <= true) & (true <= high))
        shares[country] = float(np.concatenate(held).mean())
    varied = {country: share for country, share in shares.items() if country.like}
    least = min(varied, key=varied.get)
    mean = float(np.mean(list(varied.values())))
    alike = [share for country, share in shares.items() if not country.like]
    where = f"{least.units} units of {least.size:.0f}, rate {least.rate}, α + β = {least.like}"
    return [
        Result("coverage of shrunken intervals, mean", f"{mean:.1%}", "93–97 %", 0.93 <= mean <= 0.97),
        Result("the same, least favourable country", f"{varied[least]:.1%}", "≥ 91 %", varied[least] >= 0.91, where),
        Result(
            "the same, without any variation",
            f"{np.mean(alike):.1%}",
            "",
            None,
            "wide on purpose: one rate is not known",
        ),
    ]


#: Countries without outliers: units, mean size, rate, whose log odds spread by SPREADS.
FLAT = ((26, 200, 0.94), (18, 250, 0.8), (18, 250, 0.06), (12, 300, 0.06))
SPREADS = (0.0, 0.3, 0.5, 0.73)


def _funnel(countries: int) -> list[Result]:
    """Each tail of the signals, crude and adjusted, in countries without outliers, beside what the law states."""
    found = _small_units(countries)
    for units, size, rate in FLAT:
        for spread in SPREADS:
            found += _tails(max(20, countries // 4), units, size, rate, spread)
    return found


@dataclass
class _Count:
    """Shares of units outside, by tail, and what the law stated."""

    outside: dict[str, int]
    units: int = 0
    stated95: float = 0.0
    stated998: float = 0.0

    def share(self, *zones: str) -> float:
        return sum(self.outside.get(zone, 0) for zone in zones) / max(1, self.units)


def tails(countries: int, units: int, size: float, rate: float, spread: float) -> tuple[_Count, _Count]:
    """Signals about the country, and about what patients of two kinds of case mix let expect (the model is right)."""
    rng = np.random.default_rng(SEED)
    crude, adjusted = _Count({}), _Count({})
    for _ in range(countries):
        n = np.maximum(10, rng.gamma(2, size / 2, units)).astype(int)
        shift = spread * rng.standard_normal(units)
        # Half the patients of each unit are old; their odds are halved, those of the others doubled.
        old = rng.binomial(n, 0.5)
        base = logit(rate)
        risk = [expit(base + kind + shift) for kind in (-0.7, 0.7)]
        x = np.array([rng.binomial(old, risk[0]), rng.binomial(n - old, risk[1])])
        sizes = np.array([old, n - old])
        same = rng.binomial(n, expit(base + shift))
        frame_of(crude, _compared(same, n), "signal")
        share = x.sum(axis=1) / sizes.sum(axis=1)
        place = np.tile(np.arange(units), 2)
        log_odds = np.repeat(logit(share), units)
        mix = CaseMix.of(place, log_odds, sizes.ravel().astype(float), units)
        expected = Standardised.of(mix, share @ sizes)
        frame_of(adjusted, _compared(x.sum(axis=0), n, expected), "adjusted_signal")
    return crude, adjusted


def frame_of(count: _Count, compared: Compared, column: str) -> None:
    """The signals of one country added to the count."""
    known = compared.frame[compared.frame[column].notna()]
    for zone, number in known[column].value_counts().items():
        count.outside[zone] = count.outside.get(zone, 0) + int(number)
    count.units += len(known)
    count.stated95 += compared.summary.expected95
    count.stated998 += compared.summary.expected998


def _tails(countries: int, units: int, size: float, rate: float, spread: float) -> list[Result]:
    where = f"{units} units of {size}, rate {rate:g}, σ {spread:g}"
    found = []
    for name, count in zip(("funnel", "adjusted"), tails(countries, units, size, rate, spread), strict=True):
        stated = ""
        if name == "funnel":
            stated = f"stated {count.stated95 / count.units:.1%} and {count.stated998 / count.units:.2%} in both tails"
        for side in ("low", "high"):
            share = count.share(f"attention_{side}", f"alarm_{side}")
            alarm = count.share(f"alarm_{side}")
            # 1.5 times the nominal share, and three standard errors of so many simulated units.
            most = [1.5 * tail + 3 * (tail / count.units) ** 0.5 for tail in TAILS]
            held = share <= most[0] and alarm <= most[1]
            figure = f"{share:.1%}, alarms {alarm:.2%}"
            found.append(Result(f"{name}, {side} side: {where}", figure, "≤ 3.75 %, 0.15 % (± 3 s.e.)", held, stated))
        if name == "adjusted":
            both = 1 - count.share("within")
            held = both <= 0.06 + 3 * (0.05 / count.units) ** 0.5
            found.append(Result(f"adjusted, both sides: {where}", f"{both:.1%}", "≤ 6 % (± 3 s.e.)", held))
    return found


def _small_units(countries: int) -> list[Result]:
    """The upper 95 % limit of small units with a high rate, as published and where the signal is certain."""
    rng = np.random.default_rng(SEED)
    high, certain = [], []
    for _ in range(countries):
        x, n, _ = Country(18, 40, 0.93, None).drawn(rng)
        compared = _compared(x, n)
        above = compared.frame.zone.isin(["attention_high", "alarm_high"]).to_numpy()
        high.append(above)
        certain.append(above & compared.frame.certain.to_numpy())
    return [
        Result(
            "small units above the upper 95.0% limit", f"{np.mean(high):.2%}", "", None, "2.5 % nominal; interpolation"
        ),
        _share("the same, certain", np.concatenate(certain), (0.0, 0.03)),
    ]


def _false_discoveries(countries: int) -> list[Result]:
    """p under no difference, and false discoveries at q ≤ 5 % where some departments differ."""
    rng = np.random.default_rng(SEED)
    low_p, any_false = [], []
    # The others differ from the rest too where those that differ pull it to one side.
    shifts = {"2 high, 2 low of 18 differ": (0.06, 0.06, -0.06, -0.06), "3 low of 18 differ": (-0.15, -0.15, -0.15)}
    shares: dict[str, list] = {name: [] for name in shifts}
    for _ in range(countries):
        x, n, _ = Country(18, 250, 0.9, None).drawn(rng)
        frame = _compared(x, n).frame
        low_p.append(frame.p.to_numpy() < 0.05)
        any_false.append((frame.q <= 0.05).any())
        for name, shift in shifts.items():
            n[: len(shift)] = 250
            y = x.copy()
            y[: len(shift)] = rng.binomial(250, 0.9 + np.array(shift))
            signals = (_compared(np.minimum(y, n), n).frame.q <= 0.05).to_numpy()
            shares[name].append(signals[len(shift) :].sum() / max(1, signals.sum()))
    both, one = ((name, float(np.mean(values))) for name, values in shares.items())
    return [
        _share("p < .05 where nothing differs", np.concatenate(low_p), (0.03, 0.06), "mid-p"),
        _share("any q ≤ 5 % where nothing differs", np.array(any_false), (0.0, 0.07)),
        Result(f"false discoveries at q ≤ 5 %, {both[0]}", f"{both[1]:.1%}", "≤ 7 %", both[1] <= 0.07),
        Result(f"others at q ≤ 5 %, {one[0]}", f"{one[1]:.1%}", "", None, "they do differ from the rest, which is low"),
    ]


def _compared(x: np.ndarray, n: np.ndarray, expected: Standardised | None = None) -> Compared:
    names = tuple(f"{place:02}" for place in range(len(n)))
    return compare_counts(Units(names, n, x, np.zeros(len(n))), expected=expected)


def _share(what: str, values: np.ndarray, bound: tuple[float, float] | None, note: str = "") -> Result:
    share = float(np.mean(values))
    words = "" if bound is None else f"{bound[0]:.1%}–{bound[1]:.1%}"
    return Result(what, f"{share:.2%}", words, None if bound is None else bound[0] <= share <= bound[1], note)
