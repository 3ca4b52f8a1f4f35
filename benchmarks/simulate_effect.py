"""The effect of an improvement, by simulation: p-values without an effect, bias and coverage with one.

Departments of different size whose true rates drift apart a little between the two periods; months of binomial counts
through the same functions as the command. Run with ``python -m benchmarks --simulations``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import kstest

from benchmarks.report import Result
from indicators.statistics import before_after as method

REPEATS = 1000
SEED = 20260101


@dataclass(frozen=True)
class Setting:
    """Months before and after, patients a month, the rate before, true standard deviation of a department's change,
    standard deviation of the months' own rates (overdispersion), of the departments' levels, and other departments.
    Rates must stay clear of 0 and 1: what is clipped there would be a bias of the simulation.
    """

    name: str
    before: int = 36
    after: int = 30
    patients: float = 15
    rate: float = 0.85
    change: float = 0.02
    months: float = 0.0
    levels: float = 0.02
    controls: int = 16


SETTINGS = (
    Setting("15 patients a month, 80 %", rate=0.8),
    Setting("15 patients a month, 97 %", rate=0.97, change=0.005, levels=0.005),
    Setting("overdispersed months", rate=0.7, months=0.06),
    Setting("eight points after", before=12, after=8, patients=30, rate=0.8),
    Setting("quarters of a small department", before=16, after=10, patients=18, rate=0.75),
)


def run(repeats: int = REPEATS, seed: int = SEED) -> list[Result]:
    """Lines of the benchmark table: uniformity without an effect, recovery with one of 10 percentage points."""
    results = correlated(repeats, np.random.default_rng([seed, len(SETTINGS)]))
    for number, setting in enumerate(SETTINGS):
        rng = np.random.default_rng([seed, number])
        results += _null(setting, repeats, rng)
        if setting.rate < 0.9:
            results += _injected(setting, 0.1, repeats, rng)
    return results


#: Correlation of neighbouring points, and the share of their variance that it is of: all of it (the points' own rates
#: rule), or 40 % (the chance of the patients rules).
CORRELATED = tuple((rho, own) for own in (1.0, 0.4) for rho in (0.0, 0.3, 0.5, 0.7))


def correlated(repeats: int, rng: np.random.Generator) -> list[Result]:
    """How often p < 0.05 where nothing has changed and neighbouring points are alike: 36 points before, 30 after."""
    months = np.arange(-36, 30)
    time, after, n = (months + 0.5) / 12, months >= 0, np.full(66, 400.0)
    lines = []
    for rho, own in CORRELATED:
        below, plain = [], []
        for _ in range(repeats):
            noise = rng.normal(size=len(months))
            for place in range(1, len(months)):
                noise[place] = rho * noise[place - 1] + np.sqrt(1 - rho**2) * noise[place]
            noise = np.sqrt(own) * noise + np.sqrt(1 - own) * rng.normal(size=len(months))
            series = (time, (0.7 + 0.03 * noise) * n, n, after, time % 1)
            below.append(method.segmented(*series).level.p < 0.05)
            plain.append(method.segmented(*series, correlated=False).level.p < 0.05)
        share, error = float(np.mean(below)), np.sqrt(0.05 * 0.95 / repeats)
        lines.append(
            Result(
                f"effect, no effect there, correlation {rho:.1f} of {own:.0%} of the variance: p < 0.05",
                f"{share:.1%}",
                "4–6.5 % ± 2 standard errors",
                bool(0.04 - 2 * error <= share <= 0.065 + 2 * error),
                f"{np.mean(plain):.1%} as if points were independent; {repeats} repeats",
            )
        )
    return lines


def one(setting: Setting, effect: float, rng: np.random.Generator) -> tuple[method.Segmented, method.Difference]:
    """One simulated register: the segmented regression of the unit, and its difference against the others."""
    months = np.arange(-setting.before, setting.after)
    time, after = (months + 0.5) / 12, months >= 0
    sizes = np.r_[setting.patients, setting.patients * rng.lognormal(0, 0.6, setting.controls)]
    drift = rng.normal(0, setting.change, len(sizes))
    levels = setting.rate + rng.normal(0, setting.levels, len(sizes))
    wanted = levels[:, None] + np.outer(drift, after)
    wanted[0] += effect * after
    wanted += rng.normal(0, setting.months, wanted.shape)
    n = rng.poisson(np.repeat(sizes[:, None], len(months), axis=1)) + 1
    x = rng.binomial(n, np.clip(wanted, 0, 1))
    # What the unit's own drift adds is no chance of the months: the regression cannot know it.
    rows = [(x[u, ~after].sum(), n[u, ~after].sum(), x[u, after].sum(), n[u, after].sum()) for u in range(len(sizes))]
    own = rng.binomial(n[0], np.clip(wanted[0] - drift[0] * after, 0, 1))
    return method.segmented(time, own, n[0], after, time % 1), method.difference(rows[0], rows[1:])


def _null(setting: Setting, repeats: int, rng: np.random.Generator) -> list[Result]:
    level, slope, difference = [], [], []
    for _ in range(repeats):
        segmented, against = one(setting, 0.0, rng)
        level.append(segmented.level.p)
        slope.append(segmented.slope.p)
        # Permutation p-values lie on steps; spread each over its own step.
        difference.append(against.estimate.p - rng.uniform() * against.smallest_p)
    lines = []
    for name, values in (("level", level), ("slope", slope), ("difference", difference)):
        p = kstest(values, "uniform").pvalue
        below = np.mean(np.asarray(values) < 0.05)
        note = f"{below:.1%} below 0.05; {repeats} repeats"
        lines.append(
            Result(f"effect, no effect there, {name}: {setting.name}", f"KS p {p:.2f}", "> 0.01", p > 0.01, note)
        )
    return lines


def _injected(setting: Setting, effect: float, repeats: int, rng: np.random.Generator) -> list[Result]:
    found: dict[str, list[method.EffectEstimate]] = {"level": [], "difference": []}
    for _ in range(repeats):
        segmented, against = one(setting, effect, rng)
        found["level"].append(segmented.level)
        found["difference"].append(against.estimate)
    lines = []
    for name, estimates in found.items():
        values = np.array([estimate.value for estimate in estimates])
        covered = np.mean([estimate.lower <= effect <= estimate.upper for estimate in estimates])
        bias, error = values.mean() - effect, values.std(ddof=1) / np.sqrt(repeats)
        what = f"effect of 10 percentage points, {name}: {setting.name}"
        holds = abs(bias) <= max(3 * error, 0.002)
        note = f"{np.mean([estimate.clear for estimate in estimates]):.0%} of intervals leave out 0; {repeats} repeats"
        lines.append(
            Result(f"{what}: bias", f"{100 * bias:+.2f} points", "within 3 standard errors", bool(holds), note)
        )
        inside = 0.93 <= covered <= (0.97 if name == "level" else 0.985)
        bound = "93–97 %" if name == "level" else "93–98.5 %"
        lines.append(Result(f"{what}: coverage of the 95 % interval", f"{covered:.1%}", bound, bool(inside), note))
    return lines
