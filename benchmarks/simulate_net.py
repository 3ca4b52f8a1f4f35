"""Net and adjusted survival, by simulation: bias, and how often the 95 % interval holds the truth.

Patients die as the demonstration's life table says and besides of a disease whose hazard is known; then of nothing
beside a hazard that their case mix and their unit decide. Run with ``python -m benchmarks --simulations``.
"""

from __future__ import annotations

import numpy as np

from benchmarks.report import Result
from survival import lifetable
from survival.cox import cox
from survival.estimators import YEAR, DailyCounts
from survival.net import EDERER2, POHAR_PERME, People, net
from survival.standardised import standardised

REPEATS, SEED = 1000, 20260118
DAYS = 1827


def run(repeats: int = REPEATS, seed: int = SEED) -> list[Result]:
    """Lines of the benchmark table."""
    rng = np.random.default_rng(seed)
    return [*_net(repeats, 1000, rng), *_net(repeats, 150, rng), *_adjusted(max(50, repeats // 4), rng)]


def _pool(rng: np.random.Generator, size: int = 600) -> tuple[People, np.ndarray]:
    """Patients, and the cumulative hazard of the population for each on each day."""
    table = lifetable.demonstration()
    sex, age = rng.integers(0, 2, size), rng.integers(45, 92, size)
    day = 14_975 + rng.integers(0, 2_500, size)  # from 2011
    steps = np.arange(DAYS)
    year = (day[:, None] + steps).astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
    place = np.clip(year - table.first, 0, table.hazard.shape[1] - 1)
    attained = np.minimum(np.floor(age[:, None] + 0.5 + steps / YEAR).astype(int), table.oldest)
    passed = np.cumsum(table.hazard[sex[:, None], place, attained], axis=1)
    nothing = np.zeros(size, dtype=np.int64)
    return People(1, nothing, sex, age, day, nothing - 1, nothing, nothing == 1), passed


def _net(repeats: int, patients: int, rng: np.random.Generator) -> list[Result]:
    pool, passed = _pool(rng)
    excess = 0.06 * np.exp(0.035 * (pool.age - 65))  # a year: the old die of the disease sooner
    times = np.array([YEAR, 5 * YEAR])
    truth = np.exp(-excess[:, None] * times / YEAR).mean(axis=0)
    hazard = passed + excess[:, None] * np.arange(1, DAYS + 1) / YEAR
    inside = {method: np.zeros(2) for method in (POHAR_PERME, EDERER2)}
    total = {method: np.zeros(2) for method in inside}
    for _ in range(repeats):
        who = rng.integers(0, len(pool.age), patients)
        clock = rng.exponential(size=patients)
        lived = 1 + (hazard[who] < clock[:, None]).sum(axis=1)
        out = rng.integers(400, 3 * DAYS, patients)
        last = np.minimum(np.minimum(lived, out), DAYS)
        columns = (getattr(pool, name)[who] for name in ("group", "sex", "age", "day", "entry"))
        people = People(1, *columns, last, (lived <= out) & (lived < DAYS))
        for method in inside:
            found = net(people, lifetable.demonstration(), 5 * YEAR, method).at(times)
            inside[method] += (found.lower[0] <= truth) & (truth <= found.upper[0])
            total[method] += found.estimate[0]
    lines = []
    for k, years in enumerate((1, 5)):
        for method, bound in ((POHAR_PERME, "93–97 %"), (EDERER2, "")):
            share, bias = inside[method][k] / repeats, total[method][k] / repeats - truth[k]
            what = f"net survival ({method}), {patients} patients, {years} years: interval holds the truth"
            holds = 0.93 <= share <= 0.97 if bound else None
            note = f"truth {100 * truth[k]:.2f} %, bias {100 * bias:+.2f} points"
            lines.append(Result(what, f"{100 * share:.1f} %", bound, holds, note))
    return lines


def _adjusted(repeats: int, rng: np.random.Generator) -> list[Result]:
    """Four units of unlike patients: three alike, one with 1.4 times the hazard."""
    sizes, ill, factor = np.array([300, 200, 150, 100]), np.array([0.2, 0.4, 0.6, 0.3]), np.array([1, 1, 1, 1.4])
    unit = np.repeat(np.arange(4), sizes)
    inside, crude, total = np.zeros(4), np.zeros(4), np.zeros(4)
    for _ in range(repeats):
        mix = (rng.random(len(unit)) < ill[unit]).astype(float)
        rate = 0.1 * np.exp(1.2 * mix) * factor[unit]
        day = np.floor(rng.exponential(YEAR / rate)).astype(int)
        out = rng.integers(1200, 2600, len(unit))
        died = day <= out
        last = np.minimum(day, out)
        pattern = unit * 2 + mix.astype(int)
        counts = DailyCounts.of(8, pattern, last, cancer=died.astype(int), censored=(~died).astype(int))
        of_unit, matrix = np.repeat(np.arange(4), 2), np.tile([[0.0], [1.0]], (4, 1))
        dummies = (of_unit[:, None] == np.arange(1, 4)).astype(float)
        model = cox(counts, np.column_stack([dummies, matrix]), end=5 * YEAR)
        (found,) = standardised(
            counts, of_unit, 4, matrix, model.coefficients[3:], model.covariance[3:, 3:], [3 * YEAR]
        )
        # The truth of this draw's patients: each unit's hazard on all of them, less their own units'.
        alive = np.exp(-3 * 0.1 * np.exp(1.2 * mix) * factor[:, None]).mean(axis=1)
        truth = alive - np.exp(-3 * rate).mean()
        inside += (found.difference_lower <= truth) & (truth <= found.difference_upper)
        total += found.difference - truth
        plain = np.array([(last[unit == one] > 3 * YEAR).mean() for one in range(4)])
        crude += plain - plain @ (sizes / sizes.sum()) - truth
    return [
        Result(
            f"adjusted difference from the country, unit of {size} patients: interval holds the truth",
            f"{100 * inside[n] / repeats:.1f} %",
            "92–98 %",
            bool(0.92 <= inside[n] / repeats <= 0.98),
            f"bias {100 * total[n] / repeats:+.2f} points; without adjustment {100 * crude[n] / repeats:+.2f}",
        )
        for n, size in enumerate(sizes)
    ]
