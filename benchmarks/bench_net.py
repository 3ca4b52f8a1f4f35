"""Net survival of 50,000, 500,000 and 5 million patients: seconds and memory, each size in a process of its own."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time

import numpy as np

from benchmarks.report import Result
from survival import lifetable
from survival.estimators import YEAR
from survival.net import METHODS, POHAR_PERME, People, net

SIZES = (50_000, 500_000, 5_000_000)
GROUPS = 20


def people(size: int, groups: int, seed: int = 1) -> People:
    """Invented patients of twelve years, followed until the end of 2026."""
    rng = np.random.default_rng(seed)
    day = 16_071 + rng.integers(0, 4_383, size)  # from 2014
    cut = 20_757 - day
    lived = np.floor(rng.exponential(2_500, size)).astype(np.int64)
    age = np.clip(rng.normal(70, 11, size), 18, 100).astype(np.int64)
    columns = (rng.integers(0, groups, size), rng.integers(0, 2, size), age, day, np.full(size, -1))
    return People(groups, *columns, np.minimum(lived, cut), lived < cut)


def measure(size: int, method: str) -> dict[str, float]:
    """Seconds of 1- and 5-year net survival of all groups (wall clock, processor), and the memory at most in MB."""
    table, everyone = lifetable.demonstration(), people(size, GROUPS)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, processor = time.perf_counter(), time.process_time()
    net(everyone, table, 5 * YEAR, method).at([YEAR, 5 * YEAR])
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    spent = {"seconds": time.perf_counter() - wall, "processor": time.process_time() - processor}
    return spent | {"patients_mb": before / 1024, "peak_mb": after / 1024}


def results(sizes: tuple[int, ...] = SIZES) -> list[Result]:
    """Lines of the benchmark table."""
    found = []
    for size in sizes:
        for method in METHODS if size == 500_000 else (POHAR_PERME,):
            words = [sys.executable, "-m", "benchmarks.bench_net", str(size), method]
            one = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
            bound = "≤ 2 s" if size == 500_000 else ""
            note = (
                f"{one['processor']:.2f} s processor; {one['peak_mb']:.0f} MB at most, "
                f"{one['patients_mb']:.0f} of them program and patients"
            )
            holds = one["seconds"] <= 2 if bound else None
            what = f"net survival ({method}) of {size:,} patients in {GROUPS} groups, 1 and 5 years"
            found.append(Result(what, f"{one['seconds']:.2f} s", bound, holds, note))
    return found


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), sys.argv[2])))
