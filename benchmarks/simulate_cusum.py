"""How often an early-warning chart in control alarms: the thresholds of the charts, and whether they keep their word.

``python -m benchmarks.simulate_cusum`` makes ``data/reference/cusum_thresholds.csv`` anew (fixed seed; about ten
minutes), ``… simulate_cusum few`` those of few patients and of new units (some ten minutes). ``run()`` measures the run
length in control on and off the grid, with patients of unequal risk, of few and of new units, and the
delay when the odds double; ``python -m benchmarks --simulations`` prints it.

A simulated chart lives as a real one: patients arrive at random, its level is estimated from its three years before,
and again at each turn of the year, so the uncertainty of the estimate is part of the false-alarm rate.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
from scipy.special import expit, logit

from benchmarks.report import Result
from indicators.monitored import MOVEMENT_SD
from indicators.signals import LISTED_MONTHS
from indicators.statistics.cusum import OVER, common_level, own_level, weights
from indicators.statistics.monitoring import BASELINE_YEARS, COUNTRY_SD, Judges, MonitoredCounts, monitor, monitor_on
from indicators.statistics.monitoring import FEW as BY_FEW
from indicators.thresholds import (
    COLUMNS,
    FALSE_ALARM_YEARS,
    FEW,
    FILE,
    LONGEST,
    NEW,
    STRONG_ALARM_YEARS,
    WITH_DELAYS,
    Thresholds,
    thresholds,
)

DAYS = 364
PROPORTIONS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995)
#: Yearly events, or non-events where these are fewer.
RARER = (5, 7, 10, 20, 40, 80, 160, 320, 640)
SEED = 20261122
#: The same of charts of few patients, and of new units; their replicates. Their time goes in weeks.
FEW_PROPORTIONS = (0.005, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 0.995)
FEW_RARER, NEW_RARER = (0.125, 0.25, 0.5, 1, 2, 3, 5, 8), (0.5, 2, 5, 20, 80, 320, 640)
FEW_REPLICATES, NEW_REPLICATES, WEEKS = 2000, 6000, 52
#: Countries charted at each point of the grid, and their units; fewer charts than this near a point tell nothing of it.
FEW_COUNTRIES, FEW_UNITS, LEAST_LOOKED_UP = 12, 40, 100
REPLICATES, YEARS = 1000, 30
#: Charts and years for the shares of time listed, and the years until they have settled.
CHARTS, CHART_YEARS, SETTLED = 300, 13, 3


@dataclass(frozen=True)
class Patients:
    """``volume`` patients a year; classes of risk (``logits``, known to the chart) with their ``shares``.

    ``shift``: during the charted years the odds are so many times what they were.
    """

    volume: float
    logits: tuple[float, ...]
    shares: tuple[float, ...] = (1.0,)
    shift: float = 1.0

    @classmethod
    def alike(cls, volume: float, proportion: float, shift: float = 1.0) -> Patients:
        """All patients have the same risk."""
        return cls(volume, (float(logit(proportion)),), (1.0,), shift)

    def year(self, rng: np.random.Generator, replicates: int, odds: float) -> tuple[np.ndarray, np.ndarray]:
        """Numbers with and without the event by day × class × replicate."""
        risk = expit(np.array(self.logits) + np.log(odds))
        daily = self.volume * np.array(self.shares) / DAYS
        shape = (DAYS, len(risk), replicates)
        drawn = (rng.poisson((daily * part)[:, None], shape).astype(np.int16) for part in (risk, 1 - risk))
        return tuple(drawn)


def lives(rng: np.random.Generator, patients: Patients, replicates: int, years: int):
    """Yield year by year what each day adds to the sum of the charts (days × replicates)."""
    replicate = np.tile(np.arange(replicates), len(patients.logits))
    expected = np.repeat(patients.logits, replicates)
    history = []
    for _ in range(BASELINE_YEARS):
        history.append([part.sum(0) for part in patients.year(rng, replicates, 1.0)])
    for _ in range(years):
        events, others = (sum(one[part] for one in history[-BASELINE_YEARS:]).ravel() for part in (0, 1))
        level = own_level(replicate, expected, events + others, events, replicates)
        without, with_event = weights(expit(np.array(patients.logits)[:, None] + level))
        hit, missed = patients.year(rng, replicates, patients.shift)
        yield (hit * with_event + missed * without).sum(1)
        history.append([hit.sum(0), missed.sum(0)])


def highest(rng: np.random.Generator, patients: Patients, replicates: int, years: int) -> np.ndarray:
    """The highest sum so far at the end of each week (weeks × replicates): when any threshold is reached."""
    value, top = np.zeros(replicates), np.zeros(replicates)
    weeks = []
    for scores in lives(rng, patients, replicates, years):
        for day, score in enumerate(scores):
            value = np.maximum(0, value + score)
            np.maximum(top, value, out=top)
            if day % 7 == 6:
                weeks.append(top.astype(np.float32))
    return np.array(weeks)


def run_length(highest_sums: np.ndarray, threshold: float) -> float:
    """Mean years from the start of a chart to its alarm: time at risk by alarms (charts without one are censored)."""
    reached = highest_sums >= threshold
    ever = reached[-1]
    weeks = np.where(ever, reached.argmax(0) + 0.5, len(highest_sums))
    return float(weeks.sum() / max(ever.sum(), 1) / 52)


def solve(highest_sums: np.ndarray, years: float = FALSE_ALARM_YEARS) -> float:
    """The threshold with that mean run length."""
    low, high = 0.1, 20.0
    while run_length(highest_sums, high) < years:  # a new unit of many patients whose level is not the country's
        low, high = high, 2 * high
    while high - low > 1e-4:
        middle = (low + high) / 2
        low, high = (middle, high) if run_length(highest_sums, middle) < years else (low, middle)
    return (low + high) / 2


def share_listed(
    rng: np.random.Generator, patients: Patients, threshold: Callable, charts: int, years: int
) -> tuple[np.ndarray, np.ndarray]:
    """Shares of time that each arm of charts in control is listed, and listed as strong, once they have settled.

    By the engine itself, at the ends of the years.
    """
    length = BASELINE_YEARS + years
    daily = [np.stack(patients.year(rng, charts, 1.0), -1).sum(1) for _ in range(length)]
    both = np.concatenate(daily)  # days × charts × (events, others)
    day, chart = np.nonzero(both.sum(-1))
    cells = both[day, chart].astype(float)
    counts = MonitoredCounts(charts, chart, day, cells.sum(-1), cells[:, 0])
    turns = np.arange(length + 1) * DAYS
    expected = np.full(len(day), patients.logits[0])
    found = monitor(counts, turns, np.full(charts, turns[-1]), lambda baseline, year, rows: expected[rows], threshold)
    listed, strong = [], []
    for k, year in enumerate(found.years[SETTLED:], BASELINE_YEARS + SETTLED):
        listed.append(year.active & (turns[k + 1] - year.alarm <= LISTED_MONTHS * DAYS / 12))
        strong.append(listed[-1] & year.strong)
    return np.mean(listed, axis=(0, 2)), np.mean(strong, axis=(0, 2))


def drawn(
    rng: np.random.Generator,
    volume: float,
    proportion: float,
    history: int,
    years: int,
    replicates: int,
    shift: float = 1.0,
    spread: float = COUNTRY_SD,
) -> Iterator[np.ndarray]:
    """Yield year by year what each week adds to the sum of charts whose level is drawn towards the country's.

    ``history``: years before the chart begins, of which the last three count in the level. True levels differ between
    the units by ``spread``. ``shift``: the odds in the charted years by those before.
    """
    country = float(logit(proportion))
    true = country + rng.normal(0, spread, replicates)
    unit, eta = np.arange(replicates), np.full(replicates, country)
    past = [np.zeros((2, replicates))]
    for year in range(-history, years):
        risk = expit(true + (np.log(shift) if year >= 0 else 0.0))
        weekly = volume / WEEKS
        hit, missed = (rng.poisson(weekly * part, (WEEKS, replicates)) for part in (risk, 1 - risk))
        if year >= 0:
            x, others = sum(past[-BASELINE_YEARS:])
            level = own_level(unit, eta, x + others, x, replicates, COUNTRY_SD)
            without, with_event = weights(expit(country + level))
            yield hit * with_event + missed * without
        past.append(np.stack([hit.sum(0), missed.sum(0)]).astype(float))


def tops(scored: Iterable[np.ndarray], replicates: int) -> np.ndarray:
    """The highest sum so far at the end of each week, of weekly scores by year."""
    value, top = np.zeros(replicates), np.zeros(replicates)
    weeks = []
    for scores in scored:
        for score in scores:
            value = np.maximum(0, value + score)
            np.maximum(top, value, out=top)
            weeks.append(top.astype(np.float32))
    return np.array(weeks)


def standing(scored: Iterable[np.ndarray], limits: tuple[float, float], replicates: int) -> tuple[float, float]:
    """Shares of time that an arm with these thresholds is listed, and listed as strong, by the rules of the engine."""
    value, free, alarm = np.zeros(replicates), np.zeros(replicates), np.full(replicates, -1)
    strong, week, seen = np.zeros(replicates, dtype=bool), 0, []
    for scores in scored:
        for score in scores:
            value, free = value + score, free + score
            over = value <= np.where(alarm >= 0, OVER * limits[0], 0.0)
            value[over] = free[over] = 0.0
            alarm[over], strong[over] = -1, False
            alarm[(value >= limits[0]) & (alarm < 0)] = week
            reached = (alarm >= 0) & (free >= limits[1]) & ~strong
            alarm[reached], strong[reached] = week, True  # becoming strong is news
            np.minimum(value, limits[0], out=value)
            week += 1
        listed = (alarm >= 0) & (week - alarm <= LISTED_MONTHS * WEEKS / 12)
        seen.append((listed.mean(), (listed & strong).mean()))
    return tuple(float(part) for part in np.mean(seen, axis=0))


def median_years(highest_sums: np.ndarray, threshold: float) -> float:
    """Years until half of the charts have alarmed; LONGEST where they do not within the simulated time."""
    reached = (highest_sums >= threshold).mean(1) >= 0.5
    return float(reached.argmax() + 1) / WEEKS if reached.any() else float(LONGEST)


def few(seed: int = SEED + 1) -> None:
    """Write the thresholds of charts of few patients and of new units, whose level is drawn towards the country's."""
    for file, numbers, history, years, many in (
        (FEW, FEW_RARER, BASELINE_YEARS, LONGEST, FEW_REPLICATES),
        (NEW, NEW_RARER, 0, BASELINE_YEARS, NEW_REPLICATES),
    ):
        seeds = iter(np.random.SeedSequence([seed, history]).spawn(4 * len(numbers) * len(FEW_PROPORTIONS)))
        rows = []
        for p, rarer in product(FEW_PROPORTIONS, numbers):
            volume = rarer / min(p, 1 - p)

            def made(shift=1.0, many=many, years=years, volume=volume, p=p, history=history, seeds=seeds):
                return drawn(np.random.default_rng(next(seeds)), volume, p, history, years, many, shift)

            calm = tops(made(), many)
            # Both arms alarm, so each alone may alarm half as often.
            limits = tuple(round(solve(calm, 2 * one), 3) for one in (FALSE_ALARM_YEARS, STRONG_ALARM_YEARS))
            listed = [round(share, 5) for share in standing(made(), limits, many)]
            delays = [round(median_years(tops(made(by, many // 4, LONGEST), many // 4), limits[0]), 2) for by in (2, 3)]
            rows.append((p, rarer, *limits, *listed, *delays))
        with Path(file).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows([WITH_DELAYS, *rows])
    thresholds.cache_clear()
    _as_looked_up(thresholds(FEW), seed)


def _as_looked_up(table: Thresholds, seed: int) -> None:
    """Write into the table of few patients the shares of time that the engine itself lists, where it looks them up.

    A chart is looked up by its estimated level and volume, the country's level is estimated too, the baseline stays as
    it was while a signal stands, and a further change is news: together these keep a false signal on the list for
    longer than one arm of known place would be (``standing``). So countries all over the grid are charted by the
    engine, and each grid point gets the share of those that are looked up near it, weighted as they are interpolated.
    """
    weight, listed = np.zeros(table.share.shape[:2]), np.zeros(table.share.shape)
    for number, (p, rarer) in enumerate(product((one for one in FEW_PROPORTIONS if one <= 0.5), FEW_RARER)):
        rng = np.random.default_rng([seed, 5, number])
        for _ in range(FEW_COUNTRIES):
            country = FewCountry.drawn(rng, rarer / p, p, COUNTRY_SD)
            for volume, proportion, there, strong in country.arms():
                row, column, part = table.place(volume, proportion)
                for near in product((0, 1), (0, 1)):
                    share = np.abs(1 - near[0] - part[0]) * np.abs(1 - near[1] - part[1])
                    at = row + near[0], column + near[1]
                    np.add.at(weight, at, share)
                    np.add.at(listed, at, share[:, None] * np.stack([there, strong], 1))
    shares = np.where(weight[..., None] >= LEAST_LOOKED_UP, listed / np.maximum(weight, 1e-9)[..., None], table.share)
    with FEW.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    points = list(product(FEW_PROPORTIONS, FEW_RARER))
    for row, (p, rarer) in zip(rows, points, strict=True):
        found = shares[FEW_PROPORTIONS.index(p), FEW_RARER.index(rarer)]
        row |= dict(zip(COLUMNS[4:], (round(float(one), 5) for one in found), strict=True))
    with FEW.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, WITH_DELAYS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@dataclass(frozen=True)
class FewCountry:
    """A country of units of few patients in control, charted by the engine; at the ends of its settled years.

    ``volume`` (as many patients as vary by chance), ``typical``: of each chart judged by the country's level, years
    after each other; ``listed``, ``strong``: arms × charts.
    """

    volume: np.ndarray
    typical: np.ndarray
    listed: np.ndarray
    strong: np.ndarray

    @classmethod
    def drawn(cls, rng: np.random.Generator, volume: float, proportion: float, spread: float) -> FewCountry:
        """Units of about ``volume`` patients a year, whose log odds vary by ``spread`` about about ``proportion``'s."""
        units, years = FEW_UNITS, BASELINE_YEARS + CHART_YEARS
        country = float(logit(proportion)) + rng.uniform(-0.4, 0.4)
        true = country + rng.normal(0, spread, units)
        weekly = np.broadcast_to(volume * rng.uniform(0.7, 1.4, units) / WEEKS, (years * WEEKS, units))
        hit, missed = (rng.poisson(weekly * part) for part in (expit(true), expit(-true)))
        day, chart = np.nonzero(hit + missed)
        patients, events = (hit + missed)[day, chart].astype(float), hit[day, chart].astype(float)
        turns = np.arange(years + 1) * WEEKS

        def level(baseline: int, year: int, asked: slice) -> np.ndarray:
            """As ``monitored.Panel``: the country's proportion, moved as it has moved until the year."""
            rows = slice(*np.searchsorted(day, turns[[baseline - BASELINE_YEARS, baseline]]))
            eta = np.full(len(day), logit((events[rows].sum() + 0.5) / (patients[rows].sum() + 1)))
            last = slice(*np.searchsorted(day, turns[[year - 1, year]]))
            moved = common_level(eta[last], patients[last], events[last], MOVEMENT_SD)
            return (eta + np.where(day >= turns[year], moved, 0.0))[asked]

        few, new = thresholds(FEW), thresholds(NEW)
        charts = MonitoredCounts(units, chart, day, patients, events)
        lasts = [np.full(units, turns[k + 1] - 1) for k in range(BASELINE_YEARS + SETTLED, years)]
        judges = Judges((few.of, few.delays), (new.of, new.delays))
        parts = []
        charted = monitor_on(charts, turns, lasts, level, thresholds().of, judges=judges)
        for last, found in zip(lasts, charted, strict=True):
            mine = (found.judged == BY_FEW) & (found.baseline >= 0)
            alarm = found.state.alarm.copy()
            for place, one in found.signals.items():
                alarm[place] = one.alarm
            there = found.state.active & (last + 1 - alarm <= LISTED_MONTHS * WEEKS / 12)
            values = found.volume / found.dispersion, found.typical, there, there & found.state.strong
            parts.append([one[..., mine] for one in values])
        return cls(*(np.concatenate(one, axis=-1) for one in zip(*parts, strict=True)))

    def arms(self) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
        """Volume, proportion, listed and strongly listed of each arm's charts."""
        for arm, side in enumerate((self.typical, 1 - self.typical)):
            yield self.volume, side, self.listed[arm], self.strong[arm]

    def promised(self) -> float:
        """The false signals that the table of few patients promises."""
        few = thresholds(FEW)
        return sum(float(few.share_listed(volume, side)[:, 0].sum()) for volume, side, *_ in self.arms())


#: Off the grid: yearly patients, log odds of classes of patients, their shares.
CASES = {
    "155 patients a year, 7 %": Patients.alike(155, 0.07),
    "300 patients a year, 3 %": Patients.alike(300, 0.03),
    "60 patients a year, 27 %": Patients.alike(60, 0.27),
    "90 patients a year, 88 %": Patients.alike(90, 0.88),
    "150 patients a year, risks of 2, 8 and 30 %": Patients(150, tuple(logit([0.02, 0.08, 0.3])), (0.5, 0.3, 0.2)),
    "400 patients a year, risks of 1, 4 and 20 %": Patients(400, tuple(logit([0.01, 0.04, 0.2])), (0.5, 0.3, 0.2)),
}


def dispersed(repeats: int = 8, units: int = 17, years: int = 11) -> list[Result]:
    """False signals listed against those promised, in countries of units whose months vary φ times as by chance.

    Beta-binomial months, months of 30 days; counted at the ends of the years once they have settled.
    """
    results = []
    for number, phi in enumerate((1.0, 1.5, 2.0)):
        rng = np.random.default_rng([SEED, 2, number])
        listed = promised = 0.0
        for volume, p in repeats * ((155, 0.07), (240, 0.2), (120, 0.5)):
            size = rng.poisson(volume / 12, (12 * years, units))
            own = np.full(size.shape, p)
            if phi > 1:
                spread = (volume / 12 - 1) / (phi - 1) - 1  # variance φ·n·p·(1 − p) at the mean size
                own = rng.beta(p * spread, (1 - p) * spread, size.shape)
            day, chart = (np.repeat(part.ravel(), size.ravel()) for part in np.indices(size.shape))
            event = rng.random(len(day)) < np.repeat(own.ravel(), size.ravel())
            day = 30 * day + rng.integers(0, 30, len(day))
            order = np.argsort(day, kind="stable")
            counts = MonitoredCounts(units, chart[order], day[order], np.ones(len(day)), event[order].astype(float))
            turns, expected = np.arange(years + 1) * 360, np.full(len(day), float(logit(p)))
            found = monitor(
                counts,
                turns,
                np.full(units, turns[-1]),
                lambda _, year, rows, expected=expected: expected[rows],
                thresholds().of,
            )
            stands = [
                one.active & (turns[place + 1] - one.alarm <= LISTED_MONTHS * 30)
                for place, one in enumerate(found.years, BASELINE_YEARS)
            ]
            listed += float(np.mean(stands[SETTLED - 1 :], axis=0).sum())
            shares = (
                thresholds().share_listed(found.volume / found.dispersion, part)
                for part in (found.typical, 1 - found.typical)
            )
            promised += float(sum(share[:, 0].sum() for share in shares))
        ratio = listed / promised
        results.append(
            Result(
                f"early warning, months vary {phi:.1f} times as by chance: false signals by those promised",
                f"{ratio:.2f}",
                "1/1.3–1.3",
                1 / 1.3 <= ratio <= 1.3,
                f"{listed / repeats:.1f} listed of 51 charts, {repeats} repeats",
            )
        )
    return results


#: Charts off the grid of the tables of few patients and of new units: yearly patients, proportion, spread of the units.
FEW_CASES = {
    "few patients, 50 a year, 3 %": (FEW, 50, 0.03, COUNTRY_SD),
    "few patients, 50 a year, 3 %, units twice as unlike": (FEW, 50, 0.03, 2 * COUNTRY_SD),
    "a new unit, 150 a year, 8 %": (NEW, 150, 0.08, COUNTRY_SD),
}


def few_in_control(replicates: int = 2000) -> list[Result]:
    """Run length in control of one arm of charts judged by the country's level, against the stated one."""
    results = []
    for number, (what, (file, volume, p, spread)) in enumerate(FEW_CASES.items()):
        history, years = (BASELINE_YEARS, 2 * LONGEST) if file == FEW else (0, BASELINE_YEARS)
        limit = float(thresholds(file).of(np.array([volume]), np.array([p]))[0][0])
        rng = np.random.default_rng([SEED, 3, number])
        found = tops(drawn(rng, volume, p, history, years, replicates, spread=spread), replicates)
        alarm = run_length(found, limit) / 2
        results.append(
            Result(
                f"early warning in control: {what}",
                f"one false alarm in {alarm:.1f} years",
                f"{FALSE_ALARM_YEARS} years ± 15 %" if spread == COUNTRY_SD else "no promise",
                spread != COUNTRY_SD or abs(alarm / FALSE_ALARM_YEARS - 1) <= 0.15,
                f"log odds of the units vary by {spread:.2f} about the country's",
            )
        )
    return results


#: Countries of units of few patients: patients a year, proportion; and how much the units' log odds vary. The
#: demonstration's palliative units, for whom it is 0.30–0.45, have 8–14 patients a year.
FEW_PLACES = ((13, 0.14), (8, 0.35), (110, 0.03))
FEW_VARIED = (0.0, 0.2, COUNTRY_SD, 0.45, 0.6)


def few_countries(repeats: int = 25) -> list[Result]:
    """False signals of few patients listed by the engine against those promised, by how unlike the units are."""
    results = []
    for number, spread in enumerate(FEW_VARIED):
        rng = np.random.default_rng([SEED, 4, number])
        made = [FewCountry.drawn(rng, *place, spread) for place in FEW_PLACES for _ in range(repeats)]
        ratio = sum(float(one.listed.sum()) for one in made) / sum(one.promised() for one in made)
        promise = spread <= 0.45
        results.append(
            Result(
                f"early warning, few patients, units' log odds vary by {spread:g}: false signals by those promised",
                f"{ratio:.2f}",
                "1/1.3–1.3" if promise else "no promise",
                not promise or 1 / 1.3 <= ratio <= 1.3,
                f"the thresholds are made for {COUNTRY_SD:g}; {len(made)} countries of {FEW_UNITS} units",
            )
        )
    return results


def run(replicates: int = 1000) -> list[Result]:
    """Run length in control of one arm against the stated one, within 15 %, and the delay when the odds double.

    A chart's two arms alarm half as often each. Thresholds by the typical risk. Then with overdispersed months.
    """
    results = dispersed() + few_in_control() + few_countries()
    for number, (what, patients) in enumerate(CASES.items()):
        risk = expit(np.array(patients.logits))
        variance = float(np.dot(risk * (1 - risk), patients.shares))
        typical = (1 - np.sqrt(1 - 4 * variance)) / 2  # as the engine looks it up
        typical = typical if np.dot(risk, patients.shares) <= 0.5 else 1 - typical
        limit = float(thresholds().of(np.array([patients.volume]), np.array([typical]))[0][0])
        calm = highest(np.random.default_rng([SEED, number]), patients, replicates, 2 * YEARS)
        years = run_length(calm, limit) / 2
        shifted = replace(patients, shift=2.0)
        delay = run_length(highest(np.random.default_rng([SEED, number, 1]), shifted, replicates // 2, 10), limit)
        results.append(
            Result(
                f"early warning in control: {what}",
                f"one false alarm in {years:.1f} years",
                f"{FALSE_ALARM_YEARS} years ± 15 %",
                abs(years / FALSE_ALARM_YEARS - 1) <= 0.15,
                f"odds doubled: found after {12 * delay:.0f} months",
            )
        )
    return results


def main() -> int:
    """Write the table of thresholds, or with the word ``few`` those of few patients and of new units."""
    if sys.argv[1:] == ["few"]:
        few()
        return 0
    seeds = iter(np.random.SeedSequence(SEED).spawn(2 * len(PROPORTIONS) * len(RARER)))
    started = time.perf_counter()
    points = {}
    for p, rarer in product(PROPORTIONS, RARER):
        patients = Patients.alike(rarer / min(p, 1 - p), p)
        reached = highest(np.random.default_rng(next(seeds)), patients, REPLICATES, YEARS)
        # Both arms alarm, so each alone may alarm half as often.
        points[p, rarer] = [round(solve(reached, 2 * years), 3) for years in (FALSE_ALARM_YEARS, STRONG_ALARM_YEARS)]
    print(f"thresholds: {time.perf_counter() - started:.0f} s", file=sys.stderr)
    shares = {}
    for p, rarer in points:
        if p > 0.5:
            continue
        up, down = points[p, rarer], points[round(1 - p, 6), rarer]

        def at(volume, proportion, up=up, down=down, p=p):
            mine = np.where(
                np.abs(proportion - p) <= np.abs(proportion - (1 - p)), [[up[0]], [up[1]]], [[down[0]], [down[1]]]
            )
            return tuple(mine)

        patients = Patients.alike(rarer / p, p)
        listed, strong = share_listed(np.random.default_rng(next(seeds)), patients, at, CHARTS, CHART_YEARS)
        shares[p, rarer] = listed[0], strong[0]
        shares[round(1 - p, 6), rarer] = listed[1], strong[1]
    with Path(FILE).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for (p, rarer), found in points.items():
            writer.writerow([p, rarer, *found, *(round(float(share), 5) for share in shares[p, rarer])])
    print(f"{len(points)} points: {time.perf_counter() - started:.0f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
